#include "ui/review/review_page.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "core/result.h"
#include "ui/dashboard/chart_card.h"
#include "ui/document_view/document_view.h"
#include "ui/document_view/view_keys.h"
#include "ui/language/plural.h"
#include "ui/review/reading_rows.h"
#include "ui/review/review_list.h"
#include "ui/session/project_session.h"
#include "ui/session/review_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/scroll_column.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kKeys = 9;
constexpr int kLongestWords = 60;

class ReviewView : public QListView {
public:
    using QListView::QListView;
    std::function<void()> open;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            open();
        else
            QListView::keyPressEvent(event);
    }
};

QString figure(std::optional<double> value) {
    return value ? QLocale().toString(*value, 'f', 2) : QStringLiteral("–");
}

/// The page itself takes the keys; to a screen reader it is a group.
QAccessibleInterface* accessiblePage(const QString&, QObject* object) {
    auto* page = qobject_cast<ReviewPage*>(object);
    return page != nullptr ? new QAccessibleWidget(page, QAccessible::Grouping) : nullptr;
}

}  // namespace

struct ReviewPage::Impl {
    ReviewPage* q;
    ProjectSession* session = nullptr;
    ReviewController* review = nullptr;
    QString folder;

    QStackedWidget* pages = nullptr;
    SectionHeading* listHeading = nullptr;
    Chip* onlyOpen = nullptr;
    ReviewModel* rows = nullptr;
    ReviewView* list = nullptr;
    QLabel* listEmpty = nullptr;
    DocumentView* view = nullptr;
    SectionHeading* placeHeading = nullptr;
    KeycapButton *agreed = nullptr, *finish = nullptr;
    QLabel* placeWords = nullptr;
    ReadingRows* readings = nullptr;
    QWidget* agreementBox = nullptr;
    QVBoxLayout* agreementPlace = nullptr;
    QPushButton* exportCsv = nullptr;
    QPushButton* share = nullptr;  ///< of the empty state
    bool isSelecting = false;

    explicit Impl(ReviewPage* page) : q(page) {}
    QWidget* buildList();
    QWidget* buildMiddle();
    QWidget* buildSide();
    QWidget* buildEmpty();
    void showAll();
    void showRows();
    void showDocument();
    void showLabels();
    void showPlace();
    void showAgreement();
    void openFirst();
    void open(DocumentId document);
    void take(std::optional<std::size_t> layer);
    void takeAgreed();
    void settle();
    void settled(DocumentId document, int taken);
    void placeAt(Range range);
    void showFocus();
    void saveCsv();
    [[nodiscard]] ChartTable table() const;
    /// Hidden, showEvent() shows all later.
    [[nodiscard]] bool isHidden() const { return session && !q->isVisible(); }
    [[nodiscard]] bool hasPlace() const { return review && review->current() >= 0; }
};

