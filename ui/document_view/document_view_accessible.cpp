#include "ui/document_view/document_view_accessible.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QLocale>
#include <algorithm>

#include "core/protocol/model_messages.h"
#include "core/text/word_splitter.h"
#include "ui/document_view/document_view_impl.h"

namespace spanwise::ui {

namespace {

AnnouncementWatcher& watcher() {
    static AnnouncementWatcher set;
    return set;
}

/// As IAccessible2 writes a value in a list of "name:value;".
QString escaped(QString value) {
    for (const char c : {'\\', ':', ',', ';', '='}) {
        value.replace(QLatin1Char(c), QStringLiteral("\\") + QLatin1Char(c));
    }
    return value;
}

void describe(DocumentView* view) {
    QAccessibleEvent described(view, QAccessible::DescriptionChanged);
    announce(described);
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    if (auto* interface = QAccessible::queryAccessibleInterface(view)) {
        QAccessibleAnnouncementEvent spoken(view, interface->text(QAccessible::Description));
        announce(spoken);
    }
#endif
}

}  // namespace

/// Offsets here are UTF-16 units. Boundaries are the view's own: words are tokens, lines are those
/// on the screen, paragraphs the document's lines.
class DocumentViewAccessible : public QAccessibleWidget, public QAccessibleTextInterface {
public:
    explicit DocumentViewAccessible(DocumentView* view)
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
            return description();
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
    /// Whole graphemes, at least those that the range touches.
    void setSelection(int, int start, int end) override {
        if (blocks() == nullptr) {
            return;
        }
        const auto [from, to] = std::minmax({clamped(start), clamped(end)});
        const int first = grapheme(from).first;
        const int last = to > from ? grapheme(to - 1).second : first;
        m_view->setSelection({m_view->fromUtf16(first), m_view->fromUtf16(last)});
    }

    [[nodiscard]] int cursorPosition() const override { return m_view->toUtf16(m_view->caret()); }
    void setCursorPosition(int position) override { setSelection(0, position, position); }

    [[nodiscard]] QString text(int start, int end) const override {
        return m_view->utf16Text().mid(start, end - start);
    }
    [[nodiscard]] int characterCount() const override {
        return static_cast<int>(m_view->utf16Text().size());
    }

    [[nodiscard]] QString textAtOffset(int offset, QAccessible::TextBoundaryType type, int* start,
                                       int* end) const override {
        return found(stretch(resolved(offset), type), start, end);
    }
    [[nodiscard]] QString textBeforeOffset(int offset, QAccessible::TextBoundaryType type,
                                           int* start, int* end) const override {
        const int from = stretch(resolved(offset), type).first;
        if (type == QAccessible::WordBoundary && blocks() != nullptr) {
            const auto word = blocks()->lastWordBeginningBefore(from, true);
            return found(word ? Stretch{word->begin, word->end} : Stretch{0, 0}, start, end);
        }
        return found(from > 0 ? stretch(from - 1, type) : Stretch{0, 0}, start, end);
    }
    [[nodiscard]] QString textAfterOffset(int offset, QAccessible::TextBoundaryType type,
                                          int* start, int* end) const override {
        const int until = stretch(resolved(offset), type).second;
        const int all = characterCount();
        if (type == QAccessible::WordBoundary && blocks() != nullptr) {
            const auto word = blocks()->firstWordEndingAfter(until, true);
            return found(word ? Stretch{word->begin, word->end} : Stretch{all, all}, start, end);
        }
        return found(until < all ? stretch(until, type) : Stretch{all, all}, start, end);
    }

    [[nodiscard]] QRect characterRect(int offset) const override {
        if (blocks() == nullptr) {
            return {};
        }
        const Stretch whole = grapheme(clamped(offset));
        const QRect box =
            m_view->boundsOf({m_view->fromUtf16(whole.first), m_view->fromUtf16(whole.second)});
        return {m_view->viewport()->mapToGlobal(box.topLeft()), box.size()};
    }
    [[nodiscard]] int offsetAtPoint(const QPoint& point) const override {
        const auto offset = m_view->offsetAt(m_view->viewport()->mapFromGlobal(point));
        return offset ? m_view->toUtf16(*offset) : -1;
    }
    void scrollToSubstring(int start, int end) override {
        m_view->scrollTo({m_view->fromUtf16(start), m_view->fromUtf16(end)});
    }

