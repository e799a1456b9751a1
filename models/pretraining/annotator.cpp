#include "models/pretraining/annotator.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/text/utf8.h"

namespace spanwise {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestPassage = std::size_t{64} << 10;      // bytes
constexpr std::size_t kLongestInstruction = std::size_t{64} << 10;  // bytes
/// What a chat template puts around two messages.
constexpr std::int64_t kTemplateTokens = 12;
/// Tokens of an answer for each of the passage: the paper's 4.4 mentions a sentence, with
/// descriptions.
constexpr double kAnswerRatio = 3;
constexpr std::int64_t kShortestAnswer = 20;
/// So many failures or useless answers in a row, and the next would be no better.
constexpr std::int64_t kFailuresInARow = 5;
constexpr std::int64_t kUselessAnswers = 30;

std::optional<double> costOf(const AnnotateBudget& budget, double in, double out) {
    if (budget.priceIn <= 0 && budget.priceOut <= 0)
        return std::nullopt;
    return (in * budget.priceIn + out * budget.priceOut) / 1e6;
}

/// What the forecast's tokens cost, and how much of it the budget allows.
void weigh(AnnotateForecast& forecast, const AnnotateBudget& budget) {
    const auto in = static_cast<double>(forecast.tokensIn);
    const auto out = static_cast<double>(forecast.tokensOut);
    forecast.cost = costOf(budget, in, out);
    double share = 1;
    if (budget.maxTokens > 0)
        share = std::min(share, static_cast<double>(budget.maxTokens) / std::max(in + out, 1.0));
    if (budget.maxCost > 0 && forecast.cost.value_or(0) > 0)
        share = std::min(share, budget.maxCost / *forecast.cost);
    forecast.withinBudget =
        static_cast<std::int64_t>(share * static_cast<double>(forecast.passages));
    if (budget.maxRequests > 0)
        forecast.withinBudget = std::min(forecast.withinBudget, budget.maxRequests);
}

std::int64_t tokensAsked(std::int64_t instruction, std::string_view text) {
    return instruction + kTemplateTokens + estimatedTokens(text);
}

std::int64_t tokensAnswered(std::string_view text, int most) {
    const auto expected =
        static_cast<std::int64_t>(kAnswerRatio * static_cast<double>(estimatedTokens(text)));
    return std::min<std::int64_t>(std::max(expected, kShortestAnswer), most);
}

std::string beginningOf(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 80))
        out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    while (!out.empty() && !isUtf8(out))
        out.pop_back();
    return out + (text.size() > 80 ? "…" : "");
}

struct Tokens {
    std::int64_t in = 0, out = 0;
    Tokens& operator+=(const Tokens& other) {
        in += other.in;
        out += other.out;
        return *this;
    }
    Tokens& operator-=(const Tokens& other) {
        in -= other.in;
        out -= other.out;
        return *this;
    }
};

class Run {
public:
    Run(const AnnotateOptions& options, AnnotationFile& file, const AnnotateForecast& forecast,
        const std::function<void(const AnnotateProgress&)>& progress, std::stop_token stop)
        : m_options(options),
          m_file(file),
          m_forecast(forecast),
          m_progress(progress),
          m_stop(std::move(stop)),
          m_instructionTokens(estimatedTokens(options.instruction)) {}

    AnnotateSummary run(const PassageSource& source) {
        auto client = ChatClient::create(
            m_options.chat,
            [this](std::uint64_t id, bool mayHaveCost) { return mayPost(id, mayHaveCost); });
        if (!client) {
            end(client.error());
        } else {
            m_client = std::move(*client);
            auto read = source([this](Passage&& passage) { return take(std::move(passage)); });
            while (read && m_summary.stoppedBy.empty() && m_client->pending() > 0)
                read = collect();
            if (!read && m_summary.stoppedBy.empty())
                end(read.error());
            // What is under way is paid for: it still counts, unless the client itself gave up.
            for (bool more = m_canWrite; more && m_client->pending() > 0;) {
                const auto collected = collect();
                more = collected.has_value();
                if (!more && !m_summary.problem)
                    end(collected.error());
            }
            m_summary.requests = m_client->posts();
        }
        return finish();
    }

private:
    struct Asked {
        Passage passage;
        Tokens worst;  ///< reserved
        std::int64_t estimatedIn = 0;
        bool sent = false;
    };

