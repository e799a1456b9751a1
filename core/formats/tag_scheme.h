#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/annotation/labelled_sentence.h"

namespace spanwise {

/// How a column of tags marks spans. Iob1: B- only between adjacent spans of one type. Iob2: every
/// span starts with B-. Io: no B- at all. Bilou covers IOBES (E = L, S = U).
enum class TagScheme { Iob1, Iob2, Io, Bilou };
[[nodiscard]] std::string_view tagSchemeName(TagScheme scheme);

/// Is this "O" or "<prefix>-<type>" with a prefix of those schemes (B, I, L, U, E, S, M)?
[[nodiscard]] bool isTag(std::string_view tag);

/// Counts that tell the schemes apart; feed every sentence, then ask.
class TagSchemeDetector {
public:
    void add(const std::vector<std::string>& tags);
    [[nodiscard]] TagScheme detect() const;
    /// "IOB1: 8,323 spans start with I-, 3 with B- after a span of the same type".
    [[nodiscard]] std::string evidence() const;
    /// Tags that fit no scheme (an I- of another type inside Iob2, say).
    [[nodiscard]] std::int64_t irregular() const;

private:
    std::int64_t m_b = 0, m_i = 0, m_bilou = 0, m_iStarts = 0;
    std::int64_t m_bAfterSame = 0, m_bAfterOther = 0, m_irregular = 0;
};

/// Tags to spans over words, leniently: an I- that continues nothing starts a span. For Iob2 and
/// Bilou that repairs broken files, for Iob1 and Io it is the definition.
[[nodiscard]] std::vector<WordSpan> spansFromTags(const std::vector<std::string>& tags,
                                                  TagScheme scheme);
/// Spans (sorted, no overlap) to tags.
[[nodiscard]] std::vector<std::string> tagsFromSpans(const std::vector<WordSpan>& spans,
                                                     std::size_t words, TagScheme scheme);

}  // namespace spanwise
