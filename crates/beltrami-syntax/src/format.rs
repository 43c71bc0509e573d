//! Trees to text: one way to write each tree, with the fewest parentheses.
//!
//! Parsing the text gives the tree back, but for places and parentheses.

use std::fmt;

use crate::{BinaryOp, Declaration, Expr, ExprKind, Fact, FactKind, Program, Statement};

/// The canonical text of an expression; what could not be read is written `?`.
pub fn expr(expr: &Expr) -> String {
    let mut out = String::new();
    write(expr, Level::Comparison, &mut out);
    out
}

/// The canonical text of a program, a statement a line; comments are not kept.
pub fn program(program: &Program) -> String {
    let mut out = String::new();
    for next in &program.statements {
        let line = statement(next);
        // A line that starts with a sign could be read as the rest of the line above.
        if line.starts_with(['-', '+']) && out.ends_with('\n') {
            out.insert(out.len() - 1, ';');
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// The canonical text of a statement.
pub fn statement(statement: &Statement) -> String {
    match statement {
        Statement::Declare(next) => declaration(next),
        Statement::Let { name, value, .. } => format!("{name} = {}", expr(value)),
        Statement::Expression(value) => expr(value),
    }
}

/// The canonical text of a declaration.
pub fn declaration(declaration: &Declaration) -> String {
    let names: Vec<&str> = declaration.names.iter().map(|(name, _)| name.as_str()).collect();
    let mut out = format!("{}: {}", names.join(", "), declaration.ty.name());
    if !declaration.sizes.is_empty() {
        out.push('(');
        write_list(&declaration.sizes, &mut out);
        out.push(')');
    }
    for fact in &declaration.facts {
        out.push(' ');
        out.push_str(&fact_text(fact));
    }
    out
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&expr(self))
    }
}

/// How tightly a form binds, from loose to tight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Comparison,
    Sum,
    Product,
    Sign,
    Power,
    Postfix,
}

fn level(kind: &ExprKind) -> Level {
    match kind {
        ExprKind::Unary(..) => Level::Sign,
        ExprKind::Binary { op, .. } => match op {
            BinaryOp::Add | BinaryOp::Sub => Level::Sum,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::EMul | BinaryOp::EDiv => Level::Product,
            BinaryOp::Pow | BinaryOp::EPow => Level::Power,
            _ => Level::Comparison,
        },
        _ => Level::Postfix,
    }
}

/// Writes an expression where one that binds at least as tightly as `wanted` may stand.
fn write(expr: &Expr, wanted: Level, out: &mut String) {
    let expr = expr.unparenthesised();
    if level(&expr.kind) < wanted {
        out.push('(');
        write(expr, Level::Comparison, out);
        out.push(')');
        return;
    }
    match &expr.kind {
        ExprKind::Number(text, _) => out.push_str(text),
        ExprKind::Name(name) => out.push_str(name),
        ExprKind::Error => out.push('?'),
        ExprKind::Text(text) => {
            out.push('"');
            out.push_str(text);
            out.push('"');
        }
        ExprKind::Unary(op, inner) => {
            out.push_str(op.symbol());
            write(inner, Level::Sign, out);
        }
        ExprKind::Binary { op, lhs, rhs, .. } => write_binary(*op, lhs, rhs, out),
        ExprKind::Transpose(inner) => {
            write(inner, Level::Postfix, out);
            out.push('\'');
        }
        ExprKind::Call { name, args, .. } => {
            out.push_str(name);
            out.push('(');
            write_list(args, out);
            out.push(')');
        }
        ExprKind::Index { base, indices } => {
            write(base, Level::Postfix, out);
            out.push('[');
            write_list(indices, out);
            out.push(']');
        }
        ExprKind::Block { rows } => {
            out.push('[');
            for (number, row) in rows.iter().enumerate() {
                out.push_str(if number > 0 { "; " } else { "" });
                write_list(row, out);
            }
            out.push(']');
        }
        ExprKind::Range(None) => out.push(':'),
        ExprKind::Range(Some(ends)) => {
            write(&ends.0, Level::Sum, out);
            out.push(':');
            write(&ends.1, Level::Sum, out);
        }
        ExprKind::Paren(inner) => write(inner, wanted, out),
    }
}

fn write_binary(op: BinaryOp, lhs: &Expr, rhs: &Expr, out: &mut String) {
    let (left, right) = match op {
        BinaryOp::Add | BinaryOp::Sub => (Level::Sum, Level::Product),
        BinaryOp::Pow | BinaryOp::EPow => (Level::Postfix, Level::Sign),
        _ if op.compares() => (Level::Sum, Level::Sum),
        _ => (Level::Product, Level::Sign),
    };
    let gap = if left == Level::Sum { " " } else { "" };
    write(lhs, left, out);
    out.push_str(gap);
    out.push_str(op.symbol());
    out.push_str(gap);
    write(rhs, right, out);
}

fn write_list(exprs: &[Expr], out: &mut String) {
    for (number, expr) in exprs.iter().enumerate() {
        out.push_str(if number > 0 { ", " } else { "" });
        write(expr, Level::Comparison, out);
    }
}

fn fact_text(fact: &Fact) -> String {
    match fact.kind {
        FactKind::Greater(bound) => format!("> {}", number(bound)),
        FactKind::AtLeast(bound) => format!(">= {}", number(bound)),
        FactKind::Less(bound) => format!("< {}", number(bound)),
        FactKind::AtMost(bound) => format!("<= {}", number(bound)),
        FactKind::Open(low, high) => format!("in ({}, {})", number(low), number(high)),
        FactKind::Closed(low, high) => format!("in [{}, {}]", number(low), number(high)),
        FactKind::Signs => "+-1".to_string(),
    }
}

/// The shortest text of a number that gives it back.
fn number(value: f64) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_string)
}
