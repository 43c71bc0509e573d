//! The matrix exponential and its Fréchet derivative.

use crate::error::Error;
use crate::factor::lu::Lu;
use crate::matfun::condition::frobenius;
use crate::matfun::kronecker::frechet_matrix;
use crate::matfun::power::exp_difference;
use crate::matfun::primary::Primary;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::exponent_of;

/// Largest squaring count: `‖A‖₁ < 2^1024` always, so more cannot be asked for.
const MAX_SQUARINGS: i32 = 1030;

/// Bounds on `‖A‖` for Padé degrees 3, 5, 7, 9 and 13 (Al-Mohy and Higham 2009, Table 3.1).
const THETA: [f64; 5] =
    [1.495585217958292e-2, 2.53939833006323e-1, 9.504178996162932e-1, 2.097847961257068, 4.25];

/// The matrix exponential by scaling and squaring with Padé approximants of degree up to 13.
///
/// # Accuracy
/// Backward error at most one unit roundoff in exact arithmetic.
/// # Errors
/// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::Overflow`].
/// # References
/// Al-Mohy and Higham 2009, *A new scaling and squaring algorithm for the matrix exponential*, Algorithm 5.1, with
/// exact instead of estimated norms of powers.
pub fn expm(a: &Matrix) -> Result<Matrix, Error> {
    let n = a.checked_square("expm")?;
    // Squaring would lose the small entries of a graded diagonal; it also covers the zero matrix.
    if is_diagonal(a) {
        return Matrix::from_fn(n, n, |i, j| if i == j { a[(i, i)].exp() } else { 0.0 })
            .checked_result("expm");
    }
    // Beyond this the powers overflow; halving first costs nothing, as the squarings would have been needed anyway
    // unless the matrix is nilpotent.
    let pre = exponent_of(a.max_abs()).saturating_sub(100).max(0);
    let base = a.scaled_by_power(-pre);
    let mut powers = Powers::new(&base);
    let mut squarings = pre;
    let mut x = None;
    if pre == 0 {
        for (degree, theta) in [3, 5, 7, 9].into_iter().zip(THETA) {
            if powers.eta(degree) <= theta && excess(&base, degree) == 0 {
                x = Some(pade(&mut powers, degree)?);
                break;
            }
        }
    }
    let mut x = match x {
        Some(x) => x,
        None => {
            let ratio = powers.eta(13) / THETA[4];
            let mut s = if ratio > 1.0 { ratio.log2().ceil() as i32 } else { 0 };
            s += excess(&base.scaled_by_power(-s), 13);
            let s = s.clamp(0, MAX_SQUARINGS);
            squarings += s;
            pade(&mut Powers::new(&base.scaled_by_power(-s)), 13)?
        }
    };
    for _ in 0..squarings {
        x = product(&x, &x);
        if !x.is_finite() {
            return Err(Error::Overflow { function: "expm" });
        }
    }
    x.checked_result("expm")
}

/// The Fréchet derivative `L(A,E)` of the matrix exponential, the linear part of `expm(A + E) - expm(A)`.
///
/// From `expm([A, E; 0, A]) = [expm(A), L; 0, expm(A)]`.
/// # Errors
/// As [`expm`]; [`Error::Shape`] when the shapes of `A` and `E` differ.
/// # References
/// Higham 2008, *Functions of Matrices*, (3.16) and Theorem 10.13.
pub fn expm_frechet(a: &Matrix, e: &Matrix) -> Result<Matrix, Error> {
    let n = a.checked_square("expm_frechet")?;
    checked_direction("expm_frechet", a, e)?;
    // The derivative is linear in E: brought to the size of A, it does not raise the number of squarings.
    let exponent = exponent_of(e.max_abs()) - exponent_of(a.max_abs()).min(0);
    let scaled = e.scaled_by_power(-exponent);
    let f = expm(&a.blocks(&scaled, &Matrix::zeros(n, n), a))?;
    f.block(0, n, n, n).scaled_by_power(exponent).checked_result("expm_frechet")
}

/// The `n²×n²` matrix of `E ↦ L(A,E)` on stacked columns, from `n²` exponentials of size `2n`.
///
/// # Errors
/// As [`expm`].
pub fn expm_frechet_matrix(a: &Matrix) -> Result<Matrix, Error> {
    let n = a.checked_square("expm_frechet")?;
    frechet_matrix(n, |unit| expm_frechet(a, unit))
}

/// The exponential, as one of the [matrix functions](crate::matfun::MatrixFunction).
#[derive(Clone, Copy, Debug)]
pub struct Expm;

impl Primary for Expm {
    fn name(&self) -> &'static str {
        "expm"
    }

    fn scalar(&self, x: f64) -> f64 {
        x.exp()
    }

    fn difference(&self, x: f64, y: f64) -> f64 {
        exp_difference(x, y)
    }

    fn check(&self, _: &[f64], _: f64) -> Result<(), Error> {
        Ok(())
    }

    fn evaluate(&self, a: &Matrix) -> Result<Matrix, Error> {
        expm(a)
    }

    fn degree(&self) -> Option<f64> {
        None
    }

    /// `‖X·exp(-A) - I‖/(‖X‖‖exp(-A)‖)`; nothing where `exp(-A)` is too large.
    fn defect(&self, a: &Matrix, x: &Matrix) -> Result<Option<f64>, Error> {
        checked_direction("expm", a, x)?;
        let Ok(inverse) = expm(&a.scaled(-1.0)) else { return Ok(None) };
        let size = frobenius(&inverse) * frobenius(x);
        let error = frobenius(&product(x, &inverse).shifted(-1.0));
        Ok((size.is_normal() && error.is_finite()).then(|| error / size))
    }
}

