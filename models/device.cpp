
#include <charconv>
#include <fstream>

#include "models/model_internal.h"
#include "models/torch.h"

#ifdef SPANWISE_CUDA
#include <ATen/cuda/CUDAContext.h>
#endif

namespace spanwise {
namespace {

int cudaDevices() {
    return at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
}

}  // namespace

Error torchError(const c10::Error& error, const std::string& where) {
    const std::string what = error.what_without_backtrace();
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
        what.find("can't allocate memory") != std::string::npos)
        return {ErrorCode::OutOfMemory,
                "There is not enough memory. Close other programs and try again, or choose "
                "another device.",
                where};
    return {ErrorCode::Internal, "LibTorch failed: " + what, where};
}

std::string Device::name() const {
    if (!cuda)
        return "CPU";
    std::string text = "CUDA " + std::to_string(index);
#ifdef SPANWISE_CUDA
    text += std::string(" (") +
            at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(index))->name + ")";
#endif
    return text;
}

Result<Device> deviceFromName(std::string_view name) {
    const int available = cudaDevices();
    if (name == "cpu")
        return Device{};
    if (name == "auto")
        return Device{available > 0, 0};
    int index = 0;
    const std::string_view number = name.starts_with("cuda:") ? name.substr(5) : "0";
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
    if ((name != "cuda" && !name.starts_with("cuda:")) || error != std::errc() ||
        end != number.data() + number.size() || index < 0)
        return failure(ErrorCode::InvalidArgument,
                       std::string(name) + " is no device. Use auto, cpu, cuda or cuda:N.");
    if (index >= available)
        return failure(
            ErrorCode::InvalidArgument,
            available == 0
                ? "No CUDA device can be used here (or this build has no CUDA). Use cpu."
                : "There are " + std::to_string(available) + " CUDA devices, counted from 0.");
    return Device{true, index};
}

std::vector<std::string> deviceNames() {
    std::vector<std::string> names{"cpu"};
    for (int i = 0; i < cudaDevices(); ++i)
        names.push_back("cuda:" + std::to_string(i));
    return names;
}

void setThreads(int threads) {
    // LibTorch's own default is the number of physical cores.
    if (threads > 0)
        at::set_num_threads(threads);
}

}  // namespace spanwise
