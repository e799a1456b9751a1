#include <unistd.h>

#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "core/formats/tag_scheme.h"
#include "core/text/utf8.h"
#include "models/model.h"
#include "tests/core/support.h"
#include "tests/models/fixtures.h"
#include "tests/models/full_disk.h"

using namespace spanwise;
using Json = nlohmann::json;

/// Bundles as transformers writes them, and as we do, on a tiny checkpoint that transformers made.
class TestBundle : public QObject {
    Q_OBJECT

    static std::string tiny() { return fixtures::path("encoders/tiny_bert"); }
    static QString copyOfTiny(const QTemporaryDir& dir) {
        const QString folder = dir.filePath("model");
        QDir().mkpath(folder);
        for (const QString& name : QDir(QString::fromStdString(tiny())).entryList(QDir::Files))
            QFile::copy(QString::fromStdString(tiny()) + '/' + name, folder + '/' + name);
        return folder;
    }
    static bool replace(const QString& file, const QByteArray& from, const QByteArray& to) {
        QByteArray bytes = fixtures::bytes(file.toStdString());
        if (!bytes.contains(from))
            return false;
        bytes.replace(from, to);
        QFile out(file);
        out.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        return out.open(QIODevice::WriteOnly | QIODevice::Truncate) &&
               out.write(bytes) == bytes.size();
    }
    static void compareWithReference(const Model& model) {
        const Json expected = fixtures::json("encoders/tiny_bert/expected.json");
        QCOMPARE(labelNames(model), expected.at("labels").get<std::vector<std::string>>());
        std::vector<std::vector<std::string>> sentences;
        for (const Json& item : expected.at("cases"))
            sentences.push_back(item.at("words").get<std::vector<std::string>>());
        // All at once: padding and masks must change nothing.
        const auto logits = wordLogits(model, sentences);
        QVERIFY2(logits.has_value(), logits ? "" : logits.error().text().c_str());
        const auto predicted = predict(model, sentences);
        QVERIFY2(predicted.has_value(), predicted ? "" : predicted.error().text().c_str());
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            const Json& item = expected.at("cases")[i];
            int previous = -1;
            for (std::size_t t = 0; t < item.at("word_ids").size(); ++t) {
                const int word = item.at("word_ids")[t].get<int>();
                if (word < 0 || word == previous) {
                    previous = word;
                    continue;
                }
                previous = word;
                const auto& row = (*logits)[i][static_cast<std::size_t>(word)];
                QCOMPARE(row.size(), item.at("logits")[t].size());
                for (std::size_t l = 0; l < row.size(); ++l)
                    QVERIFY(std::abs(static_cast<double>(row[l]) -
                                     item.at("logits")[t][l].get<double>()) < 1e-4);
            }
            QCOMPARE(tagsFromSpans((*predicted)[i], sentences[i].size(), TagScheme::Iob2),
                     item.at("viterbi_tags").get<std::vector<std::string>>());
        }
    }

