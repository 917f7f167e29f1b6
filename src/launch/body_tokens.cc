#include "launch/body_tokens.h"

#include <set>

namespace sennit::launch {
namespace {

// Remembers the first failure, so that the fields below need not ask each time.
class Replacer {
 public:
  explicit Replacer(const TokenValue& value) : value_(value) {}

  void operator()(std::string& text) {
    if (!status_ || text.find("{{") == std::string::npos) return;
    Result<std::string> replaced = replace_tokens(text, value_);
    if (replaced) {
      text = std::move(replaced).value();
    } else {
      status_ = std::move(replaced).error();
    }
  }
  void operator()(std::vector<std::string>& texts) {
    for (std::string& text : texts) (*this)(text);
  }
  void operator()(std::vector<std::pair<std::string, std::string>>& pairs) {
    for (auto& [first, second] : pairs) {
      (*this)(first);
      (*this)(second);
    }
  }

  Result<void> status() && { return std::move(status_); }

 private:
  const TokenValue& value_;
  Result<void> status_;
};

void replace_transfers(TaskBody& body, Replacer& replace) {
  for (InputSpec& input : body.inputs) {
    if (input.kind != InputSpec::Kind::kTask) replace(input.source);
    replace(input.regex);
  }
  for (OutputSpec& output : body.outputs) {
    replace(output.target);
    replace(output.path);
    replace(output.regex);
  }
  for (CheckpointSpec& checkpoint : body.checkpoints) {
    replace(checkpoint.path);
    replace(checkpoint.url);
    replace(checkpoint.regex);
  }
}

void replace_files(TaskBody& body, Replacer& replace) {
  for (FileSpec& file : body.files) {
    replace(file.path);
    if (!file.raw) replace(file.contents);
  }
}

Result<void> check_paths(const std::vector<FileSpec>& files) {
  std::set<std::string_view> paths;
  for (const FileSpec& file : files) {
    if (paths.insert(file.path).second) continue;
    return Error(ErrorCode::kInvalid, "two files of the task have the path '" + file.path + "'");
  }
  return {};
}

}  // namespace

Result<TaskBody> replace_tokens(TaskBody body, const TokenValue& value) {
  Replacer replace(value);
  replace(body.image);
  replace(body.command);
  replace(body.args);
  replace(body.environment);
  replace(body.volume_mounts);
  replace(body.workdir);
  replace_files(body, replace);
  replace_transfers(body, replace);
  for (CredentialUse& use : body.credentials) {
    replace(use.credential);
    replace(use.mount_dir);
    replace(use.env);
  }
  for (KpiSpec& kpi : body.kpis) {
    replace(kpi.index);
    replace(kpi.path);
  }
  SENNIT_TRY(std::move(replace).status());
  SENNIT_TRY(check_paths(body.files));
  return body;
}

}  // namespace sennit::launch
