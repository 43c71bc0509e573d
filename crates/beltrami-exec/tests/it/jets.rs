//! Every kernel on jets against central differences of the kernel on numbers.

use crate::sample::{Sampler, assert_close};
use beltrami_core::{Kernel, Map, Spectral};
use beltrami_exec::{ExecError, Jet, Scalar, Tensor, apply};

type Number = Tensor<f64>;

/// Step of the differences, which are of fourth order.
const STEP: f64 = 1e-4;

/// The differences err by `STEP⁴/30` (3e-18) times fifth derivatives, up to 1e8 where singular values nearly meet, plus
/// `eps/STEP` (2e-12) of rounding times the condition number.
const TOLERANCE: f64 = 2e-8;

fn axpy(x: &Number, h: f64, d: &Number) -> Number {
    Tensor::new(x.dims().to_vec(), x.data().iter().zip(d.data()).map(|(x, d)| x + h * d).collect())
        .unwrap()
}

/// Checks derivatives of order one to three along directions that vary all arguments at once.
fn check(kernel: Kernel, args: &[Number], symmetric: bool, s: &mut Sampler) {
    check_beside(kernel, args, &[], symmetric, s);
}

/// The same with further arguments that do not vary: sizes and orders.
fn check_beside(kernel: Kernel, args: &[Number], sizes: &[f64], symmetric: bool, s: &mut Sampler) {
    let mut directions = || -> Vec<Number> {
        let symmetrised = |d: Number| if symmetric { axpy(&d, 1.0, &d.transpose()) } else { d };
        args.iter().map(|arg| symmetrised(s.tensor(arg.dims()))).collect()
    };
    let along = [directions(), directions(), directions()];
    let what = format!(
        "{kernel:?} on {:?}",
        args.iter().map(|arg| arg.dims().to_vec()).collect::<Vec<_>>()
    );
    let zero = derivative::<1>(kernel, args, sizes, &along[..0]);
    let difference = |which: usize, f: &dyn Fn(&[Number]) -> Number| {
        let at = |h: f64| {
            let moved: Vec<Number> =
                args.iter().zip(&along[which]).map(|(x, d)| axpy(x, h, d)).collect();
            f(&moved)
        };
        let central = |h: f64| axpy(&at(h), -1.0, &at(-h)).map(|x| x / (2.0 * h));
        axpy(&central(STEP).map(|x| 4.0 / 3.0 * x), -1.0 / 3.0, &central(2.0 * STEP))
    };
    // The ring and beltrami-linalg compute the value by different means.
    assert_close(
        &format!("{what}, value"),
        &value::<2>(kernel, args, sizes, &along[..1]),
        &zero,
        1e-9,
    );
    let first = difference(0, &|x| derivative::<1>(kernel, x, sizes, &along[..0]));
    assert_close(
        &format!("{what}, first"),
        &derivative::<2>(kernel, args, sizes, &along[..1]),
        &first,
        TOLERANCE,
    );
    let second = difference(1, &|x| derivative::<2>(kernel, x, sizes, &along[..1]));
    assert_close(
        &format!("{what}, second"),
        &derivative::<4>(kernel, args, sizes, &along[..2]),
        &second,
        TOLERANCE,
    );
    let third = difference(2, &|x| derivative::<4>(kernel, x, sizes, &along[..2]));
    assert_close(
        &format!("{what}, third"),
        &derivative::<8>(kernel, args, sizes, &along[..3]),
        &third,
        TOLERANCE,
    );
}

/// The mixed derivative along all directions.
fn derivative<const N: usize>(
    kernel: Kernel,
    args: &[Number],
    sizes: &[f64],
    along: &[Vec<Number>],
) -> Number {
    Jet::part(&jets::<N>(kernel, args, sizes, along), N - 1)
}

fn value<const N: usize>(
    kernel: Kernel,
    args: &[Number],
    sizes: &[f64],
    along: &[Vec<Number>],
) -> Number {
    Jet::part(&jets::<N>(kernel, args, sizes, along), 0)
}

