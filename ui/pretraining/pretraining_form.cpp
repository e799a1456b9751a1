#include "ui/pretraining/pretraining_form.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/pretraining/form_controls.h"
#include "ui/pretraining/pretraining_text.h"
#include "ui/pretraining/type_names_dialog.h"
#include "ui/session/pretraining_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/forward_focus.h"
#include "ui/theme/scroll_column.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSide = 20;
constexpr int kFilesShown = 4;

}  // namespace

struct PretrainingForm::Impl {
    PretrainingForm* q;
    PretrainingController& controller;
    QString folder = QDir::homePath();
    bool isShowing = false;  ///< fields are filled in; no edit of a person's

    QScrollArea* area = nullptr;
    QWidget* content = nullptr;
    FileList* files = nullptr;
    QPushButton* add = nullptr;
    QPushButton* remove = nullptr;
    QPushButton* types = nullptr;
    QPushButton* annotate = nullptr;
    QLineEdit* name = nullptr;
    QComboBox* encoder = nullptr;
    QSpinBox* length = nullptr;
    QComboBox* unit = nullptr;
    QComboBox* check = nullptr;
    QWidget* checkFiles = nullptr;
    QLineEdit* trainFile = nullptr;
    QLineEdit* testFile = nullptr;
    QToolButton* more = nullptr;
    QWidget* advanced = nullptr;
    QSpinBox* batch = nullptr;
    QDoubleSpinBox* encoderRate = nullptr;
    QDoubleSpinBox* conceptRate = nullptr;
    QSpinBox* frozenLayers = nullptr;
    QSpinBox* conceptLayers = nullptr;
    QSpinBox* negatives = nullptr;
    QDoubleSpinBox* foreignWeight = nullptr;
    QSpinBox* longest = nullptr;
    QSpinBox* checkpoint = nullptr;
    QSpinBox* seed = nullptr;
    QLabel* forecast = nullptr;
    QPushButton* start = nullptr;

    Impl(PretrainingForm* form, PretrainingController& c) : q(form), controller(c) {}

    QWidget* buildMaterial();
    QWidget* buildSettings();
    QWidget* buildAdvanced();
    QWidget* buildCheckFiles();
    QWidget* buildEnd();
    QLineEdit* addFileRow(QVBoxLayout* layout, const QString& what, const char* name);
    void showMaterial();
    void showEncoders();
    void takeSettings();
    void takeCheck();
    void askTypes();
    [[nodiscard]] const protocol::MaterialRow* rowOf(int file) const;
};

PretrainingForm::PretrainingForm(PretrainingController& controller, QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>(this, controller)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("pretrainingForm"));
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    d.area = new QScrollArea(this);
    makeScrollColumn(*d.area);
    d.content = new QWidget(d.area);
    auto* column = new QVBoxLayout(d.content);
    column->setContentsMargins(kSide - 6, kSide, kSide - 6, kSide);
    column->setSpacing(8);
    column->addWidget(d.buildMaterial());
    column->addSpacing(10);
    column->addWidget(d.buildSettings());
    column->addStretch(1);
    d.area->setWidget(d.content);
    layout->addWidget(d.area, 1);
    layout->addWidget(new Hairline(Qt::Horizontal, this));
    layout->addWidget(d.buildEnd());
    forwardFocus(this, d.add);

    connect(&controller, &PretrainingController::materialChanged, this,
            [this] { m_impl->showMaterial(); });
    connect(&controller, &PretrainingController::stateChanged, this,
            [this] { m_impl->showMaterial(); });
    connect(&controller, &PretrainingController::encodersChanged, this,
            [this] { m_impl->showEncoders(); });
    d.showEncoders();
    d.showMaterial();
}

PretrainingForm::~PretrainingForm() = default;

void PretrainingForm::setFolder(const QString& folder) {
    m_impl->folder = folder;
}

