#include "ui/main_window/main_window.h"

#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/check/check_page.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/document_view/document_view.h"
#include "ui/export/export_page.h"
#include "ui/history/history_page.h"
#include "ui/language/engine_text.h"
#include "ui/language/language.h"
#include "ui/language/plural.h"
#include "ui/main_window/action_registry.h"
#include "ui/main_window/command_palette.h"
#include "ui/main_window/error_text.h"
#include "ui/main_window/label_page.h"
#include "ui/main_window/message_bar.h"
#include "ui/main_window/new_project_dialog.h"
#include "ui/main_window/page_bar.h"
#include "ui/main_window/regions.h"
#include "ui/main_window/rescue_dialog.h"
#include "ui/main_window/settings_dialog.h"
#include "ui/main_window/shortcuts_dialog.h"
#include "ui/main_window/status_strip.h"
#include "ui/main_window/trash_dialog.h"
#include "ui/main_window/welcome_page.h"
#include "ui/main_window/worker_log_dialog.h"
#include "ui/models/models_page.h"
#include "ui/patterns/patterns_page.h"
#include "ui/pretraining/pretraining_page.h"
#include "ui/queue/queue_panel.h"
#include "ui/review/merge_dialog.h"
#include "ui/review/review_page.h"
#include "ui/review/share_dialog.h"
#include "ui/search/search_panel.h"
#include "ui/session/annotation_controller.h"
#include "ui/session/dashboard_controller.h"
#include "ui/session/guideline_controller.h"
#include "ui/session/history_controller.h"
#include "ui/session/patterns_controller.h"
#include "ui/session/pretraining_controller.h"
#include "ui/session/quality_controller.h"
#include "ui/session/review_controller.h"
#include "ui/session/samples.h"
#include "ui/session/search_controller.h"
#include "ui/session/similarity_controller.h"
#include "ui/session/triage_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_pattern.h"
#include "ui/tour/tour.h"
#include "ui/triage/triage_page.h"
#include "ui/types/guideline_panel.h"
#include "ui/types/types_panel.h"

namespace spanwise::ui {
namespace {

constexpr int kPaletteDocuments = 20;

enum Page {
    kWelcome,
    kLabel,
    kReview,
    kTriage,
    kPatterns,
    kDashboard,
    kCheck,
    kModels,
    kPretraining,
    kHistory,
    kExport
};

/// The same worker where labelling goes first.
QStringList inBackground(QStringList worker) {
    if (!worker.isEmpty())
        worker << QStringLiteral("--nice") << QStringLiteral("19");
    return worker;
}

constexpr std::pair<const char*, TriageCommand> kTriageActions[] = {
    {"triageLater", TriageCommand::Later},
    {"triageBack", TriageCommand::Back},
    {"triageOpen", TriageCommand::Open},
    {"triagePreviousPlace", TriageCommand::PreviousPlace},
    {"triageNextPlace", TriageCommand::NextPlace},
    {"triageExceptions", TriageCommand::Exceptions},
};

bool isZoom(ViewCommand command) {
    return command == ViewCommand::ZoomIn || command == ViewCommand::ZoomOut ||
           command == ViewCommand::ZoomReset;
}

QStringList localFiles(const QMimeData* data) {
    QStringList files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isFile())
            files << url.toLocalFile();
    }
    return files;
}

}  // namespace

MainWindow::MainWindow(MainWindowOptions options, QWidget* parent)
    : QMainWindow(parent), m_options(std::move(options)) {
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setWindowIcon(QIcon(QStringLiteral(":/icons/spanwise.svg")));

    resize(1280, 800);
    setMinimumSize(900, 560);
    const QStringList worker = inBackground(workerCommand());
    m_pretraining = std::make_unique<PretrainingController>(worker);
    m_annotation = std::make_unique<AnnotationController>(
        worker, QDir(m_options.dataFolder).filePath(QStringLiteral("annotated")),
        m_options.keychain);
    m_annotation->restore(m_settings.annotation());
    connect(m_pretraining.get(), &PretrainingController::runChanged, this,
            [this] { showPretraining(); });
    connect(m_pretraining.get(), &PretrainingController::stateChanged, this, [this] {
        showPretraining();
        if (m_isQuitting && !m_pretraining->isBusy())
            close();
    });
    connect(m_annotation.get(), &AnnotationController::rememberedChanged, this,
            [this] { m_settings.setAnnotation(m_annotation->remembered()); });
    connect(m_annotation.get(), &AnnotationController::stateChanged, this, [this] {
        if (m_isQuitting && !m_annotation->isBusy())
            close();
    });
    build();
    if (const QByteArray geometry = m_settings.geometry(); !geometry.isEmpty())
        restoreGeometry(geometry);
    showPage(kWelcome);
}

/// Everything in the window, in the language of now; nothing of the project yet.
void MainWindow::build() {
    m_registry = new ActionRegistry(this);
    auto* central = new QWidget(this);
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_pages = new PageBar(central);
    m_pages->addTab(tr("Label"));
    m_pages->addTab(tr("Review"));
    m_pages->addTab(tr("Triage"));
    m_pages->addTab(tr("Patterns"));
    m_pages->addTab(tr("Dashboard"));
    m_pages->addTab(tr("Check"));
    m_pages->addTab(tr("Models"));
    m_pages->addTab(tr("Pre-training"));
    m_pages->addTab(tr("History"));
    m_pages->addTab(tr("Export"));
    auto* pageRow = new QHBoxLayout;
    pageRow->setContentsMargins(12, 0, 12, 0);
    pageRow->addWidget(m_pages);
    pageRow->addStretch();
    layout->addWidget(new Hairline(Qt::Horizontal, central));
    layout->addLayout(pageRow);
    layout->addWidget(new Hairline(Qt::Horizontal, central));
    m_messages = new MessageBar(central);
    layout->addWidget(m_messages);
    m_stack = new QStackedWidget(central);
    m_welcome = new WelcomePage(m_stack);
    m_labelPage = new LabelPage(m_stack);
    m_reviewPage = new ReviewPage(m_stack);
    m_triagePage = new TriagePage(m_stack);
    m_patternsPage = new PatternsPage(m_stack);
    m_dashboardPage = new DashboardPage(m_stack);
    m_checkPage = new CheckPage(m_stack);
    m_modelsPage = new ModelsPage(m_stack);
    m_pretrainingPage = new PretrainingPage(*m_pretraining, m_stack);
    m_pretrainingPage->setAnnotation(m_annotation.get());
    m_historyPage = new HistoryPage(m_stack);
    m_exportPage = new ExportPage(m_stack);
    m_stack->addWidget(m_welcome);
    m_stack->addWidget(m_labelPage);
    m_stack->addWidget(m_reviewPage);
    m_stack->addWidget(m_triagePage);
    m_stack->addWidget(m_patternsPage);
    m_stack->addWidget(m_dashboardPage);
    m_stack->addWidget(m_checkPage);
    m_stack->addWidget(m_modelsPage);
    m_stack->addWidget(m_pretrainingPage);
    m_stack->addWidget(m_historyPage);
    m_stack->addWidget(m_exportPage);
    layout->addWidget(m_stack, 1);
    layout->addWidget(new Hairline(Qt::Horizontal, central));
    setCentralWidget(central);
    m_status = new StatusStrip(this);
    setStatusBar(m_status);
    buildMenus();
    buildKeys();

    connect(m_pages, &QTabBar::currentChanged, this, [this](int index) { showPage(index + 1); });
    connect(m_messages, &MessageBar::actionTriggered, this, [this] {
        if (m_messageAction)
            m_messageAction();
    });
    connect(m_welcome, &WelcomePage::newRequested, this, [this] { askNewProject(); });
    connect(m_welcome, &WelcomePage::openRequested, this, [this] { askOpenProject(); });
    connect(m_welcome, &WelcomePage::sampleRequested, this,
            [this](const QString& id) { openSample(id); });
    connect(m_welcome, &WelcomePage::projectRequested, this,
            [this](const QString& path) { openProject(path); });
    connect(m_labelPage, &LabelPage::importRequested, this, [this] { askImport(true); });
    connect(m_labelPage, &LabelPage::hint, this,
            [this](const QString& headline, const QString& detail) { say(headline, detail); });
    connect(m_labelPage, &LabelPage::allDone, this, [this] {
        offer(tr("All documents are done."), tr("Import more, or export what you have."),
              tr("Export"), [this] { m_pages->setCurrentIndex(kExport - 1); });
    });
    buildReview();
    connect(m_triagePage, &TriagePage::placeActivated, this, [this](qint64 document, Range range) {
        m_pages->setCurrentIndex(kLabel - 1);
        m_labelPage->goTo(document, range);
    });
    connect(m_triagePage, &TriagePage::hint, this,
            [this](const QString& headline, const QString& detail) { say(headline, detail); });
    connect(m_triagePage, &TriagePage::readRequested, this,
            [this] { m_pages->setCurrentIndex(kLabel - 1); });
    connect(m_triagePage, &TriagePage::importRequested, this, [this] { askImport(true); });
    connect(m_patternsPage, &PatternsPage::placeActivated, this,
            [this](qint64 document, Range range) {
                m_pages->setCurrentIndex(kLabel - 1);
                m_labelPage->goTo(document, range);
            });
    connect(m_patternsPage, &PatternsPage::hint, this,
            [this](const QString& headline, const QString& detail) { say(headline, detail); });
    m_patternsPage->setFolder(m_settings.folder());
    connect(m_patternsPage, &PatternsPage::folderChosen, this,
            [this](const QString& folder) { m_settings.setFolder(folder); });
    connect(m_checkPage, &CheckPage::placeActivated, this, [this](qint64 document, Range range) {
        m_pages->setCurrentIndex(kLabel - 1);
        m_labelPage->goTo(document, range);
    });
    buildSight();
    buildTour();
    m_modelsPage->setFolder(m_settings.folder());
    connect(m_modelsPage, &ModelsPage::hint, this,
            [this](const QString& headline, const QString& detail) { say(headline, detail); });
    connect(m_modelsPage, &ModelsPage::failed, this,
            [this](const Error& error) { showError(error); });
    connect(m_modelsPage, &ModelsPage::folderChosen, this,
            [this](const QString& folder) { m_settings.setFolder(folder); });
    m_pretrainingPage->setFolder(m_settings.folder());
    connect(m_pretrainingPage, &PretrainingPage::hint, this,
            [this](const QString& headline, const QString& detail) { say(headline, detail); });
    connect(m_pretrainingPage, &PretrainingPage::failed, this,
            [this](const Error& error) { showError(error); });
    connect(m_pretrainingPage, &PretrainingPage::folderChosen, this,
            [this](const QString& folder) { m_settings.setFolder(folder); });
    connect(m_pretrainingPage, &PretrainingPage::closeRequested, this,
            [this] { showPage(kWelcome); });
    m_exportPage->setFolder(m_settings.folder());
    connect(m_exportPage, &ExportPage::folderChosen, this,
            [this](const QString& folder) { m_settings.setFolder(folder); });
    connect(m_exportPage, &ExportPage::failed, this,
            [this](const Error& error) { showError(error); });
    connect(m_exportPage, &ExportPage::exported, this,
            [this](const QString& path, const ExportReport& report) {
                offer(tr("Exported %1 with %Ln label(s).", nullptr, plural(report.spans))
                          .arg(tr("%Ln document(s)", nullptr, plural(report.documents))),
                      QDir::toNativeSeparators(path), tr("Show folder"), [path] {
                          QDesktopServices::openUrl(
                              QUrl::fromLocalFile(QFileInfo(path).absolutePath()));
                      });
            });

    m_labelPage->view()->viewport()->installEventFilter(this);
    m_labelPage->view()->setZoom(m_settings.zoom());
    connect(m_labelPage->view(), &DocumentView::zoomChanged, this,
            [this](double zoom) { m_settings.setZoom(zoom); });
    if (const QByteArray splitter = m_settings.splitter(); !splitter.isEmpty())
        m_labelPage->splitter()->restoreState(splitter);
    updateRecent();
    updateTitle();
    updateActions();
    showPretraining();
}

