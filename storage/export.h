#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/formats/conll.h"
#include "storage/project.h"

namespace spanwise {

/// Guidelines: the types with their notes and examples, as Markdown (storage/guidelines.h).
enum class ExportFormat { Conll, Jsonl, Guidelines };
[[nodiscard]] Result<ExportFormat> exportFormatFromName(std::string_view name);
[[nodiscard]] std::string_view exportFormatName(ExportFormat format);

struct ExportOptions {
    ExportFormat format = ExportFormat::Conll;
    ConllWriteOptions conll;
    bool onlyDone = false;  ///< leave out documents that are new or in progress
    GuidelineWords guidelines;
};

/// Told after each document that was looked at.
using ExportProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// Writes the living documents of a project with their labels, in id order and in constant memory.
/// Blocking; any thread that owns `project`. Cancelled after a stop; what was written to `out` by
/// then stays there.
[[nodiscard]] Result<ExportReport> exportProject(const Project& project,
                                                 const ExportOptions& options, std::ostream& out,
                                                 const ExportProgress& progress = {},
                                                 std::stop_token stop = {});

/// The same into a file, which is put in place in one step once everything is on the disk: after an
/// error, a stop or a power cut the old file, or none, is there. A pipe or device is written as it
/// is. Errors: PermissionDenied, DiskFull, NotFound (no such folder), Io.
[[nodiscard]] Result<ExportReport> exportProject(const Project& project,
                                                 const ExportOptions& options,
                                                 const std::string& path,
                                                 const ExportProgress& progress = {},
                                                 std::stop_token stop = {});

}  // namespace spanwise
