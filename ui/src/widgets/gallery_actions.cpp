#include "widgets/gallery_actions.h"

#include <QWidget>

#include "theme/icons.h"

namespace penjing::studio {

QAction* GalleryActions::add(QWidget* owner, Qt::ShortcutContext context, const char* name, const QString& icon,
                             const QString& text, const QKeySequence& key) {
    auto* action = new QAction(themedIcon(icon), text, this);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(key);
    action->setShortcutContext(context);
    owner->addAction(action);
    return action;
}

GalleryActions::GalleryActions(QWidget* grid, QWidget* page) : QObject(page) {
    const auto onGrid = [&](const char* name, const char* icon, const QString& text, const QKeySequence& key) {
        return add(grid, Qt::WidgetShortcut, name, QString::fromLatin1(icon), text, key);
    };
    open = onGrid("galleryOpen", "actual", tr("Open large"), Qt::Key_Return);
    star = onGrid("galleryStar", "star", tr("Star"), Qt::Key_S);
    star->setCheckable(true);
    useSettings = onGrid("galleryUseSettings", "settings", tr("Use these settings"), Qt::Key_U);
    newSeed = onGrid("galleryNewSeed", "dice", tr("Same but new seed"), Qt::Key_N);
    variations = onGrid("galleryVariations", "variations", tr("Variations"), Qt::Key_V);
    compare = onGrid("galleryCompare", "compare", tr("Compare"), Qt::Key_C);
    verify = onGrid("galleryVerify", "verify", tr("Verify"), Qt::Key_R);
    openFolder = onGrid("galleryOpenFolder", "folder", tr("Open folder"), Qt::Key_F);
    copyPicture = onGrid("galleryCopyPicture", "copy", tr("Copy picture"), QKeySequence::Copy);
    copyPrompt = onGrid("galleryCopyPrompt", "text", tr("Copy prompt"), Qt::CTRL | Qt::SHIFT | Qt::Key_C);
    exportPictures = onGrid("galleryExport", "export", tr("Export…"), Qt::Key_E);
    remove = onGrid("galleryRemove", "trash", tr("Delete"), QKeySequence::Delete);
    // Right after a deletion the focus may be anywhere on the page.
    undo = add(page, Qt::WidgetWithChildrenShortcut, "galleryUndo", QStringLiteral("undo"), tr("Undo delete"),
               QKeySequence::Undo);
    setSelection(0, false);
    setCanUndo(false);
}

void GalleryActions::setSelection(qsizetype pictures, bool allStarred) {
    for (QAction* action : {open, useSettings, newSeed, variations, verify, copyPrompt})
        action->setEnabled(pictures == 1);
    for (QAction* action : {star, openFolder, copyPicture, exportPictures, remove}) action->setEnabled(pictures >= 1);
    compare->setEnabled(pictures == 2);
    star->setChecked(allStarred);
}

void GalleryActions::setCanUndo(bool can) {
    undo->setEnabled(can);
}

QList<QAction*> GalleryActions::contextMenu() const {
    return {open,       star,        nullptr,    useSettings,    newSeed, variations, compare, nullptr,
            openFolder, copyPicture, copyPrompt, exportPictures, verify,  nullptr,    remove,  undo};
}

}  // namespace penjing::studio
