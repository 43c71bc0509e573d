//! An orthonormal basis that grows by blocks.

use faer::Par;
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;

use crate::error::Error;
use crate::factor::cholesky::Cholesky;
use crate::factor::pivoted_qr::PivotedQr;
use crate::factor::qr::Qr;
use crate::factor::residual::frobenius;
use crate::matrix::Matrix;
use crate::product::{accumulate, product, transposed_product};

/// Orthonormal vectors of one length.
pub(crate) struct Basis {
    length: usize,
    /// One vector a row, so that further ones are appended.
    rows: Vec<f64>,
}

/// A block `Y = Q*C + N*R` with `N` orthonormal and orthogonal to the basis `Q`.
pub(crate) struct Split {
    /// `N`, whose columns are fewer than those of `Y` where the rest depends on them.
    pub(crate) fresh: Matrix,
    /// `[C; R]`.
    pub(crate) coefficients: Matrix,
}

impl Basis {
    pub(crate) fn new(length: usize) -> Basis {
        Basis { length, rows: Vec::new() }
    }

    /// The number of vectors.
    pub(crate) fn count(&self) -> usize {
        self.rows.len().checked_div(self.length).unwrap_or(0)
    }

    /// The vectors as columns times `x`.
    pub(crate) fn times(&self, x: &Matrix) -> Matrix {
        let mut out = Matrix::zeros(self.length, x.cols());
        if self.count() > 0 {
            accumulate(&mut out, false, self.view().transpose(), x.as_faer(), 1.0);
        }
        out
    }

    /// `y - Q*Q'*y`, and `Q'*y`.
    pub(crate) fn projected_out(&self, mut y: Matrix) -> (Matrix, Matrix) {
        let mut c = Matrix::zeros(self.count(), y.cols());
        if self.count() > 0 {
            accumulate(&mut c, false, self.view(), y.as_faer(), 1.0);
            accumulate(&mut y, true, self.view().transpose(), c.as_faer(), -1.0);
        }
        (y, c)
    }

    /// Splits a block; what is below `negligible` counts as nothing.
    ///
    /// Orthogonalised twice, as rounding of the first pass is large beside a small rest (Giraud, Langou and Rozložník 2005).
    pub(crate) fn split(&self, y: Matrix, negligible: f64) -> Result<Split, Error> {
        let (rest, c) = self.projected_out(y);
        let (n, r) = revealed(&rest, negligible, self.length - self.count())?;
        let (rest, second) = self.projected_out(n);
        let (fresh, inner) = polished(rest)?;
        let (c, r) = (c.plus(1.0, &product(&second, &r)), product(&inner, &r));
        let empty = Matrix::zeros(c.rows(), 0);
        let coefficients = c.blocks(&empty, &r, &Matrix::zeros(r.rows(), 0));
        Ok(Split { fresh, coefficients })
    }

    /// Splits a block and appends what is new of it.
    pub(crate) fn append(&mut self, y: Matrix, negligible: f64) -> Result<Split, Error> {
        let split = self.split(y, negligible)?;
        self.rows.extend(split.fresh.transpose().data());
        Ok(split)
    }

    fn view(&self) -> faer::MatRef<'_, f64> {
        faer::MatRef::from_row_major_slice(&self.rows, self.count(), self.length)
    }
}

/// The least quotient of pivots with which a Gram matrix is factored: half of the digits are left for what
/// [`polished`] mends.
const MODERATE: f64 = 1e-4;

/// `Y = N*R` with as many columns in `N` as are not negligible, at most `most`.
fn revealed(y: &Matrix, negligible: f64, most: usize) -> Result<(Matrix, Matrix), Error> {
    // By its Gram matrix where that loses no more than the second pass repairs (Yamamoto and others 2015).
    if (1..=most).contains(&y.cols())
        && let Ok(factor) = Cholesky::new(&transposed_product(y, y))
    {
        let lower = factor.lower();
        let pivots = || (0..y.cols()).map(|i| lower[(i, i)]);
        let (least, largest) =
            (pivots().fold(f64::INFINITY, f64::min), pivots().fold(0.0, f64::max));
        if least > negligible && least > MODERATE * largest {
            return Ok((divided(y, &lower), lower.transpose()));
        }
    }
    let qr = Qr::new(y)?;
    let k = qr.r.rows();
    // Pivoting is slower, and only needed where columns may depend on each other.
    if k == y.cols() && k <= most && (0..k).all(|i| qr.r[(i, i)].abs() > negligible) {
        return Ok((qr.q, qr.r));
    }
    let PivotedQr { q, r, permutation } = PivotedQr::new(y)?;
    let rank = (0..k.min(most)).take_while(|i| r[(*i, *i)].abs() > negligible).count();
    let mut unpermuted = Matrix::zeros(rank, y.cols());
    for i in 0..rank {
        for (j, column) in permutation.iter().enumerate() {
            unpermuted[(i, *column)] = r[(i, j)];
        }
    }
    Ok((q.block(0, 0, q.rows(), rank), unpermuted))
}

/// `Y = N*R` of a block that is orthonormal but for rounding, or for a column that was.
fn polished(y: Matrix) -> Result<(Matrix, Matrix), Error> {
    let gram = transposed_product(&y, &y);
    // With a condition below 3 the Cholesky factor of the Gram matrix gives an orthonormal block, at a fraction of the time
    // of reflections (Yamamoto, Nakatsukasa, Yanagisawa and Fukaya 2015).
    if frobenius(&gram.shifted(-1.0)) < 0.5
        && let Ok(factor) = Cholesky::new(&gram)
    {
        let lower = factor.lower();
        return Ok((divided(&y, &lower), lower.transpose()));
    }
    let Qr { q, r } = Qr::new(&y)?;
    Ok((q, r))
}

/// `Y*L⁻ᵀ`.
fn divided(y: &Matrix, lower: &Matrix) -> Matrix {
    let mut columns = y.as_faer().transpose().to_owned();
    solve_lower_triangular_in_place(lower.as_faer(), columns.as_mut(), Par::Seq);
    Matrix::from_faer(columns.as_ref().transpose())
}
