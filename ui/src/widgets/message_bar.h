#pragma once

#include <QFrame>

#include "core/user_problem.h"

class QLabel;
class QTimer;
class QToolButton;

namespace penjing::studio {

// One message above the page, never in the way of work: what happened, what to do, and the details on request.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);

    void showProblem(const UserProblem& problem);
    void showInfo(const QString& sentence, const QString& more = {});  // goes away by itself if there is no more
    void dismiss();

private:
    void present(const char* kind, const QString& sentence, const QString& advice, const QString& detail);

    QLabel* icon_;
    QLabel* text_;
    QLabel* detail_;
    QToolButton* expander_;
    QTimer* hideLater_;
};

}  // namespace penjing::studio
