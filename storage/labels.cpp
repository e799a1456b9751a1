#include "storage/labels.h"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace spanwise::storage {
namespace {

constexpr const char* kOrder = " ORDER BY begin_at, end_at, type, id";

std::string labelsSql(const char* columns, const char* table, Hidden hidden) {
    std::string sql = std::string("SELECT ") + columns + " FROM " + table + " WHERE document = ?";
    if (hidden == Hidden::LeftOut)
        sql += " AND type IN (SELECT id FROM entity_type WHERE trashed_at IS NULL)";
    return sql + kOrder;
}

std::string describe(const char* what, RecordId id) {
    return std::string("The ") + what + " " + std::to_string(id);
}

/// From so many labels on their counters are kept in one go instead of by triggers.
constexpr std::size_t kManyLabels = 100;

/// Facts about the documents and types that an edit names, read once.
class Checker {
public:
    Checker(Database& database, Reach reach)
        : m_database(database),
          m_reach(reach),
          m_taken(database,
                  "SELECT CASE WHEN EXISTS (SELECT 1 FROM annotation WHERE id = ?1) THEN "
                  "'annotation' WHEN EXISTS (SELECT 1 FROM suggestion WHERE id = ?1) THEN "
                  "'suggestion' WHEN EXISTS (SELECT 1 FROM rejection WHERE id = ?1) THEN "
                  "'rejection' END") {}

    void document(DocumentId id) { (void)find(id); }
    /// Neither is in the trash.
    [[nodiscard]] bool isLiving(DocumentId id) { return find(id).lives; }
    [[nodiscard]] bool isLivingType(TypeId id) { return findType(id) == State::Living; }

    void added(const char* what, RecordId id, DocumentId document, Range range, TypeId type) {
        const Offset length = find(document).codePoints;
        if (id <= 0)
            fail(ErrorCode::InvalidArgument, describe(what, id) + " has no valid number.");
        if (range.begin < 0 || range.isEmpty() || range.end > length)
            fail(ErrorCode::InvalidArgument,
                 describe(what, id) + " covers " + std::to_string(range.begin) + " to " +
                     std::to_string(range.end) + ", but document " + std::to_string(document) +
                     " has " + std::to_string(length) + " characters.");
        const State state = findType(type);
        if (state == State::Unknown || (state == State::Trashed && m_reach == Reach::Visible))
            fail(ErrorCode::InvalidArgument,
                 describe(what, id) + " has the entity type " + std::to_string(type) +
                     (state == State::Unknown ? ", which the project does not have."
                                              : ", which is in the trash: restore it first."));
        m_taken.bind(id);
        if (m_taken.step() && !m_taken.isNull(0))
            fail(ErrorCode::InvalidArgument,
                 describe(what, id) + " is there already (as " + m_taken.text(0) + ").");
    }

private:
    enum class State { Unknown, Trashed, Living };
    struct KnownDocument {
        Offset codePoints = 0;
        bool lives = true;
    };

    const KnownDocument& find(DocumentId id) {
        if (const auto known = m_documents.find(id); known != m_documents.end())
            return known->second;
        Query query(m_database, "SELECT code_points, trashed_at IS NULL FROM document WHERE id = ?",
                    id);
        if (!query.step())
            fail(ErrorCode::NotFound, "There is no document " + std::to_string(id) + ".");
        const bool lives = query.integer(1) != 0;
        if (!lives && m_reach == Reach::Visible)
            fail(ErrorCode::InvalidArgument,
                 "Document " + std::to_string(id) + " is in the trash: restore it first.");
        return m_documents.emplace(id, KnownDocument{query.integer(0), lives}).first->second;
    }
    State findType(TypeId id) {
        if (const auto known = m_types.find(id); known != m_types.end())
            return known->second;
        Query query(m_database, "SELECT trashed_at IS NULL FROM entity_type WHERE id = ?", id);
        const State state = !query.step()           ? State::Unknown
                            : query.integer(0) != 0 ? State::Living
                                                    : State::Trashed;
        return m_types.emplace(id, state).first->second;
    }

    Database& m_database;
    Reach m_reach;
    Query m_taken;
    std::unordered_map<DocumentId, KnownDocument> m_documents;
    std::unordered_map<TypeId, State> m_types;
};

/// The counters on documents and types after many labels came or went: what the triggers on the
/// tables of labels do one by one (schema.cpp).
class Counters {
public:
    Counters(Database& database, Checker& check) : m_database(database), m_check(check) {}

