#include "widgets/export_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QStandardPaths>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/draw_settings.h"
#include "core/picture_name.h"
#include "history/export_run.h"
#include "history/picture_recipe.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

const QString kPattern = QStringLiteral("{prompt}-{seed}");

QString picturesFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
}

}  // namespace

struct ExportDialog::Impl {
    ExportDialog& dialog;
    QStringList pictures;
    QComboBox* format = new QComboBox;
    QSpinBox* quality = new QSpinBox;
    QCheckBox* withRecipe = new QCheckBox;
    QLineEdit* folder = new QLineEdit;
    QLineEdit* pattern = new QLineEdit;
    QLabel* example = new QLabel;
    QCheckBox* sheets = new QCheckBox;
    QSpinBox* columns = new QSpinBox;
    QProgressBar* progress = new QProgressBar;
    QLabel* outcome = new QLabel;
    QPushButton* start = nullptr;
    QPushButton* close = nullptr;
    ExportRun run{};

    void build();
    QLayout* makeFolderRow();
    QWidget* makeForm();
    void setUpFields();
    ExportFormat chosenFormat() const { return format->currentData().value<ExportFormat>(); }
    void follow();
    void begin();
    void finish(int written, const QStringList& problems, bool cancelled);
};

void ExportDialog::Impl::setUpFields() {
    format->setObjectName(QStringLiteral("exportFormat"));
    format->addItem(QStringLiteral("PNG"), QVariant::fromValue(ExportFormat::Png));
    format->addItem(QStringLiteral("JPEG"), QVariant::fromValue(ExportFormat::Jpeg));
    format->addItem(QStringLiteral("WebP"), QVariant::fromValue(ExportFormat::Webp));
    quality->setObjectName(QStringLiteral("exportQuality"));
    quality->setRange(1, 100);
    quality->setValue(ExportOptions{}.quality);
    withRecipe->setObjectName(QStringLiteral("exportWithRecipe"));
    withRecipe->setText(tr("Keep prompt and settings in the files"));
    withRecipe->setToolTip(tr("PNG as it was written, JPEG and WebP as EXIF comment that other programs read"));
    withRecipe->setChecked(true);
    pattern->setObjectName(QStringLiteral("exportPattern"));
    pattern->setText(kPattern);
    pattern->setToolTip(tr("{prompt}, {seed}, {date}, {time}, {steps}, {size} and {model} are filled in"));
    example->setObjectName(QStringLiteral("exportExample"));
    example->setProperty("muted", true);
    example->setTextFormat(Qt::PlainText);
    sheets->setObjectName(QStringLiteral("exportContactSheet"));
    sheets->setText(tr("As contact sheet"));
    sheets->setToolTip(tr("All pictures with their prompts on one sheet, or as many sheets as it takes"));
    columns->setObjectName(QStringLiteral("exportColumns"));
    columns->setRange(1, 12);
    columns->setValue(ExportJob{}.sheetColumns);
    columns->setSuffix(tr(" columns"));
    columns->setAccessibleName(tr("Columns of the contact sheet"));
    outcome->setObjectName(QStringLiteral("exportOutcome"));
    outcome->setWordWrap(true);
    outcome->setTextFormat(Qt::PlainText);
    outcome->hide();
    progress->setObjectName(QStringLiteral("exportProgress"));
    progress->setAccessibleName(tr("Progress"));
    progress->setTextVisible(false);
    progress->hide();
}

QLayout* ExportDialog::Impl::makeFolderRow() {
    folder->setObjectName(QStringLiteral("exportFolder"));
    folder->setText(QDir::toNativeSeparators(picturesFolder()));
    auto* browse = makeIconButton(QStringLiteral("exportBrowse"), QStringLiteral("folder"), tr("Choose the folder"));
    connect(browse, &QAbstractButton::clicked, &dialog, [this] {
        const QString chosen = QFileDialog::getExistingDirectory(&dialog, tr("Export to"), folder->text());
        if (!chosen.isEmpty())
            folder->setText(chosen);
    });
    auto* row = new QHBoxLayout;
    row->addWidget(folder, 1);
    row->addWidget(browse);
    return row;
}

QWidget* ExportDialog::Impl::makeForm() {
    auto* fields = new QWidget;
    auto* form = new QFormLayout(fields);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(10);
    form->addRow(tr("&Format"), format);
    form->addRow(tr("&Quality"), quality);
    form->addRow(QString(), withRecipe);
    auto* folderLabel = new QLabel(tr("F&older"));
    folderLabel->setBuddy(folder);
    form->addRow(folderLabel, makeFolderRow());
    form->addRow(tr("File &names"), pattern);
    form->addRow(QString(), example);
    auto* sheetRow = new QHBoxLayout;
    sheetRow->addWidget(sheets);
    sheetRow->addWidget(columns);
    sheetRow->addStretch(1);
    form->addRow(QString(), sheetRow);
    // What a screen reader says is the text of the label beside the field.
    for (QWidget* field : {static_cast<QWidget*>(format), static_cast<QWidget*>(quality), static_cast<QWidget*>(folder),
                           static_cast<QWidget*>(pattern)})
        if (auto* label = qobject_cast<QLabel*>(form->labelForField(field)))
            field->setAccessibleName(label->text().remove('&'));
    folder->setAccessibleName(tr("Folder"));
    return fields;
}

