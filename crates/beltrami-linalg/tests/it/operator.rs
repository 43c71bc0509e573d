//! Linear maps of every kind against their entries.

use beltrami_linalg::random::RandomOptions;
use beltrami_linalg::structured::{Band, Blocks};
use beltrami_linalg::{
    Complex, Error, LinearOperator, Matrix, Rule, Scalar, SparseMatrix, Structured,
    conjugate_gradients, random_svd,
};

use crate::sample::{Sampler, assert_close, product};

/// Products of an operator, forwards and back, against those of its entries.
fn check(operator: &dyn LinearOperator, sampler: &mut Sampler) {
    let (m, n) = operator.shape();
    let entries = operator.to_dense().expect("it fits");
    assert_eq!((entries.rows(), entries.cols()), (m, n));
    let (x, y) = (sampler.matrix(n, 3), sampler.matrix(m, 2));
    let name = operator.structure();
    assert_close(&operator.apply(&x).expect(&name), &product(&entries, &x), 1e-14);
    let back = operator.apply_transpose(&y).expect(&name);
    assert_close(&back, &product(&entries.transpose(), &y), 1e-14);
    assert!(matches!(operator.apply(&sampler.matrix(n + 1, 1)), Err(Error::Shape { .. })));
    assert!(operator.cost() <= 2.0 * (m * n) as f64, "{name}: {}", operator.cost());
}

/// Solutions and determinant of an operator against those of its entries.
fn check_inverse(operator: &dyn LinearOperator, sampler: &mut Sampler) {
    let entries = operator.to_dense().expect("it fits");
    let dense = entries.factored().expect("regular");
    let own = operator.factored().expect("regular");
    let b = sampler.matrix(entries.rows(), 2);
    // Shifted by several times the norm of the rest, so that condition numbers are below ten.
    assert_close(&own.solve(&b).expect("regular"), &dense.solve(&b).expect("regular"), 1e-12);
    let ((sign, log), (s, l)) = (own.log_abs_det().unwrap(), dense.log_abs_det().unwrap());
    assert!(
        sign == s && (log - l).abs() <= 1e-12 * l.abs().max(1.0),
        "{}: {log}, {l}",
        own.method()
    );
}

fn near_identity(sampler: &mut Sampler, n: usize) -> Matrix {
    sampler.matrix(n, n).scaled(0.3).shifted(n as f64)
}

#[test]
fn every_kind_multiplies_and_solves_like_its_entries() {
    let mut sampler = Sampler::new(91);
    let s = &mut sampler;
    let mut band = Band::zeros(9, 1, 2);
    for i in 0..9_usize {
        for j in i.saturating_sub(1)..(i + 3).min(9) {
            *band.entry(i, j) = s.number() + if i == j { 6.0 } else { 0.0 };
        }
    }
    let blocks: Vec<Matrix> = (0..4).map(|_| near_identity(s, 3)).collect();
    let kron = |a: Matrix, b: Matrix| Structured::kron(Structured::dense(a), Structured::dense(b));
    let square = [
        Structured::dense(near_identity(s, 8)),
        Structured::identity(7),
        Structured::commutation(3, 4),
        Structured::diagonal((1..10).map(f64::from).collect()),
        Structured::band(band),
        Structured::blocks(Blocks::new(blocks.clone(), false).unwrap()),
        Structured::blocks(Blocks::new(blocks, true).unwrap()),
        kron(near_identity(s, 3), near_identity(s, 4)),
    ];
    for operator in &square {
        check(operator, s);
        check_inverse(operator, s);
    }
    check(&kron(s.matrix(2, 5), s.matrix(4, 3)), s);
    check(&Structured::zero(3, 5), s);
    check(&s.matrix(6, 4), s);
    let entries: Vec<(usize, usize, f64)> =
        (0..20).map(|k| ((k * 7) % 11, (k * 5) % 9, s.number())).collect();
    check(&SparseMatrix::new(11, 9, &entries).unwrap(), s);
}

#[test]
fn structured_maps_have_singular_values_and_solutions_by_products() {
    let mut s = Sampler::new(92);
    let (a, b) = (s.symmetric(&[4.0, 2.0, 1.0]), s.symmetric(&[3.0, 1.0, 0.5, 0.25]));
    let operator = Structured::kron(Structured::dense(a), Structured::dense(b));
    let found = random_svd(&operator, &RandomOptions::new(Rule::Rank(3))).unwrap();
    for (found, expected) in found.svd.s.iter().zip([12.0, 6.0, 4.0]) {
        assert!((found - expected).abs() < 1e-10, "{found}, {expected}");
    }
    let right: Vec<f64> = (0..12).map(|k| f64::from(k).sin()).collect();
    let (x, steps) = conjugate_gradients(&operator, &right, 1e-12, 100).unwrap();
    let back = operator.times(&x).unwrap();
    // Twelve eigenvalues, of condition 96.
    assert!(steps <= 24, "{steps}");
    assert!(back.iter().zip(&right).all(|(x, y)| (x - y).abs() < 1e-9));
}

/// `y'*(A*x)` and `(A'*y)'*x`, which the conjugate transpose makes equal.
fn adjoint<T: Scalar>(number: impl Fn(f64, f64) -> T, conjugate: impl Fn(T) -> T, rounding: f64)
where
    Matrix<T>: LinearOperator<T>,
{
    let mut s = Sampler::new(93);
    let mut draw = |rows, cols| Matrix::from_fn(rows, cols, |_, _| number(s.number(), s.number()));
    let (a, x, y) = (draw(5, 4), draw(4, 1), draw(5, 1));
    let inner = |a: &Matrix<T>, b: &Matrix<T>| {
        a.data().iter().zip(b.data()).fold(T::ZERO, |sum, (a, b)| sum + conjugate(*a) * *b)
    };
    let (forward, back) = (a.apply(&x).unwrap(), a.apply_transpose(&y).unwrap());
    let difference = inner(&y, &forward) - inner(&back, &x);
    // Twenty products of numbers below two.
    assert!(difference.magnitude() <= 100.0 * rounding, "{difference:?}");
    let entries = LinearOperator::to_dense(&a).unwrap();
    assert_eq!(entries, a);
}

#[test]
fn matrices_of_every_scalar_multiply_with_their_conjugate_transpose() {
    adjoint(|x, _| x, |x| x, f64::EPSILON);
    adjoint(|x, _| x as f32, |x| x, f64::from(f32::EPSILON));
    adjoint(Complex::new, |x| Complex::new(x.re, -x.im), f64::EPSILON);
}
