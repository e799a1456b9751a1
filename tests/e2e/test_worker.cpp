#include <signal.h>

#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <deque>
#include <memory>
#include <set>

#include "core/protocol/framing.h"
#include "core/protocol/messages.h"
#include "core/text/utf8.h"
#include "tests/e2e/worker_client.h"

using namespace spanwise;
using nlohmann::json;
using worker::Client;

namespace {

json labelling(const std::string& text, const std::vector<NamedSpan>& spans) {
    return protocol::DocumentLabelling{sha256Hex(text), true, spans, {}};
}

const std::vector<std::pair<std::string, std::string>> kSentences{
    {"She flew to Paris yesterday.", "Paris"}, {"He moved to Oslo in May.", "Oslo"},
    {"They live in Lima now.", "Lima"},        {"We left Cairo at noon.", "Cairo"},
    {"The train to Rome was late.", "Rome"},   {"I miss Delhi every day.", "Delhi"}};

}  // namespace

/// Speaks to the real `spanwise-cli worker` as the app does.
class TestWorker : public QObject {
    Q_OBJECT

private:
    static json documents() {
        json list = json::array();
        for (const auto& [text, city] : kSentences)
            list.push_back(protocol::DocumentText{sha256Hex(text), text, {}});
        return {{"documents", list}};
    }
    static json training(double budget) {
        json labels = json::array();
        for (const auto& [text, city] : kSentences) {
            const auto begin = static_cast<Offset>(text.find(city));
            labels.push_back(
                labelling(text, {{{begin, begin + static_cast<Offset>(city.size())}, "city"}}));
        }
        return {{"labels", labels}, {"quick", false}, {"budgetSeconds", budget}, {"seed", 1}};
    }
    /// Some 18,000 words in 3,000 sentences, and a new line now and then.
    static std::string longText() {
        std::string text;
        for (int i = 0; i < 3000; ++i)
            text += kSentences[static_cast<std::size_t>(i * 7 % 6)].first +
                    (i % 40 == 0 ? "\n\n" : " ");
        return text;
    }
    /// A worker that knows cities and has the long text.
    static void prepare(Client& client, const std::string& text, double budget = 1) {
        client.initialize();
        client.send(2, "scheme/set", {{"types", {{{"name", "city"}}}}});
        client.send(3, "documents/put", documents());
        client.send(4, "train", training(budget));
        const auto reply = client.answer(4);
        QVERIFY(reply && !reply->error);
        client.send(5, "documents/put",
                    {{"documents", {protocol::DocumentText{sha256Hex(text), text, {}}}}});
        QVERIFY(client.answer(5));
        client.notifications.clear();
    }
    static void needEncoder() {
        static const QString encoder = program::encoder();
        if (encoder.isEmpty())
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
    }

private Q_SLOTS:
    void initialize_tellsVersionDevicesAndPid() {
        Client client;
        const auto info = client.initialize();
        QCOMPARE(info.protocol, protocol::kVersion);
        QCOMPARE(info.version, std::string(SPANWISE_TEST_VERSION));
        QCOMPARE(info.pid, client.process.processId());
        QVERIFY(!info.devices.empty());
    }

