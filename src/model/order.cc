#include "model/order.h"

#include "base/fields.h"

namespace sennit {
namespace {

using Pair = std::pair<std::string, std::string>;

void write_pairs(FieldWriter& writer, std::uint32_t tag, const std::vector<Pair>& pairs) {
  for (const Pair& pair : pairs) {
    writer.nest(tag, [&](FieldWriter& inner) {
      inner.put(1, pair.first);
      inner.put(2, pair.second);
    });
  }
}

Result<void> read_pair(std::string_view bytes, std::vector<Pair>& out) {
  Pair& pair = out.emplace_back();
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1) pair.first = field.bytes;
    if (field.tag == 2) pair.second = field.bytes;
  }
  return reader.status();
}

void write_credential(FieldWriter& writer, std::uint32_t tag, std::string_view name, const GivenCredential& given) {
  writer.nest(tag, [&](FieldWriter& inner) {
    inner.put(1, name);
    write_pairs(inner, 2, std::vector<Pair>(given.payload.begin(), given.payload.end()));
    inner.put(3, static_cast<std::uint64_t>(given.type));
  });
}

void write_storage_keys(FieldWriter& writer, const StorageKeys& keys) {
  for (const auto& [profile, payload] : keys) {
    writer.nest(42, [&profile = profile, &payload = payload](FieldWriter& inner) {
      inner.put(1, profile);
      write_pairs(inner, 2, std::vector<Pair>(payload.begin(), payload.end()));
    });
  }
}

Result<std::string> read_credential(std::string_view bytes, GivenCredential& given) {
  std::string name;
  std::vector<Pair> pairs;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1) name = field.bytes;
    if (field.tag == 2) SENNIT_TRY(read_pair(field.bytes, pairs));
    // Of a type that this release does not know every value is secret.
    if (field.tag == 3 && field.number <= static_cast<std::uint64_t>(CredentialType::kData)) {
      given.type = static_cast<CredentialType>(field.number);
    }
  }
  given.payload.insert(pairs.begin(), pairs.end());
  SENNIT_TRY(reader.status());
  return name;
}

}  // namespace

void encode(const WorkflowContext& context, std::string& out) {
  FieldWriter writer(out);
  writer.put(1, context.key.value());
  writer.put(2, context.id);
  write_pairs(writer, 3, context.environment);
  writer.put(4, context.directory);
  writer.put(5, context.runs_dir);
  writer.put(6, context.uid);
  writer.put(7, static_cast<std::uint64_t>(context.runtime));
}

Result<WorkflowContext> decode_workflow_context(std::string_view bytes) {
  WorkflowContext context;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: context.key = WorkflowKey(field.number); break;
      case 2: context.id = field.bytes; break;
      case 3: SENNIT_TRY(read_pair(field.bytes, context.environment)); break;
      case 4: context.directory = field.bytes; break;
      case 5: context.runs_dir = field.bytes; break;
      case 6: context.uid = static_cast<std::uint32_t>(field.number); break;
      case 7:
        if (field.number > static_cast<std::uint64_t>(Runtime::kContainer)) {
          return Error(ErrorCode::kCorrupt, "the workflow wants a runtime that this release does not know");
        }
        context.runtime = static_cast<Runtime>(field.number);
        break;
      default: break;
    }
  }
  SENNIT_TRY(reader.status());
  return context;
}

void encode(const StartOrder& order, std::string& out) {
  FieldWriter writer(out);
  writer.put(1, order.attempt.instance.value());
  writer.put(2, order.attempt.workflow.value());
  writer.put(3, order.attempt.task.value());
  writer.put(4, order.attempt.number);
  writer.put(5, order.task);
  writer.put(6, order.body);
  writer.put(7, order.gpus.bits());
  for (const std::string& dir : order.input_dirs) writer.put_always(8, dir);
  write_pairs(writer, 9, order.hosts);
  writer.put(10, static_cast<std::uint64_t>(order.barrier));
  writer.put(13, order.incarnation);
  writer.put(17, order.limits.memory.count());
  writer.put(18, order.limits.cpus);
  writer.put(19, order.limits.processes);
  writer.put(15, order.gpu_share);
  writer.put(16, order.gpu_memory.count());
  for (const auto& [name, given] : order.credentials) write_credential(writer, 40, name, given);
  writer.put(41, order.credential_problem);
  write_storage_keys(writer, order.storage_keys);
  if (order.group) writer.put(44, std::uint64_t{*order.group} + 1);
  for (const GivenCredential& given : order.registry) write_credential(writer, 43, "", given);
  write_pairs(writer, 45, std::vector<Pair>(order.dataset_places.begin(), order.dataset_places.end()));
  if (!order.behind) return;
  writer.put(11, std::uint64_t{order.behind->task.value()} + 1);
  writer.put(12, order.behind->number);
}

Result<StartOrder> decode_start_order(std::string_view bytes) {
  StartOrder order;
  std::vector<Pair> places;
  std::uint64_t behind = 0;  // its task, plus 1
  std::uint32_t behind_number = 0;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    switch (field.tag) {
      case 1: order.attempt.instance = InstanceId(field.number); break;
      case 2: order.attempt.workflow = WorkflowKey(field.number); break;
      case 3: order.attempt.task = TaskIndex(static_cast<std::uint32_t>(field.number)); break;
      case 4: order.attempt.number = static_cast<std::uint32_t>(field.number); break;
      case 5: order.task = field.bytes; break;
      case 6: order.body = field.bytes; break;
      case 7: order.gpus = GpuSet::from_bits(field.number); break;
      case 8: order.input_dirs.emplace_back(field.bytes); break;
      case 9: SENNIT_TRY(read_pair(field.bytes, order.hosts)); break;
      case 10: order.barrier = field.as_bool(); break;
      case 11: behind = field.number; break;
      case 12: behind_number = static_cast<std::uint32_t>(field.number); break;
      case 13: order.incarnation = static_cast<std::uint32_t>(field.number); break;
      case 17: order.limits.memory = Bytes(field.number); break;
      case 18: order.limits.cpus = static_cast<std::uint32_t>(field.number); break;
      case 19: order.limits.processes = static_cast<std::uint32_t>(field.number); break;
      case 15: order.gpu_share = static_cast<std::uint32_t>(field.number); break;
      case 16: order.gpu_memory = Bytes(field.number); break;
      case 40: {
        GivenCredential given;
        SENNIT_ASSIGN(std::string name, read_credential(field.bytes, given));
        order.credentials.insert_or_assign(std::move(name), std::move(given));
        break;
      }
      case 41: order.credential_problem = field.bytes; break;
      case 42: {
        GivenCredential given;
        SENNIT_ASSIGN(std::string profile, read_credential(field.bytes, given));
        order.storage_keys.insert_or_assign(std::move(profile), std::move(given.payload));
        break;
      }
      case 44:
        if (field.number > 0) order.group = static_cast<std::uint32_t>(field.number - 1);
        break;
      case 43: SENNIT_TRY(read_credential(field.bytes, order.registry.emplace_back())); break;
      case 45: SENNIT_TRY(read_pair(field.bytes, places)); break;
      default: break;
    }
  }
  SENNIT_TRY(reader.status());
  order.dataset_places = DatasetPlaces(places.begin(), places.end());
  if (behind != 0) {
    order.behind = order.attempt;
    order.behind->task = TaskIndex(static_cast<std::uint32_t>(behind - 1));
    order.behind->number = behind_number;
  }
  return order;
}

}  // namespace sennit
