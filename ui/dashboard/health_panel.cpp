#include "ui/dashboard/health_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

#include "ui/check/quality_text.h"
#include "ui/dashboard/finding_list.h"
#include "ui/language/plural.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kHeight = 300;
constexpr int kChecksWidth = 270;

QString number(std::int64_t value) {
    return QLocale().toString(static_cast<qlonglong>(value));
}

}  // namespace

struct HealthPanel::Parts {
    MutedLabel* state = nullptr;
    QLabel* training = nullptr;
    QListWidget* checks = nullptr;
    QLabel* hint = nullptr;
    FindingList* places = nullptr;
    MutedLabel* none = nullptr;
    MutedLabel* more = nullptr;
    QPushButton* fix = nullptr;
    State shown;
    LabelScheme scheme;

    static QString nameOf(HealthCheck check);
    static QString hintOf(HealthCheck check);
    [[nodiscard]] QString fixText(HealthCheck check, std::int64_t count) const;
    [[nodiscard]] QString typeName(TypeId type) const {
        const EntityType* found = scheme.byId(type);
        return found ? QString::fromStdString(found->name) : QString();
    }
};

QString HealthPanel::Parts::nameOf(HealthCheck check) {
    switch (check) {
        case HealthCheck::EdgeSpace:
            return HealthPanel::tr("White space at an edge");
        case HealthCheck::EdgePunctuation:
            return HealthPanel::tr("Punctuation at an edge");
        case HealthCheck::InsideWord:
            return HealthPanel::tr("Edge inside a word");
        case HealthCheck::LostInConll:
            return HealthPanel::tr("Lost in CoNLL");
        case HealthCheck::MixedTypes:
            return HealthPanel::tr("Same words, another type");
        case HealthCheck::UnusedType:
            return HealthPanel::tr("Types without labels");
        case HealthCheck::EmptyDocument:
            return HealthPanel::tr("Empty documents");
    }
    return {};
}

QString HealthPanel::Parts::hintOf(HealthCheck check) {
    switch (check) {
        case HealthCheck::EdgeSpace:
            return HealthPanel::tr(
                "Labels that begin or end with white space or invisible "
                "characters. They look right and match nothing.");
        case HealthCheck::EdgePunctuation:
            return HealthPanel::tr(
                "Labels that begin or end with a punctuation mark. Some are "
                "meant so (“Yahoo!”): look before you trim.");
        case HealthCheck::InsideWord:
            return HealthPanel::tr(
                "Labels that begin or end inside a word. Models learn the whole "
                "word, and CoNLL has no half words.");
        case HealthCheck::LostInConll:
            return HealthPanel::tr(
                "Nested or overlapping labels that CoNLL, and what models learn "
                "from, leave out: the longest stays. JSONL keeps all.");
        case HealthCheck::MixedTypes:
            return HealthPanel::tr(
                "Words that mostly have another type elsewhere. Often a slip, "
                "sometimes two meanings.");
        case HealthCheck::UnusedType:
            return HealthPanel::tr("No model can learn a type without labels.");
        case HealthCheck::EmptyDocument:
            return HealthPanel::tr("Documents with nothing but white space.");
    }
    return {};
}

QString HealthPanel::Parts::fixText(HealthCheck check, std::int64_t count) const {
    const int n = plural(count);
    switch (check) {
        case HealthCheck::EdgeSpace:
        case HealthCheck::EdgePunctuation:
            return HealthPanel::tr("Trim %Ln label(s)", nullptr, n);
        case HealthCheck::InsideWord:
            return HealthPanel::tr("Widen %Ln label(s) to words", nullptr, n);
        case HealthCheck::EmptyDocument:
            return HealthPanel::tr("Move %Ln document(s) to the trash", nullptr, n);
        default:
            return {};
    }
}

