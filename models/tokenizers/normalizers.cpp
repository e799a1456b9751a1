#include "models/tokenizers/normalizers.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>

#include <algorithm>
#include <bitset>

#include "models/tokenizers/bert_characters.h"
#include "models/tokenizers/pipeline_characters.h"
#include "models/tokenizers/regex.h"

namespace spanwise::tokenizing {
namespace {

bool has(char32_t c, int classes) {
    return (bert::classesOf(c) & classes) != 0;
}

void lowercaseAll(Characters& text) {
    bool expands = false;
    for (Characters::Item& item : text.items) {
        if (item.code < 0x80)
            item.code += item.code >= 'A' && item.code <= 'Z' ? 0x20 : 0;
        else if (item.code == 0x130)
            expands = true;
        else
            item.code = bert::lowerCase(item.code);
    }
    if (!expands)
        return;
    text.spares.clear();
    for (const Characters::Item& item : text.items) {
        text.spares.push_back({item.code == 0x130 ? U'i' : item.code, item.source});
        if (item.code == 0x130)
            text.spares.push_back({0x307, item.source});
    }
    text.items.swap(text.spares);
}

void stripMarks(Characters& text) {
    std::erase_if(text.items,
                  [](const Characters::Item& item) { return has(item.code, bert::kMark); });
}

/// What ICU knows of compatibility decompositions and compositions, held to Unicode 9.
struct IcuTables {
    const icu::Normalizer2* nfc = nullptr;
    const icu::Normalizer2* nfkc = nullptr;
    icu::UnicodeSet known;

    IcuTables() {
        UErrorCode status = U_ZERO_ERROR;
        nfc = icu::Normalizer2::getNFCInstance(status);
        nfkc = icu::Normalizer2::getNFKCInstance(status);
        known.applyPattern(u"[:age=9.0:]", status);
        known.freeze();
    }
    static const IcuTables& get() {
        static const IcuTables kTables;
        return kTables;
    }
    [[nodiscard]] char32_t compose(char32_t a, char32_t b) const {
        const UChar32 c = nfc->composePair(static_cast<UChar32>(a), static_cast<UChar32>(b));
        return c >= 0 && known.contains(c) ? static_cast<char32_t>(c) : 0;
    }
};

class UnicodeNormalizer : public Normalizer {
public:
    explicit UnicodeNormalizer(UnicodeForm form)
        : m_compatibility(form == UnicodeForm::Nfkc || form == UnicodeForm::Nfkd),
          m_composes(form == UnicodeForm::Nfc || form == UnicodeForm::Nfkc) {}

    void apply(Characters& text) const override {
        // Below these, nothing changes in the form.
        const char32_t inert = m_composes && !m_compatibility ? 0x300
                               : m_compatibility              ? 0x80
                                                              : 0xc0;
        if (std::all_of(text.items.begin(), text.items.end(),
                        [&](const Characters::Item& item) { return item.code < inert; }))
            return;
        std::vector<Characters::Edit>& edits = text.edits;
        edits.clear();
        std::size_t run = 0;  // where the present sequence of combining characters begins
        icu::UnicodeString icuParts;
        for (const Characters::Item& item : text.items) {
            char32_t buffer[4];
            if (m_compatibility && item.code >= 0x80 &&
                IcuTables::get().known.contains(static_cast<UChar32>(item.code)) &&
                IcuTables::get().nfkc->getDecomposition(static_cast<UChar32>(item.code),
                                                        icuParts)) {
                for (std::int32_t i = 0; i < icuParts.length(); i = icuParts.moveIndex32(i, 1))
                    order(edits, run, {static_cast<char32_t>(icuParts.char32At(i)), i > 0 ? 1 : 0});
            } else if (has(item.code, bert::kDecomposes)) {
                const auto parts = bert::decompose(item.code, buffer);
                for (std::size_t i = 0; i < parts.size(); ++i)
                    order(edits, run, {parts[i], i > 0 ? 1 : 0});
            } else {
                order(edits, run, {item.code, 0});
            }
        }
        if (m_composes)
            compose(edits);
        text.apply(edits);
    }

private:
    /// Canonical order (Unicode, section 3.11).
    static void order(std::vector<Characters::Edit>& edits, std::size_t& run,
                      Characters::Edit edit) {
        if (!has(edit.code, bert::kCombines)) {
            edits.push_back(edit);
            run = edits.size();
            return;
        }
        const auto klass = bert::combiningClass(edit.code);
        std::size_t at = edits.size();
        while (at > run && bert::combiningClass(edits[at - 1].code) > klass)
            --at;
        edits.insert(edits.begin() + static_cast<std::ptrdiff_t>(at), edit);
    }

