// The recorded answers of OSMO that concern templates alone: text of the workflow section in, text or error out.
// Reads spec.jsonl of $SENNIT_CONFORMANCE, else of tests/conformance beside src; skipped aloud where there is none.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "spec/template/assignment.h"
#include "spec/template/render.h"

namespace sennit::spec::tmpl {
namespace {

// Just enough JSON for these files, which are known to be well formed.
struct Json {
  std::string text;  // of a string, or of a literal as written
  std::vector<Json> items;
  std::map<std::string, Json> fields;

  const Json& operator[](const std::string& name) const {
    static const Json none;
    const auto it = fields.find(name);
    return it == fields.end() ? none : it->second;
  }
};

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  Json read() {
    space();
    Json value;
    if (take('{')) {
      while (!take('}')) {
        std::string name = string();
        take(':');
        value.fields[std::move(name)] = read();
        take(',');
      }
    } else if (take('[')) {
      while (!take(']')) {
        value.items.push_back(read());
        take(',');
      }
    } else if (text_[at_] == '"') {
      value.text = string();
    } else {
      while (at_ < text_.size() && std::string_view(",]} \n").find(text_[at_]) == std::string_view::npos) {
        value.text += text_[at_++];
      }
    }
    return value;
  }

 private:
  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }

  bool take(char c) {
    space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    space();
    return true;
  }

  unsigned code_unit() {
    const auto unit = static_cast<unsigned>(std::stoul(std::string(text_.substr(at_, 4)), nullptr, 16));
    at_ += 4;
    return unit;
  }

