#pragma once

#include <QAbstractButton>
#include <QWidget>
#include <functional>
#include <vector>

namespace spanwise::ui {

/// Words that somebody labelled, with the type's name and colour.
struct ReadSpan {
    QString words, type, color;
};

/// What one annotator says of a place.
struct ReadingRow {
    QString key;   ///< "1"; empty: none
    QString name;  ///< of the annotator; of the last row: what it does
    QString note;  ///< "not finished"
    std::vector<ReadSpan> spans;
    bool saysNothing = true;  ///< with no spans: "nothing"; false: an empty cell
    bool isTaken = false;
};

/// The readings of a disagreement, one a row, each with its key. A click takes a reading.
class ReadingRows : public QWidget {
    Q_OBJECT
public:
    explicit ReadingRows(QWidget* parent = nullptr);
    void setRows(const std::vector<ReadingRow>& rows, bool isEnabled);
    [[nodiscard]] QList<QAbstractButton*> buttons() const;

Q_SIGNALS:
    void activated(int row);
};

}  // namespace spanwise::ui
