#include <gtest/gtest.h>

#include "logs/spec_mask.h"

namespace sennit::logs {
namespace {

TEST(SpecMask, HidesValuesAfterAnnouncingWords) {
  struct Case {
    std::string in, want;
  };
  const Case cases[] = {
      {"PASSWORD: 'hunter2hunter2'", "PASSWORD: '[MASKED]'"},
      {"--tokenizer=facebook-bart-large", "--tokenizer=[MASKED]"},
      {"token: abcdefghij klm", "token: [MASKED] klm"},
      {"token: abcdefghi", "token: abcdefghi"},
      {"pass: hunter2hunter2", "pass: hunter2hunter2"},
      {"cAPital: abcdefghij", "cAPital: abcdefghij"},
      {"Api_url=abcdefghij\n", "Api_url=[MASKED]\n"},
      {"key: k\u00e9yv\u00e4lue12345", "key: [MASKED]"},
      {"key\u3000=\u3000abcdefghij\u3000x", "key\u3000=\u3000[MASKED]\u3000x"},
      {"key:\n  abcdefghij", "key:\n  abcdefghij"},
      {"abcdefghij_key = abcdefghij", "[MASKED]_key = [MASKED]"},
      {"key: " + std::string(150, 'a'), "key: [MASKED]"},
      {"key: \xff\xff abcdefghij", "key: \xff\xff abcdefghij"},
  };
  for (const Case& c : cases) EXPECT_EQ(mask_spec(c.in, {}), c.want) << c.in;
}

TEST(SpecMask, LooksIntoBase64) {
  EXPECT_EQ(mask_spec("x: cGFzc3dvcmQ9aHVudGVyMmh1bnRlcjI=, y", {}), "x: [MASKED], y") << "password=hunter2hunter2";
  EXPECT_EQ(mask_spec("x: cGFzc3dvcmQ9aHVudGVyMmh1bnRlcjI==", {}), "x: cGFzc3dvcmQ9aHVudGVyMmh1bnRlcjI==");
  EXPECT_EQ(mask_spec("x: dGhpcyBpcyBub3RoaW5nIHRvIGhpZGU=", {}), "x: dGhpcyBpcyBub3RoaW5nIHRvIGhpZGU=");
}

TEST(SpecMask, LeavesTheFilesOwnCredentials) {
  EXPECT_EQ(mask_spec("A_KEY: access_key_id\nB_KEY: other-value-22", {"access_key_id"}),
            "A_KEY: access_key_id\nB_KEY: [MASKED]");
}

TEST(SpecMask, VariablesByNameOrByValue) {
  EXPECT_EQ(mask_variable("MONKEY", "2"), "[MASKED]");
  EXPECT_EQ(mask_variable("API_KEY", "TRUE"), "TRUE");
  EXPECT_EQ(mask_variable("N", "12345678"), "12345678");
  EXPECT_EQ(mask_variable("N", "123456789"), "[MASKED]");
  EXPECT_EQ(mask_variable("cAPital", "x"), "x");
  EXPECT_EQ(mask_variable("KEY", ""), "");
}

}  // namespace
}  // namespace sennit::logs
