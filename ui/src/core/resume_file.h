#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

#include "core/draw_settings.h"
#include "penjing/pipeline.h"

namespace penjing::studio {

// What must be the same for a half-drawn picture to go on: settings, model and kernels. 32 bytes.
QByteArray resumeFingerprint(const DrawSettings& settings, const QString& modelHash, const QString& kernels);

// The latents of a half-drawn picture: 16 bytes of magic and version, fingerprint, step, count, SHA-256 of all that,
// and the values, little-endian. Written to a temporary name and renamed but not flushed, since it is written after
// every step: kill -9 loses nothing, and after a power cut the checksum tells. False if it could not be written.
bool writeResumeFile(const QString& path, const QByteArray& fingerprint, const DenoiseState& state);

// None if the file is missing, damaged or of another request.
std::optional<DenoiseState> readResumeFile(const QString& path, const QByteArray& fingerprint);

// The steps that the file says are finished, from its head alone; 0 if there is none.
int resumeStep(const QString& path);

}  // namespace penjing::studio
