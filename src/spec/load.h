// One submitted file to a Workflow, or every mistake in it at once.
//
// Both dialects are recognised by content: `workflow:` at the start of a line (tasks and groups), `jobs:` (jobs).
//
// Threads:   any; no state is kept. Blocking only through LoadOptions::files.
// Ownership: the text and the options need to live only during the call.
// Errors:    a wrong file is diagnostics in Loaded, sorted by place; nothing is thrown. Running out of one of the
//            Limits is a diagnostic that names the limit.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/credential.h"
#include "model/workflow.h"
#include "spec/config/config.h"
#include "spec/diagnostic.h"
#include "spec/file_access.h"
#include "spec/limits.h"
#include "spec/source_notes.h"

namespace sennit::spec {

// Whether somebody wants to know what a file says beside what it means: its words, or also where they stand.
enum class Notes : std::uint8_t { kNone, kWords, kPlaces };
// Whether diagnostics also say what is right and seldom meant.
enum class Advice : std::uint8_t { kNone, kGive };

struct LoadOptions {
  std::string file = "workflow.yaml";  // as the user named it; only for diagnostics
  std::string directory;               // where the user stands, absolute: relative paths start here
  std::string file_directory;          // where the file lies, absolute: configs and local files are looked for here too
  std::vector<std::string> sets;       // --set k=v
  std::vector<std::string> set_strings;  // --set-string k=v
  std::vector<std::string> set_envs;     // --set-env K=V
  // ${VAR} and ${oc.env:VAR}: the submitting shell's environment. Empty: nothing is set there.
  std::function<std::optional<std::string>(std::string_view name)> variable;
  std::vector<std::string> labels;    // --label k=v: added to the file's, of which they replace those of the same name
  const FileAccess* files = nullptr;  // nullptr: a jobs file's configs are not looked for and `localpath` is an error
  std::string pool;                   // --pool; "": the config's default
  std::optional<GpuSet> gpus;         // --gpus: instead of the file's resources.gpus
  std::optional<std::uint32_t> max_parallel;    // --max-parallel: instead of the file's; 0 lifts it
  const Config* config = nullptr;               // verbs, pools and limits; nullptr: the defaults
  const CredentialKeys* credentials = nullptr;  // those that are stored; nullptr: not known here, nothing is checked
  const StorageProfiles* storages = nullptr;    // that a credential is stored for; nullptr: likewise
  Notes notes = Notes::kNone;
  Advice advice = Advice::kNone;
};

struct Loaded {
  std::optional<Workflow> workflow;     // there if no error was found; warnings may be
  std::optional<std::string> rendered;  // the YAML after the template was filled in; nullopt: the file has no template
  std::vector<Diagnostic> diagnostics;  // at most Limits::diagnostics
  std::uint32_t more = 0;               // further errors, counted but not listed
  std::optional<bool> tui;              // jobs: what the file says about the terminal view
  std::optional<double> cost_per_gpu_hour;
  std::optional<SourceNotes> notes;  // with the workflow, if they were wanted

  bool ok() const { return workflow.has_value(); }
};

Loaded load(std::string_view text, const LoadOptions& options);

// What `sennit render` prints: the file as YAML reads it, after section splitting and templates. Tokens such as
// {{output}} stay. Nothing of the result is validated; diagnostics are those of the template.
struct Rendered {
  std::optional<std::string> text;
  std::vector<Diagnostic> diagnostics;
};
Rendered render_file(std::string_view text, const LoadOptions& options);

}  // namespace sennit::spec
