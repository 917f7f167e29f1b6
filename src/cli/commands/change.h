// What cancel, pause and resume tell their user.
#pragma once

#include <string>
#include <string_view>

#include "cli/session.h"
#include "views/views.h"

namespace sennit::cli {

// "digits-3", "fit of digits-3", "12 tasks of digits-3": what a reply says is changed.
std::string subject_of(const views::ChangeReply& reply);

// Says "<doing> <subject>", what is left as it is and why; prints the reply where JSON is asked for.
void tell_change(Session& session, std::string_view doing, const views::ChangeReply& reply);

}  // namespace sennit::cli
