// What templates must not do: kinds of errors, the place they name, the limits.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "spec/template/render.h"

namespace sennit::spec::tmpl {
namespace {

struct Case {
  const char* source;
  ErrorKind kind;
  std::size_t line;
  std::size_t column;
  const char* name;
};

Variables sample() {
  Variables v;
  v["l"] = Value::List{3, 1, 2, 1};
  v["d"] = Value::Map{{"b", 2}, {"a", 1}};
  v["n"] = 7;
  return v;
}

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const RenderResult result = render(c.source, sample(), {});
    ASSERT_FALSE(result.ok()) << c.source;
    const RenderError& error = result.error();
    EXPECT_EQ(to_string(error.kind), to_string(c.kind)) << c.source << ": " << error.message;
    EXPECT_EQ(error.at.line, c.line) << c.source << ": " << error.message;
    EXPECT_EQ(error.at.column, c.column) << c.source << ": " << error.message;
    EXPECT_EQ(error.name, c.name) << c.source;
  }
}

TEST(RenderError, NamesWhatIsUndefinedAndWhere) {
  check({
      {"a\nb {{ nope }}", ErrorKind::kUndefined, 2, 6, "nope"},
      {"{{ nope|upper }}", ErrorKind::kUndefined, 1, 4, "nope"},
      {"{{ n + nope }}", ErrorKind::kUndefined, 1, 8, "nope"},
      {"{{ d.zz }}", ErrorKind::kMissing, 1, 6, "zz"},
      {"{{ d['zz'] }}", ErrorKind::kMissing, 1, 6, "zz"},
      {"{% if nope %}x{% endif %}", ErrorKind::kUndefined, 1, 7, "nope"},
      {"{% for x in nope %}{% endfor %}", ErrorKind::kUndefined, 1, 13, "nope"},
      {"\u4e16\u754c {{ nope }}", ErrorKind::kUndefined, 1, 7, "nope"},
      {"a\r\nb\r\n{{ nope }}", ErrorKind::kUndefined, 3, 4, "nope"},
      {"{{ Output }}", ErrorKind::kUndefined, 1, 4, "Output"},
      {"{{ uuid }}", ErrorKind::kUndefined, 1, 4, "uuid"},
      {"{{ d|attr('a') }}", ErrorKind::kMissing, 1, 6, "a"},
  });
}

TEST(RenderError, ShowsBrokenSyntax) {
  check({
      {"{{ n | }}", ErrorKind::kSyntax, 1, 8, ""},
      {"{{ d.items( }}", ErrorKind::kSyntax, 1, 13, ""},
      {"{{ }}", ErrorKind::kSyntax, 1, 4, ""},
      {"x {{ n", ErrorKind::kSyntax, 1, 3, "{{"},
      {"x\n  {% if n", ErrorKind::kSyntax, 2, 3, "{%"},
      {"${#arr[@]}", ErrorKind::kSyntax, 1, 2, ""},
      {"{% raw %}x", ErrorKind::kSyntax, 1, 1, ""},
      {"{{ 'a }}", ErrorKind::kSyntax, 1, 4, ""},
      {"['{{ n']\n['a', '{{ n }}']", ErrorKind::kSyntax, 1, 3, "{{"},
      {"{{{ n }}}", ErrorKind::kSyntax, 1, 7, ""},
      {"{{ n ? 1 }}", ErrorKind::kSyntax, 1, 6, ""},
      {"{% if true %}x", ErrorKind::kSyntax, 1, 4, "if"},
      {"{% for x in l %}{{ x }}", ErrorKind::kSyntax, 1, 4, "for"},
      {"{% fro x in l %}{% endfor %}", ErrorKind::kUnknownTag, 1, 4, "fro"},
      {"{% if n %}{% endfor %}", ErrorKind::kSyntax, 1, 14, ""},
      {"{% endif %}", ErrorKind::kSyntax, 1, 4, ""},
      {"{% do l.append(1) %}", ErrorKind::kUnknownTag, 1, 4, "do"},
      {"{{host:}}", ErrorKind::kSyntax, 1, 7, ""},
      {"{{ n is odd is even }}", ErrorKind::kSyntax, 1, 13, ""},
      {"{{ n|nosuch }}", ErrorKind::kUnknownFilter, 1, 6, "nosuch"},
      {"{{ n is nosuch }}", ErrorKind::kUnknownTest, 1, 9, "nosuch"},
  });
}

