#include "app/worker/pretrain_requests.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <random>
#include <set>

#include "core/formats/gold.h"
#include "core/formats/import.h"
#include "core/protocol/pretraining_messages.h"
#include "core/text/utf8.h"
#include "models/hub/model_store.h"
#include "models/io/files.h"
#include "models/learning/few_shot.h"
#include "models/pretraining/concepts.h"
#include "models/pretraining/pretrain_run.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;
using protocol::FewShotScore;
using protocol::PretrainParams;

constexpr auto kProgressInterval = std::chrono::milliseconds(100);
constexpr auto kLogInterval = std::chrono::seconds(5);
/// Passages that stand for the whole material.
constexpr std::size_t kSample = 256;
/// Steps of the measurement; the first one warms up.
constexpr int kMeasuredSteps = 4;
constexpr std::size_t kFrequentConcepts = 100;
constexpr std::size_t kCurvePoints = 500;
/// More passes than any number of minutes has.
constexpr double kEndlessPasses = 1e6;
/// Types are looked for in files up to this size.
constexpr std::uintmax_t kTypesBytes = std::uintmax_t{64} << 20;
constexpr const char* kSettings = "run.json";
constexpr const char* kScores = "check.json";

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Deleted with all that is in it.
class TemporaryFolder {
public:
    static Result<std::unique_ptr<TemporaryFolder>> create() {
        std::error_code error;
        std::string name = (fs::temp_directory_path(error) / "spanwise-XXXXXX").string();
        if (error || ::mkdtemp(name.data()) == nullptr)
            return tl::unexpected(fileError(error ? error.value() : errno, name, "write"));
        auto folder = std::make_unique<TemporaryFolder>();
        folder->m_path = name;
        return folder;
    }
    TemporaryFolder() = default;
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

/// One process at a time in a run's folder.
class RunLock {
public:
    explicit RunLock(const fs::path& folder)
        : m_descriptor(::open((folder / "lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644)),
          m_isHeld(m_descriptor >= 0 && ::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0) {}
    ~RunLock() {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;
    [[nodiscard]] bool isHeld() const { return m_isHeld; }

private:
    int m_descriptor;
    bool m_isHeld;
};

PretrainOptions optionsOf(const PretrainParams& params) {
    PretrainOptions fit;
    fit.step.seed = params.seed;
    fit.step.examples = params.batch;
    fit.step.concepts = params.concepts;
    fit.step.negatives = params.negatives;
    fit.step.balance = params.balance;
    fit.step.foreignWeight = params.foreignWeight;
    fit.epochs = params.minutes > 0 ? kEndlessPasses : params.passes;
    fit.minutes = params.minutes;
    fit.encoderRate = params.encoderRate;
    fit.conceptRate = params.conceptRate;
    fit.frozenLayers = params.frozenLayers;
    fit.conceptLayers = params.conceptLayers;
    fit.checkpointMinutes = params.checkpointMinutes;
    return fit;
}

Result<void> checked(const PretrainParams& params) {
    const auto refuse = [](const char* what) {
        return failure(ErrorCode::InvalidArgument, std::string(what));
    };
    if (params.batch < 1 || params.batch > 100000)
        return refuse("Texts a step must be between 1 and 100,000.");
    if (params.concepts < 2 || params.negatives < 0)
        return refuse("A step needs at least two concepts.");
    if (params.minutes <= 0 && (!(params.passes > 0) || params.passes > 10000))
        return refuse("Passes must be above 0 and at most 10,000.");
    for (const double rate : {params.encoderRate, params.conceptRate}) {
        if (!(rate >= 0 && rate <= 1))
            return refuse("Learning rates must be between 0 and 1.");
    }
    if (params.longest < 8 || params.frozenLayers < 0 || params.conceptLayers < 0)
        return refuse("Texts need at least 8 sub-tokens, and layers cannot be fewer than none.");
    if (!(params.checkpointMinutes > 0))
        return refuse("Minutes between checkpoints must be above 0.");
    for (const int shots : params.check.shots) {
        if (shots < 1)
            return refuse("A few-shot check needs at least one mention per type.");
    }
    return {};
}

struct Sources {
    std::vector<MaterialSource> all;
    std::vector<int> file;  ///< per source, which of the files it is from
};

Result<Sources> sourcesOf(const std::vector<protocol::MaterialFile>& files) {
    Sources sources;
    std::set<std::string> names;
    int number = 0;
    for (const protocol::MaterialFile& file : files) {
        auto some = materialSources({file.path}, {});
        if (!some)
            return tl::unexpected(some.error());
        for (MaterialSource& source : *some) {
            if (!file.types.empty()) {
                auto map = TypeMap::parse(file.types.dump(), file.path);
                if (!map)
                    return tl::unexpected(map.error());
                source.types = std::move(*map);
            }
            // Files of one name from several folders.
            const std::string name = source.name;
            for (int copy = 2; !names.insert(source.name).second; ++copy)
                source.name = name + " (" + std::to_string(copy) + ")";
            sources.all.push_back(std::move(source));
            sources.file.push_back(number);
        }
        ++number;
    }
    return sources;
}

/// Those of files that are read as a whole anyway.
std::vector<protocol::MaterialType> typesOf(const MaterialSource& source, MaterialKind kind) {
    std::vector<protocol::MaterialType> types;
    if (kind != MaterialKind::Conll && kind != MaterialKind::Jsonl)
        return types;
    std::set<std::string> names;
    for (const std::string& path : source.files) {
        std::error_code error;
        if (const auto size = fs::file_size(path, error); error || size > kTypesBytes)
            continue;
        ImportOptions options;
        options.format = kind == MaterialKind::Conll ? FileFormat::Conll : FileFormat::Jsonl;
        const auto read = importFile(path, options, [&](Record&& record) -> Result<void> {
            for (const NamedSpan& span : record.spans)
                names.insert(span.type);
            return {};
        });
        if (!read)
            spdlog::warn("{}", read.error().text());
    }
    for (const std::string& name : names) {
        const auto resolved = source.types.resolve(name);
        types.push_back({name, resolved ? resolved->name : readableTypeName(name),
                         resolved ? resolved->description : std::string(), !resolved});
    }
    return types;
}

std::vector<LabelledSentence> sentencesOfDocument(const protocol::FewShotDocument& checked) {
    Document document = makeDocument(checked.labels.hash, checked.text);
    if (!checked.sentences.empty()) {
        if (auto presplit = presplitFromJson(checked.sentences, countCodePoints(document.text)))
            document.presplit = std::move(*presplit);
    }
    return alignToWords(document, sentencesOf(document), checked.labels.annotations);
}

/// A probe for each number of mentions.
Result<std::vector<FewShotProbe>> probesOf(const protocol::FewShotCheck& check,
                                           std::uint64_t seed) {
    std::vector<FewShotProbe> probes;
    if (!check.isOn())
        return probes;
    std::vector<LabelledSentence> train, test;
    if (!check.trainFile.empty()) {
        auto gold = readGold(check.trainFile);
        if (!gold)
            return tl::unexpected(gold.error());
        auto judging = readGold(check.testFile);
        if (!judging)
            return tl::unexpected(judging.error());
        train = std::move(gold->sentences);
        test = std::move(judging->sentences);
    } else {
        std::size_t place = 0;
        for (const std::size_t index : shuffledOrder(check.documents.size(), seed)) {
            auto sentences = sentencesOfDocument(check.documents[index]);
            auto& half = place++ % 2 == 0 ? train : test;
            std::move(sentences.begin(), sentences.end(), std::back_inserter(half));
        }
    }
    for (const int shots : check.shots) {
        auto probe = FewShotProbe::draw(train, test, shots, seed);
        if (!probe)
            return tl::unexpected(probe.error());
        probes.push_back(std::move(*probe));
    }
    return probes;
}

Result<fs::path> runsFolder() {
    const fs::path store = modelStore();
    if (store.empty())
        return failure(ErrorCode::InvalidArgument,
                       "There is no folder to put models into. Set SPANWISE_MODELS to one.");
    return store / ".pretraining";
}

/// The settings that a run was begun with.
Result<PretrainParams> settingsIn(const fs::path& folder) {
    const auto text = readWholeFile(folder / kSettings);
    if (!text)
        return tl::unexpected(text.error());
    const Json json = Json::parse(*text, nullptr, false);
    auto params = protocol::decode<PretrainParams>(json);
    if (!params)
        return failure(ErrorCode::Corrupt,
                       "What this run was begun with cannot be read. Discard it.",
                       (folder / kSettings).string());
    return params;
}

std::vector<FewShotScore> scoresIn(const fs::path& folder) {
    const auto text = readWholeFile(folder / kScores);
    if (!text)
        return {};
    const auto scores =
        protocol::decode<std::vector<FewShotScore>>(Json::parse(*text, nullptr, false));
    return scores ? *scores : std::vector<FewShotScore>();
}

}  // namespace

struct PretrainRequests::Impl {
    Device device;
    std::string defaultEncoder;
    Notify notify;
    ModelPtr encoder;  ///< the last one used
    Clock::time_point lastSent{};

    void progress(const protocol::Progress& now, bool always = false) {
        if (!always && Clock::now() - lastSent < kProgressInterval)
            return;
        lastSent = Clock::now();
        notify("$/progress", now);
    }

    Result<ModelPtr> load(const std::string& name) {
        const auto path = resolveModel(name.empty() ? defaultEncoder : name);
        if (!path)
            return tl::unexpected(path.error());
        if (encoder && bundleInfo(*encoder).path == *path)
            return encoder;
        encoder.reset();
        auto loaded = loadModel(*path, device);
        if (!loaded)
            return tl::unexpected(loaded.error());
        if (bundleInfo(**loaded).purpose == Purpose::ZeroShot)
            return failure(ErrorCode::Incompatible,
                           "This model finds types by their names and is no bare encoder. Choose "
                           "an encoder to begin with.",
                           bundleInfo(**loaded).name);
        encoder = std::move(*loaded);
        return encoder;
    }

    Result<Json> inspect(std::int64_t id, const PretrainParams& params,
                         const std::stop_token& stop);
    Result<double> measure(const ModelPtr& base, const std::vector<Passage>& sample,
                           const PretrainParams& params, double& tokensPerByte,
                           const std::stop_token& stop);
    Result<Json> run(std::int64_t id, PretrainParams params, const std::stop_token& stop);
    Result<void> score(std::int64_t id, const std::vector<FewShotProbe>& probes,
                       const ModelPtr& model, double FewShotScore::*which,
                       std::vector<FewShotScore>& scores, const std::stop_token& stop);
    Result<Json> runs();
    Result<Json> discard(const std::string& name);
};

PretrainRequests::PretrainRequests(Device device, std::string encoder, Notify notify)
    : m_impl(std::make_unique<Impl>(
          Impl{std::move(device), std::move(encoder), std::move(notify), nullptr, {}})) {}

PretrainRequests::~PretrainRequests() = default;

bool PretrainRequests::handles(std::string_view method) {
    return method == "pretrain" || method == "pretrain/inspect" || method == "pretrain/runs" ||
           method == "pretrain/discard";
}

Result<Json> PretrainRequests::serve(const protocol::Message& request,
                                     const std::stop_token& stop) {
    if (request.method == "pretrain/runs")
        return m_impl->runs();
    if (request.method == "pretrain/discard")
        return m_impl->discard(request.params.at("name").get<std::string>());
    auto params = request.params.get<PretrainParams>();
    return request.method == "pretrain" ? m_impl->run(*request.id, std::move(params), stop)
                                        : m_impl->inspect(*request.id, params, stop);
}

Result<Json> PretrainRequests::Impl::inspect(std::int64_t id, const PretrainParams& params,
                                             const std::stop_token& stop) {
    if (auto good = checked(params); !good)
        return tl::unexpected(good.error());
    auto sources = sourcesOf(params.files);
    if (!sources)
        return tl::unexpected(sources.error());
    MaterialOptions reading;
    reading.skipBad = params.skipBad;
    ConceptTable concepts;
    std::vector<Passage> sample;
    std::mt19937_64 random(params.seed);
    std::int64_t passages = 0;
    const auto report = inspectMaterial(
        sources->all, reading, [&](const Passage& passage, std::size_t) -> Result<void> {
            if (stop.stop_requested())
                return failure(ErrorCode::Cancelled, "");
            concepts.add(passage);
            ++passages;
            if (sample.size() < kSample)
                sample.push_back(passage);
            else if (const std::size_t place = random() % static_cast<std::size_t>(passages);
                     place < kSample)
                sample[place] = passage;
            progress({id, "reading", passages, 0, -1, 0, -1});
            return {};
        });
    if (!report)
        return tl::unexpected(report.error());

    protocol::MaterialSummary summary;
    double bytes = 0;
    for (std::size_t i = 0; i < report->sources.size(); ++i) {
        const SourceReport& source = report->sources[i];
        protocol::MaterialRow row;
        row.name = source.name;
        row.file = sources->file[i];
        row.kind = materialKindName(source.kind);
        row.closed = source.closed;
        row.passages = source.passages;
        row.mentions = source.mentions;
        row.concepts = source.concepts;
        row.duplicates = source.duplicates;
        row.withoutMentions = source.withoutMentions;
        row.unlocated = source.unlocated;
        row.malformed = source.malformed;
        row.droppedTypes = source.droppedTypes;
        row.bad = source.bad;
        row.firstBad = source.firstBad;
        row.types = typesOf(sources->all[i], source.kind);
        summary.sources.push_back(std::move(row));
        bytes += sources->all[i].weight * static_cast<double>(source.bytes);
    }
    const SourceReport total = report->total();
    summary.passages = total.passages;
    summary.mentions = total.mentions;
    summary.concepts = total.concepts;
    summary.notes = report->notes;
    std::vector<const ConceptEntry*> byCount;
    for (const ConceptEntry& entry : concepts.entries())
        byCount.push_back(&entry);
    const std::size_t most = std::min(kFrequentConcepts, byCount.size());
    std::partial_sort(byCount.begin(), byCount.begin() + static_cast<std::ptrdiff_t>(most),
                      byCount.end(), [](const ConceptEntry* a, const ConceptEntry* b) {
                          return a->count != b->count ? a->count > b->count : a->name < b->name;
                      });
    for (std::size_t i = 0; i < most; ++i)
        summary.frequent.push_back({byCount[i]->name, byCount[i]->description, byCount[i]->count});

    progress({id, "measuring", 0, 0, -1, 0, -1}, true);
    const auto base = load(params.encoder);
    if (!base)
        return tl::unexpected(base.error());
    summary.encoder = bundleInfo(**base).name;
    double tokensPerByte = 0;
    if (summary.concepts > 1) {
        const auto speed = measure(*base, sample, params, tokensPerByte, stop);
        if (speed)
            summary.tokensPerSecond = *speed;
        else if (speed.error().code == ErrorCode::Cancelled)
            return tl::unexpected(speed.error());
        else
            summary.notes.push_back("How fast it will be is not known: " + speed.error().text());
    }
    summary.tokens = bytes * tokensPerByte;
    return Json(summary);
}

Result<double> PretrainRequests::Impl::measure(const ModelPtr& base,
                                               const std::vector<Passage>& sample,
                                               const PretrainParams& params, double& tokensPerByte,
                                               const std::stop_token& stop) {
    const auto folder = TemporaryFolder::create();
    if (!folder)
        return tl::unexpected(folder.error());
    const fs::path file = (*folder)->path() / "sample.jsonl";
    std::string lines;
    double bytes = 0;
    for (const Passage& passage : sample) {
        lines += passageToJson(passage) + "\n";
        bytes += static_cast<double>(passage.text.size());
    }
    if (auto written = writeWholeFile(file, lines); !written)
        return tl::unexpected(written.error());
    CorpusRequest request;
    request.sources = [&]() -> Result<std::vector<MaterialSource>> {
        MaterialSource source;
        source.name = source.family = "sample";
        source.files = {file.string()};
        source.kind = MaterialKind::Passages;
        source.closed = true;  // passages without a mention count
        return std::vector<MaterialSource>{source};
    };
    request.longest = params.longest;
    const auto corpus = preparedCorpus(request, *base, (*folder)->path() / "corpus", {}, stop);
    if (!corpus)
        return tl::unexpected(corpus.error());
    double tokens = 0;
    for (std::size_t i = 0; i < (*corpus)->size(); ++i)
        tokens += (*corpus)->length(i);
    tokensPerByte = tokens / std::max(bytes, 1.0);

    PretrainOptions fit = optionsOf(params);
    fit.epochs = 1;
    fit.minutes = 0;
    fit.steps = kMeasuredSteps;
    fit.checkpointMinutes = 1e9;
    std::vector<std::pair<double, std::int64_t>> steps;
    const auto start = Clock::now();
    PretrainCallbacks callbacks;
    callbacks.progress = [&](const PretrainProgress& now) {
        steps.emplace_back(secondsSince(start), now.tokens);
    };
    const auto done = pretrain(base, *corpus, fit, (*folder)->path(), callbacks, stop);
    if (!done)
        return tl::unexpected(done.error());
    if (stop.stop_requested())
        return failure(ErrorCode::Cancelled, "");
    const double seconds = steps.back().first - steps.front().first;
    return static_cast<double>(steps.back().second - steps.front().second) /
           std::max(seconds, 1e-6);
}

Result<void> PretrainRequests::Impl::score(std::int64_t id, const std::vector<FewShotProbe>& probes,
                                           const ModelPtr& model, double FewShotScore::*which,
                                           std::vector<FewShotScore>& scores,
                                           const std::stop_token& stop) {
    scores.resize(probes.size());
    for (std::size_t i = 0; i < probes.size(); ++i)
        scores[i].shots = probes[i].shots();
    for (std::size_t i = 0; i < probes.size(); ++i) {
        if (scores[i].*which >= 0)
            continue;
        progress({id, "checking", static_cast<std::int64_t>(i),
                  static_cast<std::int64_t>(probes.size()), -1, 0, -1},
                 true);
        const auto f1 = probes[i].f1(model, stop);
        if (!f1)
            return tl::unexpected(f1.error());
        scores[i].*which = *f1;
        notify("$/pretraining", protocol::PretrainNews{id, scores, 0});
    }
    return {};
}

Result<Json> PretrainRequests::Impl::run(std::int64_t id, PretrainParams params,
                                         const std::stop_token& stop) {
    const auto target = newModelFolder(params.name);
    if (!target)
        return tl::unexpected(target.error());
    const auto runs = runsFolder();
    if (!runs)
        return tl::unexpected(runs.error());
    const fs::path folder = *runs / params.name;
    std::error_code error;
    const bool resumes = params.resume;
    if (resumes) {
        if (!fs::exists(folder / kSettings, error))
            return failure(ErrorCode::NotFound,
                           "There is no run of this name to go on with. Begin it anew.",
                           params.name);
    } else {
        if (auto good = checked(params); !good)
            return tl::unexpected(good.error());
        if (fs::exists(folder / kSettings, error))
            return failure(ErrorCode::AlreadyExists,
                           "A run of this name was begun and is not finished. Go on with it, "
                           "discard it, or take another name.",
                           params.name);
        fs::create_directories(folder, error);
        if (error)
            return tl::unexpected(fileError(error.value(), folder, "write"));
    }
    const RunLock lock(folder);
    if (!lock.isHeld())
        return failure(ErrorCode::ReadOnly, "Another Spanwise is at this run.", params.name);
    if (resumes) {
        auto begun = settingsIn(folder);
        if (!begun)
            return tl::unexpected(begun.error());
        params = std::move(*begun);
    }

    protocol::PretrainResult result;
    result.name = params.name;
    result.path = target->string();
    // What cannot be begun leaves nothing behind.
    const auto unbegun = [&](Error why) -> Result<Json> {
        if (!resumes && !fs::exists(folder / kSettings, error))
            fs::remove_all(folder, error);
        if (why.code == ErrorCode::Cancelled)
            return Json(result);
        return tl::unexpected(std::move(why));
    };
    progress({id, "preparing", 0, 0, -1, 0, -1}, true);
    const auto base = load(params.encoder);
    if (!base)
        return unbegun(base.error());
    if (auto fits = checkConceptEncoder(**base, optionsOf(params)); !fits)
        return unbegun(fits.error());
    const auto probes = probesOf(params.check, params.seed);
    if (!probes)
        return unbegun(probes.error());
    CorpusRequest request;
    // A run that goes on has its material, also when the files have changed or are gone by now.
    if (!resumes || !fs::exists(folder / "corpus" / "tables.json", error))
        request.sources = [&]() -> Result<std::vector<MaterialSource>> {
            auto sources = sourcesOf(params.files);
            if (!sources)
                return tl::unexpected(sources.error());
            return std::move(sources->all);
        };
    request.skipBad = params.skipBad;
    request.longest = params.longest;
    const auto corpus = preparedCorpus(
        request, **base, folder / "corpus",
        [&](const PrepareReport& now) {
            progress({id, "preparing", now.examples, 0, -1, 0, -1});
        },
        stop);
    if (!corpus)
        return unbegun(corpus.error());
    result.concepts = static_cast<std::int64_t>((*corpus)->tables().concepts.size());
    if (auto written = replaceFile(folder, kSettings, Json(params).dump(1)); !written)
        return unbegun(written.error());

    result.scores = scoresIn(folder);
    if (result.scores.size() != probes->size())
        result.scores.clear();
    if (!result.scores.empty())
        notify("$/pretraining", protocol::PretrainNews{id, result.scores, 0});
    if (auto scored = score(id, *probes, *base, &FewShotScore::before, result.scores, stop);
        !scored)
        return unbegun(scored.error());
    if (!probes->empty()) {
        if (auto written = replaceFile(folder, kScores, Json(result.scores).dump()); !written)
            return unbegun(written.error());
    }

    PretrainLog log(folder / "log.csv");
    const PretrainOptions fit = optionsOf(params);
    const auto start = Clock::now();
    auto logged = start;
    std::int64_t first = -1;
    PretrainCallbacks callbacks;
    callbacks.progress = [&](const PretrainProgress& now) {
        if (first < 0)
            first = now.step - 1;
        std::int64_t total = now.steps;
        if (params.minutes > 0)
            total =
                now.step + std::llround(now.secondsLeft * static_cast<double>(now.step - first) /
                                        std::max(secondsSince(start), 1e-3));
        progress(
            {id, "pre-training", now.step, total, now.loss, now.tokensPerSecond, now.secondsLeft},
            now.step == now.steps);
        if (now.savedCheckpoint)
            notify("$/pretraining", protocol::PretrainNews{id, result.scores, now.step});
        if (Clock::now() - logged > kLogInterval || now.step == now.steps || now.savedCheckpoint) {
            log.line(now);
            logged = Clock::now();
        }
    };
    callbacks.note = [](const std::string& note) { spdlog::warn("{}", note); };
    const auto pretrained = pretrain(*base, *corpus, fit, folder, callbacks, stop);
    if (!pretrained)
        return tl::unexpected(pretrained.error());
    const PretrainReport& report = pretrained->report;
    result.steps = report.steps;
    result.texts = report.examples;
    result.tokens = report.tokens;
    result.loss = report.loss;
    result.seconds = report.seconds;
    if (!report.finished) {
        PretrainProgress last;
        last.step = report.steps;
        last.examples = report.examples;
        last.tokens = report.tokens;
        last.loss = report.loss;
        last.beginLoss = report.beginLoss;
        log.line(last);
        return Json(result);
    }
    progress({id, "saving", 0, 0, report.loss, 0, -1}, true);
    PretrainedBundle bundle{*target, params.half, params.seed, {}, Json::object()};
    if (auto saved = savePretrained(*pretrained, **base, **corpus, bundle); !saved)
        return tl::unexpected(saved.error());
    result.finished = true;
    if (!probes->empty()) {
        // The encoder is safe by now: a check that fails or is stopped costs the figures only.
        const auto scored =
            score(id, *probes, pretrained->model, &FewShotScore::after, result.scores, stop);
        if (!scored && scored.error().code != ErrorCode::Cancelled)
            spdlog::warn("few-shot check: {}", scored.error().text());
        Json rows = Json::array();
        for (const FewShotScore& score : result.scores)
            rows.push_back(
                {{"shots", score.shots}, {"f1_before", score.before}, {"f1_after", score.after}});
        if (scored) {
            bundle.more = {{"few_shot", rows}};
            if (auto saved = savePretrained(*pretrained, **base, **corpus, bundle); !saved)
                spdlog::warn("{}", saved.error().text());
        }
    }
    fs::remove_all(folder, error);
    return Json(result);
}

Result<Json> PretrainRequests::Impl::runs() {
    const auto folder = runsFolder();
    if (!folder)
        return tl::unexpected(folder.error());
    std::vector<std::pair<fs::file_time_type, protocol::PretrainRun>> found;
    std::error_code error;
    for (fs::directory_iterator it(*folder, error), end; !error && it != end; it.increment(error)) {
        const fs::path& path = it->path();
        std::error_code ignored;
        if (path.filename().string().starts_with('.') || !fs::exists(path / kSettings, ignored))
            continue;
        protocol::PretrainRun run;
        if (auto params = settingsIn(path))
            run.params = std::move(*params);
        run.params.name = path.filename().string();
        run.params.check.documents.clear();
        run.isHeld = !RunLock(path).isHeld();
        run.scores = scoresIn(path);
        run.curve = pretrainCurve(path / "log.csv", kCurvePoints);
        if (const auto text = readWholeFile(path / "checkpoint" / "state.json")) {
            const Json state = Json::parse(*text, nullptr, false);
            if (state.is_object()) {
                run.step = state.value("steps", std::int64_t{0});
                run.seconds = state.value("seconds", 0.0);
            }
        }
        found.emplace_back(fs::last_write_time(path, ignored), std::move(run));
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.first > b.first; });
    protocol::PretrainRuns list;
    for (auto& [time, run] : found)
        list.runs.push_back(std::move(run));
    return Json(list);
}

Result<Json> PretrainRequests::Impl::discard(const std::string& name) {
    const auto runs = runsFolder();
    if (!runs)
        return tl::unexpected(runs.error());
    const fs::path folder = *runs / name;
    std::error_code error;
    if (name.empty() || fs::path(name).filename() != name || name.front() == '.' ||
        !fs::exists(folder / kSettings, error))
        return failure(ErrorCode::NotFound, "There is no such run.", name);
    const RunLock lock(folder);
    if (!lock.isHeld())
        return failure(ErrorCode::ReadOnly, "Another Spanwise is at this run.", name);
    fs::remove_all(folder, error);
    if (error)
        return tl::unexpected(fileError(error.value(), folder, "remove"));
    return Json::object();
}

}  // namespace spanwise
