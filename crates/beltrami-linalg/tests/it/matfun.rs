//! The family of primary functions: derivatives against central differences, adjoints, conditions, residuals.

use std::num::NonZeroU32;

use crate::sample::{Sampler, assert_close, product};
use beltrami_linalg::matfun::{
    Cosm, Expm, InvRoot, Logm, MatrixFunction, Power, Root, Sinm, Sqrtm,
};
use beltrami_linalg::{
    Error, Matrix, expm, expm_frechet_matrix, frechet_matrix, invroot, logm, logm_frechet, root,
    singular_values, sqrtm_frechet,
};

fn p(p: u32) -> NonZeroU32 {
    NonZeroU32::new(p).unwrap()
}

fn family() -> Vec<Box<dyn MatrixFunction>> {
    vec![
        Box::new(Sqrtm),
        Box::new(Logm),
        Box::new(Expm),
        Box::new(Cosm),
        Box::new(Sinm),
        Box::new(Root(p(3))),
        Box::new(Root(p(4))),
        Box::new(InvRoot(p(2))),
        Box::new(InvRoot(p(3))),
    ]
}

fn inner(a: &Matrix, b: &Matrix) -> f64 {
    a.data().iter().zip(b.data()).map(|(x, y)| x * y).sum()
}

fn norm(a: &Matrix) -> f64 {
    inner(a, a).sqrt()
}

/// `(F(A + hE) - F(A - hE))/2h` with `h = 1e-5`, which errs by `h²` and `eps/h`, about 1e-10 each.
fn difference(f: &dyn MatrixFunction, a: &Matrix, e: &Matrix) -> Matrix {
    let h = 1e-5;
    let forward = f.value(&a.plus(h, e)).unwrap();
    forward.plus(-1.0, &f.value(&a.plus(-h, e)).unwrap()).scaled(0.5 / h)
}

#[test]
fn derivatives_agree_with_central_differences_at_any_gap() {
    let mut s = Sampler::new(31);
    for f in family() {
        for gap in [0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3] {
            let a = s.symmetric(&[1.0, 1.0 + gap, 2.0, 3.0]);
            // The sums with a direction that is not symmetric go through the general route, not the eigenvalues.
            for e in [s.matrix(4, 4), s.matrix(4, 4).symmetric_part()] {
                let found = f.derivative(&a, &e).unwrap();
                // The acceptance bound; the differences themselves are good to 1e-9.
                assert_close(&found, &difference(&*f, &a, &e), 1e-7);
            }
        }
        // Exactly equal, and not a rotation of it.
        let (a, e) = (Matrix::diagonal(&[1.0, 1.0, 2.0, 3.0]), s.matrix(4, 4));
        assert_close(&f.derivative(&a, &e).unwrap(), &difference(&*f, &a, &e), 1e-7);
    }
}

#[test]
fn derivatives_of_matrices_that_are_not_symmetric() {
    let mut s = Sampler::new(32);
    for f in family() {
        for n in [1, 2, 5] {
            let a = s.matrix(n, n).scaled(0.8 / n as f64).shifted(1.0);
            let e = s.matrix(n, n);
            assert_close(&f.derivative(&a, &e).unwrap(), &difference(&*f, &a, &e), 1e-7);
        }
        // A Jordan block, whose eigenvectors do not span the space.
        let a = Matrix::new(2, 2, vec![1.0, 1.0, 0.0, 1.0]).unwrap();
        let e = s.matrix(2, 2);
        let found = f.derivative(&a, &e).unwrap();
        assert_close(&found, &difference(&*f, &a, &e), 1e-7);
    }
}

#[test]
fn adjoints_are_adjoint() {
    let mut s = Sampler::new(33);
    for f in family() {
        for symmetric in [true, false] {
            let a = if symmetric {
                s.symmetric(&[1.0, 1.0, 1.5, 2.0, 3.0])
            } else {
                s.matrix(5, 5).scaled(0.16).shifted(1.0)
            };
            let (e, g) = (s.matrix(5, 5), s.matrix(5, 5));
            let (l, back) = (f.derivative(&a, &e).unwrap(), f.adjoint(&a, &g).unwrap());
            let (left, right) = (inner(&g, &l), inner(&back, &e));
            // Both are sums of 25 products, each good to a few roundoffs of its factors.
            let scale = norm(&g) * norm(&l) + norm(&back) * norm(&e);
            assert!((left - right).abs() <= 1e-12 * scale, "{}: {left} {right}", f.name());
        }
    }
}

