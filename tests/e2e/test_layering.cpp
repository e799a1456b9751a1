#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

/// Who may know whom: by what the programs load and by what the sources include.
class TestLayering : public QObject {
    Q_OBJECT

    static QByteArray dynamicSection(const char* program) {
        QProcess readelf;
        readelf.start("readelf", {"-d", QStringLiteral(SPANWISE_BIN "/") + program});
        readelf.waitForFinished();
        return readelf.readAllStandardOutput();
    }

private Q_SLOTS:
    void app_needsNoLibtorch() {
        const QByteArray section = dynamicSection("spanwise");
        QVERIFY(section.contains("libQt6Widgets"));
        QVERIFY(!section.contains("libtorch"));
        QVERIFY(!section.contains("libc10"));
    }

    void commandLine_needsNoQt() {
        const QByteArray section = dynamicSection("spanwise-cli");
        QVERIFY(section.contains("libtorch"));
        QVERIFY(!section.contains("libQt6"));
    }

    void includes_respectTheHouse_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("forbidden");
        const QString qt = "<Q[A-Z]\\w*>|<Qt\\w+/";
        const QString torch = "<(torch|ATen|c10)/";
        const QString sqlite = "<(SQLiteCpp/|sqlite3)";
        QTest::newRow("core") << "core"
                              << qt + '|' + torch + '|' + sqlite + "|\"(storage|models|ui|app)/";
        QTest::newRow("storage") << "storage" << qt + '|' + torch + "|\"(models|ui|app)/";
        QTest::newRow("models") << "models" << qt + '|' + sqlite + "|\"(storage|ui|app)/";
        QTest::newRow("ui") << "ui" << torch + '|' + sqlite + "|\"(models|app)/";
        QTest::newRow("app/cli") << "app/cli" << qt + '|' + torch + '|' + sqlite + "|\"ui/";
        QTest::newRow("app/worker")
            << "app/worker" << qt + '|' + torch + '|' + sqlite + "|\"(ui|storage)/";
        QTest::newRow("app/gui") << "app/gui" << torch + '|' + sqlite + "|\"models/";
        QTest::newRow("session has no widgets")
            << "ui/session"
            << "<Q(Widget|Dialog|Label|PushButton|MainWindow|Action|Application)>"
               "|\"ui/(main_window|document_view|types|queue|export|theme)/";
    }
    void includes_respectTheHouse() {
        QFETCH(QString, folder);
        QFETCH(QString, forbidden);
        const QRegularExpression pattern("^\\s*#\\s*include\\s+(?:" + forbidden + ")",
                                         QRegularExpression::MultilineOption);
        QVERIFY(pattern.isValid());
        int files = 0;
        QDirIterator it(QStringLiteral(SPANWISE_SOURCE "/") + folder, {"*.h", "*.cpp"}, QDir::Files,
                        QDirIterator::Subdirectories);
        while (it.hasNext()) {
            QFile file(it.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const auto match = pattern.match(QString::fromUtf8(file.readAll()));
            QVERIFY2(!match.hasMatch(),
                     qPrintable(file.fileName() + ": " + match.captured().trimmed()));
            ++files;
        }
        QVERIFY(files > 0);
    }
};

QTEST_GUILESS_MAIN(TestLayering)
#include "test_layering.moc"
