#pragma once

#include <condition_variable>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "core/drawing_engine.h"

namespace penjing::studio {

// What a fake engine does, set and looked at by the test from its own thread.
class FakeScript {
public:
    enum class Manner { Draws, Fails, RunsOutOfMemory, ThrowsInt, Hangs, ReturnsNothing };

    // From the next picture on.
    void setManner(Manner manner, Error error = {});
    // The engine finishes that many more steps of whatever it draws, and then waits for more (or a stop).
    void allowSteps(int steps);
    void allowAllSteps() { allowSteps(std::numeric_limits<int>::max() / 2); }
    void letGo();  // of a hanging engine

    void setPlan(std::function<Result<MemoryPlan>(const GenerateRequest&)> plan);
    void setSeconds(const PhaseSeconds& seconds);  // that pictures claim to have taken
    void setLoadError(std::optional<Error> error);
    void setModelHash(const std::string& hash);

    std::vector<GenerateRequest> drawn() const;  // every request so far, oldest first
    std::vector<EngineSettings> loads() const;
    int peaksMeasured() const;

private:
    friend class FakeDrawingEngine;

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    Manner manner_ = Manner::Draws;
    Error error_;
    std::optional<Error> loadError_;
    std::string modelHash_ = "f00d";
    int allowedSteps_ = std::numeric_limits<int>::max() / 2;
    bool hangs_ = true;
    PhaseSeconds seconds_{0.0, 1.0, 4.0, 2.0, 7.0};
    std::function<Result<MemoryPlan>(const GenerateRequest&)> plan_;
    std::vector<GenerateRequest> drawn_;
    std::vector<EngineSettings> loads_;
    int peaks_ = 0;
};

// Draws 16x16 pictures of one colour in four steps. The latents after step n are {n, seed}.
class FakeDrawingEngine : public DrawingEngine {
public:
    explicit FakeDrawingEngine(std::shared_ptr<FakeScript> script) : script_(std::move(script)) {}

    Result<ModelInfo> load(const QString& packPath, const EngineSettings& settings) override;
    Result<GenerateResult> draw(const GenerateRequest& request, std::stop_token stop,
                                const ProgressCallback& progress) override;
    Result<PictureVerdict> verifyPicture(const QString& picturePath, std::stop_token stop,
                                         const ProgressCallback& progress) override;
    Status check(const GenerateRequest& request) override;
    Result<MemoryPlan> plan(const GenerateRequest& request) override;
    QStringList unknownWords(const QString& prompt) override;
    QString kernelSetName() const override { return "fake"; }
    Result<PeakReport> measurePeak(int threads) override;

private:
    bool waitForStep(std::stop_token stop);

    std::shared_ptr<FakeScript> script_;
};

}  // namespace penjing::studio
