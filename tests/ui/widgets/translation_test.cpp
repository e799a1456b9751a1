#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <QXmlStreamReader>
#include <algorithm>

namespace {

struct Message {
    QString context, source;
    QStringList forms;  ///< of the translation: one, or one for each plural form
    bool isNumerus = false;
    bool isFinished = true;

    [[nodiscard]] QString place() const {
        return context + QStringLiteral(": ") + QString(source).replace(u'\n', u' ');
    }
};

struct Translations {
    QString language, error;
    QList<Message> messages;
};

Translations read(const QString& language) {
    Translations all;
    QFile file(QStringLiteral(SPANWISE_RESOURCES "/translations/spanwise_%1.ts").arg(language));
    if (!file.open(QIODevice::ReadOnly)) {
        all.error = file.fileName() + QStringLiteral(": ") + file.errorString();
        return all;
    }
    QXmlStreamReader xml(&file);
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        const auto name = xml.name();
        if (name == u"TS") {
            all.language = xml.attributes().value(QStringLiteral("language")).toString();
        } else if (name == u"name") {
            context = xml.readElementText();
        } else if (name == u"message") {
            Message message;
            message.context = context;
            message.isNumerus = xml.attributes().value(QStringLiteral("numerus")) == u"yes";
            all.messages << message;
        } else if (name == u"source") {
            all.messages.last().source = xml.readElementText();
        } else if (name == u"translation") {
            Message& message = all.messages.last();
            message.isFinished = !xml.attributes().hasAttribute(QStringLiteral("type"));
            if (!message.isNumerus)
                message.forms << xml.readElementText();
        } else if (name == u"numerusform") {
            all.messages.last().forms << xml.readElementText();
        }
    }
    if (xml.hasError())
        all.error = QStringLiteral("line %1: %2").arg(xml.lineNumber()).arg(xml.errorString());
    return all;
}

/// All that `expression` finds, sorted, with repetitions.
QStringList found(const QString& text, const QString& expression) {
    QStringList all;
    auto each = QRegularExpression(expression).globalMatch(text);
    while (each.hasNext())
        all << each.next().captured();
    all.sort();
    return all;
}

}  // namespace

class TranslationTest : public QObject {
    Q_OBJECT

    void addLanguages() {
        QTest::addColumn<QString>("language");
        QTest::newRow("English") << QStringLiteral("en");
        QTest::newRow("German") << QStringLiteral("de");
    }

