// SPDX-License-Identifier: Apache-2.0
//
// The half of Cluster that follows what changes with time: the topology, the nodes and the health.
#include "cluster.hpp"

#include "cluster_redirect.hpp"

#include <algorithm>
#include <exception>
#include <larder/async/nanoseconds.hpp>
#include <new>
#include <utility>

namespace larder::redis {
namespace {

constexpr std::uint64_t inquiryIntervalNs = 5'000 * plugin::nsPerMs;  // while all is well
constexpr std::uint64_t shortestIntervalNs = 50 * plugin::nsPerMs;    // after a redirection
constexpr std::uint64_t expiryIntervalNs = 20 * plugin::nsPerMs;      // deadlines may be 50 ms late
constexpr std::uint64_t unusedNodeNs = 10'000 * plugin::nsPerMs;      // then a node without parts is left
constexpr std::size_t mostAsked = 7;                                  // nodes in one inquiry
constexpr std::size_t mostNodes = partCount + 32;  // masters, and some that are being tried
constexpr std::uint64_t never = ~std::uint64_t{0};

}  // namespace

void Cluster::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    try {
      turn(lock);
    } catch (const std::exception& fault) {
      if (!lock.owns_lock()) lock.lock();
      warn(fault.what());
      woken_.wait_for(lock, std::chrono::nanoseconds(shortestIntervalNs), [this] { return stopping_; });
    }
  }
}

// Without memory the warning is lost, but the thread goes on.
void Cluster::warn(std::string_view text) noexcept try {
  host_.warn(options_.url.endpoint() + ": " + std::string(text));
} catch (const std::exception&) {
}

void Cluster::turn(std::unique_lock<std::mutex>& lock) {
  attention_ = false;
  const std::uint64_t now = host_.monotonicNs();
  Errands done;
  expireWaiting(now);
  endPauses(now);
  inquire(now);
  postOutgoing();
  conclude(0, done);
  lock.unlock();
  runCompletions(done);
  lock.lock();

  auto news = health();
  if (news == reported_) news.reset();
  const std::vector<HostPort> follow = masters();
  const bool differs = follow != followed_;
  auto unused = takeUnused(now);  // last: an exception would destroy the nodes before the mutex is free
  lock.unlock();
  unused.clear();
  if (news) {
    const bool up = news->state == LARDER_HEALTH_UP;
    host_.log(up ? LARDER_LOG_INFO : LARDER_LOG_WARNING, options_.url.endpoint() + ": " + news->text);
    host_.reportHealth(news->state, news->text);
    reported_ = std::move(news);  // only now: if memory has run out before, the next turn reports it
  }
  const bool follows = !differs || feeds_.follow(follow);
  lock.lock();

  if (differs && follows) followed_ = follow;
  if (attention_ || stopping_) return;
  watchesWaiting_ = hasWaiting();
  const std::uint64_t due = follows ? dueNs(now) : now + shortestIntervalNs;
  const std::uint64_t later = host_.monotonicNs();
  if (due > later)
    woken_.wait_for(lock, std::chrono::nanoseconds(due - later), [this] { return attention_ || stopping_; });
}

// ---- Operations that wait here ----

void Cluster::expireWaiting(std::uint64_t now) {
  for (Part& part : parts_) {
    expireWaiting(part.again, now);
    expireWaiting(part.held, now);
  }
}

void Cluster::expireWaiting(Errands& waiting, std::uint64_t now) {
  for (auto at = waiting.begin(); at != waiting.end();) {
    Errand& errand = *at++;
    if (errand.op.deadline_ns <= now)
      finish(errand, LARDER_DEADLINE, "no node of the cluster has served the key's slot in time");
  }
}

void Cluster::endPauses(std::uint64_t now) {
  for (unsigned part = 0; part < partCount; ++part)
    if (parts_[part].pausedUntilNs != 0 && parts_[part].pausedUntilNs <= now) release(part);
}

bool Cluster::hasWaiting() const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [](const Part& part) { return !part.again.empty() || !part.held.empty(); });
}

std::uint64_t Cluster::dueNs(std::uint64_t now) const {
  std::uint64_t due = inquiry_ ? inquiryEndsNs_ : nextInquiryNs_;
  if (watchesWaiting_) due = std::min(due, now + expiryIntervalNs);
  for (const Part& part : parts_) due = std::min(due, part.pausedUntilNs != 0 ? part.pausedUntilNs : never);
  return due;
}

void Cluster::wake() {
  attention_ = true;
  woken_.notify_one();
}

// ---- The topology ----

