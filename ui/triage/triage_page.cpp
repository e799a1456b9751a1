#include "ui/triage/triage_page.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <optional>

#include "core/protocol/model_messages.h"
#include "ui/document_view/document_view.h"
#include "ui/document_view/view_keys.h"
#include "ui/language/plural.h"
#include "ui/session/project_session.h"
#include "ui/session/triage_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_pattern.h"
#include "ui/triage/place_list.h"
#include "ui/triage/sentence_card.h"

namespace spanwise::ui {
namespace {

constexpr int kColumn = 860;
constexpr int kLongestWords = 90;

/// A type with its colour and key, to accept as.
class TypeChip : public QAbstractButton {
public:
    TypeChip(const EntityType& type, const LabelScheme& scheme, QWidget* parent)
        : QAbstractButton(parent),
          m_scheme(scheme),
          m_type(type.id),
          m_color(QString::fromStdString(type.color)),
          m_key(QString::fromStdString(type.shortcut).toUpper()) {
        if (const char digit = scheme.shiftDigit(type.id); digit != 0)
            m_key = QStringLiteral("⇧") + QLatin1Char(digit);
        setText(QString::fromStdString(type.name));
        setCursor(Qt::PointingHandCursor);
        setFocusPolicy(Qt::TabFocus);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
        setToolTip(QString::fromStdString(type.description));
    }
    void setCurrent(bool current) {
        m_current = current;
        update();
    }
    [[nodiscard]] QSize sizeHint() const override {
        const int cap = m_key.isEmpty() ? 0 : keycapSize(font(), m_key).width() + 8;
        return {kEdge + kSwatch + 6 + textWidth() + cap + kEdge, fontMetrics().height() + 10};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const ThemeColors& colors = theme::colors();
        const TypeColors type = theme::typeColors(m_color);
        painter.setPen(QPen(m_current ? type.line : colors.border, 1));
        painter.setBrush(m_current ? QBrush(type.tint)
                                   : QBrush(underMouse() ? colors.card : colors.panel));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        if (hasFocus()) {
            painter.setPen(QPen(colors.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
        }
        paintTypeSwatch(
            painter,
            QRectF(kEdge, (height() - kSwatch) / 2.0, kSwatch, kSwatch).adjusted(1, 1, -1, -1),
            m_color, theme::typePattern(m_scheme, m_type));
        const int left = kEdge + kSwatch + 6;
        painter.setPen(isEnabled() ? colors.text : colors.mutedText);
        painter.drawText(QRect(left, 0, textWidth() + 1, height()), Qt::AlignVCenter,
                         fontMetrics().elidedText(text(), Qt::ElideRight, textWidth()));
        if (!m_key.isEmpty()) {
            const QSize cap = keycapSize(font(), m_key);
            paintKeycap(painter, {left + textWidth() + 8, (height() - cap.height()) / 2}, m_key);
        }
    }
    void enterEvent(QEnterEvent* event) override {
        QAbstractButton::enterEvent(event);
        update();
    }
    void leaveEvent(QEvent* event) override {
        QAbstractButton::leaveEvent(event);
        update();
    }

private:
    static constexpr int kEdge = 9;
    static constexpr int kSwatch = 13;
    [[nodiscard]] int textWidth() const {
        return std::min(180, fontMetrics().horizontalAdvance(text()) + 1);
    }
    LabelScheme m_scheme;
    TypeId m_type;
    QString m_color, m_key;
    bool m_current = false;
};

QLabel* lineLabel(QWidget* parent, const char* name) {
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setTextFormat(Qt::PlainText);
    return label;
}

QString number(qint64 n) {
    return QLocale().toString(n);
}

}  // namespace

struct TriagePage::Impl {
    TriagePage* q;
    ProjectSession* session = nullptr;
    TriageController* triage = nullptr;

