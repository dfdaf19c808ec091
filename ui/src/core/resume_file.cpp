#include "core/resume_file.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <cmath>

namespace penjing::studio {
namespace {

const QByteArray kMagic("PENJING-RESUME1\n", 16);
constexpr int kFingerprintBytes = 32;
constexpr int kChecksumBytes = 32;
constexpr qint64 kHeadBytes = 16 + kFingerprintBytes + 4 + 8 + kChecksumBytes;
constexpr qint32 kMostSteps = 1000;
constexpr quint64 kMostValues = 1u << 28;

struct Head {
    QByteArray fingerprint;
    qint32 step = 0;
    quint64 count = 0;
    QByteArray checksum;
};

void littleEndian(QDataStream& stream) {
    stream.setVersion(QDataStream::Qt_6_4);
    stream.setByteOrder(QDataStream::LittleEndian);
    stream.setFloatingPointPrecision(QDataStream::SinglePrecision);
}

QByteArray encodeStart(const Head& head) {
    QByteArray bytes = kMagic + head.fingerprint;
    QDataStream stream(&bytes, QIODevice::Append);
    littleEndian(stream);
    stream << head.step << head.count;
    return bytes;
}

QByteArray checksumOf(const Head& head, const QByteArray& values) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(encodeStart(head));
    hash.addData(values);
    return hash.result();
}

std::optional<Head> readHead(QFile& file) {
    const QByteArray bytes = file.read(kHeadBytes);
    if (bytes.size() != kHeadBytes || !bytes.startsWith(kMagic))
        return std::nullopt;
    Head head;
    head.fingerprint = bytes.mid(kMagic.size(), kFingerprintBytes);
    head.checksum = bytes.right(kChecksumBytes);
    QDataStream stream(bytes.mid(kMagic.size() + kFingerprintBytes, 12));
    littleEndian(stream);
    stream >> head.step >> head.count;
    const bool inRange = head.step >= 1 && head.step <= kMostSteps && head.count <= kMostValues;
    return inRange ? std::optional(head) : std::nullopt;
}

QByteArray encodeValues(const std::vector<float>& values) {
    QByteArray bytes;
    bytes.reserve(static_cast<qsizetype>(values.size() * sizeof(float)));
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    littleEndian(stream);
    for (const float value : values) stream << value;
    return bytes;
}

std::vector<float> decodeValues(const QByteArray& bytes) {
    std::vector<float> values(static_cast<std::size_t>(bytes.size()) / sizeof(float));
    QDataStream stream(bytes);
    littleEndian(stream);
    for (float& value : values) stream >> value;
    return values;
}

}  // namespace

QByteArray resumeFingerprint(const DrawSettings& settings, const QString& modelHash, const QString& kernels) {
    const QJsonObject request{{"settings", toJson(settings)}, {"drawnBy", modelHash}, {"kernels", kernels}};
    return QCryptographicHash::hash(QJsonDocument(request).toJson(QJsonDocument::Compact), QCryptographicHash::Sha256);
}

bool writeResumeFile(const QString& path, const QByteArray& fingerprint, const DenoiseState& state) {
    const QByteArray values = encodeValues(state.latents);
    const Head head{fingerprint, state.step, state.latents.size(), {}};
    const QString partial = path + ".part";
    QFile file(partial);
    const bool written = file.open(QIODevice::WriteOnly | QIODevice::Truncate) &&
                         file.write(encodeStart(head) + checksumOf(head, values)) == kHeadBytes &&
                         file.write(values) == values.size() && file.flush();
    file.close();
    if (written && std::rename(QFile::encodeName(partial).constData(), QFile::encodeName(path).constData()) == 0)
        return true;
    QFile::remove(partial);
    return false;
}

std::optional<DenoiseState> readResumeFile(const QString& path, const QByteArray& fingerprint) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const auto head = readHead(file);
    // The size is compared before memory is taken for it.
    if (!head || head->fingerprint != fingerprint ||
        static_cast<quint64>(file.size() - kHeadBytes) != head->count * sizeof(float))
        return std::nullopt;
    const QByteArray values = file.readAll();
    if (static_cast<quint64>(values.size()) != head->count * sizeof(float) ||
        checksumOf(*head, values) != head->checksum)
        return std::nullopt;
    DenoiseState state{head->step, decodeValues(values)};
    const bool finite =
        std::all_of(state.latents.begin(), state.latents.end(), [](float v) { return std::isfinite(v); });
    return finite ? std::optional(std::move(state)) : std::nullopt;
}

int resumeStep(const QString& path) {
    QFile file(path);
    const auto head = file.open(QIODevice::ReadOnly) ? readHead(file) : std::nullopt;
    return head ? head->step : 0;
}

}  // namespace penjing::studio
