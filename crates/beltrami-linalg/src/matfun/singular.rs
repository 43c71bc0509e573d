//! Functions of singular values `U*diag(f(s))*V'`: clipping, the best approximation of low rank, their Fréchet derivatives.
//!
//! Such a function is the upper right block of the function of the symmetric matrix `[0, A; A', 0]`, whose eigenvalues are
//! the singular values with both signs, when `f` is continued as an odd function (Noferini 2017). The derivative divides
//! differences of `f` by differences of eigenvalues only where `f` is not one line between them, so that equal and nearly
//! equal singular values do no harm.

use crate::error::Error;
use crate::factor::eigen::SymmetricEigen;
use crate::factor::svd::Svd;
use crate::matrix::Matrix;
use crate::product::product;

/// A line `slope*x + offset`.
type Line = (f64, f64);

/// The matrix with the same singular vectors and singular values clipped to `[low, high]`; a bound below zero is none for
/// the lower one.
///
/// # Errors
/// [`Error::RankDeficient`] when 0 is outside the interval and a singular value vanishes to working precision, because then
/// its singular vectors are not unique; [`Error::Shape`] unless `low <= high`; [`Error::NotFinite`], [`Error::NotConverged`].
pub fn clip_singular_values(a: &Matrix, low: f64, high: f64) -> Result<Matrix, Error> {
    let svd = Svd::new(a)?;
    let line = clipping(&svd, low, high)?;
    value(&svd, line).checked_result("clip_singular_values")
}

/// The matrix of the Fréchet derivative of [`clip_singular_values`] on stacked columns; symmetric.
///
/// # Errors
/// As [`clip_singular_values`]. Where a singular value equals a bound, there is no derivative, and one of both sides is given.
/// # References
/// Noferini 2017, *A formula for the Fréchet derivative of a generalized matrix function*.
pub fn clip_frechet_matrix(a: &Matrix, low: f64, high: f64) -> Result<Matrix, Error> {
    let line = clipping(&Svd::new(a)?, low, high)?;
    frechet(a, line)
}

/// The nearest matrix of rank at most `rank`, in the Frobenius and the spectral norm.
///
/// # Errors
/// [`Error::NotUnique`] when singular values `rank` and `rank + 1` agree to working precision; [`Error::NotFinite`],
/// [`Error::NotConverged`].
/// # References
/// Eckart and Young 1936, *The approximation of one matrix by another of lower rank*.
pub fn low_rank(a: &Matrix, rank: usize) -> Result<Matrix, Error> {
    let svd = Svd::new(a)?;
    let line = truncating(&svd, rank)?;
    value(&svd, line).checked_result("low_rank")
}

/// The matrix of the Fréchet derivative of [`low_rank`] on stacked columns; symmetric.
///
/// # Errors
/// As [`low_rank`].
/// # References
/// Feppon and Lermusiaux 2018, *A geometric approach to dynamical model order reduction*.
pub fn low_rank_frechet_matrix(a: &Matrix, rank: usize) -> Result<Matrix, Error> {
    let line = truncating(&Svd::new(a)?, rank)?;
    frechet(a, line)
}

/// The matrix `K` with `ds = K*vec(dA)` for the singular values in descending order: row `i` is `vec(uᵢ*vᵢ')'`.
///
/// # Errors
/// [`Error::NotUnique`] when two singular values agree to working precision, or one vanishes; [`Error::NotFinite`],
/// [`Error::NotConverged`].
pub fn singular_values_frechet_matrix(a: &Matrix) -> Result<Matrix, Error> {
    let svd = Svd::normalised(a)?.values;
    let largest = svd.s.first().copied().unwrap_or(0.0);
    let tolerance = tolerance(a);
    for (i, s) in svd.s.iter().enumerate() {
        // The smallest one meets its own negative at zero, where it has a kink.
        let gap = (s - svd.s.get(i + 1).copied().unwrap_or(0.0)) / largest;
        if largest == 0.0 || gap <= tolerance {
            return Err(Error::NotUnique { what: "a pair of singular vectors", gap });
        }
    }
    let rows = a.rows();
    Ok(Matrix::from_fn(svd.s.len(), a.rows() * a.cols(), |i, at| {
        svd.u[(at % rows, i)] * svd.v[(at / rows, i)]
    }))
}

