// str.format: "{} {0} {name} {a.b[c]!r:>{width}}".
#include <fmt/format.h>

#include <string>
#include <utility>

#include "spec/template/access.h"
#include "spec/template/arguments.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/format_spec.h"
#include "spec/template/numbers.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"

namespace sennit::spec::tmpl {

namespace {

[[noreturn]] void fail_format(std::string_view what) {
  fail(ErrorKind::kValue, fmt::format("the format string is broken: {}", what));
}

bool digits_only(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

class BraceFormatter {
 public:
  BraceFormatter(Runtime& runtime, const Str& format, Args& args)
      : runtime_(runtime), safe_(format.markup() == Markup::kSafe), args_(args) {}

  std::string run(std::string_view text, int depth) {
    if (depth > 2) fail_format("it is nested too deep");
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at];
      const bool doubled = at + 1 < text.size() && text[at + 1] == c;
      if ((c == '{' || c == '}') && doubled) {
        out += c;
        at += 2;
      } else if (c == '}') {
        fail_format("a single '}'");
      } else if (c == '{') {
        const std::size_t close = matching(text, at);
        out += field(text.substr(at + 1, close - at - 1), depth);
        runtime_.heap().check_room(out.size());
        at = close + 1;
      } else {
        out += c;
        ++at;
      }
    }
    runtime_.step(1 + out.size() / 64);
    return out;
  }

 private:
  static std::size_t matching(std::string_view text, std::size_t open) {
    int depth = 0;
    for (std::size_t at = open; at < text.size(); ++at) {
      if (text[at] == '{') ++depth;
      if (text[at] == '}' && --depth == 0) return at;
    }
    fail_format("a '}' is missing");
  }

  // The end of the name: at '!' or ':', but not inside of [ ].
  static std::size_t name_end(std::string_view field) {
    bool bracket = false;
    for (std::size_t at = 0; at < field.size(); ++at) {
      if (field[at] == '[') bracket = true;
      if (field[at] == ']') bracket = false;
      if (!bracket && (field[at] == '!' || field[at] == ':')) return at;
    }
    return field.size();
  }

  std::string field(std::string_view text, int depth) {
    const std::size_t end = name_end(text);
    Val value = resolve(text.substr(0, end));
    std::string_view rest = text.substr(end);
    if (rest.starts_with('!')) {
      if (rest.size() < 2 || (rest.size() > 2 && rest[2] != ':')) fail_format("a conversion is one letter");
      value = converted(value, rest[1]);
      rest.remove_prefix(2);
    }
    const std::string spec = rest.starts_with(':') ? run(rest.substr(1), depth + 1) : std::string();
    if (safe_ && spec.empty()) return text_of(runtime_, escaped(runtime_, value));
    const std::string formatted = format_value(runtime_, value, spec);
    return safe_ ? escape_html(formatted) : formatted;
  }

  Val converted(const Val& value, char how) {
    std::string text;
    if (how == 's') {
      append_text(runtime_, text, value);
    } else if (how == 'r' || how == 'a') {
      append_repr(runtime_, text, value);
    } else {
      fail_format(fmt::format("there is no conversion '!{}'", how));
    }
    return runtime_.text(std::move(text));
  }

  Val first_part(std::string_view name) {
    if (name.empty() || digits_only(name)) {
      if (name.empty() == numbered_ && (numbered_ || automatic_)) fail_format("'{}' and '{0}' are mixed");
      numbered_ = !name.empty();
      automatic_ = name.empty();
      const std::size_t index = name.empty() ? next_++ : static_cast<std::size_t>(number(name));
      if (index >= args_.positional.size()) {
        fail(ErrorKind::kValue, fmt::format("the format string needs argument {}", index));
      }
      return args_.positional[index];
    }
    const Val* value = args_.find(name);
    if (value == nullptr) {
      fail(ErrorKind::kValue, fmt::format("the format string needs an argument '{}'", name), std::string(name));
    }
    return *value;
  }

  static std::int64_t number(std::string_view digits) {
    const auto parsed = parse_integer(digits);
    const auto* small = parsed ? std::get_if<std::int64_t>(&*parsed) : nullptr;
    if (small == nullptr) fail_format("a number in it is too large");
    return *small;
  }

  Val resolve(std::string_view name) {
    const std::size_t first = std::min(name.find_first_of(".["), name.size());
    Val value = first_part(name.substr(0, first));
    for (std::size_t at = first; at < name.size();) {
      if (name[at] == '.') {
        const std::size_t end = std::min(name.find_first_of(".[", at + 1), name.size());
        value = attribute(runtime_, value, name.substr(at + 1, end - at - 1));
        at = end;
        continue;
      }
      const std::size_t close = name.find(']', at);
      if (name[at] != '[' || close == std::string_view::npos) fail_format("a ']' is missing");
      const std::string_view key = name.substr(at + 1, close - at - 1);
      value = item(runtime_, value, digits_only(key) ? Val::integer(number(key)) : runtime_.text(std::string(key)));
      at = close + 1;
    }
    return value;
  }

  Runtime& runtime_;
  bool safe_;
  Args& args_;
  std::size_t next_ = 0;
  bool automatic_ = false;
  bool numbered_ = false;
};

}  // namespace

Val brace_format(Runtime& runtime, const Val& format, Args& args) {
  const Str& text = format.as<Str>();
  return runtime.text(BraceFormatter(runtime, text, args).run(text.text(), 1), text.markup());
}

}  // namespace sennit::spec::tmpl
