//! The odd polynomial nearest to 1 on an interval.

use crate::error::Error;
use crate::factor::lu::Lu;
use crate::matrix::Matrix;
use crate::schedule::odd::OddPolynomial;

/// An odd polynomial that deviates from 1 as little as possible.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimax {
    /// The polynomial.
    pub polynomial: OddPolynomial,
    /// The largest deviation on the interval.
    pub error: f64,
}

/// Exchanges after which the error no longer changes, by far.
const EXCHANGES: usize = 200;
/// Exchanges at the rounding of large terms, after which no smaller change is waited for.
const LASTING: usize = 30;
/// The error is about `(1 - l)ᵏ` for `k` terms; below this it is rounding, and the Padé polynomial is as good.
const ROUNDING: f64 = 1.25e-16;
/// Below this the exchange may fail, and the Padé polynomial is good enough.
const HIDDEN: f64 = 1e-10;

/// The best odd polynomial of an odd degree on `[lower, upper]`, `0 < lower <= upper`, by the Remez exchange algorithm.
///
/// # Errors
/// [`Error::Shape`] for an even degree, one above 17, or ends out of order; [`Error::NotConverged`].
/// # References
/// Amsel, Persson, Musco and Gower 2025, *The Polar Express*, for the algorithm at degree 5.
pub fn minimax(degree: usize, lower: f64, upper: f64) -> Result<Minimax, Error> {
    let fits = degree % 2 == 1 && (3..=17).contains(&degree);
    let ordered = lower > 0.0 && lower <= upper && upper.is_finite();
    if !(fits && ordered) {
        let detail = format!("degree {degree} on [{lower}, {upper}]");
        return Err(Error::Shape { function: "minimax", detail });
    }
    let terms = degree.div_ceil(2);
    // On [l, 1] the entries of the linear system are at most 1.
    let l = lower / upper;
    if (1.0 - l).powi(terms as i32) <= ROUNDING {
        let polynomial = pade(terms).stretched(1.0 / upper);
        return Ok(Minimax { polynomial, error: 0.0 });
    }
    let mut points: Vec<f64> = chebyshev(terms, l.max(EASY));
    let mut from = l.max(EASY);
    loop {
        points[0] = from;
        let found = match exchanged(&mut points, from) {
            // The error is next to rounding, which hides where the extremes are.
            Err(_) if from == l && (1.0 - l).powi(terms as i32) <= HIDDEN => {
                let polynomial = pade(terms);
                Minimax { error: (1.0 - polynomial.value(l)).abs(), polynomial }
            }
            found => found?,
        };
        if from == l {
            let polynomial = found.polynomial.stretched(1.0 / upper);
            return Ok(Minimax { polynomial, ..found });
        }
        // The extremes on an interval are a good start on the next longer one.
        from = (0.7 * from).max(l);
    }
}

/// From here on Chebyshev's points are near enough to the extremes, whatever the degree.
const EASY: f64 = 0.05;

fn chebyshev(terms: usize, l: f64) -> Vec<f64> {
    let angle = |k: usize| std::f64::consts::PI * k as f64 / terms as f64;
    (0..=terms).map(|k| 0.5 * (1.0 + l) - 0.5 * (1.0 - l) * angle(k).cos()).collect()
}

/// Exchanges until the error settles.
fn exchanged(points: &mut Vec<f64>, l: f64) -> Result<Minimax, Error> {
    let count = points.len();
    let mut before = f64::INFINITY;
    let mut lasting = 0;
    for _ in 0..EXCHANGES {
        let (polynomial, error) = equioscillating(points)?;
        let next = moved(&polynomial, points).unwrap_or_else(|| extremes(&polynomial, l));
        // Values are near 1, so that a change of the error by one unit of theirs is rounding. Where large terms cancel, a
        // change by a few units of theirs is rounding as well, and one that lasts does not become less.
        let largest = polynomial.coefficients.iter().fold(1.0_f64, |m, c| m.max(c.abs()));
        let change = (error - before).abs();
        lasting = if change <= 4.0 * f64::EPSILON * largest { lasting + 1 } else { 0 };
        let settled = change <= 1e-15 || lasting == LASTING;
        if next.len() == count {
            *points = next;
        } else if !settled {
            break;
        }
        if settled {
            return Ok(Minimax { polynomial, error: error.abs() });
        }
        before = error;
    }
    Err(Error::NotConverged { method: "the Remez exchange", iterations: EXCHANGES })
}

