#include "ui/main_window/error_text.h"

#include <QCoreApplication>
#include <QDir>

namespace spanwise::ui {
namespace {
QString tr(const char* text) {
    return QCoreApplication::translate("spanwise::ui::Errors", text);
}
}  // namespace

QString errorHeadline(ErrorCode code) {
    switch (code) {
        case ErrorCode::Cancelled:
            return tr("Stopped.");
        case ErrorCode::InvalidArgument:
            return tr("That is not possible.");
        case ErrorCode::InvalidText:
            return tr("This is not UTF-8 text.");
        case ErrorCode::InvalidFormat:
            return tr("The file has an error.");
        case ErrorCode::NotFound:
            return tr("It was not found.");
        case ErrorCode::AlreadyExists:
            return tr("There is one already.");
        case ErrorCode::PermissionDenied:
            return tr("Permission denied.");
        case ErrorCode::DiskFull:
            return tr("The disk is full.");
        case ErrorCode::Io:
            return tr("Reading or writing failed.");
        case ErrorCode::Corrupt:
            return tr("The file is damaged.");
        case ErrorCode::TooNew:
            return tr("The file was written by a later version of Spanwise.");
        case ErrorCode::ReadOnly:
            return tr("Nothing can be changed now.");
        case ErrorCode::Incompatible:
            return tr("The model does not fit.");
        case ErrorCode::OutOfMemory:
            return tr("There is not enough memory.");
        case ErrorCode::Worker:
            return tr("The background worker has a problem.");
        case ErrorCode::Internal:
            break;
    }
    return tr("Something went wrong inside Spanwise.");
}

QString errorDetail(const Error& error) {
    QString place = QString::fromStdString(error.where);
    const QString home = QDir::homePath();
    if (place.startsWith(home + QLatin1Char('/')))
        place.replace(0, home.size(), QStringLiteral("~"));
    const QString message = QString::fromStdString(error.message);
    return place.isEmpty() ? message : place + QStringLiteral(": ") + message;
}

}  // namespace spanwise::ui
