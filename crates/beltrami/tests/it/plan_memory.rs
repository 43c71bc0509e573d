//! What plans promise besides values: no allocation, no surprise at extreme numbers, refusal of what does not fit.

use std::collections::BTreeMap;

use beltrami::engine::core::ExprId;
use beltrami::engine::exec::{EvalError, ExecError, Plan, PlanOptions, Real};
use beltrami::{Derivation, DeriveOptions, Form, Session};

const LOGISTIC: (&str, &str) =
    ("sum(softplus(-y.*(X*w)))", "X: matrix(m,n), y: vector(m), w: vector(n)");

fn derive(text: &str, declarations: &str, by: &str, order: usize) -> Derivation {
    let options = DeriveOptions {
        by: vec![by.into()],
        order: Some(order),
        declarations: declarations.into(),
        form: Form::Kron,
        ..DeriveOptions::default()
    };
    let derived = Session::global().derive("<test>", text, &options);
    derived.expect("a derivative").remove(0)
}

const ROSENBROCK: (&str, &str) = (
    "100*sum(([zeros(n,1), eye(n)]*x - ([eye(n), zeros(n,1)]*x).^2).^2) + sum((1 - [eye(n), zeros(n,1)]*x).^2)",
    "x: vector(n+1)",
);

/// Without a pattern that would hide a wrong index.
fn numbers<T: Real>(len: usize) -> Vec<T> {
    (0..len).map(|k| T::from_f64(((k * 7919 + 13) % 1009) as f64 / 1009.0 - 0.5)).collect()
}

fn compile<T: Real>(
    derivation: &Derivation,
    roots: &[ExprId],
    sizes: &[(&str, i64)],
    constant: &[&str],
) -> Result<Plan<T>, EvalError> {
    let sizes: BTreeMap<&str, i64> = sizes.iter().copied().collect();
    let options = PlanOptions {
        constant: constant.iter().map(ToString::to_string).collect(),
        ..PlanOptions::default()
    };
    Plan::compile(&derivation.graph, roots, &|name| sizes.get(name).copied(), &options)
}

fn rooms<T: Real>(plan: &Plan<T>) -> Vec<Vec<T>> {
    plan.outputs().iter().map(|dims| vec![T::ZERO; dims.iter().product()]).collect()
}

#[test]
fn the_second_run_allocates_nothing() {
    let logistic = derive(LOGISTIC.0, LOGISTIC.1, "w", 2);
    let chained = derive(ROSENBROCK.0, ROSENBROCK.1, "x", 2);
    let sizes = [(40, 7), (3000, 40)];
    for (hessian, (m, n)) in [&logistic, &chained].iter().flat_map(|h| sizes.map(|size| (*h, size)))
    {
        let roots = [hessian.root, hessian.derived.expr];
        let mut plan =
            compile::<f64>(hessian, &roots, &[("m", m as i64), ("n", n as i64)], &["X"]).unwrap();
        let inputs: Vec<Vec<f64>> =
            plan.inputs().iter().map(|input| numbers(input.dims.iter().product())).collect();
        let inputs: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
        let mut outputs = rooms(&plan);
        let mut places: Vec<&mut [f64]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
        plan.run(&inputs, &mut places).unwrap();
        let counted = allocation_counter::measure(|| plan.run(&inputs, &mut places).unwrap());
        assert_eq!(counted.count_total, 0, "{m}×{n}");
        plan.evaluate(&inputs).unwrap();
        let counted = allocation_counter::measure(|| plan.evaluate(&inputs).map(|_| ()).unwrap());
        assert_eq!(counted.count_total, 0, "{m}×{n}, in memory of the plan");
        let first = allocation_counter::measure(|| drop(vec![0_u8; 9]));
        assert_eq!(first.count_total, 1, "allocations are counted");
    }
}

