#include "ui/check/doubt_list.h"

#include <QLocale>
#include <QPainter>
#include <cmath>

#include "ui/language/engine_text.h"
#include "ui/theme/list_row.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSide = 24;
constexpr int kVertical = 10;
constexpr int kGap = 3;

QFont small(const QFont& font) {
    return theme::scaled(font, 0.88);
}

}  // namespace

void DoubtModel::setRows(std::vector<DoubtRow> rows, const LabelScheme& scheme) {
    beginResetModel();
    m_rows = std::move(rows);
    m_scheme = scheme;
    endResetModel();
}

const DoubtRow* DoubtModel::row(int index) const {
    return index < 0 || index >= rowCount() ? nullptr : &m_rows[static_cast<std::size_t>(index)];
}

int DoubtModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant DoubtModel::data(const QModelIndex& index, int role) const {
    const DoubtRow* row = this->row(index.row());
    if (!row)
        return {};
    const protocol::DoubtReport& report = row->doubt.report;
    const auto name = [](const std::optional<NamedSpan>& span) {
        return span ? QString::fromStdString(span->type) : QString();
    };
    const auto color = [this](const std::optional<NamedSpan>& span) {
        const EntityType* type = span ? m_scheme.byName(span->type) : nullptr;
        return type ? QString::fromStdString(type->color) : QString();
    };
    const QString kind = report.kind == "missing"      ? tr("Missing label")
                         : report.kind == "spurious"   ? tr("Perhaps no entity")
                         : report.kind == "wrong-type" ? tr("Perhaps another type")
                                                       : tr("Perhaps other boundaries");
    const QString sure =
        tr("%1 % sure")
            .arg(QLocale().toString(static_cast<int>(std::lround(report.confidence * 100))));
    switch (role) {
        case Qt::DisplayRole:
        case MatchRole:
            return row->match;
        case KindRole:
            return kind;
        case BeforeRole:
            return row->before;
        case AfterRole:
            return row->after;
        case LabelRole:
            return name(report.label);
        case LabelColorRole:
            return color(report.label);
        case FoundRole:
            return name(report.found);
        case FoundColorRole:
            return color(report.found);
        case SureRole:
            return sure;
        case EvidenceRole: {
            QString text = engineText(report.evidence);
            if (report.elsewhereOf > 0 && !report.elsewhereType.empty())
                text = tr("%1 in %2 of %3 other places.")
                           .arg(QString::fromStdString(report.elsewhereType),
                                QLocale().toString(static_cast<qlonglong>(report.elsewhereTimes)),
                                QLocale().toString(static_cast<qlonglong>(report.elsewhereOf))) +
                       QLatin1Char(' ') + text;
            return text.trimmed();
        }
        case DocumentNameRole:
            return row->documentName;
        case Qt::ToolTipRole:
            return data(index, EvidenceRole);
        case Qt::AccessibleTextRole: {
            const QString is = report.label ? name(report.label) : tr("no label");
            const QString says = report.found ? name(report.found) : tr("no entity");
            return tr("%1, %2: “%3” in %4. It is %5, the model says %6. %7")
                .arg(kind, sure, row->match.simplified(), row->documentName, is, says,
                     data(index, EvidenceRole).toString());
        }
        default:
            return {};
    }
}

void DoubtDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    const ThemeColors& colors = theme::colors();
    painter->save();
    painter->fillRect(option.rect, colors.canvas);
    paintListRow(*painter, option, RowLit::Always);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      colors.border);
    const QRect box = option.rect.adjusted(kSide, kVertical, -kSide, -kVertical);
    const QFont detailFont = small(option.font);
    const QFontMetrics detail(detailFont);
    const QFontMetrics text(option.font);

    const QRect first(box.left(), box.top(), box.width(), detail.height());
    const QString sure = index.data(DoubtModel::SureRole).toString();
    const int sureWidth = detail.horizontalAdvance(sure) + 1;
    painter->setFont(detailFont);
    painter->setPen(colors.mutedText);
    painter->drawText(first, Qt::AlignRight | Qt::AlignVCenter, sure);
    const QString kind = index.data(DoubtModel::KindRole).toString();
    const int room = first.width() - sureWidth - 16;
    painter->setPen(colors.text);
    painter->drawText(first, Qt::AlignLeft | Qt::AlignVCenter,
                      detail.elidedText(kind, Qt::ElideRight, room));
    const int kindWidth = detail.horizontalAdvance(kind);
    if (room > kindWidth + 30) {
        painter->setPen(colors.mutedText);
        painter->drawText(first.adjusted(kindWidth, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                          detail.elidedText(QStringLiteral(" · ") +
                                                index.data(DoubtModel::DocumentNameRole).toString(),
                                            Qt::ElideMiddle, room - kindWidth));
    }

    const QRect second(box.left(), first.bottom() + 1 + kGap, box.width(), text.height());
    paintContext(*painter, second, option.font, index.data(DoubtModel::BeforeRole).toString(),
                 index.data(DoubtModel::MatchRole).toString(),
                 index.data(DoubtModel::AfterRole).toString());

    const QRect third(box.left(), second.bottom() + 1 + kGap, box.width(), detail.height());
    int x = third.left();
    painter->setFont(detailFont);
    const auto write = [&](const QString& words, const QColor& pen) {
        const int left = third.right() - x;
        if (left < 20)
            return;
        painter->setPen(pen);
        const QString shown = detail.elidedText(words, Qt::ElideRight, left);
        painter->drawText(QRect(x, third.top(), left + 1, third.height()),
                          Qt::AlignLeft | Qt::AlignVCenter, shown);
        x += detail.horizontalAdvance(shown);
    };
    const auto writeType = [&](int role, int colorRole, const QString& none) {
        const QString name = index.data(role).toString();
        const QString color = index.data(colorRole).toString();
        if (name.isEmpty())
            write(none, colors.mutedText);
        else
            write(name, color.isEmpty() ? colors.text : theme::typeColors(color).line);
    };
    writeType(DoubtModel::LabelRole, DoubtModel::LabelColorRole, tr("no label"));
    write(QStringLiteral("  →  "), colors.mutedText);
    writeType(DoubtModel::FoundRole, DoubtModel::FoundColorRole, tr("no entity"));
    write(QStringLiteral("   ") + index.data(DoubtModel::EvidenceRole).toString(),
          colors.mutedText);
    painter->restore();
}

QSize DoubtDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    const int detail = QFontMetrics(small(option.font)).height();
    return {200, 2 * kVertical + 2 * detail + QFontMetrics(option.font).height() + 2 * kGap + 1};
}

}  // namespace spanwise::ui
