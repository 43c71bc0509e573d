//! Expressions as text of the surface language, with the fewest parentheses.
//!
//! Reading the text gives an expression of the same value and the same text.

mod product;
mod program;

use beltrami_core::{Dim, ExprId, Graph, Kernel, Node, Notation, Number, Op, Shape};

pub use program::{Program, program};

use product::{Joint, Kind, Product};

/// The text of an expression.
///
/// Sums and products are written without the parentheses that do not change the value.
pub fn text(graph: &Graph, root: ExprId) -> String {
    text_with(graph, root, &|_| None)
}

/// The text of an expression with a name written for every subexpression that `names` knows.
pub fn text_with(graph: &Graph, root: ExprId, names: &dyn Fn(ExprId) -> Option<String>) -> String {
    let order = graph.reachable(root);
    let mut uses = vec![0_usize; root.index() + 1];
    for arg in order.iter().flat_map(|id| graph.args(*id)) {
        uses[arg.index()] += 1;
    }
    let mut writer = Writer { graph, uses, pieces: vec![None; root.index() + 1] };
    for id in order {
        let args: Vec<Piece> = graph.args(id).iter().map(|arg| writer.take(*arg)).collect();
        let piece = match names(id) {
            Some(name) => Piece::Atom(name),
            None => writer.piece(id, args),
        };
        writer.pieces[id.index()] = Some(piece.limited());
    }
    writer.take(root).into_text()
}

/// The text of a size.
pub fn size(dim: &Dim) -> String {
    size_piece(dim).into_text()
}

/// No expression is written with more bytes; shared subexpressions can stand for exponentially long texts.
const LIMIT: usize = 1 << 20;

/// A text and what may stand next to it.
#[derive(Clone)]
enum Piece {
    /// A name, a call, anything that a postfix sign may follow.
    Atom(String),
    Number(Number),
    Power(String),
    Product(Product),
    Sum(String),
    /// The entries of `[A, B]`.
    Row(String),
    /// The rows of `[A; B]`.
    Rows(String),
}

struct Writer<'a> {
    graph: &'a Graph,
    uses: Vec<usize>,
    pieces: Vec<Option<Piece>>,
}

impl Writer<'_> {
    /// The piece of an expression already written; the last use takes it away.
    fn take(&mut self, id: ExprId) -> Piece {
        let uses = &mut self.uses[id.index()];
        let slot = &mut self.pieces[id.index()];
        let piece = if *uses <= 1 { slot.take() } else { slot.clone() };
        *uses = uses.saturating_sub(1);
        piece.unwrap_or_else(|| Piece::Atom(String::from("…")))
    }

    fn piece(&self, id: ExprId, mut args: Vec<Piece>) -> Piece {
        match self.graph.node(id) {
            Node::Number(number) => Piece::Number(*number),
            Node::Size(dim) => size_piece(dim),
            Node::Text(text) => Piece::Atom(format!("\"{text}\"")),
            Node::Symbol(name) => Piece::Atom(name.to_string()),
            Node::Apply(op, ids) => {
                let op = self.graph.op(*op);
                match (op.notation, op.kernel, args.as_mut_slice()) {
                    (Notation::Infix | Notation::Prefix | Notation::Postfix, _, [a]) => {
                        unary(op.kernel, take(a)).unwrap_or_else(|| call(op, args))
                    }
                    (Notation::Infix, kernel, [a, b]) => {
                        let shapes = [0, 1].map(|k| self.graph.shape(ids[k]));
                        binary(kernel, take(a), take(b), shapes)
                            .unwrap_or_else(|(a, b)| call(op, vec![a, b]))
                    }
                    (Notation::Index, _, [base, indices @ ..]) => {
                        let indices: Vec<String> =
                            indices.iter_mut().map(|index| take(index).into_text()).collect();
                        Piece::Atom(format!("{}[{}]", take(base).postfix(), indices.join(",")))
                    }
                    (Notation::Block, kernel, _) => block(kernel, args),
                    _ => call(op, args),
                }
            }
        }
    }
}

impl Piece {
    fn into_text(self) -> String {
        match self {
            Piece::Atom(text) | Piece::Power(text) | Piece::Sum(text) => text,
            Piece::Number(number) => number.to_string(),
            Piece::Product(product) => product.text(),
            Piece::Row(text) | Piece::Rows(text) => format!("[{text}]"),
        }
    }

    /// The text where a postfix sign or an exponent may follow.
    fn postfix(self) -> String {
        match self {
            Piece::Atom(_) | Piece::Row(_) | Piece::Rows(_) => self.into_text(),
            Piece::Number(number) if !number.is_negative() && !is_ratio(number) => self.into_text(),
            _ => format!("({})", self.into_text()),
        }
    }

    fn into_product(self) -> Product {
        match self {
            Piece::Product(product) => product,
            Piece::Number(number) if number.is_negative() => {
                Piece::Number(number.neg()).into_product().negated()
            }
            Piece::Number(number) if is_ratio(number) => {
                Product::of(Kind::Ratio, number.to_string())
            }
            Piece::Sum(text) => Product::of(Kind::Sum, text),
            Piece::Power(text) => Product::of(Kind::Power, text),
            _ => Product::of(Kind::Atom, self.into_text()),
        }
    }

    /// The piece of a product, which may be of one factor.
    fn of(product: Product) -> Piece {
        match product.only() {
            Some((Kind::Atom, text)) => Piece::Atom(text.to_owned()),
            Some((Kind::Power, text)) => Piece::Power(text.to_owned()),
            Some((Kind::Sum, text)) => Piece::Sum(text.to_owned()),
            _ => Piece::Product(product),
        }
    }

