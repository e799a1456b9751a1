#include "ui/document_view/text_blocks.h"

#include <QStringDecoder>
#include <QTextBoundaryFinder>
#include <algorithm>
#include <bit>

namespace spanwise::ui {

namespace {

bool isTerminator(char16_t c) {
    return c == u'\n' || c == u'\r' || c == u'\v' || c == u'\f' || c == 0x85 || c == 0x2028 ||
           c == 0x2029;
}

bool isWide(char16_t c) {
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           QChar::isHighSurrogate(c);
}

/// Marks that a selection sheds at its edges. Not those that carry meaning of their own, like the
/// per cent sign.
bool isMark(QStringView word) {
    constexpr QStringView kMeaningful = u"%‰‱#@&*§†‡/\\°";
    return std::all_of(word.begin(), word.end(), [&](QChar c) {
        return (c.isPunct() && !kMeaningful.contains(c)) || c.isSpace();
    });
}

}  // namespace

TextBlocks::TextBlocks(std::shared_ptr<const Document> document)
    : m_document(std::move(document)), m_map(m_document->text) {
    // A U+FEFF that the text begins with is text: fromUtf8 would swallow it.
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    m_text = decoder(
        QByteArrayView(m_document->text.data(), static_cast<qsizetype>(m_document->text.size())));
    for (const auto& sentence : m_document->presplit) {
        m_presplit.insert(m_presplit.end(), sentence.words.begin(), sentence.words.end());
    }
    cut();
}

void TextBlocks::cut() {
    const auto* data = reinterpret_cast<const char16_t*>(m_text.utf16());
    const Unit size = length();
    Unit begin = 0;
    for (Unit i = 0; i < size; ++i) {
        if (!isTerminator(data[i])) {
            continue;
        }
        const Unit next = data[i] == u'\r' && i + 1 < size && data[i + 1] == u'\n' ? i + 2 : i + 1;
        cutLine(begin, i, next);
        begin = next;
        i = next - 1;
    }
    cutLine(begin, size, size);
}

void TextBlocks::cutLine(Unit begin, Unit end, Unit next) {
    const auto* data = reinterpret_cast<const char16_t*>(m_text.utf16());
    do {
        const bool whole = end - begin <= kLongestBlock;
        Block block;
        block.begin = begin;
        block.end = whole ? end : chunkEnd(begin, end);
        block.next = whole ? next : block.end;
        for (Unit i = block.begin; i < block.end; ++i) {
            block.wide += isWide(data[i]) ? 1 : 0;
        }
        block.narrow = block.end - block.begin - block.wide;
        m_blocks.push_back(block);
        begin = block.next;
    } while (begin < end);
}

/// Where to cut a line that is too long: best after a sentence, else after a space, else at a
/// possible line break, else between graphemes.
Unit TextBlocks::chunkEnd(Unit begin, Unit end) const {
    const Unit limit = std::min(end, begin + kLongestBlock);
    const QStringView view = QStringView(m_text).mid(begin, limit - begin);
    const auto size = static_cast<Unit>(view.size());
    Unit space = 0;
    for (Unit i = size; i > size / 2; --i) {
        if (view[i - 1] != u' ') {
            continue;
        }
        if (space == 0) {
            space = i;
        }
        const QChar before = view[i - 2];
        if (i > size * 3 / 4 && (before == u'.' || before == u'?' || before == u'!')) {
            return begin + i;
        }
    }
    if (space > 0) {
        return begin + space;
    }
    constexpr Unit kWindow = 512;
    const Unit from = std::max(begin, limit - kWindow);
    // A look past the limit, so that its own end is not taken for a boundary.
    const QStringView window =
        QStringView(m_text).mid(from, std::min<Unit>(limit + 64, end) - from);
    for (const auto type : {QTextBoundaryFinder::Line, QTextBoundaryFinder::Grapheme}) {
        QTextBoundaryFinder finder(type, window.data(), window.size());
        finder.setPosition(limit - from);
        const Unit found =
            finder.isAtBoundary() ? limit - from : static_cast<Unit>(finder.toPreviousBoundary());
        if (found > 0) {
            return from + found;
        }
    }
    return limit;
}

int TextBlocks::blockAt(Unit unit) const {
    const auto after = std::upper_bound(m_blocks.begin(), m_blocks.end(), unit,
                                        [](Unit u, const Block& b) { return u < b.begin; });
    return std::max(0, static_cast<int>(after - m_blocks.begin()) - 1);
}

const std::vector<Word>& TextBlocks::words(int index) const {
    const auto known = m_words.find(index);
    if (known != m_words.end()) {
        return known->second;
    }
    constexpr size_t kKept = 512;
    if (m_words.size() >= kKept) {
        m_words.clear();
    }
    const Block& block = at(index);
    std::vector<Word> words;
    const auto add = [&](Range range) {
        Word word{toUnit(range.begin), toUnit(range.end), false};
        word.mark = isMark(QStringView(m_text).mid(word.begin, word.end - word.begin));
        words.push_back(word);
    };
    if (block.end > block.begin) {
        const Offset from = toOffset(block.begin);
        const Offset to = toOffset(block.end);
        if (m_presplit.empty()) {
            const auto firstByte = static_cast<size_t>(m_map.toByte(from));
            const auto lastByte = static_cast<size_t>(m_map.toByte(to));
            const std::string_view bytes(m_document->text);
            for (const Range& range : splitWords(bytes.substr(firstByte, lastByte - firstByte))) {
                add({range.begin + from, range.end + from});
            }
        } else {
            auto word = std::lower_bound(m_presplit.begin(), m_presplit.end(), from,
                                         [](const Range& r, Offset o) { return r.begin < o; });
            for (; word != m_presplit.end() && word->begin < to; ++word) {
                add(*word);
            }
        }
    }
    return m_words.emplace(index, std::move(words)).first->second;
}

std::optional<Word> TextBlocks::firstWordEndingAfter(Unit unit, bool marksToo) const {
    for (int block = blockAt(std::clamp(unit, 0, length())); block < count(); ++block) {
        for (const Word& word : words(block)) {
            if (word.end > unit && (marksToo || !word.mark)) {
                return word;
            }
        }
    }
    return std::nullopt;
}

std::optional<Word> TextBlocks::lastWordBeginningBefore(Unit unit, bool marksToo) const {
    for (int block = blockAt(std::clamp(unit, 0, length())); block >= 0; --block) {
        const auto& list = words(block);
        for (auto word = list.rbegin(); word != list.rend(); ++word) {
            if (word->begin < unit && (marksToo || !word->mark)) {
                return *word;
            }
        }
    }
    return std::nullopt;
}

std::pair<Unit, Unit> TextBlocks::trimmed(Unit begin, Unit end) const {
    const auto isPartOfNames = [](QChar c) { return QStringView(u"%‰#@&*/\\_§¶°").contains(c); };
    const auto isMark = [&](QChar c) { return c.isPunct() && !isPartOfNames(c); };
    const auto opens = [](QChar c) {
        return c.category() == QChar::Punctuation_Open ||
               c.category() == QChar::Punctuation_InitialQuote;
    };
    const auto closes = [](QChar c) {
        return c.category() == QChar::Punctuation_Close ||
               c.category() == QChar::Punctuation_FinalQuote;
    };
    Unit from = begin;
    Unit to = end;
    for (bool changed = true; changed && from < to;) {
        changed = false;
        const QChar first = m_text[from];
        const QChar last = m_text[to - 1];
        const auto inside = QStringView(m_text).mid(from, to - from);
        const auto count = [&](auto test) {
            return std::count_if(inside.begin(), inside.end(), test);
        };
        const bool isBalanced = count(opens) == count(closes);
        // "(a)" is all in brackets, "(a) and (b)" is not.
        qsizetype partner = -1;
        int depth = 0;
        for (qsizetype at = 0; opens(first) && at < inside.size() && partner < 0; ++at) {
            depth += opens(inside[at]) ? 1 : closes(inside[at]) ? -1 : 0;
            partner = depth == 0 ? at : -1;
        }
        const bool isEnclosed =
            inside.size() > 1 && (partner == inside.size() - 1 ||
                                  (first == last && isMark(first) && inside.count(first) == 2));
        const bool keepsOpening = opens(first) && isBalanced && !isEnclosed;
        const bool keepsClosing = closes(last) && isBalanced && !isEnclosed;
        const auto word = inside.mid(inside.lastIndexOf(u' ') + 1);
        const bool isAbbreviation = last == u'.' && word.count(u'.') > 1;
        if (first.isSpace() || (isMark(first) && !keepsOpening)) {
            ++from;
            changed = true;
        }
        if (to - 1 > from || !changed) {
            if (last.isSpace() || (isMark(last) && !keepsClosing && !isAbbreviation)) {
                --to;
                changed = true;
            }
        }
    }
    return from < to ? std::pair(from, to) : std::pair(begin, end);
}

Unit TextBlocks::nextGrapheme(Unit unit) const {
    if (unit >= length()) {
        return length();
    }
    const Block& block = at(blockAt(unit));
    if (unit >= block.end) {
        return block.next;
    }
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, m_text.constData() + block.begin,
                               block.end - block.begin);
    finder.setPosition(unit - block.begin);
    const auto found = finder.toNextBoundary();
    return found < 0 ? block.end : block.begin + static_cast<Unit>(found);
}

