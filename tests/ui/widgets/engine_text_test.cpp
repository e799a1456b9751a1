#include "ui/language/engine_text.h"

#include <QLabel>
#include <QTest>

#include "core/annotation/entity_type.h"
#include "core/patterns/pattern.h"
#include "core/text/utf8.h"
#include "ui/language/language.h"
#include "ui/main_window/status_strip.h"

using namespace spanwise;
using namespace spanwise::ui;

class EngineTextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { language::use(QStringLiteral("en")); }

    // What core really says.
    void expressions_thatCannotBeUsed_areExplainedInGerman_data() {
        QTest::addColumn<QString>("expression");
        for (const char* expression :
             {"", "(", "[a", "\\q{", "\\p{Nonsense}", "a{3,2}", "a{b", "\\9", "(?y)a", "(?<=a*)b",
              "[z-a]", "(?<x>a)(?<x>b)", "a{99999999999}"})
            QTest::addRow("%s", expression) << QString::fromUtf8(expression);
    }
    void expressions_thatCannotBeUsed_areExplainedInGerman() {
        QFETCH(QString, expression);
        Pattern pattern;
        pattern.kind = PatternKind::Regex;
        pattern.regex = expression.toStdString();
        const auto matcher = PatternMatcher::make(pattern);
        QVERIFY(!matcher.has_value());
        const QString english = QString::fromStdString(matcher.error().message);
        QCOMPARE(engineText(english), english);
        language::use(QStringLiteral("de"));
        QVERIFY2(engineText(english) != english, qPrintable(english));
    }

    void errors_ofCore_areGerman() {
        LabelScheme scheme;
        EntityType type;
        type.name = " drug";
        type.color = "#112233";
        const auto refused = scheme.put(type);
        QVERIFY(!refused.has_value());
        const auto binary = validateUtf8(std::string("\x00\x01\x02", 3), "a.txt");
        QVERIFY(!binary.has_value());
        const auto latin = validateUtf8("caf\xe9 au lait, and more of it", "a.txt");
        QVERIFY(!latin.has_value());
        language::use(QStringLiteral("de"));
        QCOMPARE(engineText(refused.error().message),
                 QStringLiteral("Der Name „ drug“ beginnt oder endet mit einem Leerzeichen."));
        QVERIFY(engineText(binary.error().text())
                    .startsWith(QStringLiteral("a.txt:1: Byte 1 der Zeile ist NUL: ")));
        QVERIFY(engineText(latin.error().message)
                    .endsWith(QStringLiteral("etwa mit „iconv -f WINDOWS-1252 -t UTF-8“.")));
    }

    void evidence_ofTheWorker_isGermanSentenceBySentence() {
        const QString english = QStringLiteral(
            "The model sees \"50 %1\n(b)\" as drug (93 %); the label dose is 5 % likely to it. "
            "Elsewhere \"50 %1\n(b)\" is drug 9 of 10 times.");
        QCOMPARE(engineText(english), english);
        language::use(QStringLiteral("de"));
        QCOMPARE(engineText(english),
                 QStringLiteral("Das Modell sieht „50 %1\n(b)“ als drug (93 %); der Annotation "
                                "dose gibt es 5 %. Anderswo ist „50 %1\n(b)“ 9 von 10 Mal drug."));
        QCOMPARE(engineText(QStringLiteral("\"dose\" occurs in one document only: the model that "
                                           "judges it has never seen the type, so its F1 of 0 says "
                                           "nothing yet.")),
                 QStringLiteral("„dose“ kommt nur in einem Dokument vor: Das Modell, das dieses "
                                "beurteilt, hat den Typ nie gesehen. Das F1 von 0 sagt noch "
                                "nichts."));
    }

    void notes_ofAnImport_areGerman() {
        language::use(QStringLiteral("de"));
        QCOMPARE(engineText(QStringLiteral("a.conll: IOB2: 1,234 spans start with B-; 3 irregular "
                                           "tags repaired")),
                 QStringLiteral("a.conll: IOB2: 1,234 Stellen beginnen mit B-; 3 unregelmäßige "
                                "Tags berichtigt"));
    }

    void notes_ofATraining_areInTheStatusStrip() {
        language::use(QStringLiteral("de"));
        StatusStrip strip;
        LearningStatus status;
        status.stage = LearningStatus::Stage::UpToDate;
        status.labels = status.learned = 5;
        strip.setLearning(status);
        const auto* learned = strip.findChild<QLabel*>("learnedStatus");
        QCOMPARE(learned->toolTip(), QString());
        QVERIFY(!learned->text().contains("Hinweis"));
        status.warnings = {
            QStringLiteral("2 annotations overlap a longer one, which is learned instead."),
            QStringLiteral("1 text is labelled with more than one type; of each, the type that "
                           "comes first in the alphabet is learned. Keep one.")};
        strip.setLearning(status);
        QVERIFY2(learned->text().endsWith("2 Hinweise"), qPrintable(learned->text()));
        QCOMPARE(learned->toolTip().count('\n'), 1);
        QVERIFY2(!learned->toolTip().contains("learned"), qPrintable(learned->toolTip()));
        QCOMPARE(learned->accessibleDescription(), learned->toolTip());
    }

    void unknownSentences_stayAsTheyAre() {
        language::use(QStringLiteral("de"));
        for (const char* text : {"", "Nobody knows: this sentence.", "a: b: c", "%1 %2"})
            QCOMPARE(engineText(QString::fromUtf8(text)), QString::fromUtf8(text));
    }
};

QTEST_MAIN(EngineTextTest)
#include "engine_text_test.moc"
