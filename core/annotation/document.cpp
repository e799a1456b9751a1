#include "core/annotation/document.h"

#include <nlohmann/json.hpp>

#include "core/text/utf8.h"

namespace spanwise {

Document makeDocument(std::string name, std::string text) {
    Document document;
    document.name = std::move(name);
    document.sha256 = sha256Hex(text);
    document.text = std::move(text);
    return document;
}

std::vector<Sentence> sentencesOf(const Document& document) {
    return document.presplit.empty() ? splitSentences(document.text) : document.presplit;
}

std::string presplitToJson(const std::vector<Sentence>& sentences) {
    if (sentences.empty())
        return {};
    std::string json = "[";
    for (const Sentence& sentence : sentences) {
        if (json.size() > 1)
            json += ',';
        json += '[';
        bool first = true;
        for (const Range& word : sentence.words) {
            if (!first)
                json += ',';
            first = false;
            json += '[';
            json += std::to_string(word.begin);
            json += ',';
            json += std::to_string(word.end);
            json += ']';
        }
        json += ']';
    }
    json += ']';
    return json;
}

Result<std::vector<Sentence>> presplitFromJson(std::string_view json, Offset codePoints) {
    std::vector<Sentence> sentences;
    if (json.empty())
        return sentences;
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    const auto broken = [](std::string_view what) {
        return failure(ErrorCode::InvalidFormat,
                       "A document's list of words is broken: " + std::string(what) + ".");
    };
    if (!parsed.is_array())
        return broken("it is no JSON list");
    Offset last = 0;
    sentences.reserve(parsed.size());
    for (const auto& list : parsed) {
        if (!list.is_array() || list.empty())
            return broken("a sentence is no list of words");
        Sentence sentence;
        sentence.words.reserve(list.size());
        for (const auto& pair : list) {
            if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_integer() ||
                !pair[1].is_number_integer()) {
                return broken("a word is no pair of numbers");
            }
            const Range word{pair[0].get<Offset>(), pair[1].get<Offset>()};
            if (word.begin < last || word.isEmpty())
                return broken("words are empty or out of order");
            if (word.end > codePoints)
                return broken("a word ends past the end of the text");
            last = word.end;
            sentence.words.push_back(word);
        }
        sentence.range = {sentence.words.front().begin, sentence.words.back().end};
        sentences.push_back(std::move(sentence));
    }
    return sentences;
}

std::string_view documentStatusName(DocumentStatus status) {
    switch (status) {
        case DocumentStatus::New:
            return "new";
        case DocumentStatus::InProgress:
            return "in-progress";
        case DocumentStatus::Done:
            return "done";
    }
    return "new";
}

Result<DocumentStatus> documentStatusFromName(std::string_view name) {
    for (const auto status :
         {DocumentStatus::New, DocumentStatus::InProgress, DocumentStatus::Done}) {
        if (documentStatusName(status) == name)
            return status;
    }
    return failure(
        ErrorCode::InvalidArgument,
        "A document's status is one of new, in-progress, done, not \"" + std::string(name) + "\".");
}

}  // namespace spanwise
