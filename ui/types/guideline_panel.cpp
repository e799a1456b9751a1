#include "ui/types/guideline_panel.h"

#include <QAbstractListModel>
#include <QKeyEvent>
#include <QListView>
#include <QLocale>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyledItemDelegate>
#include <QTextLayout>
#include <QVBoxLayout>
#include <cmath>
#include <functional>

#include "ui/session/guideline_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/list_row.h"
#include "ui/theme/style.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSide = 24;
constexpr int kHeight = 228;
constexpr int kNarrow = 560;  ///< then the note stands above the examples
constexpr int kNoteHeight = 74;
constexpr int kMark = 20;
constexpr int kGap = 4;

enum Role { BeforeRole = Qt::UserRole, MatchRole, AfterRole, MissRole, SideRole, SideColorRole };

class PlaceModel : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;

    void setPlaces(const TypeExamples& examples, const LabelScheme& scheme) {
        if (examples.examples == m_examples.examples &&
            examples.nearMisses == m_examples.nearMisses && scheme == m_scheme)
            return;
        beginResetModel();
        m_examples = examples;
        m_scheme = scheme;
        endResetModel();
    }
    [[nodiscard]] const EntityType* type() const { return m_scheme.byId(m_examples.type); }
    [[nodiscard]] bool isMiss(int row) const {
        return row >= static_cast<int>(m_examples.examples.size());
    }
    [[nodiscard]] const ExamplePlace* place(int row) const {
        if (row < 0 || row >= rowCount())
            return nullptr;
        const auto at = static_cast<std::size_t>(row);
        return isMiss(row) ? &m_examples.nearMisses[at - m_examples.examples.size()]
                           : &m_examples.examples[at];
    }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid()
                   ? 0
                   : static_cast<int>(m_examples.examples.size() + m_examples.nearMisses.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override {
        const ExamplePlace* shown = place(index.row());
        if (!shown)
            return {};
        const EntityType* instead = m_scheme.byId(shown->instead);
        switch (role) {
            case BeforeRole:
                return oneLine(QString::fromStdString(shown->before));
            case MatchRole:
                return oneLine(QString::fromStdString(shown->match));
            case AfterRole:
                return oneLine(QString::fromStdString(shown->after));
            case MissRole:
                return isMiss(index.row());
            case SideRole:
                return instead            ? QString::fromStdString(instead->name)
                       : shown->times > 1 ? QStringLiteral("×%1").arg(QLocale().toString(
                                                static_cast<qlonglong>(shown->times)))
                                          : QString();
            case SideColorRole:
                return instead ? QString::fromStdString(instead->color) : QString();
            case Qt::DisplayRole:
            case Qt::AccessibleTextRole:
            case Qt::ToolTipRole:
                return words(*shown, isMiss(index.row()), instead);
            default:
                return {};
        }
    }

private:
    [[nodiscard]] static QString words(const ExamplePlace& place, bool isMiss,
                                       const EntityType* instead) {
        const QString text =
            oneLine(QString::fromStdString(place.before + place.match + place.after)).trimmed();
        const QString what = oneLine(QString::fromStdString(place.match));
        const QString name = QString::fromStdString(place.documentName);
        if (!isMiss)
            return GuidelinePanel::tr("“%1” in: %2 (%3)").arg(what, text, name);
        return instead ? GuidelinePanel::tr("Not “%1”, which is %2, in: %3 (%4)")
                             .arg(what, QString::fromStdString(instead->name), text, name)
                       : GuidelinePanel::tr("Not “%1” in: %2 (%3)").arg(what, text, name);
    }

    TypeExamples m_examples;
    LabelScheme m_scheme;
};

