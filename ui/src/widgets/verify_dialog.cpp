#include "widgets/verify_dialog.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QVBoxLayout>

#include "core/studio_controller.h"
#include "theme/icons.h"
#include "widgets/text_format.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {

VerifyDialog::VerifyDialog(StudioController* controller, const QString& path, QWidget* parent)
    : QDialog(parent),
      path_(path),
      icon_(new QLabel(this)),
      title_(new QLabel(tr("Drawing it again…"), this)),
      text_(new QLabel(tr("The picture is drawn again from its recipe and compared, pixel by pixel."), this)),
      progress_(new QProgressBar(this)) {
    setObjectName("verifyDialog");
    setWindowTitle(tr("Verify"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(440);
    title_->setObjectName("verdictTitle");
    title_->setProperty("subtitle", true);
    text_->setObjectName("verdictText");
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Progress of the comparison"));
    icon_->setPixmap(themedIcon("verify", IconTint::Accent).pixmap(QSize(32, 32), devicePixelRatioF()));
    auto* buttons = makeCloseButton(this);

    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(12);
    layout->addWidget(icon_, 0, 0, Qt::AlignTop);
    layout->addWidget(title_, 0, 1);
    layout->addWidget(text_, 1, 1);
    layout->addWidget(progress_, 2, 1);
    layout->addWidget(buttons, 3, 0, 1, 2);
    layout->setColumnStretch(1, 1);

    connect(controller, &StudioController::progressed, this, [this](const JobProgress& progress) {
        if (progress.jobId == "verify") {
            progress_->setValue(progressPermille(progress));
        }
    });
    connect(controller, &StudioController::verified, this, [this](const QString& of, const PictureVerdict& verdict) {
        if (of == path_) {
            showVerdict(verdict);
        }
    });
    connect(controller, &StudioController::problem, this, &VerifyDialog::showProblem);
    connect(controller, &StudioController::jobStopped, this, [this](const QString& id) {
        if (id == "verify") {
            finish("warning", false, tr("It cannot be compared"), tr("It was stopped."));
        }
    });
    connect(this, &QDialog::finished, controller, [controller] {
        if (controller->currentJobId() == "verify") {
            controller->stop();
        }
    });
    controller->verifyPicture(path);
}

void VerifyDialog::showVerdict(const PictureVerdict& verdict) {
    const QString reason = QString::fromStdString(verdict.reason);
    switch (verdict.match) {
        case Match::Identical:
            finish("verify", true, tr("Identical"), tr("Drawn again, every pixel is the same."));
            break;
        case Match::SameLook:
            finish("verify", true, tr("Same look"),
                   tr("Nobody can see the difference (%1 dB).").arg(QLocale().toString(verdict.psnr, 'f', 1)) + '\n' +
                       reason);
            break;
        case Match::Different:
            finish("warning", false, tr("Different"), reason);
            break;
    }
}

void VerifyDialog::showProblem(const UserProblem& problem) {
    finish("warning", false, tr("It cannot be compared"), problem.sentence + '\n' + problem.advice);
}

void VerifyDialog::finish(const QString& icon, bool good, const QString& title, const QString& text) {
    icon_->setPixmap(
        themedIcon(icon, good ? IconTint::Accent : IconTint::Danger).pixmap(QSize(32, 32), devicePixelRatioF()));
    title_->setText(title);
    text_->setText(text);
    progress_->hide();
    adjustSize();
}

}  // namespace penjing::studio
