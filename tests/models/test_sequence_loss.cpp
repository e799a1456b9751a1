#include <QTest>
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "models/learning/augmentation.h"
#include "models/learning/sequence_loss.h"

using namespace spanwise;

namespace {

constexpr std::int64_t kUnknown = ChainTargets::kUnknown;

/// The loss by its definition: a sum over every sequence of labels.
double enumerated(const std::vector<float>& logits, const ChainTargets& targets,
                  const BioLabels& labels) {
    const auto words = targets.labels.size();
    const auto count = static_cast<std::size_t>(labels.size());
    const auto isCut = [&](std::size_t w) {
        return w == 0 ||
               std::find(targets.cuts.begin(), targets.cuts.end(), w) != targets.cuts.end();
    };
    double all = 0;
    double agreeing = 0;
    std::vector<int> path(words);
    const std::function<void(std::size_t, double)> walk = [&](std::size_t w, double sum) {
        if (w == words) {
            all += std::exp(sum);
            bool agrees = true;
            for (std::size_t i = 0; i < words; ++i)
                agrees = agrees && (targets.labels[i] == kUnknown || targets.labels[i] == path[i]);
            for (const auto& [word, type] : targets.refused)
                agrees = agrees && labels.typeOf(path[word]) != type;
            agreeing += agrees ? std::exp(sum) : 0;
            return;
        }
        for (int l = 0; l < labels.size(); ++l) {
            const bool bound = labels.isInside(l) && labels.begin(labels.typeOf(l)) >= 0;
            if (bound && (isCut(w) || labels.typeOf(path[w - 1]) != labels.typeOf(l)))
                continue;
            path[w] = l;
            walk(w + 1, sum + static_cast<double>(logits[w * count + static_cast<std::size_t>(l)]));
        }
    };
    walk(0, 0);
    return -std::log(agreeing / all);
}

}  // namespace

