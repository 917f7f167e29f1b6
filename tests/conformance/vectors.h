// Reads the recorded answers, and the list of those that Sennit gives otherwise.
//
// SENNIT_CONFORMANCE names another folder with files of the same names; this one otherwise.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sennit::conformance {

// The lines of a .jsonl file. Fails the test if there is no such file.
std::vector<boost::json::object> vectors_of(const std::string& file);

// Where we answer otherwise: id and reason. Those of the other folder, if it has a list.
const std::map<std::string, std::string>& listed_differences();

// Compares what differs with what is listed, vector by vector. An id of the list that is not among the vectors is no
// matter; one that is there and does not differ fails.
class Verdicts {
 public:
  // `difference` is what differs, "" if nothing does. `rule` is why vectors like this one differ on purpose, "" if no
  // such rule is known: it counts for those of another folder, which nobody could list.
  void add(const boost::json::object& vector, const std::string& difference, std::string_view rule = {});
  // Prints the counts. `what` names the vectors.
  void finish(std::string_view what) const;

 private:
  std::size_t same_ = 0;
  std::size_t listed_ = 0;
  std::size_t by_rule_ = 0;
};

// The text of a field that is there.
std::string text_of(const boost::json::object& object, std::string_view key);
std::string id_of(const boost::json::object& vector);

}  // namespace sennit::conformance
