#include "ui/export/export_page.h"

#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/SyntaxHighlighter>
#include <KSyntaxHighlighting/Theme>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>
#include <ostream>
#include <streambuf>

#include "ui/language/plural.h"
#include "ui/session/project_session.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kHeadLines = 200;
constexpr std::size_t kHeadBytes = 256 * 1024;
constexpr qsizetype kLongestLine = 2000;

/// Keeps the first lines and lets the rest go.
class HeadBuffer : public std::streambuf {
public:
    [[nodiscard]] bool isFull() const {
        return m_lines >= kHeadLines || m_text.size() >= kHeadBytes;
    }
    [[nodiscard]] const std::string& text() const { return m_text; }

protected:
    int_type overflow(int_type c) override {
        if (!traits_type::eq_int_type(c, traits_type::eof())) {
            const char byte = traits_type::to_char_type(c);
            take(&byte, 1);
        }
        return traits_type::not_eof(c);
    }
    std::streamsize xsputn(const char* bytes, std::streamsize size) override {
        take(bytes, static_cast<std::size_t>(size));
        return size;
    }

private:
    void take(const char* bytes, std::size_t size) {
        for (std::size_t i = 0; i < size && !isFull(); ++i) {
            m_text += bytes[i];
            m_lines += bytes[i] == '\n' ? 1 : 0;
        }
    }
    std::string m_text;
    int m_lines = 0;
};

/// Nowhere: for counting alone.
class NullBuffer : public std::streambuf {
protected:
    int_type overflow(int_type c) override { return traits_type::not_eof(c); }
    std::streamsize xsputn(const char*, std::streamsize size) override { return size; }
};

