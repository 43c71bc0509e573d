//! # `einsum("ij,jk->ik", A, B)`: sum of products over indices
//!
//! For every value of the output indices, the product of the operands summed over all other indices,
//! $\sum_{jk\ldots} a_{ij} b_{jk} \cdots$.
//!
//! ## Shape
//! One letter an axis; `i` alone for a vector or a row, nothing for a scalar.
//! Letters in parentheses, slow index first, share one axis: `(ai)(bj)`.
//! An output index that stands twice puts the values on a diagonal; the output may have any number of axes.
//!
//! ## Domain
//! Axes that share a letter have one size, and every output letter occurs in an operand.
//!
//! ## Derivative
//! Linear in each operand: the sum of the same expression with one operand replaced by its differential.
//!
//! ## Structure
//! Nonnegative when all operands are.
//!
//! ## Examples
//! - `beltrami derive 'einsum("ij,j->i",A,x)' --by x` prints `A`
//! - `beltrami derive 'X' --by X --form index` prints `einsum("ik,jl->ijkl", eye(m), eye(n))`
//!
//! ## References
//! `LaueMitterreiterGiesen2020`.

use std::collections::BTreeMap;

use beltrami_core::{
    Arg, Differential, Dim, ExprId, Facts, Graph, Kernel, Lower, Op, Shape, ShapeError, Sizes,
};

/// The sum of products over indices.
pub static OP: Op = Op {
    name: "einsum",
    params: "",
    kernel: Kernel::Einsum,
    shape,
    facts: |graph, args| {
        args.iter().skip(1).fold(Facts::NONNEGATIVE, |facts, arg| facts & graph.facts(*arg))
    },
    lower: Lower::Einsum,
    differential: Differential::Build(differential),
    latex: r"\operatorname{einsum}_{#1}\left(#2, #3\right)",
    samples: &[
        r#"A: matrix(2,3), B: matrix(3,4) => einsum("ij,jk->ik", A, B)"#,
        r#"A: matrix(2,2), x: vector(3) => einsum("ii,j->ij", A, x)"#,
        r#"A: matrix(2,3), B: matrix(2,2) => einsum("ab,ij->(ai)(bj)", A, B)"#,
    ],
    references: &["LaueMitterreiterGiesen2020"],
    ..Op::BASE
};

/// The letters that share one axis.
type Axis = Vec<char>;

fn shape(sizes: &mut dyn Sizes, args: &[Arg]) -> Result<Shape, ShapeError> {
    let wanted = "a text such as \"ij,jk->ik\"";
    let text = args.first().and_then(Arg::text).ok_or(ShapeError::Expected { argument: 0, wanted })?;
    let (inputs, output) = parse(text).map_err(ShapeError::Einsum)?;
    if inputs.len() != args.len() - 1 {
        let reason = format!("the text is for {} operands, but {} are given", inputs.len(), args.len() - 1);
        return Err(ShapeError::Einsum(reason));
    }
    let mut letters: BTreeMap<char, Dim> = BTreeMap::new();
    let mut groups: Vec<(&Axis, Dim)> = Vec::new();
    for (place, axes) in inputs.iter().enumerate() {
        let found = axes_of(&args[place + 1].shape, axes.len()).ok_or_else(|| {
            let (operand, shape) = (place + 1, &args[place + 1].shape);
            ShapeError::Einsum(format!("operand {operand} is {shape}, which does not have {} axes", axes.len()))
        })?;
        for (axis, size) in axes.iter().zip(found) {
            match axis.as_slice() {
                [letter] => match letters.get(letter) {
                    Some(known) if sizes.same(known, &size) => {}
                    Some(known) => {
                        let reason = format!("index `{letter}` is both {known} and {size}");
                        return Err(ShapeError::Einsum(reason));
                    }
                    None => drop(letters.insert(*letter, size)),
                },
                _ => groups.push((axis, size)),
            }
        }
    }
    // Groups come last, when the letters that stand alone have given their sizes.
    for (axis, size) in groups {
        let product = product(axis, &letters).map_err(|letter| {
            ShapeError::Einsum(format!("the size of `{letter}` in the group `{}` is not known", group(axis)))
        })?;
        if !sizes.same(&product, &size) {
            return Err(ShapeError::Einsum(format!("the group `{}` is both {product} and {size}", group(axis))));
        }
    }
    let axes: Result<Vec<Dim>, char> = output.iter().map(|axis| product(axis, &letters)).collect();
    axes.map(|axes| Shape::of(&axes))
        .map_err(|letter| ShapeError::Einsum(format!("output index `{letter}` occurs in no operand")))
}

