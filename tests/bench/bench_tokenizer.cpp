// How fast texts become sub-tokens, one thread: tests/bench/README.md.
//
//   bench_tokenizer --text FILE... [--python PYTHON] [--repeats N] FOLDER...
//
// FOLDER holds a tokenizer's files. FILE: CoNLL (the words of a sentence joined by spaces) or plain
// lines. Prints the median of the repeats; with PYTHON, which has tokenizers installed, also what
// peers/tokenizers_peer.py does with the same texts, and the ratio.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "models/tokenizers/tokenizer.h"

using namespace spanwise;

namespace {

/// Sentences of a CoNLL file, or the lines of any other.
void readTexts(const std::string& path, std::vector<std::string>& texts) {
    std::ifstream in(path, std::ios::binary);
    const bool conll = path.ends_with(".conll") || path.ends_with(".tsv") ||
                       path.ends_with(".iob") || path.find(".bio.") != std::string::npos ||
                       path.find("few-nerd") != std::string::npos;
    std::string line, text;
    const auto flush = [&] {
        if (!text.empty())
            texts.push_back(text);
        text.clear();
    };
    while (std::getline(in, line)) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        if (!conll) {
            if (!line.empty())
                texts.push_back(line);
        } else if (line.find_first_not_of(" \t") == std::string::npos) {
            flush();
        } else {
            text += (text.empty() ? "" : " ") + line.substr(0, line.find_first_of(" \t"));
        }
    }
    flush();
}

/// What the peer prints: seconds and sub-tokens.
bool askPeer(const std::string& python, const std::string& folder, const std::string& texts,
             int repeats, double& seconds, std::size_t& tokens) {
    const std::string command = "'" + python +
                                "' '" SPANWISE_SOURCE "/tests/bench/peers/tokenizers_peer.py' '" +
                                folder + "' '" + texts + "' " + std::to_string(repeats);
    FILE* pipe = popen(command.c_str(), "r");
    const bool read = pipe != nullptr && std::fscanf(pipe, "%lf %zu", &seconds, &tokens) == 2;
    return pipe != nullptr && pclose(pipe) == 0 && read;
}

bool measure(const std::string& folder, const std::vector<std::string>& texts, int repeats,
             const std::string& python, const std::string& textFile) {
    const auto seconds = [](auto from) {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
    };
    const auto begin = std::chrono::steady_clock::now();
    const auto tokenizer = loadTokenizer(folder);
    if (!tokenizer) {
        std::fprintf(stderr, "%s\n", tokenizer.error().text().c_str());
        return false;
    }
    const double loading = seconds(begin);
    std::size_t words = 0, tokens = 0;
    for (const std::string& text : texts) {
        bool inside = false;
        for (const char c : text) {
            words += !inside && c != ' ' ? 1 : 0;
            inside = c != ' ';
        }
        tokens += (*tokenizer)->encode(text).ids.size();
    }
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        std::size_t check = 0;
        const auto from = std::chrono::steady_clock::now();
        for (const std::string& text : texts)
            check += (*tokenizer)->encode(text).ids.size();
        times.push_back(seconds(from));
        if (check != tokens)
            return false;
    }
    std::sort(times.begin(), times.end());
    const double median = times[times.size() / 2];
    std::printf("%s: %zu texts, %zu words, %zu tokens, loaded in %.0f ms\n", folder.c_str(),
                texts.size(), words, tokens, 1e3 * loading);
    std::printf("  Spanwise    %6.2f M words/s %6.2f M tokens/s\n",
                1e-6 * static_cast<double>(words) / median,
                1e-6 * static_cast<double>(tokens) / median);
    if (python.empty())
        return true;
    double peer = 0;
    std::size_t peerTokens = 0;
    if (!askPeer(python, folder, textFile, repeats, peer, peerTokens)) {
        std::fprintf(stderr, "The peer did not answer.\n");
        return false;
    }
    if (peerTokens != tokens) {
        std::fprintf(stderr, "The peer has %zu tokens, Spanwise %zu.\n", peerTokens, tokens);
        return false;
    }
    std::printf("  tokenizers  %6.2f M words/s %6.2f M tokens/s\n  %.2f times as fast\n",
                1e-6 * static_cast<double>(words) / peer, 1e-6 * static_cast<double>(tokens) / peer,
                peer / median);
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> folders, texts;
    std::string python;
    int repeats = 7;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const bool hasValue = i + 1 < argc;
        if (argument == "--repeats" && hasValue)
            repeats = std::max(1, std::atoi(argv[++i]));
        else if (argument == "--python" && hasValue)
            python = argv[++i];
        else if (argument == "--text" && hasValue)
            readTexts(argv[++i], texts);
        else
            folders.push_back(argument);
    }
    if (folders.empty() || texts.empty()) {
        std::fprintf(stderr,
                     "usage: bench_tokenizer --text FILE... [--python PYTHON] [--repeats N] "
                     "FOLDER...\n");
        return 2;
    }
    const auto textFile = std::filesystem::temp_directory_path() /
                          ("bench_tokenizer_" + std::to_string(getpid()) + ".txt");
    {
        std::ofstream out(textFile, std::ios::binary);
        for (const std::string& text : texts)
            out << text << '\n';
    }
    bool ok = true;
    for (const std::string& folder : folders)
        ok = measure(folder, texts, repeats, python, textFile.string()) && ok;
    std::filesystem::remove(textFile);
    return ok ? 0 : 1;
}
