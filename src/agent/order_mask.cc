#include "agent/order_mask.h"

#include <string>
#include <vector>

namespace sennit::agent {

std::shared_ptr<const logs::SecretMask> mask_for(const StartOrder& order, const TaskBody& body) {
  std::vector<std::string> secrets = logs::secrets_of(body.credentials, order.credentials);
  for (const GivenCredential& given : order.registry) {
    const auto secret = given.payload.find("auth");
    if (secret != given.payload.end()) secrets.push_back(secret->second);
  }
  const std::vector<std::string> keys = logs::secrets_of(order.storage_keys);
  secrets.insert(secrets.end(), keys.begin(), keys.end());
  auto mask = std::make_shared<const logs::SecretMask>(secrets);
  return mask->empty() ? nullptr : mask;
}

}  // namespace sennit::agent
