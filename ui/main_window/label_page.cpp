#include "ui/main_window/label_page.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

#include "ui/check/quality_text.h"
#include "ui/document_view/document_view.h"
#include "ui/document_view/find_bar.h"
#include "ui/language/plural.h"
#include "ui/main_window/document_find.h"
#include "ui/main_window/mode_bar.h"
#include "ui/patterns/propagate_dialog.h"
#include "ui/queue/queue_panel.h"
#include "ui/search/search_panel.h"
#include "ui/session/learning_controller.h"
#include "ui/session/occurrence_finder.h"
#include "ui/session/project_session.h"
#include "ui/session/quality_controller.h"
#include "ui/session/review_controller.h"
#include "ui/session/similarity_controller.h"
#include "ui/similar/similar_panel.h"
#include "ui/types/guideline_panel.h"
#include "ui/types/remove_type_dialog.h"
#include "ui/types/type_dialog.h"
#include "ui/types/types_panel.h"

namespace spanwise::ui {
namespace {
constexpr int kOccurrences = 40;
/// Of the list, looked through first when it is filtered: some hundredths of a second.
constexpr std::size_t kFirstDocuments = 5000;
constexpr Offset kLongestSearched = 120;
}  // namespace

LabelPage::LabelPage(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("labelPage"));
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setObjectName(QStringLiteral("labelSplitter"));
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_queue = new QueuePanel(m_splitter);
    auto* middle = new QWidget(m_splitter);
    m_view = new DocumentView(middle);
    m_findBar = new FindBar(middle);
    m_find = new DocumentFind(m_view, m_queue, m_findBar, this);
    m_similar = new SimilarPanel(middle);
    m_searchPanel = new SearchPanel(middle);
    m_guidelines = new GuidelinePanel(middle);
    auto* middleLayout = new QVBoxLayout(middle);
    middleLayout->setContentsMargins(0, 0, 0, 0);
    middleLayout->setSpacing(0);
    middleLayout->addWidget(new ModeBar(m_view, middle));
    middleLayout->addWidget(m_view, 2);
    middleLayout->addWidget(m_findBar);
    middleLayout->addWidget(m_similar);
    middleLayout->addWidget(m_searchPanel, 1);
    middleLayout->addWidget(m_guidelines);
    m_types = new TypesPanel(m_splitter);
    m_view->setMinimumWidth(320);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setStretchFactor(2, 0);
    m_splitter->setSizes({263, 744, 271});
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    setTabOrder(m_queue, m_view);
    setTabOrder(m_view, m_types);

    for (QTimer* timer : {&m_countsTimer, &m_queueTimer, &m_occurrenceTimer})
        timer->setSingleShot(true);
    m_countsTimer.setInterval(0);
    m_queueTimer.setInterval(250);
    m_occurrenceTimer.setInterval(150);
    connect(&m_countsTimer, &QTimer::timeout, this, [this] { showCounts(); });
    connect(&m_queueTimer, &QTimer::timeout, this, [this] { showQueue(); });
    connect(&m_occurrenceTimer, &QTimer::timeout, this, [this] { findOccurrences(); });

