// SPDX-License-Identifier: Apache-2.0
#include "backend/plugin_instance.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "backend/named_thread.hpp"

namespace larder {
namespace {

constexpr std::chrono::seconds kDrainAtClose{5};

// Returns the part of the plugin's table that both sides know, with defaults for missing functions, so that
// calls need no null checks.
larder_backend completeTable(const larder_backend* raw, const std::string& name,
                             const PluginLibrary& library) {
  if (raw == nullptr || !LARDER_HAS(raw, larder_backend, submit) ||
      !LARDER_HAS(raw, larder_backend, destroy) || raw->submit == nullptr || raw->destroy == nullptr)
    throw PluginError(library.file().string() + ": its create made no usable backend for \"" + name +
                      "\"; fill struct_size, submit and destroy");
  larder_backend table{};
  std::memcpy(&table, raw, std::min<std::size_t>(raw->struct_size, sizeof table));
  if (table.cancel == nullptr) table.cancel = [](void*, larder_op*) {};
  if (table.stats == nullptr) table.stats = [](void*, larder_stats*) {};
  if (table.drain == nullptr) table.drain = [](void*, std::uint64_t) -> larder_status { return LARDER_OK; };
  if (table.get_extension == nullptr)
    table.get_extension = [](void*, larder_bytes) -> const void* { return nullptr; };
  return table;
}

std::string secondsOf(std::chrono::milliseconds time) {
  const auto count = time.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

// One call of create, shared by the thread that makes it and the thread that waits for it.
struct Creation {
  std::shared_ptr<PluginInstance> instance;
  CheckedSettings settings;
  std::mutex mutex;
  std::condition_variable ended;
  bool over = false;
  std::exception_ptr error{};

  void end(std::exception_ptr what) {
    const std::lock_guard lock(mutex);
    error = std::move(what);
    over = true;
    ended.notify_one();
  }
};

}  // namespace

PluginInstance::PluginInstance(std::shared_ptr<const PluginLibrary> library, std::string name,
                               HostServices& services)
    : library_(std::move(library)), services_(std::make_shared<ServiceTable>(services, std::move(name))) {}

PluginInstance::PluginInstance(std::shared_ptr<const PluginLibrary> library, std::string name,
                               const larder_backend& table, HostServices& services)
    : PluginInstance(std::move(library), std::move(name), services) {
  table_ = table;
  created_ = true;
  services_->trust();
}

PluginInstance::~PluginInstance() {
  if (!created_) return;
  // Read through the table: the application's clock may be gone if the plugin was cut off.
  const auto now = services_->table()->monotonic_ns(services_->table()->self);
  table_.drain(table_.self,
               now + static_cast<std::uint64_t>(std::chrono::nanoseconds(kDrainAtClose).count()));
  table_.destroy(table_.self);
}

std::shared_ptr<PluginInstance> PluginInstance::open(std::shared_ptr<const PluginLibrary> library,
                                                     std::string name, const BackendSettings& settings,
                                                     HostServices& services,
                                                     std::chrono::milliseconds limit) {
  CheckedSettings checked(name, library->options(), settings);
  const std::shared_ptr<PluginInstance> instance(
      new PluginInstance(std::move(library), std::move(name), services));
  instance->services_->log(LogLevel::info, "opening with plugin " + std::string(instance->library_->name()));

  const auto creation = std::make_shared<Creation>(instance, std::move(checked));
  auto thread = startThread("larder-open", [creation] {
    try {
      creation->instance->create(creation->settings.settings());
    } catch (...) {
      return creation->end(std::current_exception());
    }
    creation->end(nullptr);
  });

  std::unique_lock lock(creation->mutex);
  if (creation->ended.wait_for(lock, limit, [&creation] { return creation->over; })) {
    lock.unlock();
    thread.join();
    if (creation->error != nullptr) std::rethrow_exception(creation->error);
    return instance;
  }
  lock.unlock();
  thread.detach();
  instance->services_->cutOff();
  throw PluginError(instance->library_->file().string() + ": \"" + instance->services_->name() +
                    "\" did not open within " + secondsOf(limit) +
                    ": its create hangs; it is left alone until the process ends");
}

void PluginInstance::create(const std::vector<larder_setting>& settings) {
  std::array<char, 512> text{};
  larder_text error{text.data(), static_cast<std::uint32_t>(text.size()), 0};
  const larder_backend* raw = nullptr;
  const auto status = library_->descriptor().create(
      services_->table(), settings.data(), static_cast<std::uint32_t>(settings.size()), &error, &raw);
  const auto& name = services_->name();
  if (status == LARDER_OK) {
    table_ = completeTable(raw, name, *library_);
    created_ = true;
    return;
  }
  std::string why(text.data(), std::min<std::size_t>(error.size, text.size()));
  if (why.empty()) why = toString(fromAbi(status));
  if (status == LARDER_CONFIG) throw SettingError("backends." + name + ": " + why);
  throw PluginError(library_->file().string() + ": cannot open \"" + name + "\": " + why);
}

}  // namespace larder
