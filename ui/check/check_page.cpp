#include "ui/check/check_page.h"

#include <QDateTime>
#include <QEvent>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <cmath>

#include "core/text/offset_map.h"
#include "ui/check/doubt_list.h"
#include "ui/check/quality_text.h"
#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/session/project_session.h"
#include "ui/session/quality_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/forward_focus.h"
#include "ui/theme/scroll_column.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSideWidth = 340;
constexpr int kSide = 20;
constexpr Offset kContext = 90;  ///< code points to each side

class DoubtView : public QListView {
public:
    using QListView::QListView;
    std::function<void(int)> open, take, dismiss;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        if ((event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier &&
            currentIndex().isValid()) {
            switch (event->key()) {
                case Qt::Key_Return:
                case Qt::Key_Enter:
                    open(currentIndex().row());
                    return;
                case Qt::Key_A:
                    take(currentIndex().row());
                    return;
                case Qt::Key_X:
                    dismiss(currentIndex().row());
                    return;
                default:
                    break;
            }
        }
        QListView::keyPressEvent(event);
    }
    void focusInEvent(QFocusEvent* event) override {
        QListView::focusInEvent(event);
        if (!currentIndex().isValid() && model()->rowCount() > 0)
            setCurrentIndex(model()->index(0, 0));
    }
};

}  // namespace

struct CheckPage::Impl {
    CheckPage* q;
    ProjectSession* session = nullptr;
    QualityController* quality = nullptr;

    QLabel* score = nullptr;
    MutedLabel* scoreDetail = nullptr;
    QLabel* when = nullptr;
    QVBoxLayout* factsPlace = nullptr;
    QWidget* facts = nullptr;
    QPushButton* check = nullptr;
    QPushButton* cancel = nullptr;
    QProgressBar* bar = nullptr;
    QLabel* state = nullptr;

    SectionHeading* heading = nullptr;
    KeycapButton* openButton = nullptr;
    KeycapButton* takeButton = nullptr;
    KeycapButton* dismissButton = nullptr;
    QPushButton* restore = nullptr;
    QStackedWidget* pages = nullptr;
    DoubtModel* rows = nullptr;
    DoubtView* list = nullptr;
    QLabel* emptyHeadline = nullptr;
    QLabel* emptyHint = nullptr;

    explicit Impl(CheckPage* page) : q(page) {}
    QWidget* buildSide();
    QWidget* buildDoubts();
    void showQuality();
    void showStatus();
    void showDoubts();
    void act(int row, const std::function<void(const DoubtRow&)>& action);
    void open(int row);
    void take(int row);
    void dismiss(int row);
};

CheckPage::CheckPage(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>(this)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("checkPage"));
    setAccessibleName(tr("Check"));
    d.rows = new DoubtModel(this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(d.buildSide());
    layout->addWidget(new Hairline(Qt::Vertical, this));
    layout->addWidget(d.buildDoubts(), 1);
    forwardFocus(this, d.list);
    setSession(nullptr, nullptr);
}

CheckPage::~CheckPage() = default;

QWidget* CheckPage::Impl::buildSide() {
    auto* side = new QWidget(q);
    side->setFixedWidth(kSideWidth);
    side->setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, kSide);
    layout->setSpacing(8);
    auto* area = new QScrollArea(side);
    area->setObjectName(QStringLiteral("checkFacts"));
    makeScrollColumn(*area);
    auto* content = new QWidget(area);
    content->setBackgroundRole(QPalette::Window);
    content->setAutoFillBackground(true);
    auto* inner = new QVBoxLayout(content);
    inner->setContentsMargins(kSide, kSide, kSide, kSide);
    inner->setSpacing(6);
    inner->addWidget(new SectionHeading(tr("How good the model is"), content));
    score = plainLabel(content, "checkScore");
    score->setFont(theme::strong(theme::scaled(score->font(), 2.4)));
    inner->addWidget(score);
    scoreDetail = new MutedLabel({}, content);
    scoreDetail->setObjectName(QStringLiteral("checkScoreDetail"));
    scoreDetail->setWordWrap(true);
    inner->addWidget(scoreDetail);
    when = new MutedLabel({}, content);
    when->setObjectName(QStringLiteral("checkWhen"));
    when->setWordWrap(true);
    inner->addWidget(when);
    factsPlace = new QVBoxLayout;
    inner->addLayout(factsPlace);
    inner->addStretch(1);
    area->setWidget(content);
    layout->addWidget(area, 1);

    auto* bottom = new QVBoxLayout;
    bottom->setContentsMargins(kSide, 0, kSide, 0);
    bottom->setSpacing(8);
    bar = new QProgressBar(side);
    bar->setObjectName(QStringLiteral("checkProgress"));
    bar->setAccessibleName(tr("Progress of the check"));
    bar->setTextVisible(false);
    bar->setFixedHeight(8);
    bar->setRange(0, 1000);
    state = new MutedLabel({}, side);
    state->setObjectName(QStringLiteral("checkState"));
    state->setWordWrap(true);
    check = roomyButton(tr("Check now"), "checkNow", side);
    check->setToolTip(
        tr("Trains several models, each without some of the documents, and asks them about these"));
    cancel = roomyButton(tr("Cancel"), "cancelCheck", side);
    bottom->addWidget(bar);
    bottom->addWidget(state);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(check);
    buttons->addWidget(cancel);
    buttons->addStretch();
    bottom->addLayout(buttons);
    layout->addLayout(bottom);
    connect(check, &QPushButton::clicked, q, [this] {
        if (quality)
            quality->checkNow();
    });
    connect(cancel, &QPushButton::clicked, q, [this] {
        if (quality)
            quality->cancelCheck();
    });
    return side;
}