/// Widgets say what they said when they were made: another language needs new ones. The project,
/// the worker and a pre-training run go on; place, selection and page are kept.
void MainWindow::rebuild() {
    const int page = m_stack->currentIndex();
    const DocumentView* view = m_labelPage->view();
    const Range selection = view->selection(), seen = view->visibleRange();
    const RecordId focused = view->focusedSpan();
    m_settings.setSplitter(m_labelPage->splitter()->saveState());
    m_tour->stop();
    releasePages();
    m_messageAction = {};
    delete m_tour;
    delete takeCentralWidget();
    delete m_status;
    delete menuBar();
    delete m_registry;
    m_projectActions.clear();
    m_writeActions.clear();
    build();
    if (m_session) {
        handToPages();
        updateLearning();
        updateBanner();
        m_labelPage->view()->scrollTo({seen.begin, seen.begin});
        if (focused != 0)
            m_labelPage->view()->setFocusedSpan(focused);
        else
            m_labelPage->view()->setSelection(selection);
        const QSignalBlocker quiet(m_pages);
        m_pages->setCurrentIndex(std::max(0, page - 1));
    }
    showPage(page);
}

MainWindow::~MainWindow() {
    closeProject();
    m_pretrainingPage->setAnnotation(nullptr);
}

/// Where annotators' files come together.
void MainWindow::buildReview() {
    connect(m_reviewPage, &ReviewPage::mergeRequested, this, [this] { askMerge(); });
    connect(m_reviewPage, &ReviewPage::shareRequested, this, [this] { askShare(); });
    connect(m_reviewPage, &ReviewPage::hint, this,
            [this](const QString& headline, const QString& detail) { say(headline, detail); });
    connect(m_reviewPage, &ReviewPage::failed, this,
            [this](const Error& error) { showError(error); });
    m_reviewPage->setFolder(m_settings.folder());
    connect(m_reviewPage, &ReviewPage::saved, this, [this](const QString& path) {
        m_settings.setFolder(QFileInfo(path).absolutePath());
        say(tr("Saved."), QDir::toNativeSeparators(path));
    });
}

