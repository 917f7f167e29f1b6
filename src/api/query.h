// The parameters of a request's query, checked.
//
// Errors: kInvalid, naming the parameter, what was written and what was expected.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/event_view.h"
#include "base/instant.h"
#include "base/result.h"
#include "http/target.h"
#include "store/history.h"

namespace sennit::api {

// "" and an absent parameter are both nothing.
std::optional<std::string> text_parameter(const http::Target& target, std::string_view name);
Result<std::optional<std::uint64_t>> number_parameter(const http::Target& target, std::string_view name);
Result<std::optional<std::uint32_t>> small_number_parameter(const http::Target& target, std::string_view name);
Result<std::optional<Instant>> time_parameter(const http::Target& target, std::string_view name);
// "1" or "true"; absent is off.
bool flag_parameter(const http::Target& target, std::string_view name);

Result<EventLevel> event_level(const http::Target& target);
Result<store::ListFilter> list_filter(const http::Target& target);

}  // namespace sennit::api
