#include "ui/pretraining/annotate_run.h"

#include <QDir>
#include <QEvent>
#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextEdit>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/main_window/error_text.h"
#include "ui/pretraining/annotation_text.h"
#include "ui/session/annotation_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

using State = AnnotationController::State;

constexpr int kSide = 24;
constexpr int kBarSteps = 1000;

/// Where each code point begins in the QString, and its end.
std::vector<int> utf16Places(const QString& text) {
    std::vector<int> places;
    for (int i = 0; i < text.size(); ++i) {
        if (!text[i].isLowSurrogate())
            places.push_back(i);
    }
    places.push_back(static_cast<int>(text.size()));
    return places;
}

}  // namespace

struct AnnotateRun::Impl {
    AnnotateRun* q;
    AnnotationController& controller;
    bool isMaterialFree = true;
    std::size_t shown = 0;  ///< examples in the view

    QLabel* title = nullptr;
    QLabel* status = nullptr;
    QProgressBar* bar = nullptr;
    QLabel* error = nullptr;
    QLabel* summary = nullptr;
    QLabel* hint = nullptr;
    QPushButton* stop = nullptr;
    QPushButton* use = nullptr;
    QPushButton* goOn = nullptr;
    QPushButton* back = nullptr;
    SectionHeading* heading = nullptr;
    QTextEdit* examples = nullptr;

    Impl(AnnotateRun* panel, AnnotationController& c) : q(panel), controller(c) {}
    void build();
    void showState();
    void showRun();
    void showExamples();
    void addExample(QTextCursor& cursor, const protocol::AnnotationExample& example) const;
    void dress();
};

AnnotateRun::AnnotateRun(AnnotationController& controller, QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>(this, controller)) {
    setObjectName(QStringLiteral("annotateRun"));
    m_impl->build();
    connect(&controller, &AnnotationController::stateChanged, this,
            [this] { m_impl->showState(); });
    connect(&controller, &AnnotationController::runChanged, this, [this] { m_impl->showRun(); });
    m_impl->showState();
}

AnnotateRun::~AnnotateRun() = default;

void AnnotateRun::setMaterialFree(bool isFree) {
    m_impl->isMaterialFree = isFree;
    m_impl->use->setEnabled(isFree);
}

void AnnotateRun::focusAction() {
    auto& d = *m_impl;
    // What was refused will be refused again with the same settings.
    const auto& error = d.controller.run().error;
    const bool isRefused =
        error && (error->code == ErrorCode::PermissionDenied ||
                  error->code == ErrorCode::NotFound || error->code == ErrorCode::InvalidArgument);
    if (isRefused && !d.back->isHidden()) {
        d.back->setFocus();
        return;
    }
    for (QPushButton* button : {d.stop, d.use, d.goOn, d.back}) {
        if (!button->isHidden() && button->isEnabled()) {
            button->setFocus();
            return;
        }
    }
}

