#include "core/annotation/edit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace spanwise {
namespace {

template <typename Record>
auto sortKey(const Record& record) {
    return std::make_tuple(record.range.begin, record.range.end, record.type, record.id);
}

template <typename Record>
const Record* byId(const std::vector<Record>& records, RecordId id) {
    const auto found = std::find_if(records.begin(), records.end(),
                                    [&](const Record& record) { return record.id == id; });
    return found == records.end() ? nullptr : &*found;
}

/// `records` after the removals and additions that concern `document`; empty when they do not fit.
template <typename Record>
std::optional<std::vector<Record>> changed(const std::vector<Record>& records, DocumentId document,
                                           const std::vector<Record>& remove,
                                           const std::vector<Record>& add) {
    std::unordered_map<RecordId, const Record*> going;
    for (const Record& record : remove) {
        if (record.document == document && !going.emplace(record.id, &record).second)
            return std::nullopt;
    }
    std::vector<Record> out;
    out.reserve(records.size() + add.size());
    std::unordered_set<RecordId> present;
    for (const Record& record : records) {
        if (const auto found = going.find(record.id); found != going.end()) {
            if (found->second->range != record.range || found->second->type != record.type)
                return std::nullopt;
            going.erase(found);
            continue;
        }
        if (!add.empty())
            present.insert(record.id);
        out.push_back(record);
    }
    if (!going.empty())
        return std::nullopt;
    const std::size_t kept = out.size();
    for (const Record& record : add) {
        if (record.document != document)
            continue;
        if (!present.insert(record.id).second)
            return std::nullopt;
        out.push_back(record);
    }
    const auto before = [](const Record& a, const Record& b) { return sortKey(a) < sortKey(b); };
    const auto middle = out.begin() + static_cast<std::ptrdiff_t>(kept);
    std::sort(middle, out.end(), before);
    std::inplace_merge(out.begin(), middle, out.end(), before);
    return out;
}

bool partlyOverlaps(Range a, Range b) {
    return a.overlaps(b) && !a.contains(b) && !b.contains(a);
}

Result<void> checkRange(Range range, Offset textLength) {
    if (range.isEmpty() || range.begin < 0)
        return failure(ErrorCode::InvalidArgument, "An entity needs at least one character.");
    if (range.end > textLength) {
        return failure(ErrorCode::InvalidArgument,
                       "The entity ends at " + std::to_string(range.end) +
                           ", past the end of the text (" + std::to_string(textLength) +
                           " characters).");
    }
    return {};
}

/// Ranges that are taken, to be asked many times.
class Taken {
public:
    template <typename Records>
    explicit Taken(const Records& records) {
        for (const auto& record : records)
            m_ranges.push_back(record.range);
        // Sorted by beginning, with the furthest end so far: an overlap is one binary search away.
        std::sort(m_ranges.begin(), m_ranges.end());
        for (std::size_t i = 1; i < m_ranges.size(); ++i)
            m_ranges[i].end = std::max(m_ranges[i].end, m_ranges[i - 1].end);
    }
    [[nodiscard]] bool overlaps(Range range) const {
        const auto after =
            std::partition_point(m_ranges.begin(), m_ranges.end(),
                                 [&](const Range& other) { return other.begin < range.end; });
        return after != m_ranges.begin() && (after - 1)->end > range.begin;
    }

private:
    std::vector<Range> m_ranges;
};

/// What annotations settle, to be asked many times.
class Settled {
public:
    explicit Settled(const std::vector<Annotation>& annotations) {
        std::map<TypeId, std::vector<Annotation>> byType;
        for (const Annotation& annotation : annotations) {
            m_ranges.insert(annotation.range);
            byType[annotation.type].push_back(annotation);
        }
        for (const auto& [type, those] : byType)
            m_byType.emplace(type, those);
    }
    /// As settles() of any of them.
    [[nodiscard]] bool contains(Range range, TypeId type) const {
        const auto same = m_byType.find(type);
        return m_ranges.contains(range) || (same != m_byType.end() && same->second.overlaps(range));
    }

private:
    std::set<Range> m_ranges;
    std::map<TypeId, Taken> m_byType;
};

/// What is labelled on exactly these words.
struct OnWords {
    OnWords(const DocumentLabels& labels, Range range, TypeId type) {
        int count = 0;
        for (const Annotation& annotation : labels.annotations) {
            if (annotation.range != range)
                continue;
            only = count++ == 0 ? &annotation : nullptr;
            if (annotation.type == type)
                equal = &annotation;
        }
    }
    const Annotation* equal = nullptr;  ///< as this type
    const Annotation* only = nullptr;   ///< as whatever type, when there is just one
};

/// The ranges that can be used beside each other, the first ones first.
std::vector<Range> withoutOverlaps(std::vector<Range> ranges) {
    std::sort(ranges.begin(), ranges.end());
    std::vector<Range> out;
    for (const Range range : ranges) {
        if (!range.isEmpty() && (out.empty() || out.back().end <= range.begin))
            out.push_back(range);
    }
    return out;
}

/// Collects one gesture's change; nothing is removed twice.
class Builder {
public:
    Builder(const DocumentLabels& labels, const EditContext& context)
        : m_labels(labels), m_context(context) {}

