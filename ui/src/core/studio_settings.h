#pragma once

#include <QObject>
#include <QString>
#include <memory>

#include "core/drawing_engine.h"

namespace penjing::studio {

enum class Theme { System, Light, Dark };

// What a person set, kept between runs in an INI file. UI thread. Every setter stores at once and announces changes.
class StudioSettings : public QObject {
    Q_OBJECT
public:
    explicit StudioSettings(const QString& iniPath, QObject* parent = nullptr);
    ~StudioSettings() override;

    EngineSettings engine() const;
    QString picturesFolder() const;   // default: Pictures/Penjing
    QString fileNamePattern() const;  // default: "{prompt}-{seed}", see pictureName()
    bool writeRecipes() const;        // default: true
    Theme theme() const;
    QString language() const;  // "" the system's, else a code as "en", "de"
    bool liveDrawing() const;
    bool sameSeed() const;  // keep the seed for the next picture; default: true
    QString currentModelPath() const;
    QStringList promptHistory() const;  // newest first, at most 200
    QByteArray windowGeometry() const;

    void setEngine(const EngineSettings& engine);
    void setPicturesFolder(const QString& folder);
    void setFileNamePattern(const QString& pattern);
    void setWriteRecipes(bool write);
    void setTheme(Theme theme);
    void setLanguage(const QString& language);
    void setLiveDrawing(bool live);
    void setSameSeed(bool same);
    void setCurrentModelPath(const QString& path);
    void addPrompt(const QString& prompt);  // moves it to the front
    void setWindowGeometry(const QByteArray& geometry);

signals:
    void changed();

private:
    void store(const QString& key, const QVariant& value);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace penjing::studio
