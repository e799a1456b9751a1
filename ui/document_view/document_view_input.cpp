#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTimerEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/document_view/document_view_accessible.h"
#include "ui/document_view/document_view_impl.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

namespace {

constexpr int kDragDistance = 4;  ///< px; less is an unsteady click

constexpr int kHandleReach = 8;  ///< px around a knob

}  // namespace

// --- Keyboard ---

bool DocumentView::event(QEvent* event) {
    auto& d = *m_impl;
    if (event->type() == QEvent::ShortcutOverride && d.document) {
        // What we act on ourselves must not become a window's shortcut first.
        auto* key = static_cast<QKeyEvent*>(event);
        const bool hasPlace = d.focused != 0 || !selection().isEmpty();
        const bool escapes = key->key() == Qt::Key_Escape && key->modifiers() == Qt::NoModifier &&
                             (hasPlace || !d.marked.isEmpty() || d.pulled || d.sticky != 0);
        if (d.keys.commandFor(*key) || d.typeFor(*key) != nullptr || escapes ||
            key->matches(QKeySequence::SelectAll) ||
            (key->matches(QKeySequence::Copy) && hasPlace)) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

bool DocumentView::focusNextPrevChild(bool next) {
    auto& d = *m_impl;
    const auto command =
        d.keys.commandFor(QKeySequence(next ? Qt::Key_Tab : Qt::SHIFT | Qt::Key_Tab));
    if (d.blocks && command) {
        const bool isForward = command == ViewCommand::NextSuggestion;
        if (!isForward && command != ViewCommand::PreviousSuggestion) {
            return d.perform(*command);
        }
        if (d.focusSuggestion(isForward, false)) {
            return true;
        }
    }
    if (d.blocks && d.item(d.focused) != nullptr) {
        d.change(d.selection, 0, Impl::Ring::Full);
    }
    return QAbstractScrollArea::focusNextPrevChild(next);
}

void DocumentView::keyPressEvent(QKeyEvent* event) {
    auto& d = *m_impl;
    const int key = event->key();
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    const bool shift = modifiers.testFlag(Qt::ShiftModifier);
    const bool control = modifiers.testFlag(Qt::ControlModifier);
    const bool alt = modifiers.testFlag(Qt::AltModifier);

    const EntityType* type = d.typeFor(*event);
    std::optional<ViewCommand> command;
    if (type == nullptr) {
        command = d.keys.commandFor(*event);
    }
    if (!d.blocks) {
        const bool needsNone = command == ViewCommand::ZoomIn || command == ViewCommand::ZoomOut ||
                               command == ViewCommand::ZoomReset ||
                               command == ViewCommand::NextDocument ||
                               command == ViewCommand::PreviousDocument;
        if (!command || !needsNone || !d.perform(*command)) {
            event->ignore();
        }
        return;
    }
    if (event->matches(QKeySequence::Copy)) {
        d.copy();
        return;
    }
    if (event->matches(QKeySequence::SelectAll)) {
        const auto first = d.blocks->firstWordEndingAfter(0, true);
        const auto last = d.blocks->lastWordBeginningBefore(d.blocks->length(), true);
        if (first && last) {
            d.select({first->begin, first->end, last->begin, last->end}, false);
        }
        return;
    }

    if (key != Qt::Key_Up && key != Qt::Key_Down && key != Qt::Key_PageUp &&
        key != Qt::Key_PageDown) {
        d.desiredX = -1;
    }
    if (command) {
        d.perform(*command);
        return;
    }
    if (!alt) {
        const int page = std::max(
            1, static_cast<int>(viewport()->height() / std::max(1.0, d.metrics.pitch)) - 1);
        switch (key) {
            case Qt::Key_Left:
            case Qt::Key_Right:
                if (control) {
                    d.moveByCharacter(key == Qt::Key_Right, shift);
                } else {
                    d.moveByWord(key == Qt::Key_Right, shift);
                }
                return;
            case Qt::Key_Up:
                d.moveByLines(-1, shift, control);
                return;
            case Qt::Key_Down:
                d.moveByLines(1, shift, control);
                return;
            case Qt::Key_PageUp:
                d.moveByLines(-page, shift, false);
                return;
            case Qt::Key_PageDown:
                d.moveByLines(page, shift, false);
                return;
            case Qt::Key_Home:
            case Qt::Key_End:
                if (control) {
                    d.moveToTextEdge(key == Qt::Key_End, shift, false);
                } else {
                    d.moveToLineEdge(key == Qt::Key_End, shift, false);
                }
                return;
            case Qt::Key_Escape:
                if (d.pulled) {
                    d.pulled.reset();
                    d.pressed = false;
                    viewport()->update();
                    return;
                }
                if (!d.marked.isEmpty()) {
                    d.setMarks({});
                    return;
                }
                if (d.isAdding) {
                    d.setAdding(false);
                    return;
                }
                if (d.focused != 0 || !d.selection.isEmpty()) {
                    d.select(Impl::Selection::at(d.selection.caret()), false);
                    return;
                }
                if (d.sticky != 0) {
                    setStickyType(0);
                    return;
                }
                break;
            default:
                break;
        }
    }
    if (type != nullptr) {
        d.applyType(type->id);
        return;
    }
    // Not the scroll area's own key handling: it would scroll under the caret.
    event->ignore();
}

bool DocumentView::Impl::perform(ViewCommand command) {
    switch (command) {
        case ViewCommand::Accept:
            accept();
            break;
        case ViewCommand::Reject:
            reject();
            break;
        case ViewCommand::AcceptAll:
            if (!readOnly && !suggestionsInOrder().empty()) {
                Q_EMIT q->acceptAllRequested();
            }
            break;
        case ViewCommand::NextSuggestion:
        case ViewCommand::PreviousSuggestion:
            focusSuggestion(command == ViewCommand::NextSuggestion, true);
            break;
        case ViewCommand::FocusHere:
            if (sticky != 0 && focused == 0 && !readOnly && !selection.isEmpty() &&
                spansOver(selection.begin(), selection.end()).empty()) {
                labelSelection(sticky);
            } else {
                cycleSpanHere();
            }
            break;
        case ViewCommand::NextSpan:
        case ViewCommand::PreviousSpan:
            cycleSpans(command == ViewCommand::NextSpan);
            break;
        case ViewCommand::BeginLeft:
        case ViewCommand::BeginRight:
        case ViewCommand::EndLeft:
        case ViewCommand::EndRight:
        case ViewCommand::BeginLeftCharacter:
        case ViewCommand::BeginRightCharacter:
        case ViewCommand::EndLeftCharacter:
        case ViewCommand::EndRightCharacter:
            moveBoundary(command);
            break;
        case ViewCommand::Remove:
            remove();
            break;
        case ViewCommand::AnotherType:
            if (focusedItem() == nullptr) {
                cycleSpanHere();
            }
            setAdding(!isAdding);
            break;
        case ViewCommand::Mark:
            if (focusedItem() == nullptr) {
                cycleSpanHere();
            }
            if (focusedItem() != nullptr) {
                toggleMark(focused);
            }
            break;
        case ViewCommand::MarkAlike:
            markAlike();
            break;
        case ViewCommand::Sticky:
            if (!readOnly) {
                const bool isOn = sticky != 0;
                const TypeId first = scheme.isEmpty() ? 0 : scheme.types().front().id;
                q->setStickyType(isOn ? 0 : lastType != 0 ? lastType : first);
            }
            break;
        case ViewCommand::Done:
            if (!readOnly) {
                Q_EMIT q->doneRequested();
            }
            break;
        case ViewCommand::NextDocument:
            Q_EMIT q->nextDocumentRequested();
            break;
        case ViewCommand::PreviousDocument:
            Q_EMIT q->previousDocumentRequested();
            break;
        case ViewCommand::ZoomIn:
            q->zoomIn();
            break;
        case ViewCommand::ZoomOut:
            q->zoomOut();
            break;
        case ViewCommand::ZoomReset:
            q->resetZoom();
            break;
    }
    return true;
}

const EntityType* DocumentView::Impl::typeFor(const QKeyEvent& event) const {
    return ui::typeFor(event, scheme, keys);
}

bool DocumentView::Impl::applyType(TypeId type) {
    if (readOnly) {
        return false;
    }
    if (!marked.isEmpty()) {
        lastType = type;
        Q_EMIT q->retypeAllRequested(markedOf(false) + markedOf(true), type);
        return true;
    }
    if (!selection.isEmpty()) {
        labelSelection(type);
        return true;
    }
    const SpanItem* span = focusedItem();
    if (span == nullptr) {
        return false;
    }
    lastType = type;
    if (isAdding && span->type != type) {
        addBeside(type);
    } else if (span->suggestion && span->type == type) {
        accept();
    } else if (span->type != type) {
        if (span->suggestion) {
            advanceFrom = *span;
        } else {
            refocus = Refocus{span->begin, span->end, type};
        }
        Q_EMIT q->retypeRequested(span->id, type);
    }
    return true;
}

void DocumentView::Impl::labelSelection(TypeId type) {
    lastType = type;
    if (trims && !selection.exact) {
        const auto [begin, end] = blocks->trimmed(selection.begin(), selection.end());
        if (begin != selection.begin() || end != selection.end()) {
            Selection inner;
            inner.chars = inner.exact = true;
            inner.anchorBegin = inner.anchorEnd = begin;
            inner.caretBegin = inner.caretEnd = end;
            select(inner, false);
        }
    }
    refocus = Refocus{selection.begin(), selection.end(), type};
    Q_EMIT q->labelRequested(q->selection(), type);
}

/// Whether the next type comes beside the focused label's own.
void DocumentView::Impl::setAdding(bool isOn) {
    const SpanItem* span = focusedItem();
    const bool wanted = isOn && !readOnly && span != nullptr && !span->suggestion;
    if (wanted == isAdding) {
        return;
    }
    isAdding = wanted;
    ring = Ring::Full;  // its card says what the next key does
    if (isAdding && isScreenReaderListening()) {
        news = addingText(*span);
        newsOf = focused;
        announceLabels(q, true);
    }
    updateCard();
    q->viewport()->update();
}

void DocumentView::Impl::addBeside(TypeId type) {
    const SpanItem* span = focusedItem();
    lastType = type;
    isAdding = false;
    for (const SpanItem& other : items) {
        if (other.begin == span->begin && other.end == span->end && other.type == type &&
            !other.suggestion) {
            focusSpan(other.id);  // it is there already
            return;
        }
    }
    refocus = Refocus{span->begin, span->end, type};
    Q_EMIT q->besideRequested({blocks->toOffset(span->begin), blocks->toOffset(span->end)}, type);
    updateCard();
}

QList<qint64> DocumentView::Impl::markedOf(bool suggestions) const {
    QList<qint64> ids;
    for (const auto& candidate : items) {
        if (candidate.suggestion == suggestions && marked.contains(candidate.id)) {
            ids << candidate.id;
        }
    }
    return ids;
}

void DocumentView::Impl::toggleMark(RecordId id) {
    QSet<qint64> wanted = marked;
    if (!wanted.remove(id)) {
        wanted.insert(id);
    }
    setMarks(wanted);
}

/// All spans of the focused one's type; without a focus, or when they are marked already, all.
void DocumentView::Impl::markAlike() {
    const SpanItem* span = focusedItem();
    QSet<qint64> alike;
    QSet<qint64> all;
    for (const auto& candidate : items) {
        all.insert(candidate.id);
        if (span != nullptr && candidate.type == span->type) {
            alike.insert(candidate.id);
        }
    }
    setMarks(alike.isEmpty() || marked.contains(alike) ? all : alike);
}

void DocumentView::Impl::accept() {
    if (!marked.isEmpty()) {
        if (const auto ids = markedOf(true); !readOnly && !ids.isEmpty()) {
            Q_EMIT q->acceptMarkedRequested(ids);
        }
        return;
    }
    const SpanItem* span = focusedItem();
    if (span == nullptr || !span->suggestion) {
        focusSuggestion(true, true);  // never accept what was not looked at
    } else if (!readOnly) {
        advanceFrom = *span;
        Q_EMIT q->acceptRequested(span->id);
    }
}

void DocumentView::Impl::reject() {
    if (!marked.isEmpty()) {
        if (const auto ids = markedOf(true); !readOnly && !ids.isEmpty()) {
            Q_EMIT q->rejectMarkedRequested(ids);
        }
        return;
    }
    const SpanItem* span = focusedItem();
    if (span == nullptr || !span->suggestion) {
        focusSuggestion(true, true);
    } else if (!readOnly) {
        advanceFrom = *span;
        Q_EMIT q->rejectRequested(span->id);
    }
}

void DocumentView::Impl::remove() {
    if (readOnly) {
        return;
    }
    if (!marked.isEmpty()) {
        Q_EMIT q->removeAllRequested(markedOf(false) + markedOf(true));
        return;
    }
    if (const SpanItem* span = focusedItem()) {
        if (span->suggestion) {
            reject();
        } else {
            Q_EMIT q->removeRequested(span->id);
        }
        return;
    }
    for (const RecordId id : spansOver(selection.begin(), selection.end())) {
        if (!item(id)->suggestion) {
            Q_EMIT q->removeRequested(id);
            return;
        }
    }
}

/// Spans that overlap a stretch (or touch a caret), shortest first.
std::vector<RecordId> DocumentView::Impl::spansOver(Unit begin, Unit end) const {
    std::vector<const SpanItem*> found;
    for (const auto& candidate : items) {
        const bool over = begin < end ? candidate.begin < end && begin < candidate.end
                                      : candidate.begin <= begin && begin <= candidate.end;
        if (over) {
            found.push_back(&candidate);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
        return a->end - a->begin < b->end - b->begin;
    });
    std::vector<RecordId> ids;
    for (const auto* candidate : found) {
        ids.push_back(candidate->id);
    }
    return ids;
}

void DocumentView::Impl::cycleSpanHere() {
    const SpanItem* span = focusedItem();
    const auto here = span != nullptr ? spansOver(span->begin, span->end)
                                      : spansOver(selection.begin(), selection.end());
    const auto current = std::find(here.begin(), here.end(), focused);
    if (current == here.end()) {
        if (!here.empty()) {
            focusSpan(here.front());
        }
    } else if (std::next(current) != here.end()) {
        focusSpan(*std::next(current));
    } else {
        Selection words;
        words.chars = words.exact = true;
        words.anchorBegin = words.anchorEnd = span->begin;
        words.caretBegin = words.caretEnd = span->end;
        select(words);
    }
}

void DocumentView::Impl::cycleSpans(bool forward) {
    if (items.empty()) {
        return;
    }
    const auto size = static_cast<int>(items.size());
    int index = 0;
    if (const auto found = indexOf.constFind(focused); focused != 0 && found != indexOf.cend()) {
        index = (*found + (forward ? 1 : size - 1)) % size;
    } else {
        const Unit caret = selection.caret();
        const auto after = std::lower_bound(items.begin(), items.end(), caret,
                                            [](const SpanItem& i, Unit u) { return i.begin < u; });
        index = static_cast<int>(after - items.begin());
        index = forward ? index % size : (index + size - 1) % size;
    }
    focusSpan(items[static_cast<size_t>(index)].id);
}

bool DocumentView::Impl::moveBoundary(ViewCommand command) {
    const SpanItem* span = focusedItem();
    Unit begin = span != nullptr ? span->begin : selection.begin();
    Unit end = span != nullptr ? span->end : selection.end();
    if (begin >= end || (readOnly && span != nullptr)) {
        return false;
    }
    if (command == ViewCommand::BeginLeftCharacter) {
        begin = blocks->previousGrapheme(begin);
    } else if (command == ViewCommand::EndRightCharacter) {
        end = blocks->nextGrapheme(end);
    } else if (command == ViewCommand::BeginRightCharacter) {
        begin = blocks->nextGrapheme(begin);
    } else if (command == ViewCommand::EndLeftCharacter) {
        end = blocks->previousGrapheme(end);
    } else if (command == ViewCommand::BeginLeft) {
        const auto word = blocks->lastWordBeginningBefore(begin, true);
        if (!word) {
            return false;
        }
        begin = word->begin;
    } else if (command == ViewCommand::EndRight) {
        const auto word = blocks->firstWordEndingAfter(end, true);
        if (!word) {
            return false;
        }
        end = word->end;
    } else if (command == ViewCommand::BeginRight) {
        const auto first = blocks->firstWordEndingAfter(begin, true);
        const auto second = first ? blocks->firstWordEndingAfter(first->end, true) : std::nullopt;
        if (!second || second->begin >= end) {
            return false;
        }
        begin = second->begin;
    } else {
        const auto last = blocks->lastWordBeginningBefore(end, true);
        const auto before =
            last ? blocks->lastWordBeginningBefore(last->begin, true) : std::nullopt;
        if (!before || before->end <= begin) {
            return false;
        }
        end = before->end;
    }
    const bool isMoved = span != nullptr ? begin != span->begin || end != span->end
                                         : begin != selection.begin() || end != selection.end();
    if (begin >= end || !isMoved) {
        return false;
    }
    if (span != nullptr) {
        refocus = Refocus{begin, end, span->type};
        Q_EMIT q->resizeRequested(span->id, {blocks->toOffset(begin), blocks->toOffset(end)});
    } else {
        Selection moved;
        moved.chars = moved.exact = true;
        moved.anchorBegin = moved.anchorEnd = begin;
        moved.caretBegin = moved.caretEnd = end;
        select(moved);
    }
    return true;
}

bool DocumentView::Impl::isRightToLeftAt(Unit unit) {
    return layoutOf(blocks->blockAt(unit)).isRightToLeft();
}

/// Which way the first letter of a stretch is read; where there is none, its paragraph's.
bool DocumentView::Impl::readsRightToLeft(Unit begin, Unit end) {
    const auto stretch = QStringView(blocks->text()).mid(begin, end - begin);
    for (qsizetype i = 0; i < stretch.size(); ++i) {
        char32_t c = stretch[i].unicode();
        if (stretch[i].isHighSurrogate() && i + 1 < stretch.size()) {
            c = QChar::surrogateToUcs4(stretch[i], stretch[i + 1]);
            ++i;
        }
        const auto direction = QChar::direction(c);
        if (direction == QChar::DirR || direction == QChar::DirAL) {
            return true;
        }
        if (direction == QChar::DirL) {
            return false;
        }
    }
    return isRightToLeftAt(begin);
}

/// Takes in a bracket whose partner is selected: "Acme (UK)", not "Acme (UK".
void DocumentView::Impl::balance(Selection& words) const {
    words.widenLeft = words.widenRight = 0;
    const Unit begin = words.begin();
    const Unit end = words.end();
    if (words.chars || end - begin > 2000) {
        return;
    }
    const QString& text = blocks->text();
    for (const auto pair : {u"()", u"[]", u"{}", u"«»", u"（）", u"「」"}) {
        int open = 0;
        int unopened = 0;
        for (Unit i = begin; i < end; ++i) {
            if (text[i] == pair[0]) {
                ++open;
            } else if (text[i] == pair[1]) {
                if (open > 0) {
                    --open;
                } else {
                    ++unopened;
                }
            }
        }
        if (open > 0 && end < text.size() && text[end] == pair[1]) {
            words.widenRight = 1;
        }
        if (unopened > 0 && begin > 0 && text[begin - 1] == pair[0]) {
            words.widenLeft = 1;
        }
    }
}

void DocumentView::Impl::moveToWord(const std::optional<Word>& word, bool extend) {
    if (!word) {
        return;
    }
    Selection wanted = selection;
    if (!extend || selection.isEmpty()) {
        wanted.anchorBegin = word->begin;
        wanted.anchorEnd = word->end;
    }
    wanted.caretBegin = word->begin;
    wanted.caretEnd = word->end;
    wanted.chars = false;
    balance(wanted);
    select(wanted);
}

/// Alone the arrows go to what stands beside on the screen. With Shift they grow and shrink the
/// selection in the text's order, forward being where the word that it began with is read to: so
/// it never jumps to and fro where directions mix.
void DocumentView::Impl::moveByWord(bool right, bool extend) {
    const SpanItem* span = focusedItem();
    if (extend && span == nullptr && !selection.isEmpty()) {
        const bool forward =
            right != readsRightToLeft(selection.anchorBegin,
                                      std::max(selection.anchorEnd, selection.anchorBegin + 1));
        const Unit from = forward ? selection.caretEnd : selection.caretBegin;
        moveToWord(
            forward ? blocks->firstWordEndingAfter(from) : blocks->lastWordBeginningBefore(from),
            true);
        return;
    }
    const Unit begin = span != nullptr ? span->begin : selection.begin();
    const Unit end = span != nullptr ? span->end : selection.end();
    const Unit at = span != nullptr || selection.isEmpty() ? begin : selection.caretBegin;
    if (layoutOf(blocks->blockAt(at)).isBidirectional()) {
        moveToWord(wordBeside(right), false);
    } else {
        moveToWord(
            right ? blocks->firstWordEndingAfter(end) : blocks->lastWordBeginningBefore(begin),
            false);
    }
}

/// The word at the left or right of the selected one, the focused span or the caret, by where they
/// are on the screen; at the line's edge the first or last of the line that is read next.
std::optional<Word> DocumentView::Impl::wordBeside(bool right) {
    const SpanItem* span = focusedItem();
    Unit begin = selection.chars ? selection.begin() : selection.caretBegin;
    Unit end = selection.chars ? selection.end() : selection.caretEnd;
    if (span != nullptr) {
        begin = span->begin;
        end = span->end;
    }
    const int block = blocks->blockAt(begin);
    const BlockLayout& layout = layoutOf(block);
    int line = layout.lineOf(std::min(begin, blocks->at(block).end));
    double left = layout.xOf(std::min(begin, blocks->at(block).end));
    double rightmost = left;
    if (begin < end) {
        const auto pieces = layout.pieces(begin, end);
        line = right != layout.isRightToLeft() ? pieces.back().line : pieces.front().line;
        left = 1e9;
        rightmost = -1e9;
        for (const auto& piece : pieces) {
            if (piece.line == line) {
                left = std::min(left, piece.left);
                rightmost = std::max(rightmost, piece.right);
            }
        }
    }
    const Word* nearest = nullptr;
    double reached = 0;
    constexpr double kSame = 0.5;
    for (const Word& word : blocks->words(block)) {
        if (word.mark || word.begin >= layout.lineEnd(line) || word.end <= layout.lineBegin(line)) {
            continue;
        }
        for (const auto& piece : layout.pieces(word.begin, word.end)) {
            const double edge = right ? piece.right : -piece.left;
            if (piece.line == line && edge > (right ? rightmost : -left) + kSame &&
                (nearest == nullptr || edge < reached)) {
                nearest = &word;
                reached = edge;
            }
        }
    }
    if (nearest != nullptr) {
        return *nearest;
    }
    const bool forward = right != layout.isRightToLeft();
    const auto next =
        forward ? blocks->firstWordEndingAfter(line + 1 < static_cast<int>(layout.lines().size())
                                                   ? layout.lineEnd(line)
                                                   : blocks->at(block).end)
                : blocks->lastWordBeginningBefore(layout.lineBegin(line));
    return next ? std::optional(edgeWord(*next, forward)) : std::nullopt;
}

/// Of the words on the line of `word` the one that the line is read from, or ends with.
Word DocumentView::Impl::edgeWord(const Word& word, bool first) {
    const int block = blocks->blockAt(word.begin);
    const BlockLayout& layout = layoutOf(block);
    if (!layout.isBidirectional()) {
        return word;
    }
    const int line = layout.lineOf(first ? word.begin : word.end - 1);
    const bool atLeft = first != layout.isRightToLeft();
    Word found = word;
    double reached = 1e9;
    for (const Word& candidate : blocks->words(block)) {
        if (candidate.mark || layout.lineOf(candidate.begin) != line) {
            continue;
        }
        for (const auto& piece : layout.pieces(candidate.begin, candidate.end)) {
            const double edge = atLeft ? piece.left : -piece.right;
            if (piece.line == line && edge < reached) {
                found = candidate;
                reached = edge;
            }
        }
    }
    return found;
}

/// As moveByWord: to where the caret is next on the screen; with Shift in the text's order.
void DocumentView::Impl::moveByCharacter(bool right, bool extend) {
    const Unit caret = selection.caret();
    const int block = blocks->blockAt(caret);
    if (extend) {
        const Unit anchor = selection.isEmpty()          ? caret
                            : caret == selection.begin() ? selection.end()
                                                         : selection.begin();
        // The character that the selection grew over first, or will.
        const Unit other =
            anchor <= caret ? blocks->nextGrapheme(anchor) : blocks->previousGrapheme(anchor);
        const bool forward =
            right != readsRightToLeft(std::min(anchor, other), std::max(anchor, other));
        Selection wanted =
            Selection::at(forward ? blocks->nextGrapheme(caret) : blocks->previousGrapheme(caret));
        wanted.anchorBegin = wanted.anchorEnd = anchor;
        select(wanted);
        return;
    }
    if (layoutOf(block).isBidirectional()) {
        select(Selection::at(caretBeside(right)));
    } else {
        select(
            Selection::at(right ? blocks->nextGrapheme(caret) : blocks->previousGrapheme(caret)));
    }
}

/// The place between characters whose caret is the next one at the left or right; of two at the
/// same place on the screen the one nearer in the text.
Unit DocumentView::Impl::caretBeside(bool right) {
    const Unit caret = selection.caret();
    const int block = blocks->blockAt(caret);
    const Block& at = blocks->at(block);
    const BlockLayout& layout = layoutOf(block);
    const Unit here = std::min(caret, at.end);
    const int line = layout.lineOf(here);
    const double x = layout.xOf(here);
    const bool isLast = line + 1 == static_cast<int>(layout.lines().size());
    std::optional<Unit> found;
    double reached = 0;
    constexpr double kSame = 0.25;
    for (Unit unit = layout.lineBegin(line); unit <= layout.lineEnd(line);
         unit = blocks->nextGrapheme(unit)) {
        if (unit == layout.lineEnd(line) && !isLast) {
            break;  // painted on the next line
        }
        const double distance = (layout.xOf(unit) - x) * (right ? 1 : -1);
        const bool isNearer =
            !found || distance < reached - kSame ||
            (distance < reached + kSame && std::abs(unit - here) < std::abs(*found - here));
        if (distance > kSame && isNearer) {
            found = unit;
            reached = distance;
        }
        if (unit == at.end) {
            break;
        }
    }
    if (found) {
        return *found;
    }
    // On to the next line, or nowhere.
    if (right != layout.isRightToLeft()) {
        return !isLast                      ? layout.lineEnd(line)
               : at.end == blocks->length() ? caret
                                            : blocks->nextGrapheme(at.end);
    }
    return layout.lineBegin(line) == 0 ? caret : blocks->previousGrapheme(layout.lineBegin(line));
}

void DocumentView::Impl::moveByLines(int lines, bool extend, bool characters) {
    const Unit from = selection.chars ? selection.caret() : selection.caretBegin;
    int block = blocks->blockAt(from);
    const Unit inBlock = std::min(from, blocks->at(block).end);
    int line = layoutOf(block).lineOf(inBlock);
    if (desiredX < 0) {
        desiredX = layoutOf(block).xOf(inBlock) + 1;
    }
    const double x = desiredX;
    for (int left = std::abs(lines); left > 0; --left) {
        if (lines > 0) {
            if (line + 1 < static_cast<int>(layoutOf(block).lines().size())) {
                ++line;
            } else if (block + 1 < blocks->count()) {
                ++block;
                line = 0;
            }
        } else if (line > 0) {
            --line;
        } else if (block > 0) {
            --block;
            line = static_cast<int>(layoutOf(block).lines().size()) - 1;
        }
    }
    settle();
    const BlockLayout& layout = layoutOf(block);
    const Unit lineBegin = layout.lineBegin(line);
    const Unit lineEnd = layout.lineEnd(line);
    std::optional<Word> word;
    if (!characters) {
        const Unit under = layout.unitUnder(line, x);
        word = blocks->firstWordEndingAfter(under);
        if (!word || word->begin >= lineEnd) {
            word = blocks->lastWordBeginningBefore(std::max(under, lineBegin) + 1);
        }
        if (word && (word->end <= lineBegin || word->begin >= lineEnd)) {
            word.reset();
        }
    }
    if (word) {
        moveToWord(word, extend);
    } else {
        Selection wanted = Selection::at(layout.caretNear(line, x));
        if (extend) {
            wanted.anchorBegin = selection.anchorBegin;
            wanted.anchorEnd = selection.anchorEnd;
        }
        select(wanted);
    }
    desiredX = x;
}

void DocumentView::Impl::moveToLineEdge(bool end, bool extend, bool characters) {
    const Unit from = selection.chars ? selection.caret() : selection.caretBegin;
    const int block = blocks->blockAt(from);
    const BlockLayout& layout = layoutOf(block);
    const int line = layout.lineOf(std::min(from, blocks->at(block).end));
    const Unit lineBegin = layout.lineBegin(line);
    const Unit lineEnd = layout.lineEnd(line);
    const auto word =
        end ? blocks->lastWordBeginningBefore(lineEnd) : blocks->firstWordEndingAfter(lineBegin);
    if (!characters && word && word->begin < lineEnd && word->end > lineBegin) {
        moveToWord(word, extend);
    } else {
        select(Selection::at(end ? lineEnd : lineBegin));
    }
}

void DocumentView::Impl::moveToTextEdge(bool end, bool extend, bool characters) {
    const auto word =
        end ? blocks->lastWordBeginningBefore(blocks->length()) : blocks->firstWordEndingAfter(0);
    if (word && !characters) {
        moveToWord(word, extend);
    } else {
        select(Selection::at(end ? blocks->length() : 0));
    }
}

void DocumentView::Impl::copy() const {
    Unit begin = selection.begin();
    Unit end = selection.end();
    if (const SpanItem* span = focusedItem()) {
        begin = span->begin;
        end = span->end;
    }
    if (begin < end) {
        QApplication::clipboard()->setText(blocks->text().mid(begin, end - begin));
    }
}

// --- Mouse ---

std::optional<DocumentView::Impl::Place> DocumentView::Impl::placeAt(QPoint position) {
    if (!blocks) {
        return std::nullopt;
    }
    const double y = position.y() + q->verticalScrollBar()->value() - headerHeight();
    Place place;
    place.inside = y >= 0 && y < static_cast<double>(heights.total());
    place.block = std::max(0, heights.indexAt(static_cast<qint64>(std::floor(std::max(0.0, y)))));
    const BlockLayout& layout = layoutOf(place.block);
    place.line = layout.lineAtY(y - static_cast<double>(heights.top(place.block)));
    place.x = position.x() - columnLeft();
    return place;
}

/// Spans painted at a point, innermost first.
std::vector<RecordId> DocumentView::Impl::spansAt(QPoint position) {
    const auto place = placeAt(position);
    if (!place || !place->inside) {
        return {};
    }
    const BlockLayout& layout = layoutOf(place->block);
    const double y = position.y() - blockTop(place->block);
    std::vector<const SpanItem*> found;
    for (const auto& fragment : layout.fragments()) {
        if (fragment.line == place->line &&
            fragmentBox(layout, fragment).adjusted(0, -3, 0, 4).contains(place->x, y)) {
            found.push_back(&items[static_cast<size_t>(fragment.span)]);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
        return a->end - a->begin < b->end - b->begin;
    });
    std::vector<RecordId> ids;
    for (const auto* span : found) {
        if (std::find(ids.begin(), ids.end(), span->id) == ids.end()) {
            ids.push_back(span->id);
        }
    }
    return ids;
}

RecordId DocumentView::Impl::spanAt(QPoint position) {
    const auto ids = spansAt(position);
    return ids.empty() ? 0 : ids.front();
}

/// The words that a stretch touches, without marks at the edges; marks when there is nothing else;
/// empty where there is only white space.
DocumentView::Impl::Selection DocumentView::Impl::wordsBetween(Unit from, Unit to) const {
    for (const bool marksToo : {false, true}) {
        const auto first = blocks->firstWordEndingAfter(from, marksToo);
        const auto last = blocks->lastWordBeginningBefore(to, marksToo);
        if (first && last && first->begin < to && last->end > from) {
            Selection words{first->begin, first->end, last->begin, last->end, false, 0, 0};
            balance(words);
            return words;
        }
    }
    return Selection::at(from);
}

void DocumentView::Impl::dragTo(QPoint position, bool characters) {
    const auto place = placeAt(position);
    if (!place) {
        return;
    }
    const BlockLayout& layout = layoutOf(place->block);
    Selection wanted;
    if (characters) {
        const Unit caret = layout.caretNear(place->line, place->x);
        wanted.chars = true;
        wanted.anchorBegin = wanted.anchorEnd = pressCaret;
        wanted.caretBegin = wanted.caretEnd = caret;
    } else {
        const Unit under = layout.unitUnder(place->line, place->x);
        wanted = wordsBetween(std::min(pressUnit, under), std::max(pressUnit, under) + 1);
        if (under < pressUnit) {
            std::swap(wanted.anchorBegin, wanted.caretBegin);
            std::swap(wanted.anchorEnd, wanted.caretEnd);
        }
    }
    if (!(wanted == selection) || focused != 0) {
        select(wanted, false);
    }
}

/// On the focus ring's edge, at half the height of the line that the end is on.
std::optional<QPointF> DocumentView::Impl::handleAt(End end) {
    const SpanItem* span = focusedItem();
    if (span == nullptr || readOnly || !marked.isEmpty()) {
        return std::nullopt;
    }
    const int block = blocks->blockAt(end == End::Begin ? span->begin : span->end - 1);
    const auto known = laid.find(block);
    if (known == laid.end()) {
        return std::nullopt;
    }
    const BlockLayout& layout = *known->second.layout;
    for (const auto& fragment : layout.fragments()) {
        if (items[static_cast<size_t>(fragment.span)].id != span->id ||
            !(end == End::Begin ? fragment.first : fragment.last)) {
            continue;
        }
        const QRectF box = fragmentBox(layout, fragment).adjusted(-2, -3, 2, 4);
        const bool isLeft = end == End::Begin ? !fragment.beginsRight : fragment.endsLeft;
        return QPointF(columnLeft() + (isLeft ? box.left() : box.right()),
                       blockTop(block) + box.center().y());
    }
    return std::nullopt;
}

std::optional<DocumentView::Impl::End> DocumentView::Impl::handleUnder(QPoint position) {
    for (const End end : {End::Begin, End::Finish}) {
        const auto knob = handleAt(end);
        if (knob && std::abs(knob->x() - position.x()) <= kHandleReach &&
            std::abs(knob->y() - position.y()) <= kHandleReach) {
            return end;
        }
    }
    return std::nullopt;
}

void DocumentView::Impl::pullTo(QPoint position, bool characters) {
    const SpanItem* span = focusedItem();
    const auto place = placeAt(position);
    if (span == nullptr || !place || !pressHandle) {
        return;
    }
    const BlockLayout& layout = layoutOf(place->block);
    Pull pull{*pressHandle, span->begin, span->end};
    const Unit caret = layout.caretNear(place->line, place->x);
    const Unit under = layout.unitUnder(place->line, place->x);
    const auto word = wordsBetween(under, under + 1);
    const bool onWord = !characters && !word.isEmpty();
    if (pull.end == End::Begin) {
        pull.begin = onWord ? word.begin() : caret;
    } else {
        pull.finish = onWord ? word.end() : caret;
    }
    if (pull.begin >= pull.finish) {
        return;  // the ends do not pass each other
    }
    pulled = pull;
    updateCard();
    q->viewport()->update();
}

void DocumentView::Impl::extendTo(Unit unit) {
    const SpanItem* span = focusedItem();
    const Unit from = span != nullptr ? span->begin : selection.anchorBegin;
    const Unit until = span != nullptr ? span->end : selection.anchorEnd;
    Selection wanted = wordsBetween(std::min(from, unit), std::max(until, unit + 1));
    if (unit < from) {
        std::swap(wanted.anchorBegin, wanted.caretBegin);
        std::swap(wanted.anchorEnd, wanted.caretEnd);
    }
    select(wanted, false);
}

void DocumentView::mousePressEvent(QMouseEvent* event) {
    auto& d = *m_impl;
    const QPoint position = event->position().toPoint();
    const auto place = d.placeAt(position);
    if (event->button() != Qt::LeftButton || !place) {
        return;
    }
    d.desiredX = -1;
    const BlockLayout& layout = d.layoutOf(place->block);
    const Unit under = layout.unitUnder(place->line, place->x);
    const Unit caret = layout.caretNear(place->line, place->x);
    d.doubleClicked = false;
    d.pulled.reset();
    if (event->modifiers() == Qt::ControlModifier) {
        if (const RecordId span = d.spanAt(position)) {
            d.toggleMark(span);
            return;
        }
    }
    if (event->modifiers().testFlag(Qt::ShiftModifier)) {
        if (event->modifiers().testFlag(Qt::AltModifier)) {
            Impl::Selection wanted = Impl::Selection::at(caret);
            wanted.anchorBegin = wanted.anchorEnd = d.selection.caret() == d.selection.begin()
                                                        ? d.selection.end()
                                                        : d.selection.begin();
            d.select(wanted, false);
        } else {
            d.extendTo(under);
        }
        return;
    }
    d.pressed = true;
    d.dragging = false;
    d.pressPosition = position;
    d.pressUnit = under;
    d.pressCaret = caret;
    d.pressHandle = d.handleUnder(position);
}

void DocumentView::mouseMoveEvent(QMouseEvent* event) {
    auto& d = *m_impl;
    const QPoint position = event->position().toPoint();
    if (!d.pressed) {
        const RecordId over = d.spanAt(position);
        if (over != d.hovered) {
            d.hovered = over;
            viewport()->update();
        }
        viewport()->setCursor(d.handleUnder(position) ? Qt::SizeHorCursor
                              : over != 0             ? Qt::PointingHandCursor
                                                      : Qt::IBeamCursor);
        return;
    }
    const bool isBegun = d.dragging || d.pulled.has_value();
    if (!isBegun && (position - d.pressPosition).manhattanLength() < kDragDistance) {
        return;
    }
    if (d.pressHandle) {
        d.pullTo(position, event->modifiers().testFlag(Qt::AltModifier));
        return;
    }
    d.dragging = true;
    d.dragPosition = position;
    d.dragCharacters = event->modifiers().testFlag(Qt::AltModifier);
    d.dragTo(position, d.dragCharacters);
    const bool outside = position.y() < 0 || position.y() >= viewport()->height();
    if (outside && !d.dragTimer.isActive()) {
        d.dragTimer.start(30, this);
    } else if (!outside) {
        d.dragTimer.stop();
    }
}

void DocumentView::mouseReleaseEvent(QMouseEvent* event) {
    auto& d = *m_impl;
    if (event->button() != Qt::LeftButton || !d.pressed) {
        return;
    }
    d.pressed = false;
    d.dragTimer.stop();
    if (d.pulled) {
        const Impl::Pull pull = *std::exchange(d.pulled, std::nullopt);
        const SpanItem* span = d.focusedItem();
        if (span != nullptr && (span->begin != pull.begin || span->end != pull.finish)) {
            d.refocus = Impl::Refocus{pull.begin, pull.finish, span->type};
            Q_EMIT resizeRequested(
                span->id, {d.blocks->toOffset(pull.begin), d.blocks->toOffset(pull.finish)});
        }
        d.updateCard();
        viewport()->update();
        return;
    }
    if (d.dragging || d.doubleClicked) {
        if (d.dragging) {
            d.dragging = false;
            d.dragTo(event->position().toPoint(), event->modifiers().testFlag(Qt::AltModifier));
            d.updateCard();
        }
        if (d.sticky != 0 && !d.readOnly && !d.selection.isEmpty()) {
            d.labelSelection(d.sticky);
        }
        return;
    }
    const auto spans = d.spansAt(d.pressPosition);
    if (spans.empty()) {
        d.select(Impl::Selection::at(d.pressCaret), false);
        return;
    }
    // A second click goes to the span around.
    const auto current = std::find(spans.begin(), spans.end(), d.focused);
    const bool again = current != spans.end() && d.ring == Impl::Ring::Full;
    const auto next = again && std::next(current) != spans.end() ? std::next(current)
                      : current != spans.end() && !again         ? current
                                                                 : spans.begin();
    d.focusSpan(*next);
}

void DocumentView::mouseDoubleClickEvent(QMouseEvent* event) {
    auto& d = *m_impl;
    const auto place = d.placeAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || !place) {
        return;
    }
    const Unit under = d.layoutOf(place->block).unitUnder(place->line, place->x);
    d.doubleClicked = true;
    d.pressed = true;
    d.pressPosition = event->position().toPoint();
    d.pressUnit = under;
    d.pressCaret = under;
    d.select(d.wordsBetween(under, under + 1), false);
}

void DocumentView::wheelEvent(QWheelEvent* event) {
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        if (event->angleDelta().y() > 0) {
            zoomIn();
        } else if (event->angleDelta().y() < 0) {
            zoomOut();
        }
        event->accept();
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

void DocumentView::timerEvent(QTimerEvent* event) {
    auto& d = *m_impl;
    if (event->timerId() != d.dragTimer.timerId()) {
        QAbstractScrollArea::timerEvent(event);
        return;
    }
    const int height = viewport()->height();
    const int beyond = d.dragPosition.y() < 0         ? d.dragPosition.y()
                       : d.dragPosition.y() >= height ? d.dragPosition.y() - height + 1
                                                      : 0;
    verticalScrollBar()->setValue(verticalScrollBar()->value() + std::clamp(beyond, -120, 120));
    d.dragTo({d.dragPosition.x(), std::clamp(d.dragPosition.y(), 0, height - 1)}, d.dragCharacters);
}

void DocumentView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    // Arriving by Tab, the next Tab goes to the first suggestion (the last, when arriving back).
    if (event->reason() == Qt::TabFocusReason && m_impl->focused == 0) {
        m_impl->tabFrom = 0;
    } else if (event->reason() == Qt::BacktabFocusReason && m_impl->focused == 0) {
        m_impl->tabFrom = 1;
    }
    viewport()->update();
}

void DocumentView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool DocumentView::viewportEvent(QEvent* event) {
    auto& d = *m_impl;
    if (event->type() == QEvent::Leave && d.hovered != 0) {
        d.hovered = 0;
        viewport()->update();
    } else if (event->type() == QEvent::ContextMenu) {
        auto* context = static_cast<QContextMenuEvent*>(event);
        if (!d.blocks) {
            return true;
        }
        QPoint where = context->globalPos();
        if (context->reason() == QContextMenuEvent::Keyboard) {
            const SpanItem* span = d.focusedItem();
            const QRect box = span != nullptr ? d.bounds(span->begin, span->end)
                                              : d.bounds(d.selection.begin(), d.selection.end());
            where = viewport()->mapToGlobal(QPoint(box.left(), box.bottom() + 4));
        } else if (const auto place = d.placeAt(context->pos())) {
            const Unit under = d.layoutOf(place->block).unitUnder(place->line, place->x);
            if (d.selection.isEmpty() || under < d.selection.begin() ||
                under >= d.selection.end()) {
                if (const RecordId span = d.spanAt(context->pos())) {
                    d.focusSpan(span, Impl::Ring::Quiet, false);
                } else {
                    d.select(d.wordsBetween(under, under + 1), false);
                }
            }
        }
        d.showMenu(where);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void DocumentView::Impl::showMenu(QPoint globalPosition) {
    delete menu;
    menu = new QMenu(q);
    menu->setObjectName(QStringLiteral("spanMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const SpanItem* span = focusedItem();
    const auto add = [&](const QString& text, const char* name, auto act) {
        QAction* action = menu->addAction(text);
        action->setObjectName(QString::fromLatin1(name));
        QObject::connect(action, &QAction::triggered, q, act);
    };
    if (!readOnly && span != nullptr && span->suggestion) {
        add(DocumentView::tr("Accept") + u'\t' + keycap(ViewCommand::Accept), "acceptAction",
            [this] { accept(); });
        add(DocumentView::tr("Reject") + u'\t' + keycap(ViewCommand::Reject), "rejectAction",
            [this] { reject(); });
        menu->addSeparator();
    }
    if (!readOnly && (span != nullptr || !selection.isEmpty())) {
        const auto patterns = theme::typePatterns(scheme);
        const auto addType = [&](QMenu* to, const EntityType& type, const char* name, auto act) {
            const QPixmap swatch = typeSwatch(QString::fromStdString(type.color),
                                              patterns.value(type.id), q->devicePixelRatioF());
            QString text = QString::fromStdString(type.name);
            text.replace(u'&', QStringLiteral("&&"));
            if (!type.shortcut.empty() && to == menu) {
                text += u'\t' + QString::fromStdString(type.shortcut);
            }
            QAction* action = to->addAction(swatch, text);
            action->setObjectName(QString::fromLatin1(name) + QString::number(type.id));
            action->setIconVisibleInMenu(true);
            QObject::connect(action, &QAction::triggered, q, act);
        };
        for (const auto& type : scheme.types()) {
            addType(menu, type, "typeAction", [this, id = type.id] { applyType(id); });
        }
        if (span != nullptr && !span->suggestion && scheme.types().size() > 1) {
            QMenu* also = menu->addMenu(DocumentView::tr("Another type as well"));
            also->setObjectName(QStringLiteral("besideMenu"));
            for (const auto& type : scheme.types()) {
                if (type.id != span->type) {
                    addType(also, type, "besideAction", [this, id = type.id] {
                        if (focusedItem() != nullptr) {
                            addBeside(id);
                        }
                    });
                }
            }
        }
        menu->addSeparator();
    }
    if (!readOnly && span != nullptr && !span->suggestion) {
        add(DocumentView::tr("Remove label") + u'\t' + keycap(ViewCommand::Remove), "removeAction",
            [this] { remove(); });
    }
    if (span != nullptr || !selection.isEmpty()) {
        add(DocumentView::tr("Copy text") + u'\t' + keyText(QKeySequence::Copy), "copyAction",
            [this] { copy(); });
    }
    if (menu->isEmpty()) {
        delete menu;
        return;
    }
    menu->popup(globalPosition);
}

}  // namespace spanwise::ui
