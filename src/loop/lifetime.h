// Lets a function of an object learn that something it called has destroyed the object.
//
// The rule of these rooms is that a callback may destroy its caller. So: a Lifetime as a member, a Guard on the stack
// around every outward call, and `if (guard.ended()) return;` after it, before touching `this` again.
#pragma once

namespace sennit::loop {

class Lifetime {
 public:
  Lifetime() = default;
  Lifetime(const Lifetime&) = delete;
  Lifetime& operator=(const Lifetime&) = delete;
  ~Lifetime() {
    for (Guard* guard = innermost_; guard != nullptr; guard = guard->outer_) guard->lifetime_ = nullptr;
  }

  class Guard {
   public:
    explicit Guard(Lifetime& lifetime) : lifetime_(&lifetime), outer_(lifetime.innermost_) {
      lifetime.innermost_ = this;
    }
    ~Guard() {
      if (lifetime_ != nullptr) lifetime_->innermost_ = outer_;
    }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    bool ended() const { return lifetime_ == nullptr; }

   private:
    friend class Lifetime;
    Lifetime* lifetime_;
    Guard* outer_;  // guards nest as the stack does
  };

 private:
  Guard* innermost_ = nullptr;
};

}  // namespace sennit::loop
