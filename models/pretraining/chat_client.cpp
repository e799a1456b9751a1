#include "models/pretraining/chat_client.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <list>

#include "core/formats/json_text.h"
#include "core/text/utf8.h"
#include "models/io/http.h"

namespace spanwise {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;
using namespace http;

constexpr int kMaxRedirects = 5;
constexpr std::size_t kMaxAnswer = std::size_t{4} << 20;
/// Tries of what costs the model's work each time: a slow, half or garbled answer.
constexpr int kCostlyTries = 2;
constexpr std::size_t kShownWords = 300;  // bytes of a server's message

constexpr std::string_view kCompletions = "/chat/completions";

bool isHeaderValue(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](unsigned char c) { return c <= ' ' || c >= 0x7f; });
}

std::string trimmed(std::string text) {
    const char* blank = " \t\r\n";
    text.erase(text.find_last_not_of(blank) + 1);
    text.erase(0, std::min(text.find_first_not_of(blank), text.size()));
    return text;
}

/// "https://" for what names no scheme, but for this machine.
std::string withScheme(const std::string& endpoint) {
    if (endpoint.find("://") != std::string::npos)
        return endpoint;
    const bool here = endpoint.starts_with("localhost") || endpoint.starts_with("127.") ||
                      endpoint.starts_with("[::1]");
    return (here ? "http://" : "https://") + endpoint;
}

bool isVersion(std::string_view segment) {
    return segment.size() >= 2 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
}

/// Where …/chat/completions may be, most likely first.
std::vector<std::string> addressesOf(const std::string& endpoint) {
    const UrlPtr url(curl_url(), &curl_url_cleanup);
    if (curl_url_set(url.get(), CURLUPART_URL, endpoint.c_str(), 0) != CURLUE_OK)
        return {};
    std::string path = urlPart(url.get(), CURLUPART_PATH);
    while (path.ends_with('/'))
        path.pop_back();
    const std::string plain = path + std::string(kCompletions);
    const std::string versioned = path + "/v1" + std::string(kCompletions);
    std::vector<std::string> paths;
    if (path.ends_with(kCompletions))
        paths = {path};
    else if (isVersion(std::string_view(path).substr(path.rfind('/') + 1)))
        paths = {plain};
    else if (path.empty())
        paths = {versioned, plain};
    else
        paths = {plain, versioned};
    std::vector<std::string> addresses;
    for (const std::string& candidate : paths) {
        curl_url_set(url.get(), CURLUPART_PATH, candidate.c_str(), 0);
        addresses.push_back(urlPart(url.get(), CURLUPART_URL));
    }
    return addresses;
}

/// One line for people, of bounded length, whatever a server sent.
std::string cleaned(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (out.size() > kShownWords) {
        std::size_t end = kShownWords;
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80)
            --end;
        out = out.substr(0, end) + "…";
    }
    return trimmed(std::move(out));
}

Json parsed(const std::string& text) {
    if (!isJsonShallow(text))
        return Json(Json::value_t::discarded);
    return Json::parse(text, nullptr, false);
}

std::string stringAt(const Json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string()
               ? found->get<std::string>()
               : std::string();
}

/// What a server says of a failure, in the shapes that are about; empty when it says nothing.
struct ServerWords {
    std::string message, code;
};
ServerWords serverWords(const std::string& body) {
    const Json json = parsed(body);
    if (!json.is_object())
        return {};
    const auto error = json.find("error");
    const Json& inner = error != json.end() && error->is_object() ? *error : json;
    ServerWords words{stringAt(inner, "message"), stringAt(inner, "code")};
    for (const char* key : {"error", "detail"}) {
        if (words.message.empty())
            words.message = stringAt(json, key);
    }
    words.message = cleaned(words.message);
    return words;
}

bool speaksOfTheModel(const ServerWords& words) {
    if (words.code == "model_not_found")
        return true;
    std::string text = words.message;
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (text.find("model") == std::string::npos)
        return false;
    constexpr std::array kSigns = {"not found", "not exist", "invalid model", "unknown model"};
    return std::any_of(kSigns.begin(), kSigns.end(),
                       [&](const char* sign) { return text.find(sign) != std::string::npos; });
}

