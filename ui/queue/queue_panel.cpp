#include "ui/queue/queue_panel.h"

#include <QButtonGroup>
#include <QEvent>
#include <QKeyEvent>
#include <QListView>
#include <QLocale>
#include <QMenu>
#include <QMetaEnum>
#include <QPushButton>
#include <QScrollBar>
#include <QShortcut>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/queue/queue_model.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

namespace {

constexpr int kSearchDelay = 180;  ///< ms

class DocumentList : public QListView {
public:
    std::function<void(const QModelIndex&)> open;
    std::function<void()> trash;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        if ((event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier) {
            if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
                open(currentIndex());
                return;
            }
            if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace) {
                trash();
                return;
            }
        }
        QListView::keyPressEvent(event);
    }
    void focusInEvent(QFocusEvent* event) override {
        QListView::focusInEvent(event);
        if (!currentIndex().isValid() && model()->rowCount() > 0) {
            selectionModel()->setCurrentIndex(model()->index(0, 0), QItemSelectionModel::NoUpdate);
        }
    }
};

}  // namespace

struct QueuePanel::Impl {
    QueuePanel* q = nullptr;
    QueueModel* model = nullptr;
    DocumentList* list = nullptr;
    SearchField* search = nullptr;
    QTimer* searchTimer = nullptr;
    QButtonGroup* chips = nullptr;
    SectionHeading* heading = nullptr;
    QStackedWidget* pages = nullptr;
    QLabel* emptyHeadline = nullptr;
    MutedLabel* emptyHint = nullptr;
    QPushButton* importButton = nullptr;
    Filter filter = Filter::Queue;
    QString announced;  ///< the search text last told
    QString importKey, doneKey;

    void showHeading() const {
        const QModelIndex top = list->indexAt(QPoint(4, 2));
        heading->setText(model->sectionAt(top.isValid() ? top.row() : 0));
    }

    void refresh() const {
        auto* all = chips->button(static_cast<int>(Filter::All));
        all->setText(QueuePanel::tr("All %1").arg(QLocale().toString(model->documentCount())));
        all->updateGeometry();
        const bool nothing = model->shownDocuments() == 0;
        if (nothing) {
            const bool searching = !announced.isEmpty();
            const bool project = model->documentCount() == 0 && !searching;
            if (project) {
                emptyHeadline->setText(QueuePanel::tr("No documents yet"));
                const QString hint = QueuePanel::tr(
                    "Import texts (.txt), JSON lines or CoNLL files to begin, or drop them on the "
                    "window.");
                emptyHint->setText(importKey.isEmpty()
                                       ? hint
                                       : hint + u' ' +
                                             QueuePanel::tr("%1 imports.").arg(importKey));
            } else if (searching) {
                emptyHeadline->setText(QueuePanel::tr("Nothing found"));
                emptyHint->setText(QueuePanel::tr("No document has “%1”. Escape clears the search.")
                                       .arg(announced));
            } else {
                emptyHeadline->setText(QueuePanel::tr("Nothing here"));
                switch (filter) {
                    case Filter::Unlabelled:
                        emptyHint->setText(QueuePanel::tr("Every document has labels."));
                        break;
                    case Filter::WithSuggestions:
                        emptyHint->setText(QueuePanel::tr(
                            "Suggestions come after the first labels of each type."));
                        break;
                    case Filter::Disagreeing:
                        emptyHint->setText(QueuePanel::tr(
                            "Every disagreement between the annotators is decided."));
                        break;
                    case Filter::Done:
                        emptyHint->setText(
                            doneKey.isEmpty()
                                ? QString()
                                : QueuePanel::tr("%1 in a document says that it is done.")
                                      .arg(doneKey));
                        break;
                    default:
                        emptyHint->setText({});
                        break;
                }
            }
            importButton->setVisible(project);
        }
        pages->setCurrentIndex(nothing ? 1 : 0);
        heading->setVisible(!nothing);
        showHeading();
    }

    template <typename Change>
    void keepingPlace(Change&& change);

    void tellSearch() {
        searchTimer->stop();
        const QString text = search->text().trimmed();
        if (text != announced) {
            announced = text;
            Q_EMIT q->searchChanged(text);
            refresh();
        }
    }

