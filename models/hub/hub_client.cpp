#include "models/hub/hub_client.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/io/files.h"
#include "models/io/http.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using namespace http;

constexpr int kMaxRedirects = 8;
/// Of an answer that is kept in memory: the list of a repository's files.
constexpr std::size_t kMaxAnswer = std::size_t{16} << 20;
constexpr std::chrono::seconds kMaxPause{30};
/// Tries of one file, however much each brings.
constexpr int kMaxAttempts = 200;

/// Takes the body's bytes of a good answer; false breaks the transfer off.
using Sink = std::function<bool(long status, const Headers&, std::string_view)>;

struct Exchange {
    CURL* handle = nullptr;
    Answer* answer = nullptr;
    const Sink* sink = nullptr;
};

std::size_t takeBody(char* data, std::size_t size, std::size_t count, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    long status = 0;
    curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || status > 299)
        return size * count;  // a page for people
    return (*exchange.sink)(status, exchange.answer->headers, {data, size * count}) ? size * count
                                                                                    : 0;
}

std::size_t takeHeader(char* data, std::size_t size, std::size_t count, void* user) {
    addHeaderLine(static_cast<Exchange*>(user)->answer->headers, {data, size * count});
    return size * count;
}

bool isHex(const std::string& text, std::size_t digits) {
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// `W/"abc"` → abc
std::string bareTag(std::string tag) {
    if (tag.starts_with("W/"))
        tag.erase(0, 2);
    std::erase(tag, '"');
    return tag;
}

tl::unexpected<Error> cancelled() {
    return failure(ErrorCode::Cancelled, "cancelled");
}

/// A file that is continued where it ends.
class Appender {
public:
    explicit Appender(fs::path path) : m_path(std::move(path)) {
        m_descriptor = ::open(m_path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        m_length = m_descriptor < 0 ? -1 : ::lseek(m_descriptor, 0, SEEK_END);
        if (m_length < 0)
            m_error = errno;
    }
    ~Appender() {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;

    [[nodiscard]] std::int64_t length() const { return m_length; }
    [[nodiscard]] bool good() const { return m_error == 0; }
    bool append(std::string_view bytes) {
        while (m_error == 0 && !bytes.empty()) {
            const ssize_t n = ::write(m_descriptor, bytes.data(), bytes.size());
            if (n >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(n));
                m_length += n;
            } else if (errno != EINTR) {
                m_error = errno;
            }
        }
        return m_error == 0;
    }
    void restart() {
        if (m_error == 0 &&
            (::ftruncate(m_descriptor, 0) != 0 || ::lseek(m_descriptor, 0, SEEK_SET) != 0))
            m_error = errno;
        m_length = 0;
    }
    [[nodiscard]] Result<void> finish() {
        if (m_error == 0 && ::fsync(m_descriptor) != 0)
            m_error = errno;
        return state();
    }
    [[nodiscard]] Result<void> state() const {
        if (m_error == 0)
            return {};
        return tl::unexpected(fileError(m_error, m_path, "write"));
    }

private:
    fs::path m_path;
    int m_descriptor = -1;
    int m_error = 0;
    std::int64_t m_length = 0;
};

}  // namespace

struct HubClient::Impl {
    HubSettings settings;
    Address home;       ///< whom the token belongs to
    std::string shown;  ///< the endpoint for people, without a password in it
    MultiPtr multi{nullptr, &curl_multi_cleanup};
    EasyPtr easy{nullptr, &curl_easy_cleanup};
    bool answered = false;  ///< a server has spoken to us: what breaks now may mend
    bool unreachable = false;

    explicit Impl(HubSettings s) : settings(std::move(s)) {
        prepare();
        multi.reset(curl_multi_init());
        easy.reset(curl_easy_init());
        home = addressOf(settings.endpoint);
        shown = shownAddress(settings.endpoint);
        if (shown.empty())
            shown = "HF_ENDPOINT";
    }

    std::string escaped(const std::string& text) const {
        char* raw = curl_easy_escape(easy.get(), text.c_str(), static_cast<int>(text.size()));
        if (raw == nullptr)
            return {};
        std::string result(raw);
        curl_free(raw);
        return result;
    }

    /// One request, no redirect followed.
    Answer once(const std::string& url, bool head, std::int64_t from, const Sink& sink,
                const std::stop_token& stop) {
        Answer answer;
        CURL* handle = easy.get();
        curl_easy_reset(handle);
        Exchange exchange{handle, &answer, &sink};
        std::array<char, CURL_ERROR_SIZE> detail{};
        curl_slist* list = curl_slist_append(nullptr, "Accept-Encoding: identity");
        if (!settings.token.empty() && !home.scheme.empty() && addressOf(url) == home)
            list = curl_slist_append(list, ("Authorization: Bearer " + settings.token).c_str());
        const std::string range = std::to_string(from) + "-";
        curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list);
        setCommonOptions(handle);
        curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail.data());
        curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT,
                         static_cast<long>(settings.connectTimeout.count()));
        curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME,
                         static_cast<long>(settings.stallTimeout.count()));
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &takeBody);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
        curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &takeHeader);
        curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
        if (head)
            curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
        if (from > 0)
            curl_easy_setopt(handle, CURLOPT_RANGE, range.c_str());

        answer.code = run(handle, stop);
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer.status);
        answer.detail = detail[0] != '\0' ? detail.data() : curl_easy_strerror(answer.code);
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
        curl_slist_free_all(list);
        answered = answered || answer.status != 0;
        return answer;
    }

    CURLcode run(CURL* handle, const std::stop_token& stop) {
        if (curl_multi_add_handle(multi.get(), handle) != CURLM_OK)
            return CURLE_FAILED_INIT;
        const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi.get()); });
        CURLcode code = CURLE_ABORTED_BY_CALLBACK;
        while (!stop.stop_requested()) {
            int running = 0;
            if (curl_multi_perform(multi.get(), &running) != CURLM_OK) {
                code = CURLE_FAILED_INIT;
                break;
            }
            int left = 0;
            if (const CURLMsg* message = curl_multi_info_read(multi.get(), &left);
                message != nullptr && message->msg == CURLMSG_DONE) {
                code = message->data.result;
                break;
            }
            curl_multi_poll(multi.get(), nullptr, 0, 100, nullptr);
        }
        curl_multi_remove_handle(multi.get(), handle);
        return code;
    }

    /// A request and its redirects. A HEAD stays with the server that it asked, whose X-Linked-
    /// headers say more than the storage behind it.
    Answer follow(std::string url, bool head, std::int64_t from, const Sink& sink,
                  const std::stop_token& stop) {
        Headers linked;
        for (int i = 0;; ++i) {
            Answer answer = once(url, head, from, sink, stop);
            for (const auto& [name, value] : answer.headers) {
                if (name.starts_with("x-linked-") || name == "x-repo-commit")
                    linked.try_emplace(name, value);
            }
            for (const auto& [name, value] : linked)
                answer.headers[name] = value;
            const std::string location = header(answer.headers, "location");
            if (answer.code != CURLE_OK || !isRedirect(answer.status) || location.empty())
                return answer;
            const std::string next = resolved(url, location);
            const Address there = addressOf(next);
            if (head && !(there == addressOf(url)))
                return answer;
            const bool weaker = addressOf(url).scheme == "https" && there.scheme != "https";
            if (i == kMaxRedirects || weaker ||
                (there.scheme != "http" && there.scheme != "https")) {
                answer.code = CURLE_TOO_MANY_REDIRECTS;
                answer.detail = i == kMaxRedirects
                                    ? "the server leads from address to address without an end"
                                    : "the server leads to an address that is not safe to follow";
                return answer;
            }
            url = next;
        }
    }

    /// False when stopped meanwhile.
    bool wait(std::chrono::milliseconds time, const std::stop_token& stop) const {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        wake.wait_for(lock, stop, time, [] { return false; });
        return !stop.stop_requested();
    }

    std::chrono::milliseconds pauseBefore(int attempt, const Answer& answer) const {
        std::chrono::milliseconds pause = settings.pause * (1LL << std::min(attempt, 10));
        if (const std::int64_t told = wholeNumber(header(answer.headers, "retry-after")); told >= 0)
            pause = std::chrono::seconds(std::min<std::int64_t>(told, kMaxPause.count()));
        return std::min<std::chrono::milliseconds>(pause, kMaxPause);
    }

    bool mayTryAgain(const Answer& answer) const {
        return isPassing(answer) && (answered || !isNoServer(answer.code));
    }

    Error problem(const Answer& answer, const std::string& repository, const std::string& what) {
        const std::string where = repository + (what.starts_with('@') ? "" : "/") + what;
        unreachable = isNoServer(answer.code);
        if (answer.code != CURLE_OK) {
            const std::string remedy =
                "Check the connection; set HF_ENDPOINT when a mirror of the hub is nearer; or "
                "fetch "
                "the model's folder on another machine, copy it here and run `spanwise-cli models "
                "add FOLDER`.";
            if (unreachable)
                return {ErrorCode::Io,
                        "No answer from " + shown + " (" + answer.detail + "). " + remedy, where};
            return {ErrorCode::Io,
                    "The transfer from " + shown + " broke off (" + answer.detail +
                        "). What came is kept: pull again to go on. " + remedy,
                    where};
        }
        const std::string status = "HTTP " + std::to_string(answer.status);
        const std::string kind = header(answer.headers, "x-error-code");
        if (answer.status == 401 || answer.status == 403) {
            const std::string token = settings.token.empty()
                                          ? "set HF_TOKEN to an access token that may read it"
                                          : "check that the access token in use may read it";
            if (kind == "GatedRepo")
                return {ErrorCode::PermissionDenied,
                        "This repository is gated (" + status + "). Accept its licence at " +
                            shown + "/" + repository + ", then " + token + ".",
                        where};
            return {ErrorCode::PermissionDenied,
                    "The hub refuses this repository (" + status +
                        "): it is private or gated, or there is none of that name. Check the name, "
                        "accept its licence at " +
                        shown + "/" + repository + ", and " + token + ".",
                    where};
        }
        if (answer.status == 404) {
            if (kind == "RevisionNotFound")
                return {ErrorCode::NotFound, "The repository has no such branch, tag or commit.",
                        where};
            if (!what.starts_with('@'))
                return {ErrorCode::NotFound, "The repository no longer has this file.", where};
            return {ErrorCode::NotFound,
                    "There is no such repository or revision at " + shown +
                        ". Write OWNER/NAME or OWNER/NAME@REVISION as its page shows it.",
                    where};
        }
        if (answer.status == 429)
            return {ErrorCode::Io,
                    "The hub asks for fewer requests (HTTP 429). Wait some minutes and pull again: "
                    "what came is kept. HF_TOKEN raises the limit.",
                    where};
        return {ErrorCode::Io,
                shown + " answered " + status + ". Try again later: what came is kept.", where};
    }

    /// A request whose answer is small, tried again when that may help.
    Result<Answer> ask(const std::string& url, bool head, const std::string& repository,
                       const std::string& what, std::string* body, const std::stop_token& stop) {
        if (home.scheme != "http" && home.scheme != "https")
            return failure(ErrorCode::InvalidArgument,
                           "HF_ENDPOINT is no address of a hub: expected https://HOST.", shown);
        for (int attempt = 0;; ++attempt) {
            std::string text;
            const Sink sink = [&](long, const Headers&, std::string_view bytes) {
                text += bytes;
                return text.size() <= kMaxAnswer;
            };
            Answer answer = follow(url, head, 0, sink, stop);
            if (stop.stop_requested())
                return cancelled();
            const bool good =
                answer.code == CURLE_OK && ((answer.status >= 200 && answer.status < 300) ||
                                            (head && isRedirect(answer.status)));
            if (good) {
                unreachable = false;
                if (body != nullptr)
                    *body = std::move(text);
                return answer;
            }
            if (!mayTryAgain(answer) || attempt + 1 >= settings.tries)
                return tl::unexpected(problem(answer, repository, what));
            if (!wait(pauseBefore(attempt, answer), stop))
                return cancelled();
        }
    }

    std::string fileUrl(const HubRevision& revision, const std::string& name) const {
        return settings.endpoint + "/" + revision.repository + "/resolve/" + revision.commit + "/" +
               escaped(name);
    }
};