    /// Canonical composition in place. A composite takes its parts' changes together, less one for
    /// each part that is gone.
    static void compose(std::vector<Characters::Edit>& edits) {
        std::size_t written = 0;
        std::ptrdiff_t starter = -1;
        int lastClass = -1;  // of what stands between the starter and here; -1: nothing
        for (std::size_t i = 0; i < edits.size(); ++i) {
            const Characters::Edit edit = edits[i];
            const int klass = has(edit.code, bert::kCombines) ? bert::combiningClass(edit.code) : 0;
            if (starter >= 0 && edit.code >= 0x300 && lastClass < klass + (lastClass < 0 ? 1 : 0)) {
                Characters::Edit& to = edits[static_cast<std::size_t>(starter)];
                if (const char32_t made = IcuTables::get().compose(to.code, edit.code); made != 0) {
                    to = {made, to.change + edit.change - 1};
                    continue;
                }
            }
            if (klass == 0) {
                starter = static_cast<std::ptrdiff_t>(written);
                lastClass = -1;
            } else if (starter >= 0) {
                lastClass = klass;
            }
            edits[written++] = edit;
        }
        edits.resize(written);
    }

    bool m_compatibility, m_composes;
};

class BertNormalizer : public Normalizer {
public:
    explicit BertNormalizer(BertNormalizerSettings settings) : m_settings(settings) {}

