#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringView>
#include <optional>

namespace penjing::studio {

// Fields of JSON that is not trusted: none if the field is missing, of another type or out of range.
std::optional<QString> jsonText(const QJsonObject& json, QStringView key, int mostBytes);
std::optional<int> jsonInteger(const QJsonObject& json, QStringView key, int least, int most);
std::optional<double> jsonNumber(const QJsonObject& json, QStringView key, double least, double most);
// A decimal string, since a JSON number would lose the low bits of large values.
std::optional<quint64> jsonUnsigned(const QJsonObject& json, QStringView key);

}  // namespace penjing::studio
