#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/cli/command.h"

namespace spanwise::cli {

/// What a benchmark draws from and what it judges by.
struct BenchSet {
    std::string name;
    std::vector<std::string> train, test;     ///< files, one after the other
    std::vector<std::string> skipFirstWords;  ///< sentences that begin so are headers, no text
};

/// The options that name the sets: --sets FILE [--data DIR] [--only NAME,…], or --train and --test.
struct BenchSource {
    std::string sets, data, train, test, name;
    std::vector<std::string> only;

    void addOptions(CLI::App* command);
    /// The sets in the manifest's order. The manifest is `{"sets": [{"name", "train": [FILE, …],
    /// "test": [FILE, …], "skip_first_words"?: [WORD, …], "note"?}, …]}`, files relative to --data
    /// (default: SPANWISE_DATA, else ../shared/data). Errors name the file and the set.
    [[nodiscard]] Result<std::vector<BenchSet>> resolve() const;
};

/// A set's sentences in memory. `types` are those of the training part, sorted.
struct BenchData {
    std::vector<LabelledSentence> train, test;
    std::vector<std::string> types;
    std::size_t testWords = 0;
};
/// Reads a set; of the test part `testSentences` that do not depend on any seed given by the user
/// (0: all), so that all runs are judged by the same ones.
[[nodiscard]] Result<BenchData> readBenchData(const BenchSet& set, std::size_t testSentences);

}  // namespace spanwise::cli
