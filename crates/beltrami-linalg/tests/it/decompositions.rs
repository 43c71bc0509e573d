//! Full and pivoted decompositions, Schur forms and their reports.
//!
//! Backward stable methods leave a small multiple of eps times the root of the size; `100*eps*sqrt(n)` is far above what
//! was seen (at most a tenth of it) and far below any error of a formula.

use crate::sample::{Sampler, assert_close};
use beltrami_linalg::{
    Cholesky, Error, GeneralEigen, Matrix, PivotedQr, Qr, Residual, Schur, SingleSvd, Svd,
    SymmetricEigen, eigenvalues, givens_qr, gram_schmidt, jacobi_svd, singular_values,
};

const EPS: f64 = f64::EPSILON;
const SHAPES: [(usize, usize); 8] =
    [(1, 1), (1, 7), (7, 1), (4, 4), (12, 5), (5, 12), (40, 40), (60, 33)];

#[track_caller]
fn assert_small(residual: Residual, n: usize) {
    let limit = 100.0 * EPS * (n as f64).sqrt();
    assert!(residual.backward <= limit && residual.orthogonality <= limit, "{residual:?}");
}

#[test]
fn every_decomposition_reproduces_its_matrix_at_every_scale() {
    let mut s = Sampler::new(11);
    for (m, n) in SHAPES {
        for exponent in [0, -950, 950] {
            let a = s.matrix(m, n).scaled_by_power(exponent);
            let size = m.max(n);
            let full = Svd::full(&a).unwrap();
            assert_eq!((full.u.cols(), full.v.cols(), full.s.len()), (m, n, m.min(n)));
            assert_small(full.residual(&a), size);
            let thin = Svd::new(&a).unwrap();
            assert_small(thin.residual(&a), size);
            let rotated = jacobi_svd(&a).unwrap();
            assert_small(rotated.residual(&a), size);
            let values = singular_values(&a).unwrap();
            for (k, value) in values.iter().enumerate() {
                let limit = 100.0 * EPS * (size as f64).sqrt() * thin.s[0];
                assert!((thin.s[k] - rotated.s[k]).abs() <= limit);
                assert!((thin.s[k] - value).abs() <= limit);
            }
            assert_small(Qr::new(&a).unwrap().residual(&a), size);
            assert_small(givens_qr(&a).unwrap().residual(&a), size);
            assert_small(gram_schmidt(&a).unwrap().residual(&a), size);
            let pivoted = PivotedQr::new(&a).unwrap();
            assert_small(pivoted.residual(&a), size);
            assert_eq!(pivoted.numerical_rank(), m.min(n));
            if m == n {
                assert_small(Schur::new(&a).unwrap().residual(&a), size);
                let symmetric = a.symmetric_part();
                let eigen = SymmetricEigen::new(&symmetric).unwrap();
                assert_small(eigen.residual(&symmetric), size);
                let definite = SymmetricEigen::new(&symmetric).unwrap().apply(f64::abs);
                assert_small(Cholesky::new(&definite).unwrap().residual(&definite), size);
                assert!(GeneralEigen::new(&a).unwrap().backward(&a) <= 100.0 * EPS * m as f64);
            }
        }
    }
}

#[test]
fn factors_of_a_multiple_by_a_power_of_two_are_the_same_to_the_last_bit() {
    let mut s = Sampler::new(12);
    let a = s.matrix(23, 17);
    let reference = Svd::new(&a).unwrap();
    let single: Vec<f32> = a.data().iter().map(|x| *x as f32).collect();
    let reference_single = SingleSvd::new(23, 17, &single).unwrap();
    for exponent in [-950, -540, -100, -3, 100, 500, 950] {
        let svd = Svd::new(&a.scaled_by_power(exponent)).unwrap();
        assert_eq!((&svd.u, &svd.v), (&reference.u, &reference.v));
        let expected = Matrix::new(17, 1, reference.s.clone()).unwrap().scaled_by_power(exponent);
        assert_eq!(svd.s, expected.data());
    }
    for exponent in [-100, -60, 60, 100] {
        let factor = 2.0_f32.powi(exponent);
        let scaled: Vec<f32> = single.iter().map(|x| x * factor).collect();
        let svd = SingleSvd::new(23, 17, &scaled).unwrap();
        assert_eq!((&svd.u, &svd.v), (&reference_single.u, &reference_single.v));
        for (s, t) in svd.s.iter().zip(&reference_single.s) {
            assert_eq!(*s, t * factor);
        }
    }
    // Subnormal entries have few digits, and keep these.
    for scale in [1e-310, 1e300] {
        let b = a.scaled(scale);
        let limit = 1e-14 * 23.0_f64.sqrt();
        assert!(Svd::new(&b).unwrap().residual(&b).orthogonality <= limit);
        let bits = scale.max(f64::MIN_POSITIVE) / scale;
        assert!(Svd::new(&b).unwrap().residual(&b).backward <= limit * bits);
    }
}

