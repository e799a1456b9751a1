#include <QElapsedTimer>
#include <thread>

#include "storage/filter_matches.h"
#include "support.h"

using namespace spanwise;
using namespace spanwise::test;

namespace {

std::vector<std::string> matches(const SearchPage& page) {
    std::vector<std::string> found;
    for (const SearchHit& hit : page.hits)
        found.push_back(std::to_string(hit.document) + ":" + hit.match);
    return found;
}

SearchQuery words(std::string text) {
    SearchQuery query;
    query.text = std::move(text);
    return query;
}

SearchQuery expression(std::string text) {
    SearchQuery query = words(std::move(text));
    query.isExpression = true;
    return query;
}

std::vector<std::string> find(const Fixture& f, const SearchQuery& query) {
    return matches(Fixture::must(f.project->search(query)));
}

using List = std::vector<std::string>;

}  // namespace

/// Search by text and by labels, and changes of types that touch all documents.
class SearchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void filterMatches_areThePlacesOfWhatTheFilterAsksFor() {
        const std::string text =
            "Naus\xC3\xA9"
            "e, nausea. Type 2 diabetes; type 1. \xE6\x9D\xB1\xE4\xBA\xAC";
        using Ranges = std::vector<Range>;
        QVERIFY(filterMatches(text, "naus", 9) == Ranges({{0, 6}, {8, 14}}));
        QVERIFY(filterMatches(text, "naus", 1) == Ranges({{0, 6}}));
        QVERIFY(filterMatches(text, "type nausea", 9) == Ranges({{8, 14}, {16, 20}, {33, 37}}));
        QVERIFY(filterMatches(text, "\"type 2\" type", 9) == Ranges({{16, 22}, {33, 37}}));
        QVERIFY(filterMatches(text, "\xE4\xBA\xAC", 9) == Ranges({{42, 43}}));
        QVERIFY(filterMatches(text, "ausea", 9).empty());
        QVERIFY(filterMatches(text, " ", 9).empty());
    }
    void status_alone_listsDocuments_pageByPage() {
        Fixture f;
        const auto ids = f.addTexts({"first line\nsecond", "aspirin here", "", "last"});
        QVERIFY(f.label(ids[1], {0, 7}, 1));
        SearchQuery query;
        QVERIFY(query.isEmpty());
        query.status = DocumentStatus::New;
        QVERIFY(!query.isEmpty() && query.listsDocuments());
        SearchPage page = Fixture::must(f.project->search(query, {}, 2));
        QCOMPARE(page.hits.size(), std::size_t{2});
        QCOMPARE(page.hits[0].document, ids[0]);
        QCOMPARE(page.hits[0].after, std::string("first line"));
        QVERIFY(page.hits[0].range.isEmpty() && page.hits[0].record == 0);
        QCOMPARE(page.hits[1].document, ids[2]);
        QVERIFY(page.next);
        page = Fixture::must(f.project->search(query, *page.next, 2));
        QCOMPARE(page.hits.size(), std::size_t{1});
        QCOMPARE(page.hits[0].document, ids[3]);
        QVERIFY(!page.next);
        query.status = DocumentStatus::InProgress;
        QCOMPARE(Fixture::must(f.project->search(query, {}, 9)).hits.front().document, ids[1]);
        query.types = {1};  // and now its labels
        QCOMPARE(Fixture::must(f.project->search(query, {}, 9)).hits.front().range, (Range{0, 7}));
    }

    void words_areFoundAsTheirBeginnings_withoutCaseAndDiacritics() {
        Fixture f;
        f.addTexts({"Metformin and metformins", "Caf\u00e9 or cafe\u0301, CAFE!", "nothing"});
        QCOMPARE(find(f, words("metf")), (List{"1:Metformin", "1:metformins"}));
        QCOMPARE(find(f, words("\"metformin\"")), (List{"1:Metformin"}));
        QCOMPARE(find(f, words("cafe")), (List{"2:Caf\u00e9", "2:cafe\u0301", "2:CAFE"}));
        QCOMPARE(find(f, words("absent")), List{});
        // All words must be in the document.
        QCOMPARE(find(f, words("metformin and")), (List{"1:Metformin", "1:and", "1:metformins"}));
        QCOMPARE(find(f, words("metformin nothing")), List{});
        SearchQuery exact = words("cafe");
        exact.matchesCase = true;
        QCOMPARE(find(f, exact), (List{"2:cafe\u0301"}));
    }

    void offsets_areCodePoints_whateverStandsBefore() {
        Fixture f;
        f.addTexts({"\U0001F9EA\U0001F9EA e\u0301\r\nfound it\r\nfound again"});
        const SearchPage page = Fixture::must(f.project->search(words("found")));
        QCOMPARE(page.hits.size(), std::size_t{2});
        QVERIFY((page.hits[0].range == Range{7, 12}));
        QCOMPARE(page.hits[0].before, std::string());
        QCOMPARE(page.hits[0].after, std::string(" it"));
        QVERIFY((page.hits[1].range == Range{17, 22}));
        const SearchPage same = Fixture::must(f.project->search(expression("fo\\w+d")));
        QCOMPARE(same.hits, page.hits);
    }

    void unspacedScripts_andSymbols_areFoundAnywhere() {
        Fixture f;
        f.addTexts({"\u6771\u4eac\u90fd\u306b\u884c\u304f", "5 \u20ac and \u20ac"});
        QCOMPARE(find(f, words("\u4eac\u90fd")), (List{"1:\u4eac\u90fd"}));
        QCOMPARE(find(f, words("\u20ac")), (List{"2:\u20ac", "2:\u20ac"}));
    }

    void expressions_knowLinesAndCase() {
        Fixture f;
        f.addTexts({"Dose: 500 mg\ndose: 20 mg", "dosage 5mg"});
        QCOMPARE(find(f, expression("\\d+ ?mg")), (List{"1:500 mg", "1:20 mg", "2:5mg"}));
        QCOMPARE(find(f, expression("^dose")), (List{"1:Dose", "1:dose"}));
        SearchQuery exact = expression("^dose");
        exact.matchesCase = true;
        QCOMPARE(find(f, exact), (List{"1:dose"}));
        QCOMPARE(find(f, expression("x*")), List{});  // of nothing there is no place
    }

    void badExpression_saysWhereAndWhy() {
        Fixture f;
        f.addTexts({"text"});
        const auto failed = f.project->search(expression("(ab"));
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::InvalidArgument);
        QVERIFY(failed.error().message.find("parenthesis") != std::string::npos);
        QVERIFY(failed.error().message.find("character") != std::string::npos);
    }

    void expressionWithoutEnd_isBounded() {
        Fixture f;
        f.addTexts({std::string(60, 'a') + "!", "short"});
        QElapsedTimer timer;
        timer.start();
        const auto failed = f.project->search(expression("(a|aa)+$"), {}, 10, 0.2);
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::InvalidArgument);
        QVERIFY(failed.error().message.find("too long") != std::string::npos);
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }

    void stop_endsASearch() {
        Fixture f;
        f.addTexts({std::string(60, 'a') + "!"});
        std::stop_source stop;
        std::jthread later([&stop] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            stop.request_stop();
        });
        const auto stopped =
            f.project->search(expression("(a|aa)+$"), {}, 10, 60, stop.get_token());
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    }

    void labels_areFoundByEachOfTheirFeatures() {
        Fixture f;
        const auto id = f.addTexts({"take aspirin 100 mg", "take ibuprofen 200 mg"});
        Fixture::must(f.label(id[0], {5, 12}, 1));  // ann, at 1000, by hand
        Fixture::must(f.accept(id[0], f.suggest(id[0], {13, 19}, 2, 0.8)));
        f.suggest(id[1], {5, 14}, 1, 0.4);
        SearchQuery all;
        all.types = {1, 2};
        QCOMPARE(find(f, all), (List{"1:aspirin", "1:100 mg", "2:ibuprofen"}));
        SearchQuery drug;
        drug.types = {1};
        QCOMPARE(find(f, drug), (List{"1:aspirin", "2:ibuprofen"}));
        SearchQuery suggested;
        suggested.labels = SearchQuery::Labels::Suggested;
        QCOMPARE(find(f, suggested), (List{"2:ibuprofen"}));
        const SearchHit hit = Fixture::must(f.project->search(suggested)).hits.front();
        QVERIFY(hit.isSuggestion && hit.record != 0 && hit.type == 1);
        QCOMPARE(hit.score, 0.4);
        SearchQuery annotated;
        annotated.labels = SearchQuery::Labels::Annotated;
        QCOMPARE(find(f, annotated), (List{"1:aspirin", "1:100 mg"}));
        SearchQuery accepted;
        accepted.origins = {Origin::Accepted};
        QCOMPARE(find(f, accepted), (List{"1:100 mg"}));
        SearchQuery scored;
        scored.lowestScore = 0.3;
        scored.highestScore = 0.5;
        QCOMPARE(find(f, scored), (List{"2:ibuprofen"}));
        scored.lowestScore = 0.41;
        QCOMPARE(find(f, scored), List{});
        SearchQuery by;
        by.annotator = "ann";
        QCOMPARE(find(f, by).size(), std::size_t{2});
        by.annotator = "bob";
        QCOMPARE(find(f, by), List{});
        SearchQuery dated;
        dated.from = 1000;
        dated.until = 1001;
        QCOMPARE(find(f, dated).size(), std::size_t{2});
        dated.from = 1001;
        dated.until = 0;
        QCOMPARE(find(f, dated), List{});
        SearchQuery status = all;
        status.status = DocumentStatus::New;
        QCOMPARE(find(f, status), (List{"2:ibuprofen"}));
        QCOMPARE(Fixture::must(f.project->annotators()), (List{"ann"}));
    }

    void annotators_areKnownAsTheyCome() {
        Fixture f;
        const auto ids = f.addTexts({"aspirin ibuprofen", "naproxen"});
        QCOMPARE(Fixture::must(f.project->annotators()), List{});
        Fixture::must(f.label(ids[0], {0, 7}, 1));
        QCOMPARE(Fixture::must(f.project->annotators()), (List{"ann"}));
        auto other = Fixture::must(f.project->reopenForThread());
        RecordId next = other->nextRecordId();
        const EditContext context{ids[1], "bob", 1000, &next};
        const auto labels = Fixture::must(other->labels(ids[1]));
        Fixture::must(other->commit(*labelEdit(labels, context, {0, 8}, 1, 8), {"Label", "bob"}));
        Project::ImportOptions options;
        options.actor = "eve";
        Fixture::must(
            f.add({{makeDocument("3", "paracetamol"), {{{0, 11}, "drug", -1}}, true}}, options));
        QCOMPARE(Fixture::must(f.project->annotators()), (List{"ann", "bob", "eve"}));
        other.reset();
        f.reopen();
        QCOMPARE(Fixture::must(f.project->annotators()), (List{"ann", "bob", "eve"}));
    }

    /// The same labels whether they lie near or beyond what is looked through at once.
    void labels_farApart_areFound() {
        Fixture f;
        std::vector<std::string> texts;
        for (int i = 0; i < 2300; ++i)
            texts.push_back("text " + std::to_string(i));
        const auto ids = f.addTexts(texts);
        const auto last = ids.back();
        Fixture::must(f.label(ids[3], {0, 4}, 1));
        Fixture::must(f.label(last, {0, 4}, 1));
        SearchQuery query;
        query.types = {1};
        const auto page = Fixture::must(f.project->search(query));
        QCOMPARE(page.hits.size(), std::size_t{2});
        QCOMPARE(page.hits[0].document, ids[3]);
        QCOMPARE(page.hits[1].document, last);
        query.types = {2};
        QVERIFY(Fixture::must(f.project->search(query)).hits.empty());
        query = {};
        query.origins = {Origin::Manual};
        QCOMPARE(Fixture::must(f.project->search(query)).hits.size(), std::size_t{2});
        query.origins = {Origin::Imported};
        QVERIFY(Fixture::must(f.project->search(query)).hits.empty());
        query = {};
        query.labels = SearchQuery::Labels::Annotated;
        query.lowestScore = 0.5;  // no label is both
        QVERIFY(Fixture::must(f.project->search(query)).hits.empty());
        query.text = "text";
        QVERIFY(Fixture::must(f.project->search(query)).hits.empty());
    }

    void textAndLabels_together() {
        Fixture f;
        const auto id = f.addTexts({"aspirin, aspirin and aspirin", "aspirin"});
        Fixture::must(f.label(id[0], {9, 16}, 1));
        f.suggest(id[0], {21, 28}, 2, 0.9);
        const auto places = [&](const SearchQuery& query) {
            std::vector<Offset> found;
            for (const SearchHit& hit : Fixture::must(f.project->search(query)).hits)
                found.push_back(hit.document * 100 + hit.range.begin);
            return found;
        };
        using Places = std::vector<Offset>;
        SearchQuery query = words("aspirin");
        QCOMPARE(places(query), (Places{100, 109, 121, 200}));
        query.types = {1};
        QCOMPARE(places(query), (Places{109}));
        query.types = {};
        query.labels = SearchQuery::Labels::Unlabelled;
        QCOMPARE(places(query), (Places{100, 200}));
        query.labels = SearchQuery::Labels::Suggested;
        QCOMPARE(places(query), (Places{121}));
        // Text alone tells what stands at each place.
        const SearchPage page = Fixture::must(f.project->search(words("aspirin")));
        QCOMPARE(page.hits[0].record, RecordId{0});
        QCOMPARE(page.hits[1].type, TypeId{1});
        QVERIFY(page.hits[2].isSuggestion);
        // Without a text nothing can be unlabelled.
        SearchQuery nothing;
        nothing.labels = SearchQuery::Labels::Unlabelled;
        QVERIFY(Fixture::must(f.project->search(nothing)).hits.empty());
    }

    void pages_goOnWhereTheyStopped_alsoInsideADocument() {
        Fixture f;
        f.addTexts({"a1 a2 a3 a4 a5", "none", "a6 a7"});
        for (const SearchQuery& query : {words("a"), expression("a\\d")}) {
            List all;
            std::optional<SearchPlace> from = SearchPlace{};
            int pages = 0;
            for (; from && pages < 20; ++pages) {
                const SearchPage page = Fixture::must(f.project->search(query, *from, 2));
                QVERIFY(page.hits.size() <= 2);
                for (const SearchHit& hit : page.hits)
                    all.push_back(hit.match);
                from = page.next;
            }
            QCOMPARE(all, (List{"a1", "a2", "a3", "a4", "a5", "a6", "a7"}));
            QVERIFY(pages >= 4);
        }
    }

    void trash_isNotSearched() {
        Fixture f;
        const auto id = f.addTexts({"aspirin", "aspirin."});
        Fixture::must(f.label(id[1], {0, 7}, 1));
        Fixture::must(f.project->trashDocuments({id[0]}, "ann"));
        QCOMPARE(find(f, words("aspirin")), (List{"2:aspirin"}));
        SearchQuery typed;
        typed.types = {1};
        QCOMPARE(find(f, typed), (List{"2:aspirin"}));
        Fixture::must(f.project->trashType(1));
        QCOMPARE(find(f, typed), List{});
        QCOMPARE(Fixture::must(f.project->search(words("aspirin"))).hits[0].type, TypeId{0});
    }

    void documents_areFoundByName() {
        Fixture f;
        std::vector<Record> records;
        for (const char* name : {"clinic-note-031", "clinic-note-112", "contract 7.txt"})
            records.push_back({makeDocument(name, std::string("text of ") + name), {}, false});
        Fixture::must(f.add(std::move(records)));
        const auto named = [&](const char* text, int limit = 20) {
            List found;
            for (const NamedDocument& document :
                 Fixture::must(f.project->documentsNamed(text, limit)))
                found.push_back(document.name);
            return found;
        };
        QCOMPARE(named("clin"), (List{"clinic-note-031", "clinic-note-112"}));
        QCOMPARE(named("clin", 1), (List{"clinic-note-031"}));
        QCOMPARE(named("note 112"), (List{"clinic-note-112"}));
        QCOMPARE(named("ontract"),
                 (List{"contract 7.txt"}));  // in the middle, when nothing begins so
        QCOMPARE(named("text"), List{});     // only names count
        QCOMPARE(named("%"), List{});
        QCOMPARE(named(""), List{});
    }

    void mergeType_movesLabels_andUndoPartsThemAgain() {
        Fixture f({"drug", "medicine", "dose"});
        const auto id = f.addTexts({"aspirin and ibuprofen", "aspirin 100 mg"});
        Fixture::must(f.label(id[0], {0, 7}, 1));
        Fixture::must(f.label(id[0], {12, 21}, 2));
        Fixture::must(f.label(id[1], {0, 7}, 1));
        Fixture::must(f.label(id[1], {8, 14}, 3));
        Fixture::must(f.project->trashDocuments({id[1]}, "ann"));
        const auto before = Fixture::must(f.project->labels(id[0]));
        const TypeUse use = Fixture::must(f.project->typeUse(1));
        QCOMPARE(use.annotations, 1);  // of living documents
        QCOMPARE(use.documents, 1);
        Fixture::must(f.project->mergeType(1, 2, {"Merge", "ann"}));
        QVERIFY(Fixture::must(f.project->scheme()).byName("drug") == nullptr);
        const auto merged = Fixture::must(f.project->labels(id[0]));
        QCOMPARE(merged.annotations.size(), std::size_t{2});
        for (const Annotation& label : merged.annotations)
            QCOMPARE(label.type, TypeId{2});
        QCOMPARE(merged.annotations[0].id, before.annotations[0].id);
        QCOMPARE(Fixture::must(f.project->typeUse(2)).annotations, 2);
        f.reopen();
        QCOMPARE(Fixture::must(f.project->undoState(1)).undo.back().info.name,
                 std::string("Merge"));
        Fixture::must(f.project->undo("ann"));
        QCOMPARE(Fixture::must(f.project->labels(id[0])), before);
        QVERIFY(Fixture::must(f.project->scheme()).byName("drug") != nullptr);
        QCOMPARE(Fixture::must(f.project->typeUse(1)).annotations, 1);
        Fixture::must(f.project->redo("ann"));
        QCOMPARE(Fixture::must(f.project->labels(id[0])), merged);
        Fixture::must(f.project->restoreDocuments({id[1]}, "ann"));
        QCOMPARE(Fixture::must(f.project->labels(id[1])).annotations[0].type, TypeId{2});
        QCOMPARE(Fixture::must(f.project->typeUse(2)).annotations, 3);
        Fixture::must(f.project->integrityCheck());
    }

    void mergeType_whereBothAre_keepsOne() {
        Fixture f({"drug", "medicine"});
        const auto id = f.addTexts({"aspirin"});
        // Two types on one range, as an import can bring them.
        RecordId next = f.project->nextRecordId();
        Edit both;
        for (const TypeId type : {TypeId{1}, TypeId{2}})
            both.addAnnotations.push_back(
                {next++, id[0], {0, 7}, type, Origin::Imported, "ann", 5});
        Fixture::must(f.project->commit(both, {"Both", "ann"}));
        Fixture::must(f.project->mergeType(1, 2));
        QCOMPARE(Fixture::must(f.project->labels(id[0])).annotations.size(), std::size_t{1});
        Fixture::must(f.project->undo("ann"));
        QCOMPARE(Fixture::must(f.project->labels(id[0])).annotations.size(), std::size_t{2});
        QCOMPARE(f.project->mergeType(1, 1).error().code, ErrorCode::NotFound);
        QCOMPARE(f.project->mergeType(1, 77).error().code, ErrorCode::NotFound);
    }

    void typeChanges_areUndone_alsoAfterARestart() {
        Fixture f;
        const auto id = f.addTexts({"take aspirin daily"});
        Fixture::must(f.label(id[0], {5, 12}, 1));
        EntityType drug = *Fixture::must(f.project->scheme()).byId(1);
        const EntityType original = drug;
        drug.name = "medicine";
        drug.color = "#123456";
        Fixture::must(f.project->putType(drug, {"Rename", "ann"}));
        Fixture::must(f.project->trashType(1));
        QVERIFY(Fixture::must(f.project->labels(id[0])).annotations.empty());
        f.reopen();
        Fixture::must(f.project->undo("ann"));
        QCOMPARE(Fixture::must(f.project->labels(id[0])).annotations.size(), std::size_t{1});
        QCOMPARE(Fixture::must(f.project->counts()).annotations, 1);
        QCOMPARE(Fixture::must(f.project->scheme()).byId(1)->name, std::string("medicine"));
        Fixture::must(f.project->undo("ann"));
        QCOMPARE(*Fixture::must(f.project->scheme()).byId(1), original);
        Fixture::must(f.project->redo("ann"));
        QCOMPARE(*Fixture::must(f.project->scheme()).byId(1), drug);
        // The name is taken meanwhile, by an import that undo does not know of.
        Fixture::must(f.project->undo("ann"));
        Fixture::must(f.project->putType({0, "medicine", "", "", "", 0}));
        QCOMPARE(f.project->redo("ann").error().code, ErrorCode::AlreadyExists);
        QCOMPARE(*Fixture::must(f.project->scheme()).byId(1), original);
    }

    void mergeType_ofManyLabels_isQuickEnough() {
        Fixture f({"drug", "medicine"});
        constexpr int kDocuments = 400, kLabels = 25;
        std::string text;
        for (int i = 0; i < kLabels; ++i)
            text += "word" + std::to_string(100 + i) + " ";
        std::vector<Record> records;
        for (int i = 0; i < kDocuments; ++i) {
            Record record{
                makeDocument("d" + std::to_string(i), text + std::to_string(i)), {}, true};
            for (int j = 0; j < kLabels; ++j)
                record.spans.push_back({{j * 8, j * 8 + 7}, "drug"});
            records.push_back(std::move(record));
        }
        Fixture::must(f.add(std::move(records)));
        QElapsedTimer timer;
        timer.start();
        Fixture::must(f.project->mergeType(1, 2));
        const auto merged = timer.restart();
        Fixture::must(f.project->undo("ann"));
        qInfo("10,000 labels: merged in %lld ms, undone in %lld ms", merged, timer.elapsed());
        QCOMPARE(Fixture::must(f.project->typeUse(1)).annotations, kDocuments * kLabels);
        QVERIFY(merged < 20000);
    }
};

QTEST_GUILESS_MAIN(SearchTest)
#include "search_test.moc"
