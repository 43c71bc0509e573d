//! What a plan is told of a matrix it uses: operations of products, systems and determinants by the declared structure, and
//! the same values as the evaluator's.

use crate::compared;
use beltrami::data::{Given, read};
use beltrami::engine::exec::{Plan, PlanOptions};
use beltrami::{Array, DeriveOptions, Drawn, Problem, Session};

/// Operations of the plan of an expression in which `n` is 800 and every other size 1000, after it was compared with the
/// evaluator at small sizes.
fn flops(text: &str, declarations: &str) -> f64 {
    let loaded = Session::global().load("<structure>", text, declarations, &[]);
    let program = loaded.map_err(|f| f.to_string()).expect("it reads").program;
    let variables: Vec<Drawn> = program
        .variables
        .iter()
        .map(|v| Drawn { name: v.name.clone(), id: v.id, range: v.range })
        .collect();
    let (graph, roots) = (&program.graph, [program.root]);
    // Even, as a skew matrix of odd size is singular.
    for small in [2, 4, 30] {
        let size = |name: &str| if name == "n" { small } else { small + 2 };
        let found = compared::compare_at_points(graph, &roots, &variables, &size, 3);
        assert_eq!(found.expect("plan and evaluator agree"), 2, "{text} where {declarations}");
    }
    let size = |name: &str| Some(if name == "n" { 800 } else { 1000 });
    let plan = Plan::<f64>::compile(graph, &roots, &size, &PlanOptions::default());
    plan.expect("it compiles").explain().kernels.iter().map(|kernel| kernel.flops).sum()
}

/// Compares operations with those that are expected, to less than one in a thousand.
fn check(text: &str, declarations: &str, expected: f64) {
    let found = flops(text, declarations);
    assert!(
        (found - expected).abs() <= 1e-3 * expected,
        "{text} where {declarations}: {found} operations, not {expected}"
    );
}

const N: f64 = 800.0;
const CUBE: f64 = N * N * N;

/// A type with its operations: a product with a column, a system, the inverse, the logarithm of the determinant, and the
/// determinant.
const TYPES: [(&str, [f64; 5]); 8] = [
    (
        "matrix(n,n)",
        [
            2.0 * N * N,
            ELIMINATION + 2.0 * N * N,
            ELIMINATION + 2.0 * CUBE,
            ELIMINATION,
            ELIMINATION,
        ],
    ),
    (
        "symmetric(n)",
        [
            2.0 * N * N,
            ELIMINATION + 2.0 * N * N,
            ELIMINATION + 2.0 * CUBE,
            ELIMINATION,
            ELIMINATION,
        ],
    ),
    (
        "skew(n)",
        [
            2.0 * N * N,
            ELIMINATION + 2.0 * N * N,
            ELIMINATION + 2.0 * CUBE,
            ELIMINATION,
            ELIMINATION,
        ],
    ),
    ("spd(n)", [2.0 * N * N, CHOLESKY + 2.0 * N * N, CHOLESKY + 2.0 * CUBE, CHOLESKY, ELIMINATION]),
    ("lower(n)", [2.0 * N * N, N * N, CUBE / 3.0, 3.0 * N, N]),
    ("upper(n)", [2.0 * N * N, N * N, CUBE / 3.0, 3.0 * N, N]),
    ("orthogonal(n)", [2.0 * N * N, 2.0 * N * N, 0.0, 0.0, ELIMINATION]),
    ("diagonal(n)", [N, N, N, 3.0 * N, N]),
];
const ELIMINATION: f64 = 2.0 / 3.0 * CUBE;
const CHOLESKY: f64 = CUBE / 3.0;

#[test]
fn operations_are_those_of_the_structure() {
    for (ty, [product, system, inverse, log_determinant, determinant]) in TYPES {
        let declarations = format!("V: {ty}, x: vector(n)");
        check("V*x", &declarations, product);
        check("V'*x", &declarations, product);
        check("x'*V", &declarations, product);
        for text in ["inv(V)*x", "inv(V')*x", "inv(V)'*x", "x'*inv(V)", "x'*inv(V')"] {
            check(text, &declarations, system);
        }
        let declarations = format!("V: {ty}");
        check("inv(V)", &declarations, inverse);
        check("inv(V')", &declarations, inverse);
        check("logdet(V)", &declarations, log_determinant);
        check("logdet(V')", &declarations, log_determinant);
        check("det(V)", &declarations, determinant);
    }
}

