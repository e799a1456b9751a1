#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/annotation/edit.h"
#include "core/annotation/entity_type.h"

/// Figures about a project, for the dashboard and the history page. All are read in one snapshot;
/// documents and types in the trash count nowhere. Blocking: for a connection of one's own in a
/// thread of its own.
namespace spanwise {

/// One number for each DocumentStatus.
struct ByStatus {
    std::array<std::int64_t, 3> counts{};

    [[nodiscard]] std::int64_t& operator[](DocumentStatus status) {
        return counts[static_cast<std::size_t>(status)];
    }
    [[nodiscard]] std::int64_t operator[](DocumentStatus status) const {
        return counts[static_cast<std::size_t>(status)];
    }
    [[nodiscard]] std::int64_t total() const { return counts[0] + counts[1] + counts[2]; }
    bool operator==(const ByStatus&) const = default;
};

struct TypeTally {
    TypeId type = 0;
    ByStatus annotations;  ///< by the status of their documents
    ByStatus documents;    ///< that have at least one
    std::int64_t suggestions = 0, rejections = 0;
    bool operator==(const TypeTally&) const = default;
};

struct Tallies {
    ByStatus documents, annotations;
    std::int64_t suggestions = 0;
    std::vector<TypeTally> types;  ///< in the scheme's order, also those without labels
};

/// What people did with suggestions. Corrected: labelled the words, or some of them, otherwise.
struct DecisionCounts {
    std::int64_t accepted = 0, corrected = 0, rejected = 0;

    [[nodiscard]] std::int64_t decided() const { return accepted + corrected + rejected; }
    bool operator==(const DecisionCounts&) const = default;
};

/// What made a suggestion.
enum class SuggestionSource { TypeNames, TrainedModel, Imported, Pattern };
inline constexpr std::size_t kSuggestionSources = 4;

/// What the history tells of people's work. What was undone does not count. Append-only as the
/// history is: activity() carries an earlier one on instead of reading all again.
struct Activity {
    static constexpr std::size_t kBands = 10;
    struct Hour {
        std::int64_t labels = 0;  ///< that came; those whose type or place changed are not new
        double seconds = 0;       ///< of work; pauses are cut short
        bool operator==(const Hour&) const = default;
    };

    std::int64_t lastEvent = 0;
    std::map<std::int64_t, Hour> hours;  ///< by hours since the epoch, UTC
    std::map<std::string, Hour> people;  ///< the same work by annotator
    std::map<TypeId, DecisionCounts> byType;
    /// [0, 0.1), … [0.9, 1]; without those of patterns, which have no score.
    std::array<DecisionCounts, kBands> byScore;
    std::array<DecisionCounts, kSuggestionSources> bySource;

    [[nodiscard]] DecisionCounts& operator[](SuggestionSource source) {
        return bySource[static_cast<std::size_t>(source)];
    }
    [[nodiscard]] const DecisionCounts& operator[](SuggestionSource source) const {
        return bySource[static_cast<std::size_t>(source)];
    }
};

/// What labelling a finished document took.
struct DocumentWork {
    DocumentId document = 0;
    std::int64_t annotations = 0;
    double seconds = 0;  ///< pauses cut short
    bool operator==(const DocumentWork&) const = default;
};

/// How people label finished documents with suggestions and without. Documents that were begun one
/// way and ended the other, or came with labels, are on neither side. And of what trained models
/// proposed for documents that nobody had begun, and which are finished now, how much became labels
/// just so: what was shown, and what the lot kept back from the same documents.
struct BlindTally {
    struct Side {
        std::int64_t documents = 0, codePoints = 0, annotations = 0;
        bool operator==(const Side&) const = default;
    };
    std::int64_t heldOut = 0;  ///< documents that get no suggestions, finished or not
    Side blind, assisted;      ///< empty when none ever were held out
    struct Agreement {
        std::int64_t suggestions = 0, labelled = 0;
        bool operator==(const Agreement&) const = default;
    };
    Agreement shown, keptBack;  ///< empty when none are kept back
    double threshold = 0;       ///< the least score that counts there
};

/// What may be wrong with labels or documents.
enum class HealthCheck {
    EdgeSpace,        ///< white space or invisible characters at a label's edge
    EdgePunctuation,  ///< a punctuation mark at a label's edge
    InsideWord,       ///< a label that begins or ends inside a word
    LostInConll,      ///< a label that CoNLL drops because it overlaps another
    MixedTypes,       ///< the same string with another type than it mostly has
    UnusedType,       ///< a type without a label
    EmptyDocument,    ///< nothing but white space
};
inline constexpr std::size_t kHealthChecks = 7;

struct HealthPlace {
    DocumentId document = 0;  ///< 0 for UnusedType
    std::string documentName;
    RecordId annotation = 0;  ///< 0: about the document, or the type
    TypeId type = 0;
    Range range;
    std::string before, match, after;  ///< the text around, on one line
    TypeId mostly = 0;                 ///< MixedTypes: the type that the string mostly has
    std::int64_t times = 0;            ///< with that type
    bool isFixable = false;

