#include "widgets/gallery_detail.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "history/picture_loader.h"
#include "history/recipe_facts.h"
#include "widgets/gallery_actions.h"
#include "widgets/picture_preview.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

constexpr int kPreviewSide = 1024;  // pixels; more than the pane shows at any scale
constexpr int kButtonsPerRow = 6;

QLabel* makeText(const char* objectName, bool isMuted) {
    auto* label = new QLabel;
    label->setObjectName(QString::fromLatin1(objectName));
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);  // prompts of other programs' pictures are not trusted
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setProperty("muted", isMuted);
    return label;
}

// A button follows its action: text, tooltip with shortcut, enabled.
QPushButton* makeButton(QAction* action, const char* objectName) {
    auto* button = new QPushButton(action->icon(), QString(action->text()));
    button->setObjectName(QString::fromLatin1(objectName));
    describeByAction(button, action);
    button->setEnabled(action->isEnabled());
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    QObject::connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
    return button;
}

QToolButton* makeToolButton(QAction* action) {
    auto* button = new QToolButton;
    button->setObjectName(action->objectName() + QStringLiteral("Button"));
    button->setDefaultAction(action);
    button->setIconSize({18, 18});
    button->setFocusPolicy(Qt::StrongFocus);
    describeByAction(button, action);
    return button;
}

QGridLayout* makeToolRow(const QList<QAction*>& actions) {
    auto* row = new QGridLayout;
    row->setSpacing(6);
    for (int i = 0; i < actions.size(); ++i)
        row->addWidget(makeToolButton(actions[i]), i / kButtonsPerRow, i % kButtonsPerRow);
    row->setColumnStretch(kButtonsPerRow, 1);
    return row;
}

}  // namespace

GalleryDetail::GalleryDetail(GalleryActions* actions, QWidget* parent)
    : QWidget(parent),
      pages_(new QStackedWidget),
      preview_(new PicturePreview),
      loader_(new PictureLoader(this)),
      prompt_(makeText("galleryPrompt", false)),
      created_(makeText("galleryCreated", true)),
      file_(makeText("galleryFile", true)),
      selection_(makeText("gallerySelection", true)) {
    setObjectName(QStringLiteral("sidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("The selected picture"));
    setMinimumWidth(280);
    pages_->addWidget(makePicturePage(actions));
    pages_->addWidget(makeSelectionPage(actions));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 0, 0, 0);
    layout->addWidget(pages_);
    connect(loader_, &PictureLoader::loaded, this, [this](const QString& path, const QImage& image) {
        if (path == path_ && !image.isNull())
            preview_->setImage(image);
    });
    connect(preview_, &PicturePreview::clicked, actions->open, &QAction::trigger);
    showSelection(0);
}

QWidget* GalleryDetail::makePicturePage(GalleryActions* actions) {
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(10);
    preview_->setObjectName(QStringLiteral("galleryPreview"));
    layout->addWidget(preview_);

    auto* use = makeButton(actions->useSettings, "galleryUseSettingsButton");
    use->setProperty("primary", true);
    use->setIcon({});
    layout->addWidget(use);
    // Not beside each other: in some languages they would not fit into the panel.
    layout->addWidget(makeButton(actions->newSeed, "galleryNewSeedButton"));
    layout->addWidget(makeButton(actions->variations, "galleryVariationsButton"));
    layout->addLayout(makeToolRow({actions->star, actions->copyPicture, actions->openFolder, actions->exportPictures,
                                   actions->verify, actions->remove}));

    auto* promptRow = new QHBoxLayout;
    promptRow->addWidget(makeCaption(tr("Prompt"), prompt_), 1);
    auto* copy = makeToolButton(actions->copyPrompt);
    copy->setProperty("flat", true);
    promptRow->addWidget(copy);
    layout->addLayout(promptRow);
    layout->addWidget(prompt_);

    auto* facts = new QGridLayout;
    facts->setHorizontalSpacing(14);
    facts->setColumnStretch(1, 1);
    for (const RecipeFact& fact : recipeFacts({})) {
        auto* value = makeText("galleryFact", false);
        auto* name = makeText("galleryFactName", true);
        name->setText(fact.name);
        name->setBuddy(value);
        facts->addWidget(name, static_cast<int>(factValues_.size()), 0, Qt::AlignTop);
        facts->addWidget(value, static_cast<int>(factValues_.size()), 1);
        factValues_ << value;
    }
    layout->addSpacing(4);
    layout->addLayout(facts);
    layout->addSpacing(4);
    layout->addWidget(created_);
    layout->addWidget(file_);
    layout->addStretch(1);

    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("bare"));
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return scroll;
}

QWidget* GalleryDetail::makeSelectionPage(GalleryActions* actions) {
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(16, 24, 16, 16);
    layout->setSpacing(10);
    layout->addWidget(selection_);
    for (QAction* action : {actions->compare, actions->exportPictures, actions->copyPicture, actions->remove}) {
        auto* button = makeButton(action, "");
        button->setObjectName(action->objectName() + QStringLiteral("AllButton"));
        button->setVisible(action->isEnabled());
        connect(action, &QAction::changed, button, [button, action] { button->setVisible(action->isEnabled()); });
        layout->addWidget(button);
    }
    layout->addStretch(1);
    return page;
}

void GalleryDetail::showFacts(const HistoryEntry& entry) {
    const QList<RecipeFact> facts = recipeFacts(entry.recipe);
    for (qsizetype i = 0; i < facts.size(); ++i) factValues_[i]->setText(facts[i].value);
    const QLocale locale;
    created_->setText(tr("%1, %2", "date, time of day")
                          .arg(locale.toString(entry.created.date(), QLocale::LongFormat),
                               locale.toString(entry.created.time(), QLocale::ShortFormat)));
    file_->setText(QFileInfo(entry.path).fileName());
    file_->setToolTip(entry.path);
}

void GalleryDetail::showPicture(const HistoryEntry& entry, const QImage& thumbnail) {
    const QString prompt = QString::fromStdString(entry.recipe.prompt);
    prompt_->setText(prompt.isEmpty() ? tr("This picture carries no prompt.") : prompt);
    preview_->setAccessibleName(tr("The picture in large"));
    preview_->setAccessibleDescription(prompt);
    showFacts(entry);
    pages_->setCurrentIndex(0);
    if (entry.path == path_)
        return;
    path_ = entry.path;
    preview_->setImage(thumbnail);  // until it is read in full
    loader_->load(entry.path, {kPreviewSide, kPreviewSide});
}

void GalleryDetail::showSelection(qsizetype pictures) {
    path_.clear();
    loader_->cancel();
    selection_->setText(pictures == 0 ? tr("Select a picture to see its prompt and settings.\n\nSelect several with "
                                           "Ctrl or Shift; two can be compared.")
                                      : tr("%n pictures selected", nullptr, static_cast<int>(pictures)));
    pages_->setCurrentIndex(1);
}

}  // namespace penjing::studio
