#include "ui/document_view/document_view.h"

#include <QAccessible>
#include <QEvent>
#include <QFontMetricsF>
#include <QLocale>
#include <QResizeEvent>
#include <QScrollBar>
#include <QTimer>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/protocol/model_messages.h"
#include "ui/document_view/document_view_accessible.h"
#include "ui/document_view/document_view_impl.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

namespace {

constexpr int kSideMargin = 56;
constexpr int kNarrowMargin = 24;
constexpr int kTopMargin = 24;
constexpr int kBottomMargin = 96;  ///< room for the card under the last line
constexpr double kColumnEms = 40;
constexpr int kLaidKept = 128;
constexpr int kDeepestLevel = 3;

/// ".64"; a score that rounds to 1 is "1.0", and a negative one a pattern's.
QString scoreText(double score) {
    if (score < 0) {
        return DocumentView::tr("pattern");
    }
    const int percent = static_cast<int>(std::lround(std::clamp(score, 0.0, 1.0) * 100));
    const QLocale locale;
    return percent >= 100
               ? u'1' + locale.decimalPoint() + u'0'
               : locale.decimalPoint() + QStringLiteral("%1").arg(percent, 2, 10, QLatin1Char('0'));
}

size_t mix(size_t seed, size_t value) {
    return seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2));
}

}  // namespace

