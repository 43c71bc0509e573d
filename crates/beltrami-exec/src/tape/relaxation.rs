//! Boxes narrowed by what is linear in a program, and by lines around what is not.

mod envelope;

use beltrami_linalg::Interval;

use super::instruction::{Binary, Instruction, Unary};
use super::{Memory, Tape};
use crate::polytope::Polytope;

/// A program as linear forms in its inputs and in the results of its nonlinear instructions, which lie between lines.
///
/// Where hull consistency looks at one instruction at a time, all equations are looked at together.
/// # References
/// `McCormick1976` for products; `LebbahMichelRueherDaneyMerlet2005` for boxes narrowed by them.
#[derive(Clone, Debug)]
pub struct Relaxation {
    /// The slot of each column; the inputs come first.
    columns: Vec<u32>,
    curves: Vec<Curve>,
    outputs: Vec<Form>,
    inputs: usize,
    polytope: Polytope,
}

/// A sum of multiples of columns.
#[derive(Clone, Debug)]
struct Form {
    /// Columns in ascending order.
    terms: Vec<(u32, Interval)>,
    rest: Interval,
}

/// A nonlinear instruction.
#[derive(Clone, Debug)]
struct Curve {
    column: u32,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    /// The column is a product.
    Product(Argument, Argument),
    /// The product of the column and the second is the first.
    Quotient(Argument, Argument),
    /// The column is a function of one argument.
    Function(Instruction, Argument),
}

/// What an instruction is applied to: its form, and the slot that holds its range.
#[derive(Clone, Debug)]
struct Argument {
    form: Form,
    slot: u32,
}

/// A table of more entries is not worth its while: boxes are cheaper.
const MOST: usize = 60_000;

impl Tape {
    /// What is linear in the program, where it is small enough and there is an equation of more than one column.
    pub fn relaxation(&self) -> Option<Relaxation> {
        let mut found = Relaxation {
            columns: (0..self.inputs as u32).collect(),
            curves: Vec::new(),
            outputs: Vec::new(),
            inputs: self.inputs,
            polytope: Polytope::default(),
        };
        let mut forms: Vec<Form> = (0..self.inputs).map(|k| Form::column(k as u32)).collect();
        forms.extend(self.constants.iter().map(|constant| Form::constant(constant.range)));
        let mut size = 0;
        for (place, instruction) in self.code.iter().enumerate() {
            let slot = (self.first() + place) as u32;
            let argument = |slot: u32| Argument { form: forms[slot as usize].clone(), slot };
            let form = |slot: u32| &forms[slot as usize];
            let linear = match *instruction {
                Instruction::Unary(Unary::Neg, a) => Some(form(a).scaled(-Interval::ONE)),
                Instruction::Binary(Binary::Add, a, b) => {
                    Some(form(a).plus(form(b), Interval::ONE))
                }
                Instruction::Binary(Binary::Sub, a, b) => {
                    Some(form(a).plus(form(b), -Interval::ONE))
                }
                Instruction::Binary(Binary::Mul, a, b) => {
                    match (form(a).known(), form(b).known()) {
                        (Some(c), _) => Some(form(b).scaled(c)),
                        (_, Some(c)) => Some(form(a).scaled(c)),
                        _ => None,
                    }
                }
                Instruction::Binary(Binary::Div, a, b) => form(b)
                    .known()
                    .filter(|c| !c.contains(0.0))
                    .map(|c| form(a).scaled(Interval::ONE / c)),
                _ => None,
            };
            let form = match linear.filter(|form| form.rest.is_bounded()) {
                Some(form) => form,
                None => {
                    let column = found.columns.len() as u32;
                    found.columns.push(slot);
                    let shape = match *instruction {
                        Instruction::Binary(Binary::Mul, a, b) => {
                            Some(Shape::Product(argument(a), argument(b)))
                        }
                        Instruction::Binary(Binary::Div, a, b) => {
                            Some(Shape::Quotient(argument(a), argument(b)))
                        }
                        Instruction::Unary(_, a) | Instruction::Power(a, _) => {
                            Some(Shape::Function(*instruction, argument(a)))
                        }
                        Instruction::Binary(..) => None,
                    };
                    found.curves.extend(shape.map(|shape| Curve { column, shape }));
                    Form::column(column)
                }
            };
            size += form.terms.len();
            if size > MOST {
                return None;
            }
            forms.push(form);
        }
        found.outputs = self.outputs.iter().map(|slot| forms[*slot as usize].clone()).collect();
        let rows = found.outputs.len() + 4 * found.curves.len();
        (rows * found.columns.len() <= MOST && !found.curves.is_empty()).then_some(found)
    }
}

