import DwarfEval

/// The types of Rust's core, alloc and std libraries. Paths of types are those of 1.63 and later; members that moved are
/// looked for under every name that they had.
let rustFormatters: [Formatter] =
  rustTexts + rustSequences + rustPointers + rustCells + rustScalars + [
    Formatter("std::collections::hash::map::HashMap", RustHashTable.map),
    Formatter("std::collections::hash::set::HashSet", RustHashTable.set),
    Formatter("hashbrown::map::HashMap", RustHashTable.map),
    Formatter("hashbrown::set::HashSet", RustHashTable.set),
    Formatter("alloc::collections::btree::map::BTreeMap", RustTree.map),
    Formatter("alloc::collections::btree::set::BTreeSet", RustTree.set),
  ]

private let rustTexts: [Formatter] = [
  Formatter("alloc::string::String") { value throws(Unavailable) in
    Presentation(summary: try value.member("vec").vectorRun().text())
  },
  Formatter("&str", RustText.slice),
  Formatter("&mut str", RustText.slice),
  Formatter("*const str", RustText.slice),
  Formatter("*mut str", RustText.slice),
  Formatter("&std::path::Path", RustText.slice),
  Formatter("&std::ffi::os_str::OsStr", RustText.slice),
  Formatter("&core::ffi::c_str::CStr", RustText.terminatedSlice),
  Formatter("&std::ffi::c_str::CStr", RustText.terminatedSlice),
  Formatter("std::path::PathBuf", RustText.vector),
  Formatter("std::ffi::os_str::OsString", RustText.vector),
  Formatter("alloc::ffi::c_str::CString", RustText.terminatedSlice),
  Formatter("std::ffi::c_str::CString", RustText.terminatedSlice),
]

private let rustSequences: [Formatter] = [
  Formatter("alloc::vec::Vec") { value throws(Unavailable) in try value.vectorRun().container },
  Formatter("alloc::collections::vec_deque::VecDeque", RustSequence.ring),
  Formatter("&[*", RustSequence.slice),
  Formatter("&mut [*", RustSequence.slice),
  Formatter("*const [*", RustSequence.slice),
  Formatter("*mut [*", RustSequence.slice),
]

private let rustPointers: [Formatter] = [
  Formatter("alloc::boxed::Box", RustPointer.box),
  Formatter("alloc::rc::Rc", RustPointer.counted),
  Formatter("alloc::sync::Arc", RustPointer.counted),
  Formatter("alloc::rc::Weak", RustPointer.weak),
  Formatter("alloc::sync::Weak", RustPointer.weak),
  Formatter("&*", RustPointer.reference),
  Formatter("*const dyn *", RustPointer.traitObject),
  Formatter("*mut dyn *", RustPointer.traitObject),
]

private let rustCells: [Formatter] = [
  Formatter("core::cell::RefCell", RustCell.refCell),
  Formatter("std::sync::mutex::Mutex", RustCell.lock),
  Formatter("std::sync::rwlock::RwLock", RustCell.lock),
  Formatter("std::sync::poison::mutex::Mutex", RustCell.lock),
  Formatter("std::sync::poison::rwlock::RwLock", RustCell.lock),
  Formatter("core::cell::Ref", RustCell.guardian),
  Formatter("core::cell::RefMut", RustCell.guardian),
  Formatter("core::sync::atomic::AtomicBool", RustCell.atomicFlag),
  // Atomics of 1.90 and later are one generic type.
  Formatter("core::sync::atomic::Atomic*", RustCell.transparent),
  Formatter("core::cell::Cell", RustCell.transparent),
  Formatter("core::cell::UnsafeCell", RustCell.transparent),
  Formatter("core::num::nonzero::NonZero*", RustCell.transparent),
  Formatter("core::num::niche_types::*", RustCell.transparent),
  Formatter("core::num::wrapping::Wrapping", RustCell.transparent),
  Formatter("core::num::saturating::Saturating", RustCell.transparent),
  Formatter("core::mem::manually_drop::ManuallyDrop", RustCell.transparent),
  Formatter("core::cmp::Reverse", RustCell.transparent),
  Formatter("core::pin::Pin", RustCell.transparent),
  Formatter("core::ptr::non_null::NonNull", RustCell.transparent),
  Formatter("core::ptr::unique::Unique", RustCell.transparent),
]

private let rustScalars: [Formatter] = [
  Formatter("()") { value throws(Unavailable) in value.size == 0 ? Presentation(value: "()") : nil },
  Formatter("core::time::Duration", RustScalar.duration),
  Formatter("core::ops::range::Range") { value throws(Unavailable) in try RustScalar.range(value, "..") },
  Formatter("core::ops::range::RangeInclusive") { value throws(Unavailable) in try RustScalar.range(value, "..=") },
]
