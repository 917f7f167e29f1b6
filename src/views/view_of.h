#pragma once

#include <concepts>
#include <type_traits>

namespace sennit::views {

// `View` is the struct, const for the writer.
template <class View, class Struct>
concept ViewOf = std::same_as<std::remove_const_t<View>, Struct>;

}  // namespace sennit::views