void MainWindow::askMerge() {
    if (!m_session)
        return;
    if (const auto reason = m_session->lockedReason()) {
        showError(*reason);
        return;
    }
    auto* dialog = new MergeDialog(*m_session, m_settings.folder(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &MergeDialog::folderChosen, this,
            [this](const QString& folder) { m_settings.setFolder(folder); });
    connect(dialog, &QDialog::accepted, this, [this] { m_pages->setCurrentIndex(kReview - 1); });
    dialog->open();
}

void MainWindow::askShare() {
    if (!m_session)
        return;
    auto* dialog = new ShareDialog(*m_session, m_settings.folder(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ShareDialog::folderChosen, this,
            [this](const QString& folder) { m_settings.setFolder(folder); });
    connect(dialog, &ShareDialog::shared, this, [this](const ShareReport& report) {
        const QString folder =
            QFileInfo(QString::fromStdString(report.files.front().path)).absolutePath();
        offer(tr("%Ln file(s) are written.", nullptr, plural(report.files.size())),
              tr("%Ln document(s) shared out.", nullptr, plural(report.documents)),
              tr("Show folder"),
              [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    });
    dialog->open();
}

/// The pages that look at the project as a whole, and the way from there to a place in it.
void MainWindow::buildSight() {
    const auto goTo = [this](qint64 document, Range range) {
        m_pages->setCurrentIndex(kLabel - 1);
        m_labelPage->goTo(document, range);
    };
    const auto tell = [this](const QString& headline, const QString& detail) {
        say(headline, detail);
    };
    m_dashboardPage->setFolder(m_settings.folder());
    connect(m_dashboardPage, &DashboardPage::placeActivated, this, goTo);
    connect(m_dashboardPage, &DashboardPage::hint, this, tell);
    connect(m_dashboardPage, &DashboardPage::failed, this,
            [this](const Error& error) { showError(error); });
    connect(m_dashboardPage, &DashboardPage::checkRequested, this,
            [this] { m_pages->setCurrentIndex(kCheck - 1); });
    connect(m_dashboardPage, &DashboardPage::saved, this, [this](const QString& path) {
        m_settings.setFolder(QFileInfo(path).absolutePath());
        say(tr("Saved."), QDir::toNativeSeparators(path));
    });
    connect(m_historyPage, &HistoryPage::placeActivated, this, goTo);
    connect(m_historyPage, &HistoryPage::hint, this, tell);
    connect(m_historyPage, &HistoryPage::trashRequested, this, [this] { showTrash(); });
    // Later, for it replaces what asks.
    connect(
        m_historyPage, &HistoryPage::projectRequested, this,
        [this](const QString& path) { openProject(path); }, Qt::QueuedConnection);
    connect(m_status, &StatusStrip::logRequested, this, [this] { showWorkerLog(); });
}

void MainWindow::buildTour() {
    TourPlaces places;
    places.window = this;
    places.pages = m_pages;
    places.labelTab = kLabel - 1;
    places.triageTab = kTriage - 1;
    places.exportTab = kExport - 1;
    places.labelPage = m_labelPage;
    places.status = m_status;
    places.key = [this](const char* id) { return m_registry->keycap(id); };
    m_tour = new Tour(std::move(places), this);
    connect(m_welcome, &WelcomePage::tourRequested, this, [this] { startTour(); });
    connect(m_tour, &Tour::ended, this, [this](bool isWhole) {
        m_settings.setTourDone();
        if (!isWhole)
            say(tr("The tour is over."), tr("Help ▸ Take the tour begins it again."));
    });
}

// --- menus

QAction* MainWindow::add(QMenu* menu, const QString& text, const char* name,
                         const QKeySequence& key, std::function<void()> act,
                         std::optional<ViewCommand> command) {
    auto* action = new QAction(text, menuBar());
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(key);
    if (act)
        connect(action, &QAction::triggered, this, [act = std::move(act)] { act(); });
    menu->addAction(action);
    m_registry->add(action, menu->title(), command);
    return action;
}

QAction* MainWindow::add(QMenu* menu, ViewCommand command, const char* name) {
    return add(
        menu, ViewKeys::title(command), name, {},
        [this, command] { m_labelPage->perform(command); }, command);
}

void MainWindow::buildMenus() {
    auto* name = new QLabel(tr("Spanwise"), menuBar());
    QFont strong = name->font();
    strong.setWeight(QFont::DemiBold);
    name->setFont(strong);
    name->setContentsMargins(14, 0, 10, 0);
    menuBar()->setCornerWidget(name, Qt::TopLeftCorner);
    buildProjectMenu();
    buildEditMenu();
    buildLabelMenu();
    buildViewMenu();
    buildModelMenu();
    buildHelpMenu();
}

void MainWindow::buildProjectMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Project"));
    add(menu, tr("&New…"), "newProject", QKeySequence::New, [this] { askNewProject(); });
    add(menu, tr("&Open…"), "openProject", QKeySequence::Open, [this] { askOpenProject(); });
    m_recentMenu = menu->addMenu(tr("Open &recent"));
    QMenu* sampleMenu = menu->addMenu(tr("Open &sample"));
    for (const Sample& sample : samples()) {
        QAction* action = add(sampleMenu, sample.title, "openSample", {},
                              [this, id = sample.id] { openSample(id); });
        action->setObjectName(QStringLiteral("openSample_") + sample.id);
        action->setToolTip(sample.description);
    }
    menu->addSeparator();
    m_writeActions << add(menu, tr("&Import…"), "importFiles", QKeySequence(Qt::CTRL | Qt::Key_I),
                          [this] { askImport(true); });
    m_writeActions << add(menu, tr("Import &texts only…"), "importTexts", {},
                          [this] { askImport(false); });
    m_projectActions << add(menu, tr("&Export…"), "exportPageAction",
                            QKeySequence(Qt::CTRL | Qt::Key_E),
                            [this] { m_pages->setCurrentIndex(kExport - 1); });
    m_projectActions << add(menu, tr("S&hare out…"), "shareOut", {}, [this] { askShare(); });
    m_writeActions << add(menu, tr("&Merge files…"), "mergeFilesAction", {},
                          [this] { askMerge(); });
    m_projectActions << add(menu, tr("Export &guidelines…"), "exportGuidelines", {},
                            [this] { askExportGuidelines(); });
    menu->addSeparator();
    m_projectActions << add(menu, tr("&Close project"), "closeProject",
                            QKeySequence(Qt::CTRL | Qt::Key_W), [this] { closeProject(); });
    add(menu, tr("&Quit"), "quit", QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
}

void MainWindow::buildEditMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Edit"));
    m_undo = add(menu, tr("&Undo"), "undo", QKeySequence(Qt::CTRL | Qt::Key_Z), [this] {
        if (m_session)
            m_session->undo();
    });
    m_redo = add(menu, tr("&Redo"), "redo", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), [this] {
        if (m_session)
            m_session->redo();
    });
    menu->addSeparator();
    add(menu, tr("&Command…"), "commandPalette", QKeySequence(Qt::CTRL | Qt::Key_K),
        [this] { showPalette(); });
    m_projectActions << add(menu, tr("&Find documents"), "findDocuments",
                            QKeySequence(Qt::Key_Slash), [this] {
                                m_pages->setCurrentIndex(kLabel - 1);
                                m_labelPage->queue()->focusSearch();
                            });
    m_projectActions << add(menu, tr("Find in the docu&ment…"), "findInDocument",
                            QKeySequence(Qt::CTRL | Qt::Key_F), [this] {
                                m_pages->setCurrentIndex(kLabel - 1);
                                m_labelPage->findInDocument();
                            });
    m_projectActions << add(menu, tr("Find &next"), "findNext", QKeySequence(Qt::Key_F3), [this] {
        m_pages->setCurrentIndex(kLabel - 1);
        m_labelPage->findNext();
    });
    m_projectActions << add(menu, tr("Find &previous"), "findPrevious",
                            QKeySequence(Qt::SHIFT | Qt::Key_F3), [this] {
                                m_pages->setCurrentIndex(kLabel - 1);
                                m_labelPage->findPrevious();
                            });
    m_projectActions << add(menu, tr("&Search the project…"), "searchProject",
                            QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), [this] {
                                m_pages->setCurrentIndex(kLabel - 1);
                                m_labelPage->searchProject();
                            });
    m_projectActions << add(menu, tr("Find simi&lar places"), "findSimilar",
                            QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_F), [this] {
                                m_pages->setCurrentIndex(kLabel - 1);
                                m_labelPage->findSimilar();
                            });
    menu->addSeparator();
    m_writeActions << add(menu, tr("Move document to the &trash"), "trashDocument", {},
                          [this] { m_labelPage->trashCurrent(); });
    m_projectActions << add(menu, tr("Tras&h…"), "showTrash", {}, [this] { showTrash(); });
    menu->addSeparator();
    add(menu, tr("Settin&gs…"), "showSettings", QKeySequence(Qt::CTRL | Qt::Key_Comma),
        [this] { showSettings(); });
}

void MainWindow::buildLabelMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Label"));
    const auto isTriage = [this] { return m_stack->currentIndex() == kTriage; };
    m_writeActions << add(
        menu, tr("&Accept suggestion"), "acceptFocused", {},
        [this, isTriage] { isTriage() ? m_triagePage->accept() : m_labelPage->acceptFocused(); },
        ViewCommand::Accept);
    m_writeActions << add(
        menu, tr("&Reject suggestion"), "rejectFocused", {},
        [this, isTriage] { isTriage() ? m_triagePage->reject() : m_labelPage->rejectFocused(); },
        ViewCommand::Reject);
    m_projectActions << add(menu, tr("De&cide all like this"), "decideAll", QKeySequence(Qt::Key_G),
                            [this] { decideAllLikeFocused(); });
    m_writeActions << add(menu, tr("Label all &occurrences…"), "propagate",
                          QKeySequence(Qt::CTRL | Qt::Key_L), [this] {
                              m_pages->setCurrentIndex(kLabel - 1);
                              m_labelPage->propagate();
                          });
    m_writeActions << add(
        menu, tr("Accept a&ll shown"), "acceptAllShown", {}, [this] { m_labelPage->acceptAll(); },
        ViewCommand::AcceptAll);
    menu->addSeparator();
    m_projectActions << add(
        menu, tr("Next &suggestion"), "nextSuggestion", {},
        [this] { m_labelPage->view()->focusNextSuggestion(); }, ViewCommand::NextSuggestion);
    m_projectActions << add(
        menu, tr("&Previous suggestion"), "previousSuggestion", {},
        [this] { m_labelPage->view()->focusPreviousSuggestion(); },
        ViewCommand::PreviousSuggestion);
    m_projectActions << add(menu, tr("Show &more suggestions"), "showMoreSuggestions",
                            QKeySequence(Qt::CTRL | Qt::Key_BracketLeft),
                            [this] { m_labelPage->showMoreSuggestions(); });
    m_projectActions << add(menu, tr("Show &fewer suggestions"), "showFewerSuggestions",
                            QKeySequence(Qt::CTRL | Qt::Key_BracketRight),
                            [this] { m_labelPage->showFewerSuggestions(); });
    menu->addSeparator();
    m_done = add(
        menu, tr("&Done, and on to the next"), "markDone", {}, [this] { m_labelPage->markDone(); },
        ViewCommand::Done);
    m_writeActions << m_done;
    m_projectActions << add(
        menu, tr("&Next document"), "nextDocument", QKeySequence(Qt::ALT | Qt::Key_Right),
        [this] { m_labelPage->goToNext(); }, ViewCommand::NextDocument);
    m_projectActions << add(
        menu, tr("Pre&vious document"), "previousDocument", QKeySequence(Qt::ALT | Qt::Key_Left),
        [this] { m_labelPage->goToPrevious(); }, ViewCommand::PreviousDocument);
    menu->addSeparator();
    m_writeActions << add(menu, ViewCommand::AnotherType, "anotherType");
    m_writeActions << add(menu, ViewCommand::Sticky, "stickyType");
    m_writeActions << add(menu, ViewCommand::Mark, "markSpan");
    m_writeActions << add(menu, ViewCommand::MarkAlike, "markAlike");
    QMenu* places = menu->addMenu(tr("Focus and &boundaries"));
    m_projectActions << add(places, ViewCommand::FocusHere, "focusHere")
                     << add(places, ViewCommand::NextSpan, "nextSpan")
                     << add(places, ViewCommand::PreviousSpan, "previousSpan");
    m_writeActions << add(places, ViewCommand::BeginLeft, "beginLeft")
                   << add(places, ViewCommand::BeginRight, "beginRight")
                   << add(places, ViewCommand::EndLeft, "endLeft")
                   << add(places, ViewCommand::EndRight, "endRight")
                   << add(places, ViewCommand::BeginLeftCharacter, "beginLeftCharacter")
                   << add(places, ViewCommand::BeginRightCharacter, "beginRightCharacter")
                   << add(places, ViewCommand::EndLeftCharacter, "endLeftCharacter")
                   << add(places, ViewCommand::EndRightCharacter, "endRightCharacter")
                   << add(places, ViewCommand::Remove, "removeLabel");
    buildTriageMenu(menu);
    QAction* trims = add(menu, tr("&Trim white space and marks"), "trimEdges", {}, {});
    trims->setCheckable(true);
    trims->setChecked(m_settings.trimsEdges());
    trims->setToolTip(tr("Leave them out at the edges of what is labelled"));
    m_labelPage->view()->setTrimming(m_settings.trimsEdges());
    connect(trims, &QAction::toggled, this, [this](bool isOn) {
        m_settings.setTrimsEdges(isOn);
        m_labelPage->view()->setTrimming(isOn);
    });
    menu->addSeparator();
    m_writeActions << add(menu, tr("Add &entity type…"), "addTypeAction", QKeySequence(Qt::Key_T),
                          [this] { m_labelPage->addType(); });
    m_projectActions << add(menu, tr("&Guideline of the type"), "showGuideline",
                            QKeySequence(Qt::CTRL | Qt::Key_G), [this] {
                                m_pages->setCurrentIndex(kLabel - 1);
                                m_labelPage->showGuideline();
                            });
}

