#include "theme/theme.h"

#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QFontDatabase>
#include <QPixmapCache>
#include <QStyleFactory>
#include <QWidget>

#include "theme/system_theme.h"

namespace penjing::studio {
namespace {

ThemeColors lightColors() {
    ThemeColors c;
    c.window = QColor("#f4f5f2");
    c.surface = QColor("#ffffff");
    c.raised = QColor("#eceeea");
    c.canvas = QColor("#e9ece7");
    c.border = QColor("#d9ddd6");
    c.text = QColor("#1d231f");
    c.muted = QColor("#59625c");
    c.accent = QColor("#2c6e4f");
    c.accentHover = QColor("#245c42");
    c.onAccent = QColor("#ffffff");
    c.accentSoft = QColor("#dcebe2");
    c.danger = QColor("#a5342b");
    c.dangerSoft = QColor("#fbe9e6");
    c.warning = QColor("#8a5a00");
    return c;
}

ThemeColors darkColors() {
    ThemeColors c;
    c.window = QColor("#181b19");
    c.surface = QColor("#212522");
    c.raised = QColor("#2c312e");
    c.canvas = QColor("#121513");
    c.border = QColor("#3a413c");
    c.text = QColor("#edf0ed");
    c.muted = QColor("#a9b1ab");
    c.accent = QColor("#74c69a");
    c.accentHover = QColor("#8ad4ac");
    c.onAccent = QColor("#10231a");
    c.accentSoft = QColor("#26392f");
    c.danger = QColor("#f2938a");
    c.dangerSoft = QColor("#3d2523");
    c.warning = QColor("#e9b45c");
    return c;
}

struct State {
    ThemeColors colors = lightColors();
    bool dark = false;
};

State& state() {
    static State instance;
    return instance;
}

QPalette paletteOf(const ThemeColors& c) {
    QPalette p;
    p.setColor(QPalette::Window, c.window);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.surface);
    p.setColor(QPalette::AlternateBase, c.raised);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::PlaceholderText, c.muted);
    p.setColor(QPalette::Button, c.surface);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.danger);
    p.setColor(QPalette::Highlight, c.accent);
    p.setColor(QPalette::HighlightedText, c.onAccent);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::LinkVisited, c.accent);
    p.setColor(QPalette::ToolTipBase, c.surface);
    p.setColor(QPalette::ToolTipText, c.text);
    p.setColor(QPalette::Light, c.surface);
    p.setColor(QPalette::Midlight, c.raised);
    p.setColor(QPalette::Mid, c.border);
    p.setColor(QPalette::Dark, c.border);
    p.setColor(QPalette::Shadow, QColor(0, 0, 0, 90));
    QColor faint = c.muted;
    faint.setAlpha(140);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        p.setColor(QPalette::Disabled, role, faint);
    }
    p.setColor(QPalette::Disabled, QPalette::Highlight, c.border);
    return p;
}

// "@accent;" in the sheet stands for a colour; "@theme" for the ending of the images that Qt cannot tint by itself.
QString styleSheetOf(const ThemeColors& c, bool dark) {
    QFile file(":/theme/studio.qss");
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<const char*, QColor> tokens[] = {
        {"@window", c.window}, {"@surface", c.surface},         {"@raised", c.raised},
        {"@canvas", c.canvas}, {"@border", c.border},           {"@text", c.text},
        {"@muted", c.muted},   {"@accentHover", c.accentHover}, {"@accentSoft", c.accentSoft},
        {"@accent", c.accent}, {"@onAccent", c.onAccent},       {"@dangerSoft", c.dangerSoft},
        {"@danger", c.danger}, {"@warning", c.warning},
    };
    for (const auto& [token, color] : tokens) {
        sheet.replace(QLatin1String(token), color.name());
    }
    return sheet.replace("@theme", dark ? "dark" : "light");
}

// Bare X11 without a desktop falls back to DejaVu Sans, which is wide; a quieter one is taken where it is installed.
void chooseFont() {
    if (!QApplication::font().family().startsWith("DejaVu") && QApplication::font().family() != "Sans Serif") {
        return;
    }
    const QStringList installed = QFontDatabase::families();
    for (const char* family : {"Inter", "Cantarell", "Noto Sans", "Ubuntu", "Open Sans"}) {
        if (installed.contains(QLatin1String(family))) {
            QFont font(QString::fromLatin1(family));
            font.setPointSizeF(10.0);
            QApplication::setFont(font);
            return;
        }
    }
}

}  // namespace

const ThemeColors& themeColors() {
    return state().colors;
}
bool isDarkTheme() {
    return state().dark;
}

ThemeManager::ThemeManager(StudioSettings* settings, QObject* parent) : QObject(parent), settings_(settings) {
    rememberSystemPalette();
    QApplication::setStyle(QStyleFactory::create("Fusion"));
    chooseFont();
    apply();
    qApp->installEventFilter(this);
    connect(settings_, &StudioSettings::changed, this, &ThemeManager::apply);
}

bool ThemeManager::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ThemeChange && watched->isWidgetType() && static_cast<QWidget*>(watched)->isWindow() &&
        !applying_) {
        QMetaObject::invokeMethod(this, &ThemeManager::apply, Qt::QueuedConnection);
    }
    return QObject::eventFilter(watched, event);
}

void ThemeManager::apply() {
    const Theme theme = settings_->theme();
    const bool dark = theme == Theme::Dark || (theme == Theme::System && systemPrefersDark());
    if (applied_ && dark == state().dark) {
        return;
    }
    applied_ = true;
    applying_ = true;
    state() = {dark ? darkColors() : lightColors(), dark};
    QPixmapCache::clear();
    QApplication::setPalette(paletteOf(state().colors));
    qApp->setStyleSheet(styleSheetOf(state().colors, dark));
    applying_ = false;
    emit changed();
}

}  // namespace penjing::studio