fn jets<const N: usize>(
    kernel: Kernel,
    args: &[Number],
    sizes: &[f64],
    along: &[Vec<Number>],
) -> Tensor<Jet<N>> {
    let seeded = |(place, x): (usize, &Number)| {
        let directions: Vec<Option<&Number>> = along.iter().map(|d| Some(&d[place])).collect();
        Jet::<N>::seed(x, &directions).unwrap()
    };
    let fixed = sizes.iter().map(|n| Jet::<N>::seed(&Tensor::scalar(*n), &[]).unwrap());
    let seeds: Vec<_> = args.iter().enumerate().map(seeded).chain(fixed).collect();
    apply(kernel, None, &seeds.iter().collect::<Vec<_>>()).unwrap()
}

/// Eigenvalues near 1, distinct.
fn near_identity(s: &mut Sampler, n: usize) -> Number {
    let e = s.tensor(&[n, n]);
    Tensor::from_fn(n, n, |i, j| {
        0.6 / n as f64 * e.at(i, j) + if i == j { 1.0 + 0.1 * i as f64 } else { 0.0 }
    })
}

#[test]
fn matrix_functions_of_square_matrices() {
    let mut s = Sampler::new(21);
    for n in [1, 2, 3, 4] {
        for kernel in [
            Kernel::Inv,
            Kernel::Det,
            Kernel::LogDet,
            Kernel::Adj,
            Kernel::Pinv,
            Kernel::Expm,
            Kernel::Logm,
            Kernel::Sqrtm,
            Kernel::MatrixSign,
            Kernel::NormNuc,
            Kernel::NormSpec,
            Kernel::TopDyad,
            Kernel::Trace,
            Kernel::DiagVector,
            Kernel::Norm2,
            Kernel::Softmax,
            Kernel::LogSumExp,
        ] {
            let a = near_identity(&mut s, n);
            check(kernel, &[a], false, &mut s);
        }
    }
}

#[test]
fn functions_of_rectangular_matrices() {
    let mut s = Sampler::new(22);
    for (m, n) in [(5, 2), (2, 4), (3, 1), (1, 3)] {
        for kernel in
            [Kernel::Pinv, Kernel::MatrixSign, Kernel::NormNuc, Kernel::NormSpec, Kernel::TopDyad]
        {
            let a = s.tensor(&[m, n]);
            check(kernel, &[a], false, &mut s);
        }
        for kernel in [
            Kernel::Sum,
            Kernel::SumColumns,
            Kernel::SumRows,
            Kernel::Mean,
            Kernel::Transpose,
            Kernel::Vec,
            Kernel::Neg,
            Kernel::Norm1,
            Kernel::NormInf,
            Kernel::ArgMax,
            Kernel::Map(Map::Gelu),
        ] {
            let a = s.tensor(&[m, n]);
            check(kernel, &[a], false, &mut s);
        }
    }
}

#[test]
fn leading_eigenpairs() {
    let mut s = Sampler::new(23);
    for n in [1, 2, 5] {
        let a = s.tensor(&[n, n]);
        let a = axpy(&a, 1.0, &a.transpose());
        check(Kernel::LambdaMax, std::slice::from_ref(&a), true, &mut s);
        check(Kernel::VectorMax, &[a], true, &mut s);
    }
}

#[test]
fn derivatives_along_directions() {
    let mut s = Sampler::new(24);
    for of in [Spectral::Expm, Spectral::Logm, Spectral::Sqrtm, Spectral::Cosm, Spectral::Sinm] {
        for n in [1, 2, 3] {
            let (a, e, f) = (near_identity(&mut s, n), s.tensor(&[n, n]), s.tensor(&[n, n]));
            let stacked = s.tensor(&[n * n, 2]);
            let kernel = Kernel::Derivative(of);
            check(kernel, std::slice::from_ref(&a), false, &mut s);
            check(kernel, &[a.clone(), e.clone()], false, &mut s);
            check(kernel, &[a.clone(), e.clone(), f], false, &mut s);
            check(kernel, &[a, e, stacked], false, &mut s);
        }
    }
}

