//! The second phase: sizes are settled, and the graph is built from the terms.

use beltrami_core::{ExprId, Facts, Graph};
use beltrami_diag::{Diagnostic, codes};
use beltrami_syntax::ExprKind;

use crate::blame;
use crate::build::{Built, build, finished, settle};
use crate::elaborated::{Elaborated, Index, Variable};
use crate::infer::{Infer, Outcome};
use crate::sizes::Settled;
use crate::term::TermId;
use crate::types;

/// Settles the sizes and builds the graph; or gives all errors of both phases.
pub fn assemble(mut infer: Infer<'_>, outcome: Outcome) -> Result<Elaborated, Vec<Diagnostic>> {
    let settled = settle(&mut infer);
    let Some(root) = outcome.root.filter(|_| infer.errors.is_empty()) else {
        if infer.errors.is_empty() {
            infer.report(Diagnostic::error(&codes::E0102, "the expression could not be read"));
        }
        return Err(finished(infer.errors, &settled));
    };
    let mut graph = Graph::new(infer.registry);
    let mut variables = Vec::new();
    let mut assumed = Vec::new();
    for variable in &infer.scope.variables {
        let shape = settled.shape(&variable.shape);
        let declaration = types::declaration(&variable.name, variable.ty, &shape);
        let id = graph.symbol(&variable.name, shape, variable.facts);
        if variable.assumed {
            assumed.push(declaration.clone());
        }
        variables.push(Variable {
            name: variable.name.clone(),
            id,
            ty: variable.ty,
            declaration,
            declared: variable.declared.clone(),
            range: variable.range,
        });
    }
    assumed.extend(infer.notes.iter().map(|note| settled.text(note)));
    let mut roots = vec![root];
    roots.extend(outcome.lets.iter().map(|(_, id)| *id));
    let built = build(&infer, &settled, &mut graph, &roots);
    let built = built.map_err(|errors| finished(errors, &settled))?;
    let errors = unstructured(&infer, &settled, &graph, &built);
    if !errors.is_empty() {
        return Err(finished(errors, &settled));
    }
    let mut indices: Vec<Index> = Vec::new();
    for (name, size) in &infer.indices {
        indices.push(Index { name: name.clone(), size: settled.dim(size) });
    }
    let find = |id: TermId| built.ids.get(&id).copied();
    let lets: Vec<(String, ExprId)> =
        outcome.lets.iter().filter_map(|(name, id)| Some((name.clone(), find(*id)?))).collect();
    match find(root) {
        Some(root) => Ok(Elaborated {
            warnings: unused(&graph, root, &lets, &variables),
            graph,
            root,
            lets,
            spans: built.spans,
            assumed,
            variables,
            sizes: infer.scope.declared_sizes().map(str::to_string).collect(),
            indices,
        }),
        None => Err(vec![Diagnostic::error(&codes::E0102, "there is no expression")]),
    }
}

/// Warns of declared names that occur nowhere: one of them may be misspelled.
fn unused(
    graph: &Graph,
    root: ExprId,
    lets: &[(String, ExprId)],
    variables: &[Variable],
) -> Vec<Diagnostic> {
    let roots = || lets.iter().map(|(_, id)| *id).chain([root]);
    let idle = variables.iter().filter(|v| !roots().any(|root| graph.depends_on(root, v.id)));
    idle.filter_map(|variable| {
        let label = variable.declared.clone()?;
        let message = format!("`{}` is declared and does not occur", variable.name);
        Some(Diagnostic::warning(&codes::W0105, message).at(label))
    })
    .collect()
}

/// Reports arguments that are not known to have the structure that their parameter declares.
fn unstructured(
    infer: &Infer<'_>,
    settled: &Settled,
    graph: &Graph,
    built: &Built,
) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    for (op, operands) in &infer.structured {
        let op = infer.registry.op(*op);
        for (name, operand) in op.parameters().into_iter().zip(operands) {
            let needed = op.needs_symmetric(name);
            let Some(id) = built.ids.get(&operand.id).filter(|_| needed) else { continue };
            if graph.facts(*id).has(Facts::SYMMETRIC) || graph.shape(*id).is_scalar() {
                continue;
            }
            let shape = settled.shape(graph.shape(*id));
            let (text, short) = (blame::text(operand.expr), blame::operand_text(operand.expr));
            let part = format!("write `0.5*({text} + {short}')`");
            let hint = match &operand.expr.unparenthesised().kind {
                ExprKind::Name(name) if infer.scope.variable(name).is_some() => {
                    format!("declare `{name}: symmetric({})` or {part}", shape.rows)
                }
                _ => format!("{part} for the symmetric part"),
            };
            let error = Diagnostic::error(
                &codes::E0208,
                format!(
                    "`{}` needs a symmetric matrix, `{text}` is {} without structure",
                    op.name,
                    blame::described(&shape)
                ),
            )
            .at(infer.label(operand.expr.span, "not known to be symmetric"))
            .hint(hint);
            errors.push(infer.with_declarations(error, &[operand.expr]));
        }
    }
    errors
}
