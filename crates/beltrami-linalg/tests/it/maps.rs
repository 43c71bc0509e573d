//! Derivatives of every order as maps of their directions: adjoints, symmetry in the directions, central differences.

use std::num::NonZeroU32;

use crate::sample::{Sampler, norm, product};
use beltrami_linalg::matfun::{
    Adjugate, Clip, Cosm, Determinant, Expm, InvRoot, LambdaMax, Logm, LowRank, MatrixFunction,
    NuclearNorm, Odd, Pinv, Power, Root, Sign, SingularValues, Sinm, SoftThreshold, SpectralNorm,
    Sqrtm, TopDyad, VectorMax,
};
use beltrami_linalg::{Error, Matrix};

type Function = Box<dyn MatrixFunction>;

fn p(p: u32) -> NonZeroU32 {
    NonZeroU32::new(p).unwrap()
}

fn primary() -> Vec<Function> {
    vec![
        Box::new(Expm),
        Box::new(Cosm),
        Box::new(Sinm),
        Box::new(Logm),
        Box::new(Sqrtm),
        Box::new(Root(p(3))),
        Box::new(Root(p(4))),
        Box::new(Root(p(6))),
        Box::new(Root(p(8))),
        Box::new(InvRoot(p(1))),
        Box::new(InvRoot(p(2))),
        Box::new(InvRoot(p(4))),
        Box::new(InvRoot(p(5))),
        Box::new(Power::new(0.7).unwrap()),
        Box::new(Power::new(-1.3).unwrap()),
    ]
}

fn odd() -> Vec<Function> {
    vec![
        Box::new(Odd(Sign)),
        Box::new(Odd(Clip::new(1.5, 2.5).unwrap())),
        Box::new(Odd(Clip::new(0.0, 2.5).unwrap())),
        Box::new(Odd(Clip::new(-1.0, f64::INFINITY).unwrap())),
        Box::new(Odd(SoftThreshold::new(1.5).unwrap())),
        Box::new(LowRank(2)),
        Box::new(LowRank(1)),
        Box::new(LowRank(0)),
        Box::new(LowRank(9)),
        Box::new(TopDyad),
    ]
}

fn inner(a: &Matrix, b: &Matrix) -> f64 {
    a.data().iter().zip(b.data()).map(|(x, y)| x * y).sum()
}

fn with_values(s: &mut Sampler, rows: usize, cols: usize, values: &[f64]) -> Matrix {
    let middle = Matrix::from_fn(rows, cols, |i, j| if i == j { values[i] } else { 0.0 });
    product(&product(&s.orthogonal(rows), &middle), &s.orthogonal(cols))
}

/// `⟨G, D_k(E₁, …, E_k)⟩ = ⟨adjoint(G; E₂, …, E_k), E₁⟩` and symmetry of the directions, to `1e-12` for three orders.
#[track_caller]
fn adjoints_hold(f: &dyn MatrixFunction, a: &Matrix, s: &mut Sampler, tolerance: f64) {
    let at = f.prepare(a).unwrap();
    let value = at.value().unwrap();
    let e: Vec<Matrix> = (0..3).map(|_| s.matrix(a.rows(), a.cols())).collect();
    let g = s.matrix(value.rows(), value.cols());
    for order in 1..=3 {
        let directions: Vec<&Matrix> = e[..order].iter().collect();
        let found = at.higher(&directions).unwrap();
        let adjoint = at.adjoint(&g, &directions[1..]).unwrap();
        let (left, right) = (inner(&g, &found), inner(&adjoint, &e[0]));
        let scale = norm(&g) * norm(&found) + norm(&adjoint) * norm(&e[0]);
        let error = (left - right).abs() / scale.max(f64::MIN_POSITIVE);
        assert!(error <= tolerance, "{} of order {order}: {error:e}", f.name());
        let reversed: Vec<&Matrix> = directions.iter().rev().copied().collect();
        let other = at.higher(&reversed).unwrap();
        let error = norm(&other.plus(-1.0, &found)) / norm(&found).max(f64::MIN_POSITIVE);
        assert!(error <= tolerance, "{} of order {order} reversed: {error:e}", f.name());
        assert_eq!(f.higher(a, &directions).unwrap(), found);
    }
}