    static tl::unexpected<Error> enough() { return failure(ErrorCode::Cancelled, "enough"); }

    Result<void> take(Passage&& passage) {
        if (m_stop.stop_requested())
            return failure(ErrorCode::Cancelled, "cancelled");
        if (passage.text.size() > kLongestPassage) {
            ++m_summary.tooLong;
            return {};
        }
        const PassageKey key = passageKey(m_file.annotator(), passage.text);
        if (m_file.has(key)) {
            ++m_summary.known;
            return {};
        }
        if (!m_seen.insert(key).second) {
            ++m_summary.duplicates;
            return {};
        }
        Asked asked;
        asked.estimatedIn = static_cast<std::int64_t>(std::ceil(
            m_inRatio * static_cast<double>(tokensAsked(m_instructionTokens, passage.text))));
        asked.worst = {asked.estimatedIn, m_options.chat.maxAnswerTokens};
        for (;;) {
            const bool full =
                m_asked.size() >= static_cast<std::size_t>(std::max(m_options.chat.parallel, 1));
            const std::string limit = full ? std::string() : limitReachedBy(asked.worst, 1);
            if (!full && limit.empty())
                break;
            if (!full && m_asked.empty()) {
                m_summary.stoppedBy = limit;
                return enough();
            }
            if (auto collected = collect(); !collected)
                return collected;
            if (!m_summary.stoppedBy.empty())
                return enough();
        }
        if (m_nextId == 1)
            m_began = Clock::now();
        const std::uint64_t id = m_nextId++;
        m_reserved += asked.worst;
        m_client->ask(id, m_options.instruction, passage.text);
        asked.passage = std::move(passage);
        m_asked.emplace(id, std::move(asked));
        return {};
    }

    /// The limit that one more request of that size could exceed; empty: none.
    std::string limitReachedBy(const Tokens& more, std::int64_t requests) const {
        const AnnotateBudget& budget = m_options.budget;
        // Those asked and not yet sent will be.
        const auto unsent = std::count_if(m_asked.begin(), m_asked.end(),
                                          [](const auto& item) { return !item.second.sent; });
        if (budget.maxRequests > 0 && m_posts + unsent + requests > budget.maxRequests)
            return "max-requests";
        Tokens worst{m_summary.tokensIn, m_summary.tokensOut};
        worst += {m_summary.lostTokensIn, m_summary.lostTokensOut};
        worst += m_reserved;
        worst += more;
        if (budget.maxTokens > 0 && worst.in + worst.out > budget.maxTokens)
            return "max-tokens";
        const auto cost =
            costOf(budget, static_cast<double>(worst.in), static_cast<double>(worst.out));
        if (budget.maxCost > 0 && cost && *cost > budget.maxCost)
            return "max-cost";
        return {};
    }

    void lose(const Tokens& tokens) {
        m_summary.lostTokensIn += tokens.in;
        m_summary.lostTokensOut += tokens.out;
    }

    bool mayPost(std::uint64_t id, bool mayHaveCost) {
        Asked& asked = m_asked.at(id);
        if (mayHaveCost)
            lose(asked.worst);
        if (asked.sent) {  // a further try: its tokens are reserved, its request is not
            const std::string limit = limitReachedBy({}, 1);
            if (!limit.empty()) {
                m_summary.stoppedBy = limit;
                return false;
            }
        }
        asked.sent = true;
        ++m_posts;
        return true;
    }

