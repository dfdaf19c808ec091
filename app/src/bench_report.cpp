#include "bench_report.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "console.h"
#include "text_layout.h"

namespace penjing::cli {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double value, int decimals) {
    const double scale = std::pow(10.0, decimals);
    return std::round(value * scale) / scale;
}

// printf with the arguments' types checked by the compiler at the call.
template <typename... Values>
std::string format(const char* pattern, Values... values) {
    std::array<char, 256> text;
    std::snprintf(text.data(), text.size(), pattern, values...);
    return text.data();
}

double percent(double part, double whole) {
    return whole > 0.0 ? 100.0 * part / whole : 0.0;
}

double percent(const OpTime& time, double peakGigaPerSecond) {
    return peakGigaPerSecond > 0.0 ? 100.0 * time.perSecond() / (peakGigaPerSecond * 1e9) : 0.0;
}

Json percentages(const OpProfile& profile, const PeakReport& peak) {
    return {{"linear", rounded(percent(profile.linear, peak.int8Gops), 1)},
            {"attention", rounded(percent(profile.attention, peak.attentionGflops()), 1)},
            {"conv", rounded(percent(profile.conv, peak.convGflops()), 1)}};
}

// What part of a phase's time, everything in it included, its products would take at their peaks.
struct PhaseShare {
    const char* name;
    double percentOfPeaks;
};

// `atPeak`: seconds that a profile's products would take.
template <class AtPeak>
std::array<PhaseShare, 4> phaseShares(const PipelineTimings& timings, const AtPeak& atPeak) {
    const auto share = [&](const OpProfile& profile, double seconds) {
        return percent(atPeak(profile), seconds * timings.warmRuns);
    };
    return {{{"text", share(timings.textProfile, timings.warm.text)},
             {"denoise", share(timings.denoiseProfile, timings.warm.denoise)},
             {"decode", share(timings.decodeProfile, timings.warm.decode)},
             {"picture", share(timings.profile(), timings.warm.total)}}};
}

std::array<PhaseShare, 4> sharesOfPeaks(const PipelineTimings& timings, const PeakReport& peak) {
    return phaseShares(timings, [&peak](const OpProfile& profile) { return secondsAtPeak(profile, peak); });
}

// The same of what the instructions did in registers while the pictures were drawn.
std::array<PhaseShare, 4> sharesOfPossible(const PipelineTimings& timings) {
    return phaseShares(timings, secondsAtPossible);
}

Json percentagesOfPossible(const OpProfile& profile) {
    return {{"linear", rounded(percent(profile.linear.operations, profile.linear.possible), 1)},
            {"attention", rounded(percent(profile.attention.operations, profile.attention.possible), 1)},
            {"conv", rounded(percent(profile.conv.operations, profile.conv.possible), 1)}};
}

// Of each phase: how near its products come to what the machine allowed meanwhile, and what share of its time the rest takes.
Json phasesOfPossible(const PipelineTimings& timings) {
    const auto phase = [](const OpProfile& profile) {
        Json json = percentagesOfPossible(profile);
        json["other_percent_of_time"] = rounded(percent(profile.other.seconds, profile.seconds()), 1);
        return json;
    };
    return {{"text", phase(timings.textProfile)},
            {"denoise", phase(timings.denoiseProfile)},
            {"decode", phase(timings.decodeProfile)}};
}

Json possibleJson(const OpProfile& profile) {
    const auto giga = [](const OpTime& time) { return rounded(time.possiblePerSecond() * 1e-9, 1); };
    return {{"int8_gops", giga(profile.linear)},
            {"attention_gflops", giga(profile.attention)},
            {"conv_gflops", giga(profile.conv)}};
}

Json peaksJson(const PeakReport& peak) {
    return {{"int8_gops", rounded(peak.int8Gops, 1)},
            {"attention_gflops", rounded(peak.attentionGflops(), 1)},
            {"conv_gflops", rounded(peak.convGflops(), 1)}};
}