/// The polynomial of these many terms with the most derivatives of 1 at 1: `x*Σ (-1)ᵏ binomial(-1/2, k) (1 - x²)ᵏ`.
fn pade(terms: usize) -> OddPolynomial {
    let mut coefficients = vec![0.0; terms];
    let mut weight = 1.0;
    for k in 0..terms {
        // (1 - x²)ᵏ spread over powers of x².
        let mut binomial = 1.0;
        for (j, coefficient) in coefficients.iter_mut().enumerate().take(k + 1) {
            *coefficient += weight * binomial;
            binomial *= -((k - j) as f64) / (j + 1) as f64;
        }
        weight *= (2 * k + 1) as f64 / (2 * k + 2) as f64;
    }
    OddPolynomial { coefficients }
}

/// The polynomial and `E` with `p(xᵢ) + (-1)ⁱE = 1` at the points.
fn equioscillating(points: &[f64]) -> Result<(OddPolynomial, f64), Error> {
    let n = points.len();
    let system = Matrix::from_fn(n, n, |i, j| {
        if j + 1 < n {
            points[i].powi(2 * j as i32 + 1)
        } else if i % 2 == 0 {
            1.0
        } else {
            -1.0
        }
    });
    let ones = Matrix::from_fn(n, 1, |_, _| 1.0);
    let solution = Lu::new(&system)?.solve(&ones)?;
    let values: Vec<f64> = (0..n).map(|i| solution[(i, 0)]).collect();
    Ok((OddPolynomial::new(&values[..n - 1]), values[n - 1]))
}

/// The extremes next to those of the exchange before, by Newton's iteration on the slope; `None` unless each stays between
/// its neighbours.
fn moved(polynomial: &OddPolynomial, points: &[f64]) -> Option<Vec<f64>> {
    let mut next = points.to_vec();
    for k in 1..points.len() - 1 {
        let mut x = points[k];
        for _ in 0..NEWTON {
            let step = polynomial.slope(x) / polynomial.curvature(x);
            x -= step;
            if !(points[k - 1] < x && x < points[k + 1]) {
                return None;
            }
            if step.abs() <= 4.0 * f64::EPSILON * x {
                break;
            }
        }
        next[k] = x;
    }
    // Alternating signs of the curvature: no extreme was found twice.
    let turns = |pair: &[f64]| polynomial.curvature(pair[0]) * polynomial.curvature(pair[1]) < 0.0;
    let inner = &next[1..points.len() - 1];
    (next.is_sorted() && inner.windows(2).all(turns)).then_some(next)
}

/// Quadratic convergence from nearby needs six steps at most; more say that it was not nearby.
const NEWTON: usize = 12;

/// The ends of `[l, 1]` and the places between where the slope vanishes.
fn extremes(polynomial: &OddPolynomial, l: f64) -> Vec<f64> {
    let samples = 1500;
    // Fine near the lower end, where the first extreme lies when it is small.
    let ratio = l.powf(-1.0 / f64::from(samples));
    let mut points = vec![l];
    let mut next = l;
    for k in 1..=samples {
        let mut a = next;
        next = if k == samples { 1.0 } else { next * ratio };
        let mut b = next;
        let rising = polynomial.slope(a) > 0.0;
        if rising == (polynomial.slope(b) > 0.0) {
            continue;
        }
        for _ in 0..80 {
            let middle = 0.5 * (a + b);
            if (polynomial.slope(middle) > 0.0) == rising { a = middle } else { b = middle }
        }
        points.push(0.5 * (a + b));
    }
    points.push(1.0);
    points
}
