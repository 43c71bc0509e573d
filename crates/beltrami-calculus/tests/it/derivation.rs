//! All passes together, and their lines.

use beltrami_calculus::{
    Bounds, CalculusError, Form, Layout, Request, Symmetric, derive, operator, steps,
};
use beltrami_core::{ExprId, Kernel};
use beltrami_stop::Stop;

use crate::support::{Names, names, rulebook};

fn request(root: ExprId, by: ExprId, layout: Layout, form: Form) -> Request {
    Request {
        root,
        shorten: true,
        by: vec![by],
        layout,
        form,
        symmetric: Symmetric::Frobenius,
        stop: Stop::default(),
    }
}

fn derived(of: &mut Names, request: &Request) -> ExprId {
    let rules = rulebook(Vec::new());
    let found = derive(&mut of.graph, &rules, request, &mut |graph, expr| {
        rules.simplifier.simplify(graph, expr, Bounds::default())
    });
    found.expect("a derivative").expr
}

#[test]
fn gradients_follow_the_layout() {
    let mut of = names();
    let (a, x) = (of.a, of.big);
    let product = of.mul(a, x);
    let root = of.build(Kernel::Trace, &[product]);
    let numerator = request(root, x, Layout::Numerator, Form::Matrix);
    assert_eq!(derived(&mut of, &numerator), a);
    let denominator = request(root, x, Layout::Denominator, Form::Matrix);
    let turned = of.graph.transpose(a).expect("a transpose");
    assert_eq!(derived(&mut of, &denominator), turned);
}

#[test]
fn operators_map_directions_and_their_adjoints_map_back() {
    let mut of = names();
    let (a, b, x) = (of.a, of.b, of.big);
    let left = of.mul(a, x);
    let root = of.mul(left, b);
    let rules = rulebook(Vec::new());
    let found = operator(
        &mut of.graph,
        &rules,
        root,
        &[x],
        Symmetric::Frobenius,
        &Stop::default(),
        &mut |graph, expr| rules.simplifier.simplify(graph, expr, Bounds::default()),
    );
    let found = found.expect("an operator");
    let chain = |graph: &beltrami_core::Graph, id| graph.chain(id);
    let forward = chain(&of.graph, found.forward);
    assert!(forward.len() == 3 && forward[0] == a && forward[2] == b, "{forward:?}");
    let (_, back) = found.adjoint.expect("an adjoint");
    let back = chain(&of.graph, back);
    let turned = of.graph.transpose(a).expect("a transpose");
    assert!(back.len() == 3 && back[0] == turned, "{back:?}");
}

#[test]
fn a_stop_ends_a_derivation() {
    let mut of = names();
    let (a, x) = (of.a, of.big);
    let root = of.mul(a, x);
    let stop = Stop::new();
    stop.stop();
    let asked = Request { stop, ..request(root, x, Layout::Numerator, Form::Kron) };
    let rules = rulebook(Vec::new());
    let found = derive(&mut of.graph, &rules, &asked, &mut |_, expr| expr);
    assert!(matches!(found, Err(CalculusError::Stopped)), "{found:?}");
}

#[test]
fn every_line_names_its_rule_and_the_file_that_has_it() {
    let mut of = names();
    let x = of.x;
    let (a, row) = (of.a, of.graph.transpose(x).expect("a row"));
    let inner = of.mul(a, x);
    let root = of.mul(row, inner);
    let rules = rulebook(Vec::new());
    let found = steps(&mut of.graph, &rules, root, x, Symmetric::Frobenius).expect("lines");
    let rules: Vec<&str> = found.lines.iter().map(|line| line.rule.as_str()).collect();
    assert_eq!(rules[..3], ["given", "definition", "product-rule (mul.rs)"]);
    assert!(rules.contains(&"transpose-rule (transpose.rs)"), "{rules:?}");
    assert_eq!(rules.last(), Some(&"collect (derive.rs)"));
}
