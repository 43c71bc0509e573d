//! Strong convexity, read off the formula of a Hessian.

use beltrami_core::{ExprId, Facts, Graph, Kernel, Node};

use super::formulas::{Formulas, Names};
use super::unknown::Unknown;
use crate::derivation::Derivation;

/// Multiples of the identity that a Hessian is nowhere below.
pub(super) struct Floor(Formulas);

impl Floor {
    /// The multiples in a Hessian by one unknown; `None` unless it is a sum of these and of parts that are semidefinite by
    /// their form, and exists everywhere.
    ///
    /// Every unknown is free, and value and derivatives exist without conditions, so that there is one convex domain, all of
    /// the space.
    pub fn of(hessian: &Derivation, unknown: &Unknown, names: &Names) -> Option<Floor> {
        let conditions = &hessian.conditions;
        let everywhere = conditions.all().next().is_none()
            && conditions.not_smooth.is_empty()
            && conditions.branches.is_empty();
        let mut graph = hessian.graph.clone();
        if !everywhere || unknown.range.is_some() || graph.facts(unknown.id) != Facts::NONE {
            return None;
        }
        let weights = multiples(&mut graph, hessian.derived.expr, unknown.id, names)?;
        (!weights.is_empty()).then(|| Floor(Formulas::new(graph, weights)))
    }

    /// A number above 0 that no curvature is below.
    pub fn value(&mut self, names: &Names) -> Option<f64> {
        // No multiple depends on where the unknowns are.
        let nowhere = vec![0.0; names.unknowns.len()];
        let sum: f64 = names.run(&mut self.0, &nowhere, None).ok()?.iter().flatten().sum();
        (sum > 0.0 && sum.is_finite()).then_some(sum)
    }
}

/// The scalars at identities in a sum whose other terms are semidefinite; what depends on the unknown counts as 0.
fn multiples(
    graph: &mut Graph,
    root: ExprId,
    unknown: ExprId,
    names: &Names,
) -> Option<Vec<ExprId>> {
    let one = graph.int(1);
    let mut found = Vec::new();
    let mut pending = vec![(one, root)];
    while let Some((weight, id)) = pending.pop() {
        let applied = graph.application(id).map(|(kernel, args)| (kernel, args.to_vec()));
        match applied {
            Some((Kernel::Add, args)) => pending.extend(args.into_iter().map(|arg| (weight, arg))),
            Some((Kernel::Scale, args)) if is_at_least_zero(graph, args[0], names) => {
                pending.push((graph.build(Kernel::Scale, &[weight, args[0]]).ok()?, args[1]));
            }
            Some((Kernel::Divide, args)) if is_at_least_zero(graph, args[1], names) => {
                pending.push((graph.build(Kernel::Divide, &[weight, args[1]]).ok()?, args[0]));
            }
            Some((Kernel::Eye, _)) => found.extend(constant(graph, weight, unknown, names)),
            _ if is_semidefinite(graph, id, names) => {}
            _ => return None,
        }
    }
    Some(found)
}

