// How the tasks of a group find each other where they have an /etc of their own: by name.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sennit::launch {

using Peers = std::vector<std::pair<std::string, std::string>>;  // name and address, as StartOrder::hosts

// What {{host:task}} becomes: the task's name, or its address where the name is none that a host can have.
Peers names_of(const Peers& peers);

// What a task is called in a network of its group's own; a name made of it where it is none that a host can have.
std::string network_name_of(const std::string& task);
// What {{host:task}} becomes there.
Peers network_names_of(const Peers& peers);

// An /etc/hosts: the peers before what `hosts` says.
std::string hosts_file(const Peers& peers, std::string_view hosts);

// An nsswitch.conf by which names are looked up in /etc/hosts first. Nothing else of `text` is changed.
std::string nsswitch_file(std::string_view text);

}  // namespace sennit::launch
