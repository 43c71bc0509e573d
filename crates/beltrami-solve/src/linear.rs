//! Iterations for `A*x = b`, with the theory that says beforehand how they will go.
//!
//! [`Theory`] is what matrix and method promise: spectral radii, condition, dominance, discs around eigenvalues.
//! [`solve`] runs one method, and measures every residual as `b - A*x`, whatever the method believes it is.

mod conjugate;
mod gershgorin;
mod iteration;
mod splitting;
mod theory;

use beltrami_linalg::{Matrix, exponent_of, ldexp};

pub use gershgorin::{Circle, Gershgorin, Group};
pub use theory::{Dominance, Forecast, Theory};

use iteration::Iteration;

/// An iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Every unknown from its own equation, all others as they were (Saad 2003, section 4.1).
    Jacobi,
    /// The same, with the new values of those before it (Saad 2003, section 4.1).
    GaussSeidel,
    /// Gauss–Seidel steps made longer by a factor (Young 1954).
    Sor,
    /// Conjugate gradients (Hestenes and Stiefel 1952).
    ConjugateGradient,
    /// Conjugate gradients after both sides were divided by the roots of the diagonal (Saad 2003, section 9.2).
    ScaledConjugateGradient,
}

impl Method {
    /// All of them.
    pub const ALL: [Method; 5] = [
        Method::Jacobi,
        Method::GaussSeidel,
        Method::Sor,
        Method::ConjugateGradient,
        Method::ScaledConjugateGradient,
    ];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Method::Jacobi => "jacobi",
            Method::GaussSeidel => "gauss-seidel",
            Method::Sor => "sor",
            Method::ConjugateGradient => "cg",
            Method::ScaledConjugateGradient => "scaled-cg",
        }
    }
}

/// When an iteration ends.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// `|b - A*x|` relative to `|b|`, or to the first residual where `b` is zero; rows of sizes far apart are divided by those
    /// first.
    pub tolerance: f64,
    /// Steps before it is given up.
    pub max_iterations: usize,
    /// The factor of [`Method::Sor`], between 0 and 2; Young's choice where none is given.
    pub omega: Option<f64>,
}

impl Default for Options {
    fn default() -> Options {
        Options { tolerance: 1e-10, max_iterations: 100_000, omega: None }
    }
}

/// Why an iteration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The residual is within the tolerance.
    Converged,
    /// The residual grows without end.
    Diverged,
    /// The method does not exist for this matrix.
    NotApplicable,
    /// The residual does not fall any more, and is not within the tolerance.
    NoProgress,
    /// The steps are used up.
    IterationLimit,
    /// The user stopped it.
    Interrupted,
}

impl Status {
    /// The name of the outcome.
    pub fn name(self) -> &'static str {
        match self {
            Status::Converged => "converged",
            Status::Diverged => "diverged",
            Status::NotApplicable => "not applicable",
            Status::NoProgress => "no progress",
            Status::IterationLimit => "iteration limit",
            Status::Interrupted => "stopped",
        }
    }
}

/// What one method did.
#[derive(Clone, Debug)]
pub struct Run {
    /// The method.
    pub method: Method,
    /// How it ended.
    pub status: Status,
    /// Why, and what helps.
    pub reason: String,
    /// The iterate of least residual.
    pub x: Vec<f64>,
    /// The relative residual at each iterate, the start first; none where the method is not applicable.
    pub residuals: Vec<f64>,
    /// What theory said beforehand, where the method is applicable.
    pub forecast: Option<Forecast>,
}

impl Run {
    /// The steps taken.
    pub fn iterations(&self) -> usize {
        self.residuals.len().saturating_sub(1)
    }

    /// The relative residual at `x`.
    pub fn residual(&self) -> Option<f64> {
        self.residuals.iter().copied().reduce(f64::min)
    }

    /// The factor a step by which the residual fell, on average over the second half of the way.
    pub fn rate(&self) -> Option<f64> {
        let last = self.iterations();
        let half = last / 2;
        let fall = self.residuals.get(last)? / self.residuals.get(half)?;
        let rate = fall.powf(1.0 / (last - half) as f64);
        (last >= 4 && rate.is_finite() && rate > 0.0).then_some(rate)
    }
}

/// What is seen of an iterate: its number, its relative residual, and itself.
pub type Watch<'a> = &'a mut dyn FnMut(usize, f64, &[f64]) -> bool;

