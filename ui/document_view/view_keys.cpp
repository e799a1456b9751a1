#include "ui/document_view/view_keys.h"

#include <QCoreApplication>
#include <QKeyEvent>

namespace spanwise::ui {
namespace {

struct KeyNames {
    Q_DECLARE_TR_FUNCTIONS(spanwise::ui::ViewKeys)
};

QKeySequence sequence(int key, Qt::KeyboardModifiers modifiers) {
    return QKeySequence(QKeyCombination(modifiers, static_cast<Qt::Key>(key)));
}

}  // namespace

ViewKeys::ViewKeys() {
    for (const ViewCommand command : commands()) {
        m_keys.insert(command, usual(command));
    }
}

const std::vector<ViewCommand>& ViewKeys::commands() {
    static const std::vector<ViewCommand> kAll = [] {
        std::vector<ViewCommand> all;
        for (int i = 0; i <= static_cast<int>(ViewCommand::ZoomReset); ++i) {
            all.push_back(static_cast<ViewCommand>(i));
        }
        return all;
    }();
    return kAll;
}

QString ViewKeys::title(ViewCommand command) {
    switch (command) {
        case ViewCommand::Accept:
            return KeyNames::tr("Accept the suggestion");
        case ViewCommand::Reject:
            return KeyNames::tr("Reject the suggestion");
        case ViewCommand::AcceptAll:
            return KeyNames::tr("Accept all that are shown");
        case ViewCommand::NextSuggestion:
            return KeyNames::tr("Go to the next suggestion");
        case ViewCommand::PreviousSuggestion:
            return KeyNames::tr("Go to the previous suggestion");
        case ViewCommand::FocusHere:
            return KeyNames::tr("Focus the label at the selection");
        case ViewCommand::NextSpan:
            return KeyNames::tr("Focus the next label or suggestion");
        case ViewCommand::PreviousSpan:
            return KeyNames::tr("Focus the previous label or suggestion");
        case ViewCommand::BeginLeft:
            return KeyNames::tr("Begin a word earlier");
        case ViewCommand::BeginRight:
            return KeyNames::tr("Begin a word later");
        case ViewCommand::EndLeft:
            return KeyNames::tr("End a word earlier");
        case ViewCommand::EndRight:
            return KeyNames::tr("End a word later");
        case ViewCommand::BeginLeftCharacter:
            return KeyNames::tr("Begin a character earlier");
        case ViewCommand::BeginRightCharacter:
            return KeyNames::tr("Begin a character later");
        case ViewCommand::EndLeftCharacter:
            return KeyNames::tr("End a character earlier");
        case ViewCommand::EndRightCharacter:
            return KeyNames::tr("End a character later");
        case ViewCommand::Remove:
            return KeyNames::tr("Remove the label");
        case ViewCommand::AnotherType:
            return KeyNames::tr("Give the label's words another type as well");
        case ViewCommand::Mark:
            return KeyNames::tr("Mark the label for a change of several");
        case ViewCommand::MarkAlike:
            return KeyNames::tr("Mark all of the same type, or all");
        case ViewCommand::Sticky:
            return KeyNames::tr("Label every selection as the type used last");
        case ViewCommand::Done:
            return KeyNames::tr("Done, and on to the next");
        case ViewCommand::NextDocument:
            return KeyNames::tr("Go to the next document");
        case ViewCommand::PreviousDocument:
            return KeyNames::tr("Go to the previous document");
        case ViewCommand::ZoomIn:
            return KeyNames::tr("Larger text");
        case ViewCommand::ZoomOut:
            return KeyNames::tr("Smaller text");
        case ViewCommand::ZoomReset:
            return KeyNames::tr("Usual text size");
    }
    return {};
}

QList<QKeySequence> ViewKeys::usual(ViewCommand command) {
    const auto plain = [](Qt::Key key) { return QKeySequence(key); };
    switch (command) {
        case ViewCommand::Accept:
            return {plain(Qt::Key_A)};
        case ViewCommand::Reject:
            return {plain(Qt::Key_X)};
        case ViewCommand::AcceptAll:
            return {QKeySequence(Qt::SHIFT | Qt::Key_A)};
        case ViewCommand::NextSuggestion:
            return {plain(Qt::Key_Tab)};
        case ViewCommand::PreviousSuggestion:
            return {QKeySequence(Qt::SHIFT | Qt::Key_Tab)};
        case ViewCommand::FocusHere:
            return {plain(Qt::Key_Space)};
        case ViewCommand::NextSpan:
            return {QKeySequence(Qt::CTRL | Qt::Key_Tab)};
        case ViewCommand::PreviousSpan:
            return {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Tab)};
        case ViewCommand::BeginLeft:
            return {plain(Qt::Key_BracketLeft)};
        case ViewCommand::BeginRight:
            return {plain(Qt::Key_BraceLeft)};
        case ViewCommand::EndLeft:
            return {plain(Qt::Key_BraceRight)};
        case ViewCommand::EndRight:
            return {plain(Qt::Key_BracketRight)};
        case ViewCommand::BeginLeftCharacter:
            return {QKeySequence(Qt::ALT | Qt::Key_BracketLeft)};
        case ViewCommand::BeginRightCharacter:
            return {QKeySequence(Qt::ALT | Qt::Key_BraceLeft)};
        case ViewCommand::EndLeftCharacter:
            return {QKeySequence(Qt::ALT | Qt::Key_BraceRight)};
        case ViewCommand::EndRightCharacter:
            return {QKeySequence(Qt::ALT | Qt::Key_BracketRight)};
        case ViewCommand::Remove:
            return {plain(Qt::Key_Delete), plain(Qt::Key_Backspace)};
        case ViewCommand::AnotherType:
            return {plain(Qt::Key_Plus)};
        case ViewCommand::Mark:
            return {QKeySequence(Qt::CTRL | Qt::Key_Space)};
        case ViewCommand::MarkAlike:
            return {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A)};
        case ViewCommand::Sticky:
            return {plain(Qt::Key_Period)};
        case ViewCommand::Done:
            return {plain(Qt::Key_Return)};
        case ViewCommand::NextDocument:
            return {plain(Qt::Key_N), QKeySequence(Qt::ALT | Qt::Key_Right)};
        case ViewCommand::PreviousDocument:
            return {QKeySequence(Qt::ALT | Qt::Key_Left)};
        case ViewCommand::ZoomIn:
            return {QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)};
        case ViewCommand::ZoomOut:
            return {QKeySequence(Qt::CTRL | Qt::Key_Minus)};
        case ViewCommand::ZoomReset:
            return {QKeySequence(Qt::CTRL | Qt::Key_0)};
    }
    return {};
}