/// `D_{k+1}(A; E₁, …, E_k, E)` against central differences of `D_k` with `h = 1e-5`, which err by `h²` and `eps/h`.
#[track_caller]
fn differences_hold(f: &dyn MatrixFunction, a: &Matrix, s: &mut Sampler, orders: usize) {
    let e: Vec<Matrix> = (0..3).map(|_| s.matrix(a.rows(), a.cols())).collect();
    let h = 1e-5;
    for order in 1..=orders {
        let directions: Vec<&Matrix> = e[..order].iter().collect();
        let (last, rest) = directions.split_last().unwrap();
        let forward = f.higher(&a.plus(h, last), rest).unwrap();
        let difference = forward.plus(-1.0, &f.higher(&a.plus(-h, last), rest).unwrap());
        let found = f.higher(a, &directions).unwrap();
        let error = norm(&difference.scaled(0.5 / h).plus(-1.0, &found));
        // Derivatives of the next order but one are larger than this one by a factor of at most some hundreds.
        assert!(
            error <= 1e-7 * (1.0 + norm(&found)),
            "{} of order {order}: {error:e} of {:e}",
            f.name(),
            norm(&found)
        );
    }
}

#[test]
fn primary_functions_along_several_directions() {
    let mut s = Sampler::new(71);
    for f in primary() {
        for gap in [0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3] {
            let a = s.symmetric(&[1.0, 1.0 + gap, 2.0, 3.0]);
            adjoints_hold(&*f, &a, &mut s, 1e-12);
            differences_hold(&*f, &a, &mut s, 3);
        }
        // Not symmetric: real and complex eigenvalues, a Jordan block, a single entry.
        let general = s.matrix(6, 6).scaled(0.25).shifted(1.5);
        let turned = Matrix::new(2, 2, vec![1.0, -0.8, 0.9, 1.2]).unwrap();
        let jordan = Matrix::from_fn(3, 3, |i, j| f64::from(u8::from(j == i || j == i + 1)));
        let lower = jordan.transpose();
        let one = Matrix::diagonal(&[1.3]);
        for a in [general, turned, jordan, lower, one] {
            adjoints_hold(&*f, &a, &mut s, 1e-12);
            differences_hold(&*f, &a, &mut s, 3);
        }
    }
}

#[test]
fn odd_functions_along_several_directions() {
    let mut s = Sampler::new(72);
    for f in odd() {
        for (rows, cols) in [(4, 4), (6, 4), (4, 6), (20, 4)] {
            for gap in [0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3] {
                let a = with_values(&mut s, rows, cols, &[3.0, 2.0, 1.0 + gap, 1.0]);
                adjoints_hold(&*f, &a, &mut s, 1e-12);
                differences_hold(&*f, &a, &mut s, 3);
            }
        }
        let a = Matrix::diagonal(&[1.0, 3.0, 1.0, 2.0]);
        adjoints_hold(&*f, &a, &mut s, 1e-12);
    }
}