    void apply(Characters& text) const override {
        if (m_settings.cleanText) {
            std::erase_if(text.items, [](const Characters::Item& item) {
                return has(item.code, bert::kRemoved);
            });
            for (Characters::Item& item : text.items)
                item.code = has(item.code, bert::kToSpace) ? U' ' : item.code;
        }
        if (m_settings.spaceChineseCharacters) {
            const auto isChinese = [](const Characters::Item& item) {
                return has(item.code, bert::kChinese);
            };
            if (std::any_of(text.items.begin(), text.items.end(), isChinese)) {
                text.spares.clear();
                for (const Characters::Item& item : text.items) {
                    const bool spaced = isChinese(item);
                    if (spaced)
                        text.spares.push_back({U' ', item.source});
                    text.spares.push_back(item);
                    if (spaced)
                        text.spares.push_back({U' ', item.source});
                }
                text.items.swap(text.spares);
            }
        }
        if (m_settings.stripAccents) {
            UnicodeNormalizer(UnicodeForm::Nfd).apply(text);
            stripMarks(text);
        }
        if (m_settings.lowercase)
            lowercaseAll(text);
    }

private:
    BertNormalizerSettings m_settings;
};

class Lowercase : public Normalizer {
public:
    void apply(Characters& text) const override { lowercaseAll(text); }
};

class StripAccents : public Normalizer {
public:
    void apply(Characters& text) const override {
        std::erase_if(text.items, [](const Characters::Item& item) {
            return (characterKinds()[item.code] & kAnyMark) != 0;
        });
    }
};

class Strip : public Normalizer {
public:
    Strip(bool left, bool right) : m_left(left), m_right(right) {}
    void apply(Characters& text) const override {
        const auto isText = [](const Characters::Item& item) {
            return !has(item.code, bert::kSpace);
        };
        if (m_right)
            text.items.erase(std::find_if(text.items.rbegin(), text.items.rend(), isText).base(),
                             text.items.end());
        if (m_left)
            text.items.erase(text.items.begin(),
                             std::find_if(text.items.begin(), text.items.end(), isText));
    }

private:
    bool m_left, m_right;
};

std::u32string decoded(std::string_view utf8) {
    std::u32string out;
    for (std::size_t at = 0; at < utf8.size();)
        out.push_back(nextCharacter(utf8, at));
    return out;
}

class Prepend : public Normalizer {
public:
    explicit Prepend(std::string_view text) : m_text(decoded(text)) {}
    void apply(Characters& text) const override {
        if (text.items.empty())
            return;
        text.spares.clear();
        for (const char32_t c : m_text)
            text.spares.push_back({c, text.items.front().source});
        text.items.insert(text.items.begin(), text.spares.begin(), text.spares.end());
    }

private:
    std::u32string m_text;
};

/// What takes the place of matches has the source of their last character.
class Replace : public Normalizer {
public:
    Replace(std::string_view pattern, std::string_view content, std::unique_ptr<const Regex> regex)
        : m_pattern(decoded(pattern)), m_content(decoded(content)), m_regex(std::move(regex)) {
        m_isSpaceRun = m_regex && pattern == " {2,}";
    }
    void apply(Characters& text) const override {
        const auto& items = text.items;
        auto& out = text.spares;
        out.clear();
        const auto replaceBy = [&](std::size_t begin, std::size_t end) {
            const Source source = end > begin ? items[end - 1].source
                                  : begin > 0 ? items[begin - 1].source
                                              : Source{text.start, text.start};
            for (const char32_t c : m_content)
                out.push_back({c, source});
        };
        if (m_isSpaceRun) {
            for (std::size_t i = 0; i < items.size();) {
                std::size_t end = i;
                while (end < items.size() && items[end].code == U' ')
                    ++end;
                if (end - i >= 2) {
                    replaceBy(i, end);
                    i = end;
                } else {
                    out.push_back(items[i++]);
                }
            }
        } else if (m_regex) {
            std::string bytes;
            std::vector<std::size_t> index;  // of the item, per byte
            for (std::size_t i = 0; i < items.size(); ++i) {
                appendCharacter(items[i].code, bytes);
                index.resize(bytes.size(), i);
            }
            index.push_back(items.size());
            std::vector<Regex::Match> matches;
            m_regex->find(bytes, matches);
            std::size_t at = 0;
            for (const Regex::Match match : matches) {
                const std::size_t begin = index[match.begin], end = index[match.end];
                out.insert(out.end(), items.begin() + static_cast<std::ptrdiff_t>(at),
                           items.begin() + static_cast<std::ptrdiff_t>(begin));
                replaceBy(begin, end);
                at = end;
            }
            out.insert(out.end(), items.begin() + static_cast<std::ptrdiff_t>(at), items.end());
        } else {
            for (std::size_t i = 0; i < items.size();) {
                std::size_t length = 0;
                while (length < m_pattern.size() && i + length < items.size() &&
                       items[i + length].code == m_pattern[length])
                    ++length;
                if (length == m_pattern.size() && length > 0) {
                    replaceBy(i, i + length);
                    i += length;
                } else {
                    out.push_back(items[i++]);
                }
            }
        }
        text.items.swap(out);
    }

private:
    std::u32string m_pattern, m_content;
    std::unique_ptr<const Regex> m_regex;
    bool m_isSpaceRun = false;
};

class Nmt : public Normalizer {
public:
    void apply(Characters& text) const override {
        std::erase_if(text.items, [](const Characters::Item& item) {
            const char32_t c = item.code;
            return (c >= 1 && c <= 8) || c == 0xb || (c >= 0xe && c <= 0x1f) || c == 0x7f ||
                   c == 0x8f || c == 0x9f;
        });
        for (Characters::Item& item : text.items) {
            const char32_t c = item.code;
            if (c == 9 || c == 0xa || c == 0xc || c == 0xd || c == 0x1680 ||
                (c >= 0x200b && c <= 0x200f) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
                c == 0xfeff || c == 0xfffd)
                item.code = U' ';
        }
    }
};

/// Where extended grapheme clusters end (Unicode, UAX 29), as far as clusters of up to five bytes
/// need it.
class Graphemes {
public:
    explicit Graphemes(const std::vector<Characters::Item>& items) : m_items(items) {}

