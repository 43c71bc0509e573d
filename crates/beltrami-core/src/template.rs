//! Texts of operation records, read once: expressions with holes for the arguments and their differentials.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::dim::Dim;
use crate::graph::{ExprId, Graph, Node};
use crate::op::Rule;
use crate::registry::OpId;
use crate::shape::{Shape, ShapeError};

/// An expression in parameters, ready to be instantiated.
#[derive(Clone, Debug)]
pub struct Template {
    /// Where the expression lives.
    pub graph: Graph,
    /// The expression.
    pub root: ExprId,
    /// The parameters in order: names, declared in `graph`, with shapes in symbolic sizes.
    pub params: Vec<Arc<str>>,
}

impl Template {
    /// The expression with arguments in place of the parameters, and `differentials` in place of `dA`, `dB`, ….
    ///
    /// A summand whose differential is missing (`None`) is dropped: the caller says with `None` that an argument does
    /// not vary.
    pub fn instantiate(
        &self,
        into: &mut Graph,
        args: &[ExprId],
        differentials: &[Option<ExprId>],
    ) -> Result<ExprId, ShapeError> {
        self.instantiate_sized(into, args, differentials, BTreeMap::new())
    }

    /// As [`Template::instantiate`], with the values of size names that no parameter's shape tells.
    pub fn instantiate_sized(
        &self,
        into: &mut Graph,
        args: &[ExprId],
        differentials: &[Option<ExprId>],
        mut sizes: BTreeMap<Arc<str>, Dim>,
    ) -> Result<ExprId, ShapeError> {
        for (name, arg) in self.params.iter().zip(args) {
            if let Some(param) = self.graph.find_symbol(name) {
                bind(self.graph.shape(param), into.shape(*arg), &mut sizes);
            }
        }
        let value = |name: &str| sizes.get(name).cloned();
        let mut copies: Vec<Option<ExprId>> = vec![None; self.root.index() + 1];
        for id in self.graph.reachable(self.root) {
            let copy = match self.graph.node(id) {
                Node::Number(x) => into.number(*x),
                Node::Size(dim) => into.size(&dim.substitute(&value)),
                Node::Text(text) => into.text(text),
                Node::Symbol(name) => match self.hole(name, args, differentials) {
                    Some(Some(arg)) => arg,
                    Some(None) => into.zeros(&self.graph.shape(id).substitute(&value))?,
                    None => into.symbol(
                        name,
                        self.graph.shape(id).substitute(&value),
                        self.graph.facts(id),
                    ),
                },
                Node::Apply(op, inner) => {
                    let inner: Vec<ExprId> =
                        inner.iter().filter_map(|arg| copies[arg.index()]).collect();
                    into.build_op(*op, &inner)?
                }
            };
            copies[id.index()] = Some(copy);
        }
        copies[self.root.index()].ok_or(ShapeError::Arity("a template with a result"))
    }

    /// Whether the shapes of the arguments are those of the parameters for some values of the size names.
    pub fn fits(&self, graph: &Graph, args: &[ExprId]) -> bool {
        let wanted: Vec<&Shape> = self
            .params
            .iter()
            .filter_map(|name| self.graph.find_symbol(name))
            .map(|id| self.graph.shape(id))
            .collect();
        let mut sizes = BTreeMap::new();
        for (shape, arg) in wanted.iter().zip(args) {
            bind(shape, graph.shape(*arg), &mut sizes);
        }
        let value = |name: &str| sizes.get(name).cloned();
        let mut pairs = wanted.iter().zip(args);
        pairs.all(|(shape, arg)| shape.substitute(&value) == *graph.shape(*arg))
    }

    fn hole(
        &self,
        name: &str,
        args: &[ExprId],
        differentials: &[Option<ExprId>],
    ) -> Option<Option<ExprId>> {
        if let Some(place) = self.params.iter().position(|param| **param == *name) {
            return args.get(place).map(|arg| Some(*arg));
        }
        let varied = name.strip_prefix('d')?;
        let place = self.params.iter().position(|param| **param == *varied)?;
        Some(differentials.get(place).copied().flatten())
    }
}

/// Finds the values of size names that make `pattern` the shape `actual`.
///
/// Only names standing alone are bound; a name bound before is left as it is.
pub fn bind(pattern: &Shape, actual: &Shape, sizes: &mut BTreeMap<Arc<str>, Dim>) {
    for (wanted, found) in pattern.axes().iter().zip(actual.axes()) {
        if let Some(name) = wanted.as_symbol() {
            sizes.entry(Arc::from(name)).or_insert(found);
        }
    }
}

/// A rule read from its text: both sides over the same parameters.
#[derive(Clone, Debug)]
pub struct RuleTemplate {
    /// The text it was read from.
    pub rule: Rule,
    /// The operation it belongs to.
    pub owner: OpId,
    /// Left side; its parameters are all names of the rule in alphabetical order.
    pub lhs: Template,
    /// Right side, in the same parameters.
    pub rhs: Template,
    /// Conditions: the name of a fact and the parameters it is asked of.
    pub conditions: Vec<(String, Vec<Arc<str>>)>,
}
