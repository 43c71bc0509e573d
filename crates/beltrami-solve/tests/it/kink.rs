//! Minima at kinks, and what is said of them.

use beltrami_linalg::{Lu, Matrix};
use beltrami_solve::minimize::{
    Hessian, Method, Objective, Offer, Options, Status, Structure, Undefined, minimize,
};

/// `Σ|aᵢ'x - bᵢ|`: least absolute deviations.
struct Deviations {
    rows: Vec<(Vec<f64>, f64)>,
}

impl Deviations {
    fn rest(&self, x: &[f64]) -> Vec<f64> {
        self.rows
            .iter()
            .map(|(a, b)| a.iter().zip(x).map(|(a, x)| a * x).sum::<f64>() - b)
            .collect()
    }
}

impl Objective for Deviations {
    fn variables(&self) -> usize {
        self.rows[0].0.len()
    }

    fn offer(&self) -> Offer {
        Offer { hessian: Some(Structure::Dense), product: true, ..Offer::default() }
    }

    fn value(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        Ok(self.rest(x).iter().map(|r| r.abs()).sum())
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Undefined> {
        gradient.fill(0.0);
        let rest = self.rest(x);
        for ((a, _), r) in self.rows.iter().zip(&rest) {
            let sign = if *r == 0.0 { 0.0 } else { r.signum() };
            gradient.iter_mut().zip(a).for_each(|(g, a)| *g += sign * a);
        }
        self.value(x)
    }

    fn hessian(&mut self, _: &[f64]) -> Result<Hessian, Undefined> {
        let n = self.variables();
        Ok(Hessian::Dense(Matrix::zeros(n, n)))
    }

    fn product(&mut self, _: &[f64], _: &[f64], product: &mut [f64]) -> Result<(), Undefined> {
        product.fill(0.0);
        Ok(())
    }
}

/// The least value at a point where as many deviations vanish as there are unknowns, which is the least of all.
fn at_corners(rows: &[(Vec<f64>, f64)], n: usize) -> f64 {
    let mut least = f64::INFINITY;
    let mut chosen: Vec<usize> = (0..n).collect();
    loop {
        let a = Matrix::from_fn(n, n, |i, j| rows[chosen[i]].0[j]);
        let b = Matrix::from_fn(n, 1, |i, _| rows[chosen[i]].1);
        if let Ok(x) = Lu::new(&a).and_then(|lu| lu.solve(&b)) {
            let value = Deviations { rows: rows.to_vec() }.value(x.data());
            least = least.min(value.unwrap_or(f64::INFINITY));
        }
        // The next choice.
        let Some(i) = (0..n).rev().find(|i| chosen[*i] < rows.len() - n + i) else { return least };
        chosen[i] += 1;
        (i + 1..n).for_each(|k| chosen[k] = chosen[k - 1] + 1);
    }
}

#[test]
fn least_absolute_deviations_end_at_their_minimum_and_nowhere_else() {
    const SEED: u64 = 12345;
    let mut state = SEED;
    let mut drawn = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 * 2.0 - 1.0
    };
    let methods = [Method::Trust, Method::Newton, Method::Bfgs, Method::Lbfgs, Method::NewtonCg];
    for n in [1, 2, 3, 5] {
        for m in [2 * n + 1, 4 * n, 20] {
            let rows: Vec<(Vec<f64>, f64)> =
                (0..m).map(|_| ((0..n).map(|_| drawn()).collect(), 3.0 * drawn())).collect();
            let least = at_corners(&rows, n);
            for method in methods {
                let mut objective = Deviations { rows: rows.clone() };
                let options = Options { method, ..Options::default() };
                let found = minimize(&mut objective, &vec![0.0; n], &options, &mut |_, _| true)
                    .expect("defined at the start");
                let case = format!("{m} deviations of {n} unknowns by {method:?}, seed {SEED}");
                assert_eq!(found.status, Status::Converged, "{case}: {}", found.reason);
                // Slopes are of the size of the value, and kinks are met to 1e-8 of the unknowns.
                let above = found.value - least;
                assert!(above.abs() <= 1e-7 * least, "{case}: {above:e} above the minimum");
                assert!(found.counts.values < 200_000, "{case}: {:?}", found.counts);
            }
        }
    }
}

/// `|x| - |y|`, which falls without end along its kink.
struct Ridge;

impl Objective for Ridge {
    fn variables(&self) -> usize {
        2
    }

    fn value(&mut self, x: &[f64]) -> Result<f64, Undefined> {
        Ok(x[0].abs() - x[1].abs())
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Undefined> {
        gradient.copy_from_slice(&[x[0].signum(), -x[1].signum()]);
        self.value(x)
    }
}

#[test]
fn a_fall_along_a_kink_ends_and_is_no_minimum() {
    for method in [Method::Bfgs, Method::Lbfgs, Method::Gradient] {
        for start in [[1.0, 0.0], [0.3, 1.0], [0.0, 0.0]] {
            let options = Options { method, ..Options::default() };
            let found = minimize(&mut Ridge, &start, &options, &mut |_, _| true)
                .expect("defined at the start");
            assert_ne!(found.status, Status::Converged, "{method:?} from {start:?}: {found:?}");
        }
    }
}
