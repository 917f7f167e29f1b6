#include "api/transfer_board.h"

#include <gtest/gtest.h>

#include "api/service_fixture.h"

namespace sennit::api {
namespace {

class TransferBoardTest : public ServiceTest {
 protected:
  std::string reason() {
    const auto answer = wait_for(ask("GET", "/v1/workflows/last"));
    return views::parse_workflow(answer->body).value().groups.at(0).tasks.at(0).reason;
  }
};

TEST_F(TransferBoardTest, StatusTellsHowFarATransferIs) {
  submit(kTwoTasks);
  const AttemptId attempt = runner_.started.at(0).attempt;
  service_.parts().boards.transfers.put(
      {attempt, TransferWay::kDownload, {.done = mebibytes(1), .total = mebibytes(2)}}, engine_.now());
  EXPECT_EQ(reason(), "downloading 1 MiB of 2 MiB, 50%");
  started(0);
  EXPECT_NE(reason(), "downloading 1 MiB of 2 MiB, 50%");
  service_.parts().boards.transfers.put({attempt, TransferWay::kUpload, {.done = mebibytes(1)}}, engine_.now());
  EXPECT_EQ(reason(), "uploading 1 MiB");
  service_.parts().boards.transfers.put({attempt, TransferWay::kUpload, {.done = mebibytes(1)}},
                                        engine_.now() - std::chrono::minutes(1));
  EXPECT_NE(reason(), "uploading 1 MiB");
}

}  // namespace
}  // namespace sennit::api