DocumentView::DocumentView(QWidget* parent)
    : QAbstractScrollArea(parent), m_impl(std::make_unique<Impl>(this)) {
    installDocumentViewAccessibility();
    setObjectName(QStringLiteral("documentView"));
    setAccessibleName(tr("Document"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBar(new SlimScrollBar);
    viewport()->setObjectName(QStringLiteral("documentViewport"));
    viewport()->setMouseTracking(true);
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setAutoFillBackground(false);
    setAttribute(Qt::WA_InputMethodEnabled, false);
    m_impl->textFont = theme::documentFont();
    m_impl->emptyHeadline = tr("No document is open");
    m_impl->emptyHint = tr("Choose one in the list on the left.");
    m_impl->card = new SpanCard(viewport());
    connect(m_impl->card, &SpanCard::triggered, this, [this](int action) {
        if (action == kCardAccept) {
            m_impl->accept();
        } else if (action == kCardReject) {
            m_impl->reject();
        } else if (action == kCardRemove) {
            m_impl->remove();
        } else if (action == kCardAnother) {
            m_impl->setAdding(!m_impl->isAdding);
        }
    });
    setSyntaxColors(true);
    m_impl->updateMetrics(true);
}

DocumentView::~DocumentView() = default;

void DocumentView::setDocument(std::shared_ptr<const Document> document) {
    auto& d = *m_impl;
    d.document = std::move(document);
    d.labels = {};
    d.knowsLabels = false;
    d.items.clear();
    d.furthest.clear();
    d.indexOf.clear();
    d.advanceFrom.reset();
    d.refocus.reset();
    d.tabFrom.reset();
    d.pressed = d.dragging = false;
    d.dragTimer.stop();
    d.hovered = 0;
    d.pulled.reset();
    d.setMarks({});
    d.desiredX = -1;
    d.laid.clear();
    if (d.syntax) {
        d.syntax->stop();  // what is laid out below has none of the runs before
    }
    d.matches.reset();
    d.blocks = d.document ? std::make_unique<TextBlocks>(d.document) : nullptr;
    d.topBlock = 0;
    d.topOffset = -d.headerHeight();
    d.resetHeights();
    d.change(Impl::Selection::at(0), 0, Impl::Ring::Full);
    d.settle();
    setAccessibleDescription(d.document ? QString::fromStdString(d.document->name)
                                        : d.emptyHeadline);
    d.colour();
    viewport()->update();
}

void DocumentView::setLabels(const DocumentLabels& labels) {
    auto& d = *m_impl;
    std::optional<SpanItem> before;
    if (const auto* item = d.focusedItem()) {
        before = *item;
    }
    const bool tells = isScreenReaderListening() && std::exchange(d.knowsLabels, true);
    const auto annotations = std::exchange(d.labels, labels).annotations;
    d.rebuildItems();
    if (tells) {
        d.noteNews(annotations);
    }
    const RecordId focusBefore = d.focused;
    d.followsLabels = true;
    d.followLabels(before);
    d.followsLabels = false;
    if (tells && !d.news.isEmpty()) {
        announceLabels(this, d.focused == 0 || d.focused == focusBefore);
    }
}

void DocumentView::setScheme(const LabelScheme& scheme) {
    m_impl->scheme = scheme;
    if (scheme.byId(m_impl->lastType) == nullptr) {
        m_impl->lastType = 0;
    }
    setStickyType(m_impl->sticky);  // off, when the type has gone
    m_impl->rebuildItems();
    m_impl->updateCard();
}

void DocumentView::setThreshold(double threshold) {
    auto& d = *m_impl;
    if (d.threshold == threshold) {
        return;
    }
    d.threshold = threshold;
    const bool hadFocus = d.focused != 0;
    d.rebuildItems();
    if (hadFocus && d.focusedItem() == nullptr) {
        d.change(d.selection, 0, Impl::Ring::Full);
    }
}

void DocumentView::setMatches(std::shared_ptr<const std::vector<Range>> matches) {
    m_impl->matches = std::move(matches);
    viewport()->update();
}

void DocumentView::setSyntaxColors(bool isOn) {
    auto& d = *m_impl;
    if (isOn == hasSyntaxColors())
        return;
    d.syntax = isOn ? std::make_unique<SyntaxColors>() : nullptr;
    if (isOn)
        connect(d.syntax.get(), &SyntaxColors::changed, this,
                [this](int begin, int end) { m_impl->dropLayouts(begin, end); });
    else if (d.blocks)
        d.dropLayouts(0, d.blocks->length());
    d.colour();
}

bool DocumentView::hasSyntaxColors() const {
    return m_impl->syntax != nullptr;
}

std::vector<SyntaxRun> DocumentView::syntaxIn(Range range) const {
    const auto& d = *m_impl;
    return d.syntax && d.blocks
               ? d.syntax->runsIn(d.blocks->toUnit(range.begin), d.blocks->toUnit(range.end))
               : std::vector<SyntaxRun>();
}

void DocumentView::setReadOnly(bool readOnly) {
    m_impl->readOnly = readOnly;
    m_impl->updateCard();
    viewport()->update();
}

void DocumentView::setKeys(const ViewKeys& keys) {
    m_impl->keys = keys;
    m_impl->updateCard();
}

const ViewKeys& DocumentView::keys() const {
    return m_impl->keys;
}

void DocumentView::setTrimming(bool trims) {
    m_impl->trims = trims;
}

bool DocumentView::isTrimming() const {
    return m_impl->trims;
}

void DocumentView::setStickyType(TypeId type) {
    auto& d = *m_impl;
    if (d.scheme.byId(type) == nullptr) {
        type = 0;
    }
    if (type != 0) {
        d.lastType = type;
    }
    if (d.sticky != type) {
        d.sticky = type;
        Q_EMIT stickyTypeChanged(type);
    }
}

TypeId DocumentView::stickyType() const {
    return m_impl->sticky;
}

TypeId DocumentView::lastType() const {
    return m_impl->lastType;
}

std::vector<RecordId> DocumentView::markedSpans() const {
    std::vector<RecordId> ids;
    for (const auto& item : m_impl->items) {
        if (m_impl->marked.contains(item.id)) {
            ids.push_back(item.id);
        }
    }
    return ids;
}

void DocumentView::clearMarks() {
    m_impl->setMarks({});
}

bool DocumentView::applyType(TypeId type) {
    return m_impl->applyType(type);
}

void DocumentView::perform(ViewCommand command) {
    if (m_impl->blocks) {
        m_impl->perform(command);
    }
}

void DocumentView::setEmptyText(const QString& headline, const QString& hint) {
    m_impl->emptyHeadline = headline;
    m_impl->emptyHint = hint;
    if (!m_impl->document) {
        setAccessibleDescription(headline);
    }
    viewport()->update();
}

void DocumentView::setCardNote(const QString& note) {
    m_impl->cardNote = note;
    m_impl->updateCard();
}

std::shared_ptr<const Document> DocumentView::document() const {
    return m_impl->document;
}

const DocumentLabels& DocumentView::labels() const {
    return m_impl->labels;
}

double DocumentView::threshold() const {
    return m_impl->threshold;
}

Range DocumentView::selection() const {
    const auto& d = *m_impl;
    if (!d.blocks || d.selection.isEmpty()) {
        const Offset at = caret();
        return {at, at};
    }
    return {d.blocks->toOffset(d.selection.begin()), d.blocks->toOffset(d.selection.end())};
}

void DocumentView::setSelection(Range range) {
    auto& d = *m_impl;
    if (!d.blocks) {
        return;
    }
    Impl::Selection wanted;
    wanted.chars = wanted.exact = true;
    wanted.anchorBegin = wanted.anchorEnd = d.blocks->toUnit(range.begin);
    wanted.caretBegin = wanted.caretEnd = std::max(wanted.anchorBegin, d.blocks->toUnit(range.end));
    d.select(wanted);
}

Offset DocumentView::caret() const {
    return m_impl->blocks ? m_impl->blocks->toOffset(m_impl->selection.caret()) : 0;
}

RecordId DocumentView::focusedSpan() const {
    return m_impl->focused;
}

void DocumentView::setFocusedSpan(RecordId record) {
    m_impl->focusSpan(record);
}

std::vector<RecordId> DocumentView::visibleSuggestions() const {
    std::vector<RecordId> ids;
    for (const auto* item : m_impl->suggestionsInOrder()) {
        ids.push_back(item->id);
    }
    return ids;
}

Range DocumentView::visibleRange() const {
    return m_impl->visible;
}

void DocumentView::scrollTo(Range range) {
    auto& d = *m_impl;
    if (d.blocks) {
        d.reveal(d.blocks->toUnit(range.begin), d.blocks->toUnit(range.end), false);
    }
}

QRect DocumentView::boundsOf(Range range) const {
    auto& d = *m_impl;
    return d.blocks ? d.bounds(d.blocks->toUnit(range.begin), d.blocks->toUnit(range.end))
                    : QRect();
}

std::optional<Offset> DocumentView::offsetAt(QPoint viewportPosition) const {
    auto& d = *m_impl;
    const auto place = d.placeAt(viewportPosition);
    if (!place || !place->inside) {
        return std::nullopt;
    }
    const BlockLayout& layout = d.layoutOf(place->block);
    if (!layout.isOnText(place->line, place->x)) {
        return std::nullopt;
    }
    return d.blocks->toOffset(layout.unitUnder(place->line, place->x));
}

const QString& DocumentView::utf16Text() const {
    static const QString kNone;
    return m_impl->blocks ? m_impl->blocks->text() : kNone;
}

int DocumentView::toUtf16(Offset offset) const {
    return m_impl->blocks ? m_impl->blocks->toUnit(offset) : 0;
}

Offset DocumentView::fromUtf16(int unit) const {
    return m_impl->blocks ? m_impl->blocks->toOffset(unit) : 0;
}

QString DocumentView::typeName(TypeId type) const {
    const EntityType* known = m_impl->scheme.byId(type);
    return known != nullptr ? QString::fromStdString(known->name) : tr("(no type)");
}

void DocumentView::setTextFont(const QFont& font) {
    m_impl->textFont = font;
    m_impl->updateMetrics(true);
}

void DocumentView::focusNextSuggestion() {
    m_impl->focusSuggestion(true, true);
}

void DocumentView::focusPreviousSuggestion() {
    m_impl->focusSuggestion(false, true);
}

double DocumentView::zoom() const {
    return m_impl->zoom;
}

void DocumentView::setZoom(double zoom) {
    zoom = std::clamp(zoom, 0.5, 4.0);
    if (qFuzzyCompare(zoom, m_impl->zoom))
        return;
    m_impl->zoom = zoom;
    m_impl->updateMetrics(true);
    Q_EMIT zoomChanged(zoom);
}

void DocumentView::zoomIn() {
    setZoom(m_impl->zoom * 1.1);
}

void DocumentView::zoomOut() {
    setZoom(m_impl->zoom / 1.1);
}

void DocumentView::resetZoom() {
    setZoom(1);
}

void DocumentView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    m_impl->updateMetrics(false);
    m_impl->settle();
    m_impl->updateCard();
}

void DocumentView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        m_impl->rebuildItems();
        m_impl->dropLayouts();
        m_impl->updateCard();
        viewport()->update();
    } else if (event->type() == QEvent::FontChange) {
        m_impl->updateMetrics(true);
    }
}

