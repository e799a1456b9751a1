#include "ui/document_view/document_view_accessible.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include "core/protocol/model_messages.h"
#include "ui/document_view/document_view.h"

namespace spanwise::ui {

namespace {

class Accessible : public QAccessibleWidget, public QAccessibleTextInterface {
public:
    explicit Accessible(DocumentView* view)
        : QAccessibleWidget(view, QAccessible::EditableText), m_view(view) {}

    void* interface_cast(QAccessible::InterfaceType type) override {
        if (type == QAccessible::TextInterface) {
            return static_cast<QAccessibleTextInterface*>(this);
        }
        return QAccessibleWidget::interface_cast(type);
    }

    [[nodiscard]] QAccessible::State state() const override {
        QAccessible::State state = QAccessibleWidget::state();
        state.readOnly = true;  // the text itself never changes
        state.multiLine = true;
        state.selectableText = true;
        return state;
    }

    [[nodiscard]] QString text(QAccessible::Text kind) const override {
        if (kind == QAccessible::Description) {
            return describeFocus();
        }
        if (kind == QAccessible::Value) {
            return m_view->utf16Text();
        }
        return QAccessibleWidget::text(kind);
    }

    void selection(int index, int* start, int* end) const override {
        *start = *end = 0;
        const Range range = m_view->selection();
        if (index == 0 && !range.isEmpty()) {
            *start = m_view->toUtf16(range.begin);
            *end = m_view->toUtf16(range.end);
        }
    }
    [[nodiscard]] int selectionCount() const override {
        return m_view->selection().isEmpty() ? 0 : 1;
    }
    void addSelection(int start, int end) override { setSelection(0, start, end); }
    void removeSelection(int) override { setCursorPosition(cursorPosition()); }
    void setSelection(int, int start, int end) override {
        m_view->setSelection({m_view->fromUtf16(start), m_view->fromUtf16(end)});
    }

    [[nodiscard]] int cursorPosition() const override { return m_view->toUtf16(m_view->caret()); }
    void setCursorPosition(int position) override { setSelection(0, position, position); }

    [[nodiscard]] QString text(int start, int end) const override {
        return m_view->utf16Text().mid(start, end - start);
    }
    [[nodiscard]] int characterCount() const override {
        return static_cast<int>(m_view->utf16Text().size());
    }

    [[nodiscard]] QRect characterRect(int offset) const override {
        const Offset at = m_view->fromUtf16(offset);
        const QRect box = m_view->boundsOf({at, at + 1});
        return {m_view->viewport()->mapToGlobal(box.topLeft()), box.size()};
    }
    [[nodiscard]] int offsetAtPoint(const QPoint& point) const override {
        const auto offset = m_view->offsetAt(m_view->viewport()->mapFromGlobal(point));
        return offset ? m_view->toUtf16(*offset) : -1;
    }
    void scrollToSubstring(int start, int end) override {
        m_view->scrollTo({m_view->fromUtf16(start), m_view->fromUtf16(end)});
    }

    /// The label at a place, as a text attribute that runs as far as it does.
    [[nodiscard]] QString attributes(int offset, int* start, int* end) const override {
        const Offset at = m_view->fromUtf16(offset);
        *start = offset;
        *end = offset + 1;
        for (const auto& annotation : m_view->labels().annotations) {
            if (annotation.range.contains(at)) {
                *start = m_view->toUtf16(annotation.range.begin);
                *end = m_view->toUtf16(annotation.range.end);
                return QStringLiteral("mark:true;");
            }
        }
        return {};
    }

private:
    [[nodiscard]] QString describeFocus() const {
        const RecordId focused = m_view->focusedSpan();
        const auto quoted = [&](Range range) {
            const int begin = m_view->toUtf16(range.begin);
            return m_view->utf16Text().mid(begin, m_view->toUtf16(range.end) - begin);
        };
        if (focused != 0) {
            for (const auto& suggestion : m_view->labels().suggestions) {
                if (suggestion.id == focused && suggestion.model == kPatternModel) {
                    return DocumentView::tr("Suggestion of a pattern: %1, %2")
                        .arg(quoted(suggestion.range), m_view->typeName(suggestion.type));
                }
                if (suggestion.id == focused) {
                    const QString text =
                        protocol::isZeroShot(suggestion.model)
                            ? DocumentView::tr("Suggestion from the type's name: %1, %2, score %3")
                            : DocumentView::tr("Suggestion: %1, %2, score %3");
                    return text.arg(quoted(suggestion.range), m_view->typeName(suggestion.type),
                                    QString::number(suggestion.score, 'f', 2));
                }
            }
            for (const auto& annotation : m_view->labels().annotations) {
                if (annotation.id == focused) {
                    return DocumentView::tr("Label: %1, %2")
                        .arg(quoted(annotation.range), m_view->typeName(annotation.type));
                }
            }
        }
        return m_view->accessibleDescription();
    }

    DocumentView* m_view;
};

QAccessibleInterface* make(const QString&, QObject* object) {
    auto* view = qobject_cast<DocumentView*>(object);
    return view != nullptr ? new Accessible(view) : nullptr;
}

}  // namespace

void installDocumentViewAccessibility() {
    QAccessible::installFactory(make);
}

void announceSpan(DocumentView* view, int begin, int end) {
    QAccessibleTextSelectionEvent selected(view, begin, end);
    selected.setCursorPosition(end);
    QAccessible::updateAccessibility(&selected);
    QAccessibleEvent described(view, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&described);
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    if (auto* interface = QAccessible::queryAccessibleInterface(view)) {
        QAccessibleAnnouncementEvent spoken(view, interface->text(QAccessible::Description));
        QAccessible::updateAccessibility(&spoken);
    }
#endif
}

}  // namespace spanwise::ui