    void remove(const Annotation& annotation) {
        if (m_removed.insert(annotation.id).second)
            m_edit.removeAnnotations.push_back(annotation);
    }
    void remove(const Suggestion& suggestion) {
        if (m_removed.insert(suggestion.id).second)
            m_edit.removeSuggestions.push_back(suggestion);
    }

    /// Adds an annotation with all that follows from it. `id` 0: a new one.
    void annotate(Range range, TypeId type, Origin origin, RecordId id = 0) {
        for (const Suggestion& suggestion : m_labels.suggestions) {
            if (suggestion.range.overlaps(range))
                remove(suggestion);
        }
        for (const Rejection& rejection : m_labels.rejections) {
            if (rejection.range == range && rejection.type == type &&
                m_removed.insert(rejection.id).second) {
                m_edit.removeRejections.push_back(rejection);
            }
        }
        m_edit.addAnnotations.push_back({id ? id : newId(), m_context.document, range, type, origin,
                                         m_context.annotator, m_context.now});
        touch();
    }

    /// `isThere`: it is among the labels, not only remembered.
    void reject(const Suggestion& suggestion, bool isThere = true) {
        if (isThere)
            remove(suggestion);
        const auto same = [&](const Rejection& other) {
            return other.range == suggestion.range && other.type == suggestion.type;
        };
        if (std::none_of(m_labels.rejections.begin(), m_labels.rejections.end(), same) &&
            std::none_of(m_edit.addRejections.begin(), m_edit.addRejections.end(), same)) {
            m_edit.addRejections.push_back({newId(), m_context.document, suggestion.range,
                                            suggestion.type, m_context.annotator, m_context.now});
        }
        touch();
    }

    /// A person worked here: a new document is in progress from now on.
    void touch() {
        if (m_labels.status == DocumentStatus::New && m_edit.status.empty()) {
            m_edit.status.push_back(
                {m_context.document, DocumentStatus::New, DocumentStatus::InProgress});
        }
    }

    [[nodiscard]] RecordId newId() { return (*m_context.nextId)++; }
    [[nodiscard]] bool isRemoved(RecordId id) const { return m_removed.contains(id); }
    [[nodiscard]] Edit& edit() { return m_edit; }
    [[nodiscard]] Edit take() { return std::move(m_edit); }

private:
    const DocumentLabels& m_labels;
    const EditContext& m_context;
    std::set<RecordId> m_removed;
    Edit m_edit;
};

}  // namespace

bool Edit::isEmpty() const {
    return *this == Edit{};
}

