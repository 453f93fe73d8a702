// SPDX-License-Identifier: Apache-2.0
#include "users/sample_users.hpp"

#include <array>

namespace larder::users {

std::span<const SampleUser> sampleUsers() {
  static constexpr std::array<SampleUser, 20> samples{{
      {"Ada Lovelace", "ada@example.com"},       {"Alan Turing", "alan@example.com"},
      {"Barbara Liskov", "barbara@example.com"}, {"Claude Shannon", "claude@example.com"},
      {"Dennis Ritchie", "dennis@example.com"},  {"Donald Knuth", "donald@example.com"},
      {"Edsger Dijkstra", "edsger@example.com"}, {"Frances Allen", "frances@example.com"},
      {"Grace Hopper", "grace@example.com"},     {"Hedy Lamarr", "hedy@example.com"},
      {"John Backus", "john@example.com"},       {"Ken Thompson", "ken@example.com"},
      {"Leslie Lamport", "leslie@example.com"},  {"Margaret Hamilton", "margaret@example.com"},
      {"Niklaus Wirth", "niklaus@example.com"},  {"Radia Perlman", "radia@example.com"},
      {"Sophie Wilson", "sophie@example.com"},   {"Tony Hoare", "tony@example.com"},
      {"Vint Cerf", "vint@example.com"},         {"Zoë Ångström", "zoe@example.com"},
  }};
  return samples;
}

}  // namespace larder::users
