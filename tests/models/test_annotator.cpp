#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <sstream>
#include <thread>

#include "core/text/utf8.h"
#include "models/pretraining/annotator.h"
#include "tests/models/chat_server.h"
#include "tests/models/full_disk.h"

using namespace spanwise;
using namespace std::chrono_literals;

namespace {

constexpr const char* kSecret = "sk-thisIsTheSecret";

std::vector<Passage> passagesOf(const std::vector<std::string>& texts) {
    std::vector<Passage> passages;
    for (const std::string& text : texts) {
        Passage passage;
        passage.text = text;
        passage.source = "test";
        passages.push_back(passage);
    }
    return passages;
}

/// "Text 1 by Ada.", "Text 2 by Ada.", …
std::vector<std::string> numbered(int count) {
    std::vector<std::string> texts;
    for (int i = 1; i <= count; ++i)
        texts.push_back("Text " + std::to_string(i) + " by Ada.");
    return texts;
}

PassageSource sourceOf(const std::vector<std::string>& texts) {
    return [passages = passagesOf(texts)](const PassageSink& sink) -> Result<void> {
        for (Passage passage : passages) {
            if (auto taken = sink(std::move(passage)); !taken)
                return taken;
        }
        return {};
    };
}

std::vector<Passage> readBack(const QString& path) {
    std::vector<Passage> passages;
    const auto summary = readPassages(path.toStdString(), [&](Passage&& passage) -> Result<void> {
        passages.push_back(std::move(passage));
        return {};
    });
    if (!summary)
        qWarning("%s", summary.error().text().c_str());
    return passages;
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool writeBytes(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

std::int64_t faults(const AnswerCounts& counts, LineFault fault) {
    return counts.faults[static_cast<std::size_t>(fault)];
}

/// "begin-end concept (description)" of each mention, parted by "; ".
QString shown(const std::vector<Mention>& mentions) {
    QStringList parts;
    for (const Mention& mention : mentions) {
        QString part = QStringLiteral("%1-%2 %3")
                           .arg(mention.begin)
                           .arg(mention.end)
                           .arg(QString::fromStdString(mention.name));
        if (!mention.description.empty())
            part += QStringLiteral(" (%1)").arg(QString::fromStdString(mention.description));
        parts << part;
    }
    return parts.join("; ");
}

}  // namespace

class TestAnnotator : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<chat::Server> m_server;
    AnnotateOptions m_options;

    QString out() const { return m_dir->filePath("out.jsonl"); }

    AnnotateSummary run(const std::vector<std::string>& texts, std::stop_token stop = {},
                        const std::function<void(const AnnotateProgress&)>& progress = {}) {
        const auto file = AnnotationFile::open(out().toStdString(), m_options.annotator());
        if (!file) {
            AnnotateSummary summary;
            summary.problem = file.error();
            return summary;
        }
        const PassageSource source = sourceOf(texts);
        const auto forecast = forecastAnnotation(source, m_options, **file, {});
        return annotate(source, m_options, **file, *forecast, progress, std::move(stop));
    }
    static QByteArray why(const AnnotateSummary& summary) {
        const auto& error = summary.problem ? summary.problem : summary.firstFailure;
        return QByteArray::fromStdString(error ? error->text() : "no problem");
    }

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<chat::Server>();
        m_options = {};
        m_options.chat.endpoint = m_server->endpoint().toStdString();
        m_options.chat.model = "tiny";
        m_options.chat.key = kSecret;
        m_options.chat.pause = 10ms;
        m_options.chat.timeout = 10s;
    }

    // Reading answers.

    void answerLines_areTakenOrCounted_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("mentions");
        QTest::addColumn<int>("fault");  // -1: none
        const QString text = "Ada met Bo; ada left.";
        const auto row = [&](const char* name, const QString& answer, const QString& mentions,
                             int fault = -1) {
            QTest::newRow(name) << text << answer << mentions << fault;
        };
        row("whole line", "Bo <> person <> a human being", "8-10 person (a human being)");
        row("without description", "Bo <> person", "8-10 person");
        row("empty description", "Bo <> person <>", "8-10 person");
        row("no blanks", "Bo<>person<>human", "8-10 person (human)");
        row("exact case first", "Ada <> person", "0-3 person");
        row("any case then", "ADA <> person", "0-3 person; 12-15 person");
        row("two concepts", "Bo <> person\nBo <> friend", "8-10 friend; 8-10 person");
        row("overlapping", "Ada met Bo <> event\nBo <> person", "0-10 event; 8-10 person");
        row("bullet", "- Bo <> person", "8-10 person");
        row("number", "12. Bo <> person", "8-10 person");
        row("number in brackets", "(3) Bo <> person", "8-10 person");
        row("quotes", "\"Bo\" <> 'person' <> “a human”", "8-10 person (a human)");
        row("quotes around the line", "\"Bo <> person <> a human\"", "8-10 person (a human)");
        row("emphasis", "* **Bo** <> **person**", "8-10 person");
        row("code fences", "```\nBo <> person\n```", "8-10 person");
        row("CRLF", "Bo <> person\r\nAda <> person\r\n", "0-3 person; 8-10 person");
        row("blanks in a concept", "Bo <> close   friend", "8-10 close friend");
        row("made up", "Cy <> person", "", int(LineFault::NotInText));
        row("part of a word", "ef <> person", "", int(LineFault::InsideWord));
        row("no separator", "Bo - person\nBo <> person", "8-10 person",
            int(LineFault::NoSeparator));
        row("four parts", "Bo <> person <> human <> being", "", int(LineFault::TooManyParts));
        row("no mention", " <> person", "", int(LineFault::EmptyMention));
        row("punctuation", "; <> mark", "", int(LineFault::EmptyMention));
        row("no concept", "Bo <> ", "", int(LineFault::EmptyConcept));
        row("concept", "Bo <> Concept <> something", "", int(LineFault::Meaningless));
        row("entity", "Bo <> entity", "", int(LineFault::Meaningless));
        row("long concept", "Bo <> " + QString(101, 'x'), "", int(LineFault::TooLong));
        row("long mention", QString(201, 'x') + " <> person", "", int(LineFault::TooLong));
        row("control character", QString("Bo <> per") + QChar(1) + "son", "",
            int(LineFault::ControlCharacter));
        row("NUL", QString("Bo <> per") + QChar(0) + "son", "", int(LineFault::ControlCharacter));
        row("twice", "Bo <> person\nBo <> Person <> other words", "8-10 person",
            int(LineFault::Repeated));

