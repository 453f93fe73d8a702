// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_REFUSED_THREADS_HPP
#define LARDER_BACKEND_REFUSED_THREADS_HPP

#include <pthread.h>

#include <cstddef>

namespace larder::tests {

/// While it exists, no thread can be started: it sets a default stack size that exceeds any machine's memory.
class RefusedThreads {
 public:
  RefusedThreads() {
    ::pthread_getattr_default_np(&before_);
    pthread_attr_t huge;
    ::pthread_attr_init(&huge);
    ::pthread_attr_setstacksize(&huge, std::size_t{1} << 47);
    ::pthread_setattr_default_np(&huge);
    ::pthread_attr_destroy(&huge);
  }
  RefusedThreads(const RefusedThreads&) = delete;
  RefusedThreads& operator=(const RefusedThreads&) = delete;
  ~RefusedThreads() {
    ::pthread_setattr_default_np(&before_);
    ::pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_{};
};

}  // namespace larder::tests

#endif
