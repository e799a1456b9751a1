#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <map>

#include "core/text/utf8.h"
#include "models/model.h"
#include "models/tokenizers/word_piece.h"
#include "tests/models/fixtures.h"

using namespace spanwise;
using Json = nlohmann::json;

namespace {

struct Fnv {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    void addByte(unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3ULL; }
    void add(std::int64_t value) {
        for (int i = 0; i < 4; ++i)
            addByte(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff);
    }
    [[nodiscard]] QString text() const {
        return QStringLiteral("%1").arg(hash, 16, 16, QLatin1Char('0'));
    }
};

std::string wordOf(const std::string& line) {
    return line.substr(0, std::min(line.find(' '), line.find('\t')));
}

/// Sentences as tests/fixtures/README.md derives them.
std::vector<std::vector<std::string>> conllSentences(const std::string& bytes) {
    std::vector<std::vector<std::string>> sentences;
    std::vector<std::string> sentence;
    std::size_t begin = 0;
    while (begin <= bytes.size()) {
        std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
        std::string line = bytes.substr(begin, end - begin);
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        if (line.find_first_not_of(" \t") == std::string::npos) {
            if (!sentence.empty())
                sentences.push_back(std::move(sentence));
            sentence.clear();
        } else {
            sentence.push_back(wordOf(line));
        }
        begin = end + 1;
    }
    if (!sentence.empty())
        sentences.push_back(std::move(sentence));
    return sentences;
}

}  // namespace

/// Parity with Hugging Face tokenizers: ids and offsets, from fixtures that
/// tests/parity/scripts/make_tokenizer_fixtures.py wrote.
class TestWordPiece : public QObject {
    Q_OBJECT

    std::map<std::string, std::shared_ptr<const Tokenizer>> m_tokenizers;
    QTemporaryDir m_cased;

    const Tokenizer* find(const std::string& key) const {
        const auto found = m_tokenizers.find(key);
        return found == m_tokenizers.end() ? nullptr : found->second.get();
    }
    void needTokenizers() const {
        if (m_tokenizers.empty())
            QSKIP("Neither the default encoder nor shared/data/tokenizers is there.");
    }

private Q_SLOTS:
    void initTestCase() {
        if (const auto encoder = defaultEncoder()) {
            auto tokenizer = loadTokenizer(*encoder);
            QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
            m_tokenizers["minilm-uncased"] = *tokenizer;
        }
        const std::string vocabulary = fixtures::data("tokenizers/bert-base-cased/vocab.txt");
        if (!vocabulary.empty()) {
            QFile::copy(QString::fromStdString(vocabulary), m_cased.filePath("vocab.txt"));
            QFile settings(m_cased.filePath("tokenizer_config.json"));
            QVERIFY(settings.open(QIODevice::WriteOnly));
            settings.write("{\"do_lower_case\": false}");
            settings.close();
            auto tokenizer = loadTokenizer(m_cased.path().toStdString());
            QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
            m_tokenizers["bert-base-cased"] = *tokenizer;
        }
    }

    void torture_equalsReference() {
        needTokenizers();
        const Json fixture = fixtures::json("tokenizers/torture.json");
        int compared = 0;
        for (const Json& item : fixture.at("cases")) {
            const auto text = item.at("text").get<std::string>();
            for (const auto& [key, tokenizer] : m_tokenizers) {
                const Json& expected = item.at("encodings").at(key);
                const Encoding encoding = tokenizer->encode(text);
                const auto what = item.at("name").get<std::string>() + " with " + key;
                QVERIFY2(encoding.ids == expected.at("ids").get<std::vector<std::int32_t>>(),
                         what.c_str());
                Json offsets = Json::array();
                for (const Range range : encoding.offsets)
                    offsets.push_back({range.begin, range.end});
                QVERIFY2(offsets == expected.at("offsets"),
                         (what + ": " + offsets.dump() + " for " + expected.at("offsets").dump())
                             .c_str());
                ++compared;
            }
        }
        for (const Json& item : fixture.at("pre_split")) {
            const auto words = item.at("words").get<std::vector<std::string>>();
            for (const auto& [key, tokenizer] : m_tokenizers) {
                const Json& expected = item.at("encodings").at(key);
                const Encoding encoding = tokenizer->encodeWords(words);
                const auto what = item.at("name").get<std::string>() + " with " + key;
                QVERIFY2(encoding.ids == expected.at("ids").get<std::vector<std::int32_t>>(),
                         what.c_str());
                QVERIFY2(encoding.words == expected.at("word_ids").get<std::vector<std::int32_t>>(),
                         what.c_str());
                ++compared;
            }
        }
        QVERIFY(compared >= 225);
    }

