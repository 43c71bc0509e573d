//! Programs under construction: equal operations are shared, constants are folded.

use std::collections::BTreeMap;

use beltrami_core::Map;
use beltrami_linalg::Interval;

use super::Tape;
use super::instruction::{Binary, Constant, Instruction, Unary};

/// A value under construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot(u32);

#[derive(Debug)]
enum Node {
    Input,
    Constant(Constant),
    Instruction(Instruction),
}

/// The program so far.
#[derive(Debug, Default)]
pub(super) struct Builder {
    nodes: Vec<Node>,
    /// Whether each value exists for all inputs, so that zero times it is zero.
    total: Vec<bool>,
    inputs: usize,
    shared: BTreeMap<Instruction, Slot>,
    constants: BTreeMap<(u64, u64, u64), Slot>,
}

impl Builder {
    /// The next input; all inputs come before anything else.
    pub fn input(&mut self) -> Slot {
        self.inputs += 1;
        self.push(Node::Input, true)
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A constant of which an interval is known.
    pub fn constant(&mut self, value: f64, range: Interval) -> Slot {
        let key = (value.to_bits(), range.lo.to_bits(), range.hi.to_bits());
        if let Some(slot) = self.constants.get(&key) {
            return *slot;
        }
        let slot = self.push(Node::Constant(Constant { value, range }), true);
        self.constants.insert(key, slot);
        slot
    }

    /// A constant that is an `f64`.
    pub fn exact(&mut self, value: f64) -> Slot {
        // One zero is enough.
        let value = if value == 0.0 { 0.0 } else { value };
        self.constant(value, Interval::point(value))
    }

    /// The value, where it is a constant.
    pub fn value(&self, slot: Slot) -> Option<f64> {
        self.known(slot).map(|constant| constant.value)
    }

    pub fn neg(&mut self, a: Slot) -> Slot {
        self.unary(Unary::Neg, a)
    }

    pub fn map(&mut self, map: Map, a: Slot) -> Slot {
        self.unary(Unary::Map(map), a)
    }

    pub fn square(&mut self, a: Slot) -> Slot {
        self.unary(Unary::Square, a)
    }

    pub fn add(&mut self, a: Slot, b: Slot) -> Slot {
        match (self.is(a, 0.0), self.is(b, 0.0)) {
            (true, _) => b,
            (_, true) => a,
            _ => self.commutative(Binary::Add, a, b),
        }
    }

    pub fn sub(&mut self, a: Slot, b: Slot) -> Slot {
        if self.is(b, 0.0) {
            a
        } else if self.is(a, 0.0) {
            self.neg(b)
        } else if a == b && self.total[a.0 as usize] {
            self.exact(0.0)
        } else {
            self.binary(Binary::Sub, a, b)
        }
    }

    pub fn mul(&mut self, a: Slot, b: Slot) -> Slot {
        let (a, b) = if self.known(b).is_some() { (b, a) } else { (a, b) };
        if self.is(a, 1.0) {
            b
        } else if self.is(a, -1.0) {
            self.neg(b)
        } else if self.is(a, 0.0) && self.total[b.0 as usize] {
            a
        } else if a == b {
            self.square(a)
        } else {
            self.commutative(Binary::Mul, a, b)
        }
    }

    pub fn div(&mut self, a: Slot, b: Slot) -> Slot {
        if self.is(b, 1.0) { a } else { self.binary(Binary::Div, a, b) }
    }

    pub fn max(&mut self, a: Slot, b: Slot) -> Slot {
        if a == b { a } else { self.commutative(Binary::Max, a, b) }
    }

    pub fn min(&mut self, a: Slot, b: Slot) -> Slot {
        if a == b { a } else { self.commutative(Binary::Min, a, b) }
    }

    pub fn log_add_exp(&mut self, a: Slot, b: Slot) -> Slot {
        self.commutative(Binary::LogAddExp, a, b)
    }

    /// A power; integer exponents take any base.
    pub fn power(&mut self, base: Slot, exponent: Slot) -> Slot {
        // An exponent that is one number for certain; far from zero the number of products grows.
        let exact = self.known(exponent).filter(|c| c.range.is_point()).map(|c| c.value);
        match exact {
            Some(n) if n.fract() == 0.0 && n.abs() <= 4096.0 => self.integer_power(base, n as i32),
            Some(0.5) => self.map(Map::Sqrt, base),
            _ => self.binary(Binary::RealPower, base, exponent),
        }
    }

    fn integer_power(&mut self, base: Slot, n: i32) -> Slot {
        match n {
            0 => self.exact(1.0),
            1 => base,
            2 => self.square(base),
            _ => self.instruction(Instruction::Power(base.0, n)),
        }
    }

    fn unary(&mut self, op: Unary, a: Slot) -> Slot {
        if let (Unary::Neg, Node::Instruction(Instruction::Unary(Unary::Neg, inner))) =
            (op, &self.nodes[a.0 as usize])
        {
            return Slot(*inner);
        }
        self.instruction(Instruction::Unary(op, a.0))
    }

    fn commutative(&mut self, op: Binary, a: Slot, b: Slot) -> Slot {
        self.binary(op, a.min(b), a.max(b))
    }

    fn binary(&mut self, op: Binary, a: Slot, b: Slot) -> Slot {
        self.instruction(Instruction::Binary(op, a.0, b.0))
    }

    /// An instruction of a finished program, `slots` being the places of its slots here.
    pub fn repeat(&mut self, instruction: Instruction, slots: &[Slot]) -> Slot {
        self.instruction(instruction.with_args(|arg| slots[arg as usize].0))
    }

    fn instruction(&mut self, instruction: Instruction) -> Slot {
        if let Some(slot) = self.shared.get(&instruction) {
            return *slot;
        }
        if let Some(folded) = self.folded(instruction) {
            return self.constant(folded.value, folded.range);
        }
        let total =
            !instruction.is_delicate() && instruction.args().all(|arg| self.total[arg as usize]);
        let slot = self.push(Node::Instruction(instruction), total);
        self.shared.insert(instruction, slot);
        slot
    }

    /// The value of an operation on constants, where it exists.
    fn folded(&self, instruction: Instruction) -> Option<Constant> {
        let args: Vec<Constant> =
            instruction.args().map(|arg| self.known(Slot(arg))).collect::<Option<_>>()?;
        let (values, ranges): (Vec<f64>, Vec<Interval>) =
            args.iter().map(|c| (c.value, c.range)).unzip();
        let local = |arg: u32| u32::from(instruction.args().next() != Some(arg));
        let moved = instruction.with_args(local);
        let (value, range) = (moved.value(&values), moved.value(&ranges));
        // An exact result stays a point where the intervals only say that it is near.
        let exact = ranges.iter().all(|r| r.is_point()) && is_exact(moved, &values, value);
        let range = if exact { Interval::point(value) } else { range };
        (value.is_finite() && range.is_bounded() && range.contains(value))
            .then_some(Constant { value, range })
    }

    fn known(&self, slot: Slot) -> Option<Constant> {
        match &self.nodes[slot.0 as usize] {
            Node::Constant(constant) => Some(*constant),
            _ => None,
        }
    }

    fn is(&self, slot: Slot, x: f64) -> bool {
        self.known(slot).is_some_and(|c| c.value == x && c.range.is_point())
    }

    fn push(&mut self, node: Node, total: bool) -> Slot {
        let slot = Slot(self.nodes.len() as u32);
        self.nodes.push(node);
        self.total.push(total);
        slot
    }

    /// The program that computes the outputs, without what none of them needs.
    pub fn finish(self, outputs: &[Slot]) -> Tape {
        let mut needed = vec![false; self.nodes.len()];
        for output in outputs {
            needed[output.0 as usize] = true;
        }
        for (place, node) in self.nodes.iter().enumerate().rev() {
            if let (true, Node::Instruction(instruction)) = (needed[place], node) {
                instruction.args().for_each(|arg| needed[arg as usize] = true);
            }
        }
        let mut constants = Vec::new();
        let mut code: Vec<Instruction> = Vec::new();
        let mut slots = vec![0_u32; self.nodes.len()];
        for (place, node) in self.nodes.iter().enumerate() {
            match node {
                Node::Input => slots[place] = place as u32,
                Node::Constant(constant) if needed[place] => {
                    slots[place] = (self.inputs + constants.len()) as u32;
                    constants.push(*constant);
                }
                _ => {}
            }
        }
        let first = self.inputs + constants.len();
        for (place, node) in self.nodes.iter().enumerate() {
            if let (true, Node::Instruction(instruction)) = (needed[place], node) {
                slots[place] = (first + code.len()) as u32;
                code.push(instruction.with_args(|arg| slots[arg as usize]));
            }
        }
        let delicate =
            (0..code.len() as u32).filter(|at| code[*at as usize].is_delicate()).collect();
        let outputs = outputs.iter().map(|slot| slots[slot.0 as usize]).collect();
        Tape { inputs: self.inputs, constants, code, outputs, delicate }
    }
}

/// Whether an operation on integers gave one, small enough that nothing was rounded.
fn is_exact(instruction: Instruction, args: &[f64], value: f64) -> bool {
    // Every integer up to 2^53 is an f64, and products and sums of such numbers that stay below it are exact.
    let integer = |x: &f64| x.fract() == 0.0 && x.abs() <= 9.0e15;
    let ring = match instruction {
        Instruction::Unary(op, _) => matches!(op, Unary::Neg | Unary::Square),
        Instruction::Binary(op, ..) => {
            matches!(op, Binary::Add | Binary::Sub | Binary::Mul | Binary::Max | Binary::Min)
        }
        Instruction::Power(_, n) => n > 0,
    };
    (ring && integer(&value) && args.iter().all(integer))
        || matches!(instruction, Instruction::Unary(Unary::Neg, _))
}
