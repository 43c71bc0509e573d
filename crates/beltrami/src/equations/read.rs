//! From text to expressions of known sizes.

use std::collections::BTreeSet;

use beltrami_core::ExprId;
use beltrami_diag::{Diagnostic, Error, Label, SourceId, Sources, Span, codes};
use beltrami_elab::{Request, Variable, elaborate};
use beltrami_syntax::{
    BinaryOp, Declaration, Expr, ExprKind, Program, Statement, parse_declarations, parse_equations,
};

use super::rates::{components, misread, plain};
use super::{Read, Sought, SystemOptions};
use crate::data::{Array, Given, bind};
use crate::session::{Loaded, Session};

impl Session {
    pub(super) fn read_equations(
        &self,
        name: &str,
        text: &str,
        options: &SystemOptions,
    ) -> Result<Read, Error> {
        let mut sources = Sources::new();
        let source = sources.add(name, text);
        let written = if options.rates { plain(text) } else { text.to_owned() };
        let parsed = parse_equations(&written, source);
        if !parsed.errors.is_empty() {
            return Err(Error::refused(parsed.errors, &sources));
        }
        if let Some(error) = misnamed(&options.unknowns) {
            return Err(Error::refused(error, &sources));
        }
        let mut options = options.clone();
        let mut tree = parsed.tree;
        let given = (&written[..], source);
        let mut named = false;
        if options.rates {
            let found = components(tree, given, &options)
                .map_err(|error| Error::refused(error, &sources))?;
            (tree, options.unknowns, named) = (found.tree, found.unknowns, found.named);
        }
        if options.unknowns.is_empty() {
            options.unknowns = open_names(&tree, &options);
        }
        let options = &options;
        if !options.rates {
            let is_scalar = |name: &str| {
                let declared = declared(&tree, &options.declarations).contains(name);
                options.unknowns.iter().any(|unknown| unknown == name) && !declared
            };
            if let Some(error) = misread(&tree, given, &is_scalar) {
                return Err(Error::refused(error, &sources));
            }
        }
        let (program, places) = separated(tree, &options.unknowns);
        let declarations = declarations(&program, options);
        let declared = sources.add("<--let, --vars>", &declarations);
        let declared_tree = parse_declarations(&declarations, declared);
        if !declared_tree.errors.is_empty() {
            return Err(Error::refused(declared_tree.errors, &sources));
        }
        let request = Request {
            registry: self.registry,
            program: &program,
            source,
            declarations: &declared_tree.tree,
            declarations_source: declared,
            by: &options.unknowns,
        };
        let mut read = elaborate(&request).map_err(|errors| Error::refused(errors, &sources))?;
        let last = places.len().saturating_sub(1);
        let mut equations: Vec<(ExprId, Span)> = Vec::new();
        for (k, span) in places.into_iter().enumerate() {
            let name = equation_name(k);
            let bound = read.lets.iter().find(|(bound, _)| *bound == name);
            if let Some(id) = bound.map(|(_, id)| *id).or((k == last).then_some(read.root)) {
                equations.push((id, span));
                continue;
            }
            // A constant that could have any shape is a number only where it ends the program.
            let mut ending = program.clone();
            ending
                .statements
                .push(Statement::Expression(Expr { kind: ExprKind::Name(name), span }));
            let constant = elaborate(&Request { program: &ending, ..request })
                .map_err(|errors| Error::refused(errors, &sources))?;
            let id = read.graph.import(&constant.graph, constant.root);
            equations
                .push((id.map_err(|_| Error::refused(shapeless(source, span), &sources))?, span));
        }
        let program = read;
        let loaded = Loaded { program, sources, source };
        let read = measured(loaded, equations, options)?;
        if named {
            read.fitting()?;
        }
        Ok(read)
    }
}

/// What equations are bound to; no name of the language has a blank.
fn equation_name(k: usize) -> String {
    format!("equation {}", k + 1)
}

