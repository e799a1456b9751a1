#pragma once

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace spanwise::ui {

/// One message above the page, instead of a box in the way: what happened, in words, with at most
/// one thing to do about it. A newer message replaces an older one; a banner (read-only) comes back
/// when the message over it is dismissed.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    enum class Kind { Info, Warning, Error };

    explicit MessageBar(QWidget* parent = nullptr);

    void show(Kind kind, const QString& headline, const QString& detail = {});
    /// The same with a button; `actionTriggered` tells when it is pressed.
    void showWithAction(Kind kind, const QString& headline, const QString& detail,
                        const QString& action);
    /// Stays until cleared with an empty text.
    void setBanner(const QString& headline, const QString& detail = {});
    void dismiss();

    [[nodiscard]] QString text() const;
    [[nodiscard]] bool isShowing() const { return isVisibleTo(parentWidget()); }

Q_SIGNALS:
    void actionTriggered();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void set(Kind kind, const QString& headline, const QString& detail, const QString& action,
             bool dismissable);
    void updateIcon();

    Kind m_kind = Kind::Info;
    QString m_headline, m_detail;
    QString m_bannerHeadline, m_bannerDetail;
    QLabel* m_icon;
    QLabel* m_label;
    QPushButton* m_action;
    QToolButton* m_close;
};

}  // namespace spanwise::ui
