//! Factorisations reproduce the matrix; tolerances are n·cond·eps with a small factor.

use crate::sample::{Sampler, assert_close, product};
use beltrami_linalg::{
    Cholesky, Error, Lu, Matrix, Qr, Svd, SymmetricEigen, adjugate, lambda_max, msign, pinv,
    top_dyad, vector_max,
};

const EPS: f64 = f64::EPSILON;

#[test]
fn lu_solves_inverts_and_gives_determinants() {
    let mut s = Sampler::new(1);
    for n in [1, 2, 5, 12, 40] {
        let a = s.matrix(n, n);
        let lu = Lu::new(&a).unwrap();
        let tol = 10.0 * n as f64 * EPS / lu.rcond();
        let inverse = lu.inverse().unwrap();
        assert_close(&product(&a, &inverse), &Matrix::identity(n), tol);
        let exact = 1.0 / (a.norm_one() * inverse.norm_one());
        // The estimate is a lower bound on the norm of the inverse, in practice within a factor of three.
        assert!(lu.rcond() >= exact * (1.0 - 1e-8) && lu.rcond() <= 10.0 * exact);
        let (sign, log) = lu.log_abs_det().unwrap();
        let det = lu.det().unwrap();
        assert!((sign * log.exp() / det - 1.0).abs() < 1e-12);
        let twice = Lu::new(&product(&a, &a)).unwrap().det().unwrap();
        assert!((twice / (det * det) - 1.0).abs() < 10.0 * tol.max(1e-12));
    }
    let det = |rows: &[f64], n| {
        Lu::new(&Matrix::new(n, n, rows.to_vec()).unwrap()).unwrap().det().unwrap()
    };
    assert_eq!(det(&[0.0, 1.0, 1.0, 0.0], 2), -1.0);
    assert_eq!(det(&[0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0], 3), 1.0);
    assert_eq!(det(&[1.0; 9], 3), 0.0);
    assert_eq!(det(&[0.0; 4], 2), 0.0);
}

#[test]
fn determinants_survive_huge_and_tiny_entries() {
    let a = Matrix::diagonal(&[1e300, 1e300, 1e-300, 1e-300, 3.0]);
    let lu = Lu::new(&a).unwrap();
    assert!((lu.det().unwrap() / 3.0 - 1.0).abs() < 1e-12);
    assert!(matches!(
        Lu::new(&Matrix::identity(3).scaled(1e200)).unwrap().det(),
        Err(Error::Overflow { .. })
    ));
    let tiny = Lu::new(&Matrix::identity(3).scaled(1e-200)).unwrap();
    assert!((tiny.log_abs_det().unwrap().1 + 600.0 * 10.0_f64.ln()).abs() < 1e-9);
    assert_close(&tiny.inverse().unwrap(), &Matrix::identity(3).scaled(1e200), 1e-15);
}

#[test]
fn svd_qr_eigen_and_cholesky_reconstruct_at_every_scale() {
    let mut s = Sampler::new(2);
    for (m, n) in [(1, 1), (3, 5), (6, 4), (20, 20)] {
        for scale in [1.0, 1e-250, 1e200] {
            let a = s.matrix(m, n).scaled(scale);
            let tol = 30.0 * m.max(n) as f64 * EPS;
            let svd = Svd::new(&a).unwrap();
            let us = product(&svd.u, &Matrix::diagonal(&svd.s));
            assert_close(&product(&us, &svd.v.transpose()), &a, tol);
            assert_close(&product(&svd.u.transpose(), &svd.u), &Matrix::identity(m.min(n)), tol);
            let qr = Qr::new(&a).unwrap();
            assert_close(&product(&qr.q, &qr.r), &a, tol);
            let b = a.scaled(1.0 / scale);
            let gram = product(&b.transpose(), &b).shifted(0.1).scaled(scale);
            let eigen = SymmetricEigen::new(&gram).unwrap();
            assert_close(&eigen.apply(|x| x), &gram, tol);
            let l = Cholesky::new(&gram).unwrap();
            let lower = l.lower().scaled(scale.sqrt().recip());
            assert_close(&product(&lower, &lower.transpose()), &gram.scaled(1.0 / scale), tol);
            assert!((l.logdet() - Lu::new(&gram).unwrap().log_abs_det().unwrap().1).abs() < 1e-9);
            let polar = msign(&a).unwrap();
            let small = if m >= n {
                product(&polar.transpose(), &polar)
            } else {
                product(&polar, &polar.transpose())
            };
            assert_close(&small, &Matrix::identity(m.min(n)), tol);
            let plus = pinv(&a).unwrap();
            assert_close(
                &product(&product(&a, &plus), &a),
                &a,
                100.0 * tol * svd.s[0] / svd.s[m.min(n) - 1],
            );
        }
    }
}

#[test]
fn leading_vectors_are_unit_signed_and_refused_when_not_unique() {
    let mut s = Sampler::new(3);
    let a = s.symmetric(&[-7.0, 1.0, 2.0, 5.0]);
    assert!((lambda_max(&a).unwrap() - 5.0).abs() < 1e-13);
    let v = vector_max(&a).unwrap();
    let column = Matrix::new(4, 1, v.clone()).unwrap();
    assert_close(&product(&a, &column), &column.scaled(5.0), 1e-13);
    assert!(v.iter().fold(0.0_f64, |m, x| if x.abs() > m.abs() { *x } else { m }) > 0.0);
    assert!(matches!(vector_max(&Matrix::identity(3)), Err(Error::NotUnique { .. })));
    assert!(matches!(top_dyad(&Matrix::identity(2)), Err(Error::NotUnique { .. })));
    assert!(matches!(top_dyad(&Matrix::zeros(2, 3)), Err(Error::NotUnique { .. })));
    let b = s.matrix(3, 4);
    let dyad = top_dyad(&b).unwrap();
    let inner: f64 = dyad.data().iter().zip(b.data()).map(|(x, y)| x * y).sum();
    assert!((inner - Svd::new(&b).unwrap().s[0]).abs() < 1e-13);
}

