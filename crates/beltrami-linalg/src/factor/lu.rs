//! LU factorisation with partial pivoting: linear systems, inverse, determinant.

use faer::linalg::solvers::{PartialPivLu, Solve};

use crate::error::Error;
use crate::extended::Extended;
use crate::matrix::Matrix;
use crate::scale::{exponent_of, ldexp, normalised, sequential};

/// `P*D*A = L*U` of a square matrix, with a diagonal `D` of powers of two that brings every row near 1.
///
/// A singular matrix factors too: its determinant is 0, and only [`Lu::solve`] and [`Lu::inverse`] refuse it.
/// # References
/// Higham 2002, *Accuracy and Stability of Numerical Algorithms*, chapters 9, 14 and 15.
#[derive(Clone, Debug)]
pub struct Lu {
    factors: PartialPivLu<f64>,
    pivots: Vec<f64>,
    sign: f64,
    row_exponents: Vec<i32>,
    exponent: i32,
    norm_one: f64,
    /// Exponents of the columns of the equilibrated matrix, and its norm once they are divided out.
    col_exponents: Vec<i32>,
    scaled_norm_one: f64,
}

/// The reciprocal condition, with rows and columns of alike sizes, from which on a matrix is far from singular, whatever the
/// condition in its own units: half of the digits are left.
const FAR_FROM_SINGULAR: f64 = 1e-8;

impl Lu {
    /// Factors `A`; `2n³/3` flops.
    ///
    /// # Errors
    /// [`Error::NotSquare`], [`Error::NotFinite`].
    pub fn new(a: &Matrix) -> Result<Lu, Error> {
        let n = a.checked_square("lu")?;
        sequential();
        let (scaled, exponent) = normalised(a);
        let row_exponents: Vec<i32> =
            (0..n).map(|i| exponent_of(a.row(i).iter().fold(0.0, |m, x| x.abs().max(m)))).collect();
        let equilibrated = Matrix::from_fn(n, n, |i, j| ldexp(a[(i, j)], -row_exponents[i]));
        let col_exponents: Vec<i32> = (0..n)
            .map(|j| exponent_of((0..n).fold(0.0, |m, i| equilibrated[(i, j)].abs().max(m))))
            .collect();
        let scaled_norm_one =
            Matrix::from_fn(n, n, |i, j| ldexp(equilibrated[(i, j)], -col_exponents[j])).norm_one();
        let factors = equilibrated.as_faer().partial_piv_lu();
        let pivots = (0..n).map(|i| factors.U()[(i, i)]).collect();
        let (forward, _) = factors.P().arrays();
        let sign = permutation_sign(forward);
        let norm_one = scaled.norm_one();
        Ok(Lu {
            factors,
            pivots,
            sign,
            row_exponents,
            exponent,
            norm_one,
            col_exponents,
            scaled_norm_one,
        })
    }

    /// The solution `X` of `A*X = B`.
    ///
    /// # Errors
    /// [`Error::Singular`] when the reciprocal condition is below the unit roundoff, unless it is far above once rows and
    /// columns are divided by powers of two, whose solutions are as accurate; [`Error::Shape`],
    /// [`Error::NotFinite`], [`Error::Overflow`].
    pub fn solve(&self, b: &Matrix) -> Result<Matrix, Error> {
        if b.rows() != self.pivots.len() {
            let detail =
                format!("{} equations and {} right-hand rows", self.pivots.len(), b.rows());
            return Err(Error::Shape { function: "solve", detail });
        }
        b.checked_finite("solve")?;
        let rcond = self.rcond();
        // Below the unit roundoff no digit of the solution is certain, but for units that are far apart.
        if rcond < f64::EPSILON && self.scaled_rcond() < FAR_FROM_SINGULAR {
            return Err(Error::Singular { rcond });
        }
        let (scaled, exponent) = normalised(b);
        self.solve_scaled(&scaled).scaled_by_power(exponent - self.exponent).checked_result("solve")
    }

    /// The solution of `A*X = B` where theory bounds the error although the condition number may be large.
    pub(crate) fn solve_without_condition(&self, b: &Matrix) -> Result<Matrix, Error> {
        if self.is_exactly_singular() {
            return Err(Error::Singular { rcond: 0.0 });
        }
        self.solve_scaled(b).scaled_by_power(-self.exponent).checked_result("solve")
    }

    /// The inverse of `A`.
    ///
    /// # Errors
    /// [`Error::Singular`], [`Error::Overflow`].
    pub fn inverse(&self) -> Result<Matrix, Error> {
        self.solve(&Matrix::identity(self.pivots.len())).map_err(|error| match error {
            Error::Overflow { .. } => Error::Overflow { function: "inv" },
            other => other,
        })
    }

    /// The determinant; 0 for a singular matrix, and where the product underflows.
    ///
    /// # Errors
    /// [`Error::Overflow`].
    pub fn det(&self) -> Result<f64, Error> {
        self.extended_det().nearest().ok_or(Error::Overflow { function: "det" })
    }

