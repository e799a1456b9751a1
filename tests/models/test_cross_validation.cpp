#include <QTest>
#include <algorithm>
#include <random>

#include "models/learning/cross_validation.h"
#include "tests/models/learning_fixtures.h"

using namespace spanwise;
using learning_fixtures::byHeart;
using learning_fixtures::sentence;

namespace {

/// `count` documents of two sentences: every one has a drug; every `rare`-th a dose, too.
std::vector<LearningDocument> clinic(int count, int rare) {
    const std::vector<std::string> drugs{"metformin", "aspirin", "codeine", "insulin"};
    std::vector<LearningDocument> documents;
    for (int i = 0; i < count; ++i) {
        LearningDocument document;
        document.id = "note-" + std::to_string(i);
        document.sentences.push_back(sentence(
            {"takes", drugs[static_cast<std::size_t>(i) % drugs.size()], "now"}, {{1, 2, "drug"}}));
        document.sentences.push_back(i % rare == 0 ? sentence({"half", "gram"}, {{1, 2, "dose"}})
                                                   : sentence({"is", "well"}));
        documents.push_back(std::move(document));
    }
    return documents;
}

std::map<std::string, int> foldsById(const std::vector<LearningDocument>& documents, int folds,
                                     std::uint64_t seed) {
    const auto assigned = assignFolds(documents, folds, seed);
    std::map<std::string, int> byId;
    for (std::size_t i = 0; i < documents.size(); ++i)
        byId[documents[i].id] = assigned[i];
    return byId;
}

}  // namespace

