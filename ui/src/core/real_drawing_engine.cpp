#include "core/real_drawing_engine.h"

#include <QFile>
#include <utility>

namespace penjing::studio {
namespace {

Error noModel() {
    return {ErrorCode::Usage, "no model is loaded"};
}

// What `penjing synth` writes draws noise, and that is no failure.
bool hasRandomWeights(const ModelInfo& info) {
    return info.name.ends_with("(random weights)");
}

}  // namespace

struct RealDrawingEngine::Loaded {
    Model model;
    Pipeline pipeline;
};

RealDrawingEngine::RealDrawingEngine() = default;
RealDrawingEngine::~RealDrawingEngine() = default;

Result<ModelInfo> RealDrawingEngine::load(const QString& packPath, const EngineSettings& settings) {
    const Result<Model> model = Model::open(QFile::encodeName(packPath).toStdString());
    if (!model)
        return model.error();
    ModelInfo info = model.value().info();
    PipelineOptions options;
    options.threads = settings.threads;
    options.checkPicture = !hasRandomWeights(info);
    Result<Pipeline> pipeline = Pipeline::create(model.value(), options);
    if (!pipeline)
        return pipeline.error();
    auto next = std::make_shared<Loaded>(Loaded{model.value(), std::move(pipeline).value()});
    {
        const std::lock_guard lock(mutex_);
        loaded_.swap(next);
    }
    return info;  // the old model goes with `next`, outside the lock
}

Result<GenerateResult> RealDrawingEngine::draw(const GenerateRequest& request, std::stop_token stop,
                                               const ProgressCallback& progress) {
    const auto current = loaded();
    return current ? current->pipeline.generate(request, std::move(stop), progress) : noModel();
}

Result<PictureVerdict> RealDrawingEngine::verifyPicture(const QString& picturePath, std::stop_token stop,
                                                        const ProgressCallback& progress) {
    const auto current = loaded();
    if (!current)
        return noModel();
    return penjing::verifyPicture(QFile::encodeName(picturePath).toStdString(), current->model, std::move(stop),
                                  progress);
}

Status RealDrawingEngine::check(const GenerateRequest& request) {
    const auto current = loaded();
    return current ? current->pipeline.check(request) : noModel();
}

Result<MemoryPlan> RealDrawingEngine::plan(const GenerateRequest& request) {
    const auto current = loaded();
    return current ? current->pipeline.plan(request) : noModel();
}

QStringList RealDrawingEngine::unknownWords(const QString& prompt) {
    QStringList words;
    if (const auto current = loaded())
        for (const std::string& word : current->model.unknownWords(prompt.toStdString()))
            words.append(QString::fromStdString(word));
    return words;
}

QString RealDrawingEngine::kernelSetName() const {
    const auto current = loaded();
    return current ? QString::fromStdString(current->pipeline.kernelSetName()) : QString();
}

Result<PeakReport> RealDrawingEngine::measurePeak(int threads) {
    return benchPeak(kernelSetName().toStdString(), threads);
}

std::shared_ptr<RealDrawingEngine::Loaded> RealDrawingEngine::loaded() const {
    const std::lock_guard lock(mutex_);
    return loaded_;
}

}  // namespace penjing::studio
