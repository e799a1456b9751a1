#include <QTest>
#include <random>

#include "core/formats/import.h"
#include "models/learning/label_errors.h"
#include "tests/models/learning_fixtures.h"

using namespace spanwise;
using learning_fixtures::sentence;

namespace {

/// A check that found just this in the one sentence of each document.
CrossValidation checkOf(const std::vector<LearningDocument>& documents,
                        const std::vector<std::vector<WordSpan>>& found) {
    CrossValidation checked;
    for (std::size_t i = 0; i < documents.size(); ++i)
        checked.outOfFold.push_back({i, 0, 0, i < found.size() ? found[i] : std::vector<WordSpan>{},
                                     documents[i].sentences[0].spans});
    return checked;
}

std::vector<LearningDocument> documentsOf(std::vector<LabelledSentence> sentences) {
    std::vector<LearningDocument> documents;
    for (std::size_t i = 0; i < sentences.size(); ++i)
        documents.push_back({std::to_string(i), {std::move(sentences[i])}, false});
    return documents;
}

/// Ten notes in which the model finds every drug.
void addAgreeing(std::vector<LabelledSentence>& sentences,
                 std::vector<std::vector<WordSpan>>& found) {
    for (int i = 0; i < 10; ++i) {
        sentences.push_back(sentence({"took", "aspirin"}, {{1, 2, "drug", 0.9}}));
        found.push_back({{1, 2, "drug", 0.9}});
    }
}

}  // namespace

