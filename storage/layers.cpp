#include "storage/layers.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "core/annotation/document.h"
#include "storage/database.h"
#include "storage/labels.h"

namespace spanwise::storage {
namespace {

using SourcePaths = std::map<std::int64_t, std::string>;

SourcePaths sourcePaths(Database& database) {
    SourcePaths paths;
    Query query(database, "SELECT id, path FROM layer_source");
    while (query.step())
        paths.emplace(query.integer(0), query.text(1));
    return paths;
}

std::set<TypeId> livingTypes(Database& database) {
    std::set<TypeId> types;
    for (const EntityType& type : loadTypes(database))
        types.insert(type.id);
    return types;
}

/// "ada" of the file /x/ada.spanwise, where that has to be told.
std::string nameWithFile(const std::string& annotator, const std::string& path) {
    return annotator + " (" + std::filesystem::path(path).filename().string() + ")";
}

/// Names that several files say of one and the same document.
std::set<std::string> ambiguousNames(const std::vector<Layer>& layers) {
    std::set<std::string> seen, ambiguous;
    for (const Layer& layer : layers) {
        if (!seen.insert(layer.annotator).second)
            ambiguous.insert(layer.annotator);
    }
    return ambiguous;
}

/// Tells readings of the same name apart: by their file's name, where that is not enough by its
/// path.
void tellApart(std::vector<Layer>& layers, const std::set<std::string>& ambiguous,
               const SourcePaths& paths) {
    if (ambiguous.empty())
        return;
    std::map<std::string, std::set<std::int64_t>> sources;
    const auto nameOf = [&](const Layer& layer) {
        return nameWithFile(layer.annotator, paths.at(layer.source));
    };
    for (const Layer& layer : layers) {
        if (ambiguous.contains(layer.annotator))
            sources[nameOf(layer)].insert(layer.source);
    }
    for (Layer& layer : layers) {
        if (!ambiguous.contains(layer.annotator))
            continue;
        const std::string name = nameOf(layer);
        layer.annotator = sources.at(name).size() == 1
                              ? name
                              : layer.annotator + " (" + paths.at(layer.source) + ")";
    }
}

/// Reads layers document by document; the names are as they are stored.
class LayerReader {
public:
    LayerReader(Database& database, const std::string& where)
        : m_types(livingTypes(database)),
          m_rows(database,
                 "SELECT layer.document, layer.annotator, layer.source, layer.status, layer.id, "
                 "begin_at, end_at, type FROM layer LEFT JOIN layer_span ON layer_span.layer = "
                 "layer.id WHERE " +
                     where + " ORDER BY layer.document, layer.annotator, layer.source, layer.id") {
        m_more = m_rows.step();
    }

