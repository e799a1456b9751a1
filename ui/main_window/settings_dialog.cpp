#include "ui/main_window/settings_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/language/engine_text.h"
#include "ui/language/language.h"
#include "ui/session/worker_client.h"
#include "ui/theme/controls.h"

namespace spanwise::ui {

struct SettingsDialog::Impl {
    QLineEdit* annotator = nullptr;
    QComboBox* theme = nullptr;
    QComboBox* language = nullptr;
    QCheckBox* patterns = nullptr;
    QCheckBox* trims = nullptr;
    QCheckBox* syntax = nullptr;
    QLineEdit* worker = nullptr;
    QPushButton* tryWorker = nullptr;
    QLabel* state = nullptr;
    QString usualWorker;
    std::unique_ptr<WorkerClient> client;

    void say(const QString& text, bool isProblem) {
        state->setText(text);
        QPalette colors = state->palette();
        colors.setColor(QPalette::WindowText,
                        isProblem ? theme::colors().error : theme::colors().mutedText);
        state->setPalette(colors);
    }
    void ask(SettingsDialog* q);
};

/// Starts the command as it stands, asks what it is, and lets it go.
void SettingsDialog::Impl::ask(SettingsDialog* q) {
    const QString text = worker->text().trimmed();
    client =
        std::make_unique<WorkerClient>(QProcess::splitCommand(text.isEmpty() ? usualWorker : text));
    tryWorker->setEnabled(false);
    say(SettingsDialog::tr("Starting it…"), false);
    const auto end = [this](const QString& what, bool isProblem) {
        say(what, isProblem);
        tryWorker->setEnabled(true);
        client->disconnect();
        client->stop();
    };
    QObject::connect(
        client.get(), &WorkerClient::ready, q, [end](const protocol::InitializeResult& info) {
            QStringList devices;
            for (const std::string& device : info.devices)
                devices << QString::fromStdString(device);
            end(SettingsDialog::tr("It answers: version %1, devices: %2.")
                    .arg(QString::fromStdString(info.version), devices.join(QStringLiteral(", "))),
                false);
        });
    QObject::connect(client.get(), &WorkerClient::failed, q,
                     [end](const QString& message) { end(engineText(message), true); });
    client->start();
}

SettingsDialog::SettingsDialog(const PersonalSettings& settings, const Usual& usual,
                               QWidget* parent)
    : QDialog(parent), m_impl(std::make_unique<Impl>()) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("settingsDialog"));
    setWindowTitle(tr("Settings"));
    d.usualWorker = usual.workerCommand;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(10);
    const auto section = [&](const QString& title) {
        layout->addWidget(new SectionHeading(title, this));
        auto* form = new QFormLayout;
        form->setVerticalSpacing(8);
        form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
        layout->addLayout(form);
        layout->addSpacing(8);
        return form;
    };
    const auto hint = [this](QFormLayout* form, const QString& text) {
        auto* label = new MutedLabel(text, this);
        label->setWordWrap(true);
        form->addRow(label);
        return label;
    };

    QFormLayout* you = section(tr("You"));
    d.annotator = new QLineEdit(settings.annotator, this);
    d.annotator->setObjectName(QStringLiteral("settingsAnnotator"));
    d.annotator->setPlaceholderText(usual.annotator);
    d.annotator->setEnabled(!usual.isAnnotatorGiven);
    you->addRow(tr("&Name"), d.annotator);
    hint(you, usual.isAnnotatorGiven
                  ? tr("SPANWISE_ANNOTATOR says who labels.")
                  : tr("It stands in the history beside what you decide from now on."));

    QFormLayout* looks = section(tr("Looks"));
    d.theme = new QComboBox(this);
    d.theme->setObjectName(QStringLiteral("settingsTheme"));
    d.theme->addItem(tr("As the system"), static_cast<int>(ThemeChoice::System));
    d.theme->addItem(tr("Light"), static_cast<int>(ThemeChoice::Light));
    d.theme->addItem(tr("Dark"), static_cast<int>(ThemeChoice::Dark));
    d.theme->setCurrentIndex(d.theme->findData(static_cast<int>(settings.theme)));
    looks->addRow(tr("&Theme"), d.theme);
    d.language = new QComboBox(this);
    d.language->setObjectName(QStringLiteral("settingsLanguage"));
    d.language->addItem(tr("As the system"), QString());
    for (const Language& language : language::all())
        d.language->addItem(language.name, language.code);
    d.language->setCurrentIndex(std::max(0, d.language->findData(settings.language)));
    looks->addRow(tr("&Language"), d.language);
    d.patterns = new QCheckBox(tr("Line &patterns besides colours tell types apart"), this);
    d.patterns->setObjectName(QStringLiteral("settingsPatterns"));
    d.patterns->setChecked(settings.showsPatterns);
    looks->addRow(d.patterns);
    d.syntax = new QCheckBox(tr("&Colour Markdown, JSON, logs and code by their syntax"), this);
    d.syntax->setObjectName(QStringLiteral("settingsSyntax"));
    d.syntax->setChecked(settings.coloursSyntax);
    looks->addRow(d.syntax);

    QFormLayout* labelling = section(tr("Labelling"));
    d.trims = new QCheckBox(tr("Leave &white space and marks out at the edges of labels"), this);
    d.trims->setObjectName(QStringLiteral("settingsTrims"));
    d.trims->setChecked(settings.trimsEdges);
    labelling->addRow(d.trims);
    auto* keys = new QPushButton(tr("&Keys…"), this);
    keys->setObjectName(QStringLiteral("settingsKeys"));
    keys->setAutoDefault(false);
    keys->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    labelling->addRow(keys);

    QFormLayout* learning = section(tr("Learning"));
    d.worker = new QLineEdit(settings.workerCommand, this);
    d.worker->setObjectName(QStringLiteral("settingsWorker"));
    d.worker->setPlaceholderText(usual.workerCommand);
    d.worker->setEnabled(!usual.isWorkerGiven);
    d.tryWorker = new QPushButton(tr("T&ry it"), this);
    d.tryWorker->setObjectName(QStringLiteral("settingsTryWorker"));
    d.tryWorker->setAutoDefault(false);
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(d.worker, 1);
    row->addWidget(d.tryWorker);
    learning->addRow(tr("W&orker"), row);
    qobject_cast<QLabel*>(learning->labelForField(row))->setBuddy(d.worker);
    hint(learning,
         usual.isWorkerGiven
             ? tr("SPANWISE_WORKER says which command learns.")
             : tr("The command that learns. “ssh gpu-box spanwise-cli worker” lets another "
                  "computer do it; the texts of the project are sent there."));
    d.state = plainLabel(this, "settingsWorkerState");
    d.state->setMinimumHeight(2 * fontMetrics().lineSpacing());
    d.state->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    learning->addRow(d.state);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setObjectName(QStringLiteral("settingsOk"));
    layout->addStretch();
    layout->addWidget(buttons);
    setMinimumWidth(540);
    connect(keys, &QPushButton::clicked, this, &SettingsDialog::keysRequested);
    connect(d.tryWorker, &QPushButton::clicked, this, [this] { m_impl->ask(this); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

SettingsDialog::~SettingsDialog() = default;

PersonalSettings SettingsDialog::settings() const {
    const auto& d = *m_impl;
    PersonalSettings settings;
    settings.annotator = d.annotator->text().trimmed();
    settings.theme = static_cast<ThemeChoice>(d.theme->currentData().toInt());
    settings.language = d.language->currentData().toString();
    settings.showsPatterns = d.patterns->isChecked();
    settings.trimsEdges = d.trims->isChecked();
    settings.coloursSyntax = d.syntax->isChecked();
    settings.workerCommand = d.worker->text().trimmed();
    return settings;
}

}  // namespace spanwise::ui