/// Solves `A*x = b` for a square matrix from a start, all of one size.
///
/// `watch` sees every iterate and ends the iteration by returning `false`.
pub fn solve(
    method: Method,
    (a, b): (&Matrix, &[f64]),
    theory: &Theory,
    start: &[f64],
    options: &Options,
    watch: Watch<'_>,
) -> Run {
    let forecast = match theory.forecast(a, method, options) {
        Ok(forecast) => forecast,
        Err(reason) => {
            return Run {
                method,
                status: Status::NotApplicable,
                reason,
                x: start.to_vec(),
                residuals: Vec::new(),
                forecast: None,
            };
        }
    };
    // Both sides are divided by powers of two, so that no square on the way overflows or vanishes.
    let largest = |x: &[f64]| x.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    let of_matrix = common_exponent(a.data());
    let sides = [(b, 0), (start, of_matrix)];
    let sides = sides.into_iter().filter(|(x, _)| largest(x) != 0.0);
    let of_side = sides.map(|(x, more)| common_exponent(x) + more).max().unwrap_or(0);
    let times = |x: &[f64], by: i32| -> Vec<f64> { x.iter().map(|x| ldexp(*x, by)).collect() };
    let (scaled, side) = (a.scaled_by_power(-of_matrix), times(b, -of_side));
    let begin = times(start, of_matrix - of_side);
    let back = |x: &[f64]| times(x, of_side - of_matrix);
    let mut seen = |number: usize, residual: f64, x: &[f64]| watch(number, residual, &back(x));
    let limits = (options, &theory.rows[..]);
    let mut iteration = Iteration::new((&scaled, &side), limits, forecast.radius, &mut seen);
    let status = match method {
        Method::Jacobi => splitting::jacobi(&mut iteration, &begin),
        Method::GaussSeidel | Method::Sor => {
            splitting::relaxation(&mut iteration, &begin, forecast.omega.unwrap_or(1.0))
        }
        Method::ConjugateGradient => conjugate::gradients(&mut iteration, &begin, false),
        Method::ScaledConjugateGradient => conjugate::gradients(&mut iteration, &begin, true),
    };
    let reason = reason(status, &forecast, theory, options);
    let (x, residuals) = iteration.end(&begin);
    let x = back(&x);
    Run { method, status, reason, x, residuals, forecast: Some(forecast) }
}

/// The exponent of the largest entry, or the least one by which the smallest entry can be divided and stay a normal number:
/// entries that vanish would make another system.
fn common_exponent(entries: &[f64]) -> i32 {
    /// Of the smallest that an entry may become; numbers are normal down to 2^-1022.
    const LEAST: i32 = -1000;
    let exponents = || entries.iter().filter(|x| **x != 0.0).map(|x| exponent_of(*x));
    let (largest, smallest) = (exponents().max().unwrap_or(0), exponents().min().unwrap_or(0));
    largest.min(smallest - LEAST)
}

fn reason(status: Status, forecast: &Forecast, theory: &Theory, options: &Options) -> String {
    let remedy = if theory.definite {
        "use `gauss-seidel` or `cg`, which converge for every symmetric positive definite matrix"
    } else {
        "reorder the equations so that the diagonal dominates, or solve directly"
    };
    match (status, forecast.radius) {
        (Status::Converged, _) => "the residual is within the tolerance".into(),
        (Status::Diverged, Some(radius)) if radius >= 1.0 => format!(
            "the spectral radius of the iteration matrix is {radius:.4}, not below 1: {remedy}"
        ),
        (Status::Diverged, _) => {
            "the iterates exceed the largest number before they begin to converge: scale the equations, or solve directly".into()
        }
        (Status::NoProgress, Some(radius)) if radius > 1.0 + 1e-6 => format!(
            "the spectral radius of the iteration matrix is {radius:.4}, not below 1, and the residual falls no further: {remedy}"
        ),
        (Status::NoProgress, Some(radius)) if radius >= 1.0 - 1e-12 => format!(
            "the spectral radius of the iteration matrix is 1, so the error neither grows nor falls: {remedy}"
        ),
        (Status::NoProgress, _) => format!(
            "rounding keeps the residual above {:e}: ask for less with `--tol`",
            options.tolerance
        ),
        (Status::IterationLimit, _) => match forecast.steps {
            Some(steps) => format!(
                "the steps are used up; about {steps} are predicted: raise `--max-iterations`, or use `cg`"
            ),
            None => "the steps are used up: raise `--max-iterations`".into(),
        },
        (Status::Interrupted, _) => "stopped from outside; this is the best iterate".into(),
        (Status::NotApplicable, _) => {
            "a direction has no positive curvature: the matrix is not positive definite to rounding"
                .into()
        }
    }
}
