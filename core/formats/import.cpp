#include "core/formats/import.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/formats/jsonl.h"
#include "core/text/utf8.h"

namespace spanwise {
namespace {

constexpr std::array<std::pair<FileFormat, std::string_view>, 4> kNames{{
    {FileFormat::Auto, "auto"},
    {FileFormat::Text, "text"},
    {FileFormat::Jsonl, "jsonl"},
    {FileFormat::Conll, "conll"},
}};

constexpr std::uintmax_t kLargestText = std::uintmax_t{256} << 20;

Result<std::ifstream> openFile(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (std::filesystem::is_directory(status)) {
        return failure(ErrorCode::InvalidArgument,
                       "This is a folder, not a file. Name the files in it.", path);
    }
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (in)
        return in;
    switch (errno) {
        case ENOENT:
        case ENOTDIR:
            return failure(ErrorCode::NotFound, "There is no such file.", path);
        case EACCES:
        case EPERM:
            return failure(ErrorCode::PermissionDenied,
                           "You may not read this file. Change its permissions or copy it.", path);
        default:
            return failure(ErrorCode::Io,
                           std::string("The file cannot be opened: ") + std::strerror(errno) + ".",
                           path);
    }
}

std::string lowerEnding(const std::string& path) {
    std::string ending = std::filesystem::path(path).extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return ending;
}

bool looksLikeJsonl(std::string_view line) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    return json.is_object() && json.contains("text");
}

/// Does every word line of the file's beginning end in a tag? Prose hardly ever does.
bool looksLikeConll(const std::vector<std::string>& lines) {
    int words = 0;
    for (const std::string& line : lines) {
        const std::size_t end = line.find_last_not_of(" \t\r");
        if (end == std::string::npos)
            continue;
        const std::string_view text = std::string_view(line).substr(0, end + 1);
        const std::size_t space = text.find_last_of(" \t");
        const bool tagged = space != std::string_view::npos && isTag(text.substr(space + 1));
        if (!tagged && text.front() != '#')
            return false;
        words += tagged ? 1 : 0;
    }
    return words >= 2;
}

FileFormat sniff(const std::string& path, std::istream& in) {
    const std::string ending = lowerEnding(path);
    if (ending == ".jsonl" || ending == ".ndjson")
        return FileFormat::Jsonl;
    for (const std::string_view known :
         {".conll", ".conll2003", ".conll03", ".bio", ".iob", ".iob2"}) {
        if (ending == known)
            return FileFormat::Conll;
    }
    std::string head(1 << 16, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(in.gcount()));
    const bool whole = in.eof();
    in.clear();
    in.seekg(0);

    std::vector<std::string> lines;
    std::istringstream stream(std::string(withoutBom(head)));
    for (std::string line; std::getline(stream, line);)
        lines.push_back(std::move(line));
    const auto first = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
        return line.find_first_not_of(" \t\r") != std::string::npos;
    });
    if (first != lines.end() && looksLikeJsonl(*first))
        return FileFormat::Jsonl;
    if (!whole && !lines.empty())
        lines.pop_back();
    return looksLikeConll(lines) ? FileFormat::Conll : FileFormat::Text;
}

Result<std::string> readText(const std::string& path, std::istream& in) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    const auto tooLarge = [&] {
        return failure(
            ErrorCode::InvalidArgument,
            "A text file of more than 256 MiB is too large for one document. Split it, or "
            "import it as JSONL with a document a line.",
            path);
    };
    if (!error && size > kLargestText)
        return tooLarge();
    std::string text;
    std::array<char, 1 << 16> part;
    while (in.read(part.data(), static_cast<std::streamsize>(part.size())), in.gcount() > 0) {
        text.append(part.data(), static_cast<std::size_t>(in.gcount()));
        if (text.size() > kLargestText)
            return tooLarge();
    }
    if (in.bad())
        return failure(ErrorCode::Io, "The file cannot be read to its end.", path);
    if (const auto valid = validateUtf8(text, path); !valid)
        return tl::unexpected(valid.error());
    if (withoutBom(text).size() != text.size())
        text.erase(0, 3);
    return text;
}

}  // namespace

Result<FileFormat> fileFormatFromName(std::string_view name) {
    for (const auto& [format, known] : kNames) {
        if (known == name)
            return format;
    }
    return failure(ErrorCode::InvalidArgument,
                   "\"" + std::string(name) + "\" is no format; use auto, text, jsonl or conll.");
}

std::string_view fileFormatName(FileFormat format) {
    for (const auto& [value, name] : kNames) {
        if (value == format)
            return name;
    }
    return "auto";
}

Result<ImportInfo> importFile(const std::string& path, const ImportOptions& options,
                              const std::function<Result<void>(Record&&)>& sink) {
    auto in = openFile(path);
    if (!in)
        return tl::unexpected(in.error());
    ImportInfo info;
    info.format = options.format == FileFormat::Auto ? sniff(path, *in) : options.format;
    const auto counted = [&](Record&& record) {
        ++info.documents;
        info.spans += static_cast<std::int64_t>(record.spans.size());
        return sink(std::move(record));
    };
    switch (info.format) {
        case FileFormat::Jsonl: {
            const auto read = readJsonl(*in, path, counted);
            if (!read)
                return tl::unexpected(read.error());
            break;
        }
        case FileFormat::Conll: {
            const auto read = readConll(*in, path, options.conll, counted);
            if (!read)
                return tl::unexpected(read.error());
            info.note = read->evidence;
            break;
        }
        case FileFormat::Text:
        case FileFormat::Auto: {
            auto text = readText(path, *in);
            if (!text)
                return tl::unexpected(text.error());
            if (text->empty()) {
                info.note = "the file is empty";
                break;
            }
            Record record;
            record.document =
                makeDocument(std::filesystem::path(path).filename().string(), std::move(*text));
            if (const auto taken = counted(std::move(record)); !taken)
                return tl::unexpected(taken.error());
            break;
        }
    }
    return info;
}

}  // namespace spanwise