Edit inverse(Edit edit) {
    std::swap(edit.removeAnnotations, edit.addAnnotations);
    std::swap(edit.removeSuggestions, edit.addSuggestions);
    std::swap(edit.removeRejections, edit.addRejections);
    std::reverse(edit.status.begin(), edit.status.end());
    for (StatusChange& change : edit.status)
        std::swap(change.before, change.after);
    std::reverse(edit.types.begin(), edit.types.end());
    for (TypeChange& change : edit.types) {
        std::swap(change.before, change.after);
        std::swap(change.livesBefore, change.livesAfter);
    }
    return edit;
}

void append(Edit& edit, Edit more) {
    const auto move = [](auto& to, auto& from) {
        to.insert(to.end(), std::make_move_iterator(from.begin()),
                  std::make_move_iterator(from.end()));
    };
    move(edit.removeAnnotations, more.removeAnnotations);
    move(edit.addAnnotations, more.addAnnotations);
    move(edit.removeSuggestions, more.removeSuggestions);
    move(edit.addSuggestions, more.addSuggestions);
    move(edit.removeRejections, more.removeRejections);
    move(edit.addRejections, more.addRejections);
    move(edit.status, more.status);
}

Result<void> apply(DocumentLabels& labels, DocumentId document, const Edit& edit) {
    auto annotations =
        changed(labels.annotations, document, edit.removeAnnotations, edit.addAnnotations);
    auto suggestions =
        changed(labels.suggestions, document, edit.removeSuggestions, edit.addSuggestions);
    auto rejections =
        changed(labels.rejections, document, edit.removeRejections, edit.addRejections);
    DocumentStatus status = labels.status;
    bool fits = annotations && suggestions && rejections;
    for (const StatusChange& change : edit.status) {
        if (change.document != document)
            continue;
        fits = fits && change.before == status;
        status = change.after;
    }
    if (!fits) {
        return failure(ErrorCode::InvalidArgument,
                       "The change does not fit the document's labels as they are now.");
    }
    labels.annotations = std::move(*annotations);
    labels.suggestions = std::move(*suggestions);
    labels.rejections = std::move(*rejections);
    labels.status = status;
    return {};
}

namespace {

/// What is in one list and not in the other, record by record.
template <typename Record>
void compare(const std::vector<Record>& before, const std::vector<Record>& after,
             std::vector<Record>& remove, std::vector<Record>& add) {
    std::unordered_map<RecordId, const Record*> old;
    for (const Record& record : before)
        old.emplace(record.id, &record);
    for (const Record& record : after) {
        const auto found = old.find(record.id);
        if (found != old.end() && *found->second == record)
            old.erase(found);
        else
            add.push_back(record);
    }
    for (const Record& record : before) {
        if (old.contains(record.id))
            remove.push_back(record);
    }
}

}  // namespace

Edit difference(DocumentId document, const DocumentLabels& before, const DocumentLabels& after) {
    Edit edit;
    compare(before.annotations, after.annotations, edit.removeAnnotations, edit.addAnnotations);
    compare(before.suggestions, after.suggestions, edit.removeSuggestions, edit.addSuggestions);
    compare(before.rejections, after.rejections, edit.removeRejections, edit.addRejections);
    if (before.status != after.status)
        edit.status.push_back({document, before.status, after.status});
    return edit;
}

bool settles(const Annotation& annotation, Range range, TypeId type) {
    return annotation.range == range ||
           (annotation.type == type && annotation.range.overlaps(range));
}

Result<Edit> labelEdit(const DocumentLabels& labels, const EditContext& context, Range range,
                       TypeId type, Offset textLength, SameWords same) {
    if (const auto checked = checkRange(range, textLength); !checked)
        return tl::unexpected(checked.error());
    const OnWords there(labels, range, type);
    if (there.equal)
        return Edit{};
    const bool proposed = std::any_of(
        labels.suggestions.begin(), labels.suggestions.end(), [&](const Suggestion& suggestion) {
            return suggestion.range == range && suggestion.type == type;
        });
    const Annotation* old = same == SameWords::Change ? there.only : nullptr;
    Builder builder(labels, context);
    if (old)
        builder.remove(*old);
    builder.annotate(range, type, proposed ? Origin::Accepted : Origin::Manual, old ? old->id : 0);
    return builder.take();
}

