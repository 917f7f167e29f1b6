// What templates mean, in tables: source and expected text. The expectations are Jinja2's own output.
#include "spec/template/render.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sennit::spec::tmpl {
namespace {

struct Case {
  const char* source;
  const char* expected;
};

Variables sample() {
  Variables v;
  v["l"] = Value::List{3, 1, 2, 1};
  v["d"] = Value::Map{{"b", 2}, {"a", 1}};
  v["s"] = "Hello World";
  v["n"] = 7;
  v["f"] = 2.5;
  v["e"] = Value::List{};
  v["rows"] =
      Value::List{Value::Map{{"k", "x"}, {"n", 2}}, Value::Map{{"k", "y"}, {"n", 1}}, Value::Map{{"k", "x"}, {"n", 3}}};
  v["u"] = "h\u00e9llo \u4e16";
  v["tree"] = Value::List{Value::Map{{"v", "a"}, {"c", Value::List{Value::Map{{"v", "b"}, {"c", Value::List{}}}}}},
                          Value::Map{{"v", "z"}, {"c", Value::List{}}}};
  return v;
}

std::string rendered(std::string_view source, const Variables& variables = sample()) {
  const RenderResult result = render(source, variables, {});
  if (result.ok()) return result.value().text;
  return "error: " + result.error().message;
}

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(rendered(c.source), c.expected) << c.source;
}

TEST(Render, CopiesTextAndRemovesOneTrailingNewline) {
  check({
      {"", ""},
      {"plain", "plain"},
      {"a\n", "a"},
      {"a\n\n", "a\n"},
      {"{ x } %} }} #}", "{ x } %} }} #}"},
      {"a\r\nb\rc\r\n", "a\nb\nc"},
      {"${x}", "${x}"},
  });
}

TEST(Render, KeepsRuntimeTokens) {
  check({
      {"{{output}} {{input:0}} {{host:t}} {{workflow_id}} {{uuid}} {{n}}",
       "{{output}} {{input:0}} {{host:t}} {{workflow_id}} {{uuid}} 7"},
      {"{{ output }} {{ input:0 }} {{ host:my-task }} {{ workflow_id }}",
       "{{output}} {{input:0}} {{host:my-task}} {{workflow_id}}"},
      {"a {{- output -}} b", "a{{output}}b"},
      {"{{input:{{ i }}}}", "{{input:{{ i }}}}"},
      {"{% raw %}{{output}} {{ output }}{% endraw %}", "{{output}} {{ output }}"},
      {"{{ \"{{output}}\" }}", "{{output}}"},
      {"{# {{output}} #}x", "x"},
      {"{% for i in [0, 1] %}{% raw %}{{host:w_{% endraw %}{{ i }}{% raw %}}} {% endraw %}{% endfor %}",
       "{{host:w_0}} {{host:w_1}} "},
      {"{{ workflow_id is defined }}", "False"},
  });
}

TEST(Render, LetsAVariableReplaceASpacedTokenOnly) {
  const Variables variables = {{"output", "mine"}};
  EXPECT_EQ(rendered("{{output}} {{ output }}", variables), "{{output}} mine");
  EXPECT_EQ(rendered("{% set output = 'x' %}{{ output }}", {}), "x");
}

TEST(Render, ComputesAsPython) {
  check({
      {"{{ -2 ** 2 }} {{ 2 ** 3 ** 2 }} {{ 2 ** -1 }}", "4 64 0.5"},
      {"{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }}", "-4 2 -2 3.0 0.5"},
      {"{{ 10 / 5 }} {{ 1 / 3 }} {{ 0.1 + 0.2 }}", "2.0 0.3333333333333333 0.30000000000000004"},
      {"{{ 2**100 }} {{ (2**100) % 1000007 }} {{ 9223372036854775807 + 1 }}",
       "1267650600228229401496703205376 698635 9223372036854775808"},
      {"{{ -(2**100) // 7 }} {{ 10**30 - 10**30 + 5 }}", "-181092942889747057356671886483 5"},
      {"{{ 1e16 }} {{ 1e15 }} {{ 0.0001 }} {{ 0.00001 }} {{ -0.0 }} {{ 1e100 }} {{ 5e-324 }}",
       "1e+16 1000000000000000.0 0.0001 1e-05 -0.0 1e+100 5e-324"},
      {"{{ 1 + true }} {{ -true }} {{ not true }} {{ 1 == true }} {{ 1.0 in [1] }}", "2 -1 False True True"},
      {"{{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1_000 }} {{ 1.5e-3 }}", "31 5 15 1000 0.0015"},
      {"{{ \"a\" * 3 }} {{ [1] * 2 }} {{ \"a\" * -1 }} {{ l + [9] }}", "aaa [1, 1]  [3, 1, 2, 1, 9]"},
      {"{{ n ~ '-' ~ f ~ none }}", "7-2.5None"},
  });
}

