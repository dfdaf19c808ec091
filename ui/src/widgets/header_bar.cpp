#include "widgets/header_bar.h"

#include <QActionGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

#include "theme/icons.h"
#include "widgets/studio_actions.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

QMenu* makeMenu(StudioActions* actions, QWidget* parent) {
    auto* menu = new QMenu(parent);
    menu->addActions({actions->open, actions->addModel});
    menu->addSeparator();
    menu->addActions({actions->settings, actions->fullScreen, actions->shortcuts, actions->about});
    menu->addSeparator();
    menu->addAction(actions->quit);
    return menu;
}

}  // namespace

HeaderBar::HeaderBar(StudioActions* actions, QWidget* parent) : QWidget(parent), mark_(new QLabel(this)) {
    setObjectName("headerBar");
    setAttribute(Qt::WA_StyledBackground);
    showMark();
    auto* name = new QLabel("Penjing", this);
    name->setProperty("subtitle", true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 7, 10, 7);
    layout->setSpacing(6);
    layout->addWidget(mark_);
    layout->addWidget(name);
    layout->addSpacing(18);

    auto* pages = new QActionGroup(this);
    for (QAction* action : {actions->pageDraw, actions->pageGallery, actions->pageModels}) {
        action->setCheckable(true);
        pages->addAction(action);
        auto* button = new QToolButton(this);
        button->setObjectName(action->objectName() + "Button");
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setIconSize({18, 18});
        button->setProperty("nav", true);
        button->setFocusPolicy(Qt::StrongFocus);
        describeByAction(button, action);
        layout->addWidget(button);
    }
    layout->addStretch();
    auto* menuButton = makeIconButton("menuButton", "menu", tr("Menu (F10)"), this);
    menuButton->setShortcut(QKeySequence("F10"));
    menuButton->setProperty("flat", true);
    menuButton->setPopupMode(QToolButton::InstantPopup);
    menuButton->setMenu(makeMenu(actions, this));
    layout->addWidget(menuButton);
}

void HeaderBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        showMark();
    }
}

void HeaderBar::showMark() {
    mark_->setPixmap(themedIcon("penjing", IconTint::Accent).pixmap(QSize(24, 24), devicePixelRatioF()));
}

}  // namespace penjing::studio
