#include "ui/similar/similar_panel.h"

#include <QAbstractListModel>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <cmath>

#include "ui/language/engine_text.h"
#include "ui/session/similarity_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/forward_focus.h"
#include "ui/theme/list_row.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSide = 24;

enum Role { BeforeRole = Qt::UserRole, MatchRole, AfterRole, NameRole, ScoreRole };

class HitModel : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;
    void setHits(std::vector<SimilarHit> hits) {
        beginResetModel();
        m_hits = std::move(hits);
        endResetModel();
    }
    [[nodiscard]] const SimilarHit* hit(int row) const {
        return row < 0 || row >= rowCount() ? nullptr : &m_hits[static_cast<std::size_t>(row)];
    }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(m_hits.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override {
        const SimilarHit* found = hit(index.row());
        if (!found)
            return {};
        const QString score = QLocale().toString(found->score, 'f', 2);
        switch (role) {
            case BeforeRole:
                return found->before;
            case MatchRole:
                return found->match;
            case AfterRole:
                return found->after;
            case NameRole:
                return found->documentName;
            case ScoreRole:
                return score;
            case Qt::DisplayRole:
            case Qt::AccessibleTextRole:
            case Qt::ToolTipRole:
                return SimilarPanel::tr("%1, in %2, similarity %3")
                    .arg((found->before + found->match + found->after).simplified(),
                         found->documentName, score);
            default:
                return {};
        }
    }

private:
    std::vector<SimilarHit> m_hits;
};

class HitDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const ThemeColors& colors = theme::colors();
        painter->save();
        paintListRow(*painter, option, RowLit::Always);
        const QRect box = option.rect.adjusted(kSide, 0, -kSide, 0);
        const QFont small = theme::scaled(option.font, 0.88);
        const QFontMetrics metrics(small);
        const QString score = index.data(ScoreRole).toString();
        const QString name =
            metrics.elidedText(index.data(NameRole).toString(), Qt::ElideMiddle, box.width() / 4);
        const int scoreWidth = metrics.horizontalAdvance(QStringLiteral("0.00")) + 14;
        const int nameWidth = metrics.horizontalAdvance(name) + 14;
        painter->setFont(small);
        painter->setPen(colors.mutedText);
        painter->drawText(box, Qt::AlignRight | Qt::AlignVCenter, score);
        painter->drawText(box.adjusted(0, 0, -scoreWidth, 0), Qt::AlignRight | Qt::AlignVCenter,
                          name);
        paintContext(*painter, box.adjusted(0, 0, -scoreWidth - nameWidth, 0), option.font,
                     index.data(BeforeRole).toString(), index.data(MatchRole).toString(),
                     index.data(AfterRole).toString());
        painter->restore();
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex&) const override {
        return {200, QFontMetrics(option.font).height() + 10};
    }
};

class HitView : public QListView {
public:
    using QListView::QListView;
    std::function<void(int)> open;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
        if (isEnter && currentIndex().isValid())
            open(currentIndex().row());
        else if (event->key() == Qt::Key_Escape)
            event->ignore();
        else
            QListView::keyPressEvent(event);
    }
};

}  // namespace

struct SimilarPanel::Impl {
    SimilarityController* controller = nullptr;
    SectionHeading* heading = nullptr;
    MutedLabel* state = nullptr;
    KeycapButton* close = nullptr;
    HitModel* rows = nullptr;
    HitView* list = nullptr;
    bool takesFocus = false;  ///< of the first hit, when it comes
};