fn misnamed(unknowns: &[String]) -> Option<Diagnostic> {
    let is_name = |text: &str| {
        text.chars().next().is_some_and(char::is_alphabetic)
            && text.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    if let Some(bad) = unknowns.iter().find(|name| !is_name(name)) {
        return Some(
            Diagnostic::error(&codes::E0701, format!("`{bad}` in `--vars` is no name"))
                .hint("names are separated by commas: `--vars x,y`"),
        );
    }
    let twice = unknowns.iter().enumerate().find(|(k, name)| unknowns[..*k].contains(name))?.1;
    Some(
        Diagnostic::error(&codes::E0701, format!("`{twice}` is named twice in `--vars`"))
            .hint("name every unknown once"),
    )
}

/// The names without a value, in the order in which they occur.
fn open_names(program: &Program, options: &SystemOptions) -> Vec<String> {
    let bound: Vec<&String> = program
        .statements
        .iter()
        .filter_map(|statement| match statement {
            Statement::Let { name, .. } => Some(name),
            _ => None,
        })
        .collect();
    let mut found: Vec<String> = Vec::new();
    let mut pending: Vec<&Expr> = program.statements.iter().filter_map(Statement::value).collect();
    pending.reverse();
    while let Some(expr) = pending.pop() {
        let parts: Vec<&Expr> = match &expr.kind {
            ExprKind::Name(name) => {
                let given = options.data.iter().any(|one| one.name == *name);
                if !given && !bound.contains(&name) && !found.contains(name) {
                    found.push(name.clone());
                }
                Vec::new()
            }
            ExprKind::Unary(_, inner) | ExprKind::Transpose(inner) | ExprKind::Paren(inner) => {
                vec![inner]
            }
            ExprKind::Binary { lhs, rhs, .. } => vec![lhs, rhs],
            ExprKind::Call { args, .. } => args.iter().collect(),
            ExprKind::Index { base, indices } => std::iter::once(&**base).chain(indices).collect(),
            ExprKind::Block { rows } => rows.iter().flatten().collect(),
            ExprKind::Range(ends) => ends.iter().flat_map(|ends| [&ends.0, &ends.1]).collect(),
            ExprKind::Number(..) | ExprKind::Text(_) | ExprKind::Error => Vec::new(),
        };
        pending.extend(parts.into_iter().rev());
    }
    found
}

/// The program in which each equation is a binding, and where the equations stand; without any equation, the last binding
/// is the one.
fn separated(tree: Program, unknowns: &[String]) -> (Program, Vec<Span>) {
    let mut places = Vec::new();
    let mut statements = Vec::new();
    let result = tree.result().map(|expr| expr.span);
    let bare = |statement: &Statement| match statement {
        Statement::Expression(_) => true,
        Statement::Let { name, .. } => unknowns.contains(name),
        Statement::Declare(_) => false,
    };
    let any = tree.statements.iter().any(bare);
    for statement in tree.statements {
        let value = match statement {
            Statement::Declare(_) => {
                statements.push(statement);
                continue;
            }
            Statement::Let { name, name_span, value } if unknowns.contains(&name) => Expr {
                span: Span::new(name_span.start, value.span.end),
                kind: ExprKind::Binary {
                    op: BinaryOp::Sub,
                    op_span: name_span,
                    lhs: Box::new(Expr { kind: ExprKind::Name(name), span: name_span }),
                    rhs: Box::new(value),
                },
            },
            Statement::Let { ref value, .. } if any || Some(value.span) != result => {
                statements.push(statement);
                continue;
            }
            Statement::Let { name, name_span, value } => {
                let span = value.span;
                statements.push(Statement::Let { name: name.clone(), name_span, value });
                Expr { kind: ExprKind::Name(name), span }
            }
            Statement::Expression(value) => value,
        };
        let value = without_zero(value);
        let name = equation_name(places.len());
        places.push(value.span);
        statements.push(Statement::Let { name, name_span: value.span, value });
    }
    (Program { statements }, places)
}

/// The left side of `a = 0`, which may be of any shape.
fn without_zero(value: Expr) -> Expr {
    match value.kind {
        ExprKind::Binary { op: BinaryOp::Sub, lhs, rhs, .. } if matches!(rhs.kind, ExprKind::Number(_, x) if x == 0.0) => {
            *lhs
        }
        kind => Expr { kind, span: value.span },
    }
}

/// The declarations of the user, and for unknowns and given numbers without one that they are scalars.
fn declarations(program: &Program, options: &SystemOptions) -> String {
    let mut text = options.declarations.clone();
    let declared = declared(program, &text);
    let numbers = options.data.iter().filter(|one| one.named && one.array.shape().is_empty());
    let scalars = options.unknowns.iter().chain(numbers.map(|one| &one.name));
    let mut open: Vec<&str> = Vec::new();
    for name in scalars {
        if !declared.contains(name) && !open.contains(&name.as_str()) {
            open.push(name);
        }
    }
    if !open.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}: scalar", open.join(", ")));
    }
    text
}

