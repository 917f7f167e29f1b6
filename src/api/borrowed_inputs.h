// Inputs that are outputs of earlier workflows ("train-1:fit"): looked up when a workflow is taken in, once.
#pragma once

#include <map>
#include <string>

#include "api/records.h"
#include "base/result.h"
#include "model/workflow.h"
#include "store/store.h"

namespace sennit::api {

// Where each lies, relative to all workflows' runs, by what the file says.
using BorrowedOutputs = std::map<std::string, std::string>;

// Of every input that is still to be found. kInvalid: the workflow or the task is not there, or has not ended. On the
// loop's thread.
Result<BorrowedOutputs> find_borrowed(const Workflow& workflow, Records& records, store::Store& store);

// The same workflow with the places in its bodies. Any thread; it copies the workflow.
Result<Workflow> with_borrowed(const Workflow& workflow, const BorrowedOutputs& outputs);

}  // namespace sennit::api
