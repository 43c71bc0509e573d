//! Randomised singular values against known ones.

use crate::sample::{Sampler, assert_close, product};
use beltrami_linalg::random::{Evidence, Method};
use beltrami_linalg::{
    Error, LinearOperator, Matrix, Norm, RandomOptions, RandomSvd, Rule, SparseMatrix, Svd,
    frobenius, matmul, random_svd, truncation,
};

/// `m×n` with these singular values and vectors that have nothing to do with the axes.
fn with_values(s: &mut Sampler, m: usize, n: usize, values: &[f64]) -> Matrix {
    let (u, v) = (s.orthogonal(m), s.orthogonal(n));
    let k = values.len();
    let us = Matrix::from_fn(m, k, |i, j| u[(i, j)] * values[j]);
    product(&us, &v.block(0, 0, n, k).transpose())
}

fn relative(limit: f64, norm: Norm) -> Rule {
    Rule::Error { limit, relative: true, norm }
}

/// `‖A - U*diag(s)*V'‖` with pairs of numbers, so that what rounding of the sums leaves is beneath its last digit.
fn exact_distance(a: &Matrix, svd: &Svd) -> f64 {
    // Squares and rounding errors of what is left must be numbers.
    let exponent = beltrami_linalg::exponent_of(a.max_abs());
    let a = &a.scaled_by_power(-exponent);
    let s: Vec<f64> = svd.s.iter().map(|s| beltrami_linalg::ldexp(*s, -exponent)).collect();
    let two_product = |x: f64, y: f64| (x * y, x.mul_add(y, -(x * y)));
    let add = |(high, low): (f64, f64), x: f64| {
        let sum = high + x;
        let other = sum - high;
        (sum, low + ((high - (sum - other)) + (x - other)))
    };
    let mut square = 0.0;
    for i in 0..a.rows() {
        for j in 0..a.cols() {
            let mut rest = (a[(i, j)], 0.0);
            for (k, s) in s.iter().enumerate() {
                let (us, us_low) = two_product(svd.u[(i, k)], *s);
                let (high, low) = two_product(us, svd.v[(j, k)]);
                rest = add(rest, -high);
                rest.1 -= low + us_low * svd.v[(j, k)];
            }
            square += (rest.0 + rest.1).powi(2);
        }
    }
    beltrami_linalg::ldexp(square.sqrt(), exponent)
}

/// The true error; fails unless the estimate is neither below it nor far above, and the factors are orthonormal.
#[track_caller]
fn exact_error(a: &Matrix, found: &RandomSvd, slack: f64) -> f64 {
    let error = exact_distance(a, &found.svd);
    let estimate = found.error.frobenius;
    // Products of two rows are right to about this.
    let rounding = 1e-14 * frobenius(a);
    assert!(estimate >= error, "{estimate:e} {error:e}");
    assert!(estimate <= error * slack + rounding, "{estimate:e} {error:e}");
    let residual = found.svd.residual(a);
    assert!(residual.orthogonality < 1e-12, "{residual:?}");
    error
}

#[test]
fn harmonic_values_are_found_to_the_best_error() {
    let values: Vec<f64> = (1..=400).map(|i| 1.0 / f64::from(i)).collect();
    let a = with_values(&mut Sampler::new(31), 400, 400, &values);
    let best = truncation(&values, Rule::Rank(50)).unwrap().frobenius;
    let found = random_svd(&a, &RandomOptions::new(Rule::Rank(50))).unwrap();
    let error = exact_error(&a, &found, 1.01);
    assert!(found.converged && error / best - 1.0 <= 1e-6);
    for (s, t) in found.svd.s.iter().zip(&values) {
        // The accuracy that options ask for by default.
        assert!((s / t - 1.0).abs() <= 1e-8);
    }
    let power = RandomOptions {
        method: Method::Power { iterations: 7 },
        ..RandomOptions::new(Rule::Rank(50))
    };
    let found = random_svd(&a, &power).unwrap();
    // Seven power iterations leave 2e-5 at size 4096, and more at smaller ones.
    assert!(exact_error(&a, &found, 1.01) / best - 1.0 <= 1e-3);
    assert_eq!((found.blocks, found.columns), (1, 60));
}

#[test]
fn a_spectrum_without_a_gap_is_found_at_default_settings() {
    // graphtools#58: values 500, 499, … 250, then 249 zeros.
    let values: Vec<f64> = (0..251).map(|i| 500.0 - f64::from(i)).collect();
    let a = with_values(&mut Sampler::new(32), 1000, 500, &values);
    let found = random_svd(&a, &RandomOptions::new(Rule::Rank(50))).unwrap();
    for (s, t) in found.svd.s.iter().zip(&values) {
        assert!((s / t - 1.0).abs() <= 1e-8, "{s} {t}");
    }
    exact_error(&a, &found, 1.01);
}

