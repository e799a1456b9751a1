#include "ui/document_view/text_palette.h"

#include <array>

#include "ui/theme/theme.h"

namespace spanwise::ui::theme {

QColor syntaxInk(SyntaxInk ink) {
    static constexpr std::array<QRgb, kSyntaxInks> kLight{
        0, 0x7a1f8a, 0x1d4f9c, 0x0b5a63, 0x8a3b12, 0x8b1a4b, 0x4a5850, 0x4f5965, 0xa3201a};
    static constexpr std::array<QRgb, kSyntaxInks> kDark{
        0, 0xdcb0f2, 0xa3c8ff, 0x86d8da, 0xf2b890, 0xf6abc6, 0xaebbb2, 0xb4bdc8, 0xff9f96};
    if (ink == SyntaxInk::Plain)
        return colors().text;
    return QColor::fromRgb((isDark() ? kDark : kLight)[static_cast<std::size_t>(ink)]);
}

QColor matchTint() {
    return isDark() ? QColor(0x38, 0x31, 0x11) : QColor(0xff, 0xee, 0xb3);
}

}  // namespace spanwise::ui::theme
