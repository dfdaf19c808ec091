#pragma once

#include <QMainWindow>

#include "core/draw_settings.h"

class QStackedWidget;

namespace penjing::studio {

struct ShortcutGroup;
class CompareView;
class DrawPage;
class FileIntake;
class GalleryPage;
class HistoryModel;
class MessageBar;
class ModelLibrary;
class ModelsPage;
class StudioActions;
class StudioController;
class StudioSettings;

// The window: three pages, a bar for messages, and what goes between them. Owns nothing of what it is given; all of it
// must outlive the window.
class StudioWindow : public QMainWindow {
    Q_OBJECT
public:
    StudioWindow(StudioController* controller, HistoryModel* history, ModelLibrary* library, StudioSettings* settings,
                 QWidget* parent = nullptr);
    ~StudioWindow() override;

    // As if they had been dropped: pictures for their settings, everything else as a model.
    void openFiles(const QStringList& files);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void build();
    void connectPages();
    void connectGallery();
    void connectPictures();
    QList<ShortcutGroup> shortcutGroups() const;
    void connectProgram();
    void connectController();
    void connectModels();
    void applySettings();
    void chooseFirstModel();
    void useModel(const QString& path);
    void showPage(QWidget* page);
    void useSettings(const DrawSettings& settings, const QString& modelName);
    void askVariations(const DrawSettings& settings);
    void exportPictures(const QStringList& paths);
    void verifyPicture(const QString& path);
    void askForFiles();
    void askForModel();

    StudioController* controller_;
    HistoryModel* history_;
    ModelLibrary* library_;
    StudioSettings* settings_;
    StudioActions* actions_;
    FileIntake* intake_;
    MessageBar* messages_;
    QStackedWidget* pages_;
    DrawPage* draw_;
    GalleryPage* gallery_;
    CompareView* compare_;
    ModelsPage* models_;
    QString wantedModel_;     // loaded or being loaded
    QString picturesFolder_;  // of the settings, when they were looked at last
};

}  // namespace penjing::studio
