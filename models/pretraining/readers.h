#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/passages.h"
#include "models/pretraining/concept_names.h"
#include "models/pretraining/wordnet.h"

namespace spanwise {

/// The layouts that pre-training reads; all but Conll may be gzip files.
enum class MaterialKind {
    Auto,      ///< told by the content
    Passages,  ///< Spanwise's annotated passages (core/formats/passages.h)
    /// NuNER's: JSON lines or a list of `{"input": text, "output": "['mention <> concept', …]"}`;
    /// `output` may be a real list, a third part is the concept's description. Mentions are
    /// located.
    Nuner,
    /// UniversalNER's Pile-NER-type: JSON lines or a list of `{"conversations": [{"from",
    /// "value"}]}` with "Text: …", then questions "What describes X in the text?", each answered by
    /// a JSON list of mentions. Mentions are located.
    PileNer,
    Conll,  ///< CoNLL-2003 and its kin; read into memory as a whole
    Jsonl,  ///< Spanwise's JSONL with "spans" (core/formats/jsonl.h)
    /// `{"tokens": […], "ents": [[begin, end, POS, lemma, synset offset, synset name, lexicographer
    /// file, [hypernyms]]]}`, token offsets. A mention gets its synset's name, up to three of its
    /// nearer hypernyms and the lexicographer file's; an individual's name ("Atlanta") is no
    /// concept: its hypernyms stand for it.
    SemCor,
    Sgd,  ///< `{"text", "spans": [[begin, end, slot, description]]}`, code points
    /// A JSON object of articles `{"X": {"title", "extract", "description"?}}`: silver labels, see
    /// silver_labels.h. Needs WordNet.
    WikiLeads,
};
[[nodiscard]] std::string_view materialKindName(MaterialKind kind);
[[nodiscard]] Result<MaterialKind> materialKindFromName(std::string_view name);

/// Looks at the first entries. InvalidFormat when it is none of them, saying what is read.
[[nodiscard]] Result<MaterialKind> detectMaterialKind(const std::string& path);

struct ReaderOptions {
    TypeMap types;                            ///< Conll, Jsonl, Sgd
    std::vector<std::string> skipFirstWords;  ///< Conll: sentences that begin so are headers
    std::shared_ptr<const WordNet> wordNet;   ///< may be null but for WikiLeads
};

/// What a reader left out on its way.
struct ReaderCounts {
    std::int64_t unlocated = 0;  ///< mentions that are not in their text as whole words
    std::int64_t malformed = 0;  ///< answers without a mention or a concept
    std::int64_t dropped = 0;    ///< mentions of types that the map drops
};

/// The passages of one file, as they stand there: not cut, duplicates and all.
class PassageStream {
public:
    virtual ~PassageStream() = default;
    /// False at the end. Errors name `where:line`.
    [[nodiscard]] virtual Result<bool> next(Passage& passage) = 0;
    /// May next() be called after this error, and goes on behind what was bad?
    [[nodiscard]] virtual bool goesOnAfter(const Error& error) const = 0;
    [[nodiscard]] const ReaderCounts& counts() const { return m_counts; }

protected:
    ReaderCounts m_counts;
};

[[nodiscard]] Result<std::unique_ptr<PassageStream>> openPassages(const std::string& path,
                                                                  MaterialKind kind,
                                                                  const ReaderOptions& options);

}  // namespace spanwise
