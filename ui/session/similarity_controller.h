#pragma once

#include <QObject>
#include <QString>
#include <string>
#include <unordered_set>
#include <vector>

#include "ui/session/learning_controller.h"
#include "ui/session/project_session.h"

namespace spanwise::ui {

/// A place of the project that means something like what was asked for.
struct SimilarHit {
    DocumentId document = 0;
    QString documentName;
    Range sentence, range;  ///< code points; the range is the part of the sentence most like it
    QString before, match, after;  ///< the sentence
    double score = 0;              ///< cosine
};

struct SimilarityStatus {
    enum class Stage { Idle, Waiting, Indexing, Searching, Done, Failed };
    Stage stage = Stage::Idle;
    double fraction = -1;  ///< 0..1 while Indexing; negative: not known
    QString message;       ///< why it failed
};

/// Finds places of the project that are like a span or sentence, through the worker, which is given
/// every document once. A label made meanwhile is learned first, then the search goes on. No
/// widgets; lives in the thread of its session; both must outlive it.
class SimilarityController : public QObject {
    Q_OBJECT
public:
    SimilarityController(ProjectSession& session, LearningController& learning,
                         QObject* parent = nullptr);
    ~SimilarityController() override;

    /// What is like `range` of a document. Replaces a search that is under way.
    void find(DocumentId document, Range range);
    void cancel();
    [[nodiscard]] const SimilarityStatus& status() const { return m_status; }
    /// Of the last search that ended well, the most similar first; not the place asked for itself.
    [[nodiscard]] const std::vector<SimilarHit>& hits() const { return m_hits; }

Q_SIGNALS:
    void changed();

private:
    void proceed();
    void sendIndex(std::vector<DocumentId> documents, std::vector<std::string> hashes);
    void sendSearch();
    void fail(const WorkerError& error);
    void show(const nlohmann::json& reply);
    void setStage(SimilarityStatus::Stage stage, const QString& message = {});

    ProjectSession& m_session;
    LearningController& m_learning;
    SimilarityStatus m_status;
    std::vector<SimilarHit> m_hits;
    DocumentId m_document = 0;
    Range m_range;
    int m_search = 0;  ///< counts searches: a late answer is for none
    int m_deaths = 0;  ///< of the worker in this search
    qint64 m_errand = 0;
    quint64 m_epoch = 0;  ///< of the worker that has m_indexed
    std::unordered_set<std::string> m_indexed;
};

}  // namespace spanwise::ui
