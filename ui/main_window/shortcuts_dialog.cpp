#include "ui/main_window/shortcuts_dialog.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/language/plural.h"
#include "ui/theme/controls.h"
#include "ui/theme/list_row.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

enum Role {
    IdRole = Qt::UserRole,  ///< of the action; empty: a heading or a key that is fixed
    HeadingRole,
    CapsRole,     ///< the keys, as keycaps
    ChangedRole,  ///< the keys are not the usual ones
};

class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const ThemeColors& colors = theme::colors();
        painter->save();
        const QRect row = option.rect.adjusted(12, 0, -12, 0);
        if (index.data(HeadingRole).toBool()) {
            QFont font = theme::scaled(option.font, 0.85);
            font.setWeight(QFont::DemiBold);
            font.setCapitalization(QFont::AllUppercase);
            font.setLetterSpacing(QFont::AbsoluteSpacing, 0.5);
            painter->setFont(font);
            painter->setPen(colors.mutedText);
            painter->drawText(row.adjusted(0, 0, 0, -5), Qt::AlignLeft | Qt::AlignBottom,
                              index.data(Qt::DisplayRole).toString());
            painter->restore();
            return;
        }
        paintListRow(*painter, option, RowLit::Always);
        painter->setFont(option.font);
        const QStringList caps = index.data(CapsRole).toStringList();
        int right = row.right();
        for (auto cap = caps.crbegin(); cap != caps.crend(); ++cap) {
            const QSize size = keycapSize(option.font, *cap);
            right -= size.width();
            paintKeycap(*painter, {right, row.center().y() - size.height() / 2 + 1}, *cap);
            right -= 6;
        }
        painter->setPen(colors.text);
        const QFontMetrics metrics(option.font);
        const QString title = index.data(Qt::DisplayRole).toString();
        const int width = right - row.left() - 8;
        painter->drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(title, Qt::ElideRight, width));
        if (index.data(ChangedRole).toBool()) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(colors.accent);
            const int x = row.left() + std::min(width, metrics.horizontalAdvance(title)) + 8;
            painter->drawEllipse(QPointF(x, row.center().y() + 1), 2.5, 2.5);
        }
        painter->restore();
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override {
        const int height = QFontMetrics(option.font).height();
        return {200, index.data(HeadingRole).toBool() ? height + 20 : height + 12};
    }
};

}  // namespace

struct ShortcutsDialog::Impl {
    Impl(ShortcutsDialog* dialog, ActionRegistry& actions, LabelScheme types)
        : q(dialog), registry(actions), scheme(std::move(types)) {}

    ShortcutsDialog* q;
    ActionRegistry& registry;
    LabelScheme scheme;
    QLineEdit* search = nullptr;
    QListWidget* list = nullptr;
    QLabel* state = nullptr;
    QPushButton* take = nullptr;
    QPushButton* change = nullptr;
    QPushButton* remove = nullptr;
    QPushButton* reset = nullptr;
    QPushButton* resetAll = nullptr;
    bool isAsking = false;       ///< the next key is the answer
    QList<QKeySequence> wanted;  ///< keys of which somebody else has one
    bool wantsAll = false;       ///< the usual ones, for everything

    [[nodiscard]] QString currentId() const {
        const QListWidgetItem* item = list->currentItem();
        return item ? item->data(IdRole).toString() : QString();
    }
    [[nodiscard]] const ActionRegistry::Entry* current() const {
        return registry.entry(currentId());
    }
    /// The type whose key would be dead if something else had `key`.
    [[nodiscard]] const EntityType* typeWith(const QKeySequence& key) const {
        for (const EntityType& type : scheme.types()) {
            const QString shortcut = QString::fromStdString(type.shortcut);
            if (shortcut.size() != 1)
                continue;
            const auto code = static_cast<Qt::Key>(shortcut[0].toUpper().unicode());
            if (key == QKeySequence(code) || key == QKeySequence(Qt::SHIFT | code))
                return &type;
        }
        return nullptr;
    }

