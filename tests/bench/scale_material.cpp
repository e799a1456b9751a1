#include "tests/bench/scale_material.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/formats/import.h"

namespace spanwise::bench {
namespace {

constexpr std::size_t kTypes = 50;
constexpr const char* kShortcuts = "1234567890bcdefghijk";
constexpr const char* kFiles[] = {"ner/few-nerd/test.txt", "ner/few-nerd/dev.txt",
                                  "ner/bio-mtl/BC5CDR-IOB/train.tsv",
                                  "ner/mit-movie/engtrain.bio.txt"};
constexpr const char* kPassages = "pretrain/wiki-summaries/summaries_en-us.json";

Result<void> readPassages(const QString& path, std::vector<std::string>& passages) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::NotFound, "The passages cannot be read.", path.toStdString());
    const QJsonObject all = QJsonDocument::fromJson(file.readAll()).object();
    for (const QJsonValue& entry : all) {
        const std::string text = entry.toObject()["extract"].toString().toStdString();
        if (!text.empty())
            passages.push_back(text);
    }
    if (passages.empty())
        return failure(ErrorCode::InvalidFormat, "The file has no passages.", path.toStdString());
    return {};
}

}  // namespace

Result<Material> readMaterial(const QString& folder) {
    Material material;
    ImportOptions options;
    options.format = FileFormat::Conll;
    std::vector<std::string> names;
    for (const char* file : kFiles) {
        const auto read = importFile(
            (folder + '/' + file).toStdString(), options, [&](Record&& record) -> Result<void> {
                for (const NamedSpan& span : record.spans) {
                    if (std::find(names.begin(), names.end(), span.type) == names.end())
                        names.push_back(span.type);
                }
                material.sentences.push_back(std::move(record));
                return {};
            });
        if (!read)
            return tl::unexpected(read.error());
    }
    if (names.size() > kTypes) {
        names.resize(kTypes);
        for (Record& record : material.sentences) {
            std::erase_if(record.spans, [&](const NamedSpan& span) {
                return std::find(names.begin(), names.end(), span.type) == names.end();
            });
        }
    }
    for (std::size_t i = names.size(); i < kTypes; ++i)
        names.push_back("unused " + std::to_string(i + 1));
    std::vector<EntityType> types;
    for (std::size_t i = 0; i < kTypes; ++i) {
        EntityType type;
        type.id = static_cast<TypeId>(i) + 1;
        type.name = names[i];
        if (i < 20)
            type.shortcut = std::string(1, kShortcuts[i]);
        type.order = static_cast<int>(i);
        type.color = material.scheme.nextColor();
        if (auto put = material.scheme.put(type); !put)
            return tl::unexpected(put.error());
    }
    if (auto read = readPassages(folder + '/' + kPassages, material.passages); !read)
        return tl::unexpected(read.error());
    return material;
}

Result<void> writeDocuments(const Material& material, std::int64_t documents, const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return failure(ErrorCode::Io, "The documents cannot be written.", path.toStdString());
    const auto sentences = static_cast<std::int64_t>(material.sentences.size());
    const auto passages = static_cast<std::int64_t>(material.passages.size());
    for (std::int64_t i = 0; i < documents; ++i) {
        const bool isPassage = i % 10 == 9;
        const std::int64_t count = isPassage ? passages : sentences;
        const std::int64_t number = isPassage ? i / 10 : i - (i + 1) / 10;
        const Record& sentence = material.sentences[static_cast<std::size_t>(number % sentences)];
        std::string text = isPassage
                               ? material.passages[static_cast<std::size_t>(number % passages)]
                               : sentence.document.text;
        if (const std::int64_t round = number / count; round > 0) {
            const std::int64_t other = (number * 7919 + round * 104729) % sentences;
            text += ' ' + material.sentences[static_cast<std::size_t>(other)].document.text;
        }
        nlohmann::json line{{"id", "text-" + std::to_string(i + 1)}, {"text", std::move(text)}};
        const bool isLabelled = i % 10 == 3 || i % 10 == 6;
        if (isLabelled || i % 10 == 1) {
            auto spans = nlohmann::json::array();
            for (const NamedSpan& span : sentence.spans) {
                spans.push_back(
                    {{"begin", span.range.begin}, {"end", span.range.end}, {"type", span.type}});
                if (!isLabelled)
                    spans.back()["score"] = 0.3 + 0.069 * static_cast<double>(i % 101) / 10;
            }
            line["spans"] = std::move(spans);
        }
        const std::string out = line.dump() + '\n';
        if (file.write(out.data(), static_cast<qint64>(out.size())) < 0)
            return failure(ErrorCode::Io, file.errorString().toStdString(), path.toStdString());
    }
    if (!file.flush())
        return failure(ErrorCode::Io, file.errorString().toStdString(), path.toStdString());
    return {};
}

}  // namespace spanwise::bench
