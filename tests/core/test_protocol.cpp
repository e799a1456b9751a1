#include "core/protocol/framing.h"
#include "core/protocol/learning_messages.h"
#include "core/protocol/messages.h"
#include "tests/core/support.h"

using namespace spanwise;
using namespace spanwise::test;
using Json = nlohmann::json;

class TestProtocol : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void frame_payload_hasTheHeaderInBytes() {
        QCOMPARE(frame("{}"), "Content-Length: 2\r\n\r\n{}");
        QCOMPARE(frame("é"), "Content-Length: 2\r\n\r\né");
    }

    void reader_bytesInAnyPieces_givesTheSamePayloads() {
        std::mt19937_64 random(5);
        for (int round = 0; round < 300; ++round) {
            std::vector<std::string> sent;
            std::string stream;
            for (int i = 0; i < 5; ++i) {
                sent.push_back(std::string(random() % 300, 'x') + "\r\n\r\nContent-Length: 7");
                if (random() % 5 == 0)
                    sent.back().clear();
                const std::string header =
                    random() % 2 ? "Content-Type: application/json; charset=utf-8\r\n" : "";
                stream += header + frame(sent.back());
            }
            FrameReader reader;
            std::vector<std::string> got;
            for (std::size_t at = 0; at < stream.size();) {
                const std::size_t size = 1 + random() % (round % 2 ? 3 : 200);
                const auto payloads = reader.feed(std::string_view(stream).substr(at, size));
                VERIFY_OK(payloads);
                got.insert(got.end(), payloads->begin(), payloads->end());
                at += size;
            }
            QVERIFY(got == sent);
        }
    }

    void reader_nonsense_isAnErrorAndStaysOne_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("log line") << QByteArray("loading model\r\n");
        QTest::newRow("line feed alone") << QByteArray("Content-Length: 5\n\nhello");
        QTest::newRow("no number") << QByteArray("Content-Length: five\r\n\r\n");
        QTest::newRow("negative") << QByteArray("Content-Length: -5\r\n\r\n");
        QTest::newRow("huge") << QByteArray("Content-Length: 99999999999\r\n\r\n");
        QTest::newRow("256 MiB and one") << QByteArray("Content-Length: 268435457\r\n\r\n");
        QTest::newRow("overflow") << QByteArray("Content-Length: 18446744073709551617\r\n\r\n");
        QTest::newRow("twice") << QByteArray("Content-Length: 1\r\nContent-Length: 2\r\n\r\n");
        QTest::newRow("missing") << QByteArray("Content-Type: x\r\n\r\n");
        QTest::newRow("no colon") << QByteArray("Content-Length: 1\r\nnonsense\r\n\r\n");
        QTest::newRow("endless header") << QByteArray("X: ") + QByteArray(5000, 'a');
        QTest::newRow("binary") << QByteArray(
            "\x7f"
            "ELF\0\n\0\0",
            8);
    }
    void reader_nonsense_isAnErrorAndStaysOne() {
        QFETCH(QByteArray, bytes);
        FrameReader reader;
        const auto first = reader.feed(std::string_view(bytes.data(), bytes.size()));
        VERIFY_FAILS(first, ErrorCode::Worker, "", "stream is broken");
        const auto second = reader.feed(frame("{}"));
        QVERIFY(!second.has_value());
    }

    void reader_caseOfTheHeader_doesNotMatter() {
        FrameReader reader;
        const auto payloads = reader.feed("content-LENGTH:2\r\n\r\n{}");
        VERIFY_OK(payloads);
        QCOMPARE(payloads->size(), std::size_t{1});
    }

    void parse_ownMessages_areToldApart() {
        const auto request = protocol::parse(protocol::request(3, "train", {{"seed", 1}}));
        VERIFY_OK(request);
        QVERIFY(request->isRequest() && !request->isNotification() && !request->isResponse());
        QCOMPARE(*request->id, 3);
        QCOMPARE(request->params["seed"].get<int>(), 1);
        const auto note = protocol::parse(protocol::notification("$/progress", Json::object()));
        VERIFY_OK(note);
        QVERIFY(note->isNotification());
        const auto reply = protocol::parse(protocol::response(4, {{"count", 2}}));
        VERIFY_OK(reply);
        QVERIFY(reply->isResponse() && !reply->error);
        QCOMPARE(reply->result["count"].get<int>(), 2);
        const auto empty = protocol::parse(protocol::response(5, nullptr));
        VERIFY_OK(empty);
        QVERIFY(empty->isResponse());
    }

    void errorResponse_error_comesBack() {
        const Error error{ErrorCode::Corrupt, "weights are cut short", "model.safetensors"};
        const auto message = protocol::parse(protocol::errorResponse(9, error));
        VERIFY_OK(message);
        QVERIFY(message->isResponse() && message->error);
        QCOMPARE((*message->error)["code"].get<int>(), static_cast<int>(protocol::kFailed));
        const Error back = protocol::errorFromJson(*message->error);
        QCOMPARE(back.code, error.code);
        QCOMPARE(back.message, error.message);
        QCOMPARE(back.where, error.where);

        const Error cancelled{ErrorCode::Cancelled, "cancelled", {}};
        const auto second = protocol::parse(protocol::errorResponse(9, cancelled));
        VERIFY_OK(second);
        QCOMPARE((*second->error)["code"].get<int>(),
                 static_cast<int>(protocol::kRequestCancelled));
        QCOMPARE(protocol::errorFromJson(*second->error).code, ErrorCode::Cancelled);
        QCOMPARE(protocol::errorFromJson(Json{{"code", protocol::kRequestCancelled}}).code,
                 ErrorCode::Cancelled);

        const auto noId =
            protocol::parse(protocol::errorResponse(std::nullopt, protocol::kParseError, "bad"));
        VERIFY_OK(noId);
        QVERIFY(!noId->id && noId->error);
        for (const Json& odd :
             {Json(), Json(3), Json::array(), Json{{"message", 3}, {"data", "x"}}})
            QCOMPARE(protocol::errorFromJson(odd).code, ErrorCode::Worker);
    }

    void parse_nonsense_isInvalidFormat_data() {
        QTest::addColumn<QByteArray>("payload");
        for (const char* payload :
             {"", "{", "[]", "3", "null", "{}", R"({"jsonrpc":"1.0","id":1,"method":"x"})",
              R"({"jsonrpc":"2.0"})", R"({"jsonrpc":"2.0","id":"a","method":"x"})",
              R"({"jsonrpc":"2.0","id":1.5,"method":"x"})",
              R"({"jsonrpc":"2.0","id":1,"method":7})",
              R"({"jsonrpc":"2.0","id":1,"method":"x","params":3})", R"({"jsonrpc":"2.0","id":1})",
              R"({"jsonrpc":"2.0","id":1,"error":"x"})"}) {
            QTest::newRow(*payload ? payload : "empty") << QByteArray(payload);
        }
        QTest::newRow("deep") << QByteArray(100000, '[');
        QTest::newRow("not utf-8") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"\xff\"}");
    }
    void parse_nonsense_isInvalidFormat() {
        QFETCH(QByteArray, payload);
        const auto message = protocol::parse(payload.toStdString());
        QVERIFY(!message.has_value());
        QCOMPARE(message.error().code, ErrorCode::InvalidFormat);
    }

    void structs_throughJson_keepEveryField() {
        protocol::TrainParams params;
        params.labels.push_back({"h1", true, {{{1, 4}, "PER"}}, {{{5, 9}, "ORG", 0.25}}});
        params.quick = true;
        params.budgetSeconds = 4.5;
        params.seed = 18446744073709551615ULL;
        const Json json = params;
        QVERIFY(json["labels"][0]["annotations"][0] ==
                (Json{{"begin", 1}, {"end", 4}, {"type", "PER"}}));
        const auto back = protocol::decode<protocol::TrainParams>(Json::parse(json.dump()));
        VERIFY_OK(back);
        QVERIFY(Json(*back) == json);
        QVERIFY(back->labels[0].rejections == params.labels[0].rejections);

        const auto roundTrip = [](const auto& value) {
            using T = std::decay_t<decltype(value)>;
            const Json before = value;
            const auto after = protocol::decode<T>(Json::parse(before.dump()));
            return after.has_value() && Json(*after) == before && before.is_object();
        };
        QVERIFY(roundTrip(protocol::DocumentText{"h", "text 😀", "[[[0,4]]]"}));
        QVERIFY(roundTrip(protocol::TrainResult{"m-1", 3, 40, 0.5, 2.25, 2, true, {"a warning"}}));
        QVERIFY(roundTrip(protocol::SimilarParams{"h", {}, Range{1, 4}, 5}));
        QVERIFY(roundTrip(protocol::SimilarMatch{"h", {0, 9}, {2, 4}, 0.75}));
        QVERIFY(roundTrip(protocol::PredictParams{{"a", "b"}, 0.5}));
        QVERIFY(roundTrip(protocol::PredictParams{{"a"}, 0.5, Range{3, 9}, {{0, 2}, {5, 6}}}));
        QVERIFY(roundTrip(
            protocol::Suggestions{7, "h", "m", {{{0, 2}, "PER", 0.75}}, Range{0, 9}, false}));
        QVERIFY(roundTrip(protocol::Suggestions{7, "h", "m", {{{0, 2}, "PER", 0.75}}}));
        QVERIFY(roundTrip(protocol::Progress{7, "training", 3, 9, 0.5, 1000, 12}));
        QVERIFY(roundTrip(protocol::ModelInfo{"i", "n", "/p", "CPU", 22, {"PER"}}));
        QVERIFY(roundTrip(protocol::InitializeResult{1, "0.1", {"CPU"}, 42}));
    }

    void decode_wrongTypes_isInvalidFormat() {
        QVERIFY(!protocol::decode<protocol::DocumentText>(Json{{"hash", 3}}).has_value());
        QVERIFY(!protocol::decode<protocol::TrainParams>(Json::array()).has_value());
        QVERIFY(!protocol::decode<protocol::PredictParams>(Json{{"hashes", "x"}}).has_value());
        for (const Json& visible : {Json(3), Json({1}), Json({1, 2, 3}), Json({"a", "b"})}) {
            QVERIFY(!protocol::decode<protocol::PredictParams>(
                         Json{{"hashes", {"x"}}, {"visible", visible}})
                         .has_value());
            QVERIFY(!protocol::decode<protocol::PredictParams>(
                         Json{{"hashes", {"x"}}, {"covered", {visible}}})
                         .has_value());
        }
        QVERIFY(!protocol::decode<protocol::Suggestions>(
                     Json{{"request", 1}, {"hash", "h"}, {"spans", {{{"begin", 1}}}}})
                     .has_value());
        protocol::TrainResult result;
        result.model = "m";
        result.loss = std::numeric_limits<double>::quiet_NaN();
        VERIFY_OK(protocol::decode<protocol::TrainResult>(Json::parse(Json(result).dump())));
    }

    void checkResult_confusionAndMistakes_comeBack_andOldOnesHaveNone() {
        protocol::CheckResult result;
        result.model = "m";
        result.confusion = {{"drug", "dose", 7, 0}, {"drug", "drug", 9, 2}, {"", "drug", 1, 0}};
        result.mistakes = {{"abc", NamedSpan{{1, 4}, "drug", -1}, NamedSpan{{1, 5}, "dose", 0.5}},
                           {"def", std::nullopt, NamedSpan{{0, 2}, "drug", 0.9}}};
        Json json = Json::parse(Json(result).dump());
        const auto back = protocol::decode<protocol::CheckResult>(json);
        VERIFY_OK(back);
        QCOMPARE(Json(*back).dump(), Json(result).dump());
        QCOMPARE(back->confusion[1].otherBoundaries, 2);
        QVERIFY(!back->mistakes[1].label);
        json.erase("confusion");
        json.erase("mistakes");
        const auto old = protocol::decode<protocol::CheckResult>(json);
        VERIFY_OK(old);
        QVERIFY(old->confusion.empty() && old->mistakes.empty());
    }

    void errorCodes_names_roundTrip() {
        for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
            const auto value = static_cast<ErrorCode>(code);
            QCOMPARE(errorCodeFromName(errorCodeName(value)), value);
        }
        QCOMPARE(errorCodeFromName("no such code"), ErrorCode::Internal);
    }
};

QTEST_GUILESS_MAIN(TestProtocol)
#include "test_protocol.moc"
