// The chapters, one file each; explanation.cc puts them in order.
#pragma once

#include "spec/explain/explanation.h"

namespace sennit::spec {

extern const Chapter kTextChapter;
extern const Chapter kTemplateChapter;
extern const Chapter kShapeChapter;
extern const Chapter kNamesChapter;
extern const Chapter kValuesChapter;
extern const Chapter kResourcesChapter;
extern const Chapter kJobsChapter;
extern const Chapter kConfigChapter;
extern const Chapter kConvertChapter;

}  // namespace sennit::spec
