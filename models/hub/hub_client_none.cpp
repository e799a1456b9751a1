#include "models/hub/hub_client.h"

// A build without libcurl: everything but the network works, Hugging Face's cache included.
namespace spanwise {
namespace {

tl::unexpected<Error> noNetwork(const std::string& where) {
    return failure(ErrorCode::Incompatible,
                   "This build cannot fetch models (SPANWISE_WITH_HUB is off). Fetch the model's "
                   "folder on another machine, copy it here and run `spanwise-cli models add "
                   "FOLDER`.",
                   where);
}

}  // namespace

struct HubClient::Impl {};

HubClient::HubClient(HubSettings) : m_impl(std::make_unique<Impl>()) {}
HubClient::~HubClient() = default;

std::string HubClient::shownEndpoint() const {
    return {};
}

// So that what the cache has is used.
bool HubClient::unreachable() const {
    return true;
}

Result<HubRevision> HubClient::revision(const std::string& repository, const std::string&,
                                        std::stop_token) {
    return noNetwork(repository);
}

Result<HubFile> HubClient::describe(const HubRevision& revision, const std::string&,
                                    std::stop_token) {
    return noNetwork(revision.repository);
}

Result<void> HubClient::download(const HubRevision& revision, const HubFile&,
                                 const std::filesystem::path&,
                                 const std::function<void(std::int64_t)>&, std::stop_token) {
    return noNetwork(revision.repository);
}

}  // namespace spanwise
