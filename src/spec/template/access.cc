#include "spec/template/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "spec/template/arguments.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/methods.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

class BoundMethod final : public Callable {
 public:
  BoundMethod(Heap& heap, Val self, const Method* method)
      : Callable(heap, sizeof(BoundMethod)), self_(std::move(self)), method_(method) {}

  Val call(Runtime& runtime, Args& args) override { return method_->call(runtime, self_, args); }
  std::string display() const override {
    fail(ErrorKind::kType, fmt::format("the method '{}' is printed; call it with ()", method_->name));
  }
  std::string_view type() const override { return "method"; }
  void clear() override { self_ = Val(); }

 private:
  Val self_;
  const Method* method_;
};

bool dunder(std::string_view name) { return name.size() > 4 && name.starts_with("__") && name.ends_with("__"); }

Val no_attribute(Runtime& runtime, const Val& object, std::string_view name) {
  return runtime.missing(fmt::format("the {} has no attribute '{}'", type_name(object), name), std::string(name));
}

Val forbidden(Runtime& runtime, const Val& object, std::string_view name) {
  return runtime.missing(fmt::format("access to attribute '{}' of a {} is forbidden", name, type_name(object)),
                         std::string(name), ErrorKind::kSecurity);
}

std::optional<Val> number_attribute(const Val& object, std::string_view name) {
  if (name == "real" || name == "numerator") {
    return object.is(Kind::kBool) ? Val::integer(object.integer()) : object;
  }
  if (name == "imag") return object.is(Kind::kFloat) ? Val::real(0) : Val::integer(std::int64_t{0});
  if (name == "denominator" && !object.is(Kind::kFloat)) return Val::integer(std::int64_t{1});
  return std::nullopt;
}

std::optional<Val> find_attribute(Runtime& runtime, const Val& object, std::string_view name) {
  if (object.is(Kind::kCallable)) {
    if (const Val* value = object.as<Callable>().attribute(runtime, name)) return *value;
  }
  if (object.is(Kind::kNamespace)) {
    if (const Val* value = object.as<Namespace>().attributes->find(name)) return *value;
  }
  if (object.is(Kind::kTuple) && object.as<Seq>().names != nullptr) {
    const auto& names = *object.as<Seq>().names;
    if (name == names[0]) return object.as<Seq>().items[0];
    if (name == names[1]) return object.as<Seq>().items[1];
  }
  if (object.is(Kind::kInt) || object.is(Kind::kBool) || object.is(Kind::kFloat) || object.is(Kind::kBig)) {
    if (auto value = number_attribute(object, name)) return value;
  }
  if (object.is(Kind::kRange)) {
    const Range& range = object.as<Range>();
    if (name == "start") return Val::integer(range.start);
    if (name == "stop") return Val::integer(range.stop);
    if (name == "step") return Val::integer(range.step);
  }
  if (const Method* method = find_method(object, name)) {
    return Val(new BoundMethod(runtime.heap(), object, method));
  }
  return std::nullopt;
}

// The position that an index names in a sequence of `size`, if it is inside.
std::optional<std::size_t> position(const Val& key, std::size_t size) {
  if (!key.is(Kind::kInt) && !key.is(Kind::kBool)) return std::nullopt;
  std::int64_t index = key.integer();
  if (index < 0) index += static_cast<std::int64_t>(size);
  if (index < 0 || static_cast<std::size_t>(index) >= size) return std::nullopt;
  return static_cast<std::size_t>(index);
}

bool hashable(const Val& key) {
  if (key.is(Kind::kTuple)) {
    const auto& items = key.as<Seq>().items;
    return std::all_of(items.begin(), items.end(),
                       [](const Val& v) { return !v.is(Kind::kList) && !v.is(Kind::kDict) && !v.is(Kind::kTuple); });
  }
  return !key.is(Kind::kList) && !key.is(Kind::kDict) && !key.is(Kind::kView);
}

std::optional<Val> find_item(Runtime& runtime, const Val& object, const Val& key) {
  switch (object.kind()) {
    case Kind::kDict: {
      if (!hashable(key)) return std::nullopt;
      const Val* value = object.as<Dict>().find(key);
      return value == nullptr ? std::nullopt : std::optional(*value);
    }
    case Kind::kList:
    case Kind::kTuple: {
      const auto at = position(key, object.as<Seq>().items.size());
      return at ? std::optional(object.as<Seq>().items[*at]) : std::nullopt;
    }
    case Kind::kString: {
      const Str& text = object.as<Str>();
      const auto at = position(key, text.length());
      if (!at) return std::nullopt;
      const std::size_t offset = text.ascii() ? *at : byte_offset(text.text(), *at);
      runtime.step(text.ascii() ? 0 : offset / 64);
      return runtime.text(text.text().substr(offset, decode(text.text(), offset).size), text.markup());
    }
    case Kind::kRange: {
      const auto at = position(key, object.as<Range>().size());
      return at ? std::optional(Val::integer(object.as<Range>().at(*at))) : std::nullopt;
    }
    case Kind::kUndefined: fail_undefined(object);
    case Kind::kNone:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kBuiltin:
    case Kind::kBig:
    case Kind::kView:
    case Kind::kGenerator:
    case Kind::kCallable:
    case Kind::kNamespace: return std::nullopt;
  }
  return std::nullopt;
}

// Python's indices(): where a slice begins and ends, and how it goes.
struct Bounds {
  std::int64_t first;
  std::int64_t last;
  std::int64_t step;
};

