#include "ui/language/engine_text.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <array>
#include <vector>

namespace spanwise::ui {
namespace {

constexpr const char* kContext = "spanwise::ui::EngineText";

/// As core, storage and models write them, with %1, %2 … in their order for what varies. The first
/// that fits counts.
constexpr auto kSentences = std::to_array<const char*>({
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "This is no regular expression: a character is out of place."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "There is no such escape. Write \\\\ for a backslash."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "There is no such property. Properties look like \\p{Lu} or \\p{Greek}."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "A parenthesis has no partner. Write \\( or \\) for the character itself."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "This number is too large."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "A count looks like {2}, {2,} or {2,5}."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "In a count the second number is smaller than the first."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "There is no group of this number."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "There is no such option. (?i) ignores case, (?x) ignores white space."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "A look-behind needs a length that has a limit: no * or + in (?<=…)."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "A bracket is not closed. Write \\[ for the character itself."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "A range in brackets goes from the smaller character to the larger."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The set in brackets is not a valid one."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "A group's name has letters and digits only, and each name stands once."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The expression is too large. Make it a list of strings."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The expression takes too long, as it can be matched in too many ways. Avoid "
                      "repetitions within repetitions such as (a+)+, or say {1,20} for +."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The expression cannot be used (%1)."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The list has no entries yet: one a line."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "There is no expression yet."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The expression \"%1\" cannot be read at character %2: %3."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The expression needs too much memory on this text. Make it simpler: avoid "
                      "repetitions inside repetitions."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The expression takes too long on one document. Make it simpler: avoid "
                      "repetitions inside repetitions."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The model sees \"%1\" as %2 (%3); the label %4 is %5 likely to it."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The model sees \"%1\" as %2 (%3)."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The model finds nothing here, though it finds %1 of the other %2 of %3; the "
                      "label %4 is %5 likely to it."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Elsewhere \"%1\" is not labelled %2 of %3 times."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Elsewhere \"%1\" is not labelled %2 of %3 time."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "Elsewhere \"%1\" is %2 %3 of %4 times."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "Elsewhere \"%1\" is %2 %3 of %4 time."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Judged by %1 sentences of %2, to bound the time."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "There is one labelled document: its sentences were parted instead. They "
                      "resemble each other, so a new document will fare worse."),
    QT_TRANSLATE_NOOP(
        "spanwise::ui::EngineText",
        "There are fewer labelled documents than the folds asked for: %1 of %2 were made."),
    QT_TRANSLATE_NOOP(
        "spanwise::ui::EngineText",
        "There are fewer labelled sentences than the folds asked for: %1 of %2 were made."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "\"%1\" occurs in one document only: the model that judges it has never seen "
                      "the type, so its F1 of 0 says nothing yet."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "\"%1\" occurs in one sentence only: the model that judges it has never seen "
                      "the type, so its F1 of 0 says nothing yet."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "No span is labelled yet, so there is nothing to check. Label some first."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "There are no entity types to learn. Define some first."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Nothing is labelled yet, so there is nothing to learn from."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 text is labelled with more than one type; of each, the type that comes "
                      "first in the alphabet is learned. Keep one."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 texts are labelled with more than one type; of each, the type that comes "
                      "first in the alphabet is learned. Keep one."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 annotation overlaps a longer one, which is learned instead."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 annotations overlap a longer one, which is learned instead."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 annotation covers no word, so nothing is learned from it."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 annotations cover no word, so nothing is learned from them."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The type \"%1\" has no example yet."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The device's memory was short: batches went through in smaller pieces."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The training diverged and was begun again with a smaller learning rate."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The GPU has too little free memory: trained on the CPU."),
    QT_TRANSLATE_NOOP(
        "spanwise::ui::EngineText",
        "%1 label of these came back from the history; a few of them may have been removed later."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 labels of these came back from the history; a few of them may have been "
                      "removed later."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The disk could not read %1 block of the file."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The disk could not read %1 blocks of the file."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 entity type lost its name: look for \"type-\" among the types."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 entity types lost its name: look for \"type-\" among the types."),
    QT_TRANSLATE_NOOP(
        "spanwise::ui::EngineText",
        "%1 text differed from what was imported: look for \"(damaged)\" in the names."),
    QT_TRANSLATE_NOOP(
        "spanwise::ui::EngineText",
        "%1 texts differed from what was imported: look for \"(damaged)\" in the names."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 label or suggestion belonged to a document that could not be read."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 label or suggestions belonged to a document that could not be read."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "Every table could be read in full."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "Not everything could be read in: %1."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "An entity needs at least one character."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The entity to change is not there any more."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The change does not fit the document's labels as they are now."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "An entity type needs a name."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The name \"%1\" begins or ends with a space."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "There is an entity type \"%1\" already."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "\"%1\" is no colour of the form #rrggbb."),
    QT_TRANSLATE_NOOP(
        "spanwise::ui::EngineText",
        "The name of an entity type cannot have tabs, line breaks or other control characters."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "A scheme is an object with a list \"types\", or a list of names."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "This is not valid JSON."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Another entity type is called \"%1\" by now: rename that one first."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "There is no document %1."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "Document %1 is in the trash: restore it first."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "There is no entity type %1."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "There is nothing to undo."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "There is nothing to redo."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The pattern is not there any more."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "It was stopped."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The import was stopped."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The search was stopped."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The merge was stopped."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "This is the project itself. Name the files of the annotators."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "No temporary folder can be made to convert the project in, which an earlier "
                      "version of Spanwise wrote. Open it once in Spanwise, or free space."),
    QT_TRANSLATE_NOOP(
        "spanwise::ui::EngineText",
        "\"%1\" cannot be an annotator's name: it becomes a file's name, so it needs a "
        "letter and may have no slash and no point in front."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "\"%1\" was named twice: each annotator gets one file."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "There are fewer documents than annotators: nothing is left for \"%1\"."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "There is a file of this name already, and nothing is overwritten. Choose "
                      "another folder."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The folder cannot be made: %1."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The project needs a file name."),
    QT_TRANSLATE_NOOP(
        "spanwise::ui::EngineText",
        "There is a file of this name already. Choose another name, or open that file."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "There is no folder %1. Create it first."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The folder %1 is write-protected. Choose another place."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "You may not read this folder."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "You may not read this file."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "There is no such project file."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "This is not a Spanwise project but a folder or device."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "This is not a Spanwise project. To bring in texts, create a project and "
                      "import the file there."),
    QT_TRANSLATE_NOOP(
        "spanwise::ui::EngineText",
        "This file is empty: it is not a Spanwise project. Delete it and create the project anew."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "This is a database of another program, not a Spanwise project."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The file system of this folder cannot hold a project safely (no shared "
                      "memory for the write-ahead log). Choose a folder on a local disk."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The project was not closed properly and lies in a write-protected place. "
                      "Copy \"%1\" and \"%2\" to another folder and open the copy."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The project was written by an earlier version of Spanwise and has to be "
                      "converted first, which needs write access."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The project was written by a later version of Spanwise (its format is %1, "
                      "this program knows up to %2). Install a newer Spanwise to open it."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The project can only be read: nothing was changed."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The project is busy with another task (an import, for example): nothing was "
                      "changed. Try again in a moment."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Another program has the project open: until it is closed there, it can only "
                      "be read here."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "This program has the project open already: until it is closed there, it can "
                      "only be read here."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Another Spanwise (process %1 on %2) has the project open: until it is "
                      "closed there, it can only be read here."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The lock file %1 cannot be written (%2): the project can only be read."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The lock file %1 keeps changing: the project can only be read."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "There is no room left to write the export. Free some space or choose "
                      "another folder; nothing was changed."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The export cannot be written here. Choose a folder that you may write to."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "There is no such folder. Create it, or choose another place."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "This is a folder. Name a file in it."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "This is the project file itself. Name another file for the export."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "This is a folder, not a file. Name the files in it."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "There is no such file."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "You may not read this file. Change its permissions or copy it."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The file cannot be opened: %1."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The file cannot be read to its end."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "the file is empty"),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "A text file of more than 256 MiB is too large for one document. Split it, "
                      "or import it as JSONL with a document a line."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "The text is UTF-16, not UTF-8. Convert it first, e.g. with \"%1\"."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Byte %1 of the line (%2) is not UTF-8: this looks like a binary file. "
                      "Spanwise reads text in UTF-8."),
    QT_TRANSLATE_NOOP(
        "spanwise::ui::EngineText",
        "Byte %1 of the line is NUL: this looks like a binary file. Spanwise reads text in UTF-8."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Byte %1 of the line (%2) is not UTF-8; the file looks like Latin-1 or "
                      "Windows-1252. Convert it first, e.g. with \"%3\"."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The line is no JSON object like %1."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The object has no string \"%1\"."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "The text has a NUL character (%1)."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "\"%1\" is neither a string nor a number."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "\"%1\" is not a list."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Span %1 is no object with \"begin\", \"end\" and \"type\"."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "Span %1 needs whole numbers \"begin\" and \"end\"."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "Span %1 has no string \"type\"."),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "%1 spans start with B-"),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "%1 spans start with I-, none with B-"),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText",
                      "%1 spans start with I-, %2 with B- after a span of the same type"),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "%1 tags with L-, U-, E- or S-"),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "no entity tags"),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "%1 irregular tags repaired"),
    QT_TRANSLATE_NOOP("spanwise::ui::EngineText", "%1 lines without a word left out"),
});

