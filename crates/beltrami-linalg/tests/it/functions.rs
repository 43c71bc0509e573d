//! Functions of matrices: identities, known values, Fréchet derivatives against central differences.

use crate::sample::{Sampler, assert_close, product};
use beltrami_linalg::{
    Error, Matrix, clip_frechet_matrix, clip_singular_values, expm, expm_frechet,
    expm_frechet_matrix, logm, logm_frechet, logm_frechet_matrix, low_rank,
    low_rank_frechet_matrix, matfun::kronecker::stacked, singular_values_frechet_matrix, sqrtm,
    sqrtm_frechet, sqrtm_frechet_matrix,
};

type Function = fn(&Matrix) -> Result<Matrix, Error>;
type Derivative = fn(&Matrix, &Matrix) -> Result<Matrix, Error>;

#[test]
fn exponentials_at_every_norm() {
    let mut s = Sampler::new(11);
    // The norms visit degrees 3, 5, 7, 9, 13 and 13 with squarings.
    for norm in [1e-300, 1e-8, 1e-2, 0.2, 0.9, 2.0, 4.0, 30.0, 300.0] {
        let a = s.matrix(6, 6);
        let a = a.scaled(norm / a.norm_one());
        let inverse = expm(&a.scaled(-1.0)).unwrap();
        let x = expm(&a).unwrap();
        let condition = x.norm_one() * inverse.norm_one();
        if condition < 1e12 {
            assert_close(
                &product(&x, &inverse),
                &Matrix::identity(6),
                1e-14 * condition * norm.max(1.0),
            );
        }
        let d = s.symmetric(&[-norm, -0.5 * norm, 0.0, 0.3 * norm]);
        let spectral = beltrami_linalg::SymmetricEigen::new(&d).unwrap().apply(f64::exp);
        assert_close(&expm(&d).unwrap(), &spectral, 1e-14 * norm.max(10.0));
    }
    let rotation = Matrix::new(2, 2, vec![0.0, -3.0, 3.0, 0.0]).unwrap();
    let expected =
        Matrix::new(2, 2, vec![3.0_f64.cos(), -3.0_f64.sin(), 3.0_f64.sin(), 3.0_f64.cos()])
            .unwrap();
    assert_close(&expm(&rotation).unwrap(), &expected, 1e-14);
}

#[test]
fn exponentials_of_nilpotent_and_extreme_matrices() {
    for x in [1.0, 1e10, 1e100, 1e300] {
        let a = Matrix::new(2, 2, vec![0.0, x, 0.0, 0.0]).unwrap();
        assert_close(&expm(&a).unwrap(), &a.shifted(1.0), 1e-13);
    }
    assert_eq!(expm(&Matrix::diagonal(&[-1e6, -1e300])).unwrap().max_abs(), 0.0);
    assert!(matches!(expm(&Matrix::diagonal(&[1e3])), Err(Error::Overflow { .. })));
    assert!(matches!(expm(&Matrix::diagonal(&[1e300])), Err(Error::Overflow { .. })));
    assert_eq!(expm(&Matrix::zeros(0, 0)).unwrap(), Matrix::zeros(0, 0));
    assert!(matches!(expm(&Matrix::diagonal(&[f64::NAN])), Err(Error::NotFinite { .. })));
}

#[test]
fn roots_and_logarithms_undo() {
    let mut s = Sampler::new(12);
    for n in [1, 2, 5, 12] {
        for scale in [1.0, 1e-200, 1e200] {
            let a = near_identity(&mut s, n);
            let x = sqrtm(&a.scaled(scale)).unwrap().scaled(1.0 / scale.sqrt());
            assert_close(&product(&x, &x), &a, 1e-13);
            let l = logm(&a.scaled(scale)).unwrap().shifted(-scale.ln());
            // log(1e200) = 460 is rounded to 6e-14 before it cancels.
            assert_close(&expm(&l).unwrap(), &a, 1e-12);
        }
        let b = s.matrix(n, n).scaled(2.0 / n as f64);
        assert_close(&logm(&expm(&b).unwrap()).unwrap(), &b, 1e-11);
    }
    let semidefinite = s.symmetric(&[0.0, 0.0, 4.0]);
    let root = sqrtm(&semidefinite).unwrap();
    // Eigenvalues of 1e-16 have roots of 1e-8.
    assert_close(&product(&root, &root), &semidefinite, 1e-14);
    let rotation = Matrix::new(2, 2, vec![0.0, -1.0, 1.0, 0.0]).unwrap();
    let quarter =
        Matrix::new(2, 2, vec![0.0, -1.0, 1.0, 0.0]).unwrap().scaled(std::f64::consts::FRAC_PI_2);
    assert_close(&logm(&rotation).unwrap(), &quarter, 1e-14);
    assert_eq!(sqrtm(&Matrix::zeros(2, 2)).unwrap(), Matrix::zeros(2, 2));
}

#[test]
fn no_principal_value_on_the_negative_axis() {
    for rows in
        [[-1.0, 0.0, 0.0, 2.0], [-1.0, 1.0, 0.0, 2.0], [0.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]]
    {
        let a = Matrix::new(2, 2, rows.to_vec()).unwrap();
        assert!(matches!(sqrtm(&a), Err(Error::NegativeAxis { .. })), "{a:?}");
        assert!(matches!(logm(&a), Err(Error::NegativeAxis { .. })), "{a:?}");
    }
    assert!(matches!(logm(&Matrix::zeros(2, 2)), Err(Error::NegativeAxis { .. })));
}

