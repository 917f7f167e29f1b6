#include "agent/ctrl/user_link.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <vector>

#include "loop/timer.h"
#include "wire/channel_relay.h"
#include "wire/connection.h"
#include "wire/listener.h"

namespace sennit::agent {
namespace {

// A program that connects to the link: what it was told, by name.
class Visitor final : public wire::Connection::Handler {
 public:
  Visitor(loop::Loop& loop, const std::string& path) { connection.emplace(loop, wire::connect(path).value(), *this); }
  void on_frame(wire::FrameType type, std::string_view payload) override {
    const auto message = wire::decode_user_message(type, payload).value();
    if (const auto* resume = std::get_if<wire::Resume>(&message))
      told += "resume" + std::to_string(resume->position) + " ";
    if (std::holds_alternative<wire::StartCommand>(message)) told += "start ";
    if (const auto* stored = std::get_if<wire::OutputStored>(&message)) {
      told += "stored" + std::to_string(stored->position) + " ";
    }
    if (std::holds_alternative<wire::ExitStored>(message)) told += "exit_stored ";
    if (std::holds_alternative<wire::Dismiss>(message)) told += "dismiss ";
    if (const auto* answer = std::get_if<wire::Answer>(&message)) answered += answer->text.size();
    if (const auto* answer = std::get_if<wire::Answer>(&message); answer && answer->part == wire::Answer::Part::kEnd) {
      told += "answer" + std::to_string(answer->code) + " ";
    }
  }
  void on_closed(Error error) override { closed = error.message(); }

  void say(const wire::UserMessage& message) {
    std::string payload;
    const wire::FrameType type = wire::encode(message, payload);
    connection->send(type, payload);
  }
  void join(std::uint64_t session, wire::UserInfo::State state = wire::UserInfo::State::kWaiting) {
    say(wire::UserInfo{.version = "", .session = session, .state = state});
  }
  void write(std::uint64_t position, std::string_view bytes) {
    say(wire::Output{.position = position, .bytes = bytes});
  }

