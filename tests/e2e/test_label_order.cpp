#include <QTest>
#include <algorithm>
#include <random>

#include "app/worker/label_order.h"

using namespace spanwise;
using protocol::DocumentLabelling;

/// What the worker does with labels before they are learned.
class TestLabelOrder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anyOrder_givesTheSame() {
        std::vector<DocumentLabelling> labels{
            {"b", true, {{{0, 3}, "x"}, {{5, 9}, "y", 0.5}, {{5, 9}, "x"}}, {{{1, 2}, "x"}}},
            {"a", false, {{{7, 8}, "x"}}, {{{2, 3}, "y"}, {{0, 2}, "y"}}},
            {"a", true, {{{7, 8}, "y"}}, {}},
            {"c", true, {}, {}}};
        std::mt19937 random(3);
        nlohmann::json first;
        for (int round = 0; round < 30; ++round) {
            auto mixed = labels;
            std::shuffle(mixed.begin(), mixed.end(), random);
            for (DocumentLabelling& labelling : mixed) {
                std::shuffle(labelling.annotations.begin(), labelling.annotations.end(), random);
                std::shuffle(labelling.rejections.begin(), labelling.rejections.end(), random);
            }
            const auto taught = bringInOrder(mixed);
            const nlohmann::json result{{"labels", mixed}, {"taught", taught}};
            if (round == 0)
                first = result;
            QVERIFY(result == first);
            QCOMPARE(taught.size(), std::size_t{3});
        }
        // Another label is another content.
        auto other = labels;
        other[3].rejections.push_back({{0, 1}, "x"});
        const auto before = bringInOrder(labels);
        const auto after = bringInOrder(other);
        QVERIFY(before.at("c") != after.at("c"));
        QVERIFY(before.at("b") == after.at("b"));
    }

    void doubles_areOne() {
        std::vector<DocumentLabelling> labels{
            {"a", true, {{{0, 3}, "x"}, {{0, 3}, "x", 0.5}, {{0, 3}, "y"}}, {}}};
        (void)bringInOrder(labels);
        QCOMPARE(labels[0].annotations.size(), std::size_t{2});
    }

    void faults_data() {
        QTest::addColumn<QList<QList<int>>>("spans");  // begin, end, type
        QTest::addColumn<QList<int>>("counts");        // contradictory, overlapping, without word
        using Rows = QList<QList<int>>;
        // 0123456789012345678901234567
        // Anna Maria flew to New York.
        QTest::newRow("none") << Rows{{0, 10, 0}, {19, 27, 1}} << QList<int>{0, 0, 0};
        QTest::newRow("two types") << Rows{{0, 10, 0}, {0, 10, 1}} << QList<int>{1, 0, 0};
        QTest::newRow("three types")
            << Rows{{0, 4, 0}, {0, 4, 1}, {0, 4, 2}} << QList<int>{1, 0, 0};
        QTest::newRow("two places")
            << Rows{{0, 4, 0}, {0, 4, 1}, {5, 10, 0}, {5, 10, 2}} << QList<int>{2, 0, 0};
        QTest::newRow("nested") << Rows{{0, 10, 0}, {5, 10, 1}} << QList<int>{0, 1, 0};
        QTest::newRow("crossing") << Rows{{0, 10, 0}, {5, 15, 1}} << QList<int>{0, 1, 0};
        QTest::newRow("chain") << Rows{{0, 10, 0}, {5, 18, 1}, {16, 23, 1}} << QList<int>{0, 2, 0};
        QTest::newRow("side by side") << Rows{{0, 4, 0}, {5, 10, 1}} << QList<int>{0, 0, 0};
        QTest::newRow("white space") << Rows{{4, 5, 0}} << QList<int>{0, 0, 1};
        QTest::newRow("all at once")
            << Rows{{4, 5, 0}, {0, 10, 0}, {0, 10, 1}, {5, 10, 2}} << QList<int>{1, 1, 1};
    }
    void faults() {
        QFETCH(const QList<QList<int>>, spans);
        QFETCH(const QList<int>, counts);
        const Document document = makeDocument("d", "Anna Maria flew to New York.");
        std::vector<DocumentLabelling> labels{{document.sha256, true, {}, {}}};
        for (const QList<int>& span : spans)
            labels[0].annotations.push_back(
                {{span[0], span[1]}, std::string(1, static_cast<char>('x' + span[2]))});
        (void)bringInOrder(labels);
        const LabelFaults faults = faultsOf(document, sentencesOf(document), labels[0].annotations);
        QCOMPARE(faults.contradictory, counts[0]);
        QCOMPARE(faults.overlapping, counts[1]);
        QCOMPARE(faults.withoutWord, counts[2]);
        int kinds = 0;
        for (const int count : counts)
            kinds += count > 0 ? 1 : 0;
        QCOMPARE(static_cast<int>(faults.warnings().size()), kinds);
    }
};

QTEST_APPLESS_MAIN(TestLabelOrder)
#include "test_label_order.moc"