    /// Waits for answers and writes them.
    Result<void> collect() {
        auto answers = m_client->next(m_stop);
        if (!answers)
            return tl::unexpected(answers.error());
        std::string lines;
        std::vector<Passage> annotated;
        AnswerCounts counts;
        for (ChatAnswer& answer : *answers) {
            const auto found = m_asked.find(answer.id);
            Asked asked = std::move(found->second);
            m_asked.erase(found);
            m_reserved -= asked.worst;
            if (answer.outcome == ChatAnswer::Outcome::Answered) {
                bill(asked, answer);
                counts += readInto(asked.passage, answer);
                lines += passageToJson(asked.passage) + "\n";
                annotated.push_back(std::move(asked.passage));
                m_failuresInARow = 0;
            } else {
                if (answer.mayHaveCost)
                    lose(asked.worst);
                fail(answer);
            }
        }
        if (const auto count = static_cast<std::int64_t>(annotated.size()); count > 0) {
            if (auto written = m_file.append(lines, count); !written) {
                m_canWrite = false;
                return tl::unexpected(written.error());
            }
            m_summary.answered += count;
            m_summary.counts += counts;
        }
        report(std::move(annotated));
        return judge();
    }

    void bill(const Asked& asked, const ChatAnswer& answer) {
        const std::int64_t in = answer.tokensIn.value_or(asked.estimatedIn);
        m_summary.tokensIn += in;
        m_summary.tokensOut += answer.tokensOut.value_or(estimatedTokens(answer.text));
        if (!answer.tokensIn || !answer.tokensOut)
            m_summary.tokensEstimated = true;
        // A model that makes more tokens of a text than expected will do so again.
        const double estimate =
            static_cast<double>(tokensAsked(m_instructionTokens, asked.passage.text));
        m_inRatio = std::max(m_inRatio, static_cast<double>(in) / estimate);
    }

    AnswerCounts readInto(Passage& passage, const ChatAnswer& answer) {
        ReadAnswer read = readAnswer(passage.text, answer.text, answer.truncated);
        passage.mentions = std::move(read.mentions);
        passage.model = m_file.annotator().model;
        passage.prompt = m_file.annotator().prompt;
        const bool useless = read.counts.empty + read.counts.prose > 0;
        m_useful = m_useful || !useless;
        if (useless && m_uselessBeginning.empty())
            m_uselessBeginning = beginningOf(answer.text);
        return read.counts;
    }

    void fail(const ChatAnswer& answer) {
        if (answer.outcome == ChatAnswer::Outcome::NotAsked)
            return;
        ++m_summary.failed;
        ++m_failuresInARow;
        if (answer.problem && !m_summary.firstFailure)
            m_summary.firstFailure = answer.problem;
        m_lastFailure = answer.problem;
    }

    /// Ends a run that goes wrong as a whole.
    Result<void> judge() {
        const auto most = std::max<std::int64_t>(kFailuresInARow, m_options.chat.parallel);
        if (m_failuresInARow >= most && m_lastFailure) {
            Error error = *m_lastFailure;
            error.message = std::to_string(m_failuresInARow) +
                            " passages in a row had no answer. The last: " + error.message;
            if (error.where.empty())
                error.where = m_client->shownEndpoint();
            return tl::unexpected(std::move(error));
        }
        if (!m_useful && m_summary.answered >= kUselessAnswers)
            return failure(ErrorCode::InvalidFormat,
                           "None of the first " + std::to_string(m_summary.answered) +
                               " answers has a line \"mention <> concept <> description\". The "
                               "first begins: \"" +
                               m_uselessBeginning +
                               "\". Try another model, or another instruction.",
                           m_client->shownEndpoint());
        return {};
    }

    void end(const Error& error) {
        m_summary.problem = error;
        m_summary.stoppedBy = error.code == ErrorCode::Cancelled ? "interrupt" : "error";
    }

