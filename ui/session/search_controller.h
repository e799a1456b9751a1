#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <vector>

#include "storage/search_query.h"
#include "ui/session/latest_task.h"
#include "ui/session/project_session.h"

namespace spanwise::ui {

/// A query that a person has given a name.
struct SavedSearch {
    QString name;
    SearchQuery query;

    bool operator==(const SavedSearch&) const = default;
};

/// Searches the project in threads of its own, over connections of their own; a new search ends
/// the one before. Keeps the project's saved searches and labels what was found. No widgets; lives
/// in the thread of its session, which must outlive it.
class SearchController : public QObject {
    Q_OBJECT
public:
    explicit SearchController(ProjectSession& session, QObject* parent = nullptr);
    ~SearchController() override;

    /// The first page, whose hits come as they are found; an empty query clears the hits.
    void search(const SearchQuery& query);
    /// The page after those that are there.
    void searchOn();
    void cancel();
    [[nodiscard]] const SearchQuery& query() const { return m_query; }
    [[nodiscard]] bool isRunning() const { return m_search.isRunning(); }
    [[nodiscard]] const std::vector<SearchHit>& hits() const { return m_hits; }
    /// Counts searches: while it is the same, hits only come at the end.
    [[nodiscard]] int generation() const { return m_generation; }
    /// There is more than `hits`.
    [[nodiscard]] bool hasMore() const { return m_next.has_value(); }
    /// Why the last search failed; empty: it did not.
    [[nodiscard]] const QString& problem() const { return m_problem; }

    /// Documents by name, for the command palette. Ends with `documentsFound`.
    void findDocuments(const QString& text, int limit);

    // Gestures on a hit, one undo step each; its document is opened. False: nothing changed.
    bool label(std::size_t hit, TypeId type);
    bool accept(std::size_t hit);
    bool remove(std::size_t hit);  ///< the label there, or it rejects the suggestion

    /// As kept in the project, by name.
    [[nodiscard]] std::vector<SavedSearch> saved() const;
    /// Replaces one of the same name. False after an error, which the session reports.
    bool save(const QString& name, const SearchQuery& query);
    bool forget(const QString& name);
    /// Everybody who has labelled.
    [[nodiscard]] QStringList annotators() const;

Q_SIGNALS:
    /// Hits came, went, or stand for other labels now; or a search began or ended.
    void changed();
    /// The same hits, but other labels are there now.
    void hitsRelabelled();
    void documentsFound(const QString& text, const std::vector<spanwise::NamedDocument>& documents);
    void savedChanged();

private:
    void run(SearchPlace from);
    void arrived(Result<SearchPage> page);
    void refresh(DocumentId document);
    bool store(const std::vector<SavedSearch>& saved);

    ProjectSession& m_session;
    SearchQuery m_query;
    std::vector<SearchHit> m_hits;
    int m_generation = 0;
    std::optional<SearchPlace> m_next;
    std::size_t m_pageEnd = 0;  ///< so many hits at most when the page is complete
    QElapsedTimer m_pageClock;
    QString m_problem;
    LatestTask<Result<SearchPage>> m_search;
    LatestTask<Result<std::vector<NamedDocument>>> m_names;
    std::shared_ptr<Project> m_searchConnection, m_namesConnection;
    BackgroundTask<bool> m_reading;
};

}  // namespace spanwise::ui
