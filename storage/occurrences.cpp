#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>

#include "storage/search.h"

namespace spanwise::storage {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kProgressSteps = 20000;  ///< of SQLite's machine

/// Ends SQLite's own loops when the search is stopped or its time is over.
class Deadline {
public:
    Deadline(Database& database, double seconds, const std::stop_token& stop)
        : m_database(database),
          m_stop(stop),
          m_end(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(seconds))) {
        sqlite3_progress_handler(
            database.handle(), kProgressSteps,
            [](void* self) { return static_cast<const Deadline*>(self)->isOver() ? 1 : 0; }, this);
    }
    ~Deadline() { sqlite3_progress_handler(m_database.handle(), 0, nullptr, nullptr); }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    [[nodiscard]] bool isOver() const { return m_stop.stop_requested() || Clock::now() >= m_end; }

private:
    Database& m_database;
    const std::stop_token& m_stop;
    Clock::time_point m_end;
};

/// Of one text.
class Finder {
public:
    Finder(Database& database, std::string_view text)
        : m_needle(folded(decode(text))),
          m_isIndexed(isTokenizable(m_needle)),
          m_beginsWord(m_isIndexed && isWordPoint(m_needle.front())),
          m_endsWord(m_isIndexed && isWordPoint(m_needle.back())),
          m_searcher(m_needle.begin(), m_needle.end()),
          // Along the index or the table, so that the first rows come before the last are found.
          m_documents(database, m_isIndexed ? "SELECT rowid FROM document_search WHERE "
                                              "document_search MATCH 'text : ' || ? ORDER BY rowid"
                                            : "SELECT id FROM document WHERE id > ? ORDER BY id"),
          m_text(database,
                 "SELECT text FROM document_text JOIN document ON document.id = "
                 "document_text.document WHERE document = ? AND trashed_at IS NULL"),
          m_type(database,
                 "SELECT type FROM annotation WHERE document = ? AND begin_at = ? AND "
                 "end_at = ? AND type IN (SELECT id FROM entity_type WHERE trashed_at IS "
                 "NULL) ORDER BY id LIMIT 1") {
        if (m_isIndexed)
            m_documents.bind(ftsQuoted(text) + (m_endsWord ? "" : "*"));
        else
            m_documents.bind(0);
    }

    void find(Occurrences& found, std::size_t limit, const Deadline& deadline) {
        while (m_documents.step()) {
            if (deadline.isOver()) {
                found.isCut = true;
                return;
            }
            const DocumentId document = m_documents.integer(0);
            m_text.bind(document);
            if (m_text.step() && !findIn(document, m_text.text(0), found, limit))
                return;
        }
    }

private:
    /// False: that is enough.
    bool findIn(DocumentId document, const std::string& text, Occurrences& found,
                std::size_t limit) {
        const std::u32string original = decode(text);
        const std::u32string haystack = folded(original);
        for (auto from = haystack.begin(); from != haystack.end();) {
            const auto place = std::search(from, haystack.end(), m_searcher);
            if (place == haystack.end())
                break;
            const auto begin = static_cast<std::size_t>(place - haystack.begin());
            const std::size_t end = begin + m_needle.size();
            if ((m_beginsWord && begin > 0 && isWordPoint(haystack[begin - 1])) ||
                (m_endsWord && end < haystack.size() && isWordPoint(haystack[end]))) {
                from = place + 1;
                continue;
            }
            if (found.hits.size() >= limit) {
                found.isCut = true;
                return false;
            }
            from = haystack.begin() + static_cast<std::ptrdiff_t>(end);
            Context context = contextOf(original, begin, end);
            TextHit hit;
            hit.document = document;
            hit.range = {static_cast<Offset>(begin), static_cast<Offset>(end)};
            hit.before = std::move(context.before);
            hit.match = std::move(context.match);
            hit.after = std::move(context.after);
            m_type.bind(hit.document, hit.range.begin, hit.range.end);
            if (m_type.step())
                hit.type = m_type.integer(0);
            found.hits.push_back(std::move(hit));
        }
        return true;
    }

    std::u32string m_needle;
    bool m_isIndexed, m_beginsWord, m_endsWord;
    std::boyer_moore_horspool_searcher<std::u32string::const_iterator> m_searcher;
    Query m_documents, m_text, m_type;
};

}  // namespace

Occurrences findOccurrences(Database& database, std::string_view text, int limit, double seconds,
                            const std::stop_token& stop) {
    Occurrences found;
    if (text.empty() || limit <= 0)
        return found;
    try {
        const Deadline deadline(database, seconds, stop);
        Finder(database, text).find(found, static_cast<std::size_t>(limit), deadline);
    } catch (const SQLite::Exception& exception) {
        if (exception.getErrorCode() != SQLITE_INTERRUPT)
            throw;
        found.isCut = true;
    }
    if (stop.stop_requested())
        fail(ErrorCode::Cancelled, "The search was stopped.");
    return found;
}

}  // namespace spanwise::storage
