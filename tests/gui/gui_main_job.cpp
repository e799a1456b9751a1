#include <QLabel>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QTextLayout>

#include "gui_support.h"

using namespace gui;

namespace {

struct Text {
    const char* name;
    const char* text;
    const char* drug;
    const char* dose;
};

// The texts that are labelled by hand; the rest is for the model.
constexpr Text kLabelled[] = {
    {"note-1", "Mrs Brandt takes metformin 500 mg daily.", "metformin", "500 mg"},
    {"note-2", "We started lisinopril 10 mg today. 🧪 She agreed.", "lisinopril", "10 mg"},
    {"note-3", "Please stop aspirin 100 mg at once.", "aspirin", "100 mg"},
    {"note-4", "He was given ramipril 5 mg in the evening.", "ramipril", "5 mg"},
};
constexpr const char* kRest[] = {
    "Mr Vaughan takes atorvastatin 40 mg daily.",
    "We started simvastatin 20 mg today.",
    "Please stop ibuprofen 400 mg at once.",
    "She was given amlodipine 5 mg in the evening.",
    "He takes warfarin 3 mg and metformin 850 mg daily.",
    "We started bisoprolol 2 mg today.",
};

const QByteArray kConll =
    "-DOCSTART- -X- O O\n\n"
    "Mrs -X- _ O\nBrandt -X- _ O\ntakes -X- _ O\nmetformin -X- _ B-drug\n500 -X- _ B-dose\n"
    "mg -X- _ I-dose\ndaily -X- _ O\n. -X- _ O\n\n"
    "-DOCSTART- -X- O O\n\n"
    "We -X- _ O\nstarted -X- _ O\nlisinopril -X- _ B-drug\n10 -X- _ B-dose\nmg -X- _ I-dose\n"
    "today -X- _ O\n. -X- _ O\n\n"
    "🧪 -X- _ O\nShe -X- _ O\nagreed -X- _ O\n. -X- _ O\n\n"
    "-DOCSTART- -X- O O\n\n"
    "Please -X- _ O\nstop -X- _ O\naspirin -X- _ B-drug\n100 -X- _ B-dose\nmg -X- _ I-dose\n"
    "at -X- _ O\nonce -X- _ O\n. -X- _ O\n\n"
    "-DOCSTART- -X- O O\n\n"
    "He -X- _ O\nwas -X- _ O\ngiven -X- _ O\nramipril -X- _ B-drug\n5 -X- _ B-dose\n"
    "mg -X- _ I-dose\nin -X- _ O\nthe -X- _ O\nevening -X- _ O\n. -X- _ O\n\n";

/// As documented: one object a line, code points.
QByteArray expectedJsonl() {
    QByteArray out;
    for (const Text& text : kLabelled) {
        const QString utf16 = QString::fromUtf8(text.text);
        nlohmann::ordered_json spans = nlohmann::ordered_json::array();
        for (const auto& [word, type] : {std::pair{text.drug, "drug"}, {text.dose, "dose"}}) {
            const auto at = utf16.left(utf16.indexOf(QString::fromUtf8(word))).toUcs4().size();
            spans.push_back({{"begin", at},
                             {"end", at + QString::fromUtf8(word).toUcs4().size()},
                             {"type", type}});
        }
        out += QByteArray::fromStdString(nlohmann::ordered_json{
                   {"id", text.name},
                   {"text", text.text},
                   {"spans", spans}}.dump()) +
               "\n";
    }
    return out;
}

}  // namespace

/// A person's whole first session, by keys alone: types, texts, labels, suggestions, export.
class GuiMainJob : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    DocumentView* view() { return m_window->labelPage()->view(); }
    ProjectSession& session() { return *m_window->session(); }

    void addTypeByKeys(const QString& name) {
        onDialog("typeDialog", [name](QWidget* dialog) {
            auto* field = dialog->findChild<QLineEdit*>("typeName");
            QTest::keyClicks(field, name);
            QTest::keyClick(field, Qt::Key_Return);
        });
        // A dialog that closed leaves no window active where there is no window manager.
        QVERIFY(show(*m_window));
        QTest::keyClick(view(), Qt::Key_T);
    }

