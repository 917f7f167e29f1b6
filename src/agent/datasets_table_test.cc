// Datasets that an attempt brings in and makes, in a directory of this host. Storages have their tests in
// tests/e2e/test_datasets.py.
#include <gmock/gmock.h>

#include "agent/table_fixture.h"
#include "model/exit_codes.h"
#include "storage/dataset/file_bucket.h"
#include "storage/dataset/register.h"

namespace sennit::agent {
namespace {

class DatasetsTest : public TableFixture {
 protected:
  static TaskBody body(const std::string& script) {
    TaskBody body;
    body.command = {"sh", "-c", script};
    return body;
  }
  static TaskBody with_input(TaskBody body, const std::string& name) {
    InputSpec input;
    input.kind = InputSpec::Kind::kDataset;
    input.source = name;
    body.inputs.push_back(input);
    return body;
  }
  static TaskBody with_output(TaskBody body, OutputSpec::Kind kind, const std::string& name) {
    OutputSpec output;
    output.kind = kind;
    output.target = name;
    body.outputs.push_back(output);
    return body;
  }
  AttemptExit run(const TaskBody& body) {
    StartOrder order;
    const auto number = static_cast<std::uint32_t>(reports_.exited.size());
    order.attempt = id(number);
    order.task = std::to_string(number);
    order.dataset_places = {{"", "file://" + dir_ + "/bucket"}};
    encode(body, order.body);
    table_->start(order);
    return wait_for_exit(reports_.exited.size() + 1);
  }
  storage::DatasetState state(const std::string& name) const {
    storage::FileBucket bucket(dir_ + "/bucket");
    return storage::Register(bucket).load(name).value();
  }
};

TEST_F(DatasetsTest, AreMadeUpdatedAndBroughtIn) {
  const TaskBody make = with_output(body("echo 1 > {{output}}/a"), OutputSpec::Kind::kDataset, "set");
  EXPECT_EQ(run(make).code, 0);
  const TaskBody update = with_output(body("echo 2 > {{output}}/b"), OutputSpec::Kind::kUpdateDataset, "set");
  EXPECT_EQ(run(update).code, 0);
  EXPECT_EQ(state("set").latest()->files, 2U);
  EXPECT_EQ(run(with_input(body("test $(cat {{input:0}}/set/a {{input:0}}/set/b | wc -l) = 2"), "set")).code, 0);
  EXPECT_EQ(run(with_input(body("test ! -e {{input:0}}/set/b"), "set:1")).code, 0);
}

TEST_F(DatasetsTest, ThatAreNotThereKeepTheCommandFromBeginning) {
  const AttemptExit exit = run(with_input(body("true"), "none"));
  EXPECT_EQ(exit.code, exit_codes::kAccessDenied);
  EXPECT_THAT(exit.message, testing::HasSubstr("there is no dataset 'none'"));
}

TEST_F(DatasetsTest, OfNoFilesAreNotMade) {
  EXPECT_EQ(run(with_output(body("true"), OutputSpec::Kind::kDataset, "set")).code, 0);
  EXPECT_TRUE(state("set").versions.empty());
}

}  // namespace
}  // namespace sennit::agent
