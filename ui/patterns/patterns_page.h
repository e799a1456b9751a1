#pragma once

#include <QWidget>
#include <memory>

#include "core/text/range.h"

namespace spanwise::ui {

class PatternsController;
class ProjectSession;

/// The project's patterns at the left; the chosen one in an editor, with what it matches in the
/// project as one types, at the right. Kept as it is edited. Its free matches are labelled or
/// suggested at a press, but for those without a tick.
class PatternsPage : public QWidget {
    Q_OBJECT
public:
    explicit PatternsPage(QWidget* parent = nullptr);
    ~PatternsPage() override;

    /// Both must outlive the page or be replaced before they go; null: no project.
    void setSession(ProjectSession* session, PatternsController* patterns);
    void setFolder(const QString& folder);  ///< where to look for lists first

Q_SIGNALS:
    void placeActivated(qint64 document, spanwise::Range range);
    void hint(const QString& headline, const QString& detail);
    void folderChosen(const QString& folder);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
