#include "store/secret_key.h"

#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "store/private_file.h"

namespace sennit::store {
namespace {

constexpr char kSealVersion = 1;
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kOverhead = 1 + kNonceSize + kTagSize;
static_assert(SecretKey::kSize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

constexpr Bytes kKeyFileLimit{4096};

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Idempotent; fails only on a system without random numbers.
void start_sodium() { SENNIT_CHECK(sodium_init() >= 0); }

std::string hex_of(const unsigned char* bytes, std::size_t size) {
  std::string hex(size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

Result<void> check_private(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    const int number = errno;
    return Error::from_errno("read " + path, number);
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error(ErrorCode::kInvalid, "key file " + path + " can be read by others; it should have mode 0600");
  }
  return {};
}

}  // namespace

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

Result<SecretKey> SecretKey::load_or_create(const std::string& path) {
  start_sodium();
  std::array<unsigned char, kSize> fresh{};
  randombytes_buf(fresh.data(), fresh.size());
  SENNIT_ASSIGN(std::string text, read_or_create(path, hex_of(fresh.data(), fresh.size()) + "\n", kKeyFileLimit));
  SENNIT_TRY(check_private(path));
  std::array<unsigned char, kSize> bytes{};
  std::size_t size = 0;
  const int parsed = sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), " \n", &size, nullptr);
  sodium_memzero(text.data(), text.size());
  if (parsed != 0 || size != kSize) {
    return Error(ErrorCode::kCorrupt, "key file " + path + " does not hold a key of 64 hex digits");
  }
  return SecretKey(bytes);
}

std::string SecretKey::seal(std::string_view plain, std::string_view place) const {
  if (plain.empty()) return {};
  start_sodium();
  std::string sealed(kOverhead + plain.size(), '\0');
  sealed[0] = kSealVersion;
  unsigned char* nonce = raw(sealed) + 1;
  randombytes_buf(nonce, kNonceSize);
  unsigned long long written = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceSize, &written, raw(plain), plain.size(), raw(place),
                                             place.size(), nullptr, nonce, bytes_.data());
  return sealed;
}

Result<std::string> SecretKey::open(std::string_view sealed, std::string_view place) const {
  if (sealed.empty()) return std::string();
  if (sealed.size() < kOverhead || sealed[0] != kSealVersion) {
    return Error(ErrorCode::kCorrupt, "encrypted value is cut short or of a later release");
  }
  start_sodium();
  const unsigned char* nonce = raw(sealed) + 1;
  std::string plain(sealed.size() - kOverhead, '\0');
  unsigned long long written = 0;
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain), &written, nullptr, nonce + kNonceSize,
                                                                sealed.size() - 1 - kNonceSize, raw(place),
                                                                place.size(), nonce, bytes_.data());
  if (opened != 0) return Error(ErrorCode::kCorrupt, "encrypted value was changed, or belongs to another key");
  return plain;
}

std::string SecretKey::fingerprint() const {
  start_sodium();
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  crypto_generichash(hash.data(), hash.size(), bytes_.data(), bytes_.size(), nullptr, 0);
  return hex_of(hash.data(), 8);
}

}  // namespace sennit::store
