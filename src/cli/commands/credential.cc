#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "base/time_text.h"
#include "cli/commands/commands.h"
#include "cli/data/access_check.h"
#include "cli/input/payload.h"
#include "cli/session.h"
#include "cli/text/table.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

class CredentialSetCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "NAME",
                             .help = "what tasks call it by; one that is there is replaced",
                             .target = &name_,
                             .completes = Completes::kCredential}},
            .options = {{.names = "--type",
                         .value = "TYPE",
                         .help = "GENERIC (any keys, the default), REGISTRY or DATA",
                         .target = &type_,
                         .choices = {"GENERIC", "REGISTRY", "DATA"}},
                        {.names = "--payload",
                         .value = "KEY[=VALUE]",
                         .help = "a value; without VALUE it is asked for, unseen; repeatable",
                         .target = &payload_.values,
                         .takes = Option::Takes::kAssignments},
                        {.names = "--payload-file",
                         .value = "KEY=PATH",
                         .help = "the value is what the file holds; repeatable",
                         .target = &payload_.files,
                         .takes = Option::Takes::kAssignments},
                        {.names = "--payload-env",
                         .value = "KEY=VARIABLE",
                         .help = "the value is in this variable of the environment; repeatable",
                         .target = &payload_.variables,
                         .takes = Option::Takes::kAssignments},
                        {.names = "--payload-stdin",
                         .value = "KEY",
                         .help = "the value is read from standard input",
                         .target = &payload_.stdin_keys},
                        {.names = "--no-check",
                         .value = "",
                         .help = "store keys of a storage without trying them out",
                         .target = &unchecked_}}};
  }

  ExitCode run(Session& session) override {
    const CredentialType type = parse_credential_type(type_.value_or("GENERIC")).value_or(CredentialType::kGeneric);
    Result<CredentialPayload> payload = read_payload(session, type, payload_);
    if (!payload) return session.fail(payload.error());
    if (type == CredentialType::kData && !unchecked_) {
      const Result<void> opened = try_keys(session, *payload);
      if (!opened) return session.fail(opened.error());
    }
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<std::string> json =
        api->set_credential_json(name_, {.type = std::string(to_string(type)), .payload = std::move(*payload)});
    if (!json) return session.fail(json.error());
    if (session.wants_json()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::CredentialReply> reply = views::parse_credential_reply(*json);
    if (!reply) return session.fail(reply.error());
    session.out().write(text_of(*reply));
    return ExitCode::kCompleted;
  }

 private:
  // Fails if the storage says that they are wrong, or if somebody presses Ctrl-C. What cannot be found out from here is
  // a warning: the tasks may run elsewhere. What is no credential at all the server refuses.
  static Result<void> try_keys(Session& session, const CredentialPayload& payload) {
    storage::DataCredential keys = storage::data_credential(payload);
    const auto endpoint = payload.find("endpoint");
    if (endpoint == payload.end() || keys.access_key_id.empty() || keys.access_key.empty()) return {};
    Result<storage::Location> place = storage::parse_location(endpoint->second);
    if (!place || place->url.container.empty()) return {};  // of an account, which cannot be listed
    const Result<void> opened =
        check_access(session, {.location = std::move(*place), .credential = std::move(keys)}, storage::Access::kRead);
    if (opened || opened.error().code() == ErrorCode::kCancelled) return opened;
    if (opened.error().code() == ErrorCode::kInvalid) {
      return Error(ErrorCode::kInvalid, opened.error().message() +
                                            ". Nothing was stored; --no-check stores it all the same, as for keys that "
                                            "may only write");
    }
    session.warn(fmt::format("the keys could not be tried out: {}", opened.error().message()));
    return {};
  }

  static std::string text_of(const views::CredentialReply& reply) {
    const views::CredentialView& set = reply.credential;
    std::string text = fmt::format("Set {} credential {}.\n", set.type, printable(set.name));
    for (const std::string& replaced : reply.replaced) {
      text += replaced == set.name
                  ? std::string("It replaces the one before.\n")
                  : fmt::format("It replaces {}, which was for {} too.\n", printable(replaced), printable(set.profile));
    }
    return text;
  }

  std::string name_;
  std::optional<std::string> type_;
  PayloadOptions payload_;
  bool unchecked_ = false;
};

