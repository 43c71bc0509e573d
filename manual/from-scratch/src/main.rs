//! A matrix-calculus compiler for `+`, `*`, `'` and `tr`, explained in the manual's from-scratch chapter.
// ANCHOR: tree
use std::collections::BTreeMap;

/// An expression, as the user wrote it.
#[derive(Clone, Debug)]
enum Expr {
    Name(String),
    Add(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
    Transpose(Box<Expr>),
    Trace(Box<Expr>),
}
use Expr::*;

/// Rows and columns, each the name of a size or "1".
type Shape = (String, String);
type Shapes = BTreeMap<String, Shape>;
type Result<T> = std::result::Result<T, String>;
// ANCHOR_END: tree

// ANCHOR: parser
/// Splits a text into names and signs, the next one last.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut in_name = false;
    for c in text.chars() {
        match (c.is_alphanumeric(), words.last_mut()) {
            (true, Some(name)) if in_name => name.push(c),
            _ if c.is_whitespace() => {}
            _ => words.push(c.to_string()),
        }
        in_name = c.is_alphanumeric();
    }
    words.into_iter().rev().collect()
}

fn parse(text: &str) -> Result<Expr> {
    let mut rest = words(text);
    let tree = sum(&mut rest)?;
    rest.pop().map_or(Ok(tree), |word| Err(format!("`{word}` is left over")))
}

fn next_is(rest: &mut Vec<String>, word: &str) -> bool {
    rest.pop_if(|next| next == word).is_some()
}

fn sum(rest: &mut Vec<String>) -> Result<Expr> {
    let mut left = product(rest)?;
    while next_is(rest, "+") {
        left = Add(left.into(), product(rest)?.into());
    }
    Ok(left)
}

fn product(rest: &mut Vec<String>) -> Result<Expr> {
    let mut left = factor(rest)?;
    while next_is(rest, "*") {
        left = Mul(left.into(), factor(rest)?.into());
    }
    Ok(left)
}

fn factor(rest: &mut Vec<String>) -> Result<Expr> {
    let mut tree = match rest.pop().ok_or("the text ends too early")?.as_str() {
        "(" => parenthesis(rest)?,
        "tr" if next_is(rest, "(") => Trace(parenthesis(rest)?.into()),
        name if name.chars().all(char::is_alphanumeric) => Name(name.to_owned()),
        sign => return Err(format!("`{sign}` where an operand is expected")),
    };
    while next_is(rest, "'") {
        tree = Transpose(tree.into());
    }
    Ok(tree)
}

fn parenthesis(rest: &mut Vec<String>) -> Result<Expr> {
    let inside = sum(rest)?;
    if next_is(rest, ")") { Ok(inside) } else { Err("`)` expected".to_owned()) }
}
// ANCHOR_END: parser

// ANCHOR: shapes
fn shape(tree: &Expr, shapes: &Shapes) -> Result<Shape> {
    Ok(match tree {
        Name(name) => shapes.get(name).cloned().ok_or(format!("`{name}` is not declared"))?,
        Transpose(a) => shape(a, shapes).map(|(rows, cols)| (cols, rows))?,
        Trace(a) => match shape(a, shapes)? {
            (rows, cols) if rows == cols => ("1".to_owned(), "1".to_owned()),
            (rows, cols) => return Err(format!("the trace of a {rows}×{cols} matrix")),
        },
        Add(a, b) => match (shape(a, shapes)?, shape(b, shapes)?) {
            (a, b) if a == b => a,
            ((m, n), (p, q)) => return Err(format!("cannot add {m}×{n} and {p}×{q}")),
        },
        Mul(a, b) => match (shape(a, shapes)?, shape(b, shapes)?) {
            (a, b) if is_scalar(&a) => b,
            (a, b) if is_scalar(&b) => a,
            ((m, n), (p, q)) if n == p => (m, q),
            ((m, n), (p, q)) => return Err(format!("cannot multiply {m}×{n} by {p}×{q}")),
        },
    })
}

fn is_scalar((rows, cols): &Shape) -> bool {
    rows == "1" && cols == "1"
}
// ANCHOR_END: shapes

