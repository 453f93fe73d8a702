// SPDX-License-Identifier: Apache-2.0
//! A table in memory with a limited number of entries.
use larder::{sys, Backend, Clock, Key, Result, Settings, Value};
use std::collections::HashMap;
use std::mem::take;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

struct Entry {
    value: Value,
    expires_ns: u64,
}

/// Two generations: when the young one is full, the old one is dropped and the young one becomes old. At most
/// twice `generation` entries are kept, and eviction costs nothing per entry.
#[derive(Default)]
struct Store {
    young: HashMap<Vec<u8>, Entry>,
    old: HashMap<Vec<u8>, Entry>,
    evictions: u64,
}

impl Store {
    fn remove(&mut self, name: &[u8]) -> Option<Entry> {
        let old = self.old.remove(name);
        self.young.remove(name).or(old)
    }
}

struct Memory {
    clock: Clock,
    generation: usize,
    store: Mutex<Store>,
}

impl Memory {
    /// After a panic under the lock the store stays usable; the operation returns INTERNAL.
    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backend for Memory {
    const VENDOR: &'static str = "The Larder authors";
    const LICENSE: &'static str = "Apache-2.0";
    const CAPABILITIES: u64 = sys::CAP_INLINE;
    const OPTIONS: &'static [sys::OptionRow] = &[larder::option(
        "max_entries",
        sys::OPTION_INTEGER,
        "100000",
        "the most entries that are kept; the older half goes at once",
        2,
        100_000_000,
    )];

    fn open(clock: Clock, settings: &Settings) -> Result<Self> {
        let generation = (settings.number("max_entries") as usize + 1) / 2;
        Ok(Memory { clock, generation, store: Mutex::default() })
    }

    fn get(&self, key: Key) -> Result<Option<Value>> {
        let (name, now_ns, store) = (key.joined(), self.clock.now_ns(), self.store());
        let entry = store.young.get(&name).or_else(|| store.old.get(&name));
        Ok(entry.filter(|entry| entry.expires_ns > now_ns).map(|entry| Arc::clone(&entry.value)))
    }

    fn set(&self, key: Key, value: &[u8], ttl: Option<Duration>) -> Result<()> {
        let (name, expires_ns, mut store) = (key.joined(), self.clock.expiry_ns(ttl), self.store());
        store.remove(&name);
        if store.young.len() >= self.generation {
            store.evictions += store.old.len() as u64;
            store.old = take(&mut store.young);
        }
        store.young.insert(name, Entry { value: Arc::new(value.to_vec()), expires_ns });
        Ok(())
    }

    fn delete(&self, key: Key) -> Result<bool> {
        let (name, now_ns) = (key.joined(), self.clock.now_ns());
        Ok(self.store().remove(&name).map_or(false, |entry| entry.expires_ns > now_ns))
    }

    fn describe(&self, stats: &mut sys::Stats) {
        let store = self.store();
        stats.entries = (store.young.len() + store.old.len()) as u64;
        stats.evictions = store.evictions;
    }
}

larder::plugin!(Memory, "rust", "rust,rust-map");
