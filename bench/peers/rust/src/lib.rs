// SPDX-License-Identifier: Apache-2.0
//! The same measurement as bench/peers/cpp/harness.hpp, for caches in Rust.
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

pub fn run<P: Peer>(load: &Load, cache: &P) {
    let keys: Vec<String> =
        (0..load.keys).map(|n| format!("user:{:015}{}", n, "x".repeat((n % 21) as usize))).collect();
    let value = vec![b'v'; load.value_size];
    let before = resident();
    for key in keys.iter().rev() {
        cache.set(key, &value);
    }
    let grown = resident() as i64 - before as i64;
    let begin = Instant::now() + Duration::from_millis(500);
    let end = begin + Duration::from_secs_f64(load.seconds);
    let (operations, gets, hits) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for thread in 0..load.threads {
            let (keys, value, operations, gets, hits) = (&keys, &value, &operations, &gets, &hits);
            scope.spawn(move || {
                let mut next = load.sequence.len() / load.threads * thread;
                let (mut done, mut asked, mut found, mut sets) = (0u64, 0u64, 0u64, thread as u32);
                let mut counting = false;
                loop {
                    let now = Instant::now();
                    if now >= end {
                        break;
                    }
                    if !counting && now >= begin {
                        counting = true;
                        (done, asked, found) = (0, 0, 0);
                    }
                    for _ in 0..256 {
                        done += 1;
                        let key = &keys[load.sequence[next] as usize];
                        next += 1;
                        if next == load.sequence.len() {
                            next = 0;
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
                operations.fetch_add(done, Relaxed);
                gets.fetch_add(asked, Relaxed);
                hits.fetch_add(found, Relaxed);
            });
        }
    });
    let asked = gets.load(Relaxed).max(1) as f64;
    println!("{:.0} {:.4} {}", operations.load(Relaxed) as f64 / load.seconds, hits.load(Relaxed) as f64 / asked, grown);
}
