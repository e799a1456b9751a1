#include <nlohmann/json.hpp>

#include "core/text/utf8.h"
#include "models/io/config_reader.h"
#include "models/io/files.h"
#include "models/model_internal.h"
#include "models/torch.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr const char* kWeights = "model.safetensors";
constexpr const char* kHead = "classifier";
/// Of a head that sees two layers: transformers has no class for it.
constexpr const char* kOwnHead = "spanwise_classifier";
constexpr std::array kTokenizerFiles{"tokenizer.json",
                                     "vocab.txt",
                                     "vocab.json",
                                     "merges.txt",
                                     "spm.model",
                                     "spiece.model",
                                     "sentencepiece.bpe.model",
                                     "tokenizer_config.json",
                                     "added_tokens.json",
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

/// The labels in the order of their ids; empty for a bare encoder.
Result<std::vector<std::string>> labelNamesFrom(const Json& json, const std::string& where,
                                                bool hasOwnHead) {
    std::vector<std::string> names;
    const Json architectures = json.value("architectures", Json::array());
    const bool classifies = architectures.is_array() && !architectures.empty() &&
                            architectures[0].is_string() &&
                            architectures[0].get<std::string>().ends_with("ForTokenClassification");
    if (!classifies && !hasOwnHead)
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

/// Of the weights that would be read: all files of the first kind that there is.
std::int64_t weightBytes(const fs::path& directory) {
    std::error_code error;
    for (const char* ending : {".safetensors", ".bin"}) {
        std::int64_t bytes = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
            const std::string name = entry.path().filename().string();
            if (name.ends_with(ending) &&
                (name.starts_with("model") || name.starts_with("pytorch_model")))
                bytes += static_cast<std::int64_t>(entry.file_size(error));
        }
        if (bytes > 0)
            return bytes;
    }
    return 0;
}

Result<BundleInfo> describe(const fs::path& directory, const Json& json,
                            const EncoderConfig& encoder) {
    const std::string where = (directory / "config.json").string();
    BundleInfo info;
    if (const fs::path own = directory / "spanwise.json"; fs::exists(own)) {
        const auto ours = readJson(own);
        if (!ours)
            return tl::unexpected(ours.error());
        if (ours->contains("provenance"))
            info.provenanceJson = ours->at("provenance").dump();
        const std::string seen = ours->value("features", "last");
        if (seen == "last+7th")
            info.features = Features::TwoLayers;
        else if (seen != "last")
            return failure(ErrorCode::Incompatible,
                           "features is \"" + seen +
                               "\"; this version knows \"last\" and \"last+7th\". Update Spanwise.",
                           own.string());
    }
    if (info.features == Features::TwoLayers && earlierLayer(encoder) < 0)
        return failure(ErrorCode::Corrupt,
                       "spanwise.json asks for the 7th layer from last, config.json names " +
                           std::to_string(encoder.layers) + " layers.",
                       directory.string());
    const auto names = labelNamesFrom(json, where, info.features == Features::TwoLayers);
    if (!names)
        return tl::unexpected(names.error());
    info.path = directory;
    info.name = nameOf(directory);
    info.architecture = encoder.modelType;
    info.hiddenSize = encoder.hiddenSize;
    info.layers = encoder.layers;
    info.heads = encoder.heads;
    info.vocabulary = encoder.vocabularySize;
    info.bytes = weightBytes(directory);
    if (!names->empty()) {
        const auto labels = BioLabels::fromNames(*names, where);
        if (!labels)
            return tl::unexpected(labels.error());
        info.types = labels->types();
        info.purpose = Purpose::Tagger;
    }
    if (fs::exists(directory / "tokenizer_config.json")) {
        if (const auto settings = readJson(directory / "tokenizer_config.json"))
            info.lowercase = settings->value("do_lower_case", false);
    }
    return info;
}

constexpr const char* kGlinerConfig = "gliner_config.json";

bool isGliner(const fs::path& directory) {
    std::error_code ignored;
    return fs::exists(directory / kGlinerConfig, ignored);
}

struct GlinerText {
    GlinerConfig config;
    std::string text;
};
Result<GlinerText> readGlinerConfig(const fs::path& directory) {
    GlinerText read;
    const fs::path path = directory / kGlinerConfig;
    auto text = readWholeFile(path);
    if (!text)
        return tl::unexpected(text.error());
    read.text = std::move(*text);
    auto config = parseGlinerConfig(read.text, path.string());
    if (!config)
        return tl::unexpected(config.error());
    read.config = std::move(*config);
    return read;
}

Result<BundleInfo> describeGliner(const fs::path& directory, const GlinerConfig& config) {
    BundleInfo info;
    info.path = directory;
    info.name = nameOf(directory);
    info.purpose = Purpose::ZeroShot;
    info.architecture = config.encoder ? config.encoder->modelType : "deberta-v2";
    info.hiddenSize = config.encoder ? config.encoder->hiddenSize : config.hiddenSize;
    info.layers = config.encoder ? config.encoder->layers : 0;
    info.heads = config.encoder ? config.encoder->heads : 0;
    info.vocabulary = config.encoder ? config.encoder->vocabularySize : 0;
    info.bytes = weightBytes(directory);
    if (const fs::path own = directory / "spanwise.json"; fs::exists(own)) {
        const auto ours = readJson(own);
        if (!ours)
            return tl::unexpected(ours.error());
        if (ours->contains("provenance"))
            info.provenanceJson = ours->at("provenance").dump();
        info.types = ours->value("types", std::vector<std::string>());
    }
    return info;
}

/// From spanwise.json; the identity when it says nothing.
Result<Calibration> readCalibration(const fs::path& directory) {
    Calibration calibration;
    const fs::path own = directory / "spanwise.json";
    if (!fs::exists(own))
        return calibration;
    const auto json = readJson(own);
    if (!json)
        return tl::unexpected(json.error());
    const auto found = json->find("calibration");
    if (found == json->end() || found->is_null())
        return calibration;
    if (!found->is_object())
        return failure(ErrorCode::Corrupt,
                       "calibration is " + ConfigReader::shown(*found) +
                           "; expected {\"slope\": …, \"shift\": …}. Train the model again, or "
                           "remove the entry to see its raw scores.",
                       own.string());
    ConfigReader reader(*found, own.string() + ", calibration");
    calibration.slope =
        reader.number("slope", Calibration::kLeastSlope, Calibration::kGreatestSlope, 1);
    calibration.shift =
        reader.number("shift", -Calibration::kGreatestShift, Calibration::kGreatestShift, 0);
    if (reader.error())
        return tl::unexpected(*reader.error());
    return calibration;
}

Result<std::map<std::string, std::string>> readTokenizerFiles(const fs::path& directory) {
    std::map<std::string, std::string> files;
    for (const char* name : kTokenizerFiles) {
        if (!fs::exists(directory / name))
            continue;
        auto text = readWholeFile(directory / name);
        if (!text)
            return tl::unexpected(text.error());
        files.emplace(name, std::move(*text));
    }
    return files;
}

Result<ModelPtr> loadGliner(const fs::path& directory, const Device& device) {
    auto read = readGlinerConfig(directory);
    if (!read)
        return tl::unexpected(read.error());
    auto model = std::make_shared<Model>();
    auto gliner = std::make_shared<Gliner>();
    gliner->config = std::move(read->config);
    gliner->configJson = std::move(read->text);
    model->device = device;
    auto info = describeGliner(directory, gliner->config);
    if (!info)
        return tl::unexpected(info.error());
    model->info = std::move(*info);
    const auto calibration = readCalibration(directory);
    if (!calibration)
        return tl::unexpected(calibration.error());
    model->calibration = *calibration;
    auto tokenizer = loadTokenizer(directory);
    if (!tokenizer)
        return tl::unexpected(tokenizer.error());
    model->tokenizer = std::move(*tokenizer);
    model->info.lowercase = model->tokenizer->isLowercasing();
    const auto files = WeightFiles::open(directory);
    if (!files)
        return tl::unexpected(files.error());
    TensorSource source(*files);
    if (!gliner->config.encoder && fs::exists(directory / "config.json")) {
        const auto json = readConfig(directory);
        if (!json)
            return tl::unexpected(json.error());
        auto encoder = readEncoderConfig(*json, (directory / "config.json").string());
        if (!encoder)
            return tl::unexpected(encoder.error());
        gliner->config.encoder = std::move(*encoder);
    }
    auto config = glinerEncoderConfig(gliner->config, source);
    if (!config)
        return tl::unexpected(config.error());
    model->config = std::move(*config);
    const auto entity = model->tokenizer->idOf(gliner->config.entityToken);
    const auto separator = model->tokenizer->idOf(gliner->config.separatorToken);
    // Without a tokenizer of its own, as the first repositories: its encoder's, to which the
    // package adds "[FLERT]" and the two, or the two alone.
    const std::int32_t known = model->tokenizer->vocabularySize();
    const std::int32_t added = model->config.vocabularySize - known;
    if (entity && separator) {
        gliner->entityId = *entity;
        gliner->separatorId = *separator;
    } else if (!entity && !separator && (added == 2 || added == 3)) {
        gliner->entityId = known + added - 2;
        gliner->separatorId = known + added - 1;
    } else {
        return failure(
            ErrorCode::Incompatible,
            "The tokenizer has no token \"" +
                (entity ? gliner->config.separatorToken : gliner->config.entityToken) +
                "\", which marks the types for this model. Take the tokenizer's files from the "
                "model itself.",
            directory.string());
    }
    if (gliner->config.classTokenIndex >= 0 && gliner->config.classTokenIndex != gliner->entityId)
        return failure(ErrorCode::Incompatible,
                       "class_token_index is " + std::to_string(gliner->config.classTokenIndex) +
                           ", but the tokenizer's id of \"" + gliner->config.entityToken +
                           "\" is " + std::to_string(gliner->entityId) +
                           ". Take both files from the same model.",
                       (directory / kGlinerConfig).string());
    if (model->tokenizer->vocabularySize() > model->config.vocabularySize)
        return failure(ErrorCode::Incompatible,
                       "The vocabulary has " + std::to_string(model->tokenizer->vocabularySize()) +
                           " entries, the encoder " + std::to_string(model->config.vocabularySize) +
                           ": tokenizer and weights are of different models.",
                       directory.string());
    auto encoder = readEncoderWeights(source, model->config, kGlinerEncoder);
    if (!encoder)
        return tl::unexpected(encoder.error());
    auto weights = readGlinerWeights(source, gliner->config, model->config.hiddenSize);
    if (!weights)
        return tl::unexpected(weights.error());
    const at::Device torchDevice = model->torchDevice();
    model->encoder = device.cuda ? toDevice(*encoder, torchDevice) : std::move(*encoder);
    gliner->weights = device.cuda ? toDevice(*weights, torchDevice) : std::move(*weights);
    model->gliner = std::move(gliner);
    model->info.hiddenSize = model->config.hiddenSize;
    model->info.layers = model->config.layers;
    model->info.heads = model->config.heads;
    model->info.vocabulary = model->config.vocabularySize;
    auto texts = readTokenizerFiles(directory);
    if (!texts)
        return tl::unexpected(texts.error());
    model->tokenizerFiles = std::move(*texts);
    return model;
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

/// The tokenizer without the limits that its makers fixed in it (Spanwise cuts windows itself),
/// and, for RoBERTa's, with the space before each word that words given one by one need.
std::string tokenizerToSave(const std::string& tokenizerJson) {
    OrderedJson json = OrderedJson::parse(tokenizerJson);
    json["truncation"] = nullptr;
    json["padding"] = nullptr;
    OrderedJson& post = json["post_processor"];
    OrderedJson& pre = json["pre_tokenizer"];
    if (post.is_object() && post.value("type", "") == "RobertaProcessing" && pre.is_object() &&
        pre.value("type", "") == "ByteLevel") {
        pre["add_prefix_space"] = true;
        post["add_prefix_space"] = true;
    }
    return json.dump();
}

/// The tensors in 16 bits; `keep` receives them.
void halve(std::vector<NamedTensor>& tensors, std::vector<at::Tensor>& keep) {
    for (NamedTensor& named : tensors) {
        const at::Tensor full = at::from_blob(const_cast<std::byte*>(named.tensor.data.data()),
                                              named.tensor.shape, at::TensorOptions(at::kFloat));
        keep.push_back(full.to(at::kHalf));
        named.tensor.dtype = DType::F16;
        named.tensor.data = {static_cast<const std::byte*>(keep.back().const_data_ptr()),
                             keep.back().nbytes()};
    }
}

// What pre-training taught of concepts: layers' tensors by number, in the order of EncoderLayer.
constexpr const char* kConcepts = "spanwise_concepts.";

/// How many of a concept encoder's lowest layers are the text encoder's: neither moved.
std::size_t sharedLayers(const ConceptEncoder& concepts, const EncoderWeights& text) {
    std::size_t shared = 0;
    for (; shared < std::min(concepts.weights.layers.size(), text.layers.size()); ++shared) {
        EncoderLayer mine = concepts.weights.layers[shared];
        EncoderLayer theirs = text.layers[shared];
        std::vector<at::Tensor> a, b;
        mine.forEach([&](const at::Tensor& tensor) { a.push_back(tensor); });
        theirs.forEach([&](const at::Tensor& tensor) { b.push_back(tensor); });
        if (!std::equal(a.begin(), a.end(), b.begin(), b.end(),
                        [](const at::Tensor& x, const at::Tensor& y) { return at::equal(x, y); }))
            break;
    }
    return shared;
}

/// Each tensor of a concept encoder but those that are the text encoder's, with its name.
template <typename Visit>
void forEachConceptTensor(ConceptEncoder& concepts, std::size_t shared, Visit visit) {
    for (std::size_t i = shared; i < concepts.weights.layers.size(); ++i) {
        int number = 0;
        concepts.weights.layers[i].forEach([&](at::Tensor& tensor) {
            visit(kConcepts + ("layers." + std::to_string(i)) + "." + std::to_string(number++),
                  tensor);
        });
    }
    for (const auto& [name, tensor] :
         {std::pair{"projection", &concepts.projection}, std::pair{"scale", &concepts.scale},
          std::pair{"bias", &concepts.bias}, std::pair{"begin", &concepts.begin},
          std::pair{"begin_bias", &concepts.beginBias}})
        visit(kConcepts + std::string(name), *tensor);
}

/// From a pre-trained bundle; null for others.
Result<std::shared_ptr<const ConceptEncoder>> readConcepts(const fs::path& directory,
                                                           const Model& model,
                                                           TensorSource& source) {
    std::shared_ptr<const ConceptEncoder> none;
    const fs::path own = directory / "spanwise.json";
    if (!fs::exists(own))
        return none;
    const auto json = readJson(own);
    if (!json)
        return tl::unexpected(json.error());
    const auto found = json->find("concepts");
    if (found == json->end() || found->is_null())
        return none;
    if (!found->is_object())
        return failure(ErrorCode::Corrupt,
                       "concepts is " + ConfigReader::shown(*found) +
                           "; expected {\"layers\": …, \"pooling\": …}. Fetch the model again.",
                       own.string());
    ConfigReader reader(*found, own.string() + ", concepts");
    const int layers = reader.integer("layers", 1, model.config.layers, model.config.layers);
    const int shared = reader.integer("shared_layers", 0, layers, 0);
    const std::string pooling = found->value("pooling", "mean");
    if (reader.error())
        return tl::unexpected(*reader.error());
    if (pooling != "mean" && pooling != "first")
        return failure(ErrorCode::Incompatible,
                       "concepts' pooling is \"" + pooling +
                           "\"; this version knows \"mean\" and \"first\". Update Spanwise.",
                       own.string());
    // One like it, for the shapes.
    auto concepts = std::make_shared<ConceptEncoder>(
        newConceptEncoder(model.encoder, model.config, layers, pooling == "first", 1));
    forEachConceptTensor(*concepts, static_cast<std::size_t>(shared),
                         [&](const std::string& name, at::Tensor& tensor) {
                             tensor = source.take(name, tensor.sizes().vec());
                             if (tensor.defined())
                                 tensor = tensor.to(model.torchDevice());
                         });
    if (source.error())
        return tl::unexpected(*source.error());
    return concepts;
}

}  // namespace

Result<BundleInfo> readBundleInfo(const fs::path& directory) {
    return guardedJson(directory, [&]() -> Result<BundleInfo> {
        if (isGliner(directory)) {
            const auto read = readGlinerConfig(directory);
            if (!read)
                return tl::unexpected(read.error());
            return describeGliner(directory, read->config);
        }
        const auto json = readConfig(directory);
        if (!json)
            return tl::unexpected(json.error());
        const auto config = readEncoderConfig(*json, (directory / "config.json").string());
        if (!config)
            return tl::unexpected(config.error());
        return describe(directory, *json, *config);
    });
}

Result<ModelPtr> loadModel(const fs::path& directory, const Device& device) {
    return guardedJson(directory, [&]() -> Result<ModelPtr> {
        if (isGliner(directory))
            return loadGliner(directory, device);
        const auto json = readConfig(directory);
        if (!json)
            return tl::unexpected(json.error());
        const std::string where = (directory / "config.json").string();
        auto config = readEncoderConfig(*json, where);
        if (!config)
            return tl::unexpected(config.error());
        auto info = describe(directory, *json, *config);
        if (!info)
            return tl::unexpected(info.error());
        auto model = std::make_shared<Model>();
        model->info = std::move(*info);
        model->config = std::move(*config);
        model->configJson = json->dump();
        model->device = device;
        const auto calibration = readCalibration(directory);
        if (!calibration)
            return tl::unexpected(calibration.error());
        model->calibration = *calibration;
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
        auto texts = readTokenizerFiles(directory);
        if (!texts)
            return tl::unexpected(texts.error());
        model->tokenizerFiles = std::move(*texts);
        const auto files = WeightFiles::open(directory);
        if (!files)
            return tl::unexpected(files.error());
        TensorSource source(*files);
        auto weights = readEncoderWeights(source, model->config);
        if (!weights)
            return tl::unexpected(weights.error());
        const at::Device torchDevice = model->torchDevice();
        model->encoder = device.cuda ? toDevice(*weights, torchDevice) : std::move(*weights);
        auto concepts = readConcepts(directory, *model, source);
        if (!concepts)
            return tl::unexpected(concepts.error());
        model->concepts = std::move(*concepts);

        const bool isOwn = model->info.features == Features::TwoLayers;
        const auto names = labelNamesFrom(*json, where, isOwn);
        if (!names->empty()) {
            model->labels = *BioLabels::fromNames(*names, where);
            const auto labels = static_cast<std::int64_t>(names->size());
            const std::string head = isOwn ? kOwnHead : kHead;
            model->headWeight = source.take(head + ".weight", {labels, model->featureSize()});
            model->headBias = source.take(head + ".bias", {labels});
            if (source.error())
                return tl::unexpected(*source.error());
            model->headWeight = model->headWeight.to(torchDevice);
            model->headBias = model->headBias.to(torchDevice);
        }
        return model;
    });
}

Result<void> saveModel(const Model& model, const fs::path& directory,
                       std::string_view provenanceJson, SavedAs weights) {
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
        std::map<std::string, std::string> files = model.tokenizerFiles;
        const bool hasHead = model.headWeight.defined();
        const bool isOwn = model.info.features == Features::TwoLayers;
        // A head was made of them: it needs them no more.
        const bool hasConcepts = model.concepts && !hasHead;
        const std::size_t shared = hasConcepts ? sharedLayers(*model.concepts, model.encoder) : 0;
        if (model.gliner) {
            nameEncoderWeights(model.encoder, model.config, tensors, keep, kGlinerEncoder);
            nameGlinerWeights(model.gliner->weights, model.gliner->config, tensors, keep);
            files[kGlinerConfig] = model.gliner->configJson;
        } else {
            nameEncoderWeights(model.encoder, model.config, tensors, keep);
            if (hasConcepts) {
                ConceptEncoder concepts = *model.concepts;
                forEachConceptTensor(
                    concepts, shared, [&](const std::string& name, at::Tensor& tensor) {
                        keep.push_back(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
                        tensors.push_back({name, viewOf(keep.back())});
                    });
            }
            OrderedJson config = OrderedJson::parse(model.configJson);
            config.erase("_name_or_path");
            config["architectures"] = {className(model.config, hasHead && !isOwn)};
            config.erase("dtype");
            config["torch_dtype"] = weights == SavedAs::Half ? "float16" : "float32";
            if (hasHead) {
                for (const auto& [name, tensor] :
                     {std::pair{".weight", model.headWeight}, std::pair{".bias", model.headBias}}) {
                    keep.push_back(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
                    tensors.push_back(
                        {(isOwn ? kOwnHead : kHead) + std::string(name), viewOf(keep.back())});
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
            files["config.json"] = config.dump(2) + "\n";
        }
        if (weights == SavedAs::Half)
            halve(tensors, keep);
        if (auto written = writeSafetensors(folder.path() / kWeights, tensors); !written)
            return written;

        if (const auto full = files.find("tokenizer.json"); full != files.end())
            full->second = tokenizerToSave(full->second);
        if (const auto settings = files.find("tokenizer_config.json");
            settings != files.end() && model.config.architecture == Architecture::Roberta) {
            OrderedJson json = OrderedJson::parse(settings->second);
            json["add_prefix_space"] = true;
            settings->second = json.dump(2) + "\n";
        }
        OrderedJson ours;
        ours["format"] = 1;
        ours["head"] = model.gliner ? "gliner" : hasHead ? "token-classification" : "none";
        ours["features"] = isOwn ? "last+7th" : "last";
        if (hasHead)
            ours["decoder"] = "viterbi-bio";
        ours["types"] = model.info.types;
        if (hasConcepts)
            ours["concepts"] = {{"layers", model.concepts->config.layers},
                                {"shared_layers", shared},
                                {"pooling", model.concepts->firstToken ? "first" : "mean"}};
        if (!model.calibration.isIdentity())
            ours["calibration"] = {{"slope", model.calibration.slope},
                                   {"shift", model.calibration.shift}};
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
    EncoderWeights weights = model.encoder;
    std::int64_t count = 0;
    const auto add = [&](const at::Tensor& tensor) {
        count += tensor.defined() ? tensor.numel() : 0;
    };
    weights.forEach(add);
    add(model.headWeight);
    add(model.headBias);
    if (model.gliner) {
        GlinerWeights gliner = model.gliner->weights;
        gliner.forEach(add);
    }
    return count;
}

}  // namespace spanwise
