#pragma once

#include <functional>

class QAccessibleEvent;

namespace spanwise::ui {

class DocumentView;

/// Registers the screen reader interface of DocumentView: text, caret, selection, labels as
/// attributes of the text; as description what has just changed and the focused span. Safe to call
/// again.
void installDocumentViewAccessibility();

/// Whether anybody hears what is announced.
[[nodiscard]] bool isScreenReaderListening();

/// Sends an event to screen readers.
void announce(QAccessibleEvent& event);
/// Sees all that is announced: where the platform has no accessibility Qt drops it. For tests.
using AnnouncementWatcher = std::function<void(const QAccessibleEvent&)>;
void watchAnnouncements(AnnouncementWatcher watcher);

/// Tells a screen reader that a span (UTF-16 units) has the focus now.
void announceSpan(DocumentView* view, int begin, int end);

/// Tells it that labels were made, changed or removed. `describes`: the description, which says
/// which, has not been announced with a span already.
void announceLabels(DocumentView* view, bool describes);

}  // namespace spanwise::ui
