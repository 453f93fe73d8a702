// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BROKEN_REFERENCE_HPP
#define LARDER_BROKEN_REFERENCE_HPP

#include <larder/plugin.hpp>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace larder::broken {

/// A correct and complete backend in memory, kept small rather than fast: one lock, one map,
/// reference-counted values. A broken plugin derives from it and overrides one of the virtual functions
/// below.
///
/// Thread-safe; every operation completes inline.
class Reference : public plugin::Backend {
 public:
  static plugin::Info info();
  Reference(plugin::Host host, const plugin::Settings& settings);

  std::uint64_t capabilities() const override;

  larder_status get(larder_op& op) override;
  larder_status set(larder_op& op) override;
  larder_status erase(larder_op& op) override;
  larder_status touch(larder_op& op) override;
  larder_status exists(larder_op& op) override;
  larder_status ttl(larder_op& op) override;
  larder_status clearNamespace(larder_op& op) override;

  larder_status increment(larder_op& op) override;
  larder_status compareSet(larder_op& op) override;
  larder_status lock(larder_op& op) override;
  larder_status unlock(larder_op& op) override;
  larder_status scan(larder_op& op) override;
  larder_status introspect(larder_op& op) override;
  const void* extension(std::string_view id) noexcept override;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override;
  void stats(larder_stats& stats) const noexcept override;

 protected:
  using Bytes = std::shared_ptr<std::string>;
  using Name = std::pair<std::string, std::string>;  // namespace and key

  static constexpr std::uint64_t kNever = UINT64_MAX;

  struct Entry {
    Bytes value;
    std::uint64_t version = 0;
    std::uint64_t expiresNs = kNever;
    std::uint64_t place = 0;  ///< position in scans, which the key keeps when overwritten
    std::uint64_t usedNs = 0;
  };

  struct Lock {
    std::string token;
    std::uint64_t expiresNs = 0;
  };

  struct Counters {
    std::atomic<std::uint64_t> hits{0};
    std::atomic<std::uint64_t> misses{0};
    std::atomic<std::uint64_t> writes{0};
    std::atomic<std::uint64_t> deletes{0};
    std::atomic<std::uint64_t> expirations{0};
    std::atomic<std::uint64_t> errors{0};
  };

  /// Runs one operation, from the check of its deadline to the counters.
  virtual larder_status answer(larder_op& op) noexcept;
  virtual bool isLate(const larder_op& op) const;
  virtual Name nameOf(const larder_op& op) const;
  virtual std::uint64_t expiryOf(std::int64_t ttl_ms) const;
  virtual bool isExpired(const Entry& entry) const;
  virtual std::uint64_t nextVersion(const Entry* old);
  virtual std::int64_t leftMs(const Entry& entry) const;  ///< remaining ttl, as TTL and GET report it

  // REQUIRES: mutex_ is held.
  virtual Entry* find(const larder_op& op);  ///< returns the live entry, or null
  virtual bool conditionsHold(const larder_op& op, const Entry* entry) const;
  virtual void store(larder_op& op, Entry* old);
  virtual Lock* findLock(const larder_op& op);  ///< returns the lock if a token holds it, or null
  virtual bool isIn(const Name& name, std::string_view name_space) const;

  virtual Bytes copyOf(larder_bytes value) const;
  virtual larder_value lend(const Bytes& value) const;
  void put(larder_op& op, const Entry* old, larder_bytes value, std::uint64_t expiresNs);
  void count(const larder_op& op, larder_status status) noexcept;

  const plugin::Host host_;
  std::mutex mutex_;
  std::map<Name, Entry> entries_;
  std::map<Name, Lock> locks_;
  std::uint64_t lastVersion_ = 0;
  std::uint64_t last_place_ = 0;
  Counters counters_;
};

}  // namespace larder::broken

#endif
