//! How applications are set: forms of their own for structural kernels, the record's template for all others.

use beltrami_core::{ExprId, Graph, Kernel, Node, Notation, Op};

use super::name;
use super::{Level, Piece};
use crate::einsum::Einsum;
use crate::template::fill;

/// The LaTeX of an operation applied to arguments that are set already.
pub(super) fn applied(graph: &Graph, op: &Op, ids: &[ExprId], args: &[Piece]) -> Piece {
    let form = match args {
        [a] => unary(graph, op.kernel, ids[0], a),
        [a, b] => binary(graph, op, ids, a, b),
        _ => None,
    };
    form.or_else(|| variadic(graph, op.kernel, ids, args)).unwrap_or_else(|| from_record(op, args))
}

fn unary(graph: &Graph, kernel: Kernel, id: ExprId, a: &Piece) -> Option<Piece> {
    let superscript = |a: &Piece, script: &str| {
        Piece::new(Level::Superscript, format!("{}^{{{script}}}", a.at(Level::Atom)))
    };
    Some(match kernel {
        Kernel::Neg => Piece::new(Level::Product, format!("-{}", a.factor(false))),
        Kernel::Transpose => match (graph.application(id), a.text.strip_suffix("^{-1}")) {
            (Some((Kernel::Inv, _)), Some(base)) => {
                Piece::new(Level::Superscript, format!("{base}^{{-\\top}}"))
            }
            _ => superscript(a, "\\top"),
        },
        Kernel::Inv => superscript(a, "-1"),
        Kernel::Pinv => superscript(a, "+"),
        Kernel::Trace => function("\\operatorname{tr}", a),
        Kernel::DiagMatrix | Kernel::DiagVector => function("\\operatorname{diag}", a),
        Kernel::LowerPart => function("\\operatorname{tril}", a),
        Kernel::UpperPart => function("\\operatorname{triu}", a),
        Kernel::Vec => function("\\operatorname{vec}", a),
        Kernel::Norm1 => norm(a, "1"),
        Kernel::NormInf => norm(a, "\\infty"),
        Kernel::NormNuc => norm(a, "*"),
        Kernel::NormSpec => norm(a, "2"),
        Kernel::Norm2 => {
            let shape = graph.shape(id);
            norm(
                a,
                if shape.is_vector() || shape.is_row() || shape.is_scalar() { "2" } else { "F" },
            )
        }
        Kernel::Eye => Piece::atom(format!("I_{{{}}}", a.text)),
        Kernel::Ones => Piece::atom(format!("\\mathbf{{1}}_{{{}}}", a.text)),
        Kernel::Zeros => Piece::atom(format!("\\mathbf{{0}}_{{{}}}", a.text)),
        _ => return None,
    })
}

fn binary(graph: &Graph, op: &Op, ids: &[ExprId], a: &Piece, b: &Piece) -> Option<Piece> {
    let operator = |sign: &str| {
        let text = format!("{} {sign} {}", a.at(Level::Function), b.at(Level::Function));
        Piece::new(Level::Operator, text)
    };
    let indexed = |stem: &str| Piece::atom(format!("{stem}_{{{},{}}}", a.text, b.text));
    let power = |sign: &str| {
        Piece::new(Level::Superscript, format!("{}^{{{sign}{}}}", a.at(Level::Atom), b.text))
    };
    Some(match op.kernel {
        Kernel::Add => sum(a, b, false),
        Kernel::Sub => sum(a, b, true),
        Kernel::Scale | Kernel::MatMul => product(a, b),
        Kernel::Hadamard => operator("\\odot"),
        Kernel::EDivide => operator("\\oslash"),
        Kernel::Kron => operator("\\otimes"),
        Kernel::KhatriRao => operator("\\ast"),
        Kernel::Divide => {
            let (sign, numerator) = a
                .text
                .strip_prefix('-')
                .filter(|_| a.level > Level::Sum)
                .map_or(("", a.text.as_str()), |rest| ("-", rest));
            Piece::new(Level::Product, format!("{sign}\\frac{{{numerator}}}{{{}}}", b.text))
        }
        Kernel::Power if graph.shape(ids[0]).is_scalar() => power(""),
        Kernel::Power | Kernel::EPower => power("\\odot "),
        Kernel::MatPower => power(""),
        Kernel::Ones => indexed("\\mathbf{1}"),
        Kernel::Zeros => indexed("\\mathbf{0}"),
        Kernel::Commutation => indexed("K"),
        Kernel::Unit => Piece::atom(format!("e_{{{}}}", a.text)),
        _ => return None,
    })
}

fn variadic(graph: &Graph, kernel: Kernel, ids: &[ExprId], args: &[Piece]) -> Option<Piece> {
    match (kernel, args) {
        (Kernel::Entry, [base, indices @ ..]) => {
            let indices: Vec<&str> = indices.iter().map(|index| index.text.as_str()).collect();
            Some(Piece::atom(format!("{}_{{{}}}", subscripted(base), indices.join(","))))
        }
        (Kernel::HCat | Kernel::VCat, _) => {
            let separator = if kernel == Kernel::HCat { " & " } else { " \\\\ " };
            let parts: Vec<&str> = args
                .iter()
                .zip(ids)
                .map(|(arg, id)| inner(graph, kernel, *id, &arg.text))
                .collect();
            Some(Piece::atom(format!("{BEGIN}{}{END}", parts.join(separator))))
        }
        (Kernel::Einsum, [_, operands @ ..]) => {
            let Node::Text(text) = graph.node(*ids.first()?) else { return None };
            einsum(&Einsum::read(text)?, operands)
        }
        _ => None,
    }
}

