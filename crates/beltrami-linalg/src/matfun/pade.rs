//! Scaling, and the Padé approximants of the exponential as polynomials.

use crate::error::Error;
use crate::matfun::perturbed::Perturbed;
use crate::matrix::Matrix;
use crate::product::product;
use crate::scale::exponent_of;

/// Largest squaring count: `‖A‖₁ < 2^1024` always, so more cannot be asked for.
const MAX_SQUARINGS: i32 = 1030;

/// Bounds on `‖A‖` for Padé degrees 3, 5, 7, 9 and 13 (Al-Mohy and Higham 2009, Table 3.1).
const THETA: [f64; 5] =
    [1.495585217958292e-2, 2.53939833006323e-1, 9.504178996162932e-1, 2.097847961257068, 4.25];

/// The size of directions beside that of the matrix, by which they take part in the choice of degree and scaling.
///
/// Small, so that they hardly ever raise it; the error is at most that of the exponential of a block matrix with such
/// directions in its corners, divided by this.
const SHARE: f64 = 0.125;

/// `exp(A/2^squarings) ≈ (V - U)⁻¹(V + U)` with an odd polynomial `U` and an even one `V`.
///
/// As functions of one matrix they commute.
pub(crate) struct Approximant {
    pub(crate) u: Perturbed,
    pub(crate) v: Perturbed,
    pub(crate) squarings: i32,
}

impl Approximant {
    /// # Errors
    /// [`Error::Overflow`].
    /// # References
    /// Al-Mohy and Higham 2009, Algorithm 5.1.
    pub(crate) fn new(function: &'static str, a: &Perturbed) -> Result<Approximant, Error> {
        Approximant::of(function, a, 1.0)
    }

    /// The same of `exp(iA)`: `V` and `U/i`, both real.
    pub(crate) fn rotation(function: &'static str, a: &Perturbed) -> Result<Approximant, Error> {
        Approximant::of(function, a, -1.0)
    }

    /// Of `exp(rA)` with `r² = square`, `U` divided by `r`.
    fn of(function: &'static str, a: &Perturbed, square: f64) -> Result<Approximant, Error> {
        // Beyond this the powers overflow; halving first costs nothing, as the squarings would have been needed anyway
        // unless the matrix is nilpotent.
        let pre = exponent_of(a.base().max_abs()).saturating_sub(100).max(0);
        let base = a.scaled_by_power(-pre);
        let mut powers = Powers::new(&base);
        if pre == 0 && powers.eta_at_least() <= THETA[3] {
            for (degree, theta) in [3, 5, 7, 9].into_iter().zip(THETA) {
                if powers.eta(degree) <= theta && excess(&base, degree) == 0 {
                    let (u, v) = polynomials(&mut powers, degree, square);
                    return checked(function, Approximant { u, v, squarings: 0 });
                }
            }
        }
        let mut s = powers.squarings();
        s += excess(&base.scaled_by_power(-s), 13);
        let s = s.clamp(0, MAX_SQUARINGS);
        let (u, v) = polynomials(&mut powers.scaled(s), 13, square);
        checked(function, Approximant { u, v, squarings: pre + s })
    }
}

fn checked(function: &'static str, found: Approximant) -> Result<Approximant, Error> {
    let Approximant { u, v, squarings } = found;
    Ok(Approximant { u: u.checked_result(function)?, v: v.checked_result(function)?, squarings })
}

/// Even powers of a matrix, computed when first asked for.
struct Powers {
    a: Perturbed,
    even: Vec<Perturbed>,
    /// What the parts of one direction are multiplied by in norms.
    share: f64,
}

impl Powers {
    fn new(a: &Perturbed) -> Powers {
        let identity = Perturbed::constant(Matrix::identity(a.base().rows()), a.sets());
        let largest = (0..a.sets().ilog2())
            .filter_map(|i| a.part(1 << i))
            .fold(0.0_f64, |largest, e| largest.max(e.norm_one()));
        let share = SHARE * a.base().norm_one() / largest;
        let share = if share.is_finite() { share } else { 0.0 };
        Powers { a: a.clone(), even: vec![identity], share }
    }

