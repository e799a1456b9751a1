#pragma once

#include <QStatusBar>

#include "ui/session/learning_controller.h"

class QLabel;
class QToolButton;

namespace spanwise::ui {

/// A slim bar without text; negative: hidden, above 1: full.
class ThinProgress : public QWidget {
    Q_OBJECT
public:
    explicit ThinProgress(QWidget* parent = nullptr);
    void setFraction(double fraction);
    [[nodiscard]] double fraction() const { return m_fraction; }
    [[nodiscard]] QSize sizeHint() const override { return {120, 16}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {60, 16}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double m_fraction = -1;
};

/// A dot that tells how the worker is.
class StatusDot : public QWidget {
    Q_OBJECT
public:
    enum class Kind { Quiet, Busy, Good, Bad };
    explicit StatusDot(QWidget* parent = nullptr);
    void setKind(Kind kind);
    [[nodiscard]] QSize sizeHint() const override { return {9, 16}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Kind m_kind = Kind::Quiet;
};

/// The bottom line: model and device, what the worker is doing and for how long still, how many of
/// the labels it has learned; how often it was started again; at the right the person's pace and
/// that everything is on the disk.
class StatusStrip : public QStatusBar {
    Q_OBJECT
public:
    explicit StatusStrip(QWidget* parent = nullptr);

    void setLearning(const LearningStatus& status);
    /// Without a project: nothing but the bar.
    void clearLearning();
    void setPace(double labelsPerHour);
    void setSaved(const QString& text);
    /// The document on the screen gets no suggestions, for the reason that `why` tells; empty: it
    /// does.
    void setHeldOut(const QString& why);
    void setRestarts(int restarts);  ///< of the worker; 0 says nothing

Q_SIGNALS:
    void logRequested();

private:
    void showAge();

    StatusDot* m_dot;
    QLabel* m_model;
    QLabel* m_activity;
    ThinProgress* m_progress;
    QLabel* m_left;
    QLabel* m_learned;
    QToolButton* m_restarts;
    QString m_modelText;
    qint64 m_learnedAt = 0;
    QLabel* m_heldOut;
    QLabel* m_pace;
    QLabel* m_saved;
};

}  // namespace spanwise::ui
