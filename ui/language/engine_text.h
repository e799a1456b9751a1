#pragma once

#include <QString>
#include <string>

namespace spanwise::ui {

/// What core, storage and the worker say is English. In the window's language where the sentence is
/// known, else as it is; "place: sentence" keeps its place, and several sentences in a row are
/// translated one by one. Call from the window's thread.
[[nodiscard]] QString engineText(const QString& english);
[[nodiscard]] QString engineText(const std::string& english);

}  // namespace spanwise::ui
