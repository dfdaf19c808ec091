#include "core/json_fields.h"

#include <cmath>

namespace penjing::studio {

std::optional<QString> jsonText(const QJsonObject& json, QStringView key, int mostBytes) {
    const QJsonValue value = json.value(key);
    if (!value.isString() || value.toString().toUtf8().size() > mostBytes)
        return std::nullopt;
    return value.toString();
}

std::optional<int> jsonInteger(const QJsonObject& json, QStringView key, int least, int most) {
    const auto number = jsonNumber(json, key, least, most);
    if (!number || *number != std::floor(*number))
        return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<double> jsonNumber(const QJsonObject& json, QStringView key, double least, double most) {
    const QJsonValue value = json.value(key);
    if (!value.isDouble() || !(value.toDouble() >= least && value.toDouble() <= most))
        return std::nullopt;
    return value.toDouble();
}

std::optional<quint64> jsonUnsigned(const QJsonObject& json, QStringView key) {
    const QJsonValue value = json.value(key);
    if (!value.isString())
        return std::nullopt;
    bool ok = false;
    const quint64 number = value.toString().toULongLong(&ok, 10);
    return ok ? std::optional(number) : std::nullopt;
}

}  // namespace penjing::studio