    void count(const Annotation& label, int by) {
        if (m_check.isLivingType(label.type))
            m_documents[label.document].annotations += by;
        if (m_check.isLiving(label.document))
            m_types[label.type].annotations += by;
    }
    void count(const Suggestion& label, int by) {
        Change& document = m_documents[label.document];
        document.suggestions += by;
        document.hasOtherScores = true;
        if (m_check.isLiving(label.document))
            m_types[label.type].suggestions += by;
    }
    void count(const Rejection& label, int by) {
        if (m_check.isLiving(label.document))
            m_types[label.type].rejections += by;
    }

    void write() const {
        Query annotations(m_database,
                          "UPDATE document SET annotations = annotations + ? WHERE id = ?");
        Query suggestions(
            m_database,
            "UPDATE document SET suggestions = suggestions + ?1, lowest_score = (SELECT min(score) "
            "FROM suggestion WHERE document = ?2) WHERE id = ?2");
        for (const auto& [id, change] : m_documents) {
            if (change.annotations != 0)
                annotations.bind(change.annotations, id).run();
            if (change.hasOtherScores)
                suggestions.bind(change.suggestions, id).run();
        }
        Query type(m_database,
                   "UPDATE entity_type SET annotations = annotations + ?, suggestions = "
                   "suggestions + ?, rejections = rejections + ? WHERE id = ?");
        for (const auto& [id, change] : m_types)
            type.bind(change.annotations, change.suggestions, change.rejections, id).run();
    }

private:
    struct Change {
        std::int64_t annotations = 0, suggestions = 0, rejections = 0;
        bool hasOtherScores = false;
    };
    Database& m_database;
    Checker& m_check;
    std::map<DocumentId, Change> m_documents;
    std::map<TypeId, Change> m_types;
};

template <typename Label, typename Counted>
void removeLabels(Database& database, const char* table, const std::vector<Label>& labels,
                  const Counted& counted) {
    if (labels.empty())
        return;
    Query query(database,
                std::string("DELETE FROM ") + table +
                    " WHERE id = ? AND document = ? AND begin_at = ? AND end_at = ? AND type = ?");
    for (const Label& label : labels) {
        query.bind(label.id, label.document, label.range.begin, label.range.end, label.type);
        if (query.run() != 1)
            fail(ErrorCode::InvalidArgument,
                 describe(table, label.id) + " of document " + std::to_string(label.document) +
                     " is not there any more: the document has changed meanwhile.");
        counted(label, -1);
    }
}

constexpr const char* kInsertAnnotation =
    "INSERT INTO annotation(id, document, begin_at, end_at, type, origin, annotator, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kInsertSuggestion =
    "INSERT INTO suggestion(id, document, begin_at, end_at, type, score, model) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kInsertHiddenSuggestion =
    "INSERT INTO hidden_suggestion(id, document, begin_at, end_at, type, score, model) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kInsertRejection =
    "INSERT INTO rejection(id, document, begin_at, end_at, type, annotator, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)";

Query& bind(Query& query, const Annotation& label) {
    return query.bind(label.id, label.document, label.range.begin, label.range.end, label.type,
                      label.origin, label.annotator, label.createdAt);
}
Query& bind(Query& query, const Suggestion& label) {
    return query.bind(label.id, label.document, label.range.begin, label.range.end, label.type,
                      label.score, label.model);
}
Query& bind(Query& query, const Rejection& label) {
    return query.bind(label.id, label.document, label.range.begin, label.range.end, label.type,
                      label.annotator, label.createdAt);
}

template <typename Label, typename Counted>
void addLabels(Database& database, Checker& check, const char* what, const char* sql,
               const std::vector<Label>& labels, const Counted& counted) {
    if (labels.empty())
        return;
    Query insert(database, sql);
    for (const Label& label : labels) {
        check.added(what, label.id, label.document, label.range, label.type);
        bind(insert, label).run();
        counted(label, 1);
    }
}

template <typename Counted>
void applyLabels(Database& database, Checker& check, const Edit& edit, const Counted& counted) {
    removeLabels(database, "annotation", edit.removeAnnotations, counted);
    removeLabels(database, "suggestion", edit.removeSuggestions, counted);
    removeLabels(database, "rejection", edit.removeRejections, counted);
    addLabels(database, check, "annotation", kInsertAnnotation, edit.addAnnotations, counted);
    addLabels(database, check, "suggestion", kInsertSuggestion, edit.addSuggestions, counted);
    addLabels(database, check, "rejection", kInsertRejection, edit.addRejections, counted);
}

void applyTypeChange(Database& database, const TypeChange& change) {
    EntityType after = change.after;
    const LabelScheme scheme(loadTypes(database));
    if (change.livesAfter) {
        const EntityType* sameName = scheme.byName(after.name);
        if (sameName != nullptr && sameName->id != after.id)
            fail(ErrorCode::AlreadyExists, "Another entity type is called \"" + after.name +
                                               "\" by now: rename that one first.");
        const EntityType* sameKey =
            after.shortcut.empty() ? nullptr : scheme.byShortcut(after.shortcut);
        if (sameKey != nullptr && sameKey->id != after.id)
            after.shortcut.clear();
    }
    Query state(database, "SELECT trashed_at IS NULL FROM entity_type WHERE id = ?", after.id);
    if (!state.step())
        fail(ErrorCode::NotFound, "There is no entity type " + std::to_string(after.id) + ".");
    const bool lives = state.integer(0) != 0;
    Query(
        database,
        "UPDATE entity_type SET name = ?, description = ?, color = ?, shortcut = ?, position = ?, "
        "note = ? WHERE id = ?",
        after.name, after.description, after.color, after.shortcut, after.order, after.note,
        after.id)
        .run();
    if (lives && !change.livesAfter) {
        // The model makes its suggestions anew.
        Query(database, "DELETE FROM suggestion WHERE type = ?", after.id).run();
        Query(database, "UPDATE entity_type SET trashed_at = ? WHERE id = ?", now(), after.id)
            .run();
    } else if (!lives && change.livesAfter) {
        Query(database, "UPDATE entity_type SET trashed_at = NULL WHERE id = ?", after.id).run();
        // What the model proposed since then may now lie on labels that came back.
        Query(database,
              "DELETE FROM suggestion WHERE id IN (SELECT suggestion.id FROM annotation JOIN "
              "suggestion ON suggestion.document = annotation.document AND suggestion.begin_at < "
              "annotation.end_at AND annotation.begin_at < suggestion.end_at WHERE "
              "annotation.type = ?)",
              after.id)
            .run();
    }
}

}  // namespace

