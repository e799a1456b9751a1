#include <QElapsedTimer>
#include <QtTest>
#include <algorithm>

#include "support.h"

using namespace spanwise;
using test::Fixture;

/// The limits here are several times the targets, which benchmarks check on a quiet machine: they
/// catch a lost index or counter, not a busy neighbour.
class SpeedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void largeProject_usualCalls_stayFast() {
        Fixture f;
        constexpr int kDocuments = 10000;
        constexpr int kSpans = 20;
        QElapsedTimer timer;
        std::vector<Record> records;
        for (int i = 0; i < kDocuments; ++i) {
            std::string text = "Record " + std::to_string(i) +
                               ": the patient took metformin 500 mg twice a day and felt no "
                               "nausea, dizziness or other effect at all until the next visit.";
            records.push_back(
                {makeDocument("doc " + std::to_string(i), std::move(text)), {}, true});
            for (int span = 0; span < kSpans; ++span)
                records.back().spans.push_back(
                    {{span * 5, span * 5 + 4}, span % 2 == 0 ? "drug" : "dose", -1});
        }
        std::vector<Record> plain;
        for (int i = 0; i < kDocuments; ++i)
            plain.push_back({makeDocument("p", "Plain text number " + std::to_string(i) +
                                                   " speaks of nothing in particular, at "
                                                   "about the length of a sentence or two."),
                             {},
                             false});
        timer.start();
        Fixture::must(f.add(std::move(records)));
        const double withSpans = kDocuments * 1e3 / static_cast<double>(timer.elapsed());
        timer.restart();
        {
            Fixture other;
            Fixture::must(other.add(std::move(plain)));
        }
        const double plainly = kDocuments * 1e3 / static_cast<double>(timer.elapsed());
        QVERIFY(plainly > 1000);
        f.reopen();

        const auto ms = [&timer](auto&& body) {
            std::vector<double> times;
            for (int i = 0; i < 7; ++i) {
                timer.restart();
                body();
                times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
            }
            std::nth_element(times.begin(), times.begin() + 3, times.end());
            return times[3];
        };
        const double list = ms([&] {
            QCOMPARE(Fixture::must(f.project->documents()).size(), std::size_t{kDocuments});
        });
        const double count = ms(
            [&] { QCOMPARE(Fixture::must(f.project->counts()).annotations, kDocuments * kSpans); });
        const double search = ms([&] {
            QCOMPARE(Fixture::must(f.project->documents({.search = "\"record 77\""})).size(),
                     std::size_t{1});
        });
        const double hits = ms(
            [&] { QCOMPARE(Fixture::must(f.project->occurrences("metformin")).hits.size(), 50U); });
        timer.restart();
        f.reopen();
        const double reopening = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        QVERIFY(list < 300);
        QVERIFY(count < 50);
        QVERIFY(reopening < 500);

        std::vector<double> writes;
        for (int i = 0; i < 1500; ++i) {
            const DocumentId document = 1 + i % kDocuments;
            const RecordId id = f.project->nextRecordId();
            Edit edit;
            edit.addAnnotations.push_back({id, document, {0, 6}, 1, {}, "ann", 1});
            timer.restart();
            Fixture::must(f.project->commit(edit, {"Label “Record” as drug", "ann"}));
            writes.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        std::sort(writes.begin(), writes.end());
        QVERIFY(writes[writes.size() / 2] < 100);
        std::vector<double> undos;
        for (int i = 0; i < 100; ++i) {
            timer.restart();
            Fixture::must(f.project->undo("ann"));
            undos.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        std::sort(undos.begin(), undos.end());

        std::vector<SuggestionBatch> batches;
        for (DocumentId document = 1; document <= 2000; ++document) {
            batches.push_back({document, {}});
            for (int i = 0; i < 5; ++i)
                batches.back().suggestions.push_back(
                    {0, document, {100 + i * 5, 104 + i * 5}, 1, 0.5 + i * 0.01, ""});
        }
        timer.restart();
        Fixture::must(f.project->putSuggestions(batches, "m1"));
        const double suggesting = 10000 * 1e3 / static_cast<double>(timer.elapsed());
        timer.restart();
        Fixture::must(f.project->rollingBackup(0));
        const double backing = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        qInfo(
            "import: %.0f documents/s plain, %.0f with 20 spans each; documents() of 10,000: "
            "%.1f ms; counts() of 200,000: %.2f ms; search %.2f ms; occurrences %.2f ms; reopen "
            "%.1f ms",
            plainly, withSpans, list, count, search, hits, reopening);
        qInfo(
            "label write: median %.2f ms, p99 %.2f ms, max %.2f ms; undo: median %.2f ms; "
            "suggestions: %.0f/s; backup of %lld MB: %.0f ms",
            writes[writes.size() / 2], writes[writes.size() * 99 / 100], writes.back(), undos[50],
            suggesting,
            static_cast<long long>(QFileInfo(QString::fromStdString(f.path() + ".backup")).size() >>
                                   20),
            backing);
    }
};

QTEST_GUILESS_MAIN(SpeedTest)
#include "speed_test.moc"
