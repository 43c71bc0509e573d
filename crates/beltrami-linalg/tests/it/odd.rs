//! Odd functions of singular values: derivatives at equal, clustered, small and vanishing singular values.

use crate::sample::{Sampler, assert_close, product};
use beltrami_linalg::matfun::{Clip, MatrixFunction, Odd, Sign, Smooth, SoftThreshold, Tanh};
use beltrami_linalg::{
    Error, Matrix, frechet_matrix, msign, nuclear_norm, nuclear_norm_gradient, singular_values,
    spectral_norm, spectral_norm_gradient,
};

/// Functions that are differentiable for singular values from 1 to 3, at which no kink lies.
fn family() -> Vec<Box<dyn MatrixFunction>> {
    let bounded = Smooth {
        name: "s/sqrt(1+s²)",
        value: |s: f64| s / (1.0 + s * s).sqrt(),
        slope: |s: f64| (1.0 + s * s).powf(-1.5),
    };
    vec![
        Box::new(Odd(Sign)),
        Box::new(Odd(Tanh)),
        Box::new(Odd(bounded)),
        Box::new(Odd(Clip::new(1.5, 2.5).unwrap())),
        Box::new(Odd(Clip::new(-1.0, 1.7).unwrap())),
        Box::new(Odd(Clip::new(1.2, 1.2).unwrap())),
        Box::new(Odd(SoftThreshold::new(1.5).unwrap())),
    ]
}

