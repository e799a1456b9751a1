#include "ui/dashboard/dashboard_page.h"

#include <QDateTime>
#include <QEvent>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>
#include <cmath>
#include <map>

#include "core/metrics/interval.h"
#include "core/text/offset_map.h"
#include "ui/check/quality_text.h"
#include "ui/dashboard/charts.h"
#include "ui/dashboard/finding_list.h"
#include "ui/dashboard/health_panel.h"
#include "ui/dashboard/matrix_view.h"
#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/session/dashboard_controller.h"
#include "ui/session/learning_controller.h"
#include "ui/session/project_session.h"
#include "ui/session/quality_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/forward_focus.h"
#include "ui/theme/scroll_column.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kTwoColumns = 980;  ///< wide enough for two cards side by side
constexpr int kDays = 30;
constexpr int kHours = 48;
constexpr qint64 kHour = 3'600'000;
constexpr double kLeastWork = 60;  ///< seconds of a day that tell a pace
constexpr int kMistakesHeight = 220;
constexpr Offset kContext = 60;

QString number(std::int64_t value) {
    return QLocale().toString(static_cast<qlonglong>(value));
}

/// A figure and what it counts.
class Tile : public QWidget {
public:
    Tile(const QString& caption, const char* name, QWidget* parent) : QWidget(parent) {
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(0, 0, 28, 0);
        layout->setSpacing(0);
        m_value = new QLabel(this);
        m_value->setObjectName(QString::fromLatin1(name));
        m_value->setTextFormat(Qt::PlainText);
        QFont large = theme::scaled(m_value->font(), 1.75);
        large.setWeight(QFont::DemiBold);
        m_value->setFont(large);
        m_caption = new MutedLabel(caption, this);
        layout->addWidget(m_value);
        layout->addWidget(m_caption);
    }
    void set(const QString& value, const QString& tip = {}) {
        m_value->setText(value);
        m_value->setAccessibleName(m_caption->text() + QStringLiteral(": ") + value);
        setToolTip(tip);
    }

private:
    QLabel* m_value;
    MutedLabel* m_caption;
};

charts::Share acceptance(const QString& name, const DecisionCounts& counts) {
    charts::Share share;
    share.name = name;
    share.value = static_cast<double>(counts.accepted) / static_cast<double>(counts.decided());
    share.interval = wilsonInterval(counts.accepted, counts.decided());
    share.detail = DashboardPage::tr("%1 of %2 accepted, %3 corrected, %4 rejected")
                       .arg(number(counts.accepted), number(counts.decided()),
                            number(counts.corrected), number(counts.rejected));
    return share;
}

DecisionCounts sum(const auto& all) {
    DecisionCounts total;
    for (const DecisionCounts& counts : all) {
        total.accepted += counts.accepted;
        total.corrected += counts.corrected;
        total.rejected += counts.rejected;
    }
    return total;
}

charts::Share quality(const QString& name, const protocol::ScoreReport& report) {
    return {name, report.f1, report.f1Interval,
            DashboardPage::tr("%Ln label(s)", nullptr, plural(report.support))};
}

}  // namespace

struct DashboardPage::Impl {
    DashboardPage* q;
    ProjectSession* session = nullptr;
    DashboardController* dashboard = nullptr;
    QualityController* quality = nullptr;

    QScrollArea* area = nullptr;
    QGridLayout* grid = nullptr;
    int columns = 0;
    Tile *documents = nullptr, *done = nullptr, *labels = nullptr, *waiting = nullptr,
         *pace = nullptr, *accepted = nullptr;
    MutedLabel* counted = nullptr;
    QPushButton* check = nullptr;
    ChartCard *types = nullptr, *work = nullptr, *decisions = nullptr, *scores = nullptr,
              *curve = nullptr, *confusion = nullptr, *guard = nullptr;
    MatrixView* matrix = nullptr;
    QWidget* mistakesPanel = nullptr;
    QLabel* mistakesHeading = nullptr;
    FindingList* mistakes = nullptr;
    HealthPanel* health = nullptr;
    QSpinBox *heldOut = nullptr, *keptBack = nullptr;
    QPushButton* apply = nullptr;
    QLabel* guardText = nullptr;
    std::optional<HoldOut> guardShown;

