//! No tree and no text brings the elaboration down.

use crate::support;
use beltrami_diag::{SourceId, Span};
use beltrami_elab::{Request, elaborate};
use beltrami_syntax::{
    BinaryOp, Declaration, Expr, ExprKind, Program, Statement, TypeName, UnaryOp,
};
use proptest::prelude::*;

const NAMES: [&str; 14] =
    ["a", "b", "x", "y", "A", "B", "X", "n", "m", "i", "eye", "lambda", "T", "exp"];

fn functions() -> Vec<&'static str> {
    let mut names: Vec<&str> = beltrami_ops::registry().names().collect();
    names.extend(["vector", "matrix", "trace", "nothing"]);
    names
}

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::new(0, 1) }
}

/// Mostly names, so that a good part of the trees has a type.
fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        20 => prop::sample::select(&NAMES[..]).prop_map(|name| expr(ExprKind::Name(name.to_string()))),
        6 => prop::sample::select(&["0", "1", "2", "3", "0.5", "1e400", "9999999999999999999"][..])
            .prop_map(|text| expr(ExprKind::Number(text.to_string(), text.parse().unwrap_or(f64::INFINITY)))),
        1 => prop::sample::select(&["ij,jk->ik", "", "i->ii", "(ij)->ji", "->"][..])
            .prop_map(|text| expr(ExprKind::Text(text.to_string()))),
    ]
}

fn tree() -> impl Strategy<Value = Expr> {
    use BinaryOp::{Add, Div, EDiv, EMul, EPow, Mul, Pow, Sub};
    leaf().prop_recursive(5, 24, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            6 => (prop::sample::select(&[Add, Sub, Mul, Mul, Div, Pow, EMul, EDiv, EPow][..]), inner.clone(), inner.clone())
                .prop_map(|(op, lhs, rhs)| expr(ExprKind::Binary {
                    op,
                    op_span: Span::new(0, 1),
                    lhs: Box::new(lhs),
                    rhs: Box::new(rhs),
                })),
            1 => inner.clone().prop_map(|inner| expr(ExprKind::Unary(UnaryOp::Neg, Box::new(inner)))),
            1 => inner.clone().prop_map(|inner| expr(ExprKind::Paren(Box::new(inner)))),
            2 => inner.clone().prop_map(|inner| expr(ExprKind::Transpose(Box::new(inner)))),
            4 => (prop::sample::select(functions()), list).prop_map(|(name, args)| expr(ExprKind::Call {
                name: name.to_string(),
                name_span: Span::new(0, 1),
                args,
            })),
            1 => (inner.clone(), prop::collection::vec(inner.clone(), 1..4)).prop_map(|(base, indices)| {
                expr(ExprKind::Index { base: Box::new(base), indices })
            }),
            1 => prop::collection::vec(prop::collection::vec(inner, 1..3), 1..3)
                .prop_map(|rows| expr(ExprKind::Block { rows })),
        ]
    })
}

fn statement() -> impl Strategy<Value = Statement> {
    let name = prop::sample::select(&NAMES[..]).prop_map(str::to_string);
    prop_oneof![
        3 => tree().prop_map(Statement::Expression),
        2 => (name.clone(), tree()).prop_map(|(name, value)| Statement::Let { name, name_span: Span::new(0, 1), value }),
        1 => (name, prop::sample::select(&TypeName::ALL[..]), prop::collection::vec(tree(), 0..3)).prop_map(
            |(name, ty, sizes)| Statement::Declare(Declaration {
                names: vec![(name, Span::new(0, 1))],
                ty,
                ty_span: Span::new(0, 1),
                sizes,
                facts: Vec::new(),
                span: Span::new(0, 1),
            })
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_gets_a_type_or_an_error(statements in prop::collection::vec(statement(), 1..4)) {
        let program = Program { statements };
        let request = Request {
            registry: beltrami_ops::registry(),
            program: &program,
            source: SourceId(0),
            declarations: &[],
            declarations_source: SourceId(1),
            by: &[],
        };
        match elaborate(&request) {
            Ok(done) => {
                for id in done.graph.reachable(done.root) {
                    prop_assert!(!done.graph.shape(id).to_string().contains('?'), "{:?}", done.graph);
                }
                prop_assert!(done.assumed.iter().all(|note| !note.contains('?')), "{:?}", done.assumed);
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in errors {
                    prop_assert!(!error.message.contains('?'), "{}", error.message);
                    prop_assert!(!error.message.contains("after all"), "{}: {:?}", error.message, program);
                }
            }
        }
    }
}

#[test]
fn the_deepest_trees_fit_a_small_stack() {
    let run = || {
        for (open, close) in [
            ("exp(", ")"),
            ("(", ")"),
            ("-", ""),
            ("[", "]"),
            ("1 + ", ""),
            ("A*(", ")"),
            ("2^", ""),
        ] {
            let depth = 240;
            let text = format!("{}x{}", open.repeat(depth), close.repeat(depth));
            let _ = support::run(&text, "", &["x"]);
            let _ = support::run(
                &format!("{text} + tr(ones(2,3)) + {text}*ones(1,7)*[{text}; A]"),
                "",
                &[],
            );
        }
        let sum = vec!["x"; 500].join(" + ");
        assert_eq!(support::shape(&sum, "x: vector(n)"), "n");
        let wide = vec!["tr(ones(2,3))"; 400].join(" + ");
        assert_eq!(support::run(&wide, "", &[]).map_or_else(|errors| errors.len(), |_| 0), 400);
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run);
    thread.unwrap().join().unwrap();
}

#[test]
fn doubling_sizes_are_refused_in_time() {
    let mut text = String::from("r0 = [A; B]\n");
    for k in 0..40 {
        text.push_str(&format!("r{} = kron(r{k}, r{k})\n", k + 1));
    }
    assert!(support::shape(&text, "").starts_with("E0207"), "{}", support::shape(&text, ""));
}
