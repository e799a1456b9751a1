#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <vector>

#include "core/annotation/document.h"
#include "core/result.h"
#include "ui/session/latest_task.h"

namespace spanwise::ui {

/// What the find bar asks for.
struct FindQuery {
    QString text;
    bool isExpression = false;  ///< ICU's syntax; else the text as it is, any white space for some
    bool matchesCase = false;
    bool wholeWords = false;

    bool operator==(const FindQuery&) const = default;
};

/// Looks for a string, an expression, or what the documents' filter asks for in one document's
/// text. Long texts and expressions are looked through in a thread, where a newer search ends the
/// one before; short ones at once. No widgets.
class DocumentFinder : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kMost = 100'000;

    using QObject::QObject;

    using Matches = std::shared_ptr<const std::vector<Range>>;
    /// Ends with `changed`, perhaps before they return.
    void find(std::shared_ptr<const Document> document, const FindQuery& query);
    /// `search` as DocumentFilter::search.
    void findFilter(std::shared_ptr<const Document> document, const QString& search);
    void clear();

    /// In code points, in order, without overlaps; never null. As of the last `changed`.
    [[nodiscard]] const Matches& matches() const { return m_matches; }
    [[nodiscard]] bool isCut() const { return m_matches->size() >= kMost; }
    [[nodiscard]] bool isRunning() const { return m_task.isRunning(); }
    /// Why the query cannot be used, in the engine's words (engineText); or empty.
    [[nodiscard]] const QString& problem() const { return m_problem; }

Q_SIGNALS:
    void changed();

private:
    using Found = Result<std::vector<Range>>;
    void run(std::size_t bytes, bool isLong, std::function<Found(const std::stop_token&)> work);
    void take(Found found);

    Matches m_matches = std::make_shared<const std::vector<Range>>();
    QString m_problem;
    LatestTask<Found> m_task;
};

}  // namespace spanwise::ui
