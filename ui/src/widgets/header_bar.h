#pragma once

#include <QWidget>

class QLabel;

namespace penjing::studio {

class StudioActions;

// The top of the window: name, pages, menu.
class HeaderBar : public QWidget {
    Q_OBJECT
public:
    explicit HeaderBar(StudioActions* actions, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void showMark();

    QLabel* mark_;
};

}  // namespace penjing::studio
