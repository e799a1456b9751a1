#include "ui/dashboard/chart_card.h"

#include <QChart>
#include <QChartView>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QImage>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QStackedWidget>
#include <QSvgGenerator>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kPixelsPerPoint = 2;  ///< of a saved picture, so that it can be printed
constexpr int kEmptyHeight = 150;

QString quoted(QString text) {
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) &&
        !text.contains(QLatin1Char('\n')) && !text.contains(QLatin1Char('\r')))
        return text;
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) +
           QLatin1Char('"');
}

/// A chart that leaves the wheel to the page and shows where the focus is.
class View : public QChartView {
public:
    using QChartView::QChartView;

protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
    void paintEvent(QPaintEvent* event) override {
        QChartView::paintEvent(event);
        if (!hasFocus())
            return;
        QPainter painter(viewport());
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme::colors().accent, 2));
        painter.drawRoundedRect(QRectF(viewport()->rect()).adjusted(1, 1, -1, -1), 5, 5);
    }
    void focusInEvent(QFocusEvent* event) override {
        QChartView::focusInEvent(event);
        viewport()->update();
    }
    void focusOutEvent(QFocusEvent* event) override {
        QChartView::focusOutEvent(event);
        viewport()->update();
    }
};

/// As high as it is told, and higher beside a higher card.
class Pages : public QStackedWidget {
public:
    using QStackedWidget::QStackedWidget;
    [[nodiscard]] QSize sizeHint() const override { return minimumSizeHint(); }
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, minimumHeight()}; }
};

}  // namespace

QByteArray toCsv(const ChartTable& table) {
    QByteArray csv;
    const auto line = [&](const QStringList& cells) {
        QStringList out;
        for (const QString& cell : cells)
            out << quoted(cell);
        csv += out.join(QLatin1Char(',')).toUtf8() + "\r\n";
    };
    line(table.header);
    for (const QStringList& row : table.rows)
        line(row);
    return csv;
}

struct ChartCard::Parts {
    QString name;
    SectionHeading* heading = nullptr;
    QComboBox* variants = nullptr;
    QToolButton* menuButton = nullptr;
    QMenu* menu = nullptr;
    Pages* pages = nullptr;
    View* view = nullptr;
    QWidget* empty = nullptr;
    QLabel* emptyHeadline = nullptr;
    QLabel* emptyHint = nullptr;
    QWidget* body = nullptr;
    std::function<std::unique_ptr<QWidget>()> copy;
    MutedLabel* note = nullptr;
    QVBoxLayout* layout = nullptr;
};

