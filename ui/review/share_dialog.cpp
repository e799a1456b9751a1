#include "ui/review/share_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/session/background_task.h"
#include "ui/session/project_session.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kAnyStatus = -1;
constexpr int kUsualOverlap = 20;  ///< percent

}  // namespace

struct ShareDialog::Impl {
    ShareDialog* q;
    ProjectSession& session;
    QLineEdit *names = nullptr, *folder = nullptr;
    QSpinBox *overlap = nullptr, *limit = nullptr;
    QComboBox* status = nullptr;
    QCheckBox* withLabels = nullptr;
    QLabel *outcome = nullptr, *complaint = nullptr;
    QProgressBar* bar = nullptr;
    QWidget* form = nullptr;
    QPushButton *share = nullptr, *cancel = nullptr;
    BackgroundTask<Result<ShareReport>> task;

    Impl(ShareDialog* dialog, ProjectSession& s) : q(dialog), session(s) {}
    [[nodiscard]] ShareOptions options() const;
    void showOutcome();
    void ended(const Result<ShareReport>& report);
};

ShareDialog::ShareDialog(ProjectSession& session, const QString& folder, QWidget* parent)
    : QDialog(parent), m_impl(std::make_unique<Impl>(this, session)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("shareDialog"));
    setWindowTitle(tr("Share documents out"));
    d.form = new QWidget(this);
    d.names = new QLineEdit(d.form);
    d.names->setObjectName(QStringLiteral("shareNames"));
    d.names->setPlaceholderText(tr("ada, ben, cy"));
    auto* folderRow = new QWidget(d.form);
    auto* folderLayout = new QHBoxLayout(folderRow);
    folderLayout->setContentsMargins(0, 0, 0, 0);
    d.folder = new QLineEdit(QDir::toNativeSeparators(folder), folderRow);
    d.folder->setObjectName(QStringLiteral("shareFolder"));
    d.folder->setAccessibleName(tr("Folder"));
    auto* choose = new QPushButton(tr("Choose…"), folderRow);
    choose->setAutoDefault(false);
    folderLayout->addWidget(d.folder, 1);
    folderLayout->addWidget(choose);
    d.overlap = new QSpinBox(d.form);
    d.overlap->setObjectName(QStringLiteral("shareOverlap"));
    d.overlap->setRange(0, 100);
    d.overlap->setValue(kUsualOverlap);
    d.overlap->setSuffix(tr(" % of the documents"));
    d.overlap->setToolTip(tr("By these it can be told how far the annotators agree"));
    d.status = new QComboBox(d.form);
    d.status->setObjectName(QStringLiteral("shareStatus"));
    d.status->addItem(tr("all"), kAnyStatus);
    d.status->addItem(tr("new ones"), static_cast<int>(DocumentStatus::New));
    d.status->addItem(tr("those in progress"), static_cast<int>(DocumentStatus::InProgress));
    d.status->addItem(tr("done ones"), static_cast<int>(DocumentStatus::Done));
    d.limit = new QSpinBox(d.form);
    d.limit->setObjectName(QStringLiteral("shareLimit"));
    d.limit->setRange(0, 100000000);
    d.limit->setSpecialValueText(tr("no limit"));
    d.withLabels = new QCheckBox(tr("The project's &labels go along, to be checked"), d.form);
    d.withLabels->setObjectName(QStringLiteral("shareLabels"));
    auto* form = new QFormLayout(d.form);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(10);
    form->addRow(tr("&Annotators"), d.names);
    form->addRow(tr("&Folder"), folderRow);
    qobject_cast<QLabel*>(form->labelForField(folderRow))->setBuddy(d.folder);
    form->addRow(tr("To &everybody"), d.overlap);
    form->addRow(tr("&Documents"), d.status);
    form->addRow(tr("At &most"), d.limit);
    form->addRow(QString(), d.withLabels);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(10);
    layout->addWidget(d.form);
    d.outcome = new MutedLabel({}, this);
    d.outcome->setObjectName(QStringLiteral("shareOutcome"));
    d.outcome->setWordWrap(true);
    d.outcome->setMinimumHeight(2 * fontMetrics().height());
    d.outcome->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    layout->addWidget(d.outcome);
    d.complaint = plainLabel(this, "shareComplaint");
    QPalette colors = d.complaint->palette();
    colors.setColor(QPalette::WindowText, theme::colors().error);
    d.complaint->setPalette(colors);
    d.complaint->hide();
    layout->addWidget(d.complaint);
    d.bar = new QProgressBar(this);
    d.bar->setObjectName(QStringLiteral("shareProgress"));
    d.bar->setAccessibleName(tr("Progress of the files"));
    d.bar->setTextVisible(false);
    d.bar->setFixedHeight(8);
    d.bar->hide();
    layout->addWidget(d.bar);
    layout->addStretch();
    auto* buttons = new QHBoxLayout;
    d.cancel = roomyButton(tr("Cancel"), "shareCancel", this);
    d.cancel->setAutoDefault(false);
    d.share = roomyButton(tr("Write the files"), "shareStart", this);
    d.share->setDefault(true);
    buttons->addStretch();
    buttons->addWidget(d.cancel);
    buttons->addWidget(d.share);
    layout->addLayout(buttons);
    setMinimumWidth(520);
    connect(choose, &QPushButton::clicked, this, [this] {
        const QString chosen = QFileDialog::getExistingDirectory(this, tr("Folder for the files"),
                                                                 m_impl->folder->text());
        if (!chosen.isEmpty())
            m_impl->folder->setText(QDir::toNativeSeparators(chosen));
    });
    const auto changed = [this] {
        m_impl->complaint->hide();
        m_impl->showOutcome();
    };
    for (QLineEdit* edit : {d.names, d.folder})
        connect(edit, &QLineEdit::textChanged, this, changed);
    for (QSpinBox* spin : {d.overlap, d.limit})
        connect(spin, &QSpinBox::valueChanged, this, changed);
    connect(d.status, &QComboBox::currentIndexChanged, this, changed);
    connect(d.share, &QPushButton::clicked, this, &QDialog::accept);
    connect(d.cancel, &QPushButton::clicked, this, &QDialog::reject);
    d.showOutcome();
    d.names->setFocus();
}