#[test]
fn the_leading_axis_of_noise_is_found() {
    // sklearn#20589, smaller: tall Gaussian noise, whose values lie close together.
    let mut s = Sampler::new(33);
    let a = s.matrix(4000, 20);
    let exact = Svd::new(&a).unwrap();
    let found = random_svd(&a, &RandomOptions::new(Rule::Rank(1))).unwrap();
    let cosine: f64 = (0..20).map(|i| exact.v[(i, 0)] * found.svd.v[(i, 0)]).sum();
    assert!(cosine.abs() >= 1.0 - 1e-10, "{cosine}");
}

#[test]
fn tolerances_are_met_with_few_more_vectors_than_needed() {
    let mut s = Sampler::new(34);
    let n = 400;
    let harmonic: Vec<f64> = (1..=n).map(|i| 1.0 / i as f64).collect();
    let falling: Vec<f64> = (1..=n).map(|i| 10.0_f64.powf(-(i as f64) / 20.0)).collect();
    for (values, limits) in [
        (&harmonic, &[0.3, 0.2, 0.1, 0.05][..]),
        (&falling, &[1e-1, 1e-2, 1e-4, 1e-7, 1e-10, 1e-12]),
    ] {
        let a = with_values(&mut s, n, n, values);
        for &limit in limits {
            for method in [Method::Krylov, Method::Power { iterations: 2 }] {
                let rule = relative(limit, Norm::Frobenius);
                let options = RandomOptions { method, ..RandomOptions::new(rule) };
                let found = random_svd(&a, &options).unwrap();
                let rank = found.svd.s.len();
                let needed = truncation(values, rule).unwrap().rank;
                println!("{limit:e} {method:?}: {rank} for {needed}, {:?}", found.error);
                // One less where powers of ten stand at the limit.
                assert!(rank + 1 >= needed && rank <= needed + options.block, "{rank} {needed}");
                let error = exact_error(&a, &found, 1.01);
                assert!(error <= limit * frobenius(&a) * (1.0 + 1e-2) + 1e-15);
                assert!(found.converged);
            }
        }
    }
    let a = with_values(&mut s, n, n, &falling);
    let spectral = random_svd(&a, &RandomOptions::new(relative(1e-3, Norm::Spectral))).unwrap();
    let largest = Svd::new(&a.plus(-1.0, &spectral.svd.product())).unwrap().s[0];
    assert!(largest <= spectral.error.spectral && largest <= 1e-3 * falling[0]);
    let energy = random_svd(&a, &RandomOptions::new(Rule::Energy(0.98))).unwrap();
    let needed = truncation(&falling, Rule::Energy(0.98)).unwrap().rank;
    assert_eq!(energy.svd.s.len(), needed);
    let limit = 1e-3 * frobenius(&a);
    let absolute = Rule::Error { limit, relative: false, norm: Norm::Frobenius };
    let found = random_svd(&a, &RandomOptions::new(absolute)).unwrap();
    assert!(exact_error(&a, &found, 1.01) <= limit);
}

/// A matrix of which nothing is known but products.
struct Products(Matrix);

impl LinearOperator for Products {
    fn shape(&self) -> (usize, usize) {
        (self.0.rows(), self.0.cols())
    }
    fn apply(&self, x: &Matrix) -> Result<Matrix, Error> {
        matmul(&self.0, x)
    }
    fn apply_transpose(&self, y: &Matrix) -> Result<Matrix, Error> {
        matmul(&self.0.transpose(), y)
    }
}

#[test]
fn products_alone_are_enough() {
    let values: Vec<f64> = (1..=120).map(|i| 0.8_f64.powi(i)).collect();
    let a = with_values(&mut Sampler::new(35), 150, 120, &values);
    for limit in [1e-2, 1e-6, 1e-10] {
        let options =
            RandomOptions { block: 16, ..RandomOptions::new(relative(limit, Norm::Frobenius)) };
        let found = random_svd(&Products(a.clone()), &options).unwrap();
        assert_eq!(found.error.evidence, Evidence::Probes);
        // The tail inside the basis is exact, and the rest is estimated with a factor of at most two and its scatter.
        let error = exact_error(&a, &found, 4.0);
        assert!(error <= limit * frobenius(&a));
        assert!(
            found.svd.s.len()
                <= truncation(&values, relative(limit, Norm::Frobenius)).unwrap().rank + 16
        );
    }
}