    QLabel* progress = nullptr;
    QLabel* threshold = nullptr;
    QStackedWidget* pages = nullptr;
    QWidget* work = nullptr;
    QLabel* words = nullptr;
    QLabel* typeName = nullptr;
    QLabel* facts = nullptr;
    SentenceCard* card = nullptr;
    QLabel* where = nullptr;
    KeycapButton* previous = nullptr;
    KeycapButton* following = nullptr;
    KeycapButton* listButton = nullptr;
    QWidget* listBox = nullptr;
    QLabel* listNote = nullptr;
    PlaceList* list = nullptr;
    QWidget* chipBox = nullptr;
    QList<std::pair<TypeId, TypeChip*>> chips;
    ViewKeys keys;
    Keys own;
    LabelScheme scheme;  ///< with the keys that are alive
    QString moreKey;     ///< shows less certain suggestions
    KeyCap* more = nullptr;
    KeyCap* fewer = nullptr;
    KeycapButton* accept = nullptr;
    KeycapButton* reject = nullptr;
    KeycapButton* later = nullptr;
    KeycapButton* back = nullptr;
    KeycapButton* open = nullptr;
    QLabel* emptyHeadline = nullptr;
    QLabel* emptyHint = nullptr;
    QPushButton* emptyAction = nullptr;
    std::function<void()> emptyAct;
    int place = 0;  ///< which of the item's places is shown

    explicit Impl(TriagePage* page) : q(page) {}
    QWidget* buildTop();
    QWidget* buildWork();
    QWidget* buildEmpty();
    KeycapButton* button(const QString& text, const QString& key, const char* name,
                         const QString& spoken, std::function<void()> act);
    void showScheme();
    void showItem();
    void showPlace();
    void showList(bool visible);
    void showTicks();
    void showProgress();
    void showEmpty();
    void step(int by);
    void openHere();
    [[nodiscard]] std::optional<TriageCommand> commandFor(const QKeyEvent& event) const;
    [[nodiscard]] QSet<qint64> exceptions() const {
        return listBox->isHidden() ? QSet<qint64>() : list->unticked();
    }
    void decide(const std::function<void()>& act) {
        if (triage && triage->item() && session && !session->isLocked())
            act();
        q->setFocus();
    }
};

namespace {
/// The page itself takes the keys; to a screen reader it is a group.
QAccessibleInterface* accessiblePage(const QString&, QObject* object) {
    auto* page = qobject_cast<TriagePage*>(object);
    return page != nullptr ? new QAccessibleWidget(page, QAccessible::Grouping) : nullptr;
}
}  // namespace

TriagePage::TriagePage(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>(this)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("triagePage"));
    setAccessibleName(tr("Triage"));
    QAccessible::installFactory(accessiblePage);
    setFocusPolicy(Qt::StrongFocus);
    setBackgroundRole(QPalette::AlternateBase);
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(d.buildTop());
    layout->addWidget(new Hairline(Qt::Horizontal, this));
    d.pages = new QStackedWidget(this);
    d.work = d.buildWork();
    d.pages->addWidget(d.work);
    d.pages->addWidget(d.buildEmpty());
    layout->addWidget(d.pages, 1);
    connect(qApp, &QApplication::focusChanged, d.card,
            [this, card = d.card](QWidget*, QWidget* now) { card->setLit(now == this); });
    d.showEmpty();
    Keys own;
    for (int i = 0; i <= static_cast<int>(TriageCommand::Exceptions); ++i) {
        const auto command = static_cast<TriageCommand>(i);
        own.insert(command, usualKeys(command));
    }
    setKeys(ViewKeys(), own);
    setThresholdKeys({}, {});
}

TriagePage::~TriagePage() = default;

SentenceCard* TriagePage::card() const {
    return m_impl->card;
}
PlaceList* TriagePage::list() const {
    return m_impl->list;
}

KeycapButton* TriagePage::Impl::button(const QString& text, const QString& key, const char* name,
                                       const QString& spoken, std::function<void()> act) {
    auto* made = new KeycapButton(text, key, KeycapButton::KeyPlace::Before, work);
    made->setObjectName(QString::fromLatin1(name));
    made->setAccessibleName(spoken);
    made->setFocusPolicy(Qt::TabFocus);
    connect(made, &QAbstractButton::clicked, q, [act = std::move(act)] { act(); });
    return made;
}

QWidget* TriagePage::Impl::buildTop() {
    auto* top = new QWidget(q);
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins(24, 10, 24, 10);
    row->setSpacing(10);
    row->addStrut(22);
    progress = lineLabel(top, "triageProgress");
    threshold = new MutedLabel({}, top);
    threshold->setObjectName(QStringLiteral("triageThreshold"));
    row->addWidget(progress);
    row->addStretch();
    row->addWidget(threshold);
    more = new KeyCap({}, top);
    fewer = new KeyCap({}, top);
    row->addWidget(more);
    row->addWidget(fewer);
    return top;
}

QWidget* TriagePage::Impl::buildWork() {
    work = new QWidget(q);
    auto* outer = new QHBoxLayout(work);
    outer->setContentsMargins(24, 16, 24, 14);
    auto* column = new QWidget(work);
    column->setMaximumWidth(kColumn);
    outer->addStretch(1);
    outer->addWidget(column, 100);
    outer->addStretch(1);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);

    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    words = lineLabel(column, "triageWords");
    words->setFont(theme::strong(theme::scaled(theme::documentFont(), 1.35)));
    words->setMinimumWidth(40);
    typeName = lineLabel(column, "triageType");
    typeName->setFont(theme::strong(theme::scaled(typeName->font(), 1.1)));
    head->addWidget(words);
    head->addWidget(typeName);
    head->addStretch();
    layout->addLayout(head);
    facts = new MutedLabel({}, column);
    facts->setObjectName(QStringLiteral("triageFacts"));
    layout->addWidget(facts);
    card = new SentenceCard(column);
    layout->addWidget(card, 3);