class CredentialListCommand final : public Command {
 public:
  Declaration declare() override { return {}; }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    const Result<std::string> json = api->collection_json(client::Collection::kCredentials);
    if (!json) return session.fail(json.error());
    if (session.wants_json()) {
      session.print_json(*json);
      return ExitCode::kCompleted;
    }
    const Result<views::CredentialList> list = views::parse_credential_list(*json);
    if (!list) return session.fail(list.error());
    if (list->credentials.empty()) {
      session.say("There are no credentials. `sennit credential set NAME --payload KEY` stores one.");
      return ExitCode::kCompleted;
    }
    session.out().write(table_of(*list).render(session.out_style()));
    return ExitCode::kCompleted;
  }

 private:
  static Table table_of(const views::CredentialList& list) {
    Table table({"Name", "Type", "Profile", "Keys", "Set"});
    for (const views::CredentialView& one : list.credentials) {
      table.add({{one.name},
                 {one.type},
                 {one.profile.empty() ? "-" : one.profile},
                 {fmt::format("{}", fmt::join(one.keys, ","))},
                 {one.set_at ? date_time(*one.set_at) : "-"}});
    }
    return table;
  }
};

class CredentialDeleteCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "NAME",
                             .help = "which; several may be named",
                             .target = &names_,
                             .completes = Completes::kCredential}}};
  }

  ExitCode run(Session& session) override {
    Result<client::Api> api = session.connect();
    if (!api) return session.fail(api.error());
    ExitCode worst = ExitCode::kCompleted;
    for (const std::string& name : names_) worst = std::max(worst, remove(session, *api, name));
    return worst;
  }

 private:
  static ExitCode remove(Session& session, client::Api& api, const std::string& name) {
    const Result<std::string> json = api.delete_credential_json(name);
    if (!json) return session.fail(json.error());
    if (session.wants_json()) {
      session.print_json(*json);
    } else {
      session.out().write(fmt::format("Deleted credential {}.\n", printable(name)));
    }
    return ExitCode::kCompleted;
  }

  std::vector<std::string> names_;
};

}  // namespace

const CommandInfo kCredentialSetCommand{
    .name = "credential set",
    .section = Section::kSetup,
    .summary = "Store a key or password, encrypted, for tasks that name it",
    .examples =
        "sennit credential set hub --payload token\n"
        "sennit credential set hub --payload-env token=HF_TOKEN\n"
        "pass show wandb | sennit credential set wandb --payload-stdin key\n"
        "sennit credential set s3 --type DATA",
    .details =
        "All keys of a credential are set at once: one that is there is replaced, with all of its keys, and so is\n"
        "another one for the same registry or bucket.\n"
        "REGISTRY has the keys auth, registry and username; DATA has access_key_id, access_key, endpoint, region,\n"
        "override_url and addressing_style. Given none of them, they are asked for. Keys of a bucket are tried out\n"
        "first, from here; those that do not open it are not stored.\n"
        "A value has 64 KiB at most. Nothing of the server shows it again; a task gets it when it starts.",
    .make = [] { return std::unique_ptr<Command>(new CredentialSetCommand); }};

const CommandInfo kCredentialListCommand{.name = "credential list",
                                         .section = Section::kSetup,
                                         .summary = "List the stored credentials, without their values",
                                         .examples =
                                             "sennit credential list\n"
                                             "sennit credential list -o json",
                                         .details = "",
                                         .make = [] { return std::unique_ptr<Command>(new CredentialListCommand); }};

const CommandInfo kCredentialDeleteCommand{
    .name = "credential delete",
    .section = Section::kSetup,
    .summary = "Forget stored credentials",
    .examples = "sennit credential delete hub",
    .details = "Tasks that run keep what they got. Those that start later and name it fail, and say so.",
    .make = [] { return std::unique_ptr<Command>(new CredentialDeleteCommand); }};

}  // namespace sennit::cli