ReviewPage::ReviewPage(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>(this)) {
    auto& d = *m_impl;
    QAccessible::installFactory(accessiblePage);
    setObjectName(QStringLiteral("reviewPage"));
    setAccessibleName(tr("Review"));
    setFocusPolicy(Qt::StrongFocus);
    d.rows = new ReviewModel(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    d.pages = new QStackedWidget(this);
    layout->addWidget(d.pages);
    auto* splitter = new QSplitter(d.pages);
    splitter->setObjectName(QStringLiteral("reviewSplitter"));
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(d.buildList());
    splitter->addWidget(d.buildMiddle());
    splitter->addWidget(d.buildSide());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({250, 760, 240});
    d.pages->addWidget(splitter);
    d.pages->addWidget(d.buildEmpty());
    setSession(nullptr, nullptr);
}

ReviewPage::~ReviewPage() = default;

DocumentView* ReviewPage::view() const {
    return m_impl->view;
}

void ReviewPage::setFolder(const QString& folder) {
    m_impl->folder = folder;
}

QWidget* ReviewPage::Impl::buildList() {
    auto* panel = new QWidget(q);
    panel->setAutoFillBackground(true);
    panel->setMinimumWidth(190);
    panel->setMaximumWidth(360);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(8);
    onlyOpen = new Chip(tr("Only what is open"), panel);
    onlyOpen->setObjectName(QStringLiteral("onlyOpen"));
    onlyOpen->setAccessibleName(tr("Show only documents with open disagreements"));
    onlyOpen->setCheckable(true);
    onlyOpen->setChecked(true);
    onlyOpen->setFocusPolicy(Qt::TabFocus);
    auto* chips = new QHBoxLayout;
    chips->setContentsMargins(12, 0, 12, 0);
    chips->addWidget(onlyOpen);
    chips->addStretch();
    layout->addLayout(chips);
    listHeading = new SectionHeading({}, panel);
    listHeading->setObjectName(QStringLiteral("reviewHeading"));
    listHeading->setContentsMargins(14, 4, 10, 0);
    layout->addWidget(listHeading);
    list = new ReviewView(panel);
    list->setObjectName(QStringLiteral("reviewList"));
    list->setAccessibleName(tr("Documents that several annotators labelled"));
    list->setModel(rows);
    list->setItemDelegate(new ReviewDelegate(list));
    list->setFrameShape(QFrame::NoFrame);
    list->setUniformItemSizes(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setVerticalScrollBar(new SlimScrollBar);
    list->setMouseTracking(true);
    list->open = [this] { open(rows->documentAt(list->currentIndex().row())); };
    layout->addWidget(list, 1);
    listEmpty = plainLabel(panel, "reviewListEmpty");
    listEmpty->setForegroundRole(QPalette::PlaceholderText);
    listEmpty->setContentsMargins(14, 4, 14, 0);
    layout->addWidget(listEmpty, 1, Qt::AlignTop);
    connect(list, &QListView::clicked, q,
            [this](const QModelIndex& index) { open(rows->documentAt(index.row())); });
    connect(onlyOpen, &QAbstractButton::toggled, q, [this](bool isOn) {
        rows->setOnlyOpen(isOn);
        showRows();
    });
    return panel;
}

QWidget* ReviewPage::Impl::buildMiddle() {
    auto* middle = new QWidget(q);
    auto* layout = new QVBoxLayout(middle);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    view = new DocumentView(middle);
    view->setObjectName(QStringLiteral("reviewView"));
    view->setReadOnly(true);
    view->setThreshold(0);
    view->setFocusPolicy(Qt::NoFocus);  // the page has the keys
    layout->addWidget(view, 1);
    layout->addWidget(new Hairline(Qt::Horizontal, middle));
    auto* panel = new QWidget(middle);
    panel->setAutoFillBackground(true);
    auto* inner = new QVBoxLayout(panel);
    inner->setContentsMargins(0, 10, 0, 0);
    inner->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(14, 0, 14, 0);
    head->setSpacing(10);
    placeHeading = new SectionHeading({}, panel);
    placeHeading->setObjectName(QStringLiteral("placeHeading"));
    head->addWidget(placeHeading);
    head->addStretch();
    agreed = new KeycapButton({}, QStringLiteral("A"), KeycapButton::KeyPlace::Before, panel);
    agreed->setObjectName(QStringLiteral("takeAgreed"));
    agreed->setFocusPolicy(Qt::TabFocus);
    finish = new KeycapButton({}, QStringLiteral("↵"), KeycapButton::KeyPlace::Before, panel);
    finish->setObjectName(QStringLiteral("finishReview"));
    finish->setFocusPolicy(Qt::TabFocus);
    head->addWidget(agreed);
    head->addWidget(finish);
    inner->addLayout(head);
    placeWords = plainLabel(panel, "placeWords");
    placeWords->setWordWrap(false);
    placeWords->setMinimumWidth(40);
    placeWords->setContentsMargins(14, 0, 14, 2);
    placeWords->setFont(theme::strong(theme::scaled(theme::documentFont(), 1.1)));
    inner->addWidget(placeWords);
    auto* area = new QScrollArea(panel);
    makeScrollColumn(*area);
    area->setMinimumHeight(4 * 34 + 6);
    area->setMaximumHeight(7 * 34);
    auto* inside = new QWidget(area);
    auto* insideLayout = new QVBoxLayout(inside);
    insideLayout->setContentsMargins(0, 0, 0, 0);
    readings = new ReadingRows(inside);
    readings->setObjectName(QStringLiteral("readings"));
    readings->setAccessibleName(tr("What each annotator says here"));
    insideLayout->addWidget(readings);
    insideLayout->addStretch();
    area->setWidget(inside);
    inner->addWidget(area);
    layout->addWidget(panel);
    connect(readings, &ReadingRows::activated, q, [this](int row) {
        const auto layers = static_cast<int>(review ? review->layers().size() : 0);
        take(row < layers ? std::optional<std::size_t>(static_cast<std::size_t>(row))
                          : std::nullopt);
    });
    connect(agreed, &QAbstractButton::clicked, q, [this] { takeAgreed(); });
    connect(finish, &QAbstractButton::clicked, q, [this] { settle(); });
    connect(view, &DocumentView::selectionChanged, q, [this](Range range) { placeAt(range); });
    connect(view, &DocumentView::focusedSpanChanged, q, [this](qint64 record) {
        if (record == 0 || isSelecting)
            return;
        for (const Suggestion& span : view->labels().suggestions) {
            if (span.id == record)
                placeAt(span.range);
        }
        for (const Annotation& span : view->labels().annotations) {
            if (span.id == record)
                placeAt(span.range);
        }
        showPlace();
    });
    return middle;
}

QWidget* ReviewPage::Impl::buildSide() {
    auto* side = new QWidget(q);
    side->setAutoFillBackground(true);
    side->setMinimumWidth(210);
    side->setMaximumWidth(340);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 12);
    layout->setSpacing(8);
    auto* area = new QScrollArea(side);
    area->setObjectName(QStringLiteral("agreementArea"));
    makeScrollColumn(*area);
    auto* content = new QWidget(area);
    content->setBackgroundRole(QPalette::Window);
    content->setAutoFillBackground(true);
    agreementPlace = new QVBoxLayout(content);
    agreementPlace->setContentsMargins(16, 14, 16, 14);
    agreementPlace->addStretch(1);
    area->setWidget(content);
    layout->addWidget(area, 1);
    auto* buttons = new QVBoxLayout;
    buttons->setContentsMargins(16, 0, 16, 0);
    buttons->setSpacing(6);
    exportCsv = roomyButton(tr("Save as CSV…"), "exportAgreement", side);
    exportCsv->setToolTip(tr("The figures above, as a table"));
    auto* merge = roomyButton(tr("Merge files…"), "mergeMore", side);
    buttons->addWidget(exportCsv, 0, Qt::AlignLeft);
    buttons->addWidget(merge, 0, Qt::AlignLeft);
    layout->addLayout(buttons);
    connect(exportCsv, &QPushButton::clicked, q, [this] { saveCsv(); });
    connect(merge, &QPushButton::clicked, q, &ReviewPage::mergeRequested);
    return side;
}

QWidget* ReviewPage::Impl::buildEmpty() {
    auto* empty = new QWidget(q);
    empty->setObjectName(QStringLiteral("reviewEmpty"));
    empty->setBackgroundRole(QPalette::AlternateBase);
    empty->setAutoFillBackground(true);
    auto* column = new QWidget(empty);
    column->setMaximumWidth(520);
    auto* middle = new QVBoxLayout(column);
    middle->setContentsMargins(24, 24, 24, 24);
    middle->setSpacing(12);
    auto* headline = plainLabel(column, "reviewEmptyHeadline");
    headline->setFont(theme::strong(theme::scaled(headline->font(), 1.35)));
    headline->setText(tr("Several people, one project"));
    middle->addWidget(headline);
    const QString steps[] = {
        tr("1. Share out: each annotator gets a file with some of the documents, and a part of "
           "them goes to everybody."),
        tr("2. Each labels in a file of their own, with Spanwise, wherever they like."),
        tr("3. Merge: their files come together here. What they say of the same document is "
           "compared, and you decide where they differ.")};
    for (const QString& step : steps) {
        auto* label = plainLabel(column, "reviewStep");
        label->setText(step);
        middle->addWidget(label);
    }
    auto* buttons = new QHBoxLayout;
    share = roomyButton(tr("Share out…"), "shareFirst", column);
    auto* merge = roomyButton(tr("Merge files…"), "mergeFirst", column);
    buttons->addWidget(share);
    buttons->addWidget(merge);
    buttons->addStretch();
    middle->addSpacing(4);
    middle->addLayout(buttons);
    auto* outer = new QVBoxLayout(empty);
    auto* centred = new QHBoxLayout;
    centred->addWidget(column);
    outer->addStretch(2);
    outer->addLayout(centred);
    outer->addStretch(3);
    connect(share, &QPushButton::clicked, q, &ReviewPage::shareRequested);
    connect(merge, &QPushButton::clicked, q, &ReviewPage::mergeRequested);
    return empty;
}

void ReviewPage::setSession(ProjectSession* session, ReviewController* review) {
    auto& d = *m_impl;
    if (d.session)
        d.session->disconnect(this);
    if (d.review)
        d.review->disconnect(this);
    d.session = session;
    d.review = review;
    d.rows->setSource(session, review);
    if (session) {
        connect(session, &ProjectSession::lockedChanged, this, [this] { m_impl->showPlace(); });
        connect(session, &ProjectSession::schemeChanged, this, [this] { m_impl->showAll(); });
    }
    if (review) {
        connect(review, &ReviewController::rowsChanged, this, [this] {
            m_impl->rows->reload();
            m_impl->showAll();
            if (isVisible())
                m_impl->review->wantAgreement();
        });
        connect(review, &ReviewController::rowChanged, this, [this](qint64 document) {
            m_impl->rows->update(document);
            m_impl->showRows();
        });
        connect(review, &ReviewController::documentChanged, this,
                [this] { m_impl->showDocument(); });
        connect(review, &ReviewController::labelsChanged, this, [this] { m_impl->showLabels(); });
        connect(review, &ReviewController::currentChanged, this, [this] { m_impl->showPlace(); });
        connect(review, &ReviewController::settled, this,
                [this](qint64 document, int taken) { m_impl->settled(document, taken); });
        connect(review, &ReviewController::agreementChanged, this,
                [this] { m_impl->showAgreement(); });
    }
    d.showAll();
}

void ReviewPage::Impl::showAll() {
    const bool isEmpty = !review || review->rows().empty();
    const bool hadFocus = q->hasFocus();
    pages->setCurrentIndex(isEmpty ? 1 : 0);
    // With nothing to decide there are no keys to take.
    q->setFocusPolicy(isEmpty ? Qt::NoFocus : Qt::StrongFocus);
    if (isEmpty && hadFocus)
        share->setFocus();
    showRows();
    showDocument();
    showAgreement();
    if (q->isVisible())
        openFirst();
}

void ReviewPage::Impl::showRows() {
    if (isHidden())
        return;
    const int row = session ? rows->rowOf(session->documentId()) : -1;
    if (row >= 0)
        list->setCurrentIndex(rows->index(row));
    else
        list->setCurrentIndex({});
    qint64 open = 0;
    if (review) {
        for (const ReviewRow& each : review->rows())
            open += ReviewController::isWaiting(each) ? 1 : 0;
    }
    listHeading->setText(open > 0 ? tr("To decide · %1").arg(QLocale().toString(open))
                                  : tr("Nothing left to decide"));
    const bool isEmpty = rows->rowCount() == 0;
    list->setVisible(!isEmpty);
    listEmpty->setVisible(isEmpty);
    listEmpty->setText(
        tr("Every disagreement is decided. Without the filter above, all documents "
           "that several annotators labelled are shown."));
}

/// The session's document if several annotators labelled it, else the first that is to decide.
void ReviewPage::Impl::openFirst() {
    if (!review || review->rows().empty() || !review->layers().empty())
        return;
    open(rows->rowCount() > 0 ? rows->documentAt(0) : review->rows().front().document);
}

void ReviewPage::Impl::open(DocumentId document) {
    if (session && document != 0 && session->openDocument(document))
        q->setFocus();
}

void ReviewPage::Impl::showDocument() {
    if (isHidden())
        return;
    const bool isReviewed = review && !review->layers().empty();
    view->setScheme(session ? session->scheme() : LabelScheme());
    view->setDocument(isReviewed ? session->document() : nullptr);
    view->setEmptyText(tr("No document in hand"),
                       tr("Choose one at the left: those with the most to decide come first."));
    showRows();
    showLabels();
}

/// The project's labels, and dashed beside them what is not decided; the figure is the share of
/// annotators that say so.
void ReviewPage::Impl::showLabels() {
    if (isHidden())
        return;
    DocumentLabels shown;
    if (review && !review->layers().empty()) {
        shown.status = session->labels().status;
        shown.annotations = session->labels().annotations;
        const auto people = static_cast<double>(review->layers().size());
        RecordId id = -1;  // of no record
        const auto& places = review->comparison().disagreements;
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (!review->isOpen(i))
                continue;
            for (const TypedRange& span : places[i].spans) {
                const auto says = std::count_if(
                    places[i].perReading.begin(), places[i].perReading.end(),
                    [&](const Reading& reading) {
                        return std::binary_search(reading.begin(), reading.end(), span);
                    });
                shown.suggestions.push_back({id--, session->documentId(), span.range, span.type,
                                             static_cast<double>(says) / people, "review"});
            }
        }
    }
    view->setLabels(shown);
    showPlace();
}

