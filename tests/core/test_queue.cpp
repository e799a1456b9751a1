#include <set>

#include "core/queue/document_queue.h"
#include "tests/core/support.h"

using namespace spanwise;

class TestQueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void orderQueue_mixedItems_followsTheSections() {
        const std::vector<QueueItem> items{
            {1, DocumentStatus::Done, 0, -1},      {2, DocumentStatus::New, 0, -1},
            {3, DocumentStatus::New, 2, 0.9},      {4, DocumentStatus::InProgress, 1, 0.1},
            {5, DocumentStatus::New, 1, 0.2},      {6, DocumentStatus::New, 0, -1},
            {7, DocumentStatus::InProgress, 0, -1}};
        const auto order = orderQueue(items, 1);
        std::vector<DocumentId> ids;
        std::vector<QueueReason> reasons;
        for (const QueueEntry& entry : order) {
            ids.push_back(entry.id);
            reasons.push_back(entry.reason);
        }
        QVERIFY((ids == std::vector<DocumentId>{4, 7, 5, 3, 2, 6, 1}));
        using enum QueueReason;
        QVERIFY((reasons == std::vector{InProgress, InProgress, Uncertain, Uncertain, InOrder,
                                        InOrder, Done}));
        QCOMPARE(order[2].score, 0.2);
        QCOMPARE(order[4].score, -1.0);
    }

    void orderQueue_withARanking_followsIt_once_withAFifthAtRandom() {
        std::vector<QueueItem> items;
        for (int i = 0; i < 100; ++i)
            items.push_back({i, DocumentStatus::New, 1, i / 100.0});
        items[50].status = DocumentStatus::Done;
        items[51].status = DocumentStatus::InProgress;
        std::vector<QueueEntry> ranking;
        for (int i = 80; i >= 40; --i)
            ranking.push_back({i, i % 2 ? QueueReason::Uncertain : QueueReason::Different});
        ranking.push_back({80, QueueReason::Uncertain});     // twice
        ranking.push_back({12345, QueueReason::Uncertain});  // went to the trash
        const auto order = orderQueue(items, 3, ranking);
        QCOMPARE(order.size(), items.size());
        std::set<DocumentId> seen;
        for (const QueueEntry& entry : order)
            QVERIFY(seen.insert(entry.id).second);
        QCOMPARE(order.front().id, DocumentId{51});
        QCOMPARE(order.back().id, DocumentId{50});
        QCOMPARE(order[1].id, DocumentId{80});
        int sincePick = 0;
        for (std::size_t i = 1; i + 1 < order.size(); ++i) {
            sincePick = order[i].reason == QueueReason::RandomPick ? 0 : sincePick + 1;
            QVERIFY2(sincePick < 5, qPrintable(QString::number(i)));
        }
        // What the ranking says comes in its order.
        DocumentId last = 1000;
        for (std::size_t i = 1; i < 40; ++i) {
            if (order[i].reason == QueueReason::Different) {
                QVERIFY(order[i].id < last);
                last = order[i].id;
            }
        }
        QVERIFY(orderQueue(items, 3, {}) == orderQueue(items, 3));
        QVERIFY(orderQueue(items, 3, ranking) == order);
    }

    void orderQueue_manyUncertain_everyFifthIsRandomAndAllAppearOnce() {
        std::vector<QueueItem> items;
        for (int i = 0; i < 1000; ++i) {
            const bool scored = i % 2 == 0;
            items.push_back({i, DocumentStatus::New, scored ? 1 : 0,
                             scored ? ((i * 7919) % 1000) / 1000.0 : -1});
        }
        const auto order = orderQueue(items, 7);
        std::set<DocumentId> seen;
        double last = -1;
        int random = 0;
        int unscored = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            QVERIFY(seen.insert(order[i].id).second);
            if (order[i].reason == QueueReason::RandomPick) {
                QCOMPARE((i + 1) % 5, std::size_t{0});
                ++random;
                unscored += order[i].id % 2;
            } else if (order[i].reason == QueueReason::Uncertain) {
                QVERIFY((i + 1) % 5 != 0);
                QVERIFY(order[i].score >= last);
                last = order[i].score;
            }
        }
        QCOMPARE(seen.size(), items.size());
        QVERIFY(random >= 100);
        QVERIFY2(unscored > random / 4,
                 "a random pick also falls on documents without suggestions");
        const auto ids = [](const std::vector<QueueEntry>& entries) {
            std::vector<DocumentId> out;
            for (const QueueEntry& entry : entries)
                out.push_back(entry.id);
            return out;
        };
        QVERIFY(ids(orderQueue(items, 7)) == ids(order));
        QVERIFY(ids(orderQueue(items, 8)) != ids(order));
    }

    void orderQueue_nothing_isEmpty() { QVERIFY(orderQueue({}, 1).empty()); }
};

QTEST_GUILESS_MAIN(TestQueue)
#include "test_queue.moc"