#[test]
fn derivatives_along_directions_are_derivatives() {
    let mut s = Sampler::new(25);
    for of in [Spectral::Expm, Spectral::Logm, Spectral::Sqrtm, Spectral::Cosm, Spectral::Sinm] {
        let (a, e) = (near_identity(&mut s, 3), s.tensor(&[3, 3]));
        let (function, derivative) = (of.kernel(), Kernel::Derivative(of));
        let jet = apply(function, None, &[&Jet::<2>::seed(&a, &[Some(&e)]).unwrap()]).unwrap();
        let along = apply(derivative, None, &[&a, &e]).unwrap();
        assert_close(&format!("{of:?}"), &along, &Jet::part(&jet, 1), 1e-12);
        // The matrix of the map, and stacked directions beside each other.
        let k = apply(derivative, None, &[&a]).unwrap();
        let product = apply(Kernel::MatMul, None, &[&k, &e.stacked()]).unwrap();
        assert_close(&format!("{of:?}, matrix"), &product, &along.stacked(), 1e-12);
        let several = s.tensor(&[9, 2]);
        let product = apply(Kernel::MatMul, None, &[&k, &several]).unwrap();
        let found = apply(derivative, None, &[&a, &several]).unwrap();
        assert_close(&format!("{of:?}, columns"), &found, &product, 1e-12);
    }
}

/// A matrix with these singular values.
fn with_values(s: &mut Sampler, m: usize, n: usize, values: &[f64]) -> Number {
    let mut factor = |n: usize| {
        let a = s.tensor(&[n, n]);
        apply(Kernel::MatrixSign, None, &[&a]).unwrap()
    };
    let (u, v) = (factor(m), factor(n));
    let middle = Tensor::from_fn(m, n, |i, j| if i == j { values[i] } else { 0.0 });
    let product = |x: &Number, y: &Number| apply(Kernel::MatMul, None, &[x, y]).unwrap();
    product(&product(&u, &middle), &v)
}

#[test]
fn functions_of_singular_values() {
    let mut s = Sampler::new(31);
    let bound = |x: f64| Tensor::scalar(x);
    for (m, n) in [(4, 3), (3, 5), (3, 3), (3, 1), (1, 3)] {
        // Equal values on one side of a bound, or in one group, do no harm.
        let a = with_values(&mut s, m, n, &[1.7, 1.7, 0.6]);
        check(Kernel::SingularClip, &[a.clone(), bound(0.9), bound(1.2)], false, &mut s);
        check(Kernel::SingularClip, &[a.clone(), bound(0.1), bound(2.2)], false, &mut s);
        check(Kernel::SingularClip, &[a.clone(), bound(-0.4), bound(1.2)], false, &mut s);
        check(Kernel::SingularClip, &[a.clone(), bound(-2.0), bound(-1.2)], false, &mut s);
        check_beside(
            Kernel::LowRank,
            std::slice::from_ref(&a),
            &[m.min(n).min(2) as f64],
            false,
            &mut s,
        );
        check_beside(Kernel::LowRank, &[a], &[9.0], false, &mut s);
        let distinct = with_values(&mut s, m, n, &[1.7, 1.1, 0.6]);
        check(Kernel::SingularValues, &[distinct], false, &mut s);
    }
    // Without full rank, where 0 is in the interval.
    let singular = with_values(&mut s, 3, 4, &[1.4, 0.3, 0.0]);
    check(Kernel::SingularClip, &[singular.clone(), bound(-0.1), bound(0.9)], false, &mut s);
    check_beside(Kernel::LowRank, &[singular], &[1.0], false, &mut s);
}