    /// Every code point alone through the normaliser.
    void codePoints_equalReference_data() {
        QTest::addColumn<QString>("key");
        QTest::newRow("uncased") << "minilm-uncased";
        QTest::newRow("cased") << "bert-base-cased";
    }
    void codePoints_equalReference() {
        QFETCH(QString, key);
        const auto* tokenizer = dynamic_cast<const WordPieceTokenizer*>(find(key.toStdString()));
        if (tokenizer == nullptr)
            QSKIP("The vocabulary is absent (default encoder, SPANWISE_DATA).");
        const Json blocks = fixtures::json("tokenizers/codepoints.json")
                                .at("normalized")
                                .at(key.toStdString())
                                .at("blocks_256");
        QStringList different;
        for (std::size_t block = 0; block < blocks.size(); ++block) {
            Fnv hash;
            for (char32_t c = static_cast<char32_t>(256 * block); c < 256 * (block + 1); ++c) {
                if (c >= 0xd800 && c < 0xe000)
                    continue;
                const std::string out =
                    tokenizer->normalized(QString::fromUcs4(&c, 1).toStdString());
                hash.addByte(static_cast<unsigned char>(out.size()));
                for (const char byte : out)
                    hash.addByte(static_cast<unsigned char>(byte));
            }
            if (hash.text().toStdString() != blocks[block].get<std::string>())
                different << QString::number(256 * block, 16);
        }
        QVERIFY2(different.isEmpty(), qPrintable("blocks at " + different.join(' ')));
    }

    void realText_equalsReference_data() {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QString>("key");
        const Json fixture = fixtures::json("tokenizers/real_text.json");
        for (const Json& source : fixture.at("sources")) {
            for (const auto& [key, encoding] : source.at("encodings").items())
                QTest::newRow((source.at("name").get<std::string>() + " " + key).c_str())
                    << QByteArray::fromStdString(source.dump()) << QString::fromStdString(key);
        }
    }
    void realText_equalsReference() {
        QFETCH(QByteArray, source);
        QFETCH(QString, key);
        const Json json = Json::parse(source.toStdString());
        const std::string file = fixtures::data(json.at("file").get<std::string>());
        const Tokenizer* tokenizer = find(key.toStdString());
        if (file.empty() || tokenizer == nullptr)
            QSKIP("The data set or the vocabulary is absent (SPANWISE_DATA).");
        const std::string bytes = fixtures::bytes(file).toStdString();
        const bool conll = json.at("kind") == "conll";
        std::vector<std::vector<std::string>> sentences;
        std::vector<std::string> texts;
        if (conll) {
            sentences = conllSentences(bytes);
            for (const auto& sentence : sentences) {
                std::string text;
                for (const std::string& word : sentence)
                    text += (&word == &sentence.front() ? "" : " ") + word;
                texts.push_back(std::move(text));
            }
        } else {
            std::map<std::string, std::string> sorted;
            const Json values = Json::parse(bytes);
            for (const auto& [name, value] : values.items())
                sorted[name] = value.at("extract").get<std::string>();
            for (auto& [name, text] : sorted)
                texts.push_back(std::move(text));
        }
        QCOMPARE(texts.size(), json.at("texts").get<std::size_t>());
        const Json& expected = json.at("encodings").at(key.toStdString());
        const std::size_t group = 8;
        std::int64_t tokens = 0, wordTokens = 0;
        for (std::size_t begin = 0; begin < texts.size(); begin += group) {
            Fnv whole, split;
            for (std::size_t i = begin; i < std::min(texts.size(), begin + group); ++i) {
                const Encoding encoding = tokenizer->encode(texts[i]);
                tokens += static_cast<std::int64_t>(encoding.ids.size());
                for (std::size_t t = 0; t < encoding.ids.size(); ++t) {
                    whole.add(encoding.ids[t]);
                    whole.add(encoding.offsets[t].begin);
                    whole.add(encoding.offsets[t].end);
                }
                if (!expected.contains("word_hashes"))
                    continue;
                const Encoding byWord = tokenizer->encodeWords(sentences[i]);
                wordTokens += static_cast<std::int64_t>(byWord.ids.size());
                for (std::size_t t = 0; t < byWord.ids.size(); ++t) {
                    split.add(byWord.ids[t]);
                    split.add(byWord.words[t]);
                    split.add(byWord.offsets[t].begin);
                    split.add(byWord.offsets[t].end);
                }
            }
            const auto context = QStringLiteral("group %1, e.g. %2")
                                     .arg(begin / group)
                                     .arg(QString::fromStdString(texts[begin]).left(120));
            QVERIFY2(whole.text().toStdString() ==
                         expected.at("text_hashes")[begin / group].get<std::string>(),
                     qPrintable(context));
            if (expected.contains("word_hashes"))
                QVERIFY2(split.text().toStdString() ==
                             expected.at("word_hashes")[begin / group].get<std::string>(),
                         qPrintable(context));
        }
        QCOMPARE(tokens, expected.at("tokens").get<std::int64_t>());
        qInfo("%lld tokens identical", static_cast<long long>(tokens + wordTokens));
    }

