#pragma once

#include <QFrame>
#include <QTimer>

class QAction;
class QLabel;

namespace penjing::studio {

// Says for a while what was deleted and offers to bring it back.
class UndoBar : public QFrame {
    Q_OBJECT
public:
    explicit UndoBar(QAction* undo, QWidget* parent = nullptr);

    void showDeleted(qsizetype pictures);

private:
    QLabel* text_;
    QTimer gone_;
};

}  // namespace penjing::studio
