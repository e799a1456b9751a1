#include "models/model_internal.h"
#include "models/torch.h"
// Qt after LibTorch: both know "slots".
#include <QTest>

#include "tests/models/fixtures.h"

using namespace spanwise;

/// Hidden states of the real default encoder against transformers' (fixture made by
/// tests/parity/scripts/make_encoder_fixtures.py).
class TestBert : public QObject {
    Q_OBJECT

    static at::Tensor tensorOf(const SafetensorsFile& file, const char* name) {
        const TensorView& view = *file.find(name);
        if (view.dtype == DType::F32)
            return tensorFrom(view, {}).clone();
        at::Tensor tensor = at::empty(view.shape, at::kLong);
        std::memcpy(tensor.mutable_data_ptr(), view.data.data(), view.data.size());
        return tensor;
    }

private Q_SLOTS:
    void hiddenStates_equalTransformers() {
        const auto path = resolveModel("all-MiniLM-L6-v2");
        if (!path)
            QSKIP("all-MiniLM-L6-v2 is not installed: packaging/setup/encoder.sh fetches it.");
        const auto model = loadModel(*path, Device{});
        QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
        const auto json = fixtures::json("encoders/minilm_hidden.json");
        const auto file =
            SafetensorsFile::open(fixtures::path("encoders/minilm_hidden.safetensors"));
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());

        // The same sub-tokens, from the texts.
        std::vector<Window> windows;
        for (const auto& text : json.at("texts")) {
            const Encoding encoding = (*model)->tokenizer->encode(text.get<std::string>());
            Window window;
            window.ids.push_back((*model)->tokenizer->firstId());
            window.ids.insert(window.ids.end(), encoding.ids.begin(), encoding.ids.end());
            window.ids.push_back((*model)->tokenizer->lastId());
            QCOMPARE(window.ids.size(), json.at("lengths")[windows.size()].get<std::size_t>());
            windows.push_back(std::move(window));
        }
        std::vector<const Window*> members;
        for (const Window& window : windows)
            members.push_back(&window);
        const c10::InferenceMode inference;
        const EncoderWeights& weights = (*model)->encoder;
        const EncoderConfig& config = (*model)->config;
        const at::Tensor ids = tensorOf(**file, "input_ids");
        const std::vector<std::pair<const char*, int>> depths{{"middle_hidden_state", 3},
                                                              {"last_hidden_state", config.layers}};
        // Few tokens go through LibTorch's products and attention under a mask, many through
        // oneDNN's and attention by length; both must give what transformers gives.
        for (const std::size_t copies : {std::size_t{1}, std::size_t{4}}) {
            std::vector<const Window*> members;
            for (const Window& window : windows)
                members.insert(members.end(), copies, &window);
            const WindowBatch batch = packWindows(members, config, at::kCPU);
            QCOMPARE(batch.packed.blockMask.defined(), copies == 1);
            QCOMPARE(batch.packed.ids.size(0) == kFastTokens, copies == 4);
            for (const auto& [name, depth] : depths) {
                const at::Tensor expected = tensorOf(**file, name);
                const at::Tensor hidden = runLayers(weights, config, batch.packed,
                                                    embed(weights, config, batch.packed), 0, depth);
                double worst = 0;
                std::int64_t row = 0;
                for (std::size_t i = 0; i < members.size(); ++i) {
                    const auto text = static_cast<std::int64_t>(i / copies);
                    const auto length = static_cast<std::int64_t>(members[i]->ids.size());
                    QVERIFY(batch.packed.ids.narrow(0, row, length)
                                .equal(ids[text].narrow(0, 0, length)));
                    const at::Tensor difference =
                        hidden.narrow(0, row, length) - expected[text].narrow(0, 0, length);
                    worst = std::max(worst, difference.abs().max().item<double>());
                    row += length;
                }
                qInfo("%s, %zu of each: largest difference %.2g", name, copies, worst);
                QVERIFY(worst < 1e-4);
            }
        }
        // One text alone, every layer.
        const PackedBatch alone = packWindows({&windows[0]}, config, at::kCPU).packed;
        const at::Tensor all = tensorOf(**file, "all_hidden_states");
        at::Tensor hidden = embed(weights, config, alone);
        for (int layer = 0;; ++layer) {
            const double worst = (hidden - all[layer]).abs().max().item<double>();
            QVERIFY2(worst < 1e-4,
                     qPrintable(QStringLiteral("layer %1: %2").arg(layer).arg(worst)));
            if (layer == config.layers)
                break;
            hidden = runLayers(weights, config, alone, hidden, layer, layer + 1);
        }
        // Wanted rows alone are the same rows.
        ForwardOptions options;
        options.wantedRows = indexTensor({1, 4}, at::kCPU);
        const at::Tensor wanted = runLayers(weights, config, alone, embed(weights, config, alone),
                                            0, config.layers, options);
        QVERIFY(at::allclose(wanted, hidden.index_select(0, options.wantedRows), 1e-5, 1e-5));
    }
};

QTEST_GUILESS_MAIN(TestBert)
#include "test_bert.moc"
