// SPDX-License-Identifier: Apache-2.0
#include "open_memcached.hpp"

namespace larder::memcached_test {

namespace {

constexpr std::chrono::seconds kPatience(2);

}  // namespace

OpenMemcached::OpenMemcached(const std::vector<std::string>& servers, BackendSettings settings) {
  settings["servers"] = servers;
  backend_ = Backend::open(PluginLibrary::load(LARDER_MEMCACHED_PLUGIN), "memcached", settings, services_);
}

Status OpenMemcached::set(std::string_view key, std::string_view value, std::chrono::milliseconds ttl) {
  Operation operation;
  operation.code = OpCode::set;
  operation.nameSpace = "ns";
  operation.key = key;
  operation.value = value;
  operation.ttl = ttl;
  return backend_->perform(operation, backend_->in(kPatience)).status;
}

std::optional<std::string> OpenMemcached::valueOf(std::string_view key) {
  const Outcome outcome = get(key);
  if (outcome.status != Status::ok) return std::nullopt;
  return std::string(outcome.value.view());
}

Outcome OpenMemcached::perform(OpCode code, std::string_view key) {
  Operation operation;
  operation.code = code;
  operation.nameSpace = "ns";
  operation.key = key;
  return backend_->perform(operation, backend_->in(kPatience));
}

}  // namespace larder::memcached_test
