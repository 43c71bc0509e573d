//! Kernels on numbers: conventions, and inputs at the edge.

use crate::sample::{Sampler, assert_close};
use beltrami_core::{Kernel, Map};
use beltrami_exec::{ExecError, Tensor, apply};

fn value(kernel: Kernel, args: &[&Tensor<f64>]) -> Result<Tensor<f64>, ExecError> {
    apply(kernel, None, args)
}

fn n(x: f64) -> Tensor<f64> {
    Tensor::scalar(x)
}

#[test]
fn constructions_follow_the_conventions_of_the_language() {
    assert_eq!(value(Kernel::Ones, &[&n(3.0)]).unwrap().dims(), [3, 1]);
    assert_eq!(
        value(Kernel::Zeros, &[&n(2.0), &n(3.0)]).unwrap(),
        Tensor::from_fn(2, 3, |_, _| 0.0)
    );
    assert_eq!(
        value(Kernel::Unit, &[&n(2.0), &n(3.0)]).unwrap(),
        Tensor::column(vec![0.0, 1.0, 0.0])
    );
    assert_eq!(value(Kernel::Eye, &[&n(2.0)]).unwrap().data(), [1.0, 0.0, 0.0, 1.0]);
    let mut s = Sampler::new(41);
    let a = s.tensor(&[2, 3]);
    let k = value(Kernel::Commutation, &[&n(2.0), &n(3.0)]).unwrap();
    assert_eq!(value(Kernel::MatMul, &[&k, &a.stacked()]).unwrap(), a.transpose().stacked());
    assert_eq!(value(Kernel::Unvec, &[&a.stacked(), &n(2.0), &n(3.0)]).unwrap(), a);
    assert_eq!(value(Kernel::Entry, &[&a, &n(2.0), &n(1.0)]).unwrap(), n(a.at(1, 0)));
    assert_eq!(value(Kernel::Entry, &[&a.stacked(), &n(2.0)]).unwrap(), n(a.at(1, 0)));
    assert_eq!(value(Kernel::SumColumns, &[&a]).unwrap().dims(), [1, 3]);
    assert_eq!(value(Kernel::SumRows, &[&a]).unwrap().dims(), [2, 1]);
    assert_eq!(value(Kernel::HCat, &[&a, &a, &a]).unwrap().dims(), [2, 9]);
    assert_eq!(value(Kernel::VCat, &[&a, &a]).unwrap().at(3, 1), a.at(1, 1));
    let diagonal = value(Kernel::DiagMatrix, &[&Tensor::row(vec![1.0, 2.0])]).unwrap();
    assert_eq!(value(Kernel::DiagVector, &[&diagonal]).unwrap(), Tensor::column(vec![1.0, 2.0]));
}

#[test]
fn powers_of_matrices() {
    let mut s = Sampler::new(42);
    let a = s.tensor(&[3, 3]).map(|x| x + 0.1);
    let power = |k: f64| value(Kernel::MatPower, &[&a, &n(k)]).unwrap();
    let eye = value(Kernel::Eye, &[&n(3.0)]).unwrap();
    assert_eq!(power(0.0), eye);
    assert_close("cube", &power(3.0), &value(Kernel::MatMul, &[&power(2.0), &a]).unwrap(), 1e-14);
    // Through the inverse: cond(A)^2 roundings.
    assert_close(
        "inverse",
        &value(Kernel::MatMul, &[&power(-2.0), &power(2.0)]).unwrap(),
        &eye,
        1e-10,
    );
    assert!(matches!(value(Kernel::MatPower, &[&a, &n(0.5)]), Err(ExecError::Shape { .. })));
}

