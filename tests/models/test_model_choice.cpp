#include <QTest>

#include "models/learning/model_choice.h"
#include "tests/models/learning_fixtures.h"

using namespace spanwise;
using learning_fixtures::byHeart;
using learning_fixtures::sentence;

namespace {

std::vector<LearningDocument> documentsOf(const std::string& name, int count, int names) {
    std::vector<LearningDocument> documents;
    for (int i = 0; i < count; ++i) {
        LearningDocument document{name + std::to_string(i), {}, false};
        for (int j = 0; j < 6; ++j)
            document.sentences.push_back(
                sentence({"met", "n" + std::to_string((i + j) % names), name + std::to_string(i)},
                         {{1, 2, "person"}}));
        documents.push_back(std::move(document));
    }
    return documents;
}

/// Finds nothing, whatever it learns.
FitSentences blind() {
    return [](const auto&, const auto&, auto) -> Result<JudgeSentences> {
        return [](const std::vector<LabelledSentence>& sentences) -> Result<std::vector<Judged>> {
            return std::vector<Judged>(sentences.size());
        };
    };
}

}  // namespace

class TestModelChoice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void better_isTaken() {
        const auto old = documentsOf("old", 5, 8);
        const auto since = documentsOf("new", 8, 8);
        const auto fresh = chooseModel(blind(), byHeart(), old, since);
        QVERIFY2(fresh.has_value(), fresh ? "" : fresh.error().text().c_str());
        QVERIFY(fresh->isMeasured && fresh->takeFresh);
        QCOMPARE(fresh->warmF1, 0.0);
        QVERIFY(fresh->freshF1 > 0.9);
        QCOMPARE(fresh->sureness, 1.0);
        QVERIFY(fresh->reason.find("the fresh fit is taken") != std::string::npos);
        const auto warm = chooseModel(byHeart(), blind(), old, since);
        QVERIFY(warm->isMeasured && !warm->takeFresh);
        QCOMPARE(warm->sureness, 0.0);
        QVERIFY(warm->reason.find("the model is kept") != std::string::npos);
    }

    void equal_isTakenFresh() {
        const auto choice =
            chooseModel(byHeart(), byHeart(), documentsOf("old", 5, 8), documentsOf("new", 8, 8));
        QVERIFY(choice->isMeasured && choice->takeFresh);
        QCOMPARE(choice->warmF1, choice->freshF1);
    }

    void noFitSeesWhatItIsJudgedBy() {
        const auto old = documentsOf("old", 5, 8);
        const auto since = documentsOf("new", 8, 8);
        std::set<std::string> judgedWords;
        const FitSentences watching = [&](const std::vector<LabelledSentence>& sentences,
                                          const auto&, auto) -> Result<JudgeSentences> {
            std::set<std::string> seen;
            for (const LabelledSentence& taught : sentences)
                seen.insert(taught.words[2]);
            if (!seen.contains("old0") || !seen.contains("old4"))
                return failure(ErrorCode::Internal, "the old documents are not learned from");
            return [&judgedWords, seen](
                       const std::vector<LabelledSentence>& judged) -> Result<std::vector<Judged>> {
                for (const LabelledSentence& held : judged) {
                    if (seen.contains(held.words[2]))
                        return failure(ErrorCode::Internal, "leaked: " + held.words[2]);
                    judgedWords.insert(held.words[2]);
                }
                return std::vector<Judged>(judged.size());
            };
        };
        const auto choice = chooseModel(watching, watching, old, since);
        QVERIFY2(choice.has_value(), choice ? "" : choice.error().text().c_str());
        QCOMPARE(judgedWords.size(), since.size());
        QVERIFY(judgedWords.begin()->starts_with("new"));
    }

    void fewNewDocuments_takeTheFreshOneWithoutFitting() {
        int fits = 0;
        const FitSentences counting = [&](const auto& sentences, const auto& progress, auto stop) {
            ++fits;
            return byHeart()(sentences, progress, stop);
        };
        for (const int count : {0, 1, 3}) {
            const auto choice = chooseModel(counting, counting, documentsOf("old", 5, 8),
                                            documentsOf("new", count, 8));
            QVERIFY(choice.has_value());
            QVERIFY(choice->takeFresh && !choice->isMeasured);
            QVERIFY(choice->reason.find("too few") != std::string::npos);
        }
        QCOMPARE(fits, 0);
    }

    void order_doesNotMatter_andStopIsHeeded() {
        auto since = documentsOf("new", 9, 20);
        const auto first = chooseModel(blind(), byHeart(), {}, since);
        std::reverse(since.begin(), since.end());
        const auto second = chooseModel(blind(), byHeart(), {}, since);
        QCOMPARE(first->freshF1, second->freshF1);
        QCOMPARE(first->reason, second->reason);
        std::stop_source source;
        source.request_stop();
        const auto stopped = chooseModel(blind(), byHeart(), {}, since, {}, {}, source.get_token());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        const FitSentences failing = [](const auto&, const auto&, auto) -> Result<JudgeSentences> {
            return failure(ErrorCode::OutOfMemory, "no room");
        };
        QCOMPARE(chooseModel(blind(), failing, {}, since).error().code, ErrorCode::OutOfMemory);
    }
};

QTEST_GUILESS_MAIN(TestModelChoice)
#include "test_model_choice.moc"