        QTest::newRow("every occurrence, code points")
            << "🧪 Zoë paid Zoë's €5."
            << "Zoë <> person\n€ <> currency\n🧪 <> emoji"
            << "0-1 emoji; 2-5 person; 11-14 person; 17-18 currency" << -1;
        QTest::newRow("part of words is not taken among whole ones") << "art, party, Art"
                                                                     << "art <> skill"
                                                                     << "0-3 skill" << -1;
        QTest::newRow("Han") << "我在北京大学读书"
                             << "北京大学 <> 大学"
                             << "2-6 大学" << -1;
        QTest::newRow("number that is part of the mention") << "Read 1. Samuel now"
                                                            << "1. Samuel <> book"
                                                            << "8-14 book" << -1;
        QTest::newRow("quotes that are part of it") << "the \"A\"-team"
                                                    << "\"A\"-team <> crew"
                                                    << "4-12 crew" << -1;
    }
    void answerLines_areTakenOrCounted() {
        QFETCH(QString, text);
        QFETCH(QString, answer);
        QFETCH(QString, mentions);
        QFETCH(int, fault);
        const ReadAnswer read = readAnswer(text.toStdString(), answer.toStdString());
        QCOMPARE(shown(read.mentions), mentions);
        std::int64_t all = 0;
        for (const std::int64_t count : read.counts.faults)
            all += count;
        QCOMPARE(all, fault < 0 ? 0 : 1);
        if (fault >= 0)
            QCOMPARE(faults(read.counts, static_cast<LineFault>(fault)), 1);
        QCOMPARE(read.counts.lines, read.counts.goodLines + all);
        QCOMPARE(read.counts.mentions, static_cast<std::int64_t>(read.mentions.size()));
    }

    void mentionsInAnotherCase_areCountedApart() {
        AnswerCounts counts =
            readAnswer("Ada met Bo.", "ADA <> person\nBo <> person\nCY <> person").counts;
        QCOMPARE(counts.goodLines, 2);
        QCOMPARE(counts.otherCase, 1);
        counts += readAnswer("Ada met Bo.", "bo <> person").counts;
        QCOMPARE(counts.otherCase, 2);
    }

    void wholeAnswers_areCounted() {
        const std::string text = "Ada met Bo.";
        ReadAnswer read = readAnswer(text, "Sure! Here is what I think of this text.\nIt is nice.");
        QCOMPARE(read.counts.prose, 1);
        QCOMPARE(read.counts.lines, 0);
        QCOMPARE(readAnswer(text, " \n\n").counts.empty, 1);
        read = readAnswer(text, "Ada <> person\nBo <> per", true);
        QCOMPARE(read.counts.truncated, 1);
        QCOMPARE(faults(read.counts, LineFault::Unfinished), 1);
        QCOMPARE(shown(read.mentions), QString("0-3 person"));
        read = readAnswer(text, "Ada <> person\n", true);  // the limit came between two lines
        QCOMPARE(faults(read.counts, LineFault::Unfinished), 0);
        QCOMPARE(shown(read.mentions), QString("0-3 person"));
    }

    void longAnswers_areReadInTime() {
        std::string answer;
        while (answer.size() < (1u << 20))
            answer += "Ada <> person number " + std::to_string(answer.size()) + "\nnobody <> x\n";
        std::string text;
        for (int i = 0; i < 150; ++i)
            text += "word" + std::to_string(i) + ' ';
        QElapsedTimer timer;
        timer.start();
        const ReadAnswer read = readAnswer(text + "Ada", answer);
        QVERIFY(read.mentions.size() > 10'000);
        QVERIFY2(timer.elapsed() < 5000, QByteArray::number(timer.elapsed()).constData());
    }

    // Parting texts.

    void texts_arePartedIntoPassages_data() {
        QTest::addColumn<int>("unit");
        QTest::addColumn<int>("maxWords");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char* name, PassageUnit unit, int maxWords,
                            const QStringList& expected) {
            QTest::newRow(name) << static_cast<int>(unit) << maxWords << expected;
        };
        const QString first = "Ada met Bo.", second = "They left early,\nand late.",
                      third = "One two three four five six.";
        row("paragraphs", PassageUnit::Passage, 100, {first + " " + second, third});
        row("pieces of sentences", PassageUnit::Passage, 8,
            {first + " They left early,", "and late.", third});
        row("sentences", PassageUnit::Sentence, 100,
            {first, "They left early,", "and late.", third});
        row("lines", PassageUnit::Line, 100, {first + " They left early,", "and late.", third});
        row("pieces of words", PassageUnit::Sentence, 3,
            {"Ada met Bo", ".", "They left early", ",", "and late.", "One two three",
             "four five six", "."});
    }
    void texts_arePartedIntoPassages() {
        QFETCH(int, unit);
        QFETCH(int, maxWords);
        QFETCH(QStringList, expected);
        const std::string text =
            "\xEF\xBB\xBF"
            "Ada met Bo. They left early,\r\nand late.\r\n \r\n\r\nOne two three four five six.";
        PassageOptions options;
        options.unit = static_cast<PassageUnit>(unit);
        options.maxWords = maxWords;
        options.source = "s";
        std::istringstream in(text);
        QStringList found;
        const auto read =
            readTextPassages(in, "file", options, [&](Passage&& passage) -> Result<void> {
                found << QString::fromStdString(passage.text);
                if (passage.source != "s" || !passage.id.empty())
                    found << "wrong source or id";
                return {};
            });
        QVERIFY(read);
        QCOMPARE(found, expected);
    }

    void jsonl_bringsIdAndSource() {
        std::istringstream in(
            "{\"body\": \"Ada left. Bo came.\", \"id\": 7, \"source\": \"c4\"}\n\n"
            "{\"body\": \"Cy.\", \"more\": [1]}\n");
        PassageOptions options;
        options.unit = PassageUnit::Sentence;
        options.field = "body";
        options.source = "file";
        QStringList found;
        const auto read =
            readJsonlPassages(in, "x.jsonl", options, [&](Passage&& passage) -> Result<void> {
                found << QString::fromStdString(passage.text + "|" + passage.id + "|" +
                                                passage.source);
                return {};
            });
        QVERIFY(read);
        QCOMPARE(found, QStringList({"Ada left.|7|c4", "Bo came.|7#2|c4", "Cy.||file"}));
    }

    void badInput_namesTheLine_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("json");
        QTest::addColumn<QString>("expected");
        QTest::newRow("NUL in text") << QByteArray("good\n\0bad", 9) << false << "f:2";
        QTest::newRow("not UTF-8") << QByteArray(
                                          "good\n\xFF\xFE"
                                          "bad")
                                   << false << "f:2";
        QTest::newRow("JSON not UTF-8") << QByteArray("{\"text\": \"\xC3\x28\"}") << true << "f:1";
        QTest::newRow("NUL in JSON") << QByteArray("{\"text\": \"a\\u0000b\"}") << true << "NUL";
        QTest::newRow("no JSON") << QByteArray("{\"text\": \"a\"}\nhello\n") << true << "f:2";
        QTest::newRow("broken JSON") << QByteArray("{\"text\": \"a\n") << true << "f:1";
        QTest::newRow("no text") << QByteArray("{\"txt\": \"a\"}\n") << true << "--field";
        QTest::newRow("text is a number") << QByteArray("{\"text\": 5}\n") << true << "--field";
        QTest::newRow("deep") << QByteArray("{\"text\":" + QByteArray(100000, '[')) << true
                              << "256 deep";
    }
    void badInput_namesTheLine() {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, json);
        QFETCH(QString, expected);
        std::istringstream in(bytes.toStdString());
        const PassageSink sink = [](Passage&&) -> Result<void> { return {}; };
        const auto read =
            json ? readJsonlPassages(in, "f", {}, sink) : readTextPassages(in, "f", {}, sink);
        QVERIFY(!read);
        QVERIFY2(QString::fromStdString(read.error().text()).contains(expected),
                 read.error().text().c_str());
    }

    void longLine_isPartedInTime() {
        // 10 MB without a line break, and a word of 1 MB.
        std::string text;
        while (text.size() < 10'000'000)
            text += "The quick brown fox of Berlin jumps over 13 lazy dogs. ";
        text += std::string(1'000'000, 'x');
        PassageOptions options;
        std::int64_t words = 0, passages = 0;
        QElapsedTimer timer;
        timer.start();
        std::istringstream in(text);
        const auto read =
            readTextPassages(in, "f", options, [&](Passage&& passage) -> Result<void> {
                ++passages;
                words += std::count(passage.text.begin(), passage.text.end(), ' ') + 1;
                return {};
            });
        QVERIFY(read);
        QCOMPARE(words, 11 * (10'000'000 / 55 + 1) + 1);
        QVERIFY(passages > 13'000);
        qInfo("%lld ms", static_cast<long long>(timer.elapsed()));
        QVERIFY(timer.elapsed() < 60'000);
    }

    // Asking.

    void goodServer_isAskedAndLocated() {
        const AnnotateSummary summary =
            run({"Ada met Bo in Rome.", "nothing here", "Ada met Bo in Rome.", "Cy left."});
        QVERIFY2(!summary.problem, why(summary));
        QCOMPARE(summary.answered, 3);
        QCOMPARE(summary.duplicates, 1);
        QCOMPARE(summary.failed + summary.left, 0);
        QCOMPARE(summary.counts.mentions, 4);
        QCOMPARE(summary.counts.empty, 1);
        QCOMPARE(summary.requests, 3);
        QCOMPARE(summary.tokensIn, 300);
        QCOMPARE(summary.tokensOut, 120);
        QVERIFY(!summary.tokensEstimated);
        const std::vector<Passage> passages = readBack(out());
        QCOMPARE(passages.size(), std::size_t{3});
        for (const Passage& passage : passages) {
            QCOMPARE(passage.model, std::string("tiny"));
            QCOMPARE(passage.prompt, sha256Hex(annotationInstruction()));
            QCOMPARE(passage.source, std::string("test"));
            if (passage.text.starts_with("Ada"))
                QCOMPARE(shown(passage.mentions),
                         QString("0-3 capitalised thing (something written with a capital); "
                                 "8-10 capitalised thing (something written with a capital); "
                                 "14-18 capitalised thing (something written with a capital)"));
        }
        const chat::Request request = m_server->log().front();
        QCOMPARE(request.path, QByteArray("/v1/chat/completions"));
        QCOMPARE(request.headers.value("authorization"), QByteArray("Bearer ") + kSecret);
        QCOMPARE(request.message(0).toStdString(), std::string(annotationInstruction()));
        QCOMPARE(request.body["temperature"].toInt(-1), 0);
        QCOMPARE(request.body["max_tokens"].toInt(), 1024);
        QVERIFY(!bytesOf(out()).contains(kSecret));
    }

    void secondRun_asksNothingTwice() {
        QCOMPARE(run(numbered(5)).answered, 5);
        const QByteArray before = bytesOf(out());
        m_server->forget();
        const AnnotateSummary again = run(numbered(7));
        QCOMPARE(again.known, 5);
        QCOMPARE(again.answered, 2);
        QCOMPARE(m_server->posts(), 2);
        QVERIFY(bytesOf(out()).startsWith(before));
        QCOMPARE(readBack(out()).size(), std::size_t{7});
    }

    void requests_runAtATime() {
        m_server->script([this](const chat::Request& request) {
            chat::Reply reply = m_server->usual(request);
            reply.delayMs = 100;
            return reply;
        });
        m_options.chat.parallel = 8;
        QElapsedTimer timer;
        timer.start();
        const AnnotateSummary summary = run(numbered(33));
        QCOMPARE(summary.answered, 33);
        QCOMPARE(m_server->mostAtATime(), 8);
        // The first alone, then 32 in four rounds.
        QVERIFY2(timer.elapsed() >= 500 && timer.elapsed() < 3000,
                 QByteArray::number(timer.elapsed()).constData());
    }

    void extra_isMergedIntoTheRequest() {
        m_options.chat.extra = {{"max_tokens", nullptr}, {"max_completion_tokens", 99}};
        QCOMPARE(run(numbered(1)).answered, 1);
        const QJsonObject body = m_server->log().front().body;
        QVERIFY(!body.contains("max_tokens"));
        QCOMPARE(body["max_completion_tokens"].toInt(), 99);
    }

    void endpoints_areFound_data() {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<QByteArray>("served");
        QTest::newRow("bare") << "" << QByteArray("/v1/chat/completions");
        QTest::newRow("slash") << "/" << QByteArray("/v1/chat/completions");
        QTest::newRow("v1") << "/v1" << QByteArray("/v1/chat/completions");
        QTest::newRow("v1 and slash") << "/v1/" << QByteArray("/v1/chat/completions");
        QTest::newRow("whole") << "/v1/chat/completions" << QByteArray("/v1/chat/completions");
        QTest::newRow("without v1") << "" << QByteArray("/chat/completions");
        QTest::newRow("path and v1") << "/api" << QByteArray("/api/v1/chat/completions");
        QTest::newRow("path") << "/openai" << QByteArray("/openai/chat/completions");
        QTest::newRow("query") << "/openai?api-version=1"
                               << QByteArray("/openai/chat/completions?api-version=1");
    }
    void endpoints_areFound() {
        QFETCH(QString, suffix);
        QFETCH(QByteArray, served);
        m_server->script([served](const chat::Request& request) {
            return request.path == served ? chat::completion(chat::goodAnswer(request.text()))
                                          : chat::Reply{"404 Not Found", "404 page not found"};
        });
        m_options.chat.endpoint = (m_server->endpoint() + suffix).toStdString();
        const AnnotateSummary summary = run(numbered(3));
        QVERIFY2(summary.answered == 3, why(summary));
        QVERIFY(m_server->posts() <= 4);
    }

    void passingFailures_areTriedAgain_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind :
             {"429", "429 date", "500", "503", "408", "half body", "closed at once", "broken JSON"})
            QTest::newRow(kind) << kind;
    }
    void passingFailures_areTriedAgain() {
        QFETCH(QString, kind);
        // Each passage fails once.
        QHash<QString, int> seen;
        m_server->script([&, kind](const chat::Request& request) -> chat::Reply {
            if (seen[request.text()]++ > 0)
                return m_server->usual(request);
            if (kind == "429")
                return chat::problem("429 Too Many Requests", "slow down", "rate_limit_exceeded",
                                     "Retry-After: 0\r\n");
            if (kind == "429 date")
                return chat::problem("429 Too Many Requests", "slow down", {},
                                     "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n");
            if (kind == "half body" || kind == "closed at once") {
                chat::Reply reply = m_server->usual(request);
                reply.cutAfter = kind == "half body" ? reply.body.size() / 2 : 0;
                return reply;
            }
            if (kind == "broken JSON")
                return {"200 OK", "{\"choices\": [{\"message\": {\"content\": \"Ada <> per"};
            return chat::problem(kind.toLatin1() + " Oh", "busy");
        });
        const AnnotateSummary summary = run(numbered(6));
        QVERIFY2(!summary.problem, why(summary));
        QCOMPARE(summary.answered, 6);
        QCOMPARE(summary.requests, 12);
        QCOMPARE(m_server->posts(), 12);
        const bool costs = kind == "half body" || kind == "closed at once" || kind == "broken JSON";
        QCOMPARE(summary.lostTokensOut, costs ? 6 * 1024 : 0);
        QCOMPARE(readBack(out()).size(), std::size_t{6});
    }

    void retryAfter_isHeeded() {
        std::atomic<int> count = 0;
        std::atomic<qint64> early = 0;
        QElapsedTimer since;
        m_server->script([&](const chat::Request& request) -> chat::Reply {
            if (count++ == 1) {
                since.start();
                return chat::problem("429 Too Many Requests", "slow down", {},
                                     "Retry-After: 1\r\n");
            }
            if (since.isValid() && since.elapsed() < 950)
                ++early;
            return m_server->usual(request);
        });
        m_options.chat.parallel = 1;
        const AnnotateSummary summary = run(numbered(4));
        QVERIFY2(summary.answered == 4, why(summary));
        QCOMPARE(early.load(), 0);
        QVERIFY(since.elapsed() >= 950);
    }

    void tooLongAWait_endsTheRun() {
        m_server->script([](const chat::Request&) {
            return chat::problem("429 Too Many Requests", "come tomorrow", {},
                                 "Retry-After: 86400\r\n");
        });
        const AnnotateSummary summary = run(numbered(4));
        QVERIFY2(why(summary).contains("86400 s") && why(summary).contains("come tomorrow"),
                 why(summary));
        QCOMPARE(m_server->posts(), 1);
    }

    void whatCannotWork_endsTheRunWithOneMessage_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<int>("posts");
        const auto row = [](const char* kind, ErrorCode code, const char* expected, int posts) {
            QTest::newRow(kind) << kind << static_cast<int>(code) << QByteArray(expected) << posts;
        };
        row("no server", ErrorCode::Io, "No server answers", 0);
        row("unknown model", ErrorCode::NotFound, "It has: tiny", 1);
        row("401", ErrorCode::PermissionDenied, "SPANWISE_API_KEY", 1);
        row("403", ErrorCode::PermissionDenied, "HTTP 403", 1);
        row("402", ErrorCode::PermissionDenied, "wants to be paid", 1);
        row("quota", ErrorCode::PermissionDenied, "quota", 1);
        row("404", ErrorCode::NotFound, "/v1/chat/completions and http://127.0.0.1:", 2);
        row("web page", ErrorCode::NotFound, "a page for people", 2);
        row("500", ErrorCode::Io, "failed 3 times: HTTP 500 (out of memory)", 3);
        row("broken JSON", ErrorCode::Io, "not valid JSON", 2);
        row("no choices", ErrorCode::Io, "no \"choices\"", 2);
        row("error in a good answer", ErrorCode::Io, "upstream is down", 2);
        row("deep JSON", ErrorCode::Io, "not valid JSON", 2);
        row("endless", ErrorCode::Io, "longer than 4 MiB", 2);
        row("empty", ErrorCode::Io, "it is empty", 2);
        row("silence", ErrorCode::Io, "within 1 s", 2);
        row("redirect elsewhere", ErrorCode::Incompatible, "leads to another server", 1);
        row("redirects without end", ErrorCode::Incompatible, "without an end", 6);
        row("400", ErrorCode::InvalidArgument, "5 passages in a row had no answer", 5);
    }
    void whatCannotWork_endsTheRunWithOneMessage() {
        QFETCH(QString, kind);
        QFETCH(int, code);
        QFETCH(QByteArray, expected);
        QFETCH(int, posts);
        chat::Server other;
        m_options.chat.tries = 3;
        m_options.chat.parallel = 2;
        m_server->script([&, kind](const chat::Request& request) -> chat::Reply {
            if (kind == "401")
                // As a careless server: it repeats the key.
                return chat::problem("401 Unauthorized", QStringLiteral("bad key ") + kSecret,
                                     "invalid_api_key");
            if (kind == "402")
                return chat::problem("402 Payment Required", "Insufficient balance");
            if (kind == "403")
                return chat::problem("403 Forbidden", "not for you");
            if (kind == "quota")
                return chat::problem("429 Too Many Requests", "You exceeded your current quota",
                                     "insufficient_quota");
            if (kind == "404")
                return {"404 Not Found", "404 page not found"};
            if (kind == "web page")
                return {"200 OK", "<!doctype html><html></html>", "Content-Type: text/html\r\n"};
            if (kind == "500")
                return chat::problem("500 Internal Server Error", "out of\nmemory");
            if (kind == "broken JSON")
                return {"200 OK", "{\"choices\": [{"};
            if (kind == "no choices")
                return {"200 OK", "{\"choices\": []}"};
            if (kind == "error in a good answer")
                return chat::problem("200 OK", "upstream is down");
            if (kind == "deep JSON")
                return {"200 OK", QByteArray(100'000, '[')};
            if (kind == "endless")
                return {"200 OK", QByteArray(6 << 20, ' ')};
            if (kind == "empty")
                return {"200 OK", ""};
            if (kind == "silence") {
                chat::Reply reply;
                reply.silent = true;
                return reply;
            }
            if (kind == "redirect elsewhere")
                return {"307 Temporary Redirect", "",
                        "Location: " + other.endpoint().toUtf8() + request.path + "\r\n"};
            if (kind == "redirects without end")
                return {"307 Temporary Redirect", "", "Location: /v1/again\r\n"};
            if (kind == "400")
                return chat::problem("400 Bad Request", "max_tokens is not supported");
            return m_server->usual(request);
        });
        if (kind == "no server")
            m_server->kill();
        if (kind == "unknown model")
            m_options.chat.model = "huge";
        if (kind == "silence")
            m_options.chat.timeout = 1s;
        if (kind == "400")
            m_options.chat.parallel = 1;
        const AnnotateSummary summary = run(numbered(20));
        QVERIFY(summary.problem.has_value());
        QVERIFY2(why(summary).contains(expected), why(summary));
        QCOMPARE(static_cast<int>(summary.problem->code), code);
        QVERIFY2(!why(summary).contains(kSecret), why(summary));
        QVERIFY(!why(summary).contains('\n'));
        QCOMPARE(m_server->posts(), posts);
        QCOMPARE(summary.requests, std::max(posts, kind == "no server" ? 1 : 0));
        QCOMPARE(other.log().size(), std::size_t{0});
        QCOMPARE(summary.answered, 0);
        const bool costs = kind == "silence" || expected == "it is empty" ||
                           expected == "upstream is down" || kind.contains("JSON") ||
                           kind == "no choices" || kind == "endless";
        QCOMPARE(summary.lostTokensOut, costs ? 2 * 1024 : 0);
        QVERIFY(!QFile::exists(out()));  // nothing came: no file is left
    }

    void badSettings_areRefused_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QByteArray>("expected");
        for (const char* address : {"", "ftp://host/v1", "http://", "not a host"})
            QTest::newRow(address[0] != '\0' ? address : "no address")
                << QString(address) << QByteArray("The endpoint is no address");
        QTest::newRow("extra sets the model") << "extra" << QByteArray("may not set \"model\"");
        QTest::newRow("key") << "key" << QByteArray("The key has");
        QTest::newRow("model") << "model" << QByteArray("The model has no name");
    }
    void badSettings_areRefused() {
        QFETCH(QString, what);
        QFETCH(QByteArray, expected);
        if (what == "extra")
            m_options.chat.extra = {{"model", "x"}};
        else if (what == "key")
            m_options.chat.key = "secret\r\nX: y";
        else if (what == "model")
            m_options.chat.model = "\xFF";
        else
            m_options.chat.endpoint = what.toStdString();
        const auto client = ChatClient::create(m_options.chat);
        QVERIFY(!client);
        const QByteArray text = QByteArray::fromStdString(client.error().text());
        QVERIFY2(text.contains(expected), text);
        QVERIFY(!text.contains("secret"));
    }

    void passwordInTheEndpoint_isNotShown() {
        m_options.chat.endpoint =
            "http://user:pass-word@127.0.0.1:" + std::to_string(m_server->port()) + "/?token=t0k";
        m_server->script([](const chat::Request&) {
            return chat::Reply{"404 Not Found", "404 page not found"};
        });
        const AnnotateSummary summary = run(numbered(1));
        QVERIFY2(!why(summary).contains("pass-word") && !why(summary).contains("t0k"),
                 why(summary));
        QVERIFY(why(summary).contains("127.0.0.1"));
    }

    void keyInAnAnswer_isTakenOut() {
        m_server->script([](const chat::Request&) {
            return chat::completion(QStringLiteral("Ada <> person <> owner of ") + kSecret);
        });
        QCOMPARE(run(numbered(2)).counts.mentions, 2);
        QVERIFY(!bytesOf(out()).contains(kSecret));
        QVERIFY(bytesOf(out()).contains("[key]"));
    }

    void redirectAtHome_isFollowed() {
        m_server->script([this](const chat::Request& request) {
            return request.path == "/v1/chat/completions"
                       ? chat::Reply{"308 Permanent Redirect", "", "Location: /new\r\n"}
                       : chat::completion(chat::goodAnswer(request.text()));
        });
        QCOMPARE(run(numbered(2)).answered, 2);
        for (const chat::Request& request : m_server->log())
            QCOMPARE(request.headers.value("authorization"), QByteArray("Bearer ") + kSecret);
    }

    void oneFailingPassage_doesNotEndTheRun() {
        m_server->script([this](const chat::Request& request) {
            return request.text().contains("Text 2 ")
                       ? chat::problem("400 Bad Request", "context length exceeded")
                       : m_server->usual(request);
        });
        const AnnotateSummary summary = run(numbered(6));
        QVERIFY2(!summary.problem, why(summary));
        QCOMPARE(summary.answered, 5);
        QCOMPARE(summary.failed, 1);
        QVERIFY2(why(summary).contains("context length exceeded"), why(summary));
        m_server->script({});
        m_server->forget();
        QCOMPARE(run(numbered(6)).answered, 1);  // asked again
        QCOMPARE(m_server->posts(), 1);
    }

    void proseAlone_endsTheRun() {
        m_server->script([](const chat::Request&) {
            return chat::completion("I'm sorry, I cannot help with that.");
        });
        const AnnotateSummary summary = run(numbered(100));
        QVERIFY(summary.problem && summary.problem->code == ErrorCode::InvalidFormat);
        QVERIFY2(why(summary).contains("I'm sorry, I cannot"), why(summary));
        QVERIFY(summary.counts.prose >= 30 && summary.counts.prose <= 40);
        QVERIFY(summary.left >= 60);
    }

    void thoughts_areNoAnswer() {
        m_server->script([](const chat::Request& request) {
            const bool first = request.text().contains("Text 1 ");
            return chat::completion(
                first ? "<think>Ada <> guess\n</think>\n\nAda <> person" : "<think>Ada <> gue", 10,
                10, first ? "stop" : "length");
        });
        const AnnotateSummary summary = run(numbered(2));
        QCOMPARE(summary.counts.mentions, 1);
        QCOMPARE(summary.counts.truncated, 1);
        QCOMPARE(summary.counts.empty, 1);
        QVERIFY(!bytesOf(out()).contains("gue"));
    }

    void serverWithoutUsage_isEstimated() {
        m_server->script(
            [](const chat::Request&) { return chat::completion("Ada <> person", -1); });
        const AnnotateSummary summary = run(numbered(1));
        QVERIFY(summary.tokensEstimated);
        QVERIFY(summary.tokensIn > 300 && summary.tokensIn < 2000);
        QCOMPARE(summary.tokensOut, 4);
    }

    // Budgets.

    void budgets_areKept_data() {
        QTest::addColumn<QString>("limit");
        QTest::addColumn<int>("answered");
        QTest::newRow("requests") << "max-requests" << 7;
        QTest::newRow("tokens") << "max-tokens" << -1;
        QTest::newRow("cost") << "max-cost" << -1;
    }
    void budgets_areKept() {
        QFETCH(QString, limit);
        QFETCH(int, answered);
        AnnotateBudget& budget = m_options.budget;
        m_options.chat.maxAnswerTokens = 64;
        m_options.instruction = "Annotate.";
        m_server->script([](const chat::Request& request) {
            return chat::completion(chat::goodAnswer(request.text()), 30, 60);
        });
        if (limit == "max-requests") {
            budget.maxRequests = 7;
        } else if (limit == "max-tokens") {
            budget.maxTokens = 1000;  // of 90 a passage
        } else {
            budget.priceIn = 1'000;
            budget.priceOut = 10'000;
            budget.maxCost = 5;  // of 0.63 a passage
        }
        const AnnotateSummary summary = run(numbered(50));
        QVERIFY2(!summary.problem, why(summary));
        QCOMPARE(QString::fromStdString(summary.stoppedBy), limit);
        if (answered >= 0)
            QCOMPARE(summary.answered, answered);
        QCOMPARE(m_server->posts(), static_cast<int>(summary.answered));
        QCOMPARE(summary.answered + summary.left, 50);
        if (limit == "max-tokens") {
            const std::int64_t used = summary.tokensIn + summary.tokensOut;
            QVERIFY(used <= 1000 && used >= 800);
        } else if (limit == "max-cost") {
            QVERIFY(*summary.cost <= 5 && *summary.cost >= 4);
        }
        // The rest with a new budget: nothing twice.
        budget = {};
        QCOMPARE(run(numbered(50)).answered, 50 - summary.answered);
        for (const int times : m_server->asked())
            QCOMPARE(times, 1);
    }

    void furtherTries_areRequestsToo() {
        m_options.budget.maxRequests = 5;
        m_options.chat.parallel = 1;
        m_server->script([this](const chat::Request& request) {
            return request.text().contains("Text 1 ")
                       ? m_server->usual(request)
                       : chat::problem("500 Internal Server Error", "no");
        });
        const AnnotateSummary summary = run(numbered(4));
        QCOMPARE(m_server->posts(), 5);
        QCOMPARE(QString::fromStdString(summary.stoppedBy), QString("max-requests"));
        QCOMPARE(summary.answered, 1);
    }

    void forecast_countsBeforeAsking() {
        QCOMPARE(run(numbered(2)).answered, 2);
        m_server->forget();
        std::vector<std::string> texts = numbered(10);
        texts.push_back(texts.back());
        texts.push_back(std::string(70'000, 'x'));
        m_options.budget = {4, 0, 0, 0.5, 2};
        const auto file = AnnotationFile::open(out().toStdString(), m_options.annotator(), false,
                                               AnnotationFile::Mode::Look);
        QVERIFY(file);
        const auto forecast = forecastAnnotation(sourceOf(texts), m_options, **file, {});
        QVERIFY(forecast);
        QCOMPARE(forecast->passages, 8);
        QCOMPARE(forecast->known, 2);
        QCOMPARE(forecast->duplicates, 1);
        QCOMPARE(forecast->tooLong, 1);
        QCOMPARE(forecast->withinBudget, 4);
        const std::int64_t instruction = estimatedTokens(annotationInstruction());
        QVERIFY(forecast->tokensIn > 8 * instruction && forecast->tokensIn < 8 * instruction + 200);
        QCOMPARE(*forecast->cost, (static_cast<double>(forecast->tokensIn) * 0.5 +
                                   static_cast<double>(forecast->tokensOut) * 2) /
                                      1e6);
        QCOMPARE(m_server->posts(), 0);
    }

    // Stops.

    void stop_keepsWhatWasAnswered() {
        m_options.chat.parallel = 2;
        m_server->script([this](const chat::Request& request) {
            chat::Reply reply = m_server->usual(request);
            // The fifth and those after it never come.
            reply.silent = m_server->posts() > 4;
            return reply;
        });
        std::stop_source source;
        std::jthread stopper;
        QElapsedTimer since;
        const AnnotateSummary summary =
            run(numbered(10), source.get_token(), [&](const AnnotateProgress& now) {
                if (now.done == 4)
                    stopper = std::jthread([&] {
                        std::this_thread::sleep_for(200ms);
                        since.start();
                        source.request_stop();
                    });
            });
        QVERIFY2(since.elapsed() < 1000, QByteArray::number(since.elapsed()).constData());
        QCOMPARE(QString::fromStdString(summary.stoppedBy), QString("interrupt"));
        QVERIFY(summary.problem && summary.problem->code == ErrorCode::Cancelled);
        QCOMPARE(summary.answered, 4);
        QCOMPARE(summary.left, 6);
        QCOMPARE(summary.lostTokensOut, 2 * 1024);
        QCOMPARE(readBack(out()).size(), std::size_t{4});
    }

    void serverKilledInTheMiddle_isToldAndResumed() {
        m_options.chat.tries = 3;
        std::jthread killer;
        const AnnotateSummary summary = run(numbered(40), {}, [&](const AnnotateProgress& now) {
            if (now.done >= 10 && !killer.joinable())
                killer = std::jthread([this] { m_server->kill(); });
            if (now.done >= 10)
                std::this_thread::sleep_for(20ms);
        });
        killer.join();
        QVERIFY2(why(summary).contains("No server answers"), why(summary));
        QVERIFY(summary.answered >= 10 && summary.answered < 40);
        QCOMPARE(readBack(out()).size(), static_cast<std::size_t>(summary.answered));
        m_server->restart();
        m_server->forget();
        const AnnotateSummary rest = run(numbered(40));
        QVERIFY2(!rest.problem, why(rest));
        QCOMPARE(rest.known, summary.answered);
        QCOMPARE(m_server->posts(), static_cast<int>(40 - summary.answered));
        QCOMPARE(readBack(out()).size(), std::size_t{40});
    }

    void serverThatComesBack_isWaitedFor() {
        m_options.chat.pause = 200ms;
        std::jthread killer;
        const AnnotateSummary summary = run(numbered(40), {}, [&](const AnnotateProgress& now) {
            if (now.done >= 10 && !killer.joinable())
                killer = std::jthread([this] {
                    m_server->kill();
                    std::this_thread::sleep_for(500ms);
                    m_server->restart();
                });
            if (now.done >= 10 && now.done < 15)
                std::this_thread::sleep_for(20ms);
        });
        QVERIFY2(!summary.problem, why(summary));
        QCOMPARE(summary.answered, 40);
    }

    void fullDisk_keepsWholeLines() {
        QCOMPARE(run(numbered(3)).answered, 3);
        const qint64 line = QFile(out()).size() / 3;
        AnnotateSummary summary;
        {
            const FullDisk disk(static_cast<rlim_t>(line * 6 + line / 2));
            summary = run(numbered(40));
        }
        QVERIFY(summary.problem && summary.problem->code == ErrorCode::DiskFull);
        QVERIFY2(why(summary).contains("disk is full") && why(summary).contains("out.jsonl"),
                 why(summary));
        QVERIFY(bytesOf(out()).endsWith('\n'));
        QCOMPARE(readBack(out()).size(), static_cast<std::size_t>(3 + summary.answered));
        QVERIFY(readBack(out()).size() <= 6);
        const AnnotateSummary rest = run(numbered(40));
        QVERIFY2(!rest.problem, why(rest));
        QCOMPARE(readBack(out()).size(), std::size_t{40});
    }

    // The file.

    void halfLastLine_isDropped_data() {
        QTest::addColumn<QByteArray>("tail");
        QTest::addColumn<int>("kept");
        QTest::newRow("half") << QByteArray("{\"text\":\"Half a li") << 3;
        QTest::newRow("few bytes") << QByteArray("{\"t") << 3;
        QTest::newRow("half a character") << QByteArray("{\"text\":\"Zo\xC3") << 3;
        QTest::newRow("zeros") << QByteArray(300, '\0') << 3;
        QTest::newRow("whole but for the line break")
            << QByteArray(
                   "{\"text\":\"Text 4 by Ada.\",\"mentions\":[],\"model\":\"tiny\","
                   "\"prompt\":\"@\"}")
            << 4;
    }
    void halfLastLine_isDropped() {
        QFETCH(QByteArray, tail);
        QFETCH(int, kept);
        QCOMPARE(run(numbered(3)).answered, 3);
        tail.replace("@", QByteArray::fromStdString(m_options.annotator().prompt));
        const QByteArray before = bytesOf(out());
        QVERIFY(writeBytes(out(), before + tail));
        {
            const auto look = AnnotationFile::open(out().toStdString(), m_options.annotator(),
                                                   false, AnnotationFile::Mode::Look);
            QVERIFY(look);
            QCOMPARE((*look)->passages(), kept);
            QCOMPARE((*look)->hadHalfLine(), kept == 3);
            QCOMPARE(bytesOf(out()), before + tail);
        }
        const AnnotateSummary summary = run(numbered(5));
        QVERIFY2(!summary.problem, why(summary));
        QCOMPARE(summary.known, kept);
        QCOMPARE(readBack(out()).size(), std::size_t{5});
        QVERIFY(bytesOf(out()).startsWith(before));
    }

    void foreignFiles_areLeftAlone_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("text") << QByteArray("Dear diary,\n") << QByteArray("out.jsonl:1");
        QTest::newRow("one line") << QByteArray("Dear diary") << QByteArray("out.jsonl:1");
        QTest::newRow("other JSON")
            << QByteArray("{\"text\":\"a\"}\n") << QByteArray("not annotated by a model");
        QTest::newRow("damaged in the middle")
            << QByteArray("{\"text\":\"a\",\"men\n{\"text\":\"a\"}\n") << QByteArray("damaged");
        QTest::newRow("other model")
            << QByteArray("{\"text\":\"a\",\"mentions\":[],\"model\":\"gpt\",\"prompt\":\"p\"}\n")
            << QByteArray("answers of the model \"gpt\", and this run asks \"tiny\"");
        QTest::newRow("other instruction")
            << QByteArray("{\"text\":\"a\",\"mentions\":[],\"model\":\"tiny\",\"prompt\":\"p\"}\n")
            << QByteArray("another instruction");
    }
    void foreignFiles_areLeftAlone() {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, expected);
        QVERIFY(writeBytes(out(), bytes));
        const AnnotateSummary summary = run(numbered(3));
        QVERIFY(summary.problem.has_value());
        QVERIFY2(why(summary).contains(expected), why(summary));
        QCOMPARE(bytesOf(out()), bytes);
        QCOMPARE(m_server->posts(), 0);
    }

    void otherModel_mayBeAppended() {
        QCOMPARE(run(numbered(3)).answered, 3);
        m_server->models << "other";
        m_options.chat.model = "other";
        QVERIFY(run(numbered(3)).problem.has_value());
        const auto file = AnnotationFile::open(out().toStdString(), m_options.annotator(), true);
        QVERIFY(file);
        const PassageSource source = sourceOf(numbered(3));
        const auto forecast = forecastAnnotation(source, m_options, **file, {});
        QCOMPARE(forecast->passages, 3);  // the same texts, another annotator
        QCOMPARE(annotate(source, m_options, **file, *forecast).answered, 3);
        QCOMPARE(readBack(out()).size(), std::size_t{6});
    }

    void twoRuns_doNotShareAFile() {
        const auto first = AnnotationFile::open(out().toStdString(), m_options.annotator());
        QVERIFY(first);
        const auto second = AnnotationFile::open(out().toStdString(), m_options.annotator());
        QVERIFY(!second);
        QCOMPARE(static_cast<int>(second.error().code), static_cast<int>(ErrorCode::ReadOnly));
    }

    void placesWithoutAFile_areExplained_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("code");
        QTest::newRow("no folder") << "none/out.jsonl" << static_cast<int>(ErrorCode::NotFound);
        QTest::newRow("a folder") << "." << static_cast<int>(ErrorCode::Io);
        QTest::newRow("a device") << "/dev/null" << static_cast<int>(ErrorCode::InvalidArgument);
    }
    void placesWithoutAFile_areExplained() {
        QFETCH(QString, path);
        QFETCH(int, code);
        const auto file = AnnotationFile::open(
            QDir(m_dir->path()).absoluteFilePath(path).toStdString(), m_options.annotator());
        QVERIFY(!file);
        QCOMPARE(static_cast<int>(file.error().code), code);
    }

    void instructions_areChecked() {
        QVERIFY(annotationInstruction().find("<>") != std::string_view::npos);
        QCOMPARE(*checkedInstruction("Do it.\n\n", "f"), std::string("Do it."));
        QVERIFY(!checkedInstruction(" \n", "f"));
        QVERIFY(!checkedInstruction("a\xFF", "f"));
        QVERIFY(!checkedInstruction(std::string(70'000, 'x'), "f"));
        QFile file(SPANWISE_RESOURCES "/prompts/annotate.txt");
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(*checkedInstruction(file.readAll().toStdString(), "f"),
                 std::string(annotationInstruction()));
    }
};

QTEST_GUILESS_MAIN(TestAnnotator)
#include "test_annotator.moc"
