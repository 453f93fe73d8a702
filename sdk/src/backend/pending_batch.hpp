// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_PENDING_BATCH_HPP
#define LARDER_BACKEND_PENDING_BATCH_HPP

#include <larder/backend.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "backend/fault_log.hpp"
#include "backend/timers.hpp"
#include "backend/wait_word.hpp"

namespace larder {

/// Fills the members of `op` that the host writes. Keys and values remain borrowed.
void fillOp(larder_op& op, const Operation& operation, Deadline deadline);
/// Returns the result of a completed operation, and takes over its value. `lender` keeps the value's owner
/// open.
Outcome takeOutcome(const larder_op& op, larder_status status, Use lender);

/// A group of operations in flight through an asynchronous backend, with copies of their keys and values, in
/// one block of pooled memory. It is owned jointly by the plugin, once for each operation not yet completed,
/// by the host, and by the timer of its deadline. When the host gives up at the deadline, a plugin that
/// answers late or never therefore still finds valid memory.
///
/// Each operation is decided once: by the plugin's completion or by the deadline. The thread that decides the
/// last one delivers the outcomes, and afterwards touches nothing but the batch's own memory.
class PendingBatch final : private Timers::Timer {
 public:
  /// State shared by the batches of one plugin instance. Lives as long as any use of the instance.
  struct Route {
    const larder_backend& plugin;
    Timers& timers;
    FaultLog& faults;
    const Clock& clock;
  };

  /// Calls `done` once: before start returns if all operations complete in submit, else on a thread of the
  /// plugin or, at `deadline`, on the timers' thread. The caller holds `use` during the call. The batch holds
  /// a copy until `done` has returned, and each value holds its own. The timers' thread must have been
  /// started. Throws std::bad_alloc; nothing has been submitted then.
  static void start(const Route& route, std::span<const Operation> operations, Deadline deadline,
                    const Use& use, Backend::Callback done);

  /// Waits for the outcomes. Gives up `grace` after `deadline`.
  static void perform(const Route& route, std::span<const Operation> operations, std::span<Outcome> outcomes,
                      Deadline deadline, std::chrono::nanoseconds grace, const Use& use);

 private:
  class Owner;
  enum class Decision : std::uint8_t { open, completed, abandoned };
  struct Slot {
    larder_op op;  // first, so that a completed operation leads to its slot
    larder_status status = LARDER_INTERNAL;
    std::atomic<Decision> decision{Decision::open};
    std::array<char, 128> error;
  };

  static PendingBatch& make(const Route& route, std::span<const Operation> operations, Deadline deadline);
  PendingBatch(const Route& route, std::size_t count, std::size_t block_size);
  ~PendingBatch() override = default;

  Slot* slots() { return reinterpret_cast<Slot*>(this + 1); }
  std::span<Slot> all() { return {slots(), count_}; }

  void submit();
  void submit(larder_op** ops, larder_status* results);
  void expire(bool tell_plugin);
  static void onComplete(larder_op* op, larder_status status) noexcept;
  void complete(Slot& slot, larder_status status);
  void decided(std::uint32_t count);
  void deliver();
  template <std::size_t Room>
  void callDone(Backend::Callback& done, const Use& use);
  void callDone(Backend::Callback& done, const Use& use, std::span<Outcome> outcomes);
  static Outcome outcomeOf(Slot& slot, const Use& lender);
  void release();

  void fire() noexcept override;
  void drop() noexcept override;

  const Route& route_;
  const std::uint32_t count_;
  const std::uint32_t blockSize_;
  std::atomic<std::uint32_t> undecided_;
  std::atomic<std::uint32_t> owners_;
  Use use_;                        // until delivered; unset for a waiting caller, which holds one itself
  Backend::Callback done_;         // unset if a caller waits
  std::vector<Outcome> outcomes_;  // used if there are too many for the stack
  WaitWord delivered_;
};

}  // namespace larder

#endif
