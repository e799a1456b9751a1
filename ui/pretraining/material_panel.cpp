#include "ui/pretraining/material_panel.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/language/plural.h"
#include "ui/main_window/error_text.h"
#include "ui/pretraining/pretraining_text.h"
#include "ui/session/pretraining_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/scroll_column.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

enum Column { kSource, kKind, kTexts, kMentions, kConcepts, kColumns };

}  // namespace

struct MaterialPanel::Impl {
    MaterialPanel* q;
    PretrainingController& controller;

    QWidget* runs = nullptr;
    QVBoxLayout* runsPlace = nullptr;
    QWidget* runRows = nullptr;
    QLabel* headline = nullptr;
    QLabel* hint = nullptr;
    QPushButton* add = nullptr;
    QPushButton* annotate = nullptr;
    QProgressBar* busy = nullptr;
    QTableWidget* table = nullptr;
    SectionHeading* warningsHeading = nullptr;
    QLabel* warnings = nullptr;
    SectionHeading* conceptsHeading = nullptr;
    QLabel* concepts = nullptr;

    Impl(MaterialPanel* panel, PretrainingController& c) : q(panel), controller(c) {}
    void build();
    void showRuns();
    void showMaterial();
    void fillTable();
    void dress();
};

MaterialPanel::MaterialPanel(PretrainingController& controller, QWidget* parent)
    : QScrollArea(parent), m_impl(std::make_unique<Impl>(this, controller)) {
    setObjectName(QStringLiteral("materialPanel"));
    makeScrollColumn(*this);
    m_impl->build();
    connect(&controller, &PretrainingController::materialChanged, this,
            [this] { m_impl->showMaterial(); });
    connect(&controller, &PretrainingController::unfinishedChanged, this,
            [this] { m_impl->showRuns(); });
    m_impl->showRuns();
    m_impl->showMaterial();
}

MaterialPanel::~MaterialPanel() = default;

