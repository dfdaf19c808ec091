#pragma once

#include <QString>
#include <QWidget>

class QAction;
class QAbstractButton;
class QDialog;
class QDialogButtonBox;
class QLabel;
class QToolButton;

namespace penjing::studio {

// Sets a property that the stylesheet looks at, and has it look again.
void setStyleProperty(QWidget* widget, const char* name, const QVariant& value);

QLabel* makeCaption(const QString& text, QWidget* buddy);  // small bold text above a control

// A button with an icon only; its name is for people who hear it, and its tooltip.
QToolButton* makeIconButton(const QString& objectName, const QString& icon, const QString& name,
                            QWidget* parent = nullptr);

// The one button of a dialog that only shows; closes it. Named here, because Qt's own translations may not be
// installed.
QDialogButtonBox* makeCloseButton(QDialog* dialog);

// "Text (Ctrl+X)" as tooltip and the text as accessible name.
void describeByAction(QAbstractButton* button, const QAction* action);

}  // namespace penjing::studio
