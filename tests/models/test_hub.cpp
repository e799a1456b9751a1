#include <unistd.h>

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <mutex>
#include <set>

#include "models/hub/bundle_files.h"
#include "models/hub/model_store.h"
#include "models/model.h"
#include "tests/models/full_disk.h"
#include "tests/models/hub_server.h"

using namespace spanwise;
using namespace std::chrono_literals;
using Json = nlohmann::json;

namespace {

constexpr const char* kName = "acme/tiny";
const QByteArray kSecret = "hf_thisIsTheSecret";

QByteArray pattern(qsizetype size) {
    QByteArray bytes(size, '\0');
    for (qsizetype i = 0; i < size; ++i)
        bytes[i] = static_cast<char>((i * 2654435761U) >> 13);
    return bytes;
}

/// A safetensors file of one F32 tensor with so many elements.
QByteArray safetensors(qsizetype elements) {
    QByteArray header = "{\"big\":{\"dtype\":\"F32\",\"shape\":[" + QByteArray::number(elements) +
                        "],\"data_offsets\":[0," + QByteArray::number(elements * 4) + "]}}";
    while (header.size() % 8 != 0)
        header += ' ';
    QByteArray bytes(8, '\0');
    for (int i = 0; i < 8; ++i)
        bytes[i] = static_cast<char>((static_cast<quint64>(header.size()) >> (8 * i)) & 0xff);
    return bytes + header + pattern(elements * 4);
}

/// Sets a variable for as long as it lives.
class Variable {
public:
    Variable(const char* name, const QByteArray& value)
        : m_name(name), m_before(qgetenv(name)), m_was(qEnvironmentVariableIsSet(name)) {
        qputenv(name, value);
    }
    ~Variable() {
        if (m_was)
            qputenv(m_name, m_before);
        else
            qunsetenv(m_name);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* m_name;
    QByteArray m_before;
    bool m_was;
};

const char* why(const Error& error) {
    static std::string text;
    text = error.text();
    return text.c_str();
}
template <typename T>
const char* why(const Result<T>& result) {
    return result ? "" : why(result.error());
}

}  // namespace

/// Pulls from a hub on loopback, and the store that they go to.
class TestHub : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<hub::Server> m_server;

