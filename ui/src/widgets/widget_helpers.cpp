#include "widgets/widget_helpers.h"

#include <QAction>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QLabel>
#include <QStyle>
#include <QToolButton>
#include <QVariant>

#include "theme/icons.h"

namespace penjing::studio {

void setStyleProperty(QWidget* widget, const char* name, const QVariant& value) {
    if (widget->property(name) == value) {
        return;
    }
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

QLabel* makeCaption(const QString& text, QWidget* buddy) {
    auto* label = new QLabel(text);
    label->setProperty("caption", true);
    label->setBuddy(buddy);
    return label;
}

QToolButton* makeIconButton(const QString& objectName, const QString& icon, const QString& name, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setObjectName(objectName);
    button->setIcon(themedIcon(icon));
    button->setIconSize({18, 18});
    button->setAccessibleName(name);
    button->setToolTip(name);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QDialogButtonBox* makeCloseButton(QDialog* dialog) {
    auto* buttons = new QDialogButtonBox(dialog);
    buttons->addButton(QCoreApplication::translate("Dialog", "Close"), QDialogButtonBox::RejectRole);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    return buttons;
}

void describeByAction(QAbstractButton* button, const QAction* action) {
    const QString text = QString(action->text()).remove('&').remove(QChar(0x2026));
    const QString shortcut = action->shortcut().toString(QKeySequence::NativeText);
    button->setAccessibleName(text);
    button->setToolTip(shortcut.isEmpty() ? text : text + " (" + shortcut + ')');
}

}  // namespace penjing::studio
