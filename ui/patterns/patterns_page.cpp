#include "ui/patterns/patterns_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>
#include <QTextBlock>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "core/text/offset_map.h"
#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/patterns/place_rows.h"
#include "ui/session/patterns_controller.h"
#include "ui/session/project_session.h"
#include "ui/theme/controls.h"
#include "ui/theme/forward_focus.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_pattern.h"

namespace spanwise::ui {
namespace {

constexpr int kSideWidth = 260;
constexpr auto kTypingPause = std::chrono::milliseconds(250);

QString number(qint64 n) {
    return QLocale().toString(n);
}

/// One line of code that can mark a place; Enter and Tab are the window's.
class ExpressionEdit : public QPlainTextEdit {
public:
    explicit ExpressionEdit(QWidget* parent) : QPlainTextEdit(parent) {
        setTabChangesFocus(true);
        setLineWrapMode(QPlainTextEdit::WidgetWidth);
        setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        setFixedHeight(2 * fontMetrics().lineSpacing() + 14);
    }
    void mark(int unit) {
        QList<QTextEdit::ExtraSelection> marks;
        if (unit >= 0 && document()->characterCount() > 1) {
            QTextEdit::ExtraSelection mark;
            mark.cursor = QTextCursor(document());
            const int last = document()->characterCount() - 2;
            mark.cursor.setPosition(std::min(unit, last));
            mark.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
            mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
            mark.format.setUnderlineColor(theme::colors().error);
            QColor tint = theme::colors().error;
            tint.setAlpha(50);
            mark.format.setBackground(tint);
            marks << mark;
        }
        setExtraSelections(marks);
    }

protected:
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            event->ignore();
        else
            QPlainTextEdit::keyPressEvent(event);
    }
    void insertFromMimeData(const QMimeData* source) override {
        QPlainTextEdit::insertFromMimeData(source);
        if (const QString text = toPlainText(); text.contains(u'\n')) {
            QString flat = text;
            flat.remove(u'\n');
            setPlainText(flat);
            moveCursor(QTextCursor::End);
        }
    }
};

}  // namespace

struct PatternsPage::Impl {
    PatternsPage* q;
    ProjectSession* session = nullptr;
    PatternsController* patterns = nullptr;
    QString folder;

    QListWidget* list = nullptr;
    QPushButton* newRegex = nullptr;
    QPushButton* newList = nullptr;
    QPushButton* import = nullptr;
    QPushButton* remove = nullptr;
    QPushButton* restore = nullptr;
    QStackedWidget* pages = nullptr;
    QLabel* emptyHeadline = nullptr;
    QLabel* emptyHint = nullptr;
    QComboBox* type = nullptr;
    QLineEdit* name = nullptr;
    QLabel* expressionLabel = nullptr;
    ExpressionEdit* regex = nullptr;
    QPlainTextEdit* entries = nullptr;
    QLabel* help = nullptr;
    QCheckBox* matchCase = nullptr;
    QCheckBox* wholeWords = nullptr;
    QLabel* state = nullptr;
    PlaceList* places = nullptr;
    QLabel* listNote = nullptr;
    QPushButton* label = nullptr;
    QPushButton* suggest = nullptr;
    QTimer typing;
    Pattern edited;
    bool isFilling = false;
    bool isSaving = false;
    bool isMatchWanted = false;  ///< the page was hidden when it changed

    explicit Impl(PatternsPage* page) : q(page) {}
    QWidget* buildSide();
    QWidget* buildEditor();
    QWidget* buildEmpty();
    QPushButton* button(const QString& text, const char* objectName, QWidget* parent);
    void showList();
    void choose(PatternId id);
    void fill();
    void changed();
    void save();
    void match();
    void showMatches();
    void showButtons();
    void add(PatternKind kind);
    void use(PlaceUse how);
    void used(PlaceUse how, qint64 count);
    void importList();
    [[nodiscard]] QString titleOf(const Pattern& pattern) const;
};