HubClient::HubClient(HubSettings settings) : m_impl(std::make_unique<Impl>(std::move(settings))) {}
HubClient::~HubClient() = default;

std::string HubClient::shownEndpoint() const {
    return m_impl->shown;
}

bool HubClient::unreachable() const {
    return m_impl->unreachable;
}

Result<HubRevision> HubClient::revision(const std::string& repository, const std::string& revision,
                                        std::stop_token stop) {
    std::string body;
    const auto answer = m_impl->ask(m_impl->settings.endpoint + "/api/models/" + repository +
                                        "/revision/" + m_impl->escaped(revision),
                                    false, repository, "@" + revision, &body, stop);
    if (!answer)
        return tl::unexpected(answer.error());
    const auto bad = [&](const char* what) {
        return failure(ErrorCode::InvalidFormat,
                       m_impl->shown + " does not answer as a hub does: " + what +
                           ". Check HF_ENDPOINT, and that no proxy's sign-in page is in between.",
                       repository);
    };
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object())
        return bad("expected a JSON object about the repository");
    HubRevision result;
    result.repository = repository;
    const auto sha = json.find("sha");
    if (sha == json.end() || !sha->is_string() || !isHex(sha->get<std::string>(), 40))
        return bad("\"sha\" is no commit of 40 hexadecimal digits");
    result.commit = sha->get<std::string>();
    const auto siblings = json.find("siblings");
    if (siblings == json.end() || !siblings->is_array())
        return bad("\"siblings\" is no list of files");
    for (const Json& file : *siblings) {
        const auto name = file.is_object() ? file.find("rfilename") : file.end();
        if (name == file.end() || !name->is_string())
            return bad("an entry of \"siblings\" has no \"rfilename\"");
        result.files.push_back(name->get<std::string>());
    }
    return result;
}

