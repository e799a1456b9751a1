#pragma once

#include <QString>
#include <string>
#include <vector>

#include "core/annotation/entity_type.h"
#include "core/formats/record.h"

namespace spanwise::bench {

/// Real sentences with their spans, and passages without any, from the data folder.
struct Material {
    std::vector<Record> sentences;
    std::vector<std::string> passages;
    LabelScheme scheme;  ///< 50 types as the files name them, 20 with shortcuts
};

/// Reads them in place. NotFound when the folder lacks a file.
[[nodiscard]] Result<Material> readMaterial(const QString& folder);

/// Writes JSONL of that many distinct documents: the sentences, every tenth a passage, in later
/// rounds joined with others. Of ten documents two carry labels, one a model's suggestions.
[[nodiscard]] Result<void> writeDocuments(const Material& material, std::int64_t documents,
                                          const QString& path);

}  // namespace spanwise::bench
