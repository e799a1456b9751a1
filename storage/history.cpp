#include "storage/history.h"

#include <algorithm>
#include <set>

namespace spanwise::storage {
namespace {

constexpr const char* kColumns =
    "SELECT id, kind, name, actor, at, seconds, undoable, reverts, edit, detail FROM event ";

Event eventFrom(const Query& query) {
    Event event;
    event.id = query.integer(0);
    event.kind = query.text(1);
    event.info = {query.text(2), query.text(3), query.integer(4), query.real(5),
                  query.integer(6) != 0};
    event.reverts = query.integer(7);
    if (const std::string edit = query.text(8); !edit.empty())
        event.edit = valueOrThrow(editFromJson(edit));
    event.detail = query.text(9);
    return event;
}

}  // namespace

void appendEvent(Database& database, Event& event) {
    if (event.info.at == 0)
        event.info.at = now();
    const std::string edit = event.edit.isEmpty() ? std::string() : editToJson(event.edit);
    Query query(database,
                "INSERT INTO event(kind, name, actor, at, seconds, undoable, reverts, edit, "
                "detail) VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?) RETURNING id",
                event.kind, event.info.name, event.info.actor, event.info.at, event.info.seconds,
                event.info.undoable, event.reverts, edit, event.detail);
    if (query.step())
        event.id = query.integer(0);
    while (query.step()) {
    }
}

std::vector<Event> readEvents(Database& database, std::int64_t afterId, int limit) {
    std::vector<Event> events;
    Query query(database, std::string(kColumns) + "WHERE id > ? ORDER BY id LIMIT ?", afterId,
                limit);
    while (query.step())
        events.push_back(eventFrom(query));
    return events;
}

UndoStacks undoStacks(Database& database, int limit) {
    UndoStacks stacks;
    const auto wanted = static_cast<std::size_t>(std::max(limit, 0));
    std::set<std::int64_t> decided;
    bool editSince = false;
    // From the newest back: what was said last of an edit holds.
    Query query(database,
                "SELECT id, kind, reverts FROM event WHERE undoable = 1 ORDER BY id DESC");
    while ((stacks.undo.size() < wanted || !editSince) && query.step()) {
        const std::string kind = query.text(1);
        const bool isEdit = kind == "edit";
        const std::int64_t edit = isEdit ? query.integer(0) : query.integer(2);
        if (decided.insert(edit).second) {
            if (kind != "undo")
                stacks.undo.push_back(edit);
            else if (!editSince)
                stacks.redo.push_back(edit);
        }
        editSince = editSince || isEdit;
    }
    // Redo goes forward in time: the oldest edit that is undone comes next.
    std::sort(stacks.undo.rbegin(), stacks.undo.rend());
    std::sort(stacks.redo.begin(), stacks.redo.end());
    stacks.undo.resize(std::min(stacks.undo.size(), wanted));
    stacks.redo.resize(std::min(stacks.redo.size(), wanted));
    return stacks;
}

Event lastApplied(Database& database, std::int64_t editEvent) {
    Query first(database, std::string(kColumns) + "WHERE id = ?", editEvent);
    if (!first.step())
        fail(ErrorCode::NotFound, "The history has no event " + std::to_string(editEvent) + ".");
    Event event = eventFrom(first);
    Query last(database,
               "SELECT edit FROM event WHERE reverts = ? AND kind = 'redo' ORDER BY id DESC "
               "LIMIT 1",
               editEvent);
    if (last.step()) {
        const std::string edit = last.text(0);
        event.edit = edit.empty() ? Edit() : valueOrThrow(editFromJson(edit));
    }
    return event;
}

}  // namespace spanwise::storage
