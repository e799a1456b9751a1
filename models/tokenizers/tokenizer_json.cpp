#include "models/tokenizers/tokenizer_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "models/tokenizers/byte_pair.h"
#include "models/tokenizers/normalizers.h"
#include "models/tokenizers/pre_tokenizers.h"
#include "models/tokenizers/unigram.h"
#include "models/tokenizers/word_piece.h"
#include "models/tokenizers/word_piece_model.h"

namespace spanwise::tokenizing {
namespace {

using Json = nlohmann::json;

/// The largest vocabularies in use have 300,000 entries.
constexpr std::int64_t kLargestId = 9'999'999;
constexpr int kDeepest = 16;  ///< Sequences within Sequences

/// A place in a file of JSON. Its readers throw an Error that names file, key, what was expected
/// and what is there.
class Node {
public:
    Node(const Json& json, std::string path, const std::string& where)
        : m_json(&json), m_path(std::move(path)), m_where(&where) {}

    [[nodiscard]] const std::string& path() const { return m_path; }
    [[nodiscard]] bool isNull() const { return m_json->is_null(); }
    [[nodiscard]] bool isText() const { return m_json->is_string(); }
    [[nodiscard]] bool isObject() const { return m_json->is_object(); }
    [[nodiscard]] bool isArray() const { return m_json->is_array(); }
    [[nodiscard]] const Json& json() const { return *m_json; }

    [[noreturn]] void damaged(const std::string& expected) const {
        throw Error{ErrorCode::Corrupt,
                    m_path + ": expected " + expected + ", found " + found() +
                        ". The file is damaged or no tokenizer: fetch it again.",
                    *m_where};
    }
    /// Well-formed, but nothing that Spanwise can follow.
    [[noreturn]] void refuse(const std::string& message) const {
        throw Error{ErrorCode::Incompatible, m_path + ": " + message, *m_where};
    }

    /// Absent and null are the same.
    [[nodiscard]] std::optional<Node> find(const std::string& key) const {
        if (!m_json->is_object())
            damaged("an object");
        const auto at = m_json->find(key);
        if (at == m_json->end() || at->is_null())
            return std::nullopt;
        return Node(*at, m_path.empty() ? key : m_path + '.' + key, *m_where);
    }
    [[nodiscard]] Node at(const std::string& key) const {
        if (auto node = find(key))
            return *node;
        damaged("an object with \"" + key + "\"");
    }
    [[nodiscard]] std::vector<Node> items() const {
        if (!m_json->is_array())
            damaged("a list");
        std::vector<Node> nodes;
        for (std::size_t i = 0; i < m_json->size(); ++i)
            nodes.push_back(item(i));
        return nodes;
    }
    [[nodiscard]] Node item(std::size_t i) const {
        if (!m_json->is_array() || i >= m_json->size())
            damaged("a list of at least " + std::to_string(i + 1) + " items");
        return {(*m_json)[i], m_path + '[' + std::to_string(i) + ']', *m_where};
    }
    [[nodiscard]] const std::string& text() const {
        if (!m_json->is_string())
            damaged("a text");
        return m_json->get_ref<const std::string&>();
    }
    [[nodiscard]] bool flag() const {
        if (!m_json->is_boolean())
            damaged("true or false");
        return m_json->get<bool>();
    }
    [[nodiscard]] std::int32_t id() const {
        return static_cast<std::int32_t>(integer(0, kLargestId));
    }
    [[nodiscard]] std::int64_t integer(std::int64_t smallest, std::int64_t largest) const {
        const std::string range =
            "a whole number from " + std::to_string(smallest) + " to " + std::to_string(largest);
        if (!m_json->is_number_integer() ||
            (m_json->is_number_unsigned() &&
             m_json->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)))
            damaged(range);
        const auto value = m_json->get<std::int64_t>();
        if (value < smallest || value > largest)
            damaged(range);
        return value;
    }
    [[nodiscard]] double number() const {
        if (!m_json->is_number() || !std::isfinite(m_json->get<double>()))
            damaged("a finite number");
        return m_json->get<double>();
    }
    [[nodiscard]] bool flag(const std::string& key, bool fallback) const {
        const auto node = find(key);
        return node ? node->flag() : fallback;
    }
    [[nodiscard]] std::string text(const std::string& key, const std::string& fallback) const {
        const auto node = find(key);
        return node ? node->text() : fallback;
    }

private:
    [[nodiscard]] std::string found() const {
        if (m_json->is_object())
            return "an object";
        if (m_json->is_array())
            return "a list of " + std::to_string(m_json->size());
        std::string value = m_json->dump();
        if (value.size() > 60)
            value = value.substr(0, 57) + "...";
        return value;
    }

