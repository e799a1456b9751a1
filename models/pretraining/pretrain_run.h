#pragma once

#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/annotation/labelled_sentence.h"
#include "models/pretraining/material.h"
#include "models/pretraining/prepare.h"
#include "models/pretraining/pretrain.h"

/// What a pre-training needs around pretrain(), for the command and the worker alike.
namespace spanwise {

/// Strict micro F1 of a short fine-tune on a few examples: what pre-training is for.
class FewShotProbe {
public:
    FewShotProbe() = default;
    /// Draws `shots` mentions per type from `train`, and at most 200 sentences of `test` to judge
    /// by. InvalidArgument: nothing is labelled in one of them.
    [[nodiscard]] static Result<FewShotProbe> draw(const std::vector<LabelledSentence>& train,
                                                   const std::vector<LabelledSentence>& test,
                                                   int shots, std::uint64_t seed);
    [[nodiscard]] bool isOn() const { return !m_train.empty(); }
    [[nodiscard]] int shots() const { return m_shots; }
    [[nodiscard]] Result<double> f1(const ModelPtr& model, const std::stop_token& stop = {}) const;

private:
    std::vector<LabelledSentence> m_train, m_test;
    std::vector<std::string> m_types;
    int m_shots = 0;
    std::uint64_t m_seed = 1;
};

struct CorpusRequest {
    /// None: the corpus that is there is taken as it is.
    std::function<Result<std::vector<MaterialSource>>()> sources;
    bool skipBad = false;
    int longest = 128;
};
/// The corpus of a request, made for `encoder` in `folder` with what was read as material.json in
/// it; `report`, when there is one, gets that. A corpus that is there is used when it was made from
/// the same. One of another request is made anew, which `report` notes, unless a checkpoint beside
/// `folder` depends on it: Incompatible, naming the difference.
[[nodiscard]] Result<std::shared_ptr<const Corpus>> preparedCorpus(
    const CorpusRequest& request, const Model& encoder, const std::filesystem::path& folder,
    const std::function<void(const PrepareReport&)>& progress = {},
    const std::stop_token& stop = {}, MaterialReport* report = nullptr);

/// A line of figures now and then; a resumed run goes on in the same file. A file that cannot be
/// written is left out.
class PretrainLog {
public:
    explicit PretrainLog(const std::filesystem::path& path);
    ~PretrainLog();
    PretrainLog(const PretrainLog&) = delete;
    PretrainLog& operator=(const PretrainLog&) = delete;
    void line(const PretrainProgress& progress, const std::string& probe = {});

private:
    std::FILE* m_file = nullptr;
};
/// Steps and losses of such a file, at most about `most` of them; empty when there is none. Steps
/// that a resumed run has done again count as it did them.
[[nodiscard]] std::vector<std::pair<std::int64_t, double>> pretrainCurve(
    const std::filesystem::path& path, std::size_t most);

struct PretrainedBundle {
    std::filesystem::path folder;
    bool half = false;  ///< weights in 16 bits
    std::uint64_t seed = 1;
    std::vector<std::string> without;                ///< families that were left out
    nlohmann::json more = nlohmann::json::object();  ///< goes into the provenance
};
/// Saves what was learned with a model card; returns the provenance that went with it.
[[nodiscard]] Result<nlohmann::json> savePretrained(const Pretrained& pretrained, const Model& base,
                                                    const Corpus& corpus,
                                                    const PretrainedBundle& bundle);

}  // namespace spanwise