/// The names that a text or the options declare.
fn declared(program: &Program, outside: &str) -> BTreeSet<String> {
    let inside = program.statements.iter().filter_map(|statement| match statement {
        Statement::Declare(declaration) => Some(declaration.clone()),
        _ => None,
    });
    let mut sources = Sources::new();
    let outside = parse_declarations(outside, sources.add("", outside)).tree;
    let names = |declaration: &Declaration| {
        declaration.names.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    inside.collect::<Vec<_>>().iter().chain(&outside).flat_map(names).collect()
}

fn shapeless(source: SourceId, span: Span) -> Diagnostic {
    Diagnostic::error(&codes::E0204, "a constant of no shape stands where a number should")
        .at(Label::new(source, span, "this one"))
        .hint("write the number")
}

/// Sizes and data are settled, and unknowns and equations compared.
fn measured(
    mut loaded: Loaded,
    equations: Vec<(ExprId, Span)>,
    options: &SystemOptions,
) -> Result<Read, Error> {
    let refused =
        |diagnostic: Diagnostic, loaded: &Loaded| Error::refused(diagnostic, &loaded.sources);
    let given = |name: &str| options.data.iter().any(|one| one.name == name);
    let all = loaded.program.variables.clone();
    let find = |name: &String| all.iter().find(|v| v.name == *name).cloned();
    let sought: Vec<_> = options.unknowns.iter().filter_map(find).collect();
    if let Some(known) = sought.iter().find(|v| given(&v.name)) {
        let message = format!("`{}` is an unknown and has data", known.name);
        let hint = "drop it from `--vars`, or give a start with `--start`";
        return Err(refused(Diagnostic::error(&codes::E0702, message).hint(hint), &loaded));
    }
    // What is sought has no value to bind; a single vector among it gets its length from the start or the box.
    let graph = loaded.program.graph.clone();
    let arrays: Vec<_> = sought.iter().filter(|v| !graph.shape(v.id).is_scalar()).collect();
    let scalars = sought.len() - arrays.len();
    let mut data = options.data.clone();
    let length = options.entries.and_then(|n| n.checked_sub(scalars));
    loaded.program.variables.retain(|v| !sought.iter().any(|s| s.name == v.name));
    if let ([array], Some(length)) = (&arrays[..], length) {
        let shape = graph.shape(array.id);
        if (shape.is_vector() || shape.is_row()) && length > 0 {
            loaded.program.variables.push((*array).clone());
            data.push(placeholder(array, length));
        }
    }
    let point = bind(&loaded, &data)?;
    loaded.program.variables = all;
    let size = |name: &str| point.sizes.get(name).copied();
    let mut unknowns = Vec::new();
    for variable in &sought {
        let shape = graph.shape(variable.id);
        let dims = [&shape.rows, &shape.cols].map(|d| d.evaluate(&size));
        let [Some(rows), Some(cols)] = dims else {
            let message = format!("the size of `{}` is not known", variable.name);
            let hint = "give a start with as many entries, or the size with `--data n=3`";
            return Err(refused(Diagnostic::error(&codes::E0601, message).hint(hint), &loaded));
        };
        if rows > 1 && cols > 1 && !options.matrices {
            let message =
                format!("`{}` is a matrix; unknowns are scalars and vectors", variable.name);
            let hint = format!(
                "write it as `unvec({0}, m, n)` of a vector `{0}`",
                variable.name.to_lowercase()
            );
            return Err(refused(Diagnostic::error(&codes::E0204, message).hint(hint), &loaded));
        }
        let (rows, cols) = (rows as usize, cols as usize);
        unknowns.push(Sought { name: variable.name.clone(), id: variable.id, rows, cols });
    }
    let place = |span: Span, text: &str| Label::new(loaded.source, span, text);
    for (id, span) in &equations {
        let shape = graph.shape(*id);
        let [Some(rows), Some(cols)] = [&shape.rows, &shape.cols].map(|d| d.evaluate(&size)) else {
            let message = "the size of an equation is not known";
            let diagnostic = Diagnostic::error(&codes::E0601, message).at(place(*span, "this one"));
            return Err(refused(diagnostic.hint("give it with `--data n=3`"), &loaded));
        };
        if rows > 1 && cols > 1 && !options.matrices {
            let message = "an equation between matrices is not solved as such";
            let diagnostic = Diagnostic::error(&codes::E0204, message).at(place(*span, "a matrix"));
            return Err(refused(
                diagnostic.hint("take its columns one below the other: `vec(…)`"),
                &loaded,
            ));
        }
    }
    let original = equations.first().map_or(loaded.program.root, |(id, _)| *id);
    let (equations, places) = equations.into_iter().unzip();
    Ok(Read { loaded, graph, equations, places, original, unknowns, point })
}

/// A value that only tells the size, within the declared range.
fn placeholder(variable: &Variable, length: usize) -> Given {
    let inside = match variable.range {
        Some((low, high)) if low.is_finite() && high.is_finite() => 0.5 * (low + high),
        Some((low, _)) if low.is_finite() => low + 1.0,
        Some((_, high)) if high.is_finite() => high - 1.0,
        _ => 0.5,
    };
    let array = Array::list(vec![inside; length]).written_out();
    Given { name: variable.name.clone(), array, named: true }
}
