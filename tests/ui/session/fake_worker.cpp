// A worker for tests. Learns the strings that were labelled and finds them again.
//   fake_worker [--log FILE] [--times N] [--die-on METHOD] [--garbage-on METHOD] [--hang-on METHOD]
//               [--bad-json-on METHOD] [--forget-on METHOD] [--train-ms N] [--predict-ms N]
//               [--protocol N] [--exit-at-start] [--noise BYTES] [--zero-shot ENCODER|any]
//               [--suggest-ms N] [--fail-on METHOD] [--pull-ms N] [--no-models 1] [--lines 1]
//               [--check-ms N] [--index-ms N] [--old 1] [--pretrain-us N] [--runs FILE]
//               [--die-at STEP] [--annotate-ms N] [--warn TEXT]
// --zero-shot: with that encoder (or any) `suggest` finds the words of a type's description, or its
// name when it has none. Without it the worker can do no zero-shot. --fail-on: an error, once
// asked. --lines: `predict` sends the first document line by line, the visible ones first; the
// times count for each line.
// `pretrain` takes 1000 steps of --pretrain-us each, saves a checkpoint each 100 and when it is
// stopped, and keeps what is unfinished in --runs. --die-at: at that step, unless it resumes.
// `annotate/…` takes each line of its inputs for a passage and --annotate-ms for an answer, one at
// a time: 1000 tokens in, 100 out, the first word a "thing". The key "wrong" is refused. --die-at:
// after so many answers, unless the output had some before.
// --old: knows none of check, rank, index and similar. `check` doubts every place where a string
// that was labelled stands without a label, and every label whose string has another type
// elsewhere; `rank` turns the order round, every fifth a random pick; `similar` finds the same
// string again.
// --times: misbehave only in the first N processes (counted by the "start" lines of the log).
// The log gets a line per start (with the time) and per request.
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "core/formats/passages.h"
#include "core/protocol/annotation_messages.h"
#include "core/protocol/framing.h"
#include "core/protocol/learning_messages.h"
#include "core/protocol/messages.h"
#include "core/protocol/model_messages.h"
#include "core/protocol/pretraining_messages.h"
#include "core/text/offset_map.h"
#include "core/text/utf8.h"

using namespace spanwise;
using nlohmann::json;

namespace {

std::map<std::string, std::string> flags;
std::deque<protocol::Message> queue;
std::set<std::int64_t> cancelled;
FrameReader reader;
std::map<std::string, std::string> texts;
std::map<std::string, std::string> dictionary;  // string -> type
json types = json::array();
std::string model;
int models = 0;
bool misbehaves = true;
std::string encoder = "fake-encoder";
constexpr std::int64_t kPullBytes = 91'226'112;

protocol::ModelEntry makeEntry(const std::string& name, protocol::ModelPurpose purpose) {
    protocol::ModelEntry entry;
    entry.name = name;
    entry.path = "/models/" + name;
    entry.architecture = "bert";
    entry.purpose = purpose;
    entry.bytes = 90'000'000;
    entry.layers = 6;
    entry.hiddenSize = 384;
    entry.vocabulary = 30522;
    entry.licence = "apache-2.0";
    return entry;
}

std::vector<protocol::ModelEntry> makeModels() {
    auto first = makeEntry("fake-encoder", protocol::ModelPurpose::Encoder);
    first.isDefault = true;
    auto second = makeEntry("other-encoder", protocol::ModelPurpose::Encoder);
    second.removable = true;
    second.repository = "org/other-encoder";
    second.revision = "0123456789abcdef0123456789abcdef01234567";
    second.provenance = {{"pulled", "2026-05-04"}, {"steps", 12}};
    auto third = makeEntry("names", protocol::ModelPurpose::ZeroShot);
    third.architecture = "gliner";
    third.removable = true;
    third.licence.clear();
    auto fourth = makeEntry("diseases", protocol::ModelPurpose::Tagger);
    fourth.types = {"disease", "gene"};
    fourth.removable = true;
    auto fifth = makeEntry("future", protocol::ModelPurpose::Encoder);
    fifth.problem = "the architecture \"mamba\" is not known";
    fifth.removable = true;
    return {first, second, third, fourth, fifth};
}
std::vector<protocol::ModelEntry> installedModels = makeModels();

void note(const std::string& line) {
    if (flags.contains("log")) {
        std::ofstream log(flags["log"], std::ios::app);
        log << line << '\n';
    }
}

void send(const std::string& payload) {
    const std::string bytes = frame(payload);
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto n = ::write(1, bytes.data() + sent, bytes.size() - sent);
        if (n <= 0)
            ::_exit(0);
        sent += static_cast<std::size_t>(n);
    }
}

/// Reads what is there within `ms`; ends the process when the app is gone.
void receive(int ms) {
    pollfd wait{0, POLLIN, 0};
    if (::poll(&wait, 1, ms) <= 0)
        return;
    char buffer[65536];
    const auto n = ::read(0, buffer, sizeof buffer);
    if (n <= 0)
        ::_exit(0);
    const auto payloads = reader.feed(std::string_view(buffer, static_cast<std::size_t>(n)));
    if (!payloads)
        ::_exit(3);
    for (const auto& payload : *payloads) {
        auto message = protocol::parse(payload);
        if (!message)
            ::_exit(3);
        if (message->method == "$/cancelRequest")
            cancelled.insert(message->params.at("id").get<std::int64_t>());
        else
            queue.push_back(std::move(*message));
    }
}

