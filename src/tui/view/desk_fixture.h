// A desk for the tests of screens: what is asked of it is kept, and requests go to a real server with answers that the
// test has given.
//
// Nothing here sleeps: wait() polls the wakeup, which rings with every answer.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/server.h"
#include "http/sse.h"
#include "loop/loop.h"
#include "tui/view/view.h"
#include "views/json.h"

namespace sennit::tui {

// Answers by the path of what is asked for; streams (of a log) stay open.
class CannedServer final : public http::Handler {
 public:
  CannedServer() {
    char name[] = "/tmp/sn-desk-XXXXXX";
    if (::mkdtemp(name) != nullptr) folder_ = name;
    place_ = {.state_dir = folder_,
              .socket = folder_ + "/server.sock",
              .lock = folder_ + "/server.lock",
              .log = folder_ + "/server.log",
              .executable = "/bin/false"};
  }
  ~CannedServer() override {
    if (thread_.joinable()) {
      loop_.stop();
      thread_.join();
    }
    streams_.clear();
    followed_.clear();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;

  // Before start(). Of a log the attempt may be said: "...?attempt=1".
  void answer(const std::string& path, std::string body) { answers_[path] = std::move(body); }
  // What a workflow is at; changed later by change().
  void status(const views::WorkflowView& workflow) { statuses_["/v1/workflows/" + workflow.name] = workflow; }
  void log(const std::string& path, std::string_view text) {
    logs_[path] = std::to_string(text.size()) + " 0 0 1 1 0 0\n" + std::string(text);
  }

  void start() {
    auto server = http::Server::open(loop_, place_.socket, *this);
    ASSERT_TRUE(server.ok()) << server.error().message();
    server_ = std::move(*server);
    thread_ = std::thread([this] { loop_.run(); });
  }

  // Told to whoever follows it.
  void change(const views::WorkflowView& piece) {
    loop_.post([this, piece] {
      for (const auto& stream : followed_) stream->write(event("status", piece));
    });
  }

  const client::ServerPlace& place() const { return place_; }

 private:
  static std::string event(const std::string& kind, const views::WorkflowView& view) {
    std::string out;
    http::append_event(out, {.id = "", .type = kind, .data = views::to_sparse_json(view)});
    return out;
  }

  void tell_status(views::WorkflowView workflow, const http::Target& target,
                   std::unique_ptr<http::Responder> responder) {
    const bool follow = target.find("follow") != nullptr;
    if (!follow && target.find("pieces") == nullptr) {
      http::Response response;
      response.body = views::to_json(workflow);
      return responder->send(std::move(response));
    }
    responder->start_stream(200, "text/event-stream");
    responder->write(event("status", workflow));
    workflow.groups.clear();
    responder->write(event("listed", workflow));
    if (follow && !workflow.end_time.is_set()) {
      followed_.push_back(std::move(responder));
      return;
    }
    if (follow) responder->write(event("end", workflow));
    responder->end();
  }

  void handle(http::Request request, std::unique_ptr<http::Responder> responder) override {
    const std::string* attempt = request.target.find("attempt");
    auto log = attempt == nullptr ? logs_.end() : logs_.find(request.target.path + "?attempt=" + *attempt);
    if (log == logs_.end()) log = logs_.find(request.target.path);
    if (log != logs_.end()) {
      responder->start_stream(200, "application/x-sennit-log");
      responder->write(log->second);
      streams_.push_back(std::move(responder));
      return;
    }
    if (const auto status = statuses_.find(request.target.path); status != statuses_.end()) {
      return tell_status(status->second, request.target, std::move(responder));
    }
    const auto found = answers_.find(request.target.path);
    http::Response response;
    if (found == answers_.end()) {
      response.status = 404;
      response.body = views::to_json(views::ErrorView{.code = "not_found", .message = "there is no such thing"});
    } else {
      response.body = found->second;
    }
    responder->send(std::move(response));
  }

  std::string folder_;
  client::ServerPlace place_;
  std::map<std::string, std::string> answers_;
  std::map<std::string, std::string> logs_;
  std::map<std::string, views::WorkflowView> statuses_;
  loop::Loop loop_;
  std::unique_ptr<http::Server> server_;
  std::vector<std::unique_ptr<http::Responder>> streams_;
  std::vector<std::unique_ptr<http::Responder>> followed_;  // states
  std::thread thread_;
};

class FakeDesk final : public Desk {
 public:
  explicit FakeDesk(const client::ServerPlace& place) : place_(place), requests_(place, wakeup_) {}
  // Threads of the views ring our bell.
  ~FakeDesk() override { opened.clear(); }

