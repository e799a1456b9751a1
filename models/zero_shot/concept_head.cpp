#include "models/zero_shot/concept_head.h"

#include "models/pretraining/concept_names.h"
#include "models/torch.h"

namespace spanwise {

Head conceptHead(const Model& model, const BioLabels& labels, const std::vector<TypeText>& texts) {
    const at::NoGradGuard noGradient;
    const ConceptEncoder& concepts = *model.concepts;
    std::vector<std::vector<std::int64_t>> tokens;
    for (const TypeText& text : texts)
        tokens.push_back(conceptTokens(*model.tokenizer, model.config, readableTypeName(text.name),
                                       text.description));
    const at::Tensor vectors =
        conceptVectors(concepts, conceptStates(concepts, tokens, model.torchDevice(), {}));
    Head head;
    head.weight = at::zeros({labels.size(), model.config.hiddenSize}, vectors.options());
    head.bias = at::zeros({labels.size()}, vectors.options());
    for (int type = 0; type < static_cast<int>(texts.size()); ++type) {
        for (const int label : {labels.begin(type), labels.inside(type)}) {
            if (label < 0)
                continue;
            const double half = label == labels.begin(type) ? 0.5 : -0.5;
            head.weight[label].copy_(vectors[type] + half * concepts.begin);
            head.bias[label].copy_(concepts.bias + half * concepts.beginBias);
        }
    }
    return head;
}

}  // namespace spanwise
