// SPDX-License-Identifier: Apache-2.0
#include "sampled_keys.hpp"

#include <bit>
#include <new>

namespace larder::lru {

SampledKeys::SampledKeys(std::size_t limit)
    : limit_(limit),
      memory_((limit + 1) * sizeof(Key), false),
      slots_(reinterpret_cast<Key*>(memory_.data())),
      heads_(std::bit_ceil(limit)) {}

SampledKeys::Ref SampledKeys::find(std::uint64_t hash) const {
  Ref ref = heads_[hash & (heads_.size() - 1)];
  while (ref != 0 && slots_[ref].hash != hash) ref = slots_[ref].chain;
  return ref;
}

SampledKeys::Ref SampledKeys::add(std::uint64_t hash) {
  Ref ref = free_;
  if (ref != 0)
    free_ = slots_[ref].chain;
  else if (used_ < limit_)
    ref = static_cast<Ref>(++used_);
  else
    return 0;
  Key& key = *new (&slots_[ref]) Key{};
  key.hash = hash;
  key.expiresNs = Block::kNeverExpires;
  key.chain = headOf(hash);
  headOf(hash) = ref;
  ++size_;
  return ref;
}

void SampledKeys::remove(Ref ref) {
  Key& key = slots_[ref];
  Ref* link = &headOf(key.hash);
  while (*link != ref) link = &slots_[*link].chain;
  *link = key.chain;
  key.chain = free_;
  free_ = ref;
  --size_;
}

}  // namespace larder::lru
