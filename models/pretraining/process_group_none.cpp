// For a LibTorch without c10d's Gloo.
#include "models/pretraining/process_group.h"

namespace spanwise {

class ProcessGroup::Impl {};

ProcessGroup::ProcessGroup(std::unique_ptr<Impl> impl) : m(std::move(impl)) {}

ProcessGroup::~ProcessGroup() = default;

Result<std::shared_ptr<ProcessGroup>> ProcessGroup::join(const World& world, const Device& device,
                                                         std::chrono::seconds patience,
                                                         std::stop_token stop) {
    (void)device, (void)patience, (void)stop;
    return failure(ErrorCode::Incompatible,
                   "This build of Spanwise cannot run as one of " + std::to_string(world.size) +
                       " processes: its LibTorch has no Gloo. Build with a LibTorch that has c10d "
                       "(USE_C10D_GLOO), or start one process alone.");
}

// No object is ever made.
int ProcessGroup::rank() const {
    return 0;
}
int ProcessGroup::size() const {
    return 1;
}
Result<void> ProcessGroup::agree(const Result<void>& mine, std::stop_token stop) {
    (void)stop;
    return mine;
}
Result<std::string> ProcessGroup::ofFirst(const std::string& text) {
    return text;
}
std::unique_ptr<Sum> ProcessGroup::startSum(const at::Tensor& values) {
    (void)values;
    throw Separated{};
}
ProcessGroup::Aftermath ProcessGroup::aftermath(std::stop_token stop) {
    (void)stop;
    return {};
}
Error ProcessGroup::separation() const {
    return {};
}
void ProcessGroup::giveUp() {}

}  // namespace spanwise
