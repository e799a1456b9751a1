#include <SQLiteCpp/SQLiteCpp.h>

#include <QtTest>
#include <algorithm>
#include <random>

#include "support.h"

using namespace spanwise;
using test::Fixture;

class ProjectTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void create_freshFile_hasTheDocumentedPragmas() {
        Fixture f;
        QCOMPARE(f.project->name(), "Trial");
        QCOMPARE(f.project->uuid().size(), std::size_t{36});
        QVERIFY(!f.project->isReadOnly());
        SQLite::Database raw(f.path());
        QCOMPARE(raw.execAndGet("PRAGMA application_id").getInt(), 0x53706e77);
        QCOMPARE(raw.execAndGet("PRAGMA user_version").getInt(), 6);
        QCOMPARE(raw.execAndGet("PRAGMA journal_mode").getString(), std::string("wal"));
        SQLite::Statement lax(raw,
                              "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type "
                              "= 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'");
        QVERIFY2(!lax.executeStep(), "a table is not STRICT");
        QVERIFY_EXCEPTION_THROWN(raw.exec("INSERT INTO setting VALUES ('k', x'00')"),
                                 SQLite::Exception);
    }

    void create_existingFile_isRefused() {
        Fixture f;
        const auto again = Project::create(f.path(), {});
        QVERIFY(!again);
        QCOMPARE(again.error().code, ErrorCode::AlreadyExists);
        QCOMPARE(Project::create(f.path("no/such/folder.spanwise"), {}).error().code,
                 ErrorCode::NotFound);
    }

    void create_badScheme_leavesNoFile() {
        Fixture f;
        const LabelScheme twice({{1, "drug", "", "", "", 0}, {2, "drug", "", "", "", 1}});
        QCOMPARE(Project::create(f.path("b.spanwise"), twice).error().code,
                 ErrorCode::InvalidArgument);
        QVERIFY(!QFile::exists(QString::fromStdString(f.path("b.spanwise"))));
        QVERIFY(!QFile::exists(QString::fromStdString(f.path("b.spanwise.lock"))));
    }

    void create_oddFileNames_work() {
        Fixture f;
        for (const std::string name : {"Größe 100%?.spanwise", "a#b.spanwise", "日本.spanwise"}) {
            auto made = Project::create(f.path(name), {});
            QVERIFY2(made, name.c_str());
            QVERIFY(Fixture::must((*made)->rollingBackup(0)));
            QVERIFY((*made)->putSetting("k", "\"v\"").has_value());
            QVERIFY(Fixture::must((*made)->rollingBackup(0)));
            QVERIFY(!Fixture::must((*made)->rollingBackup(0)));
            made->reset();
            QCOMPARE(Fixture::must(Project::open(f.path(name)))->setting("k"), "\"v\"");
        }
    }

    void types_putRenameTrashRestore_keepLabels() {
        Fixture f;
        const auto id = f.addTexts({"take aspirin 500 mg daily", "aspirin again"});
        Fixture::must(f.label(id[0], {5, 12}, 1));
        Fixture::must(f.label(id[0], {13, 19}, 2));
        Fixture::must(f.label(id[1], {0, 7}, 1));
        f.suggest(id[1], {8, 13}, 1);
        auto drug = *Fixture::must(f.project->scheme()).byId(1);
        drug.name = "medicine";
        QCOMPARE(Fixture::must(f.project->putType(drug)), TypeId{1});
        EntityType taken;
        taken.name = "dose";
        QCOMPARE(f.project->putType(taken).error().code, ErrorCode::InvalidArgument);

        QVERIFY(f.project->trashType(1).has_value());
        auto counts = Fixture::must(f.project->counts());
        QCOMPARE(counts.annotations, 1);
        QCOMPARE(counts.suggestions, 0);
        QCOMPARE(Fixture::must(f.project->labels(id[0])).annotations.size(), std::size_t{1});
        QVERIFY(Fixture::must(f.project->labels(id[1])).annotations.empty());
        QCOMPARE(Fixture::must(f.project->summary(id[0])).annotations, 1);
        QCOMPARE(Fixture::must(f.project->summary(id[1])).annotations, 0);
        QCOMPARE(Fixture::must(f.project->trashedTypes()).size(), std::size_t{1});
        const auto refused = f.label(id[1], {0, 7}, 1);
        QCOMPARE(refused.error().code, ErrorCode::InvalidArgument);

        // A new type with the old name, then the old one wants to come back.
        EntityType usurper;
        usurper.name = "medicine";
        usurper.shortcut = drug.shortcut;
        const TypeId usurperId = Fixture::must(f.project->putType(usurper));
        QVERIFY(usurperId > 2);
        QCOMPARE(f.project->restoreType(1).error().code, ErrorCode::AlreadyExists);
        usurper.id = usurperId;
        usurper.name = "other";
        Fixture::must(f.project->putType(usurper));
        QVERIFY(f.project->restoreType(1).has_value());
        QVERIFY(Fixture::must(f.project->scheme()).byId(1)->shortcut.empty());
        counts = Fixture::must(f.project->counts());
        QCOMPARE(counts.annotations, 3);
        QCOMPARE(Fixture::must(f.project->summary(id[0])).annotations, 2);
        QCOMPARE(Fixture::must(f.project->labels(id[1])).annotations.size(), std::size_t{1});
        QCOMPARE(f.project->restoreType(1).error().code, ErrorCode::NotFound);
        checkCounters(f);
    }

    void import_recordsWithSpans_keepsBytesAndBecomesDone() {
        Fixture f;
        const std::string text =
            "\xF0\x9F\xA7\xAA Ada\xC2\xA0Lovelace\r\nBayer\xE2\x80\xA8"
            "AG.";
        Record record{makeDocument("1", text), {{{2, 14}, "PER", -1}, {{2, 5}, "given", -1}}, true};
        record.document.meta = R"({"source":"x"})";
        record.document.presplit = {{{0, 14}, {{0, 1}, {2, 14}}}};
        Record nothing{makeDocument("2", "nothing here"), {}, true};
        Record unseen{makeDocument("3", "not looked at"), {}, false};
        Project::ImportOptions options;
        options.actor = "ann";
        const auto result = Fixture::must(f.add({record, nothing, unseen}, options));
        QCOMPARE(result.documents, 3);
        QCOMPARE(result.spans, 2);
        QCOMPARE(result.newTypes, 2);
        const auto documents = Fixture::must(f.project->documents());
        QCOMPARE(documents[0].status, DocumentStatus::Done);
        QCOMPARE(documents[1].status, DocumentStatus::Done);
        QCOMPARE(documents[2].status, DocumentStatus::New);
        QCOMPARE(documents[0].annotations, 2);
        const auto stored = Fixture::must(f.project->document(documents[0].id));
        QCOMPARE(stored.text, text);
        QCOMPARE(stored.meta, record.document.meta);
        QVERIFY(stored.presplit == record.document.presplit);
        QCOMPARE(stored.sha256, sha256Hex(text));
        const auto labels = Fixture::must(f.project->labels(documents[0].id));
        QCOMPARE(labels.annotations[1].range.end, Offset{14});
        QCOMPARE(labels.annotations[1].origin, Origin::Imported);
        QCOMPARE(labels.annotations[1].annotator, "ann");
        QVERIFY(Fixture::must(f.project->scheme()).byName("PER") != nullptr);
        QCOMPARE(Fixture::must(f.project->documentsByHash(stored.sha256)).size(), std::size_t{1});

        std::vector<Record> back;
        Fixture::must(f.project->forEachRecord([&](Record&& out, const DocumentLabels&) {
            back.push_back(std::move(out));
            return Result<void>();
        }));
        QCOMPARE(back.size(), std::size_t{3});
        QCOMPARE(back[0].document.text, text);
        QVERIFY(back[0].spans ==
                (std::vector<NamedSpan>{{{2, 5}, "given", -1}, {{2, 14}, "PER", -1}}));
        QVERIFY(back[0].labelled && back[1].labelled && !back[2].labelled);
    }

    void import_spansWithScores_becomeSuggestions() {
        Fixture f;
        Record record{makeDocument("1", "aspirin twice"), {{{0, 7}, "drug", 0.5}}, true};
        Fixture::must(f.add({record}));
        const auto summary = Fixture::must(f.project->documents()).front();
        QCOMPARE(summary.status, DocumentStatus::New);
        QCOMPARE(summary.annotations, 0);
        QCOMPARE(summary.suggestions, 1);
        QCOMPARE(summary.lowestScore, 0.5);
    }

    void import_many_areSearchableInBatches() {
        Fixture f;
        f.addTexts({"an earlier aspirin"});
        constexpr int kMany = 1700;
        const auto push = [&](const Project::RecordSink& sink, int count) -> Result<void> {
            for (int i = 0; i < count; ++i) {
                Record record{makeDocument("m" + std::to_string(i),
                                           "word" + std::to_string(i % 7) + " number" +
                                               std::to_string(i) + " aspirin"),
                              {{{0, 5}, "drug", -1}},
                              true};
                if (auto pushed = sink(std::move(record)); !pushed)
                    return pushed;
                if (i % 3 == 0) {
                    Record again{makeDocument("again", "word0 number0 aspirin"), {}, false};
                    if (auto pushed = sink(std::move(again)); !pushed)
                        return pushed;
                }
            }
            return {};
        };
        const auto found = [&](const char* text) {
            return Fixture::must(f.project->documentIds({.search = text})).size();
        };
        // One that is given up leaves nothing, and what makes texts searchable in place.
        const auto broken =
            f.project->import({}, [&](const Project::RecordSink& sink) -> Result<void> {
                if (auto pushed = push(sink, kMany); !pushed)
                    return pushed;
                return failure(ErrorCode::InvalidFormat, "the file ends");
            });
        QVERIFY(!broken);
        QCOMPARE(found("aspirin"), std::size_t{1});
        f.addTexts({"a later ibuprofen"});
        QCOMPARE(found("ibuprofen"), std::size_t{1});

        const auto result = Fixture::must(f.project->import(
            {}, [&](const Project::RecordSink& sink) { return push(sink, kMany); }));
        QCOMPARE(result.documents, kMany);
        QCOMPARE(found("aspirin"), std::size_t{kMany + 1});
        QCOMPARE(found("number499"), std::size_t{1});
        QCOMPARE(found("number500"), std::size_t{1});
        QCOMPARE(found("number1699"), std::size_t{1});
        f.addTexts({"the last paracetamol"});
        QCOMPARE(found("paracetamol"), std::size_t{1});
        Fixture::must(f.project->integrityCheck());
        f.reopen();
        QCOMPARE(found("aspirin"), std::size_t{kMany + 1});
        f.addTexts({"naproxen"});
        QCOMPARE(found("naproxen"), std::size_t{1});
    }

    /// As many as make the index of hashes anew, and a list that is read in parts.
    void import_veryMany_knowsDuplicatesAndListsAll() {
        Fixture f;
        f.addTexts({"word 7"});
        constexpr int kVeryMany = 101000;
        const auto push = [](int first, int end) {
            return [=](const Project::RecordSink& sink) -> Result<void> {
                for (int i = first; i < end; ++i) {
                    const int number = i % 1000 == 999 ? i - 999 : i;  // there already
                    const std::string text = "word " + std::to_string(number);
                    if (auto pushed = sink({makeDocument(text, text), {}, false}); !pushed)
                        return pushed;
                }
                return {};
            };
        };
        const auto result = Fixture::must(f.project->import({}, push(0, kVeryMany)));
        QCOMPARE(result.duplicates, kVeryMany / 1000 + 1);
        QCOMPARE(result.documents, kVeryMany - kVeryMany / 1000 - 1);
        const auto documents = Fixture::must(f.project->documents());
        QCOMPARE(static_cast<std::int64_t>(documents.size()), result.documents + 1);
        QVERIFY(std::is_sorted(documents.begin(), documents.end(),
                               [](const auto& a, const auto& b) { return a.id < b.id; }));
        QCOMPARE(documents.back().name, "word " + std::to_string(kVeryMany - 2));
        const std::string hash = sha256Hex("word 100500");
        const auto same = Fixture::must(f.project->documentsByHash(hash));
        QCOMPARE(same.size(), std::size_t{1});
        QCOMPARE(Fixture::must(f.project->summary(same.front())).sha256.hex(), hash);
        QCOMPARE(Fixture::must(f.project->documentIds({.search = "\"word 100500\""})), same);
        // Fewer than there are: the index stays and knows them.
        const auto again = Fixture::must(f.project->import({}, push(50000, 50010)));
        QCOMPARE(again.documents, 0);
        Fixture::must(f.project->trashDocuments(same, "ann"));
        const auto living = Fixture::must(f.project->documents());
        QCOMPARE(static_cast<std::int64_t>(living.size()), result.documents);
        QVERIFY(std::none_of(living.begin(), living.end(),
                             [&](const auto& document) { return document.id == same.front(); }));
        QCOMPARE(Fixture::must(f.project->documents({.after = documents[99990].id})).size(),
                 living.size() - 99991);
        Fixture::must(f.project->integrityCheck());
    }

    void import_ofAnySize_keepsTheCountersThatTriggersKeep() {
        Fixture f;
        const auto records = [](int first, int end) {
            std::vector<Record> all;
            for (int i = first; i < end; ++i) {
                Record record{makeDocument("d", "word " + std::to_string(i)), {}, i % 3 != 0};
                if (i % 3 == 1)
                    record.spans = {
                        {{0, 4}, "drug", -1}, {{0, 4}, "drug", -1}, {{5, 6}, "new", -1}};
                if (i % 3 == 2)
                    record.spans = {{{0, 4}, "dose", 0.7}, {{5, 6}, "drug", 0.4}};
                all.push_back(std::move(record));
            }
            return all;
        };
        std::int64_t expected = 0;
        for (const auto& [first, end] : {std::pair{0, 30}, std::pair{30, 1200}}) {
            Fixture::must(f.add(records(first, end)));
            expected = end;
            std::map<TypeId, TypeCount> perType;
            ProjectCounts seen;
            for (const DocumentSummary& summary : Fixture::must(f.project->documents())) {
                const DocumentLabels labels = Fixture::must(f.project->labels(summary.id));
                QCOMPARE(summary.annotations, static_cast<int>(labels.annotations.size()));
                QCOMPARE(summary.suggestions, static_cast<int>(labels.suggestions.size()));
                QCOMPARE(summary.lowestScore, labels.suggestions.empty() ? -1.0 : 0.4);
                for (const Annotation& label : labels.annotations)
                    ++perType[label.type].annotations;
                for (const Suggestion& label : labels.suggestions)
                    ++perType[label.type].suggestions;
                ++seen.documents;
                seen.done += labels.status == DocumentStatus::Done ? 1 : 0;
                seen.annotations += summary.annotations;
                seen.suggestions += summary.suggestions;
            }
            const ProjectCounts counts = Fixture::must(f.project->counts());
            QCOMPARE(counts.documents, expected);
            QCOMPARE(counts.documents, seen.documents);
            QCOMPARE(counts.done, seen.done);
            QCOMPARE(counts.annotations, seen.annotations);
            QCOMPARE(counts.suggestions, seen.suggestions);
            QCOMPARE(counts.perType.size(), std::size_t{3});
            for (const TypeCount& type : counts.perType) {
                QCOMPARE(type.annotations, perType[type.type].annotations);
                QCOMPARE(type.suggestions, perType[type.type].suggestions);
            }
        }
        // A gesture after it, and one after an import that failed, count as ever.
        const auto failed = f.add({{makeDocument("d", "short"), {{{3, 30}, "drug", -1}}, true}});
        QVERIFY(!failed);
        Fixture::must(f.label(1, {0, 4}, 1));
        QCOMPARE(Fixture::must(f.project->summary(1)).annotations, 1);
        QCOMPARE(Fixture::must(f.project->documentIds({.search = "\"word 1199\""})).size(),
                 std::size_t{1});
        f.reopen();
        Fixture::must(f.project->integrityCheck());
    }

    void documentsAmong_areThoseThatFullTextSearchFinds() {
        Fixture f;
        const auto ids = f.addTexts({"Caf\u00e9 of the north", "of them all", "the end of it",
                                     "cafe\u0301s", "\u963f\u53f8 of the east", "of -- the"});
        for (const char* search : {"cafe", "\"of the\"", "\"of the", "of the", "th", "text",
                                   "text of", "\u53f8", "\u53f8 of", "--", "absent", ""}) {
            const auto all = Fixture::must(f.project->documentIds({.search = search}));
            const auto among = Fixture::must(f.project->documentsAmong(search, ids, 100, 60));
            QVERIFY2(among == (search[0] == '\0' ? std::vector<DocumentId>() : all), search);
        }
        const std::vector<DocumentId> order{ids[5], 999, ids[2], ids[1], ids[0]};
        QCOMPARE(Fixture::must(f.project->documentsAmong("of", order, 2, 60)),
                 (std::vector<DocumentId>{ids[5], ids[2]}));
        Fixture::must(f.project->trashDocuments({ids[5]}, "ann"));
        QCOMPARE(Fixture::must(f.project->documentsAmong("of", order, 2, 60)),
                 (std::vector<DocumentId>{ids[2], ids[1]}));
        QVERIFY(Fixture::must(f.project->documentsAmong("of", order, 2, 0)).empty());
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!f.project->documentsAmong("of", order, 2, 60, stop.get_token()));
    }

    void teachingDocuments_beyondTheLimits_areTheNewestAndBalanced() {
        Fixture f;
        std::vector<Record> records;
        for (int i = 0; i < 60; ++i)
            records.push_back({makeDocument("d", "word " + std::to_string(100 + i)),
                               {{{0, 4}, i % 20 == 3 ? "dose" : "drug", -1}},
                               true});
        Fixture::must(f.add(std::move(records)));
        const auto fresh = f.addTexts({"not looked at", "labelled by hand"});
        auto choice = Fixture::must(f.project->teachingDocuments({60, 1'000'000}));
        QCOMPARE(choice.documents.size(), std::size_t{60});
        QCOMPARE(choice.of, 60);
        Fixture::must(f.label(fresh[1], {0, 8}, 1));
        choice = Fixture::must(f.project->teachingDocuments({10, 1'000'000}));
        QCOMPARE(choice.of, 61);
        QCOMPARE(choice.documents.size(), std::size_t{10});
        // Ids begin at 1.
        for (const DocumentId id : {DocumentId{4}, DocumentId{24}, DocumentId{44}, fresh[1]})
            QVERIFY(std::binary_search(choice.documents.begin(), choice.documents.end(), id));
        QCOMPARE(Fixture::must(f.project->teachingDocuments({10, 1'000'000})).documents,
                 choice.documents);
        Fixture::must(f.project->trashDocuments({fresh[1]}, "ann"));
        QCOMPARE(Fixture::must(f.project->teachingDocuments({10, 1'000'000})).of, 60);
    }

    void documentIds_areThoseOfTheFilter() {
        Fixture f;
        const auto ids =
            f.addTexts({"aspirin", "aspirin and ibuprofen", "ibuprofen", "\u963f\u53f8", "-- --"});
        const auto found = [&](const DocumentFilter& filter) {
            const auto summaries = Fixture::must(f.project->documents(filter));
            std::vector<DocumentId> same;
            for (const DocumentSummary& summary : summaries)
                same.push_back(summary.id);
            const auto found = Fixture::must(f.project->documentIds(filter));
            return found == same ? found : std::vector<DocumentId>{-1};
        };
        using Ids = std::vector<DocumentId>;
        QCOMPARE(found({}), ids);
        QCOMPARE(found({.search = "aspi"}), (Ids{ids[0], ids[1]}));
        QCOMPARE(found({.search = "\u53f8"}), (Ids{ids[3]}));
        QCOMPARE(found({.search = "aspi --"}), Ids{});
        QCOMPARE(found({.search = "--"}), (Ids{ids[4]}));
        QCOMPARE(found({.after = ids[2]}), (Ids{ids[3], ids[4]}));
        QCOMPARE(found({.search = "ibuprofen", .after = ids[1]}), (Ids{ids[2]}));
        Fixture::must(f.label(ids[1], {0, 7}, 1));
        QCOMPARE(found({.search = "aspirin", .withType = 1}), (Ids{ids[1]}));
        QCOMPARE(found({.search = "aspirin", .status = DocumentStatus::New}), (Ids{ids[0]}));
        Fixture::must(f.project->trashDocuments({ids[1]}, "ann"));
        QCOMPARE(found({.search = "aspirin"}), (Ids{ids[0]}));
        QCOMPARE(found({.search = "aspirin", .trashed = true}), (Ids{ids[1]}));
        QCOMPARE(found({.trashed = true}), (Ids{ids[1]}));
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = f.project->documentIds({.search = "--"}, stop.get_token());
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    }

    void documentHash_isItsHex() {
        const std::string hex = sha256Hex("a text");
        QCOMPARE(DocumentHash::fromHex(hex).hex(), hex);
        QCOMPARE(DocumentHash::fromHex("").hex(), std::string(64, '0'));
    }

    void import_duplicates_areSkippedUnlessWanted() {
        Fixture f;
        f.addTexts({"one", "two"});
        Record one{makeDocument("again", "one"), {}, false};
        Record three{makeDocument("3", "three"), {}, false};
        const auto result = Fixture::must(f.add({one, three, three}));
        QCOMPARE(result.documents, 1);
        QCOMPARE(result.duplicates, 2);
        Project::ImportOptions keep;
        keep.keepDuplicates = true;
        QCOMPARE(Fixture::must(f.add({one}, keep)).documents, 1);
        QCOMPARE(Fixture::must(f.project->documents()).size(), std::size_t{4});
        const auto eventsBefore = Fixture::must(f.project->events()).size();
        Fixture::must(f.add({one}));
        QCOMPARE(Fixture::must(f.project->events()).size(), eventsBefore);
    }

    void import_failingInTheMiddle_changesNothing_data() {
        QTest::addColumn<int>("how");
        QTest::newRow("span past the end") << 0;
        QTest::newRow("source error") << 1;
        QTest::newRow("stop") << 2;
        QTest::newRow("source ignores the sink's error") << 3;
        QTest::newRow("not UTF-8") << 4;
        QTest::newRow("bad type name") << 5;
        QTest::newRow("exception") << 6;
    }
    void import_failingInTheMiddle_changesNothing() {
        QFETCH(int, how);
        Fixture f;
        f.addTexts({"here before"});
        const auto before = Fixture::must(f.project->counts());
        std::stop_source stop;
        Project::ImportOptions options;
        options.file = "in.jsonl";
        const auto result = f.project->import(
            options,
            [&](const Project::RecordSink& sink) -> Result<void> {
                for (int i = 0; i < 50; ++i) {
                    const std::string text = "document " + std::to_string(i);
                    Record record{
                        makeDocument("r" + std::to_string(i), text), {{{0, 8}, "fresh", -1}}, true};
                    if (i == 30 && (how == 0 || how == 3))
                        record.spans[0].range.end = 99;
                    if (i == 30 && how == 1)
                        return failure(ErrorCode::InvalidFormat, "bad line", "in.jsonl:30");
                    if (i == 30 && how == 2)
                        stop.request_stop();
                    if (i == 30 && how == 4)
                        record.document.text = "\xff\xfe";
                    if (i == 30 && how == 5)
                        record.spans[0].type = " ";
                    if (i == 30 && how == 6)
                        throw std::runtime_error("thrown by a reader");
                    const auto pushed = sink(std::move(record));
                    if (!pushed && how != 3)
                        return pushed;
                }
                return {};
            },
            stop.get_token());
        QVERIFY(!result);
        const ErrorCode expected[] = {ErrorCode::InvalidArgument, ErrorCode::InvalidFormat,
                                      ErrorCode::Cancelled,       ErrorCode::InvalidArgument,
                                      ErrorCode::InvalidText,     ErrorCode::InvalidArgument,
                                      ErrorCode::Internal};
        QCOMPARE(result.error().code, expected[how]);
        if (how == 0)
            QVERIFY2(result.error().text().find("in.jsonl: r30") == 0,
                     result.error().text().c_str());
        const auto after = Fixture::must(f.project->counts());
        QCOMPARE(after.documents, before.documents);
        QCOMPARE(after.annotations, before.annotations);
        QVERIFY(Fixture::must(f.project->scheme()).byName("fresh") == nullptr);
        QVERIFY(Fixture::must(f.project->documents({.search = "document"})).empty());
        Fixture::must(f.label(1, {0, 4}, 1));
        checkCounters(f);
    }

    void documents_filters_findTheRightOnes() {
        Fixture f;
        const auto id =
            f.addTexts({"Patient took Métformin 500mg.", "Ibuprofen; co-pay needed",
                        "日本語のテキスト", "smile \xF0\x9F\x98\x80 face", "metabolic panel"});
        const auto found = [&](DocumentFilter filter) {
            std::vector<DocumentId> ids;
            for (const auto& summary : Fixture::must(f.project->documents(filter)))
                ids.push_back(summary.id);
            return ids;
        };
        using Ids = std::vector<DocumentId>;
        QCOMPARE(found({.search = "metf"}), (Ids{id[0]}));
        QCOMPARE(found({.search = "MET"}), (Ids{id[0], id[4]}));
        QCOMPARE(found({.search = "took pat"}), (Ids{id[0]}));
        QCOMPARE(found({.search = "\"took patient\""}), (Ids{}));
        QCOMPARE(found({.search = "\"patient took\""}), (Ids{id[0]}));
        QCOMPARE(found({.search = "co-pay"}), (Ids{id[1]}));
        QCOMPARE(found({.search = "本語"}), (Ids{id[2]}));
        QCOMPARE(found({.search = "\xF0\x9F\x98\x80"}), (Ids{id[3]}));
        QCOMPARE(found({.search = "\"text 5\""}), (Ids{id[4]}));  // a name
        for (const char* hostile : {"\"", "AND", "OR NOT", "a* OR b", "name:x", "(", "^x", "-",
                                    "NEAR(a b)", "'; DROP TABLE document;", "{a b}:c", "+"})
            QVERIFY2(f.project->documents({.search = hostile}).has_value(), hostile);
        QCOMPARE(found({.search = "  "}).size(), std::size_t{5});

        Fixture::must(f.label(id[0], {13, 22}, 1));
        f.suggest(id[1], {0, 9}, 1, 0.25);
        QCOMPARE(found({.status = DocumentStatus::InProgress}), (Ids{id[0]}));
        QCOMPARE(found({.withType = TypeId{1}}), (Ids{id[0], id[1]}));
        QCOMPARE(found({.withType = TypeId{2}}), (Ids{}));
        QCOMPARE(found({.withSuggestions = true}), (Ids{id[1]}));
        QCOMPARE(found({.search = "ibu", .status = DocumentStatus::New, .withType = TypeId{1}}),
                 (Ids{id[1]}));
        QCOMPARE(Fixture::must(f.project->summary(id[1])).lowestScore, 0.25);

        QVERIFY(f.project->trashDocuments({id[0], id[2]}, "ann").has_value());
        QCOMPARE(found({}), (Ids{id[1], id[3], id[4]}));
        QCOMPARE(found({.trashed = true}), (Ids{id[0], id[2]}));
        QCOMPARE(Fixture::must(f.project->counts()).annotations, 0);
        QCOMPARE(f.label(id[0], {0, 7}, 1).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(f.project->trashDocuments({id[1], id[0]}, "ann").error().code,
                 ErrorCode::NotFound);
        QCOMPARE(found({}).size(), std::size_t{3});  // all or none
        QVERIFY(f.project->restoreDocuments({id[0]}, "ann").has_value());
        QCOMPARE(Fixture::must(f.project->counts()).annotations, 1);
        QCOMPARE(Fixture::must(f.project->labels(id[0])).annotations.size(), std::size_t{1});
        checkCounters(f);
    }

    void occurrences_ofAString_findWholeWordsInAnyCase() {
        Fixture f;
        const auto id = f.addTexts({"Aspirin, then aspirin.\nASPIRIN! aspirins naspirin",
                                    "no drug here", "\xF0\x9F\xA7\xAA aspirin 500",
                                    "ИБУПРОФЕН ибупрофен", "日本語と日本", "a.b a.b"});
        Fixture::must(f.label(id[0], {14, 21}, 1));
        const auto hits = Fixture::must(f.project->occurrences("aspirin")).hits;
        QCOMPARE(hits.size(), std::size_t{4});
        QCOMPARE(hits[0].match, "Aspirin");
        QCOMPARE(hits[0].type, TypeId{0});
        QCOMPARE(hits[1].type, TypeId{1});
        QCOMPARE(hits[1].before, "Aspirin, then ");
        QCOMPARE(hits[1].after, ".");
        QCOMPARE(hits[2].before, "");
        QCOMPARE(hits[3].document, id[2]);
        QCOMPARE(hits[3].range.begin, Offset{2});
        QCOMPARE(hits[3].range.end, Offset{9});
        QCOMPARE(Fixture::must(f.project->occurrences("aspirin", 2)).hits.size(), std::size_t{2});
        QCOMPARE(Fixture::must(f.project->occurrences("Ибупрофен")).hits.size(), std::size_t{2});
        QCOMPARE(Fixture::must(f.project->occurrences("日本")).hits.size(), std::size_t{2});
        QCOMPARE(Fixture::must(f.project->occurrences("\xF0\x9F\xA7\xAA")).hits.size(),
                 std::size_t{1});
        QCOMPARE(Fixture::must(f.project->occurrences("a.b")).hits.size(), std::size_t{2});
        QCOMPARE(Fixture::must(f.project->occurrences(".")).hits.size(), std::size_t{3});
        QVERIFY(Fixture::must(f.project->occurrences("")).hits.empty());
        QVERIFY(Fixture::must(f.project->occurrences("\"")).hits.empty());
        QVERIFY(f.project->trashDocuments({id[0]}, "ann").has_value());
        QCOMPARE(Fixture::must(f.project->occurrences("aspirin")).hits.size(), std::size_t{1});
    }

    void occurrences_endAtTheLimit_orInTime_orWhenStopped() {
        Fixture f;
        std::vector<std::string> texts;
        for (int i = 0; i < 400; ++i)
            texts.push_back("the aspirin 日本 " + std::to_string(i));
        f.addTexts(texts);
        for (const char* text : {"the aspirin", "日本"}) {
            const auto few = Fixture::must(f.project->occurrences(text, 40));
            QCOMPARE(few.hits.size(), std::size_t{40});
            QVERIFY(few.isCut);
            const auto all = Fixture::must(f.project->occurrences(text, 400));
            QCOMPARE(all.hits.size(), std::size_t{400});
            QVERIFY(!all.isCut);
            const auto late = Fixture::must(f.project->occurrences(text, 400, 0));
            QVERIFY(late.isCut && late.hits.size() < 400);
            std::stop_source stop;
            stop.request_stop();
            QCOMPARE(f.project->occurrences(text, 400, 2, stop.get_token()).error().code,
                     ErrorCode::Cancelled);
        }
        // The connection is as it was.
        QCOMPARE(Fixture::must(f.project->counts()).documents, 400);
    }

    void documents_afterReimportOfSearchTables_matchFtsIntegrity() {
        Fixture f;
        f.addTexts({"alpha beta", "gamma"});
        SQLite::Database raw(f.path(), SQLite::OPEN_READWRITE);
        raw.exec("UPDATE document SET name = 'renamed thing' WHERE id = 1");
        raw.exec("INSERT INTO document_search(document_search, rank) VALUES('integrity-check',1)");
        QCOMPARE(Fixture::must(f.project->documents({.search = "renamed"})).size(), std::size_t{1});
        QVERIFY_EXCEPTION_THROWN(raw.exec("UPDATE document_text SET text = 'x'"),
                                 SQLite::Exception);
    }

    void settingsAndModels_survive() {
        Fixture f;
        QCOMPARE(f.project->setting("a", "fallback"), "fallback");
        Fixture::must(f.project->putSetting("a", "1"));
        Fixture::must(f.project->putSetting("a", "2"));
        Fixture::must(f.project->putModel("m1", "/x", "{}"));
        Fixture::must(f.project->putModel("m1", "/y", "{\"f1\":1}"));
        const std::string uuid = f.project->uuid();
        f.reopen();
        QCOMPARE(f.project->setting("a"), "2");
        QCOMPARE(f.project->uuid(), uuid);
        const auto models = Fixture::must(f.project->models());
        QCOMPARE(models.size(), std::size_t{1});
        QCOMPARE(models[0].path, "/y");
    }

    /// Many random gestures; the maintained counters must equal a count of the rows.
    void counters_afterRandomGestures_equalTheRows() {
        Fixture f({"a", "b", "c"});
        std::vector<std::string> texts;
        for (int i = 0; i < 6; ++i)
            texts.push_back("document number " + std::to_string(i) + " has some words in it");
        const auto ids = f.addTexts(texts);
        std::mt19937 random(7);
        const auto pick = [&random](int below) { return static_cast<int>(random() % below); };
        for (int step = 0; step < 400; ++step) {
            const DocumentId id = ids[static_cast<std::size_t>(pick(6))];
            const Offset begin = pick(20);
            const Range range{begin, begin + 1 + pick(8)};
            const TypeId type = 1 + pick(3);
            switch (pick(11)) {
                case 0:
                case 1:
                case 2:
                    (void)f.label(id, range, type);
                    break;
                case 3:
                case 4: {
                    std::vector<Suggestion> proposed;
                    for (int i = 0; i < 4; ++i) {
                        const Offset at = i * 6;
                        proposed.push_back(
                            {0, id, {at, at + 1 + pick(5)}, 1 + pick(3), pick(100) / 100.0, ""});
                    }
                    Fixture::must(f.project->putSuggestions({{id, proposed}}, "m"));
                    break;
                }
                case 5:
                case 6: {
                    const auto labels = Fixture::must(f.project->labels(id));
                    if (labels.suggestions.empty())
                        break;
                    const RecordId one = labels.suggestions.front().id;
                    (void)(pick(2) == 0 ? f.accept(id, one) : f.reject(id, one));
                    break;
                }
                case 7:
                    (void)f.project->undo("ann");
                    break;
                case 8:
                    (void)f.project->redo("ann");
                    break;
                case 9:
                    if (!f.project->trashDocuments({id}, "ann"))
                        Fixture::must(f.project->restoreDocuments({id}, "ann"));
                    break;
                case 10:
                    if (!f.project->trashType(type))
                        Fixture::must(f.project->restoreType(type));
                    break;
            }
            if (step % 40 == 39)
                checkCounters(f);
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY(Fixture::must(f.project->counts()).annotations > 0);
        // All the way back and forth again.
        const auto snapshot = [&] {
            std::string all;
            for (const DocumentId id : ids) {
                const auto labels = Fixture::must(f.project->labels(id));
                for (const auto& a : labels.annotations)
                    all += std::to_string(a.id) + "@" + std::to_string(a.range.begin) + " ";
                all += std::string(documentStatusName(labels.status)) + "\n";
            }
            return all;
        };
        while (f.project->redo("ann")) {
        }
        const std::string last = snapshot();
        int undone = 0;
        Result<Event> event = f.project->undo("ann");
        for (; event; event = f.project->undo("ann"))
            ++undone;
        QCOMPARE(event.error().code, ErrorCode::NotFound);
        QVERIFY2(undone > 20, qPrintable(QString::number(undone)));
        checkCounters(f);
        for (int i = 0; i < undone; ++i)
            Fixture::must(f.project->redo("ann"));
        QCOMPARE(snapshot(), last);
        checkCounters(f);
        Fixture::must(f.project->integrityCheck());
    }

private:
    static void checkCounters(Fixture& f) {
        SQLite::Database raw(f.path());
        const char* kWrong[] = {
            "SELECT d.id FROM document d WHERE annotations <> (SELECT count(*) FROM annotation a "
            "JOIN entity_type t ON t.id = a.type WHERE a.document = d.id AND t.trashed_at IS "
            "NULL)",
            "SELECT d.id FROM document d WHERE suggestions <> (SELECT count(*) FROM suggestion s "
            "WHERE s.document = d.id)",
            "SELECT d.id FROM document d WHERE lowest_score IS NOT (SELECT min(score) FROM "
            "suggestion s WHERE s.document = d.id)",
            "SELECT t.id FROM entity_type t WHERE annotations <> (SELECT count(*) FROM annotation "
            "a JOIN document d ON d.id = a.document WHERE a.type = t.id AND d.trashed_at IS NULL)",
            "SELECT t.id FROM entity_type t WHERE suggestions <> (SELECT count(*) FROM suggestion "
            "a JOIN document d ON d.id = a.document WHERE a.type = t.id AND d.trashed_at IS NULL)",
            "SELECT t.id FROM entity_type t WHERE rejections <> (SELECT count(*) FROM rejection a "
            "JOIN document d ON d.id = a.document WHERE a.type = t.id AND d.trashed_at IS NULL)",
            "SELECT status FROM document_tally y WHERE documents <> (SELECT count(*) FROM document "
            "d WHERE d.status = y.status AND d.trashed_at IS NULL)"};
        for (const char* sql : kWrong) {
            SQLite::Statement wrong(raw, sql);
            QVERIFY2(!wrong.executeStep(), sql);
        }
    }

    /// Beyond some number of labels counters are kept in one go, past the triggers.
    void largeEdits_keepCounters_alsoOfWhatIsInTheTrash() {
        Fixture f({"drug", "dose", "test"});
        std::string text;
        for (int i = 0; i < 60; ++i)
            text += "word" + std::to_string(100 + i) + " ";
        const auto ids = f.addTexts({text + "a", text + "b", text + "c"});
        std::vector<SuggestionBatch> batches;
        for (const DocumentId id : ids) {
            batches.push_back({id, {}});
            for (int i = 0; i < 60; ++i)
                batches.back().suggestions.push_back(
                    {0, id, {i * 8, i * 8 + 7}, 1 + i % 3, 0.3 + i / 100.0, ""});
        }
        Fixture::must(f.project->putSuggestions(batches, "m"));
        checkCounters(f);
        // 40 accepted and 19 rejected in each: one suggestion, the best, is left.
        Edit edit;
        RecordId next = f.project->reserveRecordIds(200);
        for (const DocumentId id : ids) {
            const auto labels = Fixture::must(f.project->labels(id));
            const EditContext context{id, "ann", 1, &next};
            std::vector<Suggestion> right(labels.suggestions.begin(),
                                          labels.suggestions.begin() + 40);
            std::vector<Suggestion> wrong(labels.suggestions.begin() + 40,
                                          labels.suggestions.end() - 1);
            append(edit, settleEdit(labels, context, right, 2));
            Edit refusals = settleEdit(labels, context, wrong, std::nullopt);
            refusals.status.clear();
            append(edit, refusals);
        }
        QCOMPARE(edit.removeSuggestions.size(), std::size_t{177});
        Fixture::must(f.project->commit(edit, {"Decide", "ann"}));
        checkCounters(f);
        QCOMPARE(Fixture::must(f.project->summary(ids[0])).lowestScore, 0.89);
        QCOMPARE(Fixture::must(f.project->counts()).annotations, std::int64_t{120});
        // Back and forth, and back while a document and the labels' type are in the trash.
        Fixture::must(f.project->undo("ann"));
        checkCounters(f);
        QCOMPARE(Fixture::must(f.project->counts()).suggestions, std::int64_t{180});
        QCOMPARE(Fixture::must(f.project->summary(ids[2])).lowestScore, 0.3);
        Fixture::must(f.project->redo("ann"));
        checkCounters(f);
        Fixture::must(f.project->trashDocuments({ids[1]}, "ann"));
        Fixture::must(f.project->undo("ann"));
        checkCounters(f);
        Fixture::must(f.project->redo("ann"));
        Fixture::must(f.project->trashType(2));
        checkCounters(f);
        Fixture::must(f.project->restoreType(2));
        Fixture::must(f.project->restoreDocuments({ids[1]}, "ann"));
        checkCounters(f);
        QCOMPARE(Fixture::must(f.project->counts()).annotations, std::int64_t{120});
        // What does not fit changes nothing, and the triggers work as before.
        edit = {};
        for (int i = 0; i < 150; ++i)
            edit.addAnnotations.push_back({next + i, ids[0], {0, i + 1}, 1, {}, "ann", 1});
        edit.addAnnotations.back().range.end = 100000;
        QCOMPARE(f.project->commit(edit, {"Too long", "ann"}).error().code,
                 ErrorCode::InvalidArgument);
        checkCounters(f);
        Fixture::must(f.label(ids[0], {0, 3}, 1));
        checkCounters(f);
        QCOMPARE(Fixture::must(f.project->counts()).annotations, std::int64_t{121});
        Fixture::must(f.project->integrityCheck());
    }

    void undoHeads_nameAndSize_withoutTheEdit() {
        Fixture f;
        const auto ids = f.addTexts({"Metformin 500 mg"});
        auto heads = Fixture::must(f.project->undoHeads());
        QCOMPARE(heads.undo.event, std::int64_t{0});
        const auto event = Fixture::must(f.label(ids[0], {0, 9}, 1));
        heads = Fixture::must(f.project->undoHeads());
        QCOMPARE(heads.undo.event, event);
        QCOMPARE(heads.undo.name, std::string("Label"));
        QVERIFY(heads.undo.size > 100 && heads.undo.size < 400);
        QCOMPARE(heads.redo.event, std::int64_t{0});
        Fixture::must(f.project->undo("ann"));
        heads = Fixture::must(f.project->undoHeads());
        QCOMPARE(heads.undo.event, std::int64_t{0});
        QCOMPARE(heads.redo.event, event);
    }
};

QTEST_GUILESS_MAIN(ProjectTest)
#include "project_test.moc"
