//! Products and sums with their parts in a row, in which neighbours can be a piece.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Graph, Kernel, Node, OpId};

/// How parts are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Joint {
    /// `A*B*C`
    Product,
    /// `A.*B.*C`
    Entrywise,
    /// `a*b*C`, scalars and what they multiply.
    Scaled,
    /// `A + B - C`
    Sum,
}

/// A part and its sign, which is negative in sums alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) id: ExprId,
    negative: bool,
}

/// A product or a sum, those of the same kind in it opened.
pub(super) struct Chain {
    joint: Joint,
    pub(super) parts: Vec<Part>,
    /// Whether the last part is what scalars multiply.
    ends_scaled: bool,
}

/// What makes two pieces the same: the order in which sums and entry-wise products are written does not matter, nor does the
/// sign of a sum as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// An expression that is no chain.
    Node(ExprId),
    /// Neighbours in a chain, or all of it.
    Window(Joint, Vec<Part>),
}

/// A piece where it was met first, as it is written there.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) key: Key,
    joint: Option<Joint>,
    parts: Vec<Part>,
}

/// Parts of a longer chain have no windows, whose number grows with its square.
const LONGEST: usize = 24;

impl Chain {
    /// The parts of a product or a sum; nothing for anything else.
    pub(super) fn of(graph: &Graph, id: ExprId) -> Option<Chain> {
        let joint = joint(graph, id)?;
        let mut parts = Vec::new();
        open(graph, joint, id, &mut parts);
        let ends_scaled = joint == Joint::Scaled && !graph.shape(id).is_scalar();
        (parts.len() <= LONGEST).then_some(Chain { joint, parts, ends_scaled })
    }

    /// The key of neighbouring parts, and whether its signs are the other way round.
    fn key(&self, start: usize, len: usize) -> (Key, bool) {
        let mut parts = self.parts[start..start + len].to_vec();
        let free = match self.joint {
            Joint::Product => false,
            Joint::Scaled => !self.ends_scaled || start + len < self.parts.len(),
            Joint::Entrywise | Joint::Sum => true,
        };
        if free {
            parts.sort();
        }
        let flipped = parts.first().is_some_and(|part| part.negative);
        if flipped {
            for part in &mut parts {
                part.negative = !part.negative;
            }
        }
        (Key::Window(self.joint, parts), flipped)
    }

    fn piece(&self, start: usize, len: usize) -> Piece {
        let parts = self.parts[start..start + len].to_vec();
        Piece { key: self.key(start, len).0, joint: Some(self.joint), parts }
    }

    /// All runs of two parts or more, and how often each occurs without overlap.
    pub(super) fn windows(&self) -> Vec<(Piece, usize)> {
        let mut found: BTreeMap<Key, (Piece, usize, usize)> = BTreeMap::new();
        for len in 2..=self.parts.len() {
            for start in 0..=self.parts.len() - len {
                let piece = self.piece(start, len);
                let (_, times, end) = found.entry(piece.key.clone()).or_insert((piece, 0, 0));
                if start >= *end {
                    *times += 1;
                    *end = start + len;
                }
            }
        }
        found.into_values().map(|(piece, times, _)| (piece, times)).collect()
    }
}

impl Piece {
    /// A whole expression.
    pub(super) fn whole(graph: &Graph, id: ExprId) -> Piece {
        match Chain::of(graph, id) {
            Some(chain) => chain.piece(0, chain.parts.len()),
            None => {
                Piece { key: Key::Node(id), joint: None, parts: vec![Part { id, negative: false }] }
            }
        }
    }

    /// The number of parts.
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The piece as an expression, a positive term of a sum first; nothing where its parts do not fit by themselves.
    pub(super) fn build(&self, graph: &mut Graph) -> Option<ExprId> {
        let Some(joint) = self.joint else { return Some(self.parts.first()?.id) };
        let mut parts = self.parts.clone();
        if self.is_flipped() {
            for part in &mut parts {
                part.negative = !part.negative;
            }
        } else if let Some(positive) = parts.iter().position(|part| !part.negative) {
            parts[..=positive].rotate_right(1);
        }
        fold(graph, joint, &parts)
    }

