// SPDX-License-Identifier: Apache-2.0
//! Backends for Larder in safe Rust: implement [`Backend`] and export it with [`plugin!`].
//!
//! This crate checks each operation as abi.h requires, so the methods of `Backend` receive only valid operations. It
//! catches panics, releases donated values, counts hits and misses, and answers CLOSED after drain. It covers
//! the mandatory operations; a backend with capabilities beyond them fills the tables of `larder_sys` itself.
pub use larder_sys as sys;

use std::ffi::c_void;
use std::mem::size_of;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::Arc;
use std::time::Duration;
use sys::*;

/// A stored value. GET lends it: the host reads it until it drops its reference, on any thread.
pub type Value = Arc<Vec<u8>>;

/// Why an operation or `open` failed. The text is logged, so it must not contain keys, values or secrets.
pub struct Failure {
    pub status: Status,
    pub text: String,
}

pub type Result<T> = std::result::Result<T, Failure>;

/// The name of an entry: any bytes, possibly empty.
pub struct Key<'a> {
    pub name_space: &'a [u8],
    pub key: &'a [u8],
}

impl Key<'_> {
    /// Returns namespace and key as one run of bytes, different for each pair.
    pub fn joined(&self) -> Vec<u8> {
        let mut name = (self.name_space.len() as u64).to_le_bytes().to_vec();
        name.extend_from_slice(self.name_space);
        name.extend_from_slice(self.key);
        name
    }
}

/// The host's monotonic clock. Times to live and deadlines refer to it. Drop it with the backend.
pub struct Clock(*const Host);

// The host's functions may be called on any thread.
unsafe impl Send for Clock {}
unsafe impl Sync for Clock {}

impl Clock {
    pub fn now_ns(&self) -> u64 {
        unsafe { ((*self.0).monotonic_ns)((*self.0).this) }
    }

    /// Returns the time at which an entry stored now expires; `u64::MAX` for one that never does.
    pub fn expiry_ns(&self, ttl: Option<Duration>) -> u64 {
        ttl.map_or(u64::MAX, |ttl| self.now_ns().saturating_add(ttl.as_nanos() as u64))
    }
}

/// The options of a backend, checked by the host against `Backend::OPTIONS`.
pub struct Settings<'a>(&'a [Setting]);

impl Settings<'_> {
    /// Returns the value of an option: milliseconds of a duration, bytes of a size. Panics if the option has no
    /// default and none was given, which fails `open`.
    pub fn number(&self, name: &str) -> i64 {
        self.find(name).number
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(unsafe { self.find(name).text.as_slice() }).into_owned()
    }

    fn find(&self, name: &str) -> &Setting {
        self.0
            .iter()
            .find(|setting| unsafe { setting.name.as_slice() } == name.as_bytes())
            .expect("an option")
    }

    fn first_unknown(&self, options: &[OptionRow]) -> Option<String> {
        let is_known = |name: &[u8]| options.iter().any(|row| unsafe { row.name.as_slice() } == name);
        let mut names = self.0.iter().map(|setting| unsafe { setting.name.as_slice() });
        names.find(|name| !is_known(name)).map(|name| String::from_utf8_lossy(name).into_owned())
    }
}

/// A row of `Backend::OPTIONS`. `kind`: a constant OPTION_ of `sys`; `min` and `max` hold if `min < max`.
pub const fn option(
    name: &'static str,
    kind: u32,
    default: &'static str,
    doc: &'static str,
    min: i64,
    max: i64,
) -> OptionRow {
    OptionRow {
        struct_size: size_of::<OptionRow>() as u32,
        kind,
        flags: 0,
        reserved: 0,
        name: Bytes::of(name),
        default_value: Bytes::of(default),
        doc: Bytes::of(doc),
        min,
        max,
    }
}

/// A store of values. Its methods are called on any thread, many at once. A panic becomes INTERNAL. Dropped
/// after the last call.
pub trait Backend: Send + Sync + Sized + 'static {
    const VENDOR: &'static str;
    const LICENSE: &'static str;
    const OPTIONS: &'static [OptionRow] = &[];
    /// CAP_INLINE if no method waits for I/O, CAP_SHARED and CAP_PERSISTENT if the store is.
    const CAPABILITIES: u64 = 0;
    /// In bytes; at least 250.
    const MAX_KEY: u64 = 1024;
    const MAX_VALUE: u64 = 1 << 20;

    fn open(clock: Clock, settings: &Settings) -> Result<Self>;
    fn get(&self, key: Key) -> Result<Option<Value>>;
    /// Stores the value for `ttl`, or without a limit.
    fn set(&self, key: Key, value: &[u8], ttl: Option<Duration>) -> Result<()>;
    /// Returns whether there was a live entry.
    fn delete(&self, key: Key) -> Result<bool>;
    fn exists(&self, key: Key) -> Result<bool> {
        Ok(self.get(key)?.is_some())
    }
    /// Succeeds if the store can be reached.
    fn ping(&self) -> Result<()> {
        Ok(())
    }
    /// Fills in the statistics that only the store knows, such as `entries` and `evictions`.
    fn describe(&self, _stats: &mut Stats) {}
}

