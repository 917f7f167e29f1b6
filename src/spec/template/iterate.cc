#include "spec/template/iterate.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

const Dict& dict_of(const Val& source) { return source.is(Kind::kDict) ? source.as<Dict>() : *source.as<View>().dict; }

}  // namespace

bool iterable(const Val& value) {
  switch (value.kind()) {
    case Kind::kString:
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDict:
    case Kind::kRange:
    case Kind::kView:
    case Kind::kGenerator: return true;
    case Kind::kUndefined: return value.as<Undefined>().mode == Undefined::Mode::kLenient;
    case Kind::kNone:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kBuiltin:
    case Kind::kBig:
    case Kind::kCallable:
    case Kind::kNamespace: return false;
  }
  return false;
}

Iterator::Iterator(Runtime& runtime, Val source) : runtime_(runtime), source_(std::move(source)) {
  if (!iterable(source_)) {
    require_defined(source_);
    fail(ErrorKind::kType, fmt::format("'{}' is not iterable", type_name(source_)));
  }
  if (source_.is(Kind::kDict) || source_.is(Kind::kView)) size_ = dict_of(source_).entries().size();
}

bool Iterator::next_character(Val& item) {
  const std::string& text = source_.as<Str>().text();
  if (at_ >= text.size()) return false;
  const std::size_t size = decode(text, at_).size;
  item = runtime_.text(text.substr(at_, size));
  at_ += size;
  return true;
}

bool Iterator::next_entry(Val& item) {
  const auto& entries = dict_of(source_).entries();
  if (entries.size() != size_) fail(ErrorKind::kValue, "a dict changed its size while it was iterated over");
  if (at_ >= entries.size()) return false;
  const auto& [key, value] = entries[at_++];
  const View::Of part = source_.is(Kind::kView) ? source_.as<View>().of : View::Of::kKeys;
  switch (part) {
    case View::Of::kKeys: item = key; break;
    case View::Of::kValues: item = value; break;
    case View::Of::kItems: item = runtime_.tuple({key, value}); break;
  }
  return true;
}

bool Iterator::next(Val& item) {
  runtime_.step();
  switch (source_.kind()) {
    case Kind::kString: return next_character(item);
    case Kind::kList:
    case Kind::kTuple: {
      const auto& items = source_.as<Seq>().items;
      if (at_ >= items.size()) return false;
      item = items[at_++];
      return true;
    }
    case Kind::kDict:
    case Kind::kView: return next_entry(item);
    case Kind::kRange: {
      const Range& range = source_.as<Range>();
      if (at_ >= range.size()) return false;
      item = Val::integer(range.at(at_++));
      return true;
    }
    case Kind::kGenerator: {
      Generator& generator = source_.as<Generator>();
      if (generator.next >= generator.items.size()) return false;
      item = generator.items[generator.next++];
      return true;
    }
    case Kind::kNone:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kBuiltin:
    case Kind::kBig:
    case Kind::kCallable:
    case Kind::kNamespace:
    case Kind::kUndefined: return false;
  }
  return false;
}

std::vector<Val> items_of(Runtime& runtime, const Val& value) {
  std::vector<Val> items;
  Iterator iterator(runtime, value);
  Val item;
  while (iterator.next(item)) items.push_back(std::move(item));
  return items;
}

std::optional<std::size_t> length_of(const Val& value) {
  switch (value.kind()) {
    case Kind::kString: return value.as<Str>().length();
    case Kind::kList:
    case Kind::kTuple: return value.as<Seq>().items.size();
    case Kind::kDict: return value.as<Dict>().entries().size();
    case Kind::kRange: return value.as<Range>().size();
    case Kind::kView: return value.as<View>().dict->entries().size();
    case Kind::kUndefined:
      if (value.as<Undefined>().mode == Undefined::Mode::kStrict) fail_undefined(value);
      return 0;
    case Kind::kNone:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kBuiltin:
    case Kind::kBig:
    case Kind::kGenerator:
    case Kind::kCallable:
    case Kind::kNamespace: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace sennit::spec::tmpl