void ExportDialog::Impl::build() {
    setUpFields();
    auto* buttons = new QDialogButtonBox;
    start = buttons->addButton(tr("Export"), QDialogButtonBox::ActionRole);
    start->setObjectName(QStringLiteral("exportStart"));
    start->setProperty("primary", true);
    start->setDefault(true);
    close = buttons->addButton(QDialogButtonBox::Cancel);
    close->setObjectName(QStringLiteral("exportClose"));

    auto* layout = new QVBoxLayout(&dialog);
    layout->setContentsMargins(20, 20, 20, 20);
    layout->setSpacing(12);
    QWidget* form = makeForm();
    form->setObjectName(QStringLiteral("exportForm"));
    layout->addWidget(form);
    layout->addWidget(progress);
    layout->addWidget(outcome);
    layout->addStretch(1);
    layout->addWidget(buttons);

    connect(start, &QPushButton::clicked, &dialog, [this] { begin(); });
    connect(close, &QPushButton::clicked, &dialog, &ExportDialog::reject);
    connect(format, &QComboBox::currentIndexChanged, &dialog, [this] { follow(); });
    connect(sheets, &QCheckBox::toggled, &dialog, [this] { follow(); });
    connect(pattern, &QLineEdit::textChanged, &dialog, [this] { follow(); });
    connect(folder, &QLineEdit::textChanged, &dialog, [this] { follow(); });
    connect(&run, &ExportRun::progressed, &dialog, [this](int done, int total) {
        progress->setRange(0, total);
        progress->setValue(done);
    });
    connect(&run, &ExportRun::finished, &dialog,
            [this](int written, const QStringList& problems, bool cancelled) { finish(written, problems, cancelled); });
}

// Fields that have no meaning for the chosen format are grey; the example is the first picture's name.
void ExportDialog::Impl::follow() {
    const bool asSheets = sheets->isChecked();
    quality->setEnabled(chosenFormat() != ExportFormat::Png);
    withRecipe->setEnabled(!asSheets);
    pattern->setEnabled(!asSheets);
    columns->setEnabled(asSheets);
    start->setEnabled(!run.isRunning() && !pictures.isEmpty() && !folder->text().trimmed().isEmpty());
    const Recipe recipe = readPictureRecipe(pictures.value(0)).value_or(Recipe{});
    QString name = pictureName(pattern->text(), fromRecipe(recipe), QString::fromStdString(recipe.modelName),
                               QDateTime::currentDateTime());
    name.chop(4);
    example->setText(asSheets ? QString() : example->fontMetrics().elidedText(name, Qt::ElideMiddle, 360));
}

void ExportDialog::Impl::begin() {
    ExportJob job;
    job.pictures = pictures;
    job.folder = QDir::cleanPath(QDir::fromNativeSeparators(folder->text().trimmed()));
    job.namePattern = pattern->text();
    job.options = {chosenFormat(), quality->value(), withRecipe->isChecked()};
    job.asContactSheets = sheets->isChecked();
    job.sheetColumns = columns->value();
    outcome->hide();
    progress->setRange(0, 0);
    progress->show();
    run.start(job);
    dialog.findChild<QWidget*>(QStringLiteral("exportForm"))->setEnabled(false);
    start->setEnabled(false);
    close->setText(tr("Cancel"));
}

void ExportDialog::Impl::finish(int written, const QStringList& problems, bool cancelled) {
    progress->hide();
    dialog.findChild<QWidget*>(QStringLiteral("exportForm"))->setEnabled(true);
    QStringList lines{tr("%n files written to %1.", nullptr, written).arg(folder->text())};
    if (cancelled)
        lines << tr("Cancelled; the rest was not written.");
    lines << problems.mid(0, 3);
    outcome->setText(lines.join('\n'));
    outcome->show();
    close->setText(tr("Close"));
    follow();
}

ExportDialog::ExportDialog(const QStringList& pictures, QWidget* parent)
    : QDialog(parent), impl_(new Impl{*this, pictures}) {
    setObjectName(QStringLiteral("exportDialog"));
    setWindowTitle(tr("Export %n pictures", nullptr, static_cast<int>(pictures.size())));
    setMinimumWidth(520);
    impl_->build();
    impl_->follow();
}

ExportDialog::~ExportDialog() = default;

// While it runs, the first Esc or Cancel stops it and keeps the window, so that one sees what has been written.
void ExportDialog::reject() {
    if (impl_->run.isRunning())
        impl_->run.cancel();
    else
        QDialog::reject();
}

}  // namespace penjing::studio
