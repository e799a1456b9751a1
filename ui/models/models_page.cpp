#include "ui/models/models_page.h"

#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QMessageBox>
#include <QPainter>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/main_window/error_text.h"
#include "ui/models/model_text.h"
#include "ui/models/models_list.h"
#include "ui/session/learning_controller.h"
#include "ui/session/models_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/forward_focus.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSideWidth = 340;
constexpr int kSide = 20;

/// Enter leads on to what can be done with the model, Delete removes it.
class ModelsView : public QListView {
public:
    using QListView::QListView;
    std::function<void()> choose;
    std::function<void()> remove;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        if ((event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier) {
            if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
                choose();
                return;
            }
            if (event->key() == Qt::Key_Delete) {
                remove();
                return;
            }
        }
        QListView::keyPressEvent(event);
    }
};

/// The badge of the details.
class PurposeBadge : public QWidget {
public:
    explicit PurposeBadge(QWidget* parent) : QWidget(parent) {
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    void setPurpose(protocol::ModelPurpose purpose) {
        m_purpose = purpose;
        setAccessibleName(model_text::purpose(purpose));
        updateGeometry();
        update();
    }
    [[nodiscard]] QSize sizeHint() const override {
        const QFontMetrics metrics(theme::scaled(font(), 0.85));
        return {metrics.horizontalAdvance(model_text::purpose(m_purpose)) + 15,
                metrics.height() + 5};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setFont(font());
        paintPurposeBadge(painter, {width(), 0}, height(), m_purpose,
                          model_text::purpose(m_purpose));
    }

private:
    protocol::ModelPurpose m_purpose = protocol::ModelPurpose::Encoder;
};

}  // namespace

struct ModelsPage::Impl {
    ModelsPage* q;
    ProjectSession* session = nullptr;
    LearningController* learning = nullptr;
    WorkerClient* client = nullptr;
    std::unique_ptr<ModelsController> controller;
    QString folder = QDir::homePath();
    QString wanted;  ///< the row to go to when the list comes

    ModelsModel* rows = nullptr;
    ModelsView* list = nullptr;
    QPushButton* addButton = nullptr;
    QLineEdit* pullField = nullptr;
    QPushButton* pullButton = nullptr;
    MutedLabel* pullHint = nullptr;
    QWidget* pullProgress = nullptr;
    QProgressBar* bar = nullptr;
    MutedLabel* barText = nullptr;
    QPushButton* cancel = nullptr;
    QLabel* message = nullptr;
    bool messageIsError = false;

    QStackedWidget* pages = nullptr;  ///< details, or an empty state
    QLabel* title = nullptr;
    PurposeBadge* badge = nullptr;
    MutedLabel* inUse = nullptr;
    QLabel* explanation = nullptr;
    QPushButton* use = nullptr;
    QPushButton* remove = nullptr;
    MutedLabel* whyNot = nullptr;
    QWidget* facts = nullptr;
    QVBoxLayout* factsPlace = nullptr;
    QLabel* emptyHeadline = nullptr;
    QLabel* emptyHint = nullptr;
    QPushButton* retry = nullptr;

    explicit Impl(ModelsPage* page) : q(page) {}

    QWidget* buildSide();
    QWidget* buildDetails();
    QWidget* buildEmpty();

    [[nodiscard]] const protocol::ModelEntry* current() const {
        return rows->entry(list->currentIndex().row());
    }
    /// The name of the model that the project uses, if it is in the list.
    [[nodiscard]] QString nameInUse() const;
    void showList();
    void showDetails();
    void showWork();
    void say(const QString& text, bool isError);
    void pull();
    void useCurrent();
    void askRemove();
    void changed(ModelsController::Work work, const QString& name);
    void failed(ModelsController::Work work, const Error& error);
};

