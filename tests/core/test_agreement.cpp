#include <QTest>
#include <array>
#include <cmath>

#include "core/annotation/adjudication.h"
#include "core/metrics/agreement.h"

using namespace spanwise;

namespace {

/// Words of one letter each, a space between them.
std::vector<Range> words(int count) {
    std::vector<Range> words;
    for (int i = 0; i < count; ++i)
        words.push_back({2 * i, 2 * i + 1});
    return words;
}

/// Words first to last as a span.
NamedSpan span(int first, int last, const std::string& type) {
    return {{2 * first, 2 * last + 1}, type};
}

bool isClose(const std::optional<double>& value, double expected) {
    return value && std::abs(*value - expected) < 1e-12;
}

constexpr TypeId kPer = 1, kOrg = 2;

Annotation annotation(RecordId id, Range range, TypeId type) {
    return {id, 7, range, type, Origin::Manual, "lead", 5};
}

/// The labels after an edit that must fit them.
DocumentLabels after(DocumentLabels labels, const Edit& edit) {
    if (const auto applied = apply(labels, 7, edit); !applied)
        qFatal("%s", applied.error().text().c_str());
    return labels;
}

std::vector<TypedRange> spansOf(const DocumentLabels& labels) {
    std::vector<TypedRange> spans;
    for (const Annotation& label : labels.annotations)
        spans.push_back({label.range, label.type});
    return spans;
}

}  // namespace