    /// Whether it is built with the signs the other way round: where all of them are negative.
    fn is_flipped(&self) -> bool {
        self.parts.iter().all(|part| part.negative)
    }

    /// Whether a sum with this key has the sign that [`Piece::build`] gives it.
    fn agrees(&self, flipped: bool) -> bool {
        let first = self.parts.iter().min().is_some_and(|part| part.negative);
        (first != self.is_flipped()) == flipped
    }
}

/// Writes a name for a piece wherever it occurs in an expression, but not for `whole` itself; nothing where that gives no
/// expression.
pub(super) fn replace(
    graph: &mut Graph,
    id: ExprId,
    piece: &Piece,
    symbol: ExprId,
    whole: ExprId,
    done: &mut BTreeMap<ExprId, ExprId>,
) -> Option<ExprId> {
    let Node::Apply(op, args) = graph.node(id).clone() else { return Some(id) };
    if let Some(known) = done.get(&id) {
        return Some(*known);
    }
    if piece.key == Key::Node(id) && id != whole {
        return Some(symbol);
    }
    let chain = Chain::of(graph, id).filter(|chain| Some(chain.joint) == piece.joint);
    let met = chain.as_ref().map(|chain| chain.find(piece, id == whole)).unwrap_or_default();
    let written = if let (Some(chain), false) = (chain, met.is_empty()) {
        let mut parts = Vec::new();
        let mut next = 0;
        for (start, negative) in met {
            for part in &chain.parts[next..start] {
                let id = replace(graph, part.id, piece, symbol, whole, done)?;
                parts.push(Part { id, ..*part });
            }
            parts.push(Part { id: symbol, negative });
            next = start + piece.len();
        }
        for part in &chain.parts[next..] {
            let id = replace(graph, part.id, piece, symbol, whole, done)?;
            parts.push(Part { id, ..*part });
        }
        fold(graph, chain.joint, &parts)?
    } else {
        let args: Option<Vec<ExprId>> =
            args.iter().map(|arg| replace(graph, *arg, piece, symbol, whole, done)).collect();
        applied(graph, op, &args?)?
    };
    done.insert(id, written);
    Some(written)
}

/// An operation with other arguments; a sign that came with a name goes in front of the product.
fn applied(graph: &mut Graph, op: OpId, args: &[ExprId]) -> Option<ExprId> {
    let kernel = graph.op(op).kernel;
    let inner = |graph: &Graph, arg: ExprId| graph.args_of(arg, Kernel::Neg).map(|args| args[0]);
    let signs: Vec<Option<ExprId>> = args.iter().map(|arg| inner(graph, *arg)).collect();
    let plain: Vec<ExprId> =
        signs.iter().zip(args).map(|(sign, arg)| sign.unwrap_or(*arg)).collect();
    let negative = signs.iter().filter(|sign| sign.is_some()).count() % 2 == 1;
    match (kernel, &signs[..]) {
        (_, signs) if signs.iter().all(Option::is_none) => graph.apply(op, args).ok(),
        (
            Kernel::MatMul
            | Kernel::Hadamard
            | Kernel::Scale
            | Kernel::Divide
            | Kernel::EDivide
            | Kernel::Transpose
            | Kernel::Neg,
            _,
        ) => {
            let product =
                if kernel == Kernel::Neg { plain[0] } else { graph.apply(op, &plain).ok()? };
            // The sign of a negation is one more.
            let negative = negative != (kernel == Kernel::Neg);
            if negative { graph.raw(Kernel::Neg, &[product]).ok() } else { Some(product) }
        }
        (Kernel::Add, [None, Some(b)]) => graph.raw(Kernel::Sub, &[args[0], *b]).ok(),
        (Kernel::Add, [Some(a), None]) => graph.raw(Kernel::Sub, &[args[1], *a]).ok(),
        (Kernel::Sub, [_, Some(b)]) => graph.raw(Kernel::Add, &[args[0], *b]).ok(),
        _ => graph.apply(op, args).ok(),
    }
}

