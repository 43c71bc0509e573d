//! Derivatives as operators, against the same derivatives written out by the executor.

use std::collections::BTreeMap;

use beltrami::data::{Array, Given};
use beltrami::engine::exec::{PlanOptions, Tensor, evaluate};
use beltrami::engine::linalg::structured::Factored;
use beltrami::engine::linalg::{Matrix, Structured};
use beltrami::operator::{Acting, CompiledOperator, CompiledProduct};
use beltrami::{Derivation, DeriveOptions, Drawn, Form, Sampler, Session, Style};

const SEED: u64 = 11;

/// Expression, declarations, variables, order, structure, and how a system is solved; empty where it is singular.
const CASES: [(&str, &str, &str, usize, &str, &str); 27] = [
    ("norm2(A*x - y)^2", "A: matrix(m,n), x: vector(n), y: vector(m)", "x", 2, "dense", "LU"),
    ("sum(x.^3)", "x: vector(n)", "x", 2, "diagonal", "division"),
    ("logsumexp(x)", "x: vector(n)", "x", 2, "diagonal plus rank 1", ""),
    (
        "logsumexp(x) + lambda*norm2(x)^2",
        "x: vector(n)",
        "x",
        2,
        "diagonal plus rank 1",
        "Woodbury",
    ),
    ("norm2(x)^4", "x: vector(n)", "x", 2, "diagonal plus rank 1", "Woodbury"),
    ("norm2(U*V' - M)^2", "U: matrix(m,k), V: matrix(n,k)", "V", 2, "Kronecker product", "LU"),
    ("norm2(U*V' - M)^2", "U: matrix(m,k), V: matrix(n,k)", "U", 2, "Kronecker product", "LU"),
    (
        "norm2((U*V' - M).*W)^2",
        "U: matrix(m,k), V: matrix(n,k), W: matrix(m,n)",
        "U",
        2,
        "blocks of",
        "LU of",
    ),
    (
        "norm2((U*V' - M).*W)^2",
        "U: matrix(m,k), V: matrix(n,k), W: matrix(m,n)",
        "V",
        2,
        "blocks of",
        "LU of",
    ),
    (
        "norm2(A*X*B - Z)^2 + norm2(X)^2",
        "X: matrix(m,n), A: matrix(p,m), B: matrix(n,q)",
        "X",
        2,
        "sum of 2",
        "simultaneous",
    ),
    (
        "norm2(A*X*B - Z)^2",
        "X: matrix(m,n), A: matrix(m,m), B: matrix(n,n)",
        "X",
        2,
        "Kronecker product",
        "factor by factor",
    ),
    (
        "tr(X'*A*X*B)",
        "X: matrix(m,n), A: matrix(m,m), B: matrix(n,n)",
        "X",
        2,
        "sum of 2 Kronecker products",
        "written out",
    ),
    (
        "norm2(X)^2 + tr(X'*A*X)",
        "X: matrix(m,n), A: matrix(m,m)",
        "X",
        2,
        "Kronecker product",
        "LU of the Kronecker factor",
    ),
    ("A*X*B", "X: matrix(m,n), A: matrix(m,m), B: matrix(n,n)", "X", 1, "Kronecker product", ""),
    ("A*X + X*B", "X: matrix(m,n), A: spd(m), B: spd(n)", "X", 1, "sum of 2", "simultaneous"),
    ("X'", "X: matrix(m,n)", "X", 1, "permutation", "permutation"),
    ("softmax(x)", "x: vector(n)", "x", 1, "diagonal plus rank 1", ""),
    ("A.*X", "X: matrix(m,n)", "X", 1, "diagonal", "division"),
    ("exp(A*x)", "x: vector(n), A: matrix(m,n)", "x", 1, "dense", ""),
    ("inv(X)", "X: matrix(n,n)", "X", 1, "Kronecker product", "factor by factor"),
    ("logdet(X)", "X: matrix(n,n)", "X", 2, "product", "factor by factor"),
    ("norm2(U*V' - M)^2", "U: matrix(m,k), V: matrix(n,k)", "U,V", 2, "", ""),
    ("sum(log(cosh(A*X)))", "X: matrix(m,n), A: matrix(p,m)", "X", 2, "", "LU of"),
    (
        "100*(x[2] - x[1]^2)^2 + (1 - x[1])^2 + 100*(x[3] - x[2]^2)^2 + (1 - x[2])^2 \
         + 100*(x[4] - x[3]^2)^2 + (1 - x[3])^2 + 100*(x[5] - x[4]^2)^2 + (1 - x[4])^2 \
         + 100*(x[6] - x[5]^2)^2 + (1 - x[5])^2 + 100*(x[7] - x[6]^2)^2 + (1 - x[6])^2",
        "x: vector(7)",
        "x",
        2,
        "banded, 1 diagonals below and 1 above",
        "banded LU",
    ),
    (
        "100*sum(([zeros(p,1), eye(p)]*x - ([eye(p), zeros(p,1)]*x).^2).^2) \
         + sum((1 - [eye(p), zeros(p,1)]*x).^2)",
        "x: vector(p+1)",
        "x",
        2,
        "banded, 1 diagonals below and 1 above",
        "banded LU",
    ),
    (
        "sum(exp(([eye(p), zeros(p,1)] - [zeros(p,1), eye(p)])*x)) + logsumexp(x) + norm2(x)^2",
        "x: vector(p+1)",
        "x",
        2,
        "banded, 1 diagonals below and 1 above plus rank 1",
        "",
    ),
    ("sum(([zeros(n,m), diag(u)]*x).^4)", "x: vector(m+n), u: vector(n)", "x", 2, "diagonal", ""),
];

