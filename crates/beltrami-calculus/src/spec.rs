//! Einsum texts: `ik,kj->ij`, with parentheses around letters that share one axis.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The axes of each operand and of the result; an axis is a list of letters, the slow one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// One list of axes an operand.
    pub inputs: Vec<Vec<Vec<char>>>,
    /// The axes of the result.
    pub output: Vec<Vec<char>>,
}

impl Spec {
    /// The spec of a record's text, read once.
    pub fn of(text: &'static str) -> Arc<Spec> {
        static READ: Mutex<BTreeMap<&str, Arc<Spec>>> = Mutex::new(BTreeMap::new());
        // A poisoned lock only means that another thread panicked between two complete entries.
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        read.entry(text).or_insert_with(|| Arc::new(Spec::parse(text))).clone()
    }

    /// Reads a text that a shape rule has accepted before; anything else gives some spec, never a panic.
    pub fn parse(text: &str) -> Spec {
        let (inputs, output) = text.split_once("->").unwrap_or((text, ""));
        let inputs =
            if inputs.is_empty() { Vec::new() } else { inputs.split(',').map(axes).collect() };
        Spec { inputs, output: axes(output) }
    }
}

fn axes(text: &str) -> Vec<Vec<char>> {
    let mut axes: Vec<Vec<char>> = Vec::new();
    let mut group = false;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match c {
            '(' => {
                group = true;
                axes.push(Vec::new());
            }
            ')' => group = false,
            _ if group => {
                if let Some(axis) = axes.last_mut() {
                    axis.push(c);
                }
            }
            _ => axes.push(vec![c]),
        }
    }
    axes
}
