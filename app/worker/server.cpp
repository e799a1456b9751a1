#include "app/worker/server.h"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "app/worker/annotate_requests.h"
#include "app/worker/check_requests.h"
#include "app/worker/label_order.h"
#include "app/worker/model_requests.h"
#include "app/worker/prediction_plan.h"
#include "app/worker/pretrain_requests.h"
#include "core/annotation/labelled_sentence.h"
#include "core/metrics/entity_metrics.h"
#include "core/protocol/framing.h"
#include "core/protocol/learning_messages.h"
#include "core/protocol/messages.h"
#include "core/protocol/model_messages.h"
#include "core/text/offset_map.h"
#include "core/text/utf8.h"
#include "models/learning/cross_validation.h"
#include "models/learning/model_choice.h"
#include "models/model.h"
#include "models/similarity/similarity.h"

namespace spanwise {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

/// Texts held for requests to come; the app sends again what was let go (kUnknownDocument).
constexpr std::size_t kMaxTextBytes = std::size_t{256} << 20;
/// Of a document, as many sentences as tell whether it is worth labelling.
constexpr std::size_t kRankedSentences = 200;
/// Sentences to draw a recipe's pool from, times its size.
constexpr std::size_t kPoolFactor = 5;
/// In a bundle's provenance: by type, how many it learned from.
constexpr const char* kMentions = "mentions";
constexpr auto kProgressInterval = std::chrono::milliseconds(100);

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

struct StoredText {
    Document document;
    std::vector<Sentence> sentences;
    OffsetMap offsets;
    std::uint64_t used = 0;  ///< larger: more recent
};

/// A request's way of failing that JSON-RPC has a code for of its own.
struct RpcFailure {
    int code = protocol::kFailed;
    std::string message;
    Json data;
};
using Reply = tl::expected<Json, RpcFailure>;

tl::unexpected<RpcFailure> rpcFailure(int code, std::string message, Json data = nullptr) {
    return tl::unexpected<RpcFailure>(RpcFailure{code, std::move(message), std::move(data)});
}

tl::unexpected<RpcFailure> rpcFailure(const Error& error) {
    if (error.code == ErrorCode::Cancelled)
        return rpcFailure(protocol::kRequestCancelled, "cancelled");
    return rpcFailure(protocol::kFailed, error.message,
                      {{"code", errorCodeName(error.code)}, {"where", error.where}});
}

void appendWords(const StoredText& stored, const PlannedPiece& piece,
                 std::vector<std::vector<std::string>>& sentences) {
    for (std::size_t i = piece.first; i < piece.last; ++i) {
        std::vector<std::string>& words = sentences.emplace_back();
        words.reserve(stored.sentences[i].words.size());
        for (const Range word : stored.sentences[i].words) {
            const auto begin = static_cast<std::size_t>(stored.offsets.toByte(word.begin));
            const auto end = static_cast<std::size_t>(stored.offsets.toByte(word.end));
            words.push_back(stored.document.text.substr(begin, end - begin));
        }
    }
}

/// `predicted` has the piece's sentences from `first` on.
std::vector<NamedSpan> namedSpans(const StoredText& stored, const PlannedPiece& piece,
                                  const std::vector<std::vector<WordSpan>>& predicted,
                                  std::size_t first) {
    std::vector<NamedSpan> spans;
    for (std::size_t i = piece.first; i < piece.last; ++i) {
        const std::vector<Range>& words = stored.sentences[i].words;
        for (const WordSpan& span : predicted[first + i - piece.first]) {
            spans.push_back({{words[static_cast<std::size_t>(span.begin)].begin,
                              words[static_cast<std::size_t>(span.end) - 1].end},
                             span.type,
                             span.score});
        }
    }
    return spans;
}

}  // namespace

struct WorkerServer::Impl {
    int input;
    int output;
    WorkerOptions options;

    // Shared between the two threads, under `mutex`.
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<protocol::Message> queue;
    std::map<std::int64_t, std::stop_source> open;  ///< requests not answered yet
    bool ending = false;
    /// The request that saves what it has when it is stopped; 0: none.
    std::atomic<std::int64_t> saving = 0;

    std::mutex outputMutex;

    // The computing thread's own.
    Device device;
    ModelPtr encoder;
    ModelPtr model;  ///< with a head; null until trained or loaded
    std::string modelId;
    /// What the last fresh fit learned: a warm model can be compared with it fairly on documents
    /// that were labelled since, which neither has seen before.
    struct {
        std::string model;
        ModelPtr weights;
        std::map<std::string, std::string> labels;  ///< a text's hash → a hash of its labels
    } fresh;
    double quickBudget = 0;                  ///< seconds that warm starts get
    std::shared_ptr<StateCache> states;      ///< of frozen layers
    std::map<std::string, int> mentions;     ///< by type, that were learned last
    std::optional<Calibration> calibration;  ///< from the last check
    std::vector<std::string> calibratedTypes;
    std::vector<std::string> types;
    std::vector<TypeText> typeTexts;  ///< the same with descriptions
    std::unordered_map<std::string, StoredText> texts;
    std::unique_ptr<Similarity> similarity;  ///< of the encoder's states
    std::unordered_set<std::string> indexed;
    std::unique_ptr<PretrainRequests> pretraining;
    std::size_t textBytes = 0;
    std::uint64_t clock = 0;