    explicit Impl(DashboardPage* page) : q(page) {}
    void build();
    QWidget* buildTop(QWidget* parent);
    QWidget* buildGuard(QWidget* parent);
    void arrange();
    void showAll();
    void showFigures();
    void showTypes();
    void showWork();
    void showDecisions();
    void showQuality();
    void showConfusion();
    void showMistakes(int row, int column);
    void showHealth();
    void showGuard();
    [[nodiscard]] const DashboardFigures* figures() const {
        return dashboard && dashboard->figures() ? &*dashboard->figures() : nullptr;
    }
    [[nodiscard]] const Quality* checked() const {
        return quality && quality->quality() ? &*quality->quality() : nullptr;
    }
    [[nodiscard]] QString typeName(TypeId type) const {
        const EntityType* found = session ? session->scheme().byId(type) : nullptr;
        return found ? QString::fromStdString(found->name) : QString();
    }
    void put(ChartCard* card, charts::Drawn drawn) const {
        card->setChart(std::move(drawn.chart), drawn.table, drawn.spoken, drawn.height);
    }
    [[nodiscard]] std::vector<ChartCard*> cards() const {
        return {types, work, decisions, scores, curve, confusion, guard};
    }
};

DashboardPage::DashboardPage(QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>(this)) {
    setObjectName(QStringLiteral("dashboardPage"));
    setAccessibleName(tr("Dashboard"));
    m_impl->build();
    setSession(nullptr, nullptr, nullptr);
}

DashboardPage::~DashboardPage() = default;

QWidget* DashboardPage::Impl::buildTop(QWidget* parent) {
    auto* top = new QWidget(parent);
    auto* layout = new QHBoxLayout(top);
    layout->setContentsMargins(4, 0, 4, 0);
    auto* tiles = new QWidget(top);
    auto* flow = new FlowLayout(8, tiles);
    const auto tile = [&](const QString& caption, const char* name) {
        auto* made = new Tile(caption, name, tiles);
        flow->addWidget(made);
        return made;
    };
    documents = tile(tr("documents"), "tileDocuments");
    done = tile(tr("done"), "tileDone");
    labels = tile(tr("labels"), "tileLabels");
    waiting = tile(tr("suggestions open"), "tileSuggestions");
    accepted = tile(tr("suggestions accepted"), "tileAccepted");
    pace = tile(tr("labels per hour of work"), "tilePace");
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    tiles->setSizePolicy(policy);
    layout->addWidget(tiles, 1);
    auto* right = new QVBoxLayout;
    counted = new MutedLabel({}, top);
    counted->setObjectName(QStringLiteral("dashboardCounted"));
    counted->setAlignment(Qt::AlignRight);
    check = new QPushButton(tr("Check the model…"), top);
    check->setObjectName(QStringLiteral("openCheck"));
    check->setAutoDefault(false);
    check->setToolTip(tr("How good it is, and the labels that it contradicts"));
    right->addWidget(check, 0, Qt::AlignRight);
    right->addWidget(counted);
    layout->addLayout(right);
    connect(check, &QPushButton::clicked, q, &DashboardPage::checkRequested);
    return top;
}

QWidget* DashboardPage::Impl::buildGuard(QWidget* parent) {
    auto* panel = new QWidget(parent);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    guardText = new QLabel(panel);
    guardText->setObjectName(QStringLiteral("guardText"));
    guardText->setTextFormat(Qt::PlainText);
    guardText->setWordWrap(true);
    layout->addWidget(guardText);
    auto* controls = new QWidget(panel);
    auto* flow = new FlowLayout(10, controls);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    controls->setSizePolicy(policy);
    const auto share = [&](const QString& before, const QString& name, const char* object) {
        auto* pair = new QWidget(controls);
        auto* row = new QHBoxLayout(pair);
        row->setContentsMargins(0, 0, 12, 0);
        auto* label = new QLabel(before, pair);
        auto* box = new QSpinBox(pair);
        box->setObjectName(QString::fromLatin1(object));
        box->setRange(0, 50);
        box->setSuffix(tr(" %"));
        box->setAccessibleName(name);
        label->setBuddy(box);
        row->addWidget(label);
        row->addWidget(box);
        flow->addWidget(pair);
        connect(box, &QSpinBox::valueChanged, q, [this] {
            const bool isSame =
                session && heldOut->value() == std::lround(session->holdOut().documents * 100) &&
                keptBack->value() == std::lround(session->holdOut().suggestions * 100);
            apply->setEnabled(session && !session->isLocked() && !isSame);
        });
        return box;
    };
    apply = new QPushButton(tr("Apply"), controls);
    heldOut = share(tr("&Documents held out"), tr("Share of documents without suggestions"),
                    "guardDocuments");
    keptBack = share(tr("&Suggestions kept back"), tr("Share of suggestions that are not shown"),
                     "guardSuggestions");
    apply->setObjectName(QStringLiteral("guardApply"));
    apply->setAutoDefault(false);
    apply->setMinimumWidth(apply->fontMetrics().horizontalAdvance(apply->text()) + 32);
    flow->addWidget(apply);
    layout->addWidget(controls);
    connect(apply, &QPushButton::clicked, q, [this] {
        if (!session || !session->setHoldOut(heldOut->value() / 100.0, keptBack->value() / 100.0))
            return;
        Q_EMIT q->hint(tr("The guard is set."),
                       heldOut->value() > 0
                           ? tr("Suggestions of the documents held out are gone; labels stay.")
                           : tr("All documents get suggestions again."));
    });
    return panel;
}

