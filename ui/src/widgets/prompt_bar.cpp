#include "widgets/prompt_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "theme/icons.h"
#include "widgets/prompt_edit.h"
#include "widgets/text_format.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

QLabel* makeLine(const char* name, QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setProperty("muted", true);
    label->setWordWrap(true);
    label->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    return label;
}

}  // namespace

PromptBar::PromptBar(QWidget* parent)
    : QFrame(parent),
      edit_(new PromptEdit(this)),
      unknown_(makeLine("unknownWordsLabel", this)),
      estimate_(makeLine("estimateLabel", this)),
      progressText_(makeLine("progressLabel", this)),
      progress_(new QProgressBar(this)),
      draw_(makeButton("drawButton", tr("Draw"), "draw")),
      stop_(makeButton("stopButton", tr("Stop"), "stop")),
      keep_(makeButton("keepButton", tr("Keep this"), "keep")) {
    setObjectName("promptCard");
    draw_->setProperty("primary", true);
    stop_->setProperty("primary", true);
    stop_->setIcon(themedIcon("stop", IconTint::OnAccent));
    progress_->setObjectName("progressBar");
    progress_->setAccessibleName(tr("Progress of the picture"));
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    QSizePolicy keepsPlace = progress_->sizePolicy();
    keepsPlace.setRetainSizeWhenHidden(true);
    progress_->setSizePolicy(keepsPlace);
    unknown_->setProperty("warning", true);
    unknown_->hide();

    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(estimate_);
    texts->addWidget(progressText_);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addLayout(texts, 1);
    row->addWidget(keep_);
    row->addWidget(draw_);
    row->addWidget(stop_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 12, 10);
    layout->setSpacing(6);
    layout->addWidget(edit_);
    layout->addWidget(unknown_);
    layout->addWidget(progress_);
    layout->addLayout(row);

    setFocusProxy(edit_);
    connect(edit_, &PromptEdit::focusChanged, this,
            [this](bool focused) { setStyleProperty(this, "focused", focused); });
    setCanDraw(false);
    setDrawing(false, false);
}

QPushButton* PromptBar::makeButton(const char* name, const QString& text, const QString& icon) {
    auto* button = new QPushButton(text, this);
    button->setObjectName(QLatin1String(name));
    button->setIcon(themedIcon(icon));
    button->setAutoDefault(false);
    return button;
}

void PromptBar::setCanDraw(bool can) {
    draw_->setEnabled(can);
}

void PromptBar::setDrawing(bool drawing, bool live) {
    const bool asJob = drawing && !live;
    stop_->setVisible(asJob);
    keep_->setVisible(asJob);
    draw_->setText(asJob ? tr("Add to queue") : tr("Draw"));
    setStyleProperty(draw_, "primary", !asJob);
    draw_->setIcon(themedIcon(asJob ? "add" : "draw", asJob ? IconTint::Text : IconTint::OnAccent));
    progress_->setVisible(drawing);
    progress_->setValue(0);
    progressText_->setVisible(asJob);
    estimate_->setVisible(!asJob);
    progressText_->setText(tr("Getting ready"));
    keep_->setEnabled(false);
}

void PromptBar::setProgress(const JobProgress& progress) {
    progress_->setValue(progressPermille(progress));
    progressText_->setText(progressText(progress));
    keep_->setEnabled(progress.phase == Phase::Denoise && progress.step > 0 && progress.step < progress.steps);
}

void PromptBar::setEstimate(const QString& text, bool warning) {
    estimate_->setText(text);
    setStyleProperty(estimate_, "muted", !warning);
    setStyleProperty(estimate_, "warning", warning);
}

void PromptBar::setUnknownWords(const QStringList& words, const QString& modelName) {
    edit_->setUnknownWords(words);
    unknown_->setVisible(!words.isEmpty());
    QStringList quoted;
    for (const QString& word : words) {
        quoted.append(tr("“%1”").arg(word));
    }
    unknown_->setText(tr("%1 never saw: %2").arg(modelName, quoted.join(", ")));
}

}  // namespace penjing::studio