void ReviewPage::Impl::showPlace() {
    if (isHidden())
        return;
    const bool isReviewed = review && !review->layers().empty();
    const bool isWritable = session && !session->isLocked();
    const auto untakenSpans = isReviewed ? review->untakenCount() : 0;
    agreed->setVisible(untakenSpans > 0);
    agreed->setText(tr("take %Ln agreed", "labels", plural(untakenSpans)));
    agreed->setAccessibleName(
        tr("Take %Ln label(s) that all agree on", nullptr, plural(untakenSpans)));
    agreed->updateGeometry();
    agreed->setEnabled(isWritable);
    const std::size_t open = isReviewed ? review->openCount() : 0;
    finish->setVisible(isReviewed);
    finish->setText(open > 0 ? tr("next open") : tr("done, next"));
    finish->setAccessibleName(open > 0 ? tr("Go to the next open disagreement")
                                       : tr("The document is done, and on to the next"));
    finish->updateGeometry();
    std::vector<ReadingRow> lines;
    if (!hasPlace()) {
        placeHeading->setText(isReviewed ? tr("All annotators agree here")
                                         : tr("No document in hand"));
        placeWords->clear();
        readings->setRows({}, false);
        return;
    }
    const auto at = static_cast<std::size_t>(review->current());
    const auto& places = review->comparison().disagreements;
    const Disagreement& place = places[at];
    placeHeading->setText(
        (review->isOpen(at) ? tr("Disagreement %1 of %2") : tr("Disagreement %1 of %2 · decided"))
            .arg(at + 1)
            .arg(places.size()));
    const auto wordsOf = [this](Range range) {
        QString words = session->textOf(range).simplified();
        if (words.size() > kLongestWords)
            words = words.left(kLongestWords - 1) + QStringLiteral("…");
        return words;
    };
    placeWords->setText(QStringLiteral("“") + wordsOf(place.range) + QStringLiteral("”"));
    const auto spansOf = [&](const Reading& reading) {
        std::vector<ReadSpan> spans;
        for (const TypedRange& span : reading) {
            const EntityType* type = session->scheme().byId(span.type);
            spans.push_back({wordsOf(span.range),
                             type ? QString::fromStdString(type->name) : QString(),
                             type ? QString::fromStdString(type->color) : QString()});
        }
        return spans;
    };
    for (std::size_t i = 0; i < review->layers().size(); ++i) {
        const Layer& layer = review->layers()[i];
        ReadingRow line;
        line.key = i < kKeys ? QString::number(i + 1) : QString();
        line.name = QString::fromStdString(layer.annotator);
        line.spans = spansOf(place.perReading[i]);
        line.isTaken = review->isTaken(at, i);
        if (layer.status != DocumentStatus::Done)
            line.note = tr("document not finished");
        lines.push_back(std::move(line));
    }
    ReadingRow none;
    none.key = QStringLiteral("0");
    none.name = tr("label nothing here");
    none.saysNothing = false;
    none.isTaken = review->isTaken(at, std::nullopt);
    lines.push_back(std::move(none));
    readings->setRows(lines, isWritable);
    isSelecting = true;
    view->setSelection(place.range);
    view->scrollTo(place.range);
    isSelecting = false;
    q->setAccessibleDescription(placeHeading->text() + QStringLiteral(": ") + placeWords->text());
}

