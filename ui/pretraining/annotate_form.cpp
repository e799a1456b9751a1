#include "ui/pretraining/annotate_form.h"

#include <QAbstractItemView>
#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <array>
#include <limits>

#include "ui/main_window/error_text.h"
#include "ui/pretraining/annotation_text.h"
#include "ui/pretraining/form_controls.h"
#include "ui/session/annotation_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/scroll_column.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSide = 24;
constexpr int kFilesShown = 3;
constexpr int kLabelWidth = 130;

struct Preset {
    const char* name;
    const char* endpoint;  ///< empty: another
    const char* model;     ///< an example
};
constexpr std::array kPresets = {
    Preset{QT_TRANSLATE_NOOP("spanwise::ui::AnnotateForm", "Ollama on this computer"),
           "http://localhost:11434", "qwen3:8b"},
    Preset{QT_TRANSLATE_NOOP("spanwise::ui::AnnotateForm", "llama.cpp on this computer"),
           "http://localhost:8080", "default"},
    Preset{QT_TRANSLATE_NOOP("spanwise::ui::AnnotateForm", "vLLM on this computer"),
           "http://localhost:8000", "Qwen/Qwen3-8B"},
    Preset{"OpenAI", "https://api.openai.com/v1", "gpt-4.1-mini"},
    Preset{QT_TRANSLATE_NOOP("spanwise::ui::AnnotateForm", "another"), "", "llama-3.1-8b"},
};
constexpr std::array kUnits = {"passage", "sentence", "line"};

/// What is being typed stays as it is typed: only what differs is filled in.
void put(QLineEdit* field, const QString& text) {
    if (field->text().trimmed() != text)
        field->setText(text);
}
template <typename Spin, typename Value>
void put(Spin* field, Value value) {
    if (field->value() != value)
        field->setValue(value);
}

}  // namespace

struct AnnotateForm::Impl {
    AnnotateForm* q;
    AnnotationController& controller;
    QString folder = QDir::homePath();
    bool isShowing = false;  ///< fields are filled in; no edit of a person's

    QScrollArea* area = nullptr;
    QWidget* content = nullptr;
    QComboBox* server = nullptr;
    QLineEdit* endpoint = nullptr;
    QLineEdit* model = nullptr;
    QPushButton* listModels = nullptr;
    QLabel* modelState = nullptr;
    QLineEdit* key = nullptr;
    QPushButton* forget = nullptr;
    QLabel* keyState = nullptr;
    QComboBox* input = nullptr;
    QWidget* fileBox = nullptr;
    FileList* files = nullptr;
    QPushButton* remove = nullptr;
    QComboBox* unit = nullptr;
    QLabel* fieldLabel = nullptr;
    QLineEdit* field = nullptr;
    QLineEdit* output = nullptr;
    QToolButton* instructionToggle = nullptr;
    QWidget* instructionBox = nullptr;
    QPlainTextEdit* instruction = nullptr;
    QPushButton* usual = nullptr;
    QToolButton* limitsToggle = nullptr;
    QWidget* limits = nullptr;
    QSpinBox* parallel = nullptr;
    QSpinBox* timeout = nullptr;
    QSpinBox* answerTokens = nullptr;
    QSpinBox* maxRequests = nullptr;
    QSpinBox* maxTokens = nullptr;
    QDoubleSpinBox* maxCost = nullptr;
    QDoubleSpinBox* priceIn = nullptr;
    QDoubleSpinBox* priceOut = nullptr;

    Impl(AnnotateForm* form, AnnotationController& c) : q(form), controller(c) {}

    QWidget* buildServer();
    QWidget* buildTexts();
    QWidget* buildInstruction();
    QWidget* buildLimits();
    QFormLayout* newForm(QWidget* parent);
    QLabel* newLabel(const QString& text, QWidget* buddy);
    QToolButton* newToggle(const QString& text, const char* name, QWidget* box);
    void connectAll();
    void showModels();
    void offerModels(const QStringList& names);
    void showSettings();
    void showFiles();
    void take();
    void takePreset(int index);
    void askFiles();
    void askOutput();
    [[nodiscard]] int presetOf(const QString& address) const;
};