void DocumentView::scrollContentsBy(int, int) {
    m_impl->scrolled();
}

// --- Impl: labels into items ---

void DocumentView::Impl::rebuildItems() {
    items.clear();
    furthest.clear();
    indexOf.clear();
    if (!blocks) {
        return;
    }
    indexOf.reserve(static_cast<qsizetype>(labels.annotations.size() + labels.suggestions.size()));
    struct Look {
        QString name;
        TypeColors colors;
        TypePattern pattern;
        std::array<QString, 102> scored{};  ///< with a score in per cent; the last: a pattern's
        const QString& with(double score) {
            const auto percent =
                score < 0 ? scored.size() - 1
                          : static_cast<size_t>(std::lround(std::clamp(score, 0.0, 1.0) * 100));
            QString& label = scored[percent];
            if (label.isEmpty()) {
                label = name + u' ' + scoreText(score);
            }
            return label;
        }
    };
    QHash<qint64, Look> looks;
    const auto patterns = theme::typePatterns(scheme);
    const auto lookOf = [&](TypeId type) -> Look& {
        auto found = looks.find(type);
        if (found == looks.end()) {
            const EntityType* known = scheme.byId(type);
            found = looks.insert(
                type, {known ? QString::fromStdString(known->name) : DocumentView::tr("(no type)"),
                       theme::typeColors(known ? QString::fromStdString(known->color) : QString()),
                       patterns.value(type, TypePattern::Plain)});
        }
        return *found;
    };
    const auto add = [&](RecordId id, Range range, TypeId type, bool suggestion, double score,
                         bool zeroShot) {
        const Unit begin = blocks->toUnit(range.begin);
        const Unit end = blocks->toUnit(range.end);
        if (end <= begin) {
            return;
        }
        Look& look = lookOf(type);
        items.push_back({id, type, begin, end, suggestion, zeroShot, score, 0,
                         suggestion ? look.with(score) : look.name, look.colors.tint,
                         look.colors.line, look.pattern});
    };
    items.reserve(labels.annotations.size() + labels.suggestions.size());
    for (const auto& annotation : labels.annotations) {
        add(annotation.id, annotation.range, annotation.type, false, 1, false);
    }
    const auto annotations = static_cast<std::ptrdiff_t>(items.size());
    for (const auto& suggestion : labels.suggestions) {
        if (suggestion.score >= threshold) {
            add(suggestion.id, suggestion.range, suggestion.type, true,
                suggestion.model == kPatternModel ? -1 : suggestion.score,
                protocol::isZeroShot(suggestion.model));
        }
    }
    // Each of the two is in order as a rule, but for what was made last.
    const auto isBefore = [](const SpanItem& a, const SpanItem& b) {
        return std::tuple(a.begin, -a.end, a.suggestion) <
               std::tuple(b.begin, -b.end, b.suggestion);
    };
    const auto middle = items.begin() + annotations;
    for (const auto& [from, to] :
         {std::pair(items.begin(), middle), std::pair(middle, items.end())}) {
        const auto news = std::is_sorted_until(from, to, isBefore);
        std::stable_sort(news, to, isBefore);
        std::inplace_merge(from, news, to, isBefore);
    }
    std::inplace_merge(items.begin(), middle, items.end(), isBefore);
    Unit reach = 0;
    for (size_t i = 0; i < items.size(); ++i) {
        reach = std::max(reach, items[i].end);
        furthest.push_back(reach);
        indexOf.insert(items[i].id, static_cast<int>(i));
    }
    assignLevels();
    if (hovered != 0 && !indexOf.contains(hovered)) {
        hovered = 0;
    }
    if (!marked.isEmpty()) {
        QSet<qint64> there;
        for (const qint64 id : std::as_const(marked)) {
            if (indexOf.contains(id)) {
                there.insert(id);
            }
        }
        setMarks(there);
    }
    // Only what changed is laid out again.
    for (auto entry = laid.begin(); entry != laid.end();) {
        const auto spans = spansIn(blocks->at(entry->first));
        if (entry->second.signature == signature(spans)) {
            entry->second.layout->renumber(spans);
            ++entry;
        } else {
            entry = laid.erase(entry);
        }
    }
    settle();
    q->viewport()->update();
}

