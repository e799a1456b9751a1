#pragma once

#include <map>
#include <memory>
#include <string>

#include "models/encoders/bert.h"
#include "models/heads/bio_decoder.h"
#include "models/model.h"
#include "models/tokenizers/tokenizer.h"

namespace spanwise {

/// What model.h hides: the bundle in memory. Immutable once shared.
class Model {
public:
    BundleInfo info;
    EncoderConfig config;
    std::string configJson;                             ///< as read, the base of what is saved
    std::map<std::string, std::string> tokenizerFiles;  ///< by name, as read
    std::shared_ptr<const Tokenizer> tokenizer;
    BertWeights encoder;
    at::Tensor headWeight;  ///< [labels, hidden]; undefined: a bare encoder
    at::Tensor headBias;    ///< [labels]
    BioLabels labels;
    Device device;

    [[nodiscard]] at::Device torchDevice() const {
        return device.cuda ? at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device.index))
                           : at::Device(at::kCPU);
    }
};

/// A stretch of a sentence that fits the encoder: sub-tokens between first and last special token.
struct Window {
    std::size_t sentence = 0;
    std::vector<std::int64_t> ids;     ///< with the special tokens
    std::vector<std::int32_t> words;   ///< whose tags this window decides, in order
    std::vector<std::int32_t> firsts;  ///< their first sub-token's place in `ids`
};

/// Cuts one sentence into windows that overlap; each word is decided by the window in which it has
/// the most context. Words without sub-tokens are in none.
void cutIntoWindows(const Model& model, std::size_t sentence, const std::vector<std::string>& words,
                    std::vector<Window>& out);

/// `[batch, tokens]` ids and the mask `[batch, 1, 1, tokens]` (undefined without padding).
struct Batch {
    at::Tensor ids, mask;
};
[[nodiscard]] Batch makeBatch(const std::vector<const Window*>& windows, std::int32_t padId,
                              at::Device device);

}  // namespace spanwise