private Q_SLOTS:
    void initTestCase() {
        if (!hasEncoder())
            QSKIP("the default encoder is not installed (packaging/setup/encoder.sh)");
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
        m_window = std::make_unique<MainWindow>(options(m_folder->path()));
        QVERIFY(gui::show(*m_window));
    }
    void cleanupTestCase() { m_window.reset(); }
    void init() {
        if (m_window)
            QVERIFY(show(*m_window));
    }

    void a_createProject() {
        onDialog("newProjectDialog", [this](QWidget* dialog) {
            auto* name = dialog->findChild<QLineEdit*>("projectName");
            auto* folder = dialog->findChild<QLineEdit*>("projectFolder");
            QTest::keyClicks(name, "trial");
            folder->clear();
            QTest::keyClicks(folder, m_folder->path());
            // Each of ten documents is to get suggestions here.
            auto* holdOut = dialog->findChild<QAbstractButton*>("projectHoldOut");
            QVERIFY(holdOut->isChecked());
            holdOut->setFocus();
            QTest::keyClick(holdOut, Qt::Key_Space);
            QVERIFY(!holdOut->isChecked());
            folder->setFocus();
            QVERIFY(dialog->findChild<QPushButton*>("projectOk")->isEnabled());
            QTest::keyClick(folder, Qt::Key_Return);
        });
        QTest::keyClick(m_window.get(), Qt::Key_N, Qt::ControlModifier);
        QTRY_VERIFY(m_window->session());
        QCOMPARE(session().path(), m_folder->filePath("trial.spanwise"));
        QCOMPARE(session().holdOut().documents, 0.0);
    }

    void b_addTypes() {
        addTypeByKeys("drug");
        QTRY_VERIFY(session().scheme().byName("drug"));
        addTypeByKeys("dose");
        QTRY_VERIFY(session().scheme().byName("dose"));
        QCOMPARE(session().scheme().byName("drug")->shortcut, std::string("1"));
        QCOMPARE(session().scheme().byName("dose")->shortcut, std::string("2"));
    }

    void c_dropTexts() {
        QByteArray jsonl;
        for (const Text& text : kLabelled)
            jsonl += QByteArray::fromStdString(
                         nlohmann::ordered_json{{"id", text.name}, {"text", text.text}}.dump()) +
                     "\n";
        QStringList files{write(m_folder->filePath("notes.jsonl"), jsonl)};
        int number = 0;
        for (const char* text : kRest)
            files << write(m_folder->filePath(QString("rest-%1.txt").arg(++number)), text);
        QSignalSpy imported(&session(), &ProjectSession::importFinished);
        dropFiles(*m_window, files);
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        QCOMPARE(session().documents().size(), std::size(kLabelled) + std::size(kRest));
        QTRY_VERIFY(view()->document());
        QVERIFY(m_window->messages()->text().contains("10"));
    }

    void d_labelByKeys() {
        for (const Text& text : kLabelled) {
            const auto& documents = session().documents();
            const auto found =
                std::find_if(documents.begin(), documents.end(),
                             [&](const DocumentSummary& d) { return d.name == text.name; });
            QVERIFY(found != documents.end());
            session().openDocument(found->id);
            QVERIFY(selectByKeys(*m_window, text.drug));
            QTest::keyClick(view(), Qt::Key_1);
            QVERIFY(selectByKeys(*m_window, text.dose));
            QTest::keyClick(view(), Qt::Key_2);
            QCOMPARE(session().labels().annotations.size(), 2U);
            const DocumentId here = session().documentId();
            QTest::keyClick(view(), Qt::Key_Return);
            QTRY_COMPARE(session().summary(here)->status, DocumentStatus::Done);
            QVERIFY(session().documentId() != here);
        }
        QCOMPARE(session().counts().annotations, 8);
        QCOMPARE(session().counts().done, 4);
        shot(m_window.get(), "job-labelled");
    }

    void e_suggestionsArrive() {
        const auto& documents = session().documents();
        const auto rest =
            std::find_if(documents.begin(), documents.end(),
                         [](const DocumentSummary& d) { return d.name == "rest-5.txt"; });
        QVERIFY(rest != documents.end());
        session().openDocument(rest->id);
        session().setThreshold(0.3);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->learning()->status().stage == LearningStatus::Stage::UpToDate, 120000);
        QCOMPARE(m_window->learning()->status().learned, 8);
        QTRY_VERIFY_WITH_TIMEOUT(view()->visibleSuggestions().size() >= 2, 60000);
        qInfo("%zu suggestions in the document, %lld in the project",
              view()->visibleSuggestions().size(),
              static_cast<long long>(session().counts().suggestions));
        shot(m_window.get(), "job-suggestions");
    }

    void f_acceptAndRejectByKeys() {
        view()->setFocus();
        const std::size_t offered = view()->visibleSuggestions().size();
        QTest::keyClick(view(), Qt::Key_Tab);
        QVERIFY(view()->focusedSpan() != 0);
        const RecordId first = view()->focusedSpan();
        QTest::keyClick(view(), Qt::Key_A);
        QCOMPARE(session().labels().annotations.size(), 1U);
        QCOMPARE(session().labels().annotations.front().origin, Origin::Accepted);
        QVERIFY(view()->focusedSpan() != first);
        QVERIFY(view()->focusedSpan() != 0);  // on to the next one
        QTest::keyClick(view(), Qt::Key_X);
        QCOMPARE(session().labels().rejections.size(), 1U);
        QVERIFY(view()->visibleSuggestions().size() <= offered - 2);
        // Undo both, redo the acceptance, by the window's keys.
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(session().labels().rejections.size(), 0U);
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(session().labels().annotations.size(), 0U);
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(session().labels().annotations.size(), 1U);
    }

    void g_acceptAllByKey_isOneStep() {
        QTest::keyClick(view(), Qt::Key_Right, Qt::AltModifier);
        QTRY_VERIFY(session().labels().annotations.empty());
        session().setThreshold(0.3);
        QTRY_VERIFY_WITH_TIMEOUT(!view()->visibleSuggestions().empty(), 60000);
        const qint64 before = session().counts().annotations;
        QTest::keyClick(view(), Qt::Key_A, Qt::ShiftModifier);
        QTRY_VERIFY(session().counts().annotations > before);
        QVERIFY(view()->visibleSuggestions().empty());
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(session().counts().annotations, before);
    }

    void h_labelToSuggestions_staysQuick() {
        const auto& documents = session().documents();
        const auto another =
            std::find_if(documents.begin(), documents.end(),
                         [](const DocumentSummary& d) { return d.name == "rest-1.txt"; });
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->learning()->status().stage == LearningStatus::Stage::UpToDate, 60000);
        session().openDocument(another->id);
        QSignalSpy trained(m_window->learning(), &LearningController::trained);
        QVERIFY(selectByKeys(*m_window, "Mr Vaughan"));
        QElapsedTimer timer;
        timer.start();
        QTest::keyClick(view(), Qt::Key_2);
        const double label = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        QTRY_VERIFY_WITH_TIMEOUT(!trained.isEmpty(), 60000);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->learning()->status().stage == LearningStatus::Stage::UpToDate, 60000);
        qInfo("key to label %.1f ms; label to new suggestions everywhere %.1f s", label,
              static_cast<double>(timer.elapsed()) / 1000);
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
    }

    void i_exportPreview_isColoured() {
        QTest::keyClick(view(), Qt::Key_E, Qt::ControlModifier);
        auto* preview = m_window->findChild<QPlainTextEdit*>("exportPreview");
        QTRY_VERIFY(preview->isVisible());
        m_window->findChild<QAbstractButton*>("onlyDone")->click();
        QTRY_VERIFY(preview->toPlainText().startsWith("-DOCSTART-"));
        QTRY_COMPARE(preview->toPlainText().toUtf8(), kConll);
        const auto isColoured = [preview](const QString& line) {
            for (QTextBlock block = preview->document()->begin(); block.isValid();
                 block = block.next()) {
                if (block.text() == line)
                    return block.layout()->formats().size() >= 2;
            }
            return false;
        };
        QTRY_VERIFY(isColoured("metformin -X- _ B-drug"));
        shot(m_window.get(), "job-export-conll");
    }

    void j_exportBytes() {
        QSignalSpy exported(m_window->exportPage(), &ExportPage::exported);
        const QString conll = m_folder->filePath("out.conll");
        m_window->exportPage()->exportTo(conll);
        QVERIFY(exported.wait(20000));
        QCOMPARE(read(conll), kConll);
        QTest::mouseClick(m_window->findChild<QAbstractButton*>("formatJsonl"), Qt::LeftButton, {},
                          QPoint(8, 8));
        auto* preview = m_window->findChild<QPlainTextEdit*>("exportPreview");
        QTRY_COMPARE(preview->toPlainText().toUtf8(), expectedJsonl());
        const QString jsonl = m_folder->filePath("out.jsonl");
        m_window->exportPage()->exportTo(jsonl);
        QVERIFY(exported.wait(20000));
        QCOMPARE(read(jsonl), expectedJsonl());
    }

    void k_closeAndReopen_allIsThere() {
        const qint64 annotations = session().counts().annotations;
        const QString path = session().path();
        m_window->closeProject();
        QVERIFY(!m_window->session());
        QVERIFY(m_window->openProject(path));
        QCOMPARE(session().counts().annotations, annotations);
        QVERIFY(session().project().integrityCheck());
    }
};

QTEST_MAIN(GuiMainJob)
#include "gui_main_job.moc"
