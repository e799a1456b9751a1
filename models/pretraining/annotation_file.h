#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/formats/passages.h"
#include "core/result.h"

namespace spanwise {

/// Who annotates: answers of the same annotator about the same text are the same.
struct Annotator {
    std::string model;
    std::string prompt;  ///< SHA-256 of the instruction
};

/// What stands for a passage and who annotated it: half of the SHA-256 of both.
struct PassageKey {
    std::uint64_t high = 0, low = 0;
    bool operator==(const PassageKey&) const = default;

    struct Hash {
        std::size_t operator()(const PassageKey& key) const {
            return static_cast<std::size_t>(key.low);
        }
    };
};
[[nodiscard]] PassageKey passageKey(const Annotator& annotator, std::string_view text);
using PassageKeys = std::unordered_set<PassageKey, PassageKey::Hash>;

/// The passages file that a run writes and that the next one goes on with. While one is open for
/// writing, no other process opens it so. One thread at a time.
class AnnotationFile {
public:
    enum class Mode {
        Write,
        Look  ///< creates and changes nothing
    };
    /// Reads what is there. A last line that was half written (the program was killed, the disk was
    /// full) is dropped. InvalidFormat: a file that this class has not written. Incompatible: of
    /// another model or instruction, unless `mixed`. ReadOnly: another run writes it. Otherwise as
    /// fileError(). A file that is still empty is taken away again at the end.
    [[nodiscard]] static Result<std::unique_ptr<AnnotationFile>> open(
        const std::filesystem::path& path, const Annotator& annotator, bool mixed = false,
        Mode mode = Mode::Write);
    ~AnnotationFile();
    AnnotationFile(const AnnotationFile&) = delete;
    AnnotationFile& operator=(const AnnotationFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] const Annotator& annotator() const { return m_annotator; }
    /// Passages it has, of whomever.
    [[nodiscard]] std::int64_t passages() const { return m_passages; }
    [[nodiscard]] bool hadHalfLine() const { return m_hadHalfLine; }
    [[nodiscard]] bool has(const PassageKey& key) const { return m_keys.contains(key); }

    /// Appends whole lines in one go and syncs them. After an error the file ends where it did
    /// before.
    [[nodiscard]] Result<void> append(std::string_view lines, std::int64_t count);

private:
    AnnotationFile(std::filesystem::path path, Annotator annotator)
        : m_path(std::move(path)), m_annotator(std::move(annotator)) {}
    [[nodiscard]] Result<void> read(bool mixed);
    [[nodiscard]] Result<void> take(const Passage& passage, std::int64_t line, bool mixed);
    [[nodiscard]] Result<void> mend(std::int64_t whole, std::int64_t line, bool mixed);

    std::filesystem::path m_path;
    Annotator m_annotator;
    PassageKeys m_keys;
    int m_descriptor = -1;
    Mode m_mode = Mode::Write;
    std::int64_t m_length = 0;
    std::int64_t m_passages = 0;
    bool m_hadHalfLine = false;
    bool m_created = false;
};

}  // namespace spanwise
