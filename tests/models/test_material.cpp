#include <zlib.h>

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/text/utf8.h"
#include "models/pretraining/concepts.h"
#include "models/pretraining/input_file.h"
#include "models/pretraining/json_items.h"
#include "models/pretraining/material.h"
#include "models/pretraining/python_literal.h"
#include "models/pretraining/silver_labels.h"
#include "tests/core/support.h"

using namespace spanwise;

namespace {

std::string fixture(const std::string& name) {
    return std::string(SPANWISE_FIXTURES) + "/pretraining/" + name;
}

std::string realFile(const std::string& name) {
    return test::dataFolder().toStdString() + "/" + name;
}

bool isThere(const std::string& path) {
    return QFile::exists(QString::fromStdString(path));
}

/// "begin-end text=concept" of each mention.
std::string shown(const Passage& passage) {
    std::string out;
    for (const Mention& mention : passage.mentions) {
        out += (out.empty() ? "" : "; ") + std::to_string(mention.begin) + "-" +
               std::to_string(mention.end) + " " +
               std::string(slice(passage.text, {mention.begin, mention.end})) + "=" + mention.name;
        if (!mention.description.empty())
            out += " (" + mention.description + ")";
    }
    return out;
}

MaterialSource sourceOf(const std::string& path, MaterialKind kind = MaterialKind::Auto) {
    MaterialSource source;
    source.name = source.family = "s";
    source.files = {path};
    source.kind = kind;
    return source;
}

struct ReadMaterial {
    std::vector<Passage> passages;
    SourceReport report;
    std::vector<std::string> notes;
};

Result<ReadMaterial> readAll(MaterialSource source, MaterialOptions options = {}) {
    ReadMaterial out;
    const auto report = inspectMaterial({std::move(source)}, options,
                                        [&](const Passage& passage, std::size_t) -> Result<void> {
                                            out.passages.push_back(passage);
                                            return {};
                                        });
    if (!report)
        return tl::unexpected(report.error());
    out.report = report->sources.front();
    out.notes = report->notes;
    return out;
}

/// Without WordNet, whether it is installed or not.
MaterialOptions bare() {
    MaterialOptions options;
    options.wordNet = "/nowhere";
    return options;
}

std::string squeezed(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ')
            out += c;
    }
    return out;
}

void writeFile(const QString& path, const std::string& bytes) {
    std::ofstream(path.toStdString(), std::ios::binary) << bytes;
}

std::string gzipped(const std::string& bytes) {
    std::string out(bytes.size() + 1000, '\0');
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

}  // namespace

