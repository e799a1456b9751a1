#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/protocol/messages.h"

/// How good the model is, what to label next, and which labels to look at again. Members map to
/// keys of the same name; offsets are code points; scores 0..1.
namespace spanwise::protocol {

/// One labelled document of `check`.
struct CheckedDocument {
    DocumentLabelling labelling;
    bool preAnnotated = false;  ///< a suggestion was accepted in it
};

/// check: CheckParams → CheckResult: judges every labelled document by a model that learned from
/// the others (folds), calibrates the model in use by it, and looks for labels that such models
/// contradict. Sends `$/progress` with the stage "checking" (`done` of `total` per mille). Takes
/// several fits: for when nobody labels; cancelled as any request.
struct CheckParams {
    std::vector<CheckedDocument> documents;
    int folds = 5;
    std::int64_t maxSentences = 0;  ///< 0: all
    bool curve = false;             ///< the learning curve, too: about as long again
    int errors = 200;               ///< doubted labels at most
    int mistakes = 500;             ///< listed at most
    double budgetSeconds = 0;       ///< of each fit; 0: as long as the recipe takes
    std::uint64_t seed = 1;
};

struct ScoreReport {
    double precision = 0, recall = 0, f1 = 0;
    std::int64_t support = 0;
    std::optional<std::pair<double, double>> f1Interval = std::nullopt;  ///< 95 %
};
struct QualityReport {
    std::int64_t documents = 0, sentences = 0;
    ScoreReport micro, macro;
    std::map<std::string, ScoreReport> perType;
};
struct LackingReport {
    std::string type;
    std::int64_t mentions = 0, documents = 0;          ///< that there are
    std::int64_t moreMentions = 0, moreDocuments = 0;  ///< that are wanted
};
/// A label, or the lack of one, that the model contradicts.
struct DoubtReport {
    std::string hash;
    std::string kind;  ///< "missing", "spurious", "wrong-type", "wrong-boundaries"
    std::optional<NamedSpan> label = std::nullopt;  ///< as it is
    std::optional<NamedSpan> found = std::nullopt;  ///< as the model would have it, with its score
    double confidence = 0;                          ///< that the label is wrong
    std::string elsewhereType;                      ///< how the same words are labelled elsewhere
    std::int64_t elsewhereTimes = 0, elsewhereOf = 0;
    std::string evidence;  ///< all that in a sentence, in English
};
struct CurveReport {
    std::vector<std::pair<double, double>> points;  ///< documents, F1
    std::int64_t documents = 0;
    int more = 0;  ///< documents ahead
    bool isGiven = false;
    double now = 0, then = 0;  ///< F1 with `documents`, and with `more` of them
    std::pair<double, double> thenInterval{0, 0};
    std::string text;  ///< all that in a sentence, in English
};
/// How often spans labelled as one type are found as another; "" is none.
struct ConfusionReport {
    std::string label, found;
    std::int64_t spans = 0;
    std::int64_t otherBoundaries = 0;  ///< of these, where both types are the same
};
/// A span that the model which had not seen its document gets wrong.
struct ErrorReport {
    std::string hash;
    std::optional<NamedSpan> label = std::nullopt;
    std::optional<NamedSpan> found = std::nullopt;  ///< with its calibrated score
};
struct CheckResult {
    std::string model;
    int folds = 0;
    bool bySentence = false;
    QualityReport all;
    std::optional<QualityReport> preAnnotated = std::nullopt, byHand = std::nullopt;
    std::vector<LackingReport> lacking;
    std::vector<DoubtReport> doubts;  ///< the surest first
    std::optional<CurveReport> curve = std::nullopt;
    std::vector<std::string> notes;
    std::vector<ConfusionReport> confusion;  ///< cells that are not 0
    std::vector<ErrorReport> mistakes;       ///< CheckParams::mistakes at most, of each cell some
};

/// What labelling a document took a person.
struct MeasuredWork {
    std::string hash;  ///< one of RankParams::labelled
    int mentions = 0;
    double seconds = 0;
};
/// rank: RankParams → `{"order": [RankedDocument…]}`, best first: which documents to label next.
struct RankParams {
    std::vector<std::string> hashes;     ///< to choose from
    std::vector<std::string> labelled;   ///< what is labelled: more of the like teaches less
    std::vector<MeasuredWork> measured;  ///< in this project; few or none: published constants
    int count = 50;
    std::uint64_t seed = 1;
};
struct RankedDocument {
    std::string hash;
    std::string reason;  ///< "uncertain", "different", "random"
    std::string type;    ///< the type that the model is most unsure of there, or empty
    double uncertainty = 0;
    double seconds = 0;     ///< that labelling it is expected to take
    double similarity = 0;  ///< the largest, to what is labelled or comes before
};

void to_json(nlohmann::json& json, const CheckedDocument& value);
void from_json(const nlohmann::json& json, CheckedDocument& value);
void to_json(nlohmann::json& json, const ScoreReport& value);
void from_json(const nlohmann::json& json, ScoreReport& value);
void to_json(nlohmann::json& json, const QualityReport& value);
void from_json(const nlohmann::json& json, QualityReport& value);
void to_json(nlohmann::json& json, const LackingReport& value);
void from_json(const nlohmann::json& json, LackingReport& value);
void to_json(nlohmann::json& json, const DoubtReport& value);
void from_json(const nlohmann::json& json, DoubtReport& value);
void to_json(nlohmann::json& json, const CurveReport& value);
void from_json(const nlohmann::json& json, CurveReport& value);
void to_json(nlohmann::json& json, const ConfusionReport& value);
void from_json(const nlohmann::json& json, ConfusionReport& value);
void to_json(nlohmann::json& json, const ErrorReport& value);
void from_json(const nlohmann::json& json, ErrorReport& value);
void to_json(nlohmann::json& json, const CheckParams& value);
void from_json(const nlohmann::json& json, CheckParams& value);
void to_json(nlohmann::json& json, const CheckResult& value);
void from_json(const nlohmann::json& json, CheckResult& value);
void to_json(nlohmann::json& json, const MeasuredWork& value);
void from_json(const nlohmann::json& json, MeasuredWork& value);
void to_json(nlohmann::json& json, const RankParams& value);
void from_json(const nlohmann::json& json, RankParams& value);
void to_json(nlohmann::json& json, const RankedDocument& value);
void from_json(const nlohmann::json& json, RankedDocument& value);

}  // namespace spanwise::protocol