impl Chain {
    /// Where a piece stands, and whether with the other sign.
    fn find(&self, piece: &Piece, whole: bool) -> Vec<(usize, bool)> {
        let len = piece.len();
        let mut met = Vec::new();
        let mut start = 0;
        while start + len <= self.parts.len() && !(whole && len == self.parts.len()) {
            let (key, flipped) = self.key(start, len);
            if key == piece.key {
                met.push((start, !piece.agrees(flipped)));
                start += len;
            } else {
                start += 1;
            }
        }
        met
    }
}

/// How an expression joins its parts, where it does.
fn joint(graph: &Graph, id: ExprId) -> Option<Joint> {
    let (kernel, args) = graph.application(id)?;
    match kernel {
        // The product with a number in place of a matrix is not associative in its shapes.
        Kernel::MatMul => {
            args.iter().all(|arg| !graph.shape(*arg).is_scalar()).then_some(Joint::Product)
        }
        Kernel::Hadamard => Some(Joint::Entrywise),
        Kernel::Scale => Some(Joint::Scaled),
        Kernel::Add | Kernel::Sub => Some(Joint::Sum),
        _ => None,
    }
}

/// The parts of an expression that are written without parentheses in a row.
fn open(graph: &Graph, within: Joint, id: ExprId, parts: &mut Vec<Part>) {
    if joint(graph, id) == Some(within)
        && let Some((kernel, [a, b])) = graph.application(id)
        // An inner product is a number, where the row before it is none.
        && !(within == Joint::Product && !parts.is_empty() && graph.shape(id).is_scalar())
    {
        open(graph, within, *a, parts);
        if kernel == Kernel::Sub {
            parts.push(Part { id: *b, negative: true });
        } else {
            open(graph, within, *b, parts);
        }
        return;
    }
    match graph.args_of(id, Kernel::Neg) {
        Some([a]) if within == Joint::Sum => parts.push(Part { id: *a, negative: true }),
        _ => parts.push(Part { id, negative: false }),
    }
}

/// The parts joined again; the sign of a factor goes in front of the product.
fn fold(graph: &mut Graph, joint: Joint, parts: &[Part]) -> Option<ExprId> {
    if joint == Joint::Sum {
        let (first, after) = parts.split_first()?;
        let start =
            if first.negative { graph.raw(Kernel::Neg, &[first.id]).ok()? } else { first.id };
        return after.iter().try_fold(start, |sum, part| {
            let kernel = if part.negative { Kernel::Sub } else { Kernel::Add };
            graph.raw(kernel, &[sum, part.id]).ok()
        });
    }
    let sign = |part: &Part| graph.args_of(part.id, Kernel::Neg).map(|args| args[0]);
    let signs: Vec<Option<ExprId>> = parts.iter().map(sign).collect();
    let negative = signs.iter().flatten().count() % 2 == 1;
    let mut factors = signs.iter().zip(parts).map(|(inner, part)| inner.unwrap_or(part.id));
    let kernel = match joint {
        Joint::Product => Kernel::MatMul,
        Joint::Entrywise => Kernel::Hadamard,
        Joint::Scaled | Joint::Sum => Kernel::Scale,
    };
    let product = if joint == Joint::Scaled {
        let last = factors.next_back()?;
        factors.rev().try_fold(last, |product, factor| graph.raw(kernel, &[factor, product]).ok())
    } else {
        let first = factors.next()?;
        factors.try_fold(first, |product, factor| graph.raw(kernel, &[product, factor]).ok())
    }?;
    if negative { graph.raw(Kernel::Neg, &[product]).ok() } else { Some(product) }
}
