#pragma once

#include <QTimer>
#include <QWidget>
#include <memory>

#include "storage/export.h"
#include "ui/session/background_task.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QRadioButton;

namespace spanwise::ui {

class ProjectSession;

/// Format and options at the left, a live preview of the first lines at the right, coloured, and
/// what the format cannot carry below it. Previews and exports run in a thread with a connection of
/// their own; nothing is computed while the page is hidden.
class ExportPage : public QWidget {
    Q_OBJECT
public:
    explicit ExportPage(QWidget* parent = nullptr);
    ~ExportPage() override;

    void setSession(ProjectSession* session);
    [[nodiscard]] ExportOptions options() const;
    /// Writes the export, in a thread; ends with `exported` or `failed`.
    void exportTo(const QString& path);
    [[nodiscard]] bool isExporting() const { return m_export.isRunning(); }
    void setFolder(const QString& folder) { m_folder = folder; }

Q_SIGNALS:
    void exported(const QString& path, const spanwise::ExportReport& report);
    void failed(const spanwise::Error& error);
    /// The person chose where to export to.
    void folderChosen(const QString& folder);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Head {
        QString text;
        bool isCut = false;
        std::optional<Error> error;
    };
    struct Highlighting;

    void invalidate();
    void refresh();
    void showHead(const Head& head);
    void showReport(const Result<ExportReport>& report);
    void setPreview(const QString& text);
    void highlight();
    void choosePath();
    void updateControls();

    ProjectSession* m_session = nullptr;
    QString m_folder;
    QRadioButton* m_conll;
    QRadioButton* m_jsonl;
    QWidget* m_conllOptions;
    QComboBox* m_scheme;
    QCheckBox* m_comments;
    QCheckBox* m_onlyDone;
    QLabel* m_report;
    QLabel* m_note;
    QPlainTextEdit* m_preview;
    QPushButton* m_button;
    QPushButton* m_stop;
    QProgressBar* m_progress;
    std::unique_ptr<Highlighting> m_highlighting;
    QTimer m_refresh;
    bool m_stale = true;
    BackgroundTask<Head> m_head;
    BackgroundTask<Result<ExportReport>> m_count;
    BackgroundTask<Result<ExportReport>> m_export;
};

}  // namespace spanwise::ui
