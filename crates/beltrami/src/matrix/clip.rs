//! Clipped singular values.

use beltrami_diag::{Error, codes};
use beltrami_linalg::clip::{Form, Request, mclip};
use beltrami_linalg::schedule::Schedule;
use beltrami_linalg::{Format, Rank};

use super::{array, failed, matrix, refusal, threads};
use crate::data::{Array, ArrayView};

/// How [`clip`] computes.
#[derive(Clone, Debug)]
pub struct ClipOptions {
    /// The form; the singular value decomposition where nothing is said.
    pub form: Form,
    /// The format in which matrices are stored.
    pub format: Format,
    /// The steps of every `msign` but those of [`Form::Auto`]; eight steps where nothing is said.
    pub schedule: Option<Schedule>,
    /// Threads, at least 1.
    pub threads: usize,
}

impl Default for ClipOptions {
    fn default() -> ClipOptions {
        ClipOptions { form: Form::Exact, format: Format::F64, schedule: None, threads: 1 }
    }
}

/// A clipped matrix, and what is proved of it.
#[derive(Clone, Debug)]
pub struct ClipReport {
    /// The matrix, of the shape of the input.
    pub value: Array,
    /// A proved bound on its error in the Frobenius norm; `None` where nothing is proved.
    pub bound: Option<f64>,
    /// Singular values that count as non-zero.
    pub rank: Rank,
    /// How it was computed.
    pub method: String,
}

/// An `m×n` array with its singular values clipped to `[lower, upper]`; below 0, `lower` has no effect.
///
/// ```
/// use beltrami::{Array, ClipOptions, clip};
///
/// let a = Array::from([[3.0, 0.0], [0.0, 0.5]]);
/// let found = clip(&a, 0.0, 1.0, &ClipOptions::default())?;
/// assert!(found.bound.is_some_and(|bound| bound < 1e-12));
/// assert!((found.value.to_f64()[0] - 1.0).abs() < 1e-12);
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// E0602 for what is no matrix, E0605 for entries that are not finite, E0701 for an interval out of order or below 0, E0503
/// where a form overflows in its format, or singular values that are not zero are hidden by rounding.
/// # References
/// Su 2025, *Computing mclip by msign*, kexue.fm/archives/11006 and 11059, corrected for non-symmetric matrices.
pub fn clip<'a>(
    a: impl Into<ArrayView<'a>>,
    lower: f64,
    upper: f64,
    options: &ClipOptions,
) -> Result<ClipReport, Error> {
    if !(lower <= upper && upper >= 0.0 && upper.is_finite() && lower.is_finite()) {
        let message = format!("singular values cannot be clipped to [{lower}, {upper}]");
        let hint = "the upper end is not below 0 and not below the lower one";
        return Err(refusal(&codes::E0701, message, hint));
    }
    let (a, _) = matrix(a.into())?;
    let ClipOptions { form, format, schedule, threads: asked } = options.clone();
    let request = Request { lower, upper, form, format, schedule, threads: threads(asked)? };
    let hint = "`Form::Auto` and a longer format bear a wider range of singular values";
    let found = mclip(&a, &request).map_err(|error| failed(&error, hint))?;
    Ok(ClipReport {
        value: array(found.value)?,
        bound: Some(found.bound).filter(|bound| bound.is_finite()),
        rank: found.rank,
        method: found.method,
    })
}
