#include <QtTest>
#include <array>

#include "storage/schema.h"
#include "support.h"

using namespace spanwise;
using namespace spanwise::storage;
using test::Fixture;

class MigrationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void open_versionOneFile_isUpgradedAfterABackup() {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString() + "/old.spanwise";
        {
            Database old(path, Access::ReadWrite, true);
            migrate(old, migrations().first(1));
            QCOMPARE(old.integer("PRAGMA user_version"), 1);
            old.exec(
                "INSERT INTO project(id, uuid, name, created_at, next_record) "
                "VALUES (1, 'u-1', 'Old', 5, 3);"
                "INSERT INTO entity_type(id, name, description, color, shortcut, position) "
                "VALUES (1, 'drug', '', '#112233', '1', 0);"
                "INSERT INTO document(id, name, sha256, status, code_points) "
                "VALUES (1, 'note', '00', 1, 18);"
                "INSERT INTO document_text VALUES (1, 'take aspirin daily', '', '');"
                "INSERT INTO annotation VALUES (2, 1, 5, 12, 1, 0, 'ann', 7);");
        }
        auto project = Fixture::must(Project::open(path));
        QCOMPARE(project->name(), "Old");
        QCOMPARE(project->nextRecordId(), RecordId{3});
        QCOMPARE(Fixture::must(project->documents({.search = "aspirin"})).size(), std::size_t{1});
        QCOMPARE(Fixture::must(project->labels(1)).annotations.size(), std::size_t{1});
        QCOMPARE(Fixture::must(project->counts()).annotations, 1);
        QVERIFY(QFile::exists(QString::fromStdString(path + ".v1.backup")));
        project.reset();
        // The backup is the file as it was.
        Database backup(path + ".v1.backup", Access::Immutable);
        QCOMPARE(backup.integer("PRAGMA user_version"), 1);
        QCOMPARE(backup.integer("SELECT count(*) FROM annotation"), 1);
        // A second opening has nothing to do.
        QVERIFY(QFile::remove(QString::fromStdString(path + ".v1.backup")));
        project = Fixture::must(Project::open(path));
        QVERIFY(!QFile::exists(QString::fromStdString(path + ".v1.backup")));
    }

    void open_versionFourFile_hidesWhatCameWithAFileFromHeldOutDocuments() {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString() + "/old.spanwise";
        {
            Database old(path, Access::ReadWrite, true);
            migrate(old, migrations().first(4));
            old.exec(
                "INSERT INTO project(id, uuid, name, created_at, next_record) "
                "VALUES (1, 'u-1', 'Old', 5, 3);"
                "INSERT INTO setting VALUES ('holdOut', '{\"documents\": 1, \"suggestions\": 0}');"
                "INSERT INTO entity_type(id, name, description, color, shortcut, position) "
                "VALUES (1, 'drug', '', '#112233', '1', 0);"
                "INSERT INTO document(id, name, sha256, status, code_points) "
                "VALUES (1, 'note', '00', 0, 18);"
                "INSERT INTO document_text VALUES (1, 'take aspirin daily', '', '');"
                "INSERT INTO suggestion VALUES (2, 1, 5, 12, 1, 0.9, 'imported');");
        }
        const auto project = Fixture::must(Project::open(path));
        QVERIFY(Fixture::must(project->labels(1)).suggestions.empty());
        QCOMPARE(Fixture::must(project->counts()).suggestions, 0);
        Fixture::must(project->setHoldOut(0, 0));
        QCOMPARE(Fixture::must(project->labels(1)).suggestions.size(), std::size_t{1});
        QCOMPARE(Fixture::must(project->counts()).suggestions, 1);
    }

    void open_versionThreeFile_hasTypesWithoutNotes() {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString() + "/old.spanwise";
        {
            Database old(path, Access::ReadWrite, true);
            migrate(old, migrations().first(3));
            old.exec(
                "INSERT INTO project(id, uuid, name, created_at, next_record) "
                "VALUES (1, 'u-1', 'Old', 5, 3);"
                "INSERT INTO entity_type(id, name, description, color, shortcut, position) "
                "VALUES (1, 'drug', 'a medicine', '#112233', '1', 0);"
                "INSERT INTO event(kind, name, actor, at, seconds, undoable, edit, detail) VALUES "
                "('edit', 'Rename', 'ann', 6, 0, 1, "
                "'{\"types\":[{\"before\":{\"id\":1,\"name\":\"med\",\"description\":\"\","
                "\"color\":\"#112233\",\"shortcut\":\"1\",\"order\":0},\"after\":{\"id\":1,"
                "\"name\":\"drug\",\"description\":\"a medicine\",\"color\":\"#112233\","
                "\"shortcut\":\"1\",\"order\":0}}]}', '');");
        }
        auto project = Fixture::must(Project::open(path));
        EntityType drug = Fixture::must(project->scheme()).types().front();
        QCOMPARE(drug.description, "a medicine");
        QCOMPARE(drug.note, "");
        drug.note = "Brands count.";
        Fixture::must(project->putType(drug));
        project.reset();
        project = Fixture::must(Project::open(path));
        QCOMPARE(Fixture::must(project->scheme()).types().front().note, "Brands count.");
        // What the older program wrote into the history is still undone.
        Fixture::must(project->undo("ann"));
        QCOMPARE(Fixture::must(project->scheme()).types().front().note, "");
        Fixture::must(project->undo("ann"));
        QCOMPARE(Fixture::must(project->scheme()).types().front().name, "med");
    }

    void open_versionFiveFile_takesLayers() {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString() + "/old.spanwise";
        {
            Database old(path, Access::ReadWrite, true);
            migrate(old, migrations().first(5));
            old.exec(
                "INSERT INTO project(id, uuid, name, created_at) VALUES (1, 'u-1', 'Old', 5);"
                "INSERT INTO document(id, name, sha256, status, code_points) "
                "VALUES (1, 'note', '00', 0, 18);"
                "INSERT INTO document_text VALUES (1, 'take aspirin daily', '', '');");
        }
        const auto project = Fixture::must(Project::open(path));
        QVERIFY(QFile::exists(QString::fromStdString(path + ".v5.backup")));
        QVERIFY(Fixture::must(project->layers(1)).empty());
        QVERIFY(Fixture::must(project->layerSources()).empty());
        QVERIFY(Fixture::must(project->reviewRows()).empty());
        QVERIFY(Fixture::must(project->agreement()).annotators.empty());
        Database raw(path, Access::ReadOnly);
        QCOMPARE(raw.integer("PRAGMA user_version"), 6);
    }

    void open_versionOneFileReadOnly_saysWhy() {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString() + "/old.spanwise";
        {
            Database old(path, Access::ReadWrite, true);
            migrate(old, migrations().first(1));
            old.exec("INSERT INTO project(id, uuid, name, created_at) VALUES (1, 'u', 'Old', 5)");
        }
        const auto opened = Project::open(path, OpenMode::ReadOnly);
        QCOMPARE(opened.error().code, ErrorCode::ReadOnly);
        Database old(path, Access::ReadOnly);
        QCOMPARE(old.integer("PRAGMA user_version"), 1);
    }

    void open_newerFile_isRefusedUntouched() {
        Fixture f;
        f.project.reset();
        {
            Database raw(f.path(), Access::ReadWrite);
            raw.exec("PRAGMA user_version=99");
        }
        const auto opened = Project::open(f.path());
        QCOMPARE(opened.error().code, ErrorCode::TooNew);
        QVERIFY(opened.error().message.find("99") != std::string::npos);
        Database raw(f.path(), Access::ReadOnly);
        QCOMPARE(raw.integer("PRAGMA user_version"), 99);
    }

    void migrate_stepThatFails_rollsBackAll() {
        QTemporaryDir folder;
        Database database(folder.path().toStdString() + "/x.db", Access::ReadWrite, true);
        const std::array steps{
            Migration{1, "one", "CREATE TABLE one(a INTEGER) STRICT;"},
            Migration{2, "two", "CREATE TABLE two(a INTEGER) STRICT; INSERT INTO one VALUES (1);"},
            Migration{3, "three", "CREATE TABLE three(a INTEGER); INSERT INTO nowhere VALUES (1);"},
        };
        QCOMPARE(migrate(database, std::span(steps).first(1)), 1);
        QVERIFY_EXCEPTION_THROWN(migrate(database, steps), SQLite::Exception);
        QCOMPARE(database.integer("PRAGMA user_version"), 1);
        QCOMPARE(database.integer("SELECT count(*) FROM sqlite_schema"), 1);
        QCOMPARE(database.integer("SELECT count(*) FROM one"), 0);
        QCOMPARE(migrate(database, std::span(steps).first(2)), 1);
        QCOMPARE(database.integer("PRAGMA user_version"), 2);
        QCOMPARE(migrate(database, std::span(steps).first(2)), 0);
        QVERIFY_EXCEPTION_THROWN(migrate(database, std::span(steps).first(1)), Failure);
    }

    void migrations_steps_countUpByOne() {
        int expected = 1;
        for (const Migration& step : migrations())
            QCOMPARE(step.version, expected++);
    }

    void event_updateOrDelete_isRefusedByTheFile() {
        Fixture f;
        f.addTexts({"text"});
        Database raw(f.path(), Access::ReadWrite);
        QVERIFY(raw.integer("SELECT count(*) FROM event") > 0);
        QVERIFY_EXCEPTION_THROWN(raw.exec("UPDATE event SET actor = 'x'"), SQLite::Exception);
        QVERIFY_EXCEPTION_THROWN(raw.exec("DELETE FROM event"), SQLite::Exception);
    }
};

QTEST_GUILESS_MAIN(MigrationTest)
#include "migration_test.moc"
