// SPDX-License-Identifier: Apache-2.0
//! sdk/include/larder/abi.h in Rust, as far as a backend without optional parts needs it. The asserts at the end
//! hold it to the header's golden layout.
#![allow(dead_code)] // a struct is here whole, whoever reads its members

use std::ffi::c_void;
use std::mem::{align_of, size_of};

pub const ABI_MAJOR: u32 = 1;
pub const ABI_MINOR: u32 = 0;

pub type Status = i32;
pub const OK: Status = 0;
pub const MISS: Status = 1;
pub const DEADLINE: Status = -4;
pub const TOO_LARGE: Status = -6;
pub const CLOSED: Status = -10;
pub const CONFIG: Status = -11;
pub const INVALID: Status = -12;
pub const UNSUPPORTED: Status = -13;
pub const INTERNAL: Status = -14;

pub const GET: u32 = 1;
pub const SET: u32 = 2;
pub const DELETE: u32 = 3;
pub const TOUCH: u32 = 4;
pub const EXISTS: u32 = 5;
pub const TTL: u32 = 6;
pub const CLEAR_NAMESPACE: u32 = 7;
pub const PING: u32 = 8;

pub const IF_ABSENT: u32 = 1 << 0;
pub const IF_PRESENT: u32 = 1 << 1;
pub const IF_VERSION: u32 = 1 << 2;
pub const KEEP_TTL: u32 = 1 << 3;
pub const DONATE: u32 = 1 << 4;

pub const TTL_NONE: i64 = -1;
pub const TTL_MAX_MS: i64 = 3_153_600_000_000;

pub const CAP_INLINE: u64 = 1 << 0;

pub const OPTION_INTEGER: u32 = 1;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes {
    pub data: *const u8,
    pub size: u64,
}

impl Bytes {
    pub const fn of(text: &'static str) -> Bytes {
        Bytes { data: text.as_ptr(), size: text.len() as u64 }
    }

    /// # Safety
    /// The bytes must stay in place for 'a.
    pub unsafe fn as_slice<'a>(&self) -> &'a [u8] {
        if self.size == 0 {
            return &[]; // the data may be NULL
        }
        std::slice::from_raw_parts(self.data, self.size as usize)
    }
}

#[repr(C)]
pub struct Value {
    pub data: *const u8,
    pub size: u64,
    pub owner: *mut c_void,
    pub release: Option<unsafe extern "C" fn(*mut c_void)>,
}

#[repr(C)]
pub struct Setting {
    pub name: Bytes,
    pub text: Bytes,
    pub number: i64,
}

#[repr(C)]
pub struct Text {
    pub data: *mut u8,
    pub capacity: u32,
    pub size: u32,
}

impl Text {
    /// # Safety
    /// `data` must point to `capacity` bytes.
    pub unsafe fn write(&mut self, message: &str) {
        let size = message.len().min(self.capacity as usize);
        if size > 0 {
            std::ptr::copy_nonoverlapping(message.as_ptr(), self.data, size);
        }
        self.size = size as u32;
    }
}

#[repr(C)]
pub struct Op {
    pub struct_size: u32,
    pub opcode: u32,
    pub flags: u32,
    pub reserved: u32,
    pub name_space: Bytes,
    pub key: Bytes,
    pub value: Bytes,
    pub donated: Value,
    pub ttl_ms: i64,
    pub expected_version: u64,
    pub deadline_ns: u64,
    pub result: Value,
    pub result_ttl_ms: i64,
    pub version: u64,
    pub error: Text,
    pub complete: Option<unsafe extern "C" fn(*mut Op, Status)>,
    pub user: *mut c_void,
    pub number: i64,
    pub result_number: i64,
    pub expected: Bytes,
}

#[repr(C)]
pub struct Stats {
    pub struct_size: u32,
    pub reserved: u32,
    pub entries: u64,
    pub bytes: u64,
    pub capacity: u64,
    pub pending: u64,
    pub hits: u64,
    pub misses: u64,
    pub writes: u64,
    pub deletes: u64,
    pub evictions: u64,
    pub expirations: u64,
    pub errors: u64,
    pub reconnects: u64,
}

