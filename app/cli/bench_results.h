#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/metrics/calibration_error.h"
#include "core/metrics/entity_metrics.h"
#include "core/result.h"

/// What the benchmarks have in common: rows of JSON that grow one by one, and figures over them.
namespace spanwise::cli {

/// A benchmark's `DIR/results.json`: a list of JSON objects, one a line. Each row is on disk as
/// soon as it is added (a new file that replaces the old one), so that a run that was stopped goes
/// on where it was.
class BenchResults {
public:
    /// Reads what is there. Without a folder rows are kept in memory alone. InvalidFormat when the
    /// file is no list of objects.
    [[nodiscard]] static Result<BenchResults> open(const std::string& folder);

    /// The row whose `keys` equal those of `like`, or null.
    [[nodiscard]] const nlohmann::json* find(const nlohmann::json& like,
                                             const std::vector<std::string>& keys) const;
    [[nodiscard]] Result<void> add(nlohmann::json row);
    /// InvalidArgument when a row with the values of `like` differs in one of those of `same`: it
    /// would be taken for one of this run.
    [[nodiscard]] Result<void> checkSame(const nlohmann::json& like,
                                         const nlohmann::json& same) const;
    [[nodiscard]] const std::vector<nlohmann::json>& rows() const { return m_rows; }

private:
    std::string m_folder;
    std::vector<nlohmann::json> m_rows;
};

struct MeanAndDeviation {
    double mean = 0, deviation = 0;  ///< of the sample (n - 1); 0 for one value
    std::size_t count = 0;
};
[[nodiscard]] MeanAndDeviation meanAndDeviation(const std::vector<double>& values);

/// The metrics of a row: micro_f1, macro_f1, token_macro_f1, per_type {type: {precision, recall,
/// f1, support}}, ece, calibration.
void addMetrics(nlohmann::json& row, const EntityMetrics& metrics,
                const CalibrationMetrics& calibration);

/// The largest resident memory of this process since the object was made, where the system can
/// tell; elsewhere since the process began.
class PeakMemory {
public:
    PeakMemory();
    [[nodiscard]] double megabytes() const;

private:
    bool m_fromStart = true;
};

}  // namespace spanwise::cli
