#include "core/formats/passages.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "core/formats/json_line.h"
#include "core/text/utf8.h"

namespace spanwise {
namespace {

using nlohmann::json;

/// What an object's value is, for "expected a string, found …".
std::string kindOf(const json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() ? "nothing" : found->type_name();
}

bool isBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// A parsed line on its way to a passage; the first thing wrong ends it.
class Parser {
public:
    Parser(const json& object, std::string_view where) : m_object(object), m_where(where) {}

    Result<Passage> passage() {
        if (!m_object.is_object())
            return bad(R"(The line is no JSON object like {"text": "…", "mentions": []}.)");
        Passage out;
        const auto text = m_object.find("text");
        if (text == m_object.end() || !text->is_string()) {
            return bad(R"(The object needs a string "text", but has )" + kindOf(m_object, "text") +
                       ".");
        }
        out.text = text->get<std::string>();
        if (out.text.find('\0') != std::string::npos)
            return bad("The text has a NUL character (\\u0000).", ErrorCode::InvalidText);
        if (const auto id = m_object.find("id"); id != m_object.end() && id->is_number()) {
            out.id = id->dump();
        } else if (auto taken = takeString("id", out.id); !taken) {
            return tl::unexpected(taken.error());
        }
        for (const auto& [key, value] :
             {std::pair{"source", &out.source}, std::pair{"model", &out.model},
              std::pair{"prompt", &out.prompt}}) {
            if (auto taken = takeString(key, *value); !taken)
                return tl::unexpected(taken.error());
        }
        if (auto taken = takeMentions(out); !taken)
            return tl::unexpected(taken.error());
        return out;
    }

private:
    [[nodiscard]] tl::unexpected<Error> bad(std::string message,
                                            ErrorCode code = ErrorCode::InvalidFormat) const {
        return failure(code, std::move(message), std::string(m_where));
    }

    Result<void> takeString(const char* key, std::string& out) const {
        const auto found = m_object.find(key);
        if (found == m_object.end() || found->is_null())
            return {};
        if (!found->is_string()) {
            return bad(std::string("\"") + key + "\" must be a string, but is " +
                       found->type_name() + ".");
        }
        out = found->get<std::string>();
        return {};
    }

    Result<void> takeMentions(Passage& out) const {
        const auto list = m_object.find("mentions");
        if (list == m_object.end() || list->is_null())
            return {};
        if (!list->is_array()) {
            return bad(std::string("\"mentions\" must be a list, but is ") + list->type_name() +
                       ".");
        }
        const Offset length = countCodePoints(out.text);
        out.mentions.reserve(list->size());
        for (const json& item : *list) {
            const std::string name = "Mention " + std::to_string(out.mentions.size() + 1);
            if (!item.is_object())
                return bad(name + R"( is no object with "begin", "end" and "concept".)");
            const auto begin = offsetFrom(item, "begin");
            const auto end = offsetFrom(item, "end");
            if (!begin || !end) {
                return bad(name + R"( needs whole numbers "begin" and "end", but has )" +
                           kindOf(item, "begin") + " and " + kindOf(item, "end") + ".");
            }
            if (auto good = checkOffsets(name, *begin, *end, length, m_where); !good)
                return good;
            const auto conceptName = item.find("concept");
            if (conceptName == item.end() || !conceptName->is_string() ||
                isBlank(conceptName->get_ref<const std::string&>())) {
                return bad(name + R"( needs a string "concept" that is not blank.)");
            }
            Mention mention{*begin, *end, conceptName->get<std::string>(), {}};
            if (const auto found = item.find("description");
                found != item.end() && !found->is_null()) {
                if (!found->is_string()) {
                    return bad(name + R"(: "description" must be a string, but is )" +
                               found->type_name() + ".");
                }
                mention.description = found->get<std::string>();
            }
            out.mentions.push_back(std::move(mention));
        }
        std::stable_sort(out.mentions.begin(), out.mentions.end(),
                         [](const Mention& a, const Mention& b) {
                             return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
                         });
        return {};
    }

    const json& m_object;
    std::string_view m_where;
};

}  // namespace

Result<Passage> passageFromJson(std::string_view line, std::string_view where) {
    const auto object = parseJsonLine(line, where, R"({"text": "…", "mentions": []})");
    if (!object)
        return tl::unexpected(object.error());
    return Parser(*object, where).passage();
}

std::string passageToJson(const Passage& passage) {
    nlohmann::ordered_json line;
    if (!passage.id.empty())
        line["id"] = passage.id;
    line["text"] = passage.text;
    auto mentions = nlohmann::ordered_json::array();
    for (const Mention& mention : passage.mentions) {
        nlohmann::ordered_json item{
            {"begin", mention.begin}, {"end", mention.end}, {"concept", mention.name}};
        if (!mention.description.empty())
            item["description"] = mention.description;
        mentions.push_back(std::move(item));
    }
    line["mentions"] = std::move(mentions);
    if (!passage.source.empty())
        line["source"] = passage.source;
    if (!passage.model.empty())
        line["model"] = passage.model;
    if (!passage.prompt.empty())
        line["prompt"] = passage.prompt;
    return jsonLine(line);
}

void writePassage(std::ostream& out, const Passage& passage) {
    out << passageToJson(passage) << '\n';
}

Result<bool> PassageReader::next(Passage& passage) {
    for (;;) {
        const auto more = m_lines.next();
        if (!more || !*more)
            return more;
        if (isBlank(m_lines.line()))
            continue;
        auto read = passageFromJson(m_lines.line(), m_lines.place());
        if (!read)
            return tl::unexpected(std::move(read.error()));
        passage = std::move(*read);
        return true;
    }
}

Result<PassagesSummary> readPassages(std::istream& in, std::string_view where,
                                     const std::function<Result<void>(Passage&&)>& sink) {
    PassageReader reader(in, where);
    PassagesSummary summary;
    Passage passage;
    for (;;) {
        const auto more = reader.next(passage);
        if (!more)
            return tl::unexpected(more.error());
        summary.lines = reader.line();
        if (!*more)
            return summary;
        ++summary.passages;
        summary.mentions += static_cast<std::int64_t>(passage.mentions.size());
        if (auto taken = sink(std::move(passage)); !taken)
            return tl::unexpected(std::move(taken.error()));
        passage = {};
    }
}

Result<PassagesSummary> readPassages(const std::string& path,
                                     const std::function<Result<void>(Passage&&)>& sink) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return failure(ErrorCode::NotFound, "The file cannot be opened.", path);
    return readPassages(file, path, sink);
}

}  // namespace spanwise