  std::string told;
  std::size_t answered = 0;
  std::optional<std::string> closed;
  std::optional<wire::Connection> connection;
};

class UserLinkTest : public testing::Test, public UserLink::Handler {
 protected:
  UserLinkTest() {
    std::string name = (std::filesystem::temp_directory_path() / "link-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
    open({});
  }
  ~UserLinkTest() override { std::filesystem::remove_all(dir_); }

  void open(UserLinkOptions options) {
    link_.reset();
    options.socket = path();
    link_ = UserLink::open(loop_, options, *this).value();
  }
  std::string path() const { return dir_ / "data.sock"; }

  // Turns until it is so; a test that waits in vain is ended by its time limit.
  template <class Condition>
  void until(Condition&& condition) {
    while (!condition()) loop_.run_once();
  }
  void expect_told(const Visitor& visitor, std::string_view what) {
    until([&] { return visitor.told.size() >= what.size() || visitor.closed; });
    EXPECT_EQ(visitor.told, what);
  }

  void on_joined(const wire::UserInfo&) override { seen_ += "joined "; }
  void on_left(const Error&) override { seen_ += "left "; }
  void on_replaced() override { seen_ += "replaced "; }
  void on_started(const wire::CommandStarted&) override { seen_ += "started "; }
  void on_output(const wire::Output& output) override {
    EXPECT_EQ(output.position, got_.size());
    got_ += output.bytes;
  }
  void on_missing(std::uint64_t bytes) override { got_.append(bytes, '?'); }
  void on_ended(const wire::CommandEnded&) override { seen_ += "ended "; }
  void on_request(RequestId id, const wire::Request& request) override {
    seen_ += "asked:" + request.words.at(0) + " ";
    request_ = id;
  }
  void on_request_drained(RequestId) override { seen_ += "drained "; }
  void on_request_gone(RequestId) override { seen_ += "gone "; }
  void on_channel_wanted(std::unique_ptr<wire::Connection> client) override {
    seen_ += "wanted ";
    given_.push_back(std::move(client));
    given_.back()->hand_over(nobody_);
  }
  void on_channel_joined(std::uint64_t key, std::unique_ptr<wire::Connection> task) override {
    seen_ += "joined" + std::to_string(key) + " ";
    given_.push_back(std::move(task));
    given_.back()->hand_over(nobody_);
  }

  struct Nobody final : wire::Connection::Handler {
    void on_frame(wire::FrameType, std::string_view) override {}
    void on_closed(Error) override {}
  };
  std::filesystem::path dir_;
  loop::Loop loop_;
  std::unique_ptr<UserLink> link_;
  std::string seen_;
  std::string got_;
  RequestId request_;
  Nobody nobody_;
  std::vector<std::unique_ptr<wire::Connection>> given_;
};

TEST_F(UserLinkTest, ConnectionsOfChannelsAreGivenAway) {
  Visitor agent(loop_, path());
  agent.say(wire::WantChannel());
  until([&] { return seen_ == "wanted "; });
  Visitor task(loop_, path());
  wire::send(*task.connection, wire::JoinChannel{7});
  until([&] { return seen_ == "wanted joined7 "; });
  ASSERT_EQ(given_.size(), 2U);
  EXPECT_TRUE(given_[0]->is_open() && given_[1]->is_open());
  EXPECT_FALSE(link_->is_joined());
}

TEST_F(UserLinkTest, OrdersWhenTheEntryProcessComes) {
  link_->start({.argv = {"true"}, .environment = {}, .directory = ""});
  Visitor entry(loop_, path());
  entry.join(5);
  expect_told(entry, "resume0 start ");
  entry.write(0, "abc");
  until([&] { return got_ == "abc"; });
  link_->acknowledge(3);
  expect_told(entry, "resume0 start stored3 ");
}

TEST_F(UserLinkTest, SecondConnectionGoesOnWhereTheFirstWas) {
  link_->start({.argv = {"true"}, .environment = {}, .directory = ""});
  std::optional<Visitor> first(std::in_place, loop_, path());
  first->join(5);
  first->say(wire::CommandStarted{.pid = 1});
  first->write(0, "abc");
  until([&] { return got_ == "abc"; });
  first.reset();
  until([&] { return seen_ == "joined started left "; });
  Visitor second(loop_, path());
  second.join(5, wire::UserInfo::State::kRunning);
  expect_told(second, "resume3 ");
  // What was sent twice, all of it or in part, is handed out once.
  second.write(0, "ab");
  second.write(1, "bcde");
  until([&] { return got_ == "abcde"; });
}

TEST_F(UserLinkTest, AnotherLinkGoesOnWhereTheFirstHadStored) {
  open({.socket = "", .session = 5, .position = 3});
  got_ = "abc";
  Visitor entry(loop_, path());
  entry.join(5, wire::UserInfo::State::kRunning);
  expect_told(entry, "resume3 ");
  entry.write(3, "d");
  until([&] { return got_ == "abcd"; });
}

TEST_F(UserLinkTest, GapIsToldAsMissing) {
  Visitor entry(loop_, path());
  entry.join(5, wire::UserInfo::State::kRunning);
  entry.write(4, "e");
  until([&] { return got_ == "????e"; });
}

TEST_F(UserLinkTest, EndWithMoreThanCameIsToldAsMissing) {
  Visitor entry(loop_, path());
  entry.join(5, wire::UserInfo::State::kEnded);
  wire::CommandEnded ended;
  ended.produced = 2;
  entry.say(ended);
  until([&] { return seen_ == "joined ended "; });
  EXPECT_EQ(got_, "??");
  link_->exit_stored();
  expect_told(entry, "resume0 exit_stored ");
}

TEST_F(UserLinkTest, OneThatWaitedOnlyMayBeReplaced) {
  std::optional<Visitor> first(std::in_place, loop_, path());
  first->join(5);
  until([&] { return link_->is_joined(); });
  first.reset();
  until([&] { return !link_->is_joined(); });
  Visitor second(loop_, path());
  second.join(6);
  expect_told(second, "resume0 ");
  EXPECT_EQ(seen_, "joined left joined ");
}

TEST_F(UserLinkTest, OneWithACommandMayNot) {
  open({.socket = "", .session = 5, .position = 0});
  Visitor other(loop_, path());
  other.join(6);
  until([&] { return other.closed.has_value(); });
  EXPECT_EQ(seen_, "replaced ");
}

TEST_F(UserLinkTest, ImpostorDoesNotHarmTheEntryProcess) {
  Visitor entry(loop_, path());
  entry.join(5, wire::UserInfo::State::kRunning);
  until([&] { return link_->is_joined(); });
  Visitor impostor(loop_, path());
  impostor.join(6);
  Visitor liar(loop_, path());
  liar.write(0, "not mine");
  Visitor large(loop_, path());
  large.connection->send(wire::kRequestFrame, std::string(wire::kMaxUserFrame.count() + 1, 'x'));
  until([&] { return impostor.closed && liar.closed && large.closed; });
  entry.write(0, "mine");
  until([&] { return got_ == "mine"; });
  EXPECT_EQ(seen_, "joined ");
}

TEST_F(UserLinkTest, DismissedIsToldToWhoComes) {
  link_->dismiss(1, "no inputs");
  Visitor entry(loop_, path());
  entry.join(5);
  expect_told(entry, "resume0 dismiss ");
}

TEST_F(UserLinkTest, RequestIsAnsweredWithBackPressure) {
  Visitor guest(loop_, path());
  guest.connection->pause_reading();
  guest.say(wire::Request{.words = {"logs"}, .directory = "/"});
  until([&] { return seen_ == "asked:logs "; });
  const wire::Answer piece{.part = wire::Answer::Part::kStdout, .text = std::string(64 * 1024, 'x')};
  std::size_t given = piece.text.size();
  while (link_->answer(request_, piece) == UserLink::Room::kMore) given += piece.text.size();
  EXPECT_LT(given, 4U * 1024 * 1024);
  guest.connection->resume_reading();
  until([&] { return seen_ == "asked:logs drained "; });
  link_->answer(request_, {.part = wire::Answer::Part::kEnd, .text = "", .code = 3});
  expect_told(guest, "answer3 ");
  EXPECT_EQ(guest.answered, given);
}

TEST_F(UserLinkTest, LongPathIsNoHindrance) {
  const std::filesystem::path deep = dir_ / std::string(120, 'd');
  std::filesystem::create_directory(deep);
  const std::string socket = deep / "data.sock";
  {
    const auto link = UserLink::open(loop_, {.socket = socket}, *this);
    ASSERT_TRUE(link.ok());
    const auto mode = std::filesystem::status(socket).permissions();
    EXPECT_EQ(mode, std::filesystem::perms(0666));
  }
  EXPECT_FALSE(std::filesystem::exists(socket));
}

}  // namespace
}  // namespace sennit::agent
