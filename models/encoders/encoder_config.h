#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace spanwise {

/// Families of encoders by what they compute, not by who trained them.
enum class Architecture {
    Bert,        ///< Devlin et al. 2018
    Roberta,     ///< Liu et al. 2019; XLM-RoBERTa, CamemBERT and NuNER too
    DistilBert,  ///< Sanh et al. 2019
    MpNet,       ///< Song et al. 2020: a relative bias that all layers share
    DebertaV2,   ///< He et al. 2021: disentangled attention; DeBERTa-v3 too
    ModernBert   ///< Warner et al. 2024: rotary positions, local attention, gated layers
};

enum class Activation { Gelu, GeluTanh, Relu, Silu, Tanh };

/// What config.json says of an encoder.
struct EncoderConfig {
    Architecture architecture = Architecture::Bert;
    std::string modelType;  ///< as config.json writes it: "bert", "xlm-roberta", …
    int hiddenSize = 0;
    int layers = 0;
    int heads = 0;
    int intermediateSize = 0;
    int vocabularySize = 0;
    int embeddingSize = 0;  ///< of a word; projected to the hidden size where they differ
    int maxPositions = 512;
    int tokenTypes = 2;  ///< 0: none
    int padId = 0;
    double layerNormEps = 1e-12;
    double dropout = 0.1;
    Activation activation = Activation::Gelu;

    // MPNet and DeBERTa
    int relativeBuckets = 0;   ///< 0: distances are not put into buckets
    int maxRelative = 0;       ///< distances beyond are as this one
    bool hasPositions = true;  ///< learned absolute positions are added to the words
    bool contentToPosition = false, positionToContent = false;
    bool sharesPositionKeys = false;  ///< positions go through the words' query and key
    bool normsRelative = false;
    int convolutionKernel = 0;  ///< of DeBERTa-v2's extra layer after the first; 0: none
    int convolutionGroups = 1;
    Activation convolutionActivation = Activation::Tanh;

    // ModernBERT
    std::vector<bool> isLocal;  ///< per layer
    int localReach = 64;        ///< a local layer sees so many tokens to either side
    double globalTheta = 160000, localTheta = 10000;
    bool attentionBias = true, mlpBias = true, normBias = true;
    bool classifierBias = false;
    Activation classifierActivation = Activation::Gelu;

    /// Absolute positions of the first tokens that are not used (RoBERTa and MPNet: padding's).
    [[nodiscard]] int positionOffset() const {
        return architecture == Architecture::Roberta || architecture == Architecture::MpNet
                   ? padId + 1
                   : 0;
    }
    /// The longest sequence, special tokens and all.
    [[nodiscard]] int maxLength() const;
    /// Rows of DeBERTa's table of distances on either side of 0.
    [[nodiscard]] int relativeSpan() const {
        return relativeBuckets > 0 ? relativeBuckets : maxRelative;
    }
};

/// Reads config.json as transformers writes it, all versions. Errors name the key, what is expected
/// and what was found: Incompatible for what Spanwise does not run, Corrupt for what nobody can.
[[nodiscard]] Result<EncoderConfig> readEncoderConfig(const nlohmann::json& json,
                                                      const std::string& where);
/// "RobertaModel", or "RobertaForTokenClassification".
[[nodiscard]] std::string className(const EncoderConfig& config, bool classifies);
/// "BERT", "RoBERTa", … for people.
[[nodiscard]] std::string_view architectureName(Architecture architecture);

}  // namespace spanwise