/// A click in the text takes up the disagreement there.
void ReviewPage::Impl::placeAt(Range range) {
    if (isSelecting || !review)
        return;
    const auto& places = review->comparison().disagreements;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i].range.overlaps(range)) {
            review->setCurrent(static_cast<int>(i));
            return;
        }
    }
}

void ReviewPage::Impl::take(std::optional<std::size_t> layer) {
    if (!hasPlace())
        return;
    const auto place = static_cast<std::size_t>(review->current());
    const bool wasOpen = review->isOpen(place);
    if (review->take(layer) && wasOpen && !review->stepToOpen() && review->untakenCount() == 0)
        Q_EMIT q->hint(tr("All is decided in this document."),
                       tr("Enter marks it as done and goes to the next."));
}

void ReviewPage::Impl::takeAgreed() {
    if (review && review->untakenCount() > 0)
        review->takeAgreed();
}

void ReviewPage::Impl::settle() {
    if (!review || review->layers().empty())
        return;
    if (!review->stepToOpen())
        review->settle();
}

void ReviewPage::Impl::settled(DocumentId document, int taken) {
    const DocumentId next = review->nextOpen();
    const QString end = tr("Every disagreement between the annotators has an answer.");
    if (taken > 0) {
        const DocumentSummary* summary = session->summary(document);
        Q_EMIT q->hint(tr("%Ln label(s) that all agree on were taken.", nullptr, taken),
                       next == 0 ? end
                       : summary ? tr("%1 is done.").arg(QString::fromStdString(summary->name))
                                 : QString());
    } else if (next == 0) {
        Q_EMIT q->hint(tr("Nothing is left to decide."), end);
    }
    // Elsewhere by now, the person stays there.
    if (next != 0 && q->isVisible() && session->documentId() == document)
        open(next);
}

