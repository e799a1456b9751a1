#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "session_support.h"
#include "storage/export.h"

using namespace support;

class TestExport : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ProjectSession> m_session;

    static constexpr const char* kConll =
        "-DOCSTART- -X- O O\n\n"
        "Take -X- _ O\n"
        "metformin -X- _ B-drug\n"
        "500 -X- _ B-dose\n"
        "mg -X- _ I-dose\n"
        ". -X- _ O\n\n"
        "-DOCSTART- -X- O O\n\n"
        "Stop -X- _ O\n"
        "it -X- _ O\n"
        ". -X- _ O\n\n";

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        import(*m_session, m_folder->path(),
               "{\"id\": \"one\", \"text\": \"Take metformin 500 mg.\"}\n"
               "{\"id\": \"two\", \"text\": \"Stop it.\"}\n");
        m_session->openDocument(m_session->documents().front().id);
        QVERIFY(m_session->label(rangeOf(*m_session, "metformin"), typeId(*m_session, "drug")));
        QVERIFY(m_session->label(rangeOf(*m_session, "500 mg"), typeId(*m_session, "dose")));
    }
    void cleanup() { m_session.reset(); }

    void conll_bytes() {
        const QString path = m_folder->filePath("out.conll");
        const auto report = exportProject(m_session->project(), {}, path.toStdString());
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE(report->documents, 2);
        QCOMPARE(report->spans, 2);
        QCOMPARE(read(path), QByteArray(kConll));
    }

    void jsonl_bytes_andRoundTrip() {
        ExportOptions options;
        options.format = ExportFormat::Jsonl;
        std::ostringstream out;
        QVERIFY(exportProject(m_session->project(), options, out));
        const QList<QByteArray> written = QByteArray::fromStdString(out.str()).split('\n');
        QCOMPARE(written.size(), 3);
        const auto first = nlohmann::json::parse(written[0].toStdString());
        QCOMPARE(first["id"].get<std::string>(), std::string("one"));
        QCOMPARE(first["text"].get<std::string>(), std::string("Take metformin 500 mg."));
        QVERIFY(first["spans"] == nlohmann::json::parse(R"([{"begin":5,"end":14,"type":"drug"},
                                          {"begin":15,"end":21,"type":"dose"}])"));
    }

    void onlyDone_leavesOutTheRest() {
        ExportOptions options;
        options.onlyDone = true;
        std::ostringstream none;
        QCOMPARE(exportProject(m_session->project(), options, none)->documents, 0);
        QVERIFY(m_session->setStatus(DocumentStatus::Done));
        std::ostringstream one;
        QCOMPARE(exportProject(m_session->project(), options, one)->documents, 1);
    }

    void overlap_isReported() {
        QVERIFY(m_session->label({5, 21}, typeId(*m_session, "dose")));
        std::ostringstream out;
        const auto report = exportProject(m_session->project(), {}, out);
        QCOMPARE(report->droppedOverlaps, 2);
    }

    void file_isReplacedInOneStep_orNotAtAll() {
        const QString path = m_folder->filePath("out.conll");
        write(path, "the old one");
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner);
        std::stop_source stop;
        stop.request_stop();
        const auto cancelled =
            exportProject(m_session->project(), {}, path.toStdString(), {}, stop.get_token());
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
        QCOMPARE(read(path), QByteArray("the old one"));
        QVERIFY(exportProject(m_session->project(), {}, path.toStdString()));
        QCOMPARE(read(path), QByteArray(kConll));
        QCOMPARE(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
        QCOMPARE(QDir(m_folder->path()).entryList({"*.part-*"}, QDir::Files | QDir::Hidden).size(),
                 0);
    }

    void fullDisk_keepsTheOldFile() {
        const QString path = m_folder->filePath("out.conll");
        write(path, "old");
        // A limit on file sizes stands in for a full disk.
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        ::signal(SIGXFSZ, SIG_IGN);
        rlimit tight = before;
        tight.rlim_cur = 64;
        setrlimit(RLIMIT_FSIZE, &tight);
        const auto report = exportProject(m_session->project(), {}, path.toStdString());
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::DiskFull);
        QCOMPARE(read(path), QByteArray("old"));
        QCOMPARE(QDir(m_folder->path()).entryList({"*.part-*"}, QDir::Files | QDir::Hidden).size(),
                 0);
    }

    void badPlaces_areRefused() {
        const auto to = [&](const QString& path) {
            const auto report = exportProject(m_session->project(), {}, path.toStdString());
            return report ? ErrorCode::Internal : report.error().code;
        };
        QCOMPARE(to(m_folder->filePath("no/such/folder.conll")), ErrorCode::NotFound);
        QCOMPARE(to(m_folder->path()), ErrorCode::InvalidArgument);
        QCOMPARE(to(m_folder->filePath("trial.spanwise")), ErrorCode::InvalidArgument);
        if (::geteuid() == 0)
            return;  // root may write anywhere
        QDir(m_folder->path()).mkdir("locked");
        QFile::setPermissions(m_folder->filePath("locked"), QFile::ReadOwner | QFile::ExeOwner);
        QCOMPARE(to(m_folder->filePath("locked/out.conll")), ErrorCode::PermissionDenied);
    }

    void link_isFollowed() {
        const QString target = write(m_folder->filePath("target.conll"), "old");
        const QString link = m_folder->filePath("link.conll");
        QVERIFY(QFile::link(target, link));
        QVERIFY(exportProject(m_session->project(), {}, link.toStdString()));
        QVERIFY(QFileInfo(link).isSymLink());
        QCOMPARE(read(target), QByteArray(kConll));
    }
};

QTEST_GUILESS_MAIN(TestExport)
#include "test_export.moc"
