// SPDX-License-Identifier: Apache-2.0
//
// Whatever bytes come, the connection hands over the same requests however they are cut, none after one that
// it refused, and none with fields that could split what is written later.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/headers.hpp>
#include "http/connection.hpp"

using namespace larder::http;

namespace {

const std::string kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
const RequestLimits kLimits{
    .maxTarget = 100, .maxHead = 600, .maxHeaderLine = 200, .maxHeaders = 10, .maxBody = 300};

void require(bool holds) {
  if (!holds) std::abort();
}

std::string describe(const Request& request) {
  require(isToken(request.method));
  require(request.target.size() <= kLimits.maxTarget && request.body.size() <= kLimits.maxBody);
  require(request.target.find_first_of(" \r\n") == std::string::npos);
  std::string text = request.method + ' ' + request.target + '\n';
  for (const auto& [name, value] : request.headers) {
    require(isToken(name) && isFieldValue(value));
    text.append(name).append(":").append(value).append("\n");
  }
  return text + request.body;
}

// The requests in `bytes`, given `step` at a time.
std::vector<std::string> requestsIn(std::string_view bytes, std::size_t step) {
  Connection connection(kLimits, "", kDate);
  std::vector<std::string> requests;
  const auto answer = [&] {
    while (const auto request = connection.takeRequest()) {
      require(!connection.refusedWith());
      requests.push_back(describe(*request));
      require(connection.respond(Response::text("a")));
    }
    std::array<iovec, 4> parts;
    require((connection.output().gather(parts) > 0) == (connection.output().size() > 0));
    connection.sent(connection.output().size());
  };
  while (!bytes.empty()) {
    connection.receive(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    answer();
  }
  connection.receiveEnd();
  answer();
  require(connection.isDone());
  return requests;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = requestsIn(bytes, bytes.size() + 1);
  require(whole == requestsIn(bytes, 1));
  require(whole == requestsIn(bytes, std::size_t{data[0]} + 1));
  return 0;
}
