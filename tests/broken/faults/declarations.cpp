// SPDX-License-Identifier: Apache-2.0
#include "async_reference.hpp"
#include "faults.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace larder::broken {
namespace {

// Supports INCREMENT, but returns no table for the extension.
class HasAnExtensionWithoutATable final : public Reference {
 public:
  using Reference::Reference;

  const void* extension(std::string_view id) noexcept override {
    return id == LARDER_ATOMIC ? nullptr : Reference::extension(id);
  }
};

// Returns a table for every extension id.
class AnyExtensionIsKnown final : public Reference {
 public:
  using Reference::Reference;

  const void* extension(std::string_view) noexcept override { return &plugin::implemented; }
};

// Returns the table of locks, but answers LOCK with UNSUPPORTED.
class DeclaresAnExtensionWithoutIt final : public Reference {
 public:
  using Reference::Reference;

  larder_status lock(larder_op&) override { return LARDER_UNSUPPORTED; }
};

// Declares CLEAR, but answers UNSUPPORTED.
class DeclaresClearWithoutIt final : public Reference {
 public:
  using Reference::Reference;

  larder_status clearNamespace(larder_op&) override { return LARDER_UNSUPPORTED; }
};

// Declares TTL, but answers UNSUPPORTED.
class DeclaresTtlWithoutIt final : public Reference {
 public:
  using Reference::Reference;

  larder_status touch(larder_op&) override { return LARDER_UNSUPPORTED; }
  larder_status ttl(larder_op&) override { return LARDER_UNSUPPORTED; }
};

// Every second backend declares fewer capabilities.
class DeclaresLessEverySecondTime final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t capabilities() const override {
    return isOdd_ ? Reference::capabilities() : Reference::capabilities() & ~LARDER_CAP_TTL;
  }

 private:
  static inline std::atomic<int> made{0};
  const bool isOdd_ = ++made % 2 == 1;
};

// Supports conditions without declaring them.
class DoesWhatItDoesNotDeclare final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t capabilities() const override {
    return performing_.load() ? Reference::capabilities()
                              : Reference::capabilities() & ~LARDER_CAP_CONDITIONS;
  }
  larder_status answer(larder_op& op) noexcept override {
    performing_ = true;
    return Reference::answer(op);
  }

 private:
  std::atomic<bool> performing_{false};
};

// Accepts an extension id that only begins like a known one.
class ExtensionIdsByTheirBeginning final : public Reference {
 public:
  using Reference::Reference;

  const void* extension(std::string_view id) noexcept override {
    return Reference::extension(id.substr(0, std::string_view(LARDER_LOCK).size()));
  }
};

// The table of an extension does not state its size.
class ExtensionTableWithoutASize final : public Reference {
 public:
  using Reference::Reference;

  const void* extension(std::string_view id) noexcept override {
    static constexpr larder_extension table{};
    return Reference::extension(id) != nullptr ? &table : nullptr;
  }
};

// Declares INLINE, but answers PENDING.
class SaysInlineAndWaits final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  std::uint64_t capabilities() const override { return LARDER_CAP_INLINE | plugin::allCoreCapabilities; }
};

// Declares INLINE, but sleeps in submit.
class SaysInlineAndSleeps final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    std::this_thread::sleep_for(std::chrono::microseconds(50));
    return Reference::answer(op);
  }
};

// Returns versions without declaring VERSIONS.
class VersionsUndeclared final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t capabilities() const override { return Reference::capabilities() & ~LARDER_CAP_VERSIONS; }
};

// Declares ASYNC, but answers every operation from submit.
class SaysAsyncAndBlocks final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t capabilities() const override { return LARDER_CAP_ASYNC | plugin::allCoreCapabilities; }
};

// All backends of the process share one store, but SHARED is not declared.
class SharesWithoutSayingSo final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    Reference::store(op, nullptr);
    everybodys()[nameOf(op)] = entries_[nameOf(op)];
    return LARDER_OK;
  }
  larder_status get(larder_op& op) override {
    {
      const std::lock_guard lock(mutex_);
      entries_ = everybodys();
    }
    return Reference::get(op);
  }

 private:
  static std::map<Name, Entry>& everybodys() {
    static std::map<Name, Entry> entries;
    return entries;
  }
};