#[test]
fn inverse_roots() {
    let mut s = Sampler::new(32);
    for p in [1.0, 2.0, 3.0, 5.0] {
        let a = with_values(&mut s, 3, 3, &[0.5, 0.5, 2.0]);
        let a = apply(Kernel::MatMul, None, &[&a.transpose(), &a]).unwrap();
        check_beside(Kernel::InverseRoot, std::slice::from_ref(&a), &[p], true, &mut s);
        let two = axpy(&a, 0.5, &s.tensor(&[3, 3]).map(|_| 0.1));
        let two = Tensor::from_fn(2, 2, |i, j| two.at(i, j));
        check_beside(Kernel::Derivative(Spectral::InverseRoot), &[two], &[p], true, &mut s);
    }
}

#[test]
fn matrices_of_derivatives_by_singular_values() {
    let mut s = Sampler::new(33);
    let bound = |x: f64| Tensor::scalar(x);
    for (m, n) in [(3, 2), (1, 2), (2, 2)] {
        let a = with_values(&mut s, m, n, &[1.7, 0.6]);
        check(Kernel::SingularValues, std::slice::from_ref(&a), false, &mut s);
        let clip = [a.clone(), bound(0.9), bound(1.2)];
        check(Kernel::Derivative(Spectral::SingularClip), &clip, false, &mut s);
        check(Kernel::Derivative(Spectral::MatrixSign), std::slice::from_ref(&a), false, &mut s);
        let e = s.tensor(&[m, n]);
        check(Kernel::Derivative(Spectral::MatrixSign), &[a.clone(), e], false, &mut s);
        check_beside(
            Kernel::Derivative(Spectral::LowRank),
            std::slice::from_ref(&a),
            &[1.0],
            false,
            &mut s,
        );
        check(Kernel::Derivative(Spectral::SingularValues), &[a], false, &mut s);
    }
}

#[test]
fn derivatives_hold_mixed_derivatives() {
    let mut s = Sampler::new(34);
    let (low, high) = (Tensor::scalar(0.9), Tensor::scalar(1.2));
    let definite = Tensor::from_fn(2, 2, |i, j| if i == j { 1.0 + i as f64 } else { 0.3 });
    // Two equal singular values under the bounds.
    let a = with_values(&mut s, 3, 2, &[0.6, 0.6]);
    let b = with_values(&mut s, 2, 3, &[1.7, 0.6]);
    let one = Tensor::scalar(1.0);
    let three = Tensor::scalar(3.0);
    let weights = Tensor::from_fn(2, 1, |i, _| 0.4 + i as f64);
    let (x, y) = (s.tensor(&[3, 1]), s.tensor(&[1, 3]));
    let rank_one = apply(Kernel::MatMul, None, &[&x, &y]).unwrap();
    // Of more than six rows invertible matrices take another way.
    let large = with_values(&mut s, 7, 7, &[1.7, 1.3, 1.2, 1.1, 0.9, 0.8, 0.7]);
    let along = |of: Spectral| (of.kernel(), Kernel::Derivative(of));
    let clip = along(Spectral::SingularClip);
    for ((function, matrix), a, parameters) in [
        (clip, &a, vec![&low, &high]),
        (clip, &b, vec![&low, &high]),
        (along(Spectral::MatrixSign), &a, vec![]),
        (along(Spectral::MatrixSign), &b, vec![]),
        (along(Spectral::LowRank), &b, vec![&one]),
        (along(Spectral::Expm), &large, vec![]),
        (along(Spectral::Cosm), &definite, vec![]),
        (along(Spectral::Sinm), &definite, vec![]),
        (along(Spectral::Logm), &definite, vec![]),
        (along(Spectral::Sqrtm), &definite, vec![]),
        (along(Spectral::Root), &definite, vec![&three]),
        (along(Spectral::InverseRoot), &definite, vec![&three]),
        (along(Spectral::SingularValues), &b, vec![]),
        (along(Spectral::SingularDyads), &b, vec![&weights]),
        (along(Spectral::Adjugate), &rank_one, vec![]),
        (along(Spectral::Adjugate), &large, vec![]),
    ] {
        let (e, f) = (s.tensor(a.dims()), s.tensor(a.dims()));
        // An inverse root exists for symmetric matrices.
        let symmetric = function == Kernel::InverseRoot;
        let part = |e: Number| if symmetric { axpy(&e, 1.0, &e.transpose()) } else { e };
        let (e, f) = (part(e), part(f));
        let jet = Jet::<4>::seed(a, &[Some(&e), Some(&f)]).unwrap();
        let fixed: Vec<_> = parameters.iter().map(|x| Jet::<4>::seed(x, &[]).unwrap()).collect();
        let args: Vec<_> = std::iter::once(&jet).chain(&fixed).collect();
        let value = apply(function, None, &args).unwrap();
        let along = |directions: &[&Number]| {
            let own = || std::iter::once(a).chain(parameters.iter().copied());
            let args: Vec<&Number> = own().chain(directions.iter().copied()).collect();
            apply(matrix, None, &args).unwrap().stacked()
        };
        let what = format!("{matrix:?} at {:?}", a.dims());
        assert_close(&what, &along(&[&e]), &Jet::part(&value, 1).stacked(), 1e-12);
        assert_close(&what, &along(&[&e, &f]), &Jet::part(&value, 3).stacked(), 1e-11);
    }
}

