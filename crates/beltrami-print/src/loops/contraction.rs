//! Sums of products of several arrays, two at a time.

use crate::program::{ArrayId, Operation, Program};

/// An operand: a letter for every axis.
type Operand = (String, ArrayId);

/// The array of an einsum: pairs whose common letters can be summed over come first, those with the fewest loops before
/// others, and what is a product of matrices is one.
pub(super) fn contracted(
    program: &mut Program,
    words: &[String],
    kept: &str,
    args: &[ArrayId],
) -> ArrayId {
    let mut operands: Vec<Operand> = words.iter().cloned().zip(args.iter().copied()).collect();
    while operands.len() > 2 {
        let Some((a, b, word)) = cheapest(&operands, kept) else { break };
        let second = operands.remove(b);
        let first = std::mem::take(&mut operands[a].0);
        let array = pair(program, (&first, operands[a].1), (&second.0, second.1), &word);
        operands[a] = (word, array);
    }
    match operands.as_slice() {
        [(a, x), (b, y)] => pair(program, (a, *x), (b, *y), kept),
        _ => {
            let (words, args): (Vec<String>, Vec<ArrayId>) = operands.into_iter().unzip();
            program.apply(Operation::Einsum(words, kept.to_owned()), &args)
        }
    }
}

/// The places of two operands with a letter that nothing else has, and the letters that are left of them.
fn cheapest(operands: &[Operand], kept: &str) -> Option<(usize, usize, String)> {
    let all = letters(operands.iter().map(|(word, _)| word.as_str())).len();
    let mut best: Option<(usize, usize, usize, usize, String)> = None;
    for a in 0..operands.len() {
        for b in a + 1..operands.len() {
            let both = letters([operands[a].0.as_str(), operands[b].0.as_str()]);
            let others = |c: char| {
                let rest =
                    operands.iter().enumerate().filter(|(place, _)| *place != a && *place != b);
                kept.contains(c) || rest.into_iter().any(|(_, (word, _))| word.contains(c))
            };
            let left: String = both.chars().filter(|c| others(*c)).collect();
            if left.len() < both.len() && both.len() < all {
                let found = (both.len(), left.len(), a, b, left);
                best = Some(best.map_or(found.clone(), |best| best.min(found)));
            }
        }
    }
    best.map(|(_, _, a, b, left)| (a, b, left))
}

/// The distinct letters of words, in order of appearance.
fn letters<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut found = String::new();
    for letter in words.into_iter().flat_map(str::chars) {
        if !found.contains(letter) {
            found.push(letter);
        }
    }
    found
}

/// An einsum of two operands.
fn pair(
    program: &mut Program,
    (a, x): (&str, ArrayId),
    (b, y): (&str, ArrayId),
    kept: &str,
) -> ArrayId {
    if let Some((flip_a, flip_b, flip)) = as_product(a, b, kept) {
        let mut turned = |flip: bool, array: ArrayId| match flip {
            true => program.apply(Operation::Transpose, &[array]),
            false => array,
        };
        let (x, y) = (turned(flip_a, x), turned(flip_b, y));
        let product = program.apply(Operation::Product, &[x, y]);
        return if flip { program.apply(Operation::Transpose, &[product]) } else { product };
    }
    program.apply(Operation::Einsum(vec![a.to_owned(), b.to_owned()], kept.to_owned()), &[x, y])
}

/// Whether a matrix times a matrix or a vector, which factors to transpose for it, and whether the product.
fn as_product(a: &str, b: &str, kept: &str) -> Option<(bool, bool, bool)> {
    let plain = [a, b, kept].iter().all(|word| letters([*word]).len() == word.len());
    let mut shared = a.chars().filter(|c| b.contains(*c));
    let (sum, None) = (shared.next()?, shared.next()) else { return None };
    if !plain || kept.contains(sum) || a.len() != 2 || !matches!(b.len(), 1 | 2) {
        return None;
    }
    let (flip_a, flip_b) = (a.starts_with(sum), b.len() == 2 && b.ends_with(sum));
    let row = a.chars().find(|c| *c != sum)?;
    (kept.len() == b.len()).then(|| (flip_a, flip_b, !kept.starts_with(row)))
}
