#pragma once

#include <QListView>
#include <QStringList>

namespace penjing::studio {

class HistoryModel;
class PictureDelegate;

// The pictures of a HistoryModel in rows of as many as fit. Keeps the selection through searches and rescans.
class GalleryGrid : public QListView {
    Q_OBJECT
public:
    explicit GalleryGrid(HistoryModel* model, QWidget* parent = nullptr);

    QStringList selectedPaths() const;  // in the order shown
    QString currentPath() const;
    void selectPath(const QString& path);

signals:
    void selectionMoved();  // what is selected or current is another picture

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

private:
    void arrange();
    void keepSelection();
    void restoreSelection();

    HistoryModel* model_;
    PictureDelegate* delegate_;
    QStringList keptSelection_;
    QString keptCurrent_;
    int keptScroll_ = 0;
    int columns_ = 0;
};

}  // namespace penjing::studio