/// Sizes at which every structure takes less room than the matrix, the most different ones last.
const SIZES: [[i64; 5]; 3] = [[5, 4, 2, 6, 7], [6, 4, 2, 9, 5], [8, 7, 2, 11, 9]];

struct Case {
    kron: Derivation,
    sizes: BTreeMap<String, i64>,
    values: BTreeMap<String, Tensor<f64>>,
}

impl Case {
    fn of(expression: &str, declarations: &str, by: &str, order: usize, sizes: [i64; 5]) -> Case {
        let kron = derive(expression, declarations, by, order, Form::Kron);
        let sizes: BTreeMap<String, i64> =
            ["m", "n", "k", "p", "q"].iter().map(|s| (*s).to_owned()).zip(sizes).collect();
        let variables: Vec<Drawn> = kron.variables.clone();
        let values = Sampler::new(SEED)
            .values(&kron.graph, &variables, &sizes, &|_| Style::Positive)
            .expect("all sizes are known");
        Case { kron, sizes, values }
    }

    fn size(&self, name: &str) -> Option<i64> {
        self.sizes.get(name).copied()
    }

    fn operator(&self) -> (Structured, bool) {
        let size = |name: &str| self.size(name);
        let mut compiled = CompiledOperator::new(&self.kron, &size, &PlanOptions::default())
            .expect("it has a Kronecker form");
        let inputs: Vec<&[f64]> = compiled.inputs().map(|name| self.values[name].data()).collect();
        let dense = compiled.is_dense();
        (compiled.run(&inputs).expect("it has a value"), dense)
    }

    fn written_out(&self) -> Matrix {
        let size = |name: &str| self.size(name);
        let symbol = |name: &str| self.values.get(name).cloned();
        let tensor = evaluate(&self.kron.graph, self.kron.derived.expr, &size, &symbol)
            .expect("it has a value");
        Matrix::new(tensor.rows(), tensor.cols(), tensor.data().to_vec()).expect("its sizes")
    }
}

fn derive(expression: &str, declarations: &str, by: &str, order: usize, form: Form) -> Derivation {
    let options = DeriveOptions {
        by: by.split(',').map(str::to_owned).collect(),
        order: Some(order),
        declarations: declarations.to_owned(),
        form,
        ..DeriveOptions::default()
    };
    Session::global().derive("<test>", expression, &options).expect("it derives").remove(0)
}

fn vector(n: usize, start: f64) -> Vec<f64> {
    (0..n).map(|i| (start + 1.7 * i as f64).sin()).collect()
}

fn times(a: &Matrix, x: &[f64]) -> Vec<f64> {
    (0..a.rows()).map(|i| a.row(i).iter().zip(x).map(|(a, x)| a * x).sum()).collect()
}

