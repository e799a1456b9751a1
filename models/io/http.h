#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

/// What the clients of this folder's neighbours share around libcurl: addresses, headers, which
/// failures may pass, and options that every request has. Any thread.
namespace spanwise::http {

using Headers = std::map<std::string, std::string>;  // names in lower case

using MultiPtr = std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)>;
using EasyPtr = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using UrlPtr = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;
using ListPtr = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// How one exchange ended.
struct Answer {
    CURLcode code = CURLE_OK;
    long status = 0;
    Headers headers;
    std::string detail;  ///< curl's words for a failure
};

/// A parsed address. What cannot be parsed has no scheme.
struct Address {
    std::string scheme, host, port;
    [[nodiscard]] bool operator==(const Address&) const = default;
};
[[nodiscard]] Address addressOf(const std::string& url);
/// Where a Location header leads from `base`; empty when nowhere.
[[nodiscard]] std::string resolved(const std::string& base, const std::string& location);
/// For people: without user, password, query, fragment and final slash; empty when it is no
/// address.
[[nodiscard]] std::string shownAddress(const std::string& url);
[[nodiscard]] std::string urlPart(CURLU* url, CURLUPart which, unsigned flags = 0);

/// Takes a line as curl's header function gets it; a status line clears what was before.
void addHeaderLine(Headers& headers, std::string_view line);
[[nodiscard]] std::string header(const Headers& headers, const char* name);
/// A whole number that is not negative; -1: it is none.
[[nodiscard]] std::int64_t wholeNumber(const std::string& text);

[[nodiscard]] bool isRedirect(long status);
/// Whether another try may go better.
[[nodiscard]] bool isPassing(const Answer& answer);
/// No server was reached, or it does not speak.
[[nodiscard]] bool isNoServer(CURLcode code);

/// Prepares libcurl once for the process.
void prepare();
/// What each request has: this program's name, http and https alone, no .netrc, no signals, the
/// certificates of this machine; redirects are left to the caller.
void setCommonOptions(CURL* handle);

}  // namespace spanwise::http