ShareDialog::~ShareDialog() = default;

ShareOptions ShareDialog::Impl::options() const {
    ShareOptions options;
    static const QRegularExpression kCommas(QStringLiteral("[,;\\n]"));
    for (const QString& name : names->text().split(kCommas)) {
        if (const QString trimmed = name.trimmed(); !trimmed.isEmpty())
            options.among.push_back(trimmed.toStdString());
    }
    options.folder = QDir::fromNativeSeparators(folder->text().trimmed()).toStdString();
    options.overlapShare = overlap->value() / 100.0;
    if (const int chosen = status->currentData().toInt(); chosen != kAnyStatus)
        options.status = static_cast<DocumentStatus>(chosen);
    options.limit = limit->value();
    options.withLabels = withLabels->isChecked();
    options.actor = session.annotator();
    return options;
}

/// Who would get how many, before anything is written.
void ShareDialog::Impl::showOutcome() {
    const ShareOptions chosen = options();
    std::vector<DocumentId> documents;
    for (const DocumentSummary& document : session.documents()) {
        if (!chosen.status || document.status == *chosen.status)
            documents.push_back(document.id);
    }
    const bool isReady = !chosen.among.empty() && !chosen.folder.empty() && !documents.empty();
    share->setEnabled(isReady && !task.isRunning());
    if (documents.empty()) {
        outcome->setText(ShareDialog::tr("There is no such document in the project."));
        return;
    }
    if (chosen.among.empty()) {
        outcome->setText(
            ShareDialog::tr("Names parted by commas. Each gets a file of that name, with the "
                            "project's types, notes and patterns."));
        return;
    }
    const auto lists = dealDocuments(std::move(documents), chosen);
    QStringList parts;
    for (std::size_t i = 0; i < chosen.among.size(); ++i)
        parts << ShareDialog::tr("%1: %2", "annotator: number of documents")
                     .arg(QString::fromStdString(chosen.among[i]),
                          QLocale().toString(
                              static_cast<qlonglong>(lists.front().size() + lists[i + 1].size())));
    outcome->setText(
        ShareDialog::tr("%Ln document(s) go to everybody.", nullptr, plural(lists.front().size())) +
        QLatin1Char(' ') + ShareDialog::tr("Documents:") + QLatin1Char(' ') +
        parts.join(QStringLiteral(", ")));
}

void ShareDialog::accept() {
    auto& d = *m_impl;
    if (d.task.isRunning() || !d.share->isEnabled())
        return;
    auto connection = d.session.project().reopenForThread();
    if (!connection) {
        d.ended(tl::unexpected(connection.error()));
        return;
    }
    d.form->setEnabled(false);
    d.complaint->hide();
    d.bar->setRange(0, 0);
    d.bar->show();
    Q_EMIT folderChosen(d.folder->text());
    d.task.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)), options = d.options()](
            const std::stop_token& stop, const std::function<void(int, int)>& progress) {
            return shareProject(
                *project, options,
                [&](std::int64_t done, std::int64_t total) {
                    progress(plural(done), plural(total));
                },
                stop);
        },
        [this](const Result<ShareReport>& report) { m_impl->ended(report); },
        [this](int done, int total) {
            m_impl->bar->setRange(0, total);
            m_impl->bar->setValue(done);
        });
    d.share->setEnabled(false);
    d.cancel->setFocus();
}

void ShareDialog::Impl::ended(const Result<ShareReport>& report) {
    form->setEnabled(true);
    bar->hide();
    if (report) {
        Q_EMIT q->shared(*report);
        q->QDialog::accept();
        return;
    }
    if (report.error().code == ErrorCode::Cancelled) {
        q->QDialog::reject();
        return;
    }
    complaint->setText(engineText(report.error().text()));
    complaint->show();
    showOutcome();
}

void ShareDialog::reject() {
    if (m_impl->task.isRunning())
        m_impl->task.requestStop();  // it ends soon, and closes then
    else
        QDialog::reject();
}

}  // namespace spanwise::ui