DocumentLabels loadLabels(Database& database, DocumentId document, Hidden hidden) {
    DocumentLabels labels;
    {
        Query query(database, "SELECT status FROM document WHERE id = ?", document);
        if (!query.step())
            fail(ErrorCode::NotFound, "There is no document " + std::to_string(document) + ".");
        labels.status = static_cast<DocumentStatus>(query.integer(0));
    }
    {
        Query query(database,
                    labelsSql("id, begin_at, end_at, type, origin, annotator, created_at",
                              "annotation", hidden),
                    document);
        while (query.step())
            labels.annotations.push_back({query.integer(0),
                                          document,
                                          {query.integer(1), query.integer(2)},
                                          query.integer(3),
                                          static_cast<Origin>(query.integer(4)),
                                          query.text(5),
                                          query.integer(6)});
    }
    {
        Query query(database,
                    labelsSql("id, begin_at, end_at, type, score, model", "suggestion", hidden),
                    document);
        while (query.step())
            labels.suggestions.push_back({query.integer(0),
                                          document,
                                          {query.integer(1), query.integer(2)},
                                          query.integer(3),
                                          query.real(4),
                                          query.text(5)});
    }
    {
        Query query(
            database,
            labelsSql("id, begin_at, end_at, type, annotator, created_at", "rejection", hidden),
            document);
        while (query.step())
            labels.rejections.push_back({query.integer(0),
                                         document,
                                         {query.integer(1), query.integer(2)},
                                         query.integer(3),
                                         query.text(4),
                                         query.integer(5)});
    }
    return labels;
}