    void fill() {
        const QString kept = currentId();
        list->clear();
        QStringList groups;
        for (const auto& entry : registry.entries()) {
            if (!groups.contains(entry.group))
                groups << entry.group;
        }
        for (const auto& fixed : registry.fixedKeys()) {
            if (!groups.contains(fixed.group))
                groups << fixed.group;
        }
        for (const QString& group : groups) {
            auto* heading = new QListWidgetItem(group, list);
            heading->setData(HeadingRole, true);
            heading->setFlags(Qt::NoItemFlags);
            for (const auto& entry : registry.entries()) {
                if (entry.group != group)
                    continue;
                QStringList caps;
                for (const QKeySequence& key : entry.keys)
                    caps << keyText(key);
                auto* item = addRow(entry.title(), caps);
                item->setData(IdRole, entry.id());
                item->setData(ChangedRole, entry.keys != entry.usual);
            }
            for (const auto& fixed : registry.fixedKeys()) {
                if (fixed.group == group)
                    addRow(fixed.meaning, fixed.keys.split(u' '));
            }
        }
        if (!scheme.isEmpty()) {
            auto* heading = new QListWidgetItem(ShortcutsDialog::tr("Entity types"), list);
            heading->setData(HeadingRole, true);
            heading->setFlags(Qt::NoItemFlags);
            const LabelScheme living = withLivingKeys(scheme, registry.viewKeys());
            for (const EntityType& type : living.types()) {
                QString key = QString::fromStdString(type.shortcut);
                if (const char digit = living.shiftDigit(type.id); digit != 0)
                    key = QStringLiteral("⇧") + QLatin1Char(digit);
                addRow(ShortcutsDialog::tr("Label as “%1”").arg(QString::fromStdString(type.name)),
                       key.isEmpty() ? QStringList() : QStringList{key});
            }
        }
        filter();
        for (int row = 0; row < list->count(); ++row) {
            if (!kept.isEmpty() && list->item(row)->data(IdRole).toString() == kept)
                list->setCurrentRow(row);
        }
        enable();
    }

    QListWidgetItem* addRow(const QString& title, const QStringList& caps) const {
        auto* item = new QListWidgetItem(title, list);
        item->setData(CapsRole, caps);
        item->setData(Qt::AccessibleTextRole,
                      caps.isEmpty()
                          ? ShortcutsDialog::tr("%1, no key").arg(title)
                          : ShortcutsDialog::tr("%1, key %2").arg(title, caps.join(u' ')));
        return item;
    }

    /// By what it does, its group, or its key.
    void filter() const {
        const QStringList words = search->text().split(u' ', Qt::SkipEmptyParts);
        QListWidgetItem* heading = nullptr;
        QListWidgetItem* first = nullptr;
        for (int row = 0; row < list->count(); ++row) {
            QListWidgetItem* item = list->item(row);
            if (item->data(HeadingRole).toBool()) {
                heading = item;
                heading->setHidden(true);
                continue;
            }
            const QStringList caps = item->data(CapsRole).toStringList();
            const QString all = item->text() + u' ' + (heading ? heading->text() : QString());
            const bool fits = std::all_of(words.begin(), words.end(), [&](const QString& word) {
                return all.contains(word, Qt::CaseInsensitive) ||
                       caps.contains(word, Qt::CaseInsensitive);
            });
            item->setHidden(!fits);
            if (fits && heading)
                heading->setHidden(false);
            if (fits && !first)
                first = item;
        }
        if (!list->currentItem() || list->currentItem()->isHidden())
            list->setCurrentItem(first);
        if (!first)
            say(ShortcutsDialog::tr("Nothing has “%1” in its name or as its key.")
                    .arg(search->text()));
        else if (!isAsking && wanted.isEmpty())
            say({});
    }

    void say(const QString& text) const {
        state->setText(text);
        state->setAccessibleName(text);
    }

    void enable() const {
        const auto* entry = current();
        const bool canChange = entry != nullptr && !isAsking;
        change->setEnabled(canChange);
        remove->setEnabled(canChange && !entry->keys.isEmpty());
        reset->setEnabled(canChange && entry->keys != entry->usual);
        resetAll->setEnabled(!isAsking && !registry.changes().isEmpty());
        take->setVisible(!wanted.isEmpty());
    }

    void ask() {
        const auto* entry = current();
        if (!entry)
            return;
        stop();
        isAsking = true;
        say(ShortcutsDialog::tr("Press the new key for “%1”. Escape leaves it as it is.")
                .arg(entry->title()));
        list->setFocus();
        enable();
    }

