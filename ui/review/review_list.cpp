#include "ui/review/review_list.h"

#include <QPainter>
#include <algorithm>

#include "ui/language/plural.h"
#include "ui/session/project_session.h"
#include "ui/session/review_controller.h"
#include "ui/theme/list_row.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kEdge = 14;
constexpr int kVertical = 8;

QFont detailFont(const QFont& font) {
    return theme::scaled(font, 0.86);
}

}  // namespace

void ReviewModel::setSource(const ProjectSession* session, const ReviewController* review) {
    m_session = session;
    m_review = review;
    reload();
}

void ReviewModel::setOnlyOpen(bool onlyOpen) {
    m_onlyOpen = onlyOpen;
    reload();
}

void ReviewModel::reload() {
    beginResetModel();
    m_shown.clear();
    if (m_review) {
        for (const ReviewRow& row : m_review->rows()) {
            if (!m_onlyOpen || ReviewController::isWaiting(row))
                m_shown.push_back(row.document);
        }
    }
    endResetModel();
}

void ReviewModel::update(DocumentId document) {
    if (const int row = rowOf(document); row >= 0)
        Q_EMIT dataChanged(index(row), index(row));
}

int ReviewModel::rowOf(DocumentId document) const {
    const auto found = std::find(m_shown.begin(), m_shown.end(), document);
    return found == m_shown.end() ? -1 : static_cast<int>(found - m_shown.begin());
}

DocumentId ReviewModel::documentAt(int row) const {
    return row >= 0 && row < rowCount() ? m_shown[static_cast<std::size_t>(row)] : 0;
}

int ReviewModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant ReviewModel::data(const QModelIndex& index, int role) const {
    const DocumentId id = documentAt(index.row());
    const ReviewRow* row = id != 0 ? m_review->row(id) : nullptr;
    const DocumentSummary* document = id != 0 ? m_session->summary(id) : nullptr;
    if (!row || !document)
        return {};
    const auto detail = [&] {
        if (row->disagreements == 0)
            return row->untaken > 0 ? tr("all agree, %Ln label(s) to take", nullptr, row->untaken)
                                    : tr("all agree");
        if (row->open == 0)
            return tr("%Ln decided", "disagreements", row->disagreements);
        return tr("%1 of %Ln to decide", "disagreements", row->disagreements)
            .arg(QLocale().toString(row->open));
    };
    switch (role) {
        case Qt::DisplayRole:
            return QString::fromStdString(document->name);
        case DocumentRole:
            return QVariant::fromValue<qint64>(id);
        case StatusRole:
            return static_cast<int>(document->status);
        case DetailRole:
            return detail() + QStringLiteral(" · ") + tr("%Ln annotator(s)", nullptr, row->layers);
        case Qt::AccessibleTextRole: {
            const QString status =
                document->status == DocumentStatus::Done ? tr("done") : tr("not done");
            return QString::fromStdString(document->name) + QStringLiteral(", ") + status +
                   QStringLiteral(", ") + data(index, DetailRole).toString();
        }
        default:
            return {};
    }
}

void ReviewDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
    const ThemeColors& colors = theme::colors();
    painter->save();
    paintListRow(*painter, option, RowLit::Always);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      colors.border);
    const QRect box = option.rect.adjusted(kEdge, kVertical, -kEdge, -kVertical);
    const QFontMetrics name(option.font);
    const bool isDone =
        index.data(ReviewModel::StatusRole).toInt() == static_cast<int>(DocumentStatus::Done);
    const QRectF dot(box.left(), box.top() + name.height() / 2.0 - 4, 8, 8);
    painter->setPen(isDone ? Qt::NoPen : QPen(colors.mutedText, 1.3));
    painter->setBrush(isDone ? QBrush(colors.success) : Qt::NoBrush);
    painter->drawEllipse(isDone ? dot : dot.adjusted(0.5, 0.5, -0.5, -0.5));
    const QRect first(box.left() + 15, box.top(), box.width() - 15, name.height());
    painter->setFont(option.font);
    painter->setPen(colors.text);
    painter->drawText(first, Qt::AlignLeft | Qt::AlignVCenter,
                      name.elidedText(index.data().toString(), Qt::ElideMiddle, first.width()));
    painter->setFont(detailFont(option.font));
    const QFontMetrics detail(painter->font());
    const QRect second(box.left(), first.bottom() + 2, box.width(), detail.height());
    painter->setPen(colors.mutedText);
    painter->drawText(second, Qt::AlignLeft | Qt::AlignVCenter,
                      detail.elidedText(index.data(ReviewModel::DetailRole).toString(),
                                        Qt::ElideRight, second.width()));
    painter->restore();
}

QSize ReviewDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {160, 2 * kVertical + 2 + QFontMetrics(option.font).height() +
                     QFontMetrics(detailFont(option.font)).height()};
}

}  // namespace spanwise::ui
