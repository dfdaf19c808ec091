#include "widgets/variations_dialog.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QVBoxLayout>

#include "widgets/draw_form.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {

VariationsDialog::VariationsDialog(const QString& prompt, QWidget* parent)
    : QDialog(parent), strength_(new QSlider(Qt::Horizontal, this)), count_(new QSpinBox(this)) {
    setObjectName("variationsDialog");
    setWindowTitle(tr("Variations"));
    setMinimumWidth(400);
    auto* about = new QLabel(prompt.simplified(), this);
    about->setWordWrap(true);
    about->setTextFormat(Qt::PlainText);
    about->setProperty("subtitle", true);
    strength_->setObjectName("variationStrength");
    strength_->setAccessibleName(tr("How different"));
    strength_->setToolTip(tr("From nearly the same to another picture of the same prompt"));
    strength_->setRange(5, 100);
    strength_->setValue(30);
    count_->setObjectName("variationCount");
    count_->setAccessibleName(tr("Number of variations"));
    count_->setToolTip(tr("They are added to the queue"));
    count_->setRange(1, DrawForm::maxCount);
    count_->setValue(4);
    auto* near = new QLabel(tr("nearly the same"), this);
    auto* far = new QLabel(tr("quite different"), this);
    near->setProperty("muted", true);
    far->setProperty("muted", true);
    auto* ends = new QHBoxLayout;
    ends->addWidget(near);
    ends->addStretch();
    ends->addWidget(far);
    auto* buttons = new QDialogButtonBox(this);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    auto* draw = buttons->addButton(tr("Draw variations"), QDialogButtonBox::AcceptRole);
    setStyleProperty(draw, "primary", true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(8);
    layout->addWidget(about);
    layout->addSpacing(6);
    layout->addWidget(makeCaption(tr("How different"), strength_));
    layout->addWidget(strength_);
    layout->addLayout(ends);
    layout->addSpacing(6);
    layout->addWidget(makeCaption(tr("How many"), count_));
    layout->addWidget(count_);
    layout->addSpacing(10);
    layout->addWidget(buttons);
}

double VariationsDialog::strength() const {
    return strength_->value() / 100.0;
}
int VariationsDialog::count() const {
    return count_->value();
}

}  // namespace penjing::studio
