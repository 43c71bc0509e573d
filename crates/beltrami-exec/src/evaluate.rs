//! Expressions evaluated at given values of their names.

use std::fmt;
use std::sync::Arc;

use beltrami_core::{Dim, ExprId, Facts, Graph, Node};

use crate::apply::apply;
use crate::error::ExecError;
use crate::noise::Noise;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// Why an expression could not be evaluated.
#[derive(Clone, Debug, PartialEq)]
pub enum EvalError {
    /// A kernel refused its arguments.
    Kernel {
        /// The subexpression.
        at: ExprId,
        /// The reason.
        cause: ExecError,
    },
    /// A name has no value.
    UnboundSymbol {
        /// The subexpression.
        at: ExprId,
        /// The name.
        name: Arc<str>,
    },
    /// A text stands where a value is needed.
    NoValue {
        /// The subexpression.
        at: ExprId,
    },
    /// A size contains a name without a value, or overflows.
    UnboundSize {
        /// The subexpression.
        at: ExprId,
        /// The size.
        size: Dim,
    },
}

impl EvalError {
    /// The subexpression that failed.
    pub fn at(&self) -> ExprId {
        match self {
            EvalError::Kernel { at, .. }
            | EvalError::UnboundSymbol { at, .. }
            | EvalError::NoValue { at }
            | EvalError::UnboundSize { at, .. } => *at,
        }
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EvalError::Kernel { cause, .. } => cause.fmt(f),
            EvalError::UnboundSymbol { name, .. } => write!(f, "`{name}` has no value; give one"),
            EvalError::NoValue { .. } => {
                f.write_str("a text has no value; use it as the subscripts of an einsum")
            }
            EvalError::UnboundSize { size, .. } => {
                write!(f, "the size `{size}` is not known; give values whose sizes determine it")
            }
        }
    }
}

impl std::error::Error for EvalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            EvalError::Kernel { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

/// Values for the names in expressions.
pub struct Evaluator<'a, S> {
    graph: &'a Graph,
    sizes: &'a dyn Fn(&str) -> Option<i64>,
    symbols: &'a dyn Fn(&str) -> Option<Tensor<S>>,
    names: Noise,
    operations: Noise,
}

impl<'a, S: Scalar> Evaluator<'a, S> {
    /// An evaluator of expressions of `graph`; `sizes` gives the names of sizes, `symbols` the declared names.
    pub fn new(
        graph: &'a Graph,
        sizes: &'a dyn Fn(&str) -> Option<i64>,
        symbols: &'a dyn Fn(&str) -> Option<Tensor<S>>,
    ) -> Evaluator<'a, S> {
        Evaluator { graph, sizes, symbols, names: Noise::NONE, operations: Noise::NONE }
    }

    /// The same with rounding errors drawn anew, in the values of names and in the results of operations.
    #[must_use]
    pub fn disturbed(self, names: Noise, operations: Noise) -> Evaluator<'a, S> {
        Evaluator { names, operations, ..self }
    }

    /// The value of one expression.
    ///
    /// # Errors
    /// See [`EvalError`].
    pub fn value(&self, root: ExprId) -> Result<Tensor<S>, EvalError> {
        let mut values = self.values(&[root])?;
        values.pop().ok_or(EvalError::NoValue { at: root })
    }

    /// The values of several expressions; what they share is computed once, and dropped after its last use.
    ///
    /// # Errors
    /// See [`EvalError`].
    pub fn values(&self, roots: &[ExprId]) -> Result<Vec<Tensor<S>>, EvalError> {
        let mut plan: Vec<ExprId> =
            roots.iter().flat_map(|root| self.graph.reachable(*root)).collect();
        plan.sort();
        plan.dedup();
        let places = plan.last().map_or(0, |last| last.index() + 1);
        let mut uses = vec![0_usize; places];
        for id in plan.iter().flat_map(|id| self.graph.args(*id)).chain(roots) {
            uses[id.index()] += 1;
        }
        let mut values: Vec<Option<Tensor<S>>> = vec![None; places];
        for &id in &plan {
            values[id.index()] = self.node(id, &values)?;
            for arg in self.graph.args(id) {
                uses[arg.index()] -= 1;
                if uses[arg.index()] == 0 {
                    values[arg.index()] = None;
                }
            }
        }
        roots
            .iter()
            .map(|root| values[root.index()].clone().ok_or(EvalError::NoValue { at: *root }))
            .collect()
    }

    /// The value of one node, its arguments known; a text has none.
    fn node(
        &self,
        id: ExprId,
        values: &[Option<Tensor<S>>],
    ) -> Result<Option<Tensor<S>>, EvalError> {
        let number = |x: f64| Some(Tensor::scalar(S::from_real(x)));
        Ok(match self.graph.node(id) {
            Node::Number(x) => number(x.to_f64()),
            Node::Size(size) => {
                let n = size
                    .evaluate(self.sizes)
                    .ok_or_else(|| EvalError::UnboundSize { at: id, size: size.clone() })?;
                number(n as f64)
            }
            Node::Text(_) => None,
            Node::Symbol(name) => {
                let value = (self.symbols)(name)
                    .ok_or_else(|| EvalError::UnboundSymbol { at: id, name: name.clone() })?;
                Some(self.names.disturb(id, value, false))
            }
            Node::Apply(op, args) => {
                let spec = args.iter().find_map(|arg| match self.graph.node(*arg) {
                    Node::Text(text) => Some(&**text),
                    _ => None,
                });
                let operands = args.iter().filter_map(|arg| values[arg.index()].as_ref());
                let kernel = self.graph.op(*op).kernel;
                let exact = self.graph.facts(id).has(Facts::CONSTANT);
                let by_norm = kernel.rounds_by_norm();
                let value = if by_norm && !exact && self.operations != Noise::NONE {
                    let nearby: Vec<Tensor<S>> = operands
                        .enumerate()
                        .map(|(place, operand)| self.operations.nearby(id, place, operand))
                        .collect();
                    apply(kernel, spec, &nearby.iter().collect::<Vec<_>>())
                } else {
                    apply(kernel, spec, &operands.collect::<Vec<_>>())
                };
                let value = value.map_err(|cause| EvalError::Kernel { at: id, cause })?;
                Some(if exact { value } else { self.operations.disturb(id, value, by_norm) })
            }
        })
    }
}

/// The value of `root` for given values of sizes and names.
///
/// # Errors
/// See [`EvalError`].
pub fn evaluate<S: Scalar>(
    graph: &Graph,
    root: ExprId,
    sizes: &dyn Fn(&str) -> Option<i64>,
    symbols: &dyn Fn(&str) -> Option<Tensor<S>>,
) -> Result<Tensor<S>, EvalError> {
    Evaluator::new(graph, sizes, symbols).value(root)
}

/// The values of several expressions for given values of sizes and names.
///
/// # Errors
/// See [`EvalError`].
pub fn evaluate_many<S: Scalar>(
    graph: &Graph,
    roots: &[ExprId],
    sizes: &dyn Fn(&str) -> Option<i64>,
    symbols: &dyn Fn(&str) -> Option<Tensor<S>>,
) -> Result<Vec<Tensor<S>>, EvalError> {
    Evaluator::new(graph, sizes, symbols).values(roots)
}
