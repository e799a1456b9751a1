#include "core/formats/gold.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/formats/import.h"

namespace spanwise {

Result<GoldFile> readGold(const std::string& path, const std::function<void(const Record&)>& seen) {
    GoldFile gold;
    ImportOptions options;
    std::set<std::string> types;
    const auto info = importFile(path, options, [&](Record&& record) -> Result<void> {
        if (!record.labelled)
            return failure(ErrorCode::InvalidFormat,
                           "Document \"" + record.document.name +
                               "\" carries no labels. Gold needs a CoNLL tag column, or \"spans\" "
                               "on every JSONL line.",
                           path);
        if (seen)
            seen(record);
        for (const NamedSpan& span : record.spans)
            types.insert(span.type);
        auto sentences = alignToWords(record.document, sentencesOf(record.document), record.spans);
        std::move(sentences.begin(), sentences.end(), std::back_inserter(gold.sentences));
        return {};
    });
    if (!info)
        return tl::unexpected(info.error());
    gold.types.assign(types.begin(), types.end());
    gold.note = info->note;
    return gold;
}

}  // namespace spanwise