ChartCard::ChartCard(const QString& title, const QString& name, QWidget* parent)
    : Card(parent), m_parts(std::make_unique<Parts>()) {
    auto& d = *m_parts;
    d.name = name;
    setObjectName(name);
    setAccessibleName(title);
    d.layout = new QVBoxLayout(this);
    d.layout->setContentsMargins(16, 12, 16, 14);
    d.layout->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->addStrut(28);
    d.heading = new SectionHeading(title, this);
    head->addWidget(d.heading);
    head->addStretch();
    d.variants = new QComboBox(this);
    d.variants->setObjectName(name + QStringLiteral("Variant"));
    d.variants->setAccessibleName(tr("%1: what is shown").arg(title));
    d.variants->hide();
    head->addWidget(d.variants);
    d.menuButton = new QToolButton(this);
    d.menuButton->setObjectName(name + QStringLiteral("Menu"));
    d.menuButton->setText(QStringLiteral("⋯"));
    d.menuButton->setAutoRaise(true);
    d.menuButton->setToolTip(tr("Save or copy"));
    d.menuButton->setAccessibleName(tr("%1: save or copy").arg(title));
    d.menuButton->setFocusPolicy(Qt::StrongFocus);
    d.menu = new QMenu(this);
    const auto action = [&](const QString& text, const char* suffix, const QString& filter) {
        connect(
            d.menu->addAction(text), &QAction::triggered, this,
            [this, suffix = QString::fromLatin1(suffix), filter] { askAndSave(suffix, filter); });
    };
    action(tr("Save as &SVG…"), ".svg", tr("SVG pictures (*.svg)"));
    action(tr("Save as &PNG…"), ".png", tr("PNG pictures (*.png)"));
    action(tr("Save figures as CS&V…"), ".csv", tr("Tables (*.csv)"));
    connect(d.menu->addAction(tr("&Copy figures")), &QAction::triggered, this,
            [this] { QGuiApplication::clipboard()->setText(QString::fromUtf8(toCsv(m_table))); });
    connect(d.menuButton, &QToolButton::clicked, this, [this] { popUp(); });
    head->addWidget(d.menuButton);
    d.layout->addLayout(head);

    d.pages = new Pages(this);
    d.view = new View(d.pages);
    d.view->setObjectName(name + QStringLiteral("View"));
    d.view->setAccessibleName(title);
    d.view->setFrameShape(QFrame::NoFrame);
    d.view->setRenderHint(QPainter::Antialiasing);
    d.view->setFocusPolicy(Qt::StrongFocus);
    d.view->viewport()->setFocusPolicy(Qt::NoFocus);  // the view has it, by name
    d.view->setBackgroundBrush(Qt::NoBrush);
    d.view->viewport()->setAutoFillBackground(false);
    d.view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d.view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d.pages->addWidget(d.view);
    d.empty = new QWidget(d.pages);
    auto* middle = new QVBoxLayout(d.empty);
    middle->setContentsMargins(24, 8, 24, 16);
    middle->setSpacing(6);
    d.emptyHeadline = new QLabel(d.empty);
    d.emptyHeadline->setObjectName(name + QStringLiteral("Empty"));
    d.emptyHint = new MutedLabel({}, d.empty);
    QFont strong = d.emptyHeadline->font();
    strong.setWeight(QFont::DemiBold);
    d.emptyHeadline->setFont(strong);
    for (QLabel* label : {d.emptyHeadline, d.emptyHint}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignHCenter);
    }
    middle->addStretch();
    middle->addWidget(d.emptyHeadline);
    middle->addWidget(d.emptyHint);
    middle->addStretch();
    d.pages->addWidget(d.empty);
    d.layout->addWidget(d.pages, 1);
    d.note = new MutedLabel({}, this);
    d.note->setObjectName(name + QStringLiteral("Note"));
    d.note->setWordWrap(true);
    d.note->setFont(theme::scaled(d.note->font(), 0.92));
    d.note->hide();
    d.layout->addWidget(d.note);
    connect(d.variants, &QComboBox::currentIndexChanged, this, &ChartCard::variantChanged);
    setEmpty({}, {});
}

ChartCard::~ChartCard() = default;

QString ChartCard::title() const {
    return m_parts->heading->text();
}

void ChartCard::setVariants(const QStringList& variants) {
    const QSignalBlocker quiet(m_parts->variants);
    m_parts->variants->clear();
    m_parts->variants->addItems(variants);
    m_parts->variants->setVisible(variants.size() > 1);
}

int ChartCard::variant() const {
    return m_parts->variants->currentIndex();
}

void ChartCard::setChart(std::unique_ptr<QChart> chart, const ChartTable& table,
                         const QString& spoken, int height) {
    auto& d = *m_parts;
    m_table = table;
    const std::unique_ptr<QChart> before(d.view->chart());
    d.view->setChart(chart.release());
    d.view->setAccessibleDescription(spoken);
    d.pages->setMinimumHeight(height);
    d.pages->setCurrentWidget(d.view);
    d.menuButton->setEnabled(true);
}

void ChartCard::setBody(QWidget* body, std::function<std::unique_ptr<QWidget>()> copy) {
    auto& d = *m_parts;
    if (d.body != body) {
        d.body = body;
        d.pages->addWidget(body);
    }
    d.copy = std::move(copy);
    d.pages->setMinimumHeight(body->sizeHint().height());
    d.pages->setCurrentWidget(body);
    d.menuButton->setEnabled(true);
}

