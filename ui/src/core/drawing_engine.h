#pragma once

#include <QString>
#include <QStringList>
#include <stop_token>

#include "penjing/bench.h"
#include "penjing/model.h"
#include "penjing/pipeline.h"
#include "penjing/verify.h"

namespace penjing::studio {

struct EngineSettings {
    int threads = 0;         // 0: all processors
    bool responsive = true;  // run at low priority, so that the rest of the machine stays quick
    bool operator==(const EngineSettings&) const = default;
};

// What the window needs of the engine; the seam where tests put a fake one. load, draw and verifyPicture come from one
// engine thread; the others may come from another thread at the same time, so that an estimate does not wait for a
// picture. Implementations may throw or return anything, the callers cope.
class DrawingEngine {
public:
    virtual ~DrawingEngine() = default;

    // Opens a pack and makes it the one that draws. What was loaded before stays if this fails.
    virtual Result<ModelInfo> load(const QString& packPath, const EngineSettings& settings) = 0;
    virtual Result<GenerateResult> draw(const GenerateRequest& request, std::stop_token stop,
                                        const ProgressCallback& progress) = 0;
    // Draws the picture of the file again from its recipe, with the loaded model, and compares.
    virtual Result<PictureVerdict> verifyPicture(const QString& picturePath, std::stop_token stop,
                                                 const ProgressCallback& progress) = 0;

    virtual Status check(const GenerateRequest& request) = 0;
    virtual Result<MemoryPlan> plan(const GenerateRequest& request) = 0;
    virtual QStringList unknownWords(const QString& prompt) = 0;
    virtual QString kernelSetName() const = 0;
    // What this computer can do at most, measured anew in a second or so. The default has no such measurement.
    virtual Result<PeakReport> measurePeak(int /*threads*/) {
        return Error{ErrorCode::Usage, "this engine measures nothing"};
    }
};

}  // namespace penjing::studio
