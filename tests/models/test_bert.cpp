#include <torch/torch.h>
// Qt after LibTorch: both know "slots".
#include <QTest>

#include "models/model_internal.h"
#include "tests/models/fixtures.h"

using namespace spanwise;

/// Hidden states of the real default encoder against transformers' (fixture made by
/// tests/parity/scripts/make_encoder_fixtures.py).
class TestBert : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hiddenStates_equalTransformers() {
        const auto path = defaultEncoder();
        if (!path)
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
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
        const torch::InferenceMode inference;
        const Batch batch = makeBatch(members, 0, at::kCPU);
        const TensorView* ids = (*file)->find("input_ids");
        QVERIFY(ids != nullptr);
        QVERIFY(std::equal(ids->data.begin(), ids->data.end(),
                           reinterpret_cast<const std::byte*>(batch.ids.const_data_ptr())));

        const EncoderConfig& config = (*model)->config;
        const at::Tensor embedded = embed((*model)->encoder, config, batch.ids);
        const at::Tensor middle = runLayers((*model)->encoder, config, embedded, batch.mask, 0, 3);
        const at::Tensor last =
            runLayers((*model)->encoder, config, middle, batch.mask, 3, config.layers);
        const at::Tensor real = batch.mask.squeeze(1).squeeze(1).unsqueeze(-1).to(at::kFloat);
        for (const auto& [name, hidden] :
             {std::pair{"middle_hidden_state", middle}, std::pair{"last_hidden_state", last}}) {
            const at::Tensor expected = tensorFrom(*(*file)->find(name), *file);
            const double worst = ((hidden - expected).abs() * real).max().item<double>();
            qInfo("%s: largest difference %.2g", name, worst);
            QVERIFY(worst < 1e-4);
        }
        // One text alone, every layer.
        const Batch alone = makeBatch({&windows[0]}, 0, at::kCPU);
        const at::Tensor all = tensorFrom(*(*file)->find("all_hidden_states"), *file);
        at::Tensor hidden = embed((*model)->encoder, config, alone.ids);
        for (int layer = 0;; ++layer) {
            const double worst = (hidden[0] - all[layer]).abs().max().item<double>();
            QVERIFY2(worst < 1e-4,
                     qPrintable(QStringLiteral("layer %1: %2").arg(layer).arg(worst)));
            if (layer == config.layers)
                break;
            hidden = runLayers((*model)->encoder, config, hidden, {}, layer, layer + 1);
        }
    }
};

QTEST_GUILESS_MAIN(TestBert)
#include "test_bert.moc"
