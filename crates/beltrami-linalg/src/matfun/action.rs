//! The exponential of a matrix times a thin matrix, and its derivative along a direction of low rank, without the exponential.

use crate::error::Error;
use crate::matfun::expm::expm;
use crate::matfun::perturbed::Perturbed;
use crate::matrix::Matrix;
use crate::product::product;

/// `expm(A)*B`: by products of `A` with `B` where these are fewer operations than the exponential.
///
/// Backward error at most one unit roundoff in exact arithmetic.
/// # Errors
/// [`Error::NotSquare`], [`Error::NotFinite`], [`Error::Shape`] where the rows of `B` are not those of `A`, [`Error::Overflow`].
/// # References
/// Al-Mohy and Higham 2011, *Computing the action of the matrix exponential, with an application to exponential integrators*,
/// Algorithm 3.2, with the norm of `A` in place of those of its powers.
pub fn expm_action(a: &Matrix, b: &Matrix) -> Result<Matrix, Error> {
    let n = a.checked_square("expm")?;
    if b.rows() != n {
        let detail = format!("{n}×{n} times {}×{}", b.rows(), b.cols());
        return Err(Error::Shape { function: "expm", detail });
    }
    b.checked_finite("expm")?;
    match Stages::of(a).filter(|stages| stages.are_few(n, b.cols(), 1)) {
        None => product(&expm(a)?, b).checked_result("expm"),
        Some(stages) => {
            let a = Perturbed::constant(stages.centred(a), 1);
            let mut f = Perturbed::constant(b.clone(), 1);
            for _ in 0..stages.count {
                f = stages.sum(&stages.terms(&a, &f));
            }
            f.full().checked_result("expm")
        }
    }
}

/// The derivative of the exponential along `U*W'` and the other directions; nothing where it takes more operations than
/// products of whole matrices.
///
/// With `T` the exponential of `B = A/s` by its series, `exp(A) = Tˢ` has along `E` the derivative `Σᵢ Tⁱ L T^(s-1-i)`, where
/// `L = Σ (BʲE Bˡ)/(j+l+1)!`; of a direction of low rank the products of `B` with `U` and of `B'` with `W` are all that is needed.
pub(crate) fn low_rank_derivative(
    a: &Matrix,
    (u, w): (&Matrix, &Matrix),
    others: &[Matrix],
) -> Option<Result<Matrix, Error>> {
    let n = a.rows();
    // Both sides are gone through. Every direction triples the products, those of whole matrices along this one too.
    let triples = 3_usize.checked_pow(others.len() as u32)?;
    let stages = Stages::of(a)
        .filter(|stages| stages.are_few(n, 2 * triples * u.cols().max(1), 3 * triples))?;
    Some(stages.derivative(a, (u, w), others))
}

