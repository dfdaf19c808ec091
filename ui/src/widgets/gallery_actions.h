#pragma once

#include <QAction>
#include <QObject>

class QWidget;

namespace penjing::studio {

// What can be done with the selected pictures; buttons and the context menu show these same actions. Letters work while
// the grid has the focus, so that they do not get in the way of typing.
class GalleryActions : public QObject {
    Q_OBJECT
public:
    GalleryActions(QWidget* grid, QWidget* page);

    QAction* open;
    QAction* star;  // checkable
    QAction* useSettings;
    QAction* newSeed;
    QAction* variations;
    QAction* compare;
    QAction* verify;
    QAction* openFolder;
    QAction* copyPicture;
    QAction* copyPrompt;
    QAction* exportPictures;
    QAction* remove;
    QAction* undo;

    void setSelection(qsizetype pictures, bool allStarred);
    void setCanUndo(bool can);
    QList<QAction*> contextMenu() const;  // null: a separator

private:
    QAction* add(QWidget* owner, Qt::ShortcutContext context, const char* name, const QString& icon,
                 const QString& text, const QKeySequence& key);
};

}  // namespace penjing::studio
