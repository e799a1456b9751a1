#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"

namespace spanwise {

/// How a chat endpoint is reached: anything that answers POST …/chat/completions as OpenAI's does
/// (llama.cpp's server, Ollama, vLLM, hosted ones).
struct ChatSettings {
    /// "http://localhost:8080", "https://host/v1" or the whole address of …/chat/completions.
    std::string endpoint;
    std::string model;
    /// Sent as Bearer to the endpoint's own scheme, host and port alone; in no message and, should
    /// a server repeat it, in no answer. Empty: none.
    std::string key;
    /// Merged into each request's body (RFC 7396: null takes a member away), e.g.
    /// `{"max_tokens": null, "max_completion_tokens": 1024}`.
    nlohmann::json extra = nlohmann::json::object();
    int maxAnswerTokens = 1024;
    int parallel = 4;
    int tries = 6;                          ///< of one request
    std::chrono::milliseconds pause{1000};  ///< before the second try; doubles
    std::chrono::seconds longestPause{60};
    /// Retry-After is heeded up to here; a server that asks for more ends the run.
    std::chrono::seconds longestTold{600};
    std::chrono::seconds connectTimeout{15};
    std::chrono::seconds timeout{120};  ///< of a whole answer
};

/// SPANWISE_API_KEY, else OPENAI_API_KEY, else empty. InvalidArgument (without the key): it has a
/// character that no header can carry.
[[nodiscard]] Result<std::string> chatKeyFromEnvironment();

struct ChatAnswer {
    enum class Outcome {
        Answered,
        Failed,   ///< `problem` says why; others may go better
        NotAsked  ///< ChatClient::MayPost said no
    };
    std::uint64_t id = 0;
    Outcome outcome = Outcome::Answered;
    std::string text;        ///< what the model said, UTF-8, without its thoughts (`<think>`)
    bool truncated = false;  ///< it ran into the limit of tokens
    std::optional<std::int64_t> tokensIn, tokensOut;  ///< as the server counted
    std::optional<Error> problem;
    /// Failed: the last try broke off after it was sent, so the model may have worked for nothing.
    bool mayHaveCost = false;
};

/// Asks a chat endpoint several things at a time (libcurl's multi interface, no threads of its
/// own). Blocking; one thread. Answers a stop within a tenth of a second.
///
/// Tries again on 408, 429, 5xx and broken connections, with pauses that double or are as long as
/// Retry-After says; on 429 fewer requests run at a time. Redirects are followed within the
/// endpoint's scheme, host and port and refused elsewhere: neither key nor text goes there.
class ChatClient {
public:
    /// Called before each POST, tries and redirects included; `mayHaveCost`: the try before it
    /// broke off after it was sent. False: the request ends as NotAsked.
    using MayPost = std::function<bool(std::uint64_t id, bool mayHaveCost)>;

    /// InvalidArgument: no address, a key that no header can carry, `extra` is no object or sets
    /// what is not its to set. Incompatible: a build without libcurl.
    [[nodiscard]] static Result<std::unique_ptr<ChatClient>> create(ChatSettings settings,
                                                                    MayPost mayPost = {});
    /// The models that the endpoint offers (GET …/models), in its order; `settings.model` does not
    /// matter. Within ten seconds. Errors: as create(), Io (no server), PermissionDenied, NotFound
    /// (it does not tell).
    [[nodiscard]] static Result<std::vector<std::string>> models(ChatSettings settings);
    ~ChatClient();
    ChatClient(const ChatClient&) = delete;
    ChatClient& operator=(const ChatClient&) = delete;

    /// Queues a request; it is sent by next().
    void ask(std::uint64_t id, const std::string& system, const std::string& user);
    /// Requests asked and not yet returned by next().
    [[nodiscard]] std::size_t pending() const;

    /// Waits until requests are done; returns all that are, in the order in which they ended; none
    /// when nothing is pending. Errors end the whole run, after what was answered before was
    /// returned: Io (no server, or it fails again and again), PermissionDenied (401, 403, 402),
    /// NotFound (no such model or address), Incompatible (a redirect elsewhere), Cancelled.
    [[nodiscard]] Result<std::vector<ChatAnswer>> next(const std::stop_token& stop);

    /// Those asked that were sent and not answered, should the run end now: the model may work, or
    /// have worked, for nothing.
    [[nodiscard]] std::vector<std::uint64_t> underWay() const;
    /// POSTs sent so far.
    [[nodiscard]] std::int64_t posts() const;
    /// The endpoint for people: no password, no query.
    [[nodiscard]] std::string shownEndpoint() const;

private:
    struct Impl;
    explicit ChatClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise
