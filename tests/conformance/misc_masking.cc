#include <array>
#include <boost/json.hpp>

#include "logs/secret_mask.h"
#include "logs/spec_mask.h"
#include "misc_kinds.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

std::vector<CredentialUse> uses_of(const json::object& credentials) {
  std::vector<CredentialUse> uses;
  for (const auto& [name, how] : credentials) {
    CredentialUse& use = uses.emplace_back();
    use.credential = name;
    if (how.is_string()) {
      use.mount_dir = how.as_string();
      continue;
    }
    for (const auto& [variable, key] : how.as_object()) use.env.emplace_back(variable, key.as_string());
  }
  return uses;
}

Answer log_mask(const json::object& input) {
  CredentialValues values;
  for (const auto& [credential, payload] : input.at("payloads").as_object()) {
    for (const auto& [key, value] : payload.as_object())
      values[std::string(credential)].payload.emplace(key, value.as_string());
  }
  const logs::SecretMask mask(logs::secrets_of(uses_of(input.at("credentials").as_object()), values));
  return json::object{{"line", mask.mask(text_of(input, "line"))}};
}

Answer spec_mask(const json::object& input) {
  std::set<std::string, std::less<>> allowed;
  for (const json::value& value : input.at("allow").as_array()) allowed.emplace(value.as_string());
  return json::object{{"text", logs::mask_spec(text_of(input, "text"), allowed)}};
}

Answer pod_env_mask(const json::object& input) {
  return json::object{{"value", logs::mask_variable(text_of(input, "name"), text_of(input, "value"))}};
}

constexpr auto kKinds =
    std::to_array<MiscKind>({{"log_mask", log_mask}, {"spec_mask", spec_mask}, {"pod_env_mask", pod_env_mask}});

}  // namespace

std::span<const MiscKind> masking_kinds() { return kKinds; }

}  // namespace sennit::conformance
