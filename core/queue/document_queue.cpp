#include "core/queue/document_queue.h"

#include <algorithm>
#include <random>
#include <unordered_set>

namespace spanwise {

std::vector<QueueEntry> orderQueue(const std::vector<QueueItem>& items, std::uint64_t seed) {
    std::vector<QueueEntry> order;
    order.reserve(items.size());
    std::vector<std::size_t> uncertain;
    std::vector<std::size_t> pool;  // what a random pick may fall on
    for (std::size_t i = 0; i < items.size(); ++i) {
        const QueueItem& item = items[i];
        if (item.status == DocumentStatus::InProgress)
            order.push_back({item.id, QueueReason::InProgress});
        if (item.status != DocumentStatus::New)
            continue;
        pool.push_back(i);
        if (item.suggestions > 0 && item.lowestScore >= 0)
            uncertain.push_back(i);
    }
    std::stable_sort(uncertain.begin(), uncertain.end(), [&](std::size_t a, std::size_t b) {
        return items[a].lowestScore < items[b].lowestScore;
    });

    std::vector<bool> placed(items.size());
    std::mt19937_64 random(seed);
    const auto pick = [&]() -> std::size_t {
        // Not std::uniform_int_distribution: the order must be the same with every library.
        for (;;) {
            std::swap(pool[static_cast<std::size_t>(random() % pool.size())], pool.back());
            const std::size_t chosen = pool.back();
            pool.pop_back();
            if (!placed[chosen])
                return chosen;
        }
    };
    int place = 0;
    for (std::size_t next = 0; next < uncertain.size();) {
        if (placed[uncertain[next]]) {
            ++next;
            continue;
        }
        const bool byChance = ++place % 5 == 0;
        const std::size_t chosen = byChance ? pick() : uncertain[next++];
        placed[chosen] = true;
        if (byChance)
            order.push_back({items[chosen].id, QueueReason::RandomPick});
        else
            order.push_back({items[chosen].id, QueueReason::Uncertain, items[chosen].lowestScore});
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].status == DocumentStatus::New && !placed[i])
            order.push_back({items[i].id, QueueReason::InOrder});
    }
    for (const QueueItem& item : items) {
        if (item.status == DocumentStatus::Done)
            order.push_back({item.id, QueueReason::Done});
    }
    return order;
}

std::vector<QueueEntry> orderQueue(const std::vector<QueueItem>& items, std::uint64_t seed,
                                   const std::vector<QueueEntry>& ranking) {
    if (ranking.empty())
        return orderQueue(items, seed);
    std::vector<QueueEntry> order;
    order.reserve(items.size());
    std::unordered_set<DocumentId> fresh;  // new, and not placed yet
    std::vector<DocumentId> pool;
    for (const QueueItem& item : items) {
        if (item.status == DocumentStatus::InProgress)
            order.push_back({item.id, QueueReason::InProgress});
        if (item.status == DocumentStatus::New && fresh.insert(item.id).second)
            pool.push_back(item.id);
    }
    std::mt19937_64 random(seed);
    int sincePick = 0;
    const auto place = [&](const QueueEntry& entry) {
        fresh.erase(entry.id);
        order.push_back(entry);
        sincePick = entry.reason == QueueReason::RandomPick ? 0 : sincePick + 1;
    };
    const auto pick = [&] {
        while (!fresh.empty()) {
            std::swap(pool[static_cast<std::size_t>(random() % pool.size())], pool.back());
            const DocumentId chosen = pool.back();
            pool.pop_back();
            if (fresh.contains(chosen)) {
                place({chosen, QueueReason::RandomPick});
                return;
            }
        }
    };
    for (const QueueEntry& entry : ranking) {
        if (!fresh.contains(entry.id))
            continue;
        if (entry.reason != QueueReason::RandomPick && sincePick == 4)
            pick();
        if (fresh.contains(entry.id))
            place(entry);
    }
    std::vector<QueueItem> rest;
    for (const QueueItem& item : items) {
        if (item.status == DocumentStatus::Done || fresh.contains(item.id))
            rest.push_back(item);
    }
    for (const QueueEntry& entry : orderQueue(rest, seed)) {
        const bool guesses = entry.reason == QueueReason::Uncertain;
        if (guesses && sincePick == 4)
            pick();
        // A pick may have taken it.
        if (entry.reason == QueueReason::Done || fresh.contains(entry.id))
            place(entry);
    }
    return order;
}

}  // namespace spanwise
