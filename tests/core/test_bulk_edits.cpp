#include "core/annotation/edit.h"
#include "tests/core/support.h"

using namespace spanwise;
using namespace spanwise::test;

namespace {
constexpr DocumentId kDocument = 7;
constexpr TypeId kDrug = 1, kDose = 2;
}  // namespace

/// Edits of many labels at once: triage, propagation, patterns.
class TestBulkEdits : public QObject {
    Q_OBJECT

    DocumentLabels m_labels;
    RecordId m_nextId = 100;
    EditContext m_context{kDocument, "ann", 1000, &m_nextId};

    Suggestion suggest(RecordId id, Range range, TypeId type, double score,
                       const std::string& model = "m") {
        m_labels.suggestions.push_back({id, kDocument, range, type, score, model});
        return m_labels.suggestions.back();
    }
    void annotate(RecordId id, Range range, TypeId type) {
        m_labels.annotations.push_back({id, kDocument, range, type, Origin::Manual, "ann", 1});
    }
    static std::vector<Range> ranges(const std::vector<Annotation>& annotations) {
        std::vector<Range> out;
        for (const Annotation& annotation : annotations)
            out.push_back(annotation.range);
        return out;
    }

private Q_SLOTS:
    void init() {
        m_labels = {};
        m_nextId = 100;
    }

    void settle_acceptsAsTheTypeSaid_andTakesWhatOverlaps() {
        const Suggestion first = suggest(1, {0, 5}, kDrug, 0.6);
        const Suggestion second = suggest(2, {10, 15}, kDrug, 0.4);
        suggest(3, {12, 20}, kDose, 0.9);
        const Edit edit = settleEdit(m_labels, m_context, {first, second}, kDrug);
        QCOMPARE(edit.addAnnotations.size(), std::size_t{2});
        QCOMPARE(edit.removeSuggestions.size(), std::size_t{3});
        QVERIFY(edit.addAnnotations[0].origin == Origin::Accepted);
        QCOMPARE(edit.status.size(), std::size_t{1});
        const Edit other = settleEdit(m_labels, m_context, {first}, kDose);
        QCOMPARE(other.addAnnotations.front().type, kDose);
        QVERIFY(other.addAnnotations.front().origin == Origin::Manual);
        VERIFY_OK(apply(m_labels, kDocument, edit));
    }

    void settle_ofWhatAModelHasWithdrawn_holdsAllTheSame() {
        const Suggestion seen{1, kDocument, {0, 5}, kDrug, 0.6, "m"};
        const Edit accepted = settleEdit(m_labels, m_context, {seen}, kDrug);
        QVERIFY(ranges(accepted.addAnnotations) == std::vector<Range>({{0, 5}}));
        QVERIFY(accepted.removeSuggestions.empty());
        const Edit refused = settleEdit(m_labels, m_context, {seen}, std::nullopt);
        QCOMPARE(refused.addRejections.size(), std::size_t{1});
        QVERIFY(refused.removeSuggestions.empty());
        DocumentLabels labels = m_labels;
        VERIFY_OK(apply(labels, kDocument, refused));
        // The model repeats it: it is not offered again.
        QVERIFY(suggestEdit(labels, m_context, {seen}).isEmpty());
    }

    void settle_whereSomebodyHasLabelled_isPassedOver() {
        const Suggestion seen{1, kDocument, {0, 5}, kDrug, 0.6, "m"};
        annotate(2, {3, 8}, kDrug);
        QVERIFY(settleEdit(m_labels, m_context, {seen}, kDrug).isEmpty());
        QVERIFY(settleEdit(m_labels, m_context, {seen}, std::nullopt).isEmpty());
        // As another type the words may well be something, too.
        const Edit other = settleEdit(m_labels, m_context, {seen}, kDose);
        QVERIFY(ranges(other.addAnnotations) == std::vector<Range>({{0, 5}}));
        QVERIFY(other.removeAnnotations.empty());
    }

    void settle_onWordsThatAreLabelled_isPassedOver() {
        const Suggestion seen{1, kDocument, {0, 5}, kDrug, 0.6, "m"};
        annotate(2, {0, 5}, kDose);
        QVERIFY(settleEdit(m_labels, m_context, {seen}, kDrug).isEmpty());
        QVERIFY(settleEdit(m_labels, m_context, {seen}, std::nullopt).isEmpty());
    }

