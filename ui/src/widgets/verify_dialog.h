#pragma once

#include <QDialog>

#include "core/job.h"
#include "core/user_problem.h"
#include "penjing/verify.h"

class QLabel;
class QProgressBar;

namespace penjing::studio {

class StudioController;

// Draws a picture again from its recipe and says whether it is identical, of the same look, or different and why.
class VerifyDialog : public QDialog {
    Q_OBJECT
public:
    VerifyDialog(StudioController* controller, const QString& path, QWidget* parent = nullptr);

private:
    void showVerdict(const PictureVerdict& verdict);
    void showProblem(const UserProblem& problem);
    void finish(const QString& icon, bool good, const QString& title, const QString& text);

    QString path_;
    QLabel* icon_;
    QLabel* title_;
    QLabel* text_;
    QProgressBar* progress_;
};

}  // namespace penjing::studio