QWidget* PretrainingForm::Impl::buildMaterial() {
    auto* box = new QWidget(content);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(new SectionHeading(tr("Material"), box));
    files = new FileList(box);
    files->setObjectName(QStringLiteral("materialFiles"));
    files->setAccessibleName(tr("Files to learn from"));
    files->setTextElideMode(Qt::ElideMiddle);
    files->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    files->setVerticalScrollBar(new SlimScrollBar);
    files->remove = [this] { controller.removeFile(files->currentRow()); };
    layout->addWidget(files);
    add = new QPushButton(tr("Add files…"), box);
    add->setObjectName(QStringLiteral("addMaterial"));
    remove = new QPushButton(tr("Remove"), box);
    remove->setObjectName(QStringLiteral("removeMaterial"));
    types = new QPushButton(tr("Type names…"), box);
    types->setObjectName(QStringLiteral("materialTypes"));
    types->setToolTip(tr("What the types of a CoNLL or JSONL file are called as concepts"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    buttons->addWidget(add);
    buttons->addWidget(remove);
    buttons->addWidget(types);
    buttons->addStretch();
    layout->addLayout(buttons);
    annotate = new QPushButton(tr("Annotate with a language model…"), box);
    annotate->setObjectName(QStringLiteral("annotateTexts"));
    annotate->setToolTip(tr("Makes material of raw texts"));
    layout->addWidget(annotate);
    connect(annotate, &QPushButton::clicked, q, &PretrainingForm::annotationRequested);
    connect(add, &QPushButton::clicked, q, [this] { q->askFiles(); });
    connect(remove, &QPushButton::clicked, q,
            [this] { controller.removeFile(files->currentRow()); });
    connect(types, &QPushButton::clicked, q, [this] { askTypes(); });
    connect(files, &QListWidget::currentRowChanged, q, [this] {
        if (!isShowing)
            showMaterial();
    });
    return box;
}

QWidget* PretrainingForm::Impl::buildSettings() {
    auto* box = new QWidget(content);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(new SectionHeading(tr("Encoder"), box));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    name = new QLineEdit(QString::fromStdString(controller.settings().name), box);
    name->setObjectName(QStringLiteral("pretrainName"));
    name->setMaxLength(200);
    form->addRow(tr("&Name"), name);
    encoder = new Calm<QComboBox>(box);
    encoder->setObjectName(QStringLiteral("pretrainEncoder"));
    encoder->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    encoder->setMinimumContentsLength(8);
    form->addRow(tr("&Begin with"), encoder);
    length = new Calm<QSpinBox>(box);
    length->setObjectName(QStringLiteral("pretrainLength"));
    length->setRange(1, 10000);
    length->setValue(1);
    length->setAccessibleName(tr("How long it learns"));
    unit = new Calm<QComboBox>(box);
    unit->setObjectName(QStringLiteral("pretrainUnit"));
    unit->setAccessibleName(tr("Passes or minutes"));
    unit->addItems({tr("passes"), tr("minutes")});
    unit->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    unit->setMinimumContentsLength(6);
    auto* lengthRow = new QHBoxLayout;
    lengthRow->setSpacing(6);
    lengthRow->addWidget(length);
    lengthRow->addWidget(unit, 1);
    auto* lengthLabel = new QLabel(tr("&Learn for"), box);
    lengthLabel->setBuddy(length);
    form->addRow(lengthLabel, lengthRow);
    check = new Calm<QComboBox>(box);
    check->setObjectName(QStringLiteral("pretrainCheck"));
    check->addItems({QString(), QString(), QString()});
    check->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    check->setMinimumContentsLength(8);
    check->setToolTip(
        tr("Fine-tunes on a few examples before and after, to see what pre-training gave"));
    form->addRow(tr("Few-shot &check"), check);
    layout->addLayout(form);
    encoder->view()->setAccessibleName(tr("Encoders"));
    unit->view()->setAccessibleName(tr("Passes or minutes"));
    check->view()->setAccessibleName(tr("Few-shot checks"));
    layout->addWidget(buildCheckFiles());

    more = new QToolButton(box);
    more->setObjectName(QStringLiteral("pretrainAdvanced"));
    more->setText(tr("Advanced"));
    more->setCheckable(true);
    more->setAutoRaise(true);
    more->setFocusPolicy(Qt::StrongFocus);
    more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    more->setArrowType(Qt::RightArrow);
    layout->addWidget(more);
    layout->addWidget(buildAdvanced());

    connect(name, &QLineEdit::textChanged, q, [this] { takeSettings(); });
    connect(encoder, &QComboBox::currentIndexChanged, q, [this] { takeSettings(); });
    connect(length, &QSpinBox::valueChanged, q, [this] { takeSettings(); });
    connect(unit, &QComboBox::currentIndexChanged, q, [this](int index) {
        if (!isShowing)
            length->setValue(index == 0 ? 1 : 30);
        takeSettings();
    });
    connect(check, &QComboBox::currentIndexChanged, q, [this] { takeCheck(); });
    connect(more, &QToolButton::toggled, q, [this](bool isOpen) {
        advanced->setVisible(isOpen);
        more->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
        if (isOpen)
            QMetaObject::invokeMethod(
                q, [this] { area->ensureWidgetVisible(advanced, 0, 8); }, Qt::QueuedConnection);
    });
    return box;
}

QLineEdit* PretrainingForm::Impl::addFileRow(QVBoxLayout* layout, const QString& what,
                                             const char* objectName) {
    auto* field = new QLineEdit(checkFiles);
    field->setObjectName(QString::fromLatin1(objectName));
    field->setPlaceholderText(what);
    field->setAccessibleName(what);
    auto* choose = new QPushButton(tr("Choose…"), checkFiles);
    choose->setAccessibleName(tr("Choose: %1").arg(what));
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(field, 1);
    row->addWidget(choose);
    layout->addLayout(row);
    connect(field, &QLineEdit::textChanged, q, [this] { takeCheck(); });
    connect(choose, &QPushButton::clicked, q, [this, field, what] {
        const QString chosen = QFileDialog::getOpenFileName(q, what, folder);
        if (chosen.isEmpty())
            return;
        folder = QFileInfo(chosen).path();
        Q_EMIT q->folderChosen(folder);
        field->setText(chosen);
    });
    return field;
}

QWidget* PretrainingForm::Impl::buildCheckFiles() {
    checkFiles = new QWidget(content);
    auto* layout = new QVBoxLayout(checkFiles);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    trainFile = addFileRow(layout, tr("gold to learn from (CoNLL, JSONL)"), "checkTrainFile");
    testFile = addFileRow(layout, tr("gold to judge by (CoNLL, JSONL)"), "checkTestFile");
    checkFiles->hide();
    return checkFiles;
}

QWidget* PretrainingForm::Impl::buildAdvanced() {
    advanced = new QWidget(content);
    auto* form = new QFormLayout(advanced);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(6);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto whole = [&](const QString& label, const char* objectName, int low, int high,
                           int value, const QString& tip) {
        auto* field = new Calm<QSpinBox>(advanced);
        field->setObjectName(QString::fromLatin1(objectName));
        field->setRange(low, high);
        field->setValue(value);
        field->setToolTip(tip);
        field->setKeyboardTracking(false);
        form->addRow(label, field);
        connect(field, &QSpinBox::valueChanged, q, [this] { takeSettings(); });
        return field;
    };
    const auto real = [&](const QString& label, const char* objectName, double high, int decimals,
                          double step, double value, const QString& tip) {
        auto* field = new Calm<QDoubleSpinBox>(advanced);
        field->setObjectName(QString::fromLatin1(objectName));
        field->setDecimals(decimals);
        field->setRange(0, high);
        field->setSingleStep(step);
        field->setValue(value);
        field->setToolTip(tip);
        field->setKeyboardTracking(false);
        form->addRow(label, field);
        connect(field, &QDoubleSpinBox::valueChanged, q, [this] { takeSettings(); });
        return field;
    };
    const protocol::PretrainParams usual;
    batch = whole(tr("Texts a step"), "advancedBatch", 1, 4096, usual.batch,
                  tr("More are steadier and need more memory"));
    longest = whole(tr("Longest text"), "advancedLongest", 8, 4096, usual.longest,
                    tr("In sub-tokens; longer ones are cut into several"));
    negatives = whole(tr("Negatives"), "advancedNegatives", 0, 4096, usual.negatives,
                      tr("Concepts of other texts that a step is held against, too"));
    encoderRate = real(tr("Encoder’s rate"), "advancedEncoderRate", 1, 6, 0.0001, usual.encoderRate,
                       tr("How fast the text encoder learns"));
    conceptRate = real(tr("Concepts’ rate"), "advancedConceptRate", 1, 6, 0.0001, usual.conceptRate,
                       tr("How fast the concept encoder learns; 0: it stays as it is"));
    frozenLayers = whole(tr("Frozen layers"), "advancedFrozen", 0, 64, usual.frozenLayers,
                         tr("Of the text encoder, from below"));
    conceptLayers = whole(tr("Concept layers"), "advancedConceptLayers", 0, 64, usual.conceptLayers,
                          tr("Of the concept encoder; 0: as many as the text encoder’s"));
    foreignWeight = real(tr("Foreign weight"), "advancedForeign", 1, 3, 0.05, usual.foreignWeight,
                         tr("What a concept counts as no evidence in texts of a source that never "
                            "names it"));
    checkpoint = whole(tr("Checkpoint every"), "advancedCheckpoint", 1, 1000,
                       static_cast<int>(usual.checkpointMinutes),
                       tr("What a worker that dies costs at most"));
    checkpoint->setSuffix(tr(" min"));
    seed = whole(tr("Seed"), "advancedSeed", 1, 1'000'000, static_cast<int>(usual.seed),
                 tr("Equal seeds give equal runs on one machine"));
    advanced->hide();
    return advanced;
}

QWidget* PretrainingForm::Impl::buildEnd() {
    auto* box = new QWidget(q);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(kSide - 6, 12, kSide - 6, 14);
    layout->setSpacing(10);
    forecast = new QLabel(box);
    forecast->setObjectName(QStringLiteral("pretrainForecast"));
    forecast->setWordWrap(true);
    forecast->setTextFormat(Qt::PlainText);
    forecast->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(forecast);
    start = new QPushButton(tr("Start pre-training"), box);
    start->setObjectName(QStringLiteral("startPretraining"));
    start->setDefault(true);
    start->setAutoDefault(true);
    layout->addWidget(start);
    connect(start, &QPushButton::clicked, q, [this] { controller.start(); });
    return box;
}

const protocol::MaterialRow* PretrainingForm::Impl::rowOf(int file) const {
    for (const protocol::MaterialRow& row : controller.summary().sources) {
        if (row.file == file && !row.types.empty())
            return &row;
    }
    return nullptr;
}

void PretrainingForm::Impl::showMaterial() {
    isShowing = true;
    const int current = files->currentRow();
    const auto& all = controller.files();
    const bool isSame = files->count() == static_cast<int>(all.size());
    for (int i = 0; i < static_cast<int>(all.size()); ++i) {
        const QString path = QString::fromStdString(all[static_cast<std::size_t>(i)].path);
        QListWidgetItem* item = files->item(i);
        if (!item) {
            item = new QListWidgetItem(files);
        }
        item->setText(QFileInfo(path).fileName());
        item->setToolTip(QDir::toNativeSeparators(path));
    }
    while (files->count() > static_cast<int>(all.size()))
        delete files->takeItem(files->count() - 1);
    if (!isSame && files->count() > 0)
        files->setCurrentRow(std::clamp(current, 0, files->count() - 1));
    files->setVisible(files->count() > 0);
    const int rowHeight = files->count() > 0 ? files->sizeHintForRow(0) : 20;
    files->setFixedHeight(rowHeight * std::clamp(files->count(), 1, kFilesShown) + 6);

    const bool isFree = controller.state() == PretrainingController::State::Idle;
    content->setEnabled(isFree);
    remove->setEnabled(files->currentRow() >= 0);
    types->setEnabled(rowOf(files->currentRow()) != nullptr);
    check->setItemText(0, tr("none"));
    check->setItemText(1, controller.hasProject()
                              ? tr("done documents (%1)").arg(controller.checkableDocuments())
                              : tr("a project’s documents"));
    check->setItemText(2, tr("gold files"));
    isShowing = false;

    const QString obstacle = controller.obstacle();
    const QString text = PretrainingText::forecast(controller);
    forecast->setText(!isFree                                ? tr("A run is open at the right.")
                      : obstacle.isEmpty() || text.isEmpty() ? obstacle.isEmpty() ? text : obstacle
                                                             : text + QLatin1Char('\n') + obstacle);
    forecast->setVisible(!forecast->text().isEmpty());
    start->setEnabled(isFree && obstacle.isEmpty());
}

void PretrainingForm::Impl::showEncoders() {
    const QSignalBlocker quiet(encoder);
    const QString wanted = encoder->currentData().toString();
    encoder->clear();
    encoder->addItem(tr("the default encoder"), QString());
    for (const protocol::ModelEntry& entry : controller.encoders()) {
        if (entry.purpose == protocol::ModelPurpose::ZeroShot || !entry.problem.empty())
            continue;
        const QString path = QString::fromStdString(entry.path);
        if (entry.isDefault)
            encoder->setItemText(0, tr("%1 (the default)").arg(QString::fromStdString(entry.name)));
        else
            encoder->addItem(QString::fromStdString(entry.name), path);
    }
    encoder->setCurrentIndex(std::max(0, encoder->findData(wanted)));
}

void PretrainingForm::Impl::takeSettings() {
    if (isShowing || !seed)
        return;
    protocol::PretrainParams settings = controller.settings();
    settings.name = name->text().trimmed().toStdString();
    settings.encoder = encoder->currentData().toString().toStdString();
    settings.passes = unit->currentIndex() == 0 ? length->value() : 1;
    settings.minutes = unit->currentIndex() == 0 ? 0 : length->value();
    settings.batch = batch->value();
    settings.longest = longest->value();
    settings.negatives = negatives->value();
    settings.encoderRate = encoderRate->value();
    settings.conceptRate = conceptRate->value();
    settings.frozenLayers = frozenLayers->value();
    settings.conceptLayers = conceptLayers->value();
    settings.foreignWeight = foreignWeight->value();
    settings.checkpointMinutes = checkpoint->value();
    settings.seed = static_cast<std::uint64_t>(seed->value());
    controller.setSettings(settings);
}

void PretrainingForm::Impl::takeCheck() {
    if (isShowing)
        return;
    const auto kind = static_cast<PretrainingController::Check>(check->currentIndex());
    checkFiles->setVisible(kind == PretrainingController::Check::Files);
    controller.setCheck(kind, trainFile->text().trimmed(), testFile->text().trimmed());
}

void PretrainingForm::Impl::askTypes() {
    const int file = files->currentRow();
    const protocol::MaterialRow* row = rowOf(file);
    if (!row)
        return;
    auto* dialog = new TypeNamesDialog(files->currentItem()->text(), row->types, q);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, q,
            [this, dialog, file] { controller.setTypes(file, dialog->map()); });
    dialog->open();
}

void PretrainingForm::setAnnotationStatus(const QString& status) {
    m_impl->annotate->setText(status.isEmpty() ? tr("Annotate with a language model…") : status);
}

void PretrainingForm::askFiles() {
    auto& d = *m_impl;
    const QStringList chosen = QFileDialog::getOpenFileNames(
        this, tr("Material to learn from"), d.folder,
        tr("Annotated text (*.jsonl *.json *.ndjson *.conll *.bio *.iob *.iob2 *.txt *.gz)") +
            QStringLiteral(";;") + tr("All files (*)"));
    if (chosen.isEmpty())
        return;
    d.folder = QFileInfo(chosen.first()).path();
    Q_EMIT folderChosen(d.folder);
    d.controller.addFiles(chosen);
}

void PretrainingForm::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange && m_impl && m_impl->start)
        m_impl->showMaterial();
}

}  // namespace spanwise::ui