    connect(m_view, &DocumentView::labelRequested, this, [this](Range range, qint64 type) {
        if (m_session)
            m_session->label(range, type);
    });
    connect(m_view, &DocumentView::acceptRequested, this, [this](qint64 id) {
        if (m_session)
            m_session->accept({id});
    });
    connect(m_view, &DocumentView::rejectRequested, this, [this](qint64 id) {
        if (m_session)
            m_session->reject({id});
    });
    connect(m_view, &DocumentView::acceptAllRequested, this, &LabelPage::acceptAll);
    connect(m_view, &DocumentView::removeRequested, this, [this](qint64 id) {
        if (m_session)
            m_session->removeAnnotations({id});
    });
    connect(m_view, &DocumentView::retypeRequested, this, [this](qint64 id, qint64 type) {
        if (m_session)
            m_session->retype(id, type);
    });
    connect(m_view, &DocumentView::resizeRequested, this, [this](qint64 id, Range range) {
        if (m_session)
            m_session->resize(id, range);
    });
    connect(m_view, &DocumentView::besideRequested, this, [this](Range range, qint64 type) {
        if (m_session)
            m_session->label(range, type, SameWords::Keep);
    });
    const auto ids = [](const QList<qint64>& records) {
        return std::vector<RecordId>(records.begin(), records.end());
    };
    connect(m_view, &DocumentView::retypeAllRequested, this,
            [this, ids](const QList<qint64>& records, qint64 type) {
                if (m_session)
                    m_session->retypeAll(ids(records), type);
            });
    connect(m_view, &DocumentView::acceptMarkedRequested, this,
            [this, ids](const QList<qint64>& records) {
                if (m_session)
                    m_session->accept(ids(records));
            });
    connect(m_view, &DocumentView::rejectMarkedRequested, this,
            [this, ids](const QList<qint64>& records) {
                if (m_session)
                    m_session->reject(ids(records));
            });
    connect(m_view, &DocumentView::removeAllRequested, this,
            [this, ids](const QList<qint64>& records) {
                if (m_session)
                    m_session->clearAll(ids(records));
            });
    connect(m_view, &DocumentView::doneRequested, this, &LabelPage::markDone);
    connect(m_view, &DocumentView::nextDocumentRequested, this, &LabelPage::goToNext);
    connect(m_view, &DocumentView::previousDocumentRequested, this, &LabelPage::goToPrevious);
    connect(m_view, &DocumentView::selectionChanged, this, [this] { m_occurrenceTimer.start(); });
    connect(m_view, &DocumentView::focusedSpanChanged, this, [this] { m_occurrenceTimer.start(); });

    connect(m_queue, &QueuePanel::documentActivated, this, [this](qint64 id) {
        if (m_session && m_session->openDocument(id))
            m_view->setFocus();
    });
    connect(m_queue, &QueuePanel::searchChanged, this, [this](const QString& text) {
        m_search = text;
        m_find->setFilter(text);
        findDocuments();
    });
    connect(m_queue, &QueuePanel::searchEntered, m_find, &DocumentFind::openFirst);
    connect(m_find, &DocumentFind::documentRequested, this, [this](qint64 id) {
        if (m_session)
            m_session->openDocument(id);
    });
    connect(m_findBar, &FindBar::labelAllRequested, this, &LabelPage::propagate);
    connect(m_queue, &QueuePanel::filterChanged, this, [this](QueuePanel::Filter filter) {
        if (filter == QueuePanel::Filter::Disagreeing)
            showDisagreeing();
    });
    connect(m_queue, &QueuePanel::trashRequested, this, &LabelPage::trashDocuments);
    connect(m_queue, &QueuePanel::doneRequested, this,
            [this](const QList<qint64>& documents, bool areDone) {
                if (m_session)
                    m_session->setStatus(
                        std::vector<DocumentId>(documents.begin(), documents.end()),
                        areDone ? DocumentStatus::Done : DocumentStatus::InProgress);
            });
    connect(m_queue, &QueuePanel::importRequested, this, &LabelPage::importRequested);

