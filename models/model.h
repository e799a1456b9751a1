#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/annotation/labelled_sentence.h"
#include "core/result.h"
#include "models/learning/recipe.h"

/// The face of `models`: everything that the command line and the worker need, without a LibTorch
/// header. Blocking functions; the caller owns threads. A Model is immutable once made, so that it
/// can be shared: training makes a new one.
namespace spanwise {

/// "auto", "cpu", "cuda", "cuda:1". Error InvalidArgument for others or a device that is not there.
struct Device {
    bool cuda = false;
    int index = 0;
    bool operator==(const Device&) const = default;
    [[nodiscard]] std::string name() const;  ///< "CPU", "CUDA 0 (NVIDIA H200)"
};
[[nodiscard]] Result<Device> deviceFromName(std::string_view name);
[[nodiscard]] std::vector<std::string> deviceNames();  ///< "cpu", "cuda:0", …
/// Threads for the mathematics in this process; 0: as many as there are physical cores.
void setThreads(int threads);

class Model;
using ModelPtr = std::shared_ptr<const Model>;

/// What a token classifier sees of a token: the last layer's state, or that and the 7th from last
/// side by side, which NuNER's model cards advise for quality.
enum class Features { LastLayer, TwoLayers };

/// What a bundle is for.
enum class Purpose {
    Encoder,  ///< gives states only; is trained for types, and suggests weakly from their names
    Tagger,   ///< a token classifier for the types that it was trained for
    ZeroShot  ///< GLiNER's layout: finds types by their names
};
[[nodiscard]] std::string_view purposeName(Purpose purpose);  ///< "encoder", "tagger", "zero-shot"

/// What is known of a bundle on disk without loading its weights.
struct BundleInfo {
    std::filesystem::path path;
    std::string name;
    std::string architecture;  ///< config.json's model_type: "bert", "deberta-v2", …
    Purpose purpose = Purpose::Encoder;
    Features features = Features::LastLayer;
    std::int64_t bytes = 0;
    int hiddenSize = 0, layers = 0, heads = 0, vocabulary = 0;
    bool lowercase = false;
    std::vector<std::string> types;  ///< empty: a bare encoder
    std::string provenanceJson;      ///< from spanwise.json, or empty
};
[[nodiscard]] Result<BundleInfo> readBundleInfo(const std::filesystem::path& directory);

/// A bundle: tokenizer, encoder and, when it was trained for types, a head; or all of a GLiNER.
/// BERT, RoBERTa, DistilBERT, MPNet, DeBERTa-v2/v3 and ModernBERT; safetensors (sharded, too) or
/// pytorch_model.bin, of which nothing is executed. Weights are memory-mapped. Errors name the file
/// and, for weights, the tensor (Corrupt, Incompatible, NotFound).
[[nodiscard]] Result<ModelPtr> loadModel(const std::filesystem::path& directory,
                                         const Device& device);
/// Of the weights in a file. Half: 16 bits, three decimal digits, half the bytes.
enum class SavedAs { Full, Half };
/// Writes a bundle in Hugging Face layout (config.json with id2label, the tokenizer's files,
/// model.safetensors, spanwise.json with head, features, types, provenance and checksums). Goes to
/// a temporary folder beside, synced, then renamed: a crash or a full disk leaves the old one
/// whole. AutoModelForTokenClassification loads it and gives the same logits, unless it sees two
/// layers: transformers has no such class, so config.json then names the bare encoder and the
/// head's tensors are called "spanwise_classifier.*".
[[nodiscard]] Result<void> saveModel(const Model& model, const std::filesystem::path& directory,
                                     std::string_view provenanceJson = {},
                                     SavedAs weights = SavedAs::Full);

/// The same model with its weights on another device; itself when they are there.
[[nodiscard]] Result<ModelPtr> movedTo(const ModelPtr& model, const Device& device);

[[nodiscard]] const BundleInfo& bundleInfo(const Model& model);
[[nodiscard]] std::int64_t parameterCount(const Model& model);

/// Hidden states of frozen layers, kept from one training to the next (learning/state_cache.h).
class StateCache;
struct StateCacheSettings {
    std::uint64_t maxBytes = 256U << 20;      ///< in memory; the least recently used go first
    std::filesystem::path file;               ///< kept between runs too; empty: not
    std::uint64_t maxFileBytes = 512U << 20;  ///< beyond, the file begins anew with the latest half
};
struct StateCacheStats {
    std::int64_t hits = 0, misses = 0, entries = 0;
    std::int64_t bytes = 0, fileBytes = 0;
    std::vector<std::string> warnings;  ///< what was wrong with the file, for people
};
/// Never fails: a file that cannot be used is left out, and the stats say why. Any thread.
[[nodiscard]] std::shared_ptr<StateCache> makeStateCache(const StateCacheSettings& settings);
[[nodiscard]] StateCacheStats stateCacheStats(const StateCache& cache);

/// How a fine-tune goes. The defaults are the recipe measured in tests/bench.
struct TrainOptions {
    std::vector<std::string> types;  ///< in the scheme's order; sentences' other types are an error
    /// By type, where there is one: what pre-trained encoders read beside the name, as suggest().
    std::map<std::string, std::string> descriptions;
    std::uint64_t seed = 1;
    int steps = 0;             ///< 0: by data size
    double budgetSeconds = 0;  ///< > 0: stops in time, with the learning rate decayed to the end
    double learningRate = 0;   ///< 0: the recipe's
    int frozenLayers = -1;     ///< encoder layers (and embeddings) kept as they are; -1: recipe's
    std::optional<Features> features;  ///< none: the base's
    int batchSentences = 0;            ///< 0: the recipe's
    Recipe recipe;
    /// Sentences of the same kind that nobody labelled, for recipes with teachers.
    std::vector<std::vector<std::string>> unlabelled;
    StateCache* cache = nullptr;  ///< not owned; null: states live as long as the training
};

struct TrainProgress {
    std::int64_t step = 0, steps = 0;
    double loss = 0;
    double tokensPerSecond = 0;
    double secondsLeft = -1;
};
struct TrainReport {
    std::int64_t sentences = 0, steps = 0, tokens = 0;
    double loss = 0;
    double seconds = 0;
    std::string device;
    std::vector<std::string> warnings;  ///< "type X has no example", "fell back to the CPU: …"
};
struct Trained {
    ModelPtr model;
    TrainReport report;
};

/// Fine-tunes `base` (a bare encoder, or a model with a head: its head rows are kept for types that
/// stay, so a warm start is `base` = the last model; or a GLiNER, which stays one and then predicts
/// the types that it was tuned for). Deterministic on the CPU for a seed and a
/// thread count. Cancelled when stopped (checked between layers and steps). CUDA out of memory
/// halves the batch, then falls back to the CPU, and says so in warnings. Only words marked known
/// teach O (LabelledSentence). InvalidArgument: no labelled sentence, no types.
[[nodiscard]] Result<Trained> train(const ModelPtr& base,
                                    const std::vector<LabelledSentence>& sentences,
                                    const TrainOptions& options,
                                    const std::function<void(const TrainProgress&)>& progress = {},
                                    std::stop_token stop = {});

struct PredictOptions {
    double threshold = 0;  ///< spans below it are left out
    int tokenBudget = 0;   ///< sub-tokens a batch; 0: by device
    /// CPU: multiplies in 8-bit integers, 2.1 to 2.8 times as fast (MiniLM, MPNet). Strict F1 moved
    /// by -0.01 (MIT Restaurant), +0.03 (MIT Movie) and -0.25 (CrossNER ai), MiniLM.
    /// Where processor or encoder do not allow it (int8Available), as without.
    bool int8 = false;
};
/// Whether PredictOptions::int8 makes a difference: a CPU with AVX-512 VNNI, an encoder other than
/// ModernBERT and GLiNER's.
[[nodiscard]] bool int8Available(const Model& model);

/// Predicts the spans of sentences given as words, in order: Viterbi over BIO constraints, no
/// overlaps, calibrated scores in 0..1. Sentences longer than the window slide with overlap; no
/// word is cut off; a word without sub-tokens is always O. Batches by length.
/// Incompatible when the model has no head.
[[nodiscard]] Result<std::vector<std::vector<WordSpan>>> predict(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    const PredictOptions& options = {},
    const std::function<void(std::int64_t done, std::int64_t total)>& progress = {},
    std::stop_token stop = {});

/// What a model finds in a sentence, and how it scores the labels that are there: `labels` are the
/// sentence's spans with the model's probability of each, 0 for what it cannot say.
struct Judged {
    std::vector<WordSpan> found;
    std::vector<WordSpan> labels;
};
/// As predict, for sentences that carry labels. Any thread.
[[nodiscard]] Result<std::vector<Judged>> judge(
    const Model& model, const std::vector<LabelledSentence>& sentences,
    const PredictOptions& options = {},
    const std::function<void(std::int64_t done, std::int64_t total)>& progress = {},
    std::stop_token stop = {});

/// The same model (weights are shared) with other scores for its spans; they go with it into the
/// bundle, and a warm start keeps them. models/learning/calibration.h.
struct Calibration;
[[nodiscard]] ModelPtr calibrated(const ModelPtr& model, const Calibration& calibration);
[[nodiscard]] const Calibration& calibrationOf(const Model& model);

/// A type to look for by its name.
struct TypeText {
    std::string name;
    std::string description;  ///< may be empty
};
struct SuggestOptions {
    double threshold = -1;  ///< probability; negative: what is usual for the kind of model
    bool nested = false;    ///< GLiNER: allow spans within spans
    int tokenBudget = 0;    ///< sub-tokens a batch; 0: by device
};

/// Zero-shot: spans of types that nothing was learned of, from their names (and descriptions, where
/// the model reads them). A GLiNER bundle scores spans against the names in its prompt; any other
/// encoder compares words with the name's mean-pooled embedding, which is weak (README, results).
/// Sentences as for predict; texts beyond the model's length slide with overlap, many types go
/// through in several prompts. InvalidArgument: no types, or a name that is empty.
[[nodiscard]] Result<std::vector<std::vector<WordSpan>>> suggest(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    const std::vector<TypeText>& types, const SuggestOptions& options = {},
    const std::function<void(std::int64_t done, std::int64_t total)>& progress = {},
    std::stop_token stop = {});

/// Per sentence and word the logits of all labels (`[words, labels]`, row-major) at the word's
/// first sub-token, for parity checks; empty rows for words without sub-tokens.
[[nodiscard]] Result<std::vector<std::vector<std::vector<float>>>> wordLogits(
    const Model& model, const std::vector<std::vector<std::string>>& sentences);
[[nodiscard]] std::vector<std::string> labelNames(const Model& model);  ///< "O", "B-drug", …

/// Where the default encoder is, in one of modelFolders() (hub/model_store.h): nuner-mini, else the
/// plain all-MiniLM-L6-v2. NotFound names all the places looked at and the set-up script that
/// fetches it.
[[nodiscard]] Result<std::filesystem::path> defaultEncoder();
/// Bundles in those folders (`models list`).
[[nodiscard]] std::vector<BundleInfo> installedModels();
/// A name from `models list`, or a path to a folder; empty: the default encoder.
[[nodiscard]] Result<std::filesystem::path> resolveModel(std::string_view nameOrPath);

}  // namespace spanwise
