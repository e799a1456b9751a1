#include <QAbstractButton>
#include <QLabel>
#include <QListView>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "ui/search/search_panel.h"
#include "ui/session/search_controller.h"

using namespace spanwise;
using namespace spanwise::ui;

/// What the filters of the search ask for.
class SearchPanelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void savedSearch_staysAsNarrowAsItWas() {
        QTemporaryDir folder;
        auto session = ProjectSession::create(folder.filePath("t.spanwise"),
                                              *LabelScheme::fromNames({"drug", "dose"}));
        QVERIFY(session.has_value());
        SearchController search(**session);
        SearchPanel panel;
        panel.setController(&search);
        panel.setScheme((*session)->scheme());
        SearchQuery query;
        query.types = {1, 77};  // the second is in the trash by now
        query.annotator = "Ben & Ann";
        query.status = DocumentStatus::InProgress;
        panel.show(query);
        QCOMPARE(panel.query(), query);
        const auto* types = panel.findChild<QAbstractButton*>("filterType");
        QVERIFY2(types->text().contains("a removed type"), qPrintable(types->text()));
        const auto* people = panel.findChild<QAbstractButton*>("filterAnnotator");
        QCOMPARE(people->accessibleName(), QString("annotator: Ben & Ann"));
        // A type goes while it is asked for: nothing is found rather than everything.
        query = {};
        query.types = {2};
        panel.show(query);
        LabelScheme scheme = (*session)->scheme();
        scheme.remove(2);
        panel.setScheme(scheme);
        QCOMPARE(panel.query(), query);
        panel.open({});
        QCOMPARE(panel.query(), query);
        panel.setController(nullptr);
    }

    void statusAlone_listsDocuments_thatOpen() {
        QTemporaryDir folder;
        auto session = ProjectSession::create(folder.filePath("t.spanwise"),
                                              *LabelScheme::fromNames({"drug"}));
        QVERIFY(session.has_value());
        QFile file(folder.filePath("in.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            "{\"id\": \"one\", \"text\": \"The beginning\"}\n{\"id\": \"two\", "
            "\"text\": \"Another\"}\n");
        file.close();
        QSignalSpy imported(session->get(), &ProjectSession::importFinished);
        (*session)->importFiles({file.fileName()});
        QVERIFY(!imported.isEmpty() || imported.wait(10000));
        SearchController search(**session);
        SearchPanel panel;
        panel.setController(&search);
        panel.setScheme((*session)->scheme());
        SearchQuery query;
        query.status = DocumentStatus::New;
        panel.show(query);
        const auto* state = panel.findChild<QLabel*>("searchState");
        QTRY_COMPARE(state->text(), QString("2 documents"));
        auto* list = panel.findChild<QListView*>("searchList");
        QCOMPARE(list->model()->index(0, 0).data().toString(),
                 QString("one, begins with The beginning"));
        QVERIFY(!search.label(0, 1));  // a document is no place
        QSignalSpy activated(&panel, &SearchPanel::placeActivated);
        list->setCurrentIndex(list->model()->index(1, 0));
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated.front().at(0).toLongLong(), (*session)->documents()[1].id);
        panel.setController(nullptr);
    }
};

QTEST_MAIN(SearchPanelTest)
#include "search_panel_test.moc"
