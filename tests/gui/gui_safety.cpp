#include <signal.h>

#include <QLabel>
#include <QRandomGenerator>
#include <QThread>
#include <set>

#include "gui_support.h"

using namespace gui;

namespace {

QByteArray corpus(int documents) {
    QByteArray jsonl;
    for (int i = 0; i < documents; ++i) {
        QByteArray text;
        for (int word = 0; word < 250; ++word)
            text += "word ";
        jsonl += "{\"id\": \"d" + QByteArray::number(i) + "\", \"text\": \"" + text + " " +
                 QByteArray::number(i) + "\"}\n";
    }
    return jsonl;
}

QByteArray notes(int documents) {
    const char* drugs[] = {"metformin", "aspirin", "ramipril", "warfarin", "ibuprofen"};
    QByteArray jsonl;
    for (int i = 0; i < documents; ++i)
        jsonl += "{\"id\": \"n" + QByteArray::number(i) + "\", \"text\": \"Patient " +
                 QByteArray::number(i) + " takes " + drugs[i % 5] + " " +
                 QByteArray::number(10 * (i + 1)) + " mg daily.\"}\n";
    return jsonl;
}

QList<qint64> childrenOf(qint64 pid) {
    QList<qint64> children;
    for (const QByteArray& id : read(QString("/proc/%1/task/%1/children").arg(pid)).split(' ')) {
        if (!id.trimmed().isEmpty())
            children << id.trimmed().toLongLong();
    }
    return children;
}

bool isAlive(qint64 pid) {
    if (::kill(static_cast<pid_t>(pid), 0) != 0)
        return false;
    // A zombie that nobody has waited for yet is dead.
    const QByteArray stat = read(QString("/proc/%1/stat").arg(pid));
    return !stat.mid(stat.lastIndexOf(')')).startsWith(") Z");
}

}  // namespace

