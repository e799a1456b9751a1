#include <algorithm>
#include <limits>

#include "core/annotation/labelled_sentence.h"
#include "core/text/utf8.h"
#include "tests/core/support.h"

using namespace spanwise;
using namespace spanwise::test;

namespace {

constexpr DocumentId kDocument = 7;
constexpr Offset kLength = 60;

/// Labels of one document and what makes edits for them.
struct Desk {
    DocumentLabels labels;
    RecordId nextId = 1;
    EditContext context{kDocument, "ann", 1000, &nextId};

    Annotation& annotation(Range range, TypeId type, Origin origin = Origin::Manual) {
        labels.annotations.push_back({nextId++, kDocument, range, type, origin, "ann", 1});
        return labels.annotations.back();
    }
    Suggestion& suggestion(Range range, TypeId type, double score = 0.5) {
        labels.suggestions.push_back({nextId++, kDocument, range, type, score, "m"});
        return labels.suggestions.back();
    }
    void reject(Range range, TypeId type) {
        labels.rejections.push_back({nextId++, kDocument, range, type, "ann", 1});
    }
    void take(const Edit& edit) {
        const auto applied = apply(labels, kDocument, edit);
        QVERIFY2(applied.has_value(), why(applied).c_str());
    }
    [[nodiscard]] std::vector<std::pair<Range, TypeId>> annotated() const {
        std::vector<std::pair<Range, TypeId>> out;
        for (const Annotation& annotation : labels.annotations)
            out.emplace_back(annotation.range, annotation.type);
        return out;
    }
};

using Pairs = std::vector<std::pair<Range, TypeId>>;

NamedSpan spanOf(const std::string& text, const std::string& part, const std::string& type) {
    const auto at = text.find(part);
    const Offset begin = countCodePoints(std::string_view(text).substr(0, at));
    return {{begin, begin + countCodePoints(part)}, type};
}

}  // namespace

