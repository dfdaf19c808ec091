#pragma once

#include <QWidget>

class QLabel;

namespace penjing::studio {

class StudioActions;
struct ShownPicture;

// Below the canvas: what is shown, and what can be done with it.
class PictureBar : public QWidget {
    Q_OBJECT
public:
    explicit PictureBar(StudioActions* actions, QWidget* parent = nullptr);

    void showPicture(const ShownPicture& picture, const QString& more);
    void setZoom(int percent);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void elide();

    QLabel* about_;
    QLabel* zoom_;
    QString text_;
};

}  // namespace penjing::studio
