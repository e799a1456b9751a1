#include <QTest>
#include <cmath>
#include <random>
#include <vector>

#include "models/encoders/row_kernels.h"

using namespace spanwise;

namespace {

std::vector<float> noise(std::size_t count, unsigned seed, float scale = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, scale);
    std::vector<float> values(count);
    for (float& value : values)
        value = normal(random);
    return values;
}

struct Bytes {
    std::vector<std::uint8_t> data;
    std::vector<float> scale, zero;
    Bytes(std::size_t rows, std::size_t columns) : data(rows * columns), scale(rows), zero(rows) {}
    rows::Bytes out() { return {data.data(), scale.data(), zero.data()}; }
    [[nodiscard]] double value(std::size_t row, std::size_t column, std::size_t columns) const {
        return scale[row] * (data[row * columns + column] - zero[row]);
    }
};

}  // namespace

class TestRowKernels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bytes_areWithinHalfAStep_data() {
        QTest::addColumn<int>("columns");
        QTest::addColumn<float>("scale");
        for (const int columns : {1, 15, 16, 17, 384, 1536}) {
            for (const float scale : {1e-3F, 1.0F, 1e4F})
                QTest::addRow("%d columns, scale %g", columns, static_cast<double>(scale))
                    << columns << scale;
        }
    }
    void bytes_areWithinHalfAStep() {
        QFETCH(int, columns);
        QFETCH(float, scale);
        const auto n = static_cast<std::size_t>(columns);
        const auto x = noise(3 * n, 1, scale);
        Bytes bytes(3, n);
        rows::toBytes(x.data(), 3, columns, bytes.out());
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < n; ++j)
                QVERIFY(std::fabs(bytes.value(i, j, n) - static_cast<double>(x[i * n + j])) <=
                        0.502 * static_cast<double>(bytes.scale[i]));
        }
    }

    void bytes_ofZeros_areZero() {
        const std::vector<float> x(20, 0.0F);
        Bytes bytes(1, 20);
        rows::toBytes(x.data(), 1, 20, bytes.out());
        for (std::size_t j = 0; j < 20; ++j)
            QCOMPARE(bytes.value(0, j, 20), 0.0);
    }

    void finish_undoesScaleAndZero() {
        constexpr std::size_t kColumns = 37;
        const auto raw = noise(2 * kColumns, 2, 100), sums = noise(kColumns, 3),
                   bias = noise(kColumns, 4);
        const std::vector<float> scale{0.25F, 3}, zero{7, 200};
        auto y = raw;
        rows::finish(y.data(), 2, kColumns, {scale.data(), zero.data(), sums.data(), bias.data()});
        for (std::size_t i = 0; i < 2; ++i) {
            for (std::size_t j = 0; j < kColumns; ++j) {
                const double expected = double(scale[i]) * (double(raw[i * kColumns + j]) -
                                                            double(zero[i]) * double(sums[j])) +
                                        double(bias[j]);
                QVERIFY(std::fabs(double(y[i * kColumns + j]) - expected) <= 2e-4);
            }
        }
    }

    void gelu_isWithinAMillionth() {
        constexpr std::size_t kColumns = 4001;
        std::vector<float> y(kColumns);
        for (std::size_t j = 0; j < kColumns; ++j)
            y[j] = (static_cast<float>(j) - 2000) / 200;  // -10 to 10
        const auto x = y;
        const std::vector<float> one{1}, none{0}, zeros(kColumns, 0.0F);
        Bytes bytes(1, kColumns);
        rows::geluToBytes(y.data(), 1, kColumns,
                          {one.data(), none.data(), zeros.data(), zeros.data()}, bytes.out());
        for (std::size_t j = 0; j < kColumns; ++j) {
            const double v = double(x[j]);
            const double expected = v * 0.5 * std::erfc(-v / std::sqrt(2.0));
            QVERIFY2(std::fabs(double(y[j]) - expected) <= 1e-6 + 1e-6 * std::fabs(expected),
                     qPrintable(QString::number(v)));
            QVERIFY(std::fabs(bytes.value(0, j, kColumns) - expected) <=
                    0.51 * double(bytes.scale[0]));
        }
    }

    void addNorm_isLayerNormOfTheSum() {
        constexpr std::size_t kColumns = 100;
        const auto y0 = noise(3 * kColumns, 5), before = noise(3 * kColumns, 6, 3),
                   weight = noise(kColumns, 7), bias = noise(kColumns, 8);
        auto y = y0;
        Bytes bytes(3, kColumns);
        rows::addNorm(y.data(), 3, kColumns, {}, before.data(), {weight.data(), bias.data(), 1e-5F},
                      bytes.out());
        for (std::size_t i = 0; i < 3; ++i) {
            double mean = 0, variance = 0;
            const auto sum = [&](std::size_t j) {
                return double(y0[i * kColumns + j]) + double(before[i * kColumns + j]);
            };
            for (std::size_t j = 0; j < kColumns; ++j)
                mean += sum(j) / kColumns;
            for (std::size_t j = 0; j < kColumns; ++j)
                variance += (sum(j) - mean) * (sum(j) - mean) / kColumns;
            for (std::size_t j = 0; j < kColumns; ++j) {
                const double expected =
                    (sum(j) - mean) / std::sqrt(variance + 1e-5) * double(weight[j]) +
                    double(bias[j]);
                QVERIFY(std::fabs(double(y[i * kColumns + j]) - expected) <= 2e-5);
                QVERIFY(std::fabs(bytes.value(i, j, kColumns) - expected) <=
                        0.51 * double(bytes.scale[i]) + 2e-5);
            }
        }
    }

    void attention_isSoftmaxOverKeys_data() {
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("size");
        QTest::addColumn<bool>("biased");
        for (const int length : {1, 2, 3, 15, 16, 17, 61, 128}) {
            for (const int size : {16, 32, 64, 128}) {
                for (const bool biased : {false, true})
                    QTest::addRow("%d tokens, heads of %d%s", length, size,
                                  biased ? ", biased" : "")
                        << length << size << biased;
            }
        }
    }
    void attention_isSoftmaxOverKeys() {
        QFETCH(int, length);
        QFETCH(int, size);
        QFETCH(bool, biased);
        constexpr int kHeads = 3;
        const int hidden = kHeads * size;
        const auto at = [&](int row, int column, int columns) {
            return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                   static_cast<std::size_t>(column);
        };
        const auto qkv = noise(at(length, 0, 3 * hidden), 9, 1.5F);
        const auto bias = noise(2 * rows::kLongestAttention - 1, 10);
        std::vector<float> out(at(length, 0, hidden), 99.0F);
        for (int head = 0; head < kHeads; ++head)
            rows::attend(qkv.data() + head * size, length, kHeads, size,
                         biased ? bias.data() : nullptr, out.data() + head * size);
        for (int head = 0; head < kHeads; ++head) {
            for (int q = 0; q < length; ++q) {
                std::vector<double> weights;
                double total = 0;
                for (int k = 0; k < length; ++k) {
                    double score = 0;
                    for (int d = 0; d < size; ++d)
                        score += double(qkv[at(q, head * size + d, 3 * hidden)]) *
                                 double(qkv[at(k, hidden + head * size + d, 3 * hidden)]);
                    score /= std::sqrt(double(size));
                    if (biased)
                        score += double(
                            bias[static_cast<std::size_t>(rows::kLongestAttention - 1 + k - q)]);
                    weights.push_back(std::exp(score));
                    total += weights.back();
                }
                for (int d = 0; d < size; ++d) {
                    double expected = 0;
                    for (int k = 0; k < length; ++k)
                        expected += weights[static_cast<std::size_t>(k)] / total *
                                    double(qkv[at(k, 2 * hidden + head * size + d, 3 * hidden)]);
                    QVERIFY(std::fabs(double(out[at(q, head * size + d, hidden)]) - expected) <=
                            3e-5);
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestRowKernels)
#include "test_row_kernels.moc"