std::vector<EntityType> loadTypes(Database& database, bool trashed) {
    std::vector<EntityType> types;
    Query query(database, std::string("SELECT id, name, description, color, shortcut, position, "
                                      "note FROM entity_type WHERE trashed_at IS ") +
                              (trashed ? "NOT NULL" : "NULL") + " ORDER BY position, id");
    while (query.step())
        types.push_back({query.integer(0), query.text(1), query.text(2), query.text(3),
                         query.text(4), static_cast<int>(query.integer(5)), query.text(6)});
    return types;
}

void insertType(Database& database, const EntityType& type) {
    Query(database,
          "INSERT INTO entity_type(id, name, description, color, shortcut, position, note) "
          "VALUES (?, ?, ?, ?, ?, ?, ?)",
          type.id, type.name, type.description, type.color, type.shortcut, type.order, type.note)
        .run();
}

void insertAnnotation(Database& database, const Annotation& annotation) {
    Query query(database, kInsertAnnotation);
    bind(query, annotation).run();
}

void insertSuggestion(Database& database, const Suggestion& suggestion) {
    Query query(database, kInsertSuggestion);
    bind(query, suggestion).run();
}

void insertHiddenSuggestion(Database& database, const Suggestion& suggestion) {
    Query query(database, kInsertHiddenSuggestion);
    bind(query, suggestion).run();
}

void insertRejection(Database& database, const Rejection& rejection) {
    Query query(database, kInsertRejection);
    bind(query, rejection).run();
}

void applyEdit(Database& database, const Edit& edit, Reach reach) {
    Checker check(database, reach);
    const auto checkDocuments = [&check](const auto& labels) {
        for (const auto& label : labels)
            check.document(label.document);
    };
    checkDocuments(edit.removeAnnotations);
    checkDocuments(edit.removeSuggestions);
    checkDocuments(edit.removeRejections);
    checkDocuments(edit.status);

    const std::size_t labels = edit.removeAnnotations.size() + edit.removeSuggestions.size() +
                               edit.removeRejections.size() + edit.addAnnotations.size() +
                               edit.addSuggestions.size() + edit.addRejections.size();
    if (labels < kManyLabels) {
        applyLabels(database, check, edit, [](const auto&, int) {});
    } else {
        Counters counters(database, check);
        const WithoutTriggers untriggered(database);
        applyLabels(database, check, edit,
                    [&](const auto& label, int by) { counters.count(label, by); });
        counters.write();
    }
    for (const StatusChange& change : edit.status) {
        Query query(database, "UPDATE document SET status = ? WHERE id = ? AND status = ?",
                    change.after, change.document, change.before);
        if (query.run() != 1)
            fail(ErrorCode::InvalidArgument, "Document " + std::to_string(change.document) +
                                                 " is not \"" +
                                                 std::string(documentStatusName(change.before)) +
                                                 "\" any more: it has changed meanwhile.");
    }
    for (const TypeChange& change : edit.types)
        applyTypeChange(database, change);
}

Edit mergeEdit(Database& database, TypeId from, TypeId into) {
    const LabelScheme scheme(loadTypes(database));
    const EntityType* going = scheme.byId(from);
    if (going == nullptr || scheme.byId(into) == nullptr || from == into)
        fail(ErrorCode::NotFound, "There are no two entity types " + std::to_string(from) +
                                      " and " + std::to_string(into) + " to merge.");
    Edit edit;
    {
        Query labels(database,
                     "SELECT a.id, a.document, a.begin_at, a.end_at, a.origin, a.annotator, "
                     "a.created_at, EXISTS(SELECT 1 FROM annotation AS b WHERE b.document = "
                     "a.document AND b.type = ?2 AND b.begin_at = a.begin_at AND b.end_at = "
                     "a.end_at) FROM annotation AS a WHERE a.type = ?1 ORDER BY a.id",
                     from, into);
        while (labels.step()) {
            Annotation label{labels.integer(0),
                             labels.integer(1),
                             {labels.integer(2), labels.integer(3)},
                             from,
                             static_cast<Origin>(labels.integer(4)),
                             labels.text(5),
                             labels.integer(6)};
            edit.removeAnnotations.push_back(label);
            if (labels.integer(7) == 0) {
                label.type = into;
                edit.addAnnotations.push_back(std::move(label));
            }
        }
    }
    // That it is no `from` does not say that it is no `into`: rejections stay with their type.
    edit.types.push_back({*going, *going, true, false});
    return edit;
}

