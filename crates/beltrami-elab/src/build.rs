//! From terms to expressions; what an operation abbreviates is read and built in the same way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use beltrami_core::{Dim, ExprId, Graph, Op, Registry, ShapeError, Template};
use beltrami_diag::{Diagnostic, SourceId, Span, codes};
use beltrami_syntax::{Declaration, Expr, TypeName, parse_declarations, parse_expression};

use crate::constants::open_sizes;
use crate::infer::Infer;
use crate::scope::Scope;
use crate::sizes::Settled;
use crate::solve::is_unknown;
use crate::term::{Form, Operand, TermId};

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

/// Reads an expression in the parameters of an operation and their differentials.
pub fn template(registry: &'static Registry, op: &Op, text: &str) -> Result<Template, Vec<String>> {
    let parameters = parse_declarations(op.params, SourceId(0));
    let body = parse_expression(text, SourceId(0));
    let errors = [parameters.errors, body.errors].concat();
    if !errors.is_empty() {
        return Err(messages(&errors));
    }
    let mut infer = Infer::new(registry, SourceId(0));
    let mut scope = Scope::default();
    let steps: Vec<Declaration> = parameters.tree.iter().map(step).collect();
    for declaration in parameters.tree.iter().chain(&steps) {
        scope.add_declaration(&mut infer, declaration, SourceId(0));
    }
    let declared = scope.variables.len();
    scope.add_size_names(&mut infer, &body.tree);
    infer.enter(scope);
    let root = closed(&mut infer, &body.tree);
    let settled = settle(&mut infer);
    let mut errors = messages(&finished(std::mem::take(&mut infer.errors), &settled));
    errors.extend(infer.scope.variables.iter().skip(declared).map(|variable| {
        format!("`{}` is neither a parameter nor the differential of one", variable.name)
    }));
    let Some(root) = root.filter(|_| errors.is_empty()) else { return Err(errors) };
    let params = op.parameters().into_iter().map(Arc::from).collect();
    let mut graph = Graph::new(registry);
    for variable in &infer.scope.variables {
        graph.symbol(&variable.name, settled.shape(&variable.shape), variable.facts);
    }
    let built = build(&infer, &settled, &mut graph, &[root]).map_err(|errors| messages(&errors))?;
    match built.ids.get(&root) {
        Some(root) => Ok(Template { graph, root: *root, params }),
        None => Err(vec!["the text has no value".to_string()]),
    }
}

/// The declaration of the differentials of parameters: of the same shape, without structure.
fn step(declaration: &Declaration) -> Declaration {
    let mut step = declaration.clone();
    for (name, _) in &mut step.names {
        name.insert(0, 'd');
    }
    step.facts.clear();
    if !matches!(step.ty, TypeName::Scalar | TypeName::Vector | TypeName::Row | TypeName::Matrix) {
        step.ty = TypeName::Matrix;
        step.sizes.extend(declaration.sizes.iter().cloned());
    }
    step
}

/// The term of an expression, with a shape where it is a constant of open shape.
pub fn closed<'a>(infer: &mut Infer<'a>, expr: &'a Expr) -> Option<TermId> {
    let id = infer.expression(expr)?;
    Some(infer.value(Operand { id, expr }))
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

/// Sizes that inference took for equal are not: a fault of a shape rule, told as far as it can be.
fn disagreement(infer: &Infer<'_>, error: &ShapeError, span: Option<Span>) -> Diagnostic {
    let report =
        Diagnostic::error(&codes::E0209, format!("the sizes disagree after all ({error:?})"));
    match span {
        Some(span) => report.at(infer.label(span, "")),
        None => report,
    }
}

/// Errors as texts of records show them.
pub fn messages(errors: &[Diagnostic]) -> Vec<String> {
    errors.iter().map(|error| format!("{}: {}", error.code.id, error.message)).collect()
}
