//! Arrays of numbers in the precision in which they are stored.

use std::borrow::Cow;

use beltrami_diag::{Diagnostic, Error, Sources, codes};
use half::{bf16, f16};

/// The type of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// Double precision, and whole numbers, which are read as such.
    F64,
    /// Single precision.
    F32,
    /// Half precision.
    F16,
    /// The upper half of single precision.
    Bf16,
}

/// Entries by their type, last axis fastest.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Storage {
    /// Double precision.
    F64(Vec<f64>),
    /// Single precision.
    F32(Vec<f32>),
    /// Half precision.
    F16(Vec<f16>),
    /// The upper half of single precision.
    Bf16(Vec<bf16>),
}

/// Entries of somebody else.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Entries<'a> {
    /// Double precision.
    F64(&'a [f64]),
    /// Single precision.
    F32(&'a [f32]),
    /// Half precision.
    F16(&'a [f16]),
    /// The upper half of single precision.
    Bf16(&'a [bf16]),
}

/// An array as it was given, before its name says what it must be.
///
/// *Invariant: there are as many entries as the axes say.*
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    axes: Vec<usize>,
    storage: Storage,
    written_out: bool,
}

/// An array of somebody else: what is written to a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View<'a> {
    axes: &'a [usize],
    entries: Entries<'a>,
}

impl Array {
    /// No axis for a number, one for a list, two for a matrix.
    ///
    /// # Errors
    /// E0602 where there are not as many entries as the axes say.
    pub fn new(axes: Vec<usize>, entries: impl Into<Storage>) -> Result<Array, Error> {
        let storage = entries.into();
        fits(&axes, storage.entries().len())?;
        Ok(Array { axes, storage, written_out: false })
    }

    /// As [`Array::new`], where the entries were counted already.
    pub(crate) fn counted(axes: Vec<usize>, entries: impl Into<Storage>) -> Array {
        let storage = entries.into();
        debug_assert!(fits(&axes, storage.entries().len()).is_ok());
        Array { axes, storage, written_out: false }
    }

    /// A number.
    pub fn number(x: f64) -> Array {
        Array { axes: Vec::new(), storage: vec![x].into(), written_out: false }
    }

    /// A list.
    pub fn list(entries: impl Into<Storage>) -> Array {
        let storage = entries.into();
        Array { axes: vec![storage.entries().len()], storage, written_out: false }
    }

    /// The same as something written out: a list may then serve as a matrix of one row.
    pub fn written_out(self) -> Array {
        Array { written_out: true, ..self }
    }

    /// Whether it was written out, and not read from a file.
    pub fn is_written_out(&self) -> bool {
        self.written_out
    }

    /// The sizes.
    pub fn axes(&self) -> &[usize] {
        &self.axes
    }

    /// The type of the entries.
    pub fn dtype(&self) -> Dtype {
        self.storage.entries().dtype()
    }

    /// The entries as they are stored.
    pub fn entries(&self) -> Entries<'_> {
        self.storage.entries()
    }

    /// The entries as they are stored.
    pub fn into_storage(self) -> Storage {
        self.storage
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.storage.entries().len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries in double precision, which holds all of them.
    pub fn to_f64(&self) -> Cow<'_, [f64]> {
        self.storage.entries().to_f64()
    }

    /// The entries in double precision, moved where they are that already.
    pub fn into_f64(self) -> Vec<f64> {
        match self.storage {
            Storage::F64(entries) => entries,
            other => other.entries().to_f64().into_owned(),
        }
    }

    /// What is written to a file.
    pub fn view(&self) -> View<'_> {
        View { axes: &self.axes, entries: self.storage.entries() }
    }

    /// What equality of entries means in the precision the array was stored with, relative.
    pub fn tolerance(&self) -> f64 {
        if self.dtype() == Dtype::F64 { 1e-10 } else { 1e-5 }
    }

    /// The size in words: `a number`, `a list of 3`, `2×3`.
    pub fn describe(&self) -> String {
        describe(&self.axes)
    }

    /// A single column as a matrix.
    pub(crate) fn column(self) -> Array {
        match self.axes[..] {
            [rows] => Array { axes: vec![rows, 1], ..self },
            _ => self,
        }
    }
}

