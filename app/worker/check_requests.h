#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/annotation/document.h"
#include "core/protocol/learning_messages.h"
#include "models/learning/calibration.h"
#include "models/model.h"

/// The worker's `check` and `rank`, apart from the state that the worker keeps. Blocking.
namespace spanwise {

struct CheckAnswer {
    protocol::CheckResult result;
    Calibration calibration;  ///< of a model trained on all of it with the same options
};
/// `documents`: those of `params.documents`, in that order. `progress`: share done, and the seconds
/// left (negative: not known).
[[nodiscard]] Result<CheckAnswer> answerCheck(
    const ModelPtr& base, const TrainOptions& options, const protocol::CheckParams& params,
    const std::vector<const Document*>& documents,
    const std::function<void(double done, double secondsLeft)>& progress, std::stop_token stop);

/// A document to choose from, or a labelled one.
struct RankedText {
    std::string hash;
    std::vector<std::vector<std::string>> sentences;  ///< words; of a long document the first ones
    std::size_t words = 0;                            ///< of all of it
};
/// The documents to label next by what the model is unsure of in them, per second of work, unlike
/// what is labelled, and some by lot. `mentions`: by type, that the model
/// learned from.
[[nodiscard]] Result<std::vector<protocol::RankedDocument>> answerRank(
    const Model& model, const std::vector<RankedText>& candidates,
    const std::vector<RankedText>& labelled, const std::map<std::string, int>& mentions,
    const protocol::RankParams& params, std::stop_token stop);

}  // namespace spanwise
