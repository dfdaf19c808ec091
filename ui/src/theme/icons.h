#pragma once

#include <QIcon>
#include <QString>

namespace penjing::studio {

enum class IconTint { Text, Muted, Accent, OnAccent, Danger };

// :/icons/`name`.svg in a colour of the theme in force when it is painted, sharp at every scale.
QIcon themedIcon(const QString& name, IconTint tint = IconTint::Text);

}  // namespace penjing::studio
