//! Einsums through `np.einsum`: groups of indices are split and joined by reshaping.

use std::collections::BTreeMap;

use beltrami_core::{Dim, Shape};

use super::code::{CodeId, Codes};
use super::size::{self, SizeNames};
use crate::einsum::Einsum;
use crate::module::Unsupported;

/// The code of an einsum over operands of known shapes.
pub(super) fn einsum(
    codes: &mut Codes,
    names: &SizeNames,
    text: &str,
    operands: &[(CodeId, &Shape)],
    result: &Shape,
) -> Result<CodeId, Unsupported> {
    let refused = || Unsupported::new(format!("einsum(\"{text}\", …)"));
    let spec = Einsum::read(text)
        .filter(|spec| spec.operands.len() == operands.len())
        .ok_or_else(refused)?;
    let sizes = index_sizes(&spec, operands, names).ok_or_else(refused)?;
    let mut letters = Letters::default();
    let (mut args, mut inputs) = (Vec::new(), Vec::new());
    for ((code, shape), axes) in operands.iter().zip(&spec.operands) {
        let indices: Vec<char> = axes.iter().flatten().copied().collect();
        let plain = axes.len() == size::rank(shape) && axes.iter().all(|axis| axis.len() == 1);
        args.push(if plain {
            *code
        } else {
            reshaped(codes, *code, &indices, &sizes).ok_or_else(refused)?
        });
        inputs.push(letters.word(&indices).ok_or_else(refused)?);
    }
    let mut output: Vec<char> = Vec::new();
    let mut word = String::new();
    for index in spec.result.iter().flatten() {
        let letter = letters.of(*index).ok_or_else(refused)?;
        if output.contains(index) {
            // A repeated index of the result is a δ, an identity matrix among the operands.
            let fresh = letters.fresh().ok_or_else(refused)?;
            args.push(
                codes.call(format!("np.eye({})", sizes.get(index).ok_or_else(refused)?), &[]),
            );
            inputs.push(format!("{letter}{fresh}"));
            word.push(fresh);
        } else {
            word.push(letter);
        }
        output.push(*index);
    }
    let holes: Vec<String> = (1..=args.len()).map(|place| format!("#{place}")).collect();
    let optimize = if args.len() > 2 { ", optimize=True" } else { "" };
    let template =
        format!("np.einsum(\"{}->{word}\", {}{optimize})", inputs.join(","), holes.join(", "));
    let code = codes.call(template, &args);
    let plain =
        spec.result.len() == size::rank(result) && spec.result.iter().all(|axis| axis.len() == 1);
    Ok(if plain {
        code
    } else if size::rank(result) == 0 && !spec.result.is_empty() {
        codes.call("np.reshape(#1, ())", &[code])
    } else if size::rank(result) == 0 {
        code
    } else {
        codes.call(format!("np.reshape(#1, {})", size::tuple(&size::axes(result), names)), &[code])
    })
}

/// The letters of `np.einsum`, given out in order of appearance.
#[derive(Default)]
struct Letters {
    given: BTreeMap<char, char>,
    count: usize,
}

impl Letters {
    fn of(&mut self, index: char) -> Option<char> {
        if let Some(letter) = self.given.get(&index) {
            return Some(*letter);
        }
        let letter = self.fresh()?;
        self.given.insert(index, letter);
        Some(letter)
    }

    fn fresh(&mut self) -> Option<char> {
        let letter = ALPHABET.get(self.count).map(|byte| char::from(*byte));
        self.count += 1;
        letter
    }

    fn word(&mut self, indices: &[char]) -> Option<String> {
        indices.iter().map(|index| self.of(*index)).collect()
    }
}

const ALPHABET: &[u8; 52] = b"ijklmnopqrstuvwxyzabcdefghIJKLMNOPQRSTUVWXYZABCDEFGH";

fn reshaped(
    codes: &mut Codes,
    code: CodeId,
    indices: &[char],
    sizes: &BTreeMap<char, String>,
) -> Option<CodeId> {
    let parts =
        indices.iter().map(|index| sizes.get(index).cloned()).collect::<Option<Vec<_>>>()?;
    Some(codes.call(format!("np.reshape(#1, {})", size::tuple_of(&parts)), &[code]))
}

/// The size of each index in Python: given by an axis of its own, or what is left of a group's axis.
fn index_sizes(
    spec: &Einsum,
    operands: &[(CodeId, &Shape)],
    names: &SizeNames,
) -> Option<BTreeMap<char, String>> {
    let mut sizes: BTreeMap<char, String> = BTreeMap::new();
    let mut groups: Vec<(&[char], Dim)> = Vec::new();
    for ((_, shape), axes) in operands.iter().zip(&spec.operands) {
        for (axis, dim) in axes.iter().zip(axis_sizes(shape, axes.len())?) {
            match axis.as_slice() {
                [] => {}
                [index] => {
                    sizes.entry(*index).or_insert_with(|| size::size(&dim, names));
                }
                group => groups.push((group, dim)),
            }
        }
    }
    while let Some(place) = groups.iter().position(|(group, _)| unknown(group, &sizes).len() <= 1) {
        let (group, dim) = groups.remove(place);
        if let Some(index) = unknown(group, &sizes).first() {
            let known: Vec<String> = group
                .iter()
                .filter(|other| *other != index)
                .filter_map(|other| sizes.get(other))
                .map(|s| format!("({s})"))
                .collect();
            let code = format!("({}) // ({})", size::size(&dim, names), known.join(" * "));
            sizes.insert(*index, code);
        }
    }
    groups.is_empty().then_some(sizes)
}

fn unknown(group: &[char], sizes: &BTreeMap<char, String>) -> Vec<char> {
    group.iter().copied().filter(|index| !sizes.contains_key(index)).collect()
}

/// The sizes of an operand's axes when the text gives it `count` of them.
fn axis_sizes(shape: &Shape, count: usize) -> Option<Vec<Dim>> {
    let (all, own) = (shape.axes(), size::axes(shape));
    if all.len() == count {
        Some(all)
    } else if own.len() == count {
        Some(own)
    } else if count == 1 && own.is_empty() {
        Some(vec![Dim::one()])
    } else {
        None
    }
}
