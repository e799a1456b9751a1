#pragma once

#include <QWidget>
#include <memory>

#include "core/annotation/entity_type.h"
#include "core/annotation/span.h"

namespace spanwise::ui {

/// What the panel shows of a type besides its definition.
struct TypeStatistics {
    TypeId type = 0;
    qint64 annotations = 0;
    qint64 suggestions = 0;
};

/// What a check says of a type, in words.
struct TypeFigure {
    TypeId type = 0;
    QString text;         ///< "82 %", or "3 more" where examples are wanting
    QString tip;          ///< precision, recall and the like
    QString description;  ///< the text for screen readers: "F1 82 %"
};

/// One line of "… in this project".
struct OccurrenceRow {
    DocumentId document = 0;
    Range range;
    QString before, match, after;
    TypeId type = 0;
};

/// The right side of the label page: types with colours, counts and shortcuts; the suggestion
/// threshold with its live count; occurrences of the selected string in the project.
class TypesPanel : public QWidget {
    Q_OBJECT
public:
    explicit TypesPanel(QWidget* parent = nullptr);
    ~TypesPanel() override;

    void setScheme(const LabelScheme& scheme);
    void setStatistics(const std::vector<TypeStatistics>& statistics);
    /// Of the types that the last check says something of; `none` is the tip of the others.
    void setFigures(const std::vector<TypeFigure>& figures, const QString& none);
    void setThreshold(double threshold);
    [[nodiscard]] double threshold() const;
    /// "12 of 40 shown · 312 in project".
    void setSuggestionCounts(int shownHere, int here, qint64 inProject);
    /// One step up or down; the slider follows and `thresholdChanged` goes out.
    void stepThreshold(int steps);
    /// An empty string hides the section.
    void setOccurrences(const QString& text, const std::vector<OccurrenceRow>& rows,
                        bool isCut = false);
    void setReadOnly(bool readOnly);
    /// The keys that its buttons show.
    void setKeycaps(const QString& add, const QString& acceptAll);

Q_SIGNALS:
    void typeActivated(qint64 type);  ///< clicked, or Enter: label the selection with it
    void addTypeRequested();  ///< clicked; the key T that it shows is the window's own action
    void editTypeRequested(qint64 type);
    void removeTypeRequested(qint64 type);
    void mergeTypeRequested(qint64 type);
    void stickyTypeRequested(qint64 type);  ///< label every selection as it
    void guidelineRequested(qint64 type);   ///< chosen from the menu
    void currentTypeChanged(qint64 type);   ///< by a person who moves through the list
    void thresholdChanged(double threshold);
    void acceptAllRequested();
    void occurrenceActivated(qint64 document, spanwise::Range range);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