fn close(x: &[f64], y: &[f64], tolerance: f64, what: &str) {
    assert_eq!(x.len(), y.len(), "{what}");
    for (x, y) in x.iter().zip(y) {
        assert!((x - y).abs() <= tolerance, "{what}, seed {SEED}: {x} is not {y}");
    }
}

#[test]
fn every_structure_is_recognised_and_multiplies_like_the_derivative_written_out() {
    for (expression, declarations, by, order, kind, _) in CASES {
        for sizes in SIZES {
            let case = Case::of(expression, declarations, by, order, sizes);
            let (operator, dense) = case.operator();
            let whole = case.written_out();
            let what = format!("{expression} by {by} at {sizes:?}: {operator}");
            assert!(operator.kind().contains(kind), "{what}: {}", operator.kind());
            assert_eq!(dense, kind == "dense", "{what}");
            assert_eq!(operator.shape(), (whole.rows(), whole.cols()), "{what}");
            // Sums of products of numbers of the size of the entries.
            let tolerance = 1e-13 * (1.0 + whole.max_abs()) * whole.cols() as f64;
            close(operator.to_dense().expect("small").data(), whole.data(), tolerance, &what);
            let (x, y) = (vector(whole.cols(), 0.3), vector(whole.rows(), 0.9));
            close(&operator.times(&x).expect("fits"), &times(&whole, &x), tolerance, &what);
            let back = times(&whole.transpose(), &y);
            close(&operator.transpose_times(&y).expect("fits"), &back, tolerance, &what);
            if !dense {
                assert!(operator.numbers() < whole.data().len(), "{what}");
            }
        }
    }
}

#[test]
fn every_structure_solves_like_the_derivative_written_out() {
    for (expression, declarations, by, order, _, method) in CASES {
        if method.is_empty() {
            continue;
        }
        for sizes in SIZES {
            let case = Case::of(expression, declarations, by, order, sizes);
            let (operator, _) = case.operator();
            let whole = case.written_out();
            let what = format!("{expression} by {by} at {sizes:?}: {operator}");
            let factored = match Factored::new(&operator) {
                Ok(factored) => factored,
                Err(error) => panic!("{what}: {error}"),
            };
            assert!(factored.method().contains(method), "{what}: {}", factored.method());
            let right = vector(whole.rows(), 0.5);
            let solution = factored.solve(&right).expect("regular");
            assert!(solution.residual < 1e-13, "{what}: {}", solution.residual);
            let scale = 1.0 + solution.x.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
            let tolerance = 1e-12 * (1.0 + whole.max_abs()) * scale * whole.cols() as f64;
            close(&times(&whole, &solution.x), &right, tolerance, &what);
            let reference = beltrami::engine::linalg::Lu::new(&whole).expect("square");
            let (sign, log) = reference.log_abs_det().expect("regular");
            let (s, l) = factored.log_abs_det().expect("regular");
            let tolerance = 1e-14 * whole.rows() as f64 / reference.rcond();
            assert!(sign == s && (log - l).abs() <= tolerance, "{what}: {sign} {log}, {s} {l}");
        }
    }
}

#[test]
fn singular_derivatives_are_refused() {
    for (expression, by, order) in [("logsumexp(x)", "x", 2), ("softmax(x)", "x", 1)] {
        let case = Case::of(expression, "x: vector(n)", by, order, SIZES[2]);
        let found = Factored::new(&case.operator().0);
        assert!(
            matches!(found, Err(beltrami::engine::linalg::Error::Singular { .. })),
            "{found:?}"
        );
    }
}

