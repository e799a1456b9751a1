#include <nlohmann/json.hpp>

#include "core/text/utf8.h"
#include "models/io/files.h"
#include "models/model_internal.h"
#include "models/torch.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr const char* kWeights = "model.safetensors";
constexpr std::array kTokenizerFiles{"tokenizer.json", "vocab.txt", "tokenizer_config.json",
                                     "special_tokens_map.json"};

Result<Json> readJson(const fs::path& path) {
    const auto text = readWholeFile(path);
    if (!text)
        return tl::unexpected(text.error());
    Json json = Json::parse(*text, nullptr, false);
    if (!json.is_object())
        return failure(ErrorCode::Corrupt, "This is no JSON object. Fetch the model again.",
                       path.string());
    return json;
}

Result<Json> readConfig(const fs::path& directory) {
    std::error_code ignored;
    if (!fs::is_directory(directory, ignored))
        return failure(ErrorCode::NotFound, "There is no such folder.", directory.string());
    if (!fs::exists(directory / "config.json", ignored))
        return failure(ErrorCode::NotFound, "This folder holds no model: config.json is missing.",
                       directory.string());
    return readJson(directory / "config.json");
}

Result<EncoderConfig> encoderConfig(const Json& json, const std::string& where) {
    const std::string type = json.value("model_type", "");
    if (type != "bert")
        return failure(
            ErrorCode::Incompatible,
            "The architecture \"" + type + "\" is not supported; Spanwise runs BERT encoders.",
            where);
    const auto unsupported = [&](const char* key, const char* only) -> bool {
        return json.value(key, only) != only;
    };
    for (const auto& [key, only] :
         {std::pair{"hidden_act", "gelu"}, std::pair{"position_embedding_type", "absolute"}}) {
        if (unsupported(key, only))
            return failure(ErrorCode::Incompatible,
                           std::string(key) + " is \"" + json.value(key, "") +
                               "\"; Spanwise runs \"" + only + "\" alone.",
                           where);
    }
    EncoderConfig config;
    config.hiddenSize = json.at("hidden_size").get<int>();
    config.layers = json.at("num_hidden_layers").get<int>();
    config.heads = json.at("num_attention_heads").get<int>();
    config.intermediateSize = json.at("intermediate_size").get<int>();
    config.vocabularySize = json.at("vocab_size").get<int>();
    config.maxPositions = json.value("max_position_embeddings", config.maxPositions);
    config.tokenTypes = json.value("type_vocab_size", config.tokenTypes);
    config.layerNormEps = json.value("layer_norm_eps", config.layerNormEps);
    config.dropout = json.value("hidden_dropout_prob", config.dropout);
    if (config.hiddenSize <= 0 || config.heads <= 0 || config.hiddenSize % config.heads != 0 ||
        config.layers <= 0 || config.layers > 1000 || config.intermediateSize <= 0 ||
        config.vocabularySize <= 0 || config.maxPositions < 8 || config.tokenTypes <= 0)
        return failure(ErrorCode::Corrupt, "The sizes in config.json make no encoder.", where);
    return config;
}

/// The labels in the order of their ids; empty for a bare encoder.
Result<std::vector<std::string>> labelNamesFrom(const Json& json, const std::string& where) {
    std::vector<std::string> names;
    const Json architectures = json.value("architectures", Json::array());
    const bool classifies = architectures.is_array() && !architectures.empty() &&
                            architectures[0].is_string() &&
                            architectures[0].get<std::string>().ends_with("ForTokenClassification");
    if (!classifies)
        return names;
    const Json byId = json.value("id2label", Json::object());
    names.resize(byId.size());
    for (const auto& [id, label] : byId.items()) {
        std::size_t index = names.size();
        try {
            index = std::stoul(id);
        } catch (const std::exception&) {
        }
        if (index >= names.size() || !label.is_string())
            return failure(ErrorCode::Corrupt, "id2label in config.json is no list of labels.",
                           where);
        names[index] = label.get<std::string>();
    }
    return names;
}

std::string nameOf(const fs::path& directory) {
    fs::path path = fs::weakly_canonical(directory);
    return path.filename().string();
}

