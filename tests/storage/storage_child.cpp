// A second process for the tests of storage: it is killed, kept out, or short of space.
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "storage/project.h"

using namespace spanwise;

namespace {

int report(const Error& error) {
    std::printf("error %s %s\n", std::string(errorCodeName(error.code)).c_str(),
                error.text().c_str());
    return 1;
}

Edit nextLabel(const Project& project, DocumentId document, Offset length) {
    const RecordId id = project.nextRecordId();
    const Offset begin = id % (length - 10);
    Edit edit;
    edit.addAnnotations.push_back({id, document, {begin, begin + 5}, 1, {}, "child", 1});
    return edit;
}

/// Labels without end; prints each label once it is acknowledged.
int label(const std::string& path) {
    const auto project = Project::open(path);
    if (!project)
        return report(project.error());
    if ((*project)->isReadOnly())
        return report({ErrorCode::ReadOnly, (*project)->readOnlyReason(), path});
    const auto documents = (*project)->documents();
    if (!documents)
        return report(documents.error());
    for (std::size_t round = 0;; ++round) {
        const DocumentSummary& document = (*documents)[round % documents->size()];
        const Edit edit = nextLabel(**project, document.id, document.codePoints);
        const auto event = (*project)->commit(edit, {"Label", "child"});
        if (!event)
            return report(event.error());
        std::printf("ok %lld %lld\n", static_cast<long long>(edit.addAnnotations[0].id),
                    static_cast<long long>(document.id));
        std::fflush(stdout);
        if (round % 7 == 3) {
            const auto suggested = (*project)->putSuggestions(
                {{document.id, {{0, document.id, {0, 3}, 2, 0.5, ""}}}}, "m");
            if (!suggested)
                return report(suggested.error());
        }
        if (round % 50 == 40) {
            const auto backup = (*project)->rollingBackup(0);
            if (!backup)
                return report(backup.error());
        }
    }
}

/// Opens for writing and labels whenever a line comes in.
int hold(const std::string& path) {
    const auto project = Project::open(path);
    if (!project)
        return report(project.error());
    std::printf("ready %d\n", (*project)->isReadOnly() ? 0 : 1);
    std::fflush(stdout);
    for (std::string line; std::getline(std::cin, line);) {
        const auto event = (*project)->commit(nextLabel(**project, 1, 1000), {"Label", "child"});
        if (!event)
            return report(event.error());
        std::printf("ok\n");
        std::fflush(stdout);
    }
    return 0;
}

bool becomeUser(const std::string& uid) {
    return uid.empty() || (::setgid(static_cast<gid_t>(std::stoul(uid))) == 0 &&
                           ::setuid(static_cast<uid_t>(std::stoul(uid))) == 0);
}

int create(const std::string& path, const std::string& uid) {
    if (!becomeUser(uid))
        return 3;
    const auto project = Project::create(path, {});
    return project ? 0 : report(project.error());
}

/// Opens as another user where it can, reads, tries to write.
int read(const std::string& path, const std::string& uid) {
    if (!becomeUser(uid))
        return 3;
    const auto project = Project::open(path);
    if (!project)
        return report(project.error());
    const auto counts = (*project)->counts();
    if (!counts)
        return report(counts.error());
    std::printf("readonly %d annotations %lld reason %s\n", (*project)->isReadOnly() ? 1 : 0,
                static_cast<long long>(counts->annotations), (*project)->readOnlyReason().c_str());
    const auto written = (*project)->putSetting("k", "1");
    if (!written)
        return report(written.error()) - 1;
    std::printf("written\n");
    return 0;
}

/// Labels until its files may not grow any more, then goes on when they may.
int full(const std::string& path, long bytes) {
    const auto project = Project::open(path);
    if (!project)
        return report(project.error());
    struct stat info {};
    ::stat((path + "-wal").c_str(), &info);
    const long wal = static_cast<long>(info.st_size);
    ::stat(path.c_str(), &info);
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit free = limit;
    limit.rlim_cur = static_cast<rlim_t>(std::max(wal, 0L) + bytes);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int acknowledged = 0;
    for (; acknowledged < 100000; ++acknowledged) {
        const auto event = (*project)->commit(nextLabel(**project, 1, 1000), {"Label", "child"});
        if (!event) {
            report(event.error());
            break;
        }
    }
    const auto backup = (*project)->backupTo(path + ".elsewhere");
    if (!backup)
        report(backup.error());
    ::setrlimit(RLIMIT_FSIZE, &free);
    for (int i = 0; i < 3; ++i, ++acknowledged) {
        const auto event = (*project)->commit(nextLabel(**project, 1, 1000), {"Label", "child"});
        if (!event)
            return report(event.error());
    }
    std::printf("acknowledged %d\n", acknowledged);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 2 ? argv[1] : "";
    const std::string path = argc > 2 ? argv[2] : "";
    const std::string more = argc > 3 ? argv[3] : "";
    if (what == "label")
        return label(path);
    if (what == "hold")
        return hold(path);
    if (what == "read")
        return read(path, more);
    if (what == "create")
        return create(path, more);
    if (what == "full")
        return full(path, std::stol(more));
    return 2;
}
