#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QRadioButton>

#include "gui_support.h"
#include "ui/main_window/action_registry.h"
#include "ui/search/search_panel.h"
#include "ui/session/search_controller.h"
#include "ui/session/triage_controller.h"
#include "ui/triage/triage_page.h"

using namespace gui;

/// The gestures of the keyboard and the mouse in the real window, without a worker: command
/// palette, keys of one's own, search, several labels at once, types merged.
class GuiHands : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    ProjectSession& session() { return *m_window->session(); }
    DocumentView* view() { return m_window->labelPage()->view(); }
    QAction* action(const char* name) {
        auto* found = m_window->findChild<QAction*>(QLatin1String(name));
        if (!found)
            qFatal("no action %s", name);
        return found;
    }
    template <typename T>
    T* child(const char* name) {
        auto* found = m_window->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    /// Without a window manager nobody gives the window its keys back after a dialog.
    void toFront() {
        m_window->activateWindow();
        (void)QTest::qWaitForWindowActive(m_window.get(), 5000);
    }
    void openWindow() {
        m_window = std::make_unique<MainWindow>(MainWindowOptions{});
        m_window->resize(1280, 800);
        QVERIFY(gui::show(*m_window));
    }
    /// What the palette offers for a text, and then Enter if `isChosen`.
    QStringList palette(const QString& text, bool isChosen) {
        toFront();
        QTest::keyClick(view(), Qt::Key_K, Qt::ControlModifier);
        QWidget* found = nullptr;
        for (int i = 0; i < 100 && !found; ++i) {
            QTest::qWait(10);
            found = m_window->findChild<QWidget*>("commandPalette");
        }
        if (!found)
            return {QStringLiteral("(no palette)")};
        auto* line = found->findChild<QLineEdit*>("paletteLine");
        QTest::keyClicks(line, text);
        auto* nothing = found->findChild<QLabel*>("paletteNothing");
        for (int i = 0; i < 100 && nothing->text().startsWith("Looking"); ++i)
            QTest::qWait(30);  // for the documents
        QTest::qWait(30);
        QStringList titles;
        auto* list = found->findChild<QListView*>("paletteList");
        for (int row = 0; row < list->model()->rowCount(); ++row)
            titles << list->model()->index(row, 0).data().toString();
        QTest::keyClick(line, isChosen ? Qt::Key_Return : Qt::Key_Escape);
        QTest::qWait(60);
        if (!QApplication::activeModalWidget())
            toFront();
        return titles;
    }
    QStringList found() {
        QStringList rows;
        const auto* model = child<QListView>("searchList")->model();
        for (int row = 0; row < model->rowCount(); ++row)
            rows << model->index(row, 0).data(Qt::UserRole + 1).toString();
        return rows;
    }

    bool openUnlabelled() {
        for (const DocumentSummary& document : session().documents()) {
            if (document.annotations == 0 && session().openDocument(document.id)) {
                view()->setFocus();
                return session().labels().suggestions.empty();
            }
        }
        return false;
    }
    /// So many of the document's words after the first `from`, by the arrow keys.
    Range selectWords(int from, int count) {
        QTest::keyClick(view(), Qt::Key_Home, Qt::ControlModifier);
        for (int i = 0; i < from; ++i)
            QTest::keyClick(view(), Qt::Key_Right);
        for (int i = 1; i < count; ++i)
            QTest::keyClick(view(), Qt::Key_Right, Qt::ShiftModifier);
        return view()->selection();
    }
    /// The open document's words as suggestions of the first type.
    void suggestSome() {
        QVERIFY(openUnlabelled());
        const DocumentId id = session().documentId();
        SuggestionBatch batch{id, {}};
        for (int i = 0; i < 4; ++i)
            batch.suggestions.push_back(
                {0, id, selectWords(i, 1), session().scheme().types()[0].id, 0.9, ""});
        QVERIFY(session().putSuggestions({batch}, "m"));
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
        openWindow();
        QVERIFY(m_window->openSample("clinic"));
        view()->setFocus();
    }
    void cleanup() { m_window.reset(); }

    void palette_doesLabelsAndOpens() {
        // An action, by letters in order.
        QCOMPARE(palette("dark", true).value(0), QString("Dark"));
        QTRY_VERIFY(theme::isDark());
        theme::apply(*qApp, ThemeChoice::Light);
        // The type that is meant, on what is selected.
        const QString type = QString::fromStdString(session().scheme().types()[0].name);
        const auto before = session().counts().annotations;
        QTest::keyClick(view(), Qt::Key_End, Qt::ControlModifier);
        QVERIFY(!view()->selection().isEmpty());
        QCOMPARE(palette("label as " + type, true).value(0), QString("Label as %1").arg(type));
        QTRY_COMPARE(session().counts().annotations, before + 1);
        QVERIFY(session().undo());
        // A document by its name.
        const DocumentSummary& last = session().documents().back();
        const QString name = QString::fromStdString(last.name);
        QVERIFY(palette(name, true).contains(name));
        QTRY_COMPARE(session().documentId(), last.id);
        QVERIFY(view()->hasFocus());
        // Lately used comes first; and nothing is nothing.
        QCOMPARE(palette({}, false).value(0), QString("Label as %1").arg(type));
        QVERIFY(palette("no such thing", false).isEmpty());
    }

    void keys_changeInTheSheet_andStayAfterARestart() {
        QTest::keyClick(view(), Qt::Key_Question);
        QTRY_VERIFY(m_window->findChild<QWidget*>("shortcutsDialog"));
        auto* sheet = child<QDialog>("shortcutsDialog");
        auto* search = sheet->findChild<QLineEdit*>("shortcutsSearch");
        auto* list = sheet->findChild<QListWidget*>("shortcutsList");
        QTest::keyClicks(search, "accept suggestion");
        QTest::keyClick(search, Qt::Key_Return);
        QTest::keyClick(list, Qt::Key_J);
        QCOMPARE(action("acceptFocused")->text(), QString("&Accept suggestion\tJ"));
        sheet->accept();
        QTRY_VERIFY(!m_window->findChild<QWidget*>("shortcutsDialog"));

        m_window.reset();
        openWindow();
        QVERIFY(m_window->openSample("clinic"));
        QCOMPARE(action("acceptFocused")->text(), QString("&Accept suggestion\tJ"));
        const DocumentId id = session().documentId();
        const Range range = session().labels().annotations.empty()
                                ? Range{0, 4}
                                : session().labels().annotations.front().range;
        if (!session().labels().annotations.empty())
            QVERIFY(session().removeAnnotations({session().labels().annotations.front().id}));
        QVERIFY(session().putSuggestions(
            {{id, {{0, id, range, session().scheme().types()[0].id, 0.9, ""}}}}, "m"));
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Tab);
        QVERIFY(view()->focusedSpan() != 0);
        const auto before = session().counts().annotations;
        QTest::keyClick(view(), Qt::Key_A);
        QCOMPARE(session().counts().annotations, before);
        QTest::keyClick(view(), Qt::Key_J);
        QCOMPARE(session().counts().annotations, before + 1);
    }

    void everyAction_isInTheSheet_withAKeyOfItsOwn() {
        for (const auto& entry : m_window->actions().entries()) {
            QVERIFY2(!entry.id().isEmpty() && !entry.title().isEmpty(), qPrintable(entry.id()));
            for (const QKeySequence& key : entry.keys) {
                const QStringList others = m_window->actions().holders(key, entry.id());
                QVERIFY2(others.isEmpty(), qPrintable(key.toString() + " is of " +
                                                      others.join(' ') + " and of " + entry.id()));
                QVERIFY2(entry.isOfTriage || !ViewKeys::isFixed(key), qPrintable(entry.id()));
            }
        }
        // All that is in the menus can be found, but for what lists files.
        for (const QAction* each : m_window->findChildren<QAction*>()) {
            if (each->objectName().isEmpty() || each->menu() || each->isSeparator() ||
                each->objectName().startsWith("_q_") || each->objectName().startsWith("edit-"))
                continue;
            if (qobject_cast<QWidget*>(each->parent()) == m_window.get())
                QVERIFY2(m_window->actions().entry(each->objectName()),
                         qPrintable(each->objectName()));
        }
        QSet<ViewCommand> commands;
        for (const auto& entry : m_window->actions().entries()) {
            if (entry.command)
                commands << *entry.command;
        }
        QCOMPARE(commands.size(), static_cast<qsizetype>(ViewKeys::commands().size()));
    }

    void search_findsLabelsAndOpens_byKeysAlone() {
        QTest::keyClick(view(), Qt::Key_Escape);
        QTest::keyClick(view(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        auto* panel = child<SearchPanel>("searchPanel");
        auto* field = child<QLineEdit>("projectSearchField");
        auto* list = child<QListView>("searchList");
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, "mg");
        QTRY_VERIFY(list->model()->rowCount() > 3);
        for (const QString& match : found())
            QCOMPARE(match.toLower().left(2), QString("mg"));
        shot(m_window.get(), "search-light");
        // An expression; one that cannot be read says so.
        field->clear();
        QTest::mouseClick(child<QWidget>("searchExpression"), Qt::LeftButton);
        QTest::keyClicks(field, "\\d+ (mg");
        QTRY_VERIFY(child<QLabel>("searchState")->text().contains("parenthesis"));
        QTest::keyClicks(field, ")");
        QTRY_VERIFY(list->model()->rowCount() > 3);
        QVERIFY(found().first().contains(QRegularExpression("^\\d+ mg$")));
        // Where no label is, one is made by the type's key, and the next place is up.
        const auto unlabelled = [this](int row) {
            return child<QListView>("searchList")
                ->model()
                ->index(row, 0)
                .data(Qt::UserRole + 4)
                .toString()
                .isEmpty();
        };
        QTest::keyClick(field, Qt::Key_Down);
        QVERIFY(list->hasFocus());
        int row = 0;
        while (row < list->model()->rowCount() && !unlabelled(row)) {
            QTest::keyClick(list, Qt::Key_Down);
            ++row;
        }
        QVERIFY(row < list->model()->rowCount());
        QCOMPARE(list->currentIndex().row(), row);
        const auto before = session().counts().annotations;
        QTest::keyClick(list, Qt::Key_1);
        QCOMPARE(session().counts().annotations, before + 1);
        QVERIFY(!unlabelled(row));
        QVERIFY(list->hasFocus());
        QCOMPARE(list->currentIndex().row(), std::min(row + 1, list->model()->rowCount() - 1));
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(session().counts().annotations, before);
        QVERIFY(unlabelled(row));
        // Enter opens the place.
        list->setFocus();
        const QString match = list->currentIndex().data(Qt::UserRole + 1).toString();
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(view()->hasFocus());
        QCOMPARE(session().textOf(view()->selection()), match);
        // Escape closes and gives the focus back.
        field->setFocus();
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(!panel->isVisible());
        QVERIFY(view()->hasFocus());
    }

    void search_filtersByLabels_andIsSaved() {
        QTest::keyClick(view(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        auto* list = child<QListView>("searchList");
        auto* menu = child<QMenu>("filterTypeMenu");
        QTest::mouseClick(child<QWidget>("filterType"), Qt::LeftButton);
        QTRY_VERIFY(menu->isVisible());
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        const TypeId first = session().scheme().types()[0].id;
        QTRY_VERIFY(list->model()->rowCount() > 0);
        QTRY_COMPARE(list->model()->rowCount(),
                     static_cast<int>(session().project().typeUse(first)->annotations));
        auto* panel = child<SearchPanel>("searchPanel");
        QCOMPARE(panel->query().types, std::vector<TypeId>{first});
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(60);
            shot(m_window.get(), dark ? "search-type-dark" : "search-type-light");
        }
        theme::apply(*qApp, ThemeChoice::Light);
        // Saved in the project, and in the palette from then on.
        auto* saved = child<QMenu>("searchSavedMenu");
        QTest::mouseClick(child<QWidget>("searchSaved"), Qt::LeftButton);
        QTRY_VERIFY(saved->isVisible());
        QTimer::singleShot(100, this, [] {
            auto* dialog = QApplication::activeModalWidget();
            QVERIFY(dialog);
            dialog->findChild<QLineEdit*>()->setText("all of them");
            QTest::keyClick(dialog, Qt::Key_Return);
        });
        saved->findChild<QAction*>("saveSearch")->trigger();
        saved->close();
        QTest::mouseClick(child<QWidget>("searchReset"), Qt::LeftButton);
        QCOMPARE(panel->query(), SearchQuery{});
        QVERIFY(palette("all of them", true).contains("all of them"));
        QTRY_COMPARE(panel->query().types, std::vector<TypeId>{first});
        // The controls say so too.
        QVERIFY(child<QAbstractButton>("filterType")->isChecked());
        m_window->resize(900, 600);
        QTest::qWait(80);
        shot(m_window.get(), "search-900x600");
    }

    void marks_areChangedAndRemovedAsOneStep() {
        for (const DocumentSummary& document : session().documents()) {
            if (document.annotations >= 3)
                QVERIFY(session().openDocument(document.id));
        }
        const DocumentLabels before = session().labels();
        QVERIFY(before.annotations.size() >= 3);
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(view()->markedSpans().size(),
                 before.annotations.size() + view()->visibleSuggestions().size());
        QVERIFY(child<QWidget>("modeBar")->isVisible());
        shot(m_window.get(), "marks-light");
        QTest::keyClick(view(), Qt::Key_2);
        const TypeId second = session().scheme().types()[1].id;
        for (const Annotation& label : session().labels().annotations)
            QCOMPARE(label.type, second);
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(session().labels(), before);
        QTest::keyClick(view(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::keyClick(view(), Qt::Key_Delete);
        QVERIFY(session().labels().annotations.empty());
        QVERIFY(!child<QWidget>("modeBar")->isVisible());
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(session().labels(), before);
    }

    void labels_cross_nest_andShareWords_byKeys() {
        QVERIFY(openUnlabelled());
        const auto& types = session().scheme().types();
        using Label = std::pair<Range, TypeId>;
        const auto all = [this] {
            std::vector<Label> labels;
            for (const Annotation& label : session().labels().annotations)
                labels.emplace_back(label.range, label.type);
            return labels;
        };
        const auto has = [&](Range range, std::size_t type) {
            const auto labels = all();
            return std::find(labels.begin(), labels.end(), Label(range, types[type].id)) !=
                   labels.end();
        };
        const Range first = selectWords(0, 3);
        QTest::keyClick(view(), Qt::Key_1);
        const Range second = selectWords(1, 4);
        QTest::keyClick(view(), Qt::Key_2);
        QVERIFY(first.overlaps(second) && !first.contains(second) && !second.contains(first));
        QVERIFY(all().size() == 2 && has(first, 0) && has(second, 1));
        const Range inner = selectWords(2, 1);
        QTest::keyClick(view(), Qt::Key_3);
        QCOMPARE(all().size(), std::size_t{3});
        // The same words as another type: by a key of its own; the focus is on the new one.
        const RecordId nested = view()->focusedSpan();
        QTest::keyClick(view(), Qt::Key_Plus);
        auto* card = view()->findChild<QWidget*>("spanCard");  // the review's view has one too
        QVERIFY(card && card->isVisible());
        QVERIFY2(card->accessibleDescription().contains("beside"),
                 qPrintable(card->accessibleDescription()));
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(60);
            shot(m_window.get(), dark ? "crossing-adding-dark" : "crossing-adding-light");
        }
        theme::apply(*qApp, ThemeChoice::Light);
        QTest::keyClick(view(), Qt::Key_1);
        QCOMPARE(all().size(), std::size_t{4});
        QVERIFY(has(inner, 0) && has(inner, 2));
        QVERIFY(view()->focusedSpan() != nested && view()->focusedSpan() != 0);
        // Without it the focused one changes, and no other.
        QTest::keyClick(view(), Qt::Key_2);
        QCOMPARE(all().size(), std::size_t{4});
        QVERIFY(has(inner, 1) && has(inner, 2));
        view()->setFocusedSpan(nested);
        QTest::qWait(60);
        shot(m_window.get(), "crossing-light");
        m_window->resize(900, 600);
        QTest::qWait(60);
        shot(m_window.get(), "crossing-900x600");
        // Escape leaves the mode; undo takes each step back.
        QTest::keyClick(view(), Qt::Key_Plus);
        QTest::keyClick(view(), Qt::Key_Escape);
        QCOMPARE(view()->focusedSpan(), nested);
        QTest::keyClick(view(), Qt::Key_1);
        QCOMPARE(all().size(), std::size_t{4});
        for (int i = 0; i < 6; ++i) {
            QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
            QTest::qWait(20);
        }
        QTRY_VERIFY(all().empty());
    }

    void done_isOpenedAgain_byTheSameKeyAndMenu() {
        const DocumentId id = session().documentId();
        QVERIFY(action("markDone")->text().contains("Done"));
        QTest::keyClick(view(), Qt::Key_Return);
        QCOMPARE(session().summary(id)->status, DocumentStatus::Done);
        QVERIFY(session().documentId() != id);
        QVERIFY(session().openDocument(id));
        QVERIFY(action("markDone")->text().contains("Reopen"));
        QVERIFY(palette("reopen", false).contains("Reopen the document"));
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Return);
        QCOMPARE(session().documentId(), id);
        QCOMPARE(session().labels().status, DocumentStatus::InProgress);
        QVERIFY(action("undo")->text().contains("Reopen"));
        QVERIFY(action("markDone")->text().contains("Done"));
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(session().labels().status, DocumentStatus::Done);
        QVERIFY(action("markDone")->text().contains("Reopen"));
        // From the list's menu, too.
        auto* list = child<QListView>("documentList");
        list->setFocus();
        for (const bool areDone : {false, true}) {
            Q_EMIT list->customContextMenuRequested(
                list->visualRect(list->currentIndex()).center());
            QTRY_VERIFY(m_window->findChild<QMenu*>("documentMenu"));
            auto* menu = child<QMenu>("documentMenu");
            QTRY_VERIFY(menu->isVisible());
            auto* done = menu->findChild<QAction*>("doneAction");
            QCOMPARE(done->text(), areDone ? QString("Mark as done") : QString("Reopen"));
            QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(done).center());
            QTRY_COMPARE(session().summary(id)->status,
                         areDone ? DocumentStatus::Done : DocumentStatus::InProgress);
            QTRY_VERIFY(!m_window->findChild<QMenu*>("documentMenu"));
        }
    }

    void enter_followsTheFilter() {
        QTest::mouseClick(child<QWidget>("filterAll"), Qt::LeftButton);
        const auto& documents = session().documents();
        QVERIFY(documents.size() > 3);
        QVERIFY(session().openDocument(documents[1].id));
        session().setStatus({documents[1].id, documents[3].id, documents.back().id},
                            DocumentStatus::InProgress);
        session().setStatus({documents[2].id}, DocumentStatus::Done);
        QCOMPARE(documents[2].status, DocumentStatus::Done);
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Return);
        QCOMPARE(session().documentId(), documents[3].id);  // in the list's order; 2 is done
        // At its end the list says so, and the queue does not take over.
        QVERIFY(session().openDocument(documents.back().id));
        QTest::keyClick(view(), Qt::Key_Return);
        QCOMPARE(session().documentId(), documents.back().id);
        QVERIFY(child<QWidget>("messageBar")->isVisible());
    }

    void palette_inTriage_decidesThere_andHidesWhatActsElsewhere() {
        suggestSome();
        const auto before = session().labels();
        QTest::keyClick(view(), Qt::Key_T, Qt::ControlModifier);
        TriagePage* triage = m_window->triagePage();
        QTRY_VERIFY(triage->hasItem());
        QVERIFY(!palette("accept all that are shown", false).contains("Accept all shown"));
        QVERIFY(!palette("done and on", false).contains("Done, and on to the next"));
        QVERIFY(!action("markDone")->isEnabled() && !action("trashDocument")->isEnabled());
        const QString type = QString::fromStdString(session().scheme().types()[1].name);
        const int left = m_window->triage()->progress().groupsLeft;
        QVERIFY(palette("label as " + type, true).contains("Label as " + type));
        QTRY_COMPARE(m_window->triage()->progress().groupsLeft, left - 1);
        QCOMPARE(m_window->triage()->progress().decisions, 1);
        QTRY_VERIFY(!session().isCommitting());
        QCOMPARE(session().scheme().types()[1].id, session().labels().annotations.back().type);
        QVERIFY(session().labels().annotations.size() > before.annotations.size());
        QTest::keyClick(triage, Qt::Key_Return);
        QVERIFY(action("markDone")->isEnabled());
    }

    void palette_withAHitInHand_labelsIt() {
        QTest::keyClick(view(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        auto* field = child<QLineEdit>("projectSearchField");
        auto* list = child<QListView>("searchList");
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, "the");
        QTRY_VERIFY(list->model()->rowCount() > 3);
        QTest::keyClick(field, Qt::Key_Down);
        QVERIFY(list->hasFocus());
        const auto label = [list](int row) {
            return list->model()->index(row, 0).data(Qt::UserRole + 4).toString();
        };
        int row = 0;
        for (; row < list->model()->rowCount() && !label(row).isEmpty(); ++row)
            QTest::keyClick(list, Qt::Key_Down);
        QVERIFY(row < list->model()->rowCount());
        const auto before = session().counts().annotations;
        const QString type = QString::fromStdString(session().scheme().types()[0].name);
        QVERIFY(palette("label as " + type, true).contains("Label as " + type));
        QTRY_VERIFY(!label(row).isEmpty());
        QCOMPARE(session().counts().annotations, before + 1);
        QTest::keyClick(list, Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(label(row).isEmpty());
    }

    void triageKeys_areChanged_andHintsFollow() {
        suggestSome();
        ActionRegistry& keys = m_window->actions();
        keys.setKeys("triageLater", {QKeySequence(Qt::Key_J)});
        keys.setKeys("showMoreSuggestions", {QKeySequence(Qt::Key_F7)});
        keys.setKeys("decideAll", {QKeySequence(Qt::CTRL | Qt::Key_J)});
        QTest::keyClick(view(), Qt::Key_T, Qt::ControlModifier);
        TriagePage* triage = m_window->triagePage();
        QTRY_VERIFY(triage->hasItem());
        QTest::qWait(60);
        shot(m_window.get(), "triage-keys-light");
        const auto item = [this] { return m_window->triage()->item()->group.words; };
        const auto first = item();
        QTest::keyClick(triage, Qt::Key_Space);
        QCOMPARE(item(), first);
        QTest::keyClick(triage, Qt::Key_J);
        QCOMPARE(m_window->triage()->progress().putOff, 1);
        QVERIFY(item() != first);
        QTest::keyClick(triage, Qt::Key_Backspace);
        QCOMPARE(item(), first);
        // Space is the document's as ever, though Triage has given it up; its own key clashes with
        // what holds everywhere.
        QCOMPARE(keys.keycap("focusHere"), QString("Space"));
        QVERIFY(keys.holders(QKeySequence(Qt::Key_T), "triageLater").contains("addTypeAction"));
        QVERIFY(!keys.holders(QKeySequence(Qt::Key_Space), "triageLater").contains("focusHere"));
    }

    void sticky_isShownAndEnds() {
        QTest::keyClick(view(), '.');
        QVERIFY(view()->stickyType() != 0);
        QVERIFY(child<QWidget>("modeBar")->isVisible());
        shot(m_window.get(), "sticky-light");
        QTest::mouseClick(child<QWidget>("modeEnd"), Qt::LeftButton);
        QCOMPARE(view()->stickyType(), TypeId{0});
        QVERIFY(!child<QWidget>("modeBar")->isVisible());
        action("trimEdges")->trigger();
        QVERIFY(!view()->isTrimming());
    }

    void types_mergeWithCounts_andUndo() {
        const LabelScheme scheme = session().scheme();
        const EntityType from = scheme.types()[1], into = scheme.types()[0];
        const auto use = *session().project().typeUse(from.id);
        QVERIFY(use.annotations > 0);
        const auto others = session().project().typeUse(into.id)->annotations;
        onDialog("removeTypeDialog", [&](QWidget* dialog) {
            const QString text = dialog->findChild<QLabel*>("removeTypeCounts")->text();
            QVERIFY2(text.contains(QString::number(use.annotations)), qPrintable(text));
            shot(dialog, "dialog-remove-type-light");
            QTest::mouseClick(dialog->findChild<QRadioButton*>("removeTypeMerge"), Qt::LeftButton,
                              {}, QPoint(8, 8));
            auto* heir = dialog->findChild<QComboBox*>("removeTypeHeir");
            heir->setCurrentIndex(heir->findData(QVariant::fromValue<qint64>(into.id)));
            QTest::mouseClick(dialog->findChild<QPushButton*>("removeTypeOk"), Qt::LeftButton);
        });
        QVERIFY(palette(QString("remove or merge %1").arg(QString::fromStdString(from.name)), true)
                    .value(0)
                    .contains(QString::fromStdString(from.name)));
        QTRY_VERIFY(session().scheme().byId(from.id) == nullptr);
        toFront();
        QCOMPARE(session().project().typeUse(into.id)->annotations, others + use.annotations);
        QVERIFY(action("undo")->text().contains("Merge"));
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(session().scheme() == scheme);
        QCOMPARE(session().project().typeUse(into.id)->annotations, others);
    }

    void pictures() {
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            const QString suffix = dark ? "-dark" : "-light";
            m_window->resize(dark ? QSize(900, 600) : QSize(1280, 800));
            QTest::qWait(60);
            QTest::keyClick(view(), Qt::Key_K, Qt::ControlModifier);
            QTRY_VERIFY(m_window->findChild<QWidget*>("commandPalette"));
            auto* shown = child<QDialog>("commandPalette");
            shot(shown, "palette" + suffix);
            QTest::keyClicks(shown->findChild<QLineEdit*>("paletteLine"), "la");
            QTest::qWait(150);
            shot(shown, "palette-typed" + suffix);
            shown->reject();
            QTRY_VERIFY(!m_window->findChild<QWidget*>("commandPalette"));
            toFront();
            QTest::keyClick(view(), Qt::Key_F1);
            QTRY_VERIFY(m_window->findChild<QWidget*>("shortcutsDialog"));
            auto* sheet = child<QDialog>("shortcutsDialog");
            shot(sheet, "keys" + suffix);
            auto* list = sheet->findChild<QListWidget*>("shortcutsList");
            QTest::keyClicks(sheet->findChild<QLineEdit*>("shortcutsSearch"), "undo");
            QTest::keyClick(list, Qt::Key_Return);
            QTest::keyClick(list, Qt::Key_N, Qt::ControlModifier);
            shot(sheet, "keys-clash" + suffix);
            sheet->reject();
            QTRY_VERIFY(!m_window->findChild<QWidget*>("shortcutsDialog"));
            toFront();
            const auto& annotations = session().labels().annotations;
            if (annotations.empty()) {
                QTest::keyClick(view(), Qt::Key_Right);
                QTest::keyClick(view(), Qt::Key_1);
            }
            view()->setFocusedSpan(session().labels().annotations.front().id);
            QTest::qWait(60);
            shot(m_window.get(), "handles" + suffix);
        }
        theme::apply(*qApp, ThemeChoice::Light);
    }
};

QTEST_MAIN(GuiHands)
#include "gui_hands.moc"