bool ViewKeys::isFixed(const QKeySequence& key) {
    if (key.isEmpty()) {
        return false;
    }
    const QKeyCombination combination = key[0];
    const Qt::KeyboardModifiers modifiers = combination.keyboardModifiers();
    switch (combination.key()) {
        case Qt::Key_Escape:
            return true;
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_Home:
        case Qt::Key_End:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            return !modifiers.testFlag(Qt::AltModifier) && !modifiers.testFlag(Qt::MetaModifier);
        case Qt::Key_C:
        case Qt::Key_A:
            return modifiers == Qt::ControlModifier;
        default:
            return false;
    }
}

QList<QKeySequence> ViewKeys::keys(ViewCommand command) const {
    return m_keys.value(command);
}

void ViewKeys::setKeys(ViewCommand command, const QList<QKeySequence>& keys) {
    m_keys.insert(command, keys);
}

std::optional<ViewCommand> ViewKeys::commandFor(const QKeySequence& key) const {
    for (auto entry = m_keys.cbegin(); entry != m_keys.cend(); ++entry) {
        if (entry.value().contains(key)) {
            return entry.key();
        }
    }
    return std::nullopt;
}

std::optional<ViewCommand> ViewKeys::commandFor(const QKeyEvent& event) const {
    const QKeySequence key = keyOf(event);
    return key.isEmpty() ? std::nullopt : commandFor(key);
}

QString ViewKeys::purposeOf(const QString& character) const {
    if (character.size() != 1) {
        return {};
    }
    const QChar upper = character[0].toUpper();
    const QKeySequence plain = sequence(upper.unicode(), Qt::NoModifier);
    const QKeySequence shifted = sequence(upper.unicode(), Qt::ShiftModifier);
    for (const QKeySequence& key : {plain, shifted}) {
        if (const auto command = commandFor(key)) {
            return title(*command);
        }
        if (const auto found = m_window.constFind(key); found != m_window.cend()) {
            return *found;
        }
    }
    return {};
}

std::optional<int> digitOf(const QKeyEvent& event) {
    constexpr quint32 kDigits = 10;  // X11's and Wayland's code of "1"
    const quint32 place = event.nativeScanCode() - kDigits;
    const Qt::KeyboardModifiers others =
        event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier);
    if (place > 9 || others != Qt::NoModifier)
        return std::nullopt;
    return static_cast<int>((place + 1) % 10);
}