    void unknownComponent_isRefusedByName_data() {
        QTest::addColumn<QString>("part");
        QTest::addColumn<QString>("type");
        QTest::newRow("normalizer") << "normalizer"
                                    << "ByteLevel";
        QTest::newRow("pre-tokenizer") << "pre_tokenizer"
                                       << "UnicodeScripts";
        QTest::newRow("model") << "model"
                               << "WordLevel";
        QTest::newRow("post-processor") << "post_processor"
                                        << "PairProcessing";
    }
    void unknownComponent_isRefusedByName() {
        QFETCH(QString, part);
        QFETCH(QString, type);
        Json json = fixtures::json("encoders/tiny_bert/tokenizer.json");
        json[part.toStdString()]["type"] = type.toStdString();
        const QTemporaryDir dir;
        QFile out(dir.filePath("tokenizer.json"));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(QByteArray::fromStdString(json.dump()));
        out.close();
        const auto tokenizer = loadTokenizer(dir.path().toStdString());
        QVERIFY(!tokenizer);
        QVERIFY(tokenizer.error().code == ErrorCode::Incompatible);
        QVERIFY2(tokenizer.error().message.find(type.toStdString()) != std::string::npos,
                 tokenizer.error().message.c_str());
    }

    void vocabTxtAndTokenizerJson_giveTheSame() {
        const auto full = loadTokenizer(fixtures::path("encoders/tiny_bert"));
        QVERIFY2(full.has_value(), full ? "" : full.error().text().c_str());
        const QTemporaryDir dir;
        for (const char* name : {"vocab.txt", "tokenizer_config.json"})
            QVERIFY(
                QFile::copy(QString::fromStdString(fixtures::path("encoders/tiny_bert/")) + name,
                            dir.filePath(name)));
        const auto plain = loadTokenizer(dir.path().toStdString());
        QVERIFY2(plain.has_value(), plain ? "" : plain.error().text().c_str());
        for (const char* text : {"The clinic in Oslo.", "ÀÉ [MASK] x", "unknownword 漢字"})
            QCOMPARE((*full)->encode(text).ids, (*plain)->encode(text).ids);
    }

    void emptyVocabulary_isRefused() {
        const QTemporaryDir dir;
        QFile out(dir.filePath("vocab.txt"));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.close();
        QVERIFY(!loadTokenizer(dir.path().toStdString()));
        QVERIFY(!loadTokenizer("/no/such/folder"));
    }
};

QTEST_GUILESS_MAIN(TestWordPiece)
#include "test_word_piece.moc"
