//! Like factors merge, inverses cancel, like terms add.

use beltrami_calculus::Calculus;
use beltrami_core::{Kernel, Number};

use crate::support::{names, rulebook};

#[test]
fn like_terms_add_and_opposite_ones_vanish() {
    let mut of = names();
    let x = of.x;
    let row = of.graph.transpose(x).expect("a row");
    let square = of.mul(row, x);
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(square);
    let terms = calculus.differentiate(&[term], x).expect("a derivative");
    let terms = calculus.normalise(terms).expect("terms");
    let [term] = &terms[..] else { panic!("{terms:?}") };
    assert_eq!(term.coef, Number::TWO);
    let mut opposite = term.clone();
    opposite.coef = opposite.coef.neg();
    assert!(calculus.normalise(vec![term.clone(), opposite]).expect("terms").is_empty());
}

#[test]
fn a_matrix_and_its_inverse_cancel() {
    let mut of = names();
    let (a, b, x) = (of.a, of.b, of.x);
    let inverse = of.build(Kernel::Inv, &[a]);
    let inner = of.mul(b, x);
    let inner = of.mul(a, inner);
    let whole = of.mul(inverse, inner);
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(whole);
    let terms = calculus.expand(term).and_then(|terms| calculus.normalise(terms)).expect("terms");
    let [term] = &terms[..] else { panic!("{terms:?}") };
    assert_eq!(term.factors.iter().map(|f| f.atom).collect::<Vec<_>>(), [b, x]);
}

#[test]
fn equal_entries_become_a_power() {
    let mut of = names();
    let x = of.x;
    let square = of.build(Kernel::Hadamard, &[x, x]);
    let cube = of.build(Kernel::Hadamard, &[square, x]);
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(cube);
    let terms = calculus.expand(term).and_then(|terms| calculus.normalise(terms)).expect("terms");
    let [term] = &terms[..] else { panic!("{terms:?}") };
    let powers: Vec<_> = term.factors.iter().map(|f| (f.atom, f.pow)).collect();
    assert_eq!(powers, [(x, Number::int(3))]);
}
