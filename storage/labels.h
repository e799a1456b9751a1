#pragma once

#include "core/annotation/edit.h"
#include "core/annotation/entity_type.h"
#include "storage/database.h"

namespace spanwise::storage {

/// Labels of types in the trash are kept but hidden; undo has to see them.
enum class Hidden { LeftOut, Included };

/// Throws NotFound when there is no such document.
[[nodiscard]] DocumentLabels loadLabels(Database& database, DocumentId document,
                                        Hidden hidden = Hidden::LeftOut);

[[nodiscard]] std::vector<EntityType> loadTypes(Database& database, bool trashed = false);
void insertType(Database& database, const EntityType& type);

/// Who wants an edit applied: a person's new edit touches only what is visible, while undo and redo
/// may reach into the trash.
enum class Reach { Visible, Trash };

/// Writes an edit's rows inside an open transaction, under core's rules: all that it removes is
/// there, nothing that it adds is there already, each status is what the edit says it was, and each
/// range lies within its document. Types change last; one that comes back under a key that is taken
/// has none. Throws InvalidArgument, NotFound, or AlreadyExists for a type's name.
void applyEdit(Database& database, const Edit& edit, Reach reach);

/// All labels of a type become labels of another, where there is none yet, and the type goes to the
/// trash. Throws NotFound.
[[nodiscard]] Edit mergeEdit(Database& database, TypeId from, TypeId into);

/// The edit as far as it still fits the suggestions stored, which may have been replaced since it
/// was made: those to remove that are gone are skipped; those to add whose place is taken (by a
/// label, a suggestion or a rejection) too; suggestions in the way of what comes go with it.
/// Annotations and rejections are left as they are.
[[nodiscard]] Edit fitted(Database& database, Edit edit);

void insertAnnotation(Database& database, const Annotation& annotation);
void insertSuggestion(Database& database, const Suggestion& suggestion);
/// Where nobody sees it, until its document is no longer held out.
void insertHiddenSuggestion(Database& database, const Suggestion& suggestion);
void insertRejection(Database& database, const Rejection& rejection);

/// One more than the largest id that the edit adds; 0 when it adds none.
[[nodiscard]] RecordId idAfter(const Edit& edit);

}  // namespace spanwise::storage
