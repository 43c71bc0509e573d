//! Singular values and vectors.

use beltrami_diag::{Error, codes};
use beltrami_linalg::random::Evidence;
use beltrami_linalg::{
    Error as MatrixError, Format, LinearOperator, Matrix, Norm, RandomOptions, Rule, SingleSvd,
    Svd, frobenius, random_svd,
};

use super::{array, failed, matrix, refusal};
use crate::data::{Array, ArrayView};

/// What [`svd`] keeps, and how it finds it.
#[derive(Clone, Copy, Debug)]
pub struct SvdOptions {
    /// How many singular values are kept; all where nothing is said.
    pub rule: Rule,
    /// The norm in which the error is told.
    pub norm: Norm,
    /// The seed of a randomised method, which looks for what is kept alone.
    pub randomized: Option<u64>,
}

impl Default for SvdOptions {
    fn default() -> SvdOptions {
        SvdOptions { rule: Rule::Rank(usize::MAX), norm: Norm::Frobenius, randomized: None }
    }
}

/// `A ≈ U*diag(s)*Vt`, and how far it is from `A`.
#[derive(Clone, Debug)]
pub struct SvdReport {
    /// `m×r` with orthonormal columns, in the precision of the computation.
    pub u: Array,
    /// The `r` singular values that are kept, descending.
    pub s: Vec<f64>,
    /// `r×n` with orthonormal rows.
    pub vt: Array,
    /// All singular values that are known, kept or not.
    pub values: Vec<f64>,
    /// The kept squares over all squares.
    pub energy: f64,
    /// The distance from `A` in the norm that was asked for: itself where `exact` says so, else a bound or an estimate.
    pub error: f64,
    /// The same over the norm of `A`.
    pub relative_error: f64,
    /// Whether `error` has no digit that rounding could change.
    pub exact: bool,
    /// What `error` was computed from, where a randomised method found the factors.
    pub evidence: Option<Evidence>,
    /// How the factors were computed.
    pub method: &'static str,
    /// The precision of the computation: single for arrays of single and half precision, else double.
    pub format: Format,
}

/// Parts of the matrix beside which the rounding of a decomposition in `f64` is far below the digits that are shown.
const ROUNDED: f64 = 1e-4;
/// What is below this part of a number does not show in its digits.
const DIGITS: f64 = 5e-8;

/// The singular value decomposition of an `m×n` array, whole or truncated.
///
/// ```
/// use beltrami::{Array, Rule, SvdOptions, svd};
///
/// let a = Array::from([[3.0, 0.0], [0.0, 4.0], [0.0, 0.0]]);
/// assert_eq!(svd(&a, &SvdOptions::default())?.s, [4.0, 3.0]);
///
/// let first = svd(&a, &SvdOptions { rule: Rule::Rank(1), ..SvdOptions::default() })?;
/// assert_eq!((first.u.shape(), first.vt.shape()), (&[3, 1][..], &[1, 2][..]));
/// assert_eq!((first.error, first.energy), (3.0, 0.64));
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// E0602 for what is no matrix or has no entry, E0605 for entries that are not finite, E0701 for a rule that cannot be met,
/// E0503 where the precision has no decomposition.
/// # References
/// Gu and Eisenstat 1995, *A divide-and-conquer algorithm for the bidiagonal SVD*; Musco and Musco 2015, *Randomized block
/// Krylov methods for stronger and faster approximate singular value decomposition*.
pub fn svd<'a>(a: impl Into<ArrayView<'a>>, options: &SvdOptions) -> Result<SvdReport, Error> {
    let unfit = "an energy lies between 0 and 1, and an error is not negative";
    let rule = options.rule.checked().map_err(|error| failed(&error, unfit))?;
    let (a, format) = matrix(a.into())?;
    if a.rows() == 0 || a.cols() == 0 {
        let message = format!("a matrix {}×{} has no singular values", a.rows(), a.cols());
        let hint = "a matrix with at least one row and one column is needed";
        return Err(refusal(&codes::E0602, message, hint));
    }
    let report = match options.randomized {
        None => whole(&a, format, rule, options.norm),
        Some(_) if rule == Rule::Rank(usize::MAX) => {
            let message = "nothing says how much a randomised method should find";
            return Err(refusal(&codes::E0701, message, "choose a rule"));
        }
        Some(seed) => sampled(&a, rule, options.norm, seed),
    };
    report.map_err(|error| failed(&error, "scale the matrix"))?.arrays()
}