bool is(const char* flag, const std::string& method) {
    const auto found = flags.find(flag);
    return misbehaves && found != flags.end() && found->second == method;
}

/// False when the request was cancelled.
bool work(std::int64_t id, int ms, const char* stage, std::int64_t total = 0) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (std::chrono::steady_clock::now() < end) {
        receive(5);
        const auto left = std::chrono::duration<double>(end - std::chrono::steady_clock::now());
        const double share = 1 - left.count() * 1000 / ms;
        const std::int64_t whole = total > 0 ? total : ms;
        send(protocol::notification(
            "$/progress",
            protocol::Progress{id, stage,
                               static_cast<std::int64_t>(share * static_cast<double>(whole)), whole,
                               0.5, 100, left.count()}));
        if (cancelled.contains(id))
            return false;
    }
    return !cancelled.contains(id);
}

json info() {
    protocol::ModelInfo result;
    result.id = model;
    result.name = encoder;
    result.device = "CPU";
    if (!model.empty()) {
        for (const auto& type : types)
            result.types.push_back(type.at("name").get<std::string>());
    }
    return result;
}

json unknown(const std::vector<std::string>& hashes) {
    json missing = json::array();
    for (const auto& hash : hashes) {
        if (!texts.contains(hash))
            missing.push_back(hash);
    }
    return missing;
}

/// Words that stand for a type: those of its description, else its name.
std::vector<std::string> wordsOf(const json& type) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : type.value("description", std::string()) + ' ') {
        if (c != ' ')
            word += c;
        else if (!word.empty())
            words.push_back(std::exchange(word, {}));
    }
    if (words.empty())
        words.push_back(type.at("name").get<std::string>());
    return words;
}

void sendFound(std::int64_t id, const std::string& hash, const std::string& by,
               const std::multimap<std::string, std::string>& words, double score,
               std::optional<Range> range = std::nullopt, bool last = true) {
    const std::string& text = texts[hash];
    const OffsetMap map(text);
    protocol::Suggestions found{id, hash, by, {}, range, last};
    for (const auto& [word, type] : words) {
        for (auto at = text.find(word); at != std::string::npos;
             at = text.find(word, at + word.size()))
            found.spans.push_back({{map.fromByte(static_cast<std::int64_t>(at)),
                                    map.fromByte(static_cast<std::int64_t>(at + word.size()))},
                                   type,
                                   score});
    }
    if (range)
        std::erase_if(found.spans,
                      [&](const NamedSpan& span) { return !range->contains(span.range); });
    send(protocol::notification("$/suggestions", found));
}

/// The lines of the first document that are not covered, as predict is to send them.
std::vector<Range> linesOf(const protocol::PredictParams& params) {
    const std::string& text = texts[params.hashes.front()];
    std::vector<Range> before, after;
    Offset begin = 0;
    Offset at = 0;
    for (const char c : text + '\n') {
        ++at;
        if (c != '\n')
            continue;
        const Range line{begin, std::min<Offset>(at, static_cast<Offset>(text.size()))};
        begin = at;
        const bool isCovered =
            std::any_of(params.covered.begin(), params.covered.end(),
                        [&](const Range& range) { return range.contains(line); });
        if (isCovered || line.isEmpty())
            continue;
        if (params.visible && line.end <= params.visible->begin)
            before.push_back(line);
        else
            after.push_back(line);
    }
    after.insert(after.end(), before.begin(), before.end());
    return after;
}

bool handleModels(const protocol::Message& message) {
    const std::int64_t id = *message.id;
    const auto named = [](const std::string& name) {
        return std::find_if(installedModels.begin(), installedModels.end(),
                            [&](const auto& entry) { return entry.name == name; });
    };
    if (message.method == "models/list") {
        protocol::ModelList list;
        if (!flags.contains("no-models"))
            list.models = installedModels;
        list.store = "/models";
        send(protocol::response(id, list));
    } else if (message.method == "models/pull") {
        const std::string repository = message.params.at("repository").get<std::string>();
        if (repository == "no/such") {
            send(protocol::errorResponse(
                id, Error{ErrorCode::NotFound, "The hub has no repository no/such. Check its name.",
                          "no/such"}));
            return true;
        }
        const int ms = flags.contains("pull-ms") ? std::stoi(flags["pull-ms"]) : 0;
        if (!work(id, ms, "pulling", kPullBytes)) {
            send(protocol::errorResponse(id, protocol::kRequestCancelled, "cancelled"));
            return true;
        }
        auto entry =
            makeEntry(repository.substr(repository.find('/') + 1), protocol::ModelPurpose::Encoder);
        entry.repository = repository;
        entry.revision = message.params.value("revision", std::string("main"));
        entry.removable = true;
        installedModels.push_back(entry);
        send(protocol::response(id, entry));
    } else if (message.method == "models/add") {
        const std::filesystem::path path = message.params.at("path").get<std::string>();
        if (!std::filesystem::exists(path / "config.json")) {
            send(protocol::errorResponse(
                id,
                Error{ErrorCode::NotFound, "There is no config.json, so this is no model's folder.",
                      path.string()}));
            return true;
        }
        auto entry = makeEntry(path.filename().string(), protocol::ModelPurpose::Encoder);
        entry.removable = true;
        installedModels.push_back(entry);
        send(protocol::response(id, entry));
    } else if (message.method == "models/remove") {
        const auto found = named(message.params.at("name").get<std::string>());
        if (found == installedModels.end()) {
            send(protocol::errorResponse(id, Error{ErrorCode::NotFound, "no such model", ""}));
            return true;
        }
        installedModels.erase(found);
        send(protocol::response(id, json::object()));
    } else {
        return false;
    }
    return true;
}