void DashboardPage::Impl::build() {
    auto* layout = new QVBoxLayout(q);
    layout->setContentsMargins(0, 0, 0, 0);
    area = new QScrollArea(q);
    area->setObjectName(QStringLiteral("dashboardArea"));
    makeScrollColumn(*area);
    auto* content = new QWidget(area);
    content->setBackgroundRole(QPalette::AlternateBase);
    content->setAutoFillBackground(true);
    auto* inner = new QVBoxLayout(content);
    inner->setContentsMargins(20, 18, 20, 24);
    inner->setSpacing(16);
    inner->addWidget(buildTop(content));
    grid = new QGridLayout;
    grid->setSpacing(14);
    inner->addLayout(grid);
    inner->addStretch(1);
    types = new ChartCard(tr("Labels by type"), QStringLiteral("typesChart"), content);
    types->setVariants({tr("Labels"), tr("Documents")});
    work = new ChartCard(tr("Work"), QStringLiteral("workChart"), content);
    work->setVariants({tr("Labels a day"), tr("Labels an hour"), tr("Labels per hour of work"),
                       tr("Labels per hour, by annotator")});
    decisions =
        new ChartCard(tr("Suggestions accepted"), QStringLiteral("decisionsChart"), content);
    decisions->setVariants({tr("By type"), tr("By score"), tr("By source")});
    scores = new ChartCard(tr("F1 by type"), QStringLiteral("scoresChart"), content);
    curve = new ChartCard(tr("Learning curve"), QStringLiteral("curveChart"), content);
    confusion =
        new ChartCard(tr("What is taken for what"), QStringLiteral("confusionChart"), content);
    health = new HealthPanel(content);
    guard = new ChartCard(tr("Are suggestions believed too easily?"), QStringLiteral("guardChart"),
                          content);
    guard->addBelow(buildGuard(guard));
    matrix = new MatrixView(confusion);
    matrix->setObjectName(QStringLiteral("confusionMatrix"));
    matrix->hide();  // until it has cells
    matrix->setAccessibleName(tr("Labelled types down, found types across"));
    mistakesPanel = new QWidget(confusion);
    auto* below = new QVBoxLayout(mistakesPanel);
    below->setContentsMargins(0, 4, 0, 0);
    mistakesHeading = new QLabel(mistakesPanel);
    mistakesHeading->setObjectName(QStringLiteral("mistakesHeading"));
    mistakesHeading->setTextFormat(Qt::PlainText);
    mistakesHeading->setWordWrap(true);
    mistakes = new FindingList(mistakesPanel);
    mistakes->setObjectName(QStringLiteral("mistakeList"));
    mistakes->setAccessibleName(tr("Mistakes of the model"));
    mistakes->setFixedHeight(kMistakesHeight);
    below->addWidget(mistakesHeading);
    below->addWidget(mistakes);
    mistakesPanel->hide();
    confusion->addBelow(mistakesPanel);
    area->setWidget(content);
    layout->addWidget(area);
    forwardFocus(q, check);

    connect(types, &ChartCard::variantChanged, q, [this] { showTypes(); });
    connect(work, &ChartCard::variantChanged, q, [this] { showWork(); });
    connect(decisions, &ChartCard::variantChanged, q, [this] { showDecisions(); });
    connect(matrix, &MatrixView::cellActivated, q,
            [this](int row, int column) { showMistakes(row, column); });
    connect(mistakes, &FindingList::placeActivated, q, &DashboardPage::placeActivated);
    connect(health, &HealthPanel::placeActivated, q, &DashboardPage::placeActivated);
    connect(health, &HealthPanel::fixRequested, q, [this](int chosen) {
        if (dashboard)
            dashboard->fix(static_cast<HealthCheck>(chosen));
    });
    for (ChartCard* card : cards()) {
        connect(card, &ChartCard::saved, q, [this](const QString& path) {
            q->setFolder(QFileInfo(path).absolutePath());
            Q_EMIT q->saved(path);
        });
        connect(card, &ChartCard::failed, q, &DashboardPage::failed);
    }
    arrange();
}

