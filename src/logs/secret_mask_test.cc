#include "logs/secret_mask.h"

#include <gtest/gtest.h>

#include <random>

#include "base/base64.h"

namespace sennit::logs {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// The text in pieces of `size` bytes.
std::string masked_in_pieces(const SecretMask& mask, std::string_view text, std::size_t size) {
  MaskedStream stream(mask);
  std::string out;
  for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) out += stream.take(text.substr(0, size));
  return out += stream.end();
}

// What is left of a text when the longest secret is cut out at the first place that has one, again and again.
std::string masked_slowly(const std::vector<std::string>& secrets, std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t longest = 0;
    for (const std::string& secret : secrets) {
      if (text.starts_with(secret)) longest = std::max(longest, secret.size());
    }
    out += longest > 0 ? kMasked : text.substr(0, 1);
    text.remove_prefix(std::max<std::size_t>(longest, 1));
  }
  return out;
}

TEST(SecretMask, HidesEveryOccurrenceAndTheLongestFirst) {
  const SecretMask mask({"abcdefgh", "abcdefghij", ""});
  EXPECT_EQ(mask.mask("x abcdefgh abcdefghij abcdefg"), "x [MASKED] [MASKED] abcdefg");
  EXPECT_EQ(mask.mask("abcdefghabcdefgh"), "[MASKED][MASKED]");
  EXPECT_EQ(mask.mask(""), "");
  EXPECT_TRUE(SecretMask({""}).empty());
  EXPECT_EQ(SecretMask({}).mask("abcdefgh"), "abcdefgh");
  EXPECT_EQ(SecretMask({"ab"}).mask("cabbage"), "c[MASKED]bage");
}

TEST(SecretMask, TakesWhatTheTaskUses) {
  const CredentialValues values = {
      {"c", {CredentialType::kGeneric, {{"user", "bob"}, {"pass", "hunter22"}, {"t", "12345678"}}}},
      {"d", {CredentialType::kGeneric, {{"k", "\u00e9\u00e9\u00e9\u00e9"}}}},
      {"s3", {CredentialType::kData, {{"access_key", "abcdefgh"}, {"endpoint", "s3://bucket"}}}}};
  using Secrets = std::vector<std::string>;
  EXPECT_EQ(secrets_of({{"c", "/creds", {}}, {"d", "/d", {}}, {"e", "/e", {}}}, values),
            (Secrets{"hunter22", "12345678"}));
  EXPECT_EQ(secrets_of({{"s3", "/s3", {}}}, values), (Secrets{"abcdefgh"}));
  EXPECT_EQ(secrets_of({{"c", "", {{"TOKEN", "t"}, {"OTHER", "none"}}}}, values), (Secrets{"12345678"}));
}

TEST(SecretMask, KnowsTheFormsOfAValue) {
  struct Case {
    std::string secret, text, want;
  };
  const std::string odd = "p@ss/w\"rd\u00e9 +<";
  const Case cases[] = {
      {"hunter2hunter2", "aHVudGVyMmh1bnRlcjI= aHVudGVyMmh1bnRlcjI.", "[MASKED] [MASKED]."},
      {"hunter2hunter2", encode_base64("hunter2hunter2\n"), "[MASKED]"},
      {"hunter2hunter2", encode_base64("bob:hunter2hunter2!"), "Ym9iOm[MASKED]IQ=="},
      {"\xff\xfe\xfd\xfc\xfb\xfa\xff\xff\xff", "__79_Pv6____", "[MASKED]"},
      {odd, "p%40ss%2Fw%22rd%C3%A9%20%2B%3C", "[MASKED]"},
      {odd, "p%40ss%2fw%22rd%c3%a9+%2b%3c", "[MASKED]"},
      {odd, "p%40ss/w%22rd%C3%A9%20%2B%3C", "[MASKED]"},
      {odd,
       R"("p@ss/w\"rd)"
       "\u00e9"
       R"( +<")",
       "\"[MASKED]\""},
      {odd, R"(p@ss/w\"rd\u00e9 +<)", "[MASKED]"},
      {odd,
       R"(p@ss\/w\"rd)"
       "\u00e9 +<",
       "[MASKED]"},
      {odd,
       R"(p@ss/w\"rd)"
       "\u00e9"
       R"( +\u003c)",
       "[MASKED]"},
      {"line one\nline two", R"(line one\nline two)", "[MASKED]"},
      {"\U0001F600\U0001F600 emoji", R"(\ud83d\ude00\ud83d\ude00 emoji)", "[MASKED]"},
  };
  for (const Case& c : cases) EXPECT_EQ(SecretMask({c.secret}).mask(c.text), c.want) << c.text;
}