    const Json* m_json;
    std::string m_path;
    const std::string* m_where;
};

[[noreturn]] void unknown(const Node& node, const std::string& kind, const std::string& type) {
    node.refuse("the " + kind + " \"" + type +
                "\" is not known to Spanwise, and without it the sub-tokens would be wrong. Take a "
                "model whose tokenizer Spanwise knows.");
}

Json parsed(std::string_view text, const std::string& where) {
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& e) {
        throw Error{ErrorCode::Corrupt,
                    "This is no complete JSON: byte " + std::to_string(e.byte) + " of " +
                        std::to_string(text.size()) +
                        " does not fit. The file is damaged or cut off: fetch it again.",
                    where};
    }
}

std::string decodeBase64(const Node& node) {
    const std::string& text = node.text();
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        int value = -1;
        if (c >= 'A' && c <= 'Z')
            value = c - 'A';
        else if (c >= 'a' && c <= 'z')
            value = c - 'a' + 26;
        else if (c >= '0' && c <= '9')
            value = c - '0' + 52;
        else if (c == '+' || c == '/')
            value = c == '+' ? 62 : 63;
        else if (c == '=')
            break;
        if (value < 0)
            node.damaged("base 64");
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if ((count += 6) >= 8) {
            count -= 8;
            out += static_cast<char>(bits >> count & 0xff);
        }
    }
    return out;
}

struct Pattern {
    std::string text;
    bool isRegex;
};

Pattern readPattern(const Node& node) {
    const Node pattern = node.at("pattern");
    if (const auto text = pattern.find("String"))
        return {text->text(), false};
    if (const auto regex = pattern.find("Regex"))
        return {regex->text(), true};
    pattern.damaged("\"String\" or \"Regex\"");
}

SplitBehavior readBehavior(const Node& node, const std::string& fallback) {
    const std::string name = node.text("behavior", fallback);
    // Files of older versions are in snake case.
    std::string plain;
    for (const char c : name) {
        if (c != '_')
            plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
    }
    if (plain == "removed")
        return SplitBehavior::Removed;
    if (plain == "isolated")
        return SplitBehavior::Isolated;
    if (plain == "mergedwithprevious")
        return SplitBehavior::MergedWithPrevious;
    if (plain == "mergedwithnext")
        return SplitBehavior::MergedWithNext;
    if (plain == "contiguous")
        return SplitBehavior::Contiguous;
    unknown(node, "split behavior", name);
}

struct Reader {
    const std::string& where;
    const TokenizerSettings& settings;
    PipelineConfig config{};
    bool byteLevel = false;
    std::size_t modelSize = 0;  ///< entries of the model's vocabulary
    /// What BERT's own class needs, where the file is BERT's.
    std::optional<BertNormalizerSettings> bertNormalizer{};
    int otherNormalizers = 0;
    bool bertPreTokenizer = false;
    int otherPreTokenizers = 0;
    std::optional<WordPieceConfig> wordPiece{};
    std::string firstName{}, lastName{};

