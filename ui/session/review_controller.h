#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "storage/layers.h"
#include "ui/session/latest_task.h"

namespace spanwise {
class Project;
}

namespace spanwise::ui {

class ProjectSession;

/// What annotators said differently, and what a person decides about it. The document in hand is
/// the session's. Lists and agreement are read in a thread on connections of their own. No widgets;
/// lives in its session's thread, which must outlive it.
class ReviewController : public QObject {
    Q_OBJECT
public:
    explicit ReviewController(ProjectSession& session, QObject* parent = nullptr);
    ~ReviewController() override;

    /// Documents with two layers or more: most undecided places first, then most disagreements. The
    /// order is that of the last reading; the figures are those of now.
    [[nodiscard]] const std::vector<ReviewRow>& rows() const { return m_rows; }
    [[nodiscard]] const ReviewRow* row(DocumentId document) const;
    /// Something in it is to be decided, or to be taken of what all agree on.
    [[nodiscard]] static bool isWaiting(const ReviewRow& row) {
        return row.open > 0 || row.untaken > 0;
    }
    /// Those, by id.
    [[nodiscard]] std::vector<DocumentId> openDocuments() const;
    [[nodiscard]] bool isReading() const { return m_read.isRunning(); }

    // The session's document; with fewer than two layers all is empty.
    [[nodiscard]] const std::vector<Layer>& layers() const { return m_layers; }
    [[nodiscard]] const Comparison& comparison() const { return m_comparison; }
    [[nodiscard]] std::size_t untakenCount() const;  ///< of what all agree on
    [[nodiscard]] bool isOpen(std::size_t place) const;
    [[nodiscard]] std::size_t openCount() const;
    /// The labels are just this layer's there; none: nothing is labelled, and that is decided.
    [[nodiscard]] bool isTaken(std::size_t place, std::optional<std::size_t> layer) const;
    /// The disagreement in hand; -1: there is none.
    [[nodiscard]] int current() const { return m_current; }
    void setCurrent(int place);
    bool step(int by);                ///< false: there is no further one
    [[nodiscard]] bool stepToOpen();  ///< the next undecided one, from the top after the last

    // Decisions, each one step of undo.
    /// Takes a layer's reading of the disagreement in hand; none: nothing is labelled there.
    bool take(std::optional<std::size_t> layer);
    /// Many labels in the background, the project being locked meanwhile: true then says that they
    /// are under way.
    bool takeAgreed();
    /// If nothing is undecided, takes what all agree on as a step of its own, and the document is
    /// done: ends with settled(). False: refused, or an error that was told.
    bool settle();
    /// In the order of rows(), after the document in hand and then from the top: one that is
    /// waiting, or 0.
    [[nodiscard]] DocumentId nextOpen() const;

    /// Reads the agreement of all layers, unless it is known already.
    void wantAgreement();
    [[nodiscard]] const std::optional<LayerAgreement>& agreement() const { return m_agreement; }

Q_SIGNALS:
    void rowsChanged();
    void rowChanged(qint64 document);
    void documentChanged();  ///< another one, or its layers
    void labelsChanged();    ///< of the document in hand
    void currentChanged();
    /// By settle(): it is done, and so many labels that all agree on were taken.
    void settled(qint64 document, int taken);
    void agreementChanged();

private:
    void read();
    void loadDocument();
    void updateRow(DocumentId document);
    bool commit(const Edit& edit, const QString& name);
    bool takeAgreed(std::function<void(int taken)> done);

    ProjectSession& m_session;
    std::vector<ReviewRow> m_rows;
    std::unordered_map<DocumentId, std::size_t> m_places;  ///< in m_rows
    std::unordered_set<DocumentId> m_heard;                ///< labelled anew since read()
    std::vector<Layer> m_layers;
    Comparison m_comparison;
    DocumentId m_document = 0;
    int m_current = -1;
    std::optional<LayerAgreement> m_agreement;
    LatestTask<Result<std::vector<ReviewRow>>> m_read;
    LatestTask<Result<LayerAgreement>> m_readAgreement;
};

}  // namespace spanwise::ui