#[test]
fn products_need_no_matrix_and_agree_with_it() {
    let others = [
        ("sum(log(1 + exp(-y.*(X*w))))", "X: matrix(m,n), y: vector(m), w: vector(n)", "w", 2),
        ("x'*A*x", "A: matrix(n,n), x: vector(n)", "x", 2),
        ("logdet(X)", "X: spd(n)", "X", 1),
        ("norm2(X*X' - A)^2", "X: matrix(m,n), A: matrix(m,m)", "X", 2),
    ];
    let cases = CASES.iter().map(|(e, d, b, o, ..)| (*e, *d, *b, *o)).chain(others);
    for (expression, declarations, by, order) in cases {
        let case = Case::of(expression, declarations, by, order, SIZES[0]);
        let map = derive(expression, declarations, by, order, Form::Operator);
        let whole = case.written_out();
        let size = |name: &str| case.size(name);
        let value = |name: &str| case.values.get(name).map(Tensor::data);
        let what = format!("{expression} by {by}: {}", map.text());
        let tolerance = 1e-12 * (1.0 + whole.max_abs()) * whole.cols() as f64;
        let dims = |id| {
            let shape = map.graph.shape(id);
            let axis =
                |dim: &beltrami::engine::core::Dim| dim.evaluate(&size).expect("known") as usize;
            (axis(&shape.rows), axis(&shape.cols))
        };
        // Row by row for arrays, column by column for the matrix.
        let stacked = |entries: &[f64], (m, n): (usize, usize)| -> Vec<f64> {
            (0..n).flat_map(|j| (0..m).map(move |i| entries[i * n + j])).collect()
        };
        let from = dims(map.by[order - 1]);
        let to = dims(if order == 1 { map.root } else { map.by[0] });
        let mut direction = vector(from.0 * from.1, 0.2);
        if declarations.contains("X: spd") {
            let n = from.0;
            for i in 0..n {
                (0..i).for_each(|j| direction[i * n + j] = direction[j * n + i]);
            }
        }
        let mut product =
            CompiledProduct::new(&map, false, &size, &PlanOptions::default()).expect("it compiles");
        let image = product.run(&value, &direction).expect("it has a value");
        let expected = times(&whole, &stacked(&direction, from));
        close(&stacked(image, to), &expected, tolerance, &what);
        if order == 1 {
            let cotangent = vector(to.0 * to.1, 0.8);
            let mut adjoint = CompiledProduct::new(&map, true, &size, &PlanOptions::default())
                .expect("it compiles");
            let image = adjoint.run(&value, &cotangent).expect("it has a value");
            let expected = times(&whole.transpose(), &stacked(&cotangent, to));
            close(&stacked(image, from), &expected, tolerance, &what);
        }
    }
}

fn given(name: &str, rows: usize, cols: usize, start: f64) -> Given {
    let array = Array::new(vec![rows, cols], vector(rows * cols, start)).expect("its sizes");
    Given { name: name.into(), array, named: true }
}

#[test]
fn matrix_factorisation_is_right_at_sizes_where_others_fail() {
    for (n, k) in [(200, 5), (300, 10)] {
        let data = [given("U", n, k, 0.1), given("V", n, k, 0.2), given("M", n, n, 0.3)];
        let [u, v, m] = [0, 1, 2].map(|at| {
            let array = &data[at].array;
            Matrix::new(array.shape()[0], array.shape()[1], array.to_f64().into_owned())
                .expect("its sizes")
        });
        let text = "norm2(U*V' - M)^2";
        let options = DeriveOptions { by: vec!["U".into()], ..DeriveOptions::default() };
        let found = Session::global().eval("<test>", text, &data, &options).expect("it evaluates");
        let mul =
            |a: &Matrix, b: &Matrix| beltrami::engine::linalg::matmul(a, b).expect("sizes fit");
        let rest = mul(&u, &v.transpose()).plus(-1.0, &m);
        let value: f64 = rest.data().iter().map(|x| x * x).sum();
        assert!((found.value.entries[0] - value).abs() <= 1e-12 * value, "{n} {k}");
        let gradient = mul(&rest, &v).scaled(2.0);
        // In numerator layout the derivative of a scalar has the shape of the transpose.
        let found = &found.derivatives[0].1;
        assert_eq!(found.axes, [k, n]);
        let tolerance = 1e-11 * gradient.max_abs();
        close(&found.entries, gradient.transpose().data(), tolerance, "gradient");
        let options = DeriveOptions { order: Some(2), ..options };
        let operator =
            Session::global().operator("<test>", text, &data, &options).expect("it is an operator");
        let Acting::Structured(hessian) = &operator.operator else { panic!("it has structure") };
        assert_eq!(hessian.to_string(), format!("2*kron([{k}×{k}], eye({n}))"));
        assert!(hessian.numbers() <= k * k + 1);
        let gram = mul(&v.transpose(), &v).scaled(2.0);
        let x = vector(n * k, 0.7);
        // 2*X*V'V for the matrix X whose columns are stacked in x.
        let columns = Matrix::new(k, n, x.clone()).expect("its sizes");
        let expected = mul(&gram, &columns);
        close(
            &hessian.times(&x).expect("fits"),
            expected.data(),
            1e-11 * gram.max_abs(),
            "product",
        );
        let direction = given("U", n, k, 0.7).array;
        let product = Session::global()
            .times("<test>", text, &data, &options, &direction)
            .expect("it has a product");
        let direction = Matrix::new(n, k, direction.into_f64()).expect("its sizes");
        close(
            &product.product.entries,
            mul(&direction, &gram).data(),
            1e-11 * gram.max_abs(),
            "times",
        );
    }
}

