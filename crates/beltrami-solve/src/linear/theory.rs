//! What can be said before the first step.

use beltrami_linalg::{
    Cholesky, Equilibrated, Error, Lu, Matrix, SymmetricEigen, eigenvalues, exponent_of, ldexp,
    norm, singular_values,
};

use super::splitting::{jacobi_matrix, relaxation_matrix};
use super::{Gershgorin, Method, Options};

/// How much larger entries of the diagonal are than the rest of their rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dominance {
    /// In every row larger: Jacobi's and Gauss–Seidel's methods converge (Saad 2003, theorem 4.9).
    Strict,
    /// Nowhere smaller, somewhere larger, and no equations stand apart: both converge too.
    Irreducible,
    /// Nowhere smaller.
    Weak,
    /// Somewhere smaller.
    None,
}

impl Dominance {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Dominance::Strict => "strict",
            Dominance::Irreducible => "irreducible",
            Dominance::Weak => "weak",
            Dominance::None => "none",
        }
    }
}

/// Properties of a square matrix.
#[derive(Clone, Debug)]
pub struct Theory {
    /// Real and imaginary parts; ascending where the matrix is symmetric.
    pub eigenvalues: Vec<(f64, f64)>,
    /// The largest singular value.
    pub norm: f64,
    /// The largest singular value over the least one.
    ///
    /// Infinite where it is beyond all numbers.
    pub condition: f64,
    /// Whether it equals its transpose, to rounding.
    pub symmetric: bool,
    /// Whether it is symmetric with positive eigenvalues only.
    pub definite: bool,
    /// How the diagonal compares with the rows.
    pub dominance: Dominance,
    /// Discs around the eigenvalues.
    pub gershgorin: Gershgorin,
    /// Exponents of powers of two by which rows are divided before they are compared; 0 where they are of alike sizes.
    pub rows: Vec<i32>,
}

/// What is known of one method beforehand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// The spectral radius of the iteration matrix, for methods that have one.
    pub radius: Option<f64>,
    /// The factor of a step of successive over-relaxation.
    pub omega: Option<f64>,
    /// The condition number that bounds conjugate gradients.
    pub condition: Option<f64>,
    /// How many different eigenvalues there are: in exact arithmetic the most steps of conjugate gradients.
    pub distinct: Option<usize>,
    /// The steps to the tolerance: `ln(tol)/ln(radius)`, or those after which the bound of conjugate gradients is below
    /// it; none where the radius is 1 or more.
    pub steps: Option<usize>,
}

impl Forecast {
    /// What theory says of the relative residual after `k` steps: `radiusᵏ`, or for conjugate gradients the bound
    /// `2√κ((√κ-1)/(√κ+1))ᵏ` (Saad 2003, theorem 6.29, with `|e|_A` between `|r|/√λₘₐₓ` and `|r|/√λₘᵢₙ`).
    pub fn residual(&self, k: f64) -> Option<f64> {
        let bound = |condition: f64| 2.0 * condition.sqrt() * contraction(condition).powf(k);
        self.radius.map(|radius| radius.powf(k)).or(self.condition.map(bound))
    }
}

impl Theory {
    /// Looks at a square matrix.
    ///
    /// # Errors
    /// [`Error::Singular`] where the matrix has no inverse to working precision, whatever rows and columns are multiplied
    /// with; [`Error::NotSquare`],
    /// [`Error::NotFinite`], [`Error::Shape`] for an empty one, and those of the decompositions.
    pub fn new(a: &Matrix) -> Result<Theory, Error> {
        if a.rows() == 0 {
            return Err(Error::Shape { function: "linear", detail: "the matrix is empty".into() });
        }
        if a.rows() != a.cols() {
            return Err(Error::NotSquare { function: "linear", rows: a.rows(), cols: a.cols() });
        }
        let scaled = Equilibrated::where_needed(a);
        let singular = singular_values(&scaled.matrix)?;
        let (largest, least) = (singular[0], singular[singular.len() - 1]);
        // Below this the least singular value is rounding.
        if least <= a.rows() as f64 * f64::EPSILON * largest {
            let rcond = if largest > 0.0 { least / largest } else { 0.0 };
            return Err(Error::Singular { rcond });
        }
        let (norm, condition) = match scaled.is_plain() {
            true => (largest, largest / least),
            false => {
                let norm = singular_values(a)?[0];
                (norm, condition(norm, &scaled)?)
            }
        };
        let symmetric = SymmetricEigen::new(a).ok();
        let eigenvalues = match &symmetric {
            Some(eigen) => eigen.values.iter().map(|x| (*x, 0.0)).collect(),
            None => eigenvalues(a)?,
        };
        let mut theory = Theory {
            eigenvalues,
            norm,
            condition,
            symmetric: symmetric.is_some(),
            definite: symmetric.is_some() && is_definite(a),
            dominance: dominance(a),
            gershgorin: Gershgorin::new(a),
            rows: scaled.rows,
        };
        if theory.symmetric {
            theory.eigenvalues.sort_by(|x, y| x.0.total_cmp(&y.0));
        }
        Ok(theory)
    }