AnnotateForm::AnnotateForm(AnnotationController& controller, QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>(this, controller)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("annotateForm"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    d.area = new QScrollArea(this);
    makeScrollColumn(*d.area);
    d.content = new QWidget(d.area);
    auto* column = new QVBoxLayout(d.content);
    column->setContentsMargins(kSide, 18, kSide, 18);
    column->setSpacing(16);
    column->addWidget(d.buildServer());
    column->addWidget(d.buildTexts());
    column->addWidget(d.buildInstruction());
    column->addWidget(d.buildLimits());
    column->addStretch(1);
    d.area->setWidget(d.content);
    layout->addWidget(d.area);
    setFocusProxy(d.server);
    d.connectAll();
    d.showSettings();
}

AnnotateForm::~AnnotateForm() = default;

void AnnotateForm::setFolder(const QString& folder) {
    m_impl->folder = folder;
}

QFormLayout* AnnotateForm::Impl::newForm(QWidget* parent) {
    auto* form = new QFormLayout(parent);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return form;
}

QLabel* AnnotateForm::Impl::newLabel(const QString& text, QWidget* buddy) {
    auto* label = new QLabel(text, buddy->parentWidget());
    label->setBuddy(buddy);
    label->setMinimumWidth(kLabelWidth);
    return label;
}

QToolButton* AnnotateForm::Impl::newToggle(const QString& text, const char* name, QWidget* box) {
    auto* toggle = new QToolButton(box);
    toggle->setObjectName(QString::fromLatin1(name));
    toggle->setText(text);
    toggle->setCheckable(true);
    toggle->setAutoRaise(true);
    toggle->setFocusPolicy(Qt::StrongFocus);
    toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    toggle->setArrowType(Qt::RightArrow);
    return toggle;
}

QWidget* AnnotateForm::Impl::buildServer() {
    auto* box = new QWidget(content);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(new SectionHeading(AnnotateForm::tr("Language model"), box));
    auto* fields = new QWidget(box);
    auto* form = newForm(fields);
    server = new Calm<QComboBox>(fields);
    server->setObjectName(QStringLiteral("annotateServer"));
    for (const Preset& preset : kPresets)
        server->addItem(AnnotateForm::tr(preset.name));
    server->view()->setAccessibleName(AnnotateForm::tr("Servers"));
    form->addRow(newLabel(AnnotateForm::tr("&Server"), server), server);
    endpoint = new QLineEdit(fields);
    endpoint->setObjectName(QStringLiteral("annotateEndpoint"));
    endpoint->setPlaceholderText(QStringLiteral("https://host/v1"));
    form->addRow(newLabel(AnnotateForm::tr("A&ddress"), endpoint), endpoint);
    model = new QLineEdit(fields);
    model->setObjectName(QStringLiteral("annotateModel"));
    listModels = new QPushButton(AnnotateForm::tr("List…"), fields);
    listModels->setObjectName(QStringLiteral("annotateListModels"));
    listModels->setAccessibleName(AnnotateForm::tr("List the server’s models"));
    listModels->setToolTip(AnnotateForm::tr("Asks the server which models it has"));
    listModels->setAutoDefault(false);
    auto* modelRow = new QHBoxLayout;
    modelRow->setSpacing(6);
    modelRow->addWidget(model, 1);
    modelRow->addWidget(listModels);
    form->addRow(newLabel(AnnotateForm::tr("&Model"), model), modelRow);
    modelState = plainLabel(fields, "annotateModelState");
    modelState->setForegroundRole(QPalette::PlaceholderText);
    modelState->setWordWrap(true);
    form->addRow(QString(), modelState);
    auto* keyRow = new QHBoxLayout;
    keyRow->setSpacing(6);
    key = new QLineEdit(fields);
    key->setObjectName(QStringLiteral("annotateKey"));
    key->setEchoMode(QLineEdit::Password);
    key->setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhNoPredictiveText);
    key->setAccessibleDescription(
        AnnotateForm::tr("It is kept in your keychain, never in a file."));
    forget = new QPushButton(AnnotateForm::tr("Forget"), fields);
    forget->setObjectName(QStringLiteral("annotateForgetKey"));
    forget->setAccessibleName(AnnotateForm::tr("Forget the key"));
    forget->setAutoDefault(false);
    keyRow->addWidget(key, 1);
    keyRow->addWidget(forget);
    form->addRow(newLabel(AnnotateForm::tr("&Key"), key), keyRow);
    keyState = plainLabel(box, "annotateKeyState");
    keyState->setForegroundRole(QPalette::PlaceholderText);
    keyState->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    keyState->setContentsMargins(kLabelWidth + form->horizontalSpacing(), 0, 0, 0);
    layout->addWidget(fields);
    layout->addWidget(keyState);
    return box;
}

