#include "storage/merge.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "storage/importer.h"
#include "storage/labels.h"
#include "storage/layers.h"
#include "storage/project.h"

namespace spanwise::storage {
namespace {

namespace fs = std::filesystem;

void checkStop(const std::stop_token& stop) {
    if (stop.stop_requested())
        fail(ErrorCode::Cancelled, "The merge was stopped.");
}

/// Calls `use` with each event after one, in order.
template <typename Use>
void forEachEvent(const Project& project, std::int64_t after, Use use) {
    constexpr int kEvents = 500;
    for (;;) {
        const std::vector<Event> events = valueOrThrow(project.events(after, kEvents));
        for (const Event& event : events)
            use(event);
        if (events.empty())
            return;
        after = events.back().id;
    }
}

/// What was done in a copy of the target since it was copied.
struct SinceCopied {
    std::int64_t after = 0;  ///< the last event that both have
    std::set<DocumentId> touched;
    std::set<RecordId> labels;  ///< made since
};

/// Events of both files have equal numbers and times up to the moment of copying.
SinceCopied sinceCopied(Database& target, const Project& source) {
    std::int64_t low = 0, high = valueOrThrow(source.lastEventId());
    Query known(target, "SELECT at FROM event WHERE id = ?");
    const auto isCommon = [&](std::int64_t id) {
        const std::vector<Event> events = valueOrThrow(source.events(id - 1, 1));
        return !events.empty() && known.bind(events.front().id).step() &&
               known.integer(0) == events.front().info.at;
    };
    while (low < high) {
        const std::int64_t middle = low + (high - low + 1) / 2;
        if (isCommon(middle))
            low = middle;
        else
            high = middle - 1;
    }
    SinceCopied since;
    since.after = low;
    std::map<RecordId, Annotation> gone;
    forEachEvent(source, low, [&](const Event& event) {
        const auto touch = [&](const auto& records) {
            for (const auto& record : records)
                since.touched.insert(record.document);
        };
        touch(event.edit.addAnnotations);
        touch(event.edit.removeAnnotations);
        touch(event.edit.addRejections);
        touch(event.edit.removeRejections);
        touch(event.edit.status);
        for (const Annotation& label : event.edit.removeAnnotations)
            gone.emplace(label.id, label);
        for (const Annotation& label : event.edit.addAnnotations) {
            // What an undone step or a merge of types brings back is still its author's.
            const auto was = gone.find(label.id);
            if (was == gone.end() || was->second.annotator != label.annotator ||
                was->second.createdAt != label.createdAt)
                since.labels.insert(label.id);
        }
        if (event.kind != "import")
            return;
        const auto detail = nlohmann::json::parse(event.detail, nullptr, false);
        if (!detail.is_object())
            return;
        const DocumentId last = detail.value("last", DocumentId{-1});
        for (DocumentId id = detail.value("first", DocumentId{0}); id <= last; ++id)
            since.touched.insert(id);
    });
    return since;
}

/// Who speaks where no label names anybody: who labelled most in the file by hand, else whom it was
/// made for, else who worked in it, else its name.
class Person {
public:
    /// `after`: what is done until that event is another file's.
    Person(const Project& source, const std::string& path, std::int64_t after)
        : m_source(source), m_path(path), m_after(after) {
        const auto json = nlohmann::json::parse(source.setting(kSharedWithSetting), nullptr, false);
        if (json.is_string())
            m_sharedWith = json.get<std::string>();
    }
    [[nodiscard]] bool isShared() const { return !m_sharedWith.empty(); }

