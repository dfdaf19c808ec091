#pragma once

#include <QHash>
#include <QList>
#include <QString>
#include <optional>

namespace penjing::studio {

// Seconds that one run took. Negative: this run tells nothing about it.
struct RunTimes {
    int width = 0;
    int height = 0;
    double textSeconds = -1.0;
    double passSeconds = -1.0;  // of one pass of the transformer; a step is two with guidance
    double decodeSeconds = -1.0;
};

// What a computer can do with one kernel set: multiply-adds count as two operations.
struct MachineSpeed {
    double int8Gops = 0.0;
    double fp32Gflops = 0.0;
};

// How long runs took on this computer, kept in a JSON file that is not trusted. A new run moves the figures of its
// kind a part of the way (exponential moving average), so that they follow the computer without jumping. UI thread.
class Measurements {
public:
    explicit Measurements(QString file);

    // `kind`: whatever has speeds of its own, a model with its kernels and threads.
    void record(const QString& kind, const RunTimes& run);
    // The figures of that size, else those of the nearest size by the number of pixels. None before the first run.
    std::optional<RunTimes> expected(const QString& kind, int width, int height) const;

    void setMachine(const QString& kind, const MachineSpeed& speed);
    std::optional<MachineSpeed> machine(const QString& kind) const;

    // Names of models by their hashes, for sentences about models that are not loaded.
    void setModelName(const QString& hash, const QString& name);
    QString modelName(const QString& hash) const;

    // The file's new content, and writing it; the latter on any thread.
    QByteArray toJson() const;
    static void write(const QString& file, const QByteArray& json);
    const QString& file() const { return file_; }

private:
    void load();

    QString file_;
    QHash<QString, QList<RunTimes>> runs_;  // one entry a size
    QHash<QString, MachineSpeed> machines_;
    QHash<QString, QString> modelNames_;
};

}  // namespace penjing::studio
