#include "core/annotation/adjudication.h"

#include <algorithm>
#include <map>

namespace spanwise {
namespace {

bool has(const std::vector<TypedRange>& sorted, const TypedRange& span) {
    return std::binary_search(sorted.begin(), sorted.end(), span);
}

TypedRange spanOf(const Annotation& annotation) {
    return {annotation.range, annotation.type};
}

bool crosses(Range a, Range b) {
    return a.overlaps(b) && !a.contains(b) && !b.contains(a);
}

/// A label that says of a span's words what they are.
bool answers(const Annotation& label, const TypedRange& span) {
    return label.range == span.range || crosses(label.range, span.range) ||
           (label.type == span.type && label.range.overlaps(span.range));
}

bool isRefused(const DocumentLabels& labels, const TypedRange& span) {
    return std::any_of(labels.rejections.begin(), labels.rejections.end(), [&](const auto& other) {
        return other.range == span.range && other.type == span.type;
    });
}

bool isDecided(const TypedRange& span, const DocumentLabels& labels,
               const std::vector<TypedRange>& agreed) {
    return isRefused(labels, span) ||
           std::any_of(labels.annotations.begin(), labels.annotations.end(),
                       [&](const Annotation& label) {
                           return answers(label, span) && !has(agreed, spanOf(label));
                       });
}

/// Labels spans that are not labelled yet, as a gesture does.
void label(DocumentLabels& labels, const EditContext& context,
           const std::vector<TypedRange>& spans) {
    for (const TypedRange& span : spans) {
        if (std::any_of(labels.annotations.begin(), labels.annotations.end(),
                        [&](const Annotation& label) { return spanOf(label) == span; }))
            continue;
        labels.annotations.push_back({(*context.nextId)++, context.document, span.range, span.type,
                                      Origin::Imported, context.annotator, context.now});
        std::erase_if(labels.suggestions, [&](const Suggestion& suggestion) {
            return suggestion.range.overlaps(span.range);
        });
        std::erase_if(labels.rejections, [&](const Rejection& rejection) {
            return rejection.range == span.range && rejection.type == span.type;
        });
    }
}

Edit finish(const DocumentLabels& before, DocumentLabels after, const EditContext& context) {
    Edit edit = difference(context.document, before, after);
    if (!edit.isEmpty() && before.status == DocumentStatus::New) {
        after.status = DocumentStatus::InProgress;
        edit = difference(context.document, before, after);
    }
    return edit;
}

}  // namespace

Comparison compareReadings(const std::vector<Reading>& readings) {
    Comparison comparison;
    if (readings.size() < 2)
        return comparison;
    std::map<TypedRange, std::size_t> times;
    for (const Reading& reading : readings) {
        for (const TypedRange& span : reading)
            ++times[span];
    }
    for (const auto& [span, count] : times) {
        if (count == readings.size()) {
            comparison.agreed.push_back(span);
            continue;
        }
        if (comparison.disagreements.empty() ||
            comparison.disagreements.back().range.end <= span.range.begin) {
            comparison.disagreements.push_back({span.range, {}, {}});
            comparison.disagreements.back().perReading.resize(readings.size());
        }
        Disagreement& disagreement = comparison.disagreements.back();
        disagreement.range.end = std::max(disagreement.range.end, span.range.end);
        disagreement.spans.push_back(span);
        for (std::size_t i = 0; i < readings.size(); ++i) {
            if (has(readings[i], span))
                disagreement.perReading[i].push_back(span);
        }
    }
    return comparison;
}

bool isSettled(const Disagreement& disagreement, const DocumentLabels& labels,
               const std::vector<TypedRange>& agreed) {
    return std::all_of(disagreement.spans.begin(), disagreement.spans.end(),
                       [&](const TypedRange& span) { return isDecided(span, labels, agreed); });
}

std::vector<TypedRange> untaken(const std::vector<TypedRange>& agreed,
                                const DocumentLabels& labels) {
    std::vector<TypedRange> spans;
    std::copy_if(
        agreed.begin(), agreed.end(), std::back_inserter(spans), [&](const TypedRange& span) {
            return std::none_of(labels.annotations.begin(), labels.annotations.end(),
                                [&](const Annotation& label) {
                                    return spanOf(label) == span ||
                                           (answers(label, span) && !has(agreed, spanOf(label)));
                                }) &&
                   !isRefused(labels, span);
        });
    return spans;
}

Edit takeReadingEdit(const DocumentLabels& labels, const EditContext& context,
                     const Disagreement& disagreement, std::optional<std::size_t> reading,
                     const std::vector<TypedRange>& agreed) {
    const Reading taken = reading && *reading < disagreement.perReading.size()
                              ? disagreement.perReading[*reading]
                              : Reading();
    DocumentLabels after = labels;
    std::erase_if(after.annotations, [&](const Annotation& label) {
        const TypedRange span = spanOf(label);
        return !has(taken, span) && !has(agreed, span) &&
               std::any_of(disagreement.spans.begin(), disagreement.spans.end(),
                           [&](const TypedRange& other) { return answers(label, other); });
    });
    label(after, context, taken);
    for (const TypedRange& span : disagreement.spans) {
        if (isDecided(span, after, agreed))
            continue;
        std::erase_if(after.suggestions, [&](const Suggestion& suggestion) {
            return suggestion.range == span.range && suggestion.type == span.type;
        });
        after.rejections.push_back({(*context.nextId)++, context.document, span.range, span.type,
                                    context.annotator, context.now});
    }
    return finish(labels, std::move(after), context);
}

Edit takeAgreedEdit(const DocumentLabels& labels, const EditContext& context,
                    const std::vector<TypedRange>& agreed) {
    DocumentLabels after = labels;
    label(after, context, untaken(agreed, labels));
    return finish(labels, std::move(after), context);
}

}  // namespace spanwise
