#include "ui/search/search_panel.h"

#include <QDateEdit>
#include <QDoubleSpinBox>
#include <QInputDialog>
#include <QKeyEvent>
#include <QListView>
#include <QLocale>
#include <QMenu>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/search/search_list.h"
#include "ui/session/search_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/forward_focus.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSide = 24;
constexpr int kDelay = 120;  ///< ms after the last letter

/// A filter: a pill that says what it asks, with a menu of what it can ask. Lit when it asks
/// anything.
class FilterChip : public Chip {
public:
    FilterChip(const QString& name, const char* objectName, QWidget* parent)
        : Chip(name, parent), m_name(name), m_menu(new QMenu(this)) {
        setObjectName(QString::fromLatin1(objectName));
        m_menu->setObjectName(QString::fromLatin1(objectName) + QStringLiteral("Menu"));
        setCheckable(false);
        say({});
        connect(this, &QAbstractButton::clicked, this,
                [this] { m_menu->popup(mapToGlobal(QPoint(0, height() + 2))); });
    }
    [[nodiscard]] QMenu* menu() const { return m_menu; }
    /// Empty: asks nothing.
    void say(const QString& asked) {
        setText(asked.isEmpty() ? m_name + QStringLiteral(" ▾")
                                : QStringLiteral("%1: %2 ▾").arg(m_name, asked));
        setAccessibleName(asked.isEmpty() ? m_name : m_name + QStringLiteral(": ") + asked);
        setCheckable(true);
        setChecked(!asked.isEmpty());
        updateGeometry();
    }

protected:
    void nextCheckState() override {}  // what it asks lights it, not a click

private:
    QString m_name;
    QMenu* m_menu;
};

/// A menu's actions as a set of values; several or one at a time.
struct Choice {
    FilterChip* chip = nullptr;
    QList<QAction*> actions;
    bool isSingle = false;

    [[nodiscard]] QList<qint64> values() const {
        QList<qint64> chosen;
        for (const QAction* action : actions) {
            if (action->isChecked())
                chosen << action->data().toLongLong();
        }
        return chosen;
    }
    void set(const QList<qint64>& values) const {
        for (QAction* action : actions)
            action->setChecked(values.contains(action->data().toLongLong()));
        show();
    }
    void show() const {
        QStringList names;
        for (const QAction* action : actions) {
            if (action->isChecked())
                names << action->text().replace(QStringLiteral("&&"), QStringLiteral("&"));
        }
        chip->say(names.size() > 2 ? QLocale().toString(names.size()) : names.join(u", "));
    }
};

enum Period { kToday = 1, kWeek, kMonth, kBetween };

qint64 startOf(const QDate& day) {
    return day.startOfDay().toMSecsSinceEpoch();
}

}  // namespace

struct SearchPanel::Impl {
    SearchPanel* q = nullptr;
    SearchController* controller = nullptr;
    LabelScheme scheme;
    ViewKeys keys;
    bool readOnly = false;
    bool quiet = false;  ///< the controls are being set, not used

    SearchField* field = nullptr;
    Chip* expression = nullptr;
    Chip* letters = nullptr;
    FilterChip* saved = nullptr;
    Choice labels, types, status, origins, annotators, period;
    QStringList people;  ///< a person's place here is the value of their choice
    QWidget* between = nullptr;
    QDateEdit* firstDay = nullptr;
    QDateEdit* lastDay = nullptr;
    QDoubleSpinBox* lowest = nullptr;
    QDoubleSpinBox* highest = nullptr;
    KeycapButton* reset = nullptr;
    MutedLabel* state = nullptr;
    SearchHitModel* rows = nullptr;
    QListView* list = nullptr;
    QTimer timer;

    void fill(Choice& choice, const QList<QPair<qint64, QString>>& entries) {
        fill(choice, entries, choice.values());
    }
    void fill(Choice& choice, const QList<QPair<qint64, QString>>& entries,
              const QList<qint64>& chosen) {
        qDeleteAll(choice.actions);
        choice.actions.clear();
        for (const auto& [value, text] : entries) {
            QString escaped = text;
            QAction* action =
                choice.chip->menu()->addAction(escaped.replace(u'&', QStringLiteral("&&")));
            action->setCheckable(true);
            action->setData(value);
            action->setChecked(chosen.contains(value));
            choice.actions << action;
            QObject::connect(action, &QAction::triggered, q, [this, &choice, action] {
                if (choice.isSingle) {
                    for (QAction* other : choice.actions)
                        other->setChecked(other == action && action->isChecked());
                }
                choice.show();
                changed();
            });
        }
        choice.show();
    }

