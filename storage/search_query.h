#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/annotation/span.h"

namespace spanwise {

/// A place to go on from.
struct SearchPlace {
    DocumentId document = 0;
    Offset offset = 0;

    bool operator==(const SearchPlace&) const = default;
};

/// What to look for in a project. With a text the hits are its matches, and what is asked of labels
/// restricts them to matches that such a label touches; without one the hits are the labels, or the
/// documents where nothing is asked of labels either. All that is set must hold.
struct SearchQuery {
    /// Words as SearchTerms reads them, or an ICU regular expression ("^" and "$" are lines').
    std::string text;
    bool isExpression = false;
    bool matchesCase = false;

    enum class Labels { Any, Annotated, Suggested, Unlabelled };
    Labels labels = Labels::Any;  ///< Unlabelled: matches that nothing touches; needs a text
    std::vector<TypeId> types;    ///< any of them; empty: all
    double lowestScore = 0, highestScore = 1;  ///< of suggestions; 0 to 1 asks nothing
    std::vector<Origin> origins;               ///< of annotations; empty: all
    std::string annotator;                     ///< of annotations; empty: all
    std::int64_t from = 0, until = 0;  ///< when annotated, ms since the epoch; 0: open; half-open
    std::optional<DocumentStatus> status;

    bool operator==(const SearchQuery&) const = default;

    /// Nothing but annotations can fulfil it.
    [[nodiscard]] bool asksAnnotations() const {
        return labels == Labels::Annotated || !origins.empty() || !annotator.empty() || from != 0 ||
               until != 0;
    }
    [[nodiscard]] bool asksSuggestions() const {
        return labels == Labels::Suggested || lowestScore > 0 || highestScore < 1;
    }
    [[nodiscard]] bool asksLabels() const {
        return asksAnnotations() || asksSuggestions() || !types.empty();
    }
    /// Nothing but a status is asked: the hits are documents, by their beginnings.
    [[nodiscard]] bool listsDocuments() const {
        return text.empty() && !asksLabels() && labels == Labels::Any && status.has_value();
    }
    [[nodiscard]] bool isEmpty() const {
        return text.empty() && !asksLabels() && labels == Labels::Any && !status;
    }
};

struct SearchHit {
    DocumentId document = 0;
    std::string documentName;
    Range range;                       ///< code points; empty: the hit is the document
    std::string before, match, after;  ///< UTF-8, with context of the same line
    RecordId record = 0;  ///< the label that is there (of just this range, if any), or 0
    TypeId type = 0;      ///< its type, or 0
    bool isSuggestion = false;
    double score = -1;  ///< of a suggestion
    Origin origin = Origin::Manual;

    bool operator==(const SearchHit&) const = default;
};

struct SearchPage {
    std::vector<SearchHit> hits;      ///< in document and text order
    std::optional<SearchPlace> next;  ///< where it stopped, for reaching the limit or for its time
};

/// A document's name, for going there by typing it.
struct NamedDocument {
    DocumentId id = 0;
    std::string name;
    DocumentStatus status = DocumentStatus::New;
};

}  // namespace spanwise
