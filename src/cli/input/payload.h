// The keys and values of a credential, from wherever they are: the command line, files, the environment, standard
// input, the keyboard.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/session.h"
#include "model/credential.h"

namespace sennit::cli {

struct PayloadOptions {
  std::vector<std::string> values;      // --payload KEY=VALUE, or KEY: asked for
  std::vector<std::string> files;       // --payload-file KEY=PATH
  std::vector<std::string> variables;   // --payload-env KEY=VARIABLE
  std::vector<std::string> stdin_keys;  // --payload-stdin KEY
};

// With no option at all, the keys of the type are asked for. Line breaks at the end of a file and of standard input are
// not part of the value. Warns of secrets that were on the command line.
// Fails: kInvalid (a key twice, a variable that is not set, nobody to ask), kCancelled, and as reading files does.
Result<CredentialPayload> read_payload(Session& session, CredentialType type, const PayloadOptions& options);

}  // namespace sennit::cli