QWidget* AnnotateForm::Impl::buildTexts() {
    auto* box = new QWidget(content);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(new SectionHeading(AnnotateForm::tr("What it reads"), box));
    auto* fields = new QWidget(box);
    auto* form = newForm(fields);
    input = new Calm<QComboBox>(fields);
    input->setObjectName(QStringLiteral("annotateInput"));
    input->addItems({AnnotateForm::tr("files"), QString()});
    input->view()->setAccessibleName(AnnotateForm::tr("Texts"));
    form->addRow(newLabel(AnnotateForm::tr("&Texts"), input), input);
    fileBox = new QWidget(fields);
    auto* fileLayout = new QHBoxLayout(fileBox);
    fileLayout->setContentsMargins(0, 0, 0, 0);
    fileLayout->setSpacing(6);
    files = new FileList(fileBox, AnnotateForm::tr("Drop text or JSONL files here."));
    files->setObjectName(QStringLiteral("annotateFiles"));
    files->setAccessibleName(AnnotateForm::tr("Files with texts"));
    files->setTextElideMode(Qt::ElideMiddle);
    files->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    files->setVerticalScrollBar(new SlimScrollBar);
    auto* buttons = new QVBoxLayout;
    buttons->setSpacing(6);
    auto* add = new QPushButton(AnnotateForm::tr("Add files…"), fileBox);
    add->setObjectName(QStringLiteral("annotateAddFiles"));
    add->setAutoDefault(false);
    remove = new QPushButton(AnnotateForm::tr("Remove"), fileBox);
    remove->setObjectName(QStringLiteral("annotateRemoveFile"));
    remove->setAutoDefault(false);
    buttons->addWidget(add);
    buttons->addWidget(remove);
    buttons->addStretch();
    fileLayout->addWidget(files, 1);
    fileLayout->addLayout(buttons);
    form->addRow(QString(), fileBox);
    field = new QLineEdit(fields);
    field->setObjectName(QStringLiteral("annotateField"));
    field->setToolTip(AnnotateForm::tr("The member of each JSON object that is the text"));
    fieldLabel = newLabel(AnnotateForm::tr("Mem&ber of JSON"), field);
    form->addRow(fieldLabel, field);
    unit = new Calm<QComboBox>(fields);
    unit->setObjectName(QStringLiteral("annotateUnit"));
    unit->addItems({AnnotateForm::tr("a paragraph at a time"),
                    AnnotateForm::tr("a sentence at a time"),
                    AnnotateForm::tr("a line at a time")});
    unit->view()->setAccessibleName(AnnotateForm::tr("Units"));
    form->addRow(newLabel(AnnotateForm::tr("&Unit"), unit), unit);
    output = new QLineEdit(fields);
    output->setObjectName(QStringLiteral("annotateOutput"));
    output->setToolTip(AnnotateForm::tr("What is in it already is not asked again"));
    auto* choose = new QPushButton(AnnotateForm::tr("Choose…"), fields);
    choose->setObjectName(QStringLiteral("annotateChooseOutput"));
    choose->setAccessibleName(AnnotateForm::tr("Choose the file to write"));
    choose->setAutoDefault(false);
    auto* outputRow = new QHBoxLayout;
    outputRow->setSpacing(6);
    outputRow->addWidget(output, 1);
    outputRow->addWidget(choose);
    form->addRow(newLabel(AnnotateForm::tr("&Write to"), output), outputRow);
    layout->addWidget(fields);

    QObject::connect(add, &QPushButton::clicked, q, [this] { askFiles(); });
    QObject::connect(choose, &QPushButton::clicked, q, [this] { askOutput(); });
    return box;
}