  void unicode(std::string& out) {
    unsigned code = code_unit();
    if (code >= 0xd800 && code < 0xdc00) {
      at_ += 2;
      code = 0x10000 + ((code - 0xd800) << 10U) + (code_unit() - 0xdc00);
    }
    const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
      put(0xc0 | code >> 6U);
    } else {
      if (code >= 0x10000) put(0xf0 | code >> 18U);
      put(code >= 0x10000 ? 0x80 | (code >> 12U & 0x3f) : 0xe0 | code >> 12U);
      put(0x80 | (code >> 6U & 0x3f));
    }
    put(0x80 | (code & 0x3f));
  }

  std::string string() {
    space();
    std::string out;
    for (++at_; text_[at_] != '"';) {
      if (text_[at_] != '\\') {
        out += text_[at_++];
        continue;
      }
      const char c = text_[at_ + 1];
      at_ += 2;
      if (c == 'u') {
        unicode(out);
      } else {
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c;
      }
    }
    ++at_;
    space();
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::filesystem::path directory() {
  if (const char* set = std::getenv("SENNIT_CONFORMANCE")) return set;
  return std::filesystem::path(__FILE__).parent_path() / "../../../tests/conformance";
}

// The defaults that most vectors share; other ones need a YAML reader and are tested where there is one.
constexpr std::string_view kSharedDefaults =
    "default-values:\n"
    "  l: [3, 1, 2, 1]\n"
    "  d: {b: 2, a: 1}\n"
    "  s: \"Hello World\"\n"
    "  n: 7\n"
    "  f: 2.5\n"
    "  e: []\n"
    "  rows:\n"
    "  - {k: x, n: 2}\n"
    "  - {k: y, n: 1}\n"
    "  - {k: x, n: 3}\n";

Variables shared_defaults() {
  Variables v;
  v["l"] = Value::List{3, 1, 2, 1};
  v["d"] = Value::Map{{"b", 2}, {"a", 1}};
  v["s"] = "Hello World";
  v["n"] = 7;
  v["f"] = 2.5;
  v["e"] = Value::List{};
  v["rows"] =
      Value::List{Value::Map{{"k", "x"}, {"n", 2}}, Value::Map{{"k", "y"}, {"n", 1}}, Value::Map{{"k", "x"}, {"n", 3}}};
  return v;
}

struct Input {
  std::string section;
  Variables variables;
};

std::optional<Input> input_of(const Json& vector) {
  Input input;
  input.section = vector["input"]["text"].text;
  if (!input.section.starts_with("workflow:")) return std::nullopt;
  const std::size_t defaults = input.section.find("\ndefault-values:");
  if (defaults != std::string::npos) {
    if (std::string_view(input.section).substr(defaults + 1) != kSharedDefaults) return std::nullopt;
    input.section.resize(defaults + 1);
    input.variables = shared_defaults();
  }
  const auto assign = [&](const Json& list, Result<Assignment> (*parse)(std::string_view)) {
    for (const Json& item : list.items) {
      auto parsed = parse(item.text);
      if (!parsed) return false;
      input.variables.insert_or_assign(parsed->name, parsed->value);
    }
    return true;
  };
  if (!assign(vector["input"]["set"], parse_set)) return std::nullopt;
  if (!assign(vector["input"]["set_string"], parse_set_string)) return std::nullopt;
  return input;
}

// Most vectors put one template into the variable V, as a literal block: what stands there after rendering.
std::optional<std::string> literal_block(const std::string& text) {
  constexpr std::string_view kMark = "V: |2-\n";
  const std::size_t mark = text.find(kMark);
  if (mark == std::string::npos) return std::nullopt;
  std::string out;
  bool margin = true;
  for (std::size_t at = mark + kMark.size(); at < text.size(); ++at) {
    if (margin && text.compare(at, 8, "        ") == 0) at += 8;
    margin = false;
    if (at >= text.size()) break;
    out += text[at];
    margin = text[at] == '\n';
  }
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

// Where Sennit answers otherwise on purpose: tokens may have spaces inside, and {{input}} is one.
bool has_spaced_token(const std::string& section) {
  static const RE2 kSpacedToken(
      R"(\{\{( *input *| +(output|workflow_id|(input|host):[^}]+) *|(output|workflow_id|(input|host):[^}]+) +)\}\})");
  return RE2::PartialMatch(section, kSpacedToken);
}

void check(const Json& vector, const Input& input) {
  const std::string& id = vector["id"].text;
  const RenderResult result = render(input.section, input.variables, {});
  const Json& expect = vector["expect"];
  if (expect["class"].text == "template") {
    if (result.ok() && has_spaced_token(input.section)) return;
    EXPECT_FALSE(result.ok()) << id << ": " << vector["note"].text << "\n" << (result.ok() ? result.value().text : "");
    return;
  }
  if (expect["ok"].text != "true") return;
  ASSERT_TRUE(result.ok()) << id << ": " << vector["note"].text << ": " << result.error().message;
  if (expect.fields.contains("rendered")) {
    std::string text = result.value().text;
    std::string expected = expect["rendered"].text;
    // OSMO renders the section with the line end that separates it from the next one, or without.
    while (text.ends_with('\n')) text.pop_back();
    while (expected.ends_with('\n')) expected.pop_back();
    EXPECT_EQ(text, expected) << id;
  }
  const auto literal = literal_block(result.value().text);
  if (!literal) return;
  const Json& tasks = expect["workflow"]["groups"].items.at(0)["tasks"];
  EXPECT_EQ(*literal, tasks.items.at(0)["environment"]["V"].text) << id << ": " << vector["note"].text;
}

TEST(TemplateConformance, AnswersAsOsmo) {
  const std::filesystem::path file = directory() / "spec.jsonl";
  std::ifstream lines(file);
  if (!lines) GTEST_SKIP() << "no recorded answers at " << file.string() << "; set SENNIT_CONFORMANCE";
  std::size_t checked = 0;
  for (std::string line; std::getline(lines, line);) {
    const Json vector = JsonReader(line).read();
    const auto input = input_of(vector);
    if (!input) continue;
    check(vector, *input);
    ++checked;
  }
  RecordProperty("checked", static_cast<int>(checked));
  EXPECT_GT(checked, 100U);
}

}  // namespace
}  // namespace sennit::spec::tmpl