#[test]
fn sparse_matrices_give_what_dense_ones_give() {
    let mut s = Sampler::new(36);
    let mut entries = Vec::new();
    let mut dense = Matrix::zeros(300, 200);
    for k in 0..2500_usize {
        let (i, j, x) = ((k * 7919) % 300, (k * k * 31 + k) % 200, s.number());
        entries.push((i, j, x));
        dense[(i, j)] += x;
    }
    let sparse = SparseMatrix::new(300, 200, &entries).unwrap();
    let exact = Svd::new(&dense).unwrap();
    for rank in [1, 20] {
        let found = random_svd(&sparse, &RandomOptions::new(Rule::Rank(rank))).unwrap();
        for (s, t) in found.svd.s.iter().zip(&exact.s) {
            assert!((s / t - 1.0).abs() <= 1e-8);
        }
        exact_error(&dense, &found, 1.01);
    }
    assert!((sparse.frobenius_norm().unwrap() / frobenius(&dense) - 1.0).abs() < 1e-14);
    let (q, b) = (s.matrix(300, 3), s.matrix(3, 200));
    let expected = dense.distance(&q, &b).unwrap();
    assert!((sparse.distance(&q, &b).unwrap() / expected - 1.0).abs() < 1e-13);
    assert_close(&sparse.apply(&b.transpose()).unwrap(), &product(&dense, &b.transpose()), 1e-14);
    assert_close(&sparse.apply_transpose(&q).unwrap(), &product(&dense.transpose(), &q), 1e-14);
    assert!(sparse.entries() <= 2500);
    assert!(matches!(SparseMatrix::new(2, 2, &[(2, 0, 1.0)]), Err(Error::Shape { .. })));
    assert!(matches!(SparseMatrix::new(2, 2, &[(1, 0, f64::NAN)]), Err(Error::NotFinite { .. })));
}

#[test]
fn low_rank_is_found_exactly_also_when_every_value_is_equal() {
    let mut s = Sampler::new(37);
    let a = product(&s.matrix(90, 5), &s.matrix(5, 70));
    for rule in [Rule::Rank(30), relative(1e-12, Norm::Frobenius), relative(0.0, Norm::Spectral)] {
        let found =
            random_svd(&a, &RandomOptions { block: 8, ..RandomOptions::new(rule) }).unwrap();
        assert!(found.converged && exact_error(&a, &found, 2.0) <= 1e-13 * frobenius(&a));
    }
    // A Krylov space of the identity ends after one block.
    let found = random_svd(
        &Matrix::identity(60),
        &RandomOptions { block: 8, ..RandomOptions::new(relative(1e-3, Norm::Frobenius)) },
    )
    .unwrap();
    assert_eq!(found.svd.s.len(), 60);
    let found = random_svd(&s.symmetric(&[2.0; 40]), &RandomOptions::new(Rule::Rank(3))).unwrap();
    assert!(found.svd.s.iter().all(|s| (s / 2.0 - 1.0).abs() < 1e-13));
}

#[test]
fn seeds_repeat_and_scales_do_not_matter() {
    let mut s = Sampler::new(38);
    let a = s.matrix(80, 60);
    let options = RandomOptions::new(Rule::Rank(6));
    let found = random_svd(&a, &options).unwrap();
    assert_eq!(random_svd(&a, &options).unwrap().svd.u, found.svd.u);
    let other = random_svd(&a, &RandomOptions { seed: 2, ..options }).unwrap();
    assert_ne!(other.svd.u, found.svd.u);
    for exponent in [-900, 900] {
        let b = a.scaled_by_power(exponent);
        let scaled = random_svd(&b, &options).unwrap();
        let factor = Matrix::new(1, 6, found.svd.s.clone()).unwrap().scaled_by_power(exponent);
        for (s, t) in scaled.svd.s.iter().zip(factor.data()) {
            assert!((s / t - 1.0).abs() < 1e-10);
        }
        exact_error(&b, &scaled, 1.01);
    }
}