    void stop(const QString& text = {}) {
        isAsking = false;
        wantsAll = false;
        wanted = {};
        say(text);
        enable();
    }

    void answered(const QKeySequence& key) {
        const auto* entry = current();
        if (!entry || key.isEmpty())
            return;
        if (key == QKeySequence(Qt::Key_Escape)) {
            stop();
            return;
        }
        if (ViewKeys::isFixed(key) && !entry->isOfTriage) {
            say(ShortcutsDialog::tr("%1 is needed for moving in the text. Press another key.")
                    .arg(keyText(key)));
            return;
        }
        isAsking = false;
        offer({key});
    }

    /// Gives the current action these keys, asking first where somebody has one of them.
    void offer(const QList<QKeySequence>& keys) {
        const auto* entry = current();
        if (!entry)
            return;
        for (const QKeySequence& key : keys) {
            const QStringList holders = registry.holders(key, entry->id());
            const EntityType* type = typeWith(key);
            if (holders.isEmpty() && !type)
                continue;
            wanted = keys;
            const QString who =
                type ? ShortcutsDialog::tr("the entity type “%1”")
                           .arg(QString::fromStdString(type->name))
                     : QStringLiteral("“%1”").arg(registry.entry(holders.first())->title());
            say(ShortcutsDialog::tr("%1 belongs to %2, which would have no such key any more.")
                    .arg(keyText(key), who));
            enable();
            take->setFocus();
            return;
        }
        wanted = keys;
        give();
    }

    /// Everything has its usual keys again; asks first where an entity type has one of them.
    void offerAll() {
        QList<QKeySequence> usual;
        QStringList names;
        for (const auto& entry : registry.entries()) {
            for (const QKeySequence& key : entry.usual) {
                const EntityType* type = typeWith(key);
                if (type && !names.contains(QString::fromStdString(type->name)))
                    names << QString::fromStdString(type->name);
                usual << key;
            }
        }
        wanted = usual;
        wantsAll = true;
        if (names.isEmpty()) {
            give();
            return;
        }
        say(ShortcutsDialog::tr("The usual keys include those of %Ln entity type(s), which would "
                                "have none any more: %1.",
                                nullptr, plural(names.size()))
                .arg(names.join(QStringLiteral(", "))));
        enable();
        take->setFocus();
    }

    /// What was asked for is wanted.
    void give() {
        const auto* entry = current();
        if (!entry && !wantsAll)
            return;
        const QString said = wantsAll ? ShortcutsDialog::tr("All keys are the usual ones again.")
                             : wanted.isEmpty()
                                 ? ShortcutsDialog::tr("“%1” has no key now.").arg(entry->title())
                                 : ShortcutsDialog::tr("“%1” has %2 now.")
                                       .arg(entry->title(), keyText(wanted.first()));
        const QList<QKeySequence> keys = std::exchange(wanted, {});
        if (std::exchange(wantsAll, false))
            registry.resetAll();
        else
            registry.setKeys(entry->id(), keys);
        for (const QKeySequence& key : keys) {
            while (const EntityType* type = typeWith(key)) {
                EntityType bare = *type;
                bare.shortcut.clear();
                if (!scheme.put(bare))
                    break;
                Q_EMIT q->typeKeyTaken(bare.id);
            }
        }
        fill();
        list->setFocus();
        stop(said);
    }

    /// Up, Down and the like of the search field are the list's.
    [[nodiscard]] static bool movesInList(int key) {
        return key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp ||
               key == Qt::Key_PageDown;
    }
};