std::set<std::string> indexed;

protocol::ScoreReport scoreOf(double f1, std::int64_t support) {
    return {f1 - 0.03, f1 + 0.03, f1, support, std::pair(f1 - 0.08, f1 + 0.07)};
}

protocol::CheckResult checked(const protocol::CheckParams& params) {
    protocol::CheckResult result;
    result.model = model;
    result.folds = params.folds;
    std::map<std::string, std::int64_t> mentions;
    std::map<std::string, std::map<std::string, int>> typesOf;  // string -> type -> times
    std::int64_t preAnnotated = 0;
    for (const auto& document : params.documents) {
        preAnnotated += document.preAnnotated ? 1 : 0;
        for (const auto& span : document.labelling.annotations) {
            ++mentions[span.type];
            ++typesOf[std::string(slice(texts[document.labelling.hash], span.range))][span.type];
        }
    }
    const auto count = static_cast<std::int64_t>(params.documents.size());
    std::int64_t support = 0;
    for (const auto& [type, times] : mentions) {
        support += times;
        result.all.perType[type] = scoreOf(0.9 - 1.0 / static_cast<double>(times + 2), times);
    }
    result.all.documents = result.all.sentences = count;
    result.all.micro = result.all.macro = scoreOf(0.78, support);
    if (preAnnotated > 0 && preAnnotated < count) {
        result.preAnnotated = result.byHand = result.all;
        result.preAnnotated->documents = preAnnotated;
        result.byHand->documents = count - preAnnotated;
        result.preAnnotated->micro = scoreOf(0.86, support / 2);
        result.byHand->micro = scoreOf(0.74, support - support / 2);
    }
    for (const auto& type : types) {
        const auto name = type.at("name").get<std::string>();
        if (mentions[name] < 5)
            result.lacking.push_back({name, mentions[name], mentions[name], 5 - mentions[name], 0});
    }
    for (const auto& document : params.documents) {
        const std::string& hash = document.labelling.hash;
        const OffsetMap map(texts[hash]);
        for (const auto& span : document.labelling.annotations) {
            const auto& found = typesOf[std::string(slice(texts[hash], span.range))];
            const auto most =
                std::max_element(found.begin(), found.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; });
            if (most->first == span.type || most->second < 2)
                continue;
            protocol::DoubtReport doubt{hash, "wrong-type", span};
            doubt.found = NamedSpan{span.range, most->first, 0.93};
            doubt.confidence = 0.93;
            doubt.elsewhereType = most->first;
            doubt.elsewhereTimes = most->second;
            doubt.elsewhereOf = most->second + 1;
            doubt.evidence = "The model sees it as " + most->first + ".";
            result.doubts.push_back(doubt);
        }
        for (const auto& [word, found] : typesOf) {
            const auto at = texts[hash].find(word);
            if (at == std::string::npos)
                continue;
            const Range range{map.fromByte(static_cast<std::int64_t>(at)),
                              map.fromByte(static_cast<std::int64_t>(at + word.size()))};
            if (std::any_of(document.labelling.annotations.begin(),
                            document.labelling.annotations.end(),
                            [&](const auto& span) { return span.range.overlaps(range); }))
                continue;
            protocol::DoubtReport doubt{hash, "missing"};
            doubt.found = NamedSpan{range, found.begin()->first, 0.81};
            doubt.confidence = 0.81;
            doubt.evidence = "The model sees \"" + word + "\" as " + found.begin()->first + ".";
            result.doubts.push_back(doubt);
        }
    }
    // Of each type's labels the contradicted ones, all else is found.
    std::map<std::pair<std::string, std::string>, std::int64_t> cells;
    for (const auto& [type, times] : mentions)
        cells[{type, type}] = times;
    for (const protocol::DoubtReport& doubt : result.doubts) {
        const std::string label = doubt.label ? doubt.label->type : "";
        ++cells[{label, doubt.found->type}];
        if (!label.empty())
            --cells[{label, label}];
        result.mistakes.push_back({doubt.hash, doubt.label, doubt.found});
    }
    for (const auto& [types_, spans] : cells)
        result.confusion.push_back({types_.first, types_.second, spans, 0});
    if (params.curve) {
        result.curve = protocol::CurveReport{};
        result.curve->points = {{5, 0.6}, {10, 0.7}, {20, 0.78}};
        result.curve->documents = count;
        result.curve->more = 20;
        result.curve->isGiven = true;
        result.curve->now = 0.78;
        result.curve->then = 0.81;
        result.curve->thenInterval = {0.78, 0.84};
    }
    return result;
}

