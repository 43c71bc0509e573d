//! Plans compute what the evaluator computes: on every row of the tables of identities and on random expressions, value and
//! derivative together, in both precisions, for any number of threads.

use crate::compared;
use crate::table;
use crate::table::{further_rows, rows};
use beltrami::engine::exec::{Plan, PlanOptions};
use beltrami::{Derivation, DeriveOptions, Form, Session};
use beltrami_testkit::Case;

/// Random expressions of a usual run.
const CASES: u64 = 250;

#[test]
fn plans_agree_with_the_evaluator_on_every_identity() {
    let mut faults = Vec::new();
    let mut compared = 0;
    for row in rows().into_iter().chain(further_rows()).filter(|row| !row.is_negative()) {
        let derived = Session::global().derive("<expression>", &row.expression, &row.options());
        for derivation in derived.map_err(|f| f.to_string()).expect("the tables derive") {
            // The sizes of the table, and larger ones that reach the kernels for panels and tiles.
            for sizes in [&table::size as &dyn Fn(&str) -> i64, &|name| 20 + table::size(name)] {
                match check(&derivation, sizes, 7) {
                    Ok(n) => compared += n,
                    Err(fault) => {
                        faults.push(format!("{}  {}\n    {fault}", row.id, row.expression))
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
    assert!(compared > 1000, "only {compared} points were compared");
}

#[test]
fn weighted_kronecker_products_are_products_of_small_arrays() {
    let declarations = "T: matrix(m,n), W: matrix(m,n), U: matrix(m,k), V: matrix(n,k)";
    for by in [&["U"][..], &["V"], &["U", "V"], &["V", "U"]] {
        let options = DeriveOptions {
            by: by.iter().map(|name| (*name).to_owned()).collect(),
            order: Some(2),
            declarations: declarations.to_owned(),
            form: Form::Kron,
            ..DeriveOptions::default()
        };
        let derived = Session::global().derive("<masked>", "sum(W.*(T - U*V').^2)", &options);
        for derivation in derived.map_err(|f| f.to_string()).expect("it derives") {
            for sizes in [[7, 5, 2], [30, 20, 3]] {
                let size = |name: &str| match name {
                    "m" => sizes[0],
                    "n" => sizes[1],
                    _ => sizes[2],
                };
                let compared = check(&derivation, &size, 5).expect("they agree");
                assert_eq!(compared, 2, "{by:?} at {sizes:?}");
            }
            // Blocks of k² entries, each a sum over m or n: multiplied out it would be the square of m·n times that.
            let size = |name: &str| Some(if name == "k" { 5 } else { 100 });
            let root = [derivation.derived.expr];
            let plan =
                Plan::<f64>::compile(&derivation.graph, &root, &size, &PlanOptions::default());
            let explained = plan.expect("it compiles").explain();
            let flops: f64 = explained.kernels.iter().map(|kernel| kernel.flops).sum();
            assert!(flops < 1e7, "{by:?}: {flops} operations");
        }
    }
}

/// Compares the Hessian with the evaluator's at small sizes, and counts its operations at others.
fn hessian(text: &str, declarations: &str, by: &str, small: i64, large: &[(&str, i64)]) -> f64 {
    let options = DeriveOptions {
        by: vec![by.to_owned()],
        order: Some(2),
        declarations: declarations.to_owned(),
        form: Form::Kron,
        ..DeriveOptions::default()
    };
    let derived = Session::global().derive("<hessian>", text, &options);
    let derivation = derived.map_err(|f| f.to_string()).expect("it derives").remove(0);
    let size = |name: &str| large.iter().find(|(known, _)| *known == name).map(|(_, n)| *n);
    for sizes in
        [&|name: &str| small + i64::from(name == "b"), &|name: &str| size(name).unwrap_or(small)]
            as [&dyn Fn(&str) -> i64; 2]
    {
        let compared = check(&derivation, sizes, 5);
        assert_eq!(compared.expect("they agree"), 2, "{text}");
    }
    let root = [derivation.derived.expr];
    let plan = Plan::<f64>::compile(&derivation.graph, &root, &size, &PlanOptions::default());
    plan.expect("it compiles").explain().kernels.iter().map(|kernel| kernel.flops).sum()
}

#[test]
fn mirrored_halves_of_a_network_are_multiplied_once_and_one_triangle_of_it() {
    let layers: Vec<String> = (1..=8).map(|k| format!("W{k}")).collect();
    let mut output = "X*W1'".to_owned();
    for layer in &layers[1..] {
        output = format!("relu({output})*{layer}'");
    }
    let text = format!("sum(log(sum(exp({output}), 2))) - sum(Y.*({output}))");
    let matrices: Vec<String> = layers.iter().map(|name| format!("{name}: matrix(n,n)")).collect();
    let declarations = format!("X: matrix(b,n), Y: matrix(b,n), {}", matrices.join(", "));
    let flops = hessian(&text, &declarations, "W1", 3, &[("n", 20), ("b", 50)]);
    // Seven products of one half, b·n·n by n, one more for the blocks, and a quarter of the product of b by n² with itself.
    let (n, b) = (20.0_f64, 50.0);
    let needed = 8.0 * 2.0 * b * n.powi(3) + 2.0 * b * (n * (n + 1.0) / 2.0).powi(2);
    assert!(flops < 1.2 * needed, "{flops} operations, not {needed}");
}

#[test]
fn einsums_of_mirrored_halves_agree_with_the_evaluator() {
    // Terms of a half, whose indices i and s are k and t in the other one, terms that stay, and results.
    let halves = ["mi:A", "im:A", "ms:A,si:B", "mi:A,i:x", "ns:A,ms:B,si:A", "i:x", "ni:A,mi:B"];
    let others = ["mj:B", "m:x,mj:B", "mn:A,nj:B", "j:x,m:y", "mn:B,mj:A,nj:A", "jm:A,m:x,jn:B"];
    let results = ["(ij)k", "(ik)j", "i(kj)", "(ji)(k)", "ik", "ki", "(ij)(kj)", "(ki)(jk)"];
    let mut compared = 0;
    for (place, half) in halves.iter().enumerate() {
        let mirrored: String = half
            .chars()
            .map(|c| match c {
                'i' => 'k',
                's' => 't',
                c => c,
            })
            .collect();
        for (k, other) in others.iter().enumerate() {
            let mut terms: Vec<&str> =
                half.split(',').chain(other.split(',')).chain(mirrored.split(',')).collect();
            let turns = (place + k) % terms.len();
            terms.rotate_left(turns);
            let letters: String = terms.iter().filter_map(|t| t.split(':').next()).collect();
            let subscripts: Vec<&str> = terms.iter().filter_map(|t| t.split(':').next()).collect();
            let names: Vec<&str> = terms.iter().filter_map(|t| t.split(':').nth(1)).collect();
            for result in results {
                if !result.chars().filter(|c| c.is_alphabetic()).all(|c| letters.contains(c)) {
                    continue;
                }
                let text = format!(
                    "sum(einsum(\"{}->{result}\", {}).^2)",
                    subscripts.join(","),
                    names.join(", ")
                );
                let options = DeriveOptions {
                    by: vec![names[0].to_owned()],
                    declarations: "A: matrix(n,n), B: matrix(n,n), x: vector(n), y: vector(n)"
                        .to_owned(),
                    ..DeriveOptions::default()
                };
                let derived = Session::global().derive("<einsum>", &text, &options);
                let derivation = derived.map_err(|f| f.to_string()).expect("it derives").remove(0);
                for n in [3, 13] {
                    compared += check(&derivation, &|_| n, 5).expect(&text);
                }
            }
        }
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn sums_of_products_with_one_factor_are_one_product() {
    let cases = [
        ("sum((A*C + B*C).^3)", 2.0),
        ("sum((A*C - 3*(B*C)).^3)", 2.0),
        ("sum((C*A - 2*(C*B)).^3)", 2.0),
        ("sum((A*diag(u)*A' + A*diag(v)*A').^3)", 1.1),
    ];
    for (text, products) in cases {
        let declarations =
            "A: matrix(n,n), B: matrix(n,n), C: matrix(n,n), u: vector(n), v: vector(n)";
        let options = DeriveOptions {
            by: vec!["A".to_owned()],
            declarations: declarations.to_owned(),
            ..DeriveOptions::default()
        };
        let derived = Session::global().derive("<sum>", text, &options);
        let derivation = derived.map_err(|f| f.to_string()).expect("it derives").remove(0);
        assert_eq!(check(&derivation, &|_| 4, 5).expect("they agree"), 2, "{text}");
        let size = |_: &str| Some(100);
        let (graph, root) = (&derivation.graph, [derivation.root]);
        let plan = Plan::<f64>::compile(graph, &root, &size, &PlanOptions::default());
        let explained = plan.expect("it compiles").explain();
        let flops: f64 = explained.kernels.iter().map(|kernel| kernel.flops).sum();
        assert!(flops < 1.1 * products * 1e6, "{text}: {flops} operations");
    }
}

#[test]
fn plans_agree_with_the_evaluator_on_random_expressions() {
    // The stack of a main thread, which is what the command has.
    let worker = std::thread::Builder::new().stack_size(8 << 20).spawn(random_expressions);
    worker.expect("a thread").join().expect("no panic");
}

fn random_expressions() {
    let cases = std::env::var("BELTRAMI_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(CASES);
    let mut faults = Vec::new();
    let mut compared = 0;
    for seed in 0..cases {
        let case = Case::new(Session::global().registry, 70_000 + seed);
        let options = DeriveOptions {
            by: case.by.clone(),
            order: (case.by.len() == 1 || case.order > 1).then_some(case.order),
            declarations: if case.inline { String::new() } else { case.declarations() },
            layout: case.layout,
            form: case.form,
            symmetric: case.symmetric,
            near: None,
            stop: beltrami::Stop::default(),
            seed: case.seed,
        };
        let Ok(derived) = Session::global().derive("<random>", &case.text(), &options) else {
            continue;
        };
        for derivation in derived.iter().filter(|d| d.derived.form != Form::Operator) {
            match check(derivation, &table::size, seed) {
                Ok(n) => compared += n,
                Err(fault) => faults.push(format!("seed {seed}: {case}\n    {fault}")),
            }
        }
    }
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
    assert!(compared as u64 > cases, "only {compared} points were compared");
}

#[test]
fn shifts_diagonals_and_what_is_made_of_them_agree_with_the_evaluator() {
    let declarations = "A00: matrix(n,n), A01: matrix(n,n+1), A10: matrix(n+1,n), A11: matrix(n+1,n+1), \
        B00: matrix(n,n), B01: matrix(n,n+1), B10: matrix(n+1,n), B11: matrix(n+1,n+1), s: scalar, \
        u0: vector(n), u1: vector(n+1), v0: vector(n), v1: vector(n+1), x: vector(n+1), y: vector(n)";
    let forms = [
        "(_)*x",
        "x'*(_)'",
        "sum(((_)*x).^3)",
        "sum(exp(s*((_)*x)).*y)",
        "(_).*(y*x')",
        "sum(_)",
        "sum(_, 1)",
        "sum(_, 2)",
        "(_)'*(_)",
        "diag((_)*(_)')",
        "tanh(_)",
        "norm2(_)",
        "[(_)*x; y; s]",
    ];
    let mut compared = 0;
    for seed in 0..CASES {
        let form = forms[seed as usize % forms.len()];
        let text = form.replace('_', &Bands(seed).matrix(0, 1, 3));
        let order = if form.contains("sum((") || form.contains("exp") { 2 } else { 1 };
        let options = DeriveOptions {
            by: vec![if form.contains('x') { "x" } else { "s" }.to_owned()],
            order: Some(order),
            declarations: declarations.to_owned(),
            form: Form::Kron,
            ..DeriveOptions::default()
        };
        // Not all of these have a matrix for a derivative.
        let Ok(mut derived) = Session::global().derive("<band>", &text, &options) else { continue };
        let derivation = derived.remove(0);
        for n in [1, 2, 3, 9, 70] {
            match check(&derivation, &|_| n, seed) {
                Ok(n) => compared += n,
                Err(fault) => panic!("seed {seed}, n = {n}: {text}\n    {fault}"),
            }
        }
    }
    assert!(compared as u64 > 4 * CASES, "only {compared} points were compared");
}

/// Texts of matrices made of identities, zeros, diagonals and dense matrices; the seed says which.
struct Bands(u64);

impl Bands {
    /// A number below `n`, by SplitMix64 (Steele, Lea and Flood 2014).
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    /// A matrix of `n + rows` rows and `n + cols` columns, both of these being 0 or 1.
    fn matrix(&mut self, rows: usize, cols: usize, depth: usize) -> String {
        const SIZES: [&str; 2] = ["n", "n+1"];
        let (r, c) = (SIZES[rows], SIZES[cols]);
        if depth == 0 || self.below(5) == 0 {
            return match (self.below(6), rows, cols) {
                (0, ..) => format!("{}{rows}{cols}", ["A", "B"][self.below(2)]),
                (1, ..) if self.below(3) == 0 => format!("zeros({r},{c})"),
                (1 | 2, 0, 1) => format!("[zeros({r},1), eye({r})]"),
                (3, 0, 1) => format!("[diag(u{rows}), zeros({r},1)]"),
                (4, 0, 1) => format!("[v{rows}, eye({r})]"),
                (_, 0, 1) => format!("[eye({r}), zeros({r},1)]"),
                (1 | 2, 1, 0) => format!("[zeros(1,{c}); eye({c})]"),
                (3, 1, 0) => format!("[diag(v{cols}); zeros(1,{c})]"),
                (4, 1, 0) => format!("[eye({c}); u{cols}']"),
                (_, 1, 0) => format!("[eye({c}); zeros(1,{c})]"),
                (1, 1, 1) => "[eye(n), zeros(n,1); zeros(1,n), 0]".to_owned(),
                (2, 1, 1) => "[zeros(1,n), 0; diag(u0), zeros(n,1)]".to_owned(),
                (3, 1, 1) => "[zeros(1,n), s; eye(n), u0]".to_owned(),
                (3 | 4, ..) => format!("diag({}{rows})", ["u", "v"][self.below(2)]),
                _ => format!("eye({r})"),
            };
        }
        let mut part = |rows, cols| format!("({})", self.matrix(rows, cols, depth - 1));
        let (a, b) = (part(rows, cols), part(rows, cols));
        match self.below(10) {
            0 => format!("({})'", self.matrix(cols, rows, depth - 1)),
            1 => format!("{a} + {b}"),
            2 => format!("{a} - {b}"),
            3 => format!("{a}.*{b}"),
            4 => format!("{}*{a}", ["s", "2", "-1"][self.below(3)]),
            5 => format!("diag(u{rows})*{a}"),
            _ => {
                let inner = self.below(2);
                let (a, b) =
                    (self.matrix(rows, inner, depth - 1), self.matrix(inner, cols, depth - 1));
                format!("({a})*({b})")
            }
        }
    }
}

/// Compares a derivative, with the expression itself, at two points; how many could be.
fn check(derivation: &Derivation, size: &dyn Fn(&str) -> i64, seed: u64) -> Result<usize, String> {
    let roots = [derivation.root, derivation.derived.expr];
    compared::compare_at_points(&derivation.graph, &roots, &derivation.variables, size, seed)
}
