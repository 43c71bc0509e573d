//! Singular value decomposition in single precision.

use faer::{Mat, MatRef};

use crate::error::Error;
use crate::factor::reduction::Thin;
use crate::factor::svd::Svd;
use crate::factor::svd_ladder::{self, Method};
use crate::matrix::{Matrix, by_rows};
use crate::scale::{exponent_of, ldexp, sequential};

/// The thin decomposition `A = U*diag(s)*V'` in single precision, at half the time and memory of [`Svd`].
#[derive(Clone, Debug)]
pub struct SingleSvd {
    /// Left singular vectors, `m×min(m,n)`, row by row.
    pub u: Vec<f32>,
    /// Singular values, descending.
    pub s: Vec<f32>,
    /// Right singular vectors, `n×min(m,n)`, row by row.
    pub v: Vec<f32>,
}

impl SingleSvd {
    /// Decomposes the `rows×cols` matrix whose entries are given row by row.
    ///
    /// A result that does not fit is computed anew in double precision.
    /// # Errors
    /// [`Error::Shape`], [`Error::NotFinite`], [`Error::NotConverged`], [`Error::Overflow`].
    pub fn new(rows: usize, cols: usize, entries: &[f32]) -> Result<SingleSvd, Error> {
        const METHOD: &str = "svd";
        if rows.checked_mul(cols) != Some(entries.len()) {
            let detail = format!("{} entries given for a {rows}×{cols} matrix", entries.len());
            return Err(Error::Shape { function: METHOD, detail });
        }
        if !entries.iter().all(|x| x.is_finite()) {
            return Err(Error::NotFinite { function: METHOD });
        }
        sequential();
        let largest = entries.iter().fold(0.0_f32, |largest, x| x.abs().max(largest));
        let exponent = exponent_of(f64::from(largest));
        // In double precision, where no power of two that occurs leaves the range.
        let factor = ldexp(1.0, -exponent);
        let scaled: Vec<f32> = entries.iter().map(|x| (f64::from(*x) * factor) as f32).collect();
        let a = MatRef::from_row_major_slice(&scaled, rows, cols);
        let found = match fast(a).filter(|svd| svd.fits(a)) {
            Some(svd) => svd,
            None => SingleSvd::from(&in_double(rows, cols, &scaled)?),
        };
        let s: Vec<f32> = found.s.iter().map(|s| ldexp(f64::from(*s), exponent) as f32).collect();
        if s.iter().any(|s| !s.is_finite()) {
            return Err(Error::Overflow { function: METHOD });
        }
        Ok(SingleSvd { s, ..found })
    }

    /// The same factors in double precision.
    pub fn widened(&self, rows: usize, cols: usize) -> Result<Svd, Error> {
        let wide = |x: &[f32]| x.iter().map(|x| f64::from(*x)).collect();
        let k = rows.min(cols);
        Ok(Svd {
            u: Matrix::new(rows, k, wide(&self.u))?,
            s: wide(&self.s),
            v: Matrix::new(cols, k, wide(&self.v))?,
        })
    }

    /// Whether the factors reproduce the matrix, to a tolerance ten times what is usual.
    fn fits(&self, a: MatRef<'_, f32>) -> bool {
        let (m, n, k) = (a.nrows(), a.ncols(), self.s.len());
        let u = MatRef::from_row_major_slice(&self.u, m, k);
        let v = MatRef::from_row_major_slice(&self.v, n, k);
        // Four vectors that no structured matrix has among its singular vectors.
        let x = Mat::from_fn(n, 4, |i, j| (0.7 + (i + 1) as f32 * (j as f32 + 1.37)).sin());
        let vx = v.transpose() * &x;
        let image = Mat::from_fn(k, 4, |i, j| self.s[i] * vx[(i, j)]);
        let left = a * &x - u * &image;
        let tolerance = 64.0 * f32::EPSILON * (m.max(n) as f32).sqrt();
        let close = |error: f32, norm: f32| error <= tolerance * norm;
        let y = x.get(..k.min(n), ..);
        let departure = |q: MatRef<'_, f32>| (q.transpose() * (q * y) - y).norm_l2();
        close(left.norm_l2(), a.norm_l2() * x.norm_l2() / (n.max(1) as f32).sqrt())
            && close(departure(u), y.norm_l2())
            && close(departure(v), y.norm_l2())
    }
}

/// Factors rounded to single precision.
impl From<&Svd> for SingleSvd {
    fn from(svd: &Svd) -> SingleSvd {
        let narrow = |x: &[f64]| x.iter().map(|x| *x as f32).collect();
        SingleSvd { u: narrow(svd.u.data()), s: narrow(&svd.s), v: narrow(svd.v.data()) }
    }
}

fn fast(a: MatRef<'_, f32>) -> Option<SingleSvd> {
    let Thin { u, s, v } = svd_ladder::by(Method::Faster, a)?;
    let s = s.into_iter().map(|s| s as f32).collect();
    Some(SingleSvd { u: by_rows(u.as_ref()), s, v: by_rows(v.as_ref()) })
}

fn in_double(rows: usize, cols: usize, entries: &[f32]) -> Result<Svd, Error> {
    Svd::new(&Matrix::new(rows, cols, entries.iter().map(|x| f64::from(*x)).collect())?)
}
