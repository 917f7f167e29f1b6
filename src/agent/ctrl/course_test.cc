#include "agent/ctrl/course.h"

#include <gtest/gtest.h>

#include <csignal>

#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

class StillClock final : public Clock {
 public:
  Instant now() const override { return Instant::from_unix_us(1'000'000 * ++ticks); }
  Micros boot() const override { return Micros(ticks); }
  mutable std::int64_t ticks = 1000;
};

// Records what the course wants, and answers when the test says so.
class World final : public Transfers, public Course::Container, public Course::Sink {
 public:
  void download(Transfers::Sink& sink) override { asked("download", sink); }
  void upload(Transfers::Sink& sink) override { asked("upload", sink); }
  void cancel() override { did += "cancel "; }
  void start_command() override { did += "start "; }
  void dismiss(std::uint32_t code, std::string_view) override { did += "dismiss" + std::to_string(code) + " "; }
  void signal(int number) override { did += "signal" + std::to_string(number) + " "; }
  void end_is_kept() override { did += "kept "; }
  void on_course_line(std::string_view line) override { lines.append(line).append("\n"); }
  void on_course_changed(const CourseState& state) override {
    saved.clear();
    encode(state, saved);
  }
  void on_course_over(const CourseState&) override { did += "over "; }

  void asked(const char* what, Transfers::Sink& sink) {
    did.append(what).append(" ");
    answer = &sink;
  }
  std::string take() { return std::exchange(did, ""); }

  std::string did;
  std::string lines;
  std::string saved;
  Transfers::Sink* answer = nullptr;
};

class CourseTest : public testing::Test {
 protected:
  void run_to_execute() {
    course.begin();
    course.on_container_ready();
    world.answer->on_transfer_done({});
    course.on_command_started();
    EXPECT_EQ(world.take(), "download start ");
  }
  void end_command(std::uint32_t code) {
    course.on_command_ended({.how = wire::CommandEnded::How::kExited, .code = code, .message = "", .max_memory = {}});
  }
  const AttemptExit& exit() const { return course.state().exit; }

  StillClock clock;
  World world;
  Course course{clock, world, world, world};
};

TEST_F(CourseTest, GoesThroughItsFourPhasesInOrder) {
  run_to_execute();
  end_command(0);
  EXPECT_EQ(world.take(), "kept upload ");
  world.answer->on_transfer_done({});
  EXPECT_EQ(world.take(), "over ");
  Instant last;
  for (const PhaseTimes& times : course.state().times) {
    EXPECT_LT(last, times.began);
    EXPECT_LT(times.began, times.ended);
    last = times.ended;
  }
  EXPECT_NE(world.lines.find("[sennit] Downloading Start\n[sennit] All Inputs Gathered\n"), std::string::npos);
  EXPECT_NE(world.lines.find("[sennit] Upload Start\n[sennit] All Outputs Uploaded\n"), std::string::npos);
}

TEST_F(CourseTest, UploadsAfterAFailedCommandAndKeepsItsCode) {
  run_to_execute();
  end_command(3);
  EXPECT_EQ(world.take(), "kept upload ");
  world.answer->on_transfer_done(Error(ErrorCode::kUnavailable, "no route"));
  EXPECT_EQ(exit().code, 3);
  EXPECT_EQ(exit().message, "its outputs could not be uploaded: no route");
}

TEST_F(CourseTest, FailedUploadOfASuccessIsAFailure) {
  run_to_execute();
  end_command(0);
  world.answer->on_transfer_done(Error(ErrorCode::kUnavailable, "no route"));
  EXPECT_EQ(exit().code, exit_codes::kUploadFailed);
}

TEST_F(CourseTest, FailedDownloadStartsNothing) {
  course.begin();
  course.on_container_ready();
  world.answer->on_transfer_done(Error(ErrorCode::kNotFound, "no such bucket: s3://b"));
  EXPECT_EQ(world.take(), "download dismiss1 over ");
  EXPECT_EQ(exit().how, AttemptExit::How::kNotStarted);
  EXPECT_EQ(exit().code, exit_codes::kDownloadFailed);
}

TEST_F(CourseTest, StopDuringExecuteUploadsNothing) {
  run_to_execute();
  course.stop();
  course.stop();
  EXPECT_EQ(world.take(), "signal15 ");
  course.kill();
  EXPECT_EQ(world.take(), "signal18 signal9 ");
  course.on_command_ended(
      {.how = wire::CommandEnded::How::kSignaled, .code = SIGKILL, .message = "", .max_memory = {}});
  EXPECT_EQ(world.take(), "kept over ");
  EXPECT_EQ(exit().how, AttemptExit::How::kSignaled);
}

TEST_F(CourseTest, StopDuringDownloadWaitsForTheTransfersToEnd) {
  course.begin();
  course.on_container_ready();
  world.take();
  course.stop();
  EXPECT_EQ(world.take(), "cancel ");
  world.answer->on_transfer_done(Error(ErrorCode::kCancelled, "cancelled"));
  EXPECT_EQ(world.take(), "dismiss1 over ");
  EXPECT_EQ(exit().code, exit_codes::of_signal(SIGTERM));
}

TEST_F(CourseTest, CommandThatCannotStartSaysWhy) {
  run_to_execute();
  course.on_command_ended(
      {.how = wire::CommandEnded::How::kNotStarted, .code = 127, .message = "no such program: x", .max_memory = {}});
  EXPECT_EQ(exit().code, exit_codes::kCommandNotStarted);
  EXPECT_EQ(exit().message, "no such program: x");
  EXPECT_EQ(world.take(), "kept over ");
}

TEST_F(CourseTest, LostContainerEndsItOnce) {
  run_to_execute();
  course.on_container_lost("gone");
  EXPECT_EQ(world.take(), "over ");
  course.on_container_lost("gone");
  EXPECT_EQ(world.take(), "");
  EXPECT_EQ(exit().how, AttemptExit::How::kLost);
}

TEST_F(CourseTest, LostContainerCancelsTheDownload) {
  course.begin();
  course.on_container_ready();
  world.take();
  course.on_container_lost("gone");
  EXPECT_EQ(world.take(), "cancel over ");
  world.answer->on_transfer_done(Error(ErrorCode::kCancelled, "cancelled"));
  EXPECT_EQ(world.take(), "");
}

TEST_F(CourseTest, EndThatIsToldAgainIsKeptAlready) {
  run_to_execute();
  end_command(0);
  world.take();
  end_command(0);
  EXPECT_EQ(world.take(), "kept ");
}

// In each phase: another ctrl takes over with what was saved, and does what is not done.
TEST_F(CourseTest, AnotherCtrlGoesOnWhereItWas) {
  run_to_execute();
  const CourseState in_execute = decode_course_state(world.saved).value();
  EXPECT_EQ(in_execute, course.state());
  Course second(clock, world, world, world, in_execute);
  second.begin();
  EXPECT_EQ(world.take(), "start ");
  second.on_command_ended({.how = wire::CommandEnded::How::kExited, .code = 5, .message = "", .max_memory = {}});
  EXPECT_EQ(world.take(), "kept upload ");
  Course third(clock, world, world, world, decode_course_state(world.saved).value());
  third.begin();
  EXPECT_EQ(world.take(), "upload ");
  EXPECT_EQ(third.state().times[3].began, second.state().times[3].began);
  world.answer->on_transfer_done({});
  EXPECT_EQ(third.state().exit.code, 5);
  Course fourth(clock, world, world, world, decode_course_state(world.saved).value());
  world.take();
  fourth.begin();
  EXPECT_EQ(world.take(), "over ");
}

}  // namespace
}  // namespace sennit::agent
