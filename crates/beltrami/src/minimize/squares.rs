//! Sums of squares, recognised in an expression.

use beltrami_core::{ExprId, Graph, Kernel, Node};

/// `offset + Σ weight·‖residual‖²` with weights above zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Squares {
    pub offset: f64,
    /// Each residual, a value of any shape, with its weight.
    pub terms: Vec<(f64, ExprId)>,
}

impl Squares {
    /// The expression as a sum of squares of what depends on an unknown; `known` gives the value of a scalar that does not.
    pub fn recognise(
        graph: &Graph,
        root: ExprId,
        known: &dyn Fn(ExprId) -> Option<f64>,
        entries: &dyn Fn(ExprId) -> Option<f64>,
    ) -> Option<Squares> {
        let mut found = Squares::default();
        let mut pending = vec![(1.0, root)];
        while let Some((weight, id)) = pending.pop() {
            if let Some(value) = known(id) {
                found.offset += weight * value;
                continue;
            }
            if let Some(residual) = square(graph, id) {
                if weight <= 0.0 {
                    return None;
                }
                found.terms.push((weight, residual));
                continue;
            }
            match graph.application(id)? {
                (Kernel::Add, [a, b]) => pending.extend([(weight, *b), (weight, *a)]),
                // Only what is known may be taken away.
                (Kernel::Sub, [a, b]) => pending.extend([(-weight, *b), (weight, *a)]),
                (Kernel::Neg, [a]) => pending.push((-weight, *a)),
                (Kernel::Scale | Kernel::Hadamard | Kernel::MatMul, [a, b]) => {
                    match (known(*a), known(*b)) {
                        (Some(s), _) => pending.push((weight * s, *b)),
                        (_, Some(s)) => pending.push((weight * s, *a)),
                        _ => return None,
                    }
                }
                (Kernel::Divide | Kernel::EDivide, [a, b]) => {
                    pending.push((weight / known(*b)?, *a));
                }
                (Kernel::Sum, [a]) => found.terms.push((positive(weight)?, entrywise(graph, *a)?)),
                (Kernel::Mean, [a]) => {
                    let weight = positive(weight / entries(*a)?)?;
                    found.terms.push((weight, entrywise(graph, *a)?));
                }
                _ => return None,
            }
        }
        (!found.terms.is_empty()).then_some(found)
    }

    /// The sums of squares, one a residual, and their weights.
    pub fn sums(&self, graph: &mut Graph) -> Option<(Vec<ExprId>, Vec<f64>)> {
        let mut roots = Vec::with_capacity(self.terms.len());
        let two = graph.int(2);
        for (_, residual) in &self.terms {
            let squared = graph.build(Kernel::Power, &[*residual, two]).ok()?;
            roots.push(graph.build(Kernel::Sum, &[squared]).ok()?);
        }
        Some((roots, self.terms.iter().map(|(weight, _)| *weight).collect()))
    }
}

fn positive(weight: f64) -> Option<f64> {
    (weight > 0.0).then_some(weight)
}

/// `r`, for a scalar `r²` in one of its spellings.
fn square(graph: &Graph, id: ExprId) -> Option<ExprId> {
    match graph.application(id)? {
        (Kernel::Power | Kernel::MatPower, [a, k]) if graph.shape(id).is_scalar() => {
            let exponent = graph.number_of(*k)?.as_int()?;
            if exponent != 2 {
                return None;
            }
            // `‖r‖²` is smooth where `‖r‖` is not.
            Some(graph.args_of(*a, Kernel::Norm2).map_or(*a, |args| args[0]))
        }
        (Kernel::MatMul, [a, b]) if graph.is_transpose_of(*a, *b) => {
            (graph.shape(*b).cols.is_one()).then_some(*b)
        }
        (Kernel::Scale, [a, b]) if a == b && graph.shape(*a).is_scalar() => {
            Some(graph.args_of(*a, Kernel::Norm2).map_or(*a, |args| args[0]))
        }
        (Kernel::Trace, [a]) => match graph.args_of(*a, Kernel::MatMul)? {
            [p, q] if graph.is_transpose_of(*p, *q) => Some(*q),
            _ => None,
        },
        _ => None,
    }
}

/// `r`, for `r` squared entry by entry.
fn entrywise(graph: &Graph, id: ExprId) -> Option<ExprId> {
    match graph.application(id)? {
        (Kernel::Power, [a, k]) => (graph.number_of(*k)?.as_int()? == 2
            && !matches!(graph.node(*a), Node::Number(_)))
        .then_some(*a),
        (Kernel::Hadamard, [a, b]) => (a == b).then_some(*a),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::session::Session;

    use super::*;

    /// The weights and residuals, as text.
    fn squares(text: &str, over: &str) -> Option<String> {
        let declarations =
            "A: matrix(3,2), y: vector(3), x: vector(2), a: scalar, b: scalar, X: matrix(2,2)";
        let loaded = Session::global()
            .load("<test>", text, declarations, &[over.into()])
            .unwrap_or_else(|failure| panic!("{text}: {:?}", failure.diagnostics()));
        let graph = &loaded.program.graph;
        let unknown = graph.find_symbol(over)?;
        let known = |id: ExprId| {
            (graph.shape(id).is_scalar() && !graph.depends_on(id, unknown))
                .then(|| graph.number_of(id).map_or(3.0, |n| n.to_f64()))
        };
        let found = Squares::recognise(graph, loaded.program.root, &known, &|_| Some(4.0))?;
        let terms: Vec<String> = found
            .terms
            .iter()
            .map(|(w, r)| format!("{w}*({})", beltrami_print::text(graph, *r)))
            .collect();
        Some(format!("{} + {}", found.offset, terms.join(" + ")))
    }

    #[test]
    fn every_spelling_of_a_square_is_seen() {
        let cases = [
            ("norm2(A*x - y)^2", "0 + 1*(A*x - y)"),
            ("(A*x - y)'*(A*x - y)", "0 + 1*(A*x - y)"),
            ("sum((A*x - y).^2)", "0 + 1*(A*x - y)"),
            ("mean((A*x - y).^2)", "0 + 0.25*(A*x - y)"),
            ("norm2(A*x - y)^2/2 + a*norm2(x)^2", "0 + 0.5*(A*x - y) + 3*(x)"),
            ("(x[1] - 1)^2 + 100*(x[2] - x[1]^2)^2 + 7", "7 + 1*(x[1] - 1) + 100*(x[2] - x[1]^2)"),
            ("tr(X'*X)*b - 1", "-1 + 3*(X)"),
        ];
        for (text, expected) in cases {
            let over = if text.contains('X') { "X" } else { "x" };
            assert_eq!(squares(text, over).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_sum_of_squares_is_left_alone() {
        for text in
            ["norm2(A*x - y)", "norm2(x)^2 - x[1]^2", "sum(x)", "x[1]^3", "norm2(x)^2 + x[1]"]
        {
            assert_eq!(squares(text, "x"), None, "{text}");
        }
    }
}
