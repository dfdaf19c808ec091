#include "widgets/shortcut_sheet.h"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>
#include <array>

#include "theme/theme.h"

namespace penjing::studio {
namespace {

QLabel* makeKeys(const QKeySequence& keys) {
    auto* label = new QLabel(keys.toString(QKeySequence::NativeText));
    const ThemeColors& colors = themeColors();
    label->setStyleSheet(QString("background: %1; border: 1px solid %2; border-radius: 6px; padding: 2px 8px;")
                             .arg(colors.raised.name(), colors.border.name()));
    return label;
}

QWidget* makeGroup(const ShortcutGroup& group) {
    auto* box = new QWidget;
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 12);
    grid->setVerticalSpacing(5);
    grid->setHorizontalSpacing(14);
    auto* title = new QLabel(group.title);
    title->setProperty("subtitle", true);
    grid->addWidget(title, 0, 0, 1, 2);
    int row = 1;
    for (const ShortcutGroup::Entry& entry : group.entries) {
        grid->addWidget(makeKeys(entry.keys), row, 0, Qt::AlignLeft);
        grid->addWidget(new QLabel(entry.text), row, 1);
        ++row;
    }
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(row, 1);
    return box;
}

struct Column {
    QVBoxLayout* layout = new QVBoxLayout;
    qsizetype rows = 0;
};

}  // namespace

ShortcutGroup shortcutGroup(const QString& title, const QList<QAction*>& actions) {
    ShortcutGroup group{title, {}};
    for (const QAction* action : actions) {
        if (action != nullptr && !action->shortcut().isEmpty())
            group.entries.append({action->shortcut(), QString(action->text()).remove(QChar(0x2026))});
    }
    return group;
}

ShortcutSheet::ShortcutSheet(const QList<ShortcutGroup>& groups, QWidget* parent) : QDialog(parent) {
    setObjectName("shortcutSheet");
    setWindowTitle(tr("Keyboard shortcuts"));
    auto* content = new QWidget;
    auto* row = new QHBoxLayout(content);
    row->setSpacing(36);
    std::array<Column, 2> columns;
    for (const ShortcutGroup& group : groups) {
        Column& shorter = columns[0].rows <= columns[1].rows ? columns[0] : columns[1];
        shorter.layout->addWidget(makeGroup(group));
        shorter.rows += group.entries.size() + 1;
    }
    for (const Column& column : columns) {
        column.layout->addStretch();
        row->addLayout(column.layout, 1);
    }
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