    void open(const QModelIndex& index) const {
        const qint64 id = index.data(QueueModel::DocumentRole).toLongLong();
        if (id != 0) {
            model->setCurrent(id);
            Q_EMIT q->documentActivated(id);
        }
    }

    [[nodiscard]] QList<qint64> chosen() const {
        QList<qint64> ids;
        for (const QModelIndex& index : list->selectionModel()->selectedIndexes()) {
            ids << index.data(QueueModel::DocumentRole).toLongLong();
        }
        if (ids.isEmpty() && list->currentIndex().isValid()) {
            ids << list->currentIndex().data(QueueModel::DocumentRole).toLongLong();
        }
        ids.removeAll(0);
        return ids;
    }

    [[nodiscard]] bool isDone(int row) const {
        return model->index(row).data(QueueModel::StatusRole).toInt() ==
               static_cast<int>(DocumentStatus::Done);
    }

    void trash() const {
        const QList<qint64> ids = chosen();
        if (!ids.isEmpty()) {
            Q_EMIT q->trashRequested(ids);
        }
    }
};

QueuePanel::QueuePanel(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
    auto& d = *m_impl;
    d.q = this;
    setObjectName(QStringLiteral("queuePanel"));
    setAccessibleName(tr("Documents"));
    setAutoFillBackground(true);
    setMinimumWidth(200);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 10, 0, 0);
    layout->setSpacing(0);

    auto* head = new QVBoxLayout;
    head->setContentsMargins(12, 0, 12, 0);
    head->setSpacing(10);
    d.search = new SearchField(tr("Search text, labels…"), QStringLiteral("/"), this);
    d.search->setObjectName(QStringLiteral("searchField"));
    d.search->setAccessibleName(tr("Search documents"));
    head->addWidget(d.search);
    auto* chipRow = new FlowLayout(6);
    d.chips = new QButtonGroup(this);
    d.chips->setExclusive(true);
    const std::pair<Filter, QString> filters[] = {
        {Filter::Queue, tr("Queue")},           {Filter::All, tr("All")},
        {Filter::Unlabelled, tr("Unlabelled")}, {Filter::WithSuggestions, tr("Suggestions")},
        {Filter::Disagreeing, tr("Disagree")},  {Filter::Done, tr("Done")},
    };
    for (const auto& [filter, text] : filters) {
        auto* chip = new Chip(text, this);
        chip->setObjectName(QStringLiteral("filter%1")
                                .arg(QString::fromLatin1(QMetaEnum::fromType<Filter>().valueToKey(
                                    static_cast<int>(filter)))));
        chip->setAccessibleName(tr("Show: %1").arg(text));
        d.chips->addButton(chip, static_cast<int>(filter));
        chipRow->addWidget(chip);
    }
    d.chips->button(static_cast<int>(Filter::Queue))->setChecked(true);
    d.chips->button(static_cast<int>(Filter::Disagreeing))->hide();
    head->addLayout(chipRow);
    layout->addLayout(head);

    d.heading = new SectionHeading({}, this);
    d.heading->setObjectName(QStringLiteral("queueHeading"));
    d.heading->setContentsMargins(14, 13, 10, 7);
    d.heading->setMinimumWidth(40);
    layout->addWidget(d.heading);

    d.pages = new QStackedWidget(this);
    layout->addWidget(d.pages, 1);
    d.model = new QueueModel(this);
    d.list = new DocumentList;
    d.list->setObjectName(QStringLiteral("documentList"));
    d.list->setAccessibleName(tr("Documents"));
    d.list->setFrameShape(QFrame::NoFrame);
    d.list->setUniformItemSizes(true);
    d.list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    d.list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    d.list->setVerticalScrollBar(new SlimScrollBar);
    d.list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d.list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    d.list->setMouseTracking(true);
    d.list->setModel(d.model);
    d.list->setItemDelegate(new QueueDelegate(d.list));
    d.list->setContextMenuPolicy(Qt::CustomContextMenu);
    d.list->open = [this](const QModelIndex& index) { m_impl->open(index); };
    d.list->trash = [this] { m_impl->trash(); };
    d.pages->addWidget(d.list);

    auto* empty = new QWidget;
    empty->setObjectName(QStringLiteral("queueEmpty"));
    auto* emptyLayout = new QVBoxLayout(empty);
    emptyLayout->setContentsMargins(20, 40, 20, 20);
    emptyLayout->setSpacing(8);
    d.emptyHeadline = new QLabel(empty);
    d.emptyHeadline->setObjectName(QStringLiteral("queueEmptyHeadline"));
    QFont strong = d.emptyHeadline->font();
    strong.setWeight(QFont::DemiBold);
    d.emptyHeadline->setFont(strong);
    d.emptyHeadline->setAlignment(Qt::AlignCenter);
    d.emptyHint = new MutedLabel({}, empty);
    d.emptyHint->setObjectName(QStringLiteral("queueEmptyHint"));
    d.emptyHint->setWordWrap(true);
    d.emptyHint->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    d.importButton = new QPushButton(tr("Import…"), empty);
    d.importButton->setObjectName(QStringLiteral("importButton"));
    emptyLayout->addWidget(d.emptyHeadline);
    emptyLayout->addWidget(d.emptyHint);
    emptyLayout->addWidget(d.importButton, 0, Qt::AlignHCenter);
    emptyLayout->addStretch();
    d.pages->addWidget(empty);

    d.searchTimer = new QTimer(this);
    d.searchTimer->setSingleShot(true);
    d.searchTimer->setInterval(kSearchDelay);
    connect(d.search, &QLineEdit::textChanged, d.searchTimer, qOverload<>(&QTimer::start));
    connect(d.search, &QLineEdit::returnPressed, this, [this] {
        m_impl->tellSearch();
        if (m_impl->announced.isEmpty()) {
            m_impl->list->setFocus();
        } else {
            Q_EMIT searchEntered();
        }
    });
    auto* down = new QShortcut(Qt::Key_Down, d.search, nullptr, nullptr, Qt::WidgetShortcut);
    connect(down, &QShortcut::activated, d.list, qOverload<>(&QWidget::setFocus));
    connect(d.searchTimer, &QTimer::timeout, this, [this] { m_impl->tellSearch(); });
    connect(d.chips, &QButtonGroup::idClicked, this,
            [this](int id) { setFilter(static_cast<Filter>(id)); });
    connect(d.list, &QListView::clicked, this, [this](const QModelIndex& index) {
        if (m_impl->list->selectionModel()->selectedIndexes().size() <= 1) {
            m_impl->open(index);
        }
    });
    connect(d.list->verticalScrollBar(), &QScrollBar::valueChanged, this,
            [this] { m_impl->showHeading(); });
    connect(d.list, &QWidget::customContextMenuRequested, this, [this](const QPoint& position) {
        const QList<qint64> ids = m_impl->chosen();
        if (ids.isEmpty()) {
            return;
        }
        auto* menu = new QMenu(this);
        menu->setObjectName(QStringLiteral("documentMenu"));
        menu->setAttribute(Qt::WA_DeleteOnClose);
        QAction* openAction = menu->addAction(tr("Open"));
        connect(openAction, &QAction::triggered, this,
                [this] { m_impl->open(m_impl->list->currentIndex()); });
        const bool areDone = std::all_of(ids.begin(), ids.end(), [this](qint64 id) {
            return m_impl->isDone(m_impl->model->rowOf(id));
        });
        QAction* doneAction = menu->addAction(areDone ? tr("Reopen") : tr("Mark as done"));
        doneAction->setObjectName(QStringLiteral("doneAction"));
        connect(doneAction, &QAction::triggered, this,
                [this, ids, areDone] { Q_EMIT doneRequested(ids, !areDone); });
        QAction* trashAction =
            menu->addAction(tr("Move to the trash") + QStringLiteral("\t") + tr("Del"));
        trashAction->setObjectName(QStringLiteral("trashAction"));
        connect(trashAction, &QAction::triggered, this,
                [this, ids] { Q_EMIT trashRequested(ids); });
        menu->popup(m_impl->list->viewport()->mapToGlobal(position));
    });
    connect(d.importButton, &QPushButton::clicked, this, &QueuePanel::importRequested);
    d.refresh();
}

