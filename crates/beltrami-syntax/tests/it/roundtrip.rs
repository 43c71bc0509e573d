//! Printing a tree and reading it back gives the tree.

use beltrami_diag::{SourceId, Span};
use beltrami_syntax::{BinaryOp, Expr, ExprKind, UnaryOp, format, parse_expression};
use proptest::prelude::*;

fn at_zero(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::at(0) }
}

fn leaf() -> impl Strategy<Value = Expr> {
    let numbers = ["0", "2", "12", "0.5", ".5", "1e-3", "2.5e10"];
    prop_oneof![
        prop::sample::select(numbers.to_vec())
            .prop_map(|text| ExprKind::Number(text.into(), text.parse().expect("a number"))),
        prop::sample::select(vec!["a", "x", "A", "lambda", "β_2", "in", "e1"])
            .prop_map(|name| ExprKind::Name(name.into())),
        Just(ExprKind::Text("ij,jk->ik".into())),
    ]
    .prop_map(at_zero)
}

fn operator() -> impl Strategy<Value = BinaryOp> {
    use BinaryOp::*;
    prop::sample::select(vec![
        Add, Sub, Mul, Div, Pow, EMul, EDiv, EPow, Greater, AtLeast, Less, AtMost, Equal, Unequal,
    ])
}

fn tree() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(8, 60, 3, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let list = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            4 => (operator(), boxed.clone(), boxed.clone())
                .prop_map(|(op, lhs, rhs)| ExprKind::Binary { op, op_span: Span::at(0), lhs, rhs }),
            2 => (prop::sample::select(vec![UnaryOp::Neg, UnaryOp::Plus]), boxed.clone())
                .prop_map(|(op, inner)| ExprKind::Unary(op, inner)),
            2 => boxed.clone().prop_map(ExprKind::Transpose),
            1 => boxed.clone().prop_map(ExprKind::Paren),
            1 => prop::collection::vec(inner.clone(), 0..3)
                .prop_map(|args| ExprKind::Call { name: "f".into(), name_span: Span::at(0), args }),
            1 => (boxed.clone(), inner.clone(), inner.clone(), any::<bool>()).prop_map(|(base, first, last, all)| {
                let ends = (!all).then(|| Box::new((first, last)));
                ExprKind::Index { base, indices: vec![at_zero(ExprKind::Range(ends))] }
            }),
            1 => (boxed, list.clone()).prop_map(|(base, indices)| ExprKind::Index { base, indices }),
            1 => prop::collection::vec(list, 1..3).prop_map(|rows| ExprKind::Block { rows }),
        ]
        .prop_map(at_zero)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_the_text_of_a_tree_gives_the_tree(tree in tree()) {
        let text = format::expr(&tree);
        let parsed = parse_expression(&text, SourceId(0));
        prop_assert!(parsed.errors.is_empty(), "{}: {:?}", text, parsed.errors);
        prop_assert!(parsed.tree.same_as(&tree), "{}", text);
        prop_assert_eq!(format::expr(&parsed.tree), text);
    }
}
