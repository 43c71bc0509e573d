//! Singular values and vectors from products with blocks of random vectors.
//!
//! [`random_svd`] finds the leading part of a [`LinearOperator`], of which it uses only products: an orthonormal basis `Q` of
//! what `A` makes of random vectors, and the decomposition of `Q'*A`, so that `A ≈ Q*(Q'*A)`.
//! The basis comes from a block Krylov space, which takes the fewest products for its accuracy, or from power iterations.

mod basis;
mod estimate;
mod gaussian;
mod scaled;
mod single;
mod sketch;
mod sparse;
mod stop;

pub use estimate::{Estimate, Evidence};
pub(crate) use scaled::distance_by_panels;
pub(crate) use single::Single;
pub use sparse::SparseMatrix;

use crate::error::Error;
use crate::factor::svd::Svd;
use crate::operator::LinearOperator;
use crate::scale::{keep_memory, sequential};
use crate::truncate::Rule;
use sketch::Sketch;
use stop::Stop;

/// How the basis is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Blocks `AΩ, (AA')AΩ, (AA')²AΩ, …`, all of which are kept, until the values settle.
    ///
    /// Musco and Musco 2015, *Randomized Block Krylov Methods for Stronger and Faster Approximate Singular Value
    /// Decomposition*, with both bases orthonormal (Golub, Luk and Overton 1981).
    Krylov,
    /// The block `(AA')ᵠAΩ` for a fixed number of power iterations, orthonormalised after every product; further blocks
    /// only where a limit of the error asks for them.
    ///
    /// Halko, Martinsson and Tropp 2011, *Finding Structure with Randomness*, algorithm 4.4.
    Power {
        /// `q`.
        iterations: usize,
    },
}

/// What is asked for, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomOptions {
    /// How much is kept.
    pub rule: Rule,
    /// How the basis is found.
    pub method: Method,
    /// The seed of the random vectors; the same seed gives the same bits.
    pub seed: u64,
    /// Vectors in a block beyond the rank that is asked for.
    pub oversampling: usize,
    /// Vectors in a block where no rank is asked for.
    pub block: usize,
    /// Krylov steps end when no singular value that is kept is expected to change by more than this, relative.
    pub accuracy: f64,
    /// Blocks after which the steps end in any case.
    pub most_blocks: usize,
}

impl RandomOptions {
    /// Block Krylov with seed 1, ten further vectors, blocks of 64, and eight digits.
    pub fn new(rule: Rule) -> RandomOptions {
        RandomOptions {
            rule,
            method: Method::Krylov,
            seed: 1,
            oversampling: 10,
            block: 64,
            accuracy: 1e-8,
            most_blocks: 1000,
        }
    }
}

/// The leading part of an operator, and how far it is from the whole.
#[derive(Clone, Debug)]
pub struct RandomSvd {
    /// `U` is `m×r`, `V` is `n×r`.
    pub svd: Svd,
    /// The distance from the operator.
    pub error: Estimate,
    /// Blocks in the basis.
    pub blocks: usize,
    /// Vectors in the basis.
    pub columns: usize,
    /// Vectors that the operator and its transpose were applied to.
    pub products: usize,
    /// Whether the steps ended because the values had settled, or the whole range was found.
    pub converged: bool,
}

