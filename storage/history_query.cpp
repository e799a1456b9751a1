#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "storage/figures.h"

namespace spanwise::storage {
namespace {

using nlohmann::json;

/// Numbers of a list that may hold numbers or lists that begin with one.
std::vector<DocumentId> idsIn(const json& list) {
    std::vector<DocumentId> ids;
    if (!list.is_array())
        return ids;
    for (const json& item : list) {
        const json& id = item.is_array() && !item.empty() ? item.front() : item;
        if (id.is_number_integer())
            ids.push_back(id.get<DocumentId>());
    }
    return ids;
}

/// What an event concerns, from its edit or its detail.
struct Concerned {
    std::vector<DocumentId> documents;  ///< in order, without repeats
    DocumentId first = 0, last = 0;     ///< an import's
    std::set<TypeId> types;
};

class Reader {
public:
    Reader(Database& database, const HistoryFilter& filter)
        : m_filter(filter), m_name(database, "SELECT name FROM document WHERE id = ?") {}

    /// False when the filter leaves the event out.
    bool read(HistoryEntry& entry, const std::string& edit) {
        Concerned concerned;
        if (!edit.empty())
            readEdit(entry, valueOrThrow(editFromJson(edit)), concerned);
        else if (!entry.detail.empty())
            readDetail(entry, concerned);
        if (m_filter.type != 0 && !concerned.types.contains(m_filter.type))
            return false;
        const bool isImport = concerned.first > 0;
        if (m_filter.document != 0 &&
            !std::binary_search(concerned.documents.begin(), concerned.documents.end(),
                                m_filter.document) &&
            !(isImport && concerned.first <= m_filter.document &&
              m_filter.document <= concerned.last))
            return false;
        entry.documentCount =
            isImport ? entry.documentCount : static_cast<std::int64_t>(concerned.documents.size());
        if (!concerned.documents.empty())
            name(entry, concerned.documents.front());
        if (concerned.documents.size() > HistoryEntry::kMostDocuments)
            concerned.documents.resize(HistoryEntry::kMostDocuments);
        entry.documents = std::move(concerned.documents);
        return true;
    }

private:
    void name(HistoryEntry& entry, DocumentId document) {
        if (m_name.bind(document).step())
            entry.documentName = m_name.text(0);
    }

    static void readEdit(HistoryEntry& entry, const Edit& edit, Concerned& concerned) {
        std::set<DocumentId> documents;
        std::set<std::string> models;
        const auto note = [&](const auto& records) {
            for (const auto& record : records) {
                documents.insert(record.document);
                concerned.types.insert(record.type);
            }
        };
        note(edit.removeAnnotations);
        note(edit.addAnnotations);
        note(edit.removeSuggestions);
        note(edit.addSuggestions);
        note(edit.removeRejections);
        note(edit.addRejections);
        for (const StatusChange& change : edit.status)
            documents.insert(change.document);
        for (const auto* suggestions : {&edit.removeSuggestions, &edit.addSuggestions}) {
            for (const Suggestion& suggestion : *suggestions)
                models.insert(suggestion.model);
        }
        concerned.documents.assign(documents.begin(), documents.end());
        entry.models.assign(models.begin(), models.end());
        entry.labelsAdded = static_cast<std::int64_t>(edit.addAnnotations.size());
        entry.labelsRemoved = static_cast<std::int64_t>(edit.removeAnnotations.size());
        entry.rejections = static_cast<std::int64_t>(edit.addRejections.size());
        const auto place = [&](const auto& records) {
            if (!entry.place.isEmpty())
                return;
            for (const auto& record : records) {
                if (record.document == concerned.documents.front()) {
                    entry.place = record.range;
                    return;
                }
            }
        };
        if (!concerned.documents.empty()) {
            place(edit.addAnnotations);
            place(edit.removeAnnotations);
            place(edit.addRejections);
            place(edit.removeSuggestions);
        }
    }

    void readDetail(HistoryEntry& entry, Concerned& concerned) {
        const json detail = json::parse(entry.detail, nullptr, false);
        if (!detail.is_object())
            return;
        if (const auto documents = detail.find("documents"); documents != detail.end()) {
            if (documents->is_number_integer())
                entry.documentCount = documents->get<std::int64_t>();
            concerned.documents = idsIn(*documents);
            std::sort(concerned.documents.begin(), concerned.documents.end());
        }
        if (entry.kind == "import") {
            concerned.first = detail.value("first", DocumentId{0});
            concerned.last = detail.value("last", DocumentId{0});
            entry.labelsAdded = detail.value("spans", std::int64_t{0});
        }
        if (const auto type = detail.find("type"); type != detail.end() && type->is_object())
            concerned.types.insert(type->value("id", TypeId{0}));
        if (entry.kind == "suggest")
            entry.models = {entry.actor};
    }