    void normalizer(const Node& node, int depth) {
        const std::string& type = node.at("type").text();
        auto& out = config.normalizers;
        ++otherNormalizers;
        if (type == "Sequence") {
            --otherNormalizers;
            if (depth >= kDeepest)
                node.damaged("no more than " + std::to_string(kDeepest) + " nested sequences");
            for (const Node& part : node.at("normalizers").items())
                normalizer(part, depth + 1);
        } else if (type == "BertNormalizer") {
            --otherNormalizers;
            BertNormalizerSettings bert;
            bert.cleanText = node.flag("clean_text", true);
            bert.spaceChineseCharacters = node.flag("handle_chinese_chars", true);
            bert.lowercase = node.flag("lowercase", true);
            bert.stripAccents = node.flag("strip_accents", bert.lowercase);
            otherNormalizers += bertNormalizer ? 1 : 0;
            bertNormalizer = bert;
            config.lowercases = config.lowercases || bert.lowercase;
            out.push_back(makeBertNormalizer(bert));
        } else if (type == "NFC") {
            out.push_back(makeUnicodeNormalizer(UnicodeForm::Nfc));
        } else if (type == "NFD") {
            out.push_back(makeUnicodeNormalizer(UnicodeForm::Nfd));
        } else if (type == "NFKC") {
            out.push_back(makeUnicodeNormalizer(UnicodeForm::Nfkc));
        } else if (type == "NFKD") {
            out.push_back(makeUnicodeNormalizer(UnicodeForm::Nfkd));
        } else if (type == "Lowercase") {
            config.lowercases = true;
            out.push_back(makeLowercase());
        } else if (type == "StripAccents") {
            out.push_back(makeStripAccents());
        } else if (type == "Strip") {
            out.push_back(makeStrip(node.at("strip_left").flag(), node.at("strip_right").flag()));
        } else if (type == "Prepend") {
            out.push_back(makePrepend(node.at("prepend").text()));
        } else if (type == "Replace") {
            const Pattern pattern = readPattern(node);
            const std::string& content = node.at("content").text();
            if (pattern.isRegex)
                out.push_back(makeRegexReplace(pattern.text, content));
            else
                out.push_back(makeReplace(pattern.text, content));
            if (!out.back())
                unknown(node, "regular expression", pattern.text);
        } else if (type == "Nmt") {
            out.push_back(makeNmt());
        } else if (type == "Precompiled") {
            const Node charsmap = node.at("precompiled_charsmap");
            auto made = makePrecompiled(decodeBase64(charsmap));
            if (!made)
                charsmap.refuse("the character map is damaged: " + made.error() +
                                ". Fetch the file again.");
            out.push_back(std::move(*made));
        } else {
            unknown(node, "normalizer", type);
        }
    }

    void preTokenizer(const Node& node, int depth) {
        const std::string& type = node.at("type").text();
        auto& out = config.preTokenizers;
        if (byteLevel)
            node.refuse("\"" + type +
                        "\" follows \"ByteLevel\", which Spanwise only knows as the last one.");
        ++otherPreTokenizers;
        if (type == "Sequence") {
            --otherPreTokenizers;
            if (depth >= kDeepest)
                node.damaged("no more than " + std::to_string(kDeepest) + " nested sequences");
            for (const Node& part : node.at("pretokenizers").items())
                preTokenizer(part, depth + 1);
        } else if (type == "BertPreTokenizer") {
            --otherPreTokenizers;
            otherPreTokenizers += bertPreTokenizer ? 1 : 0;
            bertPreTokenizer = true;
            out.push_back(makeBertPreTokenizer());
        } else if (type == "ByteLevel") {
            byteLevel = true;
            bool prefix = node.flag("add_prefix_space", true);
            // transformers lets tokenizer_config.json decide, where this is the only one.
            if (depth == 0)
                prefix = settings.prefixSpace.value_or(prefix);
            out.push_back(makeByteLevel(prefix, node.flag("use_regex", true)));
        } else if (type == "Whitespace") {
            out.push_back(makeWhitespace());
        } else if (type == "WhitespaceSplit") {
            out.push_back(makeWhitespaceSplit());
        } else if (type == "Punctuation") {
            out.push_back(makePunctuation(readBehavior(node, "Isolated")));
        } else if (type == "Digits") {
            out.push_back(makeDigits(node.flag("individual_digits", false)));
        } else if (type == "Split") {
            const Pattern pattern = readPattern(node);
            const SplitBehavior behavior = readBehavior(node, "?");
            const bool invert = node.flag("invert", false);
            out.push_back(pattern.isRegex ? makeRegexSplit(pattern.text, behavior, invert)
                                          : makeSplit(pattern.text, behavior, invert));
            if (!out.back())
                unknown(node, "regular expression", pattern.text);
        } else if (type == "Metaspace") {
            const Node replacement = node.at("replacement");
            const std::string& mark = replacement.text();
            if (std::count_if(mark.begin(), mark.end(), [](char c) {
                    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
                }) != 1)
                replacement.damaged("one character");
            std::string scheme = node.text("prepend_scheme", "always");
            if (!node.flag("add_prefix_space", true)) {
                if (node.find("prepend_scheme") && scheme != "never")
                    node.refuse("add_prefix_space is false, but prepend_scheme is \"" + scheme +
                                "\".");
                scheme = "never";
            }
            if (scheme != "always" && scheme != "first" && scheme != "never")
                unknown(node, "prepend_scheme", scheme);
            out.push_back(makeMetaspace(mark,
                                        scheme == "always"  ? PrependScheme::Always
                                        : scheme == "first" ? PrependScheme::First
                                                            : PrependScheme::Never,
                                        node.flag("split", true)));
        } else {
            unknown(node, "pre-tokenizer", type);
        }
    }

