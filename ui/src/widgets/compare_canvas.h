#pragma once

#include <QImage>
#include <QPixmap>
#include <QWidget>

namespace penjing::studio {

// Paints two pictures: one over the other, divided at a share of the width, or side by side. Both are scaled to the
// same rectangle, that of the left one's proportions. Dragging moves the divider.
class CompareCanvas : public QWidget {
    Q_OBJECT
public:
    explicit CompareCanvas(QWidget* parent = nullptr);

    void setImage(int side, const QImage& image);  // 0: left, 1: right; null: not read yet
    void setDivider(qreal share);                  // 0..1 of the picture's width
    void setSideBySide(bool sideBySide);
    QSize sizeHint() const override { return {640, 480}; }

signals:
    void dividerMoved(qreal share);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    QRect pictureRect(int side) const;
    const QPixmap& scaled(int side, QSize size);
    void paintDivided(QPainter& painter);

    QImage images_[2];
    QPixmap scaled_[2];
    qreal divider_ = 0.5;
    bool sideBySide_ = false;
};

}  // namespace penjing::studio
