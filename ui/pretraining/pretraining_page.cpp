#include "ui/pretraining/pretraining_page.h"

#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLocale>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/pretraining/annotate_dialog.h"
#include "ui/pretraining/annotation_text.h"
#include "ui/pretraining/material_panel.h"
#include "ui/pretraining/pretraining_form.h"
#include "ui/pretraining/pretraining_text.h"
#include "ui/pretraining/run_panel.h"
#include "ui/session/annotation_controller.h"
#include "ui/session/learning_controller.h"
#include "ui/session/pretraining_controller.h"
#include "ui/session/project_session.h"
#include "ui/theme/controls.h"
#include "ui/theme/forward_focus.h"

namespace spanwise::ui {
namespace {

constexpr int kSideWidth = 340;

QStringList localFiles(const QMimeData* data) {
    QStringList files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isFile())
            files << url.toLocalFile();
    }
    return files;
}

}  // namespace

struct PretrainingPage::Impl {
    PretrainingPage* q;
    PretrainingController& controller;
    ProjectSession* session = nullptr;
    LearningController* learning = nullptr;
    QString folder;
    QString beingUsed;  ///< the encoder that the project is being given
    AnnotationController* annotation = nullptr;
    AnnotateDialog* annotating = nullptr;  ///< made when it is asked for

    // Made when the page is shown for the first time.
    PretrainingForm* form = nullptr;
    QStackedWidget* pages = nullptr;
    MaterialPanel* material = nullptr;
    RunPanel* run = nullptr;
    QWidget* back = nullptr;

    Impl(PretrainingPage* page, PretrainingController& c) : q(page), controller(c) {}
    void build();
    void showState();
    void showUse();
    void use(const QString& path);
    void askDiscard(const QString& name);
    void showAnnotationStatus();
    void useAnnotated(const QString& path);
};

PretrainingPage::PretrainingPage(PretrainingController& controller, QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>(this, controller)) {
    setObjectName(QStringLiteral("pretrainingPage"));
    setAccessibleName(tr("Pre-training"));
    setAcceptDrops(true);
    connect(&controller, &PretrainingController::finished, this,
            [this](const QString& name, const QString&) {
                if (!isVisible())
                    Q_EMIT hint(tr("The encoder “%1” is ready.").arg(name),
                                PretrainingText::status(m_impl->controller));
            });
    connect(&controller, &PretrainingController::failed, this, [this](const Error& error) {
        // A run's error stands on its panel.
        if (!isVisible() || m_impl->controller.state() != PretrainingController::State::Failed)
            Q_EMIT failed(error);
    });
}

PretrainingPage::~PretrainingPage() = default;

void PretrainingPage::setFolder(const QString& folder) {
    m_impl->folder = folder;
    if (m_impl->form)
        m_impl->form->setFolder(folder);
}

void PretrainingPage::setSession(ProjectSession* session, LearningController* learning) {
    auto& d = *m_impl;
    for (QObject* old : {static_cast<QObject*>(d.session), static_cast<QObject*>(d.learning)}) {
        if (old)
            old->disconnect(this);
    }
    d.session = session;
    d.learning = learning;
    d.beingUsed.clear();
    d.controller.setSession(session);
    if (d.annotation)
        d.annotation->setSession(session);
    if (session)
        connect(session, &ProjectSession::lockedChanged, this, [this] { m_impl->showUse(); });
    if (learning)
        connect(learning, &LearningController::encoderChanged, this, [this] {
            m_impl->beingUsed.clear();
            m_impl->showUse();
        });
    d.showUse();
}

void PretrainingPage::setAnnotation(AnnotationController* annotation) {
    auto& d = *m_impl;
    if (d.annotating)
        d.annotating->hide();  // a field that is left hands over what was typed
    delete std::exchange(d.annotating, nullptr);
    if (d.annotation) {
        d.annotation->disconnect(this);
        d.annotation->keys().disconnect(this);
    }
    d.annotation = annotation;
    if (!annotation)
        return;
    connect(annotation, &AnnotationController::ended, this, [this] {
        if (!m_impl->annotating || !m_impl->annotating->isVisible())
            Q_EMIT hint(
                tr("Annotation has ended: %1").arg(AnnotationText::end(*m_impl->annotation)),
                AnnotationText::status(*m_impl->annotation));
    });
    for (const auto signal :
         {&AnnotationController::stateChanged, &AnnotationController::runChanged})
        connect(annotation, signal, this, [this] { m_impl->showAnnotationStatus(); });
    connect(&annotation->keys(), &ApiKeys::notKept, this, [this](const QString& why) {
        Q_EMIT hint(tr("The key is known until Spanwise closes."), why);
    });
}

void PretrainingPage::showAnnotation() {
    auto& d = *m_impl;
    if (!d.annotation)
        return;
    if (!d.annotating) {
        d.annotating = new AnnotateDialog(*d.annotation, this);
        if (!d.folder.isEmpty())
            d.annotating->setFolder(d.folder);
        connect(d.annotating, &AnnotateDialog::folderChosen, this, &PretrainingPage::folderChosen);
        connect(d.annotating, &AnnotateDialog::useRequested, this,
                [this](const QString& path) { m_impl->useAnnotated(path); });
    }
    d.annotating->setMaterialFree(!d.controller.isBusy());
    d.annotating->show();
    d.annotating->raise();
    d.annotating->activateWindow();
}

