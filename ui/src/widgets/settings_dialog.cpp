#include "widgets/settings_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/picture_name.h"
#include "core/studio_settings.h"
#include "penjing/system_info.h"
#include "theme/language.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

QLabel* makeHeading(const QString& text) {
    auto* label = new QLabel(text);
    label->setProperty("subtitle", true);
    return label;
}

QLabel* makeHint(const QString& text) {
    auto* label = new QLabel(text);
    label->setProperty("muted", true);
    label->setWordWrap(true);
    return label;
}

void name(QWidget* widget, const char* objectName, const QString& spoken, const QString& tip) {
    widget->setObjectName(QLatin1String(objectName));
    widget->setAccessibleName(spoken);
    widget->setToolTip(tip);
}

}  // namespace

SettingsDialog::SettingsDialog(StudioSettings* settings, const QString& modelName, QWidget* parent)
    : QDialog(parent),
      settings_(settings),
      modelName_(modelName.isEmpty() ? "Seedling" : modelName),
      example_(makeHint({})) {
    setObjectName("settingsDialog");
    setWindowTitle(tr("Settings"));
    setMinimumWidth(560);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(18);
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    addDrawing(form);
    addPictures(form);
    addLook(form);
    auto* buttons = makeCloseButton(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 18, 24, 16);
    layout->addLayout(form);
    layout->addSpacing(10);
    layout->addWidget(buttons);
}

void SettingsDialog::addDrawing(QFormLayout* form) {
    auto* threads = new QSpinBox;
    name(threads, "threadsSpin", tr("Threads"), tr("How many processor cores draw"));
    threads->setRange(0, 256);
    threads->setSpecialValueText(tr("All (%1)").arg(usableCores()));
    threads->setValue(settings_->engine().threads);
    connect(threads, &QSpinBox::valueChanged, this, [this](int value) {
        EngineSettings engine = settings_->engine();
        engine.threads = value;
        settings_->setEngine(engine);
    });
    auto* responsive = new QCheckBox(tr("Leave the computer responsive"));
    name(responsive, "responsiveCheck", responsive->text(), tr("Other programs go first; drawing takes what is left"));
    responsive->setChecked(settings_->engine().responsive);
    connect(responsive, &QCheckBox::toggled, this, [this](bool on) {
        EngineSettings engine = settings_->engine();
        engine.responsive = on;
        settings_->setEngine(engine);
    });
    auto* live = new QCheckBox(tr("Live drawing: the picture follows the typing"));
    name(live, "liveCheck", live->text(), tr("For models that draw within seconds"));
    live->setChecked(settings_->liveDrawing());
    connect(live, &QCheckBox::toggled, settings_, &StudioSettings::setLiveDrawing);
    form->addRow(makeHeading(tr("Drawing")));
    form->addRow(tr("Threads"), threads);
    form->addRow(QString(), responsive);
    form->addRow(QString(), live);
}

void SettingsDialog::addPictures(QFormLayout* form) {
    folder_ = new QLineEdit;
    name(folder_, "folderEdit", tr("Folder of the pictures"), tr("Where pictures are kept"));
    folder_->setReadOnly(true);
    folder_->setText(settings_->picturesFolder());
    auto* browse = makeIconButton("browseButton", "folder", tr("Choose the folder"));
    connect(browse, &QToolButton::clicked, this, &SettingsDialog::chooseFolder);
    auto* folderRow = new QHBoxLayout;
    folderRow->addWidget(folder_, 1);
    folderRow->addWidget(browse);
    pattern_ = new QLineEdit;
    name(pattern_, "patternEdit", tr("File names"), tr("{prompt} {seed} {date} {time} {steps} {size} {model}"));
    pattern_->setText(settings_->fileNamePattern());
    connect(pattern_, &QLineEdit::textEdited, this, [this](const QString& pattern) {
        settings_->setFileNamePattern(pattern);
        showExample();
    });
    example_->setObjectName("patternExample");
    example_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto* recipes = new QCheckBox(tr("Write the recipe into every picture"));
    name(recipes, "recipesCheck", recipes->text(),
         tr("Prompt, seed and settings; with them a picture can be drawn again and searched for"));
    recipes->setChecked(settings_->writeRecipes());
    connect(recipes, &QCheckBox::toggled, settings_, &StudioSettings::setWriteRecipes);
    form->addRow(makeHeading(tr("Pictures")));
    form->addRow(tr("Folder"), folderRow);
    form->addRow(tr("File names"), pattern_);
    form->addRow(QString(), example_);
    form->addRow(QString(), recipes);
    showExample();
}

void SettingsDialog::addLook(QFormLayout* form) {
    auto* theme = new QComboBox;
    name(theme, "themeCombo", tr("Theme"), tr("Light, dark, or as the desktop"));
    theme->addItem(tr("As the desktop"), int(Theme::System));
    theme->addItem(tr("Light"), int(Theme::Light));
    theme->addItem(tr("Dark"), int(Theme::Dark));
    theme->setCurrentIndex(theme->findData(int(settings_->theme())));
    connect(theme, &QComboBox::activated, this,
            [this, theme] { settings_->setTheme(Theme(theme->currentData().toInt())); });
    auto* language = new QComboBox;
    name(language, "languageCombo", tr("Language"), tr("Takes effect at the next start"));
    language->addItem(tr("As the system"), QString());
    for (const QString& code : offeredLanguages()) {
        language->addItem(languageName(code), code);
    }
    language->setCurrentIndex(qMax(0, language->findData(settings_->language())));
    auto* restart = makeHint(tr("The language changes when Penjing Studio is started again."));
    restart->hide();
    connect(language, &QComboBox::activated, this, [this, language, restart] {
        settings_->setLanguage(language->currentData().toString());
        restart->show();
    });
    form->addRow(makeHeading(tr("Look")));
    form->addRow(tr("Theme"), theme);
    form->addRow(tr("Language"), language);
    form->addRow(QString(), restart);
}

void SettingsDialog::chooseFolder() {
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder of the pictures"), settings_->picturesFolder());
    if (!folder.isEmpty()) {
        settings_->setPicturesFolder(folder);
        folder_->setText(settings_->picturesFolder());
    }
}

void SettingsDialog::showExample() {
    DrawSettings example;
    example.prompt = tr("a red apple");
    example.seed = 7;
    example.width = example.height = 512;
    example.steps = 16;
    example_->setText(
        tr("Example: %1").arg(pictureName(pattern_->text(), example, modelName_, QDateTime::currentDateTime())));
}

}  // namespace penjing::studio