    /// A type that is asked for and is no more stays asked for, or the search would grow.
    void fillTypes(const QList<qint64>& chosen) {
        QList<QPair<qint64, QString>> entries;
        for (const EntityType& type : scheme.types())
            entries << qMakePair(static_cast<qint64>(type.id), QString::fromStdString(type.name));
        for (const qint64 type : chosen) {
            if (!scheme.byId(type))
                entries << qMakePair(type, SearchPanel::tr("a removed type"));
        }
        fill(types, entries, chosen);
    }

    void fillPeople(const QStringList& names, const QList<qint64>& chosen) {
        QList<QPair<qint64, QString>> entries;
        for (const QString& name : names)
            entries << qMakePair(valueOf(name), name);
        for (const qint64 person : chosen) {
            if (!names.contains(people[person]))
                entries << qMakePair(person, people[person]);
        }
        fill(annotators, entries, chosen);
    }

    [[nodiscard]] qint64 valueOf(const QString& name) {
        if (!people.contains(name))
            people << name;
        return people.indexOf(name);
    }

    void changed() {
        between->setVisible(period.values().contains(kBetween));
        reset->setVisible(q->query() != SearchQuery{});
        if (!quiet)
            search();
    }

    void search() {
        timer.stop();
        if (controller)
            controller->search(q->query());
    }

    void set(const SearchQuery& query) {
        quiet = true;
        field->setText(QString::fromStdString(query.text));
        expression->setChecked(query.isExpression);
        letters->setChecked(query.matchesCase);
        QList<qint64> values;
        if (query.labels != SearchQuery::Labels::Any)
            values << static_cast<int>(query.labels);
        labels.set(values);
        fillTypes(QList<qint64>(query.types.begin(), query.types.end()));
        values.clear();
        if (query.status)
            values << static_cast<int>(*query.status);
        status.set(values);
        values.clear();
        for (const Origin origin : query.origins)
            values << static_cast<int>(origin);
        origins.set(values);
        values.clear();
        if (!query.annotator.empty())
            values << valueOf(QString::fromStdString(query.annotator));
        fillPeople(controller ? controller->annotators() : QStringList(), values);
        lowest->setValue(query.lowestScore);
        highest->setValue(query.highestScore);
        values.clear();
        if (query.from != 0 || query.until != 0) {
            values << kBetween;
            const auto day = [](std::int64_t at) {
                return QDateTime::fromMSecsSinceEpoch(at).date();
            };
            firstDay->setDate(query.from != 0 ? day(query.from) : QDate(2000, 1, 1));
            lastDay->setDate(query.until != 0 ? day(query.until - 1) : QDate::currentDate());
        }
        period.set(values);
        quiet = false;
        changed();
    }

    void showSaved() {
        QMenu* menu = saved->menu();
        menu->clear();
        if (!controller)
            return;
        const auto searches = controller->saved();
        for (const SavedSearch& search : searches) {
            QString name = search.name;
            QAction* action = menu->addAction(name.replace(u'&', QStringLiteral("&&")));
            QObject::connect(action, &QAction::triggered, q,
                             [this, query = search.query] { q->show(query); });
        }
        if (!searches.empty())
            menu->addSeparator();
        QAction* keep = menu->addAction(SearchPanel::tr("Save this search…"));
        keep->setObjectName(QStringLiteral("saveSearch"));
        keep->setEnabled(!readOnly && !q->query().isEmpty());
        QObject::connect(keep, &QAction::triggered, q, [this] { save(); });
        if (!searches.empty() && !readOnly) {
            QMenu* forget = menu->addMenu(SearchPanel::tr("Forget"));
            forget->setObjectName(QStringLiteral("forgetSearch"));
            for (const SavedSearch& search : searches) {
                QString name = search.name;
                QAction* action = forget->addAction(name.replace(u'&', QStringLiteral("&&")));
                QObject::connect(action, &QAction::triggered, q,
                                 [this, kept = search.name] { controller->forget(kept); });
            }
        }
    }

