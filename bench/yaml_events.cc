// The floor that loading is measured against: libyaml reads a file and hands out its events, and nothing else happens.
//
//   yaml_events FILE        prints the seconds it took
#include <yaml.h>

#include <chrono>
#include <cstdio>

int main(int argc, char** argv) {
  std::FILE* file = argc == 2 ? std::fopen(argv[1], "rb") : nullptr;
  if (file == nullptr) {
    std::fprintf(stderr, "usage: yaml_events FILE\n");
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  yaml_parser_t parser;
  yaml_parser_initialize(&parser);
  yaml_parser_set_input_file(&parser, file);
  bool more = true;
  while (more) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) {
      std::fprintf(stderr, "yaml_events: %s\n", parser.problem);
      return 1;
    }
    more = event.type != YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("%.6f\n", took.count());
  yaml_parser_delete(&parser);
  std::fclose(file);
  return 0;
}