#[test]
fn kernels_of_two_arguments() {
    let mut s = Sampler::new(26);
    for kernel in [
        Kernel::Add,
        Kernel::Sub,
        Kernel::Hadamard,
        Kernel::EDivide,
        Kernel::EPower,
        Kernel::Max,
        Kernel::Min,
        Kernel::Above,
    ] {
        let (a, b) = (s.tensor(&[2, 3]).map(|x| x + 2.0), s.tensor(&[2, 3]).map(|x| x + 2.0));
        check(kernel, &[a, b], false, &mut s);
    }
    let (a, b, c) = (s.tensor(&[2, 3]), s.tensor(&[3, 4]), s.tensor(&[5, 3]));
    check(Kernel::MatMul, &[a.clone(), b], false, &mut s);
    check(Kernel::Kron, &[a.clone(), c.clone()], false, &mut s);
    check(Kernel::KhatriRao, &[a.clone(), c.clone()], false, &mut s);
    check(Kernel::VCat, &[a.clone(), c], false, &mut s);
    check(Kernel::Scale, &[Tensor::scalar(0.7), a.clone()], false, &mut s);
    check(Kernel::Divide, &[a.clone(), Tensor::scalar(0.7)], false, &mut s);
    check(Kernel::Power, &[a.map(|x| x + 2.0), Tensor::scalar(1.7)], false, &mut s);
}

#[test]
fn third_and_fourth_derivatives_of_the_inverse() {
    let mut s = Sampler::new(27);
    let a = near_identity(&mut s, 3);
    let e = s.tensor(&[3, 3]);
    let jet = Jet::<16>::seed(&a, &[Some(&e); 4]).unwrap();
    let inverse = apply(Kernel::Inv, None, &[&jet]).unwrap();
    // (A + tE)⁻¹ = Σ (-t)^k (A⁻¹E)^k A⁻¹, so the k-th derivative is (-1)^k k! (A⁻¹E)^k A⁻¹.
    let real = apply(Kernel::Inv, None, &[&a]).unwrap();
    let times = |x: &Number, y: &Number| apply(Kernel::MatMul, None, &[x, y]).unwrap();
    let mut expected = real.clone();
    for k in 1..=4 {
        expected = times(&times(&real, &e), &expected).map(|x| -x * f64::from(k));
        let set = (1 << k) - 1;
        assert_close(&format!("order {k}"), &Jet::part(&inverse, set), &expected, 1e-12);
    }
}

#[test]
fn determinants_of_singular_matrices_have_derivatives() {
    let mut s = Sampler::new(28);
    let (x, y) = (s.tensor(&[4, 3]), s.tensor(&[3, 4]));
    let a = apply(Kernel::MatMul, None, &[&x, &y]).unwrap();
    check(Kernel::Det, std::slice::from_ref(&a), false, &mut s);
    check(Kernel::Adj, &[a], false, &mut s);
}