    const std::string& name() {
        if (!m_name.empty())
            return m_name;
        std::map<std::string, std::int64_t> byHand, byEvents;
        forEachEvent(m_source, m_after, [&](const Event& event) {
            if (event.kind != "edit")
                return;  // an undone step brings back what others made, too
            if (!event.info.actor.empty())
                ++byEvents[event.info.actor];
            for (const Annotation& label : event.edit.addAnnotations) {
                if (label.origin != Origin::Imported && !label.annotator.empty())
                    ++byHand[label.annotator];
            }
        });
        const auto most = [](const std::map<std::string, std::int64_t>& counts) {
            const auto found =
                std::max_element(counts.begin(), counts.end(),
                                 [](const auto& a, const auto& b) { return a.second < b.second; });
            return found == counts.end() ? std::string() : found->first;
        };
        m_name = most(byHand);
        if (m_name.empty())
            m_name = m_sharedWith;
        if (m_name.empty())
            m_name = most(byEvents);
        if (m_name.empty())
            m_name = fs::path(m_path).stem().string();
        return m_name;
    }

private:
    const Project& m_source;
    std::string m_path, m_sharedWith, m_name;
    std::int64_t m_after = 0;
};

using Layers = std::map<std::string, std::vector<const Annotation*>>;

/// Whose readings of a document a file holds. Labels that came with the file, or with the copy of
/// it, are part of what everybody saw who labelled there; where nobody did, they speak for
/// themselves.
Layers layersIn(const DocumentLabels& labels, DocumentId document,
                const std::optional<SinceCopied>& copy, Person& person) {
    Layers layers;
    if (copy && !copy->touched.contains(document))
        return layers;
    std::vector<const Annotation*> brought;
    for (const Annotation& label : labels.annotations) {
        if (label.origin == Origin::Imported || (copy && !copy->labels.contains(label.id)))
            brought.push_back(&label);
        else
            layers[label.annotator.empty() ? person.name() : label.annotator].push_back(&label);
    }
    if (!layers.empty()) {
        for (auto& [annotator, reading] : layers)
            reading.insert(reading.end(), brought.begin(), brought.end());
        return layers;
    }
    const bool isDone = labels.status == DocumentStatus::Done;
    if (copy || person.isShared()) {
        if (isDone || (copy && !brought.empty()))
            layers[person.name()] = brought;
        return layers;
    }
    if (brought.empty()) {
        if (isDone)
            layers[person.name()] = {};
        return layers;
    }
    for (const Annotation* label : brought) {
        if (labels.status != DocumentStatus::New)
            layers[label->annotator.empty() ? person.name() : label->annotator].push_back(label);
    }
    return layers;
}

/// Types of the file by name; those that the target lacks are added to it.
std::map<TypeId, TypeId> matchTypes(Database& target, const LabelScheme& theirs,
                                    MergedFile& report) {
    std::map<TypeId, TypeId> types;
    LabelScheme ours(loadTypes(target));
    for (const EntityType& type : theirs.types()) {
        if (const EntityType* known = ours.byName(type.name)) {
            types[type.id] = known->id;
            if (known->description != type.description)
                report.differingTypes.push_back({type.name, known->description, type.description});
            continue;
        }
        EntityType added = type;
        added.id = target.integer(
            "SELECT 1 + max(ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'entity_type'), "
            "0), ifnull((SELECT max(id) FROM entity_type), 0))");
        added.order = ours.isEmpty() ? 0 : ours.types().back().order + 1;
        const bool isColorTaken =
            std::any_of(ours.types().begin(), ours.types().end(),
                        [&](const EntityType& other) { return other.color == type.color; });
        if (isColorTaken || type.color.empty())
            added.color = ours.nextColor();
        if (type.shortcut.empty() || ours.byShortcut(type.shortcut) != nullptr)
            added.shortcut = ours.nextShortcut();
        valueOrThrow(ours.put(added));
        insertType(target, added);
        types[type.id] = added.id;
        report.newTypes.push_back(type.name);
    }
    return types;
}

/// The row that stands for a file, without the layers of an earlier merge.
std::int64_t prepareSource(Database& target, const Project& source, const std::string& path,
                           std::int64_t& replaced) {
    const std::string uuid = source.uuid();
    Event last;
    if (const std::int64_t id = valueOrThrow(source.lastEventId()); id > 0)
        last = valueOrThrow(source.events(id - 1, 1)).front();
    std::int64_t row = 0;
    {
        Query known(target,
                    "SELECT id, path, event, event_at FROM layer_source WHERE uuid = ? ORDER BY id",
                    uuid);
        while (known.step()) {
            const bool isSamePath = known.text(1) == path;
            if (!isSamePath && row != 0)
                continue;
            const std::int64_t event = known.integer(2);
            bool isEarlier = false;
            if (!isSamePath && event > 0) {
                const std::vector<Event> there = valueOrThrow(source.events(event - 1, 1));
                isEarlier = !there.empty() && there.front().id == event &&
                            there.front().info.at == known.integer(3);
            }
            if (isSamePath || isEarlier)
                row = known.integer(0);
            if (isSamePath)
                break;
        }
    }
    if (row == 0) {
        Query(target,
              "INSERT INTO layer_source(uuid, path, merged_at, event, event_at) VALUES (?, ?, ?, "
              "?, ?)",
              uuid, path, now(), last.id, last.info.at)
            .run();
        return target.lastRowId();
    }
    Query(target,
          "UPDATE layer_source SET path = ?, merged_at = ?, event = ?, event_at = ? WHERE id = ?",
          path, now(), last.id, last.info.at, row)
        .run();
    Query(target, "DELETE FROM layer_span WHERE layer IN (SELECT id FROM layer WHERE source = ?)",
          row)
        .run();
    replaced = Query(target, "DELETE FROM layer WHERE source = ?", row).run();
    return row;
}

/// Where a text of a file is in the target.
class Places {
public:
    explicit Places(Database& target)
        : m_find(target,
                 "SELECT id FROM document WHERE sha256 = ? AND trashed_at IS NULL ORDER BY id "
                 "LIMIT 1 OFFSET ?") {}

