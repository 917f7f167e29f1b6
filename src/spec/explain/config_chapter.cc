// Codes 701 to 799: config.yaml, whose mistakes have the codes of the chapters before. Codes 801 to 899: `sennit
// convert`.
#include <array>

#include "spec/explain/chapters.h"

namespace sennit::spec {
namespace {

constexpr auto kExplanations = std::to_array<Explanation>({
    {Code::kConfigUnreadable,
     "configuration cannot be read",
     "A configuration file is there and cannot be read; or a project's is a warning and not taken, because somebody "
     "else could have put it there.",
     {.shell = "mkdir -p ~/.config/sennit/config.yaml"},
     "`sennit config path` prints which files are read. Make it a file that you own and may read."},
});

constexpr auto kConverting = std::to_array<Explanation>({
    {Code::kNotCarriedOver,
     "not carried over",
     "`sennit convert` writes the file without this: the other format has no words for it. With `--strict` nothing is "
     "written.",
     {.shell = "sennit convert examples/sweep/sweep.yaml --image oumi:1"},
     "Say it where the new file is run: on the command line or in `config.yaml`."},
    {Code::kNotConvertible,
     "cannot be converted",
     "The other format cannot say what this means, and a file without it would do something else. Nothing is written.",
     {.shell = "sennit convert examples/digits/digits.yaml --to oumi"},
     "Keep the file in its format; both run side by side."},
});

}  // namespace

const Chapter kConvertChapter{"Converting", "", kConverting};

const Chapter kConfigChapter{"Configuration", "What is wrong inside a configuration file has one of the codes above.",
                             kExplanations};

}  // namespace sennit::spec