class TestAnnotation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // --- documents

    void makeDocument_text_isKeptAndHashed() {
        const Document document = makeDocument("a", "\xEF\xBB\xBFx\r\n");
        QCOMPARE(document.text, "\xEF\xBB\xBFx\r\n");
        QCOMPARE(document.sha256, sha256Hex(document.text));
        QCOMPARE(document.status, DocumentStatus::New);
    }

    void sentencesOf_presplit_winsOverTheSplitter() {
        Document document = makeDocument("a", "New York is big.");
        QCOMPARE(sentencesOf(document).at(0).words.size(), std::size_t{5});
        document.presplit = {{{0, 8}, {{0, 8}}}};
        QVERIFY(sentencesOf(document) == document.presplit);
    }

    void presplitJson_roundTripsAndChecksBounds() {
        const std::vector<Sentence> sentences{{{0, 5}, {{0, 2}, {3, 5}}}, {{6, 9}, {{6, 9}}}};
        const std::string json = presplitToJson(sentences);
        QCOMPARE(json, "[[[0,2],[3,5]],[[6,9]]]");
        const auto back = presplitFromJson(json, 9);
        VERIFY_OK(back);
        QVERIFY(*back == sentences);
        QCOMPARE(presplitToJson({}), "");
        QVERIFY(presplitFromJson("", 9)->empty());
        for (const char* bad : {"{", "{}", "[[]]", "[[[0]]]", "[[[0,1],[0,2]]]", "[[[1,1]]]",
                                "[[[2,1]]]", "[[[0,10]]]", "[[[-1,2]]]", "[[[0,1.5]]]",
                                "[[[\"a\",2]]]", "[3]", "[[[0,99999999999999999999]]]"}) {
            const auto broken = presplitFromJson(bad, 9);
            QVERIFY2(!broken.has_value(), bad);
            QCOMPARE(broken.error().code, ErrorCode::InvalidFormat);
        }
    }

    void names_roundTrip() {
        for (const auto status :
             {DocumentStatus::New, DocumentStatus::InProgress, DocumentStatus::Done}) {
            QCOMPARE(documentStatusFromName(documentStatusName(status)).value(), status);
        }
        QVERIFY(!documentStatusFromName("x").has_value());
        for (const auto origin :
             {Origin::Manual, Origin::Accepted, Origin::Pattern, Origin::Imported}) {
            QCOMPARE(originFromName(originName(origin)), origin);
        }
    }

    // --- label scheme

    void scheme_check_refusesWhatTheHeaderForbids() {
        LabelScheme scheme({{1, "PER", "", "#112233", "1", 0}});
        const auto refused = [&](EntityType type) {
            type.id = 2;
            const auto checked = scheme.check(type);
            return !checked && checked.error().code == ErrorCode::InvalidArgument;
        };
        QVERIFY(refused({0, "", "", "", "", 0}));
        QVERIFY(refused({0, " a", "", "", "", 0}));
        QVERIFY(refused({0, "a\u00a0", "", "", "", 0}));
        QVERIFY(refused({0, "a\tb", "", "", "", 0}));
        QVERIFY(refused({0, "a\nb", "", "", "", 0}));
        QVERIFY(refused({0, "a\xff", "", "", "", 0}));
        QVERIFY(refused({0, "a", "", "red", "", 0}));
        QVERIFY(refused({0, "a", "", "#12345g", "", 0}));
        QVERIFY(refused({0, "a", "", "", "ab", 0}));
        QVERIFY(refused({0, "a", "", "", " ", 0}));
        QVERIFY(refused({0, "PER", "", "", "", 0}));
        QVERIFY(refused({0, "a", "", "", "1", 0}));
        QVERIFY(refused({0, "a", "", "", "", 0, "\xff"}));
        QVERIFY(refused({0, "a", "", "", "", 0, std::string("a\0b", 3)}));
        QVERIFY(!refused({0, "a", "", "", "", 0, "two\nlines\tand a tab"}));
        QVERIFY(!refused({0, "side effect", "d", "#ABCDEF", "é", 0}));
        VERIFY_OK(scheme.check({1, "PER", "other", "#112233", "1", 0}));
    }

    void scheme_put_addsReplacesAndKeepsOrder() {
        LabelScheme scheme;
        VERIFY_OK(scheme.put({1, "B", "", "", "", 1}));
        VERIFY_OK(scheme.put({2, "A", "", "", "", 0}));
        VERIFY_OK(scheme.put({1, "C", "", "", "", 1}));
        QVERIFY((scheme.names() == std::vector<std::string>{"A", "C"}));
        QVERIFY(!scheme.put({3, "A", "", "", "", 2}));
        QVERIFY(scheme.byId(1) && scheme.byName("C") && !scheme.byName("B"));
        scheme.remove(1);
        QVERIFY(!scheme.byId(1));
        QVERIFY(!scheme.byShortcut(""));
    }

    void scheme_json_roundTripsAndFillsIn() {
        const auto scheme = LabelScheme::fromJson(
            R"({"types":[{"name":"drug","description":"a medicine","shortcut":"2",
                "note":"Brands count.\n- not doses"},"dose",
                {"name":"x","color":"#3a38b3"}]})",
            "scheme.json");
        VERIFY_OK(scheme);
        QCOMPARE(scheme->types().size(), std::size_t{3});
        QCOMPARE(scheme->types()[0].shortcut, "2");
        QCOMPARE(scheme->types()[0].note, "Brands count.\n- not doses");
        QCOMPARE(scheme->types()[1].shortcut, "1");
        QCOMPARE(scheme->types()[2].shortcut, "3");
        QVERIFY(scheme->types()[0].color != scheme->types()[2].color);
        QCOMPARE(scheme->types()[2].id, 3);
        const auto again = LabelScheme::fromJson(scheme->toJson(), "x");
        VERIFY_OK(again);
        QVERIFY(*again == *scheme);
        VERIFY_OK(LabelScheme::fromJson(R"(["PER", "ORG"])", "x"));
        const auto named = LabelScheme::fromNames({"PER", "ORG"});
        VERIFY_OK(named);
        QCOMPARE(named->types()[1].shortcut, "2");
        QVERIFY(!LabelScheme::fromNames({"PER", "PER"}));
    }

    void scheme_manyTypes_runOutOfDigitsNotOfColours() {
        std::vector<std::string> names;
        for (int i = 0; i < 30; ++i)
            names.push_back("type" + std::to_string(i));
        const auto scheme = LabelScheme::fromNames(names);
        VERIFY_OK(scheme);
        QCOMPARE(scheme->types()[9].shortcut, "0");
        QCOMPARE(scheme->types()[10].shortcut, "");
        QVERIFY(!scheme->types()[29].color.empty());
        for (std::size_t i = 0; i < 12; ++i) {
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(scheme->types()[i].color != scheme->types()[j].color);
        }
    }

    void scheme_badJson_namesThePlace() {
        VERIFY_FAILS(LabelScheme::fromJson("{\n\"types\": [}", "s.json"), ErrorCode::InvalidFormat,
                     "s.json:2", "JSON");
        VERIFY_FAILS(LabelScheme::fromJson("3", "s.json"), ErrorCode::InvalidFormat, "s.json",
                     "types");
        VERIFY_FAILS(LabelScheme::fromJson(R"({"types":[{"name":3}]})", "s.json"),
                     ErrorCode::InvalidFormat, "s.json", "name");
        VERIFY_FAILS(LabelScheme::fromJson(R"(["A","A"])", "s.json"), ErrorCode::InvalidArgument,
                     "s.json", "Type 2");
        VERIFY_FAILS(LabelScheme::fromJson("[\"a\xff\"]", "s.json"), ErrorCode::InvalidText,
                     "s.json:1", "UTF-8");
    }

    // --- gestures

    void labelEdit_freshRange_addsAndStartsTheDocument() {
        Desk desk;
        const auto edit = labelEdit(desk.labels, desk.context, {2, 5}, 1, kLength);
        VERIFY_OK(edit);
        desk.take(*edit);
        QVERIFY((desk.annotated() == Pairs{{{2, 5}, 1}}));
        const Annotation& made = desk.labels.annotations[0];
        QCOMPARE(made.origin, Origin::Manual);
        QCOMPARE(made.annotator, "ann");
        QCOMPARE(made.createdAt, 1000);
        QCOMPARE(made.document, kDocument);
        QCOMPARE(made.id, 1);
        QCOMPARE(desk.nextId, 2);
        QCOMPARE(desk.labels.status, DocumentStatus::InProgress);
    }

    void labelEdit_sameRange_changesTheTypeAndKeepsTheId() {
        Desk desk;
        const RecordId id = desk.annotation({2, 5}, 1, Origin::Imported).id;
        const auto same = labelEdit(desk.labels, desk.context, {2, 5}, 1, kLength);
        VERIFY_OK(same);
        QVERIFY(same->isEmpty());
        const auto other = labelEdit(desk.labels, desk.context, {2, 5}, 2, kLength);
        VERIFY_OK(other);
        desk.take(*other);
        QVERIFY((desk.annotated() == Pairs{{{2, 5}, 2}}));
        QCOMPARE(desk.labels.annotations[0].id, id);
        QCOMPARE(desk.labels.annotations[0].origin, Origin::Manual);
    }

    void labelEdit_overlaps_keepsNestedAndCrossing() {
        Desk desk;
        desk.annotation({0, 3}, 1);
        desk.annotation({2, 20}, 1);
        desk.annotation({5, 7}, 1);
        desk.annotation({8, 14}, 2);
        desk.annotation({10, 12}, 3);
        const auto edit = labelEdit(desk.labels, desk.context, {4, 11}, 5, kLength);
        VERIFY_OK(edit);
        desk.take(*edit);
        QVERIFY((desk.annotated() == Pairs{{{0, 3}, 1},
                                           {{2, 20}, 1},
                                           {{4, 11}, 5},
                                           {{5, 7}, 1},
                                           {{8, 14}, 2},
                                           {{10, 12}, 3}}));
    }

    void labelEdit_sameWords_keep_comesBeside() {
        Desk desk;
        const RecordId id = desk.annotation({2, 5}, 1, Origin::Imported).id;
        const auto second =
            labelEdit(desk.labels, desk.context, {2, 5}, 2, kLength, SameWords::Keep);
        VERIFY_OK(second);
        desk.take(*second);
        QVERIFY((desk.annotated() == Pairs{{{2, 5}, 1}, {{2, 5}, 2}}));
        QCOMPARE(desk.labels.annotations[0].id, id);
        QCOMPARE(desk.labels.annotations[0].origin, Origin::Imported);
        const auto again =
            labelEdit(desk.labels, desk.context, {2, 5}, 1, kLength, SameWords::Keep);
        VERIFY_OK(again);
        QVERIFY(again->isEmpty());
        // Of two it is not said which would change: one more comes.
        const auto third = labelEdit(desk.labels, desk.context, {2, 5}, 3, kLength);
        VERIFY_OK(third);
        desk.take(*third);
        QVERIFY((desk.annotated() == Pairs{{{2, 5}, 1}, {{2, 5}, 2}, {{2, 5}, 3}}));
        desk.take(inverse(*third));
        desk.take(inverse(*second));
        QVERIFY((desk.annotated() == Pairs{{{2, 5}, 1}}));
    }

    void retypeEdit_sameWords_changesTheOneNamed() {
        Desk desk;
        desk.annotation({2, 5}, 1);
        const RecordId second = desk.annotation({2, 5}, 2).id;
        const auto other = retypeEdit(desk.labels, desk.context, {second}, 3, kLength);
        VERIFY_OK(other);
        desk.take(*other);
        QVERIFY((desk.annotated() == Pairs{{{2, 5}, 1}, {{2, 5}, 3}}));
        const auto equal = retypeEdit(desk.labels, desk.context, {second}, 1, kLength);
        VERIFY_OK(equal);
        desk.take(*equal);
        QVERIFY((desk.annotated() == Pairs{{{2, 5}, 1}}));
    }

    void annotateEdit_passesOverOnlyWhatIsSettled() {
        Desk desk;
        desk.annotation({0, 10}, 1);
        desk.annotation({20, 24}, 2);
        desk.annotation({30, 36}, 3);
        // Nested in another type, on another type's very words, crossing another type, within and
        // across its own.
        const std::vector<Range> ranges = {{2, 4}, {20, 24}, {34, 38}};
        desk.take(annotateEdit(desk.labels, desk.context, ranges, 5, Origin::Pattern));
        QVERIFY((desk.annotated() ==
                 Pairs{{{0, 10}, 1}, {{2, 4}, 5}, {{20, 24}, 2}, {{30, 36}, 3}, {{34, 38}, 5}}));
        QVERIFY(annotateEdit(desk.labels, desk.context, {{3, 4}, {35, 45}}, 5, Origin::Pattern)
                    .isEmpty());
    }

    void labelEdit_suggestionsAndRejections_giveWay() {
        Desk desk;
        desk.suggestion({2, 5}, 1);
        desk.suggestion({4, 9}, 2);
        desk.suggestion({5, 9}, 1);
        desk.reject({2, 5}, 1);
        desk.reject({2, 5}, 2);
        const auto edit = labelEdit(desk.labels, desk.context, {2, 5}, 1, kLength);
        VERIFY_OK(edit);
        desk.take(*edit);
        QCOMPARE(desk.labels.annotations[0].origin, Origin::Accepted);
        QCOMPARE(desk.labels.suggestions.size(), std::size_t{1});
        QVERIFY((desk.labels.suggestions[0].range == Range{5, 9}));
        QCOMPARE(desk.labels.rejections.size(), std::size_t{1});
        QCOMPARE(desk.labels.rejections[0].type, 2);
    }

    void labelEdit_badRange_isInvalidArgument() {
        Desk desk;
        for (const Range range : {Range{5, 5}, Range{6, 5}, Range{-1, 3}, Range{0, kLength + 1}}) {
            const auto edit = labelEdit(desk.labels, desk.context, range, 1, kLength);
            QVERIFY(!edit.has_value());
            QCOMPARE(edit.error().code, ErrorCode::InvalidArgument);
        }
        QCOMPARE(desk.nextId, 1);
        VERIFY_OK(labelEdit(desk.labels, desk.context, {0, kLength}, 1, kLength));
    }

    void acceptEdit_many_becomesAnnotationsInOneStep() {
        Desk desk;
        const RecordId a = desk.suggestion({0, 4}, 1, 0.9).id;
        const RecordId b = desk.suggestion({3, 8}, 2, 0.95).id;  // beats a
        const RecordId c = desk.suggestion({10, 12}, 1, 0.4).id;
        desk.suggestion({11, 14}, 3, 0.3);  // overlaps an accepted one: goes
        const RecordId e = desk.suggestion({20, 22}, 1, 0.3).id;
        desk.annotation({21, 25}, 4);       // crosses e, and stays
        desk.suggestion({40, 42}, 1, 0.3);  // stays
        const DocumentLabels before = desk.labels;
        const Edit edit = acceptEdit(desk.labels, desk.context, {a, b, c, e, e, 999});
        desk.take(edit);
        QVERIFY(
            (desk.annotated() == Pairs{{{3, 8}, 2}, {{10, 12}, 1}, {{20, 22}, 1}, {{21, 25}, 4}}));
        for (const Annotation& annotation : desk.labels.annotations)
            QCOMPARE(annotation.origin, annotation.type == 4 ? Origin::Manual : Origin::Accepted);
        QCOMPARE(desk.labels.suggestions.size(), std::size_t{1});
        desk.take(inverse(edit));
        QVERIFY(desk.labels == before);
    }

    void acceptEdit_alreadyAnnotated_onlyDropsTheSuggestion() {
        Desk desk;
        desk.annotation({0, 4}, 1);
        const RecordId id = desk.suggestion({0, 4}, 1).id;
        desk.labels.status = DocumentStatus::InProgress;
        const Edit edit = acceptEdit(desk.labels, desk.context, {id});
        desk.take(edit);
        QVERIFY((desk.annotated() == Pairs{{{0, 4}, 1}}));
        QVERIFY(desk.labels.suggestions.empty());
    }

    void rejectEdit_suggestion_becomesARejectionOnce() {
        Desk desk;
        const RecordId a = desk.suggestion({0, 4}, 1).id;
        const RecordId b = desk.suggestion({6, 8}, 1).id;
        desk.reject({6, 8}, 1);
        desk.take(rejectEdit(desk.labels, desk.context, {a, a, b, 99}));
        QVERIFY(desk.labels.suggestions.empty());
        QCOMPARE(desk.labels.rejections.size(), std::size_t{2});
        QCOMPARE(desk.labels.status, DocumentStatus::InProgress);
        QVERIFY(rejectEdit(desk.labels, desk.context, {99}).isEmpty());
    }

    void removeEdit_annotations_go() {
        Desk desk;
        const RecordId a = desk.annotation({0, 4}, 1).id;
        desk.annotation({6, 8}, 1);
        desk.take(removeEdit(desk.labels, desk.context, {a, a, 99}));
        QVERIFY((desk.annotated() == Pairs{{{6, 8}, 1}}));
    }

    void resizeEdit_annotationAndSuggestion_getNewBoundaries() {
        Desk desk;
        const RecordId a = desk.annotation({0, 4}, 1, Origin::Accepted).id;
        desk.annotation({5, 9}, 2);
        const RecordId s = desk.suggestion({20, 24}, 3).id;
        auto edit = resizeEdit(desk.labels, desk.context, a, {0, 7}, kLength);
        VERIFY_OK(edit);
        desk.take(*edit);
        QVERIFY((desk.annotated() == Pairs{{{0, 7}, 1}, {{5, 9}, 2}}));
        QCOMPARE(desk.labels.annotations[0].id, a);
        QCOMPARE(desk.labels.annotations[0].origin, Origin::Manual);
        edit = resizeEdit(desk.labels, desk.context, s, {21, 24}, kLength);
        VERIFY_OK(edit);
        desk.take(*edit);
        QVERIFY((desk.annotated() == Pairs{{{0, 7}, 1}, {{5, 9}, 2}, {{21, 24}, 3}}));
        QCOMPARE(desk.labels.annotations[2].origin, Origin::Accepted);
        QVERIFY(desk.labels.suggestions.empty());
        QVERIFY(resizeEdit(desk.labels, desk.context, a, {0, 7}, kLength)->isEmpty());
        QCOMPARE(resizeEdit(desk.labels, desk.context, 999, {0, 7}, kLength).error().code,
                 ErrorCode::NotFound);
        QCOMPARE(resizeEdit(desk.labels, desk.context, a, {7, 7}, kLength).error().code,
                 ErrorCode::InvalidArgument);
        QCOMPARE(resizeEdit(desk.labels, desk.context, a, {0, kLength + 1}, kLength).error().code,
                 ErrorCode::InvalidArgument);
    }

    void statusEdit_sameStatus_isEmpty() {
        Desk desk;
        QVERIFY(statusEdit(desk.labels, desk.context, DocumentStatus::New).isEmpty());
        desk.take(statusEdit(desk.labels, desk.context, DocumentStatus::Done));
        QCOMPARE(desk.labels.status, DocumentStatus::Done);
    }

    void suggestEdit_newProposals_replaceTheOldOnes() {
        Desk desk;
        desk.annotation({0, 10}, 1);
        desk.annotation({30, 34}, 1);
        desk.reject({12, 14}, 2);
        const RecordId kept = desk.suggestion({16, 18}, 1, 0.5).id;
        const RecordId rescored = desk.suggestion({20, 22}, 1, 0.5).id;
        desk.suggestion({24, 26}, 1, 0.5);
        const auto proposal = [](Range range, TypeId type, double score) {
            return Suggestion{0, 0, range, type, score, "m"};
        };
        const std::vector<Suggestion> proposed{
            proposal({2, 4}, 1, 0.9),    // inside an annotation
            proposal({9, 11}, 2, 0.9),   // overlaps one
            proposal({33, 35}, 2, 0.9),  // overlaps one
            proposal({12, 14}, 2, 0.9),  // refused
            proposal({12, 14}, 3, 0.9),  // refused as another type only
            proposal({16, 18}, 1, 0.5),  // as before
            proposal({20, 22}, 1, 0.8),  // other score
            proposal({28, 30}, 1, 0.7), proposal({28, 30}, 1, 0.6), proposal({40, 40}, 1, 0.6)};
        const DocumentLabels before = desk.labels;
        const Edit edit = suggestEdit(desk.labels, desk.context, proposed);
        desk.take(edit);
        Pairs got;
        for (const Suggestion& suggestion : desk.labels.suggestions) {
            got.emplace_back(suggestion.range, suggestion.type);
            QCOMPARE(suggestion.document, kDocument);
        }
        QVERIFY((got == Pairs{{{12, 14}, 3}, {{16, 18}, 1}, {{20, 22}, 1}, {{28, 30}, 1}}));
        QCOMPARE(desk.labels.suggestions[1].id, kept);
        QCOMPARE(desk.labels.suggestions[2].id, rescored);
        QCOMPARE(desk.labels.suggestions[2].score, 0.8);
        QCOMPARE(desk.labels.status, DocumentStatus::New);
        QVERIFY(suggestEdit(desk.labels, desk.context, proposed).isEmpty());
        desk.take(inverse(edit));
        QVERIFY(desk.labels == before);
    }

    // --- edits as such

    void apply_misfit_changesNothing() {
        Desk desk;
        const Annotation there = desk.annotation({0, 4}, 1);
        const DocumentLabels before = desk.labels;
        const auto refused = [&](const Edit& edit) {
            const auto applied = apply(desk.labels, kDocument, edit);
            return !applied && applied.error().code == ErrorCode::InvalidArgument &&
                   desk.labels == before;
        };
        Annotation other = there;
        other.id = 77;
        Edit edit;
        edit.removeAnnotations = {other};
        edit.addRejections = {{90, kDocument, {0, 1}, 1, "", 0}};
        QVERIFY(refused(edit));
        other = there;
        other.range.end = 3;
        edit = {};
        edit.removeAnnotations = {other};
        QVERIFY(refused(edit));
        edit = {};
        edit.removeAnnotations = {there, there};
        QVERIFY(refused(edit));
        edit = {};
        edit.addAnnotations = {there};
        QVERIFY(refused(edit));
        edit = {};
        edit.status = {{kDocument, DocumentStatus::Done, DocumentStatus::New}};
        QVERIFY(refused(edit));
        edit = {};
        other = there;
        other.document = 8;
        edit.removeAnnotations = {other};
        edit.status = {{8, DocumentStatus::Done, DocumentStatus::New}};
        VERIFY_OK(apply(desk.labels, kDocument, edit));
        QVERIFY(desk.labels == before);
    }

    void edits_randomGestures_undoAndRedoExactly() {
        std::mt19937_64 random(11);
        for (int round = 0; round < 60; ++round) {
            Desk desk;
            std::vector<Edit> history;
            std::vector<DocumentLabels> states{desk.labels};
            const auto range = [&] {
                const auto begin = static_cast<Offset>(random() % kLength);
                return Range{begin, std::min<Offset>(kLength, begin + 1 + random() % 12)};
            };
            const auto type = [&] { return static_cast<TypeId>(1 + random() % 3); };
            const auto ids = [&](const auto& records) {
                std::vector<RecordId> out;
                for (const auto& record : records) {
                    if (random() % 2)
                        out.push_back(record.id);
                }
                return out;
            };
            for (int step = 0; step < 60; ++step) {
                Edit edit;
                switch (random() % 7) {
                    case 0:
                    case 1: {
                        const auto made =
                            labelEdit(desk.labels, desk.context, range(), type(), kLength);
                        VERIFY_OK(made);
                        edit = *made;
                        break;
                    }
                    case 2:
                        edit = acceptEdit(desk.labels, desk.context, ids(desk.labels.suggestions));
                        break;
                    case 3:
                        edit = rejectEdit(desk.labels, desk.context, ids(desk.labels.suggestions));
                        break;
                    case 4:
                        if (random() % 3 == 0) {
                            edit =
                                removeEdit(desk.labels, desk.context, ids(desk.labels.annotations));
                        } else if (!desk.labels.annotations.empty()) {
                            const auto& some =
                                desk.labels.annotations[random() % desk.labels.annotations.size()];
                            const auto made =
                                resizeEdit(desk.labels, desk.context, some.id, range(), kLength);
                            VERIFY_OK(made);
                            edit = *made;
                        }
                        break;
                    case 5:
                        edit = statusEdit(desk.labels, desk.context,
                                          static_cast<DocumentStatus>(random() % 3));
                        break;
                    default: {
                        std::vector<Suggestion> proposed;
                        for (int i = 0; i < 8; ++i) {
                            proposed.push_back({0, 0, range(), type(),
                                                static_cast<double>(random() % 100) / 100, "m"});
                        }
                        edit = suggestEdit(desk.labels, desk.context, proposed);
                    }
                }
                QVERIFY(inverse(inverse(edit)) == edit);
                const auto read = editFromJson(editToJson(edit));
                VERIFY_OK(read);
                QVERIFY(*read == edit);
                desk.take(edit);

                const auto& now = desk.labels;
                for (const Annotation& a : now.annotations) {
                    for (const Annotation& b : now.annotations) {
                        if (&a != &b && a.range == b.range)
                            QVERIFY(a.type != b.type);
                    }
                }
                const auto sorted = [](const auto& records) {
                    return std::is_sorted(
                        records.begin(), records.end(), [](const auto& a, const auto& b) {
                            return std::tie(a.range, a.type) < std::tie(b.range, b.type);
                        });
                };
                QVERIFY(sorted(now.annotations) && sorted(now.suggestions) &&
                        sorted(now.rejections));
                history.push_back(edit);
                states.push_back(now);
            }
            for (std::size_t i = history.size(); i-- > 0;) {
                desk.take(inverse(history[i]));
                QVERIFY(desk.labels == states[i]);
            }
            for (std::size_t i = 0; i < history.size(); ++i) {
                desk.take(history[i]);
                QVERIFY(desk.labels == states[i + 1]);
            }
        }
    }

    void editFromJson_nonsense_isInvalidFormat() {
        for (const char* bad :
             {"", "[", "[]", "3", R"({"addAnnotations":[{}]})", R"({"addAnnotations":3})",
              R"({"status":[{"document":1,"before":"odd","after":"new"}]})",
              R"({"addSuggestions":[{"id":"x"}]})"}) {
            const auto edit = editFromJson(bad);
            QVERIFY2(!edit.has_value(), bad);
            QCOMPARE(edit.error().code, ErrorCode::InvalidFormat);
        }
        QCOMPARE(editToJson({}), "{}");
    }

    // --- sentences that teach

    void alignToWords_spans_coverTheWordsTheyTouch() {
        const std::string text = "🧪 Ada Lovelace joined Bayer AG.\nShe left.";
        const Document document = makeDocument("a", text);
        int dropped = -1;
        const auto aligned = alignToWords(
            document, sentencesOf(document),
            {spanOf(text, "Lovelace", "X"), spanOf(text, "Ada Lovelace", "PER"),
             spanOf(text, "ayer A", "ORG"), spanOf(text, " ", "SPACE"), spanOf(text, "She", "PER")},
            &dropped);
        QCOMPARE(aligned.size(), std::size_t{2});
        QVERIFY((aligned[0].words == std::vector<std::string>{"🧪", "Ada", "Lovelace", "joined",
                                                              "Bayer", "AG", "."}));
        QVERIFY((aligned[0].spans == std::vector<WordSpan>{{1, 3, "PER"}, {4, 6, "ORG"}}));
        QVERIFY((aligned[1].spans == std::vector<WordSpan>{{0, 1, "PER"}}));
        QVERIFY(aligned[0].known.empty());
        QCOMPARE(dropped, 2);
    }

    void alignToWords_spanOverTwoSentences_givesOneInEach() {
        const std::string text = "One two.\nThree four.";
        const Document document = makeDocument("a", text);
        int dropped = -1;
        const auto aligned = alignToWords(document, sentencesOf(document),
                                          {spanOf(text, "two.\nThree", "X")}, &dropped);
        QVERIFY((aligned[0].spans == std::vector<WordSpan>{{1, 3, "X"}}));
        QVERIFY((aligned[1].spans == std::vector<WordSpan>{{0, 1, "X"}}));
        QCOMPARE(dropped, 0);
    }

    void teachingSentences_openDocument_teachesTouchedOnesAlone() {
        const std::string text = "Ada left. Bob ate. Cara ran. Dan sat.";
        const Document document = makeDocument("a", text);
        const auto scheme = LabelScheme::fromNames({"PER", "ORG"});
        DocumentLabels labels;
        labels.status = DocumentStatus::InProgress;
        labels.annotations = {{1, 0, spanOf(text, "Ada", "").range, 1, Origin::Manual, "", 0},
                              {2, 0, spanOf(text, "Dan", "").range, 99, Origin::Manual, "", 0}};
        labels.rejections = {{3, 0, spanOf(text, "Cara", "").range, 2, "", 0},
                             {4, 0, spanOf(text, "left", "").range, 1, "", 0}};
        const auto open = teachingSentences(document, labels, *scheme);
        QCOMPARE(open.size(), std::size_t{2});
        QVERIFY((open[0].spans == std::vector<WordSpan>{{0, 1, "PER"}}));
        QVERIFY(open[0].known.empty());
        QVERIFY((open[0].rejected == std::vector<WordSpan>{{1, 2, "PER"}}));
        QVERIFY(open[1].spans.empty());
        QVERIFY((open[1].known == std::vector<bool>{false, false, false}));
        QVERIFY((open[1].rejected == std::vector<WordSpan>{{0, 1, "ORG"}}));

        labels.status = DocumentStatus::Done;
        const auto done = teachingSentences(document, labels, *scheme);
        QCOMPARE(done.size(), std::size_t{4});
        for (const LabelledSentence& sentence : done)
            QVERIFY(sentence.known.empty());
        QVERIFY(teachingSentences(document, DocumentLabels{}, *scheme).empty());
        QCOMPARE(teachingSentences(document, {}, {}, true).size(), std::size_t{4});
    }
};

QTEST_GUILESS_MAIN(TestAnnotation)
#include "test_annotation.moc"