#[test]
fn what_is_too_large_is_refused_with_its_size_and_the_operator_offered() {
    let n = 200;
    let data = [given("A", n, n, 0.1), given("B", n, n, 0.2), given("X", n, n, 0.3)];
    let options =
        DeriveOptions { by: vec!["X".into()], form: Form::Kron, ..DeriveOptions::default() };
    let refused = Session::global().eval("<test>", "A*X*B", &data, &options).err();
    let diagnostic = refused.expect("12.8 GB").diagnostics()[0].clone();
    assert!(diagnostic.message.contains("40000×40000"), "{}", diagnostic.message);
    assert!(diagnostic.message.contains("12.8 GB"), "{}", diagnostic.message);
    let hint = diagnostic.hint.as_ref().map(ToString::to_string).unwrap_or_default();
    assert!(hint.contains("--form operator") && hint.contains("kron(B', A)"), "{hint}");
    let operator = Session::global().operator("<test>", "A*X*B", &data, &options);
    let operator = operator.expect("two factors fit");
    assert_eq!(operator.shape(), (40_000, 40_000));
    assert!(
        operator.describe().contains("640 kB in memory instead of 12.8 GB"),
        "{}",
        operator.describe()
    );
}

#[test]
fn without_structure_products_are_left() {
    // Fourth powers of the entries of X*X' couple everything.
    let (m, n) = (150, 120);
    let data = [given("X", m, n, 0.3)];
    let text = "sum((X*X').^4) + 1e6*norm2(X)^2";
    let options =
        DeriveOptions { by: vec!["X".into()], order: Some(2), ..DeriveOptions::default() };
    let operator = Session::global().operator("<test>", text, &data, &options).expect("products");
    let Acting::Products(_, rows, cols) = &operator.operator else {
        panic!("{}", operator.describe());
    };
    assert_eq!((*rows, *cols), (m * n, m * n));
    assert!(operator.describe().contains("matrix-free"), "{}", operator.describe());
    let right = given("X", m, n, 0.4).array;
    let mut operator = operator;
    let solved = operator.solve(&right).expect("positive definite");
    assert!(solved.residual < 1e-8, "{}", solved.residual);
    let product = Session::global()
        .times(
            "<test>",
            text,
            &data,
            &options,
            &Array::new(right.shape().to_vec(), solved.solution.entries).expect("its sizes"),
        )
        .expect("it has a product");
    close(&product.product.entries, &right.to_f64(), 1e-7, "the product of the solution");
}

#[test]
fn directions_have_the_shape_and_structure_of_the_variable() {
    let data = [given("A", 3, 3, 0.1)];
    let square = |entries: Vec<f64>| Array::new(vec![3, 3], entries).expect("nine entries");
    let identity = square(Matrix::identity(3).into_data());
    let data = [Given { array: identity, ..data[0].clone() }];
    let options = DeriveOptions {
        by: vec!["A".into()],
        declarations: "A: spd(n)".into(),
        ..DeriveOptions::default()
    };
    let times = |array: Array| {
        Session::global()
            .times("<test>", "logdet(A)", &data, &options, &array)
            .map(|found| found.product.entries)
    };
    let skewed = square(vector(9, 0.4));
    let message = |failure: beltrami::Error| failure.diagnostics()[0].message.clone();
    assert!(times(skewed).map_err(message).expect_err("not symmetric").contains("not symmetric"));
    let short = Array::list(vec![1.0, 2.0]);
    assert!(times(short).map_err(message).expect_err("too short").contains("`A` is 3×3"));
    let zero = square(vec![0.0; 9]);
    assert_eq!(times(zero).expect("symmetric"), [0.0]);
}
