#include "theme/system_theme.h"

#include <QDir>
#include <QGuiApplication>
#include <QPalette>
#include <QSettings>
#include <QStandardPaths>

namespace penjing::studio {
namespace {

bool systemPaletteIsDark = false;

bool gtkPrefersDark() {
    const QString config = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    for (const char* version : {"gtk-4.0", "gtk-3.0"}) {
        const QSettings file(config + '/' + QLatin1String(version) + "/settings.ini", QSettings::IniFormat);
        if (file.value("Settings/gtk-application-prefer-dark-theme").toString() == "1" ||
            file.value("Settings/gtk-application-prefer-dark-theme").toBool() ||
            file.value("Settings/gtk-theme-name").toString().endsWith("-dark", Qt::CaseInsensitive)) {
            return true;
        }
    }
    return qEnvironmentVariable("GTK_THEME").endsWith("dark", Qt::CaseInsensitive);
}

}  // namespace

void rememberSystemPalette() {
    const QPalette palette = QGuiApplication::palette();
    systemPaletteIsDark = palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

bool systemPrefersDark() {
    return systemPaletteIsDark || gtkPrefersDark();
}

}  // namespace penjing::studio
