#include "widgets/settings_panel.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpressionValidator>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/model_library.h"
#include "core/studio_settings.h"
#include "theme/icons.h"
#include "widgets/draw_form.h"
#include "widgets/size_presets.h"
#include "widgets/toggle_switch.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

template <typename Box>
Box* makeBox(const char* name, const QString& spokenName, const QString& tip) {
    auto* box = new Box;
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(spokenName);
    box->setToolTip(tip);
    box->setMinimumHeight(34);
    return box;
}

QVBoxLayout* captioned(const QString& text, QWidget* control) {
    auto* cell = new QVBoxLayout;
    cell->setSpacing(4);
    cell->addWidget(makeCaption(text, control));
    cell->addWidget(control);
    return cell;
}

}  // namespace

SettingsPanel::SettingsPanel(DrawForm* form, StudioSettings* settings, QWidget* parent)
    : QWidget(parent), form_(form), settings_(settings) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(12);
    addModelRow(layout);
    addSizeRows(layout);
    addNumberRow(layout);
    addSeedRow(layout);
    addCountRow(layout);
    layout->addStretch();
    connectForm();
    showForm();
}

void SettingsPanel::addModelRow(QVBoxLayout* layout) {
    model_ =
        makeBox<QComboBox>("modelCombo", tr("Model"), tr("Which model draws. More can be added on the page Models."));
    model_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    layout->addLayout(captioned(tr("Model"), model_));
}

void SettingsPanel::addSizeRows(QVBoxLayout* layout) {
    size_ = makeBox<QComboBox>("sizePreset", tr("Size"), tr("Shape and size, as far as the model can draw them"));
    size_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    width_ = makeBox<QSpinBox>("widthSpin", tr("Width in pixels"), tr("Width in pixels"));
    height_ = makeBox<QSpinBox>("heightSpin", tr("Height in pixels"), tr("Height in pixels"));
    customSize_ = new QWidget;
    auto* row = new QHBoxLayout(customSize_);
    row->setContentsMargins({});
    row->addWidget(width_, 1);
    row->addWidget(new QLabel("×"));
    row->addWidget(height_, 1);
    customSize_->hide();
    auto* cell = captioned(tr("Size"), size_);
    cell->addWidget(customSize_);
    layout->addLayout(cell);
}

void SettingsPanel::addNumberRow(QVBoxLayout* layout) {
    steps_ = makeBox<QSpinBox>("stepsSpin", tr("Steps"),
                               tr("More steps take longer and give finer pictures, up to a point"));
    steps_->setRange(1, 1000);
    guidance_ = makeBox<QDoubleSpinBox>("guidanceSpin", tr("Guidance"),
                                        tr("How closely the picture follows the prompt; high values look harsh"));
    guidance_->setRange(0.0, 30.0);
    guidance_->setSingleStep(0.5);
    guidance_->setDecimals(1);
    guidanceCell_ = new QWidget;
    auto* guidanceLayout = captioned(tr("Guidance"), guidance_);
    guidanceLayout->setContentsMargins({});
    guidanceCell_->setLayout(guidanceLayout);
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addLayout(captioned(tr("Steps"), steps_), 1);
    row->addWidget(guidanceCell_, 1);
    layout->addLayout(row);
}

void SettingsPanel::addSeedRow(QVBoxLayout* layout) {
    seed_ =
        makeBox<QLineEdit>("seedEdit", tr("Seed"),
                           tr("The number the picture starts from: the same seed and settings give the same picture"));
    seed_->setValidator(new QRegularExpressionValidator(QRegularExpression("[0-9]{1,20}"), seed_));
    sameSeed_ = makeIconButton("sameSeedButton", "lock", tr("Same seed"));
    sameSeed_->setCheckable(true);
    dice_ = makeIconButton("diceButton", "dice", tr("New seed"));
    auto* row = new QWidget;
    auto* rowLayout = new QHBoxLayout(row);
    rowLayout->setContentsMargins({});
    rowLayout->setSpacing(6);
    rowLayout->addWidget(seed_, 1);
    rowLayout->addWidget(sameSeed_);
    rowLayout->addWidget(dice_);
    for (QToolButton* button : {sameSeed_, dice_}) {
        button->setFixedSize(34, 34);
    }
    auto* cell = captioned(tr("Seed"), row);
    layout->addLayout(cell);
}

void SettingsPanel::addCountRow(QVBoxLayout* layout) {
    count_ = makeBox<QSpinBox>("countSpin", tr("Number of pictures"),
                               tr("How many pictures one press of Draw makes; their seeds count up"));
    count_->setRange(1, DrawForm::maxCount);
    live_ = new ToggleSwitch(tr("Live drawing"));
    live_->setObjectName("liveSwitch");
    live_->setAccessibleName(tr("Live drawing"));
    live_->setToolTip(tr("The picture follows the typing. For models that draw within seconds."));
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addLayout(captioned(tr("Pictures"), count_), 1);
    row->addWidget(live_, 1, Qt::AlignBottom);
    layout->addLayout(row);
}