/// Equal directions, multiples, sums and nearly equal ones, and such as lie in the range of the matrix.
#[test]
fn directions_that_depend_on_each_other() {
    let mut s = Sampler::new(83);
    let h = 1e-5;
    let functions = odd().into_iter().chain([Box::new(Pinv) as Function]);
    for f in functions {
        for (rows, cols) in [(8, 1), (1, 8), (9, 2), (2, 9), (3, 3), (4, 1)] {
            let values = [2.0, 1.2, 1.7];
            let a = with_values(&mut s, rows, cols, &values[..rows.min(cols)]);
            let (e, other) = (s.matrix(rows, cols), s.matrix(rows, cols));
            let nearly = e.plus(1e-9, &other);
            for directions in [
                vec![&e, &e],
                vec![&e, &nearly],
                vec![&e, &other, &e],
                vec![&e, &a],
                vec![&e, &e, &e],
            ] {
                let (last, rest) = directions.split_last().unwrap();
                let forward = f.higher(&a.plus(h, last), rest).unwrap();
                let difference = forward.plus(-1.0, &f.higher(&a.plus(-h, last), rest).unwrap());
                let found = f.higher(&a, &directions).unwrap();
                let error = norm(&difference.scaled(0.5 / h).plus(-1.0, &found));
                // As in `differences_hold`.
                assert!(
                    error <= 1e-7 * (1.0 + norm(&found)),
                    "{} of {rows}×{cols}, {} directions: {error:e} of {:e}",
                    f.name(),
                    directions.len(),
                    norm(&found)
                );
            }
        }
    }
}

#[test]
fn clusters_on_both_sides_of_a_kink_and_beside_it() {
    let mut s = Sampler::new(73);
    for (rows, cols) in [(5, 5), (7, 5)] {
        let a = with_values(&mut s, rows, cols, &[3.0, 3.0, 2.0, 2.0, 1e-3]);
        for f in odd() {
            if f.name() == "lowrank" || f.name() == "topdyad" {
                continue;
            }
            // Derivatives grow with the inverse of the smallest value, and with them rounding.
            adjoints_hold(&*f, &a, &mut s, 1e-10);
        }
        adjoints_hold(&LowRank(2), &a, &mut s, 1e-12);
        adjoints_hold(&LowRank(4), &a, &mut s, 1e-12);
    }
    // A deficient matrix where the function does not jump at 0.
    let deficient = product(&s.matrix(6, 2), &s.matrix(2, 5));
    for f in [Odd(Clip::new(0.0, 1.0).unwrap()), Odd(Clip::new(-1.0, 0.7).unwrap())] {
        adjoints_hold(&f, &deficient, &mut s, 1e-12);
        differences_hold(&f, &deficient, &mut s, 3);
    }
    adjoints_hold(&LowRank(2), &deficient, &mut s, 1e-12);
    differences_hold(&LowRank(2), &deficient, &mut s, 3);
}

#[test]
fn numbers_vectors_and_pseudoinverses_along_several_directions() {
    let mut s = Sampler::new(74);
    for (rows, cols) in [(4, 4), (6, 4), (4, 6), (17, 3), (1, 1)] {
        let k = rows.min(cols);
        let a = with_values(&mut s, rows, cols, &[3.0, 2.0, 1.2, 0.7][..k]);
        let functions: [Function; 4] = [
            Box::new(SingularValues),
            Box::new(SpectralNorm),
            Box::new(NuclearNorm),
            Box::new(Pinv),
        ];
        for f in functions {
            adjoints_hold(&*f, &a, &mut s, 1e-12);
            differences_hold(&*f, &a, &mut s, 3);
        }
    }
    // Equal values are no matter to these.
    let a = with_values(&mut s, 5, 4, &[3.0, 2.0, 2.0, 2.0]);
    for f in [Box::new(SpectralNorm) as Function, Box::new(NuclearNorm), Box::new(Pinv)] {
        adjoints_hold(&*f, &a, &mut s, 1e-12);
        differences_hold(&*f, &a, &mut s, 3);
    }
    assert!(matches!(SingularValues.derivative(&a, &a), Err(Error::NotUnique { .. })));
    for a in [s.symmetric(&[1.0, 1.0, 2.0, 3.5]), s.symmetric(&[-3.0, -1.0]), s.symmetric(&[2.0])] {
        for f in [Box::new(LambdaMax) as Function, Box::new(VectorMax)] {
            adjoints_hold(&*f, &a, &mut s, 1e-12);
            // Differences of matrices that are not symmetric are those of their symmetric parts.
            let e: Vec<Matrix> =
                (0..3).map(|_| s.matrix(a.rows(), a.rows()).symmetric_part()).collect();
            let h = 1e-5;
            for order in 1..=3 {
                let directions: Vec<&Matrix> = e[..order].iter().collect();
                let (last, rest) = directions.split_last().unwrap();
                let forward = f.higher(&a.plus(h, last), rest).unwrap();
                let difference = forward.plus(-1.0, &f.higher(&a.plus(-h, last), rest).unwrap());
                let found = f.higher(&a, &directions).unwrap();
                let error = norm(&difference.scaled(0.5 / h).plus(-1.0, &found));
                assert!(error <= 1e-7 * (1.0 + norm(&found)), "{} {order}: {error:e}", f.name());
            }
        }
    }
}