void MainWindow::buildTriageMenu(QMenu* labelMenu) {
    QMenu* menu = labelMenu->addMenu(tr("&In triage"));
    for (const auto& [id, command] : kTriageActions) {
        auto* action = new QAction(TriagePage::title(command), menuBar());
        action->setObjectName(QString::fromLatin1(id));
        connect(action, &QAction::triggered, this,
                [this, c = command] { m_triagePage->perform(c); });
        menu->addAction(action);
        m_registry->addOfTriage(action, tr("Triage"), TriagePage::usualKeys(command));
        m_projectActions << action;
    }
}

void MainWindow::buildViewMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&View"));
    QMenu* themes = menu->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(menuBar());
    const std::tuple<ThemeChoice, QString, const char*> choices[] = {
        {ThemeChoice::System, tr("As the &system"), "themeSystem"},
        {ThemeChoice::Light, tr("&Light"), "themeLight"},
        {ThemeChoice::Dark, tr("&Dark"), "themeDark"}};
    for (const auto& [choice, text, name] : choices) {
        QAction* action = add(themes, text, name, {}, [this, c = choice] { setTheme(c); });
        action->setCheckable(true);
        action->setChecked(m_settings.theme() == choice);
        group->addAction(action);
    }
    QMenu* languages = menu->addMenu(tr("L&anguage"));
    auto* spoken = new QActionGroup(menuBar());
    const auto addLanguage = [&](const QString& code, const QString& name) {
        const QString id = QStringLiteral("language_") + (code.isEmpty() ? u"system"_qs : code);
        QAction* action =
            add(languages, name, qPrintable(id), {}, [this, code] { setLanguage(code); });
        action->setCheckable(true);
        action->setChecked(m_settings.language() == code);
        spoken->addAction(action);
    };
    addLanguage({}, tr("As the &system"));
    for (const Language& language : language::all())
        addLanguage(language.code, language.name);
    QAction* patterns = add(menu, tr("L&ine patterns besides colours"), "linePatterns", {}, {});
    patterns->setCheckable(true);
    patterns->setChecked(m_settings.showsPatterns());
    patterns->setToolTip(tr("Tell types apart by their underlines as well"));
    theme::setPatterns(m_settings.showsPatterns());
    connect(patterns, &QAction::toggled, this, [this](bool isOn) {
        m_settings.setShowsPatterns(isOn);
        theme::setPatterns(isOn);
    });
    QAction* syntax = add(menu, tr("Colour b&y syntax"), "syntaxColors", {}, {});
    syntax->setCheckable(true);
    syntax->setChecked(m_settings.coloursSyntax());
    syntax->setToolTip(tr("Colour Markdown, JSON, logs and code under the labels"));
    m_labelPage->view()->setSyntaxColors(m_settings.coloursSyntax());
    connect(syntax, &QAction::toggled, this, [this](bool isOn) {
        m_settings.setColoursSyntax(isOn);
        m_labelPage->view()->setSyntaxColors(isOn);
    });
    menu->addSeparator();
    m_projectActions << add(menu, tr("&Dashboard"), "dashboardPageAction",
                            QKeySequence(Qt::CTRL | Qt::Key_D),
                            [this] { m_pages->setCurrentIndex(kDashboard - 1); });
    m_projectActions << add(menu, tr("&History"), "historyPageAction",
                            QKeySequence(Qt::CTRL | Qt::Key_H),
                            [this] { m_pages->setCurrentIndex(kHistory - 1); });
    m_projectActions << add(menu, tr("Revie&w"), "reviewPageAction",
                            QKeySequence(Qt::CTRL | Qt::Key_R),
                            [this] { m_pages->setCurrentIndex(kReview - 1); });
    m_projectActions << add(menu, tr("T&riage"), "triagePageAction",
                            QKeySequence(Qt::CTRL | Qt::Key_T),
                            [this] { m_pages->setCurrentIndex(kTriage - 1); });
    m_projectActions << add(menu, tr("&Patterns"), "patternsPageAction",
                            QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P),
                            [this] { m_pages->setCurrentIndex(kPatterns - 1); });
    menu->addSeparator();
    add(menu, tr("&Next part of the window"), "nextRegion", QKeySequence(Qt::Key_F6),
        [this] { focusNextRegion(regions(), true); });
    add(menu, tr("Pre&vious part of the window"), "previousRegion",
        QKeySequence(Qt::SHIFT | Qt::Key_F6), [this] { focusNextRegion(regions(), false); });
    menu->addSeparator();
    DocumentView* view = m_labelPage->view();
    add(
        menu, tr("&Larger text"), "zoomIn", QKeySequence(Qt::CTRL | Qt::Key_Plus),
        [view] { view->zoomIn(); }, ViewCommand::ZoomIn);
    add(
        menu, tr("S&maller text"), "zoomOut", QKeySequence(Qt::CTRL | Qt::Key_Minus),
        [view] { view->zoomOut(); }, ViewCommand::ZoomOut);
    add(
        menu, tr("Usual text &size"), "zoomReset", QKeySequence(Qt::CTRL | Qt::Key_0),
        [view] { view->resetZoom(); }, ViewCommand::ZoomReset);
}

void MainWindow::buildModelMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Model"));
    m_projectActions << add(menu, tr("&Models…"), "modelsPageAction",
                            QKeySequence(Qt::CTRL | Qt::Key_M),
                            [this] { m_pages->setCurrentIndex(kModels - 1); });
    m_projectActions << add(menu, tr("&Check…"), "checkPageAction",
                            QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K),
                            [this] { m_pages->setCurrentIndex(kCheck - 1); });
    add(menu, tr("&Pre-training…"), "pretrainingPageAction", QKeySequence(Qt::CTRL | Qt::Key_P),
        [this] {
            if (m_session)
                m_pages->setCurrentIndex(kPretraining - 1);
            else
                showPage(kPretraining);
        });
    add(menu, tr("&Annotate texts…"), "annotateTextsAction", {}, [this] {
        findChild<QAction*>(QStringLiteral("pretrainingPageAction"))->trigger();
        m_pretrainingPage->showAnnotation();
    });
    menu->addSeparator();
    m_writeActions << add(menu, tr("&Train now"), "trainNow", {}, [this] {
        if (m_learning)
            m_learning->trainNow();
    });
    m_writeActions << add(menu, tr("&Restart the worker"), "restartWorker", {}, [this] {
        if (!m_client)
            return;
        m_client->stop();
        m_client->start();
    });
    m_projectActions << add(menu, tr("Worker &log…"), "workerLogAction", {},
                            [this] { showWorkerLog(); });
}