TEST(Render, ComparesAndDecidesAsPython) {
  check({
      {"{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ [1,2] < [1,3] }} {{ (1,2) == [1,2] }}", "True False True False"},
      {"{{ n > 5 and n < 6 }} {{ e or 'none' }} {{ 1 and 2 or 3 }} {{ not not 1 }}", "False none 2 True"},
      {"{{ 'a' in 'abc' }} {{ 1 not in [1] }} {{ 'a' in d }} {{ ('a', 1) in d.items() }}", "True False True True"},
      {"{{ 'y' if n > 50 }}|{{ 1 if false else 2 if false else 3 }}", "|3"},
      {"{{ 9007199254740993 == 9007199254740992.0 }}", "False"},
  });
}

TEST(Render, PrintsAsPython) {
  check({
      {"{{ none }} {{ true }} {{ (1, 2) }} {{ (1,) }} {{ () }} {{ {} }}", "None True (1, 2) (1,) () {}"},
      {"{{ d }} {{ rows[0] }}", "{'b': 2, 'a': 1} {'k': 'x', 'n': 2}"},
      {"{{ [\"it's\", 'say \"hi\"', 'both \\' \"'] }}", "[\"it's\", 'say \"hi\"', 'both \\' \"']"},
      {"{{ ['\\n\\t\\\\ \\x00 \\u200b', u] }}", "['\\n\\t\\\\ \\x00 \\u200b', 'h\u00e9llo \u4e16']"},
      {"{{ d.items() }} {{ range(3) }} {{ d.keys()|list }}", "dict_items([('b', 2), ('a', 1)]) range(0, 3) ['b', 'a']"},
  });
}

TEST(Render, FindsAttributesItemsAndSlices) {
  check({
      {"{{ d.a }}{{ d['b'] }}{{ l[0] }}{{ l[-1] }}{{ l.0 }}{{ u[1] }}", "12313\u00e9"},
      {"{{ s[1:3] }} {{ s[::-1] }} {{ l[::2] }} {{ s[10:2:-2] }} {{ u[4:] }}", "el dlroW olleH [3, 2] drWo o \u4e16"},
      {"{{ {'items': 1}['items'] }} {{ {'a': {'b': 5}}.a.b }}", "1 5"},
      {"{{ l[10] is defined }} {{ d.zz is defined }} {{ d._x|default('n') }} {{ nope is defined }}",
       "False False n False"},
      {"{{ {1: 'a', 1.0: 'b', true: 'c'} }}", "{1: 'c'}"},
  });
}

TEST(Render, CallsMethods) {
  check({
      {"{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ ' a b c '.split(none, 1) }}",
       "['a', 'b', '', 'c'] ['a', 'b'] ['a', 'b c ']"},
      {"{{ ' a b c '.rsplit(none, 1) }} {{ 'a-b'.partition('-') }}", "[' a b', 'c'] ('a', '-', 'b')"},
      {"{{ 'abc'.center(8) }}|{{ 'ab'.center(5) }}|{{ '-42'.zfill(5) }}", "  abc   |  ab |-0042"},
      {"{{ 'x{}y{a}'.format(1, a=2) }} {{ '{:>5}|{:05d}|{:,.2f}|{!r}'.format(1, 42, 1234.5, 'q') }}",
       "x1y2     1|00042|1,234.50|'q'"},
      {"{{ '%s-%d %5.2f|%-4s|%x %r' % ('a', 3, 2.5, 'b', 255, 'q') }}", "a-3  2.50|b   |ff 'q'"},
      {"{{ l.append(4) }}{{ l }} {{ d.get('zz', 9) }} {{ d.pop('a') }}{{ d }}", "None[3, 1, 2, 1, 4] 9 1{'b': 2}"},
      {"{{ 'abc'.replace('', '-') }} {{ u.find('\u4e16') }} {{ 'aXbX'.replace('X', '', 1) }}", "-a-b-c- 6 abX"},
  });
}

