-- SPDX-License-Identifier: Apache-2.0
-- What wrk.py reads, in microseconds. Without a function `request` or `response` wrk runs as fast as without a script.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format("run %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
