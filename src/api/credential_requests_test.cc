#include "api/credential_requests.h"

#include <gtest/gtest.h>

#include "api/service_fixture.h"

namespace sennit::api {
namespace {

class CredentialRequestsTest : public ServiceTest {
 protected:
  std::shared_ptr<Answer> set(std::string_view name, CredentialPayload payload, std::string type = "GENERIC") {
    return wait_for(ask("PUT", "/v1/credentials/" + std::string(name),
                        to_json(views::CredentialRequest{.type = std::move(type), .payload = std::move(payload)})));
  }
  views::CredentialList list() { return views::parse_credential_list(ask("GET", "/v1/credentials")->body).value(); }
  static std::string using_credential(std::string_view use) {
    return "workflow:\n  name: demo\n  tasks:\n  - name: a\n    image: x\n    command: [run, hunter2hunter2]\n"
           "    credentials: " +
           std::string(use) + "\n";
  }
};

TEST_F(CredentialRequestsTest, SetListedAndDeletedWithoutTheValue) {
  const auto answer = set("hub", {{"token", "hunter2hunter2"}, {"user", "ada"}});
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body.find("hunter2"), std::string::npos);
  ASSERT_EQ(list().credentials.size(), 1U);
  EXPECT_EQ(list().credentials[0].name, "hub");
  EXPECT_EQ(list().credentials[0].type, "GENERIC");
  EXPECT_EQ(list().credentials[0].keys, (std::vector<std::string>{"token", "user"}));
  EXPECT_EQ(ask("GET", "/v1/credentials")->body.find("hunter2"), std::string::npos);
  EXPECT_EQ(wait_for(ask("DELETE", "/v1/credentials/hub"))->status, 200);
  EXPECT_TRUE(list().credentials.empty());
  EXPECT_EQ(ask("DELETE", "/v1/credentials/hub")->status, 404);
}

TEST_F(CredentialRequestsTest, WhatIsReplacedIsNamed) {
  const CredentialPayload data = {{"access_key_id", "i"}, {"access_key", "k"}, {"endpoint", "s3://b"}};
  set("old", data, "DATA");
  const auto reply = views::parse_credential_reply(set("new", data, "data")->body).value();
  EXPECT_EQ(reply.replaced, std::vector<std::string>{"old"});
  EXPECT_EQ(reply.credential.profile, "s3://b");
}

TEST_F(CredentialRequestsTest, WrongRequestsSayWhatWasExpected) {
  EXPECT_EQ(set("hub", {})->status, 400);
  EXPECT_EQ(set("-x", {{"k", "v"}})->status, 400);
  const auto type = set("hub", {{"k", "v"}}, "GENERICS");
  EXPECT_EQ(type->status, 400);
  EXPECT_NE(type->body.find("GENERIC, REGISTRY, DATA"), std::string::npos);
  EXPECT_EQ(ask("POST", "/v1/credentials/hub")->status, 405);
}

TEST_F(CredentialRequestsTest, ATaskIsStartedWithWhatItUses) {
  set("hub", {{"token", "secret-token"}, {"other", "o"}});
  ASSERT_EQ(submit(using_credential("{hub: {TOKEN: token}}"))->status, 201);
  ASSERT_EQ(runner_.started.size(), 1U);
  EXPECT_EQ(runner_.started[0].credentials,
            (CredentialValues{{"hub", {CredentialType::kGeneric, {{"token", "secret-token"}}}}}));
  EXPECT_EQ(runner_.started[0].credential_problem, "");
}

TEST_F(CredentialRequestsTest, UnknownOnesAreRefusedWithTheirPlace) {
  set("hub", {{"token", "t"}});
  const auto answer = submit(using_credential("{hubb: {T: token}, hub: {T: tokn}}"));
  EXPECT_EQ(answer->status, 400);
  const auto error = views::parse_error(answer->body).value();
  ASSERT_EQ(error.diagnostics.size(), 2U);
  EXPECT_EQ(error.diagnostics[0].code, "SN430");
  EXPECT_EQ(error.diagnostics[0].message, "there is no credential 'hubb'");
  EXPECT_EQ(error.diagnostics[0].suggestion, "hub");
  EXPECT_EQ(error.diagnostics[0].line, 7U);
  EXPECT_EQ(error.diagnostics[1].message, "the credential 'hub' has no key 'tokn'");
  EXPECT_TRUE(runner_.started.empty());
}

TEST_F(CredentialRequestsTest, AStorageThatLetsNobodyInNeedsKeys) {
  const std::string file = using_credential("{}") + "    outputs: [{url: \"gs://b/x\"}, {url: \"s3://b/x\"}]\n";
  const auto refused = submit(file);
  ASSERT_EQ(refused->status, 400) << refused->body;
  const auto error = views::parse_error(refused->body).value();
  ASSERT_EQ(error.diagnostics.size(), 1U);
  EXPECT_EQ(error.diagnostics[0].code, "SN431");
  EXPECT_EQ(error.diagnostics[0].message, "there is no credential for gs://b");
}

TEST_F(CredentialRequestsTest, ARerunIsCheckedAgain) {
  set("hub", {{"token", "t"}});
  submit(using_credential("{hub: {T: token}}"));
  exited(0, 0);
  ask("DELETE", "/v1/credentials/hub");
  const auto answer = wait_for(ask("POST", "/v1/workflows/demo-1/rerun"));
  EXPECT_EQ(answer->status, 400);
  EXPECT_NE(answer->body.find("task 'a': there is no credential 'hub'"), std::string::npos) << answer->body;
}

TEST_F(CredentialRequestsTest, DeletedBeforeTheStartItIsToldToWhoStarts) {
  set("hub", {{"token", "t"}});
  const std::string text =
      "workflow:\n  name: demo\n  tasks:\n  - {name: make, image: x, command: [run]}\n"
      "  - {name: use, image: x, command: [run], inputs: [{task: make}], credentials: {hub: {T: token}}}\n";
  ASSERT_EQ(submit(text)->status, 201);
  wait_for(ask("DELETE", "/v1/credentials/hub"));
  started(0);
  exited(0, 0);
  ASSERT_EQ(runner_.started.size(), 2U);
  EXPECT_TRUE(runner_.started[1].credential_problem.starts_with("there is no credential 'hub'"));
}

TEST_F(CredentialRequestsTest, AShownFileHasNoValues) {
  set("hub", {{"token", "hunter2hunter2"}});
  submit(using_credential("{hub: {T: token}}"));
  const auto answer = ask("GET", "/v1/workflows/demo-1/spec?kind=source");
  EXPECT_NE(answer->body.find("command: [run, [MASKED]]"), std::string::npos) << answer->body;
  EXPECT_EQ(answer->body.find("hunter2"), std::string::npos);
}

// Neither what happens nor what is stored has the value.
TEST_F(CredentialRequestsTest, TheJournalHasNoValues) {
  set("hub", {{"token", "hunter2hunter2"}});
  submit(
      "workflow:\n  name: demo\n  tasks:\n  - {name: a, image: x, command: [run], credentials: {hub: {T: token}}}\n");
  exited(0, 0);
  for (const auto& [key, workflow] : disk_.workflows) {
    std::string all = workflow.spec + workflow.context + workflow.snapshot + workflow.request;
    for (const std::string& record : workflow.journal) all += record;
    EXPECT_EQ(all.find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace sennit::api
