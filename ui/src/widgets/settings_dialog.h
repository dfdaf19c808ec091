#pragma once

#include <QDialog>

class QFormLayout;
class QLabel;
class QLineEdit;

namespace penjing::studio {

class StudioSettings;

// Settings of the program. Every change is kept at once.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    SettingsDialog(StudioSettings* settings, const QString& modelName, QWidget* parent = nullptr);

private:
    void addDrawing(QFormLayout* form);
    void addPictures(QFormLayout* form);
    void addLook(QFormLayout* form);
    void chooseFolder();
    void showExample();

    StudioSettings* settings_;
    QString modelName_;
    QLineEdit* folder_;
    QLineEdit* pattern_;
    QLabel* example_;
};

}  // namespace penjing::studio
