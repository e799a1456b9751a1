#include "ui/patterns/propagate_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/patterns/place_rows.h"
#include "ui/session/project_session.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

struct PropagateDialog::Impl {
    PropagateDialog* q;
    ProjectSession& session;
    PlaceFinder finder;
    QString words;
    QComboBox* type = nullptr;
    QRadioButton* here = nullptr;
    QRadioButton* everywhere = nullptr;
    QCheckBox* matchCase = nullptr;
    QLabel* state = nullptr;
    PlaceList* list = nullptr;
    QPushButton* label = nullptr;
    std::shared_ptr<const FoundPlaces> found;
    qint64 labelled = 0;
    bool isWorking = false;

    Impl(PropagateDialog* dialog, ProjectSession& s) : q(dialog), session(s), finder(s) {}
    void search();
    void show(const PlaceFinder::Found& places);
    void showCount();
};

PropagateDialog::PropagateDialog(ProjectSession& session, const QString& words, TypeId type,
                                 QWidget* parent)
    : QDialog(parent), m_impl(std::make_unique<Impl>(this, session)) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("propagateDialog"));
    setWindowTitle(tr("Label all occurrences"));
    d.words = words.simplified();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(10);
    auto* head = new QHBoxLayout;
    auto* title = new QLabel(this);
    title->setTextFormat(Qt::PlainText);
    QFont font = theme::scaled(theme::documentFont(), 1.2);
    font.setWeight(QFont::DemiBold);
    title->setFont(font);
    title->setText(title->fontMetrics().elidedText(
        QStringLiteral("“") + d.words + QStringLiteral("”"), Qt::ElideMiddle, 380));
    d.type = new QComboBox(this);
    d.type->setObjectName(QStringLiteral("propagateType"));
    for (const EntityType& each : session.scheme().types())
        d.type->addItem(QString::fromStdString(each.name), static_cast<qlonglong>(each.id));
    d.type->setCurrentIndex(std::max(0, d.type->findData(static_cast<qlonglong>(type))));
    auto* as = new QLabel(tr("&as"), this);
    as->setBuddy(d.type);
    head->addWidget(title);
    head->addWidget(as);
    head->addWidget(d.type);
    head->addStretch();
    layout->addLayout(head);
    auto* options = new QHBoxLayout;
    options->setSpacing(18);
    d.here = new QRadioButton(tr("In this &document"), this);
    d.here->setObjectName(QStringLiteral("propagateHere"));
    d.everywhere = new QRadioButton(tr("In the &project"), this);
    d.everywhere->setObjectName(QStringLiteral("propagateEverywhere"));
    d.everywhere->setChecked(true);
    d.here->setEnabled(session.documentId() != 0);
    d.matchCase = new QCheckBox(tr("Match &case"), this);
    d.matchCase->setObjectName(QStringLiteral("propagateCase"));
    d.matchCase->setChecked(true);
    options->addWidget(d.everywhere);
    options->addWidget(d.here);
    options->addWidget(d.matchCase);
    options->addStretch();
    layout->addLayout(options);
    d.state = new MutedLabel({}, this);
    d.state->setObjectName(QStringLiteral("propagateState"));
    d.state->setWordWrap(true);
    layout->addWidget(d.state);
    d.list = new PlaceList(true, this);
    d.list->setObjectName(QStringLiteral("propagatePlaces"));
    d.list->setAccessibleName(tr("Places to label"));
    d.list->setFrameShape(QFrame::StyledPanel);
    layout->addWidget(d.list, 1);
    auto* buttons = new QHBoxLayout;
    auto* hint = new MutedLabel(tr("Space ticks. Only whole words count."), this);
    d.label = new QPushButton(this);
    d.label->setObjectName(QStringLiteral("propagateLabel"));
    d.label->setDefault(true);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setAutoDefault(false);
    buttons->addWidget(hint);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(d.label);
    layout->addLayout(buttons);
    resize(720, 480);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(d.label, &QPushButton::clicked, this, &QDialog::accept);
    connect(d.list, &PlaceList::ticksChanged, this, [this] { m_impl->showCount(); });
    connect(d.list, &PlaceList::leaveRequested, this, &QDialog::reject);
    connect(d.type, &QComboBox::currentIndexChanged, this, [this] { m_impl->search(); });
    connect(d.everywhere, &QRadioButton::toggled, this, [this] { m_impl->search(); });
    connect(d.matchCase, &QCheckBox::toggled, this, [this] { m_impl->search(); });
    connect(d.list, &PlaceList::placeActivated, this, [this](qint64 document, Range range) {
        Q_EMIT placeActivated(document, range);
        reject();
    });
    connect(&d.finder, &PlaceFinder::found, this,
            [this] { m_impl->show(m_impl->finder.result()); });
    d.search();
    d.list->setFocus();
}

PropagateDialog::~PropagateDialog() = default;

qint64 PropagateDialog::labelled() const {
    return m_impl->labelled;
}

void PropagateDialog::Impl::search() {
    found.reset();
    list->setRows({});
    state->setText(tr("Looking…"));
    PlaceQuery query;
    query.pattern.kind = PatternKind::List;
    query.pattern.type = type->currentData().toLongLong();
    query.pattern.entries = {words.toStdString()};
    query.pattern.matchCase = matchCase->isChecked();
    query.document = here->isChecked() ? session.documentId() : 0;
    query.phrase = words.toStdString();
    query.texts = 2000;
    finder.find(std::move(query));
}

void PropagateDialog::Impl::show(const PlaceFinder::Found& places) {
    if (!places) {
        state->setText(engineText(places.error().text()));
        return;
    }
    found = *places;
    state->setText(placesText(*found));
    list->setRows(placeRows(*found, session.scheme()));
    if (list->places()->rowCount() > 0)
        list->setCurrentIndex(list->places()->index(0));
}

void PropagateDialog::Impl::showCount() {
    const int count = found ? plural(chosenPlaces(*found, list->places()->rows()).size()) : 0;
    label->setText(tr("&Label %Ln place(s)", nullptr, count));
    label->setMinimumWidth(label->fontMetrics().horizontalAdvance(label->text()) + 36);
    label->setEnabled(count > 0 && !session.isLocked());
}

void PropagateDialog::accept() {
    auto& d = *m_impl;
    if (!d.found || !d.label->isEnabled())
        return;
    QString shown = d.words;
    if (shown.size() > 32)
        shown = shown.left(31) + QStringLiteral("…");
    d.isWorking = true;
    d.label->setEnabled(false);
    d.state->setText(tr("Labelling…"));
    usePlaces(d.session, chosenPlaces(*d.found, d.list->places()->rows()),
              d.type->currentData().toLongLong(), PlaceUse::Label, shown,
              [dialog = QPointer<PropagateDialog>(this)](qint64 count) {
                  if (dialog)
                      dialog->finish(count);
              });
}

void PropagateDialog::finish(qint64 labelled) {
    m_impl->isWorking = false;
    m_impl->labelled = labelled;
    if (labelled > 0)
        QDialog::accept();
    else
        m_impl->search();
}

void PropagateDialog::reject() {
    if (!m_impl->isWorking)  // it ends by itself, and says what was done
        QDialog::reject();
}

}  // namespace spanwise::ui
