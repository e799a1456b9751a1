#pragma once

#include <QFrame>
#include <QList>
#include <QStringList>
#include <functional>
#include <memory>

#include "core/result.h"

class QChart;

namespace spanwise::ui {

/// The figures behind a picture, as they are written to CSV.
struct ChartTable {
    QStringList header;
    QList<QStringList> rows;
};

/// RFC 4180 with a header line, UTF-8.
[[nodiscard]] QByteArray toCsv(const ChartTable& table);

/// A raised ground with a hairline around it.
class Card : public QFrame {
    Q_OBJECT
public:
    using QFrame::QFrame;

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// A picture with its heading, a choice of what it shows, a menu to save it, and a line below.
/// Keys: Tab reaches the picture, the Menu key (or Shift+F10) there its menu.
class ChartCard : public Card {
    Q_OBJECT
public:
    /// `name`: the beginning of the parts' object names.
    ChartCard(const QString& title, const QString& name, QWidget* parent = nullptr);
    ~ChartCard() override;

    void setVariants(const QStringList& variants);
    [[nodiscard]] int variant() const;
    /// `spoken`: what the picture says, for screen readers.
    void setChart(std::unique_ptr<QChart> chart, const ChartTable& table, const QString& spoken,
                  int height);
    /// A widget instead; `copy` makes one of full size to save.
    void setBody(QWidget* body, std::function<std::unique_ptr<QWidget>()> copy);
    void setTable(const ChartTable& table) { m_table = table; }
    [[nodiscard]] const ChartTable& table() const { return m_table; }
    /// Nothing to show yet, and why.
    void setEmpty(const QString& headline, const QString& hint);
    [[nodiscard]] bool isEmpty() const;
    void setNote(const QString& note);  ///< below; empty: none
    /// More below the note.
    void addBelow(QWidget* widget);
    [[nodiscard]] QString title() const;

    /// Writes the picture (".svg", ".png") or the figures (".csv").
    [[nodiscard]] Result<void> saveTo(const QString& path) const;
    /// Where the next save begins to look.
    void setFolder(const QString& folder) { m_folder = folder; }

Q_SIGNALS:
    void variantChanged(int variant);
    void saved(const QString& path);
    void failed(const spanwise::Error& error);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Parts;
    void popUp();
    void askAndSave(const QString& suffix, const QString& filter);
    void paintPicture(QPainter& painter) const;
    [[nodiscard]] QSize pictureSize() const;

    std::unique_ptr<Parts> m_parts;
    ChartTable m_table;
    QString m_folder;
};

}  // namespace spanwise::ui