ModelsPage::ModelsPage(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>(this)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("modelsPage"));
    setAccessibleName(tr("Models"));
    d.rows = new ModelsModel(this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(d.buildSide());
    layout->addWidget(new Hairline(Qt::Vertical, this));
    d.pages = new QStackedWidget(this);
    d.pages->addWidget(d.buildDetails());
    d.pages->addWidget(d.buildEmpty());
    layout->addWidget(d.pages, 1);
    for (QWidget* page : {d.pages->widget(0), d.pages->widget(1)}) {
        page->setBackgroundRole(QPalette::AlternateBase);
        page->setAutoFillBackground(true);
    }
    forwardFocus(this, d.list);
    connect(d.list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this] { m_impl->showDetails(); });
    d.say({}, false);
    d.showList();
    d.showWork();
}

ModelsPage::~ModelsPage() = default;

QWidget* ModelsPage::Impl::buildSide() {
    auto* side = new QWidget(q);
    side->setFixedWidth(kSideWidth);
    side->setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, kSide, 0, kSide);
    layout->setSpacing(8);
    const auto section = [&] {
        auto* inner = new QVBoxLayout;
        inner->setContentsMargins(kSide - 6, 0, kSide - 6, 0);
        inner->setSpacing(8);
        layout->addLayout(inner);
        return inner;
    };
    section()->addWidget(new SectionHeading(tr("Installed models"), side));

    list = new ModelsView(side);
    list->setObjectName(QStringLiteral("modelList"));
    list->setAccessibleName(tr("Installed models"));
    list->setModel(rows);
    list->setItemDelegate(new ModelsDelegate(list));
    list->setFrameShape(QFrame::NoFrame);
    list->setUniformItemSizes(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setVerticalScrollBar(new SlimScrollBar);
    list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list->choose = [this] {
        if (use->isEnabled())
            use->setFocus(Qt::OtherFocusReason);
    };
    list->remove = [this] { askRemove(); };
    layout->addWidget(list, 1);

    auto* bottom = section();
    addButton = roomyButton(tr("Add folder…"), "addModelFolder", side);
    addButton->setAccessibleDescription(
        tr("Installs a model that lies in a folder of this computer"));
    auto* addRow = new QHBoxLayout;
    addRow->addWidget(addButton);
    addRow->addStretch();
    bottom->addLayout(addRow);
    bottom->addSpacing(10);
    bottom->addWidget(new SectionHeading(tr("Pull from the Hugging Face hub"), side));
    pullField = new SearchField(tr("organisation/name"), {}, side);
    pullField->setObjectName(QStringLiteral("pullRepository"));
    pullField->setAccessibleName(tr("Repository to pull"));
    pullField->setAccessibleDescription(
        tr("organisation/name, with @revision behind it for a certain one"));
    pullField->setMaxLength(400);
    pullButton = new QPushButton(tr("Pull"), side);
    pullButton->setObjectName(QStringLiteral("pullModel"));
    auto* pullRow = new QHBoxLayout;
    pullRow->addWidget(pullField, 1);
    pullRow->addWidget(pullButton);
    bottom->addLayout(pullRow);

    pullHint = new MutedLabel(tr("such as numind/NuNER-v2.0, or …@revision"), side);
    pullHint->setFont(theme::scaled(pullHint->font(), 0.92));
    bottom->addWidget(pullHint);

    pullProgress = new QWidget(side);
    auto* progressLayout = new QVBoxLayout(pullProgress);
    progressLayout->setContentsMargins(0, 0, 0, 0);
    progressLayout->setSpacing(6);
    bar = new QProgressBar(pullProgress);
    bar->setObjectName(QStringLiteral("pullProgress"));
    bar->setAccessibleName(tr("Pull progress"));
    bar->setTextVisible(false);
    bar->setFixedHeight(8);
    barText = new MutedLabel({}, pullProgress);
    barText->setObjectName(QStringLiteral("pullProgressText"));
    cancel = new QPushButton(tr("Cancel"), pullProgress);
    cancel->setObjectName(QStringLiteral("cancelPull"));
    auto* progressRow = new QHBoxLayout;
    progressRow->addWidget(barText, 1);
    progressRow->addWidget(cancel);
    progressLayout->addWidget(bar);
    progressLayout->addLayout(progressRow);
    bottom->addWidget(pullProgress);

    message = plainLabel(side, "modelsMessage");
    message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    message->setFocusPolicy(Qt::NoFocus);
    bottom->addWidget(message);

    connect(addButton, &QPushButton::clicked, q, [this] {
        const QString chosen = QFileDialog::getExistingDirectory(
            q, tr("Folder with config.json, tokenizer and weights"), folder);
        if (chosen.isEmpty())
            return;
        folder = chosen;
        Q_EMIT q->folderChosen(chosen);
        q->addFolder(chosen);
    });
    connect(pullButton, &QPushButton::clicked, q, [this] { pull(); });
    connect(pullField, &QLineEdit::returnPressed, q, [this] { pull(); });
    connect(pullField, &QLineEdit::textChanged, q, [this] { showWork(); });
    connect(cancel, &QPushButton::clicked, q, [this] {
        if (controller)
            controller->cancelPull();
    });
    return side;
}

