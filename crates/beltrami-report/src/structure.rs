//! A structured matrix as arrays, with a description that says how they make it up.

use std::collections::BTreeMap;

use beltrami::engine::linalg::Structured;
use beltrami::engine::linalg::structured::Node;
use serde::Serialize;

/// How a matrix is made up.
#[derive(Clone, Debug, Serialize)]
pub struct Structure {
    /// Of this description, with its version.
    pub format: &'static str,
    /// The kind of matrix.
    pub kind: String,
    /// The structure as a formula.
    pub formula: String,
    /// Rows and columns.
    pub shape: [usize; 2],
    /// Numbers that are stored.
    pub numbers: usize,
    /// Numbers that the matrix has written out.
    pub dense_numbers: f64,
    /// What it multiplies.
    pub acts_on: &'static str,
    /// The parts.
    pub tree: Part,
    /// What the kinds of parts mean.
    pub kinds: BTreeMap<&'static str, &'static str>,
}

/// A part of a matrix; arrays by name.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[expect(missing_docs, reason = "`KINDS` says what each kind and its fields mean")]
pub enum Part {
    Dense { array: String },
    Eye { size: usize },
    Commutation { m: usize, n: usize },
    Diagonal { array: String },
    Band { array: String, lower: usize, upper: usize },
    Blocks { array: String, interleaved: bool },
    Kron { factors: Vec<Part> },
    Product { factors: Vec<Part> },
    Sum { terms: Vec<Term> },
}

/// A term of a sum.
#[derive(Clone, Debug, Serialize)]
pub struct Term {
    /// What it is multiplied by.
    pub weight: f64,
    /// The matrix.
    pub term: Part,
}

/// An array that a structure names: its name, the sizes of its axes, and its entries, last axis fastest.
pub type Named = (String, Vec<usize>, Vec<f64>);

/// What each kind means, for a reader of the file.
const KINDS: [(&str, &str); 9] = [
    ("dense", "the array"),
    ("eye", "the identity of this size"),
    ("commutation", "K(m,n): x.reshape(n, m).T.ravel()"),
    ("diagonal", "the array on the diagonal"),
    ("band", "row i of the array holds columns i-lower to i+upper"),
    (
        "blocks",
        "array[k] is block k along the diagonal; interleaved: its entry (i,j) stands in row i*count+k, column j*count+k",
    ),
    (
        "kron",
        "numpy.kron of the two factors; of x: (L @ x.reshape(q, s) @ R.T).ravel() for L p×q and R r×s",
    ),
    ("product", "the factors multiplied from left to right"),
    ("sum", "the terms, each times its weight, added"),
];

impl Structure {
    /// That of a matrix, and the arrays that it names.
    pub fn of(matrix: &Structured) -> (Structure, Vec<Named>) {
        let mut arrays = Vec::new();
        let tree = part(matrix, &mut arrays);
        let (rows, cols) = matrix.shape();
        let structure = Structure {
            format: "beltrami operator 1",
            kind: matrix.kind(),
            formula: matrix.to_string(),
            shape: [rows, cols],
            numbers: matrix.numbers(),
            dense_numbers: rows as f64 * cols as f64,
            acts_on: "the stacked columns of the variable: X.ravel(order='F')",
            tree,
            kinds: KINDS.into_iter().collect(),
        };
        (structure, arrays)
    }
}

fn part(matrix: &Structured, arrays: &mut Vec<Named>) -> Part {
    let mut keep = |axes: Vec<usize>, entries: Vec<f64>| {
        let name = format!("part_{}", arrays.len());
        arrays.push((name.clone(), axes, entries));
        name
    };
    match matrix.node() {
        Node::Dense(a) => Part::Dense { array: keep(vec![a.rows(), a.cols()], a.data().to_vec()) },
        Node::Identity(n) => Part::Eye { size: *n },
        Node::Commutation(m, n) => Part::Commutation { m: *m, n: *n },
        Node::Diagonal(d) => Part::Diagonal { array: keep(vec![d.len()], d.clone()) },
        Node::Band(band) => {
            let (lower, upper) = band.widths();
            let array = keep(vec![band.len(), lower + upper + 1], band.rows().to_vec());
            Part::Band { array, lower, upper }
        }
        Node::Blocks(blocks) => {
            let (r, c) = blocks.block_shape();
            let array = keep(vec![blocks.count(), r, c], blocks.entries().to_vec());
            Part::Blocks { array, interleaved: blocks.interleaved() }
        }
        Node::Kron(factors) => {
            Part::Kron { factors: factors.iter().map(|factor| part(factor, arrays)).collect() }
        }
        Node::Product(factors) => {
            Part::Product { factors: factors.iter().map(|factor| part(factor, arrays)).collect() }
        }
        Node::Sum(terms) => {
            let term = |(weight, term): &(f64, Structured)| Term {
                weight: *weight,
                term: part(term, arrays),
            };
            Part::Sum { terms: terms.iter().map(term).collect() }
        }
    }
}
