#include "spec/template/heap.h"

#include <fmt/format.h>

#include "spec/template/fault.h"

namespace sennit::spec::tmpl {

Object::Object(Heap& heap, Kind kind, std::size_t bytes) : heap_(heap), bytes_(0), kind_(kind) {
  heap_.charge(bytes);
  bytes_ = bytes;
  next_ = heap_.first_;
  if (next_ != nullptr) next_->previous_ = this;
  heap_.first_ = this;
}

Object::~Object() {
  heap_.live_ -= bytes_;
  if (next_ != nullptr) next_->previous_ = previous_;
  (previous_ != nullptr ? previous_->next_ : heap_.first_) = next_;
}

void Object::resize(std::size_t bytes) {
  if (bytes > bytes_) heap_.charge(bytes - bytes_);
  if (bytes < bytes_) heap_.live_ -= bytes_ - bytes;
  bytes_ = bytes;
}

void Object::release() {
  if (--refs_ == 0) heap_.discard(this);
}

void Heap::check_room(std::size_t bytes) const {
  if (bytes > limit_ - live_) {
    fail(ErrorKind::kLimit, fmt::format("the template's values need more than {} bytes (max_value_bytes)", limit_));
  }
}

void Heap::charge(std::size_t bytes) {
  check_room(bytes);
  live_ += bytes;
}

// Deleting an object releases what it holds, which may be the last reference to the next one, and so on for as many
// levels as a template can nest; a queue instead of recursion keeps the stack flat.
void Heap::discard(Object* dead) {
  dead_.push_back(dead);
  if (discarding_) return;
  discarding_ = true;
  while (!dead_.empty()) {
    Object* object = dead_.back();
    dead_.pop_back();
    delete object;
  }
  discarding_ = false;
}

Heap::~Heap() {
  std::vector<Object*> rest;
  for (Object* object = first_; object != nullptr; object = object->next_) {
    object->retain();
    rest.push_back(object);
  }
  for (Object* object : rest) object->clear();
  for (Object* object : rest) object->release();
}

}  // namespace sennit::spec::tmpl