    void report(std::vector<Passage>&& answers) const {
        if (!m_progress)
            return;
        AnnotateProgress now;
        now.done = m_summary.answered + m_summary.failed;
        now.total = std::min(m_forecast.passages, m_forecast.withinBudget);
        now.mentions = m_summary.counts.mentions;
        now.answers = std::move(answers);
        now.tokensIn = m_summary.tokensIn;
        now.tokensOut = m_summary.tokensOut;
        now.cost = costOf(m_options.budget, static_cast<double>(now.tokensIn),
                          static_cast<double>(now.tokensOut));
        now.total = std::max(now.total, now.done);
        if (now.done > 0)
            now.secondsLeft = seconds() / static_cast<double>(now.done) *
                              static_cast<double>(now.total - now.done);
        m_progress(now);
    }

    double seconds() const { return std::chrono::duration<double>(Clock::now() - m_began).count(); }

    AnnotateSummary finish() {
        if (m_client) {
            for (const std::uint64_t id : m_client->underWay())
                lose(m_asked.at(id).worst);
        }
        // What the source was not read for is left as well.
        m_summary.left =
            std::max<std::int64_t>(0, m_forecast.passages - m_summary.answered - m_summary.failed);
        m_summary.cost = costOf(m_options.budget, static_cast<double>(m_summary.tokensIn),
                                static_cast<double>(m_summary.tokensOut));
        m_summary.seconds = seconds();
        return std::move(m_summary);
    }

    const AnnotateOptions& m_options;
    AnnotationFile& m_file;
    const AnnotateForecast& m_forecast;
    const std::function<void(const AnnotateProgress&)>& m_progress;
    std::stop_token m_stop;
    std::int64_t m_instructionTokens;
    std::unique_ptr<ChatClient> m_client;
    AnnotateSummary m_summary;
    PassageKeys m_seen;
    std::unordered_map<std::uint64_t, Asked> m_asked;
    std::uint64_t m_nextId = 1;
    Tokens m_reserved;
    std::int64_t m_posts = 0;
    double m_inRatio = 1;
    std::int64_t m_failuresInARow = 0;
    std::optional<Error> m_lastFailure;
    bool m_useful = false;
    bool m_canWrite = true;
    std::string m_uselessBeginning;
    Clock::time_point m_began = Clock::now();
};

}  // namespace

Annotator AnnotateOptions::annotator() const {
    return {chat.model, sha256Hex(instruction)};
}

Result<void> checkAnnotation(const AnnotateOptions& options, const std::vector<std::string>& inputs,
                             const std::string& output) {
    const AnnotateBudget& budget = options.budget;
    if (budget.maxCost > 0 && budget.priceIn <= 0 && budget.priceOut <= 0)
        return failure(ErrorCode::InvalidArgument,
                       "A limit of money needs prices: of a million tokens in and of a million "
                       "tokens out (--price-in and --price-out).");
    for (const std::string& input : inputs) {
        std::error_code ignored;
        if (std::filesystem::equivalent(input, output, ignored))
            return failure(ErrorCode::InvalidArgument,
                           "This is to be read and to be written: name another file to write.",
                           input);
    }
    if (const auto client = ChatClient::create(options.chat); !client)
        return tl::unexpected(client.error());
    return {};
}

Result<std::string> checkedInstruction(std::string_view text, const std::string& where) {
    if (text.size() > kLongestInstruction)
        return failure(ErrorCode::InvalidFormat,
                       "The instruction has " + std::to_string(text.size()) +
                           " bytes; at most 65536 make sense.",
                       where);
    if (auto valid = validateUtf8(text, where); !valid)
        return tl::unexpected(valid.error());
    text = withoutBom(text);
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos)
        return failure(ErrorCode::InvalidFormat, "The instruction is empty.", where);
    return std::string(text.substr(0, end + 1));
}

std::int64_t estimatedTokens(std::string_view utf8) {
    // English has a token for four letters; other scripts one for nearly each character.
    std::int64_t ascii = 0, others = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80)
            ++ascii;
        else if (byte >= 0xC0)
            ++others;
    }
    return (ascii + 3) / 4 + others;
}

