#include "ui/theme/theme.h"

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QSet>
#include <QTest>
#include <array>
#include <cmath>
#include <set>

#include "core/annotation/entity_type.h"
#include "ui/document_view/text_palette.h"
#include "ui/theme/controls.h"
#include "ui/theme/type_pattern.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

QStringList paletteOf(int count) {
    QStringList colors;
    std::vector<EntityType> types;
    for (int i = 1; i <= count; ++i) {
        const std::string color = LabelScheme(types).nextColor();
        types.push_back({i, "t" + std::to_string(i), {}, color, {}, i});
        colors << QString::fromStdString(color);
    }
    return colors;
}

using Triple = std::array<double, 3>;

/// A colour as CIE L*a*b* (D65), as eyes of a kind see it: 0 normal, 1 protan, 2 deutan, 3 tritan.
Triple seen(const QColor& color, int sight) {
    constexpr double kSights[4][3][3] = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                         {{0.152286, 1.052583, -0.204868},
                                          {0.114503, 0.786281, 0.099216},
                                          {-0.003882, -0.048116, 1.051998}},
                                         {{0.367322, 0.860646, -0.227968},
                                          {0.280085, 0.672501, 0.047413},
                                          {-0.011820, 0.042940, 0.968881}},
                                         {{1.255528, -0.076749, -0.178779},
                                          {-0.078411, 0.930809, 0.147602},
                                          {0.004733, 0.691367, 0.303900}}};
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    const Triple rgb{linear(color.redF()), linear(color.greenF()), linear(color.blueF())};
    Triple now{};
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j)
            now[i] += kSights[sight][i][j] * rgb[j];
        now[i] = std::clamp(now[i], 0.0, 1.0);
    }
    const auto f = [](double t) {
        return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
    };
    const double x = f((0.4124564 * now[0] + 0.3575761 * now[1] + 0.1804375 * now[2]) / 0.95047);
    const double y = f(0.2126729 * now[0] + 0.7151522 * now[1] + 0.0721750 * now[2]);
    const double z = f((0.0193339 * now[0] + 0.1191920 * now[1] + 0.9503041 * now[2]) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// CIEDE2000.
double difference(const Triple& one, const Triple& other) {
    constexpr double kPi = 3.14159265358979323846;
    const auto rad = [](double degrees) { return degrees * kPi / 180; };
    const auto power7 = [](double c) {
        return std::sqrt(std::pow(c, 7) / (std::pow(c, 7) + 6103515625.0));
    };
    const double mean = (std::hypot(one[1], one[2]) + std::hypot(other[1], other[2])) / 2;
    const double g = 0.5 * (1 - power7(mean));
    const double a1 = (1 + g) * one[1], a2 = (1 + g) * other[1];
    const double c1 = std::hypot(a1, one[2]), c2 = std::hypot(a2, other[2]);
    const auto hue = [&](double b, double a) {
        const double h = a == 0 && b == 0 ? 0 : std::atan2(b, a) * 180 / kPi;
        return h < 0 ? h + 360 : h;
    };
    const double h1 = hue(one[2], a1), h2 = hue(other[2], a2);
    double dh = 0, h = h1 + h2;
    if (c1 * c2 != 0) {
        dh = h2 - h1;
        dh += dh > 180 ? -360 : dh < -180 ? 360 : 0;
        h = std::abs(h1 - h2) <= 180 ? h / 2 : h < 360 ? (h + 360) / 2 : (h - 360) / 2;
    }
    const double dl = other[0] - one[0], dc = c2 - c1;
    const double dhue = 2 * std::sqrt(c1 * c2) * std::sin(rad(dh / 2));
    const double l = (one[0] + other[0]) / 2, c = (c1 + c2) / 2;
    const double t = 1 - 0.17 * std::cos(rad(h - 30)) + 0.24 * std::cos(rad(2 * h)) +
                     0.32 * std::cos(rad(3 * h + 6)) - 0.20 * std::cos(rad(4 * h - 63));
    const double sl = 1 + 0.015 * (l - 50) * (l - 50) / std::sqrt(20 + (l - 50) * (l - 50));
    const double sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
    const double turn = 30 * std::exp(-((h - 275) / 25) * ((h - 275) / 25));
    const double rt = -std::sin(rad(2 * turn)) * 2 * power7(c);
    return std::sqrt(dl / sl * (dl / sl) + dc / sc * (dc / sc) + dhue / sh * (dhue / sh) +
                     rt * dc / sc * dhue / sh);
}

}  // namespace

class ThemeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contrast_ofKnownPairs_isWcags() {
        QCOMPARE_GE(theme::contrast(Qt::black, Qt::white), 20.99);
        QCOMPARE_LE(theme::contrast(Qt::black, Qt::white), 21.01);
        QCOMPARE(theme::contrast(Qt::red, Qt::red), 1.0);
        // #767676 on white is the textbook limit of AA.
        QVERIFY(std::abs(theme::contrast(QColor(0x76, 0x76, 0x76), Qt::white) - 4.54) < 0.01);
    }

    void typeColors_ofTwentyColours_reachAa_data() {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<QString>("color");
        QStringList colors{"#ffe119", "#f58231", "#bfef45", "#42d4f4",
                           "#fabed4", "#dcbeff", "#ffffff", "#000000"};
        std::vector<EntityType> types;
        for (int i = 1; i <= 12; ++i) {
            const std::string color = LabelScheme(types).nextColor();
            types.push_back({i, "t" + std::to_string(i), {}, color, {}, i});
            colors << QString::fromStdString(color);
        }
        QCOMPARE(QSet<QString>(colors.begin(), colors.end()).size(), 20);
        for (const bool dark : {false, true}) {
            for (const QString& color : colors) {
                QTest::addRow("%s %s", dark ? "dark" : "light", qPrintable(color)) << dark << color;
            }
        }
    }
    void typeColors_ofTwentyColours_reachAa() {
        QFETCH(bool, dark);
        QFETCH(QString, color);
        theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
        const ThemeColors& c = theme::colors();
        const TypeColors type = theme::typeColors(color);
        QCOMPARE_GE(theme::contrast(c.text, type.tint), 4.5);
        QCOMPARE_GE(theme::contrast(type.line, type.tint), 4.5);
        QCOMPARE_GE(theme::contrast(type.line, c.canvas), 4.5);
        QCOMPARE_GE(theme::contrast(type.line, c.panel), 4.5);
        QCOMPARE_GE(theme::contrast(type.line, c.card), 4.5);
        QCOMPARE_GE(theme::contrast(type.line, theme::matchTint()), 4.5);
        for (int ink = 0; ink < kSyntaxInks; ++ink)
            QCOMPARE_GE(theme::contrast(theme::syntaxInk(static_cast<SyntaxInk>(ink)), type.tint),
                        4.5);
    }

    /// The scheme's first ten colours, for eyes of all kinds and in both themes. Colour vision by
    /// Machado, Oliveira and Fernandes 2009 (full severity), difference by CIEDE2000 (Sharma, Wu
    /// and Dalal 2005): about 1 can just be seen beside each other, 9 also apart.
    void palette_firstTen_isToldApartByAllEyes_data() {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<int>("sight");
        for (const bool dark : {false, true}) {
            for (int sight = 0; sight < 4; ++sight) {
                const char* names[] = {"normal", "protan", "deutan", "tritan"};
                QTest::addRow("%s %s", dark ? "dark" : "light", names[sight]) << dark << sight;
            }
        }
    }
    void palette_firstTen_isToldApartByAllEyes() {
        QFETCH(bool, dark);
        QFETCH(int, sight);
        theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
        const QStringList colors = paletteOf(10);
        double least = 1e9;
        QString pair;
        for (int i = 0; i < 10; ++i) {
            for (int j = 0; j < i; ++j) {
                const double apart = difference(seen(theme::typeColors(colors[i]).line, sight),
                                                seen(theme::typeColors(colors[j]).line, sight));
                if (apart < least) {
                    least = apart;
                    pair = colors[j] + " and " + colors[i];
                }
            }
        }
        qInfo("least difference %.1f: %s", least, qPrintable(pair));
        QVERIFY2(least >= (sight == 0 ? 15.0 : 9.0), qPrintable(pair));
    }
    void difference_ofPublishedPairs_isCiede2000() {
        // From the test data of Sharma, Wu and Dalal.
        QVERIFY(std::abs(difference({50, 2.6772, -79.7751}, {50, 0, -82.7485}) - 2.0425) < 1e-4);
        QVERIFY(std::abs(difference({50, -1, 2}, {50, 0, 0}) - 2.3669) < 1e-4);
        QVERIFY(std::abs(difference({60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}) -
                         1.2644) < 1e-4);
        QVERIFY(std::abs(difference({2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}) -
                         0.9082) < 1e-4);
    }

    // Patterns.

    void typePatterns_ofFiftyTypes_allDifferTogetherWithTheColour() {
        std::vector<EntityType> types;
        for (int i = 1; i <= 50; ++i)
            types.push_back(
                {i, "t" + std::to_string(i), {}, LabelScheme(types).nextColor(), {}, i});
        for (const bool all : {true, false}) {
            theme::setPatterns(all);
            const auto patterns = theme::typePatterns(LabelScheme(types));
            QSet<QString> looks;
            for (const auto& type : types)
                looks.insert(QString::fromStdString(type.color) + ' ' +
                             QString::number(static_cast<int>(patterns[type.id])));
            QCOMPARE(looks.size(), 50);
            // Alone by colour: none of the first twelve needs one.
            for (int i = 1; !all && i <= 12; ++i)
                QCOMPARE(patterns[i], TypePattern::Plain);
            // Another order or other names change nothing.
            auto turned = types;
            std::reverse(turned.begin(), turned.end());
            QCOMPARE(theme::typePatterns(LabelScheme(turned)), patterns);
        }
        theme::setPatterns(true);
        QVERIFY(theme::typePattern(LabelScheme(types), 1) !=
                theme::typePattern(LabelScheme(types), 2));
        QCOMPARE(theme::typePattern(LabelScheme(types), 99), TypePattern::Plain);
    }

    void setPatterns_tellsWidgets() {
        class Listener : public QWidget {
        public:
            int changes = 0;
            void changeEvent(QEvent* event) override {
                changes += event->type() == QEvent::PaletteChange ? 1 : 0;
            }
        } listener;
        theme::setPatterns(false);
        QCOMPARE(listener.changes, 1);
        theme::setPatterns(false);
        QCOMPARE(listener.changes, 1);
        theme::setPatterns(true);
        QCOMPARE(listener.changes, 2);
    }

    void typeLines_allPatternsAndStrokes_lookDifferent() {
        const auto draw = [](TypePattern pattern, TypeStroke stroke) {
            QImage image(120, 8, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            paintTypeLine(painter, 0, 120, 1, Qt::black, pattern, stroke);
            return image;
        };
        const auto inkOfRow = [](const QImage& image, int y) {
            double ink = 0;
            for (int x = 0; x < image.width(); ++x)
                ink += 255 - qGray(image.pixel(x, y));
            return ink / 255;
        };
        std::vector<QImage> images;
        for (int pattern = 0; pattern < kTypePatterns; ++pattern) {
            double inks[3] = {};
            for (int stroke = 0; stroke < 3; ++stroke) {
                const QImage image =
                    draw(static_cast<TypePattern>(pattern), static_cast<TypeStroke>(stroke));
                for (int y = 0; y < image.height(); ++y)
                    inks[stroke] += inkOfRow(image, y);
                QCOMPARE(inkOfRow(image, 0), 0.0);  // nothing above,
                QVERIFY(inkOfRow(image, 7) == 0);   // nor below what it may take
                for (const QImage& other : images) {
                    int differing = 0;
                    for (int y = 0; y < image.height(); ++y) {
                        for (int x = 0; x < image.width(); ++x)
                            differing +=
                                std::abs(qGray(image.pixel(x, y)) - qGray(other.pixel(x, y))) > 80
                                    ? 1
                                    : 0;
                    }
                    QVERIFY2(differing > 40, qPrintable(QString::number(differing)));
                }
                images.push_back(image);
            }
            QVERIFY(inks[0] > inks[1] * 1.2);  // dashes have gaps, dots more of them
            QVERIFY(inks[1] > inks[2]);
        }
    }

    void typeSwatches_ofPatterns_differ() {
        std::set<QByteArray> seenSwatches;
        for (int pattern = 0; pattern < kTypePatterns; ++pattern) {
            const QImage image =
                typeSwatch("#0065cb", static_cast<TypePattern>(pattern), 2).toImage();
            QCOMPARE(image.size(), QSize(28, 28));
            seenSwatches.insert(QByteArray(reinterpret_cast<const char*>(image.constBits()),
                                           static_cast<qsizetype>(image.sizeInBytes())));
        }
        QCOMPARE(seenSwatches.size(), size_t{kTypePatterns});
    }

    void ownColours_reachAa_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void ownColours_reachAa() {
        QFETCH(bool, dark);
        theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
        QCOMPARE(theme::isDark(), dark);
        const ThemeColors& c = theme::colors();
        for (const QColor& ground : {c.panel, c.canvas, c.accentTint, c.card, c.keycap}) {
            QCOMPARE_GE(theme::contrast(c.text, ground), 4.5);
            QCOMPARE_GE(theme::contrast(c.mutedText, ground), 4.5);
        }
        QCOMPARE_GE(theme::contrast(c.error, c.panel), 4.5);
        for (int ink = 0; ink < kSyntaxInks; ++ink) {
            for (const QColor& ground : {c.canvas, theme::matchTint()})
                QCOMPARE_GE(theme::contrast(theme::syntaxInk(static_cast<SyntaxInk>(ink)), ground),
                            4.5);
        }
        const QPalette palette = QApplication::palette();
        QCOMPARE_GE(theme::contrast(palette.color(QPalette::HighlightedText),
                                    palette.color(QPalette::Highlight)),
                    4.5);
        QCOMPARE(palette.color(QPalette::Window), c.panel);
    }

    void typeColors_ofNonsense_isGrey() {
        theme::apply(*qApp, ThemeChoice::Light);
        const TypeColors type = theme::typeColors("no colour");
        QVERIFY(type.tint.isValid());
        QCOMPARE_LE(type.line.hslSaturationF(), 0.15F);
    }

    void paintKeycap_returnsWidth() {
        QImage image(80, 40, QImage::Format_ARGB32);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        const int width = paintKeycap(painter, {2, 2}, "⇧A");
        QCOMPARE(width, keycapSize(painter.font(), "⇧A").width());
        QVERIFY(width > keycapSize(painter.font(), "A").width());
        painter.end();
        QVERIFY(qAlpha(image.pixel(2 + width / 2, 3)) > 0);
        QCOMPARE(qAlpha(image.pixel(2 + width + 2, 10)), 0);
    }

    void icon_absent_isNull() { QVERIFY(theme::icon("there-is-no-such-icon").isNull()); }

    void documentFont_isSerif() {
        QVERIFY(QFontInfo(theme::documentFont()).family().contains("Serif") ||
                theme::documentFont().styleHint() == QFont::Serif);
        QCOMPARE(theme::scaled(theme::documentFont(), 2).pointSizeF(),
                 theme::documentFont().pointSizeF() * 2);
    }

    void flowLayout_narrow_wraps() {
        QWidget box;
        auto* layout = new FlowLayout(6, &box);
        for (int i = 0; i < 4; ++i) {
            layout->addWidget(new Chip("Unlabelled", &box));
        }
        QVERIFY(layout->heightForWidth(100) > layout->heightForWidth(1000) * 3);
    }

    void slimScrollBar_dragged_movesInProportion() {
        SlimScrollBar bar;
        bar.resize(11, 200);
        bar.setRange(0, 1800);
        bar.setPageStep(200);
        QTest::mousePress(&bar, Qt::LeftButton, {}, {5, 5});
        QTest::mouseMove(&bar, {5, 95});
        QTest::mouseRelease(&bar, Qt::LeftButton, {}, {5, 95});
        QVERIFY2(std::abs(bar.value() - 942) < 20, qPrintable(QString::number(bar.value())));
        QTest::mouseClick(&bar, Qt::LeftButton, {}, {5, 195});
        QVERIFY(bar.value() > 1000);
    }
};

QTEST_MAIN(ThemeTest)
#include "theme_test.moc"
