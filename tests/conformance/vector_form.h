// Two models of one workflow may be spelt differently: brought to one form here before they are compared.
#pragma once

#include <boost/json/value.hpp>

namespace sennit::conformance {

// Quantities as bytes, exit codes as a list of ranges, file contents decoded, what is not there as null.
boost::json::value in_one_form(const boost::json::value& workflow);
// The same for tasks by their names, of which only what tokens can stand in is there.
boost::json::value bodies_in_one_form(const boost::json::value& bodies);

}  // namespace sennit::conformance