QWidget* ModelsPage::Impl::buildDetails() {
    auto* area = new QScrollArea(q);
    area->setObjectName(QStringLiteral("modelDetails"));
    area->setAccessibleName(tr("About the model"));
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setVerticalScrollBar(new SlimScrollBar);
    area->setFocusPolicy(Qt::NoFocus);
    auto* content = new QWidget(area);
    content->setBackgroundRole(QPalette::AlternateBase);
    content->setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(40, 28, 40, 28);
    layout->setSpacing(10);

    title = plainLabel(content, "modelTitle");
    QFont large = theme::scaled(title->font(), 1.5);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    layout->addWidget(title);
    auto* marks = new QHBoxLayout;
    marks->setSpacing(10);
    badge = new PurposeBadge(content);
    inUse = new MutedLabel({}, content);
    inUse->setObjectName(QStringLiteral("modelInUse"));
    marks->addWidget(badge);
    marks->addWidget(inUse);
    marks->addStretch();
    layout->addLayout(marks);
    explanation = plainLabel(content, "modelExplanation");
    explanation->setMaximumWidth(620);
    layout->addWidget(explanation);
    layout->addSpacing(6);

    auto* buttons = new QHBoxLayout;
    use = roomyButton(tr("Use for this project"), "useModel", content);
    use->setDefault(true);
    use->setAutoDefault(true);
    remove = roomyButton(tr("Remove…"), "removeModel", content);
    whyNot = new MutedLabel({}, content);
    whyNot->setObjectName(QStringLiteral("modelWhyNot"));
    whyNot->setWordWrap(true);
    buttons->addWidget(use);
    buttons->addWidget(remove);
    buttons->addSpacing(6);
    buttons->addWidget(whyNot, 1);
    layout->addLayout(buttons);
    layout->addSpacing(12);
    factsPlace = new QVBoxLayout;
    layout->addLayout(factsPlace);
    layout->addStretch(1);
    area->setWidget(content);
    connect(use, &QPushButton::clicked, q, [this] { useCurrent(); });
    connect(remove, &QPushButton::clicked, q, [this] { askRemove(); });
    return area;
}

QWidget* ModelsPage::Impl::buildEmpty() {
    auto* page = new QWidget(q);
    page->setObjectName(QStringLiteral("modelsEmpty"));
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(40, 40, 40, 40);
    layout->setSpacing(12);
    emptyHeadline = plainLabel(page, "modelsEmptyHeadline");
    QFont large = theme::scaled(emptyHeadline->font(), 1.35);
    large.setWeight(QFont::DemiBold);
    emptyHeadline->setFont(large);
    emptyHeadline->setAlignment(Qt::AlignHCenter);
    emptyHint = plainLabel(page, "modelsEmptyHint");
    emptyHint->setAlignment(Qt::AlignHCenter);
    emptyHint->setForegroundRole(QPalette::PlaceholderText);
    retry = roomyButton(tr("Try again"), "modelsRetry", page);
    auto* column = new QWidget(page);
    column->setMaximumWidth(460);
    auto* middle = new QVBoxLayout(column);
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(12);
    middle->addWidget(emptyHeadline);
    middle->addWidget(emptyHint);
    auto* retryRow = new QHBoxLayout;
    retryRow->addStretch();
    retryRow->addWidget(retry);
    retryRow->addStretch();
    middle->addLayout(retryRow);
    auto* centred = new QHBoxLayout;
    centred->addWidget(column);
    layout->addStretch(2);
    layout->addLayout(centred);
    layout->addStretch(3);
    connect(retry, &QPushButton::clicked, q, [this] {
        if (controller)
            controller->refresh();
    });
    return page;
}