void ReviewPage::keyPressEvent(QKeyEvent* event) {
    auto& d = *m_impl;
    const Qt::KeyboardModifiers modifiers = event->modifiers() & ~Qt::KeypadModifier;
    const int key = event->key();
    std::optional<int> digit;  // typed, on some keyboards with Shift, or by its place in the row
    if (key >= Qt::Key_0 && key <= Qt::Key_9 && (modifiers & ~Qt::ShiftModifier) == Qt::NoModifier)
        digit = key - Qt::Key_0;
    else if (modifiers == Qt::NoModifier)
        digit = digitOf(*event);
    if ((modifiers != Qt::NoModifier && !digit) || !d.review || d.review->layers().empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    if (digit) {
        const auto layers = static_cast<int>(d.review->layers().size());
        if (*digit == 0)
            d.take(std::nullopt);
        else if (*digit <= layers)
            d.take(static_cast<std::size_t>(*digit - 1));
        return;
    }
    switch (key) {
        case Qt::Key_A:
            d.takeAgreed();
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            d.settle();
            return;
        case Qt::Key_Down:
        case Qt::Key_Right:
            d.review->step(1);
            return;
        case Qt::Key_Up:
        case Qt::Key_Left:
            d.review->step(-1);
            return;
        case Qt::Key_PageDown:
            d.view->verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepAdd);
            return;
        case Qt::Key_PageUp:
            d.view->verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepSub);
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

/// Tab goes from disagreement to disagreement, and on out of the page's own focus after the last.
bool ReviewPage::focusNextPrevChild(bool next) {
    auto& d = *m_impl;
    if (hasFocus() && d.hasPlace() && d.review->step(next ? 1 : -1))
        return true;
    return QWidget::focusNextPrevChild(next);
}

void ReviewPage::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    if (focusPolicy() == Qt::NoFocus)
        m_impl->share->setFocus(event->reason());
    m_impl->showFocus();
}