const char* nameOf(PipelinePart part) {
    constexpr std::array<const char*, 4> names = {"text", "step", "decode", "generate"};
    return names[static_cast<std::size_t>(part)];
}

double secondsOf(PipelinePart part, const PhaseSeconds& seconds, int steps) {
    switch (part) {
        case PipelinePart::Text:
            return seconds.text;
        case PipelinePart::Step:
            return seconds.denoise / steps;
        case PipelinePart::Decode:
            return seconds.decode;
        case PipelinePart::Generate:
            break;
    }
    return seconds.total;
}

Json secondsJson(PipelinePart part, const PhaseSeconds& seconds, int steps) {
    constexpr int microsecond = 6;
    if (part != PipelinePart::Generate)
        return rounded(secondsOf(part, seconds, steps), microsecond);
    return {{"load", rounded(seconds.load, microsecond)},
            {"text", rounded(seconds.text, microsecond)},
            {"denoise", rounded(seconds.denoise, microsecond)},
            {"decode", rounded(seconds.decode, microsecond)},
            {"total", rounded(seconds.total, microsecond)}};
}

std::array<std::pair<const char*, MemoryPeaks>, 3> phasePeaks(const PipelineTimings& timings) {
    return {{{"text", timings.text}, {"denoise", timings.denoise}, {"decode", timings.decode}}};
}

Json json(PipelinePart part, const PipelineTimings& timings, const PeakReport& peak, bool cold) {
    Json json{{"bench", nameOf(part)},
              {"cold", cold},
              {"size", std::to_string(timings.width) + "x" + std::to_string(timings.height)},
              {"steps", timings.steps},
              {"threads", timings.threads},
              {"kernels", timings.kernels},
              {"precision", precisionName(timings.precision)},
              {"seconds", secondsJson(part, cold ? timings.cold : timings.warm, timings.steps)}};
    if (part == PipelinePart::Generate) {
        if (!cold) {
            json["percent_of_peak"] = percentages(timings.profile(), peak);
            for (const auto& [name, share] : sharesOfPeaks(timings, peak))
                json["percent_of_peaks_together"][name] = rounded(share, 1);
            json["peaks"] = peaksJson(peak);
            Json& meanwhile = json["against_peaks_meanwhile"];
            meanwhile["percent_of_peak"] = percentagesOfPossible(timings.profile());
            meanwhile["phases"] = phasesOfPossible(timings);
            for (const auto& [name, share] : sharesOfPossible(timings))
                meanwhile["percent_of_peaks_together"][name] = rounded(share, 1);
            meanwhile["peaks"] = possibleJson(timings.profile());
        }
        json["peak_resident_bytes"] = timings.peakResidentBytes;
        json["peak_anonymous_bytes"] = timings.peakAnonymousBytes();
        for (const auto& [name, peaks] : phasePeaks(timings))
            json["peak_bytes"][name] = {{"resident", peaks.resident}, {"anonymous", peaks.anonymous}};
    }
    return json;
}

std::string phaseMemory(const PipelineTimings& timings) {
    std::string text;
    for (const auto& [name, peaks] : phasePeaks(timings))
        text.append(text.empty() ? "; by phase: " : ", ").append(name).append(" ").append(bytesText(peaks.resident));
    return text;
}

