#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/annotation/span.h"

namespace spanwise {

/// A document's status before and after.
struct StatusChange {
    DocumentId document = 0;
    DocumentStatus before = DocumentStatus::New;
    DocumentStatus after = DocumentStatus::New;

    bool operator==(const StatusChange&) const = default;
};

/// An entity type before and after: renamed, recoloured, sent to the trash or brought back.
struct TypeChange {
    EntityType before, after;  ///< of the same id
    bool livesBefore = true;   ///< false: it is in the trash, and its labels are hidden
    bool livesAfter = true;

    bool operator==(const TypeChange&) const = default;
};

/// One gesture's change to the labels: what goes and what comes, as whole records, so that its
/// inverse is the same with the two sides swapped. It is what the history stores, what undo swaps
/// and what a storage transaction applies.
struct Edit {
    std::vector<Annotation> removeAnnotations;
    std::vector<Annotation> addAnnotations;
    std::vector<Suggestion> removeSuggestions;
    std::vector<Suggestion> addSuggestions;
    std::vector<Rejection> removeRejections;
    std::vector<Rejection> addRejections;
    std::vector<StatusChange> status;
    std::vector<TypeChange> types;  ///< of the scheme, not of a document's labels

    [[nodiscard]] bool isEmpty() const;
    bool operator==(const Edit&) const = default;
};

[[nodiscard]] Edit inverse(Edit edit);

/// Makes one edit of two that concern different documents.
void append(Edit& edit, Edit more);

/// The labels of one document, sorted by (begin, end, type).
struct DocumentLabels {
    DocumentStatus status = DocumentStatus::New;
    std::vector<Annotation> annotations;
    std::vector<Suggestion> suggestions;
    std::vector<Rejection> rejections;

    bool operator==(const DocumentLabels&) const = default;
};

/// Applies the part of an edit that concerns `document`. Everything it removes must be there and
/// nothing it adds may be there already (by id), else InvalidArgument and nothing changes.
[[nodiscard]] Result<void> apply(DocumentLabels& labels, DocumentId document, const Edit& edit);

/// The edit that makes `after` out of `before`, for gestures put together from several.
[[nodiscard]] Edit difference(DocumentId document, const DocumentLabels& before,
                              const DocumentLabels& after);

/// Round-trips through JSON (the history's payload).
[[nodiscard]] std::string editToJson(const Edit& edit);
[[nodiscard]] Result<Edit> editFromJson(std::string_view json);

/// Makes edits for the gestures of the label page. Pure functions of the labels as they are; ids
/// for new records come from `nextId`, which they advance. An annotation that changes its type or
/// boundaries, and a suggestion that the model repeats with another score, keep their id (the edit
/// removes the old record and adds the new one), so that focus stays on them. Ids that are not
/// there are passed over. Whatever a person does to a new document makes it in progress.
struct EditContext {
    DocumentId document = 0;
    std::string annotator;
    std::int64_t now = 0;  ///< ms since the epoch
    RecordId* nextId = nullptr;
};

/// What becomes of an annotation of another type on exactly the words that are labelled.
enum class SameWords {
    Change,  ///< it changes its type, unless there are several: then one more comes beside them
    Keep,    ///< it stays, and the new one comes beside it
};
/// Has a person said what `range` is, as far as `type` goes: by a label of whatever type on just
/// these words, or by one of this type that overlaps them? Bulk changes pass such words over.
[[nodiscard]] bool settles(const Annotation& annotation, Range range, TypeId type);

/// Labels `range` as `type`. Annotations that overlap it stay, nested or crossing; one on exactly
/// these words as `same` says; one with this type, too, leaves nothing to do (empty edit).
/// Suggestions that overlap `range` go (an equal one makes the origin Accepted), and so does a
/// rejection of just this. InvalidArgument: empty range, or past `textLength`.
[[nodiscard]] Result<Edit> labelEdit(const DocumentLabels& labels, const EditContext& context,
                                     Range range, TypeId type, Offset textLength,
                                     SameWords same = SameWords::Change);
/// As if each suggestion were labelled by hand, origin Accepted. Of accepted suggestions that
/// overlap in part the one with the higher score stays.
[[nodiscard]] Edit acceptEdit(const DocumentLabels& labels, const EditContext& context,
                              const std::vector<RecordId>& suggestions);
[[nodiscard]] Edit rejectEdit(const DocumentLabels& labels, const EditContext& context,
                              const std::vector<RecordId>& suggestions);
/// Decides on suggestions of this document that a person saw a while ago, whatever a model has done
/// to them since: accepts them as `type`, which may be another than the model's (then the origin is
/// Manual), or with none rejects them. One that has gone is decided all the same; one whose place
/// an annotation settles by now is passed over.
[[nodiscard]] Edit settleEdit(const DocumentLabels& labels, const EditContext& context,
                              const std::vector<Suggestion>& seen, std::optional<TypeId> type);
/// Labels many ranges at once. One that an annotation settles, or that overlaps an earlier one of
/// them, is passed over; suggestions that overlap one that is labelled go.
[[nodiscard]] Edit annotateEdit(const DocumentLabels& labels, const EditContext& context,
                                const std::vector<Range>& ranges, TypeId type, Origin origin);
[[nodiscard]] Edit removeEdit(const DocumentLabels& labels, const EditContext& context,
                              const std::vector<RecordId>& annotations);
/// Annotations and suggestions become `type`: of several annotations on the same words only those
/// named. One that another one equals then goes.
[[nodiscard]] Result<Edit> retypeEdit(const DocumentLabels& labels, const EditContext& context,
                                      const std::vector<RecordId>& records, TypeId type,
                                      Offset textLength);
/// Annotations are removed, suggestions rejected.
[[nodiscard]] Edit clearEdit(const DocumentLabels& labels, const EditContext& context,
                             const std::vector<RecordId>& records);
/// New boundaries for an annotation (its origin becomes Manual) or, accepting it so, a suggestion.
/// One that it equals then goes; other labels stay. InvalidArgument as in labelEdit; NotFound when
/// there is no such record.
[[nodiscard]] Result<Edit> resizeEdit(const DocumentLabels& labels, const EditContext& context,
                                      RecordId record, Range range, Offset textLength);
[[nodiscard]] Edit statusEdit(const DocumentLabels& labels, const EditContext& context,
                              DocumentStatus status);
/// What a model proposes now replaces what one proposed before, but not what a pattern proposes:
/// that stays, and a proposal that overlaps it is left out. Leaves out what was rejected (same
/// range and type) and what overlaps an annotation. Does not touch the status; what stays the same
/// stays out of the edit, which is empty when nothing changes.
[[nodiscard]] Edit suggestEdit(const DocumentLabels& labels, const EditContext& context,
                               const std::vector<Suggestion>& proposed);

/// Proposes what a pattern finds, beside what is proposed already. Leaves out what was rejected,
/// what an annotation settles, and what overlaps an earlier one of them or a pattern's suggestion;
/// a model's suggestion that overlaps one goes, unless it says the same, when it stays in its
/// stead. The status stays.
[[nodiscard]] Edit proposeEdit(const DocumentLabels& labels, const EditContext& context,
                               const std::vector<Range>& ranges, TypeId type);

}  // namespace spanwise
