#include "models/learning/ranking.h"
#include "models/model_internal.h"
#include "models/torch.h"
// Qt after LibTorch: both know "slots".
#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "tests/models/fixtures.h"

using namespace spanwise;
using Json = nlohmann::json;

namespace {

std::string folderOf(const QString& name) {
    return fixtures::path("gliner/" + name.toStdString());
}

/// A copy of a fixture with one key of gliner_config.json set (or removed: "null").
QString changed(const QTemporaryDir& dir, const QString& name, const char* key,
                const QByteArray& value) {
    const QString from = QString::fromStdString(folderOf(name));
    for (const QString& file : QDir(from).entryList(QDir::Files))
        QFile::copy(from + "/" + file, dir.filePath(file));
    const std::string path = dir.filePath("gliner_config.json").toStdString();
    Json json = Json::parse(fixtures::bytes(path).toStdString());
    json[key] = Json::parse(value.toStdString());
    QFile file(QString::fromStdString(path));
    if (file.remove() && file.open(QIODevice::WriteOnly))
        file.write(QByteArray::fromStdString(json.dump()));
    return dir.path();
}

void addModels() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"zero", "span", "token"})
        QTest::newRow(name) << name;
}

std::vector<TypeText> typesOf(const Json& names) {
    std::vector<TypeText> types;
    for (const auto& name : names)
        types.push_back({name.get<std::string>(), {}});
    return types;
}

}  // namespace

