// What retention decides, as the API tells it. Pure.
#pragma once

#include <span>

#include "store/retention.h"
#include "views/views.h"

namespace sennit::api {

views::GcReply gc_reply(std::span<const store::Keeping> all, const store::RetentionPlan& plan,
                        const store::Retention& rule);

}  // namespace sennit::api
