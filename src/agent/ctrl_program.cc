#include "agent/ctrl_program.h"

#include <fcntl.h>
#include <unistd.h>

#include <string_view>
#include <utility>

extern char** environ;

namespace sennit::agent {
namespace {

// "NAME=value" of this process, with the mark.
std::vector<std::string> environment_for(const AttemptId& attempt) {
  constexpr std::string_view kMark = "SENNIT_ATTEMPT=";
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with(kMark)) entries.emplace_back(*entry);
  }
  entries.push_back(std::string(kMark) + to_string(attempt));
  return entries;
}

std::vector<const char*> pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> out;
  for (const std::string& text : texts) out.push_back(text.c_str());
  out.push_back(nullptr);
  return out;
}

}  // namespace

CtrlProgram::CtrlProgram(std::string path, Confinement& confinement)
    : path_(std::move(path)),
      confinement_(confinement),
      messages_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)) {}

Result<Confined> CtrlProgram::start(const AttemptId& attempt, std::vector<std::string> words,
                                    std::span<const int> kept) {
  words.insert(words.begin(), path_);
  const std::vector<std::string> environment = environment_for(attempt);
  const std::vector<const char*> argv = pointers(words);
  const std::vector<const char*> envp = pointers(environment);
  return confinement_.start({.program = path_.c_str(),
                             .argv = argv.data(),
                             .envp = envp.data(),
                             .directory = "/",
                             .out = messages_.get(),
                             .err = messages_.get(),
                             .keep = kept},
                            {});
}

}  // namespace sennit::agent
