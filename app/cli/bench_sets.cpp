#include "app/cli/bench_sets.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "models/learning/few_shot.h"

namespace spanwise::cli {
namespace {

/// Of the sample of the test part: the same for all runs.
constexpr std::uint64_t kTestSeed = 20240215;

Result<std::vector<std::string>> textsAt(const nlohmann::json& entry, const char* key,
                                         const std::string& where, bool required) {
    std::vector<std::string> texts;
    const auto found = entry.find(key);
    const bool isList = found != entry.end() && found->is_array() &&
                        std::all_of(found->begin(), found->end(),
                                    [](const auto& item) { return item.is_string(); });
    if ((found != entry.end() && !isList) || (required && (!isList || found->empty())))
        return failure(ErrorCode::InvalidFormat,
                       std::string("\"") + key + "\" must be a list of texts" +
                           (required ? " with at least one file." : "."),
                       where);
    if (isList)
        texts = found->get<std::vector<std::string>>();
    return texts;
}

Result<std::vector<BenchSet>> readManifest(const std::string& path,
                                           const std::filesystem::path& data) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return failure(ErrorCode::NotFound, "The file cannot be opened.", path);
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (!json.is_object() || !json.contains("sets") || !json["sets"].is_array() ||
        json["sets"].empty())
        return failure(ErrorCode::InvalidFormat,
                       "This is no list of sets. It must be a JSON object with \"sets\": "
                       "[{\"name\", \"train\": [FILE], \"test\": [FILE]}, …].",
                       path);
    std::vector<BenchSet> sets;
    std::set<std::string> names;
    for (const auto& entry : json["sets"]) {
        const std::string number = std::to_string(sets.size() + 1);
        if (!entry.is_object() || !entry.contains("name") || !entry["name"].is_string())
            return failure(ErrorCode::InvalidFormat, "Set " + number + " has no \"name\".", path);
        BenchSet set;
        set.name = entry["name"].get<std::string>();
        const std::string where = path + ": set \"" + set.name + "\"";
        if (!names.insert(set.name).second)
            return failure(ErrorCode::InvalidFormat, "Another set has this name, too.", where);
        auto train = textsAt(entry, "train", where, true);
        auto test = textsAt(entry, "test", where, true);
        auto skip = textsAt(entry, "skip_first_words", where, false);
        for (const auto* list : {&train, &test, &skip}) {
            if (!*list)
                return tl::unexpected(list->error());
        }
        for (const std::string& name : *train)
            set.train.push_back((data / name).string());
        for (const std::string& name : *test)
            set.test.push_back((data / name).string());
        set.skipFirstWords = std::move(*skip);
        sets.push_back(std::move(set));
    }
    return sets;
}

Result<std::vector<LabelledSentence>> readPart(const std::vector<std::string>& files,
                                               const std::vector<std::string>& skipFirstWords,
                                               std::set<std::string>* types) {
    std::vector<LabelledSentence> sentences;
    for (const std::string& file : files) {
        auto gold = readGold(file);
        if (!gold)
            return tl::unexpected(gold.error());
        for (LabelledSentence& sentence : gold->sentences) {
            const bool skipped =
                sentence.words.empty() || std::find(skipFirstWords.begin(), skipFirstWords.end(),
                                                    sentence.words.front()) != skipFirstWords.end();
            if (!skipped)
                sentences.push_back(std::move(sentence));
        }
        if (types != nullptr)
            types->insert(gold->types.begin(), gold->types.end());
    }
    return sentences;
}

}  // namespace

void BenchSource::addOptions(CLI::App* command) {
    auto* manifest = command->add_option(
        "--sets", sets, "Several sets from a JSON list (tests/bench/few_shot_sets.json)");
    command->add_option("--data", data,
                        "Folder of the sets' files; default: SPANWISE_DATA, else ../shared/data");
    command->add_option("--only", only, "Of the list only these, e.g. mit-movie,btc")
        ->delimiter(',')
        ->needs(manifest);
    auto* trainOption = command->add_option("--train", train, "Gold to draw from (CoNLL or JSONL)")
                            ->excludes(manifest);
    command->add_option("--test", test, "Gold to judge by")->excludes(manifest);
    command->add_option("--name", name, "The set's name in the results")->needs(trainOption);
}

Result<std::vector<BenchSet>> BenchSource::resolve() const {
    if (sets.empty()) {
        if (train.empty() || test.empty())
            return failure(ErrorCode::InvalidArgument,
                           "Name --sets FILE, or --train FILE and --test FILE.");
        const std::string called =
            name.empty() ? std::filesystem::absolute(train).parent_path().filename().string()
                         : name;
        return std::vector<BenchSet>{{called, {train}, {test}, {}}};
    }
    std::filesystem::path folder = data;
    if (folder.empty()) {
        const char* fromEnvironment = std::getenv("SPANWISE_DATA");
        folder = fromEnvironment != nullptr && *fromEnvironment != '\0' ? fromEnvironment
                                                                        : "../shared/data";
    }
    auto all = readManifest(sets, folder);
    if (!all || only.empty())
        return all;
    std::vector<BenchSet> chosen;
    for (const std::string& wanted : only) {
        if (std::none_of(all->begin(), all->end(),
                         [&](const BenchSet& set) { return set.name == wanted; })) {
            std::string names;
            for (const BenchSet& set : *all)
                names += (names.empty() ? "" : ", ") + set.name;
            return failure(ErrorCode::InvalidArgument,
                           "It has no set \"" + wanted + "\". It has " + names + ".", sets);
        }
    }
    for (BenchSet& set : *all) {
        if (std::find(only.begin(), only.end(), set.name) != only.end())
            chosen.push_back(std::move(set));
    }
    return chosen;
}

Result<BenchData> readBenchData(const BenchSet& set, std::size_t testSentences) {
    BenchData data;
    std::set<std::string> types;
    auto train = readPart(set.train, set.skipFirstWords, &types);
    if (!train)
        return tl::unexpected(train.error());
    auto test = readPart(set.test, set.skipFirstWords, nullptr);
    if (!test)
        return tl::unexpected(test.error());
    if (types.empty())
        return failure(ErrorCode::InvalidArgument, "There is no labelled span to learn from in it.",
                       set.train.front());
    data.train = std::move(*train);
    data.types.assign(types.begin(), types.end());
    for (const std::size_t index : sampleIndices(test->size(), testSentences, kTestSeed)) {
        data.testWords += (*test)[index].words.size();
        data.test.push_back(std::move((*test)[index]));
    }
    if (data.test.empty())
        return failure(ErrorCode::InvalidArgument, "There is no sentence to judge by in it.",
                       set.test.front());
    return data;
}

}  // namespace spanwise::cli
