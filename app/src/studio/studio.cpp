#include "studio/studio.h"

#include "core/model_library.h"
#include "core/real_drawing_engine.h"
#include "core/studio_controller.h"
#include "core/studio_settings.h"
#include "history/history_model.h"
#include "model_lookup.h"
#include "theme/language.h"
#include "widgets/studio_window.h"

namespace penjing::studio {
namespace {

// Where to look for models besides the models folder: the bundled one, and one that was named.
QStringList otherModels(const QString& named) {
    QStringList models;
    if (const auto path = cli::bundledModel())
        models += QString::fromStdString(path->string());
    if (!named.isEmpty() && !models.contains(named))
        models += named;
    return models;
}

// Texts are translated when widgets are made, so the language comes before the first of them.
StudioSettings* withItsLanguage(StudioSettings* settings) {
    installLanguage(settings->language());
    return settings;
}

}  // namespace

// In the order in which they need each other; the window goes first when all of them go.
struct Studio::Parts {
    explicit Parts(const StudioOptions& options)
        : settings(options.places.settings),
          pictures(options.pictures.isEmpty() ? settings.picturesFolder() : options.pictures),
          library(otherModels(options.model), options.places.models),
          history(pictures, options.places.cache),
          controller(std::make_unique<RealDrawingEngine>(), {pictures, options.places.state}),
          window(&controller, &history, &library, withItsLanguage(&settings)),
          model(options.model) {}

    StudioSettings settings;
    QString pictures;
    ModelLibrary library;
    HistoryModel history;
    StudioController controller;
    StudioWindow window;
    QString model;
};

Studio::Studio(const StudioOptions& options) : parts_(std::make_unique<Parts>(options)) {}
Studio::~Studio() = default;

void Studio::open() {
    parts_->window.show();
    if (!parts_->model.isEmpty())
        parts_->controller.loadModel(parts_->model);
}

void Studio::comeToFront() {
    StudioWindow& window = parts_->window;
    window.setWindowState(window.windowState() & ~Qt::WindowMinimized);
    window.raise();
    window.activateWindow();
}

StudioSettings& Studio::settings() {
    return parts_->settings;
}

ModelLibrary& Studio::library() {
    return parts_->library;
}

HistoryModel& Studio::history() {
    return parts_->history;
}

StudioController& Studio::controller() {
    return parts_->controller;
}

StudioWindow& Studio::window() {
    return parts_->window;
}

}  // namespace penjing::studio