Edit acceptEdit(const DocumentLabels& labels, const EditContext& context,
                const std::vector<RecordId>& suggestions) {
    std::vector<const Suggestion*> accepted;
    for (const RecordId id : suggestions) {
        const Suggestion* suggestion = byId(labels.suggestions, id);
        if (suggestion && std::find(accepted.begin(), accepted.end(), suggestion) == accepted.end())
            accepted.push_back(suggestion);
    }
    std::stable_sort(accepted.begin(), accepted.end(),
                     [](const Suggestion* a, const Suggestion* b) { return a->score > b->score; });
    Builder builder(labels, context);
    std::vector<Range> taken;
    for (const Suggestion* suggestion : accepted) {
        builder.remove(*suggestion);
        const Range range = suggestion->range;
        if (std::any_of(taken.begin(), taken.end(), [&](Range other) {
                return other == range || partlyOverlaps(other, range);
            })) {
            continue;
        }
        taken.push_back(range);
        const OnWords there(labels, range, suggestion->type);
        if (there.equal)
            continue;
        if (there.only)
            builder.remove(*there.only);
        builder.annotate(range, suggestion->type, Origin::Accepted);
    }
    return builder.take();
}

Edit rejectEdit(const DocumentLabels& labels, const EditContext& context,
                const std::vector<RecordId>& suggestions) {
    Builder builder(labels, context);
    for (const RecordId id : suggestions) {
        const Suggestion* suggestion = byId(labels.suggestions, id);
        if (suggestion && !builder.isRemoved(id))
            builder.reject(*suggestion);
    }
    return builder.take();
}

Edit settleEdit(const DocumentLabels& labels, const EditContext& context,
                const std::vector<Suggestion>& seen, std::optional<TypeId> type) {
    const Settled settled(labels.annotations);
    Builder builder(labels, context);
    std::vector<Suggestion> best;
    for (const Suggestion& suggestion : seen) {
        if (suggestion.document == context.document &&
            !settled.contains(suggestion.range, type.value_or(suggestion.type)))
            best.push_back(suggestion);
    }
    if (!type) {
        for (const Suggestion& suggestion : best) {
            const Suggestion* present = byId(labels.suggestions, suggestion.id);
            builder.reject(present ? *present : suggestion, present != nullptr);
        }
        return builder.take();
    }
    std::stable_sort(best.begin(), best.end(),
                     [](const Suggestion& a, const Suggestion& b) { return a.score > b.score; });
    std::vector<Range> taken;
    for (const Suggestion& suggestion : best) {
        const Range range = suggestion.range;
        if (std::any_of(taken.begin(), taken.end(),
                        [&](Range other) { return other.overlaps(range); })) {
            continue;
        }
        taken.push_back(range);
        builder.annotate(range, *type,
                         *type == suggestion.type ? Origin::Accepted : Origin::Manual);
    }
    return builder.take();
}

Edit annotateEdit(const DocumentLabels& labels, const EditContext& context,
                  const std::vector<Range>& ranges, TypeId type, Origin origin) {
    const Settled settled(labels.annotations);
    Builder builder(labels, context);
    for (const Range range : withoutOverlaps(ranges)) {
        if (!settled.contains(range, type))
            builder.annotate(range, type, origin);
    }
    return builder.take();
}

Edit removeEdit(const DocumentLabels& labels, const EditContext& context,
                const std::vector<RecordId>& annotations) {
    Builder builder(labels, context);
    for (const RecordId id : annotations) {
        if (const Annotation* annotation = byId(labels.annotations, id)) {
            builder.remove(*annotation);
            builder.touch();
        }
    }
    return builder.take();
}

