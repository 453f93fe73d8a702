// SPDX-License-Identifier: Apache-2.0

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The same measurement as bench/peers/cpp/harness.hpp, of Caffeine. Java has no prefetch, so a request's key may come
 * from memory.
 */
final class CaffeinePeer {
  private final int[] sequence;
  private final String[] keys;
  private final byte[] value;
  private final Cache<String, byte[]> cache;
  private final String mix;
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong gets = new AtomicLong();
  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong processor = new AtomicLong();

  private CaffeinePeer(String[] args) throws Exception {
    var numbers = ByteBuffer.wrap(Files.readAllBytes(Path.of(args[0]))).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    sequence = new int[numbers.remaining()];
    numbers.get(sequence);
    keys = new String[Integer.parseInt(args[1])];
    for (int i = 0; i < keys.length; ++i) keys[i] = String.format("user:%015d", i) + "x".repeat(i % 21);
    cache = Caffeine.newBuilder().maximumSize(Long.parseLong(args[2])).build();
    value = new byte[Integer.parseInt(args[3])];
    Arrays.fill(value, (byte) 'v');
    mix = args[5];
  }

  private static long resident() throws Exception {
    System.gc();
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
  }

  private void set(String key) {
    cache.put(key, value.clone());
  }

  private void measure(int start, int sets, long begin, long end) {
    final var bean = ManagementFactory.getThreadMXBean();
    int next = start;
    long done = 0;
    long asked = 0;
    long found = 0;
    long spent = 0;
    boolean counting = false;
    for (;;) {
      final long now = System.nanoTime();
      if (now - end >= 0) break;
      if (!counting && now - begin >= 0) {
        counting = true;
        spent = bean.getCurrentThreadCpuTime();
        done = asked = found = 0;
      }
      for (int i = 0; i < 256; ++i, ++done) {
        final String key = keys[sequence[next]];
        if (++next == sequence.length) next = 0;
        if (mix.equals("95") && ++sets % 20 == 0) {
          set(key);
          continue;
        }
        ++asked;
        if (cache.getIfPresent(key) != null)
          ++found;
        else if (mix.equals("goi"))
          set(key);
      }
    }
    processor.addAndGet(bean.getCurrentThreadCpuTime() - spent);
    operations.addAndGet(done);
    gets.addAndGet(asked);
    hits.addAndGet(found);
  }

  public static void main(String[] args) throws Exception {
    if (args.length != 7) throw new IllegalArgumentException(
        "usage: SEQUENCE KEYS CAPACITY VALUE_SIZE THREADS get|95|goi SECONDS");
    final var peer = new CaffeinePeer(args);
    final int threads = Integer.parseInt(args[4]);
    final double seconds = Double.parseDouble(args[6]);
    final long before = resident();
    for (int i = peer.keys.length; i-- > 0;) peer.set(peer.keys[i]);
    final long grown = resident() - before;
    // The compiler needs longer to warm up than the caches.
    final long begin = System.nanoTime() + 2_000_000_000L;
    final long end = begin + (long) (seconds * 1e9);
    final var running = new Thread[threads];
    for (int i = 0; i < threads; ++i) {
      final int thread = i;
      running[i] = new Thread(() -> peer.measure(peer.sequence.length / threads * thread, thread, begin, end));
      running[i].start();
    }
    for (final var each : running) each.join();
    final double done = peer.operations.get();
    System.out.printf("%.0f %.4f %d %.0f%n", done / seconds, peer.hits.get() / (double) Math.max(peer.gets.get(), 1),
        grown, done * 1e9 / Math.max(peer.processor.get(), 1));
  }
}