impl Relaxation {
    /// Narrows a box to one that still holds every point of it at which every output lies in its target; false where there
    /// is none.
    #[must_use]
    pub fn narrow(
        &mut self,
        tape: &Tape,
        inputs: &mut [Interval],
        targets: &[Interval],
        memory: &mut Memory<Interval>,
    ) -> bool {
        if tape.narrowed(inputs, targets, memory).is_none() {
            return false;
        }
        let slots = &memory.slots[..];
        let polytope = &mut self.polytope;
        polytope.reset(self.columns.iter().map(|slot| slots[*slot as usize]));
        for (form, target) in self.outputs.iter().zip(targets) {
            form.add_to(polytope, Interval::ONE);
            polytope.close(*target - form.rest);
        }
        polytope.mark();
        for curve in &self.curves {
            curve.enclose(slots, polytope);
        }
        if !polytope.narrow(self.inputs) {
            return false;
        }
        inputs.copy_from_slice(&polytope.columns()[..self.inputs]);
        true
    }
}

impl Form {
    fn column(column: u32) -> Form {
        Form { terms: vec![(column, Interval::ONE)], rest: Interval::ZERO }
    }

    fn constant(rest: Interval) -> Form {
        Form { terms: Vec::new(), rest }
    }

    /// Its value, where it has no columns.
    fn known(&self) -> Option<Interval> {
        self.terms.is_empty().then_some(self.rest)
    }

    fn scaled(&self, factor: Interval) -> Form {
        let times = |c: Interval| exact_product(c, factor);
        Form {
            terms: self.terms.iter().map(|(column, c)| (*column, times(*c))).collect(),
            rest: times(self.rest),
        }
    }

    /// The sum with a multiple of another, whose factor is 1 or -1.
    fn plus(&self, other: &Form, sign: Interval) -> Form {
        let mut terms = Vec::with_capacity(self.terms.len() + other.terms.len());
        let (mut x, mut y) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        loop {
            let next = match (x.peek(), y.peek()) {
                (Some(p), Some(q)) if p.0 == q.0 => {
                    let sum = exact_sum(p.1, exact_product(q.1, sign));
                    let column = p.0;
                    x.next();
                    y.next();
                    if sum == Interval::ZERO {
                        continue;
                    }
                    (column, sum)
                }
                (Some(p), Some(q)) if q.0 < p.0 => {
                    let term = (q.0, exact_product(q.1, sign));
                    y.next();
                    term
                }
                (Some(p), _) => {
                    let term = **p;
                    x.next();
                    term
                }
                (None, Some(q)) => {
                    let term = (q.0, exact_product(q.1, sign));
                    y.next();
                    term
                }
                (None, None) => break,
            };
            terms.push(next);
        }
        Form { terms, rest: exact_sum(self.rest, exact_product(other.rest, sign)) }
    }

    fn add_to(&self, polytope: &mut Polytope, factor: Interval) {
        for (column, coefficient) in &self.terms {
            polytope.add(*column, exact_product(*coefficient, factor));
        }
    }
}

/// A product that stays a point where it is exact: with 1 and -1, and of small integers.
fn exact_product(a: Interval, b: Interval) -> Interval {
    match (a, b) {
        (Interval::ONE, x) | (x, Interval::ONE) => x,
        (x, m) | (m, x) if m == -Interval::ONE => -x,
        _ if is_integer(a) && is_integer(b) => Interval::point(a.lo * b.lo),
        _ => a * b,
    }
}

/// Whether it is an integer whose sums and products with others are exact.
fn is_integer(x: Interval) -> bool {
    x.is_point() && x.lo.fract() == 0.0 && x.lo.abs() <= 6e7
}

/// A sum that stays a point where it is exact: of small integers.
fn exact_sum(a: Interval, b: Interval) -> Interval {
    if a == Interval::ZERO {
        b
    } else if b == Interval::ZERO {
        a
    } else if is_integer(a) && is_integer(b) {
        Interval::point(a.lo + b.lo)
    } else {
        a + b
    }
}
