#include "wire/messages.h"

#include <gtest/gtest.h>

namespace sennit::wire {
namespace {

const AttemptId kAttempt{InstanceId(0x3f9c2a71d0b4e856), WorkflowKey(12), TaskIndex(7), 2};

fact::AttemptExited some_exit() {
  fact::AttemptExited fact;
  fact.attempt = kAttempt;
  fact.exit = {.how = AttemptExit::How::kSignaled,
               .code = 9,
               .message = "out of luck",
               .at = Instant::from_unix_us(1'700'000'000'000'000),
               .ran_us = 1'500'000,
               .usage = {.max_memory = Bytes(4096), .cpu = Micros(12)},
               .out_of_memory = OutOfMemory::kLimit,
               .memory_limit = Bytes(8192),
               .upload_ms = 90};
  return fact;
}

// Sends a message through the codec.
template <class T>
T round_trip(const T& message) {
  std::string payload;
  const FrameType type = encode(Message(message), payload);
  Result<Message> decoded = decode_message(type, payload);
  EXPECT_TRUE(decoded.ok());
  return std::get<T>(*decoded);
}

TEST(Messages, AttemptOnlyMessagesKeepTheAttempt) {
  EXPECT_EQ(round_trip(Release{kAttempt}).attempt, kAttempt);
  EXPECT_EQ(round_trip(Forget{kAttempt}).attempt, kAttempt);
  EXPECT_EQ(round_trip(Follow{kAttempt}).attempt, kAttempt);
  EXPECT_EQ(round_trip(Unfollow{kAttempt}).attempt, kAttempt);
  EXPECT_TRUE(round_trip(Follow{kAttempt, true}).held);
  EXPECT_FALSE(round_trip(Follow{kAttempt}).held);
  EXPECT_EQ(round_trip(OpenChannel{kAttempt}).attempt, kAttempt);
  EXPECT_EQ(round_trip(AtBarrier{kAttempt}).attempt, kAttempt);
}

TEST(Messages, SmallMessagesSurvive) {
  const ServerInfo info{InstanceId(9), "0.1.0", 4711};
  EXPECT_EQ(round_trip(info), info);
  const Stop stop{kAttempt, StopReason::kExecTimeout, Micros(3'000'000), 4};
  EXPECT_EQ(round_trip(stop), stop);
  const Grew grew{kAttempt, 1ULL << 40};
  EXPECT_EQ(round_trip(grew), grew);
  const Transferring transferring{
      {kAttempt,
       TransferWay::kUpload,
       {.done = Bytes(1), .total = Bytes(2), .per_second = Bytes(3), .files = 4, .total_files = 5}}};
  EXPECT_EQ(round_trip(transferring), transferring);
  const Packed packed{kAttempt, 1ULL << 33};
  EXPECT_EQ(round_trip(packed), packed);
  const Progressed progressed{{kAttempt, Instant::from_unix_us(5), {{"loss", 0.5}}}};
  EXPECT_EQ(round_trip(progressed), progressed);
  const Used used{{.attempt = kAttempt, .at = Instant::from_unix_us(5), .memory = Bytes(9)}};
  EXPECT_EQ(round_trip(used), used);
  EXPECT_EQ(round_trip(Contained{kAttempt, 9}), (Contained{kAttempt, 9}));
  EXPECT_EQ(round_trip(FinishWorkflow{WorkflowKey(5)}).workflow, WorkflowKey(5));
  EXPECT_EQ(round_trip(Shutdown{Shutdown::When::kNow}).when, Shutdown::When::kNow);
}

TEST(Messages, ExitSurvives) {
  const Exited decoded = round_trip(Exited{some_exit()});
  EXPECT_EQ(decoded.fact.attempt, kAttempt);
  EXPECT_EQ(decoded.fact.exit, some_exit().exit);
}

TEST(Messages, StartSurvives) {
  const fact::AttemptStarted fact{kAttempt, 123, Instant::from_unix_us(5), 2, 1500};
  const Started decoded = round_trip(Started{fact});
  EXPECT_EQ(decoded.fact.at, fact.at);
  EXPECT_EQ(decoded.fact.incarnation, 2U);
  EXPECT_EQ(decoded.fact.download_ms, 1500U);
}

TEST(Messages, StartKeepsItsOrder) {
  StartOrder order;
  order.attempt = kAttempt;
  order.task = "train";
  order.body = std::string("\0binary\xff", 8);
  order.gpus = GpuSet::from_bits(0b1010);
  order.input_dirs = {"", "prep/0/output"};
  order.gpu_share = 250;
  order.gpu_memory = gibibytes(20);
  order.storage_keys = {{"s3://a", {{"access_key", "k"}, {"region", ""}}}, {"s3://b", {}}};
  const Start decoded = round_trip(Start{order});
  EXPECT_EQ(decoded.order.body, order.body);
  EXPECT_EQ(decoded.order.gpus, order.gpus);
  EXPECT_EQ(decoded.order.input_dirs, order.input_dirs);
  EXPECT_EQ(decoded.order.gpu_share, 250U);
  EXPECT_EQ(decoded.order.gpu_memory, gibibytes(20));
  EXPECT_EQ(decoded.order.storage_keys, order.storage_keys);
}

TEST(Messages, ReportsAndOrdersKeepTheIncarnation) {
  Restart restart;
  restart.order.attempt = kAttempt;
  restart.order.incarnation = 3;
  EXPECT_EQ(round_trip(restart).order.incarnation, 3U);
  EXPECT_EQ(round_trip(AtBarrier{kAttempt, 3}).incarnation, 3U);
  EXPECT_EQ(round_trip(Started{{kAttempt, 7, {}, 3}}).fact.incarnation, 3U);
  fact::AttemptExited exited = some_exit();
  exited.incarnation = 3;
  EXPECT_EQ(round_trip(Exited{exited}).fact.incarnation, 3U);
}

TEST(Messages, HostInfoKeepsBothLists) {
  HostInfo info;
  info.name = "host";
  info.capacity = {.cpus = 8, .memory = gibibytes(16), .gpus = GpuSet::first(4), .pretended_gpus = true};
  info.capacity.measures_gpus = true;
  info.capacity.storage = gibibytes(3);
  info.capacity.devices = {{"A", gibibytes(80)}, {}, {"B", Bytes()}};
  info.running = {{kAttempt, 123, Instant::from_unix_us(5)}};
  info.exited = {some_exit()};
  info.gpu_problem = "GPU 4: GPU is lost";
  info.limit_problems = {.memory = "only root may", .cpus = "the same"};
  info.places = {.no_sandbox = "no bwrap", .no_container = "no engine"};
  const HostInfo decoded = round_trip(info);
  EXPECT_EQ(decoded.name, "host");
  EXPECT_EQ(decoded.capacity, info.capacity);
  EXPECT_EQ(decoded.gpu_problem, info.gpu_problem);
  EXPECT_EQ(decoded.limit_problems, info.limit_problems);
  EXPECT_EQ(decoded.places, info.places);
  ASSERT_EQ(decoded.running.size(), 1U);
  EXPECT_EQ(decoded.running[0].pid, 123U);
  ASSERT_EQ(decoded.exited.size(), 1U);
  EXPECT_EQ(decoded.exited[0].exit, some_exit().exit);
  EXPECT_FALSE(decoded.more);
}

TEST(Messages, MeasuredKeepsEveryDevice) {
  Measured measured;
  measured.gpus = {{.device = 0, .busy = 1000, .memory_used = gibibytes(2), .processes = 3},
                   {.device = 7, .memory_used = {}}};
  EXPECT_EQ(round_trip(measured).gpus, measured.gpus);
  round_trip(Measure());
}

TEST(Messages, FrameOfALaterReleaseIsUnknown) {
  const Result<Message> decoded = decode_message(60, "anything");
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(std::get<Unknown>(*decoded).type, 60);
}

TEST(Messages, CutPayloadIsCorrupt) {
  std::string payload;
  const FrameType type = encode(Message(Exited{some_exit()}), payload);
  payload.resize(payload.size() - 1);
  const Result<Message> decoded = decode_message(type, payload);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code(), ErrorCode::kCorrupt);
}

// Released bytes stay readable: protocol 1, `exited` of attempt 1-2-3-4 with code 7.
TEST(Messages, FirstReleasesBytesAreRead) {
  const std::string bytes = "\x08\x01\x10\x02\x18\x03\x20\x04\x30\x0e";
  const Result<Message> decoded = decode_message(kExitedFrame, bytes);
  ASSERT_TRUE(decoded.ok());
  const fact::AttemptExited& fact = std::get<Exited>(*decoded).fact;
  EXPECT_EQ(fact.attempt, (AttemptId{InstanceId(1), WorkflowKey(2), TaskIndex(3), 4}));
  EXPECT_EQ(fact.exit.code, 7);
}

}  // namespace
}  // namespace sennit::wire
