#include "ui/queue/queue_model.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "ui/language/plural.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

void QueueModel::setDocuments(const std::vector<DocumentSummary>& documents,
                              const std::vector<QueueEntry>& order) {
    beginResetModel();
    m_documents = documents;
    m_order = order;
    m_indexOf.clear();
    m_indexOf.reserve(static_cast<qsizetype>(m_documents.size()));
    for (size_t i = 0; i < m_documents.size(); ++i) {
        m_indexOf.insert(m_documents[i].id, static_cast<int>(i));
    }
    rebuild();
    endResetModel();
}

void QueueModel::setScheme(const LabelScheme& scheme) {
    m_scheme = scheme;
    if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    }
}

void QueueModel::setFilter(QueuePanel::Filter filter) {
    beginResetModel();
    m_filter = filter;
    rebuild();
    endResetModel();
}

bool QueueModel::passes(const DocumentSummary& document) const {
    switch (m_filter) {
        case QueuePanel::Filter::Queue:
        case QueuePanel::Filter::All:
            return true;
        case QueuePanel::Filter::Unlabelled:
            return document.annotations == 0 && document.status != DocumentStatus::Done;
        case QueuePanel::Filter::WithSuggestions:
            return document.suggestions > 0;
        case QueuePanel::Filter::Done:
            return document.status == DocumentStatus::Done;
    }
    return true;
}

void QueueModel::rebuild() {
    m_rows.clear();
    m_rowOf.clear();
    m_sectionSizes.clear();
    m_shown = 0;
    const bool queue = m_filter == QueuePanel::Filter::Queue;
    m_isRanked = std::any_of(m_order.begin(), m_order.end(), [](const QueueEntry& entry) {
        return entry.reason == QueueReason::Different || entry.seconds >= 0;
    });
    const auto add = [&](int document, Section section, const QueueEntry& entry) {
        if (queue && !m_rows.empty() && m_rows.back().section != section) {
            m_rows.push_back({-1, section, {}});
        }
        m_rowOf.insert(m_documents[static_cast<size_t>(document)].id,
                       static_cast<int>(m_rows.size()));
        m_rows.push_back({document, section, entry});
        ++m_sectionSizes[static_cast<int>(section)];
        ++m_shown;
    };
    if (m_filter == QueuePanel::Filter::All) {
        for (size_t i = 0; i < m_documents.size(); ++i) {
            add(static_cast<int>(i), Section::All, {});
        }
        return;
    }
    Section last = Section::Uncertain;
    for (const auto& entry : m_order) {
        const auto found = m_indexOf.constFind(entry.id);
        if (found == m_indexOf.constEnd() || !passes(m_documents[static_cast<size_t>(*found)])) {
            continue;
        }
        Section section = Section::Filtered;
        if (queue) {
            switch (entry.reason) {
                case QueueReason::InProgress:
                    section = Section::InProgress;
                    break;
                case QueueReason::Uncertain:
                case QueueReason::Different:
                    section = Section::Uncertain;
                    break;
                case QueueReason::RandomPick:  // stands among others
                    section = last == Section::InProgress ? Section::Uncertain : last;
                    break;
                case QueueReason::InOrder:
                    section = Section::Untouched;
                    break;
                case QueueReason::Done:
                    section = Section::Done;
                    break;
            }
        }
        last = section;
        add(*found, section, entry);
    }
}

void QueueModel::setCurrent(DocumentId id) {
    const int before = rowOf(m_current);
    m_current = id;
    for (const int row : {before, rowOf(id)}) {
        if (row >= 0) {
            Q_EMIT dataChanged(index(row), index(row));
        }
    }
}

bool QueueModel::update(const DocumentSummary& document) {
    const auto found = m_indexOf.constFind(document.id);
    if (found == m_indexOf.constEnd()) {
        return false;
    }
    m_documents[static_cast<size_t>(*found)] = document;
    if (const int row = rowOf(document.id); row >= 0) {
        Q_EMIT dataChanged(index(row), index(row));
    }
    return true;
}

int QueueModel::rowOf(DocumentId id) const {
    return m_rowOf.value(id, -1);
}

