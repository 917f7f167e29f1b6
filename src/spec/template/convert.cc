#include "spec/template/convert.h"

#include <string_view>

#include "spec/template/runtime.h"

namespace sennit::spec::tmpl {

namespace {

struct Converter {
  Runtime& runtime;

  Val operator()(std::monostate /*none*/) const { return {}; }
  Val operator()(bool value) const { return Val::boolean(value); }
  Val operator()(std::int64_t value) const { return Val::integer(value); }
  Val operator()(double value) const { return Val::real(value); }
  Val operator()(const std::string& value) const { return runtime.text(value); }
  Val operator()(const Value::BigDigits& value) const {
    std::string_view digits = value.text;
    const bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    const BigInt magnitude = BigInt::parse(digits, 10);
    return runtime.number(negative ? magnitude.negated() : magnitude);
  }
  Val operator()(const std::shared_ptr<const Value::List>& list) const {
    std::vector<Val> items;
    items.reserve(list->size());
    for (const Value& item : *list) items.push_back(convert(runtime, item));
    return runtime.list(std::move(items));
  }
  Val operator()(const std::shared_ptr<const Value::Map>& map) const {
    const Ref<Dict> dict = runtime.dict();
    for (const auto& [key, value] : *map) dict->set(convert(runtime, key), convert(runtime, value));
    return dict;
  }
};

}  // namespace

Val convert(Runtime& runtime, const Value& value) {
  const Runtime::Level level(runtime);
  runtime.step();
  return std::visit(Converter{runtime}, value.data());
}

}  // namespace sennit::spec::tmpl
