//! Plane rotations, and the QR factorisation by them.

use crate::error::Error;
use crate::factor::qr::Qr;
use crate::matrix::Matrix;
use crate::scale::normalised;

/// The rotation `[c s; -s c]` with `c² + s² = 1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rotation {
    /// `c`.
    pub cosine: f64,
    /// `s`.
    pub sine: f64,
}

impl Rotation {
    /// The rotation that takes `(a, b)` to `(r, 0)`, and `r`; the identity where `b` is 0.
    ///
    /// # References
    /// Golub and Van Loan 2013, *Matrix Computations*, algorithm 5.1.3; `hypot` keeps it free of overflow.
    pub fn annihilating(a: f64, b: f64) -> (Rotation, f64) {
        if b == 0.0 {
            return (Rotation { cosine: 1.0, sine: 0.0 }, a);
        }
        let r = a.hypot(b);
        (Rotation { cosine: a / r, sine: b / r }, r)
    }

    /// The opposite rotation.
    pub fn inverse(self) -> Rotation {
        Rotation { sine: -self.sine, ..self }
    }

    /// Turns two rows: `(x, y) ← (c*x + s*y, -s*x + c*y)`.
    pub fn turn(self, x: &mut [f64], y: &mut [f64]) {
        let Rotation { cosine: c, sine: s } = self;
        for (x, y) in x.iter_mut().zip(y) {
            (*x, *y) = (c * *x + s * *y, c * *y - s * *x);
        }
    }

    /// Turns rows `i < j` of a matrix from column `from` on.
    fn turn_rows(self, a: &mut Matrix, i: usize, j: usize, from: usize) {
        let cols = a.cols();
        let (before, after) = a.data_mut().split_at_mut(j * cols);
        self.turn(&mut before[i * cols + from..(i + 1) * cols], &mut after[from..cols]);
    }
}

/// The thin factorisation `A = Q*R` by rotations of neighbouring rows, from the bottom of every column up.
///
/// `A` is `m×n`, `Q` is `m×min(m,n)`. It takes half as many operations again as [`Qr::new`], and skips the zeros that
/// are there: a Hessenberg matrix costs `O(n²)` for `R`.
/// # Errors
/// [`Error::NotFinite`], [`Error::Overflow`].
/// # References
/// Golub and Van Loan 2013, *Matrix Computations*, algorithm 5.2.4.
pub fn givens_qr(a: &Matrix) -> Result<Qr, Error> {
    a.checked_finite("qr")?;
    let (mut r, exponent) = normalised(a);
    let (m, n) = (r.rows(), r.cols());
    let k = m.min(n);
    let mut turns: Vec<(usize, Rotation)> = Vec::new();
    for j in 0..k {
        for i in (j + 1..m).rev() {
            if r[(i, j)] == 0.0 {
                continue;
            }
            let (rotation, length) = Rotation::annihilating(r[(i - 1, j)], r[(i, j)]);
            rotation.turn_rows(&mut r, i - 1, i, j);
            // Exactly, and not to rounding.
            r[(i - 1, j)] = length;
            r[(i, j)] = 0.0;
            turns.push((i, rotation));
        }
    }
    let mut q = Matrix::from_fn(m, k, |i, j| f64::from(u8::from(i == j)));
    for (i, rotation) in turns.into_iter().rev() {
        rotation.inverse().turn_rows(&mut q, i - 1, i, 0);
    }
    let r = r.block(0, 0, k, n).scaled_by_power(exponent).checked_result("qr")?;
    Ok(Qr { q, r })
}