class TestAgreement : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pair_tenWords_isAsComputedByHand() {
        // ada: PER PER O O ORG O O O PER O    spans PER 0-1, ORG 4, PER 8
        // ben: PER PER O O PER O O O O   ORG  spans PER 0-1, PER 4, ORG 9
        AgreementEvaluator evaluator(2);
        const auto document = evaluator.add(
            words(10), {{0, {span(0, 1, "PER"), span(4, 4, "ORG"), span(8, 8, "PER")}},
                        {1, {span(0, 1, "PER"), span(4, 4, "PER"), span(9, 9, "ORG")}}});
        const Agreement agreement = evaluator.agreement();
        QCOMPARE(agreement.pairs.size(), std::size_t{1});
        const PairAgreement& pair = agreement.pairs.front();
        QCOMPARE(pair.spans, (SpanAgreement{3, 3, 1}));
        QVERIFY(isClose(pair.spans.f1(), 1.0 / 3));
        QVERIFY(isClose(document, 1.0 / 3));
        QCOMPARE(pair.perType.at("PER"), (SpanAgreement{2, 2, 1}));
        QCOMPARE(pair.perType.at("ORG"), (SpanAgreement{1, 1, 0}));
        // 7 of 10 words are equal. By chance: PER 3·3, ORG 1·1, none 6·6, of 100: 0.46.
        QVERIFY(isClose(pair.kappa, (0.7 - 0.46) / (1 - 0.46)));
        // Alpha of two: n = 20; values PER 6, ORG 2, none 12; Do = 2·3 of 20;
        // De = (400 - 36 - 4 - 144) / (20·19).
        QVERIFY(isClose(agreement.alpha, 1 - (6.0 / 20) / (216.0 / 380)));
        QCOMPARE(agreement.documents, 1);
        QCOMPARE(agreement.words, 10);
    }

    void alpha_fourObserversWithMissingValues_isThePublishedOne() {
        // The reliability data of Krippendorff (2011), section C; 0: missing. Nominal alpha: 0.743.
        constexpr std::array<std::array<int, 12>, 4> kData{{{1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
                                                            {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
                                                            {0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
                                                            {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0}}};
        AgreementEvaluator evaluator(4);
        for (std::size_t unit = 0; unit < 12; ++unit) {
            std::vector<AnnotatedBy> readings;
            for (std::size_t observer = 0; observer < 4; ++observer) {
                if (const int value = kData[observer][unit]; value != 0)
                    readings.push_back({observer, {span(0, 0, std::to_string(value))}});
            }
            evaluator.add(words(1), readings);
        }
        const Agreement agreement = evaluator.agreement();
        QVERIFY(agreement.alpha);
        QCOMPARE(std::round(*agreement.alpha * 1000), 743.0);
        QCOMPARE(agreement.pairs.size(), std::size_t{6});
        QCOMPARE(agreement.documents, 11);  // the last unit has one value
    }

    void pair_withoutSharedDocuments_hasNoFigures() {
        AgreementEvaluator evaluator(3);
        evaluator.add(words(4), {{0, {span(0, 0, "PER")}}, {1, {span(0, 0, "PER")}}});
        QVERIFY(!evaluator.add(words(4), {{2, {span(1, 1, "PER")}}}));
        const Agreement agreement = evaluator.agreement();
        QCOMPARE(agreement.pairs.size(), std::size_t{3});
        QVERIFY(isClose(agreement.pairs[0].spans.f1(), 1));
        QVERIFY(isClose(agreement.pairs[0].kappa, 1));
        QCOMPARE(agreement.pairs[1].documents, 0);
        QVERIFY(!agreement.pairs[1].spans.f1());
        QVERIFY(!agreement.pairs[1].kappa);
        QCOMPARE(agreement.documents, 1);
    }

    void agreement_oneAnnotator_hasNoPairs() {
        AgreementEvaluator evaluator(1);
        QVERIFY(!evaluator.add(words(4), {{0, {span(0, 0, "PER")}}}));
        const Agreement agreement = evaluator.agreement();
        QVERIFY(agreement.pairs.empty());
        QVERIFY(!agreement.alpha);
        QVERIFY(!agreement.spans.f1());
    }

    void agreement_emptyReadings_areAgreementWithoutChanceToCorrect() {
        AgreementEvaluator evaluator(2);
        QVERIFY(isClose(evaluator.add(words(5), {{0, {}}, {1, {}}}), 1));
        QVERIFY(isClose(evaluator.add({}, {{0, {}}, {1, {}}}), 1));
        const Agreement agreement = evaluator.agreement();
        QCOMPARE(agreement.documents, 2);
        QVERIFY(!agreement.pairs.front().kappa);
        QVERIFY(!agreement.pairs.front().spans.f1());
        QVERIFY(!agreement.alpha);
        QVERIFY(isClose(evaluator.add(words(5), {{0, {}}, {1, {span(1, 1, "PER")}}}), 0));
    }

    void agreement_typeThatOneKnows_countsAgainstThePair() {
        AgreementEvaluator evaluator(2);
        evaluator.add(words(4),
                      {{0, {span(0, 0, "PER"), span(2, 2, "DATE")}}, {1, {span(0, 0, "PER")}}});
        const Agreement agreement = evaluator.agreement();
        QCOMPARE(agreement.perType.at("DATE"), (SpanAgreement{1, 0, 0}));
        QVERIFY(isClose(agreement.perType.at("DATE").f1(), 0));
        QVERIFY(isClose(agreement.perType.at("PER").f1(), 1));
        QVERIFY(isClose(agreement.spans.f1(), 2.0 / 3));
        // 3 of 4 words; by chance PER 1·1 + none 2·3 = 7 of 16.
        QVERIFY(isClose(agreement.pairs.front().kappa, (0.75 - 7.0 / 16) / (1 - 7.0 / 16)));
    }

    void words_underSeveralSpans_haveTheLongestOnesType() {
        AgreementEvaluator evaluator(2);
        // PER 0-1 crosses ORG 1-3, which is longer; LOC lies in ORG. The other says so by words.
        evaluator.add(words(5), {{0, {span(0, 1, "PER"), span(1, 3, "ORG"), span(2, 2, "LOC")}},
                                 {1, {span(0, 0, "PER"), span(1, 3, "ORG")}}});
        QVERIFY(isClose(evaluator.agreement().pairs.front().kappa, 1));
        // Of equal length the first has the word; half a word is the word.
        AgreementEvaluator other(2);
        other.add({{0, 4}, {5, 9}, {10, 14}}, {{0, {{{0, 7}, "PER"}, {{7, 14}, "ORG"}}},
                                               {1, {{{0, 9}, "PER"}, {{10, 14}, "ORG"}}}});
        QVERIFY(isClose(other.agreement().pairs.front().kappa, 1));
    }

    void add_annotatorsInAnyOrder_givesTheSame() {
        AgreementEvaluator forward(2), backward(2);
        const AnnotatedBy ada{0, {span(0, 0, "PER"), span(1, 1, "PER")}};
        const AnnotatedBy ben{1, {span(0, 0, "PER")}};
        forward.add(words(3), {ada, ben});
        backward.add(words(3), {ben, ada});
        QCOMPARE(backward.agreement().pairs.front().spans, (SpanAgreement{2, 1, 1}));
        QCOMPARE(backward.agreement().pairs.front().spans, forward.agreement().pairs.front().spans);
        QCOMPARE(backward.agreement().pairs.front().kappa, forward.agreement().pairs.front().kappa);
    }

    void compareReadings_overlappingSpans_areOneDisagreement() {
        const Reading ada{{{0, 5}, kPer}, {{10, 14}, kOrg}, {{20, 25}, kPer}};
        const Reading ben{{{0, 9}, kPer}, {{10, 14}, kOrg}, {{20, 25}, kOrg}};
        const Reading cy{{{4, 9}, kPer}, {{10, 14}, kOrg}};
        const Comparison comparison = compareReadings({ada, ben, cy});
        QCOMPARE(comparison.agreed, (std::vector<TypedRange>{{{10, 14}, kOrg}}));
        QCOMPARE(comparison.disagreements.size(), std::size_t{2});
        const Disagreement& first = comparison.disagreements[0];
        QCOMPARE(first.range, (Range{0, 9}));
        QCOMPARE(first.spans.size(), std::size_t{3});
        QCOMPARE(first.perReading[0], (Reading{{{0, 5}, kPer}}));
        QCOMPARE(first.perReading[2], (Reading{{{4, 9}, kPer}}));
        const Disagreement& second = comparison.disagreements[1];
        QCOMPARE(second.range, (Range{20, 25}));
        QVERIFY(second.perReading[2].empty());
        QCOMPARE(compareReadings({ada}), Comparison());
        QCOMPARE(compareReadings({}), Comparison());
        // Neighbours that do not overlap are decided one by one.
        QCOMPARE(compareReadings({{{{0, 5}, kPer}}, {{{5, 9}, kPer}}}).disagreements.size(),
                 std::size_t{2});
    }

    void takeReading_ofOneAnnotator_settlesAndIsUndone() {
        const Comparison comparison =
            compareReadings({{{{0, 5}, kPer}}, {{{4, 9}, kPer}, {{8, 12}, kOrg}}});
        const Disagreement& disagreement = comparison.disagreements.front();
        DocumentLabels labels;
        labels.suggestions = {{50, 7, {3, 5}, kOrg, 0.5, "m"}, {51, 7, {20, 22}, kOrg, 0.5, "m"}};
        QVERIFY(!isSettled(disagreement, labels, {}));
        RecordId next = 100;
        const EditContext context{7, "lead", 9, &next};
        const Edit edit = takeReadingEdit(labels, context, disagreement, 0, {});
        const DocumentLabels settled = after(labels, edit);
        QCOMPARE(spansOf(settled), (std::vector<TypedRange>{{{0, 5}, kPer}}));
        QCOMPARE(settled.annotations.front().origin, Origin::Imported);
        QCOMPARE(settled.annotations.front().annotator, std::string("lead"));
        QCOMPARE(settled.suggestions.size(), std::size_t{1});
        QCOMPARE(settled.status, DocumentStatus::InProgress);
        // What nothing stands in the stead of is refused: {4, 9} crosses the label.
        QCOMPARE(settled.rejections.size(), std::size_t{1});
        QCOMPARE(settled.rejections.front().range, (Range{8, 12}));
        QVERIFY(isSettled(disagreement, settled, {}));
        QCOMPARE(after(settled, inverse(edit)), labels);
        QVERIFY(takeReadingEdit(settled, context, disagreement, 0, {}).isEmpty());

        // A change of mind takes the other reading in its place.
        const DocumentLabels other =
            after(settled, takeReadingEdit(settled, context, disagreement, 1, {}));
        QCOMPARE(spansOf(other), (std::vector<TypedRange>{{{4, 9}, kPer}, {{8, 12}, kOrg}}));
        QVERIFY(isSettled(disagreement, other, {}));
        QVERIFY(other.rejections.empty());
    }

    void takeReading_none_refusesAll() {
        const Comparison comparison = compareReadings({{{{0, 5}, kPer}}, {{{0, 5}, kOrg}}});
        DocumentLabels labels;
        labels.status = DocumentStatus::Done;
        labels.annotations = {annotation(1, {0, 5}, kPer)};
        const Disagreement& disagreement = comparison.disagreements.front();
        QVERIFY(isSettled(disagreement, labels, {}));  // a person labelled one of the two
        RecordId next = 100;
        const EditContext context{7, "lead", 9, &next};
        const DocumentLabels none =
            after(labels, takeReadingEdit(labels, context, disagreement, std::nullopt, {}));
        QVERIFY(none.annotations.empty());
        QCOMPARE(none.rejections.size(), std::size_t{2});
        QCOMPARE(none.status, DocumentStatus::Done);
        QVERIFY(isSettled(disagreement, none, {}));
    }

    void takeReading_insideAnAgreedSpan_leavesThatAlone() {
        // All have the long one; one has a person nested in it.
        const Comparison comparison =
            compareReadings({{{{0, 20}, kOrg}, {{4, 8}, kOrg}}, {{{0, 20}, kOrg}}});
        QCOMPARE(comparison.agreed, (std::vector<TypedRange>{{{0, 20}, kOrg}}));
        const Disagreement& disagreement = comparison.disagreements.front();
        RecordId next = 100;
        const EditContext context{7, "lead", 9, &next};
        const DocumentLabels agreed = after({}, takeAgreedEdit({}, context, comparison.agreed));
        QCOMPARE(spansOf(agreed), comparison.agreed);
        QVERIFY(!isSettled(disagreement, agreed, comparison.agreed));
        const DocumentLabels nothing =
            after(agreed, takeReadingEdit(agreed, context, disagreement, 1, comparison.agreed));
        QCOMPARE(spansOf(nothing), comparison.agreed);
        QVERIFY(isSettled(disagreement, nothing, comparison.agreed));
        const DocumentLabels nested =
            after(nothing, takeReadingEdit(nothing, context, disagreement, 0, comparison.agreed));
        QCOMPARE(nested.annotations.size(), std::size_t{2});
        QVERIFY(isSettled(disagreement, nested, comparison.agreed));
    }

    void takeAgreed_whereAPersonDecidedOtherwise_passesItOver() {
        const std::vector<TypedRange> agreed{{{0, 5}, kPer}, {{10, 15}, kPer}, {{20, 25}, kOrg}};
        DocumentLabels labels;
        labels.annotations = {annotation(1, {0, 7}, kPer)};
        labels.rejections = {{2, 7, {20, 25}, kOrg, "lead", 5}};
        QCOMPARE(untaken(agreed, labels), (std::vector<TypedRange>{{{10, 15}, kPer}}));
        RecordId next = 100;
        const Edit edit = takeAgreedEdit(labels, {7, "agreed", 9, &next}, agreed);
        QCOMPARE(edit.addAnnotations.size(), std::size_t{1});
        QVERIFY(edit.removeAnnotations.empty());
        const DocumentLabels taken = after(labels, edit);
        QVERIFY(untaken(agreed, taken).empty());
        QVERIFY(takeAgreedEdit(taken, {7, "agreed", 9, &next}, agreed).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestAgreement)
#include "test_agreement.moc"
