#pragma once

#include <QDialog>
#include <QKeySequence>
#include <QList>
#include <QString>

class QAction;

namespace penjing::studio {

// Keys that work in the same place.
struct ShortcutGroup {
    struct Entry {
        QKeySequence keys;
        QString text;
    };
    QString title;
    QList<Entry> entries;
};

// Of those of `actions` that have a shortcut; null actions are separators.
ShortcutGroup shortcutGroup(const QString& title, const QList<QAction*>& actions);

// Every shortcut of the window.
class ShortcutSheet : public QDialog {
    Q_OBJECT
public:
    explicit ShortcutSheet(const QList<ShortcutGroup>& groups, QWidget* parent = nullptr);
};

}  // namespace penjing::studio