    connect(m_types, &TypesPanel::typeActivated, this, &LabelPage::useType);
    connect(m_types, &TypesPanel::addTypeRequested, this, &LabelPage::addType);
    connect(m_types, &TypesPanel::editTypeRequested, this, [this](qint64 type) { editType(type); });
    connect(m_types, &TypesPanel::removeTypeRequested, this,
            [this](qint64 type) { removeType(type); });
    connect(m_types, &TypesPanel::mergeTypeRequested, this,
            [this](qint64 type) { removeType(type, true); });
    connect(m_types, &TypesPanel::stickyTypeRequested, this, [this](qint64 type) {
        m_view->setStickyType(type);
        m_view->setFocus();
    });
    connect(m_types, &TypesPanel::acceptAllRequested, this, &LabelPage::acceptAll);
    connect(m_types, &TypesPanel::thresholdChanged, this, [this](double threshold) {
        if (m_session)
            m_session->setThreshold(threshold);
    });
    connect(m_types, &TypesPanel::occurrenceActivated, this, &LabelPage::goTo);
    connect(m_similar, &SimilarPanel::placeActivated, this, &LabelPage::goTo);
    connect(m_similar, &SimilarPanel::closed, m_view, qOverload<>(&QWidget::setFocus));
    connect(m_searchPanel, &SearchPanel::placeActivated, this, &LabelPage::goTo);
    connect(m_searchPanel, &SearchPanel::closed, m_view, qOverload<>(&QWidget::setFocus));
    connect(m_guidelines, &GuidelinePanel::placeActivated, this, &LabelPage::goTo);
    connect(m_guidelines, &GuidelinePanel::closed, m_view, qOverload<>(&QWidget::setFocus));
    connect(m_guidelines, &GuidelinePanel::editRequested, this,
            [this](qint64 type) { editType(type, true); });
    connect(m_types, &TypesPanel::guidelineRequested, this, &LabelPage::showGuidelineOf);
    connect(m_types, &TypesPanel::currentTypeChanged, m_guidelines, &GuidelinePanel::follow);
    connect(m_view, &DocumentView::focusedSpanChanged, m_guidelines,
            [this](qint64 record) { m_guidelines->follow(record != 0 ? typeInUse() : 0); });
    connect(m_view, &DocumentView::stickyTypeChanged, m_guidelines, &GuidelinePanel::follow);
    connect(m_view, &DocumentView::labelRequested, m_guidelines,
            [this](Range, qint64 type) { m_guidelines->follow(type); });
    connect(m_view, &DocumentView::retypeRequested, m_guidelines,
            [this](qint64, qint64 type) { m_guidelines->follow(type); });
}

bool LabelPage::goTo(DocumentId document, Range range) {
    if (!m_session || !m_session->openDocument(document))
        return false;
    m_view->setSelection(range);
    m_view->scrollTo(range);
    m_view->setFocus();
    return true;
}

void LabelPage::setSearch(SearchController* search) {
    m_searchPanel->setController(search);
}

void LabelPage::setGuidelines(GuidelineController* guidelines) {
    m_guidelines->setController(guidelines);
}

void LabelPage::setKeys(const ViewKeys& keys) {
    m_view->setKeys(keys);
    m_searchPanel->setKeys(keys);
    if (m_session)
        showScheme();
}

void LabelPage::setKeycaps(std::function<QString(const char*)> keycap) {
    m_keycap = std::move(keycap);
    m_types->setKeycaps(m_keycap("addTypeAction"), m_keycap("acceptAllShown"));
    m_findBar->setKeycaps(m_keycap("findNext"), m_keycap("findPrevious"));
    m_queue->setKeycaps(m_keycap("findDocuments"), m_keycap("importFiles"), m_keycap("markDone"));
    m_guidelines->setKeycaps(m_keycap("showGuideline"), m_keycap("addTypeAction"));
    if (m_session)
        showEmptyText();
}

QString LabelPage::withKey(const char* action, const QString& text,
                           const QString& otherwise) const {
    const QString key = m_keycap ? m_keycap(action) : QString();
    return key.isEmpty() ? otherwise : text.arg(key);
}

LabelPage::~LabelPage() = default;

