// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_ENTRY_WRITER_HPP
#define LARDER_MEMCACHED_ENTRY_WRITER_HPP

#include "connection.hpp"
#include "current_generations.hpp"
#include "entry_header.hpp"
#include "pending_op.hpp"
#include "store_keys.hpp"

#include <larder/plugin.hpp>

#include <cstdint>
#include <ctime>
#include <optional>
#include <span>

namespace larder::memcached {

/// How often a write is tried when other clients interfere: each lost attempt is another client's success.
inline constexpr int kAttempts = 64;
/// The memcached expiry of an entry that has already expired by its header.
inline constexpr std::time_t kAtOnce = 1;

/// Returns true if a conditional write failed because its entry was replaced or removed.
bool wasOvertaken(Reply reply);

/// Returns the answer for a failed command; `writing` if the command could have changed anything.
Answer failure(const Connection& connection, Reply reply, bool writing);

/// Performs one SET, DELETE, TOUCH, INCREMENT or COMPARE_SET in one generation of its namespace. It uses a
/// single command where possible, and otherwise a read, a decision and a compare-and-set, repeated while
/// other clients interfere. The caller has to check afterwards that the generation was current. Blocks. Not
/// thread-safe.
class EntryWriter {
 public:
  /// All arguments must outlive it.
  EntryWriter(plugin::Host host, Connection& connection, CurrentGenerations& generations,
              const StoreKeys& keys)
      : host_(host), connection_(connection), generations_(generations), keys_(keys) {}

  /// Performs the operation. Returns nullopt if the generation turns out not to be current; nothing was then
  /// changed.
  std::optional<Answer> write(PendingOp& op, std::uint64_t generation);

 private:
  /// The entry that the operation found, and where it is stored.
  struct Present {
    Lookup& found;
    std::optional<Entry> live;
    std::uint64_t generation;
  };
  using Step = std::optional<Answer> (EntryWriter::*)(PendingOp&, const Present&);

  std::optional<Answer> set(PendingOp& op, std::uint64_t generation);
  std::optional<Answer> readAndThen(Step step, PendingOp& op, std::uint64_t generation);

  // Each makes one attempt, and returns nullopt if another client was faster.
  std::optional<Answer> setIf(PendingOp& op, const Present& present);
  std::optional<Answer> erase(PendingOp& op, const Present& present);
  std::optional<Answer> eraseVersion(PendingOp& op, const Present& present);
  std::optional<Answer> touch(PendingOp& op, const Present& present);
  std::optional<Answer> compareSet(PendingOp& op, const Present& present);
  std::optional<Answer> increment(PendingOp& op, const Present& present);

  std::optional<Answer> replace(PendingOp& op, const Present& present, std::int64_t expiresMs);
  std::optional<Answer> store(const PendingOp& op, const Present& present, std::span<const char> bytes,
                              std::int64_t expiresMs);

  Answer answerFor(Reply reply, const PendingOp& op) const;

  const plugin::Host host_;
  Connection& connection_;
  CurrentGenerations& generations_;
  const StoreKeys& keys_;
};

}  // namespace larder::memcached

#endif
