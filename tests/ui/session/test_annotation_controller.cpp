#include <QDirIterator>
#include <QSettings>

#include "core/formats/passages.h"
#include "session_support.h"
#include "ui/session/annotation_controller.h"
#include "ui/session/endpoint.h"

using namespace support;
using namespace std::chrono_literals;
using State = AnnotationController::State;
using Source = ApiKeys::Source;
using Outcome = Keychain::Outcome;

namespace {

constexpr WorkerTimings kQuick{20ms, 200ms, 60000ms, 5000ms, 5000ms};
constexpr const char* kSecret = "sk-thisIsTheSecret-0123456789";

/// A keychain in memory that answers when it is told to.
class FakeKeychain : public Keychain {
public:
    QHash<QString, QString> secrets;
    QStringList calls;
    Outcome outcome = Outcome::Done;
    bool isSlow = false;  ///< answers wait for release()

    void read(const QString& name, Handler handler) override {
        calls << "read " + name;
        later([this, name, handler] {
            if (outcome != Outcome::Done)
                handler(outcome, "no D-Bus");
            else if (!secrets.contains(name))
                handler(Outcome::NotThere, "not found");
            else
                handler(Outcome::Done, secrets[name]);
        });
    }
    void write(const QString& name, const QString& secret, Handler handler) override {
        calls << "write " + name;
        later([this, name, secret, handler] {
            if (outcome == Outcome::Done)
                secrets[name] = secret;
            handler(outcome, outcome == Outcome::Done ? QString() : "no D-Bus");
        });
    }
    void remove(const QString& name, Handler handler) override {
        calls << "remove " + name;
        later([this, name, handler] {
            if (outcome == Outcome::Done)
                secrets.remove(name);
            handler(outcome, {});
        });
    }
    void release() {
        isSlow = false;
        for (const auto& answer : std::exchange(m_waiting, {}))
            answer();
    }

private:
    void later(std::function<void()> answer) {
        if (isSlow)
            m_waiting.push_back(std::move(answer));
        else
            QTimer::singleShot(0, &m_context, std::move(answer));
    }
    QObject m_context;
    std::vector<std::function<void()>> m_waiting;
};

}  // namespace