    std::unordered_map<std::string, std::int32_t> vocabulary(const Node& node) const {
        if (!node.isObject())
            node.damaged("an object");
        std::unordered_map<std::string, std::int32_t> out;
        out.reserve(node.json().size());
        for (const auto& [token, id] : node.json().items()) {
            if (!id.is_number_integer() || id < 0 || id > kLargestId)
                static_cast<void>(Node(id, node.path() + "[\"" + token + "\"]", where).id());
            out.emplace(token, id.get<std::int32_t>());
        }
        if (out.empty())
            node.damaged("at least one token");
        return out;
    }

    void model(const Node& node) {
        std::string type = node.text("type", "");
        const Node vocab = node.at("vocab");
        // Files older than tokenizers 0.13 leave the type out.
        if (type.empty())
            type = node.find("merges") ? "BPE" : vocab.isArray() ? "Unigram" : "WordPiece";
        if (type == "WordPiece") {
            config.ids = vocabulary(vocab);
            WordPieceConfig word;
            word.unknownToken = node.text("unk_token", word.unknownToken);
            word.continuingPrefix = node.text("continuing_subword_prefix", word.continuingPrefix);
            if (const auto longest = node.find("max_input_chars_per_word"))
                word.maxCharactersPerWord = static_cast<int>(longest->integer(1, 1'000'000));
            const auto found = config.ids.find(word.unknownToken);
            if (found == config.ids.end())
                node.refuse("unk_token is \"" + word.unknownToken +
                            "\", which the vocabulary does not have.");
            if (!byteLevel)
                config.model = std::make_unique<WordPieceModel>(
                    config.ids, word.continuingPrefix, found->second, word.maxCharactersPerWord);
            wordPiece = std::move(word);
        } else if (type == "BPE") {
            BytePairConfig bpe;
            bpe.vocabulary = vocabulary(vocab);
            bpe.byteLevel = byteLevel;
            if (const auto dropout = node.find("dropout"); dropout && dropout->number() != 0)
                unknown(*dropout, "option", "dropout");
            if (const auto token = node.find("unk_token"))
                bpe.unknownToken = token->text();
            bpe.continuingPrefix = node.text("continuing_subword_prefix", "");
            bpe.wordSuffix = node.text("end_of_word_suffix", "");
            bpe.fuseUnknown = node.flag("fuse_unk", false);
            bpe.byteFallback = node.flag("byte_fallback", false);
            bpe.ignoreMerges = node.flag("ignore_merges", false);
            for (const Node& merge : node.at("merges").items()) {
                if (merge.isArray()) {
                    if (merge.json().size() != 2)
                        merge.damaged("two tokens");
                    bpe.merges.emplace_back(merge.item(0).text(), merge.item(1).text());
                    continue;
                }
                const std::string& pair = merge.text();
                const std::size_t space = pair.find(' ');
                if (space == std::string::npos || pair.find(' ', space + 1) != std::string::npos)
                    merge.damaged("two tokens with a space between them");
                bpe.merges.emplace_back(pair.substr(0, space), pair.substr(space + 1));
            }
            auto made = BytePairModel::make(bpe, where);
            if (!made)
                throw made.error();
            config.model = std::move(*made);
            config.ids = std::move(bpe.vocabulary);
        } else if (type == "Unigram") {
            UnigramConfig unigram;
            if (!vocab.isArray())
                vocab.damaged("a list");
            if (static_cast<std::int64_t>(vocab.json().size()) > kLargestId)
                vocab.damaged("at most " + std::to_string(kLargestId + 1) + " pieces");
            for (std::size_t i = 0; i < vocab.json().size(); ++i) {
                const Node piece = vocab.item(i);
                unigram.pieces.emplace_back(piece.item(0).text(), piece.item(1).number());
            }
            if (const auto id = node.find("unk_id"))
                unigram.unknown = id->id();
            unigram.byteFallback = node.flag("byte_fallback", false);
            auto made = UnigramModel::make(unigram, where);
            if (!made)
                throw made.error();
            config.model = std::move(*made);
            for (std::size_t i = 0; i < unigram.pieces.size(); ++i)
                config.ids.insert_or_assign(unigram.pieces[i].first, static_cast<std::int32_t>(i));
            config.trimsByText = true;
            modelSize = unigram.pieces.size();
        } else {
            unknown(node, "model", type);
        }
        if (byteLevel && type != "BPE")
            node.refuse("\"" + type + "\" behind \"ByteLevel\" is not known to Spanwise.");
        if (modelSize == 0)
            modelSize = config.ids.size();
    }

