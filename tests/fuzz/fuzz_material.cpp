#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/text/utf8.h"
#include "models/pretraining/material.h"
#include "models/pretraining/python_literal.h"

using namespace spanwise;

namespace {

void check(bool holds) {
    if (!holds)
        __builtin_trap();
}

void checkPassage(const Passage& passage) {
    check(isUtf8(passage.text));
    const Offset length = countCodePoints(passage.text);
    for (const Mention& mention : passage.mentions)
        check(mention.begin >= 0 && mention.begin < mention.end && mention.end <= length &&
              !mention.name.empty());
}

/// Null where it is not installed.
std::shared_ptr<const WordNet> wordNet() {
    static const auto loaded = WordNet::load();
    return loaded ? *loaded : nullptr;
}

/// A reader by itself: it ends, its errors say what and where, and after an error about
/// one entry it goes on.
void readAs(const std::string& path, MaterialKind kind, std::size_t most) {
    ReaderOptions options;
    options.wordNet = wordNet();
    options.skipFirstWords = {"Question_ID"};
    const auto stream = openPassages(path, kind, options);
    if (!stream) {
        check(!stream.error().message.empty());
        return;
    }
    Passage passage;
    for (std::size_t entries = 0; entries <= most; ++entries) {
        const auto more = (*stream)->next(passage);
        if (!more) {
            check(!more.error().message.empty() && !more.error().where.empty());
            if (!(*stream)->goesOnAfter(more.error()))
                return;
            continue;
        }
        if (!*more)
            return;
        checkPassage(passage);
    }
    check(false);
}

/// All of it together: every passage is cut to size, and the same pass gives the same again.
void readAsMaterial(const std::string& path) {
    MaterialSource source;
    source.name = source.family = "fuzz";
    source.files = {path};
    MaterialOptions options;
    options.skipBad = true;
    options.longestWords = 8;
    options.wordNet.clear();
    std::int64_t passages = 0;
    const auto count = [&](const Passage& passage, std::size_t) -> Result<void> {
        checkPassage(passage);
        ++passages;
        return {};
    };
    const auto report = inspectMaterial({source}, options, count);
    if (!report) {
        check(!report.error().message.empty());
        return;
    }
    check(report->total().passages == passages);
    check(isUtf8(report->toJson()));
}

}  // namespace

/// Before any input's time counts.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
    wordNet();
    return 0;
}

/// A file from outside, read as what it looks like, as another layout (by its size), and as a
/// Python list.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int file = ::memfd_create("material", 0);
    static const std::string path = "/proc/self/fd/" + std::to_string(file);
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != static_cast<ssize_t>(size))
        return 0;
    constexpr int kKinds = static_cast<int>(MaterialKind::WikiLeads);
    // No entry is smaller than a byte, though gzip may make 1,032 of one.
    const bool isGzip = size > 1 && data[0] == 0x1F && data[1] == 0x8B;
    const std::size_t most = 2 + 2 * size * (isGzip ? 1032 : 1);
    readAs(path, MaterialKind::Auto, most);
    readAs(path, static_cast<MaterialKind>(1 + static_cast<int>(size % kKinds)), most);
    readAsMaterial(path);
    const auto list = parsePythonList(std::string_view(reinterpret_cast<const char*>(data), size));
    if (list) {
        for (const auto& element : *list) {
            for (const std::string& text : element)
                check(isUtf8(text) ||
                      !isUtf8(std::string_view(reinterpret_cast<const char*>(data), size)));
        }
    } else {
        check(!list.error().message.empty());
    }
    return 0;
}
