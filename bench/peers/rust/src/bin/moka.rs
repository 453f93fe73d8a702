// SPDX-License-Identifier: Apache-2.0
use larder_lru_peers::{read_load, run, Peer};
use std::sync::Arc;

struct Moka(moka::sync::Cache<Box<str>, Arc<[u8]>>);

impl Peer for Moka {
    fn get(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(|value| value[0] == b'v')
    }
    fn set(&self, key: &str, value: &[u8]) {
        self.0.insert(key.into(), value.into());
    }
}

fn main() {
    let load = read_load();
    run(&load, &Moka(moka::sync::Cache::new(load.capacity as u64)));
}
