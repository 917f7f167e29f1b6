// A callable that is moved and never copied, so that it may own what it needs (a descriptor, a unique_ptr).
//
// std::function demands copyable captures and C++20 has no std::move_only_function; this is ours, small, and
// replaceable. Up to 48 bytes of captures are held in place: the agent makes several of them for every task.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "base/check.h"

namespace sennit::loop {

template <class Signature>
class Callback;

template <class R, class... Args>
class Callback<R(Args...)> {
 public:
  Callback() noexcept {}  // NOLINT(modernize-use-equals-default): leaves the storage as it is

  template <class F>
  requires(!std::is_same_v<std::decay_t<F>, Callback> && std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
      Callback(F&& function) {  // NOLINT(google-explicit-constructor): used like std::function
    using Held = std::decay_t<F>;
    if constexpr (fits_in_place<Held>()) {
      ::new (static_cast<void*>(storage_)) Held(std::forward<F>(function));
      operations_ = &kInPlace<Held>;
    } else {
      ::new (static_cast<void*>(storage_)) Held*(new Held(std::forward<F>(function)));
      operations_ = &kOnHeap<Held>;
    }
  }

  Callback(Callback&& other) noexcept { take(other); }
  Callback& operator=(Callback&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;
  ~Callback() { reset(); }

  explicit operator bool() const { return operations_ != nullptr; }
  void reset() {
    if (operations_ != nullptr) std::exchange(operations_, nullptr)->destroy(storage_);
  }

  R operator()(Args... args) {
    SENNIT_CHECK(operations_ != nullptr);
    return operations_->call(storage_, std::forward<Args>(args)...);
  }

 private:
  struct Operations {
    R (*call)(void*, Args&&...);
    void (*move)(void* from, void* to);  // leaves `from` destroyed
    void (*destroy)(void*);
  };

  template <class Held>
  static constexpr bool fits_in_place() {
    return sizeof(Held) <= kInPlaceBytes && alignof(Held) <= alignof(std::max_align_t) &&
           std::is_nothrow_move_constructible_v<Held>;
  }

  template <class Held>
  static Held& held(void* storage) {
    return *std::launder(static_cast<Held*>(storage));
  }

  template <class Held>
  static constexpr Operations kInPlace{
      [](void* storage, Args&&... args) -> R { return held<Held>(storage)(std::forward<Args>(args)...); },
      [](void* from, void* to) {
        ::new (to) Held(std::move(held<Held>(from)));
        held<Held>(from).~Held();
      },
      [](void* storage) { held<Held>(storage).~Held(); }};

  template <class Held>
  static constexpr Operations kOnHeap{
      [](void* storage, Args&&... args) -> R { return (*held<Held*>(storage))(std::forward<Args>(args)...); },
      [](void* from, void* to) { ::new (to) Held*(held<Held*>(from)); },
      [](void* storage) { std::unique_ptr<Held> owned(held<Held*>(storage)); }};

  void take(Callback& other) noexcept {
    if (other.operations_ == nullptr) return;
    other.operations_->move(other.storage_, storage_);
    operations_ = std::exchange(other.operations_, nullptr);
  }

  static constexpr std::size_t kInPlaceBytes = 48;
  const Operations* operations_ = nullptr;
  alignas(std::max_align_t) std::byte storage_[kInPlaceBytes];
};

}  // namespace sennit::loop
