#include "models/learning/label_errors.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>
#include <unordered_map>

namespace spanwise {
namespace {

/// Letters of ASCII only: what a person would call the same words, without a locale.
std::string formOf(const LabelledSentence& sentence, int begin, int end) {
    std::string form;
    for (int i = begin; i < end; ++i) {
        if (i > begin)
            form += ' ';
        for (const char c : sentence.words[static_cast<std::size_t>(i)])
            form += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return form;
}

std::string textOf(const LabelledSentence& sentence, const WordSpan& span) {
    std::string text;
    for (int i = span.begin; i < span.end; ++i)
        text += (i > span.begin ? " " : "") + sentence.words[static_cast<std::size_t>(i)];
    return text;
}

bool isKnown(const LabelledSentence& sentence, int begin, int end) {
    for (int i = begin; i < end && !sentence.known.empty(); ++i) {
        if (!sentence.known[static_cast<std::size_t>(i)])
            return false;
    }
    return true;
}

bool overlap(const WordSpan& a, const WordSpan& b) {
    return a.begin < b.end && b.begin < a.end;
}

using LabelCounts = std::map<std::string, std::int64_t>;  ///< by type, "" for none

/// How each of some strings of words is labelled all over the project.
class Forms {
public:
    void want(const LabelledSentence& sentence, const WordSpan& span) {
        m_counts[formOf(sentence, span.begin, span.end)];
        m_lengths.insert(span.end - span.begin);
    }

    void count(const std::vector<LearningDocument>& documents) {
        for (const LearningDocument& document : documents) {
            for (const LabelledSentence& sentence : document.sentences)
                count(sentence);
        }
    }

    /// Of the other places than this one.
    [[nodiscard]] LabelCounts elsewhere(const LabelledSentence& sentence,
                                        const WordSpan& span) const {
        LabelCounts counts = m_counts.at(formOf(sentence, span.begin, span.end));
        if (const auto here = labelAt(sentence, span.begin, span.end))
            --counts[*here];
        return counts;
    }

private:
    /// The type that exactly these words carry, "" when none of them carries any; nothing when they
    /// are part of a label, or it is not known.
    static std::optional<std::string> labelAt(const LabelledSentence& sentence, int begin,
                                              int end) {
        for (const WordSpan& span : sentence.spans) {
            if (span.begin == begin && span.end == end)
                return span.type;
            if (span.begin < end && begin < span.end)
                return {};
        }
        if (!isKnown(sentence, begin, end))
            return {};
        return std::string();
    }

    void count(const LabelledSentence& sentence) {
        const int words = static_cast<int>(sentence.words.size());
        for (const int length : m_lengths) {
            for (int begin = 0; begin + length <= words; ++begin) {
                const auto form = m_counts.find(formOf(sentence, begin, begin + length));
                if (form == m_counts.end())
                    continue;
                if (const auto label = labelAt(sentence, begin, begin + length))
                    ++form->second[*label];
            }
        }
    }

    std::unordered_map<std::string, LabelCounts> m_counts;
    std::set<int> m_lengths;
};

std::int64_t total(const LabelCounts& counts) {
    std::int64_t sum = 0;
    for (const auto& [type, count] : counts)
        sum += count;
    return sum;
}

std::int64_t of(const LabelCounts& counts, const std::string& type) {
    const auto found = counts.find(type);
    return found == counts.end() ? 0 : found->second;
}

/// A probability with the odds that `agreeing` against `contradicting` places add, one imagined on
/// each side; more than ten of them say no more than ten.
double withPlaces(double probability, std::int64_t agreeing, std::int64_t contradicting) {
    const double p = std::clamp(probability, 1e-6, 1 - 1e-6);
    double more = static_cast<double>(agreeing);
    double less = static_cast<double>(contradicting);
    if (const double sum = more + less; sum > 10) {
        more *= 10 / sum;
        less *= 10 / sum;
    }
    const double odds = p / (1 - p) * (more + 1) / (less + 1);
    return odds / (1 + odds);
}

WordsElsewhere sameWords(const LabelCounts& counts) {
    WordsElsewhere same;
    same.ofTimes = total(counts);
    for (const auto& [type, count] : counts) {
        if (count > same.times) {
            same.type = type;
            same.times = count;
        }
    }
    return same;
}

std::string percent(double share) {
    char text[16];
    std::snprintf(text, sizeof text, "%.0f %%", 100 * share);
    return text;
}

std::string evidenceFor(const LabelError& error, const LabelledSentence& sentence,
                        std::int64_t othersFound, std::int64_t others) {
    std::string text;
    if (error.found)
        text = "The model sees \"" + textOf(sentence, *error.found) + "\" as " + error.found->type +
               " (" + percent(error.found->score) + ")";
    else
        text = "The model finds nothing here, though it finds " + std::to_string(othersFound) +
               " of the other " + std::to_string(others) + " of " + error.label->type;
    if (error.label)
        text += "; the label " + error.label->type + " is " + percent(error.label->score) +
                " likely to it";
    text += '.';
    if (const WordsElsewhere& same = error.elsewhere; same.ofTimes > 0) {
        const WordSpan& span = error.found ? *error.found : *error.label;
        text += " Elsewhere \"" + textOf(sentence, span) + "\" is " +
                (same.type.empty() ? "not labelled" : same.type) + ' ' +
                std::to_string(same.times) + " of " + std::to_string(same.ofTimes) +
                (same.ofTimes == 1 ? " time." : " times.");
    }
    return text;
}

}  // namespace

std::string_view labelErrorKindName(LabelErrorKind kind) {
    switch (kind) {
        case LabelErrorKind::Missing:
            return "missing";
        case LabelErrorKind::Spurious:
            return "spurious";
        case LabelErrorKind::WrongType:
            return "wrong-type";
        case LabelErrorKind::WrongBoundaries:
            return "wrong-boundaries";
    }
    return "missing";
}

std::vector<LabelError> findLabelErrors(const std::vector<LearningDocument>& documents,
                                        const CrossValidation& checked,
                                        const Calibration& calibration,
                                        const LabelErrorOptions& options) {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> touched;  ///< of labels: all
    std::vector<LabelError> errors;
    Forms forms;
    for (const OutOfFoldSentence& judged : checked.outOfFold) {
        const LabelledSentence& sentence = documents[judged.document].sentences[judged.sentence];
        const auto isLabelled = [&](const WordSpan& span) {
            return std::any_of(judged.labels.begin(), judged.labels.end(), [&](const auto& label) {
                return label.begin == span.begin && label.end == span.end &&
                       label.type == span.type;
            });
        };
        const auto propose = [&](LabelErrorKind kind, const WordSpan* label,
                                 const WordSpan* found) {
            LabelError error;
            error.kind = kind;
            error.document = judged.document;
            error.sentence = judged.sentence;
            if (label != nullptr) {
                error.label = *label;
                error.label->score = calibration.apply(std::clamp(label->score, 0.0, 1.0));
            }
            if (found != nullptr) {
                error.found = *found;
                error.found->score = calibration.apply(found->score);
            }
            forms.want(sentence, found != nullptr ? *found : *label);
            if (found != nullptr && label != nullptr)
                forms.want(sentence, *label);
            errors.push_back(std::move(error));
        };
        for (const WordSpan& found : judged.found) {
            if (isLabelled(found))
                continue;
            const bool refused = std::any_of(
                sentence.rejected.begin(), sentence.rejected.end(), [&](const WordSpan& span) {
                    return span.begin == found.begin && span.end == found.end &&
                           span.type == found.type;
                });
            // A person has said no already.
            if (refused)
                continue;
            const WordSpan* widest = nullptr;
            for (const WordSpan& label : judged.labels) {
                const auto shared = [&](const WordSpan& span) {
                    return std::min(span.end, found.end) - std::max(span.begin, found.begin);
                };
                if (overlap(label, found) && (widest == nullptr || shared(label) > shared(*widest)))
                    widest = &label;
            }
            if (widest == nullptr)
                propose(LabelErrorKind::Missing, nullptr, &found);
            else if (widest->begin == found.begin && widest->end == found.end)
                propose(LabelErrorKind::WrongType, widest, &found);
            else
                propose(LabelErrorKind::WrongBoundaries, widest, &found);
        }
        for (const WordSpan& label : judged.labels) {
            auto& [seen, all] = touched[label.type];
            ++all;
            const bool isTouched =
                std::any_of(judged.found.begin(), judged.found.end(),
                            [&](const WordSpan& found) { return overlap(found, label); });
            seen += isTouched ? 1 : 0;
            if (!isTouched)
                propose(LabelErrorKind::Spurious, &label, nullptr);
        }
    }
    forms.count(documents);

    for (LabelError& error : errors) {
        const LabelledSentence& sentence = documents[error.document].sentences[error.sentence];
        const WordSpan& span = error.found ? *error.found : *error.label;
        const LabelCounts counts = forms.elsewhere(sentence, span);
        error.elsewhere = sameWords(counts);
        std::int64_t othersFound = 0;
        std::int64_t others = 0;
        if (error.found) {
            const std::int64_t agreeing = of(counts, error.found->type);
            // Of another span than the label's, its own words speak: as they are labelled alone.
            std::int64_t contradicting = total(counts) - agreeing;
            if (error.kind == LabelErrorKind::WrongBoundaries)
                contradicting += of(forms.elsewhere(sentence, *error.label), error.label->type);
            error.confidence = withPlaces(error.found->score, agreeing, contradicting);
        } else {
            othersFound = touched[error.label->type].first;
            others = touched[error.label->type].second - 1;
            // One imagined that is missed, too: few of a type prove little.
            const double recall =
                static_cast<double>(othersFound) / static_cast<double>(others + 2);
            const std::int64_t labelled = of(counts, error.label->type);
            error.confidence =
                withPlaces(recall * (1 - error.label->score), total(counts) - labelled, labelled);
        }
        error.evidence = evidenceFor(error, sentence, othersFound, others);
    }
    std::erase_if(errors, [&](const LabelError& error) {
        return !(error.confidence >= options.leastConfidence);
    });
    std::stable_sort(errors.begin(), errors.end(), [](const LabelError& a, const LabelError& b) {
        return a.confidence > b.confidence;
    });
    if (errors.size() > options.most)
        errors.resize(options.most);
    return errors;
}

}  // namespace spanwise
