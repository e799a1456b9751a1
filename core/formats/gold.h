#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/annotation/labelled_sentence.h"
#include "core/formats/record.h"
#include "core/result.h"

namespace spanwise {

/// Labelled sentences from a CoNLL or JSONL file, with every word known.
struct GoldFile {
    std::vector<LabelledSentence> sentences;
    std::vector<std::string> types;  ///< sorted
    std::string note;                ///< which tag scheme was found, for people
};
/// InvalidFormat: a document carries no labels; else as importFile.
/// `seen`, when there is one, gets each document with its labels as they are in the file.
[[nodiscard]] Result<GoldFile> readGold(const std::string& path,
                                        const std::function<void(const Record&)>& seen = {});

}  // namespace spanwise