Status printGenerate(const PipelineTimings& timings, const PeakReport& peak) {
    const auto phases = [](const char* label, const PhaseSeconds& s) {
        return format("  %-5s load %8.3f   text %8.3f   denoise %8.3f   decode %8.3f   total %8.3f s", label, s.load,
                      s.text, s.denoise, s.decode, s.total);
    };
    PENJING_TRY(printLine(phases("cold", timings.cold)));
    PENJING_TRY(printLine(phases("warm", timings.warm)));
    const OpProfile profile = timings.profile();
    const char* attentionFactors = peak.bf16Gflops > 0.0 ? "bf16" : peak.int16Gops > 0.0 ? "int16" : "fp32";
    const char* convFactors = peak.bf16Gflops > 0.0 ? "bf16" : "fp32";
    const auto share = [all = profile.seconds()](const OpTime& time) { return percent(time.seconds, all); };
    PENJING_TRY(printLine(format(
        "  warm time: linear %.0f %% (%.0f %% of int8 peak), attention %.0f %% (%.0f %% of %s peak), conv %.0f %% "
        "(%.0f %% of %s peak), other %.0f %%",
        share(profile.linear), percent(profile.linear, peak.int8Gops), share(profile.attention),
        percent(profile.attention, peak.attentionGflops()), attentionFactors, share(profile.conv),
        percent(profile.conv, peak.convGflops()), convFactors, share(profile.other))));
    const auto listed = [](const std::array<PhaseShare, 4>& shares) {
        std::string list;
        for (const auto& [name, ofPeaks] : shares)
            list += format("%s%s %.0f %%", list.empty() ? "" : ", ", name, ofPeaks);
        return list;
    };
    PENJING_TRY(printLine("  of what the peaks allow together: " + listed(sharesOfPeaks(timings, peak))));
    PENJING_TRY(printLine("  of what the machine allowed meanwhile: " + listed(sharesOfPossible(timings))));
    return printLine("  memory: peak " + bytesText(timings.peakResidentBytes) + ", of it anonymous " +
                     bytesText(timings.peakAnonymousBytes()) + phaseMemory(timings));
}

}  // namespace

Status print(const PeakReport& report, bool json) {
    if (json)
        return printLine(Json{{"bench", "peak"},
                              {"kernels", report.kernels},
                              {"threads", report.threads},
                              {"int8_gops", rounded(report.int8Gops, 1)},
                              {"bf16_gflops", rounded(report.bf16Gflops, 1)},
                              {"int16_gops", rounded(report.int16Gops, 1)},
                              {"fp32_gflops", rounded(report.fp32Gflops, 1)},
                              {"read_gbps", rounded(report.readGbps, 2)}}
                             .dump());
    const std::string bf16 = report.bf16Gflops > 0.0 ? format("%.1f GFLOP/s", report.bf16Gflops) : "none";
    return printLine(format(
        "peak, %s kernels, %d threads: int8 %.1f GOP/s, bf16 %s, fp32 %.1f GFLOP/s, memory %.2f GB/s",
        report.kernels.c_str(), report.threads, report.int8Gops, bf16.c_str(), report.fp32Gflops, report.readGbps));
}

Status print(const GemmReport& report, bool json) {
    if (!json)
        PENJING_TRY(printLine("gemm, " + report.kernels + " kernels; quantising and decoding inside the time"));
    for (const GemmRow& row : report.rows) {
        if (json)
            PENJING_TRY(printLine(Json{{"bench", "gemm"},
                                       {"implementation", row.implementation},
                                       {"kernels", report.kernels},
                                       {"format", row.format},
                                       {"M", row.m},
                                       {"K", row.k},
                                       {"N", row.n},
                                       {"threads", row.threads},
                                       {"gops", rounded(row.gops, 1)},
                                       {"percent_of_peak", rounded(row.percentOfPeak, 1)},
                                       {"fastest_gops", rounded(row.fastestGops, 1)},
                                       {"fastest_percent_of_peak", rounded(row.fastestPercentOfPeak, 1)},
                                       {"turns", row.turns},
                                       {"undisturbed_turns", row.undisturbedTurns}}
                                      .dump()));
        else
            PENJING_TRY(printLine(
                format("  %-13s %-4s M %5d K %6d N %6d  %d threads %9.1f GOP/s %5.1f %% of int8 peak"
                       ", fastest %5.1f %%  (%d of %d turns undisturbed)",
                       row.implementation.c_str(), row.format.c_str(), row.m, row.k, row.n, row.threads, row.gops,
                       row.percentOfPeak, row.fastestPercentOfPeak, row.undisturbedTurns, row.turns)));
    }
    return {};
}

