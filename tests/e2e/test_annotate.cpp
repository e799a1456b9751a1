#include <signal.h>

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/formats/passages.h"
#include "tests/e2e/program.h"
#include "tests/models/chat_server.h"

using namespace spanwise;

namespace {

const QByteArray kSecret = "sk-thisIsTheSecret";

QJsonObject object(const QByteArray& bytes) {
    return QJsonDocument::fromJson(bytes).object();
}

}  // namespace

class TestAnnotate : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<chat::Server> m_server;

    QString at(const QString& name) const { return m_dir->filePath(name); }

    /// Paragraphs "Paragraph 1 by Ada.", "Paragraph 2 by Ada.", ….
    QString paragraphs(int count) const {
        QByteArray text;
        for (int i = 1; i <= count; ++i)
            text += "Paragraph " + QByteArray::number(i) + " by Ada.\n\n";
        program::write(at("in.txt"), text);
        return at("in.txt");
    }
    QStringList command(const QStringList& more) const {
        return QStringList{"annotate", "--endpoint", m_server->endpoint(), "--model",
                           "tiny",     "-o",         at("out.jsonl")} +
               more;
    }
    program::Outcome annotate(const QStringList& more, const QByteArray& input = {}) const {
        return program::run(command(more), input);
    }
    std::vector<Passage> result() const {
        std::vector<Passage> passages;
        const auto read =
            readPassages(at("out.jsonl").toStdString(), [&](Passage&& passage) -> Result<void> {
                passages.push_back(std::move(passage));
                return {};
            });
        return read ? passages : std::vector<Passage>();
    }
    QStringList texts() const {
        QStringList texts;
        for (const Passage& passage : result())
            texts << QString::fromStdString(passage.text);
        texts.sort();
        return texts;
    }
    void answerAfter(int delayMs) {
        m_server->script([this, delayMs](const chat::Request& request) {
            chat::Reply reply = m_server->usual(request);
            reply.delayMs = delayMs;
            return reply;
        });
    }