class TestSequenceLoss : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void loss_equalsTheSumOverAllSequences_data() {
        QTest::addColumn<std::vector<std::int64_t>>("targets");
        QTest::addColumn<bool>("refuses");
        QTest::addColumn<std::vector<std::size_t>>("cuts");
        using Labels = std::vector<std::int64_t>;
        using Cuts = std::vector<std::size_t>;
        // 0 = O, 1 = B-a, 2 = I-a, 3 = B-b, 4 = I-b
        QTest::newRow("all known") << Labels{0, 1, 2, 3, 0} << false << Cuts{};
        QTest::newRow("some unknown")
            << Labels{0, kUnknown, kUnknown, 3, kUnknown} << false << Cuts{};
        QTest::newRow("refused") << Labels{0, kUnknown, kUnknown, 3, kUnknown} << true << Cuts{};
        QTest::newRow("only refused")
            << Labels{kUnknown, kUnknown, kUnknown, kUnknown, kUnknown} << true << Cuts{};
        QTest::newRow("cut") << Labels{0, 1, 3, kUnknown, 0} << false << Cuts{2, 3};
        QTest::newRow("one word") << Labels{1} << false << Cuts{};
    }
    void loss_equalsTheSumOverAllSequences() {
        QFETCH(std::vector<std::int64_t>, targets);
        QFETCH(bool, refuses);
        QFETCH(std::vector<std::size_t>, cuts);
        const BioLabels labels = BioLabels::forTypes({"a", "b"});
        ChainTargets chain{targets, {}, cuts};
        if (refuses)
            chain.refused = {{1, 0}, {2, 1}};
        std::mt19937 random(7);
        std::normal_distribution<float> normal(0, 2);
        std::vector<float> logits(targets.size() * 5);
        for (float& value : logits)
            value = normal(random);
        std::vector<float> gradient(logits.size(), 0);
        const double loss = sequenceLoss(logits.data(), chain, labels, gradient.data());
        QVERIFY(std::abs(loss - enumerated(logits, chain, labels)) < 1e-6);
        // The slope by the definition, too.
        for (std::size_t i = 0; i < logits.size(); ++i) {
            std::vector<float> up = logits;
            std::vector<float> down = logits;
            up[i] += 1e-2F;
            down[i] -= 1e-2F;
            const double slope = (enumerated(up, chain, labels) - enumerated(down, chain, labels)) /
                                 static_cast<double>(up[i] - down[i]);
            QVERIFY2(std::abs(slope - static_cast<double>(gradient[i])) < 1e-3,
                     qPrintable(QString::number(i)));
        }
    }

    void breachesForNothing_areEachWordsCrossEntropy() {
        const BioLabels labels = BioLabels::forTypes({"a", "b"});
        const ChainTargets chain{{0, 1, 2, 3, 0, kUnknown}, {}, {4}};
        std::mt19937 random(3);
        std::normal_distribution<float> normal(0, 2);
        std::vector<float> logits(30);
        for (float& value : logits)
            value = normal(random);
        double expected = 0;
        for (std::size_t word = 0; word < 5; ++word) {
            double sum = 0;
            for (std::size_t l = 0; l < 5; ++l)
                sum += std::exp(static_cast<double>(logits[5 * word + l]));
            const auto right = static_cast<std::size_t>(chain.labels[word]);
            expected += std::log(sum) - static_cast<double>(logits[5 * word + right]);
        }
        const auto lossAt = [&](const std::vector<float>& values, double cost) {
            std::vector<float> ignored(30, 0);
            return sequenceLoss(values.data(), chain, labels, ignored.data(), cost);
        };
        QVERIFY(std::abs(lossAt(logits, 0) - expected) < 1e-6);
        // Dearer breaches leave less beside the right sequence.
        const double hard = lossAt(logits, std::numeric_limits<double>::infinity());
        QVERIFY(lossAt(logits, 1) < lossAt(logits, 0));
        QVERIFY(lossAt(logits, 3) < lossAt(logits, 1));
        QVERIFY(hard < lossAt(logits, 3));
        QVERIFY(std::abs(lossAt(logits, 40) - hard) < 1e-6);
        // The slope, by the definition.
        std::vector<float> gradient(30, 0);
        QVERIFY(sequenceLoss(logits.data(), chain, labels, gradient.data(), 1.5) > 0);
        for (std::size_t i = 0; i < logits.size(); ++i) {
            std::vector<float> up = logits;
            std::vector<float> down = logits;
            up[i] += 1e-2F;
            down[i] -= 1e-2F;
            const double slope =
                (lossAt(up, 1.5) - lossAt(down, 1.5)) / static_cast<double>(up[i] - down[i]);
            QVERIFY2(std::abs(slope - static_cast<double>(gradient[i])) < 1e-3,
                     qPrintable(QString::number(i)));
        }
    }

    void targetsThatContinueFromBefore_areAllowed() {
        const BioLabels labels = BioLabels::forTypes({"a"});
        const ChainTargets chain{{2, 0}, {}, {}};  // the window begins within a span
        const std::vector<float> logits(6, 0);
        std::vector<float> gradient(6, 0);
        const double loss = sequenceLoss(logits.data(), chain, labels, gradient.data());
        QVERIFY(std::isfinite(loss));
        QVERIFY(gradient[2] < 0);
    }

    void insideOnlyLabels_areFree() {
        const BioLabels labels = *BioLabels::fromNames({"O", "I-a"}, {});
        const ChainTargets chain{{0, 1, 1}, {}, {}};
        const std::vector<float> logits(6, 0);
        std::vector<float> gradient(6, 0);
        QVERIFY(std::abs(sequenceLoss(logits.data(), chain, labels, gradient.data()) -
                         3 * std::log(2.0)) < 1e-9);
    }

    void swappedMentions_keepSpansAndWordsTogether() {
        const LabelledSentence first{
            {"to", "New", "York", "now"}, {{1, 3, "city"}}, {}, {{3, 4, "city"}}};
        const LabelledSentence second{{"in", "Rome", "on", "Monday"},
                                      {{1, 2, "city"}, {3, 4, "day"}},
                                      {true, false, true, true},
                                      {}};
        const MentionStock stock({first, second});
        std::mt19937_64 random(3);
        bool swapped = false;
        for (int i = 0; i < 50; ++i) {
            const LabelledSentence a = stock.varied(first, 0.7, random);
            QCOMPARE(a.spans.size(), std::size_t{1});
            QCOMPARE(a.spans[0].begin, 1);
            QCOMPARE(a.words.back(), std::string("now"));
            QCOMPARE(a.spans[0].end + 1, static_cast<int>(a.words.size()));
            QCOMPARE(a.rejected.size(), std::size_t{1});
            QCOMPARE(a.words[static_cast<std::size_t>(a.rejected[0].begin)], std::string("now"));
            swapped = swapped || a.words[1] == "Rome";
            const LabelledSentence b = stock.varied(second, 0.7, random);
            QCOMPARE(b.known.size(), b.words.size());
            QCOMPARE(b.words[static_cast<std::size_t>(b.spans[1].begin)], std::string("Monday"));
        }
        QVERIFY(swapped);
        QCOMPARE(stock.varied(first, 0, random), first);
    }
};

QTEST_APPLESS_MAIN(TestSequenceLoss)
#include "test_sequence_loss.moc"
