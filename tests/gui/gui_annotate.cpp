#include <QAccessible>
#include <QComboBox>
#include <QDirIterator>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QSpinBox>
#include <QTextEdit>
#include <QToolButton>

#include "core/formats/passages.h"
#include "gui_support.h"
#include "tests/models/chat_server.h"
#include "ui/pretraining/annotate_dialog.h"
#include "ui/pretraining/pretraining_page.h"
#include "ui/session/annotation_controller.h"
#include "ui/session/pretraining_controller.h"

using namespace gui;
using State = AnnotationController::State;

namespace {

constexpr const char* kSecret = "sk-thisIsTheSecret-0123456789";

class FakeKeychain : public Keychain {
public:
    QHash<QString, QString> secrets;
    bool isThere = true;

    void read(const QString& name, Handler handler) override {
        later([this, name, handler] {
            handler(secrets.contains(name) ? Outcome::Done : Outcome::NotThere, secrets[name]);
        });
    }
    void write(const QString& name, const QString& secret, Handler handler) override {
        later([this, name, secret, handler] {
            if (isThere)
                secrets[name] = secret;
            handler(isThere ? Outcome::Done : Outcome::NoService, {});
        });
    }
    void remove(const QString& name, Handler handler) override {
        later([this, name, handler] {
            secrets.remove(name);
            handler(Outcome::Done, {});
        });
    }

private:
    void later(std::function<void()> answer) { QTimer::singleShot(0, &m_context, answer); }
    QObject m_context;
};

}  // namespace