    const HistoryFilter& m_filter;
    Query m_name;
};

}  // namespace

HistoryEntries readHistory(Database& database, const HistoryFilter& filter, int limit,
                           std::stop_token stop) {
    const ReadTransaction snapshot(database);
    std::string sql =
        "SELECT id, kind, name, actor, at, seconds, reverts, edit, detail FROM event WHERE id > ?1 "
        "AND (?2 = 0 OR id < ?2)";
    sql += filter.kind.empty() ? " AND kind <> 'suggest' AND ?3 = ''" : " AND kind = ?3";
    sql += " AND (?4 = '' OR actor = ?4)";
    // What cannot concern the document or type is not read as JSON.
    if (filter.document != 0)
        sql += " AND (edit = '' OR instr(edit, '\"document\":" + std::to_string(filter.document) +
               "') > 0)";
    if (filter.type != 0)
        sql += " AND instr(edit || detail, '" + std::to_string(filter.type) + "') > 0";
    sql += " ORDER BY id DESC";
    Query query(database, sql, filter.after, filter.before, filter.kind, filter.actor);
    Reader reader(database, filter);
    HistoryEntries page;
    while (query.step()) {
        if (stop.stop_requested())
            fail(ErrorCode::Cancelled, "It was stopped.");
        HistoryEntry entry;
        entry.id = query.integer(0);
        entry.kind = query.text(1);
        entry.name = query.text(2);
        entry.actor = query.text(3);
        entry.at = query.integer(4);
        entry.seconds = query.real(5);
        entry.reverts = query.integer(6);
        entry.detail = query.text(8);
        if (!reader.read(entry, query.text(7)))
            continue;
        if (static_cast<int>(page.entries.size()) == limit) {
            page.hasMore = true;
            break;
        }
        page.entries.push_back(std::move(entry));
    }
    return page;
}

std::vector<std::string> historyActors(Database& database) {
    std::vector<std::string> actors;
    Query query(database,
                "SELECT DISTINCT actor FROM event WHERE kind <> 'suggest' AND actor <> '' ORDER BY "
                "actor");
    while (query.step())
        actors.push_back(query.text(0));
    return actors;
}

std::optional<ExportInfo> lastExport(Database& database) {
    Query query(database,
                "SELECT id, at, detail FROM event WHERE kind = 'export' ORDER BY id DESC LIMIT 1");
    if (!query.step())
        return std::nullopt;
    ExportInfo info;
    info.event = query.integer(0);
    info.at = query.integer(1);
    const json detail = json::parse(query.text(2), nullptr, false);
    if (!detail.is_object())
        return std::nullopt;
    info.path = detail.value("path", std::string());
    info.format = detail.value("format", std::string());
    info.documents = detail.value("documents", std::int64_t{0});
    info.spans = detail.value("spans", std::int64_t{0});
    info.upTo = detail.value("upTo", std::int64_t{0});
    return info;
}

ChangesSince changesSince(Database& database, std::int64_t event) {
    const ReadTransaction snapshot(database);
    std::map<RecordId, std::pair<std::optional<Annotation>, std::optional<Annotation>>> labels;
    std::map<DocumentId, std::pair<DocumentStatus, DocumentStatus>> statuses;
    Query edits(database, "SELECT edit FROM event WHERE undoable = 1 AND id > ? ORDER BY id",
                event);
    while (edits.step()) {
        const std::string text = edits.text(0);
        if (text.empty())
            continue;
        const Edit edit = valueOrThrow(editFromJson(text));
        for (const Annotation& before : edit.removeAnnotations) {
            const auto known = labels.find(before.id);
            if (known == labels.end())
                labels[before.id] = {before, std::nullopt};
            else
                known->second.second.reset();
        }
        for (const Annotation& after : edit.addAnnotations)
            labels[after.id].second = after;
        for (const StatusChange& change : edit.status) {
            const auto [known, isNew] =
                statuses.try_emplace(change.document, change.before, change.after);
            if (!isNew)
                known->second.second = change.after;
        }
    }
    ChangesSince changes;
    std::set<DocumentId> documents;
    for (const auto& [id, change] : labels) {
        if (change.first == change.second)
            continue;
        ++changes.labels;
        documents.insert(change.first ? change.first->document : change.second->document);
    }
    for (const auto& [document, change] : statuses) {
        if (change.first == change.second)
            continue;
        ++changes.statuses;
        documents.insert(document);
    }
    changes.documents = static_cast<std::int64_t>(documents.size());
    Query others(database,
                 "SELECT count(*) FROM event WHERE id > ? AND kind IN ('import', 'type', 'trash', "
                 "'restore')",
                 event);
    if (others.step())
        changes.others = others.integer(0);
    return changes;
}

}  // namespace spanwise::storage