#[test]
fn edges_are_no_trap() {
    let mut s = Sampler::new(39);
    for (m, n) in [(0, 0), (0, 4), (4, 0), (1, 1), (1, 9), (9, 1), (10, 20)] {
        let a = s.matrix(m, n);
        for rule in [
            Rule::Rank(0),
            Rule::Rank(10),
            Rule::Rank(1000),
            Rule::Energy(1.0),
            relative(0.1, Norm::Frobenius),
        ] {
            let found = random_svd(&a, &RandomOptions::new(rule)).unwrap();
            assert!(found.svd.s.len() <= m.min(n));
            assert_eq!((found.svd.u.rows(), found.svd.v.rows()), (m, n));
            exact_error(&a, &found, 1.01);
        }
    }
    let zero =
        random_svd(&Matrix::zeros(5, 4), &RandomOptions::new(relative(0.1, Norm::Frobenius)))
            .unwrap();
    assert_eq!((zero.error.relative, zero.svd.s.len()), (0.0, 0));
    let nan = Matrix::new(1, 2, vec![f64::NAN, 1.0]).unwrap();
    assert!(matches!(
        random_svd(&nan, &RandomOptions::new(Rule::Rank(1))),
        Err(Error::NotFinite { .. })
    ));
    assert!(matches!(
        random_svd(&zero.svd.u, &RandomOptions::new(Rule::Energy(2.0))),
        Err(Error::Shape { .. })
    ));
}

/// Where few digits are asked for, the basis comes from products in single precision; error and factors do not.
#[test]
fn few_digits_come_from_single_precision() {
    let n = 520;
    let values: Vec<f64> = (1..=n).map(|i| 1.0 / i as f64).collect();
    let mut s = Sampler::new(37);
    let options = RandomOptions { accuracy: 1e-4, ..RandomOptions::new(Rule::Rank(20)) };
    // Powers of two change nothing but the exponents, in either precision.
    let a = with_values(&mut s, n, n, &values);
    let best = truncation(&values, Rule::Rank(20)).unwrap().frobenius;
    let found = random_svd(&a, &options).unwrap();
    let error = exact_error(&a, &found, 1.01);
    assert!(found.converged && error / best - 1.0 <= 1e-6);
    for (s, t) in found.svd.s.iter().zip(&values) {
        assert!((s / t - 1.0).abs() <= 1e-4);
    }
    let huge = random_svd(&a.scaled_by_power(900), &options).unwrap();
    assert_eq!(huge.svd.u, found.svd.u);
    // Values below the rounding of single precision are left to exact products.
    let steep: Vec<f64> = (0..n).map(|i| 10.0_f64.powf(-0.5 * i as f64)).collect();
    let b = with_values(&mut s, n, n, &steep);
    let found = random_svd(&b, &options).unwrap();
    for (s, t) in found.svd.s.iter().zip(&steep) {
        // Beside the rounding of the matrix itself.
        assert!((s - t).abs() <= 1e-4 * t + 1e-14, "{s:e} {t:e}");
    }
}

/// Spectra that fall, end, and repeat, of tall, wide and square matrices, at ranks below, at and beyond the numerical one.
#[test]
fn no_error_exceeds_the_bound_rounding_included() {
    let mut cases = 0;
    for seed in 0..24_u64 {
        let mut s = Sampler::new(700 + seed);
        let (m, n) = [(60, 40), (40, 60), (50, 50), (300, 20)][(seed % 4) as usize];
        let count = m.min(n);
        let values: Vec<f64> = (0..count)
            .map(|i| match seed / 4 {
                0 => 0.8_f64.powi(i as i32),
                1 => 0.3_f64.powi(i as i32),
                2 => f64::from(u8::from(i < 7)),
                3 => 1.0 / (i + 1) as f64,
                4 => {
                    if i < 5 {
                        1.0
                    } else {
                        1e-6 * 0.9_f64.powi(i as i32)
                    }
                }
                _ => {
                    if i < 5 {
                        1e9
                    } else {
                        1e-3
                    }
                }
            })
            .collect();
        let a = with_values(&mut s, m, n, &values);
        for rule in [
            Rule::Rank(3),
            Rule::Rank(5),
            Rule::Rank(7),
            Rule::Rank(count),
            Rule::Energy(1.0),
            relative(1e-9, Norm::Spectral),
        ] {
            let found =
                random_svd(&a, &RandomOptions { seed, ..RandomOptions::new(rule) }).unwrap();
            let error = exact_distance(&a, &found.svd);
            let what = format!("seed {seed}, {rule:?}, {:?}", found.error);
            assert!(found.error.frobenius >= error, "{what}: {error:e}");
            let whole = frobenius(&a);
            assert!(found.error.relative * whole * (1.0 + 1e-15) >= error, "{what}: {error:e}");
            // The difference in `f64` is off by no more than this, which the bound in the spectral norm is compared with.
            let rest = a.plus(-1.0, &found.svd.product());
            let spectral = beltrami_linalg::singular_values(&rest).unwrap()[0];
            assert!(found.error.spectral >= spectral - 1e-14 * whole, "{what}: {spectral:e}");
            assert!(found.error.frobenius <= 1.02 * error + 1e-14 * whole, "{what}: {error:e}");
            cases += 1;
        }
    }
    assert_eq!(cases, 144);
}
