// The first place where two JSON values differ.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace sennit::conformance {

// "groups[0].tasks[1].args: [] instead of ["x"]"; "" if they are the same. Numbers are compared as numbers.
std::string first_difference(const boost::json::value& have, const boost::json::value& want, const std::string& path);

}  // namespace sennit::conformance
