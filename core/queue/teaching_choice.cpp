#include "core/queue/teaching_choice.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "core/queue/lot.h"

namespace spanwise {
namespace {

std::uint64_t lot(DocumentId id) {
    return mixed(static_cast<std::uint64_t>(id));
}

class Choice {
public:
    Choice(std::vector<TaughtDocument> documents, const TeachingLimits& limits)
        : m_documents(std::move(documents)), m_limits(limits), m_isChosen(m_documents.size()) {}

    [[nodiscard]] const std::vector<TaughtDocument>& documents() const { return m_documents; }
    [[nodiscard]] bool isFull() const { return m_count >= m_limits.documents; }
    [[nodiscard]] bool isChosen(std::size_t place) const { return m_isChosen[place]; }

    /// False: it is there already, or too long for what is left of `share` of the limits. The first
    /// one is never too long.
    bool take(std::size_t place, double share) {
        const std::int64_t codePoints = m_codePoints + m_documents[place].codePoints;
        if (m_isChosen[place] ||
            (m_count > 0 &&
             (static_cast<double>(m_count) >= share * static_cast<double>(m_limits.documents) ||
              static_cast<double>(codePoints) > share * static_cast<double>(m_limits.codePoints))))
            return false;
        m_isChosen[place] = true;
        m_codePoints = codePoints;
        ++m_count;
        return true;
    }

    [[nodiscard]] std::vector<DocumentId> ids() const {
        std::vector<DocumentId> ids;
        ids.reserve(m_count);
        for (std::size_t place = 0; place < m_documents.size(); ++place) {
            if (m_isChosen[place])
                ids.push_back(m_documents[place].id);
        }
        std::sort(ids.begin(), ids.end());
        return ids;
    }

private:
    std::vector<TaughtDocument> m_documents;
    TeachingLimits m_limits;
    std::vector<bool> m_isChosen;
    std::size_t m_count = 0;
    std::int64_t m_codePoints = 0;
};

struct Drawn {
    std::vector<std::size_t> places;  ///< by lot
    std::size_t next = 0;
    std::size_t chosen = 0;
};

}  // namespace

std::vector<DocumentId> chooseTeaching(std::vector<TaughtDocument> documents,
                                       std::vector<std::pair<TypeId, DocumentId>> types,
                                       const TeachingLimits& limits) {
    std::int64_t codePoints = 0;
    for (const TaughtDocument& document : documents)
        codePoints += document.codePoints;
    std::sort(documents.begin(), documents.end(),
              [](const TaughtDocument& a, const TaughtDocument& b) {
                  return std::make_tuple(-a.decidedAt, lot(a.id), a.id) <
                         std::make_tuple(-b.decidedAt, lot(b.id), b.id);
              });
    Choice choice(std::move(documents), limits);
    if (choice.documents().size() <= limits.documents && codePoints <= limits.codePoints) {
        for (std::size_t place = 0; place < choice.documents().size(); ++place)
            (void)choice.take(place, 1);
        return choice.ids();
    }
    for (std::size_t place = 0;
         place < choice.documents().size() && choice.documents()[place].decidedAt > 0; ++place)
        (void)choice.take(place, 0.5);

    std::unordered_map<DocumentId, std::vector<TypeId>> typesOf;
    for (const auto& [type, document] : types)
        typesOf[document].push_back(type);
    constexpr TypeId kNone = 0;
    std::map<TypeId, Drawn> drawn;
    static const std::vector<TypeId> kNoTypes{kNone};
    const auto typesAt = [&](std::size_t place) -> const std::vector<TypeId>& {
        const auto found = typesOf.find(choice.documents()[place].id);
        return found == typesOf.end() ? kNoTypes : found->second;
    };
    for (std::size_t place = 0; place < choice.documents().size(); ++place) {
        for (const TypeId type : typesAt(place)) {
            drawn[type].places.push_back(place);
            drawn[type].chosen += choice.isChosen(place) ? 1 : 0;
        }
    }
    for (auto& [type, of] : drawn)
        std::stable_sort(of.places.begin(), of.places.end(), [&](std::size_t a, std::size_t b) {
            return lot(choice.documents()[a].id) < lot(choice.documents()[b].id);
        });
    while (!choice.isFull()) {
        Drawn* poorest = nullptr;
        for (auto& [type, of] : drawn) {
            if (of.next < of.places.size() && (!poorest || of.chosen < poorest->chosen))
                poorest = &of;
        }
        if (!poorest)
            break;
        const std::size_t place = poorest->places[poorest->next++];
        if (choice.take(place, 1)) {
            for (const TypeId type : typesAt(place))
                ++drawn[type].chosen;
        }
    }
    return choice.ids();
}

}  // namespace spanwise