#[test]
fn stable_at_the_extremes() {
    let x = Tensor::column(vec![1000.0, 1000.0]);
    assert!(
        (value(Kernel::LogSumExp, &[&x]).unwrap().at(0, 0) - 1000.0 - 2.0_f64.ln()).abs() < 1e-12
    );
    assert_eq!(value(Kernel::Softmax, &[&x]).unwrap().data(), [0.5, 0.5]);
    let huge = Tensor::column(vec![3e200, 4e200]);
    assert!((value(Kernel::Norm2, &[&huge]).unwrap().at(0, 0) / 5e200 - 1.0).abs() < 1e-15);
    let tiny = Tensor::column(vec![3e-200, 4e-200]);
    assert!((value(Kernel::Norm2, &[&tiny]).unwrap().at(0, 0) / 5e-200 - 1.0).abs() < 1e-15);
    let least = Tensor::column(vec![5e-324]);
    assert_eq!(value(Kernel::Norm2, &[&least]).unwrap().at(0, 0), 5e-324);
    assert_eq!(value(Kernel::Inv, &[&n(4.0)]).unwrap(), n(0.25));
    assert_eq!(value(Kernel::LogDet, &[&n(-1.0)]).unwrap(), n(0.0));
}

#[test]
fn errors_name_cause_and_remedy() {
    let mut s = Sampler::new(43);
    let (a, b) = (s.tensor(&[2, 3]), s.tensor(&[2, 2]));
    let ones = Tensor::from_fn(2, 2, |_, _| 1.0);
    let nan = n(f64::NAN);
    type Case<'a> = (Kernel, Vec<&'a Tensor<f64>>, fn(&ExecError) -> bool);
    let shape = |e: &ExecError| matches!(e, ExecError::Shape { .. });
    let domain = |e: &ExecError| matches!(e, ExecError::Domain { .. });
    let (zero, minus, large) = (n(0.0), n(-1.0), n(1e6));
    let cases: Vec<Case> = vec![
        (Kernel::Add, vec![&a, &b], shape),
        (Kernel::MatMul, vec![&a, &b], shape),
        (Kernel::Inv, vec![&a], shape),
        (Kernel::Trace, vec![&a], shape),
        (Kernel::Scale, vec![&a, &b], shape),
        (Kernel::Entry, vec![&a, &zero, &zero], shape),
        (Kernel::Entry, vec![&a], shape),
        (Kernel::Unit, vec![&zero, &large], shape),
        (Kernel::Eye, vec![&minus], shape),
        (Kernel::Unvec, vec![&a, &zero, &zero], shape),
        (Kernel::HCat, vec![], shape),
        (Kernel::Det, vec![], shape),
        (Kernel::Einsum, vec![&a], |e| matches!(e, ExecError::Einsum(_))),
        (Kernel::Eye, vec![&large], |e| matches!(e, ExecError::TooLarge { .. })),
        (Kernel::Commutation, vec![&large, &large], |e| matches!(e, ExecError::TooLarge { .. })),
        (Kernel::Inv, vec![&ones], |e| matches!(e, ExecError::Singular { .. })),
        (Kernel::LogDet, vec![&ones], |e| matches!(e, ExecError::Singular { .. })),
        (Kernel::MatrixSign, vec![&ones], |e| matches!(e, ExecError::Singular { .. })),
        (Kernel::Neg, vec![&nan], |e| matches!(e, ExecError::NotFinite { .. })),
        (Kernel::Map(Map::Exp), vec![&large], |e| matches!(e, ExecError::NotFinite { .. })),
        (Kernel::Map(Map::Log), vec![&zero], domain),
        (Kernel::Divide, vec![&a, &zero], domain),
        (Kernel::Logm, vec![&minus], domain),
        (Kernel::Sqrtm, vec![&minus], domain),
        (Kernel::LambdaMax, vec![&b], domain),
    ];
    for (kernel, args, expected) in cases {
        let error = value(kernel, &args).unwrap_err();
        assert!(expected(&error), "{kernel:?}: {error:?}");
        assert!(error.to_string().contains(';'), "no remedy in `{error}`");
    }
}
