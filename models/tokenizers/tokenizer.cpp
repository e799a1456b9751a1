#include "models/tokenizers/tokenizer.h"

#include <nlohmann/json.hpp>

#include "models/io/files.h"
#include "models/tokenizers/word_piece.h"

namespace spanwise {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

tl::unexpected<Error> unknown(const std::string& part, const Json& component,
                              const std::string& where) {
    const std::string name = component.is_object() ? component.value("type", "?") : "none";
    return failure(ErrorCode::Incompatible,
                   "The tokenizer's " + part + " is \"" + name +
                       "\", which Spanwise does not know. A BERT (WordPiece) tokenizer works.",
                   where);
}

/// The special tokens around a text, from TemplateProcessing or BertProcessing.
Result<void> readPostProcessor(const Json& part, WordPieceConfig& config,
                               const std::string& where) {
    if (part.is_null())
        return {};
    const std::string type = part.value("type", "");
    if (type == "BertProcessing") {
        config.firstToken = part.at("cls").at(0).get<std::string>();
        config.lastToken = part.at("sep").at(0).get<std::string>();
        return {};
    }
    if (type != "TemplateProcessing")
        return unknown("post-processor", part, where);
    const Json& single = part.at("single");
    if (single.size() != 3 || !single[0].contains("SpecialToken") ||
        !single[1].contains("Sequence") || !single[2].contains("SpecialToken"))
        return failure(ErrorCode::Incompatible,
                       "The tokenizer's template for one text is not \"first token, text, last "
                       "token\".",
                       where);
    config.firstToken = single[0]["SpecialToken"].at("id").get<std::string>();
    config.lastToken = single[2]["SpecialToken"].at("id").get<std::string>();
    return {};
}

Result<WordPieceConfig> fromTokenizerJson(const std::string& text, const std::string& where) {
    const Json json = Json::parse(text);
    WordPieceConfig config;
    const Json& normalizer = json.at("normalizer");
    if (!normalizer.is_object() || normalizer.value("type", "") != "BertNormalizer")
        return unknown("normalizer", normalizer, where);
    config.cleanText = normalizer.value("clean_text", true);
    config.spaceChineseCharacters = normalizer.value("handle_chinese_chars", true);
    config.lowercase = normalizer.value("lowercase", true);
    const Json accents = normalizer.value("strip_accents", Json());
    config.stripAccents = accents.is_boolean() ? accents.get<bool>() : config.lowercase;
    const Json& splitter = json.at("pre_tokenizer");
    if (!splitter.is_object() || splitter.value("type", "") != "BertPreTokenizer")
        return unknown("pre-tokenizer", splitter, where);
    const Json& model = json.at("model");
    // Files older than tokenizers 0.13 leave the type out.
    if (!model.is_object() || model.value("type", "WordPiece") != "WordPiece" ||
        model.contains("merges"))
        return unknown("model", model, where);
    config.unknownToken = model.value("unk_token", config.unknownToken);
    config.continuingPrefix = model.value("continuing_subword_prefix", config.continuingPrefix);
    config.maxCharactersPerWord =
        model.value("max_input_chars_per_word", config.maxCharactersPerWord);
    for (const auto& [token, id] : model.at("vocab").items())
        config.vocabulary.emplace(token, id.get<std::int32_t>());
    for (const Json& added : json.value("added_tokens", Json::array())) {
        const auto content = added.at("content").get<std::string>();
        for (const char* option : {"single_word", "lstrip", "rstrip", "normalized"}) {
            if (added.value(option, false))
                return failure(ErrorCode::Incompatible,
                               "The added token \"" + content + "\" has the option \"" + option +
                                   "\", which Spanwise does not know.",
                               where);
        }
        config.vocabulary.insert_or_assign(content, added.at("id").get<std::int32_t>());
        config.addedTokens.push_back(content);
    }
    if (auto read = readPostProcessor(json.value("post_processor", Json()), config, where); !read)
        return tl::unexpected(read.error());
    if (const Json padding = json.value("padding", Json()); padding.is_object())
        config.padToken = padding.value("pad_token", config.padToken);
    return config;
}

Result<WordPieceConfig> fromVocabulary(const std::string& text, const Json& settings,
                                       const std::string& where) {
    WordPieceConfig config;
    std::int32_t id = 0;
    for (std::size_t begin = 0; begin < text.size(); ++id) {
        std::size_t end = text.find('\n', begin);
        if (end == std::string::npos)
            end = text.size();
        std::size_t length = end - begin;
        if (length > 0 && text[end - 1] == '\r')
            --length;
        config.vocabulary.insert_or_assign(text.substr(begin, length), id);
        begin = end + 1;
    }
    config.lowercase = settings.value("do_lower_case", true);
    config.spaceChineseCharacters = settings.value("tokenize_chinese_chars", true);
    const Json accents = settings.value("strip_accents", Json());
    config.stripAccents = accents.is_boolean() ? accents.get<bool>() : config.lowercase;
    const auto token = [&](const char* key, std::string& value) {
        const Json found = settings.value(key, Json());
        if (found.is_string())
            value = found.get<std::string>();
        else if (found.is_object())
            value = found.value("content", value);
    };
    token("unk_token", config.unknownToken);
    token("cls_token", config.firstToken);
    token("sep_token", config.lastToken);
    token("pad_token", config.padToken);
    std::string mask = "[MASK]";
    token("mask_token", mask);
    for (const std::string& special :
         {config.unknownToken, config.firstToken, config.lastToken, config.padToken, mask}) {
        if (config.vocabulary.contains(special))
            config.addedTokens.push_back(special);
    }
    if (config.vocabulary.empty())
        return failure(ErrorCode::Corrupt, "The vocabulary is empty.", where);
    return config;
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const fs::path& folder) {
    const fs::path full = folder / "tokenizer.json";
    const fs::path plain = folder / "vocab.txt";
    const bool isFull = fs::exists(full);
    if (!isFull && !fs::exists(plain))
        return failure(ErrorCode::NotFound,
                       "The model has neither tokenizer.json nor vocab.txt, so its texts cannot be "
                       "cut into sub-tokens.",
                       folder.string());
    const fs::path& path = isFull ? full : plain;
    const auto text = readWholeFile(path);
    if (!text)
        return tl::unexpected(text.error());
    try {
        Json settings = Json::object();
        const fs::path settingsPath = folder / "tokenizer_config.json";
        if (!isFull && fs::exists(settingsPath)) {
            const auto settingsText = readWholeFile(settingsPath);
            if (!settingsText)
                return tl::unexpected(settingsText.error());
            settings = Json::parse(*settingsText);
        }
        auto config = isFull ? fromTokenizerJson(*text, path.string())
                             : fromVocabulary(*text, settings, path.string());
        if (!config)
            return tl::unexpected(config.error());
        return WordPieceTokenizer::make(std::move(*config), path.string());
    } catch (const Json::exception& e) {
        return failure(ErrorCode::Corrupt,
                       std::string("The tokenizer's files cannot be read: ") + e.what(),
                       path.string());
    }
}

}  // namespace spanwise
