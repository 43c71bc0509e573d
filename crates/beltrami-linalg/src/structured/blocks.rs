//! Matrices of independent blocks of one size.

use crate::dense::{self, View};
use crate::matrix::Matrix;
use crate::operator::MOST_ENTRIES;
use crate::product::{product, transposed_product};
use crate::structured::{Node, Structured};

/// `count` blocks `B₁, …`, each `r×c`: along the diagonal, or interleaved, which is what `B ⊗ I` has: entry `(i,j)` of block
/// `k` stands in row `i*count + k` and column `j*count + k`.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks {
    count: usize,
    rows: usize,
    cols: usize,
    /// Block after block, each row by row.
    entries: Vec<f64>,
    interleaved: bool,
}

impl Blocks {
    /// Blocks of one size; `None` where there is none or sizes differ.
    pub fn new(blocks: Vec<Matrix>, interleaved: bool) -> Option<Blocks> {
        let (rows, cols) = blocks.first().map(|block| (block.rows(), block.cols()))?;
        let fits = blocks.iter().all(|block| (block.rows(), block.cols()) == (rows, cols));
        fits.then(|| Blocks {
            count: blocks.len(),
            rows,
            cols,
            entries: blocks.iter().flat_map(|block| block.data().iter().copied()).collect(),
            interleaved,
        })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// All entries, block after block, each row by row.
    pub fn entries(&self) -> &[f64] {
        &self.entries
    }

    /// The blocks in order.
    pub fn blocks(&self) -> impl Iterator<Item = Matrix> {
        let entries = |block: &[f64]| {
            let mut out = Matrix::zeros(self.rows, self.cols);
            out.data_mut().copy_from_slice(block);
            out
        };
        self.entries.chunks_exact((self.rows * self.cols).max(1)).map(entries)
    }

    /// Whether they are interleaved.
    pub fn interleaved(&self) -> bool {
        self.interleaved
    }

    /// Rows and columns of a block.
    pub fn block_shape(&self) -> (usize, usize) {
        (self.rows, self.cols)
    }

    pub(crate) fn shape(&self) -> (usize, usize) {
        (self.rows * self.count, self.cols * self.count)
    }

    pub(crate) fn transpose(&self) -> Blocks {
        let mut entries = vec![0.0; self.entries.len()];
        let size = (self.rows * self.cols).max(1);
        for (to, from) in entries.chunks_mut(size).zip(self.entries.chunks(size)) {
            dense::transpose(to, from, self.rows, self.cols);
        }
        Blocks { rows: self.cols, cols: self.rows, entries, ..*self }
    }

    pub(crate) fn to_dense(&self) -> Matrix {
        let (rows, cols) = self.shape();
        let count = self.count;
        let place = |k: usize, i: usize, size: usize| {
            if self.interleaved { i * count + k } else { k * size + i }
        };
        let mut out = Matrix::zeros(rows, cols);
        for (k, block) in self.blocks().enumerate() {
            for i in 0..self.rows {
                for j in 0..self.cols {
                    out[(place(k, i, self.rows), place(k, j, self.cols))] = block[(i, j)];
                }
            }
        }
        out
    }

    pub(crate) fn apply(&self, x: &Matrix, transposed: bool) -> Matrix {
        let wide = if transposed { self.cols } else { self.rows };
        let blocks: Vec<Matrix> = self.blocks().collect();
        each(self.count, self.interleaved, wide, x, |k, part| {
            let block = &blocks[k];
            if transposed { transposed_product(block, part) } else { product(block, part) }
        })
    }
}

/// Applies `f` to the part of `x` that belongs to each of `count` blocks; images have `rows` rows.
pub(crate) fn each(
    count: usize,
    interleaved: bool,
    rows: usize,
    x: &Matrix,
    mut f: impl FnMut(usize, &Matrix) -> Matrix,
) -> Matrix {
    let inner = x.rows() / count.max(1);
    let place =
        |k: usize, i: usize, size: usize| if interleaved { i * count + k } else { k * size + i };
    let mut out = Matrix::zeros(rows * count, x.cols());
    for k in 0..count {
        let part = Matrix::from_fn(inner, x.cols(), |i, j| x[(place(k, i, inner), j)]);
        let image = f(k, &part);
        for i in 0..rows {
            for j in 0..x.cols() {
                out[(place(k, i, rows), j)] = image[(i, j)];
            }
        }
    }
    out
}

/// `L*diag(dₖ)*R` for each of `count` parts of a diagonal, all by one product: entry `(a,b)` of a block is linear in `dₖ`.
///
/// Of blocks that are symmetric, `L` being `R'`, one triangle is multiplied.
fn weighted(left: &Matrix, d: &[f64], right: &Matrix, count: usize, interleaved: bool) -> Blocks {
    let (r, q, c) = (left.rows(), left.cols(), right.cols());
    let symmetric = r == c
        && left.data().chunks(q.max(1)).enumerate().all(|(a, row)| {
            row.iter().enumerate().all(|(j, x)| x.to_bits() == right[(j, a)].to_bits())
        });
    let first = |a: usize| if symmetric { a } else { 0 };
    let width = (0..r).map(|a| c - first(a)).sum::<usize>();
    let mut pairs = vec![0.0; q * width];
    for (j, mut row) in pairs.chunks_mut(width.max(1)).enumerate() {
        for a in 0..r {
            let (here, rest) = row.split_at_mut(c - first(a));
            let factors = &right.row(j)[first(a)..];
            here.iter_mut().zip(factors).for_each(|(out, x)| *out = left[(a, j)] * x);
            row = rest;
        }
    }
    let weights = match interleaved {
        true => View::new(d, q, count).transpose(),
        false => View::new(d, count, q),
    };
    let mut all = vec![0.0; count * width];
    dense::product(&mut all, false, weights, View::new(&pairs, q, width), 1.0, 1);
    if symmetric {
        let mut entries = vec![0.0; count * r * c];
        for (block, triangle) in entries.chunks_mut((r * c).max(1)).zip(all.chunks(width.max(1))) {
            let mut upper = triangle.iter();
            for a in 0..r {
                for b in a..c {
                    let x = upper.next().copied().unwrap_or_default();
                    block[a * c + b] = x;
                    block[b * c + a] = x;
                }
            }
        }
        all = entries;
    }
    Blocks { count, rows: r, cols: c, entries: all, interleaved }
}

impl Structured {
    /// The same as independent blocks, where its Kronecker products with an identity and its diagonals say that it is.
    pub fn as_blocks(&self) -> Option<Blocks> {
        let (count, interleaved) = self.candidate()?;
        let (rows, cols) = self.shape();
        if count < 2 || rows / count * cols > MOST_ENTRIES {
            return None;
        }
        if let Some(blocks) = self.weighted(count, interleaved) {
            return Some(blocks);
        }
        Blocks::new(self.split(count, interleaved)?, interleaved)
    }