/// Whatever is killed, no label that was acknowledged is lost.
class GuiSafety : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    QString makeProject(const QByteArray& jsonl) {
        const QString path = m_folder->filePath("trial.spanwise");
        auto project = Project::create(path.toStdString(), *LabelScheme::fromNames({"drug"}));
        if (!project)
            qFatal("%s", project.error().text().c_str());
        const QString file = write(m_folder->filePath("in.jsonl"), jsonl);
        const auto imported =
            (*project)->import({}, [&](const Project::RecordSink& sink) -> Result<void> {
                const auto info = importFile(file.toStdString(), {},
                                             [&](Record&& r) { return sink(std::move(r)); });
                return info ? Result<void>{} : tl::unexpected(info.error());
            });
        if (!imported)
            qFatal("%s", imported.error().text().c_str());
        return path;
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
    }

    void damagedProject_isRecoveredInTheWindow_orItsBackupIsOpened_byKeys() {
        const QString path = makeProject(notes(300));
        {
            auto project = *Project::open(path.toStdString());
            QVERIFY(*project->rollingBackup(0));
        }
        QByteArray bytes = read(path);
        bytes.truncate(bytes.size() * 97 / 100 / 4096 * 4096);
        write(path, bytes);
        MainWindow window(options(m_folder->path()));
        QVERIFY(show(window));
        const auto dialog = [&]() -> QDialog* {
            return window.findChild<QDialog*>("rescueDialog");
        };

        QVERIFY(!window.openProject(path));
        QTRY_VERIFY(dialog() && dialog()->isVisible());
        shot(dialog(), "rescue-dialog");
        QTest::keyClick(dialog(), Qt::Key_Escape);
        QTRY_VERIFY(!dialog());
        QVERIFY(!window.session());

        QVERIFY(!window.openProject(path));
        QTRY_VERIFY(dialog() && dialog()->isVisible());
        QTest::keyClick(dialog(), Qt::Key_Return);  // recover is the default
        QTRY_VERIFY_WITH_TIMEOUT(window.session(), 20000);
        QCOMPARE(window.session()->path(), m_folder->filePath("trial recovered.spanwise"));
        QVERIFY(window.session()->documents().size() >= 290);
        QVERIFY(!window.session()->isReadOnly());
        QTRY_VERIFY(!dialog());
        shot(&window, "rescue-recovered");

        QVERIFY(!window.openProject(path));
        QTRY_VERIFY(dialog() && dialog()->isVisible());
        dialog()->activateWindow();  // no window manager does it
        QVERIFY(QTest::qWaitForWindowActive(dialog(), 10000));
        QTest::keyClick(dialog(), Qt::Key_B, Qt::AltModifier);
        QTRY_VERIFY_WITH_TIMEOUT(window.session() && window.session()->path().contains("trial of "),
                                 20000);
        QCOMPARE(window.session()->documents().size(), std::size_t{300});
        QVERIFY(read(path) == bytes);  // as it was

        // Nothing can be read, and there is no backup: it says so, and stays.
        QFile::remove(path + ".backup");
        write(path, bytes.left(4096));
        QVERIFY(!window.openProject(path));
        QTRY_VERIFY(dialog() && dialog()->isVisible());
        QVERIFY(!dialog()->findChild<QPushButton*>("rescueRestore")->isEnabled());
        QTest::keyClick(dialog(), Qt::Key_Return);
        auto* state = dialog()->findChild<QLabel*>("rescueState");
        auto* recover = dialog()->findChild<QPushButton*>("rescueRecover");
        QTRY_VERIFY(recover->isEnabled());
        QVERIFY2(!state->text().isEmpty(), qPrintable(state->text()));
        QTest::keyClick(dialog(), Qt::Key_Escape);
        QTRY_VERIFY(!dialog());
    }

    void labellingKilledAgainAndAgain_losesNothing() {
        const QString path = makeProject(corpus(8));
        std::set<qint64> acknowledged;
        std::set<qint64> undone;
        int total = 0;
        for (int round = 0; round < 12; ++round) {
            QProcess child;
            child.start(QStringLiteral(SPANWISE_LABELLING_CHILD), {path});
            QVERIFY(child.waitForReadyRead(20000));
            const int lifetime = 30 + QRandomGenerator::global()->bounded(250);
            QElapsedTimer timer;
            timer.start();
            QByteArray said;
            while (timer.elapsed() < lifetime) {
                child.waitForReadyRead(5);
                said += child.readAllStandardOutput();
            }
            QCOMPARE(child.state(), QProcess::Running);
            ::kill(static_cast<pid_t>(child.processId()), SIGKILL);
            QVERIFY(child.waitForFinished(10000));
            said += child.readAllStandardOutput();
            const QByteArray complete = said.left(said.lastIndexOf('\n') + 1);
            for (const QByteArray& line : complete.split('\n')) {
                if (line.startsWith('+')) {
                    acknowledged.insert(line.mid(1).toLongLong());
                    ++total;
                } else if (line.startsWith('-')) {
                    acknowledged.erase(line.mid(1).toLongLong());
                    undone.insert(line.mid(1).toLongLong());
                }
            }
            auto project = Project::open(path.toStdString());
            QVERIFY2(project, project ? "" : project.error().text().c_str());
            QVERIFY(!(*project)->isReadOnly());
            const auto intact = (*project)->integrityCheck();
            QVERIFY2(intact, intact ? "" : intact.error().text().c_str());
            std::set<qint64> stored;
            const auto documents = (*project)->documents();
            for (const DocumentSummary& document : *documents) {
                const auto labels = (*project)->labels(document.id);
                QCOMPARE(static_cast<int>(labels->annotations.size()), document.annotations);
                for (const Annotation& annotation : labels->annotations)
                    stored.insert(annotation.id);
            }
            // The last one printed may just be on its way to being undone.
            QList<qint64> missing;
            for (const qint64 id : acknowledged) {
                if (!stored.contains(id))
                    missing << id;
            }
            QVERIFY2(missing.size() <=
                         (said.trimmed().endsWith(QByteArray::number(missing.value(0))) ? 1 : 0),
                     qPrintable(QString("%1 acknowledged labels are gone").arg(missing.size())));
            for (const qint64 id : missing)
                acknowledged.erase(id);
            for (const qint64 id : undone)
                QVERIFY(!stored.contains(id));
        }
        qInfo("%d labels acknowledged over 12 kills", total);
        QVERIFY(total > 50);
    }

    void appKilled_takesItsWorkerAlong_andOpensAgain() {
        const QString path = makeProject(notes(6));
        for (int round = 0; round < 3; ++round) {
            QProcess app;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert("SPANWISE_STARTUP_TRACE", "1");
            environment.insert("XDG_DATA_HOME", m_folder->path());
            environment.insert("QT_QPA_PLATFORM", "offscreen");
            app.setProcessEnvironment(environment);
            app.start(QStringLiteral(SPANWISE_BIN "/spanwise"), {path});
            QVERIFY(app.waitForStarted());
            QByteArray said;
            QTRY_VERIFY_WITH_TIMEOUT((said += app.readAllStandardError()).contains("usable after"),
                                     20000);
            QTRY_VERIFY_WITH_TIMEOUT(!childrenOf(app.processId()).isEmpty(), 10000);
            const qint64 worker = childrenOf(app.processId()).first();
            QTest::qWait(round * 400);
            ::kill(static_cast<pid_t>(app.processId()), SIGKILL);
            QVERIFY(app.waitForFinished(10000));
            QTRY_VERIFY_WITH_TIMEOUT(!isAlive(worker), 10000);
            auto project = Project::open(path.toStdString());
            QVERIFY(project && !(*project)->isReadOnly());
            QVERIFY((*project)->integrityCheck());
        }
    }

    void workerKilledInTraining_comesBackEachTime() {
        if (!hasEncoder())
            QSKIP("the default encoder is not installed (packaging/setup/encoder.sh)");
        theme::apply(*qApp, ThemeChoice::Light);
        MainWindow window(options(m_folder->path()));
        QVERIFY(gui::show(window));
        QVERIFY(window.openProject(makeProject(notes(16))));
        ProjectSession& session = *window.session();
        const TypeId drug = session.scheme().types().front().id;
        std::set<RecordId> acknowledged;
        using Stage = LearningStatus::Stage;
        for (std::size_t round = 0; round < 6; ++round) {
            session.openDocument(session.documents()[round].id);
            const std::string text = session.document()->text;
            const auto begin = static_cast<Offset>(text.find("takes ") + 6);
            const auto end = static_cast<Offset>(text.find(' ', static_cast<std::size_t>(begin)));
            QVERIFY(session.label({begin, end}, drug));
            acknowledged.insert(session.labels().annotations.front().id);
            QTRY_VERIFY_WITH_TIMEOUT(window.learning()->status().stage == Stage::Training &&
                                         window.learning()->status().fraction > 0,
                                     60000);
            const int restarts = window.worker()->restarts();
            QCOMPARE(::kill(static_cast<pid_t>(window.worker()->processId()), SIGKILL), 0);
            QTRY_COMPARE_WITH_TIMEOUT(window.worker()->restarts(), restarts + 1, 10000);
        }
        QTRY_VERIFY_WITH_TIMEOUT(window.learning()->status().stage == Stage::UpToDate, 120000);
        QCOMPARE(window.learning()->status().learned, 6);
        QVERIFY(session.counts().suggestions > 0);
        for (std::size_t i = 0; i < 6; ++i) {
            const auto labels = session.project().labels(session.documents()[i].id);
            for (const Annotation& annotation : labels->annotations)
                acknowledged.erase(annotation.id);
        }
        QVERIFY(acknowledged.empty());
        QVERIFY(session.project().integrityCheck());
    }
};

QTEST_MAIN(GuiSafety)
#include "gui_safety.moc"
