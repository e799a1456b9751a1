#include "session_support.h"
#include "ui/session/search_controller.h"

using namespace support;

/// Searches in their own threads, what is found labelled at once, and saved searches.
class TestSearchController : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<SearchController> m_search;

    static SearchQuery words(const char* text) {
        SearchQuery query;
        query.text = text;
        return query;
    }
    void run(const SearchQuery& query) {
        m_search->search(query);
        QTRY_VERIFY_WITH_TIMEOUT(!m_search->isRunning(), 10000);
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_session = newSession(m_folder->filePath("t.spanwise"));
        import(*m_session, m_folder->path(),
               "{\"id\": \"first\", \"text\": \"take aspirin and aspirin\"}\n"
               "{\"id\": \"second\", \"text\": \"no aspirin, 100 mg ibuprofen\"}\n");
        m_search = std::make_unique<SearchController>(*m_session);
    }
    void cleanup() {
        m_search.reset();
        m_session.reset();
    }

    void search_findsPlaces_andLabelsThemThere() {
        run(words("aspirin"));
        QCOMPARE(m_search->hits().size(), 3U);
        QVERIFY(!m_search->hasMore());
        QVERIFY(m_session->openDocument(m_search->hits()[0].document));
        QSignalSpy relabelled(m_search.get(), &SearchController::hitsRelabelled);
        const TypeId drug = typeId(*m_session, "drug");
        QVERIFY(m_search->label(2, drug));  // in the other document, which opens
        QCOMPARE(m_session->documentId(), m_search->hits()[2].document);
        QCOMPARE(relabelled.size(), 1);
        QCOMPARE(m_search->hits()[2].type, drug);
        QCOMPARE(m_search->hits()[0].type, TypeId{0});
        QVERIFY(m_search->label(0, drug));
        QVERIFY(m_session->undo());  // one step each
        QCOMPARE(m_search->hits()[0].type, TypeId{0});
        QCOMPARE(m_search->hits()[2].type, drug);
        QVERIFY(m_search->remove(2));
        QCOMPARE(m_search->hits()[2].record, RecordId{0});
        QVERIFY(!m_search->remove(2));
        QVERIFY(!m_search->label(99, drug));
    }

    void suggestions_areAcceptedAndRefusedThere() {
        const DocumentId id = m_session->documents()[0].id;
        const TypeId drug = typeId(*m_session, "drug");
        QVERIFY(m_session->putSuggestions(
            {{id, {{0, id, {5, 12}, drug, 0.6, ""}, {0, id, {17, 24}, drug, 0.7, ""}}}}, "m"));
        SearchQuery query;
        query.labels = SearchQuery::Labels::Suggested;
        run(query);
        QCOMPARE(m_search->hits().size(), 2U);
        QVERIFY(m_search->accept(0));
        QVERIFY(!m_search->hits()[0].isSuggestion);
        QCOMPARE(m_search->hits()[0].type, drug);
        QVERIFY(m_search->remove(1));
        QCOMPARE(m_session->labels().rejections.size(), 1U);
        QCOMPARE(m_session->labels().annotations.size(), 1U);
    }

    void newSearch_endsTheOneBefore_atOnce() {
        QByteArray long_("{\"id\": \"slow\", \"text\": \"");
        long_ += QByteArray(60, 'a') + "!\"}\n";
        import(*m_session, m_folder->path(), long_);
        SearchQuery slow = words("(a|aa)+$");
        slow.isExpression = true;
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 20; ++i)
            m_search->search(slow);
        m_search->search(words("ibuprofen"));
        QVERIFY2(timer.elapsed() < 200, qPrintable(QString::number(timer.elapsed())));
        QTRY_VERIFY_WITH_TIMEOUT(!m_search->isRunning(), 10000);
        QCOMPARE(m_search->hits().size(), 1U);
        QVERIFY(m_search->problem().isEmpty());
        // Nor does the end of it all wait long.
        m_search->search(slow);
        QTest::qWait(30);
        timer.restart();
        m_search.reset();
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
    }

    void badExpression_isAProblemInWords() {
        SearchQuery bad = words("(a");
        bad.isExpression = true;
        run(bad);
        QVERIFY(m_search->hits().empty());
        QVERIFY(m_search->problem().contains("parenthesis"));
        run(words("aspirin"));
        QVERIFY(m_search->problem().isEmpty());
    }

    void moreThanAPage_comesWhenAskedFor() {
        QByteArray many("{\"id\": \"many\", \"text\": \"");
        for (int i = 0; i < 700; ++i)
            many += "zebra ";
        import(*m_session, m_folder->path(), many + "\"}\n");
        run(words("zebra"));
        const int generation = m_search->generation();
        QCOMPARE(m_search->hits().size(), 300U);
        for (int i = 0; i < 5 && m_search->hasMore(); ++i) {
            m_search->searchOn();
            QTRY_VERIFY_WITH_TIMEOUT(!m_search->isRunning(), 10000);
        }
        QCOMPARE(m_search->hits().size(), 700U);
        QCOMPARE(m_search->generation(), generation);
    }

    void documents_areFoundByName() {
        QSignalSpy found(m_search.get(), &SearchController::documentsFound);
        m_search->findDocuments("f", 5);
        m_search->findDocuments("sec", 5);
        QTRY_COMPARE_WITH_TIMEOUT(found.size(), 1, 10000);
        QCOMPARE(found[0][0].toString(), QString("sec"));
        const auto documents = found[0][1].value<std::vector<NamedDocument>>();
        QCOMPARE(documents.size(), 1U);
        QCOMPARE(documents[0].name, std::string("second"));
    }

    void savedSearches_stayInTheProject() {
        SearchQuery query = words("aspirin");
        query.isExpression = true;
        query.matchesCase = true;
        query.types = {1, 2};
        query.labels = SearchQuery::Labels::Annotated;
        query.origins = {Origin::Accepted, Origin::Imported};
        query.lowestScore = 0.25;
        query.highestScore = 0.75;
        query.annotator = "ann";
        query.from = 1000;
        query.until = 2000;
        query.status = DocumentStatus::InProgress;
        QVERIFY(m_search->save("mine", query));
        QVERIFY(m_search->save(" a plain one ", words("x")));
        QVERIFY(!m_search->save("  ", query));
        const QString path = m_session->path();
        m_search.reset();
        m_session.reset();
        m_session = std::move(*ProjectSession::open(path));
        m_search = std::make_unique<SearchController>(*m_session);
        auto saved = m_search->saved();
        QCOMPARE(saved.size(), 2U);
        QCOMPARE(saved[0].name, QString("a plain one"));
        QCOMPARE(saved[1].query, query);
        QVERIFY(m_search->save("mine", words("y")));  // takes the place of the old one
        QVERIFY(m_search->forget("a plain one"));
        saved = m_search->saved();
        QCOMPARE(saved.size(), 1U);
        QCOMPARE(saved[0].query, words("y"));
        QVERIFY(!m_search->forget("nobody"));
    }

    void severalLabels_changeAndGoAsOneStep() {
        QVERIFY(m_session->openDocument(m_session->documents()[1].id));
        const TypeId drug = typeId(*m_session, "drug"), dose = typeId(*m_session, "dose");
        for (const char* what : {"aspirin", "100 mg", "ibuprofen"})
            QVERIFY(m_session->label(rangeOf(*m_session, what), drug));
        const DocumentLabels before = m_session->labels();
        std::vector<RecordId> all;
        for (const Annotation& label : before.annotations)
            all.push_back(label.id);
        QVERIFY(m_session->retypeAll(all, dose));
        for (const Annotation& label : m_session->labels().annotations)
            QCOMPARE(label.type, dose);
        QVERIFY(m_session->undoName().contains("3"));
        QVERIFY(m_session->undo());
        QCOMPARE(m_session->labels(), before);
        QVERIFY(m_session->clearAll(all));
        QVERIFY(m_session->labels().annotations.empty());
        QVERIFY(m_session->undo());
        QCOMPARE(m_session->labels(), before);
        // Types merge and part again, with what is on the screen.
        QVERIFY(m_session->mergeType(drug, dose));
        m_session->finishCommits();
        QCOMPARE(m_session->scheme().types().size(), 1U);
        QCOMPARE(m_session->labels().annotations.front().type, dose);
        QVERIFY(m_session->undo());
        QCOMPARE(m_session->labels(), before);
        QCOMPARE(m_session->scheme().types().size(), 2U);
    }
};

QTEST_GUILESS_MAIN(TestSearchController)
#include "test_search_controller.moc"
