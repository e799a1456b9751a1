#include "ui/session/document_finder.h"

#include "core/patterns/pattern.h"
#include "storage/filter_matches.h"

namespace spanwise::ui {
namespace {

/// Texts up to this are looked through within a few milliseconds.
constexpr std::size_t kShort = 64 << 10;

/// The text as an expression, where white space stands for any.
std::string expressionOf(const QString& text) {
    QString expression;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (c.isSpace()) {
            while (i + 1 < text.size() && text[i + 1].isSpace())
                ++i;
            expression += QStringLiteral("\\s+");
            continue;
        }
        if (QStringView(u"\\^$.|?*+()[]{}#-&/").contains(c))
            expression += u'\\';
        expression += c;
    }
    return expression.toStdString();
}

}  // namespace

void DocumentFinder::find(std::shared_ptr<const Document> document, const FindQuery& query) {
    if (!document || query.text.isEmpty()) {
        clear();
        return;
    }
    Pattern pattern;
    pattern.regex = query.isExpression ? query.text.toStdString() : expressionOf(query.text);
    pattern.matchCase = query.matchesCase;
    pattern.wholeWords = query.wholeWords;
    auto made = PatternMatcher::make(pattern);
    if (!made) {
        m_task.cancel();
        take(failure(ErrorCode::InvalidArgument, made.error().message));
        return;
    }
    run(document->text.size(), query.isExpression,
        [matcher = std::make_shared<PatternMatcher>(std::move(*made)), document](
            const std::stop_token& stop) { return matcher->find(document->text, kMost, stop); });
}

void DocumentFinder::findFilter(std::shared_ptr<const Document> document, const QString& search) {
    if (!document || search.isEmpty()) {
        clear();
        return;
    }
    run(document->text.size(), false,
        [document, search = search.toStdString()](const std::stop_token& stop) -> Found {
            return filterMatches(document->text, search, kMost, stop);
        });
}

void DocumentFinder::clear() {
    m_task.cancel();
    take(std::vector<Range>());
}

void DocumentFinder::run(std::size_t bytes, bool isLong,
                         std::function<Found(const std::stop_token&)> work) {
    if (bytes <= kShort && !isLong) {
        m_task.cancel();
        take(work({}));
        return;
    }
    m_task.start(
        this, [work = std::move(work)](const std::stop_token& stop) { return work(stop); },
        [this](Found found) { take(std::move(found)); });
}

void DocumentFinder::take(Found found) {
    m_problem = found ? QString() : QString::fromStdString(found.error().message);
    m_matches = std::make_shared<const std::vector<Range>>(found ? std::move(*found)
                                                                 : std::vector<Range>());
    Q_EMIT changed();
}

}  // namespace spanwise::ui
