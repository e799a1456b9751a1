#include "models/pretraining/concept_names.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/formats/json_text.h"
#include "models/io/files.h"

namespace spanwise {
namespace {

bool isPlain(std::string_view text) {
    if (text.empty() || text.front() == ' ' || text.back() == ' ')
        return text.empty();
    char before = 0;
    return std::all_of(text.begin(), text.end(), [&](char c) {
        const bool good = c > 0x20 && c < 0x7F && (c < 'A' || c > 'Z');
        const bool single = c == ' ' && before != ' ';
        before = c;
        return good || single;
    });
}

std::string collapsed(const icu::UnicodeString& text) {
    icu::UnicodeString out;
    bool space = false;
    for (std::int32_t i = 0; i < text.length();) {
        const UChar32 c = text.char32At(i);
        i += U16_LENGTH(c);
        if (u_isUWhiteSpace(c) || u_iscntrl(c)) {
            space = !out.isEmpty();
            continue;
        }
        if (space)
            out.append(u' ');
        space = false;
        out.append(c);
    }
    std::string utf8;
    out.toUTF8String(utf8);
    return utf8;
}

icu::UnicodeString fromUtf8(std::string_view text) {
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

}  // namespace

std::string normalisedConcept(std::string_view name) {
    if (isPlain(name))
        return std::string(name);
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
    icu::UnicodeString text = fromUtf8(name);
    text.toLower(icu::Locale::getRoot());
    if (U_SUCCESS(status)) {
        icu::UnicodeString composed = nfc->normalize(text, status);
        if (U_SUCCESS(status))
            text = std::move(composed);
    }
    return collapsed(text);
}

std::string readableTypeName(std::string_view type) {
    // The tags of CoNLL-2003 and OntoNotes, which no encoder has read about.
    static const std::map<std::string, std::string, std::less<>> kUsual{
        {"PER", "person"},         {"PERS", "person"},
        {"LOC", "location"},       {"ORG", "organization"},
        {"MISC", "miscellaneous"}, {"GPE", "country or city"},
        {"FAC", "facility"},       {"NORP", "nationality, religion or political group"},
        {"EVT", "event"},          {"PROD", "product"},
        {"WOA", "work of art"},    {"WORK_OF_ART", "work of art"}};
    if (const auto found = kUsual.find(type); found != kUsual.end())
        return found->second;
    const icu::UnicodeString text = fromUtf8(type);
    icu::UnicodeString out;
    UChar32 before = 0;
    for (std::int32_t i = 0; i < text.length();) {
        const UChar32 c = text.char32At(i);
        i += U16_LENGTH(c);
        const UChar32 after = i < text.length() ? text.char32At(i) : 0;
        if (c == '_' || c == '-') {
            out.append(u' ');
        } else if (c == '/') {
            out.append(u" or ");
        } else {
            // "fooBar" and the last capital of "HTMLTag" begin a word.
            if (u_isupper(c) && (u_islower(before) || (u_isupper(before) && u_islower(after))))
                out.append(u' ');
            out.append(c);
        }
        before = c;
    }
    std::string utf8;
    out.toUTF8String(utf8);
    return normalisedConcept(utf8);
}

Result<TypeMap> TypeMap::load(const std::string& path) {
    const auto text = readWholeFile(path);
    if (!text)
        return tl::unexpected(text.error());
    return parse(*text, path);
}

Result<TypeMap> TypeMap::parse(std::string_view json, std::string_view where) {
    const auto bad = [&](std::string message) {
        return failure(ErrorCode::InvalidFormat,
                       std::move(message) +
                           R"( A map of type names is {"PER": {"name": "person", "description": )"
                           R"("…"}, "misc": null}.)",
                       std::string(where));
    };
    const auto object = isJsonShallow(json) ? nlohmann::json::parse(json, nullptr, false)
                                            : nlohmann::json(nlohmann::json::value_t::discarded);
    if (!object.is_object())
        return bad("This is no JSON object.");
    TypeMap map;
    for (const auto& [type, value] : object.items()) {
        std::optional<ConceptName> name;
        if (value.is_string()) {
            name = ConceptName{value.get<std::string>(), {}};
        } else if (value.is_object()) {
            const auto text = value.find("name");
            const auto description = value.find("description");
            if (text == value.end() || !text->is_string())
                return bad("Type \"" + type + "\" has no string \"name\".");
            if (description != value.end() && !description->is_string())
                return bad("Type \"" + type + "\": \"description\" is not a string.");
            name = ConceptName{text->get<std::string>(), description == value.end()
                                                             ? std::string()
                                                             : description->get<std::string>()};
        } else if (!value.is_null()) {
            return bad("Type \"" + type + "\" is neither an object, a string nor null.");
        }
        if (name && normalisedConcept(name->name).empty())
            return bad("Type \"" + type + "\" has a blank name.");
        map.m_types.emplace(type, std::move(name));
    }
    return map;
}

std::optional<ConceptName> TypeMap::resolve(const std::string& type) const {
    if (const auto found = m_types.find(type); found != m_types.end())
        return found->second;
    std::string name = readableTypeName(type);
    if (name.empty())
        name = type;
    return ConceptName{std::move(name), {}};
}

}  // namespace spanwise
