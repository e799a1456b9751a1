#include <QAbstractButton>
#include <QLabel>
#include <QTabBar>

#include "gui_support.h"
#include "ui/theme/type_pattern.h"

using namespace gui;

/// Journeys through the window with text of other scripts, a small window and, when the program is
/// started with QT_SCALE_FACTOR=2, everything at twice the size: labelled by keys and mouse,
/// pictures in light and dark when SPANWISE_SCREENSHOTS is set.
class GuiScripts : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    ProjectSession& session() { return *m_window->session(); }
    DocumentView* view() { return m_window->labelPage()->view(); }
    static QString suffix() {
        const double scale = qApp->devicePixelRatio();
        return scale > 1 ? QString("-%1").arg(qRound(scale * 100)) : QString();
    }
    void pictures(const QString& name) {
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(80);
            shot(m_window.get(), name + suffix() + (dark ? "-dark" : "-light"));
        }
        theme::apply(*qApp, ThemeChoice::Light);
    }
    /// A span as JSON, by its words in the text.
    static QByteArray span(const QString& text, const char8_t* words, const char* type,
                           double score = -1) {
        const QString wanted = QString::fromUtf8(reinterpret_cast<const char*>(words));
        const auto at = text.indexOf(wanted);
        if (at < 0)
            qFatal("no such words in the text");
        const auto begin = text.left(at).toUcs4().size();
        return "{\"begin\": " + QByteArray::number(begin) +
               ", \"end\": " + QByteArray::number(begin + wanted.toUcs4().size()) +
               ", \"type\": \"" + type + "\"" +
               (score < 0 ? QByteArray() : ", \"score\": " + QByteArray::number(score)) + "}";
    }
    static QByteArray line(const char* id, const QString& text, const QByteArrayList& spans) {
        QByteArray escaped = text.toUtf8();
        escaped.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t");
        return QByteArray("{\"id\": \"") + id + "\", \"text\": \"" + escaped + "\", \"spans\": [" +
               spans.join(", ") + "]}\n";
    }
    void open(const QByteArray& jsonl) {
        QVERIFY(m_window->createProject(
            m_folder->filePath("scripts.spanwise"),
            *LabelScheme::fromNames({"drug", "dose", "condition", "person", "place"})));
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles({write(m_folder->filePath("in.jsonl"), jsonl)});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
        session().setThreshold(0.3);
        view()->setFocus();
    }
    Range find(const QString& words) {
        const std::string& all = session().document()->text;
        const auto at = all.find(words.toStdString());
        if (at == std::string::npos)
            qFatal("no \"%s\" in the text", qPrintable(words));
        const Offset begin = countCodePoints(std::string_view(all).substr(0, at));
        return {begin, begin + countCodePoints(words.toStdString())};
    }
    void openNote(const std::string& name) {
        for (const auto& document : session().documents()) {
            if (document.name == name)
                QVERIFY(session().openDocument(document.id));
        }
        QCOMPARE(session().document()->name, name);
        view()->setFocus();
    }
    void doubleClick(const QString& words) {
        const QPoint place = view()->boundsOf(find(words)).center();
        QTest::mouseDClick(view()->viewport(), Qt::LeftButton, {}, place);
        QTest::mouseRelease(view()->viewport(), Qt::LeftButton, {}, place);
    }
    QStringList labelled() {
        QStringList found;
        for (const Annotation& annotation : session().labels().annotations)
            found << session().textOf(annotation.range);
        return found;
    }

    /// Whether all of a button's or a one-line label's words are in the window.
    [[nodiscard]] bool fits(const QWidget& part) const {
        const auto* label = qobject_cast<const QLabel*>(&part);
        const bool hasWords = qobject_cast<const QAbstractButton*>(&part) ||
                              (label && !label->wordWrap() && !label->text().isEmpty());
        if (!part.isVisible() || !hasWords)
            return true;
        const QPoint at = part.mapTo(m_window.get(), QPoint(0, 0));
        return part.width() >= part.minimumSizeHint().width() && at.x() >= 0 &&
               at.x() + part.width() <= m_window->width();
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
        m_window = std::make_unique<MainWindow>(MainWindowOptions{});
        m_window->resize(1280, 800);
        QVERIFY(gui::show(*m_window));
    }
    void cleanup() { m_window.reset(); }

    void rightToLeft_labelledByKeysAndMouse() {
        const QString arabic = QString::fromUtf8(
            "وصف الطبيب أحمد منصور للمريضة أسبرين 500 ملغ مرتين يوميا بعد الإصابة بالسكري.\n"
            "نُقلت المريضة إلى مستشفى Royal London في لندن، وتوقفت عن تناول الأسبرين بعد 3 أيام.");
        const QString hebrew = QString::fromUtf8(
            "ד\"ר כהן רשם למטופלת מטפורמין 850 מ\"ג פעמיים ביום.\n"
            "The patient (שרה לוי) was seen in תל אביב and given Aspirin, לא נצפו תופעות לוואי.");
        open(line("note-ar", arabic,
                  {span(arabic, u8"أحمد منصور", "person"), span(arabic, u8"500 ملغ", "dose", 0.82),
                   span(arabic, u8"بالسكري", "condition", 0.64),
                   span(arabic, u8"Royal London", "place", 0.71),
                   span(arabic, u8"الأسبرين", "drug", 0.9)}) +
             line("note-he", hebrew,
                  {span(hebrew, u8"מטפורמין", "drug", 0.87), span(hebrew, u8"850 מ", "dose", 0.66),
                   span(hebrew, u8"שרה לוי", "person", 0.74),
                   span(hebrew, u8"תל אביב", "place", 0.58)}));
        openNote("note-ar");
        // Left is on, as it is read.
        QTest::keyClick(view(), Qt::Key_Home, Qt::ControlModifier);
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(view(), Qt::Key_Left);
        QCOMPARE(session().textOf(view()->selection()), QString::fromUtf8("أسبرين"));
        QTest::keyClick(view(), Qt::Key_1);
        doubleClick(QString::fromUtf8("لندن"));
        QTest::keyClick(view(), Qt::Key_5);
        QCOMPARE(labelled(), QStringList({QString::fromUtf8("أحمد منصور"),
                                          QString::fromUtf8("أسبرين"), QString::fromUtf8("لندن")}));
        // Through the suggestions in the text's order; the second is accepted.
        QTest::keyClick(view(), Qt::Key_Home, Qt::ControlModifier);
        QTest::keyClick(view(), Qt::Key_Tab);
        QTest::keyClick(view(), Qt::Key_Tab);
        pictures("rtl-arabic");
        QTest::keyClick(view(), Qt::Key_A);
        QVERIFY(labelled().contains(QString::fromUtf8("بالسكري")));
        m_window->resize(900, 600);
        QTest::qWait(60);
        pictures("rtl-arabic-narrow");
        m_window->resize(1280, 800);

        openNote("note-he");
        doubleClick("Aspirin");
        QTest::keyClick(view(), Qt::Key_1);
        QVERIFY(labelled().contains("Aspirin"));
        view()->setFocusedSpan(session().labels().annotations.front().id);
        pictures("rtl-hebrew");
        // Triage asks about the same suggestions.
        QTest::keyClick(m_window.get(), Qt::Key_T, Qt::ControlModifier);
        QTest::qWait(300);
        pictures("rtl-triage");
    }

    void chinese_labelledByCharacters() {
        const QString text = QString::fromUtf8(
            "患者王小明于北京协和医院就诊，诊断为2型糖尿病。每日服用二甲双胍500mg两次，"
            "并建议控制饮食。\n田中さんは東京で頭痛を訴え、アスピリンを服用した。 "
            "👩🏽‍⚕️ "
            "ok\n"
            "환자는 서울에서 아스피린 100 mg을 복용했다.");
        open(line("note-zh", text,
                  {span(text, u8"王小明", "person"), span(text, u8"北京", "place", 0.77),
                   span(text, u8"糖尿病", "condition", 0.69), span(text, u8"500mg", "dose", 0.86),
                   span(text, u8"アスピリン", "drug", 0.61), span(text, u8"서울", "place", 0.55)}));
        // A word is a character: the second, third and fourth of the drug's name by Shift.
        doubleClick(QString::fromUtf8("二"));
        QCOMPARE(session().textOf(view()->selection()), QString::fromUtf8("二"));
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(view(), Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(view(), Qt::Key_1);
        doubleClick(QString::fromUtf8("東"));
        QTest::keyClick(view(), Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(view(), Qt::Key_5);
        QVERIFY(labelled().contains(QString::fromUtf8("二甲双胍")));
        QVERIFY(labelled().contains(QString::fromUtf8("東京")));
        QTest::keyClick(view(), Qt::Key_Home, Qt::ControlModifier);
        QTest::keyClick(view(), Qt::Key_Tab);
        pictures("cjk");
        m_window->resize(900, 600);
        QTest::qWait(60);
        pictures("cjk-narrow");
    }

    void manyTypes_withAndWithoutPatterns() {
        const QString text = QString::fromUtf8(
            "Ada Lovelace met Charles Babbage in London on Monday, and they ordered five engines "
            "from Clement for 1500 pounds; the delivery by rail to Marylebone took three weeks, "
            "said the Times, while Menabrea wrote in French about it in Turin.");
        std::vector<std::string> names;
        for (const char* name :
             {"person", "city", "day", "count", "maker", "sum", "means", "quarter", "span of time",
              "paper", "author", "language", "town", "object"})
            names.emplace_back(name);
        QVERIFY(m_window->createProject(m_folder->filePath("many.spanwise"),
                                        *LabelScheme::fromNames(names)));
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles({write(
            m_folder->filePath("in.jsonl"),
            line("letter", text,
                 {span(text, u8"Ada Lovelace", "person"), span(text, u8"Charles Babbage", "person"),
                  span(text, u8"London", "city"), span(text, u8"Monday", "day"),
                  span(text, u8"five", "count"), span(text, u8"engines", "object", 0.7),
                  span(text, u8"Clement", "maker"), span(text, u8"1500 pounds", "sum"),
                  span(text, u8"rail", "means", 0.66), span(text, u8"Marylebone", "quarter"),
                  span(text, u8"three weeks", "span of time", 0.8), span(text, u8"Times", "paper"),
                  span(text, u8"Menabrea", "author", 0.52), span(text, u8"French", "language"),
                  span(text, u8"Turin", "town", 0.9)}))});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
        session().setThreshold(0.3);
        auto* patterns = m_window->findChild<QAction*>("linePatterns");
        QVERIFY(patterns->isChecked());
        pictures("patterns-on");
        const QImage on = view()->viewport()->grab().toImage();
        patterns->trigger();
        QVERIFY(!theme::showsPatterns());
        const QImage off = view()->viewport()->grab().toImage();
        QVERIFY(on != off);
        pictures("patterns-off");
        patterns->trigger();
        QVERIFY(theme::showsPatterns());
        QVERIFY(view()->viewport()->grab().toImage() != off);
        m_window->resize(900, 600);
        QTest::qWait(60);
        pictures("patterns-narrow");
    }

    /// Every page in a window of 900 by 600: nothing asks for more room than there is.
    void smallWindow_everyPage_fits() {
        QByteArray jsonl;
        for (int i = 0; i < 12; ++i) {
            const QString text =
                QString(
                    "Visit %1: started on aspirin, 500 mg twice daily, after diabetes was found.")
                    .arg(i);
            jsonl += line(("note-" + QByteArray::number(i)).constData(), text,
                          {span(text, u8"aspirin", "drug", i % 3 == 0 ? -1 : 0.9),
                           span(text, u8"500 mg", "dose", 0.8)});
        }
        open(jsonl);
        m_window->resize(900, 600);
        auto* bar = m_window->findChild<QTabBar*>("pageBar");
        for (int page = 0; page < bar->count(); ++page) {
            bar->setCurrentIndex(page);
            QTest::qWait(150);
            QCOMPARE(m_window->size(), QSize(900, 600));
            for (const QWidget* part : m_window->centralWidget()->findChildren<QWidget*>())
                QVERIFY2(fits(*part), qPrintable(part->metaObject()->className() + QString(" ") +
                                                 part->objectName()));
            pictures(QString("small-%1").arg(bar->tabText(page).toLower().remove('&')));
        }
    }
};

QTEST_MAIN(GuiScripts)
#include "gui_scripts.moc"
