#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/formats/conll.h"
#include "core/formats/record.h"

namespace spanwise {

enum class FileFormat { Auto, Text, Jsonl, Conll };
[[nodiscard]] Result<FileFormat> fileFormatFromName(std::string_view name);
[[nodiscard]] std::string_view fileFormatName(FileFormat format);

struct ImportOptions {
    FileFormat format = FileFormat::Auto;
    ConllReadOptions conll;
};

struct ImportInfo {
    FileFormat format = FileFormat::Text;
    std::int64_t documents = 0;
    std::int64_t spans = 0;
    std::string note;  ///< e.g. which tag scheme was found; for people
};

/// Reads one file as documents. Auto goes by the name's ending, then by the content. A plain text
/// file is one document, named after the file. All errors name file and line; a file that cannot be
/// read in full yields an error, and the sink's owner is expected to keep nothing of it.
[[nodiscard]] Result<ImportInfo> importFile(const std::string& path, const ImportOptions& options,
                                            const std::function<Result<void>(Record&&)>& sink);

}  // namespace spanwise
