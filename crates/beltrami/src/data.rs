//! Numbers for the names of an expression: written out, or read from `.npy`, `.npz` and `.csv` files and standard input.
//!
//! *Invariant: what a file claims is compared with what there is, and with a limit, before memory is taken for it.*

mod bind;
mod budget;
mod literal;
mod npy;
mod npz;
mod reader;
mod reference;
mod sizes;
mod structure;
mod table;
mod wrong;

pub(crate) use bind::kind;
pub use bind::{Bound, bind, bind_all_but};
pub use npy::{Entry, npy};
pub use npz::{npz, npz_with};
pub use reader::{ProgramOrArray, Reader};
pub use reference::{Format, Reference};
pub use table::{Decimal, Index, TableOptions};

use crate::session::Failure;

/// An array as it was given, before its name says what it must be.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// No axis for a number, one for a list, two for a matrix.
    pub axes: Vec<usize>,
    /// The entries, last axis fastest.
    pub entries: Vec<f64>,
    /// Whether it was written out; a list that was may serve as a matrix of one row.
    pub literal: bool,
    /// Whether the entries were stored in single precision.
    pub single: bool,
}

impl Array {
    /// What equality of entries means in the precision the array was stored with, relative.
    pub fn tolerance(&self) -> f64 {
        if self.single { 1e-5 } else { 1e-10 }
    }

    /// The size in words: `a number`, `a list of 3`, `2×3`.
    pub fn describe(&self) -> String {
        match self.axes[..] {
            [] => "a number".into(),
            [n] => format!("a list of {n}"),
            _ => self.axes.iter().map(usize::to_string).collect::<Vec<_>>().join("×"),
        }
    }
}

/// A name with its array.
#[derive(Clone, Debug)]
pub struct Given {
    /// The name.
    pub name: String,
    /// Its value.
    pub array: Array,
    /// Whether the name was typed, so that it must occur; the names in an archive need not.
    pub named: bool,
}

/// Reads one argument with a [`Reader`] of its own.
pub fn read(argument: &str) -> Result<Vec<Given>, Failure> {
    Reader::default().read(argument)
}
