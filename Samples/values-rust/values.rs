// A library's desk: every kind of value that Rust's standard library and enums make, in the locals
// of four functions that call each other. The last one stops the program.
#![allow(unused_variables, dead_code)]

extern crate desk;

use desk::*;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::num::{NonZeroU32, NonZeroU8};
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::sync::Arc;
use std::time::Duration;

#[derive(Clone, Copy)]
#[repr(u8)]
enum Shelf {
    Novels = 1,
    Maps = 7,
}

enum Event {
    Closed,
    Lent(u32, char),
    Returned { days: u16, late: bool },
    Noted(String),
}

/// A C-like enum in an enum: the niche is in its unused values.
enum Place {
    On(Shelf),
    Lost,
    Repair,
}

struct Unit;
struct Pair(i16, f64);

fn stop(code: u32) -> u32 {
    code
}

#[inline(never)]
fn texts_and_lists() -> ! {
    let title: String = text("Moby \"Dick\"\n");
    let empty: String = String::new();
    let slice: &str = "Köln";
    let part: &str = &title[5..11];
    let long: String = long();
    let numbers: Vec<i32> = numbers();
    let nothing: Vec<u8> = Vec::new();
    let books: Vec<Book> = books();
    let nested: Vec<Vec<u8>> = nested();
    let mut units: Vec<()> = Vec::new();
    units.push(());
    units.push(());
    let queue: VecDeque<u16> = queue();
    let window: &[i32] = &numbers[1..];
    let bytes: &[u8] = b"raw\xff";
    let array: [i16; 3] = [7, 8, 9];
    let mut changed = [1u64, 2];
    let mutable: &mut [u64] = &mut changed;
    let raw: *const i32 = &numbers[0];
    let tuple: (i32, &str, (bool, f32)) = (-5, "five", (true, 0.5));
    let unit: () = ();
    let letter: char = 'ß';
    let wide: i128 = -170_141_183_460_469_231_731_687_303_715_884_105_728;
    let path: std::path::PathBuf = std::path::PathBuf::from("/lib/novels");
    let os: std::ffi::OsString = std::ffi::OsString::from("os");
    let c_string: std::ffi::CString = std::ffi::CString::new("cee").unwrap();
    let borrowed: std::borrow::Cow<str> = std::borrow::Cow::Borrowed("cow");
    let owned: std::borrow::Cow<str> = std::borrow::Cow::Owned(text("calf"));
    let range = 3..7u8;
    let inclusive = 1..=9i32;
    boxes_and_cells()
}

#[inline(never)]
fn boxes_and_cells() -> ! {
    let boxed: Box<i64> = Box::new(-7);
    let boxed_book: Box<Book> = Box::new(book("Dracula", 418));
    let boxed_slice: Box<[u16]> = boxed_slice();
    let boxed_str: Box<str> = "boxed".into();
    let item: Box<dyn Item> = item();
    let [shared, second] = shared();
    let weak: Weak<String> = watch(&shared);
    let dangling: Weak<String> = Weak::new();
    let shared_str: Rc<str> = Rc::from("thin air");
    let shared_slice: Rc<[u8]> = shared_slice();
    let atomic: [Arc<u32>; 3] = atomic();
    let cell: Cell<u8> = Cell::new(5);
    let free: RefCell<i32> = RefCell::new(1);
    let read: RefCell<i32> = RefCell::new(2);
    let reader = read.borrow();
    let reader2 = read.borrow();
    let written: RefCell<Vec<u8>> = RefCell::new(nested().remove(0));
    let writer = written.borrow_mut();
    let graph: Rc<RefCell<Vec<i32>>> = graph();
    let some_box: Option<Box<i64>> = Some(Box::new(12));
    let no_box: Option<Box<i64>> = None;
    let reference: Option<&str> = Some("here");
    let no_reference: Option<&str> = None;
    let count = AtomicU32::new(17);
    let flag = AtomicBool::new(true);
    let duration = Duration::from_millis(2500);
    let non_zero: NonZeroU32 = NonZeroU32::new(41).unwrap();
    let maybe_zero: Option<NonZeroU8> = NonZeroU8::new(0);
    let maybe_one: Option<NonZeroU8> = NonZeroU8::new(1);
    let wrapped = std::num::Wrapping(250u8);
    enums()
}

#[inline(never)]
fn enums() -> ! {
    let some: Option<i32> = Some(-3);
    let none: Option<i32> = None;
    let some_string: Option<String> = Some(text("text"));
    let no_string: Option<String> = None;
    let twice: Option<Option<bool>> = Some(None);
    let good: Result<u8, String> = Ok(200);
    let bad: Result<u8, String> = Err(text("bad"));
    let shelf = Shelf::Maps;
    let closed = Event::Closed;
    let lent = Event::Lent(12, 'z');
    let returned = Event::Returned { days: 21, late: true };
    let noted = Event::Noted(text("torn"));
    let on = Place::On(Shelf::Novels);
    let lost = Place::Lost;
    let repair = Place::Repair;
    let ordering = std::cmp::Ordering::Less;
    let pair = Pair(-2, 1.5);
    let single = Unit;
    let addend = 5;
    let closure = |number: u32| number + addend;
    let function: fn(u32) -> u32 = stop;
    maps()
}

#[inline(never)]
fn maps() -> ! {
    let pages: HashMap<String, u32, Build> = pages();
    let squares: HashMap<u16, u16, Build> = squares();
    let empty: HashMap<u8, u8, Build> = HashMap::default();
    let letters: HashSet<char, Build> = letters();
    let tree: BTreeMap<i32, &str> = tree();
    let deep: BTreeMap<u32, u8> = deep();
    let no_tree: BTreeMap<u8, String> = BTreeMap::new();
    let ordered: BTreeSet<u8> = ordered();
    std::process::abort()
}

fn main() {
    texts_and_lists()
}