    bool operator==(const HealthPlace&) const = default;
};

struct HealthReport {
    struct Finding {
        std::int64_t count = 0;
        std::int64_t fixable = 0;
        std::vector<HealthPlace> places;  ///< in the order of documents; the first ones only
    };
    std::array<Finding, kHealthChecks> findings;
    std::int64_t documents = 0;  ///< looked at

    [[nodiscard]] const Finding& operator[](HealthCheck check) const {
        return findings[static_cast<std::size_t>(check)];
    }
};

/// Told after some documents.
using StatisticsProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// What the history page asks for. All conditions hold together.
struct HistoryFilter {
    DocumentId document = 0;  ///< 0: any
    TypeId type = 0;          ///< in a label, suggestion or rejection that came or went; 0: any
    std::string actor;        ///< empty: anybody
    std::string kind;         ///< as Event::kind; empty: any but "suggest"
    std::int64_t after = 0;   ///< events with larger ids only
    std::int64_t before = 0;  ///< events with smaller ids only; 0: from the newest
};

struct HistoryEntry {
    std::int64_t id = 0;
    std::string kind;   ///< "edit", "undo", "redo", "suggest", "import", "export", "type", …
    std::string name;   ///< for people, as it was stored
    std::string actor;  ///< annotator, or the model's id
    std::int64_t at = 0;
    double seconds = 0;
    std::int64_t reverts = 0;           ///< the edit that an undo or redo concerns
    std::vector<DocumentId> documents;  ///< the first kMostDocuments of them
    std::int64_t documentCount = 0;
    std::string documentName;  ///< of the first
    Range place;               ///< of the first label there; empty: none
    std::int64_t labelsAdded = 0, labelsRemoved = 0, rejections = 0;
    std::vector<std::string> models;  ///< that made the suggestions concerned, without repeats
    std::string detail;
    static constexpr std::size_t kMostDocuments = 100;
};

struct HistoryEntries {
    std::vector<HistoryEntry> entries;  ///< newest first
    bool hasMore = false;
};

/// A file that a project can be restored from.
struct BackupInfo {
    std::string path;
    std::int64_t at = 0;  ///< ms since the epoch
    std::int64_t bytes = 0;
    std::int64_t documents = 0, annotations = 0;
    std::string problem;  ///< why it cannot be read; empty: it can
};

/// An export that the history has.
struct ExportInfo {
    std::int64_t event = 0;
    std::int64_t at = 0;
    std::string path, format;
    std::int64_t documents = 0, spans = 0;
    std::int64_t upTo = 0;  ///< the last event that it surely contains
};

/// Labels that came, went or changed since an export.
struct ChangesSince {
    std::int64_t labels = 0, documents = 0, statuses = 0;
    std::int64_t others = 0;  ///< changes of types, and documents that came or went
    bool operator==(const ChangesSince&) const = default;
};

}  // namespace spanwise
