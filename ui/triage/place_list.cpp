#include "ui/triage/place_list.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>

#include "ui/theme/controls.h"
#include "ui/theme/list_row.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSide = 16;
constexpr int kBox = 15;
constexpr int kTickRoom = kBox + 12;

class PlaceDelegate : public QStyledItemDelegate {
public:
    PlaceDelegate(bool hasTicks, QObject* parent)
        : QStyledItemDelegate(parent), m_hasTicks(hasTicks) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const ThemeColors& colors = theme::colors();
        painter->save();
        paintListRow(*painter, option, RowLit::WithFocus);
        QRect box = option.rect.adjusted(kSide, 0, -kSide, 0);
        if (m_hasTicks) {
            if (index.flags().testFlag(Qt::ItemIsUserCheckable))
                paintTick(painter, box, index.data(Qt::CheckStateRole).toInt() == Qt::Checked);
            box.setLeft(box.left() + kTickRoom);
        }
        const QFont small = theme::scaled(option.font, 0.88);
        const QFontMetrics metrics(small);
        const QString note = index.data(PlaceModel::NoteRole).toString();
        const QString name = metrics.elidedText(index.data(PlaceModel::NameRole).toString(),
                                                Qt::ElideMiddle, box.width() / 4);
        const int noteWidth = note.isEmpty() ? 0 : metrics.horizontalAdvance(note) + 14;
        const int nameWidth = name.isEmpty() ? 0 : metrics.horizontalAdvance(name) + 14;
        painter->setFont(small);
        painter->setPen(colors.mutedText);
        painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter, note);
        painter->drawText(box.adjusted(0, 0, -noteWidth, 0), Qt::AlignRight | Qt::AlignVCenter,
                          name);
        paintContext(*painter, box.adjusted(0, 0, -noteWidth - nameWidth, 0), option.font,
                     index.data(PlaceModel::BeforeRole).toString(),
                     index.data(PlaceModel::MatchRole).toString(),
                     index.data(PlaceModel::AfterRole).toString());
        painter->restore();
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex&) const override {
        return {200, QFontMetrics(option.font).height() + 10};
    }
    bool editorEvent(QEvent*, QAbstractItemModel*, const QStyleOptionViewItem&,
                     const QModelIndex&) override {
        return false;  // the list ticks
    }

private:
    static void paintTick(QPainter* painter, const QRect& line, bool isTicked) {
        const ThemeColors& colors = theme::colors();
        const QRectF box(line.left() + 0.5, line.center().y() - kBox / 2 + 0.5, kBox, kBox);
        painter->setPen(QPen(isTicked ? colors.accent : colors.mutedText, 1));
        painter->setBrush(isTicked ? QBrush(colors.accent) : QBrush(colors.card));
        painter->drawRoundedRect(box, 3, 3);
        if (isTicked) {
            QPen pen(colors.card, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
            painter->setPen(pen);
            const QPointF points[] = {box.topLeft() + QPointF(3.5, 7.5),
                                      box.topLeft() + QPointF(6.5, 10.5),
                                      box.topLeft() + QPointF(11.5, 4.5)};
            painter->drawPolyline(points, 3);
        }
    }

    bool m_hasTicks;
};

}  // namespace

void PlaceModel::setRows(std::vector<PlaceRow> rows) {
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    Q_EMIT ticksChanged();
}

void PlaceModel::setTicked(int row, bool ticked) {
    if (row < 0 || row >= rowCount())
        return;
    PlaceRow& place = m_rows[static_cast<std::size_t>(row)];
    if (!place.canBeTicked || place.isTicked == ticked)
        return;
    place.isTicked = ticked;
    Q_EMIT dataChanged(index(row), index(row), {Qt::CheckStateRole});
    Q_EMIT ticksChanged();
}

void PlaceModel::setAllTicked(bool ticked) {
    for (PlaceRow& row : m_rows)
        row.isTicked = ticked && row.canBeTicked;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::CheckStateRole});
    Q_EMIT ticksChanged();
}

int PlaceModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

Qt::ItemFlags PlaceModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractListModel::flags(index);
    if (index.isValid() && m_rows[static_cast<std::size_t>(index.row())].canBeTicked)
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

QVariant PlaceModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const PlaceRow& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
        case BeforeRole:
            return row.before;
        case MatchRole:
            return row.match;
        case AfterRole:
            return row.after;
        case NameRole:
            return row.documentName;
        case NoteRole:
            return row.note;
        case Qt::CheckStateRole:
            return row.canBeTicked ? QVariant(row.isTicked ? Qt::Checked : Qt::Unchecked)
                                   : QVariant();
        case Qt::DisplayRole:
            return row.match;
        case Qt::AccessibleTextRole: {
            const QString text =
                (row.before.right(60) + row.match + row.after.left(60)).simplified();
            return row.note.isEmpty() ? tr("%1, in %2").arg(text, row.documentName)
                                      : tr("%1, in %2, %3").arg(text, row.documentName, row.note);
        }
        default:
            return {};
    }
}

PlaceList::PlaceList(bool hasTicks, QWidget* parent)
    : QListView(parent), m_model(new PlaceModel(this)), m_hasTicks(hasTicks) {
    setModel(m_model);
    setItemDelegate(new PlaceDelegate(hasTicks, this));
    setFrameShape(QFrame::NoFrame);
    setUniformItemSizes(true);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBar(new SlimScrollBar);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    connect(m_model, &PlaceModel::ticksChanged, this, &PlaceList::ticksChanged);
    connect(this, &QListView::doubleClicked, this,
            [this](const QModelIndex& index) { activateRow(index.row()); });
}

int PlaceList::tickedCount() const {
    return static_cast<int>(
        std::count_if(m_model->rows().begin(), m_model->rows().end(),
                      [](const PlaceRow& row) { return row.isTicked && row.canBeTicked; }));
}

QSet<qint64> PlaceList::unticked() const {
    QSet<qint64> ids;
    for (const PlaceRow& row : m_model->rows()) {
        if (!row.isTicked)
            ids.insert(row.id);
    }
    return ids;
}

void PlaceList::activateRow(int row) {
    if (row < 0 || row >= m_model->rowCount())
        return;
    const PlaceRow place = m_model->rows()[static_cast<std::size_t>(row)];
    Q_EMIT placeActivated(place.document, place.range);
}

void PlaceList::keyPressEvent(QKeyEvent* event) {
    const int row = currentIndex().row();
    switch (event->key()) {
        case Qt::Key_Space:
            if (m_hasTicks && row >= 0)
                m_model->setTicked(row, !m_model->rows()[static_cast<std::size_t>(row)].isTicked);
            else
                event->ignore();
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            activateRow(row);
            return;
        case Qt::Key_Escape:
            Q_EMIT leaveRequested();
            return;
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_Home:
        case Qt::Key_End:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            QListView::keyPressEvent(event);
            return;
        default:
            event->ignore();  // no search by letters: letters are commands
    }
}

void PlaceList::mouseReleaseEvent(QMouseEvent* event) {
    QListView::mouseReleaseEvent(event);
    const QModelIndex index = indexAt(event->position().toPoint());
    if (m_hasTicks && event->button() == Qt::LeftButton && index.isValid() &&
        event->position().x() < kSide + kTickRoom)
        m_model->setTicked(index.row(),
                           !m_model->rows()[static_cast<std::size_t>(index.row())].isTicked);
}

void PlaceList::focusInEvent(QFocusEvent* event) {
    QListView::focusInEvent(event);
    if (!currentIndex().isValid() && m_model->rowCount() > 0)
        setCurrentIndex(m_model->index(0));
}

void PlaceList::changeEvent(QEvent* event) {
    QListView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        viewport()->update();
}

}  // namespace spanwise::ui