impl<'a> View<'a> {
    /// Entries with their axes, last axis fastest.
    ///
    /// # Errors
    /// E0602 where there are not as many entries as the axes say.
    pub fn new(axes: &'a [usize], entries: impl Into<Entries<'a>>) -> Result<View<'a>, Error> {
        let entries = entries.into();
        fits(axes, entries.len())?;
        Ok(View { axes, entries })
    }

    /// The sizes.
    pub fn axes(&self) -> &'a [usize] {
        self.axes
    }

    /// The entries.
    pub fn entries(&self) -> Entries<'a> {
        self.entries
    }
}

impl<'a> Entries<'a> {
    /// Their number.
    pub fn len(self) -> usize {
        match self {
            Entries::F64(entries) => entries.len(),
            Entries::F32(entries) => entries.len(),
            Entries::F16(entries) => entries.len(),
            Entries::Bf16(entries) => entries.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Their type.
    pub fn dtype(self) -> Dtype {
        match self {
            Entries::F64(_) => Dtype::F64,
            Entries::F32(_) => Dtype::F32,
            Entries::F16(_) => Dtype::F16,
            Entries::Bf16(_) => Dtype::Bf16,
        }
    }

    /// The same in double precision.
    pub fn to_f64(self) -> Cow<'a, [f64]> {
        match self {
            Entries::F64(entries) => entries.into(),
            Entries::F32(entries) => entries.iter().map(|x| f64::from(*x)).collect(),
            Entries::F16(entries) => entries.iter().map(|x| f64::from(*x)).collect(),
            Entries::Bf16(entries) => entries.iter().map(|x| f64::from(*x)).collect(),
        }
    }
}

impl Storage {
    fn entries(&self) -> Entries<'_> {
        match self {
            Storage::F64(entries) => Entries::F64(entries),
            Storage::F32(entries) => Entries::F32(entries),
            Storage::F16(entries) => Entries::F16(entries),
            Storage::Bf16(entries) => Entries::Bf16(entries),
        }
    }
}

macro_rules! entries {
    ($($variant:ident: $entry:ty),*) => { $(
        impl From<Vec<$entry>> for Storage {
            fn from(entries: Vec<$entry>) -> Storage {
                Storage::$variant(entries)
            }
        }

        impl<'a> From<&'a [$entry]> for Entries<'a> {
            fn from(entries: &'a [$entry]) -> Entries<'a> {
                Entries::$variant(entries)
            }
        }

        impl<'a> From<&'a Vec<$entry>> for Entries<'a> {
            fn from(entries: &'a Vec<$entry>) -> Entries<'a> {
                Entries::$variant(entries)
            }
        }
    )* };
}

entries!(F64: f64, F32: f32, F16: f16, Bf16: bf16);

/// The size of an array of these axes in words: `a number`, `a list of 3`, `2×3`.
pub fn describe(axes: &[usize]) -> String {
    match axes {
        [] => "a number".into(),
        [n] => format!("a list of {n}"),
        _ => sizes(axes),
    }
}

fn sizes(axes: &[usize]) -> String {
    axes.iter().map(usize::to_string).collect::<Vec<_>>().join("×")
}

/// Whether there are as many entries as the axes say.
fn fits(axes: &[usize], count: usize) -> Result<(), Error> {
    let product = match axes.contains(&0) {
        true => Some(0),
        false => axes.iter().try_fold(1_usize, |count, n| count.checked_mul(*n)),
    };
    if product == Some(count) {
        return Ok(());
    }
    let of = if axes.is_empty() { "one number".to_owned() } else { sizes(axes) };
    let message = format!("{count} entries are no array of {of}");
    let diagnostic = Diagnostic::error(&codes::E0602, message);
    let hint = "give as many entries as the sizes say";
    Err(Error::refused(diagnostic.hint(hint), &Sources::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_type_and_their_number_is_that_of_the_axes() {
        let halves = Array::new(vec![2], vec![f16::from_f32(0.5), f16::from_f32(-2.0)]);
        let halves = halves.expect("two entries");
        assert_eq!((halves.dtype(), &*halves.to_f64()), (Dtype::F16, &[0.5, -2.0][..]));
        let brains = Array::list(vec![bf16::from_f32(3.0)]);
        assert_eq!((brains.dtype(), brains.into_f64()), (Dtype::Bf16, vec![3.0]));
        assert!(Array::new(vec![2, 3], vec![0.0; 5]).is_err());
        assert!(Array::new(vec![usize::MAX, 2], vec![0.0; 5]).is_err());
        assert!(Array::new(vec![usize::MAX, 0, 2], Vec::<f32>::new()).is_ok());
        assert!(View::new(&[], &vec![1.0, 2.0]).is_err());
    }
}
