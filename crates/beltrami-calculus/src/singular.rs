//! Whether a matrix whose determinant is differentiated may be singular.
//!
//! Polynomials in the entries have derivatives everywhere, and formulas with inverses of invertible matrices alone; those
//! are shorter, and as good where the expression itself does not exist without the inverse.

use beltrami_core::{ExprId, Facts, Graph, Kernel, Map, Number, Spectral};

/// Whether the derivatives of an expression exist at singular matrices too, as far as determinants and adjugates decide.
pub(crate) fn may_be_singular(graph: &Graph, root: ExprId) -> bool {
    let parts = graph.reachable(root);
    let matrices: Vec<ExprId> = parts
        .iter()
        .filter_map(|id| match graph.application(*id)? {
            (Kernel::Det | Kernel::Adj | Kernel::Derivative(Spectral::Adjugate), [of, ..]) => {
                Some(*of)
            }
            _ => None,
        })
        .collect();
    let regular = |of: &ExprId| {
        let facts = graph.facts(*of);
        let inverted = matches!(graph.application(*of), Some((Kernel::Inv | Kernel::Expm, _)));
        inverted || facts.has(Facts::SPD) || facts.has(Facts::ORTHOGONAL)
    };
    let excludes = |id: &ExprId| match graph.application(*id) {
        Some((Kernel::Inv | Kernel::LogDet, [of])) => matrices.contains(of),
        Some((Kernel::MatPower, [of, k])) => {
            matrices.contains(of) && graph.number_of(*k).is_some_and(Number::is_negative)
        }
        Some((Kernel::Divide | Kernel::EDivide, [_, below])) => vanishes(graph, *below),
        Some((Kernel::Power, [base, exponent])) => {
            let exponent = graph.number_of(*exponent).and_then(Number::as_int);
            exponent.is_none_or(|k| k < 0) && vanishes(graph, *base)
        }
        Some((Kernel::Map(Map::Log | Map::Sqrt | Map::Abs), [of])) => vanishes(graph, *of),
        _ => false,
    };
    matrices.iter().any(|of| !regular(of)) && !parts.iter().any(excludes)
}

/// Whether an expression is a multiple of a determinant.
fn vanishes(graph: &Graph, expr: ExprId) -> bool {
    match graph.application(expr) {
        Some((Kernel::Det, _)) => true,
        Some((Kernel::Scale | Kernel::Hadamard | Kernel::MatMul, args)) => {
            args.iter().any(|arg| vanishes(graph, *arg))
        }
        Some((
            Kernel::Neg | Kernel::Power | Kernel::Divide | Kernel::Map(Map::Abs | Map::Sqrt),
            [of, ..],
        )) => vanishes(graph, *of),
        _ => false,
    }
}