/// Factors `U` and `W` with `E = U*W'` but for rounding, with at most so many columns; nothing for a direction of higher rank.
///
/// By cross approximation with the largest entry left as the pivot.
pub(crate) fn low_rank(e: &Matrix, most: usize) -> Option<(Matrix, Matrix)> {
    /// What is left of entries that are products of two numbers each, beside the largest one.
    const ROUNDING: f64 = 8.0 * f64::EPSILON;
    let (m, n) = (e.rows(), e.cols());
    let (mut us, mut ws): (Vec<Vec<f64>>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
    let mut rest = e.clone();
    let mut first = None;
    loop {
        let data = rest.data().iter().enumerate();
        let (place, pivot) = data
            .fold((0, 0.0_f64), |best, (i, x)| if x.abs() > best.1.abs() { (i, *x) } else { best });
        let largest = *first.get_or_insert(pivot.abs());
        if pivot.abs() <= ROUNDING * largest {
            let stacked =
                |all: &[Vec<f64>], rows| Matrix::from_fn(rows, all.len(), |i, j| all[j][i]);
            return Some((stacked(&us, m), stacked(&ws, n)));
        }
        if us.len() == most {
            return None;
        }
        let (row, col) = (place / n, place % n);
        let u: Vec<f64> = (0..m).map(|i| rest[(i, col)] / pivot).collect();
        let w: Vec<f64> = rest.row(row).to_vec();
        for (x, line) in u.iter().zip(rest.data_mut().chunks_exact_mut(n)) {
            line.iter_mut().zip(&w).for_each(|(entry, w)| *entry -= x * w);
        }
        us.push(u);
        ws.push(w);
    }
}

/// The stages of a computation: `exp(A) = (e^(μ/s)*exp((A - μI)/s))^s`.
struct Stages {
    count: usize,
    /// The terms of the series of a stage at most.
    degree: usize,
    /// `μ`, the mean of the diagonal.
    shift: f64,
}

/// Bounds on `‖A/s‖` for a series of so many terms (Higham 2008, Table A.3; Al-Mohy and Higham 2011, Table 3.1).
const THETA: [(usize, f64); 11] = [
    (5, 2.4e-3),
    (10, 1.44e-1),
    (15, 6.41e-1),
    (20, 1.44),
    (25, 2.43),
    (30, 3.54),
    (35, 4.7),
    (40, 6.0),
    (45, 7.2),
    (50, 8.5),
    (55, 9.9),
];
/// Terms beyond those of the table, which derivatives of the series need.
const MORE: usize = 15;
/// More stages than this are never fewer operations than squarings.
const MOST_STAGES: f64 = 1000.0;

impl Stages {
    fn of(a: &Matrix) -> Option<Stages> {
        let n = a.rows();
        let shift = (0..n).map(|i| a[(i, i)] / n as f64).sum::<f64>();
        let norm = a.shifted(-shift).norm_one();
        let number = |theta: f64| (norm / theta).ceil().max(1.0);
        let cost = |(degree, theta): &(usize, f64)| *degree as f64 * number(*theta);
        let (degree, theta) = THETA.iter().min_by(|x, y| cost(x).total_cmp(&cost(y)))?;
        let count = number(*theta);
        (shift.is_finite() && count <= MOST_STAGES).then_some(Stages {
            count: count as usize,
            degree: *degree,
            shift,
        })
    }

    /// Whether products with so many columns take less time than so many exponentials by products of whole matrices.
    fn are_few(&self, n: usize, columns: usize, exponentials: usize) -> bool {
        /// An exponential takes about so many products of whole matrices.
        const WHOLE: usize = 10;
        /// A product with a column reads the matrix from memory and takes so many times longer for each operation.
        const SLOWER: usize = 4;
        let few = self.count * self.degree;
        few.saturating_mul(columns * SLOWER) <= (WHOLE * n).saturating_mul(exponentials)
    }

    /// `(A - μI)/s`.
    fn centred(&self, a: &Matrix) -> Matrix {
        a.shifted(-self.shift).scaled(1.0 / self.count as f64)
    }

    /// The terms `Bᵏb/k!` of the series, as far as they matter beside their sum.
    fn terms(&self, a: &Perturbed, b: &Perturbed) -> Vec<Perturbed> {
        let mut terms = vec![b.clone()];
        let mut sum = b.clone();
        for k in 1..=self.degree + MORE {
            let next = a.product(&terms[k - 1]).scaled(1.0 / k as f64);
            sum = sum.plus(1.0, &next);
            let small = |set: usize| {
                let size = |x: &Perturbed| x.part(set).map_or(0.0, Matrix::max_abs);
                let two = size(&terms[k - 1]) + size(&next);
                two <= 0.5 * f64::EPSILON * size(&sum)
            };
            let done = (0..b.sets()).all(small);
            terms.push(next);
            if done {
                break;
            }
        }
        terms
    }

    /// A stage from its terms.
    fn sum(&self, terms: &[Perturbed]) -> Perturbed {
        let factor = (self.shift / self.count as f64).exp();
        let (last, others) = terms.split_last().unwrap_or((&terms[0], &[]));
        // The smallest first.
        others.iter().rev().fold(last.clone(), |sum, term| sum.plus(1.0, term)).scaled(factor)
    }

    fn derivative(
        &self,
        a: &Matrix,
        (u, w): (&Matrix, &Matrix),
        others: &[Matrix],
    ) -> Result<Matrix, Error> {
        let part = 1.0 / self.count as f64;
        let others: Vec<Matrix> = others.iter().map(|e| e.scaled(part)).collect();
        let a = Perturbed::new("expm", self.centred(a), &others)?;
        let sides = |a: &Perturbed, start: &Matrix| {
            let mut stages = Vec::with_capacity(self.count);
            let mut b = Perturbed::constant(start.clone(), a.sets());
            for _ in 0..self.count {
                let terms = self.terms(a, &b);
                b = self.sum(&terms);
                stages.push(terms);
            }
            stages
        };
        let (left, right) = (sides(&a, u), sides(&a.transpose(), w));
        let factor = (self.shift * part).exp() * part;
        let all = a.sets() - 1;
        let mut found: Option<Matrix> = None;
        for (p, q) in left.iter().zip(right.iter().rev()) {
            let (joined, weighted) = (beside(q), weighted(p, q.len(), u.cols()));
            let stage = weighted.convolved(&joined.transpose(), all, |_| true);
            found = match (found, stage) {
                (Some(sum), Some(stage)) => Some(sum.plus(1.0, &stage)),
                (sum, stage) => sum.or(stage),
            };
        }
        let found = found.unwrap_or_else(|| Matrix::zeros(u.rows(), w.rows()));
        found.scaled(factor).checked_result("expm")
    }
}

/// The terms as blocks of columns.
fn beside(terms: &[Perturbed]) -> Perturbed {
    let first = &terms[0];
    let (rows, width) = first.size();
    let mut joined = Perturbed::zero(rows, width * terms.len(), first.sets());
    for set in 0..first.sets() {
        let parts: Vec<_> = terms.iter().map(|term| term.part(set)).collect();
        if parts.iter().all(Option::is_none) {
            continue;
        }
        let entry = |i: usize, j: usize| parts[j / width].map_or(0.0, |part| part[(i, j % width)]);
        joined.put(set, Matrix::from_fn(rows, width * terms.len(), entry));
    }
    joined
}

/// `Σ_j j!*l!/(j+l+1)!*p_j` for each `l`, as blocks of columns.
fn weighted(terms: &[Perturbed], count: usize, width: usize) -> Perturbed {
    let (rows, cols) = (terms.len() * width, count * width);
    let mut weights = Matrix::zeros(rows, cols);
    for j in 0..terms.len() {
        let mut beta = 1.0 / (j + 1) as f64;
        for l in 0..count {
            if l > 0 {
                beta *= l as f64 / (j + l + 1) as f64;
            }
            for k in 0..width {
                weights[(j * width + k, l * width + k)] = beta;
            }
        }
    }
    beside(terms).map(|part| product(part, &weights))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries from a fixed sequence, of order 1.
    fn sequence(rows: usize, cols: usize, seed: f64) -> Matrix {
        Matrix::from_fn(rows, cols, |i, j| ((i * cols + j) as f64 * 0.618 + seed).sin())
    }

    fn near(x: &Matrix, y: &Matrix, what: &str) {
        let gap = x.plus(-1.0, y).max_abs() / y.max_abs();
        // Both are right to the condition of the exponential, a few hundred here, times rounding.
        assert!(gap < 1e-12, "{what}: {gap:e}");
    }

    #[test]
    fn directions_of_low_rank_are_factored_and_others_are_not() {
        let (u, w) = (sequence(9, 2, 0.3), sequence(7, 2, 1.1));
        let e = product(&u, &w.transpose());
        let (p, q) = low_rank(&e, 2).expect("rank 2");
        near(&product(&p, &q.transpose()), &e, "factors");
        assert!(low_rank(&e, 1).is_none());
        assert_eq!(low_rank(&Matrix::zeros(3, 3), 2).expect("rank 0").0.cols(), 0);
    }

    #[test]
    fn actions_are_products_with_the_exponential() {
        for (scale, shift) in [(0.01, 0.0), (0.4, 0.0), (2.0, -3.0), (9.0, 1.0)] {
            let n = 12;
            let a = sequence(n, n, 0.7).scaled(scale).shifted(shift);
            let b = sequence(n, 2, 0.2);
            let stages = Stages::of(&a).expect("few stages");
            let centred = Perturbed::constant(stages.centred(&a), 1);
            let mut f = Perturbed::constant(b.clone(), 1);
            for _ in 0..stages.count {
                f = stages.sum(&stages.terms(&centred, &f));
            }
            near(&f.full(), &product(&expm(&a).expect("exponential"), &b), "action");
        }
    }

    #[test]
    fn derivatives_along_low_rank_are_those_of_whole_matrices() {
        use crate::matfun::{Expm, MatrixFunction};
        for (scale, shift) in [(0.01, 0.0), (0.4, 0.0), (2.0, -3.0)] {
            let n = 10;
            let a = sequence(n, n, 0.7).scaled(scale).shifted(shift);
            let (u, w) = (sequence(n, 2, 0.1), sequence(n, 2, 0.9));
            let e = product(&u, &w.transpose());
            let (v, z) = (sequence(n, n, 0.5), sequence(n, n, 0.4));
            let stages = Stages::of(&a).expect("few stages");
            for others in [vec![], vec![v.clone()], vec![v.clone(), z.clone()]] {
                let found = stages.derivative(&a, (&u, &w), &others).expect("derivative");
                let directions: Vec<&Matrix> = [&e].into_iter().chain(&others).collect();
                near(&found, &Expm.higher(&a, &directions).expect("derivative"), "low rank");
            }
        }
    }
}
