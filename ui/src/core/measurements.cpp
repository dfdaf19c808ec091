#include "core/measurements.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <algorithm>
#include <cmath>

#include "core/json_fields.h"

namespace penjing::studio {
namespace {

constexpr double kWeightOfNewRun = 0.4;
constexpr double kMostSeconds = 1e7;
constexpr double kMostGops = 1e9;
constexpr int kLargestSide = 16384;
constexpr qint64 kMostBytes = 16 << 20;
constexpr int kMostSizes = 256;

void follow(double& average, double value) {
    if (!(value >= 0.0))
        return;
    average = average < 0.0 ? value : average + kWeightOfNewRun * (value - average);
}

double pixels(const RunTimes& run) {
    return static_cast<double>(run.width) * run.height;
}

QJsonObject toJsonObject(const RunTimes& run) {
    return {{"width", run.width},
            {"height", run.height},
            {"text", run.textSeconds},
            {"pass", run.passSeconds},
            {"decode", run.decodeSeconds}};
}

std::optional<RunTimes> runFromJson(const QJsonObject& json) {
    const auto width = jsonInteger(json, u"width", 1, kLargestSide);
    const auto height = jsonInteger(json, u"height", 1, kLargestSide);
    const auto text = jsonNumber(json, u"text", -1.0, kMostSeconds);
    const auto pass = jsonNumber(json, u"pass", -1.0, kMostSeconds);
    const auto decode = jsonNumber(json, u"decode", -1.0, kMostSeconds);
    if (!width || !height || !text || !pass || !decode)
        return std::nullopt;
    return RunTimes{*width, *height, *text, *pass, *decode};
}

}  // namespace

Measurements::Measurements(QString file) : file_(std::move(file)) {
    load();
}

void Measurements::record(const QString& kind, const RunTimes& run) {
    if (run.width <= 0 || run.height <= 0)
        return;
    QList<RunTimes>& sizes = runs_[kind];
    // What the text takes does not depend on the picture's size.
    const double text = sizes.isEmpty() ? -1.0 : sizes.front().textSeconds;
    auto entry = std::find_if(sizes.begin(), sizes.end(),
                              [&](const RunTimes& r) { return r.width == run.width && r.height == run.height; });
    if (entry == sizes.end()) {
        if (sizes.size() >= kMostSizes)
            sizes.removeFirst();
        sizes.append({run.width, run.height, text, -1.0, -1.0});
        entry = sizes.end() - 1;
    }
    follow(entry->textSeconds, run.textSeconds);
    follow(entry->passSeconds, run.passSeconds);
    follow(entry->decodeSeconds, run.decodeSeconds);
    const double newText = entry->textSeconds;
    for (RunTimes& size : sizes) size.textSeconds = newText;
}

std::optional<RunTimes> Measurements::expected(const QString& kind, int width, int height) const {
    const QList<RunTimes> sizes = runs_.value(kind);
    if (sizes.isEmpty() || width <= 0 || height <= 0)
        return std::nullopt;
    const double wanted = static_cast<double>(width) * height;
    const auto distance = [&](const RunTimes& run) { return std::abs(std::log(pixels(run) / wanted)); };
    const RunTimes nearest = *std::min_element(
        sizes.begin(), sizes.end(), [&](const RunTimes& a, const RunTimes& b) { return distance(a) < distance(b); });
    const double scale = wanted / pixels(nearest);
    const auto scaled = [&](double seconds) { return seconds < 0.0 ? seconds : seconds * scale; };
    return RunTimes{width, height, nearest.textSeconds, scaled(nearest.passSeconds), scaled(nearest.decodeSeconds)};
}

void Measurements::setMachine(const QString& kind, const MachineSpeed& speed) {
    machines_[kind] = speed;
}

std::optional<MachineSpeed> Measurements::machine(const QString& kind) const {
    const auto found = machines_.find(kind);
    return found == machines_.end() ? std::nullopt : std::optional(*found);
}

void Measurements::setModelName(const QString& hash, const QString& name) {
    modelNames_[hash] = name;
}

QString Measurements::modelName(const QString& hash) const {
    return modelNames_.value(hash);
}

QByteArray Measurements::toJson() const {
    QJsonObject runs;
    for (auto kind = runs_.begin(); kind != runs_.end(); ++kind) {
        QJsonArray sizes;
        for (const RunTimes& run : *kind) sizes.append(toJsonObject(run));
        runs[kind.key()] = sizes;
    }
    QJsonObject machines;
    for (auto kind = machines_.begin(); kind != machines_.end(); ++kind)
        machines[kind.key()] = QJsonObject{{"int8Gops", kind->int8Gops}, {"fp32Gflops", kind->fp32Gflops}};
    QJsonObject names;
    for (auto name = modelNames_.begin(); name != modelNames_.end(); ++name) names[name.key()] = *name;
    return QJsonDocument(QJsonObject{{"version", 1}, {"runs", runs}, {"machines", machines}, {"models", names}})
        .toJson();
}

void Measurements::write(const QString& file, const QByteArray& json) {
    QDir().mkpath(QFileInfo(file).path());
    QSaveFile saved(file);
    if (saved.open(QIODevice::WriteOnly) && saved.write(json) == json.size())
        saved.commit();
}

void Measurements::load() {
    QFile source(file_);
    if (!source.open(QIODevice::ReadOnly) || source.size() > kMostBytes)
        return;
    const QJsonObject root = QJsonDocument::fromJson(source.readAll()).object();
    const QJsonObject runs = root.value(u"runs").toObject();
    for (auto kind = runs.begin(); kind != runs.end(); ++kind)
        for (const QJsonValue& value : kind.value().toArray())
            if (const auto run = runFromJson(value.toObject()))
                runs_[kind.key()].append(*run);
    const QJsonObject machines = root.value(u"machines").toObject();
    for (auto kind = machines.begin(); kind != machines.end(); ++kind) {
        const auto int8 = jsonNumber(kind.value().toObject(), u"int8Gops", 1e-3, kMostGops);
        const auto fp32 = jsonNumber(kind.value().toObject(), u"fp32Gflops", 1e-3, kMostGops);
        if (int8 && fp32)
            machines_[kind.key()] = {*int8, *fp32};
    }
    const QJsonObject names = root.value(u"models").toObject();
    for (auto name = names.begin(); name != names.end(); ++name) modelNames_[name.key()] = name.value().toString();
}

}  // namespace penjing::studio
