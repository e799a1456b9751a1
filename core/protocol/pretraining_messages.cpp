#include "core/protocol/pretraining_messages.h"

namespace spanwise::protocol {

/// The library's macro declares its functions inline; these are the header's.
#define SPANWISE_MESSAGE(Type, ...)                                                             \
    void to_json(nlohmann::json& nlohmann_json_j, const Type& nlohmann_json_t) {                \
        NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(NLOHMANN_JSON_TO, __VA_ARGS__))                \
    }                                                                                           \
    void from_json(const nlohmann::json& nlohmann_json_j, Type& nlohmann_json_t) {              \
        const Type nlohmann_json_default_obj{};                                                 \
        NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(NLOHMANN_JSON_FROM_WITH_DEFAULT, __VA_ARGS__)) \
    }

SPANWISE_MESSAGE(MaterialFile, path, types)
SPANWISE_MESSAGE(FewShotDocument, text, sentences, labels)
SPANWISE_MESSAGE(FewShotCheck, trainFile, testFile, documents, shots)
SPANWISE_MESSAGE(PretrainParams, name, resume, encoder, files, skipBad, passes, minutes, check,
                 batch, concepts, negatives, encoderRate, conceptRate, frozenLayers, conceptLayers,
                 longest, balance, foreignWeight, checkpointMinutes, half, seed)
SPANWISE_MESSAGE(FewShotScore, shots, before, after)
SPANWISE_MESSAGE(PretrainResult, finished, name, path, steps, texts, tokens, concepts, loss,
                 seconds, scores)
SPANWISE_MESSAGE(PretrainNews, request, scores, checkpoint)
SPANWISE_MESSAGE(MaterialType, type, name, description, dropped)
SPANWISE_MESSAGE(MaterialRow, name, file, kind, closed, passages, mentions, concepts, duplicates,
                 withoutMentions, unlocated, malformed, droppedTypes, bad, firstBad, types)
SPANWISE_MESSAGE(MaterialConcept, name, description, count)
SPANWISE_MESSAGE(MaterialSummary, sources, passages, mentions, concepts, frequent, notes, tokens,
                 tokensPerSecond, encoder)
SPANWISE_MESSAGE(PretrainRun, params, step, seconds, isHeld, scores, curve)
SPANWISE_MESSAGE(PretrainRuns, runs)

#undef SPANWISE_MESSAGE

}  // namespace spanwise::protocol
