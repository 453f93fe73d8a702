// SPDX-License-Identifier: Apache-2.0

//! Shared by the two servers: their arguments, PORT and FILE, and the cache of answers.

use std::time::Duration;

use bytes::Bytes;
use moka::sync::Cache;

/// Port to listen on, and the file that holds the answer.
pub fn arguments() -> (u16, String) {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().and_then(|port| port.parse().ok());
    let file = arguments.next();
    (port.expect("PORT is missing"), file.expect("FILE is missing"))
}

/// A cache of answers by request target; a miss reads the file. Clones share one cache.
#[derive(Clone)]
pub struct Answers {
    cache: Cache<String, Bytes>,
    file: String,
}

impl Answers {
    pub fn of(file: String) -> Self {
        let cache = Cache::builder()
            .weigher(|_: &String, body: &Bytes| body.len() as u32)
            .max_capacity(64 << 20)
            .time_to_live(Duration::from_secs(3600))
            .build();
        Self { cache, file }
    }

    pub fn get(&self, target: &str) -> Bytes {
        self.cache
            .get_with_by_ref(target, || std::fs::read(&self.file).expect("FILE can be read").into())
    }
}
