#include "ui/types/types_panel.h"
#include "ui/language/plural.h"

#include <QEvent>
#include <QLocale>
#include <QMenu>
#include <QVBoxLayout>
#include <cmath>

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"
#include "ui/types/type_list.h"

namespace spanwise::ui {

namespace {
constexpr int kSide = 14;

QVBoxLayout* section(QVBoxLayout* layout) {
    auto* inner = new QVBoxLayout;
    inner->setContentsMargins(kSide, 0, kSide, 0);
    inner->setSpacing(4);
    layout->addLayout(inner);
    return inner;
}
}  // namespace

struct TypesPanel::Impl {
    LabelScheme scheme;
    TypeModel* types = nullptr;
    ShrinkingList* typeList = nullptr;
    QWidget* empty = nullptr;
    KeycapButton* add = nullptr;
    QWidget* suggestions = nullptr;
    SectionHeading* thresholdHeading = nullptr;
    SlimSlider* slider = nullptr;
    MutedLabel* counts = nullptr;
    KeycapButton* acceptAll = nullptr;
    QWidget* occurrences = nullptr;
    SectionHeading* occurrencesHeading = nullptr;
    OccurrenceModel* occurrenceRows = nullptr;
    ShrinkingList* occurrenceList = nullptr;
    MutedLabel* noOccurrence = nullptr;
    int shownHere = 0;
    bool readOnly = false;

    void showThreshold() const {
        const QString value = QLocale().toString(slider->value() / 100.0, 'f', 2);
        thresholdHeading->setText(TypesPanel::tr("Show suggestions from %1").arg(value));
        slider->setAccessibleDescription(value);
    }

