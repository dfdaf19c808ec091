#pragma once

#include <QDialog>

class QSlider;
class QSpinBox;

namespace penjing::studio {

// How far away and how many.
class VariationsDialog : public QDialog {
    Q_OBJECT
public:
    explicit VariationsDialog(const QString& prompt, QWidget* parent = nullptr);

    double strength() const;  // 0..1
    int count() const;

private:
    QSlider* strength_;
    QSpinBox* count_;
};

}  // namespace penjing::studio
