#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "core/protocol/learning_messages.h"
#include "core/text/utf8.h"
#include "tests/e2e/worker_client.h"

using namespace spanwise;
using nlohmann::json;
using worker::Client;

namespace {

struct Text {
    std::string text, city;
};
const std::vector<Text> kTexts{
    {"She flew to Paris yesterday.", "Paris"},  {"He moved to Oslo in May.", "Oslo"},
    {"They live in Lima now.", "Lima"},         {"We left Cairo at noon.", "Cairo"},
    {"The train to Rome was late.", "Rome"},    {"I miss Delhi every day.", "Delhi"},
    {"You came from Vienna by bus.", "Vienna"}, {"Our flight to Tokyo was long.", "Tokyo"}};
const std::vector<std::string> kUnlabelled{
    "They travelled to Berlin last week.", "Nothing happened on that day.",
    "He was late because of the rain.", "A letter from Madrid arrived."};

protocol::DocumentLabelling labelling(const Text& text) {
    const auto begin = static_cast<Offset>(text.text.find(text.city));
    const Range range{begin, begin + static_cast<Offset>(text.city.size())};
    return {sha256Hex(text.text), true, {{range, "city"}}, {}};
}

json documents() {
    json list = json::array();
    for (const Text& text : kTexts)
        list.push_back(protocol::DocumentText{sha256Hex(text.text), text.text, {}});
    for (const std::string& text : kUnlabelled)
        list.push_back(protocol::DocumentText{sha256Hex(text), text, {}});
    return {{"documents", list}};
}

json training(std::size_t count, bool quick, bool compare = false) {
    protocol::TrainParams params;
    for (std::size_t i = 0; i < count; ++i)
        params.labels.push_back(labelling(kTexts[i]));
    params.quick = quick;
    params.budgetSeconds = 1.5;
    params.compare = compare;
    return params;
}

protocol::CheckParams checking() {
    protocol::CheckParams params;
    for (const Text& text : kTexts)
        params.documents.push_back({labelling(text), false});
    params.folds = 2;
    params.budgetSeconds = 2;
    return params;
}

}  // namespace

/// What the real worker knows of its own quality, over the protocol.
class TestWorkerLearning : public QObject {
    Q_OBJECT

    QTemporaryDir m_cache;

    std::unique_ptr<Client> prepared() {
        auto client = std::make_unique<Client>(QStringList{"--cache", m_cache.path()});
        client->initialize();
        client->send(2, "scheme/set", {{"types", {{{"name", "city"}}}}});
        client->send(3, "documents/put", documents());
        return client;
    }
    static std::string errorOf(const std::optional<protocol::Message>& message) {
        return message && message->error ? message->error->dump() : std::string();
    }

private Q_SLOTS:
    void init() {
        static const QString encoder = program::encoder();
        if (encoder.isEmpty())
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
    }

    void check_judgesEveryDocument_andFindsThePlantedError() {
        const auto client = prepared();
        protocol::CheckParams params = checking();
        // Somebody labelled the wrong word.
        auto& planted = params.documents[2].labelling;
        planted.annotations = {{{5, 9}, "city"}};
        client->send(4, "check", params);
        const auto reply = client->answer(4);
        QVERIFY(reply);
        QVERIFY2(!reply->error, errorOf(reply).c_str());
        const auto result = reply->result.get<protocol::CheckResult>();
        QCOMPARE(result.folds, 2);
        QVERIFY(!result.bySentence);
        QCOMPARE(result.all.documents, std::int64_t{8});
        QCOMPARE(result.all.perType.at("city").support, std::int64_t{8});
        QVERIFY2(result.all.micro.f1 > 0.3, reply->result.dump().c_str());
        QVERIFY(!result.preAnnotated);
        QCOMPARE(result.lacking.size(), std::size_t{1});
        QVERIFY(!result.curve);
        const auto doubt =
            std::find_if(result.doubts.begin(), result.doubts.end(),
                         [&](const protocol::DoubtReport& d) { return d.hash == planted.hash; });
        QVERIFY2(doubt != result.doubts.end(), reply->result.dump().c_str());
        QVERIFY(!doubt->evidence.empty());
        // Each label is in the matrix once, and the planted one among the mistakes.
        std::int64_t labelled = 0, right = 0;
        for (const protocol::ConfusionReport& cell : result.confusion) {
            labelled += cell.label == "city" ? cell.spans : 0;
            right += cell.label == cell.found ? cell.spans - cell.otherBoundaries : 0;
        }
        QCOMPARE(labelled, std::int64_t{8});
        QCOMPARE(right,
                 static_cast<std::int64_t>(std::llround(result.all.perType.at("city").recall * 8)));
        QVERIFY(std::any_of(result.mistakes.begin(), result.mistakes.end(),
                            [&](const protocol::ErrorReport& mistake) {
                                return mistake.hash == planted.hash && mistake.label &&
                                       mistake.label->range == Range{5, 9};
                            }));
        int progress = 0;
        for (const protocol::Message& message : client->notifications)
            progress += message.method == "$/progress" && message.params.at("stage") == "checking";
        QVERIFY(progress > 2);
    }

