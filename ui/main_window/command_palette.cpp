#include "ui/main_window/command_palette.h"

#include <QAbstractListModel>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/main_window/fuzzy_match.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kWidth = 600;
constexpr int kRows = 11;      ///< that are seen at once
constexpr int kMostRows = 60;  ///< that are listed
constexpr int kSide = 14;
constexpr int kRecentBonus = 40;  ///< of the newest, in points of the match

enum Role { KeysRole = Qt::UserRole, DetailRole, ColorRole, PatternRole, PlacesRole, CheckedRole };

struct Row {
    const PaletteItem* item = nullptr;
    QList<int> places;
};

class RowModel : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;
    void setRows(std::vector<Row> rows) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    [[nodiscard]] const PaletteItem* item(int row) const {
        return row < 0 || row >= rowCount() ? nullptr : m_rows[static_cast<std::size_t>(row)].item;
    }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override {
        const PaletteItem* found = item(index.row());
        if (!found)
            return {};
        switch (role) {
            case Qt::DisplayRole:
                return found->title;
            case Qt::AccessibleTextRole: {
                QString text = found->title + QStringLiteral(", ") + found->detail;
                if (!found->keys.isEmpty())
                    text = CommandPalette::tr("%1, key %2").arg(text, found->keys);
                return text;
            }
            case KeysRole:
                return found->keys;
            case DetailRole:
                return found->detail;
            case ColorRole:
                return found->color;
            case PatternRole:
                return static_cast<int>(found->pattern);
            case CheckedRole:
                return found->isChecked;
            case PlacesRole:
                return QVariant::fromValue(m_rows[static_cast<std::size_t>(index.row())].places);
            default:
                return {};
        }
    }

private:
    std::vector<Row> m_rows;
};

class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const ThemeColors& colors = theme::colors();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state.testFlag(QStyle::State_Selected)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(colors.accentTint);
            painter->drawRoundedRect(option.rect.adjusted(6, 1, -6, -1), 6, 6);
        }
        QRect row = option.rect.adjusted(kSide + 2, 0, -kSide - 2, 0);
        if (const QString color = index.data(ColorRole).toString(); !color.isEmpty()) {
            paintTypeSwatch(*painter, QRectF(row.left() + 1, row.center().y() - 5.5, 12, 12), color,
                            static_cast<TypePattern>(index.data(PatternRole).toInt()));
            row.setLeft(row.left() + 20);
        }
        painter->setFont(option.font);
        if (const QString keys = index.data(KeysRole).toString(); !keys.isEmpty()) {
            const QSize size = keycapSize(option.font, keys);
            paintKeycap(*painter,
                        {row.right() - size.width(), row.center().y() - size.height() / 2 + 1},
                        keys);
            row.setRight(row.right() - size.width() - 10);
        }
        const QFont small = theme::scaled(option.font, 0.9);
        const QFontMetrics smallMetrics(small);
        QString detail = index.data(DetailRole).toString();
        if (index.data(CheckedRole).toBool())
            detail = QStringLiteral("✓ ") + detail;
        detail = smallMetrics.elidedText(detail, Qt::ElideMiddle, row.width() / 3);
        painter->setFont(small);
        painter->setPen(colors.mutedText);
        painter->drawText(row, Qt::AlignRight | Qt::AlignVCenter, detail);
        row.setRight(row.right() - smallMetrics.horizontalAdvance(detail) - 12);

        const QString title = index.data(Qt::DisplayRole).toString();
        const auto places = index.data(PlacesRole).value<QList<int>>();
        QFont strong = option.font;
        strong.setWeight(QFont::Bold);
        const QFontMetrics plainMetrics(option.font), strongMetrics(strong);
        int x = row.left();
        const int y = row.center().y() + (plainMetrics.ascent() - plainMetrics.descent()) / 2 + 1;
        for (qsizetype i = 0; i < title.size();) {
            const bool isHit = places.contains(static_cast<int>(i));
            qsizetype end = i + 1;
            while (end < title.size() && places.contains(static_cast<int>(end)) == isHit)
                ++end;
            const QString piece = title.mid(i, end - i);
            const QFontMetrics& metrics = isHit ? strongMetrics : plainMetrics;
            const int room = row.right() - x;
            const int width = metrics.horizontalAdvance(piece);
            painter->setFont(isHit ? strong : option.font);
            painter->setPen(isHit ? colors.accent : colors.text);
            painter->drawText(
                x, y, width > room ? metrics.elidedText(piece, Qt::ElideRight, room) : piece);
            if (width > room)
                break;
            x += width;
            i = end;
        }
        painter->restore();
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex&) const override {
        return {200, QFontMetrics(option.font).height() + 14};
    }
};

}  // namespace

