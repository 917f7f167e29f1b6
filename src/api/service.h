// The native HTTP API: requests in, answers out. What a request means is here; how it is carried is room http's, what
// becomes of it is the engine's.
//
// Threads:   the loop's; submissions are parsed on a worker.
// Ownership: references must outlive the service; destroy the http::Server first.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/admission.h"
#include "api/again.h"
#include "api/boards.h"
#include "api/channels.h"
#include "api/credential_requests.h"
#include "api/event_feed.h"
#include "api/event_pages.h"
#include "api/event_streams.h"
#include "api/failures.h"
#include "api/hooks/hook_requests.h"
#include "api/keeper.h"
#include "api/log_streams.h"
#include "api/measure_requests.h"
#include "api/records.h"
#include "api/route.h"
#include "api/status_requests.h"
#include "api/submission.h"
#include "api/timeouts.h"
#include "api/workflow_view.h"
#include "catalog/credentials.h"
#include "engine/engine.h"
#include "http/server.h"
#include "loop/loop.h"
#include "loop/worker_pool.h"
#include "store/store.h"
#include "views/views.h"

namespace sennit::api {

// How a server is asked to end.
enum class StopWhen : std::uint8_t {
  kNow,   // tasks go on under the agent; the next command brings the server back
  kIdle,  // once nothing runs
};

struct ServiceOptions {
  views::ServerView server;  // what does not change: pid, version, socket, state_dir, started_at, host
  std::string runs_dir;      // absolute <state>/runs
  std::function<void(StopWhen)> stop;
  // What the engine is told about pools is read again, if it has changed; the engine hears of it in its next step.
  std::function<void()> refresh = [] {};
  std::function<bool()> agent_connected;
  std::optional<std::vector<std::string>> allowed_tags;  // not given: any
  std::map<std::string, TimeoutCaps> timeout_caps;       // by pool; one that is not here has none
  FlagLimits flags = {};                                 // when what a task uses is odd
  HookCourier* hooks = nullptr;                          // not given: nothing is told outside
};

class Service final : public http::Handler {
 public:
  Service(loop::Loop& loop, loop::WorkerPool& workers, engine::Engine& engine, store::Store& store,
          catalog::Credentials& credentials, LogGrowth& growth, ChannelOpener& opener, Keeper& keeper,
          ServiceOptions options);

  void handle(http::Request request, std::unique_ptr<http::Responder> responder) override;

  // For whoever hears from the agents, or ends the server.
  struct Parts {
    LogStreams& logs;
    Boards& boards;
    Channels& channels;
  };
  Parts parts() { return {logs_, boards_, channels_}; }

  // Called when something that kept the server busy may be over: a follower left, a submission was answered.
  void on_quiet(std::function<void()> function);
  // Requests under way that wait for a worker or for the store: submissions, restarts, questions about earlier runs.
  std::size_t submissions() const { return submissions_ + measure_requests_.pending() + statuses_.pending(); }

 private:
  using ResponderPtr = std::unique_ptr<http::Responder>;

  void server(ResponderPtr responder);
  void pools(ResponderPtr responder);
  void resources(ResponderPtr responder);
  void stop_server(const http::Request& request, ResponderPtr responder);
  void submit(http::Request request, ResponderPtr responder);
  void accept(const views::SubmitRequest& request, Preparation prepared, ResponderPtr responder);
  void list(const http::Request& request, ResponderPtr responder);
  void events(const Route& route, const http::Request& request, ResponderPtr responder);
  void logs(const Route& route, const http::Request& request, ResponderPtr responder);
  void channel(const Route& route, const http::Request& request, ResponderPtr responder);
  void change(const Route& route, const http::Request& request, ResponderPtr responder);
  void restart(const Route& route, const http::Request& request, ResponderPtr responder);
  void rerun(const Route& route, const http::Request& request, ResponderPtr responder);
  void set_timeouts(const Route& route, const http::Request& request, ResponderPtr responder);
  void spec(const Route& route, const http::Request& request, ResponderPtr responder);
  void tags(ResponderPtr responder);
  void change_tags(const Route& route, const http::Request& request, ResponderPtr responder);
  void retention(const Route& route, const http::Request& request, ResponderPtr responder);

  void enter(engine::NewRun run, BorrowedOutputs borrowed, views::SubmitReply reply, ResponderPtr responder);
  void begin_again(Again again, ResponderPtr responder);
  void take_again(std::variant<PreparedAgain, views::ErrorView> prepared, const views::RerunRequest& request,
                  std::uint64_t tasks_before, ResponderPtr responder);
  void send_plan(const PreparedAgain& prepared, std::uint64_t tasks_before, http::Responder& responder);
  void reopen(const Record& record, views::ChangeRequest request, ResponderPtr responder);
  void refuse_reopening(WorkflowKey key, const Error& error, http::Responder& responder);
  void reopen_checked(fact::Reopen request, const std::string& outputs, const Holds::Hold& hold,
                      ResponderPtr responder);
  void refuse_entry(http::Responder& responder, const views::ErrorView& error);
  void refuse_entry(http::Responder& responder, const Error& error);

  void answer_submission(WorkflowKey key, views::SubmitReply reply, ResponderPtr responder);
  void quiet();

  loop::Loop& loop_;
  loop::WorkerPool& workers_;
  engine::Engine& engine_;
  store::Store& store_;
  catalog::Credentials& credentials_;
  ServiceOptions options_;
  Keeper& keeper_;
  Records records_;
  Admission admission_;
  EventPages event_pages_;
  EventStreams events_;
  EventFeed feed_;
  Boards boards_;
  MeasureRequests measure_requests_;
  StatusRequests statuses_;
  LogStreams logs_;
  Channels channels_;
  CredentialRequests credential_requests_;
  FailureRequests failures_;
  HookRequests hook_requests_;
  std::function<void()> on_quiet_;
  std::size_t submissions_ = 0;
};

}  // namespace sennit::api