void Cluster::inquire(std::uint64_t now) {
  if (inquiry_ && (inquiry_->isOver() || now >= inquiryEndsNs_)) endInquiry(now);
  if (!inquiry_ && now >= nextInquiryNs_) startInquiry(now);
}

void Cluster::startInquiry(std::uint64_t now) {
  auto inquiry = std::make_shared<ClusterInquiry>([this] {
    const std::lock_guard lock(mutex_);
    wake();
  });
  const auto patience = knowsTopology_ ? options_.timeout : options_.connectTimeout + options_.timeout;
  const std::uint64_t ends = now + plugin::nanoseconds(patience);
  for (const HostPort& address : nodesToAsk()) {
    ClusterNode* const node = nodeAt(address);
    if (node == nullptr) continue;
    inquiry->ask(address, ends, [&](larder_op& op) { return node->take(op, now); });
  }
  lastInquiryNs_ = now;
  mustInquireAgain_ = false;
  inquiryEndsNs_ = ends;
  inquiry_ = std::move(inquiry);
  if (inquiry_->isOver()) wake();
}

// The nodes in use, or if none of them has answered, some of the addresses that are known.
std::vector<HostPort> Cluster::nodesToAsk() {
  std::vector<HostPort> asked;
  if (lastInquiryFailed_ || nodes_.empty()) {
    const std::size_t count = std::min(addresses_.size(), mostAsked);
    for (std::size_t i = 0; i < count; ++i) asked.push_back(addresses_[nextAddress_++ % addresses_.size()]);
    return asked;
  }
  for (const bool up : {true, false})
    for (const auto& [address, node] : nodes_)
      if ((node->link == ClusterNode::Link::up) == up && asked.size() < mostAsked)
        asked.push_back(node->address);
  return asked;
}

void Cluster::endInquiry(std::uint64_t now) {
  const ClusterInquiry::Outcome outcome = std::exchange(inquiry_, nullptr)->outcome();
  lastInquiryFailed_ = !outcome.topology;
  works_ = outcome.works;
  if (outcome.topology) {
    adopt(*outcome.topology, now);
  } else if (!knowsTopology_) {
    failure_ = outcome.failure;
    reason_ = outcome.reason;
    refuses_ = true;
    dropWaiting(failure_, reason_);
    learned_.notify_all();
  }
  const auto state = health();
  const bool wellOff = !lastInquiryFailed_ && (!state || state->state == LARDER_HEALTH_UP);
  if (wellOff) backOff_.reset();
  const std::uint64_t pause = wellOff ? inquiryIntervalNs : plugin::nanoseconds(backOff_.next());
  nextInquiryNs_ = now + (mustInquireAgain_ ? std::min(pause, shortestIntervalNs) : pause);
}

void Cluster::adopt(const Topology& topology, std::uint64_t now) {
  addresses_ = options_.url.cluster;
  for (const HostPort& node : topology.nodes)
    if (std::find(addresses_.begin(), addresses_.end(), node) == addresses_.end()) addresses_.push_back(node);
  const bool first = !std::exchange(knowsTopology_, true);
  failure_ = LARDER_OK;
  if (!closed_) refuses_ = false;
  for (unsigned part = 0; part < partCount; ++part) {
    ClusterNode* const node = topology.owners[part] ? nodeAt(*topology.owners[part]) : nullptr;
    if (node == nullptr) continue;
    node->lastUsedNs = now;
    learn(part, *node);
  }
  for (unsigned part = 0; part < partCount; ++part) settle(part);
  if (first) learned_.notify_all();
}

// A part whose operations wait for better times goes to its new node at once.
void Cluster::learn(unsigned number, ClusterNode& node) {
  Part& part = parts_[number];
  ClusterNode* const expected = part.next != nullptr ? part.next : part.node;
  if (expected == &node) return;
  part.next = part.node != &node ? &node : nullptr;
  part.blocked = true;
  part.pausedUntilNs = 0;
  if (part.inFlight > 0) return;
  if (part.next != nullptr) part.node = std::exchange(part.next, nullptr);
  if (knowsTopology_) release(number);
}

void Cluster::inquireSoon() {
  mustInquireAgain_ = true;
  nextInquiryNs_ = std::min(nextInquiryNs_, lastInquiryNs_ + shortestIntervalNs);
}

void Cluster::moved(ClusterNode& node, std::string_view error) noexcept try {
  const std::lock_guard lock(mutex_);
  const auto redirect = readRedirect(error, node.address);
  const auto part = redirect ? partInSlot(redirect->slot) : std::nullopt;
  ClusterNode* const owner = part ? nodeAt(redirect->node) : nullptr;
  if (owner != nullptr && owner != &node) learn(*part, *owner);
  inquireSoon();
  postOutgoing();
  wake();
} catch (const std::exception&) {
  // The operation is routed again all the same, after a pause if need be.
}