std::int64_t bound(const Val& value, std::int64_t open, std::int64_t size, std::int64_t low, std::int64_t high) {
  if (value.is(Kind::kNone)) return open;
  require_defined(value);
  if (value.is(Kind::kBig)) return value.as<Big>().value.negative() ? low : high;
  if (!value.is(Kind::kInt) && !value.is(Kind::kBool)) {
    fail(ErrorKind::kType, fmt::format("a slice bound must be an integer or none, not '{}'", type_name(value)));
  }
  const std::int64_t index = value.integer();
  return std::clamp(index < 0 ? index + size : index, low, high);
}

Bounds bounds_of(const Val& first, const Val& last, const Val& step, std::size_t length) {
  const auto size = static_cast<std::int64_t>(length);
  std::int64_t stride = 1;
  if (!step.is(Kind::kNone)) stride = bound(step, 1, 0, -size - 1, size + 1);
  if (step.is(Kind::kInt) && step.integer() == 0) fail(ErrorKind::kValue, "the step of a slice cannot be zero");
  if (stride == 0) stride = 1;
  if (stride > 0) return {bound(first, 0, size, 0, size), bound(last, size, size, 0, size), stride};
  return {bound(first, size - 1, size, -1, size - 1), bound(last, -1, size, -1, size - 1), stride};
}

std::vector<std::size_t> positions_of(const Bounds& bounds) {
  std::vector<std::size_t> positions;
  for (std::int64_t i = bounds.first; bounds.step > 0 ? i < bounds.last : i > bounds.last; i += bounds.step) {
    positions.push_back(static_cast<std::size_t>(i));
  }
  return positions;
}

Val slice_text(Runtime& runtime, const Str& text, const Bounds& bounds) {
  std::string out;
  if (bounds.step == 1) {
    if (bounds.first < bounds.last) {
      const auto from = static_cast<std::size_t>(bounds.first);
      const auto count = static_cast<std::size_t>(bounds.last - bounds.first);
      const std::size_t start = text.ascii() ? from : byte_offset(text.text(), from);
      const std::string_view rest = std::string_view(text.text()).substr(start);
      out = rest.substr(0, text.ascii() ? count : byte_offset(rest, count));
    }
    return runtime.text(std::move(out), text.markup());
  }
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < text.text().size(); at += decode(text.text(), at).size) starts.push_back(at);
  for (const std::size_t i : positions_of(bounds)) {
    out += text.text().substr(starts[i], decode(text.text(), starts[i]).size);
  }
  return runtime.text(std::move(out), text.markup());
}

}  // namespace

Val own_attribute(Runtime& runtime, const Val& object, std::string_view name) {
  require_defined(object);
  if (dunder(name)) return forbidden(runtime, object, name);
  if (auto value = find_attribute(runtime, object, name)) return *std::move(value);
  return no_attribute(runtime, object, name);
}

Val attribute(Runtime& runtime, const Val& object, std::string_view name) {
  require_defined(object);
  if (!dunder(name)) {
    if (auto value = find_attribute(runtime, object, name)) return *std::move(value);
  }
  if (object.is(Kind::kDict)) {
    if (const Val* value = object.as<Dict>().find(name)) return *value;
  }
  if (dunder(name)) return forbidden(runtime, object, name);
  return no_attribute(runtime, object, name);
}

Val item(Runtime& runtime, const Val& object, const Val& key) {
  require_defined(object);
  require_defined(key);
  if (auto value = find_item(runtime, object, key)) return *std::move(value);
  if (!key.is(Kind::kString)) {
    return runtime.missing(fmt::format("the {} has no element {}", type_name(object), text_of(runtime, key)));
  }
  return own_attribute(runtime, object, key.as<Str>().text());
}

Val slice(Runtime& runtime, const Val& object, const Val& first, const Val& last, const Val& step) {
  require_defined(object);
  if (object.is(Kind::kString)) {
    const Str& text = object.as<Str>();
    runtime.about_to_make(text.text().size());
    return slice_text(runtime, text, bounds_of(first, last, step, text.length()));
  }
  if (object.is(Kind::kRange)) {
    const Range& range = object.as<Range>();
    const Bounds bounds = bounds_of(first, last, step, range.size());
    const auto at = [&](std::int64_t i) { return range.start + i * range.step; };
    return Val(new Range(runtime.heap(), at(bounds.first), at(bounds.last), range.step * bounds.step));
  }
  if (!object.is(Kind::kList) && !object.is(Kind::kTuple)) {
    fail(ErrorKind::kType, fmt::format("a {} cannot be sliced", type_name(object)));
  }
  const auto& items = object.as<Seq>().items;
  runtime.about_to_make(items.size() * sizeof(Val));
  std::vector<Val> out;
  for (const std::size_t i : positions_of(bounds_of(first, last, step, items.size()))) out.push_back(items[i]);
  return object.is(Kind::kList) ? runtime.list(std::move(out)) : runtime.tuple(std::move(out));
}

Val call(Runtime& runtime, const Val& callee, Args& args) {
  require_defined(callee);
  if (callee.is(Kind::kBuiltin)) return callee.builtin()->call(runtime, args);
  if (callee.is(Kind::kCallable)) return callee.as<Callable>().call(runtime, args);
  fail(ErrorKind::kType, fmt::format("a {} cannot be called", type_name(callee)));
}

}  // namespace sennit::spec::tmpl
