#pragma once

#include <QDialog>

class QPlainTextEdit;

namespace spanwise::ui {

class WorkerClient;

/// What the worker wrote to its log, kept current while it is open.
class WorkerLogDialog : public QDialog {
    Q_OBJECT
public:
    explicit WorkerLogDialog(WorkerClient& client, QWidget* parent = nullptr);

private:
    QPlainTextEdit* m_text;
};

}  // namespace spanwise::ui