    void addedTokens(const Node& node) {
        std::int64_t next = static_cast<std::int64_t>(modelSize);
        for (const Node& part : node.items()) {
            AddedToken token;
            token.content = part.at("content").text();
            token.id = part.at("id").id();
            token.singleWord = part.flag("single_word", false);
            token.lstrip = part.flag("lstrip", false);
            token.rstrip = part.flag("rstrip", false);
            token.special = part.flag("special", false);
            token.normalized = part.flag("normalized", !token.special);
            if (token.content.empty())
                continue;
            // The library numbers the tokens itself. Where the file says otherwise, one of the
            // two is wrong for the weights, and nobody can tell which.
            const auto known = config.ids.find(token.content);
            const std::int64_t expected = known != config.ids.end() ? known->second : next;
            if (token.id != expected)
                part.refuse("the added token \"" + token.content + "\" has the id " +
                            std::to_string(token.id) + ", expected " + std::to_string(expected) +
                            (known != config.ids.end() ? ", its id in the vocabulary."
                                                       : ", the next one that is free."));
            if (known == config.ids.end()) {
                config.ids.emplace(token.content, token.id);
                ++next;
            }
            config.addedTokens.push_back(std::move(token));
        }
    }

    /// A special token of a post-processor: its name, checked against its id.
    std::int32_t special(const Node& node, const std::string& name, std::int32_t id) const {
        const auto found = config.ids.find(name);
        if (found != config.ids.end() && found->second != id)
            node.refuse("the token \"" + name + "\" has the id " + std::to_string(id) +
                        ", and in the vocabulary " + std::to_string(found->second) + ".");
        return id;
    }

    void postProcessor(const Node& node, int depth) {
        const std::string& type = node.at("type").text();
        if (type == "Sequence") {
            if (depth >= kDeepest)
                node.damaged("no more than " + std::to_string(kDeepest) + " nested sequences");
            for (const Node& part : node.at("processors").items())
                postProcessor(part, depth + 1);
        } else if (type == "BertProcessing" || type == "RobertaProcessing") {
            for (const char* key : {"cls", "sep"}) {
                const Node pair = node.at(key);
                const bool isFirst = key[0] == 'c';
                (isFirst ? firstName : lastName) = pair.item(0).text();
                (isFirst ? config.first : config.last) =
                    special(pair, pair.item(0).text(), pair.item(1).id());
            }
            if (type == "RobertaProcessing") {
                trim(node);
                config.prefixWords = byteLevel;
            }
        } else if (type == "ByteLevel") {
            trim(node);
        } else if (type == "TemplateProcessing") {
            templateProcessing(node);
        } else {
            unknown(node, "post-processor", type);
        }
    }