#[test]
fn what_has_no_derivative_is_refused() {
    let mut s = Sampler::new(29);
    let refuses = |kernel, a: &Number, s: &mut Sampler| {
        let e = s.tensor(a.dims());
        let jet = Jet::<2>::seed(a, &[Some(&e)]).unwrap();
        let result = apply(kernel, None, &[&jet]);
        assert!(
            matches!(result, Err(ExecError::NotDifferentiable { .. })),
            "{kernel:?}: {result:?}"
        );
    };
    let zero = Tensor::from_fn(2, 2, |_, _| 0.0);
    let eye = Tensor::from_fn(2, 2, |i, j| f64::from(u8::from(i == j)));
    for kernel in
        [Kernel::Norm2, Kernel::Norm1, Kernel::NormInf, Kernel::Map(Map::Abs), Kernel::NormSpec]
    {
        refuses(kernel, &zero, &mut s);
    }
    for kernel in
        [Kernel::NormSpec, Kernel::TopDyad, Kernel::LambdaMax, Kernel::VectorMax, Kernel::NormInf]
    {
        refuses(kernel, &eye, &mut s);
    }
    let ones = Tensor::from_fn(2, 2, |_, _| 1.0);
    for kernel in [Kernel::Pinv, Kernel::NormNuc, Kernel::MatrixSign, Kernel::Sqrtm] {
        refuses(kernel, &ones, &mut s);
    }
    for singular_or_double in [&ones, &eye] {
        refuses(Kernel::SingularValues, singular_or_double, &mut s);
    }
    let beside = |kernel, a: &Number, parameters: &[f64]| {
        let e = Tensor::from_fn(2, 2, |i, j| 0.3 + i as f64 - 0.7 * j as f64);
        let jet = Jet::<2>::seed(a, &[Some(&e)]).unwrap();
        let fixed: Vec<_> =
            parameters.iter().map(|x| Jet::<2>::seed(&Tensor::scalar(*x), &[]).unwrap()).collect();
        apply(kernel, None, &std::iter::once(&jet).chain(&fixed).collect::<Vec<_>>()).map(drop)
    };
    for (kernel, a, parameters) in [
        (Kernel::SingularClip, &eye, vec![0.5, 1.0]),
        (Kernel::SingularClip, &eye, vec![1.0, 2.0]),
        (Kernel::SingularClip, &ones, vec![0.5, 1.0]),
        (Kernel::LowRank, &eye, vec![1.0]),
    ] {
        let result = beside(kernel, a, &parameters);
        assert!(
            matches!(result, Err(ExecError::NotDifferentiable { .. })),
            "{kernel:?}: {result:?}"
        );
    }
    assert!(matches!(
        beside(Kernel::SingularClip, &eye, &[2.0, 1.0]),
        Err(ExecError::Domain { .. })
    ));
    assert!(beside(Kernel::InverseRoot, &ones, &[2.0]).is_err());
    let (a, e) = (s.tensor(&[2, 1]), s.tensor(&[2, 1]));
    let (fixed, moving) =
        (Jet::<2>::seed(&a, &[]).unwrap(), Jet::<2>::seed(&a, &[Some(&e)]).unwrap());
    assert!(matches!(
        apply(Kernel::Max, None, &[&fixed, &moving]),
        Err(ExecError::NotDifferentiable { .. })
    ));
    assert!(apply(Kernel::Min, None, &[&moving, &moving]).is_ok());
    assert!(apply(Kernel::Norm2, None, &[&Jet::<2>::seed(&zero, &[]).unwrap()]).is_ok());
}

