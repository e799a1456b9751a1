#include "ui/history/history_list.h"

#include <QDateTime>
#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/language/plural.h"
#include "ui/theme/list_row.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

QString timeOf(qint64 at) {
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(at);
    const QLocale locale;
    const qint64 days = time.date().daysTo(QDate::currentDate());
    const QString clock = locale.toString(time.time(), QLocale::ShortFormat);
    if (days == 0)
        return clock;
    return days == 1 ? HistoryModel::tr("yesterday %1").arg(clock)
                     : locale.toString(time, QLocale::ShortFormat);
}

}  // namespace

/// How long the person took for it.
QString HistoryModel::secondsText(double seconds) {
    const QLocale locale;
    if (seconds < 90)
        return tr("%1 s").arg(locale.toString(seconds, 'f', seconds < 9.95 ? 1 : 0));
    return tr("%1 min").arg(locale.toString(std::llround(seconds / 60)));
}

QString HistoryModel::kindName(const std::string& kind) {
    if (kind == "edit")
        return tr("Labels");
    if (kind == "undo")
        return tr("Undone");
    if (kind == "redo")
        return tr("Redone");
    if (kind == "suggest")
        return tr("Suggestions");
    if (kind == "import")
        return tr("Import");
    if (kind == "merge")
        return tr("Merge");
    if (kind == "export")
        return tr("Export");
    if (kind == "type")
        return tr("Types");
    if (kind == "trash")
        return tr("To the trash");
    if (kind == "restore")
        return tr("From the trash");
    return QString::fromStdString(kind);
}

void HistoryModel::setRows(std::vector<Row> rows) {
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

const HistoryModel::Row* HistoryModel::row(int index) const {
    return index < 0 || index >= rowCount() ? nullptr : &m_rows[static_cast<std::size_t>(index)];
}

int HistoryModel::rowOf(std::int64_t event) const {
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [event](const Row& row) { return row.entry.id == event; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int HistoryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const {
    const Row* row = this->row(index.row());
    if (!row)
        return {};
    const HistoryEntry& entry = row->entry;
    switch (role) {
        case NameRole:
        case Qt::DisplayRole:
            return QString::fromStdString(entry.name);
        case KindRole:
            return entry.kind == "edit" ? QString() : kindName(entry.kind);
        case TimeRole:
            return timeOf(entry.at);
        case IsUndoneRole:
            return row->steps < 0;
        case DetailRole: {
            QStringList parts;
            if (!entry.actor.empty() && entry.kind != "suggest")
                parts << QString::fromStdString(entry.actor);
            if (entry.documentCount == 1 && !entry.documentName.empty())
                parts << QString::fromStdString(entry.documentName);
            else if (entry.documentCount > 1)
                parts << tr("%Ln document(s)", nullptr, plural(entry.documentCount));
            if (entry.seconds > 0)
                parts << secondsText(entry.seconds);
            if (!entry.models.empty()) {
                QStringList models;
                for (const std::string& model : entry.models)
                    models << QString::fromStdString(model);
                parts << tr("from %1").arg(models.join(QStringLiteral(", ")));
            }
            return parts.join(QStringLiteral(" · "));
        }
        case Qt::AccessibleTextRole: {
            QStringList parts;
            if (const QString kind = index.data(KindRole).toString(); !kind.isEmpty())
                parts << kind;
            parts << QString::fromStdString(entry.name);
            if (row->steps < 0)
                parts << tr("is undone now");
            parts << index.data(TimeRole).toString() << index.data(DetailRole).toString();
            return parts.join(QStringLiteral(", "));
        }
        case Qt::ToolTipRole:
            return tr("%1\n%2").arg(
                QString::fromStdString(entry.name),
                QLocale().toString(QDateTime::fromMSecsSinceEpoch(entry.at), QLocale::LongFormat));
        default:
            return {};
    }
}

void HistoryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const {
    painter->save();
    const ThemeColors& colors = theme::colors();
    const QRect box = option.rect;
    paintListRow(*painter, option, RowLit::Always);
    const int height = QFontMetrics(option.font).height() + 3;
    QRect line(box.left() + 24, box.top() + 6, box.width() - 48, height);
    const QFont small = theme::scaled(option.font, 0.92);
    const QString time = index.data(HistoryModel::TimeRole).toString();
    painter->setFont(small);
    painter->setPen(colors.mutedText);
    painter->drawText(line, Qt::AlignVCenter | Qt::AlignRight, time);
    int x = line.left();
    if (const QString kind = index.data(HistoryModel::KindRole).toString(); !kind.isEmpty()) {
        const int width = QFontMetrics(small).horizontalAdvance(kind) + 12;
        const QRectF tag(x + 0.5, line.top() + 1.5, width, height - 4);
        painter->setPen(colors.border);
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(tag, 4, 4);
        painter->setPen(colors.mutedText);
        painter->drawText(tag, Qt::AlignCenter, kind);
        x += width + 8;
    }
    QFont font = option.font;
    const bool isUndone = index.data(HistoryModel::IsUndoneRole).toBool();
    font.setStrikeOut(isUndone);
    painter->setFont(font);
    painter->setPen(isUndone ? colors.mutedText : colors.text);
    const int room = line.right() - QFontMetrics(small).horizontalAdvance(time) - 16 - x;
    painter->drawText(QRect(x, line.top(), room, height), Qt::AlignVCenter | Qt::AlignLeft,
                      QFontMetrics(font).elidedText(index.data(HistoryModel::NameRole).toString(),
                                                    Qt::ElideMiddle, room));
    line.translate(0, height);
    painter->setFont(small);
    painter->setPen(colors.mutedText);
    painter->drawText(
        line, Qt::AlignVCenter | Qt::AlignLeft,
        QFontMetrics(small).elidedText(index.data(HistoryModel::DetailRole).toString(),
                                       Qt::ElideRight, line.width()));
    painter->restore();
}

QSize HistoryDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {200, 2 * (QFontMetrics(option.font).height() + 3) + 12};
}

}  // namespace spanwise::ui