Status print(const std::string& bench, const FloatBenchReport& report, bool json) {
    if (!json)
        PENJING_TRY(
            printLine(format("%s, %s kernels, %d threads, %s peak %.1f GFLOP/s", bench.c_str(), report.kernels.c_str(),
                             report.threads, report.factors.c_str(), report.peakGflops)));
    for (const FloatBenchRow& row : report.rows) {
        if (json) {
            PENJING_TRY(printLine(Json{{"bench", bench},
                                       {"case", row.name},
                                       {"kernels", report.kernels},
                                       {"threads", report.threads},
                                       {"factors", report.factors},
                                       {"seconds", rounded(row.seconds, 7)},
                                       {"gflops", rounded(row.gflops, 1)},
                                       {"percent_of_peak", rounded(row.percentOfPeak, 1)},
                                       {"made_of_direct", rounded(row.madeOfDirect, 4)},
                                       {"accurate_seconds", rounded(row.accurateSeconds, 7)},
                                       {"openblas_gflops", rounded(row.blasGflops, 1)}}
                                      .dump()));
            continue;
        }
        const std::string made =
            row.madeOfDirect < 1.0 ? format(" (made: %4.1f %%)", row.percentOfPeak * row.madeOfDirect) : "";
        const std::string accurate =
            row.accurateSeconds > 0.0 ? format("   accurate %10.3f ms", row.accurateSeconds * 1e3) : "";
        const std::string rival = row.blasGflops > 0.0 ? format("   OpenBLAS %8.1f", row.blasGflops) : "";
        PENJING_TRY(printLine(format("  %-44s %10.3f ms %8.1f GFLOP/s %5.1f %%", row.name.c_str(), row.seconds * 1e3,
                                     row.gflops, row.percentOfPeak) +
                              made + accurate + rival));
    }
    return {};
}

Status print(const PrecisionReport& report, bool json) {
    const std::string size = std::to_string(report.width) + "x" + std::to_string(report.height);
    if (!json)
        PENJING_TRY(printLine(format("precision, %s, %d steps, %s kernels, %d pictures against the accurate mode's",
                                     size.c_str(), report.steps, report.kernels.c_str(), report.pictures)));
    for (const PrecisionLoss& loss : report.losses) {
        const std::string name(precisionName(loss.precision));
        if (json)
            PENJING_TRY(printLine(Json{{"bench", "precision"},
                                       {"precision", name},
                                       {"kernels", report.kernels},
                                       {"size", size},
                                       {"steps", report.steps},
                                       {"pictures", report.pictures},
                                       {"mean_psnr", rounded(loss.meanPsnr, 2)},
                                       {"lowest_psnr", rounded(loss.lowestPsnr, 2)},
                                       {"latent_error", rounded(loss.latentError, 6)}}
                                      .dump()));
        else
            PENJING_TRY(printLine(format("  %-5s %6.1f dB, lowest %6.1f dB, latents %.1e", name.c_str(), loss.meanPsnr,
                                         loss.lowestPsnr, loss.latentError)));
    }
    return {};
}

Status print(PipelinePart part, const PipelineTimings& timings, const PeakReport& peak, bool asJson) {
    if (asJson) {
        PENJING_TRY(printLine(json(part, timings, peak, /*cold=*/true).dump()));
        return printLine(json(part, timings, peak, /*cold=*/false).dump());
    }
    PENJING_TRY(printLine(format("%s, %dx%d, %d steps, %s kernels, %s, %d threads", nameOf(part), timings.width,
                                 timings.height, timings.steps, timings.kernels.c_str(),
                                 std::string(precisionName(timings.precision)).c_str(), timings.threads)));
    if (part == PipelinePart::Generate)
        return printGenerate(timings, peak);
    return printLine(format("  cold %.4f s, warm %.4f s", secondsOf(part, timings.cold, timings.steps),
                            secondsOf(part, timings.warm, timings.steps)));
}

}  // namespace penjing::cli