void LabelPage::setSession(ProjectSession* session, LearningController* learning,
                           QualityController* quality, SimilarityController* similarity) {
    if (m_session)
        m_session->disconnect(this);
    if (m_learning) {
        m_learning->disconnect(this);
        disconnect(m_view, nullptr, m_learning, nullptr);
    }
    if (m_quality)
        m_quality->disconnect(this);
    m_session = session;
    m_learning = learning;
    m_quality = quality;
    m_similarity = similarity;
    m_similar->setController(similarity);
    m_search.clear();
    m_findBar->setMode(FindBar::Mode::Hidden);
    m_find->setFilter({});
    m_queue->setFound(std::nullopt);
    m_occurrences.reset();
    if (!m_session) {
        for (QTimer* timer : {&m_countsTimer, &m_queueTimer, &m_occurrenceTimer})
            timer->stop();
        m_view->setDocument(nullptr);
        m_find->followDocument();
        m_view->setScheme({});
        m_types->setScheme({});
        m_types->setOccurrences({}, {});
        m_queue->setDocuments(std::make_shared<const std::vector<DocumentSummary>>(),
                              std::make_shared<const std::vector<QueueEntry>>());
        return;
    }
    m_occurrences = std::make_unique<OccurrenceFinder>(*m_session);
    connect(m_occurrences.get(), &OccurrenceFinder::found, this, &LabelPage::showOccurrences);
    connect(m_session, &ProjectSession::documentChanged, this, [this] { showDocument(); });
    connect(m_session, &ProjectSession::labelsChanged, this, [this](qint64 document) {
        if (document == m_session->documentId())
            showLabels();
    });
    connect(m_session, &ProjectSession::schemeChanged, this, [this] { showScheme(); });
    connect(m_session, &ProjectSession::countsChanged, &m_countsTimer, qOverload<>(&QTimer::start));
    connect(m_session, &ProjectSession::documentsChanged, this, [this] {
        showQueue();
        if (!m_search.isEmpty())
            findDocuments();
        showEmptyText();
    });
    for (const auto found :
         {&ProjectSession::firstDocumentsFound, &ProjectSession::documentsFound}) {
        connect(m_session, found, this,
                [this](const QString& text, const std::vector<DocumentId>& documents) {
                    if (text != m_search)
                        return;
                    m_queue->setFound(documents);
                    m_queue->setCurrentDocument(m_session->documentId());
                    m_find->setFound();
                });
    }
    connect(m_session, &ProjectSession::summaryChanged, this,
            [this](const DocumentSummary& summary) { m_queue->updateDocument(summary.id); });
    connect(m_session, &ProjectSession::thresholdChanged, this, [this](double threshold) {
        m_view->setThreshold(threshold);
        m_types->setThreshold(threshold);
        m_countsTimer.start();
    });
    connect(m_session, &ProjectSession::rankingChanged, &m_queueTimer, qOverload<>(&QTimer::start));
    if (m_quality) {
        connect(m_quality, &QualityController::qualityChanged, this, [this] { showFigures(); });
        connect(m_quality, &QualityController::progress, this, [this] {
            if (!m_quality->quality())
                showFigures();
        });
    }
    const auto showLock = [this] {
        m_view->setReadOnly(m_session->isLocked());
        m_searchPanel->setReadOnly(m_session->isLocked());
        m_findBar->setReadOnly(m_session->isLocked());
        m_types->setReadOnly(m_session->isLocked());
    };
    connect(m_session, &ProjectSession::lockedChanged, this, showLock);
    if (m_learning) {
        connect(m_learning, &LearningController::predicted, &m_queueTimer,
                qOverload<>(&QTimer::start));
        connect(m_view, &DocumentView::visibleRangeChanged, m_learning, [this](Range range) {
            if (m_session && m_learning)
                m_learning->setVisibleRange(m_session->documentId(), range);
        });
    }
    showLock();
    m_view->setThreshold(m_session->threshold());
    m_types->setThreshold(m_session->threshold());
    showScheme();
    showDocument();
    showQueue();
    showEmptyText();
}

void LabelPage::showDocument() {
    m_view->setDocument(m_session->document());
    m_view->setLabels(m_session->labels());
    if (m_learning)
        m_learning->setVisibleRange(m_session->documentId(), m_view->visibleRange());
    m_queue->setCurrentDocument(m_session->documentId());
    m_find->followDocument();
    m_types->setOccurrences({}, {});
    m_countsTimer.start();
}

void LabelPage::showLabels() {
    m_view->setLabels(m_session->labels());
    m_countsTimer.start();
}

void LabelPage::showScheme() {
    const LabelScheme scheme = withLivingKeys(m_session->scheme(), m_view->keys());
    m_view->setScheme(scheme);
    m_types->setScheme(scheme);
    m_queue->setScheme(scheme);
    m_searchPanel->setScheme(scheme);
    showFigures();
    m_countsTimer.start();
}