    /// Last: its threads end before what they use goes.
    ModelRequests modelRequests{
        [this](std::int64_t id, const Result<Json>& result) {
            answer(id, result ? Reply(*result) : Reply(rpcFailure(result.error())));
        },
        [this](const protocol::Progress& progress) {
            send(protocol::notification("$/progress", progress));
        }};

    Impl(int in, int out, WorkerOptions o) : input(in), output(out), options(std::move(o)) {}

    void send(const std::string& payload) {
        const std::string bytes = frame(payload);
        const std::scoped_lock lock(outputMutex);
        std::size_t sent = 0;
        while (sent < bytes.size()) {
            const ssize_t n = ::write(output, bytes.data() + sent, bytes.size() - sent);
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0) {
                if (saving != 0)
                    return;  // the reading thread sees it, too, and stops the request
                spdlog::error("The app no longer listens ({}); ending.", std::strerror(errno));
                ::_exit(1);
            }
            sent += static_cast<std::size_t>(n);
        }
    }

    /// Takes the right to answer a request: false when a cancel has answered it already.
    bool claim(std::int64_t id) {
        const std::scoped_lock lock(mutex);
        return open.erase(id) == 1;
    }

    void answer(std::int64_t id, const Reply& reply) {
        if (!claim(id))
            return;
        if (reply)
            send(protocol::response(id, *reply));
        else
            send(protocol::errorResponse(id, reply.error().code, reply.error().message,
                                         reply.error().data));
    }

    // --- reading thread

    void receive(const std::string& payload) {
        Result<protocol::Message> parsed = protocol::parse(payload);
        if (!parsed) {
            send(protocol::errorResponse(std::nullopt, protocol::kParseError,
                                         parsed.error().message));
            return;
        }
        protocol::Message& message = *parsed;
        if (message.method == "$/cancelRequest") {
            cancel(message);
            return;
        }
        if (message.method == "exit") {
            finish();
            return;
        }
        if (!message.isRequest())
            return;
        const std::int64_t id = *message.id;
        {
            const std::scoped_lock lock(mutex);
            if (!open.try_emplace(id).second) {
                send(protocol::errorResponse(id, protocol::kInvalidRequest,
                                             "this id is still in use"));
                return;
            }
            if (ModelRequests::handles(message.method)) {
                modelRequests.start(std::move(message), open.at(id).get_token());
                return;
            }
            queue.push_back(std::move(message));
        }
        wake.notify_one();
    }

    void cancel(const protocol::Message& message) {
        const auto id = message.params.find("id");
        if (id == message.params.end() || !id->is_number_integer())
            return;
        const auto number = id->get<std::int64_t>();
        {
            const std::scoped_lock lock(mutex);
            const auto found = open.find(number);
            if (found == open.end())
                return;
            found->second.request_stop();
            if (saving == number)
                return;
            open.erase(found);
            std::erase_if(queue, [&](const protocol::Message& m) { return m.id == number; });
        }
        send(protocol::errorResponse(number, protocol::kRequestCancelled, "cancelled"));
    }

    void finish() {
        {
            const std::scoped_lock lock(mutex);
            ending = true;
            for (auto& [id, stop] : open)
                stop.request_stop();
        }
        wake.notify_all();
    }

    // --- computing thread

    void compute() {
        for (;;) {
            protocol::Message message;
            std::stop_token stop;
            {
                std::unique_lock lock(mutex);
                wake.wait(lock, [&] { return ending || !queue.empty(); });
                if (ending)
                    return;
                message = std::move(queue.front());
                queue.pop_front();
                const auto found = open.find(*message.id);
                if (found == open.end())
                    continue;
                stop = found->second.get_token();
                if (PretrainRequests::answersStop(message.method) ||
                    AnnotateRequests::answersStop(message.method))
                    saving = *message.id;
            }
            const std::int64_t id = *message.id;
            Reply reply = Json(nullptr);
            try {
                reply = handle(message, stop);
            } catch (const Json::exception& e) {
                reply = rpcFailure(protocol::kInvalidParams, e.what());
            } catch (const std::bad_alloc&) {
                reply = rpcFailure(Error{
                    ErrorCode::OutOfMemory, "The worker has no memory left for this request.", {}});
            } catch (const std::exception& e) {
                reply = rpcFailure(protocol::kInternalError, e.what());
            }
            answer(id, reply);
            saving = 0;
            if (message.method == "shutdown")
                finish();
        }
    }

    Reply handle(const protocol::Message& message, const std::stop_token& stop) {
        if (message.method == "initialize")
            return initialize(message.params);
        if (message.method == "model/load")
            return loadModel(*message.id, message.params);
        if (message.method == "model/info")
            return modelInfo();
        if (message.method == "model/save")
            return saveModel(message.params);
        if (message.method == "scheme/set")
            return setScheme(message.params);
        if (message.method == "documents/put")
            return putDocuments(message.params);
        if (message.method == "train")
            return train(*message.id, message.params, stop);
        if (message.method == "predict")
            return predict(*message.id, message.params, stop);
        if (message.method == "suggest")
            return suggest(*message.id, message.params, stop);
        if (message.method == "check")
            return check(*message.id, message.params, stop);
        if (message.method == "rank")
            return rank(message.params, stop);
        if (message.method == "evaluate")
            return evaluate(message.params, stop);
        if (message.method == "index")
            return index(*message.id, message.params, stop);
        if (message.method == "similar")
            return similar(message.params, stop);
        if (PretrainRequests::handles(message.method))
            return pretrain(message, stop);
        if (AnnotateRequests::handles(message.method))
            return annotate(message, stop);
        if (message.method == "shutdown")
            return Json(nullptr);
        return rpcFailure(protocol::kMethodNotFound,
                          "this worker has no method \"" + message.method + "\"");
    }

    Reply initialize(const Json& params) {
        const int theirs = params.value("protocol", 0);
        if (theirs != protocol::kVersion)
            return rpcFailure(Error{ErrorCode::Incompatible,
                                    "The app speaks version " + std::to_string(theirs) +
                                        " of the worker protocol, this worker version " +
                                        std::to_string(protocol::kVersion) +
                                        ". Install both from one release.",
                                    {}});
        protocol::InitializeResult result;
        result.version = SPANWISE_VERSION;
        result.devices = deviceNames();
        result.pid = ::getpid();
        return Json(result);
    }

    tl::expected<void, RpcFailure> ensureEncoder() {
        if (encoder)
            return {};
        const auto path = resolveModel(options.encoder);
        if (!path)
            return rpcFailure(path.error());
        auto loaded = spanwise::loadModel(*path, device);
        if (!loaded)
            return rpcFailure(loaded.error());
        encoder = std::move(*loaded);
        return {};
    }

    Reply loadModel(std::int64_t id, const Json& params) {
        protocol::Progress progress{id, "loading", 0, 1, -1, 0, -1};
        send(protocol::notification("$/progress", progress));
        if (params.contains("device")) {
            const auto chosen = deviceFromName(params.at("device").get<std::string>());
            if (!chosen)
                return rpcFailure(chosen.error());
            if (auto moved = moveTo(*chosen); !moved)
                return rpcFailure(moved.error());
        }
        const std::string wanted = params.value("path", std::string());
        if (!wanted.empty()) {
            const auto path = resolveModel(wanted);
            if (!path)
                return rpcFailure(path.error());
            auto loaded = spanwise::loadModel(*path, device);
            if (!loaded)
                return rpcFailure(loaded.error());
            if (bundleInfo(**loaded).types.empty()) {
                encoder = std::move(*loaded);
                model.reset();
                fresh = {};
                calibration.reset();
                forgetIndex();
            } else {
                model = std::move(*loaded);
                modelId = params.value("id", bundleInfo(*model).name);
                takeOverLoaded();
            }
        }
        if (auto ready = ensureEncoder(); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        return modelInfo();
    }

    Result<void> moveTo(const Device& wanted) {
        if (wanted == device)
            return {};
        std::array<ModelPtr*, 3> held{&encoder, &model, &fresh.weights};
        std::array<ModelPtr, 3> moved;
        for (std::size_t i = 0; i < held.size(); ++i) {
            if (!*held[i])
                continue;
            auto there = movedTo(*held[i], wanted);
            if (!there)
                return tl::unexpected(there.error());
            moved[i] = std::move(*there);
        }
        for (std::size_t i = 0; i < held.size(); ++i)
            *held[i] = std::move(moved[i]);
        device = wanted;
        forgetIndex();
        pretraining.reset();
        return {};
    }

    /// What belongs to the model that was in use before goes; what the loaded one brings comes.
    void takeOverLoaded() {
        fresh = {};
        mentions.clear();
        calibration.reset();
        const Json provenance = Json::parse(bundleInfo(*model).provenanceJson, nullptr, false);
        if (provenance.is_object() && provenance.contains(kMentions)) {
            for (const auto& [type, count] : provenance.at(kMentions).items()) {
                if (count.is_number_integer())
                    mentions[type] = count.get<int>();
            }
        }
        if (!calibrationOf(*model).isIdentity()) {
            calibration = calibrationOf(*model);
            calibratedTypes = bundleInfo(*model).types;
        }
    }

    Reply modelInfo() {
        if (auto ready = ensureEncoder(); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        const Model& current = model ? *model : *encoder;
        protocol::ModelInfo info;
        info.id = model ? modelId : std::string();
        info.name = bundleInfo(*encoder).name;
        info.path = bundleInfo(current).path.string();
        info.device = device.name();
        info.parameters = parameterCount(current);
        info.types = bundleInfo(current).types;
        return Json(info);
    }

    Reply saveModel(const Json& params) {
        if (!model)
            return rpcFailure(Error{ErrorCode::NotFound,
                                    "There is no trained model to save yet. Label a few spans "
                                    "first.",
                                    {}});
        const std::string path = params.at("path").get<std::string>();
        Json provenance = params.value("provenance", Json::object());
        provenance["model_id"] = modelId;
        provenance[kMentions] = mentions;
        const auto saved = spanwise::saveModel(*model, path, provenance.dump());
        if (!saved)
            return rpcFailure(saved.error());
        return Json{{"path", path}, {"model", modelId}};
    }

    Reply setScheme(const Json& params) {
        std::vector<std::string> names;
        std::vector<TypeText> texts;
        for (const Json& type : params.at("types")) {
            names.push_back(type.at("name").get<std::string>());
            texts.push_back({names.back(), type.value("description", std::string())});
        }
        types = std::move(names);
        typeTexts = std::move(texts);
        return Json::object();
    }

    Reply putDocuments(const Json& params) {
        std::int64_t count = 0;
        for (const Json& item : params.at("documents")) {
            const auto put = item.get<protocol::DocumentText>();
            if (auto valid = validateUtf8(put.text, put.hash); !valid)
                return rpcFailure(valid.error());
            StoredText stored;
            stored.document = makeDocument(put.hash, put.text);
            if (stored.document.sha256 != put.hash)
                return rpcFailure(protocol::kInvalidParams,
                                  "the hash " + put.hash + " is not that of its text");
            if (!put.sentences.empty()) {
                auto presplit = presplitFromJson(put.sentences, countCodePoints(put.text));
                if (!presplit)
                    return rpcFailure(presplit.error());
                stored.document.presplit = std::move(*presplit);
            }
            stored.sentences = sentencesOf(stored.document);
            stored.offsets = OffsetMap(stored.document.text);
            stored.used = ++clock;
            const auto [place, isNew] = texts.insert_or_assign(put.hash, std::move(stored));
            if (isNew)
                textBytes += place->second.document.text.size();
            ++count;
        }
        dropOldTexts(clock - static_cast<std::uint64_t>(count));
        return Json{{"count", count}};
    }

    /// Lets go of the least recently used half once there is too much, but of nothing newer than
    /// `keepAfter`.
    void dropOldTexts(std::uint64_t keepAfter) {
        if (textBytes <= kMaxTextBytes)
            return;
        std::vector<std::pair<std::uint64_t, std::string>> byAge;
        byAge.reserve(texts.size());
        for (const auto& [hash, stored] : texts)
            byAge.emplace_back(stored.used, hash);
        std::sort(byAge.begin(), byAge.end());
        for (const auto& [used, hash] : byAge) {
            if (textBytes <= kMaxTextBytes / 2 || used > keepAfter)
                return;
            const auto found = texts.find(hash);
            textBytes -= found->second.document.text.size();
            texts.erase(found);
        }
    }

    tl::expected<void, RpcFailure> requireTexts(const std::vector<std::string>& hashes) {
        Json missing = Json::array();
        for (const std::string& hash : hashes) {
            const auto found = texts.find(hash);
            if (found == texts.end())
                missing.push_back(hash);
            else
                found->second.used = ++clock;
        }
        if (missing.empty())
            return {};
        return rpcFailure(protocol::kUnknownDocument, "these documents were not put yet",
                          {{"hashes", std::move(missing)}});
    }

    /// A document with the labels of a request; presplit words come from what was put.
    static std::vector<LabelledSentence> sentencesThatTeach(
        const StoredText& stored, const protocol::DocumentLabelling& labelling) {
        return teachingSentences(stored.document, labelling.annotations, labelling.rejections,
                                 labelling.done);
    }

    [[nodiscard]] std::optional<Error> badSpan(const StoredText& stored,
                                               const protocol::DocumentLabelling& labelling) const {
        const Offset length = countCodePoints(stored.document.text);
        for (const auto* spans : {&labelling.annotations, &labelling.rejections}) {
            for (const NamedSpan& span : *spans) {
                if (span.range.begin < 0 || span.range.isEmpty() || span.range.end > length)
                    return Error{ErrorCode::InvalidArgument,
                                 "A span from " + std::to_string(span.range.begin) + " to " +
                                     std::to_string(span.range.end) + " of a text with " +
                                     std::to_string(length) + " characters.",
                                 labelling.hash};
                if (std::find(types.begin(), types.end(), span.type) == types.end())
                    return Error{ErrorCode::InvalidArgument,
                                 "A span from " + std::to_string(span.range.begin) + " to " +
                                     std::to_string(span.range.end) + " is of the type \"" +
                                     span.type +
                                     "\", which is not among the project's types. Set the types "
                                     "first.",
                                 labelling.hash};
            }
        }
        return std::nullopt;
    }

    Reply train(std::int64_t id, const Json& json, const std::stop_token& stop) {
        auto params = json.get<protocol::TrainParams>();
        std::vector<std::string> hashes;
        for (const auto& labelling : params.labels)
            hashes.push_back(labelling.hash);
        if (auto ready = requireTexts(hashes); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        if (types.empty())
            return rpcFailure(Error{ErrorCode::InvalidArgument,
                                    "There are no entity types to learn. Define some first.",
                                    {}});
        for (const auto& labelling : params.labels) {
            if (auto bad = badSpan(texts.at(labelling.hash), labelling))
                return rpcFailure(*bad);
        }
        const std::map<std::string, std::string> taught = bringInOrder(params.labels);

        const auto started = Clock::now();
        LabelFaults faults;
        std::vector<LabelledSentence> sentences;
        for (const auto& labelling : params.labels) {
            if (stop.stop_requested())
                return rpcFailure(protocol::kRequestCancelled, "cancelled");
            const StoredText& stored = texts.at(labelling.hash);
            faults += faultsOf(stored.document, stored.sentences, labelling.annotations);
            std::vector<LabelledSentence> more = sentencesThatTeach(stored, labelling);
            std::move(more.begin(), more.end(), std::back_inserter(sentences));
        }
        if (sentences.empty())
            return rpcFailure(
                Error{ErrorCode::InvalidArgument,
                      faults.withoutWord > 0
                          ? "The labels lie on no word, so there is nothing to learn from. Label "
                            "whole words."
                          : "Nothing is labelled yet, so there is nothing to learn from. Label a "
                            "few spans first.",
                      {}});
        if (auto ready = ensureEncoder(); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        const bool warm = params.quick && model && bundleInfo(*model).types == types;
        TrainOptions trainOptions = newTraining(params.seed);
        trainOptions.budgetSeconds = params.budgetSeconds;
        if (params.quick)
            quickBudget = params.budgetSeconds;
        else if (trainOptions.recipe.teachers > 0)
            trainOptions.unlabelled = unlabelledSentences(taught, trainOptions.recipe);
        protocol::TrainResult result;
        if (params.compare && !params.quick) {
            const auto kept = keepsWarm(id, params, taught, stop);
            if (!kept)
                return rpcFailure(kept.error());
            if (*kept) {
                result.model = modelId;
                result.sentences = static_cast<std::int64_t>(sentences.size());
                result.sinceFresh = sinceFresh(taught);
                result.keptWarm = true;
                result.seconds = secondsSince(started);
                result.warnings = faults.warnings();
                return Json(result);
            }
        }
        auto lastSent = Clock::now() - kProgressInterval;
        const auto progress = [&](const TrainProgress& now) {
            if (Clock::now() - lastSent < kProgressInterval && now.step < now.steps)
                return;
            lastSent = Clock::now();
            send(protocol::notification(
                "$/progress", protocol::Progress{id, "training", now.step, now.steps, now.loss,
                                                 now.tokensPerSecond, now.secondsLeft}));
        };
        auto trained =
            spanwise::train(warm ? model : encoder, sentences, trainOptions, progress, stop);
        if (!trained)
            return rpcFailure(trained.error());
        if (stop.stop_requested())
            return rpcFailure(protocol::kRequestCancelled, "cancelled");
        model = std::move(trained->model);
        calibrateNew();
        mentions.clear();
        for (const LabelledSentence& sentence : sentences) {
            for (const WordSpan& span : sentence.spans)
                ++mentions[span.type];
        }
        Json identity{{"labels", taught},
                      {"types", types},
                      {"seed", params.seed},
                      {"budget", params.budgetSeconds},
                      {"encoder", bundleInfo(*encoder).path.string()},
                      {"from", warm ? modelId : std::string()}};
        if (!trainOptions.descriptions.empty())
            identity["descriptions"] = trainOptions.descriptions;
        modelId = bundleInfo(*encoder).name + "-" + sha256Hex(identity.dump()).substr(0, 8);
        std::vector<std::string> warnings = faults.warnings();
        warnings.insert(warnings.begin(), trained->report.warnings.begin(),
                        trained->report.warnings.end());
        for (const std::string& warning : warnings)
            spdlog::warn("{}", warning);

        result.model = modelId;
        result.sentences = trained->report.sentences;
        result.steps = trained->report.steps;
        result.loss = trained->report.loss;
        result.seconds = secondsSince(started);
        result.sinceFresh = sinceFresh(taught);
        result.warnings = std::move(warnings);
        if (!warm)
            fresh = {modelId, model, taught};
        return Json(result);
    }

    [[nodiscard]] std::map<std::string, std::string> descriptions() const {
        std::map<std::string, std::string> all;
        for (const TypeText& text : typeTexts) {
            if (!text.description.empty())
                all[text.name] = text.description;
        }
        return all;
    }

    TrainOptions newTraining(std::uint64_t seed) {
        if (!states) {
            StateCacheSettings settings;
            if (!options.cache.empty())
                settings.file = std::filesystem::path(options.cache) / "states.cache";
            states = makeStateCache(settings);
            for (const std::string& warning : stateCacheStats(*states).warnings)
                spdlog::warn("{}", warning);
        }
        TrainOptions trainOptions;
        trainOptions.types = types;
        trainOptions.descriptions = descriptions();
        trainOptions.seed = seed;
        trainOptions.cache = states.get();
        return trainOptions;
    }

    /// Documents labelled, or labelled otherwise, since the last fresh fit.
    [[nodiscard]] std::int64_t sinceFresh(const std::map<std::string, std::string>& taught) const {
        return std::count_if(taught.begin(), taught.end(), [this](const auto& entry) {
            const auto seen = fresh.labels.find(entry.first);
            return seen == fresh.labels.end() || seen->second != entry.second;
        });
    }

    /// Sentences of the texts at hand in which nothing is labelled, in the order of their hashes.
    [[nodiscard]] std::vector<std::vector<std::string>> unlabelledSentences(
        const std::map<std::string, std::string>& taught, const Recipe& recipe) const {
        std::set<std::string> hashes;
        for (const auto& [hash, stored] : texts) {
            if (!taught.contains(hash))
                hashes.insert(hash);
        }
        std::vector<std::vector<std::string>> sentences;
        const std::size_t most = kPoolFactor * static_cast<std::size_t>(recipe.poolSentences);
        for (const std::string& hash : hashes) {
            if (sentences.size() >= most)
                break;
            const StoredText& stored = texts.at(hash);
            const std::size_t last = std::min(stored.sentences.size(), kRankedSentences);
            appendWords(stored, {0, 0, last, {}, false}, sentences);
        }
        return sentences;
    }

    /// Whether the model in use, trained further, is better than a fresh fit would be, told from
    /// what was labelled since the last one.
    Result<bool> keepsWarm(std::int64_t id, const protocol::TrainParams& params,
                           const std::map<std::string, std::string>& taught,
                           const std::stop_token& stop) {
        if (!model || !fresh.weights || modelId == fresh.model ||
            bundleInfo(*model).types != types || bundleInfo(*fresh.weights).types != types)
            return false;
        std::vector<LearningDocument> old;
        std::vector<LearningDocument> since;
        for (const auto& labelling : params.labels) {
            const auto seen = fresh.labels.find(labelling.hash);
            const bool isOld =
                seen != fresh.labels.end() && seen->second == taught.at(labelling.hash);
            (isOld ? old : since)
                .push_back({labelling.hash, sentencesThatTeach(texts.at(labelling.hash), labelling),
                            false});
        }
        TrainOptions warmOptions = newTraining(params.seed);
        warmOptions.budgetSeconds = quickBudget;
        auto lastSent = Clock::now() - kProgressInterval;
        const auto choice = chooseModel(
            fitOf(fresh.weights, warmOptions), fitOf(encoder, newTraining(params.seed)), old, since,
            {},
            [&](const CrossValidationProgress& now) {
                if (Clock::now() - lastSent < kProgressInterval)
                    return;
                lastSent = Clock::now();
                send(protocol::notification(
                    "$/progress", protocol::Progress{id, "comparing", std::llround(1000 * now.done),
                                                     1000, -1, 0, now.secondsLeft}));
            },
            stop);
        if (!choice)
            return tl::unexpected(choice.error());
        spdlog::info("{}", choice->reason);
        return choice->isMeasured && !choice->takeFresh;
    }

    Reply predict(std::int64_t id, const Json& json, const std::stop_token& stop) {
        if (!model)
            return rpcFailure(Error{ErrorCode::NotFound,
                                    "There is no trained model yet. Label a few spans first.",
                                    {}});
        const auto params = json.get<protocol::PredictParams>();
        PredictOptions predictOptions;
        predictOptions.threshold = params.threshold;
        return findSpans(id, params, modelId, stop, [&](const auto& sentences) {
            return spanwise::predict(*model, sentences, predictOptions, {}, stop);
        });
    }

    Reply suggest(std::int64_t id, const Json& json, const std::stop_token& stop) {
        const auto params = json.get<protocol::PredictParams>();
        if (auto ready = ensureEncoder(); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        SuggestOptions suggestOptions;
        suggestOptions.threshold = params.threshold;
        const std::string name = std::string(protocol::kZeroShotPrefix) + bundleInfo(*encoder).name;
        return findSpans(id, params, name, stop, [&](const auto& sentences) {
            return spanwise::suggest(*encoder, sentences, typeTexts, suggestOptions, {}, stop);
        });
    }

    /// What `predict` and `suggest` share: pieces of documents in PredictionPlan's order, each
    /// answered as soon as its spans are there.
    template <typename Find>
    Reply findSpans(std::int64_t id, const protocol::PredictParams& params, const std::string& name,
                    const std::stop_token& stop, Find find) {
        if (auto ready = requireTexts(params.hashes); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        std::vector<PlannedDocument> documents;
        for (const std::string& hash : params.hashes) {
            const StoredText& stored = texts.at(hash);
            documents.push_back({&stored.sentences, stored.offsets.codePoints()});
        }
        PredictionPlan plan(documents, params.visible, params.covered);
        const auto started = Clock::now();
        std::int64_t words = 0;
        const auto total = static_cast<std::int64_t>(plan.words());
        std::vector<std::vector<std::string>> sentences;
        for (auto pieces = plan.next(); !pieces.empty(); pieces = plan.next()) {
            if (stop.stop_requested())
                return rpcFailure(protocol::kRequestCancelled, "cancelled");
            sentences.clear();
            for (const PlannedPiece& piece : pieces)
                appendWords(texts.at(params.hashes[piece.document]), piece, sentences);
            for (const auto& sentence : sentences)
                words += static_cast<std::int64_t>(sentence.size());
            Result<std::vector<std::vector<WordSpan>>> found;
            if (!sentences.empty())
                found = find(sentences);
            if (!found)
                return rpcFailure(found.error());
            std::size_t first = 0;
            for (const PlannedPiece& piece : pieces) {
                const std::string& hash = params.hashes[piece.document];
                const StoredText& stored = texts.at(hash);
                protocol::Suggestions suggestions{id, hash, name,
                                                  namedSpans(stored, piece, *found, first)};
                if (piece.range != Range{0, stored.offsets.codePoints()})
                    suggestions.range = piece.range;
                suggestions.last = piece.endsDocument;
                send(protocol::notification("$/suggestions", suggestions));
                first += piece.last - piece.first;
            }
            const double seconds =
                std::chrono::duration<double>(Clock::now() - started).count() + 1e-9;
            const double left = static_cast<double>(total - words);
            send(protocol::notification(
                "$/progress",
                protocol::Progress{id, "predicting", words, total, -1,
                                   static_cast<double>(words) / seconds,
                                   left * seconds / std::max(1.0, static_cast<double>(words))}));
        }
        return Json{{"model", name}, {"documents", params.hashes.size()}};
    }

    void forgetIndex() {
        similarity.reset();
        indexed.clear();
    }

    tl::expected<void, RpcFailure> ensureSimilarity() {
        if (auto ready = ensureEncoder(); !ready)
            return ready;
        if (!similarity) {
            SimilarityOptions similarityOptions;
            if (!options.cache.empty())
                similarityOptions.cache = std::filesystem::path(options.cache) / "sentences";
            similarity = std::make_unique<Similarity>(encoder, similarityOptions);
        }
        return {};
    }

    static IndexableText indexable(const std::string& hash, const StoredText& stored) {
        return {hash, &stored.document.text, &stored.sentences, &stored.offsets};
    }

    Reply index(std::int64_t id, const Json& params, const std::stop_token& stop) {
        const auto hashes = params.at("hashes").get<std::vector<std::string>>();
        if (auto ready = requireTexts(hashes); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        if (auto ready = ensureSimilarity(); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        std::vector<IndexableText> wanted;
        for (const std::string& hash : hashes)
            wanted.push_back(indexable(hash, texts.at(hash)));
        const auto started = Clock::now();
        auto lastSent = started - kProgressInterval;
        const auto progress = [&](std::int64_t done, std::int64_t total) {
            if (Clock::now() - lastSent < kProgressInterval && done < total)
                return;
            lastSent = Clock::now();
            const double seconds = std::chrono::duration<double>(lastSent - started).count();
            send(protocol::notification(
                "$/progress",
                protocol::Progress{id, "indexing", done, total, -1, 0,
                                   seconds * static_cast<double>(total - done) /
                                       static_cast<double>(std::max<std::int64_t>(1, done))}));
        };
        const auto added = similarity->add(wanted, progress, stop);
        for (const std::string& note : similarity->takeNotes())
            spdlog::warn("{}", note);
        if (!added)
            return rpcFailure(added.error());
        indexed.insert(hashes.begin(), hashes.end());
        return Json{{"documents", hashes.size()}, {"sentences", *added}};
    }

    Reply similar(const Json& json, const std::stop_token& stop) {
        const auto params = json.get<protocol::SimilarParams>();
        if (params.count < 1 || params.count > 1000)
            return rpcFailure(protocol::kInvalidParams, "count is not between 1 and 1000");
        if (params.hash.empty() == params.text.empty())
            return rpcFailure(protocol::kInvalidParams,
                              "similar takes either a hash or a text to compare with");
        if (auto valid = validateUtf8(params.text, "text"); !valid)
            return rpcFailure(valid.error());
        if (auto ready = ensureSimilarity(); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        std::unordered_map<std::string, IndexableText> looked;
        const auto lookup = [&](const std::string& hash) -> const IndexableText* {
            const auto found = texts.find(hash);
            if (found == texts.end())
                return nullptr;
            return &looked.try_emplace(hash, indexable(hash, found->second)).first->second;
        };
        const auto count = static_cast<std::size_t>(params.count);
        Result<std::vector<SimilarHit>> hits;
        if (params.hash.empty()) {
            hits = similarity->toText(params.text, count, indexed, lookup, stop);
        } else {
            if (auto ready = requireTexts({params.hash}); !ready)
                return tl::unexpected<RpcFailure>(ready.error());
            hits = similarity->toPlace(*lookup(params.hash), params.range, count, indexed, lookup,
                                       stop);
        }
        if (!hits)
            return rpcFailure(hits.error());
        Json list = Json::array();
        for (const SimilarHit& hit : *hits)
            list.push_back(protocol::SimilarMatch{hit.hash, hit.sentence, hit.range, hit.score});
        return Json{{"hits", std::move(list)}};
    }

    Reply check(std::int64_t id, const Json& json, const std::stop_token& stop) {
        auto params = json.get<protocol::CheckParams>();
        if (params.folds < 2 || params.folds > 100)
            return rpcFailure(protocol::kInvalidParams, "folds is not between 2 and 100");
        std::vector<std::string> hashes;
        for (const auto& document : params.documents)
            hashes.push_back(document.labelling.hash);
        if (auto ready = requireTexts(hashes); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        if (auto ready = ensureEncoder(); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        std::vector<const Document*> documents;
        for (const auto& document : params.documents) {
            const StoredText& stored = texts.at(document.labelling.hash);
            if (auto bad = badSpan(stored, document.labelling))
                return rpcFailure(*bad);
            documents.push_back(&stored.document);
        }
        TrainOptions trainOptions = newTraining(params.seed);
        trainOptions.budgetSeconds = params.budgetSeconds;
        auto lastSent = Clock::now() - kProgressInterval;
        auto answer = answerCheck(
            encoder, trainOptions, params, documents,
            [&](double done, double secondsLeft) {
                if (Clock::now() - lastSent < kProgressInterval && done < 1)
                    return;
                lastSent = Clock::now();
                send(protocol::notification(
                    "$/progress", protocol::Progress{id, "checking", std::llround(1000 * done),
                                                     1000, -1, 0, secondsLeft}));
            },
            stop);
        if (!answer)
            return rpcFailure(answer.error());
        calibration = answer->calibration;
        calibratedTypes = types;
        if (model && bundleInfo(*model).types == types)
            model = calibrated(model, *calibration);
        return Json(answer->result);
    }

    /// Scores mean what they say from the first check on, also those of models trained later.
    void calibrateNew() {
        model = calibrated(model, calibration && calibratedTypes == types
                                      ? *calibration
                                      : calibrationWithoutSpans(*model));
    }

    Reply rank(const Json& json, const std::stop_token& stop) {
        const auto params = json.get<protocol::RankParams>();
        if (!model)
            return rpcFailure(Error{ErrorCode::NotFound,
                                    "There is no trained model yet. Label a few spans first.",
                                    {}});
        for (const auto* hashes : {&params.hashes, &params.labelled}) {
            if (auto ready = requireTexts(*hashes); !ready)
                return tl::unexpected<RpcFailure>(ready.error());
        }
        const auto textsOf = [&](const std::vector<std::string>& hashes) {
            std::vector<RankedText> result;
            for (const std::string& hash : hashes) {
                const StoredText& stored = texts.at(hash);
                RankedText text{hash, {}, 0};
                for (const auto& sentence : stored.sentences)
                    text.words += sentence.words.size();
                const std::size_t last = std::min(stored.sentences.size(), kRankedSentences);
                appendWords(stored, {0, 0, last, {}, false}, text.sentences);
                result.push_back(std::move(text));
            }
            return result;
        };
        const auto order = answerRank(*model, textsOf(params.hashes), textsOf(params.labelled),
                                      mentions, params, stop);
        if (!order)
            return rpcFailure(order.error());
        return Json{{"order", *order}};
    }

    Reply pretrain(const protocol::Message& message, const std::stop_token& stop) {
        if (!pretraining)
            pretraining = std::make_unique<PretrainRequests>(
                device, options.encoder, [this](std::string_view method, Json params) {
                    send(protocol::notification(method, std::move(params)));
                });
        auto result = pretraining->serve(message, stop);
        if (!result)
            return rpcFailure(result.error());
        return std::move(*result);
    }

    Reply annotate(const protocol::Message& message, const std::stop_token& stop) {
        AnnotateRequests requests([this](std::string_view method, Json params) {
            send(protocol::notification(method, std::move(params)));
        });
        auto result = requests.serve(message, stop);
        if (!result)
            return rpcFailure(result.error());
        return std::move(*result);
    }

    Reply evaluate(const Json& json, const std::stop_token& stop) {
        if (!model)
            return rpcFailure(Error{ErrorCode::NotFound, "There is no trained model yet.", {}});
        const auto labels = json.at("labels").get<std::vector<protocol::DocumentLabelling>>();
        std::vector<std::string> hashes;
        for (const auto& labelling : labels)
            hashes.push_back(labelling.hash);
        if (auto ready = requireTexts(hashes); !ready)
            return tl::unexpected<RpcFailure>(ready.error());
        std::vector<LabelledSentence> gold;
        for (const auto& labelling : labels) {
            const StoredText& stored = texts.at(labelling.hash);
            if (auto bad = badSpan(stored, labelling))
                return rpcFailure(*bad);
            auto more = alignToWords(stored.document, stored.sentences, labelling.annotations);
            std::move(more.begin(), more.end(), std::back_inserter(gold));
        }
        std::vector<std::vector<std::string>> sentences;
        sentences.reserve(gold.size());
        for (const LabelledSentence& sentence : gold)
            sentences.push_back(sentence.words);
        const auto predicted = spanwise::predict(*model, sentences, {}, {}, stop);
        if (!predicted)
            return rpcFailure(predicted.error());
        EntityEvaluator evaluator;
        for (std::size_t i = 0; i < gold.size(); ++i)
            evaluator.add(gold[i].spans, (*predicted)[i], gold[i].words.size());
        return Json::parse(metricsToJson(evaluator.metrics()));
    }
};

WorkerServer::WorkerServer(int input, int output, WorkerOptions options)
    : m_impl(std::make_unique<Impl>(input, output, std::move(options))) {}

WorkerServer::~WorkerServer() = default;

int WorkerServer::run() {
    if (m_impl->options.niceness > 0)
        ::setpriority(PRIO_PROCESS, 0, m_impl->options.niceness);
    const auto device = deviceFromName(m_impl->options.device);
    if (!device) {
        spdlog::error("{}", device.error().text());
        return 1;
    }
    m_impl->device = *device;
    setThreads(m_impl->options.threads);
    std::jthread computing([impl = m_impl.get()] { impl->compute(); });

    FrameReader reader;
    std::array<char, 65536> buffer{};
    int exitCode = 0;
    for (;;) {
        pollfd wait{m_impl->input, POLLIN, 0};
        const int ready = ::poll(&wait, 1, 100);
        {
            const std::scoped_lock lock(m_impl->mutex);
            if (m_impl->ending)
                break;
        }
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        const ssize_t n = ::read(m_impl->input, buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        auto payloads = reader.feed(std::string_view(buffer.data(), static_cast<std::size_t>(n)));
        if (!payloads) {
            spdlog::error("{}", payloads.error().text());
            m_impl->send(protocol::errorResponse(std::nullopt, protocol::kParseError,
                                                 payloads.error().message));
            exitCode = 1;
            break;
        }
        for (const std::string& payload : *payloads)
            m_impl->receive(payload);
    }
    m_impl->finish();
    return exitCode;
}

}  // namespace spanwise
