//! The subscripts of an einsum, and the sizes of their letters.

use std::collections::BTreeMap;

use crate::error::ExecError;
use crate::tensor::size_text;

/// One axis: a letter, or several that are one axis together, the first slowest.
pub(crate) type Axis = Vec<char>;

/// Parsed einsum text, such as `(bj)(ai),ab->ij`.
#[derive(Debug, PartialEq)]
pub(crate) struct Subscripts {
    pub(crate) operands: Vec<Vec<Axis>>,
    pub(crate) output: Vec<Axis>,
}

impl Subscripts {
    pub(crate) fn parse(text: &str) -> Result<Subscripts, ExecError> {
        let refuse = |reason: String| ExecError::Einsum(format!("{reason} in `{text}`"));
        let (operands, output) =
            text.split_once("->").ok_or_else(|| refuse("no `->`".to_owned()))?;
        let operands = operands.split(',').map(axes).collect::<Result<_, _>>().map_err(refuse)?;
        let output = axes(output).map_err(refuse)?;
        Ok(Subscripts { operands, output })
    }

    /// The size of every letter, from the sizes of the operands.
    ///
    /// A letter that occurs in groups only is found by division once the other letters of one of its groups are known.
    pub(crate) fn sizes(&self, operands: &[&[usize]]) -> Result<BTreeMap<char, usize>, ExecError> {
        if operands.len() != self.operands.len() {
            let reason = format!(
                "the text is for {} operands, {} are given",
                self.operands.len(),
                operands.len()
            );
            return Err(ExecError::Einsum(reason));
        }
        let mut pending: Vec<(&Axis, usize)> = Vec::new();
        for (place, (axes, dims)) in self.operands.iter().zip(operands).enumerate() {
            let dims = logical_dims(dims, axes.len()).ok_or_else(|| {
                let (number, size) = (place + 1, size_text(dims));
                ExecError::Einsum(format!(
                    "operand {number} of size {size} does not have {} axes",
                    axes.len()
                ))
            })?;
            pending.extend(axes.iter().zip(dims));
        }
        let axes = pending.clone();
        let mut sizes = BTreeMap::new();
        loop {
            let before = pending.len();
            let mut kept = Vec::new();
            for (axis, size) in pending {
                match unknown(axis, size, &sizes)? {
                    Unknown::None => {}
                    Unknown::One(letter, size) => drop(sizes.insert(letter, size)),
                    Unknown::Several => kept.push((axis, size)),
                }
            }
            pending = kept;
            match pending.first() {
                None => break,
                Some((axis, _)) if pending.len() == before => {
                    return Err(ExecError::Einsum(format!(
                        "the sizes of the letters of `{}` cannot be told apart",
                        text(axis)
                    )));
                }
                Some(_) => {}
            }
        }
        for (axis, size) in axes {
            if let Unknown::One(..) | Unknown::Several = unknown(axis, size, &sizes)? {
                return Err(ExecError::Einsum(format!(
                    "the size of `{}` is not known",
                    text(axis)
                )));
            }
        }
        match self.output.iter().flatten().find(|letter| !sizes.contains_key(letter)) {
            Some(letter) => {
                Err(ExecError::Einsum(format!("output index `{letter}` occurs in no operand")))
            }
            None => Ok(sizes),
        }
    }
}

enum Unknown {
    None,
    One(char, usize),
    Several,
}

/// What an axis of a known size says about its letters.
fn unknown(axis: &Axis, size: usize, sizes: &BTreeMap<char, usize>) -> Result<Unknown, ExecError> {
    let refuse = || {
        let known: Vec<String> =
            axis.iter().filter_map(|c| sizes.get(c).map(|n| format!("{c} = {n}"))).collect();
        ExecError::Einsum(format!(
            "axis `{}` has size {size}, which does not fit {}",
            text(axis),
            known.join(", ")
        ))
    };
    let known = axis
        .iter()
        .filter_map(|c| sizes.get(c))
        .try_fold(1_usize, |p, n| p.checked_mul(*n))
        .ok_or_else(refuse)?;
    let mut unknown = axis.iter().filter(|c| !sizes.contains_key(c));
    let Some(first) = unknown.next() else {
        return if known == size { Ok(Unknown::None) } else { Err(refuse()) };
    };
    let mut times = 1_u32;
    for other in unknown {
        if other != first {
            return Ok(Unknown::Several);
        }
        times += 1;
    }
    if known == 0 || !size.is_multiple_of(known) {
        return Err(refuse());
    }
    let rest = size / known;
    // A letter that is twice in a group is the square root of what is left.
    let root = (rest as f64).powf(1.0 / f64::from(times)).round() as usize;
    if root.checked_pow(times) == Some(rest) {
        Ok(Unknown::One(*first, root))
    } else {
        Err(refuse())
    }
}

/// The sizes of the axes that an operand has for its subscripts: a scalar has none, a vector or row one.
pub(crate) fn logical_dims(dims: &[usize], axes: usize) -> Option<Vec<usize>> {
    match (dims, axes) {
        ([1, 1], 0) => Some(Vec::new()),
        ([n, 1] | [1, n], 1) => Some(vec![*n]),
        (_, 0 | 1) => None,
        _ => (dims.len() == axes).then(|| dims.to_vec()),
    }
}

fn axes(text: &str) -> Result<Vec<Axis>, String> {
    let mut axes: Vec<Axis> = Vec::new();
    let mut open: Option<Axis> = None;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match (c, &mut open) {
            ('(', None) => open = Some(Axis::new()),
            (')', Some(letters)) if !letters.is_empty() => axes.extend(open.take()),
            (letter, Some(letters)) if letter.is_alphabetic() => letters.push(letter),
            (letter, None) if letter.is_alphabetic() => axes.push(vec![letter]),
            _ => return Err(format!("`{c}` out of place")),
        }
    }
    if open.is_some() { Err("a `(` that is not closed".to_owned()) } else { Ok(axes) }
}

fn text(axis: &Axis) -> String {
    let letters: String = axis.iter().collect();
    if axis.len() == 1 { letters } else { format!("({letters})") }
}
