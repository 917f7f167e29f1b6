// How fast the log of a task with credentials is masked, against passing it on as it is.
// rooms: logs
#include <benchmark/benchmark.h>

#include <string>

#include "logs/secret_mask.h"

namespace sennit::logs {
namespace {

constexpr std::size_t kPiece = 256 * 1024;  // what the agent reads at once

// What a training run prints: short lines with names, numbers and paths.
std::string usual_log() {
  std::string text;
  for (int line = 0; text.size() < 4 * kPiece; ++line) {
    text += "2026-11-27T18:00:" + std::to_string(line % 60) + "Z INFO step=" + std::to_string(line) + " loss=0." +
            std::to_string(line * 7919 % 100000) + " lr=3.0e-4 tokens/s=18250 /data/output/ckpt_" +
            std::to_string(line / 100) + "\n";
  }
  text.resize(4 * kPiece);
  return text;
}

// Of the kinds that there are: tokens of 20 to 90 characters.
std::vector<std::string> tokens(std::int64_t count) {
  std::vector<std::string> secrets;
  for (std::int64_t i = 0; i < count; ++i) {
    std::string secret = i % 2 == 0 ? "hf_" : "AKIA";
    for (std::int64_t n = 0; n < 17 + i % 8 * 10; ++n)
      secret += static_cast<char>('A' + (n * 31 + i * 17 + n * n) % 57);
    secrets.push_back(secret);
  }
  return secrets;
}

void pass_through(benchmark::State& state, const std::string& text, const SecretMask& mask) {
  MaskedStream stream(mask);
  for ([[maybe_unused]] auto _ : state) {
    for (std::size_t at = 0; at < text.size(); at += kPiece) {
      benchmark::DoNotOptimize(stream.take(std::string_view(text).substr(at, kPiece)));
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void copy_only(benchmark::State& state) {
  const std::string text = usual_log();
  std::string out;
  for ([[maybe_unused]] auto _ : state) {
    for (std::size_t at = 0; at < text.size(); at += kPiece) {
      out.assign(text, at, kPiece);
      benchmark::DoNotOptimize(out.data());
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(copy_only);

void usual_lines(benchmark::State& state) { pass_through(state, usual_log(), SecretMask(tokens(state.range(0)))); }
BENCHMARK(usual_lines)->Arg(1)->Arg(8)->Arg(64);

// An 8-character value: the shortest window.
void short_secret(benchmark::State& state) { pass_through(state, usual_log(), SecretMask({"hunter22"})); }
BENCHMARK(short_secret);

// A key file of 50 lines.
void key_file(benchmark::State& state) {
  std::string secret;
  for (const std::string& line : tokens(50)) secret += line + "\n";
  pass_through(state, usual_log(), SecretMask({secret}));
}
BENCHMARK(key_file);

// As `yes` prints: one line, again and again.
void yes(benchmark::State& state) {
  std::string text;
  while (text.size() < 4 * kPiece) text += "y\n";
  pass_through(state, text, SecretMask(tokens(4)));
}
BENCHMARK(yes);

// Every line has the secret.
void all_secret(benchmark::State& state) {
  const std::vector<std::string> secrets = tokens(1);
  std::string text;
  while (text.size() < 4 * kPiece) text += "token=" + secrets[0] + "\n";
  pass_through(state, text, SecretMask(secrets));
}
BENCHMARK(all_secret);

void build(benchmark::State& state) {
  const std::vector<std::string> secrets = tokens(state.range(0));
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(SecretMask(secrets));
}
BENCHMARK(build)->Arg(1)->Arg(8)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sennit::logs
