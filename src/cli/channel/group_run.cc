#include "cli/channel/group_run.h"

#include <csignal>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "client/channel.h"
#include "loop/signals.h"
#include "loop/timer.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kLongestLine = 64 * 1024;  // then it is cut: two tasks must not wait for each other's lines

class GroupRun {
 public:
  GroupRun(Session& session, std::vector<GroupMember> members, Micros patience) : session_(session), timer_(loop_) {
    for (GroupMember& member : members) {
      members_.push_back(std::make_unique<Member>(*this, member.task));
      members_.back()->channel.emplace(loop_, std::move(member.start), *members_.back());
    }
    left_ = members_.size();
    timer_.arm_after(patience, [this] {
      for (const auto& member : members_) {
        if (!member->opened && !member->over) member->give_up();
      }
    });
  }

  std::vector<GroupEnd> run() {
    const auto signals = loop::Signals::open(loop_, {SIGINT, SIGTERM}, [this](int number) { take(number); });
    if (left_ > 0) loop_.run();
    std::vector<GroupEnd> ends;
    for (const auto& member : members_) ends.push_back({member->task, member->result});
    return ends;
  }

 private:
  struct Member final : client::Channel::Handler {
    Member(GroupRun& the_run, std::string the_task) : run(the_run), task(std::move(the_task)) {}

    void on_opened() override {
      opened = true;
      channel->end_input();
    }
    void on_bytes(views::ChannelByte stream, std::string_view bytes) override {
      const bool is_error = stream == views::ChannelByte::kStderr;
      std::string& line = is_error ? error_line : output_line;
      for (std::size_t end = 0; (end = bytes.find('\n')) != std::string_view::npos; bytes.remove_prefix(end + 1)) {
        line.append(bytes.substr(0, end));
        print(is_error, line);
      }
      line.append(bytes);
      if (line.size() > kLongestLine) print(is_error, line);
      flush();
    }
    void on_end(const views::ChannelResultView& the_result) override {
      for (std::string* line : {&output_line, &error_line}) {
        if (!line->empty()) print(line == &error_line, *line);
      }
      flush();
      over = true;
      result = the_result;
      run.one_ended();
    }

    void give_up() {
      channel.reset();
      result = {.status = "lost", .code = 0, .message = "the task does not answer"};
      run.one_ended();
    }

    void print(bool is_error, std::string& line) {
      OutputStream& stream = is_error ? run.session_.err() : run.session_.out();
      stream.write("[" + task + "] " + line + "\n");
      line.clear();
    }
    void flush() {
      ignore(run.session_.out().flush(), "told at the end");
      ignore(run.session_.err().flush(), "told at the end");
    }

    GroupRun& run;
    std::string task;
    std::optional<client::Channel> channel;
    bool opened = false;
    bool over = false;
    std::string output_line;
    std::string error_line;
    views::ChannelResultView result;
  };

  void take(int number) {
    if (std::exchange(asked_, true)) return loop_.stop();
    for (const auto& member : members_) {
      if (member->channel) member->channel->signal(number);
    }
  }

  void one_ended() {
    if (--left_ == 0) loop_.stop();
  }

  Session& session_;
  loop::Loop loop_;
  loop::Timer timer_;
  std::vector<std::unique_ptr<Member>> members_;
  std::size_t left_ = 0;
  bool asked_ = false;
};

}  // namespace

std::vector<GroupEnd> run_in_group(Session& session, std::vector<GroupMember> members, Micros patience) {
  return GroupRun(session, std::move(members), patience).run();
}

}  // namespace sennit::cli