    /// Lists the places of the row's language where `isRight` says no of a source and a form.
    template <typename Check>
    void checkForms(const Check& isRight) {
        QFETCH(QString, language);
        const Translations all = read(language);
        QVERIFY2(all.error.isEmpty(), qPrintable(all.error));
        QStringList wrong;
        for (const Message& message : all.messages) {
            for (const QString& form : message.forms) {
                if (!isRight(message, form))
                    wrong << message.place() + QStringLiteral(" | ") + form;
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

private Q_SLOTS:
    void file_ofEachLanguage_isWholeAndFinished_data() { addLanguages(); }
    void file_ofEachLanguage_isWholeAndFinished() {
        QFETCH(QString, language);
        const Translations all = read(language);
        QVERIFY2(all.error.isEmpty(), qPrintable(all.error));
        QVERIFY(all.language.startsWith(language + u'_'));
        QVERIFY(all.messages.size() > 100);
        QStringList wrong;
        QSet<QString> contexts;
        for (const Message& message : all.messages) {
            contexts << message.context;
            const qsizetype forms = message.isNumerus ? 2 : 1;
            if (!message.isFinished || message.forms.size() != forms ||
                message.forms.contains(QString()))
                wrong << message.place();
        }
        // What is looked up is a class's whole name; lupdate shortens it where it sees no header.
        for (const QString& context : std::as_const(contexts)) {
            if (!context.startsWith(QStringLiteral("spanwise::ui::")) ||
                context.section(QStringLiteral("::"), 2).at(0).isLower())
                wrong << context;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    void pluralForms_ofAllSources_areInBothFiles() {
        const auto plurals = [](const Translations& all) {
            QSet<QString> set;
            for (const Message& message : all.messages) {
                if (message.isNumerus)
                    set << message.place();
            }
            return set;
        };
        QCOMPARE(plurals(read(QStringLiteral("de"))), plurals(read(QStringLiteral("en"))));
    }

    void placeholders_ofEachForm_areThoseOfTheSource_data() { addLanguages(); }
    void placeholders_ofEachForm_areThoseOfTheSource() {
        checkForms([](const Message& message, const QString& form) {
            const auto placeholders = [](const QString& text) {
                return found(text, QStringLiteral("%L?[0-9]+|%L?n|</?[a-z]+>|\n"));
            };
            return placeholders(form) == placeholders(message.source);
        });
    }

    void pluralPlaceholder_ofEachSource_isLocalised_data() { addLanguages(); }
    void pluralPlaceholder_ofEachSource_isLocalised() {
        checkForms([](const Message& message, const QString&) {
            return message.isNumerus == message.source.contains(QStringLiteral("%Ln")) &&
                   !message.source.contains(QStringLiteral("%n"));
        });
    }

    void pluralForms_ofEnglish_haveNoBrackets() {
        for (const Message& message : read(QStringLiteral("en")).messages) {
            for (const QString& form : message.forms)
                QVERIFY2(!form.contains(QStringLiteral("(s)")), qPrintable(message.place()));
        }
    }

    void mnemonics_ofEachForm_areWhereTheSourceHasOne_data() { addLanguages(); }
    void mnemonics_ofEachForm_areWhereTheSourceHasOne() {
        checkForms([](const Message& message, const QString& form) {
            const auto count = [](const QString& text) {
                return found(text, QStringLiteral("&\\w")).size();
            };
            return count(form) == count(message.source);
        });
    }

    void spaces_ofEachForm_areSingle_data() { addLanguages(); }
    void spaces_ofEachForm_areSingle() {
        checkForms([](const Message& message, const QString& form) {
            const bool beginsWithSpace = form.at(0).isSpace();
            return !QRegularExpression(QStringLiteral("[ \u00a0]{2}")).match(form).hasMatch() &&
                   !form.back().isSpace() && beginsWithSpace == message.source.at(0).isSpace();
        });
    }

    void quotes_ofGerman_areGerman() {
        QStringList wrong;
        for (const Message& message : read(QStringLiteral("de")).messages) {
            for (const QString& form : message.forms) {
                // „ opens, “ closes; nothing else quotes.
                int open = 0;
                bool isRight =
                    !form.contains(u'"') && !form.contains(u'\'') && !form.contains(QChar(0x201d));
                for (const QChar c : form) {
                    open += c == QChar(0x201e) ? 1 : c == QChar(0x201c) ? -1 : 0;
                    isRight = isRight && (open == 0 || open == 1);
                }
                if (!isRight || open != 0)
                    wrong << form;
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    void units_ofGerman_stayWithTheirNumbers() {
        const QRegularExpression parted(
            QStringLiteral("\\w \u2026|[0-9] %(?![0-9L])|%[0-9] (s|min|h|Mio\\.|Mrd\\.)(?!\\w)"));
        QStringList wrong;
        for (const Message& message : read(QStringLiteral("de")).messages) {
            for (const QString& form : message.forms) {
                if (parted.match(form).hasMatch())
                    wrong << form;
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    // What core, storage, models and the worker say is looked up by its English: a sentence that
    // changes there changes in ui/language/engine_text.cpp as well.
    void engineSentences_areThoseOfTheSources() {
        QString sources;
        for (const char* folder : {"core", "storage", "models", "app/worker"}) {
            QDirIterator files(QStringLiteral(SPANWISE_SOURCE "/") + QLatin1String(folder),
                               {QStringLiteral("*.cpp")}, QDir::Files,
                               QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                sources += QString::fromUtf8(file.readAll()) + u'\n';
            }
        }
        // Literals in a row are one, and what is escaped in them is not.
        sources.remove(QRegularExpression(QStringLiteral("\"\\s*\\n\\s*\"")));
        sources.replace(QStringLiteral("\\\""), QStringLiteral("\""));
        sources.replace(QStringLiteral("\\\\"), QStringLiteral("\\"));
        int runs = 0;
        QStringList wrong;
        for (const Message& message : read(QStringLiteral("de")).messages) {
            if (!message.context.endsWith(QStringLiteral("::EngineText")))
                continue;
            // By three words in a row: some sentences are put together from pieces there.
            int known = 0, all = 0;
            for (const QString& piece :
                 message.source.split(QRegularExpression(QStringLiteral("%[0-9]")))) {
                const QStringList words = piece.split(u' ', Qt::SkipEmptyParts);
                for (qsizetype i = 0; i + 3 <= words.size(); ++i) {
                    QString run = words.mid(i, 3).join(u' ');
                    run.remove(QRegularExpression(QStringLiteral("^\\W+|\\W+$")));
                    ++all;
                    known += sources.contains(run) ? 1 : 0;
                }
            }
            runs += all;
            if (all > 2 && 2 * known <= all)
                wrong << message.source;
        }
        QVERIFY(runs > 500);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    void words_ofTheGlossary_areTranslated() {
        const QRegularExpression english(QStringLiteral(
            "\\b(Labels?|Spans?|Suggestions?|Worker|Dashboard|Triage|Checkpoint|Recall)\\b"));
        QStringList wrong;
        for (const Message& message : read(QStringLiteral("de")).messages) {
            for (const QString& form : message.forms) {
                if (english.match(form).hasMatch())
                    wrong << form;
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }
};

QTEST_APPLESS_MAIN(TranslationTest)
#include "translation_test.moc"
