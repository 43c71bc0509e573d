//! Sums and products of structured matrices, brought together where they share structure.

use crate::error::Error;
use crate::matrix::Matrix;
use crate::product::product;
use crate::structured::{Band, Node, Structured};

impl Structured {
    /// The sum of multiples: equal factors of Kronecker products are taken out, diagonals and bands added.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is a term and all are of one size.
    pub fn sum(terms: Vec<(f64, Structured)>) -> Result<Structured, Error> {
        let Some(shape) = terms.first().map(|(_, term)| term.shape()) else {
            let detail = "a sum of no terms".into();
            return Err(Error::Shape { function: "structured sum", detail });
        };
        if let Some((_, other)) = terms.iter().find(|(_, term)| term.shape() != shape) {
            let (p, q) = other.shape();
            let detail = format!("{}×{} plus {p}×{q}", shape.0, shape.1);
            return Err(Error::Shape { function: "structured sum", detail });
        }
        let mut flat: Vec<(f64, Structured)> = Vec::new();
        for (weight, term) in terms {
            match term.0 {
                Node::Sum(inner) => flat.extend(inner.into_iter().map(|(w, t)| (weight * w, t))),
                node => flat.push((weight, Structured(node))),
            }
        }
        flat.retain(|(weight, _)| *weight != 0.0);
        while let Some((i, j, merged)) = pair(&flat) {
            flat.remove(j);
            flat[i] = merged;
        }
        flat.retain(|(weight, _)| *weight != 0.0);
        match flat.len() {
            0 => Ok(Structured::zero(shape.0, shape.1)),
            1 => {
                let (weight, term) = flat.remove(0);
                Ok(term.scaled(weight))
            }
            _ => Ok(Structured(Node::Sum(flat))),
        }
    }

    /// The product from left to right: what is smaller multiplied out is, as are products of Kronecker products factor by
    /// factor, and what falls apart into blocks is kept as those.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is a factor and sizes fit.
    pub fn product(factors: Vec<Structured>) -> Result<Structured, Error> {
        let (Some(first), Some(last)) = (factors.first(), factors.last()) else {
            let detail = "a product of no factors".into();
            return Err(Error::Shape { function: "structured product", detail });
        };
        let (rows, cols) = (first.shape().0, last.shape().1);
        for pair in factors.windows(2) {
            let ((m, n), (p, q)) = (pair[0].shape(), pair[1].shape());
            if n != p {
                let detail = format!("{m}×{n} times {p}×{q}");
                return Err(Error::Shape { function: "structured product", detail });
            }
        }
        let mut weight = 1.0;
        let mut flat: Vec<Structured> = Vec::new();
        for factor in factors {
            flatten(factor, &mut weight, &mut flat);
        }
        let mut at = 0;
        while at + 1 < flat.len() {
            match multiplied(&flat[at], &flat[at + 1]) {
                Some(merged) => {
                    flat.splice(at..at + 2, [merged]);
                    at = at.saturating_sub(1);
                }
                None => at += 1,
            }
        }
        let whole = match flat.len() {
            0 if rows == cols => Structured::identity(rows),
            1 => flat.remove(0),
            _ => Structured(Node::Product(flat)),
        };
        let whole = match whole.node() {
            Node::Product(_) => match whole.as_blocks() {
                Some(blocks) => smaller(whole, Structured::blocks(blocks)),
                None => whole,
            },
            _ => whole,
        };
        Ok(whole.scaled(weight))
    }

    /// A multiple.
    #[must_use]
    pub fn scaled(self, weight: f64) -> Structured {
        if weight == 1.0 {
            return self;
        }
        if weight == 0.0 {
            let (rows, cols) = self.shape();
            return Structured::zero(rows, cols);
        }
        match self.0 {
            Node::Dense(a) => Structured::dense(a.scaled(weight)),
            Node::Diagonal(d) => Structured::diagonal(d.iter().map(|x| weight * x).collect()),
            Node::Band(band) => {
                Structured::band(band.plus(weight, &Band::zeros(band.len(), 0, 0), 0.0))
            }
            Node::Sum(terms) => {
                Structured(Node::Sum(terms.into_iter().map(|(w, t)| (weight * w, t)).collect()))
            }
            node => Structured(Node::Sum(vec![(weight, Structured(node))])),
        }
    }
}

fn smaller(a: Structured, b: Structured) -> Structured {
    if b.numbers() < a.numbers() { b } else { a }
}

/// Two terms of a sum that are one, with their places.
fn pair(terms: &[(f64, Structured)]) -> Option<(usize, usize, (f64, Structured))> {
    (0..terms.len()).find_map(|i| {
        (i + 1..terms.len()).find_map(|j| added(&terms[i], &terms[j]).map(|merged| (i, j, merged)))
    })
}

