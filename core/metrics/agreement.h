#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/annotation/span.h"

namespace spanwise {

/// One annotator's labels of one document. An empty list says that nothing there is an entity.
struct AnnotatedBy {
    std::size_t annotator = 0;
    std::vector<NamedSpan> spans;
};

/// How often two people found the same spans: boundaries and type equal.
struct SpanAgreement {
    std::int64_t first = 0, second = 0;  ///< spans of each
    std::int64_t both = 0;               ///< found by both

    /// 2 both / (first + second): the F1 of either against the other. None: neither found any.
    [[nodiscard]] std::optional<double> f1() const;
    bool operator==(const SpanAgreement&) const = default;
};

struct PairAgreement {
    std::size_t first = 0, second = 0;  ///< annotators, first < second
    std::int64_t documents = 0;         ///< that both labelled
    std::int64_t words = 0;
    SpanAgreement spans;
    std::map<std::string, SpanAgreement> perType;
    /// Cohen's. None: no shared word, or both gave all words one and the same label.
    std::optional<double> kappa;
};

struct Agreement {
    std::vector<PairAgreement> pairs;  ///< all, also those without a shared document
    std::int64_t documents = 0;        ///< that two or more labelled
    std::int64_t words = 0;            ///< of these
    /// Krippendorff's, all annotators together. None: no such word, or one label everywhere.
    std::optional<double> alpha;
    SpanAgreement spans;  ///< summed over the pairs
    std::map<std::string, SpanAgreement> perType;
};

/// How far annotators agree, document by document.
///
/// Spans: strict F1 of each pair, which for spans takes kappa's place, as the number of spans that
/// nobody labelled is not known (Hripcsak and Rothschild, "Agreement, the F-measure, and
/// reliability in information retrieval", JAMIA 12, 2005).
///
/// Words: chance-corrected, each word's label its type or none, without B and I. A word has the
/// type of the spans that cover it, wholly or in part; of several, of the longest one, then the one
/// that begins first, then by name. Kappa of each pair over the documents that both labelled
/// (Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
/// Measurement 20, 1960). Alpha, nominal, of all, where words have as many values as people
/// labelled their document (Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011).
class AgreementEvaluator {
public:
    explicit AgreementEvaluator(std::size_t annotators);

    /// `words` in order, code points; at most one reading of each annotator. Returns the mean of
    /// the pairs' F1 in this document, 1 where neither found a span; none with fewer than two
    /// readings.
    std::optional<double> add(const std::vector<Range>& words,
                              const std::vector<AnnotatedBy>& readings);
    [[nodiscard]] Agreement agreement() const;

private:
    using Label = int;  ///< 0: no entity
    struct Pair {
        std::int64_t documents = 0, words = 0;
        std::map<std::string, SpanAgreement> perType;
        std::map<std::pair<Label, Label>, std::int64_t> labels;
    };
    [[nodiscard]] Label labelOf(const std::string& type);
    [[nodiscard]] std::vector<Label> labelsOf(const std::vector<Range>& words,
                                              const std::vector<NamedSpan>& spans);

    std::size_t m_annotators;
    std::map<std::string, Label> m_labels;
    std::map<std::pair<std::size_t, std::size_t>, Pair> m_pairs;
    std::int64_t m_documents = 0, m_words = 0;
    std::map<Label, std::int64_t> m_values;  ///< how often, in words with two values or more
    double m_differing = 0;                  ///< pairs of values that differ, weighted by unit
};

}  // namespace spanwise