QueuePanel::~QueuePanel() = default;

void QueuePanel::setDocuments(Documents documents, Order order) {
    m_impl->keepingPlace(
        [&] { m_impl->model->setDocuments(std::move(documents), std::move(order)); });
}

void QueuePanel::setFound(std::optional<std::vector<DocumentId>> found) {
    m_impl->keepingPlace([&] { m_impl->model->setFound(std::move(found)); });
}

void QueuePanel::setDisagreeing(std::optional<std::vector<DocumentId>> documents) {
    auto& d = *m_impl;
    d.chips->button(static_cast<int>(Filter::Disagreeing))->setVisible(documents.has_value());
    if (!documents && d.filter == Filter::Disagreeing)
        setFilter(Filter::Queue);
    const auto change = [&] {
        d.model->setDisagreeing(documents.value_or(std::vector<DocumentId>()));
    };
    if (d.filter == Filter::Disagreeing)
        d.keepingPlace(change);
    else
        change();
}

std::vector<DocumentId> QueuePanel::firstDocuments(std::size_t most) const {
    return m_impl->model->first(most);
}

template <typename Change>
void QueuePanel::Impl::keepingPlace(Change&& change) {
    auto& d = *this;
    const int scroll = d.list->verticalScrollBar()->value();
    const qint64 cursor = d.list->currentIndex().data(QueueModel::DocumentRole).toLongLong();
    change();
    if (const int row = d.model->rowOf(cursor); row >= 0) {
        d.list->selectionModel()->setCurrentIndex(d.model->index(row),
                                                  QItemSelectionModel::NoUpdate);
    }
    d.list->doItemsLayout();
    d.list->verticalScrollBar()->setValue(scroll);
    d.refresh();
}

