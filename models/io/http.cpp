#include "models/io/http.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <mutex>

namespace spanwise::http {
namespace {

/// The certificates of this machine: libcurl knows one place alone, that of the system that built
/// it.
const std::string& certificateFile() {
    static const std::string found = []() -> std::string {
        for (const char* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"}) {
            if (const char* file = std::getenv(name); file != nullptr && *file != '\0')
                return file;
        }
        for (const char* file :
             {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
              "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
            if (::access(file, R_OK) == 0)
                return file;
        }
        return {};
    }();
    return found;
}

}  // namespace

std::string urlPart(CURLU* url, CURLUPart which, unsigned flags) {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, flags) != CURLUE_OK)
        return {};
    std::string result(text);
    curl_free(text);
    return result;
}

Address addressOf(const std::string& url) {
    const UrlPtr parsed(curl_url(), &curl_url_cleanup);
    if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
        return {};
    return {urlPart(parsed.get(), CURLUPART_SCHEME), urlPart(parsed.get(), CURLUPART_HOST),
            urlPart(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT)};
}

std::string resolved(const std::string& base, const std::string& location) {
    const UrlPtr parsed(curl_url(), &curl_url_cleanup);
    if (curl_url_set(parsed.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
        curl_url_set(parsed.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK)
        return {};
    return urlPart(parsed.get(), CURLUPART_URL);
}

std::string shownAddress(const std::string& url) {
    const UrlPtr parsed(curl_url(), &curl_url_cleanup);
    if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
        return {};
    for (const CURLUPart secret :
         {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT})
        curl_url_set(parsed.get(), secret, nullptr, 0);
    std::string text = urlPart(parsed.get(), CURLUPART_URL);
    while (text.ends_with('/'))
        text.pop_back();
    return text;
}

void addHeaderLine(Headers& headers, std::string_view line) {
    if (line.starts_with("HTTP/")) {
        headers.clear();  // those before were of a proxy or of "100 Continue"
        return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
        return;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string_view value = line.substr(colon + 1);
    const std::size_t begin = std::min(value.find_first_not_of(" \t"), value.size());
    const std::size_t end = value.find_last_not_of(" \t\r\n");
    if (end != std::string_view::npos && begin <= end)
        headers[std::move(name)] = value.substr(begin, end - begin + 1);
}

std::string header(const Headers& headers, const char* name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

std::int64_t wholeNumber(const std::string& text) {
    if (text.empty() || text.size() > 18 ||
        text.find_first_not_of("0123456789") != std::string::npos)
        return -1;
    return std::stoll(text);
}

bool isRedirect(long status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool isPassing(const Answer& answer) {
    switch (answer.code) {
        case CURLE_OK:
            return answer.status == 408 || answer.status == 429 || answer.status >= 500;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_OPERATION_TIMEDOUT:
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
        case CURLE_SSL_CONNECT_ERROR:
            return true;
        default:
            return false;
    }
}

bool isNoServer(CURLcode code) {
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
           code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT;
}

void prepare() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

void setCommonOptions(CURL* handle) {
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "spanwise/" SPANWISE_VERSION);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_NETRC, CURL_NETRC_IGNORED);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // a stop waits for no name server
    if (!certificateFile().empty())
        curl_easy_setopt(handle, CURLOPT_CAINFO, certificateFile().c_str());
}

}  // namespace spanwise::http