void PretrainingPage::Impl::showAnnotationStatus() {
    if (form)
        form->setAnnotationStatus(annotation && annotation->isBusy()
                                      ? tr("Annotating: %1 of %2…")
                                            .arg(QLocale().toString(annotation->run().done),
                                                 QLocale().toString(annotation->run().total))
                                      : QString());
}

/// Adds it to the material, or reads it anew where it is there already.
void PretrainingPage::Impl::useAnnotated(const QString& path) {
    const auto& files = controller.files();
    const std::string absolute = QFileInfo(path).absoluteFilePath().toStdString();
    const auto there = std::find_if(files.begin(), files.end(),
                                    [&](const auto& file) { return file.path == absolute; });
    if (there != files.end())
        controller.removeFile(static_cast<int>(there - files.begin()));
    controller.addFiles({path});
    annotation->leaveRun();
    annotating->hide();
}

void PretrainingPage::Impl::build() {
    auto* layout = new QHBoxLayout(q);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    form = new PretrainingForm(controller, q);
    form->setFixedWidth(kSideWidth);
    if (!folder.isEmpty())
        form->setFolder(folder);
    layout->addWidget(form);
    layout->addWidget(new Hairline(Qt::Vertical, q));
    auto* right = new QWidget(q);
    right->setBackgroundRole(QPalette::AlternateBase);
    right->setAutoFillBackground(true);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    back = new QWidget(right);
    auto* backRow = new QHBoxLayout(back);
    backRow->setContentsMargins(32, 14, 32, 0);
    auto* backButton = new QPushButton(tr("Back to the start page"), back);
    backButton->setObjectName(QStringLiteral("leavePretraining"));
    backButton->setMinimumWidth(170);
    backRow->addWidget(backButton);
    backRow->addStretch();
    column->addWidget(back);
    pages = new QStackedWidget(right);
    material = new MaterialPanel(controller, pages);
    run = new RunPanel(controller, pages);
    pages->addWidget(material);
    pages->addWidget(run);
    column->addWidget(pages, 1);
    layout->addWidget(right, 1);
    forwardFocus(q, form);

    connect(backButton, &QPushButton::clicked, q, &PretrainingPage::closeRequested);
    connect(form, &PretrainingForm::folderChosen, q, &PretrainingPage::folderChosen);
    connect(material, &MaterialPanel::filesRequested, q, [this] { form->askFiles(); });
    connect(material, &MaterialPanel::annotationRequested, q, &PretrainingPage::showAnnotation);
    connect(form, &PretrainingForm::annotationRequested, q, &PretrainingPage::showAnnotation);
    connect(material, &MaterialPanel::discardRequested, q,
            [this](const QString& name) { askDiscard(name); });
    connect(run, &RunPanel::discardRequested, q, [this](const QString& name) { askDiscard(name); });
    connect(run, &RunPanel::useRequested, q, [this](const QString& path) { use(path); });
    connect(&controller, &PretrainingController::stateChanged, q, [this] { showState(); });
    showState();
}

void PretrainingPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    auto& d = *m_impl;
    if (!d.form)
        d.build();
    d.showAnnotationStatus();
    d.back->setVisible(d.session == nullptr);
    if (!d.controller.isBusy())
        d.controller.refresh();
}

void PretrainingPage::Impl::showState() {
    if (annotating)
        annotating->setMaterialFree(!controller.isBusy());
    if (!pages)
        return;
    showUse();
    const bool isRun = controller.state() != PretrainingController::State::Idle;
    QWidget* wanted = isRun ? static_cast<QWidget*>(run) : material;
    if (pages->currentWidget() == wanted)
        return;
    pages->setCurrentWidget(wanted);
    if (!q->isVisible())
        return;
    if (isRun)
        run->focusAction();
    else
        form->setFocus();
}

void PretrainingPage::Impl::showUse() {
    if (!run)
        return;
    const QString path = QString::fromStdString(controller.run().result.path);
    const bool isUsed = session && !path.isEmpty() &&
                        QString::fromStdString(session->project().setting("encoder")) == path;
    run->setUseObstacle(!session || !learning  ? tr("Open a project to use it there.")
                        : session->isLocked()  ? tr("The project cannot be written now.")
                        : !beingUsed.isEmpty() ? tr("loading…")
                        : isUsed               ? tr("In use for this project.")
                                               : QString());
}

void PretrainingPage::Impl::use(const QString& path) {
    if (!learning)
        return;
    beingUsed = path;
    showUse();
    learning->useEncoder(path, false);
}

void PretrainingPage::Impl::askDiscard(const QString& name) {
    auto* box = new QMessageBox(QMessageBox::Question, tr("Discard a run"),
                                tr("Discard “%1” and what it has learned?").arg(name),
                                QMessageBox::Cancel, q);
    box->setObjectName(QStringLiteral("discardRunBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(
        tr("Its checkpoint and the prepared material are deleted; the files "
           "that it learned from stay."));
    auto* yes = box->addButton(tr("Discard"), QMessageBox::DestructiveRole);
    yes->setObjectName(QStringLiteral("discardRunYes"));
    box->setDefaultButton(QMessageBox::Cancel);
    box->setEscapeButton(QMessageBox::Cancel);
    connect(yes, &QAbstractButton::clicked, q, [this, name] { controller.discard(name); });
    box->open();
}

void PretrainingPage::dragEnterEvent(QDragEnterEvent* event) {
    if (m_impl->controller.state() == PretrainingController::State::Idle &&
        !localFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void PretrainingPage::dropEvent(QDropEvent* event) {
    m_impl->controller.addFiles(localFiles(event->mimeData()));
    event->acceptProposedAction();
}

}  // namespace spanwise::ui
