#include "app/cli/bench_results.h"

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "models/io/files.h"

namespace spanwise::cli {
namespace {

constexpr auto kFileName = "results.json";

double highWaterMegabytes() {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line)) {
        if (line.starts_with("VmHWM:"))
            return std::strtod(line.c_str() + 6, nullptr) / 1024.0;
    }
    return -1;
}

}  // namespace

Result<BenchResults> BenchResults::open(const std::string& folder) {
    BenchResults results;
    results.m_folder = folder;
    const std::filesystem::path path = std::filesystem::path(folder) / kFileName;
    std::error_code error;
    if (folder.empty() || !std::filesystem::exists(path, error))
        return results;
    const auto text = readWholeFile(path);
    if (!text)
        return tl::unexpected(text.error());
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    const bool isList = json.is_array() && std::all_of(json.begin(), json.end(),
                                                       [](const auto& r) { return r.is_object(); });
    if (!isList)
        return failure(ErrorCode::InvalidFormat,
                       "This is no list of results. Choose another folder, or move the file away.",
                       path.string());
    results.m_rows.assign(json.begin(), json.end());
    return results;
}

const nlohmann::json* BenchResults::find(const nlohmann::json& like,
                                         const std::vector<std::string>& keys) const {
    for (const nlohmann::json& row : m_rows) {
        if (std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
                return row.contains(key) && row[key] == like.at(key);
            }))
            return &row;
    }
    return nullptr;
}

Result<void> BenchResults::checkSame(const nlohmann::json& like, const nlohmann::json& same) const {
    for (const nlohmann::json& row : m_rows) {
        const auto items = like.items();
        if (!std::all_of(items.begin(), items.end(), [&](const auto& item) {
                return row.contains(item.key()) && row[item.key()] == item.value();
            }))
            continue;
        for (const auto& [key, value] : same.items()) {
            if (row.contains(key) && row[key] != value)
                return failure(ErrorCode::InvalidArgument,
                               "It has rows of the recipe \"" + row.value("recipe", "") +
                                   "\" with other " + key + " (" + row[key].dump() + ", now " +
                                   value.dump() +
                                   "). Give this one another --recipe name, or another --out.",
                               m_folder + "/" + kFileName);
        }
    }
    return {};
}

Result<void> BenchResults::add(nlohmann::json row) {
    m_rows.push_back(std::move(row));
    if (m_folder.empty())
        return {};
    std::string text = "[";
    for (const nlohmann::json& each : m_rows)
        text += (&each == &m_rows.front() ? "\n" : ",\n") +
                each.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return replaceFile(m_folder, kFileName, text + "\n]\n");
}

MeanAndDeviation meanAndDeviation(const std::vector<double>& values) {
    MeanAndDeviation result;
    result.count = values.size();
    if (values.empty())
        return result;
    const auto n = static_cast<double>(values.size());
    for (const double value : values)
        result.mean += value / n;
    double squares = 0;
    for (const double value : values)
        squares += (value - result.mean) * (value - result.mean);
    result.deviation = values.size() > 1 ? std::sqrt(squares / (n - 1)) : 0;
    return result;
}

void addMetrics(nlohmann::json& row, const EntityMetrics& metrics,
                const CalibrationMetrics& calibration) {
    row["micro_f1"] = metrics.micro.f1;
    row["macro_f1"] = metrics.macro.f1;
    row["token_macro_f1"] = metrics.tokenMacroF1;
    row["per_type"] = nlohmann::json::object();
    for (const auto& [type, score] : metrics.perType)
        row["per_type"][type] = {{"precision", score.precision},
                                 {"recall", score.recall},
                                 {"f1", score.f1},
                                 {"support", score.support}};
    row["ece"] = calibration.expectedError;
    row["calibration"] = nlohmann::json::parse(calibrationToJson(calibration));
}

PeakMemory::PeakMemory() {
    // What earlier work freed but the allocator kept is not this work's.
    ::malloc_trim(0);
    std::ofstream reset("/proc/self/clear_refs");
    reset << 5;
    reset.flush();
    m_fromStart = !reset || highWaterMegabytes() < 0;
}

double PeakMemory::megabytes() const {
    if (!m_fromStart)
        return highWaterMegabytes();
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

}  // namespace spanwise::cli