void ModelsPage::setSession(ProjectSession* session, LearningController* learning,
                            WorkerClient* client) {
    auto& d = *m_impl;
    if (d.session)
        d.session->disconnect(this);
    if (d.learning)
        d.learning->disconnect(this);
    d.controller.reset();
    d.session = session;
    d.learning = learning;
    d.client = client;
    d.wanted.clear();
    d.say({}, false);
    if (session)
        connect(session, &ProjectSession::lockedChanged, this, [this] { m_impl->showDetails(); });
    if (learning) {
        connect(learning, &LearningController::encoderChanged, this, [this] {
            m_impl->rows->setInUse(m_impl->nameInUse());
            m_impl->showDetails();
        });
    }
    if (client) {
        d.controller = std::make_unique<ModelsController>(*client);
        connect(d.controller.get(), &ModelsController::modelsChanged, this,
                [this] { m_impl->showList(); });
        connect(d.controller.get(), &ModelsController::workChanged, this,
                [this] { m_impl->showWork(); });
        connect(d.controller.get(), &ModelsController::changed, this,
                [this](ModelsController::Work work, const QString& name) {
                    m_impl->changed(work, name);
                });
        connect(d.controller.get(), &ModelsController::failed, this,
                [this](ModelsController::Work work, const Error& error) {
                    m_impl->failed(work, error);
                });
        if (isVisible())
            d.controller->refresh();
    }
    d.showList();
    d.showWork();
}

ModelsController* ModelsPage::controller() const {
    return m_impl->controller.get();
}

void ModelsPage::setFolder(const QString& folder) {
    m_impl->folder = folder;
}

void ModelsPage::addFolder(const QString& folder) {
    if (!m_impl->controller)
        return;
    m_impl->say({}, false);
    m_impl->controller->add(folder);
}

void ModelsPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_impl->controller)
        m_impl->controller->refresh();
}

void ModelsPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->list) {
        m_impl->list->viewport()->update();
        m_impl->say(m_impl->message->text(), m_impl->messageIsError);
    }
}

// --- what is shown

QString ModelsPage::Impl::nameInUse() const {
    if (!controller || !learning)
        return {};
    const QString path = learning->encoder();
    for (const protocol::ModelEntry& entry : controller->models()) {
        if (path.isEmpty()
                ? entry.isDefault
                : QDir::cleanPath(QString::fromStdString(entry.path)) == QDir::cleanPath(path))
            return QString::fromStdString(entry.name);
    }
    return {};
}

void ModelsPage::Impl::showList() {
    const QString before =
        !wanted.isEmpty() ? wanted : list->currentIndex().data(ModelsModel::NameRole).toString();
    const int rowBefore = list->currentIndex().row();
    rows->setModels(controller ? controller->models() : std::vector<protocol::ModelEntry>{});
    rows->setInUse(nameInUse());
    int row = rows->rowOf(before);
    if (row >= 0)
        wanted.clear();
    if (row < 0 && rowBefore >= 0)
        row = std::min(rowBefore, rows->rowCount() - 1);
    if (row < 0)
        row = std::max(0, rows->rowOf(nameInUse()));
    if (rows->rowCount() > 0)
        list->setCurrentIndex(rows->index(row));
    const auto state = controller ? controller->state() : ModelsController::State::Unknown;
    retry->hide();
    if (!controller) {
        emptyHeadline->setText(tr("No worker"));
        emptyHint->setText(
            tr("Models live with the background worker, and none is set up. Install "
               "spanwise-cli beside spanwise."));
    } else if (state == ModelsController::State::Failed) {
        emptyHeadline->setText(tr("The list of models cannot be read"));
        emptyHint->setText(errorDetail(controller->error()));
        retry->show();
    } else if (state == ModelsController::State::Ready) {
        emptyHeadline->setText(tr("No model is installed"));
        emptyHint->setText(
            tr("Pull one from the hub by its name, or add a folder that has one. Offline: copy a "
               "model's folder to this computer, then “Add folder…”."));
    } else {
        emptyHeadline->setText(tr("Asking the worker…"));
        emptyHint->setText({});
    }
    // A list being asked for again stays on the screen.
    pages->setCurrentIndex(rows->rowCount() > 0 ? 0 : 1);
    showDetails();
}