/// A mark, the sentence in one or two lines, and at the right how often, or what it is instead.
class PlaceDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const ThemeColors& colors = theme::colors();
        painter->save();
        paintListRow(*painter, option, RowLit::WithFocus);
        const QRect box = option.rect.adjusted(10, kGap, -kSide + 8, -kGap);
        const auto* model = static_cast<const PlaceModel*>(index.model());
        const EntityType* type = model->type();
        const TypeColors own =
            theme::typeColors(type ? QString::fromStdString(type->color) : QString());
        const bool isMiss = index.data(MissRole).toBool();
        const QRect mark(box.left(), box.top(), kMark, option.fontMetrics.height());
        painter->setFont(theme::strong(option.font));
        painter->setPen(isMiss ? colors.error : own.line);
        painter->drawText(mark, Qt::AlignLeft | Qt::AlignVCenter,
                          isMiss ? QStringLiteral("✗") : QStringLiteral("✓"));
        const QString side = index.data(SideRole).toString();
        const QFont small = theme::scaled(option.font, 0.88);
        const int sideWidth = sideRoom(small, side);
        if (!side.isEmpty()) {
            const QString color = index.data(SideColorRole).toString();
            painter->setFont(small);
            painter->setPen(color.isEmpty() ? colors.mutedText : theme::typeColors(color).line);
            painter->drawText(
                QRect(box.right() - sideWidth, box.top(), sideWidth + 1, mark.height()),
                Qt::AlignRight | Qt::AlignVCenter,
                QFontMetrics(small).elidedText(side, Qt::ElideRight, kMostSide));
        }
        QTextLayout layout;
        QTextCharFormat around, match;
        around.setForeground(colors.mutedText);
        match.setForeground(colors.text);
        match.setFontWeight(QFont::DemiBold);
        if (!isMiss)
            match.setBackground(own.tint);
        layOut(layout, option.font, index, box.width() - kMark - sideWidth, around, match);
        layout.draw(painter,
                    {static_cast<double>(box.left() + kMark), static_cast<double>(box.top())});
        painter->restore();
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override {
        const auto* view = qobject_cast<const QAbstractScrollArea*>(option.widget);
        const int width = view ? view->viewport()->width() : 300;
        const int sideWidth =
            sideRoom(theme::scaled(option.font, 0.88), index.data(SideRole).toString());
        QTextLayout layout;
        const int lines =
            layOut(layout, option.font, index, width - 10 - kSide + 8 - kMark - sideWidth, {}, {});
        return {120, std::max(1, lines) * option.fontMetrics.height() + 2 * kGap};
    }

private:
    static constexpr int kMostSide = 90;
    static int sideRoom(const QFont& font, const QString& side) {
        return side.isEmpty()
                   ? 0
                   : std::min(kMostSide, QFontMetrics(font).horizontalAdvance(side)) + 12;
    }

    /// Returns how many lines it takes: one or two.
    static int layOut(QTextLayout& layout, const QFont& font, const QModelIndex& index, int width,
                      const QTextCharFormat& around, const QTextCharFormat& match) {
        if (width < 40)
            return 0;
        const QFontMetrics plain(font);
        const QFontMetrics bold(theme::strong(font));
        const int room = static_cast<int>(width * 1.8);  // of two lines, with what wrapping loses
        QString before = index.data(BeforeRole).toString();
        QString after = index.data(AfterRole).toString();
        const QString words =
            bold.elidedText(index.data(MatchRole).toString(), Qt::ElideMiddle, room * 2 / 3);
        const int sides = std::max(0, room - bold.horizontalAdvance(words));
        if (plain.horizontalAdvance(before) + plain.horizontalAdvance(after) > sides) {
            const int right = std::min(plain.horizontalAdvance(after), sides * 3 / 5);
            before = plain.elidedText(before, Qt::ElideLeft, sides - right);
            after =
                plain.elidedText(after, Qt::ElideRight, sides - plain.horizontalAdvance(before));
        }
        layout.setFont(font);
        layout.setText(before + words + after);
        const auto length = static_cast<int>(layout.text().size());
        const auto at = static_cast<int>(before.size());
        const auto size = static_cast<int>(words.size());
        layout.setFormats(
            {{0, at, around}, {at, size, match}, {at + size, length - at - size, around}});
        layout.beginLayout();
        int lines = 0;
        double y = 0;
        while (lines < 2) {
            QTextLine line = layout.createLine();
            if (!line.isValid())
                break;
            line.setLineWidth(width);
            line.setPosition({0, y});
            y += plain.height();
            ++lines;
        }
        layout.endLayout();
        return lines;
    }
};

