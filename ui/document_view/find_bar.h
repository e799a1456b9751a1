#pragma once

#include <QWidget>
#include <memory>

#include "ui/session/document_finder.h"

namespace spanwise::ui {

/// The strip at the document's lower edge that looks for a text in it. Also says, without a field,
/// what a filter of the documents has found in this one. Shows and forwards; finds nothing itself.
class FindBar : public QWidget {
    Q_OBJECT
public:
    enum class Mode { Hidden, Field, Filter };

    explicit FindBar(QWidget* parent = nullptr);
    ~FindBar() override;

    void setMode(Mode mode);
    [[nodiscard]] Mode mode() const;
    /// Shows the field, with this text if it is not empty, and gives it the focus.
    void open(const QString& text);
    [[nodiscard]] FindQuery query() const;

    struct State {
        QString text;
        bool isProblem = false;
        bool hasMatches = false;
        bool operator==(const State&) const = default;
    };
    void setState(const State& state);
    void setReadOnly(bool readOnly);
    void setKeycaps(const QString& next, const QString& previous);

Q_SIGNALS:
    void queryChanged();
    void nextRequested();
    void previousRequested();
    void labelAllRequested();
    void closeRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
