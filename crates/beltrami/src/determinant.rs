//! Determinants of multiples, `det(c*A)`, as what they are in `c`: the power `c^n*det(A)`.
//!
//! The shortest text of the derivative by `c` is `tr(adj(c*A)*A)`, which hides that it is a multiple of a power.

use beltrami_core::{ExprId, Graph, Kernel};

/// The expression with powers in place of determinants of multiples by factors that vary; itself where there are none.
pub(crate) fn of_multiples(graph: &mut Graph, root: ExprId, by: &[ExprId]) -> ExprId {
    let mut powers = Vec::new();
    for id in graph.reachable(root) {
        let Some((Kernel::Det, [of])) = graph.application(id) else { continue };
        let side = graph.shape(*of).rows.clone();
        let Some((Kernel::Scale, [factor, matrix])) = graph.application(*of) else { continue };
        let (factor, matrix) = (*factor, *matrix);
        if graph.shape(matrix).is_scalar() || !by.iter().any(|x| graph.depends_on(factor, *x)) {
            continue;
        }
        let exponent = graph.size(&side);
        let power = graph.power(factor, exponent);
        let rest = graph.build(Kernel::Det, &[matrix]);
        if let (Ok(power), Ok(rest)) = (power, rest)
            && let Ok(product) = graph.scale(power, rest)
        {
            powers.push((id, product));
        }
    }
    graph.replace(root, &powers).unwrap_or(root)
}
