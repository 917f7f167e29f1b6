#include "progress/parsers.h"

#include <algorithm>
#include <array>

#include "progress/bars.h"
#include "progress/names.h"
#include "progress/object_text.h"
#include "progress/words.h"

namespace sennit::progress {
namespace {

constexpr std::uint8_t bit(Kind kind) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind)); }
constexpr std::uint8_t kAll = 0x1f;

constexpr auto kInteger = NumberKind::kInteger;
constexpr auto kReal = NumberKind::kReal;

// The words, by kind of program.
constexpr std::array kTrainingWords = {
    WordRow{{"Step", "step", "STEP"}, kInteger, Prefixed::kSameName, kStep, kTotal},
    WordRow{{"Epoch", "epoch", "EPOCH"}, kReal, Prefixed::kNo, kEpoch, kEpochs},
    WordRow{{"loss", "Loss", "LOSS"}, kReal, Prefixed::kSameName, kLoss, {}},
    WordRow{{"lr", "LR", "learning_rate", "learning-rate"}, kReal, Prefixed::kNo, kLearningRate, {}},
};
// What else a program calls by such a name is not the loss by which it learns: it keeps its name.
constexpr std::array kCommandWords = {
    WordRow{{"Step", "step", "STEP"}, kInteger, Prefixed::kSameName, kStep, kTotal},
    WordRow{{"Epoch", "epoch", "EPOCH"}, kReal, Prefixed::kNo, kEpoch, kEpochs},
    WordRow{{"loss", "Loss", "LOSS"}, kReal, Prefixed::kOwnName, kLoss, {}},
    WordRow{{"lr", "LR", "learning_rate", "learning-rate"}, kReal, Prefixed::kNo, kLearningRate, {}},
    WordRow{{"accuracy", "Accuracy", "acc"}, kReal, Prefixed::kOwnName, kAccuracy, {}},
};
constexpr std::array kEvaluationWords = {
    WordRow{{"Evaluating", "Processing", "Sample"}, kInteger, Prefixed::kNo, kStep, kTotal},
    WordRow{{"accuracy", "Accuracy"}, kReal, Prefixed::kNo, kAccuracy, {}},
    WordRow{{"score", "Score"}, kReal, Prefixed::kNo, "score", {}},
    WordRow{{"metric"}, kReal, Prefixed::kNo, "metric", {}},
};
constexpr std::array kInferenceWords = {
    WordRow{{"Generated", "Processing", "Sample"}, kInteger, Prefixed::kNo, kStep, kTotal},
};