void LabelPage::showCounts() {
    if (!m_session)
        return;
    const ProjectCounts& counts = m_session->counts();
    std::vector<TypeStatistics> statistics;
    statistics.reserve(counts.perType.size());
    for (const TypeCount& count : counts.perType)
        statistics.push_back({count.type, count.annotations, count.suggestions});
    m_types->setStatistics(statistics);
    m_types->setSuggestionCounts(static_cast<int>(m_view->visibleSuggestions().size()),
                                 static_cast<int>(m_view->labels().suggestions.size()),
                                 counts.suggestions);
}

void LabelPage::showQueue() {
    if (!m_session)
        return;
    m_queueTimer.stop();
    m_queue->setDocuments(m_session->sharedDocuments(), m_session->sharedQueue());
    m_queue->setCurrentDocument(m_session->documentId());
}

void LabelPage::findDocuments() {
    if (!m_session)
        return;
    if (!m_search.isEmpty()) {
        m_session->findDocuments(m_search, m_queue->firstDocuments(kFirstDocuments));
        return;
    }
    m_queue->setFound(std::nullopt);
    m_queue->setCurrentDocument(m_session->documentId());
}

void LabelPage::setReview(ReviewController* review) {
    if (m_review)
        m_review->disconnect(this);
    m_review = review;
    // A document that was just decided stays in sight until the filter is chosen anew.
    if (review)
        connect(review, &ReviewController::rowsChanged, this, &LabelPage::showDisagreeing);
    showDisagreeing();
}

void LabelPage::showDisagreeing() {
    m_queue->setDisagreeing(m_review && !m_review->rows().empty()
                                ? std::optional(m_review->openDocuments())
                                : std::nullopt);
}

void LabelPage::showFigures() {
    std::vector<TypeFigure> figures;
    if (!m_quality || !m_quality->quality()) {
        const bool tooFew = m_quality && m_quality->status().stage == QualityStatus::Stage::TooFew;
        m_types->setFigures(
            {}, !m_quality ? QString()
                : tooFew
                    ? tr("How well the model knows it will stand here once %Ln document(s) are "
                         "labelled and you pause.",
                         nullptr, m_quality->options().leastDocuments)
                    : tr("How well the model knows it will stand here after a check, when you "
                         "pause."));
        return;
    }
    const protocol::CheckResult& result = m_quality->quality()->result;
    for (const EntityType& type : m_session->scheme().types()) {
        TypeFigure figure;
        figure.type = type.id;
        figure.tip = quality_text::typeTip(result, type.name);
        const auto lacking =
            std::find_if(result.lacking.begin(), result.lacking.end(),
                         [&](const auto& report) { return report.type == type.name; });
        const auto report = result.all.perType.find(type.name);
        if (lacking != result.lacking.end()) {
            const int more = plural(std::max(lacking->moreMentions, lacking->moreDocuments));
            figure.text = tr("%Ln more", nullptr, more);
            figure.description = tr("lacks %Ln example(s)", nullptr, more);
        } else if (report != result.all.perType.end()) {
            figure.text = quality_text::percent(report->second.f1);
            figure.description = tr("F1 %1").arg(figure.text);
        } else {
            continue;
        }
        figures.push_back(std::move(figure));
    }
    m_types->setFigures(figures, tr("The last check did not concern this type."));
}

void LabelPage::showEmptyText() {
    if (m_session->documents().empty())
        m_view->setEmptyText(tr("No documents yet"),
                             withKey("importFiles",
                                     tr("Drop text, JSONL or CoNLL files on the window, or press "
                                        "%1."),
                                     tr("Drop text, JSONL or CoNLL files on the window.")));
    else
        m_view->setEmptyText(
            tr("No document is open"),
            withKey("nextDocument", tr("%1 opens the next one; or choose one at the left."),
                    tr("Choose one in the list on the left.")));
}

