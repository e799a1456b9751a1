#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <map>
#include <memory>

#include "storage/export.h"
#include "ui/session/background_task.h"
#include "ui/session/latest_task.h"
#include "ui/session/project_session.h"

namespace spanwise::ui {

/// Finds what shows a type's meaning, and writes the guidelines of all types into a file, in
/// threads of their own over connections of their own. No widgets; lives in the thread of its
/// session, which must outlive it.
class GuidelineController : public QObject {
    Q_OBJECT
public:
    explicit GuidelineController(ProjectSession& session, QObject* parent = nullptr);
    ~GuidelineController() override;

    [[nodiscard]] ProjectSession& session() { return m_session; }
    /// The type to know about, 0: none. Its examples are kept up to date until another one is set.
    void setType(TypeId type);
    [[nodiscard]] TypeId type() const { return m_type; }
    /// Those of `type`, or null: they are still being looked for, or that failed.
    [[nodiscard]] const TypeExamples* examples() const;
    /// Why there are none; empty: it did not fail.
    [[nodiscard]] const QString& problem() const { return m_problem; }

    /// Writes all guidelines as Markdown; ends with `exported`, or the session's `errorOccurred`.
    /// A file that was being written is given up for it.
    void exportTo(const QString& path);

Q_SIGNALS:
    void changed();
    void exported(const QString& path);

private:
    void forget();
    void find();

    ProjectSession& m_session;
    TypeId m_type = 0;
    std::map<TypeId, TypeExamples> m_known;
    QString m_problem;
    QTimer m_timer;  ///< labels rest
    std::shared_ptr<Project> m_connection;
    LatestTask<Result<TypeExamples>> m_find;
    BackgroundTask<Result<ExportReport>> m_export;
};

}  // namespace spanwise::ui
