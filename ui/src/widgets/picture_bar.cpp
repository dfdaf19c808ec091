#include "widgets/picture_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QToolButton>

#include "widgets/shown_picture.h"
#include "widgets/studio_actions.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {

PictureBar::PictureBar(StudioActions* actions, QWidget* parent)
    : QWidget(parent), about_(new QLabel(this)), zoom_(new QLabel(this)) {
    about_->setObjectName("pictureLabel");
    about_->setProperty("muted", true);
    about_->setTextFormat(Qt::PlainText);
    about_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    zoom_->setProperty("muted", true);
    zoom_->setAlignment(Qt::AlignCenter);
    zoom_->setMinimumWidth(zoom_->fontMetrics().horizontalAdvance("3200 %") + 4);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(4, 2, 0, 2);
    layout->setSpacing(2);
    layout->addWidget(about_, 1);
    const auto add = [this, layout](QAction* action) {
        auto* button = makeIconButton(action->objectName() + "Button", {}, action->text(), this);
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        button->setProperty("flat", true);
        describeByAction(button, action);
        button->setVisible(action->isVisible());
        connect(action, &QAction::changed, button, [button, action] { button->setVisible(action->isVisible()); });
        layout->addWidget(button);
    };
    for (QAction* action : {actions->save, actions->copy, actions->exportPicture, actions->useSettings,
                            actions->variations, actions->verify, actions->showInFolder}) {
        add(action);
    }
    layout->addSpacing(12);
    add(actions->zoomOut);
    layout->addWidget(zoom_);
    add(actions->zoomIn);
    add(actions->fit);
    add(actions->actualSize);
}

void PictureBar::showPicture(const ShownPicture& picture, const QString& more) {
    if (picture.isNull()) {
        text_.clear();
    } else {
        text_ = picture.prompt().simplified() + " · " + tr("seed %1").arg(picture.recipe.seed) +
                QString(" · %1 × %2").arg(picture.image.width()).arg(picture.image.height());
        if (!more.isEmpty()) {
            text_ += " · " + more;
        }
    }
    elide();
}

void PictureBar::setZoom(int percent) {
    zoom_->setText(QLocale().toString(percent) + " %");
}

void PictureBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    elide();
}

void PictureBar::elide() {
    about_->setText(about_->fontMetrics().elidedText(text_, Qt::ElideRight, about_->width()));
    about_->setToolTip(text_);
    about_->setAccessibleName(text_);
}

}  // namespace penjing::studio