/// A sentence at the beginning of a text; its last groups are what parts it from the rest, and the
/// rest.
QRegularExpression expressionOf(const QString& sentence) {
    static const QRegularExpression placeholder(QStringLiteral("%[0-9]"));
    QString expression;
    qsizetype at = 0;
    for (auto each = placeholder.globalMatch(sentence); each.hasNext();) {
        const QRegularExpressionMatch match = each.next();
        expression += QRegularExpression::escape(sentence.mid(at, match.capturedStart() - at)) +
                      QStringLiteral("(.+?)");
        at = match.capturedEnd();
    }
    expression += QRegularExpression::escape(sentence.mid(at));
    return QRegularExpression(
        QStringLiteral("\\A") + expression + QStringLiteral("(?:(; |[ \\n])(.*))?\\z"),
        QRegularExpression::DotMatchesEverythingOption);
}

/// Nothing when no sentence is known that `text` begins with.
QString translated(const QString& text) {
    static const std::vector<QRegularExpression> expressions = [] {
        std::vector<QRegularExpression> all;
        for (const char* sentence : kSentences)
            all.push_back(expressionOf(QString::fromUtf8(sentence)));
        return all;
    }();
    for (std::size_t i = 0; i < kSentences.size(); ++i) {
        const QRegularExpressionMatch match = expressions[i].match(text);
        if (!match.hasMatch())
            continue;
        const int varying = expressions[i].captureCount() - 2;
        const QString said = QCoreApplication::translate(kContext, kSentences[i]);
        // All at once: what varies may have a %1 of its own.
        QString whole;
        for (qsizetype at = 0; at < said.size(); ++at) {
            const int number =
                said[at] == u'%' && at + 1 < said.size() ? said[at + 1].digitValue() : -1;
            if (number >= 1 && number <= varying) {
                whole += match.captured(number);
                ++at;
            } else {
                whole += said[at];
            }
        }
        return whole + match.captured(varying + 1) + engineText(match.captured(varying + 2));
    }
    return {};
}

}  // namespace

QString engineText(const QString& english) {
    if (english.isEmpty())
        return english;
    if (QString all = translated(english); !all.isEmpty())
        return all;
    for (qsizetype at = english.indexOf(u": "); at >= 0; at = english.indexOf(u": ", at + 2)) {
        if (const QString said = translated(english.mid(at + 2)); !said.isEmpty())
            return english.left(at + 2) + said;
    }
    return english;
}

QString engineText(const std::string& english) {
    return engineText(QString::fromStdString(english));
}

}  // namespace spanwise::ui