QWidget* AnnotateForm::Impl::buildInstruction() {
    auto* box = new QWidget(content);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    instructionToggle =
        newToggle(AnnotateForm::tr("Instruction"), "annotateInstructionToggle", box);
    layout->addWidget(instructionToggle);
    instructionBox = new QWidget(box);
    auto* inner = new QVBoxLayout(instructionBox);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(6);
    instruction = new QPlainTextEdit(instructionBox);
    instruction->setObjectName(QStringLiteral("annotateInstruction"));
    instruction->setAccessibleName(AnnotateForm::tr("Instruction to the model"));
    instruction->setTabChangesFocus(true);
    instruction->setFixedHeight(190);
    instruction->setVerticalScrollBar(new SlimScrollBar);
    usual = roomyButton(AnnotateForm::tr("Back to the usual one"), "annotateUsualInstruction",
                        instructionBox);
    usual->setAutoDefault(false);
    auto* row = new QHBoxLayout;
    row->addWidget(plainLabel(instructionBox, "annotateInstructionHint"), 1);
    row->addWidget(usual);
    inner->addWidget(instruction);
    inner->addLayout(row);
    layout->addWidget(instructionBox);
    instructionBox->hide();
    instructionBox->findChild<QLabel*>(QStringLiteral("annotateInstructionHint"))
        ->setText(AnnotateForm::tr("Answers must be lines “mention <> type <> description”, or "
                                   "nothing is found in them."));
    return box;
}

QWidget* AnnotateForm::Impl::buildLimits() {
    auto* box = new QWidget(content);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    limitsToggle = newToggle(AnnotateForm::tr("Limits and prices"), "annotateLimitsToggle", box);
    layout->addWidget(limitsToggle);
    limits = new QWidget(box);
    auto* grid = new QGridLayout(limits);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    const auto place = [&](int row, int column, const QString& text, QWidget* field) {
        auto* label = newLabel(text, field);
        grid->addWidget(label, row, 2 * column);
        grid->addWidget(field, row, 2 * column + 1);
        grid->setColumnStretch(2 * column + 1, 1);
    };
    const auto whole = [&](const char* name, int low, int high, const QString& tip) {
        auto* field = new Calm<QSpinBox>(limits);
        field->setObjectName(QString::fromLatin1(name));
        field->setRange(low, high);
        field->setGroupSeparatorShown(true);
        field->setToolTip(tip);
        return field;
    };
    const auto limit = [&](const char* name, const QString& tip) {
        auto* field = whole(name, 0, std::numeric_limits<int>::max(), tip);
        field->setSpecialValueText(AnnotateForm::tr("no limit"));
        field->setSingleStep(1000);
        return field;
    };
    const auto real = [&](const char* name, const QString& atZero, const QString& tip) {
        auto* field = new Calm<QDoubleSpinBox>(limits);
        field->setObjectName(QString::fromLatin1(name));
        field->setRange(0, 1e6);
        field->setDecimals(3);
        field->setSpecialValueText(atZero);
        field->setToolTip(tip);
        return field;
    };
    parallel = whole("annotateParallel", 1, 256,
                     AnnotateForm::tr("More are faster, where the server can take them"));
    timeout = whole("annotateTimeout", 1, 3600,
                    AnnotateForm::tr("For one answer; then it is asked again, a few times"));
    answerTokens =
        whole("annotateAnswerTokens", 1, 1'000'000,
              AnnotateForm::tr("A model that thinks before it answers needs room for both"));
    answerTokens->setSingleStep(256);
    maxRequests = limit("annotateMaxRequests", AnnotateForm::tr("The run ends there"));
    maxTokens = limit("annotateMaxTokens",
                      AnnotateForm::tr("In and out together; the run ends before more are used"));
    priceIn = real("annotatePriceIn", AnnotateForm::tr("not known"),
                   AnnotateForm::tr("Of a million tokens that are sent"));
    priceOut = real("annotatePriceOut", AnnotateForm::tr("not known"),
                    AnnotateForm::tr("Of a million tokens that the model writes"));
    maxCost = real("annotateMaxCost", AnnotateForm::tr("no limit"),
                   AnnotateForm::tr("In the prices’ currency; the run ends before it costs more"));
    place(0, 0, AnnotateForm::tr("&Questions at a time"), parallel);
    place(0, 1, AnnotateForm::tr("&Price of 1M tokens in"), priceIn);
    place(1, 0, AnnotateForm::tr("&Requests at most"), maxRequests);
    place(1, 1, AnnotateForm::tr("Price of 1M tokens &out"), priceOut);
    place(2, 0, AnnotateForm::tr("Toke&ns at most"), maxTokens);
    place(2, 1, AnnotateForm::tr("&Cost at most"), maxCost);
    place(3, 0, AnnotateForm::tr("Seconds to wa&it"), timeout);
    place(3, 1, AnnotateForm::tr("Tokens of an answ&er"), answerTokens);
    layout->addWidget(limits);
    limits->hide();
    return box;
}