Range LabelPage::chosenRange() const {
    const RecordId focused = m_view->focusedSpan();
    if (focused == 0 || !m_session)
        return m_view->selection();
    const DocumentLabels& labels = m_session->labels();
    for (const Annotation& annotation : labels.annotations) {
        if (annotation.id == focused)
            return annotation.range;
    }
    for (const Suggestion& suggestion : labels.suggestions) {
        if (suggestion.id == focused)
            return suggestion.range;
    }
    return m_view->selection();
}

Range LabelPage::chosenRangeOrLabel() const {
    Range range = chosenRange();
    const Offset caret = m_view->caret();
    for (const Annotation& annotation : m_session->labels().annotations) {
        if (range.isEmpty() && annotation.range.contains(caret))
            range = annotation.range;
    }
    return range;
}

void LabelPage::propagate() {
    if (!m_session || !m_session->document() || m_session->isLocked())
        return;
    const Range range = chosenRangeOrLabel();
    const QString words = m_session->textOf(range).simplified();
    if (words.isEmpty() || range.length() > kLongestSearched || m_session->scheme().isEmpty()) {
        Q_EMIT hint(tr("Select words or a label first."),
                    tr("Then they are labelled wherever they stand, after showing where."));
        return;
    }
    TypeId type = 0;
    for (const Suggestion& suggestion : m_session->labels().suggestions) {
        if (suggestion.range == range && suggestion.score >= m_session->threshold())
            type = suggestion.type;
    }
    for (const Annotation& annotation : m_session->labels().annotations) {
        if (annotation.range == range)
            type = annotation.type;
    }
    PropagateDialog dialog(*m_session, words, type, this);
    connect(&dialog, &PropagateDialog::placeActivated, this, &LabelPage::goTo);
    if (dialog.exec() == QDialog::Accepted)
        Q_EMIT hint(tr("%Ln place(s) are labelled.", nullptr, plural(dialog.labelled())),
                    tr("Undo takes all of it back."));
    m_view->setFocus();
}

void LabelPage::findSimilar() {
    if (!m_session || !m_session->document())
        return;
    if (!m_similarity || m_session->isReadOnly()) {
        Q_EMIT hint(tr("Without a worker nothing similar is found."),
                    tr("Install spanwise-cli beside spanwise. Meanwhile the search of the project "
                       "finds words."));
        return;
    }
    const Range range = chosenRangeOrLabel();
    if (range.isEmpty()) {
        Q_EMIT hint(tr("Select words or a label first."),
                    tr("Then places of the project that mean the like are shown."));
        return;
    }
    m_searchPanel->hide();
    m_guidelines->hide();
    m_similarity->find(m_session->documentId(), range);
    m_similar->showFor(m_session->textOf(range));
}

void LabelPage::findInDocument() {
    if (m_session && m_session->document())
        m_find->open(m_view->hasFocus() ? chosenRange() : Range{});
}

void LabelPage::findNext() {
    m_find->next();
}

void LabelPage::findPrevious() {
    m_find->previous();
}

void LabelPage::searchProject() {
    if (!m_session)
        return;
    m_similar->hide();
    m_guidelines->hide();
    const Range range = m_view->hasFocus() ? chosenRange() : Range{};
    const bool isShort = !range.isEmpty() && range.end - range.begin <= kLongestSearched;
    QString text = isShort ? m_session->textOf(range).simplified() : QString();
    m_searchPanel->open(text.isEmpty() ? text : u'"' + text.remove(u'"') + u'"');
}

TypeId LabelPage::typeInUse() const {
    const RecordId focused = m_view->focusedSpan();
    for (const Annotation& annotation : m_view->labels().annotations) {
        if (annotation.id == focused)
            return annotation.type;
    }
    for (const Suggestion& suggestion : m_view->labels().suggestions) {
        if (suggestion.id == focused)
            return suggestion.type;
    }
    return m_view->stickyType() != 0 ? m_view->stickyType() : m_view->lastType();
}

void LabelPage::showGuidelineOf(qint64 type) {
    m_similar->hide();
    m_searchPanel->hide();
    m_guidelines->showType(type);
}

