//! What the library's desk keeps: made here, without debug information, so that the program's own holds
//! types and variables rather than the standard library's code.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// The same hashes in every run, so that dumps do not differ.
#[derive(Default)]
pub struct Plain(u64);

impl Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.wrapping_mul(31).wrapping_add(byte as u64);
        }
    }
}

pub type Build = BuildHasherDefault<Plain>;

pub struct Book {
    pub title: String,
    pub pages: u16,
}

pub trait Item {
    fn weight(&self) -> u32;
}

impl Item for Book {
    fn weight(&self) -> u32 {
        self.pages as u32 * 3 + self.title.len() as u32
    }
}

pub fn book(title: &str, pages: u16) -> Book {
    Book { title: title.to_string(), pages }
}

pub fn text(text: &str) -> String {
    text.to_string()
}

pub fn long() -> String {
    "ab".repeat(300)
}

pub fn numbers() -> Vec<i32> {
    vec![3, -1, 4]
}

pub fn books() -> Vec<Book> {
    vec![book("Emma", 474), book("Ulysses", 730)]
}

pub fn nested() -> Vec<Vec<u8>> {
    vec![vec![1, 2], vec![], vec![3]]
}

/// Its elements wrap around the end of the buffer.
pub fn queue() -> VecDeque<u16> {
    let mut queue = VecDeque::with_capacity(4);
    for number in 1..=7 {
        queue.push_back(number);
    }
    for _ in 0..5 {
        queue.pop_front();
    }
    for number in 8..=12 {
        queue.push_back(number);
    }
    queue
}

pub fn boxed_slice() -> Box<[u16]> {
    vec![10, 20].into_boxed_slice()
}

pub fn item() -> Box<dyn Item> {
    Box::new(book("Walden", 352))
}

/// Two that share, and two that only watch.
pub fn shared() -> [Rc<String>; 2] {
    let shared = Rc::new(text("shared"));
    [Rc::clone(&shared), shared]
}

pub fn watch(shared: &Rc<String>) -> Weak<String> {
    Rc::downgrade(shared)
}

pub fn shared_slice() -> Rc<[u8]> {
    Rc::from(vec![1, 2, 3])
}

pub fn atomic() -> [Arc<u32>; 3] {
    let atomic = Arc::new(99);
    [Arc::clone(&atomic), Arc::clone(&atomic), atomic]
}

pub fn graph() -> Rc<RefCell<Vec<i32>>> {
    Rc::new(RefCell::new(vec![8]))
}

pub fn pages() -> HashMap<String, u32, Build> {
    let mut pages = HashMap::default();
    for (title, count) in [("Emma", 474), ("Ulysses", 730), ("Walden", 352)] {
        pages.insert(text(title), count);
    }
    pages
}

pub fn squares() -> HashMap<u16, u16, Build> {
    (0..40).map(|number| (number, number * number)).collect()
}

pub fn letters() -> HashSet<char, Build> {
    ['x'].into_iter().collect()
}

pub fn tree() -> BTreeMap<i32, &'static str> {
    [(2, "two"), (-1, "minus one")].into_iter().collect()
}

/// Three levels of nodes.
pub fn deep() -> BTreeMap<u32, u8> {
    let mut deep = BTreeMap::new();
    for number in 0..300u32 {
        deep.insert(number * 7 % 300, number as u8);
    }
    deep
}

pub fn ordered() -> BTreeSet<u8> {
    [9, 3, 6].into_iter().collect()
}