    void save() {
        bool isGiven = false;
        const QString name = QInputDialog::getText(
            q, SearchPanel::tr("Save this search"), SearchPanel::tr("Name"), QLineEdit::Normal,
            QString::fromStdString(q->query().text), &isGiven);
        if (isGiven && controller)
            controller->save(name, q->query());
    }

    void showState() {
        if (!controller) {
            state->setText({});
            return;
        }
        QPalette ink = q->palette();
        ink.setColor(state->foregroundRole(), controller->problem().isEmpty()
                                                  ? theme::colors().mutedText
                                                  : theme::colors().error);
        state->setPalette(ink);
        const auto& hits = controller->hits();
        const SearchQuery query = controller->query();
        QString text;
        if (!controller->problem().isEmpty()) {
            text = engineText(controller->problem());
        } else if (query.isEmpty()) {
            text = SearchPanel::tr("Type words, “a phrase”, or choose what labels to look for.");
        } else if (query.labels == SearchQuery::Labels::Unlabelled && query.text.empty()) {
            text = SearchPanel::tr("Type what to look for where no label is.");
        } else if (controller->isRunning()) {
            text =
                hits.empty() || query.listsDocuments()
                    ? SearchPanel::tr("searching…")
                    : SearchPanel::tr("%Ln place(s), searching on…", nullptr, plural(hits.size()));
        } else if (hits.empty() && !controller->hasMore()) {
            text = SearchPanel::tr("Nothing found.");
        } else if (query.listsDocuments()) {
            text = SearchPanel::tr("%Ln document(s)", nullptr, plural(hits.size()));
            if (controller->hasMore())
                text = SearchPanel::tr("first %1; more when you scroll on").arg(text);
        } else {
            std::set<DocumentId> documents;
            for (const SearchHit& hit : hits)
                documents.insert(hit.document);
            text = SearchPanel::tr("%1 in %Ln document(s)", nullptr, plural(documents.size()))
                       .arg(SearchPanel::tr("%Ln place(s)", nullptr, plural(hits.size())));
            if (controller->hasMore())
                text = SearchPanel::tr("first %1; more when you scroll on").arg(text);
            if (!readOnly && list->hasFocus())
                text = SearchPanel::tr("%1 · ↵ opens, a type's key labels here").arg(text);
        }
        state->setText(text);
        state->setToolTip(text);
    }

    [[nodiscard]] int row() const { return list->currentIndex().row(); }

    void next() const {
        if (row() + 1 < rows->rowCount())
            list->setCurrentIndex(rows->index(row() + 1, 0));
    }

    /// True: the key was for the list.
    bool pressed(const QKeyEvent& key) {
        const SearchHit* hit = rows->hit(row());
        if (key.key() == Qt::Key_Escape) {
            field->setFocus();
            field->selectAll();
            return true;
        }
        if (key.key() == Qt::Key_Up && row() <= 0) {
            field->setFocus();
            return true;
        }
        if (!hit)
            return false;
        if (key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter) {
            Q_EMIT q->placeActivated(hit->document, hit->range);
            return true;
        }
        const EntityType* type = typeFor(key, scheme, keys);
        return use(type, type ? std::nullopt : keys.commandFor(key));
    }

    /// What a type's key or a command's does to the place in hand. False: nothing.
    bool use(const EntityType* type, std::optional<ViewCommand> command) {
        const SearchHit* hit = rows->hit(row());
        if (!hit || readOnly ||
            !(type || command == ViewCommand::Accept || command == ViewCommand::Reject ||
              command == ViewCommand::Remove))
            return false;
        const auto at = static_cast<std::size_t>(row());
        bool isDone = false;
        if (type)
            isDone = controller->label(at, type->id);
        else if (command == ViewCommand::Accept)
            isDone = controller->accept(at);
        else if (command == ViewCommand::Remove || hit->isSuggestion)
            isDone = controller->remove(at);
        list->setFocus();
        if (isDone)
            next();
        return true;
    }

    /// Does the list have the keyboard, or will have when the window has it again?
    [[nodiscard]] bool isInHand() const {
        return list->isVisible() && q->window()->focusWidget() == list && rows->hit(row());
    }
};

