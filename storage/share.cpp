#include "storage/share.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "core/text/utf8.h"
#include "storage/merge.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;

Result<void> checkNames(const std::vector<std::string>& names) {
    if (names.empty())
        return failure(ErrorCode::InvalidArgument,
                       "Nobody was named: name the annotators, for instance ada,ben.");
    std::set<std::string> seen;
    for (const std::string& name : names) {
        const bool isPlain =
            !name.empty() && name.front() != '.' && validateUtf8(name, {}).has_value() &&
            std::none_of(name.begin(), name.end(), [](char c) {
                return c == '/' || c == '\\' || static_cast<unsigned char>(c) < ' ';
            });
        if (!isPlain)
            return failure(ErrorCode::InvalidArgument,
                           "\"" + name +
                               "\" cannot be an annotator's name: it becomes a file's name, so it "
                               "needs a letter and may have no slash and no point in front.");
        if (!seen.insert(name).second)
            return failure(ErrorCode::InvalidArgument,
                           "\"" + name + "\" was named twice: each annotator gets one file.");
    }
    return {};
}

/// Takes back files that a failed run has written.
class Written {
public:
    ~Written() {
        std::error_code ignored;
        for (const std::string& path : m_paths) {
            for (const char* suffix : {"", "-wal", "-shm", ".lock"})
                fs::remove(path + suffix, ignored);
        }
        if (!m_folder.empty())
            fs::remove(m_folder, ignored);  // only when it is empty
    }
    Written() = default;
    Written(const Written&) = delete;
    Written& operator=(const Written&) = delete;
    void add(const std::string& path) { m_paths.push_back(path); }
    void addFolder(const std::string& folder) { m_folder = folder; }
    void keep() {
        m_paths.clear();
        m_folder.clear();
    }

private:
    std::vector<std::string> m_paths;
    std::string m_folder;
};

/// One annotator's file. Documents are read in the importer's thread, on a connection of its own.
Result<void> writeFile(const Project& project, const LabelScheme& scheme, const std::string& path,
                       const std::string& annotator, const std::vector<DocumentId>& documents,
                       const ShareOptions& options, const std::function<void()>& tell,
                       const std::stop_token& stop) {
    auto file = Project::create(path, scheme, project.name() + " (" + annotator + ")");
    if (!file)
        return tl::unexpected(file.error());
    const auto patterns = project.patterns();
    if (!patterns)
        return tl::unexpected(patterns.error());
    for (PatternRow pattern : *patterns) {
        pattern.id = 0;
        if (const auto put = (*file)->putPattern(pattern); !put)
            return tl::unexpected(put.error());
    }
    Project::ImportOptions write;
    write.keepDuplicates = true;
    write.actor = options.actor;
    write.file = project.path();
    const auto imported = (*file)->import(
        write,
        [&](const Project::RecordSink& sink) -> Result<void> {
            const auto own = project.reopenForThread();
            if (!own)
                return tl::unexpected(own.error());
            for (const DocumentId id : documents) {
                auto document = (*own)->document(id);
                if (!document)
                    return tl::unexpected(document.error());
                Record record;
                record.document = std::move(*document);
                record.document.status = DocumentStatus::New;
                if (options.withLabels) {
                    const auto labels = (*own)->labels(id);
                    if (!labels)
                        return tl::unexpected(labels.error());
                    for (const Annotation& label : labels->annotations) {
                        if (const EntityType* type = scheme.byId(label.type))
                            record.spans.push_back({label.range, type->name, -1});
                    }
                    if (!record.spans.empty())
                        record.document.status = DocumentStatus::InProgress;
                }
                if (auto pushed = sink(std::move(record)); !pushed)
                    return pushed;
                tell();
            }
            return {};
        },
        stop);
    if (!imported)
        return tl::unexpected(imported.error());
    return (*file)->putSetting(kSharedWithSetting, nlohmann::json(annotator).dump());
}

}  // namespace

