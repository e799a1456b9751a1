#include "ui/models/model_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <cmath>

namespace spanwise::ui::model_text {
namespace {

/// A hostile file must not fill the page.
constexpr std::size_t kMostRows = 16;
constexpr qsizetype kLongestValue = 400;
constexpr std::size_t kMostTypes = 200;

struct ModelText {
    Q_DECLARE_TR_FUNCTIONS(spanwise::ui::ModelText)
};

QString number(qint64 value) {
    return QLocale().toString(value);
}

QString shortened(QString text) {
    text = text.simplified();
    return text.size() > kLongestValue ? text.left(kLongestValue) + QStringLiteral("…") : text;
}

QString familyName(const QString& name) {
    static const std::vector<std::pair<QString, QString>> names{
        {QStringLiteral("bert"), QStringLiteral("BERT")},
        {QStringLiteral("roberta"), QStringLiteral("RoBERTa")},
        {QStringLiteral("xlm-roberta"), QStringLiteral("XLM-RoBERTa")},
        {QStringLiteral("distilbert"), QStringLiteral("DistilBERT")},
        {QStringLiteral("mpnet"), QStringLiteral("MPNet")},
        {QStringLiteral("deberta-v2"), QStringLiteral("DeBERTa-v2")},
        {QStringLiteral("deberta-v3"), QStringLiteral("DeBERTa-v3")},
        {QStringLiteral("modernbert"), QStringLiteral("ModernBERT")},
        {QStringLiteral("gliner"), QStringLiteral("GLiNER")}};
    for (const auto& [key, shown] : names) {
        if (key == name)
            return shown;
    }
    return shortened(name);
}

QString readable(QString key) {
    key.replace(QLatin1Char('_'), QLatin1Char(' '));
    if (!key.isEmpty())
        key[0] = key[0].toUpper();
    return key;
}

}  // namespace

QString purpose(protocol::ModelPurpose purpose) {
    switch (purpose) {
        case protocol::ModelPurpose::Tagger:
            return ModelText::tr("tagger");
        case protocol::ModelPurpose::ZeroShot:
            return ModelText::tr("zero-shot");
        case protocol::ModelPurpose::Encoder:
            break;
    }
    return ModelText::tr("encoder");
}

QString explanation(const protocol::ModelEntry& entry) {
    switch (entry.purpose) {
        case protocol::ModelPurpose::Tagger:
            return ModelText::tr(
                "It finds the types that it was trained for. A project with the same types "
                "has its suggestions at once, and learns on.");
        case protocol::ModelPurpose::ZeroShot:
            return ModelText::tr(
                "It finds types by their names and descriptions, before anything is "
                "labelled.");
        case protocol::ModelPurpose::Encoder:
            break;
    }
    return ModelText::tr(
        "Learning starts from it: it knows the language, and learns your types from your "
        "labels.");
}

QString architecture(const protocol::ModelEntry& entry) {
    QString text = familyName(QString::fromStdString(entry.architecture));
    if (entry.layers > 0 && entry.hiddenSize > 0) {
        if (!text.isEmpty())
            text += QLatin1Char(' ');
        text +=
            QString::number(entry.layers) + QStringLiteral("×") + QString::number(entry.hiddenSize);
    }
    return text;
}

QString bytes(qint64 bytes) {
    return QLocale().formattedDataSize(bytes, bytes < 1000 * 1000 ? 0 : 1,
                                       QLocale::DataSizeSIFormat);
}

QString summary(const protocol::ModelEntry& entry) {
    if (!entry.problem.empty())
        return ModelText::tr("cannot be used: %1")
            .arg(shortened(QString::fromStdString(entry.problem)));
    QStringList parts;
    if (const QString name = architecture(entry); !name.isEmpty())
        parts << name;
    if (entry.bytes > 0)
        parts << bytes(entry.bytes);
    parts << (entry.licence.empty() ? ModelText::tr("licence unknown")
                                    : shortened(QString::fromStdString(entry.licence)));
    return parts.join(QStringLiteral(" · "));
}

QString progress(qint64 done, qint64 total, double secondsLeft) {
    QString text = total > 0  ? ModelText::tr("%1 of %2").arg(bytes(done), bytes(total))
                   : done > 0 ? bytes(done)
                              : ModelText::tr("asking the hub…");
    if (secondsLeft >= 0 && total > 0) {
        const auto seconds = static_cast<qint64>(std::ceil(std::min(secondsLeft, 360000.0)));
        const QString left = seconds < 100 ? ModelText::tr("%1 s left").arg(number(seconds))
                             : seconds < 6000
                                 ? ModelText::tr("%1 min left").arg(number((seconds + 59) / 60))
                                 : ModelText::tr("%1 h left").arg(number((seconds + 3599) / 3600));
        text += QStringLiteral(" · ") + left;
    }
    return text;
}

std::vector<std::pair<QString, QString>> details(const protocol::ModelEntry& entry) {
    std::vector<std::pair<QString, QString>> rows;
    if (!entry.problem.empty())
        rows.emplace_back(ModelText::tr("Problem"),
                          shortened(QString::fromStdString(entry.problem)));
    if (const QString name = architecture(entry); !name.isEmpty()) {
        QString text = name;
        if (entry.vocabulary > 0)
            text = ModelText::tr("%1, vocabulary of %2").arg(text, number(entry.vocabulary));
        rows.emplace_back(ModelText::tr("Architecture"), text);
    }
    if (entry.bytes > 0) {
        QString text = bytes(entry.bytes);
        if (entry.parameters > 0)
            text = ModelText::tr("%1, %2 million parameters")
                       .arg(text, QLocale().toString(static_cast<double>(entry.parameters) / 1e6,
                                                     'f', entry.parameters < 10000000 ? 1 : 0));
        rows.emplace_back(ModelText::tr("Size"), text);
    }
    if (!entry.types.empty()) {
        QStringList names;
        for (const std::string& type : entry.types) {
            if (static_cast<std::size_t>(names.size()) < kMostTypes)
                names << QString::fromStdString(type);
        }
        rows.emplace_back(ModelText::tr("Labels"), shortened(names.join(QStringLiteral(", "))));
    }
    rows.emplace_back(ModelText::tr("Licence"),
                      entry.licence.empty() ? ModelText::tr("unknown: its card does not say")
                                            : shortened(QString::fromStdString(entry.licence)));
    if (!entry.repository.empty())
        rows.emplace_back(ModelText::tr("Repository"),
                          shortened(QString::fromStdString(entry.repository)));
    if (!entry.revision.empty())
        rows.emplace_back(ModelText::tr("Revision"),
                          shortened(QString::fromStdString(entry.revision)));
    for (const auto& [key, value] : entry.provenance.items()) {
        if (rows.size() >= kMostRows)
            break;
        if (key == "repository" || key == "revision" || key == "commit" || value.is_null())
            continue;
        const QString text = QString::fromStdString(
            value.is_string()
                ? value.get<std::string>()
                : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        if (!text.isEmpty())
            rows.emplace_back(shortened(readable(QString::fromStdString(key))), shortened(text));
    }
    return rows;
}

}  // namespace spanwise::ui::model_text