Result<Edit> retypeEdit(const DocumentLabels& labels, const EditContext& context,
                        const std::vector<RecordId>& records, TypeId type, Offset textLength) {
    DocumentLabels changed = labels;
    for (const RecordId id : records) {
        const Annotation* annotation = byId(changed.annotations, id);
        const Suggestion* suggestion = annotation ? nullptr : byId(changed.suggestions, id);
        if (!annotation && !suggestion)
            continue;
        Result<Edit> step = Edit{};
        if (!annotation) {
            step = labelEdit(changed, context, suggestion->range, type, textLength);
        } else if (OnWords(changed, annotation->range, type).equal) {
            if (annotation->type != type)
                step = removeEdit(changed, context, {id});
        } else {
            Builder builder(changed, context);
            builder.remove(*annotation);
            builder.annotate(annotation->range, type, Origin::Manual, id);
            step = builder.take();
        }
        if (!step)
            return step;
        if (const auto applied = apply(changed, context.document, *step); !applied)
            return tl::unexpected(applied.error());
    }
    return difference(context.document, labels, changed);
}

Edit clearEdit(const DocumentLabels& labels, const EditContext& context,
               const std::vector<RecordId>& records) {
    Edit edit = rejectEdit(labels, context, records);
    Edit removed = removeEdit(labels, context, records);
    edit.removeAnnotations = std::move(removed.removeAnnotations);
    if (edit.status.empty())
        edit.status = std::move(removed.status);
    return edit;
}

Result<Edit> resizeEdit(const DocumentLabels& labels, const EditContext& context, RecordId record,
                        Range range, Offset textLength) {
    if (const auto checked = checkRange(range, textLength); !checked)
        return tl::unexpected(checked.error());
    Builder builder(labels, context);
    if (const Annotation* annotation = byId(labels.annotations, record)) {
        if (annotation->range == range)
            return Edit{};
        builder.remove(*annotation);
        if (const Annotation* equal = OnWords(labels, range, annotation->type).equal)
            builder.remove(*equal);
        builder.annotate(range, annotation->type, Origin::Manual, record);
        return builder.take();
    }
    if (const Suggestion* suggestion = byId(labels.suggestions, record)) {
        builder.remove(*suggestion);
        if (const Annotation* equal = OnWords(labels, range, suggestion->type).equal)
            builder.remove(*equal);
        builder.annotate(range, suggestion->type, Origin::Accepted);
        return builder.take();
    }
    return failure(ErrorCode::NotFound, "The entity to change is not there any more.");
}

Edit statusEdit(const DocumentLabels& labels, const EditContext& context, DocumentStatus status) {
    Edit edit;
    if (labels.status != status)
        edit.status.push_back({context.document, labels.status, status});
    return edit;
}

Edit suggestEdit(const DocumentLabels& labels, const EditContext& context,
                 const std::vector<Suggestion>& proposed) {
    std::set<std::pair<Range, TypeId>> refused;
    for (const Rejection& rejection : labels.rejections)
        refused.emplace(rejection.range, rejection.type);
    std::map<std::pair<Range, TypeId>, const Suggestion*> old;
    for (const Suggestion& suggestion : labels.suggestions)
        old.emplace(std::pair(suggestion.range, suggestion.type), &suggestion);

    const Taken decided(labels.annotations);
    std::vector<Suggestion> patterns;
    std::copy_if(labels.suggestions.begin(), labels.suggestions.end(), std::back_inserter(patterns),
                 [](const Suggestion& suggestion) { return suggestion.model == kPatternModel; });
    const Taken found(patterns);

    Edit edit;
    std::set<std::pair<Range, TypeId>> seen;
    std::set<RecordId> unchanged;
    for (const Suggestion& proposal : proposed) {
        const std::pair key(proposal.range, proposal.type);
        if (proposal.range.isEmpty() || refused.contains(key) || decided.overlaps(proposal.range) ||
            found.overlaps(proposal.range) || !seen.insert(key).second) {
            continue;
        }
        Suggestion suggestion = proposal;
        suggestion.document = context.document;
        if (const auto same = old.find(key); same != old.end()) {
            suggestion.id = same->second->id;
            if (suggestion == *same->second) {
                unchanged.insert(suggestion.id);
                continue;
            }
        } else {
            suggestion.id = (*context.nextId)++;
        }
        edit.addSuggestions.push_back(std::move(suggestion));
    }
    for (const Suggestion& suggestion : labels.suggestions) {
        if (!unchanged.contains(suggestion.id) && suggestion.model != kPatternModel)
            edit.removeSuggestions.push_back(suggestion);
    }
    return edit;
}

