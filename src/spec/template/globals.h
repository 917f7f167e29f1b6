// What dict() and dict.update() share.
#pragma once

#include <string_view>

#include "spec/template/arguments.h"
#include "spec/template/objects.h"

namespace sennit::spec::tmpl {

class Runtime;

// Adds a mapping or an iterable of pairs, and the named arguments. Throws a Fault of kind kType.
void update_dict(Runtime& runtime, Dict& dict, Args& args, std::string_view function);

}  // namespace sennit::spec::tmpl
