#include "vectors.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace json = boost::json;

namespace sennit::conformance {
namespace {

constexpr const char* kDifferences = "/differences.json";

// "" if there is none.
std::string other_folder() {
  const char* other = std::getenv("SENNIT_CONFORMANCE");
  return other != nullptr ? other : "";
}

std::string folder() {
  const std::string other = other_folder();
  return other.empty() ? SENNIT_CONFORMANCE_DIR : other;
}

std::map<std::string, std::string> read_differences() {
  std::string path = folder() + kDifferences;
  if (!std::filesystem::exists(path)) path = std::string(SENNIT_CONFORMANCE_DIR) + kDifferences;
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::map<std::string, std::string> out;
  const json::value parsed = json::parse(text.str());
  for (const auto& [id, reason] : parsed.as_object()) out[std::string(id)] = reason.as_string();
  return out;
}

}  // namespace

std::vector<json::object> vectors_of(const std::string& file) {
  std::vector<json::object> out;
  std::ifstream lines(folder() + "/" + file);
  EXPECT_TRUE(lines) << "no " << file << " in " << folder();
  for (std::string line; std::getline(lines, line);) out.push_back(json::parse(line).as_object());
  return out;
}

const std::map<std::string, std::string>& listed_differences() {
  static const std::map<std::string, std::string> listed = read_differences();
  return listed;
}

void Verdicts::add(const json::object& vector, const std::string& difference, std::string_view rule) {
  const std::string id = id_of(vector);
  const auto found = listed_differences().find(id);
  if (found == listed_differences().end() && !difference.empty() && !rule.empty() && !other_folder().empty()) {
    std::printf("%s differs on purpose: %.*s\n", id.c_str(), static_cast<int>(rule.size()), rule.data());
    ++by_rule_;
    return;
  }
  if (found == listed_differences().end()) {
    EXPECT_EQ(difference, "") << id << ": " << text_of(vector, "note");
    ++same_;
    return;
  }
  EXPECT_NE(difference, "") << id << " is listed as a difference (" << found->second << ") and is none";
  ++listed_;
}

void Verdicts::finish(std::string_view what) const {
  std::printf("%.*s: %zu vectors, %zu that are listed as differences, %zu that differ by a rule\n",
              static_cast<int>(what.size()), what.data(), same_, listed_, by_rule_);
}

std::string text_of(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

std::string id_of(const json::object& vector) { return text_of(vector, "id"); }

}  // namespace sennit::conformance
