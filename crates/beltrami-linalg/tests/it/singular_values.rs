//! Singular values by divide and conquer: spectra and structures that its parts treat apart.

use crate::sample::{Sampler, product};
use beltrami_linalg::{Matrix, SingleSvd, Svd, jacobi_svd, singular_values};

/// The factors are orthonormal and reproduce the matrix; the values are those without vectors, to the last bit where both
/// come from divide and conquer.
#[track_caller]
fn check(name: &str, a: &Matrix) {
    let svd = Svd::new(a).expect("finite");
    let residual = svd.residual(a);
    let size = a.rows().max(a.cols()) as f64;
    // Rounding of a backward stable method grows with the root of the size; 16 is four times the worst case here.
    let limit = 16.0 * f64::EPSILON * size.max(4.0).sqrt();
    assert!(residual.backward <= limit, "{name}: {residual:?}");
    // Every column adds its own.
    assert!(residual.orthogonality <= limit * size.sqrt(), "{name}: {residual:?}");
    let values = singular_values(a).expect("finite");
    if a.rows().min(a.cols()) >= 48 {
        assert_eq!(values, svd.s, "{name}");
    }
    let entries: Vec<f32> = a.data().iter().map(|x| *x as f32).collect();
    let rounded = Matrix::new(a.rows(), a.cols(), entries.iter().map(|x| f64::from(*x)).collect())
        .expect("as many");
    let single = SingleSvd::new(a.rows(), a.cols(), &entries).expect("finite");
    let residual = single.widened(a.rows(), a.cols()).expect("fits").residual(&rounded);
    let limit = limit * f64::from(f32::EPSILON) / f64::EPSILON;
    assert!(residual.backward <= limit, "{name}, f32: {residual:?}");
    assert!(residual.orthogonality <= limit * size.sqrt(), "{name}, f32: {residual:?}");
}

fn with_values(s: &mut Sampler, values: &[f64]) -> Matrix {
    let n = values.len();
    product(&product(&s.orthogonal(n), &Matrix::diagonal(values)), &s.orthogonal(n).transpose())
}

#[test]
fn spectra_that_deflate_and_spectra_that_do_not() {
    let mut s = Sampler::new(71);
    let n = 96;
    let part = |i: usize| i as f64 / (n - 1) as f64;
    let spectra: [(&str, Vec<f64>); 9] = [
        ("all equal", vec![1.0; n]),
        ("two clusters", (0..n).map(|i| if i % 2 == 0 { 1.0 } else { 1e-3 }).collect()),
        ("gaps of 1e-15", (0..n).map(|i| 1.0 + 1e-15 * i as f64).collect()),
        ("gaps of 1e-9", (0..n).map(|i| 1.0 + 1e-9 * i as f64).collect()),
        ("linear", (0..n).map(|i| 1.0 - part(i)).collect()),
        ("condition 1e12", (0..n).map(|i| 10.0_f64.powf(-12.0 * part(i))).collect()),
        ("condition 1e200", (0..n).map(|i| 10.0_f64.powf(-200.0 * part(i))).collect()),
        ("rank 3", (0..n).map(|i| if i < 3 { 2.0 - part(i) } else { 0.0 }).collect()),
        ("rank 1 and noise", (0..n).map(|i| if i == 0 { 1.0 } else { 1e-8 }).collect()),
    ];
    for (name, values) in spectra {
        check(name, &with_values(&mut s, &values));
        check(name, &Matrix::diagonal(&values));
    }
}

#[test]
fn structures_and_shapes() {
    let mut s = Sampler::new(72);
    let n = 130;
    let close = |i: usize, j: usize| i == j || j == i + 1;
    let glued = Matrix::from_fn(n, n, |i, j| match (i.abs_diff(j), i.max(j) % 21) {
        (0, _) => (10.0 - (i % 21) as f64).abs(),
        (1, 0) => 1e-10,
        (1, _) => 1.0,
        _ => 0.0,
    });
    for (name, a) in [
        ("zero", Matrix::zeros(n, n)),
        ("ones", Matrix::from_fn(n, n, |_, _| 1.0)),
        ("signed identity", Matrix::from_fn(n, n, |i, j| if i == j { -1.0 } else { 0.0 })),
        ("bidiagonal", Matrix::from_fn(n, n, |i, j| f64::from(u8::from(close(i, j))))),
        ("superdiagonal", Matrix::from_fn(n, n, |i, j| f64::from(u8::from(j == i + 1)))),
        ("hilbert", Matrix::from_fn(n, n, |i, j| 1.0 / (i + j + 1) as f64)),
        ("graded", Matrix::from_fn(n, n, |i, j| 0.5_f64.powi((i + j) as i32) * (i as f64).cos())),
        ("glued", glued),
        ("tall", s.matrix(301, 75)),
        ("wide", s.matrix(64, 150)),
        ("nearly square", s.matrix(90, 71)),
        ("row", s.matrix(1, 40)),
        ("column", s.matrix(40, 1)),
        ("one entry", Matrix::from_fn(1, 1, |_, _| -3.0)),
        ("no rows", Matrix::zeros(0, 4)),
    ] {
        check(name, &a);
    }
    for n in 2..40 {
        check(&format!("size {n}"), &s.matrix(n, n));
    }
}

#[test]
fn small_values_agree_with_rotations() {
    let mut s = Sampler::new(73);
    let values: Vec<f64> = (0..80).map(|i| 10.0_f64.powf(-f64::from(i) / 8.0)).collect();
    let a = with_values(&mut s, &values);
    let (found, rotations) =
        (singular_values(&a).expect("finite"), jacobi_svd(&a).expect("finite"));
    for (found, expected) in found.iter().zip(&rotations.s) {
        // Both are backward stable: values are right to rounding of the largest, which is 1.
        assert!((found - expected).abs() <= 80.0 * f64::EPSILON, "{found:e} {expected:e}");
    }
}

#[test]
fn a_defect_of_rank_and_a_scale_are_seen_together() {
    let mut s = Sampler::new(74);
    let a = product(&s.matrix(100, 7), &s.matrix(7, 80));
    for scale in [1e-300, 1e-30, 1.0, 1e300] {
        let found = Svd::new(&a.scaled(scale)).expect("finite");
        assert_eq!(found.rank(), 7, "{scale:e}");
    }
}