    void trim(const Node& node) {
        if (!node.flag("trim_offsets", true))
            return;
        if (config.trimOffsets)
            node.refuse("offsets are trimmed twice, which Spanwise does not know.");
        config.trimOffsets = true;
        config.trimPrefixSpace = node.flag("add_prefix_space", true);
        if (settings.prefixSpace && byteLevel && node.at("type").text() == "RobertaProcessing")
            config.trimPrefixSpace = *settings.prefixSpace;
    }

    void templateProcessing(const Node& node) {
        const Node single = node.at("single");
        bool beforeText = true;
        int texts = 0;
        for (const Node& part : single.items()) {
            if (part.find("Sequence")) {
                beforeText = false;
                ++texts;
                continue;
            }
            const std::string& name = part.at("SpecialToken").at("id").text();
            const Node ids = node.at("special_tokens").at(name).at("ids");
            std::int32_t& id = beforeText ? config.first : config.last;
            if (id >= 0 || ids.items().size() != 1)
                single.refuse(
                    "the template puts more than one token on a side of the text, which Spanwise "
                    "does not know.");
            id = special(ids, name, ids.item(0).id());
            (beforeText ? firstName : lastName) = name;
        }
        if (texts != 1)
            single.damaged("one text in the template");
    }

    /// BERT's own chain, for which there is a faster class.
    [[nodiscard]] bool isBert() const {
        const bool plainAdded =
            std::none_of(config.addedTokens.begin(), config.addedTokens.end(),
                         [](const AddedToken& token) { return token.normalized; });
        const auto named = [&](const std::string& name, std::int32_t id) {
            const auto found = config.ids.find(name);
            return found != config.ids.end() && found->second == id;
        };
        // Only an added token can have white space at its ends otherwise.
        const bool nothingToTrim =
            !config.trimOffsets ||
            std::none_of(config.ids.begin(), config.ids.end(), [](const auto& entry) {
                const TokenSpaces spaces = spacesOf(entry.first);
                return spaces.leading > 0 || spaces.trailing > 0;
            });
        return wordPiece && bertNormalizer && otherNormalizers == 0 && bertPreTokenizer &&
               otherPreTokenizers == 0 && plainAdded && nothingToTrim &&
               named(firstName, config.first) && named(lastName, config.last);
    }

    Result<std::shared_ptr<const Tokenizer>> finish() {
        if (!isBert())
            return PipelineTokenizer::make(std::move(config), where);
        WordPieceConfig& word = *wordPiece;
        word.cleanText = bertNormalizer->cleanText;
        word.spaceChineseCharacters = bertNormalizer->spaceChineseCharacters;
        word.stripAccents = bertNormalizer->stripAccents;
        word.lowercase = bertNormalizer->lowercase;
        word.firstToken = firstName;
        word.lastToken = lastName;
        word.padId = config.pad;
        word.trimOffsets = config.trimOffsets;
        word.trimPrefixSpace = config.trimPrefixSpace;
        word.addedTokens = std::move(config.addedTokens);
        word.vocabulary = std::move(config.ids);
        return WordPieceTokenizer::make(std::move(word), where);
    }
};

}  // namespace

std::int32_t paddingOf(const std::unordered_map<std::string, std::int32_t>& ids,
                       const std::string& name, std::int32_t last) {
    for (const std::string& candidate : {name, std::string("[PAD]"), std::string("<pad>")}) {
        const auto found = ids.find(candidate);
        if (!candidate.empty() && found != ids.end())
            return found->second;
    }
    return std::max(last, 0);
}

Result<std::shared_ptr<const Tokenizer>> fromTokenizerJson(std::string_view text,
                                                           const std::string& where,
                                                           const TokenizerSettings& settings) {
    try {
        const Json json = parsed(text, where);
        const Node root(json, "", where);
        if (!root.isObject())
            Node(json, "the file", where).damaged("an object");
        Reader reader{where, settings};
        if (const auto node = root.find("normalizer"))
            reader.normalizer(*node, 0);
        if (const auto node = root.find("pre_tokenizer"))
            reader.preTokenizer(*node, 0);
        reader.model(root.at("model"));
        if (const auto node = root.find("added_tokens"))
            reader.addedTokens(*node);
        if (const auto node = root.find("post_processor"))
            reader.postProcessor(*node, 0);
        std::string padding = settings.padding;
        if (const auto node = root.find("padding"); node && padding.empty())
            padding = node->text("pad_token", "");
        reader.config.pad = paddingOf(reader.config.ids, padding, reader.config.last);
        return reader.finish();
    } catch (const Error& error) {
        return tl::unexpected(error);
    } catch (const Json::exception& e) {
        return failure(ErrorCode::Corrupt, std::string("The tokenizer cannot be read: ") + e.what(),
                       where);
    }
}

