#include "ui/history/history_page.h"

#include <QComboBox>
#include <QDateTime>
#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <functional>

#include "ui/history/history_list.h"
#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/session/history_controller.h"
#include "ui/session/project_session.h"
#include "ui/theme/controls.h"
#include "ui/theme/forward_focus.h"
#include "ui/theme/scroll_column.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSideWidth = 320;
constexpr int kSide = 20;
/// From so many steps on a person is asked first.
constexpr int kManySteps = 10;
constexpr const char* kKinds[] = {"",       "edit", "undo",  "redo",    "import", "merge",
                                  "export", "type", "trash", "restore", "suggest"};

class EntryList : public QListView {
public:
    using QListView::QListView;
    std::function<void()> open, go;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        if ((event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier &&
            currentIndex().isValid()) {
            if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
                open();
                return;
            }
            if (event->key() == Qt::Key_U) {
                go();
                return;
            }
        }
        QListView::keyPressEvent(event);
    }
    void focusInEvent(QFocusEvent* event) override {
        QListView::focusInEvent(event);
        if (!currentIndex().isValid() && model()->rowCount() > 0)
            setCurrentIndex(model()->index(0, 0));
    }
};

}  // namespace

struct HistoryPage::Impl {
    HistoryPage* q;
    ProjectSession* session = nullptr;
    HistoryController* history = nullptr;

    HistoryModel* model = nullptr;
    EntryList* list = nullptr;
    QStackedWidget* pages = nullptr;
    QLabel *emptyHeadline = nullptr, *emptyHint = nullptr;
    QComboBox *kinds = nullptr, *types = nullptr, *actors = nullptr;
    Chip *here = nullptr, *since = nullptr;
    KeycapButton *openButton = nullptr, *goButton = nullptr;
    MutedLabel* goHint = nullptr;
    QLabel* exportText = nullptr;
    QVBoxLayout* backupPlace = nullptr;
    QWidget* backups = nullptr;
    QPushButton* trash = nullptr;
    QStringList shownActors;
    bool isFilling = false;

    explicit Impl(HistoryPage* page) : q(page) {}
    QWidget* buildList();
    QWidget* buildSide();
    void filter();
    void fillFilters();
    void showEntries();
    void showFacts();
    void showCurrent();
    void open();
    void go();
    void restore(const BackupInfo& backup);
    [[nodiscard]] const HistoryModel::Row* current() const {
        return model->row(list->currentIndex().row());
    }
};

HistoryPage::HistoryPage(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>(this)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("historyPage"));
    setAccessibleName(tr("History"));
    d.model = new HistoryModel(this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(d.buildList(), 1);
    layout->addWidget(new Hairline(Qt::Vertical, this));
    layout->addWidget(d.buildSide());
    forwardFocus(this, d.list);
    setSession(nullptr, nullptr);
}

HistoryPage::~HistoryPage() = default;