// The lines. What is odd about them, they have from real programs.
constexpr std::array kObjectSamples = {
    Sample{"{'loss': 0.5, 'learning_rate': 2e-05, 'epoch': 1.2}", "loss=0.5 learning_rate=2e-05 epoch=1.2"},
    Sample{"{'loss': 2.0794, 'grad_norm': 1.5, 'learning_rate': 4.9e-05, 'epoch': 0.01}",
           "loss=2.0794 grad_norm=1.5 learning_rate=4.9e-05 epoch=0.01"},
    Sample{"{'loss': '0.6931', 'epoch': '0.5'}", "loss=0.6931 epoch=0.5"},
    Sample{"{'eval_loss': 1.25, 'eval_runtime': 3.2, 'epoch': 1.0}", "eval_loss=1.25 eval_runtime=3.2 epoch=1"},
    Sample{"{'train_runtime': 12.5, 'train_loss': 0.41, 'epoch': 3.0}", "train_runtime=12.5 train_loss=0.41 epoch=3"},
    Sample{"{'loss': nan, 'epoch': 2}", "loss=nan epoch=2"},
    Sample{"{'loss': -1.5e+3, 'epoch': 2}", "loss=-1500 epoch=2"},
    Sample{R"({"step": 3, "total_steps": 10, "loss": 1e-5, "lr": 3E-4})",
           "step=3 total=10 loss=1e-05 learning_rate=0.0003"},
    Sample{R"(INFO:trainer:{"iteration": 7, "eval": {"accuracy": 0.5}, "note": "x", "ok": true})",
           "step=7 eval.accuracy=0.5"},
    Sample{R"({"current_steps": 5, "total_steps": 63, "loss": 1.9, "percentage": 7.94})",
           "step=5 total=63 loss=1.9 percent=7.94"},
    Sample{R"({"loss": NaN, "step": 1, "losses": [1, {"a": 2}, 3]})", "loss=nan step=1"},
    Sample{R"({"level": "info", "ts": 1699999999.1, "port": 8080})", ""},  // a log line of some server
    Sample{"{'loss': 0.5, 'epoch'", ""},
    Sample{"{'loss': 0.5, 'epoch': 1.", ""},
    Sample{"{}", ""},
    Sample{"{{{{{{{{{{{{{{{{", ""},
    Sample{"{'loss': {'loss': {'loss': 1}}}", "loss.loss.loss=1"},
};
constexpr std::array kTqdmSamples = {
    Sample{" 45%|####5     | 45/100 [00:10<00:12,  4.50it/s]", "step=45 total=100"},
    Sample{" 45%|\xe2\x96\x88\xe2\x96\x88\xe2\x96\x8c   | 45/100 [00:10<00:12,  4.50it/s, loss=0.25, lr=1e-4]",
           "step=45 total=100 loss=0.25 learning_rate=0.0001"},
    Sample{"Training:  10%|#         | 1.2k/12.0k [00:10<01:12, 4.5it/s]", "step=1200 total=12000"},
    Sample{"Epoch 3:  50%|#####     | 100/200 [00:10<00:10,  9.99it/s, v_num=3, train_loss=0.5]",
           "epoch=3 step=100 total=200 v_num=3 train_loss=0.5"},
    Sample{"Epoch 2/5: 100%|##########| 9/9 [00:01<00:00]", "epoch=2 epochs=5 step=9 total=9"},
    Sample{"45it [00:10,  4.50it/s, loss=nan]", "step=45 loss=nan"},
    Sample{"  0%|          | 0/10 [00:00<?, ?it/s]", "step=0 total=10"},
    Sample{"Validation DataLoader 0:  50%|#####     | 1/2 [00:00<00:00]", ""},
    Sample{"100%|##########| 0/0 [00:00<?, ?it/s]", "step=0"},
    Sample{"50%| of the disk | is full", ""},
    Sample{"%|", ""},
    Sample{"it [", ""},
};
constexpr std::array kKerasSamples = {
    Sample{"1875/1875 [==============================] - 4s 2ms/step - loss: 0.2589 - accuracy: 0.9235",
           "step=1875 total=1875 loss=0.2589 accuracy=0.9235"},
    Sample{" 12/938 [..............................] - ETA: 3s - loss: 1.5 - val_loss: 1.75",
           "step=12 total=938 loss=1.5 val_loss=1.75"},
    Sample{"938/938 \xe2\x94\x81\xe2\x94\x81\xe2\x94\x81 4s 2ms/step - accuracy: 0.8806 - loss: 0.4141",
           "step=938 total=938 accuracy=0.8806 loss=0.4141"},
    Sample{"3/4 [a list]", ""},
};
constexpr std::array kTrainingSamples = {
    Sample{"Step 100/1000", "step=100 total=1000"},
    Sample{"STEP 5 of 20", "step=5 total=20"},
    Sample{"global_step: 7", "step=7"},
    Sample{"Epoch 3", "epoch=3"},
    Sample{"epoch: 0.25", "epoch=0.25"},
    Sample{"Loss: 0.25", "loss=0.25"},
    Sample{"loss=1.5", "loss=1.5"},
    Sample{"eval_loss: 2.0", "loss=2"},
    Sample{"lr: 2e-05", "learning_rate=2e-05"},
    Sample{"learning_rate: 0.0003", "learning_rate=0.0003"},
    Sample{"learning-rate = 0.0003", "learning_rate=0.0003"},
    Sample{"Epoch: 2, Step: 30/60, Loss: 0.5, LR: 1e-3", "epoch=2 step=30 total=60 loss=0.5 learning_rate=0.001"},
    // What ended jobs elsewhere.
    Sample{"Final loss: 0.1234.", "loss=0.1234"},
    Sample{"computing loss ...", ""},
    Sample{"lr: e", ""},
    Sample{"Step 3/0", "step=3"},
    Sample{"Step 7 0 errors", "step=7"},
    Sample{"loss: 1e-5", "loss=1e-05"},
    Sample{"loss: -1", "loss=-1"},
    Sample{"loss: nan", "loss=nan"},
    Sample{"loss: -inf", "loss=-inf"},
    Sample{"loss: 1e999", ""},
    Sample{"loss: 1.2.3", "loss=1.2"},
    Sample{"loss:", ""},
    Sample{"lossless 3", ""},
    Sample{"footstep 5", ""},
    Sample{"step 123456789012345678901234567890", ""},
    Sample{"Step 9/3", "step=9"},
    Sample{"Step 5/", "step=5"},
};
constexpr std::array kCommandSamples = {
    Sample{"Step 10/40 loss 0.5", "step=10 total=40 loss=0.5"},
    Sample{"Epoch 1/10", "epoch=1 epochs=10"},
    Sample{"Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.3", "epoch=1 loss=2.3"},
    Sample{"train_loss=0.5 val_loss=0.75 acc=0.9", "train_loss=0.5 val_loss=0.75 accuracy=0.9"},
    Sample{"iteration took 3 ms, 12/40 files, 45%", ""},
    Sample{"2025/11/28 12:30:00 listening on port 8080", ""},
};
constexpr std::array kEvaluationSamples = {
    Sample{"Evaluating 5/50", "step=5 total=50"}, Sample{"Evaluating: 10%", "percent=10"},
    Sample{"Accuracy: 0.75", "accuracy=0.75"},    Sample{"score = 3", "score=3"},
    Sample{"Sample 3 of 4", "step=3 total=4"},    Sample{"Accuracy: high", ""},
};
constexpr std::array kInferenceSamples = {
    Sample{"Generated 10/40", "step=10 total=40"},
    Sample{"Processing sample 3", ""},
    Sample{"Sample: 3", "step=3"},
};
constexpr std::array kOtherSamples = {
    Sample{"layer 3/32", "step=3 total=32"},
    Sample{"45%", "percent=45"},
    Sample{"99.5% of 3/4", "step=3 total=4"},
    Sample{"2025/11", ""},
    Sample{"2025/11/28", ""},
    Sample{"1/0", ""},
    Sample{"150%", ""},
    Sample{"/", ""},
};