void AnnotateForm::Impl::connectAll() {
    const auto taking = [this] { take(); };
    for (QLineEdit* edit : {endpoint, model, field, output})
        QObject::connect(edit, &QLineEdit::textChanged, q, taking);
    for (QComboBox* combo : {input, unit})
        QObject::connect(combo, &QComboBox::currentIndexChanged, q, taking);
    for (QSpinBox* spin : {parallel, timeout, answerTokens, maxRequests, maxTokens})
        QObject::connect(spin, &QSpinBox::valueChanged, q, taking);
    for (QDoubleSpinBox* spin : {maxCost, priceIn, priceOut})
        QObject::connect(spin, &QDoubleSpinBox::valueChanged, q, taking);
    QObject::connect(instruction, &QPlainTextEdit::textChanged, q, taking);
    QObject::connect(server, &QComboBox::currentIndexChanged, q,
                     [this](int index) { takePreset(index); });
    QObject::connect(key, &QLineEdit::editingFinished, q, [this] { q->takeKey(); });
    QObject::connect(listModels, &QPushButton::clicked, q, [this] { controller.askModels(); });
    QObject::connect(&controller, &AnnotationController::modelsChanged, q, [this] {
        showModels();
        // Not over what is being typed elsewhere.
        if (const auto& names = controller.models();
            names && !names->isEmpty() && listModels->hasFocus())
            offerModels(*names);
    });
    QObject::connect(forget, &QPushButton::clicked, q,
                     [this] { controller.keys().forget(controller.host()); });
    files->remove = [this] {
        AnnotationController::Settings settings = controller.settings();
        const int row = files->currentRow();
        if (row < 0 || row >= settings.files.size())
            return;
        settings.files.removeAt(row);
        controller.setSettings(settings);
    };
    QObject::connect(remove, &QPushButton::clicked, q, [this] { files->remove(); });
    QObject::connect(usual, &QPushButton::clicked, q, [this] {
        instruction->setPlainText(controller.usualInstruction());
        instruction->setFocus();
    });
    const std::pair<QToolButton*, QWidget*> folds[] = {{instructionToggle, instructionBox},
                                                       {limitsToggle, limits}};
    for (const auto& [toggle, box] : folds) {
        QObject::connect(toggle, &QToolButton::toggled, q,
                         [this, toggle = toggle, box = box](bool isOpen) {
                             box->setVisible(isOpen);
                             toggle->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
                             if (isOpen)
                                 QMetaObject::invokeMethod(
                                     q, [this, box] { area->ensureWidgetVisible(box, 0, 8); },
                                     Qt::QueuedConnection);
                         });
    }
    QObject::connect(&controller, &AnnotationController::settingsChanged, q,
                     [this] { showSettings(); });
}

int AnnotateForm::Impl::presetOf(const QString& address) const {
    for (std::size_t i = 0; i + 1 < kPresets.size(); ++i) {
        if (address == QLatin1String(kPresets[i].endpoint))
            return static_cast<int>(i);
    }
    return static_cast<int>(kPresets.size()) - 1;
}

void AnnotateForm::Impl::takePreset(int index) {
    const Preset& preset = kPresets[static_cast<std::size_t>(std::max(index, 0))];
    if (isShowing)
        return;
    if (preset.endpoint[0] != '\0') {
        endpoint->setText(QString::fromLatin1(preset.endpoint));
    } else if (presetOf(endpoint->text()) != index) {
        endpoint->clear();
        endpoint->setFocus();
    }
}

