#pragma once

#include <QColor>
#include <QObject>
#include <QPalette>

#include "core/studio_settings.h"

namespace penjing::studio {

// The colours that the palette, the stylesheet and hand-painted widgets share.
struct ThemeColors {
    QColor window, surface, raised, canvas;
    QColor border, text, muted;
    QColor accent, accentHover, onAccent, accentSoft;
    QColor danger, dangerSoft, warning;
};

const ThemeColors& themeColors();  // of the theme in force
bool isDarkTheme();

// Keeps the look of the application in step with the settings and with the system. UI thread; one per application.
class ThemeManager : public QObject {
    Q_OBJECT
public:
    explicit ThemeManager(StudioSettings* settings, QObject* parent = nullptr);

signals:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void apply();

    StudioSettings* settings_;
    bool applied_ = false;
    bool applying_ = false;
};

}  // namespace penjing::studio
