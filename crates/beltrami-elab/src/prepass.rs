//! Names that stand where a size or an index is wanted, found before anything else is looked at.

use beltrami_core::{Kernel, Notation, Registry, Spectral};
use beltrami_syntax::{Expr, ExprKind};

/// The last index of an axis, in brackets.
pub const END: &str = "end";

/// What an argument of a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An expression.
    Value,
    /// A size.
    Size,
    /// An index, from 1.
    Index,
}

/// What the argument at a place is for a kernel.
pub fn role(kernel: Kernel, place: usize) -> Role {
    match (kernel, place) {
        (Kernel::Eye | Kernel::Ones | Kernel::Zeros | Kernel::Commutation, _) => Role::Size,
        (Kernel::Unit, 0) => Role::Index,
        (Kernel::Unit, _) => Role::Size,
        (Kernel::Unvec | Kernel::LowRank | Kernel::Root | Kernel::InverseRoot, 1..)
        | (Kernel::Derivative(Spectral::LowRank | Spectral::Root | Spectral::InverseRoot), 1) => {
            Role::Size
        }
        _ => Role::Value,
    }
}

/// What the argument at a place is for a function.
pub fn call_role(registry: &Registry, name: &str, place: usize) -> Role {
    let call = |op: &&beltrami_core::OpId| registry.op(**op).notation == Notation::Call;
    registry
        .named(name)
        .iter()
        .find(call)
        .map_or(Role::Value, |op| role(registry.op(*op).kernel, place))
}

/// All names in the roles of sizes and indices, in the order in which they stand.
pub fn names<'a>(registry: &Registry, root: &'a Expr) -> Vec<(&'a str, Role)> {
    let mut found = Vec::new();
    let mut pending = vec![(root, Role::Value)];
    while let Some((expr, role)) = pending.pop() {
        match &expr.kind {
            // In brackets it is the size of the axis.
            ExprKind::Name(name) if role == Role::Index && name == END => {}
            ExprKind::Name(name) if role != Role::Value => found.push((name.as_str(), role)),
            ExprKind::Call { name, args, .. } => {
                pending.extend(
                    args.iter()
                        .enumerate()
                        .rev()
                        .map(|(place, arg)| (arg, call_role(registry, name, place))),
                );
            }
            ExprKind::Index { base, indices } => {
                pending.extend(indices.iter().rev().map(|index| (index, Role::Index)));
                pending.push((base, Role::Value));
            }
            _ => pending.extend(children(expr).into_iter().rev().map(|child| (child, role))),
        }
    }
    found
}

/// The expressions that an expression is made of, in the order in which they stand.
pub fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Number(..)
        | ExprKind::Text(_)
        | ExprKind::Name(_)
        | ExprKind::Range(None)
        | ExprKind::Error => Vec::new(),
        ExprKind::Range(Some(ends)) => vec![&ends.0, &ends.1],
        ExprKind::Unary(_, inner) | ExprKind::Transpose(inner) | ExprKind::Paren(inner) => {
            vec![inner]
        }
        ExprKind::Binary { lhs, rhs, .. } => vec![lhs, rhs],
        ExprKind::Call { args, .. } => args.iter().collect(),
        ExprKind::Index { base, indices } => std::iter::once(&**base).chain(indices).collect(),
        ExprKind::Block { rows } => rows.iter().flatten().collect(),
    }
}

/// Whether a name belongs to the language, as functions of more than one letter do.
pub fn is_reserved(registry: &Registry, name: &str) -> bool {
    let function =
        registry.named(name).iter().any(|op| registry.op(*op).notation == Notation::Call);
    function && name.chars().count() > 1 || matches!(name, "vector" | "matrix" | "eye")
}
