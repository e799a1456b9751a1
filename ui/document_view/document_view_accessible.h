#pragma once

namespace spanwise::ui {

class DocumentView;

/// Registers the screen reader interface of DocumentView (text, caret, selection, the focused
/// span as description). Safe to call again.
void installDocumentViewAccessibility();

/// Tells a screen reader that a span (UTF-16 units) has the focus now.
void announceSpan(DocumentView* view, int begin, int end);

}  // namespace spanwise::ui
