#pragma once

#include <QHash>
#include <QWidget>

#include "core/job.h"
#include "core/user_problem.h"
#include "widgets/shown_picture.h"

class QAbstractItemModel;
class QStackedWidget;

namespace penjing::studio {

struct ShortcutGroup;
class Canvas;
class DrawFlow;
class DrawForm;
class PictureBar;
class PictureLoader;
class PromptBar;
class QueuePanel;
class SessionModel;
class SessionStrip;
class SettingsPanel;
class StudioActions;
class StudioController;
class StudioSettings;
class WelcomePanel;

// The page on which pictures are drawn: canvas, strip and prompt, with the settings and the queue beside them.
class DrawPage : public QWidget {
    Q_OBJECT
public:
    DrawPage(StudioController* controller, StudioSettings* settings, StudioActions* actions, QWidget* parent = nullptr);
    ShortcutGroup queueShortcuts() const;

    DrawForm* form() const { return form_; }
    DrawFlow* flow() const { return flow_; }
    SettingsPanel* settingsPanel() const { return panel_; }
    const ShownPicture& shown() const;

    void showPicture(const ShownPicture& picture);                // on the canvas
    void openPicture(const QString& path, const Recipe& recipe);  // reads it first, on a thread of its own
    void forget(const QStringList& paths);                        // deleted elsewhere
    void focusPrompt();

signals:
    void shownChanged();
    void problem(const penjing::studio::UserProblem& problem);
    void info(const QString& sentence);

private:
    QWidget* makeSide();
    QWidget* makeMain();
    void connectActions();
    void connectController();
    void connectForm();
    void connectPictures();
    void jobStarted(const QString& id, bool live);
    void jobEnded(const QString& id);
    void progressed(const JobProgress& progress);
    void pictureDrawn(const FinishedPicture& picture);
    void pictureSaved(const QString& jobId, const QString& path, const Recipe& recipe);
    void updateActions();

    StudioController* controller_;
    StudioSettings* settings_;
    StudioActions* actions_;
    DrawForm* form_;
    DrawFlow* flow_;
    SessionModel* session_;
    PictureLoader* loader_;
    Recipe loading_;  // of the picture that the loader reads
    QStackedWidget* stage_;
    WelcomePanel* welcome_;
    Canvas* canvas_;
    PictureBar* pictureBar_;
    SessionStrip* strip_;
    PromptBar* prompt_;
    SettingsPanel* panel_;
    QueuePanel* queue_;
    QHash<QString, QImage> unsaved_;  // by job, until they are on disk
    FinishedPicture live_;            // the live picture on the canvas; its image is null if there is none
    bool following_ = true;           // the canvas shows what is drawn, not something chosen since
    QString activeJob_;               // whose progress is shown; empty: none
    bool drawingLive_ = false;
};

}  // namespace penjing::studio