void MainWindow::buildHelpMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Help"));
    auto* keys = new QAction(tr("&Keys…"), menuBar());
    keys->setObjectName(QStringLiteral("shortcutSheet"));
    keys->setShortcuts({QKeySequence(Qt::Key_F1), QKeySequence(Qt::Key_Question)});
    connect(keys, &QAction::triggered, this, [this] { showShortcuts(); });
    menu->addAction(keys);
    m_registry->add(keys, menu->title());
    add(menu, tr("Take the &tour"), "takeTour", {}, [this] { startTour(); });
    add(menu, tr("&About Spanwise"), "about", {}, [this] { showAbout(); });
}

void MainWindow::buildKeys() {
    const QString moving = tr("Moving in the text");
    m_registry->addFixed(moving, QStringLiteral("← →"), tr("Go from word to word"));
    m_registry->addFixed(moving, QStringLiteral("↑ ↓"), tr("Go from line to line"));
    m_registry->addFixed(moving, QStringLiteral("⇧→"), tr("Extend the selection"));
    m_registry->addFixed(moving, keyText(Qt::CTRL | Qt::Key_Right), tr("Go by character"));
    m_registry->addFixed(moving, tr("Home End"), tr("Go to the line's edge; with Ctrl the text's"));
    m_registry->addFixed(moving, tr("Esc"), tr("Let go: marks, focus, selection, sticky type"));
    m_registry->addFixed(moving, keyText(Qt::CTRL | Qt::Key_A), tr("Select all"));
    m_registry->addFixed(moving, keyText(Qt::CTRL | Qt::Key_C), tr("Copy the text"));
    const QString review = tr("Review");
    m_registry->addFixed(review, QStringLiteral("1–9"), tr("Take this annotator's reading"));
    m_registry->addFixed(review, QStringLiteral("0"), tr("Label nothing there"));
    m_registry->addFixed(review, QStringLiteral("A"), tr("Take what all agree on"));
    m_registry->addFixed(review, tr("Tab ↑ ↓"), tr("Go from disagreement to disagreement"));
    m_registry->addFixed(review, QStringLiteral("↵"),
                         tr("Next open, or done and the next document"));
    m_registry->addFixed(tr("Guideline"), QStringLiteral("← →"), tr("Show the other types"));
    const QString mouse = tr("Mouse");
    m_registry->addFixed(mouse, tr("Drag"), tr("Select words; with Alt characters"));
    m_registry->addFixed(mouse, tr("Drag"), tr("An end of the focused label: move it"));
    m_registry->addFixed(mouse, tr("Ctrl+click"), tr("Mark a label for a change of several"));
    m_registry->addFixed(mouse, tr("Click"), tr("Focus a label; again: the one around it"));
    m_registry->applyChanges(m_settings.keys());
    connect(m_registry, &ActionRegistry::keysChanged, this, [this] {
        m_settings.setKeys(m_registry->changes());
        applyKeys();
    });
    applyKeys();
}

void MainWindow::applyKeys() {
    m_labelPage->setKeys(m_registry->viewKeys());
    m_labelPage->setKeycaps([this](const char* id) { return m_registry->keycap(id); });
    TriagePage::Keys own;
    for (const auto& [id, command] : kTriageActions)
        own.insert(command, m_registry->keys(QString::fromLatin1(id)));
    m_triagePage->setKeys(m_registry->viewKeys(), own);
    m_triagePage->setThresholdKeys(m_registry->keycap("showMoreSuggestions"),
                                   m_registry->keycap("showFewerSuggestions"));
}

void MainWindow::showPalette() {
    std::vector<PaletteItem> items;
    for (const auto& entry : m_registry->entries()) {
        if (!entry.action->isEnabled() || entry.id() == u"commandPalette")
            continue;
        PaletteItem item;
        item.id = QStringLiteral("action/") + entry.id();
        item.title = entry.title();
        item.detail = entry.group;
        item.keys = entry.keycap();
        item.isChecked = entry.action->isChecked();
        item.act = [action = entry.action] { action->trigger(); };
        items.push_back(std::move(item));
    }
    const auto toLabels = [this] { m_pages->setCurrentIndex(kLabel - 1); };
    if (m_session) {
        const LabelScheme scheme = withLivingKeys(m_session->scheme(), m_registry->viewKeys());
        const bool isTriage = m_stack->currentIndex() == kTriage;
        const bool isLabelling =
            isTriage ? m_triagePage->hasItem() : m_stack->currentIndex() == kLabel;
        const auto addForType = [&](const EntityType& type, const char* kind, const QString& title,
                                    const QString& keys, std::function<void(TypeId)> act) {
            PaletteItem item;
            item.id = QString::fromLatin1(kind) + QString::fromStdString(type.name);
            item.title = title.arg(QString::fromStdString(type.name));
            item.detail = tr("entity type");
            item.keys = keys;
            item.color = QString::fromStdString(type.color);
            item.pattern = theme::typePattern(scheme, type.id);
            item.act = [toLabels, act = std::move(act), id = type.id] {
                toLabels();
                act(id);
            };
            items.push_back(std::move(item));
        };
        for (const EntityType& type : scheme.types()) {
            QString key = QString::fromStdString(type.shortcut);
            if (const char digit = scheme.shiftDigit(type.id); digit != 0)
                key = QStringLiteral("⇧") + QLatin1Char(digit);
            addForType(type, "guideline/", tr("Guideline of %1"), {}, [this](TypeId id) {
                m_labelPage->showGuidelineOf(id);
                m_labelPage->guidelines()->setFocus();
            });
            if (m_session->isLocked())
                continue;
            // What is in hand on the page: nothing that cannot be seen is labelled.
            if (isTriage && isLabelling) {
                addForType(type, "label/", tr("Label as %1"), key, nullptr);
                items.back().act = [this, id = type.id] { m_triagePage->acceptAs(id); };
            } else if (isLabelling) {
                addForType(type, "label/", tr("Label as %1"), key,
                           [this](TypeId id) { m_labelPage->useType(id); });
            }
            addForType(type, "sticky/", tr("Label every selection as %1"), {},
                       [this](TypeId id) { m_labelPage->view()->setStickyType(id); });
            addForType(type, "edit/", tr("Edit the type %1"), {},
                       [this](TypeId id) { m_labelPage->editType(id); });
            addForType(type, "remove/", tr("Remove or merge the type %1"), {},
                       [this](TypeId id) { m_labelPage->removeType(id); });
        }
        for (const SavedSearch& search : m_search->saved()) {
            PaletteItem item;
            item.id = QStringLiteral("search/") + search.name;
            item.title = search.name;
            item.detail = tr("saved search");
            item.act = [this, toLabels, query = search.query] {
                toLabels();
                m_labelPage->search()->show(query);
            };
            items.push_back(std::move(item));
        }
    }
    for (const QString& path : m_settings.recentProjects()) {
        PaletteItem item;
        item.id = QStringLiteral("project/") + path;
        item.title = tr("Open %1").arg(QFileInfo(path).completeBaseName());
        item.detail = tr("project");
        item.act = [this, path] { openProject(path); };
        items.push_back(std::move(item));
    }

    auto* palette = new CommandPalette(std::move(items), m_settings.recentCommands(), this);
    palette->setAttribute(Qt::WA_DeleteOnClose);
    connect(palette, &CommandPalette::chosen, this,
            [this](const QString& id) { m_settings.addRecentCommand(id); });
    if (m_search) {
        connect(palette, &CommandPalette::documentsWanted, m_search.get(),
                [this](const QString& text) { m_search->findDocuments(text, kPaletteDocuments); });
        connect(m_search.get(), &SearchController::documentsFound, palette,
                [this, palette, toLabels](const QString& text,
                                          const std::vector<NamedDocument>& documents) {
                    std::vector<PaletteItem> found;
                    for (const NamedDocument& document : documents) {
                        PaletteItem item;
                        item.id = QStringLiteral("document/%1").arg(document.id);
                        item.title = QString::fromStdString(document.name);
                        item.detail = document.status == DocumentStatus::Done ? tr("document, done")
                                                                              : tr("document");
                        item.act = [this, toLabels, id = document.id] {
                            toLabels();
                            if (m_session && m_session->openDocument(id))
                                m_labelPage->view()->setFocus();
                        };
                        found.push_back(std::move(item));
                    }
                    palette->setDocuments(text, std::move(found));
                });
    } else {
        connect(palette, &CommandPalette::documentsWanted, palette,
                [palette](const QString& text) { palette->setDocuments(text, {}); });
    }
    palette->open();
}

