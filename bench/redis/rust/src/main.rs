// SPDX-License-Identifier: Apache-2.0

//! One measurement of a Redis client in Rust: operations a second on 1000 keys that are all there, as larder_bench_redis does it.
//! Each caller is a task, and all tasks share one connection.
//!
//!     larder_redis_peers redis-rs|fred HOST:PORT CALLERS BYTES READS SECONDS
use std::error::Error;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

const KEYS: u32 = 1000;

type Failure = Box<dyn Error + Send + Sync>;

/// A handle of a client. Each function fails with an error, also if the key is not there.
trait Store: Clone + Send + 'static {
    fn get(&mut self, key: &str) -> impl Future<Output = Result<(), Failure>> + Send;
    fn set(&mut self, key: &str, value: &str) -> impl Future<Output = Result<(), Failure>> + Send;
}

impl Store for redis::aio::MultiplexedConnection {
    async fn get(&mut self, key: &str) -> Result<(), Failure> {
        redis::AsyncCommands::get::<_, Vec<u8>>(self, key).await?;
        Ok(())
    }
    async fn set(&mut self, key: &str, value: &str) -> Result<(), Failure> {
        Ok(redis::AsyncCommands::set(self, key, value).await?)
    }
}

impl Store for fred::clients::Client {
    async fn get(&mut self, key: &str) -> Result<(), Failure> {
        fred::interfaces::KeysInterface::get::<fred::bytes::Bytes, _>(self, key).await?;
        Ok(())
    }
    async fn set(&mut self, key: &str, value: &str) -> Result<(), Failure> {
        Ok(fred::interfaces::KeysInterface::set(self, key, value, None, None, false).await?)
    }
}

#[derive(Clone, Copy)]
struct Load {
    callers: u32,
    bytes: usize,
    reads: u32,
    time: Duration,
}

fn key_of(number: u32) -> String {
    format!("rust{number}")
}

async fn call(mut store: impl Store, first: u32, load: Load, stop: Arc<AtomicBool>) -> Result<u64, Failure> {
    let value = "v".repeat(load.bytes);
    let mut number = first;
    let mut operations = 0;
    while !stop.load(Ordering::Relaxed) {
        let key = key_of(number.wrapping_mul(2_654_435_761) % KEYS);
        if number % 100 >= load.reads {
            store.set(&key, &value).await?;
        } else {
            store.get(&key).await?;
        }
        operations += 1;
        number = number.wrapping_add(1);
    }
    Ok(operations)
}

async fn measure(mut store: impl Store, load: Load) -> Result<f64, Failure> {
    let value = "v".repeat(load.bytes);
    for key in 0..KEYS {
        store.set(&key_of(key), &value).await?;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let begin = Instant::now();
    let callers: Vec<_> = (0..load.callers)
        .map(|caller| tokio::spawn(call(store.clone(), caller.wrapping_mul(7919), load, stop.clone())))
        .collect();
    tokio::time::sleep(load.time).await;
    stop.store(true, Ordering::Relaxed);
    let mut operations = 0;
    for caller in callers {
        operations += caller.await??;
    }
    Ok(operations as f64 / begin.elapsed().as_secs_f64())
}

async fn run(client: &str, server: &str, load: Load) -> Result<f64, Failure> {
    let url = format!("redis://{server}");
    match client {
        "redis-rs" => measure(redis::Client::open(url)?.get_multiplexed_async_connection().await?, load).await,
        "fred" => {
            let store = fred::types::Builder::from_config(fred::types::config::Config::from_url(&url)?).build()?;
            fred::interfaces::ClientLike::init(&store).await?;
            measure(store, load).await
        }
        _ => Err(format!("{client}: no such client").into()),
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, client, server, callers, bytes, reads, seconds] = &arguments[..] else {
        return Err("usage: larder_redis_peers redis-rs|fred HOST:PORT CALLERS BYTES READS SECONDS".into());
    };
    let load = Load {
        callers: callers.parse()?,
        bytes: bytes.parse()?,
        reads: reads.parse()?,
        time: Duration::from_secs_f64(seconds.parse()?),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!("{:.0}", runtime.block_on(run(client, server, load))?);
    Ok(())
}
