#pragma once

#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QUrl>

#include "core/text/utf8.h"
#include "ui/document_view/document_view.h"
#include "ui/export/export_page.h"
#include "ui/main_window/label_page.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/message_bar.h"
#include "ui/queue/queue_panel.h"
#include "ui/theme/theme.h"
#include "ui/types/types_panel.h"

namespace gui {

using namespace spanwise;
using namespace spanwise::ui;

inline QString cli() {
    return QStringLiteral(SPANWISE_BIN "/spanwise-cli");
}

/// Whether the real encoder is there; without it there is nothing to learn with.
inline bool hasEncoder() {
    QProcess info;
    info.start(cli(), {QStringLiteral("models"), QStringLiteral("info")});
    return info.waitForFinished(180000) && info.exitCode() == 0;
}

inline MainWindowOptions options(const QString& folder) {
    MainWindowOptions options;
    options.workerCommand = {cli(), QStringLiteral("worker")};
    options.dataFolder = folder + QStringLiteral("/data");
    return options;
}

/// All that the app would write into the user's folders goes below `folder`.
inline void isolate(const QString& folder) {
    qputenv("SPANWISE_CONFIG", (folder + "/config").toUtf8());
    qputenv("SPANWISE_SAMPLES_OUT", (folder + "/samples").toUtf8());
    qputenv("SPANWISE_ANNOTATOR", "tester");
    QDir().mkpath(folder + "/config");
}

inline QString write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
    return path;
}

inline QByteArray read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Shows the window and waits until keys arrive in it.
inline bool show(QWidget& window) {
    window.show();
    window.activateWindow();
    return QTest::qWaitForWindowActive(&window, 10000);
}

/// Runs `act` on the modal dialog of that name once it is open; for dialogs that block.
template <typename Act>
void onDialog(const char* name, Act act) {
    auto* timer = new QTimer;
    QObject::connect(timer, &QTimer::timeout, timer, [timer, name, act] {
        QWidget* dialog = QApplication::activeModalWidget();
        if (!dialog || dialog->objectName() != QLatin1String(name))
            return;
        timer->deleteLater();
        timer->stop();
        act(dialog);
    });
    timer->start(20);
}

inline void dropFiles(QWidget& window, const QStringList& files) {
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& file : files)
        urls << QUrl::fromLocalFile(file);
    data.setUrls(urls);
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    if (!enter.isAccepted())
        return;
    QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &drop);
}

/// Walks with the arrow keys until `words` is selected. False when the text has no such place.
inline bool selectByKeys(MainWindow& window, const QString& words) {
    DocumentView* view = window.labelPage()->view();
    view->setFocus();
    const QString first = words.section(QLatin1Char(' '), 0, 0);
    QTest::keyClick(view, Qt::Key_Home, Qt::ControlModifier);
    for (int step = 0; step < 400; ++step) {
        QString selected = window.session()->textOf(view->selection());
        if (selected == first) {
            const Range start = view->selection();
            for (int more = 0; more < 8 && selected != words; ++more) {
                QTest::keyClick(view, Qt::Key_Right, Qt::ShiftModifier);
                selected = window.session()->textOf(view->selection());
            }
            if (selected == words)
                return true;
            view->setSelection(start);
        }
        QTest::keyClick(view, Qt::Key_Right);
    }
    return false;
}

/// Saves a picture of a window when SPANWISE_SCREENSHOTS names a folder.
inline void shot(QWidget* window, const QString& name) {
    const QString folder = qEnvironmentVariable("SPANWISE_SCREENSHOTS");
    if (folder.isEmpty())
        return;
    QDir().mkpath(folder);
    QTest::qWait(60);
    if (!window->grab().save(QDir(folder).filePath(name + QStringLiteral(".png"))))
        qFatal("cannot save the screenshot %s", qPrintable(name));
}

}  // namespace gui
