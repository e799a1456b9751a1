#include <cstdio>
#include <map>

#include "app/cli/command.h"
#include "core/text/utf8.h"
#include "models/similarity/similarity.h"

namespace spanwise::cli {
namespace {

/// Documents read and embedded together.
constexpr std::size_t kTogether = 256;

struct Options {
    std::string project, text, model;
    std::string cache = cacheFolder();
    int count = 20;
};

struct Loaded {
    Document document;
    std::vector<Sentence> sentences;
    OffsetMap offsets;
    IndexableText indexable;
};

Result<std::unique_ptr<Loaded>> load(const Project& project, DocumentId id) {
    auto document = project.document(id);
    if (!document)
        return tl::unexpected(document.error());
    auto loaded = std::make_unique<Loaded>();
    loaded->document = std::move(*document);
    loaded->sentences = sentencesOf(loaded->document);
    loaded->offsets = OffsetMap(loaded->document.text);
    loaded->indexable = {loaded->document.sha256, &loaded->document.text, &loaded->sentences,
                         &loaded->offsets};
    return loaded;
}

std::string cut(const Loaded& loaded, Range range) {
    const auto begin = static_cast<std::size_t>(loaded.offsets.toByte(range.begin));
    const auto end = static_cast<std::size_t>(loaded.offsets.toByte(range.end));
    return loaded.document.text.substr(begin, end - begin);
}

Result<void> similar(const Cli& cli, const Options& options) {
    if (auto valid = validateUtf8(options.text, "TEXT"); !valid)
        return tl::unexpected(valid.error());
    if (splitWords(options.text).empty())
        return failure(ErrorCode::InvalidArgument,
                       "TEXT has no word. Write what to look for, such as \"pain after surgery\".");
    const auto project = Project::open(options.project, OpenMode::ReadOnly);
    if (!project)
        return tl::unexpected(project.error());
    const auto documents = (*project)->documents();
    if (!documents)
        return tl::unexpected(documents.error());
    const auto model = cli.load(options.model);
    if (!model)
        return tl::unexpected(model.error());
    SimilarityOptions similarityOptions;
    if (!options.cache.empty())
        similarityOptions.cache = std::filesystem::path(options.cache) / "sentences";
    Similarity similarity(*model, similarityOptions);

    std::map<std::string, DocumentId> byHash;
    std::unordered_set<std::string> among;
    {
        ProgressLine line(cli);
        for (std::size_t first = 0; first < documents->size(); first += kTogether) {
            const std::size_t last = std::min(documents->size(), first + kTogether);
            std::vector<std::unique_ptr<Loaded>> batch;
            std::vector<IndexableText> texts;
            for (std::size_t i = first; i < last; ++i) {
                auto loaded = load(**project, (*documents)[i].id);
                if (!loaded)
                    return tl::unexpected(loaded.error());
                byHash.emplace((*loaded)->document.sha256, (*documents)[i].id);
                among.insert((*loaded)->document.sha256);
                texts.push_back((*loaded)->indexable);
                batch.push_back(std::move(*loaded));
            }
            const auto added = similarity.add(texts, [&](std::int64_t done, std::int64_t total) {
                line.show("embedding documents from " + std::to_string(first + 1) + " of " +
                          std::to_string(documents->size()) + ": sentence " + std::to_string(done) +
                          " of " + std::to_string(total));
            });
            if (!added)
                return tl::unexpected(added.error());
        }
    }
    for (const std::string& note : similarity.takeNotes())
        std::fprintf(stderr, "%s\n", note.c_str());
    std::map<std::string, std::unique_ptr<Loaded>> loaded;
    const auto lookup = [&](const std::string& hash) -> const IndexableText* {
        auto& entry = loaded[hash];
        if (!entry) {
            auto read = load(**project, byHash.at(hash));
            if (!read)
                return nullptr;
            entry = std::move(*read);
        }
        return &entry->indexable;
    };
    const auto hits =
        similarity.toText(options.text, static_cast<std::size_t>(options.count), among, lookup);
    if (!hits)
        return tl::unexpected(hits.error());
    auto list = nlohmann::json::array();
    for (const SimilarHit& hit : *hits) {
        if (lookup(hit.hash) == nullptr)
            continue;
        const Loaded& found = *loaded.at(hit.hash);
        if (cli.json)
            list.push_back({{"document", found.document.name},
                            {"begin", hit.range.begin},
                            {"end", hit.range.end},
                            {"text", cut(found, hit.range)},
                            {"sentence", {hit.sentence.begin, hit.sentence.end}},
                            {"sentence_text", cut(found, hit.sentence)},
                            {"score", hit.score}});
        else
            std::printf("%.3f  %s:%lld  %s  [%s]\n", hit.score, found.document.name.c_str(),
                        static_cast<long long>(hit.sentence.begin),
                        cut(found, hit.sentence).c_str(), cut(found, hit.range).c_str());
    }
    if (cli.json)
        std::printf("%s\n",
                    list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return {};
}

}  // namespace

void addSimilar(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command = cli.app->add_subcommand(
        "similar", "Find sentences of a project that mean something similar");
    command->add_option("PROJECT", options->project)->required();
    command->add_option("TEXT", options->text, "A sentence, or words")->required();
    command->add_option("--count", options->count, "How many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_option("--model", options->model, "Whose states; default: the default encoder");
    command
        ->add_option("--cache", options->cache,
                     "Where embeddings are kept between runs; \"\": nowhere")
        ->capture_default_str();
    cli.addCompute(command);
    cli.addJson(command);
    command->footer(
        "Each line: cosine, document and place, the sentence, and the words in it that fit best.\n"
        "Example:\n  spanwise-cli similar trial.spanwise \"pain after surgery\" --count 10");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return similar(cli, *options); }; });
}

}  // namespace spanwise::cli