Result<BundleInfo> describe(const fs::path& directory, const Json& json) {
    const std::string where = (directory / "config.json").string();
    const auto config = encoderConfig(json, where);
    if (!config)
        return tl::unexpected(config.error());
    const auto names = labelNamesFrom(json, where);
    if (!names)
        return tl::unexpected(names.error());
    BundleInfo info;
    info.path = directory;
    info.name = nameOf(directory);
    info.architecture = "bert";
    info.hiddenSize = config->hiddenSize;
    info.layers = config->layers;
    info.heads = config->heads;
    info.vocabulary = config->vocabularySize;
    std::error_code error;
    const auto bytes = fs::file_size(directory / kWeights, error);
    info.bytes = error ? 0 : static_cast<std::int64_t>(bytes);
    if (!names->empty()) {
        const auto labels = BioLabels::fromNames(*names, where);
        if (!labels)
            return tl::unexpected(labels.error());
        info.types = labels->types();
    }
    if (fs::exists(directory / "spanwise.json")) {
        const auto ours = readJson(directory / "spanwise.json");
        if (ours && ours->contains("provenance"))
            info.provenanceJson = ours->at("provenance").dump();
    }
    if (fs::exists(directory / "tokenizer_config.json")) {
        if (const auto settings = readJson(directory / "tokenizer_config.json"))
            info.lowercase = settings->value("do_lower_case", false);
    }
    return info;
}

template <typename Work>
auto guardedJson(const fs::path& path, Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const Json::exception& e) {
        return failure(ErrorCode::Corrupt, std::string("config.json cannot be used: ") + e.what(),
                       path.string());
    } catch (const fs::filesystem_error& e) {
        return failure(ErrorCode::Io, e.what(), path.string());
    } catch (const c10::Error& e) {
        return tl::unexpected(torchError(e, path.string()));
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, "There is not enough memory to load the model.",
                       path.string());
    }
}

/// The tokenizer without the limits that its makers fixed in it: Spanwise cuts windows itself.
std::string withoutTruncation(const std::string& tokenizerJson) {
    OrderedJson json = OrderedJson::parse(tokenizerJson);
    json["truncation"] = nullptr;
    json["padding"] = nullptr;
    return json.dump();
}

}  // namespace

Result<BundleInfo> readBundleInfo(const fs::path& directory) {
    return guardedJson(directory, [&]() -> Result<BundleInfo> {
        const auto json = readConfig(directory);
        if (!json)
            return tl::unexpected(json.error());
        return describe(directory, *json);
    });
}

Result<ModelPtr> loadModel(const fs::path& directory, const Device& device) {
    return guardedJson(directory, [&]() -> Result<ModelPtr> {
        const auto json = readConfig(directory);
        if (!json)
            return tl::unexpected(json.error());
        const std::string where = (directory / "config.json").string();
        auto info = describe(directory, *json);
        if (!info)
            return tl::unexpected(info.error());
        auto model = std::make_shared<Model>();
        model->info = std::move(*info);
        model->config = *encoderConfig(*json, where);
        model->configJson = json->dump();
        model->device = device;
        auto tokenizer = loadTokenizer(directory);
        if (!tokenizer)
            return tl::unexpected(tokenizer.error());
        model->tokenizer = std::move(*tokenizer);
        model->info.lowercase = model->tokenizer->isLowercasing();
        if (model->tokenizer->vocabularySize() > model->config.vocabularySize)
            return failure(
                ErrorCode::Incompatible,
                "The vocabulary has " + std::to_string(model->tokenizer->vocabularySize()) +
                    " entries, the encoder " + std::to_string(model->config.vocabularySize) +
                    ": tokenizer and weights are of different models.",
                directory.string());
        for (const char* name : kTokenizerFiles) {
            if (!fs::exists(directory / name))
                continue;
            auto text = readWholeFile(directory / name);
            if (!text)
                return tl::unexpected(text.error());
            model->tokenizerFiles.emplace(name, std::move(*text));
        }
        const auto file = SafetensorsFile::open(directory / kWeights);
        if (!file)
            return tl::unexpected(file.error());
        auto weights = readBertWeights(*file, model->config);
        if (!weights)
            return tl::unexpected(weights.error());
        const at::Device torchDevice = model->torchDevice();
        model->encoder = device.cuda ? toDevice(*weights, torchDevice) : std::move(*weights);

        const auto names = labelNamesFrom(*json, where);
        if (!names->empty()) {
            model->labels = *BioLabels::fromNames(*names, where);
            const TensorView* weight = (*file)->find("classifier.weight");
            const TensorView* bias = (*file)->find("classifier.bias");
            const auto labels = static_cast<std::int64_t>(names->size());
            if (weight == nullptr || bias == nullptr)
                return failure(ErrorCode::Corrupt,
                               "The weights have no tensor \"classifier.weight\" or "
                               "\"classifier.bias\", though config.json names labels.",
                               (directory / kWeights).string());
            if (weight->shape != std::vector<std::int64_t>{labels, model->config.hiddenSize} ||
                bias->shape != std::vector<std::int64_t>{labels})
                return failure(ErrorCode::Incompatible,
                               "The tensor \"classifier.weight\" has the shape " +
                                   weight->shapeText() + ", config.json names " +
                                   std::to_string(labels) + " labels.",
                               (directory / kWeights).string());
            model->headWeight = tensorFrom(*weight, *file).to(torchDevice);
            model->headBias = tensorFrom(*bias, *file).to(torchDevice);
        }
        return model;
    });
}

