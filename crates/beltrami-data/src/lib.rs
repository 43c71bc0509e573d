//! Arrays from files and into files: the only crate of Beltrami that touches files.
//!
//! [`Reader`] goes from an argument such as `A=F.npz` to [`Given`] arrays, [`Output`] writes arrays where an option says;
//! [`FORMATS`] is the table of formats, each in a file of its own in `format/`.
//!
//! *Invariant: what a file claims is compared with what there is, and with a limit, before memory is taken for it.*
//!
//! *Invariant: whoever looks at a file that is written sees the old one or the new one, whole.*
//!
//! ```
//! use beltrami_data::{ARRAY, Array, Dtype, Output, Reader};
//!
//! let path = std::env::temp_dir().join("beltrami-data-example.npy");
//! let array = Array::new(vec![2, 3], vec![1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0])?;
//! Output::new("the output", &path, ARRAY)?.arrays(&[("A", array.view())])?;
//!
//! let read = Reader::default().array("A", &path.to_string_lossy())?;
//! assert_eq!((read.shape(), read.dtype()), (&[2, 3][..], Dtype::F32));
//! assert_eq!(read.to_f64()[5], 6.0);
//! # std::fs::remove_file(&path).ok();
//! # Ok::<(), beltrami_diag::Error>(())
//! ```
#![warn(missing_docs)]

mod array;
mod budget;
mod format;
mod literal;
mod number;
mod output;
mod part;
mod reader;
mod reference;
mod source;
mod wrong;

pub use array::{Array, ArrayView, Dtype, Entries, Entry, Storage, describe};
pub use format::{ARRAY, ARRAYS, FORMATS, Format, Record};
pub use format::{Decimal, Index, TableOptions, npy, npz, npz_with};
pub use half::{bf16, f16};
pub use number::shortest;
pub use output::Output;
pub use part::clean;
pub use reader::{Given, Reader, read};
pub use reference::Reference;
pub use source::read_at_most;
pub use wrong::reason;
