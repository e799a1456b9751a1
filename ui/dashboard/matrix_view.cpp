#include "ui/dashboard/matrix_view.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <algorithm>

#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kCell = 58;
constexpr int kRow = 30;
constexpr int kNameWidth = 130;
constexpr int kMostHeight = 480;
constexpr int kScrollBar = 14;

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto part = static_cast<float>(share);
    return QColor::fromRgbF(a.redF() + (b.redF() - a.redF()) * part,
                            a.greenF() + (b.greenF() - a.greenF()) * part,
                            a.blueF() + (b.blueF() - a.blueF()) * part);
}

/// The figure on a shade of one hue: right ones in the accent's, wrong ones in the warning's with a
/// corner, so that colour is not all that parts them.
class CellDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        painter->save();
        const ThemeColors& colors = theme::colors();
        const qint64 spans = index.data(MatrixModel::SpansRole).toLongLong();
        const double share = index.data(MatrixModel::ShareRole).toDouble();
        const bool isRight = index.data(MatrixModel::RightRole).toBool();
        const QRect box = option.rect.adjusted(1, 1, -1, -1);
        const QColor ground = mixed(colors.card, isRight ? colors.accent : colors.warning,
                                    spans > 0 ? 0.12 + 0.75 * share : 0);
        painter->fillRect(box, ground);
        if (!isRight && spans > 0) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(colors.warning);
            painter->drawPolygon(
                QPolygon({box.topRight() + QPoint(-7, 0), box.topRight() + QPoint(1, 0),
                          box.topRight() + QPoint(1, 8)}));
        }
        if (spans > 0) {
            const QColor bright = Qt::white;
            const QColor dark(0x10, 0x15, 0x1c);
            painter->setPen(theme::contrast(ground, bright) > theme::contrast(ground, dark) ? bright
                                                                                            : dark);
            painter->drawText(box, Qt::AlignCenter, QLocale().toString(spans));
        } else {
            painter->setPen(colors.mutedText);
            painter->drawText(box, Qt::AlignCenter, QStringLiteral("·"));
        }
        if (option.state.testFlag(QStyle::State_HasFocus)) {
            painter->setPen(QPen(colors.text, 2));
            painter->setBrush(Qt::NoBrush);
            painter->drawRect(box.adjusted(1, 1, -1, -1));
        }
        painter->restore();
    }
};

}  // namespace

void MatrixModel::setCells(const QStringList& names, std::vector<std::vector<MatrixCell>> cells) {
    beginResetModel();
    m_names = names;
    m_cells = std::move(cells);
    endResetModel();
}

MatrixCell MatrixModel::cell(int row, int column) const {
    return m_cells[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
}

int MatrixModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_names.size());
}

int MatrixModel::columnCount(const QModelIndex& parent) const {
    return rowCount(parent);
}

QVariant MatrixModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const MatrixCell here = cell(index.row(), index.column());
    const int none = rowCount() - 1;
    switch (role) {
        case Qt::DisplayRole:
        case SpansRole:
            return here.spans;
        case ShareRole: {
            qint64 all = 0;
            for (int i = 0; i <= none; ++i)
                all += cell(index.row(), i).spans;
            return all > 0 ? static_cast<double>(here.spans) / static_cast<double>(all) : 0.0;
        }
        case RightRole:
            return index.row() == index.column();
        case Qt::AccessibleTextRole:
        case Qt::ToolTipRole: {
            const QString count = QLocale().toString(here.spans);
            const QString& label = m_names[index.row()];
            const QString& found = m_names[index.column()];
            if (index.row() == none && index.column() == none)
                return tr("Words that are neither labelled nor found are not counted.");
            if (index.row() == none)
                return tr("%1 found as %2 where no label is").arg(count, found);
            if (index.column() == none)
                return tr("%1 labelled %2, not found").arg(count, label);
            if (index.row() != index.column())
                return tr("%1 labelled %2, found as %3").arg(count, label, found);
            return here.otherBoundaries > 0
                       ? tr("%1 labelled %2 and found as such, %3 of them with other boundaries")
                             .arg(count, label, QLocale().toString(here.otherBoundaries))
                       : tr("%1 labelled %2 and found as such").arg(count, label);
        }
        default:
            return {};
    }
}