// ANCHOR: differential
/// The differential, linear in `dX`; `None` where nothing varies.
fn differential(tree: &Expr, x: &str) -> Option<Expr> {
    let sum = |a: Option<Expr>, b: Option<Expr>| match (a, b) {
        (Some(a), Some(b)) => Some(Add(a.into(), b.into())),
        (a, b) => a.or(b),
    };
    let d = |a: &Expr| differential(a, x);
    match tree {
        Name(name) => (name == x).then(|| Name(format!("d{x}"))),
        Transpose(a) => d(a).map(|da| Transpose(da.into())),
        Trace(a) => d(a).map(|da| Trace(da.into())),
        Add(a, b) => sum(d(a), d(b)),
        Mul(a, b) => {
            sum(d(a).map(|da| Mul(da.into(), b.clone())), d(b).map(|db| Mul(a.clone(), db.into())))
        }
    }
}
// ANCHOR_END: differential

// ANCHOR: normal
/// A product of names, each perhaps transposed; the empty one is the identity, or 1.
type Chain = Vec<(String, bool)>;

/// Traces times a chain, as in `tr(A*B)*C`. A sum is a list of terms, with repetitions.
#[derive(Clone, Default)]
struct Term {
    traces: Vec<Chain>,
    chain: Chain,
}

fn transposed(chain: &Chain) -> Chain {
    chain.iter().rev().map(|(name, flipped)| (name.clone(), !flipped)).collect()
}

/// Multiplies out. A chain that is a scalar becomes a trace: a number is its own.
fn expand(tree: &Expr, shapes: &Shapes) -> Result<Vec<Term>> {
    let mut terms = match tree {
        Name(name) => vec![Term { traces: vec![], chain: vec![(name.clone(), false)] }],
        Trace(a) => expand(a, shapes)?,
        Add(a, b) => [expand(a, shapes)?, expand(b, shapes)?].concat(),
        Transpose(a) => expand(a, shapes)?
            .into_iter()
            .map(|term| Term { chain: transposed(&term.chain), ..term })
            .collect(),
        Mul(a, b) => {
            let (left, right) = (expand(a, shapes)?, expand(b, shapes)?);
            let times = |l: &Term, r: &Term| Term {
                traces: [&l.traces[..], &r.traces].concat(),
                chain: [&l.chain[..], &r.chain].concat(),
            };
            left.iter().flat_map(|l| right.iter().map(move |r| times(l, r))).collect()
        }
    };
    if is_scalar(&shape(tree, shapes)?) {
        for term in terms.iter_mut().filter(|term| !term.chain.is_empty()) {
            term.traces.push(std::mem::take(&mut term.chain));
        }
    }
    Ok(terms)
}
// ANCHOR_END: normal

// ANCHOR: gradient
/// The derivative in numerator layout: the `G` of `df = tr(G*dX)`.
fn gradient(tree: &Expr, x: &str, shapes: &Shapes) -> Result<Vec<Term>> {
    if !is_scalar(&shape(tree, shapes)?) {
        return Err("only a scalar has a gradient".to_owned());
    }
    let Some(d) = differential(tree, x) else { return Ok(vec![]) };
    let mut shapes = shapes.clone();
    shapes.insert(format!("d{x}"), shapes[x].clone());
    let mut terms = expand(&d, &shapes)?;
    for term in &mut terms {
        let place = |chain: &Chain| chain.iter().position(|(name, _)| *name == format!("d{x}"));
        let varied = term.traces.iter().position(|chain| place(chain).is_some());
        let mut cycle = term.traces.remove(varied.ok_or("the differential is not linear")?);
        let turn = place(&cycle).unwrap_or(0);
        cycle.rotate_left(turn); // the cyclic rule: tr(P*dX*Q) = tr(dX*Q*P)
        let (_, flipped) = cycle.remove(0);
        // tr(dX'*C) = tr(C'*dX), because a matrix and its transpose have one trace.
        term.chain = if flipped { transposed(&cycle) } else { cycle };
    }
    Ok(terms)
}
// ANCHOR_END: gradient

// ANCHOR: print
fn print_chain(chain: &[(String, bool)]) -> String {
    let atoms = chain.iter().map(|(name, flipped)| name.clone() + if *flipped { "'" } else { "" });
    atoms.collect::<Vec<_>>().join("*")
}

/// One text for all equal traces: the first among the turns of the chain and of its transpose.
fn print_trace(chain: &Chain) -> String {
    let turns = |chain: Chain| {
        (0..chain.len()).map(move |k| print_chain(&[&chain[k..], &chain[..k]].concat()))
    };
    let all = turns(chain.clone()).chain(turns(transposed(chain)));
    format!("tr({})", all.min_by_key(|text| (text.len(), text.clone())).unwrap_or_default())
}

