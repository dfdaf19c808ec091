#pragma once

#include <QDialog>

namespace penjing::studio {

class StudioActions;

// Every shortcut of the window, made from its actions.
class ShortcutSheet : public QDialog {
    Q_OBJECT
public:
    explicit ShortcutSheet(const StudioActions& actions, QWidget* parent = nullptr);
};

}  // namespace penjing::studio
