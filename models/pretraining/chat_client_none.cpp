#include "models/pretraining/chat_client.h"

// A build without libcurl: it cannot ask anybody.
namespace spanwise {

struct ChatClient::Impl {};

Result<std::string> chatKeyFromEnvironment() {
    return std::string();
}

ChatClient::ChatClient(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ChatClient::~ChatClient() = default;

Result<std::unique_ptr<ChatClient>> ChatClient::create(ChatSettings, MayPost) {
    return failure(ErrorCode::Incompatible,
                   "This build cannot reach endpoints (SPANWISE_WITH_HUB is off). Build it with "
                   "libcurl.");
}

void ChatClient::ask(std::uint64_t, const std::string&, const std::string&) {}
std::size_t ChatClient::pending() const {
    return 0;
}
Result<std::vector<ChatAnswer>> ChatClient::next(const std::stop_token&) {
    return std::vector<ChatAnswer>();
}
std::vector<std::uint64_t> ChatClient::underWay() const {
    return {};
}
std::int64_t ChatClient::posts() const {
    return 0;
}
std::string ChatClient::shownEndpoint() const {
    return {};
}

}  // namespace spanwise