    fn limited(self) -> Piece {
        let len = match &self {
            Piece::Atom(text)
            | Piece::Power(text)
            | Piece::Sum(text)
            | Piece::Row(text)
            | Piece::Rows(text) => text.len(),
            Piece::Product(product) => product.len(),
            Piece::Number(_) => 0,
        };
        if len > LIMIT { Piece::Atom(String::from("…")) } else { self }
    }
}

fn take(piece: &mut Piece) -> Piece {
    std::mem::replace(piece, Piece::Number(Number::ZERO))
}

fn unary(kernel: Kernel, a: Piece) -> Option<Piece> {
    match kernel {
        Kernel::Neg => Some(match a {
            Piece::Number(number) => Piece::Number(number.neg()),
            _ => Piece::of(a.into_product().negated()),
        }),
        Kernel::Transpose => Some(Piece::Atom(format!("{}'", a.postfix()))),
        _ => None,
    }
}

fn binary(
    kernel: Kernel,
    a: Piece,
    b: Piece,
    shapes: [&Shape; 2],
) -> Result<Piece, (Piece, Piece)> {
    let scalar = shapes.map(Shape::is_scalar);
    Ok(match kernel {
        Kernel::Add => Piece::Sum(sum(&a.into_text(), b, false)),
        Kernel::Sub => Piece::Sum(sum(&a.into_text(), b, true)),
        Kernel::Scale | Kernel::MatMul if scalar[0] => {
            Piece::Product(Product::scale(a.into_product(), b.into_product()))
        }
        Kernel::MatMul if scalar[1] => {
            Piece::Product(Product::scale(b.into_product(), a.into_product()))
        }
        Kernel::MatMul => {
            let (vector, row) = (shapes[0].is_vector(), shapes[0].is_row());
            Piece::Product(Product::matmul(a.into_product(), b.into_product(), vector, row))
        }
        Kernel::Hadamard => {
            Piece::Product(Product::entrywise(a.into_product(), b.into_product(), Joint::Hadamard))
        }
        Kernel::EDivide => {
            Piece::Product(Product::entrywise(a.into_product(), b.into_product(), Joint::EDivide))
        }
        Kernel::Divide => match quotient(&a, &b) {
            Some(number) => Piece::Number(number),
            None => Piece::Product(Product::divide(a.into_product(), b.into_product())),
        },
        Kernel::MatPower => Piece::Power(format!("{}^{}", a.postfix(), b.postfix())),
        Kernel::Power if scalar[0] => Piece::Power(format!("{}^{}", a.postfix(), b.postfix())),
        Kernel::Power | Kernel::EPower => Piece::Power(format!("{}.^{}", a.postfix(), b.postfix())),
        _ => return Err((a, b)),
    })
}

/// `left + b` or `left - b`; the sign of a negative second operand becomes that of the sum.
fn sum(left: &str, b: Piece, subtract: bool) -> String {
    match b {
        Piece::Product(product) if product.is_negative() => {
            sum(left, Piece::of(product.negated()), !subtract)
        }
        Piece::Number(number) if number.is_negative() => {
            sum(left, Piece::Number(number.neg()), !subtract)
        }
        Piece::Sum(text) if subtract => format!("{left} - ({text})"),
        Piece::Sum(text) if text.starts_with('-') => format!("{left} - {}", &text[1..]),
        b if subtract => format!("{left} - {}", b.into_text()),
        b => format!("{left} + {}", b.into_text()),
    }
}

/// A quotient of integers that is the text of a number: the two are read alike.
fn quotient(a: &Piece, b: &Piece) -> Option<Number> {
    let (Piece::Number(a), Piece::Number(b)) = (a, b) else { return None };
    let (p, q) = (a.as_int()?, b.as_int()?);
    Number::ratio(p, q).filter(|number| number.to_string() == format!("{p}/{q}"))
}

fn is_ratio(number: Number) -> bool {
    number.to_string().contains('/')
}

fn call(op: &Op, args: Vec<Piece>) -> Piece {
    let mut args: Vec<String> = args.into_iter().map(Piece::into_text).collect();
    args.extend(op.literal.map(|literal| literal.to_string()));
    Piece::Atom(format!("{}({})", op.name, args.join(", ")))
}

fn block(kernel: Kernel, args: Vec<Piece>) -> Piece {
    let stacked = kernel == Kernel::VCat;
    let parts: Vec<String> = args
        .into_iter()
        .map(|arg| match arg {
            Piece::Row(text) => text,
            Piece::Rows(text) if stacked => text,
            arg => arg.into_text(),
        })
        .collect();
    if stacked { Piece::Rows(parts.join("; ")) } else { Piece::Row(parts.join(", ")) }
}

fn size_piece(dim: &Dim) -> Piece {
    let mut sum: Option<String> = None;
    let mut only = Product::of(Kind::Atom, String::from("0"));
    for (names, n) in dim.terms() {
        let coefficient =
            (n.unsigned_abs() != 1 || names.is_empty()).then(|| n.unsigned_abs().to_string());
        let mut factors = coefficient
            .into_iter()
            .chain(names.iter().map(|name| name.to_string()))
            .map(|text| Product::of(Kind::Atom, text));
        let first = factors.next().unwrap_or_default();
        let product = factors.fold(first, Product::scale);
        sum = Some(match sum {
            None if *n < 0 => format!("-{}", product.text()),
            None => product.text(),
            Some(text) => format!("{text} {} {}", if *n < 0 { '-' } else { '+' }, product.text()),
        });
        only = if *n < 0 { product.negated() } else { product };
    }
    match (dim.terms(), sum, dim.as_symbol()) {
        (_, _, Some(name)) => Piece::Atom(name.to_owned()),
        ([_, _, ..], Some(text), _) => Piece::Sum(text),
        _ => Piece::Product(only),
    }
}
