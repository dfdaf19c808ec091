#pragma once

#include <QPointF>
#include <QWidget>

#include "widgets/shown_picture.h"

namespace penjing::studio {

// The large picture: fitted or zoomed with the wheel, moved with the mouse when larger than the canvas, dragged out
// otherwise. While something is drawn it shows previews and says how far they are.
class Canvas : public QWidget {
    Q_OBJECT
public:
    explicit Canvas(QWidget* parent = nullptr);

    void showPicture(const ShownPicture& picture);
    void showPreview(const QImage& preview);  // on top of the picture until the next picture or clearPreview()
    void clearPreview();
    void setNote(const QString& note);  // small text over the picture; empty: none
    const ShownPicture& picture() const { return picture_; }

    void zoomToFit();
    void zoomToActualSize();  // one pixel of the picture is one of the screen
    void zoomBy(double factor);
    bool isFitted() const { return zoom_ <= 0.0; }

    QSize sizeHint() const override { return {640, 480}; }
    QSize minimumSizeHint() const override { return {200, 160}; }

signals:
    void zoomChanged(int percent);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    const QImage& visibleImage() const { return preview_.isNull() ? picture_.image : preview_; }
    QSize visibleSize() const { return preview_.isNull() ? picture_.image.size() : previewSize_; }
    double fitScale() const;  // screen pixels per picture pixel
    double scale() const { return zoom_ > 0.0 ? zoom_ : fitScale(); }
    QRectF targetRect() const;
    bool isLargerThanView() const;
    void setZoom(double zoom, QPointF around);
    void keepInView();
    void paintNote(QPainter& painter);
    void announceZoom();

    ShownPicture picture_;
    QImage preview_;  // may be smaller than what it stands for
    QSize previewSize_;
    QString note_;
    double zoom_ = 0.0;  // 0: fitted
    QPointF offset_;     // of the picture's centre from the canvas's, logical pixels
    QPointF pressedAt_;
    bool pressed_ = false;
};

}  // namespace penjing::studio