TEST(RenderError, OneDoesNotHideTheNext) {
  RenderResult result = render("a: '{{ x + 1 }}'\n{{ n|uper }}\n'{{ n'\n{{ 1 / 0 }}{{ n }}\n{{ d.zz }}", sample(), {});
  RenderFailure failure = std::move(result).failure();
  std::string all;
  for (const RenderError& error : failure.errors) {
    all += std::to_string(error.at.line) + " " + std::string(to_string(error.kind)) + "; ";
  }
  EXPECT_EQ(all, "3 syntax; 2 unknown_filter; 1 undefined; 4 value; 5 missing; ");
  ASSERT_TRUE(failure.rest);
  EXPECT_EQ(failure.rest->text, "a: 'x'\nx\n'x'\nx7\nx");
}

TEST(RenderError, LostStatementsLeaveNoText) {
  RenderResult result = render("{% if x %}{{ y }}{% endif %}{% set z = x %}{{ z }}{{ y }}", sample(), {});
  RenderFailure failure = std::move(result).failure();
  EXPECT_EQ(failure.errors.size(), 3U);  // x twice, y once
  EXPECT_FALSE(failure.rest);
}

TEST(RenderError, ManyAreBounded) {
  std::string source;
  for (int i = 0; i < 200; ++i) source += "{{ x" + std::to_string(i) + " }}";
  RenderResult result = render(source, {}, {});
  RenderFailure failure = std::move(result).failure();
  EXPECT_EQ(failure.errors.size(), 100U);
  EXPECT_FALSE(failure.rest);
  EXPECT_EQ(std::move(render("{% for i in range(99999) %}{{ x }}{% endfor %}", {}, {})).failure().errors.size(), 1U);
}

TEST(RenderError, RefusesWhatPythonRefuses) {
  check({
      {"{{ 1 + 'a' }}", ErrorKind::kType, 1, 6, ""},
      {"{{ none + 1 }}", ErrorKind::kType, 1, 9, ""},
      {"{{ '%d' % 'x' }}", ErrorKind::kType, 1, 9, ""},
      {"{{ 1 / 0 }}", ErrorKind::kValue, 1, 6, ""},
      {"{{ 5.0 // 0 }}", ErrorKind::kValue, 1, 8, ""},
      {"{{ '{'.format() }}", ErrorKind::kValue, 1, 8, ""},
      {"{{ range(1, 5, 0)|list }}", ErrorKind::kValue, 1, 4, ""},
      {"{{ {[]: 1} }}", ErrorKind::kType, 1, 4, ""},
      {"{{ n() }}", ErrorKind::kType, 1, 4, ""},
      {"{{ l|sort(foo=1) }}", ErrorKind::kType, 1, 6, ""},
      {"{{ l|map('upper') }}", ErrorKind::kType, 1, 6, ""},
      {"{% include 'x' %}", ErrorKind::kUnsupported, 1, 4, ""},
  });
}

TEST(RenderError, KeepsTheSandboxShut) {
  check({
      {"{{ ''.__class__ }}", ErrorKind::kSecurity, 1, 7, "__class__"},
      {"{{ ''['__class__'] }}", ErrorKind::kSecurity, 1, 7, "__class__"},
      {"{{ l.__len__() }}", ErrorKind::kSecurity, 1, 6, "__len__"},
      {"{{ 'a'.upper.__self__ }}", ErrorKind::kSecurity, 1, 14, "__self__"},
      {"{{ '{x.__class__}'.format_map({'x': 5}) }}", ErrorKind::kSecurity, 1, 20, "__class__"},
      {"{{ 'a'|attr('__class__') }}", ErrorKind::kSecurity, 1, 8, "__class__"},
  });
}

struct LimitCase {
  const char* source;
  const char* option;  // named by the message
};