/// The lines of a text, by code points.
std::vector<Range> sentencesOf(const std::string& text) {
    std::vector<Range> sentences;
    const OffsetMap map(text);
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        sentences.push_back({map.fromByte(static_cast<std::int64_t>(begin)),
                             map.fromByte(static_cast<std::int64_t>(end))});
        begin = end + 1;
    }
    return sentences;
}

bool handleQuality(const protocol::Message& message) {
    const std::int64_t id = *message.id;
    const std::string& method = message.method;
    if (flags.contains("old"))
        return false;
    const auto lacks = [&](const std::vector<std::string>& hashes) {
        const json missing = unknown(hashes);
        if (!missing.empty())
            send(protocol::errorResponse(id, protocol::kUnknownDocument, "not put yet",
                                         {{"hashes", missing}}));
        return !missing.empty();
    };
    const auto pause = [&](const char* flag, const char* stage) {
        if (work(id, flags.contains(flag) ? std::stoi(flags[flag]) : 0, stage, 1000))
            return true;
        send(protocol::errorResponse(id, protocol::kRequestCancelled, "cancelled"));
        return false;
    };
    if (method == "check") {
        const auto params = message.params.get<protocol::CheckParams>();
        std::vector<std::string> hashes;
        std::size_t preAnnotated = 0;
        for (const auto& document : params.documents) {
            hashes.push_back(document.labelling.hash);
            preAnnotated += document.preAnnotated ? 1U : 0U;
        }
        note("check-of " + std::to_string(hashes.size()) + " pre-annotated " +
             std::to_string(preAnnotated) + (params.curve ? " curve" : ""));
        if (!lacks(hashes) && pause("check-ms", "checking"))
            send(protocol::response(id, checked(params)));
    } else if (method == "rank") {
        const auto params = message.params.get<protocol::RankParams>();
        note("rank-of " + std::to_string(params.hashes.size()));
        if (lacks(params.hashes))
            return true;
        json order = json::array();
        for (auto hash = params.hashes.rbegin(); hash != params.hashes.rend(); ++hash) {
            protocol::RankedDocument ranked;
            ranked.hash = *hash;
            ranked.reason = order.size() % 5 == 4   ? "random"
                            : order.size() % 5 == 3 ? "different"
                                                    : "uncertain";
            if (ranked.reason == "uncertain" && !types.empty())
                ranked.type = types.front().at("name").get<std::string>();
            ranked.seconds = 12.4;
            order.push_back(ranked);
            if (static_cast<int>(order.size()) == params.count)
                break;
        }
        send(protocol::response(id, {{"order", order}}));
    } else if (method == "index") {
        const auto hashes = message.params.at("hashes").get<std::vector<std::string>>();
        note("index-of " + std::to_string(hashes.size()));
        if (lacks(hashes) || !pause("index-ms", "indexing"))
            return true;
        indexed.insert(hashes.begin(), hashes.end());
        send(protocol::response(id, {{"documents", hashes.size()}, {"sentences", hashes.size()}}));
    } else if (method == "similar") {
        const auto params = message.params.get<protocol::SimilarParams>();
        if (!params.hash.empty() && lacks({params.hash}))
            return true;
        const std::string wanted =
            params.range ? std::string(slice(texts[params.hash], *params.range)) : params.text;
        json hits = json::array();
        for (const std::string& hash : indexed) {
            const std::string& text = texts[hash];
            const OffsetMap map(text);
            for (const Range sentence : sentencesOf(text)) {
                const std::string line(slice(text, sentence));
                const auto at = line.find(wanted);
                const Offset begin =
                    at == std::string::npos
                        ? 0
                        : sentence.begin + countCodePoints(std::string_view(line).substr(0, at));
                const Range range{begin, begin + countCodePoints(wanted)};
                if (at == std::string::npos || (hash == params.hash && range == params.range))
                    continue;
                hits.push_back(protocol::SimilarMatch{
                    hash, sentence, range, 0.97 - 0.01 * static_cast<double>(hits.size())});
            }
        }
        send(protocol::response(id, {{"hits", hits}}));
    } else {
        return false;
    }
    return true;
}

/// Encoders that another process like this one has made.
void installFinished() {
    std::ifstream in(flags["runs"] + ".finished");
    for (std::string name; std::getline(in, name);) {
        const bool isThere = std::any_of(installedModels.begin(), installedModels.end(),
                                         [&](const auto& entry) { return entry.name == name; });
        if (!isThere)
            installedModels.push_back(makeEntry(name, protocol::ModelPurpose::Encoder));
    }
}

protocol::PretrainRuns keptRuns() {
    std::ifstream in(flags["runs"]);
    const json kept = json::parse(in, nullptr, false);
    return kept.is_object() ? kept.get<protocol::PretrainRuns>() : protocol::PretrainRuns{};
}

void keep(const protocol::PretrainRun& run, bool isGone = false) {
    protocol::PretrainRuns all = keptRuns();
    std::erase_if(all.runs,
                  [&](const auto& other) { return other.params.name == run.params.name; });
    if (!isGone)
        all.runs.push_back(run);
    std::ofstream(flags["runs"]) << json(all);
}

