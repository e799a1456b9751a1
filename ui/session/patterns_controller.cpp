#include "ui/session/patterns_controller.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>

#include "ui/session/project_session.h"

namespace spanwise::ui {
namespace {
constexpr qint64 kLargestList = qint64{32} << 20;  ///< bytes
}

PatternsController::PatternsController(ProjectSession& session, QObject* parent)
    : QObject(parent), m_session(session), m_finder(session) {
    load();
    connect(&session, &ProjectSession::schemeChanged, this, [this] {
        load();
        Q_EMIT patternsChanged();
    });
    connect(&m_finder, &PlaceFinder::progress, this, &PatternsController::progress);
    connect(&m_finder, &PlaceFinder::found, this, [this] {
        const PlaceFinder::Found& places = m_finder.result();
        if (places) {
            m_matches = *places;
        } else if (places.error().code == ErrorCode::Cancelled) {
            return;
        } else {
            m_problem = PatternProblem{places.error().text()};
        }
        Q_EMIT matched();
    });
}

void PatternsController::load() {
    m_patterns.clear();
    const auto rows = m_session.project().patterns();
    if (!rows) {
        m_session.report(rows.error());
        return;
    }
    for (const PatternRow& row : *rows) {
        auto pattern = patternFromJson(row.kind, row.expression);
        if (!pattern) {
            m_session.report(pattern.error());
            continue;
        }
        pattern->id = row.id;
        pattern->type = row.type;
        m_patterns.push_back(std::move(*pattern));
    }
}

const Pattern* PatternsController::byId(PatternId id) const {
    const auto found = std::find_if(m_patterns.begin(), m_patterns.end(),
                                    [&](const Pattern& pattern) { return pattern.id == id; });
    return found == m_patterns.end() ? nullptr : &*found;
}

PatternId PatternsController::put(const Pattern& pattern) {
    if (const Pattern* known = byId(pattern.id); known && *known == pattern)
        return pattern.id;
    if (m_session.isLocked())
        return 0;
    const auto id = m_session.project().putPattern({pattern.id, pattern.type,
                                                    std::string(patternKindName(pattern.kind)),
                                                    patternToJson(pattern), true});
    if (!id) {
        m_session.report(id.error());
        return 0;
    }
    load();
    Q_EMIT patternsChanged();
    return *id;
}

bool PatternsController::remove(PatternId id) {
    const Pattern* known = byId(id);
    if (!known || m_session.isLocked())
        return false;
    const Pattern copy = *known;
    if (const auto removed = m_session.project().removePattern(id); !removed) {
        m_session.report(removed.error());
        return false;
    }
    m_removed = copy;
    load();
    Q_EMIT patternsChanged();
    return true;
}

PatternId PatternsController::restore() {
    if (!m_removed || m_session.isLocked())
        return 0;
    Pattern back = *m_removed;
    back.id = 0;
    const PatternId id = put(back);
    if (id != 0) {
        m_removed.reset();
        Q_EMIT patternsChanged();
    }
    return id;
}

PatternId PatternsController::importList(const QString& path, TypeId type) {
    QFile file(path);
    const std::string where = QFileInfo(path).fileName().toStdString();
    if (file.size() > kLargestList) {
        m_session.report({ErrorCode::InvalidFormat,
                          tr("The list has more than 32 MB. A list has one entry a line; split it.")
                              .toStdString(),
                          where});
        return 0;
    }
    if (!file.open(QIODevice::ReadOnly)) {
        m_session.report({ErrorCode::Io, file.errorString().toStdString(), where});
        return 0;
    }
    const QByteArray bytes = file.readAll();
    auto entries =
        entriesFromText({bytes.constData(), static_cast<std::size_t>(bytes.size())}, where);
    if (!entries) {
        m_session.report(entries.error());
        return 0;
    }
    if (entries->empty()) {
        m_session.report(
            {ErrorCode::InvalidFormat,
             tr("The file has no entries: they stand one a line, lines that begin with # are left "
                "out.")
                 .toStdString(),
             where});
        return 0;
    }
    Pattern pattern;
    pattern.type = type;
    pattern.kind = PatternKind::List;
    pattern.name = QFileInfo(path).completeBaseName().toStdString();
    pattern.entries = std::move(*entries);
    return put(pattern);
}

void PatternsController::match(const Pattern& pattern) {
    m_matches.reset();
    m_problem.reset();
    m_matchedPattern = pattern;
    if (auto matcher = PatternMatcher::make(pattern); !matcher) {
        m_finder.cancel();
        m_problem = matcher.error();
        Q_EMIT matched();
        return;
    }
    PlaceQuery query;
    query.pattern = pattern;
    m_finder.find(std::move(query));
}

void PatternsController::stopMatching() {
    m_finder.cancel();
    m_matches.reset();
    m_problem.reset();
}

void PatternsController::use(PlaceUse use, std::vector<FoundPlace> places,
                             std::function<void(qint64)> done) {
    if (!m_matches || m_session.isLocked())
        return;
    QString words = QString::fromStdString(m_matchedPattern.name);
    if (words.isEmpty())
        words = QString::fromStdString(m_matchedPattern.kind == PatternKind::Regex
                                           ? m_matchedPattern.regex
                                           : m_matchedPattern.entries.front());
    if (words.size() > 32)
        words = words.left(31) + QStringLiteral("…");
    usePlaces(m_session, std::move(places), m_matchedPattern.type, use, words, std::move(done));
}

}  // namespace spanwise::ui
