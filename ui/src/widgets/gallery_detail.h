#pragma once

#include <QImage>
#include <QWidget>
#include <optional>

#include "history/history_model.h"

class QLabel;
class QGridLayout;
class QStackedWidget;

namespace penjing::studio {

class GalleryActions;
class PictureLoader;
class PicturePreview;

// The pane beside the grid: one picture with its prompt, its settings and what can be done with it, or how many are
// selected.
class GalleryDetail : public QWidget {
    Q_OBJECT
public:
    explicit GalleryDetail(GalleryActions* actions, QWidget* parent = nullptr);

    void showPicture(const HistoryEntry& entry, const QImage& thumbnail);
    void showSelection(qsizetype pictures);  // none, or several

private:
    QWidget* makePicturePage(GalleryActions* actions);
    QWidget* makeSelectionPage(GalleryActions* actions);
    void showFacts(const HistoryEntry& entry);

    QStackedWidget* pages_;
    PicturePreview* preview_;
    PictureLoader* loader_;
    QLabel* prompt_;
    QLabel* created_;
    QLabel* file_;
    QLabel* selection_;
    QList<QLabel*> factValues_;
    QString path_;
};

}  // namespace penjing::studio
