#pragma once

#include <QColor>
#include <cstdint>

#include "ui/document_view/text_blocks.h"

namespace spanwise::ui {

/// What a stretch of a text in a known syntax is, as far as its colour tells.
enum class SyntaxInk : std::uint8_t {
    Plain,
    Keyword,
    Name,
    Kind,
    String,
    Number,
    Comment,
    Sign,
    Problem
};
inline constexpr int kSyntaxInks = static_cast<int>(SyntaxInk::Problem) + 1;

/// A stretch of a text that its syntax sets apart. In units.
struct SyntaxRun {
    Unit begin = 0;
    Unit end = 0;
    SyntaxInk ink = SyntaxInk::Plain;
    bool strong = false;
    bool slanted = false;

    bool operator==(const SyntaxRun&) const = default;
};

/// Colours of the document's text besides those of types, in the theme of now.
namespace theme {
/// Of the letters; on the canvas and on every type's tint it reaches WCAG AA (4.5:1).
[[nodiscard]] QColor syntaxInk(SyntaxInk ink);
/// The ground of what a search has found; text, types' names and syntax inks reach AA on it.
[[nodiscard]] QColor matchTint();
}  // namespace theme

}  // namespace spanwise::ui
