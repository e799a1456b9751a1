#include "ui/main_window/welcome_page.h"

#include <QAbstractButton>
#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSvgRenderer>
#include <QVBoxLayout>

#include "ui/session/samples.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

/// A row that can be chosen: icon, a strong line, a muted line.
class ChoiceRow : public QAbstractButton {
public:
    ChoiceRow(const QString& icon, const QString& title, const QString& detail,
              QWidget* parent = nullptr)
        : QAbstractButton(parent), m_icon(icon), m_detail(detail) {
        setText(title);
        setAccessibleName(title);
        setAccessibleDescription(detail);
        setCursor(Qt::PointingHandCursor);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    [[nodiscard]] QSize sizeHint() const override { return {260, 52}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const ThemeColors& colors = theme::colors();
        const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
        painter.setPen(QPen(hasFocus() ? colors.accent : colors.border, hasFocus() ? 2 : 1));
        painter.setBrush(isDown() || underMouse() ? colors.accentTint : colors.panel);
        painter.drawRoundedRect(box, 6, 6);
        theme::icon(m_icon).paint(&painter, QRect(14, (height() - 18) / 2, 18, 18));
        QFont strong = font();
        strong.setWeight(QFont::DemiBold);
        const QFontMetrics metrics(strong);
        const int left = 44;
        const int room = width() - left - 12;
        const int top = (height() - metrics.height() - fontMetrics().height() - 1) / 2;
        painter.setFont(strong);
        painter.setPen(colors.text);
        painter.drawText(left, top + metrics.ascent(),
                         metrics.elidedText(text(), Qt::ElideMiddle, room));
        painter.setFont(font());
        painter.setPen(colors.mutedText);
        painter.drawText(left, top + metrics.height() + 1 + fontMetrics().ascent(),
                         fontMetrics().elidedText(m_detail, Qt::ElideMiddle, room));
    }

private:
    QString m_icon, m_detail;
};

class Logo : public QWidget {
public:
    explicit Logo(QWidget* parent) : QWidget(parent) { setFixedSize(56, 56); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        QSvgRenderer renderer(QStringLiteral(":/icons/spanwise.svg"));
        renderer.render(&painter, rect());
    }
};

}  // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("welcomePage"));
    setAccessibleName(tr("Welcome"));
    setBackgroundRole(QPalette::AlternateBase);
    setAutoFillBackground(true);
    auto* column = new QWidget(this);
    column->setMaximumWidth(720);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(8);

    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(new Logo(column));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    auto* title = new QLabel(tr("Spanwise"), column);
    QFont large = theme::scaled(title->font(), 1.9);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    auto* line = new MutedLabel(tr("Label a few, watch it learn, check the rest."), column);
    words->addWidget(title);
    words->addWidget(line);
    head->addLayout(words);
    head->addStretch();
    layout->addLayout(head);
    layout->addSpacing(16);

    auto* columns = new QHBoxLayout;
    columns->setSpacing(24);
    auto* start = new QVBoxLayout;
    start->setSpacing(8);
    start->addWidget(new SectionHeading(tr("Start"), column));
    auto* fresh = new ChoiceRow(QStringLiteral("plus"), tr("New project…"),
                                tr("name your entity types, import texts"), column);
    fresh->setObjectName(QStringLiteral("welcomeNew"));
    auto* open = new ChoiceRow(QStringLiteral("document"), tr("Open project…"),
                               tr("a .spanwise file, or drop it here"), column);
    open->setObjectName(QStringLiteral("welcomeOpen"));
    auto* tour = new ChoiceRow(QStringLiteral("chevron-right"), tr("Take the tour"),
                               tr("five steps on a sample, two minutes"), column);
    tour->setObjectName(QStringLiteral("welcomeTour"));
    start->addWidget(fresh);
    start->addWidget(open);
    start->addWidget(tour);
    start->addStretch();
    connect(fresh, &QAbstractButton::clicked, this, &WelcomePage::newRequested);
    connect(open, &QAbstractButton::clicked, this, &WelcomePage::openRequested);
    connect(tour, &QAbstractButton::clicked, this, &WelcomePage::tourRequested);

    auto* tries = new QVBoxLayout;
    tries->setSpacing(8);
    tries->addWidget(new SectionHeading(tr("Try a sample"), column));
    for (const Sample& sample : samples()) {
        auto* row = new ChoiceRow(QStringLiteral("play"), sample.title, sample.description, column);
        row->setObjectName(QStringLiteral("welcomeSample_") + sample.id);
        tries->addWidget(row);
        connect(row, &QAbstractButton::clicked, this,
                [this, id = sample.id] { Q_EMIT sampleRequested(id); });
    }
    tries->addStretch();
    columns->addLayout(start, 1);
    columns->addLayout(tries, 1);
    layout->addLayout(columns);

    m_recentSection = new QWidget(column);
    m_recentSection->setObjectName(QStringLiteral("recentSection"));
    m_recent = new QVBoxLayout(m_recentSection);
    m_recent->setContentsMargins(0, 16, 0, 0);
    m_recent->setSpacing(8);
    layout->addWidget(m_recentSection);
    m_recentSection->hide();

    auto* outer = new QVBoxLayout(this);
    outer->addStretch(2);
    auto* middle = new QHBoxLayout;
    middle->addStretch(1);
    middle->addWidget(column, 100);
    middle->addStretch(1);
    outer->addLayout(middle);
    outer->addStretch(3);
    setTabOrder(fresh, open);
    setTabOrder(open, tour);
}

void WelcomePage::setRecentProjects(const QStringList& paths) {
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_recentSection->setVisible(!paths.isEmpty());
    if (paths.isEmpty())
        return;
    m_recent->addWidget(new SectionHeading(tr("Recent"), m_recentSection));
    int number = 0;
    for (const QString& path : paths) {
        if (++number > 4)
            break;
        QString folder = QFileInfo(path).absolutePath();
        const QString home = QDir::homePath();
        if (folder.startsWith(home))
            folder.replace(0, home.size(), QStringLiteral("~"));
        auto* row = new ChoiceRow(QStringLiteral("document"), QFileInfo(path).completeBaseName(),
                                  folder, m_recentSection);
        row->setObjectName(QStringLiteral("recentProject%1").arg(number));
        m_recent->addWidget(row);
        connect(row, &QAbstractButton::clicked, this,
                [this, path] { Q_EMIT projectRequested(path); });
    }
}

void WelcomePage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        update();
}

}  // namespace spanwise::ui