    /// The end of the cluster that begins at `begin`.
    [[nodiscard]] std::size_t end(std::size_t begin) const {
        const std::size_t size = m_items.size();
        if (begin + 1 >= size)
            return size;
        const char32_t first = m_items[begin].code, second = m_items[begin + 1].code;
        if (first < 0x80 && second < 0x80)
            return begin + (first == '\r' && second == '\n' ? 2 : 1);
        int left = kind(first);
        if (isControl(left))
            return begin + 1;
        int regional = left == U_GCB_REGIONAL_INDICATOR ? 1 : 0;
        int pictograph = isPictograph(first) ? 1 : 0;  // 2: a joiner follows it
        std::size_t at = begin + 1;
        for (; at < size; ++at) {
            const int right = kind(m_items[at].code);
            const bool extends = right == U_GCB_EXTEND || right == U_GCB_ZWJ;
            const bool joined = !isControl(right) &&
                                (extends || right == U_GCB_SPACING_MARK || left == U_GCB_PREPEND ||
                                 (left == U_GCB_L && (right == U_GCB_L || right == U_GCB_V ||
                                                      right == U_GCB_LV || right == U_GCB_LVT)) ||
                                 ((left == U_GCB_LV || left == U_GCB_V) &&
                                  (right == U_GCB_V || right == U_GCB_T)) ||
                                 ((left == U_GCB_LVT || left == U_GCB_T) && right == U_GCB_T) ||
                                 (pictograph == 2 && isPictograph(m_items[at].code)) ||
                                 (regional % 2 == 1 && right == U_GCB_REGIONAL_INDICATOR &&
                                  left == U_GCB_REGIONAL_INDICATOR));
            if (!joined)
                break;
            regional += right == U_GCB_REGIONAL_INDICATOR ? 1 : 0;
            if (isPictograph(m_items[at].code))
                pictograph = 1;
            else if (pictograph > 0 && right == U_GCB_ZWJ)
                pictograph = 2;
            else if (right != U_GCB_EXTEND)
                pictograph = 0;
            left = right;
        }
        return at;
    }

private:
    static int kind(char32_t c) {
        return u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_GRAPHEME_CLUSTER_BREAK);
    }
    static bool isControl(int kind) {
        return kind == U_GCB_CONTROL || kind == U_GCB_CR || kind == U_GCB_LF;
    }
    static bool isPictograph(char32_t c) {
        return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EXTENDED_PICTOGRAPHIC);
    }
    const std::vector<Characters::Item>& m_items;
};

class Precompiled : public Normalizer {
public:
    Precompiled(std::vector<std::uint32_t> units, std::string texts)
        : m_units(std::move(units)), m_texts(std::move(texts)) {
        for (std::size_t c = 0; c < m_changesAscii.size(); ++c) {
            const char byte = static_cast<char>(c);
            m_changesAscii[c] = find({&byte, 1}) >= 0;
        }
    }

    void apply(Characters& text) const override {
        const auto& items = text.items;
        const bool plain =
            std::all_of(items.begin(), items.end(), [&](const Characters::Item& item) {
                return item.code < 0x80 && !m_changesAscii[item.code];
            });
        if (plain)
            return;
        const Graphemes graphemes(items);
        auto& edits = text.edits;
        edits.clear();
        bool changed = false;
        std::string bytes;
        for (std::size_t i = 0; i < items.size();) {
            const bool asciiNext = i + 1 == items.size() || items[i + 1].code < 0x80;
            if (items[i].code < 0x80 && asciiNext && !m_changesAscii[items[i].code]) {
                edits.push_back({items[i++].code, 0});
                continue;
            }
            const std::size_t end = graphemes.end(i);
            bytes.clear();
            for (std::size_t j = i; j < end && bytes.size() < 6; ++j)
                appendCharacter(items[j].code, bytes);
            if (bytes.size() < 6) {
                if (const std::int64_t at = find(bytes); at >= 0) {
                    replace(edits, end - i, at);
                    changed = true;
                    i = end;
                    continue;
                }
            }
            for (; i < end; ++i) {
                bytes.clear();
                appendCharacter(items[i].code, bytes);
                if (const std::int64_t at = find(bytes); at >= 0) {
                    replace(edits, 1, at);
                    changed = true;
                } else {
                    edits.push_back({items[i].code, 0});
                }
            }
        }
        if (changed)
            text.apply(edits);
    }

private:
    /// Where in m_texts the shortest key that `bytes` begins with points, or -1. (The library takes
    /// the shortest one for the whole cluster.)
    [[nodiscard]] std::int64_t find(std::string_view bytes) const {
        const auto offset = [](std::uint32_t unit) {
            return static_cast<std::size_t>(unit >> 10) << ((unit & (1U << 9)) >> 6);
        };
        std::size_t node = offset(m_units[0]);
        for (const char c : bytes) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte == 0)
                return -1;
            node ^= byte;
            if (node >= m_units.size())
                return -1;
            const std::uint32_t unit = m_units[node];
            if ((unit & (1U << 31 | 0xff)) != byte)
                return -1;
            node ^= offset(unit);
            if (node >= m_units.size())
                return -1;
            if ((unit >> 8 & 1) != 0) {
                const std::uint32_t value = m_units[node] & ~(1U << 31);
                return value < m_texts.size() ? static_cast<std::int64_t>(value) : -1;
            }
        }
        return -1;
    }

    void replace(std::vector<Characters::Edit>& edits, std::size_t count, std::int64_t at) const {
        const char* begin = m_texts.data() + at;
        const std::string_view with(begin, std::char_traits<char>::length(begin));
        const std::size_t before = edits.size();
        for (std::size_t i = 0; i < with.size();)
            edits.push_back({nextCharacter(with, i), 0});
        const std::size_t made = edits.size() - before;
        if (made > count) {
            for (std::size_t i = edits.size() - (made - count); i < edits.size(); ++i)
                edits[i].change = 1;
        } else if (made < count && !edits.empty()) {
            edits.back().change -= static_cast<std::int32_t>(count - made);
        }
    }

    std::vector<std::uint32_t> m_units;
    std::string m_texts;
    std::bitset<128> m_changesAscii;
};

}  // namespace