void SettingsPanel::connectForm() {
    connect(form_, &DrawForm::changed, this, &SettingsPanel::showForm);
    connect(model_, &QComboBox::activated, this,
            [this](int row) { emit modelChosen(model_->itemData(row, ModelLibrary::PathRole).toString()); });
    connect(size_, &QComboBox::activated, this, [this](int row) {
        const QSize size = size_->itemData(row).toSize();
        customSize_->setVisible(size.isEmpty());
        if (!size.isEmpty()) {
            form_->setSize(size);
        } else {
            width_->setFocus();
        }
    });
    const auto takeCustomSize = [this] { form_->setSize({width_->value(), height_->value()}); };
    connect(width_, &QSpinBox::editingFinished, form_, takeCustomSize);
    connect(height_, &QSpinBox::editingFinished, form_, takeCustomSize);
    connect(steps_, &QSpinBox::valueChanged, form_, &DrawForm::setSteps);
    connect(guidance_, &QDoubleSpinBox::valueChanged, form_, &DrawForm::setGuidance);
    connect(count_, &QSpinBox::valueChanged, form_, &DrawForm::setCount);
    connect(seed_, &QLineEdit::textEdited, form_, [this](const QString& text) {
        bool ok = false;
        const quint64 seed = text.toULongLong(&ok);
        if (ok) {
            form_->setSeed(seed);
        }
    });
    connect(seed_, &QLineEdit::editingFinished, this, &SettingsPanel::showForm);
    connect(sameSeed_, &QToolButton::toggled, this, [this](bool same) {
        form_->setSameSeed(same);
        settings_->setSameSeed(same);
    });
    connect(dice_, &QToolButton::clicked, form_, &DrawForm::newSeed);
    connect(live_, &QCheckBox::toggled, settings_, &StudioSettings::setLiveDrawing);
    connect(settings_, &StudioSettings::changed, this, [this] {
        form_->setSameSeed(settings_->sameSeed());
        live_->setChecked(settings_->liveDrawing());
    });
    live_->setChecked(settings_->liveDrawing());
    form_->setSameSeed(settings_->sameSeed());
}

void SettingsPanel::setModels(QAbstractItemModel* library) {
    model_->setModel(library);
}

void SettingsPanel::setCurrentModel(const QString& path) {
    for (int row = 0; row < model_->count(); ++row) {
        if (model_->itemData(row, ModelLibrary::PathRole).toString() == path) {
            model_->setCurrentIndex(row);
        }
    }
}

void SettingsPanel::rebuildSizes() {
    const ModelInfo& model = *form_->model();
    size_->clear();
    for (const SizePreset& preset : sizePresets(model)) {
        const QString pixels = QString("%1 × %2").arg(preset.size.width()).arg(preset.size.height());
        size_->addItem(preset.name() + "  ·  " + pixels, preset.size);
    }
    if (hasFreeSizes(model)) {
        size_->addItem(tr("Own size…"), QSize());
    }
    for (QSpinBox* side : {width_, height_}) {
        const QSignalBlocker blocker(side);
        side->setRange(model.minSize, model.maxSize);
        side->setSingleStep(model.sizeMultiple);
    }
}

void SettingsPanel::showForm() {
    const DrawSettings& draw = form_->settings();
    if (form_->model() && QString::fromStdString(form_->model()->hash) != shownModelHash_) {
        shownModelHash_ = QString::fromStdString(form_->model()->hash);
        rebuildSizes();
    }
    const QSignalBlocker blockers[] = {QSignalBlocker(steps_),    QSignalBlocker(guidance_), QSignalBlocker(count_),
                                       QSignalBlocker(sameSeed_), QSignalBlocker(width_),    QSignalBlocker(height_)};
    const QSize size(draw.width, draw.height);
    const int preset = size_->findData(size);
    const bool wantsCustom = size_->currentData().isValid() && size_->currentData().toSize().isEmpty();
    if (preset >= 0 && !(wantsCustom && customSize_->isVisible())) {
        size_->setCurrentIndex(preset);
    } else if (preset < 0) {
        size_->setCurrentIndex(size_->count() - 1);
    }
    customSize_->setVisible(form_->model() && hasFreeSizes(*form_->model()) && size_->currentData().toSize().isEmpty());
    width_->setValue(draw.width);
    height_->setValue(draw.height);
    steps_->setValue(draw.steps);
    guidanceCell_->setVisible(form_->hasGuidance());
    guidance_->setValue(draw.guidance.value_or(1.0));
    count_->setValue(form_->count());
    sameSeed_->setChecked(form_->sameSeed());
    sameSeed_->setIcon(themedIcon(form_->sameSeed() ? "lock" : "unlock"));
    if (const QString seed = QString::number(draw.seed);
        !seed_->hasFocus() || seed_->text().toULongLong() != draw.seed) {
        seed_->setText(seed);
    }
}

}  // namespace penjing::studio