#[test]
fn frechet_derivatives_agree_with_central_differences() {
    let cases: [(Function, Derivative); 3] =
        [(expm, expm_frechet), (logm, logm_frechet), (sqrtm, sqrtm_frechet)];
    let mut s = Sampler::new(13);
    for (f, derivative) in cases {
        for size in [1.0, 1e-100, 1e100] {
            let (a, e) = (near_identity(&mut s, 4), s.matrix(4, 4));
            let h = 1e-5;
            let forward = f(&a.plus(h, &e)).unwrap();
            let difference = forward.plus(-1.0, &f(&a.plus(-h, &e)).unwrap()).scaled(0.5 / h);
            // Central differences err by h² + eps/h, about 1e-10.
            let value = derivative(&a, &e.scaled(size)).unwrap().scaled(1.0 / size);
            assert_close(&value, &difference, 1e-8);
        }
    }
}

#[test]
fn frechet_matrices_agree_with_frechet_derivatives() {
    let cases: [(Function, Derivative); 3] = [
        (expm_frechet_matrix, expm_frechet),
        (logm_frechet_matrix, logm_frechet),
        (sqrtm_frechet_matrix, sqrtm_frechet),
    ];
    let mut s = Sampler::new(14);
    for (matrix, derivative) in cases {
        let (a, e) = (near_identity(&mut s, 3), s.matrix(3, 3));
        let stacked = |m: &Matrix| Matrix::from_fn(9, 1, |i, _| m[(i % 3, i / 3)]);
        let expected = stacked(&derivative(&a, &e).unwrap());
        assert_close(&product(&matrix(&a).unwrap(), &stacked(&e)), &expected, 1e-12);
    }
}

/// Far from the negative axis.

#[test]
fn functions_of_singular_values() {
    let diagonal = Matrix::new(2, 3, vec![3.0, 0.0, 0.0, 0.0, -0.5, 0.0]).unwrap();
    let expected = Matrix::new(2, 3, vec![2.0, 0.0, 0.0, 0.0, -1.0, 0.0]).unwrap();
    assert_close(&clip_singular_values(&diagonal, 1.0, 2.0).unwrap(), &expected, 1e-15);
    let expected = Matrix::new(2, 3, vec![3.0, 0.0, 0.0, 0.0, 0.0, 0.0]).unwrap();
    assert_close(&low_rank(&diagonal, 1).unwrap(), &expected, 1e-15);
    assert_close(&low_rank(&diagonal, 5).unwrap(), &diagonal, 1e-15);
    let ones = Matrix::new(2, 2, vec![1.0; 4]).unwrap();
    assert!(matches!(clip_singular_values(&ones, 0.5, 3.0), Err(Error::RankDeficient { .. })));
    assert_close(&clip_singular_values(&ones, 0.0, 1.0).unwrap(), &ones.scaled(0.5), 1e-15);
    assert!(matches!(clip_singular_values(&ones, 2.0, 1.0), Err(Error::Shape { .. })));
    let eye = Matrix::identity(2);
    assert!(matches!(low_rank(&eye, 1), Err(Error::NotUnique { .. })));
    assert!(matches!(singular_values_frechet_matrix(&eye), Err(Error::NotUnique { .. })));
    assert!(matches!(singular_values_frechet_matrix(&ones), Err(Error::NotUnique { .. })));
}

#[test]
fn derivatives_by_singular_values_agree_with_central_differences() {
    let mut s = Sampler::new(16);
    type Pair = (Box<dyn Fn(&Matrix) -> Matrix>, Box<dyn Fn(&Matrix) -> Matrix>);
    let pair =
        |f: fn(&Matrix) -> Result<Matrix, Error>,
         k: fn(&Matrix) -> Result<Matrix, Error>|
         -> Pair { (Box::new(move |a| f(a).unwrap()), Box::new(move |a| k(a).unwrap())) };
    let functions = [
        pair(|a| clip_singular_values(a, 1.5, 2.5), |a| clip_frechet_matrix(a, 1.5, 2.5)),
        pair(|a| clip_singular_values(a, -1.0, 2.5), |a| clip_frechet_matrix(a, -1.0, 2.5)),
        pair(|a| low_rank(a, 2), |a| low_rank_frechet_matrix(a, 2)),
    ];
    // Singular values 3, 2, 1, 1, the repeated ones as in jax issue 8732, and a rectangle of 3, 3 and 1.
    let mut rectangle = Matrix::zeros(3, 5);
    for (i, x) in [3.0, 1.0, 3.0].into_iter().enumerate() {
        rectangle[(i, i)] = x;
    }
    let turned = |a: &Matrix, s: &mut Sampler| {
        product(&product(&s.orthogonal(a.rows()), a), &s.orthogonal(a.cols()))
    };
    for a in [Matrix::diagonal(&[1.0, 1.0, 2.0, 3.0]), rectangle] {
        for a in [a.clone(), turned(&a, &mut s), turned(&a, &mut s).transpose()] {
            for (f, k) in &functions {
                let e = s.matrix(a.rows(), a.cols());
                let h = 1e-6;
                let difference = f(&a.plus(h, &e)).plus(-1.0, &f(&a.plus(-h, &e))).scaled(0.5 / h);
                let k = k(&a);
                let column = Matrix::new(a.rows() * a.cols(), 1, stacked(&e)).unwrap();
                let expected = Matrix::new(column.rows(), 1, stacked(&difference)).unwrap();
                // Second-order differences: h² times third derivatives of order 1, and eps/h of rounding.
                assert_close(&product(&k, &column), &expected, 1e-8);
                assert_close(&k, &k.transpose(), 1e-14);
            }
        }
    }
}

fn near_identity(s: &mut Sampler, n: usize) -> Matrix {
    s.matrix(n, n).scaled(0.8 / n as f64).shifted(1.0)
}
