#include "ui/triage/sentence_card.h"

#include <QEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "core/protocol/model_messages.h"
#include "core/text/offset_map.h"
#include "core/text/word_splitter.h"
#include "ui/document_view/block_layout.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kPadding = 24;
constexpr double kSize = 1.25;  ///< of the document's font
constexpr double kLeading = 1.5;

/// Line ends as spaces, of the same length.
QString flat(const std::string& text) {
    QString out = QString::fromStdString(text);
    for (QChar& ch : out) {
        if (ch == u'\n' || ch == u'\r' || ch == u'\t' || ch == QChar::LineSeparator ||
            ch == QChar::ParagraphSeparator)
            ch = u' ';
    }
    return out;
}

}  // namespace

SentenceCard::SentenceCard(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("sentenceCard"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void SentenceCard::setPlace(const std::optional<SuggestionPlace>& place, const QString& color,
                            TypePattern pattern) {
    m_text.clear();
    m_color = color;
    m_pattern = pattern;
    if (place) {
        const std::string window = place->before + place->match + place->after;
        const OffsetMap offsets(window);
        const auto begin = static_cast<std::int64_t>(place->before.size());
        const auto end = begin + static_cast<std::int64_t>(place->match.size());
        Range sentence{offsets.fromByte(begin), offsets.fromByte(end)};
        const Range match = sentence;
        for (const Sentence& each : splitSentences(window)) {
            if (each.range.overlaps(match))
                sentence = {std::min(sentence.begin, each.range.begin),
                            std::max(sentence.end, each.range.end)};
        }
        m_text = flat(window);
        m_matchBegin = static_cast<int>(offsets.toUtf16(match.begin));
        m_matchEnd = static_cast<int>(offsets.toUtf16(match.end));
        m_sentenceBegin = static_cast<int>(offsets.toUtf16(sentence.begin));
        m_sentenceEnd = static_cast<int>(offsets.toUtf16(sentence.end));
        m_dotted = protocol::isZeroShot(place->suggestion.model);
    }
    layOut();
    update();
}

void SentenceCard::setLit(bool lit) {
    if (m_lit != lit) {
        m_lit = lit;
        update();
    }
}

QString SentenceCard::sentence() const {
    return m_text.mid(m_sentenceBegin, m_sentenceEnd - m_sentenceBegin);
}

QSize SentenceCard::sizeHint() const {
    return {640, 220};
}

QSize SentenceCard::minimumSizeHint() const {
    const QFontMetricsF metrics(theme::scaled(theme::documentFont(), kSize));
    return {300, static_cast<int>(2 * metrics.height() * kLeading) + kPadding};
}

void SentenceCard::layOut() {
    m_layout.clearLayout();
    m_height = 0;
    if (m_text.isEmpty() || width() < 2 * kPadding)
        return;
    const QFont font = theme::scaled(theme::documentFont(), kSize);
    m_layout.setFont(font);
    m_layout.setCacheEnabled(true);
    m_layout.setText(m_text);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    const bool runsLeft = sentence().isRightToLeft();
    option.setTextDirection(runsLeft ? Qt::RightToLeft : Qt::LeftToRight);
    option.setAlignment(runsLeft ? Qt::AlignRight | Qt::AlignAbsolute : Qt::AlignLeft);
    m_layout.setTextOption(option);
    const ThemeColors& colors = theme::colors();
    const auto range = [](int begin, int end, const QColor& color) {
        QTextLayout::FormatRange format;
        format.start = begin;
        format.length = end - begin;
        format.format.setForeground(color);
        return format;
    };
    m_layout.setFormats({range(0, m_sentenceBegin, colors.mutedText),
                         range(m_sentenceBegin, m_sentenceEnd, colors.text),
                         range(m_sentenceEnd, static_cast<int>(m_text.size()), colors.mutedText)});
    m_layout.beginLayout();
    for (QTextLine line = m_layout.createLine(); line.isValid(); line = m_layout.createLine()) {
        line.setLineWidth(width() - 2 * kPadding);
        line.setPosition({0, m_height});
        m_height += std::ceil(line.height() * kLeading);
    }
    m_layout.endLayout();
}

void SentenceCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors& colors = theme::colors();
    painter.setPen(m_lit ? QPen(colors.accent, 2) : QPen(colors.cardBorder, 1));
    painter.setBrush(colors.card);
    const double inset = m_lit ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), 8, 8);
    if (m_layout.lineCount() == 0)
        return;
    // Whole lines around the suggestion, when not all fit.
    const double lineHeight = m_height / m_layout.lineCount();
    const int fitting =
        std::max(1, static_cast<int>((height() - kPadding) / std::max(1.0, lineHeight)));
    const int shown = std::min(fitting, m_layout.lineCount());
    const int middle = m_layout.lineForTextPosition(m_matchBegin).lineNumber();
    const int first = std::clamp(middle - shown / 2, 0, m_layout.lineCount() - shown);
    const double top = (height() - shown * lineHeight) / 2 - first * lineHeight +
                       (lineHeight - lineHeight / kLeading) / 2;
    painter.setClipRect(
        QRectF(0, (height() - shown * lineHeight) / 2, width(), shown * lineHeight));
    const QPointF origin(kPadding, top);
    const TypeColors type = theme::typeColors(m_color);
    for (int i = 0; i < m_layout.lineCount(); ++i) {
        const QTextLine line = m_layout.lineAt(i);
        const int begin = std::max(m_matchBegin, line.textStart());
        const int end = std::min(m_matchEnd, line.textStart() + line.textLength());
        if (begin >= end)
            continue;
        // With mixed directions a range may lie in several pieces.
        std::vector<std::pair<double, double>> pieces;
        for (int at = begin; at < end; at = std::max(at + 1, m_layout.nextCursorPosition(at))) {
            const GraphemeEdges edges = graphemeEdges(m_layout, line, at);
            pieces.emplace_back(std::min(edges.begin, edges.end), std::max(edges.begin, edges.end));
        }
        std::sort(pieces.begin(), pieces.end());
        for (std::size_t piece = 0; piece < pieces.size();) {
            const double left = pieces[piece].first;
            double right = pieces[piece].second;
            for (++piece; piece < pieces.size() && pieces[piece].first <= right + 1.5; ++piece)
                right = std::max(right, pieces[piece].second);
            const QRectF box(origin.x() + left - 2, origin.y() + line.y() - 2, right - left + 4,
                             line.height() + 5);
            painter.setPen(Qt::NoPen);
            painter.setBrush(type.tint);
            painter.drawRoundedRect(box, 3, 3);
            paintTypeLine(painter, box.left() + 1, box.right() - 1, box.bottom() - 2, type.line,
                          m_pattern, m_dotted ? TypeStroke::Dotted : TypeStroke::Dashed);
        }
    }
    m_layout.draw(&painter, origin);
}

void SentenceCard::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layOut();
}

void SentenceCard::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        layOut();
        update();
    }
}

}  // namespace spanwise::ui
