// SPDX-License-Identifier: Apache-2.0
// Its note of schemes contains a colon and slashes.
#include "reference.hpp"

LARDER_PLUGIN(larder::broken::Reference, "broken", "1.0.0")
LARDER_DEFINE_SCHEMES("broken://");
