#include "api/stored_request.h"

#include <gtest/gtest.h>

#include "model/order.h"

namespace sennit::api {
namespace {

TEST(StoredRequest, ComesBackAsItWas) {
  views::SubmitRequest request;
  request.file = "flow.yaml";
  request.text = "workflow: {}";
  request.file_directory = "/work";
  request.files = {{"/work/a", std::string("\0\xff", 2)}, {"/work/empty", ""}};
  request.set = {"a=1", ""};
  request.set_string = {"b=2"};
  request.set_env = {"C=3"};
  request.environment = {{"HOME", "/root"}, {"EMPTY", ""}};
  request.directory = "/here";
  request.gpus = "";
  request.max_parallel = 0;
  request.pool = "big";
  request.priority = "LOW";
  request.labels = {"k=v"};
  request.runtime = "process";
  request.user = "ann";
  request.config = {{"limits.file_bytes", "5"}};
  store::StoredWorkflow workflow;
  workflow.request = encode_request(request, request.files, Extent::kPart);
  workflow.source_text = request.text;
  workflow.row.submission.user = "ann";
  WorkflowContext context;
  context.environment = request.environment;
  context.directory = request.directory;
  encode(context, workflow.context);
  const StoredRequest stored = stored_request(workflow).value();
  EXPECT_EQ(stored.request, request);
  EXPECT_EQ(stored.extent, Extent::kPart);
}

TEST(StoredRequest, AnEarlierReleaseKeptNone) {
  store::StoredWorkflow workflow;
  workflow.row.submission.id = "flow-1";
  EXPECT_EQ(stored_request(workflow).error().code(), ErrorCode::kConflict);
  EXPECT_NE(encode_request({}, {}, Extent::kWhole), "");
}

}  // namespace
}  // namespace sennit::api
