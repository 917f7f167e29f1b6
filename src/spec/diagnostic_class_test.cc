#include "spec/diagnostic_class.h"

#include <gtest/gtest.h>

#include <vector>

#include "spec/explain/explanation.h"

namespace sennit::spec {
namespace {

Diagnostic with_code(std::string code, Severity severity = Severity::kError) {
  return {.code = std::move(code), .severity = severity};
}

TEST(DiagnosticClass, IsThatOfTheMistakeFoundFirst) {
  const std::vector<Diagnostic> found = {with_code("SN404"), with_code("SN203"), with_code("SN402")};
  EXPECT_EQ(class_of(found), DiagnosticClass::kResource) << "a bad quantity wins over the model and the image";
  EXPECT_EQ(class_of(std::span(found).first(2)), DiagnosticClass::kSchema);
  EXPECT_EQ(class_of(std::span(found).first(1)), DiagnosticClass::kUsage);
}

TEST(DiagnosticClass, EveryCodeHasOne) {
  std::size_t codes = 0;
  for (const Chapter& chapter : chapters()) {
    for (const Explanation& explanation : chapter.explanations) {
      ++codes;
      EXPECT_TRUE(class_of(std::vector{with_code(name_of(explanation.code))})) << name_of(explanation.code);
    }
  }
  EXPECT_EQ(classified_codes(), codes);
}

TEST(DiagnosticClass, WarningsAndStrangeCodesHaveNone) {
  EXPECT_EQ(class_of(std::vector{with_code("SN203", Severity::kWarning)}), std::nullopt);
  EXPECT_EQ(class_of(std::vector{with_code("SN999"), with_code("X203"), with_code("SN")}), std::nullopt);
}

TEST(DiagnosticClass, HasTheErrorCodeOfOsmosAnswers) {
  EXPECT_EQ(error_code_of(class_of(Code::kTooManyTasks)), "USER");
  EXPECT_EQ(error_code_of(class_of(Code::kTemplateSyntax)), "USAGE");
  EXPECT_EQ(error_code_of(class_of(Code::kUnknownTask)), "SUBMISSION");
  EXPECT_EQ(error_code_of(class_of(Code::kBadMount)), "RESOURCE");
  EXPECT_EQ(to_string(class_of(Code::kBadLabel)), "usage");
}

}  // namespace
}  // namespace sennit::spec