/// How many bytes of UTF-8 end in a character that is not whole.
QString decoded(const std::string& utf8) {
    QString text = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
    while (text.endsWith(QChar::ReplacementCharacter))
        text.chop(1);
    QStringList lines = text.split(QLatin1Char('\n'));
    for (QString& line : lines) {
        if (line.size() > kLongestLine)
            line = line.left(kLongestLine) + QStringLiteral(" …");
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

struct ExportPage::Highlighting {
    KSyntaxHighlighting::Repository repository;
    KSyntaxHighlighting::SyntaxHighlighter* highlighter = nullptr;  ///< the document's child
    Highlighting() { repository.addCustomSearchPath(QStringLiteral(":/spanwise")); }
};

ExportPage::ExportPage(QWidget* parent) : QWidget(parent), m_folder(QDir::homePath()) {
    setObjectName(QStringLiteral("exportPage"));
    setAccessibleName(tr("Export"));

    auto* side = new QWidget(this);
    side->setFixedWidth(300);
    side->setAutoFillBackground(true);
    auto* sideLayout = new QVBoxLayout(side);
    sideLayout->setContentsMargins(20, 20, 20, 20);
    sideLayout->setSpacing(8);
    sideLayout->addWidget(new SectionHeading(tr("Format"), side));
    auto* formats = new QButtonGroup(this);
    const auto addFormat = [&](const QString& text, const QString& detail, const char* name) {
        auto* button = new QRadioButton(text, side);
        button->setObjectName(QString::fromLatin1(name));
        button->setAccessibleDescription(detail);
        formats->addButton(button);
        sideLayout->addWidget(button);
        auto* label = new MutedLabel(detail, side);
        label->setWordWrap(true);
        label->setContentsMargins(22, 0, 0, 4);
        sideLayout->addWidget(label);
        return button;
    };
    m_conll =
        addFormat(tr("CoNLL-2003"), tr("one word a line, a tag in the last column"), "formatConll");
    m_jsonl = addFormat(tr("JSONL"), tr("one document a line, text and spans, nothing lost"),
                        "formatJsonl");
    m_conll->setChecked(true);
    sideLayout->addSpacing(12);
    sideLayout->addWidget(new SectionHeading(tr("Options"), side));
    m_conllOptions = new QWidget(side);
    auto* conllForm = new QFormLayout(m_conllOptions);
    conllForm->setContentsMargins(0, 0, 0, 0);
    m_scheme = new QComboBox(m_conllOptions);
    m_scheme->setObjectName(QStringLiteral("tagScheme"));
    m_scheme->setAccessibleName(tr("Tags"));
    for (const TagScheme scheme :
         {TagScheme::Iob2, TagScheme::Iob1, TagScheme::Bilou, TagScheme::Io})
        m_scheme->addItem(QString::fromLatin1(tagSchemeName(scheme).data(),
                                              static_cast<qsizetype>(tagSchemeName(scheme).size()))
                              .toUpper(),
                          static_cast<int>(scheme));
    conllForm->addRow(tr("&Tags"), m_scheme);
    m_comments = new QCheckBox(tr("Keep ids and texts as comments"), m_conllOptions);
    m_comments->setObjectName(QStringLiteral("conllComments"));
    m_comments->setToolTip(tr("“# id” and “# text” lines, with which the original text survives"));
    conllForm->addRow(m_comments);
    sideLayout->addWidget(m_conllOptions);
    m_onlyDone = new QCheckBox(tr("Only documents that are done"), side);
    m_onlyDone->setObjectName(QStringLiteral("onlyDone"));
    sideLayout->addWidget(m_onlyDone);
    sideLayout->addSpacing(12);
    m_button = new QPushButton(tr("Export…"), side);
    m_button->setObjectName(QStringLiteral("exportButton"));
    m_button->setDefault(true);
    m_stop = new QPushButton(tr("Stop"), side);
    m_stop->setObjectName(QStringLiteral("exportStop"));
    m_progress = new QProgressBar(side);
    m_progress->setObjectName(QStringLiteral("exportProgress"));
    m_progress->setAccessibleName(tr("Export progress"));
    m_progress->setTextVisible(false);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_button, 1);
    buttons->addWidget(m_stop);
    sideLayout->addLayout(buttons);
    sideLayout->addWidget(m_progress);
    sideLayout->addStretch();

    auto* main = new QWidget(this);
    main->setBackgroundRole(QPalette::AlternateBase);
    main->setAutoFillBackground(true);
    auto* mainLayout = new QVBoxLayout(main);
    mainLayout->setContentsMargins(24, 18, 24, 18);
    mainLayout->setSpacing(10);
    mainLayout->addWidget(new SectionHeading(tr("Preview"), main));
    m_preview = new QPlainTextEdit(main);
    m_preview->setObjectName(QStringLiteral("exportPreview"));
    m_preview->setAccessibleName(tr("Preview of the export"));
    m_preview->setReadOnly(true);
    m_preview->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_preview->setTabChangesFocus(true);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(font().pointSizeF() > 0 ? font().pointSizeF() : fixed.pointSizeF());
    m_preview->setFont(fixed);
    m_preview->setPlaceholderText(
        tr("There is nothing to export yet. Import documents and label them."));
    mainLayout->addWidget(m_preview, 1);
    m_note = new MutedLabel({}, main);
    m_note->setObjectName(QStringLiteral("previewNote"));
    m_report = new QLabel(main);
    m_report->setObjectName(QStringLiteral("exportReport"));
    m_report->setWordWrap(true);
    m_report->setTextFormat(Qt::PlainText);
    mainLayout->addWidget(m_note);
    mainLayout->addWidget(m_report);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(side);
    layout->addWidget(new Hairline(Qt::Vertical, this));
    layout->addWidget(main, 1);

    m_refresh.setSingleShot(true);
    m_refresh.setInterval(200);
    connect(&m_refresh, &QTimer::timeout, this, [this] { refresh(); });
    connect(formats, &QButtonGroup::buttonToggled, this, [this](QAbstractButton*, bool checked) {
        if (checked)
            invalidate();
    });
    connect(m_scheme, &QComboBox::currentIndexChanged, this, [this] { invalidate(); });
    connect(m_comments, &QCheckBox::toggled, this, [this] { invalidate(); });
    connect(m_onlyDone, &QCheckBox::toggled, this, [this] { invalidate(); });
    connect(m_button, &QPushButton::clicked, this, [this] { choosePath(); });
    connect(m_stop, &QPushButton::clicked, this, [this] { m_export.requestStop(); });
    updateControls();
}

ExportPage::~ExportPage() = default;

void ExportPage::setSession(ProjectSession* session) {
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    setPreview({});
    m_report->clear();
    m_note->clear();
    if (m_session) {
        connect(m_session, &ProjectSession::teachingChanged, this, [this] { invalidate(); });
        connect(m_session, &ProjectSession::documentsChanged, this, [this] { invalidate(); });
    }
    invalidate();
}

ExportOptions ExportPage::options() const {
    ExportOptions options;
    options.format = m_jsonl->isChecked() ? ExportFormat::Jsonl : ExportFormat::Conll;
    options.conll.scheme = static_cast<TagScheme>(m_scheme->currentData().toInt());
    options.conll.comments = m_comments->isChecked();
    options.onlyDone = m_onlyDone->isChecked();
    return options;
}

void ExportPage::updateControls() {
    m_conllOptions->setEnabled(m_conll->isChecked());
    m_button->setEnabled(m_session != nullptr && !m_export.isRunning());
    m_stop->setVisible(m_export.isRunning());
    m_progress->setVisible(m_export.isRunning());
}

void ExportPage::invalidate() {
    m_stale = true;
    updateControls();
    if (isVisible())
        m_refresh.start();
}

void ExportPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_stale)
        m_refresh.start(0);
}

