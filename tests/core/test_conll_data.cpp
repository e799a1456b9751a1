#include <QDirIterator>
#include <limits>
#include <map>
#include <sstream>

#include "core/formats/conll.h"
#include "core/formats/import.h"
#include "core/text/utf8.h"
#include "tests/core/support.h"

using namespace spanwise;
using namespace spanwise::test;

namespace {

#if defined(__SANITIZE_ADDRESS__)
/// What goes wrong in memory goes wrong in the smaller files as well; the large ones take minutes.
constexpr qint64 kLargest = 1 << 20;
#else
constexpr qint64 kLargest = std::numeric_limits<qint64>::max();
#endif

/// What a dozen lines that know nothing of our reader count.
struct Count {
    std::int64_t sentences = 0, words = 0, empty = 0;
    std::map<QByteArray, std::int64_t> tags;

    Count(const QByteArray& bytes, bool secondColumn) {
        bool open = false;
        for (const QByteArray& raw : bytes.split('\n')) {
            const QByteArray line = raw.trimmed();
            const bool ends = line.isEmpty() || line.startsWith("-DOCSTART-");
            if (ends || line.startsWith("# id ")) {
                open = open && !ends;
                continue;
            }
            const auto tab = raw.indexOf('\t');
            const QByteArray word = raw.left(tab >= 0 ? tab : raw.indexOf(' ')).trimmed();
            QByteArray tag = line.mid(std::max(line.lastIndexOf('\t'), line.lastIndexOf(' ')) + 1);
            if (secondColumn)
                tag = line.split('\t').at(1);
            if (word.isEmpty()) {
                ++empty;
                continue;
            }
            sentences += open ? 0 : 1;
            open = true;
            ++words;
            ++tags[tag];
        }
    }
};

std::string joined(std::string word) {
    for (char& c : word)
        c = c == ' ' ? '_' : c;
    return word;
}

}  // namespace

/// Every column file among the real data sets.
class TestConllData : public QObject {
    Q_OBJECT

