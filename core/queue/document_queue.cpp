#include "core/queue/document_queue.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <random>

namespace spanwise {

namespace {

/// Picks at random from places that shrink. Not std::uniform_int_distribution: the order must be
/// the same with every library.
class Lot {
public:
    explicit Lot(std::uint64_t seed) : m_random(seed) {}
    void add(std::size_t place) { m_places.push_back(static_cast<std::uint32_t>(place)); }
    /// Nothing: none is left.
    std::optional<std::size_t> draw() {
        if (m_places.empty())
            return std::nullopt;
        std::swap(m_places[static_cast<std::size_t>(m_random() % m_places.size())],
                  m_places.back());
        const std::size_t chosen = m_places.back();
        m_places.pop_back();
        return chosen;
    }

private:
    std::vector<std::uint32_t> m_places;  // a million documents cost 4 MB
    std::mt19937_64 m_random;
};

/// Where items lie, by id.
class Places {
public:
    explicit Places(const std::vector<QueueItem>& items) : m_items(items) {
        m_isSorted = std::is_sorted(items.begin(), items.end(), byId);
        if (m_isSorted)
            return;
        m_order.resize(items.size());
        std::iota(m_order.begin(), m_order.end(), std::uint32_t{0});
        std::sort(m_order.begin(), m_order.end(),
                  [&](std::uint32_t a, std::uint32_t b) { return byId(items[a], items[b]); });
    }
    [[nodiscard]] std::optional<std::size_t> of(DocumentId id) const {
        const QueueItem wanted{id};
        if (m_isSorted) {
            const auto found = std::lower_bound(m_items.begin(), m_items.end(), wanted, byId);
            if (found == m_items.end() || found->id != id)
                return std::nullopt;
            return static_cast<std::size_t>(found - m_items.begin());
        }
        const auto found =
            std::lower_bound(m_order.begin(), m_order.end(), id,
                             [&](std::uint32_t at, DocumentId to) { return m_items[at].id < to; });
        if (found == m_order.end() || m_items[*found].id != id)
            return std::nullopt;
        return *found;
    }

private:
    static bool byId(const QueueItem& a, const QueueItem& b) { return a.id < b.id; }

    const std::vector<QueueItem>& m_items;
    bool m_isSorted = false;
    std::vector<std::uint32_t> m_order;
};

/// Without those in progress and those that are `placed`; `add` may place others meanwhile, which
/// then do not come.
template <typename Add>
void orderRest(const std::vector<QueueItem>& items, std::uint64_t seed, std::vector<bool>& placed,
               Add&& add) {
    std::vector<std::uint32_t> uncertain;
    Lot lot(seed);
    std::vector<bool> mine = placed;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const QueueItem& item = items[i];
        if (item.status != DocumentStatus::New || mine[i])
            continue;
        lot.add(i);
        if (item.suggestions > 0 && item.lowestScore >= 0)
            uncertain.push_back(static_cast<std::uint32_t>(i));
    }
    std::stable_sort(uncertain.begin(), uncertain.end(), [&](std::uint32_t a, std::uint32_t b) {
        return items[a].lowestScore < items[b].lowestScore;
    });
    const auto pick = [&]() -> std::size_t {
        std::size_t chosen = *lot.draw();
        while (mine[chosen])
            chosen = *lot.draw();
        return chosen;
    };
    int place = 0;
    for (std::size_t next = 0; next < uncertain.size();) {
        if (mine[uncertain[next]]) {
            ++next;
            continue;
        }
        const bool byChance = ++place % 5 == 0;
        const std::size_t chosen = byChance ? pick() : uncertain[next++];
        mine[chosen] = true;
        if (byChance)
            add(chosen, {items[chosen].id, QueueReason::RandomPick});
        else
            add(chosen, {items[chosen].id, QueueReason::Uncertain, items[chosen].lowestScore});
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].status == DocumentStatus::New && !mine[i])
            add(i, {items[i].id, QueueReason::InOrder});
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].status == DocumentStatus::Done)
            add(i, {items[i].id, QueueReason::Done});
    }
}

}  // namespace

std::vector<QueueEntry> orderQueue(const std::vector<QueueItem>& items, std::uint64_t seed) {
    return orderQueue(items, seed, {});
}

std::vector<QueueEntry> orderQueue(const std::vector<QueueItem>& items, std::uint64_t seed,
                                   const std::vector<QueueEntry>& ranking) {
    std::vector<QueueEntry> order;
    order.reserve(items.size());
    std::vector<bool> placed(items.size());
    for (const QueueItem& item : items) {
        if (item.status == DocumentStatus::InProgress)
            order.push_back({item.id, QueueReason::InProgress});
    }
    if (ranking.empty()) {
        orderRest(items, seed, placed,
                  [&](std::size_t, const QueueEntry& entry) { order.push_back(entry); });
        return order;
    }
    const Places places(items);
    Lot lot(seed);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].status == DocumentStatus::New)
            lot.add(i);
    }
    int sincePick = 0;
    const auto put = [&](std::size_t at, const QueueEntry& entry) {
        placed[at] = true;
        order.push_back(entry);
        sincePick = entry.reason == QueueReason::RandomPick ? 0 : sincePick + 1;
    };
    const auto pick = [&] {
        while (const auto chosen = lot.draw()) {
            if (!placed[*chosen]) {
                put(*chosen, {items[*chosen].id, QueueReason::RandomPick});
                return;
            }
        }
    };
    for (const QueueEntry& entry : ranking) {
        const auto at = places.of(entry.id);
        const auto isFresh = [&] {
            return at && items[*at].status == DocumentStatus::New && !placed[*at];
        };
        if (!isFresh())
            continue;
        if (entry.reason != QueueReason::RandomPick && sincePick == 4)
            pick();
        if (isFresh())
            put(*at, entry);
    }
    orderRest(items, seed, placed, [&](std::size_t at, const QueueEntry& entry) {
        if (entry.reason == QueueReason::Uncertain && sincePick == 4)
            pick();
        // A pick may have taken it.
        if (!placed[at])
            put(at, entry);
    });
    return order;
}

}  // namespace spanwise