pub(crate) fn checked_direction(
    function: &'static str,
    a: &Matrix,
    e: &Matrix,
) -> Result<(), Error> {
    if (a.rows(), a.cols()) != (e.rows(), e.cols()) {
        let detail = format!("{}×{} and a direction {}×{}", a.rows(), a.cols(), e.rows(), e.cols());
        return Err(Error::Shape { function, detail });
    }
    e.checked_finite(function)
}

fn is_diagonal(a: &Matrix) -> bool {
    (0..a.rows()).all(|i| a.row(i).iter().enumerate().all(|(j, x)| i == j || *x == 0.0))
}

/// Even powers of a matrix, computed when first asked for.
struct Powers {
    a: Matrix,
    even: Vec<Matrix>,
}

impl Powers {
    fn new(a: &Matrix) -> Powers {
        Powers { a: a.clone(), even: vec![Matrix::identity(a.rows())] }
    }

    /// `A^(2k)`.
    fn even(&mut self, k: usize) -> &Matrix {
        while self.even.len() <= k {
            let next = match self.even.len() {
                1 => product(&self.a, &self.a),
                len => product(&self.even[len - 1], &self.even[1]),
            };
            self.even.push(next);
        }
        &self.even[k]
    }

    /// The quantity that is compared with the bound for a degree: maxima of `‖A^k‖^(1/k)`, never above `‖A‖`.
    fn eta(&mut self, degree: u32) -> f64 {
        let mut root = |k: usize| self.even(k).norm_one().powf(0.5 / k as f64);
        match degree {
            3 | 5 => root(2).max(root(3)),
            7 | 9 => root(3).max(root(4)),
            _ => (root(3).max(root(4))).min(root(4).max(root(5))),
        }
    }
}

/// The squarings to add so that the rounding error of the approximant stays below the unit roundoff (`ell` in the paper).
fn excess(a: &Matrix, degree: u32) -> i32 {
    // 1/|c| of the leading term of the backward error series: c = m!²/((2m)!(2m+1)!).
    let mut inverse_coefficient = 1.0;
    for i in 1..=degree {
        inverse_coefficient *= f64::from(degree + i) / f64::from(i);
    }
    for i in 1..=2 * degree + 1 {
        inverse_coefficient *= f64::from(i);
    }
    let norm = a.norm_one();
    if norm == 0.0 {
        return 0;
    }
    // ‖|A|^(2m+1)‖₁ is the largest entry of the row of ones times |A|^(2m+1): no products of matrices.
    let magnitude = a.map(|x| x.abs() / norm);
    let mut row = Matrix::from_fn(1, a.rows(), |_, _| 1.0);
    for _ in 0..2 * degree + 1 {
        row = product(&row, &magnitude);
    }
    let log_alpha =
        row.max_abs().log2() + 2.0 * f64::from(degree) * norm.log2() - inverse_coefficient.log2();
    let unit_roundoff = f64::EPSILON / 2.0;
    (((log_alpha - unit_roundoff.log2()) / (2.0 * f64::from(degree))).ceil().max(0.0) as i32)
        .min(MAX_SQUARINGS)
}

/// The diagonal Padé approximant of `exp`.
fn pade(powers: &mut Powers, degree: u32) -> Result<Matrix, Error> {
    let n = powers.a.rows();
    // b_k = (2m-k)! m! / ((2m)! (m-k)! k!) by recurrence from b_0 = 1.
    let mut b = vec![1.0_f64];
    for k in 0..degree {
        let last = b[k as usize];
        b.push(last * f64::from(degree - k) / (f64::from(2 * degree - k) * f64::from(k + 1)));
    }
    let sum = |powers: &mut Powers,
               parity: usize,
               range: std::ops::RangeInclusive<usize>,
               start: usize| {
        range.fold(Matrix::zeros(n, n), |sum, k| {
            let weight = b[2 * k + parity];
            sum.plus(weight, powers.even(k - start))
        })
    };
    let half = degree as usize / 2;
    let (odd, even) = if degree == 13 {
        // Six products in all: the upper half of each sum has A⁶ as a factor.
        let (upper_odd, upper_even) = (sum(powers, 1, 4..=6, 3), sum(powers, 0, 4..=6, 3));
        let sixth = powers.even(3).clone();
        (
            product(&sixth, &upper_odd).plus(1.0, &sum(powers, 1, 0..=3, 0)),
            product(&sixth, &upper_even).plus(1.0, &sum(powers, 0, 0..=3, 0)),
        )
    } else {
        (sum(powers, 1, 0..=half, 0), sum(powers, 0, 0..=half, 0))
    };
    let u = product(&powers.a, &odd);
    // (V - U) X = V + U; for nilpotent A the denominator is unipotent, harmless however large its condition number.
    Lu::new(&even.plus(-1.0, &u))?.solve_without_condition(&even.plus(1.0, &u))
}
