#pragma once

#include <string>
#include <string_view>

namespace penjing {

// The text of the first element `name` ("exif:UserComment") in an XMP packet, of its first rdf:li where it is a list,
// with entities decoded and white space around it removed. Empty if there is none. No XML parser: prefixes are taken as
// they are always written, and everything that is not understood is text.
std::string xmpText(std::string_view xmp, std::string_view name);

}  // namespace penjing
