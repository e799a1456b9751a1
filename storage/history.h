#pragma once

#include <optional>

#include "storage/database.h"
#include "storage/project.h"

namespace spanwise::storage {

/// Appends an event inside an open transaction and fills in its id and, when it is 0, its time.
void appendEvent(Database& database, Event& event);

[[nodiscard]] std::vector<Event> readEvents(Database& database, std::int64_t afterId, int limit);

/// What undo and redo have before them, from the history alone: a new undoable edit makes what was
/// undone before it unreachable. Newest first, at most `limit` of each; ids of the edits.
struct UndoStacks {
    std::vector<std::int64_t> undo;
    std::vector<std::int64_t> redo;
};
[[nodiscard]] UndoStacks undoStacks(Database& database, int limit);

/// An edit's event, with the change as it was applied last: by the edit or by its last redo.
[[nodiscard]] Event lastApplied(Database& database, std::int64_t editEvent);

}  // namespace spanwise::storage