QVariant MatrixModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (section < 0 || section >= m_names.size())
        return {};
    switch (role) {
        case Qt::DisplayRole:
            return m_names[section];
        case Qt::ToolTipRole:
            return orientation == Qt::Horizontal ? tr("found as %1").arg(m_names[section])
                                                 : tr("labelled %1").arg(m_names[section]);
        default:
            return {};
    }
}

MatrixView::MatrixView(QWidget* parent) : QTableView(parent), m_model(new MatrixModel(this)) {
    setModel(m_model);
    setItemDelegate(new CellDelegate(this));
    setFrameShape(QFrame::NoFrame);
    viewport()->setAutoFillBackground(false);  // it lies on a card
    setShowGrid(false);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTextElideMode(Qt::ElideRight);
    for (QHeaderView* header : {horizontalHeader(), verticalHeader()}) {
        header->setSectionResizeMode(QHeaderView::Fixed);
        header->setHighlightSections(false);
        header->setSectionsClickable(false);
    }
    horizontalHeader()->setDefaultSectionSize(kCell);
    verticalHeader()->setDefaultSectionSize(kRow);
    verticalHeader()->setFixedWidth(kNameWidth);
    verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    connect(this, &QTableView::clicked, this, [this](const QModelIndex& index) {
        Q_EMIT cellActivated(index.row(), index.column());
    });
}

void MatrixView::setCells(const QStringList& names, std::vector<std::vector<MatrixCell>> cells) {
    m_cells = cells;
    m_model->setCells(names, std::move(cells));
    // Room for the usual name, the others are told in full by the tip.
    int widest = kCell;
    for (const QString& name : names)
        widest = std::max(widest, fontMetrics().horizontalAdvance(name) + 18);
    horizontalHeader()->setDefaultSectionSize(
        std::min(widest, names.size() > 8 ? kCell + 14 : 110));
    updateGeometry();
}

ChartTable MatrixView::table() const {
    ChartTable table;
    table.header << tr("labelled as") << m_model->names();
    for (int row = 0; row < m_model->rowCount(); ++row) {
        QStringList line{m_model->names()[row]};
        for (int column = 0; column < m_model->columnCount(); ++column)
            line << QString::number(m_model->cell(row, column).spans);
        table.rows << line;
    }
    return table;
}

QSize MatrixView::fullSize() const {
    return {kNameWidth + m_model->columnCount() * horizontalHeader()->defaultSectionSize() + 4,
            horizontalHeader()->sizeHint().height() + m_model->rowCount() * kRow + 4};
}

QSize MatrixView::sizeHint() const {
    const QSize full = fullSize();
    return {full.width(), std::min(kMostHeight, full.height() + kScrollBar)};
}

std::unique_ptr<QWidget> MatrixView::fullCopy() const {
    auto copy = std::make_unique<MatrixView>();
    copy->setCells(m_model->names(), m_cells);
    copy->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    copy->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    copy->resize(fullSize());
    return copy;
}

void MatrixView::keyPressEvent(QKeyEvent* event) {
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) &&
        currentIndex().isValid()) {
        Q_EMIT cellActivated(currentIndex().row(), currentIndex().column());
        return;
    }
    QTableView::keyPressEvent(event);
}

void MatrixView::focusInEvent(QFocusEvent* event) {
    QTableView::focusInEvent(event);
    if (!currentIndex().isValid() && m_model->rowCount() > 0)
        setCurrentIndex(m_model->index(0, 0));
}

}  // namespace spanwise::ui
