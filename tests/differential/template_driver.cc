// Renders templates for jinja.py: a request on stdin is a 32-bit length and a template, a reply on stdout is 'K' (text)
// or 'E' (kind and message), a length, and that text. The variables are those of jinja.py.
#include <cstdint>
#include <cstdio>
#include <string>

#include "spec/template/render.h"

namespace {

using sennit::spec::tmpl::Value;
using sennit::spec::tmpl::Variables;

Variables sample() {
  using List = Value::List;
  using Map = Value::Map;
  Variables v;
  v["l"] = List{3, 1, 2, 1};
  v["d"] = Map{{"b", 2}, {"a", 1}};
  v["s"] = "Hello World";
  v["n"] = 7;
  v["f"] = 2.5;
  v["e"] = List{};
  v["t"] = true;
  v["no"] = Value();
  v["u"] = "h\u00e9llo \u4e16\u754c \U0001F600";
  v["rows"] = List{Map{{"k", "x"}, {"n", 2}}, Map{{"k", "y"}, {"n", 1}}, Map{{"k", "x"}, {"n", 3}}};
  v["tree"] = List{Map{{"v", "a"}, {"c", List{Map{{"v", "b"}, {"c", List{}}}}}}, Map{{"v", "z"}, {"c", List{}}}};
  return v;
}

bool read_request(std::string& source) {
  std::uint32_t size = 0;
  if (std::fread(&size, sizeof(size), 1, stdin) != 1) return false;
  source.resize(size);
  return size == 0 || std::fread(source.data(), 1, size, stdin) == size;
}

void reply(char status, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  std::fwrite(&status, 1, 1, stdout);
  std::fwrite(&size, sizeof(size), 1, stdout);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

int main() {
  sennit::spec::tmpl::RenderOptions options;
  options.max_steps = 3'000'000;
  const Variables variables = sample();
  for (std::string source; read_request(source);) {
    const auto result = sennit::spec::tmpl::render(source, variables, options);
    if (result.ok()) {
      reply('K', result.value().text);
    } else {
      reply('E', std::string(to_string(result.error().kind)) + ": " + result.error().message);
    }
  }
}
