//! The second phase: sizes are settled, and the graph is built from the terms.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use beltrami_core::{Dim, ExprId, Facts, Graph, ShapeError};
use beltrami_diag::{Diagnostic, Span, codes};
use beltrami_syntax::ExprKind;

use crate::blame;
use crate::constants::open_sizes;
use crate::elaborated::{Elaborated, Index, Variable, sentence};
use crate::infer::{Infer, Outcome};
use crate::sizes::{Settled, is_unknown};
use crate::term::{Form, TermId};
use crate::theory::template;

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
        let declaration = sentence(&variable.name, variable.ty, &shape);
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

/// Solves what is left to solve, reports what cannot be, and names the sizes that stay free.
pub fn settle(infer: &mut Infer<'_>) -> Settled {
    for equation in infer.sizes.finish() {
        let (left, right) =
            (infer.sizes.resolve(&equation.left), infer.sizes.resolve(&equation.right));
        let label =
            infer.label(equation.place, format!("{left} and {right} would have to be equal"));
        infer.report(
            Diagnostic::error(
                &codes::E0209,
                format!("no sizes make {left} and {right} equal for certain"),
            )
            .at(label)
            .hint("declare the variables with their sizes"),
        );
    }
    let mut dims: Vec<Dim> =
        infer.scope.variables.iter().flat_map(|variable| variable.shape.axes()).collect();
    dims.extend(infer.scope.size_values().cloned());
    let held: BTreeSet<_> =
        dims.iter().flat_map(|dim| infer.sizes.resolve(dim).symbols()).collect();
    let mut unsettled = Vec::new();
    for (axes, text, place) in &infer.opened {
        let axes: Vec<Dim> = axes.iter().map(|axis| infer.sizes.resolve(axis)).collect();
        if open_sizes(&axes).any(|name| is_unknown(&name) && !held.contains(&name)) {
            unsettled.push((text.clone(), *place));
        }
    }
    if infer.errors.is_empty() {
        for (text, place) in unsettled {
            let label = infer.label(place, "nothing here settles its size");
            infer.report(
                Diagnostic::error(
                    &codes::E0205,
                    format!("the size of `{text}` cannot be inferred"),
                )
                .at(label)
                .hint("write `ones(n)`, `ones(m,n)` or `eye(n)`"),
            );
        }
    }
    dims.extend(infer.terms.iter().flat_map(|term| term.shape.axes()));
    infer.sizes.names(&dims, &infer.scope.taken())
}

/// Expressions in a graph.
#[derive(Debug, Default)]
pub struct Built {
    /// Which expression a term became.
    pub ids: BTreeMap<TermId, ExprId>,
    /// Where expressions stand first.
    pub spans: BTreeMap<ExprId, Span>,
}

/// Builds the terms that the roots are made of, exactly as written.
pub fn build(
    infer: &Infer<'_>,
    settled: &Settled,
    graph: &mut Graph,
    roots: &[TermId],
) -> Result<Built, Vec<Diagnostic>> {
    let mut needed = vec![false; infer.terms.len()];
    for root in roots {
        needed[root.index()] = true;
    }
    for place in (0..infer.terms.len()).rev() {
        if let (true, Form::Apply(_, args)) = (needed[place], &infer.terms[place].form) {
            for arg in args {
                needed[arg.index()] = true;
            }
        }
    }
    let mut built = Built::default();
    let mut errors = Vec::new();
    for (place, term) in infer.terms.iter().enumerate().filter(|(place, _)| needed[*place]) {
        let id = match &term.form {
            Form::Number(number) => graph.number(*number),
            Form::Size(dim) => graph.size(&settled.dim(dim)),
            Form::Text(text) => graph.text(text),
            Form::Variable(place) => {
                let variable = &infer.scope.variables[*place];
                graph.symbol(&variable.name, settled.shape(&variable.shape), variable.facts)
            }
            Form::Constant(_) => continue,
            Form::Apply(op, inner) => {
                let args: Vec<ExprId> =
                    inner.iter().filter_map(|arg| built.ids.get(arg).copied()).collect();
                if args.len() < inner.len() {
                    // An argument was reported.
                    continue;
                }
                let record = infer.registry.op(*op);
                let applied = if record.definition.is_empty() {
                    graph.apply(*op, &args)
                } else {
                    match template(infer.registry, record, record.definition) {
                        Ok(definition) => definition.instantiate(graph, &args, &[]),
                        // The conformance tests read every definition.
                        Err(_) => Err(ShapeError::Arity("an operation whose definition reads")),
                    }
                };
                match applied {
                    Ok(id) => id,
                    Err(error) => {
                        errors.push(disagreement(infer, &error, term.span));
                        continue;
                    }
                }
            }
        };
        built.ids.insert(TermId(place as u32), id);
        if let Some(span) = term.span {
            built.spans.entry(id).or_insert(span);
        }
    }
    if errors.is_empty() { Ok(built) } else { Err(errors) }
}

/// The errors with every size in a name that may be shown.
pub fn finished(errors: Vec<Diagnostic>, settled: &Settled) -> Vec<Diagnostic> {
    errors
        .into_iter()
        .map(|mut error| {
            error.message = settled.text(&error.message);
            error.hint = error.hint.map(|hint| hint.map_words(&|words| settled.text(words)));
            for label in error.primary.iter_mut().chain(&mut error.secondary) {
                label.text = settled.text(&label.text);
            }
            error
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

/// Sizes that inference took for equal are not: a fault of a shape rule, told as far as it can be.
fn disagreement(infer: &Infer<'_>, error: &ShapeError, span: Option<Span>) -> Diagnostic {
    let report =
        Diagnostic::error(&codes::E0209, format!("the sizes disagree after all ({error:?})"));
    match span {
        Some(span) => report.at(infer.label(span, "")),
        None => report,
    }
}
