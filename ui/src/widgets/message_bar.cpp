#include "widgets/message_bar.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "theme/icons.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

constexpr int infoMilliseconds = 6000;

}  // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent),
      icon_(new QLabel(this)),
      text_(new QLabel(this)),
      detail_(new QLabel(this)),
      expander_(new QToolButton(this)),
      hideLater_(new QTimer(this)) {
    setObjectName("messageBar");
    text_->setObjectName("messageText");
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    detail_->setObjectName("messageDetail");
    detail_->setWordWrap(true);
    detail_->setTextFormat(Qt::PlainText);
    detail_->setProperty("muted", true);
    detail_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    expander_->setObjectName("messageDetailsButton");
    expander_->setText(tr("Details"));
    expander_->setAccessibleName(tr("Details of the message"));
    expander_->setToolTip(tr("Shows what the program itself said"));
    expander_->setCheckable(true);
    expander_->setProperty("flat", true);
    auto* close = makeIconButton("messageCloseButton", "close", tr("Close the message"), this);
    close->setProperty("flat", true);

    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(icon_, 0, Qt::AlignTop);
    row->addWidget(text_, 1);
    row->addWidget(expander_, 0, Qt::AlignTop);
    row->addWidget(close, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 8, 8, 8);
    layout->addLayout(row);
    layout->addWidget(detail_);

    hideLater_->setSingleShot(true);
    connect(hideLater_, &QTimer::timeout, this, &MessageBar::dismiss);
    connect(expander_, &QToolButton::toggled, detail_, &QWidget::setVisible);
    connect(close, &QToolButton::clicked, this, &MessageBar::dismiss);
    hide();
}

void MessageBar::showProblem(const UserProblem& problem) {
    present("error", problem.sentence, problem.advice, problem.detail);
}

void MessageBar::showInfo(const QString& sentence, const QString& more) {
    present("info", sentence, more, {});
    if (more.isEmpty()) {
        hideLater_->start(infoMilliseconds);
    }
}

void MessageBar::dismiss() {
    hideLater_->stop();
    hide();
}

void MessageBar::present(const char* kind, const QString& sentence, const QString& advice, const QString& detail) {
    hideLater_->stop();
    const bool error = QLatin1String(kind) == QLatin1String("error");
    setStyleProperty(this, "kind", QString::fromLatin1(kind));
    icon_->setPixmap(themedIcon(error ? "warning" : "info", error ? IconTint::Danger : IconTint::Accent)
                         .pixmap(QSize(20, 20), devicePixelRatioF()));
    text_->setText(advice.isEmpty() ? sentence : sentence + '\n' + advice);
    detail_->setText(detail);
    expander_->setChecked(false);
    expander_->setVisible(!detail.isEmpty());
    detail_->hide();
    setAccessibleName(text_->text());
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

}  // namespace penjing::studio