void ModelsPage::Impl::showDetails() {
    const protocol::ModelEntry* entry = current();
    delete facts;
    facts = nullptr;
    if (!entry)
        return;
    const QString name = QString::fromStdString(entry->name);
    const bool isInUse = name == nameInUse();
    title->setText(name);
    badge->setPurpose(entry->purpose);
    inUse->setText(isInUse            ? tr("in use for this project")
                   : entry->isDefault ? tr("the default of new projects")
                                      : QString());
    explanation->setText(model_text::explanation(*entry));
    const bool isWritable = session && learning && !session->isLocked();
    const bool isWorking = controller && controller->work() != ModelsController::Work::None;
    use->setEnabled(isWritable && !isInUse && entry->problem.empty());
    remove->setEnabled(entry->removable && !isInUse && !isWorking);
    whyNot->setText(!entry->problem.empty()   ? tr("This version of Spanwise cannot run it.")
                    : !isWritable && !isInUse ? tr("The project cannot be written now.")
                    : isInUse && entry->removable
                        ? tr("To remove it, choose another one for the project first.")
                    : !entry->removable ? tr("It is not in your own folder of models, so it stays.")
                                        : QString());

    facts = new QWidget;
    auto* form = new QFormLayout(facts);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(24);
    form->setVerticalSpacing(8);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto addRow = [&](const QString& key, QWidget* value) {
        auto* label = new MutedLabel(key, facts);
        label->setTextFormat(Qt::PlainText);
        value->setAccessibleName(key);
        form->addRow(label, value);
    };
    for (const auto& [key, text] : model_text::details(*entry)) {
        auto* value = plainLabel(facts, "modelFact");
        value->setText(text);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        addRow(key, value);
    }
    // A path has no place to wrap at; in a field it can be read to its end and copied.
    auto* path =
        new QLineEdit(QDir::toNativeSeparators(QString::fromStdString(entry->path)), facts);
    path->setObjectName(QStringLiteral("modelPath"));
    path->setReadOnly(true);
    path->setFrame(false);
    path->setCursorPosition(0);
    path->setTextMargins(-2, 0, 0, 0);
    QPalette palette = path->palette();
    palette.setColor(QPalette::Base, Qt::transparent);
    path->setPalette(palette);
    addRow(tr("Folder"), path);
    factsPlace->addWidget(facts);
    if (facts->parentWidget() && q->isVisible())
        facts->show();
}

void ModelsPage::Impl::showWork() {
    const auto work = controller ? controller->work() : ModelsController::Work::None;
    const bool isIdle = controller && work == ModelsController::Work::None;
    const bool isPulling = work == ModelsController::Work::Pulling;
    addButton->setEnabled(isIdle);
    addButton->setText(work == ModelsController::Work::Adding ? tr("Adding…") : tr("Add folder…"));
    pullField->setEnabled(isIdle);
    pullButton->setEnabled(isIdle && !pullField->text().trimmed().isEmpty());
    if (pullProgress->isHidden() == isPulling)
        pullProgress->setVisible(isPulling);
    pullHint->setVisible(!isPulling && message->text().isEmpty());
    if (isPulling) {
        const auto& progress = controller->progress();
        // Ranges are int, models are larger: thousandths.
        const int share = progress.total > 0
                              ? static_cast<int>(1000.0 * static_cast<double>(progress.done) /
                                                 static_cast<double>(progress.total))
                              : 0;
        bar->setRange(0, progress.total > 0 ? 1000 : 0);
        bar->setValue(std::clamp(share, 0, 1000));
        barText->setText(progress.isCancelling ? tr("stopping…")
                                               : model_text::progress(progress.done, progress.total,
                                                                      progress.secondsLeft));
        bar->setAccessibleDescription(barText->text());
        cancel->setEnabled(!progress.isCancelling);
    }
    if (const protocol::ModelEntry* entry = current())
        remove->setEnabled(isIdle && entry->removable &&
                           QString::fromStdString(entry->name) != nameInUse());
}

