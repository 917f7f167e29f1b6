// What a request for a channel asks for: its query as a message to the task's side. Pure.
#pragma once

#include "base/result.h"
#include "core/state.h"
#include "http/target.h"
#include "model/ids.h"
#include "wire/channel_messages.h"

namespace sennit::api {

// `command` (one for each word), `tty`, `rows`, `columns`, `env` (NAME=value each), `workdir`.
// Fails: kInvalid.
Result<wire::ChannelRequest> exec_request(const http::Target& target);

// `rows`, `columns`. Fails: kInvalid.
Result<wire::ChannelRequest> attach_request(const http::Target& target);

// `port`, `protocol` (tcp, udp), `host`. Fails: kInvalid.
Result<wire::ChannelRequest> port_request(const http::Target& target);

// Whether there is a way into the task now. Fails: kConflict, saying what it does instead.
Result<void> check_running(const core::WorkflowState& workflow, TaskIndex task);

}  // namespace sennit::api