void DashboardPage::Impl::arrange() {
    const int wanted = q->width() >= kTwoColumns ? 2 : 1;
    if (wanted == columns)
        return;
    columns = wanted;
    for (QWidget* card : std::initializer_list<QWidget*>{types, work, decisions, scores, curve,
                                                         confusion, health, guard})
        grid->removeWidget(card);
    if (columns == 2) {
        grid->addWidget(types, 0, 0);
        grid->addWidget(work, 0, 1);
        grid->addWidget(decisions, 1, 0);
        grid->addWidget(scores, 1, 1);
        grid->addWidget(confusion, 2, 0);
        grid->addWidget(curve, 2, 1);
        grid->addWidget(health, 3, 0, 1, 2);
        grid->addWidget(guard, 4, 0, 1, 2);
    } else {
        int row = 0;
        for (QWidget* card : std::initializer_list<QWidget*>{types, work, decisions, scores,
                                                             confusion, curve, health, guard})
            grid->addWidget(card, row++, 0);
    }
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, columns == 2 ? 1 : 0);
}

void DashboardPage::setFolder(const QString& folder) {
    for (ChartCard* card : m_impl->cards())
        card->setFolder(folder);
}

void DashboardPage::setSession(ProjectSession* session, DashboardController* dashboard,
                               QualityController* quality) {
    auto& d = *m_impl;
    if (d.session)
        d.session->disconnect(this);
    if (d.dashboard) {
        d.dashboard->disconnect(this);
        d.dashboard->setShown(false);
    }
    if (d.quality) {
        d.quality->learning().disconnect(this);
        d.quality->disconnect(this);
    }
    d.session = session;
    d.dashboard = dashboard;
    d.quality = quality;
    d.mistakesPanel->hide();
    d.guardShown.reset();
    if (dashboard) {
        connect(dashboard, &DashboardController::figuresChanged, this,
                [this] { m_impl->showFigures(); });
        connect(dashboard, &DashboardController::healthChanged, this,
                [this] { m_impl->showHealth(); });
        connect(dashboard, &DashboardController::fixed, this, [this](int check, int count) {
            const bool isTrash = static_cast<HealthCheck>(check) == HealthCheck::EmptyDocument;
            if (isTrash)
                Q_EMIT hint(tr("%Ln document(s) are in the trash.", nullptr, count),
                            tr("Edit, Trash… brings them back."));
            else
                Q_EMIT hint(tr("%Ln label(s) are put right.", nullptr, count),
                            tr("Undo takes it back as one step."));
        });
        if (isVisible())
            dashboard->setShown(true);
    }
    if (quality) {
        connect(quality, &QualityController::qualityChanged, this,
                [this] { m_impl->showQuality(); });
        connect(&quality->learning(), &LearningController::trained, this,
                [this] { m_impl->showHealth(); });
    }
    if (session) {
        connect(session, &ProjectSession::schemeChanged, this, [this] { m_impl->showAll(); });
        connect(session, &ProjectSession::holdOutChanged, this, [this] { m_impl->showGuard(); });
        connect(session, &ProjectSession::lockedChanged, this, [this] {
            m_impl->showHealth();
            m_impl->showGuard();
        });
    }
    d.showAll();
}

void DashboardPage::Impl::showAll() {
    showFigures();
    showQuality();
    showHealth();
}

void DashboardPage::Impl::showFigures() {
    const DashboardFigures* known = figures();
    for (Tile* tile : {documents, done, labels, waiting, pace, accepted})
        tile->set(QStringLiteral("–"));
    counted->setText(
        known ? tr("counted %1")
                    .arg(QLocale().toString(QDateTime::fromMSecsSinceEpoch(known->at).time(),
                                            QLocale::ShortFormat))
        : session ? tr("counting…")
                  : QString());
    if (known) {
        const Tallies& tallies = known->tallies;
        documents->set(number(tallies.documents.total()),
                       tr("%1 new, %2 in progress, %3 done")
                           .arg(number(tallies.documents[DocumentStatus::New]),
                                number(tallies.documents[DocumentStatus::InProgress]),
                                number(tallies.documents[DocumentStatus::Done])));
        done->set(number(tallies.documents[DocumentStatus::Done]));
        labels->set(number(tallies.annotations.total()));
        waiting->set(number(tallies.suggestions));
        const DecisionCounts decided = sum(known->activity.bySource);
        if (decided.decided() > 0)
            accepted->set(quality_text::percent(static_cast<double>(decided.accepted) /
                                                static_cast<double>(decided.decided())),
                          tr("%1 of %2").arg(number(decided.accepted), number(decided.decided())));
        Activity::Hour all;
        for (const auto& [hour, there] : known->activity.hours) {
            all.labels += there.labels;
            all.seconds += there.seconds;
        }
        if (all.seconds >= kLeastWork)
            pace->set(number(std::llround(static_cast<double>(all.labels) * 3600 / all.seconds)),
                      tr("Pauses of more than half a minute count as half a minute."));
    }
    showTypes();
    showWork();
    showDecisions();
    showGuard();
}

