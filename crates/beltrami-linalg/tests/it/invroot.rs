//! Inverse roots by products in every number format, against the eigenvalues.

use std::num::NonZeroU32;

use crate::sample::{Sampler, assert_close, product};
use beltrami_linalg::{Error, Format, Matrix, invroot, invroot_in};

fn p(p: u32) -> NonZeroU32 {
    NonZeroU32::new(p).unwrap()
}

/// Eigenvalues spaced logarithmically from `1/κ` to 1.
fn conditioned(s: &mut Sampler, n: usize, kappa: f64) -> Matrix {
    let values: Vec<f64> = (0..n).map(|i| kappa.powf(-(i as f64) / (n - 1) as f64)).collect();
    s.symmetric(&values)
}

fn error(a: &Matrix, b: &Matrix) -> f64 {
    let norm = |m: &Matrix| m.data().iter().map(|x| x * x).sum::<f64>().sqrt();
    norm(&a.plus(-1.0, b)) / norm(b)
}

#[test]
fn every_format_agrees_with_the_eigenvalues() {
    let mut s = Sampler::new(51);
    for format in Format::ALL {
        for q in 1..=5 {
            for kappa in [2.0, 1e1, 1e2, 1e4, 1e8] {
                let u = format.unit_roundoff();
                // Storing the matrix moves its smallest eigenvalue by the roundoff times κ.
                if kappa * u > 0.05 {
                    continue;
                }
                let a = conditioned(&mut s, 24, kappa);
                let exact = invroot(&a, p(q)).unwrap();
                let found = invroot_in(&a, p(q), format, None).unwrap();
                let wrong = error(&found.x, &exact);
                println!(
                    "{format:?} p={q} κ={kappa:e}: {wrong:.1e} in {} steps, residual {:.1e}",
                    found.steps, found.residual
                );
                // A few roundoffs a step for the products, and κ/p of them for the stored matrix.
                let bound = u * (40.0 + 10.0 * kappa);
                assert!(wrong <= bound, "{format:?} p={q} κ={kappa:e}: {wrong:e} above {bound:e}");
            }
        }
    }
}

#[test]
fn scales_are_no_obstacle() {
    let mut s = Sampler::new(52);
    let a = conditioned(&mut s, 6, 10.0);
    for format in Format::ALL {
        let reference = invroot_in(&a, p(2), format, None).unwrap().x;
        for exponent in [-900, 900] {
            let found = invroot_in(&a.scaled_by_power(exponent), p(2), format, None).unwrap();
            // An even power of two changes the exponents of the result only.
            assert_close(&found.x.scaled_by_power(exponent / 2), &reference, 1e-15);
        }
    }
}

/// Su Jianlin's test of his table: means of absolute entries after 6 steps on Wishart matrices of size 100, for which he
/// gives `|X²A - I| = 5e-4` and `|(XA)² - A| = 2e-4`, without the degrees of freedom.
#[test]
fn six_steps_on_wishart_matrices() {
    let mut s = Sampler::new(53);
    let d = 100;
    let mean = |m: &Matrix| m.data().iter().map(|x| x.abs()).sum::<f64>() / m.data().len() as f64;
    // With as many degrees of freedom as dimensions the condition is about 1e5, and one eigenvalue too small for six
    // steps alone counts 2/(πd) = 6e-3.
    for (freedom, of_inverse, of_root) in [(100, 1e-2, 2e-4), (110, 5e-4, 2e-4), (200, 1e-6, 1e-6)]
    {
        for _ in 0..5 {
            // Sums of twelve uniform numbers are nearly normal.
            let entry = |s: &mut Sampler| (0..12).map(|_| s.number()).sum::<f64>() / 2.0;
            let g = Matrix::from_fn(d, freedom, |_, _| entry(&mut s));
            let a = product(&g, &g.transpose()).scaled(1.0 / freedom as f64).symmetric_part();
            let found = invroot_in(&a, p(2), Format::F64, Some(6)).unwrap();
            assert_eq!(found.steps, 6);
            let root = product(&found.x, &a);
            let root = mean(&product(&root, &root).plus(-1.0, &a));
            let inverse = mean(&product(&product(&found.x, &found.x), &a).shifted(-1.0));
            println!("{freedom}: inverse {inverse:.1e}, root {root:.1e}");
            assert!(inverse < of_inverse && root < of_root, "{freedom}: {inverse:e} {root:e}");
        }
    }
}

#[test]
fn what_rounding_destroys_is_refused() {
    let mut s = Sampler::new(54);
    for format in [Format::F32, Format::F16, Format::Bf16] {
        let a = conditioned(&mut s, 24, 1e12);
        match invroot_in(&a, p(2), format, None) {
            Err(Error::NotConverged { .. }) => {}
            other => panic!("{format:?}: {other:?}"),
        }
    }
    let negative = s.symmetric(&[1.0, 0.5, -0.5]);
    assert!(matches!(
        invroot_in(&negative, p(2), Format::F64, None),
        Err(Error::NotConverged { .. })
    ));
    let zero = Matrix::zeros(3, 3);
    assert!(matches!(invroot_in(&zero, p(2), Format::F64, None), Err(Error::RankDeficient { .. })));
    assert!(matches!(invroot(&zero, p(2)), Err(Error::RankDeficient { .. })));
    assert!(matches!(invroot(&negative, p(2)), Err(Error::NegativeAxis { .. })));
    let general = s.matrix(3, 3);
    assert!(matches!(
        invroot_in(&general, p(2), Format::F64, None),
        Err(Error::NotSymmetric { .. })
    ));
    assert_eq!(invroot_in(&Matrix::zeros(0, 0), p(2), Format::Bf16, None).unwrap().x.rows(), 0);
}
