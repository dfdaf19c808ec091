#include "widgets/undo_bar.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

constexpr int kShownMilliseconds = 12000;

}  // namespace

UndoBar::UndoBar(QAction* undo, QWidget* parent) : QFrame(parent), text_(new QLabel) {
    setObjectName(QStringLiteral("messageBar"));
    setProperty("kind", "info");
    auto* button = new QPushButton(tr("Undo"));
    button->setObjectName(QStringLiteral("undoDeleteButton"));
    describeByAction(button, undo);
    connect(button, &QPushButton::clicked, undo, &QAction::trigger);
    connect(undo, &QAction::triggered, this, &QWidget::hide);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 8, 8, 8);
    layout->addWidget(text_, 1);
    layout->addWidget(button);
    gone_.setSingleShot(true);
    connect(&gone_, &QTimer::timeout, this, &QWidget::hide);
    hide();
}

void UndoBar::showDeleted(qsizetype pictures) {
    text_->setText(tr("%n pictures moved to the bin.", nullptr, static_cast<int>(pictures)));
    setAccessibleName(text_->text());
    show();
    gone_.start(kShownMilliseconds);
}

}  // namespace penjing::studio
