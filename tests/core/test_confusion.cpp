#include <QtTest>

#include "core/metrics/confusion.h"
#include "core/metrics/interval.h"
#include "core/queue/hold_out.h"

using namespace spanwise;

class ConfusionTest : public QObject {
    Q_OBJECT

    static std::string described(const std::vector<SpanPair>& pairs) {
        const auto one = [](const std::optional<WordSpan>& span) {
            return span ? span->type + std::to_string(span->begin) + "-" + std::to_string(span->end)
                        : std::string("none");
        };
        std::string text;
        for (const SpanPair& pair : pairs)
            text += one(pair.gold) + ">" + one(pair.found) + " ";
        return text;
    }

private Q_SLOTS:
    void pairs_sameWordsFirst_thenTheLargestOverlap() {
        const std::vector<WordSpan> gold{{0, 2, "A"}, {3, 5, "B"}, {6, 8, "A"}, {9, 10, "C"}};
        const std::vector<WordSpan> found{
            {0, 2, "A"}, {3, 5, "A"}, {6, 7, "A"}, {7, 9, "B"}, {12, 13, "C"}};
        QCOMPARE(described(pairSpans(gold, found)),
                 std::string("A0-2>A0-2 B3-5>A3-5 A6-8>A6-7 none>B7-9 C9-10>none none>C12-13 "));
    }
    void pairs_ofEqualOverlap_theSameTypeWins() {
        QCOMPARE(described(pairSpans({{0, 1, "A"}}, {{0, 1, "B"}, {0, 1, "A"}})),
                 std::string("A0-1>A0-1 none>B0-1 "));
    }
    void confusion_countsEachSpanOnce() {
        Confusion confusion;
        for (const SpanPair& pair :
             pairSpans({{0, 2, "A"}, {3, 5, "A"}, {6, 8, "B"}}, {{0, 2, "A"}, {3, 4, "A"}}))
            confusion.add(pair);
        for (const SpanPair& pair : pairSpans({}, {{1, 2, "B"}}))
            confusion.add(pair);
        QCOMPARE(confusion.cells.size(), std::size_t{3});
        QCOMPARE(confusion.cells.at({"A", "A"}), (Confusion::Cell{2, 1}));
        QCOMPARE(confusion.cells.at({"B", ""}), (Confusion::Cell{1, 0}));
        QCOMPARE(confusion.cells.at({"", "B"}), (Confusion::Cell{1, 0}));
    }

    void wilson_isAsPublished() {
        // R: binom::binom.confint(x, n, methods = "wilson")
        const auto [low, high] = wilsonInterval(8, 10);
        QVERIFY(std::abs(low - 0.4901625) < 1e-6 && std::abs(high - 0.9433178) < 1e-6);
        const auto none = wilsonInterval(0, 20);
        QVERIFY(none.first == 0 && std::abs(none.second - 0.1611252) < 1e-6);
        QCOMPARE(wilsonInterval(0, 0), (std::pair<double, double>(0, 1)));
        QCOMPARE(wilsonInterval(5, 5).second, 1.0);
    }

    void holdOut_isTheShare_andAFunctionOfSeedAndPlace() {
        HoldOut guard{0.1, 0.2, 42};
        int documents = 0, suggestions = 0;
        for (DocumentId id = 1; id <= 20000; ++id) {
            documents += guard.isHeldOut(id) ? 1 : 0;
            suggestions += guard.isKeptBack(id, {3, 9}) ? 1 : 0;
            QCOMPARE(guard.isHeldOut(id), HoldOut(guard).isHeldOut(id));
        }
        QVERIFY2(std::abs(documents - 2000) < 170, qPrintable(QString::number(documents)));
        QVERIFY2(std::abs(suggestions - 4000) < 230, qPrintable(QString::number(suggestions)));
        // A larger share holds out those of the smaller one and more.
        const HoldOut more{0.3, 0, 42};
        for (DocumentId id = 1; id <= 1000; ++id)
            QVERIFY(!guard.isHeldOut(id) || more.isHeldOut(id));
        int same = 0;
        const HoldOut other{0.1, 0, 43};
        for (DocumentId id = 1; id <= 20000; ++id)
            same += guard.isHeldOut(id) && other.isHeldOut(id) ? 1 : 0;
        QVERIFY2(same < 300, qPrintable(QString::number(same)));  // 200 by chance
        QVERIFY(!HoldOut{}.isHeldOut(1));
        QVERIFY((HoldOut{1, 1, 7}).isHeldOut(1));
    }
};

QTEST_GUILESS_MAIN(ConfusionTest)
#include "test_confusion.moc"
