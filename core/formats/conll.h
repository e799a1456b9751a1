#pragma once

#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/record.h"
#include "core/formats/tag_scheme.h"

namespace spanwise {

/// What reading a CoNLL file found out.
struct ConllInfo {
    TagScheme scheme = TagScheme::Iob2;
    std::string evidence;
    std::int64_t sentences = 0;
    std::int64_t words = 0;
    std::int64_t irregularTags = 0;  ///< repaired while reading
    std::int64_t emptyWords = 0;     ///< lines with a tag and no word, left out
};

/// Which column has the tag, from 1; auto: the last, except in lines "word tag word tag" that give
/// the word again before a second layer of tags (the StackOverflow NER files): there the second.
inline constexpr int kTagColumnAuto = 0;

struct ConllReadOptions {
    /// Sentences per document where the file marks no documents (-DOCSTART-, `# id`, `# newdoc`,
    /// "Question_ID" header lines do): 0 puts the whole file into one.
    int sentencesPerDocument = 1;
    int tagColumn = kTagColumnAuto;
};

/// One sentence as the file has it: first column words, tag column tags. Without words only where a
/// document with a `# text` line has none.
struct ConllSentence {
    std::vector<std::string> words;
    std::vector<std::string> tags;
    std::string id;                   ///< from a `# id` line, or empty
    std::optional<std::string> text;  ///< the document's, from our own `# text` line
    bool startsDocument = false;
    std::int64_t line = 0;        ///< of its first word, from 1
    std::int64_t emptyWords = 0;  ///< lines with a tag and no word, left out
};

/// Streams the sentences of CoNLL-2003 and its kin: columns parted by tabs or, in lines without a
/// tab, by runs of spaces; blank lines between sentences; `#` comment lines (a `#` line with a
/// valid tag column is a word). LF or CRLF, BOM dropped. A word line without a tag, a tag that is
/// not "O" or "<prefix>-<type>", or invalid UTF-8 is InvalidFormat/InvalidText with `where:line`.
/// Lines are handed out as they are read: constant memory.
[[nodiscard]] Result<void> readConllSentences(
    std::istream& in, std::string_view where,
    const std::function<Result<void>(ConllSentence&&)>& sink, int tagColumn = kTagColumnAuto);

/// The file as documents: words joined by one space, sentences by "\n" (a blank line between two
/// sentences in the file becomes the line break in the text), with the file's own words kept in
/// `Document::presplit`. A document with our own `# text` line has that text instead. Reads once,
/// in memory for one document; without an id a document is named after the file with a number.
[[nodiscard]] Result<ConllInfo> readConll(std::istream& in, std::string_view where,
                                          const ConllReadOptions& options,
                                          const std::function<Result<void>(Record&&)>& sink);

/// The file as gold sentences for training and evaluation, spans from the detected scheme.
struct GoldSentences {
    std::vector<LabelledSentence> sentences;
    std::vector<std::vector<std::string>> tags;  ///< as read
    ConllInfo info;
};
[[nodiscard]] Result<GoldSentences> readGoldConll(std::istream& in, std::string_view where,
                                                  int tagColumn = kTagColumnAuto);

struct ConllWriteOptions {
    TagScheme scheme = TagScheme::Iob2;
    /// `# id` and `# text` lines (JSON strings) before each document: with them name, text and
    /// exact offsets come back.
    bool comments = false;
};

/// What a format could not carry.
struct ExportReport {
    std::int64_t documents = 0;
    std::int64_t spans = 0;
    std::int64_t droppedOverlaps = 0;  ///< nested or overlapping spans
    std::int64_t widened = 0;          ///< spans that began or ended inside a word
    std::int64_t renamedTypes = 0;     ///< types whose white space became "_"
    std::int64_t changedWords = 0;     ///< words whose inner white space became "_"
};

/// CoNLL-2003: "word POS chunk tag", parted by one space, "-X-" and "_" where POS and chunk are
/// unknown, a blank line after each sentence, "-DOCSTART- -X- O O" before each document.
class ConllWriter {
public:
    ConllWriter(std::ostream& out, ConllWriteOptions options) : m_out(out), m_options(options) {}
    void write(const Record& record);
    /// One sentence without document borders, as `predict --format conll` streams it.
    void writeSentence(const std::vector<std::string>& words, const std::vector<WordSpan>& spans);
    [[nodiscard]] const ExportReport& report() const { return m_report; }

private:
    std::ostream& m_out;
    ConllWriteOptions m_options;
    ExportReport m_report;
    std::set<std::string> m_renamed;
};

}  // namespace spanwise