void LabelPage::showGuideline() {
    if (!m_session)
        return;
    if (!m_guidelines->isVisibleTo(this))
        showGuidelineOf(typeInUse());
    else if (m_guidelines->isAncestorOf(QApplication::focusWidget()))
        m_guidelines->close();
    else
        m_guidelines->setFocus();
}

void LabelPage::findOccurrences() {
    if (!m_session || !m_session->document())
        return;
    const Range range = chosenRange();
    const QString text = range.end - range.begin > kLongestSearched || range.isEmpty()
                             ? QString()
                             : m_session->textOf(range);
    if (!text.trimmed().isEmpty()) {
        m_occurrences->find(text, kOccurrences + 1);
        return;
    }
    m_occurrences->cancel();
    m_types->setOccurrences({}, {});
}

void LabelPage::showOccurrences(const QString& text, const Occurrences& found) {
    const Range range = chosenRange();
    if (range.isEmpty() || m_session->textOf(range) != text)
        return;
    std::vector<OccurrenceRow> rows;
    std::set<DocumentId> others;
    for (const TextHit& hit : found.hits) {
        const bool isHere = hit.document == m_session->documentId();
        if (!isHere)
            others.insert(hit.document);
        if (isHere && hit.range == range)
            continue;
        rows.push_back({hit.document, hit.range, QString::fromStdString(hit.before),
                        QString::fromStdString(hit.match), QString::fromStdString(hit.after),
                        hit.type});
    }
    m_types->setOccurrences(text, rows, found.isCut);
    if (m_view->focusedSpan() != 0 && !others.empty()) {
        const QString also =
            found.isCut
                ? tr("also in at least %Ln other document(s)", nullptr, plural(others.size()))
                : tr("also in %Ln other document(s)", nullptr, plural(others.size()));
        m_view->setCardNote(focusIsSuggestion()
                                ? withKey("decideAll",
                                          tr("%1 · %2: decide all").arg(also, QStringLiteral("%1")),
                                          also)
                                : also);
    }
}

bool LabelPage::focusIsSuggestion() const {
    const RecordId focused = m_view->focusedSpan();
    const auto& suggestions = m_view->labels().suggestions;
    return std::any_of(suggestions.begin(), suggestions.end(),
                       [&](const Suggestion& suggestion) { return suggestion.id == focused; });
}

RecordId LabelPage::focusedSuggestion() const {
    return focusIsSuggestion() ? m_view->focusedSpan() : 0;
}

void LabelPage::useType(qint64 type) {
    if (!m_session || m_searchPanel->label(type))
        return;
    if (!m_view->applyType(type) && !m_session->isLocked())
        Q_EMIT hint(tr("Select words first."),
                    tr("Then a click on a type, or its key, labels them."));
    m_view->setFocus();
}

void LabelPage::addType() {
    if (!m_session || m_session->isLocked())
        return;
    TypeDialog dialog(m_session->scheme(), EntityType{}, this, m_view->keys());
    if (dialog.exec() == QDialog::Accepted)
        m_session->putType(dialog.type());
    m_view->setFocus();
}

void LabelPage::editType(qint64 id, bool startsWithNote) {
    const EntityType* type = m_session ? m_session->scheme().byId(id) : nullptr;
    if (!type || m_session->isLocked())
        return;
    TypeDialog dialog(m_session->scheme(), *type, this, m_view->keys());
    if (const auto use = m_session->project().typeUse(id))
        dialog.setUse(*use);
    if (startsWithNote)
        dialog.focusNote();
    if (dialog.exec() == QDialog::Accepted)
        m_session->putType(dialog.type());
}