void ReviewPage::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    m_impl->showFocus();
}

/// Whether the page has the keys is seen at the disagreement's heading.
void ReviewPage::Impl::showFocus() {
    QPalette palette = q->palette();
    if (q->hasFocus())
        palette.setColor(placeHeading->foregroundRole(), theme::colors().accent);
    placeHeading->setPalette(palette);
}

void ReviewPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_impl->showAll();
    if (m_impl->review)
        m_impl->review->wantAgreement();
}

void ReviewPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->placeHeading)
        m_impl->showFocus();
}

// --- agreement

void ReviewPage::Impl::showAgreement() {
    if (isHidden())
        return;
    delete agreementBox;
    agreementBox = new QWidget;
    auto* layout = new QVBoxLayout(agreementBox);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(new SectionHeading(tr("Agreement"), agreementBox));
    const auto* known = review && review->agreement() ? &*review->agreement() : nullptr;
    exportCsv->setEnabled(known != nullptr);
    if (!known) {
        auto* wait = new MutedLabel(tr("Comparing…"), agreementBox);
        layout->addWidget(wait);
        agreementPlace->insertWidget(0, agreementBox);
        return;
    }
    const Agreement& agreement = known->agreement;
    const auto note = [&](const QString& text) {
        auto* label = new MutedLabel(text, agreementBox);
        label->setWordWrap(true);
        label->setFont(theme::scaled(label->font(), 0.92));
        layout->addWidget(label);
    };
    auto* alpha = plainLabel(agreementBox, "agreementAlpha");
    alpha->setFont(theme::strong(theme::scaled(alpha->font(), 2.0)));
    alpha->setText(figure(agreement.alpha));
    alpha->setAccessibleName(tr("Krippendorff's alpha: %1").arg(figure(agreement.alpha)));
    layout->addWidget(alpha);
    note(tr("Krippendorff's alpha over words: 1 is full agreement, 0 what chance gives."));
    note(tr("%Ln document(s) labelled by two or more.", nullptr, plural(agreement.documents)));
    if (known->unfinished > 0)
        note(tr("%Ln of their readings is of a document that its annotator has not finished.",
                nullptr, plural(known->unfinished)));
    const auto grid = [&](const QStringList& head) {
        layout->addSpacing(8);
        auto* cells = new QGridLayout;
        cells->setContentsMargins(0, 0, 0, 0);
        cells->setHorizontalSpacing(10);
        cells->setVerticalSpacing(4);
        cells->setColumnStretch(0, 1);
        for (int column = 0; column < head.size(); ++column) {
            auto* label = new MutedLabel(head[column], agreementBox);
            label->setFont(theme::scaled(label->font(), 0.9));
            cells->addWidget(label, 0, column, column == 0 ? Qt::AlignLeft : Qt::AlignRight);
        }
        layout->addLayout(cells);
        return cells;
    };
    const auto put = [&](QGridLayout* cells, int row, const QStringList& texts,
                         const QString& spoken) {
        for (int column = 0; column < texts.size(); ++column) {
            auto* label = new QLabel(agreementBox);
            label->setTextFormat(Qt::PlainText);
            label->setToolTip(spoken);
            if (column == 0) {
                label->setText(
                    label->fontMetrics().elidedText(texts[column], Qt::ElideMiddle, 120));
                label->setAccessibleName(spoken);
            } else {
                label->setText(texts[column]);
            }
            cells->addWidget(label, row, column, column == 0 ? Qt::AlignLeft : Qt::AlignRight);
        }
    };
    auto* pairs = grid({tr("Pair"), tr("F1"), tr("kappa")});
    int row = 0;
    for (const PairAgreement& pair : agreement.pairs) {
        const QString names = QString::fromStdString(known->annotators[pair.first]) +
                              QStringLiteral(" – ") +
                              QString::fromStdString(known->annotators[pair.second]);
        put(pairs, ++row, {names, figure(pair.spans.f1()), figure(pair.kappa)},
            tr("%1: F1 %2, kappa %3, %Ln document(s)", nullptr, plural(pair.documents))
                .arg(names, figure(pair.spans.f1()), figure(pair.kappa)));
    }
    auto* types = grid({tr("Type"), tr("F1"), tr("both")});
    row = 0;
    for (const auto& [type, spans] : agreement.perType) {
        const QString name = QString::fromStdString(type);
        put(types, ++row, {name, figure(spans.f1()), QLocale().toString(qlonglong{spans.both})},
            tr("%1: F1 %2, %Ln label(s) by both", nullptr, plural(spans.both))
                .arg(name, figure(spans.f1())));
    }
    agreementPlace->insertWidget(0, agreementBox);
}