    void wholeJob_trainsAndStreamsSuggestionsInTheOrderAskedFor() {
        needEncoder();
        Client client;
        client.initialize();
        client.send(2, "model/load", json::object());
        auto reply = client.answer(2);
        QVERIFY(reply && !reply->error);
        QVERIFY(reply->result.at("parameters").get<std::int64_t>() > 1'000'000);
        client.send(3, "scheme/set",
                    {{"types", {{{"name", "city"}, {"description", "a town or city"}}}}});
        QVERIFY(client.answer(3));
        client.send(4, "documents/put", documents());
        reply = client.answer(4);
        QVERIFY(reply && reply->result.at("count") == static_cast<int>(kSentences.size()));
        client.send(5, "train", training(0));
        reply = client.answer(5);
        QVERIFY(reply && !reply->error);
        const auto trained = reply->result.get<protocol::TrainResult>();
        QCOMPARE(trained.sentences, static_cast<std::int64_t>(kSentences.size()));
        int steps = 0;
        for (const auto& message : client.notifications)
            steps += message.method == "$/progress" &&
                     message.params.get<protocol::Progress>().stage == "training";
        QVERIFY(steps > 0);

        // An emoji before the span: offsets are code points, not UTF-16, not bytes.
        const std::string unseen = "🧪 She flew to Madrid today.";
        client.send(6, "documents/put",
                    {{"documents", {protocol::DocumentText{sha256Hex(unseen), unseen, {}}}}});
        QVERIFY(client.answer(6));
        client.notifications.clear();
        const std::string second = sha256Hex(kSentences[1].first);
        client.send(7, "predict", protocol::PredictParams{{sha256Hex(unseen), second}, 0.1});
        reply = client.answer(7);
        QVERIFY(reply && !reply->error);
        std::vector<protocol::Suggestions> batches;
        for (const auto& message : client.notifications) {
            if (message.method == "$/suggestions")
                batches.push_back(message.params.get<protocol::Suggestions>());
        }
        QCOMPARE(batches.size(), std::size_t{2});
        QCOMPARE(batches[0].hash, sha256Hex(unseen));
        QCOMPARE(batches[0].model, trained.model);
        QVERIFY(!batches[0].spans.empty());
        const NamedSpan& best = *std::max_element(
            batches[0].spans.begin(), batches[0].spans.end(),
            [](const NamedSpan& a, const NamedSpan& b) { return a.score < b.score; });
        QCOMPARE(best.range, (Range{14, 20}));
        QVERIFY(best.score > 0.3 && best.score <= 1);
        QCOMPARE(batches[1].hash, second);

        client.send(8, "evaluate", {{"labels", training(0).at("labels")}});
        reply = client.answer(8);
        QVERIFY(reply && !reply->error);
        QVERIFY(reply->result.at("micro").at("f1").get<double>() > 0.9);
    }

