#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "models/pretraining/corpus.h"
#include "models/pretraining/material.h"
#include "models/tokenizers/tokenizer.h"

namespace spanwise {

struct PrepareOptions {
    int longest = 128;  ///< sub-tokens of an example, with the special ones; longer texts are cut
    std::string tokenizer;  ///< tokenizerFingerprint(), for Corpus
};

struct PrepareReport {
    std::int64_t examples = 0, tokens = 0, mentions = 0;
    std::int64_t lost = 0;  ///< mentions without a sub-token, or cut through
};

/// Reads material once and writes it as a corpus into `folder`, which appears complete or not at
/// all. A mention covers the words that it overlaps. Errors: what reading gives, DiskFull,
/// Cancelled, InvalidArgument (more sources than a corpus takes).
[[nodiscard]] Result<PrepareReport> prepareCorpus(
    Material& material, const Tokenizer& tokenizer, const PrepareOptions& options,
    const std::filesystem::path& folder,
    const std::function<void(const PrepareReport&)>& progress = {}, std::stop_token stop = {});

}  // namespace spanwise