    /// Those of `A/2^s`.
    fn scaled(self, s: i32) -> Powers {
        let even = self.even.iter().enumerate();
        let even = even.map(|(k, power)| power.scaled_by_power(-2 * s * k as i32)).collect();
        Powers { a: self.a.scaled_by_power(-s), even, share: self.share }
    }

    /// `A^(2k)`.
    fn even(&mut self, k: usize) -> &Perturbed {
        while self.even.len() <= k {
            let next = match self.even.len() {
                1 => self.a.product(&self.a),
                len => self.even[len - 1].product(&self.even[1]),
            };
            self.even.push(next);
        }
        &self.even[k]
    }

    /// A number that no `eta` of a degree up to 9 is below, without a product that the approximants do not need.
    fn eta_at_least(&mut self) -> f64 {
        let share = self.share;
        self.even(3).norm_with(share).powf(1.0 / 6.0)
    }

    /// The squarings that degree 13 asks for.
    ///
    /// As `‖A⁸‖ ≤ ‖A⁴‖²`, the exact bound needs higher powers only where the fourth and the sixth do not agree on them.
    fn squarings(&mut self) -> i32 {
        let share = self.share;
        let number = |eta: f64| {
            let ratio = eta / THETA[4];
            if ratio > 1.0 { ratio.log2().ceil() as i32 } else { 0 }
        };
        let mut root = |k: usize| self.even(k).norm_with(share).powf(0.5 / k as f64);
        let (fourth, sixth) = (root(2), root(3));
        if fourth <= sixth || number(fourth) == number(sixth) {
            return number(fourth.max(sixth));
        }
        number(self.eta(13))
    }

    /// The quantity that is compared with the bound for a degree: maxima of `‖A^k‖^(1/k)`, never above `‖A‖`.
    fn eta(&mut self, degree: u32) -> f64 {
        let share = self.share;
        let mut root = |k: usize| self.even(k).norm_with(share).powf(0.5 / k as f64);
        match degree {
            3 | 5 => root(2).max(root(3)),
            7 | 9 => root(3).max(root(4)),
            _ => (root(3).max(root(4))).min(root(4).max(root(5))),
        }
    }
}

/// The squarings to add so that the rounding error of the approximant stays below the unit roundoff (`ell` in the paper).
fn excess(a: &Perturbed, degree: u32) -> i32 {
    let a = a.base();
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

/// `U/r` and `V` of the diagonal Padé approximant of `exp(rA)` with `r² = square`.
fn polynomials(powers: &mut Powers, degree: u32, square: f64) -> (Perturbed, Perturbed) {
    // b_k = (2m-k)! m! / ((2m)! (m-k)! k!) by recurrence from b_0 = 1.
    let mut b = vec![1.0_f64];
    for k in 0..degree {
        let last = b[k as usize];
        b.push(last * f64::from(degree - k) / (f64::from(2 * degree - k) * f64::from(k + 1)));
    }
    let (n, sets) = (powers.a.base().rows(), powers.a.sets());
    let sum = |powers: &mut Powers,
               parity: usize,
               range: std::ops::RangeInclusive<usize>,
               start: usize| {
        range.fold(Perturbed::zero(n, n, sets), |sum, k| {
            sum.plus(b[2 * k + parity] * square.powi(k as i32), powers.even(k - start))
        })
    };
    let half = degree as usize / 2;
    let (odd, even) = if degree == 13 {
        // Six products in all: the upper half of each sum has A⁶ as a factor.
        let (upper_odd, upper_even) = (sum(powers, 1, 4..=6, 3), sum(powers, 0, 4..=6, 3));
        let sixth = powers.even(3).clone();
        (
            sixth.product(&upper_odd).plus(1.0, &sum(powers, 1, 0..=3, 0)),
            sixth.product(&upper_even).plus(1.0, &sum(powers, 0, 0..=3, 0)),
        )
    } else {
        (sum(powers, 1, 0..=half, 0), sum(powers, 0, 0..=half, 0))
    };
    (powers.a.product(&odd), even)
}
