//! A structured matrix as arrays, with a description that says how they make it up.

use beltrami_linalg::Structured;
use beltrami_linalg::structured::Node;
use serde_json::{Value, json};

/// Named arrays and what they are the parts of.
pub struct Manifest {
    /// Name, sizes of the axes, and entries, last axis fastest.
    pub arrays: Vec<(String, Vec<usize>, Vec<f64>)>,
    /// The structure: nodes with a `kind`, arrays by name.
    pub structure: Value,
}

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

impl Manifest {
    /// Of a matrix.
    pub fn of(matrix: &Structured) -> Manifest {
        let mut arrays = Vec::new();
        let tree = node(matrix, &mut arrays);
        let (rows, cols) = matrix.shape();
        let mut kinds = serde_json::Map::new();
        for (kind, meaning) in KINDS {
            kinds.insert(kind.into(), json!(meaning));
        }
        let structure = json!({
            "format": "beltrami operator 1",
            "kind": matrix.kind(),
            "formula": matrix.to_string(),
            "shape": [rows, cols],
            "numbers": matrix.numbers(),
            "dense_numbers": rows as f64 * cols as f64,
            "acts_on": "the stacked columns of the variable: X.ravel(order='F')",
            "tree": tree,
            "kinds": kinds,
        });
        Manifest { arrays, structure }
    }
}

fn node(matrix: &Structured, arrays: &mut Vec<(String, Vec<usize>, Vec<f64>)>) -> Value {
    let mut keep = |axes: Vec<usize>, entries: Vec<f64>| {
        let name = format!("part_{}", arrays.len());
        arrays.push((name.clone(), axes, entries));
        name
    };
    match matrix.node() {
        Node::Dense(a) => {
            json!({ "kind": "dense", "array": keep(vec![a.rows(), a.cols()], a.data().to_vec()) })
        }
        Node::Identity(n) => json!({ "kind": "eye", "size": n }),
        Node::Commutation(m, n) => json!({ "kind": "commutation", "m": m, "n": n }),
        Node::Diagonal(d) => json!({ "kind": "diagonal", "array": keep(vec![d.len()], d.clone()) }),
        Node::Band(band) => {
            let (lower, upper) = band.widths();
            let array = keep(vec![band.len(), lower + upper + 1], band.rows().to_vec());
            json!({ "kind": "band", "array": array, "lower": lower, "upper": upper })
        }
        Node::Blocks(blocks) => {
            let (r, c) = blocks.block_shape();
            let array = keep(vec![blocks.count(), r, c], blocks.entries().to_vec());
            json!({ "kind": "blocks", "array": array, "interleaved": blocks.interleaved() })
        }
        Node::Kron(factors) => {
            let factors: Vec<Value> = factors.iter().map(|part| node(part, arrays)).collect();
            json!({ "kind": "kron", "factors": factors })
        }
        Node::Product(factors) => {
            let factors: Vec<Value> = factors.iter().map(|part| node(part, arrays)).collect();
            json!({ "kind": "product", "factors": factors })
        }
        Node::Sum(terms) => {
            let terms: Vec<Value> = terms
                .iter()
                .map(|(weight, term)| json!({ "weight": weight, "term": node(term, arrays) }))
                .collect();
            json!({ "kind": "sum", "terms": terms })
        }
    }
}