/// Underline levels within each group of spans that hang together: the shortest first, each on the
/// lowest level free along its whole length.
void DocumentView::Impl::assignLevels() {
    for (size_t begin = 0; begin < items.size();) {
        size_t end = begin + 1;
        while (end < items.size() && items[end].begin < furthest[end - 1]) {
            ++end;
        }
        if (end - begin > 1) {
            std::vector<size_t> order(end - begin);
            for (size_t i = 0; i < order.size(); ++i) {
                order[i] = begin + i;
            }
            std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
                return items[a].end - items[a].begin < items[b].end - items[b].begin;
            });
            std::vector<std::vector<size_t>> taken;
            for (const size_t i : order) {
                size_t level = 0;
                for (; level < taken.size(); ++level) {
                    const bool free =
                        std::none_of(taken[level].begin(), taken[level].end(), [&](size_t other) {
                            return items[i].begin < items[other].end &&
                                   items[other].begin < items[i].end;
                        });
                    if (free || level == kDeepestLevel) {
                        break;
                    }
                }
                if (level == taken.size()) {
                    taken.emplace_back();
                }
                taken[level].push_back(i);
                items[i].level = static_cast<int>(level);
            }
        }
        begin = end;
    }
}

std::vector<int> DocumentView::Impl::spansIn(const Block& block) const {
    std::vector<int> found;
    const Unit stop = std::max(block.next, block.begin + 1);
    const auto after =
        std::lower_bound(items.begin(), items.end(), stop,
                         [](const SpanItem& item, Unit u) { return item.begin < u; });
    for (auto i = static_cast<int>(after - items.begin()) - 1;
         i >= 0 && furthest[static_cast<size_t>(i)] > block.begin; --i) {
        if (items[static_cast<size_t>(i)].end > block.begin) {
            found.push_back(i);
        }
    }
    std::reverse(found.begin(), found.end());
    return found;
}

size_t DocumentView::Impl::signature(const std::vector<int>& spans) const {
    size_t seed = 0;
    for (const int i : spans) {
        const SpanItem& item = items[static_cast<size_t>(i)];
        seed = mix(seed, static_cast<size_t>(item.id));
        seed = mix(seed, static_cast<size_t>(item.begin));
        seed = mix(seed, static_cast<size_t>(item.end));
        seed = mix(seed, static_cast<size_t>(item.level));
        seed = mix(seed, qHash(item.label));
    }
    return seed;
}

// --- Impl: geometry ---

void DocumentView::Impl::updateMetrics(bool force) {
    const int available = q->viewport()->width();
    const QFont font = theme::scaled(textFont, zoom);
    const double em = QFontInfo(font).pixelSize();
    const int margin = available > 560 ? kSideMargin : kNarrowMargin;
    const double width = std::max(120.0, std::min<double>(kColumnEms * em, available - 2 * margin));
    if (!force && width == metrics.width) {
        return;
    }
    QFont labelFont = q->font();
    labelFont.setPixelSize(std::max(8, static_cast<int>(std::lround(em * 0.6))));
    labelFont.setWeight(QFont::Bold);
    metrics = TextMetrics::of(font, labelFont);
    metrics.width = width;
    dropLayouts();
    resetHeights();
    settle();
    updateCard();
    q->viewport()->update();
}

void DocumentView::Impl::dropLayouts() {
    laid.clear();
}

/// Only what touches a stretch; it is laid out anew.
void DocumentView::Impl::dropLayouts(Unit begin, Unit end) {
    const auto before = laid.size();
    std::erase_if(laid, [&](const auto& entry) {
        const Block& block = blocks->at(entry.first);
        return block.begin < end && block.end > begin;
    });
    if (laid.size() == before) {
        return;
    }
    settle();
    updateCard();
    q->viewport()->update();
}

