#pragma once

#include <QString>
#include <vector>

#include "core/annotation/entity_type.h"
#include "ui/session/place_finder.h"
#include "ui/triage/place_list.h"

namespace spanwise::ui {

/// Found places as rows to tick; a row's id is the place's number. What is labelled just so is left
/// out; what another label takes cannot be ticked; what was refused has no tick.
[[nodiscard]] std::vector<PlaceRow> placeRows(const FoundPlaces& found, const LabelScheme& scheme);

/// "12 places in 5 documents · 3 are labelled already · …"; empty words for none.
[[nodiscard]] QString placesText(const FoundPlaces& found);

/// What is to be used: the free places that are not listed, and those that are ticked.
[[nodiscard]] std::vector<FoundPlace> chosenPlaces(const FoundPlaces& found,
                                                   const std::vector<PlaceRow>& rows);

}  // namespace spanwise::ui
