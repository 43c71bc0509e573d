//! Differentials are expanded until entries of the variable are left, whose coefficient is the derivative.

use beltrami_calculus::{Calculus, CalculusError};
use beltrami_core::{Kernel, Map};

use crate::support::{names, rulebook};

#[test]
fn a_linear_function_leaves_its_coefficients() {
    let mut of = names();
    let (a, b, x) = (of.a, of.b, of.big);
    let left = of.mul(a, x);
    let whole = of.mul(left, b);
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(whole);
    let terms = calculus.differentiate(&[term], x).expect("a derivative");
    let terms = calculus.normalise(terms).expect("terms");
    let [term] = &terms[..] else { panic!("{terms:?}") };
    // d(A*X*B)[i,j]/dX[k,l] is A[i,k]*B[l,j].
    let [i, j, k, l] = [0, 1, 2, 3].map(|axis: usize| term.out[axis].clone());
    assert!(term.sums.is_empty() && term.factors.len() == 2, "{term:?}");
    for (atom, legs) in [(a, [i, k]), (b, [l, j])] {
        let factor = term.factors.iter().find(|f| f.atom == atom).expect("a factor");
        assert_eq!(factor.legs[..], legs);
    }
}

#[test]
fn every_factor_that_varies_gives_a_term() {
    let mut of = names();
    let (a, x) = (of.a, of.big);
    let square = of.mul(x, x);
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(square);
    let terms = calculus.differentiate(std::slice::from_ref(&term), x).expect("a derivative");
    assert_eq!(calculus.normalise(terms).expect("terms").len(), 2);
    assert!(calculus.differentiate(&[term], a).expect("a derivative").is_empty());
}

#[test]
fn the_differential_of_the_record_is_used_for_what_is_not_opened() {
    let mut of = names();
    let x = of.x;
    let (sinh, cosh) = (of.map(Map::Sinh, x), of.map(Map::Cosh, x));
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(sinh);
    let terms = calculus.differentiate(&[term], x).expect("a derivative");
    let [term] = &terms[..] else { panic!("{terms:?}") };
    // cosh(x)[i]*δ[i,k].
    assert_eq!(term.factors.iter().map(|f| f.atom).collect::<Vec<_>>(), [cosh]);
    assert_eq!(term.out[0], term.out[2]);
}

#[test]
fn what_has_no_differential_is_refused_by_its_name() {
    let mut of = names();
    let x = of.x;
    let tanh = of.map(Map::Tanh, x);
    let total = of.build(Kernel::Sum, &[tanh]);
    let rules = rulebook(Vec::new());
    let mut calculus = Calculus::new(&mut of.graph, &rules);
    let term = calculus.term_of(total);
    match calculus.differentiate(&[term], x) {
        Err(CalculusError::NotAvailable(at)) => assert_eq!(at, tanh),
        other => panic!("{other:?}"),
    }
}
