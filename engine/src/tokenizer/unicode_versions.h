#pragma once

#include "tokenizer/unicode_text.h"

namespace penjing {

// The reference (Hugging Face's tokenizers 0.22) has Unicode data of its own, older than utf8proc's for NFC and newer
// for its regular expressions. These two make up the difference, so that the same text gives the same tokens here,
// whatever utf8proc it is built with.

// Characters since Unicode 9 that NFC composes, decomposes or reorders: the reference leaves them where they are.
bool isUnknownToReferenceNfc(char32_t character);

// The kind of a character that utf8proc 2.8 (Unicode 15.0) does not know: letters and numbers up to Unicode 16.0.
CharacterKind kindOfNewCharacter(char32_t character);

}  // namespace penjing