/// Starts the colouring, once it is known which part of the text is looked at.
void DocumentView::Impl::colour() {
    if (!syntax) {
        return;
    }
    syntax->stop();
    if (!document || !SyntaxColors::mayKnow(QString::fromStdString(document->name))) {
        return;
    }
    QTimer::singleShot(0, syntax.get(), [this, of = document] {
        if (of == document) {
            syntax->start(QString::fromStdString(document->name), *blocks,
                          blocks->at(topBlock).begin);
        }
    });
}

void DocumentView::Impl::resetHeights() {
    std::vector<int> estimated;
    if (blocks) {
        const QFontMetricsF font(metrics.textFont);
        const double narrow = font.horizontalAdvance(QStringLiteral("the quick brown fox "
                                                                    "jumps over it")) /
                              33.0;
        const double wide = QFontInfo(metrics.textFont).pixelSize();
        estimated.reserve(static_cast<size_t>(blocks->count()));
        for (int i = 0; i < blocks->count(); ++i) {
            const Block& block = blocks->at(i);
            const double advance = block.narrow * narrow + block.wide * wide;
            const int lines = 1 + static_cast<int>(advance / metrics.width);
            estimated.push_back(static_cast<int>(lines * metrics.pitch) +
                                (block.endsLine() ? metrics.lineGap : 0));
        }
    }
    heights.reset(estimated);
}

int DocumentView::Impl::headerHeight() const {
    return kTopMargin + QFontMetrics(q->font()).height() + 10;
}

int DocumentView::Impl::columnLeft() const {
    const double left = (q->viewport()->width() - metrics.width) / 2;
    return static_cast<int>(std::max(8.0, std::floor(left)));
}

double DocumentView::Impl::blockTop(int block) const {
    return static_cast<double>(headerHeight() + heights.top(block) -
                               q->verticalScrollBar()->value());
}

BlockLayout& DocumentView::Impl::layoutOf(int block) {
    const auto found = laid.find(block);
    if (found != laid.end()) {
        return *found->second.layout;
    }
    if (laid.size() >= kLaidKept) {
        for (auto entry = laid.begin(); entry != laid.end();) {
            entry = std::abs(entry->first - topBlock) > kLaidKept / 2 ? laid.erase(entry)
                                                                      : std::next(entry);
        }
    }
    const Block& at = blocks->at(block);
    Laid made;
    const auto spans = spansIn(at);
    made.signature = signature(spans);
    made.layout = std::make_unique<BlockLayout>(
        blocks->text(), at, items, spans, metrics,
        syntax ? syntax->runsIn(at.begin, at.end) : std::vector<SyntaxRun>());
    heights.set(block, made.layout->height());
    return *laid.emplace(block, std::move(made)).first->second.layout;
}

/// Lays out what the viewport shows and fits the scroll bar, keeping what is at the top in place.
void DocumentView::Impl::settle() {
    if (!blocks || settling) {
        if (!blocks) {
            visible = {};
            q->verticalScrollBar()->setRange(0, 0);
        }
        return;
    }
    settling = true;
    const int viewHeight = q->viewport()->height();
    for (int pass = 0; pass < 6; ++pass) {
        topBlock = std::clamp(topBlock, 0, blocks->count() - 1);
        double y = -topOffset;
        for (int block = topBlock; block < blocks->count() && y < viewHeight; ++block) {
            y += layoutOf(block).height();
        }
        while (topBlock + 1 < blocks->count() && topOffset >= heights.at(topBlock)) {
            topOffset -= heights.at(topBlock++);
        }
        updateRange();
        const auto wanted = static_cast<qint64>(
            std::lround(static_cast<double>(headerHeight() + heights.top(topBlock)) + topOffset));
        const qint64 value = std::clamp<qint64>(wanted, 0, q->verticalScrollBar()->maximum());
        q->verticalScrollBar()->setValue(static_cast<int>(value));
        lastValue = static_cast<int>(value);
        if (value == wanted) {
            break;
        }
        const qint64 top = value - headerHeight();
        topBlock = std::max(0, heights.indexAt(top));
        topOffset = static_cast<double>(top - heights.top(topBlock));
    }
    settling = false;

    int last = topBlock;
    for (double y = heights.at(topBlock) - topOffset; y < viewHeight && last + 1 < blocks->count();)
        y += heights.at(++last);
    const Range shown{blocks->toOffset(blocks->at(topBlock).begin),
                      blocks->toOffset(blocks->at(last).next)};
    if (shown != visible) {
        visible = shown;
        Q_EMIT q->visibleRangeChanged(visible);
    }
}

