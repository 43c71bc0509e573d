//! The ordered list of operations, and how engines find one by its kernel or name.

use std::collections::BTreeMap;

use crate::kernel::Kernel;
use crate::op::{Entry, Op};

/// The place of an operation in the registry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct OpId(pub u16);

/// Every operation, in the order of the manual.
#[derive(Debug)]
pub struct Registry {
    entries: Vec<&'static Entry>,
    by_kernel: BTreeMap<Kernel, OpId>,
    by_name: BTreeMap<&'static str, Vec<OpId>>,
    first_of_name: Vec<OpId>,
}

impl Registry {
    /// A registry of these operations; the first of several with one kernel is the one engines build.
    pub fn new(entries: impl IntoIterator<Item = &'static Entry>) -> Registry {
        let mut registry = Registry {
            entries: entries.into_iter().collect(),
            by_kernel: BTreeMap::new(),
            by_name: BTreeMap::new(),
            first_of_name: Vec::new(),
        };
        for (place, entry) in registry.entries.iter().enumerate() {
            let id = OpId(place as u16);
            if entry.op.kernel != Kernel::Defined {
                registry.by_kernel.entry(entry.op.kernel).or_insert(id);
            }
            let named = registry.by_name.entry(entry.op.name).or_default();
            named.push(id);
            registry.first_of_name.push(named[0]);
        }
        registry
    }

    /// The record.
    pub fn op(&self, id: OpId) -> &'static Op {
        self.entries[id.0 as usize].op
    }

    /// The record with its file.
    pub fn entry(&self, id: OpId) -> &'static Entry {
        self.entries[id.0 as usize]
    }

    /// All operations in order.
    pub fn ids(&self) -> impl Iterator<Item = OpId> + use<> {
        (0..self.entries.len() as u16).map(OpId)
    }

    /// The operations of a name, in order; empty when there is none.
    pub fn named(&self, name: &str) -> &[OpId] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The first operation that has the name of this one: what stands for the name.
    pub fn first_of_name(&self, id: OpId) -> OpId {
        self.first_of_name[id.0 as usize]
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.by_name.keys().copied()
    }

    /// The operation that computes a kernel; `None` when no operation does.
    pub fn with_kernel(&self, kernel: Kernel) -> Option<OpId> {
        self.by_kernel.get(&kernel).copied()
    }
}