#[test]
fn products_with_several_columns_cost_as_many_times_as_much() {
    let columns = 1000.0;
    for (ty, product, system) in [
        ("diagonal(n)", N, N + N / columns),
        ("lower(n)", 2.0 * N * N, N * N),
        ("upper(n)", 2.0 * N * N, N * N),
        ("orthogonal(n)", 2.0 * N * N, 2.0 * N * N),
    ] {
        let declarations = format!("V: {ty}, B: matrix(n,k)");
        check("V*B", &declarations, columns * product);
        check("inv(V)*B", &declarations, columns * system);
        check("B'*inv(V)", &declarations, columns * system);
    }
}

#[test]
fn structure_of_what_is_made_of_matrices_is_used() {
    let declarations = "L: lower(n), M: lower(n), U: upper(n), D: diagonal(n), E: diagonal(n), Q: orthogonal(n), S: spd(n), x: vector(n), A: matrix(n,n)";
    check("inv(L*M)*x", declarations, 2.0 * N * N);
    check("x'*inv(U*D*L)", declarations, 2.0 * N * N + N);
    check("inv(Q*D*L)'*x", declarations, 3.0 * N * N + N);
    check("inv(L*A)*x", declarations, 2.0 * CUBE + ELIMINATION + 2.0 * N * N);
    check("inv(L')*x", declarations, N * N);
    check("inv(tril(A))*x", declarations, N * N + N * N);
    check("inv(D*E)*x", declarations, 2.0 * N);
    check("D*A*E", declarations, 2.0 * N * N);
    check("inv(D)*inv(L)*x", declarations, N * N + N);
    check("Q'*D*Q*x", declarations, 4.0 * N * N + N);
    check("logdet(L*U)", declarations, 6.0 * N);
    check("logdet(Q*L*D)", declarations, 6.0 * N);
    check("inv(S')*x + inv(S)*L*x", declarations, CHOLESKY + 6.0 * N * N + N);
    check("inv(kron(A, L))*vec(M)", declarations, ELIMINATION + 3.0 * CUBE);
    check("logdet(kron(A, L))", declarations, ELIMINATION + 3.0 * N);
    check("inv(kron(Q, D))*vec(A)", declarations, 2.0 * CUBE + N * N);
    check("tr(D*A)", declarations, 2.0 * N);
    check("kron(D, E)*ones(n*n)", declarations, N * N);
}

#[test]
fn what_is_definite_by_its_form_is_factored_by_cholesky() {
    let declarations = "X: matrix(m,n), w: vector(m) > 0, S: spd(m), y: vector(n), a: scalar > 0";
    let gram = |rows: f64| rows * N * (N + 1.0);
    let system = CHOLESKY + 2.0 * N * N;
    check("inv(X'*X)*y", declarations, gram(1000.0) + system);
    check("inv(X'*diag(w)*X)*y", declarations, gram(1000.0) + system);
    check("logdet(X'*diag(w)*X)", declarations, gram(1000.0) + CHOLESKY);
    let products = 2.0 * 1000.0 * 1000.0 * N + 2.0 * 1000.0 * N * N;
    check("inv(X'*S*X)*y", declarations, products + system);
    check("inv(a*X'*X)*y", declarations, gram(1000.0) + system + N * N + N);
}

fn evaluated(text: &str, declarations: &str, data: &[&str]) -> Result<(Vec<f64>, bool), String> {
    let given: Vec<Given> = data
        .iter()
        .flat_map(|value| read(value).map_err(|f| f.to_string()).expect("it reads"))
        .collect();
    let options =
        DeriveOptions { declarations: declarations.to_owned(), ..DeriveOptions::default() };
    let found = Session::global().eval("<eval>", text, &given, &options);
    let found = found.map_err(|f| f.diagnostics()[0].message.clone())?;
    assert!(found.warnings.is_empty(), "{text}: {:?}", found.warnings);
    Ok((found.value.entries, found.plans.concat().contains("factorisation")))
}