#[derive(Default)]
struct Counts {
    hits: AtomicU64,
    misses: AtomicU64,
    writes: AtomicU64,
    deletes: AtomicU64,
    errors: AtomicU64,
}

impl Counts {
    fn add(&self, opcode: u32, status: Status) {
        let counter = match (opcode, status) {
            (_, status) if status < 0 => &self.errors,
            (GET, OK) => &self.hits,
            (GET, _) => &self.misses,
            (SET, _) => &self.writes,
            (DELETE, OK) => &self.deletes,
            _ => return,
        };
        counter.fetch_add(1, Relaxed);
    }
}

struct Instance<B> {
    table: sys::Backend,
    clock: Clock,
    drained: AtomicBool,
    counts: Counts,
    backend: B,
}

impl<B: Backend> Instance<B> {
    unsafe fn of<'a>(this: *mut c_void) -> &'a Instance<B> {
        &*(this as *const Instance<B>)
    }

    fn answer(&self, op: &mut Op) -> Status {
        let judged = match self.drained.load(Relaxed) {
            true => CLOSED,
            false => judge::<B>(op, self.clock.now_ns()),
        };
        let answered = if judged == OK { self.perform(op) } else { Ok(judged) };
        answered.unwrap_or_else(|failure| {
            unsafe { op.error.write(&failure.text) };
            failure.status
        })
    }

    fn perform(&self, op: &mut Op) -> Result<Status> {
        let key = unsafe { Key { name_space: op.name_space.as_slice(), key: op.key.as_slice() } };
        let is_there = match op.opcode {
            GET => match self.backend.get(key)? {
                Some(value) => {
                    op.result = lend(value);
                    true
                }
                None => false,
            },
            SET => {
                let ttl = (op.ttl_ms != TTL_NONE).then(|| Duration::from_millis(op.ttl_ms as u64));
                self.backend.set(key, unsafe { op.value.as_slice() }, ttl)?;
                true
            }
            DELETE => self.backend.delete(key)?,
            EXISTS => self.backend.exists(key)?,
            _ => {
                self.backend.ping()?;
                true
            }
        };
        Ok(if is_there { OK } else { MISS })
    }
}

fn lend(value: Value) -> sys::Value {
    sys::Value {
        data: value.as_ptr(),
        size: value.len() as u64,
        owner: Arc::into_raw(value) as *mut c_void,
        release: Some(release),
    }
}

unsafe extern "C" fn release(owner: *mut c_void) {
    guarded((), || drop(Arc::from_raw(owner as *const Vec<u8>)))
}

/// Refuses an operation that is unknown, contradictory, out of range, undeclared or too late, before it has any effect.
fn judge<B: Backend>(op: &Op, now_ns: u64) -> Status {
    const CONDITIONS: u32 = IF_ABSENT | IF_PRESENT | IF_VERSION | KEEP_TTL;
    let met = op.flags & CONDITIONS;
    let allowed = match op.opcode {
        SET => CONDITIONS | DONATE,
        DELETE => IF_VERSION,
        GET..=PING => 0,
        _ => return UNSUPPORTED,
    };
    let is_ttl = op.ttl_ms == TTL_NONE || (1..=TTL_MAX_MS).contains(&op.ttl_ms);
    let contradicts = met & IF_ABSENT != 0 && met != IF_ABSENT;
    let is_too_large = op.key.size > B::MAX_KEY
        || op.name_space.size > B::MAX_KEY
        || (op.opcode == SET && op.value.size > B::MAX_VALUE);
    if op.flags & !(CONDITIONS | DONATE) != 0 {
        UNSUPPORTED
    } else if op.flags & !allowed != 0 || contradicts || (matches!(op.opcode, SET | TOUCH) && !is_ttl) {
        INVALID
    } else if is_too_large {
        TOO_LARGE
    } else if met != 0 || matches!(op.opcode, TOUCH | TTL | CLEAR_NAMESPACE) {
        UNSUPPORTED
    } else if op.deadline_ns != 0 && now_ns >= op.deadline_ns {
        DEADLINE
    } else {
        OK
    }
}

/// Unwinding into the host would be undefined: a panic ends here.
fn guarded<T>(after_panic: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(after_panic)
}

unsafe extern "C" fn submit<B: Backend>(
    this: *mut c_void,
    ops: *const *mut Op,
    count: u32,
    results: *mut Status,
) {
    for i in 0..count as usize {
        let op = &mut **ops.add(i);
        let instance = Instance::<B>::of(this);
        let status = guarded(INTERNAL, || instance.answer(op));
        instance.counts.add(op.opcode, status);
        *results.add(i) = status;
        // The store has its own copy, so a donated value is released on every path.
        if let (SET, true, Some(give_back)) = (op.opcode, op.flags & DONATE != 0, op.donated.release) {
            give_back(op.donated.owner);
        }
    }
}