void ChartCard::setEmpty(const QString& headline, const QString& hint) {
    auto& d = *m_parts;
    m_table = {};
    d.emptyHeadline->setText(headline);
    d.emptyHint->setText(hint);
    d.pages->setMinimumHeight(kEmptyHeight);
    d.pages->setCurrentWidget(d.empty);
    d.menuButton->setEnabled(false);
}

bool ChartCard::isEmpty() const {
    return m_parts->pages->currentWidget() == m_parts->empty;
}

void ChartCard::setNote(const QString& note) {
    m_parts->note->setText(note);
    m_parts->note->setVisible(!note.isEmpty());
}

void ChartCard::addBelow(QWidget* widget) {
    m_parts->layout->addWidget(widget);
}

void ChartCard::contextMenuEvent(QContextMenuEvent* event) {
    if (isEmpty())
        return;
    if (event->reason() == QContextMenuEvent::Keyboard)
        popUp();
    else
        m_parts->menu->popup(event->globalPos());
    event->accept();
}

void ChartCard::popUp() {
    const QToolButton* button = m_parts->menuButton;
    m_parts->menu->popup(button->mapToGlobal(QPoint(0, button->height())));
}

void Card::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors& colors = theme::colors();
    painter.setPen(colors.cardBorder);
    painter.setBrush(colors.card);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

QSize ChartCard::pictureSize() const {
    const auto& d = *m_parts;
    return d.pages->currentWidget() == d.body ? d.copy()->size() : d.view->size();
}

void ChartCard::paintPicture(QPainter& painter) const {
    const auto& d = *m_parts;
    if (d.pages->currentWidget() == d.body) {
        d.copy()->render(&painter, {}, {}, QWidget::DrawWindowBackground | QWidget::DrawChildren);
        return;
    }
    painter.fillRect(QRect(QPoint(), d.view->size()), theme::colors().card);
    d.view->render(&painter, QRectF(QPointF(), QSizeF(d.view->size())));
}

Result<void> ChartCard::saveTo(const QString& path) const {
    const std::string where = QDir::toNativeSeparators(path).toStdString();
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return failure(ErrorCode::PermissionDenied,
                       tr("This file cannot be written: %1.").arg(file.errorString()).toStdString(),
                       where);
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == QLatin1String("csv")) {
        file.write(toCsv(m_table));
    } else if (suffix == QLatin1String("svg")) {
        QSvgGenerator svg;
        svg.setOutputDevice(&file);
        svg.setTitle(title());
        svg.setSize(pictureSize());
        svg.setViewBox(QRect(QPoint(), pictureSize()));
        QPainter painter(&svg);
        paintPicture(painter);
    } else if (suffix == QLatin1String("png")) {
        QImage image(pictureSize() * kPixelsPerPoint, QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(kPixelsPerPoint);
        image.fill(theme::colors().card);
        {
            QPainter painter(&image);
            painter.setRenderHint(QPainter::Antialiasing);
            paintPicture(painter);
        }
        image.save(&file, "PNG");
    } else {
        return failure(ErrorCode::InvalidArgument,
                       tr("A picture is saved as .svg or .png, its figures as .csv.").toStdString(),
                       where);
    }
    if (!file.commit())
        return failure(
            ErrorCode::Io,
            tr("This file could not be written: %1.").arg(file.errorString()).toStdString(), where);
    return {};
}

void ChartCard::askAndSave(const QString& suffix, const QString& filter) {
    QString path = QFileDialog::getSaveFileName(
        window(), tr("Save %1").arg(title()),
        QDir(m_folder).filePath(title().toLower().replace(QLatin1Char(' '), QLatin1Char('-')) +
                                suffix),
        filter);
    if (path.isEmpty())
        return;
    if (!path.endsWith(suffix, Qt::CaseInsensitive))
        path += suffix;
    if (const auto done = saveTo(path))
        Q_EMIT saved(path);
    else
        Q_EMIT failed(done.error());
}

}  // namespace spanwise::ui
