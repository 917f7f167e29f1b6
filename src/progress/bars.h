// Bars that programs draw: tqdm's, and those of Keras. Pure.
#pragma once

#include <string_view>

#include "progress/readings.h"

namespace sennit::progress {

// " 45%|####5     | 45/100 [00:10<00:12,  4.50it/s, loss=0.25]" and "45it [00:10, 4.50it/s]", with a description in
// front or without. False: it is none. Lightning draws its bars by tqdm.
bool read_tqdm(std::string_view line, Readings& readings);

// "1875/1875 [=====>..] - 4s 2ms/step - loss: 0.25 - accuracy: 0.92", with brackets (Keras 2) or a line (Keras 3).
bool read_keras(std::string_view line, Readings& readings);

}  // namespace sennit::progress
