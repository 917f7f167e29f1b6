#include "store/sqlite/credential_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/fields.h"

namespace sennit::store {
namespace {

// A sealed payload opens only for the user and the name that it was sealed for.
std::string place_of(std::string_view user, std::string_view name) {
  return user.empty() ? fmt::format("credential {}", name) : fmt::format("credential {} of {}", name, user);
}

std::string encode(const CredentialPayload& payload) {
  std::string out;
  FieldWriter writer(out);
  for (const auto& [key, value] : payload) {
    writer.nest(1, [&key = key, &value = value](FieldWriter& pair) {
      pair.put(1, key);
      pair.put(2, value);
    });
  }
  return out;
}

Result<void> read_pair(std::string_view bytes, CredentialPayload& payload) {
  std::string key;
  std::string value;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1) key = field.bytes;
    if (field.tag == 2) value = field.bytes;
  }
  payload.insert_or_assign(std::move(key), std::move(value));
  return reader.status();
}

Result<CredentialPayload> decode(std::string_view bytes) {
  CredentialPayload payload;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1) SENNIT_TRY(read_pair(field.bytes, payload));
  }
  SENNIT_TRY(reader.status());
  return payload;
}

// Of a later release: best taken as one of which nothing is known but its pairs.
CredentialType type_of(std::int64_t number) {
  return number >= 0 && number <= static_cast<std::int64_t>(CredentialType::kData) ? static_cast<CredentialType>(number)
                                                                                   : CredentialType::kGeneric;
}

}  // namespace

Result<CredentialTable> CredentialTable::open(Db& db, const SecretKey& key) {
  CredentialTable table(db, key);
  SENNIT_ASSIGN(table.insert_, db.prepare("INSERT INTO credential (user, name, type, profile, set_us, payload) "
                                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
  SENNIT_ASSIGN(table.remove_replaced_,
                db.prepare("DELETE FROM credential WHERE user = ?1 AND (name = ?2 OR (profile = ?3 AND profile <> '')) "
                           "RETURNING name"));
  SENNIT_ASSIGN(table.remove_, db.prepare("DELETE FROM credential WHERE user = ?1 AND name = ?2"));
  constexpr std::string_view kColumns = "SELECT name, type, profile, set_us, payload FROM credential WHERE user = ?1";
  SENNIT_ASSIGN(table.all_, db.prepare(fmt::format("{} ORDER BY name", kColumns)));
  SENNIT_ASSIGN(table.find_, db.prepare(fmt::format("{} AND name = ?2", kColumns)));
  SENNIT_ASSIGN(table.find_for_, db.prepare(fmt::format("{} AND profile = ?2 AND profile <> ''", kColumns)));
  return table;
}

Result<std::vector<std::string>> CredentialTable::set(std::string_view user, const Credential& credential) {
  std::vector<std::string> replaced;
  const std::string payload = key_.seal(encode(credential.payload), place_of(user, credential.name));
  SENNIT_ASSIGN(Tx tx, Tx::begin(*db_));
  {
    const StmtScope scope(remove_replaced_);
    remove_replaced_.bind_text(user).bind_text(credential.name).bind_text(credential.profile);
    for (;;) {
      SENNIT_ASSIGN(const bool found, remove_replaced_.step());
      if (!found) break;
      replaced.push_back(remove_replaced_.text(0));
    }
  }
  std::ranges::sort(replaced);
  insert_.bind_text(user).bind_text(credential.name).bind(static_cast<std::int64_t>(credential.type));
  insert_.bind_text(credential.profile).bind(credential.set_at.unix_us()).bind_blob(payload);
  SENNIT_TRY(insert_.run());
  SENNIT_TRY(tx.commit());
  return replaced;
}

Result<void> CredentialTable::remove(std::string_view user, std::string_view name) {
  SENNIT_ASSIGN(Tx tx, Tx::begin(*db_));
  SENNIT_TRY(remove_.bind_text(user).bind_text(name).run());
  if (db_->changes() == 0) return Error(ErrorCode::kNotFound, fmt::format("there is no credential '{}'", name));
  return tx.commit();
}

Result<Credential> CredentialTable::read(std::string_view user, const Stmt& row) const {
  Credential credential;
  credential.name = row.text(0);
  credential.type = type_of(row.integer(1));
  credential.profile = row.text(2);
  credential.set_at = Instant::from_unix_us(row.integer(3));
  const std::string place = place_of(user, credential.name);
  Result<std::string> bytes = key_.open(row.bytes(4), place);
  if (!bytes) return std::move(bytes).error().in(place);
  Result<CredentialPayload> payload = decode(*bytes);
  if (!payload) return std::move(payload).error().in(place);
  credential.payload = std::move(*payload);
  return credential;
}

Result<std::vector<Credential>> CredentialTable::all(std::string_view user) {
  std::vector<Credential> found;
  const StmtScope scope(all_);
  all_.bind_text(user);
  for (;;) {
    SENNIT_ASSIGN(const bool row, all_.step());
    if (!row) return found;
    SENNIT_ASSIGN(Credential credential, read(user, all_));
    found.push_back(std::move(credential));
  }
}

Result<std::optional<Credential>> CredentialTable::read_one(std::string_view user, Stmt& select, std::string_view by) {
  const StmtScope scope(select);
  SENNIT_ASSIGN(const bool found, select.bind_text(user).bind_text(by).step());
  if (!found) return std::optional<Credential>();
  SENNIT_ASSIGN(Credential credential, read(user, select));
  return std::optional(std::move(credential));
}

Result<std::optional<Credential>> CredentialTable::find(std::string_view user, std::string_view name) {
  return read_one(user, find_, name);
}

Result<std::optional<Credential>> CredentialTable::find_for(std::string_view user, std::string_view profile) {
  return read_one(user, find_for_, profile);
}

}  // namespace sennit::store