#[test]
fn conditions_are_norms_of_the_derivative() {
    let mut s = Sampler::new(34);
    for f in family() {
        for a in [s.symmetric(&[0.5, 1.0, 1.5, 4.0]), s.matrix(4, 4).scaled(0.2).shifted(1.0)] {
            let k = frechet_matrix(&*f, &a).unwrap();
            let exact = singular_values(&k).unwrap()[0] * norm(&a) / norm(&f.value(&a).unwrap());
            let found = f.condition(&a).unwrap();
            // The power iteration stops at a relative change of 1e-4, and may stop a little early.
            assert!((found / exact - 1.0).abs() < 2e-2, "{}: {found} {exact}", f.name());
        }
    }
    assert!(matches!(Logm.condition(&Matrix::identity(3)), Err(Error::ZeroValue { .. })));
    // Of the square root: sqrt(κ)/2 for diag(1, 1/κ) up to the Frobenius norms, at any scale.
    for scale in [1.0, 1e-290, 1e290] {
        let condition = Sqrtm.condition(&Matrix::diagonal(&[scale, 1e-8 * scale])).unwrap();
        assert!((condition / 0.5e4 - 1.0).abs() < 1e-3, "{condition}");
    }
}

#[test]
fn values_satisfy_their_equations() {
    let mut s = Sampler::new(35);
    for f in family() {
        for a in [s.symmetric(&[0.5, 1.0, 1.5, 4.0]), s.matrix(4, 4).scaled(0.2).shifted(1.0)] {
            for scale in [1.0, 1e-250, 1e250] {
                let a = a.scaled(scale);
                // Only these have a value at every scale.
                if scale != 1.0 && ["expm", "cosm", "sinm"].contains(&f.name()) {
                    continue;
                }
                let x = f.value(&a).unwrap();
                let residual = f.residual(&a, &x).unwrap().unwrap();
                // log(1e250) = 576 is rounded to 1e-13 before the exponential takes it.
                assert!(residual < 1e-12, "{}: {residual:e}", f.name());
                let wrong = f.residual(&a, &x.scaled(1.1)).unwrap().unwrap();
                // The error of 10 %, which the exponential's residual divides by the condition of the value.
                assert!(wrong > 1e-3, "{}: {wrong:e}", f.name());
            }
        }
    }
}

#[test]
fn roots_agree_by_three_routes() {
    let mut s = Sampler::new(36);
    for q in [1, 2, 3, 4, 5, 6, 7, 12] {
        let spd = s.symmetric(&[1e-4, 1e-2, 1.0, 1.0, 7.0]);
        let general = s.matrix(5, 5).scaled(0.3).shifted(1.0);
        for a in [&spd, &general] {
            let newton = Power::new(1.0 / f64::from(q)).unwrap().value(a).unwrap();
            let by_log = expm(&logm(a).unwrap().scaled(1.0 / f64::from(q))).unwrap();
            // The root of a matrix of condition 7e4 moves by that times the roundoff at most.
            assert_close(&newton, &by_log, 1e-11);
            assert_close(&root(a, p(q)).unwrap(), &newton, 1e-11);
            let inverse = invroot(a, p(q)).unwrap();
            assert_close(&product(&inverse, &newton), &Matrix::identity(5), 1e-11);
        }
        // Scaling by 1e200 rounds the entries, which the condition of 7e4 magnifies.
        let large = root(&spd.scaled(1e200), p(q)).unwrap();
        assert_close(
            &large.scaled(1e200_f64.powf(-1.0 / f64::from(q))),
            &root(&spd, p(q)).unwrap(),
            1e-11,
        );
    }
}

#[test]
fn blocks_agree_with_linear_systems() {
    let mut s = Sampler::new(37);
    let (a, e) = (s.matrix(5, 5).scaled(0.16).shifted(1.0), s.matrix(5, 5));
    // Both are backward stable at condition numbers below 100.
    assert_close(&Sqrtm.derivative(&a, &e).unwrap(), &sqrtm_frechet(&a, &e).unwrap(), 1e-12);
    assert_close(&Logm.derivative(&a, &e).unwrap(), &logm_frechet(&a, &e).unwrap(), 1e-12);
    let d = s.symmetric(&[-700.0, -1.0, 0.0, 0.0]);
    let k = expm_frechet_matrix(&d).unwrap();
    let exact = frechet_matrix(&Expm, &d).unwrap();
    // Squaring a matrix of norm 700 loses that many roundoffs.
    assert_close(&k, &exact, 1e-12);
}