const BEGIN: &str = "\\begin{pmatrix} ";
const END: &str = " \\end{pmatrix}";

/// The entries of a block inside a block, where they may stand without a frame of their own.
fn inner<'a>(graph: &Graph, kernel: Kernel, id: ExprId, text: &'a str) -> &'a str {
    let joins = graph.application(id).is_some_and(|(found, _)| {
        found == kernel || (kernel, found) == (Kernel::VCat, Kernel::HCat)
    });
    let bare = text.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    bare.filter(|_| joins).unwrap_or(text)
}

fn einsum(einsum: &Einsum, operands: &[Piece]) -> Option<Piece> {
    if einsum.operands.len() != operands.len() {
        return None;
    }
    let index = |axes: &[Vec<char>]| axes.iter().map(|axis| name::axis(axis)).collect::<String>();
    let factors: Vec<String> = operands
        .iter()
        .zip(&einsum.operands)
        .map(|(operand, axes)| {
            if axes.is_empty() {
                operand.factor(false)
            } else {
                format!("{}_{{{}}}", subscripted(operand), index(axes))
            }
        })
        .collect();
    let summed: Vec<String> = einsum.summed().iter().map(char::to_string).collect();
    let product = factors.join("\\,");
    let text = if summed.is_empty() {
        product
    } else {
        format!("\\sum_{{{}}} {product}", summed.join(","))
    };
    if einsum.result.is_empty() {
        return Some(Piece::new(Level::Operator, text));
    }
    Some(Piece::atom(format!("\\left[{text}\\right]_{{{}}}", index(&einsum.result))))
}

/// The text before an index: names with an index of their own get parentheses.
fn subscripted(base: &Piece) -> String {
    if base.level == Level::Atom && !base.text.ends_with('}') {
        base.text.clone()
    } else {
        base.enclosed()
    }
}

fn sum(a: &Piece, b: &Piece, subtract: bool) -> Piece {
    let right = if subtract { b.at(Level::Operator) } else { b.text.clone() };
    let (negative, right) = match right.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, right.as_str()),
    };
    let sign = if negative == subtract { '+' } else { '-' };
    Piece::new(Level::Sum, format!("{} {sign} {right}", a.text))
}

fn product(a: &Piece, b: &Piece) -> Piece {
    let (left, right) = (a.factor(true), b.factor(false));
    let space = if right.starts_with(|c: char| c.is_ascii_digit()) { " \\cdot " } else { "\\," };
    Piece::new(Level::Product, format!("{left}{space}{right}"))
}

fn function(head: &str, a: &Piece) -> Piece {
    Piece::atom(format!("{head}{}", a.enclosed()))
}

fn norm(a: &Piece, index: &str) -> Piece {
    Piece::atom(format!("\\left\\lVert {} \\right\\rVert_{{{index}}}", a.text))
}

/// The record's template, or the name in front of its arguments.
fn from_record(op: &Op, args: &[Piece]) -> Piece {
    if op.latex.is_empty() || op.notation == Notation::Block {
        let mut texts: Vec<String> = args.iter().map(|arg| arg.text.clone()).collect();
        texts.extend(op.literal.map(|literal| literal.to_string()));
        let name = op.name.replace('_', "\\_");
        return Piece::atom(format!("\\operatorname{{{name}}}\\left({}\\right)", texts.join(", ")));
    }
    let text = fill(&whole(op.latex, args.len()), |k, enclosed| match args.get(k) {
        Some(arg) if enclosed => arg.text.clone(),
        Some(arg) => arg.at(Level::Atom),
        None => String::new(),
    });
    Piece::new(level(op.latex), text)
}

/// The template with `#,` as a list of all arguments that it does not name.
fn whole(template: &str, count: usize) -> String {
    let named = |hole: &String| !template.contains(hole.as_str());
    let all: Vec<String> = (1..=count).map(|k| format!("#{k}")).filter(named).collect();
    template.replace("#,", &all.join(", "))
}

/// How tightly a template binds.
fn level(template: &str) -> Level {
    let mut depth = 0_i32;
    for (place, c) in template.char_indices() {
        depth += i32::from(matches!(c, '(' | '{' | '[')) - i32::from(matches!(c, ')' | '}' | ']'));
        if depth == 0 && place > 0 && matches!(c, '+' | '-') {
            return Level::Sum;
        }
    }
    let hole_last = template.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with('#');
    if hole_last {
        Level::Function
    } else if template.starts_with("\\frac") {
        Level::Product
    } else if template.ends_with('}') && template.contains('^') {
        Level::Superscript
    } else {
        Level::Atom
    }
}