fn added((v, a): &(f64, Structured), (w, b): &(f64, Structured)) -> Option<(f64, Structured)> {
    if a == b {
        return Some((v + w, a.clone()));
    }
    let one = |merged: Structured| Some((1.0, merged));
    let entries = |s: &Structured| match s.node() {
        Node::Diagonal(d) => Some(d.clone()),
        Node::Identity(n) => Some(vec![1.0; *n]),
        _ => None,
    };
    match (a.node(), b.node()) {
        (Node::Dense(x), Node::Dense(y)) => one(Structured::dense(x.scaled(*v).plus(*w, y))),
        (Node::Dense(x), Node::Diagonal(_) | Node::Identity(_)) => {
            one(Structured::dense(raised(&x.scaled(*v), *w, &entries(b)?)))
        }
        (Node::Diagonal(_) | Node::Identity(_), Node::Dense(y)) => {
            one(Structured::dense(raised(&y.scaled(*w), *v, &entries(a)?)))
        }
        (Node::Band(x), Node::Band(y)) => one(Structured::band(x.plus(*v, y, *w))),
        (Node::Band(x), Node::Diagonal(_) | Node::Identity(_)) => {
            one(Structured::band(x.plus(*v, &Band::of_diagonal(&entries(b)?), *w)))
        }
        (Node::Diagonal(_) | Node::Identity(_), Node::Band(y)) => {
            one(Structured::band(y.plus(*w, &Band::of_diagonal(&entries(a)?), *v)))
        }
        (Node::Diagonal(_) | Node::Identity(_), Node::Diagonal(_) | Node::Identity(_)) => {
            let (x, y) = (entries(a)?, entries(b)?);
            one(Structured::diagonal(x.iter().zip(&y).map(|(x, y)| v * x + w * y).collect()))
        }
        (Node::Kron(x), Node::Kron(y)) => {
            let fits = |k: usize| x[k].shape() == y[k].shape();
            if !(fits(0) && fits(1)) {
                None
            } else if x[0] == y[0] {
                let right = vec![(*v, x[1].clone()), (*w, y[1].clone())];
                one(Structured::kron(x[0].clone(), Structured::sum(right).ok()?))
            } else if x[1] == y[1] {
                let left = vec![(*v, x[0].clone()), (*w, y[0].clone())];
                one(Structured::kron(Structured::sum(left).ok()?, x[1].clone()))
            } else {
                None
            }
        }
        (Node::Kron(x), Node::Identity(_)) => shifted(x, *v, *w),
        (Node::Identity(_), Node::Kron(y)) => shifted(y, *w, *v),
        // Blocks take in what is made of blocks likewise.
        (Node::Blocks(_), _) | (_, Node::Blocks(_)) => {
            let sum = Structured(Node::Sum(vec![(*v, a.clone()), (*w, b.clone())]));
            one(Structured::blocks(sum.as_blocks()?))
        }
        _ => None,
    }
}

/// `A + weight*diag(entries)`.
fn raised(a: &Matrix, weight: f64, entries: &[f64]) -> Matrix {
    let mut sum = a.clone();
    entries.iter().enumerate().for_each(|(i, x)| sum[(i, i)] += weight * x);
    sum
}

/// `v*(I ⊗ B) + w*I`, whose second factor is `v*B + w*I`; likewise with the factors exchanged.
fn shifted(factors: &[Structured; 2], v: f64, w: f64) -> Option<(f64, Structured)> {
    let place = factors.iter().position(|factor| matches!(factor.node(), Node::Identity(_)))?;
    let other = &factors[1 - place];
    let (n, width) = other.shape();
    if n != width {
        return None;
    }
    let terms = vec![(v, other.clone()), (w, Structured::identity(n))];
    let sum = Structured::sum(terms).ok()?;
    let whole = match place {
        0 => Structured::kron(factors[0].clone(), sum),
        _ => Structured::kron(sum, factors[1].clone()),
    };
    Some((1.0, whole))
}

fn flatten(factor: Structured, weight: &mut f64, flat: &mut Vec<Structured>) {
    match factor.0 {
        Node::Identity(_) => {}
        Node::Product(factors) => factors.into_iter().for_each(|f| flatten(f, weight, flat)),
        Node::Sum(mut terms) if terms.len() == 1 => {
            let (w, term) = terms.remove(0);
            *weight *= w;
            flatten(term, weight, flat);
        }
        node => flat.push(Structured(node)),
    }
}

/// Two neighbours in a product as one.
fn multiplied(a: &Structured, b: &Structured) -> Option<Structured> {
    match (a.node(), b.node()) {
        (Node::Dense(x), Node::Dense(y)) => {
            let room = x.rows().checked_mul(y.cols())?;
            (room <= x.data().len() + y.data().len()).then(|| Structured::dense(product(x, y)))
        }
        (Node::Diagonal(d), Node::Dense(y)) => {
            Some(Structured::dense(Matrix::from_fn(y.rows(), y.cols(), |i, j| d[i] * y[(i, j)])))
        }
        (Node::Dense(x), Node::Diagonal(d)) => {
            Some(Structured::dense(Matrix::from_fn(x.rows(), x.cols(), |i, j| x[(i, j)] * d[j])))
        }
        (Node::Diagonal(d), Node::Diagonal(e)) => {
            Some(Structured::diagonal(d.iter().zip(e).map(|(x, y)| x * y).collect()))
        }
        (Node::Commutation(m, n), Node::Commutation(p, q)) if (m, n) == (q, p) => {
            Some(Structured::identity(m * n))
        }
        (Node::Kron(x), Node::Kron(y)) => {
            let fits = |k: usize| x[k].shape().1 == y[k].shape().0;
            if !(fits(0) && fits(1)) {
                return None;
            }
            let part = |k: usize| Structured::product(vec![x[k].clone(), y[k].clone()]).ok();
            let merged = Structured::kron(part(0)?, part(1)?);
            (merged.numbers() <= a.numbers() + b.numbers()).then_some(merged)
        }
        _ => None,
    }
}
