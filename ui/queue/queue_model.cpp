#include "ui/queue/queue_model.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "ui/language/plural.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

namespace {

/// The next document of a queue is seldom farther away.
constexpr int kNear = 16;

}  // namespace

void QueueModel::setDocuments(QueuePanel::Documents documents, QueuePanel::Order order) {
    beginResetModel();
    m_documents = std::move(documents);
    m_order = std::move(order);
    m_isRanked = std::any_of(m_order->begin(), m_order->end(), [](const QueueEntry& entry) {
        return entry.reason == QueueReason::Different || entry.seconds >= 0;
    });
    m_places.clear();
    m_places.reserve(m_order->size());
    int place = -1;
    for (const QueueEntry& entry : *m_order) {
        const int found = placeOf(entry.id, place + 1);
        place = found < 0 ? place : found;
        m_places.push_back(found);
    }
    rebuild();
    endResetModel();
}

void QueueModel::setFound(std::optional<std::vector<DocumentId>> found) {
    if (!m_found && !found) {
        return;
    }
    beginResetModel();
    m_found = std::move(found);
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

void QueueModel::setDisagreeing(std::vector<DocumentId> documents) {
    m_disagreeing = std::move(documents);
    if (m_filter == QueuePanel::Filter::Disagreeing) {
        setFilter(m_filter);
    }
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
        case QueuePanel::Filter::Disagreeing:
            return std::binary_search(m_disagreeing.begin(), m_disagreeing.end(), document.id);
        case QueuePanel::Filter::Done:
            return document.status == DocumentStatus::Done;
    }
    return true;
}

int QueueModel::placeOf(DocumentId id, int near) const {
    const std::vector<DocumentSummary>& documents = *m_documents;
    if (documents.empty()) {
        return -1;
    }
    const auto lookFrom = [&](std::int64_t from) {
        const auto size = static_cast<std::int64_t>(documents.size());
        const std::int64_t end = std::min(from + kNear, size);
        for (std::int64_t place = std::max(from, std::int64_t{0});
             place < end && documents[static_cast<size_t>(place)].id <= id; ++place) {
            if (documents[static_cast<size_t>(place)].id == id) {
                return static_cast<int>(place);
            }
        }
        return -1;
    };
    if (const int place = lookFrom(near); place >= 0) {
        return place;
    }
    // Ids have few gaps.
    if (const int place = lookFrom(id - documents.front().id); place >= 0) {
        return place;
    }
    const auto found = std::lower_bound(
        documents.begin(), documents.end(), id,
        [](const DocumentSummary& document, DocumentId wanted) { return document.id < wanted; });
    return found != documents.end() && found->id == id ? static_cast<int>(found - documents.begin())
                                                       : -1;
}

const DocumentSummary* QueueModel::documentAt(int row) const {
    const auto at = static_cast<size_t>(m_rows[static_cast<size_t>(row)]);
    if (m_filter == QueuePanel::Filter::All) {
        return at < m_documents->size() ? &(*m_documents)[at] : nullptr;
    }
    const auto place = static_cast<size_t>(m_places[at]);
    return place < m_documents->size() && (*m_documents)[place].id == (*m_order)[at].id
               ? &(*m_documents)[place]
               : nullptr;
}

QueueEntry QueueModel::entryAt(int row) const {
    if (m_filter == QueuePanel::Filter::All) {
        return {};
    }
    return (*m_order)[static_cast<size_t>(m_rows[static_cast<size_t>(row)])];
}

QueueModel::Section QueueModel::sectionOf(int row) const {
    const auto after =
        std::upper_bound(m_sections.begin(), m_sections.end(), row,
                         [](int wanted, const SectionStart& start) { return wanted < start.row; });
    return after == m_sections.begin() ? Section::All : std::prev(after)->section;
}