void AnnotateForm::Impl::take() {
    if (isShowing)
        return;
    AnnotationController::Settings settings = controller.settings();
    settings.endpoint = endpoint->text().trimmed();
    settings.model = model->text().trimmed();
    settings.input = input->currentIndex() == 1 ? AnnotationController::Input::Project
                                                : AnnotationController::Input::Files;
    settings.field = field->text().trimmed();
    settings.unit =
        QString::fromLatin1(kUnits[static_cast<std::size_t>(std::max(unit->currentIndex(), 0))]);
    settings.output = output->text().trimmed();
    const QString text = instruction->toPlainText().trimmed();
    settings.instruction = text == controller.usualInstruction().trimmed() ? QString() : text;
    settings.parallel = parallel->value();
    settings.timeoutSeconds = timeout->value();
    settings.maxAnswerTokens = answerTokens->value();
    settings.maxRequests = maxRequests->value();
    settings.maxTokens = maxTokens->value();
    settings.maxCost = maxCost->value();
    settings.priceIn = priceIn->value();
    settings.priceOut = priceOut->value();
    controller.setSettings(settings);
}

void AnnotateForm::takeKey() {
    auto& d = *m_impl;
    const QString text = d.key->text().trimmed();
    if (text.isEmpty() || d.controller.host().isEmpty())
        return;
    d.key->clear();
    d.controller.keys().set(d.controller.host(), text);
}

void AnnotateForm::Impl::showFiles() {
    const QStringList& paths = controller.settings().files;
    const int current = files->currentRow();
    const bool isSame = files->count() == paths.size();
    for (int i = 0; i < paths.size(); ++i) {
        QListWidgetItem* item = files->item(i);
        if (!item)
            item = new QListWidgetItem(files);
        item->setText(QFileInfo(paths[i]).fileName());
        item->setToolTip(QDir::toNativeSeparators(paths[i]));
    }
    while (files->count() > paths.size())
        delete files->takeItem(files->count() - 1);
    if (!isSame && files->count() > 0)
        files->setCurrentRow(std::clamp(current, 0, files->count() - 1));
    const int row = files->count() > 0 ? files->sizeHintForRow(0) : files->fontMetrics().height();
    files->setFixedHeight(row * kFilesShown + 8);
    remove->setEnabled(files->count() > 0);
    const bool hasJson = std::any_of(paths.begin(), paths.end(), [](const QString& path) {
        const QString ending = QFileInfo(path).suffix().toLower();
        return ending == QLatin1String("jsonl") || ending == QLatin1String("ndjson") ||
               ending == QLatin1String("json");
    });
    const bool isOfFiles = controller.settings().input == AnnotationController::Input::Files;
    fileBox->setVisible(isOfFiles);
    field->setVisible(isOfFiles && hasJson);
    fieldLabel->setVisible(isOfFiles && hasJson);
}

void AnnotateForm::Impl::showModels() {
    QString state;
    if (controller.isAskingModels())
        state = AnnotateForm::tr("asking the server…");
    else if (controller.modelsError())
        state = errorDetail(*controller.modelsError());
    else if (controller.models() && controller.models()->isEmpty())
        state = AnnotateForm::tr("The server has no models: see how it is given one.");
    else if (controller.models() && !listModels->hasFocus())
        state = AnnotateForm::tr("%Ln model(s) there: List… shows them.", nullptr,
                                 static_cast<int>(controller.models()->size()));
    modelState->setText(state);
    modelState->setVisible(!state.isEmpty());
    listModels->setEnabled(!endpoint->text().trimmed().isEmpty());
}

