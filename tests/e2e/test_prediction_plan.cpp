#include <QTest>
#include <random>

#include "app/worker/prediction_plan.h"

using namespace spanwise;

namespace {

/// Sentences of so many words, each of three letters; a space between words, three between
/// sentences, five before the first.
std::vector<Sentence> sentencesWith(const std::vector<int>& words) {
    std::vector<Sentence> sentences;
    Offset at = 5;
    for (const int count : words) {
        Sentence sentence;
        for (int i = 0; i < count; ++i) {
            sentence.words.push_back({at, at + 3});
            at += 4;
        }
        sentence.range = {sentence.words.front().begin, sentence.words.back().end};
        sentences.push_back(std::move(sentence));
        at += 2;
    }
    return sentences;
}

std::vector<std::vector<PlannedPiece>> stepsOf(PredictionPlan plan) {
    std::vector<std::vector<PlannedPiece>> steps;
    for (auto step = plan.next(); !step.empty(); step = plan.next())
        steps.push_back(std::move(step));
    return steps;
}

std::vector<PlannedPiece> piecesOf(const PredictionPlan& plan, std::size_t document) {
    std::vector<PlannedPiece> pieces;
    for (const auto& step : stepsOf(plan)) {
        for (const PlannedPiece& piece : step) {
            if (piece.document == document)
                pieces.push_back(piece);
        }
    }
    return pieces;
}

}  // namespace

class TestPredictionPlan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void visiblePart_thenToTheEnd_thenTheBeginning() {
        const auto sentences = sentencesWith(std::vector<int>(3000, 10));
        const Offset length = sentences.back().range.end + 7;
        const Range visible{sentences[1000].range.begin + 4, sentences[1019].range.end};
        const auto pieces = piecesOf(PredictionPlan({{&sentences, length}}, visible), 0);
        QCOMPARE(pieces.front().first, std::size_t{1000});
        QCOMPARE(pieces.front().last, std::size_t{1020});
        QVERIFY(pieces.front().range.contains(visible));
        std::size_t at = 1020;
        std::size_t i = 1;
        for (; at < 3000; ++i) {
            QCOMPARE(pieces[i].first, at);
            at = pieces[i].last;
        }
        for (at = 0; i < pieces.size(); ++i) {
            QCOMPARE(pieces[i].first, at);
            at = pieces[i].last;
        }
        QCOMPARE(at, std::size_t{1000});
        for (std::size_t p = 0; p < pieces.size(); ++p)
            QCOMPARE(pieces[p].endsDocument, p + 1 == pieces.size());
    }

    void piecesGrow_andTheFirstIsSmall() {
        const auto sentences = sentencesWith(std::vector<int>(20000, 10));
        const auto pieces = piecesOf(PredictionPlan({{&sentences, sentences.back().range.end}}), 0);
        QVERIFY(pieces.front().last <= 52);
        QVERIFY(pieces.size() < 25);
        for (std::size_t p = 0; p < pieces.size(); ++p)
            QVERIFY(pieces[p].last - pieces[p].first <= 1700);
    }

    void anyVisibleAndCoveredRanges_thePiecesPartitionTheRest() {
        std::mt19937 random(7);
        const auto below = [&](int n) {
            return std::uniform_int_distribution<int>(0, n - 1)(random);
        };
        for (int round = 0; round < 300; ++round) {
            std::vector<int> words;
            const int count = 1 + below(60);
            for (int i = 0; i < count; ++i)
                words.push_back(below(20) == 0 ? 1 + below(9000) : 1 + below(200));
            const auto sentences = sentencesWith(words);
            const Offset length = sentences.back().range.end + below(9);
            const auto place = [&] { return static_cast<Offset>(below(int(length) + 20)) - 10; };
            std::optional<Range> visible;
            if (round % 3 != 0) {
                const Offset begin = place();
                visible = Range{begin, begin + below(2000)};
            }
            std::vector<Range> covered;
            for (int i = below(4); i > 0; --i) {
                const Offset begin = place();
                covered.push_back({begin, begin + below(int(length))});
            }
            const PredictionPlan plan({{&sentences, length}}, visible, covered);
            const auto pieces = piecesOf(plan, 0);
            std::vector<int> times(sentences.size(), 0);
            Offset text = 0;
            std::size_t planned = 0;
            for (const PlannedPiece& piece : pieces) {
                QVERIFY(piece.first < piece.last);
                text += piece.range.length();
                for (std::size_t i = piece.first; i < piece.last; ++i) {
                    ++times[i];
                    planned += sentences[i].words.size();
                    QVERIFY(piece.range.contains(sentences[i].range));
                }
            }
            QCOMPARE(plan.words(), planned);
            for (std::size_t i = 0; i < sentences.size(); ++i) {
                const Range own{i == 0 ? 0 : sentences[i].range.begin,
                                i + 1 == sentences.size() ? length : sentences[i + 1].range.begin};
                bool isCovered = false;
                // Ranges that touch cover together what neither does alone.
                for (Offset reached = own.begin, again = -1; again != reached;) {
                    again = reached;
                    for (const Range range : covered) {
                        if (range.begin <= reached && reached < range.end)
                            reached = range.end;
                    }
                    isCovered = reached >= own.end;
                }
                QCOMPARE(times[i], isCovered ? 0 : 1);
                if (!isCovered)
                    text -= own.length();
            }
            QCOMPARE(text, Offset{0});
            QVERIFY(pieces.empty() || pieces.back().endsDocument);
        }
    }

    void aSentenceIsNeverCut() {
        const auto sentences = sentencesWith({3, 100000, 4});
        const auto pieces = piecesOf(PredictionPlan({{&sentences, sentences.back().range.end}}), 0);
        QCOMPARE(pieces.size(), std::size_t{3});
        QCOMPARE(pieces[1].first, std::size_t{1});
        QCOMPARE(pieces[1].last, std::size_t{2});
    }

    void smallDocuments_goTogether_theFirstAlone() {
        const auto small = sentencesWith({5, 5});
        const std::vector<Sentence> none;
        std::vector<PlannedDocument> documents;
        for (int i = 0; i < 40; ++i)
            documents.push_back({i == 3 ? &none : &small, 60});
        const auto steps = stepsOf(PredictionPlan(documents));
        QCOMPARE(steps.front().size(), std::size_t{1});
        QCOMPARE(steps.size(), std::size_t{4});  // 1 + 16 + 16 + 7
        std::size_t document = 0;
        for (const auto& step : steps) {
            for (const PlannedPiece& piece : step) {
                QCOMPARE(piece.document, document++);
                QVERIFY(piece.endsDocument);
                QVERIFY((piece.range == Range{0, 60}));
            }
        }
        QCOMPARE(document, documents.size());
    }

    void aDocumentWithoutWords_isOneEmptyPiece() {
        const std::vector<Sentence> none;
        const auto steps = stepsOf(PredictionPlan({{&none, 9}}, Range{2, 5}));
        QCOMPARE(steps.size(), std::size_t{1});
        QVERIFY((steps[0][0].range == Range{0, 9}));
        QCOMPARE(steps[0][0].last, std::size_t{0});
        QVERIFY(stepsOf(PredictionPlan({})).empty());
    }
};

QTEST_APPLESS_MAIN(TestPredictionPlan)
#include "test_prediction_plan.moc"
