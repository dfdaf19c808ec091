#include "widgets/model_details.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include "theme/icons.h"
#include "widgets/text_format.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

QLabel* makeText(const QString& text) {
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString millions(quint64 parameters) {
    const double value = double(parameters);
    return value >= 1e9 ? ModelDetails::tr("%1 billion").arg(QLocale().toString(value / 1e9, 'f', 1))
                        : ModelDetails::tr("%1 million").arg(QLocale().toString(value / 1e6, 'f', 1));
}

QString sizesOf(const ModelInfo& info) {
    if (info.minSize == info.maxSize) {
        return QString("%1 × %2").arg(info.defaultWidth).arg(info.defaultHeight);
    }
    return ModelDetails::tr("%1 to %2 pixels a side, best at %3 × %4")
        .arg(info.minSize)
        .arg(info.maxSize)
        .arg(info.defaultWidth)
        .arg(info.defaultHeight);
}

}  // namespace

ModelDetails::ModelDetails(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel(this)),
      problem_(makeText({})),
      facts_(new QFormLayout),
      verdict_(makeText({})),
      canDraw_(new QLabel(tr("What it can draw"), this)),
      search_(new QLineEdit(this)),
      words_(new QListWidget(this)) {
    title_->setProperty("title", true);
    title_->setWordWrap(true);
    problem_->setProperty("warning", true);
    verdict_->setObjectName("modelVerdict");
    canDraw_->setProperty("subtitle", true);
    facts_->setHorizontalSpacing(20);
    facts_->setVerticalSpacing(6);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 0, 24, 4);
    layout->setSpacing(12);
    layout->addWidget(title_);
    layout->addWidget(problem_);
    layout->addLayout(facts_);
    layout->addWidget(makeButtons());
    layout->addWidget(verdict_);
    layout->addWidget(makeVocabulary(), 1);
    hide();
}

QWidget* ModelDetails::makeButtons() {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    const auto add = [row, layout](const char* name, const QString& text, const QString& icon, const QString& tip) {
        auto* button = new QPushButton(text, row);
        button->setObjectName(QLatin1String(name));
        button->setIcon(themedIcon(icon));
        button->setToolTip(tip);
        layout->addWidget(button);
        return button;
    };
    use_ = add("useModelButton", tr("Use this model"), "draw", tr("The next pictures are drawn by it"));
    use_->setProperty("primary", true);
    use_->setIcon(themedIcon("draw", IconTint::OnAccent));
    verify_ = add("verifyModelButton", tr("Verify"), "verify", tr("Computes every checksum of the file again"));
    remove_ = add("removeModelButton", tr("Remove"), "trash", tr("Moves the file to the desktop's bin"));
    remove_->setProperty("danger", true);
    remove_->setIcon(themedIcon("trash", IconTint::Danger));
    layout->addStretch();
    connect(use_, &QPushButton::clicked, this, [this] { emit useWanted(model_.path); });
    connect(verify_, &QPushButton::clicked, this, [this] {
        setVerdict(tr("Checking…"), true);
        emit verifyWanted(model_.path);
    });
    connect(remove_, &QPushButton::clicked, this, [this] { emit removeWanted(model_.path); });
    return row;
}

QWidget* ModelDetails::makeVocabulary() {
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    search_->setObjectName("vocabularySearch");
    search_->setPlaceholderText(tr("Search subjects, styles and colours"));
    search_->setAccessibleName(tr("Search what the model can draw"));
    search_->setToolTip(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    words_->setObjectName("vocabulary");
    words_->setAccessibleName(tr("What the model can draw"));
    words_->setToolTip(tr("Enter or double-click adds the word to the prompt"));
    words_->setFlow(QListView::LeftToRight);
    words_->setWrapping(true);
    words_->setResizeMode(QListView::Adjust);
    words_->setSpacing(3);
    words_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    layout->addWidget(canDraw_);
    layout->addWidget(search_);
    layout->addWidget(words_, 1);
    connect(search_, &QLineEdit::textChanged, this, &ModelDetails::fillVocabulary);
    connect(words_, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem* item) { emit wordChosen(item->data(Qt::UserRole).toString()); });
    return box;
}

void ModelDetails::showModel(const LibraryModel& model, bool inUse) {
    const bool other = model.path != model_.path;
    model_ = model;
    title_->setText(QString::fromStdString(model.info.name).isEmpty() ? model.path.section('/', -1)
                                                                      : QString::fromStdString(model.info.name));
    problem_->setText(model.problem);
    problem_->setVisible(!model.problem.isEmpty());
    use_->setEnabled(!inUse && model.problem.isEmpty());
    use_->setText(inUse ? tr("In use") : tr("Use this model"));
    verify_->setEnabled(model.problem.isEmpty());
    remove_->setEnabled(!model.bundled);
    remove_->setToolTip(model.bundled ? tr("It comes with the program and stays")
                                      : tr("Moves the file to the desktop's bin"));
    if (other) {
        setVerdict({}, true);
        search_->clear();
    }
    fillFacts();
    fillVocabulary();
    show();
}

void ModelDetails::setVerdict(const QString& sentence, bool good) {
    verdict_->setText(sentence);
    setStyleProperty(verdict_, "warning", !good);
    verdict_->setVisible(!sentence.isEmpty());
}

void ModelDetails::fillFacts() {
    while (facts_->rowCount() > 0) {
        facts_->removeRow(0);
    }
    const ModelInfo& info = model_.info;
    if (model_.problem.isEmpty()) {
        facts_->addRow(tr("Licence"), makeText(QString::fromStdString(info.license)));
        facts_->addRow(tr("Size"), makeText(tr("%1 on disk, up to %2 of memory while drawing")
                                                .arg(bytesText(info.fileBytes), bytesText(model_.peakBytes))));
        facts_->addRow(tr("Memory"), makeText(model_.fitsInMemory ? tr("fits into what is free now")
                                                                  : tr("needs more than is free now")));
        facts_->addRow(tr("Pictures"), makeText(sizesOf(info) + ", " + tr("%n step(s)", nullptr, info.defaultSteps)));
        facts_->addRow(
            tr("Parameters"),
            makeText(tr("text encoder %1, transformer %2, decoder %3; %4 bits a weight")
                         .arg(millions(info.textEncoderParameters), millions(info.transformerParameters),
                              millions(info.vaeParameters), QLocale().toString(info.bitsPerWeight, 'f', 2))));
        facts_->addRow(tr("Made from"), makeText(QString::fromStdString(info.attribution)));
    }
    facts_->addRow(tr("File"), makeText(model_.bundled ? tr("comes with the program") : model_.path));
}

void ModelDetails::fillVocabulary() {
    words_->clear();
    const ModelInfo& info = model_.info;
    const bool anything = info.subjects.empty();
    canDraw_->setText(anything ? tr("It can draw anything, as far as words go") : tr("What it can draw"));
    canDraw_->setVisible(model_.problem.isEmpty());
    search_->setVisible(!anything && model_.problem.isEmpty());
    words_->setVisible(!anything && model_.problem.isEmpty());
    const auto add = [this](const std::vector<std::string>& list, const QString& kind) {
        for (const std::string& entry : list) {
            const QString word = QString::fromStdString(entry);
            if (!word.contains(search_->text().trimmed(), Qt::CaseInsensitive)) {
                continue;
            }
            auto* item = new QListWidgetItem(kind.isEmpty() ? word : kind.arg(word), words_);
            item->setData(Qt::UserRole, word);
        }
    };
    add(info.styles, tr("style: %1"));
    add(info.colors, tr("colour: %1"));
    add(info.subjects, {});
}

}  // namespace penjing::studio