TEST(Render, AppliesFilters) {
  check({
      {"{{ s|upper }} {{ 'hello wORLD-foo (bar'|title }} {{ s|replace('o', '0') }}",
       "HELLO WORLD Hello World-Foo (Bar Hell0 W0rld"},
      {"{{ rows|join('+', attribute='k') }} {{ l|sort|join }} {{ ['b', 'A', 'c']|sort|join }}", "x+y+x 1123 Abc"},
      {"{{ rows|sort(attribute='k,n')|map(attribute='n')|list }} {{ l|unique|list }} {{ l|sum }}",
       "[2, 3, 1] [3, 1, 2] 7"},
      {"{% for k, g in rows|groupby('k') %}{{ k }}{{ g|length }}{% endfor %}", "x2y1"},
      {"{{ l|select('odd')|list }} {{ rows|selectattr('k', 'eq', 'x')|map(attribute='n')|list }}", "[3, 1, 1] [2, 3]"},
      {"{{ '5'|int + 1 }} {{ 'x'|int(9) }} {{ '0x1f'|int(0, 16) }} {{ '2.5'|float }} {{ 2.5|round }} {{ 2.675|round(2) "
       "}}",
       "6 9 31 2.5 2.0 2.67"},
      {"{{ d|tojson }} {{ {'a': '<x>&'}|tojson }} {{ {'a': [1, {}]}|tojson(indent=2) }}",
       "{\"a\": 1, \"b\": 2} {\"a\": \"\\u003cx\\u003e\\u0026\"} {\n  \"a\": [\n    1,\n    {}\n  ]\n}"},
      {"{{ nope|default('dd') }} {{ ''|default('x') }}|{{ ''|default('x', true) }}", "dd |x"},
      {"{{ 'a\\nb'|indent(2) }} {{ 'foo bar baz qux'|truncate(9) }} {{ 1000000|filesizeformat }}",
       "a\n  b foo... 1.0 MB"},
      {"{{ l|batch(3, 0)|list }} {{ l|slice(3)|list }}", "[[3, 1, 2], [1, 0, 0]] [[3, 1], [2], [1]]"},
      {"{{ 'the quick brown fox'|wordwrap(10) }} {{ 'a b&c'|urlencode }}", "the quick\nbrown fox a%20b%26c"},
      {"{% autoescape true %}{{ '<' }}{{ '<'|safe }}{% endautoescape %}{{ '<' }}", "&lt;<<"},
  });
}

TEST(Render, AppliesTests) {
  check({
      {"{{ n is odd }} {{ n is divisibleby 7 }} {{ 3 is in [1, 3] }} {{ 3 is not gt 4 }}", "True True True True"},
      {"{{ none is none }} {{ true is integer }} {{ true is number }} {{ {} is mapping }} {{ 'a' is string }}",
       "True False True True True"},
      {"{{ 'upper' is filter }} {{ 'zz' is filter }} {{ range is callable }}", "True False True"},
  });
}

