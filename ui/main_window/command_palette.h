#pragma once

#include <QDialog>
#include <functional>
#include <memory>
#include <vector>

#include "ui/theme/type_pattern.h"

namespace spanwise::ui {

/// One thing to choose in the palette.
struct PaletteItem {
    QString id;      ///< for remembering what was chosen; the same in every session
    QString title;   ///< "Label as “drug”"
    QString detail;  ///< "Edit", "document"; shown muted
    QString keys;    ///< as a keycap; may be empty
    QString color;   ///< of an entity type, or empty
    TypePattern pattern = TypePattern::Plain;  ///< of that type
    bool isChecked = false;
    std::function<void()> act;
};

/// One line, and under it what there is to do, to label as and to open, by a fuzzy match; what was
/// chosen lately comes first. Up and Down choose, Enter does it, Escape leaves. What is chosen
/// happens after the palette has closed, so that the focus is where it was.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    /// `recent`: ids, newest first.
    CommandPalette(std::vector<PaletteItem> items, const QStringList& recent,
                   QWidget* parent = nullptr);
    ~CommandPalette() override;

    /// Documents for a text that `documentsWanted` named; of no use for another.
    void setDocuments(const QString& text, std::vector<PaletteItem> documents);

Q_SIGNALS:
    void documentsWanted(const QString& text);
    void chosen(const QString& id);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void choose();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
