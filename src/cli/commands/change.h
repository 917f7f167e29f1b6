// What cancel, pause and resume ask the server, and what they tell their user.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/session.h"
#include "views/views.h"

namespace sennit::cli {

// Of the one who runs the program.
views::ChangeRequest change_request(const std::vector<std::string>& names, const std::string& message);

// "digits-3", "fit of digits-3", "12 tasks of digits-3": what a reply says is changed.
std::string subject_of(const views::ChangeReply& reply);

// Says "<doing> <subject>", what is left as it is and why; prints the reply where JSON is asked for.
void tell_change(Session& session, std::string_view doing, const views::ChangeReply& reply);

}  // namespace sennit::cli
