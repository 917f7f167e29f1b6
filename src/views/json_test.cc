#include "views/json.h"

#include <gtest/gtest.h>

#include "views/json_writer.h"

namespace sennit::views {
namespace {

WorkflowView full_workflow() {
  WorkflowView view;
  view.name = "demo-3";
  view.status = "RUNNING";
  view.submit_time = Instant::from_unix_us(1'795'291'600'150'000);
  view.duration = 1.5;
  view.labels = {{"team", "infra"}};
  view.counts = {.total = 2, .waiting = 1, .running = 1};
  TaskView task;
  task.name = "train \"x\"\n";
  task.exit_code = -1;
  task.pid = 12;
  GroupView group;
  group.name = "g";
  group.downstream_groups = {"h"};
  group.tasks = {task};
  view.groups = {group};
  return view;
}

TEST(ViewsJson, WorkflowComesBackAsWritten) {
  const WorkflowView view = full_workflow();
  const Result<WorkflowView> again = parse_workflow(to_json(view));
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_EQ(*again, view);
}

TEST(ViewsJson, UnknownTimeIsNull) {
  EXPECT_NE(to_json(WorkflowView{}).find("\"start_time\":null"), std::string::npos);
}

TEST(ViewsJson, EnvironmentKeepsItsOrderAndOddNames) {
  SubmitRequest request;
  request.environment = {{"B", "1"}, {"A", "x=y"}, {"A", "again"}};
  request.files = {{"/tmp/a b", std::string("\0\x01", 2)}};
  request.max_parallel = 0;
  EXPECT_EQ(parse_submit_request(to_json(request)).value(), request);
}

TEST(ViewsJson, ErrorHasOneShape) {
  const std::string text = to_json(ErrorView{.code = "not_found", .message = "no workflow 'x-1'"});
  EXPECT_EQ(text,
            R"({"error":{"code":"not_found","message":"no workflow 'x-1'","diagnostics":[],"more_diagnostics":0}})");
  EXPECT_EQ(parse_error(text).value().code, "not_found");
}

TEST(ViewsJson, FieldOfWrongTypeIsNamedWithItsPath) {
  const auto bad = parse_workflow(R"({"counts":{"total":"many"}})");
  EXPECT_EQ(bad.error().message(), "field 'counts.total' has a value of the wrong type");
}

TEST(ViewsJson, UnknownFieldsAreSkipped) { EXPECT_EQ(parse_why(R"({"new":[1],"hint":"h"})").value().hint, "h"); }

TEST(ViewsJson, NotJsonIsInvalid) {
  for (const char* text : {"", "[]", "{", "nonsense"}) {
    EXPECT_EQ(parse_server(text).error().code(), ErrorCode::kInvalid) << text;
  }
}

TEST(JsonWriter, InvalidUtf8BecomesTheReplacementCharacter) {
  std::string out;
  JsonWriter(out).value(std::string_view("a\xff\xc3\xa9\xed\xa0\x80z"));
  EXPECT_EQ(out, "\"a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"");
}

TEST(JsonWriter, InstantIsRfc3339) {
  const Instant at = Instant::from_unix_us(1'795'291'600'150'000);
  EXPECT_EQ(format_instant(at), "2026-11-21T20:06:40.150000Z");
  EXPECT_EQ(parse_instant("2026-11-21T20:06:40.15Z"), at);
  for (const char* bad : {"", "2026-11-21", "2026-13-21T20:06:40Z", "2026-11-21T20:06:40", "2026-11-21T20:06:40.Z"}) {
    EXPECT_FALSE(parse_instant(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace sennit::views