// --- projects

bool MainWindow::openProject(const QString& path) {
    const QString wanted = QFileInfo(path).canonicalFilePath();
    if (m_session && !wanted.isEmpty() &&
        wanted == QFileInfo(m_session->path()).canonicalFilePath()) {
        m_pages->setCurrentIndex(kLabel - 1);
        showPage(kLabel);
        return true;
    }
    auto session = ProjectSession::open(path);
    if (!session) {
        if (session.error().code == ErrorCode::Corrupt)
            offerRescue(path);
        else
            showError(session.error());
        return false;
    }
    adopt(std::move(*session));
    return true;
}

void MainWindow::offerRescue(const QString& path) {
    auto* dialog = new RescueDialog(path, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        if (!openProject(dialog->saved()))
            return;
        const ProjectCounts& counts = m_session->counts();
        const QString there =
            tr("%Ln document(s)", nullptr, plural(counts.documents)) + QStringLiteral(", ") +
            tr("%Ln label(s)", nullptr, plural(counts.annotations)) + QStringLiteral(". ");
        say(tr("Saved as “%1”").arg(QFileInfo(dialog->saved()).fileName()),
            there + dialog->report());
    });
    dialog->open();
}

bool MainWindow::createProject(const QString& path, const LabelScheme& scheme) {
    auto session = ProjectSession::create(path, scheme);
    if (!session) {
        showError(session.error());
        return false;
    }
    adopt(std::move(*session));
    return true;
}

bool MainWindow::openSample(const QString& id) {
    const auto path = prepareSample(id);
    if (!path) {
        showError(path.error());
        return false;
    }
    return openProject(*path);
}

bool MainWindow::startTour() {
    if (!openSample(QStringLiteral("clinic")))
        return false;
    m_settings.setTourOffered();
    if (m_session->isReadOnly()) {
        say(tr("The tour needs a sample that can be written."),
            engineText(m_session->readOnlyReason().toStdString()));
        return false;
    }
    m_messages->dismiss();
    m_tour->start(*m_session, m_learning.get());
    return true;
}

void MainWindow::offerTour() {
    if (m_settings.isTourOffered() || !m_settings.recentProjects().isEmpty() || m_session)
        return;
    m_settings.setTourOffered();
    offer(tr("New here?"), tr("A tour of five steps on a sample takes two minutes."),
          tr("Take the tour"), [this] { startTour(); });
}

void MainWindow::adopt(std::unique_ptr<ProjectSession> session) {
    closeProject();
    m_messages->setBanner({});
    m_session = std::move(session);
    m_settings.addRecentProject(m_session->path());
    useAnnotator();
    updateRecent();

    ProjectSession* s = m_session.get();
    connect(s, &ProjectSession::errorOccurred, this, [this](const Error& e) { showError(e); });
    connect(s, &ProjectSession::undoChanged, this, [this] { updateUndo(); });
    connect(s, &ProjectSession::lockedChanged, this, [this] { updateActions(); });
    connect(s, &ProjectSession::documentChanged, this, [this] { updateDone(); });
    connect(s, &ProjectSession::labelsChanged, this, [this] { updateDone(); });
    connect(s, &ProjectSession::saved, this, [this] {
        m_status->setSaved(tr("saved"));
        m_status->setPace(m_session->labelsPerHour());
    });
    for (const auto signal : {&ProjectSession::documentChanged, &ProjectSession::holdOutChanged})
        connect(s, signal, this, [this] {
            m_status->setHeldOut(m_session->isHeldOut(m_session->documentId())
                                     ? QueuePanel::heldOutText()
                                     : QString());
        });
    connect(s, &ProjectSession::importProgress, this, [this](int documents) {
        offer(tr("Importing…"), tr("%Ln document(s)", nullptr, documents), tr("Stop"), [this] {
            if (m_session)
                m_session->cancelImport();
        });
    });
    connect(s, &ProjectSession::importFinished, this,
            [this](const ProjectSession::ImportReport& report) {
                const QString text =
                    tr("Imported %Ln document(s).", nullptr, plural(report.result.documents));
                QStringList details;
                if (report.result.spans > 0)
                    details << tr("They bring %Ln label(s).", nullptr, plural(report.result.spans));
                if (report.result.newTypes > 0)
                    details << tr("%Ln entity type(s) are new.", nullptr,
                                  plural(report.result.newTypes));
                if (report.result.duplicates > 0)
                    details << tr("%Ln were there already.", nullptr,
                                  plural(report.result.duplicates));
                if (!report.notes.isEmpty())
                    details << engineText(report.notes.trimmed());
                say(text, details.join(QLatin1Char(' ')));
            });

    if (const QStringList worker = workerCommand(); !worker.isEmpty()) {
        m_client = std::make_unique<WorkerClient>(worker);
        LearningOptions learning = m_options.learning;
        if (!m_options.dataFolder.isEmpty())
            learning.modelFolder =
                QDir(m_options.dataFolder)
                    .filePath(QStringLiteral("projects/") +
                              QString::fromStdString(m_session->project().uuid()));
        m_learning = std::make_unique<LearningController>(*m_session, *m_client, learning);
        connect(m_learning.get(), &LearningController::statusChanged, this,
                [this] { updateLearning(); });
        m_quality = std::make_unique<QualityController>(*m_session, *m_learning);
        m_similarity = std::make_unique<SimilarityController>(*m_session, *m_learning);
    }
    m_dashboard = std::make_unique<DashboardController>(*m_session);
    m_history = std::make_unique<HistoryController>(*m_session);
    m_triage = std::make_unique<TriageController>(*m_session);
    m_review = std::make_unique<ReviewController>(*m_session);
    m_patterns = std::make_unique<PatternsController>(*m_session);
    m_search = std::make_unique<SearchController>(*m_session);
    m_guidelines = std::make_unique<GuidelineController>(*m_session);
    connect(m_guidelines.get(), &GuidelineController::exported, this, [this](const QString& path) {
        offer(tr("The guidelines are written."), QDir::toNativeSeparators(path), tr("Open"),
              [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); });
    });
    m_session->openFirstDocument();
    handToPages();
    {
        const QSignalBlocker quiet(m_pages);
        m_pages->setCurrentIndex(kLabel - 1);
    }
    showPage(kLabel);
    updateTitle();
    updateActions();
    updateUndo();
    updateDone();
    updateLearning();
    updateBanner();
    // The worker can wait until there is something to see.
    m_painted = false;
    m_labelPage->view()->viewport()->update();
    if (!m_session->document())
        QTimer::singleShot(0, m_session.get(), [this] { startWorker(); });
}

void MainWindow::handToPages() {
    ProjectSession* session = m_session.get();
    m_triagePage->setSession(session, m_triage.get());
    m_reviewPage->setSession(session, m_review.get());
    m_patternsPage->setSession(session, m_patterns.get());
    m_labelPage->setSession(session, m_learning.get(), m_quality.get(), m_similarity.get());
    m_labelPage->setSearch(m_search.get());
    m_labelPage->setReview(m_review.get());
    m_labelPage->setGuidelines(m_guidelines.get());
    m_dashboardPage->setSession(session, m_dashboard.get(), m_quality.get());
    m_checkPage->setSession(session, m_quality.get());
    m_historyPage->setSession(session, m_history.get());
    m_modelsPage->setSession(session, m_learning.get(), m_client.get());
    m_pretrainingPage->setSession(session, m_learning.get());
    m_exportPage->setSession(session);
    m_status->setSaved(session->isReadOnly() ? QString() : tr("saved"));
    m_status->setPace(session->labelsPerHour());
}

void MainWindow::releasePages() {
    m_labelPage->setSession(nullptr, nullptr);
    m_labelPage->setSearch(nullptr);
    m_labelPage->setReview(nullptr);
    m_reviewPage->setSession(nullptr, nullptr);
    m_labelPage->setGuidelines(nullptr);
    m_triagePage->setSession(nullptr, nullptr);
    m_patternsPage->setSession(nullptr, nullptr);
    m_modelsPage->setSession(nullptr, nullptr, nullptr);
    m_pretrainingPage->setSession(nullptr, nullptr);
    m_exportPage->setSession(nullptr);
    m_checkPage->setSession(nullptr, nullptr);
    m_dashboardPage->setSession(nullptr, nullptr, nullptr);
    m_historyPage->setSession(nullptr, nullptr);
}

