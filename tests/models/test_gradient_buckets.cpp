#include <ATen/ATen.h>

#include <QTcpServer>
#include <QTest>

#include "models/pretraining/gradient_buckets.h"

using namespace spanwise;

namespace {

constexpr std::int64_t kNumbers = 1000;
/// One parameter a bucket.
constexpr std::int64_t kBytes = kNumbers * 4;

at::Tensor parameter(double value) {
    return at::full({kNumbers}, value).set_requires_grad(true);
}

}  // namespace

/// In a world of one, where a sum is what went in: tests/e2e/test_pretrain_world.cpp has more.
class TestGradientBuckets : public QObject {
    Q_OBJECT

    std::shared_ptr<ProcessGroup> m_group;
    at::Tensor m_first, m_second, m_third;

    /// Backward comes to the third first.
    void backward(double input) const {
        (at::full({kNumbers}, input) * m_first * m_second * m_third).sum().backward();
    }
    [[nodiscard]] static double gradient(const at::Tensor& tensor) {
        return tensor.grad()[kNumbers - 1].item<double>();
    }

private Q_SLOTS:
    void init() {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        World world;
        world.address = "127.0.0.1";
        world.port = server.serverPort();
        server.close();
        const auto group = ProcessGroup::join(world, Device{}, std::chrono::seconds(20), {});
        QVERIFY2(group.has_value(), group ? "" : group.error().text().c_str());
        m_group = *group;
        m_first = parameter(2);
        m_second = parameter(3);
        m_third = parameter(5);
    }

    void sums_beginBesideBackward() {
        GradientBuckets buckets(*m_group, {m_third, m_second, m_first}, kBytes);
        QCOMPARE(buckets.size(), std::size_t{3});
        buckets.listen();
        backward(7);
        QCOMPARE(buckets.overlapped(), std::size_t{3});
        buckets.startRest();
        buckets.finish();
        QCOMPARE(gradient(m_first), 7.0 * 3 * 5);
        QCOMPARE(gradient(m_second), 7.0 * 2 * 5);
        QCOMPARE(gradient(m_third), 7.0 * 2 * 3);
    }

    void partsBeforeTheLast_areInTheSum() {
        GradientBuckets buckets(*m_group, {m_third, m_second, m_first}, 100 * kBytes);
        QCOMPARE(buckets.size(), std::size_t{1});
        for (int step = 0; step < 2; ++step) {
            for (at::Tensor* const each : {&m_first, &m_second, &m_third})
                each->mutable_grad() = at::Tensor();
            backward(1);
            QCOMPARE(buckets.overlapped(), std::size_t{step == 0 ? 0U : 1U});
            buckets.listen();
            backward(10);
            buckets.startRest();
            buckets.finish();
            QCOMPARE(gradient(m_first), 11.0 * 3 * 5);
        }
    }

    void parameterWithoutGradient_holdsUpTheOthers_andGetsZeros() {
        const at::Tensor unused = parameter(1);
        GradientBuckets buckets(*m_group, {m_third, unused, m_second, m_first}, kBytes);
        buckets.listen();
        backward(7);
        QCOMPARE(buckets.overlapped(), std::size_t{1});  // the order is the same everywhere
        buckets.startRest();
        buckets.finish();
        QCOMPARE(gradient(unused), 0.0);
        QCOMPARE(gradient(m_first), 7.0 * 3 * 5);
    }

    void processWithoutExamples_sendsZeros() {
        GradientBuckets buckets(*m_group, {m_third}, kBytes);
        buckets.startRest();
        buckets.finish();
        QCOMPARE(gradient(m_third), 0.0);
    }

    void hooks_goWithTheBuckets() {
        { const GradientBuckets buckets(*m_group, {m_third, m_second, m_first}, kBytes); }
        backward(7);
        QCOMPARE(gradient(m_first), 7.0 * 3 * 5);
    }
};

QTEST_GUILESS_MAIN(TestGradientBuckets)
#include "test_gradient_buckets.moc"
