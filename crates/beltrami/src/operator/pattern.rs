//! The structure of a derivative, read off its Kronecker form.

use std::collections::BTreeMap;

use beltrami_core::{Dim, ExprId, Facts, Graph, Kernel};
use beltrami_exec::band_widths;
use beltrami_linalg::structured::Band;
use beltrami_linalg::{Error, Matrix, Structured};

/// What an expression is made of at given sizes; slots are places in the list of expressions to evaluate.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// All entries, `rows×cols`, of an expression.
    Leaf(ExprId, usize, usize),
    Identity(usize),
    Commutation(usize, usize),
    /// The diagonal, `n` entries, is an expression.
    Diagonal(ExprId, usize),
    /// An `n×n` expression with so many diagonals.
    Band(ExprId, usize, usize),
    Zero(usize, usize),
    /// Single entries of an `n×n` matrix.
    Entries(usize, Vec<(usize, usize, Weight)>),
    Kron(Box<[Pattern; 2]>),
    Product(Vec<Pattern>),
    Sum(Vec<(Weight, Pattern)>),
    Transposed(Box<Pattern>),
}

/// A number times scalar expressions, divided by others.
#[derive(Clone, Debug)]
pub(super) struct Weight {
    number: f64,
    times: Vec<ExprId>,
    over: Vec<ExprId>,
}

/// Values of expressions that have been evaluated; those of a band with how many diagonals are below and above the main one.
pub(super) type Values<'a> = &'a dyn Fn(ExprId) -> Option<(&'a [f64], Option<(usize, usize)>)>;
type Sizes<'a> = &'a dyn Fn(&str) -> Option<i64>;

/// What is known before: sizes, and which parts of the expression are bands.
struct Known<'a> {
    sizes: Sizes<'a>,
    bands: BTreeMap<ExprId, (usize, usize)>,
}

impl Weight {
    fn one() -> Weight {
        Weight { number: 1.0, times: Vec::new(), over: Vec::new() }
    }

    fn negated(mut self) -> Weight {
        self.number = -self.number;
        self
    }

    fn by(mut self, graph: &Graph, scalar: ExprId) -> Weight {
        match graph.number_of(scalar) {
            Some(x) => self.number *= x.to_f64(),
            None => self.times.push(scalar),
        }
        self
    }

    fn and(&self, other: &Weight) -> Weight {
        Weight {
            number: self.number * other.number,
            times: [&self.times[..], &other.times].concat(),
            over: [&self.over[..], &other.over].concat(),
        }
    }

    fn value(&self, values: Values<'_>) -> Option<f64> {
        let scalar = |id: &ExprId| values(*id).and_then(|(value, _)| value.first().copied());
        let mut weight = self.number;
        for id in &self.times {
            weight *= scalar(id)?;
        }
        for id in &self.over {
            weight /= scalar(id)?;
        }
        Some(weight)
    }
}

impl Pattern {
    /// The structure of `id`; `None` where a size is not known.
    ///
    /// A part is kept as its own parts where these take less room than its entries.
    pub fn recognise(
        graph: &mut Graph,
        id: ExprId,
        sizes: Sizes<'_>,
        rough: &[String],
    ) -> Option<Pattern> {
        let bands = band_widths(graph, id, sizes, rough).unwrap_or_default();
        Pattern::of(graph, id, &Known { sizes, bands })
    }

    fn of(graph: &mut Graph, id: ExprId, known: &Known<'_>) -> Option<Pattern> {
        let (rows, cols) = shape(graph, id, known.sizes)?;
        let found = Pattern::parts(graph, id, known)?;
        if let Some((lower, upper)) = known.bands.get(&id) {
            let band = Pattern::Band(id, rows, lower + upper + 1);
            if band.numbers() < found.numbers() {
                return Some(band);
            }
        }
        let whole = rows.saturating_mul(cols);
        let kept = match found {
            Pattern::Leaf(..) | Pattern::Identity(_) | Pattern::Commutation(..) => true,
            Pattern::Diagonal(..) => rows > 1,
            _ => found.numbers() < whole,
        };
        Some(if kept { found } else { Pattern::Leaf(id, rows, cols) })
    }