    /// Of texts that are there several times the next one at each call; 0: there are no more.
    DocumentId next(const DocumentSummary& document) {
        const std::string hash = document.sha256.hex();
        const DocumentId id = m_find.bind(hash, m_times[hash]++).step() ? m_find.integer(0) : 0;
        m_find.bind();
        return id;
    }

private:
    Query m_find;
    std::map<std::string, std::int64_t> m_times;
};

/// Whether another file of the same origin has brought just these labels already, as copies of one
/// project do.
bool isThere(Database& target, DocumentId document, const std::string& annotator,
             const std::string& uuid, std::int64_t labelledAt, const Reading& reading) {
    Query same(target,
               "SELECT layer.id FROM layer JOIN layer_source ON layer_source.id = layer.source "
               "WHERE document = ? AND annotator = ? AND uuid = ? AND labelled_at = ?",
               document, annotator, uuid, labelledAt);
    Query spans(target, "SELECT begin_at, end_at, type FROM layer_span WHERE layer = ?");
    while (same.step()) {
        Reading other;
        spans.bind(same.integer(0));
        while (spans.step())
            other.push_back({{spans.integer(0), spans.integer(1)}, spans.integer(2)});
        std::sort(other.begin(), other.end());
        if (other == reading)
            return true;
    }
    return false;
}

}  // namespace

LayerMerge::LayerMerge(Database& target, std::string targetUuid, std::string actor, HoldOut holdOut,
                       RecordId nextRecord)
    : m_target(target),
      m_targetUuid(std::move(targetUuid)),
      m_actor(std::move(actor)),
      m_holdOut(holdOut),
      m_nextRecord(nextRecord) {}

MergedFile LayerMerge::add(const Project& source, const std::string& path,
                           const std::function<void(std::int64_t, std::int64_t)>& progress,
                           const std::stop_token& stop) {
    MergedFile report;
    report.path = path;
    for (const LayerSource& own : valueOrThrow(source.layerSources()))
        report.ownLayers += own.layers;
    const std::vector<DocumentSummary> documents = valueOrThrow(source.documents());
    const LabelScheme theirs = valueOrThrow(source.scheme());
    const std::map<TypeId, TypeId> types = matchTypes(m_target, theirs, report);

    // Texts that are in the trash and nowhere else were sent there by a person.
    std::set<std::string> inTrash;
    {
        Query trash(m_target,
                    "SELECT sha256 FROM document WHERE trashed_at IS NOT NULL AND sha256 NOT IN "
                    "(SELECT sha256 FROM document WHERE trashed_at IS NULL)");
        while (trash.step())
            inTrash.insert(trash.text(0));
    }
    std::vector<DocumentId> lacking;
    {
        Query find(m_target, "SELECT 1 FROM document WHERE sha256 = ? AND trashed_at IS NULL");
        for (const DocumentSummary& document : documents) {
            const std::string hash = document.sha256.hex();
            if (inTrash.contains(hash))
                ++report.trashed;
            else if (!find.bind(hash).step())
                lacking.push_back(document.id);
        }
    }
    const auto total = static_cast<std::int64_t>(documents.size() + lacking.size());
    std::int64_t done = 0;
    if (!lacking.empty()) {
        Project::ImportOptions options;
        options.withSpans = false;
        options.actor = m_actor;
        options.file = path;
        Importer importer(m_target, options, m_nextRecord, m_holdOut);
        for (const DocumentId id : lacking) {
            checkStop(stop);
            Record record;
            record.document = valueOrThrow(source.document(id));
            importer.add(std::move(record));
            if (progress)
                progress(++done, total);
        }
        importer.finish();
        report.added = importer.result().documents;
    }

    const std::string uuid = source.uuid();
    std::optional<SinceCopied> copy;
    if (uuid == m_targetUuid)
        copy = sinceCopied(m_target, source);
    Person person(source, path, copy ? copy->after : 0);
    const std::int64_t row = prepareSource(m_target, source, path, report.replaced);
    Places places(m_target);
    std::set<std::string> annotators;
    Query layerRow(m_target,
                   "INSERT INTO layer(document, annotator, source, status, labelled_at) VALUES "
                   "(?, ?, ?, ?, ?)");
    Query spanRow(m_target,
                  "INSERT INTO layer_span(layer, begin_at, end_at, type) VALUES (?, ?, ?, ?)");
    for (const DocumentSummary& document : documents) {
        checkStop(stop);
        if (progress)
            progress(++done, total);
        if (!inTrash.empty() && inTrash.contains(document.sha256.hex()))
            continue;
        const DocumentId target = places.next(document);
        Layers layers;
        if (document.annotations > 0 || document.status != DocumentStatus::New) {
            const DocumentLabels labels = valueOrThrow(source.labels(document.id));
            layers = layersIn(labels, document.id, copy, person);
            if (target == 0 && !layers.empty()) {
                ++report.repeated;
                continue;
            }
            for (const auto& [annotator, spans] : layers) {
                Reading reading;
                std::int64_t labelledAt = 0;
                for (const Annotation* label : spans) {
                    reading.push_back({label->range, types.at(label->type)});
                    labelledAt = std::max(labelledAt, label->createdAt);
                }
                std::sort(reading.begin(), reading.end());
                reading.erase(std::unique(reading.begin(), reading.end()), reading.end());
                annotators.insert(annotator);
                if (labelledAt > 0 &&
                    isThere(m_target, target, annotator, uuid, labelledAt, reading))
                    continue;
                layerRow.bind(target, annotator, row, labels.status, labelledAt).run();
                const std::int64_t layer = m_target.lastRowId();
                for (const TypedRange& span : reading)
                    spanRow.bind(layer, span.range.begin, span.range.end, span.type).run();
                ++report.layers;
                report.spans += static_cast<std::int64_t>(reading.size());
            }
        }
        report.untouched += layers.empty() ? 1 : 0;
    }
    report.annotators.assign(annotators.begin(), annotators.end());
    return report;
}

Edit LayerMerge::agreedEdit(RecordId& nextRecord, const std::stop_token& stop) {
    Edit edit;
    const std::int64_t time = now();
    const auto take = [&](const std::vector<Layer>& layers) {
        const bool isSingle = layers.size() == 1;
        const bool areAllDone = std::all_of(layers.begin(), layers.end(), [](const Layer& layer) {
            return layer.status == DocumentStatus::Done;
        });
        if (m_holdOut.isHeldOut(layers.front().document) || (isSingle && !areAllDone))
            return;
        std::vector<Reading> readings;
        for (const Layer& layer : layers)
            readings.push_back(layer.reading);
        const Comparison comparison =
            isSingle ? Comparison{readings.front(), {}} : compareReadings(readings);
        const EditContext context{layers.front().document,
                                  isSingle ? layers.front().annotator : "agreed", time,
                                  &nextRecord};
        const DocumentLabels before = loadLabels(m_target, context.document);
        Edit taken = takeAgreedEdit(before, context, comparison.agreed);
        DocumentLabels after = before;
        valueOrThrow(apply(after, context.document, taken));
        // Where the project says otherwise, a person has still to look.
        Reading labels;
        for (const Annotation& label : after.annotations)
            labels.push_back({label.range, label.type});
        std::sort(labels.begin(), labels.end());
        if (areAllDone && comparison.disagreements.empty() && labels == comparison.agreed &&
            after.status != DocumentStatus::Done) {
            after.status = DocumentStatus::Done;
            taken = difference(context.document, before, after);
        }
        append(edit, std::move(taken));
    };
    forEachReviewed(m_target, stop, take, 1);
    return edit;
}

}  // namespace spanwise::storage