/// What is kept, before it is arrays.
struct Found {
    kept: Svd,
    values: Vec<f64>,
    energy: f64,
    error: f64,
    relative_error: f64,
    exact: bool,
    evidence: Option<Evidence>,
    method: &'static str,
    format: Format,
}

fn whole(a: &Matrix, format: Format, rule: Rule, norm: Norm) -> Result<Found, MatrixError> {
    let svd = match format {
        Format::F32 => single(a)?,
        _ => Svd::new(a)?,
    };
    let (kept, lost) = svd.truncated(rule)?;
    let (tail, part) = match norm {
        Norm::Frobenius => (lost.frobenius, lost.relative_frobenius),
        Norm::Spectral => (lost.spectral, lost.relative_spectral),
    };
    let rounding = match format {
        Format::F64 if part > ROUNDED => 0.0,
        _ => rounding(a, &svd),
    };
    let size = match norm {
        Norm::Frobenius => frobenius(a),
        Norm::Spectral => svd.s.first().copied().unwrap_or(0.0),
    };
    let exact = size == 0.0 || rounding <= DIGITS * tail;
    let (error, relative_error) =
        if exact { (tail, part) } else { (tail + rounding, (tail + rounding) / size) };
    let (method, energy) = ("divide and conquer", lost.energy);
    let values = svd.s;
    Ok(Found { kept, values, energy, error, relative_error, exact, evidence: None, method, format })
}

fn sampled(a: &Matrix, rule: Rule, norm: Norm, seed: u64) -> Result<Found, MatrixError> {
    let found = random_svd(a, &RandomOptions { seed, ..RandomOptions::new(rule) })?;
    let whole = frobenius(a);
    let kept = found.svd.s.iter().map(|s| (s / whole).powi(2)).sum::<f64>();
    let estimate = found.error;
    let largest = found.svd.s.first().copied().unwrap_or(whole);
    let (error, relative_error) = match norm {
        Norm::Frobenius => (estimate.frobenius, estimate.relative),
        Norm::Spectral if largest == 0.0 => (estimate.spectral, 0.0),
        Norm::Spectral => (estimate.spectral, estimate.spectral / largest),
    };
    Ok(Found {
        values: found.svd.s.clone(),
        kept: found.svd,
        energy: if whole == 0.0 { 1.0 } else { kept.min(1.0) },
        error,
        relative_error,
        exact: false,
        evidence: Some(estimate.evidence),
        method: "randomized block Krylov",
        format: Format::F64,
    })
}

impl Found {
    fn arrays(self) -> Result<SvdReport, Error> {
        let Found { kept, values, energy, error, relative_error, .. } = self;
        let Found { exact, evidence, method, format, .. } = self;
        let narrow = |a: Matrix| match format {
            Format::F32 => {
                // Entries of single precision come back as they were.
                let entries: Vec<f32> = a.data().iter().map(|x| *x as f32).collect();
                Array::new(vec![a.rows(), a.cols()], entries)
            }
            _ => array(a),
        };
        let (u, vt) = (narrow(kept.u)?, narrow(kept.v.transpose())?);
        let s = kept.s;
        let report = SvdReport {
            u,
            s,
            vt,
            values,
            energy,
            error,
            relative_error,
            exact,
            evidence,
            method,
            format,
        };
        Ok(report)
    }
}

/// How far a whole decomposition is from its matrix, at most.
fn rounding(a: &Matrix, svd: &Svd) -> f64 {
    let scaled = Matrix::from_fn(svd.s.len(), a.cols(), |i, j| svd.s[i] * svd.v[(j, i)]);
    // A product of two numbers is rounded once, or is below the normal ones, and the norm of `V` is near 1 in every column.
    let product =
        f64::EPSILON * svd.s.iter().sum::<f64>() + f64::from_bits(1) * scaled.data().len() as f64;
    a.distance(&svd.u, &scaled).map_or(f64::INFINITY, |distance| distance + product)
}

/// The decomposition of entries of single precision in single precision.
fn single(a: &Matrix) -> Result<Svd, MatrixError> {
    let entries: Vec<f32> = a.data().iter().map(|x| *x as f32).collect();
    SingleSvd::new(a.rows(), a.cols(), &entries)?.widened(a.rows(), a.cols())
}