Result<void> readSettings(std::string_view text, const std::string& name, const std::string& where,
                          TokenizerSettings& settings) {
    try {
        const Json json = parsed(text, where);
        const Node root(json, "", where);
        if (!root.isObject())
            Node(json, "the file", where).damaged("an object");
        const auto tokenOf = [](const Node& node) {
            AddedToken token;
            token.special = true;
            if (node.isText()) {
                token.content = node.text();
                return token;
            }
            token.content = node.at("content").text();
            token.singleWord = node.flag("single_word", false);
            token.lstrip = node.flag("lstrip", false);
            token.rstrip = node.flag("rstrip", false);
            token.normalized = node.flag("normalized", false);
            token.special = node.flag("special", true);
            return token;
        };
        if (name == "added_tokens.json") {
            for (const auto& [content, id] : json.items()) {
                AddedToken token;
                token.content = content;
                token.id = Node(id, content, where).id();
                token.special = true;
                settings.added.push_back(std::move(token));
            }
        } else {
            const auto flag = [&](const char* key, std::optional<bool>& value) {
                if (const auto node = root.find(key))
                    value = node->flag();
            };
            flag("add_prefix_space", settings.prefixSpace);
            flag("do_lower_case", settings.lowercase);
            flag("strip_accents", settings.stripAccents);
            flag("tokenize_chinese_chars", settings.spaceChineseCharacters);
            flag("split_by_punct", settings.splitByPunctuation);
            settings.tokenizerClass = root.text("tokenizer_class", settings.tokenizerClass);
            for (const char* role : {"cls_token", "sep_token", "pad_token", "unk_token",
                                     "mask_token", "bos_token", "eos_token"}) {
                const auto node = root.find(role);
                if (node && (node->isText() || node->isObject()))
                    settings.special[role] = tokenOf(*node);
            }
            if (const auto decoder = root.find("added_tokens_decoder")) {
                if (!decoder->isObject())
                    decoder->damaged("an object");
                for (const auto& [key, value] : decoder->json().items()) {
                    const Node node(value, decoder->path() + '.' + key, where);
                    std::int64_t id = 0;
                    for (const char c : key) {
                        if (c < '0' || c > '9' || (id = 10 * id + (c - '0')) > kLargestId)
                            node.refuse("expected an id up to " + std::to_string(kLargestId) +
                                        " as the key.");
                    }
                    AddedToken token = tokenOf(node);
                    token.id = static_cast<std::int32_t>(id);
                    settings.added.push_back(std::move(token));
                }
            }
        }
        if (const auto pad = settings.special.find("pad_token"); pad != settings.special.end())
            settings.padding = pad->second.content;
        std::stable_sort(settings.added.begin(), settings.added.end(),
                         [](const AddedToken& a, const AddedToken& b) { return a.id < b.id; });
        return {};
    } catch (const Error& error) {
        return tl::unexpected(error);
    } catch (const Json::exception& e) {
        return failure(ErrorCode::Corrupt, std::string("The settings cannot be read: ") + e.what(),
                       where);
    }
}

Result<std::unordered_map<std::string, std::int32_t>> readVocabularyJson(std::string_view text,
                                                                         const std::string& where) {
    try {
        const Json json = parsed(text, where);
        const TokenizerSettings none;
        return Reader{where, none}.vocabulary(Node(json, "the vocabulary", where));
    } catch (const Error& error) {
        return tl::unexpected(error);
    } catch (const Json::exception& e) {
        return failure(ErrorCode::Corrupt,
                       std::string("The vocabulary cannot be read: ") + e.what(), where);
    }
}

}  // namespace spanwise::tokenizing