class TestLabelErrors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachKind_isToldWithItsEvidence() {
        std::vector<LabelledSentence> sentences{
            sentence({"took", "Aspirin", "twice"}),
            sentence({"the", "aspirin", "works"}, {{1, 2, "test", 0.02}}),
            sentence({"aspirin", "tablets", "daily"}, {{0, 2, "drug", 0.1}}),
            sentence({"came", "yesterday"}, {{0, 1, "drug", 0.01}}),
            sentence({"took", "aspirin"}, {{1, 2, "drug", 0.95}})};
        std::vector<std::vector<WordSpan>> found{{{1, 2, "drug", 0.95}},
                                                 {{1, 2, "drug", 0.9}},
                                                 {{0, 1, "drug", 0.8}},
                                                 {},
                                                 {{1, 2, "drug", 0.95}}};
        addAgreeing(sentences, found);
        const auto documents = documentsOf(sentences);
        const auto errors = findLabelErrors(documents, checkOf(documents, found), {});
        std::map<LabelErrorKind, const LabelError*> byKind;
        for (const LabelError& error : errors) {
            QVERIFY(!byKind.contains(error.kind));
            byKind[error.kind] = &error;
        }
        QCOMPARE(byKind.size(), std::size_t{4});
        const LabelError& missing = *byKind[LabelErrorKind::Missing];
        QCOMPARE(missing.document, std::size_t{0});
        QVERIFY(!missing.label && missing.found->type == "drug");
        // Eleven drugs, one "test"; within "aspirin tablets" it is part of another label.
        QCOMPARE(missing.elsewhere, (WordsElsewhere{"drug", 11, 12}));
        QCOMPARE(QString::fromStdString(missing.evidence),
                 QStringLiteral("The model sees \"Aspirin\" as drug (95 %). Elsewhere \"Aspirin\" "
                                "is drug 11 of 12 times."));
        const LabelError& type = *byKind[LabelErrorKind::WrongType];
        QCOMPARE(type.document, std::size_t{1});
        QCOMPARE(type.elsewhere, (WordsElsewhere{"drug", 11, 12}));
        QVERIFY(type.evidence.find("the label test is 2 % likely") != std::string::npos);
        const LabelError& boundaries = *byKind[LabelErrorKind::WrongBoundaries];
        QCOMPARE(boundaries.document, std::size_t{2});
        QCOMPARE(boundaries.label->end, 2);
        QCOMPARE(boundaries.found->end, 1);
        const LabelError& spurious = *byKind[LabelErrorKind::Spurious];
        QCOMPARE(spurious.document, std::size_t{3});
        QVERIFY(!spurious.found);
        QVERIFY2(spurious.evidence.find(
                     "finds nothing here, though it finds 12 of the other 12 of drug") !=
                     std::string::npos,
                 spurious.evidence.c_str());
        QVERIFY(std::is_sorted(errors.begin(), errors.end(), [](const auto& a, const auto& b) {
            return a.confidence > b.confidence;
        }));
    }

    void typeThatIsOftenMissed_provesNothing() {
        std::vector<LabelledSentence> sentences;
        for (int i = 0; i < 10; ++i)
            sentences.push_back(sentence({"w" + std::to_string(i)}, {{0, 1, "dose", 0.01}}));
        const auto documents = documentsOf(sentences);
        // One of ten found: to miss another is no news.
        auto errors = findLabelErrors(documents, checkOf(documents, {{{0, 1, "dose", 0.9}}}), {});
        QVERIFY(errors.empty());
        std::vector<std::vector<WordSpan>> nearlyAll(9, {{0, 1, "dose", 0.9}});
        errors = findLabelErrors(documents, checkOf(documents, nearlyAll), {});
        QCOMPARE(errors.size(), std::size_t{1});
        QCOMPARE(errors[0].document, std::size_t{9});
    }

    void sameWordsElsewhere_swayTheConfidence() {
        const auto confidenceWith = [](const std::vector<WordSpan>& elsewhere) {
            std::vector<LabelledSentence> sentences{sentence({"took", "aspirin"})};
            std::vector<std::vector<WordSpan>> found{{{1, 2, "drug", 0.6}}};
            for (int i = 0; i < 5; ++i) {
                sentences.push_back(sentence({"has", "aspirin"}, elsewhere));
                found.push_back(elsewhere);
            }
            const auto documents = documentsOf(sentences);
            LabelErrorOptions options;
            options.leastConfidence = 0;
            return findLabelErrors(documents, checkOf(documents, found), {}, options)[0].confidence;
        };
        QVERIFY(confidenceWith({{1, 2, "drug", 0.9}}) > 0.85);
        QVERIFY(confidenceWith({}) < 0.3);
    }

    void refusedAndUnknown_areNotDoubted() {
        LabelledSentence refused = sentence({"took", "aspirin"});
        refused.rejected = {{1, 2, "drug"}};
        auto documents = documentsOf({refused});
        QVERIFY(
            findLabelErrors(documents, checkOf(documents, {{{1, 2, "drug", 0.99}}}), {}).empty());
        // Where nothing is known of a word, its lack of a label is no evidence either.
        std::vector<LabelledSentence> sentences{sentence({"took", "aspirin"})};
        LabelledSentence unknown = sentence({"has", "aspirin"});
        unknown.known = {false, false};
        sentences.push_back(unknown);
        documents = documentsOf(sentences);
        const auto errors =
            findLabelErrors(documents, checkOf(documents, {{{1, 2, "drug", 0.99}}}), {});
        QCOMPARE(errors.size(), std::size_t{1});
        QCOMPARE(errors[0].elsewhere.ofTimes, 0);
    }

    void calibration_isApplied() {
        const auto documents = documentsOf({sentence({"took", "aspirin"})});
        const auto checked = checkOf(documents, {{{1, 2, "drug", 0.9}}});
        QCOMPARE(findLabelErrors(documents, checked, {}).size(), std::size_t{1});
        QVERIFY(findLabelErrors(documents, checked, {1, -4}).empty());
    }

    void limits_areKept() {
        std::vector<LabelledSentence> sentences;
        std::vector<std::vector<WordSpan>> found;
        for (int i = 0; i < 20; ++i) {
            sentences.push_back(sentence({"w" + std::to_string(i)}));
            found.push_back({{0, 1, "drug", 0.5 + i * 0.02}});
        }
        const auto documents = documentsOf(sentences);
        LabelErrorOptions options;
        options.most = 5;
        const auto errors = findLabelErrors(documents, checkOf(documents, found), {}, options);
        QCOMPARE(errors.size(), std::size_t{5});
        QCOMPARE(errors[0].document, std::size_t{19});
        QVERIFY(findLabelErrors({}, {}, {}).empty());
    }

    /// The whole way with the real encoder: errors put into gold are found on top.
    void plantedErrors_areRankedOnTop() {
        const auto path = defaultEncoder();
        if (!path)
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
        setThreads(1);
        const auto encoder = loadModel(*path, Device{});
        QVERIFY2(encoder.has_value(), encoder ? "" : encoder.error().text().c_str());
        std::vector<LearningDocument> documents;
        std::set<std::string> types;
        const auto read = importFile(
            SPANWISE_RESOURCES "/samples/clinic/documents.jsonl", {},
            [&](Record&& record) -> Result<void> {
                for (const NamedSpan& span : record.spans)
                    types.insert(span.type);
                documents.push_back(
                    {record.document.name,
                     alignToWords(record.document, sentencesOf(record.document), record.spans),
                     false});
                return {};
            });
        QVERIFY2(read.has_value(), read ? "" : read.error().text().c_str());
        // One error in every second document, of three kinds in turn.
        std::mt19937 random(11);
        std::set<std::pair<std::size_t, std::size_t>> planted;
        int turn = 0;
        for (std::size_t i = 0; i < documents.size(); i += 2) {
            auto& sentences = documents[i].sentences;
            std::size_t j = 0;
            do
                j = random() % sentences.size();
            while (sentences[j].spans.empty());
            auto& spans = sentences[j].spans;
            WordSpan& span = spans[random() % spans.size()];
            switch (turn++ % 3) {
                case 0:
                    spans.erase(spans.begin() + (&span - spans.data()));
                    break;
                case 1:
                    span.type = span.type == "drug" ? "test" : "drug";
                    break;
                default: {
                    // A label on words that carry none.
                    std::vector<int> free;
                    for (int word = 0; word < static_cast<int>(sentences[j].words.size()); ++word) {
                        if (std::none_of(spans.begin(), spans.end(), [&](const WordSpan& s) {
                                return s.begin <= word && word < s.end;
                            }))
                            free.push_back(word);
                    }
                    const int word = free[random() % free.size()];
                    spans.push_back({word, word + 1, "drug"});
                    std::sort(spans.begin(), spans.end(),
                              [](const auto& a, const auto& b) { return a.begin < b.begin; });
                }
            }
            planted.emplace(i, j);
        }
        TrainOptions options;
        options.types.assign(types.begin(), types.end());
        options.steps = 60;
        CrossValidationOptions check;
        check.folds = 3;
        const auto checked = crossValidate(fitOf(*encoder, options), documents, check);
        QVERIFY2(checked.has_value(), checked ? "" : checked.error().text().c_str());
        const auto errors = findLabelErrors(
            documents, *checked, fitCalibration(judgedScores(checked->outOfFold)), {0.0, 1000});
        const auto hits = [&](std::size_t count) {
            int found = 0;
            for (std::size_t i = 0; i < std::min(count, errors.size()); ++i)
                found += planted.contains({errors[i].document, errors[i].sentence}) ? 1 : 0;
            return found;
        };
        std::size_t sentences = 0;
        for (const LearningDocument& document : documents)
            sentences += document.sentences.size();
        qInfo(
            "%zu planted in %zu sentences, %zu doubted; of the top 5, 10, 20: %d, %d, %d; F1 %.3f",
            planted.size(), sentences, errors.size(), hits(5), hits(10), hits(20),
            checked->all.micro.f1);
        for (std::size_t i = 0; i < std::min<std::size_t>(12, errors.size()); ++i)
            qInfo("%.3f %s %s%s", errors[i].confidence,
                  std::string(labelErrorKindName(errors[i].kind)).c_str(),
                  errors[i].evidence.c_str(),
                  planted.contains({errors[i].document, errors[i].sentence}) ? " [planted]" : "");
        QVERIFY(hits(5) >= 3);
        QVERIFY(hits(20) >= 6);
    }
};

QTEST_GUILESS_MAIN(TestLabelErrors)
#include "test_label_errors.moc"
