#pragma once

#include <memory>
#include <mutex>

#include "core/drawing_engine.h"

namespace penjing::studio {

// The engine itself, with a model mapped from its pack.
class RealDrawingEngine : public DrawingEngine {
public:
    RealDrawingEngine();
    ~RealDrawingEngine() override;

    Result<ModelInfo> load(const QString& packPath, const EngineSettings& settings) override;
    Result<GenerateResult> draw(const GenerateRequest& request, std::stop_token stop,
                                const ProgressCallback& progress) override;
    Result<PictureVerdict> verifyPicture(const QString& picturePath, std::stop_token stop,
                                         const ProgressCallback& progress) override;
    Status check(const GenerateRequest& request) override;
    Result<MemoryPlan> plan(const GenerateRequest& request) override;
    QStringList unknownWords(const QString& prompt) override;
    QString kernelSetName() const override;
    Result<PeakReport> measurePeak(int threads) override;

private:
    struct Loaded;
    std::shared_ptr<Loaded> loaded() const;

    mutable std::mutex mutex_;
    std::shared_ptr<Loaded> loaded_;  // guarded by mutex_; replaced whole, so that others go on with what they have
};

}  // namespace penjing::studio
