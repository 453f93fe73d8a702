// SPDX-License-Identifier: Apache-2.0
//! A backend in Rust with the standard library alone: a table in memory, bounded in entries. It supports the
//! mandatory operations only. No panic leaves it: every function that the host calls is guarded.
mod abi;

use abi::*;
use std::collections::HashMap;
use std::ffi::c_void;
use std::mem::{size_of, take};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

const MAX_KEY: u64 = 1024;
const MAX_VALUE: u64 = 1 << 20;
const BUILD: &str = if cfg!(debug_assertions) { "rustc, debug" } else { "rustc, release" };

struct Entry {
    value: Arc<Vec<u8>>, // shared with the holders of lent values
    expires_ns: u64,     // by the host's clock
}

/// Two generations: new entries go to the young one; when that is full, the old one is dropped and the young one
/// becomes old. So at most twice `generation` entries are kept, and forgetting costs nothing per entry.
#[derive(Default)]
struct Store {
    young: HashMap<Vec<u8>, Entry>,
    old: HashMap<Vec<u8>, Entry>,
    generation: usize,
    drained: bool,
    hits: u64,
    misses: u64,
    writes: u64,
    deletes: u64,
    evictions: u64,
    errors: u64,
}

impl Store {
    fn find(&mut self, name: &[u8], now_ns: u64) -> Option<Arc<Vec<u8>>> {
        for generation in [&mut self.young, &mut self.old] {
            match generation.get(name) {
                None => continue,
                Some(entry) if entry.expires_ns > now_ns => return Some(Arc::clone(&entry.value)),
                Some(_) => generation.remove(name),
            };
        }
        None
    }

    fn insert(&mut self, name: Vec<u8>, entry: Entry) {
        self.remove(&name);
        if self.young.len() >= self.generation {
            self.evictions += self.old.len() as u64;
            self.old = take(&mut self.young);
        }
        self.young.insert(name, entry);
    }

    fn remove(&mut self, name: &[u8]) {
        self.young.remove(name);
        self.old.remove(name);
    }

    fn perform(&mut self, op: &mut Op, now_ns: u64) -> Status {
        if op.opcode == PING {
            return OK;
        }
        let name = unsafe { name_of(op) };
        if op.opcode == SET {
            let value = Arc::new(unsafe { op.value.as_slice() }.to_vec());
            self.insert(name, Entry { value, expires_ns: expiry(op.ttl_ms, now_ns) });
            return OK;
        }
        match self.find(&name, now_ns) {
            None => return MISS,
            Some(value) if op.opcode == GET => op.result = lend(value),
            Some(_) if op.opcode == DELETE => self.remove(&name),
            Some(_) => {} // EXISTS
        }
        OK
    }

    fn count(&mut self, opcode: u32, status: Status) {
        match (opcode, status) {
            (_, status) if status < 0 => self.errors += 1,
            (GET, OK) => self.hits += 1,
            (GET, _) => self.misses += 1,
            (SET, _) => self.writes += 1,
            (DELETE, OK) => self.deletes += 1,
            _ => {}
        }
    }
}

/// Namespace and key in one, so that no two pairs look the same.
unsafe fn name_of(op: &Op) -> Vec<u8> {
    let mut name = op.name_space.size.to_le_bytes().to_vec();
    name.extend_from_slice(op.name_space.as_slice());
    name.extend_from_slice(op.key.as_slice());
    name
}

fn expiry(ttl_ms: i64, now_ns: u64) -> u64 {
    if ttl_ms == TTL_NONE {
        return u64::MAX;
    }
    now_ns + ttl_ms as u64 * 1_000_000
}

fn lend(value: Arc<Vec<u8>>) -> Value {
    Value {
        data: value.as_ptr(),
        size: value.len() as u64,
        owner: Arc::into_raw(value) as *mut c_void,
        release: Some(release),
    }
}

unsafe extern "C" fn release(owner: *mut c_void) {
    guarded((), || drop(Arc::from_raw(owner as *const Vec<u8>)))
}

/// Refuses, as abi.h demands and before any effect: unknown, contradictory, out of range, undeclared, too late.
fn judge(op: &Op, now_ns: u64) -> Status {
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
    if op.flags & !(CONDITIONS | DONATE) != 0 {
        UNSUPPORTED
    } else if op.flags & !allowed != 0 || contradicts || (matches!(op.opcode, SET | TOUCH) && !is_ttl) {
        INVALID
    } else if op.key.size > MAX_KEY || op.name_space.size > MAX_KEY {
        TOO_LARGE
    } else if op.opcode == SET && op.value.size > MAX_VALUE {
        TOO_LARGE
    } else if met != 0 || matches!(op.opcode, TOUCH | TTL | CLEAR_NAMESPACE) {
        UNSUPPORTED
    } else if op.deadline_ns != 0 && now_ns >= op.deadline_ns {
        DEADLINE
    } else {
        OK
    }
}

struct Memory {
    table: Backend,
    host: *const Host,
    store: Mutex<Store>,
}

