#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAccessible>
#include <QButtonGroup>
#include <QComboBox>
#include <QMenuBar>
#include <QPainter>
#include <QScrollArea>
#include <QTabBar>
#include <QTextEdit>
#include <set>

#include "gui_support.h"
#include "ui/main_window/command_palette.h"
#include "ui/main_window/new_project_dialog.h"
#include "ui/main_window/rescue_dialog.h"
#include "ui/main_window/settings_dialog.h"
#include "ui/main_window/shortcuts_dialog.h"
#include "ui/main_window/trash_dialog.h"
#include "ui/main_window/worker_log_dialog.h"
#include "ui/patterns/propagate_dialog.h"
#include "ui/pretraining/annotate_dialog.h"
#include "ui/pretraining/type_names_dialog.h"
#include "ui/session/annotation_controller.h"
#include "ui/types/remove_type_dialog.h"
#include "ui/types/type_dialog.h"

using namespace gui;

/// Walks through every page of the window and the dialogs as somebody does who has no mouse or
/// sees little: everything that can be used has a name and a role, Tab comes to it, and one sees
/// that it did.
class GuiReach : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    static QString path(const QWidget* widget) {
        QStringList names;
        for (; widget; widget = widget->parentWidget())
            names.prepend(QString("%1(%2)").arg(
                QString::fromLatin1(widget->metaObject()->className()).section("::", -1),
                widget->objectName()));
        return names.mid(std::max<qsizetype>(0, names.size() - 4)).join(" > ");
    }
    static bool isUsable(const QWidget* widget) {
        return widget->isVisible() && widget->isEnabled() && !widget->focusProxy();
    }
    /// Parts that Qt puts into its own widgets.
    static bool isInner(const QWidget* widget) {
        return widget->objectName().startsWith("qt_") || widget->inherits("QScrollBar") ||
               widget->inherits("QHeaderView") || widget->inherits("QTableCornerButton");
    }
    /// Nothing in it can be acted on.
    static bool isEmptyList(const QWidget* widget) {
        const auto* list = qobject_cast<const QAbstractItemView*>(widget);
        return list && (!list->model() || list->model()->rowCount() == 0);
    }
    static bool report(const QStringList& problems) {
        for (const QString& problem : problems)
            qWarning("%s", qPrintable(problem));
        return problems.isEmpty();
    }
    static QList<QWidget*> tabStops(const QWidget* root) {
        QList<QWidget*> stops;
        const auto widgets = root->findChildren<QWidget*>();
        for (QWidget* widget : widgets) {
            if (isUsable(widget) && !isInner(widget) &&
                (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus)
                stops << widget;
        }
        return stops;
    }
    /// Of buttons that exclude each other Tab comes to one, the chosen if any; arrows to the
    /// others.
    static bool isOfAGroupReached(const QWidget* widget, const std::set<QWidget*>& reached) {
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        if (!button)
            return false;
        const auto siblings = button->group() ? button->group()->buttons()
                              : button->autoExclusive()
                                  ? button->parentWidget()->findChildren<QAbstractButton*>()
                                  : QList<QAbstractButton*>();
        return std::any_of(siblings.begin(), siblings.end(),
                           [&](QAbstractButton* other) { return reached.count(other) > 0; });
    }

    /// Names and roles; what is missing, one a line.
    static QStringList unnamed(QWidget* root) {
        QStringList problems;
        const auto widgets = root->findChildren<QWidget*>();
        for (QWidget* widget : widgets) {
            if (!widget->isVisible() || isInner(widget))
                continue;
            const bool isControl =
                qobject_cast<QAbstractButton*>(widget) || qobject_cast<QLineEdit*>(widget) ||
                qobject_cast<QComboBox*>(widget) || qobject_cast<QAbstractItemView*>(widget) ||
                qobject_cast<QAbstractSlider*>(widget) || qobject_cast<QTextEdit*>(widget) ||
                (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus;
            if (!isControl || widget->focusProxy())
                continue;
            QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
            if (!interface) {
                problems << "no interface: " + path(widget);
                continue;
            }
            if (interface->text(QAccessible::Name).trimmed().isEmpty())
                problems << "no name: " + path(widget);
            const auto role = interface->role();
            if (role == QAccessible::NoRole || role == QAccessible::Client)
                problems << QString("no role (%1): %2").arg(role).arg(path(widget));
        }
        return problems;
    }

    /// Presses Tab until it comes round; what it never comes to.
    static QStringList unreached(QWidget* window, QWidget* root) {
        window->activateWindow();
        if (!QTest::qWaitForWindowActive(window, 5000))
            return {"not active: " + path(window)};
        const auto wanted = tabStops(root);
        std::set<QWidget*> reached;
        if (wanted.isEmpty())
            return {};
        // Another window may still be on its way to the front.
        for (int i = 0; i < 50 && QApplication::focusWidget() != wanted.first(); ++i) {
            window->activateWindow();
            QTest::qWait(20);
            wanted.first()->setFocus(Qt::TabFocusReason);
        }
        int since = 0;
        for (int i = 0; i < 400 && since < 80; ++i, ++since) {
            QWidget* now = QApplication::focusWidget();
            if (now && reached.insert(now).second)
                since = 0;
            QTest::keyClick(now ? now : window, Qt::Key_Tab);
        }
        QStringList problems;
        for (QWidget* widget : wanted) {
            if (isUsable(widget) && reached.count(widget) == 0 &&
                !isOfAGroupReached(widget, reached))
                problems << "not reached by Tab: " + path(widget);
        }
        return problems;
    }

    /// What looks the same with the keyboard's focus as without.
    static QStringList unseen(QWidget* window, QWidget* root) {
        QStringList problems;
        const auto stops = tabStops(root);
        for (QWidget* widget : stops) {
            if (!isUsable(widget) || isEmptyList(widget))
                continue;
            for (QWidget* up = widget->parentWidget(); up; up = up->parentWidget()) {
                if (auto* area = qobject_cast<QScrollArea*>(up))
                    area->ensureWidgetVisible(widget);
            }
            const auto look = [&] {
                QTest::qWait(1);
                const QRect around =
                    QRect(widget->mapTo(window, QPoint()), widget->size()).adjusted(-6, -6, 6, 6);
                return window->grab(around).toImage();
            };
            widget->setFocus(Qt::TabFocusReason);
            const QImage with = look();
            QWidget* elsewhere = nullptr;
            for (QWidget* other : stops) {
                if (other != widget && isUsable(other) && !widget->isAncestorOf(other) &&
                    !other->isAncestorOf(widget))
                    elsewhere = other;
            }
            if (!elsewhere)
                continue;
            elsewhere->setFocus(Qt::OtherFocusReason);
            const QImage without = look();
            if (with.size() != without.size())
                continue;
            int differing = 0;
            for (int y = 0; y < with.height(); ++y) {
                for (int x = 0; x < with.width(); ++x)
                    differing += with.pixel(x, y) != without.pixel(x, y) ? 1 : 0;
            }
            if (differing < 12)
                problems
                    << QString("focus not seen (%1 pixels): %2").arg(differing).arg(path(widget));
        }
        return problems;
    }

    QStringList problemsOf(QWidget* window, QWidget* root) {
        QStringList problems = unnamed(root);
        problems += unreached(window, root);
        problems += unseen(window, root);
        return problems;
    }

    void open() {
        QVERIFY(m_window->createProject(m_folder->filePath("clinic.spanwise"),
                                        *LabelScheme::fromNames({"drug", "condition", "person"})));
        QByteArray jsonl;
        for (int i = 0; i < 12; ++i)
            jsonl += "{\"id\": \"note-" + QByteArray::number(100 + i) +
                     "\", \"text\": \"Started on aspirin, 500 mg, after diabetes was found.\", "
                     "\"spans\": [{\"begin\": 11, \"end\": 18, \"type\": \"drug\"" +
                     QByteArray(i % 2 == 0 ? ", \"score\": 0.8" : "") + "}]}\n";
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles({write(m_folder->filePath("in.jsonl"), jsonl)});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
        QTest::qWait(100);
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
        QAccessible::setActive(true);
        MainWindowOptions options = gui::options(m_folder->path());
        options.workerCommand = QStringList{QStringLiteral(SPANWISE_FAKE_WORKER)};
        options.learning.debounce = std::chrono::milliseconds(50);
        options.learning.idle = std::chrono::milliseconds(300);
        m_window = std::make_unique<MainWindow>(options);
        m_window->resize(1280, 860);
        QVERIFY(gui::show(*m_window));
    }
    void cleanup() { m_window.reset(); }

    void welcome_everything_isNamedReachedAndSeen() {
        const QStringList problems = problemsOf(m_window.get(), m_window.get());
        QVERIFY(report(problems));
    }

    void pages_everything_isNamedReachedAndSeen_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void pages_everything_isNamedReachedAndSeen() {
        QFETCH(bool, dark);
        theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
        open();
        auto* bar = m_window->findChild<QTabBar*>("pageBar");
        QVERIFY(bar->count() >= 9);
        QStringList problems;
        for (int page = 0; page < bar->count(); ++page) {
            bar->setCurrentIndex(page);
            QTest::qWait(250);
            const QStringList found = problemsOf(m_window.get(), m_window.get());
            for (const QString& each : found)
                problems << bar->tabText(page) + ": " + each;
        }
        QVERIFY(report(problems));
    }

    void dialogs_everything_isNamedReachedAndSeen_data() {
        pages_everything_isNamedReachedAndSeen_data();
    }
    void dialogs_everything_isNamedReachedAndSeen() {
        QFETCH(bool, dark);
        theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
        open();
        QStringList problems;
        const auto look = [&](QDialog& dialog, const char* name) {
            dialog.show();
            dialog.activateWindow();
            QVERIFY(QTest::qWaitForWindowActive(&dialog, 5000));
            const QStringList found = problemsOf(&dialog, &dialog);
            for (const QString& each : found)
                problems << QString(name) + ": " + each;
            dialog.close();
        };
        ProjectSession& session = *m_window->session();
        QVERIFY(session.trashDocuments({session.documents().back().id}));
        TypeDialog type(session.scheme(), EntityType{}, m_window.get());
        look(type, "type");
        NewProjectDialog project(m_folder->path(), m_window.get());
        look(project, "new project");
        ShortcutsDialog keys(m_window->actions(), session.scheme(), m_window.get());
        look(keys, "keys");
        TrashDialog trash(session, m_window.get());
        look(trash, "trash");
        WorkerLogDialog log(*m_window->worker(), m_window.get());
        look(log, "log");
        SettingsDialog settings({}, {"ann", "spanwise-cli worker"}, m_window.get());
        look(settings, "settings");
        PaletteItem item;
        item.id = item.title = "one";
        CommandPalette palette({item}, {}, m_window.get());
        look(palette, "palette");
        PropagateDialog propagate(session, "aspirin", 1, m_window.get());
        QTest::qWait(300);  // until it has looked
        look(propagate, "propagate");
        RemoveTypeDialog removal(session.scheme(), 1, {}, m_window.get());
        look(removal, "remove type");
        RescueDialog rescue(m_folder->filePath("clinic.spanwise"), m_window.get());
        look(rescue, "rescue");
        TypeNamesDialog names("a.conll", {{"PER", "person", ""}, {"LOC", "place", ""}},
                              m_window.get());
        look(names, "type names");
        AnnotationController annotation({QStringLiteral(SPANWISE_FAKE_WORKER)},
                                        m_folder->filePath("annotated"));
        AnnotateDialog annotate(annotation, m_window.get());
        look(annotate, "annotate");
        QVERIFY(report(problems));
    }

    /// F6 from part to part of the window, and back to where one was.
    void f6_goesThroughThePartsOfTheWindow() {
        open();
        auto* label = m_window->labelPage();
        label->view()->setFocus();
        const auto press = [&](Qt::KeyboardModifiers modifiers = {}) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6, modifiers);
            return QApplication::focusWidget();
        };
        const auto isIn = [](const QWidget* part, QWidget* widget) {
            return part == widget || part->isAncestorOf(widget);
        };
        QWidget* inTypes = press();
        QVERIFY2(isIn(label->types(), inTypes), qPrintable(path(inTypes)));
        QWidget* next = press();
        QVERIFY(!isIn(label, next));
        while (!isIn(label, next))
            next = press();
        QVERIFY2(isIn(label->queue(), next), qPrintable(path(next)));
        QCOMPARE(press(), label->view());
        QCOMPARE(press(), inTypes);
        QCOMPARE(press(Qt::ShiftModifier), label->view());
        QVERIFY(isIn(label->queue(), press(Qt::ShiftModifier)));
    }

    /// Every action of the menus has a name, a way by the keyboard, and no two share a mnemonic.
    void menus_haveDistinctMnemonics() {
        open();
        QStringList clashes;
        const auto menus = m_window->menuBar()->findChildren<QMenu*>();
        const auto check = [&](const QList<QAction*>& actions, const QString& where) {
            QHash<QChar, QString> taken;
            for (const QAction* action : actions) {
                const QString text = action->text();
                const auto at = text.indexOf('&');
                if (action->isSeparator() || at < 0 || at + 1 >= text.size())
                    continue;
                const QChar key = text[at + 1].toLower();
                if (taken.contains(key))
                    clashes << where + ": " + taken[key] + " and " + text;
                taken.insert(key, text);
            }
        };
        check(m_window->menuBar()->actions(), "bar");
        for (const QMenu* menu : menus)
            check(menu->actions(), menu->title());
        QVERIFY(report(clashes));
    }
};

QTEST_MAIN(GuiReach)
#include "gui_reach.moc"
