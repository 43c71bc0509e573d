//! Orthogonal factors by pivoting, Gram–Schmidt and rotations, on what each of them is for.

use crate::sample::{Sampler, product};
use beltrami_linalg::{
    Error, Matrix, PivotedQr, Residual, Rotation, Svd, gram_schmidt, jacobi_svd,
};

const EPS: f64 = f64::EPSILON;

/// As backward stable methods leave it; see `decompositions.rs` for the factor.
#[track_caller]
fn assert_small(residual: Residual, n: usize) {
    let limit = 100.0 * EPS * (n as f64).sqrt();
    assert!(residual.backward <= limit && residual.orthogonality <= limit, "{residual:?}");
}

#[test]
fn pivoting_reveals_the_rank() {
    let mut s = Sampler::new(15);
    for (m, n, rank) in [(9, 6, 3), (6, 9, 4), (20, 20, 1), (5, 5, 0)] {
        let a = product(&s.matrix(m, rank), &s.matrix(rank, n));
        let pivoted = PivotedQr::new(&a).unwrap();
        assert_eq!((pivoted.numerical_rank(), Svd::new(&a).unwrap().rank()), (rank, rank));
        assert_small(pivoted.residual(&a), m.max(n));
        let diagonal: Vec<f64> = (0..m.min(n)).map(|i| pivoted.r[(i, i)].abs()).collect();
        // Norms of remaining columns are updated and not computed anew, so that they may rise by rounding.
        assert!(diagonal.windows(2).all(|pair| pair[1] <= pair[0] * (1.0 + 1e-8) + 1e-13));
    }
}

#[test]
fn gram_schmidt_is_orthogonal_whatever_the_condition() {
    // Condition 1e15; one pass alone would leave Q'Q wrong in the first digit.
    let a = Matrix::from_fn(12, 9, |i, j| 1.0 / (i + j + 1) as f64);
    let qr = gram_schmidt(&a).unwrap();
    assert_small(qr.residual(&a), 12);
    assert!((0..9).all(|i| qr.r[(i, i)] > 0.0));
    let dependent = Matrix::from_fn(4, 3, |i, j| (i + 1) as f64 * [1.0, 2.0, 3.0][j]);
    assert!(matches!(
        gram_schmidt(&dependent),
        Err(Error::RankDeficient { rank: 1, wanted: 3, .. })
    ));
    // Columns of different scales, each with its own exponent.
    let a = Sampler::new(17).matrix(4, 3);
    let scaled = Matrix::from_fn(4, 3, |i, j| a[(i, j)] * [1e-250, 1.0, 1e250][j]);
    assert!(gram_schmidt(&scaled).unwrap().residual(&scaled).orthogonality < 1e-15 * 10.0);
}

#[test]
fn jacobi_keeps_small_values_of_scaled_columns() {
    // Orthogonal columns times powers of ten: the values are the powers, to their last digits.
    let mut s = Sampler::new(16);
    let q = s.orthogonal(8);
    let powers: Vec<f64> = (0..8).map(|j| 10.0_f64.powi(-4 * j)).collect();
    let svd = jacobi_svd(&product(&q, &Matrix::diagonal(&powers))).unwrap();
    for (s, power) in svd.s.iter().zip(&powers) {
        assert!((s / power - 1.0).abs() < 1e-14, "{s:e} {power:e}");
    }
}

#[test]
fn rotations_annihilate_without_overflow() {
    for (a, b) in [(3.0, 4.0), (0.0, 2.0), (-1.0, 0.0), (3e300, 4e300), (3e-300, -4e-300)] {
        let (rotation, r) = Rotation::annihilating(a, b);
        assert!((r.abs() / f64::hypot(a, b) - 1.0).abs() < 4.0 * EPS);
        assert!((rotation.cosine.hypot(rotation.sine) - 1.0).abs() < 4.0 * EPS);
        assert!((rotation.cosine * b - rotation.sine * a).abs() <= 4.0 * EPS * r.abs());
    }
}
