//! Rules towards what is evaluated are applied wherever their left side stands, longer or not.

use std::sync::Arc;

use beltrami_calculus::Rulebook;
use beltrami_core::{Kernel, Map};

use crate::support::{hyperbolic, names, theory};

#[test]
fn a_stable_form_replaces_its_left_side_and_nothing_else() {
    let mut of = names();
    let (a, x, y) = (of.a, of.x, of.y);
    let (cosh, tanh, sinh) = (of.map(Map::Cosh, x), of.map(Map::Tanh, x), of.map(Map::Sinh, x));
    let product = of.build(Kernel::Hadamard, &[cosh, tanh]);
    let (whole, expected) = (of.mul(a, product), of.mul(a, sinh));
    let mut theory = theory();
    theory.stable = vec![Arc::new(hyperbolic())];
    let rules = Rulebook::new(theory);
    assert_eq!(rules.stable.of(&mut of.graph, whole), expected);
    let other = of.map(Map::Tanh, y);
    let kept = of.build(Kernel::Hadamard, &[cosh, other]);
    assert_eq!(rules.stable.of(&mut of.graph, kept), kept);
}