constexpr std::array kParsers = {
    Parser{"objects", "all", kAll, kObjectSamples},
    Parser{"tqdm, Lightning", "all", kAll, kTqdmSamples},
    Parser{"Keras", "all", kAll, kKerasSamples},
    Parser{"words of a training", "train, tune", bit(Kind::kTraining), kTrainingSamples},
    Parser{"words of a command", "none", bit(Kind::kCommand), kCommandSamples},
    Parser{"words of an evaluation", "evaluate, eval", bit(Kind::kEvaluation), kEvaluationSamples},
    Parser{"words of an inference", "infer", bit(Kind::kInference), kInferenceSamples},
    Parser{"fractions", "all others", bit(Kind::kOtherVerb), kOtherSamples},
};

bool speaks_of_progress(const Readings& readings) {
  return std::ranges::any_of(readings, [](const Reading& one) { return progress::speaks_of_progress(one.name); });
}

// An object somewhere in the line; loggers put words in front of it.
bool read_object_in(std::string_view line, std::string& scratch, Readings& readings) {
  const std::size_t open = line.find('{');
  if (open == std::string_view::npos) return false;
  Readings found;
  if (!read_object(line.substr(open), scratch, found) || !speaks_of_progress(found)) return false;
  for (const Reading& one : found) readings.add(one.name, one.value);
  return true;
}

}  // namespace

Kind kind_of(std::string_view verb) {
  if (verb.empty()) return Kind::kCommand;
  if (verb == "train" || verb == "tune") return Kind::kTraining;
  if (verb == "evaluate" || verb == "eval") return Kind::kEvaluation;
  if (verb == "infer") return Kind::kInference;
  return Kind::kOtherVerb;
}

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kCommand: return "command";
    case Kind::kTraining: return "training";
    case Kind::kEvaluation: return "evaluation";
    case Kind::kInference: return "inference";
    case Kind::kOtherVerb: return "other";
  }
  return "";
}

std::span<const Parser> parsers() { return kParsers; }

void read_line(std::string_view line, Kind kind, std::string& scratch, Readings& readings) {
  if (read_object_in(line, scratch, readings)) return;
  if (read_tqdm(line, readings) || read_keras(line, readings)) return;
  switch (kind) {
    case Kind::kCommand: return read_words(line, kCommandWords, readings);
    case Kind::kTraining: return read_words(line, kTrainingWords, readings);
    case Kind::kEvaluation: return read_words(line, kEvaluationWords, readings);
    case Kind::kInference: return read_words(line, kInferenceWords, readings);
    case Kind::kOtherVerb: return read_fraction(line, readings);
  }
}

void read_told(std::string_view line, std::string& scratch, Readings& readings) {
  const std::size_t open = line.find_first_not_of(" \t");
  if (open != std::string_view::npos) read_object(line.substr(open), scratch, readings);
}

}  // namespace sennit::progress
