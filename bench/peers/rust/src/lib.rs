// SPDX-License-Identifier: Apache-2.0
//! The measurement of bench/peers/cpp/harness.hpp, for caches in Rust.
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

pub trait Peer: Sync {
    fn get(&self, key: &str) -> bool;
    fn set(&self, key: &str, value: &[u8]);
}

pub struct Load {
    pub sequence: Vec<u32>,
    pub keys: u32,
    pub capacity: usize,
    pub value_size: usize,
    pub threads: usize,
    pub mix: String,
    pub seconds: f64,
}

pub fn read_load() -> Load {
    let a: Vec<String> = std::env::args().collect();
    assert!(a.len() == 8, "usage: SEQUENCE KEYS CAPACITY VALUE_SIZE THREADS get|95|goi SECONDS");
    let bytes = std::fs::read(&a[1]).expect("sequence");
    Load {
        sequence: bytes.chunks_exact(4).map(|b| u32::from_le_bytes(b.try_into().unwrap())).collect(),
        keys: a[2].parse().unwrap(),
        capacity: a[3].parse().unwrap(),
        value_size: a[4].parse().unwrap(),
        threads: a[5].parse().unwrap(),
        mix: a[6].clone(),
        seconds: a[7].parse().unwrap(),
    }
}

fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

/// All keys, one per cache line. A request's key is prefetched a few requests ahead, so that it is in the processor's cache
/// as if the program had just built it, and the benchmark measures only the cache.
struct Keys {
    lines: Vec<Line>,
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([u8; 64]);

const AHEAD: usize = 8;

impl Keys {
    fn new(count: u32) -> Self {
        let mut lines = vec![Line([0; 64]); count as usize];
        for (n, line) in lines.iter_mut().enumerate() {
            let key = format!("user:{:015}{}", n, "x".repeat(n % 21));
            line.0[..key.len()].copy_from_slice(key.as_bytes());
        }
        Keys { lines }
    }
    fn get(&self, n: u32) -> &str {
        // SAFETY: new() wrote ASCII.
        unsafe { std::str::from_utf8_unchecked(&self.lines[n as usize].0[..20 + n as usize % 21]) }
    }
    fn prefetch(&self, n: u32) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: prefetching any address is harmless.
        unsafe {
            use std::arch::x86_64::{_mm_prefetch, _MM_HINT_T0};
            _mm_prefetch::<_MM_HINT_T0>((&self.lines[n as usize] as *const Line).cast());
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = n;
    }
}

/// Returns the processor time of this thread.
fn processor_ns() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

pub fn run<P: Peer>(load: &Load, cache: &P) {
    let keys = Keys::new(load.keys);
    let value = vec![b'v'; load.value_size];
    let before = resident();
    for number in (0..load.keys).rev() {
        cache.set(keys.get(number), &value);
    }
    let grown = resident() as i64 - before as i64;
    let begin = Instant::now() + Duration::from_millis(500);
    let end = begin + Duration::from_secs_f64(load.seconds);
    let (operations, gets, hits) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let processor = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for thread in 0..load.threads {
            let (keys, value, operations, gets, hits) = (&keys, &value, &operations, &gets, &hits);
            let processor = &processor;
            scope.spawn(move || {
                let mut next = load.sequence.len() / load.threads * thread;
                let (mut done, mut asked, mut found, mut sets) = (0u64, 0u64, 0u64, thread as u32);
                let mut counting = false;
                let mut processor_before = 0;
                loop {
                    let now = Instant::now();
                    if now >= end {
                        break;
                    }
                    if !counting && now >= begin {
                        counting = true;
                        processor_before = processor_ns();
                        (done, asked, found) = (0, 0, 0);
                    }
                    for _ in 0..256 {
                        done += 1;
                        let key = keys.get(load.sequence[next]);
                        next += 1;
                        if next == load.sequence.len() {
                            next = 0;
                        }
                        if next + AHEAD < load.sequence.len() {
                            keys.prefetch(load.sequence[next + AHEAD]);
                        }
                        if load.mix == "95" {
                            sets += 1;
                            if sets % 20 == 0 {
                                cache.set(key, value);
                                continue;
                            }
                        }
                        asked += 1;
                        if cache.get(key) {
                            found += 1;
                        } else if load.mix == "goi" {
                            cache.set(key, value);
                        }
                    }
                }
                processor.fetch_add(processor_ns() - processor_before, Relaxed);
                operations.fetch_add(done, Relaxed);
                gets.fetch_add(asked, Relaxed);
                hits.fetch_add(found, Relaxed);
            });
        }
    });
    let asked = gets.load(Relaxed).max(1) as f64;
    let done = operations.load(Relaxed) as f64;
    let of_processor = done * 1e9 / processor.load(Relaxed) as f64;
    println!("{:.0} {:.4} {} {:.0}", done / load.seconds, hits.load(Relaxed) as f64 / asked, grown, of_processor);
}