/// The leading part of an `m×n` operator that a rule keeps.
///
/// For rank `r` in `k` blocks of `b` vectors it takes `2bk` products with a vector, `O((m + n)(bk)²)` operations and room
/// for `bk` vectors on either side.
/// A limit of the error is met by the estimate, whose [`Evidence`] says how far that can be trusted.
/// # Errors
/// [`Error::NotFinite`] when a product is NaN or infinite, [`Error::Shape`] for a rule that cannot be met, [`Error::Overflow`],
/// [`Error::NotConverged`].
/// # References
/// Halko, Martinsson and Tropp 2011, *Finding Structure with Randomness*; Musco and Musco 2015.
pub fn random_svd(a: &dyn LinearOperator, options: &RandomOptions) -> Result<RandomSvd, Error> {
    let rule = options.rule.checked()?;
    sequential();
    keep_memory();
    let (rows, cols) = a.shape();
    let smaller = rows.min(cols);
    let block = match rule {
        Rule::Rank(rank) => rank.saturating_add(options.oversampling),
        _ => options.block,
    };
    let block = block.clamp(1, smaller.max(1));
    if let Some(found) = in_single(a, options, block)? {
        return Ok(found);
    }
    let (sketch, blocks, converged) = grown(a, options, rule, block)?;
    let (columns, products) = (sketch.columns(), sketch.products());
    let (svd, error) = sketch.finish(rule)?;
    Ok(RandomSvd { svd, error, blocks, columns, products, converged })
}

/// The bases, blocks in them, and whether they are good enough.
fn grown<'a>(
    a: &'a dyn LinearOperator,
    options: &RandomOptions,
    rule: Rule,
    block: usize,
) -> Result<(Sketch<'a>, usize, bool), Error> {
    let mut sketch = Sketch::new(a, options.seed)?;
    let mut stop = Stop::new(rule, options.accuracy);
    let (mut blocks, mut converged) = (0, sketch.complete());
    while !converged && blocks < options.most_blocks.max(1) {
        if !sketch.grow(options.method, block)? {
            converged = true;
            break;
        }
        blocks += 1;
        let single = matches!(options.method, Method::Power { .. });
        converged = stop.reached(&sketch, single)?;
    }
    Ok((sketch, blocks, converged))
}

/// Rounding of the values that a basis from products in single precision has, relative to the largest: what is asked for has
/// to be well above it.
const SINGLE_ROUNDING: f64 = 16.0 * f32::EPSILON as f64;
/// The least rest, relative to the norm, of which probes in single precision tell the size.
const ROUNDED_PROBES: f64 = 1e-3;
/// Below so many entries the conversion and the second decomposition take longer than they save.
const WORTHWHILE: usize = 1 << 18;

/// With a Krylov basis from products in single precision, and values, vectors and error from exact ones with its leading
/// vectors; `None` where that is not possible or not accurate enough.
///
/// The basis is a few units of single precision away from the one of exact products. What is projected on it changes by the
/// square of that, and what the error is computed from is exact in any case.
fn in_single(
    a: &dyn LinearOperator,
    options: &RandomOptions,
    block: usize,
) -> Result<Option<RandomSvd>, Error> {
    let Rule::Rank(rank) = options.rule else { return Ok(None) };
    if options.method != Method::Krylov
        || options.accuracy < SINGLE_ROUNDING
        || a.shape().0.saturating_mul(a.shape().1) < WORTHWHILE
    {
        return Ok(None);
    }
    let Some(rounded) = a.single() else { return Ok(None) };
    let (sketch, blocks, converged) = grown(rounded.as_ref(), options, options.rule, block)?;
    let (columns, products) = (sketch.columns(), sketch.products());
    let leading = sketch.leading(block)?;
    // Rounding of single precision in the images of the probes is below a hundredth of so large a rest.
    let left_over = sketch.remainder();
    let mut exact = match left_over.part(left_over.frobenius()) > ROUNDED_PROBES {
        true => Sketch::probed_by(a, rounded.as_ref(), options.seed)?,
        false => Sketch::new(a, options.seed)?,
    };
    if !exact.append(leading)? {
        return Ok(None);
    }
    let values = exact.values()?;
    let (first, last) = (values.first(), values.get(rank.max(1) - 1));
    match (first, last) {
        (Some(first), Some(last)) if SINGLE_ROUNDING * first <= options.accuracy * last => {}
        _ => return Ok(None),
    }
    let products = products + exact.products();
    let (svd, error) = exact.finish(options.rule)?;
    Ok(Some(RandomSvd { svd, error, blocks, columns, products, converged }))
}