#[test]
fn determinants_and_adjugates_at_singular_matrices_too() {
    let mut s = Sampler::new(75);
    for values in [
        vec![3.0, 2.0, 1.2, 0.7, -0.4],
        vec![3.0, 2.0, 1.2, 0.7, 0.0],
        vec![3.0, 2.0, 1.2, 0.0, 0.0],
        vec![3.0, 1.0, 0.0, 0.0, 0.0],
        vec![1.0, 0.0, 0.0, 0.0, 0.0],
        vec![0.0; 5],
        vec![3.0, 1e-3, 1e-6, 1e-9, 1e-12],
        vec![2.0, 1e-8],
        vec![0.3],
    ] {
        let n = values.len();
        let a = with_values(&mut s, n, n, &values);
        for f in [Box::new(Determinant) as Function, Box::new(Adjugate)] {
            adjoints_hold(&*f, &a, &mut s, 1e-12);
            differences_hold(&*f, &a, &mut s, 3);
        }
    }
    // By hand: det(tE₁ + uE₂) of diagonal matrices.
    let (d, e) = (Matrix::diagonal(&[2.0, 3.0]), Matrix::diagonal(&[5.0, 7.0]));
    let zero = Matrix::zeros(2, 2);
    assert_eq!(Determinant.higher(&zero, &[&d, &e]).unwrap().data(), [29.0]);
    assert_eq!(Determinant.higher(&zero, &[&d, &e, &d]).unwrap().data(), [0.0]);
    // The product of 600 values of 0.01 underflows, the derivative along the matrix is 600 times the determinant.
    let small = Matrix::diagonal(&[0.25; 500]);
    let along = Determinant.derivative(&small, &small.scaled_by_power(1000)).unwrap();
    let expected = 500.0 * 2.0_f64.powi(-1000) * 2.0_f64.powi(1000);
    assert!((along.data()[0] / expected - 1.0).abs() < 1e-12, "{along:?}");
}

/// The derivative at a multiple is a multiple, at any scale.
#[test]
fn scales_of_matrix_and_directions() {
    let mut s = Sampler::new(76);
    let a = s.matrix(4, 4).scaled(0.2).shifted(1.0);
    let (e, d) = (s.matrix(4, 4), s.matrix(4, 4));
    for exponent in [-900, 900] {
        let large = |x: &Matrix| x.scaled_by_power(exponent);
        for f in primary().into_iter().chain(odd()) {
            if ["expm", "cosm", "sinm", "mclip", "soft threshold", "lowrank", "topdyad"]
                .contains(&f.name())
            {
                continue;
            }
            // D_k(cA; cE, …) is the value's multiple.
            let Ok(value) = f.value(&large(&a)) else { continue };
            if !value.max_abs().is_normal() {
                continue;
            }
            let factor = match f.name() {
                "logm" => 1.0,
                _ => value.max_abs() / f.value(&a).unwrap().max_abs(),
            };
            for directions in [vec![&e], vec![&e, &d]] {
                let expected = f.higher(&a, &directions).unwrap();
                let multiples: Vec<Matrix> = directions.iter().map(|x| large(x)).collect();
                let multiples: Vec<&Matrix> = multiples.iter().collect();
                let found = f.higher(&large(&a), &multiples);
                let Ok(found) = found else {
                    assert!(matches!(found, Err(Error::Overflow { .. })), "{}", f.name());
                    continue;
                };
                let error = norm(&found.scaled(1.0 / factor).plus(-1.0, &expected));
                assert!(error <= 1e-12 * norm(&expected), "{} {exponent}: {error:e}", f.name());
            }
        }
    }
}

