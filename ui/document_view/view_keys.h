#pragma once

#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QString>
#include <optional>
#include <vector>

#include "core/annotation/entity_type.h"

class QKeyEvent;

namespace spanwise::ui {

/// What a key can ask of the document view, apart from moving in the text (arrows, Home, End, Page
/// Up and Down, Escape, copy, select all), whose keys are fixed, and the entity types' own keys.
enum class ViewCommand {
    Accept,
    Reject,
    AcceptAll,
    NextSuggestion,
    PreviousSuggestion,
    FocusHere,
    NextSpan,
    PreviousSpan,
    BeginLeft,
    BeginRight,
    EndLeft,
    EndRight,
    BeginLeftCharacter,
    BeginRightCharacter,
    EndLeftCharacter,
    EndRightCharacter,
    Remove,
    AnotherType,
    Mark,
    MarkAlike,
    Sticky,
    Done,
    NextDocument,
    PreviousDocument,
    ZoomIn,
    ZoomOut,
    ZoomReset,
};

/// Which keys mean which command, and which a window keeps for itself.
class ViewKeys {
public:
    ViewKeys();  ///< the usual keys

    [[nodiscard]] static const std::vector<ViewCommand>& commands();
    [[nodiscard]] static QString title(ViewCommand command);  ///< "Accept the suggestion"
    [[nodiscard]] static QList<QKeySequence> usual(ViewCommand command);
    /// Moves in the text or the selection, or is needed to leave it: no command may have it.
    [[nodiscard]] static bool isFixed(const QKeySequence& key);

    [[nodiscard]] QList<QKeySequence> keys(ViewCommand command) const;
    void setKeys(ViewCommand command, const QList<QKeySequence>& keys);
    /// Keys that type a character but belong to the window, with what they do there.
    void setWindowKeys(const QHash<QKeySequence, QString>& keys) { m_window = keys; }

    [[nodiscard]] std::optional<ViewCommand> commandFor(const QKeyEvent& event) const;
    [[nodiscard]] std::optional<ViewCommand> commandFor(const QKeySequence& key) const;
    /// Of a key that types `character`: the title of what it does, so that it can be no entity
    /// type's key; else empty.
    [[nodiscard]] QString purposeOf(const QString& character) const;

private:
    QHash<ViewCommand, QList<QKeySequence>> m_keys;
    QHash<QKeySequence, QString> m_window;
};

/// The digit at the pressed key's place in the keyboard's row, whatever the press types there, with
/// Shift or without.
[[nodiscard]] std::optional<int> digitOf(const QKeyEvent& event);
/// The entity type that a press stands for: by the character that it types, or by the place of its
/// digit in the keyboard's row, as Shift and a digit type "/" on one keyboard and "&" on another,
/// and on some the digits themselves need Shift. Such a place goes before what the character means
/// elsewhere, and only where a type has it. Null: none.
[[nodiscard]] const EntityType* typeFor(const QKeyEvent& event, const LabelScheme& scheme,
                                        const ViewKeys& keys);
/// The types as their keys are: without those that do something else, which would be dead. A type
/// that loses its key so has Shift and a digit like all others that have none.
[[nodiscard]] LabelScheme withLivingKeys(LabelScheme scheme, const ViewKeys& keys);
/// Does a press type a character rather than give a command? AltGr counts as typing.
[[nodiscard]] bool typesText(const QKeyEvent& event);
/// The key sequence that stands for a press: the character where one is typed (upper case, with
/// Shift for letters only), so that "{" is "{" on every keyboard. Empty for a modifier alone.
[[nodiscard]] QKeySequence keyOf(const QKeyEvent& event);
/// How a key is shown on keycaps: "⇧A", "Ctrl+K", "↵".
[[nodiscard]] QString keyText(const QKeySequence& key);

}  // namespace spanwise::ui