#[repr(C)]
pub struct Backend {
    pub struct_size: u32,
    pub reserved: u32,
    pub this: *mut c_void,
    pub capabilities: u64,
    pub max_key_size: u64,
    pub max_value_size: u64,
    pub submit: unsafe extern "C" fn(*mut c_void, *const *mut Op, u32, *mut Status),
    pub cancel: unsafe extern "C" fn(*mut c_void, *mut Op),
    pub stats: unsafe extern "C" fn(*mut c_void, *mut Stats),
    pub drain: unsafe extern "C" fn(*mut c_void, u64) -> Status,
    pub destroy: unsafe extern "C" fn(*mut c_void),
    pub get_extension: unsafe extern "C" fn(*mut c_void, Bytes) -> *const c_void,
}

#[repr(C)]
pub struct Host {
    pub struct_size: u32,
    pub abi_minor: u32,
    pub this: *mut c_void,
    pub log: unsafe extern "C" fn(*mut c_void, u32, Bytes),
    pub log_level: unsafe extern "C" fn(*mut c_void) -> u32,
    pub monotonic_ns: unsafe extern "C" fn(*mut c_void) -> u64,
    pub realtime_ms: unsafe extern "C" fn(*mut c_void) -> i64,
    pub alloc: unsafe extern "C" fn(*mut c_void, u64) -> *mut c_void,
    pub free: unsafe extern "C" fn(*mut c_void, *mut c_void, u64),
    pub random: unsafe extern "C" fn(*mut c_void, *mut c_void, u64) -> Status,
    pub register_metric: unsafe extern "C" fn(*mut c_void, u32, Bytes, Bytes) -> u64,
    pub add_metric: unsafe extern "C" fn(*mut c_void, u64, u64),
    pub set_metric: unsafe extern "C" fn(*mut c_void, u64, i64),
    pub report_health: unsafe extern "C" fn(*mut c_void, u32, Bytes),
    pub get_extension: unsafe extern "C" fn(*mut c_void, Bytes) -> *const c_void,
}

#[repr(C)]
pub struct OptionRow {
    pub struct_size: u32,
    pub kind: u32,
    pub flags: u32,
    pub reserved: u32,
    pub name: Bytes,
    pub default_value: Bytes,
    pub doc: Bytes,
    pub min: i64,
    pub max: i64,
}

pub type Create =
    unsafe extern "C" fn(*const Host, *const Setting, u32, *mut Text, *mut *const Backend) -> Status;

#[repr(C)]
pub struct Plugin {
    pub struct_size: u32,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub min_host_minor: u32,
    pub name: Bytes,
    pub version: Bytes,
    pub vendor: Bytes,
    pub license: Bytes,
    pub build: Bytes,
    pub options: *const OptionRow,
    pub option_count: u32,
    pub option_stride: u32,
    pub create: Create,
}

// Constant data without a cell in it.
unsafe impl Sync for OptionRow {}
unsafe impl Sync for Plugin {}

/// What a host reads from the file before it runs any code of it.
#[repr(C)]
pub struct Note {
    pub owner_size: u32,
    pub body_size: u32,
    pub kind: u32,
    pub owner: [u8; 8],
    pub abi_major: u32,
    pub abi_minor: u32,
    pub min_host_minor: u32,
    pub name: [u8; 32],
    pub version: [u8; 32],
    pub build: [u8; 64],
}

impl Note {
    pub const fn new(name: &str, version: &str, build: &str) -> Note {
        Note {
            owner_size: 8,
            body_size: (size_of::<Note>() - 20) as u32, // from abi_major on
            kind: 1,
            owner: padded("larder"),
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            min_host_minor: 0,
            name: padded(name),
            version: padded(version),
            build: padded(build),
        }
    }
}

/// The text, NUL-padded; always with a closing NUL.
const fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut field = [0; N];
    let mut i = 0;
    while i < text.len() && i + 1 < N {
        field[i] = text.as_bytes()[i];
        i += 1;
    }
    field
}

const _: () = assert!(size_of::<Bytes>() == 16 && align_of::<Bytes>() == 8);
const _: () = assert!(size_of::<Value>() == 32);
const _: () = assert!(size_of::<Setting>() == 40);
const _: () = assert!(size_of::<Text>() == 16);
const _: () = assert!(size_of::<Op>() == 232);
const _: () = assert!(size_of::<Stats>() == 104);
const _: () = assert!(size_of::<Backend>() == 88);
const _: () = assert!(size_of::<Host>() == 112);
const _: () = assert!(size_of::<OptionRow>() == 80);
const _: () = assert!(size_of::<Plugin>() == 120);
const _: () = assert!(size_of::<Note>() == 160 && align_of::<Note>() == 4);
