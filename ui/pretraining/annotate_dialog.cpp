#include "ui/pretraining/annotate_dialog.h"

#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/main_window/error_text.h"
#include "ui/pretraining/annotate_form.h"
#include "ui/pretraining/annotate_run.h"
#include "ui/pretraining/annotation_text.h"
#include "ui/session/annotation_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

using State = AnnotationController::State;

constexpr QSize kSize(760, 660);
constexpr int kMargin = 24;

}  // namespace

struct AnnotateDialog::Impl {
    AnnotateDialog* q;
    AnnotationController& controller;
    QStackedWidget* pages = nullptr;
    QWidget* setup = nullptr;
    AnnotateForm* form = nullptr;
    AnnotateRun* run = nullptr;
    QLabel* where = nullptr;
    QLabel* forecast = nullptr;
    QPushButton* ask = nullptr;
    QPushButton* start = nullptr;

    Impl(AnnotateDialog* dialog, AnnotationController& c) : q(dialog), controller(c) {}
    QWidget* buildSetup();
    void showState();
    void showForecast();
};

AnnotateDialog::AnnotateDialog(AnnotationController& controller, QWidget* parent)
    : QDialog(parent), m_impl(std::make_unique<Impl>(this, controller)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("annotateDialog"));
    setWindowTitle(tr("Annotate texts with a language model"));
    setAcceptDrops(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    d.pages = new QStackedWidget(this);
    d.pages->addWidget(d.buildSetup());
    d.run = new AnnotateRun(controller, d.pages);
    d.pages->addWidget(d.run);
    layout->addWidget(d.pages);
    QSize size = kSize;
    if (parent)
        size = size.boundedTo(parent->window()->size() - QSize(40, 40));
    resize(size);

    connect(d.form, &AnnotateForm::folderChosen, this, &AnnotateDialog::folderChosen);
    connect(d.run, &AnnotateRun::useRequested, this, &AnnotateDialog::useRequested);
    connect(&controller, &AnnotationController::stateChanged, this,
            [this] { m_impl->showState(); });
    connect(&controller, &AnnotationController::forecastChanged, this,
            [this] { m_impl->showForecast(); });
    connect(&controller, &AnnotationController::settingsChanged, this,
            [this] { m_impl->showForecast(); });
    d.showState();
}

AnnotateDialog::~AnnotateDialog() = default;

QWidget* AnnotateDialog::Impl::buildSetup() {
    setup = new QWidget(pages);
    auto* layout = new QVBoxLayout(setup);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    form = new AnnotateForm(controller, setup);
    layout->addWidget(form, 1);
    layout->addWidget(new Hairline(Qt::Horizontal, setup));
    auto* bottom = new QWidget(setup);
    auto* column = new QVBoxLayout(bottom);
    column->setContentsMargins(kMargin, 12, kMargin, 14);
    column->setSpacing(8);
    where = plainLabel(bottom, "annotateWhere");
    where->setFont(theme::strong(where->font()));
    forecast = plainLabel(bottom, "annotateForecast");
    forecast->setTextInteractionFlags(Qt::TextSelectableByMouse);
    forecast->setFocusPolicy(Qt::NoFocus);
    column->addWidget(where);
    column->addWidget(forecast);
    ask = roomyButton(tr("&Forecast"), "annotateAskForecast", bottom);
    ask->setToolTip(tr("Counts passages, tokens and cost; nothing is asked"));
    start = roomyButton(tr("Start &annotating"), "annotateStart", bottom);
    auto* close = roomyButton(tr("C&lose"), "annotateClose", bottom);
    close->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(ask);
    buttons->addWidget(start);
    buttons->addStretch();
    buttons->addWidget(close);
    column->addLayout(buttons);
    layout->addWidget(bottom);

    QObject::connect(ask, &QPushButton::clicked, q, [this] {
        form->takeKey();
        if (controller.state() == State::Forecasting)
            controller.stop();
        else
            controller.askForecast();
    });
    QObject::connect(start, &QPushButton::clicked, q, [this] {
        form->takeKey();
        controller.start();
    });
    QObject::connect(close, &QPushButton::clicked, q, &QDialog::reject);
    return setup;
}

void AnnotateDialog::Impl::showState() {
    const State state = controller.state();
    const bool isRun = state != State::Idle && state != State::Forecasting;
    QWidget* wanted = isRun ? static_cast<QWidget*>(run) : setup;
    if (pages->currentWidget() != wanted) {
        pages->setCurrentWidget(wanted);
        if (isRun)
            run->focusAction();
        else
            form->setFocus();
    }
    showForecast();
}

void AnnotateDialog::Impl::showForecast() {
    const bool isAsking = controller.state() == State::Forecasting;
    const QString obstacle = controller.obstacle();
    const auto& known = controller.forecast();
    where->setText(AnnotationText::whereTextsGo(controller));
    where->setVisible(!where->text().isEmpty());
    const bool isBad = AnnotationText::isInTheClear(controller);
    const auto colour = [this](QLabel* label, bool isError) {
        QPalette palette = q->palette();
        if (isError)
            palette.setColor(QPalette::WindowText, theme::colors().error);
        label->setPalette(palette);
    };
    colour(where, isBad);
    colour(forecast, controller.forecastError().has_value());
    forecast->setText(!obstacle.isEmpty()          ? obstacle
                      : controller.forecastError() ? errorDetail(*controller.forecastError())
                      : isAsking || known          ? AnnotationText::forecast(controller)
                                          : tr("The forecast counts what would be asked and what "
                                               "it would cost, before anything is sent."));
    ask->setText(isAsking ? tr("Cancel") : tr("&Forecast"));
    ask->setEnabled(isAsking || obstacle.isEmpty());
    // Nobody pays for what was not forecast.
    const bool canStart =
        !isAsking && obstacle.isEmpty() && known && known->passages > 0 && known->withinBudget > 0;
    const bool hadFocus = ask->hasFocus();
    start->setEnabled(canStart);
    start->setDefault(canStart);
    ask->setDefault(!canStart);
    if (hadFocus && canStart)
        start->setFocus();
}

void AnnotateDialog::setFolder(const QString& folder) {
    m_impl->form->setFolder(folder);
}

void AnnotateDialog::setMaterialFree(bool isFree) {
    m_impl->run->setMaterialFree(isFree);
}

void AnnotateDialog::showEvent(QShowEvent* event) {
    QDialog::showEvent(event);
    m_impl->controller.refresh();
}

void AnnotateDialog::changeEvent(QEvent* event) {
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl && m_impl->start)
        m_impl->showForecast();
}

void AnnotateDialog::dragEnterEvent(QDragEnterEvent* event) {
    if (m_impl->pages->currentWidget() == m_impl->setup && event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void AnnotateDialog::dropEvent(QDropEvent* event) {
    QStringList files;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isFile())
            files << url.toLocalFile();
    }
    m_impl->form->addFiles(files);
    event->acceptProposedAction();
}

}  // namespace spanwise::ui