struct CommandPalette::Impl {
    std::vector<PaletteItem> items;
    std::vector<PaletteItem> documents;
    QStringList recent;
    QLineEdit* line = nullptr;
    RowModel* rows = nullptr;
    QListView* list = nullptr;
    MutedLabel* nothing = nullptr;
    QString asked;  ///< the text that documents were asked for
    bool waits = false;

    void fill() {
        const QString text = line->text().trimmed();
        struct Scored {
            Row row;
            int score = 0;
        };
        std::vector<Scored> found;
        for (const PaletteItem& item : items) {
            const auto match = fuzzyMatch(text, item.title);
            const auto wide = match || text.isEmpty()
                                  ? std::nullopt
                                  : fuzzyMatch(text, item.detail + u' ' + item.title);
            if (!match && !wide)
                continue;
            const auto lately = recent.indexOf(item.id);
            const int bonus = lately < 0
                                  ? 0
                                  : static_cast<int>(kRecentBonus * (recent.size() - lately) /
                                                     std::max<qsizetype>(1, recent.size()));
            // A match that needs the group's name comes after those that do not.
            const int score = match ? match->score : wide->score / 2 - 20;
            found.push_back({{&item, match ? match->places : QList<int>()},
                             text.isEmpty() ? bonus * 1000 : score + bonus});
        }
        std::stable_sort(found.begin(), found.end(),
                         [](const Scored& a, const Scored& b) { return a.score > b.score; });
        std::vector<Row> shown;
        for (Scored& each : found)
            shown.push_back(std::move(each.row));
        if (shown.size() > kMostRows)
            shown.resize(kMostRows);
        if (asked == text && !text.isEmpty()) {
            for (const PaletteItem& document : documents) {
                const auto match = fuzzyMatch(text, document.title);
                shown.push_back({&document, match ? match->places : QList<int>()});
            }
        }
        const bool isEmpty = shown.empty();
        rows->setRows(std::move(shown));
        list->setCurrentIndex(rows->index(0, 0));
        list->setVisible(!isEmpty);
        nothing->setVisible(isEmpty);
        nothing->setText(waits ? CommandPalette::tr("Looking through the documents…")
                               : CommandPalette::tr("Nothing is called “%1”.").arg(text));
    }
};

