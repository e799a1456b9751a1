#include "core/formats/jsonl.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/formats/json_line.h"
#include "core/formats/line_reader.h"
#include "core/text/utf8.h"

namespace spanwise {
Result<Record> recordFromJson(std::string_view line, std::string_view where) {
    const auto bad = [&](std::string message, ErrorCode code = ErrorCode::InvalidFormat) {
        return failure(code, std::move(message), std::string(where));
    };
    const auto parsed = parseJsonLine(line, where, "{\"text\": \"…\"}");
    if (!parsed)
        return tl::unexpected(parsed.error());
    const nlohmann::json& json = *parsed;
    if (!json.is_object())
        return bad("The line is no JSON object like {\"text\": \"…\"}.");
    const auto text = json.find("text");
    if (text == json.end() || !text->is_string())
        return bad("The object has no string \"text\".");

    Record record;
    record.document = makeDocument({}, text->get<std::string>());
    if (record.document.text.find('\0') != std::string::npos)
        return bad("The text has a NUL character (\\u0000).", ErrorCode::InvalidText);
    if (const auto id = json.find("id"); id != json.end()) {
        if (id->is_string())
            record.document.name = id->get<std::string>();
        else if (id->is_number())
            record.document.name = id->dump();
        else if (!id->is_null())
            return bad("\"id\" is neither a string nor a number.");
    }

    if (const auto spans = json.find("spans"); spans != json.end() && !spans->is_null()) {
        if (!spans->is_array())
            return bad("\"spans\" is not a list.");
        record.labelled = true;
        const Offset length = countCodePoints(record.document.text);
        for (std::size_t i = 0; i < spans->size(); ++i) {
            const auto& item = (*spans)[i];
            const std::string name = "Span " + std::to_string(i + 1);
            if (!item.is_object())
                return bad(name + " is no object with \"begin\", \"end\" and \"type\".");
            const auto begin = offsetFrom(item, "begin");
            const auto end = offsetFrom(item, "end");
            const auto type = item.find("type");
            if (!begin || !end)
                return bad(name + " needs whole numbers \"begin\" and \"end\".");
            if (type == item.end() || !type->is_string() || type->get<std::string>().empty())
                return bad(name + " has no string \"type\".");
            if (auto good = checkOffsets(name, *begin, *end, length, where); !good)
                return tl::unexpected(good.error());
            NamedSpan span{{*begin, *end}, type->get<std::string>()};
            if (const auto score = item.find("score"); score != item.end() && !score->is_null()) {
                if (!score->is_number())
                    return bad(name + ": \"score\" is not a number.");
                span.score = score->get<double>();
            }
            record.spans.push_back(std::move(span));
        }
        std::stable_sort(record.spans.begin(), record.spans.end(),
                         [](const NamedSpan& a, const NamedSpan& b) {
                             return std::tie(a.range, a.type) < std::tie(b.range, b.type);
                         });
    }

    nlohmann::json meta = nlohmann::json::object();
    if (const auto found = json.find("meta"); found != json.end() && !found->is_null()) {
        if (found->is_object())
            meta = *found;
        else
            meta["meta"] = *found;
    }
    for (const auto& [key, value] : json.items()) {
        if (key != "id" && key != "text" && key != "spans" && key != "meta" && !meta.contains(key))
            meta[key] = value;
    }
    if (!meta.empty())
        record.document.meta = meta.dump();
    return record;
}

std::string recordToJson(const Record& record) {
    nlohmann::ordered_json json;
    if (!record.document.name.empty())
        json["id"] = record.document.name;
    json["text"] = record.document.text;
    if (record.labelled || !record.spans.empty()) {
        auto spans = nlohmann::ordered_json::array();
        for (const NamedSpan& span : record.spans) {
            nlohmann::ordered_json item{
                {"begin", span.range.begin}, {"end", span.range.end}, {"type", span.type}};
            if (span.score >= 0)
                item["score"] = span.score;
            spans.push_back(std::move(item));
        }
        json["spans"] = std::move(spans);
    }
    if (!record.document.meta.empty()) {
        auto meta = nlohmann::ordered_json::parse(record.document.meta, nullptr, false);
        if (meta.is_object())
            json["meta"] = std::move(meta);
    }
    return jsonLine(json);
}

Result<void> readJsonl(std::istream& in, std::string_view where,
                       const std::function<Result<void>(Record&&)>& sink) {
    LineReader lines(in, where);
    for (;;) {
        const auto more = lines.next();
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            return {};
        if (lines.line().find_first_not_of(" \t") == std::string::npos)
            continue;
        auto record = recordFromJson(lines.line(), lines.place());
        if (!record)
            return tl::unexpected(std::move(record.error()));
        if (auto taken = sink(std::move(*record)); !taken)
            return taken;
    }
}

}  // namespace spanwise