const EntityType* typeFor(const QKeyEvent& event, const LabelScheme& scheme, const ViewKeys& keys) {
    const QString text = event.text();
    if (!typesText(event)) {
        return nullptr;
    }
    const std::optional<int> place = digitOf(event);
    const char digit = static_cast<char>('0' + place.value_or(0));
    const bool isShifted = event.modifiers().testFlag(Qt::ShiftModifier);
    if (place && isShifted) {
        if (const EntityType* type = scheme.byShiftDigit(digit)) {
            return type;
        }
    }
    if (!keys.purposeOf(text).isEmpty()) {
        return nullptr;
    }
    if (const EntityType* exact = scheme.byShortcut(text.toStdString())) {
        return exact;
    }
    if (place && !isShifted && !text[0].isDigit()) {
        return scheme.byShortcut(std::string(1, digit));
    }
    return scheme.byShortcut(text.toLower().toStdString());
}

LabelScheme withLivingKeys(LabelScheme scheme, const ViewKeys& keys) {
    const std::vector<EntityType> types = scheme.types();
    for (EntityType type : types) {
        if (!keys.purposeOf(QString::fromStdString(type.shortcut)).isEmpty()) {
            type.shortcut.clear();
            (void)scheme.put(type);  // no other has an empty key or its name
        }
    }
    return scheme;
}

bool typesText(const QKeyEvent& event) {
    const Qt::KeyboardModifiers modifiers = event.modifiers();
    const bool control = modifiers.testFlag(Qt::ControlModifier);
    const bool alt = modifiers.testFlag(Qt::AltModifier);
    return !modifiers.testFlag(Qt::MetaModifier) && control == alt && !event.text().isEmpty() &&
           event.text()[0].isPrint();
}

QKeySequence keyOf(const QKeyEvent& event) {
    Qt::KeyboardModifiers modifiers = event.modifiers() & (Qt::ShiftModifier | Qt::ControlModifier |
                                                           Qt::AltModifier | Qt::MetaModifier);
    const QString text = event.text();
    if (typesText(event) && text.size() == 1) {
        const QChar upper = text[0].toUpper();
        const bool isShifted =
            (upper.isLetter() || upper == u' ') && modifiers.testFlag(Qt::ShiftModifier);
        return sequence(upper.unicode(), isShifted ? Qt::ShiftModifier : Qt::NoModifier);
    }
    int key = event.key();
    switch (key) {
        case 0:
        case Qt::Key_unknown:
        case Qt::Key_Shift:
        case Qt::Key_Control:
        case Qt::Key_Alt:
        case Qt::Key_AltGr:
        case Qt::Key_Meta:
        case Qt::Key_CapsLock:
            return {};
        case Qt::Key_Enter:
            key = Qt::Key_Return;
            break;
        case Qt::Key_Backtab:
            key = Qt::Key_Tab;
            modifiers |= Qt::ShiftModifier;
            break;
        default:
            break;
    }
    // Ctrl with a character that needs Shift ("+"): the character says it all.
    if (key > 0x20 && key < 0x7f && !QChar(key).isLetter()) {
        modifiers &= ~Qt::ShiftModifier;
    }
    return sequence(key, modifiers);
}

QString keyText(const QKeySequence& key) {
    if (key.isEmpty()) {
        return {};
    }
    const Qt::Key code = key[0].key();
    const Qt::KeyboardModifiers modifiers = key[0].keyboardModifiers();
    QString text;
    if (modifiers.testFlag(Qt::ControlModifier)) {
        text += KeyNames::tr("Ctrl") + u'+';
    }
    if (modifiers.testFlag(Qt::AltModifier)) {
        text += KeyNames::tr("Alt") + u'+';
    }
    if (modifiers.testFlag(Qt::MetaModifier)) {
        text += KeyNames::tr("Meta") + u'+';
    }
    if (modifiers.testFlag(Qt::ShiftModifier)) {
        text += u'⇧';
    }
    switch (code) {
        case Qt::Key_Return:
            return text + u'↵';
        case Qt::Key_Backspace:
            return text + u'⌫';
        case Qt::Key_Left:
            return text + u'←';
        case Qt::Key_Right:
            return text + u'→';
        case Qt::Key_Up:
            return text + u'↑';
        case Qt::Key_Down:
            return text + u'↓';
        default:
            return text + QKeySequence(code).toString(QKeySequence::NativeText);
    }
}

}  // namespace spanwise::ui