void MaterialPanel::Impl::build() {
    auto* content = new QWidget(q);
    content->setBackgroundRole(QPalette::AlternateBase);
    content->setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(32, 24, 32, 28);
    layout->setSpacing(10);

    runs = new QWidget(content);
    runsPlace = new QVBoxLayout(runs);
    runsPlace->setContentsMargins(0, 0, 0, 14);
    runsPlace->setSpacing(8);
    runsPlace->addWidget(new SectionHeading(tr("Begun and not finished"), runs));
    layout->addWidget(runs);

    headline = plainLabel(content, "materialHeadline");
    QFont large = theme::scaled(headline->font(), 1.35);
    large.setWeight(QFont::DemiBold);
    headline->setFont(large);
    layout->addWidget(headline);
    hint = plainLabel(content, "materialHint");
    hint->setMaximumWidth(620);
    hint->setTextInteractionFlags(Qt::TextSelectableByMouse);
    hint->setFocusPolicy(Qt::NoFocus);
    layout->addWidget(hint);
    busy = new QProgressBar(content);
    busy->setObjectName(QStringLiteral("materialBusy"));
    busy->setAccessibleName(tr("Reading the material"));
    busy->setRange(0, 0);
    busy->setTextVisible(false);
    busy->setFixedHeight(6);
    busy->setMaximumWidth(420);
    layout->addWidget(busy);
    add = new QPushButton(tr("Add files…"), content);
    add->setObjectName(QStringLiteral("addFirstMaterial"));
    add->setMinimumWidth(130);
    auto* addRow = new QHBoxLayout;
    annotate = roomyButton(tr("Annotate texts with a language model…"), "annotateFirst", content);
    addRow->addWidget(add);
    addRow->addWidget(annotate);
    addRow->addStretch();
    layout->addLayout(addRow);

    table = new QTableWidget(0, kColumns, content);
    table->setObjectName(QStringLiteral("materialTable"));
    table->setAccessibleName(tr("What was read of each source"));
    table->setHorizontalHeaderLabels(
        {tr("Source"), tr("Kind"), tr("Texts"), tr("Mentions"), tr("Concepts")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setTabKeyNavigation(false);
    table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->verticalHeader()->hide();
    QHeaderView* header = table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsClickable(false);
    header->setMinimumSectionSize(76);
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(kSource, QHeaderView::Stretch);
    for (int column = 0; column < kColumns; ++column)
        table->horizontalHeaderItem(column)->setTextAlignment(
            (column < kTexts ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    layout->addWidget(table);
    layout->addSpacing(8);
    warningsHeading = new SectionHeading(tr("Worth a look"), content);
    layout->addWidget(warningsHeading);
    warnings = plainLabel(content, "materialWarnings");
    warnings->setTextInteractionFlags(Qt::TextSelectableByMouse);
    warnings->setFocusPolicy(Qt::NoFocus);
    layout->addWidget(warnings);
    layout->addSpacing(8);
    conceptsHeading = new SectionHeading(tr("Most frequent concepts"), content);
    layout->addWidget(conceptsHeading);
    concepts = plainLabel(content, "materialConcepts");
    layout->addWidget(concepts);
    layout->addStretch(1);
    q->setWidget(content);
    dress();
    connect(add, &QPushButton::clicked, q, &MaterialPanel::filesRequested);
    connect(annotate, &QPushButton::clicked, q, &MaterialPanel::annotationRequested);
}

void MaterialPanel::Impl::dress() {
    QPalette palette = q->palette();
    const QColor ground = palette.color(QPalette::AlternateBase);
    for (const QPalette::ColorRole role : {QPalette::Base, QPalette::Button, QPalette::Window})
        palette.setColor(role, ground);
    table->setPalette(palette);
    table->horizontalHeader()->setPalette(palette);
}

void MaterialPanel::changeEvent(QEvent* event) {
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl && m_impl->table)
        m_impl->dress();
}

void MaterialPanel::Impl::showRuns() {
    delete runRows;
    runRows = new QWidget(runs);
    auto* rows = new QVBoxLayout(runRows);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(6);
    for (const protocol::PretrainRun& run : controller.unfinished()) {
        const QString name = QString::fromStdString(run.params.name);
        auto* line = new QHBoxLayout;
        line->setSpacing(8);
        const QString where = run.isHeld ? tr("another Spanwise is at it")
                              : run.step > 0
                                  ? tr("saved at step %1, after %2")
                                        .arg(QLocale().toString(static_cast<qlonglong>(run.step)),
                                             PretrainingText::duration(run.seconds))
                                  : tr("nothing was learned yet");
        auto* text = plainLabel(runRows, "unfinishedRun");
        text->setText(tr("%1: %2").arg(name, where));
        auto* on = new QPushButton(tr("Go on"), runRows);
        on->setObjectName(QStringLiteral("resumeRun"));
        on->setAccessibleName(tr("Go on with %1").arg(name));
        on->setEnabled(!run.isHeld);
        auto* away = new QPushButton(tr("Discard…"), runRows);
        away->setObjectName(QStringLiteral("discardRun"));
        away->setAccessibleName(tr("Discard %1").arg(name));
        away->setEnabled(!run.isHeld);
        line->addWidget(text, 1);
        line->addWidget(on);
        line->addWidget(away);
        rows->addLayout(line);
        connect(on, &QPushButton::clicked, q, [this, name] { controller.resume(name); });
        connect(away, &QPushButton::clicked, q, [this, name] { Q_EMIT q->discardRequested(name); });
    }
    runsPlace->addWidget(runRows);
    runs->setVisible(!controller.unfinished().empty());
}

void MaterialPanel::Impl::fillTable() {
    const protocol::MaterialSummary& summary = controller.summary();
    const bool hasTotal = summary.sources.size() > 1;
    const QLocale locale;
    const int rows = static_cast<int>(summary.sources.size()) + (hasTotal ? 1 : 0);
    table->setRowCount(rows);
    const auto put = [&](int row, int column, const QString& text, bool isStrong) {
        auto* item = new QTableWidgetItem(text);
        item->setTextAlignment((column < kTexts ? Qt::AlignLeft : Qt::AlignRight) |
                               Qt::AlignVCenter);
        if (isStrong) {
            QFont font = table->font();
            font.setWeight(QFont::DemiBold);
            item->setFont(font);
        }
        table->setItem(row, column, item);
    };
    const auto figures = [&](int row, std::int64_t texts, std::int64_t mentions,
                             std::int64_t conceptCount, bool isStrong) {
        put(row, kTexts, locale.toString(static_cast<qlonglong>(texts)), isStrong);
        put(row, kMentions, locale.toString(static_cast<qlonglong>(mentions)), isStrong);
        put(row, kConcepts, locale.toString(static_cast<qlonglong>(conceptCount)), isStrong);
    };
    int row = 0;
    for (const protocol::MaterialRow& source : summary.sources) {
        put(row, kSource, QString::fromStdString(source.name), false);
        put(row, kKind, PretrainingText::kind(source.kind), false);
        figures(row, source.passages, source.mentions, source.concepts, false);
        ++row;
    }
    if (hasTotal) {
        put(row, kSource, tr("all"), true);
        put(row, kKind, {}, true);
        figures(row, summary.passages, summary.mentions, summary.concepts, true);
    }
    int height = table->horizontalHeader()->sizeHint().height() + 2;
    for (int i = 0; i < rows; ++i)
        height += table->rowHeight(i);
    table->setFixedHeight(height);
}

void MaterialPanel::Impl::showMaterial() {
    using Reading = PretrainingController::Reading;
    const Reading reading = controller.reading();
    const bool isRead = reading == Reading::Done;
    add->setVisible(reading == Reading::None);
    annotate->setVisible(reading == Reading::None);
    busy->setVisible(reading == Reading::Running);
    table->setVisible(isRead);
    conceptsHeading->setVisible(isRead);
    concepts->setVisible(isRead);
    QStringList notes;
    switch (reading) {
        case Reading::None:
            headline->setText(tr("Make an encoder that learns from a handful"));
            hint->setText(
                tr("Pre-training teaches an encoder what thousands of concepts look like in text. "
                   "A few labels of yours then go much further.\n\n"
                   "Add annotated text, or drop it here: passages that a language model annotated, "
                   "NuNER’s or Pile-NER’s files, CoNLL or JSONL with labels, or a list of such "
                   "sources. Or let a language model annotate texts of yours now."));
            break;
        case Reading::Running:
            headline->setText(controller.isMeasuring() ? tr("Measuring the speed…")
                                                       : tr("Reading the material…"));
            hint->setText(controller.isMeasuring()
                              ? tr("A few steps are tried to tell how long it will take.")
                          : controller.passagesRead() > 0
                              ? tr("%Ln text(s) so far", nullptr, plural(controller.passagesRead()))
                              : QString());
            break;
        case Reading::Failed:
            headline->setText(tr("The material cannot be read"));
            hint->setText(errorDetail(controller.readingError()));
            break;
        case Reading::Done: {
            headline->setText(tr("What was read"));
            hint->clear();
            fillTable();
            concepts->setText(PretrainingText::concepts(controller.summary()));
            for (const protocol::MaterialRow& row : controller.summary().sources) {
                for (const QString& warning : PretrainingText::warnings(row))
                    notes << tr("%1: %2").arg(QString::fromStdString(row.name), warning);
            }
            for (const std::string& note : controller.summary().notes)
                notes << QString::fromStdString(note);
            break;
        }
    }
    hint->setVisible(!hint->text().isEmpty());
    warnings->setText(notes.join(QLatin1Char('\n')));
    warnings->setVisible(!notes.isEmpty());
    warningsHeading->setVisible(!notes.isEmpty());
}

}  // namespace spanwise::ui
