#include "ui/session/samples.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <sstream>

#include "core/annotation/entity_type.h"
#include "core/formats/jsonl.h"
#include "storage/project.h"

namespace spanwise::ui {
namespace {

/// So many come labelled, to learn from; the user sees the rest being learned.
constexpr int kLabelled = 3;

struct Samples {
    Q_DECLARE_TR_FUNCTIONS(spanwise::ui::Samples)
};

/// The build tree's samples, or those installed beside the program.
QString folder(const QString& id) {
    const QStringList places{
        qEnvironmentVariable("SPANWISE_SAMPLES"),
        QCoreApplication::applicationDirPath() + QStringLiteral("/../share/spanwise/samples"),
        QStringLiteral(SPANWISE_SAMPLES_DIR)};
    for (const QString& place : places) {
        const QString found = place + QLatin1Char('/') + id;
        if (!place.isEmpty() && QFile::exists(found + QStringLiteral("/documents.jsonl")))
            return QDir::cleanPath(found);
    }
    return {};
}

Result<std::string> contents(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::NotFound, "The sample's file cannot be read.",
                       path.toStdString());
    return file.readAll().toStdString();
}

Result<void> fill(const QString& path, const QString& name, const QString& source) {
    const QString schemePath = source + QStringLiteral("/scheme.json");
    const QString textPath = source + QStringLiteral("/documents.jsonl");
    const auto schemeJson = contents(schemePath);
    if (!schemeJson)
        return tl::unexpected(schemeJson.error());
    const auto scheme = LabelScheme::fromJson(*schemeJson, schemePath.toStdString());
    if (!scheme)
        return tl::unexpected(scheme.error());
    const auto texts = contents(textPath);
    if (!texts)
        return tl::unexpected(texts.error());
    auto project = Project::create(path.toStdString(), *scheme, name.toStdString());
    if (!project)
        return tl::unexpected(project.error());
    for (const bool labelled : {true, false}) {
        Project::ImportOptions options;
        options.withSpans = labelled;
        options.actor = "sample";
        options.file = textPath.toStdString();
        const auto imported =
            (*project)->import(options, [&](const Project::RecordSink& sink) -> Result<void> {
                std::istringstream in(*texts);
                int number = 0;
                return readJsonl(in, textPath.toStdString(), [&](Record&& record) -> Result<void> {
                    if ((number++ < kLabelled) != labelled)
                        return {};
                    return sink(std::move(record));
                });
            });
        if (!imported)
            return tl::unexpected(imported.error());
    }
    return {};
}

}  // namespace

QList<Sample> samples() {
    return {{QStringLiteral("clinic"), Samples::tr("Clinic notes"),
             Samples::tr("patients, drugs, doses, conditions, tests")},
            {QStringLiteral("contracts"), Samples::tr("Contracts"),
             Samples::tr("parties, roles, dates, amounts, terms, laws")},
            {QStringLiteral("reviews"), Samples::tr("Product reviews"),
             Samples::tr("products, brands, features, problems, prices")}};
}

Result<QString> prepareSample(const QString& id) {
    const QString source = folder(id);
    if (source.isEmpty())
        return failure(ErrorCode::NotFound,
                       Samples::tr("There is no sample “%1”. Choose clinic, contracts or reviews.")
                           .arg(id)
                           .toStdString());
    QString place = qEnvironmentVariable("SPANWISE_SAMPLES_OUT");
    if (place.isEmpty())
        place = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
                QStringLiteral("/spanwise/samples");
    if (!QDir().mkpath(place))
        return failure(ErrorCode::PermissionDenied,
                       Samples::tr("The folder for sample projects cannot be made.").toStdString(),
                       place.toStdString());
    const QString path = QDir(place).filePath(id + QStringLiteral(".spanwise"));
    if (QFile::exists(path))
        return path;
    const QString making = QDir(place).filePath(
        QStringLiteral(".making-%1-%2.spanwise").arg(id).arg(QCoreApplication::applicationPid()));
    const auto filled = fill(making, id, source);
    // Closing a project leaves one file; a failed one may leave more.
    const bool placed = filled && QFile::rename(making, path);
    for (const QString& left : QDir(place).entryList(
             {QFileInfo(making).fileName() + QStringLiteral("*")}, QDir::Files | QDir::Hidden))
        QFile::remove(QDir(place).filePath(left));
    if (!filled)
        return tl::unexpected(filled.error());
    if (!placed)
        return failure(ErrorCode::Io,
                       Samples::tr("The sample project cannot be put in place.").toStdString(),
                       path.toStdString());
    return path;
}

}  // namespace spanwise::ui
