#include "session_support.h"
#include "ui/session/models_controller.h"

#include <signal.h>

using namespace support;
using namespace std::chrono_literals;
using State = ModelsController::State;
using Work = ModelsController::Work;

namespace {
constexpr WorkerTimings kQuick{20ms, 200ms, 60000ms, 5000ms, 1500ms};
}

class TestModelsController : public QObject {
    Q_OBJECT

    std::unique_ptr<WorkerClient> m_client;
    std::unique_ptr<ModelsController> m_models;

    void start(const QStringList& flags = {}) {
        m_client = std::make_unique<WorkerClient>(fakeWorker(flags), nullptr, kQuick);
        m_models = std::make_unique<ModelsController>(*m_client);
        m_models->refresh();
    }
    QStringList names() const {
        QStringList names;
        for (const protocol::ModelEntry& entry : m_models->models())
            names << QString::fromStdString(entry.name);
        return names;
    }

private Q_SLOTS:
    void cleanup() {
        m_models.reset();
        m_client.reset();
    }

    void reference_isParsedOrRefused_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("repository");
        QTest::addColumn<QString>("revision");
        QTest::newRow("plain") << "numind/NuNER-v2.0"
                               << "numind/NuNER-v2.0"
                               << "";
        QTest::newRow("spaces") << "  org/name "
                                << "org/name"
                                << "";
        QTest::newRow("revision") << "org/name@v1.0"
                                  << "org/name"
                                  << "v1.0";
        QTest::newRow("branch") << "org/name@refs/pr/3"
                                << "org/name"
                                << "refs/pr/3";
        QTest::newRow("address") << "https://huggingface.co/org/name"
                                 << "org/name"
                                 << "";
        QTest::newRow("address of a tree") << "https://huggingface.co/org/name/tree/main/sub"
                                           << "org/name"
                                           << "main";
        QTest::newRow("trailing slash") << "org/name/"
                                        << "org/name"
                                        << "";
        for (const char* bad : {"", "name", "org/", "/name", "org/name/more", "../../etc", "org/..",
                                "org/na me", "org/name@", "org/name@-x", "org/name@a..b", "a@b/c"})
            QTest::newRow(qPrintable(QString("bad: ") + bad)) << QString(bad) << ""
                                                              << "";
    }
    void reference_isParsedOrRefused() {
        QFETCH(QString, text);
        QFETCH(QString, repository);
        QFETCH(QString, revision);
        const auto reference = HubReference::parse(text);
        QCOMPARE(reference.has_value(), !repository.isEmpty());
        if (reference) {
            QCOMPARE(reference->repository, repository);
            QCOMPARE(reference->revision, revision);
        } else {
            QCOMPARE(reference.error().code, ErrorCode::InvalidArgument);
            QVERIFY(reference.error().message.find("numind/NuNER-v2.0") != std::string::npos);
        }
    }

    void refresh_startsTheWorkerAndLists() {
        start();
        QCOMPARE(m_models->state(), State::Loading);
        QTRY_COMPARE(m_models->state(), State::Ready);
        QCOMPARE(names(),
                 (QStringList{"fake-encoder", "other-encoder", "names", "diseases", "future"}));
        QCOMPARE(m_models->store(), QString("/models"));
        const protocol::ModelEntry* entry = m_models->byName("other-encoder");
        QVERIFY(entry);
        QCOMPARE(entry->repository, std::string("org/other-encoder"));
        QCOMPARE(entry->layers, 6);
        QVERIFY(entry->removable && !entry->isDefault);
        QVERIFY(m_models->byName("names")->purpose == protocol::ModelPurpose::ZeroShot);
        QCOMPARE(m_models->byName("diseases")->types.size(), 2U);
        QVERIFY(!m_models->byName("absent"));
    }

    void refresh_thatFails_saysWhyAndCanBeRepeated() {
        start({"--fail-on", "models/list"});
        QTRY_COMPARE(m_models->state(), State::Failed);
        QVERIFY(m_models->error().message.find("on purpose") != std::string::npos);
        QVERIFY(m_models->models().empty());
        m_models->refresh();
        QCOMPARE(m_models->state(), State::Loading);
        QTRY_COMPARE(m_models->state(), State::Failed);
    }

    void list_thatMakesNoSense_isAnError_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("no models") << QByteArray("{}");
        QTest::newRow("no name") << QByteArray(R"({"models": [{"path": "/x"}]})");
        QTest::newRow("number as name") << QByteArray(R"({"models": [{"name": 1, "path": "/x"}]})");
        QTest::newRow("text as bytes")
            << QByteArray(R"({"models": [{"name": "a", "path": "/x", "bytes": "many"}]})");
        QTest::newRow("types no list")
            << QByteArray(R"({"models": [{"name": "a", "path": "/x", "types": "drug"}]})");
    }
    void list_thatMakesNoSense_isAnError() {
        QFETCH(QByteArray, json);
        const auto list =
            protocol::decode<protocol::ModelList>(nlohmann::json::parse(json.toStdString()));
        QVERIFY(!list);
        QCOMPARE(list.error().code, ErrorCode::InvalidFormat);
    }

    void entry_roundTripsAndForgivesWhatIsMissing() {
        const auto list = protocol::decode<protocol::ModelList>(nlohmann::json::parse(
            R"({"models": [{"name": "a", "path": "/x", "licence": null, "types": null,
                "provenance": [], "bytes": -5, "purpose": "something new"}]})"));
        QVERIFY(list);
        const protocol::ModelEntry& sparse = list->models.front();
        QVERIFY(sparse.purpose == protocol::ModelPurpose::Encoder);
        QCOMPARE(sparse.bytes, 0);
        QVERIFY(sparse.licence.empty() && sparse.types.empty() && sparse.provenance.empty());
        protocol::ModelEntry full;
        full.name = "n";
        full.path = "/p";
        full.repository = "o/r";
        full.revision = "c";
        full.architecture = "mpnet";
        full.purpose = protocol::ModelPurpose::ZeroShot;
        full.bytes = 5'000'000'000;
        full.parameters = 22;
        full.layers = 12;
        full.hiddenSize = 768;
        full.vocabulary = 30527;
        full.types = {"drug"};
        full.licence = "mit";
        full.provenance = {{"pulled", "today"}};
        full.problem = "too new";
        full.removable = full.isDefault = true;
        const nlohmann::json json = full;
        QCOMPARE(nlohmann::json(json.get<protocol::ModelEntry>()).dump(), json.dump());
        QCOMPARE(json.at("default").get<bool>(), true);
        QCOMPARE(json.at("purpose").get<std::string>(), std::string("zero-shot"));
    }

    void pull_tellsProgressAndInstalls() {
        start({"--pull-ms", "300"});
        QTRY_COMPARE(m_models->state(), State::Ready);
        QSignalSpy changed(m_models.get(), &ModelsController::changed);
        qint64 last = -1;
        bool grows = true;
        connect(m_models.get(), &ModelsController::workChanged, this, [&] {
            if (m_models->work() != Work::Pulling)
                return;
            grows = grows && m_models->progress().done >= last;
            last = m_models->progress().done;
        });
        m_models->pull({"org/fresh", "v2"});
        QCOMPARE(m_models->work(), Work::Pulling);
        m_models->pull({"org/second", ""});  // one at a time
        QTRY_VERIFY(m_models->progress().total == 91'226'112);
        QTRY_VERIFY(m_models->progress().secondsLeft >= 0);
        QTRY_COMPARE(changed.size(), 1);
        QVERIFY(grows && last > 0);
        QCOMPARE(changed[0][1].toString(), QString("fresh"));
        QCOMPARE(m_models->work(), Work::None);
        QTRY_VERIFY(m_models->byName("fresh"));
        QCOMPARE(m_models->byName("fresh")->revision, std::string("v2"));
        QVERIFY(!m_models->byName("second"));
    }

    void cancelPull_endsItQuietly() {
        start({"--pull-ms", "20000"});
        QTRY_COMPARE(m_models->state(), State::Ready);
        QSignalSpy failed(m_models.get(), &ModelsController::failed);
        m_models->pull({"org/fresh", {}});
        QTRY_VERIFY(m_models->progress().done > 0);
        QElapsedTimer timer;
        timer.start();
        m_models->cancelPull();
        QVERIFY(m_models->progress().isCancelling);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(failed[0][1].value<Error>().code, ErrorCode::Cancelled);
        QCOMPARE(m_models->work(), Work::None);
        QCOMPARE(names().size(), 5);
        m_models->cancelPull();  // nothing to cancel
        QCOMPARE(failed.size(), 1);
    }

    void errors_areTold() {
        start();
        QTRY_COMPARE(m_models->state(), State::Ready);
        QSignalSpy failed(m_models.get(), &ModelsController::failed);
        m_models->pull({"no/such", {}});
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][1].value<Error>().code, ErrorCode::NotFound);
        QVERIFY(failed[0][1].value<Error>().message.find("no/such") != std::string::npos);
        QTemporaryDir empty;
        m_models->add(empty.path());
        QTRY_COMPARE(failed.size(), 2);
        QVERIFY(failed[1][0].value<Work>() == Work::Adding);
        m_models->remove("absent");
        QTRY_COMPARE(failed.size(), 3);
        QCOMPARE(m_models->work(), Work::None);
        QCOMPARE(names().size(), 5);
    }

    void add_andRemove_changeTheList() {
        start();
        QTRY_COMPARE(m_models->state(), State::Ready);
        QTemporaryDir folder;
        QDir(folder.path()).mkdir("mine");
        write(folder.filePath("mine/config.json"), "{}");
        QSignalSpy changed(m_models.get(), &ModelsController::changed);
        m_models->add(folder.filePath("mine"));
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(changed[0][1].toString(), QString("mine"));
        QTRY_VERIFY(m_models->byName("mine"));
        m_models->remove("mine");
        QTRY_COMPARE(changed.size(), 2);
        QCOMPARE(changed[1][1].toString(), QString("mine"));
        QTRY_VERIFY(!m_models->byName("mine"));
    }

    void workerThatDiesInAPull_isToldAndTheNextOneWorks() {
        start({"--pull-ms", "5000"});
        QTRY_COMPARE(m_models->state(), State::Ready);
        QSignalSpy failed(m_models.get(), &ModelsController::failed);
        m_models->pull({"org/fresh", {}});
        QTRY_VERIFY(m_models->progress().done > 0);
        QCOMPARE(::kill(static_cast<pid_t>(m_client->processId()), SIGKILL), 0);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][1].value<Error>().code, ErrorCode::Worker);
        QCOMPARE(m_models->work(), Work::None);
        m_models->refresh();
        QTRY_COMPARE(m_models->state(), State::Ready);
        QCOMPARE(names().size(), 5);
    }

    void controllerThatGoesFirst_isNotCalledAnyMore() {
        start({"--pull-ms", "200"});
        m_models->pull({"org/fresh", {}});
        m_models.reset();
        QTest::qWait(400);
        QCOMPARE(m_client->state(), WorkerClient::State::Ready);
    }
};

QTEST_GUILESS_MAIN(TestModelsController)
#include "test_models_controller.moc"