    /// The determinant with an exponent of its own, so that it neither overflows nor underflows; 0 where a pivot vanishes.
    pub fn extended_det(&self) -> Extended {
        if self.is_exactly_singular() {
            return Extended::new(0.0, 0);
        }
        let pivots = Extended::product(self.pivots.iter().copied().chain([self.sign]));
        pivots.shifted(self.scale_exponent())
    }

    /// The sign of the determinant and the logarithm of its absolute value.
    ///
    /// # Errors
    /// [`Error::Singular`] when a pivot vanishes.
    pub fn log_abs_det(&self) -> Result<(f64, f64), Error> {
        if self.is_exactly_singular() {
            return Err(Error::Singular { rcond: 0.0 });
        }
        let scale = self.scale_exponent() as f64 * std::f64::consts::LN_2;
        let sign = self.pivots.iter().fold(self.sign, |sign, pivot| sign * pivot.signum());
        Ok((sign, scale + self.pivots.iter().map(|pivot| pivot.abs().ln()).sum::<f64>()))
    }

    /// An estimate of `1/(‖A‖₁‖A⁻¹‖₁)`, rarely more than three times too large.
    ///
    /// # References
    /// Higham 2002, Algorithm 15.1 (Hager's method), without the final safeguard vector.
    pub fn rcond(&self) -> f64 {
        self.reciprocal_condition(self.norm_one, &|x| self.solve_scaled(x), &|x| {
            self.solve_transposed_scaled(x)
        })
    }

    /// The same of the matrix with rows and columns of alike sizes.
    fn scaled_rcond(&self) -> f64 {
        let scaled = |x: &Matrix| {
            Matrix::from_fn(x.rows(), x.cols(), |i, j| ldexp(x[(i, j)], self.col_exponents[i]))
        };
        self.reciprocal_condition(
            self.scaled_norm_one,
            &|x| scaled(&Matrix::from_faer(self.factors.solve(x.as_faer()).as_ref())),
            &|x| Matrix::from_faer(self.factors.solve_transpose(scaled(x).as_faer()).as_ref()),
        )
    }

    /// Hager's estimate for a matrix with this norm, whose systems, and those of its transpose, are solved.
    fn reciprocal_condition(
        &self,
        norm_one: f64,
        solve: &dyn Fn(&Matrix) -> Matrix,
        solve_transposed: &dyn Fn(&Matrix) -> Matrix,
    ) -> f64 {
        let n = self.pivots.len();
        if n == 0 {
            return 1.0;
        }
        if self.is_exactly_singular() {
            return 0.0;
        }
        let mut x = Matrix::from_fn(n, 1, |_, _| 1.0 / n as f64);
        let mut estimate = 0.0;
        // Hager's method stops after two or three steps almost always; LAPACK allows five.
        for _ in 0..5 {
            let y = solve(&x);
            let norm: f64 = y.data().iter().map(|v| v.abs()).sum();
            if !norm.is_finite() {
                return 0.0;
            }
            if norm <= estimate {
                break;
            }
            estimate = norm;
            let signs = Matrix::from_fn(n, 1, |i, _| if y[(i, 0)] < 0.0 { -1.0 } else { 1.0 });
            let z = solve_transposed(&signs);
            let steepest = (0..n)
                .fold(0, |best, i| if z[(i, 0)].abs() > z[(best, 0)].abs() { i } else { best });
            let along: f64 = (0..n).map(|i| z[(i, 0)] * x[(i, 0)]).sum();
            if z[(steepest, 0)].abs() <= along {
                break;
            }
            x = Matrix::from_fn(n, 1, |i, _| f64::from(u8::from(i == steepest)));
        }
        1.0 / (norm_one * estimate)
    }

    /// Whether a pivot vanished; faer leaves NaN behind a zero pivot.
    fn is_exactly_singular(&self) -> bool {
        self.pivots.iter().any(|pivot| *pivot == 0.0 || !pivot.is_finite())
    }

    /// The exponent of the power of two that the equilibration took out of the determinant.
    fn scale_exponent(&self) -> i64 {
        self.row_exponents.iter().map(|e| i64::from(*e)).sum()
    }

    /// `A⁻¹*B*2^exponent`.
    fn solve_scaled(&self, b: &Matrix) -> Matrix {
        Matrix::from_faer(self.factors.solve(self.equilibrated(b).as_faer()).as_ref())
    }

    /// `A'⁻¹*B*2^exponent`.
    fn solve_transposed_scaled(&self, b: &Matrix) -> Matrix {
        self.equilibrated(&Matrix::from_faer(self.factors.solve_transpose(b.as_faer()).as_ref()))
    }

    fn equilibrated(&self, b: &Matrix) -> Matrix {
        Matrix::from_fn(b.rows(), b.cols(), |i, j| {
            ldexp(b[(i, j)], self.exponent - self.row_exponents[i])
        })
    }
}

fn permutation_sign(forward: &[usize]) -> f64 {
    let mut seen = vec![false; forward.len()];
    let mut sign = 1.0;
    for start in 0..forward.len() {
        let mut length = 0_usize;
        let mut i = start;
        while !seen[i] {
            seen[i] = true;
            i = forward[i];
            length += 1;
        }
        if length > 0 && length.is_multiple_of(2) {
            sign = -sign;
        }
    }
    sign
}