DocumentId QueueModel::neighbour(int row, int step) const {
    for (int i = row; i >= 0 && i < static_cast<int>(m_rows.size()); i += step) {
        const int document = m_rows[static_cast<size_t>(i)].document;
        if (document >= 0) {
            return m_documents[static_cast<size_t>(document)].id;
        }
    }
    return 0;
}

QString QueueModel::sectionName(Section section) const {
    const QString count = QLocale().toString(m_sectionSizes.value(static_cast<int>(section)));
    switch (section) {
        case Section::InProgress:
            return tr("In progress · %1").arg(count);
        case Section::Uncertain:
            return m_isRanked ? tr("Next up · teaches the most first")
                              : tr("Next up · least certain first");
        case Section::Untouched:
            return tr("Next up · in file order");
        case Section::Done:
            return tr("Done · %1").arg(count);
        case Section::All:
            return tr("All documents · %1").arg(count);
        case Section::Filtered:
            switch (m_filter) {
                case QueuePanel::Filter::Unlabelled:
                    return tr("Without labels · %1").arg(count);
                case QueuePanel::Filter::WithSuggestions:
                    return tr("With suggestions · %1").arg(count);
                default:
                    return tr("Done · %1").arg(count);
            }
    }
    return {};
}

QString QueueModel::sectionAt(int row) const {
    return row >= 0 && row < static_cast<int>(m_rows.size())
               ? sectionName(m_rows[static_cast<size_t>(row)].section)
               : QString();
}

QString QueueModel::reason(const QueueEntry& entry) const {
    QString text;
    switch (entry.reason) {
        case QueueReason::Uncertain:
            if (const EntityType* type = m_scheme.byId(entry.type)) {
                text = tr("uncertain about %1").arg(QString::fromStdString(type->name));
            } else if (entry.score >= 0) {
                text = tr("%1 sure").arg(QLocale().toString(entry.score, 'f', 2));
            } else {
                text = tr("uncertain");
            }
            break;
        case QueueReason::Different:
            text = tr("unlike what you labelled");
            break;
        case QueueReason::RandomPick:
            text = tr("picked at random");
            break;
        default:
            return {};
    }
    if (entry.seconds < 0) {
        return text;
    }
    return entry.seconds < 90
               ? tr("%1, ~%2 s").arg(text, QLocale().toString(std::lround(entry.seconds)))
               : tr("%1, ~%2 min").arg(text, QLocale().toString(std::lround(entry.seconds / 60)));
}

QString QueueModel::detail(const Row& row) const {
    const DocumentSummary& document = m_documents[static_cast<size_t>(row.document)];
    QStringList parts;
    if (const QString why = reason(row.entry);
        !why.isEmpty() && document.status == DocumentStatus::New) {
        parts << why;
    }
    if (row.entry.isHeldOut && document.status != DocumentStatus::Done) {
        parts << tr("held out: no suggestions");
    }
    if (document.annotations > 0 || document.status == DocumentStatus::Done) {
        parts << tr("%Ln label(s)", nullptr, plural(document.annotations));
    }
    if (document.suggestions > 0 && document.status != DocumentStatus::Done) {
        parts << tr("%Ln suggestion(s)", nullptr, plural(document.suggestions));
    }
    if (parts.isEmpty()) {
        parts << tr("%Ln character(s)", nullptr, plural(document.codePoints));
    }
    return parts.join(QStringLiteral(" · "));
}

int QueueModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant QueueModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const Row& row = m_rows[static_cast<size_t>(index.row())];
    if (row.document < 0) {
        if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) {
            return sectionName(row.section);
        }
        return role == HeadingRole ? QVariant(true) : QVariant();
    }
    const DocumentSummary& document = m_documents[static_cast<size_t>(row.document)];
    switch (role) {
        case Qt::DisplayRole:
            return QString::fromStdString(document.name);
        case Qt::AccessibleTextRole: {
            const QString status = document.status == DocumentStatus::Done ? tr("done")
                                   : document.status == DocumentStatus::InProgress
                                       ? tr("in progress")
                                       : tr("new");
            return tr("%1, %2, %3").arg(QString::fromStdString(document.name), status, detail(row));
        }
        case DocumentRole:
            return QVariant::fromValue<qint64>(document.id);
        case StatusRole:
            return static_cast<int>(document.status);
        case DetailRole:
            return detail(row);
        case HeadingRole:
            return false;
        case CurrentRole:
            return document.id == m_current;
        case Qt::ToolTipRole:
            return reason(row.entry).isEmpty() || document.status != DocumentStatus::New
                       ? QVariant()
                       : tr("%1: %2").arg(QString::fromStdString(document.name), detail(row));
        default:
            return {};
    }
}