PatternsPage::PatternsPage(QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>(this)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("patternsPage"));
    setAccessibleName(tr("Patterns"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(d.buildSide());
    layout->addWidget(new Hairline(Qt::Vertical, this));
    d.pages = new QStackedWidget(this);
    d.pages->addWidget(d.buildEditor());
    d.pages->addWidget(d.buildEmpty());
    layout->addWidget(d.pages, 1);
    forwardFocus(this, d.list);
    d.typing.setSingleShot(true);
    d.typing.setInterval(kTypingPause);
    connect(&d.typing, &QTimer::timeout, this, [this] {
        m_impl->save();
        m_impl->match();
    });
    setSession(nullptr, nullptr);
}

PatternsPage::~PatternsPage() = default;

QPushButton* PatternsPage::Impl::button(const QString& text, const char* objectName,
                                        QWidget* parent) {
    auto* made = new QPushButton(text, parent);
    made->setObjectName(QString::fromLatin1(objectName));
    made->setAutoDefault(false);
    return made;
}

QWidget* PatternsPage::Impl::buildSide() {
    auto* side = new QWidget(q);
    side->setFixedWidth(kSideWidth);
    side->setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(8);
    layout->addWidget(new SectionHeading(tr("Patterns"), side));
    list = new QListWidget(side);
    list->setObjectName(QStringLiteral("patternList"));
    list->setAccessibleName(tr("Patterns"));
    list->setFrameShape(QFrame::NoFrame);
    list->setVerticalScrollBar(new SlimScrollBar);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setTextElideMode(Qt::ElideRight);
    list->setSpacing(1);
    layout->addWidget(list, 1);
    newRegex = button(tr("New e&xpression"), "newRegex", side);
    newList = button(tr("New l&ist"), "newList", side);
    import = button(tr("Import list…"), "importList", side);
    import->setToolTip(tr("A text file with one entry a line"));
    remove = button(tr("Remove"), "removePattern", side);
    restore = button(tr("Bring back"), "restorePattern", side);
    auto* first = new QHBoxLayout;
    first->setSpacing(6);
    first->addWidget(newRegex);
    first->addWidget(newList);
    auto* second = new QHBoxLayout;
    second->setSpacing(6);
    second->addWidget(import);
    second->addWidget(remove);
    layout->addLayout(first);
    layout->addLayout(second);
    layout->addWidget(restore);
    connect(list, &QListWidget::currentItemChanged, q, [this](QListWidgetItem* item) {
        if (!isFilling && item)
            choose(item->data(Qt::UserRole).toLongLong());
    });
    connect(newRegex, &QPushButton::clicked, q, [this] { add(PatternKind::Regex); });
    connect(newList, &QPushButton::clicked, q, [this] { add(PatternKind::List); });
    connect(import, &QPushButton::clicked, q, [this] { importList(); });
    connect(remove, &QPushButton::clicked, q, [this] {
        typing.stop();
        const PatternId id = edited.id;
        edited = {};
        if (patterns && patterns->remove(id))
            showList();
    });
    connect(restore, &QPushButton::clicked, q, [this] {
        if (const PatternId id = patterns ? patterns->restore() : 0; id != 0)
            choose(id);
    });
    return side;
}

QWidget* PatternsPage::Impl::buildEditor() {
    auto* editor = new QWidget(q);
    editor->setBackgroundRole(QPalette::AlternateBase);
    editor->setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(editor);
    layout->setContentsMargins(24, 16, 24, 14);
    layout->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    type = new QComboBox(editor);
    type->setObjectName(QStringLiteral("patternType"));
    name = new QLineEdit(editor);
    name->setObjectName(QStringLiteral("patternName"));
    name->setMaxLength(80);
    auto* typeLabel = new QLabel(tr("&Type"), editor);
    typeLabel->setBuddy(type);
    auto* nameLabel = new QLabel(tr("&Name"), editor);
    nameLabel->setBuddy(name);
    head->addWidget(typeLabel);
    head->addWidget(type);
    head->addSpacing(10);
    head->addWidget(nameLabel);
    head->addWidget(name, 1);
    layout->addLayout(head);
    expressionLabel = new QLabel(editor);
    layout->addWidget(expressionLabel);
    regex = new ExpressionEdit(editor);
    regex->setObjectName(QStringLiteral("patternRegex"));
    regex->setAccessibleName(tr("Regular expression"));
    layout->addWidget(regex);
    entries = new QPlainTextEdit(editor);
    entries->setObjectName(QStringLiteral("patternEntries"));
    entries->setAccessibleName(tr("Entries, one a line"));
    entries->setTabChangesFocus(true);
    entries->setMinimumHeight(80);
    layout->addWidget(entries, 2);
    auto* options = new QHBoxLayout;
    options->setSpacing(16);
    matchCase = new QCheckBox(tr("Match &case"), editor);
    matchCase->setObjectName(QStringLiteral("patternCase"));
    wholeWords = new QCheckBox(tr("&Whole words"), editor);
    wholeWords->setObjectName(QStringLiteral("patternWords"));
    options->addWidget(matchCase);
    options->addWidget(wholeWords);
    help = new MutedLabel({}, editor);
    help->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    options->addWidget(help, 1);
    layout->addLayout(options);
    state = new QLabel(editor);
    state->setObjectName(QStringLiteral("patternState"));
    state->setTextFormat(Qt::PlainText);
    state->setWordWrap(true);
    layout->addWidget(state);
    places = new PlaceList(true, editor);
    places->setObjectName(QStringLiteral("patternPlaces"));
    places->setAccessibleName(tr("What it matches"));
    layout->addWidget(places, 3);
    auto* foot = new QHBoxLayout;
    listNote = new MutedLabel({}, editor);
    label = button(tr("Label"), "patternLabel", editor);
    suggest = button(tr("Suggest"), "patternSuggest", editor);
    label->setToolTip(tr("Labels the ticked places; Undo takes all of them back at once"));
    suggest->setToolTip(
        tr("Proposes the ticked places, to be accepted or rejected one by one or "
           "in Triage"));
    foot->addWidget(listNote, 1);
    foot->addWidget(suggest);
    foot->addWidget(label);
    layout->addLayout(foot);

    const auto onChange = [this] { changed(); };
    connect(type, &QComboBox::currentIndexChanged, q, onChange);
    connect(name, &QLineEdit::textChanged, q, onChange);
    connect(regex, &QPlainTextEdit::textChanged, q, onChange);
    connect(entries, &QPlainTextEdit::textChanged, q, onChange);
    connect(matchCase, &QCheckBox::toggled, q, onChange);
    connect(wholeWords, &QCheckBox::toggled, q, onChange);
    connect(places, &PlaceList::ticksChanged, q, [this] { showButtons(); });
    connect(places, &PlaceList::placeActivated, q, &PatternsPage::placeActivated);
    connect(label, &QPushButton::clicked, q, [this] { use(PlaceUse::Label); });
    connect(suggest, &QPushButton::clicked, q, [this] { use(PlaceUse::Suggest); });
    return editor;
}

QWidget* PatternsPage::Impl::buildEmpty() {
    auto* empty = new QWidget(q);
    empty->setBackgroundRole(QPalette::AlternateBase);
    empty->setAutoFillBackground(true);
    auto* outer = new QVBoxLayout(empty);
    outer->setContentsMargins(60, 40, 60, 40);
    emptyHeadline = new QLabel(empty);
    emptyHeadline->setObjectName(QStringLiteral("patternsEmptyHeadline"));
    QFont strong = theme::scaled(emptyHeadline->font(), 1.35);
    strong.setWeight(QFont::DemiBold);
    emptyHeadline->setFont(strong);
    emptyHeadline->setAlignment(Qt::AlignHCenter);
    emptyHint = new MutedLabel({}, empty);
    emptyHint->setObjectName(QStringLiteral("patternsEmptyHint"));
    emptyHint->setAlignment(Qt::AlignHCenter);
    emptyHint->setWordWrap(true);
    auto* column = new QWidget(empty);
    column->setMaximumWidth(460);
    auto* middle = new QVBoxLayout(column);
    middle->setSpacing(10);
    middle->addWidget(emptyHeadline);
    middle->addWidget(emptyHint);
    auto* centred = new QHBoxLayout;
    centred->addStretch(1);
    centred->addWidget(column, 100);
    centred->addStretch(1);
    outer->addStretch(2);
    outer->addLayout(centred);
    outer->addStretch(3);
    return empty;
}

void PatternsPage::setFolder(const QString& folder) {
    m_impl->folder = folder;
}

void PatternsPage::setSession(ProjectSession* session, PatternsController* patterns) {
    auto& d = *m_impl;
    if (d.typing.isActive() && d.patterns) {
        d.typing.stop();
        d.save();
    }
    if (d.session)
        d.session->disconnect(this);
    if (d.patterns)
        d.patterns->disconnect(this);
    d.session = session;
    d.patterns = patterns;
    d.edited = {};
    if (session && patterns) {
        connect(patterns, &PatternsController::patternsChanged, this, [this] {
            if (!m_impl->isSaving)
                m_impl->showList();
        });
        connect(patterns, &PatternsController::matched, this, [this] { m_impl->showMatches(); });
        connect(patterns, &PatternsController::progress, this, [this](int documents) {
            if (!m_impl->patterns->matches() && documents > 0 && documents % 50 == 0)
                m_impl->state->setText(tr("Looking… %Ln document(s)", nullptr, documents));
        });
        // What it matches may be labelled by now.
        connect(session, &ProjectSession::undoChanged, this, [this] { m_impl->match(); });
        connect(session, &ProjectSession::documentsChanged, this, [this] { m_impl->match(); });
        connect(session, &ProjectSession::lockedChanged, this, [this] { m_impl->showList(); });
    }
    d.showList();
}

QString PatternsPage::Impl::titleOf(const Pattern& pattern) const {
    QString title = QString::fromStdString(pattern.name).trimmed();
    if (title.isEmpty() && pattern.kind == PatternKind::Regex)
        title = QString::fromStdString(pattern.regex);
    if (title.isEmpty() && !pattern.entries.empty())
        title = QString::fromStdString(pattern.entries.front()) + QStringLiteral(", …");
    if (title.isEmpty())
        title = pattern.kind == PatternKind::Regex ? tr("new expression") : tr("new list");
    const EntityType* as = session->scheme().byId(pattern.type);
    return as ? tr("%1 · %2").arg(QString::fromStdString(as->name), title) : title;
}

void PatternsPage::Impl::showList() {
    const PatternId current = edited.id;
    isFilling = true;
    list->clear();
    const bool isWritable = session && !session->isLocked();
    const bool hasTypes = session && !session->scheme().isEmpty();
    if (patterns && session) {
        for (const Pattern& pattern : patterns->patterns()) {
            const EntityType* as = session->scheme().byId(pattern.type);
            const QPixmap swatch = typeSwatch(as ? QString::fromStdString(as->color) : QString(),
                                              theme::typePattern(session->scheme(), pattern.type),
                                              q->devicePixelRatioF());
            auto* item = new QListWidgetItem(QIcon(swatch), titleOf(pattern), list);
            item->setData(Qt::UserRole, static_cast<qlonglong>(pattern.id));
            item->setToolTip(item->text());
            if (pattern.id == current)
                list->setCurrentItem(item);
        }
        type->clear();
        for (const EntityType& each : session->scheme().types())
            type->addItem(QString::fromStdString(each.name), static_cast<qlonglong>(each.id));
    }
    isFilling = false;
    for (QPushButton* each : {newRegex, newList, import})
        each->setEnabled(isWritable && hasTypes);
    remove->setEnabled(isWritable && list->count() > 0);
    restore->setVisible(isWritable && patterns && patterns->canRestore());
    emptyHeadline->setText(hasTypes ? tr("No patterns yet") : tr("No entity types yet"));
    emptyHint->setText(
        hasTypes ? tr("A list of drug names, an expression for doses: what can be written down "
                      "need not be learned. New expression and New list begin one; what it "
                      "matches shows as you type, and is then labelled or suggested at a press.")
                 : tr("A pattern finds mentions of one type. Name a type first, on the "
                      "Label page."));
    if (list->count() == 0) {
        edited = {};
        pages->setCurrentIndex(1);
        return;
    }
    pages->setCurrentIndex(0);
    if (!list->currentItem())
        choose(list->item(std::max(0, list->count() - 1))->data(Qt::UserRole).toLongLong());
    else
        fill();
}

void PatternsPage::Impl::choose(PatternId id) {
    if (!patterns)
        return;
    if (typing.isActive()) {
        typing.stop();
        save();
    }
    const Pattern* pattern = patterns->byId(id);
    if (!pattern)
        return;
    edited = *pattern;
    isFilling = true;
    for (int row = 0; row < list->count(); ++row) {
        if (list->item(row)->data(Qt::UserRole).toLongLong() == id)
            list->setCurrentRow(row);
    }
    isFilling = false;
    pages->setCurrentIndex(0);
    fill();
    match();
}

void PatternsPage::Impl::fill() {
    isFilling = true;
    const bool isRegex = edited.kind == PatternKind::Regex;
    type->setCurrentIndex(type->findData(static_cast<qlonglong>(edited.type)));
    const auto set = [](auto* edit, const QString& text) {
        if constexpr (std::is_same_v<decltype(edit), QLineEdit*>) {
            if (edit->text() != text)
                edit->setText(text);
        } else if (edit->toPlainText() != text) {
            edit->setPlainText(text);
        }
    };
    set(name, QString::fromStdString(edited.name));
    if (isRegex) {
        set(static_cast<QPlainTextEdit*>(regex), QString::fromStdString(edited.regex));
    } else {
        QStringList lines;
        for (const std::string& entry : edited.entries)
            lines << QString::fromStdString(entry);
        set(entries, lines.join(QLatin1Char('\n')));
    }
    matchCase->setChecked(edited.matchCase);
    wholeWords->setChecked(edited.wholeWords);
    regex->setVisible(isRegex);
    entries->setVisible(!isRegex);
    wholeWords->setVisible(isRegex);
    expressionLabel->setText(isRegex ? tr("&Regular expression") : tr("&Entries, one a line"));
    expressionLabel->setBuddy(isRegex ? static_cast<QWidget*>(regex) : entries);
    help->setText(isRegex ? tr("A group (?<entity>…) is the mention; else the whole match is.")
                          : tr("Whole words; of several the longest."));
    const bool isLocked = !session || session->isLocked();
    name->setReadOnly(isLocked);
    regex->setReadOnly(isLocked);
    entries->setReadOnly(isLocked);
    for (QWidget* each : std::initializer_list<QWidget*>{type, matchCase, wholeWords})
        each->setEnabled(!isLocked);
    isFilling = false;
    showButtons();
}

void PatternsPage::Impl::changed() {
    if (isFilling || edited.id == 0)
        return;
    edited.type = type->currentData().toLongLong();
    edited.name = name->text().trimmed().toStdString();
    edited.matchCase = matchCase->isChecked();
    if (edited.kind == PatternKind::Regex) {
        edited.regex = regex->toPlainText().toStdString();
        edited.wholeWords = wholeWords->isChecked();
        regex->mark(-1);
    } else if (auto read = entriesFromText(entries->toPlainText().toStdString(), {})) {
        edited.entries = std::move(*read);
    }
    patterns->stopMatching();
    places->setRows({});
    showButtons();
    typing.start();
}

void PatternsPage::Impl::save() {
    if (!patterns || edited.id == 0)
        return;
    isSaving = true;
    const bool isKept = patterns->put(edited) != 0;
    isSaving = false;
    if (!isKept)
        return;
    for (int row = 0; row < list->count(); ++row) {
        QListWidgetItem* item = list->item(row);
        if (item->data(Qt::UserRole).toLongLong() != edited.id)
            continue;
        item->setText(titleOf(edited));
        item->setToolTip(item->text());
        const EntityType* as = session->scheme().byId(edited.type);
        const QPixmap swatch =
            typeSwatch(as ? QString::fromStdString(as->color) : QString(),
                       theme::typePattern(session->scheme(), edited.type), q->devicePixelRatioF());
        item->setIcon(QIcon(swatch));
    }
}

void PatternsPage::Impl::match() {
    if (!patterns || edited.id == 0)
        return;
    if (!q->isVisible()) {
        isMatchWanted = true;
        return;
    }
    isMatchWanted = false;
    state->setPalette(q->palette());
    state->setText(tr("Looking…"));
    patterns->match(edited);
    showButtons();
}

void PatternsPage::Impl::showMatches() {
    const auto& problem = patterns->problem();
    QPalette palette = q->palette();
    if (problem) {
        QString text = engineText(problem->message);
        int unit = -1;
        if (problem->at >= 0) {
            const OffsetMap offsets(edited.regex);
            unit = static_cast<int>(offsets.toUtf16(problem->at));
            text = tr("Character %1: %2").arg(number(problem->at + 1), text);
        }
        regex->mark(unit);
        const bool isEmpty =
            edited.kind == PatternKind::Regex ? edited.regex.empty() : edited.entries.empty();
        if (!isEmpty)
            palette.setColor(QPalette::WindowText, theme::colors().error);
        state->setPalette(palette);
        state->setText(text);
        places->setRows({});
        return;
    }
    regex->mark(-1);
    state->setPalette(palette);
    if (const auto found = patterns->matches()) {
        state->setText(placesText(*found));
        places->setRows(placeRows(*found, session->scheme()));
    }
}

void PatternsPage::Impl::showButtons() {
    const auto found = patterns ? patterns->matches() : nullptr;
    const bool isLooking = !found && patterns && !patterns->problem() && edited.id != 0;
    if (isLooking && !label->text().isEmpty()) {  // the figures stay until there are new ones
        label->setEnabled(false);
        suggest->setEnabled(false);
        return;
    }
    int count = 0;
    int unlisted = 0;
    if (found) {
        count = plural(chosenPlaces(*found, places->places()->rows()).size());
        unlisted = plural(found->places.size() - found->texts.size());
    }
    label->setText(tr("&Label %Ln place(s)", nullptr, count));
    suggest->setText(tr("&Suggest %Ln place(s)", nullptr, count));
    for (QPushButton* each : {label, suggest}) {
        each->setMinimumWidth(each->fontMetrics().horizontalAdvance(each->text()) + 32);
        each->setEnabled(count > 0 && session && !session->isLocked());
    }
    listNote->setText(unlisted > 0 ? tr("%Ln more are not listed.", nullptr, unlisted)
                      : count > 0  ? tr("Space takes a tick off.")
                                   : QString());
}

void PatternsPage::Impl::add(PatternKind kind) {
    if (!patterns || !session || session->scheme().isEmpty())
        return;
    Pattern pattern;
    pattern.kind = kind;
    pattern.type = edited.type != 0 ? edited.type : session->scheme().types().front().id;
    if (const PatternId id = patterns->put(pattern); id != 0) {
        choose(id);
        (kind == PatternKind::Regex ? static_cast<QWidget*>(regex) : entries)->setFocus();
    }
}

void PatternsPage::Impl::use(PlaceUse how) {
    const auto found = patterns ? patterns->matches() : nullptr;
    if (!found)
        return;
    state->setText(how == PlaceUse::Label ? tr("Labelling…") : tr("Suggesting…"));
    patterns->use(how, chosenPlaces(*found, places->places()->rows()),
                  [page = QPointer<PatternsPage>(q), how](qint64 count) {
                      if (page)
                          page->m_impl->used(how, count);
                  });
}

void PatternsPage::Impl::used(PlaceUse how, qint64 count) {
    if (count > 0) {
        QString said;
        if (how == PlaceUse::Label)
            said = tr("%Ln place(s) are labelled.", nullptr, plural(count));
        else
            said = tr("%Ln place(s) are suggested.", nullptr, plural(count));
        Q_EMIT q->hint(said, how == PlaceUse::Label
                                 ? tr("Undo takes all of it back.")
                                 : tr("Decide about them in Triage. Undo takes all of it back."));
    }
    match();
}

void PatternsPage::Impl::importList() {
    if (!patterns || !session)
        return;
    const QString path = QFileDialog::getOpenFileName(q, tr("Import list"), folder,
                                                      tr("Texts (*.txt *.lst);;All files (*)"));
    if (path.isEmpty())
        return;
    folder = QFileInfo(path).absolutePath();
    Q_EMIT q->folderChosen(folder);
    const TypeId as = edited.type != 0 ? edited.type : session->scheme().types().front().id;
    if (const PatternId id = patterns->importList(path, as); id != 0)
        choose(id);
}

void PatternsPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_impl->isMatchWanted || (m_impl->patterns && !m_impl->patterns->matches()))
        m_impl->match();
}

void PatternsPage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    auto& d = *m_impl;
    if (d.typing.isActive()) {
        d.typing.stop();
        d.save();
        d.isMatchWanted = true;
    }
}

void PatternsPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->list)
        m_impl->showList();
}

}  // namespace spanwise::ui