    /// What is labelled there and how sure it is, as far as nothing of it changes.
    [[nodiscard]] QString attributes(int offset, int* start, int* end) const override {
        const int at = resolved(offset);
        int from = 0;
        int until = characterCount();
        std::vector<const SpanItem*> here;
        for (const SpanItem& item : m_view->m_impl->items) {
            if (item.begin <= at && at < item.end) {
                from = std::max(from, item.begin);
                until = std::min(until, item.end);
                here.push_back(&item);
            } else if (item.end <= at) {
                from = std::max(from, item.end);
            } else {
                until = std::min(until, item.begin);
            }
        }
        *start = from;
        *end = until;
        if (here.empty()) {
            return {};
        }
        std::stable_sort(here.begin(), here.end(), [](const auto* a, const auto* b) {
            return a->end - a->begin < b->end - b->begin;
        });
        QStringList types;
        QStringList origins;
        QStringList scores;
        for (const SpanItem* item : here) {
            types << escaped(m_view->typeName(item->type));
            origins << (!item->suggestion ? QStringLiteral("person")
                        : item->score < 0 ? QStringLiteral("pattern")
                        : item->zeroShot  ? QStringLiteral("name")
                                          : QStringLiteral("suggestion"));
            scores << (item->suggestion && item->score >= 0 ? QString::number(item->score, 'f', 2)
                                                            : QString());
        }
        const SpanItem& inner = *here.front();
        QString text = QStringLiteral("mark:true;label:%1;label-origin:%2;")
                           .arg(types.join(u','), origins.join(u','));
        if (std::any_of(scores.begin(), scores.end(), [](const auto& s) { return !s.isEmpty(); })) {
            text += QStringLiteral("label-score:%1;").arg(scores.join(u','));
        }
        return text + QStringLiteral("text-underline-style:%1;")
                          .arg(inner.zeroShot     ? QStringLiteral("dotted")
                               : inner.suggestion ? QStringLiteral("dash")
                                                  : QStringLiteral("solid"));
    }

private:
    using Stretch = std::pair<int, int>;

    [[nodiscard]] const TextBlocks* blocks() const { return m_view->m_impl->blocks.get(); }
    [[nodiscard]] int clamped(int offset) const { return std::clamp(offset, 0, characterCount()); }
    /// -1 means the end, -2 the caret.
    [[nodiscard]] int resolved(int offset) const {
        return offset == -1 ? characterCount() : offset == -2 ? cursorPosition() : clamped(offset);
    }
    [[nodiscard]] QString found(Stretch stretch, int* start, int* end) const {
        *start = stretch.first;
        *end = stretch.second;
        return text(*start, *end);
    }
    [[nodiscard]] Stretch grapheme(int offset) const {
        const int next = blocks()->nextGrapheme(offset);
        const int begin = offset >= characterCount() ? offset : blocks()->previousGrapheme(next);
        return {std::min(begin, offset), next};
    }

    [[nodiscard]] Stretch stretch(int offset, QAccessible::TextBoundaryType type) const {
        const int all = characterCount();
        if (blocks() == nullptr || type == QAccessible::NoBoundary) {
            return {0, all};
        }
        switch (type) {
            case QAccessible::CharBoundary:
                return grapheme(offset);
            case QAccessible::WordBoundary: {
                const auto next = blocks()->firstWordEndingAfter(offset, true);
                if (next && next->begin <= offset) {
                    return {next->begin, next->end};
                }
                const auto last = blocks()->lastWordBeginningBefore(offset, true);
                return {last ? last->end : 0, next ? next->begin : all};
            }
            case QAccessible::SentenceBoundary:
                return sentence(offset);
            case QAccessible::LineBoundary: {
                const int index = blocks()->blockAt(offset);
                const Block& block = blocks()->at(index);
                const BlockLayout& layout = m_view->m_impl->layoutOf(index);
                const int line = layout.lineOf(std::min(offset, block.end));
                const bool isLast = line + 1 == static_cast<int>(layout.lines().size());
                return {layout.lineBegin(line), isLast ? block.next : layout.lineEnd(line)};
            }
            default: {
                int first = blocks()->blockAt(offset);
                int last = first;
                while (first > 0 && !blocks()->at(first - 1).endsLine()) {
                    --first;
                }
                while (last + 1 < blocks()->count() && !blocks()->at(last).endsLine()) {
                    ++last;
                }
                return {blocks()->at(first).begin, blocks()->at(last).next};
            }
        }
    }

