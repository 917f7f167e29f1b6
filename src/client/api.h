// The API, one typed call for each request.
//
// Where a command hands the server's JSON on to its user, the call returns the text as it came (`*_json`): what a newer
// server adds to an object is not lost by an older client.
//
// Threads:   one at a time; calls wait for the answer.
// Ownership: owns its connection.
// Errors:    what the server refuses is an Error with the server's code and message; the connection's own errors are
//            those of http::Client. A refused submission is data (Refusal): its diagnostics are what matters.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "client/server_launch.h"
#include "http/client.h"
#include "views/views.h"

namespace sennit::client {

using Refusal = views::ErrorView;
using SubmitOutcome = std::variant<views::SubmitReply, Refusal>;

enum class StopWhen : std::uint8_t { kNow, kIdle };
enum class Attempts : std::uint8_t { kLatest, kAll };  // of each task, in a status
enum class SpecKind : std::uint8_t { kSource, kRendered };
// How much of a workflow's history a stream carries; the server filters.
enum class EventLevel : std::uint8_t { kWorkflow, kFailures, kTasks, kAll };

// What there is of a kind: pools, the nodes behind them, tags that may be given or are in use, and credentials without
// their values (as views::PoolList, NodeList, TagList, CredentialList).
enum class Collection : std::uint8_t { kPools, kResources, kTags, kCredentials };

struct ListQuery {
  std::uint32_t limit = 20;
  std::uint32_t offset = 0;
  std::vector<std::string> statuses;  // none: any
  std::string name;                   // part of the id
  std::string user;                   // "": everybody
  std::vector<std::string> pools;
  std::vector<std::string> priorities;
  std::vector<std::string> labels;     // selectors, "team=(a|b*)"; a workflow has all of them
  std::vector<std::string> no_labels;  // names
  std::vector<std::string> tags;       // a workflow has one of them
  std::string submitted_after;         // RFC 3339; "": any time
  std::string submitted_before;
};

struct EventQuery {
  std::uint64_t after = 0;
  EventLevel level = EventLevel::kAll;
  std::optional<std::uint32_t> limit;
  std::string task;  // "": of all tasks, groups and the workflow itself
};

// Of all workflows.
struct FeedQuery {
  Instant since;
  EventLevel level = EventLevel::kAll;
  enum class Follow : std::uint8_t { kNo, kYes } follow = Follow::kNo;  // past the present end
};

struct LogQuery {
  std::string task;  // "": all tasks, each line prefixed
  std::optional<std::uint32_t> attempt;
  std::optional<std::uint64_t> tail;  // the last so many lines
  // kHolding: tasks wait for a reader that is slower than they are.
  enum class Follow : std::uint8_t { kNo, kYes, kHolding } follow = Follow::kNo;
  enum class Timestamps : std::uint8_t { kNo, kYes } timestamps = Timestamps::kNo;
  std::string since;  // RFC 3339; "": from the beginning
  std::string until;
  std::string stream;   // "stdout", "stderr"; "": both
  std::string pattern;  // RE2; "": all lines
  enum class LetterCase : std::uint8_t { kAsWritten, kIgnored } letters = LetterCase::kAsWritten;
  std::optional<std::uint64_t> context;  // lines around those that match
  enum class Order : std::uint8_t { kByTask, kByTime } order = Order::kByTask;
  std::string format;  // "osmo"; "": plain
  // With the frames of log_frames.h, behind what `cursor` says.
  enum class Framed : std::uint8_t { kNo, kYes } framed = Framed::kNo;
  std::string cursor;
};

// For requests whose answers may take as long as the disk does. A server that goes away ends the wait all the same.
inline constexpr http::ClientOptions kPatient{.timeout = std::chrono::hours(24)};

enum class TaskFacts : std::uint8_t { kMetrics, kArtifacts };
struct MetricsQuery {
  std::string task;  // "": all tasks
  std::optional<std::uint32_t> attempt;
  enum class Points : std::uint8_t { kNone, kAll } points = Points::kNone;
};

using OnChunk = std::function<http::Flow(std::string_view)>;

// Large: one call for each request that there is.
class Api {
 public:
  explicit Api(http::Client client) : client_(std::move(client)) {}
  static Result<Api> connect(const ServerPlace& place, IfAbsent if_absent, const http::ClientOptions& options = {});