// Ignores unknown flags.
class UnknownFlagIgnored final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    op.flags &= LARDER_IF_ABSENT | LARDER_IF_PRESENT | LARDER_IF_VERSION | LARDER_KEEP_TTL | LARDER_DONATE;
    return Reference::answer(op);
  }
};

// Answers OK to unknown opcodes.
class UnknownOpcodeOk final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    const larder_status status = Reference::answer(op);
    return op.opcode > LARDER_OP_PING && status == LARDER_UNSUPPORTED ? LARDER_OK : status;
  }
};

// Ignores flags on opcodes that do not take them.
class FlagOfAnotherOpcodeIgnored final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    if (op.opcode != LARDER_OP_SET && op.opcode != LARDER_OP_DELETE) op.flags &= ~LARDER_IF_VERSION;
    return Reference::answer(op);
  }
};

// EXISTS answers OK for every key.
class ExistsAlways final : public Reference {
 public:
  using Reference::Reference;

  larder_status exists(larder_op&) override { return LARDER_OK; }
};

// DELETE of a missing key answers OK.
class DeleteOfNothingOk final : public Reference {
 public:
  using Reference::Reference;

  larder_status erase(larder_op& op) override {
    const larder_status status = Reference::erase(op);
    return status == LARDER_MISS ? LARDER_OK : status;
  }
};

// Throws from submit if the key is empty.
decltype(larder_backend::submit) correct_submit = nullptr;

void submit(void* self, larder_op* const* ops, std::uint32_t count, larder_status* results) {
  for (std::uint32_t i = 0; i < count; ++i)
    if (ops[i]->opcode == LARDER_OP_SET && ops[i]->key.size == 0) throw std::invalid_argument("an empty key");
  correct_submit(self, ops, count, results);
}

void throwsThroughSubmit(larder_backend& table) {
  correct_submit = table.submit;
  table.submit = submit;
}

}  // namespace

void declarationsFaults(Faults& faults) {
  faults.push_back(brokenClass<HasAnExtensionWithoutATable>("has_an_extension_without_a_table"));
  faults.push_back(brokenClass<AnyExtensionIsKnown>("any_extension_is_known"));
  faults.push_back(brokenClass<DeclaresAnExtensionWithoutIt>("declares_an_extension_without_it"));
  faults.push_back(brokenClass<DeclaresClearWithoutIt>("declares_clear_without_it"));
  faults.push_back(brokenClass<DeclaresTtlWithoutIt>("declares_ttl_without_it"));
  faults.push_back(brokenClass<DeclaresLessEverySecondTime>("declares_less_every_second_time"));
  faults.push_back(brokenClass<DoesWhatItDoesNotDeclare>("does_what_it_does_not_declare"));
  faults.push_back(brokenClass<ExtensionIdsByTheirBeginning>("extension_ids_by_their_beginning"));
  faults.push_back(brokenClass<ExtensionTableWithoutASize>("extension_table_without_a_size"));
  faults.push_back(brokenClass<SaysInlineAndWaits>("says_inline_and_waits"));
  faults.push_back(brokenClass<SaysInlineAndSleeps>("says_inline_and_sleeps"));
  faults.push_back(brokenClass<VersionsUndeclared>("versions_undeclared"));
  faults.push_back(brokenClass<SaysAsyncAndBlocks>("says_async_and_blocks"));
  faults.push_back(brokenClass<SharesWithoutSayingSo>("shares_without_saying_so"));
  faults.push_back(brokenClass<UnknownFlagIgnored>("unknown_flag_ignored"));
  faults.push_back(brokenClass<UnknownOpcodeOk>("unknown_opcode_ok"));
  faults.push_back(brokenClass<FlagOfAnotherOpcodeIgnored>("flag_of_another_opcode_ignored"));
  faults.push_back(brokenClass<ExistsAlways>("exists_always"));
  faults.push_back(brokenClass<DeleteOfNothingOk>("delete_of_nothing_ok"));
  faults.push_back(brokenTable<throwsThroughSubmit>("throws_through_submit"));
}

}  // namespace larder::broken
