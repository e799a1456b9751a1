#include "models/pretraining/pretrain_run.h"

#include <algorithm>
#include <cinttypes>
#include <fstream>
#include <map>
#include <set>

#include "core/metrics/entity_metrics.h"
#include "models/io/files.h"
#include "models/learning/few_shot.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;

/// Cheap enough to be asked again and again.
constexpr int kProbeSteps = 60;
constexpr std::size_t kProbeSentences = 200;

/// With the commit it was built from where that is known.
std::string program() {
    const std::string commit = SPANWISE_COMMIT;
    return "spanwise-cli " SPANWISE_VERSION + (commit.empty() ? "" : " (" + commit + ")");
}

/// What a person should know who is given the bundle.
std::string modelCard(const std::string& name, const Model& base, const Corpus& corpus,
                      const PretrainReport& report, const nlohmann::json& more) {
    std::string card = "---\nlibrary_name: spanwise\nbase_model: " + bundleInfo(base).name +
                       "\n---\n# " + name +
                       "\n\nAn encoder pre-trained on concepts (NuNER, arXiv 2402.15343) with " +
                       program() + " from " + bundleInfo(base).name +
                       ".\n\n| material | texts | weight | terms |\n|---|---|---|---|\n";
    char text[400];
    for (const CorpusSource& source : corpus.tables().sources) {
        std::snprintf(text, sizeof text, "%g", source.weight);
        card += "| " + source.name + " | " + std::to_string(source.examples) + " | " + text +
                " | " + (source.licence.empty() ? "not said" : source.licence) + " |\n";
    }
    std::snprintf(text, sizeof text,
                  "\n%zu concepts. %" PRId64 " steps, %" PRId64 " texts, %" PRId64
                  " sub-tokens seen in %.0f minutes; loss %.4f.\n\nThe terms of each material hold "
                  "for what is made of it.\n",
                  corpus.tables().concepts.size(), report.steps, report.examples, report.tokens,
                  report.seconds / 60, report.loss);
    card += text;
    if (const auto rows = more.find("few_shot"); rows != more.end() && !rows->empty()) {
        card +=
            "\n## Few-shot check\n\nStrict micro F1 of a short fine-tune.\n\n"
            "| examples of each type | before | after |\n|---|---|---|\n";
        for (const auto& row : *rows) {
            std::snprintf(text, sizeof text, "| %d | %.1f | %.1f |\n", row.at("shots").get<int>(),
                          100 * row.at("f1_before").get<double>(),
                          100 * row.at("f1_after").get<double>());
            card += text;
        }
    }
    card += "\n## Recipe\n\n```json\n" + nlohmann::json::parse(report.settings).dump(1) + "\n```\n";
    return card;
}

}  // namespace

Result<FewShotProbe> FewShotProbe::draw(const std::vector<LabelledSentence>& train,
                                        const std::vector<LabelledSentence>& test, int shots,
                                        std::uint64_t seed) {
    FewShotProbe probe;
    probe.m_shots = shots;
    probe.m_seed = seed;
    std::set<std::string> types;
    for (const LabelledSentence& sentence : train) {
        for (const WordSpan& span : sentence.spans)
            types.insert(span.type);
    }
    const bool isJudged = std::any_of(test.begin(), test.end(),
                                      [](const LabelledSentence& s) { return !s.spans.empty(); });
    if (types.empty() || !isJudged)
        return failure(ErrorCode::InvalidArgument,
                       "A few-shot check needs labels to learn from and others to judge by; one of "
                       "the two has none.");
    probe.m_types.assign(types.begin(), types.end());
    for (const std::size_t index : sampleShots(train, shots, seed))
        probe.m_train.push_back(train[index]);
    for (const std::size_t index : sampleIndices(test.size(), kProbeSentences, seed))
        probe.m_test.push_back(test[index]);
    return probe;
}

Result<double> FewShotProbe::f1(const ModelPtr& model, const std::stop_token& stop) const {
    TrainOptions fit;
    fit.types = m_types;
    fit.seed = m_seed;
    fit.steps = kProbeSteps;
    const auto trained = train(model, m_train, fit, {}, stop);
    if (!trained)
        return tl::unexpected(trained.error());
    std::vector<std::vector<std::string>> sentences;
    for (const LabelledSentence& sentence : m_test)
        sentences.push_back(sentence.words);
    const auto found = predict(*trained->model, sentences, {}, {}, stop);
    if (!found)
        return tl::unexpected(found.error());
    EntityEvaluator evaluator;
    for (std::size_t i = 0; i < m_test.size(); ++i)
        evaluator.add(m_test[i].spans, (*found)[i], m_test[i].words.size());
    return evaluator.metrics().micro.f1;
}

Result<std::shared_ptr<const Corpus>> preparedCorpus(
    const CorpusRequest& request, const Model& encoder, const fs::path& folder,
    const std::function<void(const PrepareReport&)>& progress, const std::stop_token& stop,
    MaterialReport* report) {
    std::error_code ignored;
    if (!request.sources)
        return Corpus::open(folder);
    const bool isThere = fs::exists(folder / "tables.json", ignored);
    auto sources = request.sources();
    if (!sources)
        return tl::unexpected(sources.error());
    PrepareOptions preparing;
    preparing.longest = std::min(request.longest, longestText(encoder));
    preparing.tokenizer = tokenizerFingerprint(encoder);
    const auto kept = readWholeFile(folder / kCorpusOrigin);
    const auto before = kept ? nlohmann::json::parse(*kept, nullptr, false) : nlohmann::json();
    auto origin = corpusOrigin(*sources, request.skipBad, preparing, before, stop);
    if (!origin)
        return tl::unexpected(origin.error());
    std::string note;
    if (isThere) {
        const std::string difference = originDifference(before, *origin);
        if (difference.empty())
            return Corpus::open(folder);
        const fs::path checkpoint = folder.parent_path() / "checkpoint";
        // Where it is not known what the corpus is of, the checkpoint knows its checksum.
        if (before.is_object() && fs::exists(checkpoint / "state.json", ignored))
            return failure(
                ErrorCode::Incompatible,
                "The checkpoint here learned from other material than this: " + difference +
                    ". Ask for the same material to go on. To begin anew, delete the "
                    "checkpoint or choose another folder with --work.",
                checkpoint.string());
        note = "The material that was prepared before is not what is asked for now (" + difference +
               "); it was prepared anew.";
    }
    preparing.origin = std::move(*origin);
    MaterialOptions reading;
    reading.skipBad = request.skipBad;
    auto material = Material::open(std::move(*sources), reading);
    if (!material)
        return tl::unexpected(material.error());
    const auto prepared =
        prepareCorpus(*material, tokenizerOf(encoder), preparing, folder, progress, stop);
    if (!prepared)
        return tl::unexpected(prepared.error());
    MaterialReport read = material->report();
    if (!note.empty())
        read.notes.push_back(std::move(note));
    if (report != nullptr)
        *report = read;
    if (auto written = replaceFile(folder, "material.json", read.toJson()); !written)
        return tl::unexpected(written.error());
    return Corpus::open(folder);
}

PretrainLog::PretrainLog(const fs::path& path) {
    std::error_code ignored;
    const bool isNew = !fs::exists(path, ignored);
    m_file = std::fopen(path.c_str(), "a");
    if (m_file != nullptr && isNew)
        std::fputs("step,examples,tokens,loss,begin_loss,tokens_per_second,probe_f1\n", m_file);
}

PretrainLog::~PretrainLog() {
    if (m_file != nullptr)
        std::fclose(m_file);
}

void PretrainLog::line(const PretrainProgress& p, const std::string& probe) {
    if (m_file == nullptr)
        return;
    std::fprintf(m_file, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%.6f,%.6f,%.0f,%s\n", p.step,
                 p.examples, p.tokens, p.loss, p.beginLoss, p.tokensPerSecond, probe.c_str());
    std::fflush(m_file);
}

std::vector<std::pair<std::int64_t, double>> pretrainCurve(const fs::path& path, std::size_t most) {
    std::ifstream in(path);
    std::string line;
    std::map<std::int64_t, double> losses;
    while (std::getline(in, line)) {
        std::int64_t step = 0;
        double loss = 0;
        if (std::sscanf(line.c_str(), "%" SCNd64 ",%*d,%*d,%lf", &step, &loss) != 2)
            continue;
        losses.erase(losses.lower_bound(step), losses.end());
        losses.emplace(step, loss);
    }
    const std::size_t every = losses.size() / std::max<std::size_t>(most, 1) + 1;
    std::vector<std::pair<std::int64_t, double>> curve;
    std::size_t number = 0;
    for (const auto& point : losses) {
        if (++number % every == 0 || number == losses.size())
            curve.push_back(point);
    }
    return curve;
}

Result<nlohmann::json> savePretrained(const Pretrained& pretrained, const Model& base,
                                      const Corpus& corpus, const PretrainedBundle& bundle) {
    const PretrainReport& report = pretrained.report;
    nlohmann::json sources = nlohmann::json::array();
    for (const CorpusSource& source : corpus.tables().sources)
        sources.push_back({{"name", source.name},
                           {"texts", source.examples},
                           {"weight", source.weight},
                           {"licence", source.licence}});
    nlohmann::json provenance{{"method", "NuNER pre-training (arXiv 2402.15343)"},
                              {"encoder", bundleInfo(base).name},
                              {"material", sources},
                              {"without", bundle.without},
                              {"concepts", corpus.tables().concepts.size()},
                              {"steps", report.steps},
                              {"texts", report.examples},
                              {"tokens", report.tokens},
                              {"loss", report.loss},
                              {"seconds", report.seconds},
                              {"seed", bundle.seed},
                              {"settings", nlohmann::json::parse(report.settings)},
                              {"program", program()}};
    provenance.update(bundle.more);
    if (auto saved = saveModel(*pretrained.model, bundle.folder, provenance.dump(),
                               bundle.half ? SavedAs::Half : SavedAs::Full);
        !saved)
        return tl::unexpected(saved.error());
    const std::string name = bundle.folder.filename().string();
    if (auto written = replaceFile(bundle.folder, "README.md",
                                   modelCard(name, base, corpus, report, bundle.more));
        !written)
        return tl::unexpected(written.error());
    return provenance;
}

}  // namespace spanwise