std::vector<std::vector<DocumentId>> dealDocuments(std::vector<DocumentId> documents,
                                                   const ShareOptions& options) {
    // A shuffle of our own: std::shuffle may differ from one library to the next.
    std::mt19937_64 random(options.seed);
    for (std::size_t i = documents.size(); i > 1; --i)
        std::swap(documents[i - 1], documents[random() % i]);
    if (options.limit > 0 && static_cast<std::size_t>(options.limit) < documents.size())
        documents.resize(static_cast<std::size_t>(options.limit));
    const auto count = static_cast<std::int64_t>(documents.size());
    const std::int64_t wanted =
        options.overlap > 0
            ? options.overlap
            : static_cast<std::int64_t>(std::ceil(
                  std::clamp(options.overlapShare, 0.0, 1.0) * static_cast<double>(count) - 1e-9));
    const auto shared = static_cast<std::size_t>(std::min(wanted, count));
    std::vector<std::vector<DocumentId>> lists(options.among.size() + 1);
    for (std::size_t i = 0; i < documents.size(); ++i) {
        const std::size_t list =
            i < shared ? 0 : 1 + (i - shared) % std::max<std::size_t>(options.among.size(), 1);
        lists[list].push_back(documents[i]);
    }
    for (std::vector<DocumentId>& list : lists)
        std::sort(list.begin(), list.end());
    return lists;
}

Result<ShareReport> shareProject(const Project& project, const ShareOptions& options,
                                 const ShareProgress& progress, std::stop_token stop) {
    if (const auto named = checkNames(options.among); !named)
        return tl::unexpected(named.error());
    const auto scheme = project.scheme();
    if (!scheme)
        return tl::unexpected(scheme.error());
    const auto documents = project.documents({.status = options.status});
    if (!documents)
        return tl::unexpected(documents.error());
    if (documents->empty())
        return failure(ErrorCode::InvalidArgument,
                       options.status ? "The project has no document with the status \"" +
                                            std::string(documentStatusName(*options.status)) + "\"."
                                      : "The project has no documents to share out.",
                       project.path());
    std::vector<DocumentId> ids;
    for (const DocumentSummary& document : *documents)
        ids.push_back(document.id);
    const auto lists = dealDocuments(std::move(ids), options);

    ShareReport report;
    report.overlap = static_cast<std::int64_t>(lists.front().size());
    std::int64_t total = 0;
    for (std::size_t i = 0; i < options.among.size(); ++i) {
        SharedFile file;
        file.annotator = options.among[i];
        file.path = (fs::path(options.folder) / (file.annotator + ".spanwise")).string();
        file.documents = static_cast<std::int64_t>(lists.front().size() + lists[i + 1].size());
        if (file.documents == 0)
            return failure(ErrorCode::InvalidArgument,
                           "There are fewer documents than annotators: nothing is left for \"" +
                               file.annotator + "\".",
                           project.path());
        std::error_code ignored;
        if (fs::exists(fs::symlink_status(file.path, ignored)))
            return failure(ErrorCode::AlreadyExists,
                           "There is a file of this name already, and nothing is overwritten. "
                           "Choose another folder.",
                           file.path);
        total += file.documents;
        report.documents += static_cast<std::int64_t>(lists[i + 1].size());
        report.files.push_back(std::move(file));
    }
    report.documents += report.overlap;

    Written written;
    std::error_code error;
    if (fs::create_directories(options.folder, error))
        written.addFolder(options.folder);
    else if (error)
        return failure(ErrorCode::PermissionDenied,
                       "The folder cannot be made: " + error.message() + ".", options.folder);
    std::int64_t done = 0;
    for (std::size_t i = 0; i < report.files.size(); ++i) {
        const SharedFile& file = report.files[i];
        std::vector<DocumentId> list = lists.front();
        list.insert(list.end(), lists[i + 1].begin(), lists[i + 1].end());
        std::sort(list.begin(), list.end());
        written.add(file.path);
        const auto put = writeFile(
            project, *scheme, file.path, file.annotator, list, options,
            [&] {
                if (progress)
                    progress(++done, total);
            },
            stop);
        if (!put)
            return tl::unexpected(put.error());
    }
    written.keep();
    return report;
}

}  // namespace spanwise
