//! What a structured matrix is, in words.

use std::fmt;

use crate::structured::{Node, Structured};

impl Structured {
    /// The structure in a few words, such as `Kronecker product` or `diagonal plus rank 1`.
    pub fn kind(&self) -> String {
        match self.node() {
            Node::Dense(_) => "dense".into(),
            Node::Identity(_) => "identity".into(),
            Node::Commutation(..) => "permutation".into(),
            Node::Diagonal(_) => "diagonal".into(),
            Node::Band(band) => {
                let (lower, upper) = band.widths();
                format!("banded, {lower} diagonals below and {upper} above")
            }
            Node::Blocks(blocks) => {
                let (r, c) = blocks.block_shape();
                format!("{} blocks of {r}×{c}", blocks.count())
            }
            Node::Kron(_) => "Kronecker product".into(),
            Node::Product(_) => match self.rank_bound() {
                0 => "zero".into(),
                rank if rank < self.smaller_side() => format!("rank {rank}"),
                _ => "product".into(),
            },
            Node::Sum(terms) => {
                if let [(_, term)] = &terms[..] {
                    return term.kind();
                }
                let diagonal =
                    |t: &Structured| matches!(t.node(), Node::Diagonal(_) | Node::Identity(_));
                let side = self.smaller_side();
                let (low, rest): (Vec<_>, Vec<_>) =
                    terms.iter().map(|(_, t)| t).partition(|t| t.rank_bound() < side);
                let rank: usize = low.iter().map(|t| t.rank_bound()).sum();
                let krons = terms.iter().filter(|(_, t)| matches!(t.node(), Node::Kron(_))).count();
                match &rest[..] {
                    [] => format!("rank {rank}"),
                    [one] if rank > 0 && diagonal(one) => format!("diagonal plus rank {rank}"),
                    [one] if rank > 0 => format!("{} plus rank {rank}", one.kind()),
                    _ if krons == terms.len() => format!("sum of {krons} Kronecker products"),
                    _ => format!("sum of {} terms", terms.len()),
                }
            }
        }
    }

    /// No less than the rank, by the sizes of the parts.
    pub fn rank_bound(&self) -> usize {
        let own = match self.node() {
            Node::Kron(factors) => factors.iter().map(Structured::rank_bound).product(),
            Node::Product(factors) => factors.iter().map(Structured::rank_bound).min().unwrap_or(0),
            Node::Sum(terms) => {
                terms.iter().map(|(_, t)| t.rank_bound()).fold(0, usize::saturating_add)
            }
            _ => usize::MAX,
        };
        own.min(self.smaller_side())
    }

    fn smaller_side(&self) -> usize {
        let (rows, cols) = self.shape();
        rows.min(cols)
    }

    /// Structure, sizes of the parts, and the memory of both beside that of all entries.
    pub fn describe(&self) -> String {
        let (rows, cols) = self.shape();
        let dense = rows as f64 * cols as f64;
        let own = self.numbers();
        let size = format!("{self}\n{}, {rows}×{cols}", self.kind());
        if own as f64 >= dense {
            return format!("{size}: {} in memory", bytes(8.0 * own as f64));
        }
        let part = match own {
            0 => String::new(),
            own => format!(", 1/{:.0} of it", dense / own as f64),
        };
        let (own, dense) = (bytes(8.0 * own as f64), bytes(8.0 * dense));
        format!("{size}: {own} in memory instead of {dense}{part}")
    }
}

/// The formula with sizes for parts: `2*kron([5×5], eye(200))`.
impl fmt::Display for Structured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[Structured], between: &str| {
            let grouped = |p: &Structured| match p.node() {
                Node::Sum(terms) if terms.len() > 1 => format!("({p})"),
                _ => p.to_string(),
            };
            parts.iter().map(grouped).collect::<Vec<_>>().join(between)
        };
        match self.node() {
            Node::Dense(a) => write!(f, "[{}×{}]", a.rows(), a.cols()),
            Node::Identity(n) => write!(f, "eye({n})"),
            Node::Commutation(m, n) => write!(f, "K({m}, {n})"),
            Node::Diagonal(d) => write!(f, "diag([{}])", d.len()),
            Node::Band(band) => {
                let (lower, upper) = band.widths();
                write!(f, "band([{}×{}])", band.len(), lower + upper + 1)
            }
            Node::Blocks(blocks) => {
                let (r, c) = blocks.block_shape();
                let how = if blocks.interleaved() { ", interleaved" } else { "" };
                write!(f, "blocks({} of [{r}×{c}]{how})", blocks.count())
            }
            Node::Kron(factors) => write!(f, "kron({}, {})", factors[0], factors[1]),
            Node::Product(_) if self.rank_bound() == 0 => {
                let (rows, cols) = self.shape();
                write!(f, "zeros({rows}, {cols})")
            }
            Node::Product(factors) => f.write_str(&joined(factors, "*")),
            Node::Sum(terms) => {
                for (place, (weight, term)) in terms.iter().enumerate() {
                    match (place, *weight < 0.0) {
                        (0, true) => f.write_str("-")?,
                        (0, false) => {}
                        (_, true) => f.write_str(" - ")?,
                        (_, false) => f.write_str(" + ")?,
                    }
                    if weight.abs() != 1.0 {
                        write!(f, "{}*", weight.abs())?;
                    }
                    f.write_str(&joined(std::slice::from_ref(term), ""))?;
                }
                Ok(())
            }
        }
    }
}

/// A number of bytes, three digits.
fn bytes(count: f64) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut count = count;
    let mut unit = 0;
    while count >= 999.5 && unit + 1 < units.len() {
        count /= 1000.0;
        unit += 1;
    }
    let digits = if unit == 0 || count >= 99.95 { 0 } else { 1 };
    format!("{count:.digits$} {}", units[unit])
}
