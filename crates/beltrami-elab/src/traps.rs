//! What is read in one way and often meant in another: warnings, since each of them may be meant.

use beltrami_core::{Graph, Kernel, Shape};
use beltrami_diag::{Diagnostic, Label, codes};
use beltrami_syntax::{Expr, ExprKind, Statement, TypeName};

use crate::elaborated::{Elaborated, Request};
use crate::prepass::{END, children};

/// Names that are something else in mathematics or in other systems, and how that is written here.
const ELSEWHERE: [(&str, &str); 3] = [
    ("I", "the identity is `eye(n)`, or `eye` where the context gives the size"),
    ("e", "Euler's number is `exp(1)`"),
    ("end", "the last of `n` entries is `x[n]`"),
];

/// The warnings for a program, in the order of their places.
pub fn traps(request: &Request<'_>, found: &Elaborated) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    let values = request.program.statements.iter().filter_map(Statement::value);
    for value in values {
        let mut pending = vec![(value, false)];
        while let Some((expr, index)) = pending.pop() {
            let inside = |child: &Expr| match &expr.kind {
                ExprKind::Index { base, .. } => !std::ptr::eq(&**base, child),
                _ => index,
            };
            pending.extend(children(expr).into_iter().rev().map(|child| (child, inside(child))));
            let trap = match &expr.kind {
                ExprKind::Transpose(inner) => transposed_scalar(found, inner),
                ExprKind::Name(name) if index && name == END => None,
                ExprKind::Name(name) if !told.contains(&name.as_str()) => {
                    let trap = name_of_another(request, found, name);
                    told.extend(trap.as_ref().map(|_| name.as_str()));
                    trap
                }
                ExprKind::Call { name, args, .. } => over_all_entries(found, name, args),
                _ => None,
            };
            if let Some([message, label, hint]) = trap {
                let label = Label::new(request.source, expr.span, label);
                warnings.push(Diagnostic::warning(&codes::W0108, message).at(label).hint(hint));
            }
        }
    }
    warnings.extend(unused_bindings(request, found));
    warnings
}

/// Message, label and hint.
type Trap = [String; 3];

fn transposed_scalar(found: &Elaborated, inner: &Expr) -> Option<Trap> {
    match &plain(inner).kind {
        ExprKind::Number(..) => Some([
            "the transpose of a number is the number".into(),
            "no row of ones".into(),
            "a row of ones is `ones(1,n)`, a column `ones(n)`".into(),
        ]),
        ExprKind::Name(name) => {
            let assumed = |v: &&crate::elaborated::Variable| {
                v.name == *name && v.declared.is_none() && v.ty == TypeName::Scalar
            };
            found.variables.iter().find(assumed)?;
            Some([
                format!("`{name}` is taken for a scalar, so that `{name}'` is `{name}`"),
                "has no effect".into(),
                format!("if it is a vector, declare `{name}: vector(n)`"),
            ])
        }
        _ => None,
    }
}

fn name_of_another(request: &Request<'_>, found: &Elaborated, name: &str) -> Option<Trap> {
    let (_, hint) = ELSEWHERE.iter().find(|(known, _)| *known == name)?;
    let bound =
        request.program.statements.iter().any(
            |statement| matches!(statement, Statement::Let { name: bound, .. } if bound == name),
        );
    let variable = found.variables.iter().find(|v| v.name == name);
    if bound
        || variable.is_some_and(|v| v.declared.is_some())
        || found.sizes.iter().any(|s| s == name)
    {
        return None;
    }
    let taken = match variable {
        Some(variable) => format!("`{name}` is a name as any other, `{}`", variable.declaration),
        None => format!("`{name}` is a name as any other, an index or a size"),
    };
    Some([taken, "taken for a name".into(), (*hint).into()])
}

/// Functions of all entries of a matrix that other systems take along an axis.
fn over_all_entries(found: &Elaborated, name: &str, args: &[Expr]) -> Option<Trap> {
    let [argument] = args else { return None };
    let kernels = [Kernel::Softmax, Kernel::LogSumExp];
    let graph: &Graph = &found.graph;
    let thin = |shape: &Shape| shape.is_vector() || shape.is_row() || shape.is_scalar();
    let (id, _) = found.spans.iter().find(|(id, _)| {
        let applied = graph.application(**id);
        applied.is_some_and(|(kernel, args)| {
            kernels.contains(&kernel)
                && found.spans.get(&args[0]) == Some(&plain(argument).span)
                && !thin(graph.shape(args[0]))
        })
    })?;
    let (_, inner) = graph.application(*id)?;
    let shape = graph.shape(inner[0]);
    Some([
        format!("`{name}` of a matrix is over all its entries"),
        format!("all entries of a {shape} matrix"),
        format!(
            "row by row it is `{name}({0}, 2)`, column by column `{name}({0}, 1)`",
            crate::blame::text(argument)
        ),
    ])
}

/// A program has one result, its last statement; bindings that it does not need may be meant as others.
fn unused_bindings(request: &Request<'_>, found: &Elaborated) -> Vec<Diagnostic> {
    let needed = found.graph.reachable(found.root);
    let bindings = request.program.statements.iter().filter_map(|statement| match statement {
        Statement::Let { name, name_span, .. } => Some((name, *name_span)),
        _ => None,
    });
    let idle = bindings.filter(|(name, _)| {
        let value = found.lets.iter().find(|(own, _)| own == *name);
        value.is_some_and(|(_, id)| !needed.contains(id))
    });
    idle.map(|(name, span)| {
        let message = format!("`{name}` is not part of the result, which is the last statement");
        Diagnostic::warning(&codes::W0108, message)
            .at(Label::new(request.source, span, "not needed"))
            .hint("a program has one result; another one needs a file of its own")
    })
    .collect()
}

fn plain(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => plain(inner),
        _ => expr,
    }
}
