// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_DESCRIBE_HPP
#define LARDER_CONFORMANCE_DESCRIBE_HPP

#include "subject.hpp"

namespace larder::conformance {

/// Opens a backend and reports the facts of protocol.hpp about it.
void describe(Subject& subject);

}  // namespace larder::conformance

#endif
