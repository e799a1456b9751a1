#include "ui/language/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QPointer>
#include <QTranslator>
#include <algorithm>
#include <memory>

namespace spanwise::ui::language {
namespace {

/// Children of the application object; gone with it.
struct Installed {
    QString code;
    QPointer<QTranslator> ours, qt;
};

Installed& installed() {
    static Installed now;
    return now;
}

bool isThere(const QString& code) {
    const QList<Language> known = all();
    return std::any_of(known.begin(), known.end(),
                       [&](const Language& language) { return language.code == code; });
}

QString languageOf(const QLocale& locale) {
    return locale.name().section(QLatin1Char('_'), 0, 0);
}

QString systemLanguage() {
    for (const QString& wanted : QLocale::system().uiLanguages()) {
        const QString code = wanted.section(QLatin1Char('-'), 0, 0);
        if (isThere(code))
            return code;
    }
    return QStringLiteral("en");
}

void replace(QPointer<QTranslator>& translator, const QString& file, const QString& folder) {
    delete translator;
    auto fresh = std::make_unique<QTranslator>(QCoreApplication::instance());
    // Qt's own strings are English without a file, and may not be installed in other languages.
    if (!fresh->load(file, folder))
        return;
    QCoreApplication::installTranslator(fresh.get());
    translator = fresh.release();
}

void useEnglishAtFirst() {
    installed() = {};
    use(QStringLiteral("en"));
}

Q_COREAPP_STARTUP_FUNCTION(useEnglishAtFirst)

}  // namespace

QList<Language> all() {
    return {{QStringLiteral("en"), QStringLiteral("English")},
            {QStringLiteral("de"), QStringLiteral("Deutsch")}};
}

void use(const QString& code) {
    const QString wanted = isThere(code) ? code : systemLanguage();
    Installed& now = installed();
    // A system's own way of writing numbers and dates is kept where it speaks the language.
    const QLocale system = QLocale::system();
    QLocale::setDefault(code.isEmpty() || languageOf(system) == wanted ? system : QLocale(wanted));
    if (now.code == wanted && now.ours)
        return;
    now.code = wanted;
    replace(now.qt, QStringLiteral("qtbase_%1").arg(wanted),
            QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    replace(now.ours, QStringLiteral("spanwise_%1").arg(wanted), QStringLiteral(":/translations"));
}

QString current() {
    return installed().code;
}

}  // namespace spanwise::ui::language