SimilarPanel::SimilarPanel(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("similarPanel"));
    setAccessibleName(tr("Similar places"));
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 6);
    layout->setSpacing(4);
    layout->addWidget(new Hairline(Qt::Horizontal, this));
    auto* head = new QHBoxLayout;
    head->setContentsMargins(kSide, 6, kSide - 6, 0);
    d.heading = new SectionHeading({}, this);
    d.heading->setObjectName(QStringLiteral("similarHeading"));
    d.state = new MutedLabel({}, this);
    d.state->setObjectName(QStringLiteral("similarState"));
    d.close = new KeycapButton(tr("close"), tr("Esc"), KeycapButton::KeyPlace::Before, this);
    d.close->setObjectName(QStringLiteral("similarClose"));
    d.close->setAccessibleName(tr("Close the similar places"));
    head->addWidget(d.heading);
    head->addSpacing(12);
    head->addWidget(d.state, 1);
    head->addWidget(d.close);
    layout->addLayout(head);
    d.rows = new HitModel(this);
    d.list = new HitView(this);
    d.list->setObjectName(QStringLiteral("similarList"));
    d.list->setAccessibleName(tr("Similar places"));
    d.list->setModel(d.rows);
    d.list->setItemDelegate(new HitDelegate(d.list));
    d.list->setFrameShape(QFrame::NoFrame);
    d.list->setUniformItemSizes(true);
    d.list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d.list->setVerticalScrollBar(new SlimScrollBar);
    d.list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    d.list->viewport()->setBackgroundRole(QPalette::Window);
    const auto open = [this](int row) {
        if (const SimilarHit* hit = m_impl->rows->hit(row))
            Q_EMIT placeActivated(hit->document, hit->range);
    };
    d.list->open = open;
    layout->addWidget(d.list, 1);
    setFixedHeight(206);
    forwardFocus(this, d.list);
    connect(d.list, &QListView::clicked, this,
            [open](const QModelIndex& index) { open(index.row()); });
    connect(d.close, &QAbstractButton::clicked, this, [this] { close(); });
    hide();
}

SimilarPanel::~SimilarPanel() = default;

void SimilarPanel::setController(SimilarityController* controller) {
    auto& d = *m_impl;
    if (d.controller)
        d.controller->disconnect(this);
    d.controller = controller;
    d.rows->setHits({});
    hide();
    if (controller)
        connect(controller, &SimilarityController::changed, this, [this] { refresh(); });
}

void SimilarPanel::showFor(const QString& text) {
    auto& d = *m_impl;
    d.heading->setText(
        tr("Similar to “%1”")
            .arg(d.heading->fontMetrics().elidedText(text.simplified(), Qt::ElideMiddle, 180)));
    d.takesFocus = true;
    show();
    d.list->setFocus();
    refresh();
}

void SimilarPanel::refresh() {
    using Stage = SimilarityStatus::Stage;
    auto& d = *m_impl;
    if (!d.controller)
        return;
    const SimilarityStatus& status = d.controller->status();
    QString text;
    switch (status.stage) {
        case Stage::Idle:
            break;
        case Stage::Waiting:
            text = tr("waiting for the worker…");
            break;
        case Stage::Indexing:
            text = status.fraction < 0 ? tr("reading the documents…")
                                       : tr("reading the documents… %1 %")
                                             .arg(QLocale().toString(static_cast<int>(
                                                 std::lround(status.fraction * 100))));
            break;
        case Stage::Searching:
            text = tr("searching…");
            break;
        case Stage::Done:
            text = d.controller->hits().empty() ? tr("nothing else is like it") : QString();
            break;
        case Stage::Failed:
            text = engineText(status.message);
            break;
    }
    d.state->setText(text);
    d.state->setToolTip(status.stage == Stage::Failed ? text : QString());
    if (status.stage == Stage::Done) {
        d.rows->setHits(d.controller->hits());
        if (d.takesFocus && d.rows->rowCount() > 0)
            d.list->setCurrentIndex(d.rows->index(0, 0));
        d.takesFocus = false;
    } else if (d.rows->rowCount() > 0 && d.controller->hits().empty()) {
        d.rows->setHits({});
    }
}

void SimilarPanel::close() {
    if (m_impl->controller)
        m_impl->controller->cancel();
    hide();
    Q_EMIT closed();
}

void SimilarPanel::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        close();
    else
        QWidget::keyPressEvent(event);
}

void SimilarPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->list)
        m_impl->list->viewport()->update();
}

}  // namespace spanwise::ui
