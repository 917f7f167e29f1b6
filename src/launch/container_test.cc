#include "launch/container.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "launch/peer_names.h"

namespace sennit::launch {
namespace {

TEST(ContainerImage, IsPulledAsKubernetesHasIt) {
  struct Case {
    const char* image;
    bool always;
  };
  const Case cases[] = {{"alpine", true},
                        {"alpine:latest", true},
                        {"alpine:3.18", false},
                        {"localhost:5000/alpine", true},
                        {"localhost:5000/alpine:1", false},
                        {"nvcr.io/nvidia/pytorch:latest", true},
                        {"alpine@sha256:1234", false}};
  for (const Case& c : cases) EXPECT_EQ(is_pulled_always(c.image), c.always) << c.image;
}

TEST(NetworkNames, ANameThatAHostCanHaveOrOneMadeOfIt) {
  EXPECT_EQ(network_name_of("server"), "server");
  EXPECT_EQ(network_name_of("my_task-1"), "my_task-1");
  for (const char* name : {"with space", "a.b", "localhost", "", "ümlaut"}) {
    EXPECT_TRUE(network_name_of(name).starts_with("task-")) << name;
    EXPECT_EQ(network_name_of(name), network_name_of(name));
  }
  EXPECT_NE(network_name_of("a b"), network_name_of("a  b"));
}

class ContainerDescriptionTest : public testing::Test {
 protected:
  ContainerDescriptionTest() {
    std::string name = std::filesystem::temp_directory_path() / "sennit-container-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    context_.id = "flow-1";
    context_.runs_dir = dir_ + "/runs";
    order_.attempt = {InstanceId(1), WorkflowKey(2), TaskIndex(3), 0};
    order_.task = "train";
    body_.image = "alpine:3.18";
    std::filesystem::create_directories(dir_ + "/private");
    std::filesystem::create_directories(socket_directory(context_, order_));
  }
  ~ContainerDescriptionTest() override { std::filesystem::remove_all(dir_); }

  Result<ContainerDescription> describe() {
    return describe_container(context_, order_, body_,
                              {.private_dir = dir_ + "/private", .inside = "/opt/sennit-user", .image_user = user_});
  }
  std::string refusal() {
    const Result<ContainerDescription> described = describe();
    return described ? "" : described.error().message();
  }
  static const BindMount* at(const ContainerDescription& container, std::string_view target) {
    const auto found = std::ranges::find(container.mounts, target, &BindMount::target);
    return found == container.mounts.end() ? nullptr : &*found;
  }
  static unsigned mode_at(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
  }

  std::string dir_;
  std::string user_;
  WorkflowContext context_;
  StartOrder order_;
  TaskBody body_;
};

TEST_F(ContainerDescriptionTest, ShowsInputsReadOnlyAndTheOutput) {
  body_.inputs = {
      {.kind = InputSpec::Kind::kTask, .source = "make", .task = TaskIndex(0), .regex = "", .other_dir = ""}};
  order_.input_dirs = {"make/0/output"};
  const Result<ContainerDescription> container = describe();
  ASSERT_TRUE(container.ok()) << container.error().message();
  const BindMount* input = at(*container, "/osmo/data/input/0");
  ASSERT_NE(input, nullptr);
  EXPECT_EQ(input->source, context_.runs_dir + "/make/0/output");
  EXPECT_TRUE(input->read_only);
  EXPECT_FALSE(at(*container, "/osmo/data/output")->read_only);
  EXPECT_EQ(at(*container, "/osmo/usr/bin/osmo")->source, "/opt/sennit-user");
}

TEST_F(ContainerDescriptionTest, SecretsAreForTheirOwnerAlone) {
  body_.credentials = {{.credential = "hub", .mount_dir = "/secrets", .env = {}}};
  order_.credentials["hub"].payload = {{"key", "value"}};
  body_.environment = {{"PLAIN", "secret-of-the-file"}};
  Result<ContainerDescription> container = describe();
  ASSERT_TRUE(container.ok()) << container.error().message();
  EXPECT_EQ(mode_at(at(*container, "/secrets/key")->source), 0400U);
  // Who may ask the engine reads it all.
  EXPECT_EQ(to_json(*container).find("secret-of-the-file"), std::string::npos);
  user_ = "1000";
  container = describe();
  EXPECT_EQ(mode_at(at(*container, "/secrets/key")->source), 0444U);
}

TEST_F(ContainerDescriptionTest, FilesLieOutsideOurOwnOrInTheOutput) {
  body_.files = {{.path = "/osmo/data/output/a/b", .contents = "x"}, {.path = "//opt/./x", .contents = "#!/bin/sh"}};
  const Result<ContainerDescription> container = describe();
  ASSERT_TRUE(container.ok()) << container.error().message();
  EXPECT_TRUE(std::filesystem::exists(context_.runs_dir + "/train/0/output/a/b"));
  EXPECT_EQ(mode_at(at(*container, "/opt/x")->source), 0755U);
  body_.files = {{.path = "/osmo/usr/bin/sennit", .contents = "x"}};
  EXPECT_NE(refusal().find("no file can be put there"), std::string::npos);
  body_.files = {{.path = "/a/../b", .contents = "x"}};
  EXPECT_NE(refusal().find("leads nowhere"), std::string::npos);
}

TEST_F(ContainerDescriptionTest, PeersShareANetworkUnlessTheyHaveTheHosts) {
  EXPECT_EQ(describe()->network, "");
  order_.group = 4;
  EXPECT_EQ(describe()->network, "sennit-0000000000000001-2-g4");
  EXPECT_EQ(describe()->aliases, std::vector<std::string>{"train"});
  body_.host_network = true;
  order_.hosts = {{"peer", "127.1.2.3"}};
  EXPECT_EQ(describe()->network, "host");
  EXPECT_EQ(describe()->hosts.front().second, "127.1.2.3");
}

TEST_F(ContainerDescriptionTest, MoreProcessorsThanThereAreIsNoLimit) {
  order_.limits = {.memory = mebibytes(64), .cpus = 1, .processes = 7};
  EXPECT_NE(to_json(*describe()).find(R"("NanoCpus":1000000000,"PidsLimit":7)"), std::string::npos);
  order_.limits.cpus = 1'000'000;
  EXPECT_EQ(to_json(*describe()).find("NanoCpus"), std::string::npos);
}

TEST_F(ContainerDescriptionTest, DevicesAreThoseOfTheLease) {
  Result<ContainerDescription> container = describe();
  EXPECT_EQ(container->environment, std::vector<std::string>{"NVIDIA_VISIBLE_DEVICES="});
  order_.gpus = GpuSet::from_bits(0b101);
  container = describe();
  EXPECT_TRUE(container->environment.empty());
  EXPECT_NE(to_json(*container).find(R"("DeviceRequests":[{"DeviceIDs":["0","2"],"Capabilities":[["gpu"]]}])"),
            std::string::npos)
      << to_json(*container);
  container->gpus_by_cdi = true;
  EXPECT_NE(to_json(*container).find(R"({"PathOnHost":"nvidia.com/gpu=2"})"), std::string::npos);
}

}  // namespace
}  // namespace sennit::launch