/// The answer without what a reasoning model thought first. False: it never came to an end.
bool dropThoughts(std::string& text) {
    constexpr std::string_view kOpen = "<think>", kClose = "</think>";
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string::npos || !std::string_view(text).substr(begin).starts_with(kOpen))
        return true;
    const std::size_t end = text.find(kClose, begin);
    if (end == std::string::npos) {
        text.clear();
        return false;
    }
    text.erase(0, end + kClose.size());
    return true;
}

/// Fills an answer from a chat completion; false: `body` is none.
bool readCompletion(const std::string& body, ChatAnswer& answer) {
    const Json json = parsed(body);
    if (!json.is_object())
        return false;
    const auto choices = json.find("choices");
    if (choices == json.end() || !choices->is_array() || choices->empty() ||
        !choices->front().is_object())
        return false;
    const Json& choice = choices->front();
    const auto message = choice.find("message");
    if (message == choice.end() || !message->is_object())
        return false;
    const auto content = message->find("content");
    if (content == message->end())
        return false;
    if (content->is_string()) {
        answer.text = content->get<std::string>();
    } else if (content->is_array()) {
        for (const Json& part : *content)
            answer.text += stringAt(part, "text");
    } else if (!content->is_null()) {
        return false;
    }
    answer.truncated = stringAt(choice, "finish_reason") == "length";
    if (!dropThoughts(answer.text))
        answer.truncated = true;
    if (const auto usage = json.find("usage"); usage != json.end() && usage->is_object()) {
        const auto count = [&](const char* key) -> std::optional<std::int64_t> {
            const auto found = usage->find(key);
            if (found == usage->end() || !found->is_number_integer())
                return std::nullopt;
            const auto value = found->get<std::int64_t>();
            // A count beyond any model's reach is no count.
            return value >= 0 && value <= 100'000'000 ? std::optional(value) : std::nullopt;
        };
        answer.tokensIn = count("prompt_tokens");
        answer.tokensOut = count("completion_tokens");
    }
    return true;
}

struct Job {
    std::uint64_t id = 0;
    std::string body;
    int tries = 0;        ///< that failed
    int costlyTries = 0;  ///< of those, the ones that the model may have worked for
    int redirects = 0;
    std::string url;  ///< empty: the endpoint's
    bool mayHaveCost = false;
    Clock::time_point notBefore;
    std::int64_t successesBefore = 0;

    // Of the try that runs:
    EasyPtr handle{nullptr, &curl_easy_cleanup};
    ListPtr headers{nullptr, &curl_slist_free_all};
    Answer answer;
    std::string text;
    std::array<char, CURL_ERROR_SIZE> detail{};
};
using JobPtr = std::unique_ptr<Job>;

std::size_t takeBody(char* data, std::size_t size, std::size_t count, void* user) {
    std::string& text = static_cast<Job*>(user)->text;
    if (text.size() + size * count > kMaxAnswer)
        return 0;
    text.append(data, size * count);
    return size * count;
}

std::size_t takeHeader(char* data, std::size_t size, std::size_t count, void* user) {
    addHeaderLine(static_cast<Job*>(user)->answer.headers, {data, size * count});
    return size * count;
}

}  // namespace

struct ChatClient::Impl {
    ChatSettings settings;
    MayPost mayPost;
    std::vector<std::string> addresses;
    std::size_t address = 0;  ///< of `addresses`
    bool settled = false;     ///< that address understood a request
    Address home;             ///< whom the key belongs to
    std::string shown;
    MultiPtr multi{nullptr, &curl_multi_cleanup};
    std::list<JobPtr> waiting, running;
    std::vector<ChatAnswer> done;
    std::vector<std::uint64_t> lost;  ///< what ended the run and may have cost
    std::optional<Error> fatal;
    Clock::time_point notBefore;  ///< a server asked all requests to wait
    int limit = 1;                ///< how many may run now
    int goodInARow = 0;
    bool answered = false;  ///< a server has spoken to us: what breaks now may mend
    std::int64_t successes = 0;
    std::int64_t posts = 0;

    std::string redacted(std::string text) const {
        for (std::size_t at = 0;
             !settings.key.empty() && (at = text.find(settings.key, at)) != std::string::npos;)
            text.replace(at, settings.key.size(), "[key]");
        return text;
    }

    const std::string& url() const { return addresses[address]; }

    std::string tried() const {
        std::string text;
        for (std::size_t i = 0; i <= address; ++i)
            text += (i == 0 ? "" : " and ") + shownAddress(addresses[i]);
        return text;
    }

