// A forward pass of every encoder family against transformers' on the same weights and the same
// batch, and how long the default encoder takes to load.
// Usage: bench_encoders PYTHON [THREADS]     (PYTHON: one that has torch and transformers)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/io/files.h"
#include "models/model_internal.h"
#include "models/torch.h"

using namespace spanwise;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

double milliseconds(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::string outputOf(const std::string& command) {
    std::string output;
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr)
        return output;
    char buffer[4096];
    while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe))
        output.append(buffer, n);
    return ::pclose(pipe) == 0 ? output : std::string();
}

std::vector<std::int64_t> integers(const SafetensorsFile& file, const char* name) {
    const TensorView& view = *file.find(name);
    std::vector<std::int64_t> values(static_cast<std::size_t>(view.elements()));
    std::memcpy(values.data(), view.data.data(), view.data.size());
    return values;
}

/// Best time of several passes over the batch, sorted by length and cut as the predictor does it.
Result<double> timed(const fs::path& folder) {
    const auto text = readWholeFile(folder / "config.json");
    if (!text)
        return tl::unexpected(text.error());
    const auto config = readEncoderConfig(nlohmann::json::parse(*text), folder.string());
    if (!config)
        return tl::unexpected(config.error());
    const auto files = WeightFiles::open(folder);
    if (!files)
        return tl::unexpected(files.error());
    TensorSource source(*files);
    const auto weights = readEncoderWeights(source, *config);
    if (!weights)
        return tl::unexpected(weights.error());
    const auto batch = SafetensorsFile::open(folder / "batch.safetensors");
    if (!batch)
        return tl::unexpected(batch.error());
    const auto ids = integers(**batch, "ids");
    std::vector<std::vector<std::int64_t>> sequences;
    auto at = ids.begin();
    for (const std::int64_t length : integers(**batch, "lengths")) {
        sequences.emplace_back(at, at + length);
        at += length;
    }
    std::sort(sequences.begin(), sequences.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
    const c10::InferenceMode inference;
    double best = 1e9;
    for (int pass = 0; pass < 10; ++pass) {
        const auto start = Clock::now();
        for (std::size_t done = 0; done < sequences.size();) {
            std::vector<const std::vector<std::int64_t>*> members;
            std::size_t tokens = 0;
            for (; done < sequences.size(); ++done) {
                tokens += sequences[done].size();
                if (!members.empty() && tokens > static_cast<std::size_t>(kFastTokens))
                    break;
                members.push_back(&sequences[done]);
            }
            const PackedBatch packed = packSequences(members, *config, at::kCPU);
            (void)runLayers(*weights, *config, packed, embed(*weights, *config, packed), 0,
                            config->layers);
        }
        if (pass > 1)
            best = std::min(best, milliseconds(start));
    }
    return best;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_encoders PYTHON [THREADS]\n");
        return 2;
    }
    const int threads = argc > 2 ? std::atoi(argv[2]) : 2;
    setThreads(threads);
    if (const auto path = defaultEncoder()) {
        double best = 1e9;
        for (int i = 0; i < 5; ++i) {
            const auto start = Clock::now();
            const auto model = loadModel(*path, Device{});
            if (!model) {
                std::fprintf(stderr, "%s\n", model.error().text().c_str());
                return 1;
            }
            best = std::min(best, milliseconds(start));
        }
        std::printf("load %s: %.0f ms\n", path->filename().c_str(), best);
    }
    char scratch[] = "/tmp/bench_encodersXXXXXX";
    if (::mkdtemp(scratch) == nullptr)
        return 1;
    const std::string output = outputOf(
        std::string(argv[1]) + " " SPANWISE_SOURCE "/tests/bench/peers/encoders_transformers.py " +
        scratch + " " + std::to_string(threads) + " 2>/dev/null");
    const auto peer = nlohmann::json::parse(output, nullptr, false);
    if (!peer.is_object()) {
        std::fprintf(stderr, "The peer did not run: %s\n", output.c_str());
        return 1;
    }
    std::printf("%-12s %14s %14s %8s\n", "encoder", "transformers", "Spanwise", "ratio");
    for (const auto& [name, theirs] : peer.items()) {
        const auto ours = timed(fs::path(scratch) / name);
        if (!ours) {
            std::fprintf(stderr, "%s\n", ours.error().text().c_str());
            return 1;
        }
        std::printf("%-12s %11.1f ms %11.1f ms %7.2fx\n", name.c_str(), theirs.get<double>(), *ours,
                    theirs.get<double>() / *ours);
    }
    fs::remove_all(scratch);
    return 0;
}
