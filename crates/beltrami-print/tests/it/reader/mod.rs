//! A small reader of the surface language for tests: sizes are declared, nothing is inferred.

use beltrami_core::{Dim, ExprId, Facts, Graph, Kernel, Number, OpId, Shape};
use beltrami_diag::SourceId;
use beltrami_syntax::{BinaryOp, Declaration, Expr, ExprKind, FactKind, TypeName, UnaryOp};

/// An expression with the names it was read with.
pub struct Read {
    pub graph: Graph,
    pub root: ExprId,
    #[allow(dead_code, reason = "not every test prints programs")]
    pub inputs: Vec<ExprId>,
}

/// Reads declarations separated by `;` and an expression.
pub fn read(declarations: &str, expression: &str) -> Read {
    let mut graph = Graph::new(beltrami_ops::registry());
    let parsed = beltrami_syntax::parse_declarations(declarations, SourceId(0));
    assert!(parsed.errors.is_empty(), "{declarations}: {:?}", parsed.errors);
    let inputs =
        parsed.tree.iter().flat_map(|declaration| declare(&mut graph, declaration)).collect();
    let root = again(&mut graph, expression);
    Read { graph, root, inputs }
}

/// Reads an expression in a graph that has its names.
pub fn again(graph: &mut Graph, expression: &str) -> ExprId {
    let parsed = beltrami_syntax::parse_expression(expression, SourceId(0));
    assert!(parsed.errors.is_empty(), "{expression}: {:?}", parsed.errors);
    elaborate(graph, &parsed.tree)
}

fn declare(graph: &mut Graph, declaration: &Declaration) -> Vec<ExprId> {
    let sizes: Vec<Dim> = declaration.sizes.iter().map(size).collect();
    let n = |k: usize| sizes.get(k).cloned().unwrap_or_else(|| Dim::symbol("n"));
    let (shape, mut facts) = match declaration.ty {
        TypeName::Scalar | TypeName::Size => (Shape::scalar(), Facts::NONE),
        TypeName::Vector => (Shape::vector(n(0)), Facts::NONE),
        TypeName::Row => (Shape::row(n(0)), Facts::NONE),
        TypeName::Matrix => (Shape::matrix(n(0), n(1)), Facts::NONE),
        TypeName::Symmetric => (Shape::matrix(n(0), n(0)), Facts::SYMMETRIC),
        TypeName::Spd => (Shape::matrix(n(0), n(0)), Facts::SPD),
        TypeName::Diagonal => (Shape::matrix(n(0), n(0)), Facts::DIAGONAL),
        TypeName::Lower => (Shape::matrix(n(0), n(0)), Facts::LOWER),
        TypeName::Upper => (Shape::matrix(n(0), n(0)), Facts::UPPER),
        TypeName::Orthogonal => (Shape::matrix(n(0), n(0)), Facts::ORTHOGONAL),
        TypeName::Skew => (Shape::matrix(n(0), n(0)), Facts::SKEW),
    };
    if declaration.facts.iter().any(|fact| matches!(fact.kind, FactKind::Greater(_))) {
        facts = facts | Facts::POSITIVE;
    }
    declaration.names.iter().map(|(name, _)| graph.symbol(name, shape.clone(), facts)).collect()
}

fn size(expr: &Expr) -> Dim {
    match &expr.unparenthesised().kind {
        ExprKind::Number(text, _) => Dim::constant(text.parse().unwrap()),
        ExprKind::Name(name) => Dim::symbol(name),
        ExprKind::Binary { op: BinaryOp::Add, lhs, rhs, .. } => size(lhs).plus(&size(rhs)),
        ExprKind::Binary { op: BinaryOp::Sub, lhs, rhs, .. } => size(lhs).minus(&size(rhs)),
        ExprKind::Binary { op: BinaryOp::Mul, lhs, rhs, .. } => size(lhs).times(&size(rhs)),
        other => panic!("not a size: {other:?}"),
    }
}

fn elaborate(graph: &mut Graph, expr: &Expr) -> ExprId {
    match &expr.kind {
        ExprKind::Paren(inner) => elaborate(graph, inner),
        ExprKind::Number(text, _) => graph.number(Number::parse(text).unwrap()),
        ExprKind::Text(text) => graph.text(text),
        ExprKind::Name(name) => {
            graph.find_symbol(name).unwrap_or_else(|| graph.size(&Dim::symbol(name)))
        }
        ExprKind::Unary(UnaryOp::Plus, inner) => elaborate(graph, inner),
        ExprKind::Unary(UnaryOp::Neg, inner) => {
            let inner = elaborate(graph, inner);
            match graph.number_of(inner) {
                Some(number) => graph.number(number.neg()),
                None => applied(graph, "-", &[inner]),
            }
        }
        ExprKind::Transpose(inner) => {
            let inner = elaborate(graph, inner);
            applied(graph, "'", &[inner])
        }
        ExprKind::Binary { op, lhs, rhs, .. } => {
            let args = [elaborate(graph, lhs), elaborate(graph, rhs)];
            let scalar = args.map(|arg| graph.shape(arg).is_scalar());
            match op {
                BinaryOp::Mul if scalar[1] && !scalar[0] => {
                    applied(graph, "*", &[args[1], args[0]])
                }
                _ => applied(graph, op.symbol(), &args),
            }
        }
        ExprKind::Call { name, args, .. } => {
            let args: Vec<ExprId> = args
                .iter()
                .map(|arg| {
                    let id = elaborate(graph, arg);
                    if matches!(name.as_str(), "eye" | "ones" | "zeros" | "K" | "unit" | "unvec")
                        && graph.shape(id).is_scalar()
                    {
                        graph.size(&size(arg))
                    } else {
                        id
                    }
                })
                .collect();
            applied(graph, name, &args)
        }
        ExprKind::Index { base, indices } => {
            let mut args = vec![elaborate(graph, base)];
            args.extend(indices.iter().map(|index| graph.size(&size(index))).collect::<Vec<_>>());
            graph.raw(Kernel::Entry, &args).unwrap()
        }
        ExprKind::Block { rows } => {
            let rows: Vec<ExprId> = rows
                .iter()
                .map(|row| {
                    let parts: Vec<ExprId> =
                        row.iter().map(|part| elaborate(graph, part)).collect();
                    parts
                        .into_iter()
                        .reduce(|a, b| graph.raw(Kernel::HCat, &[a, b]).unwrap())
                        .unwrap()
                })
                .collect();
            rows.into_iter().reduce(|a, b| graph.raw(Kernel::VCat, &[a, b]).unwrap()).unwrap()
        }
        ExprKind::Range(_) | ExprKind::Error => panic!("a range or an error node"),
    }
}

fn applied(graph: &mut Graph, name: &str, args: &[ExprId]) -> ExprId {
    let registry = graph.registry();
    let candidates: Vec<OpId> = registry.named(name).to_vec();
    for id in &candidates {
        let op = graph.op(*id);
        let literal = op.literal.and_then(|literal| {
            let (last, rest) = args.split_last()?;
            (graph.number_of(*last) == Some(Number::int(literal))).then_some(rest)
        });
        let taken = match (op.literal, literal) {
            (None, _) => args,
            (Some(_), Some(rest)) => rest,
            (Some(_), None) => continue,
        };
        let seen: Vec<_> = taken.iter().map(|arg| graph.arg(*arg)).collect();
        if (op.accepts)(&seen)
            && let Ok(result) = graph.apply(*id, taken)
        {
            return result;
        }
    }
    panic!(
        "`{name}` does not take these {} arguments ({} candidates)",
        args.len(),
        candidates.len()
    )
}
