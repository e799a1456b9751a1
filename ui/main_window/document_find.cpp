#include "ui/main_window/document_find.h"

#include <QLocale>
#include <algorithm>
#include <utility>

#include "ui/document_view/document_view.h"
#include "ui/document_view/find_bar.h"
#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/queue/queue_panel.h"

namespace spanwise::ui {
namespace {
constexpr qsizetype kLongestText = 120;  ///< that is taken from the selection
}

DocumentFind::DocumentFind(DocumentView* view, QueuePanel* queue, FindBar* bar, QObject* parent)
    : QObject(parent), m_view(view), m_queue(queue), m_bar(bar) {
    connect(&m_finder, &DocumentFinder::changed, this, [this] {
        m_view->setMatches(m_finder.matches());
        show(std::exchange(m_wish, Wish::None));
    });
    connect(bar, &FindBar::queryChanged, this, [this] {
        m_note.clear();
        const Range chosen = m_view->selection();
        if (m_wish == Wish::None && !matchInHand() && chosen != m_before) {
            m_before = chosen;
            m_anchor = chosen.begin;
        }
        m_wish = Wish::Nearest;
        search();
    });
    connect(bar, &FindBar::nextRequested, this, [this] { step(1); });
    connect(bar, &FindBar::previousRequested, this, [this] { step(-1); });
    connect(bar, &FindBar::closeRequested, this, [this] { close(); });
    connect(view, &DocumentView::selectionChanged, this, [this] { say(); });
}

DocumentFind::~DocumentFind() = default;

bool DocumentFind::isOpen() const {
    return m_bar->mode() == FindBar::Mode::Field;
}

void DocumentFind::followDocument() {
    m_wantsFirst = false;
    if (!m_view->document() || m_view->document()->id != std::exchange(m_awaited, 0))
        m_wish = Wish::None;
    m_note.clear();
    m_anchor = 0;
    m_before = {};
    m_match = 0;
    search();
}

void DocumentFind::setFilter(const QString& search) {
    m_filter = search;
    m_isFound = false;
    m_wantsFirst = false;
    m_note.clear();
    if (!isOpen())
        this->search();
}

void DocumentFind::setFound() {
    m_isFound = true;
    if (m_wantsFirst)
        openFirst();
}

void DocumentFind::open(Range chosen) {
    m_wantsFirst = false;
    const int begin = m_view->toUtf16(chosen.begin);
    QString text = m_view->utf16Text().mid(begin, m_view->toUtf16(chosen.end) - begin);
    text = text.size() <= kLongestText ? text.simplified() : QString();
    m_before = m_view->selection();
    m_anchor = text.isEmpty() ? m_before.begin : chosen.begin;
    m_bar->open(text);
}

void DocumentFind::close() {
    m_note.clear();
    m_bar->setMode(FindBar::Mode::Hidden);
    m_view->setFocus();
    search();
}

void DocumentFind::openFirst() {
    if (m_filter.isEmpty())
        return;
    m_wantsFirst = !m_isFound;
    if (!m_isFound)
        return;
    if (const DocumentId first = m_queue->first(); first != 0)
        openDocument(first, Wish::First);
}

void DocumentFind::openDocument(qint64 document, Wish wish) {
    if (m_view->document() && m_view->document()->id == document) {
        if (m_finder.isRunning())
            m_wish = wish;
        else
            show(wish);
    } else {
        m_wish = wish;  // whoever shows the document calls followDocument()
        m_awaited = document;
        Q_EMIT documentRequested(document);
        if (std::exchange(m_awaited, 0) != 0)
            m_wish = Wish::None;  // it could not be opened
    }
    m_view->setFocus();
}

void DocumentFind::search() {
    if (isOpen()) {
        m_finder.find(m_view->document(), m_bar->query());
    } else {
        m_bar->setMode(m_filter.isEmpty() || !m_view->document() ? FindBar::Mode::Hidden
                                                                 : FindBar::Mode::Filter);
        m_finder.findFilter(m_view->document(), m_filter);
    }
    if (m_finder.isRunning())
        say();
}

std::optional<std::size_t> DocumentFind::matchInHand() const {
    const auto& matches = *m_finder.matches();
    if (m_match < matches.size() && (m_view->selection() == matches[m_match] ||
                                     (m_view->focusedSpan() != 0 && m_view->selection().isEmpty() &&
                                      m_view->caret() == matches[m_match].end)))
        return m_match;
    const auto found = std::lower_bound(matches.begin(), matches.end(), m_view->selection());
    if (found != matches.end() && *found == m_view->selection())
        return static_cast<std::size_t>(found - matches.begin());
    return std::nullopt;
}

void DocumentFind::step(int direction) {
    m_wantsFirst = false;
    if (!m_view->document())
        return;
    if (!isOpen() && m_filter.isEmpty()) {
        open();
        return;
    }
    const auto& matches = *m_finder.matches();
    if (m_finder.isRunning())
        return;
    m_note.clear();
    const auto inHand = matchInHand();
    std::optional<std::size_t> wanted;
    if (inHand) {
        if (direction > 0 ? *inHand + 1 < matches.size() : *inHand > 0)
            wanted = direction > 0 ? *inHand + 1 : *inHand - 1;
    } else {
        const Offset caret = m_view->caret();
        const auto after = static_cast<std::size_t>(
            std::lower_bound(matches.begin(), matches.end(), caret,
                             [](const Range& range, Offset at) { return range.begin < at; }) -
            matches.begin());
        if (direction > 0 ? after < matches.size() : after > 0)
            wanted = direction > 0 ? after : after - 1;
    }
    if (wanted) {
        m_anchor = matches[*wanted].begin;
        select(*wanted);
        return;
    }
    if (isOpen()) {
        if (matches.empty())
            return;
        m_note = direction > 0 ? tr("from the top again") : tr("from the end again");
        wanted = direction > 0 ? 0 : matches.size() - 1;
        m_anchor = matches[*wanted].begin;
        select(*wanted);
        return;
    }
    const DocumentId other = direction > 0 ? m_queue->next() : m_queue->previous();
    if (other == 0) {
        m_note = direction > 0 ? tr("no document of the filter after this one")
                               : tr("no document of the filter before this one");
        say();
        return;
    }
    openDocument(other, direction > 0 ? Wish::First : Wish::Last);
    m_note = direction > 0 ? tr("the next document") : tr("the document before");
    say();
}

void DocumentFind::show(Wish wish) {
    const auto& matches = *m_finder.matches();
    if (wish == Wish::First && !matches.empty()) {
        select(0);
    } else if (wish == Wish::Last && !matches.empty()) {
        select(matches.size() - 1);
    } else if (wish == Wish::Nearest && isOpen() && m_view->document()) {
        const auto found =
            std::lower_bound(matches.begin(), matches.end(), m_anchor,
                             [](const Range& range, Offset at) { return range.begin < at; });
        if (found != matches.end())
            select(static_cast<std::size_t>(found - matches.begin()));
        else if (!matches.empty())
            select(0);
        else if (m_view->selection() != m_before && m_view->focusedSpan() == 0)
            m_view->setSelection(m_before);
    }
    say();
}

void DocumentFind::select(std::size_t match) {
    m_match = match;
    const Range range = (*m_finder.matches())[match];
    m_view->setSelection(range);
    m_view->scrollTo(range);
    say();
}

void DocumentFind::say() {
    if (m_bar->mode() == FindBar::Mode::Hidden)
        return;
    const auto& matches = *m_finder.matches();
    FindBar::State state;
    state.hasMatches = !isOpen() || (!matches.empty() && !m_finder.isRunning());
    const QLocale locale;
    const QString count =
        locale.toString(plural(matches.size())) + (m_finder.isCut() ? QStringLiteral("+") : u""_qs);
    const auto inHand = matchInHand();
    if (!m_finder.problem().isEmpty()) {
        state.text = engineText(m_finder.problem());
        state.isProblem = true;
    } else if (m_finder.isRunning()) {
        state.text = tr("searching…");
    } else if (isOpen() && m_bar->query().text.isEmpty()) {
        state.text = tr("Type what to find.");
    } else if (matches.empty()) {
        state.text = isOpen() ? tr("Not in this document.")
                              : tr("“%1”: not in this document's text").arg(m_filter);
    } else if (inHand) {
        state.text = tr("%1 of %2").arg(locale.toString(plural(*inHand + 1)), count);
    } else {
        state.text = tr("%1 found").arg(count);
    }
    if (!isOpen() && !matches.empty())
        state.text = tr("“%1”: %2").arg(m_filter, state.text);
    if (!m_note.isEmpty())
        state.text = tr("%1 · %2").arg(state.text, m_note);
    m_bar->setState(state);
}

}  // namespace spanwise::ui