/// GLiNER's layout against the `gliner` Python package, on small random weights that it wrote
/// (fixtures made by tests/parity/scripts/make_gliner_fixtures.py).
class TestGliner : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Products this small only wait for each other on more.
    void initTestCase() { setThreads(1); }

    void logitsAndSpans_equalThePackages_data() { addModels(); }
    void logitsAndSpans_equalThePackages() {
        QFETCH(QString, name);
        const auto loaded = loadModel(folderOf(name), Device{});
        QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().text().c_str());
        const Model& model = **loaded;
        QVERIFY(bundleInfo(model).purpose == Purpose::ZeroShot);
        const Json expected = fixtures::json("gliner/" + name.toStdString() + "/expected.json");
        const c10::InferenceMode inference;
        double worst = 0;
        std::vector<GlinerWindow> all;
        std::vector<at::Tensor> theirs;
        int spans = 0;
        for (const Json& item : expected.at("cases")) {
            const auto words = item.at("words").get<std::vector<std::string>>();
            const auto types = item.at("types").get<std::vector<std::string>>();
            const GlinerPrompt prompt = makePrompt(*model.gliner, *model.tokenizer, types);
            std::vector<GlinerWindow> windows;
            cutGlinerWindows(*model.gliner, model.config, *model.tokenizer, prompt, 0, words,
                             windows);
            QCOMPARE(windows.size(), std::size_t{1});
            QCOMPARE(windows[0].ids, item.at("input_ids").get<std::vector<std::int64_t>>());
            const auto values = item.at("logits").get<std::vector<float>>();
            const at::Tensor logits =
                at::tensor(values).view(item.at("logits_shape").get<std::vector<std::int64_t>>());
            const at::Tensor ours = glinerLogits(*model.gliner, model.gliner->weights,
                                                 model.encoder, model.config, {&windows[0]}, {})[0];
            QCOMPARE(ours.sizes().vec(), logits.sizes().vec());
            const auto difference = [&](const at::Tensor& mine, const at::Tensor& reference) {
                return at::where(at::isinf(mine), at::zeros_like(mine), mine - reference)
                    .abs()
                    .max()
                    .item<double>();
            };
            worst = std::max(worst, difference(ours, logits));
            all.push_back(windows[0]);
            theirs.push_back(logits);
            const Json& decoded = item.at("spans");
            for (const auto& [key, list] : decoded.items()) {
                const bool nested = key.starts_with("nested");
                const double threshold = std::stod(key.substr(key.find(' ') + 1));
                const auto found =
                    greedy(glinerCandidates(model.gliner->config, ours, threshold), nested);
                std::set<std::tuple<int, int, std::string>> mine, reference;
                for (const GlinerSpan& span : found)
                    mine.emplace(span.begin, span.end, types[static_cast<std::size_t>(span.type)]);
                for (const Json& span : list)
                    reference.emplace(span[0].get<int>(), span[1].get<int>(),
                                      span[2].get<std::string>());
                QVERIFY2(mine == reference, key.c_str());
                spans += static_cast<int>(mine.size());
            }
        }
        // Texts of different lengths and prompts in one batch change nothing.
        std::vector<const GlinerWindow*> together;
        for (const GlinerWindow& window : all)
            together.push_back(&window);
        const auto batch = glinerLogits(*model.gliner, model.gliner->weights, model.encoder,
                                        model.config, together, {});
        for (std::size_t i = 0; i < batch.size(); ++i)
            worst = std::max(worst, at::where(at::isinf(batch[i]), at::zeros_like(batch[i]),
                                              batch[i] - theirs[i])
                                        .abs()
                                        .max()
                                        .item<double>());
        qInfo("largest difference of logits %.2g, %d spans equal", worst, spans);
        QVERIFY(worst < 1e-4);
        QVERIFY(spans > 10);
    }

    void longTexts_areReadToTheEnd() {
        const auto model = loadModel(folderOf("span"), Device{});
        QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
        const Json expected = fixtures::json("gliner/span/expected.json");
        std::vector<std::string> words;
        while (words.size() < 1500) {
            for (const auto& word : expected.at("cases")[0].at("words"))
                words.push_back(word.get<std::string>());
        }
        const GlinerPrompt prompt = makePrompt(*(*model)->gliner, *(*model)->tokenizer, {"person"});
        std::vector<GlinerWindow> windows;
        cutGlinerWindows(*(*model)->gliner, (*model)->config, *(*model)->tokenizer, prompt, 0,
                         words, windows);
        QVERIFY(windows.size() > 3);
        std::vector<int> seen(words.size(), 0);
        for (const GlinerWindow& window : windows) {
            QVERIFY(static_cast<int>(window.ids.size()) <= (*model)->config.maxLength());
            QVERIFY(window.firsts.size() <= 384);
            for (std::size_t i = 0; i < window.firsts.size(); ++i)
                ++seen[static_cast<std::size_t>(window.firstWord) + i];
        }
        QVERIFY(std::all_of(seen.begin(), seen.end(), [](int n) { return n > 0; }));
        SuggestOptions options;
        options.threshold = 0.3;
        const auto spans = suggest(**model, {words}, {{"person", {}}}, options);
        QVERIFY2(spans.has_value(), spans ? "" : spans.error().text().c_str());
        QVERIFY(!(*spans)[0].empty());
        QVERIFY((*spans)[0].back().end > 1400);
    }

    void manyTypes_goInSeveralPrompts_andKeepTheirNames() {
        const auto model = loadModel(folderOf("span"), Device{});
        QVERIFY(model.has_value());
        std::vector<TypeText> types;
        for (int i = 0; i < 70; ++i)
            types.push_back({"person " + std::to_string(i), {}});
        SuggestOptions options;
        options.threshold = 0.05;
        std::int64_t last = 0;
        const auto spans = suggest(**model, {{"Ada", "Lovelace", "joined", "Bayer"}}, types,
                                   options, [&](std::int64_t done, std::int64_t total) {
                                       QVERIFY(done > last && done <= total);
                                       last = done;
                                   });
        QVERIFY2(spans.has_value(), spans ? "" : spans.error().text().c_str());
        QCOMPARE(last, std::int64_t{3});
        for (const WordSpan& span : (*spans)[0])
            QVERIFY(span.type.starts_with("person "));
    }

    void nunerZero_mergesNeighbours_andLowersLabels() {
        const auto model = loadModel(folderOf("zero"), Device{});
        QVERIFY(model.has_value());
        QVERIFY((*model)->gliner->config.lowercasesLabels);
        const Json expected = fixtures::json("gliner/zero/expected.json");
        for (const Json& item : expected.at("cases")) {
            const auto words = item.at("words").get<std::vector<std::string>>();
            SuggestOptions options;
            options.threshold = 0.3;
            auto types = typesOf(item.at("types"));
            const auto spans = suggest(**model, {words}, types, options);
            QVERIFY(spans.has_value());
            for (std::size_t i = 1; i < (*spans)[0].size(); ++i) {
                const WordSpan& before = (*spans)[0][i - 1];
                const WordSpan& span = (*spans)[0][i];
                QVERIFY(before.end < span.begin || before.type != span.type);
            }
            for (TypeText& type : types) {
                for (char& c : type.name)
                    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            }
            const auto upper = suggest(**model, {words}, types, options);
            QVERIFY(upper.has_value());
            QCOMPARE((*upper)[0].size(), (*spans)[0].size());
        }
    }

    void saved_givesTheSameSpans_data() { addModels(); }
    void saved_givesTheSameSpans() {
        QFETCH(QString, name);
        const auto model = loadModel(folderOf(name), Device{});
        QVERIFY(model.has_value());
        const QTemporaryDir dir;
        const std::string folder = dir.filePath("saved").toStdString();
        const auto saved = saveModel(**model, folder);
        QVERIFY2(saved.has_value(), saved ? "" : saved.error().text().c_str());
        const auto again = loadModel(folder, Device{});
        QVERIFY2(again.has_value(), again ? "" : again.error().text().c_str());
        const std::vector<std::vector<std::string>> words{{"Ada", "joined", "Bayer", "AG"}};
        SuggestOptions options;
        options.threshold = 0.2;
        const std::vector<TypeText> types{{"person", {}}, {"city", {}}};
        QVERIFY(*suggest(**model, words, types, options) ==
                *suggest(**again, words, types, options));
    }

    void tuned_learnsItsTypes_andStaysAGliner_data() { addModels(); }
    void tuned_learnsItsTypes_andStaysAGliner() {
        QFETCH(QString, name);
        const auto model = loadModel(folderOf(name), Device{});
        QVERIFY(model.has_value());
        std::vector<LabelledSentence> sentences;
        const std::vector<std::vector<std::string>> texts{
            {"Ada", "joined", "Bayer", "AG", "in", "Berlin"},
            {"Alan", "Turing", "works", "for", "Nokia"},
            {"the", "patient", "moved", "to", "London"},
            {"Grace", "signed", "a", "contract"}};
        const std::vector<std::vector<WordSpan>> gold{{{0, 1, "person"}, {2, 4, "company"}},
                                                      {{0, 2, "person"}, {4, 5, "company"}},
                                                      {},
                                                      {{0, 1, "person"}}};
        for (std::size_t i = 0; i < texts.size(); ++i) {
            LabelledSentence sentence;
            sentence.words = texts[i];
            sentence.spans = gold[i];
            sentences.push_back(std::move(sentence));
        }
        TrainOptions options;
        options.types = {"person", "company"};
        options.steps = 300;
        options.learningRate = 3e-3;
        const auto trained = train(*model, sentences, options);
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        QVERIFY(bundleInfo(*trained->model).purpose == Purpose::ZeroShot);
        QCOMPARE(bundleInfo(*trained->model).types, options.types);
        const auto predicted = predict(*trained->model, texts);
        QVERIFY2(predicted.has_value(), predicted ? "" : predicted.error().text().c_str());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            std::vector<WordSpan> bare = (*predicted)[i];
            for (WordSpan& span : bare)
                span.score = -1;
            QVERIFY2(bare == gold[i], qPrintable(QString("sentence %1").arg(i)));
        }
    }

    void untuned_cannotRank_tunedCan_data() { addModels(); }
    void untuned_cannotRank_tunedCan() {
        QFETCH(QString, name);
        const auto model = loadModel(folderOf(name), Device{});
        QVERIFY(model.has_value());
        const std::vector<std::vector<std::string>> texts{
            {"Ada", "joined", "Bayer", "AG"}, {}, {"the", "patient", "moved", "to", "London"}};
        QCOMPARE(uncertainties(**model, texts).error().code, ErrorCode::Incompatible);
        LabelledSentence sentence;
        sentence.words = texts[0];
        sentence.spans = {{0, 1, "person"}, {2, 4, "company"}};
        TrainOptions options;
        options.types = {"person", "company"};
        options.steps = 3;
        const auto trained = train(*model, {sentence}, options);
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        const auto unsure = uncertainties(*trained->model, texts);
        QVERIFY2(unsure.has_value(), unsure ? "" : unsure.error().text().c_str());
        QCOMPARE(unsure->size(), texts.size());
        QVERIFY((*unsure)[0].total > 0 && (*unsure)[0].mentions() > 0);
        QCOMPARE((*unsure)[1].total, 0.0);
        for (const auto& [type, doubt] : (*unsure)[2].byType)
            QVERIFY(doubt > 0 && (type == "person" || type == "company"));
        const auto embeddings = sentenceEmbeddings(*trained->model, texts);
        QVERIFY2(embeddings.has_value(), embeddings ? "" : embeddings.error().text().c_str());
        QCOMPARE(embeddings->size(), texts.size());
    }

    void tuned_dependsNotOnTheOrder_andRecoversFromARateTooLarge() {
        const auto model = loadModel(folderOf("span"), Device{});
        QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
        std::vector<LabelledSentence> sentences(3);
        sentences[0].words = {"Ada", "joined", "Bayer"};
        sentences[0].spans = {{0, 1, "person"}};
        sentences[1].words = {"Alan", "works", "for", "Nokia"};
        sentences[1].spans = {{0, 1, "person"}, {3, 4, "company"}};
        sentences[2].words = {"Grace", "signed", "a", "contract"};
        sentences[2].spans = {{0, 1, "person"}};
        TrainOptions options;
        options.types = {"person", "company"};
        options.steps = 3;
        options.batchSentences = 2;
        options.learningRate = 1e-3;
        const auto lossOf = [&] {
            const auto trained = train(*model, sentences, options);
            return trained ? trained->report.loss : -1;
        };
        const double loss = lossOf();
        QVERIFY(loss > 0);
        std::reverse(sentences.begin(), sentences.end());
        QCOMPARE(lossOf(), loss);

        for (options.learningRate = 1e3; options.learningRate < 1e37; options.learningRate /= 0.3) {
            const auto trained = train(*model, sentences, options);
            QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
            if (trained->report.warnings.empty())
                continue;
            QVERIFY2(trained->report.warnings[0].find("begun again") != std::string::npos,
                     trained->report.warnings[0].c_str());
            QVERIFY(std::isfinite(trained->report.loss));
            return;
        }
        QFAIL("no rate was too large");
    }

    /// The first repositories hold no tokenizer; with its encoder's, the markers' ids are those
    /// that the package appends.
    void encodersTokenizer_getsTheMarkers() {
        const QTemporaryDir dir;
        const QString folder = changed(dir, "zero", "name", "\"x\"");
        const std::string path = (folder + "/tokenizer.json").toStdString();
        Json json = Json::parse(fixtures::bytes(path).toStdString());
        auto& tokens = json.at("added_tokens");
        const auto before = tokens.size();
        for (std::size_t i = tokens.size(); i-- > 0;) {
            const auto content = tokens[i].at("content").get<std::string>();
            if (content == "[FLERT]" || content == "<<ENT>>" || content == "<<SEP>>")
                tokens.erase(i);
        }
        QCOMPARE(before - tokens.size(), std::size_t{3});
        QFile file(QString::fromStdString(path));
        QVERIFY(file.remove() && file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(json.dump()));
        file.close();
        const auto whole = loadModel(folderOf("zero"), Device{});
        const auto bare = loadModel(folder.toStdString(), Device{});
        QVERIFY2(bare.has_value(), bare ? "" : bare.error().text().c_str());
        QCOMPARE((*bare)->gliner->entityId, (*whole)->gliner->entityId);
        QCOMPARE((*bare)->gliner->separatorId, (*whole)->gliner->separatorId);
    }

    void badConfig_isRefusedByKey_data() {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("expected");
        QTest::newRow("mode") << QByteArray("span_mode") << QByteArray("\"conv_share\"")
                              << "span_mode is \"conv_share\"";
        QTest::newRow("hidden") << QByteArray("hidden_size") << QByteArray("40")
                                << "token_rep_layer.projection";
        QTest::newRow("odd") << QByteArray("hidden_size") << QByteArray("31") << "odd";
        QTest::newRow("text") << QByteArray("max_width") << QByteArray("\"x\"")
                              << "max_width is \"x\"";
        QTest::newRow("huge") << QByteArray("max_width") << QByteArray("99999999") << "max_width";
        QTest::newRow("bi-encoder")
            << QByteArray("labels_encoder") << QByteArray("\"bge\"") << "labels_encoder";
        QTest::newRow("fused") << QByteArray("fuse_layers") << QByteArray("true") << "fuse_layers";
        QTest::newRow("layers") << QByteArray("num_rnn_layers") << QByteArray("2") << "_l1";
        QTest::newRow("marker id")
            << QByteArray("class_token_index") << QByteArray("7") << "class_token_index is 7";
        QTest::newRow("marker") << QByteArray("ent_token") << QByteArray("\"<<X>>\"") << "<<X>>";
        QTest::newRow("encoder") << QByteArray("encoder_config")
                                 << QByteArray("{\"model_type\": \"gpt2\"}") << "gpt2";
        QTest::newRow("no encoder")
            << QByteArray("encoder_config") << QByteArray("null") << "DeBERTa-v3";
    }
    void badConfig_isRefusedByKey() {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, value);
        QFETCH(QString, expected);
        const QTemporaryDir dir;
        const auto opened =
            loadModel(changed(dir, "span", key.constData(), value).toStdString(), Device{});
        QVERIFY(!opened);
        QVERIFY2(opened.error().text().find(expected.toStdString()) != std::string::npos,
                 opened.error().text().c_str());
    }

    void suggest_withoutTypes_isRefused() {
        const auto model = loadModel(folderOf("span"), Device{});
        QVERIFY(model.has_value());
        QVERIFY(!suggest(**model, {{"a"}}, {}).has_value());
        QVERIFY(!suggest(**model, {{"a"}}, {{" ", {}}}).has_value());
        QVERIFY(!predict(**model, {{"a"}}).has_value());
        QVERIFY((*suggest(**model, {{}, {"\u200b"}}, {{"a", {}}})).size() == 2);
    }
};

QTEST_GUILESS_MAIN(TestGliner)
#include "test_gliner.moc"
