#pragma once

namespace penjing::studio {

// Call once before the application's palette is replaced: a desktop's plug-in may have made it dark.
void rememberSystemPalette();

// What the desktop asks for: the platform's palette, else the dark theme names of GTK and of the environment. Qt 6.5
// has this built in; 6.4 does not.
bool systemPrefersDark();

}  // namespace penjing::studio
