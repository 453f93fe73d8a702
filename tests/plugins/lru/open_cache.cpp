// SPDX-License-Identifier: Apache-2.0
#include "open_cache.hpp"

namespace larder::lru_test {
namespace {

constexpr auto kNone = Deadline::none();

BackendSettings asSettings(const Settings& given) {
  BackendSettings settings;
  for (const auto& [name, value] : given) settings[name] = {value};
  return settings;
}

}  // namespace

OpenCache::OpenCache(const Settings& settings)
    : backend_(
          Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "cache", asSettings(settings), services_)) {}

Status OpenCache::set(std::string_view key, std::string_view value, std::chrono::milliseconds ttl,
                      std::string_view name_space) {
  Operation operation;
  operation.code = OpCode::set;
  operation.nameSpace = name_space;
  operation.key = key;
  operation.value = value;
  operation.ttl = ttl;
  return backend_->perform(operation, kNone).status;
}

Outcome OpenCache::get(std::string_view key) { return perform(OpCode::get, key); }

bool OpenCache::has(std::string_view key) { return perform(OpCode::exists, key).status == Status::ok; }

Status OpenCache::touch(std::string_view key, std::chrono::milliseconds ttl) {
  Operation operation;
  operation.code = OpCode::touch;
  operation.nameSpace = "ns";
  operation.key = key;
  operation.ttl = ttl;
  return backend_->perform(operation, kNone).status;
}

Status OpenCache::clear(std::string_view name_space) {
  Operation operation;
  operation.code = OpCode::clearNamespace;
  operation.nameSpace = name_space;
  return backend_->perform(operation, kNone).status;
}

Outcome OpenCache::perform(OpCode code, std::string_view key) {
  Operation operation;
  operation.code = code;
  operation.nameSpace = "ns";
  operation.key = key;
  return backend_->perform(operation, kNone);
}

}  // namespace larder::lru_test
