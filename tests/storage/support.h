#pragma once

#include <QTemporaryDir>
#include <QTest>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "core/text/utf8.h"
#include "storage/project.h"

namespace spanwise::test {

/// A folder that goes with the test, and a project in it.
class Fixture {
public:
    explicit Fixture(const std::vector<std::string>& types = {"drug", "dose"}) {
        Q_ASSERT(m_folder.isValid());
        project = must(Project::create(path(), must(LabelScheme::fromNames(types)), "Trial"));
    }
    [[nodiscard]] std::string path(const std::string& name = "trial.spanwise") const {
        return m_folder.path().toStdString() + "/" + name;
    }
    [[nodiscard]] std::string folder() const { return m_folder.path().toStdString(); }
    void reopen() {
        project.reset();
        project = must(Project::open(path()));
    }

    /// The value, or the end of the test program with the error's text.
    template <typename T>
    static T must(Result<T> result) {
        if (!result)
            qFatal("%s", result.error().text().c_str());
        if constexpr (!std::is_void_v<T>)
            return std::move(*result);
    }

    /// Imports plain texts; returns their ids.
    std::vector<DocumentId> addTexts(const std::vector<std::string>& texts) {
        std::vector<Record> records;
        for (std::size_t i = 0; i < texts.size(); ++i)
            records.push_back({makeDocument("text " + std::to_string(i + 1), texts[i]), {}, false});
        must(add(std::move(records)));
        std::vector<DocumentId> ids;
        for (const DocumentSummary& summary : must(project->documents()))
            ids.push_back(summary.id);
        return {ids.end() - static_cast<std::ptrdiff_t>(texts.size()), ids.end()};
    }
    Result<Project::ImportResult> add(std::vector<Record> records,
                                      Project::ImportOptions options = {}) {
        return project->import(options, [&](const Project::RecordSink& sink) -> Result<void> {
            for (Record& record : records) {
                if (auto pushed = sink(std::move(record)); !pushed)
                    return pushed;
            }
            return {};
        });
    }

    /// Labels by core's own gesture and commits.
    Result<std::int64_t> label(DocumentId document, Range range, TypeId type) {
        RecordId next = project->nextRecordId();
        const EditContext context{document, "ann", 1000, &next};
        const auto text = must(project->document(document)).text;
        const auto edit =
            labelEdit(must(project->labels(document)), context, range, type, countCodePoints(text));
        if (!edit)
            return tl::unexpected(edit.error());
        return project->commit(*edit, {"Label", "ann"});
    }
    RecordId suggest(DocumentId document, Range range, TypeId type, double score = 0.75,
                     const std::string& model = "m1") {
        const auto after = must(
            project->putSuggestions({{document, {{0, document, range, type, score, ""}}}}, model));
        for (const Suggestion& suggestion : after.front().second.suggestions) {
            if (suggestion.range == range)
                return suggestion.id;
        }
        return 0;
    }
    Result<std::int64_t> accept(DocumentId document, RecordId suggestion) {
        RecordId next = project->nextRecordId();
        const EditContext context{document, "ann", 1000, &next};
        return project->commit(acceptEdit(must(project->labels(document)), context, {suggestion}),
                               {"Accept", "ann"});
    }
    Result<std::int64_t> reject(DocumentId document, RecordId suggestion) {
        RecordId next = project->nextRecordId();
        const EditContext context{document, "ann", 1000, &next};
        return project->commit(rejectEdit(must(project->labels(document)), context, {suggestion}),
                               {"Reject", "ann"});
    }

    std::unique_ptr<Project> project;

private:
    QTemporaryDir m_folder;
};

}  // namespace spanwise::test