    void check_preAnnotatedDocuments_areReportedApart() {
        const auto client = prepared();
        protocol::CheckParams params = checking();
        for (std::size_t i = 0; i < 3; ++i)
            params.documents[i].preAnnotated = true;
        client->send(4, "check", params);
        const auto reply = client->answer(4);
        QVERIFY(reply && !reply->error);
        const auto result = reply->result.get<protocol::CheckResult>();
        QVERIFY(result.preAnnotated && result.byHand);
        QCOMPARE(result.preAnnotated->documents, std::int64_t{3});
        QCOMPARE(result.byHand->documents, std::int64_t{5});
    }

    void check_cancelled_answersAtOnce() {
        const auto client = prepared();
        client->send(4, "check", checking());
        while (const auto message = client->next()) {
            if (message->method == "$/progress" && message->params.at("stage") == "checking")
                break;
        }
        QElapsedTimer timer;
        timer.start();
        client->notify("$/cancelRequest", {{"id", 4}});
        const auto reply = client->answer(4);
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("code").get<int>(),
                 static_cast<int>(protocol::kRequestCancelled));
        QVERIFY2(timer.elapsed() < 200, qPrintable(QString::number(timer.elapsed())));
    }

    void check_badInput_isRefused() {
        const auto client = prepared();
        protocol::CheckParams params = checking();
        params.folds = 1;
        client->send(4, "check", params);
        QVERIFY(!errorOf(client->answer(4)).empty());
        params = checking();
        params.documents.resize(1);
        client->send(5, "check", params);
        QVERIFY(errorOf(client->answer(5)).find("labelled") != std::string::npos);
        params = checking();
        params.documents[0].labelling.annotations[0].range.end = 9999;
        client->send(6, "check", params);
        QVERIFY(errorOf(client->answer(6)).find("9999") != std::string::npos);
    }

    void rank_ordersWhatIsUnlabelled() {
        const auto client = prepared();
        protocol::RankParams params;
        for (const std::string& text : kUnlabelled)
            params.hashes.push_back(sha256Hex(text));
        for (const Text& text : kTexts)
            params.labelled.push_back(sha256Hex(text.text));
        client->send(4, "rank", params);
        QVERIFY(errorOf(client->answer(4)).find("Label a few") != std::string::npos);
        client->send(5, "train", training(8, false));
        QVERIFY(errorOf(client->answer(5)).empty());
        client->send(6, "rank", params);
        const auto reply = client->answer(6);
        QVERIFY(reply && !reply->error);
        const auto order = reply->result.at("order").get<std::vector<protocol::RankedDocument>>();
        QCOMPARE(order.size(), kUnlabelled.size());
        std::set<std::string> seen;
        for (const protocol::RankedDocument& document : order) {
            QVERIFY(seen.insert(document.hash).second);
            QVERIFY(document.reason == "uncertain" || document.reason == "different" ||
                    document.reason == "random");
            QVERIFY(document.seconds > 0);
            QCOMPARE(document.type, std::string("city"));
        }
        // A person who needs longer than the published constants say is expected to.
        double usual = 0, measured = 0;
        for (const protocol::RankedDocument& document : order)
            usual += document.seconds;
        for (const std::string& hash : params.labelled)
            params.measured.push_back({hash, 1, 25});
        client->send(8, "rank", params);
        const auto slow = client->answer(8);
        QVERIFY(slow && !slow->error);
        for (const auto& document :
             slow->result.at("order").get<std::vector<protocol::RankedDocument>>())
            measured += document.seconds;
        QVERIFY2(measured > 1.2 * usual, qPrintable(QString::number(measured / usual)));
        // What is labelled already is not offered.
        params.hashes.push_back(params.labelled.front());
        client->send(7, "rank", params);
        const auto more = client->answer(7);
        QVERIFY(more && !more->error);
        QCOMPARE(more->result.at("order").size(), kUnlabelled.size());
    }

    void loadedTagger_bringsItsCalibrationAndCounts_andItsEncoderStays() {
        QTemporaryDir folder;
        const auto saved = [&](Client& client, std::int64_t id, const char* name) {
            const std::string path = folder.filePath(QString::fromUtf8(name)).toStdString();
            client.send(id, "model/save", {{"path", path}});
            const auto reply = client.answer(id);
            return reply && !reply->error
                       ? json::parse(program::read(QString::fromStdString(path + "/spanwise.json"))
                                         .toStdString())
                       : json();
        };
        const auto client = prepared();
        client->send(4, "check", checking());
        QVERIFY(errorOf(client->answer(4)).empty());
        client->send(5, "train", training(8, false));
        QVERIFY(errorOf(client->answer(5)).empty());
        const json before = saved(*client, 6, "before");
        QVERIFY(before.contains("calibration"));
        QVERIFY(before.at("provenance").at("mentions") == json({{"city", 8}}));

        const auto next = prepared();
        next->send(4, "model/load", {{"path", folder.filePath("before").toStdString()}});
        auto reply = next->answer(4);
        QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
        // Saved as it is, it has lost nothing.
        QVERIFY(saved(*next, 5, "copy").at("provenance").at("mentions") == json({{"city", 8}}));
        next->send(6, "train", training(8, true));
        reply = next->answer(6);
        QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
        QVERIFY(saved(*next, 7, "after").at("calibration") == before.at("calibration"));
        // A device that is the same changes nothing; the tagger and its encoder stay.
        next->send(8, "model/load", {{"device", "cpu"}});
        reply = next->answer(8);
        QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
        QVERIFY(reply->result.at("types") == json::array({"city"}));
    }

    void descriptions_areLearnedFrom() {
        const auto client = prepared();
        std::vector<std::string> models;
        for (const char* description : {"", "a large town"}) {
            client->send(4, "scheme/set",
                         {{"types", {{{"name", "city"}, {"description", description}}}}});
            QVERIFY(errorOf(client->answer(4)).empty());
            client->send(5, "train", training(8, false));
            const auto reply = client->answer(5);
            QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
            models.push_back(reply->result.at("model"));
        }
        QVERIFY(models[0] != models[1]);
    }

    void compare_withFewNewDocuments_takesTheFreshFit() {
        const auto client = prepared();
        client->send(4, "train", training(6, false));
        QVERIFY(errorOf(client->answer(4)).empty());
        client->send(5, "train", training(7, true));
        const auto warm = client->answer(5);
        QVERIFY(warm && !warm->error);
        QCOMPARE(warm->result.get<protocol::TrainResult>().sinceFresh, std::int64_t{1});
        client->send(6, "train", training(8, false, true));
        const auto fresh = client->answer(6);
        QVERIFY2(fresh && !fresh->error, errorOf(fresh).c_str());
        QVERIFY(!fresh->result.get<protocol::TrainResult>().keptWarm);
        QVERIFY(fresh->result.at("model") != warm->result.at("model"));
    }
};

QTEST_GUILESS_MAIN(TestWorkerLearning)
#include "test_worker_learning.moc"