private Q_SLOTS:
    void transformersBundle_givesItsLogitsAndTags() {
        const auto model = loadModel(tiny(), Device{});
        QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
        QCOMPARE(bundleInfo(**model).types, (std::vector<std::string>{"ORG", "PER"}));
        compareWithReference(**model);
    }

    void savedAgain_givesTheSame() {
        const auto model = loadModel(tiny(), Device{});
        QVERIFY(model.has_value());
        const QTemporaryDir dir;
        const std::string folder = dir.filePath("saved").toStdString();
        QVERIFY(saveModel(**model, folder, R"({"source":"test"})").has_value());
        const auto again = loadModel(folder, Device{});
        QVERIFY2(again.has_value(), again ? "" : again.error().text().c_str());
        QVERIFY(bundleInfo(**again).provenanceJson.find("test") != std::string::npos);
        compareWithReference(**again);
        // Over an existing folder too, and without anything left beside it.
        QVERIFY(saveModel(**again, folder).has_value());
        QCOMPARE(QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{"saved"});
    }

    void bareEncoder_loadsWithoutPrefixAndPredictsNothing() {
        const auto model = loadModel(fixtures::path("encoders/tiny_bert_bare"), Device{});
        QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
        QVERIFY(bundleInfo(**model).types.empty());
        const auto predicted = predict(**model, {{"a"}});
        QVERIFY(!predicted);
        QVERIFY(predicted.error().code == ErrorCode::Incompatible);
    }

    void longSentence_losesNoWord() {
        const auto model = loadModel(tiny(), Device{});
        QVERIFY(model.has_value());
        const Json expected = fixtures::json("encoders/tiny_bert/expected.json");
        const auto some = expected.at("cases")[0].at("words").get<std::vector<std::string>>();
        std::vector<std::string> words;
        while (words.size() < 700)
            words.insert(words.end(), some.begin(), some.end());
        words[100] = std::string(5000, 'x');  // one word, one [UNK]
        words[300] = "\u200b";                // no sub-token at all
        const auto logits = wordLogits(**model, {words});
        QVERIFY2(logits.has_value(), logits ? "" : logits.error().text().c_str());
        for (std::size_t i = 0; i < words.size(); ++i)
            QCOMPARE((*logits)[0][i].empty(), i == 300);
        const auto predicted = predict(**model, {words});
        QVERIFY(predicted.has_value());
        for (const WordSpan& span : (*predicted)[0])
            QVERIFY(span.end <= 300 || span.begin > 300);
    }

    void damage_isNamed_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("expected");
        QTest::newRow("another shape")
            << "config.json" << QByteArray("\"hidden_size\": 32")
            << QByteArray("\"hidden_size\": 64") << "hidden_size|shape|tensor";
        QTest::newRow("fewer entries") << "config.json" << QByteArray("\"vocab_size\": 154")
                                       << QByteArray("\"vocab_size\": 150") << "vocabulary";
        QTest::newRow("more entries") << "config.json" << QByteArray("\"vocab_size\": 154")
                                      << QByteArray("\"vocab_size\": 200") << "word_embeddings";
        QTest::newRow("another architecture")
            << "config.json" << QByteArray("\"model_type\": \"bert\"")
            << QByteArray("\"model_type\": \"electra\"") << "electra";
        QTest::newRow("broken JSON")
            << "config.json" << QByteArray("{") << QByteArray("[") << "config.json";
        QTest::newRow("no such tensor") << "model.safetensors" << QByteArray("classifier.bias")
                                        << QByteArray("classifier.bIas") << "classifier.bias";
    }
    void damage_isNamed() {
        QFETCH(QString, file);
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, expected);
        const QTemporaryDir dir;
        const QString folder = copyOfTiny(dir);
        QVERIFY(replace(folder + '/' + file, from, to));
        const auto model = loadModel(folder.toStdString(), Device{});
        QVERIFY(!model);
        const QString text = QString::fromStdString(model.error().text());
        QVERIFY2(text.contains(QRegularExpression(expected)), qPrintable(text));
    }

    void noModel_isNotFound() {
        const QTemporaryDir dir;
        for (const QString& path : {dir.path(), QStringLiteral("/no/such/folder")}) {
            const auto model = loadModel(path.toStdString(), Device{});
            QVERIFY(!model);
            QVERIFY(model.error().code == ErrorCode::NotFound);
        }
    }

    void save_whereNothingCanBe_saysWhere_data() {
        QTest::addColumn<QString>("place");
        QTest::newRow("no real file system") << "/proc/model";
        QTest::newRow("below a file") << fixtures::qPath("encoders/tiny_bert/vocab.txt/model");
    }
    void save_whereNothingCanBe_saysWhere() {
        QFETCH(QString, place);
        const auto model = loadModel(tiny(), Device{});
        QVERIFY(model.has_value());
        const auto saved = saveModel(**model, place.toStdString());
        QVERIFY(!saved);
        QVERIFY(saved.error().where.find(place.toStdString()) != std::string::npos);
    }

    void save_onAFullDisk_keepsTheOldOne() {
        const QTemporaryDir dir;
        const QString folder = copyOfTiny(dir);
        const QByteArray before = fixtures::bytes((folder + "/model.safetensors").toStdString());
        const auto model = loadModel(folder.toStdString(), Device{});
        QVERIFY(model.has_value());
        const auto saved = [&] {
            const FullDisk full(20'000);
            return saveModel(**model, folder.toStdString());
        }();
        QVERIFY(!saved);
        QVERIFY2(saved.error().code == ErrorCode::DiskFull, saved.error().text().c_str());
        QCOMPARE(fixtures::bytes((folder + "/model.safetensors").toStdString()), before);
        QCOMPARE(QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{"model"});
    }

    void save_inAReadOnlyFolder_isRefused() {
        const QTemporaryDir dir;
        const QString folder = copyOfTiny(dir);
        const auto model = loadModel(folder.toStdString(), Device{});
        QVERIFY(model.has_value());
        QVERIFY(QFile::setPermissions(
            dir.path(), QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther));
        // root may write anywhere, so be nobody meanwhile.
        const uid_t me = ::geteuid();
        if (me == 0)
            QCOMPARE(::seteuid(65534), 0);
        const auto saved = saveModel(**model, folder.toStdString());
        if (me == 0)
            QCOMPARE(::seteuid(me), 0);
        QFile::setPermissions(dir.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QVERIFY(!saved);
        QVERIFY2(saved.error().code == ErrorCode::PermissionDenied, saved.error().text().c_str());
        QVERIFY(loadModel(folder.toStdString(), Device{}).has_value());
    }

    void save_writesChecksumsThatHold() {
        const auto model = loadModel(tiny(), Device{});
        QVERIFY(model.has_value());
        const QTemporaryDir dir;
        const std::string folder = dir.filePath("saved").toStdString();
        QVERIFY(saveModel(**model, folder).has_value());
        const Json ours = Json::parse(fixtures::bytes(folder + "/spanwise.json").toStdString());
        QVERIFY(ours.at("sha256").size() >= 4);
        for (const auto& [name, hash] : ours.at("sha256").items())
            QCOMPARE(sha256Hex(fixtures::bytes(folder + "/" + name).toStdString()),
                     hash.get<std::string>());
        const Json tokenizer =
            Json::parse(fixtures::bytes(folder + "/tokenizer.json").toStdString());
        QVERIFY(tokenizer.at("truncation").is_null());
        QVERIFY(!saveModel(**model, folder, "no JSON").has_value());
    }

    void batches_changeNoLogit() {
        const auto model = loadModel(tiny(), Device{});
        QVERIFY(model.has_value());
        const Json expected = fixtures::json("encoders/tiny_bert/expected.json");
        std::vector<std::vector<std::string>> sentences;
        for (int i = 0; i < 60; ++i) {
            const Json& item =
                expected.at("cases")[static_cast<std::size_t>(i) % expected.at("cases").size()];
            sentences.push_back(item.at("words").get<std::vector<std::string>>());
            sentences.back().resize(
                sentences.back().size() -
                static_cast<std::size_t>(i % 3 == 0 && !sentences.back().empty()));
        }
        const auto together = wordLogits(**model, sentences);
        QVERIFY(together.has_value());
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            const auto alone = wordLogits(**model, {sentences[i]});
            QVERIFY(alone.has_value());
            for (std::size_t w = 0; w < sentences[i].size(); ++w) {
                QCOMPARE((*together)[i][w].size(), (*alone)[0][w].size());
                for (std::size_t l = 0; l < (*alone)[0][w].size(); ++l)
                    QVERIFY(std::abs((*together)[i][w][l] - (*alone)[0][w][l]) < 1e-4F);
            }
        }
    }

    void aNearlyFullBatch_isFilledWithinTheModelsLength() {
        const auto model = loadModel(tiny(), Device{});
        QVERIFY(model.has_value());
        // 7 texts of 58 sub-tokens leave 106 of a batch's 512 empty; the encoder takes 64 at most.
        const std::vector<std::vector<std::string>> sentences(7, std::vector<std::string>(56, "a"));
        const auto logits = wordLogits(**model, sentences);
        QVERIFY2(logits.has_value(), logits ? "" : logits.error().text().c_str());
        const auto alone = wordLogits(**model, {sentences[0]});
        QVERIFY(std::abs((*logits)[6][55][0] - (*alone)[0][55][0]) < 1e-4F);
    }

    void predict_stopped_isCancelled() {
        const auto model = loadModel(tiny(), Device{});
        QVERIFY(model.has_value());
        std::stop_source stop;
        std::int64_t told = 0;
        const std::vector<std::vector<std::string>> sentences(400,
                                                              std::vector<std::string>(50, "Oslo"));
        const auto predicted = predict(
            **model, sentences, {},
            [&](std::int64_t done, std::int64_t total) {
                QVERIFY(done < total);
                told = done;
                stop.request_stop();
            },
            stop.get_token());
        QVERIFY(!predicted);
        QVERIFY(predicted.error().code == ErrorCode::Cancelled);
        QVERIFY(told > 0);
    }

    void installedModels_areFoundByName() {
        const QTemporaryDir dir;
        copyOfTiny(dir);
        const QByteArray before = qgetenv("SPANWISE_MODELS");
        qputenv("SPANWISE_MODELS", dir.path().toUtf8());
        const auto found = resolveModel("model");
        const auto models = installedModels();
        const auto missing = resolveModel("no-such-model");
        qputenv("SPANWISE_MODELS", before);
        QVERIFY2(found.has_value(), found ? "" : found.error().text().c_str());
        QCOMPARE(*found, std::filesystem::path(dir.filePath("model").toStdString()));
        QVERIFY(!models.empty());
        QCOMPARE(models.front().name, std::string("model"));
        QVERIFY(!missing);
        QVERIFY(missing.error().code == ErrorCode::NotFound);
        QVERIFY(missing.error().message.find(dir.path().toStdString()) != std::string::npos);
    }

    void nunerMini_isTheDefault_andKnowsTypesByName() {
        const QByteArray before = qgetenv("SPANWISE_MODELS");
        const QTemporaryDir empty;
        qputenv("SPANWISE_MODELS", empty.path().toUtf8());
        const auto path = defaultEncoder();
        qputenv("SPANWISE_MODELS", before);
        VERIFY_OK(path);
        QCOMPARE(QString::fromStdString(path->filename().string()), QString("nuner-mini"));
        std::uintmax_t bytes = 0;
        for (const auto& file : std::filesystem::directory_iterator(*path))
            bytes += file.file_size();
        QVERIFY(bytes <= 48'000'000);
        const auto model = loadModel(*path, Device{});
        VERIFY_OK(model);
        const std::vector<std::vector<std::string>> sentences{
            {"Marie", "Curie", "was", "born", "in", "Warsaw", "."},
            {"She", "takes", "aspirin", "and", "metformin", "for", "diabetes", "."}};
        const auto found = suggest(**model, sentences,
                                   {{"person", {}}, {"city", {}}, {"drug", {}}, {"disease", {}}});
        VERIFY_OK(found);
        const auto shown = [](const std::vector<WordSpan>& spans) {
            QStringList text;
            for (const WordSpan& span : spans)
                text << QString("%1-%2 %3")
                            .arg(span.begin)
                            .arg(span.end)
                            .arg(QString::fromStdString(span.type));
            return text.join("; ");
        };
        QCOMPARE(shown((*found)[0]), QString("0-2 person; 5-6 city"));
        QCOMPARE(shown((*found)[1]), QString("2-3 drug; 4-5 drug; 6-7 disease"));
    }

    void device_thatIsNotThere_isRefused() {
        QVERIFY(deviceFromName("cpu").has_value());
        QVERIFY(deviceFromName("auto").has_value());
        for (const char* name : {"gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:99"})
            QVERIFY2(!deviceFromName(name), name);
    }
};

QTEST_GUILESS_MAIN(TestBundle)
#include "test_bundle.moc"
