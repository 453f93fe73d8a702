// SPDX-License-Identifier: Apache-2.0
#include "faults.hpp"

namespace larder::broken {
namespace {

// Treats an empty value as a miss.
class EmptyValueIsAMiss final : public Reference {
 public:
  using Reference::Reference;

  larder_status get(larder_op& op) override {
    const larder_status status = Reference::get(op);
    return status == LARDER_OK && op.result.size == 0 ? LARDER_MISS : status;
  }
};

// A value that is too large empties the whole store.
class ForgetsAfterTooLarge final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    const larder_status status = Reference::answer(op);
    if (status == LARDER_TOO_LARGE) lost_ = true;
    return status;
  }
  bool isExpired(const Entry& entry) const override { return lost_ || Reference::isExpired(entry); }

 private:
  std::atomic<bool> lost_{false};
};

// Overwrites a value in place while callers hold it.
class HeldValueChanges final : public Reference {
 public:
  using Reference::Reference;

  void store(larder_op& op, Entry* old) override {
    const Bytes held = old != nullptr ? old->value : nullptr;
    Reference::store(op, old);
    if (held != nullptr && held->size() == op.value.size) held->assign(plugin::view(op.value));
  }
};

// Each backend leaks a mebibyte.
class LeaksInstances final : public Reference {
 public:
  LeaksInstances(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    auto* left_behind = new std::string(1u << 20, 'x');
    left_behind->front() = 'y';
  }
};

// Never frees an overwritten value.
class LeaksOldValues final : public Reference {
 public:
  using Reference::Reference;

  void store(larder_op& op, Entry* old) override {
    if (old != nullptr) new Bytes(old->value);
    Reference::store(op, old);
  }
};

// Does not free a released value.
class LeaksValues final : public Reference {
 public:
  using Reference::Reference;

  larder_value lend(const Bytes& value) const override {
    larder_value lent = Reference::lend(value);
    lent.release = [](void*) {};
    return lent;
  }
};

// destroy() frees nothing.
void destroyFreesNothing(larder_backend& table) {
  table.destroy = [](void*) {};
}

// Lends a single buffer, which the next answer overwrites.
class OneBufferForAllAnswers final : public Reference {
 public:
  using Reference::Reference;

  larder_value lend(const Bytes& value) const override {
    buffer_.reserve(2u << 20);
    buffer_ = *value;
    return {buffer_.data(), buffer_.size(), nullptr, nullptr};
  }

 private:
  mutable std::string buffer_;  // guarded by mutex_
};

// Refuses a value of exactly the size that it declares.
class RefusesTheLargest final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    return op.value.size >= maxValueSize() ? LARDER_TOO_LARGE : Reference::set(op);
  }
};

// Accepts a value one byte larger than it declares.
class TakesAByteTooMany final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t maxValueSize() const override { return checking_.load() ? (1u << 20) + 1 : 1u << 20; }

  larder_status answer(larder_op& op) noexcept override {
    checking_ = true;
    return Reference::answer(op);
  }

 private:
  std::atomic<bool> checking_{false};  // create reads the limit before the first operation
};

// Stores a value's size in 16 bits.
class ValueCutAt64k final : public Reference {
 public:
  using Reference::Reference;

  Bytes copyOf(larder_bytes value) const override {
    return Reference::copyOf({value.data, value.size > 0xffff ? value.size & 0xffff : value.size});
  }
};

// Treats a value as a C string.
class ValueCutAtNul final : public Reference {
 public:
  using Reference::Reference;

  Bytes copyOf(larder_bytes value) const override {
    return std::make_shared<std::string>(Reference::copyOf(value)->c_str());
  }
};

// Lends a value without keeping it alive.
class ValueFreedWhileHeld final : public Reference {
 public:
  using Reference::Reference;

  larder_value lend(const Bytes& value) const override {
    return {value->data(), value->size(), nullptr, nullptr};
  }
};

}  // namespace

void valuesFaults(Faults& faults) {
  faults.push_back(brokenClass<EmptyValueIsAMiss>("empty_value_is_a_miss"));
  faults.push_back(brokenClass<ForgetsAfterTooLarge>("forgets_after_too_large"));
  faults.push_back(brokenClass<HeldValueChanges>("held_value_changes"));
  faults.push_back(brokenClass<LeaksInstances>("leaks_instances"));
  faults.push_back(brokenClass<LeaksOldValues>("leaks_old_values"));
  faults.push_back(brokenClass<LeaksValues>("leaks_values"));
  faults.push_back(brokenTable<destroyFreesNothing>("destroy_frees_nothing"));
  faults.push_back(brokenClass<OneBufferForAllAnswers>("one_buffer_for_all_answers"));
  faults.push_back(brokenClass<RefusesTheLargest>("refuses_the_largest"));
  faults.push_back(brokenClass<TakesAByteTooMany>("takes_a_byte_too_many"));
  faults.push_back(brokenClass<ValueCutAt64k>("value_cut_at_64k"));
  faults.push_back(brokenClass<ValueCutAtNul>("value_cut_at_nul"));
  faults.push_back(brokenClass<ValueFreedWhileHeld>("value_freed_while_held"));
}

}  // namespace larder::broken