void DashboardPage::Impl::showTypes() {
    const DashboardFigures* known = figures();
    if (!known || known->tallies.types.empty()) {
        types->setEmpty(!session ? QString()
                        : known  ? tr("No entity types yet")
                                 : tr("Counting…"),
                        known ? tr("Name what you are looking for on the Label page.") : QString());
        types->setNote({});
        return;
    }
    const bool isLabels = types->variant() != 1;
    QStringList names;
    std::vector<charts::Part> parts{{tr("in done documents"), charts::Part::Look::Strong, {}},
                                    {tr("in progress"), charts::Part::Look::Middle, {}},
                                    {tr("in new ones"), charts::Part::Look::Faint, {}}};
    const auto add = [&](const QString& name, const ByStatus& counts) {
        names << name;
        parts[0].values.push_back(counts[DocumentStatus::Done]);
        parts[1].values.push_back(counts[DocumentStatus::InProgress]);
        parts[2].values.push_back(counts[DocumentStatus::New]);
    };
    if (!isLabels)
        add(tr("all"), known->tallies.documents);
    for (const TypeTally& tally : known->tallies.types)
        add(typeName(tally.type), isLabels ? tally.annotations : tally.documents);
    if (!isLabels) {
        parts[0].name = tr("done");
        parts[2].name = tr("new");
    }
    put(types, charts::stackedBars(tr("type"), names, parts));
    types->setNote(isLabels ? QString()
                            : tr("Documents that have at least one label of the type."));
}

void DashboardPage::Impl::showWork() {
    const DashboardFigures* known = figures();
    if (!known || known->activity.hours.empty()) {
        work->setEmpty(
            known ? tr("Nothing labelled yet") : QString(),
            known ? tr("Select words on the Label page and press a type's key. Each label is "
                       "counted here by the day and hour it was made.")
                  : QString());
        return;
    }
    const auto& hours = known->activity.hours;
    const QLocale locale;
    QStringList names;
    std::vector<double> values;
    if (work->variant() == 1) {
        const qint64 last =
            std::max<qint64>(QDateTime::currentMSecsSinceEpoch() / kHour, hours.rbegin()->first);
        for (qint64 hour = last - kHours + 1; hour <= last; ++hour) {
            const auto found = hours.find(hour);
            names << locale.toString(
                QDateTime::fromMSecsSinceEpoch(hour * kHour),
                tr("ddd HH:mm", "weekday and time, as in QLocale::toString()"));
            values.push_back(found == hours.end() ? 0.0
                                                  : static_cast<double>(found->second.labels));
        }
        put(work, charts::columns(tr("hour"), tr("labels"), names, values, 0));
        work->setNote(tr("The last 48 hours."));
        return;
    }
    if (work->variant() == 3) {
        for (const auto& [person, there] : known->activity.people) {
            if (there.seconds < kLeastWork)
                continue;
            names << QString::fromStdString(person);
            values.push_back(static_cast<double>(there.labels) * 3600 / there.seconds);
        }
        if (names.isEmpty()) {
            work->setEmpty(tr("Nobody has labelled for a minute yet"),
                           tr("Whoever has is shown here, with their labels per hour of work."));
            work->setNote({});
            return;
        }
        put(work, charts::columns(tr("annotator"), tr("labels per hour"), names, values, 0));
        work->setNote(
            tr("Of the whole history, by the time between gestures; pauses count as half "
               "a minute at most. Less than a minute of work tells no pace."));
        return;
    }
    std::map<QDate, Activity::Hour> days;
    for (const auto& [hour, there] : hours) {
        Activity::Hour& day = days[QDateTime::fromMSecsSinceEpoch(hour * kHour).date()];
        day.labels += there.labels;
        day.seconds += there.seconds;
    }
    // Up to today, or to the last day of work when that is long past.
    const QDate worked = days.rbegin()->first;
    const QDate today = QDate::currentDate();
    const QDate last = worked.daysTo(today) < kDays ? std::max(today, worked) : worked;
    const bool isPace = work->variant() == 2;
    for (QDate day = last.addDays(1 - kDays); day <= last; day = day.addDays(1)) {
        const auto found = days.find(day);
        names << locale.toString(day, tr("d MMM", "day and month, as in QLocale::toString()"));
        const Activity::Hour there = found == days.end() ? Activity::Hour{} : found->second;
        values.push_back(!isPace ? static_cast<double>(there.labels)
                         : there.seconds >= kLeastWork
                             ? static_cast<double>(there.labels) * 3600 / there.seconds
                             : 0.0);
    }
    put(work, charts::columns(tr("day"), isPace ? tr("labels per hour") : tr("labels"), names,
                              values, 0));
    work->setNote(isPace ? tr("Labels by the time between gestures; pauses count as half a minute "
                              "at most.")
                         : tr("The last 30 days. What was undone does not count."));
}