#[test]
fn what_holds_within_the_tolerance_of_data_alone_is_not_relied_on() {
    // Off by less than data may be, and by more than rounding: all entries count.
    let cases = [
        ("lower", "A=[1,1e-11;3,1]"),
        ("upper", "A=[1,3;1e-11,1]"),
        ("diagonal", "A=[1,1e-11;1e-11,2]"),
        ("orthogonal", "A=[0.6,-0.8;0.8,0.6000000001]"),
        ("spd", "A=[2,1;1.0000000001,2]"),
    ];
    for (ty, data) in cases {
        let declarations = |ty: &str| format!("A: {ty}, x: vector(n)");
        let values = [data, "x=[1;2]"];
        let (plain, _) = evaluated("inv(A)*x", &declarations("matrix(n,n)"), &values).unwrap();
        let (found, factored) =
            evaluated("inv(A)*x", &declarations(&format!("{ty}(n)")), &values).unwrap();
        assert_eq!(found, plain, "{ty}");
        assert!(factored, "{ty}");
    }
    let (_, factored) =
        evaluated("inv(A)*x", "A: lower(n), x: vector(n)", &["A=[1,0;3,1]", "x=[1;2]"]).unwrap();
    assert!(!factored);
}

#[test]
fn what_has_no_inverse_is_refused_whatever_its_structure() {
    for (ty, data) in [
        ("matrix(n,n)", "A=[1,2;2,4]"),
        ("lower(n)", "A=[1,0;2,0]"),
        ("upper(n)", "A=[0,1;0,2]"),
        ("diagonal(n)", "A=[1,0;0,0]"),
    ] {
        for text in ["inv(A)*x", "inv(A)", "logdet(A)"] {
            let declarations = format!("A: {ty}, x: vector(n)");
            let values = [data, "x=[1;2]"];
            let values = if text.contains('x') { &values[..] } else { &values[..1] };
            let declarations = if text.contains('x') { &declarations } else { &format!("A: {ty}") };
            let message = evaluated(text, declarations, values).expect_err(text);
            assert!(message.contains("singular"), "{text} {ty}: {message}");
        }
        let (value, _) = evaluated("det(A)", &format!("A: {ty}"), &[data]).unwrap();
        assert_eq!(value, [0.0], "{ty}");
    }
    // A Gram matrix that is singular.
    let message = evaluated("inv(X'*X)", "X: matrix(m,n)", &["X=[1,2;2,4;3,6]"]).unwrap_err();
    assert!(message.contains("singular"), "{message}");
}

#[test]
fn functions_see_whether_arguments_are_of_their_types() {
    let x = Array::from(vec![1.0, 2.0]);
    let square = |[a, b, c, d]: [f64; 4]| Array::from([[a, b], [c, d]]);
    for (ty, right, wrong) in [
        ("lower", [1.0, 0.0, 3.0, 1.0], [1.0, 1e-20, 3.0, 1.0]),
        ("upper", [1.0, 3.0, 0.0, 1.0], [1.0, 3.0, 1.0, 1.0]),
        ("diagonal", [1.0, 0.0, 0.0, 2.0], [1.0, 0.0, 1.0, 2.0]),
        ("spd", [2.0, 1.0, 1.0, 2.0], [2.0, 1.0, 1.5, 2.0]),
        ("skew", [0.0, 1.0, -1.0, 0.0], [0.0, 1.0, 1.0, 0.0]),
    ] {
        let declarations = format!("A: {ty}(n), x: vector(n)");
        let problem = Problem::parse("inv(A)*x").and_then(|p| p.with(&declarations));
        let problem = problem.map_err(|f| f.to_string()).expect("it reads");
        let mut f = problem.compile([("n", 2)]).map_err(|f| f.to_string()).expect("it compiles");
        let found =
            f.call([("A", &square(right)), ("x", &x)]).map_err(|f| f.to_string()).expect(ty);
        let found = found.into_f64();
        let [a, b, c, d] = right;
        let back = [a * found[0] + b * found[1], c * found[0] + d * found[1]];
        // Small whole numbers, a few roundings.
        assert!(
            back.iter().zip(&*x.to_f64()).all(|(x, y)| (x - y).abs() < 1e-14),
            "{ty}: {found:?}"
        );
        let refused =
            f.call([("A", &square(wrong)), ("x", &x)]).expect_err(ty).diagnostics().to_vec();
        assert_eq!(refused[0].code.id, "E0604", "{ty}");
    }
    // All entries of a matrix declared orthogonal are used, whatever they are.
    let problem = Problem::parse("inv(Q)*x").and_then(|p| p.with("Q: orthogonal(n), x: vector(n)"));
    let problem = problem.map_err(|f| f.to_string()).expect("it reads");
    let mut f = problem.compile([("n", 2)]).map_err(|f| f.to_string()).expect("it compiles");
    let near = [0.6, -0.8, 0.8, 0.6 + 1e-9];
    let found =
        f.call([("Q", &square(near)), ("x", &x)]).map_err(|f| f.to_string()).expect("regular");
    let found = found.into_f64();
    let back = [near[0] * found[0] + near[1] * found[1], near[2] * found[0] + near[3] * found[1]];
    assert!(back.iter().zip(&*x.to_f64()).all(|(x, y)| (x - y).abs() < 1e-14), "{found:?}");
}

