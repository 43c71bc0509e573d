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

/// An array of somebody else: what functions are given, and what is written to a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArrayView<'a> {
    axes: Axes<'a>,
    entries: Entries<'a>,
}

/// The sizes of a view: those of an array, or the length of a list.
#[derive(Clone, Copy, Debug)]
enum Axes<'a> {
    Of(&'a [usize]),
    List(usize),
}

impl Axes<'_> {
    fn sizes(&self) -> &[usize] {
        match self {
            Axes::Of(sizes) => sizes,
            Axes::List(n) => std::slice::from_ref(n),
        }
    }
}

/// A list is one, however its length is kept.
impl PartialEq for Axes<'_> {
    fn eq(&self, other: &Axes<'_>) -> bool {
        self.sizes() == other.sizes()
    }
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

    /// The sizes, one for each axis.
    pub fn shape(&self) -> &[usize] {
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

    /// The entries, where they are of this type: `a.as_slice::<f32>()`.
    pub fn as_slice<T: Entry>(&self) -> Option<&[T]> {
        T::slice(self.storage.entries())
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

    /// The same without its own memory: what functions take, and what is written to a file.
    pub fn view(&self) -> ArrayView<'_> {
        ArrayView { axes: Axes::Of(&self.axes), entries: self.storage.entries() }
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

impl<'a> ArrayView<'a> {
    /// Entries with their axes, last axis fastest.
    ///
    /// # Errors
    /// E0602 where there are not as many entries as the axes say.
    pub fn new(axes: &'a [usize], entries: impl Into<Entries<'a>>) -> Result<ArrayView<'a>, Error> {
        let entries = entries.into();
        fits(axes, entries.len())?;
        Ok(ArrayView { axes: Axes::Of(axes), entries })
    }

    /// The sizes, one for each axis.
    pub fn shape(&self) -> &[usize] {
        self.axes.sizes()
    }

    /// The entries.
    pub fn entries(&self) -> Entries<'a> {
        self.entries
    }

    /// The type of the entries.
    pub fn dtype(&self) -> Dtype {
        self.entries.dtype()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in double precision, which holds all of them.
    pub fn to_f64(&self) -> Cow<'a, [f64]> {
        self.entries.to_f64()
    }

    /// The same with memory of its own.
    pub fn to_owned(&self) -> Array {
        let storage = match self.entries {
            Entries::F64(entries) => entries.to_vec().into(),
            Entries::F32(entries) => entries.to_vec().into(),
            Entries::F16(entries) => entries.to_vec().into(),
            Entries::Bf16(entries) => entries.to_vec().into(),
        };
        Array { axes: self.shape().to_vec(), storage, written_out: false }
    }
}

/// A number type that arrays hold: `f64`, `f32`, [`f16`](half::f16) or [`bf16`](half::bf16).
pub trait Entry: Copy + sealed::Sealed {
    /// The type as a value.
    const DTYPE: Dtype;

    /// The entries, where they are of this type.
    fn slice(entries: Entries<'_>) -> Option<&[Self]>;
}

mod sealed {
    /// What only the types of [`Storage`](super::Storage) implement.
    pub trait Sealed {}
}

/// An array itself, of which nothing is copied.
impl<'a> From<&'a Array> for ArrayView<'a> {
    fn from(array: &'a Array) -> ArrayView<'a> {
        array.view()
    }
}

/// A number.
impl From<f64> for Array {
    fn from(x: f64) -> Array {
        Array::number(x)
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

        impl sealed::Sealed for $entry {}

        impl Entry for $entry {
            const DTYPE: Dtype = Dtype::$variant;

            fn slice(entries: Entries<'_>) -> Option<&[$entry]> {
                match entries {
                    Entries::$variant(entries) => Some(entries),
                    _ => None,
                }
            }
        }

        /// A list.
        impl From<Vec<$entry>> for Array {
            fn from(entries: Vec<$entry>) -> Array {
                Array::list(entries)
            }
        }

        /// A list.
        impl<'a> From<&'a [$entry]> for ArrayView<'a> {
            fn from(entries: &'a [$entry]) -> ArrayView<'a> {
                ArrayView { axes: Axes::List(entries.len()), entries: entries.into() }
            }
        }

        /// A list.
        impl<'a, const N: usize> From<&'a [$entry; N]> for ArrayView<'a> {
            fn from(entries: &'a [$entry; N]) -> ArrayView<'a> {
                entries[..].into()
            }
        }

        /// A list.
        impl<'a> From<&'a Vec<$entry>> for ArrayView<'a> {
            fn from(entries: &'a Vec<$entry>) -> ArrayView<'a> {
                entries[..].into()
            }
        }

        /// A number.
        impl<'a> From<&'a $entry> for ArrayView<'a> {
            fn from(entry: &'a $entry) -> ArrayView<'a> {
                ArrayView { axes: Axes::Of(&[]), entries: std::slice::from_ref(entry).into() }
            }
        }

        /// A matrix, row by row.
        impl<const M: usize, const N: usize> From<[[$entry; N]; M]> for Array {
            fn from(rows: [[$entry; N]; M]) -> Array {
                let entries: Vec<$entry> = rows.into_iter().flatten().collect();
                Array { axes: vec![M, N], storage: entries.into(), written_out: false }
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
        assert!(ArrayView::new(&[], &vec![1.0, 2.0]).is_err());
    }

    #[test]
    fn views_of_lists_numbers_and_arrays_have_their_sizes_and_own_nothing() {
        let matrix = Array::from([[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]]);
        let view = ArrayView::from(&matrix);
        assert_eq!((view.shape(), view.dtype()), (&[2, 3][..], Dtype::F32));
        assert_eq!(matrix.as_slice::<f32>().map(<[f32]>::len), Some(6));
        assert_eq!(matrix.as_slice::<f64>(), None);
        assert_eq!(view.to_owned(), matrix);
        let list = [0.5, 1.5];
        assert_eq!(ArrayView::from(&list).shape(), [2]);
        assert_eq!(ArrayView::from(&list), Array::from(list.to_vec()).view());
        assert!(ArrayView::from(&list[0]).shape().is_empty());
        let lent = ArrayView::from(&list).to_f64();
        assert!(std::ptr::eq(&lent[0], &list[0]), "the entries are lent");
    }
}