// ---- The nodes ----

// Returns nullptr if there are too many, or if the system refuses a thread. The entry comes first: if there
// were no memory for it afterwards, the node would be destroyed here, and its thread may wait for the mutex.
ClusterNode* Cluster::nodeAt(const HostPort& address) {
  const std::string name = address.text();
  const auto known = nodes_.find(name);
  if (known != nodes_.end()) return known->second.get();
  if (nodes_.size() >= mostNodes || stopping_) return nullptr;
  const auto entry = nodes_.try_emplace(name).first;
  try {
    entry->second = std::make_unique<ClusterNode>(host_, options_, address, *this);
    entry->second->lastUsedNs = host_.monotonicNs();
    return entry->second.get();
  } catch (const std::exception& fault) {
    nodes_.erase(entry);
    host_.warn(options_.url.endpoint() + ": " + name + ": " + fault.what());
    return nullptr;
  }
}

// The nodes may be destroyed only without the mutex, for which their threads may wait.
std::vector<std::unique_ptr<ClusterNode>> Cluster::takeUnused(std::uint64_t now) {
  std::vector<std::unique_ptr<ClusterNode>> unused;
  if (lastInquiryFailed_ || inquiry_) return unused;
  for (auto at = nodes_.begin(); at != nodes_.end();) {
    const auto current = at++;
    ClusterNode* const node = current->second.get();
    const bool has = std::any_of(parts_.begin(), parts_.end(),
                                 [node](const Part& part) { return part.node == node || part.next == node; });
    if (has || node->inFlight > 0 || now < node->lastUsedNs + unusedNodeNs) continue;
    if (unused.empty()) unused.reserve(nodes_.size());  // so that no later push_back throws
    unused.push_back(std::move(current->second));
    nodes_.erase(current);
  }
  return unused;
}

void Cluster::linkChanged(ClusterNode& node, bool ready, std::string_view reason) noexcept try {
  const std::lock_guard lock(mutex_);
  if (ready && (node.wasUp || counters_.connections == 0)) ++counters_.connections;
  node.wasUp = node.wasUp || ready;
  node.link = ready ? ClusterNode::Link::up : ClusterNode::Link::away;
  if (!ready) inquireSoon();
  wake();
  node.reason = reason;
} catch (const std::exception&) {
  // Only the reason is missing.
}

larder_status Cluster::forward(const HostPort& address, larder_op& op) noexcept try {
  const std::lock_guard lock(mutex_);
  ClusterNode* const node = nodeAt(address);
  if (node == nullptr || cut_) return LARDER_UNAVAILABLE;
  node->lastUsedNs = host_.monotonicNs();
  return node->take(op, node->lastUsedNs);
} catch (const std::exception&) {
  return LARDER_UNAVAILABLE;
}

std::vector<HostPort> Cluster::masters() const {
  std::vector<HostPort> masters;
  for (const Part& part : parts_) {
    const ClusterNode* const node = part.next != nullptr ? part.next : part.node;
    if (node != nullptr && std::find(masters.begin(), masters.end(), node->address) == masters.end())
      masters.push_back(node->address);
  }
  return masters;
}

// Returns nullopt while a node is still being tried for the first time.
std::optional<Cluster::Health> Cluster::health() const {
  if (!knowsTopology_ && failure_ == LARDER_OK) return std::nullopt;
  if (!knowsTopology_) return Health{LARDER_HEALTH_DOWN, reason_ + "; retrying until it succeeds"};
  std::size_t up = 0;
  std::string missing;
  const std::vector<HostPort> all = masters();
  for (const HostPort& address : all) {
    const ClusterNode& node = *nodes_.at(address.text());
    if (node.link == ClusterNode::Link::connecting) return std::nullopt;
    if (node.link == ClusterNode::Link::up) ++up;
    if (node.link == ClusterNode::Link::away)
      missing += (missing.empty() ? "" : ", ") + address.text() + " (" + node.reason + ")";
  }
  const bool uncovered =
      std::any_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.node == nullptr; });
  if (!missing.empty())
    return Health{up > 0 ? LARDER_HEALTH_DEGRADED : LARDER_HEALTH_DOWN, "no connection to " + missing};
  if (!works_) return Health{LARDER_HEALTH_DEGRADED, "the nodes report that the cluster is down"};
  if (uncovered) return Health{LARDER_HEALTH_DEGRADED, "some slots belong to no node"};
  return Health{LARDER_HEALTH_UP, "connected to " + std::to_string(all.size()) + " masters"};
}

}  // namespace larder::redis