/// The terms of a weight that do not depend on the unknown, where the others are at least 0.
fn constant(graph: &mut Graph, weight: ExprId, unknown: ExprId, names: &Names) -> Vec<ExprId> {
    if !graph.depends_on(weight, unknown) {
        return vec![weight];
    }
    match graph.application(weight).map(|(kernel, args)| (kernel, args.to_vec())) {
        Some((Kernel::Add, args))
            if args.iter().all(|arg| is_at_least_zero(graph, *arg, names)) =>
        {
            args.into_iter().flat_map(|arg| constant(graph, arg, unknown, names)).collect()
        }
        Some((Kernel::Scale, args))
            if !graph.depends_on(args[0], unknown) && is_at_least_zero(graph, args[0], names) =>
        {
            let parts = constant(graph, args[1], unknown, names);
            parts.iter().filter_map(|p| graph.build(Kernel::Scale, &[args[0], *p]).ok()).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether no entry is below 0, by its form or by the data; `false` claims nothing.
fn is_at_least_zero(graph: &Graph, id: ExprId, names: &Names) -> bool {
    if graph.facts(id).has(Facts::NONNEGATIVE) {
        return true;
    }
    if let Node::Symbol(name) = graph.node(id) {
        let known = names.constant.iter().any(|known| **known == **name);
        let value = names.point.values.get(&**name).filter(|_| known);
        return value.is_some_and(|value| value.data().iter().all(|x| *x >= 0.0));
    }
    match graph.application(id) {
        Some((
            Kernel::Add | Kernel::Scale | Kernel::Hadamard | Kernel::Divide | Kernel::EDivide,
            args,
        )) => args.iter().all(|arg| is_at_least_zero(graph, *arg, names)),
        _ => false,
    }
}

/// Whether a matrix has no negative eigenvalue by its form; `false` claims nothing.
pub(super) fn is_semidefinite(graph: &Graph, id: ExprId, names: &Names) -> bool {
    if graph.facts(id).has(Facts::SPD) {
        return true;
    }
    match graph.application(id) {
        Some((Kernel::Add | Kernel::Kron | Kernel::Hadamard, args)) => {
            args.iter().all(|arg| is_semidefinite(graph, *arg, names))
        }
        Some((Kernel::Scale, [a, of])) => {
            is_at_least_zero(graph, *a, names) && is_semidefinite(graph, *of, names)
        }
        Some((Kernel::Divide, [of, a])) => {
            is_at_least_zero(graph, *a, names) && is_semidefinite(graph, *of, names)
        }
        Some((Kernel::DiagMatrix, [of])) => is_at_least_zero(graph, *of, names),
        // What stands around the middle of a product mirrors.
        Some((Kernel::MatMul, _)) => {
            let factors = graph.chain(id);
            let half = factors.len() / 2;
            let (left, right) = (&factors[..half], &factors[factors.len() - half..]);
            let mirrored = left
                .iter()
                .zip(right.iter().rev())
                .all(|(left, right)| mirrors(graph, *left, *right));
            let middle = (factors.len() % 2 == 1).then(|| factors[half]);
            mirrored && middle.is_none_or(|middle| is_semidefinite(graph, middle, names))
        }
        _ => false,
    }
}

/// Whether one is the transpose of the other; `false` claims nothing.
fn mirrors(graph: &Graph, a: ExprId, b: ExprId) -> bool {
    if graph.is_transpose_of(a, b) {
        return true;
    }
    match (graph.args_of(a, Kernel::Kron), graph.args_of(b, Kernel::Kron)) {
        (Some([a, b]), Some([c, d])) => mirrors(graph, *a, *c) && mirrors(graph, *b, *d),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use beltrami_exec::Tensor;

    use super::Names;
    use crate::derivation::DeriveOptions;
    use crate::minimize::unknown::Unknowns;
    use crate::sample::Point;
    use crate::session::Session;

    fn floor(text: &str, declarations: &str, data: &[(&str, f64)]) -> Option<usize> {
        let options = DeriveOptions {
            by: vec!["x".into()],
            order: Some(2),
            declarations: declarations.into(),
            form: beltrami_calculus::Form::Kron,
            ..DeriveOptions::default()
        };
        let hessian = Session::global().derive("<test>", text, &options).expect(text).remove(0);
        let unknown = super::Unknown {
            name: "x".into(),
            id: hessian.by[0],
            rows: 1,
            cols: 1,
            offset: 0,
            range: hessian.variables.iter().find(|v| v.name == "x").and_then(|v| v.range),
            given: false,
        };
        let value = |(name, x): &(&str, f64)| (name.to_string(), Tensor::scalar(*x));
        let point = Point { values: data.iter().map(value).collect(), ..Point::default() };
        let unknowns = Unknowns { all: vec![unknown.clone()] };
        let names = Names::new(&unknowns, &Rc::new(point));
        super::Floor::of(&hessian, &unknown, &names).map(|floor| floor.0.roots.len())
    }

    #[test]
    fn what_is_strongly_convex_by_its_form_is_recognised() {
        let vector = "A: matrix(m,n), y: vector(m), x: vector(n), c: scalar > 0";
        for (text, declarations, multiples) in [
            ("mean(softplus(-y.*(A*x))) + 0.001*norm2(x)^2", vector, Some(1)),
            ("sum(exp(A*x)) + c*norm2(x)^2", vector, Some(1)),
            ("norm2(A*x - y)^2 + norm2(x)^2/m + c*x'*x", vector, Some(1)),
            ("sum(cosh(x)) + c*norm2(x)^2", vector, Some(1)),
            ("norm2(x)^2 + norm2(x)^4", vector, Some(1)),
            // Convex, and no more; indefinite; of unknown sign.
            ("mean(softplus(-y.*(A*x)))", vector, None),
            ("sum(sin(A*x)) + norm2(x)^2", vector, None),
            ("norm2(A*x)^2 - norm2(x)^2", vector, None),
            ("mean(softplus(A*x)) + d*norm2(x)^2", "A: matrix(m,n), x: vector(n), d: scalar", None),
            // With a kink, and on a domain of several parts.
            ("norm2(x)^2 - sum(abs(x))", "x: vector(n)", None),
            ("x^2 + 1/x^2", "x: scalar", None),
            (
                "norm2(A*X - B)^2 + c*norm2(X)^2",
                "X: matrix(n,k), A: matrix(m,n), c: scalar > 0",
                Some(1),
            ),
        ] {
            let text = text.replace('X', "x");
            let declarations = declarations.replace('X', "x");
            assert_eq!(floor(&text, &declarations, &[]), multiples, "{text}");
        }
    }
    #[test]
    fn data_has_signs_and_a_start_has_none() {
        let declarations = "A: matrix(m,n), x: vector(n), d: scalar, e: scalar";
        let text = "mean(softplus(A*x)) + d*e*norm2(x)^2";
        assert_eq!(floor(text, declarations, &[("d", 0.5), ("e", 2.0)]), Some(1));
        assert_eq!(floor(text, declarations, &[("d", 0.5), ("e", -2.0)]), None);
        // The unknown has a value where it starts, and others elsewhere.
        assert_eq!(floor("x^3 + x^2", "x: scalar", &[("x", 1.0)]), None);
    }
}