QWidget* CheckPage::Impl::buildDoubts() {
    auto* main = new QWidget(q);
    main->setBackgroundRole(QPalette::AlternateBase);
    main->setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(main);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(24, 14, 24, 12);
    head->setSpacing(10);
    head->addStrut(24);  // as high without the buttons
    heading = new SectionHeading({}, main);
    heading->setObjectName(QStringLiteral("doubtsHeading"));
    head->addWidget(heading);
    head->addStretch();
    openButton =
        new KeycapButton(tr("open"), QStringLiteral("↵"), KeycapButton::KeyPlace::Before, main);
    takeButton = new KeycapButton(tr("take the model's"), QStringLiteral("A"),
                                  KeycapButton::KeyPlace::Before, main);
    dismissButton = new KeycapButton(tr("the label is right"), QStringLiteral("X"),
                                     KeycapButton::KeyPlace::Before, main);
    openButton->setObjectName(QStringLiteral("openDoubt"));
    takeButton->setObjectName(QStringLiteral("takeDoubt"));
    dismissButton->setObjectName(QStringLiteral("dismissDoubt"));
    openButton->setAccessibleName(tr("Open the document there"));
    takeButton->setAccessibleName(tr("Take the model's version"));
    dismissButton->setAccessibleName(tr("Dismiss: the label is right"));
    for (KeycapButton* button : {openButton, takeButton, dismissButton})
        head->addWidget(button);
    layout->addLayout(head);
    layout->addWidget(new Hairline(Qt::Horizontal, main));

    pages = new QStackedWidget(main);
    list = new DoubtView;
    list->setObjectName(QStringLiteral("doubtList"));
    list->setAccessibleName(tr("Labels to look at again"));
    list->setModel(rows);
    list->setItemDelegate(new DoubtDelegate(list));
    list->setFrameShape(QFrame::NoFrame);
    list->setUniformItemSizes(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setVerticalScrollBar(new SlimScrollBar);
    list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list->viewport()->setBackgroundRole(QPalette::AlternateBase);
    list->open = [this](int row) { open(row); };
    list->take = [this](int row) { take(row); };
    list->dismiss = [this](int row) { dismiss(row); };
    pages->addWidget(list);
    auto* empty = new QWidget;
    auto* emptyLayout = new QVBoxLayout(empty);
    emptyLayout->setContentsMargins(60, 40, 60, 40);
    emptyHeadline = plainLabel(empty, "doubtsEmptyHeadline");
    emptyHeadline->setFont(theme::strong(theme::scaled(emptyHeadline->font(), 1.35)));
    emptyHeadline->setAlignment(Qt::AlignHCenter);
    emptyHint = plainLabel(empty, "doubtsEmptyHint");
    emptyHint->setForegroundRole(QPalette::PlaceholderText);
    emptyHint->setAlignment(Qt::AlignHCenter);
    auto* column = new QWidget(empty);
    column->setMaximumWidth(460);
    auto* middle = new QVBoxLayout(column);
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(10);
    middle->addWidget(emptyHeadline);
    middle->addWidget(emptyHint);
    auto* centred = new QHBoxLayout;
    centred->addWidget(column);
    emptyLayout->addStretch(2);
    emptyLayout->addLayout(centred);
    emptyLayout->addStretch(3);
    pages->addWidget(empty);
    layout->addWidget(pages, 1);

    restore = roomyButton({}, "restoreDoubts", main);
    restore->setFlat(true);
    restore->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(18, 6, 18, 8);
    foot->addWidget(restore);
    foot->addStretch();
    layout->addLayout(foot);

    const auto current = [this] { return list->currentIndex().row(); };
    connect(openButton, &QAbstractButton::clicked, q, [this, current] { open(current()); });
    connect(takeButton, &QAbstractButton::clicked, q, [this, current] { take(current()); });
    connect(dismissButton, &QAbstractButton::clicked, q, [this, current] { dismiss(current()); });
    connect(list, &QListView::doubleClicked, q,
            [this](const QModelIndex& index) { open(index.row()); });
    connect(restore, &QPushButton::clicked, q, [this] {
        if (quality)
            quality->restoreDismissed();
        list->setFocus();
    });
    return main;
}

void CheckPage::setSession(ProjectSession* session, QualityController* quality) {
    auto& d = *m_impl;
    if (d.session)
        d.session->disconnect(this);
    if (d.quality)
        d.quality->disconnect(this);
    d.session = session;
    d.quality = quality;
    if (quality) {
        connect(quality, &QualityController::qualityChanged, this,
                [this] { m_impl->showQuality(); });
        connect(quality, &QualityController::progress, this, [this] { m_impl->showStatus(); });
        connect(quality, &QualityController::doubtsChanged, this, [this] { m_impl->showDoubts(); });
    }
    if (session)
        connect(session, &ProjectSession::schemeChanged, this, [this] {
            m_impl->showQuality();
            m_impl->showDoubts();
        });
    d.showQuality();
    d.showStatus();
    d.showDoubts();
}

void CheckPage::Impl::showQuality() {
    delete facts;
    facts = nullptr;
    const auto* known = quality && quality->quality() ? &*quality->quality() : nullptr;
    score->setVisible(known != nullptr);
    when->setVisible(known != nullptr);
    if (!known) {
        scoreDetail->setText(
            tr("Nothing is known yet. When you pause, Spanwise trains on some of your documents "
               "and compares what it finds in the others with your labels: that says how good "
               "the model is, which types need examples, and which labels to look at again."));
        return;
    }
    const protocol::CheckResult& result = known->result;
    score->setText(quality_text::percent(result.all.micro.f1));
    score->setAccessibleName(
        tr("F1 of the model: %1").arg(quality_text::percent(result.all.micro.f1)));
    score->setToolTip(quality_text::scoreTip(result.all.micro));
    const QLocale locale;
    scoreDetail->setText(result.all.micro.f1Interval
                             ? tr("F1 on documents that it had not seen; probably %1.")
                                   .arg(quality_text::interval(*result.all.micro.f1Interval))
                             : tr("F1 on documents that it had not seen."));
    const qint64 labels = session ? session->counts().annotations : known->labels;
    const QString at =
        locale.toString(QDateTime::fromMSecsSinceEpoch(known->at), QLocale::ShortFormat);
    QString age = tr("Checked %1 with %Ln label(s).", nullptr, plural(known->labels)).arg(at);
    if (const qint64 since = labels - known->labels; since > 0)
        age += QLatin1Char(' ') + tr("%Ln are new since.", nullptr, plural(since));
    when->setText(age);

    facts = new QWidget;
    auto* layout = new QVBoxLayout(facts);
    layout->setContentsMargins(0, 14, 0, 0);
    layout->setSpacing(6);
    const auto section = [&](const QString& title) {
        if (layout->count() > 0)
            layout->addSpacing(12);
        layout->addWidget(new SectionHeading(title, facts));
    };
    const auto line = [&](const QString& text, const char* name) {
        auto* label = plainLabel(facts, name);
        label->setText(text);
        layout->addWidget(label);
        return label;
    };
    if (result.curve) {
        section(tr("What more labels will bring"));
        line(quality_text::forecast(*result.curve), "checkForecast");
    }
    if (result.byHand && result.preAnnotated) {
        section(tr("By hand or pre-annotated"));
        line(tr("%1 in %Ln document(s) labelled by hand", nullptr, plural(result.byHand->documents))
                 .arg(quality_text::percent(result.byHand->micro.f1)),
             "checkByHand");
        line(tr("%1 in %Ln where suggestions were accepted", nullptr,
                plural(result.preAnnotated->documents))
                 .arg(quality_text::percent(result.preAnnotated->micro.f1)),
             "checkPreAnnotated");
        auto* why = new MutedLabel(
            tr("Accepted suggestions agree with the model that made them, so the first figure is "
               "the one to trust."),
            facts);
        why->setFont(theme::scaled(why->font(), 0.92));
        why->setWordWrap(true);
        layout->addWidget(why);
    }
    section(tr("By type"));
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(5);
    grid->setColumnStretch(0, 1);
    int row = 0;
    for (const auto& [name, report] : result.all.perType) {
        const QString type = QString::fromStdString(name);
        const EntityType* inScheme = session ? session->scheme().byName(name) : nullptr;
        auto* nameLabel = new QLabel(facts);
        nameLabel->setTextFormat(Qt::PlainText);
        nameLabel->setText(nameLabel->fontMetrics().elidedText(type, Qt::ElideRight, 130));
        if (inScheme) {
            QPalette palette = nameLabel->palette();
            palette.setColor(QPalette::WindowText,
                             theme::typeColors(QString::fromStdString(inScheme->color)).line);
            nameLabel->setPalette(palette);
        }
        auto* f1 = new QLabel(quality_text::percent(report.f1), facts);
        auto* rest = new MutedLabel(tr("%Ln label(s)", nullptr, plural(report.support)), facts);
        f1->setAlignment(Qt::AlignRight);
        rest->setAlignment(Qt::AlignRight);
        for (QLabel* label : {nameLabel, f1, static_cast<QLabel*>(rest)})
            label->setToolTip(type + QLatin1Char('\n') + quality_text::scoreTip(report));
        f1->setAccessibleName(tr("%1: F1 %2").arg(type, quality_text::percent(report.f1)));
        grid->addWidget(nameLabel, row, 0);
        grid->addWidget(f1, row, 1);
        grid->addWidget(rest, row, 2);
        ++row;
    }
    layout->addLayout(grid);
    if (!result.lacking.empty()) {
        section(tr("Types that lack examples"));
        for (const protocol::LackingReport& lacking : result.lacking)
            line(quality_text::lacking(lacking), "checkLacking");
    }
    for (const std::string& note : result.notes) {
        layout->addSpacing(4);
        auto* label = new MutedLabel(engineText(note), facts);
        label->setWordWrap(true);
        label->setFont(theme::scaled(label->font(), 0.92));
        layout->addWidget(label);
    }
    factsPlace->addWidget(facts);
    if (q->isVisible())
        facts->show();
}

void CheckPage::Impl::showStatus() {
    using Stage = QualityStatus::Stage;
    const QualityStatus status = quality ? quality->status() : QualityStatus{Stage::Off};
    const bool isBusy =
        status.stage == Stage::Checking || (status.stage == Stage::Waiting && status.isAsked);
    const bool hadFocus = check->hasFocus() || cancel->hasFocus();
    QString text;
    switch (status.stage) {
        case Stage::Off:
            text = quality ? tr("The project is read-only, so nothing is checked.")
                           : tr("Without a worker nothing is checked. Install spanwise-cli beside "
                                "spanwise.");
            break;
        case Stage::TooFew:
            text = tr("A check needs labels in at least %Ln document(s) and %1.", nullptr,
                      quality->options().leastDocuments)
                       .arg(tr("%Ln sentence(s)", "labels in at least …",
                               quality->options().leastSentences));
            break;
        case Stage::Waiting:
            text = status.isAsked ? tr("Learning from all labels first…")
                                  : tr("Checked anew when you pause.");
            break;
        case Stage::Checking:
            text = status.secondsLeft >= 1
                       ? tr("Checking… %1 s left").arg(std::lround(std::ceil(status.secondsLeft)))
                       : tr("Checking…");
            break;
        case Stage::Checked:
            text = tr("Up to date with your labels.");
            break;
        case Stage::Failed:
            text = tr("The check failed. %1").arg(engineText(status.message));
            break;
    }
    state->setText(text);
    QPalette palette = q->palette();
    state->setForegroundRole(status.stage == Stage::Failed ? QPalette::WindowText
                                                           : QPalette::PlaceholderText);
    if (status.stage == Stage::Failed)
        palette.setColor(QPalette::WindowText, theme::colors().error);
    state->setPalette(palette);
    bar->setVisible(isBusy);
    bar->setRange(0, status.fraction < 0 ? 0 : 1000);
    bar->setValue(static_cast<int>(std::lround(std::max(0.0, status.fraction) * 1000)));
    check->setVisible(!isBusy);
    check->setEnabled(quality && status.stage != Stage::Off && status.stage != Stage::TooFew);
    cancel->setVisible(isBusy);
    if (hadFocus) {
        if (isBusy)
            cancel->setFocus();
        else
            check->setFocus();
    }
    if (rows->rowCount() == 0)
        showDoubts();
}

void CheckPage::Impl::showDoubts() {
    const int before = list->currentIndex().row();
    std::vector<DoubtRow> shown;
    if (quality && session) {
        std::shared_ptr<const Document> document;
        std::optional<OffsetMap> map;
        for (const Doubt& doubt : quality->doubts()) {
            if (!document || document->id != doubt.document) {
                document = session->document();
                if (!document || document->id != doubt.document) {
                    auto stored = session->project().document(doubt.document);
                    if (!stored)
                        continue;
                    document = std::make_shared<const Document>(std::move(*stored));
                }
                map.emplace(document->text);
            }
            const Range place =
                doubt.report.label ? doubt.report.label->range : doubt.report.found->range;
            const Offset length = map->codePoints();
            if (place.begin < 0 || place.isEmpty() || place.end > length)
                continue;
            const auto part = [&](Offset begin, Offset end) {
                const auto from = static_cast<std::size_t>(map->toByte(begin));
                const auto to = static_cast<std::size_t>(map->toByte(end));
                return QString::fromUtf8(document->text.data() + from,
                                         static_cast<qsizetype>(to - from));
            };
            shown.push_back({doubt, QString::fromStdString(document->name),
                             part(std::max<Offset>(0, place.begin - kContext), place.begin),
                             part(place.begin, place.end),
                             part(place.end, std::min(length, place.end + kContext))});
        }
    }
    const int count = static_cast<int>(shown.size());
    rows->setRows(std::move(shown), session ? session->scheme() : LabelScheme{});
    if (count > 0)
        list->setCurrentIndex(rows->index(std::clamp(before, 0, count - 1), 0));
    heading->setText(count == 0
                         ? tr("Labels to look at again")
                         : tr("Labels to look at again · %1").arg(QLocale().toString(count)));
    pages->setCurrentIndex(count == 0 ? 1 : 0);
    const bool isWritable = session && !session->isLocked();
    openButton->setVisible(count > 0);
    takeButton->setVisible(count > 0);
    dismissButton->setVisible(count > 0);
    takeButton->setEnabled(isWritable);
    dismissButton->setEnabled(isWritable);
    const int dismissed = quality ? quality->dismissedCount() : 0;
    restore->setVisible(dismissed > 0 && isWritable);
    const QString again = tr("Show the %Ln dismissed again", nullptr, dismissed);
    restore->setText(again);
    restore->setMinimumWidth(restore->fontMetrics().horizontalAdvance(again) + 24);
    const bool wasChecked = quality && quality->quality();
    emptyHeadline->setText(wasChecked ? tr("No label is in doubt") : tr("Not checked yet"));
    emptyHint->setText(
        wasChecked ? tr("The models of the last check contradict none of your labels strongly.")
        : !quality
            ? tr("It takes the background worker. Install spanwise-cli beside spanwise.")
            : tr("Labels that models trained without them contradict will be listed here, the "
                 "surest first. Label a few documents, then pause, or press Check now."));
}

void CheckPage::Impl::act(int row, const std::function<void(const DoubtRow&)>& action) {
    const DoubtRow* found = rows->row(row);
    if (!found || !quality || !session)
        return;
    const DoubtRow copy = *found;  // the list may change under it
    action(copy);
}

void CheckPage::Impl::open(int row) {
    act(row, [this](const DoubtRow& doubt) {
        const protocol::DoubtReport& report = doubt.doubt.report;
        Q_EMIT q->placeActivated(doubt.doubt.document,
                                 report.label ? report.label->range : report.found->range);
    });
}

void CheckPage::Impl::take(int row) {
    act(row, [this](const DoubtRow& doubt) { quality->takeModelsVersion(doubt.doubt); });
}

void CheckPage::Impl::dismiss(int row) {
    act(row, [this](const DoubtRow& doubt) { quality->dismiss(doubt.doubt); });
}

void CheckPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_impl->showQuality();
    m_impl->showStatus();
}

void CheckPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->list) {
        m_impl->showQuality();
        m_impl->showStatus();
        m_impl->list->viewport()->update();
    }
}

}  // namespace spanwise::ui
