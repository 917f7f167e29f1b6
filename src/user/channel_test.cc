// The task's side of a channel as a process of its own, as it is when it is shipped: the test is the client.
#include "user/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "user/channel_fixture.h"

namespace sennit::user {
namespace {

using namespace std::string_literals;
using How = wire::ChannelEnded::How;
using wire::ChannelStream;

TEST_F(Channels, ACommandHasItsOwnStreamsAndExitCode) {
  open({.argv = {"sh", "-c", "cat; echo err >&2; exit 7"}});
  give("in\n");
  end_input();
  until_ended();
  EXPECT_EQ(out, "in\n");
  EXPECT_EQ(err, "err\n");
  EXPECT_EQ(ended->how, How::kExited);
  EXPECT_EQ(ended->code, 7U);
  EXPECT_EQ(streams_ended, 2);
  until([&] { return gone; }, "nothing comes after that");
  EXPECT_TRUE(process_ends());
}

TEST_F(Channels, WhatCannotBeStartedIsToldAsShellsDo) {
  struct Row {
    wire::ChannelRequest request;
    std::uint32_t code;
    const char* says;
  };
  for (const Row& row : {Row{{.argv = {"no-such-program"}}, 127, "no such program: no-such-program"},
                         Row{{.argv = {"/etc"}}, 126, "/etc is not executable"},
                         Row{{.argv = {"true"}, .directory = "/no/dir"}, 127, "no such directory: /no/dir"},
                         Row{{.kind = Kind::kTcp, .port = 0}, 126, "a port is a number"},
                         Row{{.kind = Kind::kTcp, .port = 65536}, 126, "a port is a number"},
                         Row{{.kind = Kind::kTcp, .host = "no.such.host", .port = 80}, 127, "is no address"}}) {
    begin();
    send(row.request);
    until_ended();
    EXPECT_EQ(ended->how, How::kRefused);
    EXPECT_EQ(ended->code, row.code) << ended->message;
    EXPECT_NE(ended->message.find(row.says), std::string::npos) << ended->message;
    EXPECT_FALSE(opened);
  }
}

TEST_F(Channels, ACommandFindsTheTasksWorldAndWhatTheRequestAdds) {
  const std::filesystem::path place = std::filesystem::temp_directory_path();
  world = {.environment = {{"WHO", "task"}, {"WHAT", "task"}}, .directory = place, .more_path = "/extra"};
  open({.argv = {"sh", "-c", "echo $WHO $WHAT; pwd; echo $PATH | grep -o ':/extra$'"},
        .environment = {{"WHAT", "asked"}}});
  until_ended();
  EXPECT_EQ(out, "task asked\n" + place.string() + "\n:/extra\n");
  open({.argv = {"pwd"}, .directory = "/"});
  until_ended();
  EXPECT_EQ(out, "/\n");
}

TEST_F(Channels, WithoutWordsItIsAShell) {
  open({});
  give("echo $((6 * 7)); exit 4\n");
  until_ended();
  EXPECT_EQ(out, "42\n");
  EXPECT_EQ(ended->code, 4U);
}

TEST_F(Channels, ACommandHasSignalsAsTheyAreByDefault) {
  open({.argv = {"sh", "-c", "grep -E 'Sig(Blk|Ign)' /proc/self/status; kill -TERM $$"}});
  until_ended();
  // The C library keeps signals 32 and 33 (bits 31 and 32) to itself: whoever started the tests may ignore them.
  EXPECT_THAT(out, testing::AnyOf("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n",
                                  "SigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n"));
  EXPECT_EQ(ended->how, How::kSignaled);
  EXPECT_EQ(ended->code, static_cast<std::uint32_t>(SIGTERM));
}

TEST_F(Channels, ASignalReachesTheCommandAndItsChildren) {
  open({.argv = {"sh", "-c", "trap 'echo got; exit 5' USR1; echo up; while :; do sleep 0.05; done"}});
  until([&] { return out == "up\n"; }, "it is up");
  for (const std::uint32_t odd : {0U, 65U, 4'000'000'000U}) send(wire::ChannelSignal{odd});
  send(wire::ChannelSignal{SIGUSR1});
  until_ended();
  EXPECT_EQ(out, "up\ngot\n");
  EXPECT_EQ(ended->code, 5U);
}

TEST_F(Channels, ManyBytesGoBothWaysUnchanged) {
  open({.argv = {"cat"}});
  std::string data;
  for (std::uint32_t x = 1; data.size() < 8 * 1024 * 1024; x = x * 1664525 + 1013904223) {
    data.append(reinterpret_cast<const char*>(&x), sizeof x);
  }
  give(data);
  end_input();
  until_ended();
  EXPECT_TRUE(out == data);
}

// --- slow and absent readers

TEST_F(Channels, AClientThatDoesNotReadStopsTheCommandAndCostsNoMemory) {
  open({.argv = {"yes"}});
  until([&] { return state_of(static_cast<pid_t>(opened->pid)) == 'S'; }, "`yes` waits", Pumping::kNot);
  const long before = resident_kib();
  read_nothing_for(std::chrono::milliseconds(300));
  EXPECT_EQ(state_of(static_cast<pid_t>(opened->pid)), 'S');
  EXPECT_LT(resident_kib(), before + 4096);
  until([&] { return out.size() > 4 * 1024 * 1024; }, "it goes on");
}

// What was on its way when the command ended was dropped after two seconds.
TEST_F(Channels, AClientThatIsSlowLosesNothing) {
  open({.argv = {"sh", "-c", "head -c 400000 /dev/zero; echo last >&2; exit 3"}});
  read_nothing_for(std::chrono::milliseconds(3'000));
  until_ended();
  EXPECT_EQ(out.size(), 400'000U);
  EXPECT_EQ(err, "last\n");
  EXPECT_EQ(ended->code, 3U);
}

TEST_F(Channels, OthersThatHoldTheOutputOpenDoNotHoldTheEnd) {
  open({.argv = {"sh", "-c", "sleep 30 & echo x; exit 4"}});
  until_ended();
  EXPECT_EQ(out, "x\n");
  EXPECT_EQ(ended->code, 4U);
  kill_group();
}

// As long as there was something to read, it went on.
TEST_F(Channels, OthersThatWriteOnAndOnDoNotHoldTheEndEither) {
  open({.argv = {"sh", "-c", "yes & exit 5"}});
  until_ended();
  EXPECT_EQ(ended->code, 5U);
  kill_group();
}

TEST_F(Channels, InputThatNobodyReadsIsHeldBackAndTheClientsEndStillHeard) {
  open({.argv = {"sleep", "1000"}});
  const pid_t command = static_cast<pid_t>(opened->pid);
  give(std::string(8 * 1024 * 1024, 'x'));
  for (int i = 0; i < 20; ++i) pump(10);
  EXPECT_GT(left_to_give(), 6U * 1024 * 1024);
  vanish();
  EXPECT_TRUE(process_ends());
  EXPECT_EQ(state_of(command), '-');
}

// --- ends

TEST_F(Channels, AClientThatGoesHangsTheCommandUp) {
  const std::string marker = (dir / "marker").string();
  open({.argv = {"sh", "-c", "trap 'echo hung up > " + marker + "; exit' HUP; echo up; while :; do sleep 0.01; done"}});
  until([&] { return out == "up\n"; }, "it is up");
  vanish();
  EXPECT_TRUE(process_ends());
  std::string line;
  std::getline(std::ifstream(marker) >> std::ws, line);
  EXPECT_EQ(line, "hung up");
}

TEST_F(Channels, OneThatDoesNotMindIsKilledInTheEnd) {
  open({.argv = {"sh", "-c", "trap '' HUP; echo up; while :; do echo x; sleep 0.01; done"}});
  until([&] { return !out.empty(); }, "it is up");
  const pid_t command = static_cast<pid_t>(opened->pid);
  const auto before = std::chrono::steady_clock::now();
  vanish();
  EXPECT_TRUE(process_ends());
  EXPECT_GE(std::chrono::steady_clock::now() - before, kHangUpTime - std::chrono::milliseconds(10));
  until([&] { return state_of(command) == '-' || state_of(command) == 'Z'; }, "it is gone", Pumping::kNot);
}

TEST_F(Channels, TheEndOfTheTaskIsTold) {
  open({.argv = {"sleep", "1000"}});
  ASSERT_EQ(::kill(process, SIGTERM), 0);
  until_ended();
  EXPECT_EQ(ended->how, How::kBroken);
  EXPECT_EQ(ended->message, "the task has ended");
  EXPECT_TRUE(process_ends());
}

TEST_F(Channels, AfterTheEndOfTheTaskNobodyIsWaitedFor) {
  open({.argv = {"sh", "-c", "head -c 400000 /dev/zero"}});
  read_nothing_for(std::chrono::milliseconds(500));
  ASSERT_EQ(::kill(process, SIGTERM), 0);
  EXPECT_TRUE(process_ends());
}

TEST_F(Channels, AClientThatSaysNonsenseIsLeft) {
  begin();
  std::string cut;
  wire::append_frame(cut, wire::kChannelRequestFrame, "\x08");
  raw(cut);
  EXPECT_TRUE(process_ends());
  begin();
  raw(std::string(64, '\xff'));
  EXPECT_TRUE(process_ends());
}

TEST_F(Channels, ASecondRequestMeansNothing) {
  open({.argv = {"cat"}});
  send(wire::ChannelRequest{.argv = {"false"}});
  give("still here");
  end_input();
  until_ended();
  EXPECT_EQ(out, "still here");
  EXPECT_EQ(ended->code, 0U);
}

// --- terminals

TEST_F(Channels, ATerminalHasItsSizeItsKeysAndOneOutput) {
  open({.argv = {"sh", "-c", "stty size; echo err >&2; read line; stty size; echo got $line; cat"},
        .terminal = true,
        .size = {.rows = 30, .columns = 100}});
  until([&] { return out.find("err\r\n") != std::string::npos; }, "the first lines");
  EXPECT_EQ(out, "30 100\r\nerr\r\n");
  EXPECT_EQ(err, "");
  send(wire::ChannelResize{{.rows = 40, .columns = 120}});
  give("word\n");
  until([&] { return out.find("got word\r\n") != std::string::npos; }, "the line");
  EXPECT_NE(out.find("40 120\r\n"), std::string::npos) << out;
  give("x\n");
  until([&] { return out.find("x\r\nx\r\n") != std::string::npos; }, "what cat says");
  give("\x03");
  until_ended();
  EXPECT_EQ(ended->how, How::kSignaled);
  EXPECT_EQ(ended->code, static_cast<std::uint32_t>(SIGINT));
}

TEST_F(Channels, TheEndOfItsInputEndsWhatReadsATerminal) {
  open({.argv = {"cat"}, .terminal = true});
  end_input();
  until_ended();
  EXPECT_EQ(ended->code, 0U);
}

TEST_F(Channels, AllThatWasWrittenToATerminalIsRead) {
  open({.argv = {"sh", "-c", "stty -opost; head -c 300000 /dev/zero; exit 6"}, .terminal = true});
  read_nothing_for(std::chrono::milliseconds(700));
  until_ended();
  EXPECT_EQ(out.size(), 300'000U);
  EXPECT_EQ(ended->code, 6U);
}

TEST_F(Channels, ATerminalThatGoesHangsItsShellUp) {
  const std::string marker = (dir / "marker").string();
  open({.argv = {"sh", "-c", "trap 'echo hung up > " + marker + "; exit' HUP; echo up; while :; do sleep 0.01; done"},
        .terminal = true});
  until([&] { return out == "up\r\n"; }, "it is up");
  vanish();
  EXPECT_TRUE(process_ends());
  EXPECT_TRUE(std::filesystem::exists(marker));
}

// Then the terminal has nobody in its foreground, and the signal went to the process group 0: ourselves.
TEST_F(Channels, ASignalToOneThatHasGivenItsTerminalUp) {
  if (::system("python3 -c pass 2>/dev/null") != 0) GTEST_SKIP() << "no python3";
  const char* script =
      "import fcntl, signal, termios, time\n"
      "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
      "signal.signal(signal.SIGCONT, signal.SIG_IGN)\n"
      "signal.signal(signal.SIGUSR1, lambda *_: exit(9))\n"
      "fcntl.ioctl(0, termios.TIOCNOTTY)\n"
      "print('up', flush=True)\n"
      "time.sleep(1000)\n";
  open({.argv = {"python3", "-c", script}, .terminal = true});
  until([&] { return out.find("up") != std::string::npos; }, "it is up");
  send(wire::ChannelSignal{SIGUSR1});
  until_ended();
  EXPECT_EQ(ended->how, How::kExited);
  EXPECT_EQ(ended->code, 9U);
}

// --- ports

TEST_F(Channels, APortIsReachedAndEachWayEndsOnItsOwn) {
  const TestPort port(SOCK_STREAM);
  open({.kind = Kind::kTcp, .port = port.number()});
  const UniqueFd there = port.accept();
  give("question");
  end_input();
  EXPECT_EQ(read_all(there), "question");
  EXPECT_FALSE(ended);
  EXPECT_EQ(::send(there.get(), "answer", 6, 0), 6);
  ::shutdown(there.get(), SHUT_WR);
  until_ended();
  EXPECT_EQ(out, "answer");
  EXPECT_EQ(ended->how, How::kExited);
}

TEST_F(Channels, APortOnTheOtherLoopbackIsFound) {
  const TestPort port(SOCK_STREAM, AF_INET6);
  if (port.number() == 0) GTEST_SKIP() << "no IPv6";
  open({.kind = Kind::kTcp, .port = port.number()});
  EXPECT_TRUE(port.accept());
}

TEST_F(Channels, APortNobodyListensOnIsRefused) {
  std::uint16_t number = 0;
  { number = TestPort(SOCK_STREAM).number(); }
  begin();
  send(wire::ChannelRequest{.kind = Kind::kTcp, .port = number});
  until_ended();
  EXPECT_EQ(ended->how, How::kRefused);
  EXPECT_NE(ended->message.find("127.0.0.1:" + std::to_string(number)), std::string::npos) << ended->message;
}

// The client learned of the first, and waited for ever.
TEST_F(Channels, APortThatClosesEndsTheChannelOfAClientThatSendsOn) {
  const TestPort port(SOCK_STREAM);
  open({.kind = Kind::kTcp, .port = port.number()});
  {
    const UniqueFd there = port.accept();
    ASSERT_EQ(::send(there.get(), "bye", 3, 0), 3);
  }
  until(
      [&] {
        give("more");
        return ended.has_value();
      },
      "the end");
  ASSERT_TRUE(ended);
  EXPECT_EQ(out, "bye");
  EXPECT_EQ(ended->how, How::kExited);
}

TEST_F(Channels, AResetIsNotAnEnd) {
  const TestPort port(SOCK_STREAM);
  open({.kind = Kind::kTcp, .port = port.number()});
  UniqueFd there = port.accept();
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(there.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  there.reset();
  until_ended();
  EXPECT_EQ(ended->how, How::kBroken);
  EXPECT_EQ(ended->message, "the task has reset the connection");
}

TEST_F(Channels, AClientThatGoesResetsItsConnection) {
  const TestPort port(SOCK_STREAM);
  open({.kind = Kind::kTcp, .port = port.number()});
  const UniqueFd there = port.accept();
  vanish();
  EXPECT_TRUE(process_ends());
  char byte = 0;
  EXPECT_EQ(::recv(there.get(), &byte, 1, 0), -1);
  EXPECT_EQ(errno, ECONNRESET);
}

TEST_F(Channels, APortThatDoesNotReadHoldsTheClientBack) {
  const TestPort port(SOCK_STREAM);
  open({.kind = Kind::kTcp, .port = port.number()});
  const UniqueFd there = port.accept();
  give(std::string(32 * 1024 * 1024, 'x'));
  for (int i = 0; i < 30; ++i) pump(10);
  EXPECT_GT(left_to_give(), 1U * 1024 * 1024);
  end_input();
  std::thread reader([&] { EXPECT_EQ(read_all(there).size(), 32U * 1024 * 1024); });
  until([&] { return left_to_give() == 0; }, "it is taken");
  reader.join();
}

TEST_F(Channels, DatagramsStayApartAndEmptyOnesExist) {
  const TestPort port(SOCK_DGRAM);
  open({.kind = Kind::kUdp, .port = port.number()});
  const std::vector<std::string> sent = {"one", "", std::string(60'000, 'x'), "two"};
  for (const std::string& datagram : sent) send(wire::ChannelBytes{ChannelStream::kStdin, datagram});
  while (left_to_give() > 0) pump(10);
  for (const std::string& datagram : sent) EXPECT_EQ(port.echo(), datagram.size());
  until([&] { return pieces.size() == 4; }, "they come back");
  EXPECT_EQ(pieces, sent);
}

TEST_F(Channels, ADatagramNobodyTakesIsLostAndTheNextIsNot) {
  TestPort port(SOCK_DGRAM);
  open({.kind = Kind::kUdp, .port = port.number()});
  port.close();
  for (int i = 0; i < 3; ++i) {
    send(wire::ChannelBytes{ChannelStream::kStdin, "lost"});
    pump(20);
  }
  port.open_again();
  until(
      [&] {
        send(wire::ChannelBytes{ChannelStream::kStdin, "here"});
        if (port.has_some()) port.echo();
        return !pieces.empty() && pieces.back() == "here";
      },
      "one that is taken");
  EXPECT_FALSE(ended);
}

}  // namespace
}  // namespace sennit::user
