// The views as JSON and back.
//
// Threads: any. Errors: parse_* fail with kInvalid, naming the field; unknown fields are skipped, missing ones keep
// their defaults, so that a newer server and an older client understand each other.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "views/views.h"

namespace sennit::views {

std::string to_json(const WorkflowView& view);
// Without the fields that are null, empty, 0 or false: the same view for whoever reads it, in a third of the bytes.
std::string to_sparse_json(const WorkflowView& view);
std::string to_sparse_json(const GroupView& view);
std::string to_json(const WorkflowSummary& view);
std::string to_json(const WorkflowList& view);
std::string to_json(const EventView& view);
std::string to_json(const EventList& view);
std::string to_json(const WhyView& view);
std::string to_json(const FailureList& view);
std::string to_json(const ServerView& view);
std::string to_json(const ErrorView& view);
std::string to_json(const SubmitRequest& view);
std::string to_json(const SubmitReply& view);
std::string to_json(const ValidationView& view);
std::string to_json(const TagRequest& view);
std::string to_json(const TagList& view);
std::string to_json(const CredentialList& view);
std::string to_json(const CredentialRequest& view);
std::string to_json(const CredentialReply& view);
std::string to_json(const RerunRequest& view);
std::string to_json(const RerunPlan& view);
std::string to_json(const TimeoutsRequest& view);
std::string to_json(const TimeoutsReply& view);
std::string to_json(const ChangeRequest& view);
std::string to_json(const ChangeReply& view);
std::string to_json(const PoolList& view);
std::string to_json(const NodeList& view);
std::string to_json(const GcRequest& view);
std::string to_json(const GcReply& view);
std::string to_json(const PinRequest& view);
std::string to_json(const PinReply& view);
std::string to_json(const DeleteReply& view);
std::string to_json(const TerminalSizeView& view);
std::string to_json(const ChannelResultView& view);
std::string to_json(const MetricsView& view);
std::string to_json(const ArtifactList& view);
std::string to_json(const HookList& view);
std::string to_json(const DeliveryList& view);
std::string to_json(const HookTrialRequest& view);
std::string to_json(const HookTrial& view);

Result<WorkflowView> parse_workflow(std::string_view json);
Result<WorkflowList> parse_workflow_list(std::string_view json);
Result<EventView> parse_event(std::string_view json);
Result<EventList> parse_event_list(std::string_view json);
Result<WhyView> parse_why(std::string_view json);
Result<FailureList> parse_failures(std::string_view json);
Result<ServerView> parse_server(std::string_view json);
Result<ErrorView> parse_error(std::string_view json);
Result<SubmitRequest> parse_submit_request(std::string_view json);
Result<SubmitReply> parse_submit_reply(std::string_view json);
Result<TagRequest> parse_tag_request(std::string_view json);
Result<TagList> parse_tag_list(std::string_view json);
Result<CredentialList> parse_credential_list(std::string_view json);
Result<CredentialRequest> parse_credential_request(std::string_view json);
Result<CredentialReply> parse_credential_reply(std::string_view json);
Result<RerunRequest> parse_rerun_request(std::string_view json);
Result<RerunPlan> parse_rerun_plan(std::string_view json);
Result<TimeoutsRequest> parse_timeouts_request(std::string_view json);
Result<TimeoutsReply> parse_timeouts_reply(std::string_view json);
Result<ChangeRequest> parse_change_request(std::string_view json);
Result<ChangeReply> parse_change_reply(std::string_view json);
Result<PoolList> parse_pool_list(std::string_view json);
Result<NodeList> parse_node_list(std::string_view json);
Result<GcRequest> parse_gc_request(std::string_view json);
Result<GcReply> parse_gc_reply(std::string_view json);
Result<PinRequest> parse_pin_request(std::string_view json);
Result<PinReply> parse_pin_reply(std::string_view json);
Result<DeleteReply> parse_delete_reply(std::string_view json);
Result<TerminalSizeView> parse_terminal_size(std::string_view json);
Result<ChannelResultView> parse_channel_result(std::string_view json);
Result<MetricsView> parse_metrics(std::string_view json);
Result<ArtifactList> parse_artifacts(std::string_view json);
Result<HookList> parse_hook_list(std::string_view json);
Result<DeliveryList> parse_delivery_list(std::string_view json);
Result<HookTrialRequest> parse_hook_trial_request(std::string_view json);
Result<HookTrial> parse_hook_trial(std::string_view json);

}  // namespace sennit::views
