#include "core/estimate_service.h"

#include <QDir>

#include "core/guarded.h"
#include "core/run_estimator.h"
#include "core/thread_priority.h"
#include "penjing/system_info.h"

namespace penjing::studio {
namespace {

constexpr double kUnmeasuredGops = 20.0;  // a thread, where nothing could be measured

int threadsOf(const EngineSettings& engine) {
    return engine.threads > 0 ? engine.threads : usableCores();
}

QString machineKind(const QString& kernels, int threads) {
    static const QString processor = QString::fromStdString(systemInfo().processor);
    return QString("%1|%2|%3").arg(processor, kernels).arg(threads);
}

MachineSpeed unmeasured(int threads) {
    return {kUnmeasuredGops * threads, kUnmeasuredGops * threads};
}

}  // namespace

struct EstimateService::Question {
    quint64 serial = 0;
    DrawSettings settings;
    ModelInfo model;
    int threads = 1;
    std::optional<RunTimes> measured;
    std::optional<MachineSpeed> machine;
    bool textIsCached = false;
    QString machineKind;
};

struct EstimateService::Answer {
    RunEstimate estimate;
    std::optional<Error> error;
    std::optional<MachineSpeed> measuredMachine;
};

EstimateService::EstimateService(std::shared_ptr<DrawingEngine> engine, const QString& stateFolder)
    : engine_(std::move(engine)),
      measurements_(QDir(stateFolder).filePath("measurements.json")),
      latest_(std::make_shared<std::atomic<quint64>>(0)) {
    pool_.setMaxThreadCount(1);
    pool_.setExpiryTimeout(-1);  // one thread, of low priority from its first task on
    pool_.start(lowerThreadPriority);
}

EstimateService::~EstimateService() {
    ++*latest_;
    pool_.waitForDone();
}

void EstimateService::request(const DrawSettings& settings, const ModelInfo& model, const EngineSettings& engine) {
    const GenerateRequest request = completed(toRequest(settings), model);
    const QString kind = runKind(model, engine);
    const QString machine = machineKind(engine_->kernelSetName(), threadsOf(engine));
    const Question question{++*latest_,
                            settings,
                            model,
                            threadsOf(engine),
                            measurements_.expected(kind, request.width, request.height),
                            measurements_.machine(machine),
                            lastText_ == kind + settings.prompt,
                            machine};
    pool_.start([this, question, source = engine_, latest = latest_] {
        if (question.serial != *latest)
            return;
        const Answer found = answer(*source, question);
        QMetaObject::invokeMethod(
            this, [this, question, found] { take(question, found); }, Qt::QueuedConnection);
    });
}

EstimateService::Answer EstimateService::answer(DrawingEngine& engine, const Question& question) {
    Answer found;
    MachineSpeed machine = question.machine.value_or(unmeasured(question.threads));
    if (!question.machine && !question.measured) {
        const Result<PeakReport> peak = guarded([&] { return engine.measurePeak(question.threads); });
        if (peak && peak.value().int8Gops > 0.0 && peak.value().fp32Gflops > 0.0)
            found.measuredMachine = machine = {peak.value().int8Gops, peak.value().fp32Gflops};
    }
    const GenerateRequest request = completed(toRequest(question.settings), question.model);
    found.estimate = estimateTimes(request, question.model, question.measured, machine);
    if (question.textIsCached)
        found.estimate.textSeconds = 0.0;
    if (const Status memory = estimateMemory(engine, request, question.model, found.estimate); !memory)
        found.error = memory.error();
    const Result<QStringList> unknown =
        guarded([&]() -> Result<QStringList> { return engine.unknownWords(question.settings.prompt); });
    if (unknown)
        found.estimate.unknownWords = unknown.value();
    return found;
}

void EstimateService::take(const Question& question, const Answer& answer) {
    if (answer.measuredMachine) {
        measurements_.setMachine(question.machineKind, *answer.measuredMachine);
        save();
    }
    if (question.serial != *latest_)
        return;
    if (answer.error)
        Q_EMIT failed(question.settings, describe(*answer.error));
    else
        Q_EMIT ready(question.settings, answer.estimate);
}

void EstimateService::learn(const DrawnPicture& drawn, const ModelInfo& model, const EngineSettings& engine) {
    const PhaseSeconds& seconds = drawn.picture.seconds;
    const Recipe& recipe = drawn.picture.recipe;
    RunTimes run{recipe.width, recipe.height};
    if (!drawn.textFromCache)
        run.textSeconds = seconds.text;
    if (drawn.stepsDrawn > 0)
        run.passSeconds = seconds.denoise / (drawn.stepsDrawn * passesPerStep(recipe.guidance));
    run.decodeSeconds = seconds.decode;
    const QString kind = runKind(model, engine);
    measurements_.record(kind, run);
    lastText_ = kind + QString::fromStdString(recipe.prompt);
    save();
}

void EstimateService::rememberModel(const ModelInfo& model) {
    const QString hash = QString::fromStdString(model.hash);
    const QString name = QString::fromStdString(model.name);
    lastText_.clear();
    if (measurements_.modelName(hash) == name)
        return;
    measurements_.setModelName(hash, name);
    save();
}

QString EstimateService::modelName(const QString& hash) const {
    return measurements_.modelName(hash);
}

QString EstimateService::runKind(const ModelInfo& model, const EngineSettings& engine) const {
    return QString("%1|%2|%3")
        .arg(QString::fromStdString(model.hash), machineKind(engine_->kernelSetName(), threadsOf(engine)),
             engine.responsive ? "low" : "normal");
}

void EstimateService::save() {
    pool_.start([file = measurements_.file(), json = measurements_.toJson()] { Measurements::write(file, json); });
}

}  // namespace penjing::studio
