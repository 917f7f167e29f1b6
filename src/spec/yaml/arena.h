// Memory for short-lived trees: given out by moving a pointer, taken back all at once.
//
// Threads:   one.
// Ownership: whatever it gave out is gone after `rewind` to an earlier mark.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace sennit::spec {

class Arena {
 public:
  struct Mark {
    std::size_t block = 0;
    std::size_t used = 0;
  };

  // Only for types without a destructor of their own.
  template <class T>
  T* make() {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (take(sizeof(T), alignof(T))) T();
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(take(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  Mark mark() const { return {block_, used_}; }
  void rewind(Mark mark) {
    block_ = mark.block;
    used_ = mark.used;
    use_block();
  }

 private:
  static constexpr std::size_t kBlock = 64 << 10;

  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
  };

  void* take(std::size_t size, std::size_t alignment) {
    used_ = (used_ + alignment - 1) & ~(alignment - 1);
    if (used_ + size > room_) next_block(size);
    void* at = base_ + used_;
    used_ += size;
    return at;
  }

  void next_block(std::size_t size) {
    if (!blocks_.empty()) ++block_;
    used_ = 0;
    if (block_ < blocks_.size() && blocks_[block_].size >= size) return use_block();
    const std::size_t wanted = size > kBlock ? size : kBlock;
    // A block that is too small is dropped with all after it: nothing beyond the current one is in use.
    blocks_.resize(block_);
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(wanted), wanted});
    use_block();
  }

  void use_block() {
    if (blocks_.empty()) return;
    base_ = blocks_[block_].bytes.get();
    room_ = blocks_[block_].size;
  }

  std::vector<Block> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
  std::byte* base_ = nullptr;  // of the block in use
  std::size_t room_ = 0;
};

}  // namespace sennit::spec
