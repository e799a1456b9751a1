
#include <charconv>
#include <fstream>
#include <unordered_map>

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

Result<ModelPtr> movedTo(const ModelPtr& model, const Device& device) {
    if (model->device == device)
        return model;
    return guarded(model->info.path.string(), [&]() -> Result<ModelPtr> {
        auto moved = std::make_shared<Model>(*model);
        moved->device = device;
        const at::Device there = moved->torchDevice();
        moved->encoder = toDevice(model->encoder, there);
        for (at::Tensor* tensor : {&moved->headWeight, &moved->headBias}) {
            if (tensor->defined())
                *tensor = tensor->to(there);
        }
        if (model->gliner) {
            auto gliner = std::make_shared<Gliner>(*model->gliner);
            gliner->weights = toDevice(model->gliner->weights, there);
            moved->gliner = std::move(gliner);
        }
        if (model->concepts) {
            // Layers that it shares with the text encoder stay shared.
            std::vector<at::Tensor> before;
            EncoderWeights old = model->encoder;
            old.forEach([&](at::Tensor& tensor) { before.push_back(tensor); });
            std::unordered_map<const c10::TensorImpl*, at::Tensor> places;
            std::size_t next = 0;
            moved->encoder.forEach([&](at::Tensor& tensor) {
                places.emplace(before[next++].unsafeGetTensorImpl(), tensor);
            });
            auto concepts = std::make_shared<ConceptEncoder>(*model->concepts);
            concepts->forEach([&](at::Tensor& tensor) {
                const auto place = places.find(tensor.unsafeGetTensorImpl());
                tensor = place == places.end() ? tensor.to(there) : place->second;
            });
            EncoderWeights weights = toDevice(model->concepts->weights, there);
            weights.layers = std::move(concepts->weights.layers);
            concepts->weights = std::move(weights);
            moved->concepts = std::move(concepts);
        }
        return moved;
    });
}

void setThreads(int threads) {
    // LibTorch's own default is the number of physical cores.
    if (threads > 0)
        at::set_num_threads(threads);
}

}  // namespace spanwise
