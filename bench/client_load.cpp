// SPDX-License-Identifier: Apache-2.0
#include "client_load.hpp"

#include <larder/plugin_library.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace larder::bench {

Load loadOf(char* const* arguments) {
  Load load;
  load.callers = static_cast<unsigned>(std::stoul(arguments[0]));
  load.bytes = std::stoul(arguments[1]);
  load.reads = static_cast<unsigned>(std::stoul(arguments[2]));
  load.time = std::chrono::duration<double>(std::stod(arguments[3]));
  return load;
}

Step stepOf(unsigned number, const Load& load) {
  constexpr unsigned kGolden = 2654435761U;
  return {number * kGolden % kKeys, number % 100 >= load.reads};
}

unsigned firstOf(unsigned caller) { return caller * 7919; }

void storeAllKeys(const Contender& contender) {
  const Operate store = contender();
  for (unsigned key = 0; key < kKeys; ++key) store(key, true);
}

std::uint64_t runCallers(const Contender& contender, const Load& load, const std::function<void()>& onStart) {
  storeAllKeys(contender);
  std::atomic<bool> go{false};
  std::atomic<bool> stop{false};
  std::atomic<unsigned> ready{0};
  std::atomic<std::uint64_t> operations{0};
  std::vector<std::thread> threads;
  for (unsigned caller = 0; caller < load.callers; ++caller) {
    threads.emplace_back([&, caller] {
      const Operate operate = contender();
      operate(caller % kKeys, false);
      ++ready;
      ready.notify_one();
      go.wait(false);
      std::uint64_t done = 0;
      for (unsigned number = firstOf(caller); !stop; ++number, ++done) {
        const Step step = stepOf(number, load);
        operate(step.key, step.write);
      }
      operations += done;
    });
  }
  for (unsigned now = ready; now < load.callers; now = ready) ready.wait(now);
  onStart();
  go = true;
  go.notify_all();
  std::this_thread::sleep_for(load.time);
  stop = true;
  for (auto& thread : threads) thread.join();
  return operations;
}

void require(bool held, const char* what) {
  if (!held) throw std::runtime_error(what);
}

std::string keyOf(unsigned number) { return "key" + std::to_string(number); }

Operation operationOf(std::string_view key, bool write, std::string_view value) {
  Operation operation;
  operation.code = write ? OpCode::set : OpCode::get;
  operation.nameSpace = "bench";
  operation.key = key;
  if (write) operation.value = value;
  return operation;
}

Contender plugin(std::shared_ptr<Backend> backend, std::size_t bytes, Misses misses) {
  return [backend = std::move(backend), value = std::string(bytes, 'v'), misses] {
    return [&backend, &value, misses](unsigned key, bool write) {
      const std::string name = keyOf(key);
      const auto status = backend->perform(operationOf(name, write, value), backend->in(kPatience)).status;
      require(status == Status::ok || (status == Status::miss && misses == Misses::allowed),
              "the plugin failed");
    };
  };
}

std::shared_ptr<Backend> openPlugin(const std::string& file, const std::string& option,
                                    const std::string& value) {
  static HostServices services;
  return Backend::open(PluginLibrary::load(file), "bench", {{option, {value}}}, services);
}

}  // namespace larder::bench
