#include <cstddef>
#include <cstdint>
#include <string_view>

#include "models/zero_shot/gliner_config.h"

using namespace spanwise;

/// A gliner_config.json is refused, or every size in it is one that a model can have.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view json(reinterpret_cast<const char*>(data), size);
    const auto config = parseGlinerConfig(json, "gliner_config.json");
    if (!config) {
        if (config.error().message.empty() || config.error().where.empty())
            __builtin_trap();
        return 0;
    }
    if (config->hiddenSize <= 0 || config->maxWidth <= 0 || config->maxLength <= 0 ||
        config->maxTypes <= 0 || config->rnnLayers < 0 || config->classTokenIndex < -1)
        __builtin_trap();
    return 0;
}