unsafe extern "C" fn cancel(_this: *mut c_void, _op: *mut Op) {} // nothing is ever pending

unsafe extern "C" fn stats<B: Backend>(this: *mut c_void, stats: *mut Stats) {
    guarded((), || {
        let instance = Instance::<B>::of(this);
        let stats = &mut *stats;
        stats.pending = 0;
        stats.hits = instance.counts.hits.load(Relaxed);
        stats.misses = instance.counts.misses.load(Relaxed);
        stats.writes = instance.counts.writes.load(Relaxed);
        stats.deletes = instance.counts.deletes.load(Relaxed);
        stats.errors = instance.counts.errors.load(Relaxed);
        instance.backend.describe(stats);
    })
}

unsafe extern "C" fn drain<B: Backend>(this: *mut c_void, _deadline_ns: u64) -> Status {
    Instance::<B>::of(this).drained.store(true, Relaxed);
    OK
}

unsafe extern "C" fn destroy<B: Backend>(this: *mut c_void) {
    guarded((), || drop(Box::from_raw(this as *mut Instance<B>)))
}

unsafe extern "C" fn get_extension(_this: *mut c_void, _id: Bytes) -> *const c_void {
    std::ptr::null()
}

/// The `create` of a plugin whose backend is `B`, for [`plugin!`].
///
/// # Safety
/// Only a host that follows abi.h may call it.
pub unsafe extern "C" fn create<B: Backend>(
    host: *const Host,
    settings: *const Setting,
    count: u32,
    error: *mut Text,
    backend: *mut *const sys::Backend,
) -> Status {
    guarded(INTERNAL, || {
        let settings =
            Settings(if count == 0 { &[] } else { std::slice::from_raw_parts(settings, count as usize) });
        if let Some(name) = settings.first_unknown(B::OPTIONS) {
            (*error).write(&format!("unknown option \"{name}\""));
            return CONFIG;
        }
        match B::open(Clock(host), &settings) {
            Ok(opened) => {
                *backend = start(opened, Clock(host));
                OK
            }
            Err(failure) => {
                (*error).write(&failure.text);
                failure.status
            }
        }
    })
}

/// `destroy` frees it.
fn start<B: Backend>(backend: B, clock: Clock) -> *const sys::Backend {
    let table = sys::Backend {
        struct_size: size_of::<sys::Backend>() as u32,
        reserved: 0,
        this: std::ptr::null_mut(),
        capabilities: B::CAPABILITIES,
        max_key_size: B::MAX_KEY,
        max_value_size: B::MAX_VALUE,
        submit: submit::<B>,
        cancel,
        stats: stats::<B>,
        drain: drain::<B>,
        destroy: destroy::<B>,
        get_extension,
    };
    let drained = AtomicBool::new(false);
    let made =
        Box::into_raw(Box::new(Instance { table, clock, drained, counts: Counts::default(), backend }));
    unsafe {
        (*made).table.this = made as *mut c_void;
        &(*made).table
    }
}

/// Exports a [`Backend`] as the plugin of this crate: `plugin!(Memory, "name", "scheme,other-scheme")`. The plugin
/// serves URLs with these schemes, and its version is the crate's.
#[macro_export]
macro_rules! plugin {
    ($backend:ty, $name:literal, $schemes:literal) => {
        const LARDER_BUILD: &str = if cfg!(debug_assertions) { "rustc, debug" } else { "rustc, release" };

        static LARDER_PLUGIN: $crate::sys::Plugin = $crate::sys::Plugin {
            struct_size: std::mem::size_of::<$crate::sys::Plugin>() as u32,
            abi_major: $crate::sys::ABI_MAJOR,
            abi_minor: $crate::sys::ABI_MINOR,
            min_host_minor: 0,
            name: $crate::sys::Bytes::of($name),
            version: $crate::sys::Bytes::of(env!("CARGO_PKG_VERSION")),
            vendor: $crate::sys::Bytes::of(<$backend as $crate::Backend>::VENDOR),
            license: $crate::sys::Bytes::of(<$backend as $crate::Backend>::LICENSE),
            build: $crate::sys::Bytes::of(LARDER_BUILD),
            options: <$backend as $crate::Backend>::OPTIONS.as_ptr(),
            option_count: <$backend as $crate::Backend>::OPTIONS.len() as u32,
            option_stride: std::mem::size_of::<$crate::sys::OptionRow>() as u32,
            create: $crate::create::<$backend>,
        };

        #[used]
        #[link_section = ".note.larder"]
        static LARDER_NOTE: $crate::sys::Note =
            $crate::sys::Note::new($name, env!("CARGO_PKG_VERSION"), LARDER_BUILD);

        #[used]
        #[link_section = ".note.larder"]
        static LARDER_SCHEMES: $crate::sys::SchemesNote = $crate::sys::SchemesNote::new($schemes);

        #[no_mangle]
        pub extern "C" fn larder_plugin_v1(_host_minor: u32) -> *const $crate::sys::Plugin {
            &LARDER_PLUGIN
        }
    };
}