    /// Number of blocks and whether they are interleaved, from the first part that tells.
    fn candidate(&self) -> Option<(usize, bool)> {
        match self.node() {
            Node::Kron(factors) => match (factors[0].node(), factors[1].node()) {
                (Node::Identity(n), _) => Some((*n, false)),
                (_, Node::Identity(n)) => Some((*n, true)),
                _ => None,
            },
            Node::Blocks(blocks) => Some((blocks.count, blocks.interleaved)),
            Node::Product(factors) => factors.iter().find_map(Structured::candidate),
            Node::Sum(terms) => terms.iter().find_map(|(_, term)| term.candidate()),
            _ => None,
        }
    }

    /// The block of which it has `count` equal ones.
    fn repeated(&self, count: usize, interleaved: bool) -> Option<Matrix> {
        let Node::Kron(factors) = self.node() else { return None };
        let [a, b] = &**factors;
        let (repeated, block) = if interleaved { (b, a) } else { (a, b) };
        match repeated.node() {
            Node::Identity(n) if *n == count => block.to_dense().ok(),
            _ => None,
        }
    }

    /// Of a product of a diagonal between repeated blocks.
    fn weighted(&self, count: usize, interleaved: bool) -> Option<Blocks> {
        let Node::Product(factors) = self.node() else { return None };
        let [left, middle, right] = &factors[..] else { return None };
        let Node::Diagonal(d) = middle.node() else { return None };
        let left = left.repeated(count, interleaved)?;
        Some(weighted(&left, d, &right.repeated(count, interleaved)?, count, interleaved))
    }

    fn split(&self, count: usize, interleaved: bool) -> Option<Vec<Matrix>> {
        let place = |k: usize, i: usize, size: usize| {
            if interleaved { i * count + k } else { k * size + i }
        };
        match self.node() {
            Node::Identity(n) if n.is_multiple_of(count) => {
                Some(vec![Matrix::identity(n / count); count])
            }
            Node::Diagonal(d) if d.len().is_multiple_of(count) => {
                let size = d.len() / count;
                let block = |k| {
                    let entries: Vec<f64> = (0..size).map(|i| d[place(k, i, size)]).collect();
                    Matrix::diagonal(&entries)
                };
                Some((0..count).map(block).collect())
            }
            Node::Kron(factors) => {
                let [a, b] = &**factors;
                let (repeated, block) = if interleaved { (b, a) } else { (a, b) };
                match repeated.node() {
                    Node::Identity(n) if *n == count => {
                        Some(vec![self.repeated(count, interleaved)?; count])
                    }
                    Node::Diagonal(d) if d.len() == count => {
                        let block = block.to_dense().ok()?;
                        Some(d.iter().map(|weight| block.scaled(*weight)).collect())
                    }
                    _ => None,
                }
            }
            Node::Blocks(blocks) if (blocks.interleaved, blocks.count) == (interleaved, count) => {
                Some(blocks.blocks().collect())
            }
            Node::Product(factors) => {
                if let Some(blocks) = self.weighted(count, interleaved) {
                    return Some(blocks.blocks().collect());
                }
                // A diagonal scales columns, which is cheaper than a product with its blocks.
                let mut blocks: Option<Vec<Matrix>> = None;
                for factor in factors {
                    let next = match (&mut blocks, factor.node()) {
                        (Some(blocks), Node::Diagonal(d)) if d.len().is_multiple_of(count) => {
                            let size = d.len() / count;
                            for (k, block) in blocks.iter_mut().enumerate() {
                                for row in block.data_mut().chunks_mut(size.max(1)) {
                                    let entries = row.iter_mut().enumerate();
                                    entries.for_each(|(j, x)| *x *= d[place(k, j, size)]);
                                }
                            }
                            continue;
                        }
                        _ => factor.split(count, interleaved)?,
                    };
                    blocks = Some(match blocks {
                        None => next,
                        Some(blocks) => {
                            blocks.iter().zip(&next).map(|(a, b)| product(a, b)).collect()
                        }
                    });
                }
                blocks
            }
            Node::Sum(terms) => {
                let mut sum: Option<Vec<Matrix>> = None;
                for (weight, term) in terms {
                    let blocks = term.split(count, interleaved)?;
                    sum = Some(match sum {
                        None => blocks.iter().map(|block| block.scaled(*weight)).collect(),
                        Some(sum) => {
                            sum.iter().zip(&blocks).map(|(s, b)| s.plus(*weight, b)).collect()
                        }
                    });
                }
                sum
            }
            _ => None,
        }
    }
}