/// A list under the button, to be chosen from by key or mouse.
void AnnotateForm::Impl::offerModels(const QStringList& names) {
    auto* menu = new QMenu(q);
    menu->setObjectName(QStringLiteral("annotateModels"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString& name : names) {
        QString text = name;
        text.replace(u'&', QStringLiteral("&&"));
        QAction* action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(name == model->text().trimmed());
        if (action->isChecked() || !menu->activeAction())
            menu->setActiveAction(action);
        QObject::connect(action, &QAction::triggered, model, [this, name] {
            model->setText(name);
            model->setFocus();
        });
    }
    menu->popup(listModels->mapToGlobal(QPoint(0, listModels->height())));
}

void AnnotateForm::Impl::showSettings() {
    isShowing = true;
    showModels();
    const AnnotationController::Settings& settings = controller.settings();
    const int preset = presetOf(settings.endpoint);
    server->setCurrentIndex(preset);
    put(endpoint, settings.endpoint);
    put(model, settings.model);
    model->setPlaceholderText(
        AnnotateForm::tr("such as %1")
            .arg(QString::fromLatin1(kPresets[static_cast<std::size_t>(preset)].model)));
    const ApiKeys& keys = controller.keys();
    const auto source = keys.source(controller.host());
    const bool hasOwn = source == ApiKeys::Source::Keychain || source == ApiKeys::Source::Session;
    key->setPlaceholderText(hasOwn ? AnnotateForm::tr("another one, to replace it") : QString());
    key->setEnabled(!controller.host().isEmpty());
    forget->setVisible(hasOwn);
    keyState->setText(AnnotationText::key(controller));
    keyState->setVisible(!keyState->text().isEmpty());

    input->setItemText(1, controller.hasProject()
                              ? AnnotateForm::tr("this project’s documents (%1)")
                                    .arg(QLocale().toString(controller.projectDocuments()))
                              : AnnotateForm::tr("a project’s documents (none is open)"));
    input->setCurrentIndex(settings.input == AnnotationController::Input::Project ? 1 : 0);
    const auto unitAt = std::find(kUnits.begin(), kUnits.end(), settings.unit.toStdString());
    unit->setCurrentIndex(unitAt == kUnits.end() ? 0 : static_cast<int>(unitAt - kUnits.begin()));
    put(field, settings.field);
    put(output, settings.output);
    output->setPlaceholderText(QDir::toNativeSeparators(controller.suggestedOutput()));
    const QString text =
        settings.instruction.isEmpty() ? controller.usualInstruction() : settings.instruction;
    // A person who has emptied it is about to write another.
    if (!instruction->hasFocus() && instruction->toPlainText().trimmed() != text.trimmed())
        instruction->setPlainText(text);
    usual->setEnabled(!settings.instruction.isEmpty());
    instructionToggle->setText(settings.instruction.isEmpty()
                                   ? AnnotateForm::tr("Instruction: the usual one")
                                   : AnnotateForm::tr("Instruction: your own"));
    put(parallel, settings.parallel);
    const auto asInt = [](qint64 value) {
        return static_cast<int>(std::min<qint64>(value, std::numeric_limits<int>::max()));
    };
    put(timeout, settings.timeoutSeconds);
    put(answerTokens, settings.maxAnswerTokens);
    put(maxRequests, asInt(settings.maxRequests));
    put(maxTokens, asInt(settings.maxTokens));
    put(maxCost, settings.maxCost);
    put(priceIn, settings.priceIn);
    put(priceOut, settings.priceOut);
    showFiles();
    isShowing = false;
}

void AnnotateForm::addFiles(const QStringList& paths) {
    auto& d = *m_impl;
    AnnotationController::Settings settings = d.controller.settings();
    for (const QString& path : paths) {
        const QString absolute = QFileInfo(path).absoluteFilePath();
        if (!settings.files.contains(absolute))
            settings.files << absolute;
    }
    settings.input = AnnotationController::Input::Files;
    d.controller.setSettings(settings);
}

void AnnotateForm::Impl::askFiles() {
    const QStringList chosen = QFileDialog::getOpenFileNames(
        q, AnnotateForm::tr("Texts to annotate"), folder,
        AnnotateForm::tr("Texts (*.txt *.jsonl *.ndjson *.json *.md)") + QStringLiteral(";;") +
            AnnotateForm::tr("All files (*)"));
    if (chosen.isEmpty())
        return;
    folder = QFileInfo(chosen.first()).path();
    Q_EMIT q->folderChosen(folder);
    q->addFiles(chosen);
}

void AnnotateForm::Impl::askOutput() {
    // An existing file is gone on with, so there is nothing to confirm.
    const QString chosen =
        QFileDialog::getSaveFileName(q, AnnotateForm::tr("File to write"), controller.output(),
                                     AnnotateForm::tr("Annotated passages (*.jsonl)"), nullptr,
                                     QFileDialog::DontConfirmOverwrite);
    if (!chosen.isEmpty())
        output->setText(chosen);
}

void AnnotateForm::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange && m_impl && m_impl->priceOut)
        m_impl->showSettings();
}

}  // namespace spanwise::ui