class TestMaterial : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pythonList_isParsedAsPythonDoes() {
        const QByteArray literal =
            test::readAll(QStringLiteral(SPANWISE_FIXTURES "/pretraining/python_list.txt"));
        const auto parsed = parsePythonList(literal.toStdString());
        VERIFY_OK(parsed);
        const std::vector<std::vector<std::string>> expected{
            {"a <> b"}, {"it's"}, {"it's"}, {"éAA\n"},  {"\\n"}, {"x", "y"},
            {"z"},      {""},     {"😀"},    {"\uFFFD"}, {"\\q"}, {"tri'ple"}};
        QCOMPARE(*parsed, expected);
        VERIFY_OK(parsePythonList("[]"));
    }

    void brokenPythonList_isRefusedWithTheByte_data() {
        QTest::addColumn<QByteArray>("literal");
        QTest::addColumn<QString>("part");
        QTest::newRow("empty") << QByteArray("") << "\"[\" at byte 1, where the text ends";
        QTest::newRow("open list") << QByteArray("['a'") << "should follow at byte 5";
        QTest::newRow("open string") << QByteArray("['a") << "quotation mark at byte 4";
        QTest::newRow("open escape") << QByteArray("['a\\") << "follow the backslash";
        QTest::newRow("number") << QByteArray("[1]") << "begin with a quotation mark at byte 2";
        QTest::newRow("call") << QByteArray("[__import__('os')]") << "quotation mark at byte 2";
        QTest::newRow("sum") << QByteArray("['a' + 'b']") << "should follow at byte 6";
        QTest::newRow("dict") << QByteArray("{'a': 1}") << "begin with \"[\" at byte 1";
        QTest::newRow("tail") << QByteArray("['a'] x") << "nothing should follow";
        QTest::newRow("short hex") << QByteArray("['\\x4']") << "2 digits";
        QTest::newRow("too far") << QByteArray("['\\U00110000']") << "10FFFF";
        QTest::newRow("named") << QByteArray("['\\N{BULLET}']") << "character's name";
        QTest::newRow("deep") << QByteArray(100'000, '[') << "quotation mark at byte 3";
        QTest::newRow("line break") << QByteArray("['a\nb']") << "before the line does";
    }

    void brokenPythonList_isRefusedWithTheByte() {
        QFETCH(QByteArray, literal);
        QFETCH(QString, part);
        VERIFY_FAILS(parsePythonList(literal.toStdString()), ErrorCode::InvalidFormat, "",
                     part.toStdString());
    }

    void jsonList_isStreamedPastBadEntries() {
        std::istringstream in(
            "\xEF\xBB\xBF [ {\"a\": \"]}\\\"\"},\n\n 2, {\"b\": }, \"x,y\",\n[1, [2]]] \n");
        JsonItems items(in, "f.json", JsonLayout::List);
        std::vector<std::string> seen;
        for (;;) {
            nlohmann::json item;
            const auto more = items.next(item);
            if (!more) {
                seen.push_back(more.error().where);
                continue;
            }
            if (!*more)
                break;
            seen.push_back(item.dump());
        }
        const std::vector<std::string> expected{"{\"a\":\"]}\\\"\"}", "2", "f.json:3", "\"x,y\"",
                                                "[1,[2]]"};
        QCOMPARE(seen, expected);
    }

    void jsonPartsThatEndEarly_endTheReading_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("cut") << QByteArray("[{\"a\": 1}, {\"b\"") << "ends inside the JSON";
        QTest::newRow("cut after comma") << QByteArray("[1,") << "ends inside the JSON";
        QTest::newRow("wrong bracket") << QByteArray("[1}") << "closes nothing";
        QTest::newRow("no list") << QByteArray("{}") << "begins with \"[\"";
        QTest::newRow("tail") << QByteArray("[1] 2") << "follows behind";
    }

    void jsonPartsThatEndEarly_endTheReading() {
        QFETCH(QByteArray, text);
        QFETCH(QString, part);
        std::istringstream in(text.toStdString());
        JsonItems items(in, "f.json", JsonLayout::List);
        nlohmann::json item;
        Result<bool> more = items.next(item);
        while (more && *more)
            more = items.next(item);
        VERIFY_FAILS(more, ErrorCode::InvalidFormat, "f.json:1", part.toStdString());
        more = items.next(item);
        VERIFY_OK(more);
        QVERIFY(!*more);
    }

    void jsonMembers_areStreamedOneByOne() {
        std::istringstream in("{\"a\": {\"b\": [1, 2]},, \"c\": 3}");
        JsonItems items(in, "f.json", JsonLayout::Members);
        nlohmann::json item;
        auto more = items.next(item);
        VERIFY_OK(more);
        QCOMPARE(item.dump(), std::string("{\"a\":{\"b\":[1,2]}}"));
        VERIFY_FAILS(items.next(item), ErrorCode::InvalidFormat, "f.json:1", "between two commas");
        VERIFY_OK(items.next(item));
        QCOMPARE(item.dump(), std::string("{\"c\":3}"));
        more = items.next(item);
        VERIFY_OK(more);
        QVERIFY(!*more);
    }

    void typeNames_becomeReadable_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("name");
        QTest::newRow("underscore") << "Restaurant_Name"
                                    << "restaurant name";
        QTest::newRow("dash") << "side-effect"
                              << "side effect";
        QTest::newRow("camel") << "HumanSettlement"
                               << "human settlement";
        QTest::newRow("capitals") << "OtherPROD"
                                  << "other prod";
        QTest::newRow("capitals first") << "HTML_XMLTag"
                                        << "html xml tag";
        QTest::newRow("slash") << "artist/author"
                               << "artist or author";
        QTest::newRow("umlaut") << "ÄrztlicheMaßnahme"
                                << "ärztliche maßnahme";
        QTest::newRow("plain") << "DRUG"
                               << "drug";
        QTest::newRow("usual tag") << "PER"
                                   << "person";
        QTest::newRow("coarse and fine") << "building_airport"
                                         << "building airport";
        QTest::newRow("digits") << "Type2_x"
                                << "type2 x";
    }

    void typeNames_becomeReadable() {
        QFETCH(QString, type);
        QFETCH(QString, name);
        QCOMPARE(readableTypeName(type.toStdString()), name.toStdString());
    }

    void concepts_areCompared_withoutCaseFormAndSpace() {
        QCOMPARE(normalisedConcept("  Medical \t\u00a0Condition "),
                 std::string("medical condition"));
        QCOMPARE(normalisedConcept("CAFE\u0301"), std::string("caf\u00e9"));
        QCOMPARE(normalisedConcept("programming language"), std::string("programming language"));
        QCOMPARE(normalisedConcept(" \n "), std::string());
    }

    void typeMap_thatIsNone_isRefused() {
        VERIFY_FAILS(TypeMap::parse("[]", "m.json"), ErrorCode::InvalidFormat, "m.json",
                     "no JSON object");
        VERIFY_FAILS(TypeMap::parse(R"({"A": 3})", "m.json"), ErrorCode::InvalidFormat, "m.json",
                     "Type \"A\" is neither");
        VERIFY_FAILS(TypeMap::parse(R"({"A": {"description": "x"}})", "m.json"),
                     ErrorCode::InvalidFormat, "m.json", "has no string \"name\"");
        VERIFY_FAILS(TypeMap::parse(R"({"A": " "})", "m.json"), ErrorCode::InvalidFormat, "m.json",
                     "blank name");
        VERIFY_FAILS(TypeMap::parse(std::string(100'000, '{'), "m.json"), ErrorCode::InvalidFormat,
                     "m.json", "no JSON object");
    }

    void kinds_areDetected_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("kind");
        for (const char* row :
             {"nuner.jsonl nuner", "nuner_list.json nuner", "pile_ner.json pile-ner",
              "gold.conll conll", "gold.jsonl jsonl", "semcor.jsonl semcor", "sgd.jsonl sgd",
              "passages.jsonl passages", "wiki.json wiki-leads"}) {
            const auto parts = QString::fromLatin1(row).split(u' ');
            QTest::newRow(row) << parts[0] << parts[1];
        }
    }

    void kinds_areDetected() {
        QFETCH(QString, file);
        QFETCH(QString, kind);
        const auto detected = detectMaterialKind(fixture(file.toStdString()));
        VERIFY_OK(detected);
        QCOMPARE(std::string(materialKindName(*detected)), kind.toStdString());
        const auto back = materialKindFromName(kind.toStdString());
        VERIFY_OK(back);
        QCOMPARE(*back, *detected);
    }

    void unknownLayouts_areRefused() {
        QTemporaryDir folder;
        const auto check = [&](const char* name, const std::string& bytes, const char* part) {
            const QString path = folder.filePath(QString::fromLatin1(name));
            writeFile(path, bytes);
            const auto kind = detectMaterialKind(path.toStdString());
            return kind                                                  ? std::string("detected")
                   : kind.error().text().find(part) != std::string::npos ? std::string()
                                                                         : kind.error().text();
        };
        QCOMPARE(check("a.jsonl", "", "empty"), std::string());
        QCOMPARE(check("a.jsonl", "{\"words\": []}\n", "no known layout"), std::string());
        QCOMPARE(check("a.json", "[3, 4]", "no known layout"), std::string());
        QCOMPARE(check("a.json", "Sure! Here is", "does not begin with"), std::string());
        QCOMPARE(check("a.jsonl.gz",
                       gzipped("{\"text\": \"" + std::string(100'000, 'x') + "\"}").substr(0, 90),
                       "cut short"),
                 std::string());
        QVERIFY(!materialKindFromName("tsv"));
        VERIFY_FAILS(detectMaterialKind(folder.path().toStdString()), ErrorCode::InvalidArgument,
                     folder.path().toStdString(), "This is a folder");
        VERIFY_FAILS(detectMaterialKind("/nowhere.jsonl"), ErrorCode::NotFound, "/nowhere.jsonl",
                     "");
    }

    void nuner_isLocated() {
        const auto read = readAll(sourceOf(fixture("nuner.jsonl")));
        VERIFY_OK(read);
        QCOMPARE(read->passages.size(), std::size_t{2});
        QCOMPARE(shown(read->passages[0]),
                 std::string("4-7 art=discipline; 11-23 Ada Lovelace=person (a human being); "
                             "25-28 art=discipline"));
        QCOMPARE(shown(read->passages[1]),
                 std::string("0-3 Zoë=person; 15-24 São Paulo=city (a large town)"));
        QCOMPARE(read->passages[1].source, std::string("s"));
        QCOMPARE(read->report.entries, std::int64_t{4});
        QCOMPARE(read->report.unlocated, std::int64_t{1});
        QCOMPARE(read->report.malformed, std::int64_t{2});
        QCOMPARE(read->report.withoutMentions, std::int64_t{1});
        QCOMPARE(read->report.duplicates, std::int64_t{1});
        QCOMPARE(read->report.mentions, std::int64_t{5});
        QCOMPARE(read->report.concepts, std::int64_t{3});
    }

    void nunerList_isRead() {
        const auto read = readAll(sourceOf(fixture("nuner_list.json")));
        VERIFY_OK(read);
        QCOMPARE(read->passages.size(), std::size_t{2});
        QCOMPARE(shown(read->passages[1]), std::string("0-4 Snow=weather"));
    }

    void badEntries_areNamed_orCounted() {
        const std::string path = fixture("nuner_unbalanced.jsonl");
        VERIFY_FAILS(readAll(sourceOf(path, MaterialKind::Nuner)), ErrorCode::InvalidFormat,
                     path + ":2", "the string should end with a quotation mark at byte 15");
        MaterialOptions options;
        options.skipBad = true;
        const auto read = readAll(sourceOf(path, MaterialKind::Nuner), options);
        VERIFY_OK(read);
        QCOMPARE(read->passages.size(), std::size_t{2});
        QCOMPARE(read->report.bad, std::int64_t{4});
        QVERIFY(read->report.firstBad.starts_with(path + ":2: \"output\": This is no Python list"));
    }

    void pileNer_isLocated() {
        const auto read = readAll(sourceOf(fixture("pile_ner.json")));
        VERIFY_OK(read);
        QCOMPARE(read->passages.size(), std::size_t{1});
        QCOMPARE(shown(read->passages[0]),
                 std::string("0-11 Marie Curie=person; 6-11 Curie=person; 20-31 Nobel Prize=award; "
                             "33-38 Curie=person"));
        QCOMPARE(read->passages[0].id, std::string("ner_0"));
        QCOMPARE(read->report.unlocated, std::int64_t{1});
        QCOMPARE(read->report.malformed, std::int64_t{1});
    }

    void conll_withAndWithoutMap() {
        MaterialSource source = sourceOf(fixture("gold.conll"));
        source.closed = true;
        source.skipFirstWords = {"Question_ID"};
        auto read = readAll(source);
        VERIFY_OK(read);
        QCOMPARE(read->passages.size(), std::size_t{2});
        QCOMPARE(shown(read->passages[0]),
                 std::string("4-15 Plaza Hotel=building hotel; 19-26 OldYork=other loc; "
                             "31-36 Wi-Fi=misc"));
        auto types = TypeMap::load(fixture("types.json"));
        VERIFY_OK(types);
        source.types = *types;
        read = readAll(source);
        VERIFY_OK(read);
        QCOMPARE(shown(read->passages[0]),
                 std::string("4-15 Plaza Hotel=hotel (a place to sleep); 19-26 OldYork=other loc"));
        QCOMPARE(read->passages[1].text, std::string("It rained"));
        QCOMPARE(read->report.droppedTypes, std::int64_t{1});
        const auto material = Material::open({source});
        VERIFY_OK(material);
        const auto closed = material->closedConcepts(0);
        VERIFY_OK(closed);
        QCOMPARE(*closed, (std::vector<std::string>{"hotel", "other loc"}));
        source.closed = false;
        read = readAll(source);
        VERIFY_OK(read);
        QCOMPARE(read->passages.size(), std::size_t{1});
        QCOMPARE(read->report.withoutMentions, std::int64_t{1});
    }

    void jsonlGold_isRead() {
        const auto read = readAll(sourceOf(fixture("gold.jsonl")));
        VERIFY_OK(read);
        QCOMPARE(read->passages.size(), std::size_t{1});
        QCOMPARE(shown(read->passages[0]),
                 std::string("0-3 Zoë=person; 15-20 Plaza=restaurant name"));
    }

    void ownPassages_areNormalised() {
        const auto read = readAll(sourceOf(fixture("passages.jsonl")));
        VERIFY_OK(read);
        QCOMPARE(read->passages.size(), std::size_t{1});
        QCOMPARE(shown(read->passages[0]),
                 std::string("0-7 Aspirin=drug (a medicine); 16-24 headache=symptom"));
    }

    void semcor_givesAllConcepts() {
        auto material = Material::open({sourceOf(fixture("semcor.jsonl"))}, bare());
        VERIFY_OK(material);
        for (int pass = 0; pass < 2; ++pass) {
            material->rewind();
            Passage passage;
            auto more = material->next(passage);
            VERIFY_OK(more);
            QCOMPARE(passage.text, std::string("\"The jury didn't see Atlanta,\" he said."));
            // Nothing as vague as "entity"; an individual's name is no concept, what it is stands
            // for it.
            QCOMPARE(QString::fromStdString(shown(passage)),
                     QString("5-9 jury=body; 5-9 jury=group; 5-9 jury=jury; "
                             "5-9 jury=social group; 21-28 Atlanta=capital; "
                             "21-28 Atlanta=location (a position in space); "
                             "21-28 Atlanta=seat; 21-28 Atlanta=state capital"));
            more = material->next(passage);
            VERIFY_OK(more);
            QVERIFY(!*more);
        }
        QCOMPARE(material->report().notes.size(), std::size_t{1});
    }

    void sgd_isRead() {
        MaterialSource source = sourceOf(fixture("sgd.jsonl"));
        const auto read = readAll(source);
        VERIFY_OK(read);
        QCOMPARE(read->passages.size(), std::size_t{1});
        QCOMPARE(shown(read->passages[0]),
                 std::string("10-19 São Paulo=restaurant city (City of the restaurant); "
                             "23-27 7 pm=time (When)"));
    }

    void leads_withoutWordNet_sayWhatToInstall() {
        VERIFY_FAILS(readAll(sourceOf(fixture("wiki.json")), bare()), ErrorCode::NotFound,
                     fixture("wiki.json"), "wordnet-base");
    }

    void leads_getSilverLabels() {
        if (!isThere(kWordNetFolder))
            QSKIP("WordNet is not installed (Debian's wordnet-base).");
        const auto read = readAll(sourceOf(fixture("wiki.json")));
        VERIFY_OK(read);
        QCOMPARE(read->passages.size(), std::size_t{2});
        const std::string accordion = shown(read->passages[0]);
        QVERIFY2(accordion.find("Accordions=musical instrument") != std::string::npos,
                 accordion.c_str());
        QVERIFY2(accordion.find("accordion=musical instrument (any of various devices") !=
                     std::string::npos,
                 accordion.c_str());
        QVERIFY2(accordion.find("accordionist=") != std::string::npos, accordion.c_str());
        const std::string emma = shown(read->passages[1]);
        QVERIFY2(emma.starts_with("0-4 Emma=novel ("), emma.c_str());
        QVERIFY2(emma.find("0-4 Emma=picaresque novel") != std::string::npos, emma.c_str());
    }

    void definitions_giveTheirKind_data() {
        QTest::addColumn<QString>("definition");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("phrase");
        QTest::newRow("writer") << "an English mathematician and writer"
                                << "mathematician"
                                << "";
        QTest::newRow("language") << "a high-level programming language for science"
                                  << "programming language"
                                  << "";
        QTest::newRow("kind of") << "a kind of large cat that lives in Asia"
                                 << "cat"
                                 << "large cat";
        QTest::newRow("family of") << "the family of stringed instruments, played"
                                   << "stringed instrument"
                                   << "";
        QTest::newRow("participle") << "a novel written by Jane Austen"
                                    << "novel"
                                    << "";
        QTest::newRow("adjectives") << "a tall, perennial herb in the family"
                                    << "herb"
                                    << "perennial herb";
        QTest::newRow("native to") << "a species of bird native to Spain"
                                   << "bird"
                                   << "";
        QTest::newRow("part of") << "a part of the brain"
                                 << ""
                                 << "";
        QTest::newRow("vague") << "an object of art"
                               << ""
                               << "";
        QTest::newRow("no noun") << "the quickly"
                                 << ""
                                 << "";
        QTest::newRow("name") << "the author Mark Twain"
                              << ""
                              << "";
        QTest::newRow("nothing") << ""
                                 << ""
                                 << "";
    }

    void definitions_giveTheirKind() {
        if (!isThere(kWordNetFolder))
            QSKIP("WordNet is not installed (Debian's wordnet-base).");
        static const auto wordNet = WordNet::load();
        VERIFY_OK(wordNet);
        QFETCH(QString, definition);
        QFETCH(QString, name);
        QFETCH(QString, phrase);
        const DefinedKind kind = kindOfDefinition(definition.toStdString(), **wordNet);
        QCOMPARE(QString::fromStdString(kind.name), name);
        if (!phrase.isEmpty())
            QCOMPARE(QString::fromStdString(kind.phrase), phrase);
    }

    void wordNet_isReadWhole() {
        if (!isThere(kWordNetFolder))
            QSKIP("WordNet is not installed (Debian's wordnet-base).");
        const auto loaded = WordNet::load();
        VERIFY_OK(loaded);
        const WordNet& net = **loaded;
        QCOMPARE(net.size(), 82'115);
        const auto dog = net.senses("dog");
        QCOMPARE(dog.size(), std::size_t{7});
        QCOMPARE(net.name(dog[0]), std::string("dog"));
        QVERIFY(net.gloss(dog[0]).starts_with("a member of the genus Canis"));
        QVERIFY(net.gloss(dog[0]).find('"') == std::string_view::npos);
        const auto above = net.hypernyms(dog[0], 3);
        QCOMPARE(net.name(above[0]), std::string("canine"));
        QCOMPARE(net.name(above[1]), std::string("domestic animal"));
        QCOMPARE(net.lemmaOf("dogs"), std::optional<std::string>("dog"));
        QCOMPARE(net.lemmaOf("mice"), std::optional<std::string>("mouse"));
        QCOMPARE(net.lemmaOf("musical_instruments"),
                 std::optional<std::string>("musical_instrument"));
        QCOMPARE(net.lemmaOf("glass"), std::optional<std::string>("glass"));
        QCOMPARE(net.lemmaOf("zzyzx"), std::optional<std::string>());
        QVERIFY(net.isOtherThanNoun("run") && !net.isOtherThanNoun("accordionist"));
        const auto einstein = net.senses("einstein");
        QVERIFY(net.isIndividual(einstein[0]) && !net.isIndividual(dog[0]));
        QVERIFY(net.isCapitalised(einstein[0], "einstein") && !net.isCapitalised(dog[0], "dog"));
    }

    void brokenWordNet_isNamed() {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        VERIFY_FAILS(WordNet::load(path), ErrorCode::NotFound, path + "/data.noun", "wordnet-base");
        for (const char* name : {"index.noun", "noun.exc", "index.verb", "index.adj", "index.adv"})
            writeFile(folder.filePath(QString::fromLatin1(name)), "");
        const auto data = [&](const std::string& bytes) {
            writeFile(folder.filePath(QStringLiteral("data.noun")), bytes);
            return WordNet::load(path);
        };
        VERIFY_FAILS(data("  licence\n00000010 03 n 01 a 0 000 | x\n00000020 03 n zz"),
                     ErrorCode::Corrupt, path + "/data.noun:3", "not as WordNet's files are");
        VERIFY_FAILS(data("00000010 03 n 01 a 0 001 @ 00000099 n 0000 | x\n"), ErrorCode::Corrupt,
                     path + "/data.noun", "Synset 99");
        VERIFY_OK(data("00000010 03 n 01 a 0 000 | x\n"));
        writeFile(folder.filePath(QStringLiteral("index.noun")), "a n 1 0 1 0 00000011\n");
        VERIFY_FAILS(WordNet::load(path), ErrorCode::Corrupt, path + "/index.noun:1", "");
    }

    void mutatedFiles_endInPassagesOrAnError() {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("mutant.json"));
        QRandomGenerator random(41);
        const auto below = [&](std::size_t count) { return random.generate64() % count; };
        int refused = 0;
        int read = 0;
        for (const auto& [name, kind] : std::vector<std::pair<const char*, MaterialKind>>{
                 {"nuner.jsonl", MaterialKind::Nuner},
                 {"nuner_list.json", MaterialKind::Nuner},
                 {"pile_ner.json", MaterialKind::PileNer},
                 {"gold.conll", MaterialKind::Conll},
                 {"gold.jsonl", MaterialKind::Jsonl},
                 {"semcor.jsonl", MaterialKind::SemCor},
                 {"sgd.jsonl", MaterialKind::Sgd},
                 {"passages.jsonl", MaterialKind::Passages}}) {
            const QByteArray whole = test::readAll(QString::fromStdString(fixture(name)));
            static constexpr std::string_view kBytes = "{}[]\"'\\,:0-9.eE \n\xff\xc3<>t";
            for (int i = 0; i < 60; ++i) {
                std::string bytes = whole.toStdString();
                for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
                    const std::size_t at = below(bytes.size());
                    const char byte = kBytes[below(kBytes.size())];
                    switch (below(3)) {
                        case 0:
                            bytes[at] = byte;
                            break;
                        case 1:
                            bytes.insert(at, 1, byte);
                            break;
                        default:
                            bytes.erase(at, 1 + below(6));
                    }
                }
                writeFile(path, bytes);
                MaterialOptions options = bare();
                options.skipBad = i % 2 == 0;
                const auto result = readAll(sourceOf(path.toStdString(), kind), options);
                if (!result) {
                    ++refused;
                    QVERIFY(!result.error().message.empty());
                    QVERIFY2(result.error().where.starts_with(path.toStdString()),
                             result.error().text().c_str());
                    continue;
                }
                ++read;
                for (const Passage& passage : result->passages) {
                    QVERIFY(isUtf8(passage.text));
                    const Offset length = countCodePoints(passage.text);
                    for (const Mention& mention : passage.mentions) {
                        QVERIFY(0 <= mention.begin && mention.begin < mention.end &&
                                mention.end <= length && !mention.name.empty());
                    }
                }
                (void)detectMaterialKind(path.toStdString());
            }
        }
        QVERIFY2(refused > 50 && read > 50,
                 qPrintable(QStringLiteral("%1 %2").arg(refused).arg(read)));
    }

    void nothingToLearn_isAnError_oneConceptANote() {
        VERIFY_FAILS(readAll(sourceOf(fixture("no_mentions.jsonl"))), ErrorCode::InvalidFormat,
                     fixture("no_mentions.jsonl"), "of 2 entries none has a mention");
        const auto read = readAll(sourceOf(fixture("one_concept.jsonl")));
        VERIFY_OK(read);
        QCOMPARE(read->report.concepts, std::int64_t{1});
        QCOMPARE(read->notes.size(), std::size_t{1});
        QVERIFY(read->notes[0].find("one concept, \"city\"") != std::string::npos);
    }

    void longLine_isRefusedOrCounted() {
        QTemporaryDir folder;
        const std::string good =
            R"({"text": "Oslo", "mentions": [{"begin": 0, "end": 4, "concept": "city"}]})";
        Passage passage;
        passage.text = std::string(kLongestPassageLine, 'x');
        const QString lines = folder.filePath(QStringLiteral("long.jsonl"));
        writeFile(lines, good + "\n" + passageToJson(passage) + "\n" + good + "\n");
        VERIFY_FAILS(readAll(sourceOf(lines.toStdString())), ErrorCode::InvalidFormat,
                     lines.toStdString() + ":2", "longer than 10000000 bytes");
        MaterialOptions options;
        options.skipBad = true;
        const auto read = readAll(sourceOf(lines.toStdString()), options);
        VERIFY_OK(read);
        QCOMPARE(read->report.bad, std::int64_t{1});
        QCOMPARE(read->report.passages, std::int64_t{1});
        QCOMPARE(read->report.duplicates, std::int64_t{1});

        const QString list = folder.filePath(QStringLiteral("long.json"));
        const std::string entry = R"({"input": "Oslo", "output": "['Oslo <> city']"})";
        writeFile(list, "[" + entry + ",\n{\"input\": \"" + passage.text + "\"},\n" + entry + "]");
        VERIFY_FAILS(readAll(sourceOf(list.toStdString())), ErrorCode::InvalidFormat,
                     list.toStdString() + ":2", "longer than 10000000 bytes");
        const auto counted = readAll(sourceOf(list.toStdString()), options);
        VERIFY_OK(counted);
        QCOMPARE(counted->report.bad, std::int64_t{1});
        QCOMPARE(counted->report.passages, std::int64_t{1});
    }

    void gzipFiles_areReadAndChecked() {
        QTemporaryDir folder;
        std::string text;
        for (int i = 0; i < 5000; ++i) {
            text += passageToJson({.id = {},
                                   .text = "Oslo " + std::to_string(i * 7919),
                                   .source = {},
                                   .model = {},
                                   .prompt = {},
                                   .mentions = {{0, 4, "city", {}}}}) +
                    "\n";
        }
        const std::string packed = gzipped(text);
        const QString path = folder.filePath(QStringLiteral("a.jsonl.gz"));
        writeFile(path, packed);
        auto read = readAll(sourceOf(path.toStdString()));
        VERIFY_OK(read);
        QCOMPARE(read->report.passages, std::int64_t{5000});
        MaterialOptions options;
        options.skipBad = true;  // a broken file is no bad entry
        writeFile(path, packed.substr(0, packed.size() / 2));
        VERIFY_FAILS(readAll(sourceOf(path.toStdString()), options), ErrorCode::Io,
                     path.toStdString(), "cut short");
        std::string damaged = packed;
        damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 0x55);
        writeFile(path, damaged);
        const auto broken = readAll(sourceOf(path.toStdString(), MaterialKind::Passages));
        QVERIFY(!broken);
        QVERIFY2(broken.error().text().find("damaged") != std::string::npos,
                 broken.error().text().c_str());
    }

    void duplicates_areFoundAcrossSources_theFirstStays() {
        MaterialSource first = sourceOf(fixture("nuner.jsonl"));
        MaterialSource second = first;
        second.name = "t";
        std::vector<std::size_t> from;
        const auto report = inspectMaterial({first, second}, {},
                                            [&](const Passage&, std::size_t index) -> Result<void> {
                                                from.push_back(index);
                                                return {};
                                            });
        VERIFY_OK(report);
        QCOMPARE(from, (std::vector<std::size_t>{0, 0}));
        QCOMPARE(report->sources[1].duplicates, std::int64_t{3});
        QCOMPARE(report->total().duplicates, std::int64_t{4});
        QCOMPARE(report->concepts, std::int64_t{3});
        const auto json = nlohmann::json::parse(report->toJson());
        QCOMPARE(json["total"]["passages"].get<int>(), 2);
        QCOMPARE(json["sources"][1]["duplicates"].get<int>(), 3);
        QVERIFY(report->toText().find("duplicates") != std::string::npos);
    }

    void textHash_ignoresRunsOfSpace() {
        QCOMPARE(textHash(" a\n\t b\u00a0c "), textHash("a b c"));
        QVERIFY(textHash("a b") != textHash("ab"));
        QVERIFY(textHash("ab c") != textHash("a bc"));
        std::set<std::uint64_t> seen;
        for (int i = 0; i < 20'000; ++i)
            seen.insert(textHash("text " + std::to_string(i)) >> 24);
        QCOMPARE(seen.size(), std::size_t{20'000});
    }

    void longPassages_areCutAtSentences() {
        Passage passage;
        passage.id = "p";
        std::vector<std::string> cities;
        for (int i = 0; i < 40; ++i) {
            const auto begin = countCodePoints(passage.text) + 6;
            passage.text += "Ümit Zoë" + std::to_string(i) + " likes the sea. ";
            passage.mentions.push_back({begin - 1, begin + 2, "name", {}});
        }
        std::int64_t lost = 0;
        const auto pieces = cutPassage(passage, 20, &lost);
        QCOMPARE(lost, std::int64_t{0});
        QCOMPARE(pieces.size(), std::size_t{14});
        std::size_t mentions = 0;
        for (const Passage& piece : pieces) {
            QVERIFY(piece.text.starts_with("Ümit") && piece.text.ends_with("sea."));
            QVERIFY(piece.id.starts_with("p#"));
            for (const Mention& mention : piece.mentions)
                QCOMPARE(std::string(slice(piece.text, {mention.begin, mention.end})),
                         std::string("Zoë"));
            mentions += piece.mentions.size();
        }
        QCOMPARE(mentions, std::size_t{40});
    }

    void oneLongSentence_isCutBetweenWords_notThroughMentions() {
        Passage passage;
        for (int i = 0; i < 50; ++i)
            passage.text += "w" + std::to_string(i % 10) + " ";
        passage.mentions = {{3 * 9, 3 * 11 + 2, "over the tenth word", {}},
                            {0, 3 * 50 - 1, "all of it", {}}};
        std::int64_t lost = 0;
        auto pieces = cutPassage(passage, 10, &lost);
        QCOMPARE(lost, std::int64_t{1});
        QVERIFY(pieces.size() >= 5);
        std::size_t kept = 0;
        for (const Passage& piece : pieces) {
            QVERIFY(std::count(piece.text.begin(), piece.text.end(), ' ') <= 9);
            kept += piece.mentions.size();
        }
        QCOMPARE(kept, std::size_t{1});
        passage.mentions.clear();
        for (const int longest : {1, 2, 3, 49, 50, 51}) {
            std::string joined;
            for (const Passage& piece : cutPassage(passage, longest))
                joined += piece.text;
            QCOMPARE(squeezed(joined), squeezed(passage.text));
        }
    }

    void lists_areReadAndFamiliesLeftOut() {
        const std::string list = std::string(SPANWISE_SOURCE) + "/tests/bench/pretrain_mini.json";
        const auto all = materialSources({list}, "/data");
        VERIFY_OK(all);
        QCOMPARE(all->size(), std::size_t{15});
        for (const MaterialSource& source : *all) {
            for (const std::string& file : source.files) {
                QVERIFY(file.starts_with("/data/"));
                // Test parts are for judging; SGD, SemCor and the leads judge nothing.
                QVERIFY2(file.find("test") == std::string::npos && file != "/data/ner/btc/f.conll",
                         file.c_str());
            }
            QVERIFY2(!source.licence.empty(), source.name.c_str());
            QVERIFY(source.kind != MaterialKind::Auto);
            QVERIFY(source.kind != MaterialKind::Conll ||
                    (source.closed && !source.types.types().empty()));
        }
        const auto less = materialSources({list}, "/data", {"crossner", "bio-mtl"});
        VERIFY_OK(less);
        QCOMPARE(less->size(), std::size_t{8});
        VERIFY_FAILS(materialSources({list}, "/data", {"wnut"}), ErrorCode::InvalidArgument, "",
                     "no family \"wnut\" to leave out. It has: bio-mtl, btc, crossner");
        VERIFY_FAILS(materialSources({list, list}, "/data"), ErrorCode::InvalidArgument, "",
                     "Two sources are named");
        VERIFY_FAILS(materialSources({"/nowhere.json"}, ""), ErrorCode::NotFound, "/nowhere.json",
                     "");
        const auto file = materialSources({fixture("gold.conll"), fixture("nuner.jsonl")}, "");
        VERIFY_OK(file);
        QVERIFY((*file)[0].closed && (*file)[0].name == "gold");
        QVERIFY(!(*file)[1].closed && (*file)[1].kind == MaterialKind::Nuner);
        VERIFY_FAILS(Material::open({}), ErrorCode::InvalidArgument, "", "no data left");
    }

    void brokenLists_areRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("no list") << QByteArray(R"({"sources": 3})") << "must be a list";
        QTest::newRow("no name") << QByteArray(R"({"sources": [{"files": ["a"]}]})")
                                 << R"("name" must be a text)";
        QTest::newRow("no files") << QByteArray(R"({"sources": [{"name": "a", "files": []}]})")
                                  << R"("files" must be a list of texts with at least one)";
        QTest::newRow("kind") << QByteArray(
                                     R"({"sources": [{"name": "a", "files": ["a"], "kind": "x"}]})")
                              << "no kind of material";
        QTest::newRow("weight")
            << QByteArray(R"({"sources": [{"name": "a", "files": ["a"], "weight": 0}]})")
            << "above 0";
        QTest::newRow("slip") << QByteArray(R"({"sources": [{"name": "a", "file": ["a"]}]})")
                              << "\"file\" is not known";
        QTest::newRow("closed")
            << QByteArray(R"({"sources": [{"name": "a", "files": ["a"], "closed": 1}]})")
            << "true or false";
        QTest::newRow("types") << QByteArray(
                                      R"({"sources": [{"name": "a", "files": ["a"], "types": 1}]})")
                               << "no JSON object";
        QTest::newRow("syntax") << QByteArray(
                                       "{\"sources\": [\n{\"name\": \"a\", \"files\": [\"a\"],}]}")
                                << ".json:2: This list of sources is not valid JSON";
    }

    void brokenLists_areRefused() {
        QFETCH(QByteArray, text);
        QFETCH(QString, part);
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("list.json"));
        writeFile(path, text.toStdString());
        const auto sources = materialSources({path.toStdString()}, "");
        QVERIFY(!sources);
        QCOMPARE(sources.error().code, ErrorCode::InvalidFormat);
        QVERIFY2(sources.error().text().find(part.toStdString()) != std::string::npos,
                 sources.error().text().c_str());
    }

    void conceptTable_countsAndComesBack() {
        ConceptTable table;
        table.add("Person", "a human", "a");
        table.add("person ", "someone", "b");
        table.add("PERSON", "someone", "b");
        table.add("city", "", "b");
        QCOMPARE(table.add(" ", "x", "b"), ConceptId{-1});
        QCOMPARE(table.size(), std::size_t{2});
        QCOMPARE(table.mentions(), std::int64_t{4});
        const auto person = table.find(" Person");
        QVERIFY(person.has_value());
        QCOMPARE(table[*person].count, std::int64_t{3});
        QCOMPARE(table[*person].description, std::string("someone"));
        QCOMPARE(table[*person].sources, (std::vector<std::uint32_t>{0, 1}));
    }

    void semcorSet_isReadWhole() {
        const std::string path = realFile("pretrain/semcor/semcor3_nouns.jsonl.gz");
        if (!isThere(path))
            QSKIP("The SemCor set is not there (SPANWISE_DATA).");
        ReaderOptions options;
        auto stream = openPassages(path, MaterialKind::Auto, options);
        VERIFY_OK(stream);
        auto file = InputFile::open(path);
        VERIFY_OK(file);
        JsonItems raw((*file)->stream(), path, JsonLayout::Lines);
        std::int64_t sentences = 0;
        std::int64_t spans = 0;
        std::int64_t distinct = 0;
        Passage passage;
        for (auto more = (*stream)->next(passage);; more = (*stream)->next(passage)) {
            VERIFY_OK(more);
            nlohmann::json item;
            const auto other = raw.next(item);
            VERIFY_OK(other);
            QCOMPARE(*more, *other);
            if (!*more)
                break;
            ++sentences;
            std::set<std::pair<Offset, Offset>> ranges;
            for (const Mention& mention : passage.mentions)
                ranges.emplace(mention.begin, mention.end);
            std::set<std::string> expected;
            for (const auto& ent : item["ents"]) {
                std::string words;
                for (int i = ent[0]; i < ent[1].get<int>(); ++i)
                    words += item["tokens"][static_cast<std::size_t>(i)].get<std::string>();
                expected.insert(words);
                ++spans;
            }
            distinct += static_cast<std::int64_t>(ranges.size());
            std::set<std::string> found;
            for (const auto& [begin, end] : ranges)
                found.insert(squeezed(slice(passage.text, {begin, end})));
            if (found != expected)
                QCOMPARE(passage.text, std::string("the words of its mentions differ"));
        }
        QCOMPARE(sentences, std::int64_t{20'138});
        QCOMPARE(spans, std::int64_t{86'662});
        QCOMPARE(distinct, std::int64_t{86'662});
    }

    void sgdSet_isReadWhole() {
        const std::string path = realFile("pretrain/sgd/sgd_spans.jsonl.gz");
        if (!isThere(path))
            QSKIP("The SGD set is not there (SPANWISE_DATA).");
        auto stream = openPassages(path, MaterialKind::Auto, {});
        VERIFY_OK(stream);
        std::int64_t utterances = 0;
        std::int64_t spans = 0;
        std::set<std::string> slotNames;
        std::set<std::string> descriptions;
        Passage passage;
        for (auto more = (*stream)->next(passage);; more = (*stream)->next(passage)) {
            VERIFY_OK(more);
            if (!*more)
                break;
            ++utterances;
            spans += static_cast<std::int64_t>(passage.mentions.size());
            for (const Mention& mention : passage.mentions) {
                slotNames.insert(mention.name);
                descriptions.insert(mention.description);
                const auto text = slice(passage.text, {mention.begin, mention.end});
                QVERIFY(!text.empty() && text.front() != ' ' && text.back() != ' ');
            }
        }
        QCOMPARE(utterances, std::int64_t{121'333});
        QCOMPARE(spans, std::int64_t{218'037});
        QCOMPARE(slotNames.size(), std::size_t{123});
        QCOMPARE(descriptions.size(), std::size_t{249});
    }

    void goldSets_haveTypesThatTheMapsName() {
        const std::string list = std::string(SPANWISE_SOURCE) + "/tests/bench/pretrain_mini.json";
        auto sources = materialSources({list}, test::dataFolder().toStdString());
        VERIFY_OK(sources);
        int read = 0;
        for (const MaterialSource& source : *sources) {
            if (source.kind != MaterialKind::Conll || !isThere(source.files.front()))
                continue;
            ++read;
            auto material = Material::open({source});
            VERIFY_OK(material);
            const auto names = material->closedConcepts(0);
            VERIFY_OK(names);
            std::set<std::string> known;
            for (const auto& [type, name] : source.types.types())
                known.insert(name ? normalisedConcept(name->name) : std::string());
            for (const std::string& name : *names)
                QVERIFY2(known.contains(name), (source.name + ": " + name).c_str());
        }
        if (read == 0)
            QSKIP("The gold sets are not there (SPANWISE_DATA).");
        QCOMPARE(read, 12);
    }
};

QTEST_GUILESS_MAIN(TestMaterial)
#include "test_material.moc"
