#include "core/formats/tag_scheme.h"

#include <array>

namespace spanwise {
namespace {

struct Tag {
    char prefix = 'O';
    std::string_view type;
};

/// BILOU's and IOBES's letters become those of BILOU.
Tag parseTag(std::string_view tag) {
    if (tag.size() < 3 || tag[1] != '-')
        return {};
    switch (tag[0]) {
        case 'B':
        case 'I':
        case 'L':
        case 'U':
            return {tag[0], tag.substr(2)};
        case 'M':
            return {'I', tag.substr(2)};
        case 'E':
            return {'L', tag.substr(2)};
        case 'S':
            return {'U', tag.substr(2)};
        default:
            return {};
    }
}

std::string grouped(std::int64_t number) {
    const std::string digits = std::to_string(number);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0)
            out += ',';
        out += digits[i];
    }
    return out;
}

}  // namespace

std::string_view tagSchemeName(TagScheme scheme) {
    switch (scheme) {
        case TagScheme::Iob1:
            return "IOB1";
        case TagScheme::Iob2:
            return "IOB2";
        case TagScheme::Io:
            return "IO";
        case TagScheme::Bilou:
            return "BILOU";
    }
    return "IOB2";
}

bool isTag(std::string_view tag) {
    return tag == "O" || parseTag(tag).prefix != 'O';
}

void TagSchemeDetector::add(const std::vector<std::string>& tags) {
    Tag previous;
    bool open = false;  // a BILOU span that still needs its L-
    for (const std::string& text : tags) {
        const Tag tag = parseTag(text);
        const bool same = previous.prefix != 'O' && previous.type == tag.type;
        switch (tag.prefix) {
            case 'B':
                ++m_b;
                ++(same ? m_bAfterSame : m_bAfterOther);
                break;
            case 'I':
                ++m_i;
                m_iStarts += same ? 0 : 1;
                break;
            case 'L':
            case 'U':
                ++m_bilou;
                break;
            default:
                break;
        }
        const bool continues = tag.prefix == 'I' || tag.prefix == 'L';
        if (open != continues || (continues && !same))
            ++m_irregular;
        open = tag.prefix == 'B' || tag.prefix == 'I';
        previous = tag;
    }
    m_irregular += open ? 1 : 0;
}

TagScheme TagSchemeDetector::detect() const {
    if (m_bilou > 0)
        return TagScheme::Bilou;
    if (m_b == 0)
        return m_i > 0 ? TagScheme::Io : TagScheme::Iob2;
    return m_iStarts > m_bAfterOther ? TagScheme::Iob1 : TagScheme::Iob2;
}

std::string TagSchemeDetector::evidence() const {
    const TagScheme scheme = detect();
    std::string out = std::string(tagSchemeName(scheme)) + ": ";
    switch (scheme) {
        case TagScheme::Bilou:
            out += grouped(m_bilou) + " tags with L-, U-, E- or S-";
            break;
        case TagScheme::Io:
            out += grouped(m_iStarts) + " spans start with I-, none with B-";
            break;
        case TagScheme::Iob1:
            out += grouped(m_iStarts) + " spans start with I-, " + grouped(m_bAfterSame) +
                   " with B- after a span of the same type";
            break;
        case TagScheme::Iob2:
            out += m_b + m_i == 0 ? "no entity tags" : grouped(m_b) + " spans start with B-";
            break;
    }
    if (irregular() > 0)
        out += "; " + grouped(irregular()) + " irregular tags repaired";
    return out;
}

std::int64_t TagSchemeDetector::irregular() const {
    switch (detect()) {
        case TagScheme::Iob1:
            return m_bAfterOther;
        case TagScheme::Iob2:
            return m_iStarts;
        case TagScheme::Bilou:
            return m_irregular;
        case TagScheme::Io:
            break;
    }
    return 0;
}

std::vector<WordSpan> spansFromTags(const std::vector<std::string>& tags, TagScheme /*scheme*/) {
    std::vector<WordSpan> spans;
    bool open = false;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const Tag tag = parseTag(tags[i]);
        if (tag.prefix == 'O') {
            open = false;
            continue;
        }
        const int at = static_cast<int>(i);
        const bool continues =
            open && (tag.prefix == 'I' || tag.prefix == 'L') && spans.back().type == tag.type;
        if (continues)
            spans.back().end = at + 1;
        else
            spans.push_back({at, at + 1, std::string(tag.type)});
        open = tag.prefix == 'B' || tag.prefix == 'I';
    }
    return spans;
}

std::vector<std::string> tagsFromSpans(const std::vector<WordSpan>& spans, std::size_t words,
                                       TagScheme scheme) {
    std::vector<std::string> tags(words, "O");
    const WordSpan* previous = nullptr;
    for (const WordSpan& span : spans) {
        const bool adjacent =
            previous && previous->end == span.begin && previous->type == span.type;
        for (int i = span.begin; i < span.end && i < static_cast<int>(words); ++i) {
            const bool first = i == span.begin;
            const bool last = i + 1 == span.end;
            char prefix = 'I';
            switch (scheme) {
                case TagScheme::Iob1:
                    prefix = first && adjacent ? 'B' : 'I';
                    break;
                case TagScheme::Iob2:
                    prefix = first ? 'B' : 'I';
                    break;
                case TagScheme::Io:
                    break;
                case TagScheme::Bilou:
                    if (first)
                        prefix = last ? 'U' : 'B';
                    else if (last)
                        prefix = 'L';
                    break;
            }
            std::string& tag = tags[static_cast<std::size_t>(i)];
            tag = prefix;
            tag += '-';
            tag += span.type;
        }
        previous = &span;
    }
    return tags;
}

}  // namespace spanwise
