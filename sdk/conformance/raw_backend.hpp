// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_RAW_BACKEND_HPP
#define LARDER_CONFORMANCE_RAW_BACKEND_HPP

#include <larder/backend.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace larder::conformance {

/// The services of a host that discards everything and uses the system's clock.
const larder_host& plainHost();
std::uint64_t monotonicNs();

/// A backend as created by the plugin, without the SDK in between. For calls that the SDK never makes.
class RawBackend {
 public:
  /// Throws std::runtime_error with the plugin's error text if create fails.
  RawBackend(const PluginLibrary& library, const BackendSettings& settings);
  ~RawBackend();
  RawBackend(const RawBackend&) = delete;
  RawBackend& operator=(const RawBackend&) = delete;

  const larder_backend& table() const { return table_; }

  /// Returns the extension's table, or null.
  const void* extension(std::string_view id) const;

  larder_status submit(larder_op& op) const;
  larder_status drain(std::chrono::milliseconds timeout) const;

 private:
  larder_backend table_{};
};

/// One operation with its own copies of key and value, which counts its completions. It must complete before
/// it is destroyed.
class RawOp {
 public:
  RawOp(std::uint32_t opcode, std::string_view name_space, std::string_view key, std::string_view value = {});
  ~RawOp();
  RawOp(const RawOp&) = delete;
  RawOp& operator=(const RawOp&) = delete;

  larder_op& op() { return op_; }
  RawOp& with(std::uint32_t flags) {
    op_.flags = flags;
    return *this;
  }

  /// Submits the operation with a completion callback and waits for the final status. Ends the process if
  /// none arrives within 10 s: the plugin may still write to the operation, so continuing is not safe.
  larder_status perform(const RawBackend& backend);

  /// The two halves of perform.
  void start(const RawBackend& backend);
  larder_status wait() const;

  /// Starts all of them by one submit.
  static void startTogether(const RawBackend& backend, const std::vector<RawOp*>& operations);

  /// Returns how often it was completed, by submit's result or by the callback.
  int completions() const { return completions_.load(); }
  std::string value() const { return {op_.result.data, static_cast<std::size_t>(op_.result.size)}; }

 private:
  void complete(larder_status status);

  const std::string nameSpace_;
  const std::string key_;
  const std::string value_;
  std::array<char, 128> error_{};
  larder_op op_{};
  std::atomic<larder_status> status_{LARDER_PENDING};
  std::atomic<int> completions_{0};
};

/// A value to donate, which counts how often it is released.
class Donation {
 public:
  explicit Donation(std::string_view bytes) : bytes_(bytes) {}
  /// Makes `op` a SET that donates this value.
  void attachTo(larder_op& op);
  int releases() const { return releases_.load(); }

 private:
  const std::string bytes_;
  std::atomic<int> releases_{0};
};

/// The settings in the form that create takes: defaults filled in, numbers parsed. Types and ranges are not
/// checked.
class RawSettings {
 public:
  RawSettings(const PluginLibrary& library, const BackendSettings& settings);
  void add(std::string_view name, std::string_view text, std::int64_t number = 0);
  const std::vector<larder_setting>& list() const { return list_; }

 private:
  std::deque<std::string> texts_;  // a deque keeps references valid while it grows
  std::vector<larder_setting> list_;
};

}  // namespace larder::conformance

#endif
