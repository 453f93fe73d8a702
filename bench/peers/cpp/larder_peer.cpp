// SPDX-License-Identifier: Apache-2.0
//
// The lru plugin through the bare ABI: loads the plugin's file as any host would, without the SDK's library.
#include <larder/abi.h>

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "harness.hpp"

namespace {

using namespace larder::peers;

larder_host hostServices() {
  larder_host host{};
  host.struct_size = sizeof host;
  host.abi_minor = LARDER_ABI_MINOR;
  host.log = [](void*, std::uint32_t, larder_bytes) {};
  host.log_level = [](void*) { return LARDER_LOG_ERROR; };
  host.monotonic_ns = [](void*) {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
  };
  host.realtime_ms = [](void*) { return std::int64_t{0}; };
  host.alloc = [](void*, std::uint64_t size) { return std::malloc(size); };
  host.free = [](void*, void* memory, std::uint64_t) { std::free(memory); };
  host.random = [](void*, void* data, std::uint64_t size) {
    std::random_device random;
    for (std::uint64_t i = 0; i < size; ++i)
      static_cast<unsigned char*>(data)[i] = static_cast<unsigned char>(random());
    return LARDER_OK;
  };
  host.register_metric = [](void*, std::uint32_t, larder_bytes, larder_bytes) { return std::uint64_t{0}; };
  host.add_metric = [](void*, std::uint64_t, std::uint64_t) {};
  host.set_metric = [](void*, std::uint64_t, std::int64_t) {};
  host.report_health = [](void*, std::uint32_t, larder_bytes) {};
  host.get_extension = [](void*, larder_bytes) -> const void* { return nullptr; };
  return host;
}

larder_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }

class Plugin {
 public:
  explicit Plugin(std::uint64_t capacity, std::size_t value_size) : host_(hostServices()) {
    const char* const file = std::getenv("LARDER_LRU_PLUGIN");
    void* const library = ::dlopen(file != nullptr ? file : LARDER_LRU_PLUGIN, RTLD_NOW);
    if (library == nullptr) throw std::runtime_error(::dlerror());
    const auto entry = reinterpret_cast<larder_entry>(::dlsym(library, LARDER_ENTRY_NAME));
    const larder_plugin* const plugin = entry(LARDER_ABI_MINOR);
    std::vector<larder_setting> settings;
    for (std::uint32_t i = 0; i < plugin->option_count; ++i) {
      const auto& option = *reinterpret_cast<const larder_option*>(
          reinterpret_cast<const char*>(plugin->options) + std::size_t{i} * plugin->option_stride);
      const std::string name(option.name.data, option.name.size);
      if (name == "max_entries")
        settings.push_back({option.name, {}, static_cast<std::int64_t>(capacity)});
      else if (name == "max_bytes")
        settings.push_back({option.name, {}, static_cast<std::int64_t>(capacity * (value_size + 1000))});
      else
        settings.push_back({option.name, option.default_value, 0});
    }
    char text[256];
    larder_text error{text, sizeof text, 0};
    if (plugin->create(&host_, settings.data(), static_cast<std::uint32_t>(settings.size()), &error,
                       &backend_) != LARDER_OK)
      throw std::runtime_error(std::string(text, error.size));
  }
  ~Plugin() {
    backend_->drain(backend_->self, 0);
    backend_->destroy(backend_->self);
  }

  bool get(std::string_view key) {
    larder_op op = operation(LARDER_OP_GET, key);
    if (submit(op) != LARDER_OK) return false;
    const bool right = op.result.data[0] == 'v';
    op.result.release(op.result.owner);
    return right;
  }
  void set(std::string_view key, std::string_view value) {
    larder_op op = operation(LARDER_OP_SET, key);
    op.value = bytes(value);
    submit(op);
  }

 private:
  static larder_op operation(std::uint32_t opcode, std::string_view key) {
    larder_op op{};
    op.struct_size = sizeof op;
    op.opcode = opcode;
    op.name_space = {"n", 1};
    op.key = bytes(key);
    op.ttl_ms = LARDER_TTL_NONE;
    return op;
  }
  larder_status submit(larder_op& op) {
    larder_op* const ops[] = {&op};
    larder_status status = LARDER_INTERNAL;
    backend_->submit(backend_->self, ops, 1, &status);
    return status;
  }

  larder_host host_;
  const larder_backend* backend_ = nullptr;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    const Load load = readLoad(argc, argv);
    Plugin plugin(load.capacity, load.valueSize);
    run(load, plugin);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "larder_peer: %s\n", error.what());
    return 1;
  }
}