void DashboardPage::Impl::showDecisions() {
    const DashboardFigures* known = figures();
    std::vector<charts::Share> shares;
    QString what = tr("type");
    if (known && decisions->variant() == 1) {
        what = tr("score");
        for (std::size_t band = Activity::kBands; band-- > 0;) {
            const DecisionCounts& counts = known->activity.byScore[band];
            if (counts.decided() > 0)
                shares.push_back(acceptance(tr("%1 to %2")
                                                .arg(QLocale().toString(0.1 * band, 'f', 1),
                                                     QLocale().toString(0.1 * (band + 1), 'f', 1)),
                                            counts));
        }
    } else if (known && decisions->variant() == 2) {
        what = tr("source");
        using Source = SuggestionSource;
        for (const auto& [source, name] : {std::pair(Source::TrainedModel, tr("trained model")),
                                           std::pair(Source::TypeNames, tr("type names alone")),
                                           std::pair(Source::Imported, tr("imported")),
                                           std::pair(Source::Pattern, tr("pattern"))}) {
            if (known->activity[source].decided() > 0)
                shares.push_back(acceptance(name, known->activity[source]));
        }
    } else if (known) {
        for (const TypeTally& tally : known->tallies.types) {
            const auto found = known->activity.byType.find(tally.type);
            if (found != known->activity.byType.end() && found->second.decided() > 0)
                shares.push_back(acceptance(typeName(tally.type), found->second));
        }
    }
    if (shares.empty()) {
        decisions->setEmpty(known ? tr("No suggestion decided yet") : QString(),
                            known ? tr("Accept suggestions with A and refuse them with X: this "
                                       "says which types, and which scores, can be trusted.")
                                  : QString());
        decisions->setNote({});
        return;
    }
    put(decisions, charts::shares(what, tr("accepted"), shares));
    decisions->setNote(
        tr("Accepted of all decided; corrected ones count as not accepted. Whiskers: 95 %, "
           "Wilson's interval."));
}

void DashboardPage::Impl::showQuality() {
    const Quality* known = checked();
    if (!known) {
        const QString hint =
            quality
                ? tr("When you pause, Spanwise trains on some documents and judges the others. "
                     "It needs labels in at least %Ln document(s).",
                     nullptr, quality->options().leastDocuments)
                : tr("Without a worker nothing is checked. Install spanwise-cli beside spanwise.");
        for (ChartCard* card : {scores, curve, confusion}) {
            card->setEmpty(session ? tr("Not checked yet") : QString(), session ? hint : QString());
            card->setNote({});
        }
        mistakesPanel->hide();
        showGuard();
        return;
    }
    const QLocale locale;
    const QString when =
        tr("Check of %1 with %Ln label(s).", nullptr, plural(known->labels))
            .arg(locale.toString(QDateTime::fromMSecsSinceEpoch(known->at), QLocale::ShortFormat));
    std::vector<charts::Share> shares{ui::quality(tr("all"), known->result.all.micro)};
    if (session) {
        for (const EntityType& type : session->scheme().types()) {
            const auto found = known->result.all.perType.find(type.name);
            if (found != known->result.all.perType.end())
                shares.push_back(ui::quality(QString::fromStdString(type.name), found->second));
        }
    }
    put(scores, charts::shares(tr("type"), tr("F1"), shares));
    scores->setNote(
        when + QLatin1Char(' ') +
        tr("Strict F1 on documents that the model had not seen. Whiskers: 95 %, by resampling "
           "documents (bootstrap)."));
    if (known->result.curve && !known->result.curve->points.empty()) {
        put(curve, charts::learningCurve(*known->result.curve));
        curve->setNote(quality_text::forecast(*known->result.curve));
    } else {
        curve->setEmpty(tr("No curve yet"),
                        tr("With labels in %Ln document(s) the check also tells what more labels "
                           "will bring.",
                           nullptr, quality ? quality->options().curveDocuments : 20));
        curve->setNote({});
    }
    showConfusion();
    showGuard();
}

