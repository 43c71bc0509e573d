//! The texts of a registry, each read when it is first looked at: a derivation needs few of them.

use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use crate::op_set::OpSet;
use crate::registry::OpId;
use crate::template::{RuleTemplate, Template};

/// What is made when it is first looked at.
pub type Lazy<T> = LazyLock<T, Box<dyn FnOnce() -> T + Send>>;

/// All texts of a registry.
#[derive(Debug, Default)]
pub struct Theory {
    /// The differential of each operation, by place in the registry.
    pub differentials: Vec<Lazy<Option<Template>>>,
    /// The scalar derivative of each matrix function, by place in the registry.
    pub scalar_derivatives: Vec<Lazy<Option<Template>>>,
    /// All rules in order.
    pub rules: Vec<Arc<LazyRule>>,
    /// All rules towards stable forms in order.
    pub stable: Vec<Arc<LazyRule>>,
}

impl Theory {
    /// The differential of an operation, if it has a text.
    pub fn differential(&self, op: OpId) -> Option<&Template> {
        self.differentials.get(usize::from(op.0)).and_then(|text| text.as_ref())
    }

    /// The scalar derivative of a matrix function.
    pub fn scalar_derivative(&self, op: OpId) -> Option<&Template> {
        self.scalar_derivatives.get(usize::from(op.0)).and_then(|text| text.as_ref())
    }
}

/// A rule that is read when it is first looked at.
#[derive(Debug)]
pub struct LazyRule {
    /// Functions of the left side, without which it matches nothing; see [`crate::Registry::first_of_name`].
    pub needs: OpSet,
    template: Lazy<RuleTemplate>,
}

impl LazyRule {
    /// A rule that `read` reads.
    pub fn new(needs: OpSet, read: impl FnOnce() -> RuleTemplate + Send + 'static) -> LazyRule {
        LazyRule { needs, template: Lazy::new(Box::new(read)) }
    }
}

impl Deref for LazyRule {
    type Target = RuleTemplate;

    fn deref(&self) -> &RuleTemplate {
        &self.template
    }
}