    auto* nav = new QHBoxLayout;
    nav->setSpacing(6);
    nav->addStrut(24);
    where = new MutedLabel({}, column);
    where->setObjectName(QStringLiteral("triageWhere"));
    previous =
        button({}, {}, "triagePrevious", title(TriageCommand::PreviousPlace), [this] { step(-1); });
    following =
        button({}, {}, "triageFollowing", title(TriageCommand::NextPlace), [this] { step(1); });
    listButton = button(tr("exceptions"), {}, "triageList", title(TriageCommand::Exceptions),
                        [this] { showList(listBox->isHidden()); });
    nav->addWidget(where, 1);
    nav->addWidget(previous);
    nav->addWidget(following);
    nav->addSpacing(8);
    nav->addWidget(listButton);
    layout->addLayout(nav);

    listBox = new QWidget(column);
    auto* listLayout = new QVBoxLayout(listBox);
    listLayout->setContentsMargins(0, 0, 0, 0);
    listLayout->setSpacing(4);
    list = new PlaceList(true, listBox);
    list->setObjectName(QStringLiteral("triagePlaces"));
    list->setAccessibleName(tr("Places that the decision is about"));
    list->setMinimumHeight(90);
    listNote = new MutedLabel({}, listBox);
    listNote->setObjectName(QStringLiteral("triageListNote"));
    listLayout->addWidget(list, 1);
    listLayout->addWidget(listNote);
    layout->addWidget(listBox, 4);
    listBox->hide();

    chipBox = new QWidget(column);
    chipBox->setObjectName(QStringLiteral("triageTypes"));
    new FlowLayout(6, chipBox);
    layout->addWidget(chipBox);

