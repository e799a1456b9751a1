#include "ui/review/merge_dialog.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/session/project_session.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

class FileList : public QListWidget {
public:
    using QListWidget::QListWidget;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace)
            qDeleteAll(selectedItems().isEmpty() ? QList{currentItem()} : selectedItems());
        else
            QListWidget::keyPressEvent(event);
    }
};

QString nameOf(const std::string& path) {
    return QFileInfo(QString::fromStdString(path)).fileName();
}

/// What came of a merge, for people.
QString reportText(const MergeReport& report) {
    QStringList lines;
    for (const MergedFile& file : report.files) {
        QStringList people;
        for (const std::string& name : file.annotators)
            people << QString::fromStdString(name);
        lines << (people.isEmpty()
                      ? MergeDialog::tr("%1: nobody has labelled in it yet").arg(nameOf(file.path))
                      : MergeDialog::tr("%1: %Ln labelled document(s) by %2", nullptr,
                                        plural(file.layers))
                            .arg(nameOf(file.path), people.join(QStringLiteral(", "))));
        const auto note = [&lines](const QString& text) { lines << QStringLiteral("    ") + text; };
        if (file.replaced > 0)
            note(MergeDialog::tr("replaces what it brought before"));
        if (file.added > 0)
            note(MergeDialog::tr("%Ln document(s) are new here", nullptr, plural(file.added)));
        if (file.trashed > 0)
            note(MergeDialog::tr("%Ln document(s) lie in this project's trash and are passed over",
                                 nullptr, plural(file.trashed)));
        if (file.repeated > 0)
            note(
                MergeDialog::tr("%Ln document(s) are passed over: this project has the text less "
                                "often",
                                nullptr, plural(file.repeated)));
        if (file.ownLayers > 0)
            note(
                MergeDialog::tr("it was itself made by merging: for the readings in it, merge the "
                                "annotators' own files"));
        for (const std::string& type : file.newTypes)
            note(MergeDialog::tr("new entity type: %1").arg(QString::fromStdString(type)));
        for (const DifferingType& type : file.differingTypes)
            note(MergeDialog::tr("%1 is described as “%2” there; here “%3” stays")
                     .arg(QString::fromStdString(type.name), QString::fromStdString(type.theirs),
                          QString::fromStdString(type.ours)));
    }
    lines << QString();
    if (report.agreedLabels > 0)
        lines << MergeDialog::tr("%Ln label(s) that all agree on are the project's now.", nullptr,
                                 plural(report.agreedLabels));
    if (report.reviewed == 0)
        lines << MergeDialog::tr("No document has labels of two annotators yet.");
    else
        lines << MergeDialog::tr("%Ln document(s) have labels of two annotators or more.", nullptr,
                                 plural(report.reviewed))
              << MergeDialog::tr("%Ln place(s) wait for your decision.", nullptr,
                                 plural(report.open));
    if (report.singles > 0)
        lines << MergeDialog::tr(
            "%Ln document(s) that one annotator alone has finished are not "
            "the project's yet. Merge again and tick the box to take them.",
            nullptr, plural(report.singles));
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

struct MergeDialog::Impl {
    MergeDialog* q;
    ProjectSession& session;
    QString folder;
    QStackedWidget* pages = nullptr;
    FileList* files = nullptr;
    QPushButton *add = nullptr, *remove = nullptr, *merge = nullptr, *cancel = nullptr;
    QCheckBox* agreed = nullptr;
    QProgressBar* bar = nullptr;
    QLabel* complaint = nullptr;
    QTextBrowser* report = nullptr;
    bool isRunning = false, isDone = false;

    Impl(MergeDialog* dialog, ProjectSession& s) : q(dialog), session(s) {}
    void showState();
    void start();
    void ended(const Result<MergeReport>& result);
};

MergeDialog::MergeDialog(ProjectSession& session, const QString& folder, QWidget* parent)
    : QDialog(parent), m_impl(std::make_unique<Impl>(this, session)) {
    auto& d = *m_impl;
    d.folder = folder;
    setObjectName(QStringLiteral("mergeDialog"));
    setWindowTitle(tr("Merge annotators' files"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(10);
    d.pages = new QStackedWidget(this);
    auto* choose = new QWidget(d.pages);
    auto* choosing = new QVBoxLayout(choose);
    choosing->setContentsMargins(0, 0, 0, 0);
    choosing->setSpacing(8);
    auto* what = new MutedLabel(
        tr("Each annotator's labels are kept beside the project's own. The files are only read, "
           "and a file that is merged again replaces what it brought before."),
        choose);
    what->setWordWrap(true);
    choosing->addWidget(what);
    d.files = new FileList(choose);
    d.files->setObjectName(QStringLiteral("mergeFiles"));
    d.files->setAccessibleName(tr("Files to merge"));
    d.files->setSelectionMode(QAbstractItemView::ExtendedSelection);
    d.files->setVerticalScrollBar(new SlimScrollBar);
    choosing->addWidget(d.files, 1);
    auto* row = new QHBoxLayout;
    d.add = roomyButton(tr("&Add files…"), "addMergeFiles", choose);
    d.remove = roomyButton(tr("&Remove"), "removeMergeFiles", choose);
    d.add->setAutoDefault(false);
    d.remove->setAutoDefault(false);
    row->addWidget(d.add);
    row->addWidget(d.remove);
    row->addStretch();
    choosing->addLayout(row);
    d.agreed =
        new QCheckBox(tr("&Make labels of what all annotators of a document agree on"), choose);
    d.agreed->setObjectName(QStringLiteral("mergeAgreed"));
    choosing->addWidget(d.agreed);
    d.pages->addWidget(choose);
    d.report = new QTextBrowser(d.pages);
    d.report->setObjectName(QStringLiteral("mergeReport"));
    d.report->setAccessibleName(tr("What was merged"));
    d.report->setVerticalScrollBar(new SlimScrollBar);
    d.pages->addWidget(d.report);
    layout->addWidget(d.pages, 1);
    d.complaint = plainLabel(this, "mergeComplaint");
    QPalette colors = d.complaint->palette();
    colors.setColor(QPalette::WindowText, theme::colors().error);
    d.complaint->setPalette(colors);
    layout->addWidget(d.complaint);
    d.bar = new QProgressBar(this);
    d.bar->setObjectName(QStringLiteral("mergeProgress"));
    d.bar->setAccessibleName(tr("Progress of the merge"));
    d.bar->setTextVisible(false);
    d.bar->setFixedHeight(8);
    layout->addWidget(d.bar);
    auto* buttons = new QHBoxLayout;
    d.cancel = roomyButton(tr("Cancel"), "mergeCancel", this);
    d.merge = roomyButton(tr("Merge"), "mergeStart", this);
    d.merge->setDefault(true);
    d.cancel->setAutoDefault(false);
    buttons->addStretch();
    buttons->addWidget(d.cancel);
    buttons->addWidget(d.merge);
    layout->addLayout(buttons);
    resize(560, 420);
    connect(d.add, &QPushButton::clicked, this, [this] {
        const QStringList chosen =
            QFileDialog::getOpenFileNames(this, tr("Annotators' files"), m_impl->folder,
                                          tr("Spanwise projects (*.spanwise);;All files (*)"));
        if (!chosen.isEmpty()) {
            m_impl->folder = QFileInfo(chosen.first()).absolutePath();
            Q_EMIT folderChosen(m_impl->folder);
        }
        addFiles(chosen);
    });
    connect(d.remove, &QPushButton::clicked, this,
            [this] { qDeleteAll(m_impl->files->selectedItems()); });
    connect(d.files, &QListWidget::itemSelectionChanged, this, [this] { m_impl->showState(); });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(d.files->model(), signal, this, [this] { m_impl->showState(); });
    connect(d.merge, &QPushButton::clicked, this, [this] { m_impl->start(); });
    connect(d.cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(&session, &ProjectSession::mergeProgress, this, [this](int done, int total) {
        m_impl->bar->setRange(0, total);
        m_impl->bar->setValue(done);
    });
    connect(&session, &ProjectSession::merged, this,
            [this](const MergeReport& report) { m_impl->ended(report); });
    connect(&session, &ProjectSession::mergeFailed, this,
            [this](const Error& error) { m_impl->ended(tl::unexpected(error)); });
    d.showState();
    d.add->setFocus();
}

MergeDialog::~MergeDialog() = default;

void MergeDialog::addFiles(const QStringList& files) {
    auto& d = *m_impl;
    for (const QString& file : files) {
        const QString path = QDir::toNativeSeparators(QFileInfo(file).absoluteFilePath());
        if (d.files->findItems(path, Qt::MatchExactly).isEmpty())
            d.files->addItem(path);
    }
    if (d.files->currentRow() < 0)
        d.files->setCurrentRow(0);
    d.complaint->clear();
    d.showState();
    if (d.merge->isEnabled())
        d.merge->setFocus();
}

void MergeDialog::Impl::showState() {
    const bool canWrite = isRunning || !session.isLocked();
    merge->setVisible(!isDone);
    merge->setEnabled(!isRunning && canWrite && files->count() > 0);
    files->setEnabled(!isRunning);
    add->setEnabled(!isRunning);
    remove->setEnabled(!isRunning && !files->selectedItems().isEmpty());
    agreed->setEnabled(!isRunning);
    bar->setVisible(isRunning);
    complaint->setVisible(!complaint->text().isEmpty());
    cancel->setText(isDone ? MergeDialog::tr("Close") : MergeDialog::tr("Cancel"));
    if (isDone)
        cancel->setDefault(true);
}

void MergeDialog::Impl::start() {
    QStringList paths;
    for (int i = 0; i < files->count(); ++i)
        paths << QDir::fromNativeSeparators(files->item(i)->text());
    complaint->clear();
    bar->setRange(0, 0);
    isRunning = session.mergeFiles(paths, agreed->isChecked());
    showState();
    cancel->setFocus();
}

void MergeDialog::Impl::ended(const Result<MergeReport>& result) {
    if (!isRunning)
        return;
    isRunning = false;
    if (result) {
        isDone = true;
        report->setPlainText(reportText(*result));
        pages->setCurrentIndex(1);
        Q_EMIT q->merged();
    } else if (result.error().code == ErrorCode::Cancelled) {
        q->QDialog::reject();
        return;
    } else {
        complaint->setText(engineText(result.error().text()) + QLatin1Char(' ') +
                           MergeDialog::tr("Nothing was changed."));
    }
    showState();
    if (isDone)
        cancel->setFocus();
}

void MergeDialog::reject() {
    auto& d = *m_impl;
    if (d.isRunning) {
        d.session.cancelMerge();  // it ends soon, and closes then
        return;
    }
    if (d.isDone)
        accept();
    else
        QDialog::reject();
}

}  // namespace spanwise::ui
