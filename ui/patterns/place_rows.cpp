#include "ui/patterns/place_rows.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include "ui/language/plural.h"

namespace spanwise::ui {
namespace {

struct Places {
    Q_DECLARE_TR_FUNCTIONS(spanwise::ui::Places)
};

}  // namespace

std::vector<PlaceRow> placeRows(const FoundPlaces& found, const LabelScheme& scheme) {
    std::vector<PlaceRow> rows;
    for (std::size_t i = 0; i < found.texts.size(); ++i) {
        const FoundPlace& place = found.places[i];
        if (place.is == FoundPlace::Is::Labelled)
            continue;
        const PlaceText& text = found.texts[i];
        PlaceRow row{static_cast<qint64>(i),
                     place.document,
                     place.range,
                     text.documentName,
                     text.before,
                     text.match,
                     text.after,
                     {}};
        if (place.is == FoundPlace::Is::Taken) {
            const EntityType* type = scheme.byId(place.label);
            row.note = type ? Places::tr("is %1").arg(QString::fromStdString(type->name))
                            : Places::tr("is labelled");
            row.isTicked = row.canBeTicked = false;
        } else if (place.is == FoundPlace::Is::Refused) {
            row.note = Places::tr("was rejected");
            row.isTicked = false;
        } else if (place.is == FoundPlace::Is::HeldOut) {
            row.note = Places::tr("held out");
            row.isTicked = row.canBeTicked = false;
        } else if (const EntityType* other = scheme.byId(place.label)) {
            row.note = Places::tr("overlaps %1").arg(QString::fromStdString(other->name));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

QString placesText(const FoundPlaces& found) {
    const auto number = [](qint64 n) { return QLocale().toString(n); };
    const auto places = static_cast<qint64>(found.places.size());
    if (places == 0)
        return Places::tr("No place in the project.");
    QStringList parts;
    const QString many = Places::tr("%Ln place(s)", nullptr, plural(places));
    parts
        << (places == 1
                ? many
                : Places::tr("%1 in %Ln document(s)", nullptr, plural(found.documents)).arg(many));
    if (found.labelled > 0)
        parts << Places::tr("%1 labelled so already").arg(number(found.labelled));
    if (found.taken > 0)
        parts << Places::tr("%1 under other labels").arg(number(found.taken));
    if (found.refused > 0)
        parts << Places::tr("%1 rejected before").arg(number(found.refused));
    if (found.heldOut > 0)
        parts << Places::tr("%Ln document(s) are held out", nullptr, plural(found.heldOut));
    if (found.isCut)
        parts << Places::tr("more were not looked for");
    return parts.join(QStringLiteral(" · "));
}

std::vector<FoundPlace> chosenPlaces(const FoundPlaces& found, const std::vector<PlaceRow>& rows) {
    std::vector<FoundPlace> chosen;
    for (const PlaceRow& row : rows) {
        if (row.isTicked && row.canBeTicked)
            chosen.push_back(found.places[static_cast<std::size_t>(row.id)]);
    }
    for (std::size_t i = found.texts.size(); i < found.places.size(); ++i) {
        if (found.places[i].is == FoundPlace::Is::Free)
            chosen.push_back(found.places[i]);
    }
    return chosen;
}

}  // namespace spanwise::ui