fn with_values(s: &mut Sampler, rows: usize, cols: usize, values: &[f64]) -> Matrix {
    let middle = Matrix::from_fn(rows, cols, |i, j| if i == j { values[i] } else { 0.0 });
    product(&product(&s.orthogonal(rows), &middle), &s.orthogonal(cols))
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
fn derivatives_agree_with_central_differences_at_any_gap_and_shape() {
    let mut s = Sampler::new(41);
    for f in family() {
        for (rows, cols) in [(4, 4), (7, 4), (4, 7)] {
            for gap in [0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3] {
                let a = with_values(&mut s, rows, cols, &[3.0, 2.0, 1.0 + gap, 1.0]);
                let e = s.matrix(rows, cols);
                // The acceptance bound; the differences themselves are good to 1e-9.
                assert_close(&f.derivative(&a, &e).unwrap(), &difference(&*f, &a, &e), 1e-7);
            }
        }
        let (a, e) = (Matrix::diagonal(&[1.0, 1.0, 2.0, 3.0]), s.matrix(4, 4));
        assert_close(&f.derivative(&a, &e).unwrap(), &difference(&*f, &a, &e), 1e-7);
    }
}

#[test]
fn derivatives_are_their_own_adjoints_and_conditions_their_norms() {
    let mut s = Sampler::new(42);
    for f in family() {
        for (rows, cols) in [(4, 4), (6, 4), (4, 6)] {
            let a = with_values(&mut s, rows, cols, &[3.0, 2.0, 1.0, 1.0]);
            let (e, g) = (s.matrix(rows, cols), s.matrix(rows, cols));
            let (l, back) = (f.derivative(&a, &e).unwrap(), f.adjoint(&a, &g).unwrap());
            let scale = norm(&g) * norm(&l) + norm(&back) * norm(&e);
            // Sums of at most 24 products, each good to a few roundoffs of its factors.
            assert!((inner(&g, &l) - inner(&back, &e)).abs() <= 1e-12 * scale, "{}", f.name());
        }
        let a = with_values(&mut s, 4, 4, &[3.0, 2.0, 1.0, 1.0]);
        let k = frechet_matrix(&*f, &a).unwrap();
        let exact = singular_values(&k).unwrap()[0] * norm(&a) / norm(&f.value(&a).unwrap());
        // Both come from factors that are good to a few roundoffs.
        assert!((f.condition(&a).unwrap() / exact - 1.0).abs() < 1e-12, "{}", f.name());
    }
    // 2/(s₄ + s₃) for a square real matrix.
    let a = Matrix::diagonal(&[4.0, 3.0, 0.3, 0.1]);
    let expected = 5.0 * norm(&a) / 2.0;
    assert!((Odd(Sign).condition(&a).unwrap() / expected - 1.0).abs() < 1e-14);
    assert!((Odd(Sign).condition(&a.scaled(1e-300)).unwrap() / expected - 1.0).abs() < 1e-14);
}

/// Central differences are useless at condition 1e8; the equations that define the derivative are not.
#[test]
fn the_derivative_of_the_polar_factor_satisfies_its_equations_at_any_condition() {
    let mut s = Sampler::new(43);
    for k in 1..=8 {
        let smallest = 0.1_f64.powi(k);
        for (rows, cols) in [(5, 5), (8, 5)] {
            let a = with_values(&mut s, rows, cols, &[1.0, 1.0, 0.3, smallest, smallest]);
            let e = s.matrix(rows, cols);
            let l = Odd(Sign).derivative(&a, &e).unwrap();
            let o = msign(&a).unwrap();
            let h = product(&o.transpose(), &a).symmetric_part();
            // O'O = I gives O'L + L'O = 0; A = OP gives E = LP + O*dP with a symmetric dP.
            let skew = product(&o.transpose(), &l);
            // O itself is wrong by 1e-16/smallest, and so is every equation, relative to L.
            let tolerance = 1e-14 / smallest * norm(&l);
            assert!(norm(&skew.plus(1.0, &skew.transpose())) <= tolerance);
            let rest = e.plus(-1.0, &product(&l, &h));
            let dp = product(&o.transpose(), &rest);
            assert!(norm(&dp.plus(-1.0, &dp.transpose())) <= tolerance);
            assert!(norm(&rest.plus(-1.0, &product(&o, &dp))) <= tolerance);
        }
    }
}

#[test]
fn polar_factors_and_derivatives_at_extreme_scales() {
    let mut s = Sampler::new(44);
    let (a, e) = (s.matrix(5, 3), s.matrix(5, 3));
    let f = Odd(Sign);
    let reference = f.derivative(&a, &e).unwrap();
    for scale in [1e-300, 1e300] {
        // L(cA, cE) = L(A, E).
        let found = f.derivative(&a.scaled(scale), &e.scaled(scale)).unwrap();
        assert_close(&found, &reference, 1e-13);
    }
    let x = f.value(&a).unwrap();
    assert!(f.residual(&a, &x).unwrap().unwrap() < 1e-14);
    // Orthogonal, and not the polar factor.
    let other = f.value(&s.matrix(5, 3)).unwrap();
    assert!(f.residual(&a, &other).unwrap().unwrap() > 1e-2);
}

#[test]
fn deficient_rank_is_refused_where_it_has_no_derivative_only() {
    let mut s = Sampler::new(45);
    // 15×15 of rank 3.
    let a = product(&s.matrix(15, 3), &s.matrix(3, 15));
    let e = s.matrix(15, 15);
    let refused = |result: Result<Matrix, Error>| {
        assert!(
            matches!(result, Err(Error::RankDeficient { rank: 3, wanted: 15, .. })),
            "{result:?}"
        );
    };
    refused(Odd(Sign).value(&a));
    refused(Odd(Sign).derivative(&a, &e));
    refused(Odd(Clip::new(0.5, 2.0).unwrap()).derivative(&a, &e));
    refused(nuclear_norm_gradient(&a));
    assert!(matches!(Odd(Sign).condition(&a), Err(Error::RankDeficient { .. })));
    assert!(matches!(Odd(Sign).value(&Matrix::zeros(4, 2)), Err(Error::RankDeficient { .. })));
    // These are smooth at singular values 0.
    for f in [
        Box::new(Odd(Tanh)) as Box<dyn MatrixFunction>,
        Box::new(Odd(Clip::new(-1.0, 1.5).unwrap())),
        Box::new(Odd(Clip::new(0.0, 1.5).unwrap())),
        Box::new(Odd(SoftThreshold::new(0.5).unwrap())),
    ] {
        assert_close(&f.derivative(&a, &e).unwrap(), &difference(&*f, &a, &e), 1e-7);
    }
    assert_eq!(Odd(Tanh).value(&Matrix::zeros(4, 2)).unwrap(), Matrix::zeros(4, 2));
}

#[test]
fn kinks_are_refused_and_their_values_are_not() {
    let mut s = Sampler::new(46);
    let e = s.matrix(4, 4);
    for f in [
        Box::new(Odd(Clip::new(-2.0, 2.0).unwrap())) as Box<dyn MatrixFunction>,
        Box::new(Odd(Clip::new(0.5, 2.0).unwrap())),
        Box::new(Odd(SoftThreshold::new(2.0).unwrap())),
    ] {
        // A kink to within the rounding of the singular values.
        let a = with_values(&mut s, 4, 4, &[3.0, 2.0, 1.0, 0.7]);
        let result = f.derivative(&a, &e);
        assert!(matches!(result, Err(Error::Kink { kink: 2.0, .. })), "{result:?}");
        assert!(f.value(&a).is_ok());
        // Far enough from it for rounding, and clustered across it: the derivative exists and is bounded by 1 or f(s)/s.
        let a = with_values(&mut s, 4, 4, &[2.0 + 1e-12, 2.0 - 1e-12, 1.0, 0.7]);
        assert!(norm(&f.derivative(&a, &e).unwrap()) <= 2.0 * norm(&e));
    }
    assert!(Clip::new(2.0, 1.0).is_none() && Clip::new(0.0, f64::NAN).is_none());
    assert!(SoftThreshold::new(-1.0).is_none());
}

#[test]
fn gradients_of_norms() {
    let mut s = Sampler::new(47);
    for (rows, cols) in [(4, 4), (6, 4), (4, 6)] {
        let a = with_values(&mut s, rows, cols, &[3.0, 2.0, 1.0, 1.0]);
        assert!((nuclear_norm(&a).unwrap() - 7.0).abs() < 1e-13);
        assert!((spectral_norm(&a).unwrap() - 3.0).abs() < 1e-13);
        let (e, h) = (s.matrix(rows, cols), 1e-5);
        type Norm = fn(&Matrix) -> Result<f64, Error>;
        type Gradient = fn(&Matrix) -> Result<Matrix, Error>;
        let cases: [(Norm, Gradient); 2] =
            [(nuclear_norm, nuclear_norm_gradient), (spectral_norm, spectral_norm_gradient)];
        for (f, gradient) in cases {
            let slope = (f(&a.plus(h, &e)).unwrap() - f(&a.plus(-h, &e)).unwrap()) / (2.0 * h);
            // Central differences err by h² and eps/h, about 1e-10 each.
            assert!((inner(&gradient(&a).unwrap(), &e) - slope).abs() < 1e-8);
        }
    }
    let equal = with_values(&mut s, 4, 4, &[2.0, 2.0, 1.0, 0.5]);
    assert!(matches!(spectral_norm_gradient(&equal), Err(Error::NotUnique { .. })));
    assert!(matches!(spectral_norm_gradient(&Matrix::zeros(3, 3)), Err(Error::NotUnique { .. })));
    assert!(matches!(nuclear_norm(&Matrix::diagonal(&[1e308; 4])), Err(Error::Overflow { .. })));
    assert_eq!(nuclear_norm(&Matrix::zeros(0, 3)).unwrap(), 0.0);
}
