// Encryption at rest of what may hold secrets: the environment that a client submitted with, and the texts it
// submitted.
//
// XChaCha20-Poly1305 with a random nonce for each value, so the same text never looks the same twice, and a value that
// was cut, changed or moved to another place does not open. The key lies beside the store in a file of its own (0600):
// a copy of the database alone gives nothing away.
//
// Threads: immutable after load; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::store {

class SecretKey {
 public:
  static constexpr std::size_t kSize = 32;

  // Reads the key file, or makes one if there is none. kCorrupt: not a key; kInvalid: others may read the file.
  static Result<SecretKey> load_or_create(const std::string& path);
  // A key for tests.
  static SecretKey from_bytes(const std::array<unsigned char, kSize>& bytes) { return SecretKey(bytes); }

  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();  // wipes

  // `place` names where the value belongs ("context of 12"); it must be the same when opening. "" stays "".
  std::string seal(std::string_view plain, std::string_view place) const;
  // kCorrupt: another key, another place, or changed bytes.
  Result<std::string> open(std::string_view sealed, std::string_view place) const;

  // Tells keys apart without giving them away: 16 hex digits.
  std::string fingerprint() const;

 private:
  explicit SecretKey(const std::array<unsigned char, kSize>& bytes) : bytes_(bytes) {}
  std::array<unsigned char, kSize> bytes_{};
};

}  // namespace sennit::store
