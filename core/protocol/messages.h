#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/annotation/span.h"
#include "core/result.h"

namespace spanwise::protocol {

/// Raised when messages change incompatibly; `initialize` compares it.
inline constexpr int kVersion = 1;

/// JSON-RPC 2.0 error codes; those from -32000 down are ours.
enum RpcError : int {
    kParseError = -32700,
    kInvalidRequest = -32600,
    kMethodNotFound = -32601,
    kInvalidParams = -32602,
    kInternalError = -32603,
    kRequestCancelled = -32800,
    kFailed = -32000,           ///< `data.code` has the ErrorCode's name
    kUnknownDocument = -32001,  ///< `data.hashes` lists the documents to put again
};

/// A message of any kind, told apart by what is there: request (method and id), notification
/// (method, no id), response (id and result or error).
struct Message {
    std::optional<std::int64_t> id;
    std::string method;
    nlohmann::json params = nlohmann::json::object();
    nlohmann::json result;
    std::optional<nlohmann::json> error;  ///< {"code", "message", "data"?}

    [[nodiscard]] bool isRequest() const { return id && !method.empty(); }
    [[nodiscard]] bool isNotification() const { return !id && !method.empty(); }
    [[nodiscard]] bool isResponse() const { return id && method.empty(); }
};

[[nodiscard]] Result<Message> parse(std::string_view payload);
[[nodiscard]] std::string request(std::int64_t id, std::string_view method, nlohmann::json params);
[[nodiscard]] std::string notification(std::string_view method, nlohmann::json params);
[[nodiscard]] std::string response(std::int64_t id, nlohmann::json result);
[[nodiscard]] std::string errorResponse(std::optional<std::int64_t> id, int code,
                                        std::string_view message, nlohmann::json data = nullptr);
/// kFailed (or kRequestCancelled for Cancelled), with code and place in `data`.
[[nodiscard]] std::string errorResponse(std::int64_t id, const Error& error);
[[nodiscard]] Error errorFromJson(const nlohmann::json& error);

// --- The methods' parameters and results. Every struct maps to an object with the same names in
// --- camelCase; offsets are code points.

/// documents/put: `{"documents": [DocumentText…]}` → `{"count"}`. The worker keeps texts by hash
/// for as long as it lives.
struct DocumentText {
    std::string hash;  ///< SHA-256 of text
    std::string text;
    std::string sentences;  ///< presplitToJson, or empty
};

/// The labels of one document as `train` and `evaluate` take them.
struct DocumentLabelling {
    std::string hash;
    bool done = false;
    std::vector<NamedSpan> annotations;
    std::vector<NamedSpan> rejections;
};

/// train: `{"labels": [DocumentLabelling…], "quick": bool, "budgetSeconds": number, "seed": int}`
/// → TrainResult. Types come from `scheme/set` (`{"types": [{"name","description"}]}` → `{}`).
/// quick: continue from the current weights where the types are the same, within the budget;
/// otherwise a fresh fit from the encoder. The order of labels and of spans makes no difference.
/// InvalidArgument when nothing teaches, or a span does not fit its text or the scheme.
struct TrainParams {
    std::vector<DocumentLabelling> labels;
    bool quick = false;
    double budgetSeconds = 0;  ///< 0: as many steps as the recipe says
    std::uint64_t seed = 1;
    /// Of a fresh fit: where enough was labelled since the last one, find out first by
    /// cross-validation on that whether the model in use, trained further, is better; then it
    /// stays.
    bool compare = false;
};
struct TrainResult {
    /// What suggestions name: says what was learned (labels, types, seed, encoder, and the model
    /// that a warm start went on from), so the same request to the same model gives the same id.
    std::string model;
    std::int64_t sentences = 0;
    std::int64_t steps = 0;
    double loss = 0;
    double seconds = 0;
    /// Documents labelled, or labelled otherwise, since the last fresh fit; all when there is none.
    std::int64_t sinceFresh = 0;
    bool keptWarm = false;  ///< a comparison said so: `model` is the one that was in use
    std::vector<std::string> warnings;  ///< for a person, in English
};

/// predict, suggest: `{"hashes": […], "threshold": number, "visible"?: [begin, end],
/// "covered"?: [[begin, end]…]}` → `{"model", "documents"}`. Per document, in the order asked for,
/// `$/suggestions` notifications come before the response: one, or for a long document one for each
/// of its pieces. Pieces hold whole sentences, do not overlap, and together make up the document.
struct PredictParams {
    std::vector<std::string> hashes;
    double threshold = 0;
    /// What a person sees of the first document: comes first, then what follows it to the end, then
    /// the beginning.
    std::optional<Range> visible = std::nullopt;
    /// What is there already of the first document: sentences within it are left out.
    std::vector<Range> covered = {};
};
/// $/suggestions: `{"request", "hash", "model", "spans": [{"begin","end","type","score"}…],
/// "range"?: [begin, end], "last": bool}`.
struct Suggestions {
    std::int64_t request = 0;
    std::string hash;
    std::string model;
    std::vector<NamedSpan> spans;
    /// All that the model finds in this part of the document; none: in the whole of it.
    std::optional<Range> range = std::nullopt;
    bool last = true;  ///< no more of this document comes in answer to this request
};

/// index: `{"hashes": […]}` → `{"documents", "sentences"}`: makes documents known to `similar`, for
/// as long as the encoder stays; "sentences" counts those that had to be embedded, the others came
/// from the cache. Sends `$/progress` with the stage "indexing".
/// similar: `{"hash": string, "range"?: [begin, end], "count"?: int}` or `{"text": string, …}` →
/// `{"hits": [SimilarMatch…]}`, best first. A range within a sentence asks for spans like it; whole
/// sentences, or no range (all of the document), for sentences; a text for sentences and what in
/// them is most like it.
struct SimilarParams {
    std::string hash, text;  ///< one of them
    std::optional<Range> range = std::nullopt;
    std::int64_t count = 20;  ///< 1 to 1000
};
struct SimilarMatch {
    std::string hash;
    Range sentence;
    Range range;       ///< within it
    double score = 0;  ///< cosine
};

/// $/progress
struct Progress {
    std::int64_t request = 0;
    std::string
        stage;  ///< "loading", "comparing", "training", "predicting", "checking", "indexing"
    std::int64_t done = 0;
    std::int64_t total = 0;
    double loss = -1;
    double tokensPerSecond = 0;
    double secondsLeft = -1;  ///< negative: not known yet
};

/// model/load: `{"path"?: string, "device"?: "auto"|"cpu"|"cuda[:N]"}` → ModelInfo. No path: the
/// default encoder. model/save: `{"path": string}` → `{"path"}`. model/info: `{}` → ModelInfo.
struct ModelInfo {
    std::string id;
    std::string name;  ///< e.g. "all-MiniLM-L6-v2"
    std::string path;
    std::string device;  ///< "CPU", "CUDA 0 (NVIDIA H200)"
    std::int64_t parameters = 0;
    std::vector<std::string> types;  ///< empty: a bare encoder
};

/// initialize: `{"protocol": int, "client": string}` → InitializeResult.
struct InitializeResult {
    int protocol = kVersion;
    std::string version;
    std::vector<std::string> devices;
    std::int64_t pid = 0;
};

/// The conversions below throw nlohmann::json::exception on what does not fit; this turns it into
/// InvalidFormat.
template <typename T>
[[nodiscard]] Result<T> decode(const nlohmann::json& json) {
    try {
        return json.get<T>();
    } catch (const nlohmann::json::exception& error) {
        return failure(ErrorCode::InvalidFormat, error.what());
    }
}

void to_json(nlohmann::json& json, const DocumentText& value);
void from_json(const nlohmann::json& json, DocumentText& value);
void to_json(nlohmann::json& json, const DocumentLabelling& value);
void from_json(const nlohmann::json& json, DocumentLabelling& value);
void to_json(nlohmann::json& json, const TrainParams& value);
void from_json(const nlohmann::json& json, TrainParams& value);
void to_json(nlohmann::json& json, const TrainResult& value);
void from_json(const nlohmann::json& json, TrainResult& value);
void to_json(nlohmann::json& json, const PredictParams& value);
void from_json(const nlohmann::json& json, PredictParams& value);
void to_json(nlohmann::json& json, const Suggestions& value);
void from_json(const nlohmann::json& json, Suggestions& value);
void to_json(nlohmann::json& json, const SimilarParams& value);
void from_json(const nlohmann::json& json, SimilarParams& value);
void to_json(nlohmann::json& json, const SimilarMatch& value);
void from_json(const nlohmann::json& json, SimilarMatch& value);
void to_json(nlohmann::json& json, const Progress& value);
void from_json(const nlohmann::json& json, Progress& value);
void to_json(nlohmann::json& json, const ModelInfo& value);
void from_json(const nlohmann::json& json, ModelInfo& value);
void to_json(nlohmann::json& json, const InitializeResult& value);
void from_json(const nlohmann::json& json, InitializeResult& value);

}  // namespace spanwise::protocol
