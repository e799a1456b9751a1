#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "models/hub/bundle_files.h"
#include "models/hub/model_origin.h"
#include "models/hub/model_store.h"
#include "models/io/files.h"
#include "models/model.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr const char* kCacheFolder = ".incomplete";

/// One pull at a time of one repository, across processes.
class FolderLock {
public:
    explicit FolderLock(const fs::path& file)
        : m_descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)) {
        m_held = m_descriptor >= 0 && ::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0;
        if (!m_held)
            m_error = errno;
    }
    ~FolderLock() {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    [[nodiscard]] bool held() const { return m_held; }
    [[nodiscard]] int error() const { return m_error; }

private:
    int m_descriptor;
    int m_error = 0;
    bool m_held = false;
};

/// A commit, and where its files are on this machine already.
struct Source {
    HubRevision revision;
    fs::path snapshot;   ///< in Hugging Face's cache; may be empty
    bool local = false;  ///< the server was not asked: the snapshot is all there is
};

struct Item {
    const Source* source;
    HubFile file;
};

bool isCommit(const std::string& text) {
    return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

fs::path cachedRepository(const HubSettings& settings, std::string repository) {
    if (settings.cache.empty())
        return {};
    if (const std::size_t slash = repository.find('/'); slash != std::string::npos)
        repository.replace(slash, 1, "--");
    return settings.cache / ("models--" + repository);
}

fs::path cachedSnapshot(const HubSettings& settings, const std::string& repository,
                        const std::string& commit) {
    const fs::path folder = cachedRepository(settings, repository);
    std::error_code ignored;
    if (folder.empty() || !fs::is_directory(folder / "snapshots" / commit, ignored))
        return {};
    return folder / "snapshots" / commit;
}

/// The commit that the cache has for a revision; empty when none.
std::string cachedCommit(const HubSettings& settings, const std::string& repository,
                         const std::string& revision) {
    if (isCommit(revision))
        return revision;
    const fs::path folder = cachedRepository(settings, repository);
    if (folder.empty() || revision.find("..") != std::string::npos || revision.starts_with('/'))
        return {};
    const fs::path file = folder / "refs" / revision;
    std::error_code error;
    if (fs::file_size(file, error) > 100 || error)
        return {};
    const auto text = readWholeFile(file);
    const std::string commit = text ? text->substr(0, 40) : std::string();
    return isCommit(commit) ? commit : std::string();
}

class Pull {
public:
    Pull(const PullOptions& options, const std::function<void(const PullProgress&)>& progress,
         std::stop_token stop)
        : m_options(options),
          m_revision(options.revision.empty() ? "main" : options.revision),
          m_progress(progress),
          m_stop(std::move(stop)),
          m_client(options.settings) {}

    Result<ModelEntry> run() {
        if (auto good = checkNames(); !good)
            return tl::unexpected(good.error());
        const auto store = writableStore();
        if (!store)
            return tl::unexpected(store.error());
        m_store = *store;
        m_target = m_store / folderNameOf(m_options.repository);
        const ModelOrigin before = readModelOrigin(m_target);
        std::error_code error;
        if (fs::exists(fs::symlink_status(m_target, error)) && !m_options.force &&
            before.repository != m_options.repository)
            return failure(ErrorCode::AlreadyExists,
                           "There is a model of this name already, which was not pulled from " +
                               m_options.repository +
                               ". Remove it first, or replace it with --force.",
                           m_target.string());

        auto source = find(m_options.repository, m_revision);
        if (!source)
            return tl::unexpected(source.error());
        m_main = std::move(*source);
        if (before.commit == m_main.revision.commit && !m_options.force) {
            if (auto entry = describeModel(m_target))
                return entry;  // up to date
        }
        auto files = selectBundleFiles(m_main.revision.files, m_options.repository);
        if (!files)
            return tl::unexpected(files.error());
        std::erase(files->small, kOriginFile);  // would tell of another machine

        m_folder = m_store / kCacheFolder /
                   (folderNameOf(m_options.repository) + "@" + m_main.revision.commit);
        fs::create_directories(m_folder, error);
        if (error)
            return tl::unexpected(fileError(error.value(), m_folder, "write"));
        const FolderLock lock(m_folder.string() + ".lock");
        if (!lock.held() && lock.error() != EWOULDBLOCK)
            return tl::unexpected(fileError(lock.error(), m_folder, "write"));
        if (!lock.held())
            return failure(ErrorCode::AlreadyExists,
                           "This repository is being pulled at this moment, by another window or "
                           "command. Wait for it.",
                           m_options.repository);
        return fetchAll(*files);
    }

private:
    Result<void> checkNames() const {
        if (auto good = checkRepositoryName(m_options.repository); !good)
            return good;
        const bool bad = m_revision.size() > 200 ||
                         std::any_of(m_revision.begin(), m_revision.end(),
                                     [](unsigned char c) { return c <= ' ' || c == 0x7f; });
        if (bad)
            return failure(ErrorCode::InvalidArgument,
                           "This is no branch, tag or commit: expected a word without spaces.",
                           m_options.repository + "@" + m_revision);
        return {};
    }

    Result<Source> find(const std::string& repository, const std::string& revision) {
        const auto fromCache = [&]() -> std::optional<Source> {
            const std::string commit = cachedCommit(m_options.settings, repository, revision);
            fs::path snapshot = commit.empty()
                                    ? fs::path()
                                    : cachedSnapshot(m_options.settings, repository, commit);
            if (snapshot.empty())
                return std::nullopt;
            const auto names = fileNames(snapshot);
            if (!names)
                return std::nullopt;
            return Source{{repository, commit, *names}, std::move(snapshot), true};
        };
        if (m_options.settings.offline) {
            if (auto cached = fromCache())
                return std::move(*cached);
            return failure(
                ErrorCode::NotFound,
                "HF_HUB_OFFLINE is set, and Hugging Face's cache (" +
                    m_options.settings.cache.string() +
                    ") does not have this revision. Unset it, or copy the model's folder "
                    "here and run `spanwise-cli models add FOLDER`.",
                repository + "@" + revision);
        }
        auto asked = m_client.revision(repository, revision, m_stop);
        if (!asked) {
            if (m_client.unreachable()) {
                if (auto cached = fromCache())
                    return std::move(*cached);
            }
            return tl::unexpected(asked.error());
        }
        fs::path snapshot = cachedSnapshot(m_options.settings, repository, asked->commit);
        return Source{std::move(*asked), std::move(snapshot), false};
    }

    Result<Item> describe(const Source& source, const std::string& name) {
        if (!source.local) {
            auto file = m_client.describe(source.revision, name, m_stop);
            if (!file)
                return tl::unexpected(file.error());
            return Item{&source, std::move(*file)};
        }
        HubFile file;
        file.name = name;
        std::error_code error;
        file.bytes = static_cast<std::int64_t>(fs::file_size(source.snapshot / name, error));
        if (error)
            return tl::unexpected(fileError(error.value(), source.snapshot / name, "read"));
        return Item{&source, std::move(file)};
    }

    Result<std::vector<Item>> describeAll(const Source& source,
                                          const std::vector<std::string>& names) {
        std::vector<Item> items;
        for (const std::string& name : names) {
            auto item = describe(source, name);
            if (!item)
                return tl::unexpected(item.error());
            m_total += std::max<std::int64_t>(item->file.bytes, 0);
            items.push_back(std::move(*item));
        }
        return items;
    }

    Result<ModelEntry> fetchAll(const BundleFiles& files) {
        const auto small = describeAll(m_main, files.small);
        if (!small)
            return tl::unexpected(small.error());
        const auto weights = describeAll(m_main, files.weights);
        if (!weights)
            return tl::unexpected(weights.error());
        if (auto room = checkRoom(m_store, m_total - present(*small) - present(*weights)); !room)
            return tl::unexpected(room.error());
        if (auto done = fetch(*small); !done)
            return tl::unexpected(done.error());
        if (auto done = fetchBase(files); !done)
            return tl::unexpected(done.error());
        // Said before the weights come, which may be gigabytes.
        if (const auto info = readBundleInfo(m_folder);
            !info && info.error().code == ErrorCode::Incompatible && !m_options.force)
            return failure(
                ErrorCode::Incompatible,
                info.error().message + " (The weights were not fetched; --force fetches them.)",
                m_options.repository);
        if (auto done = fetch(*weights); !done)
            return tl::unexpected(done.error());
        if (auto good = checkWeights(m_folder, files); !good) {
            // As the server has it, byte for byte: of no use another time.
            std::error_code ignored;
            fs::remove_all(m_folder, ignored);
            Error error = good.error();
            error.where = m_options.repository + "/" + fs::path(error.where).filename().string();
            return tl::unexpected(std::move(error));
        }
        return install();
    }

    /// GLiNER repositories before 2025 hold neither the encoder's configuration nor its tokenizer.
    Result<void> fetchBase(const BundleFiles& files) {
        if (!files.has("gliner_config.json") || (files.has("config.json") && files.hasTokenizer()))
            return {};
        const auto text = readWholeFile(m_folder / "gliner_config.json");
        if (!text)
            return tl::unexpected(text.error());
        const Json json = Json::parse(*text, nullptr, false);
        const auto name = json.is_object() ? json.find("model_name") : json.end();
        // Told in the file, or known: the encoder's repository has nothing to add.
        const bool isKnown =
            json.is_object() &&
            ((json.contains("encoder_config") && json["encoder_config"].is_object()) ||
             (name != json.end() && name->is_string() &&
              name->get<std::string>().find("deberta-v3") != std::string::npos));
        if (files.hasTokenizer() && isKnown)
            return {};
        if (!json.is_object() || name == json.end() || !name->is_string() ||
            !checkRepositoryName(name->get<std::string>()))
            return failure(ErrorCode::Incompatible,
                           "The repository has no tokenizer, and \"model_name\" in "
                           "gliner_config.json names no repository to take it from.",
                           m_options.repository + "/gliner_config.json");
        auto source = find(name->get<std::string>(), "main");
        if (!source)
            return tl::unexpected(source.error());
        m_base = std::move(*source);
        std::vector<std::string> wanted = selectTokenizerFiles(m_base.revision.files);
        std::erase_if(wanted, [&](const std::string& file) {
            return files.has(file) || (files.hasTokenizer() && file != "config.json");
        });
        const auto items = describeAll(m_base, wanted);
        if (!items)
            return tl::unexpected(items.error());
        return fetch(*items);
    }

    std::int64_t present(const std::vector<Item>& items) const {
        std::int64_t bytes = 0;
        for (const Item& item : items) {
            for (const fs::path& path : {m_folder / item.file.name, partOf(item.file.name)}) {
                std::error_code error;
                const auto size = fs::file_size(path, error);
                bytes += error ? 0 : static_cast<std::int64_t>(size);
            }
        }
        return bytes;
    }

    fs::path partOf(const std::string& name) const { return m_folder / (name + ".incomplete"); }

    Result<void> fetch(const std::vector<Item>& items) {
        for (const Item& item : items) {
            if (auto done = fetch(item); !done)
                return done;
        }
        return {};
    }

    Result<void> fetch(const Item& item) {
        const HubFile& file = item.file;
        m_files.push_back(file.name);
        const fs::path whole = m_folder / file.name;
        const fs::path part = partOf(file.name);
        std::error_code error;
        if (fs::is_regular_file(whole, error)) {
            // Checked before it got its name.
            const auto size = static_cast<std::int64_t>(fs::file_size(whole, error));
            if (!error && (file.bytes < 0 || size == file.bytes)) {
                m_before += size;
                m_skipped += size;
                return {};
            }
            fs::remove(whole, error);
        }
        if (auto copied = copyFromCache(item, part); copied)
            return accept(file, part, whole);
        else if (copied.error().code != ErrorCode::NotFound)
            return copied;
        for (bool again = true;; again = false) {
            const auto already = fs::file_size(part, error);
            const auto resumed = error ? 0 : static_cast<std::int64_t>(already);
            m_skipped += resumed;
            auto done = m_client.download(
                item.source->revision, file, part,
                [&](std::int64_t bytes) { tell(file.name, bytes); }, m_stop);
            if (!done)
                return done;
            auto accepted = accept(file, part, whole);
            if (accepted || accepted.error().code != ErrorCode::Corrupt || !again || resumed == 0)
                return accepted;
            m_skipped -= resumed;  // what an earlier pull left was bad: once more from its start
        }
    }

    /// NotFound: the cache does not have it.
    Result<void> copyFromCache(const Item& item, const fs::path& part) {
        const fs::path cached = item.source->snapshot / item.file.name;
        std::error_code error;
        const auto size = item.source->snapshot.empty() ? 0 : fs::file_size(cached, error);
        const bool usable =
            !item.source->snapshot.empty() && !error &&
            (item.file.bytes < 0 || static_cast<std::int64_t>(size) == item.file.bytes);
        if (!usable)
            return failure(ErrorCode::NotFound, "not cached");
        std::int64_t copied = 0;
        auto done = copyFile(
            cached, part,
            [&](std::int64_t bytes) {
                copied += bytes;
                tell(item.file.name, copied);
            },
            m_stop);
        if (!done)
            return done;
        const auto digests = digestsOf(part, m_stop);
        if (!digests)
            return tl::unexpected(digests.error());
        if (item.source->local || matches(item.file, *digests))
            return {};
        fs::remove(part, error);  // the cache's file is broken: the server has a good one
        return failure(ErrorCode::NotFound, "not cached");
    }

    static bool matches(const HubFile& file, const FileDigests& digests) {
        return (file.sha256.empty() || file.sha256 == digests.sha256) &&
               (file.gitSha1.empty() || digests.gitSha1.empty() || file.gitSha1 == digests.gitSha1);
    }

    Result<void> accept(const HubFile& file, const fs::path& part, const fs::path& whole) {
        const auto digests = digestsOf(part, m_stop);
        if (!digests)
            return tl::unexpected(digests.error());
        std::error_code error;
        if (!matches(file, *digests)) {
            fs::remove(part, error);
            return failure(
                ErrorCode::Corrupt,
                "The checksum is wrong: expected " +
                    (file.sha256.empty() ? file.gitSha1 : file.sha256) + ", found " +
                    (file.sha256.empty() ? digests->gitSha1 : digests->sha256) +
                    ". The file was thrown away. Pull again; if it stays so, the mirror or a proxy "
                    "is at fault.",
                m_options.repository + "/" + file.name);
        }
        const auto size = fs::file_size(part, error);
        m_before += error ? 0 : static_cast<std::int64_t>(size);
        m_sha256[file.name] = digests->sha256;
        fs::rename(part, whole, error);
        if (error)
            return tl::unexpected(fileError(error.value(), whole, "write"));
        return {};
    }

    void tell(const std::string& file, std::int64_t bytes) {
        if (!m_progress)
            return;
        PullProgress progress;
        progress.file = file;
        progress.done = m_before + bytes;
        progress.total = std::max(m_total, progress.done);
        const double seconds = std::chrono::duration<double>(Clock::now() - m_started).count();
        const auto came = static_cast<double>(progress.done - m_skipped);
        if (seconds > 0.5 && came > 0) {
            progress.bytesPerSecond = came / seconds;
            progress.secondsLeft =
                static_cast<double>(progress.total - progress.done) / progress.bytesPerSecond;
        }
        m_progress(progress);
    }

    Result<ModelEntry> install() {
        ModelOrigin origin;
        origin.repository = m_options.repository;
        origin.revision = m_revision;
        origin.commit = m_main.revision.commit;
        origin.endpoint = m_client.shownEndpoint();
        origin.baseRepository = m_base.revision.repository;
        origin.baseCommit = m_base.revision.commit;
        for (const std::string& name : m_files) {
            if (!m_sha256.contains(name)) {
                const auto digests = digestsOf(m_folder / name, m_stop);
                if (!digests)
                    return tl::unexpected(digests.error());
                m_sha256[name] = digests->sha256;
            }
        }
        origin.sha256 = m_sha256;
        StagedFolder staged(m_target);
        if (auto created = staged.create(); !created)
            return tl::unexpected(created.error());
        if (auto written = writeWholeFile(staged.path() / kOriginFile,
                                          modelOriginToJson(origin).dump(2) + "\n");
            !written)
            return tl::unexpected(written.error());
        for (const std::string& name : m_files) {
            std::error_code error;
            fs::rename(m_folder / name, staged.path() / name, error);
            if (error)
                return tl::unexpected(fileError(error.value(), staged.path() / name, "write"));
        }
        if (auto committed = staged.commit(); !committed)
            return tl::unexpected(committed.error());
        clearCache();
        return describeModel(m_target);
    }

    /// Of this repository, whatever the commit.
    void clearCache() const {
        std::error_code error;
        std::vector<fs::path> old;
        const std::string prefix = folderNameOf(m_options.repository) + "@";
        for (fs::directory_iterator it(m_store / kCacheFolder, error), end; !error && it != end;
             it.increment(error)) {
            if (it->path().filename().string().starts_with(prefix))
                old.push_back(it->path());
        }
        for (const fs::path& path : old)
            fs::remove_all(path, error);
        fs::remove(m_store / kCacheFolder, error);  // when it is empty
    }

    const PullOptions& m_options;
    const std::string m_revision;
    const std::function<void(const PullProgress&)>& m_progress;
    const std::stop_token m_stop;
    HubClient m_client;
    fs::path m_store, m_target, m_folder;
    Source m_main, m_base;
    std::vector<std::string> m_files;
    std::map<std::string, std::string> m_sha256;
    std::int64_t m_total = 0;
    std::int64_t m_before = 0;   ///< bytes of the files that are whole
    std::int64_t m_skipped = 0;  ///< what was there before this pull
    const Clock::time_point m_started = Clock::now();
};

}  // namespace

PullOptions pullOptionsFor(std::string_view repositoryAtRevision) {
    PullOptions options;
    const std::size_t at = repositoryAtRevision.find('@');
    options.repository = repositoryAtRevision.substr(0, at);
    if (at != std::string_view::npos)
        options.revision = repositoryAtRevision.substr(at + 1);
    return options;
}

Result<ModelEntry> pullModel(const PullOptions& options,
                             const std::function<void(const PullProgress&)>& progress,
                             std::stop_token stop) {
    try {
        return Pull(options, progress, std::move(stop)).run();
    } catch (const fs::filesystem_error& e) {
        return failure(ErrorCode::Io, e.what(), options.repository);
    } catch (const Json::exception& e) {
        return failure(ErrorCode::InvalidFormat, e.what(), options.repository);
    }
}

}  // namespace spanwise