    void start(JobPtr job) {
        if (mayPost && !mayPost(job->id, job->mayHaveCost)) {
            finish(*job, ChatAnswer::Outcome::NotAsked, std::nullopt);
            return;
        }
        job->mayHaveCost = false;
        job->handle.reset(curl_easy_init());
        job->headers.reset();
        job->answer = {};
        job->text.clear();
        job->detail[0] = '\0';
        job->successesBefore = successes;
        const std::string target = job->url.empty() ? url() : job->url;
        curl_slist* list = nullptr;
        // No "Expect: 100-continue": some servers let it wait for a second.
        for (const char* line : {"Content-Type: application/json", "Accept: application/json",
                                 "Accept-Encoding: identity", "Expect:"})
            list = curl_slist_append(list, line);
        if (!settings.key.empty() && addressOf(target) == home)
            list = curl_slist_append(list, ("Authorization: Bearer " + settings.key).c_str());
        job->headers.reset(list);
        CURL* handle = job->handle.get();
        setCommonOptions(handle);
        curl_easy_setopt(handle, CURLOPT_URL, target.c_str());
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(job->body.size()));
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, job->body.c_str());
        curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT,
                         static_cast<long>(settings.connectTimeout.count()));
        curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(settings.timeout.count()));
        curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, job->detail.data());
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &takeBody);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, job.get());
        curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &takeHeader);
        curl_easy_setopt(handle, CURLOPT_HEADERDATA, job.get());
        curl_easy_setopt(handle, CURLOPT_PRIVATE, job.get());
        if (curl_multi_add_handle(multi.get(), handle) != CURLM_OK) {
            finish(*job, ChatAnswer::Outcome::Failed,
                   Error{ErrorCode::Internal, "libcurl cannot take the request.", shown});
            return;
        }
        ++posts;
        running.push_back(std::move(job));
    }

    /// Until an address has understood one, one request at a time finds out.
    std::size_t mostRunning() const { return static_cast<std::size_t>(settled ? limit : 1); }

    void startWhatMay() {
        const Clock::time_point now = Clock::now();
        if (fatal || now < notBefore)
            return;
        for (auto job = waiting.begin(); job != waiting.end() && running.size() < mostRunning();) {
            if ((*job)->notBefore > now) {
                if (!settled)
                    return;  // the one that finds out tries again
                ++job;
                continue;
            }
            JobPtr next = std::move(*job);
            job = waiting.erase(job);
            start(std::move(next));
        }
    }

    int msUntilNextStart() const {
        std::int64_t wait = 100;
        const Clock::time_point now = Clock::now();
        for (const JobPtr& job : waiting) {
            if (!settled && job != waiting.front())
                break;
            const auto due = std::max(job->notBefore, notBefore) - now;
            wait = std::min<std::int64_t>(
                wait, std::max<std::int64_t>(
                          1, std::chrono::duration_cast<std::chrono::milliseconds>(due).count()));
        }
        return static_cast<int>(running.size() >= mostRunning() ? 100 : wait);
    }

    void finish(Job& job, ChatAnswer::Outcome outcome, std::optional<Error> problem) {
        ChatAnswer answer;
        answer.id = job.id;
        answer.outcome = outcome;
        answer.mayHaveCost = job.mayHaveCost;
        if (problem) {
            problem->message = redacted(std::move(problem->message));
            answer.problem = std::move(problem);
        }
        done.push_back(std::move(answer));
    }

    void end(ErrorCode code, std::string message) {
        if (!fatal)
            fatal = Error{code, redacted(std::move(message)), shown};
    }

    std::chrono::milliseconds pauseBefore(int tries) const {
        const auto pause = settings.pause * (1LL << std::min(tries - 1, 10));
        return std::min<std::chrono::milliseconds>(pause, settings.longestPause);
    }

    /// Seconds that Retry-After asks for, or a negative number.
    static std::int64_t toldPause(const Answer& answer) {
        const std::string told = header(answer.headers, "retry-after");
        if (const std::int64_t seconds = wholeNumber(told); seconds >= 0 || told.empty())
            return seconds;
        const std::time_t date = curl_getdate(told.c_str(), nullptr);
        return date < 0 ? -1 : std::max<std::int64_t>(0, date - std::time(nullptr));
    }

    /// What GET …/models beside an address says.
    struct Listed {
        CURLcode code = CURLE_OK;
        std::string detail;
        long status = 0;
        bool isList = false;
        std::vector<std::string> names;
    };
    Listed listModels(const std::string& completions, long seconds) const {
        Listed listed;
        std::string list = completions;
        const std::size_t at = list.find(kCompletions);
        if (at == std::string::npos)
            return listed;
        list.replace(at, kCompletions.size(), "/models");
        Job job;
        job.handle.reset(curl_easy_init());
        if (!settings.key.empty() && addressOf(list) == home)
            job.headers.reset(
                curl_slist_append(nullptr, ("Authorization: Bearer " + settings.key).c_str()));
        CURL* handle = job.handle.get();
        setCommonOptions(handle);
        curl_easy_setopt(handle, CURLOPT_URL, list.c_str());
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, job.headers.get());
        curl_easy_setopt(handle, CURLOPT_TIMEOUT, seconds);
        curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, job.detail.data());
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &takeBody);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &job);
        listed.code = curl_easy_perform(handle);
        listed.detail = job.detail[0] != '\0' ? job.detail.data() : curl_easy_strerror(listed.code);
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &listed.status);
        const Json json = listed.code == CURLE_OK && listed.status / 100 == 2
                              ? parsed(job.text)
                              : Json(Json::value_t::discarded);
        const auto data = json.is_object() ? json.find("data") : json.end();
        if (!json.is_object() || data == json.end() || !data->is_array())
            return listed;
        listed.isList = true;
        for (const Json& model : *data) {
            const std::string name = cleaned(stringAt(model, "id"));
            if (!name.empty())
                listed.names.push_back(name);
        }
        return listed;
    }

    /// The endpoint's models, for who named one that it has not; empty when it does not tell.
    std::string modelNames() const {
        constexpr std::size_t kMost = 8;
        const std::vector<std::string> all = listModels(url(), 5).names;
        std::string names;
        for (std::size_t i = 0; i < std::min(all.size(), kMost); ++i)
            names += (i == 0 ? "" : ", ") + all[i];
        return all.size() > kMost ? names + " and " + std::to_string(all.size() - kMost) + " more"
                                  : names;
    }

    void again(JobPtr job, std::chrono::milliseconds pause) {
        job->handle.reset();
        job->notBefore = Clock::now() + pause;
        waiting.push_front(std::move(job));
    }

    /// "HTTP 500 (out of memory)"
    static std::string told(const Answer& answer, const ServerWords& words) {
        return "HTTP " + std::to_string(answer.status) +
               (words.message.empty() ? "" : " (" + words.message + ")");
    }

    /// A try that failed; another may go better.
    void retry(JobPtr job, const ServerWords& words, const std::string& garbled = {}) {
        const Answer& answer = job->answer;
        const bool broken = answer.code != CURLE_OK;
        double connected = 0;
        curl_easy_getinfo(job->handle.get(), CURLINFO_PRETRANSFER_TIME, &connected);
        const bool noServer =
            connected == 0 && (isNoServer(answer.code) || answer.code == CURLE_SSL_CONNECT_ERROR);
        // A refusal by status costs nothing; what broke off after it was sent may.
        job->mayHaveCost = !garbled.empty() || (broken && connected > 0);
        if (job->mayHaveCost)
            ++job->costlyTries;

        const std::int64_t toldSeconds = broken ? -1 : toldPause(answer);
        if (toldSeconds > settings.longestTold.count()) {
            end(ErrorCode::Io, "The endpoint asks to wait for " + std::to_string(toldSeconds) +
                                   " s (" + told(answer, words) + "). Run the command again then.");
            return;
        }
        if (!broken && answer.status == 429) {
            limit = std::max(1, static_cast<int>(running.size() + 1) / 2);
            goodInARow = 0;
            // While others get through, waiting for one's turn is no failure.
            if (successes == job->successesBefore)
                ++job->tries;
        } else {
            ++job->tries;
        }
        const bool over =
            job->tries >= settings.tries || (job->mayHaveCost && job->costlyTries >= kCostlyTries);
        if (over || (noServer && !answered)) {
            giveUp(*job, words, garbled, noServer);
            return;
        }
        std::chrono::milliseconds pause = pauseBefore(std::max(job->tries, 1));
        if (toldSeconds >= 0)
            pause = std::chrono::seconds(toldSeconds);
        if (!broken && (answer.status == 429 || answer.status == 503))
            notBefore = std::max(notBefore, Clock::now() + pause);
        again(std::move(job), pause);
    }

    void giveUp(Job& job, const ServerWords& words, const std::string& garbled, bool noServer) {
        const Answer& answer = job.answer;
        if (noServer) {
            end(ErrorCode::Io, "No server answers there (" + answer.detail +
                                   "). Start it, or check its address and the network.");
            return;
        }
        std::string message;
        if (!garbled.empty())
            message = "The answer is no chat completion: " + garbled +
                      ". Check that the address is that of an OpenAI-compatible server.";
        else if (answer.code == CURLE_OPERATION_TIMEDOUT)
            message =
                "No whole answer within " + std::to_string(settings.timeout.count()) +
                " s. Allow more time, or ask for less at a time: fewer requests, shorter passages.";
        else if (answer.code != CURLE_OK)
            message = "The connection broke off " + std::to_string(job.tries) + " times (" +
                      answer.detail + ").";
        else if (answer.status == 429)
            message = "The endpoint asks for fewer requests: " + told(answer, words) +
                      ". Ask less at a time, or go on later.";
        else
            message = "The endpoint failed " + std::to_string(job.tries) +
                      " times: " + told(answer, words) + ". See what the server says of it.";
        // Nothing ever worked: the next request would not either.
        if (successes == 0) {
            if (job.mayHaveCost)
                lost.push_back(job.id);
            end(ErrorCode::Io, std::move(message));
        } else {
            finish(job, ChatAnswer::Outcome::Failed, Error{ErrorCode::Io, std::move(message), {}});
        }
    }

    void redirect(JobPtr job) {
        const std::string from = job->url.empty() ? url() : job->url;
        const std::string next = resolved(from, header(job->answer.headers, "location"));
        if (!next.empty() && addressOf(next) == home && job->redirects < kMaxRedirects) {
            ++job->redirects;
            job->url = next;
            again(std::move(job), {});
            return;
        }
        const std::string where = shownAddress(next);
        end(ErrorCode::Incompatible,
            job->redirects >= kMaxRedirects
                ? "The endpoint leads from address to address without an end."
                : "The endpoint leads to another server" +
                      (where.empty() ? std::string() : ", " + cleaned(where)) +
                      "; neither the key nor a text was sent there. If that is where to ask, give "
                      "it as the endpoint.");
    }

    /// Nothing that understands a request at this address: the next one, or the end.
    void tryNextAddress(JobPtr job, const std::string& why) {
        if (address + 1 < addresses.size()) {
            ++address;
            job->url.clear();
            again(std::move(job), {});
            return;
        }
        end(ErrorCode::NotFound, "No chat endpoint there: tried " + tried() + " (" + why +
                                     "). Give the address that the server's documentation names "
                                     "as base URL, mostly one that ends in /v1.");
    }

    void modelMissing(const Answer& answer, const ServerWords& words) {
        const std::string names = modelNames();
        end(ErrorCode::NotFound,
            "The endpoint has no model \"" + settings.model + "\": " + told(answer, words) + "." +
                (names.empty() ? "" : " It has: " + names + ".") + " Check the model's name.");
    }

    void handle(JobPtr job) {
        const Answer& answer = job->answer;
        answered = answered || answer.status != 0;
        if (answer.code == CURLE_WRITE_ERROR) {
            retry(std::move(job), {}, "it is longer than 4 MiB");
            return;
        }
        if (answer.code != CURLE_OK) {
            if (isPassing(answer))
                retry(std::move(job), {});
            else
                end(ErrorCode::Io, "The endpoint cannot be asked (" + answer.detail + ").");
            return;
        }
        if (answer.status >= 200 && answer.status < 300) {
            takeGood(std::move(job));
            return;
        }
        if (isRedirect(answer.status)) {
            redirect(std::move(job));
            return;
        }
        const ServerWords words = serverWords(job->text);
        const std::string status = told(answer, words);
        switch (answer.status) {
            case 401:
            case 402:
                break;
            case 403:
                if (successes > 0) {  // of this text, not of us
                    finish(*job, ChatAnswer::Outcome::Failed,
                           Error{ErrorCode::PermissionDenied, status, {}});
                    return;
                }
                break;
            case 404:
            case 405:
            case 501:
                if (speaksOfTheModel(words))
                    modelMissing(answer, words);
                else if (settled)
                    end(ErrorCode::NotFound, "The endpoint is gone: " + status + ".");
                else
                    tryNextAddress(std::move(job), status);
                return;
            case 429:
                if (words.code == "insufficient_quota") {
                    end(ErrorCode::PermissionDenied,
                        "The account's quota is used up: " + status + ".");
                    return;
                }
                retry(std::move(job), words);
                return;
            default:
                if (isPassing(answer)) {
                    retry(std::move(job), words);
                } else if (speaksOfTheModel(words)) {
                    modelMissing(answer, words);
                } else {
                    settled = true;
                    finish(*job, ChatAnswer::Outcome::Failed,
                           Error{ErrorCode::InvalidArgument,
                                 "The endpoint refuses the request: " + status +
                                     ". What is sent can be changed on the command line (--extra, "
                                     "--max-answer-tokens).",
                                 {}});
                }
                return;
        }
        if (answer.status == 402)
            end(ErrorCode::PermissionDenied, "The endpoint wants to be paid: " + status + ".");
        else
            end(ErrorCode::PermissionDenied,
                "The endpoint refuses access: " + status + ". " +
                    (settings.key.empty()
                         ? "It needs a key (on the command line in SPANWISE_API_KEY)."
                         : "Check the key (on the command line in SPANWISE_API_KEY or "
                           "OPENAI_API_KEY)."));
    }

    void takeGood(JobPtr job) {
        ChatAnswer answer;
        answer.id = job->id;
        if (!readCompletion(job->text, answer)) {
            const std::size_t first = job->text.find_first_not_of(" \t\r\n");
            const bool page = first != std::string::npos && job->text[first] == '<';
            if (page && !settled) {
                tryNextAddress(std::move(job), "a page for people");
                return;
            }
            const ServerWords words = serverWords(job->text);
            const std::string what = !words.message.empty() ? "it says \"" + words.message + "\""
                                     : first == std::string::npos ? "it is empty"
                                     : page                       ? "it is a page for people"
                                     : parsed(job->text).is_discarded()
                                         ? "it is not valid JSON"
                                         : "it has no \"choices\" with a message";
            retry(std::move(job), {}, what);
            return;
        }
        answer.text = redacted(std::move(answer.text));
        settled = true;
        ++successes;
        if (++goodInARow >= 10 && limit < settings.parallel) {
            ++limit;
            goodInARow = 0;
        }
        done.push_back(std::move(answer));
    }

    void harvest() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
            if (message->msg != CURLMSG_DONE)
                continue;
            CURL* handle = message->easy_handle;
            const CURLcode code = message->data.result;
            const auto found = std::find_if(running.begin(), running.end(), [&](const JobPtr& job) {
                return job->handle.get() == handle;
            });
            curl_multi_remove_handle(multi.get(), handle);
            if (found == running.end())
                continue;
            JobPtr job = std::move(*found);
            running.erase(found);
            job->answer.code = code;
            curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &job->answer.status);
            job->answer.detail =
                job->detail[0] != '\0' ? job->detail.data() : curl_easy_strerror(code);
            this->handle(std::move(job));
        }
    }

    ~Impl() {
        for (const JobPtr& job : running)
            curl_multi_remove_handle(multi.get(), job->handle.get());
    }
};

