#include <ATen/cpu/Utils.h>

#include "models/encoders/packed_layers.h"
#include "models/encoders/row_kernels.h"
#include "models/model_internal.h"
#include "models/torch.h"
// Qt after LibTorch: both know "slots".
#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>

#include "tests/models/fixtures.h"

using namespace spanwise;
using Json = nlohmann::json;

namespace {

at::Tensor tensorOf(const SafetensorsFile& file, const char* name) {
    const TensorView& view = *file.find(name);
    if (view.dtype == DType::F32)
        return tensorFrom(view, {}).clone();
    at::Tensor tensor = at::empty(view.shape, at::kLong);
    std::memcpy(tensor.mutable_data_ptr(), view.data.data(), view.data.size());
    return tensor;
}

std::string folderOf(const QString& name) {
    return fixtures::path("architectures/" + name.toStdString());
}

struct Encoder {
    EncoderConfig config;
    EncoderWeights weights;
};

Result<Encoder> open(const std::string& folder) {
    Encoder encoder;
    const auto json = Json::parse(fixtures::bytes(folder + "/config.json").toStdString());
    auto config = readEncoderConfig(json, folder + "/config.json");
    if (!config)
        return tl::unexpected(config.error());
    encoder.config = std::move(*config);
    const auto files = WeightFiles::open(folder);
    if (!files)
        return tl::unexpected(files.error());
    TensorSource source(*files);
    auto weights = readEncoderWeights(source, encoder.config);
    if (!weights)
        return tl::unexpected(weights.error());
    encoder.weights = std::move(*weights);
    return encoder;
}

void addArchitectures() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"roberta", "roberta_tags", "distilbert", "mpnet", "deberta_v3",
                             "deberta_v2", "modernbert"})
        QTest::newRow(name) << name;
}

}  // namespace

/// Encoders of every family against transformers, on small random weights (fixtures made by
/// tests/parity/scripts/make_architecture_fixtures.py).
class TestEncoders : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Products this small only wait for each other on more.
    void initTestCase() { setThreads(1); }

    void hiddenStates_equalTransformers_data() { addArchitectures(); }
    void hiddenStates_equalTransformers() {
        QFETCH(QString, name);
        const std::string folder = folderOf(name);
        const auto encoder = open(folder);
        QVERIFY2(encoder.has_value(), encoder ? "" : encoder.error().text().c_str());
        const auto& [config, weights] = *encoder;
        const auto file = SafetensorsFile::open(folder + "/hidden.safetensors");
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        const at::Tensor ids = tensorOf(**file, "ids");
        const at::Tensor lengths = tensorOf(**file, "lengths");
        const at::Tensor expected = tensorOf(**file, "hidden");
        std::vector<std::vector<std::int64_t>> sequences;
        std::vector<std::int64_t> starts;
        std::int64_t row = 0;
        for (std::int64_t i = 0; i < lengths.size(0); ++i) {
            const std::int64_t length = lengths[i].item<std::int64_t>();
            const auto* data = ids.const_data_ptr<std::int64_t>() + row;
            starts.push_back(row);
            sequences.emplace_back(data, data + length);
            row += length;
        }
        const c10::InferenceMode inference;
        double worst = 0;
        std::optional<PackedLayers> packed;
        const auto compare = [&](const std::vector<std::size_t>& members) {
            std::vector<const std::vector<std::int64_t>*> pointers;
            for (const std::size_t member : members)
                pointers.push_back(&sequences[member]);
            const PackedBatch batch = packSequences(pointers, config, at::kCPU);
            at::Tensor hidden = embed(weights, config, batch);
            for (int layer = 0; layer <= config.layers; ++layer) {
                ForwardOptions options;
                options.packed = packed ? &*packed : nullptr;
                if (layer > 0)
                    hidden = runLayers(weights, config, batch, hidden, layer - 1, layer, options);
                std::int64_t at = 0;
                for (const std::size_t member : members) {
                    const auto length = static_cast<std::int64_t>(sequences[member].size());
                    const at::Tensor theirs = expected[layer].narrow(0, starts[member], length);
                    worst = std::max(
                        worst, (hidden.narrow(0, at, length) - theirs).abs().max().item<double>());
                    at += length;
                }
            }
            // In one go, and only the rows that are wanted.
            ForwardOptions options;
            options.packed = packed ? &*packed : nullptr;
            options.wantedRows = indexTensor({hidden.size(0) - 1, 1}, at::kCPU);
            const at::Tensor wanted = runLayers(
                weights, config, batch, embed(weights, config, batch), 0, config.layers, options);
            const at::Tensor rows = hidden.index_select(0, options.wantedRows);
            worst = std::max(worst, (wanted - rows).abs().max().item<double>());
        };
        std::vector<std::size_t> all(sequences.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            compare({i});
            all[i] = i;
        }
        compare({0, 1, 2, 3, 8});  // few tokens: one attention under a mask
        compare(all);
        std::vector<std::size_t> many;  // fills a batch of kFastTokens: oneDNN's products
        for (std::size_t tokens = 0; tokens + sequences[8].size() <= kFastTokens;
             tokens += sequences[8].size())
            many.push_back(8);
        compare(many);
        qInfo("largest difference %.2g", worst);
        QVERIFY(worst < 1e-4);
        if (!PackedLayers::available(config, Precision::Float)) {
            QVERIFY(config.architecture == Architecture::ModernBert ||
                    config.convolutionKernel > 0);
            return;
        }
        packed.emplace(weights, config, Precision::Float);
        compare({0});
        compare({0, 1, 2, 3, 8});
        compare(all);
        compare(many);
        qInfo("packed too: %.2g", worst);
        QVERIFY(worst < 1e-4);
    }

    /// No entry is further off than rounding weights to 1/254 of their row's range and inputs to
    /// 1/510 of their token's allows.
    void int8Product_isOffByRoundingOnly_data() {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("in");
        QTest::addColumn<int>("out");
        QTest::newRow("one") << 1 << 32 << 48;
        QTest::newRow("odd") << 67 << 100 << 37;
        QTest::newRow("as in MiniLM") << 512 << 384 << 1152;
    }
    void int8Product_isOffByRoundingOnly() {
        QFETCH(int, tokens);
        QFETCH(int, in);
        QFETCH(int, out);
        if (!at::cpu::is_avx512_vnni_supported())
            QSKIP("Int8 wants AVX-512 VNNI.");
        const c10::InferenceMode inference;
        at::manual_seed(1);
        const at::Tensor x = at::randn({tokens, in}) * 3 + 1;
        const at::Tensor weight = at::randn({out, in}) * at::rand({out, 1});
        const at::Tensor bias = at::randn({out});
        const PackedLinear linear(weight, bias, Precision::Int8);
        const at::Tensor bytes = at::empty({tokens, in}, at::kByte);
        const at::Tensor scales = at::empty({2, tokens});
        float* const scale = scales.mutable_data_ptr<float>();
        rows::toBytes(x.const_data_ptr<float>(), tokens, in,
                      {bytes.mutable_data_ptr<std::uint8_t>(), scale, scale + tokens});
        const at::Tensor y = linear.bytes(bytes);
        rows::finish(y.mutable_data_ptr<float>(), tokens, out,
                     {scale, scale + tokens, linear.columnSums(), linear.bias()});
        const at::Tensor exact =
            at::linear(x.to(at::kDouble), weight.to(at::kDouble), bias.to(at::kDouble));
        const at::Tensor inputStep = scales.select(0, 0).to(at::kDouble).unsqueeze(1) / 2;
        const at::Tensor weightStep = (weight.abs().amax(1) / 127).to(at::kDouble).unsqueeze(0) / 2;
        const at::Tensor bound = inputStep * weight.abs().sum(1).to(at::kDouble).unsqueeze(0) +
                                 weightStep * x.abs().sum(1).to(at::kDouble).unsqueeze(1) +
                                 inputStep * weightStep * static_cast<double>(in);
        QVERIFY(((y - exact).abs() <= bound * 1.01 + 1e-3).all().item<bool>());
        // And far nearer on the whole, because roundings cancel.
        QVERIFY((y - exact).norm().item<double>() < 0.02 * exact.norm().item<double>());
    }

    /// The fixtures' weights are random and large, so that roundings grow from layer to layer more
    /// than in trained encoders, where F1 tells (tests/bench/README.md).
    void int8_staysClose_data() { addArchitectures(); }
    void int8_staysClose() {
        QFETCH(QString, name);
        const auto encoder = open(folderOf(name));
        QVERIFY2(encoder.has_value(), encoder ? "" : encoder.error().text().c_str());
        const auto& [config, weights] = *encoder;
        if (!PackedLayers::available(config, Precision::Int8))
            QSKIP("Int8 wants AVX-512 VNNI, and neither ModernBERT nor DeBERTa's convolution.");
        const c10::InferenceMode inference;
        std::vector<std::vector<std::int64_t>> sequences;
        for (const std::int64_t length : {3, 17, 17, 40}) {
            sequences.emplace_back();
            for (std::int64_t i = 0; i < length; ++i)
                sequences.back().push_back(5 + (i * 7 + length) % (config.vocabularySize - 5));
        }
        const PackedBatch batch = packSequences(
            {&sequences[0], &sequences[1], &sequences[2], &sequences[3]}, config, at::kCPU);
        const PackedLayers packed(weights, config, Precision::Int8);
        const at::Tensor start = embed(weights, config, batch);
        ForwardOptions options;
        const at::Tensor exact =
            runLayers(weights, config, batch, start, 0, config.layers, options);
        options.packed = &packed;
        const at::Tensor close =
            runLayers(weights, config, batch, start, 0, config.layers, options);
        QCOMPARE(close.sizes().vec(), exact.sizes().vec());
        const double cosine =
            ((close * exact).sum(1) / (close.norm(2, 1) * exact.norm(2, 1))).min().item<double>();
        qInfo("smallest cosine %.5f", cosine);
        QVERIFY(cosine > 0.98);
        QVERIFY((close - exact).abs().max().item<double>() > 0);  // it was int8 that ran
        options.wantedRows = indexTensor({close.size(0) - 1, 1}, at::kCPU);
        const at::Tensor wanted =
            runLayers(weights, config, batch, start, 0, config.layers, options);
        QVERIFY((wanted - close.index_select(0, options.wantedRows)).abs().max().item<double>() <
                1e-4);
    }

    /// Words through the tokenizer and the classifier, as transformers saved them; again after
    /// Spanwise saved them.
    void wordLogits_equalTransformers_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"roberta_tags", "distilbert", "mpnet", "deberta_v3", "modernbert"})
            QTest::newRow(name) << name;
    }
    void wordLogits_equalTransformers() {
        QFETCH(QString, name);
        const Json expected =
            fixtures::json("architectures/" + name.toStdString() + "/expected.json");
        std::vector<std::vector<std::string>> sentences;
        for (const Json& item : expected.at("cases"))
            sentences.push_back(item.at("words").get<std::vector<std::string>>());
        const auto compare = [&](const std::string& folder) -> ModelPtr {
            const auto model = loadModel(folder, Device{});
            if (!model) {
                qWarning("%s", model.error().text().c_str());
                return nullptr;
            }
            const auto logits = wordLogits(**model, sentences);
            if (!logits || labelNames(**model) != expected.at("labels"))
                return nullptr;
            double worst = 0;
            for (std::size_t i = 0; i < sentences.size(); ++i) {
                const auto theirs =
                    expected.at("cases")[i].at("logits").get<std::vector<std::vector<float>>>();
                for (std::size_t w = 0; w < theirs.size(); ++w) {
                    if ((*logits)[i][w].size() != theirs[w].size())
                        return nullptr;
                    for (std::size_t l = 0; l < theirs[w].size(); ++l)
                        worst =
                            std::max(worst, double{std::abs((*logits)[i][w][l] - theirs[w][l])});
                }
            }
            qInfo("largest difference %.2g", worst);
            return worst < 1e-4 ? *model : nullptr;
        };
        const ModelPtr model = compare(folderOf(name));
        QVERIFY(model);
        const QTemporaryDir dir;
        const std::string folder = dir.filePath("saved").toStdString();
        const auto saved = saveModel(*model, folder);
        QVERIFY2(saved.has_value(), saved ? "" : saved.error().text().c_str());
        QVERIFY(compare(folder));
    }

    void everyFamily_learnsAHandful_data() { addArchitectures(); }
    void everyFamily_learnsAHandful() {
        QFETCH(QString, name);
        const auto base = loadModel(folderOf(name), Device{});
        QVERIFY2(base.has_value(), base ? "" : base.error().text().c_str());
        std::vector<LabelledSentence> sentences;
        for (const auto& [words, spans] :
             std::vector<std::pair<std::vector<std::string>, std::vector<WordSpan>>>{
                 {{"Ada", "Lovelace", "joined", "Bayer"}, {{0, 2, "person"}, {3, 4, "company"}}},
                 {{"Alan", "Turing", "works", "for", "Nokia"},
                  {{0, 2, "person"}, {4, 5, "company"}}},
                 {{"the", "patient", "moved"}, {}}}) {
            LabelledSentence sentence;
            sentence.words = words;
            sentence.spans = spans;
            sentences.push_back(std::move(sentence));
        }
        TrainOptions options;
        options.types = {"person", "company"};
        options.steps = 120;
        options.learningRate = 3e-3;
        if (name == "roberta")
            options.features = Features::TwoLayers;
        const auto trained = train(*base, sentences, options);
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        const QTemporaryDir dir;
        const std::string folder = dir.filePath("saved").toStdString();
        QVERIFY(saveModel(*trained->model, folder).has_value());
        const auto again = loadModel(folder, Device{});
        QVERIFY2(again.has_value(), again ? "" : again.error().text().c_str());
        QVERIFY(bundleInfo(**again).features ==
                (name == "roberta" ? Features::TwoLayers : Features::LastLayer));
        for (const LabelledSentence& sentence : sentences) {
            auto found = predict(**again, {sentence.words});
            QVERIFY2(found.has_value(), found ? "" : found.error().text().c_str());
            for (WordSpan& span : found->front())
                span.score = -1;
            QVERIFY(found->front() == sentence.spans);
        }
    }

    void twoLayers_ofAShallowEncoder_areRefused() {
        const auto base = loadModel(folderOf("mpnet"), Device{});
        QVERIFY2(base.has_value(), base ? "" : base.error().text().c_str());
        LabelledSentence sentence;
        sentence.words = {"Ada"};
        sentence.spans = {{0, 1, "person"}};
        TrainOptions options;
        options.types = {"person"};
        options.features = Features::TwoLayers;
        const auto trained = train(*base, {sentence}, options);
        QVERIFY(!trained);
        QVERIFY(trained.error().message.find("only 2") != std::string::npos);
    }

    void realMpnet_equalsTransformers() {
        const auto path = resolveModel("all-mpnet-base-v2");
        if (!path)
            QSKIP("all-mpnet-base-v2 is not installed: packaging/setup/mpnet.sh fetches it.");
        const auto encoder = open(path->string());
        QVERIFY2(encoder.has_value(), encoder ? "" : encoder.error().text().c_str());
        const auto& [config, weights] = *encoder;
        const auto file =
            SafetensorsFile::open(fixtures::path("encoders/mpnet_hidden.safetensors"));
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        const at::Tensor ids = tensorOf(**file, "ids");
        const at::Tensor lengths = tensorOf(**file, "lengths");
        std::vector<std::vector<std::int64_t>> sequences;
        const auto* data = ids.const_data_ptr<std::int64_t>();
        for (std::int64_t i = 0; i < lengths.size(0); ++i) {
            const auto length = lengths[i].item<std::int64_t>();
            sequences.emplace_back(data, data + length);
            data += length;
        }
        std::vector<const std::vector<std::int64_t>*> members;
        for (const auto& sequence : sequences)
            members.push_back(&sequence);
        const c10::InferenceMode inference;
        const PackedBatch batch = packSequences(members, config, at::kCPU);
        const at::Tensor middle =
            runLayers(weights, config, batch, embed(weights, config, batch), 0, 6);
        const at::Tensor last = runLayers(weights, config, batch, middle, 6, config.layers);
        const auto worst = [](const at::Tensor& ours, const at::Tensor& theirs) {
            return (ours - theirs).abs().max().item<double>();
        };
        const double inMiddle = worst(middle, tensorOf(**file, "middle"));
        const double atEnd = worst(last, tensorOf(**file, "last"));
        qInfo("largest difference %.2g in the middle, %.2g at the end", inMiddle, atEnd);
        QVERIFY(inMiddle < 1e-4 && atEnd < 1e-4);
    }

    void gradients_goThroughEveryLayer_data() { addArchitectures(); }
    void gradients_goThroughEveryLayer() {
        QFETCH(QString, name);
        auto encoder = open(folderOf(name));
        QVERIFY2(encoder.has_value(), encoder ? "" : encoder.error().text().c_str());
        auto& [config, weights] = *encoder;
        std::vector<at::Tensor> parameters;
        for (EncoderLayer& layer : weights.layers)
            layer.forEach([&](at::Tensor& tensor) {
                tensor = tensor.clone().set_requires_grad(true);
                parameters.push_back(tensor);
            });
        const std::vector<std::int64_t> first{5, 6, 7, 8, 9, 10}, second{11, 12, 13};
        const PackedBatch batch = packSequences({&first, &second}, config, at::kCPU);
        const at::Tensor hidden =
            features(weights, config, batch, embed(weights, config, batch), 0, Features::LastLayer);
        (hidden * at::arange(hidden.numel()).view_as(hidden)).sum().backward();
        int without = 0;
        for (const at::Tensor& parameter : parameters) {
            if (!parameter.grad().defined() || !(parameter.grad().abs().sum().item<double>() > 0))
                ++without;
        }
        QCOMPARE(without, 0);
    }

    void twoLayers_areTheLastAndThe7thFromLast() {
        const auto encoder = open(folderOf("roberta"));
        QVERIFY2(encoder.has_value(), encoder ? "" : encoder.error().text().c_str());
        const auto& [config, weights] = *encoder;
        const auto file = SafetensorsFile::open(folderOf("roberta") + "/hidden.safetensors");
        QVERIFY(file.has_value());
        const at::Tensor expected = tensorOf(**file, "hidden");
        const at::Tensor ids = tensorOf(**file, "ids");
        const auto length = tensorOf(**file, "lengths")[0].item<std::int64_t>();
        const std::vector<std::int64_t> sequence(ids.const_data_ptr<std::int64_t>(),
                                                 ids.const_data_ptr<std::int64_t>() + length);
        const c10::InferenceMode inference;
        const PackedBatch batch = packSequences({&sequence}, config, at::kCPU);
        ForwardOptions options;
        options.wantedRows = indexTensor({1, 3}, at::kCPU);
        const at::Tensor both = features(weights, config, batch, embed(weights, config, batch), 0,
                                         Features::TwoLayers, options);
        const auto rows = [&](std::int64_t layer) {
            return expected[layer].narrow(0, 0, length).index_select(0, options.wantedRows);
        };
        const at::Tensor theirs = at::cat({rows(7), rows(1)}, 1);
        QVERIFY((both - theirs).abs().max().item<double>() < 1e-4);
    }

    void names_areWrittenAsTheyWereRead_data() { addArchitectures(); }
    void names_areWrittenAsTheyWereRead() {
        QFETCH(QString, name);
        const std::string folder = folderOf(name);
        auto encoder = open(folder);
        QVERIFY2(encoder.has_value(), encoder ? "" : encoder.error().text().c_str());
        std::vector<NamedTensor> tensors;
        std::vector<at::Tensor> keep;
        nameEncoderWeights(encoder->weights, encoder->config, tensors, keep);
        const auto files = WeightFiles::open(folder);
        QVERIFY(files.has_value());
        std::size_t found = 0;
        for (const NamedTensor& tensor : tensors) {
            const TensorView* view = (*files)->find(tensor.name);
            if (view == nullptr) {
                const std::string bare = tensor.name.substr(tensor.name.find('.') + 1);
                view = (*files)->find(bare);
            }
            QVERIFY2(view != nullptr, tensor.name.c_str());
            const at::Tensor theirs = tensorFrom(*view, *files);
            QVERIFY2(tensorFrom(tensor.tensor, {}).equal(theirs), tensor.name.c_str());
            ++found;
        }
        // All but the classifier, and masked-language heads that are not read.
        std::size_t others = 0;
        for (const std::string& other : (*files)->names())
            others += other.starts_with("classifier.") ? 1 : 0;
        QCOMPARE(found + others, (*files)->names().size());
    }

    void badConfig_isRefusedByKey_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* folder, const char* key,
                            const char* value, const char* expected) {
            QTest::newRow(name) << folder << key << value << expected;
        };
        row("architecture", "roberta", "model_type", "\"gpt2\"", "gpt2");
        row("no architecture", "roberta", "model_type", "7", "model_type");
        row("hidden size", "roberta", "hidden_size", "-3", "hidden_size is -3");
        row("hidden size as text", "roberta", "hidden_size", "\"16\"", "hidden_size is \"16\"");
        row("heads", "roberta", "num_attention_heads", "3", "multiple of 3");
        row("layers", "roberta", "num_hidden_layers", "100000", "num_hidden_layers is 100000");
        row("vocabulary", "roberta", "vocab_size", "99999999999", "vocab_size is 99999999999");
        row("missing", "roberta", "vocab_size", "null", "vocab_size is missing");
        row("activation", "roberta", "hidden_act", "\"quick\"", "quick");
        row("positions", "roberta", "position_embedding_type", "\"relative_key\"", "relative_key");
        row("wider than the tensors", "roberta", "intermediate_size", "25",
            "has the shape [24, 16], config.json asks for [25, 16]");
        row("more layers than tensors", "roberta", "num_hidden_layers", "8",
            "no tensor \"encoder.layer.7.");
        row("fewer layers than tensors", "roberta", "num_hidden_layers", "6",
            "config.json says that there are 6 layers");
        row("buckets", "deberta_v3", "position_buckets", "1", "position_buckets is 1");
        row("other buckets", "deberta_v3", "position_buckets", "64", "encoder.rel_embeddings");
        row("position to position", "deberta_v3", "pos_att_type", "\"p2p\"", "p2p");
        row("even convolution", "deberta_v2", "conv_kernel_size", "4", "conv_kernel_size is even");
        row("layer types", "modernbert", "layer_types", "[\"full_attention\"]", "layer_types");
        row("rope", "modernbert", "rope_parameters",
            "{\"full_attention\": {\"rope_type\": \"yarn\"}}", "yarn");
        row("eps", "modernbert", "norm_eps", "\"small\"", "norm_eps is \"small\"");
    }
    void badConfig_isRefusedByKey() {
        QFETCH(QString, folder);
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, expected);
        const QTemporaryDir copy;
        const QString from = QString::fromStdString(folderOf(folder));
        for (const QString& file : QDir(from).entryList(QDir::Files))
            QVERIFY(QFile::copy(from + "/" + file, copy.filePath(file)));
        auto json = Json::parse(fixtures::bytes(copy.filePath("config.json").toStdString()));
        json[key.toStdString()] = Json::parse(value.toStdString());
        QFile config(copy.filePath("config.json"));
        QVERIFY(config.remove() && config.open(QIODevice::WriteOnly));
        config.write(QByteArray::fromStdString(json.dump()));
        config.close();
        const auto opened = open(copy.path().toStdString());
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.find(expected.toStdString()) != std::string::npos,
                 opened.error().text().c_str());
        QVERIFY(opened.error().where.find(copy.path().toStdString()) != std::string::npos);
    }

    void notANumber_isRefusedByName() {
        const QTemporaryDir copy;
        const QString from = QString::fromStdString(folderOf("roberta"));
        for (const QString& file : QDir(from).entryList(QDir::Files))
            QVERIFY(QFile::copy(from + "/" + file, copy.filePath(file)));
        const auto files = WeightFiles::open(from.toStdString());
        QVERIFY(files.has_value());
        std::vector<NamedTensor> tensors;
        std::vector<at::Tensor> keep;
        for (const std::string& name : (*files)->names()) {
            keep.push_back(tensorFrom(*(*files)->find(name), *files).clone());
            if (name == "encoder.layer.3.output.dense.bias")
                keep.back()[5] = std::numeric_limits<float>::quiet_NaN();
            tensors.push_back({name, viewOf(keep.back())});
        }
        const std::string path = copy.filePath("model.safetensors").toStdString();
        QVERIFY(QFile::remove(QString::fromStdString(path)));
        QVERIFY(writeSafetensors(path, tensors).has_value());
        const auto opened = open(copy.path().toStdString());
        QVERIFY(!opened);
        QVERIFY2(
            opened.error().message.find("encoder.layer.3.output.dense.bias") != std::string::npos,
            opened.error().text().c_str());
        QCOMPARE(opened.error().where, path);
    }
};

QTEST_GUILESS_MAIN(TestEncoders)
#include "test_encoders.moc"
