#include "app/cli/command.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdio>

namespace spanwise::cli {

void Cli::addJson(CLI::App* command) {
    command->add_flag("--json", json, "Print the result as JSON");
    command->add_flag("-q,--quiet", quiet, "No progress on stderr");
}

void Cli::addCompute(CLI::App* command) {
    command->add_option("--device", device, "auto, cpu, cuda or cuda:N")->capture_default_str();
    command->add_option("--threads", threads, "Threads for the mathematics; 0: one per core")
        ->check(CLI::Range(0, 1024));
}

Result<Device> Cli::compute() const {
    setThreads(threads);
    return deviceFromName(device);
}

Result<ModelPtr> Cli::load(const std::string& nameOrPath) const {
    const auto chosen = compute();
    if (!chosen)
        return tl::unexpected(chosen.error());
    const auto path = resolveModel(nameOrPath);
    if (!path)
        return tl::unexpected(path.error());
    return loadModel(*path, *chosen);
}

ProgressLine::ProgressLine(const Cli& cli) : m_on(!cli.quiet && ::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::clear() {
    if (m_on && m_width > 0)
        std::fprintf(stderr, "\r%*s\r", static_cast<int>(m_width), "");
    m_width = 0;
}

void ProgressLine::show(const std::string& text) {
    const auto now = std::chrono::steady_clock::now();
    if (!m_on || now - m_last < std::chrono::milliseconds(80))
        return;
    m_last = now;
    const std::size_t blank = m_width > text.size() ? m_width - text.size() : 0;
    std::fprintf(stderr, "\r%s%*s", text.c_str(), static_cast<int>(blank), "");
    m_width = text.size();
}

Result<std::unique_ptr<Project>> openForWriting(const std::string& path) {
    auto project = Project::open(path);
    if (project && (*project)->isReadOnly())
        return failure(ErrorCode::ReadOnly, (*project)->readOnlyReason(), path);
    return project;
}

std::string cacheFolder() {
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
        return std::string(cache) + "/spanwise";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
        return std::string(home) + "/.cache/spanwise";
    return {};
}

std::string userName() {
    if (const char* user = std::getenv("USER"); user != nullptr && *user != '\0')
        return user;
    if (const passwd* entry = ::getpwuid(::getuid()); entry != nullptr)
        return entry->pw_name;
    return "unknown";
}

std::vector<std::vector<std::string>> wordsOf(const std::vector<LabelledSentence>& sentences) {
    std::vector<std::vector<std::string>> words;
    words.reserve(sentences.size());
    for (const LabelledSentence& sentence : sentences)
        words.push_back(sentence.words);
    return words;
}

void addFeatures(CLI::App* command, TrainOptions& options) {
    command
        ->add_option_function<std::string>(
            "--features",
            [&options](const std::string& value) {
                options.features = value == "two" ? Features::TwoLayers : Features::LastLayer;
            },
            "What the head sees: the last layer, or two (last and 7th from last, which NuNER's "
            "cards advise); default: the model's")
        ->check(CLI::IsMember({"last", "two"}));
}

}  // namespace spanwise::cli
