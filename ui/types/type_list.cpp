#include "ui/types/type_list.h"

#include <QKeyEvent>
#include <QLocale>
#include <QPainter>

#include "ui/language/plural.h"
#include "ui/theme/controls.h"
#include "ui/theme/list_row.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

// --- Types ---

void TypeModel::setScheme(const LabelScheme& scheme) {
    beginResetModel();
    m_scheme = scheme;
    m_patterns.clear();
    m_types = scheme.types();
    // What acts on the keyboard, also where the scheme says nothing.
    for (EntityType& type : m_types) {
        if (const char digit = scheme.shiftDigit(type.id); digit != 0) {
            type.shortcut = std::string("⇧") + digit;
        }
    }
    endResetModel();
}

void TypeModel::setStatistics(const std::vector<TypeStatistics>& statistics) {
    m_statistics.clear();
    for (const auto& entry : statistics) {
        m_statistics.insert(entry.type, entry);
    }
    if (!m_types.empty()) {
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    }
}

void TypeModel::setFigures(const std::vector<TypeFigure>& figures, const QString& none) {
    m_figures.clear();
    for (const auto& figure : figures) {
        m_figures.insert(figure.type, figure);
    }
    m_noFigure = none;
    if (!m_types.empty()) {
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    }
}

int TypeModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_types.size());
}

QVariant TypeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const EntityType& type = m_types[static_cast<size_t>(index.row())];
    const TypeStatistics statistics = m_statistics.value(type.id);
    const TypeFigure figure = m_figures.value(type.id);
    switch (role) {
        case Qt::DisplayRole:
            return QString::fromStdString(type.name);
        case Qt::ToolTipRole: {
            QStringList lines;
            for (const std::string& text : {type.description, type.note}) {
                if (!text.empty()) {
                    lines << QString::fromStdString(text);
                }
            }
            const QString tip = m_figures.contains(type.id) ? figure.tip : m_noFigure;
            if (!tip.isEmpty()) {
                lines << tip;
            }
            return lines.isEmpty() ? QVariant() : lines.join(QLatin1Char('\n'));
        }
        case Qt::AccessibleTextRole: {
            const QString name = QString::fromStdString(type.name);
            QString text =
                tr("%1, %Ln label(s)", nullptr, plural(statistics.annotations)).arg(name);
            if (!figure.description.isEmpty()) {
                text = tr("%1, %2").arg(text, figure.description);
            }
            return type.shortcut.empty()
                       ? text
                       : tr("%1, key %2").arg(text, QString::fromStdString(type.shortcut));
        }
        case Qt::AccessibleDescriptionRole:
            return QString::fromStdString(type.description.empty() ? type.note : type.description);
        case TypeRole:
            return QVariant::fromValue<qint64>(type.id);
        case ColorRole:
            return QString::fromStdString(type.color);
        case ShortcutRole:
            return QString::fromStdString(type.shortcut);
        case AnnotationsRole:
            return QVariant::fromValue<qint64>(statistics.annotations);
        case SuggestionsRole:
            return QVariant::fromValue<qint64>(statistics.suggestions);
        case FigureRole:
            return figure.text;
        case PatternRole:
            if (m_patterns.isEmpty() || m_patternsAreAll != theme::showsPatterns()) {
                m_patterns = theme::typePatterns(m_scheme);
                m_patternsAreAll = theme::showsPatterns();
            }
            return static_cast<int>(m_patterns.value(type.id));
        default:
            return {};
    }
}

namespace {
constexpr int kSide = 14;
}  // namespace

void TypeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
    painter->save();
    paintListRow(*painter, option, RowLit::WithFocus);
    const auto& c = theme::colors();
    const TypeColors colors = theme::typeColors(index.data(TypeModel::ColorRole).toString());
    const QFontMetrics font(option.font);
    const QRect row = option.rect.adjusted(kSide, 5, -kSide, -5);
    const int lineHeight = std::max(font.height(), 18);
    const QRect line(row.left(), row.top() + 1, row.width(), lineHeight);

    paintTypeSwatch(*painter, QRectF(line.left() + 1, line.center().y() - 5.5, 12, 12),
                    index.data(TypeModel::ColorRole).toString(),
                    static_cast<TypePattern>(index.data(TypeModel::PatternRole).toInt()));

    painter->setFont(option.font);
    const QString key = index.data(TypeModel::ShortcutRole).toString();
    const QSize widest = keycapSize(option.font, QStringLiteral("0"));
    int right = line.right() + 1;
    if (!key.isEmpty()) {
        const QSize cap = keycapSize(option.font, key);
        paintKeycap(*painter, {right - cap.width(), line.center().y() - cap.height() / 2 + 1}, key);
    }
    right -= widest.width() + 9;
    const QString count = QLocale().toString(index.data(TypeModel::AnnotationsRole).toLongLong());
    const int countWidth = font.horizontalAdvance(count);
    painter->setPen(c.mutedText);
    painter->drawText(QRect(right - countWidth - 1, line.top(), countWidth + 1, line.height()),
                      Qt::AlignVCenter | Qt::AlignRight, count);
    right -= countWidth + 8;
    if (const QString figure = index.data(TypeModel::FigureRole).toString(); !figure.isEmpty()) {
        const QFont quiet = theme::scaled(option.font, 0.86);
        const int width = QFontMetrics(quiet).horizontalAdvance(figure) + 1;
        painter->setFont(quiet);
        painter->drawText(QRect(right - width, line.top(), width, line.height()),
                          Qt::AlignVCenter | Qt::AlignRight, figure);
        painter->setFont(option.font);
        right -= width + 8;
    }
    const int nameLeft = line.left() + 23;
    painter->setPen(c.text);
    painter->drawText(QRect(nameLeft, line.top(), right - nameLeft, line.height()),
                      Qt::AlignVCenter | Qt::AlignLeft,
                      font.elidedText(index.data().toString(), Qt::ElideRight, right - nameLeft));

    const auto decided = index.data(TypeModel::AnnotationsRole).toDouble();
    const double all = decided + index.data(TypeModel::SuggestionsRole).toDouble();
    const QRectF track(nameLeft, line.bottom() + 7, row.right() + 1 - nameLeft, 5);
    painter->setPen(Qt::NoPen);
    painter->setBrush(c.border);
    painter->drawRoundedRect(track, 2.5, 2.5);
    if (all > 0 && decided > 0) {
        painter->setBrush(colors.line);
        painter->setClipRect(
            QRectF(track.left(), track.top(), track.width() * decided / all, track.height()));
        painter->drawRoundedRect(track, 2.5, 2.5);
    }
    painter->restore();
}

QSize TypeDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {120, std::max(QFontMetrics(option.font).height(), 18) + 29};
}

// --- The list ---

ShrinkingList::ShrinkingList(QWidget* parent) : QListView(parent) {
    setFrameShape(QFrame::NoFrame);
    setUniformItemSizes(true);
    setMouseTracking(true);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollBar(new SlimScrollBar);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(this, &QListView::clicked, this, &ShrinkingList::chosen);
}

void ShrinkingList::setModel(QAbstractItemModel* model) {
    QListView::setModel(model);
    // Whoever is in the list stays in it, on the row where he was.
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this,
            [this] { m_rowBefore = currentIndex().row(); });
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        updateGeometry();
        const int last = this->model()->rowCount() - 1;
        if (m_rowBefore >= 0 && last >= 0) {
            setCurrentIndex(this->model()->index(std::min(m_rowBefore, last), 0));
        }
    });
}

int ShrinkingList::rowHeight() const {
    return model() != nullptr && model()->rowCount() > 0 ? std::max(1, sizeHintForRow(0)) : 1;
}

