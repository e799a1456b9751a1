#include "ui/main_window/shortcuts_dialog.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/theme/controls.h"

namespace spanwise::ui {
namespace {

struct Line {
    QStringList keys;
    QString meaning;
};
struct Group {
    QString title;
    QList<Line> lines;
};

QWidget* makeGroup(const Group& group, QWidget* parent) {
    auto* box = new QWidget(parent);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(7);
    grid->setHorizontalSpacing(14);
    grid->addWidget(new SectionHeading(group.title, box), 0, 0, 1, 2);
    int row = 1;
    for (const Line& line : group.lines) {
        auto* keys = new QWidget(box);
        auto* keyLayout = new QHBoxLayout(keys);
        keyLayout->setContentsMargins(0, 0, 0, 0);
        keyLayout->setSpacing(3);
        keyLayout->addStretch();
        for (const QString& key : line.keys)
            keyLayout->addWidget(new KeyCap(key, keys));
        grid->addWidget(keys, row, 0);
        auto* meaning = new QLabel(line.meaning, box);
        meaning->setAccessibleDescription(line.keys.join(QLatin1Char(' ')));
        grid->addWidget(meaning, row, 1);
        ++row;
    }
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(row, 1);
    return box;
}

}  // namespace

ShortcutsDialog::ShortcutsDialog(QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("shortcutsDialog"));
    setWindowTitle(tr("Keys"));
    const QList<Group> left{
        {tr("Select"),
         {{{"←", "→"}, tr("go from word to word")},
          {{"↑", "↓"}, tr("go from line to line")},
          {{"⇧", "→"}, tr("extend the selection")},
          {{"Ctrl", "→"}, tr("go by character")},
          {{tr("Space")}, tr("focus the label at the selection")},
          {{"Ctrl", "Tab"}, tr("focus the next label of any kind")}}},
        {tr("Label"),
         {{{"1", "…", "9"}, tr("label as the type with that key")},
          {{"[", "]"}, tr("move the end of the focused label")},
          {{"{", "}"}, tr("move its beginning")},
          {{tr("Del")}, tr("remove the label")},
          {{"T"}, tr("add an entity type")}}},
        {tr("Triage"),
         {{{"Ctrl", "T"}, tr("one decision at a time")},
          {{"A"}, tr("accept, wherever it stands")},
          {{"X"}, tr("reject")},
          {{tr("Space")}, tr("decide later")},
          {{"⌫"}, tr("back, undoing the decision")},
          {{"↓"}, tr("exceptions")},
          {{"←", "→"}, tr("show the other places")}}},
        {tr("Check"),
         {{{"Enter"}, tr("open the document there")},
          {{"A"}, tr("take the model's version")},
          {{"X"}, tr("the label is right")}}},
    };
    const QList<Group> right{
        {tr("Suggestions"),
         {{{"Tab"}, tr("go to the next suggestion")},
          {{"⇧", "Tab"}, tr("go to the previous one")},
          {{"A"}, tr("accept")},
          {{"X"}, tr("reject")},
          {{"G"}, tr("decide about all of these words")},
          {{"Ctrl", "L"}, tr("label all occurrences")},
          {{"1", "…", "9"}, tr("accept as another type")},
          {{"⇧", "A"}, tr("accept all that are shown")},
          {{"Ctrl", "[", "]"}, tr("show more of them, or fewer")}}},
        {tr("Documents"),
         {{{"Enter"}, tr("done, and on to the next")},
          {{"N"}, tr("next without being done")},
          {{"Alt", "→"}, tr("next document")},
          {{"Alt", "←"}, tr("previous document")},
          {{"/"}, tr("search")},
          {{"Ctrl", "⇧", "F"}, tr("find places that mean the like")}}},
        {tr("Window"),
         {{{"Ctrl", "Z"}, tr("undo; Ctrl ⇧ Z: redo")},
          {{"Ctrl", "N"}, tr("new project; O: open, I: import")},
          {{"Ctrl", "M"}, tr("models; K: check, P: pre-training, E: export")},
          {{"Ctrl", "+"}, tr("larger text; −: smaller, 0: as before")},
          {{"F1"}, tr("this sheet")}}},
    };
    auto* columns = new QHBoxLayout;
    columns->setSpacing(40);
    for (const auto& groups : {left, right}) {
        auto* column = new QVBoxLayout;
        column->setSpacing(20);
        for (const Group& group : groups)
            column->addWidget(makeGroup(group, this));
        column->addStretch();
        columns->addLayout(column);
    }
    auto* close = new QPushButton(tr("Close"), this);
    close->setObjectName(QStringLiteral("shortcutsClose"));
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* bottom = new QHBoxLayout;
    bottom->addStretch();
    bottom->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 22, 24, 16);
    layout->setSpacing(18);
    layout->addLayout(columns);
    layout->addLayout(bottom);
}

}  // namespace spanwise::ui