    fn parts(graph: &mut Graph, id: ExprId, known: &Known<'_>) -> Option<Pattern> {
        let sizes = known.sizes;
        let (rows, cols) = shape(graph, id, sizes)?;
        let leaf = Pattern::Leaf(id, rows, cols);
        if rows.saturating_mul(cols) <= 1 {
            return Some(leaf);
        }
        let Some((kernel, args)) = graph.application(id).map(|(k, args)| (k, args.to_vec())) else {
            return match graph.facts(id).has(Facts::DIAGONAL) && rows == cols {
                true => {
                    let diagonal = graph.build(Kernel::DiagVector, &[id]).ok()?;
                    Some(Pattern::Diagonal(diagonal, rows))
                }
                false => Some(leaf),
            };
        };
        let one = Weight::one;
        Some(match (kernel, &args[..]) {
            (Kernel::Eye, _) => Pattern::Identity(rows),
            (Kernel::Zeros, _) => Pattern::Zero(rows, cols),
            (Kernel::Commutation, [m, n]) => {
                let size = |graph: &Graph, id: ExprId| {
                    let arg = graph.arg(id);
                    evaluated(arg.size()?, sizes)
                };
                Pattern::Commutation(size(graph, *m)?, size(graph, *n)?)
            }
            (Kernel::DiagMatrix, [v]) => Pattern::Diagonal(*v, rows),
            (Kernel::Add, [a, b]) => {
                let (a, b) = (Pattern::of(graph, *a, known)?, Pattern::of(graph, *b, known)?);
                Pattern::sum(vec![(one(), a), (one(), b)])
            }
            (Kernel::Sub, [a, b]) => {
                let (a, b) = (Pattern::of(graph, *a, known)?, Pattern::of(graph, *b, known)?);
                Pattern::sum(vec![(one(), a), (one().negated(), b)])
            }
            (Kernel::Neg, [a]) => {
                Pattern::sum(vec![(one().negated(), Pattern::of(graph, *a, known)?)])
            }
            (Kernel::Scale, [s, a]) => {
                let weight = one().by(graph, *s);
                Pattern::sum(vec![(weight, Pattern::of(graph, *a, known)?)])
            }
            (Kernel::Divide, [a, s]) => {
                let weight = Weight { over: vec![*s], ..one() };
                Pattern::sum(vec![(weight, Pattern::of(graph, *a, known)?)])
            }
            (Kernel::Kron, [a, b]) => {
                let a = Pattern::of(graph, *a, known)?;
                Pattern::Kron(Box::new([a, Pattern::of(graph, *b, known)?]))
            }
            (Kernel::Transpose, [a]) => match Pattern::of(graph, *a, known)? {
                Pattern::Leaf(..) => leaf,
                inner => Pattern::Transposed(Box::new(inner)),
            },
            (Kernel::MatMul, _) => Pattern::chain(graph, id, known)?,
            _ => leaf,
        })
    }

    fn sum(terms: Vec<(Weight, Pattern)>) -> Pattern {
        let mut size = 0;
        let mut entries: Vec<(usize, usize, Weight)> = Vec::new();
        let mut others: Vec<(Weight, Pattern)> = Vec::new();
        for (weight, term) in terms {
            match term {
                Pattern::Sum(inner) => {
                    for (w, term) in inner {
                        others.push((weight.and(&w), term));
                    }
                }
                other => others.push((weight, other)),
            }
        }
        others.retain_mut(|(weight, term)| match term {
            Pattern::Entries(n, found) => {
                size = *n;
                entries.extend(found.drain(..).map(|(i, j, w)| (i, j, weight.and(&w))));
                false
            }
            _ => true,
        });
        if others.is_empty() {
            return Pattern::Entries(size, entries);
        }
        if !entries.is_empty() {
            others.push((Weight::one(), Pattern::Entries(size, entries)));
        }
        Pattern::Sum(others)
    }

