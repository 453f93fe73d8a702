// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_PROCESS_METRICS_HPP
#define LARDER_ADMIN_PROCESS_METRICS_HPP

#include "admin/metrics_text.hpp"

namespace larder::host {

/// Adds what Prometheus's client libraries tell of a process, under their names: its processor time, memory,
/// files and start. What the system does not tell is left out.
void addProcess(MetricsText& page);

}  // namespace larder::host

#endif
