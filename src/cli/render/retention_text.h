// What `gc` removes or would, and what stays, as people read it.
#pragma once

#include <string>

#include "cli/text/style.h"
#include "views/views.h"

namespace sennit::cli {

std::string gc_text(const views::GcReply& reply, const Style& style);

}  // namespace sennit::cli
