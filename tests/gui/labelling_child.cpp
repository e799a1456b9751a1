// labelling_child PROJECT: labels, accepts and undoes like a person in a hurry, and prints each
// annotation's id once the session has acknowledged it ("+ID", "-ID" for one that was undone).
#include <QCoreApplication>
#include <cstdio>

#include "ui/session/project_session.h"

using namespace spanwise;
using namespace spanwise::ui;

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    if (argc != 2)
        return 2;
    auto session = ProjectSession::open(QString::fromLocal8Bit(argv[1]));
    if (!session || (*session)->isReadOnly()) {
        std::fprintf(stderr, "%s\n",
                     session ? (*session)->readOnlyReason().toUtf8().constData()
                             : session.error().text().c_str());
        return 1;
    }
    ProjectSession& s = **session;
    std::puts("ready");
    std::fflush(stdout);
    const TypeId type = s.scheme().types().front().id;
    for (int round = 0;; ++round) {
        for (std::size_t i = 0; i < s.documents().size(); ++i) {
            s.openDocument(s.documents()[i].id);
            // A word of four letters at a place of its own.
            const Offset begin = (round * 5) % 1000;
            if (!s.label({begin, begin + 4}, type))
                continue;
            RecordId id = 0;
            for (const Annotation& annotation : s.labels().annotations) {
                if (annotation.range.begin == begin)
                    id = annotation.id;
            }
            std::printf("+%lld\n", static_cast<long long>(id));
            std::fflush(stdout);
            if (i % 7 == 3 && s.undo()) {
                std::printf("-%lld\n", static_cast<long long>(id));
                std::fflush(stdout);
            }
            QCoreApplication::processEvents();
        }
    }
}
