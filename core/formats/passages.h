#pragma once

#include <functional>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/line_reader.h"
#include "core/result.h"
#include "core/text/range.h"

namespace spanwise {

/// A stretch of text and a concept that it instantiates, code points, half-open. One stretch may
/// have several mentions with a concept each; mentions may overlap.
struct Mention {
    Offset begin = 0;
    Offset end = 0;
    std::string name;         ///< the concept, free text ("medical condition"), never empty
    std::string description;  ///< of the concept; empty: none

    bool operator==(const Mention&) const = default;
};

/// A piece of text with the concepts found in it: what pre-training learns from.
struct Passage {
    std::string id;                 ///< empty: none
    std::string text;               ///< valid UTF-8
    std::string source;             ///< which material it is from ("c4")
    std::string model;              ///< who annotated it; empty: not a model
    std::string prompt;             ///< SHA-256 of the instruction that the model was given
    std::vector<Mention> mentions;  ///< by begin, then end

    bool operator==(const Passage&) const = default;
};

/// A line of a passages file may have this many bytes.
inline constexpr std::size_t kLongestPassageLine = 10'000'000;

/// Spanwise's annotated passages, one JSON object a line:
/// `{"id"?, "text", "mentions": [{"begin", "end", "concept", "description"?}], "source"?, "model"?,
///   "prompt"?}`. Unknown keys are ignored; a missing "mentions" is an empty list.
/// Errors name `where`: InvalidFormat for bad JSON, a missing text or concept, InvalidArgument for
/// a mention that is empty or ends past the text, InvalidText for bytes that are not UTF-8.
[[nodiscard]] Result<Passage> passageFromJson(std::string_view line, std::string_view where);

/// One line without its line break. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string passageToJson(const Passage& passage);
/// The line and its line break.
void writePassage(std::ostream& out, const Passage& passage);

/// Streams the passages of a file, one at a time, in constant memory. Blank lines are skipped; a
/// byte order mark and CRLF are accepted. Errors name `where:line`; after an error in a line the
/// next call goes on with the line after it.
class PassageReader {
public:
    PassageReader(std::istream& in, std::string_view where)
        : m_lines(in, where, kLongestPassageLine) {}

    /// False at the end.
    [[nodiscard]] Result<bool> next(Passage& passage);
    /// The number of the line read last, from 1.
    [[nodiscard]] std::int64_t line() const { return m_lines.number(); }

private:
    LineReader m_lines;
};

struct PassagesSummary {
    std::int64_t lines = 0;
    std::int64_t passages = 0;
    std::int64_t mentions = 0;
};

/// All passages of a file; the first error, of the file or of the sink, ends it.
[[nodiscard]] Result<PassagesSummary> readPassages(
    std::istream& in, std::string_view where, const std::function<Result<void>(Passage&&)>& sink);
[[nodiscard]] Result<PassagesSummary> readPassages(
    const std::string& path, const std::function<Result<void>(Passage&&)>& sink);

}  // namespace spanwise
