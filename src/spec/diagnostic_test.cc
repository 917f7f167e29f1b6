#include "spec/diagnostic.h"

#include <gtest/gtest.h>

namespace sennit::spec {
namespace {

TEST(Diagnostic, RendersWithCaretAndHelp) {
  Diagnostic diagnostic;
  diagnostic.code = "SN201";
  diagnostic.file = "flow.yaml";
  diagnostic.line = 7;
  diagnostic.column = 5;
  diagnostic.length = 4;
  diagnostic.source_line = "    imge: alpine:3";
  diagnostic.message = "unknown field 'imge' in a task";
  diagnostic.expected = "one of name, image";
  diagnostic.suggestion = "image";
  EXPECT_EQ(render(diagnostic, Color::kOff),
            "flow.yaml:7:5: error[SN201]: unknown field 'imge' in a task\n"
            "      7 |     imge: alpine:3\n"
            "        |     ^~~~\n"
            "        = expected: one of name, image\n"
            "        = help: did you mean 'image'?\n");
  EXPECT_EQ(one_line(diagnostic), "flow.yaml:7:5: unknown field 'imge' in a task; did you mean 'image'?");
  EXPECT_NE(render(diagnostic, Color::kOn).find("\x1b["), std::string::npos);
}

TEST(Diagnostic, CaretsStandUnderWideCharacters) {
  Diagnostic diagnostic;
  diagnostic.file = "f";
  diagnostic.line = 1;
  diagnostic.column = 4;
  diagnostic.length = 2;
  diagnostic.source_line = "训练:训练";
  EXPECT_NE(render(diagnostic, Color::kOff).find("\n        |      ^~~~\n"), std::string::npos);
}

TEST(Diagnostic, NeverPrintsControlCharacters) {
  Diagnostic diagnostic;
  diagnostic.file = "flow.yaml";
  diagnostic.line = 1;
  diagnostic.column = 1;
  diagnostic.source_line = "a\x1b[31m\tb";
  diagnostic.message = "x\x1b]0;owned\a";
  EXPECT_EQ(render(diagnostic, Color::kOff).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace sennit::spec
