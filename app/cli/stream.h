#pragma once

#include "app/cli/command.h"

namespace spanwise::cli {

/// What the commands that read texts and write spans share: documents stream from a file or stdin
/// to stdout in constant memory, each answered as soon as it can be.
struct StreamOptions {
    std::string input = "-";
    std::string inputFormat = "auto";  ///< auto, jsonl, text, conll
    std::string format = "jsonl";      ///< jsonl, conll
};
/// FILE, --input, --format, --quiet, --device and --threads.
void addStreamOptions(Cli& cli, CLI::App* command, StreamOptions& options);

/// Finds the spans of sentences given as words.
using FindSpans = std::function<Result<std::vector<std::vector<WordSpan>>>(
    const std::vector<std::vector<std::string>>& sentences)>;
[[nodiscard]] Result<void> streamSpans(const Cli& cli, const StreamOptions& options,
                                       const FindSpans& find);

}  // namespace spanwise::cli