TEST(Render, Loops) {
  check({
      {"{% for x in l %}{{ loop.index }}{{ loop.revindex0 }}{{ loop.last }} {% endfor %}",
       "13False 22False 31False 40True "},
      {"{% for x in l if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %}", "1/2:3 2/2:2 "},
      {"{% for x in e %}x{% else %}none{% endfor %}", "none"},
      {"{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "b=2;a=1;"},
      {"{% for t in tree recursive %}{{ t.v }}{{ loop.depth }}{% if t.c %}({{ loop(t.c) }}){% endif %}{% endfor %}",
       "a1(b2)z1"},
      {"{% for x in l %}{{ loop.cycle('a', 'b') }}{{ 'c' if loop.changed(x) }}{% endfor %}", "acbcacbc"},
      {"{% for x in l %}{{ loop.previtem|default('-') }}{{ loop.nextitem|default('-') }} {% endfor %}", "-1 32 11 2- "},
  });
}

TEST(Render, KeepsNamesInTheirBlocks) {
  check({
      {"{% set a = 1 %}{% for x in l %}{% set a = x %}{% endfor %}{{ a }}", "1"},
      {"{% if true %}{% set z = 1 %}{% endif %}{{ z }}", "1"},
      {"{% set ns = namespace(x=0) %}{% for i in l %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}", "7"},
      {"{% with a=1, b=n %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}", "17False"},
      {"{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set x %}a{{ n }}{% endset %}{{ x|upper }}", "12A7"},
      {"{% macro m() %}{{ a }}{% endmacro %}{% set a = 1 %}{{ m() }}", "1"},
  });
}

TEST(Render, CallsMacros) {
  check({
      {"{% macro m(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, c=9) }}", "121 129"},
      {"{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, x=2) }}", "(1,){'x': 2}"},
      {"{% macro m() %}{{ caller(1, b=2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}-{{ b }}{% endcall %}", "1-2"},
      {"{% macro f(n) %}{% if n %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(5) }}", "54321"},
      {"{% filter upper %}a{{ n }}{% endfilter %}", "A7"},
  });
}

TEST(Render, ControlsWhiteSpace) {
  check({
      {"a {{- ' x ' -}} b {%- if true -%} c {%- endif -%} d", "a x bcd"},
      {"a {#- c -#} b", "ab"},
      {"|{%- raw -%} a {%- endraw -%} |", "|a|"},
      {"{% if true %}\n x\n{% endif %}\n", "\n x\n"},
      {"a {%+ if true +%} b {% endif %}", "a  b "},
  });
}

TEST(Render, DoesNotChangeTheCallersValues) {
  const Variables variables = sample();
  EXPECT_EQ(rendered("{{ l.append(5) }}{{ l|length }}", variables), "None5");
  EXPECT_EQ(rendered("{{ l|length }}", variables), "4");
}

TEST(Render, TakesRingsApart) {
  EXPECT_EQ(rendered("{% set a = [] %}{% set _ = a.append(a) %}{{ a|length }}"), "1");
  EXPECT_EQ(rendered("{% set ns = namespace() %}{% set ns.me = ns %}{{ ns.me is sameas ns }}"), "True");
}

TEST(Render, RepeatsRandomChoices) {
  RenderOptions options;
  options.random_seed = 42;
  const char* source = "{% for i in range(20) %}{{ [1, 2, 3, 4]|random }}{% endfor %}";
  EXPECT_EQ(render(source, {}, options).value().text, render(source, {}, options).value().text);
}

TEST(SourceMapOfRender, PointsAtTheTemplate) {
  const std::string source = "ab{{ n }}cd\r\nef{# #}g";
  const RenderResult result = render(source, sample(), {});
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result.value().text, "ab7cd\nefg");
  const SourceMap& map = result.value().map;
  const std::vector<std::size_t> expected = {0, 1, 2, 9, 10, 11, 13, 14, 20};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(map.source_of(i), expected[i]) << i;
}

TEST(SourceMapOfRender, IsOneSegmentForPlainText) {
  const RenderResult result = render("a\nb {{output}}\nc", {}, {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().map.segments(), 1U);
}

TEST(HasTemplateSyntax, LooksForWhatRenderingChanges) {
  EXPECT_FALSE(has_template_syntax("a: {b: 1}"));
  EXPECT_TRUE(has_template_syntax("a: {{ b }}"));
  EXPECT_TRUE(has_template_syntax("a\r\nb"));
  EXPECT_TRUE(has_template_syntax("a\n"));
}

}  // namespace
}  // namespace sennit::spec::tmpl
