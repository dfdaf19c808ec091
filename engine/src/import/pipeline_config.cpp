#include <algorithm>

#include "import/config_file.h"
#include "import/source_config.h"

namespace penjing {
namespace {

// FLUX.2 klein, distilled and not.
constexpr int kDistilledSteps = 4;
constexpr int kBaseSteps = 50;
constexpr double kBaseGuidance = 4.0;
constexpr int kLeastSide = 64, kMostSide = 2048, kUsualSide = 512;

int roundedUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

void setSizes(ModelConfig& config) {
    const int multiple = std::max(1, config.vae.pixelsPerToken());
    config.minSize = roundedUp(kLeastSide, multiple);
    config.maxSize = std::max(config.minSize, kMostSide / multiple * multiple);
    config.defaults.width = config.defaults.height = roundedUp(kUsualSide, multiple);
}

Status readScheduler(const std::filesystem::path& path, SchedulerConfig& scheduler) {
    ConfigFile file;
    PENJING_TRY(file.open(path));
    const std::string name = file.text("_class_name", "FlowMatchEulerDiscreteScheduler");
    if (name != "FlowMatchEulerDiscreteScheduler")
        file.report("_class_name", "is " + inQuotes(name) + "; only FlowMatchEulerDiscreteScheduler is known");
    scheduler.shift = file.number("shift", 1e-3, 1e3, 1.0);
    // FLUX.2's pipeline always passes its empirical mu, which leaves `shift` unused.
    const bool dynamic = file.boolean("use_dynamic_shifting", false);
    scheduler.dynamicMu = dynamic ? DynamicMu::Flux2Empirical : DynamicMu::None;
    if (dynamic && file.text("time_shift_type", "exponential") != "exponential")
        file.report("time_shift_type", "must be \"exponential\"");
    for (const char* key :
         {"use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "invert_sigmas", "stochastic_sampling"})
        if (file.boolean(key, false))
            file.report(key, "must be false");
    if (file.has("shift_terminal"))
        file.report("shift_terminal", "must be null");
    return file.check();
}

}  // namespace

Status readPipelineConfig(const std::filesystem::path& scheduler, const std::filesystem::path& modelIndex,
                          ModelConfig& config, std::vector<std::string>& notes) {
    config.scheduler = {3.0, DynamicMu::Flux2Empirical};
    if (scheduler.empty())
        notes.push_back("there is no scheduler/scheduler_config.json, so the schedule is FLUX.2 klein's");
    else
        PENJING_TRY(readScheduler(scheduler, config.scheduler));
    setSizes(config);
    config.defaults.steps = kDistilledSteps;
    config.defaults.guidance = 1.0;
    if (modelIndex.empty())
        return {};
    ConfigFile file;
    PENJING_TRY(file.open(modelIndex));
    if (!file.boolean("is_distilled", true)) {
        config.defaults.steps = kBaseSteps;
        config.defaults.guidance = kBaseGuidance;
    }
    return file.check();
}

}  // namespace penjing
