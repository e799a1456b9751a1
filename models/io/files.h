#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace spanwise {

/// What an errno means to a person; `verb` as in "cannot <verb> this file".
[[nodiscard]] Error fileError(int error, const std::filesystem::path& path, std::string_view verb);

[[nodiscard]] Result<std::string> readWholeFile(const std::filesystem::path& path);

/// Writes a file and syncs it. Errors are kept until finish().
class FileWriter {
public:
    explicit FileWriter(std::filesystem::path path);
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;
    void write(std::string_view bytes);
    [[nodiscard]] Result<void> finish();

private:
    std::filesystem::path m_path;
    int m_descriptor = -1;
    int m_error = 0;
};
[[nodiscard]] Result<void> writeWholeFile(const std::filesystem::path& path,
                                          std::string_view bytes);

/// Writes a file beside its place, then renames it. Makes the folder.
[[nodiscard]] Result<void> replaceFile(const std::filesystem::path& folder, const std::string& name,
                                       std::string_view bytes);

/// Removes what processes of this machine that are no more were writing for the folder `target`.
void clearAbandoned(const std::filesystem::path& target);

/// A folder that appears under its name complete or not at all: files are written to a hidden
/// folder beside it; commit() syncs and renames, replacing an older one. Dropped without commit, it
/// leaves nothing; what a process left that was killed goes with the next create().
class StagedFolder {
public:
    explicit StagedFolder(std::filesystem::path target);
    ~StagedFolder();
    StagedFolder(const StagedFolder&) = delete;
    StagedFolder& operator=(const StagedFolder&) = delete;
    [[nodiscard]] Result<void> create();
    [[nodiscard]] const std::filesystem::path& path() const { return m_staging; }
    [[nodiscard]] Result<void> commit();

private:
    std::filesystem::path m_target, m_staging;
};

}  // namespace spanwise