    /// What to expect of a method, or why there is no such method for this matrix.
    pub fn forecast(
        &self,
        a: &Matrix,
        method: Method,
        options: &Options,
    ) -> Result<Forecast, String> {
        match method {
            Method::ConjugateGradient | Method::ScaledConjugateGradient => {
                self.conjugate(a, method, options)
            }
            _ => stationary(a, method, options),
        }
    }

    /// A bound on `|x - x*|/|x*|` in the 2-norm, where `x*` is the solution: `condition*|r|/|b|` (Saad 2003, section
    /// 1.13.2), with what rounding adds to the residual and to the least singular value.
    pub fn error_bound(&self, (a, b): (&Matrix, &[f64]), x: &[f64]) -> Option<f64> {
        let n = b.len() as f64;
        let unit = (n + 1.0) * f64::EPSILON;
        let left = |(i, b): (usize, &f64)| {
            let terms = || a.row(i).iter().zip(x).map(|(a, x)| a * x);
            let rounding = unit * (b.abs() + terms().map(f64::abs).sum::<f64>());
            (b - terms().sum::<f64>()).abs() + rounding
        };
        let left: Vec<f64> = b.iter().enumerate().map(left).collect();
        let least = 1.0 / self.condition - n * f64::EPSILON;
        let bound = norm(&left) / norm(b) * (1.0 + n * f64::EPSILON) / least;
        (bound.is_finite() && least > 0.0).then_some(bound)
    }

    fn conjugate(&self, a: &Matrix, method: Method, options: &Options) -> Result<Forecast, String> {
        let remedy = "conjugate gradients need a symmetric positive definite matrix; solve `A'*A*x = A'*b` for a square of its condition";
        if !self.symmetric {
            return Err(format!(
                "the matrix is not symmetric (relative asymmetry {:.1e}): {remedy}",
                a.asymmetry()
            ));
        }
        if !self.definite {
            let least = self.eigenvalues.first().map_or(f64::NAN, |x| x.0);
            return Err(format!(
                "the matrix is not positive definite (least eigenvalue {least:.4e}): {remedy}"
            ));
        }
        let values: Vec<f64> = if method == Method::ConjugateGradient {
            self.eigenvalues.iter().map(|x| x.0).collect()
        } else {
            let scaled = Matrix::from_fn(a.rows(), a.rows(), |i, j| {
                a[(i, j)] / a[(i, i)].sqrt() / a[(j, j)].sqrt()
            });
            let eigen = SymmetricEigen::new(&scaled).map_err(|error| error.to_string())?;
            let mut values = eigen.values;
            values.sort_by(f64::total_cmp);
            values
        };
        let (least, largest) = (values[0], values[values.len() - 1]);
        // An eigenvalue far below the largest one is rounding; that of the inverse is not.
        let condition = match method {
            Method::ConjugateGradient => self.condition,
            _ => largest / least,
        };
        // Eigenvalues of a symmetric matrix are right to a few roundings of the largest.
        let close = 1e2 * values.len() as f64 * f64::EPSILON * largest;
        let distinct = 1 + values.windows(2).filter(|pair| pair[1] - pair[0] > close).count();
        let rate = contraction(condition).ln();
        let bound = (options.tolerance.ln() - (2.0 * condition.sqrt()).ln()) / rate;
        let steps = Some(whole(bound).map_or(distinct, |bound| bound.min(distinct)));
        Ok(Forecast {
            radius: None,
            omega: None,
            condition: Some(condition),
            distinct: Some(distinct),
            steps,
        })
    }
}

/// Whether a symmetric matrix is positive definite, which no scaling of rows and columns alike changes.
fn is_definite(a: &Matrix) -> bool {
    let n = a.rows();
    let half = |i: usize| exponent_of(a[(i, i)]).div_euclid(2);
    let scaled = Matrix::from_fn(n, n, |i, j| ldexp(a[(i, j)], -half(i) - half(j)));
    (0..n).all(|i| a[(i, i)] > 0.0) && scaled.is_finite() && Cholesky::new(&scaled).is_ok()
}