void ExportPage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_head.requestStop();
    m_count.requestStop();
}

void ExportPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_highlighting)
        highlight();
}

void ExportPage::refresh() {
    m_stale = false;
    m_refresh.setInterval(200);
    if (!m_session)
        return;
    auto connection = m_session->project().reopenForThread();
    if (!connection) {
        Q_EMIT failed(connection.error());
        return;
    }
    m_count.requestStop();
    m_head.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)), options = options()](
            const std::stop_token& stop, const std::function<void(int, int)>&) {
            HeadBuffer buffer;
            std::ostream out(&buffer);
            std::stop_source enough;
            const std::stop_callback forward(stop, [&enough] { enough.request_stop(); });
            const auto report = exportProject(
                *project, options, out,
                [&](std::int64_t, std::int64_t) {
                    if (buffer.isFull())
                        enough.request_stop();
                },
                enough.get_token());
            Head head;
            head.text = decoded(buffer.text());
            head.isCut = buffer.isFull();
            if (!report && report.error().code != ErrorCode::Cancelled)
                head.error = report.error();
            return head;
        },
        [this](const Head& head) { showHead(head); });
}

void ExportPage::showHead(const Head& head) {
    if (head.error) {
        Q_EMIT failed(*head.error);
        return;
    }
    setPreview(head.text);
    highlight();
    m_note->setText(head.isCut ? tr("The first lines; the export has all.") : QString());
    if (!m_session || !isVisible()) {
        m_stale = true;
        return;
    }
    auto connection = m_session->project().reopenForThread();
    if (!connection)
        return;
    m_count.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)), options = options()](
            const std::stop_token& stop, const std::function<void(int, int)>&) {
            NullBuffer buffer;
            std::ostream out(&buffer);
            return exportProject(*project, options, out, {}, stop);
        },
        [this](const Result<ExportReport>& report) { showReport(report); });
}

