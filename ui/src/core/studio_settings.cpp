#include "core/studio_settings.h"

#include <QDir>
#include <QSettings>
#include <QStandardPaths>
#include <algorithm>

namespace penjing::studio {
namespace {

constexpr int kMostPrompts = 200;
constexpr int kMostThreads = 1024;

const QString kThreads = "engine/threads";
const QString kResponsive = "engine/responsive";
const QString kPicturesFolder = "pictures/folder";
const QString kFileNamePattern = "pictures/fileNamePattern";
const QString kWriteRecipes = "pictures/writeRecipes";
const QString kTheme = "window/theme";
const QString kLanguage = "window/language";
const QString kGeometry = "window/geometry";
const QString kLiveDrawing = "drawing/live";
const QString kSameSeed = "drawing/sameSeed";
const QString kModel = "drawing/model";
const QString kPrompts = "drawing/prompts";

QString themeName(Theme theme) {
    switch (theme) {
        case Theme::Light:
            return "light";
        case Theme::Dark:
            return "dark";
        case Theme::System:
            break;
    }
    return "system";
}

Theme themeNamed(const QString& name) {
    for (const Theme theme : {Theme::Light, Theme::Dark})
        if (themeName(theme) == name)
            return theme;
    return Theme::System;
}

QString defaultPicturesFolder() {
    return QDir(QStandardPaths::writableLocation(QStandardPaths::PicturesLocation)).filePath("Penjing");
}

}  // namespace

struct StudioSettings::Impl {
    explicit Impl(const QString& path) : ini(path, QSettings::IniFormat) {}
    QSettings ini;
};

StudioSettings::StudioSettings(const QString& iniPath, QObject* parent)
    : QObject(parent), impl_(std::make_unique<Impl>(iniPath)) {}
StudioSettings::~StudioSettings() = default;

EngineSettings StudioSettings::engine() const {
    return {std::clamp(impl_->ini.value(kThreads, 0).toInt(), 0, kMostThreads),
            impl_->ini.value(kResponsive, true).toBool()};
}

QString StudioSettings::picturesFolder() const {
    const QString folder = impl_->ini.value(kPicturesFolder).toString();
    return QDir::isAbsolutePath(folder) ? folder : defaultPicturesFolder();
}

QString StudioSettings::fileNamePattern() const {
    const QString pattern = impl_->ini.value(kFileNamePattern).toString();
    return pattern.isEmpty() ? "{prompt}-{seed}" : pattern;
}

bool StudioSettings::writeRecipes() const {
    return impl_->ini.value(kWriteRecipes, true).toBool();
}

Theme StudioSettings::theme() const {
    return themeNamed(impl_->ini.value(kTheme).toString());
}

QString StudioSettings::language() const {
    return impl_->ini.value(kLanguage).toString();
}

bool StudioSettings::liveDrawing() const {
    return impl_->ini.value(kLiveDrawing, false).toBool();
}

bool StudioSettings::sameSeed() const {
    return impl_->ini.value(kSameSeed, true).toBool();
}

QString StudioSettings::currentModelPath() const {
    return impl_->ini.value(kModel).toString();
}

QStringList StudioSettings::promptHistory() const {
    return impl_->ini.value(kPrompts).toStringList().mid(0, kMostPrompts);
}

QByteArray StudioSettings::windowGeometry() const {
    return impl_->ini.value(kGeometry).toByteArray();
}

void StudioSettings::setEngine(const EngineSettings& engine) {
    if (engine == this->engine())
        return;
    impl_->ini.setValue(kThreads, engine.threads);
    store(kResponsive, engine.responsive);
}

void StudioSettings::setPicturesFolder(const QString& folder) {
    if (folder != picturesFolder())
        store(kPicturesFolder, folder);
}

void StudioSettings::setFileNamePattern(const QString& pattern) {
    if (pattern != fileNamePattern())
        store(kFileNamePattern, pattern);
}

void StudioSettings::setWriteRecipes(bool write) {
    if (write != writeRecipes())
        store(kWriteRecipes, write);
}

void StudioSettings::setTheme(Theme newTheme) {
    if (newTheme != theme())
        store(kTheme, themeName(newTheme));
}

void StudioSettings::setLanguage(const QString& newLanguage) {
    if (newLanguage != language())
        store(kLanguage, newLanguage);
}

void StudioSettings::setLiveDrawing(bool live) {
    if (live != liveDrawing())
        store(kLiveDrawing, live);
}

void StudioSettings::setSameSeed(bool same) {
    if (same != sameSeed())
        store(kSameSeed, same);
}

void StudioSettings::setCurrentModelPath(const QString& path) {
    if (path != currentModelPath())
        store(kModel, path);
}

void StudioSettings::addPrompt(const QString& prompt) {
    QStringList prompts = promptHistory();
    if (prompt.trimmed().isEmpty() || (!prompts.isEmpty() && prompts.front() == prompt))
        return;
    prompts.removeAll(prompt);
    prompts.prepend(prompt);
    store(kPrompts, QStringList(prompts.mid(0, kMostPrompts)));
}

void StudioSettings::setWindowGeometry(const QByteArray& geometry) {
    if (geometry != windowGeometry())
        store(kGeometry, geometry);
}

void StudioSettings::store(const QString& key, const QVariant& value) {
    impl_->ini.setValue(key, value);
    impl_->ini.sync();
    Q_EMIT changed();
}

}  // namespace penjing::studio