TEST(SecretMask, BlanksAroundAValueAreNotPartOfIt) {
  const SecretMask mask({"\n hunter2hunter2\n"});
  EXPECT_EQ(mask.mask("'hunter2hunter2'"), "'[MASKED]'");
  EXPECT_EQ(mask.mask("a\nb\n"), "a\nb\n");
}

TEST(SecretMask, LinesOfAValueAreSecretsToo) {
  const SecretMask mask({"-----BEGIN-----\nAAAABBBBCCCC\n  DDDDEEEE\r\nxyz\n"});
  EXPECT_EQ(mask.mask("1 AAAABBBBCCCC\n2 DDDDEEEE\n3 xyz\n"), "1 [MASKED]\n2 [MASKED]\n3 xyz\n");
}

TEST(SecretMask, LongValuesLeaveOneMask) {
  std::mt19937 random(7);
  std::string secret;
  for (int i = 0; i < 5000; ++i) secret += static_cast<char>('!' + random() % 90);
  const SecretMask mask({secret});
  EXPECT_EQ(mask.mask("a" + secret + "b" + secret), "a[MASKED]b[MASKED]");
  EXPECT_EQ(mask.mask(encode_base64(secret)), "[MASKED]");
  // As base64(1) prints it: 76 characters a line.
  std::string broken;
  const std::string whole = encode_base64(secret);
  for (std::size_t at = 0; at < whole.size(); at += 76) broken += whole.substr(at, 76) + "\n";
  const std::string shown = mask.mask(broken);
  EXPECT_EQ(shown.find(whole.substr(0, 8)), std::string::npos);
  EXPECT_EQ(shown.find(whole.substr(76 * 20, 8)), std::string::npos);
}

TEST(MaskedStream, SecretsCutByTheEdgesOfPiecesAreFound) {
  const SecretMask mask({"hunter2hunter2", "hunter2hunter2 and more", "12345678"});
  const std::string text = "hunter2hunter2 and mo hunter2hunter2 and more hunter2 hunter2hunter 1234567812345678 12345";
  const std::string want = mask.mask(text);
  EXPECT_EQ(want, "[MASKED] and mo [MASKED] hunter2 hunter2hunter [MASKED][MASKED] 12345");
  for (std::size_t size = 1; size <= text.size(); ++size) EXPECT_EQ(masked_in_pieces(mask, text, size), want) << size;
}

TEST(MaskedStream, HoldsBackOnlyWhatMayBecomeASecret) {
  const SecretMask mask({"hunter2hunter2"});
  MaskedStream stream(mask);
  EXPECT_EQ(stream.take("a line\n"), "a line\n");
  EXPECT_FALSE(stream.holds_back());
  EXPECT_EQ(stream.take("password: hunt"), "password: ");
  EXPECT_TRUE(stream.holds_back());
  EXPECT_EQ(stream.take("ing\n"), "hunting\n");
  EXPECT_EQ(stream.take("hunter2hunte"), "");
  EXPECT_EQ(stream.end(), "hunter2hunte");
  EXPECT_EQ(stream.end(), "");
}

TEST(MaskedStream, WhatNeedsNoChangeIsNotCopied) {
  const SecretMask mask({"hunter2hunter2"});
  MaskedStream stream(mask);
  const std::string text = "nothing to hide\n";
  EXPECT_EQ(stream.take(text).data(), text.data());
}

// Few letters and short secrets, so that nearly everything overlaps.
TEST(MaskedStream, AgreesWithTheSlowWay) {
  std::mt19937 random(20'261'127);
  const auto word = [&random](std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('a' + random() % 2);
    return text;
  };
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> secrets;
    for (std::size_t i = 0, count = 1 + random() % 4; i < count; ++i) secrets.push_back(word(1 + random() % 7));
    const std::string text = word(random() % 60);
    const SecretMask mask(secrets);
    ASSERT_EQ(masked_in_pieces(mask, text, 1 + random() % 9), masked_slowly(secrets, text)) << text;
  }
}

// One that is nearly there at every place, as long as a value may be.
TEST(MaskedStream, NearlySecretTextIsNoSlower) {
  const SecretMask mask({std::string(60'000, 'a') + "b"});
  const std::string text = repeated("a", 1'000'000);
  EXPECT_EQ(masked_in_pieces(mask, text + "c", 65'536).back(), 'c');
}

}  // namespace
}  // namespace sennit::logs
