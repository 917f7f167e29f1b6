#include "logs/run_layout.h"

#include <array>

namespace sennit::logs {
namespace {

constexpr std::size_t kMaxComponent = 255;  // bytes, on every Linux file system of note
constexpr std::string_view kPlain = "._-+=@,";

bool stays(unsigned char c) {
  const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return alphanumeric || c >= 0x80 || kPlain.find(static_cast<char>(c)) != std::string_view::npos;
}

void append_hex(std::string& out, std::uint64_t value, int digits) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kDigits[value >> shift & 0xf];
}

// FNV-1a: spreads well enough to tell apart the few names that are this long.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return value;
}

}  // namespace

std::string path_component(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if (stays(c) && !(c == '.' && i == 0)) {
      out += static_cast<char>(c);
    } else {
      out += '%';
      append_hex(out, c, 2);
    }
  }
  if (out.empty()) return "%";
  if (out.size() <= kMaxComponent) return out;
  out.resize(kMaxComponent - 17);
  out += '%';
  append_hex(out, hash(name), 16);
  return out;
}

RunLayout run_layout(std::string_view runs_dir, std::string_view task, std::uint32_t number) {
  RunLayout layout;
  layout.dir.append(runs_dir).append("/").append(path_component(task)).append("/").append(std::to_string(number));
  layout.log = layout.dir + "/log";
  layout.index = layout.dir + "/log.idx";
  layout.packed = layout.dir + "/log.zst";
  layout.output = layout.dir + "/output";
  layout.input = layout.dir + "/input";
  layout.tmp = layout.dir + "/tmp";
  layout.progress = layout.dir + "/progress.series";
  layout.usage = layout.dir + "/usage.series";
  layout.gpus = layout.dir + "/gpus.series";
  return layout;
}

std::string relative_output_dir(std::string_view task, std::uint32_t number) {
  return path_component(task) + "/" + std::to_string(number) + "/output";
}

}  // namespace sennit::logs