    auto* keys = new QHBoxLayout;
    keys->setSpacing(12);
    accept = button(tr("accept"), QStringLiteral("A"), "triageAccept", tr("Accept"),
                    [this] { decide([this] { triage->accept(exceptions()); }); });
    reject = button(tr("reject"), QStringLiteral("X"), "triageReject", tr("Reject"),
                    [this] { decide([this] { triage->reject(exceptions()); }); });
    later = button(tr("later"), {}, "triageLater", title(TriageCommand::Later),
                   [this] { decide([this] { triage->putOff(); }); });
    back = button(tr("back"), {}, "triageBack", title(TriageCommand::Back), [this] {
        if (triage && session && !session->isLocked())
            triage->back();
        q->setFocus();
    });
    open = button(tr("open"), {}, "triageOpen", title(TriageCommand::Open), [this] { openHere(); });
    for (KeycapButton* each : {accept, reject, later, back, open})
        keys->addWidget(each);
    keys->addStretch();
    layout->addLayout(keys);

    connect(list, &PlaceList::ticksChanged, q, [this] { showTicks(); });
    connect(list, &PlaceList::leaveRequested, q, [this] { showList(false); });
    connect(list, &PlaceList::placeActivated, q, &TriagePage::placeActivated);
    connect(list->selectionModel(), &QItemSelectionModel::currentRowChanged, q,
            [this](const QModelIndex& index) {
                if (index.isValid() && index.row() != place) {
                    place = index.row();
                    showPlace();
                }
            });
    return work;
}

QWidget* TriagePage::Impl::buildEmpty() {
    auto* empty = new QWidget(q);
    auto* outer = new QVBoxLayout(empty);
    outer->setContentsMargins(60, 40, 60, 40);
    emptyHeadline = lineLabel(empty, "triageEmptyHeadline");
    emptyHeadline->setFont(theme::strong(theme::scaled(emptyHeadline->font(), 1.35)));
    emptyHeadline->setAlignment(Qt::AlignHCenter);
    emptyHeadline->setWordWrap(true);
    emptyHint = new MutedLabel({}, empty);
    emptyHint->setObjectName(QStringLiteral("triageEmptyHint"));
    emptyHint->setAlignment(Qt::AlignHCenter);
    emptyHint->setWordWrap(true);
    emptyAction = new QPushButton(tr("Read"), empty);
    emptyAction->setObjectName(QStringLiteral("triageEmptyAction"));
    auto* column = new QWidget(empty);
    column->setMaximumWidth(460);
    auto* middle = new QVBoxLayout(column);
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(12);
    middle->addWidget(emptyHeadline);
    middle->addWidget(emptyHint);
    middle->addWidget(emptyAction, 0, Qt::AlignHCenter);
    auto* centred = new QHBoxLayout;
    centred->addStretch(1);
    centred->addWidget(column, 100);
    centred->addStretch(1);
    outer->addStretch(2);
    outer->addLayout(centred);
    outer->addStretch(3);
    connect(emptyAction, &QPushButton::clicked, q, [this] {
        if (emptyAct)
            emptyAct();
    });
    return empty;
}

void TriagePage::setSession(ProjectSession* session, TriageController* triage) {
    auto& d = *m_impl;
    if (d.session)
        d.session->disconnect(this);
    if (d.triage)
        d.triage->disconnect(this);
    d.session = session;
    d.triage = triage;
    if (session && triage) {
        connect(triage, &TriageController::itemChanged, this, [this] {
            m_impl->place = 0;
            m_impl->showItem();
        });
        connect(triage, &TriageController::progressChanged, this,
                [this] { m_impl->showProgress(); });
        connect(triage, &TriageController::hint, this, &TriagePage::hint);
        connect(session, &ProjectSession::schemeChanged, this, [this] {
            m_impl->showScheme();
            m_impl->showItem();
        });
        connect(session, &ProjectSession::thresholdChanged, this,
                [this] { m_impl->showProgress(); });
        connect(session, &ProjectSession::lockedChanged, this, [this] { m_impl->showItem(); });
        connect(session, &ProjectSession::countsChanged, this, [this] {
            if (!m_impl->triage->item() && isVisible())
                m_impl->showEmpty();
        });
        if (isVisible())
            triage->setActive(true);
    }
    d.showScheme();
    d.showItem();
    d.showProgress();
}

void TriagePage::Impl::showScheme() {
    for (const auto& [type, chip] : std::as_const(chips))
        delete chip;
    chips.clear();
    if (!session)
        return;
    scheme = withLivingKeys(session->scheme(), keys);
    for (const EntityType& type : scheme.types()) {
        auto* chip = new TypeChip(type, scheme, chipBox);
        chip->setAccessibleName(tr("Accept as %1").arg(QString::fromStdString(type.name)));
        connect(chip, &QAbstractButton::clicked, q, [this, id = type.id] {
            decide([this, id] { triage->acceptAs(id, exceptions()); });
        });
        chipBox->layout()->addWidget(chip);
        chip->show();
        chips.emplaceBack(type.id, chip);
    }
}

void TriagePage::Impl::showItem() {
    const TriageItem* item = triage ? triage->item() : nullptr;
    if (!item) {
        showEmpty();
        return;
    }
    const bool hadListFocus = list->hasFocus();
    pages->setCurrentIndex(0);
    const SuggestionGroup& group = item->group;
    const EntityType* type = session->scheme().byId(group.type);
    const QString name = type ? QString::fromStdString(type->name) : QString();
    QString text = QString::fromStdString(group.words);
    words->setToolTip(text.size() > kLongestWords ? text : QString());
    if (text.size() > kLongestWords)
        text = text.left(kLongestWords - 1) + QStringLiteral("…");
    words->setText(words->fontMetrics().elidedText(text, Qt::ElideMiddle,
                                                   std::max(200, q->width() * 55 / 100)));
    typeName->setText(QStringLiteral("→ ") + name);
    QPalette palette = q->palette();
    if (type)
        palette.setColor(QPalette::WindowText,
                         theme::typeColors(QString::fromStdString(type->color)).line);
    typeName->setPalette(palette);
    const auto count = static_cast<qint64>(group.ids.size());
    const QLocale locale;
    const auto score = [&](double value) { return locale.toString(value, 'f', 2); };
    QStringList parts;
    if (count > 1)
        parts << tr("%1 in %Ln document(s)", nullptr, plural(group.documents))
                     .arg(tr("%Ln place(s)", nullptr, plural(count)));
    const std::string& model = item->places.front().suggestion.model;
    if (model == kPatternModel)
        parts << tr("found by a pattern");
    else if (count == 1 || score(group.lowest) == score(group.highest))
        parts << tr("score %1").arg(score(group.mean));
    else
        parts << tr("scores %1 to %2, mean %3")
                     .arg(score(group.lowest), score(group.highest), score(group.mean));
    if (protocol::isZeroShot(model))
        parts << tr("a guess from the type's name");
    facts->setText(parts.join(QStringLiteral(" · ")));

    std::vector<PlaceRow> rows;
    rows.reserve(item->places.size());
    for (const SuggestionPlace& each : item->places) {
        const bool isPattern = each.suggestion.model == kPatternModel;
        rows.push_back({each.suggestion.id, each.suggestion.document, each.suggestion.range,
                        QString::fromStdString(each.documentName),
                        QString::fromStdString(each.before), QString::fromStdString(each.match),
                        QString::fromStdString(each.after),
                        isPattern ? tr("pattern") : score(each.suggestion.score)});
    }
    const bool isMany = rows.size() > 1;
    list->setRows(std::move(rows));
    for (const auto& [id, chip] : std::as_const(chips))
        chip->setCurrent(id == group.type);
    previous->setVisible(isMany);
    following->setVisible(isMany);
    listButton->setVisible(isMany);
    listBox->hide();  // exceptions are of one group
    const bool isWritable = !session->isLocked();
    for (QAbstractButton* each : {accept, reject, later})
        each->setEnabled(isWritable);
    back->setEnabled(isWritable && triage->canGoBack());
    for (const auto& [id, chip] : std::as_const(chips))
        chip->setEnabled(isWritable);
    showPlace();
    if (hadListFocus || (q->isVisible() && !q->hasFocus() && q->isAncestorOf(q->focusWidget())))
        q->setFocus();
}

void TriagePage::Impl::showPlace() {
    const TriageItem* item = triage ? triage->item() : nullptr;
    if (!item)
        return;
    const int count = static_cast<int>(item->places.size());
    place = std::clamp(place, 0, count - 1);
    const SuggestionPlace& shown = item->places[static_cast<std::size_t>(place)];
    const EntityType* type = session->scheme().byId(item->group.type);
    card->setPlace(shown, type ? QString::fromStdString(type->color) : QString(),
                   type ? theme::typePattern(session->scheme(), type->id) : TypePattern::Plain);
    const QString name = QString::fromStdString(shown.documentName);
    where->setText(count == 1 ? name
                              : tr("%1 of %2 · %3").arg(number(place + 1), number(count), name));
    if (list->currentIndex().row() != place)
        list->setCurrentIndex(list->places()->index(place));
    const QString spoken =
        tr("%1, suggested as %2; %3. %4")
            .arg(words->text(), type ? QString::fromStdString(type->name) : QString(),
                 facts->text(), card->sentence());
    if (q->accessibleName() != spoken)
        q->setAccessibleName(spoken);  // tells screen readers
}

void TriagePage::Impl::showList(bool visible) {
    if (visible && list->places()->rowCount() < 2)
        return;
    if (!visible)
        list->places()->setAllTicked(true);
    listBox->setVisible(visible);
    if (visible)
        list->setFocus();
    else
        q->setFocus();
    showTicks();
}

void TriagePage::Impl::showTicks() {
    const TriageItem* item = triage ? triage->item() : nullptr;
    if (!item)
        return;
    const auto total = static_cast<qint64>(item->group.ids.size());
    const auto listed = static_cast<qint64>(item->places.size());
    const qint64 left = static_cast<qint64>(listed) - list->tickedCount();
    QString text = left == 0 ? tr("Space takes a tick off: that place is left for later.")
                             : tr("%Ln place(s) are left for later.", nullptr, plural(left));
    if (total > listed)
        text += QLatin1Char(' ') + tr("%Ln more that are not listed are decided with them.",
                                      nullptr, plural(total - listed));
    listNote->setText(text);
}

void TriagePage::Impl::showProgress() {
    if (!triage || !session) {
        progress->clear();
        return;
    }
    const TriageProgress now = triage->progress();
    QStringList parts;
    if (now.groupsLeft > 0) {
        const QString left = tr("%Ln decision(s) left", nullptr, plural(now.groupsLeft));
        parts << (now.suggestionsLeft > now.groupsLeft
                      ? tr("%1 (%Ln suggestion(s))", nullptr, plural(now.suggestionsLeft)).arg(left)
                      : left);
    }
    if (now.decisions > 0)
        parts << (now.settled > now.decisions
                      ? tr("%1 made (%Ln suggestion(s))", nullptr, plural(now.settled))
                            .arg(number(now.decisions))
                      : tr("%1 made").arg(number(now.decisions)));
    if (now.putOff > 0)
        parts << tr("%1 for later").arg(number(now.putOff));
    if (now.perMinute > 0)
        parts << tr("%1 a minute").arg(number(std::llround(now.perMinute)));
    progress->setText(parts.join(QStringLiteral(" · ")));
    threshold->setText(tr("scores above %1").arg(QLocale().toString(session->threshold(), 'f', 2)));
    back->setEnabled(!session->isLocked() && triage->canGoBack());
}

void TriagePage::Impl::showEmpty() {
    pages->setCurrentIndex(1);
    const auto say = [this](const QString& headline, const QString& detail, const QString& action,
                            std::function<void()> act) {
        emptyHeadline->setText(headline);
        emptyHint->setText(detail);
        if (!action.isEmpty())
            emptyAction->setText(action);
        emptyAction->setMinimumWidth(emptyAction->fontMetrics().horizontalAdvance(action) + 40);
        emptyAction->setVisible(!action.isEmpty());
        emptyAct = std::move(act);
    };
    const auto read = [this] { Q_EMIT q->readRequested(); };
    const QString less =
        moreKey.isEmpty() ? QString() : u' ' + tr("%1 shows less certain ones.").arg(moreKey);
    if (!session || !triage) {
        say({}, {}, {}, {});
        return;
    }
    if (q->accessibleName() != tr("Triage"))
        q->setAccessibleName(tr("Triage"));
    if (triage->state() == TriageController::State::Loading) {
        say(tr("Collecting suggestions…"), {}, {}, {});
    } else if (session->documents().empty()) {
        say(tr("No documents yet"),
            tr("Import some, label a few words, and decide here about what is found in the rest."),
            tr("Import…"), [this] { Q_EMIT q->importRequested(); });
    } else if (session->scheme().isEmpty()) {
        say(tr("No entity types yet"),
            tr("Name a kind of thing to find on the Label page. What is then suggested in the "
               "documents is decided here."),
            tr("Label documents"), read);
    } else if (triage->progress().decisions > 0) {
        say(tr("All is decided"),
            tr("Suggestions that come now wait for you here. Meanwhile read a document whole, and "
               "mark it done: what is missing from all suggestions is found only there.") +
                less,
            tr("Read documents"), read);
    } else if (session->counts().suggestions > 0) {
        say(tr("Nothing here is that certain"),
            tr("There are suggestions, but in documents that are done, or with scores below %1.")
                    .arg(QLocale().toString(session->threshold(), 'f', 2)) +
                less,
            tr("Read documents"), read);
    } else {
        say(tr("No suggestions yet"),
            tr("Label a few words in a document: the model learns from them and proposes more. "
               "Here you then decide about each string once, wherever it stands: one key accepts, "
               "one rejects."),
            tr("Label documents"), read);
    }
}

void TriagePage::Impl::step(int by) {
    const TriageItem* item = triage ? triage->item() : nullptr;
    if (!item)
        return;
    const int count = static_cast<int>(item->places.size());
    place = (place + by + count) % count;
    showPlace();
}

void TriagePage::Impl::openHere() {
    const TriageItem* item = triage ? triage->item() : nullptr;
    if (!item)
        return;
    const Suggestion shown = item->places[static_cast<std::size_t>(place)].suggestion;
    Q_EMIT q->placeActivated(shown.document, shown.range);
}

std::optional<TriageCommand> TriagePage::Impl::commandFor(const QKeyEvent& event) const {
    const QKeySequence key = keyOf(event);
    for (auto entry = own.cbegin(); entry != own.cend(); ++entry) {
        if (!key.isEmpty() && entry.value().contains(key))
            return entry.key();
    }
    return std::nullopt;
}

bool TriagePage::event(QEvent* event) {
    const auto& d = *m_impl;
    if (event->type() == QEvent::ShortcutOverride && d.triage && d.triage->item()) {
        // What we act on ourselves must not become a window's shortcut first.
        const auto* key = static_cast<QKeyEvent*>(event);
        const auto command = d.keys.commandFor(*key);
        if (command == ViewCommand::Accept || command == ViewCommand::Reject ||
            d.commandFor(*key) || typeFor(*key, d.scheme, d.keys)) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

QList<QKeySequence> TriagePage::usualKeys(TriageCommand command) {
    switch (command) {
        case TriageCommand::Later:
            return {Qt::Key_Space};
        case TriageCommand::Back:
            return {Qt::Key_Backspace};
        case TriageCommand::Open:
            return {Qt::Key_Return};
        case TriageCommand::PreviousPlace:
            return {Qt::Key_Left};
        case TriageCommand::NextPlace:
            return {Qt::Key_Right};
        case TriageCommand::Exceptions:
            return {Qt::Key_Down};
    }
    return {};
}

QString TriagePage::title(TriageCommand command) {
    switch (command) {
        case TriageCommand::Later:
            return tr("Decide later");
        case TriageCommand::Back:
            return tr("Back to the one before, undoing the decision");
        case TriageCommand::Open:
            return tr("Open the document there");
        case TriageCommand::PreviousPlace:
            return tr("Show the place before");
        case TriageCommand::NextPlace:
            return tr("Show the next place");
        case TriageCommand::Exceptions:
            return tr("List the places, to leave some out");
    }
    return {};
}

void TriagePage::setKeys(const ViewKeys& keys, const Keys& own) {
    auto& d = *m_impl;
    d.keys = keys;
    d.own = own;
    const auto cap = [](KeycapButton* button, const QList<QKeySequence>& all) {
        button->setKey(all.isEmpty() ? QString() : keyText(all.first()));
    };
    cap(d.accept, keys.keys(ViewCommand::Accept));
    cap(d.reject, keys.keys(ViewCommand::Reject));
    cap(d.later, own.value(TriageCommand::Later));
    cap(d.back, own.value(TriageCommand::Back));
    cap(d.open, own.value(TriageCommand::Open));
    cap(d.previous, own.value(TriageCommand::PreviousPlace));
    cap(d.following, own.value(TriageCommand::NextPlace));
    cap(d.listButton, own.value(TriageCommand::Exceptions));
    d.showScheme();
    d.showItem();
}

void TriagePage::setThresholdKeys(const QString& more, const QString& fewer) {
    auto& d = *m_impl;
    d.moreKey = more;
    d.more->setKey(more);
    d.fewer->setKey(fewer);
    d.more->setVisible(!more.isEmpty());
    d.fewer->setVisible(!fewer.isEmpty());
    d.showItem();
}

bool TriagePage::hasItem() const {
    return m_impl->triage && m_impl->triage->item();
}

void TriagePage::accept() {
    m_impl->accept->click();
}

void TriagePage::reject() {
    m_impl->reject->click();
}

void TriagePage::acceptAs(TypeId type) {
    m_impl->decide([&] { m_impl->triage->acceptAs(type, m_impl->exceptions()); });
}

void TriagePage::perform(TriageCommand command) {
    auto& d = *m_impl;
    switch (command) {
        case TriageCommand::Later:
            d.later->click();
            break;
        case TriageCommand::Back:
            d.back->click();
            break;
        case TriageCommand::Open:
            if (hasItem())
                d.openHere();
            else if (d.emptyAct)
                d.emptyAct();
            break;
        case TriageCommand::PreviousPlace:
            d.step(-1);
            break;
        case TriageCommand::NextPlace:
            d.step(1);
            break;
        case TriageCommand::Exceptions:
            d.showList(true);
            break;
    }
}

void TriagePage::keyPressEvent(QKeyEvent* event) {
    auto& d = *m_impl;
    if (!d.triage) {
        event->ignore();
        return;
    }
    const auto modifiers = event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier);
    if (modifiers == Qt::NoModifier && !d.listBox->isHidden() &&
        (event->key() == Qt::Key_Up || event->key() == Qt::Key_Escape)) {
        d.showList(false);
        return;
    }
    if (const EntityType* type = typeFor(*event, d.scheme, d.keys)) {
        acceptAs(type->id);
        return;
    }
    if (const auto own = d.commandFor(*event)) {
        // The arrows mean what is at their side of the window.
        const bool isMirrored = layoutDirection() == Qt::RightToLeft &&
                                (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right);
        if (isMirrored && own == TriageCommand::NextPlace)
            perform(TriageCommand::PreviousPlace);
        else if (isMirrored && own == TriageCommand::PreviousPlace)
            perform(TriageCommand::NextPlace);
        else
            perform(*own);
        return;
    }
    const auto command = d.keys.commandFor(*event);
    if (command == ViewCommand::Accept)
        accept();
    else if (command == ViewCommand::Reject)
        reject();
    else
        event->ignore();
}

void TriagePage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_impl->triage) {
        m_impl->triage->setActive(true);
        m_impl->showItem();
        m_impl->showProgress();
    }
}

void TriagePage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    if (m_impl->triage)
        m_impl->triage->setActive(false);
}

void TriagePage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->list)
        m_impl->showItem();
}

}  // namespace spanwise::ui