ShortcutsDialog::ShortcutsDialog(ActionRegistry& registry, const LabelScheme& scheme,
                                 QWidget* parent)
    : QDialog(parent), m_impl(std::make_unique<Impl>(this, registry, scheme)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("shortcutsDialog"));
    setWindowTitle(tr("Keys"));
    d.search = new SearchField(tr("Search by what it does, or by key"), {}, this);
    d.search->setObjectName(QStringLiteral("shortcutsSearch"));
    d.search->setAccessibleName(tr("Search keys"));
    d.list = new QListWidget(this);
    d.list->setObjectName(QStringLiteral("shortcutsList"));
    d.list->setAccessibleName(tr("Keys"));
    d.list->setItemDelegate(new RowDelegate(d.list));
    d.list->setFrameShape(QFrame::NoFrame);
    d.list->setVerticalScrollBar(new SlimScrollBar);
    d.list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    d.list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d.state = new QLabel(this);
    d.state->setObjectName(QStringLiteral("shortcutsState"));
    d.state->setWordWrap(true);
    d.state->setTextFormat(Qt::PlainText);
    d.state->setMinimumHeight(fontMetrics().height() * 2 + 4);
    const auto button = [this](const QString& text, const char* name) {
        auto* made = new QPushButton(text, this);
        made->setObjectName(QString::fromLatin1(name));
        made->setAutoDefault(false);
        return made;
    };
    d.take = button(tr("Take it over"), "shortcutsTake");
    d.change = button(tr("Change…"), "shortcutsChange");
    d.remove = button(tr("Remove"), "shortcutsRemove");
    d.reset = button(tr("Reset"), "shortcutsReset");
    d.resetAll = button(tr("Reset all"), "shortcutsResetAll");
    QPushButton* close = button(tr("Close"), "shortcutsClose");

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 18, 18, 16);
    layout->setSpacing(10);
    layout->addWidget(d.search);
    layout->addWidget(d.list, 1);
    auto* stateRow = new QHBoxLayout;
    stateRow->addWidget(d.state, 1);
    stateRow->addWidget(d.take);
    layout->addLayout(stateRow);
    auto* buttons = new QHBoxLayout;
    for (QPushButton* each : {d.change, d.remove, d.reset})
        buttons->addWidget(each);
    buttons->addSpacing(12);
    buttons->addWidget(d.resetAll);
    buttons->addStretch();
    buttons->addWidget(close);
    layout->addLayout(buttons);
    resize(640, 560);

    d.search->installEventFilter(this);
    d.list->installEventFilter(this);
    d.take->installEventFilter(this);
    connect(d.search, &QLineEdit::textChanged, this, [this] { m_impl->filter(); });
    connect(d.list, &QListWidget::currentItemChanged, this, [this] {
        if (m_impl->isAsking || !m_impl->wanted.isEmpty())
            m_impl->stop();
        m_impl->enable();
    });
    connect(d.list, &QListWidget::itemDoubleClicked, this, [this] { m_impl->ask(); });
    connect(d.change, &QPushButton::clicked, this, [this] { m_impl->ask(); });
    connect(d.take, &QPushButton::clicked, this, [this] { m_impl->give(); });
    connect(d.remove, &QPushButton::clicked, this, [this] {
        m_impl->registry.setKeys(m_impl->currentId(), {});
        m_impl->fill();
    });
    connect(d.reset, &QPushButton::clicked, this, [this] {
        if (const auto* entry = m_impl->current())
            m_impl->offer(entry->usual);
    });
    connect(d.resetAll, &QPushButton::clicked, this, [this] { m_impl->offerAll(); });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    d.fill();
    d.search->setFocus();
}

ShortcutsDialog::~ShortcutsDialog() = default;

bool ShortcutsDialog::eventFilter(QObject* watched, QEvent* event) {
    auto& d = *m_impl;
    const bool isPress = event->type() == QEvent::KeyPress;
    if (!isPress && event->type() != QEvent::ShortcutOverride)
        return QDialog::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    if (d.isAsking) {
        event->accept();
        if (isPress)
            d.answered(keyOf(*key));
        return true;
    }
    if (!isPress)
        return QDialog::eventFilter(watched, event);
    if (!d.wanted.isEmpty() && key->key() == Qt::Key_Escape) {
        d.stop();
        d.list->setFocus();
        return true;
    }
    const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (watched == d.take && isEnter) {
        d.take->click();
        return true;
    }
    if (watched == d.search && Impl::movesInList(key->key())) {
        QCoreApplication::sendEvent(d.list, event);
        return true;
    }
    if (isEnter && (watched == d.search || watched == d.list)) {
        d.ask();
        return true;
    }
    if (watched == d.list && (key->key() == Qt::Key_Delete || key->key() == Qt::Key_Backspace)) {
        d.remove->click();
        return true;
    }
    // Letters in the list search.
    if (watched == d.list && typesText(*key) && key->text() != u" ") {
        d.search->setFocus();
        d.search->setText(key->text());
        return true;
    }
    return QDialog::eventFilter(watched, event);
}

}  // namespace spanwise::ui
