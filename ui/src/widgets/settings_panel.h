#pragma once

#include <QWidget>

class QAbstractItemModel;
class QComboBox;
class QDoubleSpinBox;
class QLineEdit;
class QSpinBox;
class QToolButton;
class QVBoxLayout;

namespace penjing::studio {

class DrawForm;
class StudioSettings;
class ToggleSwitch;

// The choices for the next picture: model, size, steps, guidance, seed, count, live drawing. Shows and edits a
// DrawForm.
class SettingsPanel : public QWidget {
    Q_OBJECT
public:
    SettingsPanel(DrawForm* form, StudioSettings* settings, QWidget* parent = nullptr);

    QToolButton* sameSeedButton() const { return sameSeed_; }
    QToolButton* diceButton() const { return dice_; }
    ToggleSwitch* liveSwitch() const { return live_; }

    void setModels(QAbstractItemModel* library);
    void setCurrentModel(const QString& path);

signals:
    void modelChosen(const QString& path);

private:
    void addModelRow(QVBoxLayout* layout);
    void addSizeRows(QVBoxLayout* layout);
    void addNumberRow(QVBoxLayout* layout);
    void addSeedRow(QVBoxLayout* layout);
    void addCountRow(QVBoxLayout* layout);
    void connectForm();
    void rebuildSizes();
    void showForm();

    DrawForm* form_;
    StudioSettings* settings_;
    QComboBox* model_;
    QComboBox* size_;
    QWidget* customSize_;
    QSpinBox* width_;
    QSpinBox* height_;
    QSpinBox* steps_;
    QWidget* guidanceCell_;
    QDoubleSpinBox* guidance_;
    QLineEdit* seed_;
    QToolButton* sameSeed_;
    QToolButton* dice_;
    QSpinBox* count_;
    ToggleSwitch* live_;
    QString shownModelHash_;
};

}  // namespace penjing::studio