CommandPalette::CommandPalette(std::vector<PaletteItem> items, const QStringList& recent,
                               QWidget* parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint), m_impl(std::make_unique<Impl>()) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("commandPalette"));
    setWindowTitle(tr("Commands"));
    d.items = std::move(items);
    d.recent = recent;
    d.line = new QLineEdit(this);
    d.line->setObjectName(QStringLiteral("paletteLine"));
    d.line->setAccessibleName(tr("Command, entity type or document"));
    d.line->setPlaceholderText(tr("Do, label as, open…"));
    d.line->setFrame(false);
    d.line->setFont(theme::scaled(font(), 1.15));
    d.line->setTextMargins(kSide, 10, kSide, 10);
    QPalette ground = d.line->palette();
    ground.setColor(QPalette::Base, Qt::transparent);
    d.line->setPalette(ground);
    d.rows = new RowModel(this);
    d.list = new QListView(this);
    d.list->setObjectName(QStringLiteral("paletteList"));
    d.list->setAccessibleName(tr("Commands"));
    d.list->setModel(d.rows);
    d.list->setItemDelegate(new RowDelegate(d.list));
    d.list->setFrameShape(QFrame::NoFrame);
    d.list->setUniformItemSizes(true);
    d.list->setFocusPolicy(Qt::NoFocus);
    d.list->setVerticalScrollBar(new SlimScrollBar);
    d.list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d.list->viewport()->setAutoFillBackground(false);
    d.nothing = new MutedLabel({}, this);
    d.nothing->setObjectName(QStringLiteral("paletteNothing"));
    d.nothing->setContentsMargins(kSide + 2, 8, kSide, 8);
    d.nothing->setTextFormat(Qt::PlainText);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 8);
    layout->setSpacing(0);
    layout->addWidget(d.line);
    layout->addWidget(new Hairline(Qt::Horizontal, this));
    layout->addSpacing(6);
    layout->addWidget(d.list, 1);
    layout->addWidget(d.nothing, 1, Qt::AlignTop);

    const int row = QFontMetrics(d.list->font()).height() + 14;
    const QSize room = parent ? parent->window()->size() : QSize(1280, 800);
    setFixedSize(std::min(kWidth, room.width() - 40),
                 std::min(d.line->sizeHint().height() + kRows * row + 16, room.height() - 120));
    if (parent)
        move(parent->window()->mapToGlobal(QPoint((room.width() - width()) / 2, 72)));
    d.line->installEventFilter(this);
    connect(d.line, &QLineEdit::textChanged, this, [this] {
        const QString text = m_impl->line->text().trimmed();
        m_impl->waits = !text.isEmpty();
        if (m_impl->waits)
            Q_EMIT documentsWanted(text);
        m_impl->fill();
    });
    connect(d.list, &QListView::clicked, this, [this] { choose(); });
    d.fill();
}

CommandPalette::~CommandPalette() = default;

void CommandPalette::setDocuments(const QString& text, std::vector<PaletteItem> documents) {
    auto& d = *m_impl;
    if (text != d.line->text().trimmed())
        return;
    const QModelIndex current = d.list->currentIndex();
    const PaletteItem* kept = d.rows->item(current.row());
    const bool isKept =
        kept != nullptr && kept >= d.items.data() && kept < d.items.data() + d.items.size();
    d.rows->setRows({});  // they point into the old ones
    d.documents = std::move(documents);
    d.asked = text;
    d.waits = false;
    d.fill();
    if (isKept)
        d.list->setCurrentIndex(d.rows->index(current.row(), 0));
}

void CommandPalette::choose() {
    const PaletteItem* item = m_impl->rows->item(m_impl->list->currentIndex().row());
    if (!item)
        return;
    const auto act = item->act;
    Q_EMIT chosen(item->id);
    QWidget* window = parentWidget();
    accept();
    if (act && window)
        QTimer::singleShot(0, window, act);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    const int rows = m_impl->rows->rowCount();
    const int row = m_impl->list->currentIndex().row();
    int wanted = row;
    switch (key->key()) {
        case Qt::Key_Down:
            wanted = row + 1 < rows ? row + 1 : 0;
            break;
        case Qt::Key_Up:
            wanted = row > 0 ? row - 1 : rows - 1;
            break;
        case Qt::Key_PageDown:
            wanted = std::min(row + kRows - 1, rows - 1);
            break;
        case Qt::Key_PageUp:
            wanted = std::max(row - kRows + 1, 0);
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            choose();
            return true;
        case Qt::Key_Tab:
        case Qt::Key_Backtab:
            return true;
        default:
            return QDialog::eventFilter(watched, event);
    }
    m_impl->list->setCurrentIndex(m_impl->rows->index(wanted, 0));
    return true;
}

void CommandPalette::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ThemeColors& colors = theme::colors();
    painter.setPen(QPen(colors.cardBorder, 1));
    painter.setBrush(colors.card);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

}  // namespace spanwise::ui
