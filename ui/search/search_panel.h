#pragma once

#include <QWidget>
#include <memory>

#include "core/annotation/entity_type.h"
#include "core/text/range.h"
#include "storage/search_query.h"
#include "ui/document_view/view_keys.h"

namespace spanwise::ui {

class SearchController;

/// Below the document: what is searched for in the whole project, by text or expression and by what
/// is asked of labels, and the places found. In the list Enter opens the place, a type's key labels
/// it there and then, the keys that accept, reject and remove do so; Escape leads back to the field
/// and then closes. Hidden until asked for.
class SearchPanel : public QWidget {
    Q_OBJECT
public:
    explicit SearchPanel(QWidget* parent = nullptr);
    ~SearchPanel() override;

    /// Null: none. Must outlive the panel or be replaced before it goes.
    void setController(SearchController* controller);
    void setScheme(const LabelScheme& scheme);
    void setKeys(const ViewKeys& keys);
    void setReadOnly(bool readOnly);
    /// Shows it with the field selected; `text`, if there is any, is looked for at once.
    void open(const QString& text = {});
    /// Shows and runs a query, as a saved one.
    void show(const SearchQuery& query);
    using QWidget::show;
    /// To the place in hand: what a command's or a type's key does to it while the list has the
    /// keyboard. False: there is none in hand, or it is no command for it.
    bool perform(ViewCommand command);
    bool label(TypeId type);
    /// What the controls ask for now.
    [[nodiscard]] SearchQuery query() const;

Q_SIGNALS:
    void placeActivated(qint64 document, spanwise::Range range);
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void close();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
