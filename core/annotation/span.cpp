#include "core/annotation/span.h"

namespace spanwise {

std::string_view originName(Origin origin) {
    switch (origin) {
        case Origin::Manual:
            return "manual";
        case Origin::Accepted:
            return "accepted";
        case Origin::Pattern:
            return "pattern";
        case Origin::Imported:
            return "imported";
    }
    return "manual";
}

Origin originFromName(std::string_view name) {
    for (const auto origin : {Origin::Accepted, Origin::Pattern, Origin::Imported}) {
        if (originName(origin) == name)
            return origin;
    }
    return Origin::Manual;
}

}  // namespace spanwise
