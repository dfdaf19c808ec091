#pragma once

#include <string_view>

#include "ops/tensor_view.h"
#include "penjing/image.h"
#include "penjing/result.h"

namespace penjing {

// Internal error naming the stage if a value is NaN or infinite.
Status checkFinite(ConstMat values, std::string_view stage);

// Internal error if the picture is a failure that numbers cannot show: one colour all over, or grain without any form.
// Drawings on an empty ground pass: a line of 64 pixels on a white 128 x 128 sheet has five times the deviation asked
// for.
Status checkPicture(const Image& image);

}  // namespace penjing