void DashboardPage::Impl::showConfusion() {
    const Quality* known = checked();
    if (!known || known->result.confusion.empty()) {
        confusion->setEmpty(tr("Not known of the last check"),
                            tr("The next check tells what the model takes for what."));
        confusion->setNote({});
        mistakesPanel->hide();
        return;
    }
    QStringList names;
    std::map<std::string, std::size_t> places;
    const auto add = [&](const std::string& type) {
        if (!type.empty() && places.emplace(type, static_cast<std::size_t>(names.size())).second)
            names << QString::fromStdString(type);
    };
    std::set<std::string> occurring;
    for (const protocol::ConfusionReport& cell : known->result.confusion) {
        occurring.insert(cell.label);
        occurring.insert(cell.found);
    }
    if (session) {
        for (const EntityType& type : session->scheme().types()) {
            if (occurring.contains(type.name))
                add(type.name);
        }
    }
    for (const std::string& type : occurring)
        add(type);
    const auto none = static_cast<std::size_t>(names.size());
    places.emplace(std::string(), none);
    names << tr("none");
    std::vector<std::vector<MatrixCell>> cells(none + 1, std::vector<MatrixCell>(none + 1));
    for (const protocol::ConfusionReport& cell : known->result.confusion)
        cells[places[cell.label]][places[cell.found]] = {cell.spans, cell.otherBoundaries};
    matrix->setCells(names, std::move(cells));
    confusion->setTable(matrix->table());
    confusion->setBody(matrix, [this] { return matrix->fullCopy(); });
    confusion->setNote(
        tr("Labelled types down, found types across; a corner marks mistakes. Enter on a figure "
           "lists them."));
}

void DashboardPage::Impl::showMistakes(int row, int column) {
    const Quality* known = checked();
    if (!known || !session)
        return;
    const QStringList& names = matrix->matrix()->names();
    const auto none = names.size() - 1;
    const QString label = row == none ? QString() : names[row];
    const QString found = column == none ? QString() : names[column];
    std::vector<FindingRow> rows;
    std::shared_ptr<const Document> document;
    std::optional<OffsetMap> map;
    for (const protocol::ErrorReport& mistake : known->result.mistakes) {
        if ((mistake.label ? QString::fromStdString(mistake.label->type) : QString()) != label ||
            (mistake.found ? QString::fromStdString(mistake.found->type) : QString()) != found)
            continue;
        if (!document || document->sha256 != mistake.hash) {
            const auto ids = session->project().documentsByHash(mistake.hash);
            if (!ids || ids->empty())
                continue;
            auto stored = session->project().document(ids->front());
            if (!stored)
                continue;
            document = std::make_shared<const Document>(std::move(*stored));
            map.emplace(document->text);
        }
        const Range range = mistake.label ? mistake.label->range : mistake.found->range;
        if (range.begin < 0 || range.isEmpty() || range.end > map->codePoints())
            continue;
        const auto part = [&](Offset begin, Offset end) {
            const auto from = static_cast<std::size_t>(map->toByte(std::max<Offset>(0, begin)));
            const auto to = static_cast<std::size_t>(map->toByte(end));
            return QString::fromUtf8(document->text.data() + from,
                                     static_cast<qsizetype>(to - from));
        };
        FindingRow place;
        if (!mistake.found)
            place.title = tr("%1, not found").arg(label);
        else if (!mistake.label)
            place.title = tr("no label, found as %1 (%2)")
                              .arg(found, quality_text::percent(mistake.found->score));
        else if (label == found)
            place.title =
                tr("%1, found as “%2”")
                    .arg(label, part(mistake.found->range.begin, mistake.found->range.end));
        else
            place.title = tr("%1, found as %2 (%3)")
                              .arg(label, found, quality_text::percent(mistake.found->score));
        place.documentName = QString::fromStdString(document->name);
        place.before = part(range.begin - kContext, range.begin);
        place.match = part(range.begin, range.end);
        place.after = part(range.end, range.end + kContext);
        place.document = document->id;
        place.range = range;
        rows.push_back(std::move(place));
    }
    const MatrixCell cell = matrix->matrix()->cell(row, column);
    const qint64 wrong = row == column ? cell.otherBoundaries : cell.spans;
    const auto shown = static_cast<qint64>(rows.size());
    const QString what = matrix->matrix()->index(row, column).data(Qt::ToolTipRole).toString();
    mistakesHeading->setText(shown == 0 && row == column ? tr("%1: no mistake there.").arg(what)
                             : shown < wrong ? tr("%1; %2 of them listed.").arg(what, number(shown))
                                             : what + QLatin1Char('.'));
    mistakes->setRows(std::move(rows));
    mistakes->setVisible(shown > 0);
    mistakesPanel->show();
    if (shown > 0)
        mistakes->setFocus();
}

void DashboardPage::Impl::showHealth() {
    HealthPanel::State state;
    if (dashboard) {
        state.report = dashboard->health() ? &*dashboard->health() : nullptr;
        state.isExamining = dashboard->isExamining();
        state.isFixing = dashboard->isFixing();
        state.examined = dashboard->examined();
    }
    if (quality) {
        for (const QString& warning : quality->learning().status().warnings)
            state.training << engineText(warning);
    }
    state.isWritable = session && !session->isLocked();
    health->showState(state, session ? session->scheme() : LabelScheme{});
}

