#include "widgets/shortcut_sheet.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "theme/theme.h"
#include "widgets/studio_actions.h"

namespace penjing::studio {
namespace {

QLabel* makeKeys(const QKeySequence& keys) {
    auto* label = new QLabel(keys.toString(QKeySequence::NativeText));
    const ThemeColors& colors = themeColors();
    label->setStyleSheet(QString("background: %1; border: 1px solid %2; border-radius: 6px; padding: 2px 8px;")
                             .arg(colors.raised.name(), colors.border.name()));
    return label;
}

QWidget* makeGroup(const StudioActions::Group& group) {
    auto* box = new QWidget;
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 12);
    grid->setVerticalSpacing(5);
    grid->setHorizontalSpacing(14);
    auto* title = new QLabel(group.title);
    title->setProperty("subtitle", true);
    grid->addWidget(title, 0, 0, 1, 2);
    int row = 1;
    for (const QAction* action : group.actions) {
        if (!action->shortcut().isEmpty()) {
            grid->addWidget(makeKeys(action->shortcut()), row, 0, Qt::AlignLeft);
            grid->addWidget(new QLabel(QString(action->text()).remove(QChar(0x2026))), row, 1);
            ++row;
        }
    }
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(row, 1);
    return box;
}

}  // namespace

ShortcutSheet::ShortcutSheet(const StudioActions& actions, QWidget* parent) : QDialog(parent) {
    setObjectName("shortcutSheet");
    setWindowTitle(tr("Keyboard shortcuts"));
    auto* content = new QWidget;
    auto* columns = new QHBoxLayout(content);
    columns->setSpacing(36);
    auto* left = new QVBoxLayout;
    auto* right = new QVBoxLayout;
    int index = 0;
    for (const StudioActions::Group& group : actions.groups()) {
        (index++ % 2 == 0 ? left : right)->addWidget(makeGroup(group));
    }
    left->addStretch();
    right->addStretch();
    columns->addLayout(left, 1);
    columns->addLayout(right, 1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 8, 12);
    layout->addWidget(scroll);
    resize(900, 680);
}

}  // namespace penjing::studio
