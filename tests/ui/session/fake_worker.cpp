// A worker for tests. Learns the strings that were labelled and finds them again.
//   fake_worker [--log FILE] [--times N] [--die-on METHOD] [--garbage-on METHOD] [--hang-on METHOD]
//               [--bad-json-on METHOD] [--forget-on METHOD] [--train-ms N] [--predict-ms N]
//               [--protocol N] [--exit-at-start] [--noise BYTES]
// --times: misbehave only in the first N processes (counted by the "start" lines of the log).
// The log gets a line per start (with the time) and per request.
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "core/protocol/framing.h"
#include "core/protocol/messages.h"
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
bool work(std::int64_t id, int ms, const char* stage) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (std::chrono::steady_clock::now() < end) {
        receive(5);
        const auto left = std::chrono::duration<double>(end - std::chrono::steady_clock::now());
        send(protocol::notification(
            "$/progress",
            protocol::Progress{id, stage, static_cast<std::int64_t>(ms - left.count() * 1000), ms,
                               0.5, 100, left.count()}));
        if (cancelled.contains(id))
            return false;
    }
    return !cancelled.contains(id);
}

json info() {
    protocol::ModelInfo result;
    result.id = model;
    result.name = "fake-encoder";
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

void handle(const protocol::Message& message) {
    const std::string& method = message.method;
    const std::int64_t id = *message.id;
    std::string line = method;
    if (method == "train")
        line += message.params.value("quick", false) ? " quick" : " fresh";
    if (method == "train" || method == "documents/put" || method == "predict") {
        const char* key = method == "train"     ? "labels"
                          : method == "predict" ? "hashes"
                                                : "documents";
        line += " " + std::to_string(message.params.at(key).size());
    }
    note(line);
    if (method == "predict") {
        for (const auto& hash : message.params.at("hashes"))
            note("predicts " + hash.get<std::string>());
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
        if (!path.empty()) {
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
            if (!work(id, ms, "predicting")) {
                send(protocol::errorResponse(id, protocol::kRequestCancelled, "cancelled"));
                return;
            }
            const std::string& text = texts[hash];
            const OffsetMap map(text);
            protocol::Suggestions found{id, hash, model, {}};
            for (const auto& [word, type] : dictionary) {
                for (auto at = text.find(word); at != std::string::npos;
                     at = text.find(word, at + word.size()))
                    found.spans.push_back(
                        {{map.fromByte(static_cast<std::int64_t>(at)),
                          map.fromByte(static_cast<std::int64_t>(at + word.size()))},
                         type,
                         0.9});
            }
            send(protocol::notification("$/suggestions", found));
        }
        send(protocol::response(id, {{"model", model}, {"documents", params.hashes.size()}}));
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
