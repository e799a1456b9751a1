#include "ui/main_window/worker_log_dialog.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/session/worker_client.h"
#include "ui/theme/controls.h"

namespace spanwise::ui {

WorkerLogDialog::WorkerLogDialog(WorkerClient& client, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("workerLogDialog"));
    setWindowTitle(tr("Worker log"));
    auto* state = new MutedLabel({}, this);
    state->setObjectName(QStringLiteral("workerLogState"));
    m_text = new QPlainTextEdit(this);
    m_text->setObjectName(QStringLiteral("workerLog"));
    m_text->setAccessibleName(tr("Worker log"));
    m_text->setReadOnly(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setPlaceholderText(tr("The worker has written nothing."));
    auto* close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(state);
    bottom->addStretch();
    bottom->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 14);
    layout->addWidget(m_text, 1);
    layout->addLayout(bottom);
    resize(720, 420);

    auto* timer = new QTimer(this);
    const auto refresh = [this, state, &client] {
        state->setText(client.processId() > 0
                           ? tr("Process %1, restarted %Ln time(s).", nullptr, client.restarts())
                                 .arg(client.processId())
                           : tr("The worker is not running; it was restarted %Ln time(s).", nullptr,
                                client.restarts()));
        const QString log = client.log();
        if (log == m_text->toPlainText())
            return;
        m_text->setPlainText(log);
        m_text->verticalScrollBar()->setValue(m_text->verticalScrollBar()->maximum());
    };
    refresh();
    connect(timer, &QTimer::timeout, &client, refresh);
    timer->start(500);
}

}  // namespace spanwise::ui
