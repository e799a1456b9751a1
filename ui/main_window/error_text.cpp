#include "ui/main_window/error_text.h"

#include <QCoreApplication>
#include <QDir>

#include "ui/language/engine_text.h"

namespace spanwise::ui {
namespace {
struct Errors {
    Q_DECLARE_TR_FUNCTIONS(spanwise::ui::Errors)
};
}  // namespace

QString errorHeadline(ErrorCode code) {
    switch (code) {
        case ErrorCode::Cancelled:
            return Errors::tr("Stopped.");
        case ErrorCode::InvalidArgument:
            return Errors::tr("That is not possible.");
        case ErrorCode::InvalidText:
            return Errors::tr("This is not UTF-8 text.");
        case ErrorCode::InvalidFormat:
            return Errors::tr("The file has an error.");
        case ErrorCode::NotFound:
            return Errors::tr("It was not found.");
        case ErrorCode::AlreadyExists:
            return Errors::tr("There is one already.");
        case ErrorCode::PermissionDenied:
            return Errors::tr("Permission denied.");
        case ErrorCode::DiskFull:
            return Errors::tr("The disk is full.");
        case ErrorCode::Io:
            return Errors::tr("Reading or writing failed.");
        case ErrorCode::Corrupt:
            return Errors::tr("The file is damaged.");
        case ErrorCode::TooNew:
            return Errors::tr("The file was written by a later version of Spanwise.");
        case ErrorCode::ReadOnly:
            return Errors::tr("Nothing can be changed now.");
        case ErrorCode::Incompatible:
            return Errors::tr("The model does not fit.");
        case ErrorCode::OutOfMemory:
            return Errors::tr("There is not enough memory.");
        case ErrorCode::Worker:
            return Errors::tr("The background worker has a problem.");
        case ErrorCode::Internal:
            break;
    }
    return Errors::tr("Something went wrong inside Spanwise.");
}

QString errorDetail(const Error& error) {
    QString place = QString::fromStdString(error.where);
    const QString home = QDir::homePath();
    if (place.startsWith(home + QLatin1Char('/')))
        place.replace(0, home.size(), QStringLiteral("~"));
    const QString message = engineText(error.message);
    return place.isEmpty() ? message : place + QStringLiteral(": ") + message;
}

}  // namespace spanwise::ui
