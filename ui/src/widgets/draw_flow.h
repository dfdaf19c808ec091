#pragma once

#include <QObject>
#include <QTimer>

#include "core/draw_settings.h"
#include "core/run_estimate.h"
#include "core/user_problem.h"

namespace penjing::studio {

class DrawForm;
class StudioController;
class StudioSettings;

// From the form to the controller: drawing, and what follows the typing with a pause (the expected time, words the
// model does not know, live drawing). No widget in here.
class DrawFlow : public QObject {
    Q_OBJECT
public:
    DrawFlow(DrawForm* form, StudioController* controller, StudioSettings* settings, QObject* parent = nullptr);

    bool draw(bool next);  // false if there is no model or no prompt
    void drawVariations(const DrawSettings& of, double strength, int count);
    void drawWithNewSeed(const DrawSettings& of);

signals:
    void estimated(const QString& text, bool warning);
    void unknownWordsFound(const QStringList& words);

private:
    void formChanged();
    void drawLive();
    void showEstimate(const RunEstimate& estimate);

    DrawForm* form_;
    StudioController* controller_;
    StudioSettings* settings_;
    QTimer estimateLater_;
    QTimer liveLater_;
    DrawSettings lastLive_;
    bool hasEstimate_ = false;
};

}  // namespace penjing::studio
