//! Einsums over plain axes: groups of indices are split and joined by reshaping.

use std::collections::BTreeMap;

use beltrami_core::{Dim, Shape};

use super::operation::{ArrayId, Operation, Program};
use super::shape;
use crate::einsum::Einsum;
use crate::module::Unsupported;

/// The array of an einsum over operands of known shapes.
pub(super) fn einsum(
    program: &mut Program,
    text: &str,
    operands: &[(ArrayId, &Shape)],
    result: &Shape,
) -> Result<ArrayId, Unsupported> {
    let refused = || Unsupported::new(format!("einsum(\"{text}\", …)"));
    let spec = Einsum::read(text)
        .filter(|spec| spec.operands.len() == operands.len())
        .ok_or_else(refused)?;
    let sizes = index_sizes(&spec, operands).ok_or_else(refused)?;
    let size = |index: &char| sizes.get(index).cloned();
    let mut letters = Letters::default();
    let (mut args, mut words) = (Vec::new(), Vec::new());
    for ((array, shape), axes) in operands.iter().zip(&spec.operands) {
        let indices: Vec<char> = axes.iter().flatten().copied().collect();
        let plain = axes.len() == shape::rank(shape) && axes.iter().all(|axis| axis.len() == 1);
        args.push(if plain {
            *array
        } else {
            let axes = indices.iter().map(size).collect::<Option<Vec<_>>>().ok_or_else(refused)?;
            program.apply(Operation::Reshape(axes), &[*array])
        });
        words.push(letters.word(&indices).ok_or_else(refused)?);
    }
    let mut output: Vec<char> = Vec::new();
    let mut kept = String::new();
    for index in spec.result.iter().flatten() {
        let letter = letters.of(*index).ok_or_else(refused)?;
        if output.contains(index) {
            // A repeated index of the result is a δ, an identity matrix among the operands.
            let fresh = letters.fresh().ok_or_else(refused)?;
            let n = size(index).ok_or_else(refused)?;
            args.push(program.apply(Operation::Eye(n), &[]));
            words.push(format!("{letter}{fresh}"));
            kept.push(fresh);
        } else {
            kept.push(letter);
        }
        output.push(*index);
    }
    let summed = program.apply(Operation::Einsum(words, kept), &args);
    let plain =
        spec.result.len() == shape::rank(result) && spec.result.iter().all(|axis| axis.len() == 1);
    let scalar = shape::rank(result) == 0 && spec.result.is_empty();
    Ok(if plain || scalar {
        summed
    } else {
        program.apply(Operation::Reshape(shape::axes(result)), &[summed])
    })
}

/// Letters for indices, given out in order of appearance.
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

/// The size of each index: given by an axis of its own, or what is left of a group's axis.
fn index_sizes(spec: &Einsum, operands: &[(ArrayId, &Shape)]) -> Option<BTreeMap<char, Dim>> {
    let mut sizes: BTreeMap<char, Dim> = BTreeMap::new();
    let mut groups: Vec<(&[char], Dim)> = Vec::new();
    for ((_, shape), axes) in operands.iter().zip(&spec.operands) {
        for (axis, dim) in axes.iter().zip(axis_sizes(shape, axes.len())?) {
            match axis.as_slice() {
                [] => {}
                [index] => {
                    sizes.entry(*index).or_insert(dim);
                }
                group => groups.push((group, dim)),
            }
        }
    }
    while let Some(place) = groups.iter().position(|(group, _)| unknown(group, &sizes).len() <= 1) {
        let (group, dim) = groups.remove(place);
        if let Some(index) = unknown(group, &sizes).first() {
            let known: Vec<&Dim> = group
                .iter()
                .filter(|other| *other != index)
                .filter_map(|other| sizes.get(other))
                .collect();
            let quotient = shape::quotient(&dim, &Dim::product(known))?;
            sizes.insert(*index, quotient);
        }
    }
    groups.is_empty().then_some(sizes)
}

fn unknown(group: &[char], sizes: &BTreeMap<char, Dim>) -> Vec<char> {
    group.iter().copied().filter(|index| !sizes.contains_key(index)).collect()
}

/// The sizes of an operand's axes when the text gives it `count` of them.
fn axis_sizes(shape: &Shape, count: usize) -> Option<Vec<Dim>> {
    let (all, own) = (shape.axes(), shape::axes(shape));
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