    QString store(const QString& name = {}) const {
        return m_dir->filePath("store") + (name.isEmpty() ? QString() : '/' + name);
    }
    PullOptions options(const std::string& repository = kName) const {
        PullOptions result = pullOptionsFor(repository);
        result.settings.endpoint = m_server->endpoint();
        result.settings.cache = m_dir->filePath("cache").toStdString();
        result.settings.pause = 10ms;
        return result;
    }
    hub::Repository serveTiny(const std::string& fixture = "encoders/tiny_bert") {
        const hub::Repository repository = hub::tinyRepository(fixture);
        m_server->put(kName, repository);
        return repository;
    }
    /// Nothing that a reader of models could take for one, and no litter.
    bool storeIsEmpty() const {
        return QDir(store())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)
            .filter(QRegularExpression("^(?!\\.incomplete$)"))
            .isEmpty();
    }
    QByteArray stored(const QString& file) const {
        return fixtures::bytes(store("acme--tiny/" + file).toStdString());
    }
    QString part(const QString& file) const {
        return store(".incomplete/acme--tiny@" + QByteArray(40, 'a') + '/' + file + ".incomplete");
    }
    /// Hugging Face's cache with that repository, as its own programs lay it out.
    void fillCache(const hub::Repository& repository, const QString& name = kName) {
        const QString base =
            m_dir->filePath("cache/models--") + QString(name).replace('/', "--") + '/';
        QDir().mkpath(base + "blobs");
        QDir().mkpath(base + "refs");
        QDir().mkpath(base + "snapshots/" + repository.commit);
        write(base + "refs/main", repository.commit);
        for (auto it = repository.files.cbegin(); it != repository.files.cend(); ++it) {
            if (it.key().contains('/'))
                continue;
            const QString blob = hub::sha256(*it);
            write(base + "blobs/" + blob, *it);
            QFile::link("../../blobs/" + blob,
                        base + "snapshots/" + repository.commit + '/' + it.key());
        }
    }
    static void write(const QString& path, const QByteArray& bytes) {
        QDir().mkpath(QFileInfo(path).path());
        QFile out(path);
        QVERIFY(out.open(QIODevice::WriteOnly));
        QCOMPARE(out.write(bytes), bytes.size());
    }
    QString folderOf(const hub::Repository& repository, const QString& name) {
        const QString folder = m_dir->filePath(name);
        for (auto it = repository.files.cbegin(); it != repository.files.cend(); ++it)
            write(folder + '/' + it.key(), *it);
        return folder;
    }
    /// The storage breaks off after so many bytes of the body, `times` times.
    void breakOff(qsizetype after, int times) {
        auto left = std::make_shared<std::atomic<int>>(times);
        m_server->storage.intercept([this, after, left](const hub::Request& request,
                                                        QTcpSocket& socket) {
            if (left->fetch_sub(1) <= 0)
                return false;
            const QByteArray bytes = m_server->storage.blob(request.path.mid(1));
            const QByteArray range = request.headers.value("range");
            const qsizetype from = range.isEmpty() ? 0 : range.mid(6).chopped(1).toLongLong();
            QByteArray head = from > 0 ? "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " +
                                             QByteArray::number(from) + "-\r\n"
                                       : QByteArray("HTTP/1.1 200 OK\r\n");
            head += "Content-Length: " + QByteArray::number(bytes.size() - from) + "\r\n\r\n";
            socket.write(head + bytes.mid(from, after));
            socket.waitForBytesWritten(5000);
            return true;  // and hangs up
        });
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* name : {"no_proxy", "NO_PROXY"})
            qputenv(name, "127.0.0.1,localhost");
        for (const char* name : {"HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE", "HF_HUB_CACHE"})
            qunsetenv(name);
    }
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<hub::Server>();
        QDir().mkpath(store());
        qputenv("SPANWISE_MODELS", store().toUtf8());
        qputenv("HF_HOME", m_dir->filePath("hf").toUtf8());
    }

    void pull_ofARepository_installsWhatAModelNeeds() {
        const auto repository = serveTiny();
        std::vector<PullProgress> told;
        const auto entry =
            pullModel(options(), [&](const PullProgress& now) { told.push_back(now); });
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(entry->name, std::string("acme--tiny"));
        QCOMPARE(entry->repository, std::string(kName));
        QCOMPARE(entry->revision, std::string(40, 'a'));
        QCOMPARE(entry->architecture, std::string("bert"));
        QVERIFY(entry->purpose == Purpose::Tagger);
        QCOMPARE(entry->types, (std::vector<std::string>{"ORG", "PER"}));
        QCOMPARE(entry->licence, std::string("apache-2.0"));
        QCOMPARE(entry->vocabulary, 154);
        QVERIFY(entry->removable && !entry->isDefault && entry->problem.empty());
        QVERIFY(entry->parameters.value_or(0) > 10'000);

        for (const char* file : {"config.json", "tokenizer.json", "tokenizer_config.json",
                                 "vocab.txt", "model.safetensors", "README.md"})
            QCOMPARE(stored(file), repository.files[file]);
        QCOMPARE(
            QDir(store("acme--tiny")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot).size(),
            7);  // and its origin
        QVERIFY(!QDir(store(".incomplete")).exists());
        for (const char* other : {"pytorch_model.bin", "tf_model.h5", "model.onnx"})
            QCOMPARE(m_server->count("GET", other) + m_server->count("HEAD", other), 0);

        const Json origin = Json::parse(stored("spanwise_origin.json").toStdString());
        QCOMPARE(origin.at("repository").get<std::string>(), std::string(kName));
        QCOMPARE(origin.at("commit").get<std::string>(), std::string(std::string(40, 'a')));
        QCOMPARE(origin.at("sha256").at("model.safetensors").get<std::string>(),
                 std::string(hub::sha256(repository.files["model.safetensors"]).toStdString()));
        QCOMPARE(QByteArray::fromStdString(origin.at("date").get<std::string>()).size(), 20);

        QVERIFY(!told.empty());
        for (std::size_t i = 1; i < told.size(); ++i)
            QVERIFY(told[i].done >= told[i - 1].done && told[i].total == told[0].total);
        QCOMPARE(told.back().done, told.back().total);

        // The next load finds it, under the repository's name and the folder's.
        for (const char* name : {kName, "acme--tiny"}) {
            const auto path = resolveModel(name);
            QVERIFY2(path.has_value(), why(path));
            const auto model = loadModel(*path, Device{});
            QVERIFY2(model.has_value(), why(model));
        }
        const auto models = listModels();
        QVERIFY(std::any_of(models.begin(), models.end(), [](const ModelEntry& model) {
            return model.name == "acme--tiny" && model.repository == kName;
        }));
    }

    void pull_again_asksForNoFile() {
        serveTiny();
        QVERIFY(pullModel(options()).has_value());
        m_server->forget();
        const auto again = pullModel(options());
        QVERIFY2(again.has_value(), why(again));
        QCOMPARE(m_server->log().size(), std::size_t{1});
        QVERIFY(m_server->log()[0].path.startsWith("/api/models/"));
    }

    void pull_ofANewCommit_replacesTheOld() {
        auto repository = serveTiny();
        QVERIFY(pullModel(options()).has_value());
        repository.commit = QByteArray(40, 'b');
        repository.files["README.md"] = "---\nlicense: mit\n---\n";
        m_server->put(kName, repository);
        const auto entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(entry->licence, std::string("mit"));
        QCOMPARE(entry->revision, std::string(40, 'b'));
    }

    void pull_ofABranchWithASlash_isEscaped() {
        serveTiny();
        const auto entry = pullModel(options("acme/tiny@v1/beta"));
        QVERIFY2(entry.has_value(), why(entry));
        QVERIFY(m_server->log()[0].path.endsWith("/revision/v1%2Fbeta"));
    }

    void pull_overAFolderFromElsewhere_isRefusedWithoutForce() {
        const auto repository = serveTiny();
        write(store("acme--tiny/config.json"), "{}");
        const auto refused = pullModel(options());
        QVERIFY(!refused);
        QVERIFY2(refused.error().code == ErrorCode::AlreadyExists, why(refused));
        QCOMPARE(stored("config.json"), QByteArray("{}"));
        QVERIFY(m_server->log().empty());
        PullOptions forced = options();
        forced.force = true;
        QVERIFY(pullModel(forced).has_value());
        QCOMPARE(stored("config.json"), repository.files["config.json"]);
    }

    void connection_brokenInTheMiddle_isResumed() {
        const auto repository = serveTiny();
        breakOff(30'000, 3);
        const auto entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(stored("model.safetensors"), repository.files["model.safetensors"]);
        std::vector<QByteArray> ranges;
        for (const auto& request : m_server->storage.log())
            ranges.push_back(request.headers.value("range"));
        QCOMPARE(ranges,
                 (std::vector<QByteArray>{"", "bytes=30000-", "bytes=60000-", "bytes=90000-"}));
    }

    void connection_brokenForGood_isResumedByTheNextPull() {
        const auto repository = serveTiny();
        breakOff(40'000, 1);
        PullOptions once = options();
        once.settings.tries = 1;
        m_server->storage.intercept([](const hub::Request&, QTcpSocket&) { return true; });
        auto entry = pullModel(once);
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::Io, why(entry));
        QVERIFY(entry.error().where.ends_with("model.safetensors"));
        QVERIFY(storeIsEmpty());

        // What came stays, and only the rest is asked for.
        write(part("model.safetensors"), repository.files["model.safetensors"].left(40'000));
        m_server->storage.intercept({});
        m_server->storage.forget();
        m_server->forget();
        entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(m_server->storage.log().size(), std::size_t{1});
        QCOMPARE(m_server->storage.log()[0].headers.value("range"), QByteArray("bytes=40000-"));
        QCOMPARE(m_server->count("GET", "tokenizer.json"), 0);  // was whole
        QCOMPARE(stored("model.safetensors"), repository.files["model.safetensors"]);
    }

    void partOfAnotherFile_isFoundOutAndFetchedAnew_data() {
        QTest::addColumn<int>("size");
        QTest::newRow("shorter") << 40'000;
        QTest::newRow("as long") << 101'572;
        QTest::newRow("longer") << 200'000;
    }
    void partOfAnotherFile_isFoundOutAndFetchedAnew() {
        QFETCH(int, size);
        const auto repository = serveTiny();
        write(part("model.safetensors"), pattern(size));
        const auto entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(stored("model.safetensors"), repository.files["model.safetensors"]);
    }

    void range_ignoredByTheServer_startsOver() {
        const auto repository = serveTiny();
        const QByteArray weights = repository.files["model.safetensors"];
        write(part("model.safetensors"), pattern(40'000));
        m_server->storage.intercept([&](const hub::Request&, QTcpSocket& socket) {
            hub::reply(socket, "200 OK", {}, weights);
            return true;
        });
        const auto entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(stored("model.safetensors"), weights);
    }

    void range_answeredWithAnother_startsOver() {
        const auto repository = serveTiny();
        const QByteArray weights = repository.files["model.safetensors"];
        write(part("model.safetensors"), weights.left(40'000));
        m_server->storage.intercept([&](const hub::Request& request, QTcpSocket& socket) {
            if (request.headers.value("range").isEmpty())
                return false;
            hub::reply(socket, "206 Partial Content", "Content-Range: bytes 100-\r\n",
                       weights.mid(100));
            return true;
        });
        const auto entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(stored("model.safetensors"), weights);
    }

    void checksum_thatIsWrong_isCorrupt_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("SHA-256 of a large file") << "model.safetensors";
        QTest::newRow("git's SHA-1 of a small file") << "vocab.txt";
    }
    void checksum_thatIsWrong_isCorrupt() {
        QFETCH(QString, file);
        const auto repository = serveTiny();
        QByteArray damaged = repository.files[file];
        damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
        const auto damage = [&](const hub::Request& request, QTcpSocket& socket) {
            const bool hit = request.method == "GET" &&
                             (request.path.endsWith('/' + file.toUtf8()) ||
                              request.path.endsWith(hub::sha256(repository.files[file])));
            if (hit && !request.path.contains("/resolve/aaaa") == hub::Server::isLarge(file))
                hub::reply(socket, "200 OK", {}, damaged);
            return hit && !request.path.contains("/resolve/aaaa") == hub::Server::isLarge(file);
        };
        m_server->intercept(damage);
        m_server->storage.intercept(damage);
        auto entry = pullModel(options());
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::Corrupt, why(entry));
        const QByteArray expected = hub::Server::isLarge(file)
                                        ? hub::sha256(repository.files[file])
                                        : hub::gitSha1(repository.files[file]);
        const QByteArray found =
            hub::Server::isLarge(file) ? hub::sha256(damaged) : hub::gitSha1(damaged);
        const QByteArray text = QByteArray::fromStdString(entry.error().text());
        QVERIFY2(text.contains(expected) && text.contains(found) && text.contains(file.toUtf8()),
                 text.constData());
        QVERIFY(storeIsEmpty());
        QVERIFY(!QFile::exists(part(file)));

        m_server->intercept({});
        m_server->storage.intercept({});
        entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
    }

    void size_thatIsNotTheOneAnnounced_isCorrupt_data() {
        QTest::addColumn<int>("difference");
        QTest::newRow("longer") << 5000;
        QTest::newRow("shorter") << -5000;
    }
    void size_thatIsNotTheOneAnnounced_isCorrupt() {
        QFETCH(int, difference);
        const auto repository = serveTiny();
        const QByteArray weights = repository.files["model.safetensors"];
        m_server->storage.intercept([&](const hub::Request&, QTcpSocket& socket) {
            hub::reply(
                socket, "200 OK", {},
                difference > 0 ? weights + pattern(difference) : weights.chopped(-difference));
            return true;
        });
        const auto entry = pullModel(options());
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::Corrupt, why(entry));
        QVERIFY(entry.error().message.find("101572") != std::string::npos);
        QVERIFY(storeIsEmpty());
    }

    void refusal_isToldWithItsRemedy_data() {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<int>("requests");
        const auto denied = static_cast<int>(ErrorCode::PermissionDenied);
        const auto missing = static_cast<int>(ErrorCode::NotFound);
        const auto io = static_cast<int>(ErrorCode::Io);
        QTest::newRow("401") << QByteArray("401 Unauthorized") << QByteArray() << denied
                             << "HF_TOKEN" << 1;
        QTest::newRow("403 gated")
            << QByteArray("403 Forbidden") << QByteArray("X-Error-Code: GatedRepo\r\n") << denied
            << "gated .*Accept its licence at http://127.0.0.1" << 1;
        QTest::newRow("404") << QByteArray("404 Not Found") << QByteArray() << missing
                             << "no such repository" << 1;
        QTest::newRow("404 revision")
            << QByteArray("404 Not Found") << QByteArray("X-Error-Code: RevisionNotFound\r\n")
            << missing << "no such branch, tag or commit" << 1;
        QTest::newRow("429") << QByteArray("429 Too Many Requests")
                             << QByteArray("Retry-After: 0\r\n") << io << "fewer requests" << 5;
        QTest::newRow("503") << QByteArray("503 Service Unavailable") << QByteArray() << io
                             << "HTTP 503" << 5;
        QTest::newRow("418") << QByteArray("418 I'm a teapot") << QByteArray() << io << "HTTP 418"
                             << 1;
    }
    void refusal_isToldWithItsRemedy() {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, header);
        QFETCH(int, code);
        QFETCH(QString, expected);
        QFETCH(int, requests);
        m_server->intercept([&](const hub::Request&, QTcpSocket& socket) {
            hub::reply(socket, status, header, "a page for people");
            return true;
        });
        const auto entry = pullModel(options());
        QVERIFY(!entry);
        QCOMPARE(static_cast<int>(entry.error().code), code);
        QVERIFY2(
            QString::fromStdString(entry.error().message).contains(QRegularExpression(expected)),
            why(entry));
        QVERIFY2(entry.error().where.starts_with(kName), why(entry));
        QCOMPARE(m_server->log().size(), static_cast<std::size_t>(requests));
    }

    void refusal_thatPasses_isTriedAgain_data() {
        QTest::addColumn<QByteArray>("status");
        for (const char* status : {"429 Too Many Requests", "500 Internal Server Error",
                                   "503 Service Unavailable", "504 Gateway Timeout"})
            QTest::newRow(status) << QByteArray(status);
    }
    void refusal_thatPasses_isTriedAgain() {
        QFETCH(QByteArray, status);
        serveTiny();
        std::mutex mutex;
        std::set<QByteArray> refused;
        const auto once = [&](const hub::Request& request, QTcpSocket& socket) {
            const std::scoped_lock lock(mutex);
            if (!refused.insert(request.method + request.path).second)
                return false;
            hub::reply(socket, status, "Retry-After: 0\r\n", {});
            return true;
        };
        m_server->intercept(once);
        m_server->storage.intercept(once);
        const auto entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QVERIFY(refused.size() >= 14);
    }

    void retryAfter_isWaitedFor() {
        serveTiny();
        std::atomic<int> n = 0;
        m_server->intercept([&](const hub::Request&, QTcpSocket& socket) {
            if (n++ > 0)
                return false;
            hub::reply(socket, "429 Too Many Requests", "Retry-After: 1\r\n", {});
            return true;
        });
        QElapsedTimer timer;
        timer.start();
        QVERIFY(pullModel(options()).has_value());
        QVERIFY(timer.elapsed() >= 1000);
    }

    void silence_isATimeoutAndTriedAgain() {
        serveTiny();
        std::atomic<int> n = 0;
        m_server->storage.intercept([&](const hub::Request&, QTcpSocket& socket) {
            if (n++ > 0)
                return false;
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 101572\r\n\r\nabc");
            socket.waitForBytesWritten(1000);
            socket.waitForReadyRead(10'000);  // until the other side gives up
            return true;
        });
        PullOptions impatient = options();
        impatient.settings.stallTimeout = 1s;
        // The three bytes are not the file's: the checksum says so, and it starts over.
        const auto entry = pullModel(impatient);
        QVERIFY(n >= 2);
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::Corrupt, why(entry));
        QVERIFY(pullModel(impatient).has_value());
    }

    void hostileFileName_isRefusedBeforeAnythingIsWritten_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("parent") << "../evil.json";
        QTest::newRow("deep parent") << "a/../../../config.json";
        QTest::newRow("absolute") << "/tmp/config.json";
        QTest::newRow("backslashes") << "..\\..\\config.json";
        QTest::newRow("line break") << "LICENSE\nconfig.json";
        QTest::newRow("NUL") << QString("config.json") + QChar(0) + "x";
        QTest::newRow("empty") << "";
        QTest::newRow("itself") << "./config.json";
    }
    void hostileFileName_isRefusedBeforeAnythingIsWritten() {
        QFETCH(QString, name);
        auto repository = hub::tinyRepository();
        repository.files[name] = "{}";
        m_server->put(kName, repository);
        const auto entry = pullModel(options());
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::Corrupt, why(entry));
        QVERIFY(entry.error().text().find('\n') == std::string::npos);
        QCOMPARE(m_server->log().size(), std::size_t{1});
        QVERIFY(QDir(store()).isEmpty());
    }

    void hostileRepositoryName_isRefusedWithoutARequest_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"", "..", "../x", "a/..", "a/b/c", "a/b c", "a/b?x=1", "a//b",
                                 "a--b/c", "http://x/y", "a/b#c", "a/b\n"})
            QTest::newRow(name) << name;
    }
    void hostileRepositoryName_isRefusedWithoutARequest() {
        QFETCH(QString, name);
        PullOptions bad = options();
        bad.repository = name.toStdString();
        const auto entry = pullModel(bad);
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::InvalidArgument, why(entry));
        QVERIFY(m_server->log().empty());
    }

    void token_goesToTheHubAlone() {
        serveTiny();
        PullOptions withToken = options();
        withToken.settings.token = kSecret.toStdString();
        const auto entry = pullModel(withToken);
        QVERIFY2(entry.has_value(), why(entry));
        QVERIFY(m_server->log().size() > 5);
        for (const auto& request : m_server->log())
            QCOMPARE(request.headers.value("authorization"), "Bearer " + kSecret);
        QVERIFY(!m_server->storage.log().empty());
        for (const auto& request : m_server->storage.log()) {
            QVERIFY(!request.headers.contains("authorization"));
            for (const QByteArray& value : request.headers)
                QVERIFY(!value.contains(kSecret));
        }
        QDirIterator files(m_dir->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext())
            QVERIFY(!fixtures::bytes(files.next().toStdString()).contains(kSecret));
    }

    void token_isNotSentToAnotherPort_norSaid() {
        serveTiny();
        // The same host, another port: still not the hub.
        m_server->intercept([&](const hub::Request& request, QTcpSocket& socket) {
            if (!request.path.startsWith("/api/models"))
                return false;
            hub::reply(socket, "302 Found",
                       "Location: http://127.0.0.1:" +
                           QByteArray::number(m_server->storage.port()) + "/elsewhere\r\n",
                       {});
            return true;
        });
        m_server->storage.intercept([](const hub::Request& request, QTcpSocket& socket) {
            hub::reply(socket, "401 Unauthorized", {}, request.headers.value("authorization"));
            return true;
        });
        PullOptions withToken = options();
        withToken.settings.token = kSecret.toStdString();
        const auto entry = pullModel(withToken);
        QVERIFY(!entry);
        QCOMPARE(m_server->storage.log().size(), std::size_t{1});
        QVERIFY(!m_server->storage.log()[0].headers.contains("authorization"));
        QVERIFY(entry.error().text().find(kSecret.toStdString()) == std::string::npos);
    }

    void redirect_toWhatIsNoWebAddress_isNotFollowed_data() {
        QTest::addColumn<QByteArray>("location");
        QTest::newRow("file") << QByteArray("file:///etc/passwd");
        QTest::newRow("gopher") << QByteArray("gopher://127.0.0.1/x");
        QTest::newRow("to itself") << QByteArray("/api/models/acme/tiny/revision/main");
    }
    void redirect_toWhatIsNoWebAddress_isNotFollowed() {
        QFETCH(QByteArray, location);
        m_server->intercept([&](const hub::Request&, QTcpSocket& socket) {
            hub::reply(socket, "302 Found", "Location: " + location + "\r\n", {});
            return true;
        });
        const auto entry = pullModel(options());
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::Io, why(entry));
        QVERIFY(m_server->log().size() <= 10);
    }

    void answer_thatIsNoHubs_isTold_data() {
        QTest::addColumn<QByteArray>("body");
        const QByteArray commit = "\"sha\":\"" + QByteArray(40, 'a') + "\"";
        QTest::newRow("a sign-in page") << QByteArray("<html>Sign in</html>");
        QTest::newRow("an array") << QByteArray("[]");
        QTest::newRow("no commit") << QByteArray("{}");
        QTest::newRow("a commit that is a path") << QByteArray(R"({"sha":"../../../../etc"})");
        QTest::newRow("no files") << "{" + commit + "}";
        QTest::newRow("files that are none") << "{" + commit + ",\"siblings\":[1]}";
        QTest::newRow("names that are none") << "{" + commit + ",\"siblings\":[{\"rfilename\":7}]}";
        QTest::newRow("too long") << QByteArray(17 << 20, ' ');
        QTest::newRow("deep") << QByteArray(1'000'000, '[');
    }
    void answer_thatIsNoHubs_isTold() {
        QFETCH(QByteArray, body);
        m_server->intercept([&](const hub::Request&, QTcpSocket& socket) {
            hub::reply(socket, "200 OK", {}, body);
            return true;
        });
        const auto entry = pullModel(options());
        QVERIFY(!entry);
        QVERIFY2(
            entry.error().code == ErrorCode::InvalidFormat || entry.error().code == ErrorCode::Io,
            why(entry));
    }

    void endpoint_thatIsNone_isTold() {
        PullOptions bad = options();
        bad.settings.endpoint = "file:///etc";
        const auto entry = pullModel(bad);
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::InvalidArgument, why(entry));
    }

    void disk_full_isTold_andTheNextPullGoesOn() {
        const auto repository = serveTiny();
        Result<ModelEntry> entry = failure(ErrorCode::Internal, "");
        {
            const FullDisk disk(50'000);
            entry = pullModel(options());
        }
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::DiskFull, why(entry));
        QVERIFY(entry.error().where.find("model.safetensors") != std::string::npos);
        QVERIFY(storeIsEmpty());
        const qint64 kept = QFileInfo(part("model.safetensors")).size();
        QVERIFY(kept > 0 && kept <= 50'000);
        m_server->storage.forget();
        entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(m_server->storage.log()[0].headers.value("range"),
                 "bytes=" + QByteArray::number(kept) + '-');
        QCOMPARE(stored("model.safetensors"), repository.files["model.safetensors"]);
    }

    void disk_withoutTheRoom_isToldBeforeAnythingComes() {
        serveTiny();
        m_server->intercept([&](const hub::Request& request, QTcpSocket& socket) {
            if (request.method != "HEAD" || !request.path.endsWith("model.safetensors"))
                return false;
            hub::reply(socket, "302 Found",
                       "X-Linked-Size: 900000000000000000\r\nLocation: http://localhost/x\r\n"
                       "X-Linked-ETag: \"" +
                           QByteArray(64, '0') + "\"\r\n",
                       {}, false);
            return true;
        });
        const auto entry = pullModel(options());
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::DiskFull, why(entry));
        QVERIFY(entry.error().message.find("9000000000") != std::string::npos);
        QCOMPARE(m_server->count("GET", "config.json"), 0);
        QVERIFY(m_server->storage.log().empty());
    }

    void stop_inTheMiddle_isAnsweredAtOnceAndKeepsWhatCame() {
        const auto repository = serveTiny();
        const QByteArray weights = repository.files["model.safetensors"];
        std::atomic<bool> hanging = false;
        m_server->storage.intercept([&](const hub::Request&, QTcpSocket& socket) {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: " +
                         QByteArray::number(weights.size()) + "\r\n\r\n" + weights.left(50'000));
            socket.waitForBytesWritten(1000);
            hanging = true;
            socket.waitForReadyRead(10'000);
            return true;
        });
        std::stop_source stop;
        std::atomic<qint64> at = 0;
        QElapsedTimer timer;
        timer.start();
        std::jthread stopper([&] {
            while (!hanging)
                QThread::msleep(5);
            QThread::msleep(50);
            at = timer.elapsed();
            stop.request_stop();
        });
        const auto entry = pullModel(options(), {}, stop.get_token());
        const qint64 took = timer.elapsed() - at;
        stopper.join();
        QVERIFY(!entry);
        QVERIFY(entry.error().code == ErrorCode::Cancelled);
        QVERIFY2(took <= 200, qPrintable(QString::number(took)));
        QVERIFY(storeIsEmpty());
        QCOMPARE(QFileInfo(part("model.safetensors")).size(), 50'000);
        m_server->storage.intercept({});
        QVERIFY(pullModel(options()).has_value());
        QCOMPARE(stored("model.safetensors"), weights);
    }

    void stop_whileWaitingToTryAgain_isAnsweredAtOnce() {
        m_server->intercept([](const hub::Request&, QTcpSocket& socket) {
            hub::reply(socket, "429 Too Many Requests", "Retry-After: 30\r\n", {});
            return true;
        });
        std::stop_source stop;
        std::jthread stopper([&] {
            while (m_server->log().empty())
                QThread::msleep(5);
            QThread::msleep(100);
            stop.request_stop();
        });
        QElapsedTimer timer;
        timer.start();
        const auto entry = pullModel(options(), {}, stop.get_token());
        QVERIFY(!entry && entry.error().code == ErrorCode::Cancelled);
        QVERIFY(timer.elapsed() < 1000);
    }

    void offline_isToldWithTheRemedy() {
        PullOptions nowhere = options();
        {
            QTcpServer taken;
            QVERIFY(taken.listen(QHostAddress::LocalHost));
            nowhere.settings.endpoint = "http://127.0.0.1:" + std::to_string(taken.serverPort());
        }
        QElapsedTimer timer;
        timer.start();
        const auto entry = pullModel(nowhere);
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::Io, why(entry));
        for (const char* remedy : {"models add", "HF_ENDPOINT", "No answer from http://127.0.0.1"})
            QVERIFY2(entry.error().message.find(remedy) != std::string::npos, why(entry));
        QVERIFY(timer.elapsed() < 2000);
    }

    void cache_isUsedInsteadOfTheNetwork() {
        fillCache(serveTiny());
        const auto entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QVERIFY(m_server->storage.log().empty());
        QVERIFY(!QFileInfo(store("acme--tiny/model.safetensors")).isSymLink());
    }

    void cache_withADamagedFile_isNotTrusted() {
        auto repository = serveTiny();
        const QByteArray good = repository.files["model.safetensors"];
        repository.files["model.safetensors"][1000] ^= 1;
        fillCache(repository);
        const auto entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(m_server->storage.log().size(), std::size_t{1});
        QCOMPARE(stored("model.safetensors"), good);
    }

    void cache_worksWithoutANetwork_data() {
        QTest::addColumn<bool>("offline");
        QTest::newRow("HF_HUB_OFFLINE") << true;
        QTest::newRow("no answer") << false;
    }
    void cache_worksWithoutANetwork() {
        QFETCH(bool, offline);
        const auto repository = serveTiny();
        fillCache(repository);
        PullOptions alone = options();
        alone.settings.offline = offline;
        if (!offline)
            alone.settings.endpoint = "http://127.0.0.1:1";
        const auto entry = pullModel(alone);
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(entry->revision, std::string(40, 'a'));
        QCOMPARE(stored("model.safetensors"), repository.files["model.safetensors"]);
        QVERIFY(m_server->log().empty());
    }

    void cache_withoutTheRevision_namesTheRemedy() {
        PullOptions alone = options();
        alone.settings.offline = true;
        for (const char* revision : {"main", "../../../refs/main", "v2"}) {
            alone.revision = revision;
            const auto entry = pullModel(alone);
            QVERIFY(!entry);
            QVERIFY2(entry.error().code == ErrorCode::NotFound, why(entry));
            QVERIFY(entry.error().message.find("models add") != std::string::npos);
        }
        QVERIFY(m_server->log().empty());
    }

    void weightsInParts_comeWithTheirIndex() {
        auto repository = hub::tinyRepository();
        repository.files.remove("model.safetensors");
        repository.files["model-00001-of-00002.safetensors"] = safetensors(1000);
        repository.files["model-00002-of-00002.safetensors"] = safetensors(2000);
        repository.files["model.safetensors.index.json"] = R"({"weight_map":{}})";
        m_server->put(kName, repository);
        const auto entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        for (const char* file :
             {"model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
              "model.safetensors.index.json"})
            QCOMPARE(stored(file), repository.files[file]);
        QCOMPARE(entry->parameters.value_or(0), std::int64_t{3000});
        QVERIFY(!QFile::exists(store("acme--tiny/pytorch_model.bin")));
    }

    void selection_ofWeights_data() {
        using Names = std::vector<std::string>;
        QTest::addColumn<Names>("names");
        QTest::addColumn<Names>("weights");
        QTest::addColumn<QString>("error");
        const std::string shard1 = "model-00001-of-00002.safetensors";
        const std::string shard2 = "model-00002-of-00002.safetensors";
        QTest::newRow("safetensors first")
            << Names{"config.json", "pytorch_model.bin", "model.safetensors"}
            << Names{"model.safetensors"} << "";
        QTest::newRow("PyTorch alone")
            << Names{"config.json", "pytorch_model.bin"} << Names{"pytorch_model.bin"} << "";
        QTest::newRow("parts before PyTorch")
            << Names{"config.json", shard2, shard1, "model.safetensors.index.json",
                     "pytorch_model.bin"}
            << Names{shard1, shard2} << "";
        QTest::newRow("a part is missing")
            << Names{"config.json", shard2, "model.safetensors.index.json"} << Names{}
            << "in 2 parts, of which 1";
        QTest::newRow("two sets of parts")
            << Names{"config.json", shard1, "model-00001-of-00003.safetensors"} << Names{}
            << "one set";
        QTest::newRow("no index") << Names{"config.json", shard1, shard2} << Names{}
                                  << "index.json is missing";
        QTest::newRow("no weights")
            << Names{"config.json", "tf_model.h5"} << Names{} << "no weights that Spanwise reads";
        QTest::newRow("no configuration")
            << Names{"model.safetensors"} << Names{} << "found neither";
        QTest::newRow("only below a folder")
            << Names{"config.json", "onnx/model.safetensors"} << Names{} << "no weights";
        QTest::newRow("nothing") << Names{} << Names{} << "found neither";
    }
    void selection_ofWeights() {
        QFETCH(std::vector<std::string>, names);
        QFETCH(std::vector<std::string>, weights);
        QFETCH(QString, error);
        const auto files = selectBundleFiles(names, "here");
        QCOMPARE(files.has_value(), error.isEmpty());
        if (files) {
            QCOMPARE(files->weights, weights);
        } else {
            QVERIFY2(QString::fromStdString(files.error().message).contains(error), why(files));
            QCOMPARE(files.error().where, std::string("here"));
        }
    }

    void gliner_takesItsTokenizerFromItsEncodersRepository() {
        const auto base = hub::tinyRepository("encoders/tiny_bert_bare");
        hub::Repository based = base;
        based.commit = QByteArray(40, 'c');
        m_server->put("acme/encoder", based);
        hub::Repository repository;
        repository.files["gliner_config.json"] =
            R"({"model_name":"acme/encoder","max_width":1,"span_mode":"marker"})";
        repository.files["pytorch_model.bin"] = "PK\x03\x04 and more";
        repository.files["README.md"] = "---\nlicense: mit\n---\n";
        m_server->put("acme/zero", repository);
        const auto entry = pullModel(options("acme/zero"));
        QVERIFY2(entry.has_value(), why(entry));
        QVERIFY(entry->purpose == Purpose::ZeroShot);
        QCOMPARE(entry->licence, std::string("mit"));
        for (const char* file : {"config.json", "tokenizer.json", "vocab.txt"})
            QCOMPARE(fixtures::bytes(store(QString("acme--zero/") + file).toStdString()),
                     base.files[file]);
        QCOMPARE(entry->provenance.at("base_repository").get<std::string>(),
                 std::string("acme/encoder"));
        QCOMPARE(entry->provenance.at("base_commit").get<std::string>(),
                 std::string(std::string(40, 'c')));
        QVERIFY(!QFile::exists(store("acme--zero/model.safetensors")));
    }

    void gliner_withoutATokenizer_namesTheKey() {
        hub::Repository repository;
        repository.files["pytorch_model.bin"] = "PK\x03\x04 and more";
        for (const char* config :
             {"{}", R"({"model_name":7})", R"({"model_name":"../../x"})", "nonsense"}) {
            repository.files["gliner_config.json"] = config;
            repository.commit = hub::gitSha1(config);
            m_server->put("acme/zero", repository);
            const auto entry = pullModel(options("acme/zero"));
            QVERIFY(!entry);
            QVERIFY2(entry.error().text().find("model_name") != std::string::npos, why(entry));
        }
    }

    void architecture_thatCannotRun_isRefusedBeforeItsWeights() {
        auto repository = hub::tinyRepository();
        repository.files["config.json"].replace("\"model_type\": \"bert\"",
                                                "\"model_type\": \"abacus\"");
        m_server->put(kName, repository);
        auto entry = pullModel(options());
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::Incompatible, why(entry));
        QVERIFY(entry.error().message.find("abacus") != std::string::npos);
        QVERIFY(m_server->storage.log().empty());
        PullOptions forced = options();
        forced.force = true;
        entry = pullModel(forced);
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(entry->architecture, std::string("abacus"));
        QVERIFY(entry->problem.find("abacus") != std::string::npos);
        QCOMPARE(entry->hiddenSize, 32);
    }

    void weights_thatAreNone_areNotInstalled() {
        auto repository = hub::tinyRepository();
        repository.files["model.safetensors"] = pattern(5000);
        m_server->put(kName, repository);
        const auto entry = pullModel(options());
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::Corrupt, why(entry));
        QCOMPARE(entry.error().where, std::string("acme/tiny/model.safetensors"));
        QVERIFY(storeIsEmpty());
        QVERIFY(!QFile::exists(part("x").section('/', 0, -2)));
    }

    void pull_twiceAtATime_letsTheFirstFinish() {
        const auto repository = serveTiny();
        std::atomic<bool> waiting = false;
        std::atomic<bool> go = false;
        m_server->storage.intercept([&](const hub::Request&, QTcpSocket&) {
            waiting = true;
            while (!go)
                QThread::msleep(5);
            return false;
        });
        Result<ModelEntry> first = failure(ErrorCode::Internal, "");
        std::jthread pulling([&] { first = pullModel(options()); });
        while (!waiting)
            QThread::msleep(5);
        const auto second = pullModel(options());
        go = true;
        pulling.join();
        QVERIFY(!second);
        QVERIFY2(second.error().message.find("being pulled") != std::string::npos, why(second));
        QVERIFY2(first.has_value(), why(first));
    }

    void largeFile_isWhole() {
        auto repository = hub::tinyRepository();
        repository.files["model.safetensors"] = safetensors(6'000'000);  // 24 MB
        m_server->put(kName, repository);
        breakOff(7'000'001, 2);
        QElapsedTimer timer;
        timer.start();
        const auto entry = pullModel(options());
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(stored("model.safetensors"), repository.files["model.safetensors"]);
        qInfo("24 MB over loopback with two broken connections: %lld ms",
              static_cast<long long>(timer.elapsed()));
    }

    void settings_comeFromTheEnvironment() {
        const Variable noEndpoint("HF_ENDPOINT", "");
        write(m_dir->filePath("hf/token"), kSecret + "\n");
        HubSettings settings = hubSettingsFromEnvironment();
        QCOMPARE(settings.endpoint, std::string("https://huggingface.co"));
        QCOMPARE(settings.token, kSecret.toStdString());
        QCOMPARE(settings.cache, std::filesystem::path(m_dir->filePath("hf/hub").toStdString()));
        QVERIFY(!settings.offline);
        const Variable endpoint("HF_ENDPOINT", "http://mirror.test:8080//");
        const Variable token("HF_TOKEN", " other ");
        const Variable cache("HF_HUB_CACHE", "/c");
        const Variable offline("HF_HUB_OFFLINE", "true");
        settings = hubSettingsFromEnvironment();
        QCOMPARE(settings.endpoint, std::string("http://mirror.test:8080"));
        QCOMPARE(settings.token, std::string("other"));
        QCOMPARE(settings.cache, std::filesystem::path("/c"));
        QVERIFY(settings.offline);
        const Variable broken("HF_TOKEN", "two\r\nHost: evil");
        QVERIFY(hubSettingsFromEnvironment().token.empty());
    }

    void endpoint_withAPassword_isNotSaid() {
        PullOptions secret = options();
        secret.settings.endpoint = "http://user:" + kSecret.toStdString() +
                                   "@127.0.0.1:" + std::to_string(m_server->port());
        for (const char* name : {"acme/none", "acme/tiny"}) {
            secret.repository = name;
            const auto entry = pullModel(secret);
            QVERIFY(!entry);
            QVERIFY2(entry.error().text().find(kSecret.toStdString()) == std::string::npos,
                     why(entry));
        }
        serveTiny();
        QVERIFY(pullModel(secret).has_value());
        QVERIFY(!stored("spanwise_origin.json").contains(kSecret));
    }

    void licence_isReadFromTheCard_data() {
        QTest::addColumn<QByteArray>("card");
        QTest::addColumn<QString>("licence");
        QTest::newRow("plain") << QByteArray("---\nlicense: mit\n---\n") << "mit";
        QTest::newRow("quoted, CRLF")
            << QByteArray("---\r\nlicense: \"cc-by-4.0\"\r\n---\r\n") << "cc-by-4.0";
        QTest::newRow("list") << QByteArray("---\nlicense:\n- apache-2.0\n- mit\n---\n")
                              << "apache-2.0";
        QTest::newRow("flow list") << QByteArray("---\nlicense: [mit]\n---\n") << "mit";
        QTest::newRow("comment") << QByteArray("---\nlicense: mit # really\n---\n") << "mit";
        QTest::newRow("other with a name")
            << QByteArray("---\nlicense: other\nlicense_name: llama3\n---\n") << "llama3";
        QTest::newRow("name before other")
            << QByteArray("---\nlicense_name: gemma\nlicense: other\n---\n") << "gemma";
        QTest::newRow("empty") << QByteArray("---\nlicense:\n---\nlicense: mit\n") << "";
        QTest::newRow("no front matter") << QByteArray("# Card\nlicense: mit\n") << "";
        QTest::newRow("after it") << QByteArray("---\nx: y\n---\nlicense: mit\n") << "";
        QTest::newRow("no end") << QByteArray("---\nlicense:") << "";
        QTest::newRow("no file") << QByteArray() << "";
    }
    void licence_isReadFromTheCard() {
        QFETCH(QByteArray, card);
        QFETCH(QString, licence);
        auto repository = hub::tinyRepository();
        repository.files["README.md"] = card;
        if (card.isNull())
            repository.files.remove("README.md");
        const auto entry = describeModel(folderOf(repository, "m").toStdString());
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(QString::fromStdString(entry->licence), licence);
    }

    void describe_ofDamage_isAnErrorOrAProblem_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("described");
        QTest::newRow("config is no JSON") << "config.json" << QByteArray("{{") << false;
        QTest::newRow("config is a list") << "config.json" << QByteArray("[1]") << false;
        QTest::newRow("GLiNER's is no JSON") << "gliner_config.json" << QByteArray("x") << false;
        QTest::newRow("config of other types")
            << "config.json"
            << QByteArray(R"({"model_type":7,"hidden_size":"x","architectures":{},"id2label":3})")
            << true;
        QTest::newRow("absurd sizes") << "config.json"
                                      << QByteArray(R"({"model_type":"bert","hidden_size":-1,)"
                                                    R"("num_hidden_layers":99999999999999})")
                                      << true;
        QTest::newRow("weights are none") << "model.safetensors" << QByteArray("x") << true;
        QTest::newRow("origin is none") << "spanwise_origin.json" << QByteArray("[") << true;
        QTest::newRow("origin of other types")
            << "spanwise_origin.json" << QByteArray(R"({"date":"d","repository":[1]})") << true;
        QTest::newRow("spanwise.json is none") << "spanwise.json" << QByteArray("7") << true;
        QTest::newRow("card is no UTF-8")
            << "README.md" << QByteArray("---\nlicense: \xff\xfe\n---") << true;
    }
    void describe_ofDamage_isAnErrorOrAProblem() {
        QFETCH(QString, file);
        QFETCH(QByteArray, bytes);
        QFETCH(bool, described);
        auto repository = hub::tinyRepository();
        repository.files[file] = bytes;
        const QString folder = folderOf(repository, "store/damaged");
        const auto entry = describeModel(folder.toStdString());
        QCOMPARE(entry.has_value(), described);
        if (entry && file == "config.json")
            QVERIFY(!entry->problem.empty());
        if (!entry)
            QVERIFY2(entry.error().where.ends_with(file.toStdString()), why(entry));
        // Listed in any case, with what is wrong, so that it can be removed.
        const auto models = listModels();
        const auto found = std::find_if(models.begin(), models.end(), [](const ModelEntry& model) {
            return model.name == "damaged";
        });
        QVERIFY(found != models.end());
        QVERIFY(found->removable);
        const bool needed = file == "config.json" || file == "spanwise.json";
        QCOMPARE(found->problem.empty(), described && !needed);
        QVERIFY(removeModel("damaged").has_value());
        QVERIFY(!QDir(folder).exists());
    }

    void add_ofAFolder_copiesItWhole() {
        const QString folder = folderOf(hub::tinyRepository(), "mine");
        std::int64_t last = 0;
        std::int64_t all = -1;
        const auto entry =
            addModel({folder.toStdString()}, [&](std::int64_t done, std::int64_t of) {
                QVERIFY(done >= last);
                last = done;
                all = of;
            });
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(last, all);
        QCOMPARE(entry->name, std::string("mine"));
        QVERIFY(entry->removable);
        QCOMPARE(entry->provenance.at("source").get<std::string>(),
                 std::string(folder.toStdString()));
        QVERIFY(!QFile::exists(store("mine/pytorch_model.bin")));
        const auto path = resolveModel("mine");
        QVERIFY(path.has_value());
        QVERIFY(loadModel(*path, Device{}).has_value());

        const auto again = addModel({folder.toStdString()});
        QVERIFY(!again);
        QVERIFY2(again.error().code == ErrorCode::AlreadyExists, why(again));
        QVERIFY(addModel({folder.toStdString(), "other"}).has_value());
        QVERIFY(addModel({folder.toStdString(), {}, true}).has_value());
        QCOMPARE(QDir(store()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 (QStringList{"mine", "other"}));
    }

    void add_ofHuggingFacesCache_followsItsLinksAndKnowsTheRepository() {
        const auto repository = hub::tinyRepository();
        fillCache(repository);
        const auto entry =
            addModel({m_dir->filePath("cache/models--acme--tiny/snapshots/" + repository.commit)
                          .toStdString()});
        QVERIFY2(entry.has_value(), why(entry));
        QCOMPARE(entry->name, std::string("acme--tiny"));
        QCOMPARE(entry->repository, std::string(kName));
        QCOMPARE(entry->revision, std::string(40, 'a'));
        QVERIFY(!QFileInfo(store("acme--tiny/model.safetensors")).isSymLink());
        QCOMPARE(stored("model.safetensors"), repository.files["model.safetensors"]);
    }

    void add_ofWhatIsNoModel_isRefused_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no configuration") << "config.json" << QByteArray() << "holds no model";
        QTest::newRow("no weights") << "model.safetensors" << QByteArray() << "no weights";
        QTest::newRow("broken weights")
            << "model.safetensors" << QByteArray("broken") << "safetensors";
        QTest::newRow("another architecture")
            << "config.json" << QByteArray(R"({"model_type":"abacus"})") << "abacus";
    }
    void add_ofWhatIsNoModel_isRefused() {
        QFETCH(QString, file);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, expected);
        auto repository = hub::tinyRepository();
        repository.files.remove("pytorch_model.bin");
        repository.files[file] = bytes;
        if (bytes.isNull())
            repository.files.remove(file);
        const auto entry = addModel({folderOf(repository, "mine").toStdString()});
        QVERIFY(!entry);
        QVERIFY2(QString::fromStdString(entry.error().text()).contains(expected), why(entry));
        QVERIFY(QDir(store()).isEmpty());
    }

    void add_ofALargeFilesPointer_isRefused() {
        auto repository = hub::tinyRepository();
        repository.files.remove("model.safetensors");
        repository.files["pytorch_model.bin"] = "version https://git-lfs.github.com/spec/v1\n";
        const auto entry = addModel({folderOf(repository, "mine").toStdString()});
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::Corrupt, why(entry));
        QVERIFY(entry.error().where.ends_with("pytorch_model.bin"));
    }

    void add_underABadName_isRefused() {
        const std::string folder = folderOf(hub::tinyRepository(), "mine").toStdString();
        for (const char* name : {"..", ".hidden", "a/b", "a\\b", "a\nb"}) {
            const auto entry = addModel({folder, name});
            QVERIFY(!entry);
            QVERIFY2(entry.error().code == ErrorCode::InvalidArgument, why(entry));
        }
        const auto missing = addModel({"/no/such/folder"});
        QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
    }

    void add_onAFullDisk_keepsTheOldOne() {
        const std::string folder = folderOf(hub::tinyRepository(), "mine").toStdString();
        QVERIFY(addModel({folder}).has_value());
        const QByteArray before = fixtures::bytes(store("mine/model.safetensors").toStdString());
        Result<ModelEntry> entry = failure(ErrorCode::Internal, "");
        {
            const FullDisk disk(20'000);
            entry = addModel({folder, {}, true});
        }
        QVERIFY(!entry);
        QVERIFY2(entry.error().code == ErrorCode::DiskFull, why(entry));
        QCOMPARE(fixtures::bytes(store("mine/model.safetensors").toStdString()), before);
        QCOMPARE(QDir(store()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{"mine"});
    }

    void add_stopped_leavesNothing() {
        const std::string folder = folderOf(hub::tinyRepository(), "mine").toStdString();
        std::stop_source stop;
        const auto entry = addModel(
            {folder}, [&](std::int64_t, std::int64_t) { stop.request_stop(); }, stop.get_token());
        QVERIFY(!entry && entry.error().code == ErrorCode::Cancelled);
        QVERIFY(QDir(store()).isEmpty());
    }

    void remove_takesOnlyWhatIsInTheStore() {
        const QString folder = folderOf(hub::tinyRepository(), "mine");
        const QString outside = folderOf(hub::tinyRepository(), "outside");
        QVERIFY(addModel({folder.toStdString()}).has_value());
        QVERIFY(QFile::link(outside, store("linked")));
        for (const char* name : {"../outside", "..", ".", "", "nothing", "mine/../../outside"}) {
            const auto removed = removeModel(name);
            QVERIFY(!removed);
            QVERIFY2(removed.error().code == ErrorCode::NotFound ||
                         removed.error().code == ErrorCode::PermissionDenied,
                     why(removed));
        }
        QVERIFY(!removeModel(outside.toStdString()));
        QVERIFY(removeModel("mine").has_value());
        QVERIFY(removeModel("linked").has_value());  // the link alone
        QVERIFY(QFile::exists(outside + "/model.safetensors"));
        QVERIFY(QDir(store()).isEmpty());
    }

    void remove_takesARepositorysName() {
        serveTiny();
        QVERIFY(pullModel(options()).has_value());
        QVERIFY(removeModel(kName).has_value());
        QVERIFY(QDir(store()).isEmpty());
        const auto gone = resolveModel(kName);
        QVERIFY(!gone);
        QVERIFY2(gone.error().message.find("models pull acme/tiny") != std::string::npos,
                 why(gone));
    }
};

QTEST_GUILESS_MAIN(TestHub)
#include "test_hub.moc"
