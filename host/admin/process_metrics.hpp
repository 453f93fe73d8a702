// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_PROCESS_METRICS_HPP
#define LARDER_ADMIN_PROCESS_METRICS_HPP

#include "admin/metrics_text.hpp"

namespace larder::host {

/// Adds the process metrics of Prometheus's client libraries, under their names: processor time, memory, open
/// files and start time. Omits those that the system does not provide.
void addProcess(MetricsText& page);

}  // namespace larder::host

#endif
