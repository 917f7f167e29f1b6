// A workflow as a picture for a browser: one file without anything outside it, legible on light and on dark pages.
#pragma once

#include <string>

#include "base/result.h"
#include "drawing/flow.h"
#include "drawing/text_picture.h"

namespace sennit::drawing {

// Fails: kInvalid if the edges have a cycle.
Result<std::string> to_svg(const Flow& flow, Detail detail);

}  // namespace sennit::drawing