#[test]
fn the_logistic_hessian_is_finite_and_right_at_margins_of_180() {
    let hessian = derive(LOGISTIC.0, LOGISTIC.1, "w", 2);
    let (m, n) = (6, 2);
    let mut plan =
        compile::<f32>(&hessian, &[hessian.derived.expr], &[("m", 6), ("n", 2)], &[]).unwrap();
    // Margins ±180, and one where the weight is not zero in single precision.
    let x: [f32; 12] = [180.0, 0.0, -180.0, 0.0, 0.0, 180.0, 0.0, -180.0, 1.0, 2.0, -0.5, 0.25];
    let y = [1.0_f32, 1.0, -1.0, -1.0, 1.0, 1.0];
    let w = [1.0_f32, 1.0];
    let inputs: Vec<&[f32]> = plan
        .inputs()
        .iter()
        .map(|input| match &*input.name {
            "X" => &x[..],
            "y" => &y[..],
            _ => &w[..],
        })
        .collect();
    let mut found = vec![0.0_f32; 4];
    plan.run(&inputs, &mut [&mut found]).unwrap();
    for a in 0..n {
        for b in 0..n {
            let expected: f64 = (0..m)
                .map(|i| {
                    let (r, s) = (f64::from(x[i * n]), f64::from(x[i * n + 1]));
                    let e = (-(r + s).abs()).exp();
                    let row = [r, s];
                    row[a] * row[b] * e / ((1.0 + e) * (1.0 + e))
                })
                .sum();
            let error = (f64::from(found[a * n + b]) - expected).abs();
            assert!(error <= 1e-6 * expected.abs().max(1.0), "{a} {b}: {found:?}, not {expected}");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_with_its_size() {
    let product = derive("A*B*A", "A: matrix(n,n), B: matrix(n,n)", "B", 1);
    let refused = compile::<f64>(&product, &[product.derived.expr], &[("n", 200)], &[]).err();
    match refused {
        Some(EvalError::Kernel { cause: ExecError::TooLarge { size }, .. }) => {
            assert_eq!(size, "40000×40000");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_factorisations_hold_and_results_take_counts() {
    let system = derive("inv(A)*b", "A: matrix(n,n), b: vector(n)", "b", 1);
    let small = compile::<f64>(&system, &[system.root], &[("n", 50)], &[]).unwrap();
    assert!(small.explain().memory >= 8.0 * 2500.0, "{}", small.explain().memory);
    let outer = derive("x*y'", "x: vector(n), y: vector(n)", "x", 1);
    for (derivation, n) in [(&system, 40_000), (&outer, 60_000)] {
        let refused = compile::<f64>(derivation, &[derivation.root], &[("n", n)], &[]).err();
        let size = format!("{n}×{n}");
        match refused {
            Some(EvalError::Kernel { cause: ExecError::TooLarge { size: found }, .. }) => {
                assert_eq!(found, size);
            }
            other => panic!("{n}: {other:?}"),
        }
    }
}

#[test]
fn what_depends_on_constants_alone_is_known_to_be_constant() {
    let hessian = derive("x'*A*x", "A: matrix(n,n), x: vector(n)", "x", 2);
    let roots = [hessian.root, hessian.derived.expr];
    let plan = compile::<f64>(&hessian, &roots, &[("n", 5)], &["A"]).unwrap();
    assert_eq!(plan.constant(), [false, true]);
}

#[test]
fn numbers_outside_the_domain_are_refused() {
    let slope = derive("sum(1./(1./x))", "x: vector(n)", "x", 1);
    let mut plan = compile::<f64>(&slope, &[slope.root], &[("n", 3)], &[]).unwrap();
    let mut value = [0.0];
    assert!(plan.run(&[&[1.0, 2.0, 4.0]], &mut [&mut value]).is_ok());
    assert!((value[0] - 7.0).abs() < 1e-12);
    assert!(plan.run(&[&[1.0, 0.0, 4.0]], &mut [&mut value]).is_err());
    let root = derive("sum(relu(log(x)))", "x: vector(n) > 0", "x", 1);
    let mut plan = compile::<f64>(&root, &[root.root], &[("n", 2)], &[]).unwrap();
    assert!(plan.run(&[&[2.0, -1.0]], &mut [&mut value]).is_err());
}

#[test]
fn results_in_memory_of_the_plan_are_those_of_the_caller() {
    let matrices =
        "T: matrix(m,n), W: matrix(m,n), U: matrix(m,k), V: matrix(n,k), c: scalar, x: vector(m+1)";
    let cases = [
        // A Kronecker product, one with an added diagonal, blocks at their places, and a diagonal.
        ("sum((T - U*V').^2)", "U"),
        ("sum((T - U*V').^2)", "V"),
        ("sum((T - U*V').^2) + c*sum(U.^4)", "U"),
        ("sum(W.*(T - U*V').^2)", "U"),
        ("sum(W.*(T - U*V').^2)", "V"),
        ("sum(exp(c*U))", "U"),
        ("sum(c*U.^2)", "U"),
        // A band, and one that is added.
        ("sum(([zeros(m,1), eye(m)]*x - c*([eye(m), zeros(m,1)]*x).^2).^2)", "x"),
        ("sum(([zeros(m,1), eye(m)]*x).^3.*(T*(T'*([eye(m), zeros(m,1)]*x))))", "x"),
    ];
    for (text, by) in cases {
        let hessian = derive(text, matrices, by, 2);
        let roots = [hessian.derived.expr, hessian.root];
        for constant in [&[][..], &["c"], &["V", "W"]] {
            let sizes = [("m", 6), ("n", 9), ("k", 3)];
            let mut plan = compile::<f64>(&hessian, &roots, &sizes, constant).unwrap();
            let mut again = compile::<f64>(&hessian, &roots, &sizes, &[]).unwrap();
            for round in 0..3 {
                let inputs: Vec<Vec<f64>> = plan
                    .inputs()
                    .iter()
                    .map(|input| {
                        let same = constant.contains(&&*input.name);
                        let entries = numbers::<f64>(100 + input.dims.iter().product::<usize>());
                        let first = if same { 0 } else { 10 * round };
                        entries[first..][..input.dims.iter().product()].to_vec()
                    })
                    .collect();
                let inputs: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
                // What the caller left there must not matter.
                let mut outputs = rooms(&again);
                outputs.iter_mut().for_each(|output| output.fill(f64::NAN));
                let mut places: Vec<&mut [f64]> =
                    outputs.iter_mut().map(Vec::as_mut_slice).collect();
                again.run(&inputs, &mut places).unwrap();
                let found = plan.evaluate(&inputs).unwrap();
                let found: Vec<&[f64]> = found.iter().map(|found| &found[..]).collect();
                assert_eq!(found, outputs, "{text} by {by}, round {round}");
            }
        }
    }
}

#[test]
fn a_constant_result_is_computed_again_after_its_inputs_are_renewed() {
    let hessian = derive("x'*A*x", "A: matrix(n,n), x: vector(n)", "x", 2);
    let mut plan = compile::<f64>(&hessian, &[hessian.derived.expr], &[("n", 2)], &["A"]).unwrap();
    let evaluated = |plan: &mut Plan<f64>, a: &[f64]| plan.evaluate(&[a]).unwrap()[0].to_vec();
    assert_eq!(evaluated(&mut plan, &[1.0, 2.0, 3.0, 4.0]), [2.0, 5.0, 5.0, 8.0]);
    assert_eq!(evaluated(&mut plan, &[0.0; 4]), [2.0, 5.0, 5.0, 8.0], "declared constant");
    plan.renew();
    assert_eq!(evaluated(&mut plan, &[0.0, 1.0, 1.0, 0.0]), [0.0, 2.0, 2.0, 0.0]);
}

/// The gradient of the chained function, written by hand.
fn chained(x: &[f64]) -> Vec<f64> {
    let mut gradient = vec![0.0; x.len()];
    for i in 0..x.len() - 1 {
        let step = x[i + 1] - x[i] * x[i];
        gradient[i] -= 400.0 * step * x[i] + 2.0 * (1.0 - x[i]);
        gradient[i + 1] += 200.0 * step;
    }
    gradient
}

#[test]
fn what_selects_entries_is_never_formed() {
    let (text, declarations) = ROSENBROCK;
    let gradient = derive(text, declarations, "x", 1);
    for n in [1, 2, 30, 1023, 1024, 1025, 200_000_usize] {
        let x = numbers::<f64>(n + 1);
        let expected = chained(&x);
        let sizes = |_: &str| i64::try_from(n).ok();
        let mut first: Option<Vec<f64>> = None;
        for threads in [1, 2] {
            let options = PlanOptions { threads, ..PlanOptions::default() };
            let roots = [gradient.derived.expr];
            let mut plan = Plan::<f64>::compile(&gradient.graph, &roots, &sizes, &options).unwrap();
            assert!(plan.explain().memory <= 8.0 * 8.0 * (n + 1) as f64, "{n}");
            let found = plan.evaluate(&[&x]).unwrap()[0].to_vec();
            for (found, expected) in found.iter().zip(&expected) {
                // A few roundings of terms of at most 800.
                assert!((found - expected).abs() < 1e-12, "{n}: {found}, not {expected}");
            }
            assert_eq!(*first.get_or_insert(found.clone()), found, "{n}, {threads} threads");
        }
    }
}

#[test]
fn a_band_times_a_matrix_is_a_scaling_of_its_lines() {
    let declarations = "A: matrix(n,n), u: vector(n), x: vector(n)";
    let (n, order) = (900, 1);
    let entries: Vec<f64> = numbers(n * n);
    let (u, x): (Vec<f64>, Vec<f64>) = (numbers(n), numbers(2 * n)[n..].to_vec());
    let at = |i: usize, j: usize| entries[i * n + j];
    // Rows and columns of A meet those of the band one place later.
    for (text, rows, cols) in [
        ("([zeros(1,n); diag(u)] - 2*[eye(n); zeros(1,n)])*A", n + 1, n),
        ("A*([zeros(n,1), diag(u)] - 2*[eye(n), zeros(n,1)])", n, n + 1),
        ("A'*([zeros(n,1), diag(u)] - 2*[eye(n), zeros(n,1)])", n, n + 1),
    ] {
        let derivation =
            derive(&format!("({text}).*s"), &format!("{declarations}, s: scalar"), "s", order);
        let root = [derivation.root];
        let sizes = |_: &str| Some(n as i64);
        let mut results: Vec<Vec<f64>> = Vec::new();
        for threads in [1, 2] {
            let options = PlanOptions { threads, ..PlanOptions::default() };
            let mut plan =
                Plan::<f64>::compile(&derivation.graph, &root, &sizes, &options).unwrap();
            let inputs: Vec<&[f64]> = plan
                .inputs()
                .iter()
                .map(|input| match &*input.name {
                    "A" => &entries[..],
                    "u" => &u[..],
                    "s" => &[1.0][..],
                    _ => &x[..],
                })
                .collect();
            results.push(plan.evaluate(&inputs).unwrap()[0].to_vec());
            let explained = plan.explain();
            let flops: f64 = explained.kernels.iter().map(|kernel| kernel.flops).sum();
            assert!(flops < 6.0 * (n * n) as f64, "{text}: {flops} operations");
        }
        assert_eq!(results[0], results[1], "{text}");
        for i in 0..rows {
            for j in 0..cols {
                let (behind, here) = match text.as_bytes()[0] {
                    b'(' => (
                        if i > 0 { u[i - 1] * at(i - 1, j) } else { 0.0 },
                        if i < n { at(i, j) } else { 0.0 },
                    ),
                    _ => {
                        let at = |i, j| if text.starts_with("A'") { at(j, i) } else { at(i, j) };
                        (
                            if j > 0 { at(i, j - 1) * u[j - 1] } else { 0.0 },
                            if j < n { at(i, j) } else { 0.0 },
                        )
                    }
                };
                let (found, expected) = (results[0][i * cols + j], behind - 2.0 * here);
                assert!(
                    (found - expected).abs() < 1e-14,
                    "{text} at {i}, {j}: {found}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn work_is_counted_without_the_zeros_that_stay() {
    let flops = |text: &str, declarations: &str, by: &str, order: usize, n: i64| -> (f64, f64) {
        let derivation = derive(text, declarations, by, order);
        let plan =
            compile::<f64>(&derivation, &[derivation.derived.expr], &[("n", n), ("k", 3)], &[])
                .unwrap();
        let kernels = plan.explain().kernels;
        let repeated = || kernels.iter().filter(|kernel| !kernel.once);
        (repeated().map(|k| k.flops).sum(), repeated().map(|k| k.bytes).sum())
    };
    let n = 300.0_f64;
    let system = |kind: &str| {
        let declarations = format!("A: {kind}, b: vector(n), c: scalar");
        flops("sum(inv(A)*b)*c", &declarations, "c", 1, 300).0
    };
    let (cholesky, lu) = (system("spd(n)"), system("matrix(n,n)"));
    assert!((cholesky - n.powi(3) / 3.0).abs() < 4.0 * n * n, "{cholesky}");
    assert!((lu - 2.0 * n.powi(3) / 3.0).abs() < 4.0 * n * n, "{lu}");
    // Of the n²k² entries of V'*V ⊗ I all but nk² are zero.
    let factors = "T: matrix(n,n), U: matrix(n,k), V: matrix(n,k)";
    let (_, bytes) = flops("sum((T - U*V').^2)", factors, "U", 2, 300);
    assert!(bytes < 8.0 * (n * 3.0 * 8.0 + 2.0 * n * 3.0), "{bytes}");
    let (_, bytes) = flops("sum(x.^4)", "x: vector(n)", "x", 2, 300);
    assert!(bytes <= 8.0 * 4.0 * n, "{bytes}");
    let (operations, bytes) = flops(ROSENBROCK.0, ROSENBROCK.1, "x", 2, 300);
    assert!(operations < 10.0 * n && bytes < 8.0 * 20.0 * n, "{operations}, {bytes}");
}