/// Operands and output of `ij,jk->ik`; what is wrong with the text otherwise.
fn parse(text: &str) -> Result<(Vec<Vec<Axis>>, Vec<Axis>), String> {
    let (inputs, output) = text.split_once("->").ok_or("the text has no `->`")?;
    let inputs: Result<_, String> = inputs.split(',').map(axes).collect();
    Ok((inputs?, axes(output)?))
}

fn axes(text: &str) -> Result<Vec<Axis>, String> {
    let mut axes: Vec<Axis> = Vec::new();
    let mut open: Option<Axis> = None;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match (c, &mut open) {
            ('(', None) => open = Some(Axis::new()),
            (')', Some(letters)) if !letters.is_empty() => axes.extend(open.take()),
            (letter, Some(letters)) if letter.is_ascii_alphabetic() => letters.push(letter),
            (letter, None) if letter.is_ascii_alphabetic() => axes.push(vec![letter]),
            _ => return Err(format!("`{c}` is out of place among letters and groups of letters")),
        }
    }
    match open {
        Some(_) => Err("a `(` is not closed".to_owned()),
        None => Ok(axes),
    }
}

/// The sizes of an operand written with this many axes.
fn axes_of(shape: &Shape, count: usize) -> Option<Vec<Dim>> {
    match count {
        0 => shape.is_scalar().then(Vec::new),
        1 if !shape.is_matrix() => None,
        1 if shape.cols.is_one() => Some(vec![shape.rows.clone()]),
        1 if shape.rows.is_one() => Some(vec![shape.cols.clone()]),
        1 => None,
        _ => Some(shape.axes()).filter(|axes| axes.len() == count),
    }
}

fn product(axis: &Axis, letters: &BTreeMap<char, Dim>) -> Result<Dim, char> {
    axis.iter().try_fold(Dim::one(), |size, letter| letters.get(letter).map(|n| size.times(n)).ok_or(*letter))
}

fn group(axis: &Axis) -> String {
    format!("({})", axis.iter().collect::<String>())
}

fn differential(graph: &mut Graph, args: &[ExprId], varied: &[Option<ExprId>]) -> Option<ExprId> {
    let mut terms = Vec::new();
    for (place, step) in varied.iter().enumerate().skip(1) {
        if let Some(step) = step {
            let mut moved = args.to_vec();
            *moved.get_mut(place)? = *step;
            terms.push(graph.build(Kernel::Einsum, &moved).ok()?);
        }
    }
    let shape = graph.shape(*terms.first()?).clone();
    graph.sum_of(&terms, &shape).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use beltrami_core::shape::Known;
    use beltrami_core::Literal;

    fn given(text: &str, operands: &[&[&str]]) -> Result<String, ShapeError> {
        let mut args = vec![Arg { shape: Shape::scalar(), value: Literal::Text(text.into()) }];
        for names in operands {
            let axes: Vec<Dim> = names.iter().map(|name| Dim::symbol(name)).collect();
            args.push(Arg { shape: Shape::of(&axes), value: Literal::None });
        }
        shape(&mut Known, &args).map(|shape| shape.to_string())
    }

    #[test]
    fn shapes_follow_the_letters() {
        assert_eq!(given("ij,jk->ik", &[&["m", "n"], &["n", "p"]]), Ok("m×p".to_owned()));
        assert_eq!(given("i,i->", &[&["n"], &["n"]]), Ok("1".to_owned()));
        assert_eq!(given("ik,jl->ijkl", &[&["m", "m"], &["n", "n"]]), Ok("m×n×m×n".to_owned()));
        assert_eq!(given("ab,ij->(ai)(bj)", &[&["m", "n"], &["p", "q"]]), Ok("m*p×n*q".to_owned()));
        assert_eq!(given(",i->i", &[&[], &["n"]]), Ok("n".to_owned()));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (text, operands) in [
            ("ij,jk", &[&["m", "n"] as &[&str], &["n", "p"]] as &[&[&str]]),
            ("ij,jk->ik", &[&["m", "n"]]),
            ("ij,jk->ik", &[&["m", "n"], &["m", "p"]]),
            ("ij->ik", &[&["m", "n"]]),
            ("i->i", &[&["m", "n"]]),
            ("(ij)->ij", &[&["p"]]),
            ("(ij->i", &[&["p"]]),
            ("()->", &[&["p"]]),
            ("i1->i", &[&["p"]]),
        ] {
            assert!(matches!(given(text, operands), Err(ShapeError::Einsum(_))), "{text}");
        }
    }
}