void ModelsPage::Impl::say(const QString& text, bool isError) {
    messageIsError = isError;
    message->setText(text);
    message->setVisible(!text.isEmpty());
    pullHint->setVisible(text.isEmpty() && pullProgress->isHidden());
    QPalette palette = q->palette();
    if (isError)
        palette.setColor(QPalette::WindowText, theme::colors().error);
    message->setPalette(palette);
}

// --- what is done

void ModelsPage::Impl::pull() {
    if (!controller || controller->work() != ModelsController::Work::None)
        return;
    const auto reference = HubReference::parse(pullField->text());
    if (!reference) {
        say(QString::fromStdString(reference.error().message), true);
        pullField->setFocus();
        pullField->selectAll();
        return;
    }
    say({}, false);
    controller->pull(*reference);
    cancel->setFocus();
}

void ModelsPage::Impl::useCurrent() {
    const protocol::ModelEntry* entry = current();
    if (!entry || !learning)
        return;
    use->setEnabled(false);  // until encoderChanged() says how it went
    inUse->setText(tr("loading…"));
    say({}, false);
    learning->useEncoder(QString::fromStdString(entry->path), entry->isDefault);
}

void ModelsPage::Impl::askRemove() {
    const protocol::ModelEntry* entry = current();
    if (!entry || !remove->isEnabled())
        return;
    const QString name = QString::fromStdString(entry->name);
    auto* box =
        new QMessageBox(QMessageBox::Question, tr("Remove a model"),
                        tr("Remove “%1” from this computer?").arg(name), QMessageBox::Cancel, q);
    box->setObjectName(QStringLiteral("removeModelBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    const QString detail =
        entry->repository.empty()
            ? tr("Its files (%1) are deleted. Labels stay; a project that uses it goes back to the "
                 "default encoder.")
            : tr("Its files (%1) are deleted; it can be pulled again. Labels stay; a project that "
                 "uses it goes back to the default encoder.");
    box->setInformativeText(detail.arg(model_text::bytes(entry->bytes)));
    auto* yes = box->addButton(tr("Remove"), QMessageBox::DestructiveRole);
    yes->setObjectName(QStringLiteral("removeModelYes"));
    box->setDefaultButton(QMessageBox::Cancel);
    box->setEscapeButton(QMessageBox::Cancel);
    connect(yes, &QAbstractButton::clicked, q, [this, name] {
        if (!controller)
            return;
        say({}, false);
        controller->remove(name);
    });
    box->open();
}

void ModelsPage::Impl::changed(ModelsController::Work work, const QString& name) {
    const bool hadFocus = q->isAncestorOf(q->focusWidget()) || cancel->hasFocus();
    QString text;
    if (work == ModelsController::Work::Removing) {
        text = tr("“%1” is removed.").arg(name);
    } else {
        wanted = name;
        text = tr("“%1” is installed.").arg(name);
        if (work == ModelsController::Work::Pulling)
            pullField->clear();
    }
    say(text, false);
    if (!q->isVisible())
        Q_EMIT q->hint(text, tr("The Models page has it."));
    else if (hadFocus)
        list->setFocus();
}

void ModelsPage::Impl::failed(ModelsController::Work work, const Error& error) {
    if (work == ModelsController::Work::Pulling && q->isVisible())
        pullField->setFocus();
    if (error.code == ErrorCode::Cancelled) {
        say(work == ModelsController::Work::Pulling
                ? tr("The pull was stopped. Pulled again, it goes on where it was.")
                : QString(),
            false);
        return;
    }
    QString text = errorDetail(error);
    if (error.code == ErrorCode::Worker)
        text += QLatin1Char(' ') + tr("It is started again; then try once more.");
    say(text, true);
    if (!q->isVisible())
        Q_EMIT q->failed(error);
}

}  // namespace spanwise::ui
