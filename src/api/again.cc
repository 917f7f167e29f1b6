#include "api/again.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/credential_check.h"
#include "api/priority.h"
#include "api/replies.h"
#include "api/stored_request.h"
#include "api/submission.h"
#include "api/workflow_view.h"
#include "model/order.h"
#include "spec/diagnostic_codes.h"

namespace sennit::api {
namespace {

views::ErrorView view_of(const Error& error) {
  return {.code = std::string(to_string(error.code())),
          .message = error.message(),
          .diagnostics = {},
          .more_diagnostics = 0};
}

std::string_view name_in(std::string_view assignment) { return assignment.substr(0, assignment.find('=')); }

// A name has one value: the new one.
void forget(std::vector<std::string>& assignments, const std::vector<std::string>& fresh) {
  std::erase_if(assignments, [&fresh](const std::string& old) {
    return std::ranges::any_of(fresh, [&old](const std::string& one) { return name_in(one) == name_in(old); });
  });
}

void add(std::vector<std::string>& assignments, const std::vector<std::string>& fresh) {
  assignments.insert(assignments.end(), fresh.begin(), fresh.end());
}

void merge(const views::RerunRequest& changes, views::SubmitRequest& request) {
  for (const auto* fresh : {&changes.set, &changes.set_string}) {
    forget(request.set, *fresh);
    forget(request.set_string, *fresh);
  }
  add(request.set, changes.set);
  add(request.set_string, changes.set_string);
  forget(request.set_env, changes.set_env);
  add(request.set_env, changes.set_env);
  forget(request.labels, changes.labels);
  add(request.labels, changes.labels);
}

class Preparer {
 public:
  explicit Preparer(const Again& again) : again_(again) {}

  std::variant<PreparedAgain, views::ErrorView> prepare() {
    const auto priority = again_.request.priority.empty() ? again_.stored.row.submission.priority
                                                          : parse_priority(again_.request.priority);
    if (!priority) {
      return view_of(Error(ErrorCode::kInvalid, fmt::format("--priority {}: one of HIGH, NORMAL, LOW was expected",
                                                            again_.request.priority)));
    }
    const Submission& before = again_.stored.row.submission;
    Submission& submission = prepared_.run.submission;
    submission.user = again_.request.user.empty() ? before.user : again_.request.user;
    submission.pool = before.pool;
    submission.priority = *priority;
    submission.parent_id = before.id;
    submission.descent = again_.descent;
    submission.prices = again_.prices;
    submission.requeue = again_.requeue;
    if (auto error = has_changes() ? read_again() : take_stored()) return std::move(*error);
    if (Result<void> chosen = choose(); !chosen) return view_of(chosen.error());
    if (Result<void> found = check_credentials(*prepared_.run.workflow, *again_.credentials); !found) {
      return view_of(found.error());
    }
    return std::move(prepared_);
  }

 private:
  using Trouble = std::optional<views::ErrorView>;

  bool has_changes() const {
    const views::RerunRequest& request = again_.request;
    const bool other_pool = !request.pool.empty() && request.pool != again_.stored.row.submission.pool;
    return other_pool || !request.set.empty() || !request.set_string.empty() || !request.set_env.empty() ||
           !request.labels.empty();
  }

  Trouble take_stored() {
    engine::NewRun& run = prepared_.run;
    auto context = decode_workflow_context(again_.stored.context);
    if (!context) return view_of(std::move(context).error().in("environment of " + again_.origin.id));
    run.context = std::move(*context);
    run.workflow = again_.origin.spec;
    run.spec = again_.stored.spec;
    run.source_text = again_.stored.source_text;
    if (again_.stored.rendered != run.source_text) run.rendered = again_.stored.rendered;
    if (again_.stored.request.empty()) return std::nullopt;  // kept by no release before: then neither now
    Result<StoredRequest> request = stored_request(again_.stored);
    if (!request) return view_of(request.error());
    request_ = std::move(*request);
    return std::nullopt;
  }

  Trouble read_again() {
    Result<StoredRequest> stored = stored_request(again_.stored);
    if (!stored) return view_of(stored.error());
    request_ = std::move(*stored);
    views::SubmitRequest& request = request_->request;
    merge(again_.request, request);
    engine::NewRun& run = prepared_.run;
    request.pool = again_.request.pool.empty() ? run.submission.pool : again_.request.pool;
    auto result = api::prepare(request, *again_.credentials);
    if (auto* error = std::get_if<views::ErrorView>(&result)) return std::move(*error);
    auto& fresh = std::get<PreparedSubmission>(result);
    if (Trouble unused = find_unused(fresh.warnings)) return unused;
    request.files = std::move(fresh.files);
    run.workflow = std::move(fresh.workflow);
    run.spec = std::move(fresh.encoded);
    run.rendered = std::move(fresh.rendered);
    run.context = std::move(fresh.context);
    run.source_text = request.text;
    run.submission.pool = std::move(fresh.pool);
    run.submission.prices = std::move(fresh.prices);
    prepared_.warnings = std::move(fresh.warnings);
    return std::nullopt;
  }

  // What was set the first time may have been of no use; what is changed now has to change something.
  Trouble find_unused(const std::vector<spec::Diagnostic>& warnings) const {
    std::vector<spec::Diagnostic> unused;
    const std::string unused_code = fmt::format("SN{}", static_cast<unsigned>(spec::Code::kSetUnused));
    for (const spec::Diagnostic& warning : warnings) {
      if (warning.code != unused_code || !is_of_a_change(warning.message)) continue;
      unused.push_back(warning);
      unused.back().severity = spec::Severity::kError;
    }
    if (unused.empty()) return std::nullopt;
    views::ErrorView view = view_of(Error(ErrorCode::kInvalid, again_.origin.id + " cannot be changed so"));
    view.diagnostics = views_of(unused);
    return view;
  }

  bool is_of_a_change(std::string_view message) const {
    const bool any = !again_.request.set.empty() || !again_.request.set_string.empty();
    if (message.find('\'') == std::string_view::npos) return any;  // no variable at all
    for (const auto* fresh : {&again_.request.set, &again_.request.set_string}) {
      for (const std::string& set : *fresh) {
        if (message.find(fmt::format("'{}'", name_in(set))) != std::string_view::npos) return true;
      }
    }
    return false;
  }

  Result<void> choose() {
    engine::NewRun& run = prepared_.run;
    const bool was_part = request_ && request_->extent == Extent::kPart;
    const bool unchanged = run.workflow == again_.origin.spec;
    const bool all = again_.selection.kind == Selection::Kind::kAll;
    if (all && (unchanged || !was_part)) {
      SENNIT_ASSIGN(prepared_.borrowed, borrowed_of(*run.workflow));
    } else {
      SENNIT_ASSIGN(Part part, select_part(again_.origin, *run.workflow, again_.selection));
      run.workflow = std::make_shared<const Workflow>(std::move(part.workflow));
      run.spec = encode(*run.workflow);
      prepared_.borrowed = std::move(part.borrowed);
    }
    if (!request_) return {};
    views::SubmitRequest& request = request_->request;
    request.priority = to_string(run.submission.priority);
    run.request = encode_request(request, request.files, !all || was_part ? Extent::kPart : Extent::kWhole);
    return {};
  }

  const Again& again_;
  PreparedAgain prepared_;
  std::optional<StoredRequest> request_;
};

}  // namespace

std::variant<PreparedAgain, views::ErrorView> prepare_again(const Again& again) { return Preparer(again).prepare(); }

}  // namespace sennit::api