#[test]
fn single_precision_factors_reproduce_the_matrix_at_every_scale() {
    let mut s = Sampler::new(13);
    for (m, n) in SHAPES {
        for scale in [1.0, 1e-30, 1e-22, 1e30] {
            let a: Vec<f32> = s.matrix(m, n).data().iter().map(|x| (x * scale) as f32).collect();
            let svd = SingleSvd::new(m, n, &a).unwrap().widened(m, n).unwrap();
            let wide = Matrix::new(m, n, a.iter().map(|x| f64::from(*x)).collect()).unwrap();
            let residual = svd.residual(&wide);
            let limit = 2e-6 * (m.max(n) as f64).sqrt();
            assert!(residual.backward <= limit && residual.orthogonality <= limit, "{residual:?}");
        }
    }
    assert!(matches!(SingleSvd::new(2, 2, &[1.0]), Err(Error::Shape { .. })));
    assert!(matches!(SingleSvd::new(1, 1, &[f32::NAN]), Err(Error::NotFinite { .. })));
    assert!(SingleSvd::new(0, 3, &[]).unwrap().s.is_empty());
}

/// Matrices on which methods for singular values and eigenvalues have failed.
fn hard(n: usize) -> Vec<(&'static str, Matrix)> {
    let cyclic = Matrix::from_fn(n, n, |i, j| f64::from(u8::from((j + 1) % n == i)));
    let hilbert = Matrix::from_fn(n, n, |i, j| 1.0 / (i + j + 1) as f64);
    let jordan = Matrix::from_fn(n, n, |i, j| f64::from(u8::from(j == i || j == i + 1)));
    let nilpotent = Matrix::from_fn(n, n, |i, j| f64::from(u8::from(j == i + 1)));
    let kahan = Matrix::from_fn(n, n, |i, j| {
        let scale = 0.8_f64.powi(i as i32);
        if i == j {
            scale
        } else if j > i {
            -0.6 * scale
        } else {
            0.0
        }
    });
    let graded = Matrix::from_fn(n, n, |i, j| {
        10.0_f64.powi(-2 * (i + j) as i32) * (1.0 + (i * j) as f64).cos()
    });
    let rank_one = Matrix::from_fn(n, n, |i, j| (i + 1) as f64 * (j + 2) as f64);
    let blocks = Matrix::from_fn(n, n, |i, j| {
        // Equal pairs of complex eigenvalues.
        if i / 2 != j / 2 {
            0.0
        } else if i == j {
            1.0
        } else if j > i {
            2.0
        } else {
            -2.0
        }
    });
    // Frank's matrix, Hessenberg with eigenvalues of widely different condition.
    let frank = Matrix::from_fn(n, n, |i, j| if i > j + 1 { 0.0 } else { (n - i.max(j)) as f64 });
    vec![
        ("zero", Matrix::zeros(n, n)),
        ("identity", Matrix::identity(n)),
        ("cyclic", cyclic),
        ("hilbert", hilbert),
        ("jordan", jordan),
        ("nilpotent", nilpotent),
        ("kahan", kahan),
        ("graded", graded),
        ("rank one", rank_one),
        ("blocks", blocks),
        ("frank", frank),
    ]
}

#[test]
fn hard_matrices_are_decomposed() {
    for n in [2, 3, 8, 20] {
        for (name, a) in hard(n) {
            println!("{name} {n}");
            assert_small(Svd::full(&a).unwrap().residual(&a), n);
            assert_small(jacobi_svd(&a).unwrap().residual(&a), n);
            let schur = Schur::new(&a).unwrap();
            assert_small(schur.residual(&a), n);
            for i in 0..n {
                for j in 0..i {
                    // Quasi-triangular: nothing below but single entries, not two in a row.
                    let second = j + 1 == i && i + 1 < n && schur.t[(i, j)] != 0.0;
                    assert!(j + 1 == i || schur.t[(i, j)] == 0.0);
                    assert!(!second || schur.t[(i + 1, i)] == 0.0);
                }
            }
        }
    }
}