TEST(RenderLimits, StopWhatGrows) {
  const LimitCase cases[] = {
      {"{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "max_steps"},
      {"{{ (7 ** 9999999) % 10 }}", "bits"},
      {"{{ ('x' * 900000000)|length }}", "max_value_bytes"},
      {"{{ [1] * 900000000 }}", "max_value_bytes"},
      {"{{ '%900000000d' % 1 }}", "max_value_bytes"},
      {"{{ '{:900000000}'.format(1) }}", "max_value_bytes"},
      {"{{ 'a'.ljust(900000000) }}", "max_value_bytes"},
      {"{{ 'a'|center(900000000) }}", "max_value_bytes"},
      {"{{ 'a\\nb'|indent(900000000) }}", "max_value_bytes"},
      {"{% set ns = namespace(s='x' * 1000) %}{% for i in range(40) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
       "max_value_bytes"},
      {"{% macro m() %}{% for i in range(99999) %}{{ 'x' * 9999 }}{% endfor %}{% endmacro %}{{ m() }}",
       "max_value_bytes"},
      {"{{ range(100001) }}", "max_range"},
      {"{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}", "max_depth"},
      {"{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}", "max_depth"},
      {"{% set a = [] %}{% set _ = a.append(a) %}{{ a }}", "max_depth"},
      {"{% set a = [] %}{% set _ = a.append(a) %}{{ a|tojson }}", "max_depth"},
      {"{% set ns = namespace(t=()) %}{% for i in range(5000) %}{% set ns.t = (ns.t,) %}{% endfor %}{{ {ns.t: 1} }}",
       "levels deep"},
  };
  RenderOptions options;
  options.max_steps = 300'000;
  options.max_value_bytes = 3'000'000;
  for (const LimitCase& c : cases) {
    const RenderResult result = render(c.source, {}, options);
    ASSERT_FALSE(result.ok()) << c.source;
    EXPECT_EQ(result.error().kind, ErrorKind::kLimit) << c.source << ": " << result.error().message;
    EXPECT_NE(result.error().message.find(c.option), std::string::npos) << c.source << ": " << result.error().message;
  }
}

TEST(RenderLimits, HoldAtTheLimit) {
  RenderOptions options;
  options.max_output_bytes = 10;
  EXPECT_TRUE(render("{{ 'x' * 10 }}", {}, options).ok());
  EXPECT_EQ(render("{{ 'x' * 11 }}", {}, options).error().kind, ErrorKind::kLimit);
  EXPECT_EQ(render("12345678901", {}, options).error().kind, ErrorKind::kLimit);
  options.max_source_bytes = 3;
  EXPECT_TRUE(render("abc", {}, options).ok());
  EXPECT_EQ(render("abcd", {}, options).error().kind, ErrorKind::kLimit);
  EXPECT_TRUE(render("{{ range(100000)|length }}", {}, {}).ok());
}

TEST(RenderLimits, KeepTheStackOfTheParser) {
  const auto nested = [](std::string_view open, std::string_view inside, std::string_view close, int times) {
    std::string source;
    for (int i = 0; i < times; ++i) source += open;
    source += inside;
    for (int i = 0; i < times; ++i) source += close;
    return source;
  };
  EXPECT_EQ(render("{{ " + nested("(", "1", ")", 40) + " }}", {}, {}).value().text, "1");
  for (const std::string& source :
       {"{{ " + nested("(", "1", ")", 100'000) + " }}", "{{ " + nested("[", "1", "]", 100'000) + " }}",
        "{{ " + nested("not ", "1", "", 100'000) + " }}", "{{ " + nested("-", "1", "", 100'000) + " }}",
        "{{ " + nested("1 if 0 else ", "1", "", 100'000) + " }}", nested("{% if true %}", "1", "{% endif %}", 100'000),
        "{{ " + nested("", "1", "+1", 100'000) + " }}", "{{ " + nested("", "l", "[0]", 100'000) + " }}",
        "{{ " + nested("", "1", "|string", 100'000) + " }}", "{% set " + nested("(", "a", ")", 100'000) + " = 1 %}"}) {
    const RenderResult result = render(source, {}, {});
    ASSERT_FALSE(result.ok()) << source.substr(0, 40);
    EXPECT_EQ(result.error().kind, ErrorKind::kLimit) << source.substr(0, 40) << ": " << result.error().message;
  }
}

TEST(RenderLimits, FreeDeepValuesWithoutTheStack) {
  const char* source =
      "{% set ns = namespace(a=[]) %}{% for i in range(100000) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a|length }}";
  EXPECT_EQ(render(source, {}, {}).value().text, "1");
}

TEST(RenderError, PassesOverWhatIsNotReached) {
  const char* fine[] = {
      "{% if false %}{{ 1|nosuch }}{% include 'x' %}{% endif %}",
      "{{ '' if true else 1|nosuch }}",
      "{{ '' if true else nope }}",
      "{{ (nope is defined and nope)|string|replace('False', '') }}",
      "{{ ''.__class__|default('') }}",
      "{% macro unused() %}{{ nope }}{% endmacro %}",
  };
  for (const char* source : fine) {
    const RenderResult result = render(source, {}, {});
    ASSERT_TRUE(result.ok()) << source << ": " << result.error().message;
    EXPECT_EQ(result.value().text, "") << source;
  }
}

}  // namespace
}  // namespace sennit::spec::tmpl