#[test]
fn adjugates_of_regular_and_singular_matrices() {
    let mut s = Sampler::new(4);
    for n in 1..6 {
        let a = s.matrix(n, n);
        let lu = Lu::new(&a).unwrap();
        let expected = lu.inverse().unwrap().scaled(lu.det().unwrap());
        assert_close(&adjugate(&a).unwrap(), &expected, 100.0 * n as f64 * EPS / lu.rcond());
    }
    let singular = Matrix::new(2, 2, vec![1.0, 2.0, 2.0, 4.0]).unwrap();
    let expected = Matrix::new(2, 2, vec![4.0, -2.0, -2.0, 1.0]).unwrap();
    assert_close(&adjugate(&singular).unwrap(), &expected, 1e-14);
    assert_eq!(adjugate(&Matrix::zeros(1, 1)).unwrap(), Matrix::identity(1));
    assert_close(
        &adjugate(&Matrix::diagonal(&[1e300, 1e-300, 2.0])).unwrap(),
        &Matrix::diagonal(&[2e-300, 2e300, 1.0]),
        1e-14,
    );
}

#[test]
fn what_cannot_be_computed_is_refused_with_a_remedy() {
    let nan = Matrix::new(1, 1, vec![f64::NAN]).unwrap();
    for error in [
        Lu::new(&nan).map(drop).unwrap_err(),
        Svd::new(&nan).map(drop).unwrap_err(),
        Qr::new(&nan).map(drop).unwrap_err(),
        Cholesky::new(&nan).map(drop).unwrap_err(),
        SymmetricEigen::new(&nan).map(drop).unwrap_err(),
    ] {
        assert!(
            matches!(error, Error::NotFinite { .. }) && error.to_string().contains(';'),
            "{error}"
        );
    }
    let ones = Matrix::new(2, 2, vec![1.0; 4]).unwrap();
    let nearly_singular = Matrix::new(2, 2, vec![1.0, 1.0, 1.0, 1.0 + f64::EPSILON]).unwrap();
    assert!(matches!(Lu::new(&ones).unwrap().inverse(), Err(Error::Singular { .. })));
    assert!(matches!(Lu::new(&nearly_singular).unwrap().inverse(), Err(Error::Singular { .. })));
    assert!(matches!(Lu::new(&Matrix::zeros(2, 3)), Err(Error::NotSquare { .. })));
    assert!(matches!(msign(&ones), Err(Error::RankDeficient { rank: 1, wanted: 2, .. })));
    let indefinite = Matrix::new(2, 2, vec![1.0, 2.0, 2.0, 1.0]).unwrap();
    assert!(matches!(Cholesky::new(&indefinite), Err(Error::NotPositiveDefinite { minor: 2 })));
    let skew = Matrix::new(2, 2, vec![1.0, 2.0, 0.0, 1.0]).unwrap();
    assert!(matches!(SymmetricEigen::new(&skew), Err(Error::NotSymmetric { .. })));
    assert!(matches!(Matrix::new(2, 2, vec![1.0]), Err(Error::Shape { .. })));
}

#[test]
fn empty_matrices_are_no_trap() {
    let empty = Matrix::zeros(0, 0);
    assert_eq!(Lu::new(&empty).unwrap().det(), Ok(1.0));
    assert_eq!(Lu::new(&empty).unwrap().inverse(), Ok(empty.clone()));
    assert_eq!(Lu::new(&empty).unwrap().log_abs_det(), Ok((1.0, 0.0)));
    assert_eq!(Cholesky::new(&empty).unwrap().logdet(), 0.0);
    assert_eq!(adjugate(&empty).unwrap(), empty);
    assert!(lambda_max(&empty).is_err() && vector_max(&empty).is_err());
    assert!(beltrami_linalg::eigenvalues(&empty).unwrap().is_empty());
    for (m, n) in [(0, 0), (0, 3), (3, 0)] {
        let a = Matrix::zeros(m, n);
        assert!(Svd::new(&a).unwrap().s.is_empty());
        assert_eq!(Qr::new(&a).unwrap().q.cols(), 0);
        assert_eq!((pinv(&a).unwrap().rows(), msign(&a).unwrap().rows()), (n, m));
        assert!(top_dyad(&a).is_err());
        assert_eq!(product(&a, &a.transpose()), Matrix::zeros(m, m));
    }
}

#[test]
fn units_that_are_far_apart_are_no_singularity() {
    // Determinant 9999, condition 1e20 in its own units.
    let a = Matrix::new(2, 2, vec![1e12, 1.0, 1.0, 1e-8]).unwrap();
    let inverse = Lu::new(&a).unwrap().inverse().unwrap();
    for (found, exact) in inverse.data().iter().zip([1e-8, -1.0, -1.0, 1e12]) {
        assert!((found * 9999.0 / exact - 1.0).abs() < 1e-12, "{found}");
    }
    // Multiples of a row stay what they are, whatever their units.
    for scale in [1.0, 1e12, 1e-30] {
        let a = Matrix::new(2, 2, vec![1.0, 2.0 * scale, 3.0, 6.0 * scale]).unwrap();
        assert!(matches!(Lu::new(&a).unwrap().inverse(), Err(Error::Singular { .. })), "{scale:e}");
    }
}