Edit proposeEdit(const DocumentLabels& labels, const EditContext& context,
                 const std::vector<Range>& ranges, TypeId type) {
    std::set<Range> refused;
    for (const Rejection& rejection : labels.rejections) {
        if (rejection.type == type)
            refused.insert(rejection.range);
    }
    const Settled settled(labels.annotations);
    Edit edit;
    std::set<RecordId> gone;
    for (const Range range : withoutOverlaps(ranges)) {
        if (refused.contains(range) || settled.contains(range, type))
            continue;
        const auto stays = [&](const Suggestion& other) {
            return (other.range == range && other.type == type) ||
                   (other.model == kPatternModel && other.range.overlaps(range));
        };
        if (std::any_of(labels.suggestions.begin(), labels.suggestions.end(), stays))
            continue;
        for (const Suggestion& other : labels.suggestions) {
            if (other.range.overlaps(range) && gone.insert(other.id).second)
                edit.removeSuggestions.push_back(other);
        }
        edit.addSuggestions.push_back(
            {(*context.nextId)++, context.document, range, type, 1, std::string(kPatternModel)});
    }
    return edit;
}

namespace {

using Json = nlohmann::ordered_json;

// Edits of tens of thousands of labels are written with every gesture that makes them, so they are
// not built as JSON values first.

void writeText(std::string& out, std::string_view text) {
    const bool isPlain = std::all_of(text.begin(), text.end(), [](char c) {
        return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
    });
    if (isPlain)
        out.append(1, '"').append(text).append(1, '"');
    else
        out += Json(text).dump();
}
void writeNumber(std::string& out, std::int64_t number) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

template <typename Record>
void writeBase(std::string& out, const Record& record) {
    const auto field = [&out](const char* name, std::int64_t number) {
        out += name;
        writeNumber(out, number);
    };
    field("{\"id\":", record.id);
    field(",\"document\":", record.document);
    field(",\"begin\":", record.range.begin);
    field(",\"end\":", record.range.end);
    field(",\"type\":", record.type);
}
void writeAuthor(std::string& out, const std::string& annotator, std::int64_t createdAt) {
    out += ",\"annotator\":";
    writeText(out, annotator);
    out += ",\"createdAt\":";
    writeNumber(out, createdAt);
    out += '}';
}

void write(std::string& out, const Annotation& value) {
    writeBase(out, value);
    out += ",\"origin\":";
    writeText(out, originName(value.origin));
    writeAuthor(out, value.annotator, value.createdAt);
}
void write(std::string& out, const Suggestion& value) {
    writeBase(out, value);
    out += ",\"score\":";
    out += Json(value.score).dump();
    out += ",\"model\":";
    writeText(out, value.model);
    out += '}';
}
void write(std::string& out, const Rejection& value) {
    writeBase(out, value);
    writeAuthor(out, value.annotator, value.createdAt);
}
void write(std::string& out, const StatusChange& value) {
    out += "{\"document\":";
    writeNumber(out, value.document);
    out += ",\"before\":";
    writeText(out, documentStatusName(value.before));
    out += ",\"after\":";
    writeText(out, documentStatusName(value.after));
    out += '}';
}

template <typename Record>
void readBase(const Json& json, Record& record) {
    record.id = json.at("id").get<RecordId>();
    record.document = json.at("document").get<DocumentId>();
    record.range = {json.at("begin").get<Offset>(), json.at("end").get<Offset>()};
    record.type = json.at("type").get<TypeId>();
}
void read(const Json& json, Annotation& value) {
    readBase(json, value);
    value.origin = originFromName(json.at("origin").get<std::string>());
    value.annotator = json.at("annotator").get<std::string>();
    value.createdAt = json.at("createdAt").get<std::int64_t>();
}
void read(const Json& json, Suggestion& value) {
    readBase(json, value);
    value.score = json.at("score").get<double>();
    value.model = json.at("model").get<std::string>();
}
void read(const Json& json, Rejection& value) {
    readBase(json, value);
    value.annotator = json.at("annotator").get<std::string>();
    value.createdAt = json.at("createdAt").get<std::int64_t>();
}
void read(const Json& json, StatusChange& value) {
    value.document = json.at("document").get<DocumentId>();
    value.before = documentStatusFromName(json.at("before").get<std::string>()).value();
    value.after = documentStatusFromName(json.at("after").get<std::string>()).value();
}

Json toJson(const EntityType& type, bool lives) {
    Json json{{"id", type.id},       {"name", type.name},         {"description", type.description},
              {"color", type.color}, {"shortcut", type.shortcut}, {"order", type.order}};
    if (!type.note.empty())
        json["note"] = type.note;
    if (!lives)
        json["trashed"] = true;
    return json;
}
Json toJson(const TypeChange& value) {
    return {{"before", toJson(value.before, value.livesBefore)},
            {"after", toJson(value.after, value.livesAfter)}};
}
void write(std::string& out, const TypeChange& value) {
    out += toJson(value).dump();
}
void read(const Json& json, EntityType& type, bool& lives) {
    type.id = json.at("id").get<TypeId>();
    type.name = json.at("name").get<std::string>();
    type.description = json.at("description").get<std::string>();
    type.color = json.at("color").get<std::string>();
    type.shortcut = json.at("shortcut").get<std::string>();
    type.order = json.at("order").get<int>();
    type.note = json.value("note", std::string());  // there since project format 4
    lives = !json.value("trashed", false);
}
void read(const Json& json, TypeChange& value) {
    read(json.at("before"), value.before, value.livesBefore);
    read(json.at("after"), value.after, value.livesAfter);
}

template <typename Record>
void writeList(std::string& out, const char* key, const std::vector<Record>& records) {
    if (records.empty())
        return;
    out.append(out.size() > 1 ? ",\"" : "\"").append(key).append("\":[");
    for (const Record& record : records) {
        if (out.back() != '[')
            out += ',';
        write(out, record);
    }
    out += ']';
}

template <typename Record>
void readList(const Json& json, const char* key, std::vector<Record>& records) {
    const auto found = json.find(key);
    if (found == json.end())
        return;
    for (const Json& item : *found)
        read(item, records.emplace_back());
}

}  // namespace

