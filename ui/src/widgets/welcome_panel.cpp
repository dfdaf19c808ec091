#include "widgets/welcome_panel.h"

#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace penjing::studio {
namespace {

constexpr int sampleSide = 112;

// Prompts are in the language of the models, not in that of the window.
QStringList examplePrompts(const ModelInfo& model) {
    if (model.subjects.empty()) {
        return {"a lighthouse at dusk, watercolour", "a fox in fresh snow, soft light",
                "a bowl of oranges, oil painting"};
    }
    return {"a red apple", "a panda, flat style", "a 3d strawberry", "a snowman on a blue background"};
}

ShownPicture readSample(const QString& name) {
    QFile file(":/samples/" + name + ".png");
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const QByteArray bytes = file.readAll();
    auto recipe = readRecipe(reinterpret_cast<const std::uint8_t*>(bytes.constData()), std::size_t(bytes.size()));
    ShownPicture sample;
    sample.image = QImage::fromData(bytes);
    if (recipe && recipe->has_value()) {
        sample.recipe = **recipe;
    }
    return sample;
}

QIcon roundedIcon(const QImage& image) {
    constexpr int sharpAtTwoHundredPercent = 2;
    QPixmap pixmap(sampleSide * sharpAtTwoHundredPercent, sampleSide * sharpAtTwoHundredPercent);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    QPainterPath rounded;
    rounded.addRoundedRect(pixmap.rect(), 20, 20);
    painter.setClipPath(rounded);
    painter.drawImage(pixmap.rect(), image);
    painter.end();
    return QIcon(pixmap);
}

}  // namespace

WelcomePanel::WelcomePanel(QWidget* parent) : QWidget(parent), hint_(new QLabel(this)), prompts_(new QHBoxLayout) {
    setObjectName("welcomePanel");
    auto* title = new QLabel(tr("Say it, and it is drawn"), this);
    title->setProperty("title", true);
    title->setAlignment(Qt::AlignCenter);
    title->setWordWrap(true);
    hint_->setText(
        tr("Write below what the picture shall show, then press Draw. Everything happens on this computer."));
    hint_->setProperty("muted", true);
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    auto* samplesCaption = new QLabel(tr("Drawn by the model in the box. Choose one to see how it was made:"), this);
    samplesCaption->setProperty("muted", true);
    samplesCaption->setAlignment(Qt::AlignCenter);
    samplesCaption->setWordWrap(true);
    prompts_->setSpacing(8);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addStretch(2);
    layout->addWidget(title);
    layout->addWidget(hint_);
    layout->addLayout(prompts_);
    layout->addSpacing(16);
    layout->addWidget(samplesCaption);
    layout->addWidget(makeSamples());
    layout->addStretch(3);
}

QWidget* WelcomePanel::makeSamples() {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->setSpacing(12);
    layout->addStretch();
    for (const char* name : {"fox", "sailboat", "castle", "cactus"}) {
        const ShownPicture sample = readSample(QLatin1String(name));
        if (sample.isNull()) {
            continue;
        }
        auto* button = new QToolButton(row);
        button->setObjectName(QLatin1String("sample_") + QLatin1String(name));
        button->setProperty("flat", true);
        button->setIcon(roundedIcon(sample.image));
        button->setIconSize({sampleSide, sampleSide});
        button->setAccessibleName(tr("Sample picture: %1").arg(sample.prompt()));
        button->setToolTip(sample.prompt());
        connect(button, &QToolButton::clicked, this, [this, sample] { emit sampleChosen(sample); });
        layout->addWidget(button);
    }
    layout->addStretch();
    return row;
}

void WelcomePanel::setModel(const ModelInfo& model) {
    while (QLayoutItem* item = prompts_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    prompts_->addStretch();
    for (const QString& prompt : examplePrompts(model)) {
        auto* button = new QPushButton(prompt, this);
        button->setProperty("chip", true);
        button->setAccessibleName(tr("Example prompt: %1").arg(prompt));
        button->setToolTip(tr("Takes this prompt over"));
        connect(button, &QPushButton::clicked, this, [this, prompt] { emit promptChosen(prompt); });
        prompts_->addWidget(button);
    }
    prompts_->addStretch();
}

}  // namespace penjing::studio