void LabelPage::removeType(qint64 id, bool merges) {
    const EntityType* type = m_session ? m_session->scheme().byId(id) : nullptr;
    if (!type || m_session->isLocked())
        return;
    const QString name = QString::fromStdString(type->name);
    const auto use = m_session->project().typeUse(id);
    if (!use) {
        m_session->report(use.error());
        return;
    }
    TypeId heir = 0;
    if (merges || use->annotations > 0 || use->rejections > 0) {
        RemoveTypeDialog dialog(m_session->scheme(), id, *use, this);
        if (merges)
            dialog.preferMerge();
        if (dialog.exec() != QDialog::Accepted)
            return;
        heir = dialog.heir();
    }
    if (heir != 0) {
        const QString into = QString::fromStdString(m_session->scheme().byId(heir)->name);
        m_session->mergeType(id, heir, [this, name, into] {
            Q_EMIT hint(tr("“%1” is now “%2”.").arg(name, into), tr("Undo parts them again."));
        });
    } else {
        m_session->trashType(id, [this, name] {
            Q_EMIT hint(tr("“%1” and its labels are in the trash.").arg(name),
                        tr("Undo, or Edit ▸ Trash, brings them back."));
        });
    }
}

void LabelPage::trashDocuments(const QList<qint64>& documents) {
    if (!m_session)
        return;
    const std::vector<DocumentId> ids(documents.begin(), documents.end());
    m_session->trashDocuments(ids, [this, count = ids.size()] {
        Q_EMIT hint(count == 1 ? tr("The document is in the trash.")
                               : tr("%Ln document(s) are in the trash.", nullptr, plural(count)),
                    tr("Edit ▸ Trash brings them back."));
    });
}

void LabelPage::trashCurrent() {
    if (m_session && m_session->documentId() != 0)
        trashDocuments({m_session->documentId()});
}

void LabelPage::goToNext() {
    if (!m_session)
        return;
    if (const DocumentId next = m_queue->next(); next != 0)
        m_session->openDocument(next);
}

void LabelPage::goToPrevious() {
    if (!m_session)
        return;
    if (const DocumentId previous = m_queue->previous(); previous != 0)
        m_session->openDocument(previous);
}

void LabelPage::markDone() {
    if (!m_session || !m_session->document() || m_session->isLocked())
        return;
    const DocumentId current = m_session->documentId();
    if (m_session->labels().status == DocumentStatus::Done) {
        if (m_session->setStatus(DocumentStatus::InProgress))
            Q_EMIT hint(tr("The document is open again."),
                        tr("It comes back in the queue until it is marked as done."));
        return;
    }
    // With a search or a filter the person goes through what it shows, else the queue knows best.
    // What comes next is asked before the filter drops this one.
    const bool isNarrowed = !m_search.isEmpty() || m_queue->filter() != QueuePanel::Filter::Queue;
    const DocumentId following = isNarrowed ? m_queue->nextToDo() : 0;
    if (!m_session->setStatus(DocumentStatus::Done))
        return;
    if (isNarrowed) {
        showQueue();
        if (following != 0)
            m_session->openDocument(following);
        else
            Q_EMIT hint(tr("No document of this list is left after this one."),
                        tr("“Queue” goes on with the rest."));
        return;
    }
    const auto order = m_session->sharedQueue();
    const auto next = std::find_if(order->begin(), order->end(), [&](const QueueEntry& entry) {
        return entry.id != current && entry.reason != QueueReason::Done;
    });
    showQueue();
    if (next == order->end())
        Q_EMIT allDone();
    else
        m_session->openDocument(next->id);
}

void LabelPage::perform(ViewCommand command) {
    if (!m_searchPanel->perform(command))
        m_view->perform(command);
}

void LabelPage::acceptFocused() {
    if (m_searchPanel->perform(ViewCommand::Accept))
        return;
    if (m_session && focusIsSuggestion())
        m_session->accept({m_view->focusedSpan()});
}

void LabelPage::rejectFocused() {
    if (m_searchPanel->perform(ViewCommand::Reject))
        return;
    if (m_session && focusIsSuggestion())
        m_session->reject({m_view->focusedSpan()});
}

void LabelPage::showMoreSuggestions() {
    if (m_session)
        m_types->stepThreshold(-1);
}

void LabelPage::showFewerSuggestions() {
    if (m_session)
        m_types->stepThreshold(1);
}

void LabelPage::acceptAll() {
    if (m_session)
        m_session->accept(m_view->visibleSuggestions());
}

}  // namespace spanwise::ui
