#pragma once

#include <compare>
#include <optional>
#include <vector>

#include "core/annotation/edit.h"

/// Several people's labels of one text, and what becomes of them in the project. Pure functions.
namespace spanwise {

struct TypedRange {
    Range range;
    TypeId type = 0;

    auto operator<=>(const TypedRange&) const = default;
};

/// What one annotator labelled in a document: sorted, without repeats. Empty: nothing there is an
/// entity.
using Reading = std::vector<TypedRange>;

/// Overlapping spans that not all readings have.
struct Disagreement {
    Range range;                      ///< from the first of them to the end of the last
    std::vector<TypedRange> spans;    ///< sorted, without repeats
    std::vector<Reading> perReading;  ///< those of each reading; empty: nothing here

    bool operator==(const Disagreement&) const = default;
};

/// Two readings or more, compared span by span: boundaries and type.
struct Comparison {
    std::vector<TypedRange> agreed;  ///< in every reading
    std::vector<Disagreement> disagreements;

    bool operator==(const Comparison&) const = default;
};

/// With fewer than two readings there is nothing to agree on: both lists are empty.
[[nodiscard]] Comparison compareReadings(const std::vector<Reading>& readings);

/// Has a person decided what is so in the project? Each span of the disagreement is then labelled
/// or refused, or a label stands in its stead: on the same words, of the same type where they
/// overlap, or crossing it. Labels that all readings agree on stand in no other's stead.
[[nodiscard]] bool isSettled(const Disagreement& disagreement, const DocumentLabels& labels,
                             const std::vector<TypedRange>& agreed);

/// Agreed spans that are neither labelled nor refused, and in whose stead no label stands.
[[nodiscard]] std::vector<TypedRange> untaken(const std::vector<TypedRange>& agreed,
                                              const DocumentLabels& labels);

/// One reading of a disagreement becomes the project's labels (origin Imported, by the context's
/// annotator); with none, nothing is labelled there. Labels that stood in a span's stead go, spans
/// left without an answer are refused, so that the disagreement is settled afterwards. Suggestions
/// that overlap what is labelled go. Empty when all that is so already.
[[nodiscard]] Edit takeReadingEdit(const DocumentLabels& labels, const EditContext& context,
                                   const Disagreement& disagreement,
                                   std::optional<std::size_t> reading,
                                   const std::vector<TypedRange>& agreed);

/// untaken() spans become labels, origin Imported.
[[nodiscard]] Edit takeAgreedEdit(const DocumentLabels& labels, const EditContext& context,
                                  const std::vector<TypedRange>& agreed);

}  // namespace spanwise
