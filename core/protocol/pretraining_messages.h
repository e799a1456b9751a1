#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/protocol/messages.h"

/// What the app and its worker say to each other about pre-training. As with the other messages,
/// from_json throws nlohmann::json::exception on a value of another kind; a missing one has its
/// default.
namespace spanwise::protocol {

/// Annotated text on the worker's machine.
struct MaterialFile {
    std::string path;
    /// CoNLL and labelled JSONL: names for the file's types, as a map of types has them
    /// (`{"PER": {"name", "description"}, "MISC": null}`).
    nlohmann::json types = nlohmann::json::object();
};

/// A document whose labels a few-shot check may use.
struct FewShotDocument {
    std::string text;
    std::string sentences;  ///< presplitToJson, or empty
    DocumentLabelling labels;
};

/// Fine-tunes on a few examples, before and after: of gold files, or of documents, half of which
/// teach and half of which judge. Neither: no check.
struct FewShotCheck {
    std::string trainFile, testFile;
    std::vector<FewShotDocument> documents;
    std::vector<int> shots{1, 4, 16};  ///< mentions per type

    [[nodiscard]] bool isOn() const { return !trainFile.empty() || !documents.empty(); }
};

/// pretrain: PretrainParams → PretrainResult. Its folder on the worker's machine is named after the
/// encoder to be; where there is a checkpoint in it, the run goes on from it, with `resume` by the
/// settings that it was begun with and by `name` alone. `$/progress` with the stages "preparing",
/// "checking", "pre-training" and "saving"; `$/pretraining` (PretrainNews). A cancel ends the run
/// with a checkpoint at the next step, and is answered when that is written, by a PretrainResult.
struct PretrainParams {
    std::string name;     ///< of the encoder to be, a folder's
    bool resume = false;  ///< the rest is that of the run that was begun
    std::string encoder;  ///< to begin with, name or path; empty: the default one
    std::vector<MaterialFile> files;
    bool skipBad = true;  ///< count entries that cannot be read, go on
    double passes = 1;    ///< over the material
    double minutes = 0;   ///< > 0: ends in time, instead
    FewShotCheck check;

    int batch = 32;      ///< texts a step
    int concepts = 256;  ///< of a step's own, at most
    int negatives = 64;  ///< drawn beside them
    double encoderRate = 2e-4;
    double conceptRate = 2e-4;  ///< 0: the concept encoder stays as it is
    int frozenLayers = 0;
    int conceptLayers = 0;  ///< 0: as many as the encoder has
    int longest = 128;      ///< sub-tokens of a text
    double balance = 0.5;
    double foreignWeight = 0.05;
    double checkpointMinutes = 5;
    bool half = true;  ///< weights are saved in 16 bits
    std::uint64_t seed = 1;
};

/// Strict micro F1, 0 to 1; negative: not measured.
struct FewShotScore {
    int shots = 0;
    double before = -1, after = -1;
};

struct PretrainResult {
    bool finished = false;  ///< false: stopped, with a checkpoint
    std::string name, path;
    std::int64_t steps = 0, texts = 0, tokens = 0, concepts = 0;
    double loss = 0, seconds = 0;
    std::vector<FewShotScore> scores;
};

/// $/pretraining, each time that one of the two has changed.
struct PretrainNews {
    std::int64_t request = 0;
    std::vector<FewShotScore> scores;
    std::int64_t checkpoint = 0;  ///< the step that was last saved
};

/// A type of a file, as it is called in the file and as a concept.
struct MaterialType {
    std::string type, name, description;
    bool dropped = false;
};
/// What was read of one source.
struct MaterialRow {
    std::string name;
    int file = 0;      ///< which of the files asked for
    std::string kind;  ///< "passages", "nuner", "conll", …
    bool closed = false;
    std::int64_t passages = 0, mentions = 0, concepts = 0;
    std::int64_t duplicates = 0, withoutMentions = 0, unlocated = 0, malformed = 0;
    std::int64_t droppedTypes = 0, bad = 0;
    std::string firstBad;
    std::vector<MaterialType> types;  ///< CoNLL and labelled JSONL
};
struct MaterialConcept {
    std::string name, description;
    std::int64_t count = 0;
};
/// pretrain/inspect: PretrainParams (files, encoder and what the speed depends on) →
/// MaterialSummary, with `$/progress` of the stages "reading" and "measuring".
struct MaterialSummary {
    std::vector<MaterialRow> sources;
    std::int64_t passages = 0, mentions = 0, concepts = 0;
    std::vector<MaterialConcept> frequent;  ///< the most frequent ones first
    std::vector<std::string> notes;         ///< for people, in English
    double tokens = 0;                      ///< sub-tokens of a pass, estimated from a sample
    double tokensPerSecond = 0;  ///< measured on that sample with this encoder and these settings
    std::string encoder;         ///< its name
};

/// A run that was begun and is not finished.
struct PretrainRun {
    PretrainParams params;  ///< as it was begun, without the check's documents
    std::int64_t step = 0;  ///< of the checkpoint; 0: none yet
    double seconds = 0;
    bool isHeld = false;  ///< another process is at it
    std::vector<FewShotScore> scores;
    std::vector<std::pair<std::int64_t, double>> curve;  ///< step and loss, thinned
};
/// pretrain/runs: `{}` → PretrainRuns, newest first. pretrain/discard: `{"name"}` → `{}` deletes
/// one.
struct PretrainRuns {
    std::vector<PretrainRun> runs;
};

void to_json(nlohmann::json& json, const MaterialFile& value);
void from_json(const nlohmann::json& json, MaterialFile& value);
void to_json(nlohmann::json& json, const FewShotDocument& value);
void from_json(const nlohmann::json& json, FewShotDocument& value);
void to_json(nlohmann::json& json, const FewShotCheck& value);
void from_json(const nlohmann::json& json, FewShotCheck& value);
void to_json(nlohmann::json& json, const PretrainParams& value);
void from_json(const nlohmann::json& json, PretrainParams& value);
void to_json(nlohmann::json& json, const FewShotScore& value);
void from_json(const nlohmann::json& json, FewShotScore& value);
void to_json(nlohmann::json& json, const PretrainResult& value);
void from_json(const nlohmann::json& json, PretrainResult& value);
void to_json(nlohmann::json& json, const PretrainNews& value);
void from_json(const nlohmann::json& json, PretrainNews& value);
void to_json(nlohmann::json& json, const MaterialType& value);
void from_json(const nlohmann::json& json, MaterialType& value);
void to_json(nlohmann::json& json, const MaterialRow& value);
void from_json(const nlohmann::json& json, MaterialRow& value);
void to_json(nlohmann::json& json, const MaterialConcept& value);
void from_json(const nlohmann::json& json, MaterialConcept& value);
void to_json(nlohmann::json& json, const MaterialSummary& value);
void from_json(const nlohmann::json& json, MaterialSummary& value);
void to_json(nlohmann::json& json, const PretrainRun& value);
void from_json(const nlohmann::json& json, PretrainRun& value);
void to_json(nlohmann::json& json, const PretrainRuns& value);
void from_json(const nlohmann::json& json, PretrainRuns& value);

}  // namespace spanwise::protocol
