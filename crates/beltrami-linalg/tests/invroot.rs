//! Inverse roots by products in every number format, against the eigenvalues.

mod sample;

use std::num::NonZeroU32;

use beltrami_linalg::{Error, Format, Matrix, invroot, invroot_in};
use sample::{Sampler, assert_close, product};

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

/// The published figures for 100 degrees of freedom in 100 dimensions, means of absolute entries after 6 steps.
#[test]
fn six_steps_on_a_wishart_matrix() {
    let mut s = Sampler::new(53);
    let d = 100;
    // Sums of twelve uniform numbers are nearly normal.
    let g = Matrix::from_fn(d, d, |_, _| (0..12).map(|_| s.number()).sum::<f64>() / 2.0);
    let a = product(&g, &g.transpose()).scaled(1.0 / d as f64).symmetric_part();
    let a = a.scaled(1.0 / a.data().iter().map(|x| x * x).sum::<f64>().sqrt());
    let x = invroot_in(&a, p(2), Format::F64, Some(6)).unwrap();
    assert_eq!(x.steps, 6);
    let mean = |m: &Matrix| m.data().iter().map(|x| x.abs()).sum::<f64>() / m.data().len() as f64;
    let root = product(&x.x, &a);
    let of_root = mean(&product(&root, &root).plus(-1.0, &a));
    let of_inverse = mean(&product(&product(&x.x, &x.x), &a).shifted(-1.0));
    println!("root {of_root:.1e}, inverse {of_inverse:.1e}, residual {:.1e}", x.residual);
    // 2e-4 and 5e-4 are published; another draw has other small eigenvalues, hence the factor 4.
    assert!(of_root < 8e-4 && of_inverse < 2e-3, "{of_root:e} {of_inverse:e}");
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