#[test]
fn many_directions_of_an_exponential() {
    let mut s = Sampler::new(77);
    // Of a multiple of the identity the derivative along powers of one matrix is known: D_k(cI; E, …, E) = e^c E^k.
    let (e, c) = (s.matrix(3, 3), Matrix::identity(3).scaled(0.5));
    let mut power = Matrix::identity(3);
    for order in 1..=6_usize {
        power = product(&power, &e);
        let found = Expm.higher(&c, &vec![&e; order]).unwrap();
        let error = norm(&found.plus(-0.5_f64.exp(), &power));
        // A sum of products of norm ‖E‖^k each.
        assert!(error <= 1e-13 * norm(&e).powi(order as i32), "{order}: {error:e}");
    }
    assert!(matches!(Expm.higher(&c, &vec![&e; 30]), Err(Error::TooLarge { .. })));
    assert!(matches!(Determinant.higher(&c, &[&e; 30]), Ok(zero) if zero.data() == [0.0]));
}

/// Along the matrix itself derivatives are those of the scalar function: `D_k(A; A, …, A) = f^(k)(A)*A^k`.
#[test]
fn along_the_matrix_itself_derivatives_are_those_of_numbers() {
    let mut s = Sampler::new(78);
    for n in [1, 4, 9] {
        // Norms that need every degree of the approximants, and squarings.
        for size in [1e-8, 1e-3, 0.02, 0.2, 0.8, 1.7, 4.0, 30.0] {
            let random = s.matrix(n, n);
            let a = random.scaled(size / random.norm_one());
            let (square, exponential) = (product(&a, &a), Expm.value(&a).unwrap());
            let (sine, cosine) = (Sinm.value(&a).unwrap(), Cosm.value(&a).unwrap());
            for (f, first, second) in [
                (&Expm as &dyn MatrixFunction, exponential.clone(), exponential.clone()),
                (&Sinm, cosine.clone(), sine.scaled(-1.0)),
                (&Cosm, sine.scaled(-1.0), cosine.scaled(-1.0)),
            ] {
                let at = f.prepare(&a).unwrap();
                // The condition of these functions is about the norm.
                let tolerance = 1e-15 * (10.0 + 30.0 * size) * norm(&exponential).max(1.0);
                let found = at.higher(&[&a]).unwrap();
                let error = norm(&found.plus(-1.0, &product(&a, &first)));
                assert!(error <= tolerance * size, "{} {n} {size}: {error:e}", f.name());
                let found = at.higher(&[&a, &a]).unwrap();
                let error = norm(&found.plus(-1.0, &product(&square, &second)));
                assert!(error <= tolerance * size * size, "{} {n} {size}: {error:e}", f.name());
            }
        }
        // Of powers these are multiples of the value, of the logarithm multiples of the identity.
        for a in [s.matrix(n, n).scaled(0.25).shifted(1.5), s.symmetric(&vec![1e-6; n]), {
            let values: Vec<f64> = (0..n).map(|i| 0.1_f64.powi(i as i32)).collect();
            s.symmetric(&values)
        }] {
            for f in primary() {
                let exponent = match f.name() {
                    "logm" => 0.0,
                    "sqrtm" => 0.5,
                    _ => {
                        let Some(ratio) = homogeneity(&*f, &a) else { continue };
                        ratio
                    }
                };
                let value = f.value(&a).unwrap();
                let identity = Matrix::identity(n);
                let at = f.prepare(&a).unwrap();
                let (first, second) = (at.higher(&[&a]).unwrap(), at.higher(&[&a, &a]).unwrap());
                let (expected, other) = if f.name() == "logm" {
                    (identity.clone(), identity.scaled(-1.0))
                } else {
                    (value.scaled(exponent), value.scaled(exponent * (exponent - 1.0)))
                };
                // Rounding of the largest entries of A moves the smallest eigenvalue by 1e-8 of it at most.
                let tolerance = if n == 9 { 1e-7 } else { 1e-11 };
                let error = norm(&first.plus(-1.0, &expected)) / norm(&expected);
                assert!(error <= tolerance, "{} {n}: {error:e}", f.name());
                let error = norm(&second.plus(-1.0, &other)) / norm(&expected);
                assert!(error <= tolerance, "{} {n}, second: {error:e}", f.name());
            }
        }
    }
}

