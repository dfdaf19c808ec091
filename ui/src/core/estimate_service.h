#pragma once

#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <memory>
#include <optional>

#include "core/engine_worker.h"
#include "core/measurements.h"
#include "core/run_estimate.h"
#include "core/user_problem.h"

namespace penjing::studio {

// Says what settings would take, on a thread of its own at low priority, so that it neither waits for the picture being
// drawn nor holds up the window; and learns from every run. UI thread.
class EstimateService : public QObject {
    Q_OBJECT
public:
    EstimateService(std::shared_ptr<DrawingEngine> engine, const QString& stateFolder);
    ~EstimateService() override;

    // ready or failed follows, for the latest request only.
    void request(const DrawSettings& settings, const ModelInfo& model, const EngineSettings& engine);
    void learn(const DrawnPicture& drawn, const ModelInfo& model, const EngineSettings& engine);

    void rememberModel(const ModelInfo& model);
    QString modelName(const QString& hash) const;  // empty if it was never loaded here

signals:
    void ready(const penjing::studio::DrawSettings& settings, const penjing::studio::RunEstimate& estimate);
    void failed(const penjing::studio::DrawSettings& settings, const penjing::studio::UserProblem& problem);

private:
    struct Question;
    struct Answer;
    static Answer answer(DrawingEngine& engine, const Question& question);
    void take(const Question& question, const Answer& answer);
    QString runKind(const ModelInfo& model, const EngineSettings& engine) const;
    void save();

    std::shared_ptr<DrawingEngine> engine_;
    Measurements measurements_;
    std::shared_ptr<std::atomic<quint64>> latest_;
    QString lastText_;  // kind and prompt of the last run: the engine has its embedding
    QThreadPool pool_;
};

}  // namespace penjing::studio
