#pragma once

#include <QImage>
#include <QWidget>

namespace penjing::studio {

// One picture, scaled to fit with its proportions kept; small ones are enlarged. A click asks for it in large.
class PicturePreview : public QWidget {
    Q_OBJECT
public:
    explicit PicturePreview(QWidget* parent = nullptr);

    void setImage(const QImage& image);
    QSize sizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

signals:
    void clicked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    QImage image_;
    QPixmap scaled_;
};

}  // namespace penjing::studio
