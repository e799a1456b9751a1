#include "ui/session/search_controller.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>
#include <algorithm>

namespace spanwise::ui {
namespace {

constexpr std::size_t kPage = 300;
constexpr qint64 kPageMilliseconds = 2000;
/// While a page is being looked for it is shown so often: until there are hits, and after.
constexpr double kFirstSeconds = 0.06;
constexpr double kNextSeconds = 0.3;
constexpr auto kReadingDelay = std::chrono::seconds(2);
constexpr const char* kSetting = "searches";

const QList<QPair<SearchQuery::Labels, QString>>& labelNames() {
    static const QList<QPair<SearchQuery::Labels, QString>> kNames{
        {SearchQuery::Labels::Any, QStringLiteral("any")},
        {SearchQuery::Labels::Annotated, QStringLiteral("annotated")},
        {SearchQuery::Labels::Suggested, QStringLiteral("suggested")},
        {SearchQuery::Labels::Unlabelled, QStringLiteral("unlabelled")}};
    return kNames;
}

QJsonObject toJson(const SavedSearch& search) {
    const SearchQuery& query = search.query;
    QJsonObject json{{"name", search.name}};
    if (!query.text.empty())
        json["text"] = QString::fromStdString(query.text);
    if (query.isExpression)
        json["expression"] = true;
    if (query.matchesCase)
        json["matchesCase"] = true;
    for (const auto& [labels, name] : labelNames()) {
        if (labels == query.labels && labels != SearchQuery::Labels::Any)
            json["labels"] = name;
    }
    QJsonArray types;
    for (const TypeId type : query.types)
        types.append(static_cast<qint64>(type));
    if (!types.isEmpty())
        json["types"] = types;
    if (query.lowestScore > 0 || query.highestScore < 1)
        json["scores"] = QJsonArray{query.lowestScore, query.highestScore};
    QJsonArray origins;
    for (const Origin origin : query.origins)
        origins.append(QString::fromUtf8(originName(origin).data(),
                                         static_cast<qsizetype>(originName(origin).size())));
    if (!origins.isEmpty())
        json["origins"] = origins;
    if (!query.annotator.empty())
        json["annotator"] = QString::fromStdString(query.annotator);
    if (query.from != 0)
        json["from"] = static_cast<qint64>(query.from);
    if (query.until != 0)
        json["until"] = static_cast<qint64>(query.until);
    if (query.status) {
        const std::string_view name = documentStatusName(*query.status);
        json["status"] = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    return json;
}

SavedSearch fromJson(const QJsonObject& json) {
    SavedSearch search;
    search.name = json["name"].toString();
    SearchQuery& query = search.query;
    query.text = json["text"].toString().toStdString();
    query.isExpression = json["expression"].toBool();
    query.matchesCase = json["matchesCase"].toBool();
    for (const auto& [labels, name] : labelNames()) {
        if (json["labels"].toString() == name)
            query.labels = labels;
    }
    for (const QJsonValue& type : json["types"].toArray())
        query.types.push_back(type.toInteger());
    if (const QJsonArray scores = json["scores"].toArray(); scores.size() == 2) {
        query.lowestScore = scores[0].toDouble();
        query.highestScore = scores[1].toDouble();
    }
    for (const QJsonValue& origin : json["origins"].toArray())
        query.origins.push_back(originFromName(origin.toString().toStdString()));
    query.annotator = json["annotator"].toString().toStdString();
    query.from = json["from"].toInteger();
    query.until = json["until"].toInteger();
    if (const auto status = documentStatusFromName(json["status"].toString().toStdString()))
        query.status = *status;
    return search;
}

}  // namespace

SearchController::SearchController(ProjectSession& session, QObject* parent)
    : QObject(parent), m_session(session) {
    connect(&session, &ProjectSession::labelsChanged, this,
            [this](qint64 document) { refresh(document); });
    // Who labelled is asked for when the panel opens, and takes a look at all labels once.
    QTimer::singleShot(kReadingDelay, this, [this] {
        auto connection = m_session.project().reopenForThread();
        if (!connection)
            return;
        m_reading.start(
            this,
            [project = std::shared_ptr<Project>(std::move(*connection))](
                const std::stop_token&, const std::function<void(int, int)>&) {
                return project->annotators().has_value();
            },
            [](bool) {});
    });
}

SearchController::~SearchController() = default;

void SearchController::search(const SearchQuery& query) {
    cancel();
    ++m_generation;
    m_query = query;
    m_hits.clear();
    m_next.reset();
    m_problem.clear();
    if (!query.isEmpty()) {
        m_pageEnd = kPage;
        m_pageClock.start();
        run({});
    }
    Q_EMIT changed();
}

void SearchController::searchOn() {
    if (!m_next || isRunning())
        return;
    m_pageEnd = m_hits.size() + kPage;
    m_pageClock.start();
    run(*m_next);
    Q_EMIT changed();
}

void SearchController::cancel() {
    m_search.cancel();
}

void SearchController::run(SearchPlace from) {
    if (!m_searchConnection) {
        auto connection = m_session.project().reopenForThread();
        if (!connection) {
            m_problem = QString::fromStdString(connection.error().message);
            return;
        }
        m_searchConnection = std::move(*connection);
    }
    const double seconds = m_hits.empty() ? kFirstSeconds : kNextSeconds;
    const auto limit = static_cast<int>(m_pageEnd - m_hits.size());
    m_search.start(
        this,
        [project = m_searchConnection, query = m_query, from, limit,
         seconds](const std::stop_token& stop) {
            return project->search(query, from, limit, seconds, stop);
        },
        [this](Result<SearchPage> page) { arrived(std::move(page)); });
}

void SearchController::arrived(Result<SearchPage> page) {
    m_next.reset();
    if (!page) {
        if (page.error().code != ErrorCode::Cancelled)
            m_problem = QString::fromStdString(page.error().message);
        Q_EMIT changed();
        return;
    }
    m_problem.clear();
    const bool isMore = !page->hits.empty();
    m_hits.insert(m_hits.end(), std::make_move_iterator(page->hits.begin()),
                  std::make_move_iterator(page->hits.end()));
    if (page->next && m_hits.size() < m_pageEnd && m_pageClock.elapsed() < kPageMilliseconds) {
        run(*page->next);
        if (!isMore)
            return;
    } else {
        m_next = page->next;
    }
    Q_EMIT changed();
}

void SearchController::findDocuments(const QString& text, int limit) {
    if (!m_namesConnection) {
        auto connection = m_session.project().reopenForThread();
        if (!connection)
            return;
        m_namesConnection = std::move(*connection);
    }
    m_names.start(
        this,
        [project = m_namesConnection, wanted = text.toStdString(), limit](
            const std::stop_token& stop) { return project->documentsNamed(wanted, limit, stop); },
        [this, text](Result<std::vector<NamedDocument>> found) {
            Q_EMIT documentsFound(text, found ? std::move(*found) : std::vector<NamedDocument>());
        });
}

bool SearchController::label(std::size_t hit, TypeId type) {
    if (hit >= m_hits.size() || m_hits[hit].range.isEmpty() || m_session.isLocked())
        return false;
    const SearchHit wanted = m_hits[hit];
    return m_session.openDocument(wanted.document) && m_session.label(wanted.range, type);
}

bool SearchController::accept(std::size_t hit) {
    if (hit >= m_hits.size() || !m_hits[hit].isSuggestion || m_session.isLocked())
        return false;
    const SearchHit wanted = m_hits[hit];
    return m_session.openDocument(wanted.document) && m_session.accept({wanted.record});
}

bool SearchController::remove(std::size_t hit) {
    if (hit >= m_hits.size() || m_hits[hit].record == 0 || m_session.isLocked())
        return false;
    const SearchHit wanted = m_hits[hit];
    if (!m_session.openDocument(wanted.document))
        return false;
    return wanted.isSuggestion ? m_session.reject({wanted.record})
                               : m_session.removeAnnotations({wanted.record});
}

/// What the hits of a document stand for now. They stay, so that the list does not jump.
void SearchController::refresh(DocumentId document) {
    const auto isOf = [document](const SearchHit& hit) { return hit.document == document; };
    if (std::none_of(m_hits.begin(), m_hits.end(), isOf))
        return;
    auto read = document == m_session.documentId() ? Result<DocumentLabels>(m_session.labels())
                                                   : m_session.project().labels(document);
    if (!read)
        return;
    for (SearchHit& hit : m_hits) {
        if (!isOf(hit))
            continue;
        hit.record = 0;
        hit.type = 0;
        hit.isSuggestion = false;
        hit.score = -1;
        for (const Suggestion& label : read->suggestions) {
            if (label.range == hit.range) {
                hit.record = label.id;
                hit.type = label.type;
                hit.isSuggestion = true;
                hit.score = label.score;
            }
        }
        for (const Annotation& label : read->annotations) {
            if (label.range == hit.range) {
                hit.record = label.id;
                hit.type = label.type;
                hit.isSuggestion = false;
                hit.score = -1;
                hit.origin = label.origin;
            }
        }
    }
    Q_EMIT hitsRelabelled();
}

std::vector<SavedSearch> SearchController::saved() const {
    std::vector<SavedSearch> searches;
    const QByteArray json = QByteArray::fromStdString(m_session.project().setting(kSetting));
    for (const QJsonValue& value : QJsonDocument::fromJson(json).array()) {
        if (SavedSearch search = fromJson(value.toObject()); !search.name.isEmpty())
            searches.push_back(std::move(search));
    }
    return searches;
}

bool SearchController::save(const QString& name, const SearchQuery& query) {
    const QString trimmed = name.trimmed();
    if (trimmed.isEmpty())
        return false;
    std::vector<SavedSearch> searches = saved();
    std::erase_if(searches, [&](const SavedSearch& other) { return other.name == trimmed; });
    searches.push_back({trimmed, query});
    std::sort(searches.begin(), searches.end(), [](const SavedSearch& a, const SavedSearch& b) {
        return a.name.localeAwareCompare(b.name) < 0;
    });
    return store(searches);
}

bool SearchController::forget(const QString& name) {
    std::vector<SavedSearch> searches = saved();
    return std::erase_if(searches, [&](const SavedSearch& other) { return other.name == name; }) >
               0 &&
           store(searches);
}

bool SearchController::store(const std::vector<SavedSearch>& searches) {
    QJsonArray list;
    for (const SavedSearch& search : searches)
        list.append(toJson(search));
    const auto done = m_session.project().putSetting(
        kSetting, QJsonDocument(list).toJson(QJsonDocument::Compact).toStdString());
    if (!done) {
        m_session.report(done.error());
        return false;
    }
    Q_EMIT savedChanged();
    return true;
}

QStringList SearchController::annotators() const {
    QStringList names;
    if (const auto found = m_session.project().annotators()) {
        for (const std::string& name : *found)
            names << QString::fromStdString(name);
    }
    return names;
}

}  // namespace spanwise::ui