Result<HubFile> HubClient::describe(const HubRevision& revision, const std::string& name,
                                    std::stop_token stop) {
    const auto answer = m_impl->ask(m_impl->fileUrl(revision, name), true, revision.repository,
                                    name, nullptr, stop);
    if (!answer)
        return tl::unexpected(answer.error());
    HubFile file;
    file.name = name;
    const Headers& headers = answer->headers;
    file.bytes = wholeNumber(header(headers, "x-linked-size"));
    // The length of a redirect is that of its page.
    if (file.bytes < 0 && !isRedirect(answer->status))
        file.bytes = wholeNumber(header(headers, "content-length"));
    std::string tag = bareTag(header(headers, "x-linked-etag"));
    if (tag.empty() && !isRedirect(answer->status))
        tag = bareTag(header(headers, "etag"));
    if (isHex(tag, 64))
        file.sha256 = tag;
    else if (isHex(tag, 40))
        file.gitSha1 = tag;
    return file;
}

Result<void> HubClient::download(const HubRevision& revision, const HubFile& file,
                                 const fs::path& target,
                                 const std::function<void(std::int64_t)>& progress,
                                 std::stop_token stop) {
    const std::string url = m_impl->fileUrl(revision, file.name);
    const std::string where = revision.repository + "/" + file.name;
    Appender out(target);
    if (!out.good())
        return out.state();
    if (file.bytes >= 0 && out.length() > file.bytes)
        out.restart();
    int idle = 0;  // tries in a row that brought nothing
    for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
        if (file.bytes >= 0 && out.length() == file.bytes)
            return out.finish();
        const std::int64_t before = out.length();
        bool first = true;
        bool tooLong = false;
        const Sink sink = [&](long status, const Headers& headers, std::string_view bytes) {
            if (first && status != 206)
                out.restart();  // the server sends it all again
            if (first && status == 206 &&
                !header(headers, "content-range")
                     .starts_with("bytes " + std::to_string(before) + "-"))
                return false;
            first = false;
            tooLong = file.bytes >= 0 &&
                      out.length() + static_cast<std::int64_t>(bytes.size()) > file.bytes;
            if (tooLong || !out.append(bytes))
                return false;
            if (progress)
                progress(out.length());
            return true;
        };
        Answer answer = m_impl->follow(url, false, before, sink, stop);
        if (!out.good())
            return out.state();
        if (stop.stop_requested())
            return cancelled();
        if (tooLong) {
            out.restart();
            return failure(
                ErrorCode::Corrupt,
                "The server sends more than the " + std::to_string(file.bytes) +
                    " bytes that it announced. Pull again; if it stays so, the mirror or "
                    "a proxy is at fault.",
                where);
        }
        const bool whole =
            answer.code == CURLE_OK && (answer.status == 200 || answer.status == 206);
        if (whole && (file.bytes < 0 || out.length() == file.bytes)) {
            m_impl->unreachable = false;
            return out.finish();
        }
        if (whole || answer.status == 416 || (answer.code == CURLE_WRITE_ERROR && first)) {
            // Shorter than announced, or no such range: what is here is not what the server has.
            if (idle + 1 >= m_impl->settings.tries)
                return failure(ErrorCode::Corrupt,
                               "Expected " + std::to_string(file.bytes) + " bytes, found " +
                                   std::to_string(out.length()) +
                                   ". Pull again; if it stays so, the mirror or a proxy is at "
                                   "fault.",
                               where);
            if (!whole)
                out.restart();
        } else if (!isPassing(answer)) {
            return tl::unexpected(m_impl->problem(answer, revision.repository, file.name));
        }
        idle = out.length() > before ? 0 : idle + 1;
        if (idle >= m_impl->settings.tries)
            return tl::unexpected(m_impl->problem(answer, revision.repository, file.name));
        if (!m_impl->wait(m_impl->pauseBefore(idle, answer), stop))
            return cancelled();
    }
    return failure(ErrorCode::Io,
                   "The connection broke " + std::to_string(kMaxAttempts) +
                       " times. What came is kept: pull again to go on.",
                   where);
}

}  // namespace spanwise