/// The `α` with `F(2A) = 2^α*F(A)`, for powers.
fn homogeneity(f: &dyn MatrixFunction, a: &Matrix) -> Option<f64> {
    if ["expm", "cosm", "sinm"].contains(&f.name()) {
        return None;
    }
    let ratio = f.value(&a.scaled(2.0)).unwrap().max_abs() / f.value(a).unwrap().max_abs();
    Some(ratio.log2())
}

/// `L(A,E) = Σ AⁱEAʲ/(i + j + 1)!`, a finite sum that no approximant of low degree has in full.
#[test]
fn nilpotent_matrices_of_any_size() {
    let mut s = Sampler::new(79);
    for size in [1.0, 1e3, 1e6] {
        let a = Matrix::from_fn(4, 4, |i, j| if j > i { size * s.number() } else { 0.0 });
        let e = s.matrix(4, 4);
        let powers: Vec<Matrix> =
            std::iter::successors(Some(Matrix::identity(4)), |x| Some(product(x, &a)))
                .take(4)
                .collect();
        let factorials = [1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0];
        let mut expected = Matrix::zeros(4, 4);
        for (i, left) in powers.iter().enumerate() {
            for (j, right) in powers.iter().enumerate() {
                let term = product(&product(left, &e), right);
                expected = expected.plus(1.0 / factorials[i + j + 1], &term);
            }
        }
        let found = Expm.derivative(&a, &e).unwrap();
        let error = norm(&found.plus(-1.0, &expected)) / norm(&expected);
        assert!(error <= 1e-13, "{size}: {error:e}");
    }
}

/// Second derivatives at symmetric matrices by eigenvalues, against the same matrix with an asymmetry that is no rounding.
#[test]
fn second_derivatives_at_symmetric_matrices_by_both_ways() {
    let mut s = Sampler::new(80);
    for gap in [0.0, 1e-14, 1e-10, 1e-6, 1e-3, 9e-3, 1.1e-2] {
        let a = s.symmetric(&[1.0, 1.0 + gap, 1.0 + 2.0 * gap, 2.0, 0.6]);
        let other = a.plus(1e-13, &s.matrix(5, 5));
        let (e, d) = (s.matrix(5, 5), s.matrix(5, 5));
        // Symmetric directions take half of the products.
        let all =
            [(e.symmetric_part(), d.symmetric_part()), (e.symmetric_part(), d.clone()), (e, d)];
        for ((e, d), f) in all.iter().flat_map(|pair| primary().into_iter().map(move |f| (pair, f)))
        {
            let first = f.higher(&a, &[e]).unwrap();
            let error = norm(&first.plus(-1.0, &f.higher(&other, &[e]).unwrap())) / norm(&first);
            assert!(error <= 1e-11, "{} {gap:e}: {error:e}", f.name());
            let (one, two) = (f.higher(&a, &[e, d]).unwrap(), f.higher(&other, &[e, d]).unwrap());
            let error = norm(&one.plus(-1.0, &two)) / norm(&two);
            // The asymmetry times third derivatives.
            assert!(error <= 1e-11, "{} {gap:e}: {error:e}", f.name());
        }
    }
}
