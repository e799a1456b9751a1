#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "models/encoders/encoder_config.h"

namespace spanwise {

/// How a GLiNER scores spans against types.
enum class SpanMode {
    Marker,     ///< first and last word's projections, one linear layer (NuNER Zero)
    MarkerV0,   ///< the same with a two-layer one
    TokenLevel  ///< each word as start, end and inside of a type
};

/// gliner_config.json, of the legacy (0.1) and the present `gliner` Python package. Models of its
/// other kinds (bi-encoders, decoders, fused layers, relations) are refused by the key that asks
/// for them.
struct GlinerConfig {
    SpanMode spanMode = SpanMode::MarkerV0;
    int hiddenSize = 512;
    int maxWidth = 12;    ///< words a span
    int maxLength = 384;  ///< words a text
    int maxTypes = 25;    ///< that it was trained with at once
    int rnnLayers = 1;
    bool embedsEntityToken = true;  ///< a type's vector is at its marker, else at the token after
    int classTokenIndex = -1;       ///< id of the marker; -1: the tokenizer's
    std::string entityToken = "<<ENT>>";
    std::string separatorToken = "<<SEP>>";
    /// Labels go in as lower case: NuNER Zero knows no others.
    bool lowercasesLabels = false;
    std::string modelName;                 ///< the encoder it started from
    std::optional<EncoderConfig> encoder;  ///< if the file has it; vocabularySize as written
};

/// Errors name the key, what is expected and what was found: Corrupt, Incompatible.
[[nodiscard]] Result<GlinerConfig> parseGlinerConfig(std::string_view json,
                                                     const std::string& where);

}  // namespace spanwise
