#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "core/annotation/document.h"
#include "core/text/utf8.h"
#include "models/io/files.h"
#include "models/similarity/sentence_index.h"
#include "models/similarity/similarity.h"
#include "models/similarity/word_runs.h"

using namespace spanwise;

namespace {

std::string hashOf(int i) {
    return sha256Hex(std::to_string(i));
}

/// Unit rows of random directions, `[rows, dimension]`.
std::vector<float> randomRows(std::size_t rows, int dimension, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values;
    values.reserve(rows * static_cast<std::size_t>(dimension));
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t first = values.size();
        double length = 0;
        for (int d = 0; d < dimension; ++d) {
            values.push_back(normal(random));
            length += static_cast<double>(values.back()) * values.back();
        }
        for (std::size_t d = first; d < values.size(); ++d)
            values[d] = static_cast<float>(values[d] / std::sqrt(length));
    }
    return values;
}

std::vector<Range> ranges(std::size_t count) {
    std::vector<Range> list;
    for (std::size_t i = 0; i < count; ++i)
        list.push_back({static_cast<Offset>(10 * i), static_cast<Offset>(10 * i + 9)});
    return list;
}

/// `texts` texts with `each` sentences.
void fill(SentenceIndex& index, int texts, std::size_t each, std::uint32_t seed = 1) {
    for (int t = 0; t < texts; ++t)
        index.add(hashOf(t), ranges(each),
                  randomRows(each, index.dimension(), seed + static_cast<std::uint32_t>(t)));
}

std::unordered_set<std::string> all(int texts) {
    std::unordered_set<std::string> hashes;
    for (int t = 0; t < texts; ++t)
        hashes.insert(hashOf(t));
    return hashes;
}

struct Text {
    explicit Text(std::string content)
        : document(makeDocument("d", std::move(content))),
          sentences(sentencesOf(document)),
          offsets(document.text) {}
    [[nodiscard]] IndexableText indexable() const {
        return {document.sha256, &document.text, &sentences, &offsets};
    }
    [[nodiscard]] std::string cut(Range range) const {
        return std::string(slice(document.text, range));
    }
    [[nodiscard]] Range rangeOf(const std::string& what) const {
        const auto at = static_cast<Offset>(document.text.find(what));
        return {offsets.fromByte(at), offsets.fromByte(at + static_cast<Offset>(what.size()))};
    }
    Document document;
    std::vector<Sentence> sentences;
    OffsetMap offsets;
};

}  // namespace

