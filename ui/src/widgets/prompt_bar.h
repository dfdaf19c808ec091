#pragma once

#include <QFrame>

#include "core/job.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace penjing::studio {

class PromptEdit;

// The prompt with its buttons, what is expected of the next picture and how far the present one is.
class PromptBar : public QFrame {
    Q_OBJECT
public:
    explicit PromptBar(QWidget* parent = nullptr);

    PromptEdit* edit() const { return edit_; }
    QPushButton* drawButton() const { return draw_; }
    QPushButton* stopButton() const { return stop_; }
    QPushButton* keepButton() const { return keep_; }

    void setCanDraw(bool can);
    void setDrawing(bool drawing, bool live);
    void setProgress(const JobProgress& progress);
    void setEstimate(const QString& text, bool warning);
    void setUnknownWords(const QStringList& words, const QString& modelName);

private:
    QPushButton* makeButton(const char* name, const QString& text, const QString& icon);

    PromptEdit* edit_;
    QLabel* unknown_;
    QLabel* estimate_;
    QLabel* progressText_;
    QProgressBar* progress_;
    QPushButton* draw_;
    QPushButton* stop_;
    QPushButton* keep_;
};

}  // namespace penjing::studio
