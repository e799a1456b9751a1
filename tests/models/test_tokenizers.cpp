#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <map>

#include "core/text/utf8.h"
#include "models/model.h"
#include "models/tokenizers/tokenizer.h"
#include "tests/models/fixtures.h"

using namespace spanwise;
using Json = nlohmann::json;

namespace {

void append(std::string& bytes, std::int64_t value) {
    for (int i = 0; i < 4; ++i)
        bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
}

/// id, (word,) begin, end of each token as int32, little-endian.
void appendStream(std::string& bytes, const Encoding& encoding, bool words) {
    for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
        append(bytes, encoding.ids[i]);
        if (words)
            append(bytes, encoding.words[i]);
        append(bytes, encoding.offsets[i].begin);
        append(bytes, encoding.offsets[i].end);
    }
}

std::string fnv(const Encoding& encoding, bool words) {
    std::string bytes;
    appendStream(bytes, encoding, words);
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char byte : bytes)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    return QStringLiteral("%1").arg(hash, 16, 16, QLatin1Char('0')).toStdString();
}

std::string shown(const Encoding& encoding) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(encoding.ids.size(), 20); ++i)
        text += std::to_string(encoding.ids[i]) + '@' + std::to_string(encoding.offsets[i].begin) +
                '-' + std::to_string(encoding.offsets[i].end) + ' ';
    return text;
}

/// Sentences as tests/fixtures/README.md derives them.
std::vector<std::vector<std::string>> conllSentences(const std::string& bytes) {
    std::vector<std::vector<std::string>> sentences(1);
    for (std::size_t begin = 0; begin <= bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
        std::string line = bytes.substr(begin, end - begin);
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        if (line.find_first_not_of(" \t") == std::string::npos) {
            if (!sentences.back().empty())
                sentences.emplace_back();
        } else {
            sentences.back().push_back(line.substr(0, line.find_first_of(" \t")));
        }
        begin = end + 1;
    }
    if (sentences.back().empty())
        sentences.pop_back();
    return sentences;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (&word == &words.front() ? "" : " ") + word;
    return text;
}

void write(const QString& path, const std::string& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes.data(), static_cast<qint64>(bytes.size()));
}

Json readJson(const std::string& file) {
    return Json::parse(fixtures::bytes(file).toStdString());
}

std::string baseOf(const std::string& name) {
    return name == "tiny_bert" ? "encoders/tiny_bert/tokenizer.json"
                               : "tokenizers/families/" + name + "/tokenizer.json";
}

Json addedToken(const std::string& content, int id, bool lstrip = false) {
    return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", lstrip},
            {"rstrip", false}, {"normalized", false}, {"special", true}};
}

/// A tokenizer.json that is small enough to break by hand.
Json smallBpe() {
    return Json::parse(R"({"added_tokens": [], "normalizer": null,
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
        "model": {"type": "BPE", "unk_token": "<unk>",
                  "vocab": {"<unk>": 0, "a": 1, "b": 2, "ab": 3, "c": 4, "abc": 5},
                  "merges": ["a b", ["ab", "c"]]}})");
}

Json smallUnigram() {
    return Json::parse(R"({"added_tokens": [], "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "_", "prepend_scheme": "always"},
        "model": {"type": "Unigram", "unk_id": 0,
                  "vocab": [["<unk>", 0.0], ["_a", -1.5], ["b", -2.0], ["_", -3.0]]}})");
}

}  // namespace

/// Ids and offsets of every family equal those of Hugging Face tokenizers, from fixtures that
/// tests/parity/scripts/make_tokenizer_family_fixtures.py wrote; what is broken is refused.
class TestTokenizers : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    std::map<std::string, std::shared_ptr<const Tokenizer>> m_families;
    std::map<std::string, Json> m_bases;

    /// Loads a folder below m_dir as a family.
    void load(const std::string& family, const QString& folder) {
        auto tokenizer = loadTokenizer(folder.toStdString());
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        m_families[family] = *tokenizer;
    }
    QString folder(const char* name) const {
        QDir(m_dir.path()).mkpath(name);
        return m_dir.filePath(name);
    }
    void loadMerges(const std::string& family, const std::string& name, const char* settings) {
        const std::string vocabulary = fixtures::data("tokenizers/" + name + "/vocab.json");
        const std::string merges = fixtures::data("tokenizers/" + name + "/merges.txt");
        if (vocabulary.empty() || merges.empty())
            return;
        const QString dir = folder(family.c_str());
        QVERIFY(QFile::link(QString::fromStdString(vocabulary), dir + "/vocab.json"));
        QVERIFY(QFile::link(QString::fromStdString(merges), dir + "/merges.txt"));
        write(dir + "/tokenizer_config.json", settings);
        load(family, dir);
    }
    void loadSpm(const std::string& family, const char* file, const char* settings) {
        const QString dir = folder(family.c_str());
        QVERIFY(QFile::link(fixtures::qPath("tokenizers/families/deberta/spm.model"),
                            dir + '/' + file));
        write(dir + "/tokenizer_config.json", settings);
        load(family, dir);
    }
    Json& base(const std::string& name) {
        if (!m_bases.contains(name))
            m_bases[name] = fixtures::json(baseOf(name));
        return m_bases[name];
    }

