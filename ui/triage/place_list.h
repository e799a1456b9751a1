#pragma once

#include <QAbstractListModel>
#include <QListView>
#include <QSet>
#include <vector>

#include "core/annotation/document.h"
#include "core/text/range.h"

namespace spanwise::ui {

/// A place of a text in its context, that can be ticked.
struct PlaceRow {
    qint64 id = 0;  ///< what the owner tells it by
    DocumentId document = 0;
    Range range;
    QString documentName;
    QString before, match, after;
    QString note;  ///< at the right: a score, or why it is not ticked
    bool isTicked = true;
    bool canBeTicked = true;
};

class PlaceModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { BeforeRole = Qt::UserRole, MatchRole, AfterRole, NameRole, NoteRole };
    using QAbstractListModel::QAbstractListModel;

    void setRows(std::vector<PlaceRow> rows);
    [[nodiscard]] const std::vector<PlaceRow>& rows() const { return m_rows; }
    void setTicked(int row, bool ticked);
    void setAllTicked(bool ticked);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void ticksChanged();

private:
    std::vector<PlaceRow> m_rows;
};

/// A list of places, one line each: tick box, context, document, note. Space ticks, Enter and a
/// double click open; letters and what else it has no use for go to its parent.
class PlaceList : public QListView {
    Q_OBJECT
public:
    /// Without tick boxes it only shows.
    explicit PlaceList(bool hasTicks, QWidget* parent = nullptr);
    [[nodiscard]] PlaceModel* places() const { return m_model; }
    void setRows(std::vector<PlaceRow> rows) { m_model->setRows(std::move(rows)); }
    [[nodiscard]] int tickedCount() const;
    [[nodiscard]] QSet<qint64> unticked() const;  ///< their ids

Q_SIGNALS:
    void ticksChanged();
    void placeActivated(qint64 document, spanwise::Range range);
    void leaveRequested();  ///< Escape

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void activateRow(int row);

    PlaceModel* m_model;
    bool m_hasTicks;
};

}  // namespace spanwise::ui
