#include "ui/main_window/action_registry.h"

#include <algorithm>

namespace spanwise::ui {
namespace {

/// Does it type a character, so that only the document view or a plain list can have it?
bool isPlain(const QKeySequence& key) {
    const Qt::KeyboardModifiers modifiers = key[0].keyboardModifiers();
    const int code = key[0].key();
    return !modifiers.testFlag(Qt::ControlModifier) && !modifiers.testFlag(Qt::AltModifier) &&
           !modifiers.testFlag(Qt::MetaModifier) && (code < Qt::Key_F1 || code > Qt::Key_F35);
}

QString withoutDecoration(QString text) {
    text = text.section(u'\t', 0, 0);
    text.replace(QStringLiteral("&&"), QString(QChar(1)));
    text.remove(u'&');
    text.replace(QChar(1), u'&');
    while (text.endsWith(u'…'))
        text.chop(1);
    return text.trimmed();
}

}  // namespace

QString ActionRegistry::Entry::title() const {
    return withoutDecoration(action->text());
}

void ActionRegistry::add(QAction* action, const QString& group,
                         std::optional<ViewCommand> command) {
    Entry entry;
    entry.action = action;
    entry.group = withoutDecoration(group);
    entry.command = command;
    entry.isWindowWide = !command || !action->shortcuts().isEmpty();
    entry.usual = command ? ViewKeys::usual(*command) : action->shortcuts();
    entry.keys = entry.usual;
    show(entry);
    m_entries.push_back(std::move(entry));
}

void ActionRegistry::addOfTriage(QAction* action, const QString& group,
                                 const QList<QKeySequence>& usual) {
    Entry entry;
    entry.action = action;
    entry.group = withoutDecoration(group);
    entry.isWindowWide = false;
    entry.isOfTriage = true;
    entry.usual = entry.keys = usual;
    show(entry);
    m_entries.push_back(std::move(entry));
}

/// Would both be asked when the key is pressed somewhere?
bool ActionRegistry::meet(const Entry& a, const Entry& b, const QKeySequence& key) {
    const auto inTriage = [&](const Entry& entry) {
        return entry.isOfTriage || !entry.command || (entry.isWindowWide && !isPlain(key)) ||
               *entry.command == ViewCommand::Accept || *entry.command == ViewCommand::Reject;
    };
    return (inTriage(a) && inTriage(b)) || (!a.isOfTriage && !b.isOfTriage);
}

void ActionRegistry::addFixed(const QString& group, const QString& keys, const QString& meaning) {
    m_fixed.push_back({group, keys, meaning});
}

const ActionRegistry::Entry* ActionRegistry::entry(const QString& id) const {
    return const_cast<ActionRegistry*>(this)->find(id);
}

QString ActionRegistry::keycap(const char* id) const {
    const Entry* found = entry(QString::fromLatin1(id));
    return found ? found->keycap() : QString();
}

QList<QKeySequence> ActionRegistry::keys(const QString& id) const {
    const Entry* found = entry(id);
    return found ? found->keys : QList<QKeySequence>();
}

void ActionRegistry::setText(QAction* action, const QString& text) {
    Entry* found = find(action->objectName());
    // Asked after each label: menus and shortcuts are not laid anew for nothing.
    if (found && action->text().section(u'\t', 0, 0) != text) {
        action->setText(text);
        show(*found);
    }
}

QString ActionRegistry::Entry::keycap() const {
    return keys.isEmpty() ? QString() : keyText(keys.first());
}

ActionRegistry::Entry* ActionRegistry::find(const QString& id) {
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const Entry& entry) { return entry.id() == id; });
    return found == m_entries.end() ? nullptr : &*found;
}

QStringList ActionRegistry::holders(const QKeySequence& key, const QString& except) const {
    QStringList ids;
    const Entry* asking = entry(except);
    for (const Entry& entry : m_entries) {
        if (&entry != asking && entry.keys.contains(key) && (!asking || meet(entry, *asking, key)))
            ids << entry.id();
    }
    return ids;
}