    /// The next document's layers; none: there are no more.
    std::vector<Layer> next() {
        std::vector<Layer> layers;
        std::int64_t id = 0;
        while (m_more) {
            const DocumentId document = m_rows.integer(0);
            if (!layers.empty() && layers.front().document != document)
                break;
            if (m_rows.integer(4) != id) {
                id = m_rows.integer(4);
                layers.push_back({document,
                                  m_rows.text(1),
                                  m_rows.integer(2),
                                  static_cast<DocumentStatus>(m_rows.integer(3)),
                                  {}});
            }
            if (!m_rows.isNull(5) && m_types.contains(m_rows.integer(7)))
                layers.back().reading.push_back(
                    {{m_rows.integer(5), m_rows.integer(6)}, m_rows.integer(7)});
            m_more = m_rows.step();
        }
        for (Layer& layer : layers)
            std::sort(layer.reading.begin(), layer.reading.end());
        return layers;
    }

private:
    std::set<TypeId> m_types;
    Query m_rows;
    bool m_more = false;
};

std::string withLayers(int least) {
    return "layer.document IN (SELECT document FROM layer JOIN document ON document.id = "
           "layer.document WHERE document.trashed_at IS NULL GROUP BY document HAVING count(*) "
           ">= " +
           std::to_string(least) + ")";
}

std::vector<Reading> readingsOf(const std::vector<Layer>& layers) {
    std::vector<Reading> readings;
    for (const Layer& layer : layers)
        readings.push_back(layer.reading);
    return readings;
}

void checkStop(const std::stop_token& stop) {
    if (stop.stop_requested())
        fail(ErrorCode::Cancelled, "It was stopped.");
}

}  // namespace

std::vector<Layer> layersOf(Database& database, DocumentId document) {
    LayerReader reader(database, "layer.document = " + std::to_string(document));
    std::vector<Layer> layers = reader.next();
    tellApart(layers, ambiguousNames(layers), sourcePaths(database));
    return layers;
}

std::vector<LayerSource> layerSources(Database& database) {
    std::vector<LayerSource> sources;
    Query query(database, "SELECT id, path, merged_at FROM layer_source ORDER BY merged_at, id");
    Query annotators(database,
                     "SELECT annotator, count(*) FROM layer WHERE source = ? GROUP BY annotator "
                     "ORDER BY annotator");
    while (query.step()) {
        LayerSource source;
        source.id = query.integer(0);
        source.path = query.text(1);
        source.mergedAt = query.integer(2);
        annotators.bind(source.id);
        while (annotators.step()) {
            source.annotators.push_back(annotators.text(0));
            source.layers += annotators.integer(1);
        }
        sources.push_back(std::move(source));
    }
    return sources;
}

void forEachReviewed(Database& database, const std::stop_token& stop,
                     const std::function<void(const std::vector<Layer>&)>& use, int least) {
    LayerReader reader(database, withLayers(least));
    for (std::vector<Layer> layers = reader.next(); !layers.empty(); layers = reader.next()) {
        checkStop(stop);
        use(layers);
    }
}

std::int64_t waitingSingles(Database& database) {
    Query query(database,
                "SELECT count(*) FROM (SELECT document, min(layer.status) AS theirs FROM layer "
                "GROUP BY document HAVING count(*) = 1) AS single JOIN document ON document.id = "
                "single.document WHERE document.trashed_at IS NULL AND theirs = ? AND "
                "document.status <> ?",
                DocumentStatus::Done, DocumentStatus::Done);
    return query.step() ? query.integer(0) : 0;
}

std::vector<ReviewRow> reviewRows(Database& database, const std::stop_token& stop) {
    std::vector<ReviewRow> rows;
    forEachReviewed(database, stop, [&](const std::vector<Layer>& layers) {
        ReviewRow row;
        row.document = layers.front().document;
        row.layers = static_cast<int>(layers.size());
        const Comparison comparison = compareReadings(readingsOf(layers));
        row.agreed = static_cast<int>(comparison.agreed.size());
        row.disagreements = static_cast<int>(comparison.disagreements.size());
        if (row.agreed + row.disagreements > 0) {
            const DocumentLabels labels = loadLabels(database, row.document);
            row.untaken = static_cast<int>(untaken(comparison.agreed, labels).size());
            row.open = static_cast<int>(
                std::count_if(comparison.disagreements.begin(), comparison.disagreements.end(),
                              [&](const Disagreement& place) {
                                  return !isSettled(place, labels, comparison.agreed);
                              }));
        }
        rows.push_back(row);
    });
    return rows;
}

LayerAgreement agreementOf(Database& database, const AgreementOptions& options,
                           const LayerProgress& progress, const std::stop_token& stop) {
    const ReadTransaction snapshot(database);
    LayerAgreement result;
    const SourcePaths paths = sourcePaths(database);
    std::map<TypeId, std::string> typeNames;
    for (const EntityType& type : loadTypes(database))
        typeNames.emplace(type.id, type.name);

    // A name means the same person in all documents, unless two files use it for one document.
    std::set<std::string> ambiguous;
    {
        Query query(database,
                    "SELECT DISTINCT annotator FROM (SELECT annotator FROM layer GROUP BY "
                    "document, annotator HAVING count(*) > 1)");
        while (query.step())
            ambiguous.insert(query.text(0));
    }
    std::vector<Layer> people;
    {
        Query query(database, "SELECT DISTINCT annotator, source FROM layer");
        while (query.step())
            people.push_back({0, query.text(0), query.integer(1), DocumentStatus::Done, {}});
    }
    std::map<std::pair<std::string, std::int64_t>, std::string> shownNames;
    {
        std::vector<Layer> told = people;
        tellApart(told, ambiguous, paths);
        std::set<std::string> names;
        for (std::size_t i = 0; i < people.size(); ++i) {
            shownNames[{people[i].annotator, people[i].source}] = told[i].annotator;
            names.insert(told[i].annotator);
        }
        result.annotators.assign(names.begin(), names.end());
    }
    const auto indexOf = [&](const Layer& layer) {
        const auto found = std::lower_bound(result.annotators.begin(), result.annotators.end(),
                                            shownNames.at({layer.annotator, layer.source}));
        return static_cast<std::size_t>(found - result.annotators.begin());
    };

    const std::int64_t total = database.integer(
        "SELECT count(*) FROM (SELECT 1 FROM layer JOIN document ON document.id = layer.document "
        "WHERE document.trashed_at IS NULL GROUP BY document HAVING count(*) > 1)");
    std::int64_t done = 0;
    AgreementEvaluator evaluator(result.annotators.size());
    Query text(database,
               "SELECT name, code_points, text, presplit FROM document JOIN document_text ON "
               "document_text.document = document.id WHERE id = ?");
    forEachReviewed(database, stop, [&](const std::vector<Layer>& all) {
        if (progress)
            progress(++done, total);
        std::vector<const Layer*> layers;
        for (const Layer& layer : all) {
            const bool isDone = layer.status == DocumentStatus::Done;
            result.unfinished += isDone ? 0 : 1;
            if (isDone || !options.onlyDone)
                layers.push_back(&layer);
        }
        if (layers.size() < 2 || !text.bind(all.front().document).step())
            return;
        Document document;
        document.text = text.text(2);
        if (const std::string presplit = text.text(3); !presplit.empty())
            document.presplit = valueOrThrow(presplitFromJson(presplit, text.integer(1)));
        std::vector<Range> words;
        for (const Sentence& sentence : sentencesOf(document))
            words.insert(words.end(), sentence.words.begin(), sentence.words.end());
        std::vector<AnnotatedBy> readings;
        std::vector<Reading> compared;
        for (const Layer* layer : layers) {
            AnnotatedBy reading{indexOf(*layer), {}};
            for (const TypedRange& span : layer->reading)
                reading.spans.push_back({span.range, typeNames.at(span.type)});
            readings.push_back(std::move(reading));
            compared.push_back(layer->reading);
        }
        const auto f1 = evaluator.add(words, readings);
        if (!options.perDocument || !f1)
            return;
        DocumentAgreement entry{all.front().document, text.text(0), {}, *f1, 0};
        for (const AnnotatedBy& reading : readings)
            entry.annotators.push_back(result.annotators[reading.annotator]);
        entry.disagreements = static_cast<int>(compareReadings(compared).disagreements.size());
        result.documents.push_back(std::move(entry));
    });
    result.agreement = evaluator.agreement();
    std::stable_sort(
        result.documents.begin(), result.documents.end(),
        [](const DocumentAgreement& a, const DocumentAgreement& b) { return a.f1 < b.f1; });
    return result;
}

}  // namespace spanwise::storage