SearchPanel::SearchPanel(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
    auto& d = *m_impl;
    d.q = this;
    setObjectName(QStringLiteral("searchPanel"));
    setAccessibleName(tr("Search"));
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 6);
    layout->setSpacing(6);
    layout->addWidget(new Hairline(Qt::Horizontal, this));

    auto* head = new QHBoxLayout;
    head->setContentsMargins(kSide - 8, 4, kSide - 6, 0);
    head->setSpacing(6);
    d.field = new SearchField(tr("Search the project…"), {}, this);
    d.field->setObjectName(QStringLiteral("projectSearchField"));
    d.field->setAccessibleName(tr("Search the project"));
    const auto chip = [this](const QString& text, const QString& name, const char* objectName) {
        auto* made = new Chip(text, this);
        made->setObjectName(QString::fromLatin1(objectName));
        made->setAccessibleName(name);
        made->setToolTip(name);
        return made;
    };
    d.expression = chip(QStringLiteral(".*"), tr("Regular expression"), "searchExpression");
    d.letters = chip(QStringLiteral("Aa"), tr("Capital and small letters differ"), "searchCase");
    d.saved = new FilterChip(tr("Saved"), "searchSaved", this);
    auto* close = new KeycapButton(tr("close"), tr("Esc"), KeycapButton::KeyPlace::Before, this);
    close->setObjectName(QStringLiteral("searchClose"));
    close->setAccessibleName(tr("Close the search"));
    head->addWidget(d.field, 1);
    head->addWidget(d.expression);
    head->addWidget(d.letters);
    head->addWidget(d.saved);
    head->addWidget(close);
    layout->addLayout(head);

    auto* filterBox = new QWidget(this);
    auto* filterRow = new QHBoxLayout(filterBox);
    filterRow->setContentsMargins(kSide - 8, 0, kSide - 8, 0);
    auto* filters = new FlowLayout(6);
    filterRow->addLayout(filters);
    const auto choice = [&](Choice& made, const QString& text, const char* name, bool isSingle) {
        made.chip = new FilterChip(text, name, filterBox);
        made.isSingle = isSingle;
        filters->addWidget(made.chip);
    };
    choice(d.types, tr("type"), "filterType", false);
    choice(d.labels, tr("label"), "filterLabels", true);
    choice(d.origins, tr("origin"), "filterOrigin", false);
    choice(d.status, tr("document"), "filterStatus", true);
    choice(d.annotators, tr("annotator"), "filterAnnotator", true);
    choice(d.period, tr("labelled"), "filterPeriod", true);
    const auto spin = [&](double value, const char* name, const QString& text) {
        auto* made = new QDoubleSpinBox(filterBox);
        made->setObjectName(QString::fromLatin1(name));
        made->setAccessibleName(text);
        made->setToolTip(text);
        made->setRange(0, 1);
        made->setSingleStep(0.05);
        made->setDecimals(2);
        made->setValue(value);
        made->setKeyboardTracking(false);
        connect(made, &QDoubleSpinBox::valueChanged, this, [this] { m_impl->changed(); });
        return made;
    };
    auto* scores = new QWidget(filterBox);
    auto* scoreRow = new QHBoxLayout(scores);
    scoreRow->setContentsMargins(4, 0, 0, 0);
    scoreRow->setSpacing(4);
    d.lowest = spin(0, "lowestScore", tr("Lowest score of a suggestion"));
    d.highest = spin(1, "highestScore", tr("Highest score of a suggestion"));
    scoreRow->addWidget(new MutedLabel(tr("score"), scores));
    scoreRow->addWidget(d.lowest);
    scoreRow->addWidget(new MutedLabel(QStringLiteral("–"), scores));
    scoreRow->addWidget(d.highest);
    filters->addWidget(scores);
    d.between = new QWidget(filterBox);
    auto* betweenRow = new QHBoxLayout(d.between);
    betweenRow->setContentsMargins(4, 0, 0, 0);
    betweenRow->setSpacing(4);
    d.firstDay = new QDateEdit(QDate::currentDate().addDays(-7), d.between);
    d.firstDay->setObjectName(QStringLiteral("firstDay"));
    d.firstDay->setAccessibleName(tr("First day"));
    d.lastDay = new QDateEdit(QDate::currentDate(), d.between);
    d.lastDay->setObjectName(QStringLiteral("lastDay"));
    d.lastDay->setAccessibleName(tr("Last day"));
    for (QDateEdit* day : {d.firstDay, d.lastDay}) {
        day->setCalendarPopup(true);
        connect(day, &QDateEdit::dateChanged, this, [this] { m_impl->changed(); });
    }
    betweenRow->addWidget(d.firstDay);
    betweenRow->addWidget(new MutedLabel(QStringLiteral("–"), d.between));
    betweenRow->addWidget(d.lastDay);
    filters->addWidget(d.between);
    layout->addWidget(filterBox);

    d.state = new MutedLabel({}, this);
    d.state->setObjectName(QStringLiteral("searchState"));
    d.state->setTextFormat(Qt::PlainText);
    d.state->setMinimumWidth(40);
    d.reset = new KeycapButton(tr("clear all"), {}, KeycapButton::KeyPlace::After, this);
    d.reset->setObjectName(QStringLiteral("searchReset"));
    d.reset->setAccessibleName(tr("Clear the search and all filters"));
    auto* stateRow = new QHBoxLayout;
    stateRow->setContentsMargins(kSide, 0, kSide - 6, 0);
    stateRow->addWidget(d.state, 1);
    stateRow->addWidget(d.reset);
    layout->addLayout(stateRow);

    d.rows = new SearchHitModel(this);
    d.list = new QListView(this);
    d.list->setObjectName(QStringLiteral("searchList"));
    d.list->setAccessibleName(tr("Places found"));
    d.list->setModel(d.rows);
    d.list->setItemDelegate(new SearchHitDelegate(d.list));
    d.list->setFrameShape(QFrame::NoFrame);
    d.list->setUniformItemSizes(true);
    d.list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d.list->setVerticalScrollBar(new SlimScrollBar);
    d.list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    d.list->viewport()->setBackgroundRole(QPalette::Window);
    d.list->setMinimumHeight(90);
    layout->addWidget(d.list, 1);
    setMinimumHeight(220);
    setMaximumHeight(420);
    forwardFocus(this, d.field);

    d.fill(d.labels, {{static_cast<int>(SearchQuery::Labels::Annotated), tr("labelled")},
                      {static_cast<int>(SearchQuery::Labels::Suggested), tr("suggested")},
                      {static_cast<int>(SearchQuery::Labels::Unlabelled), tr("none")}});
    d.fill(d.status, {{static_cast<int>(DocumentStatus::New), tr("new")},
                      {static_cast<int>(DocumentStatus::InProgress), tr("in progress")},
                      {static_cast<int>(DocumentStatus::Done), tr("done")}});
    d.fill(d.origins, {{static_cast<int>(Origin::Manual), tr("by hand")},
                       {static_cast<int>(Origin::Accepted), tr("accepted")},
                       {static_cast<int>(Origin::Pattern), tr("pattern")},
                       {static_cast<int>(Origin::Imported), tr("imported")}});
    d.fill(d.period, {{kToday, tr("today")},
                      {kWeek, tr("last 7 days")},
                      {kMonth, tr("last 30 days")},
                      {kBetween, tr("between…")}});
    d.timer.setSingleShot(true);
    d.timer.setInterval(kDelay);
    connect(&d.timer, &QTimer::timeout, this, [this] { m_impl->changed(); });
    connect(d.field, &QLineEdit::textChanged, this, [this] {
        if (m_impl->quiet)
            return;
        if (m_impl->controller)
            m_impl->controller->cancel();
        m_impl->timer.start();
    });
    connect(d.expression, &QAbstractButton::toggled, this, [this] { m_impl->changed(); });
    connect(d.letters, &QAbstractButton::toggled, this, [this] { m_impl->changed(); });
    connect(d.reset, &QAbstractButton::clicked, this, [this] {
        m_impl->set({});
        m_impl->field->setFocus();
    });
    connect(d.saved->menu(), &QMenu::aboutToShow, this, [this] { m_impl->showSaved(); });
    connect(close, &QAbstractButton::clicked, this, [this] { this->close(); });
    connect(d.list, &QListView::doubleClicked, this, [this](const QModelIndex& index) {
        if (const SearchHit* hit = m_impl->rows->hit(index.row()))
            Q_EMIT placeActivated(hit->document, hit->range);
    });
    d.field->installEventFilter(this);
    d.list->installEventFilter(this);
    installEventFilter(this);
    d.between->hide();
    d.reset->hide();
    hide();
}