class PlaceView : public QListView {
public:
    using QListView::QListView;
    std::function<void(int)> open;
    std::function<void(int)> step;
    QString emptyText;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
        if (isEnter && currentIndex().isValid())
            open(currentIndex().row());
        else if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)
            step(event->key() == Qt::Key_Left ? -1 : 1);
        else if (event->key() == Qt::Key_Escape || event->key() == Qt::Key_F2)
            event->ignore();
        else
            QListView::keyPressEvent(event);
    }
    void focusInEvent(QFocusEvent* event) override {
        QListView::focusInEvent(event);
        if (!currentIndex().isValid() && model()->rowCount() > 0)
            setCurrentIndex(model()->index(0, 0));
        viewport()->update();
    }
    void focusOutEvent(QFocusEvent* event) override {
        QListView::focusOutEvent(event);
        viewport()->update();
    }
    void paintEvent(QPaintEvent* event) override {
        QListView::paintEvent(event);
        if (model()->rowCount() > 0 || emptyText.isEmpty())
            return;
        QPainter painter(viewport());
        painter.setPen(theme::colors().mutedText);
        painter.drawText(viewport()->rect().adjusted(10, 2, -kSide, -2),
                         Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, emptyText);
        if (hasFocus()) {
            paintFocus(painter, QRectF(viewport()->rect()).adjusted(1, 0, -1, 0), 4);
        }
    }
};

class Swatch : public QWidget {
public:
    explicit Swatch(QWidget* parent) : QWidget(parent) { setFixedSize(14, 14); }
    void setColor(const QString& color) {
        m_color = color;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        const TypeColors colors = theme::typeColors(m_color);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colors.line, 2));
        painter.setBrush(colors.tint);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 3, 3);
    }

private:
    QString m_color;
};

}  // namespace

struct GuidelinePanel::Impl {
    GuidelineController* controller = nullptr;
    Swatch* swatch = nullptr;
    QLabel* name = nullptr;
    MutedLabel* state = nullptr;
    KeycapButton* edit = nullptr;
    KeycapButton* close = nullptr;
    QBoxLayout* body = nullptr;
    QPlainTextEdit* note = nullptr;
    PlaceModel* rows = nullptr;
    PlaceView* list = nullptr;
    QString key, addTypeKey;