    void settle_ofARescoredSuggestion_removesItAsItIsNow() {
        Suggestion seen = suggest(1, {0, 5}, kDrug, 0.8);
        seen.score = 0.3;
        const Edit edit = settleEdit(m_labels, m_context, {seen}, std::nullopt);
        QCOMPARE(edit.removeSuggestions.size(), std::size_t{1});
        QCOMPARE(edit.removeSuggestions.front().score, 0.8);
    }

    void annotateMany_passesOverLabelsAndEachOther() {
        annotate(1, {10, 20}, kDose);
        annotate(4, {50, 55}, kDose);
        annotate(5, {60, 65}, kDrug);
        suggest(2, {30, 35}, kDose, 0.5);
        const Edit edit = annotateEdit(
            m_labels, m_context, {{30, 36}, {0, 4}, {2, 6}, {12, 14}, {20, 22}, {50, 55}, {64, 70}},
            kDrug, Origin::Pattern);
        QVERIFY(ranges(edit.addAnnotations) ==
                std::vector<Range>({{0, 4}, {12, 14}, {20, 22}, {30, 36}}));
        QVERIFY(edit.addAnnotations.front().origin == Origin::Pattern);
        QCOMPARE(edit.removeSuggestions.size(), std::size_t{1});
        QVERIFY(edit.removeAnnotations.empty());
    }

    void propose_respectsDecisions_andTakesTheModelsPlace() {
        annotate(1, {0, 5}, kDose);
        m_labels.rejections.push_back({2, kDocument, {10, 15}, kDrug, "ann", 1});
        suggest(3, {20, 25}, kDrug, 0.5);
        suggest(4, {30, 34}, kDose, 0.5);
        const Edit edit = proposeEdit(m_labels, m_context,
                                      {{0, 5}, {10, 15}, {20, 25}, {30, 36}, {40, 45}}, kDrug);
        QCOMPARE(edit.addSuggestions.size(), std::size_t{2});
        QVERIFY((edit.addSuggestions[0].range == Range{30, 36}));
        QVERIFY((edit.addSuggestions[1].range == Range{40, 45}));
        QCOMPARE(edit.addSuggestions[0].model, std::string(kPatternModel));
        QCOMPARE(edit.removeSuggestions.size(), std::size_t{1});
        QCOMPARE(edit.removeSuggestions.front().id, RecordId{4});
        QVERIFY(edit.status.empty());
        VERIFY_OK(apply(m_labels, kDocument, edit));
        QVERIFY(proposeEdit(m_labels, m_context, {{30, 36}, {40, 45}}, kDrug).isEmpty());
    }

    void modelsSuggestions_leaveThoseOfPatterns() {
        suggest(1, {0, 5}, kDrug, 1, std::string(kPatternModel));
        suggest(2, {10, 15}, kDrug, 0.5);
        const Edit edit = suggestEdit(
            m_labels, m_context,
            {{0, kDocument, {3, 8}, kDose, 0.9, "m2"}, {0, kDocument, {20, 25}, kDose, 0.9, "m2"}});
        QCOMPARE(edit.addSuggestions.size(), std::size_t{1});
        QVERIFY((edit.addSuggestions.front().range == Range{20, 25}));
        QCOMPARE(edit.removeSuggestions.size(), std::size_t{1});
        QCOMPARE(edit.removeSuggestions.front().id, RecordId{2});
    }

    void append_keepsBothDocumentsChanges() {
        const Suggestion here = suggest(1, {0, 5}, kDrug, 0.6);
        Edit edit = settleEdit(m_labels, m_context, {here}, kDrug);
        EditContext there = m_context;
        there.document = 8;
        const DocumentLabels other{DocumentStatus::New, {}, {{2, 8, {0, 5}, kDrug, 0.6, "m"}}, {}};
        append(edit, settleEdit(other, there, other.suggestions, std::nullopt));
        QCOMPARE(edit.addAnnotations.size(), std::size_t{1});
        QCOMPARE(edit.addRejections.size(), std::size_t{1});
        QCOMPARE(edit.removeSuggestions.size(), std::size_t{2});
        QCOMPARE(edit.status.size(), std::size_t{2});
        QVERIFY(edit.addAnnotations.front().id != edit.addRejections.front().id);
    }
};

QTEST_APPLESS_MAIN(TestBulkEdits)
#include "test_bulk_edits.moc"
