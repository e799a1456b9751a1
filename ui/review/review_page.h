#pragma once

#include <QWidget>
#include <memory>

namespace spanwise {
struct Error;
}

namespace spanwise::ui {

class DocumentView;
class ProjectSession;
class ReviewController;

/// What annotators said differently and what the project says: documents at the left, the text and
/// the disagreement in hand in the middle, agreement at the right. The page itself takes the keys:
/// 1 to 9 take an annotator's reading, 0 labels nothing there, A takes what all agree on, Tab and
/// the arrows step through the disagreements, Enter takes what all agree on, finishes the document
/// and goes to the next.
class ReviewPage : public QWidget {
    Q_OBJECT
public:
    explicit ReviewPage(QWidget* parent = nullptr);
    ~ReviewPage() override;

    /// Both must outlive the page or be replaced before they go; null: no project.
    void setSession(ProjectSession* session, ReviewController* review);
    void setFolder(const QString& folder);  ///< where files are written at first
    [[nodiscard]] DocumentView* view() const;

Q_SIGNALS:
    void mergeRequested();
    void shareRequested();
    void hint(const QString& headline, const QString& detail);
    void failed(const spanwise::Error& error);
    void saved(const QString& path);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