void AnnotateRun::Impl::build() {
    auto* layout = new QVBoxLayout(q);
    layout->setContentsMargins(kSide, 20, kSide, 16);
    layout->setSpacing(10);
    title = plainLabel(q, "annotateTitle");
    QFont large = theme::scaled(title->font(), 1.35);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    layout->addWidget(title);
    status = plainLabel(q, "annotateStatus");
    layout->addWidget(status);
    bar = new QProgressBar(q);
    bar->setObjectName(QStringLiteral("annotateProgress"));
    bar->setAccessibleName(tr("Annotating"));
    bar->setTextVisible(false);
    bar->setFixedHeight(8);
    layout->addWidget(bar);
    error = plainLabel(q, "annotateError");
    summary = plainLabel(q, "annotateSummary");
    hint = plainLabel(q, "annotateHint");
    hint->setForegroundRole(QPalette::PlaceholderText);
    for (QLabel* label : {error, summary}) {
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setFocusPolicy(Qt::NoFocus);
    }
    for (QLabel* label : {error, summary, hint})
        layout->addWidget(label);

    stop = roomyButton(tr("&Stop"), "annotateStop", q);
    stop->setToolTip(tr("What has come is kept; it can go on from there at any time"));
    use = roomyButton(tr("&Use as material"), "annotateUse", q);
    use->setToolTip(tr("Adds the annotated passages to what the encoder learns from"));
    goOn = roomyButton(tr("&Go on"), "annotateGoOn", q);
    back = roomyButton(tr("&Back to the settings"), "annotateBack", q);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QPushButton* button : {stop, use, goOn, back}) {
        button->setAutoDefault(true);
        buttons->addWidget(button);
    }
    auto* close = roomyButton(tr("C&lose"), "annotateCloseRun", q);
    close->setAutoDefault(false);
    buttons->addStretch();
    buttons->addWidget(close);
    layout->addLayout(buttons);
    layout->addSpacing(6);
    heading = new SectionHeading(tr("First answers"), q);
    layout->addWidget(heading);
    examples = new QTextEdit(q);
    examples->setObjectName(QStringLiteral("annotateExamples"));
    examples->setAccessibleName(tr("First answers"));
    examples->setReadOnly(true);
    examples->setTabChangesFocus(true);
    examples->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    examples->setVerticalScrollBar(new SlimScrollBar);
    examples->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    examples->document()->setDocumentMargin(10);
    layout->addWidget(examples, 1);
    layout->addStretch(0);  // takes the room of answers that are not there
    dress();

    QObject::connect(close, &QPushButton::clicked, q, [this] { q->window()->close(); });
    QObject::connect(stop, &QPushButton::clicked, q, [this] { controller.stop(); });
    QObject::connect(goOn, &QPushButton::clicked, q, [this] { controller.goOn(); });
    QObject::connect(back, &QPushButton::clicked, q, [this] { controller.leaveRun(); });
    QObject::connect(use, &QPushButton::clicked, q,
                     [this] { Q_EMIT q->useRequested(controller.run().output); });
}

void AnnotateRun::Impl::dress() {
    QPalette palette = q->palette();
    palette.setColor(QPalette::WindowText, theme::colors().error);
    error->setPalette(palette);
    shown = 0;
    examples->clear();
    showExamples();
}

void AnnotateRun::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl && m_impl->examples)
        m_impl->dress();
}

void AnnotateRun::Impl::showState() {
    const State state = controller.state();
    const bool isEnded = state == State::Ended;
    // A button that goes away leaves the focus to the one that is next to do.
    const auto buttons = {stop, use, goOn, back};
    const bool hadFocus =
        std::find(buttons.begin(), buttons.end(), q->window()->focusWidget()) != buttons.end();
    title->setText(isEnded ? AnnotationText::end(controller)
                           : tr("Annotating with %1").arg(controller.settings().model));
    stop->setVisible(!isEnded);
    bar->setVisible(!isEnded);
    back->setVisible(isEnded);
    goOn->setVisible(isEnded && controller.isResumable() && !controller.isBudgetSpent());
    goOn->setText(controller.run().error ? tr("&Try again") : tr("&Go on"));
    const protocol::AnnotationResult& result = controller.run().result;
    use->setVisible(isEnded && result.mentions > 0);
    use->setEnabled(isMaterialFree);
    showRun();
    if (hadFocus && q->isVisible() && state != State::Stopping)
        q->focusAction();
}