void QueueModel::rebuild() {
    const std::vector<DocumentSummary>& documents = *m_documents;
    m_rows.clear();
    m_sections.clear();
    m_sectionSizes.fill(0);
    m_rowOf.assign(documents.size(), -1);
    m_shown = 0;
    const bool queue = m_filter == QueuePanel::Filter::Queue;
    std::vector<bool> isFound;
    m_count = static_cast<int>(documents.size());
    if (m_found) {
        isFound.resize(documents.size());
        m_count = 0;
        int next = 0;
        for (const DocumentId id : *m_found) {
            if (const int place = placeOf(id, next); place >= 0) {
                isFound[static_cast<size_t>(place)] = true;
                next = place + 1;
                ++m_count;
            }
        }
    }
    m_rows.reserve(static_cast<size_t>(m_count) + 4);
    const auto add = [&](int place, std::int32_t row, Section section) {
        if (m_sections.empty() || m_sections.back().section != section) {
            m_sections.push_back({static_cast<int>(m_rows.size()), section});
            if (queue && !m_rows.empty()) {
                m_rows.push_back(-1);
            }
        }
        m_rowOf[static_cast<size_t>(place)] = static_cast<std::int32_t>(m_rows.size());
        m_rows.push_back(row);
        ++m_sectionSizes[static_cast<size_t>(section)];
        ++m_shown;
    };
    if (m_filter == QueuePanel::Filter::All) {
        for (int place = 0; place < static_cast<int>(documents.size()); ++place) {
            if (!m_found || isFound[static_cast<size_t>(place)]) {
                add(place, place, Section::All);
            }
        }
        return;
    }
    Section last = Section::Uncertain;
    const bool isAll = !m_found;
    for (size_t i = 0; i < m_order->size(); ++i) {
        const int place = m_places[i];
        if (place < 0 || !(isAll || isFound[static_cast<size_t>(place)]) ||
            !(queue || passes(documents[static_cast<size_t>(place)]))) {
            continue;
        }
        const QueueEntry& entry = (*m_order)[i];
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
        add(place, static_cast<std::int32_t>(i), section);
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

void QueueModel::update(DocumentId document) {
    if (const int row = rowOf(document); row >= 0) {
        Q_EMIT dataChanged(index(row), index(row));
    }
}

int QueueModel::rowOf(DocumentId id) const {
    const int place = placeOf(id);
    return place < 0 || static_cast<size_t>(place) >= m_rowOf.size()
               ? -1
               : m_rowOf[static_cast<size_t>(place)];
}

DocumentId QueueModel::neighbour(int row, int step) const {
    for (int i = row; i >= 0 && i < static_cast<int>(m_rows.size()); i += step) {
        if (m_rows[static_cast<size_t>(i)] < 0) {
            continue;
        }
        if (const DocumentSummary* document = documentAt(i)) {
            return document->id;
        }
    }
    return 0;
}

std::vector<DocumentId> QueueModel::first(std::size_t most) const {
    const std::vector<DocumentSummary>& documents = *m_documents;
    std::vector<DocumentId> ids;
    if (m_filter == QueuePanel::Filter::All) {
        for (size_t i = 0; i < documents.size() && ids.size() < most; ++i) {
            ids.push_back(documents[i].id);
        }
        return ids;
    }
    for (size_t i = 0; i < m_places.size() && ids.size() < most; ++i) {
        const int place = m_places[i];
        if (place >= 0 && static_cast<size_t>(place) < documents.size() &&
            (m_filter == QueuePanel::Filter::Queue ||
             passes(documents[static_cast<size_t>(place)]))) {
            ids.push_back(documents[static_cast<size_t>(place)].id);
        }
    }
    return ids;
}

QString QueueModel::sectionName(Section section) const {
    const QString count = QLocale().toString(m_sectionSizes[static_cast<size_t>(section)]);
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
                case QueuePanel::Filter::Disagreeing:
                    return tr("To decide · %1").arg(count);
                default:
                    return tr("Done · %1").arg(count);
            }
    }
    return {};
}

QString QueueModel::sectionAt(int row) const {
    return row >= 0 && row < static_cast<int>(m_rows.size()) ? sectionName(sectionOf(row))
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

QString QueuePanel::heldOutText() {
    return tr(
        "This document is held out: it is labelled without suggestions, and patterns and "
        "“Label all occurrences” pass it over. The dashboard compares such documents with "
        "the others; the share is set there.");
}

QString QueueModel::detail(int row, const DocumentSummary& document) const {
    const QueueEntry entry = entryAt(row);
    QStringList parts;
    if (const QString why = reason(entry);
        !why.isEmpty() && document.status == DocumentStatus::New) {
        parts << why;
    }
    if (entry.isHeldOut && document.status != DocumentStatus::Done) {
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
    const int row = index.row();
    if (m_rows[static_cast<size_t>(row)] < 0) {
        if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) {
            return sectionName(sectionOf(row));
        }
        return role == HeadingRole ? QVariant(true) : QVariant();
    }
    const DocumentSummary* found = documentAt(row);
    if (found == nullptr) {
        return {};
    }
    const DocumentSummary& document = *found;
    switch (role) {
        case Qt::DisplayRole:
            return QString::fromStdString(document.name);
        case Qt::AccessibleTextRole: {
            const QString status = document.status == DocumentStatus::Done ? tr("done")
                                   : document.status == DocumentStatus::InProgress
                                       ? tr("in progress")
                                       : tr("new");
            return tr("%1, %2, %3")
                .arg(QString::fromStdString(document.name), status, detail(row, document));
        }
        case DocumentRole:
            return QVariant::fromValue<qint64>(document.id);
        case StatusRole:
            return static_cast<int>(document.status);
        case DetailRole:
            return detail(row, document);
        case HeadingRole:
            return false;
        case CurrentRole:
            return document.id == m_current;
        case Qt::ToolTipRole:
            if (entryAt(row).isHeldOut) {
                return QueuePanel::heldOutText();
            }
            return reason(entryAt(row)).isEmpty() || document.status != DocumentStatus::New
                       ? QVariant()
                       : tr("%1: %2").arg(QString::fromStdString(document.name),
                                          detail(row, document));
        default:
            return {};
    }
}

Qt::ItemFlags QueueModel::flags(const QModelIndex& index) const {
    if (!index.isValid() || m_rows[static_cast<size_t>(index.row())] < 0) {
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
