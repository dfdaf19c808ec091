#pragma once

#include <QDialog>

namespace penjing::studio {

class StudioController;

// Version, what draws, what is not built in, licences.
class AboutDialog : public QDialog {
    Q_OBJECT
public:
    explicit AboutDialog(const StudioController& controller, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;
};

}  // namespace penjing::studio