Unit TextBlocks::previousGrapheme(Unit unit) const {
    if (unit <= 0) {
        return 0;
    }
    int index = blockAt(unit);
    if (at(index).begin == unit) {
        --index;
    }
    const Block& block = at(index);
    if (unit > block.end || (unit == block.next && block.endsLine())) {
        return block.end;
    }
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, m_text.constData() + block.begin,
                               block.end - block.begin);
    finder.setPosition(unit - block.begin);
    const auto found = finder.toPreviousBoundary();
    return found < 0 ? block.begin : block.begin + static_cast<Unit>(found);
}

void Heights::reset(const std::vector<int>& heights) {
    m_heights = heights;
    m_tree.assign(heights.size() + 1, 0);
    m_total = 0;
    for (size_t i = 0; i < heights.size(); ++i) {
        m_total += heights[i];
        m_tree[i + 1] += heights[i];
        const size_t parent = (i + 1) + ((i + 1) & (~(i + 1) + 1));
        if (parent < m_tree.size()) {
            m_tree[parent] += m_tree[i + 1];
        }
    }
}

void Heights::set(int index, int height) {
    const int change = height - at(index);
    if (change == 0) {
        return;
    }
    m_heights[static_cast<size_t>(index)] = height;
    m_total += change;
    for (size_t i = static_cast<size_t>(index) + 1; i < m_tree.size(); i += i & (~i + 1)) {
        m_tree[i] += change;
    }
}

qint64 Heights::top(int index) const {
    qint64 sum = 0;
    for (auto i = static_cast<size_t>(index); i > 0; i -= i & (~i + 1)) {
        sum += m_tree[i];
    }
    return sum;
}

int Heights::indexAt(qint64 y) const {
    if (m_heights.empty()) {
        return -1;
    }
    size_t position = 0;
    for (size_t step = std::bit_floor(m_tree.size() - 1); step > 0; step /= 2) {
        if (position + step < m_tree.size() && m_tree[position + step] <= y) {
            position += step;
            y -= m_tree[position];
        }
    }
    return static_cast<int>(std::min(position, m_heights.size() - 1));
}

}  // namespace spanwise::ui
