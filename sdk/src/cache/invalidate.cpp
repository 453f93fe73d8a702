// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <utility>

#include "cache/entry_writer.hpp"

namespace larder {

SingleFlight::Covers EntryWriter::coversEntry(std::string name_space, Key key) {
  return [name_space = std::move(name_space), key = std::move(key)](const SingleFlight::Names& of_flight) {
    return of_flight.nameSpace.view() == name_space && of_flight.key == key.full();
  };
}

void EntryWriter::invalidate(std::vector<std::string> tags, Done done) {
  std::vector<StaleScope> scopes;
  for (const auto& tag : tags) scopes.push_back({StaleScope::Kind::tag, {}, tag});
  auto covers = [tags = std::move(tags)](const SingleFlight::Names& of_flight) {
    const auto& own = of_flight.tags;
    return std::any_of(own.begin(), own.end(), [&tags](const std::string& tag) {
      return std::find(tags.begin(), tags.end(), tag) != tags.end();
    });
  };
  makeStale(std::move(scopes), std::move(covers), [this, done = std::move(done)](Status status) {
    flights_.closeUnknown();
    done(status);
  });
}

void EntryWriter::erase(std::string name_space, Key key, Done done) {
  std::vector<StaleScope> scopes{{StaleScope::Kind::entry, name_space, key.stored()}};
  makeStale(std::move(scopes), coversEntry(std::move(name_space), std::move(key)), std::move(done));
}

void EntryWriter::clear(std::string name_space, Done done) {
  std::vector<StaleScope> scopes{{StaleScope::Kind::nameSpace, name_space, {}}};
  makeStale(
      std::move(scopes),
      [name_space = std::move(name_space)](const SingleFlight::Names& of_flight) {
        return of_flight.nameSpace.view() == name_space;
      },
      std::move(done));
}

void EntryWriter::makeStale(std::vector<StaleScope> scopes, SingleFlight::Covers covers, Done done) {
  auto change = [this, scopes = std::move(scopes)](Done written) {
    invalidating_.carryOut(scopes, std::move(written));
  };
  writeUncrossed(std::move(change), std::move(covers), [this, done = std::move(done)](Status status) {
    events_.add(Event::invalidation);
    if (status != Status::ok) events_.add(Event::invalidationFailure);
    done(status);
  });
}

// Marks the covered flights outdated twice: before the write, so that no value computed before it is stored
// after it, and after the write, so that later callers join no flight that looked before it. A store already
// on its way to the backend must arrive before the write, which could overtake it on another connection. A
// store that began during the write must arrive as well, because the next invalidation no longer knows of its
// flight.
void EntryWriter::writeUncrossed(std::function<void(Done)> change, SingleFlight::Covers covers, Done done) {
  struct Change {
    std::function<void(Done)> write;
    SingleFlight::Covers covers;
    Done done;
  };
  const auto making = std::make_shared<Change>(Change{std::move(change), std::move(covers), std::move(done)});
  flights_.outdate(making->covers, options_.operationTimeout, [this, making] {
    making->write([this, making](Status status) {
      flights_.outdate(making->covers, options_.operationTimeout, [making, status] { making->done(status); });
    });
  });
}

}  // namespace larder
