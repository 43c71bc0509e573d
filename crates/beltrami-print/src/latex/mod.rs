//! Expressions in LaTeX.

mod kernel;
mod name;

use beltrami_core::{ExprId, Graph, Node, Number};

/// The LaTeX of an expression, for math mode.
pub fn latex(graph: &Graph, root: ExprId) -> String {
    let order = graph.reachable(root);
    let mut uses = vec![0_usize; root.index() + 1];
    for arg in order.iter().flat_map(|id| graph.args(*id)) {
        uses[arg.index()] += 1;
    }
    let mut pieces: Vec<Option<Piece>> = vec![None; root.index() + 1];
    for id in order {
        let mut args = Vec::new();
        for arg in graph.args(id) {
            let (uses, slot) = (&mut uses[arg.index()], &mut pieces[arg.index()]);
            let piece = if *uses <= 1 { slot.take() } else { slot.clone() };
            *uses = uses.saturating_sub(1);
            args.push(piece.unwrap_or_else(Piece::dots));
        }
        let piece = match graph.node(id) {
            Node::Number(number) => Piece::number(*number),
            Node::Size(dim) => Piece::size(dim),
            Node::Text(text) => Piece::atom(format!("\\text{{{}}}", escaped(text))),
            Node::Symbol(symbol) => Piece::atom(name::name(symbol)),
            Node::Apply(op, ids) => kernel::applied(graph, graph.op(*op), ids, &args),
        };
        pieces[id.index()] = Some(if piece.text.len() > LIMIT { Piece::dots() } else { piece });
    }
    pieces[root.index()].take().unwrap_or_else(Piece::dots).text
}

/// No expression is written with more bytes; shared subexpressions can stand for exponentially long texts.
const LIMIT: usize = 1 << 20;

/// How tightly a form binds, from loose to tight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Sum,
    /// Signs such as `⊙` and `⊗` between operands.
    Operator,
    Product,
    /// A function followed by its argument without parentheses.
    Function,
    Superscript,
    Atom,
}

/// LaTeX and what may stand next to it.
#[derive(Clone)]
struct Piece {
    text: String,
    level: Level,
}

impl Piece {
    fn new(level: Level, text: String) -> Piece {
        Piece { text, level }
    }

    fn atom(text: String) -> Piece {
        Piece::new(Level::Atom, text)
    }

    fn dots() -> Piece {
        Piece::atom(String::from("\\dots"))
    }

    fn number(number: Number) -> Piece {
        let (sign, absolute) =
            if number.is_negative() { ("-", number.neg()) } else { ("", number) };
        let text = absolute.to_string();
        let (text, level) = if let Some((p, q)) = text.split_once('/') {
            (format!("{sign}\\frac{{{p}}}{{{q}}}"), Level::Product)
        } else if let Some((mantissa, exponent)) = text.split_once('e') {
            (format!("{sign}{mantissa} \\cdot 10^{{{exponent}}}"), Level::Product)
        } else {
            (format!("{sign}{text}"), if sign.is_empty() { Level::Atom } else { Level::Product })
        };
        Piece::new(level, text)
    }

    fn size(dim: &beltrami_core::Dim) -> Piece {
        let level = match dim.terms() {
            _ if dim.as_symbol().is_some() => Level::Atom,
            [_] => Level::Product,
            _ => Level::Sum,
        };
        Piece::new(level, name::size(dim))
    }

    /// The text where only what binds at least as tightly may stand without parentheses.
    fn at(&self, level: Level) -> String {
        if self.level >= level { self.text.clone() } else { self.enclosed() }
    }

    /// The text as one of several factors; a leading sign is kept bare for the first only.
    fn factor(&self, first: bool) -> String {
        if self.level < Level::Product || (!first && self.is_negative()) {
            self.enclosed()
        } else {
            self.text.clone()
        }
    }

    fn enclosed(&self) -> String {
        format!("\\left({}\\right)", self.text)
    }

    fn is_negative(&self) -> bool {
        self.text.starts_with('-')
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '{' | '}' | '$' | '&' | '#' | '%' | '_' | '^' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