Qt::ItemFlags QueueModel::flags(const QModelIndex& index) const {
    if (!index.isValid() || m_rows[static_cast<size_t>(index.row())].document < 0) {
        return Qt::NoItemFlags;
    }
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

void QueueDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const auto& c = theme::colors();
    const QRect row = option.rect;
    if (index.data(QueueModel::HeadingRole).toBool()) {
        QFont heading = theme::scaled(option.font, 0.84);
        heading.setWeight(QFont::DemiBold);
        heading.setCapitalization(QFont::AllUppercase);
        heading.setLetterSpacing(QFont::AbsoluteSpacing, 0.6);
        painter->setFont(heading);
        painter->setPen(c.mutedText);
        painter->drawText(row.adjusted(14, 0, -10, -7), Qt::AlignLeft | Qt::AlignBottom,
                          index.data().toString());
        painter->restore();
        return;
    }
    const bool current = index.data(QueueModel::CurrentRole).toBool();
    const bool selected = option.state & QStyle::State_Selected;
    const bool active = option.state & QStyle::State_HasFocus;
    if (current || selected) {
        painter->fillRect(row, c.accentTint);
    } else if (option.state & QStyle::State_MouseOver) {
        painter->fillRect(row, c.canvas);
    }
    painter->fillRect(QRect(row.left(), row.bottom(), row.width(), 1), c.border);
    if (current) {
        painter->fillRect(QRect(row.left(), row.top(), 3, row.height()), c.accent);
    }
    if (active) {
        painter->setPen(QPen(c.accent, 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(row).adjusted(3.5, 1.5, -1.5, -2.5));
    }

    const QFont small = theme::scaled(option.font, 0.86);
    const QFontMetrics name(option.font);
    const QFontMetrics detail(small);
    const int block = name.height() + 1 + detail.height();
    const int top = row.top() + (row.height() - 1 - block) / 2;
    const QRectF glyph(row.left() + 14, top + name.height() / 2.0 - 3.5, 8, 8);
    const auto status = static_cast<DocumentStatus>(index.data(QueueModel::StatusRole).toInt());
    if (status == DocumentStatus::Done) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(c.success);
        painter->drawEllipse(glyph);
    } else if (status == DocumentStatus::InProgress) {
        painter->setPen(QPen(c.warning, 1.3));
        painter->setBrush(Qt::NoBrush);
        painter->drawEllipse(glyph.adjusted(0.5, 0.5, -0.5, -0.5));
        painter->setPen(Qt::NoPen);
        painter->setBrush(c.warning);
        painter->drawPie(glyph, 90 * 16, 180 * 16);
    } else {
        painter->setPen(QPen(c.mutedText, 1.3));
        painter->setBrush(Qt::NoBrush);
        painter->drawEllipse(glyph.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    const int nameLeft = row.left() + 29;
    const int room = row.right() - 10 - nameLeft;
    painter->setFont(option.font);
    painter->setPen(c.text);
    painter->drawText(QRect(nameLeft, top, room, name.height()), Qt::AlignLeft | Qt::AlignVCenter,
                      name.elidedText(index.data().toString(), Qt::ElideMiddle, room));
    painter->setFont(small);
    painter->setPen(c.mutedText);
    const int detailRoom = row.width() - 24;
    painter->drawText(QRect(row.left() + 14, top + name.height() + 1, detailRoom, detail.height()),
                      Qt::AlignLeft | Qt::AlignVCenter,
                      detail.elidedText(index.data(QueueModel::DetailRole).toString(),
                                        Qt::ElideRight, detailRoom));
    painter->restore();
}

QSize QueueDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    const int height = QFontMetrics(option.font).height() +
                       QFontMetrics(theme::scaled(option.font, 0.86)).height() + 16;
    return {120, height};
}

}  // namespace spanwise::ui