void Characters::apply(const std::vector<Edit>& made) {
    spares.clear();
    std::size_t at = 0;
    for (const Edit& edit : made) {
        if (edit.change > 0) {
            spares.push_back({edit.code, at == 0 ? Source{start, start} : items[at - 1].source});
            continue;
        }
        const Source source = at < items.size() ? items[at].source
                              : items.empty()   ? Source{start, start}
                                                : items.back().source;
        spares.push_back({edit.code, source});
        at = std::min(items.size(), at + 1 + static_cast<std::size_t>(-edit.change));
    }
    items.swap(spares);
}

std::unique_ptr<const Normalizer> makeBertNormalizer(BertNormalizerSettings settings) {
    return std::make_unique<BertNormalizer>(settings);
}
std::unique_ptr<const Normalizer> makeUnicodeNormalizer(UnicodeForm form) {
    return std::make_unique<UnicodeNormalizer>(form);
}
std::unique_ptr<const Normalizer> makeLowercase() {
    return std::make_unique<Lowercase>();
}
std::unique_ptr<const Normalizer> makeStripAccents() {
    return std::make_unique<StripAccents>();
}
std::unique_ptr<const Normalizer> makeStrip(bool left, bool right) {
    return std::make_unique<Strip>(left, right);
}
std::unique_ptr<const Normalizer> makePrepend(std::string_view text) {
    return std::make_unique<Prepend>(text);
}
std::unique_ptr<const Normalizer> makeReplace(std::string_view pattern, std::string_view content) {
    return std::make_unique<Replace>(pattern, content, nullptr);
}
std::unique_ptr<const Normalizer> makeRegexReplace(std::string_view pattern,
                                                   std::string_view content) {
    auto regex = Regex::compile(pattern);
    return regex ? std::make_unique<Replace>(pattern, content, std::move(regex)) : nullptr;
}
std::unique_ptr<const Normalizer> makeNmt() {
    return std::make_unique<Nmt>();
}

tl::expected<std::unique_ptr<const Normalizer>, std::string> makePrecompiled(
    std::string_view charsmap) {
    const auto word = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(charsmap[at + i]))
                     << (8 * i);
        return value;
    };
    if (charsmap.size() < 8)
        return tl::unexpected<std::string>("only " + std::to_string(charsmap.size()) +
                                           " bytes, where at least 8 are needed");
    const std::size_t size = word(0);
    if (size < 4 || size % 4 != 0 || size > charsmap.size() - 4)
        return tl::unexpected<std::string>("a trie of " + std::to_string(size) + " bytes, where " +
                                           std::to_string(charsmap.size() - 4) + " follow");
    std::vector<std::uint32_t> units(size / 4);
    for (std::size_t i = 0; i < units.size(); ++i)
        units[i] = word(4 + 4 * i);
    return std::make_unique<Precompiled>(std::move(units), std::string(charsmap.substr(4 + size)));
}

}  // namespace spanwise::tokenizing
