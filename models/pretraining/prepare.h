#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>

#include "models/pretraining/corpus.h"
#include "models/pretraining/material.h"
#include "models/tokenizers/tokenizer.h"

namespace spanwise {

/// The file of a prepared corpus that says what it was made from.
inline constexpr const char* kCorpusOrigin = "origin.json";

struct PrepareOptions {
    int longest = 128;  ///< sub-tokens of an example, with the special ones; longer texts are cut
    std::string tokenizer;  ///< tokenizerFingerprint(), for Corpus
    nlohmann::json origin;  ///< corpusOrigin(), kept in the folder as origin.json; null: not
};

/// What a corpus is made from and how, to tell later whether another request would give the same:
/// each source with its settings, its files by size and checksum, and the options. `known` is one
/// made before: of a file with the path, size and time of change that stand there, the checksum is
/// taken over. Errors: a file that cannot be read, Cancelled.
[[nodiscard]] Result<nlohmann::json> corpusOrigin(const std::vector<MaterialSource>& sources,
                                                  bool skipBad, const PrepareOptions& options,
                                                  const nlohmann::json& known = nullptr,
                                                  const std::stop_token& stop = {});
/// What is different now, for people; empty: both give the same corpus.
[[nodiscard]] std::string originDifference(const nlohmann::json& before, const nlohmann::json& now);

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
