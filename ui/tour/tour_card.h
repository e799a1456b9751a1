#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace spanwise::ui {

class SectionHeading;

/// A small card over the window, with a beak towards what it speaks of. It takes no focus when it
/// comes; its buttons have mnemonics. Screen readers hear its text as an alert.
class TourCard : public QWidget {
    Q_OBJECT
public:
    enum class Beak { None, Left, Right, Up, Down };

    struct Content {
        QString heading;  ///< "Step 2 of 5"
        QString title, text;
        QStringList keys;      ///< shown as keycaps
        double progress = -2;  ///< 0..1; -1: busy; -2: none
        QString go;            ///< the way to where the step is; empty: one is there
        bool isLast = false;   ///< nothing to skip

        bool operator==(const Content&) const = default;
    };

    explicit TourCard(QWidget* parent);

    void setContent(const Content& content);
    [[nodiscard]] const Content& content() const { return m_content; }
    /// Where the beak is, along its side, in the card's coordinates.
    void setBeak(Beak side, int at);
    /// The size that the content needs, with the margin that the beak stands in.
    [[nodiscard]] QSize wantedSize() const;
    /// Tells screen readers what the card says.
    void announce();

    static constexpr int kMargin = 12;  ///< round the card, for beak and shadow

Q_SIGNALS:
    void skipRequested();
    void endRequested();
    void goRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Content m_content;
    Beak m_beak = Beak::None;
    int m_beakAt = 0;
    SectionHeading* m_heading;
    QLabel *m_title, *m_text;
    QWidget* m_keys;
    QProgressBar* m_progress;
    QPushButton *m_go, *m_skip, *m_end;
};

/// An outline round what a step speaks of. The mouse goes through it.
class TourRing : public QWidget {
    Q_OBJECT
public:
    explicit TourRing(QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace spanwise::ui