  // Hands on answers until the condition holds.
  void wait(const std::function<bool()>& condition) {
    constexpr int kLimitMs = 60'000;
    while (!condition()) {
      pollfd state{.fd = wakeup_.fd(), .events = POLLIN, .revents = 0};
      ASSERT_GT(::poll(&state, 1, kLimitMs), 0) << "nothing came";
      wakeup_.clear();
      requests_.deliver();
    }
  }

  Requests& requests() override { return requests_; }
  const client::ServerPlace& place() const override { return place_; }
  const Wakeup& wakeup() const override { return wakeup_; }
  Instant now() const override { return time; }
  const std::string& user() const override { return user_; }
  void open(std::unique_ptr<View> view) override { opened.push_back(std::move(view)); }
  void back() override { ++backs; }
  void leave() override { left = true; }
  void redraw() override { ++redraws; }
  void say(std::string text) override { said.push_back(std::move(text)); }
  void warn(std::string text) override { warned.push_back(std::move(text)); }
  void ask(std::string question, std::function<void()> yes) override { asked.emplace_back(std::move(question), yes); }
  void prompt(std::string label, std::string text, std::function<void(const std::string&)> changed,
              std::function<void(const std::string&)> done) override {
    prompts.push_back({std::move(label), std::move(text), std::move(changed), std::move(done)});
  }
  void copy(std::string text) override { copied.push_back(std::move(text)); }
  void run_command(std::vector<std::string> words) override { commands.push_back(std::move(words)); }

  struct Prompt {
    std::string label;
    std::string text;
    std::function<void(const std::string&)> changed;
    std::function<void(const std::string&)> done;
  };
  Instant time = Instant() + std::chrono::seconds(1'795'860'000);
  std::vector<std::unique_ptr<View>> opened;
  std::vector<std::string> said;
  std::vector<std::string> warned;
  std::vector<std::pair<std::string, std::function<void()>>> asked;
  std::vector<Prompt> prompts;
  std::vector<std::string> copied;
  std::vector<std::vector<std::string>> commands;
  int backs = 0;
  int redraws = 0;
  bool left = false;

 private:
  client::ServerPlace place_;
  std::string user_ = "somebody";
  Wakeup wakeup_;
  Requests requests_;
};

// What a screen of that size shows.
inline std::string drawn(View& view, int width, int height, bool ascii = false) {
  Frame frame(width, height, ascii ? Charset::kAscii : Charset::kUtf8);
  view.draw(Pane(frame), standard_theme(ascii));
  return frame.text();
}

// On a terminal of ASCII nothing of it is replaced by a question mark: what it shows has no other names in it.
inline void expect_all_ascii(View& view) {
  for (const auto& [width, height] : {std::pair(60, 16), {80, 24}, {140, 50}}) {
    const std::string shown = drawn(view, width, height, true);
    for (const char letter : shown) ASSERT_TRUE(letter > 0 && letter != '?') << shown;
  }
}

// The act of that key; does nothing if there is none, and says so.
inline void press(View& view, const Key& key) {
  for (const Act& act : view.acts()) {
    if (act.key == key) return act.act();
  }
  if (!view.take(Input(key))) ADD_FAILURE() << "nothing is done on " << key_text(key);
}

}  // namespace sennit::tui
