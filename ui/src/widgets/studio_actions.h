#pragma once

#include <QAction>
#include <QList>
#include <QObject>

class QWidget;

namespace penjing::studio {

// Every command of the window with its text, icon and shortcut. The shortcut sheet and the menus are made from it.
class StudioActions : public QObject {
    Q_OBJECT
public:
    struct Group {
        QString title;
        QList<QAction*> actions;
    };

    // The actions belong to `window` and work everywhere in it.
    explicit StudioActions(QWidget* window);

    const QList<Group>& groups() const { return groups_; }

    QAction *draw, *drawNext, *stop, *keep, *pause, *newSeed, *sameSeed, *live, *focusPrompt;
    QAction *copy, *save, *exportPicture, *useSettings, *newSeedOfShown, *variations, *verify, *showInFolder;
    QAction *previous, *next, *fit, *actualSize, *zoomIn, *zoomOut;
    QAction *pageDraw, *pageGallery, *pageModels, *search, *fullScreen;
    QAction *open, *addModel, *settings, *shortcuts, *about, *quit;

private:
    void beginGroup(const QString& title);
    QAction* add(const char* name, const QString& text, const QString& icon, const QKeySequence& keys);
    void makeDrawing();
    void makePicture();
    void makeView();
    void makeProgram();

    QWidget* window_;
    QList<Group> groups_;
};

}  // namespace penjing::studio