void QueuePanel::setScheme(const LabelScheme& scheme) {
    m_impl->model->setScheme(scheme);
}

void QueuePanel::updateDocument(DocumentId document) {
    m_impl->model->update(document);
}

void QueuePanel::setCurrentDocument(DocumentId id) {
    auto& d = *m_impl;
    d.model->setCurrent(id);
    const int row = d.model->rowOf(id);
    if (row >= 0) {
        const QModelIndex index = d.model->index(row);
        d.list->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
        d.list->scrollTo(index);
    } else {
        d.list->clearSelection();
    }
    d.showHeading();
}

DocumentId QueuePanel::currentDocument() const {
    return m_impl->model->current();
}

QueuePanel::Filter QueuePanel::filter() const {
    return m_impl->filter;
}

void QueuePanel::setFilter(Filter filter) {
    auto& d = *m_impl;
    d.chips->button(static_cast<int>(filter))->setChecked(true);
    if (d.filter == filter) {
        return;
    }
    d.filter = filter;
    d.model->setFilter(filter);
    d.list->scrollToTop();
    setCurrentDocument(d.model->current());
    d.refresh();
    Q_EMIT filterChanged(filter);
}

DocumentId QueuePanel::first() const {
    return m_impl->model->neighbour(0, 1);
}

DocumentId QueuePanel::next() const {
    const auto& model = *m_impl->model;
    return model.neighbour(model.rowOf(model.current()) + 1, 1);
}

DocumentId QueuePanel::previous() const {
    const auto& model = *m_impl->model;
    const int row = model.rowOf(model.current());
    return row < 0 ? 0 : model.neighbour(row - 1, -1);
}

DocumentId QueuePanel::nextToDo() const {
    const auto& model = *m_impl->model;
    int row = model.rowOf(model.current());
    DocumentId id = 0;
    do {
        id = model.neighbour(row + 1, 1);
        row = model.rowOf(id);
    } while (id != 0 && m_impl->isDone(row));
    return id;
}

void QueuePanel::focusSearch() {
    m_impl->search->setFocus(Qt::ShortcutFocusReason);
    m_impl->search->selectAll();
}

void QueuePanel::setKeycaps(const QString& search, const QString& import, const QString& done) {
    m_impl->search->setKey(search);
    m_impl->importKey = import;
    m_impl->doneKey = done;
    m_impl->refresh();
}

void QueuePanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->list != nullptr) {
        m_impl->list->viewport()->update();
    }
}

}  // namespace spanwise::ui
