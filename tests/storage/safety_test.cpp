#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QProcess>
#include <QScopeGuard>
#include <QtTest>
#include <fstream>
#include <map>
#include <random>

#include "support.h"

using namespace spanwise;
using test::Fixture;

namespace {

const QString kChild = QStringLiteral(SPANWISE_BIN "/storage_child");

bool exists(const std::string& path) {
    return QFile::exists(QString::fromStdString(path));
}

std::string bytesOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// A project large enough that its tables span many pages.
std::vector<DocumentId> fill(Fixture& f, int documents = 300) {
    std::vector<std::string> texts;
    for (int i = 0; i < documents; ++i)
        texts.push_back("Document " + std::to_string(i) + " speaks of aspirin. " +
                        std::string(static_cast<std::size_t>(1000 + i), 'a' + i % 26));
    auto ids = f.addTexts(texts);
    for (const DocumentId id : ids) {
        Edit edit;
        RecordId next = f.project->nextRecordId();
        for (const Offset begin : {0, 20, 40})
            edit.addAnnotations.push_back({next++, id, {begin, begin + 8}, 1, {}, "ann", 1});
        Fixture::must(f.project->commit(edit, {"Label", "ann"}));
    }
    return ids;
}

}  // namespace

class SafetyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void kill9_duringLabelling_losesNoAcknowledgedLabel() {
        Fixture f;
        std::vector<std::string> texts;
        for (int i = 0; i < 20; ++i)
            texts.push_back("text " + std::to_string(i) + std::string(1000, 'x'));
        f.addTexts(texts);
        f.project.reset();
        std::mt19937 random(11);
        std::map<RecordId, DocumentId> acknowledged;
        constexpr int kRounds = 25;
        for (int round = 0; round < kRounds; ++round) {
            QProcess child;
            child.start(kChild, {"label", QString::fromStdString(f.path())});
            QVERIFY(child.waitForReadyRead(20000));  // at least one label
            QTest::qSleep(static_cast<int>(random() % 120));
            child.kill();  // SIGKILL
            QVERIFY(child.waitForFinished());
            QCOMPARE(child.exitStatus(), QProcess::CrashExit);
            QByteArray said = child.readAllStandardOutput();
            said.truncate(said.lastIndexOf('\n') + 1);
            for (const QByteArray& line : said.split('\n')) {
                const auto words = line.split(' ');
                if (line.isEmpty())
                    continue;
                QCOMPARE(words[0], QByteArray("ok"));
                QVERIFY(acknowledged.emplace(words[1].toLongLong(), words[2].toLongLong()).second);
            }
            const auto project = Fixture::must(Project::open(f.path()));
            QVERIFY2(!project->isReadOnly(), project->readOnlyReason().c_str());
            Fixture::must(project->integrityCheck());
            std::map<RecordId, DocumentId> stored;
            for (const auto& summary : Fixture::must(project->documents())) {
                const auto labels = Fixture::must(project->labels(summary.id));
                QCOMPARE(static_cast<int>(labels.annotations.size()), summary.annotations);
                for (const auto& annotation : labels.annotations)
                    stored.emplace(annotation.id, summary.id);
            }
            for (const auto& [id, document] : acknowledged)
                QCOMPARE(stored[id], document);
            // At most the one in flight was stored without having been acknowledged.
            QVERIFY(stored.size() <= acknowledged.size() + static_cast<std::size_t>(round) + 1);
            QVERIFY(project->nextRecordId() > stored.rbegin()->first);
        }
        QVERIFY(acknowledged.size() >= kRounds);
        // A backup that was cut short has not replaced a whole one.
        if (exists(f.path() + ".backup"))
            Fixture::must(Fixture::must(Project::open(f.path() + ".backup"))->integrityCheck());
        qInfo("%d kills, %zu acknowledged labels, none lost", kRounds, acknowledged.size());
    }

    void twoProcesses_second_isReadOnlyAndSeesTheWriter() {
        Fixture f;
        f.addTexts({std::string(1000, 'x')});
        f.project.reset();
        QProcess holder;
        holder.start(kChild, {"hold", QString::fromStdString(f.path())});
        QVERIFY(holder.waitForReadyRead(20000));
        QCOMPARE(holder.readAllStandardOutput(), QByteArray("ready 1\n"));

        f.project = Fixture::must(Project::open(f.path()));
        QVERIFY(f.project->isReadOnly());
        const std::string reason = f.project->readOnlyReason();
        QVERIFY2(reason.find("process " + std::to_string(holder.processId())) != std::string::npos,
                 reason.c_str());
        QCOMPARE(f.project->putSetting("k", "v").error().code, ErrorCode::ReadOnly);
        QCOMPARE(f.project->putSetting("k", "v").error().message, reason);
        QCOMPARE(f.project->undo("ann").error().code, ErrorCode::ReadOnly);
        QCOMPARE(f.project->rollingBackup(0).error().code, ErrorCode::ReadOnly);
        QCOMPARE(f.add({}).error().code, ErrorCode::ReadOnly);
        for (int i = 1; i <= 5; ++i) {
            holder.write("go\n");
            QVERIFY(holder.waitForReadyRead(20000));
            (void)holder.readAllStandardOutput();
            QCOMPARE(Fixture::must(f.project->counts()).annotations, i);
        }
        // A reader may copy the project.
        Fixture::must(f.project->backupTo(f.path("copy.spanwise")));
        QCOMPARE(Fixture::must(Fixture::must(Project::open(f.path("copy.spanwise")))->counts())
                     .annotations,
                 5);
        holder.closeWriteChannel();
        QVERIFY(holder.waitForFinished());
        f.reopen();
        QVERIFY2(!f.project->isReadOnly(), f.project->readOnlyReason().c_str());
        QCOMPARE(Fixture::must(f.project->counts()).annotations, 5);
        f.project.reset();
        QVERIFY(!exists(f.path() + ".lock"));
        QVERIFY(!exists(f.path() + "-wal"));
    }

    void open_twiceInOneProgram_secondIsReadOnly() {
        Fixture f;
        const auto second = Fixture::must(Project::open(f.path()));
        QVERIFY(second->isReadOnly());
        QVERIFY(second->readOnlyReason().find("This program") == 0);
        // By another name of the same file too.
        QVERIFY(QFile::link(QString::fromStdString(f.path()),
                            QString::fromStdString(f.path("link.spanwise"))));
        QVERIFY(Fixture::must(Project::open(f.path("link.spanwise")))->isReadOnly());
        Fixture::must(f.project->putSetting("still", "writes"));
        const auto asked = Fixture::must(Project::open(f.path(), OpenMode::ReadOnly));
        QVERIFY(asked->isReadOnly());
        QCOMPARE(asked->setting("still"), "writes");
    }

    void open_writeProtectedPlace_readsAndSaysWhy_data() {
        QTest::addColumn<bool>("folder");
        QTest::addColumn<bool>("unclean");
        QTest::newRow("folder") << true << false;
        QTest::newRow("file") << false << false;
        QTest::newRow("folder, after a crash") << true << true;
    }
    void open_writeProtectedPlace_readsAndSaysWhy() {
        QFETCH(bool, folder);
        QFETCH(bool, unclean);
        Fixture f;
        f.addTexts({std::string(1000, 'x')});
        f.project.reset();
        if (unclean) {
            QProcess holder;
            holder.start(kChild, {"hold", QString::fromStdString(f.path())});
            QVERIFY(holder.waitForReadyRead(20000));
            holder.write("go\n");
            QVERIFY(holder.waitForReadyRead(20000));
            QVERIFY(holder.waitForReadyRead(100) || true);
            holder.kill();
            QVERIFY(holder.waitForFinished());
            QVERIFY(exists(f.path() + "-wal"));
        }
        const bool isRoot = ::geteuid() == 0;
        ::chmod(f.folder().c_str(), folder ? 0555 : 0777);
        ::chmod(f.path().c_str(), 0444);
        QProcess child;
        child.start(kChild, {"read", QString::fromStdString(f.path()),
                             isRoot ? QStringLiteral("65534") : QString()});
        QVERIFY(child.waitForFinished());
        ::chmod(f.folder().c_str(), 0755);
        const QByteArray said = child.readAllStandardOutput();
        QVERIFY2(said.startsWith(unclean ? "readonly 1 annotations 1 reason The "
                                         : "readonly 1 annotations 0 reason The "),
                 said.constData());
        QVERIFY2(said.contains("write-protected"), said.constData());
        QVERIFY2(said.contains("error read-only"), said.constData());
        QCOMPARE(child.exitCode(), 0);
    }

    void create_writeProtectedFolder_isRefused() {
        Fixture f;
        ::chmod(f.folder().c_str(), 0555);
        QProcess child;
        child.start(kChild, {"create", QString::fromStdString(f.path("new.spanwise")),
                             ::geteuid() == 0 ? QStringLiteral("65534") : QString()});
        QVERIFY(child.waitForFinished());
        ::chmod(f.folder().c_str(), 0755);
        QCOMPARE(child.exitCode(), 1);
        const QByteArray said = child.readAllStandardOutput();
        QVERIFY2(said.startsWith("error permission-denied"), said.constData());
        QVERIFY(!exists(f.path("new.spanwise")));
        QVERIFY(!exists(f.path("new.spanwise.lock")));
    }

    void commit_fileMayNotGrow_losesOnlyWhatWasRefused() {
        Fixture f;
        f.addTexts({std::string(1000, 'x')});
        f.project.reset();
        QProcess child;
        child.start(kChild, {"full", QString::fromStdString(f.path()), "300000"});
        QVERIFY(child.waitForFinished(60000));
        const QByteArray said = child.readAllStandardOutput();
        QVERIFY2(said.startsWith("error disk-full"), said.constData());
        const qsizetype at = said.indexOf("acknowledged ");
        QVERIFY2(at > 0, said.constData());
        const int acknowledged = said.mid(at + 13).trimmed().toInt();
        QVERIFY(acknowledged > 5);
        QVERIFY(!exists(f.path() + ".elsewhere.part"));
        f.project = Fixture::must(Project::open(f.path()));
        Fixture::must(f.project->integrityCheck());
        QCOMPARE(Fixture::must(f.project->counts()).annotations, acknowledged);
    }

    void import_diskFull_changesNothing() {
        QTemporaryDir mountPoint;
        const QByteArray where = mountPoint.path().toLocal8Bit();
        if (::mount("tmpfs", where.constData(), "tmpfs", 0, "size=4m") != 0)
            QSKIP("mounting a small disk needs root");
        const auto unmount = qScopeGuard([&where] { ::umount2(where.constData(), MNT_DETACH); });
        const std::string path = where.toStdString() + "/small.spanwise";
        {
            auto project =
                Fixture::must(Project::create(path, Fixture::must(LabelScheme::fromNames({"a"}))));
            const auto import = [&](int documents) {
                return project->import({}, [&](const Project::RecordSink& sink) -> Result<void> {
                    for (int i = 0; i < documents; ++i) {
                        Record record{
                            makeDocument("d", std::to_string(i) + std::string(2000, ' ') + "end"),
                            {},
                            false};
                        if (auto pushed = sink(std::move(record)); !pushed)
                            return pushed;
                    }
                    return {};
                });
            };
            QCOMPARE(Fixture::must(import(10)).documents, 10);
            const auto failed = import(20000);
            QVERIFY(!failed);
            QCOMPARE(failed.error().code, ErrorCode::DiskFull);
            QCOMPARE(Fixture::must(project->documents()).size(), std::size_t{10});
            // Fill the rest: a backup fails too and leaves nothing behind, the old one stays.
            QVERIFY(QFile::exists(QString::fromStdString(path)));
            Fixture::must(project->rollingBackup(0));
            const std::string before = bytesOf(path + ".backup");
            Fixture::must(project->putSetting("k", "v"));
            {
                std::ofstream filler(where.toStdString() + "/filler");
                const std::string block(4096, 'x');
                while (filler.write(block.data(), 4096).flush()) {
                }
            }
            const auto backup = project->rollingBackup(0);
            QVERIFY(!backup);
            QCOMPARE(backup.error().code, ErrorCode::DiskFull);
            QVERIFY(!exists(path + ".backup.part"));
            QVERIFY(bytesOf(path + ".backup") == before);
            const auto made = Project::create(where.toStdString() + "/second.spanwise", {});
            QVERIFY(!made);
            QCOMPARE(made.error().code, ErrorCode::DiskFull);
            QVERIFY(!exists(where.toStdString() + "/second.spanwise"));
            QVERIFY(QFile::remove(QString::fromLocal8Bit(where) + "/filler"));
            Fixture::must(project->putSetting("k", "w"));
            Fixture::must(project->integrityCheck());
        }
        QCOMPARE(Fixture::must(Project::open(path))->setting("k"), "w");
    }

    void open_otherFiles_areRefusedByName_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray("This is only a text.\n").repeated(100);
        QTest::newRow("short text") << QByteArray("hi");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("zeros") << QByteArray(8192, '\0');
        QTest::newRow("only the magic") << QByteArray("SQLite format 3\0", 16);
    }
    void open_otherFiles_areRefusedByName() {
        QFETCH(QByteArray, bytes);
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString() + "/x.spanwise";
        write(path, bytes.toStdString());
        const auto opened = Project::open(path);
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::InvalidFormat);
        QCOMPARE(opened.error().where, path);
        QVERIFY2(opened.error().message.find("not a Spanwise project") != std::string::npos,
                 opened.error().message.c_str());
        QVERIFY(bytesOf(path) == bytes.toStdString());
        QVERIFY(!exists(path + ".lock"));
    }

    void open_databaseOfAnotherProgram_isRefusedUntouched() {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString() + "/x.spanwise";
        SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
            .exec("CREATE TABLE bookmark(a); INSERT INTO bookmark VALUES (1)");
        const std::string before = bytesOf(path);
        const auto opened = Project::open(path);
        QCOMPARE(opened.error().code, ErrorCode::InvalidFormat);
        QVERIFY(opened.error().message.find("another program") != std::string::npos);
        QVERIFY(bytesOf(path) == before);
        QCOMPARE(Project::open(folder.path().toStdString()).error().code, ErrorCode::InvalidFormat);
        QCOMPARE(Project::open(path + "missing").error().code, ErrorCode::NotFound);
    }

    void backup_rolling_onlyWhenDue() {
        Fixture f;
        const auto id = f.addTexts({"take aspirin daily"});
        QVERIFY(Fixture::must(f.project->rollingBackup(10)));
        QVERIFY(!Fixture::must(f.project->rollingBackup(10)));  // young
        QVERIFY(!Fixture::must(f.project->rollingBackup(0)));   // nothing new
        Fixture::must(f.label(id[0], {0, 4}, 1));
        QVERIFY(!Fixture::must(f.project->rollingBackup(10)));
        QVERIFY(Fixture::must(f.project->rollingBackup(0)));
        const auto backup = Fixture::must(Project::open(f.path() + ".backup"));
        QCOMPARE(Fixture::must(backup->labels(id[0])).annotations.size(), std::size_t{1});
        QVERIFY(!backup->isReadOnly());
        QCOMPARE(f.project->backupTo(f.path()).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(f.project->backupTo(f.path("no/folder")).error().code, ErrorCode::NotFound);
    }

    void backup_ofADamagedProject_keepsTheGoodBackup() {
        Fixture f;
        fill(f);
        QVERIFY(Fixture::must(f.project->rollingBackup(0)));
        const std::string good = bytesOf(f.path() + ".backup");
        f.project.reset();
        overwriteTable(f.path(), "annotation", 1, 2);
        const auto project = Fixture::must(Project::open(f.path()));  // closed properly: no check
        Fixture::must(project->putSetting("k", "v"));
        QCOMPARE(project->rollingBackup(0).error().code, ErrorCode::Corrupt);
        QVERIFY(bytesOf(f.path() + ".backup") == good);
    }

    void open_damagedAfterACrash_namesBackupAndRecovery() {
        Fixture f;
        fill(f);
        Fixture::must(f.project->rollingBackup(0));
        f.project.reset();
        overwriteTable(f.path(), "annotation", 1, 2);
        SQLite::Database(f.path(), SQLite::OPEN_READWRITE).exec("UPDATE project SET clean = 0");
        for (int i = 0; i < 2; ++i) {  // a failed check is not forgotten
            const auto opened = Project::open(f.path());
            QVERIFY(!opened);
            QCOMPARE(opened.error().code, ErrorCode::Corrupt);
            QVERIFY2(opened.error().message.find(f.path() + ".backup") != std::string::npos,
                     opened.error().message.c_str());
            QVERIFY(opened.error().message.find("spanwise-cli recover") != std::string::npos);
        }
    }

    void open_damageSeenWhileOpen_isCheckedNextTime() {
        Fixture f;
        fill(f);
        f.project.reset();
        overwriteTable(f.path(), "annotation", 1, 2);
        {
            const auto project = Fixture::must(Project::open(f.path()));
            QCOMPARE(project->integrityCheck().error().code, ErrorCode::Corrupt);
        }
        QCOMPARE(Project::open(f.path()).error().code, ErrorCode::Corrupt);
    }

    void open_truncatedFile_isCorrupt_data() {
        QTest::addColumn<double>("part");
        QTest::newRow("half") << 0.5;
        QTest::newRow("all but the last page") << 0.999;
        QTest::newRow("a few pages") << 0.02;
    }
    void open_truncatedFile_isCorrupt() {
        QFETCH(double, part);
        Fixture f;
        fill(f);
        f.project.reset();
        std::string bytes = bytesOf(f.path());
        auto size = static_cast<std::size_t>(static_cast<double>(bytes.size()) * part);
        bytes.resize(size / 4096 * 4096);
        write(f.path(), bytes);
        const auto opened = Project::open(f.path());
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Corrupt);
        QVERIFY(opened.error().message.find("no backup") != std::string::npos);
        const auto report = Project::recover(f.path(), f.path("saved.spanwise"));
        if (part > 0.9) {
            Fixture::must(report);
            const auto saved = Fixture::must(Project::open(f.path("saved.spanwise")));
            QVERIFY(Fixture::must(saved->documents()).size() >= 290);
        } else if (!report) {
            QCOMPARE(report.error().code, ErrorCode::Corrupt);
            QVERIFY(!exists(f.path("saved.spanwise")));
        }
        QVERIFY(bytesOf(f.path()) == bytes);
    }

    void recover_badPages_savesTheRest() {
        Fixture f;
        const auto ids = fill(f);
        f.suggest(ids[0], {9, 10}, 2);
        Fixture::must(f.project->putSetting("k", "v"));
        const std::string uuid = f.project->uuid();
        const RecordId next = f.project->nextRecordId();
        const auto labels = Fixture::must(f.project->labels(ids[150]));
        f.project.reset();
        overwriteTable(f.path(), "annotation", 1, 2);
        overwriteTable(f.path(), "document_text", 3, 2);
        const std::string before = bytesOf(f.path());
        const auto report = Fixture::must(Project::recover(f.path(), f.path("saved.spanwise")));
        QVERIFY2(report.find("annotation") != std::string::npos, report.c_str());
        QVERIFY2(report.find("document_text") != std::string::npos, report.c_str());
        QVERIFY2(report.find("from the history") != std::string::npos, report.c_str());
        QVERIFY(bytesOf(f.path()) == before);
        const auto saved = Fixture::must(Project::open(f.path("saved.spanwise")));
        Fixture::must(saved->integrityCheck());
        QCOMPARE(saved->uuid(), uuid);
        QCOMPARE(saved->setting("k"), "v");
        QVERIFY(saved->nextRecordId() >= next);
        const auto counts = Fixture::must(saved->counts());
        QVERIFY2(counts.documents >= 290 && counts.documents < 300, report.c_str());
        QCOMPARE(counts.annotations, 3 * counts.documents);  // the history has what the table lost
        QVERIFY(Fixture::must(saved->labels(ids[150])) == labels);
        QVERIFY(Fixture::must(saved->documents({.search = "aspirin"})).size() ==
                static_cast<std::size_t>(counts.documents));
        Fixture::must(saved->undo("ann"));
        qInfo("%s", report.c_str());
    }

    void recover_healthyProject_savesEverything() {
        Fixture f;
        const auto ids = fill(f, 30);
        f.suggest(ids[0], {9, 10}, 2);
        Fixture::must(f.project->trashDocuments({ids[1]}, "ann"));
        Fixture::must(f.project->trashType(2));
        Fixture::must(f.project->putModel("m", "/p", "{}"));
        QCOMPARE(Project::recover(f.path(), f.path("s.spanwise")).error().code,
                 ErrorCode::ReadOnly);  // it is open
        const auto documents = Fixture::must(f.project->documents());
        const auto events = Fixture::must(f.project->events());
        f.project.reset();
        const auto report = Fixture::must(Project::recover(f.path(), f.path("s.spanwise")));
        QVERIFY2(report.find("Every table") != std::string::npos, report.c_str());
        const auto saved = Fixture::must(Project::open(f.path("s.spanwise")));
        QVERIFY(Fixture::must(saved->documents()) == documents);
        QCOMPARE(Fixture::must(saved->documents({.trashed = true})).size(), std::size_t{1});
        QCOMPARE(Fixture::must(saved->trashedTypes()).size(), std::size_t{1});
        QCOMPARE(Fixture::must(saved->events()).size(), events.size());
        QCOMPARE(Fixture::must(saved->models()).size(), std::size_t{1});
        // The labels, and the removal of the type.
        QCOMPARE(Fixture::must(saved->undoState()).undo.size(), std::size_t{31});
        QCOMPARE(Project::recover(f.path(), f.path("s.spanwise")).error().code,
                 ErrorCode::AlreadyExists);
        write(f.path("text.spanwise"), std::string(5000, 'x'));
        const auto text = Project::recover(f.path("text.spanwise"), f.path("t.spanwise"));
        QCOMPARE(text.error().code, ErrorCode::Corrupt);
        QVERIFY(!exists(f.path("t.spanwise")));
    }

private:
    /// Overwrites `count` leaf pages of a table, the `skip`th and on, with noise.
    static void overwriteTable(const std::string& path, const std::string& table, int skip,
                               int count) {
        std::vector<std::int64_t> pages;
        {
            SQLite::Database raw(path);
            SQLite::Statement leaf(raw,
                                   "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = "
                                   "'leaf' ORDER BY path LIMIT ? OFFSET ?");
            leaf.bind(1, table);
            leaf.bind(2, count);
            leaf.bind(3, skip);
            while (leaf.executeStep())
                pages.push_back(leaf.getColumn(0).getInt64());
        }
        QCOMPARE(static_cast<int>(pages.size()), count);
        std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
        for (const std::int64_t page : pages) {
            file.seekp((page - 1) * 4096);
            for (int i = 0; i < 4096; ++i)
                file.put(static_cast<char>(i * 37 + 11));
        }
    }
};

QTEST_GUILESS_MAIN(SafetyTest)
#include "safety_test.moc"
