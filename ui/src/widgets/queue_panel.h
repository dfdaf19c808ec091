#pragma once

#include <QWidget>

#include "core/job.h"

class QLabel;
class QListView;
class QToolButton;

namespace penjing::studio {

struct ShortcutGroup;
class QueueDelegate;
class ReorderProxy;
class StudioController;

// The pictures still to be drawn: reorder (mouse, Ctrl+Up/Down), remove (Del), retry, pause, clear.
class QueuePanel : public QWidget {
    Q_OBJECT
public:
    explicit QueuePanel(StudioController* controller, QWidget* parent = nullptr);

    QToolButton* pauseButton() const { return pause_; }
    ShortcutGroup shortcutGroup() const;
    void setProgress(const JobProgress& progress);

signals:
    void useSettingsWanted(const penjing::studio::DrawSettings& settings);

private:
    QString selectedId() const;
    void addKeys();
    void moveSelected(int by);
    void removeSelected();
    void clearWaiting();
    void showState();
    void updateActions();

    StudioController* controller_;
    ReorderProxy* proxy_;
    QueueDelegate* delegate_;
    QListView* view_;
    QLabel* title_;
    QLabel* empty_;
    QToolButton* pause_;
    QToolButton* retry_;
    QToolButton* remove_;
    QToolButton* clear_;
};

}  // namespace penjing::studio