    void rows() {
        QTest::addColumn<QString>("path");
        const QString folder = dataFolder() + QStringLiteral("/ner");
        QDirIterator files(folder, {"*.txt", "*.tsv", "*.conll"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            if (files.fileInfo().size() > kLargest)
                continue;
            QTest::newRow(qPrintable(path.mid(folder.size() + 1))) << path;
        }
    }

private Q_SLOTS:
    void initTestCase() {
        if (!QFile::exists(dataFolder() + QStringLiteral("/ner")))
            QSKIP("The data sets are absent: set SPANWISE_DATA to their folder.");
    }

    void read_realFile_equalsAnIndependentCount_data() { rows(); }
    void read_realFile_equalsAnIndependentCount() {
        QFETCH(QString, path);
        const QByteArray bytes = readAll(path);
        const Count count(bytes, path.contains(QLatin1String("stackoverflow")));
        std::istringstream in(bytes.toStdString());
        const auto gold = readGoldConll(in, path.toStdString());
        VERIFY_OK(gold);
        QVERIFY(count.words > 1000);
        QCOMPARE(gold->info.sentences, count.sentences);
        QCOMPARE(gold->info.words, count.words);
        QCOMPARE(gold->info.emptyWords, count.empty);
        std::map<QByteArray, std::int64_t> tags;
        std::int64_t starts = 0;
        std::int64_t spans = 0;
        for (std::size_t i = 0; i < gold->tags.size(); ++i) {
            QCOMPARE(gold->tags[i].size(), gold->sentences[i].words.size());
            std::string last = "O";
            for (const std::string& tag : gold->tags[i]) {
                ++tags[QByteArray::fromStdString(tag)];
                starts += tag[0] == 'B' || (tag[0] == 'I' &&
                                            (last == "O" || last.substr(2) != tag.substr(2)))
                              ? 1
                              : 0;
                last = tag;
            }
            spans += static_cast<std::int64_t>(gold->sentences[i].spans.size());
        }
        QVERIFY(tags == count.tags);
        QCOMPARE(spans, starts);
        QVERIFY(spans > 0);
    }

    void import_realFile_isFoundToBeConllWithItsScheme_data() { rows(); }
    void import_realFile_isFoundToBeConllWithItsScheme() {
        QFETCH(QString, path);
        std::int64_t words = 0;
        const auto info = importFile(path.toStdString(), {}, [&](Record&& record) -> Result<void> {
            for (const Sentence& sentence : record.document.presplit)
                words += static_cast<std::int64_t>(sentence.words.size());
            return {};
        });
        VERIFY_OK(info);
        QCOMPARE(info->format, FileFormat::Conll);
        QVERIFY(words > 1000);
        QVERIFY(info->documents >= 1);
        const bool io = path.contains(QLatin1String("wikigold"));
        const bool iob1 = path.contains(QLatin1String("sec-filings"));
        if (io)
            QVERIFY2(info->note.starts_with("IO: "), info->note.c_str());
        else if (!iob1)
            QVERIFY2(info->note.starts_with("IOB2: "), info->note.c_str());
        else
            QVERIFY2(!info->note.starts_with("BILOU"), info->note.c_str());
    }

    void write_realFile_readsBackTheSame_data() { rows(); }
    void write_realFile_readsBackTheSame() {
        QFETCH(QString, path);
        std::istringstream in(readAll(path).toStdString());
        std::vector<Record> records;
        ConllReadOptions options;
        options.sentencesPerDocument = 50;
        const auto info = readConll(in, path.toStdString(), options, [&](Record&& record) {
            records.push_back(std::move(record));
            return Result<void>{};
        });
        VERIFY_OK(info);

        for (const TagScheme scheme : {TagScheme::Iob2, TagScheme::Iob1, TagScheme::Bilou}) {
            const bool comments = scheme != TagScheme::Iob1;
            std::stringstream file;
            ConllWriter writer(file, {scheme, comments});
            std::int64_t spans = 0;
            for (const Record& record : records) {
                writer.write(record);
                spans += static_cast<std::int64_t>(record.spans.size());
            }
            QCOMPARE(writer.report().spans, spans);
            QCOMPARE(writer.report().droppedOverlaps, 0);
            QCOMPARE(writer.report().widened, 0);
            QCOMPARE(writer.report().renamedTypes, 0);
            std::size_t next = 0;
            const auto again =
                readConll(file, path.toStdString(), {}, [&](Record&& record) -> Result<void> {
                    if (next >= records.size())
                        return failure(ErrorCode::Internal, "more documents than written");
                    const Record& old = records[next++];
                    bool same = record.spans == old.spans &&
                                record.document.presplit == old.document.presplit;
                    if (comments)
                        same = same && record == old;
                    else
                        same = same && joined(record.document.text) == joined(old.document.text);
                    return same ? Result<void>{}
                                : failure(ErrorCode::Internal, "differs: " + old.document.name);
                });
            VERIFY_OK(again);
            QCOMPARE(next, records.size());
            QCOMPARE(again->sentences, info->sentences);
            QCOMPARE(again->words, info->words);
            QCOMPARE(again->irregularTags, 0);
        }
    }

    void read_knownSets_haveTheirPublishedSizes_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("sentences");
        QTest::addColumn<int>("types");
        QTest::newRow("restaurant train") << "mit-restaurant/train.txt" << 7660 << 8;
        QTest::newRow("restaurant test") << "mit-restaurant/test.txt" << 1521 << 8;
        QTest::newRow("movie train") << "mit-movie/engtrain.bio.txt" << 9775 << 12;
        QTest::newRow("movie test") << "mit-movie/engtest.bio.txt" << 2443 << 12;
        QTest::newRow("jnlpba test") << "jnlpba/test.tsv" << 3856 << 5;
        QTest::newRow("few-nerd dev") << "few-nerd/dev.txt" << 11710 << 36;
        QTest::newRow("multiconer dev") << "multiconer2-en/en-dev.conll" << 871 << 33;
        QTest::newRow("wikigold") << "wikigold/wikigold.conll.txt" << 1696 << 4;
    }
    void read_knownSets_haveTheirPublishedSizes() {
        QFETCH(QString, file);
        QFETCH(int, sentences);
        QFETCH(int, types);
        std::istringstream in(readAll(dataFolder() + QStringLiteral("/ner/") + file).toStdString());
        const auto gold = readGoldConll(in, "x");
        VERIFY_OK(gold);
        QCOMPARE(gold->info.sentences, sentences);
        std::map<std::string, int> seen;
        for (const LabelledSentence& sentence : gold->sentences) {
            for (const WordSpan& span : sentence.spans)
                ++seen[span.type];
        }
        QCOMPARE(static_cast<int>(seen.size()), types);
    }
};

QTEST_GUILESS_MAIN(TestConllData)
#include "test_conll_data.moc"