void ExportPage::showReport(const Result<ExportReport>& report) {
    if (!report) {
        m_stale = true;
        return;
    }
    QString text = tr("%1, %2.").arg(tr("%Ln document(s)", nullptr, plural(report->documents)),
                                     tr("%Ln label(s)", nullptr, plural(report->spans)));
    QStringList losses;
    if (report->droppedOverlaps > 0)
        losses << tr("%Ln nested or overlapping label(s) are left out", nullptr,
                     plural(report->droppedOverlaps));
    if (report->widened > 0)
        losses << tr("%Ln label(s) that begin or end inside a word are widened to the word",
                     nullptr, plural(report->widened));
    if (report->renamedTypes > 0)
        losses << tr("in %Ln type name(s) spaces become “_”", nullptr,
                     plural(report->renamedTypes));
    if (!losses.isEmpty())
        text += QLatin1Char(' ') + tr("This format cannot carry everything: %1. JSONL can.")
                                       .arg(losses.join(QStringLiteral("; ")));
    else if (m_conll->isChecked() && !m_comments->isChecked())
        text += QLatin1Char(' ') + tr("Spacing and line ends of the texts are not kept in this "
                                      "format, unless as comments.");
    m_report->setText(text);
}

void ExportPage::setPreview(const QString& text) {
    // The highlighter queues calls with blocks of the text as it was: it must not outlive it.
    if (m_highlighting) {
        delete m_highlighting->highlighter;
        m_highlighting->highlighter = nullptr;
    }
    m_preview->setPlainText(text);
}

void ExportPage::highlight() {
    if (!m_highlighting)
        m_highlighting = std::make_unique<Highlighting>();
    Highlighting& h = *m_highlighting;
    if (!h.highlighter)
        h.highlighter = new KSyntaxHighlighting::SyntaxHighlighter(m_preview->document());
    const auto theme =
        h.repository.defaultTheme(theme::isDark() ? KSyntaxHighlighting::Repository::DarkTheme
                                                  : KSyntaxHighlighting::Repository::LightTheme);
    const auto definition = h.repository.definitionForName(
        m_jsonl->isChecked() ? QStringLiteral("JSON") : QStringLiteral("CoNLL"));
    const bool isNewTheme = h.highlighter->theme().name() != theme.name();
    h.highlighter->setTheme(theme);
    if (isNewTheme || h.highlighter->definition() != definition)
        h.highlighter->setDefinition(definition);
    if (isNewTheme)
        h.highlighter->rehighlight();
}

void ExportPage::choosePath() {
    if (!m_session)
        return;
    const bool isJsonl = m_jsonl->isChecked();
    const QString suffix = isJsonl ? QStringLiteral(".jsonl") : QStringLiteral(".conll");
    const QString suggested = QDir(m_folder).filePath(m_session->name() + suffix);
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export"), suggested,
        isJsonl ? tr("JSONL (*.jsonl);;All files (*)") : tr("CoNLL (*.conll);;All files (*)"));
    if (path.isEmpty())
        return;
    m_folder = QFileInfo(path).absolutePath();
    Q_EMIT folderChosen(m_folder);
    exportTo(path);
}

void ExportPage::exportTo(const QString& path) {
    if (!m_session || m_export.isRunning())
        return;
    auto connection = m_session->project().reopenForThread();
    if (!connection) {
        Q_EMIT failed(connection.error());
        return;
    }
    m_progress->setRange(0, 0);
    ExportInfo record;
    record.path = QFileInfo(path).absoluteFilePath().toStdString();
    record.format = exportFormatName(options().format);
    record.upTo = m_session->project().lastEventId().value_or(0);
    m_export.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)), options = options(),
         file = path.toStdString()](const std::stop_token& stop,
                                    const std::function<void(int, int)>& progress) {
            return exportProject(
                *project, options, file,
                [&](std::int64_t done, std::int64_t total) {
                    progress(static_cast<int>(done), static_cast<int>(total));
                },
                stop);
        },
        [this, path, record](const Result<ExportReport>& report) mutable {
            updateControls();
            if (report && m_session && !m_session->isLocked()) {
                record.documents = report->documents;
                record.spans = report->spans;
                if (const auto kept =
                        m_session->project().recordExport(record, m_session->annotator());
                    !kept)
                    Q_EMIT failed(kept.error());
            }
            if (report)
                Q_EMIT exported(path, *report);
            else
                Q_EMIT failed(report.error());
        },
        [this](int done, int total) {
            m_progress->setRange(0, total);
            m_progress->setValue(done);
        });
    updateControls();
}

}  // namespace spanwise::ui
