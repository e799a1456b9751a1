#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/annotation/document.h"
#include "core/text/offset_map.h"

namespace spanwise::ui {

/// Below, a "unit" is a UTF-16 code unit of the document, from its start.
using Unit = int;

/// A line of the text, or a piece of a very long one. `[begin, end)` is its text, `[end, next)` its
/// line terminator (CR, LF, CRLF, VT, FF, NEL, U+2028, U+2029), empty after a piece.
struct Block {
    Unit begin = 0;
    Unit end = 0;
    Unit next = 0;
    int narrow = 0;  ///< characters of ordinary width, for estimating the height
    int wide = 0;    ///< characters about one em wide (CJK, emoji)

    [[nodiscard]] bool endsLine() const { return next > end; }
};

/// A word in units. Marks alone ("," or "(") are words too, but word-wise selection skips them.
struct Word {
    Unit begin = 0;
    Unit end = 0;
    bool mark = false;
};

/// A document's text in UTF-16, cut into blocks, with its words (found when asked for). The text is
/// decoded once and never changed.
class TextBlocks {
public:
    static constexpr int kLongestBlock = 3000;  ///< units

    explicit TextBlocks(std::shared_ptr<const Document> document);

    [[nodiscard]] const QString& text() const { return m_text; }
    [[nodiscard]] Unit length() const { return static_cast<Unit>(m_text.size()); }
    [[nodiscard]] Offset toOffset(Unit unit) const { return m_map.fromUtf16(unit); }
    [[nodiscard]] Unit toUnit(Offset offset) const {
        return static_cast<Unit>(m_map.toUtf16(offset));
    }

    [[nodiscard]] int count() const { return static_cast<int>(m_blocks.size()); }
    [[nodiscard]] const Block& at(int block) const { return m_blocks[static_cast<size_t>(block)]; }
    /// The block that holds a unit; the last one for the end of the text.
    [[nodiscard]] int blockAt(Unit unit) const;

    [[nodiscard]] const std::vector<Word>& words(int block) const;
    /// The first word that ends after / the last that begins before `unit`, if any.
    [[nodiscard]] std::optional<Word> firstWordEndingAfter(Unit unit, bool marksToo = false) const;
    [[nodiscard]] std::optional<Word> lastWordBeginningBefore(Unit unit,
                                                              bool marksToo = false) const;

    /// Grapheme boundaries: the next after, the last before `unit`. A line terminator is one step.
    [[nodiscard]] Unit nextGrapheme(Unit unit) const;
    [[nodiscard]] Unit previousGrapheme(Unit unit) const;

    /// A stretch without white space and marks at its edges. Kept: brackets and quotes whose
    /// partner is inside, the last full stop of "U.S.", and %, #, @, & and the like. The stretch as
    /// it is, if nothing would be left.
    [[nodiscard]] std::pair<Unit, Unit> trimmed(Unit begin, Unit end) const;

private:
    void cut();
    void cutLine(Unit begin, Unit end, Unit next);
    [[nodiscard]] Unit chunkEnd(Unit begin, Unit end) const;

    std::shared_ptr<const Document> m_document;
    QString m_text;
    OffsetMap m_map;
    std::vector<Block> m_blocks;
    std::vector<Range> m_presplit;  ///< the document's own words, in code points
    mutable std::unordered_map<int, std::vector<Word>> m_words;
};

/// Heights of blocks in pixels with prefix sums in O(log n) (a Fenwick tree).
class Heights {
public:
    void reset(const std::vector<int>& heights);
    void set(int index, int height);
    [[nodiscard]] int at(int index) const { return m_heights[static_cast<size_t>(index)]; }
    [[nodiscard]] qint64 top(int index) const;  ///< sum of all before
    [[nodiscard]] qint64 total() const { return m_total; }
    /// The block at a height from the top, clamped; -1 when there is none.
    [[nodiscard]] int indexAt(qint64 y) const;

private:
    std::vector<int> m_heights;
    std::vector<qint64> m_tree;
    qint64 m_total = 0;
};

}  // namespace spanwise::ui
