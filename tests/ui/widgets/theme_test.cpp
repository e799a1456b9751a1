#include "ui/theme/theme.h"

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QTest>

#include "core/annotation/entity_type.h"
#include "ui/theme/controls.h"

using namespace spanwise;
using namespace spanwise::ui;

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
