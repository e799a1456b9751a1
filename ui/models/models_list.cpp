#include "ui/models/models_list.h"

#include <QPainter>

#include "ui/models/model_text.h"
#include "ui/theme/list_row.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kSide = 14;
constexpr int kVertical = 8;
constexpr int kGap = 3;
constexpr int kMark = 16;  ///< room for the check mark

}  // namespace

int paintPurposeBadge(QPainter& painter, QPoint right, int rowHeight,
                      protocol::ModelPurpose purpose, const QString& text) {
    const ThemeColors& colors = theme::colors();
    const QFont font = theme::scaled(painter.font(), 0.85);
    const QFontMetrics metrics(font);
    const int width = metrics.horizontalAdvance(text) + 14;
    const int height = metrics.height() + 4;
    const QRectF box(right.x() - width, right.y() + (rowHeight - height) / 2.0, width, height);
    const bool isPlain = purpose == protocol::ModelPurpose::Encoder;
    const QColor line = purpose == protocol::ModelPurpose::ZeroShot ? colors.accent
                        : isPlain                                   ? colors.border
                                                                    : colors.success;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(line, 1));
    painter.setBrush(colors.panel);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), height / 2.0, height / 2.0);
    painter.setFont(font);
    painter.setPen(isPlain ? colors.mutedText : colors.text);
    painter.drawText(box, Qt::AlignCenter, text);
    painter.restore();
    return width;
}

void ModelsModel::setModels(std::vector<protocol::ModelEntry> models) {
    beginResetModel();
    m_models = std::move(models);
    endResetModel();
}

void ModelsModel::setInUse(const QString& name) {
    if (name == m_inUse)
        return;
    m_inUse = name;
    if (!m_models.empty())
        Q_EMIT dataChanged(index(0), index(static_cast<int>(m_models.size()) - 1));
}

const protocol::ModelEntry* ModelsModel::entry(int row) const {
    return row < 0 || row >= rowCount() ? nullptr : &m_models[static_cast<std::size_t>(row)];
}

int ModelsModel::rowOf(const QString& name) const {
    const std::string wanted = name.toStdString();
    for (std::size_t row = 0; row < m_models.size(); ++row) {
        if (m_models[row].name == wanted)
            return static_cast<int>(row);
    }
    return -1;
}

int ModelsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_models.size());
}

QVariant ModelsModel::data(const QModelIndex& index, int role) const {
    const protocol::ModelEntry* model = entry(index.row());
    if (!model)
        return {};
    const QString name = QString::fromStdString(model->name);
    const bool isInUse = !m_inUse.isEmpty() && name == m_inUse;
    switch (role) {
        case Qt::DisplayRole:
        case NameRole:
            return name;
        case SummaryRole:
            return model_text::summary(*model);
        case PurposeRole:
            return static_cast<int>(model->purpose);
        case PurposeTextRole:
            return model_text::purpose(model->purpose);
        case InUseRole:
            return isInUse;
        case Qt::ToolTipRole:
            return QString::fromStdString(model->path);
        case Qt::AccessibleTextRole: {
            QStringList parts{name, model_text::purpose(model->purpose),
                              model_text::summary(*model)};
            if (isInUse)
                parts << tr("in use");
            return parts.join(QStringLiteral(", "));
        }
        default:
            return {};
    }
}

void ModelsDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const {
    const ThemeColors& colors = theme::colors();
    painter->save();
    paintListRow(*painter, option, RowLit::Always);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                      colors.border);
    const QRect box = option.rect.adjusted(kSide, kVertical, -kSide, -kVertical);
    const QFont bold = theme::strong(option.font);
    const QFontMetrics metrics(bold);
    painter->setFont(option.font);
    const int badge = paintPurposeBadge(
        *painter, box.topRight() + QPoint(1, 0), metrics.height(),
        static_cast<protocol::ModelPurpose>(index.data(ModelsModel::PurposeRole).toInt()),
        index.data(ModelsModel::PurposeTextRole).toString());
    int left = box.left();
    if (index.data(ModelsModel::InUseRole).toBool()) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(colors.success, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const double y = box.top() + metrics.height() / 2.0;
        painter->drawPolyline(
            QPolygonF({{left + 0.5, y}, {left + 4.0, y + 3.5}, {left + 10.5, y - 4.0}}));
        left += kMark;
    }
    painter->setFont(bold);
    painter->setPen(colors.text);
    painter->drawText(left, box.top() + metrics.ascent(),
                      metrics.elidedText(index.data(ModelsModel::NameRole).toString(),
                                         Qt::ElideMiddle, box.right() - left - badge - 8));
    const QFont small = theme::scaled(option.font, 0.92);
    const QFontMetrics smallMetrics(small);
    painter->setFont(small);
    painter->setPen(colors.mutedText);
    painter->drawText(box.left(), box.top() + metrics.height() + kGap + smallMetrics.ascent(),
                      smallMetrics.elidedText(index.data(ModelsModel::SummaryRole).toString(),
                                              Qt::ElideRight, box.width()));
    painter->restore();
}

QSize ModelsDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {120, QFontMetrics(theme::strong(option.font)).height() +
                     QFontMetrics(theme::scaled(option.font, 0.92)).height() + kGap +
                     2 * kVertical};
}

}  // namespace spanwise::ui