    void enable() const {
        const bool hasTypes = !scheme.isEmpty();
        typeList->setVisible(hasTypes);
        empty->setVisible(!hasTypes);
        suggestions->setVisible(hasTypes);
        add->setEnabled(!readOnly);
        acceptAll->setEnabled(!readOnly && shownHere > 0);
    }
};

TypesPanel::TypesPanel(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("typesPanel"));
    setAccessibleName(tr("Entity types"));
    setAutoFillBackground(true);
    setMinimumWidth(200);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 14, 0, 14);
    layout->setSpacing(4);

    auto* head = section(layout);
    head->addWidget(new SectionHeading(tr("Entity types"), this));

    d.types = new TypeModel(this);
    d.typeList = new ShrinkingList(this);
    d.typeList->setLeastRows(5);
    d.typeList->setObjectName(QStringLiteral("typeList"));
    d.typeList->setAccessibleName(tr("Entity types"));
    d.typeList->setModel(d.types);
    d.typeList->setItemDelegate(new TypeDelegate(d.typeList));
    d.typeList->setContextMenuPolicy(Qt::CustomContextMenu);
    layout->addWidget(d.typeList);

    d.empty = new QWidget(this);
    d.empty->setObjectName(QStringLiteral("typesEmpty"));
    auto* emptyLayout = new QVBoxLayout(d.empty);
    emptyLayout->setContentsMargins(kSide, 6, kSide, 6);
    auto* headline = new QLabel(tr("What are you looking for?"), d.empty);
    QFont strong = headline->font();
    strong.setWeight(QFont::DemiBold);
    headline->setFont(strong);
    headline->setWordWrap(true);
    auto* hint = new MutedLabel(
        tr("Name a kind of thing to find, such as “drug” or “court”. Then select words in the "
           "text and press the type's key."),
        d.empty);
    hint->setWordWrap(true);
    emptyLayout->addWidget(headline);
    emptyLayout->addWidget(hint);
    layout->addWidget(d.empty);

    auto* addRow = section(layout);
    addRow->setContentsMargins(kSide - 4, 0, kSide, 0);
    d.add = new KeycapButton(tr("+ add type…"), QStringLiteral("T"), KeycapButton::KeyPlace::After,
                             this);
    d.add->setObjectName(QStringLiteral("addType"));
    d.add->setAccessibleName(tr("Add type"));
    addRow->addWidget(d.add);
    layout->addSpacing(10);

    d.suggestions = new QWidget(this);
    d.suggestions->setObjectName(QStringLiteral("suggestionSection"));
    auto* box = new QVBoxLayout(d.suggestions);
    box->setContentsMargins(kSide, 0, kSide, 0);
    box->setSpacing(3);
    d.thresholdHeading = new SectionHeading({}, d.suggestions);
    d.thresholdHeading->setObjectName(QStringLiteral("thresholdHeading"));
    d.slider = new SlimSlider(d.suggestions);
    d.slider->setObjectName(QStringLiteral("thresholdSlider"));
    d.slider->setAccessibleName(tr("Show suggestions from"));
    d.slider->setToolTip(tr("How certain a suggestion must be to be shown"));
    d.slider->setRange(0, 100);
    d.slider->setSingleStep(1);
    d.slider->setPageStep(5);
    d.counts = new MutedLabel({}, d.suggestions);
    d.counts->setObjectName(QStringLiteral("suggestionCounts"));
    d.acceptAll = new KeycapButton(tr("accept all"), QStringLiteral("⇧A"),
                                   KeycapButton::KeyPlace::Before, d.suggestions);
    d.acceptAll->setObjectName(QStringLiteral("acceptAll"));
    auto* acceptRow = new QHBoxLayout;
    acceptRow->setContentsMargins(0, 0, 0, 0);
    acceptRow->addSpacing(-4);
    acceptRow->addWidget(d.acceptAll);
    acceptRow->addStretch();
    box->addWidget(d.thresholdHeading);
    box->addWidget(d.slider);
    box->addWidget(d.counts);
    box->addLayout(acceptRow);
    layout->addWidget(d.suggestions);
    layout->addSpacing(12);

    d.occurrences = new QWidget(this);
    d.occurrences->setObjectName(QStringLiteral("occurrenceSection"));
    auto* occurrenceLayout = new QVBoxLayout(d.occurrences);
    occurrenceLayout->setContentsMargins(0, 0, 0, 0);
    occurrenceLayout->setSpacing(4);
    auto* occurrenceHead = section(occurrenceLayout);
    d.occurrencesHeading = new SectionHeading({}, d.occurrences);
    d.occurrencesHeading->setObjectName(QStringLiteral("occurrenceHeading"));
    d.occurrencesHeading->setMinimumWidth(40);
    occurrenceHead->addWidget(d.occurrencesHeading);
    d.occurrenceRows = new OccurrenceModel(this);
    d.occurrenceList = new ShrinkingList(d.occurrences);
    d.occurrenceList->setObjectName(QStringLiteral("occurrenceList"));
    d.occurrenceList->setAccessibleName(tr("Occurrences in this project"));
    d.occurrenceList->setModel(d.occurrenceRows);
    d.occurrenceList->setItemDelegate(new OccurrenceDelegate(d.occurrenceList));
    occurrenceLayout->addWidget(d.occurrenceList);
    d.noOccurrence = new MutedLabel(tr("Nowhere else."), d.occurrences);
    d.noOccurrence->setObjectName(QStringLiteral("noOccurrence"));
    d.noOccurrence->setContentsMargins(kSide, 0, kSide, 4);
    occurrenceLayout->addWidget(d.noOccurrence);
    d.occurrences->hide();
    d.occurrences->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    layout->addWidget(d.occurrences);
    layout->addStretch(1);

    const auto typeAt = [](const QModelIndex& index) {
        return index.data(TypeModel::TypeRole).toLongLong();
    };
    connect(d.typeList, &ShrinkingList::chosen, this, [this, typeAt](const QModelIndex& index) {
        if (!m_impl->readOnly) {
            Q_EMIT typeActivated(typeAt(index));
        }
    });
    connect(d.typeList->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this, typeAt](const QModelIndex& index) {
                if (index.isValid() && m_impl->typeList->hasFocus()) {
                    Q_EMIT currentTypeChanged(typeAt(index));
                }
            });
    connect(d.typeList, &ShrinkingList::editPressed, this,
            [this, typeAt](const QModelIndex& index) {
                if (!m_impl->readOnly) {
                    Q_EMIT editTypeRequested(typeAt(index));
                }
            });
    connect(d.typeList, &ShrinkingList::removePressed, this,
            [this, typeAt](const QModelIndex& index) {
                if (!m_impl->readOnly) {
                    Q_EMIT removeTypeRequested(typeAt(index));
                }
            });
    connect(d.typeList, &QWidget::customContextMenuRequested, this,
            [this, typeAt](const QPoint& position) {
                const QModelIndex index = m_impl->typeList->indexAt(position).isValid()
                                              ? m_impl->typeList->indexAt(position)
                                              : m_impl->typeList->currentIndex();
                if (!index.isValid() || m_impl->readOnly) {
                    return;
                }
                const qint64 type = typeAt(index);
                auto* menu = new QMenu(this);
                menu->setObjectName(QStringLiteral("typeMenu"));
                menu->setAttribute(Qt::WA_DeleteOnClose);
                QAction* label = menu->addAction(tr("Label the selection"));
                connect(label, &QAction::triggered, this,
                        [this, type] { Q_EMIT typeActivated(type); });
                QAction* sticky = menu->addAction(tr("Label every selection"));
                sticky->setObjectName(QStringLiteral("stickyTypeAction"));
                connect(sticky, &QAction::triggered, this,
                        [this, type] { Q_EMIT stickyTypeRequested(type); });
                QAction* guideline = menu->addAction(tr("Read the guideline"));
                guideline->setObjectName(QStringLiteral("guidelineAction"));
                connect(guideline, &QAction::triggered, this,
                        [this, type] { Q_EMIT guidelineRequested(type); });
                QAction* edit = menu->addAction(tr("Edit type…") + QStringLiteral("\tF2"));
                connect(edit, &QAction::triggered, this,
                        [this, type] { Q_EMIT editTypeRequested(type); });
                QAction* merge = menu->addAction(tr("Merge into another type…"));
                merge->setObjectName(QStringLiteral("mergeTypeAction"));
                connect(merge, &QAction::triggered, this,
                        [this, type] { Q_EMIT mergeTypeRequested(type); });
                QAction* remove =
                    menu->addAction(tr("Remove type…") + QStringLiteral("\t") + tr("Del"));
                connect(remove, &QAction::triggered, this,
                        [this, type] { Q_EMIT removeTypeRequested(type); });
                menu->popup(m_impl->typeList->viewport()->mapToGlobal(position));
            });
    connect(d.add, &QAbstractButton::clicked, this, &TypesPanel::addTypeRequested);
    connect(d.acceptAll, &QAbstractButton::clicked, this, &TypesPanel::acceptAllRequested);
    connect(d.slider, &QSlider::valueChanged, this, [this](int value) {
        m_impl->showThreshold();
        Q_EMIT thresholdChanged(value / 100.0);
    });
    connect(d.occurrenceList, &ShrinkingList::chosen, this, [this](const QModelIndex& index) {
        const OccurrenceRow& row = m_impl->occurrenceRows->row(index.row());
        Q_EMIT occurrenceActivated(row.document, row.range);
    });
    setThreshold(0.55);
    setSuggestionCounts(0, 0, 0);
    d.enable();
}