class TestSimilarity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nearest_isWhatFullPrecisionSays() {
        constexpr int kDimension = 96;
        constexpr std::size_t kEach = 50;
        SentenceIndex index(kDimension);
        fill(index, 40, kEach);
        QCOMPARE(index.sentences(), std::size_t{2000});
        int agree = 0;
        double furthest = 0;
        for (std::uint32_t q = 0; q < 20; ++q) {
            const std::vector<float> query = randomRows(1, kDimension, 1000 + q);
            std::vector<std::tuple<double, std::string, Offset>> exact;
            for (int t = 0; t < 40; ++t) {
                const auto rows = randomRows(kEach, kDimension, 1 + static_cast<std::uint32_t>(t));
                for (std::size_t i = 0; i < kEach; ++i) {
                    double sum = 0;
                    for (std::size_t d = 0; d < kDimension; ++d)
                        sum += static_cast<double>(rows[i * kDimension + d]) * query[d];
                    exact.emplace_back(-sum, hashOf(t), static_cast<Offset>(10 * i));
                }
            }
            std::sort(exact.begin(), exact.end());
            const auto hits = index.nearest(query, 10, all(40));
            QCOMPARE(hits.size(), std::size_t{10});
            std::set<std::pair<std::string, Offset>> wanted;
            for (std::size_t i = 0; i < 10; ++i)
                wanted.emplace(std::get<1>(exact[i]), std::get<2>(exact[i]));
            for (std::size_t i = 0; i < 10; ++i) {
                agree += wanted.contains({hits[i].hash, hits[i].sentence.begin}) ? 1 : 0;
                furthest = std::max(furthest, std::abs(hits[i].score + std::get<0>(exact[i])));
                QVERIFY(i == 0 || hits[i].score <= hits[i - 1].score);
            }
        }
        QVERIFY2(agree >= 196, qPrintable(QString::number(agree)));  // of 200
        QVERIFY2(furthest < 0.004, qPrintable(QString::number(furthest)));
    }

    void nearest_looksOnlyAmongTheTextsNamed_andLeavesOneOut() {
        SentenceIndex index(8);
        fill(index, 5, 4);
        const auto query = index.embedding(hashOf(2), nullptr);
        for (const SentenceHit& hit : index.nearest(query, 100, {hashOf(1), hashOf(3)}))
            QVERIFY(hit.hash == hashOf(1) || hit.hash == hashOf(3));
        const Range second{10, 19};
        const auto own = index.embedding(hashOf(2), &second);
        const SentenceHit first = index.nearest(own, 1, all(5)).front();
        QCOMPARE(first.hash, hashOf(2));
        QVERIFY(first.sentence == second);
        QVERIFY(std::abs(first.score - 1) < 1e-3);
        const auto others = index.nearest(own, 100, all(5), &first);
        QCOMPARE(others.size(), std::size_t{19});
        for (const SentenceHit& hit : others)
            QVERIFY(hit.hash != hashOf(2) || hit.sentence != second);
    }

    void oddQueriesAndRows_areNoCrash() {
        SentenceIndex index(4);
        const float nan = std::nanf("");
        index.add(hashOf(0), ranges(3), {0, 0, 0, 0, nan, 0, 0, 0, 1, 0, 0, 0});
        QCOMPARE(index.nearest({1, 0, 0, 0}, 5, all(1)).size(), std::size_t{1});
        QVERIFY(index.nearest({0, 0, 0, 0}, 5, all(1)).empty());
        QVERIFY(index.nearest({nan, 0, 0, 0}, 5, all(1)).empty());
        QVERIFY(index.nearest({1, 0}, 5, all(1)).empty());
        QVERIFY(index.nearest({1, 0, 0, 0}, 0, all(1)).empty());
        QVERIFY(index.nearest({1, 0, 0, 0}, 5, all(0)).empty());
        QVERIFY(index.embedding(hashOf(7), nullptr).empty());
        index.add(hashOf(1), {}, {});
        QVERIFY(index.embedding(hashOf(1), nullptr).empty());
    }

    void bounded_theTextUsedLeastRecentlyGoes() {
        SentenceIndex index(64, 20000);
        fill(index, 100, 10);
        QVERIFY(index.bytes() <= 20000);
        QVERIFY(index.contains(hashOf(99)));
        QVERIFY(!index.contains(hashOf(0)));
        SentenceIndex used(64, 20000);
        fill(used, 3, 10);
        for (int t = 10; t < 60; ++t) {
            QVERIFY(used.touch(hashOf(1)));
            used.add(hashOf(t), ranges(10), randomRows(10, 64, 5));
        }
        QVERIFY(used.contains(hashOf(1)) && !used.contains(hashOf(2)));
        // One that alone is too much leaves the others be.
        const std::size_t before = used.sentences();
        used.add(hashOf(1000), ranges(1000), randomRows(1000, 64, 5));
        QVERIFY(!used.contains(hashOf(1000)));
        QCOMPARE(used.sentences(), before);
        used.remove(hashOf(1));
        QCOMPARE(used.sentences(), before - 10);
    }

    void files_comeBackTheSame() {
        const QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        SentenceIndex index(32);
        fill(index, 20, 7);
        const IndexFolder files(root, "encoder one");
        std::vector<std::string> some, others;
        for (int t = 0; t < 20; ++t)
            (t < 12 ? some : others).push_back(hashOf(t));
        QVERIFY(files.append(index, some).has_value());
        QVERIFY(files.append(index, others).has_value());
        SentenceIndex back(32);
        std::vector<std::string> notes;
        files.load(back, notes);
        QVERIFY(notes.empty());
        QCOMPARE(back.sentences(), index.sentences());
        QCOMPARE(back.bytes(), index.bytes());
        const auto query = randomRows(1, 32, 77);
        const auto before = index.nearest(query, 30, all(20));
        const auto after = back.nearest(query, 30, all(20));
        for (std::size_t i = 0; i < before.size(); ++i) {
            QCOMPARE(after[i].hash, before[i].hash);
            QVERIFY(after[i].sentence == before[i].sentence);
            QCOMPARE(after[i].score, before[i].score);
        }
        // Another encoder has its own.
        SentenceIndex other(32);
        IndexFolder(root, "encoder two").load(other, notes);
        QVERIFY(notes.empty());
        QCOMPARE(other.sentences(), std::size_t{0});
        // A smaller index takes what it has room for.
        SentenceIndex small(32, index.bytes() / 2 + 2000);
        files.load(small, notes);
        QVERIFY(small.sentences() > 0 && small.sentences() < index.sentences());
    }

    void brokenFiles_areLeftOutAndSaid() {
        SentenceIndex index(16);
        fill(index, 3, 4);
        const std::string good =
            index.serialize("key", {hashOf(0), hashOf(1), hashOf(2), hashOf(9), "no hash"});
        SentenceIndex whole(16);
        QCOMPARE(whole.merge(good, "key", "f").value_or(0), std::size_t{3});
        const auto refused = [](std::string_view bytes, std::string_view key, int dimension,
                                ErrorCode code) {
            SentenceIndex fresh(dimension);
            const auto merged = fresh.merge(bytes, key, "the file");
            return !merged && merged.error().code == code && merged.error().where == "the file" &&
                   fresh.sentences() == 0;
        };
        QVERIFY(refused(good, "other key", 16, ErrorCode::Incompatible));
        QVERIFY(refused(good, "key", 8, ErrorCode::Incompatible));
        for (std::size_t length = 0; length < good.size(); length += 41)
            QVERIFY(
                refused(std::string_view(good).substr(0, length), "key", 16, ErrorCode::Corrupt));
        // With a checksum that fits, the content is checked all the same.
        std::mt19937 random(11);
        for (int round = 0; round < 400; ++round) {
            std::string bad = good.substr(0, good.size() - 64);
            const int changes = 1 + static_cast<int>(random() % 4);
            for (int i = 0; i < changes; ++i)
                bad[72 + random() % (bad.size() - 72)] = static_cast<char>(random());
            if (round % 3 == 0)
                bad.resize(72 + random() % (bad.size() - 72));
            bad += sha256Hex(bad);
            SentenceIndex fresh(16);
            const auto merged = fresh.merge(bad, "key", "f");
            for (const SentenceHit& hit : fresh.nearest(randomRows(1, 16, 1), 50, all(3)))
                QVERIFY(std::isfinite(hit.score));
            if (!merged)
                QCOMPARE(fresh.sentences(), std::size_t{0});
        }
        // On disk: the broken one is removed, the good one read.
        const QTemporaryDir folder;
        const IndexFolder files(folder.path().toStdString(), "key");
        QVERIFY(files.append(index, {hashOf(0)}).has_value());
        std::filesystem::path place;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(folder.path().toStdString()))
            if (entry.is_regular_file())
                place = entry.path();
        std::ofstream(place.parent_path() / "broken.sentences") << "SpnwSim1 and then nothing";
        SentenceIndex back(16);
        std::vector<std::string> notes;
        files.load(back, notes);
        QCOMPARE(back.sentences(), std::size_t{4});
        QCOMPARE(notes.size(), std::size_t{1});
        QVERIFY(notes[0].find("broken.sentences") != std::string::npos);
        QVERIFY(!std::filesystem::exists(place.parent_path() / "broken.sentences"));
        QVERIFY(std::filesystem::exists(place));
    }

    void files_areBoundedTogether() {
        const QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        SentenceIndex index(64);
        fill(index, 40, 10);
        const IndexFolder files(root, "key", 40000);
        for (int t = 0; t < 40; ++t) {
            QVERIFY(files.append(index, {hashOf(t)}).has_value());
            // Times that differ however coarse the clock is.
            for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
                if (entry.is_regular_file())
                    std::filesystem::last_write_time(
                        entry.path(), entry.last_write_time() - std::chrono::seconds(1));
        }
        std::uintmax_t total = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
            total += entry.is_regular_file() ? entry.file_size() : 0;
        QVERIFY2(total > 30000 && total <= 40000, qPrintable(QString::number(total)));
        SentenceIndex back(64);
        std::vector<std::string> notes;
        files.load(back, notes);
        QVERIFY(back.contains(hashOf(39)) && !back.contains(hashOf(0)));
    }

    void folderThatCannotBeWritten_isAnErrorNotACrash() {
        SentenceIndex index(8);
        fill(index, 1, 1);
        const auto failed = IndexFolder("/proc/no/such", "key").append(index, {hashOf(0)});
        QVERIFY(!failed.has_value());
        QVERIFY(failed.error().where.find("/proc/no/such") == 0);
        std::vector<std::string> notes;
        IndexFolder({}, "key").load(index, notes);
        QVERIFY(IndexFolder({}, "key").append(index, {hashOf(0)}).has_value());
        QVERIFY(notes.empty());
    }

    void hundredThousandSentences_areSearchedWithin200ms() {
        constexpr int kDimension = 384;
        SentenceIndex index(kDimension);
        // A thousand sentences, repeated: the search does not know.
        const auto rows = randomRows(1000, kDimension, 3);
        for (int t = 0; t < 100; ++t)
            index.add(hashOf(t), ranges(1000), rows);
        QCOMPARE(index.sentences(), std::size_t{100000});
        const auto query = randomRows(1, kDimension, 4);
        const auto among = all(100);
        qint64 best = 1'000'000'000;
        for (int i = 0; i < 5; ++i) {
            QElapsedTimer timer;
            timer.start();
            QCOMPARE(index.nearest(query, 20, among).size(), std::size_t{20});
            best = std::min(best, timer.nsecsElapsed());
        }
        qInfo("%.1f ms, %.1f MB", static_cast<double>(best) / 1e6,
              static_cast<double>(index.bytes()) / 1e6);
        QVERIFY(best < 200'000'000);
    }

    void wordRuns_endOnContent() {
        std::vector<std::string> found;
        for (const WordRun& run : wordRuns({"the", "side", "effect", "of", "aspirin", "."}, false))
            found.push_back(run.text);
        const std::vector<std::string> wanted{
            "side",   "side effect",       "side effect of aspirin",
            "effect", "effect of aspirin", "aspirin"};
        QVERIFY(found == wanted);
    }

    // --- with the encoder

    void meaning_isFound() {
        const auto path = resolveModel("");
        if (!path)
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
        setThreads(1);
        const auto model = loadModel(*path, Device{});
        QVERIFY(model.has_value());
        const Text trip("She flew to Paris in spring. The cat slept on the warm sofa.");
        const Text news("The bank raised interest rates again. He took a plane to Rome last year.");
        const Text pets("Dogs like long walks. A kitten was napping on the couch.");
        const Text blank(" \n ");
        const std::vector<const Text*> texts{&trip, &news, &pets, &blank};
        std::vector<IndexableText> indexables;
        std::unordered_set<std::string> among;
        for (const Text* text : texts) {
            indexables.push_back(text->indexable());
            among.insert(text->document.sha256);
        }
        const auto lookup = [&](const std::string& hash) -> const IndexableText* {
            for (const IndexableText& text : indexables) {
                if (text.hash == hash)
                    return &text;
            }
            return nullptr;
        };
        const auto cut = [&](const SimilarHit& hit, Range range) {
            for (const Text* text : texts) {
                if (text->document.sha256 == hit.hash)
                    return text->cut(range);
            }
            return std::string();
        };
        const QTemporaryDir cache;
        SimilarityOptions options;
        options.cache = cache.path().toStdString();
        {
            Similarity similarity(*model, options);
            std::int64_t last = 0;
            const auto added =
                similarity.add(indexables, [&](std::int64_t done, std::int64_t) { last = done; });
            QCOMPARE(added.value_or(0), std::size_t{6});
            QCOMPARE(last, std::int64_t{6});
            QCOMPARE(similarity.add(indexables).value_or(9), std::size_t{0});
            QVERIFY(similarity.takeNotes().empty());

            // A text.
            auto hits = similarity.toText("a small cat sleeping", 2, among, lookup);
            QVERIFY(hits && hits->size() == 2);
            QVERIFY(cut((*hits)[0], (*hits)[0].sentence).find("napping") != std::string::npos ||
                    cut((*hits)[1], (*hits)[1].sentence).find("napping") != std::string::npos);
            for (const SimilarHit& hit : *hits) {
                QVERIFY(hit.sentence.contains(hit.range));
                QVERIFY(hit.score > 0.4 && hit.score <= 1.001);
            }
            // A sentence finds its paraphrase, not itself.
            hits = similarity.toPlace(trip.indexable(), trip.sentences[1].range, 1, among, lookup);
            QVERIFY(hits && hits->size() == 1);
            QCOMPARE(cut(hits->front(), hits->front().range),
                     std::string("A kitten was napping on the couch."));
            // A span finds what plays the same part.
            hits = similarity.toPlace(trip.indexable(), trip.rangeOf("Paris"), 3, among, lookup);
            QVERIFY(hits && !hits->empty());
            QCOMPARE(cut(hits->front(), hits->front().range), std::string("Rome"));
            // A document finds the others.
            hits = similarity.toPlace(pets.indexable(), std::nullopt, 10, among, lookup);
            QVERIFY(hits && hits->size() == 4);
            for (const SimilarHit& hit : *hits)
                QVERIFY(hit.hash != pets.document.sha256);
            hits = similarity.toPlace(blank.indexable(), Range{0, 2}, 3, among, lookup);
            QVERIFY(!hits && hits.error().code == ErrorCode::InvalidArgument);
            std::stop_source stop;
            stop.request_stop();
            hits = similarity.toText("a cat", 2, among, lookup, stop.get_token());
            QVERIFY(!hits && hits.error().code == ErrorCode::Cancelled);
        }
        // Another run has nothing to embed.
        Similarity again(*model, options);
        QCOMPARE(again.add(indexables).value_or(9), std::size_t{0});
        QCOMPARE(again.sentences(), std::size_t{6});
    }

    void largeTexts_comeInGoes_andACancelKeepsWhatIsDone() {
        const auto path = resolveModel("");
        if (!path)
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
        setThreads(1);
        const auto model = loadModel(*path, Device{});
        QVERIFY(model.has_value());
        std::string content;
        for (int i = 0; i < 1300; ++i)
            content += "Line " + std::to_string(i) + ".\n";
        const Text large(content);
        const Text small("A short one. It has two.");
        const Text other("Another one.");
        Similarity similarity(*model, {});
        std::stop_source stop;
        const std::vector<IndexableText> texts{small.indexable(), large.indexable(),
                                               other.indexable()};
        const auto cancelled = similarity.add(
            texts,
            [&](std::int64_t done, std::int64_t) { done >= 512 ? stop.request_stop() : false; },
            stop.get_token());
        QVERIFY(!cancelled && cancelled.error().code == ErrorCode::Cancelled);
        QVERIFY(similarity.sentences() <= 2);
        const std::size_t kept = similarity.sentences();
        QCOMPARE(similarity.add(texts).value_or(0), 1303 - kept);
        QCOMPARE(similarity.sentences(), std::size_t{1303});
        // Each sentence finds itself: none was given another's place.
        for (const std::size_t i : {std::size_t{0}, std::size_t{700}, std::size_t{1299}}) {
            const auto hits =
                similarity.toText("Line " + std::to_string(i) + ".", 3, {large.document.sha256},
                                  [](const std::string&) { return nullptr; });
            QVERIFY(hits && hits->size() == 3);
            bool isThere = false;
            for (const SimilarHit& hit : *hits)
                isThere = isThere || hit.sentence == large.sentences[i].range;
            QVERIFY2(isThere, qPrintable(QString::number(i)));
        }
    }
};

QTEST_GUILESS_MAIN(TestSimilarity)
#include "test_similarity.moc"