QSize ShrinkingList::sizeHint() const {
    const int rows = model() != nullptr ? std::min(model()->rowCount(), m_mostRows) : 0;
    return {200, rows * rowHeight()};
}

QSize ShrinkingList::minimumSizeHint() const {
    const int rows = model() != nullptr ? std::min(model()->rowCount(), m_leastRows) : 0;
    return {120, rows * rowHeight()};
}

void ShrinkingList::keyPressEvent(QKeyEvent* event) {
    const QModelIndex current = currentIndex();
    if (current.isValid() && (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier) {
        switch (event->key()) {
            case Qt::Key_F2:
                Q_EMIT editPressed(current);
                return;
            case Qt::Key_Delete:
            case Qt::Key_Backspace:
                Q_EMIT removePressed(current);
                return;
            case Qt::Key_Return:
            case Qt::Key_Enter:
                Q_EMIT chosen(current);
                return;
            default:
                break;
        }
    }
    QListView::keyPressEvent(event);
}

void ShrinkingList::focusInEvent(QFocusEvent* event) {
    QListView::focusInEvent(event);
    // Qt makes a row the current one then, but does not select it: nobody would see where he is.
    if (model() != nullptr && model()->rowCount() > 0) {
        const QModelIndex current =
            currentIndex().isValid() ? currentIndex() : model()->index(0, 0);
        if (!selectionModel()->isSelected(current)) {
            setCurrentIndex(current);
        }
    }
}

// --- Occurrences ---

void OccurrenceModel::setRows(const std::vector<OccurrenceRow>& rows, const LabelScheme& scheme) {
    beginResetModel();
    m_rows = rows;
    m_scheme = scheme;
    endResetModel();
}

void OccurrenceModel::setScheme(const LabelScheme& scheme) {
    m_scheme = scheme;
    if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    }
}

int OccurrenceModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant OccurrenceModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const OccurrenceRow& row = m_rows[static_cast<size_t>(index.row())];
    const EntityType* type = m_scheme.byId(row.type);
    const QString name = type != nullptr ? QString::fromStdString(type->name) : tr("unlabelled");
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
        case Qt::ToolTipRole:
            return tr("%1: %2").arg((row.before + row.match + row.after).simplified(), name);
        case BeforeRole:
            return row.before;
        case MatchRole:
            return row.match;
        case AfterRole:
            return row.after;
        case TypeNameRole:
            return name;
        case TypeColorRole:
            return type != nullptr ? QString::fromStdString(type->color) : QString();
        default:
            return {};
    }
}

void OccurrenceDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const {
    painter->save();
    paintListRow(*painter, option, RowLit::WithFocus);
    const auto& c = theme::colors();
    const QRect row = option.rect.adjusted(kSide, 0, -kSide, 0);
    const QFontMetrics font(option.font);
    const QString type = index.data(OccurrenceModel::TypeNameRole).toString();
    const QString color = index.data(OccurrenceModel::TypeColorRole).toString();
    const int typeWidth = std::min(row.width() / 2, font.horizontalAdvance(type) + 2);
    const QRect typeBox(row.right() + 1 - typeWidth, row.top(), typeWidth + 1, row.height());
    paintContext(*painter, row.adjusted(0, 0, -typeWidth - 10, 0), option.font,
                 index.data(OccurrenceModel::BeforeRole).toString(),
                 index.data(OccurrenceModel::MatchRole).toString(),
                 index.data(OccurrenceModel::AfterRole).toString());
    painter->setFont(option.font);
    painter->setPen(color.isEmpty() ? c.mutedText : theme::typeColors(color).line);
    painter->drawText(typeBox, Qt::AlignVCenter | Qt::AlignRight,
                      font.elidedText(type, Qt::ElideRight, typeWidth));
    painter->restore();
}

QSize OccurrenceDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {120, QFontMetrics(option.font).height() + 10};
}

}  // namespace spanwise::ui