HealthPanel::HealthPanel(QWidget* parent) : Card(parent), m_parts(std::make_unique<Parts>()) {
    auto& d = *m_parts;
    setObjectName(QStringLiteral("healthPanel"));
    setAccessibleName(tr("Health"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 14);
    layout->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->addStrut(28);
    head->addWidget(new SectionHeading(tr("Health of the labels"), this));
    head->addStretch();
    d.state = new MutedLabel({}, this);
    d.state->setObjectName(QStringLiteral("healthState"));
    head->addWidget(d.state);
    layout->addLayout(head);
    d.training = new QLabel(this);
    d.training->setObjectName(QStringLiteral("healthTraining"));
    d.training->setTextFormat(Qt::PlainText);
    d.training->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    d.training->setWordWrap(true);
    layout->addWidget(d.training);
    auto* row = new QHBoxLayout;
    row->setSpacing(16);
    d.checks = new QListWidget(this);
    d.checks->setObjectName(QStringLiteral("healthChecks"));
    d.checks->setAccessibleName(tr("Checks of the labels"));
    d.checks->setFrameShape(QFrame::NoFrame);
    d.checks->viewport()->setAutoFillBackground(false);
    d.checks->setFixedWidth(kChecksWidth);
    d.checks->setFixedHeight(kHeight);
    for (std::size_t i = 0; i < kHealthChecks; ++i) {
        auto* item = new QListWidgetItem(Parts::nameOf(static_cast<HealthCheck>(i)), d.checks);
        item->setSizeHint({100, fontMetrics().height() + 14});
    }
    row->addWidget(d.checks);
    auto* right = new QVBoxLayout;
    right->setSpacing(8);
    d.hint = new MutedLabel({}, this);
    d.hint->setObjectName(QStringLiteral("healthHint"));
    d.hint->setWordWrap(true);
    right->addWidget(d.hint);
    d.places = new FindingList(this);
    d.places->setObjectName(QStringLiteral("healthPlaces"));
    right->addWidget(d.places, 1);
    d.none = new MutedLabel({}, this);
    d.none->setAlignment(Qt::AlignCenter);
    right->addWidget(d.none, 1);
    auto* foot = new QHBoxLayout;
    d.fix = new QPushButton(this);
    d.fix->setObjectName(QStringLiteral("healthFix"));
    d.fix->setAutoDefault(false);
    d.more = new MutedLabel({}, this);
    foot->addWidget(d.fix);
    foot->addWidget(d.more);
    foot->addStretch();
    right->addLayout(foot);
    row->addLayout(right, 1);
    layout->addLayout(row);
    connect(d.checks, &QListWidget::currentRowChanged, this, &HealthPanel::showPlaces);
    connect(d.places, &FindingList::placeActivated, this, &HealthPanel::placeActivated);
    connect(d.fix, &QPushButton::clicked, this,
            [this] { Q_EMIT fixRequested(m_parts->checks->currentRow()); });
    d.checks->setCurrentRow(0);
}

HealthPanel::~HealthPanel() = default;

HealthCheck HealthPanel::chosen() const {
    return static_cast<HealthCheck>(std::max(0, m_parts->checks->currentRow()));
}

void HealthPanel::setChosen(HealthCheck check) {
    m_parts->checks->setCurrentRow(static_cast<int>(check));
}

void HealthPanel::showState(const State& state, const LabelScheme& scheme) {
    auto& d = *m_parts;
    d.shown = state;
    d.scheme = scheme;
    QString text;
    if (state.isExamining)
        text = state.examined < 0
                   ? tr("Looking at the labels…")
                   : tr("Looking at the labels… %1").arg(quality_text::percent(state.examined));
    else if (state.report)
        text = tr("%Ln labelled document(s) looked at", nullptr, plural(state.report->documents));
    d.state->setText(text);
    d.training->setText(
        tr("The last training says: %1").arg(state.training.join(QLatin1Char(' '))));
    d.training->setVisible(!state.training.isEmpty());
    for (int i = 0; i < d.checks->count(); ++i) {
        const auto check = static_cast<HealthCheck>(i);
        const std::int64_t count = state.report ? (*state.report)[check].count : 0;
        const QString name = Parts::nameOf(check);
        QListWidgetItem* item = d.checks->item(i);
        const QString text = !state.report ? name : tr("%1 · %2").arg(name, number(count));
        // Icons are drawn anew only where they change.
        const QString look = text + (theme::isDark() ? QStringLiteral(" dark") : QString());
        if (item->data(Qt::UserRole).toString() == look)
            continue;
        item->setData(Qt::UserRole, look);
        item->setText(text);
        QFont font = d.checks->font();
        font.setWeight(count > 0 ? QFont::DemiBold : QFont::Normal);
        item->setFont(font);
        item->setForeground(count > 0 || !state.report ? theme::colors().text
                                                       : theme::colors().mutedText);
        item->setIcon(!state.report ? QIcon()
                      : count > 0   ? theme::icon(QStringLiteral("warning"))
                                    : theme::icon(QStringLiteral("check")));
    }
    showPlaces();
}

void HealthPanel::showPlaces() {
    auto& d = *m_parts;
    const HealthCheck check = chosen();
    d.hint->setText(Parts::hintOf(check));
    d.places->setAccessibleName(Parts::nameOf(check));
    std::vector<FindingRow> rows;
    std::int64_t count = 0, fixable = 0;
    if (d.shown.report) {
        const HealthReport::Finding& finding = (*d.shown.report)[check];
        count = finding.count;
        fixable = finding.fixable;
        for (const HealthPlace& place : finding.places) {
            FindingRow row;
            row.title = check == HealthCheck::EmptyDocument ? tr("empty") : d.typeName(place.type);
            if (check == HealthCheck::MixedTypes)
                row.title =
                    tr("%1, elsewhere %2 (%3×)")
                        .arg(d.typeName(place.type), d.typeName(place.mostly), number(place.times));
            row.documentName = QString::fromStdString(place.documentName);
            row.before = QString::fromStdString(place.before);
            row.match = QString::fromStdString(place.match);
            row.after = QString::fromStdString(place.after);
            row.document = place.document;
            row.range = place.range;
            rows.push_back(std::move(row));
        }
    }
    const auto shown = static_cast<std::int64_t>(rows.size());
    d.places->setRows(std::move(rows));
    d.places->setVisible(shown > 0);
    d.none->setVisible(shown == 0);
    d.none->setText(d.shown.report ? tr("Nothing of the kind.")
                                   : tr("Nothing is known yet: the labels are being looked at."));
    d.more->setText(
        count > shown && shown > 0
            ? tr("The first %Ln of %1 are listed.", nullptr, plural(shown)).arg(number(count))
        : fixable < count && fixable > 0 ? tr("%Ln need a person: they would touch another label.",
                                              nullptr, plural(count - fixable))
                                         : QString());
    const QString text = d.fixText(check, fixable);
    const bool hadFocus = d.fix->hasFocus();
    d.fix->setVisible(fixable > 0 && !text.isEmpty());
    d.fix->setText(text);
    d.fix->setEnabled(d.shown.isWritable && !d.shown.isFixing);
    d.fix->setToolTip(check == HealthCheck::EmptyDocument ? tr("They can be restored from there")
                                                          : tr("One step that can be undone"));
    if (hadFocus && !d.fix->isVisible())
        d.checks->setFocus();
}

}  // namespace spanwise::ui