/// The rounding error of singular values, relative to the largest.
fn tolerance(a: &Matrix) -> f64 {
    a.rows().max(a.cols()) as f64 * f64::EPSILON
}

fn clipping(svd: &Svd, low: f64, high: f64) -> Result<impl Fn(f64) -> Line + use<>, Error> {
    if low.is_nan() || high.is_nan() || low > high {
        let detail = format!("the interval [{low}, {high}] is empty");
        return Err(Error::Shape { function: "clip_singular_values", detail });
    }
    let jumps = low > 0.0 || high < 0.0;
    let (rank, wanted) = (svd.rank(), svd.s.len());
    if jumps && rank < wanted {
        return Err(Error::RankDeficient { function: "clip_singular_values", rank, wanted });
    }
    // What a rectangular matrix has of zeros stays zero.
    let zero = svd.s.last().copied().unwrap_or(0.0) / 2.0;
    Ok(move |x: f64| match x.abs() {
        size if jumps && size <= zero => (0.0, 0.0),
        size if size > high => (0.0, high * x.signum()),
        size if size < low => (0.0, low * x.signum()),
        _ => (1.0, 0.0),
    })
}

fn truncating(svd: &Svd, rank: usize) -> Result<impl Fn(f64) -> Line + use<>, Error> {
    let at = |i: usize| svd.s.get(i).copied().unwrap_or(0.0);
    let bound = if rank >= svd.s.len() {
        -1.0
    } else if rank == 0 {
        f64::INFINITY
    } else {
        let largest = at(0);
        let gap = if largest == 0.0 { 0.0 } else { (at(rank - 1) - at(rank)) / largest };
        if gap <= svd.u.rows().max(svd.v.rows()) as f64 * f64::EPSILON {
            return Err(Error::NotUnique { what: "the best approximation of this rank", gap });
        }
        at(rank) + (at(rank - 1) - at(rank)) / 2.0
    };
    Ok(move |x: f64| if x.abs() > bound { (1.0, 0.0) } else { (0.0, 0.0) })
}

/// `U*diag(f(s))*V'`.
fn value(svd: &Svd, line: impl Fn(f64) -> Line) -> Matrix {
    let f = |s: f64| {
        let (slope, offset) = line(s);
        slope * s + offset
    };
    let scaled = Matrix::from_fn(svd.u.rows(), svd.s.len(), |i, j| svd.u[(i, j)] * f(svd.s[j]));
    product(&scaled, &svd.v.transpose())
}

/// The derivative along `E` is the upper right block of `Q*(D∘(Q'*[0, E; E', 0]*Q))*Q'` with the eigenvectors `Q` of
/// `[0, A; A', 0]` and the divided differences `D` of `f` at the eigenvalues (Daleckii and Krein 1965).
fn frechet(a: &Matrix, line: impl Fn(f64) -> Line) -> Result<Matrix, Error> {
    let (m, n) = (a.rows(), a.cols());
    let both = Matrix::from_fn(m + n, m + n, |i, j| match (i < m, j < m) {
        (true, false) => a[(i, j - m)],
        (false, true) => a[(j, i - m)],
        _ => 0.0,
    });
    let SymmetricEigen { values, vectors } = SymmetricEigen::new(&both)?;
    let lines: Vec<Line> = values.iter().map(|x| line(*x)).collect();
    let slope = |i: usize, j: usize| {
        let (x, y) = (values[i], values[j]);
        let f = |x: f64, (slope, offset): Line| slope * x + offset;
        if lines[i] == lines[j] {
            lines[i].0
        } else if x == y {
            0.0
        } else {
            (f(x, lines[i]) - f(y, lines[j])) / (x - y)
        }
    };
    let slopes = Matrix::from_fn(m + n, m + n, slope);
    let (top, bottom) = (vectors.block(0, 0, m, m + n), vectors.block(m, 0, n, m + n));
    let mut k = Matrix::zeros(m * n, m * n);
    for col in 0..m * n {
        let (p, q) = (col % m, col / m);
        let weighted = Matrix::from_fn(m + n, m + n, |i, j| {
            slopes[(i, j)] * (top[(p, i)] * bottom[(q, j)] + bottom[(q, i)] * top[(p, j)])
        });
        let image = product(&product(&top, &weighted), &bottom.transpose());
        for row in 0..m * n {
            k[(row, col)] = image[(row % m, row / m)];
        }
    }
    k.checked_result("the derivative of a function of singular values")
}
