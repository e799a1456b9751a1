#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/text/word_splitter.h"

namespace spanwise {

using DocumentId = std::int64_t;

enum class DocumentStatus { New = 0, InProgress = 1, Done = 2 };

/// A text as it was imported: UTF-8, byte for byte, line ends kept, never normalised (a byte order
/// mark at the start of a file is no part of the text).
struct Document {
    DocumentId id = 0;
    std::string name;  ///< The file's name, or the record's id. Shown, not unique.
    std::string text;
    std::string sha256;  ///< of `text`, lower-case hex
    DocumentStatus status = DocumentStatus::New;
    std::string meta;  ///< JSON object that came with the record, kept for export; or empty.
    /// Sentences and words that the file itself brought (CoNLL); empty: the word splitter decides.
    std::vector<Sentence> presplit;

    bool operator==(const Document&) const = default;
};

/// Fills in the SHA-256. `text` must be valid UTF-8.
[[nodiscard]] Document makeDocument(std::string name, std::string text);

/// The document's sentences: its own, or the splitter's.
[[nodiscard]] std::vector<Sentence> sentencesOf(const Document& document);

/// Words and sentences as compact JSON (`[[[b,e],[b,e]],…]`, one list per sentence), for storage
/// and the worker protocol; empty string for none.
[[nodiscard]] std::string presplitToJson(const std::vector<Sentence>& sentences);
/// Checks order and bounds against a text of that many code points.
[[nodiscard]] Result<std::vector<Sentence>> presplitFromJson(std::string_view json,
                                                             Offset codePoints);

[[nodiscard]] std::string_view documentStatusName(DocumentStatus status);
[[nodiscard]] Result<DocumentStatus> documentStatusFromName(std::string_view name);

}  // namespace spanwise