TypesPanel::~TypesPanel() = default;

void TypesPanel::setScheme(const LabelScheme& scheme) {
    auto& d = *m_impl;
    const QModelIndex current = d.typeList->currentIndex();
    const int row = current.row();
    const bool hadFocus = d.typeList->hasFocus();
    d.scheme = scheme;
    d.types->setScheme(scheme);
    d.occurrenceRows->setScheme(scheme);
    if (current.isValid() || hadFocus) {
        d.typeList->setCurrentIndex(d.types->index(std::min(row, d.types->rowCount() - 1)));
    }
    d.enable();
}

void TypesPanel::setStatistics(const std::vector<TypeStatistics>& statistics) {
    m_impl->types->setStatistics(statistics);
}

void TypesPanel::setFigures(const std::vector<TypeFigure>& figures, const QString& none) {
    m_impl->types->setFigures(figures, none);
}

void TypesPanel::setThreshold(double threshold) {
    const QSignalBlocker quiet(m_impl->slider);
    m_impl->slider->setValue(static_cast<int>(std::lround(threshold * 100)));
    m_impl->showThreshold();
    m_impl->slider->update();
}

double TypesPanel::threshold() const {
    return m_impl->slider->value() / 100.0;
}

void TypesPanel::stepThreshold(int steps) {
    m_impl->slider->setValue(m_impl->slider->value() + steps * m_impl->slider->pageStep());
}

void TypesPanel::setSuggestionCounts(int shownHere, int here, qint64 inProject) {
    auto& d = *m_impl;
    d.shownHere = shownHere;
    const QLocale locale;
    const QString shown =
        here == 0 ? tr("none here")
                  : tr("%1 of %2 shown").arg(locale.toString(shownHere), locale.toString(here));
    d.counts->setText(tr("%1 · %2 in project").arg(shown, locale.toString(inProject)));
    d.acceptAll->setText(shownHere > 0 ? tr("accept all %1").arg(locale.toString(shownHere))
                                       : tr("accept all"));
    d.acceptAll->setAccessibleName(d.acceptAll->text());
    d.acceptAll->updateGeometry();
    d.enable();
}

void TypesPanel::setOccurrences(const QString& text, const std::vector<OccurrenceRow>& rows,
                                bool isCut) {
    auto& d = *m_impl;
    d.occurrenceRows->setRows(rows, d.scheme);
    const QString shortened = QFontMetrics(d.occurrencesHeading->font())
                                  .elidedText(text.simplified(), Qt::ElideMiddle, 110);
    d.occurrencesHeading->setText(tr("“%1” in this project").arg(shortened));
    d.occurrenceList->setVisible(!rows.empty());
    d.noOccurrence->setText(!isCut ? tr("Nowhere else.")
                            : rows.empty()
                                ? tr("Not found in two seconds.")
                                : tr("At least %Ln place(s).", nullptr, plural(rows.size())));
    d.noOccurrence->setVisible(rows.empty() || isCut);
    d.occurrences->setVisible(!text.isEmpty());
}

void TypesPanel::setReadOnly(bool readOnly) {
    m_impl->readOnly = readOnly;
    m_impl->enable();
}

void TypesPanel::setKeycaps(const QString& add, const QString& acceptAll) {
    m_impl->add->setKey(add);
    m_impl->acceptAll->setKey(acceptAll);
}

void TypesPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->typeList != nullptr) {
        m_impl->typeList->viewport()->update();
        m_impl->occurrenceList->viewport()->update();
    }
}

}  // namespace spanwise::ui