void MainWindow::startWorker() {
    if (m_client && m_client->state() == WorkerClient::State::Stopped && !m_session->isReadOnly())
        m_client->start();
}

void MainWindow::closeProject() {
    if (!m_session)
        return;
    m_session->finishCommits();
    m_tour->stop();
    releasePages();
    m_dashboard.reset();
    m_history.reset();
    m_triage.reset();
    m_review.reset();
    m_patterns.reset();
    m_search.reset();
    m_guidelines.reset();
    m_similarity.reset();
    m_quality.reset();
    m_learning.reset();
    m_client.reset();
    m_session.reset();
    m_messageAction = {};
    m_messages->setBanner({});
    m_status->clearLearning();
    updateRecent();
    updateTitle();
    showPage(kWelcome);
    updateActions();
    updateUndo();
}

void MainWindow::importFiles(const QStringList& files, bool withSpans) {
    if (!m_session || files.isEmpty())
        return;
    m_session->importFiles(files, FileFormat::Auto, withSpans);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    if (!m_painted && event->type() == QEvent::Paint && m_session && m_session->document() &&
        watched == m_labelPage->view()->viewport()) {
        m_painted = true;
        // After the frame is out.
        QTimer::singleShot(0, m_session.get(), [this] {
            Q_EMIT usable();
            startWorker();
        });
    }
    return QMainWindow::eventFilter(watched, event);
}

// --- what is shown

void MainWindow::showPage(int page) {
    if (!m_session && page != kPretraining)
        page = kWelcome;
    m_stack->setCurrentIndex(page);
    updateActions();
    m_pages->setEnabled(m_session != nullptr);
    if (page == kLabel)
        m_labelPage->view()->setFocus();
    else if (page == kReview)
        m_reviewPage->setFocus();
    else if (page == kTriage)
        m_triagePage->setFocus();
    else if (page == kPatterns)
        m_patternsPage->setFocus();
    else if (page == kCheck)
        m_checkPage->setFocus();
    else if (page == kModels)
        m_modelsPage->setFocus();
    else if (page == kPretraining)
        m_pretrainingPage->setFocus();
    else if (page == kDashboard)
        m_dashboardPage->setFocus();
    else if (page == kHistory)
        m_historyPage->setFocus();
}

/// How far a run is stands in the row of pages, whatever page is shown.
void MainWindow::showPretraining() {
    const PretrainingController::Run& run = m_pretraining->run();
    QString text = tr("Pre-training");
    if (m_pretraining->isBusy() && run.total > 0 && run.step > 0)
        text = tr("Pre-training %1 %").arg(100 * run.step / std::max(run.total, run.step));
    if (m_pages->tabText(kPretraining - 1) != text)
        m_pages->setTabText(kPretraining - 1, text);
}

void MainWindow::updateTitle() {
    if (!m_session) {
        setWindowTitle(tr("Spanwise"));
        return;
    }
    setWindowFilePath(m_session->path());
    setWindowTitle(m_session->isReadOnly() ? tr("%1 (read-only) – Spanwise").arg(m_session->name())
                                           : tr("%1 – Spanwise").arg(m_session->name()));
}

void MainWindow::updateBanner() {
    if (m_session && m_session->isReadOnly())
        m_messages->setBanner(tr("Read-only."), engineText(m_session->readOnlyReason()));
}

void MainWindow::updateActions() {
    const bool isOpen = m_session != nullptr;
    const bool isWritable = isOpen && !m_session->isLocked();
    for (QAction* action : m_projectActions)
        action->setEnabled(isOpen);
    for (QAction* action : m_writeActions)
        action->setEnabled(isWritable);
    // What acts on the document, or on Triage's decision, does so only where that is seen.
    const int page = m_stack->currentIndex();
    for (const auto& entry : m_registry->entries()) {
        const bool isOfView = entry.command && !isZoom(*entry.command);
        const bool isDecision =
            entry.command == ViewCommand::Accept || entry.command == ViewCommand::Reject;
        const bool isHere = entry.isOfTriage || (isDecision && page == kTriage)
                                ? page == kTriage
                                : page == kLabel || !(isOfView || entry.id() == u"decideAll" ||
                                                      entry.id() == u"trashDocument");
        if (!isHere)
            entry.action->setEnabled(false);
    }
    updateUndo();
}

void MainWindow::updateDone() {
    const bool isDone =
        m_session && m_session->document() && m_session->labels().status == DocumentStatus::Done;
    m_registry->setText(m_done,
                        isDone ? tr("Reopen the &document") : tr("&Done, and on to the next"));
}

void MainWindow::updateUndo() {
    const bool isWritable = m_session && !m_session->isLocked();
    const QString undo = m_session ? m_session->undoName() : QString();
    const QString redo = m_session ? m_session->redoName() : QString();
    const auto escaped = [](QString text) {
        return text.replace(QLatin1Char('&'), QStringLiteral("&&"));
    };
    m_undo->setText(undo.isEmpty() ? tr("&Undo") : tr("&Undo: %1").arg(escaped(undo)));
    m_redo->setText(redo.isEmpty() ? tr("&Redo") : tr("&Redo: %1").arg(escaped(redo)));
    m_undo->setEnabled(isWritable && !undo.isEmpty());
    m_redo->setEnabled(isWritable && !redo.isEmpty());
}

void MainWindow::updateLearning() {
    if (!m_learning) {
        m_status->clearLearning();
        return;
    }
    const LearningStatus& status = m_learning->status();
    m_status->setLearning(status);
    m_status->setRestarts(m_client ? m_client->restarts() : 0);
    if (status.stage != LearningStatus::Stage::Failed) {
        m_shownFailure.clear();
    } else if (status.message != m_shownFailure) {
        m_shownFailure = status.message;
        m_messageAction = [this] { showWorkerLog(); };
        m_messages->showWithAction(MessageBar::Kind::Error,
                                   tr("Learning has stopped; your labels are safe."),
                                   engineText(status.message), tr("Worker log…"));
    }
}

void MainWindow::updateRecent() {
    const QStringList recent = m_settings.recentProjects();
    m_welcome->setRecentProjects(recent);
    m_recentMenu->clear();
    m_recentMenu->setEnabled(!recent.isEmpty());
    for (const QString& path : recent) {
        QAction* action = m_recentMenu->addAction(QDir::toNativeSeparators(path));
        connect(action, &QAction::triggered, this, [this, path] { openProject(path); });
    }
}

void MainWindow::showError(const Error& error) {
    if (error.code == ErrorCode::Cancelled) {
        m_messages->dismiss();
        return;
    }
    m_messages->show(MessageBar::Kind::Error, errorHeadline(error.code), errorDetail(error));
}

void MainWindow::say(const QString& headline, const QString& detail) {
    m_messages->show(MessageBar::Kind::Info, headline, detail);
}

void MainWindow::offer(const QString& headline, const QString& detail, const QString& action,
                       std::function<void()> act) {
    m_messageAction = std::move(act);
    m_messages->showWithAction(MessageBar::Kind::Info, headline, detail, action);
}

void MainWindow::decideAllLikeFocused() {
    const RecordId suggestion = m_labelPage->focusedSuggestion();
    if (suggestion == 0) {
        say(tr("Focus a suggestion first."),
            tr("Then all of these words are decided about at once."));
        return;
    }
    m_triage->startWith(suggestion);
    m_pages->setCurrentIndex(kTriage - 1);
}

// --- dialogs

void MainWindow::askNewProject() {
    NewProjectDialog dialog(m_settings.folder(), this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    m_settings.setFolder(QFileInfo(dialog.path()).absolutePath());
    if (!createProject(dialog.path(), dialog.scheme()))
        return;
    if (dialog.heldOut() > 0)
        m_session->setHoldOut(dialog.heldOut(), 0);
    if (m_session->scheme().isEmpty())
        say(tr("The project is there."),
            tr("Name the entity types at the right, and import texts."));
}

void MainWindow::askOpenProject() {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open project"), m_settings.folder(),
                                     tr("Spanwise projects (*.spanwise);;All files (*)"));
    if (path.isEmpty())
        return;
    m_settings.setFolder(QFileInfo(path).absolutePath());
    openProject(path);
}

void MainWindow::askImport(bool withSpans) {
    if (!m_session || m_session->isLocked())
        return;
    const QStringList files = QFileDialog::getOpenFileNames(
        this, withSpans ? tr("Import") : tr("Import texts only"), m_settings.folder(),
        tr("Texts (*.txt *.md *.log *.jsonl *.json *.conll *.iob *.bio *.tsv);;All files (*)"));
    if (files.isEmpty())
        return;
    m_settings.setFolder(QFileInfo(files.first()).absolutePath());
    importFiles(files, withSpans);
}