SearchPanel::~SearchPanel() = default;

void SearchPanel::setController(SearchController* controller) {
    auto& d = *m_impl;
    if (d.controller)
        d.controller->disconnect(this);
    d.timer.stop();
    d.controller = nullptr;
    d.set({});
    d.controller = controller;
    d.rows->setController(controller);
    hide();
    if (!controller)
        return;
    connect(controller, &SearchController::changed, this, [this] {
        m_impl->showState();
        if (!m_impl->list->currentIndex().isValid() && m_impl->rows->rowCount() > 0)
            m_impl->list->setCurrentIndex(m_impl->rows->index(0, 0));
    });
}

void SearchPanel::setScheme(const LabelScheme& scheme) {
    auto& d = *m_impl;
    d.scheme = scheme;
    d.rows->setScheme(scheme);
    d.fillTypes(d.types.values());
}

void SearchPanel::setKeys(const ViewKeys& keys) {
    m_impl->keys = keys;
}

bool SearchPanel::perform(ViewCommand command) {
    return m_impl->isInHand() && m_impl->use(nullptr, command);
}

bool SearchPanel::label(TypeId type) {
    return m_impl->isInHand() && m_impl->use(m_impl->scheme.byId(type), std::nullopt);
}

void SearchPanel::setReadOnly(bool readOnly) {
    m_impl->readOnly = readOnly;
    m_impl->showState();
}

