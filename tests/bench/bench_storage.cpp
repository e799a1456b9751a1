// How long a label takes to reach the disk, and what a project of 10,000 documents costs:
//   bench_storage [--documents 10000] [--labels 1000] [FOLDER]
// Run it on the disk that matters (FOLDER), once idle and once beside a training run.
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>

#include "storage/project.h"

using namespace spanwise;

namespace {

double ms(const QElapsedTimer& timer) {
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

int fail(const Error& error) {
    std::fprintf(stderr, "bench_storage: %s\n", error.text().c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument("FOLDER", "Where to put the project", "[FOLDER]");
    parser.addOptions(
        {{"documents", "How many", "N", "10000"}, {"labels", "How many", "N", "1000"}});
    parser.process(app);
    const QString folder = parser.positionalArguments().value(0, QDir::tempPath());
    const QTemporaryDir dir(folder + "/bench_storage-XXXXXX");
    const int documents = parser.value("documents").toInt();
    const int labels = parser.value("labels").toInt();

    const auto scheme = LabelScheme::fromNames({"A", "B", "C", "D"});
    auto project = Project::create(dir.filePath("bench.spanwise").toStdString(), *scheme);
    if (!project)
        return fail(project.error());
    QElapsedTimer timer;
    timer.start();
    const auto imported =
        (*project)->import({}, [&](const Project::RecordSink& sink) -> Result<void> {
            for (int i = 0; i < documents; ++i) {
                std::string text = "Document " + std::to_string(i) + ".";
                for (int w = 0; w < 60; ++w)
                    text += " word" + std::to_string((i * 31 + w * 17) % 5000);
                Record record;
                record.document = makeDocument("document-" + std::to_string(i), std::move(text));
                if (auto sent = sink(std::move(record)); !sent)
                    return sent;
            }
            return {};
        });
    if (!imported)
        return fail(imported.error());
    std::printf("import            %8.0f documents/s\n", documents / ms(timer) * 1000);

    std::vector<double> times;
    for (int i = 0; i < labels; ++i) {
        const DocumentId id = 1 + i % documents;
        const auto before = (*project)->labels(id);
        if (!before)
            return fail(before.error());
        timer.restart();
        RecordId next = (*project)->nextRecordId();
        const EditContext context{id, "bench", 0, &next};
        const Offset begin = i / documents * 5;
        const auto edit = labelEdit(*before, context, {begin, begin + 4}, 1 + i % 4, 10000);
        if (!edit)
            return fail(edit.error());
        if (const auto done = (*project)->commit(*edit, {"Label", "bench"}); !done)
            return fail(done.error());
        times.push_back(ms(timer));
    }
    std::sort(times.begin(), times.end());
    std::printf("label write       median %.2f ms, p99 %.2f ms, worst %.2f ms\n",
                times[times.size() / 2], times[times.size() * 99 / 100], times.back());

    const std::string path = (*project)->path();
    project->reset();
    timer.restart();
    project = Project::open(path);
    if (!project)
        return fail(project.error());
    const auto list = (*project)->documents();
    std::printf("open and list     %8.1f ms (%zu documents)\n", ms(timer), list->size());
    timer.restart();
    (void)(*project)->counts();
    std::printf("counts            %8.1f ms\n", ms(timer));
    timer.restart();
    DocumentFilter filter;
    filter.search = "word1234";
    const auto found = (*project)->documents(filter);
    std::printf("search            %8.1f ms (%zu documents)\n", ms(timer), found->size());

    // A page of places, and where the app's time limit ends it.
    const auto places = [&](const char* what, const SearchQuery& query) {
        timer.restart();
        const auto page = (*project)->search(query);
        if (page)
            std::printf("places, %-18s %8.1f ms (%zu%s)\n", what, ms(timer), page->hits.size(),
                        page->next ? ", more to come" : "");
    };
    SearchQuery query;
    for (const char* word : {"word1234", "word", "d", "absent"}) {
        query.text = word;
        places(word, query);
    }
    query.isExpression = true;
    query.text = "word12(34|56)\\b";
    places("expression", query);
    query.text = "absent\\d";
    places("expression, none", query);
    query = {};
    query.types = {1};
    places("labels of a type", query);
    for (const char* name : {"document-99", "99", "9", "ocument-99", "absent"}) {
        timer.restart();
        const auto named = (*project)->documentsNamed(name);
        std::printf("named %-12s %8.1f ms (%zu)\n", name, ms(timer), named ? named->size() : 0);
    }
    return 0;
}