#[test]
fn entries_that_stay_equal_are_one() {
    let mut s = Sampler::new(35);
    let (a, e) = (s.tensor(&[3, 3]), s.tensor(&[3, 3]));
    // The largest entry stands beside the diagonal.
    let a = Tensor::from_fn(3, 3, |i, j| if (i, j) == (0, 2) { -9.0 } else { a.at(i, j) });
    let jet = Jet::<2>::seed(&a, &[Some(&e)]).unwrap();
    let sum = apply(Kernel::Add, None, &[&jet, &jet.transpose()]).unwrap();
    let norm = apply(Kernel::NormInf, None, &[&sum]).unwrap();
    assert_eq!(Jet::part(&norm, 1).data(), [-(e.at(0, 2) + e.at(2, 0))]);
    let negative = sum.map(|x| -*x);
    let weights = apply(Kernel::ArgMax, None, &[&negative]).unwrap();
    let expected = Tensor::from_fn(3, 3, |i, j| if i + j == 2 && i != j { 0.5 } else { 0.0 });
    assert_eq!(Jet::part(&weights, 0), expected);
    assert_eq!(Jet::part(&weights, 1), expected.map(|_| 0.0));
    let halves = apply(Kernel::Above, None, &[&sum, &sum]).unwrap();
    assert_eq!(Jet::part(&halves, 0), expected.map(|_| 0.5));
    for (kernel, args) in [(Kernel::Above, vec![&jet, &sum]), (Kernel::ArgMax, vec![&jet])] {
        let flat: Vec<_> = args.iter().map(|x| x.map(|x| *x - Jet::from_real(x.real()))).collect();
        let result = apply(kernel, None, &flat.iter().collect::<Vec<_>>());
        assert!(matches!(result, Err(ExecError::NotDifferentiable { .. })), "{kernel:?}");
    }
}

#[test]
fn pseudoinverses_follow_matrices_of_constant_rank() {
    let mut s = Sampler::new(36);
    for (m, r, n) in [(4, 2, 3), (3, 1, 3), (2, 1, 5)] {
        let (a, b) = (s.tensor(&[m, r]), s.tensor(&[r, n]));
        let seeded = |x: &Number, e: &Number| Jet::<4>::seed(x, &[Some(e), Some(e)]).unwrap();
        let (a, b) = (seeded(&a, &s.tensor(&[m, r])), seeded(&b, &s.tensor(&[r, n])));
        let product =
            |x: &Tensor<Jet<4>>, y: &Tensor<Jet<4>>| apply(Kernel::MatMul, None, &[x, y]).unwrap();
        let pinv = |x: &Tensor<Jet<4>>| apply(Kernel::Pinv, None, &[x]).unwrap();
        let own = pinv(&product(&a, &b));
        // Of factors of full rank: `(A*B)⁺ = B⁺*A⁺`.
        let expected = product(&pinv(&b), &pinv(&a));
        for set in 0..4 {
            let what = format!("{m}×{r}×{n}, part {set}");
            assert_close(&what, &Jet::part(&own, set), &Jet::part(&expected, set), 1e-9);
        }
    }
}

#[test]
fn derivatives_survive_huge_and_tiny_matrices() {
    let mut s = Sampler::new(30);
    // f homogeneous of degree p: derivatives at c*A along c*E are c^p times those at A along E.
    for (kernel, degree) in [
        (Kernel::Inv, -1.0),
        (Kernel::Pinv, -1.0),
        (Kernel::Sqrtm, 0.5),
        (Kernel::MatrixSign, 0.0),
        (Kernel::NormNuc, 1.0),
        (Kernel::NormSpec, 1.0),
        (Kernel::Norm2, 1.0),
        (Kernel::TopDyad, 0.0),
    ] {
        let (a, e) = (near_identity(&mut s, 3), s.tensor(&[3, 3]));
        let at = |c: f64| {
            let jet = Jet::<4>::seed(&a.map(|x| c * x), &[Some(&e.map(|x| c * x)); 2]).unwrap();
            Jet::part(&apply(kernel, None, &[&jet]).unwrap(), 3)
        };
        for c in [1e-180_f64, 1e180] {
            assert_close(
                &format!("{kernel:?} at {c:e}"),
                &at(c).map(|x| x / c.powf(degree)),
                &at(1.0),
                1e-10,
            );
        }
    }
}