QWidget* HistoryPage::Impl::buildList() {
    auto* main = new QWidget(q);
    main->setBackgroundRole(QPalette::AlternateBase);
    main->setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(main);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* filters = new QWidget(main);
    auto* flow = new FlowLayout(8, filters);
    filters->setContentsMargins(24, 12, 24, 10);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    filters->setSizePolicy(policy);
    const auto combo = [&](const QString& name, const char* object) {
        auto* box = new QComboBox(filters);
        box->setObjectName(QString::fromLatin1(object));
        box->setAccessibleName(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        box->setMaximumWidth(200);
        flow->addWidget(box);
        connect(box, &QComboBox::currentIndexChanged, q, [this] { filter(); });
        return box;
    };
    kinds = combo(tr("Kind of change"), "historyKinds");
    types = combo(tr("Entity type"), "historyTypes");
    actors = combo(tr("Person"), "historyActors");
    here = new Chip(tr("This document"), filters);
    here->setObjectName(QStringLiteral("historyHere"));
    here->setToolTip(tr("Only what concerns the document that is open on the Label page"));
    since = new Chip(tr("Since the last export"), filters);
    since->setObjectName(QStringLiteral("historySince"));
    for (Chip* chip : {here, since}) {
        flow->addWidget(chip);
        connect(chip, &QAbstractButton::toggled, q, [this] { filter(); });
    }
    layout->addWidget(filters);
    layout->addWidget(new Hairline(Qt::Horizontal, main));

    pages = new QStackedWidget(main);
    list = new EntryList;
    list->setObjectName(QStringLiteral("historyList"));
    list->setAccessibleName(tr("Changes, the newest first"));
    list->setModel(model);
    list->setItemDelegate(new HistoryDelegate(list));
    list->setFrameShape(QFrame::NoFrame);
    list->setUniformItemSizes(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setVerticalScrollBar(new SlimScrollBar);
    list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list->viewport()->setBackgroundRole(QPalette::AlternateBase);
    list->open = [this] { open(); };
    list->go = [this] { go(); };
    pages->addWidget(list);
    auto* empty = new QWidget;
    auto* middle = new QVBoxLayout(empty);
    middle->setContentsMargins(60, 40, 60, 40);
    middle->setSpacing(10);
    emptyHeadline = plainLabel(empty, "historyEmptyHeadline");
    QFont strong = theme::scaled(emptyHeadline->font(), 1.35);
    strong.setWeight(QFont::DemiBold);
    emptyHeadline->setFont(strong);
    emptyHint = plainLabel(empty, "historyEmptyHint");
    emptyHint->setForegroundRole(QPalette::PlaceholderText);
    emptyHeadline->setAlignment(Qt::AlignHCenter);
    emptyHint->setAlignment(Qt::AlignHCenter);
    middle->addStretch(2);
    middle->addWidget(emptyHeadline);
    middle->addWidget(emptyHint);
    middle->addStretch(3);
    pages->addWidget(empty);
    layout->addWidget(pages, 1);

    layout->addWidget(new Hairline(Qt::Horizontal, main));
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(20, 6, 24, 6);
    foot->setSpacing(10);
    foot->addStrut(26);
    openButton =
        new KeycapButton(tr("go there"), QStringLiteral("↵"), KeycapButton::KeyPlace::Before, main);
    openButton->setObjectName(QStringLiteral("historyOpen"));
    openButton->setAccessibleName(tr("Go to the place of this change"));
    goButton = new KeycapButton(tr("undo to here"), QStringLiteral("U"),
                                KeycapButton::KeyPlace::Before, main);
    goButton->setObjectName(QStringLiteral("historyGo"));
    goHint = new MutedLabel({}, main);
    goHint->setObjectName(QStringLiteral("historyGoHint"));
    foot->addWidget(openButton);
    foot->addWidget(goButton);
    foot->addWidget(goHint, 1);
    layout->addLayout(foot);
    connect(openButton, &QAbstractButton::clicked, q, [this] { open(); });
    connect(goButton, &QAbstractButton::clicked, q, [this] { go(); });
    connect(list, &QListView::doubleClicked, q, [this] { open(); });
    connect(list->selectionModel(), &QItemSelectionModel::currentChanged, q,
            [this] { showCurrent(); });
    connect(list->verticalScrollBar(), &QScrollBar::valueChanged, q, [this](int value) {
        if (history && value > list->verticalScrollBar()->maximum() - list->height())
            history->readMore();
    });
    return main;
}

QWidget* HistoryPage::Impl::buildSide() {
    auto* area = new QScrollArea(q);
    area->setObjectName(QStringLiteral("historySide"));
    area->setFixedWidth(kSideWidth);
    makeScrollColumn(*area);
    auto* side = new QWidget(area);
    side->setBackgroundRole(QPalette::Window);
    side->setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(kSide, kSide, kSide, kSide);
    layout->setSpacing(8);
    layout->addWidget(new SectionHeading(tr("Since the last export"), side));
    exportText = plainLabel(side, "historyExport");
    layout->addWidget(exportText);
    layout->addSpacing(16);
    layout->addWidget(new SectionHeading(tr("Backups"), side));
    auto* about = new MutedLabel(
        tr("Made beside the project while you work, at most every ten minutes. Restoring makes a "
           "copy; nothing is overwritten."),
        side);
    about->setWordWrap(true);
    about->setFont(theme::scaled(about->font(), 0.92));
    layout->addWidget(about);
    backupPlace = new QVBoxLayout;
    layout->addLayout(backupPlace);
    layout->addSpacing(16);
    layout->addWidget(new SectionHeading(tr("Trash"), side));
    auto* deleted = new MutedLabel(
        tr("Documents and entity types that were removed are kept with their labels."), side);
    deleted->setWordWrap(true);
    deleted->setFont(theme::scaled(deleted->font(), 0.92));
    layout->addWidget(deleted);
    trash = roomyButton(tr("Open the trash…"), "historyTrash", side);
    layout->addWidget(trash, 0, Qt::AlignLeft);
    layout->addStretch(1);
    area->setWidget(side);
    connect(trash, &QPushButton::clicked, q, &HistoryPage::trashRequested);
    return area;
}

void HistoryPage::setSession(ProjectSession* session, HistoryController* history) {
    auto& d = *m_impl;
    if (d.session)
        d.session->disconnect(this);
    if (d.history) {
        d.history->disconnect(this);
        d.history->setShown(false);
    }
    d.session = session;
    d.history = history;
    {
        const QSignalBlocker quietHere(d.here);
        const QSignalBlocker quietSince(d.since);
        d.here->setChecked(false);
        d.since->setChecked(false);
    }
    if (history) {
        connect(history, &HistoryController::entriesChanged, this,
                [this] { m_impl->showEntries(); });
        connect(history, &HistoryController::factsChanged, this, [this] { m_impl->showFacts(); });
        connect(history, &HistoryController::restored, this,
                [this](const QString& path) { Q_EMIT projectRequested(path); });
        if (isVisible())
            history->setShown(true);
    }
    if (session) {
        connect(session, &ProjectSession::schemeChanged, this, [this] { m_impl->fillFilters(); });
        connect(session, &ProjectSession::lockedChanged, this, [this] { m_impl->showCurrent(); });
        connect(session, &ProjectSession::documentChanged, this, [this] {
            if (m_impl->here->isChecked())
                m_impl->filter();
        });
    }
    d.fillFilters();
    d.showFacts();
    d.showEntries();
}

void HistoryPage::Impl::fillFilters() {
    isFilling = true;
    const auto keep = [](QComboBox* box, const auto& fill) {
        const QVariant before = box->currentData();
        box->clear();
        fill();
        box->setCurrentIndex(std::max(0, box->findData(before)));
    };
    keep(kinds, [&] {
        for (const char* kind : kKinds)
            kinds->addItem(*kind ? HistoryModel::kindName(kind) : tr("All changes"),
                           QString::fromLatin1(kind));
    });
    keep(types, [&] {
        types->addItem(tr("All types"), qint64{0});
        if (session) {
            for (const EntityType& type : session->scheme().types())
                types->addItem(QString::fromStdString(type.name), qint64{type.id});
        }
    });
    keep(actors, [&] {
        actors->addItem(tr("Everybody"), QString());
        if (history) {
            shownActors = history->facts().actors;
            for (const QString& actor : shownActors)
                actors->addItem(actor, actor);
        }
    });
    isFilling = false;
}

void HistoryPage::Impl::filter() {
    if (isFilling || !history)
        return;
    HistoryFilter filter;
    filter.kind = kinds->currentData().toString().toStdString();
    filter.type = types->currentData().toLongLong();
    filter.actor = actors->currentData().toString().toStdString();
    if (here->isChecked() && session)
        filter.document = session->documentId();
    if (since->isChecked() && history->facts().lastExport)
        filter.after = history->facts().lastExport->upTo;
    history->setFilter(filter);
}

void HistoryPage::Impl::showEntries() {
    const auto* before = current();
    const std::int64_t event = before ? before->entry.id : 0;
    const int place = list->currentIndex().row();
    const int scrolled = list->verticalScrollBar()->value();
    std::vector<HistoryModel::Row> rows;
    if (history) {
        for (const HistoryEntry& entry : history->entries())
            rows.push_back({entry, history->stepsTo(entry.id)});
    }
    const int count = static_cast<int>(rows.size());
    model->setRows(std::move(rows));
    if (count > 0) {
        const int found = model->rowOf(event);
        list->setCurrentIndex(
            model->index(found >= 0 ? found : std::clamp(place, 0, count - 1), 0));
        list->verticalScrollBar()->setValue(scrolled);
    }
    pages->setCurrentIndex(count == 0 ? 1 : 0);
    const bool isFiltered = history && history->filter().kind + history->filter().actor != "";
    const bool isNarrow =
        isFiltered || here->isChecked() || since->isChecked() || types->currentIndex() > 0;
    emptyHeadline->setText(!history               ? QString()
                           : history->isReading() ? tr("Reading…")
                           : isNarrow             ? tr("Nothing of the kind")
                                                  : tr("Nothing has happened yet"));
    emptyHint->setText(!history   ? QString()
                       : isNarrow ? tr("No change fits all that is chosen above.")
                                  : tr("Every label, import and deletion will be listed here, with "
                                       "who made it and when. Import brings the first documents. "
                                       "Nothing is ever taken out of the history; undoing is a "
                                       "change of its own."));
    showCurrent();
}

void HistoryPage::Impl::showCurrent() {
    const HistoryModel::Row* row = current();
    const bool isWritable = session && !session->isLocked();
    const bool leads = row && !row->entry.documents.empty() &&
                       session->summary(row->entry.documents.front()) != nullptr;
    openButton->setEnabled(leads);
    const int steps = row ? row->steps : 0;
    goButton->setText(steps < 0 ? tr("redo to here") : tr("undo to here"));
    goButton->setAccessibleName(goButton->text());
    goButton->updateGeometry();
    goButton->setEnabled(isWritable && steps != 0);
    QString hint;
    if (!row)
        hint = QString();
    else if (steps == 1)
        hint = tr("takes this change back");
    else if (steps > 1)
        hint = steps == 2
                   ? tr("takes back this and the change after it")
                   : tr("takes back this and the %Ln change(s) after it", nullptr, steps - 1);
    else if (steps == -1)
        hint = tr("applies this change again");
    else if (steps < -1)
        hint = steps == -2
                   ? tr("applies this and the change before it again")
                   : tr("applies this and the %Ln change(s) before it again", nullptr, -steps - 1);
    else if (row->entry.kind == "edit")
        hint = tr("undone, and then something else was done");
    else if (row->entry.kind == "trash" || row->entry.kind == "type")
        hint = tr("the trash brings back what was removed");
    goHint->setText(hint);
}

void HistoryPage::Impl::showFacts() {
    if (backups) {  // perhaps one of its buttons is asking just now
        backups->hide();
        backups->deleteLater();
    }
    backups = new QWidget;
    auto* layout = new QVBoxLayout(backups);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(6);
    const HistoryFacts facts = history ? history->facts() : HistoryFacts{};
    const QLocale locale;
    const auto when = [&](std::int64_t at) {
        return locale.toString(QDateTime::fromMSecsSinceEpoch(at), QLocale::ShortFormat);
    };
    if (!facts.lastExport) {
        exportText->setText(
            tr("Nothing was exported yet. The Export page writes the labels to a file."));
    } else {
        const QString file = QFileInfo(QString::fromStdString(facts.lastExport->path)).fileName();
        const ChangesSince& changes = facts.changes;
        QStringList parts;
        if (changes.labels > 0)
            parts << tr("%Ln label(s) changed", nullptr, plural(changes.labels));
        if (changes.statuses > 0)
            parts << tr("%Ln document(s) changed their status", nullptr, plural(changes.statuses));
        if (changes.others > 0)
            parts << tr("%Ln change(s) of types or of the documents there are", nullptr,
                        plural(changes.others));
        exportText->setText(
            tr("Exported %1 to %2. %3.")
                .arg(when(facts.lastExport->at), file,
                     parts.isEmpty() ? tr("Nothing has changed since")
                                     : tr("Since then: %1").arg(parts.join(QStringLiteral(", ")))));
        exportText->setToolTip(
            QDir::toNativeSeparators(QString::fromStdString(facts.lastExport->path)));
    }
    since->setEnabled(facts.lastExport.has_value());
    if (facts.backups.empty()) {
        auto* none = new QLabel(tr("There is none yet: one is made while you work."), backups);
        none->setObjectName(QStringLiteral("historyNoBackup"));
        layout->addWidget(none);
    }
    for (const BackupInfo& backup : facts.backups) {
        auto* text = plainLabel(backups, "historyBackup");
        text->setText(
            backup.problem.empty()
                ? tr("%1: %2, %3, %4")
                      .arg(when(backup.at),
                           tr("%Ln document(s)", nullptr, plural(backup.documents)),
                           tr("%Ln label(s)", nullptr, plural(backup.annotations)),
                           locale.formattedDataSize(backup.bytes))
                : tr("%1: cannot be read. %2").arg(when(backup.at), engineText(backup.problem)));
        text->setToolTip(QDir::toNativeSeparators(QString::fromStdString(backup.path)));
        layout->addWidget(text);
        auto* button = roomyButton(tr("Restore as a copy…"), "historyRestore", backups);
        button->setAccessibleName(tr("Restore the backup of %1 as a copy").arg(when(backup.at)));
        button->setEnabled(backup.problem.empty());
        connect(button, &QPushButton::clicked, q, [this, backup] { restore(backup); });
        layout->addWidget(button, 0, Qt::AlignLeft);
    }
    backupPlace->addWidget(backups);
    if (q->isVisible())
        backups->show();
    if (facts.actors != shownActors)
        fillFilters();
}

void HistoryPage::Impl::open() {
    const HistoryModel::Row* row = current();
    if (!row || !session || row->entry.documents.empty())
        return;
    const DocumentId document = row->entry.documents.front();
    if (!session->summary(document)) {
        Q_EMIT q->hint(tr("This document is in the trash."), tr("Restore it first."));
        return;
    }
    Q_EMIT q->placeActivated(document, row->entry.place);
}

void HistoryPage::Impl::go() {
    const HistoryModel::Row* row = current();
    if (!row || !history || !session || session->isLocked() || row->steps == 0)
        return;
    const int steps = std::abs(row->steps);
    const std::int64_t event = row->entry.id;
    const bool isUndo = row->steps > 0;
    if (steps >= kManySteps) {
        QMessageBox box(QMessageBox::Question, tr("History"),
                        isUndo ? tr("Undo %Ln change(s)?", nullptr, steps)
                               : tr("Apply %Ln change(s) again?", nullptr, steps),
                        QMessageBox::NoButton, q);
        box.setObjectName(QStringLiteral("historyAsk"));
        box.setInformativeText(
            isUndo
                ? tr("All label changes from “%1” on, in all documents. They can be redone until "
                     "something else is changed.")
                      .arg(QString::fromStdString(row->entry.name))
                : tr("All label changes up to “%1”.").arg(QString::fromStdString(row->entry.name)));
        QPushButton* yes = box.addButton(isUndo ? tr("Undo") : tr("Redo"), QMessageBox::AcceptRole);
        box.addButton(QMessageBox::Cancel);
        box.setDefaultButton(QMessageBox::Cancel);
        box.exec();
        if (box.clickedButton() != yes)
            return;
    }
    history->goTo(event, [page = QPointer<HistoryPage>(q), isUndo](int done) {
        if (!page || done == 0)
            return;
        Q_EMIT page->hint(isUndo ? tr("%Ln change(s) are undone.", nullptr, done)
                                 : tr("%Ln change(s) are applied again.", nullptr, done),
                          {});
        if (page->isVisible())
            page->m_impl->list->setFocus();
    });
}

void HistoryPage::Impl::restore(const BackupInfo& backup) {
    if (!history)
        return;
    const QString target = history->restoredPath(backup);
    QMessageBox box(QMessageBox::Question, tr("Restore"),
                    tr("Open the backup as a project of its own?"), QMessageBox::NoButton, q);
    box.setObjectName(QStringLiteral("restoreAsk"));
    box.setInformativeText(tr("It is copied to “%1” and opened. This project stays as it is.")
                               .arg(QDir::toNativeSeparators(target)));
    QPushButton* yes = box.addButton(tr("Restore"), QMessageBox::AcceptRole);
    box.addButton(QMessageBox::Cancel);
    box.setDefaultButton(yes);
    box.exec();
    if (box.clickedButton() == yes)
        history->restore(backup, target);
}

void HistoryPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_impl->history)
        m_impl->history->setShown(true);
}

void HistoryPage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    if (m_impl->history)
        m_impl->history->setShown(false);
}

void HistoryPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->list)
        m_impl->list->viewport()->update();
}

}  // namespace spanwise::ui
