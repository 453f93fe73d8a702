// SPDX-License-Identifier: Apache-2.0
//
// Turns a class into a plugin: the part of plugin.hpp that connects the class to the ABI's tables. Included
// by plugin.hpp.
#ifndef LARDER_PLUGIN_EXPORT_HPP
#define LARDER_PLUGIN_EXPORT_HPP

#include <larder/plugin.hpp>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>

namespace larder::plugin {

/// Adapts a class to the C tables of the ABI. Used by LARDER_PLUGIN.
template <class B>
class Export {
 public:
  static const larder_plugin* plugin(std::string_view name, std::string_view version) {
    static const larder_plugin table = describe(name, version);
    return &table;
  }

 private:
  struct Instance {
    larder_backend table{};
    B backend;
    std::atomic<bool> drained{false};

    Instance(Host host, const Settings& settings) : backend(host, settings) {
      static_cast<Backend&>(backend).clock_ = host.raw();
    }
  };

  static larder_plugin describe(std::string_view name, std::string_view version) {
    const Info info = B::info();
    larder_plugin table{};
    table.struct_size = sizeof table;
    table.abi_major = LARDER_ABI_MAJOR;
    table.abi_minor = LARDER_ABI_MINOR;
    table.name = bytes(name);
    table.version = bytes(version);
    table.vendor = bytes(info.vendor);
    table.license = bytes(info.license);
    table.build = LARDER_TEXT(LARDER_BUILD);
    table.options = info.options;
    table.option_count = info.optionCount;
    table.option_stride = sizeof(larder_option);
    table.create = create;
    return table;
  }

  static larder_status create(const larder_host* host, const larder_setting* settings, std::uint32_t count,
                              larder_text* error, const larder_backend** backend) {
    try {
      refuseUnknown(settings, count);
      auto instance = std::make_unique<Instance>(Host(host), Settings(settings, count));
      fill(instance->table, *instance);
      *backend = &instance.release()->table;
      return LARDER_OK;
    } catch (const ConfigError& wrong) {
      write(*error, wrong.what());
      return LARDER_CONFIG;
    } catch (const std::bad_alloc&) {
      write(*error, "out of memory");
      return LARDER_NO_MEMORY;
    } catch (const std::exception& fault) {
      write(*error, fault.what());
      return LARDER_INTERNAL;
    } catch (...) {
      write(*error, "unknown exception");
      return LARDER_INTERNAL;
    }
  }

  static void refuseUnknown(const larder_setting* settings, std::uint32_t count) {
    const Info info = B::info();
    for (std::uint32_t i = 0; i < count; ++i) {
      bool known = false;
      for (std::uint32_t k = 0; k < info.optionCount && !known; ++k)
        known = view(info.options[k].name) == view(settings[i].name);
      if (!known) throw ConfigError("unknown option \"" + std::string(view(settings[i].name)) + "\"");
    }
  }

  static void fill(larder_backend& table, Instance& instance) {
    table.struct_size = sizeof table;
    table.self = &instance;
    table.capabilities = instance.backend.capabilities();
    table.max_key_size = instance.backend.maxKeySize();
    table.max_value_size = instance.backend.maxValueSize();
    table.submit = submit;
    table.cancel = [](void* self, larder_op* op) { of(self).backend.cancel(*op); };
    table.stats = stats;
    table.drain = drain;
    table.destroy = [](void* self) { delete &of(self); };
    table.get_extension = [](void* self, larder_bytes id) -> const void* {
      const void* const extension = of(self).backend.extension(view(id));
      if (extension != &implemented) return extension;
      if (view(id) == LARDER_INVALIDATION) return &invalidation;
      return view(id) == LARDER_SIZING ? static_cast<const void*>(&sizing) : extension;
    };
  }

  static Instance& of(void* self) { return *static_cast<Instance*>(self); }

  static constexpr larder_invalidation invalidation{
      sizeof(larder_invalidation), 0u, [](void* self, const larder_invalidation_listener* listener) {
        return of(self).backend.listen(listener);
      }};

  static constexpr larder_sizing sizing{
      sizeof(larder_sizing), 0u,
      [](void* self, larder_sizing_report* report) { of(self).backend.sizing(*report); }};

  static void submit(void* self, larder_op* const* ops, std::uint32_t count, larder_status* results) {
    Instance& instance = of(self);
    if (!instance.drained.load(std::memory_order_relaxed)) {
      instance.backend.submit(ops, count, results);
      return;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      releaseDonation(*ops[i]);
      results[i] = LARDER_CLOSED;
    }
  }

  // The class fills a complete struct. A host of another minor may have room for fewer members, or for more.
  static void stats(void* self, larder_stats* stats) {
    larder_stats known;
    std::memset(&known, 0xff, sizeof known);  // LARDER_STAT_UNKNOWN
    known.struct_size = sizeof known;
    known.reserved = 0;
    of(self).backend.stats(known);
    const std::uint32_t room = stats->struct_size;
    known.struct_size = room;
    std::memcpy(stats, &known, room < sizeof known ? room : sizeof known);
  }

  static larder_status drain(void* self, std::uint64_t deadline_ns) {
    Instance& instance = of(self);
    instance.drained.store(true);
    return instance.backend.drain(deadline_ns);
  }
};

}  // namespace larder::plugin

/// Exports `Class` as the plugin of this shared library: defines the entry function and the ELF note.
#define LARDER_PLUGIN(Class, plugin_name, plugin_version)                                                  \
  LARDER_DEFINE_NOTE(plugin_name, plugin_version);                                                         \
  extern "C" __attribute__((visibility("default"))) const larder_plugin* larder_plugin_v1(std::uint32_t) { \
    return larder::plugin::Export<Class>::plugin(plugin_name, plugin_version);                             \
  }

#endif