private Q_SLOTS:
    void init() {
        qputenv("SPANWISE_API_KEY", kSecret);
        qunsetenv("OPENAI_API_KEY");
        m_dir = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<chat::Server>();
    }
    void cleanup() {
        // The key is in no file, whatever happened.
        for (QDirIterator it(m_dir->path(), QDir::Files | QDir::Hidden,
                             QDirIterator::Subdirectories);
             it.hasNext();) {
            const QString file = it.next();
            QVERIFY2(!program::read(file).contains(kSecret), qPrintable(file));
        }
    }

    void text_isAnnotated() {
        const auto outcome = annotate({paragraphs(12), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject json = object(outcome.out);
        QCOMPARE(json["answered"].toInt(), 12);
        QCOMPARE(json["mentions"].toInt(), 24);
        QCOMPARE(json["requests"].toInt(), 12);
        QCOMPARE(json["tokens_in"].toInt(), 1200);
        QCOMPARE(json["tokens_out"].toInt(), 480);
        QVERIFY(json["stopped_by"].isNull() && json["problem"].isNull() && json["cost"].isNull());
        QVERIFY2(outcome.err.contains("12 passages to ask") && outcome.err.contains("/12 passages"),
                 outcome.err.constData());
        QVERIFY(!(outcome.out + outcome.err).contains(kSecret));
        QCOMPARE(texts().size(), 12);
        const Passage first = result().front();
        QCOMPARE(first.source, std::string("in"));
        QCOMPARE(first.model, std::string("tiny"));
        QCOMPARE(first.mentions.size(), std::size_t{2});
        QCOMPARE(m_server->log().front().headers.value("authorization"), "Bearer " + kSecret);

        const auto again = annotate({at("in.txt")});
        QCOMPARE(again.exitCode, 0);
        QVERIFY2(again.out.contains("12 were in the file already"), again.out.constData());
        QCOMPARE(m_server->posts(), 12);
    }

    void otherInputs_areRead_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"jsonl", "stdin", "stdin jsonl", "project", "two files"})
            QTest::newRow(kind) << kind;
    }
    void otherInputs_areRead() {
        QFETCH(QString, kind);
        QByteArray input;
        QStringList arguments{"--unit", "sentence", "--quiet"};
        const QByteArray json = "{\"text\": \"Ada met Bo. Cy left.\", \"id\": \"x\"}\n";
        const QByteArray plain = "Ada met Bo.\nCy left.\n";
        if (kind == "jsonl") {
            QVERIFY(program::write(at("in.jsonl"), json));
            arguments << at("in.jsonl");
        } else if (kind == "stdin") {
            arguments << "-";
            input = plain;
        } else if (kind == "stdin jsonl") {
            arguments << "-";
            input = json;
        } else if (kind == "two files") {
            QVERIFY(program::write(at("a.txt"), "Ada met Bo."));
            QVERIFY(program::write(at("b.txt"), "Cy left. Ada met Bo."));
            arguments << at("a.txt") << at("b.txt");
        } else {
            QVERIFY(program::write(at("in.jsonl"), json));
            QCOMPARE(program::run({"new", at("p.spanwise"), "--types", "PER"}).exitCode, 0);
            QCOMPARE(program::run({"import", at("p.spanwise"), at("in.jsonl")}).exitCode, 0);
            arguments << at("p.spanwise");
        }
        const auto outcome = annotate(arguments, input);
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(outcome.err, QByteArray());
        QCOMPARE(texts(), QStringList({"Ada met Bo.", "Cy left."}));
        const std::vector<Passage> passages = result();
        if (kind.contains("jsonl") || kind == "project")
            QCOMPARE(passages.front().id + passages.back().id, std::string("xx#2"));
        QCOMPARE(passages.front().source, kind == "project"     ? std::string("p")
                                          : kind == "jsonl"     ? std::string("in")
                                          : kind == "two files" ? std::string("a")
                                                                : std::string("stdin"));
    }

    void dryRun_asksAndWritesNothing() {
        const auto outcome = annotate({paragraphs(12), "--dry-run", "--json", "--price-in", "0.5",
                                       "--price-out", "2", "--max-requests", "5"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject json = object(outcome.out);
        QCOMPARE(json["passages"].toInt(), 12);
        QCOMPARE(json["within_budget"].toInt(), 5);
        QVERIFY(json["tokens_in"].toInt() > 12 * 300);
        QVERIFY(json["cost"].toDouble() > 0);
        QVERIFY(!QFile::exists(at("out.jsonl")));
        QCOMPARE(m_server->log().size(), std::size_t{0});
        const auto forPeople = annotate({at("in.txt"), "--dry-run"});
        QVERIFY2(forPeople.out.contains("12 passages to ask"), forPeople.out.constData());
    }

    void models_areListed() {
        m_server->models = {"tiny", "qwen3:8b"};
        const auto list = [&](const QString& endpoint, const QStringList& more = {}) {
            return program::run(QStringList{"annotate", "--endpoint", endpoint, "--list-models"} +
                                more);
        };
        const auto plain = list(m_server->endpoint());
        QVERIFY2(plain.exitCode == 0, plain.err.constData());
        QCOMPARE(plain.out, QByteArray("tiny\nqwen3:8b\n"));
        QCOMPARE(m_server->log().back().headers.value("authorization"), "Bearer " + kSecret);
        const auto json = list(m_server->endpoint(), {"--json"});
        QCOMPARE(object(json.out)["models"].toArray().size(), 2);
        QCOMPARE(m_server->posts(), 0);
        const auto nobody = list("http://127.0.0.1:9/v1");
        QCOMPARE(nobody.exitCode, 1);
        QVERIFY2(nobody.err.contains("No server answers"), nobody.err.constData());
    }

    void tryFirst_forecastsTheTime() {
        answerAfter(300);
        const QStringList trial{paragraphs(12), "--try", "2",           "--parallel", "2",
                                "--price-in",   "1",     "--price-out", "1"};
        const auto looked = annotate(trial + QStringList{"--dry-run", "--json"});
        QVERIFY2(looked.exitCode == 0, looked.err.constData());
        const QJsonObject rest = object(looked.out);
        QCOMPARE(m_server->posts(), 2);
        QCOMPARE(rest["passages"].toInt(), 10);
        QCOMPARE(rest["known"].toInt(), 2);
        QCOMPARE(rest["tokens_in"].toInt(), 1000);  // a hundred each, as the server says
        QCOMPARE(rest["tokens_out"].toInt(), 400);
        QVERIFY(std::abs(rest["cost"].toDouble() - 0.0014) < 1e-9);
        const double seconds = rest["seconds"].toDouble();  // five rounds of 0.3 s
        QVERIFY2(seconds >= 1.4 && seconds < 15, qPrintable(QString::number(seconds)));
        QVERIFY2(looked.err.contains("2 passages tried"), looked.err.constData());

        // And then all of it; the trial counts against the budget.
        const auto all = annotate(trial + QStringList{"--max-requests", "7", "--json"});
        QVERIFY2(all.exitCode == 0, all.err.constData());
        QCOMPARE(m_server->posts(), 9);
        QCOMPARE(texts().size(), 9);
        QCOMPARE(object(all.out)["stopped_by"].toString(), QString("max-requests"));
        const auto used = annotate(trial + QStringList{"--max-requests", "2"});
        QVERIFY2(used.exitCode == 0, used.err.constData());
        QCOMPARE(m_server->posts(), 11);
        QCOMPARE(texts().size(), 11);
    }

    void instruction_isShownAndReplaced() {
        const auto shown = program::run({"annotate", "--show-prompt"});
        QCOMPARE(shown.exitCode, 0);
        QCOMPARE(shown.out, program::read(SPANWISE_RESOURCES "/prompts/annotate.txt"));
        QCOMPARE(annotate({paragraphs(2)}).exitCode, 0);
        QVERIFY(program::write(at("own.txt"), "Name what you see.\n"));
        const auto refused = annotate({at("in.txt"), "--prompt", at("own.txt")});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("another instruction"), refused.err.constData());
        QCOMPARE(m_server->posts(), 2);
        const auto added = annotate({at("in.txt"), "--prompt", at("own.txt"), "--append"});
        QVERIFY2(added.exitCode == 0, added.err.constData());
        QCOMPARE(m_server->posts(), 4);
        QCOMPARE(m_server->log().back().message(0), QString("Name what you see."));
        QCOMPARE(result().size(), std::size_t{4});
    }

    void badCalls_areExplained_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* name, const QStringList& arguments, int exitCode,
                            const char* expected) {
            QTest::newRow(name) << arguments << exitCode << QByteArray(expected);
        };
        row("no input", {}, 2, "INPUT");
        row("unknown unit", {"@in.txt", "--unit", "word"}, 2, "--unit");
        row("no such file", {"@none.txt"}, 1, "none.txt: The file cannot be opened");
        row("cost without prices", {"@in.txt", "--max-cost", "1"}, 1, "--price-in");
        row("extra is no JSON", {"@in.txt", "--extra", "{top_p}"}, 1, "--extra is no JSON object");
        row("reads what it writes", {"@out.jsonl"}, 1, "name another file to write");
        row("NUL bytes", {"@nul.txt"}, 1, "nul.txt:2");
        row("no JSONL", {"@bad.jsonl"}, 1, "bad.jsonl:2");
        row("no project", {"@bad.spanwise"}, 1, "bad.spanwise");
        row("prompt is no text", {"@in.txt", "--prompt", "@nul.txt"}, 1, "nul.txt");
        row("unknown model", {"@in.txt", "--model", "huge"}, 1, "It has: tiny");
    }
    void badCalls_areExplained() {
        QFETCH(QStringList, arguments);
        QFETCH(int, exitCode);
        QFETCH(QByteArray, expected);
        paragraphs(3);
        QVERIFY(program::write(at("nul.txt"), QByteArray("good\nb\0d\n", 9)));
        QVERIFY(program::write(at("bad.jsonl"), "{\"text\": \"a\"}\n{\"text\": \n"));
        QVERIFY(program::write(at("bad.spanwise"), "no database"));
        if (arguments.contains("@out.jsonl"))
            QVERIFY(program::write(at("out.jsonl"), ""));
        for (QString& argument : arguments) {
            if (argument.startsWith('@'))
                argument = at(argument.mid(1));
        }
        QStringList all = command({});
        if (arguments.contains("--model"))
            all.remove(all.indexOf("--model"), 2);
        const auto outcome = program::run(all + arguments);
        QVERIFY2(outcome.exitCode == exitCode, outcome.err.constData());
        QVERIFY2(outcome.err.contains(expected), outcome.err.constData());
        QVERIFY(!outcome.err.contains(kSecret));
        QCOMPARE(m_server->asked().size(), arguments.contains("huge") ? 1 : 0);
        QVERIFY(program::read(at("out.jsonl")).isEmpty());
    }

    void refusedKey_isNotShown() {
        m_server->script([](const chat::Request&) {
            return chat::problem("401 Unauthorized",
                                 "Incorrect API key provided: " + QString::fromUtf8(kSecret));
        });
        const auto outcome = annotate({paragraphs(3), "--json"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("SPANWISE_API_KEY"), outcome.err.constData());
        QVERIFY(!(outcome.out + outcome.err).contains(kSecret));
        QVERIFY(object(outcome.out)["problem"].toString().contains("[key]"));
        qputenv("SPANWISE_API_KEY", kSecret + " and\tmore");
        const auto bad = annotate({at("in.txt")});
        QCOMPARE(bad.exitCode, 1);
        QVERIFY2(bad.err.contains("holds no key") && !bad.err.contains(kSecret),
                 bad.err.constData());
    }

    void redirectToAnotherHost_getsNothing() {
        chat::Server other;
        m_server->script([&](const chat::Request& request) {
            return chat::Reply{
                "307 Temporary Redirect", "",
                "Location: " + other.endpoint().toUtf8().replace("127.0.0.1", "localhost") +
                    request.path + "\r\n"};
        });
        const auto outcome = annotate({paragraphs(3)});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("leads to another server"), outcome.err.constData());
        QCOMPARE(other.log().size(), std::size_t{0});
    }

    void otherVariable_holdsTheKeyToo() {
        qunsetenv("SPANWISE_API_KEY");
        qputenv("OPENAI_API_KEY", kSecret);
        QCOMPARE(annotate({paragraphs(1)}).exitCode, 0);
        QCOMPARE(m_server->log().front().headers.value("authorization"), "Bearer " + kSecret);
        qunsetenv("OPENAI_API_KEY");
        QCOMPARE(annotate({paragraphs(2)}).exitCode, 0);
        QVERIFY(!m_server->log().back().headers.contains("authorization"));
    }

    void killedInTheMiddle_isResumedWithoutAskingTwice() {
        paragraphs(60);
        answerAfter(20);
        int kills = 0;
        QSet<QString> kept;
        for (; kept.size() < 60 && kills < 10; ++kills) {
            m_server->forget();
            QProcess process;
            process.start(program::path(), command({at("in.txt"), "--parallel", "3"}));
            const int enough = static_cast<int>(kept.size()) + 14;
            QTRY_VERIFY_WITH_TIMEOUT(process.state() == QProcess::NotRunning ||
                                         program::read(at("out.jsonl")).count('\n') >= enough,
                                     20'000);
            process.kill();
            QVERIFY(process.state() == QProcess::NotRunning || process.waitForFinished());
            const QHash<QString, int> asked = m_server->asked();
            for (auto it = asked.cbegin(); it != asked.cend(); ++it) {
                QCOMPARE(it.value(), 1);
                QVERIFY2(!kept.contains(it.key()), qPrintable(it.key() + " was paid for twice"));
            }
            const QStringList now = texts();
            const QSet<QString> there(now.begin(), now.end());
            QCOMPARE(now.size(), there.size());
            QVERIFY(there.contains(kept));
            // Only what was under way is lost.
            QVERIFY(m_server->posts() - (there.size() - kept.size()) <= 3);
            kept = there;
        }
        QCOMPARE(kept.size(), 60);
        QVERIFY2(kills >= 3, QByteArray::number(kills).constData());
    }

    void interrupt_keepsWhatWasAnswered() {
        paragraphs(200);
        answerAfter(50);
        QProcess process;
        process.start(program::path(), command({at("in.txt"), "--json"}));
        QTRY_VERIFY_WITH_TIMEOUT(program::read(at("out.jsonl")).count('\n') >= 8, 20'000);
        QElapsedTimer timer;
        timer.start();
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(5000));
        QVERIFY2(timer.elapsed() < 4000, QByteArray::number(timer.elapsed()).constData());
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 1);
        const QJsonObject json = object(process.readAllStandardOutput());
        QCOMPARE(json["stopped_by"].toString(), QString("interrupt"));
        QVERIFY(json["problem"].isNull());
        QCOMPARE(static_cast<std::size_t>(json["answered"].toInt()), result().size());
        QCOMPARE(json["answered"].toInt() + json["left"].toInt(), 200);
    }

    void deadServer_isToldInOneLine() {
        m_server->kill();
        const auto outcome = annotate({paragraphs(30), "--quiet", "--json"});
        QCOMPARE(outcome.exitCode, 1);
        QCOMPARE(outcome.err.count('\n'), 1);
        QVERIFY2(outcome.err.contains("No server answers there"), outcome.err.constData());
        QCOMPARE(object(outcome.out)["left"].toInt(), 30);
    }

    void fullDisk_isToldAndResumed() {
        paragraphs(400);
        const auto full =
            program::runAfter("trap '' XFSZ; ulimit -f 40", command({at("in.txt"), "--json"}));
        QCOMPARE(full.exitCode, 1);
        QVERIFY2(full.err.contains("disk is full"), full.err.constData());
        const std::size_t kept = result().size();
        QCOMPARE(static_cast<std::size_t>(object(full.out)["answered"].toInt()), kept);
        QVERIFY(kept > 20 && kept < 400);
        QVERIFY(program::read(at("out.jsonl")).endsWith('\n'));
        QCOMPARE(annotate({at("in.txt")}).exitCode, 0);
        QCOMPARE(result().size(), std::size_t{400});
    }

    void budget_stopsTheRun() {
        const auto outcome = annotate({paragraphs(30), "--max-requests", "9", "--price-in", "1",
                                       "--price-out", "10", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject json = object(outcome.out);
        QCOMPARE(json["stopped_by"].toString(), QString("max-requests"));
        QCOMPARE(json["left"].toInt(), 21);
        QCOMPARE(json["cost"].toDouble(), 9 * (100 * 1 + 40 * 10) / 1e6);
        QCOMPARE(m_server->posts(), 9);
        QVERIFY2(outcome.err.contains("enough for about 9 of them"), outcome.err.constData());
    }

    void longLine_isParted() {
        QByteArray text;
        while (text.size() < 10'000'000)
            text += "Number " + QByteArray::number(text.size()) + " of Ada is here. ";
        QVERIFY(program::write(at("long.jsonl"), "{\"text\": \"" + text + "\"}\n"));
        const auto outcome = annotate({at("long.jsonl"), "--max-requests", "20", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(object(outcome.out)["answered"].toInt(), 20);
        QVERIFY(object(outcome.out)["left"].toInt() > 10'000);
        for (const Passage& passage : result())
            QVERIFY(passage.text.size() < 2000);
    }

    void badAnswers_areCounted() {
        QVERIFY(program::write(at("in.txt"), "Ada met Bo.\n\nCy left.\n\nDi came.\n"));
        m_server->script([](const chat::Request& request) {
            if (request.text() == "Ada met Bo.")
                return chat::completion(
                    "1. Ada <> person\nCy <> person\nBo\n- Bo <> entity\n"
                    "Bo <> frie",
                    100, 40, "length");
            if (request.text() == "Cy left.")
                return chat::completion("I see one person in this text.");
            return chat::completion("");
        });
        const auto outcome = annotate({at("in.txt"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject json = object(outcome.out);
        QCOMPARE(json["mentions"].toInt(), 1);
        QCOMPARE(json["answers"].toObject(),
                 (QJsonObject{{"prose", 1}, {"empty", 1}, {"truncated", 1}}));
        const QJsonObject dropped = json["dropped_lines"].toObject();
        for (const char* reason : {"not-in-text", "no-separator", "meaningless", "unfinished"})
            QCOMPARE(dropped[reason].toInt(), 1);
        QCOMPARE(dropped["repeated"].toInt(), 0);
        QCOMPARE(result().size(), std::size_t{3});  // paid for, so not asked again
    }
};

QTEST_GUILESS_MAIN(TestAnnotate)
#include "test_annotate.moc"
