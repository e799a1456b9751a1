#include <QTest>
#include <map>
#include <numeric>

#include "models/pretraining/steps.h"
#include "models/pretraining/world.h"

using namespace spanwise;

namespace {

using Environment = std::map<QByteArray, QByteArray>;

Result<World> worldOf(const Environment& environment) {
    return worldFrom([&](const char* name) -> const char* {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.constData();
    });
}

/// "NAME=value NAME=value"
Environment environment(const QByteArray& text) {
    Environment result;
    for (const QByteArray& pair : text.split(' ')) {
        if (const qsizetype equals = pair.indexOf('='); equals > 0)
            result[pair.left(equals)] = pair.mid(equals + 1);
    }
    return result;
}

}  // namespace

class TestWorld : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void launchers_areUnderstood_data() {
        QTest::addColumn<QByteArray>("variables");
        QTest::addColumn<QByteArray>("expected");  // rank of size, local of local size, place
        const auto row = [](const char* name, const char* variables, const char* expected) {
            QTest::newRow(name) << QByteArray(variables) << QByteArray(expected);
        };
        row("nothing said", "HOME=/root", "0/1 0/1 :0");
        row("torchrun",
            "RANK=3 WORLD_SIZE=4 LOCAL_RANK=1 LOCAL_WORLD_SIZE=2 MASTER_ADDR=node1 "
            "MASTER_PORT=29400",
            "3/4 1/2 node1:29400");
        row("torchrun's own port", "RANK=0 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1",
            "0/2 0/1 127.0.0.1:29500");
        row("one process of torchrun", "RANK=0 WORLD_SIZE=1", "0/1 0/1 :0");
        row("Open MPI on one machine",
            "OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=1 "
            "OMPI_COMM_WORLD_LOCAL_SIZE=4",
            "1/4 1/4 127.0.0.1:29500");
        row("Open MPI on two",
            "OMPI_COMM_WORLD_RANK=5 OMPI_COMM_WORLD_SIZE=8 "
            "OMPI_COMM_WORLD_LOCAL_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=4 MASTER_ADDR=n7 "
            "MASTER_PORT=1234",
            "5/8 1/4 n7:1234");
        row("MPICH", "PMI_RANK=1 PMI_SIZE=2 MPI_LOCALRANKID=1 MPI_LOCALNRANKS=2",
            "1/2 1/2 127.0.0.1:29500");
        row("Slurm",
            "SLURM_JOB_ID=100 SLURM_STEP_ID=2 SLURM_PROCID=9 SLURM_NTASKS=16 "
            "SLURM_LOCALID=1 SLURM_STEP_NODELIST=gpu[003-004,7],login",
            "9/16 1/1 gpu003:21602");
        row("Slurm, named machines",
            "SLURM_JOB_ID=1 SLURM_STEP_ID=0 SLURM_PROCID=0 "
            "SLURM_NTASKS=2 SLURM_STEP_NODELIST=a,b[1-2] MASTER_PORT=77",
            "0/2 0/1 a:77");
        row("Slurm, fewer tasks in this step and one machine",
            "SLURM_JOB_ID=1 SLURM_STEP_ID=3 SLURM_PROCID=1 SLURM_NTASKS=8 "
            "SLURM_STEP_NUM_TASKS=2 SLURM_STEP_NUM_NODES=1 SLURM_LOCALID=1 "
            "SLURM_STEP_NODELIST=n1",
            "1/2 1/2 n1:20019");
        row("Slurm by PMI",
            "SLURM_JOB_ID=100 SLURM_STEP_ID=2 SLURM_PROCID=9 SLURM_NTASKS=16 SLURM_LOCALID=1 "
            "SLURM_STEP_NODELIST=gpu[003-004] PMI_RANK=9 PMI_SIZE=16",
            "9/16 1/1 gpu003:21602");
        row("mpirun whose helpers srun starts",
            "SLURM_JOB_ID=100 SLURM_STEP_ID=2 SLURM_PROCID=1 SLURM_NTASKS=8 "
            "SLURM_STEP_NUM_TASKS=2 SLURM_STEP_NODELIST=gpu[003-004] PMI_RANK=5 PMI_SIZE=8 "
            "MPI_LOCALRANKID=1 MPI_LOCALNRANKS=4 MASTER_ADDR=gpu003",
            "5/8 1/4 gpu003:29500");
        row("a batch script is alone", "SLURM_JOB_ID=1 SLURM_PROCID=0 SLURM_NTASKS=8",
            "0/1 0/1 :0");
        row("torchrun inside Slurm",
            "SLURM_JOB_ID=1 SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_NTASKS=2 RANK=5 WORLD_SIZE=8 "
            "MASTER_ADDR=x",
            "5/8 0/1 x:29500");
    }
    void launchers_areUnderstood() {
        QFETCH(QByteArray, variables);
        QFETCH(QByteArray, expected);
        const auto world = worldOf(environment(variables));
        QVERIFY2(world.has_value(), world ? "" : world.error().text().c_str());
        const QString got = QStringLiteral("%1/%2 %3/%4 %5:%6")
                                .arg(world->rank)
                                .arg(world->size)
                                .arg(world->localRank)
                                .arg(world->localSize)
                                .arg(QString::fromStdString(world->address))
                                .arg(world->port);
        QCOMPARE(got, QString::fromUtf8(expected));
    }

    void wrongWorlds_areExplained_data() {
        QTest::addColumn<QByteArray>("variables");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, const char* variables, const char* message) {
            QTest::newRow(name) << QByteArray(variables) << QByteArray(message);
        };
        row("no place", "RANK=0 WORLD_SIZE=2", "Set MASTER_ADDR");
        row("no size", "RANK=0 MASTER_ADDR=x", "WORLD_SIZE is not set");
        row("no rank", "WORLD_SIZE=2 MASTER_ADDR=x", "RANK is not set");
        row("rank beyond", "RANK=2 WORLD_SIZE=2 MASTER_ADDR=x",
            "RANK is \"2\", but must be a whole number from 0 to 1");
        row("no number", "RANK=0 WORLD_SIZE=two MASTER_ADDR=x", "WORLD_SIZE is \"two\"");
        row("no port", "RANK=0 WORLD_SIZE=2 MASTER_ADDR=x MASTER_PORT=70000",
            "MASTER_PORT is \"70000\"");
        row("Open MPI on two machines",
            "OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=8 OMPI_COMM_WORLD_LOCAL_SIZE=4",
            "Set MASTER_ADDR");
    }
    void wrongWorlds_areExplained() {
        QFETCH(QByteArray, variables);
        QFETCH(QByteArray, message);
        const auto world = worldOf(environment(variables));
        QVERIFY(!world);
        QCOMPARE(world.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(world.error().message.find(message.toStdString()) != std::string::npos,
                 world.error().text().c_str());
    }

    void shares_partitionAndBalance() {
        std::vector<std::int64_t> lengths;
        for (int i = 0; i < 200; ++i)
            lengths.push_back(5 + (i * i * 7) % 123);
        const std::int64_t all = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
        for (const int ranks : {1, 2, 3, 8}) {
            std::vector<int> taken(lengths.size(), 0);
            for (int rank = 0; rank < ranks; ++rank) {
                const std::vector<std::size_t> mine = shareOf(lengths, rank, ranks);
                QVERIFY(std::is_sorted(mine.begin(), mine.end()));
                std::int64_t sum = 0;
                for (const std::size_t item : mine) {
                    ++taken[item];
                    sum += lengths[item];
                }
                QVERIFY2(std::abs(sum * ranks - all) <= 5 * ranks,
                         qPrintable(QString::number(sum) + " of " + QString::number(all)));
            }
            QVERIFY(std::all_of(taken.begin(), taken.end(), [](int n) { return n == 1; }));
        }
        // More processes than items: some have none.
        QVERIFY(shareOf({3, 4}, 2, 3).empty());
        QCOMPARE(shareOf({3, 4}, 0, 3), std::vector<std::size_t>{1});
    }
};

QTEST_GUILESS_MAIN(TestWorld)
#include "test_world.moc"