    void cancel_inMidTraining_isAnsweredWithin200ms() {
        needEncoder();
        Client client;
        client.initialize();
        client.send(2, "scheme/set", {{"types", {{{"name", "city"}}}}});
        client.send(3, "documents/put", documents());
        QVERIFY(client.answer(3));
        client.send(4, "train", training(60));
        // Cancel once it really trains.
        for (;;) {
            const auto message = client.next();
            QVERIFY(message);
            if (message->method == "$/progress" &&
                message->params.get<protocol::Progress>().done >= 2)
                break;
        }
        QElapsedTimer timer;
        timer.start();
        client.notify("$/cancelRequest", {{"id", 4}});
        const auto reply = client.answer(4);
        const qint64 took = timer.elapsed();
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("code").get<int>(), int(protocol::kRequestCancelled));
        QVERIFY2(took <= 200, qPrintable(QString::number(took)));
        // And it is free for the next request soon after.
        timer.restart();
        client.send(5, "model/info", json::object());
        QVERIFY(client.answer(5));
        QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
    }

    void longDocument_comesInPieces_visibleOnesFirst() {
        needEncoder();
        Client client;
        const std::string text = longText();
        const auto length = static_cast<Offset>(text.size());
        prepare(client, text, 2);
        const Range visible{length / 2, length / 2 + 1200};
        client.send(6, "predict", protocol::PredictParams{{sha256Hex(text)}, 0.1, visible, {}});
        QElapsedTimer timer;
        timer.start();
        std::vector<protocol::Suggestions> pieces;
        qint64 first = 0;
        while (const auto message = client.next()) {
            if (message->isResponse()) {
                QVERIFY(!message->error);
                break;
            }
            if (message->method != "$/suggestions")
                continue;
            pieces.push_back(message->params.get<protocol::Suggestions>());
            if (pieces.size() == 1)
                first = timer.elapsed();
        }
        const qint64 all = timer.elapsed();
        QVERIFY(pieces.size() >= 5);
        QVERIFY2(first * 4 < all, qPrintable(QString("%1 of %2 ms").arg(first).arg(all)));
        QVERIFY(pieces.front().range && pieces.front().range->contains(visible));
        std::vector<Range> ranges;
        std::size_t spans = 0;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            QCOMPARE(pieces[i].last, i + 1 == pieces.size());
            ranges.push_back(*pieces[i].range);
            spans += pieces[i].spans.size();
            for (const NamedSpan& span : pieces[i].spans)
                QVERIFY(ranges.back().contains(span.range));
        }
        QVERIFY(spans > 2400);
        std::sort(ranges.begin(), ranges.end());
        QCOMPARE(ranges.front().begin, Offset{0});
        QCOMPARE(ranges.back().end, length);
        for (std::size_t i = 1; i < ranges.size(); ++i)
            QCOMPARE(ranges[i].begin, ranges[i - 1].end);
    }

    void longDocument_coveredParts_areLeftOut() {
        needEncoder();
        Client client;
        const std::string text = longText();
        const auto length = static_cast<Offset>(text.size());
        prepare(client, text);
        const Range covered{200, length - 2000};
        client.send(6, "predict",
                    protocol::PredictParams{{sha256Hex(text)}, 0.1, std::nullopt, {covered}});
        const auto reply = client.answer(6);
        QVERIFY(reply && !reply->error);
        Offset answered = 0;
        for (const auto& message : client.notifications) {
            if (message.method == "$/suggestions")
                answered +=
                    message.params.get<protocol::Suggestions>().range.value_or(Range{}).length();
        }
        QVERIFY2(answered >= 2200 && answered < 2400, qPrintable(QString::number(answered)));
    }

    void cancel_inTheMiddleOfALongDocument_isAnsweredWithin200ms() {
        needEncoder();
        Client client;
        const std::string text = longText();
        prepare(client, text);
        client.send(6, "predict", protocol::PredictParams{{sha256Hex(text)}, 0.1});
        for (int pieces = 0; pieces < 2;) {
            const auto message = client.next();
            QVERIFY(message && message->isNotification());
            pieces += message->method == "$/suggestions" ? 1 : 0;
        }
        QElapsedTimer timer;
        timer.start();
        client.notify("$/cancelRequest", {{"id", 6}});
        const auto reply = client.answer(6);
        QVERIFY2(timer.elapsed() <= 200, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("code").get<int>(), int(protocol::kRequestCancelled));
        // Nothing of it comes afterwards, and the worker is free at once.
        client.notifications.clear();
        client.send(7, "model/info", json::object());
        QVERIFY(client.answer(7));
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        for (const auto& message : client.notifications)
            QVERIFY(message.method != "$/suggestions");
    }

    void documentsWithoutWords_haveNoSuggestions() {
        needEncoder();
        Client client;
        const std::string blank = " \n\t\n ";
        prepare(client, blank);
        client.send(6, "documents/put",
                    {{"documents", {protocol::DocumentText{sha256Hex(""), "", {}}}}});
        client.send(7, "predict",
                    protocol::PredictParams{{sha256Hex(blank), sha256Hex("")}, 0.1, Range{0, 5}});
        const auto reply = client.answer(7);
        QVERIFY(reply && !reply->error);
        int answered = 0;
        for (const auto& message : client.notifications) {
            if (message.method != "$/suggestions")
                continue;
            const auto found = message.params.get<protocol::Suggestions>();
            QVERIFY(found.spans.empty() && found.last && !found.range);
            ++answered;
        }
        QCOMPARE(answered, 2);
    }

    void orderOfLabelsAndDocuments_makesNoDifference() {
        needEncoder();
        // Two workers, the second with everything backwards. Three sentences, for speed.
        constexpr std::ptrdiff_t kTaught = 3;
        std::vector<protocol::TrainResult> results;
        std::vector<json> found;
        for (const bool isReversed : {false, true}) {
            Client client;
            client.initialize();
            client.send(2, "scheme/set", {{"types", {{{"name", "city"}}, {{"name", "verb"}}}}});
            json documentList = documents().at("documents");
            json params = training(0);
            params.at("labels").erase(params.at("labels").begin() + kTaught,
                                      params.at("labels").end());
            for (json& labels : params.at("labels")) {
                json& spans = labels.at("annotations");
                spans.push_back({{"begin", 0}, {"end", 2}, {"type", "verb"}});
                if (isReversed)
                    std::reverse(spans.begin(), spans.end());
            }
            if (isReversed) {
                std::reverse(documentList.begin(), documentList.end());
                std::reverse(params.at("labels").begin(), params.at("labels").end());
            }
            client.send(3, "documents/put", {{"documents", documentList}});
            client.send(4, "train", params);
            auto reply = client.answer(4);
            QVERIFY(reply && !reply->error);
            results.push_back(reply->result.get<protocol::TrainResult>());
            client.notifications.clear();
            std::vector<std::string> hashes;
            for (const auto& [text, city] : kSentences)
                hashes.push_back(sha256Hex(text));
            client.send(5, "predict", protocol::PredictParams{hashes, 0});
            reply = client.answer(5);
            QVERIFY(reply && !reply->error);
            json spans = json::array();
            for (const auto& message : client.notifications) {
                if (message.method == "$/suggestions")
                    spans.push_back(message.params.at("spans"));
            }
            found.push_back(std::move(spans));
            // Other labels, another model; the next one knows what the fresh fit has not seen.
            if (!isReversed) {
                QCOMPARE(results[0].sinceFresh, std::int64_t{kTaught});
                params.at("labels")[0].at("annotations").erase(1);
                params["quick"] = true;
                params["budgetSeconds"] = 0.5;
                client.send(6, "train", params);
                reply = client.answer(6);
                QVERIFY(reply && !reply->error);
                const auto next = reply->result.get<protocol::TrainResult>();
                QVERIFY(next.model != results[0].model);
                QCOMPARE(next.sinceFresh, std::int64_t{1});
            }
        }
        QCOMPARE(results[0].model, results[1].model);
        QCOMPARE(results[0].loss, results[1].loss);
        QCOMPARE(found[0].size(), kSentences.size());
        QVERIFY(!found[0][0].empty());
        QVERIFY2(found[0] == found[1], (found[0].dump() + found[1].dump()).c_str());
    }

    void labelsThatCannotAllBeTaught_areCountedInWarnings() {
        needEncoder();
        Client client;
        client.initialize();
        client.send(2, "scheme/set",
                    {{"types", {{{"name", "city"}}, {{"name", "river"}}, {{"name", "month"}}}}});
        client.send(3, "documents/put", documents());
        json params = training(1);
        json& spans = params.at("labels")[1].at("annotations");  // He moved to Oslo in May.
        spans.push_back({{"begin", 12}, {"end", 16}, {"type", "river"}});
        spans.push_back({{"begin", 12}, {"end", 24}, {"type", "city"}});
        spans.push_back({{"begin", 2}, {"end", 3}, {"type", "city"}});
        client.send(4, "train", params);
        const auto reply = client.answer(4);
        QVERIFY(reply && !reply->error);
        std::string all;
        for (const std::string& warning : reply->result.get<protocol::TrainResult>().warnings)
            all += warning + "\n";
        QVERIFY2(all.find("\"month\" has no example") != std::string::npos, all.c_str());
        QVERIFY2(all.find("1 text is labelled with more than one type") != std::string::npos,
                 all.c_str());
        QVERIFY2(all.find("1 annotation overlaps a longer one") != std::string::npos, all.c_str());
        QVERIFY2(all.find("1 annotation covers no word") != std::string::npos, all.c_str());
    }

    void nothingToTeach_isRefusedWithAReason_data() {
        QTest::addColumn<QString>("labels");
        QTest::addColumn<QString>("types");
        QTest::addColumn<QString>("reason");
        const QString city = R"([{"name": "city"}])";
        const QString hash = QString::fromStdString(sha256Hex(kSentences[0].first));
        const QString blank = QString::fromStdString(sha256Hex(" \n "));
        const QString one = R"([{"hash": "%1", "done": %2, "annotations": [%3]}])";
        const QString span = R"({"begin": %1, "end": %2, "type": "%3"})";
        QTest::newRow("no documents") << "[]" << city << "Nothing is labelled yet";
        QTest::newRow("no labels")
            << one.arg(hash, "false", "") << city << "Nothing is labelled yet";
        QTest::newRow("no types") << one.arg(hash, "true", "") << "[]"
                                  << "no entity types";
        QTest::newRow("no words") << one.arg(blank, "true", "") << city
                                  << "Nothing is labelled yet";
        QTest::newRow("on no word")
            << one.arg(blank, "false", span.arg(0).arg(2).arg("city")) << city << "lie on no word";
        QTest::newRow("unknown type") << one.arg(hash, "true", span.arg(0).arg(3).arg("person"))
                                      << city << "not among the project's types";
        QTest::newRow("past the end") << one.arg(hash, "true", span.arg(20).arg(400).arg("city"))
                                      << city << "of a text with 28 characters";
    }
    void nothingToTeach_isRefusedWithAReason() {
        needEncoder();
        QFETCH(const QString, labels);
        QFETCH(const QString, types);
        QFETCH(const QString, reason);
        Client client;
        client.send(2, "scheme/set", {{"types", json::parse(types.toStdString())}});
        client.send(3, "documents/put", documents());
        client.send(4, "documents/put",
                    {{"documents", {protocol::DocumentText{sha256Hex(" \n "), " \n ", {}}}}});
        client.send(5, "train", {{"labels", json::parse(labels.toStdString())}});
        const auto reply = client.answer(5);
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("data").at("code").get<std::string>(),
                 std::string("invalid-argument"));
        const auto message = QString::fromStdString(reply->error->at("message").get<std::string>());
        QVERIFY2(message.contains(reason), qPrintable(message));
    }

    void similar_findsSentencesAndSpans_fromTheCacheTheNextTime() {
        needEncoder();
        const QTemporaryDir cache;
        std::vector<std::string> hashes;
        for (const auto& [text, city] : kSentences)
            hashes.push_back(sha256Hex(text));
        for (const bool isAgain : {false, true}) {
            Client client({"--cache", cache.path()});
            client.initialize();
            client.send(2, "index", {{"hashes", hashes}});
            auto reply = client.answer(2);
            QVERIFY(reply && reply->error);
            QCOMPARE(reply->error->at("code").get<int>(), int(protocol::kUnknownDocument));
            client.send(3, "documents/put", documents());
            client.send(4, "index", {{"hashes", hashes}});
            reply = client.answer(4);
            QVERIFY(reply && !reply->error);
            QCOMPARE(reply->result.at("sentences").get<std::size_t>(),
                     isAgain ? std::size_t{0} : kSentences.size());
            int indexing = 0;
            for (const auto& message : client.notifications)
                indexing +=
                    message.method == "$/progress" && message.params.at("stage") == "indexing" ? 1
                                                                                               : 0;
            QCOMPARE(indexing > 0, !isAgain);

            protocol::SimilarParams params;
            params.text = "the railway was delayed";
            params.count = 1;
            client.send(5, "similar", params);
            reply = client.answer(5);
            QVERIFY(reply && !reply->error);
            auto hits = reply->result.at("hits").get<std::vector<protocol::SimilarMatch>>();
            QCOMPARE(hits.size(), std::size_t{1});
            QCOMPARE(hits[0].hash, sha256Hex("The train to Rome was late."));

            params = {};
            params.hash = hashes[0];
            params.range = Range{12, 17};  // Paris
            client.send(6, "similar", params);
            reply = client.answer(6);
            QVERIFY(reply && !reply->error);
            hits = reply->result.at("hits").get<std::vector<protocol::SimilarMatch>>();
            QCOMPARE(hits.size(), kSentences.size() - 1);
            std::set<std::string> found;
            for (const auto& hit : hits) {
                for (const auto& [text, city] : kSentences) {
                    if (sha256Hex(text) == hit.hash &&
                        text.substr(static_cast<std::size_t>(hit.range.begin),
                                    static_cast<std::size_t>(hit.range.length())) == city)
                        found.insert(city);
                }
            }
            QVERIFY2(found.size() >= 4, qPrintable(QString::number(found.size())));

            for (const json& wrong :
                 {json::object(), json{{"text", "a"}, {"hash", hashes[0]}},
                  json{{"text", "a"}, {"count", 0}}, json{{"text", "a"}, {"count", 100000}},
                  json{{"hash", hashes[0]}, {"range", {1}}}}) {
                client.send(7, "similar", wrong);
                reply = client.answer(7);
                QVERIFY(reply && reply->error);
                QCOMPARE(reply->error->at("code").get<int>(), int(protocol::kInvalidParams));
            }
            client.send(8, "similar", {{"hash", hashes[0]}, {"range", {500, 510}}});
            reply = client.answer(8);
            QVERIFY(reply && reply->error);
            QCOMPARE(reply->error->at("data").at("code").get<std::string>(),
                     std::string("invalid-argument"));
        }
    }

    void cancel_whileIndexing_isAnsweredWithin200ms() {
        needEncoder();
        Client client({"--cache", ""});
        const std::string text = longText();
        client.send(2, "documents/put",
                    {{"documents", {protocol::DocumentText{sha256Hex(text), text, {}}}}});
        client.send(3, "index", {{"hashes", {sha256Hex(text)}}});
        QVERIFY(client.answer(2));
        for (;;) {
            const auto message = client.next();
            QVERIFY(message && message->isNotification());
            if (message->params.at("stage") == "indexing")
                break;
        }
        QElapsedTimer timer;
        timer.start();
        client.notify("$/cancelRequest", {{"id", 3}});
        const auto reply = client.answer(3);
        QVERIFY2(timer.elapsed() <= 200, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("code").get<int>(), int(protocol::kRequestCancelled));
    }

    void unknownDocument_isListedForPuttingAgain() {
        needEncoder();
        Client client;
        client.initialize();
        client.send(2, "scheme/set", {{"types", {{{"name", "city"}}}}});
        client.send(3, "train", training(0));
        const auto reply = client.answer(3);
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("code").get<int>(), int(protocol::kUnknownDocument));
        QCOMPARE(reply->error->at("data").at("hashes").size(), kSentences.size());
    }

    void mistakes_areAnsweredNotFatal() {
        Client client;
        client.send(2, "no/such", json::object());
        auto reply = client.answer(2);
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("code").get<int>(), int(protocol::kMethodNotFound));
        client.send(3, "documents/put", {{"documents", "not a list"}});
        reply = client.answer(3);
        QVERIFY(reply && reply->error);
        client.send(4, "documents/put",
                    {{"documents", {protocol::DocumentText{"00", "another text", {}}}}});
        reply = client.answer(4);
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("code").get<int>(), int(protocol::kInvalidParams));
        const std::string broken = frame("{\"jsonrpc\": ");
        client.raw(QByteArray(broken.data(), static_cast<qsizetype>(broken.size())));
        const auto message = client.next();
        QVERIFY(message && message->error);
        QCOMPARE(message->error->at("code").get<int>(), int(protocol::kParseError));
        client.send(5, "predict", protocol::PredictParams{{}, 0});
        reply = client.answer(5);
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("data").at("code").get<std::string>(), std::string("not-found"));
        client.send(6, "initialize", {{"protocol", 99}, {"client", "test"}});
        reply = client.answer(6);
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("data").at("code").get<std::string>(),
                 std::string("incompatible"));
    }

    void spansPastTheEnd_areRefused() {
        Client client;
        client.send(2, "scheme/set", {{"types", {{{"name", "city"}}}}});
        client.send(3, "documents/put", documents());
        QVERIFY(client.answer(3));
        needEncoder();
        client.send(4, "train",
                    {{"labels", {labelling(kSentences[0].first, {{{20, 400}, "city"}})}},
                     {"quick", false},
                     {"budgetSeconds", 0},
                     {"seed", 1}});
        const auto reply = client.answer(4);
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("data").at("code").get<std::string>(),
                 std::string("invalid-argument"));
    }

    void garbageInsteadOfAFrame_endsItWithAMessage() {
        Client client;
        client.raw("this is not the protocol at all\r\n\r\n");
        QVERIFY(client.process.waitForFinished(10000));
        QCOMPARE(client.process.exitCode(), 1);
        QVERIFY(!client.process.readAllStandardError().isEmpty());
    }

    void closedInput_endsTheWorkerEvenInMidTraining() {
        needEncoder();
        Client client;
        client.send(2, "scheme/set", {{"types", {{{"name", "city"}}}}});
        client.send(3, "documents/put", documents());
        client.send(4, "train", training(60));
        QVERIFY(client.answer(3));
        QVERIFY(client.next());
        client.process.closeWriteChannel();
        QVERIFY(client.process.waitForFinished(10000));
        QCOMPARE(client.process.exitCode(), 0);
    }

    void shutdown_endsIt() {
        Client client;
        client.initialize();
        client.send(2, "shutdown", json::object());
        QVERIFY(client.answer(2));
        QVERIFY(client.process.waitForFinished(10000));
        QCOMPARE(client.process.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(TestWorker)
#include "test_worker.moc"