void ActionRegistry::give(Entry& entry, const QList<QKeySequence>& keys) {
    for (Entry& other : m_entries) {
        if (&other == &entry)
            continue;
        const auto lost = other.keys.removeIf(
            [&](const QKeySequence& key) { return keys.contains(key) && meet(other, entry, key); });
        if (lost > 0)
            show(other);
    }
    entry.keys = keys;
    show(entry);
}

void ActionRegistry::setKeys(const QString& id, const QList<QKeySequence>& keys) {
    Entry* entry = find(id);
    if (!entry || entry->keys == keys)
        return;
    give(*entry, keys);
    Q_EMIT keysChanged();
}

void ActionRegistry::reset(const QString& id) {
    if (const Entry* entry = find(id))
        setKeys(id, entry->usual);
}

void ActionRegistry::resetAll() {
    for (Entry& entry : m_entries) {
        entry.keys = entry.usual;
        show(entry);
    }
    Q_EMIT keysChanged();
}

QHash<QString, QStringList> ActionRegistry::changes() const {
    QHash<QString, QStringList> changed;
    for (const Entry& entry : m_entries) {
        if (entry.keys == entry.usual)
            continue;
        QStringList keys;
        for (const QKeySequence& key : entry.keys)
            keys << key.toString(QKeySequence::PortableText);
        changed.insert(entry.id(), keys);
    }
    return changed;
}

void ActionRegistry::applyChanges(const QHash<QString, QStringList>& changes) {
    for (Entry& entry : m_entries)
        entry.keys = entry.usual;
    // What was chosen goes before what is usual.
    std::vector<const Entry*> before;
    const auto isTaken = [&](const Entry& entry, const QKeySequence& key) {
        return std::any_of(before.begin(), before.end(), [&](const Entry* other) {
            return other != &entry && other->keys.contains(key) && meet(*other, entry, key);
        });
    };
    for (Entry& entry : m_entries) {
        const auto chosen = changes.constFind(entry.id());
        if (chosen == changes.cend())
            continue;
        entry.keys.clear();
        before.push_back(&entry);
        for (const QString& text : *chosen) {
            const QKeySequence key(text, QKeySequence::PortableText);
            if (!key.isEmpty() && key[0].key() != Qt::Key_unknown && !isTaken(entry, key) &&
                !entry.keys.contains(key))
                entry.keys << key;
        }
    }
    for (Entry& entry : m_entries) {
        if (!changes.contains(entry.id()))
            entry.keys.removeIf([&](const QKeySequence& key) { return isTaken(entry, key); });
        show(entry);
    }
    Q_EMIT keysChanged();
}

void ActionRegistry::show(Entry& entry) {
    QList<QKeySequence> shortcuts;
    for (const QKeySequence& key : entry.keys) {
        if (entry.isWindowWide && (!entry.command || !isPlain(key)))
            shortcuts << key;
    }
    entry.action->setShortcuts(shortcuts);
    if (!entry.command && !entry.isOfTriage)
        return;
    // Menus show the view's and the page's keys too.
    QString text = entry.action->text().section(u'\t', 0, 0);
    if (shortcuts.isEmpty() && !entry.keys.isEmpty())
        text += u'\t' + keyText(entry.keys.first());
    entry.action->setText(text);
}

ViewKeys ActionRegistry::viewKeys() const {
    ViewKeys keys;
    QHash<QKeySequence, QString> window;
    for (const Entry& entry : m_entries) {
        if (entry.command) {
            keys.setKeys(*entry.command, entry.keys);
            continue;
        }
        for (const QKeySequence& key : entry.keys) {
            if (!key.isEmpty() && isPlain(key))
                window.insert(key, entry.title());
        }
    }
    keys.setWindowKeys(window);
    return keys;
}

}  // namespace spanwise::ui