void DocumentView::Impl::updateRange() {
    const qint64 total = headerHeight() + heights.total() + kBottomMargin;
    const int viewHeight = q->viewport()->height();
    auto* bar = q->verticalScrollBar();
    bar->setPageStep(viewHeight);
    bar->setSingleStep(static_cast<int>(metrics.pitch));
    bar->setRange(0, static_cast<int>(std::clamp<qint64>(total - viewHeight, 0, 2'000'000'000)));
}

void DocumentView::Impl::scrolled() {
    if (settling || !blocks) {
        q->viewport()->update();
        return;
    }
    const int value = q->verticalScrollBar()->value();
    const int delta = value - lastValue;
    if (std::abs(delta) <= 2 * q->viewport()->height()) {
        topOffset += delta;
        while (topOffset < 0 && topBlock > 0) {
            settling = true;
            topOffset += layoutOf(--topBlock).height();
            settling = false;
        }
    } else {
        const qint64 top = value - headerHeight();
        topBlock = std::max(0, heights.indexAt(top));
        topOffset = static_cast<double>(top - heights.top(topBlock));
    }
    settle();
    updateCard();
    q->viewport()->update();
}

QRect DocumentView::Impl::bounds(Unit begin, Unit end) {
    const int first = blocks->blockAt(begin);
    const int last = std::max(first, blocks->blockAt(std::max(begin, end - 1)));
    constexpr int kMost = 64;  // of a huge range, its start and end are enough
    const auto wanted = [&](int block) { return block - first < kMost || last - block < kMost; };
    for (int block = first; block <= last; ++block) {
        if (wanted(block)) {
            layoutOf(block);
        }
    }
    settle();
    QRectF box;
    for (int block = first; block <= last; ++block) {
        if (!wanted(block)) {
            continue;
        }
        const BlockLayout& layout = layoutOf(block);
        const double top = blockTop(block);
        for (const auto& piece : layout.pieces(begin, end)) {
            const auto& line = layout.lines()[static_cast<size_t>(piece.line)];
            const QRectF rect(columnLeft() + piece.left, top + line.baseline - metrics.ascent,
                              std::max(1.0, piece.right - piece.left), metrics.lineHeight);
            box = box.isNull() ? rect : box.united(rect);
        }
    }
    return box.toAlignedRect();
}

void DocumentView::Impl::reveal(Unit begin, Unit end, bool withCard) {
    const int viewHeight = q->viewport()->height();
    // Far away: jump by estimate first, then look at the real place.
    const int block = blocks->blockAt(begin);
    if (laid.find(block) == laid.end()) {
        const double top = blockTop(block);
        if (top < -viewHeight || top > 2 * viewHeight) {
            topBlock = block;
            topOffset = -viewHeight / 3.0;
            while (topOffset < 0 && topBlock > 0) {
                topOffset += layoutOf(--topBlock).height();
            }
            if (topBlock == 0) {
                topOffset = std::max(topOffset, static_cast<double>(-headerHeight()));
            }
            settle();
        }
    }
    const QRect box = bounds(begin, end);
    const int above = static_cast<int>(metrics.pitch);
    const int below = withCard ? 100 : static_cast<int>(metrics.pitch);
    int delta = 0;
    if (box.top() < above || box.height() > viewHeight) {
        delta = box.top() - above;
    } else if (box.bottom() > viewHeight - below) {
        delta = std::min(box.bottom() - (viewHeight - below), box.top() - above);
    }
    if (delta != 0) {
        // Enough real layout below the place that the scroll bar lets us get there.
        q->verticalScrollBar()->setValue(q->verticalScrollBar()->value() + delta);
        settle();
    }
}

// --- Impl: selection and focus ---

const SpanItem* DocumentView::Impl::item(RecordId id) const {
    const auto found = indexOf.constFind(id);
    return id == 0 || found == indexOf.constEnd() ? nullptr : &items[static_cast<size_t>(*found)];
}

std::vector<const SpanItem*> DocumentView::Impl::suggestionsInOrder() const {
    std::vector<const SpanItem*> found;
    for (const auto& candidate : items) {
        if (candidate.suggestion) {
            found.push_back(&candidate);
        }
    }
    return found;
}

void DocumentView::Impl::change(const Selection& wanted, RecordId wantedFocus, Ring wantedRing) {
    const Range before = q->selection();
    const RecordId focusBefore = focused;
    const Unit caretBefore = selection.caret();
    selection = wanted;
    focused = wantedFocus;
    ring = wantedRing;
    if (!followsLabels) {
        news.clear();
    }
    if (focused != focusBefore) {
        cardNote.clear();
        isAdding = false;
    }
    updateCard();
    q->viewport()->update();
    const Range after = q->selection();
    if (after != before) {
        Q_EMIT q->selectionChanged(after);
    }
    if (focused != focusBefore) {
        Q_EMIT q->focusedSpanChanged(focused);
    }
    if (!isScreenReaderListening()) {
        return;
    }
    if (const SpanItem* span = focusedItem(); span != nullptr && focused != focusBefore) {
        announceSpan(q, span->begin, span->end);
    } else if (!selection.isEmpty()) {
        QAccessibleTextSelectionEvent event(q, selection.begin(), selection.end());
        event.setCursorPosition(selection.caret());
        announce(event);
    } else if (selection.caret() != caretBefore) {
        QAccessibleTextCursorEvent event(q, selection.caret());
        announce(event);
    }
}

void DocumentView::Impl::select(const Selection& wanted, bool show) {
    tabFrom.reset();
    advanceFrom.reset();
    refocus.reset();
    change(wanted, 0, Ring::Full);
    if (show && blocks) {
        const Unit caret = selection.caret();
        const bool atEnd = caret > selection.begin() && caret == selection.end();
        reveal(atEnd ? std::max(selection.begin(), caret - 1) : caret, caret, false);
    }
}

void DocumentView::Impl::focusSpan(RecordId id, Ring wantedRing, bool show) {
    const SpanItem* span = item(id);
    if (span == nullptr) {
        change(selection, 0, Ring::Full);
        return;
    }
    tabFrom.reset();
    advanceFrom.reset();
    refocus.reset();
    const Unit begin = span->begin;
    const Unit end = span->end;
    change(Selection::at(end), id, wantedRing);
    if (show) {
        reveal(begin, end, wantedRing == Ring::Full);
    }
    updateCard();
}

bool DocumentView::Impl::focusSuggestion(bool forward, bool wrap) {
    const auto order = suggestionsInOrder();
    if (order.empty()) {
        return false;
    }
    const SpanItem* current = focusedItem();
    const SpanItem* found = nullptr;
    if (tabFrom && current == nullptr) {
        found = *tabFrom == 0 ? order.front() : order.back();
    } else {
        // Where the search starts: at the focused span, else around the selection.
        const auto key = [](const SpanItem& i) { return std::tuple(i.begin, -i.end, i.id); };
        const auto from = current != nullptr
                              ? key(*current)
                              : std::tuple(forward ? selection.begin() : selection.end(),
                                           std::numeric_limits<Unit>::min(), RecordId{0});
        if (forward) {
            for (const auto* candidate : order) {
                if (key(*candidate) > from) {
                    found = candidate;
                    break;
                }
            }
        } else {
            for (const auto* candidate : order) {
                if (key(*candidate) < from) {
                    found = candidate;
                }
            }
        }
        if (found == nullptr && wrap) {
            found = forward ? order.front() : order.back();
        }
    }
    if (found == nullptr) {
        return false;
    }
    focusSpan(found->id);
    return true;
}

void DocumentView::Impl::setMarks(const QSet<qint64>& wanted) {
    if (marked == wanted) {
        return;
    }
    marked = wanted;
    updateCard();
    q->viewport()->update();
    Q_EMIT q->marksChanged(static_cast<int>(marked.size()));
}

QString DocumentView::Impl::keycap(ViewCommand command) const {
    const auto of = keys.keys(command);
    return of.isEmpty() ? QString() : keyText(of.first());
}

/// Says in words how the labels differ from those before.
void DocumentView::Impl::noteNews(const std::vector<Annotation>& before) {
    news.clear();
    newsOf = 0;
    QHash<qint64, const Annotation*> old;
    for (const auto& annotation : before) {
        old.insert(annotation.id, &annotation);
    }
    std::vector<const Annotation*> made;
    std::vector<const Annotation*> changed;
    for (const auto& annotation : labels.annotations) {
        const Annotation* was = old.take(annotation.id);
        if (was == nullptr) {
            made.push_back(&annotation);
        } else if (was->range != annotation.range || was->type != annotation.type) {
            changed.push_back(&annotation);
        }
    }
    const auto words = [&](const Annotation& annotation) {
        const Unit begin = blocks->toUnit(annotation.range.begin);
        return blocks->text().mid(begin, blocks->toUnit(annotation.range.end) - begin);
    };
    const auto one = [&](const QString& text, const Annotation& annotation) {
        return text.arg(words(annotation), q->typeName(annotation.type));
    };
    QStringList parts;
    const auto removed = old.values();
    if (made.size() == 1) {
        parts << one(DocumentView::tr("Labelled: %1, %2"), *made.front());
    } else if (!made.empty()) {
        parts << DocumentView::tr("%Ln label(s) made", nullptr, static_cast<int>(made.size()));
    }
    if (changed.size() == 1) {
        parts << one(DocumentView::tr("Label changed: %1, %2"), *changed.front());
    } else if (!changed.empty()) {
        parts << DocumentView::tr("%Ln label(s) changed", nullptr,
                                  static_cast<int>(changed.size()));
    }
    if (removed.size() == 1) {
        parts << one(DocumentView::tr("Label removed: %1, %2"), *removed.front());
    } else if (!removed.isEmpty()) {
        parts << DocumentView::tr("%Ln label(s) removed", nullptr,
                                  static_cast<int>(removed.size()));
    }
    news = parts.join(QStringLiteral(", "));
    if (made.size() + changed.size() == 1) {
        newsOf = made.empty() ? changed.front()->id : made.front()->id;
    }
}

/// After new labels: keeps the focus on its span, or hands it on as the last gesture asked.
void DocumentView::Impl::followLabels(const std::optional<SpanItem>& before) {
    const auto spanAtRange = [&](Unit begin, Unit end, TypeId type) -> RecordId {
        const SpanItem* best = nullptr;
        const auto rank = [type](const SpanItem& candidate) {
            return std::pair(!candidate.suggestion, candidate.type == type);
        };
        for (const auto& candidate : items) {
            if (candidate.begin == begin && candidate.end == end &&
                (best == nullptr || rank(candidate) > rank(*best))) {
                best = &candidate;
            }
        }
        return best != nullptr ? best->id : 0;
    };
    if (advanceFrom && item(advanceFrom->id) == nullptr) {
        const SpanItem from = *advanceFrom;
        advanceFrom.reset();
        const auto order = suggestionsInOrder();
        const SpanItem* next = nullptr;
        for (const auto* candidate : order) {
            if (candidate->begin >= from.begin) {
                next = candidate;
                break;
            }
        }
        if (next == nullptr && !order.empty()) {
            next = order.front();
        }
        if (next != nullptr) {
            focusSpan(next->id);
        } else {
            change(Selection::at(from.end), 0, Ring::Full);
        }
        return;
    }
    if (refocus) {
        const RecordId there = spanAtRange(refocus->begin, refocus->end, refocus->type);
        const SpanItem* found = item(there);
        if (found != nullptr && !found->suggestion) {
            refocus.reset();
            // Quietly after labelling, so that no card covers the text; one more key corrects it.
            focusSpan(there, selection.isEmpty() ? ring : Ring::Quiet, false);
            return;
        }
    }
    if (before && item(before->id) == nullptr) {
        const RecordId there = spanAtRange(before->begin, before->end, before->type);
        if (there != 0) {
            focusSpan(there, ring, false);
        } else {
            change(Selection::at(before->end), 0, Ring::Full);
        }
        return;
    }
    updateCard();
}

QString DocumentView::Impl::addingText(const SpanItem& span) const {
    return DocumentView::tr("The next type stands beside %1.").arg(q->typeName(span.type));
}

void DocumentView::Impl::updateCard() {
    const SpanItem* span = focusedItem();
    if (span == nullptr || ring == Ring::Quiet || dragging || pulled || !marked.isEmpty()) {
        card->hide();
        return;
    }
    const auto otherKeys = [&] {
        QStringList keys;
        for (const auto& candidate : scheme.types()) {
            if (!candidate.shortcut.empty() && candidate.id != span->type) {
                keys << QString::fromStdString(candidate.shortcut);
            }
        }
        return keys.size() < 2 ? keys.join(QString())
                               : keys.first() + QStringLiteral("–") + keys.last();
    };
    const QFontMetrics font(card->font());
    const Unit shown = std::min(span->end, span->begin + 200);
    SpanCard::Content content;
    content.text = font.elidedText(
        blocks->text().mid(span->begin, shown - span->begin).simplified(), Qt::ElideMiddle, 260);
    const QString name = q->typeName(span->type);
    content.color = span->line;
    if (span->suggestion) {
        content.joint = QStringLiteral("→");
        content.detail = DocumentView::tr("%1, %2").arg(
            name,
            span->score < 0 ? scoreText(span->score) : QLocale().toString(span->score, 'f', 2));
    } else {
        content.joint = QStringLiteral("·");
        content.detail = name;
    }
    if (isAdding) {
        if (const QString keys = otherKeys(); !keys.isEmpty()) {
            content.actions.push_back({0, keys, DocumentView::tr("add a type"), false});
        }
        content.actions.push_back(
            {kCardAnother, DocumentView::tr("Esc"), DocumentView::tr("leave"), true});
    } else if (!readOnly) {
        if (span->suggestion) {
            content.actions.push_back(
                {kCardAccept, keycap(ViewCommand::Accept), DocumentView::tr("accept"), true});
            content.actions.push_back(
                {kCardReject, keycap(ViewCommand::Reject), DocumentView::tr("reject"), true});
        } else {
            content.actions.push_back(
                {kCardRemove, keycap(ViewCommand::Remove), DocumentView::tr("remove"), true});
        }
        if (const QString keys = otherKeys(); !keys.isEmpty()) {
            content.actions.push_back({0, keys, DocumentView::tr("other type"), false});
        }
        if (!span->suggestion && scheme.types().size() > 1) {
            content.actions.push_back({kCardAnother, keycap(ViewCommand::AnotherType),
                                       DocumentView::tr("add a type"), true});
        }
        const QString resize =
            keycap(ViewCommand::BeginLeft) + u' ' + keycap(ViewCommand::EndRight);
        content.actions.push_back({0, resize.trimmed(), DocumentView::tr("resize"), false});
    }
    content.note = isAdding ? addingText(*span) : cardNote;
    if (span->zeroShot) {
        const QString source = DocumentView::tr("zero-shot, from the type's name");
        content.note = cardNote.isEmpty() ? source : source + QStringLiteral(" · ") + cardNote;
    }
    content.widest = q->viewport()->width();
    card->setContent(content);

    const QRect box = bounds(span->begin, span->end);
    const QSize size = card->size();
    constexpr int kMargin = SpanCard::kMargin;
    const int depth = static_cast<int>(metrics.descent) + 10;
    int y = box.bottom() + depth - kMargin;
    if (y + size.height() - kMargin > q->viewport()->height() &&
        box.top() - size.height() + kMargin > 0) {
        y = box.top() - size.height() + kMargin - 8;
    }
    const int x =
        std::clamp(box.left() - 4 - kMargin, -kMargin + 4,
                   std::max(-kMargin + 4, q->viewport()->width() - size.width() + kMargin - 4));
    card->move(x, y);
    card->setVisible(box.bottom() > 0 && box.top() < q->viewport()->height());
    card->raise();
}

}  // namespace spanwise::ui
