#include "spec/tasks/tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace sennit::spec {
namespace {

class TokenCheck {
 public:
  TokenCheck(const std::vector<InputSpec>& inputs, Reporter& reporter, std::vector<HostToken>& hosts)
      : inputs_(inputs), reporter_(reporter), hosts_(hosts) {}

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
      rest.remove_prefix(open + 2);
      const std::size_t close = rest.find("}}");
      if (close == std::string_view::npos) return;
      std::string_view token = rest.substr(0, close);
      token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
      token = token.substr(0, token.find_last_not_of(' ') + 1);
      judge(token, node.at);
    }
  }

  void judge(std::string_view token, Span at) {
    if (token == "uuid") {
      report_open_token(reporter_, at, token, "it is only reserved");
    } else if (token.starts_with("input:")) {
      judge_input(token, at);
    } else if (token.starts_with("host:")) {
      hosts_.push_back({std::string(token.substr(5)), at});
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
      report_open_token(reporter_, at, token, have);
      return;
    }
    const bool known = std::ranges::any_of(inputs_, [&](const InputSpec& input) {
      if (input.kind != InputSpec::Kind::kTask) return false;
      const std::string_view source = input.source;
      return source.substr(source.find(':') + 1) == which;  // npos + 1 is 0
    });
    if (!known) report_open_token(reporter_, at, token, "no input of the task comes from a task of that name");
  }

  const std::vector<InputSpec>& inputs_;
  Reporter& reporter_;
  std::vector<HostToken>& hosts_;
};

}  // namespace

void report_open_token(Reporter& reporter, Span at, std::string_view token, std::string why) {
  reporter.warning(Code::kOpenToken, at, fmt::format("'{{{{{}}}}}' stays as it is: {}", token, why));
}

void check_tokens(const Node& task, const std::vector<InputSpec>& inputs, Reporter& reporter,
                  std::vector<HostToken>& hosts) {
  if (task.has_brace) TokenCheck(inputs, reporter, hosts).walk(task);
}

}  // namespace sennit::spec
