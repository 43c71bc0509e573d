//! Numbers for the names of an expression: written out, or read from `.npy`, `.npz` and `.csv` files.

mod bind;
mod csv;
mod file;
mod literal;
mod sizes;
mod structure;

use beltrami_diag::{Code, Diagnostic, Sources, codes};

use crate::session::Failure;
pub(crate) use bind::kind;
pub use bind::{Bound, bind, bind_all_but};
pub use file::{npy, npz, npz_with};
pub use npyz::AutoSerialize;

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

/// Reads `NAME=VALUE`, `NAME=FILE.npy`, `NAME=FILE.npz`, `NAME=FILE.csv` or `FILE.npz`.
///
/// Of a `.csv` file with a header that has the name, the column below it is taken.
pub fn read(argument: &str) -> Result<Vec<Given>, Failure> {
    let argument = argument.trim();
    let Some((name, value)) = argument.split_once('=').filter(|(name, _)| is_name(name.trim()))
    else {
        if argument.ends_with(".npz") {
            let arrays = file::archive(argument)?;
            return Ok(arrays
                .into_iter()
                .map(|(name, array)| Given { name, array, named: false })
                .collect());
        }
        let hint = if argument.ends_with(".npy") {
            format!("name the variable, as in `--data x={argument}`")
        } else {
            "data is `NAME=VALUE`, `NAME=FILE.npy`, `NAME=FILE.csv` or `FILE.npz`".into()
        };
        return Err(refused(&codes::E0701, format!("`{argument}` names no variable"), &hint));
    };
    let (name, value) = (name.trim().to_string(), value.trim());
    let array = if value.ends_with(".npy") {
        file::array(value)?
    } else if value.ends_with(".npz") {
        file::member(value, &name)?
    } else if value.ends_with(".csv") {
        csv::column(value, &name)?
    } else {
        literal::read(&name, value, argument)?
    };
    Ok(vec![Given { name, array, named: true }])
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn refused(code: &'static Code, message: impl Into<String>, hint: &str) -> Failure {
    let diagnostic = Diagnostic::error(code, message).hint(hint);
    Failure { diagnostics: vec![diagnostic], sources: Sources::new(), computed: false }
}