void DashboardPage::Impl::showGuard() {
    const DashboardFigures* known = figures();
    const HoldOut set = session ? session->holdOut() : HoldOut{};
    // What is being typed stays until the setting itself changes.
    if (guardShown != set) {
        const QSignalBlocker quietDocuments(heldOut);
        const QSignalBlocker quietSuggestions(keptBack);
        heldOut->setValue(static_cast<int>(std::lround(set.documents * 100)));
        keptBack->setValue(static_cast<int>(std::lround(set.suggestions * 100)));
        apply->setEnabled(false);
        guardShown = set;
    }
    const bool isWritable = session && !session->isLocked();
    heldOut->setEnabled(isWritable);
    keptBack->setEnabled(isWritable);

    std::vector<charts::Share> shares;
    std::optional<charts::Share> shown, alone;
    if (known) {
        const auto agreement = [&](const QString& name, const BlindTally::Agreement& counts) {
            std::optional<charts::Share> share;
            if (counts.suggestions == 0)
                return share;
            share.emplace();
            share->name = name;
            share->value =
                static_cast<double>(counts.labelled) / static_cast<double>(counts.suggestions);
            share->interval = wilsonInterval(counts.labelled, counts.suggestions);
            share->detail = tr("%1 of %2").arg(number(counts.labelled), number(counts.suggestions));
            shares.push_back(*share);
            return share;
        };
        shown = agreement(tr("shown: labelled so"), known->blind.shown);
        alone = agreement(tr("kept back: labelled so"), known->blind.keptBack);
    }
    if (const Quality* judged = checked();
        judged && judged->result.byHand && judged->result.preAnnotated) {
        shares.push_back(ui::quality(tr("F1, by hand"), judged->result.byHand->micro));
        shares.push_back(ui::quality(tr("F1, assisted"), judged->result.preAnnotated->micro));
    }
    QStringList text;
    if (known && set.documents > 0) {
        text << tr("%Ln of %1 documents are held out: nobody sees suggestions there. %2 of them "
                   "are done.",
                   nullptr, plural(known->blind.heldOut))
                    .arg(number(known->tallies.documents.total()),
                         number(known->blind.blind.documents));
        const auto rate = [](const BlindTally::Side& side) {
            return QLocale().toString(
                static_cast<double>(side.annotations) * 1000 / static_cast<double>(side.codePoints),
                'f', 1);
        };
        if (known->blind.blind.codePoints > 0 && known->blind.assisted.codePoints > 0)
            text << tr("Labels per 1,000 characters of done documents: %1 without, %2 with "
                       "suggestions.")
                        .arg(rate(known->blind.blind), rate(known->blind.assisted));
    } else if (known) {
        text << tr(
            "No document is held out. Hold out a few, and you will see whether people label "
            "the same when no model whispers.");
    }
    if (shown && alone) {
        // Whiskers that overlap tell nothing yet.
        const bool differ =
            shown->interval && alone->interval && shown->interval->first > alone->interval->second;
        text << (differ ? tr("People accept more of what they are shown than they find alone: "
                             "look twice before A.")
                 : shown->value - alone->value >= 0.1
                     ? tr("People accept more of what they are shown than they find alone, but "
                          "too few are counted to tell chance apart.")
                     : tr("People find alone about what they accept when it is shown."));
        text << tr("Both count what a trained model proposed at %1 or more for documents that "
                   "were untouched then and are done now.")
                    .arg(QLocale().toString(known->blind.threshold, 'f', 2));
    }
    guardText->setText(text.join(QLatin1Char(' ')));
    guardText->setVisible(!text.isEmpty());
    if (shares.empty()) {
        guard->setEmpty(session ? tr("Nothing to compare yet") : QString(),
                        session
                            ? tr("Labels made with suggestions will be compared here with those "
                                 "made without.")
                            : QString());
        guard->setNote({});
        return;
    }
    put(guard, charts::shares(tr("labels"), tr("share"), shares));
    guard->setNote(
        tr("By hand: documents in which no suggestion was accepted. If the model agrees far more "
           "with assisted labels, its mistakes become labels. Whiskers: 95 % (Wilson for shares, "
           "bootstrap for F1)."));
}

void DashboardPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_impl->showQuality();
    if (m_impl->dashboard)
        m_impl->dashboard->setShown(true);
}

void DashboardPage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    if (m_impl->dashboard)
        m_impl->dashboard->setShown(false);
}

void DashboardPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->guard)
        m_impl->showAll();
}

void DashboardPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_impl->arrange();
}

}  // namespace spanwise::ui
