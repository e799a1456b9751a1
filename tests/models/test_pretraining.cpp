#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "models/io/files.h"
#include "models/io/safetensors.h"
#include "models/model.h"
#include "models/pretraining/pretrain.h"
#include "models/pretraining/steps.h"
#include "tests/models/fixtures.h"
#include "tests/models/full_disk.h"

using namespace spanwise;
namespace fs = std::filesystem;

namespace {

constexpr std::int32_t kFirst = 2, kLast = 3;  // [CLS] and [SEP] of the tiny vocabulary

/// Examples of words that are one sub-token each: `words` and their mentions.
struct Text {
    std::vector<std::int32_t> words;
    std::vector<CorpusMention> mentions;
    std::int32_t source = 0;
};

CorpusTables tables(std::size_t concepts, std::size_t sources = 1) {
    CorpusTables result;
    for (std::size_t i = 0; i < concepts; ++i)
        result.concepts.push_back({"concept " + std::to_string(i), {}, 1, 1});
    for (std::size_t i = 0; i < sources; ++i)
        result.sources.push_back({"source " + std::to_string(i), 0, 1});
    return result;
}

std::shared_ptr<const Corpus> corpus(const QString& folder, const std::vector<Text>& texts,
                                     const CorpusTables& tables) {
    const fs::path path = folder.toStdString();
    fs::create_directories(path);
    CorpusWriter writer(path);
    for (const Text& text : texts) {
        std::vector<std::int32_t> ids{kFirst}, firsts;
        for (const std::int32_t word : text.words) {
            firsts.push_back(static_cast<std::int32_t>(ids.size()));
            ids.push_back(word);
        }
        ids.push_back(kLast);
        writer.add(text.source, ids, firsts, text.mentions);
    }
    if (const auto written = writer.finish(tables); !written)
        qFatal("%s", written.error().text().c_str());
    const auto opened = Corpus::open(path);
    if (!opened)
        qFatal("%s", opened.error().text().c_str());
    return *opened;
}

/// The tiny vocabulary's letters a to j are of concept 0, k to t of concept 1, others of none.
std::vector<Text> twoKinds(int count) {
    constexpr std::int32_t kA = 16, kK = 26, kU = 36;
    std::vector<Text> texts;
    for (int i = 0; i < count; ++i) {
        const std::int32_t drug = kK + (i * 7) % 9;
        texts.push_back({{kU + i % 16, kA + i % 10, kU + (i * 3) % 16, drug, drug + 1},
                         {{1, 2, 0}, {3, 5, 1}}});
    }
    return texts;
}

}  // namespace

class TestPretraining : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    ModelPtr m_tiny;

    [[nodiscard]] QString at(const QString& name) const { return m_dir.filePath(name); }
    [[nodiscard]] fs::path path(const QString& name) const { return at(name).toStdString(); }

    [[nodiscard]] std::shared_ptr<const Corpus> kinds(const QString& name, int count = 64) const {
        CorpusTables two = tables(2);
        two.concepts[0].name = "city";
        two.concepts[1].name = "drug";
        two.tokenizer = tokenizerFingerprint(*m_tiny);
        return corpus(at(name), twoKinds(count), two);
    }
    static PretrainOptions quick(std::int64_t steps) {
        PretrainOptions options;
        options.steps = steps;
        options.step.examples = 8;
        options.encoderRate = options.conceptRate = 2e-3;
        options.mapRate = 1e-2;
        options.bfloat16 = false;
        return options;
    }
    [[nodiscard]] static QByteArray weights(const Model& model, const QString& folder) {
        if (const auto saved = saveModel(model, folder.toStdString()); !saved)
            qFatal("%s", saved.error().text().c_str());
        return fixtures::bytes((folder + "/model.safetensors").toStdString());
    }