/// Annotation by a language model in the real window with the real worker, against a server on
/// loopback; by keys and mouse. Pictures when SPANWISE_SCREENSHOTS is set.
class GuiAnnotate : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<chat::Server> m_server;
    std::shared_ptr<FakeKeychain> m_keychain;
    std::unique_ptr<MainWindow> m_window;

    [[nodiscard]] QString at(const QString& name) const { return m_folder->filePath(name); }
    AnnotationController& controller() { return *m_window->annotation(); }
    template <typename T>
    T* find(const char* name) {
        T* widget = m_window->findChild<T*>(name);
        if (!widget)
            qFatal("no %s", name);
        return widget;
    }
    QString text(const char* name) { return find<QLabel>(name)->text(); }
    QDialog* dialog() { return find<QDialog>("annotateDialog"); }
    void openWindow(QSize size = QSize(1280, 800)) {
        MainWindowOptions options = gui::options(m_folder->path());
        options.keychain = m_keychain;
        m_window = std::make_unique<MainWindow>(options);
        m_window->resize(size);
        QVERIFY(gui::show(*m_window));
    }
    void openProject() {
        QVERIFY(m_window->createProject(at("clinic.spanwise"), *LabelScheme::fromNames({"drug"})));
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles({write(at("in.jsonl"),
                                     "{\"text\": \"Take Aspirin with Water.\"}\n"
                                     "{\"text\": \"Bayer makes it.\"}\n")});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
    }
    /// Realistic paragraphs.
    QString texts(int count) {
        const char* words[] = {"The Museum of Havana lent two Guitars to Lisbon.",
                               "Nurse Okafor gave the patient 40 mg of Prednisone in March.",
                               "In 1998 the Danube flooded Regensburg and parts of Passau.",
                               "Bayer and Novartis share a Laboratory near Basel."};
        QByteArray text;
        for (int i = 0; i < count; ++i)
            text += QByteArray(words[i % 4]) + " Case " + QByteArray::number(i + 1) + ".\n\n";
        return write(at("articles.txt"), text);
    }
    /// By the button on the page, with the mouse.
    void showDialog() {
        QTest::keyClick(m_window.get(), Qt::Key_P, Qt::ControlModifier);
        QTRY_VERIFY(m_window->pretrainingPage()->isVisible());
        QTest::mouseClick(find<QPushButton>("annotateTexts"), Qt::LeftButton);
        QTRY_VERIFY(dialog()->isVisible());
        QVERIFY(QTest::qWaitForWindowActive(dialog(), 10000));
        QTRY_VERIFY(!controller().usualInstruction().isEmpty());
    }
    /// Tab until that widget has the focus.
    bool tabTo(const char* name) {
        for (int i = 0; i < 60; ++i) {
            QWidget* now = QApplication::focusWidget();
            if (now && now->objectName() == QLatin1String(name))
                return true;
            QTest::keyClick(now ? now : dialog(), Qt::Key_Tab);
        }
        return false;
    }
    void press(Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); }
    void retype(const char* name, const QString& words) {
        QVERIFY2(tabTo(name), name);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_A, Qt::ControlModifier);
        press(Qt::Key_Backspace);
        QTest::keyClicks(QApplication::focusWidget(), words);
    }
    void fill(int count) {
        retype("annotateEndpoint", m_server->endpoint());
        retype("annotateModel", "tiny");
        dropFiles(*dialog(), {texts(count)});
        QTRY_COMPARE(controller().obstacle(), QString());
    }
    void forecast() {
        QVERIFY(tabTo("annotateAskForecast"));
        press(Qt::Key_Space);
        QTRY_VERIFY(controller().forecast());
    }
    void slow(int ms) {
        m_server->script([this, ms](const chat::Request& request) {
            auto reply = m_server->usual(request);
            reply.delayMs = ms;
            return reply;
        });
    }
    std::size_t written() {
        std::size_t count = 0;
        const auto read =
            readPassages(controller().output().toStdString(), [&](Passage&&) -> Result<void> {
                ++count;
                return {};
            });
        return read ? count : 0;
    }
    bool isSecretNowhere() {
        QDirIterator files(m_folder->path(), QDir::Files | QDir::Hidden,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            if (read(files.next()).contains(kSecret))
                return false;
        }
        for (const QLabel* label : m_window->findChildren<QLabel*>()) {
            if (label->text().contains(kSecret))
                return false;
        }
        return !controller().worker().log().contains(kSecret);
    }
    void pictures(const QString& name) {
        if (!qEnvironmentVariableIsSet("SPANWISE_SCREENSHOTS"))
            return;
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(250);
            shot(dialog(), "annotate-" + name + (dark ? "-dark" : "-light"));
        }
        theme::apply(*qApp, ThemeChoice::Light);
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        qputenv("SPANWISE_MODELS", at("models").toUtf8());
        qunsetenv("SPANWISE_API_KEY");
        qunsetenv("OPENAI_API_KEY");
        m_server = std::make_unique<chat::Server>();
        m_keychain = std::make_shared<FakeKeychain>();
        theme::apply(*qApp, ThemeChoice::Light);
    }
    void cleanup() { m_window.reset(); }

    void texts_areAnnotatedByKeysAlone_andBecomeMaterial() {
        openWindow();
        showDialog();
        QCOMPARE(text("annotateWhere"), QString("Your texts stay on this computer."));
        QVERIFY(!find<QPushButton>("annotateAskForecast")->isEnabled());
        pictures("empty");
        slow(15);
        fill(60);
        QCOMPARE(find<QComboBox>("annotateServer")->currentText(), QString("another"));
        QCOMPARE(find<QListWidget>("annotateFiles")->count(), 1);
        // A key goes to the keychain and leaves the field.
        retype("annotateKey", kSecret);
        press(Qt::Key_Tab);
        QTRY_VERIFY(text("annotateKeyState").contains("kept in your keychain"));
        QCOMPARE(find<QLineEdit>("annotateKey")->text(), QString());
        QCOMPARE(m_keychain->secrets.values(), QStringList(kSecret));
        QVERIFY(tabTo("annotateLimitsToggle"));
        press(Qt::Key_Space);
        QTRY_VERIFY(find<QSpinBox>("annotateParallel")->isVisible());
        retype("annotatePriceIn", "0.4");
        retype("annotatePriceOut", "1.6");
        QCOMPARE(controller().settings().priceOut, 1.6);
        QVERIFY(!find<QPushButton>("annotateStart")->isEnabled());
        forecast();
        QCOMPARE(m_server->posts(), 0);
        QVERIFY2(text("annotateForecast").contains("60 passage"),
                 qPrintable(text("annotateForecast")));
        QVERIFY(text("annotateForecast").contains("Cost: about"));
        pictures("forecast");
        QTRY_VERIFY(find<QPushButton>("annotateStart")->hasFocus());
        press(Qt::Key_Space);
        QTRY_VERIFY(controller().run().done >= 10);
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("annotateStop"));
        QVERIFY(find<QProgressBar>("annotateProgress")->value() > 0);
        QVERIFY2(text("annotateStatus").contains("of 60 passages"),
                 qPrintable(text("annotateStatus")));
        QVERIFY(text("annotateStatus").contains("cost"));
        const auto* examples = find<QTextEdit>("annotateExamples");
        QVERIFY(examples->toPlainText().contains("Prednisone: capitalised thing"));
        pictures("running");
        QTRY_COMPARE_WITH_TIMEOUT(controller().state(), State::Ended, 20000);
        QCOMPARE(text("annotateTitle"), QString("Done"));
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("annotateUse"));
        QVERIFY2(text("annotateSummary").contains("60 passage"),
                 qPrintable(text("annotateSummary")));
        pictures("done");
        for (const chat::Request& request : m_server->log())
            QCOMPARE(request.headers.value("authorization"), QByteArray("Bearer ") + kSecret);
        QVERIFY(isSecretNowhere());
        QVERIFY(tabTo("annotateUse"));
        press(Qt::Key_Space);
        QTRY_VERIFY(!dialog()->isVisible());
        QCOMPARE(m_window->pretraining()->files().size(), 1U);
        QCOMPARE(QString::fromStdString(m_window->pretraining()->files()[0].path),
                 controller().output());
        QCOMPARE(controller().state(), State::Idle);

        // The next window knows everything but asks the keychain for the key.
        m_window.reset();
        openWindow();
        showDialog();
        QCOMPARE(find<QLineEdit>("annotateModel")->text(), QString("tiny"));
        QCOMPARE(controller().settings().priceIn, 0.4);
        QTRY_VERIFY(text("annotateKeyState").contains("kept in your keychain"));
        forecast();
        QVERIFY2(text("annotateForecast").contains("Nothing is left to ask"),
                 qPrintable(text("annotateForecast")));
        QVERIFY(!find<QPushButton>("annotateStart")->isEnabled());
        QVERIFY(tabTo("annotateForgetKey"));
        press(Qt::Key_Space);
        QTRY_VERIFY(m_keychain->secrets.isEmpty());
        QVERIFY(!find<QPushButton>("annotateForgetKey")->isVisible());
    }

    void stop_keepsWhatCame_andGoingOn_asksNothingTwice() {
        slow(25);
        openWindow();
        showDialog();
        fill(60);
        forecast();
        QTest::mouseClick(find<QPushButton>("annotateStart"), Qt::LeftButton);
        QTRY_VERIFY(controller().run().done >= 8);
        // Closing the window stops nothing, and the page says so.
        press(Qt::Key_Escape);
        QTRY_VERIFY(!dialog()->isVisible());
        const auto done = controller().run().done;
        QTRY_VERIFY(controller().run().done > done);
        QVERIFY(find<QPushButton>("annotateTexts")->text().contains("of 60"));
        QTest::mouseClick(find<QPushButton>("annotateTexts"), Qt::LeftButton);
        QTRY_VERIFY(dialog()->isVisible());
        QTest::mouseClick(find<QPushButton>("annotateStop"), Qt::LeftButton);
        QTRY_COMPARE(controller().state(), State::Ended);
        QCOMPARE(text("annotateTitle"), QString("Stopped"));
        const auto stopped = written();
        QVERIFY(stopped >= 8 && stopped < 60);
        QCOMPARE(static_cast<std::size_t>(controller().run().result.answered), stopped);
        pictures("stopped");
        m_server->forget();
        QVERIFY(tabTo("annotateGoOn"));
        press(Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(text("annotateTitle"), QString("Done"), 20000);
        QCOMPARE(written(), 60U);
        QCOMPARE(static_cast<std::size_t>(m_server->posts()), 60 - stopped);
    }

    void wrongKey_isSaid_andARightOneGoesOn() {
        m_server->script([this](const chat::Request& request) {
            return request.headers.value("authorization") == "Bearer right"
                       ? m_server->usual(request)
                       : chat::problem("401 Unauthorized",
                                       "Incorrect API key provided: " + QString(kSecret));
        });
        openWindow();
        showDialog();
        fill(3);
        retype("annotateKey", kSecret);
        forecast();
        press(Qt::Key_Space);
        QTRY_COMPARE(controller().state(), State::Ended);
        QVERIFY2(text("annotateError").contains("refuses access"),
                 qPrintable(text("annotateError")));
        QVERIFY(isSecretNowhere());
        pictures("wrong-key");
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("annotateBack"));
        press(Qt::Key_Space);
        QTRY_VERIFY(find<QLineEdit>("annotateKey")->isVisible());
        retype("annotateKey", "right");
        forecast();
        press(Qt::Key_Space);
        QTRY_COMPARE(text("annotateTitle"), QString("Done"));
        QCOMPARE(written(), 3U);
    }

    void noServer_isSaid_andTriedAgain() {
        openWindow();
        showDialog();
        fill(3);
        forecast();
        m_server->kill();
        press(Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(controller().state(), State::Ended, 20000);
        QVERIFY2(text("annotateError").contains("No server answers"),
                 qPrintable(text("annotateError")));
        QCOMPARE(find<QPushButton>("annotateGoOn")->text(), QString("&Try again"));
        m_server->restart();
        QTest::mouseClick(find<QPushButton>("annotateGoOn"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(text("annotateTitle"), QString("Done"), 20000);
        QCOMPARE(written(), 3U);
    }

    void models_areListed_andChosenByKeys() {
        m_server->models = {"tiny", "qwen3:8b", "odd & rare"};
        openWindow();
        showDialog();
        retype("annotateEndpoint", m_server->endpoint());
        QVERIFY(tabTo("annotateListModels"));
        press(Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(QApplication::activePopupWidget(), 20000);
        QWidget* menu = QApplication::activePopupWidget();
        QCOMPARE(menu->objectName(), QString("annotateModels"));
        if (qEnvironmentVariableIsSet("SPANWISE_SCREENSHOTS"))
            shot(menu, "annotate-models");
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        QCOMPARE(controller().settings().model, QString("qwen3:8b"));
        QCOMPARE(m_server->posts(), 0);
        QTRY_VERIFY(!QApplication::activePopupWidget());

        m_server->kill();
        QTest::mouseClick(find<QPushButton>("annotateListModels"), Qt::LeftButton);
        QTRY_VERIFY2_WITH_TIMEOUT(text("annotateModelState").contains("No server answers"),
                                  qPrintable(text("annotateModelState")), 20000);
        pictures("no-models");
        // What was said of another address is forgotten.
        retype("annotateEndpoint", "http://127.0.0.1:1");
        QVERIFY(!find<QLabel>("annotateModelState")->isVisible());
        m_server->restart();
    }

    void limit_endsTheRun_andSaysHowToGoOn() {
        openWindow();
        showDialog();
        fill(10);
        find<QToolButton>("annotateLimitsToggle")->click();
        retype("annotateMaxRequests", "4");
        retype("annotateAnswerTokens", "300");
        retype("annotateTimeout", "20");
        QCOMPARE(controller().settings().timeoutSeconds, 20);
        forecast();
        QVERIFY(text("annotateForecast").contains("about 4 of them"));
        press(Qt::Key_Space);
        QTRY_COMPARE(text("annotateTitle"), QString("The limit of requests is reached"));
        QCOMPARE(written(), 4U);
        QCOMPARE(m_server->log().back().body["max_tokens"].toInt(), 300);
        QVERIFY(!find<QPushButton>("annotateGoOn")->isVisible());
        QVERIFY(text("annotateHint").contains("Raise the limit"));
    }

    void answersThatAreDropped_areCountedByReason() {
        m_server->script([](const chat::Request& request) {
            return request.text().contains("Case 2")
                       ? chat::completion("I found nothing of note.")
                       : chat::completion(
                             "Havana <> city\nAtlantis <> city\nCase <>\nNurse <> job");
        });
        openWindow();
        showDialog();
        fill(4);
        forecast();
        press(Qt::Key_Space);
        QTRY_COMPARE(text("annotateTitle"), QString("Done"));
        const QString summary = text("annotateSummary");
        QVERIFY2(summary.contains("mention is not in the text"), qPrintable(summary));
        QVERIFY2(summary.contains("without a concept"), qPrintable(summary));
        QVERIFY2(summary.contains("in prose"), qPrintable(summary));
        QVERIFY(find<QTextEdit>("annotateExamples")->toPlainText().contains("nothing was found"));
        pictures("dropped");
    }

    void project_isAnnotated_withAnInstructionOfOnesOwn() {
        openWindow();
        openProject();
        showDialog();
        retype("annotateEndpoint", m_server->endpoint());
        retype("annotateModel", "tiny");
        QVERIFY(tabTo("annotateInput"));
        press(Qt::Key_Down);
        QVERIFY(find<QComboBox>("annotateInput")->currentText().contains("(2)"));
        QVERIFY(!find<QListWidget>("annotateFiles")->isVisible());
        QVERIFY(tabTo("annotateInstructionToggle"));
        press(Qt::Key_Space);
        auto* instruction = find<QPlainTextEdit>("annotateInstruction");
        QTRY_VERIFY(instruction->isVisible());
        QVERIFY(instruction->toPlainText().contains("mention <> type <> description"));
        QVERIFY(!find<QPushButton>("annotateUsualInstruction")->isEnabled());
        retype("annotateInstruction", "Mark drugs only.");
        QVERIFY(find<QToolButton>("annotateInstructionToggle")->text().contains("your own"));
        pictures("instruction");
        forecast();
        press(Qt::Key_Space);
        QTRY_COMPARE(text("annotateTitle"), QString("Done"));
        QCOMPARE(written(), 2U);
        for (const chat::Request& request : m_server->log())
            QCOMPARE(request.message(0), QString("Mark drugs only."));
        QVERIFY(tabTo("annotateBack"));
        press(Qt::Key_Space);
        QTRY_VERIFY(instruction->isVisible());
        QVERIFY(tabTo("annotateUsualInstruction"));
        press(Qt::Key_Space);
        QVERIFY(controller().settings().instruction.isEmpty());
        QVERIFY(instruction->toPlainText().contains("mention <> type <> description"));
    }

    void whereTextsGo_isSaid() {
        openWindow();
        showDialog();
        QVERIFY(tabTo("annotateServer"));
        for (int i = 0; i < 3; ++i)
            press(Qt::Key_Down);
        QCOMPARE(find<QLineEdit>("annotateEndpoint")->text(), QString("https://api.openai.com/v1"));
        QCOMPARE(text("annotateWhere"), QString("Your texts are sent to api.openai.com."));
        qputenv("OPENAI_API_KEY", kSecret);
        retype("annotateModel", "m");
        QVERIFY2(text("annotateKeyState").contains("environment (OPENAI_API_KEY)"),
                 qPrintable(text("annotateKeyState")));
        retype("annotateEndpoint", "http://gpu-box:8000");
        QVERIFY(text("annotateWhere").contains("without encryption"));
        QVERIFY(!text("annotateKeyState").contains("environment"));
        // No keychain: said once, and the key is known for the session.
        m_keychain->isThere = false;
        retype("annotateKey", kSecret);
        press(Qt::Key_Return);
        QTRY_VERIFY(text("annotateKeyState").contains("No keychain answers"));
        QVERIFY(text("annotateKeyState").contains("until Spanwise closes"));
        QCOMPARE(controller().keys().key("gpu-box:8000"), QString(kSecret));
        QVERIFY(isSecretNowhere());
        pictures("no-keychain");
        qunsetenv("OPENAI_API_KEY");
    }

    void quitting_asks_andKeepsWhatCame() {
        slow(25);
        openWindow();
        showDialog();
        fill(60);
        forecast();
        press(Qt::Key_Space);
        QTRY_VERIFY(controller().run().done >= 8);
        const QString output = controller().output();
        m_window->close();
        QVERIFY(m_window->isVisible());
        auto* box = m_window->findChild<QWidget*>("quitBox");
        QVERIFY(box && box->isVisible());
        QTest::mouseClick(find<QPushButton>("quitYes"), Qt::LeftButton);
        QTRY_VERIFY(!m_window->isVisible());
        QVERIFY(written() >= 8);
    }

    void smallWindow_showsEverything_withAccessibleNames() {
        openWindow(QSize(900, 600));
        showDialog();
        QVERIFY(dialog()->height() <= 600);
        slow(10);
        fill(40);
        shot(m_window.get(), "annotate-page-900x600");
        shot(dialog(), "annotate-settings-900x600");
        for (QWidget* widget : dialog()->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisibleTo(dialog()))
                continue;
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            QVERIFY(face);
            QVERIFY2(!face->text(QAccessible::Name).isEmpty(),
                     qPrintable(widget->objectName() + " " + widget->metaObject()->className()));
        }
        forecast();
        press(Qt::Key_Space);
        QTRY_VERIFY(controller().run().done >= 10);
        shot(dialog(), "annotate-running-900x600");
        QTRY_COMPARE_WITH_TIMEOUT(text("annotateTitle"), QString("Done"), 20000);
        shot(dialog(), "annotate-done-900x600");
    }
};

QTEST_MAIN(GuiAnnotate)
#include "gui_annotate.moc"
