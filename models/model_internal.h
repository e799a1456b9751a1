#pragma once

#include <c10/util/Exception.h>

#include <map>
#include <memory>
#include <string>

#include "models/encoders/encoder.h"
#include "models/encoders/packed_layers.h"
#include "models/heads/bio_decoder.h"
#include "models/learning/calibration.h"
#include "models/model.h"
#include "models/pretraining/concept_encoder.h"
#include "models/tokenizers/tokenizer.h"
#include "models/zero_shot/gliner.h"

namespace spanwise {

/// What model.h hides: the bundle in memory. Immutable once shared.
class Model {
public:
    BundleInfo info;
    EncoderConfig config;
    std::string configJson;                             ///< as read, the base of what is saved
    std::map<std::string, std::string> tokenizerFiles;  ///< by name, as read
    std::shared_ptr<const Tokenizer> tokenizer;
    EncoderWeights encoder;
    at::Tensor headWeight;  ///< [labels, features]; undefined: a bare encoder
    at::Tensor headBias;    ///< [labels]
    BioLabels labels;
    /// Set: the bundle is a GLiNER, `encoder` is its encoder, and there is no head of labels.
    std::shared_ptr<const Gliner> gliner;
    /// What pre-training taught of concepts' names; null: nothing.
    std::shared_ptr<const ConceptEncoder> concepts;
    Calibration calibration;  ///< of predicted spans' scores
    Device device;
    LazyPackedLayers packed;  ///< of `encoder`, on the CPU

    [[nodiscard]] std::int64_t featureSize() const {
        return info.features == Features::TwoLayers ? 2 * config.hiddenSize : config.hiddenSize;
    }
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

/// The windows end to end, and the rows of their words' first sub-tokens in order.
struct WindowBatch {
    PackedBatch packed;
    std::vector<std::int64_t> firstRows;
    std::int64_t tokens = 0;
};
[[nodiscard]] WindowBatch packWindows(const std::vector<const Window*>& windows,
                                      const EncoderConfig& config, at::Device device);

/// OutOfMemory or Internal. The CPU's allocator has no exception type of its own.
[[nodiscard]] Error torchError(const c10::Error& error, const std::string& where = {});

/// Turns what LibTorch throws into an Error; `Stopped` becomes Cancelled.
template <typename Work>
auto guarded(const std::string& where, Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const Stopped&) {
        return failure(ErrorCode::Cancelled, "");
    } catch (Error& error) {
        return tl::unexpected(std::move(error));
    } catch (const c10::Error& e) {
        return tl::unexpected(torchError(e, where));
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory,
                       "There is not enough memory for the model. Close other programs and try "
                       "again.",
                       where);
    } catch (const std::exception& e) {
        return failure(ErrorCode::Internal, e.what(), where);
    }
}

}  // namespace spanwise
