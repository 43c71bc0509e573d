//! Differentiation by all entries of a structured variable: the structure must not be used before the last derivative.

use beltrami_core::{ExprId, Facts, Graph, Node};

use crate::error::{CalculusError, Result};
use crate::request::Symmetric;

/// The question with names of no structure in place of the variables.
pub(crate) struct Ambient {
    pub(crate) root: ExprId,
    pub(crate) by: Vec<ExprId>,
    /// Whether the expression may be simplified before it is differentiated.
    pub(crate) may_shorten: bool,
    /// Each name of no structure and the variable it stands for.
    stand_ins: Vec<(ExprId, ExprId)>,
}

impl Ambient {
    /// Puts in the names.
    ///
    /// Entries of ±1 leave no room to differentiate in; their fact goes under every convention.
    pub(crate) fn enter(
        graph: &mut Graph,
        root: ExprId,
        by: &[ExprId],
        symmetric: Symmetric,
    ) -> Result<Ambient> {
        let kept = match symmetric {
            Symmetric::Ambient => Facts::POSITIVE | Facts::NONNEGATIVE,
            _ => Facts::ALL.without(Facts::SIGNS),
        };
        let mut exchanged: Vec<(ExprId, ExprId)> = Vec::new();
        for variable in by {
            let (facts, shape) = (graph.facts(*variable), graph.shape(*variable).clone());
            let Node::Symbol(name) = graph.node(*variable) else { continue };
            if facts & kept == facts || exchanged.iter().any(|(seen, _)| seen == variable) {
                continue;
            }
            // No name of the language contains a space.
            let name = format!("{name} by entries");
            exchanged.push((*variable, graph.symbol(&name, shape, facts & kept)));
        }
        let plain = graph.replace(root, &exchanged)?;
        if let Some(id) = asymmetric(graph, plain) {
            // What holds for symmetric matrices holds for its first derivative there, and no further.
            return match by {
                [_] => Ok(Ambient {
                    root,
                    by: by.to_vec(),
                    may_shorten: exchanged.is_empty(),
                    stand_ins: Vec::new(),
                }),
                _ => {
                    let back: Vec<_> =
                        exchanged.iter().map(|(seen, plain)| (*plain, *seen)).collect();
                    Err(CalculusError::Symmetric(graph.replace(id, &back)?))
                }
            };
        }
        let stand_in = |variable: &ExprId| {
            let found = exchanged.iter().find(|(seen, _)| seen == variable);
            found.map_or(*variable, |(_, plain)| *plain)
        };
        Ok(Ambient {
            root: plain,
            by: by.iter().map(stand_in).collect(),
            may_shorten: true,
            stand_ins: exchanged.iter().map(|(variable, plain)| (*plain, *variable)).collect(),
        })
    }

    /// Takes the names out of a result.
    pub(crate) fn leave(&self, graph: &mut Graph, result: ExprId) -> Result<ExprId> {
        Ok(graph.replace(result, &self.stand_ins)?)
    }
}

/// An application to an argument that is not known to be symmetric though it has to be.
fn asymmetric(graph: &Graph, root: ExprId) -> Option<ExprId> {
    graph.reachable(root).into_iter().find(|id| {
        let Node::Apply(op, args) = graph.node(*id) else { return false };
        let op = graph.op(*op);
        op.parameters().into_iter().zip(args).any(|(name, arg)| {
            op.needs_symmetric(name)
                && !graph.shape(*arg).is_scalar()
                && !graph.facts(*arg).has(Facts::SYMMETRIC)
        })
    })
}
