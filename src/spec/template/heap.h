// The values of one render while it runs: reference counted, counted in bytes, and freed together at the end even if a
// template has tied them into a ring (`{% set _ = l.append(l) %}`).
//
// Threads:   one thread; a heap and all its values belong to one render.
// Ownership: Val and Ref share objects by counting; Heap must outlive both. Deep structures are freed without
// recursion. Errors:    charge() throws a Fault of kind kLimit when the live bytes exceed the limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sennit::spec::tmpl {

// Kinds from kBig on are objects on the heap.
enum class Kind : std::uint8_t {
  kNone,
  kBool,
  kInt,
  kFloat,
  kBuiltin,  // a global function
  kBig,
  kString,
  kList,
  kTuple,
  kDict,
  kRange,
  kView,
  kGenerator,
  kCallable,  // macro, method, cycler, joiner, loop
  kNamespace,
  kUndefined,
};

class Heap;

class Object {
 public:
  Object(Heap& heap, Kind kind, std::size_t bytes);
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object();

  Kind kind() const { return kind_; }
  Heap& heap() const { return heap_; }

  // Lets go of every value it holds, so that rings come apart.
  virtual void clear() {}
  // Accounts for growth (or shrinking) of what the object holds.
  void resize(std::size_t bytes);

  void retain() { ++refs_; }
  void release();

 private:
  friend class Heap;

  Heap& heap_;
  Object* previous_ = nullptr;
  Object* next_ = nullptr;
  std::size_t bytes_;
  std::uint32_t refs_ = 0;
  Kind kind_;
};

class Heap {
 public:
  explicit Heap(std::size_t limit) : limit_(limit) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;
  ~Heap();

  // Refuses before anything is allocated: call it with the size of what is about to be made.
  void check_room(std::size_t bytes) const;

 private:
  friend class Object;

  void charge(std::size_t bytes);
  void discard(Object* dead);

  std::size_t limit_;
  std::size_t live_ = 0;
  Object* first_ = nullptr;
  std::vector<Object*> dead_;  // waiting to be deleted by the outermost discard()
  bool discarding_ = false;
};

// A counted pointer to an object of a known class.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* object) : object_(object) {
    if (object_ != nullptr) object_->retain();
  }
  Ref(const Ref& other) : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) object_->release();
  }

  T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
};

struct Builtin;

// A value: sixteen bytes, copied freely.
class Val {
 public:
  Val() : integer_(0) {}
  explicit Val(Object* object) : kind_(object->kind()), object_(object) { object_->retain(); }
  template <class T>
  Val(const Ref<T>& object) : Val(object.get()) {}  // NOLINT(google-explicit-constructor)
  Val(const Val& other) : kind_(other.kind_), integer_(other.integer_) {
    if (on_heap()) object_->retain();
  }
  Val(Val&& other) noexcept : kind_(std::exchange(other.kind_, Kind::kNone)), integer_(other.integer_) {}
  Val& operator=(Val other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(integer_, other.integer_);
    return *this;
  }
  ~Val() {
    if (on_heap()) object_->release();
  }

  static Val boolean(bool value) { return Val(Kind::kBool, value ? 1 : 0); }
  static Val integer(std::int64_t value) { return Val(Kind::kInt, value); }
  static Val integer(std::size_t value) { return Val(Kind::kInt, static_cast<std::int64_t>(value)); }
  static Val real(double value) {
    Val result(Kind::kFloat, 0);
    result.real_ = value;
    return result;
  }
  static Val function(const Builtin* builtin) {
    Val result(Kind::kBuiltin, 0);
    result.builtin_ = builtin;
    return result;
  }

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool on_heap() const { return kind_ >= Kind::kBig; }

  bool truth() const { return integer_ != 0; }         // kBool
  std::int64_t integer() const { return integer_; }    // kInt, kBool
  double real() const { return real_; }                // kFloat
  const Builtin* builtin() const { return builtin_; }  // kBuiltin
  Object* object() const { return object_; }           // on_heap()
  template <class T>
  T& as() const {  // the class that belongs to the kind; see objects.h
    return static_cast<T&>(*object_);
  }

 private:
  Val(Kind kind, std::int64_t value) : kind_(kind), integer_(value) {}

  Kind kind_ = Kind::kNone;
  union {
    std::int64_t integer_;
    double real_;
    const Builtin* builtin_;
    Object* object_;
  };
};
static_assert(sizeof(Val) == 16);

}  // namespace sennit::spec::tmpl