    /// Factors of a product; runs of plain matrices are multiplied where that takes less room.
    fn chain(graph: &mut Graph, id: ExprId, known: &Known<'_>) -> Option<Pattern> {
        let sizes = known.sizes;
        let factors = graph.chain(id);
        if let [a, b] = factors[..]
            && let Some(entry) = unit_entry(graph, a, b, sizes)
        {
            return Some(entry);
        }
        let mut out: Vec<Pattern> = Vec::new();
        let mut run: Vec<ExprId> = Vec::new();
        for factor in factors {
            match Pattern::of(graph, factor, known)? {
                Pattern::Leaf(..) => run.push(factor),
                other => {
                    out.extend(narrowest(graph, &std::mem::take(&mut run), sizes)?);
                    out.push(other);
                }
            }
        }
        out.extend(narrowest(graph, &run, sizes)?);
        Some(Pattern::Product(out))
    }

    /// How many numbers it takes.
    pub fn numbers(&self) -> usize {
        let total = |parts: &mut dyn Iterator<Item = usize>| parts.fold(0, usize::saturating_add);
        match self {
            Pattern::Leaf(_, rows, cols) => rows.saturating_mul(*cols),
            Pattern::Identity(_) | Pattern::Commutation(..) | Pattern::Zero(..) => 0,
            Pattern::Diagonal(_, n) => *n,
            Pattern::Band(_, n, diagonals) => n.saturating_mul(*diagonals),
            Pattern::Entries(_, entries) => {
                let mut places: Vec<_> = entries.iter().map(|(i, j, _)| (i, j)).collect();
                places.sort_unstable();
                places.dedup();
                places.len()
            }
            Pattern::Kron(parts) => total(&mut parts.iter().map(Pattern::numbers)),
            Pattern::Product(parts) => total(&mut parts.iter().map(Pattern::numbers)),
            Pattern::Sum(terms) => total(&mut terms.iter().map(|(_, term)| term.numbers())),
            Pattern::Transposed(inner) => inner.numbers(),
        }
    }

    /// Whether it is no more than its entries.
    pub fn is_leaf(&self) -> bool {
        matches!(self, Pattern::Leaf(..))
    }

    /// The expressions whose values it needs.
    pub fn expressions(&self, found: &mut Vec<ExprId>) {
        let weigh = |weight: &Weight, found: &mut Vec<ExprId>| {
            found.extend(weight.times.iter().chain(&weight.over));
        };
        match self {
            Pattern::Leaf(id, ..) | Pattern::Diagonal(id, _) | Pattern::Band(id, ..) => {
                found.push(*id);
            }
            Pattern::Identity(_) | Pattern::Commutation(..) | Pattern::Zero(..) => {}
            Pattern::Entries(_, entries) => entries.iter().for_each(|(.., w)| weigh(w, found)),
            Pattern::Kron(parts) => parts.iter().for_each(|part| part.expressions(found)),
            Pattern::Product(parts) => parts.iter().for_each(|part| part.expressions(found)),
            Pattern::Sum(terms) => terms.iter().for_each(|(weight, term)| {
                weigh(weight, found);
                term.expressions(found);
            }),
            Pattern::Transposed(inner) => inner.expressions(found),
        }
    }