void MainWindow::askExportGuidelines() {
    if (!m_guidelines)
        return;
    const QString name =
        tr("%1 guidelines.md").arg(QFileInfo(m_session->path()).completeBaseName());
    const QString path = QFileDialog::getSaveFileName(this, tr("Export guidelines"),
                                                      QDir(m_settings.folder()).filePath(name),
                                                      tr("Markdown (*.md)"));
    if (path.isEmpty())
        return;
    m_settings.setFolder(QFileInfo(path).absolutePath());
    m_guidelines->exportTo(path);
}

void MainWindow::showShortcuts() {
    auto* dialog =
        new ShortcutsDialog(*m_registry, m_session ? m_session->scheme() : LabelScheme(), this);
    connect(dialog, &ShortcutsDialog::typeKeyTaken, this, [this](qint64 id) {
        const EntityType* found = m_session ? m_session->scheme().byId(id) : nullptr;
        if (!found)
            return;
        EntityType type = *found;
        type.shortcut.clear();
        m_session->putType(type);
    });
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::showAbout() {
    auto* box = new QMessageBox(this);
    box->setObjectName(QStringLiteral("aboutBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIconPixmap(QIcon(QStringLiteral(":/icons/spanwise.svg")).pixmap(64, 64));
    box->setWindowTitle(tr("About Spanwise"));
    box->setText(tr("<b>Spanwise %1</b>").arg(QStringLiteral(SPANWISE_VERSION)));
    box->setInformativeText(
        tr("Label a few, watch it learn, check the rest.\nNative and offline: nothing leaves this "
           "computer.\nApache License 2.0. With Qt %1.")
            .arg(QString::fromLatin1(qVersion())));
    box->open();
}

void MainWindow::showTrash() {
    if (!m_session)
        return;
    TrashDialog dialog(*m_session, this);
    dialog.exec();
}

void MainWindow::showWorkerLog() {
    if (!m_client)
        return;
    WorkerLogDialog dialog(*m_client, this);
    dialog.exec();
}

void MainWindow::setLanguage(const QString& code) {
    m_settings.setLanguage(code);
    language::use(code);
}

QList<QWidget*> MainWindow::regions() const {
    QList<QWidget*> regions{m_pages, m_messages};
    if (m_stack->currentWidget() == m_labelPage) {
        for (int i = 0; i < m_labelPage->splitter()->count(); ++i)
            regions << m_labelPage->splitter()->widget(i);
    } else {
        regions << m_stack->currentWidget();
    }
    return regions << m_status;
}

void MainWindow::showSettings() {
    PersonalSettings settings;
    settings.annotator = m_settings.annotator();
    settings.theme = m_settings.theme();
    settings.language = m_settings.language();
    settings.showsPatterns = m_settings.showsPatterns();
    settings.trimsEdges = m_settings.trimsEdges();
    settings.coloursSyntax = m_settings.coloursSyntax();
    settings.workerCommand = m_settings.workerCommand();
    SettingsDialog::Usual usual;
    usual.annotator = QString::fromStdString(ProjectSession::usualAnnotator());
    usual.workerCommand = m_options.workerCommand.join(QLatin1Char(' '));
    usual.isAnnotatorGiven = qEnvironmentVariableIsSet("SPANWISE_ANNOTATOR");
    usual.isWorkerGiven = m_options.isWorkerGiven;
    auto* dialog = new SettingsDialog(settings, usual, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SettingsDialog::keysRequested, this, [this] { showShortcuts(); });
    connect(dialog, &QDialog::accepted, this,
            [this, dialog, settings] { applySettings(settings, dialog->settings()); });
    dialog->open();
}

void MainWindow::applySettings(const PersonalSettings& before, const PersonalSettings& settings) {
    const auto action = [this](const QString& name) { return findChild<QAction*>(name); };
    action(QStringLiteral("linePatterns"))->setChecked(settings.showsPatterns);
    action(QStringLiteral("trimEdges"))->setChecked(settings.trimsEdges);
    action(QStringLiteral("syntaxColors"))->setChecked(settings.coloursSyntax);
    if (settings.theme != before.theme)
        action(settings.theme == ThemeChoice::Light  ? QStringLiteral("themeLight")
               : settings.theme == ThemeChoice::Dark ? QStringLiteral("themeDark")
                                                     : QStringLiteral("themeSystem"))
            ->trigger();
    if (settings.annotator != before.annotator) {
        m_settings.setAnnotator(settings.annotator);
        useAnnotator();
    }
    if (settings.workerCommand != before.workerCommand) {
        m_settings.setWorkerCommand(settings.workerCommand);
        useWorker();
    }
    if (settings.language != before.language)  // last: it makes the window anew
        action(QStringLiteral("language_") +
               (settings.language.isEmpty() ? u"system"_qs : settings.language))
            ->trigger();
}

QStringList MainWindow::workerCommand() const {
    const QStringList chosen = QProcess::splitCommand(m_settings.workerCommand());
    return m_options.isWorkerGiven || chosen.isEmpty() ? m_options.workerCommand : chosen;
}

void MainWindow::useAnnotator() {
    if (!m_session)
        return;
    const QString chosen = m_settings.annotator();
    const bool isGiven = qEnvironmentVariableIsSet("SPANWISE_ANNOTATOR");
    m_session->setAnnotator(chosen.isEmpty() || isGiven ? ProjectSession::usualAnnotator()
                                                        : chosen.toStdString());
}

/// A run that is under way ends with the worker that it has.
void MainWindow::useWorker() {
    m_pretraining->worker().setCommand(inBackground(workerCommand()));
    if (!m_pretraining->isBusy())
        m_pretraining->worker().stop();
    m_annotation->worker().setCommand(inBackground(workerCommand()));
    if (!m_annotation->isBusy())
        m_annotation->worker().stop();
    if (!m_client)
        return;
    m_client->stop();
    m_client->setCommand(workerCommand());
    startWorker();
}

void MainWindow::setTheme(ThemeChoice choice) {
    m_settings.setTheme(choice);
    theme::apply(*qApp, choice);
}

// --- events

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        update();
    if (event->type() != QEvent::LanguageChange || m_isOutdated)
        return;
    m_isOutdated = true;
    QTimer::singleShot(0, this, [this] {  // whoever asked may be in a menu
        m_isOutdated = false;
        rebuild();
    });
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QStringList files = localFiles(event->mimeData());
    const bool isProject = files.size() == 1 && files.first().endsWith(QStringLiteral(".spanwise"));
    if (isProject || (!files.isEmpty() && m_session && !m_session->isLocked()))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QStringList files = localFiles(event->mimeData());
    event->acceptProposedAction();
    if (files.size() == 1 && files.first().endsWith(QStringLiteral(".spanwise")))
        openProject(files.first());
    else
        importFiles(files);
}

/// A run must neither hold up the end nor be lost.
void MainWindow::askQuit() {
    if (findChild<QMessageBox*>(QStringLiteral("quitBox")))
        return;
    const bool isLearning = m_pretraining->isBusy();
    auto* box = new QMessageBox(
        QMessageBox::Question, tr("Quit"),
        isLearning ? tr("Pre-training is running.") : tr("A language model is annotating texts."),
        QMessageBox::Cancel, this);
    box->setObjectName(QStringLiteral("quitBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(
        isLearning ? tr("A checkpoint is saved before Spanwise closes. The Pre-training "
                        "page offers to go on from there.")
                   : tr("What it has answered is kept. The same settings go on from there."));
    auto* yes = box->addButton(isLearning ? tr("Save and quit") : tr("Stop and quit"),
                               QMessageBox::AcceptRole);
    yes->setObjectName(QStringLiteral("quitYes"));
    box->setDefaultButton(yes);
    box->setEscapeButton(QMessageBox::Cancel);
    connect(yes, &QAbstractButton::clicked, this, [this] {
        m_isQuitting = true;
        if (m_pretraining->isBusy())
            say(tr("Saving a checkpoint…"), tr("Then Spanwise closes."));
        m_pretraining->pause();
        m_annotation->stop();
        if (!m_pretraining->isBusy() && !m_annotation->isBusy())
            close();
    });
    box->open();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_pretraining->isBusy() || m_annotation->isBusy()) {
        event->ignore();
        if (!m_isQuitting)
            askQuit();
        return;
    }
    m_settings.setAnnotation(m_annotation->remembered());
    m_settings.setGeometry(saveGeometry());
    m_settings.setSplitter(m_labelPage->splitter()->saveState());
    hide();
    closeProject();
    event->accept();
}

}  // namespace spanwise::ui