void AnnotateRun::Impl::showRun() {
    const AnnotationController::Run& run = controller.run();
    const bool isEnded = controller.state() == State::Ended;
    status->setText(AnnotationText::status(controller));
    status->setVisible(!isEnded);
    const bool isKnown = run.total > 0 && !run.isReading;
    bar->setRange(0, isKnown ? kBarSteps : 0);
    if (isKnown)
        bar->setValue(static_cast<int>(kBarSteps * run.done / run.total));
    error->setText(isEnded && run.error ? errorDetail(*run.error) : QString());
    error->setVisible(!error->text().isEmpty());
    QStringList lines;
    const bool hasCome = run.result.answered + run.result.known > 0;
    if (isEnded && (hasCome || !run.error)) {
        lines = AnnotationText::summary(run.result);
        lines << tr("in %1").arg(QDir::toNativeSeparators(run.output));
        if (run.result.firstFailure && !run.error)
            lines << tr("The first one without an answer: %1")
                         .arg(errorDetail(*run.result.firstFailure));
    }
    summary->setText(lines.join(QLatin1Char('\n')));
    summary->setVisible(!lines.isEmpty());
    hint->setText(!isEnded ? tr("This window may be closed; it goes on. Stop it when the first "
                                "answers are not what you want: what came is kept.")
                  : controller.isBudgetSpent()
                      ? tr("Raise the limit in the settings and start again: what was answered is "
                           "not asked again.")
                      : QString());
    hint->setVisible(!hint->text().isEmpty());
    showExamples();
}

void AnnotateRun::Impl::showExamples() {
    const auto& all = controller.run().examples;
    if (all.size() < shown) {
        examples->clear();
        shown = 0;
    }
    QTextCursor cursor(examples->document());
    cursor.movePosition(QTextCursor::End);
    for (; shown < all.size(); ++shown)
        addExample(cursor, all[shown]);
    const bool isEmpty = all.empty();
    heading->setVisible(!isEmpty);
    examples->setVisible(!isEmpty || controller.state() != State::Ended);
    examples->setPlaceholderText(tr("The first answers are shown here."));
}

/// The passage with its mentions marked, and below it what they are.
void AnnotateRun::Impl::addExample(QTextCursor& cursor,
                                   const protocol::AnnotationExample& example) const {
    QTextBlockFormat passage;
    passage.setTopMargin(shown == 0 ? 0 : 12);
    QTextCharFormat plain;
    plain.setForeground(theme::colors().text);
    if (shown > 0)
        cursor.insertBlock();
    cursor.setBlockFormat(passage);
    const int start = cursor.position();
    // One passage is one block, so that places in it are places in the text.
    QString text = QString::fromStdString(example.text);
    for (QChar& c : text) {
        if (c == QLatin1Char('\n') || c == QLatin1Char('\r') || c == QChar::ParagraphSeparator)
            c = QLatin1Char(' ');
    }
    cursor.insertText(text, plain);
    QTextCharFormat marked = plain;
    marked.setBackground(theme::colors().accentTint);
    marked.setUnderlineStyle(QTextCharFormat::SingleUnderline);
    marked.setUnderlineColor(theme::colors().accent);
    const std::vector<int> places = utf16Places(text);
    QStringList concepts;
    QTextCursor mark(examples->document());
    for (const Mention& mention : example.mentions) {
        if (mention.begin < 0 || mention.begin >= mention.end ||
            static_cast<std::size_t>(mention.end) >= places.size())
            continue;
        const int begin = places[static_cast<std::size_t>(mention.begin)];
        const int end = places[static_cast<std::size_t>(mention.end)];
        mark.setPosition(start + begin);
        mark.setPosition(start + end, QTextCursor::KeepAnchor);
        mark.setCharFormat(marked);
        const QString entry =
            tr("%1: %2").arg(text.mid(begin, end - begin), QString::fromStdString(mention.name));
        if (!concepts.contains(entry))
            concepts << entry;
    }
    QTextCharFormat muted;
    muted.setForeground(theme::colors().mutedText);
    QTextBlockFormat below;
    below.setTopMargin(2);
    cursor.movePosition(QTextCursor::End);
    cursor.insertBlock(below);
    cursor.insertText(
        concepts.isEmpty() ? tr("nothing was found") : concepts.join(QStringLiteral(" · ")), muted);
}

}  // namespace spanwise::ui