private Q_SLOTS:
    void initTestCase() {
        setThreads(1);
        const auto model = loadModel(fixtures::path("encoders/tiny_bert_bare"), Device{});
        QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
        m_tiny = *model;
    }

    void corpus_keepsWhatWasWritten() {
        CorpusTables written = tables(3, 2);
        written.concepts[1] = {"río", "a \"stream\" of water", 7, 2};
        written.sources[1] = {"wiki", 12, 0.25};
        written.tokenizer = "abc";
        const std::vector<Text> texts{{{11, 12, 13}, {{0, 2, 1}, {1, 3, 2}}, 1}, {{14}, {}, 0}};
        const auto read = corpus(at("kept"), texts, written);
        QCOMPARE(read->size(), std::size_t{2});
        const CorpusExample first = (*read)[0];
        QCOMPARE(first.source, 1);
        QVERIFY(
            std::ranges::equal(first.ids, std::vector<std::int32_t>{kFirst, 11, 12, 13, kLast}));
        QVERIFY(std::ranges::equal(first.firsts, std::vector<std::int32_t>{1, 2, 3}));
        QCOMPARE(first.mentions.size(), std::size_t{2});
        QCOMPARE(first.mentions[1].begin, 1);
        QCOMPARE(first.mentions[1].end, 3);
        QCOMPARE(first.mentions[1].conceptId, 2);
        QCOMPARE(read->length(1), 3);
        QVERIFY((*read)[1].mentions.empty());
        QCOMPARE(read->tables().concepts[1].name, std::string("río"));
        QCOMPARE(read->tables().concepts[1].description, std::string("a \"stream\" of water"));
        QCOMPARE(read->tables().concepts[1].count, std::int64_t{7});
        QCOMPARE(read->tables().concepts[1].sources, std::uint64_t{2});
        QCOMPARE(read->tables().sources[1].weight, 0.25);
        QVERIFY(corpus(at("other"), {texts[1]}, written)->sha256() != read->sha256());
    }

    void damagedCorpus_isRefused_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("at");  // byte to change; -1: cut the end off
        QTest::addColumn<int>("value");
        QTest::newRow("source") << "examples.bin" << 0 << 9;
        QTest::newRow("negative length") << "examples.bin" << 7 << 0xFF;
        QTest::newRow("length past the end") << "examples.bin" << 6 << 0x10;
        QTest::newRow("negative id") << "examples.bin" << 19 << 0xFF;
        QTest::newRow("word outside") << "examples.bin" << 32 << 99;
        QTest::newRow("concept outside") << "examples.bin" << 48 << 99;
        QTest::newRow("mention outside") << "examples.bin" << 44 << 99;
        QTest::newRow("cut examples") << "examples.bin" << -1 << 0;
        QTest::newRow("cut index") << "index.bin" << -1 << 0;
        QTest::newRow("index past the end") << "index.bin" << 2 << 1;
        QTest::newRow("cut tables") << "tables.json" << -1 << 0;
    }
    void damagedCorpus_isRefused() {
        QFETCH(QString, file);
        QFETCH(int, at);
        QFETCH(int, value);
        const QString folder = this->at(QStringLiteral("damaged"));
        QVERIFY(corpus(folder, {{{11, 12}, {{0, 1, 1}}}}, tables(2))->size() == 1);
        QByteArray bytes = fixtures::bytes((folder + "/" + file).toStdString());
        QVERIFY(bytes.size() > at + 1);
        if (at < 0)
            bytes.chop(3);
        else
            bytes[at] = static_cast<char>(value);
        QFile out(folder + "/" + file);
        QVERIFY(out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size());
        out.close();
        const auto opened = Corpus::open(folder.toStdString());
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Corrupt);
        QVERIFY2(opened.error().where.ends_with(file.toStdString()) ||
                     opened.error().where.ends_with("examples.bin"),
                 opened.error().text().c_str());
        QVERIFY2(opened.error().message.find("delete the folder") != std::string::npos,
                 opened.error().text().c_str());
    }

    void steps_seeEveryExampleOnce_inAnOrderOfTheEpoch() {
        std::vector<Text> texts;
        for (int i = 0; i < 50; ++i)
            texts.push_back({std::vector<std::int32_t>(static_cast<std::size_t>(1 + i % 7), 11),
                             {{0, 1, i % 5}}});
        const auto all = corpus(at("steps"), texts, tables(5));
        StepSettings settings;
        settings.examples = 8;
        StepPlan plan(all, settings);
        QCOMPARE(plan.stepsPerEpoch(), std::int64_t{7});
        std::vector<std::vector<std::size_t>> epochs(2);
        for (std::int64_t step = 0; step < 14; ++step) {
            const Step mine = plan.at(step);
            QVERIFY(std::ranges::is_sorted(mine.concepts));
            for (std::size_t i = 1; i < mine.examples.size(); ++i)
                QVERIFY(all->length(mine.examples[i - 1]) >= all->length(mine.examples[i]));
            auto& epoch = epochs[static_cast<std::size_t>(step / 7)];
            epoch.insert(epoch.end(), mine.examples.begin(), mine.examples.end());
        }
        QVERIFY(epochs[0] != epochs[1]);
        for (auto& epoch : epochs) {
            QCOMPARE(std::set<std::size_t>(epoch.begin(), epoch.end()).size(), std::size_t{50});
            QCOMPARE(epoch.size(), std::size_t{50});
        }
        // Any step alone is what it is in a row.
        StepPlan again(all, settings);
        QCOMPARE(again.at(9).examples, plan.at(9).examples);
        QCOMPARE(again.at(9).concepts, plan.at(9).concepts);
        settings.seed = 2;
        QVERIFY(StepPlan(all, settings).at(0).examples != plan.at(0).examples);
    }

    void steps_weighSources() {
        std::vector<Text> texts;
        for (int i = 0; i < 40; ++i)
            texts.push_back({{11}, {{0, 1, 0}}, i % 2});
        CorpusTables two = tables(2, 2);
        two.sources[0].weight = 0.5;
        two.sources[1].weight = 2;
        const auto all = corpus(at("weights"), texts, two);
        StepSettings settings;
        settings.examples = 10;
        StepPlan plan(all, settings);
        QCOMPARE(plan.stepsPerEpoch(), std::int64_t{5});
        std::map<std::size_t, int> seen;
        for (std::int64_t step = 0; step < 5; ++step) {
            for (const std::size_t index : plan.at(step).examples)
                ++seen[index];
        }
        int half = 0;
        for (std::size_t i = 0; i < 40; ++i) {
            if (i % 2 == 1)
                QCOMPARE(seen[i], 2);
            else
                half += seen[i];
        }
        QCOMPARE(half, 10);
    }

    void steps_preferRareConcepts_andDrawNegatives() {
        std::vector<Text> texts;
        CorpusTables many = tables(60);
        Text text{std::vector<std::int32_t>(40, 11), {}};
        for (std::int32_t i = 0; i < 40; ++i) {
            text.mentions.push_back({i, i + 1, i});
            many.concepts[static_cast<std::size_t>(i)].count = i < 20 ? 10000 : 1;
        }
        const auto all = corpus(at("rare"), {text}, many);
        StepSettings settings;
        settings.examples = 1;
        settings.concepts = 10;
        settings.negatives = 0;
        StepPlan plan(all, settings);
        int rare = 0;
        for (std::int64_t step = 0; step < 50; ++step) {
            const Step mine = plan.at(step);
            QCOMPARE(mine.concepts.size(), std::size_t{10});
            for (const std::int32_t id : mine.concepts)
                rare += id >= 20;
        }
        QVERIFY2(rare > 450, QByteArray::number(rare).constData());
        settings.balance = 0;
        StepPlan even(all, settings);
        rare = 0;
        for (std::int64_t step = 0; step < 50; ++step) {
            for (const std::int32_t id : even.at(step).concepts)
                rare += id >= 20;
        }
        QVERIFY2(rare > 180 && rare < 320, QByteArray::number(rare).constData());
        settings.concepts = 40;
        settings.negatives = 200;
        settings.negativePower = 0;
        // Those that the text lacks come as well.
        const Step full = StepPlan(all, settings).at(0);
        QVERIFY(full.concepts.size() > 50);
    }

    void learns_whichWordsAreWhat_andFindsThemByName() {
        const auto material = kinds(QStringLiteral("learns"));
        std::vector<double> losses;
        PretrainCallbacks callbacks;
        callbacks.progress = [&](const PretrainProgress& p) { losses.push_back(p.loss); };
        const auto trained =
            pretrain(m_tiny, material, quick(150), path(QStringLiteral("learns.work")), callbacks);
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        QVERIFY(trained->report.finished);
        QCOMPARE(trained->report.steps, std::int64_t{150});
        QCOMPARE(losses.size(), std::size_t{150});
        QVERIFY2(losses.back() < 0.5 * losses[5],
                 qPrintable(QString::number(losses[5]) + " " + QString::number(losses.back())));
        // A checkpoint only where it was asked for.
        QVERIFY(!fs::exists(path(QStringLiteral("learns.work/checkpoint"))));

        // Saved in 16 bits and loaded, it still finds by name what it learned.
        const auto saved =
            saveModel(*trained->model, path(QStringLiteral("learned")), "{}", SavedAs::Half);
        QVERIFY2(saved.has_value(), saved ? "" : saved.error().text().c_str());
        const auto loaded = loadModel(path(QStringLiteral("learned")), Device{});
        QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().text().c_str());
        QCOMPARE(bundleInfo(**loaded).purpose, Purpose::Encoder);
        const std::vector<std::string> vocabulary = this->vocabulary();
        std::vector<std::vector<std::string>> sentences;
        for (const Text& text : twoKinds(20)) {
            std::vector<std::string> words;
            for (const std::int32_t id : text.words)
                words.push_back(vocabulary[static_cast<std::size_t>(id)]);
            sentences.push_back(std::move(words));
        }
        const auto found = suggest(**loaded, sentences, {{"city", {}}, {"drug", {}}});
        QVERIFY2(found.has_value(), found ? "" : found.error().text().c_str());
        int right = 0;
        for (const std::vector<WordSpan>& spans : *found) {
            for (const WordSpan& span : spans)
                right += (span.type == "city" && span.begin == 1 && span.end == 2) ||
                         (span.type == "drug" && span.begin == 3 && span.end == 5);
        }
        QVERIFY2(right >= 30, QByteArray::number(right).constData());
    }

    void stoppedAndResumed_isTheSameToTheBit() {
        const auto material = kinds(QStringLiteral("resumes"));
        const PretrainOptions options = quick(20);
        const auto whole = pretrain(m_tiny, material, options, path(QStringLiteral("whole.work")));
        QVERIFY2(whole.has_value(), whole ? "" : whole.error().text().c_str());
        std::stop_source source;
        PretrainCallbacks callbacks;
        callbacks.progress = [&](const PretrainProgress& p) {
            if (p.step == 11)
                source.request_stop();
        };
        const fs::path work = path(QStringLiteral("parts.work"));
        const auto first = pretrain(m_tiny, material, options, work, callbacks, source.get_token());
        QVERIFY2(first.has_value(), first ? "" : first.error().text().c_str());
        QVERIFY(!first->report.finished);
        QCOMPARE(first->report.steps, std::int64_t{11});
        QVERIFY(fs::exists(work / "checkpoint"));
        const auto second = pretrain(m_tiny, material, options, work);
        QVERIFY2(second.has_value(), second ? "" : second.error().text().c_str());
        QVERIFY(second->report.finished);
        QCOMPARE(second->report.firstStep, std::int64_t{11});
        QCOMPARE(second->report.tokens, whole->report.tokens);
        QCOMPARE(second->report.loss, whole->report.loss);
        QCOMPARE(weights(*second->model, at(QStringLiteral("parts"))),
                 weights(*whole->model, at(QStringLiteral("whole"))));

        // Other settings or other material are refused by name, and nothing is lost.
        PretrainOptions other = options;
        other.dropout = 0.2;
        auto refused = pretrain(m_tiny, material, other, work);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Incompatible);
        QVERIFY2(refused.error().message.find("dropout 0.1, not 0.2") != std::string::npos,
                 refused.error().text().c_str());
        refused = pretrain(m_tiny, kinds(QStringLiteral("others"), 32), options, work);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("material") != std::string::npos,
                 refused.error().text().c_str());
        QVERIFY(fs::exists(work / "checkpoint" / "state.json"));
    }

    void smallerRates_areTakenByARunThatGoesOn_largerOnesRefused() {
        const auto material = kinds(QStringLiteral("slower"));
        PretrainOptions options = quick(12);
        std::stop_source source;
        PretrainCallbacks callbacks;
        callbacks.progress = [&](const PretrainProgress& p) {
            if (p.step == 4)
                source.request_stop();
        };
        const fs::path work = path(QStringLiteral("slower.work"));
        QVERIFY(pretrain(m_tiny, material, options, work, callbacks, source.get_token()));
        options.encoderRate *= 2;
        const auto refused = pretrain(m_tiny, material, options, work);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("encoder-rate") != std::string::npos,
                 refused.error().text().c_str());
        options.encoderRate /= 8;
        std::vector<std::string> notes;
        callbacks = {};
        callbacks.note = [&](const std::string& note) { notes.push_back(note); };
        const auto resumed = pretrain(m_tiny, material, options, work, callbacks);
        QVERIFY2(resumed.has_value(), resumed ? "" : resumed.error().text().c_str());
        QCOMPARE(resumed->report.firstStep, std::int64_t{4});
        QCOMPARE(notes.size(), std::size_t{1});
        const auto settings = nlohmann::json::parse(resumed->report.settings);
        QCOMPARE(settings.at("encoder-rate").get<double>(), options.encoderRate);
        QCOMPARE(settings.at("rate-changes").size(), std::size_t{1});
        QCOMPARE(settings.at("rate-changes")[0].at("step").get<int>(), 4);
    }

    void divergedRun_isBegunAgainWithSmallerRates() {
        const auto material = kinds(QStringLiteral("diverges"));
        // The first of these rates that is too large is so by less than the step to the one before.
        for (double rate = 1e3; rate < 1e37; rate /= 0.3) {
            PretrainOptions options = quick(6);
            options.encoderRate = options.conceptRate = options.mapRate = rate;
            std::vector<std::string> notes;
            PretrainCallbacks callbacks;
            callbacks.note = [&](const std::string& note) { notes.push_back(note); };
            const QString work = QStringLiteral("diverges %1.work").arg(rate);
            const auto trained = pretrain(m_tiny, material, options, path(work), callbacks);
            QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
            if (notes.empty())
                continue;
            QCOMPARE(notes.size(), std::size_t{1});
            QVERIFY2(notes[0].find("no number") != std::string::npos, notes[0].c_str());
            QVERIFY(trained->report.finished);
            QCOMPARE(trained->report.steps, std::int64_t{6});
            QVERIFY(std::isfinite(trained->report.loss));
            const auto settings = nlohmann::json::parse(trained->report.settings);
            QVERIFY(settings.at("rate-changes")[0].at("encoder-rate").get<double>() < 0.5 * rate);
            // Loading refuses what is no number.
            QVERIFY(saveModel(*trained->model, path(QStringLiteral("recovered"))).has_value());
            const auto loaded = loadModel(path(QStringLiteral("recovered")), Device{});
            QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().text().c_str());
            return;
        }
        QFAIL("no rate was too large");
    }

    void divergedWeights_neverReplaceACheckpoint() {
        const auto material = kinds(QStringLiteral("exploding"));
        PretrainOptions options = quick(6);
        options.encoderRate = options.conceptRate = options.mapRate = 1e14;
        options.checkpointMinutes = 1e-9;
        const fs::path work = path(QStringLiteral("exploding.work"));
        const auto failed = pretrain(m_tiny, material, options, work);
        QVERIFY(!failed);
        QVERIFY2(failed.error().message.find("smaller") != std::string::npos,
                 failed.error().text().c_str());
        const auto file = SafetensorsFile::open(work / "checkpoint" / "tensors.safetensors");
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        const TensorView* const weights = (*file)->find("weights.0");
        QVERIFY(weights != nullptr);
        const auto* const values = reinterpret_cast<const float*>(weights->data.data());
        for (std::size_t i = 0; i < weights->data.size() / sizeof(float); ++i)
            QVERIFY(std::isfinite(values[i]));
    }

    void conceptEncoderOfTheBase_isKept_orTheOptionsRefused() {
        const auto material = kinds(QStringLiteral("brought"));
        PretrainOptions options = quick(2);
        options.conceptLayers = 1;
        const auto first = pretrain(m_tiny, material, options, path(QStringLiteral("b1.work")));
        QVERIFY2(first.has_value(), first ? "" : first.error().text().c_str());
        options.conceptLayers = 2;
        auto refused = pretrain(first->model, material, options, path(QStringLiteral("b2.work")));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Incompatible);
        QVERIFY2(refused.error().message.find("1 layer") != std::string::npos,
                 refused.error().text().c_str());
        options.conceptLayers = 0;
        options.firstToken = true;
        refused = pretrain(first->model, material, options, path(QStringLiteral("b2.work")));
        QVERIFY(!refused);
        options.firstToken = false;
        const auto second =
            pretrain(first->model, material, options, path(QStringLiteral("b2.work")));
        QVERIFY2(second.has_value(), second ? "" : second.error().text().c_str());
        const auto settings = nlohmann::json::parse(second->report.settings);
        QCOMPARE(settings.at("concept-layers").get<int>(), 1);
    }

    void descriptions_areReadWhereTheHeadBegins() {
        const auto material = kinds(QStringLiteral("described"));
        const auto base = pretrain(m_tiny, material, quick(20), path(QStringLiteral("d.work")));
        QVERIFY2(base.has_value(), base ? "" : base.error().text().c_str());
        LabelledSentence sentence;
        const auto vocabulary = this->vocabulary();
        const Text text = twoKinds(1).front();
        for (const std::int32_t id : text.words)
            sentence.words.push_back(vocabulary[static_cast<std::size_t>(id)]);
        sentence.spans = {{1, 2, "place"}, {3, 5, "thing"}};
        TrainOptions options;
        options.types = {"place", "thing"};
        options.steps = 1;
        options.learningRate = 1e-12;
        const auto logits = [&](const std::map<std::string, std::string>& descriptions) {
            options.descriptions = descriptions;
            const auto trained = train(base->model, {sentence}, options);
            if (!trained)
                qFatal("%s", trained.error().text().c_str());
            return *wordLogits(*trained->model, {sentence.words});
        };
        const auto plain = logits({});
        QCOMPARE(logits({{"other", "a drug"}}), plain);
        QCOMPARE(logits({{"thing", ""}}), plain);
        const auto described = logits({{"thing", "a drug"}});
        for (std::size_t word = 0; word < plain[0].size(); ++word) {
            QCOMPARE(described[0][word][1], plain[0][word][1]);  // B-place
            QVERIFY(std::abs(described[0][word][3] - plain[0][word][3]) > 1e-4);
        }
    }

    void fullDisk_leavesTheLastCheckpoint() {
        const auto material = kinds(QStringLiteral("disk"));
        PretrainOptions options = quick(40);
        options.checkpointMinutes = 1e-9;
        const fs::path work = path(QStringLiteral("disk.work"));
        std::optional<FullDisk> full;
        PretrainCallbacks callbacks;
        callbacks.progress = [&](const PretrainProgress& p) {
            if (p.step == 5)
                full.emplace(10'000);
        };
        const auto failed = pretrain(m_tiny, material, options, work, callbacks);
        full.reset();
        QVERIFY(!failed);
        QVERIFY2(failed.error().code == ErrorCode::DiskFull, failed.error().text().c_str());
        const auto resumed = pretrain(m_tiny, material, options, work);
        QVERIFY2(resumed.has_value(), resumed ? "" : resumed.error().text().c_str());
        QCOMPARE(resumed->report.firstStep, std::int64_t{5});
    }

    void damagedCheckpoint_isRefused() {
        const auto material = kinds(QStringLiteral("broken"));
        PretrainOptions options = quick(6);
        options.checkpointMinutes = 1e-9;
        const fs::path work = path(QStringLiteral("broken.work"));
        QVERIFY(pretrain(m_tiny, material, options, work).has_value());
        const fs::path state = work / "checkpoint" / "state.json";
        const std::string before = *readWholeFile(state);
        QVERIFY(writeWholeFile(state, before.substr(0, before.size() / 2)).has_value());
        auto refused = pretrain(m_tiny, material, options, work);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Corrupt);
        QVERIFY(writeWholeFile(state, before).has_value());
        const fs::path tensors = work / "checkpoint" / "tensors.safetensors";
        const std::string all = *readWholeFile(tensors);
        QVERIFY(writeWholeFile(tensors, all.substr(0, all.size() - 64)).has_value());
        refused = pretrain(m_tiny, material, options, work);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Corrupt);
    }

    void nothingToLearn_isSaid() {
        CorpusTables one = tables(1);
        one.tokenizer = tokenizerFingerprint(*m_tiny);
        const auto single = corpus(at(QStringLiteral("single")), {{{11}, {{0, 1, 0}}}}, one);
        auto refused = pretrain(m_tiny, single, quick(1), path(QStringLiteral("x.work")));
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("concept 0") != std::string::npos,
                 refused.error().text().c_str());
        one.concepts.clear();
        refused = pretrain(m_tiny, corpus(at(QStringLiteral("none")), {}, one), quick(1),
                           path(QStringLiteral("x.work")));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::InvalidArgument);
        CorpusTables foreign = tables(2);
        foreign.tokenizer = "another";
        refused = pretrain(m_tiny, corpus(at(QStringLiteral("foreign")), {{{11}, {}}}, foreign),
                           quick(1), path(QStringLiteral("x.work")));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Incompatible);
    }

    void frozenConcepts_firstToken_andFewerLayers_allLearn_data() {
        QTest::addColumn<double>("conceptRate");
        QTest::addColumn<bool>("firstToken");
        QTest::addColumn<int>("conceptLayers");
        QTest::addColumn<int>("frozenLayers");
        QTest::newRow("still concepts") << 0.0 << false << 0 << 0;
        QTest::newRow("first token") << 2e-3 << true << 0 << 0;
        QTest::newRow("one layer, one frozen") << 2e-3 << false << 1 << 1;
        QTest::newRow("one layer for both") << 0.0 << false << 1 << 1;
    }
    void frozenConcepts_firstToken_andFewerLayers_allLearn() {
        QFETCH(double, conceptRate);
        QFETCH(bool, firstToken);
        QFETCH(int, conceptLayers);
        QFETCH(int, frozenLayers);
        const auto material = kinds(QStringLiteral("variants"));
        PretrainOptions options = quick(100);
        options.conceptRate = conceptRate;
        options.firstToken = firstToken;
        options.conceptLayers = conceptLayers;
        options.frozenLayers = frozenLayers;
        const QString name = QString::fromUtf8(QTest::currentDataTag());
        std::vector<double> losses;
        PretrainCallbacks callbacks;
        callbacks.progress = [&](const PretrainProgress& p) { losses.push_back(p.loss); };
        const auto trained = pretrain(m_tiny, material, options, path(name + ".work"), callbacks);
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        QVERIFY(losses.back() < 0.8 * losses[5]);
        // What was learned is in the bundle, and a run goes on from it.
        QVERIFY(saveModel(*trained->model, path(name)).has_value());
        const auto loaded = loadModel(path(name), Device{});
        QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().text().c_str());
        // Layers that neither side moved are saved once.
        const auto file = SafetensorsFile::open(path(name) / "model.safetensors");
        QVERIFY(file.has_value());
        const bool twice = (*file)->find("spanwise_concepts.layers.0.0") != nullptr;
        QCOMPARE(twice, conceptRate > 0 || frozenLayers == 0);
        QCOMPARE(weights(**loaded, at(name + " again")), weights(*trained->model, at(name + " b")));
        const auto more = pretrain(*loaded, material, options, path(name + ".more"));
        QVERIFY2(more.has_value(), more ? "" : more.error().text().c_str());
        QVERIFY(more->report.loss < losses[20]);
    }

private:
    static std::vector<std::string> vocabulary() {
        std::vector<std::string> words;
        const QByteArray text =
            fixtures::bytes(fixtures::path("encoders/tiny_bert_bare/vocab.txt"));
        for (const QByteArray& line : text.split('\n'))
            words.push_back(line.toStdString());
        return words;
    }
};

QTEST_GUILESS_MAIN(TestPretraining)
#include "test_pretraining.moc"
