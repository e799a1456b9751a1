#pragma once

#include <QMainWindow>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>

#include "ui/document_view/view_keys.h"
#include "ui/main_window/app_settings.h"
#include "ui/session/learning_controller.h"
#include "ui/session/project_session.h"
#include "ui/session/worker_client.h"

class QActionGroup;
class QMenu;
class QStackedWidget;

namespace spanwise::ui {

class ActionRegistry;
class AnnotationController;
class CheckPage;
class DashboardController;
class DashboardPage;
class ExportPage;
class GuidelineController;
class HistoryController;
class HistoryPage;
class Keychain;
class LabelPage;
class MessageBar;
class ModelsPage;
class PageBar;
class PretrainingController;
class PretrainingPage;
class PatternsController;
class PatternsPage;
class QualityController;
class ReviewController;
class ReviewPage;
class SearchController;
class SimilarityController;
class StatusStrip;
class Tour;
class TriageController;
class TriagePage;
class WelcomePage;

struct PersonalSettings;

struct MainWindowOptions {
    QStringList workerCommand;   ///< empty: no worker, nothing is learned
    bool isWorkerGiven = false;  ///< the settings cannot name another
    LearningOptions learning;    ///< `modelFolder` is filled in for each project
    QString dataFolder;          ///< where trained models are kept, below a folder for each project
    std::shared_ptr<Keychain> keychain;  ///< null: keys are kept for the session alone
};

/// The window: menus, pages, message bar, status line. It owns the open project's session and its
/// worker, and hands them to the pages; what a page does is the page's own business.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(MainWindowOptions options, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// False after an error, which the message bar shows; the project open before stays open.
    bool openProject(const QString& path);
    bool openSample(const QString& id);
    /// The five steps on the clinic sample. False: the sample cannot be opened, or not written.
    bool startTour();
    /// Offers the tour to who starts for the first time, once.
    void offerTour();
    bool createProject(const QString& path, const LabelScheme& scheme);
    void closeProject();
    void importFiles(const QStringList& files, bool withSpans = true);

