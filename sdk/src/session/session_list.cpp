// SPDX-License-Identifier: Apache-2.0
//
// The lists of users' sessions: one entry per user, with the keys that the sessions are stored under. The
// entry expires once its last listed session must have ended.
#include <larder/session.hpp>

#include <algorithm>
#include <array>
#include <tuple>

#include "session/session_id.hpp"

namespace larder {
namespace {

// A session's handle, its login time, and the user's generation at that time.
using Listed = std::tuple<std::string, std::chrono::milliseconds, std::string>;
using List = std::vector<Listed>;

const std::string& handleIn(const Listed& listed) { return std::get<0>(listed); }

// Malformed bytes decode to an empty list. The list is only for display; the session itself decides whether
// it is valid.
List decode(const Outcome& outcome) {
  if (outcome.status != Status::ok) return {};
  ByteReader reader(outcome.value.view());
  auto list = Codec<List>::read(reader);
  return reader.finished() ? list : List{};
}

std::string encode(const List& list) {
  std::string bytes;
  ByteWriter writer(bytes);
  Codec<List>::write(writer, list);
  return bytes;
}

}  // namespace

std::string SessionStore::handleOf(const Session& session) { return hashedKey(session.id()); }

// Adds a session to its user's list, in place of the handle that it had before it moved.
void SessionStore::enlist(const Session& session, std::string_view former) {
  if (options_.maxPerUser == 0 || !session.user()) return;
  const auto key = hashedKey(*session.user());
  const auto handle = handleOf(session);
  const auto give_up = backend_->in(options_.conflictTimeout);
  for (;;) {
    const auto seen =
        demand(backend_->perform({.code = OpCode::get, .nameSpace = lists_, .key = key}, deadline()));
    auto list = decode(seen);
    const auto now = backend_->clock().realtime();
    std::erase_if(list, [&](const Listed& each) {
      return handleIn(each) == former || std::get<1>(each) + options_.absolute <= now;
    });
    list.emplace_back(handle, session.record_.created, session.record_.generation);
    std::stable_sort(list.begin(), list.end(),
                     [](const Listed& a, const Listed& b) { return std::get<1>(a) < std::get<1>(b); });
    const auto surplus =
        static_cast<std::ptrdiff_t>(list.size() - std::min(list.size(), options_.maxPerUser));
    const List ended(list.begin(), list.begin() + surplus);
    list.erase(list.begin(), list.begin() + surplus);

    const auto value = encode(list);
    const auto stored = demand(backend_->perform(
        {.code = OpCode::set,
         .flags = seen.status == Status::ok ? OperationFlags::ifVersion : OperationFlags::ifAbsent,
         .nameSpace = lists_,
         .key = key,
         .value = value,
         .ttl = options_.absolute,
         .expectedVersion = seen.version},
        deadline()));
    if (stored.status != Status::ok) {
      overtaken(give_up);
      continue;
    }
    for (const auto& each : ended)
      demand(backend_->perform({.code = OpCode::erase, .nameSpace = sessions_, .key = handleIn(each)},
                               deadline()));
    return;
  }
}

std::vector<UserSession> SessionStore::list(std::string_view user) const {
  const auto key = hashedKey(user);
  const std::array<Operation, 2> reads{{{.code = OpCode::get, .nameSpace = lists_, .key = key},
                                        {.code = OpCode::get, .nameSpace = generations_, .key = key}}};
  std::array<Outcome, 2> read;
  backend_->perform(reads, read, deadline());
  auto list = decode(demand(std::move(read[0])));
  const auto generation = demand(std::move(read[1]));
  std::erase_if(list, [&](const Listed& each) { return std::get<2>(each) != generation.value.view(); });
  if (list.empty()) return {};

  std::vector<Operation> questions;
  for (const auto& each : list)
    questions.push_back({.code = OpCode::exists, .nameSpace = sessions_, .key = handleIn(each)});
  std::vector<Outcome> there(list.size());
  backend_->perform(questions, there, deadline());
  std::vector<UserSession> alive;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (demand(std::move(there[i])).status == Status::ok)
      alive.push_back({.handle = handleIn(list[i]), .since = std::get<1>(list[i])});
  return alive;
}

bool SessionStore::end(std::string_view user, std::string_view handle) {
  const auto sessions = list(user);
  const bool listed = std::any_of(sessions.begin(), sessions.end(),
                                  [handle](const UserSession& each) { return each.handle == handle; });
  if (!listed) return false;
  const auto erased =
      demand(backend_->perform({.code = OpCode::erase, .nameSpace = sessions_, .key = handle}, deadline()));
  if (erased.status == Status::ok) ++counts_.destroyed;
  return erased.status == Status::ok;
}

}  // namespace larder