void SearchPanel::open(const QString& text) {
    auto& d = *m_impl;
    if (!d.controller)
        return;
    if (!isVisible())
        d.fillPeople(d.controller->annotators(), d.annotators.values());
    show();
    if (!text.isEmpty() && !d.expression->isChecked()) {
        d.field->setText(text);
        d.changed();
    }
    d.field->setFocus();
    d.field->selectAll();
    d.showState();
}

void SearchPanel::show(const SearchQuery& query) {
    open();
    m_impl->set(query);
}

SearchQuery SearchPanel::query() const {
    const auto& d = *m_impl;
    SearchQuery query;
    const QString text = d.field->text();
    query.text = (d.expression->isChecked() ? text : text.trimmed()).toStdString();
    query.isExpression = !query.text.empty() && d.expression->isChecked();
    query.matchesCase = !query.text.empty() && d.letters->isChecked();
    if (const auto labels = d.labels.values(); !labels.isEmpty())
        query.labels = static_cast<SearchQuery::Labels>(labels.first());
    for (const qint64 type : d.types.values())
        query.types.push_back(type);
    if (const auto status = d.status.values(); !status.isEmpty())
        query.status = static_cast<DocumentStatus>(status.first());
    for (const qint64 origin : d.origins.values())
        query.origins.push_back(static_cast<Origin>(origin));
    for (const qint64 person : d.annotators.values())
        query.annotator = d.people[person].toStdString();
    query.lowestScore = d.lowest->value();
    query.highestScore = d.highest->value();
    const QDate today = QDate::currentDate();
    for (const qint64 period : d.period.values()) {
        if (period == kToday) {
            query.from = startOf(today);
        } else if (period == kWeek) {
            query.from = startOf(today.addDays(-6));
        } else if (period == kMonth) {
            query.from = startOf(today.addDays(-29));
        } else {
            query.from = startOf(d.firstDay->date());
            query.until = startOf(d.lastDay->date().addDays(1));
        }
    }
    return query;
}

void SearchPanel::close() {
    if (m_impl->controller)
        m_impl->controller->cancel();
    m_impl->timer.stop();
    hide();
    Q_EMIT closed();
}

bool SearchPanel::eventFilter(QObject* watched, QEvent* event) {
    auto& d = *m_impl;
    if (watched == d.list &&
        (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)) {
        QTimer::singleShot(0, this, [this] { m_impl->showState(); });
    }
    if (event->type() == QEvent::ShortcutOverride && watched == d.list && d.isInHand() &&
        typeFor(*static_cast<QKeyEvent*>(event), d.scheme, d.keys)) {
        event->accept();  // not a shortcut of the window, whatever Shift and a digit type
        return true;
    }
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    if (watched == d.list)
        return d.pressed(*key);
    if (watched == d.field) {
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isEnter && d.timer.isActive())
            d.changed();
        if ((isEnter || key->key() == Qt::Key_Down) && d.rows->rowCount() > 0) {
            d.list->setFocus();
            return true;
        }
        if (isEnter)
            return true;
        if (key->key() == Qt::Key_Escape) {
            close();
            return true;
        }
    } else if (watched == this && key->key() == Qt::Key_Escape) {
        close();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void SearchPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->list) {
        m_impl->list->viewport()->update();
        m_impl->showState();
    }
}

}  // namespace spanwise::ui