private Q_SLOTS:
    void initTestCase() {
        loadMerges("roberta", "roberta-base", "{}");
        loadMerges("roberta with prefix", "roberta-base", R"({"add_prefix_space": true})");
        loadMerges("gpt2", "gpt2", "{}");
        loadSpm("deberta", "spm.model", "{}");
        loadSpm("deberta lowercase, punctuation", "spm.model",
                R"({"do_lower_case": true, "split_by_punct": true})");
        loadSpm("xlm-roberta", "sentencepiece.bpe.model", "{}");
        load("deberta json", fixtures::qPath("tokenizers/families/deberta"));
        load("modernbert", fixtures::qPath("tokenizers/families/modernbert"));
        // The DeBERTa file with the tokens that GLiNER adds.
        const Json fixture = fixtures::json("tokenizers/families/variants.json");
        for (const Json& variant : fixture.at("variants")) {
            if (variant.at("name") != "gliner")
                continue;
            Json json = base("deberta");
            for (const auto& [key, value] : variant.at("patch").items())
                json[key] = value;
            write(folder("gliner") + "/tokenizer.json", json.dump());
            load("gliner", folder("gliner"));
        }
        if (const auto encoder = defaultEncoder()) {
            Json json = readJson((*encoder / "tokenizer.json").string());
            json["post_processor"] = {{"type", "RobertaProcessing"},
                                      {"sep", {"[SEP]", 102}},
                                      {"cls", {"[CLS]", 101}},
                                      {"trim_offsets", true},
                                      {"add_prefix_space", false}};
            json["added_tokens"].push_back(addedToken("<mask>", 30522, true));
            write(folder("mpnet") + "/tokenizer.json", json.dump());
            load("mpnet", folder("mpnet"));
        }
    }

    void torture_equalsReference_data() {
        QTest::addColumn<int>("row");
        const Json fixture = fixtures::json("tokenizers/families/variants.json");
        for (std::size_t i = 0; i < fixture.at("variants").size(); ++i)
            QTest::newRow(fixture["variants"][i].at("name").get<std::string>().c_str())
                << static_cast<int>(i);
    }
    void torture_equalsReference() {
        QFETCH(int, row);
        static const Json kFixture = fixtures::json("tokenizers/families/variants.json");
        static const Json kTorture = fixtures::json("tokenizers/torture.json");
        const Json& variant = kFixture.at("variants").at(static_cast<std::size_t>(row));
        const auto baseName = variant.at("base").get<std::string>();
        Json json = baseName.empty() ? Json::object() : base(baseName);
        for (const auto& [key, value] : variant.at("patch").items())
            json[key] = value;
        for (const auto& [key, value] : variant.at("model").items())
            json["model"][key] = value;
        const auto tokenizer = tokenizerFromJson(json.dump(), "tokenizer.json");
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        QCOMPARE((*tokenizer)->vocabularySize(), variant.at("size").get<int>());
        const auto hashes = variant.at("hashes").get<std::string>();
        std::size_t at = 0;
        QStringList different;
        const auto compare = [&](const Encoding& encoding, bool words, const Json& what) {
            if (fnv(encoding, words) != hashes.substr(at, 16))
                different << QString::fromStdString(what.dump().substr(0, 100) + ": " +
                                                    shown(encoding));
            at += 16;
        };
        for (const Json& item : kTorture.at("cases"))
            compare((*tokenizer)->encode(item.at("text").get<std::string>()), false, item["text"]);
        for (const Json& item : kFixture.at("more_texts"))
            compare((*tokenizer)->encode(item.get<std::string>()), false, item);
        for (const Json& item : kTorture.at("pre_split"))
            compare((*tokenizer)->encodeWords(item.at("words").get<std::vector<std::string>>()),
                    true, item["words"]);
        for (const Json& item : kFixture.at("more_words"))
            compare((*tokenizer)->encodeWords(item.get<std::vector<std::string>>()), true, item);
        QCOMPARE(at, hashes.size());
        QVERIFY(at >= std::size_t{16} * 250);
        QVERIFY2(different.isEmpty(), qPrintable(different.mid(0, 5).join('\n')));
    }

    void realText_equalsReference_data() {
        QTest::addColumn<int>("source");
        QTest::addColumn<QString>("family");
        const Json fixture = fixtures::json("tokenizers/families/real_text.json");
        for (std::size_t i = 0; i < fixture.at("sources").size(); ++i) {
            const Json& source = fixture["sources"][i];
            for (const auto& [family, expected] : source.at("families").items())
                QTest::newRow((source.at("name").get<std::string>() + ' ' + family).c_str())
                    << static_cast<int>(i) << QString::fromStdString(family);
        }
    }
    void realText_equalsReference() {
        QFETCH(int, source);
        QFETCH(QString, family);
        static const Json kFixture = fixtures::json("tokenizers/families/real_text.json");
        const Json& json = kFixture.at("sources").at(static_cast<std::size_t>(source));
        const std::string file = fixtures::data(json.at("file").get<std::string>());
        const auto name = family.toStdString();
        if (file.empty() || !m_families.contains(name))
            QSKIP("The data set or the vocabulary is absent (SPANWISE_DATA, default encoder).");
        const std::string bytes = fixtures::bytes(file).toStdString();
        std::vector<std::vector<std::string>> sentences;
        std::vector<std::string> texts;
        if (json.at("kind") == "conll") {
            sentences = conllSentences(bytes);
            for (const auto& sentence : sentences)
                texts.push_back(joined(sentence));
        } else {
            std::map<std::string, std::string> sorted;
            const Json entries = Json::parse(bytes);
            for (const auto& [key, value] : entries.items())
                sorted[key] = value.at("extract").get<std::string>();
            for (auto& [key, text] : sorted)
                texts.push_back(std::move(text));
        }
        QCOMPARE(texts.size(), json.at("texts").get<std::size_t>());
        const Json& expected = json.at("families").at(family.toStdString());
        std::vector<std::string> names{name};
        if (name == "deberta")  // the same model from both of its files
            names.emplace_back("deberta json");
        for (const std::string& each : names) {
            const Tokenizer& tokenizer = *m_families.at(each);
            std::int64_t tokens = 0;
            std::string whole, split;
            for (const std::string& text : texts) {
                const Encoding encoding = tokenizer.encode(text);
                tokens += static_cast<std::int64_t>(encoding.ids.size());
                appendStream(whole, encoding, false);
            }
            QCOMPARE(sha256Hex(whole), expected.at("sha256").get<std::string>());
            if (expected.contains("words_sha256")) {
                for (const auto& words : sentences) {
                    const Encoding encoding = tokenizer.encodeWords(words);
                    tokens += static_cast<std::int64_t>(encoding.ids.size());
                    appendStream(split, encoding, true);
                }
                QCOMPARE(sha256Hex(split), expected.at("words_sha256").get<std::string>());
            }
            QCOMPARE(tokens, expected.at("tokens").get<std::int64_t>());
            qInfo("%s: %lld tokens identical", each.c_str(), static_cast<long long>(tokens));
        }
    }

    /// RoBERTa's words get their space even where whole texts don't: transformers takes words only
    /// with add_prefix_space.
    void robertaWords_alwaysHaveTheirSpace() {
        if (!m_families.contains("roberta"))
            QSKIP("roberta-base's vocabulary is absent (SPANWISE_DATA).");
        const std::vector<std::string> words{"Ada", "joined", "", "Bayer", "\u200b", "AG", "."};
        const Encoding plain = m_families["roberta"]->encodeWords(words);
        const Encoding prefixed = m_families["roberta with prefix"]->encodeWords(words);
        QCOMPARE(plain.ids, prefixed.ids);
        QVERIFY(plain.offsets == prefixed.offsets);
        QVERIFY(plain.ids.front() != m_families["roberta"]->encode("Ada").ids.front());
    }

    void specialIds_comeFromTheFiles() {
        const auto check = [&](const char* family, int first, int last, int pad) {
            if (!m_families.contains(family))
                return;
            const Tokenizer& tokenizer = *m_families[family];
            QCOMPARE(tokenizer.firstId(), first);
            QCOMPARE(tokenizer.lastId(), last);
            QCOMPARE(tokenizer.padId(), pad);
        };
        check("roberta", 0, 2, 1);
        check("gpt2", -1, -1, 0);
        check("deberta", 1, 2, 0);
        check("deberta json", 1, 2, 0);
        check("xlm-roberta", 0, 2, 1);
        const Tokenizer& deberta = *m_families["deberta"];
        QCOMPARE(deberta.idOf("[MASK]").value_or(-1), 8000);
        QCOMPARE(deberta.vocabularySize(), 8001);
        QVERIFY(!deberta.idOf("[NO SUCH TOKEN]"));
        QVERIFY(!deberta.isLowercasing());
        QVERIFY(m_families["deberta lowercase, punctuation"]->isLowercasing());
        const Tokenizer& modern = *m_families["modernbert"];
        QCOMPARE(modern.padId(), modern.idOf("[PAD]").value_or(-1));
        QCOMPARE(modern.firstId(), modern.idOf("[CLS]").value_or(-1));
        QVERIFY(modern.idOf("    ").has_value());
    }

    /// [MASK] has another id where added_tokens.json says so, and GLiNER's tokens follow.
    void addedTokensJson_isHonoured() {
        const QString dir = folder("added");
        QVERIFY(QFile::link(fixtures::qPath("tokenizers/families/deberta/spm.model"),
                            dir + "/spm.model"));
        write(dir + "/added_tokens.json",
              R"({"[MASK]": 8000, "[FLERT]": 8001, "<<ENT>>": 8002, "<<SEP>>": 8003})");
        const auto tokenizer = loadTokenizer(dir.toStdString());
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        QCOMPARE((*tokenizer)->idOf("<<SEP>>").value_or(-1), 8003);
        QCOMPARE((*tokenizer)->vocabularySize(), 8004);
        const Encoding encoding = (*tokenizer)->encodeWords({"<<ENT>>", "drug", "<<SEP>>"});
        QCOMPARE(encoding.ids.front(), 8002);
        QCOMPARE(encoding.ids.back(), 8003);
        write(dir + "/added_tokens.json", R"({"[MASK]": 7})");
        const auto contradicting = loadTokenizer(dir.toStdString());
        QVERIFY(!contradicting);
        QVERIFY(contradicting.error().code == ErrorCode::Incompatible);
        QVERIFY(contradicting.error().message.find("[MASK]") != std::string::npos);
    }

    void mpnetVocabTxt_hasItsSpecialTokens() {
        const QString dir = folder("mpnet-txt");
        write(dir + "/vocab.txt", "<s>\n<pad>\n</s>\n[UNK]\n<mask>\nhello\nworld\n##s\n");
        const auto tokenizer = loadTokenizer(dir.toStdString());
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        QCOMPARE((*tokenizer)->firstId(), 0);
        QCOMPARE((*tokenizer)->lastId(), 2);
        QCOMPARE((*tokenizer)->padId(), 1);
        const Encoding encoding = (*tokenizer)->encode("Hello  <mask> worlds");
        QCOMPARE(encoding.ids, (std::vector<std::int32_t>{5, 4, 6, 7}));
        QVERIFY((encoding.offsets[1] == Range{7, 13}));
    }

    void unknownComponent_isRefusedByName_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("named");
        const auto row = [](const char* pointer, const char* value, const char* named) {
            QTest::newRow(named) << QByteArray(pointer) << QByteArray(value) << QByteArray(named);
        };
        row("/normalizer", R"({"type": "Sequence", "normalizers": [{"type": "Cat"}]})", "Cat");
        row("/pre_tokenizer", R"({"type": "UnicodeScripts"})", "UnicodeScripts");
        row("/pre_tokenizer",
            R"({"type": "Sequence", "pretokenizers": [{"type": "ByteLevel"}, {"type": "Digits"}]})",
            "Digits");
        row("/pre_tokenizer",
            R"({"type": "Split", "pattern": {"Regex": "*a"}, "behavior": "Isolated"})", "*a");
        row("/pre_tokenizer",
            R"({"type": "Split", "pattern": {"String": "a"}, "behavior": "Shuffled"})", "Shuffled");
        row("/model/type", R"("WordLevel")", "WordLevel");
        row("/model/dropout", "0.1", "dropout");
        row("/post_processor", R"({"type": "PairProcessing"})", "PairProcessing");
        row("/post_processor",
            R"({"type": "TemplateProcessing", "special_tokens": {"a": {"ids": [1]}, "b": {"ids": [2]}},
            "single": [{"SpecialToken": {"id": "a"}}, {"SpecialToken": {"id": "b"}},
            {"Sequence": {"id": "A"}}]})",
            "template");
    }
    void unknownComponent_isRefusedByName() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, named);
        Json json = smallBpe();
        QVERIFY(tokenizerFromJson(json.dump(), "small").has_value());
        json[Json::json_pointer(pointer.toStdString())] = Json::parse(value.toStdString());
        const auto tokenizer = tokenizerFromJson(json.dump(), "models/x/tokenizer.json");
        QVERIFY(!tokenizer);
        QVERIFY(tokenizer.error().code == ErrorCode::Incompatible);
        QVERIFY2(tokenizer.error().message.find(named.toStdString()) != std::string::npos,
                 tokenizer.error().message.c_str());
        QCOMPARE(tokenizer.error().where, std::string("models/x/tokenizer.json"));
    }

    void brokenValue_namesKeyExpectedAndFound_data() {
        QTest::addColumn<bool>("unigram");
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, bool unigram, const char* pointer, const char* value,
                            const char* says) {
            QTest::newRow(name) << unigram << QByteArray(pointer) << QByteArray(value)
                                << QByteArray(says);
        };
        row("id absurd", false, "/model/vocab/a", "99999999999", "model.vocab[\"a\"]");
        row("id beyond 64 bits", false, "/model/vocab/a", "18446744073709551615",
            "model.vocab[\"a\"]");
        row("id negative", false, "/model/vocab/a", "-1", "model.vocab[\"a\"]");
        row("id a text", false, "/model/vocab/a", "\"1\"", "found \"1\"");
        row("vocabulary a list", false, "/model/vocab", "[]", "model.vocab: expected an object");
        row("vocabulary empty", false, "/model/vocab", "{}", "at least one token");
        row("merge of unknown", false, "/model/merges", R"(["a z"])", "Merge 1 (\"a\" + \"z\")");
        row("merge to unknown", false, "/model/merges", R"(["b a"])", "needs \"ba\"");
        row("merge of itself with nothing", false, "/model/merges", R"([["a", ""]])", "empty part");
        row("merge of three", false, "/model/merges", R"(["a b c"])", "model.merges[0]");
        row("merge a number", false, "/model/merges", "[3]", "model.merges[0]");
        row("unknown token absent", false, "/model/unk_token", "\"no\"", "model.unk_token");
        row("type a number", false, "/model/type", "3", "model.type: expected a text, found 3");
        row("added id contradicts", false, "/added_tokens",
            R"([{"id": 9, "content": "a", "special": true}])", "expected 1");
        row("added id leaves a hole", false, "/added_tokens",
            R"([{"id": 9, "content": "new", "special": true}])", "expected 6");
        row("score no number", true, "/model/vocab/1/1", "\"x\"", "model.vocab[1][1]");
        row("score null", true, "/model/vocab/1/1", "null", "model.vocab[1][1]");
        row("unknown id too large", true, "/model/unk_id", "4", "model.unk_id is 4");
        row("unknown id absent", true, "/model/unk_id", "null", "model.unk_id is missing");
        row("piece no pair", true, "/model/vocab/1", R"(["a"])", "model.vocab[1]");
        row("replacement of two", true, "/pre_tokenizer/replacement", "\"__\"", "one character");
        row("character map no base 64", true, "/normalizer",
            R"({"type": "Precompiled", "precompiled_charsmap": "****"})", "base 64");
        row("character map cut off", true, "/normalizer",
            R"({"type": "Precompiled", "precompiled_charsmap": "gAAAAAAAAAA="})", "character map");
    }
    void brokenValue_namesKeyExpectedAndFound() {
        QFETCH(bool, unigram);
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, says);
        Json json = unigram ? smallUnigram() : smallBpe();
        QVERIFY(tokenizerFromJson(json.dump(), "small").has_value());
        json[Json::json_pointer(pointer.toStdString())] = Json::parse(value.toStdString());
        const auto tokenizer = tokenizerFromJson(json.dump(), "tokenizer.json");
        QVERIFY(!tokenizer);
        QVERIFY(tokenizer.error().code == ErrorCode::Corrupt ||
                tokenizer.error().code == ErrorCode::Incompatible);
        QVERIFY2(tokenizer.error().message.find(says.toStdString()) != std::string::npos,
                 tokenizer.error().message.c_str());
    }

    void tokenizerJsonCutOff_isCorrupt() {
        const std::string whole = smallBpe().dump();
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto tokenizer = tokenizerFromJson(whole.substr(0, size), "tokenizer.json");
            QVERIFY(!tokenizer);
            QVERIFY(tokenizer.error().code == ErrorCode::Corrupt);
        }
        std::string deep(100000, '[');
        QVERIFY(!tokenizerFromJson(deep, "deep"));
        Json nested = {{"type", "NFC"}};
        for (int i = 0; i < 40; ++i)
            nested = {{"type", "Sequence"}, {"normalizers", Json::array({nested})}};
        Json json = smallBpe();
        json["normalizer"] = nested;
        QVERIFY(!tokenizerFromJson(json.dump(), "nested"));
    }

    /// Whatever a character map holds, looking things up in it stays inside it.
    void hostileCharacterMap_doesNoHarm() {
        Json json = smallUnigram();
        std::uint32_t seed = 1;
        for (int round = 0; round < 200; ++round) {
            QByteArray map(4 + 64 + 8, '\0');
            for (char& byte : map) {
                seed = seed * 1664525 + 1013904223;
                byte = static_cast<char>(seed >> 24);
            }
            map[0] = 64;
            map[1] = map[2] = map[3] = 0;
            json["normalizer"] = {{"type", "Precompiled"},
                                  {"precompiled_charsmap", map.toBase64().toStdString()}};
            const auto tokenizer = tokenizerFromJson(json.dump(), "hostile");
            QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
            std::string all;
            for (char c = 1; c < 127; ++c)
                all += c;
            const Encoding encoding = (*tokenizer)->encode(all + "e\u0301 \u4e2d\u6587 \U0001f600");
            for (const Range range : encoding.offsets)
                QVERIFY(range.begin >= 0 && range.end <= 140 && range.begin <= range.end);
        }
    }

    /// A piece's fallback bytes may be more than its own: those of the prefix count too.
    void byteFallbackWithPrefix_staysInsideTheText() {
        Json json = smallBpe();
        json["model"]["byte_fallback"] = true;
        json["model"]["continuing_subword_prefix"] = "##";
        json["model"]["merges"] = Json::array();
        for (int byte = 0; byte < 256; ++byte)
            json["model"]["vocab"][QString::asprintf("<0x%02X>", byte).toStdString()] = 6 + byte;
        const auto tokenizer = tokenizerFromJson(json.dump(), "tokenizer.json");
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        const Encoding encoding = (*tokenizer)->encode("axyz");
        QCOMPARE(encoding.ids.size(), std::size_t{10});
        for (const Range range : encoding.offsets)
            QVERIFY(range.begin < range.end && range.end <= 4);
    }

    void spmModelBroken_isRefused() {
        const QByteArray whole =
            fixtures::bytes(fixtures::path("tokenizers/families/deberta/spm.model"));
        QVERIFY(whole.size() > 100000);
        const QString dir = folder("broken-spm");
        int refused = 0;
        for (int size = 0; size < whole.size(); size += 9973) {
            write(dir + "/spm.model", whole.left(size).toStdString());
            const auto tokenizer = loadTokenizer(dir.toStdString());
            if (tokenizer)
                continue;  // cut between two pieces: a smaller model
            ++refused;
            QVERIFY(!tokenizer.error().message.empty());
            QVERIFY(tokenizer.error().where.find("spm.model") != std::string::npos);
        }
        QVERIFY(refused > 20);
    }

    void mergesBroken_nameTheLine() {
        const QString dir = folder("broken-merges");
        write(dir + "/vocab.json", R"({"a": 0})");
        write(dir + "/merges.txt", "#version: 0.2\na b\noops\n");
        const auto tokenizer = loadTokenizer(dir.toStdString());
        QVERIFY(!tokenizer);
        QVERIFY2(tokenizer.error().where.ends_with("merges.txt:3"),
                 tokenizer.error().where.c_str());
        write(dir + "/merges.txt", "#version: 0.2\n");
        const auto incomplete = loadTokenizer(dir.toStdString());
        QVERIFY(!incomplete);
        QVERIFY(incomplete.error().message.find("256") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestTokenizers)
#include "test_tokenizers.moc"
