#include "spec/template/arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include "spec/template/compare.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/objects.h"

namespace sennit::spec::tmpl {

const Val* Args::find(std::string_view name) const {
  for (const auto& [key, value] : named) {
    if (key == name) return &value;
  }
  return nullptr;
}

Bound::Bound(Runtime& runtime, std::string_view function, std::initializer_list<std::string_view> names,
             std::size_t required, Args& args)
    : runtime_(runtime), function_(function), names_(names), values_(names.size()), given_(names.size()) {
  if (args.positional.size() > names.size()) {
    fail(ErrorKind::kType,
         fmt::format("{}() takes at most {} arguments, {} were given", function, names.size(), args.positional.size()));
  }
  for (std::size_t i = 0; i < args.positional.size(); ++i) {
    values_[i] = args.positional[i];
    given_[i] = true;
  }
  for (auto& [key, value] : args.named) {
    const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), key) - names.begin());
    if (at == names.size()) {
      fail(ErrorKind::kType, fmt::format("{}() has no parameter named '{}'", function, key));
    }
    if (given_[at]) fail(ErrorKind::kType, fmt::format("{}() got '{}' twice", function, key));
    values_[at] = value;
    given_[at] = true;
  }
  for (std::size_t i = 0; i < required; ++i) {
    if (!given_[i]) fail(ErrorKind::kType, fmt::format("{}() needs its argument '{}'", function, names_[i]));
  }
}

std::int64_t Bound::integer(std::size_t i, std::int64_t otherwise) const {
  if (!given_[i]) return otherwise;
  require_defined(values_[i]);
  if (!values_[i].is(Kind::kInt) && !values_[i].is(Kind::kBool)) {
    fail(ErrorKind::kType,
         fmt::format("{}(): '{}' must be an integer, not '{}'", function_, names_[i], type_name(values_[i])));
  }
  return values_[i].integer();
}

bool Bound::flag(std::size_t i) const { return given_[i] && truthy(values_[i]); }

std::string Bound::text(std::size_t i, std::string_view otherwise) const {
  if (!given_[i]) return std::string(otherwise);
  require_defined(values_[i]);
  if (!values_[i].is(Kind::kString)) {
    fail(ErrorKind::kType,
         fmt::format("{}(): '{}' must be a string, not '{}'", function_, names_[i], type_name(values_[i])));
  }
  return values_[i].as<Str>().text();
}

}  // namespace sennit::spec::tmpl
