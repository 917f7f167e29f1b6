#include "agent/ctrl/barrier_gate.h"

#include <gtest/gtest.h>

namespace sennit::agent {
namespace {

// Answers at once, as far as it may.
class Quick final : public Transfers {
 public:
  explicit Quick(loop::Loop& loop) : loop_(loop) {}
  void download(Sink& sink) override { answer(sink); }
  void upload(Sink& sink) override { answer(sink); }
  void cancel() override { ++cancelled; }

  int cancelled = 0;
  Result<void> result;

 private:
  void answer(Sink& sink) {
    loop_.post([this, &sink] { sink.on_transfer_done(result); });
  }
  loop::Loop& loop_;
};

class BarrierGateTest : public testing::Test, public Transfers::Sink {
 protected:
  void on_transfer_line(std::string_view /*line*/) override {}
  void on_transfer_progress(const TransferProgress& /*progress*/) override {}
  void on_transfer_done(const Result<void>& result) override {
    ++done_;
    error_ = result ? "" : result.error().message();
  }
  BarrierGate gate(BarrierGate::Barrier barrier) {
    return BarrierGate(loop_, quick_, barrier, [this] { ++reached_; });
  }

  loop::Loop loop_;
  Quick quick_{loop_};
  int done_ = 0;
  int reached_ = 0;
  std::string error_;
};

TEST_F(BarrierGateTest, WithoutABarrierItIsOpen) {
  BarrierGate open = gate(BarrierGate::Barrier::kNone);
  open.download(*this);
  loop_.run_once();
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(reached_, 0);
}

TEST_F(BarrierGateTest, ADownloadEndsWithTheRelease) {
  BarrierGate closed = gate(BarrierGate::Barrier::kWanted);
  closed.download(*this);
  loop_.run_once();
  EXPECT_EQ(reached_, 1);
  EXPECT_EQ(done_, 0);
  closed.release();
  closed.release();
  loop_.run_once();
  EXPECT_EQ(done_, 1);
  closed.upload(*this);
  loop_.run_once();
  EXPECT_EQ(done_, 2);
  EXPECT_EQ(reached_, 1);
}

TEST_F(BarrierGateTest, AReleaseMayComeBeforeTheInputsAreIn) {
  BarrierGate closed = gate(BarrierGate::Barrier::kWanted);
  closed.release();
  closed.download(*this);
  loop_.run_once();
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(reached_, 0);
}

TEST_F(BarrierGateTest, AFailedDownloadReachesNothing) {
  quick_.result = Error(ErrorCode::kIo, "no way");
  BarrierGate closed = gate(BarrierGate::Barrier::kWanted);
  closed.download(*this);
  loop_.run_once();
  EXPECT_EQ(reached_, 0);
  EXPECT_EQ(error_, "no way");
}

TEST_F(BarrierGateTest, WhoWaitsCanBeStopped) {
  BarrierGate closed = gate(BarrierGate::Barrier::kWanted);
  closed.download(*this);
  loop_.run_once();
  closed.cancel();
  loop_.run_once();
  EXPECT_EQ(error_, "stopped at the barrier of its group");
  EXPECT_EQ(quick_.cancelled, 0);
}

}  // namespace
}  // namespace sennit::agent