Result<std::string> chatKeyFromEnvironment() {
    for (const char* name : {"SPANWISE_API_KEY", "OPENAI_API_KEY"}) {
        const char* value = std::getenv(name);
        std::string key = value == nullptr ? std::string() : trimmed(value);
        if (key.empty())
            continue;
        if (!isHeaderValue(key))
            return failure(ErrorCode::InvalidArgument,
                           "This variable holds no key: it has blanks or characters outside ASCII.",
                           name);
        return key;
    }
    return std::string();
}

ChatClient::ChatClient(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ChatClient::~ChatClient() = default;

Result<std::unique_ptr<ChatClient>> ChatClient::create(ChatSettings settings, MayPost mayPost) {
    prepare();
    settings.endpoint = withScheme(trimmed(settings.endpoint));
    auto impl = std::make_unique<Impl>();
    impl->home = addressOf(settings.endpoint);
    impl->shown = shownAddress(settings.endpoint);
    impl->addresses = addressesOf(settings.endpoint);
    if ((impl->home.scheme != "http" && impl->home.scheme != "https") || impl->addresses.empty())
        return failure(ErrorCode::InvalidArgument,
                       "The endpoint is no address of a server: expected http://HOST:PORT/v1 or "
                       "https://HOST/v1.",
                       impl->shown);
    if (trimmed(settings.model).empty() || !isUtf8(settings.model))
        return failure(ErrorCode::InvalidArgument,
                       "The model has no name: name a model of the server.");
    if (!isHeaderValue(settings.key))
        return failure(ErrorCode::InvalidArgument,
                       "The key has blanks or characters outside ASCII.");
    if (!settings.extra.is_object())
        return failure(ErrorCode::InvalidArgument,
                       "--extra is no JSON object, such as {\"top_p\": 1}.");
    for (const char* name : {"model", "messages", "stream", "n"}) {
        if (settings.extra.contains(name))
            return failure(
                ErrorCode::InvalidArgument,
                "--extra may not set \"" + std::string(name) + "\": the command sets it itself.");
    }
    settings.parallel = std::clamp(settings.parallel, 1, 1024);
    settings.tries = std::max(settings.tries, 1);
    impl->limit = settings.parallel;
    impl->multi.reset(curl_multi_init());
    impl->settings = std::move(settings);
    impl->mayPost = std::move(mayPost);
    return std::unique_ptr<ChatClient>(new ChatClient(std::move(impl)));
}

Result<std::vector<std::string>> ChatClient::models(ChatSettings settings) {
    settings.model = "any";
    const auto client = create(std::move(settings));
    if (!client)
        return tl::unexpected(client.error());
    const Impl& impl = *(*client)->m_impl;
    Impl::Listed listed;
    for (const std::string& address : impl.addresses) {
        listed = impl.listModels(address, 10);
        if (listed.isList)
            return listed.names;
        if (listed.code != CURLE_OK || listed.status == 401 || listed.status == 403)
            break;
    }
    if (listed.code != CURLE_OK)
        return failure(ErrorCode::Io,
                       impl.redacted("No server answers there (" + listed.detail +
                                     "). Start it, or check its address and the network."),
                       impl.shown);
    if (listed.status == 401 || listed.status == 403)
        return failure(ErrorCode::PermissionDenied,
                       "The endpoint does not accept the key, or wants one.", impl.shown);
    return failure(ErrorCode::NotFound,
                   "The endpoint does not tell which models it has (HTTP " +
                       std::to_string(listed.status) + "): name one.",
                   impl.shown);
}

void ChatClient::ask(std::uint64_t id, const std::string& system, const std::string& user) {
    Json body{{"model", m_impl->settings.model},
              {"messages",
               {{{"role", "system"}, {"content", system}}, {{"role", "user"}, {"content", user}}}},
              {"temperature", 0},
              {"max_tokens", m_impl->settings.maxAnswerTokens},
              {"stream", false}};
    body.merge_patch(m_impl->settings.extra);
    auto job = std::make_unique<Job>();
    job->id = id;
    job->body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
    m_impl->waiting.push_back(std::move(job));
}

std::size_t ChatClient::pending() const {
    return m_impl->waiting.size() + m_impl->running.size() + m_impl->done.size();
}

Result<std::vector<ChatAnswer>> ChatClient::next(const std::stop_token& stop) {
    Impl& impl = *m_impl;
    const std::stop_callback wake(stop, [&impl] { curl_multi_wakeup(impl.multi.get()); });
    for (;;) {
        const bool stopped = stop.stop_requested();
        if (!stopped)
            impl.startWhatMay();
        int active = 0;
        curl_multi_perform(impl.multi.get(), &active);
        impl.harvest();
        if (!impl.done.empty())
            return std::exchange(impl.done, {});
        if (stopped)
            return failure(ErrorCode::Cancelled, "cancelled");
        if (impl.fatal)
            return tl::unexpected(*impl.fatal);
        if (impl.waiting.empty() && impl.running.empty())
            return std::vector<ChatAnswer>();
        curl_multi_poll(impl.multi.get(), nullptr, 0, impl.msUntilNextStart(), nullptr);
    }
}

std::vector<std::uint64_t> ChatClient::underWay() const {
    std::vector<std::uint64_t> ids = m_impl->lost;
    for (const JobPtr& job : m_impl->running)
        ids.push_back(job->id);
    return ids;
}

std::int64_t ChatClient::posts() const {
    return m_impl->posts;
}

std::string ChatClient::shownEndpoint() const {
    return m_impl->shown;
}

}  // namespace spanwise
