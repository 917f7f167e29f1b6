// Output that also goes to the container's own log, for `kubectl logs` and its like.
#pragma once

#include <string_view>

namespace sennit::user {

// As much as `fd` takes at once; the rest is left out: that log may have a slower reader than the command deserves.
void echo_to(int fd, std::string_view bytes);

}  // namespace sennit::user