    [[nodiscard]] ProjectSession* session() const { return m_session.get(); }
    [[nodiscard]] LearningController* learning() const { return m_learning.get(); }
    [[nodiscard]] QualityController* quality() const { return m_quality.get(); }
    [[nodiscard]] WorkerClient* worker() const { return m_client.get(); }
    [[nodiscard]] LabelPage* labelPage() const { return m_labelPage; }
    [[nodiscard]] ReviewPage* reviewPage() const { return m_reviewPage; }
    [[nodiscard]] ReviewController* review() const { return m_review.get(); }
    [[nodiscard]] TriagePage* triagePage() const { return m_triagePage; }
    [[nodiscard]] PatternsPage* patternsPage() const { return m_patternsPage; }
    [[nodiscard]] TriageController* triage() const { return m_triage.get(); }
    [[nodiscard]] CheckPage* checkPage() const { return m_checkPage; }
    [[nodiscard]] DashboardPage* dashboardPage() const { return m_dashboardPage; }
    [[nodiscard]] HistoryPage* historyPage() const { return m_historyPage; }
    [[nodiscard]] ExportPage* exportPage() const { return m_exportPage; }
    [[nodiscard]] ModelsPage* modelsPage() const { return m_modelsPage; }
    [[nodiscard]] PretrainingPage* pretrainingPage() const { return m_pretrainingPage; }
    [[nodiscard]] PretrainingController* pretraining() const { return m_pretraining.get(); }
    [[nodiscard]] AnnotationController* annotation() const { return m_annotation.get(); }
    [[nodiscard]] Tour* tour() const { return m_tour; }
    [[nodiscard]] MessageBar* messages() const { return m_messages; }
    [[nodiscard]] ActionRegistry& actions() const { return *m_registry; }

Q_SIGNALS:
    /// A document has been painted for the first time: the window can be used.
    void usable();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void build();
    void rebuild();
    void buildMenus();
    void buildProjectMenu();
    void buildEditMenu();
    void buildLabelMenu();
    void buildTriageMenu(QMenu* labelMenu);
    void buildViewMenu();
    void buildModelMenu();
    void buildHelpMenu();
    void buildSight();
    void buildReview();
    void buildTour();
    void adopt(std::unique_ptr<ProjectSession> session);
    void offerRescue(const QString& path);  ///< of a project that is damaged
    void handToPages();
    void releasePages();
    void startWorker();
    void showPage(int page);
    void updateActions();
    void updateUndo();
    void updateDone();
    void updateLearning();
    void updateRecent();
    void updateTitle();
    void updateBanner();
    void showError(const Error& error);
    void say(const QString& headline, const QString& detail = {});
    void offer(const QString& headline, const QString& detail, const QString& action,
               std::function<void()> act);
    void decideAllLikeFocused();
    void askNewProject();
    void askOpenProject();
    void askImport(bool withSpans);
    void askExportGuidelines();
    void askMerge();
    void askShare();
    void buildKeys();
    void applyKeys();
    void showShortcuts();
    void showPalette();
    void showSettings();
    void applySettings(const PersonalSettings& before, const PersonalSettings& settings);
    [[nodiscard]] QStringList workerCommand() const;
    void useAnnotator();
    void useWorker();
    void showAbout();
    void showTrash();
    void showWorkerLog();
    void setTheme(ThemeChoice choice);
    void setLanguage(const QString& code);
    /// The parts of the window that F6 goes through.
    [[nodiscard]] QList<QWidget*> regions() const;
    void showPretraining();
    void askQuit();
    QAction* add(QMenu* menu, const QString& text, const char* name, const QKeySequence& key,
                 std::function<void()> act, std::optional<ViewCommand> command = {});
    QAction* add(QMenu* menu, ViewCommand command, const char* name);

    MainWindowOptions m_options;
    AppSettings m_settings;
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<WorkerClient> m_client;
    std::unique_ptr<LearningController> m_learning;
    std::unique_ptr<QualityController> m_quality;
    std::unique_ptr<SimilarityController> m_similarity;
    std::unique_ptr<PretrainingController> m_pretraining;  ///< outlives projects
    std::unique_ptr<AnnotationController> m_annotation;    ///< as well
    std::unique_ptr<DashboardController> m_dashboard;
    std::unique_ptr<HistoryController> m_history;
    std::unique_ptr<GuidelineController> m_guidelines;
    std::unique_ptr<TriageController> m_triage;
    std::unique_ptr<ReviewController> m_review;
    std::unique_ptr<PatternsController> m_patterns;
    std::unique_ptr<SearchController> m_search;
    ActionRegistry* m_registry = nullptr;

    PageBar* m_pages;
    MessageBar* m_messages;
    QStackedWidget* m_stack;
    WelcomePage* m_welcome;
    LabelPage* m_labelPage;
    ReviewPage* m_reviewPage;
    TriagePage* m_triagePage;
    PatternsPage* m_patternsPage;
    ModelsPage* m_modelsPage;
    PretrainingPage* m_pretrainingPage;
    CheckPage* m_checkPage;
    DashboardPage* m_dashboardPage;
    HistoryPage* m_historyPage;
    ExportPage* m_exportPage;
    StatusStrip* m_status;
    Tour* m_tour;
    QMenu* m_recentMenu = nullptr;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
    QAction* m_done = nullptr;
    QList<QAction*> m_projectActions;  ///< need an open project
    QList<QAction*> m_writeActions;    ///< and one that can be written
    std::function<void()> m_messageAction;
    QString m_shownFailure;
    bool m_painted = false;
    bool m_isOutdated = false;  ///< in another language than is wanted
    bool m_isQuitting = false;  ///< as soon as the checkpoint is written
};

}  // namespace spanwise::ui
