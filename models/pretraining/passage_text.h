#pragma once

#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "core/formats/passages.h"
#include "core/result.h"

namespace spanwise {

/// What one request is about.
enum class PassageUnit {
    Passage,   ///< a paragraph (blank lines part them); long ones in pieces of whole sentences
    Sentence,  ///< by splitSentences
    Line       ///< a line of the text
};
/// "passage", "sentence" or "line"; none: no unit of that name.
[[nodiscard]] std::optional<PassageUnit> passageUnitFromName(std::string_view name);

struct PassageOptions {
    PassageUnit unit = PassageUnit::Passage;
    /// Longer passages come in pieces: of whole sentences, and of whole words where one sentence
    /// alone is longer.
    int maxWords = 150;
    int minWords = 1;            ///< shorter ones are left out
    std::string field = "text";  ///< of a JSON object
    std::string source;          ///< for Passage::source, where a record has none of its own
};

/// Gets passages without mentions; an error ends the reading.
using PassageSink = std::function<Result<void>(Passage&&)>;
/// Pushes all its passages into a sink; the same ones each time it is called.
using PassageSource = std::function<Result<void>(const PassageSink&)>;

/// Parts a text. A passage's id is `id`, those after the first one "id#2", "id#3", …; none when
/// `id` is empty. The text of a passage is that of the document between its first and last word.
[[nodiscard]] Result<void> splitPassages(std::string_view text, const std::string& id,
                                         const PassageOptions& options, const PassageSink& sink);

/// Plain UTF-8 text, in memory that a paragraph (at most 1 MiB, or a line) needs. Errors name
/// `where:line`.
[[nodiscard]] Result<void> readTextPassages(std::istream& in, const std::string& where,
                                            const PassageOptions& options, const PassageSink& sink);

/// JSON objects, one a line, with the text as a string in `options.field`, and perhaps "id" and
/// "source". Errors name `where:line`: InvalidFormat (no JSON object, no such field), InvalidText.
[[nodiscard]] Result<void> readJsonlPassages(std::istream& in, const std::string& where,
                                             const PassageOptions& options,
                                             const PassageSink& sink);

/// Either of the two, told by the name (".jsonl", ".ndjson", ".json"; else text) or, where there is
/// no ending that says it, by a first "{". `source` is by default what `where` is called without
/// its ending.
[[nodiscard]] Result<void> readAnyPassages(std::istream& in, const std::string& where,
                                           PassageOptions options, const PassageSink& sink);
/// A file of either kind. NotFound: it cannot be opened.
[[nodiscard]] Result<void> readPassageFile(const std::string& path, const PassageOptions& options,
                                           const PassageSink& sink);

}  // namespace spanwise
