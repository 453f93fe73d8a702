// SPDX-License-Identifier: Apache-2.0
//
// A backend around another plugin's that counts its submit calls, each for any number of operations: its
// extension "test.larder.counting/1" is a std::atomic<std::uint64_t>. Operations pass through unchanged.
#include <larder/backend_settings.hpp>
#include <larder/plugin.hpp>
#include <larder/plugin_library.hpp>

#include <atomic>

namespace plugin = larder::plugin;

namespace {

constexpr larder_option kOptions[] = {
    plugin::option("wraps", LARDER_OPTION_STRING, "", "path of the plugin to wrap", 1, 4000,
                   LARDER_OPTION_REQUIRED),
    plugin::option("option", LARDER_OPTION_STRING, "", "of its options, the one that is set", 0, 100),
    plugin::option("value", LARDER_OPTION_STRING, "", "to this", 0, 4000)};

const larder_backend* create(const larder_host* host, const plugin::Settings& settings) {
  const auto library = larder::PluginLibrary::load(settings.text("wraps"));
  larder::BackendSettings given;
  if (!settings.text("option").empty())
    given[std::string(settings.text("option"))] = {std::string(settings.text("value"))};
  const larder::CheckedSettings checked("counted", library->options(), given);
  larder_text error{nullptr, 0, 0};
  const larder_backend* made = nullptr;
  const auto status = library->descriptor().create(
      host, checked.settings().data(), static_cast<std::uint32_t>(checked.settings().size()), &error, &made);
  if (status != LARDER_OK) throw plugin::ConfigError("wraps: refused");
  return made;
}

class Counting final : public plugin::Backend {
 public:
  static plugin::Info info() { return {"Larder's tests", "Apache-2.0", kOptions, std::size(kOptions)}; }
  Counting(plugin::Host host, const plugin::Settings& settings) : inner_(create(host.raw(), settings)) {}
  ~Counting() override { inner_->destroy(inner_->self); }

  std::uint64_t capabilities() const override { return inner_->capabilities; }
  std::uint64_t maxKeySize() const override { return inner_->max_key_size; }
  std::uint64_t maxValueSize() const override { return inner_->max_value_size; }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    ++roundTrips_;
    inner_->submit(inner_->self, ops, count, results);
  }
  void cancel(larder_op& op) noexcept override { inner_->cancel(inner_->self, &op); }
  void stats(larder_stats& stats) const noexcept override { inner_->stats(inner_->self, &stats); }
  larder_status drain(std::uint64_t deadline_ns) noexcept override {
    return inner_->drain(inner_->self, deadline_ns);
  }
  const void* extension(std::string_view id) noexcept override {
    return id == "test.larder.counting/1" ? &roundTrips_ : nullptr;
  }

 private:
  const larder_backend* const inner_;
  std::atomic<std::uint64_t> roundTrips_{0};
};

}  // namespace

LARDER_PLUGIN(Counting, "counting", "1.0.0")
