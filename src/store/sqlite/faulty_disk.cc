#include "store/sqlite/faulty_disk.h"

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <limits>

#include "base/check.h"

namespace sennit::store {
namespace {

constexpr int kNever = std::numeric_limits<int>::max();

// One for the process, as the library's list of disks is.
struct State {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  sqlite3_io_methods methods{};             // the real ones, with our write
  const sqlite3_io_methods* log_methods{};  // the real ones
  std::atomic<int> writes_left{kNever};
  std::atomic<FaultKind> kind{FaultKind::kNoSpace};
  std::atomic<bool> failed{false};
};

State& state() {
  static State the_state;
  return the_state;
}

int write_or_fail(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  State& s = state();
  if (s.writes_left == kNever || --s.writes_left > 0) return s.log_methods->xWrite(file, bytes, size, offset);
  s.writes_left = 1;
  s.failed = true;
  switch (s.kind) {
    case FaultKind::kNoSpace: return SQLITE_FULL;
    case FaultKind::kIoError: return SQLITE_IOERR_WRITE;
    case FaultKind::kShortWrite: s.log_methods->xWrite(file, bytes, size / 2, offset); return SQLITE_FULL;
  }
  return SQLITE_FULL;
}

int open_on_faulty_disk(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  State& s = state();
  const int code = s.real->xOpen(s.real, name, file, flags, out_flags);
  if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0) {
    s.log_methods = file->pMethods;
    s.methods = *file->pMethods;
    s.methods.xWrite = &write_or_fail;
    file->pMethods = &s.methods;
  }
  return code;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  State& s = state();
  s.real = sqlite3_vfs_find(nullptr);
  s.vfs = *s.real;
  s.vfs.zName = "faulty";
  s.vfs.pNext = nullptr;
  s.vfs.xOpen = &open_on_faulty_disk;
  SENNIT_CHECK(sqlite3_vfs_register(&s.vfs, 1) == SQLITE_OK);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&state().vfs);
  sqlite3_vfs_register(state().real, 1);
}

void FaultyDisk::fail_write(int nth, FaultKind kind) {
  state().failed = false;
  state().kind = kind;
  state().writes_left = nth;
}

bool FaultyDisk::has_failed() const { return state().failed; }

void FaultyDisk::recover() { state().writes_left = kNever; }

}  // namespace sennit::store