void inspect(std::int64_t id, const protocol::PretrainParams& params) {
    protocol::MaterialSummary summary;
    std::map<std::string, std::int64_t> concepts;
    for (const auto& file : params.files) {
        std::ifstream in(file.path);
        if (!in) {
            send(protocol::errorResponse(
                id, Error{ErrorCode::NotFound, "There is no such file.", file.path}));
            return;
        }
        protocol::MaterialRow row;
        row.name = std::filesystem::path(file.path).stem().string();
        row.file = static_cast<int>(summary.sources.size());
        row.kind = file.path.ends_with(".conll") ? "conll" : "passages";
        std::set<std::string> mine;
        for (std::string line; std::getline(in, line);) {
            const json passage = json::parse(line, nullptr, false);
            if (!passage.is_object()) {
                if (row.kind == "conll") {
                    ++row.passages;
                    continue;
                }
                row.firstBad = file.path + ":" + std::to_string(row.passages + row.bad + 1) +
                               ": This is no JSON object.";
                ++row.bad;
                continue;
            }
            ++row.passages;
            for (const json& mention : passage.at("mentions")) {
                ++row.mentions;
                ++concepts[mention.at("concept").get<std::string>()];
                mine.insert(mention.at("concept").get<std::string>());
            }
        }
        if (row.kind == "conll") {
            row.closed = true;
            for (const char* type : {"MISC", "PER"}) {
                const json named = file.types.value(type, json(std::string(type)));
                row.types.push_back({type,
                                     named.is_object()   ? named.value("name", "")
                                     : named.is_string() ? named.get<std::string>()
                                                         : std::string(type),
                                     "", named.is_null()});
            }
        }
        row.concepts = static_cast<std::int64_t>(mine.size());
        summary.passages += row.passages;
        summary.mentions += row.mentions;
        summary.sources.push_back(std::move(row));
    }
    if (summary.mentions == 0) {
        send(protocol::errorResponse(
            id, Error{ErrorCode::InvalidFormat, "There is nothing to learn from.", "in.jsonl"}));
        return;
    }
    for (const auto& [name, count] : concepts)
        summary.frequent.push_back({name, "", count});
    std::stable_sort(summary.frequent.begin(), summary.frequent.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    summary.concepts = static_cast<std::int64_t>(concepts.size());
    summary.tokens = 60000.0 * static_cast<double>(summary.passages);
    summary.tokensPerSecond = 2000;
    summary.encoder = params.encoder.empty() ? "fake-encoder" : params.encoder;
    send(protocol::response(id, summary));
}

void pretrain(std::int64_t id, protocol::PretrainParams params) {
    protocol::PretrainRun run;
    run.params = params;
    const bool resumes = params.resume;
    const protocol::PretrainRuns begun = keptRuns();
    for (const auto& kept : begun.runs) {
        if (resumes && kept.params.name == params.name)
            run = kept;
    }
    note("pretrain " + params.name + (resumes ? " resume" : "") + " from " +
         std::to_string(run.step) + " documents " + std::to_string(params.check.documents.size()));
    if (run.params.check.isOn()) {
        send(protocol::notification("$/progress",
                                    protocol::Progress{id, "checking", 0, 3, -1, 0, -1}));
        run.scores = {{1, 0.21, -1}, {4, 0.34, -1}, {16, 0.48, -1}};
        send(protocol::notification("$/pretraining", protocol::PretrainNews{id, run.scores, 0}));
    }
    keep(run);
    protocol::PretrainResult result;
    result.name = run.params.name;
    result.path = "/models/" + run.params.name;
    result.concepts = 3;
    const int ms = flags.contains("pretrain-us") ? std::stoi(flags["pretrain-us"]) : 0;
    const auto lossAt = [](std::int64_t step) {
        return 0.02 + 0.18 / (1 + 0.02 * static_cast<double>(step));
    };
    for (std::int64_t step = run.step + 1; step <= 1000; ++step) {
        receive(0);
        std::this_thread::sleep_for(std::chrono::microseconds(ms));
        result.steps = step;
        result.loss = lossAt(step);
        if (step % 10 == 0)
            send(protocol::notification(
                "$/progress", protocol::Progress{id, "pre-training", step, 1000, result.loss, 2000,
                                                 static_cast<double>((1000 - step) * ms) / 1e6}));
        if (!resumes && flags.contains("die-at") && step == std::stoi(flags["die-at"]))
            ::kill(::getpid(), SIGKILL);
        const bool isStopped = cancelled.contains(id);
        if (step % 100 == 0 || isStopped) {
            run.step = step;
            run.seconds = static_cast<double>(step) * 0.6;
            run.curve.clear();
            for (std::int64_t i = 10; i <= step; i += 10)
                run.curve.emplace_back(i, lossAt(i));
            keep(run);
            send(protocol::notification("$/pretraining",
                                        protocol::PretrainNews{id, run.scores, step}));
        }
        if (isStopped) {
            result.scores = run.scores;
            send(protocol::response(id, result));
            return;
        }
    }
    result.finished = true;
    result.texts = 32000;
    result.tokens = 1'200'000;
    result.seconds = 600;
    result.scores = run.scores;
    const double after[] = {0.36, 0.45, 0.55};
    for (std::size_t i = 0; i < result.scores.size(); ++i)
        result.scores[i].after = after[i];
    keep(run, true);
    std::ofstream(flags["runs"] + ".finished", std::ios::app) << run.params.name << '\n';
    send(protocol::response(id, result));
}

bool handlePretraining(const protocol::Message& message) {
    const std::int64_t id = *message.id;
    if (message.method == "pretrain/inspect") {
        inspect(id, message.params.get<protocol::PretrainParams>());
    } else if (message.method == "pretrain") {
        pretrain(id, message.params.get<protocol::PretrainParams>());
    } else if (message.method == "pretrain/runs") {
        send(protocol::response(id, keptRuns()));
    } else if (message.method == "pretrain/discard") {
        protocol::PretrainRun run;
        run.params.name = message.params.at("name").get<std::string>();
        keep(run, true);
        send(protocol::response(id, json::object()));
    } else {
        return false;
    }
    return true;
}

std::vector<Passage> annotated(const std::string& path) {
    std::vector<Passage> passages;
    if (std::filesystem::exists(path))
        static_cast<void>(readPassages(path, [&](Passage&& passage) -> Result<void> {
            passages.push_back(std::move(passage));
            return {};
        }));
    return passages;
}

void annotate(std::int64_t id, const protocol::AnnotationParams& params, bool isRun) {
    note("annotate model " + params.model + " unit " + params.unit + " key " +
         (params.key.empty() ? "no" : "yes") + " requests " + std::to_string(params.maxRequests) +
         " instruction " + (params.instruction.empty() ? "usual" : "own"));
    std::set<std::string> known;
    for (const Passage& passage : annotated(params.output))
        known.insert(passage.text);
    const bool hadSome = !known.empty();
    std::vector<Passage> wanted;
    protocol::AnnotationForecast forecast;
    for (const protocol::AnnotationInput& input : params.inputs) {
        std::ifstream in(input.path);
        if (!in) {
            send(protocol::errorResponse(
                id, Error{ErrorCode::NotFound, "The file cannot be opened.", input.path}));
            return;
        }
        for (std::string line; std::getline(in, line);) {
            const json parsed = json::parse(line, nullptr, false);
            Passage passage;
            passage.text = parsed.is_object() ? parsed.value("text", "") : line;
            passage.source = input.source;
            passage.model = params.model;
            passage.prompt = "p";
            if (known.contains(passage.text))
                ++forecast.known;
            else
                wanted.push_back(std::move(passage));
        }
    }
    const auto count = static_cast<std::int64_t>(wanted.size());
    const auto costOf = [&](std::int64_t answers) {
        return params.priceIn + params.priceOut > 0
                   ? static_cast<double>(answers) *
                         (1000 * params.priceIn + 100 * params.priceOut) / 1e6
                   : -1;
    };
    forecast.passages = count;
    forecast.tokensIn = 1000 * count;
    forecast.tokensOut = 100 * count;
    forecast.cost = costOf(count);
    forecast.withinBudget = params.maxRequests > 0 ? std::min(params.maxRequests, count) : count;
    if (!isRun) {
        send(protocol::response(id, forecast));
        return;
    }
    protocol::AnnotationResult result;
    result.known = forecast.known;
    result.left = count;
    std::filesystem::create_directories(std::filesystem::path(params.output).parent_path());
    std::ofstream out(params.output, std::ios::app);
    for (Passage& passage : wanted) {
        receive(0);
        if (params.key == "wrong") {
            result.stoppedBy = "error";
            result.problem = Error{ErrorCode::PermissionDenied,
                                   "The endpoint refuses access: 401 Unauthorized. Check the key.",
                                   params.endpoint};
        } else if (cancelled.contains(id)) {
            result.stoppedBy = "interrupt";
        } else if (params.maxRequests > 0 && result.requests == params.maxRequests) {
            result.stoppedBy = "max-requests";
        }
        if (!result.stoppedBy.empty())
            break;
        std::this_thread::sleep_for(std::chrono::milliseconds(
            flags.contains("annotate-ms") ? std::stoi(flags["annotate-ms"]) : 0));
        passage.mentions = {
            {0, countCodePoints(passage.text.substr(0, passage.text.find(' '))), "thing", ""}};
        out << passageToJson(passage) << std::endl;
        ++result.answered;
        ++result.requests;
        ++result.mentions;
        --result.left;
        result.tokensIn += 1000;
        result.tokensOut += 100;
        result.lines += 2;
        ++result.goodLines;
        ++result.faults["not-in-text"];
        result.cost = costOf(result.answered);
        const auto total = std::min(forecast.withinBudget, count);
        send(protocol::notification(
            "$/progress", protocol::Progress{id, "annotating", result.answered, total, -1, 0,
                                             static_cast<double>(total - result.answered)}));
        protocol::AnnotationNews news{
            id, result.mentions, result.tokensIn, result.tokensOut, result.cost, {}};
        if (result.answered <= static_cast<std::int64_t>(protocol::kAnnotationExamples))
            news.examples = {{passage.text, passage.mentions}};
        send(protocol::notification("$/annotating", news));
        if (!hadSome && flags.contains("die-at") && result.answered == std::stoi(flags["die-at"]))
            ::kill(::getpid(), SIGKILL);
    }
    send(protocol::response(id, result));
}

bool handleAnnotation(const protocol::Message& message) {
    if (message.method == "annotate/instruction")
        send(protocol::response(*message.id, {{"instruction", "Mark things.\n"}}));
    else if (message.method == "annotate/forecast" || message.method == "annotate/run")
        annotate(*message.id, message.params.get<protocol::AnnotationParams>(),
                 message.method == "annotate/run");
    else
        return false;
    return true;
}

void handle(const protocol::Message& message) {
    const std::string& method = message.method;
    const std::int64_t id = *message.id;
    std::string line = method;
    if (flags.contains("runs"))
        installFinished();
    if (method == "train")
        line += message.params.value("quick", false) ? " quick" : " fresh";
    if (method == "model/load" && message.params.contains("path"))
        line += " " + message.params.at("path").get<std::string>();
    if (method == "train" || method == "documents/put" || method == "predict" ||
        method == "suggest") {
        const char* key = method == "train"           ? "labels"
                          : method == "documents/put" ? "documents"
                                                      : "hashes";
        line += " " + std::to_string(message.params.at(key).size());
    }
    note(line);
    if (method == "predict" || method == "suggest") {
        for (const auto& hash : message.params.at("hashes"))
            note(method + "s " + hash.get<std::string>());
    }
    if (method == "train") {
        std::size_t rejections = 0;
        for (const auto& labelling : message.params.at("labels"))
            rejections += labelling.at("rejections").size();
        note("rejections " + std::to_string(rejections));
    }
    if (is("die-on", method))
        ::kill(::getpid(), SIGKILL);
    if (is("garbage-on", method)) {
        const std::string garbage = "Segmentation fault or worse\r\n\r\nno header\r\n\r\n";
        if (::write(1, garbage.data(), garbage.size()) < 0)
            ::_exit(1);
        return;
    }
    if (is("bad-json-on", method)) {
        send("{\"jsonrpc\": \"2.0\", \"id\": ");
        return;
    }
    if (is("fail-on", method)) {
        send(protocol::errorResponse(id, Error{ErrorCode::Io, "it failed on purpose", "fake"}));
        return;
    }
    if (is("hang-on", method)) {
        while (!cancelled.contains(id))
            receive(50);
    }
    if (is("forget-on", method)) {
        texts.clear();
        misbehaves = false;
    }
    if (cancelled.contains(id)) {
        send(protocol::errorResponse(id, protocol::kRequestCancelled, "cancelled"));
        return;
    }
    if (method == "initialize") {
        protocol::InitializeResult result;
        result.protocol =
            flags.contains("protocol") ? std::stoi(flags["protocol"]) : protocol::kVersion;
        result.version = "fake";
        result.pid = ::getpid();
        send(protocol::response(id, result));
    } else if (method == "model/load") {
        const std::string path = message.params.value("path", std::string());
        const auto entry =
            std::find_if(installedModels.begin(), installedModels.end(),
                         [&](const auto& candidate) { return candidate.path == path; });
        if (path == "/models/deadly")
            ::kill(::getpid(), SIGKILL);
        if (entry != installedModels.end()) {
            encoder = entry->name;
            model.clear();
            dictionary.clear();
        } else if (path.rfind("/models/", 0) == 0) {
            send(protocol::errorResponse(id, Error{ErrorCode::NotFound, "no model there", path}));
            return;
        } else if (!path.empty()) {
            std::ifstream in(path + "/fake.json");
            const json kept = json::parse(in, nullptr, false);
            if (!kept.is_object()) {
                send(protocol::errorResponse(id, Error{ErrorCode::Corrupt, "no fake model", path}));
                return;
            }
            dictionary = kept.at("dictionary").get<std::map<std::string, std::string>>();
            types = kept.at("types");
            model = message.params.value("id", std::string("loaded"));
        }
        send(protocol::response(id, info()));
    } else if (method == "model/info") {
        send(protocol::response(id, info()));
    } else if (method == "model/save") {
        const std::string path = message.params.at("path").get<std::string>();
        std::filesystem::create_directories(path);
        std::ofstream(path + "/fake.json") << json{{"dictionary", dictionary}, {"types", types}};
        send(protocol::response(id, {{"path", path}}));
    } else if (method == "scheme/set") {
        types = message.params.at("types");
        send(protocol::response(id, json::object()));
    } else if (method == "documents/put") {
        for (const auto& item : message.params.at("documents")) {
            const auto document = item.get<protocol::DocumentText>();
            if (sha256Hex(document.text) != document.hash) {
                send(protocol::errorResponse(id, protocol::kInvalidParams, "wrong hash"));
                return;
            }
            texts[document.hash] = document.text;
        }
        send(protocol::response(id, {{"count", message.params.at("documents").size()}}));
    } else if (method == "train") {
        const auto params = message.params.get<protocol::TrainParams>();
        std::vector<std::string> hashes;
        for (const auto& labelling : params.labels)
            hashes.push_back(labelling.hash);
        if (const json missing = unknown(hashes); !missing.empty()) {
            send(protocol::errorResponse(id, protocol::kUnknownDocument, "not put yet",
                                         {{"hashes", missing}}));
            return;
        }
        const int ms = flags.contains("train-ms") ? std::stoi(flags["train-ms"]) : 0;
        if (!work(id, params.quick ? ms : ms * 4, "training")) {
            send(protocol::errorResponse(id, protocol::kRequestCancelled, "cancelled"));
            return;
        }
        dictionary.clear();
        for (const auto& labelling : params.labels) {
            for (const auto& span : labelling.annotations)
                dictionary[std::string(slice(texts[labelling.hash], span.range))] = span.type;
        }
        model = "fake-" + std::to_string(::getpid()) + "-" + std::to_string(++models);
        protocol::TrainResult result;
        result.model = model;
        result.sentences = static_cast<std::int64_t>(params.labels.size());
        if (flags.contains("warn"))
            result.warnings = {flags["warn"]};
        send(protocol::response(id, result));
    } else if (method == "predict") {
        const auto params = message.params.get<protocol::PredictParams>();
        if (const json missing = unknown(params.hashes); !missing.empty()) {
            send(protocol::errorResponse(id, protocol::kUnknownDocument, "not put yet",
                                         {{"hashes", missing}}));
            return;
        }
        const int ms = flags.contains("predict-ms") ? std::stoi(flags["predict-ms"]) : 0;
        for (const auto& hash : params.hashes) {
            if (flags.contains("lines") && hash == params.hashes.front()) {
                note("predict-visible " +
                     (params.visible ? std::to_string(params.visible->begin) : "none") +
                     " covered " + std::to_string(params.covered.size()));
                const std::vector<Range> lines = linesOf(params);
                for (const Range line : lines) {
                    if (!work(id, ms, "predicting")) {
                        send(protocol::errorResponse(id, protocol::kRequestCancelled, "cancelled"));
                        return;
                    }
                    note("predict-line " + std::to_string(line.begin));
                    sendFound(id, hash, model, {dictionary.begin(), dictionary.end()}, 0.9, line,
                              line == lines.back());
                }
                continue;
            }
            if (!work(id, ms, "predicting")) {
                send(protocol::errorResponse(id, protocol::kRequestCancelled, "cancelled"));
                return;
            }
            sendFound(id, hash, model, {dictionary.begin(), dictionary.end()}, 0.9);
        }
        send(protocol::response(id, {{"model", model}, {"documents", params.hashes.size()}}));
    } else if (method == "suggest") {
        const auto params = message.params.get<protocol::PredictParams>();
        if (!flags.contains("zero-shot") ||
            (flags["zero-shot"] != "any" && flags["zero-shot"] != encoder)) {
            send(protocol::errorResponse(
                id, Error{ErrorCode::NotFound, "this model does not know types by name", ""}));
            return;
        }
        if (const json missing = unknown(params.hashes); !missing.empty()) {
            send(protocol::errorResponse(id, protocol::kUnknownDocument, "not put yet",
                                         {{"hashes", missing}}));
            return;
        }
        std::multimap<std::string, std::string> words;
        for (const auto& type : types) {
            for (const auto& word : wordsOf(type))
                words.emplace(word, type.at("name").get<std::string>());
        }
        const int ms = flags.contains("suggest-ms") ? std::stoi(flags["suggest-ms"]) : 0;
        for (const auto& hash : params.hashes) {
            if (!work(id, ms, "suggesting")) {
                send(protocol::errorResponse(id, protocol::kRequestCancelled, "cancelled"));
                return;
            }
            sendFound(id, hash, "zero-shot:fake", words, 0.4);
        }
        send(protocol::response(
            id, {{"model", "zero-shot:fake"}, {"documents", params.hashes.size()}}));
    } else if (handleModels(message) || handleQuality(message) || handlePretraining(message) ||
               handleAnnotation(message)) {
        return;
    } else if (method == "shutdown") {
        send(protocol::response(id, nullptr));
        ::_exit(0);
    } else {
        send(protocol::errorResponse(id, protocol::kMethodNotFound, "no such method"));
    }
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--exit-at-start")
            flags["exit-at-start"] = "1";
        else if (i + 1 < argc)
            flags[word.substr(2)] = argv[++i];
    }
    int starts = 0;
    if (flags.contains("log")) {
        std::ifstream log(flags["log"]);
        for (std::string line; std::getline(log, line);)
            starts += line.rfind("start ", 0) == 0 ? 1 : 0;
    }
    misbehaves = !flags.contains("times") || starts < std::stoi(flags["times"]);
    note("start " + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                                       std::chrono::steady_clock::now().time_since_epoch())
                                       .count()));
    if (flags.contains("noise"))
        std::fprintf(stderr, "%s\n", std::string(std::stoul(flags["noise"]), 'x').c_str());
    std::fputs("fake worker speaking\n", stderr);
    if (misbehaves && flags.contains("exit-at-start"))
        return 7;
    for (;;) {
        receive(1000);
        while (!queue.empty()) {
            const protocol::Message message = std::move(queue.front());
            queue.pop_front();
            if (message.method == "exit")
                return 0;
            if (message.isRequest())
                handle(message);
        }
    }
}