    void arrange(int width) const {
        const bool isNarrow = width < kNarrow;
        body->setDirection(isNarrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
        note->setMaximumHeight(isNarrow ? kNoteHeight : QWIDGETSIZE_MAX);
        body->setStretch(0, isNarrow ? 0 : 2);
        body->setStretch(1, 3);
    }
};

GuidelinePanel::GuidelinePanel(QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>()) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("guidelinePanel"));
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 6);
    layout->setSpacing(4);
    layout->addWidget(new Hairline(Qt::Horizontal, this));
    auto* head = new QHBoxLayout;
    head->setContentsMargins(kSide, 6, kSide - 6, 0);
    d.swatch = new Swatch(this);
    d.name = plainLabel(this, "guidelineName");
    d.name->setWordWrap(false);
    d.name->setFont(theme::strong(d.name->font()));
    d.name->setMinimumWidth(30);
    d.state = new MutedLabel({}, this);
    d.state->setObjectName(QStringLiteral("guidelineState"));
    d.state->setMinimumWidth(20);
    d.edit = new KeycapButton(tr("edit"), tr("F2"), KeycapButton::KeyPlace::Before, this);
    d.edit->setObjectName(QStringLiteral("guidelineEdit"));
    d.close = new KeycapButton(tr("close"), tr("Esc"), KeycapButton::KeyPlace::Before, this);
    d.close->setObjectName(QStringLiteral("guidelineClose"));
    d.close->setAccessibleName(tr("Close the guideline"));
    head->addWidget(d.swatch);
    head->addSpacing(4);
    head->addWidget(d.name);
    head->addSpacing(8);
    head->addWidget(d.state, 1);
    head->addWidget(d.edit);
    head->addWidget(d.close);
    layout->addLayout(head);

    d.note = new QPlainTextEdit(this);
    d.note->setObjectName(QStringLiteral("guidelineNote"));
    d.note->setAccessibleName(tr("Guideline"));
    d.note->setReadOnly(true);
    d.note->setTabChangesFocus(true);
    d.note->setFrameShape(QFrame::NoFrame);
    d.note->setVerticalScrollBar(new SlimScrollBar);
    d.note->viewport()->setBackgroundRole(QPalette::Window);
    d.note->setMinimumSize(120, 40);
    d.rows = new PlaceModel(this);
    d.list = new PlaceView(this);
    d.list->setObjectName(QStringLiteral("guidelinePlaces"));
    d.list->setAccessibleName(tr("Examples"));
    d.list->setModel(d.rows);
    d.list->setItemDelegate(new PlaceDelegate(d.list));
    d.list->setFrameShape(QFrame::NoFrame);
    d.list->setResizeMode(QListView::Adjust);
    d.list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d.list->setVerticalScrollBar(new SlimScrollBar);
    d.list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    d.list->viewport()->setBackgroundRole(QPalette::Window);
    d.list->setMinimumSize(120, 40);
    d.body = new QBoxLayout(QBoxLayout::LeftToRight);
    d.body->setContentsMargins(kSide - 4, 0, 0, 0);
    d.body->setSpacing(8);
    d.body->addWidget(d.note);
    d.body->addWidget(d.list);
    d.arrange(kNarrow);
    layout->addLayout(d.body, 1);
    setFixedHeight(kHeight);
    setFocusProxy(d.list);
    setTabOrder(d.list, d.note);
    setTabOrder(d.note, d.edit);
    setTabOrder(d.edit, d.close);

    const auto open = [this](int row) {
        if (const ExamplePlace* place = m_impl->rows->place(row))
            Q_EMIT placeActivated(place->document, place->range);
    };
    d.list->open = open;
    d.list->step = [this](int by) { step(by); };
    connect(d.list, &QListView::clicked, this,
            [open](const QModelIndex& index) { open(index.row()); });
    connect(d.edit, &QAbstractButton::clicked, this, [this] {
        if (m_impl->controller && m_impl->controller->type() != 0)
            Q_EMIT editRequested(m_impl->controller->type());
    });
    connect(d.close, &QAbstractButton::clicked, this, [this] { close(); });
    hide();
}

GuidelinePanel::~GuidelinePanel() = default;

void GuidelinePanel::setController(GuidelineController* controller) {
    auto& d = *m_impl;
    hide();
    if (d.controller)
        d.controller->disconnect(this);
    d.controller = controller;
    d.rows->setPlaces({}, {});
    if (controller)
        connect(controller, &GuidelineController::changed, this, [this] { refresh(); });
}

void GuidelinePanel::showType(TypeId type) {
    auto& d = *m_impl;
    if (!d.controller)
        return;
    const LabelScheme& scheme = d.controller->session().scheme();
    if (!scheme.byId(type))
        type = scheme.isEmpty() ? 0 : scheme.types().front().id;
    show();
    d.controller->setType(type);
    refresh();
}

void GuidelinePanel::follow(TypeId type) {
    if (isVisibleTo(parentWidget()) && m_impl->controller && type != 0)
        m_impl->controller->setType(type);
}

void GuidelinePanel::setKeycaps(const QString& key, const QString& addType) {
    m_impl->key = key;
    m_impl->addTypeKey = addType;
    refresh();
}

void GuidelinePanel::step(int by) {
    auto& d = *m_impl;
    const auto& types = d.controller->session().scheme().types();
    const auto now = std::find_if(types.begin(), types.end(), [&](const EntityType& type) {
        return type.id == d.controller->type();
    });
    if (now == types.end())
        return;
    const auto count = static_cast<std::ptrdiff_t>(types.size());
    const std::ptrdiff_t at = (now - types.begin() + by + count) % count;
    d.controller->setType(types[static_cast<std::size_t>(at)].id);
}

