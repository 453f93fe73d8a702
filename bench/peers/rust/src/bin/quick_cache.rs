// SPDX-License-Identifier: Apache-2.0
use larder_lru_peers::{read_load, run, Peer};
use std::sync::Arc;

struct Quick(quick_cache::sync::Cache<Box<str>, Arc<[u8]>>);

impl Peer for Quick {
    fn get(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| value[0] == b'v')
    }
    fn set(&self, key: &str, value: &[u8]) {
        self.0.insert(key.into(), value.into());
    }
}

fn main() {
    let load = read_load();
    run(&load, &Quick(quick_cache::sync::Cache::new(load.capacity)));
}
