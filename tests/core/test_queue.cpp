#include <set>

#include "core/queue/document_queue.h"
#include "core/queue/teaching_choice.h"
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

    void chooseTeaching_withinTheLimits_isAll() {
        const std::vector<DocumentId> chosen =
            chooseTeaching({{3, 10, 0}, {1, 10, 5}, {2, 10, 0}}, {}, {3, 30});
        QCOMPARE(chosen, (std::vector<DocumentId>{1, 2, 3}));
        QVERIFY(chooseTeaching({}, {}, {}).empty());
    }

    void chooseTeaching_ofMany_takesTheNewestAndAllOfARareType() {
        // One in a hundred has the rare type, every other one the common type, the rest nothing.
        constexpr DocumentId kMany = 20000;
        constexpr TypeId kCommon = 1, kRare = 2;
        std::vector<TaughtDocument> documents;
        std::vector<std::pair<TypeId, DocumentId>> types;
        for (DocumentId id = 1; id <= kMany; ++id) {
            // The last hundred were decided by a person, the very last one first.
            documents.push_back({id, 100, id > kMany - 100 ? kMany - id + 1 : 0});
            if (id % 2 == 0)
                types.emplace_back(kCommon, id);
            if (id % 100 == 7)
                types.emplace_back(kRare, id);
        }
        const TeachingLimits limits{1000, 1'000'000};
        const auto chosen = chooseTeaching(documents, types, limits);
        QCOMPARE(chosen.size(), limits.documents);
        QVERIFY(std::is_sorted(chosen.begin(), chosen.end()));
        const auto count = [&chosen](auto&& holds) {
            return static_cast<int>(std::count_if(chosen.begin(), chosen.end(), holds));
        };
        QCOMPARE(count([](DocumentId id) { return id > kMany - 100; }), 100);
        QCOMPARE(count([](DocumentId id) { return id % 100 == 7; }), int{kMany / 100});
        const int common = count([](DocumentId id) { return id % 2 == 0; });
        const int none = count([](DocumentId id) { return id % 2 != 0 && id % 100 != 7; });
        QVERIFY2(std::abs(common - none) <= 1, qPrintable(QString::number(common)));
        // Not the first ones of the file.
        QVERIFY(count([](DocumentId id) { return id > kMany / 2 && id <= kMany - 100; }) > 300);

        std::reverse(documents.begin(), documents.end());
        std::reverse(types.begin(), types.end());
        QCOMPARE(chooseTeaching(documents, types, limits), chosen);

        // Another decision takes one place, and little else changes.
        documents[5000].decidedAt = 1000;
        const auto after = chooseTeaching(documents, types, limits);
        std::vector<DocumentId> gone;
        std::set_difference(chosen.begin(), chosen.end(), after.begin(), after.end(),
                            std::back_inserter(gone));
        QVERIFY(std::binary_search(after.begin(), after.end(), documents[5000].id));
        QVERIFY2(gone.size() <= 2, qPrintable(QString::number(gone.size())));

        // Decisions get half; among them the newest are taken.
        for (TaughtDocument& document : documents)
            document.decidedAt = document.id;
        const auto newest = chooseTeaching(documents, types, limits);
        QCOMPARE(newest.size(), limits.documents);
        QVERIFY(std::all_of(documents.begin(), documents.begin() + 500, [&](const auto& document) {
            return std::binary_search(newest.begin(), newest.end(), document.id);
        }));
    }

    void chooseTeaching_longTexts_countByTheirLength() {
        const TeachingLimits limits{100, 1000};
        QCOMPARE(chooseTeaching({{1, 5000, 0}}, {}, limits), std::vector<DocumentId>{1});
        std::vector<TaughtDocument> documents{{1, 900, 2}, {2, 900, 1}};
        for (DocumentId id = 3; id <= 20; ++id)
            documents.push_back({id, 50, 0});
        const auto chosen = chooseTeaching(documents, {}, limits);
        QVERIFY(std::binary_search(chosen.begin(), chosen.end(), 1));
        QCOMPARE(chosen.size(), std::size_t{3});  // and two of the short ones
    }
};

QTEST_GUILESS_MAIN(TestQueue)
#include "test_queue.moc"
