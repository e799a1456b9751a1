#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "core/text/utf8.h"
#include "models/pretraining/answer.h"

using namespace spanwise;

/// A passage, a NUL and a model's answer: whatever it says, its mentions lie in the passage, are in
/// order and said once, and every line is accounted for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t end = input.find('\0');
    if (end == std::string_view::npos || !isUtf8(input))
        return 0;
    const std::string_view passage = input.substr(0, end);
    const bool truncated = size % 2 == 1;
    const ReadAnswer read = readAnswer(passage, input.substr(end + 1), truncated);

    const Offset length = countCodePoints(passage);
    const Mention* before = nullptr;
    for (const Mention& mention : read.mentions) {
        if (mention.begin < 0 || mention.end <= mention.begin || mention.end > length ||
            mention.name.empty())
            __builtin_trap();
        if (before != nullptr && std::tie(before->begin, before->end, before->name) >=
                                     std::tie(mention.begin, mention.end, mention.name))
            __builtin_trap();
        before = &mention;
    }
    std::int64_t lines = read.counts.goodLines;
    for (const std::int64_t count : read.counts.faults)
        lines += count;
    if (lines != read.counts.lines || read.counts.answers != 1)
        __builtin_trap();
    return 0;
}