ChartTable ReviewPage::Impl::table() const {
    ChartTable table;
    table.header = {tr("First"),
                    tr("Second"),
                    tr("Type"),
                    tr("F1"),
                    tr("Kappa"),
                    tr("Alpha"),
                    tr("Documents"),
                    tr("Labels of the first"),
                    tr("Labels of the second"),
                    tr("Labels of both")};
    const auto& known = *review->agreement();
    const auto value = [](std::optional<double> number) {
        return number ? QString::number(*number, 'f', 4) : QString();
    };
    const auto counts = [](const SpanAgreement& spans) {
        return QStringList{QString::number(spans.first), QString::number(spans.second),
                           QString::number(spans.both)};
    };
    const Agreement& agreement = known.agreement;
    table.rows << QStringList{tr("all"),
                              tr("all"),
                              {},
                              value(agreement.spans.f1()),
                              {},
                              value(agreement.alpha),
                              QString::number(agreement.documents)} +
                      counts(agreement.spans);
    for (const auto& [type, spans] : agreement.perType)
        table.rows << QStringList{tr("all"),
                                  tr("all"),
                                  QString::fromStdString(type),
                                  value(spans.f1()),
                                  {},
                                  {},
                                  {}} +
                          counts(spans);
    for (const PairAgreement& pair : agreement.pairs) {
        const QString first = QString::fromStdString(known.annotators[pair.first]);
        const QString second = QString::fromStdString(known.annotators[pair.second]);
        table.rows << QStringList{first,
                                  second,
                                  {},
                                  value(pair.spans.f1()),
                                  value(pair.kappa),
                                  {},
                                  QString::number(pair.documents)} +
                          counts(pair.spans);
        for (const auto& [type, spans] : pair.perType)
            table.rows
                << QStringList{first, second, QString::fromStdString(type), value(spans.f1()), {},
                               {},    {}} +
                       counts(spans);
    }
    return table;
}

void ReviewPage::Impl::saveCsv() {
    if (!review || !review->agreement())
        return;
    const QString path = QFileDialog::getSaveFileName(
        q, tr("Save agreement"), QDir(folder).filePath(tr("agreement") + QStringLiteral(".csv")),
        tr("Tables (*.csv)"));
    if (path.isEmpty() || !review || !review->agreement())
        return;
    QSaveFile file(path);
    const QByteArray csv = toCsv(table());
    if (!file.open(QIODevice::WriteOnly) || file.write(csv) != csv.size() || !file.commit()) {
        Q_EMIT q->failed(
            {ErrorCode::Io,
             tr("This file cannot be written: %1.").arg(file.errorString()).toStdString(),
             QDir::toNativeSeparators(path).toStdString()});
        return;
    }
    Q_EMIT q->saved(path);
}

}  // namespace spanwise::ui
