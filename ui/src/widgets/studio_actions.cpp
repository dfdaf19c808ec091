#include "widgets/studio_actions.h"

#include <QWidget>

#include "theme/icons.h"

namespace penjing::studio {

StudioActions::StudioActions(QWidget* window) : QObject(window), window_(window) {
    makeDrawing();
    makePicture();
    makeView();
    makeProgram();
}

void StudioActions::beginGroup(const QString& title) {
    groups_.append({title, {}});
}

QAction* StudioActions::add(const char* name, const QString& text, const QString& icon, const QKeySequence& keys) {
    auto* action = new QAction(text, window_);
    action->setObjectName(QLatin1String(name));
    if (!icon.isEmpty()) {
        action->setIcon(themedIcon(icon));
    }
    action->setShortcut(keys);
    action->setToolTip(keys.isEmpty() ? text : text + " (" + keys.toString(QKeySequence::NativeText) + ')');
    window_->addAction(action);
    groups_.last().actions.append(action);
    return action;
}

void StudioActions::makeDrawing() {
    beginGroup(tr("Drawing"));
    draw = add("drawAction", tr("Draw, or add to the queue"), "draw", QKeySequence("Ctrl+Return"));
    draw->setShortcuts({QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")});
    drawNext = add("drawNextAction", tr("Draw as the next one"), "draw", QKeySequence("Ctrl+Shift+Return"));
    stop = add("stopAction", tr("Stop"), "stop", QKeySequence("Esc"));
    keep = add("keepAction", tr("Keep this: end early"), "keep", QKeySequence("Ctrl+K"));
    pause = add("pauseAction", tr("Pause the queue"), "pause", QKeySequence("Ctrl+P"));
    pause->setCheckable(true);
    newSeed = add("newSeedAction", tr("New seed"), "dice", QKeySequence("Ctrl+R"));
    sameSeed = add("sameSeedAction", tr("Same seed for the next picture"), "lock", QKeySequence("Ctrl+L"));
    live = add("liveAction", tr("Live drawing"), "live", QKeySequence("Ctrl+T"));
    focusPrompt = add("focusPromptAction", tr("Go to the prompt"), "", QKeySequence("F2"));
}

void StudioActions::makePicture() {
    beginGroup(tr("Picture"));
    copy = add("copyAction", tr("Copy picture"), "copy", QKeySequence::Copy);
    save = add("saveAction", tr("Keep the live picture"), "save", QKeySequence::Save);
    exportPicture = add("exportAction", tr("Export…"), "export", QKeySequence("Ctrl+E"));
    useSettings = add("useSettingsAction", tr("Use its settings"), "settings", QKeySequence("Ctrl+U"));
    newSeedOfShown = add("sameButNewSeedAction", tr("Same, but new seed"), "dice", QKeySequence("Ctrl+Shift+R"));
    variations = add("variationsAction", tr("Variations…"), "variations", QKeySequence("Ctrl+Shift+V"));
    verify = add("verifyAction", tr("Verify: draw it again and compare"), "verify", QKeySequence("Ctrl+Shift+Y"));
    showInFolder = add("showInFolderAction", tr("Show in its folder"), "folder", QKeySequence("Ctrl+Shift+F"));
}

void StudioActions::makeView() {
    beginGroup(tr("View"));
    pageDraw = add("pageDrawAction", tr("Draw"), "draw", QKeySequence("Ctrl+1"));
    pageGallery = add("pageGalleryAction", tr("Gallery"), "gallery", QKeySequence("Ctrl+2"));
    pageModels = add("pageModelsAction", tr("Models"), "models", QKeySequence("Ctrl+3"));
    search = add("searchAction", tr("Search the gallery"), "search", QKeySequence::Find);
    previous = add("previousAction", tr("Previous picture"), "", QKeySequence("Alt+Left"));
    next = add("nextAction", tr("Next picture"), "", QKeySequence("Alt+Right"));
    fit = add("fitAction", tr("Fit the picture"), "fit", QKeySequence("Ctrl+0"));
    actualSize = add("actualSizeAction", tr("Actual size"), "actual", QKeySequence("Ctrl+9"));
    zoomIn = add("zoomInAction", tr("Zoom in"), "zoom-in", QKeySequence("Ctrl++"));
    zoomIn->setShortcuts({QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")});
    zoomOut = add("zoomOutAction", tr("Zoom out"), "zoom-out", QKeySequence("Ctrl+-"));
    fullScreen = add("fullScreenAction", tr("Full screen"), "", QKeySequence("F11"));
}

void StudioActions::makeProgram() {
    beginGroup(tr("Program"));
    open = add("openAction", tr("Take settings from a picture…"), "open", QKeySequence::Open);
    addModel = add("addModelAction", tr("Add a model…"), "add", QKeySequence("Ctrl+Shift+O"));
    settings = add("settingsAction", tr("Settings…"), "settings", QKeySequence("Ctrl+,"));
    shortcuts = add("shortcutsAction", tr("Keyboard shortcuts"), "help", QKeySequence("Ctrl+/"));
    about = add("aboutAction", tr("About Penjing Studio"), "info", QKeySequence("F1"));
    quit = add("quitAction", tr("Quit"), "", QKeySequence("Ctrl+Q"));
}

}  // namespace penjing::studio
