// What is told of running tasks past the engine.
#pragma once

#include "api/measure_board.h"
#include "api/transfer_board.h"

namespace sennit::api {

struct Boards {
  TransferBoard transfers;
  MeasureBoard measures;
};

}  // namespace sennit::api
