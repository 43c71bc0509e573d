//! The texts of a registry and what engines make of them; made once.

use beltrami_core::Theory;

use crate::product_rule::ProductRules;
use crate::simplify::Simplifier;
use crate::stable::StableForms;

/// Differentials and rules, ready for use.
pub struct Rulebook {
    /// The texts.
    pub theory: Theory,
    /// Rules applied in index form.
    pub products: ProductRules,
    /// Rules applied on the e-graph.
    pub simplifier: Simplifier,
    /// Rules towards what is evaluated.
    pub stable: StableForms,
}

impl Rulebook {
    /// The rules of a theory, nothing read yet.
    pub fn new(theory: Theory) -> Rulebook {
        Rulebook {
            products: ProductRules::new(&theory),
            simplifier: Simplifier::new(&theory),
            stable: StableForms::new(&theory),
            theory,
        }
    }
}