class TestCrossValidation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void folds_haveEachTypeAndEqualSizes() {
        const auto documents = clinic(40, 8);  // five with a dose
        const auto folds = assignFolds(documents, 5, 1);
        std::vector<int> size(5), dose(5);
        for (std::size_t i = 0; i < documents.size(); ++i) {
            QVERIFY(folds[i] >= 0 && folds[i] < 5);
            ++size[static_cast<std::size_t>(folds[i])];
            dose[static_cast<std::size_t>(folds[i])] += i % 8 == 0 ? 1 : 0;
        }
        QCOMPARE(dose, std::vector<int>(5, 1));
        QCOMPARE(size, std::vector<int>(5, 8));
    }

    void folds_doNotDependOnTheOrder() {
        auto documents = clinic(30, 4);
        const auto first = foldsById(documents, 4, 7);
        std::mt19937 random(5);
        for (int round = 0; round < 5; ++round) {
            std::shuffle(documents.begin(), documents.end(), random);
            QCOMPARE(foldsById(documents, 4, 7), first);
        }
        QVERIFY(foldsById(documents, 4, 8) != first);
    }

    void folds_ofFewDocuments_areNeverEmpty() {
        for (int count = 1; count <= 9; ++count) {
            const auto folds = assignFolds(clinic(count, 3), 5, 1);
            const std::set<int> used(folds.begin(), folds.end());
            QCOMPARE(static_cast<int>(used.size()), std::min(count, 5));
            QCOMPARE(*used.rbegin(), std::min(count, 5) - 1);
        }
        auto documents = clinic(3, 2);
        documents[1].sentences.clear();
        QCOMPARE(assignFolds(documents, 2, 1)[1], -1);
        QVERIFY(assignFolds({}, 3, 1).empty());
    }

    void everySentence_isJudgedByAModelThatDidNotSeeItsDocument() {
        auto documents = clinic(12, 3);
        // A word of its own in each document: whoever finds it has seen the document.
        for (LearningDocument& document : documents)
            document.sentences.push_back(sentence({document.id, "x"}, {{0, 1, "secret"}}));
        const auto checked = crossValidate(byHeart(), documents, {});
        QVERIFY2(checked.has_value(), checked ? "" : checked.error().text().c_str());
        QCOMPARE(checked->outOfFold.size(), std::size_t{36});
        QCOMPARE(checked->sentences, 36);
        QCOMPARE(checked->all.perType.at("secret").correct, 0);
        QCOMPARE(checked->all.perType.at("secret").support, 12);
        QCOMPARE(checked->all.perType.at("dose").f1, 1.0);
        QVERIFY(checked->all.perType.at("drug").f1 > 0.9);
        const auto folds = assignFolds(documents, 5, 1);
        for (const OutOfFoldSentence& judged : checked->outOfFold)
            QCOMPARE(judged.fold, folds[judged.document]);
    }

    void result_doesNotDependOnTheOrder() {
        auto documents = clinic(17, 4);
        documents[3].preAnnotated = documents[5].preAnnotated = true;
        // Sentences that mislead, so that the scores are not all one.
        for (std::size_t i = 0; i < documents.size(); i += 3)
            documents[i].sentences.push_back(sentence({"aspirin", "plc"}));
        CrossValidationOptions options;
        options.folds = 3;
        const auto first = crossValidate(byHeart(), documents, options);
        std::reverse(documents.begin(), documents.end());
        const auto second = crossValidate(byHeart(), documents, options);
        QVERIFY(first && second);
        QVERIFY(first->all.micro.f1 < 1);
        QCOMPARE(first->all.micro.f1, second->all.micro.f1);
        QCOMPARE(*first->all.microInterval, *second->all.microInterval);
        QCOMPARE(*first->all.macroInterval, *second->all.macroInterval);
        QCOMPARE(*first->all.perTypeInterval.at("drug"), *second->all.perTypeInterval.at("drug"));
        QCOMPARE(first->preAnnotated->micro.f1, second->preAnnotated->micro.f1);
        QCOMPARE(first->notes, second->notes);
    }

    void preAnnotated_isReportedApart() {
        auto documents = clinic(12, 3);
        for (std::size_t i = 0; i < 6; ++i)
            documents[i].preAnnotated = true;
        // Those by hand have words that nothing else has.
        for (std::size_t i = 6; i < 12; ++i)
            documents[i].sentences.push_back(sentence({documents[i].id}, {{0, 1, "drug"}}));
        const auto checked = crossValidate(byHeart(), documents, {});
        QVERIFY(checked.has_value());
        QVERIFY(checked->preAnnotated && checked->byHand);
        QCOMPARE(checked->preAnnotated->documents, 6);
        QCOMPARE(checked->byHand->documents, 6);
        QCOMPARE(checked->preAnnotated->micro.f1, 1.0);
        QVERIFY(checked->byHand->micro.f1 < 0.85);
        QCOMPARE(checked->preAnnotated->micro.support + checked->byHand->micro.support,
                 checked->all.micro.support);
        for (LearningDocument& document : documents)
            document.preAnnotated = true;
        const auto alike = crossValidate(byHeart(), documents, {});
        QVERIFY(!alike->preAnnotated && !alike->byHand);
    }

    void fewerDocumentsThanFolds_isSaid() {
        const auto checked = crossValidate(byHeart(), clinic(3, 2), {});
        QVERIFY(checked.has_value());
        QCOMPARE(checked->folds, 3);
        QVERIFY(!checked->bySentence);
        QVERIFY(std::any_of(checked->notes.begin(), checked->notes.end(), [](const auto& note) {
            return note.find("3 of 5") != std::string::npos;
        }));
    }

    void oneDocument_isPartedBySentences() {
        LearningDocument document;
        document.id = "only";
        for (int i = 0; i < 8; ++i)
            document.sentences.push_back(sentence({"takes", "aspirin"}, {{1, 2, "drug"}}));
        const auto checked = crossValidate(byHeart(), {document}, {});
        QVERIFY2(checked.has_value(), checked ? "" : checked.error().text().c_str());
        QVERIFY(checked->bySentence);
        QCOMPARE(checked->folds, 5);
        QCOMPARE(checked->all.micro.f1, 1.0);
        QCOMPARE(checked->all.documents, 1);
        QVERIFY(checked->notes[0].find("one labelled document") != std::string::npos);
    }

    void typeInOneDocument_isNamed() {
        auto documents = clinic(10, 100);
        const auto checked = crossValidate(byHeart(), documents, {});
        QVERIFY(checked.has_value());
        QCOMPARE(checked->all.perType.at("dose").f1, 0.0);
        QVERIFY(!checked->all.perTypeInterval.at("dose").has_value());
        QVERIFY(std::any_of(checked->notes.begin(), checked->notes.end(), [](const auto& note) {
            return note.find("\"dose\" occurs in one document only") != std::string::npos;
        }));
    }

    void lackingTypes_sayHowManyMore() {
        CrossValidationOptions options;
        options.types = {"drug", "dose", "route"};
        options.enoughMentions = 10;
        options.enoughDocuments = 4;
        const auto checked = crossValidate(byHeart(), clinic(12, 4), options);
        QVERIFY(checked.has_value());
        QCOMPARE(checked->lacking.size(), std::size_t{2});
        QCOMPARE(checked->lacking[0], (LackingType{"route", 0, 0, 10, 4}));
        QCOMPARE(checked->lacking[1], (LackingType{"dose", 3, 3, 7, 1}));
    }

    void nothingToCheck_isAnError_data() {
        QTest::addColumn<int>("sentences");
        QTest::addColumn<bool>("labelled");
        QTest::addColumn<int>("folds");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing") << 0 << false << 5 << "There are 0 labelled sentences";
        QTest::newRow("one") << 1 << true << 5 << "There is 1 labelled sentence;";
        QTest::newRow("no span") << 4 << false << 5 << "No span is labelled";
        QTest::newRow("one fold") << 4 << true << 1 << "1 fold; it needs at least 2";
    }
    void nothingToCheck_isAnError() {
        QFETCH(int, sentences);
        QFETCH(bool, labelled);
        QFETCH(int, folds);
        QFETCH(QString, expected);
        LearningDocument document{"a", {}, false};
        for (int i = 0; i < sentences; ++i)
            document.sentences.push_back(sentence(
                {"w"}, labelled ? std::vector<WordSpan>{{0, 1, "t"}} : std::vector<WordSpan>{}));
        CrossValidationOptions options;
        options.folds = folds;
        const auto checked = crossValidate(byHeart(), {document}, options);
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(checked.error().message.find(expected.toStdString()) != std::string::npos,
                 checked.error().message.c_str());
    }

    void trainingPartWithoutSpans_findsNothing() {
        std::vector<LearningDocument> documents{
            {"a", {sentence({"aspirin"}, {{0, 1, "drug"}})}, false},
            {"b", {sentence({"is", "well"})}, false}};
        int fits = 0;
        const FitSentences counting = [&](const auto& sentences, const auto& progress, auto stop) {
            ++fits;
            return byHeart()(sentences, progress, stop);
        };
        const auto checked = crossValidate(counting, documents, {});
        QVERIFY(checked.has_value());
        QCOMPARE(fits, 1);
        QCOMPARE(checked->all.micro.support, 1);
        QCOMPARE(checked->all.micro.predicted, 0);
    }

    void maxSentences_boundsTheCostAndIsSaid() {
        CrossValidationOptions options;
        options.maxSentences = 10;
        const auto checked = crossValidate(byHeart(), clinic(40, 4), options);
        QVERIFY(checked.has_value());
        QCOMPARE(checked->sentences, 10);
        QCOMPARE(checked->all.documents, 5);
        QVERIFY(checked->notes[0].find("10 sentences of 80") != std::string::npos);
        // One giant beside small ones does not take it all.
        auto documents = clinic(4, 2);
        for (int i = 0; i < 100; ++i)
            documents[0].sentences.push_back(sentence({"takes", "aspirin"}, {{1, 2, "drug"}}));
        const auto shared = crossValidate(byHeart(), documents, options);
        QVERIFY(shared.has_value());
        QVERIFY(!shared->bySentence);
        QVERIFY(shared->sentences <= 10);
    }

    void stop_isHeededAtEveryStep() {
        for (int allowed = 0; allowed < 5; ++allowed) {
            std::stop_source source;
            int fits = 0;
            const FitSentences counting = [&](const auto& sentences, const auto& progress,
                                              auto stop) {
                if (++fits > allowed)
                    source.request_stop();
                return byHeart()(sentences, progress, stop);
            };
            const auto checked = crossValidate(counting, clinic(10, 2), {}, {}, source.get_token());
            QVERIFY(!checked);
            QCOMPARE(checked.error().code, ErrorCode::Cancelled);
            QCOMPARE(fits, allowed + 1);
        }
    }

    void failingFit_isPassedOn() {
        const FitSentences failing = [](const auto&, const auto&, auto) -> Result<JudgeSentences> {
            return failure(ErrorCode::OutOfMemory, "no room");
        };
        const auto checked = crossValidate(failing, clinic(10, 2), {});
        QCOMPARE(checked.error().code, ErrorCode::OutOfMemory);
    }

    void progress_risesToTheEnd() {
        std::vector<double> told;
        const auto checked =
            crossValidate(byHeart(), clinic(10, 2), {}, [&](const CrossValidationProgress& p) {
                told.push_back(p.done);
                QCOMPARE(p.folds, 5);
            });
        QVERIFY(checked.has_value());
        QVERIFY(std::is_sorted(told.begin(), told.end()));
        QCOMPARE(told.back(), 1.0);
    }

    void unknownWords_areNotHeldAgainstTheModel() {
        LabelledSentence partly = sentence({"aspirin", "and", "codeine", "today"});
        partly.known = {false, false, false, false};
        partly.rejected = {{2, 3, "drug"}};
        const std::vector<WordSpan> found{{0, 1, "drug"}, {2, 3, "drug"}};
        const auto kept = foundWhereKnown(partly, found);
        QCOMPARE(kept, (std::vector<WordSpan>{{2, 3, "drug"}}));
        partly.spans = {{0, 1, "drug"}};
        QCOMPARE(foundWhereKnown(partly, found).size(), std::size_t{2});
        partly.known.clear();
        QCOMPARE(foundWhereKnown(partly, {{1, 2, "drug"}}).size(), std::size_t{1});
    }

    void intervals_holdTheScoreAndNarrowWithData() {
        std::vector<std::vector<WordSpan>> labels, found;
        std::mt19937 random(3);
        for (int i = 0; i < 400; ++i) {
            labels.push_back({{0, 1, "a"}});
            found.push_back(random() % 10 < 7 ? labels.back() : std::vector<WordSpan>{{1, 2, "a"}});
        }
        const auto widthOf = [&](std::size_t count) {
            std::vector<JudgedSentence> sentences;
            for (std::size_t i = 0; i < count; ++i)
                sentences.push_back({static_cast<std::int64_t>(i), &labels[i], &found[i]});
            const Quality quality = qualityOf(sentences, 1);
            const Interval interval = *quality.perTypeInterval.at("a");
            if (interval.low > quality.micro.f1 || interval.high < quality.micro.f1)
                return -1.0;
            return interval.high - interval.low;
        };
        // 95 % of a share of 0.7 in 400: 2 x 1.96 x sqrt(0.7 x 0.3 / 400) = 0.09.
        QVERIFY2(std::abs(widthOf(400) - 0.09) < 0.02, qPrintable(QString::number(widthOf(400))));
        QVERIFY(widthOf(40) > 2 * widthOf(400));
        // Three right of three prove little.
        std::vector<JudgedSentence> perfect;
        for (std::int64_t i = 0; i < 3; ++i)
            perfect.push_back({i, &labels[0], &labels[0]});
        const Quality quality = qualityOf(perfect, 1);
        QCOMPARE(quality.micro.f1, 1.0);
        QVERIFY(quality.microInterval->low < 0.6);
        QCOMPARE(quality.microInterval->high, 1.0);
    }

    void judgedScores_sayWhichAreRight() {
        OutOfFoldSentence judged;
        judged.found = {{0, 1, "a", 0.9}, {2, 3, "b", 0.4}};
        judged.labels = {{0, 1, "a", 0.9}, {2, 4, "b", 0.1}};
        const auto scores = judgedScores({judged});
        QCOMPARE(scores.size(), std::size_t{2});
        QVERIFY(scores[0].correct && !scores[1].correct);
        QCOMPARE(scores[1].score, 0.4);
    }
};

QTEST_GUILESS_MAIN(TestCrossValidation)
#include "test_cross_validation.moc"
