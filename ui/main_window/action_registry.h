#pragma once

#include <QAction>
#include <QHash>
#include <QObject>
#include <QStringList>
#include <optional>
#include <vector>

#include "ui/document_view/view_keys.h"

namespace spanwise::ui {

/// Everything that the window can do, with its keys: menus, command palette, sheet of keys and
/// document view all ask here. An action's id is its object name.
class ActionRegistry : public QObject {
    Q_OBJECT
public:
    struct Entry {
        QAction* action = nullptr;
        QString group;                       ///< its menu's title
        std::optional<ViewCommand> command;  ///< what the document view does at these keys
        bool isWindowWide = true;            ///< false: only the view or page listens to the keys
        bool isOfTriage = false;             ///< the page that listens is Triage
        QList<QKeySequence> usual, keys;

        [[nodiscard]] QString id() const { return action->objectName(); }
        [[nodiscard]] QString title() const;  ///< without mnemonics and dots
        /// Its first key for people; empty: it has none.
        [[nodiscard]] QString keycap() const;
    };
    /// A key that nobody can change, for the sheet.
    struct FixedKey {
        QString group, keys, meaning;
    };

    using QObject::QObject;

    /// The shortcuts that the action has now are its usual keys; with a command, the command's are,
    /// and only if the action has a shortcut do those with Ctrl or Alt hold outside the view too.
    void add(QAction* action, const QString& group, std::optional<ViewCommand> command = {});
    /// Only the Triage page listens to these keys, so the document view's may be the same.
    void addOfTriage(QAction* action, const QString& group, const QList<QKeySequence>& usual);
    void addFixed(const QString& group, const QString& keys, const QString& meaning);

    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }
    [[nodiscard]] const std::vector<FixedKey>& fixedKeys() const { return m_fixed; }
    [[nodiscard]] const Entry* entry(const QString& id) const;
    /// Empty also for what is not there.
    [[nodiscard]] QString keycap(const char* id) const;
    [[nodiscard]] QList<QKeySequence> keys(const QString& id) const;
    /// What the action does now has another name.
    void setText(QAction* action, const QString& text);
    /// Who else has this key where `except` listens.
    [[nodiscard]] QStringList holders(const QKeySequence& key, const QString& except) const;

    /// Takes the keys away from whoever has them.
    void setKeys(const QString& id, const QList<QKeySequence>& keys);
    void reset(const QString& id);
    void resetAll();
    /// The keys that are not the usual ones, as portable text by id; none at all is an empty list.
    [[nodiscard]] QHash<QString, QStringList> changes() const;
    /// Ids that are not there are passed over; keys that two would have go to the first.
    void applyChanges(const QHash<QString, QStringList>& changes);

    /// The document view's keys as they are now.
    [[nodiscard]] ViewKeys viewKeys() const;

Q_SIGNALS:
    void keysChanged();

private:
    Entry* find(const QString& id);
    [[nodiscard]] static bool meet(const Entry& a, const Entry& b, const QKeySequence& key);
    void give(Entry& entry, const QList<QKeySequence>& keys);
    static void show(Entry& entry);

    std::vector<Entry> m_entries;
    std::vector<FixedKey> m_fixed;
};

}  // namespace spanwise::ui
