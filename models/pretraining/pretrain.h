#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "models/model.h"
#include "models/pretraining/corpus.h"
#include "models/pretraining/steps.h"
#include "models/tokenizers/tokenizer.h"

namespace spanwise {

class ProcessGroup;

/// How an encoder is pre-trained (NuNER, arXiv 2402.15343, section 3).
struct PretrainOptions {
    StepSettings step;
    double epochs = 1;
    std::int64_t steps = 0;  ///< > 0: so many instead of `epochs`
    double minutes = 0;      ///< > 0: stops in time, with the rates decayed to the end
    double encoderRate = 2e-4;
    double conceptRate = 2e-4;  ///< of the concept encoder's layers; 0: they stay as they are
    double mapRate = 1e-3;      ///< of what is new: the concepts' map, scale and bias
    double weightDecay = 0.01;
    double dropout = 0.1;
    double warmUp = 0.05;
    int frozenLayers = 0;       ///< of the text encoder, from below; embeddings always are
    int conceptLayers = 0;      ///< of the concept encoder, from below; 0: as many as the text's
    bool firstToken = false;    ///< pool concepts by their first token
    double descriptions = 0.5;  ///< chance of a concept's description to be read beside its name
    double beginWeight = 0.5;   ///< of the loss that tells first words of entities from others
    bool bfloat16 = true;       ///< products, where that is faster (encoders/encoder.h)
    double checkpointMinutes = 10;
    double probeMinutes = 0;  ///< > 0: calls `probe` so often
};

struct PretrainProgress {
    std::int64_t step = 0, steps = 0;
    std::int64_t examples = 0, tokens = 0;  ///< seen so far
    double loss = 0;                        ///< of a word over all concepts, smoothed
    double beginLoss = 0;                   ///< smoothed
    double tokensPerSecond = 0;
    double secondsLeft = -1;
    bool savedCheckpoint = false;
};
struct PretrainReport {
    std::int64_t steps = 0, examples = 0, tokens = 0;
    std::int64_t firstStep = 0;  ///< > 0: resumed
    double loss = 0, beginLoss = 0;
    double seconds = 0;     ///< over all its parts
    bool finished = false;  ///< false: stopped, with a checkpoint
    std::string settings;   ///< JSON: all that a repetition needs to be the same
};
struct Pretrained {
    ModelPtr model;  ///< null when stopped
    PretrainReport report;
};

struct PretrainCallbacks {
    std::function<void(const PretrainProgress&)> progress;
    /// What a person should know of the run; it goes on.
    std::function<void(const std::string&)> note;
    /// What has been learned so far, as a bundle.
    std::function<void(const PretrainProgress&, const ModelPtr&)> probe;
};

/// Pre-trains `base` on a corpus that was prepared with its tokenizer. Checkpoints go to
/// `folder`/checkpoint, each replacing the one before only when it is whole; where there is one,
/// the run goes on from it: on the CPU, with the same threads, to the same bit as without the
/// break (unless `minutes` decides). A stop saves a checkpoint and is no error. A run that goes on
/// may have smaller rates than it had. When loss or weights are no numbers any more, the run goes
/// on with smaller rates from the last checkpoint, or from the start; such weights are never
/// saved. Errors: Incompatible (another tokenizer; a checkpoint of other settings, which are
/// named; a concept encoder that the base has and the options contradict), DiskFull, OutOfMemory,
/// InvalidArgument (no examples, or none with mentions), Internal (diverged with small rates too).
///
/// With a `group` each process learns from its share of every step's examples and reads its share
/// of the concepts; what they learn is what one process learns from the same steps, but for
/// rounding and for the dropout. All take the same options; the first one alone reads and writes
/// checkpoints, keeps the time, calls back and gets the model. A stop of any is one of all. When a
/// process is gone, the error is Worker and what all had learned is in a checkpoint.
[[nodiscard]] Result<Pretrained> pretrain(const ModelPtr& base,
                                          const std::shared_ptr<const Corpus>& corpus,
                                          const PretrainOptions& options,
                                          const std::filesystem::path& folder,
                                          const PretrainCallbacks& callbacks = {},
                                          std::stop_token stop = {}, ProcessGroup* group = nullptr);

/// Incompatible when `base` brings a concept encoder and the options ask for another one.
[[nodiscard]] Result<void> checkConceptEncoder(const Model& base, const PretrainOptions& options);
/// SHA-256 over what makes a model's tokenizer, as a corpus remembers it.
[[nodiscard]] std::string tokenizerFingerprint(const Model& model);
[[nodiscard]] const Tokenizer& tokenizerOf(const Model& model);
/// Sub-tokens that the encoder takes, with the special ones.
[[nodiscard]] int longestText(const Model& model);

}  // namespace spanwise