/// Central differences are useless at condition 1e8; the equation `XL + LX = E` is not.
#[test]
fn the_derivative_of_the_root_satisfies_its_equation_at_any_condition() {
    let mut s = Sampler::new(38);
    for k in 1..=8 {
        let smallest = 0.1_f64.powi(k);
        let values = [1.0, 1.0, 0.3, smallest, smallest];
        let symmetric = s.symmetric(&values);
        // The same eigenvalues, far from normal.
        let t = Matrix::from_fn(5, 5, |i, j| match i.cmp(&j) {
            std::cmp::Ordering::Less => s.number(),
            std::cmp::Ordering::Equal => values[i],
            std::cmp::Ordering::Greater => 0.0,
        });
        let q = s.orthogonal(5);
        let general = product(&product(&q, &t), &q.transpose());
        let e = s.matrix(5, 5);
        let residual = |a: &Matrix| {
            let x = Sqrtm.value(a)?;
            let l = Sqrtm.derivative(a, &e)?;
            let rest = product(&x, &l).plus(1.0, &product(&l, &x)).plus(-1.0, &e);
            Ok::<f64, Error>(norm(&rest) / (norm(&x) * norm(&l)))
        };
        let found = residual(&symmetric).unwrap();
        // The root of the smallest eigenvalue is wrong by eps/sqrt(smallest) of it at worst.
        assert!(found < 1e-14 / smallest.sqrt(), "{k}: {found:e}");
        // Two equal small eigenvalues far from normal: the condition of the root is a power of 1/smallest, and it may be
        // refused. The equation holds for the computed root, whose own error is in the residual of the value.
        match residual(&general) {
            Ok(found) => assert!(found < 1e-10, "{k}: {found:e}"),
            Err(error) => {
                assert!(k >= 4 && matches!(error, Error::NotConverged { .. }), "{k}: {error}");
            }
        }
    }
}

#[test]
fn what_has_no_value_or_derivative_is_refused() {
    let negative = Matrix::diagonal(&[1.0, -1.0]);
    let nilpotent = Matrix::new(2, 2, vec![0.0, 1.0, 0.0, 0.0]).unwrap();
    for f in [&Sqrtm as &dyn MatrixFunction, &Logm, &Root(p(3)), &InvRoot(p(2))] {
        assert!(matches!(f.value(&negative), Err(Error::NegativeAxis { .. })), "{}", f.name());
        assert!(matches!(f.value(&nilpotent), Err(Error::NegativeAxis { .. })), "{}", f.name());
        let singular = Matrix::diagonal(&[1.0, 1.0, 0.0]);
        let e = Matrix::identity(3);
        assert!(
            matches!(f.derivative(&singular, &e), Err(Error::RankDeficient { rank: 2, .. })),
            "{}",
            f.name()
        );
        assert!(f.condition(&singular).is_err(), "{}", f.name());
    }
    // The root of a semidefinite matrix exists, its derivative does not.
    assert!(Sqrtm.value(&Matrix::diagonal(&[1.0, 0.0])).is_ok());
    let rectangular = Matrix::zeros(2, 3);
    for f in family() {
        assert!(matches!(f.value(&rectangular), Err(Error::NotSquare { .. })));
        assert!(matches!(f.condition(&rectangular), Err(Error::NotSquare { .. })));
        let a = Matrix::identity(2);
        assert!(matches!(f.derivative(&a, &rectangular), Err(Error::Shape { .. })));
        let nan = Matrix::diagonal(&[1.0, f64::NAN]);
        assert!(matches!(f.value(&nan), Err(Error::NotFinite { .. })));
        assert!(matches!(f.derivative(&a, &nan), Err(Error::NotFinite { .. })));
        // No entries, no error.
        let empty = Matrix::zeros(0, 0);
        assert_eq!(f.value(&empty).unwrap(), empty);
        assert_eq!(f.derivative(&empty, &empty).unwrap(), empty);
    }
}
