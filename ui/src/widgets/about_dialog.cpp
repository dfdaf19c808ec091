#include "widgets/about_dialog.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "core/studio_controller.h"
#include "penjing/system_info.h"
#include "theme/icons.h"
#include "widgets/text_format.h"
#include "widgets/widget_helpers.h"

namespace penjing::studio {
namespace {

QLabel* makeValue(const QString& text) {
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

}  // namespace

AboutDialog::AboutDialog(const StudioController& controller, QWidget* parent) : QDialog(parent) {
    setObjectName("aboutDialog");
    setWindowTitle(tr("About Penjing Studio"));
    setMinimumWidth(560);
    auto* mark = new QLabel(this);
    mark->setPixmap(themedIcon("penjing", IconTint::Accent).pixmap(QSize(48, 48), devicePixelRatioF()));
    auto* title = new QLabel("Penjing Studio " + QCoreApplication::applicationVersion(), this);
    title->setProperty("title", true);
    auto* line = makeValue(tr("Draws pictures from words, on this computer and nowhere else."));

    auto* names = new QVBoxLayout;
    names->setSpacing(2);
    names->addWidget(title);
    names->addWidget(line);
    auto* head = new QHBoxLayout;
    head->setSpacing(14);
    head->addWidget(mark, 0, Qt::AlignTop);
    head->addLayout(names, 1);

    const SystemInfo system = systemInfo();
    auto* facts = new QFormLayout;
    facts->setHorizontalSpacing(18);
    facts->setVerticalSpacing(6);
    const QString processor = QString::fromStdString(system.processor);
    facts->addRow(tr("Network"), makeValue(tr("not built in")));
    facts->addRow(tr("Processor"), makeValue(tr("%1, %n core(s)", nullptr, system.cores).arg(processor)));
    facts->addRow(tr("Kernels in use"), makeValue(controller.kernelSetName()));
    facts->addRow(
        tr("Memory"),
        makeValue(
            tr("%1, of which %2 are free").arg(bytesText(system.totalMemory), bytesText(system.availableMemory))));
    if (const auto model = controller.model()) {
        facts->addRow(tr("Model"), makeValue(QString::fromStdString(model->name + " · " + model->license)));
        facts->addRow(tr("Made from"), makeValue(QString::fromStdString(model->attribution)));
    }
    facts->addRow(tr("Licence"),
                  makeValue(tr("Penjing: Apache-2.0. Qt %1 and Nettle: LGPL-3.0. SentencePiece: "
                               "Apache-2.0. libpng and zlib: their own. nlohmann/json and utf8proc: MIT.")
                                .arg(QString::fromLatin1(qVersion()))));
    auto* buttons = makeCloseButton(this);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 20, 24, 16);
    layout->setSpacing(10);
    layout->addLayout(head);
    layout->addSpacing(8);
    layout->addLayout(facts);
    layout->addStretch();
    layout->addWidget(buttons);
}

// Only now, with the fonts of the stylesheet, is it known how high the wrapped lines are.
void AboutDialog::showEvent(QShowEvent* event) {
    setMinimumHeight(layout()->totalHeightForWidth(width()));
    QDialog::showEvent(event);
}

}  // namespace penjing::studio
