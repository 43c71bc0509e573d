//! The polar factor.

use beltrami_diag::{Error, codes};
use beltrami_linalg::Rank;
pub use beltrami_linalg::polar::Request as PolarOptions;
use beltrami_linalg::polar::{Target, polar as factor};

use super::{array, failed, matrix, refusal, threads};
use crate::data::{Array, ArrayView};

/// A polar factor, and what is proved of it.
#[derive(Clone, Debug)]
pub struct PolarReport {
    /// The factor, of the shape of the matrix.
    pub factor: Array,
    /// A proved bound on its error in the Frobenius norm over the root of the rank; `None` where nothing is proved.
    pub bound: Option<f64>,
    /// Singular values that count as non-zero, where a proof was asked for.
    pub rank: Option<Rank>,
    /// `‖X'X - I‖_F/sqrt(n)`, where a proof was asked for.
    pub orthogonality_residual: Option<f64>,
    /// `‖X'A - A'X‖_F/(2*‖A‖_F)`, where a proof was asked for.
    pub symmetry_residual: Option<f64>,
    /// How it was computed.
    pub method: String,
    /// The number of steps.
    pub steps: usize,
    /// Floating-point operations, without those of the bound.
    pub flops: f64,
}

/// The polar factor `U*V'` of an `m×n` array `U*S*V'` of any rank, with a bound on its error.
///
/// ```
/// use beltrami::{Array, PolarOptions, polar};
///
/// let a = Array::from([[2.0, 0.0], [0.0, -3.0]]);
/// let found = polar(&a, &PolarOptions::accuracy(1e-10))?;
/// assert!(found.bound.is_some_and(|bound| bound <= 1e-10));
/// assert!((found.factor.to_f64()[3] + 1.0).abs() <= 1e-10);
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// # Errors
/// E0602 for what is no matrix, E0605 for entries that are not finite, E0701 for an accuracy that is not positive, E0503
/// where the accuracy is not reached, or singular values that are not zero are hidden by rounding.
/// # References
/// Higham 2008, *Functions of Matrices*, chapter 8; Nakatsukasa and Higham 2012, *Backward stability of iterations for
/// computing the polar decomposition*.
pub fn polar<'a>(
    a: impl Into<ArrayView<'a>>,
    options: &PolarOptions,
) -> Result<PolarReport, Error> {
    threads(options.threads)?;
    if let Target::Accuracy(accuracy) = options.target
        && !(accuracy > 0.0 && accuracy.is_finite())
    {
        let message = format!("the accuracy {accuracy} is not a positive number");
        return Err(refusal(&codes::E0701, message, "as in 1e-6"));
    }
    let (a, _) = matrix(a.into())?;
    let hint = "a longer format, or a larger accuracy, may be reached";
    let found = factor(&a, options).map_err(|error| failed(&error, hint))?;
    let proved = found.certificate;
    Ok(PolarReport {
        factor: array(found.factor)?,
        bound: proved.as_ref().map(|proved| proved.bound).filter(|bound| bound.is_finite()),
        orthogonality_residual: proved.as_ref().map(|proved| proved.orthogonality_residual),
        symmetry_residual: proved.as_ref().map(|proved| proved.symmetry_residual),
        rank: proved.map(|proved| proved.rank),
        method: found.method,
        steps: found.steps,
        flops: found.flops,
    })
}