Edit fitted(Database& database, Edit edit) {
    std::map<DocumentId, DocumentLabels> stored;
    const auto collect = [&stored](const auto& labels) {
        for (const auto& label : labels)
            stored.try_emplace(label.document);
    };
    collect(edit.removeAnnotations);
    collect(edit.addAnnotations);
    collect(edit.removeSuggestions);
    collect(edit.addSuggestions);
    collect(edit.removeRejections);
    collect(edit.addRejections);
    collect(edit.status);
    for (auto& [document, labels] : stored)
        labels = loadLabels(database, document, Hidden::Included);

    // By document: an edit may concern thousands of them.
    std::map<DocumentId, std::vector<Range>> coming;
    for (const Annotation& annotation : edit.addAnnotations)
        coming[annotation.document].push_back(annotation.range);
    std::map<DocumentId, std::set<std::pair<Range, TypeId>>> refusals;
    for (const Rejection& rejection : edit.addRejections)
        refusals[rejection.document].emplace(rejection.range, rejection.type);
    const auto isCovered = [&](DocumentId document, Range range) {
        const auto added = coming.find(document);
        return added != coming.end() &&
               std::any_of(added->second.begin(), added->second.end(),
                           [&](Range other) { return other.overlaps(range); });
    };
    std::set<RecordId> wanted;
    for (const Suggestion& suggestion : edit.removeSuggestions)
        wanted.insert(suggestion.id);
    std::vector<Suggestion> removed;
    std::map<DocumentId, std::vector<Suggestion>> staying;
    for (const auto& [document, labels] : stored) {
        for (const Suggestion& suggestion : labels.suggestions) {
            const auto refused = refusals.find(document);
            const bool isRefused = refused != refusals.end() &&
                                   refused->second.contains({suggestion.range, suggestion.type});
            if (isCovered(document, suggestion.range) || isRefused ||
                wanted.contains(suggestion.id))
                removed.push_back(suggestion);
            else
                staying[document].push_back(suggestion);
        }
    }

    const auto livingTypes = loadTypes(database);
    std::set<RecordId> goingAnnotations, goingRejections;
    for (const Annotation& annotation : edit.removeAnnotations)
        goingAnnotations.insert(annotation.id);
    for (const Rejection& rejection : edit.removeRejections)
        goingRejections.insert(rejection.id);
    const auto taken = [&](const Suggestion& back) {
        const DocumentLabels& labels = stored.at(back.document);
        const auto& others = staying[back.document];
        return std::none_of(livingTypes.begin(), livingTypes.end(),
                            [&](const EntityType& type) { return type.id == back.type; }) ||
               std::any_of(labels.annotations.begin(), labels.annotations.end(),
                           [&](const Annotation& annotation) {
                               return !goingAnnotations.contains(annotation.id) &&
                                      (back.model == kPatternModel
                                           ? settles(annotation, back.range, back.type)
                                           : annotation.range.overlaps(back.range));
                           }) ||
               isCovered(back.document, back.range) ||
               std::any_of(labels.rejections.begin(), labels.rejections.end(),
                           [&](const Rejection& rejection) {
                               return !goingRejections.contains(rejection.id) &&
                                      rejection.range == back.range && rejection.type == back.type;
                           }) ||
               std::any_of(others.begin(), others.end(), [&](const Suggestion& other) {
                   return other.range.overlaps(back.range);
               });
    };
    std::erase_if(edit.addSuggestions, taken);
    edit.removeSuggestions = std::move(removed);

    for (StatusChange& change : edit.status) {
        change.before = stored.at(change.document).status;
        stored.at(change.document).status = change.after;
    }
    std::erase_if(edit.status,
                  [](const StatusChange& change) { return change.before == change.after; });
    return edit;
}

RecordId idAfter(const Edit& edit) {
    RecordId next = 0;
    for (const Annotation& annotation : edit.addAnnotations)
        next = std::max(next, annotation.id + 1);
    for (const Suggestion& suggestion : edit.addSuggestions)
        next = std::max(next, suggestion.id + 1);
    for (const Rejection& rejection : edit.addRejections)
        next = std::max(next, rejection.id + 1);
    return next;
}

}  // namespace spanwise::storage
