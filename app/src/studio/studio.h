#pragma once

#include <QString>
#include <memory>

#include "studio/places.h"

namespace penjing::studio {

class HistoryModel;
class ModelLibrary;
class StudioController;
class StudioSettings;
class StudioWindow;

struct StudioOptions {
    Places places;
    QString pictures;  // folder; empty: as in the settings
    QString model;     // the pack to begin with; empty: the one used last, else the bundled one
};

// The window and what it stands on, put together: settings, models, history, controller with the real engine. Needs a
// QApplication. UI thread.
class Studio {
public:
    explicit Studio(const StudioOptions& options);
    ~Studio();  // as closing the window: what is queued stays queued
    Studio(const Studio&) = delete;
    Studio& operator=(const Studio&) = delete;

    // Shows the window, which loads the last model by itself, and loads the one that was named.
    void open();
    void comeToFront();

    StudioSettings& settings();
    ModelLibrary& library();
    HistoryModel& history();
    StudioController& controller();
    StudioWindow& window();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace penjing::studio