    /// Of a line of the text; of a very long one, of the block.
    [[nodiscard]] Stretch sentence(int offset) const {
        const Block& block = blocks()->at(blocks()->blockAt(offset));
        const std::string text =
            blocks()->text().mid(block.begin, block.end - block.begin).toStdString();
        const Offset from = m_view->fromUtf16(block.begin);
        Stretch around{block.begin, block.next};
        for (const Sentence& each : splitSentences(text)) {
            const int begin = m_view->toUtf16(from + each.range.begin);
            if (begin > offset) {
                around.second = begin;
                break;
            }
            around.first = begin;
        }
        return around;
    }

    /// What has just happened, and what has the focus.
    [[nodiscard]] QString description() const {
        const auto& d = *m_view->m_impl;
        const QString focus = d.focused != 0 ? describeFocus() : QString();
        if (!d.news.isEmpty()) {
            return focus.isEmpty() || d.focused == d.newsOf ? d.news
                                                            : d.news + QStringLiteral(". ") + focus;
        }
        return focus.isEmpty() ? m_view->accessibleDescription() : focus;
    }

    [[nodiscard]] QString quoted(Range range) const {
        const int begin = m_view->toUtf16(range.begin);
        return m_view->utf16Text().mid(begin, m_view->toUtf16(range.end) - begin);
    }
    [[nodiscard]] QString describeFocus() const {
        const RecordId focused = m_view->focusedSpan();
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
                                QLocale().toString(suggestion.score, 'f', 2));
            }
        }
        for (const auto& annotation : m_view->labels().annotations) {
            if (annotation.id == focused) {
                return DocumentView::tr("Label: %1, %2")
                    .arg(quoted(annotation.range), m_view->typeName(annotation.type));
            }
        }
        return {};
    }

    DocumentView* m_view;
};

namespace {
QAccessibleInterface* make(const QString&, QObject* object) {
    auto* view = qobject_cast<DocumentView*>(object);
    return view != nullptr ? new DocumentViewAccessible(view) : nullptr;
}
}  // namespace

void installDocumentViewAccessibility() {
    QAccessible::installFactory(make);
    (void)isScreenReaderListening();
}

bool isScreenReaderListening() {
    class Observer : public QAccessible::ActivationObserver {
    public:
        bool isActive = QAccessible::isActive();
        Observer() { QAccessible::installActivationObserver(this); }
        void accessibilityActiveChanged(bool active) override { isActive = active; }
    };
    static const auto* observer = new Observer;  // for as long as Qt's list of observers
    return observer->isActive;
}

void watchAnnouncements(AnnouncementWatcher wanted) {
    watcher() = std::move(wanted);
}

void announce(QAccessibleEvent& event) {
    QAccessible::updateAccessibility(&event);
    if (watcher()) {
        watcher()(event);
    }
}

void announceSpan(DocumentView* view, int begin, int end) {
    QAccessibleTextSelectionEvent selected(view, begin, end);
    selected.setCursorPosition(end);
    announce(selected);
    describe(view);
}

void announceLabels(DocumentView* view, bool describes) {
    QAccessibleEvent changed(view, QAccessible::TextAttributeChanged);
    announce(changed);
    if (describes) {
        describe(view);
    }
}

}  // namespace spanwise::ui