impl Memory {
    /// A panic under the lock is answered INTERNAL; the store stays usable.
    fn store(&self) -> std::sync::MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, op: &mut Op) -> Status {
        let now_ns = unsafe { ((*self.host).monotonic_ns)((*self.host).this) };
        let mut store = self.store();
        let judged = if store.drained { CLOSED } else { judge(op, now_ns) };
        let status = if judged == OK { store.perform(op, now_ns) } else { judged };
        store.count(op.opcode, status);
        status
    }
}

/// Unwinding into the host would be undefined: a panic ends here.
fn guarded<T>(after_panic: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(after_panic)
}

unsafe fn memory<'a>(this: *mut c_void) -> &'a Memory {
    &*(this as *const Memory)
}

unsafe extern "C" fn submit(this: *mut c_void, ops: *const *mut Op, count: u32, results: *mut Status) {
    for i in 0..count as usize {
        let op = &mut **ops.add(i);
        *results.add(i) = guarded(INTERNAL, || memory(this).answer(op));
        // Releases a donated value on every path: the store has its own copy.
        if let (SET, true, Some(give_back)) = (op.opcode, op.flags & DONATE != 0, op.donated.release) {
            give_back(op.donated.owner);
        }
    }
}

unsafe extern "C" fn cancel(_this: *mut c_void, _op: *mut Op) {} // nothing is ever pending

unsafe extern "C" fn stats(this: *mut c_void, stats: *mut Stats) {
    guarded((), || {
        let store = memory(this).store();
        let stats = &mut *stats;
        stats.entries = (store.young.len() + store.old.len()) as u64;
        stats.pending = 0;
        stats.hits = store.hits;
        stats.misses = store.misses;
        stats.writes = store.writes;
        stats.deletes = store.deletes;
        stats.evictions = store.evictions;
        stats.errors = store.errors;
    })
}

unsafe extern "C" fn drain(this: *mut c_void, _deadline_ns: u64) -> Status {
    guarded(INTERNAL, || {
        memory(this).store().drained = true;
        OK
    })
}

unsafe extern "C" fn destroy(this: *mut c_void) {
    guarded((), || drop(Box::from_raw(this as *mut Memory)))
}

unsafe extern "C" fn get_extension(_this: *mut c_void, _id: Bytes) -> *const c_void {
    std::ptr::null()
}

unsafe extern "C" fn create(
    host: *const Host,
    settings: *const Setting,
    count: u32,
    error: *mut Text,
    backend: *mut *const Backend,
) -> Status {
    guarded(INTERNAL, || {
        let mut store = Store::default();
        for i in 0..count as usize {
            let setting = &*settings.add(i);
            let name = String::from_utf8_lossy(setting.name.as_slice());
            match name.as_ref() {
                "max_entries" => store.generation = (setting.number as usize + 1) / 2,
                _ => {
                    (*error).write(&format!("unknown option \"{name}\"; there is max_entries"));
                    return CONFIG;
                }
            }
        }
        let table = Backend {
            struct_size: size_of::<Backend>() as u32,
            reserved: 0,
            this: std::ptr::null_mut(),
            capabilities: CAP_INLINE,
            max_key_size: MAX_KEY,
            max_value_size: MAX_VALUE,
            submit,
            cancel,
            stats,
            drain,
            destroy,
            get_extension,
        };
        let made = Box::into_raw(Box::new(Memory { table, host, store: Mutex::new(store) }));
        (*made).table.this = made as *mut c_void;
        *backend = &(*made).table;
        OK
    })
}

static OPTIONS: [OptionRow; 1] = [OptionRow {
    struct_size: size_of::<OptionRow>() as u32,
    kind: OPTION_INTEGER,
    flags: 0,
    reserved: 0,
    name: Bytes::of("max_entries"),
    default_value: Bytes::of("100000"),
    doc: Bytes::of("the most entries that are kept; the older half goes at once"),
    min: 2,
    max: 100_000_000,
}];

static PLUGIN: Plugin = Plugin {
    struct_size: size_of::<Plugin>() as u32,
    abi_major: ABI_MAJOR,
    abi_minor: ABI_MINOR,
    min_host_minor: 0,
    name: Bytes::of("rust"),
    version: Bytes::of(env!("CARGO_PKG_VERSION")),
    vendor: Bytes::of("The Larder authors"),
    license: Bytes::of("Apache-2.0"),
    build: Bytes::of(BUILD),
    options: &OPTIONS as *const OptionRow,
    option_count: OPTIONS.len() as u32,
    option_stride: size_of::<OptionRow>() as u32,
    create,
};

#[used]
#[link_section = ".note.larder"]
static NOTE: Note = Note::new("rust", env!("CARGO_PKG_VERSION"), BUILD);

#[used]
#[link_section = ".note.larder"]
static SCHEMES: SchemesNote = SchemesNote::new("rust,rust-map");

#[no_mangle]
pub extern "C" fn larder_plugin_v1(_host_minor: u32) -> *const Plugin {
    &PLUGIN
}
