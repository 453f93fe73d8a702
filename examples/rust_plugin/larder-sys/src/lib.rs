// SPDX-License-Identifier: Apache-2.0
//! `larder/abi.h` in Rust, without its extensions. The asserts and tests at the end compare it with the header's
//! golden layout. The header describes each member.
#![allow(clippy::missing_safety_doc)] // the rules of the header apply

use std::ffi::c_void;
use std::mem::{align_of, size_of};

pub const ABI_MAJOR: u32 = 1;
pub const ABI_MINOR: u32 = 1;

pub type Status = i32;
pub const OK: Status = 0;
pub const MISS: Status = 1;
pub const NOT_STORED: Status = 2;
pub const PENDING: Status = 3;
pub const UNAVAILABLE: Status = -1;
pub const OVERLOADED: Status = -2;
pub const UNKNOWN_RESULT: Status = -3;
pub const DEADLINE: Status = -4;
pub const CANCELLED: Status = -5;
pub const TOO_LARGE: Status = -6;
pub const NO_MEMORY: Status = -7;
pub const AUTH: Status = -8;
pub const PROTOCOL: Status = -9;
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
pub const CAP_ASYNC: u64 = 1 << 1;
pub const CAP_SHARED: u64 = 1 << 2;
pub const CAP_PERSISTENT: u64 = 1 << 3;
pub const CAP_CONDITIONS: u64 = 1 << 4;
pub const CAP_VERSIONS: u64 = 1 << 5;
pub const CAP_TTL: u64 = 1 << 6;
pub const CAP_CLEAR: u64 = 1 << 7;
pub const CAP_BLOCKING_DEADLINE: u64 = 1 << 8;

pub const OPTION_STRING: u32 = 0;
pub const OPTION_INTEGER: u32 = 1;
pub const OPTION_BOOLEAN: u32 = 2;
pub const OPTION_DURATION: u32 = 3;
pub const OPTION_SIZE: u32 = 4;

pub const OPTION_REQUIRED: u32 = 1 << 0;
pub const OPTION_SECRET: u32 = 1 << 1;
pub const OPTION_LIST: u32 = 1 << 2;
pub const OPTION_URL: u32 = 1 << 3;

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
    /// The bytes must stay valid and unchanged for 'a.
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
    pub result_idle_ms: i64, // since 1.1: an older host has no room for it
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

// Constant data without interior mutability.
unsafe impl Sync for OptionRow {}
unsafe impl Sync for Plugin {}

/// A host reads this from the file before it runs any of its code.
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

/// The schemes of the URLs that the plugin serves, in a note of their own. A plugin without it serves its name.
#[repr(C)]
pub struct SchemesNote {
    pub owner_size: u32,
    pub body_size: u32,
    pub kind: u32,
    pub owner: [u8; 8],
    pub schemes: [u8; 64],
}

impl SchemesNote {
    pub const fn new(schemes: &str) -> SchemesNote {
        SchemesNote {
            owner_size: 8,
            body_size: 64,
            kind: 2,
            owner: padded("larder"),
            schemes: padded(schemes),
        }
    }
}

/// Returns the text, NUL-padded; the last byte is always NUL.
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
const _: () = assert!(size_of::<Op>() == 240);
const _: () = assert!(size_of::<Stats>() == 104);
const _: () = assert!(size_of::<Backend>() == 88);
const _: () = assert!(size_of::<Host>() == 112);
const _: () = assert!(size_of::<OptionRow>() == 80);
const _: () = assert!(size_of::<Plugin>() == 120);
const _: () = assert!(size_of::<Note>() == 160 && align_of::<Note>() == 4);
const _: () = assert!(size_of::<SchemesNote>() == 84 && align_of::<SchemesNote>() == 4);

#[cfg(test)]
mod layout {
    use super::*;
    use std::mem::MaybeUninit;
    use std::ptr::addr_of;

    // Two members of equal size could be swapped. This is a test because offset_of! needs rustc 1.77.
    macro_rules! assert_offsets {
        ($type:ty, $($offset:literal $member:ident),+ $(,)?) => {{
            let place = MaybeUninit::<$type>::uninit();
            let start = place.as_ptr();
            $(
                // SAFETY: the pointer stays inside `place` and is not read.
                let member = unsafe { addr_of!((*start).$member) };
                let offset = member as usize - start as usize;
                assert_eq!(offset, $offset, "{}::{}", stringify!($type), stringify!($member));
            )+
        }};
    }

    #[test]
    fn what_is_embedded_by_value_is_laid_out_as_in_the_header() {
        assert_offsets!(Bytes, 0 data, 8 size);
        assert_offsets!(Value, 0 data, 8 size, 16 owner, 24 release);
        assert_offsets!(Setting, 0 name, 16 text, 32 number);
        assert_offsets!(Text, 0 data, 8 capacity, 12 size);
    }

    #[test]
    fn an_operation_is_laid_out_as_in_the_header() {
        assert_offsets!(
            Op, 0 struct_size, 4 opcode, 8 flags, 12 reserved, 16 name_space, 32 key, 48 value, 64 donated,
            96 ttl_ms, 104 expected_version, 112 deadline_ns, 120 result, 152 result_ttl_ms, 160 version,
            168 error, 184 complete, 192 user, 200 number, 208 result_number, 216 expected,
            232 result_idle_ms,
        );
    }

    #[test]
    fn the_statistics_are_laid_out_as_in_the_header() {
        assert_offsets!(
            Stats, 0 struct_size, 4 reserved, 8 entries, 16 bytes, 24 capacity, 32 pending, 40 hits, 48 misses,
            56 writes, 64 deletes, 72 evictions, 80 expirations, 88 errors, 96 reconnects,
        );
    }

    #[test]
    fn the_tables_of_functions_are_laid_out_as_in_the_header() {
        assert_offsets!(
            Backend, 0 struct_size, 4 reserved, 8 this, 16 capabilities, 24 max_key_size, 32 max_value_size,
            40 submit, 48 cancel, 56 stats, 64 drain, 72 destroy, 80 get_extension,
        );
        assert_offsets!(
            Host, 0 struct_size, 4 abi_minor, 8 this, 16 log, 24 log_level, 32 monotonic_ns, 40 realtime_ms,
            48 alloc, 56 free, 64 random, 72 register_metric, 80 add_metric, 88 set_metric, 96 report_health,
            104 get_extension,
        );
    }

    #[test]
    fn what_describes_the_plugin_is_laid_out_as_in_the_header() {
        assert_offsets!(
            OptionRow, 0 struct_size, 4 kind, 8 flags, 12 reserved, 16 name, 32 default_value, 48 doc, 64 min,
            72 max,
        );
        assert_offsets!(
            Plugin, 0 struct_size, 4 abi_major, 8 abi_minor, 12 min_host_minor, 16 name, 32 version, 48 vendor,
            64 license, 80 build, 96 options, 104 option_count, 108 option_stride, 112 create,
        );
        assert_offsets!(
            Note, 0 owner_size, 4 body_size, 8 kind, 12 owner, 20 abi_major, 24 abi_minor, 28 min_host_minor,
            32 name, 64 version, 96 build,
        );
        assert_offsets!(SchemesNote, 0 owner_size, 4 body_size, 8 kind, 12 owner, 20 schemes);
    }
}
