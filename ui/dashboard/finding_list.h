#pragma once

#include <QAbstractListModel>
#include <QListView>
#include <QStyledItemDelegate>
#include <functional>
#include <vector>

#include "core/annotation/document.h"
#include "core/text/range.h"

namespace spanwise::ui {

/// A place in a document with the words around it, or a line without a place.
struct FindingRow {
    QString title;  ///< "drug, found as dose"
    QString documentName;
    QString before, match, after;
    DocumentId document = 0;  ///< 0: leads nowhere
    Range range;

    bool operator==(const FindingRow&) const = default;
};

class FindingModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { TitleRole = Qt::UserRole, DocumentRole, BeforeRole, MatchRole, AfterRole };

    using QAbstractListModel::QAbstractListModel;
    /// False: they are the same.
    bool setRows(std::vector<FindingRow> rows);
    [[nodiscard]] const FindingRow* row(int index) const;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<FindingRow> m_rows;
};

/// Places, two lines each; Enter or a double click goes there.
class FindingList : public QListView {
    Q_OBJECT
public:
    explicit FindingList(QWidget* parent = nullptr);
    void setRows(std::vector<FindingRow> rows);
    [[nodiscard]] const FindingModel* places() const { return m_model; }

Q_SIGNALS:
    void placeActivated(qint64 document, spanwise::Range range);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    void go(const QModelIndex& index);
    FindingModel* m_model;
};

}  // namespace spanwise::ui