std::string editToJson(const Edit& edit) {
    std::string out = "{";
    writeList(out, "removeAnnotations", edit.removeAnnotations);
    writeList(out, "addAnnotations", edit.addAnnotations);
    writeList(out, "removeSuggestions", edit.removeSuggestions);
    writeList(out, "addSuggestions", edit.addSuggestions);
    writeList(out, "removeRejections", edit.removeRejections);
    writeList(out, "addRejections", edit.addRejections);
    writeList(out, "status", edit.status);
    writeList(out, "types", edit.types);
    return out += '}';
}

Result<Edit> editFromJson(std::string_view json) {
    try {
        const Json parsed = Json::parse(json);
        if (!parsed.is_object())
            return failure(ErrorCode::InvalidFormat, "A change in the history is no JSON object.");
        Edit edit;
        readList(parsed, "removeAnnotations", edit.removeAnnotations);
        readList(parsed, "addAnnotations", edit.addAnnotations);
        readList(parsed, "removeSuggestions", edit.removeSuggestions);
        readList(parsed, "addSuggestions", edit.addSuggestions);
        readList(parsed, "removeRejections", edit.removeRejections);
        readList(parsed, "addRejections", edit.addRejections);
        readList(parsed, "status", edit.status);
        readList(parsed, "types", edit.types);
        return edit;
    } catch (const std::exception& error) {
        return failure(ErrorCode::InvalidFormat,
                       std::string("A change in the history cannot be read: ") + error.what());
    }
}

}  // namespace spanwise