    /// The matrix, from the values of the expressions.
    ///
    /// # Errors
    /// Those of the parts; a missing value is [`Error::NotFinite`].
    pub fn matrix(&self, values: Values<'_>) -> Result<Structured, Error> {
        let missing = || Error::NotFinite { function: "structured derivative" };
        let weighed = |weight: &Weight| weight.value(values).ok_or_else(missing);
        match self {
            Pattern::Leaf(id, rows, cols) => {
                written(values(*id).ok_or_else(missing)?, *rows, *cols)
            }
            Pattern::Band(id, n, _) => written(values(*id).ok_or_else(missing)?, *n, *n),
            Pattern::Identity(n) => Ok(Structured::identity(*n)),
            Pattern::Commutation(m, n) => Ok(Structured::commutation(*m, *n)),
            Pattern::Zero(m, n) => Ok(Structured::zero(*m, *n)),
            Pattern::Diagonal(id, _) => {
                Ok(Structured::diagonal(values(*id).ok_or_else(missing)?.0.to_vec()))
            }
            Pattern::Entries(n, entries) => {
                let entries: Vec<(usize, usize, f64)> = entries
                    .iter()
                    .map(|(i, j, weight)| Ok((*i, *j, weighed(weight)?)))
                    .collect::<Result<_, Error>>()?;
                Structured::of_entries(*n, &entries)
            }
            Pattern::Kron(parts) => {
                Ok(Structured::kron(parts[0].matrix(values)?, parts[1].matrix(values)?))
            }
            Pattern::Product(parts) => {
                let parts = parts.iter().map(|part| part.matrix(values));
                Structured::product(parts.collect::<Result<_, _>>()?)
            }
            Pattern::Sum(terms) => {
                let terms = terms
                    .iter()
                    .map(|(weight, term)| Ok((weighed(weight)?, term.matrix(values)?)))
                    .collect::<Result<_, Error>>()?;
                Structured::sum(terms)
            }
            Pattern::Transposed(inner) => Ok(inner.matrix(values)?.transpose()),
        }
    }
}

/// A matrix from what its plan has written.
fn written(
    (entries, widths): (&[f64], Option<(usize, usize)>),
    rows: usize,
    cols: usize,
) -> Result<Structured, Error> {
    Ok(match widths {
        Some((lower, upper)) => Structured::band(Band::new(lower, upper, entries.to_vec())?),
        None => Structured::dense(Matrix::new(rows, cols, entries.to_vec())?),
    })
}

fn evaluated(dim: &Dim, sizes: Sizes<'_>) -> Option<usize> {
    dim.evaluate(sizes).and_then(|n| usize::try_from(n).ok())
}

fn shape(graph: &Graph, id: ExprId, sizes: Sizes<'_>) -> Option<(usize, usize)> {
    let shape = graph.shape(id);
    // What has more than two axes is no matrix.
    if !shape.is_matrix() {
        return None;
    }
    Some((evaluated(&shape.rows, sizes)?, evaluated(&shape.cols, sizes)?))
}

/// `unit(i, n)*unit(j, n)'`, the matrix of one entry.
fn unit_entry(graph: &Graph, a: ExprId, b: ExprId, sizes: Sizes<'_>) -> Option<Pattern> {
    let unit = |id: ExprId| -> Option<(usize, usize)> {
        let [place, _] = graph.args_of(id, Kernel::Unit)? else { return None };
        let place = usize::try_from(graph.number_of(*place)?.as_int()?).ok()?;
        Some((place.checked_sub(1)?, shape(graph, id, sizes)?.0))
    };
    let [b] = graph.args_of(b, Kernel::Transpose)? else { return None };
    let ((i, m), (j, n)) = (unit(a)?, unit(*b)?);
    (m == n && i < n && j < n).then(|| Pattern::Entries(n, vec![(i, j, Weight::one())]))
}

/// A product of plain matrices, cut where that takes the least room.
fn narrowest(graph: &mut Graph, run: &[ExprId], sizes: Sizes<'_>) -> Option<Vec<Pattern>> {
    let count = run.len();
    let mut dims = Vec::with_capacity(count + 1);
    for id in run {
        let (rows, cols) = shape(graph, *id, sizes)?;
        if dims.is_empty() {
            dims.push(rows);
        }
        dims.push(cols);
    }
    // The least room of the first `k` factors, and where the last part of them begins.
    let mut best: Vec<(usize, usize)> = vec![(0, 0)];
    for end in 1..=count {
        let parts = (0..end).map(|start| {
            let part = dims[start].saturating_mul(dims[end]);
            (best[start].0.saturating_add(part), start)
        });
        best.push(parts.min()?);
    }
    let mut out = Vec::new();
    let mut end = count;
    while end > 0 {
        let start = best[end].1;
        let mut product = run[start];
        for factor in &run[start + 1..end] {
            product = graph.mul(product, *factor).ok()?;
        }
        out.push(Pattern::Leaf(product, dims[start], dims[end]));
        end = start;
    }
    out.reverse();
    Some(out)
}