#[test]
fn exponentials_beside_thin_matrices_are_not_formed_and_stand_on_the_right_side() {
    // Sizes at which a column is thin, and norms at which products with it are fewer operations, and at which they are not.
    let size = |name: &str| if name == "n" { 48 } else { 1 };
    for scale in ["/48", ""] {
        for text in ["expm(B)*x", "x'*expm(B)", "expm(B)'*x", "x'*expm(B)'", "y'*expm(B)*x"] {
            let text = text.replace('B', &format!("A{scale}"));
            let declarations = "A: matrix(n,n), x: matrix(n,k), y: vector(n)";
            let loaded = Session::global().load("<exponential>", &text, declarations, &[]);
            let program = loaded.map_err(|f| f.to_string()).expect("it reads").program;
            let variables: Vec<Drawn> = (program.variables.iter())
                .map(|v| Drawn { name: v.name.clone(), id: v.id, range: v.range })
                .collect();
            let (graph, roots) = (&program.graph, [program.root]);
            let found = compared::compare_at_points(graph, &roots, &variables, &size, 3);
            assert_eq!(found.expect("plan and evaluator agree"), 2, "{text}");
            let sizes = |name: &str| Some(size(name));
            let plan = Plan::<f64>::compile(graph, &roots, &sizes, &PlanOptions::default());
            let held = plan.expect("it compiles").explain();
            let square =
                held.kernels.iter().any(|k| k.size == "48×48" && k.name == "single kernel");
            assert!(!square, "{text} forms the exponential");
        }
    }
}

#[test]
fn derivatives_along_the_same_directions_but_one_are_one() {
    let declarations = "P: spd(n), A: matrix(n,n), E: matrix(n,n), F: matrix(n,n), G: matrix(n,n)";
    for (text, expected) in [
        ("2*dsqrtm(P, E, F) - dsqrtm(P, G, E)", 1),
        ("3*(dmsign(A, E) + F) + dmsign(A, G)", 1),
        ("dlogm(P, E) + F - 2*dlogm(P, G) - G", 1),
        ("dexpm(A, E, F)*2 + dexpm(A, E, F + G)", 1),
        ("dinvroot(P, 4, E) + dinvroot(P, 2, F)", 2),
        ("dexpm(A, E, F) - dexpm(A, G, G)", 2),
        ("dexpm(A, E) + dexpm(P, E)", 2),
        ("dexpm(A, E) + dexpm(A, F, G)", 2),
    ] {
        flops(text, declarations);
        let loaded = Session::global().load("<derivatives>", text, declarations, &[]);
        let program = loaded.map_err(|f| f.to_string()).expect("it reads").program;
        let size = |_: &str| Some(50);
        let options = PlanOptions::default();
        let plan = Plan::<f64>::compile(&program.graph, &[program.root], &size, &options);
        let described = plan.expect("it compiles").explain().to_string();
        let found = described.matches("single kernel").count();
        assert_eq!(found, expected, "{text}: {described}");
    }
}
