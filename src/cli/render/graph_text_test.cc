#include "cli/render/graph_text.h"

#include <gtest/gtest.h>

#include <map>

namespace sennit::cli {
namespace {

using drawing::Charset;

drawing::Charset charset(const std::map<std::string, std::string, std::less<>>& variables) {
  return charset_of_locale([&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

TEST(GraphText, StatesAreTints) {
  const drawing::TextPicture picture{
      .rows = {{{"ok", drawing::State::kCompleted}, {" ", drawing::State::kNone}, {"bad", drawing::State::kFailed}},
               {}},
      .notes = {}};
  EXPECT_EQ(graph_text(picture, Style::plain()), "ok bad\n\n");
  EXPECT_EQ(graph_text(picture, Style::colored()), "\033[32mok\033[0m \033[31mbad\033[0m\n\n");
}

TEST(CharsetOfLocale, FirstVariableThatIsSetDecides) {
  EXPECT_EQ(charset({{"LANG", "de_DE.UTF-8"}}), Charset::kUtf8);
  EXPECT_EQ(charset({{"LANG", "C.utf8"}}), Charset::kUtf8);
  EXPECT_EQ(charset({{"LANG", "de_DE.UTF-8"}, {"LC_ALL", "C"}}), Charset::kAscii);
  EXPECT_EQ(charset({{"LANG", "C"}, {"LC_CTYPE", "en_US.UTF-8"}, {"LC_ALL", ""}}), Charset::kUtf8);
  EXPECT_EQ(charset({}), Charset::kAscii);
}

}  // namespace
}  // namespace sennit::cli