  Result<std::string> collection_json(Collection what);
  Result<std::string> hooks_json();
  // What was told to hooks: about one workflow, or about all if it is "".
  Result<std::string> deliveries_json(std::string_view workflow);
  // Answers when the hook has ended: connect with kPatient.
  Result<std::string> test_hook_json(std::string_view hook, const views::HookTrialRequest& request);
  Result<std::string> server_json();
  Result<views::ServerView> server();
  Result<void> stop_server(StopWhen when);

  Result<SubmitOutcome> submit(const views::SubmitRequest& request);
  // Of the request only what a restart knows.
  Result<SubmitOutcome> restart(std::string_view workflow, const views::RerunRequest& request);
  Result<SubmitOutcome> rerun(std::string_view workflow, const views::RerunRequest& request);
  // The answer to a request with `dry_run`, as it came.
  Result<std::variant<std::string, Refusal>> plan_rerun(std::string_view workflow, views::RerunRequest request);
  Result<views::ChangeReply> cancel(std::string_view workflow, const views::ChangeRequest& request);
  Result<views::ChangeReply> pause(std::string_view workflow, const views::ChangeRequest& request);
  Result<views::ChangeReply> resume(std::string_view workflow, const views::ChangeRequest& request);

  // The tags of the workflow then, as views::TagList.
  Result<std::string> change_tags_json(std::string_view workflow, const views::TagRequest& request);

  // Both answer with a views::CredentialReply.
  Result<std::string> set_credential_json(std::string_view name, const views::CredentialRequest& request);
  Result<std::string> delete_credential_json(std::string_view name);

  Result<views::PinReply> pin(std::string_view workflow, const views::PinRequest& request);
  // These answer when the files are gone: connect with kPatient.
  Result<views::DeleteReply> remove(std::string_view workflow);
  Result<std::string> collect_json(const views::GcRequest& request);

  Result<views::TimeoutsReply> set_timeouts(std::string_view workflow, const views::TimeoutsRequest& request);

  Result<std::string> list_json(const ListQuery& query);
  Result<views::WorkflowList> list(const ListQuery& query);
  Result<std::string> workflow_json(std::string_view workflow, Attempts attempts);
  Result<views::WorkflowView> workflow(std::string_view workflow);
  Result<std::string> events_json(std::string_view workflow, const EventQuery& query);
  Result<std::string> why_json(std::string_view workflow, std::string_view task);
  // What failed, as views::FailureList; `most` tasks, with so many lines of each.
  Result<std::string> errors_json(std::string_view workflow, std::optional<std::uint64_t> most,
                                  std::optional<std::uint64_t> lines);
  // As views::MetricsView or views::ArtifactList.
  Result<std::string> facts_json(std::string_view workflow, TaskFacts what, const MetricsQuery& query);
  Result<std::string> spec(std::string_view workflow, SpecKind kind);

  // How much a stream of states tells: all of them once, or also what changes, until the workflow is finished.
  enum class StatusUntil : std::uint8_t { kListed, kEnd };

  // Streams: pieces as they come, until the stream ends, `on_chunk` stops it or the wake descriptor does.
  Result<void> status(std::string_view workflow, StatusUntil until, const OnChunk& on_chunk);
  Result<void> follow_events(std::string_view workflow, const EventQuery& query, const OnChunk& on_chunk);
  Result<void> feed(const FeedQuery& query, const OnChunk& on_chunk);
  Result<void> logs(std::string_view workflow, const LogQuery& query, const OnChunk& on_chunk);

 private:
  Result<views::ChangeReply> change(std::string_view workflow, std::string_view verb,
                                    const views::ChangeRequest& request);
  Result<std::string> get(std::string target);
  Result<std::string> post(std::string target, std::string body);
  Result<std::string> send(std::string method, std::string target, std::string body);
  Result<std::variant<std::string, Refusal>> post_file(std::string target, std::string body);
  Result<SubmitOutcome> submit_to(std::string target, std::string body);
  Result<void> stream(const http::Call& call, const OnChunk& on_chunk);

  http::Client client_;
  std::function<Result<http::Client>()> connect_again_;  // none: to a server that may not be there again
};

// The error that a response with a status of 400 or more tells.
Error error_of(const http::Response& response);
Error error_of(const views::ErrorView& view);

}  // namespace sennit::client