/// The sum of the terms, equal ones counted; an empty chain is `I`, or 1 for a scalar.
fn print(terms: &[Term], scalar: bool) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for term in terms {
        let mut factors: Vec<String> = term.traces.iter().map(print_trace).collect();
        factors.sort();
        match term.chain.is_empty() {
            false => factors.push(print_chain(&term.chain)),
            true if scalar && !factors.is_empty() => {}
            true => factors.push(if scalar { "1" } else { "I" }.to_owned()),
        }
        *counts.entry(factors.join("*")).or_default() += 1;
    }
    let written = counts.iter().map(|(text, count)| match count {
        1 => text.clone(),
        count => format!("{count}*{text}"),
    });
    if terms.is_empty() { "0".to_owned() } else { written.collect::<Vec<_>>().join(" + ") }
}
// ANCHOR_END: print

// ANCHOR: check
type Matrix = Vec<Vec<f64>>;

fn matrix(rows: usize, cols: usize, mut entry: impl FnMut(usize, usize) -> f64) -> Matrix {
    (0..rows).map(|i| (0..cols).map(|j| entry(i, j)).collect()).collect()
}

fn value(tree: &Expr, at: &BTreeMap<String, Matrix>) -> Matrix {
    match tree {
        Name(name) => name.parse().map_or_else(|_| at[name].clone(), |x| vec![vec![x]]),
        Transpose(a) => {
            let a = value(a, at);
            matrix(a[0].len(), a.len(), |i, j| a[j][i])
        }
        Trace(a) => vec![vec![value(a, at).iter().enumerate().map(|(i, row)| row[i]).sum()]],
        Add(a, b) => {
            let (a, b) = (value(a, at), value(b, at));
            matrix(a.len(), a[0].len(), |i, j| a[i][j] + b[i][j])
        }
        Mul(a, b) => match (value(a, at), value(b, at)) {
            (s, a) | (a, s) if (s.len(), s[0].len()) == (1, 1) => {
                matrix(a.len(), a[0].len(), |i, j| s[0][0] * a[i][j])
            }
            (a, b) => {
                matrix(a.len(), b[0].len(), |i, j| (0..b.len()).map(|k| a[i][k] * b[k][j]).sum())
            }
        },
    }
}

/// Compares the printed text, read again, with central differences in every entry.
fn check(tree: &Expr, x: &str, printed: &str, shapes: &Shapes) -> Result<()> {
    let size = |dim: &str| if dim == "1" { 1 } else { 2 + dim.as_bytes()[0] as usize % 3 };
    let mut seed = 0.5_f64;
    let mut random = |_, _| {
        seed = (seed * 997.0 + 0.123).fract();
        seed
    };
    let mut at = BTreeMap::new();
    for (name, (rows, cols)) in shapes {
        at.insert(name.clone(), matrix(size(rows), size(cols), &mut random));
    }
    let (m, n) = (size(&shapes[x].0), size(&shapes[x].1));
    at.insert("I".to_owned(), matrix(m, m, |i, j| f64::from(i == j)));
    let derivative = value(&parse(printed)?, &at);
    for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
        let mut moved = |step: f64| {
            at.get_mut(x).expect("a declared name")[i][j] += step;
            value(tree, &at)[0][0]
        };
        let (ahead, behind) = (moved(1e-5), moved(-2e-5));
        moved(1e-5);
        let expected = (ahead - behind) / 2e-5;
        let found = derivative.get(j).and_then(|row| row.get(i)).copied().unwrap_or(0.0);
        if (found - expected).abs() > 1e-6 * (1.0 + expected.abs()) {
            return Err(format!("`{printed}` has {found} where {expected} is measured"));
        }
    }
    Ok(())
}
// ANCHOR_END: check

// ANCHOR: main
/// The derivative as text, checked. Shapes are declared as in `A m n, x n 1`.
fn derive(text: &str, x: &str, declarations: &str) -> Result<String> {
    let mut shapes = Shapes::new();
    for declaration in declarations.split(',') {
        let parts: Vec<String> = declaration.split_whitespace().map(str::to_owned).collect();
        let [name, rows, cols] = parts.try_into().map_err(|_| "declare `name rows cols`")?;
        shapes.insert(name, (rows, cols));
    }
    let tree = parse(text)?;
    let scalar = is_scalar(&shape(&Name(x.to_owned()), &shapes)?);
    let printed = print(&gradient(&tree, x, &shapes)?, scalar);
    check(&tree, x, &printed, &shapes).map(|()| printed)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [text, x, declarations] = &args[..] else {
        return println!("usage: from-scratch EXPRESSION NAME DECLARATIONS");
    };
    println!("{}", derive(text, x, declarations).unwrap_or_else(|why| format!("error: {why}")));
}
// ANCHOR_END: main
