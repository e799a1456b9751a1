#include "ui/dashboard/finding_list.h"

#include <QKeyEvent>
#include <QPainter>

#include "ui/theme/controls.h"
#include "ui/theme/list_row.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

class PlaceDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        painter->save();
        const ThemeColors& colors = theme::colors();
        const QRect box = option.rect;
        paintListRow(*painter, option, RowLit::Always);
        const QFont small = theme::scaled(option.font, 0.9);
        const int height = QFontMetrics(option.font).height() + 3;
        QRect line(box.left() + 12, box.top() + 5, box.width() - 24, height);
        const QString document = index.data(FindingModel::DocumentRole).toString();
        const QFontMetrics metrics(small);
        const QString right = metrics.elidedText(document, Qt::ElideRight, line.width() / 2);
        painter->setFont(small);
        painter->setPen(colors.mutedText);
        painter->drawText(line, Qt::AlignVCenter | Qt::AlignRight, right);
        painter->setPen(colors.text);
        painter->drawText(
            line, Qt::AlignVCenter | Qt::AlignLeft,
            metrics.elidedText(index.data(FindingModel::TitleRole).toString(), Qt::ElideRight,
                               line.width() - metrics.horizontalAdvance(right) - 16));
        line.translate(0, height);
        paintContext(*painter, line, option.font, index.data(FindingModel::BeforeRole).toString(),
                     index.data(FindingModel::MatchRole).toString(),
                     index.data(FindingModel::AfterRole).toString());
        painter->restore();
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex&) const override {
        return {200, 2 * (QFontMetrics(option.font).height() + 3) + 10};
    }
};

}  // namespace

bool FindingModel::setRows(std::vector<FindingRow> rows) {
    if (rows == m_rows)
        return false;
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    return true;
}

const FindingRow* FindingModel::row(int index) const {
    return index < 0 || index >= rowCount() ? nullptr : &m_rows[static_cast<std::size_t>(index)];
}

int FindingModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant FindingModel::data(const QModelIndex& index, int role) const {
    const FindingRow* row = this->row(index.row());
    if (!row)
        return {};
    switch (role) {
        case TitleRole:
            return row->title;
        case DocumentRole:
            return row->documentName;
        case BeforeRole:
            return row->before;
        case MatchRole:
            return row->match;
        case AfterRole:
            return row->after;
        case Qt::AccessibleTextRole:
            return row->match.isEmpty()
                       ? tr("%1, %2").arg(row->title, row->documentName)
                       : tr("%1: “%2” in %3").arg(row->title, row->match, row->documentName);
        case Qt::ToolTipRole:
            return row->match;
        default:
            return {};
    }
}

FindingList::FindingList(QWidget* parent) : QListView(parent), m_model(new FindingModel(this)) {
    setModel(m_model);
    setItemDelegate(new PlaceDelegate(this));
    setFrameShape(QFrame::NoFrame);
    viewport()->setAutoFillBackground(false);  // it lies on a card
    setUniformItemSizes(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBar(new SlimScrollBar);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    connect(this, &QListView::doubleClicked, this, &FindingList::go);
}

void FindingList::setRows(std::vector<FindingRow> rows) {
    const int before = currentIndex().row();
    if (m_model->setRows(std::move(rows)) && m_model->rowCount() > 0)
        setCurrentIndex(m_model->index(std::clamp(before, 0, m_model->rowCount() - 1), 0));
}

void FindingList::go(const QModelIndex& index) {
    if (const FindingRow* row = m_model->row(index.row()); row && row->document != 0)
        Q_EMIT placeActivated(row->document, row->range);
}

void FindingList::keyPressEvent(QKeyEvent* event) {
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) &&
        currentIndex().isValid()) {
        go(currentIndex());
        return;
    }
    QListView::keyPressEvent(event);
}

void FindingList::focusInEvent(QFocusEvent* event) {
    QListView::focusInEvent(event);
    if (!currentIndex().isValid() && m_model->rowCount() > 0)
        setCurrentIndex(m_model->index(0, 0));
}

}  // namespace spanwise::ui
