#include "cli/dataset/configuration.h"

#include <algorithm>

#include "cli/render/diagnostics.h"

namespace sennit::cli {

Result<spec::DatasetsConfig> datasets_config(Session& session) {
  SENNIT_ASSIGN(const std::string directory, current_directory());
  spec::FoundConfig found = spec::find_config_files(directory, variable);
  spec::LoadedConfig loaded = spec::load_config({.files = std::move(found.files), .variable = variable, .flags = {}});
  loaded.diagnostics.insert(loaded.diagnostics.begin(), found.diagnostics.begin(), found.diagnostics.end());
  if (!has_error(loaded.diagnostics)) return std::move(loaded.config.datasets);
  show(session, loaded.diagnostics);
  return Error(ErrorCode::kInvalid, "the configuration is not valid; `sennit config show` tells more");
}

}  // namespace sennit::cli
