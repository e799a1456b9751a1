#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "models/pretraining/readers.h"

namespace spanwise {

/// One set of files that pre-training learns from.
struct MaterialSource {
    std::string name;    ///< for people, and in Passage::source
    std::string family;  ///< what is left out together (`--without few-nerd`)
    std::vector<std::string> files;
    MaterialKind kind = MaterialKind::Auto;
    /// How much its passages count against another source's; above 0.
    double weight = 1;
    /// Is all of its types' mentions labelled? Then a word without a label is none of them, and
    /// passages without any mention teach as well. Else they are dropped.
    bool closed = false;
    TypeMap types;
    std::vector<std::string> skipFirstWords;
    std::string licence;  ///< its terms, for the model's card; empty: not said
};

/// Files as sources. A file may be a list of sources:
/// `{"sources": [{"name", "files": [FILE], "family"?, "kind"?, "weight"?, "closed"?,
///    "types"? (a map, or the file of one beside the list), "skip_first_words"?, "licence"?,
///    "about"?}]}`
/// with files relative to `dataFolder`, or to the list's folder when that is empty. CoNLL and
/// Spanwise's gold JSONL given by themselves are closed.
/// Sources of the families in `without` are left out; a family that is not there is an error.
[[nodiscard]] Result<std::vector<MaterialSource>> materialSources(
    const std::vector<std::string>& files, const std::string& dataFolder,
    const std::vector<std::string>& without = {});

struct MaterialOptions {
    /// Count entries that cannot be read and go on, instead of ending with an error.
    bool skipBad = false;
    /// Passages of more words are cut at sentence boundaries (a longer sentence between words).
    int longestWords = 128;
    std::string wordNet = kWordNetFolder;
};

/// What was read of a source in this pass, and what was not used.
struct SourceReport {
    std::string name;
    std::string family;
    MaterialKind kind = MaterialKind::Auto;  ///< of the last file opened
    bool closed = false;
    std::int64_t entries = 0;     ///< read from the files
    std::int64_t passages = 0;    ///< handed out
    std::int64_t spans = 0;       ///< different stretches of text labelled
    std::int64_t mentions = 0;    ///< spans times their concepts
    std::int64_t concepts = 0;    ///< different ones
    std::int64_t described = 0;   ///< mentions with a description
    std::int64_t bytes = 0;       ///< of their texts
    std::int64_t cut = 0;         ///< entries cut into several passages
    std::int64_t cutThrough = 0;  ///< mentions lost because a cut went through them
    std::int64_t duplicates = 0;
    std::int64_t withoutMentions = 0;  ///< passages dropped for it
    std::int64_t unlocated = 0;
    std::int64_t malformed = 0;
    std::int64_t droppedTypes = 0;  ///< mentions of types that the map drops
    std::int64_t bad = 0;           ///< entries that could not be read
    std::string firstBad;           ///< the first one's error
    double seconds = 0;             ///< of reading
};

struct MaterialReport {
    std::vector<SourceReport> sources;
    std::int64_t concepts = 0;       ///< different ones in all sources together
    std::vector<std::string> notes;  ///< for people: what is missing, said once
    [[nodiscard]] SourceReport total() const;
    [[nodiscard]] std::string toJson() const;
    /// A table for a terminal.
    [[nodiscard]] std::string toText() const;
};

/// All passages of several sources, one after the other, in constant memory (but for 8 bytes for
/// each passage, the names of the concepts, and CoNLL files). Passages whose text, white space
/// collapsed, was handed out before are left out. The same files and options give the same
/// passages. One thread.
class Material {
public:
    /// Opens nothing but WordNet, when a source can use it. InvalidArgument without sources.
    [[nodiscard]] static Result<Material> open(std::vector<MaterialSource> sources,
                                               MaterialOptions options = {});
    Material(Material&&) noexcept;
    Material& operator=(Material&&) noexcept;
    ~Material();

    /// The next passage, with `source` the source's name. False at the end: InvalidFormat when
    /// there was not one with a mention. Errors name file and line.
    [[nodiscard]] Result<bool> next(Passage& passage);
    /// Which source the last passage is from.
    [[nodiscard]] std::size_t sourceIndex() const;
    /// Starts again.
    void rewind();

    [[nodiscard]] const std::vector<MaterialSource>& sources() const;
    /// Of the pass so far.
    [[nodiscard]] MaterialReport report() const;

    /// The normalised names of a closed source's concepts, sorted: reads the source once. Empty for
    /// an open one.
    [[nodiscard]] Result<std::vector<std::string>> closedConcepts(std::size_t source) const;

private:
    class State;
    explicit Material(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// Reads everything once. `sink`, when there is one, sees each passage and the index of its source;
/// its error ends the reading.
[[nodiscard]] Result<MaterialReport> inspectMaterial(
    std::vector<MaterialSource> sources, const MaterialOptions& options,
    const std::function<Result<void>(const Passage&, std::size_t source)>& sink = {});

/// The pieces of a passage of more than `longestWords` words: whole sentences as long as they fit;
/// a mention is not cut through where that can be avoided. `cutThrough` counts those that were.
[[nodiscard]] std::vector<Passage> cutPassage(Passage passage, int longestWords,
                                              std::int64_t* cutThrough = nullptr);

/// A hash of the text with runs of white space as one space, none at the ends. Never changes.
[[nodiscard]] std::uint64_t textHash(std::string_view text);

}  // namespace spanwise