Result<AnnotateForecast> forecastAnnotation(const PassageSource& source,
                                            const AnnotateOptions& options,
                                            const AnnotationFile& file,
                                            const std::stop_token& stop) {
    AnnotateForecast forecast;
    PassageKeys seen;
    const std::int64_t instruction = estimatedTokens(options.instruction);
    const auto read = source([&](Passage&& passage) -> Result<void> {
        if (stop.stop_requested())
            return failure(ErrorCode::Cancelled, "cancelled");
        if (passage.text.size() > kLongestPassage) {
            ++forecast.tooLong;
            return {};
        }
        const PassageKey key = passageKey(file.annotator(), passage.text);
        if (file.has(key)) {
            ++forecast.known;
        } else if (!seen.insert(key).second) {
            ++forecast.duplicates;
        } else {
            ++forecast.passages;
            forecast.tokensIn += tokensAsked(instruction, passage.text);
            forecast.tokensOut += tokensAnswered(passage.text, options.chat.maxAnswerTokens);
        }
        return {};
    });
    if (!read)
        return tl::unexpected(read.error());

    weigh(forecast, options.budget);
    return forecast;
}

AnnotateForecast extrapolated(AnnotateForecast rest, const AnnotateSummary& tried,
                              const AnnotateOptions& options) {
    if (tried.answered <= 0)
        return rest;
    const auto answered = static_cast<double>(tried.answered);
    const auto passages = static_cast<double>(rest.passages);
    const auto scaled = [&](std::int64_t tokens) {
        return static_cast<std::int64_t>(static_cast<double>(tokens) / answered * passages);
    };
    rest.tokensIn = scaled(tried.tokensIn);
    rest.tokensOut = scaled(tried.tokensOut);
    weigh(rest, options.budget);
    // Fewer than run at a time took as long as that many would have.
    const double atATime = std::max(1.0, static_cast<double>(options.chat.parallel));
    rest.seconds = tried.seconds * passages / std::max(answered, std::min(atATime, passages));
    return rest;
}

std::optional<AnnotateBudget> remaining(AnnotateBudget budget, const AnnotateSummary& used) {
    bool isLeft = true;
    const auto take = [&](auto& limit, auto amount) {
        if (limit <= 0)
            return;
        limit -= amount;
        isLeft = isLeft && limit > 0;
    };
    const std::int64_t in = used.tokensIn + used.lostTokensIn;
    const std::int64_t out = used.tokensOut + used.lostTokensOut;
    const double cost =
        costOf(budget, static_cast<double>(in), static_cast<double>(out)).value_or(0);
    take(budget.maxRequests, used.requests);
    take(budget.maxTokens, in + out);
    take(budget.maxCost, cost);
    return isLeft ? std::optional(budget) : std::nullopt;
}

AnnotateSummary together(const AnnotateSummary& first, AnnotateSummary second) {
    second.answered += first.answered;
    second.known -= first.answered;  // which the second run found in the file
    second.counts += first.counts;
    second.requests += first.requests;
    second.tokensIn += first.tokensIn;
    second.tokensOut += first.tokensOut;
    second.tokensEstimated = second.tokensEstimated || first.tokensEstimated;
    second.lostTokensIn += first.lostTokensIn;
    second.lostTokensOut += first.lostTokensOut;
    if (first.cost)
        second.cost = second.cost.value_or(0) + *first.cost;
    second.seconds += first.seconds;
    return second;
}

AnnotateSummary annotate(const PassageSource& source, const AnnotateOptions& options,
                         AnnotationFile& file, const AnnotateForecast& forecast,
                         const std::function<void(const AnnotateProgress&)>& progress,
                         std::stop_token stop) {
    return Run(options, file, forecast, progress, std::move(stop)).run(source);
}

}  // namespace spanwise