#[test]
fn schur_forms_have_the_eigenvalues_of_the_matrix() {
    let mut s = Sampler::new(14);
    let sorted = |mut values: Vec<(f64, f64)>| {
        values.sort_by(|x, y| (x.0, x.1).partial_cmp(&(y.0, y.1)).unwrap());
        values
    };
    for n in [1, 2, 3, 5, 10, 50] {
        let a = s.matrix(n, n);
        let own = sorted(Schur::new(&a).unwrap().eigenvalues());
        let other = sorted(eigenvalues(&a).unwrap());
        for (x, y) in own.iter().zip(&other) {
            // Eigenvalues of random matrices of this size have conditions below 1e4.
            assert!((x.0 - y.0).hypot(x.1 - y.1) <= 1e-11 * n as f64, "{x:?} {y:?}");
        }
    }
    let symmetric = s.symmetric(&[-2.0, 1.0, 1.0, 5.0]);
    let schur = Schur::new(&symmetric).unwrap();
    assert_close(
        &schur.t,
        &Matrix::diagonal(&schur.eigenvalues().iter().map(|z| z.0).collect::<Vec<_>>()),
        1e-14,
    );
    // The roots of unity, on which the unshifted iteration does not move.
    let (_, cyclic) = hard(8).swap_remove(2);
    for (re, im) in Schur::new(&cyclic).unwrap().eigenvalues() {
        assert!((re.hypot(im) - 1.0).abs() < 1e-13);
    }
    let rotation = Matrix::new(2, 2, vec![0.0, -2.0, 8.0, 0.0]).unwrap();
    assert_close(
        &Matrix::new(
            1,
            2,
            Schur::new(&rotation).unwrap().eigenvalues().iter().map(|z| z.1).collect(),
        )
        .unwrap(),
        &Matrix::new(1, 2, vec![4.0, -4.0]).unwrap(),
        1e-15,
    );
}

#[test]
fn eigenvectors_of_a_defective_matrix_solve_nearby_problems() {
    for (name, a) in hard(6) {
        let eigen = GeneralEigen::new(&a).unwrap();
        println!("{name}");
        assert!(eigen.backward(&a) <= 100.0 * EPS * 6.0);
    }
}

#[test]
fn what_is_not_finite_or_not_square_is_refused() {
    let nan = Matrix::new(1, 1, vec![f64::NAN]).unwrap();
    for error in [
        Svd::full(&nan).map(drop).unwrap_err(),
        jacobi_svd(&nan).map(drop).unwrap_err(),
        singular_values(&nan).map(drop).unwrap_err(),
        Schur::new(&nan).map(drop).unwrap_err(),
        GeneralEigen::new(&nan).map(drop).unwrap_err(),
        givens_qr(&nan).map(drop).unwrap_err(),
        gram_schmidt(&nan).map(drop).unwrap_err(),
        PivotedQr::new(&nan).map(drop).unwrap_err(),
    ] {
        assert!(matches!(error, Error::NotFinite { .. }), "{error}");
    }
    let wide = Matrix::zeros(2, 3);
    assert!(matches!(Schur::new(&wide), Err(Error::NotSquare { .. })));
    assert!(matches!(GeneralEigen::new(&wide), Err(Error::NotSquare { .. })));
    for (m, n) in [(0, 0), (0, 3), (3, 0)] {
        let empty = Matrix::zeros(m, n);
        let full = Svd::full(&empty).unwrap();
        assert_eq!((full.u, full.v), (Matrix::identity(m), Matrix::identity(n)));
        assert!(jacobi_svd(&empty).unwrap().s.is_empty());
        assert!(singular_values(&empty).unwrap().is_empty());
        assert_eq!(PivotedQr::new(&empty).unwrap().numerical_rank(), 0);
        assert_eq!(givens_qr(&empty).unwrap().q.cols(), 0);
        assert_eq!(gram_schmidt(&empty).unwrap().q.cols(), 0);
    }
    assert!(Schur::new(&Matrix::zeros(0, 0)).unwrap().eigenvalues().is_empty());
    assert!(GeneralEigen::new(&Matrix::zeros(0, 0)).unwrap().values.is_empty());
}