class TestAnnotationController : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::shared_ptr<FakeKeychain> m_keychain;
    std::unique_ptr<AnnotationController> m_controller;

    [[nodiscard]] QString at(const QString& name) const { return m_dir->filePath(name); }
    [[nodiscard]] QString log() const { return at("log"); }
    void open(const QStringList& flags = {}) {
        m_controller =
            std::make_unique<AnnotationController>(fakeWorker(QStringList{"--log", log()} + flags),
                                                   at("data"), m_keychain, nullptr, kQuick);
    }
    QString texts(int count) {
        QByteArray lines;
        for (int i = 1; i <= count; ++i)
            lines += "text " + QByteArray::number(i) + "\n";
        return write(at("in.txt"), lines);
    }
    AnnotationController::Settings settings(int count = 20) {
        AnnotationController::Settings settings;
        settings.endpoint = "https://api.openai.com/v1";
        settings.model = "tiny:8b";
        settings.files = {texts(count)};
        return settings;
    }
    bool forecast() {
        m_controller->askForecast();
        return QTest::qWaitFor([this] { return m_controller->state() == State::Idle; }, 10000) &&
               m_controller->forecast().has_value();
    }
    bool ends() {
        return QTest::qWaitFor([this] { return m_controller->state() == State::Ended; }, 10000);
    }
    bool isAt(qint64 done) {
        return QTest::qWaitFor([this, done] { return m_controller->run().done >= done; }, 10000);
    }
    std::vector<std::string> written(const QString& path) const {
        std::vector<std::string> all;
        const auto read = readPassages(path.toStdString(), [&](Passage&& passage) -> Result<void> {
            all.push_back(passage.text);
            return {};
        });
        return read ? all : std::vector<std::string>();
    }
    bool isNowhere(const QByteArray& secret) const {
        QDirIterator files(m_dir->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            if (read(files.next()).contains(secret))
                return false;
        }
        return true;
    }

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_keychain = std::make_shared<FakeKeychain>();
        qunsetenv("SPANWISE_API_KEY");
        qunsetenv("OPENAI_API_KEY");
    }
    void cleanup() { m_controller.reset(); }

    void endpoint_isReadAsTheWorkerReadsIt_data() {
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("isHere");
        QTest::newRow("http://localhost:11434") << "localhost:11434" << true;
        QTest::newRow("localhost:8000/v1") << "localhost:8000" << true;
        QTest::newRow("http://127.0.0.1:80") << "127.0.0.1:80" << true;
        QTest::newRow("http://[::1]:8080") << "[::1]:8080" << true;
        QTest::newRow("https://api.openai.com/v1") << "api.openai.com" << false;
        QTest::newRow(" API.openai.com ") << "api.openai.com" << false;
        QTest::newRow("http://localhost.evil.org") << "localhost.evil.org" << false;
        QTest::newRow("http://127.0.0.1.evil.org") << "127.0.0.1.evil.org" << false;
        QTest::newRow("http://localhost@evil.org/") << "evil.org" << false;
        QTest::newRow("ftp://host") << "" << false;
        QTest::newRow("http://") << "" << false;
        QTest::newRow("not a host") << "" << false;
    }
    void endpoint_isReadAsTheWorkerReadsIt() {
        QFETCH(QString, host);
        QFETCH(bool, isHere);
        const QUrl url = endpointUrl(QString::fromUtf8(QTest::currentDataTag()));
        QCOMPARE(endpointHost(url), host);
        QCOMPARE(!url.isEmpty() && isLoopback(url), isHere);
    }

    // Keys.

    void key_isKeptInTheKeychain_byHost() {
        ApiKeys keys(m_keychain);
        keys.look("a.org");
        QVERIFY(m_keychain->calls.isEmpty());  // nothing is known to be there
        QSignalSpy kept(&keys, &ApiKeys::keptHostsChanged);
        keys.set("a.org", QString(" %1\n").arg(kSecret));
        QCOMPARE(keys.source("a.org"), Source::Session);
        QCOMPARE(keys.key("a.org"), QString(kSecret));
        QTRY_COMPARE(keys.source("a.org"), Source::Keychain);
        QCOMPARE(kept.count(), 1);
        QCOMPARE(keys.keptHosts(), QStringList("a.org"));
        QCOMPARE(m_keychain->secrets.value("a.org"), QString(kSecret));
        QCOMPARE(keys.key("b.org"), QString());

        ApiKeys next(m_keychain);
        next.setKeptHosts({"a.org", "gone.org"});
        m_keychain->isSlow = true;
        next.look("a.org");
        QCOMPARE(next.source("a.org"), Source::Looking);
        m_keychain->release();
        QTRY_COMPARE(next.source("a.org"), Source::Keychain);
        QCOMPARE(next.key("a.org"), QString(kSecret));
        next.look("gone.org");
        QTRY_COMPARE(next.keptHosts(), QStringList("a.org"));
        next.forget("a.org");
        QCOMPARE(next.key("a.org"), QString());
        QTRY_VERIFY(next.keptHosts().isEmpty());
        QVERIFY(m_keychain->secrets.isEmpty());
    }

    void key_withoutAKeychain_isKnownForTheSession_andSaidOnce() {
        m_keychain->outcome = Outcome::NoService;
        for (const auto& keychain : {m_keychain, std::shared_ptr<FakeKeychain>()}) {
            ApiKeys keys(keychain);
            QSignalSpy notKept(&keys, &ApiKeys::notKept);
            keys.set("a.org", kSecret);
            QTRY_COMPARE(notKept.count(), 1);
            QTest::qWait(20);
            QCOMPARE(keys.source("a.org"), Source::Session);
            QCOMPARE(keys.key("a.org"), QString(kSecret));
            QVERIFY(keys.problem().startsWith("No keychain answers"));
            keys.set("b.org", "other");
            QTest::qWait(20);
            QCOMPARE(notKept.count(), 1);
            QVERIFY(keys.keptHosts().isEmpty());
        }
        m_keychain->outcome = Outcome::Refused;
        ApiKeys keys(m_keychain);
        keys.setKeptHosts({"a.org"});
        keys.look("a.org");
        QTRY_COMPARE(keys.source("a.org"), Source::None);
        QVERIFY(keys.problem().startsWith("The keychain was not opened"));
        QCOMPARE(keys.keptHosts(), QStringList("a.org"));
    }

    void key_fromTheEnvironment_isShownAsSuch_andAKeyOfTheHostGoesFirst() {
        qputenv("OPENAI_API_KEY", "from-openai");
        ApiKeys keys(m_keychain);
        QCOMPARE(keys.source("api.openai.com"), Source::Environment);
        QCOMPARE(keys.key("api.openai.com"), QString("from-openai"));
        // OpenAI's key is nobody else's business.
        QCOMPARE(keys.source("openai.com.evil.org"), Source::None);
        QCOMPARE(keys.key("localhost:8000"), QString());
        qputenv("SPANWISE_API_KEY", "from-us");
        QCOMPARE(keys.key("localhost:8000"), QString("from-us"));
        QCOMPARE(ApiKeys::variable("api.openai.com"), QString("SPANWISE_API_KEY"));
        keys.set("api.openai.com", kSecret);
        QCOMPARE(keys.key("api.openai.com"), QString(kSecret));
        keys.forget("api.openai.com");
        QCOMPARE(keys.source("api.openai.com"), Source::Environment);
    }

    void keychainThatAnswersLate_doesNotUndoANewerKey() {
        ApiKeys keys(m_keychain);
        m_keychain->isSlow = true;
        keys.set("a.org", "old");
        keys.set("a.org", "new");
        m_keychain->release();
        QTRY_COMPARE(keys.source("a.org"), Source::Keychain);
        QCOMPARE(keys.key("a.org"), QString("new"));
        QCOMPARE(m_keychain->secrets.value("a.org"), QString("new"));
    }

    // What is to be done.

    void obstacles_areNamed_oneAtATime() {
        open();
        AnnotationController::Settings s;
        s.endpoint.clear();
        m_controller->setSettings(s);
        const auto obstacle = [&] {
            m_controller->setSettings(s);
            return m_controller->obstacle();
        };
        QVERIFY(obstacle().contains("address"));
        s.endpoint = QString("https://me:%1@host/v1").arg(kSecret);
        QVERIFY(obstacle().contains("its own field"));
        QCOMPARE(m_controller->remembered().value("endpoint").toString(),
                 QString("https://host/v1"));
        s.endpoint = "localhost:1";
        QVERIFY(obstacle().contains("model"));
        s.model = "m";
        QVERIFY(obstacle().contains("file"));
        s.input = AnnotationController::Input::Project;
        QVERIFY(obstacle().contains("project"));
        s.input = AnnotationController::Input::Files;
        s.files = {texts(3)};
        QCOMPARE(obstacle(), QString());
        s.output = at("in.txt");
        QVERIFY(obstacle().contains("Name another file"));
        s.output.clear();
        s.maxCost = 1;
        QVERIFY(obstacle().contains("prices"));
        m_controller->start();
        QCOMPARE(m_controller->state(), State::Idle);
        s.priceOut = 1;
        QCOMPARE(obstacle(), QString());
        AnnotationController none({}, at("data"));
        QVERIFY(none.obstacle().contains("worker"));
    }

    void output_isNamedAfterTextsModelAndInstruction() {
        open();
        auto s = settings(1);
        m_controller->setSettings(s);
        QCOMPARE(m_controller->output(), at("data/in-tiny-8b.jsonl"));
        s.instruction = "Mark drugs.";
        m_controller->setSettings(s);
        QCOMPARE(m_controller->output(),
                 at("data/in-tiny-8b-") + QString::fromStdString(sha256Hex("Mark drugs.")).left(8) +
                     ".jsonl");
        s.output = at("mine.jsonl");
        m_controller->setSettings(s);
        QCOMPARE(m_controller->output(), at("mine.jsonl"));
    }

    void settings_areRemembered_butTheKeyIsNot() {
        open();
        auto s = settings(2);
        s.unit = "sentence";
        s.priceIn = 0.4;
        s.maxTokens = 5'000'000'000;
        s.timeoutSeconds = 30;
        s.maxAnswerTokens = 4096;
        s.instruction = "Mark drugs.";
        QSignalSpy changed(m_controller.get(), &AnnotationController::rememberedChanged);
        m_controller->setSettings(s);
        m_controller->keys().set(m_controller->host(), kSecret);
        QTRY_COMPARE(m_controller->keys().source("api.openai.com"), Source::Keychain);
        QTRY_COMPARE(changed.count(), 1);
        QSettings ini(at("settings.ini"), QSettings::IniFormat);
        ini.setValue("annotation", m_controller->remembered());
        ini.sync();
        QVERIFY(isNowhere(kSecret));
        open();
        QSettings again(at("settings.ini"), QSettings::IniFormat);
        m_controller->restore(again.value("annotation").toMap());
        QVERIFY(m_controller->settings() == s);
        QTRY_COMPARE(m_controller->keys().key("api.openai.com"), QString(kSecret));
        m_controller->restore(
            {{"parallel", "many"}, {"timeoutSeconds", -5}, {"files", at("absent.txt")}});
        QCOMPARE(m_controller->settings().parallel, 1);
        QCOMPARE(m_controller->settings().timeoutSeconds, 1);
        QVERIFY(m_controller->settings().files.isEmpty());
    }

    void instruction_isAskedFor() {
        open();
        m_controller->refresh();
        QTRY_COMPARE(m_controller->usualInstruction(), QString("Mark things.\n"));
        QVERIFY(m_controller->isWorkerHere());
    }

    void forecast_isOfThePresentSettings() {
        open();
        auto s = settings();
        s.priceIn = 2;
        m_controller->setSettings(s);
        QVERIFY(forecast());
        QCOMPARE(m_controller->forecast()->passages, 20);
        QCOMPARE(m_controller->forecast()->cost, 0.04);
        s.unit = "line";
        m_controller->setSettings(s);
        QVERIFY(!m_controller->forecast());
        s.files = {at("absent.txt")};
        m_controller->setSettings(s);
        QVERIFY(!forecast());
        QVERIFY(m_controller->forecastError());
        QVERIFY(QString::fromStdString(m_controller->forecastError()->text()).contains("absent"));
        s.files = {texts(3)};
        m_controller->setSettings(s);
        QVERIFY(!m_controller->forecastError());
        QVERIFY(forecast());
    }

    void olderWorker_isNamed() {
        open({"--fail-on", "annotate/forecast"});
        m_controller->setSettings(settings());
        QVERIFY(!forecast());
        QVERIFY(m_controller->forecastError());
        QCOMPARE(m_controller->state(), State::Idle);
    }

    // Runs.

    void run_writesTellsAndEnds() {
        open({"--annotate-ms", "2"});
        auto s = settings();
        s.priceOut = 10;
        m_controller->setSettings(s);
        m_controller->keys().set(m_controller->host(), kSecret);
        QSignalSpy changed(m_controller.get(), &AnnotationController::runChanged);
        QSignalSpy ended(m_controller.get(), &AnnotationController::ended);
        m_controller->start();
        QCOMPARE(m_controller->state(), State::Running);
        QVERIFY(m_controller->run().isReading);
        QVERIFY(isAt(3));
        QVERIFY(m_controller->run().result.cost > 0);
        QVERIFY(m_controller->run().secondsLeft >= 0);
        s.model = "other";
        m_controller->setSettings(s);  // refused
        QCOMPARE(m_controller->settings().model, QString("tiny:8b"));
        QVERIFY(ends());
        QCOMPARE(ended.count(), 1);
        QVERIFY(changed.count() > 20);
        const auto& run = m_controller->run();
        QCOMPARE(run.result.answered, 20);
        QCOMPARE(run.result.cost, 0.02);
        QCOMPARE(run.result.faults.at("not-in-text"), 20);
        QCOMPARE(run.examples.size(), protocol::kAnnotationExamples);
        QCOMPARE(QString::fromStdString(run.examples[0].text), QString("text 1"));
        QVERIFY(!m_controller->isResumable());
        QCOMPARE(written(run.output).size(), 20U);
        QVERIFY(
            lines(log()).contains("annotate model tiny:8b unit passage key yes requests 0 "
                                  "instruction usual"));
        QVERIFY(isNowhere(kSecret));
        QVERIFY(!m_controller->worker().log().contains(kSecret));
        m_controller->leaveRun();
        QCOMPARE(m_controller->state(), State::Idle);
    }

    void stopAndGoOn_askNothingTwice_andLimitsCountOn() {
        open({"--annotate-ms", "10"});
        auto s = settings(40);
        s.maxRequests = 30;
        m_controller->setSettings(s);
        m_controller->start();
        QVERIFY(isAt(5));
        m_controller->stop();
        QCOMPARE(m_controller->state(), State::Stopping);
        QVERIFY(ends());
        const auto stopped = m_controller->run().result;
        QCOMPARE(stopped.stoppedBy, std::string("interrupt"));
        QVERIFY(stopped.answered >= 5 && stopped.answered < 30);
        QVERIFY(m_controller->isResumable());
        QVERIFY(!m_controller->run().error);
        m_controller->goOn();
        QVERIFY(isAt(stopped.answered + 1));
        QVERIFY(ends());
        const auto& result = m_controller->run().result;
        QCOMPARE(result.stoppedBy, std::string("max-requests"));
        QCOMPARE(result.requests, 30);
        QCOMPARE(result.answered, 30);
        QVERIFY(m_controller->isBudgetSpent());
        m_controller->goOn();
        QCOMPARE(m_controller->state(), State::Ended);
        auto all = written(m_controller->run().output);
        QCOMPARE(all.size(), 30U);
        std::sort(all.begin(), all.end());
        QVERIFY(std::adjacent_find(all.begin(), all.end()) == all.end());
        // With a higher limit the rest comes.
        m_controller->leaveRun();
        s.maxRequests = 0;
        m_controller->setSettings(s);
        QVERIFY(forecast());
        QCOMPARE(m_controller->forecast()->known, 30);
        m_controller->start();
        QVERIFY(ends());
        QCOMPARE(m_controller->run().result.answered, 10);
        QCOMPARE(written(m_controller->run().output).size(), 40U);
    }

    void workerThatDies_losesNothing() {
        open({"--annotate-ms", "2", "--die-at", "7"});
        m_controller->setSettings(settings());
        m_controller->start();
        QVERIFY(ends());
        QVERIFY(m_controller->run().error);
        QCOMPARE(m_controller->run().result.answered, 7);
        QVERIFY(m_controller->isResumable());
        m_controller->goOn();
        QVERIFY(ends());
        QVERIFY(!m_controller->run().error);
        QCOMPARE(m_controller->run().result.answered, 20);
        QCOMPARE(m_controller->run().result.stoppedBy, std::string());
        QCOMPARE(written(m_controller->run().output).size(), 20U);
    }

    void wrongKey_isSaid_andAnotherOneGoesOn() {
        open();
        m_controller->setSettings(settings(3));
        m_controller->keys().set(m_controller->host(), "wrong");
        m_controller->start();
        QVERIFY(ends());
        QVERIFY(m_controller->run().error);
        QVERIFY(m_controller->run().error->code == ErrorCode::PermissionDenied);
        m_controller->keys().set(m_controller->host(), "right");
        m_controller->goOn();
        QVERIFY(ends());
        QVERIFY(!m_controller->run().error);
        QCOMPARE(m_controller->run().result.answered, 3);
    }

    void project_isAnnotatedFromATemporaryFile() {
        open({"--annotate-ms", "5"});
        auto session = newSession(at("clinic.spanwise"));
        import(*session, m_dir->path(),
               "{\"text\": \"take aspirin\"}\n{\"text\": \"no b\xC3\xB6se \xF0\x9F\x98\x80\"}\n");
        m_controller->setSession(session.get());
        QCOMPARE(m_controller->projectDocuments(), 2);
        auto s = settings();
        s.input = AnnotationController::Input::Project;
        m_controller->setSettings(s);
        QCOMPARE(m_controller->output(), at("data/clinic-tiny-8b.jsonl"));
        QVERIFY(forecast());
        QCOMPARE(m_controller->forecast()->passages, 2);
        m_controller->start();
        QVERIFY(ends());
        QCOMPARE(written(m_controller->run().output),
                 std::vector<std::string>({"take aspirin", "no b\xC3\xB6se \xF0\x9F\x98\x80"}));
        QCOMPARE(QDir(at("data")).entryList(QDir::Files | QDir::Hidden),
                 QStringList("clinic-tiny-8b.jsonl"));
        // New documents make the forecast out of date.
        m_controller->leaveRun();
        QVERIFY(forecast());
        QCOMPARE(m_controller->forecast()->known, 2);
        import(*session, m_dir->path(), "{\"text\": \"one more\"}\n");
        QVERIFY(!m_controller->forecast());
        m_controller->setSession(nullptr);
        QVERIFY(!m_controller->obstacle().isEmpty());
    }

    void projectThatIsClosedMeanwhile_isNotMixedUp() {
        open({"--annotate-ms", "20"});
        auto session = newSession(at("a.spanwise"));
        import(*session, m_dir->path(),
               "{\"text\": \"a 1\"}\n{\"text\": \"a 2\"}\n{\"text\": \"a 3\"}\n");
        m_controller->setSession(session.get());
        auto s = settings();
        s.input = AnnotationController::Input::Project;
        m_controller->setSettings(s);
        m_controller->start();
        QVERIFY(isAt(1));
        m_controller->setSession(nullptr);
        session.reset();
        m_controller->stop();
        QVERIFY(ends());
        auto other = newSession(at("b.spanwise"));
        m_controller->setSession(other.get());
        QVERIFY(!m_controller->isResumable());
        QVERIFY(m_controller->run().output.endsWith("a-tiny-8b.jsonl"));
        m_controller->setSession(nullptr);
    }

    void appThatCloses_leavesWhatCame() {
        open({"--annotate-ms", "10"});
        m_controller->setSettings(settings(100));
        m_controller->start();
        QVERIFY(isAt(4));
        const QString output = m_controller->run().output;
        m_controller.reset();
        QVERIFY(written(output).size() >= 4);
    }
};

QTEST_GUILESS_MAIN(TestAnnotationController)
#include "test_annotation_controller.moc"