Result<void> saveModel(const Model& model, const fs::path& directory,
                       std::string_view provenanceJson) {
    return guardedJson(directory, [&]() -> Result<void> {
        OrderedJson provenance = OrderedJson::object();
        if (!provenanceJson.empty())
            provenance = OrderedJson::parse(provenanceJson, nullptr, false);
        if (!provenance.is_object())
            return failure(ErrorCode::InvalidArgument, "The provenance is no JSON object.");
        StagedFolder folder(directory);
        if (auto made = folder.create(); !made)
            return made;
        std::vector<NamedTensor> tensors;
        std::vector<at::Tensor> keep;
        nameBertWeights(model.encoder, tensors, keep);
        OrderedJson config = OrderedJson::parse(model.configJson);
        config.erase("_name_or_path");
        const bool hasHead = model.headWeight.defined();
        config["architectures"] = {hasHead ? "BertForTokenClassification" : "BertModel"};
        config["torch_dtype"] = "float32";
        if (hasHead) {
            for (const auto& [name, tensor] : {std::pair{"classifier.weight", model.headWeight},
                                               std::pair{"classifier.bias", model.headBias}}) {
                keep.push_back(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
                tensors.push_back({name, viewOf(keep.back())});
            }
            OrderedJson id2label = OrderedJson::object();
            OrderedJson label2id = OrderedJson::object();
            for (int i = 0; i < model.labels.size(); ++i) {
                const std::string& name = model.labels.names()[static_cast<std::size_t>(i)];
                id2label[std::to_string(i)] = name;
                label2id[name] = i;
            }
            config["id2label"] = std::move(id2label);
            config["label2id"] = std::move(label2id);
        }
        if (auto written = writeSafetensors(folder.path() / kWeights, tensors); !written)
            return written;

        std::map<std::string, std::string> files = model.tokenizerFiles;
        if (const auto full = files.find("tokenizer.json"); full != files.end())
            full->second = withoutTruncation(full->second);
        files["config.json"] = config.dump(2) + "\n";
        OrderedJson ours;
        ours["format"] = 1;
        ours["head"] = hasHead ? "token-classification" : "none";
        ours["decoder"] = "viterbi-bio";
        ours["types"] = model.info.types;
        ours["provenance"] = std::move(provenance);
        ours["program"] = "spanwise " SPANWISE_VERSION;
        OrderedJson checksums = OrderedJson::object();
        {
            const auto weights = SafetensorsFile::open(folder.path() / kWeights);
            if (!weights)
                return tl::unexpected(weights.error());
            checksums[kWeights] = sha256Hex((*weights)->bytes());
        }
        for (const auto& [name, text] : files)
            checksums[name] = sha256Hex(text);
        ours["sha256"] = std::move(checksums);
        files["spanwise.json"] = ours.dump(2) + "\n";
        for (const auto& [name, text] : files) {
            if (auto written = writeWholeFile(folder.path() / name, text); !written)
                return written;
        }
        return folder.commit();
    });
}

const BundleInfo& bundleInfo(const Model& model) {
    return model.info;
}

std::int64_t parameterCount(const Model& model) {
    BertWeights weights = model.encoder;
    std::int64_t count = 0;
    const auto add = [&](const at::Tensor& tensor) {
        count += tensor.defined() ? tensor.numel() : 0;
    };
    for (const at::Tensor& tensor : std::initializer_list<at::Tensor>{
             weights.wordEmbedding, weights.positionEmbedding, weights.typeEmbedding,
             weights.normWeight, weights.normBias, model.headWeight, model.headBias})
        add(tensor);
    for (BertLayer& layer : weights.layers)
        layer.forEach(add);
    return count;
}

}  // namespace spanwise
