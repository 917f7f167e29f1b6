// Runs one command in several tasks at once, without input, and prints what they say: each line with its task's name in
// front.
//
// Threads: the main thread; run() waits.
#pragma once

#include <string>
#include <vector>

#include "base/instant.h"
#include "cli/session.h"
#include "http/websocket.h"
#include "views/views.h"

namespace sennit::cli {

struct GroupMember {
  std::string task;
  http::WebSocket::Start start;
};

struct GroupEnd {
  std::string task;
  views::ChannelResultView result;
};

// One end for each member, in their order. When we are asked to end, so are the commands.
std::vector<GroupEnd> run_in_group(Session& session, std::vector<GroupMember> members, Micros patience);

}  // namespace sennit::cli