void GuidelinePanel::refresh() {
    auto& d = *m_impl;
    if (!d.controller || !isVisibleTo(parentWidget()))
        return;
    const LabelScheme& scheme = d.controller->session().scheme();
    const EntityType* type = scheme.byId(d.controller->type());
    const bool isLocked = d.controller->session().isLocked();
    d.swatch->setVisible(type != nullptr);
    d.edit->setEnabled(type != nullptr && !isLocked);
    if (!type) {
        d.name->setText(tr("No entity types yet"));
        d.state->setText({});
        d.note->setPlainText({});
        d.note->setPlaceholderText(
            d.addTypeKey.isEmpty()
                ? tr("Name one at the right. Its note and its examples stand here then.")
                : tr("Press %1 in the document to name one. Its note and its examples stand here "
                     "then.")
                      .arg(d.addTypeKey));
        d.list->emptyText.clear();
        d.rows->setPlaces({}, {});
        setAccessibleName(d.name->text());
        return;
    }
    const QString name = QString::fromStdString(type->name);
    d.swatch->setColor(QString::fromStdString(type->color));
    d.name->setText(d.name->fontMetrics().elidedText(name, Qt::ElideRight, 200));
    setAccessibleName(tr("Guideline: %1").arg(name));
    d.edit->setAccessibleName(tr("Edit the guideline of %1").arg(name));
    QStringList text;
    for (const std::string& part : {type->description, type->note}) {
        if (!part.empty())
            text << QString::fromStdString(part);
    }
    const QString all = text.join(QStringLiteral("\n\n"));
    if (d.note->toPlainText() != all)
        d.note->setPlainText(all);
    d.note->setPlaceholderText(
        tr("Nothing is written down yet. Say what counts as %1 and what does not: F2 here, or "
           "“Edit type…” in the list of types.")
            .arg(name));
    d.note->setAccessibleName(tr("What counts as %1").arg(name));

    const TypeExamples* examples = d.controller->examples();
    QString state;
    if (!examples)
        state = d.controller->problem().isEmpty() ? tr("looking for examples…")
                                                  : d.controller->problem();
    else if (examples->isSample)
        state = tr("examples from a sample of the labels");
    else if (!d.key.isEmpty() && !d.list->hasFocus() && width() >= kNarrow)
        state = tr("%1: go to the examples").arg(d.key);
    d.state->setText(state);
    d.state->setToolTip(d.controller->problem());
    TypeExamples nothing;
    nothing.type = type->id;
    d.list->emptyText =
        !examples ? QString()
        : type->shortcut.empty()
            ? tr("No label shows it yet: select words that are %1 and choose it.").arg(name)
            : tr("No label shows it yet: select words that are %1 and press %2.")
                  .arg(name, QString::fromStdString(type->shortcut));
    d.list->setAccessibleName(tr("Examples of %1").arg(name));
    const int row = d.list->currentIndex().row();
    const bool wasSame = d.rows->type() && d.rows->type()->id == type->id;
    d.rows->setPlaces(examples ? *examples : nothing, scheme);
    if (d.list->hasFocus() && d.rows->rowCount() > 0 && !d.list->currentIndex().isValid())
        d.list->setCurrentIndex(
            d.rows->index(wasSame ? std::clamp(row, 0, d.rows->rowCount() - 1) : 0, 0));
    d.list->viewport()->update();
}

void GuidelinePanel::close() {
    hide();
    Q_EMIT closed();
}

void GuidelinePanel::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        close();
    else if (event->key() == Qt::Key_F2)
        m_impl->edit->click();
    else
        QWidget::keyPressEvent(event);
}

void GuidelinePanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool wasNarrow = event->oldSize().width() < kNarrow;
    m_impl->arrange(width());
    if (wasNarrow != (width() < kNarrow))
        refresh();
}

void GuidelinePanel::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    if (m_impl->controller && !isVisibleTo(parentWidget()))
        m_impl->controller->setType(0);
}

void GuidelinePanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->list)
        m_impl->list->viewport()->update();
}

}  // namespace spanwise::ui
