#pragma once

#include <QList>
#include <QString>

namespace spanwise::ui {

struct Language {
    QString code;  ///< ISO 639, as QLocale writes it
    QString name;  ///< in the language itself
};

/// The window's languages. The source's strings are English; their plural forms and every other
/// language are Qt translations bundled with the program (resources/translations). English is in
/// use as soon as there is an application object. Call from the window's thread only.
namespace language {

[[nodiscard]] QList<Language> all();

/// From now on tr() answers in it, and numbers and dates are written as there; every open window
/// gets QEvent::LanguageChange. An empty code: what the system asks for, English if it is not
/// there. An unknown code counts as empty.
void use(const QString& code);

/// What is in use; never empty.
[[nodiscard]] QString current();

}  // namespace language

}  // namespace spanwise::ui
