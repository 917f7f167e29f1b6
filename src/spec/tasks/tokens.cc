#include "spec/tasks/tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "spec/suggest.h"

namespace sennit::spec {
namespace {

class TokenCheck {
 public:
  TokenCheck(const std::vector<InputSpec>& inputs, Inputs complete, Reporter& reporter, std::vector<HostToken>& hosts)
      : inputs_(inputs), complete_(complete), reporter_(reporter), hosts_(hosts) {}

  void walk(const Node& node) {
    if (!node.has_brace) return;
    if (node.is_scalar()) {
      scan(node);
      return;
    }
    for (const Node& child : Children(node)) {
      if (child.key != nullptr && child.key->has_brace) scan(*child.key);
      walk(child);
    }
  }

 private:
  void scan(const Node& node) {
    std::string_view rest = node.text;
    for (std::size_t open = rest.find("{{"); open != std::string_view::npos; open = rest.find("{{")) {
      rest.remove_prefix(open);
      const std::size_t close = rest.find("}}");
      if (close == std::string_view::npos) return;
      written_ = rest.substr(0, close + 2);
      rest.remove_prefix(close + 2);
      std::string_view token = written_.substr(2, close - 2);
      token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
      token = token.substr(0, token.find_last_not_of(' ') + 1);
      judge(token, node.at);
    }
  }

  void judge(std::string_view token, Span at) {
    if (token == "uuid") {
      report(at, "it is only reserved");
    } else if (token.starts_with("input:")) {
      if (complete_ == Inputs::kKnown) judge_input(token, at);
    } else if (token.starts_with("host:")) {
      hosts_.push_back({std::string(token.substr(5)), std::string(written_), at});
    }
  }

  void judge_input(std::string_view token, Span at) {
    const std::string_view which = token.substr(6);
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(which.data(), which.data() + which.size(), index);
    if (error == std::errc() && end == which.data() + which.size()) {
      if (index < inputs_.size()) return;
      const std::string have = inputs_.empty()
                                   ? std::string("the task has no inputs")
                                   : fmt::format("the task's inputs are numbered 0 to {}", inputs_.size() - 1);
      report(at, have);
      return;
    }
    Nearest nearest(which);
    for (const InputSpec& input : inputs_) {
      if (input.kind != InputSpec::Kind::kTask) continue;
      const std::string_view source = input.source;
      const std::string_view name = source.substr(source.find(':') + 1);  // npos + 1 is 0
      if (name == which) return;
      nearest.consider(name);
    }
    const std::string near = nearest.result();
    report(at, "no input of the task comes from a task of that name",
           near.empty() ? near : fmt::format("{{{{input:{}}}}}", near));
  }

  void report(Span at, std::string why, std::string suggestion = {}) {
    report_open_token(reporter_, at, written_, std::move(why), std::move(suggestion));
  }

  const std::vector<InputSpec>& inputs_;
  Inputs complete_;
  Reporter& reporter_;
  std::vector<HostToken>& hosts_;
  std::string_view written_;  // the token being judged
};

}  // namespace

void report_open_token(Reporter& reporter, Span at, std::string_view written, std::string why, std::string suggestion) {
  reporter.warning_in(Code::kOpenToken, at, written, fmt::format("'{}' stays as it is: {}", written, why),
                      {.expected = {}, .suggestion = std::move(suggestion)});
}

void check_tokens(const Node& task, const std::vector<InputSpec>& inputs, Inputs complete, Reporter& reporter,
                  std::vector<HostToken>& hosts) {
  if (task.has_brace) TokenCheck(inputs, complete, reporter, hosts).walk(task);
}

}  // namespace sennit::spec
