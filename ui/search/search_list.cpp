#include "ui/search/search_list.h"

#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/theme/list_row.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSide = 24;

}  // namespace

void SearchHitModel::setController(SearchController* controller) {
    if (m_controller)
        m_controller->disconnect(this);
    m_controller = controller;
    m_generation = -1;
    follow();
    if (!controller)
        return;
    connect(controller, &SearchController::changed, this, [this] { follow(); });
    connect(controller, &SearchController::hitsRelabelled, this, [this] {
        if (m_rows > 0)
            Q_EMIT dataChanged(index(0), index(m_rows - 1));
    });
}

void SearchHitModel::setScheme(const LabelScheme& scheme) {
    m_scheme = scheme;
    if (m_rows > 0)
        Q_EMIT dataChanged(index(0), index(m_rows - 1));
}

void SearchHitModel::follow() {
    const int wanted = m_controller ? static_cast<int>(m_controller->hits().size()) : 0;
    const int generation = m_controller ? m_controller->generation() : 0;
    if (generation == m_generation && wanted >= m_rows) {
        if (wanted == m_rows)
            return;
        beginInsertRows({}, m_rows, wanted - 1);
        m_rows = wanted;
        endInsertRows();
        return;
    }
    beginResetModel();
    m_generation = generation;
    m_rows = wanted;
    endResetModel();
}

const SearchHit* SearchHitModel::hit(int row) const {
    return !m_controller || row < 0 || row >= m_rows
               ? nullptr
               : &m_controller->hits()[static_cast<std::size_t>(row)];
}

int SearchHitModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_rows;
}

QVariant SearchHitModel::data(const QModelIndex& index, int role) const {
    const SearchHit* found = hit(index.row());
    if (!found)
        return {};
    const EntityType* type = m_scheme.byId(found->type);
    const QString typeName = type ? QString::fromStdString(type->name) : QString();
    switch (role) {
        case BeforeRole:
            return oneLine(QString::fromStdString(found->before));
        case MatchRole:
            return oneLine(QString::fromStdString(found->match));
        case AfterRole:
            return oneLine(QString::fromStdString(found->after));
        case DocumentNameRole:
            return QString::fromStdString(found->documentName);
        case TypeNameRole:
            return typeName;
        case TypeColorRole:
            return type ? QString::fromStdString(type->color) : QString();
        case ScoreRole:
            return found->isSuggestion ? QLocale().toString(found->score, 'f', 2) : QString();
        case Qt::DisplayRole:
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole: {
            const QString place =
                oneLine(QString::fromStdString(found->before + found->match + found->after))
                    .trimmed();
            const QString name = QString::fromStdString(found->documentName);
            if (found->range.isEmpty())
                return tr("%1, begins with %2").arg(name, place);
            if (!type)
                return tr("%1, in %2, not labelled").arg(place, name);
            return found->isSuggestion ? tr("%1, in %2, suggested as %3, score %4")
                                             .arg(place, name, typeName)
                                             .arg(QLocale().toString(found->score, 'f', 2))
                                       : tr("%1, in %2, labelled as %3").arg(place, name, typeName);
        }
        default:
            return {};
    }
}

bool SearchHitModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && m_controller && m_controller->hasMore() &&
           !m_controller->isRunning();
}

void SearchHitModel::fetchMore(const QModelIndex&) {
    m_controller->searchOn();
}

void SearchHitDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const {
    const ThemeColors& colors = theme::colors();
    painter->save();
    paintListRow(*painter, option, RowLit::Always);
    QRect box = option.rect.adjusted(kSide, 0, -kSide, 0);

    // At the right: the label, in front of the document's name.
    const QFont small = theme::scaled(option.font, 0.88);
    const QFontMetrics metrics(small);
    const int nameWidth = std::min(130, box.width() / 5);
    const QString name = metrics.elidedText(index.data(SearchHitModel::DocumentNameRole).toString(),
                                            Qt::ElideMiddle, nameWidth);
    painter->setFont(small);
    painter->setPen(colors.mutedText);
    painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter, name);
    box.setRight(box.right() - nameWidth - 12);
    const QString typeName = index.data(SearchHitModel::TypeNameRole).toString();
    const QString score = index.data(SearchHitModel::ScoreRole).toString();
    const bool isSuggestion = !score.isEmpty();
    const TypeColors type = theme::typeColors(index.data(SearchHitModel::TypeColorRole).toString());
    const int labelWidth = std::min(120, box.width() / 4);
    QString label = typeName;
    if (isSuggestion)
        label += u' ' + score;
    painter->setPen(typeName.isEmpty() ? colors.mutedText : type.line);
    painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter,
                      metrics.elidedText(label, Qt::ElideRight, labelWidth));
    box.setRight(box.right() - labelWidth - 12);

    const bool isLabelled = !typeName.isEmpty() && !isSuggestion;
    QColor ground = isLabelled ? type.tint : colors.warning;
    if (!isLabelled)
        ground.setAlphaF(theme::isDark() ? 0.30F : 0.20F);
    QTextCharFormat mark;
    mark.setBackground(ground);
    if (!typeName.isEmpty()) {
        mark.setUnderlineColor(type.line);
        mark.setUnderlineStyle(isSuggestion ? QTextCharFormat::DashUnderline
                                            : QTextCharFormat::SingleUnderline);
    }
    paintContext(*painter, box, option.font, index.data(SearchHitModel::BeforeRole).toString(),
                 index.data(SearchHitModel::MatchRole).toString(),
                 index.data(SearchHitModel::AfterRole).toString(), mark);
    painter->restore();
}

QSize SearchHitDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {200, QFontMetrics(option.font).height() + 12};
}

}  // namespace spanwise::ui
