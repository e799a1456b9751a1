#include "ui/main_window/rescue_dialog.h"

#include <QDateTime>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/main_window/error_text.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

RescueDialog::RescueDialog(const QString& path, QWidget* parent) : QDialog(parent), m_rescue(path) {
    setObjectName(QStringLiteral("rescueDialog"));
    setWindowTitle(tr("Damaged project"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(10);
    const auto wrapped = [this](QLabel* label) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setMinimumWidth(460);
        return label;
    };
    auto* headline = wrapped(new QLabel(
        tr("“%1” is damaged and cannot be opened.").arg(QFileInfo(path).fileName()), this));
    QFont font = headline->font();
    font.setWeight(QFont::DemiBold);
    headline->setFont(font);
    layout->addWidget(headline);
    const auto& backup = m_rescue.backup();
    layout->addWidget(wrapped(new MutedLabel(
        tr("Either way makes a new file beside it; the damaged one stays as it is.") +
            QLatin1Char(' ') +
            (backup ? tr("The newest backup is of %1: %2, %3.")
                          .arg(QLocale().toString(QDateTime::fromMSecsSinceEpoch(backup->at),
                                                  QLocale::ShortFormat),
                               tr("%Ln document(s)", nullptr, plural(backup->documents)),
                               tr("%Ln label(s)", nullptr, plural(backup->annotations)))
                    : tr("There is no backup beside it.")),
        this)));
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(QStringLiteral("rescueProgress"));
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_state = wrapped(new QLabel(this));
    m_state->setObjectName(QStringLiteral("rescueState"));
    layout->addWidget(m_state);
    layout->addWidget(m_progress);
    layout->addStretch();
    auto* buttons = new QHBoxLayout;
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_restore = new QPushButton(tr("Open the newest &backup as a copy"), this);
    m_restore->setObjectName(QStringLiteral("rescueRestore"));
    m_recover = new QPushButton(tr("&Recover what can be read"), this);
    m_recover->setObjectName(QStringLiteral("rescueRecover"));
    m_recover->setDefault(true);
    for (QPushButton* button : {m_cancel, m_restore})
        button->setAutoDefault(false);
    buttons->addStretch();
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_restore);
    buttons->addWidget(m_recover);
    layout->addLayout(buttons);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_recover, &QPushButton::clicked, this, [this] {
        m_rescue.recover();
        follow(tr("Reading what can be read…"));
    });
    connect(m_restore, &QPushButton::clicked, this, [this] {
        m_rescue.restore();
        follow(tr("Copying the backup…"));
    });
    connect(&m_rescue, &ProjectRescue::failed, this, [this](const Error& error) {
        follow(errorDetail(error));
        m_recover->setFocus();
    });
    connect(&m_rescue, &ProjectRescue::saved, this,
            [this](const QString& file, const QString& report) {
                m_saved = file;
                // The first line counts what was saved, as the project does when it opens.
                QStringList lines;
                for (const QString& line : report.split(QLatin1Char('\n')).mid(1))
                    lines << engineText(line);
                m_report = lines.join(QLatin1Char(' '));
                accept();
            });
    follow({});
}

void RescueDialog::follow(const QString& doing) {
    const bool isRunning = m_rescue.isRunning();
    m_state->setText(doing);
    m_state->setVisible(!doing.isEmpty());
    m_progress->setVisible(isRunning);
    m_recover->setEnabled(!isRunning);
    m_restore->setEnabled(!isRunning && m_rescue.backup());
    m_cancel->setEnabled(!isRunning);
}

void RescueDialog::reject() {
    if (!m_rescue.isRunning())  // it ends by itself
        QDialog::reject();
}

}  // namespace spanwise::ui