/// `‖A‖*‖inv(A)‖` of a matrix whose rows and columns are of sizes far apart: its least singular value is beneath the rounding
/// of the largest, while the inverse of the scaled matrix has its digits.
fn condition(norm: f64, scaled: &Equilibrated) -> Result<f64, Error> {
    let inverse = Lu::new(&scaled.matrix)?.inverse()?;
    let n = inverse.rows();
    let by = |i: usize, j: usize| scaled.cols[i] + scaled.rows[j];
    let places = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
    let nonzero = places.filter(|(i, j)| inverse[(*i, *j)] != 0.0);
    let largest = nonzero.map(|(i, j)| exponent_of(inverse[(i, j)]) - by(i, j)).max().unwrap_or(0);
    let whole = Matrix::from_fn(n, n, |i, j| ldexp(inverse[(i, j)], -by(i, j) - largest));
    Ok(ldexp(norm * singular_values(&whole)?[0], largest))
}

fn stationary(a: &Matrix, method: Method, options: &Options) -> Result<Forecast, String> {
    if let Some(i) = (0..a.rows()).find(|i| a[(*i, *i)] == 0.0) {
        return Err(format!(
            "entry ({0}, {0}) is zero and cannot be divided by: reorder the equations so that no zero is on the diagonal",
            i + 1
        ));
    }
    let beyond =
        |_| "the iteration matrix is beyond the largest number: scale the rows".to_string();
    let spectrum = |matrix: &Matrix| eigenvalues(matrix).map_err(beyond);
    let radius = |values: &[(f64, f64)]| values.iter().map(|x| x.0.hypot(x.1)).fold(0.0, f64::max);
    let (radius, omega) = match method {
        Method::Jacobi => (radius(&spectrum(&jacobi_matrix(a))?), None),
        Method::Sor => {
            let omega = match options.omega {
                Some(omega) => omega,
                None => young(&spectrum(&jacobi_matrix(a))?)?,
            };
            (radius(&spectrum(&relaxation_matrix(a, omega))?), Some(omega))
        }
        _ => (radius(&spectrum(&relaxation_matrix(a, 1.0))?), None),
    };
    let steps = if radius < 1.0 { whole(options.tolerance.ln() / radius.ln()) } else { None };
    Ok(Forecast { radius: Some(radius), omega, condition: None, distinct: None, steps })
}

/// `2/(1 + √(1 - ρ²))` with the spectral radius of Jacobi's method: the best factor where the matrix is consistently
/// ordered, as tridiagonal ones are, and Jacobi's eigenvalues are real (Young 1954).
fn young(values: &[(f64, f64)]) -> Result<f64, String> {
    let radius = values.iter().map(|x| x.0.hypot(x.1)).fold(0.0, f64::max);
    // The eigenvalues of a matrix that is not symmetric may leave the axis by the root of a rounding.
    let real = values.iter().all(|x| x.1.abs() <= 1e-7 * radius);
    if radius >= 1.0 || !real {
        return Err(format!(
            "Young's factor needs real eigenvalues of Jacobi's method below 1, {}: give a factor with `--omega`",
            if real {
                format!("its spectral radius is {radius:.4}")
            } else {
                "and some are complex".into()
            }
        ));
    }
    Ok(2.0 / (1.0 + (1.0 - radius * radius).sqrt()))
}

/// `(√κ-1)/(√κ+1)`.
fn contraction(condition: f64) -> f64 {
    let root = condition.max(1.0).sqrt();
    (root - 1.0) / (root + 1.0)
}

fn whole(steps: f64) -> Option<usize> {
    // A radius of 0 needs a step for each time that the matrix is nilpotent; one is what the formula gives.
    (steps.is_finite() && steps < 1e15).then(|| steps.max(1.0).ceil() as usize)
}

fn dominance(a: &Matrix) -> Dominance {
    let n = a.rows();
    let sums: Vec<(f64, f64)> = (0..n)
        .map(|i| {
            let others = a.row(i).iter().enumerate().filter(|(j, _)| *j != i);
            (a[(i, i)].abs(), others.map(|(_, x)| x.abs()).sum())
        })
        .collect();
    if sums.iter().all(|(own, others)| own > others) {
        Dominance::Strict
    } else if sums.iter().any(|(own, others)| own < others) {
        Dominance::None
    } else if sums.iter().any(|(own, others)| own > others)
        && reaches_all(n, &|i, j| a[(i, j)] != 0.0)
        && reaches_all(n, &|i, j| a[(j, i)] != 0.0)
    {
        Dominance::Irreducible
    } else {
        Dominance::Weak
    }
}

/// Whether a way of nonzero entries leads from the first row to every other.
fn reaches_all(n: usize, linked: &dyn Fn(usize, usize) -> bool) -> bool {
    let mut seen = vec![false; n];
    let mut next = vec![0];
    seen[0] = true;
    while let Some(i) = next.pop() {
        for (j, seen) in seen.iter_mut().enumerate() {
            if !*seen && linked(i, j) {
                *seen = true;
                next.push(j);
            }
        }
    }
    seen.into_iter().all(|seen| seen)
}
