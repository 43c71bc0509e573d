//! From index notation back to matrices.

use beltrami_calculus::{Calculus, Target};
use beltrami_core::{ExprId, Kernel};

use crate::support::{Names, names, rulebook};

/// The derivative of `root` by `X`, its axes `[F rows, F cols, X rows, X cols]` laid out.
fn raised(of: &mut Names, root: ExprId, rows: &[usize], cols: &[usize]) -> ExprId {
    let x = of.big;
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(root);
    let terms = calculus.differentiate(&[term], x).expect("a derivative");
    let terms = calculus.normalise(terms).expect("terms");
    let [term] = &terms[..] else { panic!("{terms:?}") };
    let target = Target::Matrix { rows: rows.to_vec(), cols: cols.to_vec() };
    let raised = calculus.raise(term, &target).expect("a matrix");
    assert!(raised.coef.is_one() && raised.scalars.is_empty(), "{raised:?}");
    raised.core.expect("a matrix")
}

#[test]
fn a_trace_has_the_gradient_in_both_layouts() {
    let mut of = names();
    let (a, x) = (of.a, of.big);
    let product = of.mul(a, x);
    let root = of.build(Kernel::Trace, &[product]);
    assert_eq!(raised(&mut of, root, &[3], &[2]), a);
    let turned = of.graph.transpose(a).expect("a transpose");
    assert_eq!(raised(&mut of, root, &[2], &[3]), turned);
}

#[test]
fn a_product_has_a_kronecker_form() {
    let mut of = names();
    let (a, b, x) = (of.a, of.b, of.big);
    let left = of.mul(a, x);
    let root = of.mul(left, b);
    let turned = of.graph.transpose(b).expect("a transpose");
    let expected = of.build(Kernel::Kron, &[turned, a]);
    assert_eq!(raised(&mut of, root, &[1, 0], &[3, 2]), expected);
}

#[test]
fn axes_of_their_own_become_an_einsum() {
    let mut of = names();
    let (a, b, x) = (of.a, of.b, of.big);
    let left = of.mul(a, x);
    let root = of.mul(left, b);
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(root);
    let terms = calculus.differentiate(&[term], x).expect("a derivative");
    let raised = calculus.raise(&terms[0], &Target::Tensor(vec![0, 1, 2, 3])).expect("a tensor");
    let core = raised.core.expect("a tensor");
    assert!(matches!(of.graph.application(core), Some((Kernel::Einsum, _))));
}
