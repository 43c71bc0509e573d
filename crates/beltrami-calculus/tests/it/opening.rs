//! Operations with an index form are opened, all others stay entries of themselves.

use beltrami_calculus::Calculus;
use beltrami_core::Kernel;

use crate::support::{names, rulebook};

#[test]
fn a_product_is_opened_to_a_sum_over_the_inner_index() {
    let mut of = names();
    let (a, b) = (of.a, of.b);
    let product = of.mul(a, b);
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(product);
    let opened = calculus.expand(term).expect("an index form");
    let [term] = &opened[..] else { panic!("{opened:?}") };
    assert_eq!(term.factors.iter().map(|f| f.atom).collect::<Vec<_>>(), [a, b]);
    let [inner] = term.sums[..] else { panic!("{term:?}") };
    assert_eq!(term.factors[0].legs[1][..], [inner]);
    assert_eq!(term.factors[1].legs[0][..], [inner]);
    assert_eq!(term.factors[0].legs[0], term.out[0]);
    assert_eq!(term.factors[1].legs[1], term.out[1]);
}

#[test]
fn a_transpose_exchanges_legs() {
    let mut of = names();
    let a = of.a;
    let turned = of.graph.transpose(a).expect("a transpose");
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(turned);
    let opened = calculus.expand(term).expect("an index form");
    let [term] = &opened[..] else { panic!("{opened:?}") };
    assert_eq!(term.factors[0].atom, a);
    assert_eq!([&term.factors[0].legs[0], &term.factors[0].legs[1]], [&term.out[1], &term.out[0]]);
}

#[test]
fn functions_without_an_index_form_stay_entries_of_themselves() {
    let mut of = names();
    let a = of.a;
    let inverse = of.build(Kernel::Inv, &[a]);
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(inverse);
    assert_eq!(calculus.expand(term.clone()).expect("a term"), [term]);
}

#[test]
fn sums_are_multiplied_out_on_demand_alone() {
    let mut of = names();
    let (a, b, x) = (of.a, of.b, of.x);
    let sum = of.build(Kernel::Add, &[a, b]);
    let product = of.mul(sum, x);
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    for (multiplied, terms) in [(false, 1), (true, 2)] {
        calculus.expand_sums = multiplied;
        let term = calculus.term_of(product);
        assert_eq!(calculus.expand(term).expect("terms").len(), terms);
    }
}
